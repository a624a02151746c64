#!/bin/sh
# compare.sh: denpa compare in words, and what it refuses. Its numbers: tests/witness/intervals.sh.
. tests/kit.sh
cd "$TMP" || exit 1
train() { # FILE ARGUMENTS...
  file=$1
  shift
  "$DENPA" train "$@" --quiet --out "$file" >"$TMP/out" 2>&1 || no "train_$file" "$(cat "$TMP/out")"
}
train a.safetensors digits:600 --epochs 1 --lr 0.5
train b.safetensors digits:600 --net 'conv 4 5x5, relu, maxpool 2, dense 10' --init he --epochs 4
train other.safetensors digits:500 --epochs 1
train few.safetensors digits:600 --net 784-20-12 --epochs 1
awk 'BEGIN { print "a,b,y"; for (i = 0; i < 90; i++) print i % 17 "," i * 7 % 23 "," (i % 17 + i * 7 % 23 + i * 13 % 9 > 22 ? "yes" : "no") }' >t.csv
awk 'BEGIN { print "x,y"; for (i = 0; i < 60; i++) print i % 11 "," i % 11 * 3 + i % 7 }' >n.csv
train t1.safetensors t.csv --epochs 3
train t2.safetensors t.csv --epochs 3 --seed 2
train n.safetensors n.csv --epochs 3

"$DENPA" compare a.safetensors b.safetensors --lang en >out 2>err || no compares "$(cat err)"
has names_both 'B b.safetensors: accuracy ' out
has a_dense_and_a_convolution_network 'B is better: b.safetensors.' out
has counts 'Both are right in ' out
has says_how_likely "(McNemar's exact test)" out
has shows_rows 'Only B gets these right, for example:' out
if grep -q '^  sample [0-9]* is "[0-9]": A says "[0-9]" ([0-9.]* %), B says "[0-9]" ([0-9.]* %)$' out; then ok what_each_said; else no what_each_said "$(cat out)"; fi
"$DENPA" compare a.safetensors b.safetensors --quiet --lang en >out
printf 'B is better: b.safetensors.\n' >want
same quiet_says_the_verdict want out
"$DENPA" compare a.safetensors a.safetensors --quiet --lang en >out
printf 'There is no difference: each row is answered alike.\n' >want
same with_itself want out
"$DENPA" compare a.safetensors b.safetensors --samples 4 --quiet --lang en >out
has few_rows_say_little 'The difference may be chance' out
good in_japanese sh -c '"$DENPA" compare a.safetensors b.safetensors --lang ja | grep -q "^B の方が良いネットワークです: b.safetensors"'
good own_reading_of_a_table sh -c '"$DENPA" compare t1.safetensors t2.safetensors t.csv --lang en | grep -q "^t.csv, all rows, 90 samples:"'
good other_data sh -c '"$DENPA" compare a.safetensors other.safetensors digits:300 --lang en | grep -q "^digits:300:1, test data, 50 samples:"'
good for_a_program sh -c '"$DENPA" compare a.safetensors b.safetensors --split train --json | grep -q "\"split\": \"train\""'

refused other_training_data 2 'a.safetensors was trained on digits:600:1 and other.safetensors on digits:500:1; name the rows' compare a.safetensors other.safetensors
refused other_seed_of_a_table 2 'name a table that neither has seen: denpa compare t1.safetensors t2.safetensors DATA' compare t1.safetensors t2.safetensors
refused a_table_and_pictures 2 't1.safetensors learned from a table and a.safetensors did not' compare a.safetensors t1.safetensors
refused other_answers 2 'a.safetensors has 10 outputs and few.safetensors has 12' compare a.safetensors few.safetensors
refused other_column 2 'give other answers; the names of their classes are no|yes and -' compare t1.safetensors n.safetensors t.csv
refused one_model 2 'MODEL' compare a.safetensors
refused no_such_model 1 'missing.safetensors' compare a.safetensors missing.safetensors
exit $bad
