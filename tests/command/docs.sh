#!/bin/sh
# docs.sh: the pages of docs/: their links lead somewhere, each exists in both languages with the same commands, and the tests behind the promises
# exist. (What the pages show is checked by docs_en.sh and docs_ja.sh, README's by readme.sh.)
. tests/kit.sh
pages="README.md README.ja.md $(find docs -name '*.md' | sort)"
[ "$(echo "$pages" | wc -w)" -ge 10 ] || no "there are only these pages: $pages"

# The heading's name in a link: small letters, hyphens for blanks, no punctuation.
anchors() { sed -n 's/^##* //p' "$1" | tr 'A-Z ' 'a-z-' | sed "s/[][().,:;'\`?!*、。（）「」：？・]//g"; }

for page in $pages; do
  lost=
  for link in $(sed 's/`[^`]*`//g' "$page" | grep -oE '\]\([^)]*\)|src="[^"]*"' | sed -E 's/^\]\((.*)\)$/\1/; s/^src="(.*)"$/\1/'); do
    case $link in http:* | https:*) continue ;; esac
    file=${link%%#*} anchor=
    case $link in *'#'*) anchor=${link#*#} ;; esac
    to=$page
    [ -z "$file" ] || to=$(dirname "$page")/$file
    [ -e "$to" ] || { lost="$lost $link" && continue; }
    [ -z "$anchor" ] || anchors "$to" | grep -qxF -e "$anchor" || lost="$lost $link"
  done
  [ -z "$lost" ] && ok "$page: links" || no "$page: these links lead nowhere:$lost"
done

for page in $pages; do
  case $page in
    *.ja.md) [ -f "${page%.ja.md}.md" ] || no "$page has no English twin" ;;
    *)
      twin=${page%.md}.ja.md
      if [ ! -f "$twin" ]; then
        no "$page has no Japanese twin"
        continue
      fi
      sh scripts/docs.sh code "$page" >"$TMP/en"
      sh scripts/docs.sh code "$twin" >"$TMP/ja"
      cmp -s "$TMP/en" "$TMP/ja" && ok "$page: the same commands in both languages" || { no "$page: other commands in $twin" && diff "$TMP/en" "$TMP/ja"; }
      [ "$(grep -c '^#' "$page")" -eq "$(grep -c '^#' "$twin")" ] && ok "$page: the same headings in both languages" || no "$page: other headings in $twin"
      grep -q 'です\|ます' "$twin" || no "$twin is not in Japanese"
      ;;
  esac
done

# Whoever follows a tour in the checkout finds it as it was: everything is written into a folder that git ignores.
for page in README.md docs/tour.md; do
  [ "$(sh scripts/docs.sh code "$page" | sed -n '/^mkdir -p tour && cd tour$/=')" = 2 ] && grep -qx '/tour/' .gitignore && ok "$page: the tour has a folder of its own" || no "$page: the tour does not begin in a folder of its own"
done

# A README is for finding the way; what takes longer to tell is a page of docs/.
for page in README.md README.ja.md; do
  lines=$(wc -l <"$page")
  [ "$lines" -le 200 ] && ok "$page: short" || no "$page has $lines lines, more than 200"
done

# The glossary: each word has an entry in both languages, and the pages agree on the Japanese word, PyTorch's and the book's.
# words PAGE ORDER: a line `English | Japanese | PyTorch | book` for each row, from the columns named in ORDER; the last table has two words only.
words() {
  awk -F ' *[|] *' -v order="$2" '
    BEGIN { split(order, column, " ") }
    !/^[|]/ { rows = 0 }
    rows {
      for (i = 2; i < NF; i++) if ($i == "") print "an empty cell: " $0
      print $column[1] " | " $(NF == 5 ? column[5] : column[2]) (NF == 5 ? "" : " | " $column[3] " | " $column[4])
    }
    /^[|] --- / { rows = 1 }' "$1"
}
words docs/glossary.md "2 6 4 5 4" >"$TMP/en"
words docs/glossary.ja.md "3 2 5 6 2" >"$TMP/ja"
cmp -s "$TMP/en" "$TMP/ja" && ! grep 'an empty cell' "$TMP/en" && ok "the glossary has the same words in both languages" || { no "the glossary differs" && diff "$TMP/en" "$TMP/ja"; }
[ "$(wc -l <"$TMP/en")" -ge 80 ] && [ -z "$(cut -d '|' -f 1 "$TMP/en" | sort | uniq -d)" ] && ok "the glossary has $(wc -l <"$TMP/en") words, each once" || no "the glossary has few words, or one twice"

# The tests behind the promises exist: scripts, programs, and cases after `program: `.
for word in $(grep -ohE '\b(test_[a-z]+|[a-z_0-9]+\.sh)\b' docs/promises.md docs/promises.ja.md | sort -u); do
  [ -f "$word" ] || [ -n "$(find tests scripts fuzz -name "$word" -o -name "$word.c")" ] || grep -qwF -e "$word" tests/unit/*.c || no "the promises name $word, which does not exist"
done
cases=0
for word in $(grep -ohE '\btest_[a-z]+: [a-z_0-9]+(, [a-z_0-9]+)*' docs/promises.md docs/promises.ja.md | sort -u | tr -d ,); do
  case $word in
    *:) program=tests/unit/${word%:}.c ;;
    *)
      cases=$((cases + 1))
      grep -qE "(cmocka_unit_test[a-z_]*|IN_A_FOLDER)\($word\b" "$program" || no "the promises name $word, which is no case of $program"
      ;;
  esac
done
[ "$cases" -gt 25 ] && ok "the tests behind the promises exist ($cases cases named)" || no "only $cases cases are named in the promises"
exit $bad
