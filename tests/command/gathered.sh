#!/bin/sh
# gathered.sh: scripts/run-test.sh runs the tests of a sanitizer's build with addresses that are not random, and those of others as any program runs.
. tests/kit.sh
can "addresses are not random" setarch || exit 77
setarch -R true 2>/dev/null || { skip "addresses are not random" "it cannot be asked for here" && exit 77; }
mkdir "$TMP/built" "$TMP/results"
echo 'echo "ok personality $(cat /proc/self/personality)"' >"$TMP/which.sh"
# told SUFFIX: the personality of a test of a build with this suffix, whatever this test's own
told() {
  echo "$1" >"$TMP/built/tests.suffix"
  env -u DENPA_GATHERED DENPA_TEST_RESULTS="$TMP/results" sh scripts/run-test.sh script which "$TMP/which.sh" 60 "$TMP/built" || no "the run for '$1'"
  cp "$TMP/results/which.out" "$TMP/told$1"
}
for suffix in " (asan)" " (tsan)"; do
  told "$suffix"
  grep -q '^ok personality [0-9a-f]*4[0-9a-f]\{4\}$' "$TMP/told$suffix" && ok "not random:$suffix" || no "not random:$suffix" "$(cat "$TMP/told$suffix")"
done
told ""
lacks "a plain build's addresses are random" "personality 00040000" "$TMP/told"
exit $bad
