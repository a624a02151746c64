#!/bin/sh
# coroner.sh: trains networks that cannot go well and demands that denpa says why, and networks that go well and demands that it is silent.
#   tests/campaign/coroner.sh           30 bad set-ups, named in at least 27; 100 healthy runs, no alarm: some minutes
#   tests/campaign/coroner.sh sample    6 bad set-ups, all named; 5 healthy runs: for tests/command/coroner.sh
# A set-up is named if one of the findings that are right for it stands among the first two. A healthy run has to answer 75 % of the test data rightly, so that a
# run that fails is not taken for a healthy one. Needs $DENPA, $TMP (an empty folder), Debian's python3 (it writes data sets that are wrong).
set -u
: "${DENPA:?the command}" "${TMP:?an empty folder}"
mode=${1-all}
bad=0 named=0 setups=0 alarms=0 healthy=0

names() { sed -n '/"findings"/,$ s/^ *"name": "\(.*\)",$/\1/p' "$1"; }

# setup NAME 'right finding|another' OPTIONS...: a training that cannot go well.
setup() {
  name=$1 right=$2
  shift 2
  setups=$((setups + 1))
  "$DENPA" train "$@" --lang en --json >"$TMP/out" 2>"$TMP/err"
  if [ -s "$TMP/out" ] && grep -q '"findings"' "$TMP/out"; then names "$TMP/out" >"$TMP/names"; else sed -n 's/^\[\([a-z-]*\)\].*/\1/p' "$TMP/err" >"$TMP/names"; fi
  if head -n 2 "$TMP/names" | grep -q -x -E "$right"; then
    named=$((named + 1))
    echo "ok bad_$name"
  else
    echo "missed bad_$name: wanted $right, found $(tr '\n' ' ' <"$TMP/names")"
  fi
}

# well NAME OPTIONS...: a training that goes well.
well() {
  name=$1
  shift
  "$DENPA" train "$@" --quiet --lang en --json >"$TMP/out" 2>"$TMP/err" || { echo "not ok healthy_$name: $(cat "$TMP/err")"; bad=1; return; }
  accuracy=$(sed -n 's/^ *"test_accuracy": \(.*\),$/\1/p' "$TMP/out")
  if ! awk "BEGIN { exit !($accuracy >= 0.75) }"; then
    echo "not ok healthy_$name: only $accuracy of the test data, findings $(names "$TMP/out" | tr '\n' ' ')"
    bad=1
    return
  fi
  healthy=$((healthy + 1))
  if [ -n "$(names "$TMP/out")" ]; then
    alarms=$((alarms + 1))
    echo "not ok healthy_$name: $(names "$TMP/out" | tr '\n' ' ')"
  else
    echo "ok healthy_$name"
  fi
}

# ---- data that are wrong ----
data() { # FOLDER 'expression for the label of row i of class c' 'expression for pixel p'
  /usr/bin/python3 - "$TMP/$1" "$2" "$3" <<'END'
import os, random, struct, sys
folder, label, pixel = sys.argv[1:]
os.makedirs(folder)
draw = random.Random(7)
shapes = [[draw.random() < 0.2 for _ in range(784)] for _ in range(10)]
for name, rows in (("train", 1000), ("t10k", 200)):
    images, labels = bytearray(), bytearray()
    for i in range(rows):
        c = draw.randrange(10)
        labels.append(eval(label))
        for k in range(784):
            p = min(255, int(200 * (shapes[c][k] != (draw.random() < 0.03))) + draw.randrange(20))
            images.append(eval(pixel))
    open(f"{folder}/{name}-images-idx3-ubyte", "wb").write(struct.pack(">IIII", 2051, rows, 28, 28) + images)
    open(f"{folder}/{name}-labels-idx1-ubyte", "wb").write(struct.pack(">II", 2049, rows) + labels)
END
}

