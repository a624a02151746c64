#!/bin/sh
# broken_run.sh: a run that has no model: denpa doctor makes its first epoch again, or looks at its newest frame, or at its log; every other command says
# what is missing and where to go on.
. tests/kit.sh
names() { sed -n '/"findings": \[$/,/^  \]/ s/^ *"name": "\(.*\)",$/\1/p' "$1"; }
told() { sed -n 's/^\[\([a-z-]*\)\].*/\1/p' "$1"; }
said() { sed -n "s/^  \"$1\": \(.*\),\$/\1/p" "$TMP/out"; }

# broken NAME OPTIONS...: a training that breaks off in its first epoch; the doctor names the same cause.
broken() {
  name=$1
  shift
  rm -rf "$TMP/run"
  "$DENPA" train "$@" --run "$TMP/run" --lang en >"$TMP/out" 2>"$TMP/err"
  [ $? -eq 1 ] && [ ! -e "$TMP/run/model.safetensors" ] || { no "$name" "$(cat "$TMP/err")"; return; }
  "$DENPA" doctor "$TMP/run" --json --quiet >"$TMP/out" 2>"$TMP/complaint"
  [ $? -eq 0 ] && [ ! -s "$TMP/complaint" ] || { no "$name" "$(cat "$TMP/complaint")"; return; }
  told "$TMP/err" >"$TMP/a"
  names "$TMP/out" >"$TMP/b"
  [ -s "$TMP/a" ] && [ "$(head -n 1 "$TMP/a")" = "$(head -n 1 "$TMP/b")" ] && grep -q -x not-finite "$TMP/b" && [ "$(said examined)" = '"first epoch"' ] && [ "$(said broken)" = true ] && ok "$name" || no "$name" "$(cat "$TMP/a" "$TMP/b")"
}
broken weights digits:1000 --net 784-10 --lr 1e39
broken options digits:1000 --net 784-50-50-10 --act relu --init he --optimizer momentum --momentum 0.5 --lr 1e15 --schedule cosine --validation 0.1 --patience 3 --batch full --label-smoothing 0.1 --seed 18446744073709551615 --dtype float64 --samples 500 --lr 1e200
if [ -x /usr/bin/python3 ]; then
  /usr/bin/python3 tests/campaign/made.py table "$TMP/two.csv" rows=200 seed=6
  broken table "$TMP/two.csv" --optimizer momentum --lr 1e12 --class-weights balanced
  /usr/bin/python3 tests/campaign/made.py pictures "$TMP/pictures" classes=2 count=60
  broken pictures "$TMP/pictures" --optimizer sgd --lr 1e20
fi

# ---- in words, in both languages; what the other commands say ----
broken relu digits:1000 --net 784-50-50-10 --act relu --init he --lr 1e9
"$DENPA" doctor "$TMP/run" --lang en >"$TMP/en"
has in_words 'This run has no model: its training broke off in its first epoch.' "$TMP/en"
has not_finite '[not-finite] At update' "$TMP/en"
has a_rate_to_try 'what to try: --lr 0.1. Tried: with it the loss on training data goes from' "$TMP/en"
"$DENPA" doctor "$TMP/run" --lang ja >"$TMP/ja" && has in_japanese 'この実行にはモデルがありません' "$TMP/ja" || no in_japanese
for command in info eval "predict --sample 0" check export; do
  # shellcheck disable=SC2086
  "$DENPA" $command "$TMP/run" --lang en >"$TMP/out" 2>"$TMP/err"
  [ $? -eq 1 ] && [ ! -s "$TMP/out" ] && grep -q "this run has no model: .*; denpa doctor $TMP/run says" "$TMP/err" && ok "points_to_the_doctor_${command%% *}" || no "points_to_the_doctor_${command%% *}" "$(cat "$TMP/err")"
done
"$DENPA" plot "$TMP/run" --lang en >"$TMP/out" 2>"$TMP/err"
[ $? -eq 1 ] && has no_curve 'the log has no line yet, so there is no curve to draw; it gets one after each epoch' "$TMP/err" || no no_curve

