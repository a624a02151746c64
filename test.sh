#!/bin/sh
# test.sh: builds the project in four ways and runs every test in each: gcc (release), clang, address and undefined-behaviour
# sanitizers, thread sanitizer. Installs what is missing.
#   ./test.sh                  everything
#   ./test.sh --quick          the release build and the tests that tell most, in some four minutes; says what it leaves out
#   ./test.sh --full           also the tests that need PyTorch, or a browser to look at pages, and the long forms of some others
#   ./test.sh --only PRESET    one build only: release, clang, asan or tsan (may be given more than once)
#   ./test.sh --werror         the compilers' warnings are errors, as they are in CI (CI=true): a newer compiler warns of more
#   ./test.sh --busy N         with N programs beside it that do nothing but take the processors: no test may depend on the clock
#   ./test.sh --help           this text
# One cmocka case counts as one test, and so does one script; the seconds beside them are processor time, which does not depend on what
# else the machine does. The last line is `N passed, N failed, N skipped`, unless a test run was refused (wrong usage, a folder that cannot be
# written); the exit status is 0 if and only if tests ran and none failed.
set -u
cd "$(dirname "$0")" || exit 1
. scripts/common.sh

usage() { sed -n '2,/^set/s/^# \{0,1\}//p' "$0"; }
wrong() {
  echo "test.sh: $1" >&2
  exit 2
}

purposes="build test"
presets= quick= busy=0
: "${DENPA_WERROR:=$([ "${CI-}" = true ] && echo ON || echo OFF)}"
export DENPA_WERROR
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage && exit 0 ;;
    --quick) quick=yes ;;
    --full)
      purposes="$purposes full"
      export DENPA_FULL=1
      ;;
    --werror) DENPA_WERROR=ON ;;
    --only)
      case ${2-} in
        release | clang | asan | tsan) presets="$presets $2" ;;
        *) wrong "$(say "--only needs release, clang, asan or tsan" "--only には release、clang、asan、tsan のどれかを指定してください")" ;;
      esac
      shift
      ;;
    --busy)
      case ${2-} in
        '' | *[!0-9]*) wrong "$(say "--busy needs a number" "--busy には数を指定してください")" ;;
        *) busy=$2 ;;
      esac
      shift
      ;;
    *) wrong "$(say "unknown: $1; ./test.sh --help tells what there is" "不明な引数です: $1。使い方: ./test.sh --help")" ;;
  esac
  shift
done
if [ -n "$quick" ]; then
  [ -z "$presets" ] || wrong "$(say "--quick is the release build alone, without --only" "--quick は release だけを試すので、--only と一緒には使えません")"
  presets=release
fi
: "${presets:=release clang asan tsan}"

writable || exit 1 # nothing was asked of the tests: no line of counts, as for wrong usage
# How long and how large, measured on two quiet processors of 2026 (the last lines of a run say what it was).
case $quick,$presets in
  yes,*)
    say "The quick tests: about 4 minutes on two quiet processors, 110 MB in build/. Everything: ./test.sh" \
      "短いテスト: 空いているプロセッサー2つで約4分、build/ に110 MB。すべてのテスト: ./test.sh"
    ;;
  *,"release clang asan tsan")
    say "Every test, in four builds: about 20 minutes on two quiet processors, 750 MB in build/." \
      "4通りのビルドですべてのテスト: 空いているプロセッサー2つで約20分、build/ に750 MB。"
    say "In some four minutes: ./test.sh --quick" "4分ほどで済ませるには: ./test.sh --quick"
    ;;
esac

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
printing= making= loops=
tidy() {
  # shellcheck disable=SC2086 # a list of numbers
  [ -z "$printing$making$loops" ] || kill $printing $making $loops 2>/dev/null
  rm -rf "$results"
}
trap tidy EXIT
trap 'exit 1' HUP INT TERM

begun=$(date +%s)
strays >"$results/strays" # what is there already
passed=0 failed=0 skipped=0
# lost NAME WHY: something that should have reported and did not.
lost() {
  echo "$1: $2" | tee -a "$results/lost"
  failed=$((failed + 1))
}

