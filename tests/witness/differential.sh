#!/bin/sh
# differential.sh: npy, npz and safetensors files that are damaged in every way: denpa accepts and refuses what the reference readers accept and refuse, and reads the same
# values (differential.py says what may differ, and why). DIFFERENTIAL files of each format (4000); tests/campaign/differential.sh takes a million.
. tests/kit.sh
needs python numpy
driver=$build/tests/differential
[ -x "$driver" ] || { skip differential "the build has no $driver" && exit 77; }
for format in ${FORMATS:-npy npz safetensors}; do
  good $format $python -B tests/witness/differential.py "$driver" $format "${DIFFERENTIAL:-4000}" "${SEED:-1}" "$TMP"
  [ ! -s "$TMP/said" ] || tail -n 1 "$TMP/said"
done
exit $bad
