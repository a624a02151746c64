#!/bin/sh
# coroner.sh: trains networks that cannot go well and demands that denpa says why, and networks that go well and demands that it is silent.
#   tests/campaign/coroner.sh           33 bad set-ups, all named; 210 healthy runs (digits, tables, pictures), no alarm: some ten minutes
#   tests/campaign/coroner.sh sample    7 bad set-ups, all named; 11 healthy runs: for tests/command/coroner.sh
# A set-up is named if one of the findings that are right for it stands among the first two. A healthy run has to reach what stands beside it, so that a
# run that fails is not taken for a healthy one. Needs $DENPA, $TMP (an empty folder), Debian's python3 (it writes data sets).
set -u
: "${DENPA:?the command}" "${TMP:?an empty folder}"
mode=${1-all}
bad=0 named=0 setups=0 alarms=0 healthy=0

# The findings of an answer, a line each; of a training that broke off it comes on one line.
names() { tr -d '\n' <"$1" | sed 's/.*"findings": *\[//; s/"noticed":.*//' | grep -o '"name": *"[a-z-]*"' | sed 's/.*"\(.*\)"/\1/'; }

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

# reached MEASURE BOUND: whether the test_accuracy in $TMP/out is at least the bound, or the test_loss at most.
reached() {
  value=$(sed -n "s/^  \"$1\": \(.*\),$/\1/p" "$TMP/out")
  awk -v of="$1" -v is="$value" -v bound="$2" 'BEGIN { exit !(is != "" && is != "null" && (of == "test_accuracy" ? is + 0 >= bound + 0 : is + 0 <= bound + 0)) }'
}

