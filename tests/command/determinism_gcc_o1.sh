#!/bin/sh
# determinism_gcc_o1.sh: one seed, one model file, byte for byte, whether the release build trains or one by gcc -O1.
. tests/kit.sh
needs full
. tests/witness/trainings/same.sh
other_build gcc -O1
exit $bad
