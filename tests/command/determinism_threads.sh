#!/bin/sh
# determinism_threads.sh: one seed, one model file, byte for byte, with 1, 2, 3, 4 and 8 threads: each of the trainings with
# one thread and, in turn, with one of the others (in ./test.sh --full with all of them).
. tests/kit.sh
. tests/witness/trainings/same.sh
for threads in 2 3 4 8; do
  in_turn $((part = ${part:-0} + 1)) 4
  all_same "threads: $threads" "$DENPA" --threads $threads
done
exit $bad
