#!/bin/sh
# growth.sh: how time and memory grow with samples (1,000 to 1,000,000), width, depth, batch and threads; writes bench/GROWTH.md and bench/growth.svg.
# Needs nothing but what builds denpa and Debian's python3; takes some minutes.
set -u
cd "$(dirname "$0")/.." || exit 1
. scripts/common.sh
sh scripts/prepare.sh build || exit 1
[ -x /usr/bin/python3 ] || { say "growth.sh needs python3." "growth.sh には python3 が必要です。" >&2; exit 1; }
[ -f build/release/build.ninja ] || long "configure" build/log/bench-configure.log configure release -DDENPA_TESTS=OFF || exit 1
long "build" build/log/bench-build.log build release --target denpa || exit 1
exec /usr/bin/python3 bench/growth.py build/release/denpa
