#!/bin/sh
# put.sh STAGE PREFIX: copies the files below STAGE to PREFIX, with the rights of whoever calls it (install.sh, by sudo if it must).
# If STAGE has a share/denpa/manifest, the names go there: what uninstall.sh removes. What the manifest of an earlier installation has and
# this one has not is removed. A name in the manifest ends in a slash if it is a folder that was made here. Nothing is overwritten that no
# manifest has, or uninstall.sh would take it. Interrupted, it can be uninstalled: the manifest is written before the first file, with the
# names of both; if it fails, with the names of those that were put.
set -u
umask 022
. scripts/common.sh
stage=$1 prefix=$2
manifest=$prefix/share/denpa/manifest
work=$(mktemp -d) || exit 1
noted= finished= new=
end() {
  [ -z "$new" ] || rm -f "$new"
  if [ -z "$noted" ]; then
    sort -r "$work/new-folders" | while IFS= read -r folder; do rmdir "$folder" 2>/dev/null; done
  elif [ -z "$finished" ]; then
    note "$work/put" "$work/old-files"
  fi
  rm -rf "$work"
}
trap end EXIT
trap 'exit 1' HUP INT TERM
export LC_ALL=C

(cd "$stage" && find . -type f -o -type l) | sed 's|^\./||' | sort >"$work/files" || exit 1
(cd "$stage" && find . -mindepth 1 -type d) | sed 's|^\./||' | sort >"$work/folders" || exit 1
: >"$work/old" && : >"$work/new-folders" && : >"$work/put" && : >"$work/refused" || exit 1
[ ! -f "$manifest" ] || sh scripts/uninstall.sh --names "$manifest" | sort >"$work/old"
grep '/$' "$work/old" >"$work/made"
grep -v '/$' "$work/old" >"$work/old-files"

# there PATH: whether there is anything, a link to nothing too.
there() { [ -e "$1" ] || [ -L "$1" ]; }
# What an installation by CMake alone put there has no list; it is known by the header and the library.
taken_over=
if [ ! -f "$manifest" ] && grep -q '^#define DENPA_VERSION' "$prefix/include/denpa/denpa.h" 2>/dev/null &&
  there "$prefix/$(grep '/libdenpa\.so$' "$work/files")"; then
  taken_over=yes
  say "denpa is there without a list of its files; this installation takes its place." \
    "ファイルの一覧のないdenpaがあります。今回のインストールで置き換えます。"
  grep -x '.*/denpa' "$work/folders" | sed 's|$|/|' >>"$work/made"
fi

# What is in the way, before anything is written. With DESTDIR there is no list, and nothing removes what is there.
{
  while IFS= read -r folder; do
    ! there "$prefix/$folder" || [ -d "$prefix/$folder" ] || echo "$folder"
  done <"$work/folders"
  while IFS= read -r file; do
    if [ -d "$prefix/$file" ] && [ ! -L "$prefix/$file" ]; then
      echo "$file/"
    elif there "$prefix/$file" && [ -z "$taken_over" ] && [ -f "$stage/share/denpa/manifest" ]; then
      [ "$file" = share/denpa/manifest ] || grep -qxF -e "$file" "$work/old-files" || echo "$file"
    fi
  done <"$work/files"
} >"$work/in-the-way"
if [ -s "$work/in-the-way" ]; then
  say "Not put there by install.sh, and in its way below $prefix:" "$prefix の下に、install.sh が入れたものではない同じ名前のものがあります:" >&2
  head -n 10 "$work/in-the-way" | sed 's/^/  /' >&2
  say "Nothing was changed. Move or remove these first, or choose another folder with --prefix." \
    "何も変更していません。先に移動または削除するか、--prefix で別のフォルダーを指定してください。" >&2
  exit 1
fi

# The folders that are missing.
folder=$prefix above=./
while [ ! -d "$folder" ] && [ ${#above} -lt 12 ]; do
  echo "$above" >>"$work/made"
  echo "$folder" >>"$work/new-folders"
  [ $above = ./ ] && above=../ || above=../$above
  folder=$(dirname "$folder")
done
mkdir -p "$prefix" || exit 1
while IFS= read -r folder; do
  [ -d "$prefix/$folder" ] && continue
  mkdir "$prefix/$folder" || exit 1
  echo "$folder/" >>"$work/made"
  echo "$prefix/$folder" >>"$work/new-folders"
done <"$work/folders"
sort -u -o "$work/made" "$work/made"

# note LISTS...: writes the manifest, if there is to be one.
note() {
  [ -f "$stage/share/denpa/manifest" ] || return 0
  { cat "$stage/share/denpa/manifest" && sort -u "$@" "$work/made"; } >"$work/manifest" &&
    cp "$work/manifest" "$manifest.new" && mv -f "$manifest.new" "$manifest" || { rm -f "$manifest.new" && return 1; }
}
note "$work/files" "$work/old-files" || exit 1
noted=yes
echo share/denpa/manifest >"$work/put"

while IFS= read -r file; do
  [ "$file" != share/denpa/manifest ] || continue
  # Under another name first: a program that runs keeps its file, and nobody meets half of one.
  new=$prefix/$file.denpa-new
  if [ -L "$stage/$file" ]; then
    ln -sf "$(readlink "$stage/$file")" "$new"
  elif [ -x "$stage/$file" ]; then
    cp "$stage/$file" "$new" && chmod 755 "$new"
  else
    cp "$stage/$file" "$new" && chmod 644 "$new"
  fi && echo "$file" >>"$work/put" && mv -f "$new" "$prefix/$file" || exit 1
  new=
done <"$work/files"

# What an earlier version had. What cannot be removed stays on the list.
comm -23 "$work/old-files" "$work/files" | while IFS= read -r file; do
  [ ! -L "$prefix/$file" ] && [ -d "$prefix/$file" ] || rm -f "$prefix/$file" || echo "$file" >>"$work/refused"
done
sed 's|$|/|' "$work/folders" | sort >"$work/wanted"
comm -23 "$work/made" "$work/wanted" | grep -v '^\.' | sort -r | while IFS= read -r folder; do
  rmdir "$prefix/$folder" 2>/dev/null || [ ! -s "$work/refused" ] || echo "$folder" >>"$work/refused"
done
grep '^\.' "$work/made" >"$work/above"
comm -12 "$work/made" "$work/wanted" | cat - "$work/above" >"$work/kept" && mv "$work/kept" "$work/made"
note "$work/files" "$work/refused" || exit 1
finished=yes
case $prefix in
  /usr | /usr/local)
    PATH=$PATH:/usr/sbin:/sbin
    [ "$(id -u)" -ne 0 ] || ! command -v ldconfig >/dev/null || ldconfig
    ;;
esac
