#!/bin/sh
# torch_conv.sh: PyTorch walks beside networks of convolutions and pools of 100 random shapes (./test.sh --full): loss and every gradient, in double.
. tests/kit.sh
needs full torch
if $python tests/witness/torch_conv_witness.py "$DENPA" "$TMP" 100 >"$TMP/said" 2>&1; then
  ok "shapes: $(tail -1 "$TMP/said")"
else
  no shapes "$(tail -3 "$TMP/said")"
fi
exit $bad
