#!/bin/sh
# determinism_units.sh: one seed, one model file, byte for byte, with every vector unit that this machine has: each of the
# trainings with the best of them and, in turn, with two of the four (in ./test.sh --full with all of them).
. tests/kit.sh
. tests/witness/trainings/same.sh
for unit in ref avx2 avx512 neon; do
  in_turn $((part = ${part:-0} + 1)) 2
  if "$DENPA" train digits:60 --steps 0 --evaluate none --quiet --cpu $unit >/dev/null 2>&1; then
    all_same "--cpu $unit" "$DENPA" --cpu $unit
  else
    skip "--cpu $unit" "this processor does not have it"
  fi
done
exit $bad
