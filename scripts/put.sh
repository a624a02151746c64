#!/bin/sh
# put.sh STAGE PREFIX: copies the files below STAGE to PREFIX, with the rights of whoever calls it (install.sh, by sudo if it must).
# If STAGE has a share/denpa/manifest, the names go there: what uninstall.sh removes. What the manifest of an earlier installation has and
# this one has not is removed. A name in the manifest ends in a slash if it is a folder that was made here. Interrupted, it can be
# uninstalled: the manifest is written before the first file, with the names of both.
set -u
umask 022
stage=$1 prefix=$2
manifest=$prefix/share/denpa/manifest
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
export LC_ALL=C

(cd "$stage" && find . -type f -o -type l) | sed 's|^\./||' | sort >"$work/files" || exit 1
: >"$work/old"
[ ! -f "$manifest" ] || grep -v '^#' "$manifest" | sort >"$work/old"

# The folders that are missing.
grep '/$' "$work/old" >"$work/made"
folder=$prefix above=./
while [ ! -d "$folder" ] && [ ${#above} -lt 12 ]; do
  echo "$above"
  [ $above = ./ ] && above=../ || above=../$above
  folder=$(dirname "$folder")
done >>"$work/made"
mkdir -p "$prefix" || exit 1
(cd "$stage" && find . -mindepth 1 -type d) | sed 's|^\./||' | sort >"$work/folders" || exit 1
while IFS= read -r folder; do
  [ -d "$prefix/$folder" ] && continue
  echo "$folder/" >>"$work/made"
  mkdir "$prefix/$folder" || exit 1
done <"$work/folders"
sort -u -o "$work/made" "$work/made"

# note LISTS...: writes the manifest, if there is to be one.
note() {
  [ -f "$stage/share/denpa/manifest" ] || return 0
  { cat "$stage/share/denpa/manifest" && sort -u "$@" "$work/made"; } >"$work/manifest" &&
    cp "$work/manifest" "$manifest.new" && mv -f "$manifest.new" "$manifest"
}
grep -v '/$' "$work/old" >"$work/old-files"
note "$work/files" "$work/old-files" || exit 1

while IFS= read -r file; do
  [ "$file" != share/denpa/manifest ] || continue
  [ -L "$prefix/$file" ] || [ ! -d "$prefix/$file" ] || { echo "$prefix/$file: a folder is in the way" >&2 && exit 1; }
  # Under another name first: a program that runs keeps its file, and nobody meets half of one.
  new=$prefix/$file.denpa-new
  if [ -L "$stage/$file" ]; then
    ln -sf "$(readlink "$stage/$file")" "$new"
  elif [ -x "$stage/$file" ]; then
    cp "$stage/$file" "$new" && chmod 755 "$new"
  else
    cp "$stage/$file" "$new" && chmod 644 "$new"
  fi && mv -f "$new" "$prefix/$file" || { rm -f "$new" && exit 1; }
done <"$work/files"

# What an earlier version had.
comm -23 "$work/old-files" "$work/files" | while IFS= read -r file; do rm -f "$prefix/$file"; done
sed 's|$|/|' "$work/folders" | sort >"$work/wanted"
comm -23 "$work/made" "$work/wanted" | grep -v '^\.' | sort -r | while IFS= read -r folder; do rmdir "$prefix/$folder" 2>/dev/null; done
grep '^\.' "$work/made" >"$work/above"
comm -12 "$work/made" "$work/wanted" | cat - "$work/above" >"$work/kept" && mv "$work/kept" "$work/made"
note "$work/files" || exit 1
case $prefix in
  /usr | /usr/local)
    PATH=$PATH:/usr/sbin:/sbin
    [ "$(id -u)" -ne 0 ] || ! command -v ldconfig >/dev/null || ldconfig
    ;;
esac
