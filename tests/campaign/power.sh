#!/bin/sh
# power.sh: the power failures of tests/unit/test_power.c on a longer training: at least 10,000 states, each of which has to be a run that goes
# on from the last checkpoint that was said to be saved.
#   POWER_EPOCHS=N    how long the training is (default 40: 17,048 states, 140 s of processor time)
. tests/kit.sh
program=$build/tests/test_power
[ -x "$program" ] || { skip power "tests are not built: cmake --build --preset release --target test_power" && exit 77; }
POWER_EPOCHS=${POWER_EPOCHS:-40} "$program" >"$TMP/out" 2>&1 || no power "$(tail -n 20 "$TMP/out")"
grep 'states of' "$TMP/out"
between states 10000 "$(sed -n 's/^\([0-9]*\) states of.*/\1/p' "$TMP/out")" 100000000
exit $bad
