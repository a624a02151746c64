#!/bin/sh
# read_only.sh: the scripts in a checkout that cannot be written say so in one sentence, before anything else, unless nothing needs to be
# written there; the line of progress of a
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
in_locked() { # SCRIPT LANGUAGE ARGUMENTS...
  export TMP DENPA_LANG="$2"
  script_path=$TMP/tree/$1
  shift 2
  eval "$locked" sh '"$script_path" "$@"' >"$TMP/out" 2>"$TMP/err" </dev/null
}
if [ -n "$locked" ]; then
  for script in quickstart.sh test.sh; do
    for lang in en ja; do
      in_locked $script $lang
      status=$?
      words=$([ $lang = ja ] && echo 書き込めません || echo 'cannot be written')
      [ $status -eq 1 ] && [ "$(wc -l <"$TMP/err")" -eq 1 ] && grep -q "$words" "$TMP/err" && ok "$script $lang" || no "$script $lang" "status $status: $(cat "$TMP/out" "$TMP/err")"
    done
    lacks "$script counts no test" ' passed, ' "$TMP/out"
  done

  # A command that is ready trains, if the result goes elsewhere; what -o and its kin name is in the hint, as it can be typed.
  chmod u+w "$TMP/tree"
  mkdir -p "$TMP/tree/build/release" && cp "$DENPA" "$TMP/tree/build/release/denpa" && chmod -R a-w "$TMP/tree"
  in_locked quickstart.sh en digits:60 --steps 2
  lock_status=$?
  [ $lock_status -eq 1 ] && grep -q 'cannot be written' "$TMP/err" && ok "no result fits" || no "no result fits" "status $lock_status: $(cat "$TMP/err")"
  for option in "-o blank" -oshort "--out=long" "-qo both"; do
    name=${option##*[ =]}
    name=${name#-o}.safetensors
    case $option in
      *' '*) in_locked quickstart.sh en digits:60 --steps 2 "${option% *}" "$TMP/my $name" ;;
      *) in_locked quickstart.sh en digits:60 --steps 2 "${option%"${name%.*}"}$TMP/my $name" ;;
    esac
    lock_status=$?
    [ $lock_status -eq 0 ] && [ -s "$TMP/my $name" ] && ok "a ready command trains: $option" || no "a ready command trains: $option" "status $lock_status: $(cat "$TMP/err")"
    has "the hint has it: $option" "predict '$TMP/my $name' " "$TMP/out"
  done
else
  skip "a checkout that cannot be written" "nothing can be locked here"
fi
chmod -R u+w "$TMP/tree"

. scripts/common.sh
[ "$(echo '[12/397] Building C object CMakeFiles/denpa_room_kernel.dir/src/kernel/peak.avx512.c.o' | ending)" = '[12/397] ... CMakeFiles/denpa_room_kernel.dir/src/kernel/peak.avx512.c.o' ] && [ "$(echo '[1/2] Linking C executable denpa' | ending)" = '[1/2] Linking C executable denpa' ] && ok "the end of a path stays" || no "the end of a path stays" "$(echo '[12/397] Building C object CMakeFiles/denpa_room_kernel.dir/src/kernel/peak.avx512.c.o' | ending)"
exit $bad
