#!/bin/sh
# intervals.sh: the intervals of eval, and what compare says of two networks, computed again in plain Python: Wilson, Newcombe and McNemar
# from the counts, the bootstrap from the answers that predict wrote and from the random source as docs/random.md has it.
. tests/kit.sh
needs python
cd "$TMP" || exit 1
awk 'BEGIN {
  print "id,age,town,left"
  for (i = 0; i < 60; i++) {
    a = (i * 37) % 71; t = i % 4; noise = (i * 53) % 40
    printf "c%03d,%d,%s,%s\n", i, a, (t == 0 ? "Nara" : t == 1 ? "Kobe" : "Tsu"), (a + 10 * t + noise > 65 ? "yes" : "no") } }' >t.csv
awk 'BEGIN { print "x,y"; for (i = 0; i < 50; i++) print i % 11 "," i % 11 * 3 + i % 7 }' >n.csv
"$DENPA" train t.csv --epochs 6 --seed 3 --quiet --out c1.safetensors >"$TMP/out" 2>&1 || no train_classes "$(cat "$TMP/out")"
"$DENPA" train t.csv --epochs 3 --seed 4 --quiet --ignore age --out c2.safetensors >"$TMP/out" 2>&1 || no train_other "$(cat "$TMP/out")"
"$DENPA" train n.csv --epochs 9 --quiet --out n1.safetensors >"$TMP/out" 2>&1 || no train_numbers "$(cat "$TMP/out")"
"$DENPA" train n.csv --epochs 12 --quiet --out n2.safetensors >"$TMP/out" 2>&1 || no train_other_numbers "$(cat "$TMP/out")"
for m in c1 c2; do
  "$DENPA" predict $m.safetensors t.csv --keep left >$m.csv || no predict_$m
  "$DENPA" eval $m.safetensors t.csv --json >$m.json || no eval_$m
done
for m in n1 n2; do
  "$DENPA" predict $m.safetensors n.csv --keep y >$m.csv || no predict_$m
  "$DENPA" eval $m.safetensors n.csv --json >$m.json || no eval_$m
done
"$DENPA" compare c1.safetensors c2.safetensors t.csv --json >c.json || no compare_classes
"$DENPA" compare n1.safetensors n2.safetensors n.csv --json >n.json || no compare_numbers
good python_says_the_same $python "$root/tests/witness/intervals_witness.py"
"$DENPA" eval c1.safetensors t.csv --json --threads 3 >threads.json
same any_number_of_threads c1.json threads.json
exit $bad
