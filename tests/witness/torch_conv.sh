#!/bin/sh
# torch_conv.sh: PyTorch walks beside networks of convolutions and pools of 100 random shapes (./test.sh --full): loss and every gradient, in double.
set -u
[ -n "${DENPA_FULL-}" ] || { echo "skip PyTorch is a witness of ./test.sh --full" && exit 77; }
python=/usr/bin/python3
$python -c 'import torch, numpy' 2>/dev/null || { echo "skip python3-torch is not installed" && exit 77; }
if $python tests/witness/torch_conv_witness.py "$DENPA" "$TMP" 100 >"$TMP/said" 2>&1; then
  echo "ok shapes: $(tail -1 "$TMP/said")"
else
  echo "not ok shapes: $(tail -3 "$TMP/said")" && exit 1
fi
