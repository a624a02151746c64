#!/bin/sh
# startup.sh [N [COMMAND]]: how long the program takes from its start to the first update on MNIST, from .gz files and from plain ones: the median of
# N runs (21) of COMMAND (build/release/denpa). Needs DENPA_DATA. `train --steps 0 --evaluate none` does all that comes before the first update, and
# ends the process too: an upper bound, in which the start of `date` is contained (about 1 ms).
set -eu
runs=${1:-21} denpa=${2:-$(dirname "$0")/../build/release/denpa}
[ -d "${DENPA_DATA:?names the folder that holds mnist}/mnist" ]
plain=$(mktemp -d)
trap 'rm -r "$plain"' EXIT
mkdir "$plain/mnist"
for file in "$DENPA_DATA"/mnist/*.gz; do gzip -dc "$file" >"$plain/mnist/$(basename "$file" .gz)"; done

# median WHAT DATA-FOLDER
median() {
  i=0
  while [ $((i += 1)) -le "$runs" ]; do
    start=$(date +%s%N)
    DENPA_DATA=$2 "$denpa" train mnist --offline --steps 0 --evaluate none --quiet >/dev/null
    echo $((($(date +%s%N) - start) / 1000))
  done | sort -n | awk -v what="$1" '{ t[NR] = $1 / 1000 } END { printf "%-6s median %.1f ms, fastest %.1f ms of %d runs\n", what, t[int((NR + 1) / 2)], t[1], NR }'
}
median .gz "$DENPA_DATA"
median plain "$plain"
