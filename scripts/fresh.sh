#!/bin/sh
# fresh.sh: the two commands on bare machines. Makes a minimal root of each system with debootstrap, puts a clone of the last commit into it, and
# runs there ./quickstart.sh, ./quickstart.sh without a network, once more in Japanese, and ./test.sh. Ends with a table in Markdown. All systems
# have to make the same model file. Needs root, and a network for the packages; no containers.
#   scripts/fresh.sh                 Debian 12, Debian 13 and Ubuntu 24.04, one after the other
#   scripts/fresh.sh --only SYSTEM   debian-12, debian-13 or ubuntu-24.04; may be given more than once
#   --busy N       N processes that never rest, beside all of it
#   --quick        ./test.sh --quick instead of ./test.sh;  --no-tests: neither
#   --folder DIR   works in DIR/denpa-fresh, and keeps there the bare roots as archives and the packages: the next run is much faster.
#                  Without it, in a folder in $TMPDIR that is gone afterwards
#   --keep         keeps the roots as they are at the end, to look around in them (with --folder)
# About 3 GB and 20 minutes a system. Exit status: 0 if everything passed, 1 if not, 2 for wrong usage, 77 if this machine cannot do it.
set -u
from=$(pwd)
cd "$(dirname "$0")/.." || exit 1
. scripts/common.sh

help() { sed -n '2,/^set/s/^# \{0,1\}//p' "$0"; }
usage() {
  echo "fresh.sh: $1" >&2
  help >&2
  exit 2
}

# system | its name | its release as debootstrap knows it | components | where it comes from
systems() {
  cat <<'END'
debian-12|Debian 12|bookworm|main|Debian
debian-13|Debian 13|trixie|main|Debian
ubuntu-24.04|Ubuntu 24.04|noble|main,universe|Ubuntu
END
}
# of SYSTEM FIELD
of() { systems | awk -F'|' -v asked="$1" -v field="$2" '$1 == asked { print $field }'; }

chosen= busy=0 tests=./test.sh folder= keep=
while [ $# -gt 0 ]; do
  case $1 in
    --only)
      [ -n "$(of "${2-}" 1)" ] || usage "--only needs one of: $(systems | cut -d'|' -f1 | paste -sd' ')"
      chosen="$chosen $2" && shift
      ;;
    --busy)
      case ${2-} in '' | *[!0-9]*) usage "--busy needs a number" ;; esac
      busy=$2 && shift
      ;;
    --folder)
      [ -n "${2-}" ] || usage "--folder needs a folder"
      folder=$2 && shift
      ;;
    -h | --help) help && exit 0 ;;
    --quick) tests="./test.sh --quick" ;;
    --no-tests) tests= ;;
    --keep) keep=yes ;;
    *) usage "there is no $1" ;;
  esac
  shift
done
: "${chosen:=$(systems | cut -d'|' -f1)}"
[ -z "$keep" ] || [ -n "$folder" ] || usage "--keep needs --folder"

[ "$(id -u)" -eq 0 ] || { echo "skip only root can make a root" && exit 77; }
unshare -m -p -f --kill-child true 2>/dev/null || { echo "skip namespaces cannot be made here (unshare)" && exit 77; }
sh scripts/prepare.sh fresh || exit 77

# Whatever ends this script ends what it started: mounts are in namespaces of their own, which go with their first process.
children= made= roots=
tidy() {
  # shellcheck disable=SC2086 # a list
  [ -z "$children" ] || kill -9 $children 2>/dev/null
  wait
  [ -z "$roots" ] || [ -n "$keep" ] || rm -rf "$roots"
  [ -z "$made" ] || rm -rf "$made"
}
trap tidy EXIT
trap 'exit 1' HUP INT TERM
if [ -z "$folder" ]; then
  made=$(mktemp -d "${TMPDIR:-/tmp}/denpa-fresh.XXXXXX") || exit 1
  folder=$made
