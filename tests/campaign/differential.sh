#!/bin/sh
# differential.sh: tests/witness/differential.sh with a million files of each format (DIFFERENTIAL=N: another number; SEED=N: others; FORMATS=npy: one of them). About 20
# minutes of processor time. Needs $TMP, $DENPA.
export DIFFERENTIAL="${DIFFERENTIAL:-1000000}"
exec sh tests/witness/differential.sh
