#!/bin/sh
# search_values.sh: every value that train accepts of an option about learning, search --try accepts too. The options come from the sources;
# one without values here is reported, so that a new setting is tried.
. tests/kit.sh
awk 'BEGIN { print "a,b,y"; for (i = 0; i < 60; i++) print i % 7 "," i % 5 "," (i % 7 > 3 ? "yes" : "no") }' >"$TMP/t.csv"
printf 'dense 4\nrelu\ndense 2\n' >"$TMP/my.net"
# NAME then words of values, each one value; @ stands for a space. More options of the line stand after a slash.
cat >"$TMP/values" <<'L'
net auto 2-5-2 dense@4,@relu,@dense@2 @FILE
act relu tanh leaky-relu leaky-relu:0.02
init he xavier normal:0.1 uniform:0.2 zeros
loss auto cross-entropy mse
label-smoothing 0.1
optimizer sgd momentum nesterov adagrad rmsprop adam adamw
compat none book
lr 0.1 1e-3
momentum 0.5 / --optimizer momentum
beta1 0.8 / --optimizer adam
beta2 0.99 / --optimizer adam
epsilon 1e-6 / --optimizer adam
weight-decay 0 0.01
clip 1
schedule constant linear one-cycle step exponential cosine
lr-decay 0.5 / --schedule step
lr-decay-every 2 / --schedule step
warmup 0 3 0.2
epochs 0 1 2
steps 0 3
batch full 16
sampling shuffle replacement sequential
update-order gradients-first seed
patience 0 2
class-weights balanced 1,2
dtype float32 float64
L
while read -r name rest; do
  values=${rest%% / *}
  more=
  [ "$values" = "$rest" ] || more=${rest#* / }
  list=
  for value in $values; do
    case $value in @FILE) value=@$TMP/my.net ;; *) value=$(echo "$value" | tr @ ' ') ;; esac
    list=$list${list:+|}$value
    "$DENPA" train "$TMP/t.csv" --epochs 1 --"$name=$value" $more --quiet >"$TMP/out" 2>&1 || no "train takes $name=$value" "$(cat "$TMP/out")"
    "$DENPA" search "$TMP/t.csv" $([ "$name" = epochs ] || echo --epochs 1) --try "$name=$value" $more --quiet >"$TMP/out" 2>&1 &&
      grep -q -e "--$name" "$TMP/out" && ok "$name=$value" || no "$name=$value" "$(cat "$TMP/out")"
  done
  "$DENPA" search "$TMP/t.csv" $([ "$name" = epochs ] || echo --epochs 1) --try "$name=$list" $more --quiet >"$TMP/out" 2>&1 && ok "all of $name" || no "all of $name" "$(cat "$TMP/out")"
done <"$TMP/values"

# What may be tried is what the sources say: rows for TRAIN and SEARCH about networks and training. A few are refused for good reasons.
cat src/learn/settings.def src/cli/options.def | tr '\n' ' ' | sed 's/SETTING(/\n&/g; s/OPTION(/\n&/g' |
  grep 'TRAIN | \([A-Z]* | \)*SEARCH' | grep 'CLI_NETWORK\|CLI_TRAINING\|"dtype"' | sed 's/.*"\([a-z0-9-]*\)", *\(TRAIN\|0, CLI_[A-Z]*\).*/\1/' | LC_ALL=C sort -u >"$TMP/options"
grep -q '^lr$' "$TMP/options" && grep -q '^net$' "$TMP/options" && ok options_are_found || no options_are_found "$(cat "$TMP/options")"
{ cut -d' ' -f1 "$TMP/values" && printf 'augment\nrecipe\nvalidation\n'; } | LC_ALL=C sort -u >"$TMP/tried"
LC_ALL=C comm -23 "$TMP/options" "$TMP/tried" >"$TMP/missing"
empty options_that_nobody_tries "$TMP/missing"
"$DENPA" search digits:100 --epochs 1 --try 'augment=shift:1|shift:2,rotate:5' --quiet >"$TMP/out" 2>&1 && ok augment || no augment "$(cat "$TMP/out")"
"$DENPA" search digits:100 --epochs 1 --try recipe=fast98 --quiet >"$TMP/out" 2>&1 && ok recipe || no recipe "$(cat "$TMP/out")"
refused validation_is_one_for_all 2 'on the same samples only' search digits:100 --try validation=0.1,0.2

# Commas part values where no value has one itself.
for list in net=auto,2-5-2 lr=0.1,0.01 act=relu,tanh optimizer=sgd,adam batch=full,16; do
  [ "$("$DENPA" search "$TMP/t.csv" --epochs 1 --try "$list" --json 2>"$TMP/err" | grep -c '"state": "done"')" = 2 ] && ok "$list" || no "$list" "$(cat "$TMP/err")"
done
for one in class-weights=1,2 'net=dense 4, relu, dense 2'; do
  [ "$("$DENPA" search "$TMP/t.csv" --epochs 1 --try "$one" --json 2>"$TMP/err" | grep -c '"state": "done"')" = 1 ] && ok "$one" || no "$one" "$(cat "$TMP/err")"
done
exit $bad
