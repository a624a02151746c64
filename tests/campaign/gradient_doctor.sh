#!/bin/sh
# gradient_doctor.sh: `denpa check --grads` names the mistake: every mistake of tests/campaign/gradient_doctor.py on 20 networks (first in at least 90 %, among the
# first three in 98 %), two mistakes at once, and no false alarm on 1,000 correct gradients. Takes a minute. A sample of it is in tests/command/check.sh.
set -u
: "${TMP:?an empty folder}"
python=/usr/bin/python3
$python -c 'import numpy' 2>"$TMP/err" || { echo "skip python3-numpy is not installed" && exit 77; }
mkdir -p "$TMP/case"
status=0
for part in "mistakes 20" "pairs 20" "correct 1000"; do
  # shellcheck disable=SC2086 # words
  set -- $part
  $python tests/campaign/gradient_doctor.py "$1" "$DENPA" "$TMP/case" "$2" || status=1
done
exit $status
