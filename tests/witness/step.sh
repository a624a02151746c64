#!/bin/sh
# step.sh: `denpa step`: the update is that of `denpa train`, and every number shown is true.
. tests/kit.sh
needs brisk
witness=tests/witness/step_witness.py

sha() { sed -n 's/^ *"weights_sha256": "\(.*\)".*/\1/p' "$1"; }

# ---- the same update as train's, file for file ----
like_train() { # NAME 'options of step' 'options of train' options of both
  name=like_train_$1 ours=$2 theirs=$3
  shift 3
  # shellcheck disable=SC2086
  "$DENPA" step digits:600 --quiet --json --out "$TMP/step.model" $ours "$@" >"$TMP/step.json" && "$DENPA" train digits:600 --quiet --json --steps 1 --sampling sequential --out "$TMP/train.model" $theirs "$@" >"$TMP/train.json" \
    || { no "$name" failed; return; }
  [ -n "$(sha "$TMP/step.json")" ] && [ "$(sha "$TMP/step.json")" = "$(sha "$TMP/train.json")" ] || { no "$name" "$(sha "$TMP/step.json") $(sha "$TMP/train.json")"; return; }
  good "$name" cmp "$TMP/step.model" "$TMP/train.model"
}
like_train full '' '--batch full'
like_train full_one_thread '--threads 1' '--batch full --threads 2'
like_train seed_order '' '--batch full' --update-order layer-by-layer
like_train batch '' '' --batch 70 --dtype float64
like_train relu '' '--batch full' --net 784-20-15-10 --act relu --init he --lr 0.05 --seed 7
like_train mse '' '--batch full' --loss mse --act tanh --samples 300
like_train adam '' '--batch full' --optimizer adam --net 784-20-10 --act relu --init he
like_train adam_seed_order '' '--batch full' --optimizer adam --update-order layer-by-layer --lr 0.01
like_train one_layer '' '--batch full' --net 784-10 --rng numpy --seed 0

# ---- the text ----
text() { # NAME options
  name=$1
  shift
  "$DENPA" step digits:600 --json "$@" >"$TMP/step.json" && "$DENPA" step digits:600 --lang en "$@" >"$TMP/en" && "$DENPA" step digits:600 --lang ja "$@" >"$TMP/ja" || { no "text_$name" failed; return; }
  numbers='^    [-0-9]|[.] [(]'
  grep -E "$numbers" "$TMP/en" | sed 's/   (.*//' >"$TMP/en.numbers"
  grep -E "$numbers" "$TMP/ja" | sed 's/   (.*//' >"$TMP/ja.numbers"
  [ -s "$TMP/en.numbers" ] && cmp -s "$TMP/en.numbers" "$TMP/ja.numbers" && ok "numbers_in_both_languages_$name" || no "numbers_in_both_languages_$name"
  can "text_$name" python || return
  good "text_$name" $python $witness text "$TMP/step.json" "$TMP/en"
}
text default
text deep --net 784-20-15-10 --act relu --init he --batch 32
text adam --optimizer adam --batch 32
text nesterov --optimizer nesterov --batch 32
text rmsprop --optimizer rmsprop --batch 32
text adamw --optimizer adamw --batch 32
text sample --net 784-10 --sample 3 --split test --loss mse

# ---- one pass alone shows what both show of it ----
"$DENPA" step digits:60 --lang en >"$TMP/both"
"$DENPA" step digits:60 --lang en --only forward >"$TMP/forward"
"$DENPA" step digits:60 --lang en --only backward >"$TMP/backward"
grep -q '^a1\[' "$TMP/forward" && ! grep -q '^dW1\[' "$TMP/forward" && grep -q '^dW1\[' "$TMP/backward" && ! grep -q '^a1\[' "$TMP/backward" \
  && [ -z "$(grep -vxF -f "$TMP/both" "$TMP/forward" "$TMP/backward")" ] && ok one_pass_alone || no one_pass_alone

