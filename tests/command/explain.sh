#!/bin/sh
# explain.sh: `denpa explain` as text, as Markdown and as a page, and `step --html`. tests/browser/explain_browser.sh looks at the page in a browser.
. tests/kit.sh
needs brisk
witness=tests/witness/why_witness.py

"$DENPA" train digits:600 --quiet --steps 60 --evaluate none --out "$TMP/sigmoid.model" >"$TMP/out" || no train
"$DENPA" train digits:600 --quiet --steps 60 --evaluate none --out "$TMP/double.model" --dtype float64 --act tanh --loss mse --net 784-12-10 >"$TMP/out" || no train_double
"$DENPA" train digits:600 --quiet --steps 60 --evaluate none --out "$TMP/relu.model" --act relu --init he --net 784-20-15-10 --lr 0.05 >"$TMP/out" || no train_relu

# ---- text and Markdown ----
for lang in en ja; do
  "$DENPA" explain "$TMP/sigmoid.model" --sample 7 --lang $lang >"$TMP/$lang"
  "$DENPA" explain "$TMP/sigmoid.model" --sample 7 --lang $lang --markdown >"$TMP/$lang.md"
  has product_$lang 'a1[1,50] = x[1,784] . W1[784,50] + b1[50]' "$TMP/$lang"
  has sizes_$lang '    1x(784) . (784)x50 -> 1x50' "$TMP/$lang"
  has input_gradient_$lang 'dx[1,784] = da1[1,50] . W1^T[50,784]' "$TMP/$lang"
  has markdown_product_$lang '### `dW2[50,10] = z1^T[50,1] . dy[1,10]`' "$TMP/$lang.md"
  has markdown_sizes_$lang '50 x **(1)** . **(1)** x 10 -> 50 x 10' "$TMP/$lang.md"
  has markdown_given_$lang '### `x[1,784]`' "$TMP/$lang.md"
  [ "$(($(grep -c '^```$' "$TMP/$lang.md") % 2))" -eq 0 ] && grep -q '^```$' "$TMP/$lang.md" && ok "markdown_fences_$lang" || no "markdown_fences_$lang"
  [ "$(grep -c '^## ' "$TMP/$lang.md")" -eq 3 ] && ok "markdown_headings_$lang" || no "markdown_headings_$lang" "$(grep '^#' "$TMP/$lang.md")"
done
has answer 'The network answers' "$TMP/en"
has answer_ja 'ネットワークの答えは' "$TMP/ja"
grep -E '^d(W1|a1|z1|y)\[[0-9,]+\] = ' "$TMP/en" | grep -v ' \. ' | grep -q 'dz1.*a sum of 10 terms; the largest: dy\[0,' && ok chain || no chain "$(tail -n 8 "$TMP/en")"
# the chain begins at the largest gradient of W1, and why says the same of it
cell=$(sed -n 's/^The strongest gradient of the first layer, \([^ ]*\), .*/\1/p' "$TMP/en")
value=$("$DENPA" why "$TMP/sigmoid.model" "$cell" --sample 7 --lang en | sed -n '3s/.* = //p')
grep -F "$cell = " "$TMP/en" | grep -q -F -e " = $value" && ok chain_agrees_with_why || no chain_agrees_with_why "$cell $value"
"$DENPA" explain "$TMP/sigmoid.model" --color always | grep -q "$(printf '\033')" && ok colour || no colour
"$DENPA" explain "$TMP/sigmoid.model" --color always --markdown | grep -q "$(printf '\033')" && no markdown_has_no_colour || ok markdown_has_no_colour
"$DENPA" explain "$TMP/sigmoid.model" --batch 20 --lang en >"$TMP/en" && has batch 'dW1[784,50] = x^T[784,20] . da1[20,50]' "$TMP/en" || no batch

# ---- for programs: what why says of the same numbers ----
"$DENPA" explain "$TMP/sigmoid.model" --sample 7 --json >"$TMP/explain.json" && "$DENPA" why "$TMP/sigmoid.model" 'dz1[0]' --sample 7 --json >"$TMP/why.json" && "$DENPA" why "$TMP/sigmoid.model" loss --sample 7 --json >"$TMP/loss.json" || no json failed
if can json python; then
  good json $python -c '
import json, sys
e, w, l = (json.load(open(p)) for p in sys.argv[1:])
m = {x["name"]: x for x in e["matrices"]}
assert m["dz1"]["first"][0] == w["value"] and e["loss"] == l["value"] and m["dz1"]["shape"] == [1, 50] and e["page"] is None, (m["dz1"], w["value"])
assert len(e["outputs"]) == 10 and abs(sum(e["outputs"]) - 1) < 1e-6 and len(m) == 19, e["outputs"]' "$TMP/explain.json" "$TMP/why.json" "$TMP/loss.json"
fi

