#!/bin/sh
# install_users.sh: ./install.sh as people call it, in a clean copy of the checkout: as a user, as root in a user's folder, as a user in root's;
# what it leaves, and what --uninstall leaves. Objects that the tested build has are not compiled again (tests/launcher.sh).
. tests/kit.sh
needs full cmake ninja tar
user=65534 # where the test is root
[ "$(id -u)" -eq 0 ] && root_too=yes || root_too=
unset DESTDIR
export DENPA_LANG=en

# as_user COMMAND...: as an ordinary user, in a home of his own.
mkdir "$TMP/home" "$TMP/at"
if [ -n "$root_too" ]; then
  as_user() { setpriv --reuid=$user --regid=$user --clear-groups env HOME="$TMP/home" TMPDIR="$TMP/home" "$@"; }
  chown $user:$user "$TMP/home" "$TMP/at"
  chmod 711 "$TMP"
  above=$(dirname "$TMP")
  as_user test -x "$above" || chmod a+x "$above"
else
  as_user() { env HOME="$TMP/home" TMPDIR="$TMP/home" "$@"; }
fi

# The clean copy, and the launcher.
copy=$TMP/at/checkout
mkdir "$copy" "$TMP/objects"
tar -cf - --exclude=./build --exclude=./.git --exclude="./*.safetensors" . | tar -xf - -C "$copy"
cp -r "$build"/CMakeFiles/denpa_room_*.dir "$TMP/objects"
cp tests/launcher.sh "$TMP/launcher"
chmod 755 "$TMP/launcher"
find "$copy" -name '*.[ch]' -exec touch -d '2000-01-01' {} +
chmod -R go+rX "$TMP/objects"
export CMAKE_C_COMPILER_LAUNCHER="$TMP/launcher;$TMP/objects"
give() { [ -z "$root_too" ] || chown -R "$1:$1" "$copy"; } # give ID
give $user
cd "$copy" || exit 1
left() { (cd "$1" && find . | LC_ALL=C sort); } # left FOLDER: what is in it

# A sudo that refuses, and writes down what it was asked for.
mkdir -m 755 "$TMP/sudo"
printf '%s\n' '#!/bin/sh' 'echo "$@" >>"$HOME/sudo.log"' 'exit 1' >"$TMP/sudo/sudo"
chmod 755 "$TMP/sudo/sudo"

# ---- half a build ------------------------------------------------------------------------------------------
# Only the command is built, as some do by hand.
as_user cmake --preset release -DDENPA_TESTS=OFF >"$TMP/log" 2>&1 && as_user cmake --build --preset release --target denpa >"$TMP/log" 2>&1 &&
  ok builds_the_command || no builds_the_command "$(tail -n 20 "$TMP/log")"
exits half_a_build_is_not_installed 1 as_user cmake --install build/release --prefix "$TMP/home/half"
has half_a_build_says_what_to_do './install.sh' "$TMP/err"
good half_a_build_leaves_nothing test ! -e "$TMP/home/half"

