#!/bin/sh
# explain_browser.sh: the page of `denpa explain` in a real browser: every cell's terms, clicking, the keyboard, narrow and wide windows, both languages.
. tests/kit.sh
needs full browser
. scripts/browser.sh && browser_ready
train() {
  name=$1
  shift
  "$DENPA" train digits:600 --quiet --steps 60 --evaluate none --out "$TMP/$name" "$@" >"$TMP/out" || no "train_$name"
}
train sigmoid.model
train double.model --dtype float64 --act tanh --loss mse --net 784-12-10
train conv.model --net 'conv 4 5x5, relu, maxpool 2, dense 10' --init he
train relu.model --act relu --init he --net 784-20-15-10 --lr 0.05
"$DENPA" explain "$TMP/sigmoid.model" --sample 7 --html "$TMP/en.html" --lang en --quiet
"$DENPA" explain "$TMP/sigmoid.model" --sample 7 --html "$TMP/ja.html" --lang ja --quiet
"$DENPA" explain "$TMP/double.model" --sample 3 --html "$TMP/double.html" --lang en --quiet
"$DENPA" explain "$TMP/relu.model" --sample 0 --batch 7 --html "$TMP/batch.html" --lang ja --quiet
"$DENPA" explain "$TMP/conv.model" --sample 7 --html "$TMP/conv.html" --lang en --quiet
node tests/browser/explain.cjs "$TMP/en.html" "$TMP/ja.html" "$TMP/double.html" "$TMP/batch.html" "$TMP/conv.html"
