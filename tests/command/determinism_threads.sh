#!/bin/sh
# determinism_threads.sh: one seed, one model file, byte for byte, with 1, 2, 3, 4 and 8 threads.
. tests/kit.sh
. tests/witness/trainings/same.sh
for threads in 2 3 4 8; do all_same "threads: $threads" "$DENPA" --threads $threads; done
exit $bad
