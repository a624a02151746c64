#!/bin/sh
# fuzz.sh [TARGET...]: fuzzes every target, or those named, under libFuzzer with the address and undefined-behaviour sanitizers; `make campaign`
# runs it. Prints a line a target: inputs tried, corpus, findings, and for how many inputs before the end nothing new was reached.
#   FUZZ_SECONDS=225   of processor time, for each target: on a busy machine the clock tells little of how much was tried (225: two hours in all)
#   FUZZ_JOBS=1        targets side by side
#   FUZZ_MERGE=1       afterwards takes what reaches more than the kept corpus does into fuzz/corpus, minimised; otherwise nothing is written there
# What is found, and the corpus that grew, stay in build/fuzz-work/TARGET. Exit status: 0, or 1 if anything was found.
# Limits: FUZZ_SECONDS of fuzz.h of processor time (a busy machine breaks no input; libFuzzer's own clock ends only what hangs) and 256 MB in any
# one allocation. The process may have 768 MB: the sanitizer keeps what was freed (64 MB), a shadow of an eighth, and the coverage; without it, the
# tests hold every input of the corpus to 256 MB in all (fuzz_replay).
set -eu
cd "$(dirname "$0")/.."
. scripts/common.sh
seconds=${FUZZ_SECONDS:-225}
command -v clang >/dev/null || { echo "fuzz.sh: clang is not installed (scripts/prepare.sh build campaign)" >&2 && exit 1; }

# one TARGET LONGEST: fuzzes it and writes its line to build/fuzz-work/TARGET/line.
one() {
  folder=build/fuzz-work/$1
  mkdir -p "$folder/corpus" "$folder/found"
  tmp=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d) # in memory where that can be had: most targets write a file for each input
  words=
  [ ! -f "fuzz/dictionaries/$1.dict" ] || words=-dict=fuzz/dictionaries/$1.dict
  before=$(ls "$folder/found" | wc -l)
  processor=0
  : >"$folder/log"
  # libFuzzer's limit is of the clock: slices, until the target has had its processor time.
  while [ $processor -lt "$seconds" ] && [ "$(ls "$folder/found" | wc -l)" = "$before" ]; do
    ( # a shell of its own, so that `times` tells of its children only
      DENPA_FUZZ_TARGET=$1 TMPDIR=$tmp build/fuzz/fuzz/fuzz "$folder/corpus" "fuzz/corpus/$1" -max_total_time=$((seconds - processor)) -max_len="$2" \
        -rss_limit_mb=768 -malloc_limit_mb=256 -timeout=30 -print_final_stats=1 -artifact_prefix="$folder/found/" $words >>"$folder/log" 2>&1 || :
      times >"$folder/times"
    )
    processor=$((processor + $(awk -F '[ms ]+' 'NR == 2 { print int(60 * $1 + $2 + 60 * $3 + $4) + 1 }' "$folder/times")))
  done
  rm -rf "$tmp"
  now=$(ls "$folder/found" | wc -l)
  awk -v target="$1" -v processor="$processor" -v found=$((now - before)) -v kept="$(ls "fuzz/corpus/$1" | wc -l)" -v grown="$(ls "$folder/corpus" | wc -l)" '
    /^#[0-9]+\t/ { inputs = before + substr($1, 2) }
    /\tNEW / { last = inputs }
    /^stat::number_of_executed_units:/ { inputs = before += $2 }
    / cov: / { for (i = 1; i < NF; i++) if ($i == "cov:") cov = $(i + 1) }
    END { printf "%-13s %9d inputs, corpus %d + %d, coverage %d, %s, nothing new in the last %d inputs, %d s of processor time\n", target, inputs, kept, grown, cov,
      found ? found " FOUND" : "nothing found", inputs - last, processor }' "$folder/log" >"$folder/line"
  cat "$folder/line"
}

if [ "${1-}" = --one ]; then # of the loop below
  one "$2" "$3"
  exit 0
fi
cmake --preset fuzz >/dev/null
mkdir -p build/log build/fuzz-work
cmake --build --preset fuzz >build/log/fuzz-build.log || { cat build/log/fuzz-build.log; exit 1; }
export ASAN_OPTIONS=quarantine_size_mb=64:detect_stack_use_after_return=1:allocator_may_return_null=0:handle_abort=1 UBSAN_OPTIONS=print_stacktrace=1
build/fuzz/fuzz/fuzz_replay --list >build/fuzz-work/list
if [ $# -gt 0 ]; then
  for target; do
    grep "^$target " build/fuzz-work/list || { echo "fuzz.sh: there is no target $target; there are: $(cut -d' ' -f1 build/fuzz-work/list | tr '\n' ' ')" >&2 && exit 2; }
  done >build/fuzz-work/chosen
else
  cp build/fuzz-work/list build/fuzz-work/chosen
fi
cut -d' ' -f1,2 build/fuzz-work/chosen | xargs -P "${FUZZ_JOBS:-1}" -n 2 sh fuzz/fuzz.sh --one
if [ "${FUZZ_MERGE-}" = 1 ]; then
  while read -r target longest what; do
    DENPA_FUZZ_TARGET=$target build/fuzz/fuzz/fuzz -merge=1 -max_len=4096 -rss_limit_mb=768 "fuzz/corpus/$target" "build/fuzz-work/$target/corpus" >/dev/null 2>&1 || :
  done <build/fuzz-work/chosen
  du -sh fuzz/corpus
fi
found=$(while read -r target what; do ls "build/fuzz-work/$target/found" | sed "s|^|build/fuzz-work/$target/found/|"; done <build/fuzz-work/chosen)
[ -z "$found" ] || { echo "$found" && exit 1; }
