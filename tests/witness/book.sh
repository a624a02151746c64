#!/bin/sh
# book.sh: `denpa book`: the list, both languages, every way of output; the experiments that need no data agree and stand in docs/book.md as they come out now;
# MNIST's quick ones where it is here; what is refused. tests/witness/book_witness.py computes the exact ones with NumPy. The whole book: tests/campaign/book.sh.
. tests/kit.sh

quick='ch01/sin_cos_graph ch02/gates ch03/sig_step_compare common/functions common/gradient ch04/gradient_1d ch04/gradient_2d ch04/gradient_method ch04/gradient_simplenet ch05/buy_apple ch05/buy_apple_orange common/multi_layer_net common/util common/optimizer ch06/optimizer_compare_naive ch06/weight_init_activation_histogram ch07/gradient_check'
learning='ch04/train_neuralnet ch05/train_neuralnet ch06/weight_init_compare ch06/optimizer_compare_mnist ch06/overfit_weight_decay ch06/overfit_dropout ch06/batch_norm_test ch06/hyperparameter_optimization ch07/train_convnet ch08/train_deepnet'

"$DENPA" book --lang en >"$TMP/list" 2>"$TMP/err" && grep -q 'denpa book ch01' "$TMP/err" && ok list || no list "$(cat "$TMP/err")"
for id in $quick $learning ch03/neuralnet_mnist ch05/gradient_check dataset/pickles common/multi_layer_net_extend ch06/batch_norm_gradient_check ch07/params ch07/visualize_filter ch07/apply_filter ch08/params ch08/misclassified_mnist ch08/half_float_network; do
  grep -q "^$id  *[A-Z0-9]" "$TMP/list" || no "listed $id"
done
"$DENPA" book --lang ja --quiet >"$TMP/list.ja" && [ "$(awk '{ print $1 }' "$TMP/list.ja")" = "$(awk '{ print $1 }' "$TMP/list")" ] && grep -q 'りんご' "$TMP/list.ja" && ok list_ja || no list_ja

# Each in both languages; its rows stand in the docs, word by word.
for id in $quick; do
  trouble=
  for lang in en ja; do
    doc=$root/docs/book.md
    [ $lang = en ] || doc=$root/docs/book.ja.md
    "$DENPA" book "$id" --lang $lang --markdown >"$TMP/rows" 2>"$TMP/err" || trouble="$trouble $lang: $(cat "$TMP/err")"
    [ -s "$TMP/rows" ] && ! grep -v -x -F -f "$doc" "$TMP/rows" >"$TMP/missing" || trouble="$trouble not in $doc: $(cat "$TMP/missing")"
    "$DENPA" book "$id" --lang $lang >"$TMP/text.$lang" 2>"$TMP/err" && [ ! -s "$TMP/err" ] || trouble="$trouble text $lang"
    ! grep -q '{[0-9]' "$TMP/text.$lang" || trouble="$trouble places unfilled"
  done
  cmp -s "$TMP/text.en" "$TMP/text.ja" && trouble="$trouble one language only"
  [ -z "$trouble" ] && ok "agrees $id" || no "agrees $id" "$trouble"
done

# ---- ways of output ----
"$DENPA" book ch04/gradient_1d --json >"$TMP/one.json" && grep -q '"denpa": 0.19999999999908979' "$TMP/one.json" && grep -q '"agrees": true' "$TMP/one.json" && ok json || no json "$(head -c 600 "$TMP/one.json")"
mkdir "$TMP/pictures"
"$DENPA" book B13 --json --quiet --out "$TMP/pictures" >"$TMP/two.json" && [ "$(grep -c '"id"' "$TMP/two.json")" -eq 2 ] && [ -z "$(ls "$TMP/pictures")" ] && ok rows_and_no_picture || no rows_and_no_picture
"$DENPA" book ch01 --quiet --out "$TMP/pictures" >/dev/null && grep -q '<svg' "$TMP/pictures/ch01-sin_cos_graph.svg" && ok folder_of_pictures || no folder_of_pictures "$(ls "$TMP/pictures")"
"$DENPA" book ch02/gates --lang ja --quiet --out "$TMP/gates.svg" >/dev/null && grep -q 'lang="ja"' "$TMP/gates.svg" && ok svg || no svg
"$DENPA" book ch01 --color always | grep -q "$(printf '\033')\[32m" && ! "$DENPA" book ch01 --color never | grep -q "$(printf '\033')" && ok colour || no colour
"$DENPA" book ch02/gates --lang en >"$TMP/out" && grep -q 'AND of .*as digits *0001 *0001 ' "$TMP/out" && grep -q ' OR of .*as digits *0111 *0111 ' "$TMP/out" && ok bits_keep_their_zeros || no bits_keep_their_zeros "$(cat "$TMP/out")"

