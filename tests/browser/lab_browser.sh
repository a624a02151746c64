#!/bin/sh
# lab_browser.sh: the pages of the lessons in a real browser (./test.sh --full): numbers, languages, narrow and wide, light and dark, by keyboard.
. tests/kit.sh
needs full browser
. scripts/browser.sh && browser_ready
for lesson in $("$DENPA" lab --lang en --quiet | awk '{ print $1 }'); do
  for lang in en ja; do
    "$DENPA" lab "$lesson" --data digits:1200 --lang $lang --quiet --json --html "$TMP/$lesson.$lang.html" >"$TMP/$lesson.$lang.json" || { no "the page of $lesson could not be made" && exit 1; }
  done
done
timeout 2000 node tests/browser/lab.cjs "$TMP"