fi
case $folder in /*) ;; *) folder=$from/$folder ;; esac
folder=$folder/denpa-fresh # what is removed has a name that nobody else uses
mkdir -p "$folder/log" && exec 9>"$folder/lock" || exit 1
flock -n 9 || { echo "fresh.sh: another one works in $folder" >&2 && exit 1; }
roots=$folder/root

# A signal is heard at once only while the shell waits for a process in the background. --pdeathsig: these end even if this script is killed.
child=
start() {
  setpriv --pdeathsig KILL "$@" </dev/null &
  child=$!
  children="$children $child"
}
# ends COMMAND...: runs it so that signals are heard; its status.
ends() {
  start "$@"
  wait "$child"
  status=$?
  forget "$child"
  return $status
}
forget() { children=$(printf '%s\n' "$children " | sed "s/ $1 / /; s/ \$//"); }

bad=0
no() { echo "not ok $1" && bad=1; }

# What this machine's apt knows of where packages come from: origin, site, release.
sources=$(apt-get indextargets --format '$(ORIGIN) $(SITE) $(RELEASE)' 'Created-By: Packages' 2>/dev/null | LC_ALL=C sort -u)
# mirror_of ORIGIN: nothing where this machine knows none; debootstrap has one of its own then.
mirror_of() { printf '%s\n' "$sources" | awk -v origin="$1" '$1 == origin && $3 !~ /-/ { print $2; exit }'; }
security_of() { printf '%s\n' "$sources" | awk -v origin="$1" '$1 == origin && $3 ~ /-security$/ { print $2; exit }'; }

# in_root SYSTEM COMMAND: with /proc, terminals and the folder of packages, which are there only while it runs. The first shell stays, to reap what others leave.
in_root() {
  mkdir -p "$folder/debs/$1/partial"
  # shellcheck disable=SC2016,SC2086 # the inner shell's; $without is a list of words or nothing
  ends unshare -m -p -f --kill-child $without sh -c '
    mount -t proc proc "$1/proc" && mount --bind "$2" "$1/var/cache/apt/archives" || exit 1
    mount -t devpts -o ptmxmode=666 devpts "$1/dev/pts" # terminals; what needs one is skipped without
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb chroot "$1" sh -c "$3"
    exit $?' sh "$roots/$1" "$folder/debs/$1" "$2"
}
without=

# ubuntu_keys: the keys of Ubuntu's archive. Debian has them as a package from 13 on: if they are not here, they are taken out of that.
ubuntu_keys() {
  keys=/usr/share/keyrings/ubuntu-archive-keyring.gpg
  [ ! -f $keys ] || return 0
  keys=$folder/ubuntu-archive-keyring.gpg
  [ ! -f "$keys" ] || return 0
  bare debian-13 &&
    in_root debian-13 'apt-get -q update && cd /tmp && apt-get -q download ubuntu-keyring && dpkg-deb -x ubuntu-keyring_*.deb keys' >"$folder/log/keys" 2>&1 &&
    mv "$roots/debian-13/tmp/keys/usr/share/keyrings/ubuntu-archive-keyring.gpg" "$keys"
}

# bare SYSTEM: a bare root of it in $roots/SYSTEM. It is made once, and afterwards comes out of its archive.
bare() {
  rm -rf "$roots/$1"
  mkdir -p "$roots/$1" "$folder/debs/$1"
  [ -f "$folder/$1.tar" ] || bootstrap "$1" || return 1
  tar -C "$roots/$1" --numeric-owner -xf "$folder/$1.tar" || return 1
  cp /etc/apt/apt.conf.d/99* "$roots/$1/etc/apt/apt.conf.d/" 2>/dev/null # proxies and the like
  cp /etc/resolv.conf "$roots/$1/etc/resolv.conf"
}

# bootstrap SYSTEM: makes its archive.
bootstrap() {
  keyring=
  if [ "$(of "$1" 5)" = Ubuntu ]; then
    ubuntu_keys || { tail -n 20 "$folder/log/keys" && return 1; } # may come back here for Debian 13
    keyring=--keyring=$keys
  fi
  release=$(of "$1" 3) origin=$(of "$1" 5) script=
  [ -e "/usr/share/debootstrap/scripts/$release" ] || script=gutsy # the one for every Ubuntu; an older debootstrap lacks the new names
  new=$roots/new
  rm -rf "$new"
  # shellcheck disable=SC2086 # keyring and script are one word or none
  ends unshare -m -p -f --kill-child debootstrap --variant=minbase --components="$(of "$1" 4)" $keyring --cache-dir="$folder/debs/$1" \
    "$release" "$new" "$(mirror_of "$origin")" $script >"$folder/log/debootstrap-$1" 2>&1 || {
    tail -n 20 "$folder/log/debootstrap-$1"
    return 1
  }
  read -r deb mirror suite components <"$new/etc/apt/sources.list" || return 1
  {
    echo "$deb $mirror $suite $components"
    echo "$deb $mirror $suite-updates $components"
    security=$(security_of "$origin")
    [ "$origin" = Debian ] || : "${security:=$mirror}" # Ubuntu's mirrors have it too
    [ -z "$security" ] || echo "$deb $security $suite-security $components"
  } >"$roots/sources"
  mv "$roots/sources" "$new/etc/apt/sources.list"
  tar -C "$new" --numeric-owner -cf "$roots/new.tar" . && mv "$roots/new.tar" "$folder/$1.tar" && rm -rf "$new"
}

# step SYSTEM WHAT COMMAND: in the clone; its seconds are in $seconds afterwards.
step() {
  log=$folder/log/$1-$(echo "$2" | tr -c 'a-zA-Z0-9\n' -)
  begun=$(date +%s)
  in_root "$1" "cd /root/denpa && $3" >"$log" 2>&1
  ended=$?
  seconds=$(($(date +%s) - begun))
  if [ $ended -eq 0 ]; then echo "ok $1: $2: $seconds s"; else no "$1: $2: $seconds s"; fi
  sed 's/^/    /' "$log"
  return $ended
}

# model SYSTEM WHICH FILE: all systems have to make the same file.
model() {
  sha=$(sha256sum "$roots/$1/root/denpa/$3" 2>/dev/null | cut -d' ' -f1)
  [ -n "$sha" ] || { no "$1: the $2 quickstart left no model" && return; }
  [ -f "$folder/log/model-$2" ] || echo "$sha" >"$folder/log/model-$2"
  if [ "$sha" = "$(cat "$folder/log/model-$2")" ]; then echo "ok $1: the model of the $2 quickstart: $sha"; else no "$1: another model from the $2 quickstart: $sha"; fi
}

# compilers SYSTEM: their names and versions.
compilers() {
  in_root "$1" 'for c in gcc clang; do command -v $c >/dev/null && echo $c $($c -dumpfullversion 2>/dev/null || $c -dumpversion); done' 2>/dev/null | paste -sd, | sed 's/,/, /g'
}

try() {
  tried=$1
  begun=$(date +%s)
  bare "$tried" || { no "$tried: a bare root: $(($(date +%s) - begun)) s" && return; }
  git clone -q --depth 1 "file://$(git rev-parse --show-toplevel)" "$roots/$tried/root/denpa" || { no "$tried: the clone" && return; }
  echo "ok $tried: a bare root: $(($(date +%s) - begun)) s"
  fast=- count="- | - | -" whole=- load=- sha=-
  if step "$tried" "quickstart" ./quickstart.sh; then
    model "$tried" first digits.safetensors
    fast=$seconds
    first=$(printf %.16s "$sha")
    without=-n
    step "$tried" "quickstart without a network" "./quickstart.sh --epochs 1" && model "$tried" second digits.safetensors
    step "$tried" "quickstart in Japanese, without a network" "LANG=ja_JP.UTF-8 ./quickstart.sh --epochs 1 --steps 5" && model "$tried" third digits.safetensors
    without=
    [ -z "$tests" ] || whole_suite
    row="$(of "$tried" 2) | $(compilers "$tried") | $fast | $first | $count | $whole | $load"
  else
    row="$(of "$tried" 2) | $(compilers "$tried") | failed | - | $count | $whole | $load"
  fi
  echo "| $row |" >>"$folder/log/rows"
  [ -n "$keep" ] || rm -rf "$roots/$tried"
}

# whole_suite: test.sh, with the mean load of the machine meanwhile.
whole_suite() {
  : >"$folder/log/load"
  start sh -c 'while cut -d" " -f1 /proc/loadavg; do sleep 5; done' >"$folder/log/load"
  watching=$child
  step "$tried" "$(echo "$tests" | cut -c 3-)" "$tests"
  kill "$watching" 2>/dev/null
  wait "$watching" 2>/dev/null
  forget "$watching"
  whole=$seconds
  load=$(awk '{ sum += $1 } END { printf "%.1f", sum / NR }' "$folder/log/load")
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$log" | tail -n 1)
  [ -z "$line" ] || count=$(echo "$line" | sed 's/ passed, / | /; s/ failed, / | /; s/ skipped//')
}

rm -f "$folder/log/rows" "$folder/log"/model-*
n=0
while [ "$n" -lt "$busy" ]; do
  start sh -c 'while :; do :; done'
  n=$((n + 1))
done
for one in $chosen; do try "$one"; done

echo
echo "$(git log -1 --format='%h, %cs'), $(getconf _NPROCESSORS_ONLN) processors, $busy busy loops"
echo
echo "| system | compilers | quickstart, s | model | passed | failed | skipped | tests, s | load |"
echo "| --- | --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |"
cat "$folder/log/rows" 2>/dev/null
exit $bad
