#!/bin/sh
# sklearn.sh: what denpa makes of scikit-learn's tables without being told anything, beside scikit-learn's own networks with their defaults, over 10 splits (./test.sh --full).
set -u
[ -n "${DENPA_FULL-}" ] || { echo "skip scikit-learn is a witness of ./test.sh --full" && exit 77; }
python=/usr/bin/python3
$python -c 'import sklearn' 2>/dev/null || { echo "skip python3-sklearn is not installed" && exit 77; }
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
status=0
for table in iris wine cancer diabetes digits; do
  if $python tests/witness/sklearn_witness.py "$DENPA" "$TMP" $table >"$TMP/said" 2>&1; then
    echo "ok $(cat "$TMP/said")"
  else
    echo "not ok $(cat "$TMP/said")" && status=1
  fi
done
exit $status
