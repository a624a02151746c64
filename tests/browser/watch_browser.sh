#!/bin/sh
# watch_browser.sh: the page of a recorded run in a real browser (./test.sh --full): what is drawn is what was recorded, in both languages, narrow and wide.
. tests/kit.sh
needs full browser
. scripts/browser.sh && browser_ready
make_table() {
  { echo width,colour,kind && seq 60 | awk '{ print $1 % 7 "," ($1 % 3 ? "red" : "blue") "," ($1 % 2 ? "odd" : "even") }'; } >"$TMP/rows.csv"
  "$DENPA" train "$TMP/rows.csv" --net 3-4-2 --act tanh --epochs 2 --quiet --run "$TMP/table" --record >"$TMP/out" && "$DENPA" watch "$TMP/table" --html "$TMP/table.en.html" --lang en --quiet
}
make() { # NAME options
  name=$1
  shift
  "$DENPA" train digits:600 --quiet --batch 30 --run "$TMP/$name" --record "$@" >"$TMP/out" && "$DENPA" watch "$TMP/$name" --html "$TMP/$name.en.html" --lang en --quiet && "$DENPA" watch "$TMP/$name" --html "$TMP/$name.ja.html" --lang ja --quiet
}
make plain --epochs 12 && make deep --net 784-9-8-10 --dtype float64 --epochs 4 --optimizer adam && make conv --net 'conv 4 5x5, batchnorm, relu, maxpool 2, conv 3 3x3, maxpool 2, relu, dense 10' --init he --epochs 1 && make_table || { no "the pages could not be made" && exit 1; }
"$DENPA" watch "$TMP/plain" --step 7 --html "$TMP/seven.html" --lang en --quiet || no "the page of an update"
timeout 2000 node tests/browser/watch.cjs "$TMP"
