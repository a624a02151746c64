#!/bin/sh
# kernel_coverage.sh: checkkern reaches every function of the vector units, so every tile of the products: height, width and end. Counted by gcov.
set -u
: "${TMP:?an empty folder}"
for tool in gcc gcov python3; do
  command -v $tool >/dev/null || { echo "skip no $tool here" && exit 77; }
done
if ! cmake -S . -B "$TMP/coverage" -G Ninja -DCMAKE_C_COMPILER=gcc -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_FLAGS_RELEASE="-O1 --coverage" -DDENPA_FORMATS=OFF -DDENPA_TESTS=OFF \
  >"$TMP/log" 2>&1 || ! cmake --build "$TMP/coverage" --target checkkern >"$TMP/log" 2>&1; then
  echo "not ok the build with counters"
  tail -n 20 "$TMP/log"
  exit 1
fi
# The seed and rounds of test_kernel.c.
"$TMP/coverage/checkkern" --seed 0 --rounds 150 >"$TMP/proof" || { echo "not ok checkkern" && tail -n 5 "$TMP/proof" && exit 1; }

status=0
for unit in avx2.fma avx512.avx512; do
  grep -q "^ok ${unit%%.*} " "$TMP/proof" || { echo "skip this processor has no ${unit%%.*}" && continue; }
  counts=$(find "$TMP/coverage" -path '*denpa_room_kernel*' -name "$unit.c.gcda")
  if missed=$(gcov --json-format --stdout "$counts" 2>"$TMP/log" | python3 -c '
import json, sys
functions = [f for file in json.load(sys.stdin)["files"] for f in file["functions"]]
tiles = [f for f in functions if f["name"].startswith(("full_", "pair_", "single_"))]
print(*[f["name"] for f in functions if f["execution_count"] == 0])
print(len(functions), "functions,", len(tiles), "tiles", file=sys.stderr)
sys.exit(not tiles)' 2>"$TMP/count") && [ -z "$missed" ]; then
    echo "ok $unit: $(cat "$TMP/count")"
  else
    echo "not ok $unit: never called: $missed $(cat "$TMP/count")"
    status=1
  fi
done
exit $status
