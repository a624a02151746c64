#!/bin/sh
# peers.sh [ROUNDS [WORK...]]: denpa beside what people would use instead, in turn on the same works; writes bench/RESULTS.md and bench/results.svg.
# WORK: those of `denpa bench`; without any, all of them.
# Installs the peers that Debian has (scripts/prepare.sh bench); one that cannot be had is skipped by name. ROUNDS: default 3, some 2 minutes each.
# MNIST where denpa finds it without asking the network, else the built-in digits.
set -u
cd "$(dirname "$0")/.." || exit 1
. scripts/common.sh
rounds=${1:-3}
[ $# -eq 0 ] || shift
case $rounds in
  *[!0-9]* | '' | 0) say "usage: bench/peers.sh [ROUNDS [WORK...]]" "使い方: bench/peers.sh [回数 [計測項目...]]" >&2 && exit 2 ;;
esac
sh scripts/prepare.sh build || exit 1
sh scripts/prepare.sh bench || say "Peers that are missing will be skipped." "足りない比較対象は飛ばします。" >&2
[ -f build/release/build.ninja ] || long "configure" build/log/bench-configure.log configure release -DDENPA_TESTS=OFF || exit 1
long "build" build/log/bench-build.log build release --target denpa denpa_static || exit 1

programs=build/bench
library=build/release/libdenpa.a
mkdir -p $programs
# compile NAME OPTIONS...: bench/NAME.c; quietly nothing where what it needs is missing
compile() {
  name=$1
  shift
  rm -f "$programs/$name"
  ${CC:-cc} -O2 -D_XOPEN_SOURCE=700 -Iinclude -Isrc "bench/$name.c" -o "$programs/$name" "$@" 2>"$programs/$name.log"
}
# shellcheck disable=SC2046 # a word or none
formats=$(pkg-config --libs zlib libpng jansson libcrypto $(pkg-config --exists libdeflate && echo libdeflate))
# shellcheck disable=SC2086 # lists of words
compile write_idx $library $formats -lpthread -lm || { cat $programs/write_idx.log >&2; exit 1; }
compile peer_fann -DFANN_VERSION="\"$(pkg-config --modversion fann 2>/dev/null)\"" -lfloatfann -lm
blas='' onednn=''
pkg-config --exists openblas && blas="-DHAVE_OPENBLAS $(pkg-config --cflags --libs openblas)"
[ -f /usr/include/dnnl.h ] && onednn="-DHAVE_ONEDNN -ldnnl"
# shellcheck disable=SC2086
compile products $library $blas $onednn -lpthread -lm || cat $programs/products.log >&2

BENCH_DATA=mnist
rm -rf $programs/data
if ! $programs/write_idx mnist $programs/data 2>/dev/null; then
  BENCH_DATA=digits
  $programs/write_idx digits $programs/data || exit 1
fi
export BENCH_DATA
/usr/bin/python3 bench/peers.py "$rounds" build/release/denpa $programs/data $programs "$@"
status=$?
rm -rf $programs/data
exit $status