# ---- pages ----
rows() {
  for i in $(seq "$1" $(($1 + $2 - 1))); do
    [ -s "$TMP/row$i" ] || "$DENPA" data show digits:600 "$i" --split test --json >"$TMP/row$i"
    printf '%s ' "$TMP/row$i"
  done
}
page() { # MODEL FIRST COUNT LANG
  "$DENPA" explain "$TMP/$1.model" --sample "$2" --batch "$3" --html "$TMP/$1.html" --lang "$4" >"$TMP/out" 2>"$TMP/err" || no "page_$1" "$(cat "$TMP/err")"
  has "page_$1_told" "$TMP/$1.html" "$TMP/err"
  [ "$(wc -c <"$TMP/$1.html")" -lt 4000000 ] && ok "page_$1_small" || no "page_$1_small" "$(wc -c <"$TMP/$1.html") bytes"
  can "page_$1_numbers" numpy || return
  # shellcheck disable=SC2046
  good "page_$1_numbers" $python $witness page "$TMP/$1.html" "$TMP/$1.model" $(rows "$2" "$3")
}
page sigmoid 7 1 en
page double 3 5 en
page relu 0 3 ja
# a convolution network of 12,000 parameters: how the terms lie is told, not each of them
"$DENPA" train digits:60 --quiet --steps 2 --evaluate none --init he --net 'conv 8 5x5, relu, maxpool 2, conv 16 3x3 pad 1, batchnorm, relu, maxpool 2, dense 17, relu, dense 10' --out "$TMP/conv.model" >"$TMP/out" || no train_conv
"$DENPA" explain "$TMP/conv.model" --html "$TMP/conv.html" --lang en --quiet || no page_of_convolutions
[ "$(wc -c <"$TMP/conv.html")" -lt 1100000 ] && ok page_of_convolutions_small || no page_of_convolutions_small "$(wc -c <"$TMP/conv.html") bytes"
has page_asks '<h1>Why ' "$TMP/conv.html"
has page_names_its_colours 'gradients come back along the orange ones' "$TMP/conv.html"

# one palette: the corners of the signed ramp are those of the terminal
corners=$(sed -n 's/.*\[DNP_RAMP_SIGNED\] = {{\([^}]*\)}.*/\1/p' src/draw/colour.c | sed 's/0x/#/g; s/,//g')
pages=$(sed -n '0,/prefers-color-scheme/s/.*--ramp-0: \(.*\);/\1/p' src/draw/page.css | sed 's/; --ramp-.://g')
[ -n "$corners" ] && [ "$corners" = "$pages" ] && ok one_palette || no one_palette "$corners | $pages"
has page_english '<html lang="en">' "$TMP/sigmoid.html"
has page_japanese '<html lang="ja">' "$TMP/relu.html"
has page_japanese_title '<h1>すべての数値の由来</h1>' "$TMP/relu.html"
lacks page_no_request 'https:' "$TMP/sigmoid.html"
"$DENPA" explain "$TMP/sigmoid.model" --sample 7 --html "$TMP/again.html" --lang en --threads 2 --quiet 2>"$TMP/err" && cmp -s "$TMP/sigmoid.html" "$TMP/again.html" && [ ! -s "$TMP/err" ] && ok page_is_the_same_again || no page_is_the_same_again

# what comes from files is escaped
mkdir -p "$TMP/<b>&\"x"
"$DENPA" explain "$TMP/sigmoid.model" --html "$TMP/<b>&\"x/p.html" --quiet && [ -s "$TMP/<b>&\"x/p.html" ] && ok odd_path || no odd_path

# ---- step --html: the network before its first update ----
"$DENPA" step digits:600 --batch 20 --html "$TMP/step.html" --json --lang en >"$TMP/step.json" 2>"$TMP/err" && "$DENPA" train digits:600 --quiet --steps 0 --out "$TMP/start.model" >"$TMP/out" || no step_page "$(cat "$TMP/err")"
if can step_page_numbers numpy; then
  files=
  for i in $(seq 0 19); do "$DENPA" data show digits:600 "$i" --json >"$TMP/train$i" && files="$files $TMP/train$i"; done
  # shellcheck disable=SC2086
  good step_page_numbers $python $witness page "$TMP/step.html" "$TMP/start.model" $files
fi

# ---- wrong usage ----
refused both 2 'exclude each other' explain "$TMP/sigmoid.model" --markdown --html "$TMP/x.html"
exits step_page_alone 0 "$DENPA" step digits:600 --batch 20 --html "$TMP/step.html" --lang en
empty step_page_tells_nothing_else "$TMP/out"
size=$(awk -v bytes="$(wc -c <"$TMP/step.html")" 'BEGIN { printf "%.0f", bytes / 1000 + 0.4999 }')
[ "$(cat "$TMP/err")" = "The page is in $TMP/step.html ($size kB); open it with a browser." ] && ok step_page_says_where || no step_page_says_where "$(cat "$TMP/err")"
refused too_many 2 'take a smaller batch' step digits:60000 --samples 60000 --batch full --html "$TMP/x.html"
# Without --batch there is a page of fewer, and what it says of the update is of the same samples.
exits step_page_of_many 0 "$DENPA" step digits:3000 --html "$TMP/step.html" --lang en --json
has step_page_of_many_says_so 'Batch: the first 100 of 3000 samples' "$TMP/err"
has step_page_of_many_is_of_one_batch '"batch": 100' "$TMP/out"
exits step_page_of_a_large_network 0 "$DENPA" step digits:3000 --net 'conv 24 5x5, maxpool 2, relu, dense 10' --html "$TMP/step.html" --lang en
has step_page_of_a_large_network_says_so 'Batch: the first 10 of 3000 samples' "$TMP/err"
exits step_page_of_few 0 "$DENPA" step digits:60 --html "$TMP/step.html" --lang en --json
has step_page_of_few_is_of_all '"batch": 60' "$TMP/out"
refused folder 1 'no such' explain "$TMP/sigmoid.model" --html "$TMP/no such/x.html"
[ ! -e "$TMP/x.html" ] && ok nothing_left || no nothing_left
exit $bad
