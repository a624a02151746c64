#!/bin/sh
# sklearn.sh: what denpa makes of scikit-learn's tables without being told anything, beside scikit-learn's own networks with their defaults, over 10 splits (./test.sh --full).
. tests/kit.sh
needs full sklearn
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
for table in iris wine cancer diabetes digits; do
  if $python tests/witness/sklearn_witness.py "$DENPA" "$TMP" $table >"$TMP/said" 2>&1; then
    ok "$(cat "$TMP/said")"
  else
    no "$(cat "$TMP/said")"
  fi
done
exit $bad
