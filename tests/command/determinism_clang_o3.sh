#!/bin/sh
# determinism_clang_o3.sh: one seed, one model file, byte for byte, whether the release build trains or one by clang -O3.
. tests/kit.sh
. tests/witness/trainings/same.sh
other_build clang -O3
exit $bad
