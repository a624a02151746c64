#!/bin/sh
# why.sh: `denpa why`: what it says of a number is true, and what is wrong with a name is told.
. tests/kit.sh
needs brisk
witness=tests/witness/why_witness.py

train() { # NAME options
  name=$1
  shift
  "$DENPA" train digits:600 --quiet --steps 60 --evaluate none --out "$TMP/$name" "$@" >"$TMP/out" || no "train_$name" failed
}
train sigmoid.model
train double.model --dtype float64 --act tanh --loss mse --net 784-12-10
train relu.model --act relu --init he --net 784-20-15-10 --lr 0.05
train gelu.model --act gelu --loss bce --net 784-9-10 --init xavier --dtype float64
train elu.model --act elu:0.5 --loss huber:0.1 --net 784-9-10 --init xavier
train softplus.model --act softplus --label-smoothing 0.1 --net 784-9-10 --init xavier
train adam.model --optimizer adam --net 784-9-10

# ---- every number, with exact arithmetic and NumPy ----
rows() { # FIRST COUNT: the files of these test samples
  for i in $(seq "$1" $(($1 + $2 - 1))); do
    [ -s "$TMP/row$i" ] || "$DENPA" data show digits:600 "$i" --split test --json >"$TMP/row$i"
    printf '%s ' "$TMP/row$i"
  done
}
cell() { # MODEL NAME FIRST COUNT
  rm -f "$TMP/why.json"
  "$DENPA" why "$TMP/$1.model" "$2" --json --terms 2000 --depth 9 --sample "$3" --batch "$4" >"$TMP/why.json" 2>"$TMP/err" || no "$1_$2" "$(cat "$TMP/err")"
  # shellcheck disable=SC2046
  good "$1_$2_$4" $python $witness cell "$TMP/why.json" "$TMP/$1.model" $(rows "$3" "$4")
}
if can numbers numpy; then
  for name in 'W1[409,40]' 'a1[40]' 'z1[0,7]' 'y[3]' 'loss' 'dy[0,7]' 'dW2[3,7]' 'db1[5]' 'dx[300]' 'b2[1]' 'x[409]'; do cell sigmoid "$name" 7 1; done
  for name in 'W1[409,11]' 'loss[2]' 'loss' 'dW1[350,3]' 'da1[4,3]' 'a2[1,3]' 'dy[0,7]'; do cell double "$name" 3 5; done
  for name in 'W2[7,3]' 'z1[1,4]' 'da1[0,4]' 'dW1[400,2]' 'b3[9]' 'loss'; do cell relu "$name" 0 3; done
  for model in gelu elu softplus; do for name in 'z1[1,4]' 'y[0,3]' 'loss[1]' 'dy[1,2]' 'da1[0,4]' 'dW1[400,2]'; do cell $model "$name" 5 2; done; done
  cell adam 'W1[409,3]' 0 2

  text() { # MODEL NAME
    "$DENPA" why "$TMP/$1.model" "$2" --json --terms 5 --depth 3 >"$TMP/why.json"
    for lang in en ja; do
      "$DENPA" why "$TMP/$1.model" "$2" --terms 5 --depth 3 --lang $lang >"$TMP/why.$lang"
      good "text_$1_$2_$lang" $python $witness text "$TMP/why.json" "$TMP/why.$lang"
    done
  }
  text sigmoid 'W1[409,40]'
  text sigmoid loss
  text double 'a2[3]'
fi

# ---- the text ----
"$DENPA" why "$TMP/sigmoid.model" 'W1[409,40]' --sample 7 --lang en >"$TMP/en"
"$DENPA" why "$TMP/sigmoid.model" 'W1[409,40]' --sample 7 --lang ja >"$TMP/ja"
has pixel 'x[0,409] is the pixel in row 14, column 17' "$TMP/en"
has bits 'bit for bit what the network has' "$TMP/en"
has use 'as term 410 of 785: x[0,409] * W1[409,40] = ' "$TMP/en"
has update 'W1[409,40] := W1[409,40] - 0.1 * dW1[409,40]' "$TMP/en"
has nudge 'the loss would change by about dW1[409,40] * 0.01 = ' "$TMP/en"
has slope '= dz1[0,40] * ((1 - z1[0,40]) * z1[0,40])' "$TMP/en"
has ja_pixel 'x[0,409] は画像の行 14、列 17 の画素です' "$TMP/ja"
has ja_bits 'ビット単位で一致します' "$TMP/ja"
grep -q 'W1\[409,40\] := ' "$TMP/ja" && ok text_ja_update || no text_ja_update
"$DENPA" why "$TMP/adam.model" 'W1[409,3]' --lang en >"$TMP/en"
has adam 'One update from this batch alone (adam, learning rate 0.001)' "$TMP/en"
"$DENPA" why "$TMP/sigmoid.model" 'dW2[3,7]' --batch 50 --terms 3 --lang en >"$TMP/en"
has batch 'samples 0 to 49 of digits:600:1 (test data)' "$TMP/en"
has others 'the other 47 together' "$TMP/en"
"$DENPA" why "$TMP/sigmoid.model" 'dW2[3,7]' digits:60 --split train --lang en >"$TMP/en"
has other_data 'sample 0 of digits:60:1 (training data)' "$TMP/en"
"$DENPA" why "$TMP/sigmoid.model" 'dW2[3,7]' --data digits:60 --split train --lang en | cmp -s - "$TMP/en" && ok data_option || no data_option
"$DENPA" why "$TMP/sigmoid.model" 'y[3]' --depth 0 --lang en >"$TMP/en"
grep -q '^ *a2\[' "$TMP/en" && no depth_0 "$(cat "$TMP/en")" || ok depth_0
"$DENPA" why "$TMP/sigmoid.model" 'y[3]' --color always | grep -q "$(printf '\033')" && ok colour || no colour

# ---- a moment of a recorded run ----
"$DENPA" train digits:600 --quiet --steps 40 --run "$TMP/run" --record >"$TMP/out" 2>"$TMP/err" || no recorded "$(cat "$TMP/err")"
for step in 0 13; do
  "$DENPA" why "$TMP/run" 'W1[409,40]' --step $step --json >"$TMP/moment" 2>"$TMP/err" && "$DENPA" why "$TMP/run/frames/$(printf %08d $step).safetensors" 'W1[409,40]' --json >"$TMP/frame" && cmp -s "$TMP/moment" "$TMP/frame" && ok "step_$step" || no "step_$step" "$(cat "$TMP/err")"
done
"$DENPA" why "$TMP/run" loss --step 41 --lang en >"$TMP/out" 2>"$TMP/err"
[ $? -eq 2 ] && grep -q 'there is no update 41; the training ended after update 40' "$TMP/err" && ok no_such_step || no no_such_step "$(cat "$TMP/err")"

# ---- wrong usage ----
usage() { # NAME WORDS CELL options
  name=$1 words=$2
  shift 2
  refused "$name" 2 "$words" why "$TMP/sigmoid.model" "$@"
}
usage matrix 'did you mean W1? There are: x, W1, b1' 'w1[0,0]'
usage range 'so this index goes from 0 to 49; it cannot be 50' 'W1[0,50]'
usage indices 'has 1 index, but W1 has the shape (784, 50) and takes 2' 'W1[7]'
usage data_twice 'given twice' loss digits:60 --data digits:60
usage name 'names no cell' 'W1(3,4)'
usage sample 'sample 99999 is not among them' loss --sample 99999
"$DENPA" why "$TMP/sigmoid.model" >"$TMP/out" 2>&1; [ $? -eq 2 ] && ok usage_no_name || no usage_no_name
exit $bad
