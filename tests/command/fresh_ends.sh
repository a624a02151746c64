#!/bin/sh
# fresh_ends.sh: whatever ends scripts/fresh.sh, nothing that it started goes on and nothing of it stays, and it refuses what it does not know. In a
# copy, with a debootstrap that waits for ever. That it makes systems and what happens in them is for scripts/fresh.sh itself.
. tests/kit.sh
mkdir -p "$TMP/copy/bin" && cp -r scripts "$TMP/copy"
printf '%s\n' 'exit 0' >"$TMP/copy/scripts/prepare.sh" # a test installs nothing
fresh=$TMP/copy/scripts/fresh.sh

exits "an unknown system is refused" 2 sh "$fresh" --only debian-3
has "with those that there are" "debian-12 debian-13 ubuntu-24.04" "$TMP/err"
exits "no number of busy loops" 2 sh "$fresh" --busy many
exits "an unknown option" 2 sh "$fresh" --fast
exits "--help" 0 sh "$fresh" --help
has "tells the options" "--busy N" "$TMP/out"

if [ "$(id -u)" -ne 0 ] || ! unshare -m -p -f --kill-child true 2>/dev/null; then
  skip "what it started ends with it" "only root can make namespaces"
  exit $bad
fi
printf '%s\n' '#!/bin/sh' 'mount -t tmpfs none "$DENPA_MARK" && echo begun >"$DENPA_MARK.begun"' 'sleep 1000' >"$TMP/copy/bin/debootstrap"
chmod +x "$TMP/copy/bin/debootstrap"
mkdir "$TMP/mark" && mkfifo "$TMP/mark.begun"

# left: the processes that have our mark in their environment
left() { grep -lzxF "DENPA_MARK=$TMP/mark" /proc/[0-9]*/environ 2>/dev/null | grep -vxF "/proc/$$/environ" | wc -l; }
# none_left: after as long as a very busy machine may need
none_left() {
  tries=6000
  while [ "$(left)" -gt 0 ] && [ $((tries -= 1)) -gt 0 ]; do sleep 0.1; done
  [ "$(left)" -eq 0 ]
}
# ended_by SIGNAL
ended_by() {
  DENPA_MARK=$TMP/mark PATH=$TMP/copy/bin:$PATH sh "$fresh" --only debian-12 --no-tests --busy 2 --folder "$TMP/place" >"$TMP/out" 2>&1 &
  pid=$!
  timeout "$patience" cat "$TMP/mark.begun" >"$TMP/said" || no "SIG$1: it never began" "$(cat "$TMP/out")"
  [ "$(left)" -ge 5 ] || no "SIG$1: $(left) processes run, where two busy loops and debootstrap's were expected"
  kill -"$1" $pid
  wait $pid
  if none_left; then ok "SIG$1 ends all of it"; else no "SIG$1: $(left) processes go on"; fi
  lacks "SIG$1: nothing stays mounted" "$TMP/mark" /proc/mounts
}
ended_by TERM
[ ! -e "$TMP/place/denpa-fresh/root" ] && ok "the roots are gone" || no "a root stays"
ended_by KILL
exit $bad
