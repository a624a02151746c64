#!/bin/sh
# step.sh: `denpa step`: the update is that of `denpa train`, and every number shown is true.
set -u
bad=0
python=/usr/bin/python3
witness=tests/witness/step_witness.py

ok() { echo "ok $1"; }
no() { echo "not ok $1"; shift; echo "  $*" >&2; bad=1; }
# good NAME COMMAND...: the command succeeds; what it says otherwise is told
good() {
  name=$1
  shift
  if "$@" >"$TMP/said" 2>&1; then ok "$name"; else no "$name" "$(head -n 20 "$TMP/said")"; fi
}
sha() { sed -n 's/^ *"weights_sha256": "\(.*\)".*/\1/p' "$1"; }

# ---- the same update as train's, file for file ----
same() { # NAME 'options of step' 'options of train' options of both
  name=same_$1 ours=$2 theirs=$3
  shift 3
  # shellcheck disable=SC2086
  "$DENPA" step digits:600 --quiet --json --out "$TMP/step.model" $ours "$@" >"$TMP/step.json" && "$DENPA" train digits:600 --quiet --json --steps 1 --sampling sequential --out "$TMP/train.model" $theirs "$@" >"$TMP/train.json" \
    || { no "$name" failed; return; }
  [ -n "$(sha "$TMP/step.json")" ] && [ "$(sha "$TMP/step.json")" = "$(sha "$TMP/train.json")" ] || { no "$name" "$(sha "$TMP/step.json") $(sha "$TMP/train.json")"; return; }
  good "$name" cmp "$TMP/step.model" "$TMP/train.model"
}
same full '' '--batch full'
same full_one_thread '--threads 1' '--batch full --threads 2'
same seed_order '' '--batch full' --update-order seed
same batch '' '' --batch 70 --dtype float64
same relu '' '--batch full' --net 784-20-15-10 --act relu --init he --lr 0.05 --seed 7
same mse '' '--batch full' --loss mse --act tanh --samples 300
same adam '' '--batch full' --optimizer adam --net 784-20-10 --act relu --init he
same adam_seed_order '' '--batch full' --optimizer adam --update-order seed --lr 0.01
same one_layer '' '--batch full' --net 784-10 --rng numpy --seed 0

