#!/bin/sh
# card.sh: the fact sheet: short over all kinds of networks in both languages, its numbers those of eval and doctor, names never markup.
. tests/kit.sh
needs python
cd "$TMP" || exit 1
awk 'BEGIN { print "a,b,y"; for (i = 0; i < 120; i++) printf "%d,%d,\"%s\"\n", i % 17, i * 7 % 23, (i % 17 + i * 7 % 23 > 22 ? "x|y\n# \033[31mhead" : "`no` <b>*n*") }' >evil.csv
awk 'BEGIN { printf "x1"; for (k = 2; k <= 40; k++) printf ",a_rather_long_name_of_a_column_%d", k; print ""
  for (i = 0; i < 90; i++) { for (k = 1; k <= 40; k++) printf "%s%d", (k > 1 ? "," : ""), i * k % 31; print "" } }' >wide.csv
awk 'BEGIN { print "a,b"; for (i = 0; i < 400; i++) printf "%d,class_number_%d_with_a_name_that_goes_on_and_on_and_on\n", i * 37 % 101, i % 40 }' >many.csv
train() { "$DENPA" train "$@" --quiet >out 2>&1 || no "train $*" "$(cat out)"; }
train digits:300 --epochs 6 --lr 0.3 --run dense
train digits:120 --epochs 2 --run conv --init he --net 'conv 4 3x3 pad 1, batchnorm, relu, maxpool 2, conv 4 3x3 pad 1, batchnorm, relu, maxpool 2, conv 4 3x3 pad 1, batchnorm, relu, dense 20, relu, dropout 0.2, dense 10' --augment shift:2,rotate:10
train digits:120 --epochs 3 --run bad --act relu --init normal:3 --lr 5
train evil.csv --epochs 2 --out 'ev|il `x`.safetensors'
train wide.csv --epochs 2 --out wide.safetensors --ignore "$(seq -f a_rather_long_name_of_a_column_%.0f -s , 2 30)"
train many.csv --epochs 2 --run many
for model in dense conv bad 'ev|il `x`.safetensors' wide.safetensors many; do
  for lang in en ja; do
    "$DENPA" card "$model" --lang $lang >card.md 2>err || no "card_$model" "$(cat err)"
    $python - card.md <<'E' && ok "short_and_plain: $model $lang" || no "short_and_plain: $model $lang" "$(cat card.md)"
import sys
text = open(sys.argv[1], encoding="utf-8").read()
assert len(text) / 3 <= 1200 and sum(ord(c) > 127 for c in text) + sum(ord(c) < 128 for c in text) // 3 <= 1200, len(text)
assert all(c == "\n" or ord(c) >= 32 and ord(c) != 127 for c in text), "control characters"
fenced = text.split("~~~")
assert len(fenced) in (1, 3)
for line in (fenced[0] + fenced[-1]).split("\n"):
    for at, c in enumerate(line):
        if c in "`<>":
            assert line[at - 1] == "\\", line
    assert not line.startswith("#") or line.startswith(("# denpa: ", "## ")), line
    if line.startswith("|"):
        assert line.replace("\\|", "").count("|") == 4, line
E
  done
done
"$DENPA" card dense --json >card.json 2>err || no card_json "$(cat err)"
"$DENPA" eval dense --json >eval.json
"$DENPA" doctor dense --json >doctor.json
good as_eval_and_doctor_say $python -c '
import json
card, eval, doctor = (json.load(open(f)) for f in ("card.json", "eval.json", "doctor.json"))
assert card["intervals"] == eval["intervals"] and card["scores"]["confusion"] == eval["confusion"]
assert [f["name"] for f in card["findings"]] == [f["name"] for f in doctor["findings"]] != []
text = card["markdown"]
assert eval["intervals"]["rmse"] is None and eval["intervals"]["auc"] is None, eval["intervals"] # of ten classes there are none
low, high = eval["intervals"]["accuracy"]
assert "| accuracy | %.5g | %.5g .. %.5g |" % (eval["accuracy"], low, high) in text, text
assert card["data_sha256"] in text and card["origin"]["commands"][0] in text
assert all("- %s: " % f["name"] in text for f in card["findings"][:3])
'
"$DENPA" card many --lang en >card.md
has the_largest_mistakes ' taken for ' card.md
has the_way_back 'denpa train many.csv --epochs 2' card.md
# What was learned from and what was measured are two things, and the file's own rows are said to be among them.
sed 's/class_number_[0-9]*[13579]_.*/odd/; s/class_number.*/even/' many.csv >evil.csv
train evil.csv --epochs 2 --out small.safetensors
sed 2,40d evil.csv >others.csv
"$DENPA" card small.safetensors others.csv --lang en >card.md 2>err
has learned_from '- Data: evil.csv, rows of' card.md
has measured_on '- Measured on other data, as named: others.csv' card.md
lacks none_of_its_own 'the file it learned from' card.md
lacks no_note_of_others 'is the table that this network learned from' err
"$DENPA" card small.safetensors evil.csv --lang en >card.md 2>err
has its_own_file '- That is the file it learned from: rows it was trained on are among those measured' card.md
"$DENPA" eval small.safetensors evil.csv --lang en >out 2>err
has eval_says_so_too 'Note: evil.csv is the table that this network learned from.' err
"$DENPA" eval small.safetensors --lang en >out 2>err
lacks its_test_rows 'Note: evil.csv' err
awk 'BEGIN { srand(5); print "a,b,y"; for (i = 0; i < 200; i++) { a = rand(); b = rand(); printf "%.4f,%.4f,%.4f\n", a, b, a + b } }' >sum.csv
"$DENPA" train sum.csv --net 2-1 --optimizer sgd --schedule constant --batch full --lr 2 --weight-decay 0 --epochs 500 --validation 0 --run broken --quiet >out 2>&1
"$DENPA" card broken --lang en >card.md 2>err
has broke_off '- The training broke off at update ' card.md
# Nothing is left out in silence, and an address in a name is none for a reader of Markdown.
for lang in en ja; do
  "$DENPA" card bad --lang $lang >card.md
  case $lang in en) last='## What to ask next' left='Left out, since a card is short: ' ;; ja) last='## 次に' left='カードは短いので' ;; esac
  grep -qF "$last" card.md || grep -F "$left" card.md | grep -qF "$([ $lang = en ] && echo 'what to ask next' || echo 次に)" && ok "all_or_named_$lang" || no "all_or_named_$lang" "$(cat card.md)"
done
awk 'BEGIN { print "a,y"; for (i = 0; i < 60; i++) print i % 7 ",\"" (i % 2 ? "http://x.example/ www.y.example" : "@all") "\"" }' >'see www.z.example @you.csv'
train 'see www.z.example @you.csv' --epochs 1 --out address.safetensors
"$DENPA" card address.safetensors >card.md
sed '/^~~~sh/,/^~~~$/d' card.md >plain.md
lacks no_address 'http:/' plain.md
lacks no_web_address 'www.' plain.md
good nobody_is_called sh -c '! grep -q "[^\\]@" plain.md'
refused no_model 1 'missing' card missing
exit $bad
