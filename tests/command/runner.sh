#!/bin/sh
# runner.sh: scripts/run-test.sh ends a test that takes too much of the processor's time, however busy the machine is, and one that waits for what
# never comes; it counts what the processor did, not what the clock says. And ./test.sh tells how it is used.
. tests/kit.sh
# run NAME LIMIT [CLOCK-SECONDS]: runs the script on standard input as a test; its counts and what was printed are then in $TMP/results.
run() {
  cat >"$TMP/$1.sh"
  DENPA_TEST_RESULTS=$TMP/results sh scripts/run-test.sh script "$1" "$TMP/$1.sh" "$2" "$TMP" ${3-} >"$TMP/out" 2>&1
}
counts() { if [ "$(cat "$TMP/results/$1.counts")" = "$2" ]; then ok "$1 counts $2"; else no "$1 counts $(cat "$TMP/results/$1.counts")" "not $2"; fi; }

run spins 1 <<'END'
echo ok before
while :; do :; done
END
counts spins "0 1 0"
has "what spins is told" "more than 1 s of processor time" "$TMP/results/spins.out"
run sleeps 30 <<'END'
sleep 0.7 && echo ok slept
END
counts sleeps "1 0 0"
good "a sleep is no processor time" grep -qE '^sleeps .* 0\.[0-5] s$' "$TMP/results/lines"
run works 30 <<'END'
(ulimit -t 1 && while :; do :; done) 2>/dev/null
echo ok worked
END
counts works "1 0 0"
good "the time of its children is processor time" grep -qE '^works .* (0\.[5-9]|1\.[0-9]) s$' "$TMP/results/lines"
run silent 30 </dev/null
counts silent "0 1 0"
run waits 30 1 <<'END'
echo ok before
sleep 1000
END
counts waits "0 1 0"
has "what waits is told" "more than 1 s on the clock" "$TMP/results/waits.out"

# A program leaves nothing in the checkout, and what a script leaves there is told.
printf '#!/bin/sh\necho "1..1"; : >stray; echo "ok 1 - $(pwd)"\n' >"$TMP/program"
chmod +x "$TMP/program"
DENPA_TEST_RESULTS=$TMP/results sh scripts/run-test.sh program elsewhere "$TMP/program" 30 "$TMP" >"$TMP/out" 2>&1
counts elsewhere "1 0 0"
[ ! -e stray ] && ! grep -qF " - $(pwd)" "$TMP/results/elsewhere.out" && ok "a program runs elsewhere" || no "a program runs elsewhere" "$(cat "$TMP/results/elsewhere.out")"
if can strays git; then
  mkdir "$TMP/checkout"
  (
    cd "$TMP/checkout" && git init -q . && echo ignored >.gitignore && : >old && . "$root/scripts/common.sh" || exit 1
    strays >"$TMP/before"
    : >ignored
    strays "$TMP/before" >"$TMP/none"
    : >denpa-rescued-x
    strays "$TMP/before" >"$TMP/one"
  )
  empty "nothing is left" "$TMP/none"
  [ "$(cat "$TMP/one")" = denpa-rescued-x ] && ok "what is left is told" || no "what is left is told" "$(cat "$TMP/one")"
  has "test.sh looks" 'strays "$results/strays"' test.sh
fi

exits help 0 ./test.sh --help
has help_says_quick '--quick' "$TMP/out"
exits no_preset 2 ./test.sh --only fast
exits quick_is_one_build 2 ./test.sh --quick --only asan
exits unknown 2 ./test.sh --fast
lacks unknown_is_short cmocka "$TMP/err"

# A command that takes a moment may take long on a busy machine: no test gives it less than kit.sh does.
grep -nE 'timeout [0-9]{1,3} ' tests/command/*.sh tests/witness/*.sh | grep -v "^tests/command/runner.sh" >"$TMP/hasty"
empty "no limit on the clock is short" "$TMP/hasty"
exit $bad
