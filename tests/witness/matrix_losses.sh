#!/bin/sh
# matrix_losses.sh: every command that shows numbers, over dense networks with other activations and losses: see tests/witness/matrix/main.py.
. tests/kit.sh
needs numpy
cd "$TMP" && PYTHONDONTWRITEBYTECODE=1 exec $python "$root/tests/witness/matrix/main.py" losses
