#!/bin/sh
# lab.sh: `denpa lab`: every lesson in both languages, as text, page and JSON; its numbers against NumPy's; what is refused.
set -u
bad=0
python=/usr/bin/python3

ok() { echo "ok $1"; }
no() { echo "not ok $1"; shift; echo "  $*" >&2; bad=1; }

"$DENPA" lab --lang en >"$TMP/list" 2>"$TMP/err" && grep -q 'denpa lab rows' "$TMP/err" || no list "$(cat "$TMP/err")"
lessons=$(awk '{ print $1 }' "$TMP/list")
[ "$(echo "$lessons" | wc -w)" -ge 13 ] && ok list || no list "$(cat "$TMP/list")"
"$DENPA" lab --lang ja --quiet >"$TMP/list.ja" && [ "$(awk '{ print $1 }' "$TMP/list.ja")" = "$lessons" ] && grep -q '転置' "$TMP/list.ja" && ok list_ja || no list_ja

# A lesson's numbers do not depend on the language; each kind of output has them.
numbers() { sed -n '/^ *"numbers"/,/}/p; /^ *"matrices"/,/^  }/p' "$1" | grep -o -- '[-0-9.e]*,*$'; }
for lesson in $lessons; do
  name=lesson_$lesson
  trouble=
  for lang in en ja; do
    "$DENPA" lab "$lesson" --data digits:1200 --lang $lang >"$TMP/$lesson.$lang" 2>"$TMP/err" || trouble="$trouble $lang:$(cat "$TMP/err")"
    "$DENPA" lab "$lesson" --data digits:1200 --lang $lang --json --quiet --html "$TMP/$lesson.$lang.html" >"$TMP/$lesson.$lang.json" 2>>"$TMP/err" || trouble="$trouble json or page $lang"
    [ ! -s "$TMP/err" ] || trouble="$trouble not silent"
    grep -q "<html lang=\"$lang\">" "$TMP/$lesson.$lang.html" && grep -q '</html>' "$TMP/$lesson.$lang.html" || trouble="$trouble no page $lang"
    ! grep -q 'http:\|https:\|<script' "$TMP/$lesson.$lang.html" || trouble="$trouble addresses in the page"
    # nothing of a template is left
    ! grep -q '{[0-9]' "$TMP/$lesson.$lang" || trouble="$trouble places unfilled"
  done
  # Two languages, one computation.
  numbers "$TMP/$lesson.en.json" >"$TMP/en.numbers" && numbers "$TMP/$lesson.ja.json" >"$TMP/ja.numbers"
  cmp -s "$TMP/en.numbers" "$TMP/ja.numbers" || trouble="$trouble numbers differ"
  cmp -s "$TMP/$lesson.en" "$TMP/$lesson.ja" && trouble="$trouble one language only"
  # A Japanese lesson has no English sentence: four words of small letters.
  grep -v '^    ' "$TMP/$lesson.ja" | LC_ALL=C grep -E '([a-z]+ ){3}[a-z]+' >"$TMP/english" && trouble="$trouble English: $(cat "$TMP/english")"
  cp "$TMP/$lesson.en.json" "$TMP/$lesson.json"
  [ -z "$trouble" ] && ok "$name" || no "$name" "$trouble"
done

holds() { # NAME FILE TEXT
  if grep -q -F -e "$3" "$2"; then ok "$1"; else no "$1" "missing: $3"; fi
}
"$DENPA" lab apples --lang ja --html "$TMP/apples.html" >"$TMP/out" 2>"$TMP/err" && [ ! -s "$TMP/out" ] && grep -q -F "$TMP/apples.html" "$TMP/err" && cmp -s "$TMP/apples.html" "$TMP/apples.ja.html" && ok page_alone || no page_alone
holds says_the_data "$TMP/rows.en" 'Data: digits:1200:1.'
holds spreadsheet "$TMP/rows.ja" '784  ADD'
holds shapes "$TMP/product.en" 'C[2,2] = A[2,3] . B[3,2]'
holds refusal_in_denpas_words "$TMP/order.en" "'W1' has the shape (784, 50) and 'x' has the shape"
holds singular "$TMP/inverse.en" 'the matrix is singular: column 2'
holds singular_ja "$TMP/inverse.ja" '列 2'
holds exact_doubles "$TMP/apples.en" '3.3000000000000003'
"$DENPA" lab rows --data digits:1200 --color always | grep -q "$(printf '\033')\[" && ok colour || no colour

# refused NAME STATUS 'words of the message' ARGUMENTS...
refused() {
  name=refuses_$1 wanted=$2 words=$3
  shift 3
  "$DENPA" lab "$@" --lang en >"$TMP/out" 2>"$TMP/err"
  status=$?
  [ $status -eq "$wanted" ] && [ ! -s "$TMP/out" ] && grep -q -F -e "$words" "$TMP/err" && ok "$name" || no "$name" "status $status: $(cat "$TMP/err")"
}
refused unknown_lesson 2 'there is no lesson "alchemy"; there are: rows, product, order, transpose, inverse, least-squares, y-minus-t, z1, minus, rates, init, gates, apples' alchemy
refused page_of_the_list 2 'denpa lab LESSON --html FILE' --html "$TMP/x.html"
refused folder_that_is_not_there 1 "$TMP/none/x.html" apples --html "$TMP/none/x.html"

if ! [ -x $python ] || ! $python -c 'import numpy' 2>/dev/null; then
  echo "skip numbers: python3-numpy is not installed"
  exit $bad
fi
witness() { # digits|mnist
  if $python tests/witness/lab_witness.py "$TMP" "$1" >"$TMP/said" 2>&1; then ok "numbers_$1"; else no "numbers_$1" "$(head -n 20 "$TMP/said")"; fi
}
"$DENPA" data get digits:1200 --quiet --out "$TMP/data.npz" >/dev/null
witness digits
if [ -n "${DENPA_DATA-}" ]; then
  # Those that look at a picture or at all of them; the others have said the same to digits.
  for lesson in rows product transpose least-squares y-minus-t z1 minus; do "$DENPA" lab "$lesson" --json --quiet >"$TMP/$lesson.json" || no "mnist_$lesson"; done
  "$DENPA" data get mnist --offline --quiet --out "$TMP/data.npz" >/dev/null
  grep -q '"data": "mnist"' "$TMP/rows.json" && ok mnist_if_it_is_here || no mnist_if_it_is_here
  witness mnist
else
  echo "skip numbers_mnist: DENPA_DATA is not set"
fi
exit $bad
