#!/bin/sh
# aarch64.sh: 64-bit ARM gives the bits of x86-64. Builds the bare library for ARM with a cross compiler, and under qemu-user proves its kernels against its
# reference (checkkern) and compares the weights of small trainings with those of this machine. Needs an x86-64 Debian; takes a few minutes.
set -u
: "${TMP:?an empty folder}"
[ "$(uname -m)" = x86_64 ] || { echo "skip this compares with x86-64, and runs there" && exit 77; }
sh scripts/prepare.sh build campaign >"$TMP/prepare.log" 2>&1
for tool in aarch64-linux-gnu-gcc qemu-aarch64; do
  command -v $tool >/dev/null || { echo "skip no $tool here" && exit 77; }
done

status=0
say() { # say ok|not ok WHAT [FILE]
  echo "$1 $2"
  [ "$1" = ok ] && return
  status=1
  [ -z "${3-}" ] || tail -n 20 "$3"
}
root=/usr/aarch64-linux-gnu # the C library of Debian's cross compiler
arm="-DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=aarch64"

# build NAME COMPILER FLAGS [cmake options]: the bare library, checkkern and weights in $TMP/NAME
build() {
  name=$1 compiler=$2 flags=$3
  shift 3
  cmake -S . -B "$TMP/$name" -G Ninja -DCMAKE_C_COMPILER="$compiler" -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_FLAGS_RELEASE="$flags" -DDENPA_FORMATS=OFF -DDENPA_TESTS=OFF \
    -DDENPA_WERROR="${DENPA_WERROR-OFF}" "$@" >"$TMP/$name.log" 2>&1 &&
    cmake --build "$TMP/$name" --target denpa_static checkkern >>"$TMP/$name.log" 2>&1 &&
    "$compiler" -std=c17 -O1 -Iinclude -o "$TMP/$name/weights" tests/campaign/weights.c "$TMP/$name/libdenpa.a" -lm -pthread >>"$TMP/$name.log" 2>&1
}

build here gcc -O3 && "$TMP/here/weights" >"$TMP/expected" || { say "not ok" "the build for this machine" "$TMP/here.log" && exit 1; }

# compiler | flags | cmake options
while IFS='|' read -r compiler flags options; do
  what="$compiler $flags $options"
  # shellcheck disable=SC2086 # options are words
  build arm "$compiler" "$flags" $arm $options || { say "not ok" "$what: does not build" "$TMP/arm.log" && continue; }
  if [ -n "$options" ]; then
    : # no unit but the reference
  elif qemu-aarch64 -L $root "$TMP/arm/checkkern" --seed 1 --rounds 100 >"$TMP/proof" && grep -q '^ok neon' "$TMP/proof"; then
    say ok "$what: $(grep -c '^ok neon' "$TMP/proof") kernels"
  else
    say "not ok" "$what: checkkern" "$TMP/proof"
  fi
  for run in "auto 1" "auto 3" "ref 1"; do
    # shellcheck disable=SC2086
    if qemu-aarch64 -L $root "$TMP/arm/weights" $run >"$TMP/weights" && cmp -s "$TMP/expected" "$TMP/weights"; then
      say ok "$what: the weights of x86-64 ($run)"
    else
      say "not ok" "$what: other weights than on x86-64 ($run)" "$TMP/weights"
    fi
  done
  rm -rf "$TMP/arm"
done <<'END'
aarch64-linux-gnu-gcc|-O3|
aarch64-linux-gnu-gcc|-O1 -march=armv8-a|
aarch64-linux-gnu-gcc|-O2 -march=armv8-a|-DDENPA_NO_VECTOR_UNITS=ON
END
exit $status
