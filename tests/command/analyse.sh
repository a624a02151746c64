#!/bin/sh
# analyse.sh: cppcheck and clang-tidy find nothing in the sources (scripts/analyse.sh), and do find what is in a file made for it.
. tests/kit.sh
needs full release
BUILD=$build && export BUILD

cat >"$TMP/faulty.c" <<'END'
#include <stdlib.h>
int faulty(int n);
int faulty(int n) {
  int few[4] = {0};
  int *none = NULL;
  if (n == 7) return few[n];
  return n > 3 ? *none : few[n];
}
END
sh scripts/analyse.sh "$TMP/faulty.c" >"$TMP/found" 2>&1
status=$?
[ $status -ne 77 ] || { skip analyse "neither cppcheck nor clang-tidy is installed" && exit 77; }
[ $status -eq 1 ] && ok finds_a_fault || no finds_a_fault "$(cat "$TMP/found")"
if can cppcheck cppcheck; then has cppcheck_finds_it '[arrayIndexOutOfBounds' "$TMP/found"; fi
grep -q '^skip clang-tidy' "$TMP/found" && skip clang_tidy "version 14 is not installed" || has clang_tidy_finds_it '[clang-analyzer-core' "$TMP/found"

good nothing_in_the_sources sh scripts/analyse.sh
exit $bad
