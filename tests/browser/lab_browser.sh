#!/bin/sh
# lab_browser.sh: the pages of the lessons in a real browser (./test.sh --full): numbers, languages, narrow and wide, light and dark, by keyboard.
set -u
[ -n "${DENPA_FULL-}" ] || { echo "skip the browser is a witness of ./test.sh --full" && exit 77; }
. scripts/browser.sh
browser_ready || { echo "skip there is no Chromium, Node.js or playwright-core (scripts/browser.sh)" && exit 77; }
for lesson in $("$DENPA" lab --lang en --quiet | awk '{ print $1 }'); do
  for lang in en ja; do
    "$DENPA" lab "$lesson" --data digits:1200 --lang $lang --quiet --json --html "$TMP/$lesson.$lang.html" >"$TMP/$lesson.$lang.json" || { echo "not ok the page of $lesson could not be made" && exit 1; }
  done
done
timeout 200 node tests/browser/lab.cjs "$TMP"