while [ "$busy" -gt 0 ]; do
  sh -c 'while :; do :; done' &
  loops="$loops $!"
  busy=$((busy - 1))
done

# make_preset PRESET: configures and builds it. What does not compile has failed; the rest is built (-k 0) and tested all the same.
make_preset() {
  long "configure" "build/log/$1-configure.log" configure "$1" -DDENPA_TESTS=ON -DDENPA_WERROR="$DENPA_WERROR" || return 1
  targets=
  [ "$1" != clang ] || targets="--target all" # the command too: clang's warnings are errors here
  # shellcheck disable=SC2086
  long "build" "build/log/$1-build.log" build "$1" $targets -- -k 0 || return 2
}
# While the tests of one preset run, the next one is built: there is always something for every processor.
make_in_background() {
  [ $# -gt 0 ] || return 0
  mkdir -p build/log
  : >"build/log/$1-build.log"
  make_preset "$1" >"$results/$1.said" 2>&1 &
  making=$!
}

jobs=$(getconf _NPROCESSORS_ONLN)
[ "$jobs" -gt 1 ] || jobs=2
# shellcheck disable=SC2086 # a list of words
set -- $presets
make_in_background "$@"
while [ $# -gt 0 ]; do
  preset=$1
  shift
  echo
  echo "== $preset"
  show "build" "$making" "build/log/$preset-build.log"
  wait "$making"
  made=$?
  making=
  cat "$results/$preset.said"
  make_in_background "$@"
  case $made in
    0) ;;
    1) lost "configuring $preset" "failed, see build/log/$preset-configure.log" && continue ;;
    *) lost "build of $preset" "failed, see build/log/$preset-build.log" ;;
  esac
  # What clang's command is compared with.
  if [ "$preset" = release ] && [ -x build/release/denpa ]; then DENPA_RELEASE=$PWD/build/release/denpa && export DENPA_RELEASE; fi
  here=$results/$preset
  mkdir -p "$here"
  # Each test writes its line into the pipe; it is at its end when the last writer, which is this script, has closed it.
  mkfifo "$here/lines"
  cat "$here/lines" &
  printing=$!
  exec 3>"$here/lines"
  list=tests.list
  [ -z "$quick" ] || list=tests.quick
  DENPA_TEST_RESULTS=$here ctest --preset "$preset" -j "$jobs" --no-label-summary ${quick:+-L quick} >"build/log/$preset-tests.log" 2>&1 3>&-
  exec 3>&-
  wait "$printing"
  printing=
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
  done <"build/$preset/$list"
  [ "$ran" -gt 0 ] || lost "tests of $preset" "there are none"
done

left=$(strays "$results/strays" | head -n 20)
[ -z "$left" ] || lost "the checkout" "a test left a file there (or somebody else did meanwhile): $left"

if [ -s "$results/failures" ]; then
  echo
  echo "== what failed, in full"
  cat "$results/failures"
fi
if [ -s "$results/lost" ]; then
  echo
  echo "== what did not report, or left a file"
  cat "$results/lost"
fi
if [ -s "$results/skipped" ]; then
  echo
  echo "== skipped"
  cat "$results/skipped"
fi
if [ -n "$quick" ]; then
  echo
  say "== left out (./test.sh has it all): the builds by clang and with sanitizers, and" "== 省いたもの（./test.sh ではすべて実行します）: clangとサニタイザー付きのビルド、および"
  grep -vxF -f build/release/tests.quick build/release/tests.list | tr '\n' ' ' | fold -s -w 78 | sed 's/^/  /'
  echo
fi
echo
times >"$results/times" # its second line is of everything that was waited for, which the busy programs were not
spent=$(tail -n 1 "$results/times" | awk '{ for (i = 1; i <= 2; i++) { split($i, part, "m"); s += 60 * part[1] + part[2] } printf "%d", s }')
say "$(($(date +%s) - begun)) s, $spent s of processor time; build/ has $(du -sm build | cut -f1) MB" \
  "$(($(date +%s) - begun)) 秒、プロセッサー時間 $spent 秒。build/ は $(du -sm build | cut -f1) MB"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
