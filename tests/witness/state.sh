#!/bin/sh
# state.sh: PyTorch computes batch normalisation as denpa does, in a training and for 100 random shapes (./test.sh --full). What needs no witness is in test_state.c.
. tests/kit.sh
needs full torch
for what in training shapes; do
  if "$build/tests/test_state" $what "$TMP/$what" && $python tests/witness/state_witness.py "$TMP/$what" >"$TMP/said" 2>&1; then
    ok "batch normalisation, $what: $(cat "$TMP/said")"
  else
    no "batch normalisation, $what" "$(cat "$TMP/said")"
  fi
done
exit $bad
