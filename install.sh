#!/bin/sh
# install.sh: builds what is missing and installs denpa; or removes it.
#   ./install.sh [--prefix FOLDER] [--uninstall] [--help]
# Who calls builds, in build/release; if root does so in somebody else's folder (sudo ./install.sh), its owner builds. sudo is asked for
# the copy only, and only if the folder cannot be written. With DESTDIR, for packagers, all goes below it and no list is kept.
set -u
from=$(pwd)
cd "$(dirname "$0")" || exit 1
. scripts/common.sh

usage() {
  say "Usage: ./install.sh [--prefix FOLDER] [--uninstall]
Builds what is missing and installs denpa: the command, its manual pages,
completion for bash, zsh and fish, and the library for programs in C.
  --prefix FOLDER  below this folder (default: /usr/local); ~/.local needs no root
  --uninstall      remove what was installed there, and nothing else
  --help           this text
DESTDIR, an environment variable, is for packagers: it goes before every path." \
    "使い方: ./install.sh [--prefix フォルダー] [--uninstall]
足りないものをビルドし、denpaをインストールします。入るのは、コマンド、マニュアル、
bash・zsh・fishの補完、Cのプログラムのためのライブラリです。
  --prefix フォルダー  このフォルダーの下に入れます(既定値: /usr/local)。
                       ~/.local ならrootの権限は要りません
  --uninstall          そこに入れたものだけを取り除きます
  --help               この説明を表示します
環境変数DESTDIRはパッケージを作る人のためのもので、すべてのパスの前に付きます。"
}
wrong() {
  say "install.sh: $1" "install.sh: $2" >&2
  usage >&2
  exit 2
}

prefix=/usr/local uninstall=
while [ $# -gt 0 ]; do
  case $1 in
    --prefix)
      [ $# -ge 2 ] || wrong "--prefix needs a folder" "--prefix にはフォルダーが必要です"
      prefix=$2
      shift
      ;;
    --prefix=*) prefix=${1#--prefix=} ;;
    --uninstall) uninstall=yes ;;
    -h | --help) usage && exit 0 ;;
    *) wrong "there is no option $1" "$1 というオプションはありません" ;;
  esac
  shift