# ---- root in a user's folder (sudo ./install.sh) -------------------------------------------------------------
if [ -n "$root_too" ]; then
  exits root_installs 0 env TMPDIR="$TMP/home" ./install.sh --prefix "$TMP/root"
  good root_owns_what_is_installed test -z "$(find "$TMP/root" ! -user 0)"
  good all_can_read_it test -z "$(find "$TMP/root" ! -type l ! -perm -444)"
  good the_folder_has_nothing_of_root test -z "$(find "$copy" -user 0)"
  good installed_command_runs as_user "$TMP/root/bin/denpa" --version
  as_user touch src/base/text.c
  good user_builds_again as_user cmake --build --preset release
  exits user_cannot_remove_it 1 as_user env PATH=/usr/bin:/bin ./install.sh --uninstall --prefix "$TMP/root"
  exits root_removes_it 0 ./install.sh --uninstall --prefix "$TMP/root"
  good nothing_of_it_is_left test ! -e "$TMP/root"

  # Nor has sudo ./quickstart.sh.
  rm -rf build/release/libdenpa.so* build/log
  HOME=$TMP/home ./quickstart.sh digits:60 --steps 2 >"$TMP/log" 2>&1 && ok root_quickstart || no root_quickstart "$(tail -n 20 "$TMP/log")"
  good quickstart_builds_what_is_installed test -e build/release/libdenpa.so
  good quickstart_leaves_nothing_of_root test -z "$(find "$copy" -user 0)"

  # sudo is asked for the copy, once, and for nothing else.
  mkdir -m 755 "$TMP/locked"
  exits without_root_it_cannot 1 as_user env PATH="$TMP/sudo:$PATH" ./install.sh --prefix "$TMP/locked"
  good sudo_is_for_the_copy_alone grep -qx "env DENPA_LANG=en sh scripts/put.sh .* $TMP/locked" "$TMP/home/sudo.log"
  good sudo_was_called_once test "$(wc -l <"$TMP/home/sudo.log")" -eq 1
  if ! command -v sudo >/dev/null; then
    exits without_sudo_it_says_so 1 as_user ./install.sh --prefix "$TMP/locked"
    has without_sudo_it_says_what_to_do '--prefix ~/.local' "$TMP/err"
  else
    skip without_sudo_it_says_so "there is sudo"
  fi
  good nothing_is_written_there test -z "$(ls -A "$TMP/locked")"

  # The system's own prefix: ldconfig is called.
  printf '%s\n' '#!/bin/sh' "echo called >>$TMP/ldconfig.log" >"$TMP/sudo/ldconfig"
  chmod 755 "$TMP/sudo/ldconfig"
  if unshare -m mount -t tmpfs none /usr/local 2>"$TMP/err"; then
    good default_prefix unshare -m sh -c 'mount -t tmpfs none /usr/local && PATH="$1:$PATH" && ./install.sh && /usr/local/bin/denpa --version &&
      [ -s "$2" ] && rm "$2" && ./install.sh --uninstall && [ -s "$2" ] && [ -z "$(ls -A /usr/local)" ]' sh "$TMP/sudo" "$TMP/ldconfig.log"
  else
    skip default_prefix "a file system cannot be mounted here"
  fi
else
  skip root_installs "the test is not run by root"
fi

# ---- a user, into a folder with a blank and a Japanese letter --------------------------------------------------
home="$TMP/home/my 伝播"
as_user mkdir "$home" "$home/bin"
as_user touch "$home/bin/mine"
left "$home" >"$TMP/before"
exits user_installs 0 as_user ./install.sh --prefix "$home"
cp "$TMP/out" "$TMP/said"
for line in "export PATH='$home/bin':" ". '$home/share/bash-completion/completions/denpa'" "LD_LIBRARY_PATH='$home/lib'" \
  "--uninstall --prefix '$home'"; do
  has "says: $(echo "$line" | cut -c 1-24)" "$line" "$TMP/said"
done
grep '^  ' "$TMP/said" >"$TMP/lines"
good what_it_says_can_be_typed env -i HOME="$HOME" PATH=/usr/bin:/bin bash -c '. "$1" && denpa --version && complete -p denpa && [ -d "$CMAKE_PREFIX_PATH" ] &&
  [ "$(pkg-config --modversion denpa)" = "$(denpa --version | cut -d " " -f 2)" ]' sh "$TMP/lines"
if can man_page man; then
  good man_page sh -c 'man -M "$1" denpa-train | grep -q DENPA_DATA' sh "$home/share/man"
  good man_page_ja sh -c 'LC_ALL=C.UTF-8 man -M "$1/ja" denpa-train | grep -q "データ"' sh "$home/share/man"
fi
for command in $(sed -n 's/^COMMAND([A-Z]*, \([a-z]*\),.*/\1/p' src/cli/commands.def); do
  [ -s "$home/share/man/man1/denpa-$command.1" ] && [ -s "$home/share/man/ja/man1/denpa-$command.1" ] || no "man_page_of_$command"
done
left "$home" >"$TMP/once"