# ---- options.json says on which data; one that does not, or is spoilt, says so ----
sed 's/^  "class-weights": .*/  "class-weights": "1,2",/' "$TMP/run/options.json" >"$TMP/options" && cp "$TMP/run/options.json" "$TMP/whole.json" && mv "$TMP/options" "$TMP/run/options.json"
"$DENPA" doctor "$TMP/run" --lang en >"$TMP/out" 2>"$TMP/err"
[ $? -eq 1 ] && has weights_that_do_not_fit "run/options.json: the class weights are '1,2'" "$TMP/err" || no weights_that_do_not_fit "$(cat "$TMP/err")"
cp "$TMP/whole.json" "$TMP/run/options.json"
# (a run of 0.1.0 told neither its data nor a format)
sed '/^  "data/d; /^  "test_whole/d; /^  "denpa_version/d; /^  "run_format/d; s/^  \],/  ]/' "$TMP/run/options.json" >"$TMP/options" && mv "$TMP/options" "$TMP/run/options.json"
"$DENPA" doctor "$TMP/run" --lang en >"$TMP/out" 2>"$TMP/err"
[ $? -eq 1 ] && has names_no_data 'does not say on which data it was trained; name the data after it' "$TMP/err" || no names_no_data
"$DENPA" doctor "$TMP/run" digits:1000 --lang en >"$TMP/out" && has data_named '[not-finite] At update' "$TMP/out" || no data_named
sed 's/^  "lr": .*/  "lr": "fast",/' "$TMP/run/options.json" >"$TMP/options" && mv "$TMP/options" "$TMP/run/options.json"
"$DENPA" doctor "$TMP/run" digits:1000 --lang en >"$TMP/out" 2>"$TMP/err"
[ $? -eq 1 ] && has spoilt_value "options.json: the value of 'lr' is missing or not possible" "$TMP/err" || no spoilt_value
echo '[' >"$TMP/run/options.json"
"$DENPA" doctor "$TMP/run" digits:1000 --lang en >"$TMP/out" 2>"$TMP/err"
[ $? -eq 1 ] && has spoilt_file 'options.json: line 2, column 0: this is not JSON' "$TMP/err" || no spoilt_file

# ---- later than in the first epoch: the newest frame, or the log alone; and one that was stopped in its first epoch ----
late='digits:1000 --epochs 10 --lr 5 --weight-decay 1'
# shellcheck disable=SC2086
"$DENPA" train $late --run "$TMP/late" --quiet >"$TMP/out" 2>"$TMP/err" && no late || ok late
# it has the network of its last epoch, which says so
"$DENPA" doctor "$TMP/late" --json >"$TMP/out" 2>/dev/null && [ "$(said examined)" = '"model"' ] && [ "$(said broken)" = true ] && names "$TMP/out" | grep -q -x weight-decay-overshoots && ok last_finite || no last_finite "$(cat "$TMP/out")"
# also when the training was interrupted in the epoch in which it breaks off
# shellcheck disable=SC2086
exits at_once 1 "$DENPA" train $late --run "$TMP/whole" --checkpoint-every 3 --quiet
cp -r "$TMP/whole" "$TMP/again"
exits resumed_in_the_epoch 1 "$DENPA" resume "$TMP/again" --quiet
same the_last_epoch_is_the_same "$TMP/whole/model.safetensors" "$TMP/again/model.safetensors"
rm "$TMP/late/model.safetensors"
"$DENPA" doctor "$TMP/late" --json >"$TMP/out" && [ "$(said examined)" = '"log"' ] && grep -q '^  "last": null$' "$TMP/out" && names "$TMP/out" | head -n 1 | grep -q -x weight-decay-overshoots && ok log_alone || no log_alone "$(cat "$TMP/out")"
"$DENPA" doctor "$TMP/late" --lang en >"$TMP/out" && has what_is_not_seen 'Without weights the doctor does not see dead,' "$TMP/out" || no what_is_not_seen
# shellcheck disable=SC2086
"$DENPA" train $late --run "$TMP/recorded" --record --quiet >"$TMP/out" 2>"$TMP/err" && no recorded || ok recorded
rm "$TMP/recorded/model.safetensors"
"$DENPA" doctor "$TMP/recorded" --json >"$TMP/out" && [ "$(said examined)" = '"frame"' ] && names "$TMP/out" | grep -q -x saturated && ok newest_frame || no newest_frame "$(cat "$TMP/out")"
"$DENPA" train digits:1000 --act relu --init he --epochs 3 --run "$TMP/stopped" --quiet >"$TMP/out" 2>"$TMP/err"
rm "$TMP/stopped/model.safetensors" && head -n 1 "$TMP/stopped/log.csv" >"$TMP/log" && mv "$TMP/log" "$TMP/stopped/log.csv"
"$DENPA" doctor "$TMP/stopped" --json >"$TMP/out" && [ "$(said examined)" = '"first epoch"' ] && [ "$(said broken)" = false ] && [ "$(said steps)" = 10 ] && ok stopped || no stopped "$(cat "$TMP/out")"
exit $bad