# well NAME MEASURE BOUND OPTIONS...: a training that goes well.
well() {
  name=$1 measure=$2 bound=$3
  shift 3
  "$DENPA" train "$@" --quiet --lang en --json >"$TMP/said" 2>"$TMP/err" || { echo "not ok healthy_$name: $(cat "$TMP/err")"; bad=1; return; }
  sed -n '/^{/,$p' "$TMP/said" >"$TMP/out"
  if ! reached "$measure" "$bound"; then
    echo "not ok healthy_$name: its $measure is $value, not $bound; findings $(names "$TMP/out" | tr '\n' ' ')"
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

article='--net 784-50-10 --act sigmoid --init normal:0.01 --optimizer sgd --lr 0.1 --schedule constant --batch 100 --augment none --validation 0'
set_up_bad() {
  setup decay weight-decay-too-strong digits:2000 --epochs 10 --act relu --init he --weight-decay 1
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
  data constant 3 p && setup one_label constant-labels "$TMP/constant" $article --epochs 5
  data unbalanced '0 if draw.random() < 0.95 else c' p && setup unbalanced 'unbalanced-classes|one-answer' "$TMP/unbalanced" $article --epochs 10
  data empty c 0 && setup empty_pictures constant-inputs "$TMP/empty" $article --epochs 10
  data shuffled 'draw.randrange(10)' p && setup random_labels 'stuck-at-chance|overfitting' "$TMP/shuffled" $article --epochs 10 --act relu --init he --lr 0.01
  /usr/bin/python3 tests/campaign/made.py pictures "$TMP/few" classes=2 count=60 && setup pictures_that_are_not_learned stuck-at-chance "$TMP/few" $article --net 784-50-2 --epochs 16
  /usr/bin/python3 tests/campaign/made.py table "$TMP/slow.csv" classes=0 && setup a_number_that_is_not_learned 'stuck-at-chance|learning-rate-too-low' "$TMP/slow.csv" --optimizer sgd --lr 1e-6 --epochs 20
}

set_up_healthy() {
  seed=0
  for net in 784-50-10 784-100-10 784-64-32-10 784-10; do
    for how in '--act sigmoid --init xavier --lr 1' '--act relu --init he --lr 0.1' '--act tanh --init xavier --lr 0.1' '--act relu --init he --optimizer adam --lr 0.002' '--act sigmoid --init xavier --optimizer adam --lr 0.005'; do
      for size in 'digits:6000 --epochs 8 --batch 50' 'digits:4000 --epochs 12 --batch 32' 'digits:10000 --epochs 6 --batch 100' 'digits:20000 --epochs 3 --batch 64' 'digits:3000 --epochs 20 --batch 50 --evaluate end'; do
        seed=$((seed + 1))
        [ "$mode" = all ] || [ $((seed % 21)) -eq 1 ] || continue
        # shellcheck disable=SC2086
        well "$seed" test_accuracy 0.75 $size --net $net $how --seed $seed
      done
    done
  done
}

# NAME, the most that its loss on the test rows may be, and what made.py is told; noise leaves a loss that nothing takes away.
tables='number_300 0.1 classes=0 seed=1
number_40 0.3 classes=0 rows=40 columns=3 seed=2
number_5000 0.05 classes=0 rows=5000 columns=10 seed=3
number_missing 0.35 classes=0 rows=600 missing=0.1 seed=4
number_noisy 0.6 classes=0 rows=400 noise=2 seed=5
two_200 0.4 rows=200 seed=6
two_2000 0.2 rows=2000 seed=7
two_40 0.6 rows=40 columns=4 noise=0 seed=8
two_noisy 0.65 rows=1000 noise=1.5 seed=9
two_missing 0.5 rows=500 missing=0.2 noise=0.8 seed=10
two_wide 0.8 rows=300 columns=30 noise=1 seed=11
two_one_column 0.65 rows=1000 columns=1 words=0 noise=0.8 seed=23
unbalanced_500 0.31 rows=500 shares=9,1 seed=13
unbalanced_noisy 0.42 rows=1000 shares=85,15 noise=1.2 seed=14
unbalanced_5000 0.4 rows=5000 shares=9,1 noise=1.5 seed=15
five_500 0.8 classes=5 rows=500 seed=16
five_3000 0.9 classes=5 rows=3000 noise=0.8 seed=17
five_missing 0.6 classes=5 rows=800 missing=0.15 seed=18
five_100 1.3 classes=5 rows=100 seed=19
three_150 0.9 classes=3 rows=150 columns=4 words=0 seed=20'
# NAME, the least accuracy on the test pictures, and what made.py is told.
pictures='grey_8 0.7 classes=2 side=8 count=400 seed=1
grey_16 0.85 classes=3 side=16 count=300 seed=2
grey_28 0.95 classes=10 count=1000 seed=3
grey_28_few 0.6 classes=2 count=60 seed=4
grey_28_unbalanced 0.9 classes=2 count=400 shares=85,15 seed=5
colour_28 0.9 classes=3 colour=1 count=300 seed=6
colour_28_unbalanced 0.9 classes=3 colour=1 count=400 shares=8,1,1 seed=7
grey_64 0.9 classes=3 side=64 count=200 seed=8
colour_32 0.9 classes=10 side=32 colour=1 count=600 seed=9
grey_100 0.8 classes=2 side=100 count=100 seed=10'

# made SAMPLE MEASURE KIND LIST SEEDS OPTIONS...: healthy runs on made-up data; a sample takes those that SAMPLE names.
made() {
  sample=$1 measure=$2 kind=$3 list=$4 seeds=$5
  shift 5
  echo "$list" | while read -r name bound how; do
    [ "$mode" = all ] || case " $sample " in *" $name "*) ;; *) continue ;; esac
    data=$TMP/$name
    [ "$kind" = pictures ] || data=$data.csv
    # shellcheck disable=SC2086
    [ -e "$data" ] || /usr/bin/python3 tests/campaign/made.py "$kind" "$data" $how || exit 1
    echo "$name $bound $data"
  done >"$TMP/list"
  while read -r set least data; do
    for seed in $seeds; do well "${set}_$seed${1:+_$*}" "$measure" "$least" "$data" --seed "$seed" "$@"; done
  done <"$TMP/list"
}

set_up_made() {
  seeds='1 2'
  [ "$mode" = all ] || seeds=1
  made 'number_40 two_noisy unbalanced_500 five_100' test_loss table "$tables" "$seeds"
  made 'grey_16 grey_28_few' test_accuracy pictures "$pictures" "$seeds"
  [ "$mode" = all ] || return 0
  made '' test_loss table "$tables" 3 --optimizer sgd --lr 0.1
  made '' test_loss table "$tables" 3 --evaluate end
  made '' test_accuracy pictures "$pictures" 3 --augment none
}

set_up_bad
set_up_healthy
set_up_made
echo "named $named of $setups bad set-ups; $alarms alarms in $healthy healthy runs"
[ "$named" -eq "$setups" ] && [ "$alarms" -eq 0 ] && [ "$bad" -eq 0 ] && echo "ok coroner" || { echo "not ok coroner"; exit 1; }
