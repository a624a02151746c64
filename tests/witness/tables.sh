#!/bin/sh
# tables.sh: a table from the file to the answers, through the command; NumPy computes the inputs, the answers and the measures again.
. tests/kit.sh
cd "$TMP" || exit 1

# 200 rows with everything that a table may have: quotes, categories, missing values, an identifier, a constant, a number and a class to learn.
awk 'BEGIN {
  print "id,\"size, in m\",colour,rooms,same,price,kind"
  for (i = 1; i <= 200; i++) {
    a = (i * 37) % 101; c = i % 3; r = (i * 7) % 5
    p = 2 * a + 30 * c - 10 * r
    printf "%d,%s,%s,%s,x,%.2f,\"%s\"\n", i, i % 17 ? a / 10 : "NA", i % 23 ? (c == 0 ? "red" : c == 1 ? "\"a \"\"b\"\"\"" : "blue") : "", r, p + 0.25, (p > 110 ? "dear, \"\"very\"\"" : "cheap") } }' >t.csv
"$DENPA" train t.csv --ignore kind --target price --quiet --json --out p.safetensors >p.json || no train
"$DENPA" train t.csv --ignore price --quiet --json --out k.safetensors >k.json || no train_classes
good same_bits sh -c '"$DENPA" train t.csv --ignore price --quiet --threads 3 --cpu ref --out k2.safetensors >/dev/null && cmp k.safetensors k2.safetensors'

# Rows in another order of columns, without the answer, give the same answers.
"$DENPA" predict p.safetensors t.csv --out a.csv --quiet || no predict
$python - <<'P' || no turned
import csv
rows = list(csv.reader(open("t.csv")))
keep = [3, 2, 1]
csv.writer(open("turned.csv", "w", newline="")).writerows([[row[k] for k in keep] for row in rows])
P
"$DENPA" predict p.safetensors turned.csv --quiet >b.csv
good columns_in_any_order cmp a.csv b.csv
good a_line_for_each_row [ "$(wc -l <a.csv)" = 201 ]
"$DENPA" predict k.safetensors t.csv --quiet >c.csv
good header_of_classes [ "$(head -1 c.csv)" = 'kind,p(cheap),"p(dear, ""very"")"' ]
"$DENPA" eval k.safetensors t.csv --json >e.json
"$DENPA" eval k.safetensors --json >own.json
"$DENPA" eval p.safetensors t.csv --json >r.json
"$DENPA" info p.safetensors --json >i.json
"$DENPA" data get t.csv --ignore kind --target price --out d.npz --quiet >/dev/null || no data_get
"$DENPA" data show t.csv --json >s.json
good class_names_in_words sh -c '"$DENPA" eval k.safetensors t.csv | grep -q "dear, \"very" && "$DENPA" predict k.safetensors --sample 0 | grep -q "cheap" && "$DENPA" info k.safetensors | grep -q "cheap, dear"'
# The same network whoever makes it, and what belongs to pictures is refused, not ignored.
good default_network_of_step sh -c '"$DENPA" step t.csv --json | grep "^  \"net\"" >net.step && "$DENPA" train t.csv --epochs 1 --json --quiet | grep "^  \"net\"" | cmp - net.step'
awk 'BEGIN { print "x,y"; for (i = 0; i < 60; i++) print i % 11 "," i * i / 7 }' >numbers.csv
good step_writes_nothing_then sh -c '! "$DENPA" step numbers.csv --html step.html 2>said && [ ! -e step.html ]'
good step_says_why_not_numbers sh -c '"$DENPA" step numbers.csv --lang en 2>&1 | grep -q "has numbers as answers"'
for split in train test; do
  "$DENPA" data show t.csv 3 --split $split --json >row.$split.json
  "$DENPA" data show t.csv 3 --split $split --lang en >row.$split.txt
done
"$DENPA" data get t.csv --out rows.npz --quiet
good a_row_is_shown $python - <<'P'
import csv, json
import numpy as np
held, table = np.load("rows.npz"), list(csv.DictReader(open("t.csv", encoding="utf-8")))
for split in ("train", "test"):
    row, text = json.load(open(f"row.{split}.json")), open(f"row.{split}.txt").read()
    assert np.array_equal(np.array(row["inputs"], held["x_" + split].dtype), held["x_" + split][3]), split
    assert row["label"] == int(held["t_" + split][3]) if row["label"] is not None else row["right"] is not None
    right = row["class"] if row["label"] is not None else "%g" % row["right"]
    assert text.startswith("t.csv, ") and text.split("\n")[0].endswith(" is " + right), text
    lines = [line for line in text.split("\n")[1:] if line.strip()]
    assert len(lines) == 4, text
    assert any(all(any(line.startswith(name) and line[len(name):].strip().startswith(value) for name, value in r.items() if value) for line in lines) for r in table), text
P
good size_is_for_pictures sh -c '"$DENPA" data show t.csv --size 28 --lang en 2>said; [ $? -eq 2 ] && grep -q "are for folders of pictures" said'
good classes_told_once [ "$("$DENPA" info k.safetensors | grep -c cheap)" = 1 ]
good preflight sh -c '"$DENPA" train t.csv --epochs 1 --json --quiet | grep -q "target-among-inputs\|constant-column"'
awk 'BEGIN { print "x,copy,y"; for (i = 0; i < 60; i++) print i % 11 "," (i % 2 ? "a" : "b") "," (i % 2 ? "yes" : "no") }' >leak.csv
good leak sh -c '"$DENPA" train leak.csv --epochs 1 --lang en 2>&1 | grep -q "\[target-among-inputs\] The column copy tells the answer"'
good leak_in_japanese sh -c '"$DENPA" train leak.csv --epochs 1 --lang ja 2>&1 | grep -q "列 copy が答えを教えています"'
good duplicates sh -c '"$DENPA" train leak.csv --epochs 1 --lang en 2>&1 | grep -q "\[duplicates-across-splits\]"'
good healthy_is_silent sh -c '! "$DENPA" train t.csv --ignore price,id,same --epochs 1 2>&1 | grep "^\["'
printf 'a\033[31mb,y\n1,\033[2Jx\n2,y\n3,\033[2Jx\n4,y\n' >esc.csv
good escapes sh -c '"$DENPA" data show esc.csv >shown; "$DENPA" train esc.csv --out esc.safetensors >>shown 2>&1; "$DENPA" info esc.safetensors >>shown; ! grep -q "$(printf "\033")" shown && grep -q "x1B" shown'
printf '0,0,0\n0,1,1\n1,0,1\n1,1,0\n' >xor.csv
good xor sh -c '"$DENPA" train xor.csv --epochs 2000 --weight-decay 0 --lr 0.01 --evaluate end --quiet --json | grep -q "\"train_accuracy\": 1.0"'
if can numpy numpy; then
  if $python "$root/tests/witness/tables_witness.py" >said 2>&1; then ok "numpy: $(cat said)"; else no "numpy: $(cat said)"; fi
fi
exit $bad