# ---- the text ----
text() { # NAME options
  name=$1
  shift
  "$DENPA" step digits:600 --json "$@" >"$TMP/step.json" && "$DENPA" step digits:600 --lang en "$@" >"$TMP/en" && "$DENPA" step digits:600 --lang ja "$@" >"$TMP/ja" || { no "text_$name" failed; return; }
  numbers='^    [-0-9]|[.] [(]'
  grep -E "$numbers" "$TMP/en" | sed 's/   (.*//' >"$TMP/en.numbers"
  grep -E "$numbers" "$TMP/ja" | sed 's/   (.*//' >"$TMP/ja.numbers"
  [ -s "$TMP/en.numbers" ] && cmp -s "$TMP/en.numbers" "$TMP/ja.numbers" && ok "numbers_in_both_languages_$name" || no "numbers_in_both_languages_$name"
  [ -x $python ] || { echo "skip text_$name: python3 is not installed"; return; }
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
holds() { # NAME FILE TEXT
  if grep -q -F -e "$3" "$2"; then ok "$1"; else no "$1" "missing: $3"; fi
}
holds product "$TMP/en" 'a1[600,50] = x[600,784] . W1[784,50] + b1[50]'
holds inner_sizes "$TMP/en" '    600x(784) . (784)x50 -> 600x50'
holds transposed "$TMP/en" 'dW2[50,10] = z1^T[50,600] . dy[600,10]'
holds dy "$TMP/ja" 'dy[600,10] = (y[600,10] - t[600,10]) / 600'
holds elementwise "$TMP/en" 'da1[600,50] = dz1[600,50] * (1 - z1[600,50]) * z1[600,50]   (element by element)'
holds column_sums "$TMP/en" 'db1[50] = column sums of da1[600,50]'
holds update "$TMP/ja" 'W1 := W1 - 0.1 * dW1'
holds guess "$TMP/en" '2.3026'
holds accuracy_stays "$TMP/en" 'The accuracy has not moved'
holds accuracy_stays_ja "$TMP/ja" '正解率は変わりませんでした'
"$DENPA" step digits:60 --lang en --optimizer adam >"$TMP/en"
"$DENPA" step digits:60 --lang ja --optimizer adam >"$TMP/ja"
holds adam_rule "$TMP/en" 'W1 := W1 - 0.001 * dW1 / (|dW1| + 1e-08)   (element by element)'
holds adam_rule_ja "$TMP/ja" 'W2 := W2 - 0.001 * dW2 / (|dW2| + 1e-08)'
holds adam_says_how_far "$TMP/en" 'so every weight moves by nearly the learning rate 0.001, however steep or flat its slope is'
holds adam_says_how_far_ja "$TMP/ja" 'どの重みもほぼ学習率 0.001 だけ動きます'
grep -q 'squared gradients' "$TMP/en" && no adam_promises_its_own || ok adam_promises_its_own
"$DENPA" step digits:600 --lang en >"$TMP/en"
grep -q 'update order' "$TMP/en" && no plain_order_says_nothing || ok plain_order_says_nothing
"$DENPA" step digits:600 --lang en --update-order seed >"$TMP/en"
"$DENPA" step digits:600 --lang ja --update-order seed >"$TMP/ja"
holds seed_order_says_so "$TMP/en" 'That is not gradient descent any more'
holds seed_order_says_so_ja "$TMP/ja" '勾配降下法とは'
grep -q -E '^    dW1 is [0-9.]+ % away from the true gradient' "$TMP/en" && ok seed_order_how_far || no seed_order_how_far
"$DENPA" step digits:600 --lang en --net 784-10 --update-order seed >"$TMP/en"
holds one_layer_has_one_order "$TMP/en" 'all gradients are the true ones'
"$DENPA" step digits:600 --lang en --net 784-10 >"$TMP/en"
holds accuracy_moves "$TMP/en" 'The accuracy on the training data has moved'
"$DENPA" step digits:600 --lang en --lr 1000 >"$TMP/en"
holds loss_grows "$TMP/en" 'The loss of the batch has grown'
"$DENPA" step digits:600 --color always | grep -q "$(printf '\033')" && ok colour || no colour
"$DENPA" step digits:600 --color never | grep -q "$(printf '\033')" && no no_colour || ok no_colour

# ---- wrong usage ----
usage() {
  name=usage_$1 words=$2
  shift 2
  "$DENPA" step digits:600 --lang en "$@" >"$TMP/out" 2>"$TMP/err"
  status=$?
  if [ $status -eq 2 ] && [ ! -s "$TMP/out" ] && grep -q -F -e "$words" "$TMP/err"; then ok "$name"; else no "$name" "status $status: $(cat "$TMP/err")"; fi
}
usage sample 'sample 600' --sample 600
usage sample_and_batch '--batch' --sample 6 --batch 2
usage shape '784' --net 100-10

# ---- every number, with NumPy ----
numbers() { # NAME FIRST COUNT 'options of step' options of both
  name=numbers_$1 first=$2 count=$3 ours=$4
  shift 4
  files=
  for i in $(seq "$first" $((first + count - 1))); do
    [ -s "$TMP/row$i" ] || "$DENPA" data show digits:600 "$i" --json >"$TMP/row$i"
    files="$files $TMP/row$i"
  done
  # shellcheck disable=SC2086
  "$DENPA" train digits:600 --quiet --json --steps 0 --out "$TMP/before.model" "$@" >"$TMP/out" && "$DENPA" step digits:600 --quiet --json --out "$TMP/after.model" $ours "$@" >"$TMP/step.json" &&
    good "$name" $python $witness numbers "$TMP/step.json" "$TMP/before.model" "$TMP/after.model" $files || no "$name" failed
}
if $python -c 'import numpy' 2>"$TMP/err"; then
  numbers sigmoid 0 20 '--batch 20' --dtype float64
  numbers float32 0 20 '--batch 20'
  numbers sample 7 1 '--sample 7' --dtype float64
  numbers seed_order 0 20 '--batch 20 --update-order seed' --dtype float64
  numbers tanh_mse 0 12 '--batch 12 --lr 0.5' --dtype float64 --act tanh --loss mse
  numbers relu 0 20 '--batch 20' --dtype float64 --act relu --init he --net 784-20-15-10
  numbers identity 0 20 '--batch 20 --update-order seed' --dtype float64 --act identity --net 784-8-10
  numbers adam 0 20 '--batch 20' --dtype float64 --optimizer adam --act tanh
  for optimizer in momentum nesterov adagrad rmsprop adamw; do numbers $optimizer 0 20 '--batch 20' --dtype float64 --optimizer $optimizer --act tanh; done
  numbers adam_seed_order 0 20 '--batch 20 --update-order seed --lr 0.01' --dtype float64 --optimizer adam
  numbers chunks 0 600 '' --dtype float64 --net 784-7-10
else
  echo "skip numbers: python3-numpy is not installed"
fi

# ---- the published results ----
if [ -n "${DENPA_DATA-}" ] && [ -x $python ]; then
  for order in gradients-first seed; do
    "$DENPA" step mnist --offline --quiet --rng numpy --seed 0 --dtype float64 --update-order $order --json --out "$TMP/golden.model" >"$TMP/step.json" || no "golden_$order" failed
    good "golden_$order" $python $witness golden "$TMP/step.json" "$TMP/golden.model" "$([ $order = seed ] && echo seed || echo 1)"
  done
else
  echo "skip golden: DENPA_DATA is not set"
fi
exit $bad
