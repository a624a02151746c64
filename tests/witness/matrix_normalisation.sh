#!/bin/sh
# matrix_normalisation.sh: every command that shows numbers, over networks with batch normalisation of pictures: see tests/witness/matrix/main.py.
. tests/kit.sh
needs numpy
cd "$TMP" && PYTHONDONTWRITEBYTECODE=1 exec $python "$root/tests/witness/matrix/main.py" normalisation
