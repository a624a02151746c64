#!/bin/sh
# determinism_no_vector_units.sh: one seed, one model file, byte for byte, without any vector unit's kernels and without FMA instructions, where
# the C library computes fma.
. tests/kit.sh
. tests/witness/trainings/same.sh
names=$(echo "$names" | grep -v '_net$\|_wide$\|order$\|full_batch') # fma in software is slow: the small ones show it
other_build gcc -O3 -DDENPA_NO_VECTOR_UNITS=ON
exit $bad
