#!/bin/sh
# quickstart.sh: from a bare machine to a trained network. Installs what is missing, builds the release, trains on handwritten digits.
#   ./quickstart.sh [OPTIONS OF denpa train]      e.g. ./quickstart.sh --epochs 3 --seed 7
set -u
cd "$(dirname "$0")" || exit 1
. scripts/common.sh

sh scripts/prepare.sh build || exit 1

if [ ! -f build/release/build.ninja ] || ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$(pwd -P)" build/release/CMakeCache.txt; then
  long "$(say "Configuring" "設定")" build/log/configure.log configure release -DDENPA_TESTS=OFF || exit 1
fi
long "$(say "Building" "ビルド")" build/log/build.log build release --target denpa || exit 1

echo
out=seed.safetensors
build/release/denpa train --out "$out" "$@" || exit $?
# The arguments may have named another file: the last --out or --run counts.
for word in "$@"; do
  case ${before-} in --out | --run) out=$word ;; esac
  case $word in --out=* | --run=*) out=${word#*=} ;; esac
  before=$word
done

echo
if [ "$language" = ja ]; then
  cat <<END
学習が終わりました。結果を見るには:
  build/release/denpa info $out             ネットワークと学習の条件
  build/release/denpa eval $out             テストデータでの正解率
  build/release/denpa predict $out 画像.png 手書き数字の画像を読ませる
  build/release/denpa step                  1回の更新を、行列をすべて表示して追う
  build/release/denpa --help                ほかにできること
説明は docs/ と man/ にあります。テスト: ./test.sh
END
else
  cat <<END
Done. To look at the result:
  build/release/denpa info $out             the network and how it was trained
  build/release/denpa eval $out             its accuracy on the test samples
  build/release/denpa predict $out PIC.png  let it read a picture of a digit
  build/release/denpa step                  follow one update, every matrix shown
  build/release/denpa --help                everything else
Explanations are in docs/ and man/. The tests: ./test.sh
END
fi
