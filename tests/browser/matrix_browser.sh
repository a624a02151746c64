#!/bin/sh
# matrix_browser.sh: pages of every kind of network in a browser: the page's own check of every cell finds no mistake, and the console is silent.
. tests/kit.sh
needs full browser numpy
. scripts/browser.sh
browser_ready
mkdir "$TMP/pages"
program=$build/tests/test_hand_graphs # pages of graphs made by hand, where it is built
[ ! -x "$program" ] || "$program" "$TMP/pages" >"$TMP/said" 2>&1 || no hand "$(tail -n 20 "$TMP/said")"
(cd "$TMP/pages" && PYTHONDONTWRITEBYTECODE=1 exec $python "$root/tests/witness/matrix/main.py" pages) || { no pages; exit $bad; }
node tests/browser/matrix.cjs "$TMP/pages" tests/witness/matrix/expected_failures