done
case $prefix in
  '') wrong "--prefix needs a folder" "--prefix にはフォルダーが必要です" ;;
  '~' | '~/'*) prefix=$HOME${prefix#'~'} ;; # the shell leaves --prefix=~/x as it is
  /*) ;;
  *) prefix=$from/$prefix ;;
esac
case $prefix/ in */../*) prefix=$(realpath -m "$prefix") || exit 1 ;; esac # or it leads out of what is collected before the copy
case ${DESTDIR-} in '' | /*) ;; *) DESTDIR=$from/$DESTDIR ;; esac
while [ "$prefix" != / ] && [ "${prefix%/}" != "$prefix" ]; do prefix=${prefix%/}; done
target=${DESTDIR-}$prefix
option= # that names this place again
[ "$prefix" = /usr/local ] || option=" --prefix $(quoted "$prefix")"
if [ -e "$target" ] && [ ! -d "$target" ]; then
  say "$target is a file; --prefix needs a folder" "$target はファイルです。--prefix にはフォルダーを指定してください" >&2
  exit 1
fi

# may_write: whether this user can write in the folders below the target that stand on standard input, or make them; root is needed if not.
as_root=
may_write() {
  while IFS= read -r folder; do
    folder=$target/$folder
    while [ ! -e "$folder" ]; do folder=$(dirname "$folder"); done
    [ -w "$folder" ] || as_root=sudo
  done
  [ -n "$as_root" ] || return 0
  if [ -n "${DESTDIR-}" ] || [ "$(id -u)" -eq 0 ] || ! command -v sudo >/dev/null; then
    say "$target cannot be written by you. Without root: ./install.sh --prefix ~/.local" \
      "$target に書き込む権限がありません。rootでなければ: ./install.sh --prefix ~/.local" >&2
    exit 1
  fi
}
may_write <<FOLDERS

$([ ! -f "$target/share/denpa/manifest" ] || sh scripts/uninstall.sh --names "$target/share/denpa/manifest" | grep -av '^\.' | sed 's|[^/]*$||' | sort -u)
FOLDERS

if [ -n "$uninstall" ]; then
  [ -z "${DESTDIR-}" ] || wrong "--uninstall knows nothing of DESTDIR; remove that folder" "--uninstall ではDESTDIRを使えません。そのフォルダーを削除してください"
  if [ ! -f "$prefix/share/denpa/manifest" ] && [ -f "$prefix/include/denpa/denpa.h" ]; then
    say "denpa was put into $prefix without a list of its files. Install once more, then remove it:" \
      "$prefix のdenpaには、ファイルの一覧がありません。もう一度インストールしてから、取り除いてください:" >&2
    printf '  ./install.sh%s\n  ./install.sh --uninstall%s\n' "$option" "$option" >&2
    exit 1
  fi
  $as_root env DENPA_LANG=$language sh scripts/uninstall.sh "$prefix"
  exit
fi

# Its owner builds, if he can reach this folder; else whoever calls, in a folder apart.
builder=as_owner
as_owner test -w . 2>/dev/null || builder=
work=$($builder mktemp -d "${TMPDIR:-/tmp}/denpa-install.XXXXXX" 2>/dev/null || $builder mktemp -d /tmp/denpa-install.XXXXXX 2>/dev/null) || {
  builder=
  work=$(mktemp -d) || exit 1
}
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
sh scripts/prepare.sh build || exit 1
$builder env TMPDIR="$work" sh scripts/stage.sh "$work" "$prefix" || exit 1
stage=$work/stage$prefix
version=$(sed -n 's/^#define DENPA_VERSION "\(.*\)"/\1/p' include/denpa/denpa.h)
if [ -z "${DESTDIR-}" ]; then # the list of files, and what removes them
  $builder mkdir -p "$stage/share/denpa"
  $builder cp scripts/uninstall.sh "$stage/share/denpa/uninstall.sh"
  say "# denpa $version: what install.sh put below this prefix; share/denpa/uninstall.sh removes it" \
    "# denpa $version: install.sh がこのフォルダーの下に入れたもの。share/denpa/uninstall.sh で取り除けます" | $builder tee "$stage/share/denpa/manifest" >/dev/null
fi
may_write <<FOLDERS
$(cd "$stage" && find . -type d)
FOLDERS
$as_root env DENPA_LANG=$language sh scripts/put.sh "$stage" "$target" || {
  say "denpa could not be installed in $target." "denpaを $target にインストールできませんでした。" >&2
  exit 1
}
[ -z "${DESTDIR-}" ] || exit 0

say "denpa $version is installed in $prefix. Try: denpa --help, man denpa" "denpa $version を $prefix にインストールしました。次を試せます: denpa --help、man denpa"
say "To remove it: ./install.sh --uninstall$option" "取り除くには: ./install.sh --uninstall$option"

# What a private folder needs; what the system's folders need not.
case $prefix in /usr | /usr/local) private= ;; *) private=yes ;; esac
lines=
case :$PATH: in *":$prefix/bin:"*) ;; *) lines="  export PATH=$(quoted "$prefix/bin"):\$PATH" ;; esac
if [ ! -f /usr/share/bash-completion/bash_completion ] || { [ -n "$private" ] && [ "$prefix" != "$HOME/.local" ]; }; then
  lines="$lines${lines:+
}  . $(quoted "$prefix/share/bash-completion/completions/denpa")"
fi
if [ -n "$lines" ]; then
  say "For every new terminal, with completion, add to ~/.bashrc:" "どのターミナルでも、補完も含めて使えるようにするには、~/.bashrc に次の行を加えてください:"
  printf '%s\n' "$lines"
fi
if [ -n "$private" ]; then
  lib=$(quoted "$prefix/$(cd "$stage" && find . -name libdenpa.so | sed -e 's|^\./||' -e 's|/libdenpa.so$||')")
  say "Programs in C find it there with:" "Cのプログラムから使うには:"
  printf '  export %s\n' "LD_LIBRARY_PATH=$lib" "PKG_CONFIG_PATH=$lib/pkgconfig" "CMAKE_PREFIX_PATH=$(quoted "$prefix")"
fi