# An older version had more; a user's own file beside it stays. What leads elsewhere, in a manifest, removes nothing there.
as_user touch "$TMP/home/elsewhere"
elsewhere="../elsewhere bin/../../elsewhere ./../elsewhere bin/.. $TMP/home/elsewhere"
as_user mkdir "$home/share/old" "$home/lib/kept"
as_user touch "$home/share/old/page" "$home/lib/kept/mine"
as_user sh -c 'printf "%s\n" share/old/ share/old/page lib/kept/ "$@" >>"$0"' "$home/share/denpa/manifest" $elsewhere
exits installs_over_an_older_version 0 as_user env DENPA_LANG=ja ./install.sh --prefix="$home/"
has says_it_in_japanese 'インストールしました' "$TMP/out"
good what_was_of_the_older_version_is_gone test ! -e "$home/share/old"
good what_is_not_ours_is_not test -e "$home/lib/kept/mine"
good nothing_elsewhere_is_removed_by_an_install test -e "$TMP/home/elsewhere"
rm -r "$home/lib/kept"
left "$home" >"$TMP/twice"
same the_second_time_is_as_the_first "$TMP/once" "$TMP/twice"

as_user sh -c 'printf "%s\n" "$@" >>"$0"' "$home/share/denpa/manifest" $elsewhere
# What cannot be removed stays on the list, and can be removed later; sudo is asked for, wherever files are.
as_user chmod a-w "$home/share/zsh/site-functions"
rm -f "$TMP/home/sudo.log"
if as_user test ! -w "$home/share/zsh/site-functions"; then
  exits needs_root_to_remove 1 as_user env PATH="$TMP/sudo:$PATH" ./install.sh --uninstall --prefix "$home"
  has root_is_asked_to_remove 'scripts/uninstall.sh' "$TMP/home/sudo.log"
fi
exits cannot_remove_all 1 as_user sh "$home/share/denpa/uninstall.sh"
has says_what_is_left 'share/zsh/site-functions/_denpa' "$TMP/err"
good what_is_left_is_on_a_list test -s "$home/share/denpa/manifest"
as_user chmod u+w "$home/share/zsh/site-functions"
# What lies beside the manifest needs no checkout.
exits removes_itself 0 as_user sh "$home/share/denpa/uninstall.sh"
left "$home" >"$TMP/after"
same what_was_there_before_is_there "$TMP/before" "$TMP/after"
good nothing_elsewhere_is_removed test -e "$TMP/home/elsewhere"
exits nothing_to_remove 1 as_user ./install.sh --uninstall --prefix "$home"
has says_that_it_is_not_there 'is not installed in' "$TMP/err"

# ---- what was there before ------------------------------------------------------------------------------------
# A file of the user's is not overwritten, nor ever removed; nor does anything else change.
own=$TMP/home/own
as_user mkdir -p "$own/bin" "$own/share"
as_user sh -c 'echo mine | tee "$1/bin/denpa" >"$1/share/man"' sh "$own"
left "$own" >"$TMP/before"
exits what_is_not_ours_is_in_the_way 1 as_user ./install.sh --prefix "$own"
has says_which_file '  bin/denpa' "$TMP/err"
has says_which_is_no_folder '  share/man' "$TMP/err"
exits says_it_in_japanese_too 1 as_user env DENPA_LANG=ja ./install.sh --prefix "$own"
has which_is_japanese '先に移動または削除' "$TMP/err"
exits is_not_installed 1 as_user ./install.sh --uninstall --prefix "$own"
left "$own" >"$TMP/after"
same what_is_not_ours_is_as_before "$TMP/before" "$TMP/after"
good what_is_not_ours_has_its_content test "$(cat "$own/bin/denpa")" = mine

# A copy that fails lists what it put, and nothing that comes there later.
stage=$TMP/home/stage
as_user mkdir -p "$stage/bin" "$stage/lib" "$stage/share/denpa" "$TMP/home/failed"
as_user touch "$stage/bin/denpa" "$stage/lib/last" "$stage/share/denpa/manifest"
as_user chmod a-r "$stage/lib/last"
exits a_copy_fails 1 as_user sh scripts/put.sh "$stage" "$TMP/home/failed"
good it_put_the_others test -e "$TMP/home/failed/bin/denpa"
as_user touch "$TMP/home/failed/lib/last"
exits a_failed_copy_is_removed 0 as_user sh scripts/uninstall.sh "$TMP/home/failed"
good what_came_later_stays test "$(cd "$TMP/home/failed" && find . -type f)" = ./lib/last

