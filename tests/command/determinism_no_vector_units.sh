#!/bin/sh
# determinism_no_vector_units.sh: one seed, one model file, byte for byte, without any vector unit's kernels and without FMA instructions, where
# the C library computes fma: the command as it is built with DENPA_NO_VECTOR_UNITS (tests/CMakeLists.txt).
# Half of the trainings, and all of them in ./test.sh --full.
. tests/kit.sh
. tests/witness/trainings/same.sh
in_turn 1 2
names=$(echo "$names" | grep -v '_net$\|_wide$\|order$\|full_batch') # fma in software is slow: the small ones show it
"$build/tests/denpa_plain" train digits:60 --steps 0 --evaluate none --quiet --cpu avx2 >"$TMP/out" 2>"$TMP/err" && no "it has a vector unit's kernels"
all_same "no vector units" "$build/tests/denpa_plain" --threads 2
exit $bad
