# common.sh: what the scripts share: the user's language, long commands with progress and a log, configuring a preset.
# Sourced by quickstart.sh, test.sh and scripts/prepare.sh, from the project's root.

case ${DENPA_LANG-} in
  '' | [Jj][Aa]* | [Ee][Nn]*) unknown_language= ;;
  *) unknown_language=$DENPA_LANG && unset DENPA_LANG ;; # the scripts called from here have heard of it
esac
language=${DENPA_LANG:-${LC_ALL:-${LC_MESSAGES:-${LANG:-en}}}}
case $language in [Jj][Aa]*) language=ja ;; *) language=en ;; esac

# say ENGLISH JAPANESE
say() {
  if [ "$language" = ja ]; then printf '%s\n' "$2"; else printf '%s\n' "$1"; fi
}

if [ -n "$unknown_language" ]; then
  say "Note: DENPA_LANG is \"$unknown_language\", but it can only be en or ja; it is not used." \
    "注意: DENPA_LANG が「$unknown_language」ですが、指定できるのは en か ja だけなので、無視します。" >&2
fi

# writable: whether the build can be written here; if not, one sentence says what to do. Its folder is the owner's, where root calls (sudo).
writable() {
  { as_owner mkdir -p build/log || mkdir -p build/log; } 2>/dev/null && [ -w build ] && [ -w build/log ] && return 0
  say "$(pwd) cannot be written, and the build goes into its folder build: copy the project to a folder of yours and start there." \
    "$(pwd) には書き込めません(ビルド結果は build フォルダーに置かれます)。自分のフォルダーにコピーして、そこで実行してください。" >&2
  return 1
}

# strays: the files here that Git neither has nor ignores; none where there is no Git. strays BEFORE: those that are not in the list BEFORE.
strays() {
  git ls-files --others --exclude-standard 2>/dev/null | if [ $# -gt 0 ]; then grep -vxF -f "$1"; else cat; fi
}

# quoted PATH: as it can be typed.
quoted() {
  case $1 in
    *[!A-Za-z0-9/._+-]*) printf "'%s'" "$(printf %s "$1" | sed "s/'/'\\\\''/g")" ;;
    *) printf %s "$1" ;;
  esac
}

# ending: of a line, the last 60 characters and what it counts: how a path ends tells more than how it begins.
ending() {
  LC_ALL=C tr -cd '[:print:]' | sed -e 's/^\(\[[0-9/]*\]\).*\(.\{60\}\)$/\1 ...\2/' -e t -e 's/^.*\(.\{60\}\)$/...\1/'
}

# show LABEL PID LOG: on a terminal, the last line of the log while the process runs.
show() {
  [ -t 2 ] || return 0
  while kill -0 "$2" 2>/dev/null; do
    printf '\r\033[K%s: %s' "$1" "$(tail -n 1 "$3" | ending)" >&2
    sleep 0.3
  done
  printf '\r\033[K' >&2
}

# long LABEL LOG COMMAND...: runs a command that takes a while with its output in LOG, and shows it. On failure what matters of the log
# is printed. Returns the command's status.
long() {
  label=$1 log=$2
  shift 2
  mkdir -p "$(dirname "$log")"
  : >"$log" # it is there before anybody looks at its end
  begun_long=$(date +%s)
  if [ -t 2 ]; then
    "$@" >"$log" 2>&1 </dev/null &
    pid=$!
    show "$label" "$pid" "$log"
    wait "$pid"
    status=$?
  else
    "$@" >"$log" 2>&1 </dev/null
    status=$?
  fi
  if [ "$status" -eq 0 ]; then
    echo "$label: $(($(date +%s) - begun_long)) s"
  else
    say "$label: failed. From $log:" "$label: 失敗しました。$log より:" >&2
    if grep -q '^FAILED: ' "$log"; then # ninja's word; what follows it matters more than how the log ends
      sed -n '/^FAILED: /,$p' "$log" | head -n 60 >&2
    else
      tail -n 40 "$log" >&2
    fi
  fi
  return "$status"
}

# configure PRESET [OPTIONS...]: a build folder that was copied from elsewhere is started afresh.
configure() {
  preset=$1
  shift
  cache=build/$preset/CMakeCache.txt
  if [ -f "$cache" ] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$(pwd -P)" "$cache"; then
    rm -rf "build/$preset"
  fi
  cmake --preset "$preset" "$@"
}

# build PRESET [OPTIONS...]: with as many jobs as there are processors.
build() {
  preset=$1
  shift
  cmake --build --preset "$preset" -j "$(getconf _NPROCESSORS_ONLN)" "$@"
}

# Where root works in somebody else's checkout (sudo), what is built there is its owner's, or his next build fails.
owner=$(stat -c %u . 2>/dev/null) || owner=$(id -u)

# as_owner COMMAND...: as the owner of the checkout, if root calls and it is somebody else's; else as whoever calls.
as_owner() {
  if [ "$(id -u)" -ne 0 ] || [ "$owner" = 0 ]; then
    "$@"
  elif entry=$(getent passwd "$owner"); then
    setpriv --reuid="$owner" --regid="$(stat -c %g .)" --init-groups env HOME="$(echo "$entry" | cut -d: -f6)" "$@"
  else
    setpriv --reuid="$owner" --regid="$(stat -c %g .)" --clear-groups "$@"
  fi
}
