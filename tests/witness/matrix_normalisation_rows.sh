#!/bin/sh
# matrix_normalisation_rows.sh: every command that shows numbers, over networks with batch normalisation of rows: see tests/witness/matrix/main.py.
. tests/kit.sh
needs numpy
cd "$TMP" && PYTHONDONTWRITEBYTECODE=1 exec $python "$root/tests/witness/matrix/main.py" normalisation_rows
