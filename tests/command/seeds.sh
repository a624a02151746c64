#!/bin/sh
# seeds.sh: train --seeds: each training is the one that --seed makes alone, the spread is that of the scores, and what is kept is the first.
. tests/kit.sh
needs python
cd "$TMP" || exit 1
export DENPA_LANG=en
sha_of() { sed -n 's/.*"weights_sha256": "\(.*\)".*/\1/p' "$1"; }
awk 'BEGIN { print "a,b,y"; for (i = 0; i < 120; i++) print i % 17 "," i * 7 % 23 "," (i % 17 + i * 7 % 23 + i * 13 % 9 > 22 ? "yes" : "no") }' >t.csv

# Bit for bit, of pictures and of a table, whose test rows depend on the seed; with any number of threads.
for data in digits:300 t.csv; do
  "$DENPA" train $data --epochs 2 --seed 7 --seeds 3 --threads 2 --json >all.json 2>err || no "train_$data" "$(cat err)"
  sha_of all.json | tail -n 3 >got
  for seed in 7 8 9; do "$DENPA" train $data --epochs 2 --seed $seed --json 2>err | tee one.json | sha_of /dev/stdin; done >want
  same "as_three_trainings_$data" want got
  [ "$(sort -u got | wc -l)" -eq 3 ] && ok "three_networks_$data" || no "three_networks_$data" "$(cat got)"
done
cat >spread.py <<'E'
import json, statistics
all = json.load(open("all.json"))
assert [s["seed"] for s in all["seeds"]] == [7, 8, 9] and all["weights_sha256"] == all["seeds"][0]["weights_sha256"]
for key, told in all["spread"].items():
    values = [s[key] for s in all["seeds"]]
    want = (statistics.mean(values), statistics.stdev(values), min(values), max(values), 3)
    got = [told[k] for k in ("mean", "deviation", "smallest", "largest", "seeds")]
    assert max(abs(a - b) for a, b in zip(got, want)) < 1e-12, (key, got, want)
assert {"test_loss", "test_accuracy", "validation_loss"} <= set(all["spread"])
E
good the_spread $python spread.py

# Where each seed has test rows of its own, the spread is that of the rows as well, and that is told.
rows='Each seed also has test rows of its own here'
for line in 't.csv 1' 'digits:300 0' 't.csv --test t.csv 0'; do
  # shellcheck disable=SC2086 # data and options
  "$DENPA" train ${line% ?} --epochs 1 --seeds 2 --quiet >out 2>err && "$DENPA" train ${line% ?} --epochs 1 --seeds 2 --json >all.json 2>err || no "train $line" "$(cat err)"
  [ "$(grep -c "$rows" out)" = "${line##* }" ] && ok "own_rows: $line" || no "own_rows: $line" "$(cat out)"
  [ "$(grep -c '"test_rows_by_seed": true' all.json)" = "${line##* }" ] && ok "own_rows_json: $line" || no "own_rows_json: $line"
done

# What is kept.
"$DENPA" train digits:300 --epochs 2 --seeds 2 --run all --out all.safetensors >out 2>err || no train_run "$(cat err)"
"$DENPA" train digits:300 --epochs 2 --run one --out one.safetensors >one.out 2>one.err || no train_one "$(cat one.err)"
same model_of_the_first one.safetensors all.safetensors
same run_of_the_first one/model.safetensors all/model.safetensors
lacks options_are_those_of_one_training '"seeds"' all/options.json
has says_what_is_kept 'all holds the training with seed 1, the first one; the others were measured only.' err
has a_line_of_each 'seed 2: test accuracy ' out
has a_line_of_the_spread '  test accuracy ' out
[ "$(ls)" = "$(ls | grep -v -- '-seed')" ] && ok nothing_else || no nothing_else "$(ls)"
"$DENPA" train digits:60 --epochs 1 --seeds 2 --quiet --lang ja >out
has in_japanese 'シード 2: ' out

# One that diverges does not take the others along.
"$DENPA" train t.csv --optimizer sgd --lr 1e30 --weight-decay 0 --epochs 3 --patience 0 --validation 0 --seeds 3 --schedule constant >out 2>err
status=$?
[ $status -eq 1 ] && ok diverging_fails || no diverging_fails "status $status: $(cat out err)"
has names_the_seed 'seed 2: ' err
"$DENPA" train t.csv --optimizer sgd --lr 1e30 --weight-decay 0 --epochs 3 --patience 0 --validation 0 --seeds 2 --schedule constant --out none.safetensors >out 2>err
if [ ! -e none.safetensors ]; then ok diverging_keeps_nothing; else no diverging_keeps_nothing "$(cat err)"; fi
lacks says_no_file_that_is_not_there 'none.safetensors holds the training' err
has says_that_nothing_is_kept 'Nothing finished is kept: the training with seed 1' err

# One object, whatever happened: that of a failure has the trainings that ended.
"$DENPA" train t.csv --optimizer sgd --lr 1e30 --weight-decay 0 --epochs 3 --patience 0 --validation 0 --seeds 2 --schedule constant --json >all.json 2>err
good all_diverged_is_json $python -c 'import json; all = json.load(open("all.json")); assert all["error"]["status"] == "NUMERIC", all'
"$DENPA" train digits:2000 --net 784-10 --epochs 20 --seeds 200 --json >all.json 2>err &
begun 'updates in' err
kill -TERM $!
wait $!
[ $? -eq 143 ] && ok interrupted_json_fails || no interrupted_json_fails "$(cat err)"
good interrupted_is_json $python -c '
import json
all = json.load(open("all.json"))
assert all["error"]["status"] == "CANCELLED" and all["seeds"][0]["ended"] and not all["seeds"][-1]["ended"], all
assert [s["seed"] for s in all["seeds"]] == list(range(1, len(all["seeds"]) + 1)) and all["spread"]["test_loss"]["seeds"] == len(all["seeds"]) - 1
'

# Interrupted in the second: the first is kept and told, and the end is that of any training.
"$DENPA" train digits:2000 --net 784-10 --epochs 20 --seeds 200 --out kept.safetensors >out 2>err &
begun '^seed 2: ' out
kill -TERM $!
wait $!
status=$?
[ $status -eq 143 ] && ok interrupted_fails || no interrupted_fails "status $status: $(tail -n 3 err)"
has tells_the_spread_so_far 'of 200 trainings came to their end' out
"$DENPA" train digits:2000 --net 784-10 --epochs 20 --quiet --out alone.safetensors >out 2>&1
same first_is_kept alone.safetensors kept.safetensors

refused nothing_is_measured 2 '--seeds tells how far the scores spread' train digits:60 --seeds 2 --evaluate none
refused too_many_seeds 2 '--seeds must be a whole number from 1 to 1000, not "1000000000"' train digits:60 --seeds 1000000000
refused seeds_end 2 'seeds end at 18446744073709551615' train digits:60 --seeds 3 --seed 18446744073709551614
refused seeds_of_numpy_end 2 'seeds end at 4294967295' train digits:60 --seeds 2 --seed 4294967295 --rng numpy
refused no_seeds 2 '--seeds' train digits:60 --seeds 0
exit $bad
