#!/bin/sh
# matrix_colour.sh: every command that shows numbers, over networks that learn from coloured pictures in folders: see tests/witness/matrix/main.py.
. tests/kit.sh
needs numpy
cd "$TMP" && PYTHONDONTWRITEBYTECODE=1 exec $python "$root/tests/witness/matrix/main.py" colour
