#!/bin/sh
# memory_faults.sh: with memory refused once, each subcommand ends with status 1 and says so, or gives what it gives undisturbed; its files are the old ones or whole
# (memory_faults.py says it in full). Five places of each subcommand here, all places of those that once gave something else with status 0; all places of all of them:
# tests/campaign/memory_faults.sh.
. tests/kit.sh
needs release python cc

good "the library that refuses compiles" cc -std=c17 -shared -fPIC -O2 -Wall -Wextra $werror -o "$TMP/refuse.so" tests/command/refuse_memory.c
if ! $python -B tests/command/memory_faults.py "$DENPA" "$TMP/refuse.so" "$TMP/all" 5; then bad=1; fi
if ! CASES='^(export|eval|info-table|info-text|doctor)$' $python -B tests/command/memory_faults.py "$DENPA" "$TMP/refuse.so" "$TMP/all" places; then bad=1; fi
exit $bad
