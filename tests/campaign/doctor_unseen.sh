#!/bin/sh
# doctor_unseen.sh: examines the doctor by set-ups that its thresholds were not made on, written by somebody who had not read it (those called later_, by
# somebody who had): 85 trainings that cannot go
# well (learning rates, initial weights, schedules, losses, layers, data, labels) and 190 that go well. Says of each whether the cause is named first, applies
# every cure that the first finding advises and trains again. The aim: the cause first in 90 %, a help by 90 % of the cures, no alarm. Until it is reached, it
# fails where the doctor does worse than before. Some 105 s of processor time.
#   tests/campaign/doctor_unseen.sh [NAMES]            NAMES is a regular expression: ^bad_rate, ^well_rings
#   tests/campaign/doctor_unseen.sh figures [NAMES]    measures each bad set-up with its cause and without it, and writes both figures into the table
# The set-ups are an examination and no material to tune by: who mends the doctor mends the kind, and who adds set-ups has not read it.
set -u
cd "$(dirname "$0")/../.." || exit 1
: "${DENPA=$PWD/build/release/denpa}"
export DENPA
what=examine
[ "${1-}" != figures ] || { what=figures && shift; }
exec /usr/bin/python3 tests/campaign/doctor_unseen.py "$what" tests/campaign/doctor_unseen.tsv "$@"
