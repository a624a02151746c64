#!/bin/sh
# catalogue.sh: every text of the sources has a finished Japanese translation with the same placeholders, and nothing else is in the file.
. tests/kit.sh
needs msgcmp xgettext
pot=$TMP/denpa.pot

if po/update.sh --pot "$pot"; then ok extract; else no extract && exit 1; fi

# A catalogue that was extracted from nothing would pass everything.
count=$(grep -c '^msgid' "$pot")
[ "$count" -gt 100 ] && : >"$TMP/few" || echo "only $count texts" >"$TMP/few"
empty extract_finds_texts "$TMP/few"

msgcmp po/ja.po "$pot" >"$TMP/complete" 2>&1 && : >"$TMP/complete"
empty every_text_is_translated "$TMP/complete"

msgattrib --only-fuzzy --no-wrap po/ja.po >"$TMP/fuzzy"
empty nothing_is_fuzzy "$TMP/fuzzy"

msgattrib --only-obsolete --no-wrap po/ja.po >"$TMP/obsolete"
empty nothing_is_obsolete "$TMP/obsolete"

msgfmt --check-header -o /dev/null po/ja.po 2>"$TMP/header"
empty header_is_complete "$TMP/header"

# One line per text: English, tab, Japanese.
msgcat --no-wrap --no-location po/ja.po | awk '
  function flush() { if (state == 2 && english != "") print english "\t" japanese; english = japanese = ""; state = 0 }
  /^#/ { next }
  /^msgid / { flush(); state = 1; sub(/^msgid /, "") }
  /^msgstr / { state = 2; sub(/^msgstr /, "") }
  /^"/ { text = substr($0, 2, length($0) - 2); if (state == 1) english = english text; if (state == 2) japanese = japanese text }
  END { flush() }' >"$TMP/pairs"

awk -F '\t' '
  function numbers(text,   i, set) { # which of {1}..{9} occur, as a text of nine digits
    gsub(/\{\{/, "", text)
    for (i = 1; i <= 9; i++) set = set (index(text, "{" i "}") || index(text, "{" i ":") ? 1 : 0)
    return set
  }
  numbers($1) != numbers($2) { print "placeholders differ: " $0 }
  { words = $0; gsub(/\{[1-9]\|[^|{}]*\|[^|{}]*\}/, "", words) }
  words ~ /\{[1-9]\|/ { print "not {n|one|many}: " $0 }
  ($1 ~ /\\n$/) != ($2 ~ /\\n$/) { print "end of line differs: " $0 }' "$TMP/pairs" >"$TMP/placeholders"
empty placeholders_agree "$TMP/placeholders"

# A translation that is its English, where the English has words, was forgotten.
LC_ALL=C awk -F '\t' '{ words = $1; gsub(/\{[^}]*\}/, "", words); gsub(/\\n|denpa/, "", words) } words ~ /[a-z][a-z][a-z]/ && $2 !~ /[\200-\377]/ { print "still English: " $0 }' \
  "$TMP/pairs" >"$TMP/english"
empty translations_are_japanese "$TMP/english"

exit $bad
