#!/bin/sh
# matrix_dropout.sh: every command that shows numbers, over networks with dropout: see tests/witness/matrix/main.py.
. tests/kit.sh
needs numpy
cd "$TMP" && PYTHONDONTWRITEBYTECODE=1 exec $python "$root/tests/witness/matrix/main.py" dropout
