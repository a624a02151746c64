#!/bin/sh
# fresh.sh: the two commands on a bare machine. Makes a minimal Debian 12 in $TMP with debootstrap, puts a clone of the last commit
# into it, and runs ./quickstart.sh, ./quickstart.sh again without a network, and ./test.sh there. Needs root, git, debootstrap, and
# the package sources of this machine; takes some minutes and 3 GB. FRESH_TEST=no leaves test.sh out.
set -u
: "${TMP:?an empty folder}"
for tool in debootstrap git unshare; do
  command -v $tool >/dev/null || { echo "skip no $tool here" && exit 77; }
done
[ "$(id -u)" -eq 0 ] || { echo "skip only root can make a root" && exit 77; }

root=$TMP/root
sources=$(apt-get indextargets --format '$(SITE) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' | LC_ALL=C sort -u)
mirror=$(printf '%s\n' "$sources" | awk '$2 == "bookworm" && $3 == "main" { print $1; exit }')
[ -n "$mirror" ] || { echo "skip this machine's package sources know no Debian 12" && exit 77; }

begun=$(date +%s)
if ! debootstrap --variant=minbase bookworm "$root" "$mirror" >"$TMP/debootstrap.log" 2>&1; then
  echo "not ok debootstrap"
  tail -n 20 "$TMP/debootstrap.log"
  exit 1
fi
printf '%s\n' "$sources" | awk '$2 ~ /^bookworm/ && $3 == "main" { print "deb", $1, $2, $3 }' >"$root/etc/apt/sources.list"
cp /etc/apt/apt.conf.d/99* "$root/etc/apt/apt.conf.d/" 2>/dev/null # proxies and the like
cp /etc/resolv.conf "$root/etc/resolv.conf"
git clone -q . "$root/root/denpa"
echo "ok a bare Debian 12: $(($(date +%s) - begun)) s"

status=0
# inside WHAT COMMAND: /proc is there only while it runs.
inside() {
  begun=$(date +%s)
  # shellcheck disable=SC2086 # $without is a list of words or nothing
  if $without unshare -m sh -c 'mount -t proc proc "$1/proc"; exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb chroot "$1" sh -c "cd /root/denpa && $2"' \
    sh "$root" "$2" >"$TMP/inside.log" 2>&1 </dev/null; then
    echo "ok $1: $(($(date +%s) - begun)) s"
  else
    echo "not ok $1: $(($(date +%s) - begun)) s"
    status=1
  fi
  sed 's/^/    /' "$TMP/inside.log"
}
without=
inside "quickstart.sh on a bare machine" ./quickstart.sh
without="unshare -n"
inside "quickstart.sh again, without a network" "./quickstart.sh --epochs 1"
inside "quickstart.sh in Japanese, without a network" "LANG=ja_JP.UTF-8 ./quickstart.sh --epochs 1 --steps 5"
without=
[ "${FRESH_TEST-}" = no ] || inside "test.sh on a bare machine" ./test.sh
exit "$status"
