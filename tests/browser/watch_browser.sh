#!/bin/sh
# watch_browser.sh: the page of a recorded run in a real browser (./test.sh --full): what is drawn is what was recorded, in both languages, narrow and wide.
. tests/kit.sh
needs full browser
. scripts/browser.sh && browser_ready
make() { # NAME options
  name=$1
  shift
  "$DENPA" train digits:600 --quiet --batch 30 --run "$TMP/$name" --record "$@" >"$TMP/out" && "$DENPA" watch "$TMP/$name" --html "$TMP/$name.en.html" --lang en --quiet && "$DENPA" watch "$TMP/$name" --html "$TMP/$name.ja.html" --lang ja --quiet
}
make plain --epochs 12 && make deep --net 784-9-8-10 --dtype float64 --epochs 4 --optimizer adam && make conv --net 'conv 4 5x5, relu, maxpool 2, dense 10' --init he --epochs 1 || { no "the pages could not be made" && exit 1; }
"$DENPA" watch "$TMP/plain" --step 7 --html "$TMP/seven.html" --lang en --quiet || no "the page of an update"
timeout 2000 node tests/browser/watch.cjs "$TMP"
