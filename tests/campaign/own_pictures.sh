#!/bin/sh
# own_pictures.sh [develop|blind]: how many pictures are told as unlike the training data that are not digits, and how many that are; and how many
# photographs of digits get the answer that the digit itself gets. Two parts, whose fonts, seeds and rows have nothing in common (PARTS in
# own_pictures.py names them):
#   develop  what may be looked at, and chosen by, while forms of letters, sizes and limits are worked on;
#   blind    what may not. It is run once when the work is done, its figures go into docs/pictures-of-your-own.md as they fall, and nothing is
#            changed after them. Whoever changes the way to tell makes another blind part: fonts, seeds and rows that were never run.
# Counted is, for a network trained on MNIST (DENPA_DATA) and for one trained on the drawn digits:
#   - false alarms: digits that no training saw, told as unlike or blank; of MNIST's test pictures 0 to 3999 or 4000 to 9999, of the first 3,000 test rows of
#     drawn digits of another seed                                                                                     aim: below 2 %
#   - 480 photographs of such digits (those that are answered rightly as they are): shadow, slope of light, dark corners, grain, ruled and squared
#     paper; answered rightly (aim: 90 %), told as unlike or blank                                                     aim: below 5 %
#   - 480 blank pages and 480 pictures of noise, told as unlike or blank                                               aim: 90 %
#   - capital letters, two faces of each package of fonts, each letter twice, turned by up to 10 degrees: told as unlike or blank. O, I, S and Z
#     are counted apart, since they have the form of 0, 1, 5 and 2                                                     aim: 90 % of the others
# Exit status 1 where an aim is missed. Needs python3-numpy, python3-pil and the packages of fonts, which it names; some 200 s of processor time.
set -u
cd "$(dirname "$0")/../.." || exit 1
: "${DENPA=$PWD/build/release/denpa}"
export DENPA
exec /usr/bin/python3 tests/campaign/own_pictures.py "$@"
