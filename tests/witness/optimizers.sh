#!/bin/sh
# optimizers.sh: NumPy walks the same way as every optimizer, schedule and what else changes an update: five updates and more in double, to 1e-12.
. tests/kit.sh
needs numpy
"$DENPA" data get digits:60 --out "$TMP/data.npz" --quiet >/dev/null || { no "data get" && exit 1; }
common='--net 784-12-10 --act tanh --init xavier --dtype float64 --batch full --quiet --json'
# shellcheck disable=SC2086 # options are words
"$DENPA" train digits:60 $common --steps 0 --out "$TMP/start" >"$TMP/report" || { no "the start" && exit 1; }
number=0
walk() { # walk OPTION=VALUE ...
  number=$((number + 1))
  # shellcheck disable=SC2086
  "$DENPA" train digits:60 $common "$@" --out "$TMP/end$number" >"$TMP/report$number" || { no "$*" && return; }
  echo "$TMP/start $TMP/end$number $TMP/report$number $*" >>"$TMP/list"
}
for optimizer in sgd momentum nesterov adagrad rmsprop adam adamw; do
  walk --optimizer=$optimizer --steps=5
  walk --optimizer=$optimizer --steps=5 --weight-decay=0.03 --clip=0.2
  [ $optimizer = adamw ] || walk --optimizer=$optimizer --compat=book --steps=5
  [ $optimizer = adamw ] || walk --optimizer=$optimizer --compat=book --steps=5 --weight-decay=0.1 --lr=0.02
done
walk --optimizer=momentum --momentum=0.5 --steps=5 --lr=0.2
walk --optimizer=nesterov --momentum=0.99 --compat=book --steps=5
walk --optimizer=adam --beta1=0.5 --beta2=0.9 --epsilon=0.001 --steps=5
walk --optimizer=rmsprop --beta2=0.9 --epsilon=0.0001 --lr=0.001 --steps=5
for schedule in step exponential cosine linear; do
  walk --schedule=$schedule --steps=9 --lr=0.5
  walk --schedule=$schedule --steps=9 --warmup=3 --optimizer=adam
  walk --schedule=$schedule --steps=10 --warmup=0.2 --optimizer=momentum
done
walk --schedule=step --lr-decay=0.5 --lr-decay-every=2 --steps=7
walk --schedule=exponential --lr-decay=0.3 --lr-decay-every=1.5 --steps=7
walk --class-weights=balanced --samples=37 --steps=5
walk --class-weights=1,2,0,0.5,3,1,1,1,0.25,7 --steps=5 --optimizer=adam
$python -B tests/witness/optimizer_witness.py "$TMP/data.npz" "$TMP/list" || bad=1
[ "$(wc -l <"$TMP/list")" = $number ] || no "all $number were compared"
exit $bad
