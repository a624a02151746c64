#!/bin/sh
# warnings.sh: the compilers' warnings are errors in CI and when asked for, and never otherwise: a compiler newer than denpa warns of more. test.sh
# runs in a copy, with a cmake that only notes how it was called.
. tests/kit.sh
mkdir -p "$TMP/copy/bin" && cp -r test.sh scripts "$TMP/copy"
printf '%s\n' 'exit 0' >"$TMP/copy/scripts/prepare.sh" # a test installs nothing
printf '%s\n' '#!/bin/sh' 'echo "$*" >>"$TMP/called"' 'exit 1' >"$TMP/copy/bin/cmake" && chmod +x "$TMP/copy/bin/cmake"

# asked NAME CI ON|OFF OPTIONS...
asked() {
  name=$1 ci=$2 expected=$3
  shift 3
  rm -f "$TMP/called"
  (unset DENPA_WERROR && cd "$TMP/copy" && CI=$ci PATH=$TMP/copy/bin:$PATH sh test.sh --only release "$@") >"$TMP/out" 2>&1
  has "$name" "-DDENPA_WERROR=$expected" "$TMP/called"
}
asked "on a person's machine warnings are warnings" "" OFF
asked "in CI they are errors" true ON
asked "they are errors with --werror" "" ON --werror

# What the scripts compile by themselves follows the same rule.
grep -rnE -e '-Werror([ "]|$)|DENPA_WERROR=ON( |$)' tests/command tests/witness tests/browser tests/campaign scripts quickstart.sh |
  grep -v -e 'werror=-Werror$' -e '^tests/command/warnings.sh' -e '^tests/command/compilers.sh' >"$TMP/always"
empty "no script makes them errors always" "$TMP/always"
exit $bad
