#!/bin/sh
# uninstall.sh [PREFIX]: removes what install.sh put below PREFIX, file by file as PREFIX/share/denpa/manifest has it, and those of its
# folders that were made for it and are empty now; nothing else. install.sh --uninstall calls it, and a copy lies beside the manifest,
# where it needs no PREFIX and no checkout. The manifest goes last, once nothing was refused, so that it can be called again.
# uninstall.sh --names MANIFEST: the names in a manifest, for put.sh; comments and what leads elsewhere are none.
set -u
case ${DENPA_LANG-} in '' | [Jj][Aa]* | [Ee][Nn]*) found= ;; *) found=$DENPA_LANG && unset DENPA_LANG ;; esac # as scripts/common.sh does
case ${DENPA_LANG:-${LC_ALL:-${LC_MESSAGES:-${LANG:-en}}}} in [Jj][Aa]*) language=ja ;; *) language=en ;; esac
say() { if [ "$language" = ja ]; then printf '%s\n' "$2"; else printf '%s\n' "$1"; fi; }
[ -z "$found" ] || say "Note: DENPA_LANG is \"$found\", but it can only be en or ja; it is not used." \
  "注意: DENPA_LANG が「$found」ですが、指定できるのは en か ja だけなので、無視します。" >&2

# "./" is the prefix itself, "../" the folder that had to be made for it.
names() {
  LC_ALL=C grep -axE -e '\./|(\.\./){1,3}' "$1"
  LC_ALL=C grep -avE -e '^#' -e '^$' -e '^/' -e '(^|/)\.\.?(/|$)' "$1"
}
if [ "${1-}" = --names ]; then
  names "$2"
  exit 0
fi

prefix=${1-$(cd "$(dirname "$0")/../.." && pwd -P)} || exit 1
manifest=$prefix/share/denpa/manifest
if [ ! -f "$manifest" ]; then
  say "denpa is not installed in $prefix (there is no $manifest)" \
    "denpaは $prefix にインストールされていません($manifest がありません)" >&2
  exit 1
fi
list=$(names "$manifest")
itself=share/denpa/uninstall.sh

refused=
while IFS= read -r file; do
  case $file in '' | */ | share/denpa/manifest | $itself) continue ;; esac
  [ -L "$prefix/$file" ] || [ ! -d "$prefix/$file" ] || continue # somebody else's folder has its name now
  rm -f "$prefix/$file" 2>/dev/null || refused="$refused $file"
done <<LIST
$list
LIST
if [ -z "$refused" ]; then
  rm -f "$prefix/$itself" 2>/dev/null && rm -f "$manifest" 2>/dev/null || refused=" share/denpa"
fi
if [ -n "$refused" ]; then
  say "These could not be removed below $prefix (as root, perhaps: sudo); call it again:$refused" \
    "$prefix の下の次のファイルを削除できませんでした(rootでもう一度実行してください: sudo):$refused" >&2
  exit 1
fi

# Folders, the deepest first.
printf '%s\n' "$list" | grep '/$' | grep -v '^\.' | LC_ALL=C sort -r | while IFS= read -r folder; do rmdir "$prefix/$folder" 2>/dev/null; done
folder=$prefix
for above in ./ ../ ../../ ../../../; do
  printf '%s\n' "$list" | grep -qxF -e "$above" && rmdir "$folder" 2>/dev/null || break
  folder=$(dirname "$folder")
done
case $prefix in
  /usr | /usr/local)
    PATH=$PATH:/usr/sbin:/sbin
    [ "$(id -u)" -ne 0 ] || ! command -v ldconfig >/dev/null || ldconfig
    ;;
esac
say "denpa is gone from $prefix." "$prefix からdenpaを取り除きました。"
