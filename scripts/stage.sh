#!/bin/sh
# stage.sh WORK PREFIX: builds what is missing and leaves in WORK/stage what belongs below PREFIX. install.sh calls it, as the owner of
# the checkout where it can. The build is build/release; in a folder of somebody else's it is WORK/build, and nothing is written here.
set -u
cd "$(dirname "$0")/.." || exit 1
. scripts/common.sh
work=$1 prefix=$2

# What a build writes to can be written, all of it, and stays the owner's.
ours() {
  [ "$(id -u)" -ne 0 ] || [ "$owner" = 0 ] || return 1
  [ -w . ] || return 1
  for folder in build build/log build/release; do
    [ ! -e $folder ] || [ -w $folder ] || return 1
  done
  [ ! -e build/release ] || [ -z "$(find build/release build/log ! -type l ! -writable -print 2>/dev/null | head -n 1)" ]
}

if ours; then
  build=build/release logs=build/log
  if [ ! -f $build/build.ninja ] || ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$(pwd -P)" $build/CMakeCache.txt; then
    long "$(say "Configuring" "設定")" $logs/configure.log configure release -DDENPA_TESTS=OFF || exit 1
  fi
else
  build=$work/build logs=$work/log
  say "Not everything in $(pwd) can be written, so it is built in $build this time." \
    "$(pwd) に書き込めないものがあるため、今回は $build でビルドします。"
  long "$(say "Configuring" "設定")" "$logs/configure.log" cmake --preset release -B "$build" -DDENPA_TESTS=OFF || exit 1
fi
long "$(say "Building" "ビルド")" "$logs/build.log" cmake --build "$build" -j "$(getconf _NPROCESSORS_ONLN)" --target installable || exit 1
long "$(say "Collecting" "収集")" "$logs/install.log" env DESTDIR="$work/stage" cmake --install "$build" --prefix "$prefix" || exit 1
