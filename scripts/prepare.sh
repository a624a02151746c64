#!/bin/sh
# prepare.sh PURPOSE...: makes sure that what the project needs is on this machine, and installs what is missing (Debian, Ubuntu).
# Purposes: build (the library and the command), test (test.sh), full (test.sh --full), campaign (make campaign), bench (bench/peers.sh),
# fresh (scripts/fresh.sh).
# It asks for nothing and uses no network when everything is there. `prepare.sh --list PURPOSE...` only prints the packages.
set -u
cd "$(dirname "$0")/.." || exit 1
. scripts/common.sh

# purpose | package | how to see that it is there | why | why (Japanese)
# cmd: a command; pc: a pkg-config module; file: a file (pattern); py: a module of Debian's python3.
needs() {
  cat <<'END'
build|gcc|cmd:gcc|the C compiler|Cコンパイラー
build|libc6-dev|file:/usr/include/stdlib.h|the C library's headers|Cライブラリのヘッダー
build|cmake|cmd:cmake|describes the build|ビルドの記述
build|ninja-build|cmd:ninja|runs the build|ビルドの実行
build|pkg-config|cmd:pkg-config|finds libraries|ライブラリの検索
build|zlib1g-dev|pc:zlib|reads gzip files (MNIST)|gzip (MNIST) の読み込み
build|libdeflate-dev|pc:libdeflate|reads them fast|その高速な読み込み
build|libpng-dev|pc:libpng|reads and writes pictures|画像の読み書き
build|libjansson-dev|pc:jansson|JSON in model files|モデルファイルのJSON
build|libcurl4-openssl-dev|pc:libcurl|downloads data sets|データセットのダウンロード
build|libssl-dev|pc:libcrypto|SHA-256|SHA-256の計算
build|gettext|cmd:msgfmt|compiles the Japanese texts|日本語の文言の変換
build|scdoc|cmd:scdoc|manual pages|マニュアルの作成
build|ca-certificates|file:/etc/ssl/certs/ca-certificates.crt|verifies who a download comes from|ダウンロード元の確認
test|libcmocka-dev|pc:cmocka|unit tests|単体テスト
test|clang|cmd:clang|the second compiler: same bits from both|2つ目のコンパイラー（同じビットになるかの確認）
test|binutils|cmd:nm|looks into the built libraries|ライブラリの中身の確認
test|python3|file:/usr/bin/python3|an independent witness|独立した証人
test|python3-numpy|py:numpy|an independent witness of the arithmetic|計算の独立した証人
test|strace|cmd:strace|makes system calls fail|システムコールを失敗させる検査
full|python3-torch|py:torch|a second witness of gradients|勾配の2人目の証人
full|chromium|cmd:chromium|the browser in which pages are tested|ページを試すブラウザー
full|nodejs|cmd:node|drives the browser|ブラウザーの操作
full|npm|cmd:npm|fetches playwright-core, with which that is done|そのためのplaywright-coreの取得
full|fonts-noto-cjk|file:/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc|Japanese in the browser|ブラウザーでの日本語表示
full|valgrind|cmd:valgrind|looks at every read of memory|メモリーの読み書きの検査
full|cppcheck|cmd:cppcheck|reads the sources for faults|ソースの静的解析
full|clang-tidy|cmd:clang-tidy|reads the sources for faults, too|もう1つの静的解析
full|zsh|cmd:zsh|completion is tested in it|補完を試すシェル
full|fish|cmd:fish|completion is tested in it, too|補完を試すもう1つのシェル
campaign|gcovr|cmd:gcovr|counts what the tests reach (scripts/coverage.sh)|テストが通る行と分岐の集計 (scripts/coverage.sh)
campaign|libclang-rt-dev|file:/usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.fuzzer-*.a|fuzzing|ファジング
campaign|gcc-aarch64-linux-gnu|cmd:aarch64-linux-gnu-gcc|builds for 64-bit ARM|64ビットARM用のビルド
campaign|libc6-dev-arm64-cross|file:/usr/aarch64-linux-gnu/include/stdlib.h|the C library for 64-bit ARM|64ビットARM用のCライブラリ
campaign|qemu-user|cmd:qemu-aarch64|runs what is built for 64-bit ARM|64ビットARM用のプログラムの実行
bench|python3|file:/usr/bin/python3|runs the peers|比較対象の実行
bench|python3-torch|py:torch|a peer: PyTorch|比較対象: PyTorch
bench|python3-numpy|py:numpy|a peer: a script by hand|比較対象: 手書きのスクリプト
bench|libopenblas0|file:/usr/lib/*/openblas-*/libblas.so.3|NumPy's products|NumPyの行列積
bench|python3-sklearn|py:sklearn|a peer: scikit-learn|比較対象: scikit-learn
bench|libfann-dev|file:/usr/include/floatfann.h|a peer: FANN|比較対象: FANN
bench|libopenblas-dev|pc:openblas|products of OpenBLAS|OpenBLASの行列積
bench|libdnnl-dev|file:/usr/include/dnnl.h|products of oneDNN|oneDNNの行列積
fresh|git|cmd:git|clones the project|プロジェクトの複製
fresh|debootstrap|cmd:debootstrap|makes bare systems|何も入っていないシステムの作成
fresh|debian-archive-keyring|file:/usr/share/keyrings/debian-archive-keyring.gpg|verifies Debian's packages|Debianのパッケージの確認
END
}

