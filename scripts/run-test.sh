#!/bin/sh
# run-test.sh: runs one test and counts its cases. CTest calls it (tests/CMakeLists.txt):
#   run-test.sh program|script NAME PATH SECONDS BUILD-FOLDER [CLOCK-SECONDS]
# SECONDS are of processor time, for each process of the test, so that a busy machine ends none; many more on the clock end one that waits
# for what never comes. The seconds that are reported are processor time too, of all its processes.
# A program is a cmocka program: each of its cases counts; it runs in an empty folder. A script counts as one and runs where this one does; it
# prints `ok WHAT`, `not ok WHAT`, `skip WHAT`, exits 1 if anything was not ok and 77 if it could not run at all; it finds the command in $DENPA
# and an empty folder in $TMP.
# What crashes, takes too long, or runs no case has failed.
# With DENPA_TEST_RESULTS=FOLDER (test.sh) the counts go to FOLDER/NAME.counts, what was printed to FOLDER/NAME.out, the skipped
# cases to FOLDER/NAME.skipped, and one line to FOLDER/lines. Exit status: 0 passed, 1 failed, 77 skipped.
set -u
kind=$1 name=$2 path=$3 limit=$4 build=$5
case $path in /*) ;; *) path=$PWD/$path ;; esac

# Kernels such as Ubuntu 24.04's scatter a process over so much of its addresses (vm.mmap_rnd_bits = 32) that libraries come to lie where the
# sanitizers of gcc 13 and older have their own memory. What is sanitized is not scattered, where that can be asked for.
case $(cat "$build/tests.suffix" 2>/dev/null) in
  *san*) [ -n "${DENPA_GATHERED-}" ] || ! setarch -R true 2>/dev/null || DENPA_GATHERED=1 exec setarch -R sh "$0" "$@" ;;
esac

home=$(mktemp -d "${TMPDIR:-/tmp}/denpa-test.XXXXXX") || exit 1
trap 'chmod -R u+w "$home" 2>/dev/null; rm -rf "$home"' EXIT
trap 'exit 1' HUP INT TERM
results=${DENPA_TEST_RESULTS:-$home/results}
mkdir -p "$home/tmp" "$home/home" "$results"

# Nobody's language, cache or settings but the test's own. Real MNIST only if DENPA_DATA names it.
unset LANG LANGUAGE LC_MESSAGES DENPA_LANG XDG_CACHE_HOME XDG_CONFIG_HOME NO_COLOR PYTHONPATH
export LC_ALL=C.UTF-8 HOME="$home/home" TMP="$home/tmp" TMPDIR="$home/tmp" DENPA="$build/denpa"
suffix=$(cat "$build/tests.suffix" 2>/dev/null)
case $suffix${DENPA_FULL-} in # what reads and trains on all of MNIST takes minutes under a sanitizer; address's has it in --full
  " (tsan)"* | " (asan)") unset DENPA_DATA ;;
esac
export ASAN_OPTIONS="detect_stack_use_after_return=${DENPA_RETURN_CHECK:-1}:strict_string_checks=1:allocator_may_return_null=1"
export UBSAN_OPTIONS="print_stacktrace=1" TSAN_OPTIONS="halt_on_error=1"

patience=${6-$((limit * 10 + 600))}
(
  ulimit -c 0 # what is ended here leaves no core file
  # shellcheck disable=SC3045 # dash and bash have -t
  ulimit -S -t "$limit"
  case $kind in
    program) cd "$home/tmp" && CMOCKA_MESSAGE_OUTPUT=TAP exec timeout -k 5 "$patience" "$path" ;;
    script) exec timeout -k 5 "$patience" sh "$path" ;;
  esac
) >"$home/out" 2>"$home/err" </dev/null
status=$?
times >"$home/times" # of this shell and, in its second line, of what it waited for: user and system, as 1m2.34s
tenths=$(tail -n 1 "$home/times" | awk '{
  for (i = 1; i <= 2; i++) { split($i, part, "m"); seconds += 60 * part[1] + part[2] }
  printf "%d", seconds * 10
}')

if [ "$kind" = program ]; then
  # cmocka's TAP, wherever in a line it begins (a test may have printed without ending its line). A plan `1..N` per group.
  awk -v status="$status" -v skipped="$results/$name.skipped" '
    /^1\.\.[0-9]+$/ { planned += substr($0, 4) }
    match($0, /(not )?ok [0-9]+ (- |# SKIP )/) {
      seen++
      if (substr($0, RSTART, RLENGTH) ~ /SKIP/) { skip++; print substr($0, RSTART + RLENGTH) > skipped }
      else if (substr($0, RSTART, 3) == "not") fail++
      else pass++
    }
    END {
      if (planned > seen) fail += planned - seen # it ended in the middle: what did not report has failed
      if (status != 0 && fail == 0) fail = 1     # a crash at the end, or what a sanitizer found
      if (pass + fail + skip == 0) fail = 1      # nothing ran
      print pass + 0, fail + 0, skip + 0
    }' "$home/out" >"$home/counts"
else
  grep '^skip ' "$home/out" | cut -d' ' -f2- >"$results/$name.skipped"
  if [ "$status" -eq 77 ]; then
    echo 0 0 1
  elif [ "$status" -eq 0 ] && grep -q '^ok ' "$home/out" && ! grep -q '^not ok ' "$home/out"; then
    echo 1 0 0
  elif [ "$status" -eq 0 ] && grep -q '^skip ' "$home/out" && ! grep -q '^not ok ' "$home/out"; then
    echo 0 0 1
  else
    echo 0 1 0
  fi >"$home/counts"
fi
read -r passed failed skipped <"$home/counts"

{
  cat "$home/out"
  [ -s "$home/err" ] && { echo "--- standard error:"; cat "$home/err"; }
  [ "$status" -eq 124 ] || [ "$status" -eq 137 ] && echo "--- stopped: more than $patience s on the clock"
  [ "$status" -eq 152 ] && echo "--- stopped: more than $limit s of processor time"
  [ "$status" -gt 128 ] && echo "--- ended by signal $((status - 128))"
  [ $((passed + failed + skipped)) -eq "$failed" ] && [ "$status" -eq 0 ] && echo "--- exit status 0, but no case passed"
  :
} >"$results/$name.out"
printf '%-34s %4d passed %3d failed %3d skipped %5d.%d s\n' "$name$suffix" "$passed" "$failed" "$skipped" \
  $((tenths / 10)) $((tenths % 10)) >>"$results/lines"
cp "$home/counts" "$results/$name.counts"

if [ -z "${DENPA_TEST_RESULTS-}" ]; then # a person at ctest
  cat "$results/$name.out" "$results/lines"
fi
[ "$failed" -eq 0 ] || exit 1
[ "$passed" -gt 0 ] || exit 77