# What CMake alone has installed has no list: it gets one.
listless=$TMP/home/listless
good cmake_installs as_user cmake --install build/release --prefix "$listless"
exits without_a_list_nothing_is_removed 1 as_user ./install.sh --uninstall --prefix "$listless"
has says_why 'without a list' "$TMP/err"
has says_how_to_install_there "  ./install.sh --prefix $listless" "$TMP/err"
has says_how_to_remove_it_there "  ./install.sh --uninstall --prefix $listless" "$TMP/err"
exits without_a_list_in_japanese 1 as_user env DENPA_LANG=ja ./install.sh --uninstall --prefix "$listless"
has says_how_in_japanese "  ./install.sh --uninstall --prefix $listless" "$TMP/err"
exits takes_its_place 0 as_user ./install.sh --prefix "$listless"
has says_that_it_does 'takes its place' "$TMP/out"
exits removes_what_it_replaced 0 as_user ./install.sh --uninstall --prefix "$listless"
good nothing_of_it_stays test -z "$(find "$listless" ! -type d -o -name denpa)"

# The folders that have to be written are those of the files, and a way up leads where it says.
as_user mkdir -p "$TMP/home/part/share/man/man3"
as_user chmod a-w "$TMP/home/part/share/man/man3"
rm -f "$TMP/home/sudo.log"
exits needs_root_for_one_folder 1 as_user env PATH="$TMP/sudo:$PATH" ./install.sh --prefix "$TMP/home/part"
has root_is_asked_for_one_folder 'scripts/put.sh' "$TMP/home/sudo.log"
up=../../../../../../../../../../../..$TMP/home/up
exits way_up 0 as_user ./install.sh --prefix "$up"
good way_up_leads_there test -x "$TMP/home/up/bin/denpa"
exits way_up_is_removed 0 as_user ./install.sh --uninstall --prefix "$up"
good way_up_leaves_nothing test ! -e "$TMP/home/up"

# ---- packagers -----------------------------------------------------------------------------------------------
exits destdir 0 as_user env DESTDIR="$TMP/home/package" ./install.sh --prefix /usr
good destdir_has_the_command test -x "$TMP/home/package/usr/bin/denpa"
good destdir_has_no_list test ! -e "$TMP/home/package/usr/share/denpa"
good destdir_has_nothing_else test "$(ls "$TMP/home/package" "$TMP/home/package/usr" | tr '\n' ' ')" = "$(printf '%s ' "$TMP/home/package:" usr '' "$TMP/home/package/usr:" bin include lib share)"

# ---- a user in root's folder ---------------------------------------------------------------------------------
if [ -n "$root_too" ]; then
  give 0
  touch "$TMP/mark"
  exits builds_apart 0 as_user ./install.sh --prefix "$TMP/home/apart"
  has says_where_it_is_built "can be written, so it is built in" "$TMP/out"
  good built_apart_runs as_user "$TMP/home/apart/bin/denpa" --version
  good nothing_is_written_in_roots_folder test -z "$(find "$copy" -newer "$TMP/mark" ! -type d)"
fi
good no_folder_is_left_behind test -z "$(find "$TMP/home" -maxdepth 1 -name 'denpa-install.*')"

# ---- wrong usage ---------------------------------------------------------------------------------------------
exits no_such_option 2 ./install.sh --frobnicate
exits prefix_without_folder 2 ./install.sh --prefix
exits prefix_empty 2 ./install.sh --prefix=
exits prefix_is_a_file 1 as_user ./install.sh --prefix "$copy/README.md"
exits help 0 ./install.sh --help
has help_names_uninstall '--uninstall' "$TMP/out"
exits help_ja 0 env DENPA_LANG=ja ./install.sh --help
has help_ja_is_japanese '取り除きます' "$TMP/out"
cd "$root" || exit 1
exit $bad
