#!/bin/sh
# symbols.sh: prints what the library shows to programs, in order: the functions that include/denpa/denpa.h declares with DENPA_API.
# tests/symbols.txt keeps that list, so that no name is lost or added unseen; after adding one on purpose:
#   scripts/symbols.sh >tests/symbols.txt
set -u
cd "$(dirname "$0")/.." || exit 1
# A declaration may go on over several lines: its name is the first word that begins with denpa_ and stands before a parenthesis.
tr '\n' ' ' <include/denpa/denpa.h | grep -oE 'DENPA_API [^;(]*\(' | grep -oE 'denpa_[a-z0-9_]+ *\($' | tr -d ' (' | LC_ALL=C sort
