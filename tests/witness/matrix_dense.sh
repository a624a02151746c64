#!/bin/sh
# matrix_dense.sh: every command that shows numbers, over dense networks: see tests/witness/matrix/main.py.
. tests/kit.sh
needs numpy
cd "$TMP" && PYTHONDONTWRITEBYTECODE=1 exec $python "$root/tests/witness/matrix/main.py" dense
