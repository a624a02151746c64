#!/bin/sh
# matrix_pooling.sh: the matrix of showing commands (tests/witness/matrix/main.py) over deeper networks with pooling.
set -u
python=/usr/bin/python3
root=$PWD
$python -c 'import numpy' 2>/dev/null || { echo "skip python3-numpy is not installed" && exit 77; }
cd "$TMP" && PYTHONDONTWRITEBYTECODE=1 exec $python "$root/tests/witness/matrix/main.py" pooling