"$DENPA" step digits:600 --lang en >"$TMP/en"
"$DENPA" step digits:600 --lang ja >"$TMP/ja"
has product 'a1[600,50] = x[600,784] . W1[784,50] + b1[50]' "$TMP/en"
has inner_sizes '    600x(784) . (784)x50 -> 600x50' "$TMP/en"
has transposed 'dW2[50,10] = z1^T[50,600] . dy[600,10]' "$TMP/en"
has dy 'dy[600,10] = (y[600,10] - t[600,10]) / 600' "$TMP/ja"
has elementwise 'da1[600,50] = dz1[600,50] * (1 - z1[600,50]) * z1[600,50]   (element by element)' "$TMP/en"
has column_sums 'db1[50] = column sums of da1[600,50]' "$TMP/en"
has update 'W1 := W1 - 0.1 * dW1' "$TMP/ja"
has guess '2.3026' "$TMP/en"
has accuracy_stays 'The accuracy has not moved' "$TMP/en"
has accuracy_stays_ja '正解率は変わりませんでした' "$TMP/ja"
"$DENPA" step digits:60 --lang en --optimizer adam >"$TMP/en"
"$DENPA" step digits:60 --lang ja --optimizer adam >"$TMP/ja"
has adam_rule 'W1 := W1 - 0.001 * dW1 / (|dW1| + 1e-08)   (element by element)' "$TMP/en"
has adam_rule_ja 'W2 := W2 - 0.001 * dW2 / (|dW2| + 1e-08)' "$TMP/ja"
has adam_says_how_far 'so every weight moves by nearly the learning rate 0.001, however steep or flat its slope is' "$TMP/en"
has adam_says_how_far_ja 'どの重みもほぼ学習率 0.001 だけ動きます' "$TMP/ja"
grep -q 'squared gradients' "$TMP/en" && no adam_promises_its_own || ok adam_promises_its_own
"$DENPA" step digits:600 --lang en >"$TMP/en"
grep -q 'update order' "$TMP/en" && no plain_order_says_nothing || ok plain_order_says_nothing
"$DENPA" step digits:600 --lang en --update-order layer-by-layer >"$TMP/en"
"$DENPA" step digits:600 --lang ja --update-order layer-by-layer >"$TMP/ja"
has seed_order_says_so 'That is not gradient descent any more' "$TMP/en"
has seed_order_says_so_ja '勾配降下法とは' "$TMP/ja"
grep -q -E '^    dW1 is [0-9.]+ % away from the true gradient' "$TMP/en" && ok seed_order_how_far || no seed_order_how_far
"$DENPA" step digits:600 --lang en --net 784-10 --update-order layer-by-layer >"$TMP/en"
has one_layer_has_one_order 'all gradients are the true ones' "$TMP/en"
"$DENPA" step digits:600 --lang en --net 784-10 >"$TMP/en"
has accuracy_moves 'The accuracy on the training data has moved' "$TMP/en"
"$DENPA" step digits:600 --lang en --lr 1000 >"$TMP/en"
has loss_grows 'The loss of the batch has grown' "$TMP/en"
"$DENPA" step digits:600 --color always | grep -q "$(printf '\033')" && ok colour || no colour
"$DENPA" step digits:600 --color never | grep -q "$(printf '\033')" && no no_colour || ok no_colour

# ---- wrong usage ----
usage() {
  name=$1 words=$2
  shift 2
  refused "$name" 2 "$words" step digits:600 "$@"
}
usage sample 'sample 600' --sample 600
usage sample_and_batch '--batch' --sample 6 --batch 2
usage shape '784' --net 100-10

# ---- every number, with NumPy ----
numbers() { # NAME FIRST COUNT 'options of step' options of both
  name=numbers_$1 first=$2 count=$3 ours=$4
  shift 4
  # shellcheck disable=SC2086
  "$DENPA" train digits:600 --quiet --json --steps 0 --out "$TMP/before.model" "$@" >"$TMP/out" && "$DENPA" step digits:600 --quiet --json --out "$TMP/after.model" $ours "$@" >"$TMP/step.json" &&
    good "$name" $python $witness numbers "$TMP/step.json" "$TMP/before.model" "$TMP/after.model" "$TMP/data.npz" "$first" "$count" || no "$name" failed
}
if can numbers numpy; then
  "$DENPA" data get digits:600 --quiet --out "$TMP/data.npz" || no data_get
  numbers sigmoid 0 20 '--batch 20' --dtype float64
  numbers float32 0 20 '--batch 20'
  numbers sample 7 1 '--sample 7' --dtype float64
  numbers seed_order 0 20 '--batch 20 --update-order layer-by-layer' --dtype float64
  numbers tanh_mse 0 12 '--batch 12 --lr 0.5' --dtype float64 --act tanh --loss mse
  numbers relu 0 20 '--batch 20' --dtype float64 --act relu --init he --net 784-20-15-10
  numbers identity 0 20 '--batch 20 --update-order layer-by-layer' --dtype float64 --act identity --net 784-8-10
  numbers adam 0 20 '--batch 20' --dtype float64 --optimizer adam --act tanh
  for optimizer in momentum nesterov adagrad rmsprop adamw; do numbers $optimizer 0 20 '--batch 20' --dtype float64 --optimizer $optimizer --act tanh; done
  numbers adam_seed_order 0 20 '--batch 20 --update-order layer-by-layer --lr 0.01' --dtype float64 --optimizer adam
  numbers chunks 0 600 '' --dtype float64 --net 784-7-10
fi

# ---- the published results ----
if can golden mnist && can golden python; then
  for order in gradients-first layer-by-layer; do
    "$DENPA" step mnist --offline --quiet --rng numpy --seed 0 --dtype float64 --update-order $order --json --out "$TMP/golden.model" >"$TMP/step.json" || no "golden_$order" failed
    good "golden_$order" $python $witness golden "$TMP/step.json" "$TMP/golden.model" "$([ $order = layer-by-layer ] && echo seed || echo 1)"
  done
fi
exit $bad
