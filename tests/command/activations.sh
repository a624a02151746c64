#!/bin/sh
# activations.sh: the activations and losses that take numbers, from the command to the model file and back; one output for two classes beside NumPy.
. tests/kit.sh
# The words of both options, as the completion script has them, each trained and read back; and its gradients are right.
"$DENPA" generate completion bash >"$TMP/bash"
words_of() { sed -n "s/^    --$1) _denpa_words '\([^']*\)'.*/\1/p" "$TMP/bash"; }
[ "$(words_of act | wc -w)" -eq 9 ] && [ "$(words_of loss | wc -w)" -eq 7 ] && ok words || no words "$(words_of act) / $(words_of loss)"
gradients() { # gradients NAME LINE OPTIONS...: what `denpa info` begins with
  name=$1 line=$2
  shift 2
  "$DENPA" train digits:60 --init xavier --lr 0.05 --steps 5 --evaluate none --quiet --out "$TMP/m.model" "$@" >"$TMP/out" 2>&1 || { no "$name" "$(cat "$TMP/out")"; return; }
  [ "$("$DENPA" info "$TMP/m.model" --lang en | sed -n '1s/;.*//p')" = "network $line" ] || { no "$name" "$("$DENPA" info "$TMP/m.model" | head -1)"; return; }
  "$DENPA" check "$TMP/m.model" --samples 2 --quiet >"$TMP/out" 2>&1 && ok "$name" || no "$name" "$(tail -3 "$TMP/out")"
}
for act in $(words_of act); do gradients "act_$act" "784-3-10, $act, cross-entropy" --net 784-3-10 --act "$act"; done
for loss in $(words_of loss | sed 's/auto//'); do gradients "loss_$loss" "784-2-10, tanh, $loss" --net 784-2-10 --act tanh --loss "$loss"; done
gradients with_numbers '784-3-10, leaky-relu:0.25, huber:0.05' --net 784-3-10 --act leaky-relu:0.25 --loss huber:0.05
gradients smoothed '784-3-10, elu:0.5, cross-entropy:0.1' --net 784-3-10 --act elu:0.5 --label-smoothing 0.1

refused slope_out_of_range 2 'slope' train digits:60 --act leaky-relu:7
refused delta_out_of_range 2 'delta' train digits:60 --loss huber:0
refused number_without_need 2 '--act' train digits:60 --act gelu:2
refused smoothing_of_squares 2 'cross-entropy' train digits:60 --loss mse --label-smoothing 0.1
refused smoothing_of_all 2 '0.999' train digits:60 --label-smoothing 1

if can one_output numpy; then
  # Two classes, one output: NumPy computes the loss and the accuracy from the weights.
  mkdir "$TMP/two"
  $python - "$TMP/two" <<'END'
import struct, sys
import numpy as np
rng = np.random.default_rng(3)
for name, rows in (("train", 300), ("t10k", 100)):
    t = rng.integers(0, 2, rows).astype(np.uint8)
    x = rng.integers(0, 160, (rows, 4, 4)) + 60 * t[:, None, None] * (np.arange(4) % 2)
    open(sys.argv[1] + "/%s-images-idx3-ubyte" % name, "wb").write(struct.pack(">4I", 2051, rows, 4, 4) + x.astype(np.uint8).tobytes())
    open(sys.argv[1] + "/%s-labels-idx1-ubyte" % name, "wb").write(struct.pack(">2I", 2049, rows) + t.tobytes())
END
  for loss in bce mse; do
    "$DENPA" train "$TMP/two" --net 16-5-1 --act gelu --init xavier --loss $loss --lr 0.05 --batch 10 --epochs 20 --dtype float64 --quiet --out "$TMP/one.model" --json >"$TMP/report" &&
      "$DENPA" eval "$TMP/one.model" "$TMP/two" --json >"$TMP/eval" && $python - "$TMP" $loss <<'END' && ok "one_output_$loss" || no "one_output_$loss" "$(cat "$TMP/eval")"
