#!/bin/sh
# trainings.sh: every optimizer, loss, activation, layer, schedule, sampling ...: the trainings of tests/witness/trainings end in the weights
# that they ended in when the second storey began. `DENPA=... TMP=... sh tests/witness/trainings.sh record` writes the golden file.
set -u
case $DENPA in
  */release/denpa | /tmp/*) ;;
  *) echo "skip the trainings run with the release build" && exit 77 ;;
esac
command -v /usr/bin/python3 >/dev/null || { echo "skip trainings: python3 is not installed" && exit 77; }
. tests/witness/trainings/make.sh
bad=0
for name in $names; do
  # shellcheck disable=SC2046
  (cd "$TMP" && "$DENPA" train $(options_of "$name") --evaluate none --quiet --progress none --out "$name.safetensors") >"$TMP/out" 2>"$TMP/err" || {
    echo "not ok $name: $(cat "$TMP/err")"
    bad=1
  }
done
[ $bad = 0 ] || exit 1
# shellcheck disable=SC2086
/usr/bin/python3 $trainings/golden.py "${1:-check}" $trainings/golden.json "$TMP" $names