set_up_bad() {
  setup rate_50 learning-rate-too-high\|saturated digits:2000 --epochs 10 --lr 50
  setup zeros symmetric-weights digits:2000 --epochs 10 --init zeros
  setup deep_sigmoid vanishing-gradients digits:2000 --epochs 10 --net 784-50-50-50-10
  setup relu_rate_5 dead-relus\|learning-rate-too-high digits:2000 --epochs 10 --act relu --init he --lr 5
  setup huge_weights_relu 'initial-weights-too-large' digits:2000 --epochs 5 --act relu --init normal:3 --net 784-100-100-10
  setup few_samples overfitting digits:200 --net 784-200-10 --act relu --init he --optimizer adam --epochs 100 --batch 20
  [ "$mode" = all ] || return 0
  setup rate_1000 'learning-rate-too-high|saturated|not-finite' digits:2000 --epochs 5 --lr 1000
  setup relu_rate_1 'learning-rate-too-high|dead-relus' digits:2000 --epochs 10 --act relu --init he --lr 2 --net 784-100-50-10
  setup tanh_rate_20 'learning-rate-too-high|saturated' digits:2000 --epochs 10 --act tanh --init xavier --lr 20
  setup identity_rate 'learning-rate-too-high|not-finite' digits:2000 --epochs 10 --net 784-10 --lr 30
  setup adam_rate_1 'learning-rate-too-high|saturated' digits:2000 --epochs 10 --optimizer adam --lr 1
  setup adam_relu_rate_1 'learning-rate-too-high|dead-relus' digits:2000 --epochs 10 --optimizer adam --lr 1 --act relu --init he
  setup adam_deep_rate 'learning-rate-too-high|dead-relus' digits:2000 --epochs 10 --optimizer adam --lr 0.5 --act relu --init he --net 784-64-64-10
  setup rate_1e5 learning-rate-too-low digits:2000 --epochs 10 --lr 0.00001
  setup relu_rate_1e5 learning-rate-too-low digits:2000 --epochs 10 --lr 0.00001 --act relu --init he
  setup tanh_rate_1e4 learning-rate-too-low digits:2000 --epochs 10 --lr 0.0001 --act tanh --init xavier
  setup adam_rate_1e7 learning-rate-too-low digits:2000 --epochs 10 --optimizer adam --lr 0.0000001 --act relu --init he
  setup full_batch 'learning-rate-too-low|stuck-at-chance' digits:2000 --batch full --epochs 100
  setup zeros_tanh symmetric-weights digits:2000 --epochs 10 --init zeros --act tanh
  setup zeros_relu symmetric-weights digits:2000 --epochs 10 --init zeros --act relu --optimizer adam
  setup huge_weights 'initial-weights-too-large|saturated' digits:2000 --epochs 10 --init normal:10
  setup huge_weights_tanh 'initial-weights-too-large|saturated' digits:2000 --epochs 10 --init normal:5 --act tanh
  setup huge_weights_deep 'initial-weights-too-large|exploding-gradients' digits:2000 --epochs 10 --init normal:3 --act relu --net 784-100-100-100-10
  setup deeper_sigmoid vanishing-gradients digits:2000 --epochs 10 --net 784-30-30-30-30-30-10 --init xavier
  setup deep_tanh_small 'vanishing-gradients|initial-weights-too-small' digits:2000 --epochs 10 --net 784-50-50-50-10 --act tanh --init normal:0.001
  setup few_samples_sigmoid overfitting digits:100 --net 784-100-10 --init xavier --lr 1 --epochs 600 --batch 10
  data constant 3 p && setup one_label constant-labels "$TMP/constant" --epochs 5
  data unbalanced '0 if draw.random() < 0.95 else c' p && setup unbalanced 'unbalanced-classes|one-answer' "$TMP/unbalanced" --epochs 10
  data empty c 0 && setup empty_pictures constant-inputs "$TMP/empty" --epochs 10
  data shuffled 'draw.randrange(10)' p && setup random_labels 'stuck-at-chance|overfitting' "$TMP/shuffled" --epochs 10 --act relu --init he --lr 0.01
}

set_up_healthy() {
  seed=0
  for net in 784-50-10 784-100-10 784-64-32-10 784-10; do
    for how in '--act sigmoid --init xavier --lr 1' '--act relu --init he --lr 0.1' '--act tanh --init xavier --lr 0.1' '--act relu --init he --optimizer adam --lr 0.002' '--act sigmoid --init xavier --optimizer adam --lr 0.005'; do
      for size in 'digits:6000 --epochs 8 --batch 50' 'digits:4000 --epochs 12 --batch 32' 'digits:10000 --epochs 6 --batch 100' 'digits:20000 --epochs 3 --batch 64' 'digits:3000 --epochs 20 --batch 50 --evaluate end'; do
        seed=$((seed + 1))
        [ "$mode" = all ] || [ $((seed % 21)) -eq 1 ] || continue
        # shellcheck disable=SC2086
        well "$seed" $size --net $net $how --seed $seed
      done
    done
  done
}

set_up_bad
set_up_healthy
echo "named $named of $setups bad set-ups; $alarms alarms in $healthy healthy runs"
[ $((10 * named)) -ge $((9 * setups)) ] && [ "$alarms" -eq 0 ] && [ "$bad" -eq 0 ] && echo "ok coroner" || { echo "not ok coroner"; exit 1; }
