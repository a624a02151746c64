#!/bin/sh
# prepare.sh: what scripts/prepare.sh installs where apt does not know every package, as on Ubuntu: what is optional is left out by name, what is
# not is asked for. In a copy with packages of our own invention, on stand-ins for apt.
. tests/kit.sh
mkdir -p "$TMP/copy/bin" "$TMP/bin" && cp -r scripts "$TMP/copy"
awk '{ print } /^  cat <<.END.$/ && !done {
  done = 1
  print "full|denpa-unknown|cmd:denpa-unknown|is not on this system|このシステムにはない"
  print "full|denpa-extra|cmd:denpa-extra|is on this system|このシステムにある"
  print "build|denpa-needed|cmd:denpa-needed|no build without it|ビルドに必要"
}' scripts/prepare.sh >"$TMP/copy/scripts/prepare.sh"

stand_in() { printf '%s\n' '#!/bin/sh' "$2" >"$TMP/bin/$1" && chmod +x "$TMP/bin/$1"; }
stand_in apt-cache 'case $2 in denpa-extra) echo "  Candidate: 1.0" ;; *) echo "  Candidate: (none)" ;; esac'
stand_in apt-get 'echo "$*" >>"$TMP/asked"; [ "$2" != -s ]' # it is asked for the lists before anything is installed
stand_in sudo '[ "$1" = -v ] || exec "$@"'

# prepared PURPOSES...
prepared() {
  rm -f "$TMP/asked"
  PATH=$TMP/bin:$PATH sh "$TMP/copy/scripts/prepare.sh" "$@" >"$TMP/out" 2>&1 && grep ' install ' "$TMP/asked" | tail -n 1 >"$TMP/install"
}
export TMP
prepared full || no "full: it ends well" "$(cat "$TMP/out")"
has "what is not on this system is named" "what needs it is skipped: denpa-unknown" "$TMP/out"
has "what is on it is installed" " denpa-extra" "$TMP/install"
lacks "what is not on it is not asked for" " denpa-unknown" "$TMP/install"
prepared build || no "build: it ends well" "$(cat "$TMP/out")"
has "what is needed is asked for, known or not" " denpa-needed" "$TMP/install"

# Names with a version in them are of one system.
sh scripts/prepare.sh --list build test full campaign bench fresh | grep -E '(gcc|clang|rt|llvm)-[0-9]' >"$TMP/versions"
empty "no package is named with a compiler's version" "$TMP/versions"
exit $bad
