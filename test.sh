#!/bin/sh
# test.sh: builds the project in four ways and runs every test in each: gcc (release), clang, address and undefined-behaviour
# sanitizers, thread sanitizer. Installs what is missing.
#   ./test.sh                  everything
#   ./test.sh --full           also the tests that need PyTorch, or a browser to look at pages
#   ./test.sh --only PRESET    one build only: release, clang, asan or tsan (may be given more than once)
# One cmocka case counts as one test, and so does one script. The last line is `N passed, N failed, N skipped`; the exit status is 0
# if and only if nothing failed.
set -u
cd "$(dirname "$0")" || exit 1
. scripts/common.sh

purposes="build test"
presets=
while [ $# -gt 0 ]; do
  case $1 in
    --full)
      purposes="$purposes full"
      export DENPA_FULL=1
      ;;
    --only)
      case ${2-} in
        release | clang | asan | tsan) presets="$presets $2" ;;
        *) echo "test.sh: --only needs release, clang, asan or tsan" >&2 && exit 2 ;;
      esac
      shift
      ;;
    *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
  esac
  shift
done
: "${presets:=release clang asan tsan}"

writable || {
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
}

# shellcheck disable=SC2086 # a list of words
sh scripts/prepare.sh $purposes || {
  say "The machine could not be prepared, so no test ran." "準備ができなかったため、テストは実行されませんでした。"
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
}

# The tests of pages are skipped by name if this cannot be had.
[ -z "${DENPA_FULL-}" ] || long "playwright-core" build/log/browser.log sh scripts/browser.sh install || true

if [ -z "${DENPA_DATA-}" ] && [ -d ../shared/data ]; then
  DENPA_DATA=$(cd ../shared/data && pwd) && export DENPA_DATA
fi

results=$(mktemp -d "${TMPDIR:-/tmp}/denpa-results.XXXXXX") || exit 1
tailing=
tidy() {
  [ -z "$tailing" ] || kill "$tailing" 2>/dev/null
  rm -rf "$results"
}
trap tidy EXIT
trap 'exit 1' HUP INT TERM

passed=0 failed=0 skipped=0
# lost NAME WHY: something that should have reported and did not.
lost() {
  echo "$1: $2" | tee -a "$results/lost"
  failed=$((failed + 1))
}

for preset in $presets; do
  echo
  echo "== $preset"
  targets=
  [ "$preset" != clang ] || targets="--target all" # the command too: clang's warnings are errors here
  long "configure" "build/log/$preset-configure.log" configure "$preset" -DDENPA_TESTS=ON -DDENPA_WERROR=ON || {
    lost "configuring $preset" "failed, see build/log/$preset-configure.log"
    continue
  }
  # What does not compile has failed; the rest is built (-k 0) and tested all the same.
  # shellcheck disable=SC2086
  long "build" "build/log/$preset-build.log" build "$preset" $targets -- -k 0 ||
    lost "build of $preset" "failed, see build/log/$preset-build.log"
  here=$results/$preset
  mkdir -p "$here"
  : >"$here/lines"
  tail -n +1 -f "$here/lines" &
  tailing=$!
  DENPA_TEST_RESULTS=$here ctest --preset "$preset" --no-label-summary >"build/log/$preset-tests.log" 2>&1
  sleep 1.2 # tail looks once a second
  kill "$tailing" 2>/dev/null
  wait "$tailing" 2>/dev/null
  tailing=
  suffix=$(cat "build/$preset/tests.suffix")
  ran=0
  while read -r name; do
    ran=$((ran + 1))
    if [ ! -f "$here/$name.counts" ]; then
      lost "$name$suffix" "did not report, see build/log/$preset-tests.log"
      continue
    fi
    read -r p f s <"$here/$name.counts"
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    if [ "$f" -gt 0 ]; then
      { echo "---- $name$suffix" && cat "$here/$name.out"; } >>"$results/failures"
    fi
    if [ -s "$here/$name.skipped" ]; then
      sed "s|^|  $name$suffix: |" "$here/$name.skipped" >>"$results/skipped"
    elif [ "$s" -gt 0 ]; then
      echo "  $name$suffix" >>"$results/skipped"
    fi
  done <"build/$preset/tests.list"
  [ "$ran" -gt 0 ] || lost "tests of $preset" "there are none"
done

if [ -s "$results/failures" ]; then
  echo
  echo "== what failed, in full"
  cat "$results/failures"
fi
if [ -s "$results/lost" ]; then
  echo
  echo "== what did not report"
  cat "$results/lost"
fi
if [ -s "$results/skipped" ]; then
  echo
  echo "== skipped"
  cat "$results/skipped"
fi
echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
