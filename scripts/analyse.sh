#!/bin/sh
# analyse.sh [FILE...]: cppcheck and clang-tidy over the C sources (all of src, or these): .clang-tidy says what is looked for, cppcheck.txt
# what is not to be said. Exit status: 0 nothing found, 1 something found, 77 neither of them is installed.
#   BUILD=FOLDER   a configured and built tree, whose compile_commands.json clang-tidy reads (default build/release)
# What one of them finds is mended; what is not a fault is written in another way, and left out by name where even that is not possible.
# cppcheck does without the headers that the build makes (texts, pages, the catalogue): tables of hundreds of kilobytes. The wide variants of
# the kernels are left to checkkern: they are macros over vectors, which take minutes and tell nothing.
set -u
cd "$(dirname "$0")/.." || exit 1
: "${BUILD:=build/release}"
jobs=$(getconf _NPROCESSORS_ONLN)
[ $# -gt 0 ] || set -- $(find src -name '*.c' ! -name '*.fma.c' ! -name '*.avx512.c' ! -name '*.neon.c' | LC_ALL=C sort)
found=0 ran=0

if command -v cppcheck >/dev/null; then
  ran=1
  cache=$BUILD/cppcheck
  mkdir -p "$cache"
  cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 -j "$jobs" --cppcheck-build-dir="$cache" \
    --suppressions-list=scripts/cppcheck.txt --library=scripts/cppcheck.xml -Iinclude -Isrc \
    -DDNP_FORMATS=1 -D_XOPEN_SOURCE=700 -D__x86_64__=1 -D__GNUC__=12 "$@" || found=1
else
  echo "skip cppcheck: it is not installed"
fi

# Another version finds other things.
case $(clang-tidy --version 2>/dev/null) in
  *'version 14.'*)
    ran=1
    if [ -f "$BUILD/compile_commands.json" ]; then
      printf '%s\n' "$@" | xargs -n 8 -P "$jobs" clang-tidy --quiet --config-file=.clang-tidy -p "$BUILD" 2>/dev/null || found=1
    else
      echo "clang-tidy: $BUILD is not configured"
      found=1
    fi
    ;;
  *) echo "skip clang-tidy: version 14 is not installed" ;;
esac
[ $ran -eq 1 ] || exit 77
exit $found
