# kit.sh: what the test scripts share. scripts/run-test.sh runs a script from the project's root, with the command in $DENPA and an empty
# folder in $TMP; a script begins with `. tests/kit.sh` and ends with `exit $bad`. What it prints: `ok NAME`, `not ok NAME` (why on standard
# error), `skip NAME: why`. Exit status: 0, 1 if anything was not ok, 77 if it could not run at all.
#
#   ok NAME; no NAME [WHY...]        what a check found
#   good NAME COMMAND...             the command succeeds; what it printed is shown only if it fails
#   exits NAME STATUS COMMAND...     the command ends with this status; what it printed stays in $TMP/out and $TMP/err
#   refused NAME STATUS WORDS ARGUMENTS...   denpa refuses these arguments: status, WORDS on standard error, nothing on standard output
#   has NAME WORDS FILE; lacks NAME WORDS FILE
#   same NAME FILE FILE              byte for byte
#   between NAME LOW VALUE HIGH      numbers
#   begun WORDS FILE                 waits until the words are in the file
#   empty NAME FILE                  a list of complaints that has to be empty
#   needs THING...                   skips the whole script where one of the things is missing (`lacking` has the list)
#   can NAME THING                   skips one check by its name where the thing is missing
#   skip NAME WHY                    any other check that cannot be made here
set -u
: "${TMP:?an empty folder}"
bad=0
root=$(pwd)
python=/usr/bin/python3
patience=600 # seconds on the clock after which a command that takes a moment hangs, on the busiest machine too: timeout $patience ...
build=$(dirname "${DENPA-none}") # the build folder, where DENPA is the command of one
sanitized=                       # address, thread, or nothing
werror=                          # -Werror in CI only: a newer compiler warns of more, which is not a fault on a person's machine
[ "${DENPA_WERROR-}" != ON ] || werror=-Werror
export werror
case $(cat "$build/tests.suffix" 2>/dev/null) in
  *asan*) sanitized=address ;;
  *tsan*) sanitized=thread ;;
esac

ok() { echo "ok $1"; }
no() {
  echo "not ok $1"
  shift
  [ $# -eq 0 ] || printf '%s\n' "$*" | sed 's/^/  /' >&2
  bad=1
}
skip() { echo "skip $1: $2"; }

good() {
  kit_name=$1
  shift
  if "$@" >"$TMP/said" 2>&1; then ok "$kit_name"; else no "$kit_name" "$(head -n 40 "$TMP/said")"; fi
}
exits() {
  kit_name=$1 kit_status=$2
  shift 2
  "$@" >"$TMP/out" 2>"$TMP/err"
  kit_got=$?
  if [ $kit_got -eq "$kit_status" ]; then ok "$kit_name"; else no "$kit_name" "status $kit_got: $(tail -n 3 "$TMP/err")"; fi
}
refused() {
  kit_name=refuses_$1 kit_status=$2 kit_words=$3
  shift 3
  timeout $patience "$DENPA" --lang en "$@" >"$TMP/out" 2>"$TMP/err" </dev/null
  kit_got=$?
  if [ $kit_got -eq "$kit_status" ] && [ ! -s "$TMP/out" ] && grep -q -F -e "$kit_words" "$TMP/err"; then ok "$kit_name"; else
    no "$kit_name" "status $kit_got, '$kit_words' expected: $(cat "$TMP/err")"
  fi
}
has() { if grep -q -F -e "$2" "$3"; then ok "$1"; else no "$1" "'$2' is not in: $(head -c 2000 "$3")"; fi; }
lacks() { if grep -q -F -e "$2" "$3"; then no "$1" "'$2' is in: $(head -c 2000 "$3")"; else ok "$1"; fi; }
same() { if cmp "$2" "$3" >"$TMP/differ" 2>&1; then ok "$1"; else no "$1" "$(cat "$TMP/differ")"; fi; }
between() {
  if awk -v low="$2" -v value="$3" -v high="$4" 'BEGIN { exit !(value != "" && low + 0 <= value + 0 && value + 0 <= high + 0) }'; then ok "$1: $3"; else
    no "$1: '$3' is not between $2 and $4"
  fi
}
begun() {
  kit_end=$(($(date +%s) + patience))
  until grep -q -e "$1" "$2" 2>/dev/null; do
    if [ "$(date +%s)" -ge $kit_end ]; then
      no "begun" "after $patience s '$1' is not in: $(head -c 2000 "$2")"
      return 1
    fi
    sleep 0.05
  done
}
empty() { if [ -s "$2" ]; then no "$1" "$(cat "$2")"; else ok "$1"; fi; }

# lacking THING: why the thing cannot be had; nothing if it can.
lacking() {
  case $1 in
    python) [ -x $python ] || echo "python3 is not installed" ;;
    terminal) $python -c 'import os; os.openpty()' 2>/dev/null || echo "no pseudo-terminal can be had here, or no python3" ;;
    numpy) $python -c 'import importlib.util as u, sys; sys.exit(not u.find_spec("numpy"))' 2>/dev/null || echo "python3-numpy is not installed" ;;
    torch) $python -c 'import torch' 2>/dev/null || echo "python3-torch is not installed" ;;
    sklearn) $python -c 'import sklearn' 2>/dev/null || echo "python3-sklearn is not installed" ;;
    full) [ -n "${DENPA_FULL-}" ] || echo "it is a part of ./test.sh --full" ;;
    browser)
      . scripts/browser.sh
      browser_ready || echo "there is no Chromium, Node.js or playwright-core (scripts/browser.sh)"
      ;;
    mnist) [ -n "${DENPA_DATA-}" ] && [ -d "$DENPA_DATA/mnist" ] || echo "the real MNIST is not here" ;;
    book) [ -n "${DENPA_DATA-}" ] && [ -d "$DENPA_DATA/book" ] || echo "the book's parameters are not here" ;;
    # Without optimisation, or under a sanitizer, what trains for long would take minutes. A command without a build folder is taken as it is.
    release)
      if [ -n "$sanitized" ] || { [ -f "$build/CMakeCache.txt" ] && ! grep -q '^CMAKE_BUILD_TYPE:.*=Release$' "$build/CMakeCache.txt"; }; then
        echo "it runs with the release build"
      fi
      ;;
    # What proves numbers and texts, which are the same in every build; a sanitizer makes many times as much of it.
    brisk) [ -z "$sanitized" ] || [ -n "${DENPA_FULL-}" ] || echo "with a sanitizer it is a part of ./test.sh --full" ;;
    plain) [ -z "$sanitized" ] || echo "a sanitizer takes more memory than it may have" ;;
    *) command -v "$1" >/dev/null || echo "there is no $1" ;;
  esac
}
needs() {
  for kit_thing in "$@"; do
    kit_why=$(lacking "$kit_thing")
    [ -z "$kit_why" ] || { skip "$(basename "$0" .sh)" "$kit_why" && exit 77; }
  done
}
can() {
  kit_why=$(lacking "$2")
  [ -z "$kit_why" ] || { skip "$1" "$kit_why" && return 1; }
}
# words OPTION: the choices of an option of train that has them from a list, without the numbers that may follow.
words() { "$DENPA" help train --lang en | sed -n "s/^  --$1 //p" | tr '|' '\n' | sed -e 's/:.*//' -e '/^auto$/d'; }
