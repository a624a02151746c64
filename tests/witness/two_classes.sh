#!/bin/sh
# two_classes.sh: what eval says beside the accuracy (baseline, AUC, threshold) and what predict answers by a threshold, computed again in
# plain Python from the probabilities that predict wrote.
. tests/kit.sh
cd "$TMP" || exit 1
awk 'BEGIN {
  print "id,age,town,left"
  for (i = 0; i < 300; i++) {
    a = (i * 37) % 71; t = i % 4; noise = (i * 53) % 40
    printf "c%03d,%d,%s,%s\n", i, a, (t == 0 ? "Nara" : t == 1 ? "Kobe" : "Tsu"), (a + 10 * t + noise > 95 ? "yes" : "no") } }' >t.csv
awk 'BEGIN { print "x,y"; for (i = 0; i < 200; i++) print i % 11 "," i % 11 * 3 + i % 7 }' >n.csv
"$DENPA" train t.csv --epochs 12 --quiet --out two.safetensors >"$TMP/out" || no train
"$DENPA" train t.csv --epochs 12 --quiet --net 1-8-1 --act tanh --loss bce --ignore town --out one.safetensors >"$TMP/out" || no train_one
"$DENPA" train n.csv --epochs 5 --quiet --out n.safetensors >"$TMP/out" || no train_numbers
for m in two one; do
  "$DENPA" predict $m.safetensors t.csv --keep id,left >$m.csv || no predict_$m
  for p in yes no; do
    "$DENPA" eval $m.safetensors t.csv --positive $p --json >$m.$p.plain.json || no eval_$m
    "$DENPA" eval $m.safetensors t.csv --positive $p --threshold best --json >$m.$p.best.json || no best_$m
    "$DENPA" eval $m.safetensors t.csv --positive $p --threshold 0.3 --json >$m.$p.third.json || no third_$m
    "$DENPA" predict $m.safetensors t.csv --positive $p --threshold 0.3 >$m.$p.csv || no predict_third_$m
  done
done
"$DENPA" eval n.safetensors n.csv --json >n.json || no eval_numbers
good python_says_the_same $python "$root/tests/witness/two_classes_witness.py"

# The threshold that was told by best gives the same figures when it is typed.
value=$("$DENPA" eval two.safetensors t.csv --threshold best --lang en | sed -n 's/.*: --threshold //p')
"$DENPA" eval two.safetensors t.csv --threshold best --lang en | grep -v '^  It\|^  Measure' >best.txt
"$DENPA" eval two.safetensors t.csv --threshold "$value" --lang en >typed.txt
same best_can_be_typed best.txt typed.txt
has baseline_is_told 'baseline: always "no", the most frequent class of these rows, gives accuracy' typed.txt
good in_japanese sh -c '"$DENPA" eval two.safetensors t.csv --threshold best --lang ja | grep -q "しきい値: 確率が .* 以上なら「yes」と答えます"'

refused best_is_for_eval 2 'eval --threshold best finds it' predict two.safetensors t.csv --threshold best
refused not_a_probability 2 'must be a probability from 0 to 1, or best, not "30"' eval two.safetensors --threshold 30
refused no_such_class 2 'the two are "no" and "yes"' eval two.safetensors --positive maybe
refused positive_alone 2 'give --threshold P' predict two.safetensors t.csv --positive no
refused numbers_have_no_threshold 2 'is for two classes' eval n.safetensors --threshold 0.5
refused nor_in_predict 2 'is for two classes' predict n.safetensors n.csv --threshold 0.5
"$DENPA" train digits:100 --epochs 1 --quiet --out ten.safetensors >"$TMP/out"
refused ten_classes 2 'is for two classes' eval ten.safetensors --threshold 0.5
good ten_classes_have_a_baseline sh -c '"$DENPA" eval ten.safetensors --lang en | grep -q "^baseline: always \"[0-9]\""'
exit $bad
