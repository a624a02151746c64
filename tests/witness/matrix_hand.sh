#!/bin/sh
# matrix_hand.sh: graphs made by hand through the library, explained as page and as text: tests/unit/test_hand_graphs.c writes these, NumPy checks them.
. tests/kit.sh
needs numpy
program=$build/tests/test_hand_graphs
[ -x "$program" ] || { skip matrix_hand "$program is not built" && exit 77; }
mkdir "$TMP/pages" && "$program" "$TMP/pages" >"$TMP/out" 2>&1 || no pages "$(tail -n 20 "$TMP/out")"
PYTHONDONTWRITEBYTECODE=1 $python tests/witness/matrix/hand.py "$TMP/pages" || bad=1
exit $bad
