#!/bin/sh
# determinism_clang_o1.sh: one seed, one model file, byte for byte, whether the release build trains or one by clang -O1.
. tests/kit.sh
needs full
. tests/witness/trainings/same.sh
other_build clang -O1
exit $bad
