#!/bin/sh
# fuzz.sh: fuzzes every reader of src/file for FUZZ_SECONDS (default 180) each; `make campaign` runs it. Prints one line a format: inputs tried, findings.
# What is found stays in build/fuzz/FORMAT. See README.md for one format by hand.
set -eu
cd "$(dirname "$0")/.."
seconds=${FUZZ_SECONDS:-180}
command -v clang >/dev/null || { echo "fuzz.sh: clang is not installed (scripts/prepare.sh build campaign)" >&2 && exit 1; }
[ -f build/release/generated/catalogue_ja.h ] || { cmake -S . -B build/release -G Ninja -DDENPA_TESTS=OFF && cmake --build build/release --target denpa_catalogue; } >/dev/null
mkdir -p build/fuzz
clang -std=c17 -D_XOPEN_SOURCE=700 -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined -ffp-contract=off \
  -Iinclude -Isrc -Ibuild/release/generated fuzz/fuzz_files.c src/base/*.c src/file/*.c -o build/fuzz/fuzz_files -lz -ldeflate -lpng -ljansson -lcrypto -lm -lpthread
found=0
for format in idx npy npz safetensors pickle picture csv; do
  folder=build/fuzz/$format
  mkdir -p "$folder/corpus"
  if DENPA_FUZZ_FORMAT=$format build/fuzz/fuzz_files "$folder/corpus" -max_total_time="$seconds" -max_len=4096 -malloc_limit_mb=80 -artifact_prefix="$folder/" >"$folder/log" 2>&1; then
    echo "$format: $(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' "$folder/log") inputs, nothing found"
  else
    echo "$format: something was found, see $folder/log"
    found=1
  fi
done
exit $found
