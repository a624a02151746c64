#!/bin/sh
# symbols.sh: the shared library shows the names of tests/symbols.txt, all of them and no other; the header declares the same ones; what the
# static library defines for a linker begins with denpa_ or dnp_. A name that goes, or comes unseen, is another library for programs that
# were built before. After adding one on purpose: scripts/symbols.sh >tests/symbols.txt
. tests/kit.sh
needs nm release
list=tests/symbols.txt

# differences NAME FILE: what stands in one of the list and the file only, with where.
differences() {
  LC_ALL=C comm -23 $list "$2" | sed 's/^/gone: /' >"$TMP/differences"
  LC_ALL=C comm -13 $list "$2" | sed 's/^/new, and not in the list: /' >>"$TMP/differences"
  empty "$1" "$TMP/differences"
}

sh scripts/symbols.sh >"$TMP/declared"
differences the_header_declares_them "$TMP/declared"
[ "$(wc -l <$list)" -gt 50 ] && ok the_list_is_a_list || no the_list_is_a_list "$(wc -l <$list) names"

nm -D --defined-only "$build/libdenpa.so" | awk '{ print $3 }' | LC_ALL=C sort >"$TMP/shown"
differences the_shared_library_shows_them "$TMP/shown"

nm -g --defined-only "$build/libdenpa.a" 2>/dev/null | awk 'NF == 3 { print $3 }' | LC_ALL=C sort -u >"$TMP/defined"
LC_ALL=C comm -23 $list "$TMP/defined" >"$TMP/missing"
empty the_static_library_has_them "$TMP/missing"
grep -vE '^(denpa|dnp)_' "$TMP/defined" >"$TMP/strange"
empty its_other_names_begin_with_dnp_ "$TMP/strange"
exit $bad
