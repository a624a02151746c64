#!/bin/sh
# state.sh: PyTorch computes batch normalisation as denpa does, in a training and for 100 random shapes (./test.sh --full). What needs no witness is in test_state.c.
set -u
[ -n "${DENPA_FULL-}" ] || { echo "skip PyTorch is a witness of ./test.sh --full" && exit 77; }
python=/usr/bin/python3
$python -c 'import torch' 2>/dev/null || { echo "skip python3-torch is not installed" && exit 77; }
status=0
for what in training shapes; do
  if "$(dirname "$DENPA")/tests/test_state" $what "$TMP/$what" && $python tests/witness/state_witness.py "$TMP/$what" >"$TMP/said" 2>&1; then
    echo "ok batch normalisation, $what: $(cat "$TMP/said")"
  else
    echo "not ok batch normalisation, $what: $(cat "$TMP/said")" && status=1
  fi
done
exit $status
