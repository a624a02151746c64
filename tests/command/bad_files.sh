#!/bin/sh
# bad_files.sh: files of every kind that are damaged, mistaken or made to harm: each is refused with the exit status and the message that bad_files.py, which says how each
# is made, expects. Together with bad_inputs.sh and bad_tables.sh there are 250 of them at least.
. tests/kit.sh
needs python
$python -B tests/command/bad_files.py "$DENPA" "$TMP" | tee "$TMP/rows"
grep -q '^not ok' "$TMP/rows" && bad=1
count=$(grep -c '^ok' "$TMP/rows")
[ "$count" -ge 250 ] && ok "$count bad files" || no "$count bad files, fewer than 250"
exit $bad
