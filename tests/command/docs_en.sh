#!/bin/sh
# docs_en.sh: what the English pages of docs/ show is what is printed. (The page of the C library is that of examples.sh.)
. tests/kit.sh
mkdir -p "$TMP/bin"
ln -s "$DENPA" "$TMP/bin/denpa"
# A page shows the same commands in both languages: in turn this script or its twin looks at it (in ./test.sh --full both).
pages=$(find docs -name '*.md' ! -name '*.ja.md' | grep -v docs/library | LC_ALL=C sort | awk -v full="${DENPA_FULL-}" 'full != "" || NR % 2 == 0')
# shellcheck disable=SC2086 # a list of words
PATH=$TMP/bin:$PATH sh scripts/docs.sh check $pages || bad=1
exit $bad