# there PACKAGE PROBE
there() {
  case $2 in
    cmd:*) command -v "${2#cmd:}" >/dev/null ;;
    file:*) ls ${2#file:} >/dev/null 2>&1 ;; # unquoted: a pattern
    py:*) /usr/bin/python3 -c "import importlib.util as u, sys; sys.exit(u.find_spec('${2#py:}') is None)" 2>/dev/null ;;
    pc:*)
      if command -v pkg-config >/dev/null; then
        pkg-config --exists "${2#pc:}"
      else # it is about to be installed: ask Debian
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
      fi
      ;;
  esac
}

only_list=
if [ "${1-}" = --list ]; then
  only_list=yes
  shift
fi
wanted=" $* "
table=$(needs)
missing=
optional= # of these, what neither a build nor ./test.sh waits for
explained=
while IFS='|' read -r purpose package probe why why_ja; do
  case $wanted in *" $purpose "*) ;; *) continue ;; esac
  if [ -n "$only_list" ]; then
    echo "$package"
  elif ! there "$package" "$probe"; then
    case "$missing " in *" $package "*) continue ;; esac
    missing="$missing $package"
    case $purpose in full | campaign | bench) optional="$optional $package" ;; esac
    explained="$explained$(say "  $package: $why" "  $package: $why_ja")
"
  fi
done <<END
$table
END
[ -n "$missing" ] || exit 0

say "Missing on this machine (all together, a bare Debian 12 fetches 80 MB to build and 70 MB more for the tests):" \
  "このマシンに足りないもの（何も入っていないDebian 12で、ビルドに80 MB、テストにさらに70 MBを取得します）:"
printf '%s' "$explained"
by_hand() {
  say "As root: apt-get install --no-install-recommends$missing" "rootで実行してください: apt-get install --no-install-recommends$missing" >&2
  exit 1
}
if ! command -v apt-get >/dev/null; then
  say "There is no apt-get here; please install these with your system's own means (the names above are Debian's)." \
    "apt-getがありません。お使いのシステムの方法でインストールしてください（上の名前はDebianのものです）。" >&2
  exit 1
fi
# leave_out: what is optional and unknown to apt (Ubuntu lacks some of Debian's packages) goes out of $missing by name.
leave_out() {
  kept=
  lacked=
  for package in $missing; do
    case "$optional " in
      *" $package "*) LC_ALL=C apt-cache policy "$package" 2>/dev/null | grep -q '^  Candidate: [^(]' || { lacked="$lacked $package" && continue; } ;;
    esac
    kept="$kept $package"
  done
  missing=$kept
  [ -z "$lacked" ] || say "Not to be had on this system; what needs it is skipped:$lacked" "このシステムにはないため、必要とするものは省きます:$lacked"
  [ -n "$missing" ] || exit 0
}
! ls /var/lib/apt/lists/*Packages* >/dev/null 2>&1 || leave_out # without its lists apt knows nothing

as_root=
if [ "$(id -u)" -ne 0 ]; then
  as_root=sudo
  if ! command -v sudo >/dev/null; then
    say "Installing needs root, and there is no sudo." "インストールにはrootの権限が必要ですが、sudoがありません。" >&2
    by_hand
  fi
  sudo -v || by_hand # asks for the password now, where it can be seen
fi
[ -t 0 ] || : "${DEBIAN_FRONTEND:=noninteractive}"
apt() {
  $as_root env LC_ALL=C ${DEBIAN_FRONTEND:+DEBIAN_FRONTEND="$DEBIAN_FRONTEND"} apt-get -q -y "$@"
}
install() {
  # shellcheck disable=SC2086 # a list of words
  apt install --no-install-recommends $missing
}
# How large it is, of those that come with it too: known to the package lists.
announce() {
  # shellcheck disable=SC2086
  sizes=$(LC_ALL=C apt-get -q -s install --no-install-recommends $missing |
    sed -n 's/^Inst \([^ ]*\) .*(\([^ ]*\) .*/\1=\2/p' | LC_ALL=C xargs apt-cache show 2>/dev/null | awk '
    /^Package:/ { name = $2 }
    /^Size:/ { fetch[name] = $2 }
    /^Installed-Size:/ { disk[name] = $2 }
    END {
      for (name in fetch) { n++; bytes += fetch[name]; kilobytes += disk[name] }
      printf "%d %.0f %.0f", n, bytes / 1e6 + 0.5, kilobytes * 1024 / 1e6 + 0.5
    }')
  # shellcheck disable=SC2086
  set -- $sizes
  say "Packages to install: $1 ($2 MB to fetch, $3 MB on disk)." "インストールするパッケージ: $1 個（取得 $2 MB、ディスク $3 MB）。"
}
update() { apt -o APT::Update::Error-Mode=any update; }
log=build/log/packages.log
as_owner mkdir -p build/log 2>/dev/null && as_owner touch $log # not root's, in somebody else's checkout
give_up() {
  say "The packages could not be installed; is there a network? The whole log: $log" \
    "パッケージをインストールできませんでした。ネットワークにつながっていますか。ログ: $log" >&2
  exit 1
}
# The package lists are asked for only if what is here does not know every package, or turns out to be too old.
# shellcheck disable=SC2086
if ! LC_ALL=C apt-get -q -s install --no-install-recommends $missing >/dev/null 2>&1; then
  long "apt-get update" "$log" update || give_up
  leave_out
  announce
  long "apt-get install" "$log" install || give_up
elif announce && ! long "apt-get install" "$log" install; then
  say "Perhaps the package lists are too old; once more with new ones." "パッケージ一覧が古いのかもしれません。更新してもう一度試します。"
  long "apt-get update" "$log" update && long "apt-get install" "$log" install || give_up
fi
