#!/bin/sh
# format.sh: the C sources are as .clang-format says (clang-format 14; other versions lay out some lines differently), no line is longer than
# 120 columns, no function longer than 60 lines, and no file longer than 600 without a reason in its head ("One file because ...").
. tests/kit.sh

# long_lines FILES...: in columns, not bytes: a byte that goes on with a character counts nothing.
long_lines() { LC_ALL=C awk '{ gsub(/[\200-\277]/, "") } length($0) > 120 { print FILENAME ":" FNR ": " length($0) " columns" }' "$@"; }

# long_functions FILES...: a function begins with a line that ends in `) {` and ends with a line `}`.
long_functions() {
  awk 'FNR == 1 { from = 0 }
    !from && /^[a-zA-Z ].*[)] \{$/ && !/^  [a-z]/ { from = FNR }
    /^}/ { if (from && FNR - from > 61) print FILENAME ":" from ": a function of " FNR - from - 1 " lines"; from = 0 }' "$@"
}

# long_files FILES...
long_files() {
  for file in "$@"; do
    lines=$(wc -l <"$file")
    [ "$lines" -le 600 ] || head -n 12 "$file" | grep -q 'One file because' || echo "$file: $lines lines, and no 'One file because ...' in its head"
  done
}

# ---- the test of the test: each of the three is found, and what just fits is not ----
mkdir "$TMP/made"
{ printf '/* '; awk 'BEGIN { for (i = 0; i < 114; i++) printf "\303\251"; print " */" }'; } >"$TMP/made/fits.c" # 120 columns of two bytes
{ printf '/* '; awk 'BEGIN { for (i = 0; i < 115; i++) printf "\303\251"; print " */" }'; } >"$TMP/made/long.c"
function_of() { echo 'static int f(int a) {' && awk -v n="$1" 'BEGIN { for (i = 1; i < n; i++) print "  a += 1;" }' && printf '  return a;\n}\n'; }
function_of 60 >>"$TMP/made/fits.c"
function_of 61 >>"$TMP/made/long.c"
awk 'BEGIN { for (i = 0; i < 530; i++) print "int x;" }' >>"$TMP/made/fits.c"
awk 'BEGIN { for (i = 0; i < 530; i++) print "int x;" } END { print "/* One file because it is late */" }' /dev/null | tee "$TMP/tail" >>"$TMP/made/long.c"
awk 'BEGIN { for (i = 0; i < 30; i++) print "int x;" }' >>"$TMP/made/long.c"
for check in long_lines long_functions long_files; do
  found=$($check "$TMP/made/fits.c" "$TMP/made/long.c")
  case $found in "$TMP/made/long.c:"*) [ "$(echo "$found" | wc -l)" -eq 1 ] && ok "$check are found" || no "$check" "$found" ;; *) no "$check" "$found" ;; esac
done

# ---- the tree ----
sources=$(find src include tests bench examples fuzz -name '*.[ch]' | LC_ALL=C sort)
case $(clang-format --version 2>/dev/null) in
  *' version 14.'*)
    # shellcheck disable=SC2086 # a list of words
    clang-format --dry-run $sources 2>"$TMP/unformatted"
    empty clang_format "$TMP/unformatted"
    ;;
  *) skip clang_format "clang-format 14 is not installed" ;;
esac
# shellcheck disable=SC2046,SC2086
long_lines $sources $(find src -type f ! -name '*.[ch]') >"$TMP/long"
empty columns "$TMP/long"
# shellcheck disable=SC2086
long_functions $sources >"$TMP/functions"
empty functions "$TMP/functions"
long_files $sources >"$TMP/files"
empty files "$TMP/files"
exit $bad