import json, math, struct, sys
import numpy as np
folder, loss = sys.argv[1:]
raw = open(folder + "/one.model", "rb").read()
start = 8 + struct.unpack("<Q", raw[:8])[0]
w = {k: np.frombuffer(raw[start + v["data_offsets"][0]:start + v["data_offsets"][1]]).reshape(v["shape"]) for k, v in json.loads(raw[8:start]).items() if k != "__metadata__"}
x = np.frombuffer(open(folder + "/two/t10k-images-idx3-ubyte", "rb").read(), np.uint8, offset=16).reshape(-1, 16).astype(np.float32) / np.float32(255)
t = np.frombuffer(open(folder + "/two/t10k-labels-idx1-ubyte", "rb").read(), np.uint8, offset=8)
a = x.astype(float) @ w["W1"] + w["b1"]
a = a * (1 + np.vectorize(math.erf)(a / math.sqrt(2))) / 2 @ w["W2"] + w["b2"]
y = 1 / (1 + np.exp(-a[:, 0])) if loss == "bce" else a[:, 0]
mean = -(t * np.log(y) + (1 - t) * np.log(1 - y)).mean() if loss == "bce" else ((y - t) ** 2).mean()
told = json.load(open(folder + "/eval"))
assert abs(told["loss"] - mean) < 1e-12 and told["accuracy"] == ((y > 0.5) == t).mean() and 0.7 < told["accuracy"] < 1.01, (told, mean)
assert json.load(open(folder + "/report"))["test_accuracy"] == told["accuracy"]
END
  done
  "$DENPA" step "$TMP/two" --net 16-5-1 --loss bce --quiet --lang en >"$TMP/out" 2>&1 && grep -q 'class 1' "$TMP/out" && ok step_of_one_output || no step_of_one_output "$(tail -3 "$TMP/out")"

  # The same on a table: the single probability is that of the second class, and the scores see both.
  $python - >"$TMP/two.csv" <<'END'
import random
random.seed(1)
print("a,b,class")
for i in range(300):
    c = i % 2
    print("%.3f,%.3f,%s" % (random.gauss(c * 2, 1), random.gauss(-c, 1), ("no", "yes")[c]))
END
  "$DENPA" train "$TMP/two.csv" --net 2-8-1 --act silu --loss bce --quiet --out "$TMP/table.model" --json >"$TMP/report" 2>"$TMP/err" && "$DENPA" eval "$TMP/table.model" "$TMP/two.csv" --json >"$TMP/eval" &&
    "$DENPA" predict "$TMP/table.model" "$TMP/two.csv" --quiet >"$TMP/answers.csv" && $python - "$TMP" <<'END' && ok one_output_table || no one_output_table "$(cat "$TMP/err")"
import csv, json, sys
answers, given = (list(csv.DictReader(open(sys.argv[1] + name))) for name in ("/answers.csv", "/two.csv"))
assert list(answers[0]) == ["class", "p(yes)"] and all((a["class"] == "yes") == (float(a["p(yes)"]) > 0.5) for a in answers)
right = sum(a["class"] == g["class"] for a, g in zip(answers, given)) / len(given)
assert abs(json.load(open(sys.argv[1] + "/eval"))["accuracy"] - right) < 1e-12 and right > 0.7, right
END
  # A single output that is a number, however large.
  $python -c 'print("a,y"); [print("%.2f,%.2f" % (i * 37 % 101 / 7, 3 * (i * 37 % 101) / 7 + i % 3)) for i in range(200)]' >"$TMP/line.csv"
  "$DENPA" train "$TMP/line.csv" --act elu --loss huber --quiet --out "$TMP/line.model" --json >"$TMP/report" 2>"$TMP/err" && "$DENPA" predict "$TMP/line.model" "$TMP/line.csv" --quiet >"$TMP/answers.csv" && [ "$(wc -l <"$TMP/answers.csv")" -eq 201 ] &&
    ok numbers_of_a_table || no numbers_of_a_table "$(cat "$TMP/err")"
fi
exit $bad
