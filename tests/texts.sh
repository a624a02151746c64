#!/bin/sh
# texts.sh: long texts (src/ROOM/NAME.txt) become C as cmake/texts.awk says, every paragraph of them is used, and an option without its
# help, a command or an experiment without its text, or a text without them, does not compile.
. tests/kit.sh
cc=${CC:-cc}
needs "$cc"

made() { awk -v name=made -f cmake/texts.awk "$1"; }

cat >"$TMP/made.txt" <<'END'
Who edits this reads this.
[first]
A "b"
c \ {1}.

[second_2]
1

2
3
END
cat >"$TMP/expected" <<'END'
/* Generated from made.txt; do not edit. */
#include "base/text.h"

#define DNP_TEXT_made_first DNP_N("A \"b\" c \\ {1}.")
#define DNP_TEXT_made_second_2 DNP_N("1"), DNP_N("2 3")
#define DNP_TEXTS_made(X) X(first) X(second_2)
END
made "$TMP/made.txt" >"$TMP/header"
same sections_become_macros "$TMP/header" "$TMP/expected"

# refuses NAME LINE WORDS TEXT: the line at fault is named with what is wrong, and nothing is written.
refuses() {
  printf "$4" >"$TMP/made.txt"
  exits "refuses_$1" 1 made "$TMP/made.txt"
  has "$1_is_named" "made.txt:$2: $3" "$TMP/err"
  empty "$1_writes_nothing" "$TMP/out"
}
refuses no_section 1 'there is no section' 'a text\n'
refuses bad_name 1 '[a-b] is not a section' '[a-b]\ntext\n'
refuses same_name 4 '[a] stands here for the second time' '[a]\ntext\n\n[a]\ntext\n'
refuses empty_section 2 'section [a] ends here and has no text' '[a]\n[b]\ntext\n'
refuses empty_end 2 'section [b] ends here and has no text' '[b]\n\n'
refuses trailing_blank 2 'blanks at the beginning or the end' '[a]\ntext \n'

compile="$cc -std=c17 -D_XOPEN_SOURCE=700 -Iinclude -Isrc"

# What the preprocessor leaves of the C files that include a text holds every paragraph of it.
: >"$TMP/unused"
mkdir "$TMP/generated"
for text in src/*/*.txt; do
  name=$(basename "$text" .txt)
  awk -v name="$name" -v out="$TMP/generated/${name}_txt.h" -f cmake/texts.awk "$text"
  for source in $(grep -l "\"${name}_txt.h\"" "$(dirname "$text")"/*.c); do
    $compile -I"$TMP/generated" -I"$build/generated" -E "$source"
  done >"$TMP/room"
  grep '^#define DNP_TEXT_' "$TMP/generated/${name}_txt.h" | grep -o '"\([^"\\]\|\\.\)*"' >"$TMP/paragraphs"
  while read -r paragraph; do
    grep -q -F -e "$paragraph" "$TMP/room" || echo "$text: no C file beside it says $paragraph" >>"$TMP/unused"
  done <"$TMP/paragraphs"
done
empty every_text_is_used "$TMP/unused"

# tied NAME SOURCE SECTION: SOURCE compiles with NAME.txt as it is, but not without its SECTION, nor with a section more.
tied() {
  name=$(basename "$1")
  for case in whole short long; do
    mkdir -p "$TMP/$case"
    case $case in
      whole) cp "src/$1.txt" "$TMP/$case/$name.txt" ;;
      short) awk -v gone="[$3]" '/^\[/ { skip = $0 == gone } !skip' "src/$1.txt" >"$TMP/$case/$name.txt" ;;
      long) { cat "src/$1.txt" && printf '\n[nobody]\ntext\n'; } >"$TMP/$case/$name.txt" ;;
    esac
    awk -v name="$name" -v out="$TMP/$case/${name}_txt.h" -f cmake/texts.awk "$TMP/$case/$name.txt"
  done
  good "${name}_compiles" $compile -fsyntax-only -I"$TMP/whole" -I"$build/generated" "src/$2"
  exits "${name}_row_without_text" 1 $compile -fsyntax-only -I"$TMP/short" -I"$build/generated" "src/$2"
  has "${name}_row_is_named" "DNP_TEXT_${name}_$3" "$TMP/err"
  exits "${name}_text_without_row" 1 $compile -fsyntax-only -I"$TMP/long" -I"$build/generated" "src/$2"
  has "${name}_text_is_named" nobody "$TMP/err"
}
tied cli/options cli/options.c SEED
tied cli/commands cli/commands.c bench
tied book/book book/book.c gates

exit $bad
