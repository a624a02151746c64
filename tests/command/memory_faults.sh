#!/bin/sh
# memory_faults.sh: with memory refused once, each subcommand ends with status 1 and says so, or gives what it gives undisturbed; its files are the old ones or whole
# (memory_faults.py says it in full). Five places of each subcommand, and twenty of those that once gave something else with status 0: spread evenly over all places that
# ask. All places of those few are of ./test.sh --full, all places of every subcommand of tests/campaign/memory_faults.sh.
. tests/kit.sh
needs release python cc

good "the library that refuses compiles" cc -std=c17 -shared -fPIC -O2 -Wall -Wextra $werror -o "$TMP/refuse.so" tests/command/refuse_memory.c
if ! $python -B tests/command/memory_faults.py "$DENPA" "$TMP/refuse.so" "$TMP/all" 5; then bad=1; fi
[ -n "${DENPA_FULL-}" ] && places=places || places=20
if ! CASES='^(export|eval|info-table|info-text|doctor)$' $python -B tests/command/memory_faults.py "$DENPA" "$TMP/refuse.so" "$TMP/all" "$places"; then bad=1; fi
exit $bad
