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
# ---- a file whose owner took the right to write away is not replaced, though its folder may be changed
umask 022
if [ "$(id -u)" -ne 0 ]; then as_user() { env "$@"; }; else as_user() { setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/nonexistent "$@"; }; fi
mkdir "$TMP/user" "$TMP/user/locked"
"$DENPA" train digits:100 --net 784-4-10 --epochs 1 --quiet --out "$TMP/user/m.safetensors" >/dev/null
cp "$TMP/user/m.safetensors" "$TMP/user/kept.safetensors"
[ "$(id -u)" -ne 0 ] || chown -R 65534:65534 "$TMP/user"
chmod a-w "$TMP/user/kept.safetensors" "$TMP/user/locked"
chmod a+x "$TMP"
if as_user test -w "$TMP/user" 2>/dev/null && as_user "$DENPA" --version >/dev/null 2>&1; then
  denied() { # NAME WORDS ARGUMENTS...
    denied_name=$1 denied_words=$2
    shift 2
    exits "$denied_name" 1 as_user "$DENPA" --lang en "$@"
    as_user "$DENPA" --lang en "$@" >"$TMP/out" 2>"$TMP/err"
    has "${denied_name}_says_why" "$denied_words" "$TMP/err"
  }
  denied network_is_kept "kept.safetensors: cannot be written: permission denied" train digits:100 --seed 2 --epochs 1 --out "$TMP/user/kept.safetensors"
  denied page_is_not_written "kept.safetensors: cannot be written: permission denied" explain "$TMP/user/m.safetensors" --html "$TMP/user/kept.safetensors"
  same file_without_the_right "$TMP/user/m.safetensors" "$TMP/user/kept.safetensors"
  denied run_below_a_locked_folder "the run's folder cannot be made: permission denied" train digits:100 --epochs 1 --run "$TMP/user/locked/a/b"
  denied file_for_a_folder "what should be a folder on the way to it is a file" train digits:100 --epochs 1 --out "$TMP/user/m.safetensors/n"
else
  skip kept_files "another user cannot reach this folder"
fi
exit $bad
