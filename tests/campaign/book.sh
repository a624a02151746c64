#!/bin/sh
# book.sh [DENPA]: the whole book: runs every experiment and writes its rows into docs/book.md and docs/book.ja.md, between the marks there. Needs the real MNIST and the
# book's parameters (DENPA_DATA). Exit status 1 if a promise does not hold. Equal builds write equal files; a person reads the difference.
set -u
cd "$(dirname "$0")/../.."
denpa=${1:-build/release/denpa}
[ -d "${DENPA_DATA-}/mnist" ] && [ -d "${DENPA_DATA-}/book" ] || { echo "book.sh: DENPA_DATA has to name a folder with mnist and book" >&2; exit 2; }
rows=$(mktemp)
trap 'rm -f "$rows" "$rows.new"' EXIT
bad=0
for lang in en ja; do
  doc=docs/book.md
  [ $lang = en ] || doc=docs/book.ja.md
  "$denpa" book all --lang $lang --markdown >"$rows" || bad=1
  awk -v rows="$rows" '
    /^<!-- rows end/ { inside = 0; while ((getline line < rows) > 0) print line; print ""; print; next }
    !inside { print; if ($0 ~ /^\|[- |:]*\|$/) inside = 1 }' "$doc" >"$rows.new" && cat "$rows.new" >"$doc"
done
exit $bad
