#!/bin/sh
# determinism_clang_o3.sh: one seed, one model file, byte for byte, whether clang -O3 built the command or gcc -O3. It belongs to clang's build; gcc's
# command is the release build's where test.sh has just made it (DENPA_RELEASE), and is built here otherwise.
. tests/kit.sh
. tests/witness/trainings/same.sh
if [ -n "${DENPA_RELEASE-}" ]; then all_same "gcc -O3" "$DENPA_RELEASE" --threads 2; else other_build gcc -O3; fi
exit $bad