# ---- other data, fewer updates: it runs, and claims no band ----
for id in $learning; do
  "$DENPA" book "$id" --data digits:600 --steps 5 --seeds 2 --lang en >"$TMP/out" 2>"$TMP/err" && grep -q 'bands are not claimed' "$TMP/out" && ! grep -q 'yes, in' "$TMP/out" && ok "digits $id" || no "digits $id" "$(cat "$TMP/err")"
done
"$DENPA" book ch05/gradient_check --data digits:600 --lang en --markdown >"$TMP/out" && [ "$(grep -c 'yes, in' "$TMP/out")" -eq 4 ] && ok gradient_check || no gradient_check "$(cat "$TMP/out")"
"$DENPA" book common/multi_layer_net_extend --data digits:600 --lang en --markdown >"$TMP/out" && [ "$(grep -c 'yes, ' "$TMP/out")" -eq 4 ] && ok order_of_layers || no order_of_layers "$(cat "$TMP/out")"
"$DENPA" book ch06/batch_norm_gradient_check --data digits:600 --lang en --markdown >"$TMP/out" && [ "$(grep -c 'yes, ' "$TMP/out")" -eq 20 ] && ok batch_norm_gradient_check || no batch_norm_gradient_check "$(cat "$TMP/out")"
"$DENPA" book ch04/train_neuralnet --data digits:600 --steps 20 --threads 1 --markdown >"$TMP/a" && "$DENPA" book ch04/train_neuralnet --data digits:600 --steps 20 --threads 2 --markdown >"$TMP/b" && cmp -s "$TMP/a" "$TMP/b" && ok any_threads || no any_threads

# ---- refusals ----
# without any MNIST, and nowhere to fetch it
refuses() { # NAME STATUS WORDS ARGUMENTS...
  name=$1 wanted=$2 words=$3 data=${DENPA_DATA-} home=$HOME
  shift 3
  export DENPA_DATA='' HOME="$TMP/none"
  refused "$name" "$wanted" "$words" book "$@" --offline
  export DENPA_DATA="$data" HOME="$home"
}
if DENPA_DATA='' HOME="$TMP/none" "$DENPA" book ch05 --offline --lang en >"$TMP/out" 2>"$TMP/err"; then
  has runs_what_needs_no_data "ch05/buy_apple_orange" "$TMP/out"
  has says_what_is_left_out "Left out for now: 2 of 4 experiments." "$TMP/err"
  has says_how_to_run_it_all_the_same "denpa book ch05 --data digits" "$TMP/err"
else
  no runs_without_mnist "$(cat "$TMP/err")"
fi
refuses needs_mnist 1 'denpa book ch05/train_neuralnet --data digits' ch05/train_neuralnet
refuses unknown 2 'no experiment "ch09"' ch09
refuses half_a_name 2 'no experiment "ch0"' ch0
refuses several_in_one_file 2 'give a folder' ch05 --out "$TMP/x.svg"
refuses other_formats 2 '.svg' ch01 --out "$TMP/x.pdf"
good curves_as_pixels "$DENPA" book ch01 --lang ja --out "$TMP/x.png"
lacks letters_of_english_only "四角" "$TMP/said"
refuses without_mnist 1 'mnist' ch04/train_neuralnet
refuses digits_for_mnist 1 'MNIST itself' ch03/mnist_show --data digits:600
refuses without_pickles 1 'DENPA_DATA' dataset/pickles

# ---- the real MNIST ----
if can mnist mnist; then
  for id in ch03/mnist_show dataset/mnist; do
    "$DENPA" book $id --lang en --markdown >"$TMP/rows" && ! grep -v -x -F -f "$root/docs/book.md" "$TMP/rows" && ok "mnist $id" || no "mnist $id"
  done
  "$DENPA" book ch03/mnist_show --quiet --out "$TMP/five.png" >/dev/null && [ -s "$TMP/five.png" ] && ok png || no png
fi
if can pickles mnist && can pickles book; then
  for id in ch03/neuralnet_mnist_batch dataset/pickles ch07/params ch07/visualize_filter ch07/apply_filter; do
    "$DENPA" book $id --lang en --markdown >"$TMP/rows" && ! grep -v -x -F -f "$root/docs/book.md" "$TMP/rows" && ok "pickles $id" || no "pickles $id"
  done
  printf 'P2 4 9 255\n0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n' >"$TMP/narrow.pgm"
  "$DENPA" book ch07/apply_filter --picture "$TMP/narrow.pgm" --lang en >"$TMP/out" 2>"$TMP/err"
  [ $? -eq 2 ] && [ ! -s "$TMP/out" ] && grep -q '9 x 4 pixels' "$TMP/err" && ok narrow_picture || no narrow_picture "$(cat "$TMP/err")"
fi

if can witness numpy; then
  $python "$root/tests/witness/book_witness.py" "$DENPA" "$TMP" || bad=1
fi
exit $bad
