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
low, high = eval["intervals"]["accuracy"]
assert "| accuracy | %.5g | %.5g .. %.5g |" % (eval["accuracy"], low, high) in text, text
assert card["data_sha256"] in text and card["origin"]["commands"][0] in text
assert all("- %s: " % f["name"] in text for f in card["findings"][:3])
'
"$DENPA" card many --lang en >card.md
has the_largest_mistakes ' taken for ' card.md
has the_way_back 'denpa train many.csv --epochs 2' card.md
refused no_model 1 'missing' card missing
exit $bad
