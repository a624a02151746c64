#!/bin/sh
# lab.sh: `denpa lab`: every lesson in both languages, as text, page and JSON; its numbers against NumPy's; what is refused.
. tests/kit.sh
"$DENPA" lab --lang en >"$TMP/list" 2>"$TMP/err" && grep -q 'denpa lab flow' "$TMP/err" || no list "$(cat "$TMP/err")"
lessons=$(awk '{ print $1 }' "$TMP/list")
[ "$(echo "$lessons" | wc -w)" -ge 19 ] && ok list || no list "$(cat "$TMP/list")"
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

"$DENPA" lab apples --lang ja --html "$TMP/apples.html" >"$TMP/out" 2>"$TMP/err" && [ ! -s "$TMP/out" ] && grep -q -F "$TMP/apples.html" "$TMP/err" && cmp -s "$TMP/apples.html" "$TMP/apples.ja.html" && ok page_alone || no page_alone
has says_the_data 'Data: digits:1200:1.' "$TMP/rows.en"
has spreadsheet '784  ADD' "$TMP/rows.ja"
has shapes 'C[2,2] = A[2,3] . B[3,2]' "$TMP/product.en"
has refusal_in_denpas_words "'W1' has the shape (784, 50) and 'x' has the shape" "$TMP/order.en"
has singular 'the matrix is singular: column 2' "$TMP/inverse.en"
has singular_ja '列 2' "$TMP/inverse.ja"
has exact_doubles '3.3000000000000003' "$TMP/apples.en.json"
lacks rounding_is_not_shown '110.0000' "$TMP/apples.en"
lacks nor_what_is_left_of_zero 'e-17' "$TMP/gates.en"
"$DENPA" lab rows --data digits:1200 --color always | grep -q "$(printf '\033')\[" && ok colour || no colour

# All of them as pages of a folder: each is linked from the list and links back, to the one before and to the next.
for lang in en ja; do
  dir=$TMP/pages.$lang
  exits all_$lang 0 "$DENPA" lab all --data digits:1200 --lang $lang --html "$dir"
  has all_says_where_$lang "$dir/index.html" "$TMP/err"
  trouble=
  [ "$(ls "$dir" | wc -l)" -eq $(($(echo "$lessons" | wc -w) + 1)) ] || trouble=files
  grep -q "<html lang=\"$lang\">" "$dir/index.html" || trouble="$trouble language"
  grep -o '<a href="[^"]*"' "$dir/index.html" | sed 's/.*="//; s/"//; s/\.html//' >"$TMP/linked"
  [ "$(cat "$TMP/linked")" = "$lessons" ] || trouble="$trouble order"
  before=
  for lesson in $lessons; do
    # apart from its links it is the lesson's own page
    grep -v '^<[a-z]* class="links">' "$dir/$lesson.html" | cmp -s - "$TMP/$lesson.$lang.html" || trouble="$trouble $lesson:another_page"
    grep -q '<nav class="links"><a href="index.html">' "$dir/$lesson.html" || trouble="$trouble $lesson:no_way_back"
    [ -z "$before" ] || { grep -q "href=\"$before.html\"" "$dir/$lesson.html" && grep -q "href=\"$lesson.html\"" "$dir/$before.html"; } || trouble="$trouble $lesson:chain"
    before=$lesson
  done
  ! grep -q 'http:\|https:\|<script\|{[0-9]' "$dir/index.html" || trouble="$trouble addresses"
  [ "$(grep -c '^<li>.*<p>..*</p>' "$dir/index.html")" -eq "$(echo "$lessons" | wc -w)" ] || trouble="$trouble sentences"
  [ "$(grep -c '^<li><\(svg\|img\) class="small"' "$dir/index.html")" -eq "$(echo "$lessons" | wc -w)" ] || trouble="$trouble pictures"
  [ -z "$trouble" ] && ok "all_linked_$lang" || no "all_linked_$lang" "$trouble"
done
# The bars of the list are the lessons' own numbers: which table, first row and how many, first column and how many.
cat >"$TMP/bars.py" <<'END'
import json, math, re, sys
drawn = {"y-minus-t": ("slopes", 0, 10, 4, 2), "z1": ("entries", 0, 6, 1, 3), "minus": ("walks", 1, 1, 1, 4),
         "rates": ("rates", 0, 6, 3, 1), "init": ("layers", 4, 4, 2, 5), "apples": ("apples", 0, 5, 2, 1)}
page = open(sys.argv[1] + "/index.html", encoding="utf-8").read()
items = {name: svg for svg, name in re.findall('<li>(<svg.*?</svg>)<div><h2><a href="(.*?)[.]html"', page)}
for name, (table, row, rows, column, columns) in drawn.items():
    cells = json.load(open("%s/%s.json" % (sys.argv[2], name)))["tables"][table][1 + row:1 + row + rows]
    value = [v for r in cells for v in r[column:column + columns] if isinstance(v, (int, float)) and v != 0]
    number = '="([-0-9.e]+)"'
    rect = [[float(n) for n in r] for r in re.findall("<rect x%s y%s width%s height%s" % ((number,) * 4), items[name])]
    zero = rect[0][1] + rect[0][3] / 2
    unit = 28 / (max(value + [0]) - min(value + [0]))
    if len(rect) != 1 + len(value) or len(value) < 4:
        print(name, "has", len(rect) - 1, "bars for", len(value), "numbers")
    for (x, y, width, height), v in zip(rect[1:], value):
        if not (math.isclose(height, abs(v) * unit, rel_tol=1e-3) and math.isclose(y if v < 0 else y + height, zero, abs_tol=1e-3)):
            print(name, "draws", v, "as", (x, y, width, height))
END
if can bars python; then
  $python "$TMP/bars.py" "$TMP/pages.en" "$TMP" >"$TMP/wrong" 2>&1
  empty bars "$TMP/wrong"
fi
refused all_without_a_folder 2 'denpa lab all --html DIR' lab all
refused all_into_a_file 1 "$TMP/list" lab all --html "$TMP/list"
refused unknown_lesson 2 'there is no lesson "alchemy"; there are: flow, rows, product, order, transpose, x-xt, inverse, least-squares, error, y-minus-t, z1, minus, mean, rates, budgets, init, bytes, gates, apples' lab alchemy
refused page_of_the_list 2 'denpa lab LESSON --html FILE' lab --html "$TMP/x.html"
refused folder_that_is_not_there 1 "$TMP/none/x.html" lab apples --html "$TMP/none/x.html"

can numbers numpy || exit $bad
witness() { # digits|mnist
  if $python tests/witness/lab_witness.py "$TMP" "$1" "$(echo $lessons | tr ' ' ,)" >"$TMP/said" 2>&1; then ok "numbers_$1"; else no "numbers_$1" "$(head -n 20 "$TMP/said")"; fi
}
"$DENPA" data get digits:1200 --quiet --out "$TMP/data.npz" >/dev/null
witness digits
if can numbers_mnist mnist; then
  # Those that look at a picture or at all of them; the others have said the same to digits.
  for lesson in rows product transpose x-xt least-squares error y-minus-t z1 minus; do "$DENPA" lab "$lesson" --json --quiet >"$TMP/$lesson.json" || no "mnist_$lesson"; done
  "$DENPA" data get mnist --offline --quiet --out "$TMP/data.npz" >/dev/null
  grep -q '"data": "mnist"' "$TMP/rows.json" && ok mnist_if_it_is_here || no mnist_if_it_is_here
  witness mnist
fi
exit $bad
