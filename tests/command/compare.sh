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

# Of numbers: few rows say nothing, whatever the resamples give; the sign test decides, and says so where the error tells otherwise.
awk 'BEGIN { print "x,y"; for (i = 0; i < 60; i++) print i % 11 "," (i % 11 - 5) * 1.5 }' >m.csv # with answers of 0
awk 'BEGIN { print "x,y"; for (i = 0; i < 60; i++) print i % 11 "," (i % 11 - 5) * (i % 5 == 0 ? 4.5 : 1.5) }' >w.csv
train m1.safetensors m.csv --epochs 1 --lr 0.001
train m2.safetensors m.csv --epochs 9 --seed 2
train w.safetensors w.csv --epochs 9
for rows in 1 5 60; do head -n $((rows + 1)) m.csv >rows$rows.csv; done
"$DENPA" compare m1.safetensors m2.safetensors rows1.csv --lang en >out 2>err || no one_row "$(cat err)"
has one_row_is_chance 'The difference may be chance' out
has one_row_is_singular 'the 1 row in which one is closer' out
has no_interval '(95 %: -)' out
"$DENPA" compare m1.safetensors m2.safetensors rows5.csv --quiet --lang en >out
has five_rows_are_chance 'The difference may be chance' out
"$DENPA" compare m1.safetensors m2.safetensors rows60.csv --lang en >out 2>err || no rows_with_an_answer_of_0 "$(cat err)"
has sixty_rows_are_not 'B is better: m2.safetensors' out
has by_the_sign_test '(sign test, exact)' out
"$DENPA" compare m2.safetensors w.safetensors rows60.csv --lang en >out 2>err || no scaled_by_two_tables "$(cat err)"
has no_loss_of_two_units 'Their losses are in two units' out
lacks no_difference_of_two_units 'loss of B less that of A' out
good no_json_of_two_units sh -c '"$DENPA" compare m2.safetensors w.safetensors rows60.csv --json | grep -q "\"loss_difference\": null"'
"$DENPA" compare m2.safetensors m2.safetensors rows60.csv --lang en >out
lacks no_minus_nothing 'less that of A: -0' out

# Right on the same rows, with other answers: one row that both get wrong.
awk 'BEGIN { print "x,y"; for (i = 0; i < 60; i++) print i % 3 "," substr("abc", i % 3 + 1, 1) }' >k.csv
train k1.safetensors k.csv --epochs 20 --lr 0.1
train k2.safetensors k.csv --epochs 0
printf 'x,y\n1,c\n' >wrong.csv
"$DENPA" compare k1.safetensors k2.safetensors wrong.csv --lang en >out 2>err || no both_wrong "$(cat err)"
has not_answered_alike 'Neither is better: both are right in the same rows, though their answers differ.' out

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
