#!/bin/sh
# trainings.sh: every optimizer, loss, activation, layer, schedule, sampling ...: the trainings of tests/witness/trainings end in the weights
# that they ended in when the second storey began. `DENPA=... TMP=... sh tests/witness/trainings.sh record` writes the golden file.
. tests/kit.sh
needs release python
. tests/witness/trainings/make.sh
for name in $names; do
  # shellcheck disable=SC2046
  (cd "$TMP" && "$DENPA" train $(options_of "$name") --evaluate none --quiet --progress none --out "$name.safetensors") >"$TMP/out" 2>"$TMP/err" || no "$name" "$(cat "$TMP/err")"
done
[ $bad = 0 ] || exit 1
# shellcheck disable=SC2086
$python $trainings/golden.py "${1:-check}" $trainings/golden.json "$TMP" $names
