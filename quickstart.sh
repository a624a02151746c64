#!/bin/sh
# quickstart.sh: from a bare machine to a trained network. Installs what is missing, builds the release, trains on handwritten digits.
#   ./quickstart.sh [OPTIONS OF denpa train]      e.g. ./quickstart.sh --epochs 3 --seed 7
set -u
cd "$(dirname "$0")" || exit 1
. scripts/common.sh

case ${1-} in -h | --help)
  say "Usage: ./quickstart.sh [OPTION OF denpa train]..." "使い方: ./quickstart.sh [denpa train のオプション]..."
  say "Installs what is missing, builds, and trains a network on handwritten digits." "足りないものを入れ、ビルドし、手書き数字でネットワークを学習します。"
  say "The options, once it is built: build/release/denpa train -h" "オプションの説明（ビルドの後で）: build/release/denpa train -h"
  exit 0
  ;;
esac

# Where the result goes: digits.safetensors, unless the arguments name a file or a run's folder.
out=
before=
for word in "$@"; do
  case $before in --out | --run | -o | -[fq]*o) out=$word word= ;; esac
  case $word in
    --out=* | --run=*) out=${word#*=} ;;
    --*) ;;
    -o?* | -[fq]*o?*) out=${word#*o} ;;
  esac
  before=$word
done

# In a folder that cannot be written a ready command trains, if the result goes elsewhere.
ready=
[ -z "$out" ] || [ ! -x build/release/denpa ] || writable 2>/dev/null || ready=yes
if [ -z "$ready" ]; then
  writable || exit 1
  [ -x build/release/denpa ] ||
    say "This takes about a minute on two processors: half of it to build (20 MB), then a training." \
      "プロセッサー2つで1分ほどかかります。半分はビルド（20 MB）、残りは学習です。"
  sh scripts/prepare.sh build || exit 1
  if [ "$(id -u)" -ne "$owner" ] && as_owner sh -c '[ "$(id -u)" -eq "$1" ] && [ -w . ]' sh "$owner"; then # sudo: the rest is its owner's
    as_owner sh quickstart.sh "$@"
    exit
  fi

  if [ ! -f build/release/build.ninja ] || ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$(pwd -P)" build/release/CMakeCache.txt; then
    long "$(say "Configuring" "設定")" build/log/configure.log configure release -DDENPA_TESTS=OFF || exit 1
  fi
  long "$(say "Building" "ビルド")" build/log/build.log build release --target installable || exit 1
fi

if [ -z "$out" ]; then
  out=digits.safetensors
  set -- --out "$out" "$@"
fi

echo
build/release/denpa train "$@" || exit $?
[ -e "$out" ] || exit 0

# hint COMMAND ENGLISH JAPANESE
hint() {
  printf '  %-*s  ' $((${#out} + 52)) "build/release/denpa $1"
  say "$2" "$3"
}
echo
say "What to do next:" "次にできること:"
hint "predict $(quoted "$out") docs/pictures/three.png" "let it read a picture of a digit" "手書き数字の画像を読ませる"
hint "step" "follow one update, every matrix shown" "1回の更新を、行列をすべて表示して追う"
hint "--help" "everything else" "ほかにできること"
echo
say 'To write just "denpa" in this terminal:' "このターミナルで「denpa」とだけ打てるようにするには:"
say '  PATH=$PWD/build/release:$PATH' '  PATH=$PWD/build/release:$PATH'
say "For every terminal, with manual pages and completion: ./install.sh" "どのターミナルでも、マニュアルや補完も含めて使うには: ./install.sh"
say "More to try: docs/tour.md. The tests: ./test.sh --quick" "このあと試せること: docs/tour.ja.md。テスト: ./test.sh --quick"
