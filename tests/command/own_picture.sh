#!/bin/sh
# own_picture.sh: a person's own picture of a digit is cleaned until it is like the training data, and told where it is not: shadow, ruled paper,
# specks, either polarity, transparency; blank pages, noise and letters. How many of these are named is measured by tests/campaign/own_pictures.sh.
. tests/kit.sh
needs python
D="$DENPA --lang en"
here=$(pwd)/tests/command
cd "$TMP" || exit 1
$D data show digits:5000 3 --json >digit.json
$python "$here/own_picture.py" . digit.json
$D train digits:5000 --epochs 12 --lr 0.5 --net 784-30-10 --evaluate none --quiet --out m.safetensors --threads 1
$D predict m.safetensors ./*.pgm alpha.png --json >answers.json 2>/dev/null
good "what is told of each picture" $python - digit.json answers.json <<'P'
import json, sys
digit, answers = (json.load(open(name)) for name in sys.argv[1:])
told = {a["input"].removeprefix("./").split(".")[0]: a for a in answers["predictions"]}
mnist = told["mnist"]
assert mnist["answer"] == digit["label"] and mnist["cleaned"] == [] and not mnist["novelty"]["unlike"], mnist
assert mnist["seen"] == {"shape": [1, 28, 28], "pixels": digit["pixels"]}
for name, done in {"drawn": ["inverted"], "negative": [], "shadow": ["inverted", "paper"], "ruled": ["inverted", "paper", "lines"],
                   "specks": ["inverted", "specks"], "alpha": ["inverted"]}.items():
    a = told[name]
    away = sum(abs(p - q) for p, q in zip(a["seen"]["pixels"], digit["pixels"])) / 784
    assert a["answer"] == digit["label"], (name, a)
    assert not a["novelty"]["unlike"] and a["novelty"]["score"] <= a["novelty"]["limit"], (name, a["novelty"])
    assert set(done) <= set(a["cleaned"]) <= set(done) | {"specks"}, (name, a["cleaned"])
    assert away < 25, (name, away)  # of another digit some 50
assert sum(abs(p - q) for p, q in zip(told["negative"]["seen"]["pixels"], told["drawn"]["seen"]["pixels"])) < 784
assert told["large"]["cleaned"] == ["inverted"] and len(told["large"]["seen"]["pixels"]) == 784
for name in told:
    blank = name.startswith(("blank", "one"))
    assert ("error" in told[name]) == blank or name.startswith("noise"), (name, told[name])
    if name.startswith(("letter", "noise")) and "error" not in told[name]:
        assert told[name]["novelty"]["unlike"], (name, told[name]["novelty"])
P
$D predict m.safetensors letter_H.pgm --color never >out
has "unlike, in words" 'This picture is unlike the training data: the answer may mean nothing.' out
[ "$(grep -c '@@\|##\|%%' out)" -ge 15 ] && ok "what the network saw stands above" || no "what the network saw stands above" "$(cat out)"
$D predict m.safetensors letter_H.pgm mnist.pgm >out
has "unlike, in a line" 'unlike the training data' out
[ "$(grep -c 'unlike' out)" = 1 ] && ok "like, in a line" || no "like, in a line" "$(cat out)"
"$DENPA" --lang ja predict m.safetensors letter_H.pgm >out
has "in Japanese" 'この画像は訓練データに似ていません' out
$D predict m.safetensors ruled.pgm --color never >out
has "what was done" '(ruled paper: its lines were taken out)' out
refused "a blank page" 1 'there is no digit to be seen in this picture' predict m.safetensors blank_shadow.pgm

# ---- its way through the network, with the right answer or without
for label in none 3; do
  [ $label = none ] && given= || given="--class $label"
  # shellcheck disable=SC2086
  $D explain m.safetensors ruled.pgm $given --json >explain.$label.json
  # shellcheck disable=SC2086
  $D why m.safetensors 'a2[0,4]' ruled.pgm $given --json >why.$label.json
done
good "explain and why see what predict sees" $python - answers.json <<'P'
import json, math, sys
answers = json.load(open(sys.argv[1]))
seen = next(a for a in answers["predictions"] if a["input"].endswith("ruled.pgm"))
for label in ("none", "3"):
    page, cell = (json.load(open(f"{name}.{label}.json")) for name in ("explain", "why"))
    for told in (page, cell):
        assert told["seen"] == seen["seen"] and told["cleaned"] == seen["cleaned"] and told["novelty"] == seen["novelty"], label
    assert page["outputs"] == seen["probabilities"] and page["data"] == "ruled.pgm"
    right = seen["answer"] if label == "none" else 3
    assert page["label"] == (None if label == "none" else 3) and cell["class"] == (None if label == "none" else "3")
    assert abs(page["loss"] + math.log(seen["probabilities"][right])) < 1e-5 and cell["loss"] == page["loss"]
    wanted = seen["probabilities"][4] - (right == 4)
    assert abs(cell["gradient"]["value"] - wanted) < 1e-6, (label, cell["gradient"]["value"], wanted)
P
$D explain m.safetensors letter_H.pgm --color never >out
has "explain: unlike" 'This picture is unlike the training data: the answer may mean nothing.' out
has "explain: of its own answer" 'Nobody says what it is (--class)' out
lacks "explain: neither right nor wrong" 'which is wrong' out
$D explain m.safetensors ruled.pgm --class 3 --html own.html --quiet
has "page: what was done" '(ruled paper: its lines were taken out)' own.html
has "page: the label" '"label":3,' own.html
"$DENPA" --lang ja explain m.safetensors ruled.pgm --html own.html --quiet
has "page: no label" '"label":-1,' own.html
has "page: in Japanese" '正解が指定されていない' own.html
$D why m.safetensors 'x[0,400]' mnist.pgm --raw >out
has "why: raw" 'the picture mnist.pgm' out
refused "no such class" 2 '--class 10: the network has no such class; it has 10, from 0 to 9' explain m.safetensors mnist.pgm --class 10
refused "a label of a sample" 2 '--class is for a picture of your own' explain m.safetensors --class 3
refused "a sample of a picture" 2 '--sample chooses among the samples of a data set' why m.safetensors y mnist.pgm --sample 2
refused "no digit" 1 'there is no digit to be seen in this picture' explain m.safetensors blank_shadow.pgm

# ---- overruled
$D predict m.safetensors mnist.pgm drawn.pgm --raw --json >raw.json
good "raw is as it is" $python - digit.json raw.json <<'P'
import json, sys
digit, answers = (json.load(open(name)) for name in sys.argv[1:])
first, second = answers["predictions"]
assert first["seen"]["pixels"] == digit["pixels"] and first["cleaned"] == []
assert second["seen"]["pixels"][0] == 255 and second["cleaned"] == []
P

# ---- the figures are in the model: the same bits everywhere; without them nothing is claimed; damaged ones are refused
$D train digits:5000 --epochs 12 --lr 0.5 --net 784-30-10 --evaluate none --quiet --out again.safetensors --threads 3 --cpu ref
same "the same model with other threads and another unit" m.safetensors again.safetensors
$D train digits:600 --epochs 1 --evaluate none --quiet --out few.safetensors
$D predict few.safetensors letter_H.pgm >out
has "a model that cannot tell" 'Whether this picture is like the training data cannot be told' out
$D predict few.safetensors letter_H.pgm --json >out
has "a model that cannot tell, for programs" '"novelty": null' out
lacks "few rows have no figures" novelty few.safetensors
$D train digits:5000 --from m.safetensors --samples 600 --epochs 1 --evaluate none --quiet --out less.safetensors
lacks "nor has another training those of the one before" novelty less.safetensors
long="digits:5000 --net 784-30-10 --epochs 40 --evaluate none --threads 1"
$D train $long --quiet --run whole >said 2>&1 || no "a run" "$(cat said)"
$D train $long --quiet --run cut >said 2>&1 &
pid=$!
until [ -e cut/checkpoints/00000000.safetensors ] || ! kill -0 $pid 2>/dev/null; do sleep 0.02; done
kill -TERM $pid 2>/dev/null
wait $pid && no "interrupted" "$(cat said)"
[ ! -e cut/model.safetensors ] || lacks "an interrupted training has no figures" novelty cut/model.safetensors
$D resume cut --quiet >said 2>&1 || no "resumed" "$(cat said)"
has "a run has the figures" novelty whole/model.safetensors
same "a training that was interrupted ends in the same file" whole/model.safetensors cut/model.safetensors
for change in 's/"novelty":"0/"novelty":"9/' 's/"novelty":"0[.]/"novelty":"0 /' 's/\("novelty":"[^ ]* [^ ]* [^ ]*\)[^ ] /\1 \\u0020/'; do
  LC_ALL=C sed "$change" m.safetensors >bad.safetensors
  cmp -s m.safetensors bad.safetensors && no "changed: $change"
  refused "damaged: $change" 1 'bad.safetensors: ' predict bad.safetensors mnist.pgm
done
LC_ALL=C sed 's/"novelty":"0/"novelty":"9/' m.safetensors >bad.safetensors
refused "damaged, by name" 1 "the metadata 'novelty', which tell pictures like the training data from others, cannot be understood" info bad.safetensors

# ---- of pictures of anything nothing is claimed
mkdir -p shapes/a shapes/b
for k in 1 2 3 4 5; do cp mnist.pgm shapes/a/$k.pgm && cp noise.pgm shapes/b/$k.pgm; done
$D train shapes --epochs 1 --evaluate none --quiet --out shapes.safetensors 2>err || no "a folder" "$(cat err)"
$D predict shapes.safetensors letter_H.pgm >out
lacks "no claim" 'training data' out
exit $bad
