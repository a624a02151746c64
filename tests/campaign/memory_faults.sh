#!/bin/sh
# memory_faults.sh: tests/command/memory_faults.sh at every place of the program and its libraries that asks for memory, the first and the last time it asks: once with that
# allocation refused, and once with every later one refused too. Some 20 minutes of processor time. Needs $TMP, $DENPA.
set -u
: "${TMP:?an empty folder}"
cc -std=c17 -shared -fPIC -O2 -o "$TMP/refuse.so" tests/command/refuse_memory.c || exit 1
bad=0
for mode in places onwards; do
  python3 -B tests/command/memory_faults.py "$DENPA" "$TMP/refuse.so" "$TMP/all" $mode || bad=1
done
exit $bad
