#!/bin/sh
# coverage.sh [CTEST-ARGUMENTS...]: how much of src the tests reach, in lines and in branches: a table of the rooms and the whole. Builds the
# preset `coverage`, runs its tests (those of the library, and the scripts that CMakePresets.json lists there; CTEST-ARGUMENTS choose among
# them: -L program, -R test_npy), asks gcov by way of gcovr (scripts/prepare.sh campaign). Exit status: 0 the bars are reached, 1 not, or a
# test failed.
# The bars: 90 % of lines and 80 % of branches of the whole; 95 % of the branches of the readers (src/file) and of the writer
# (src/base/write.c). docs/promises.md keeps the figures of the last run.
#   KEEP=1   counts go on from the last run instead of from zero (a second choice of tests)
# A branch is one that is left after -O1; asserts are not counted, since they are our own bugs'.
set -u
cd "$(dirname "$0")/.." || exit 1
. scripts/common.sh
command -v gcovr >/dev/null || { echo "gcovr is not installed (scripts/prepare.sh campaign)" && exit 1; }
build=build/coverage
mkdir -p build/log
cmake --preset coverage >build/log/coverage-configure.log || exit 1
long "build" build/log/coverage-build.log cmake --build --preset coverage || exit 1
[ -n "${KEEP-}" ] || find $build -name '*.gcda' -exec rm {} +
failed=0
unset DENPA_DATA # what trains on all of MNIST takes minutes where every branch is counted, and reaches no other branch
ctest --preset coverage "$@" >build/log/coverage-tests.log 2>&1 || {
  failed=1
  sed -n '/The following tests FAILED/,$p' build/log/coverage-tests.log
}
gcovr --root . --filter src/ --object-directory $build --json-summary $build/coverage.json --json-summary-pretty >/dev/null || exit 1
/usr/bin/python3 - $build/coverage.json <<'P' || failed=1
import json, sys
rooms, order = {}, "base kernel op net exec image file data learn run draw explain interop search doctor gradcheck book cli".split()
def add(name, file):
    room = rooms.setdefault(name, [0] * 4)
    for i, key in enumerate(("line_covered", "line_total", "branch_covered", "branch_total")):
        room[i] += file[key]
for file in json.load(open(sys.argv[1]))["files"]:
    add(file["filename"].split("/")[1], file)
    add("all", file)
    if file["filename"] == "src/base/write.c":
        add("the writer", file)
share = lambda part, whole: 100 * part / whole if whole else 100.0
print("%-12s %8s %9s" % ("room", "lines %", "branches %"))
for name in order + sorted(set(rooms) - set(order) - {"all", "the writer"}) + ["the writer", "all"]:
    if name in rooms:
        a, b, c, d = rooms[name]
        print("%-12s %8.1f %9.1f   (%d of %d, %d of %d)" % (name, share(a, b), share(c, d), a, b, c, d))
bars = [("all", 0, 90), ("all", 2, 80), ("file", 2, 95), ("the writer", 2, 95)]
short = ["%s: %.1f %% of %s, %d %% are asked for" % (n, share(*rooms[n][i:i + 2]), ("lines", "", "branches")[i], bar)
         for n, i, bar in bars if share(*rooms[n][i:i + 2]) < bar]
print("\n".join(short) or "The bars are reached.")
sys.exit(bool(short))
P
exit $failed
