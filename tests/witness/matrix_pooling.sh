#!/bin/sh
# matrix_pooling.sh: every command that shows numbers, over deeper networks with pooling: see tests/witness/matrix/main.py.
. tests/kit.sh
needs numpy
cd "$TMP" && PYTHONDONTWRITEBYTECODE=1 exec $python "$root/tests/witness/matrix/main.py" pooling
