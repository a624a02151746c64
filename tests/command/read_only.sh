#!/bin/sh
# read_only.sh: the scripts in a checkout that cannot be written say so in one sentence, before anything else; the line of progress of a
# long command keeps the end of a path.
. tests/kit.sh
mkdir "$TMP/tree"
cp -R quickstart.sh test.sh scripts "$TMP/tree"

locked=
if [ "$(id -u)" -ne 0 ]; then
  chmod a-w "$TMP/tree" && locked=env
elif unshare -m true 2>/dev/null; then
  locked="unshare -m sh -c 'mount --bind \"\$TMP/tree\" \"\$TMP/tree\" && mount -o remount,ro,bind \"\$TMP/tree\" && exec \"\$@\"' sh"
fi
in_locked() { # SCRIPT LANGUAGE
  export TMP
  eval "$locked" env DENPA_LANG="$2" sh '"$TMP/tree/$1"' >"$TMP/out" 2>"$TMP/err" </dev/null
}
if [ -n "$locked" ]; then
  for script in quickstart.sh test.sh; do
    for lang in en ja; do
      in_locked $script $lang
      status=$?
      words=$([ $lang = ja ] && echo 書き込めません || echo 'cannot be written')
      [ $status -eq 1 ] && [ "$(wc -l <"$TMP/err")" -eq 1 ] && grep -q "$words" "$TMP/err" && ok "$script $lang" || no "$script $lang" "status $status: $(cat "$TMP/out" "$TMP/err")"
    done
    [ $script = quickstart.sh ] || has "$script counts" '0 passed, 1 failed, 0 skipped' "$TMP/out"
  done
else
  skip "a checkout that cannot be written" "nothing can be locked here"
fi
chmod u+w "$TMP/tree"

. scripts/common.sh
[ "$(echo '[12/397] Building C object CMakeFiles/denpa_room_kernel.dir/src/kernel/peak.avx512.c.o' | ending)" = '[12/397] ... CMakeFiles/denpa_room_kernel.dir/src/kernel/peak.avx512.c.o' ] && [ "$(echo '[1/2] Linking C executable denpa' | ending)" = '[1/2] Linking C executable denpa' ] && ok "the end of a path stays" || no "the end of a path stays" "$(echo '[12/397] Building C object CMakeFiles/denpa_room_kernel.dir/src/kernel/peak.avx512.c.o' | ending)"
exit $bad
