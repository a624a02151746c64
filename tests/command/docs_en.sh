#!/bin/sh
# docs_en.sh: what the English pages of docs/ show is what is printed. (The page of the C library is that of examples.sh.)
. tests/kit.sh
mkdir -p "$TMP/bin"
ln -s "$DENPA" "$TMP/bin/denpa"
# shellcheck disable=SC2046 # a list of words
PATH=$TMP/bin:$PATH sh scripts/docs.sh check $(find docs -name '*.md' ! -name '*.ja.md' | grep -v docs/library | sort) || bad=1
exit $bad
