#!/bin/sh
# own_pictures.sh: how many pictures are told as unlike the training data that are not digits, and how many that are; and how many photographs of
# digits get the answer that the digit itself gets. Blank pages, noise, capital letters of every font that is here but DejaVu (whose letters were
# looked at while the way to tell was chosen); MNIST's test pictures (DENPA_DATA) and drawn digits that no training saw. An examination and no
# material to tune by; where an aim is missed, it fails where it is worse than before. Needs python3-numpy and python3-pil; some 100 s of processor time.
set -u
cd "$(dirname "$0")/../.." || exit 1
: "${DENPA=$PWD/build/release/denpa}"
export DENPA
exec /usr/bin/python3 tests/campaign/own_pictures.py "$@"
