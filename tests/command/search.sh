#!/bin/sh
# search.sh: `denpa search`: one result with any number of threads, a command line that trains the best trial again bit for bit, failures that are rows, an interruption
# that keeps what is done, mistakes that are told with their place. (What is drawn and how trials run: tests/unit/test_search.c.)
. tests/kit.sh
unset LC_ALL LC_MESSAGES DENPA_LANG
export LANG=C

# A number or text of a JSON object that stands on a line of its own.
field() { sed -n "s/^  \"$2\": //p" "$1" | sed -e 's/,$//' -e 's/^"\(.*\)"$/\1/'; }
# The score of the trial that comes first.
best() { sed -n '/^  "trials": /,$p' "$1" | sed -n "s/^ *\"$2\": \([^,]*\),\{0,1\}\$/\1/p" | head -n 1; }
# What may differ from run to run.
timeless() { sed -e '/"seconds/d' "$1"; }

# ---- random: the same with 1, 2 and 5 threads; the line reproduces the score ----
space='--try lr=1e-3..3 --try act=relu|tanh --try batch=16..64 --try weight-decay=1e-8..1e-4'
for threads in 1 2 5; do
  # shellcheck disable=SC2086
  "$DENPA" search digits:300 $space --net 784-20-10 --init he --trials 9 --epochs 4 --seed 5 --threads $threads --json --log "$TMP/log.$threads" --out "$TMP/$threads.svg" >"$TMP/random.$threads" 2>"$TMP/err" || no "random_$threads" "$(cat "$TMP/err")"
done
for threads in 2 5; do
  timeless "$TMP/random.1" >"$TMP/a" && timeless "$TMP/random.$threads" >"$TMP/b" && [ -s "$TMP/a" ] && cmp -s "$TMP/a" "$TMP/b" && ok "same_with_${threads}_threads" || no "same_with_${threads}_threads" "$(diff "$TMP/a" "$TMP/b" | head -n 5)"
  cmp -s "$TMP/1.svg" "$TMP/$threads.svg" && ok "same_picture_with_${threads}_threads" || no "same_picture_with_${threads}_threads"
  cut -d, -f1-6,8- "$TMP/log.1" >"$TMP/a" && cut -d, -f1-6,8- "$TMP/log.$threads" >"$TMP/b" && cmp -s "$TMP/a" "$TMP/b" && ok "same_log_with_${threads}_threads" || no "same_log_with_${threads}_threads"
done
[ "$(wc -l <"$TMP/log.1")" -eq 10 ] && [ "$(head -n 1 "$TMP/log.1")" = trial,rank,state,rungs,epochs,steps,seconds,train_loss,train_accuracy,validation_loss,validation_accuracy,lr,act,batch,weight-decay ] && ok log || no log "$(head -n 2 "$TMP/log.1")"
grep -q '<circle class="point p0 trials"' "$TMP/1.svg" && grep -q 'data-series="others"' "$TMP/1.svg" && ok picture || no picture

# again NAME FILE: runs the line of a search's JSON object and demands the very scores of its best trial.
again() {
  line=$(field "$2" command)
  case $line in "denpa train "*) ;; *) no "$1" "no line: $line"; return ;; esac
  eval "\"\$DENPA\" ${line#denpa } --json --quiet" >"$TMP/again" 2>"$TMP/err" || { no "$1" "$(cat "$TMP/err")"; return; }
  for key in validation_loss validation_accuracy train_loss train_accuracy; do
    [ -n "$(best "$2" $key)" ] && [ "$(best "$2" $key)" = "$(field "$TMP/again" $key)" ] || { no "$1" "$key: $(best "$2" $key) became $(field "$TMP/again" $key)"; return; }
  done
  ok "$1"
}
again line_reproduces_random "$TMP/random.1"

# ---- halving: in parts what a training in one go gives; options with blanks and bars; lists alone are gone through ----
for threads in 1 2; do
  "$DENPA" search digits:300 --method halving --trials 9 --epochs 9 --try lr=0.01..0.5 --try 'init=he|normal:0.05' --optimizer adam --net 784-20-10 --act relu --threads $threads --json >"$TMP/halving.$threads" 2>"$TMP/err" || no "halving_$threads" "$(cat "$TMP/err")"
done
timeless "$TMP/halving.1" >"$TMP/a" && timeless "$TMP/halving.2" >"$TMP/b" && cmp -s "$TMP/a" "$TMP/b" && ok halving_same_with_2_threads || no halving_same_with_2_threads
[ "$(grep -c '"rungs": 3' "$TMP/halving.1") $(grep -c '"rungs": 2' "$TMP/halving.1") $(grep -c '"rungs": 1' "$TMP/halving.1")" = "1 2 6" ] && ok halving_rungs || no halving_rungs "$(grep '"rungs"' "$TMP/halving.1")"
again line_reproduces_halving "$TMP/halving.1"

# ---- an interruption ---- (a script's background jobs ignore SIGINT, and denpa leaves that so)
# Before the first trial begins nobody listens to the signal, and one has to come to its end: the search says how far it is, and takes
# as long for it as the machine needs.
ended() { until grep -q "$1" "$TMP/err" || ! kill -0 $pid; do sleep 0.1; done; }
env --default-signal=INT "$DENPA" search digits:300 --try lr=0.001..1 --trials 10000 --epochs 3 --threads 2 --json --log "$TMP/log" --lang en --progress bar >"$TMP/out" 2>"$TMP/err" &
pid=$!
ended 'trial [1-9][0-9]* of'
begun '^[0-9]' "$TMP/log" # which is another file now than the one that the search began with
for other in "search digits:300 --try lr=0.01..1 --trials 1" "train digits:100 --epochs 1"; do
  # shellcheck disable=SC2086
  "$DENPA" $other --lang en --log "$TMP/log" >"$TMP/second" 2>&1
  [ $? -eq 1 ] && grep -q 'another process writes into this file' "$TMP/second" && ok "one_log_for_one_process, ${other%% *}" || no "one_log_for_one_process, ${other%% *}" "$(cat "$TMP/second")"
done
kill -INT $pid
wait $pid
status=$?
[ $status -eq 130 ] && grep -q '"interrupted": true' "$TMP/out" && grep -q '"state": "done"' "$TMP/out" && grep -q '"state": "not begun"' "$TMP/out" && [ "$(wc -l <"$TMP/log")" -eq 10001 ] && grep -q 'stopped by the keyboard (Ctrl-C) after' "$TMP/err" && ok interruption || no interruption "status $status: $(cat "$TMP/err")"
again line_reproduces_interrupted "$TMP/out"
env --default-signal=INT "$DENPA" search digits:600 --method halving --try lr=0.001..1 --trials 5000 --epochs 9 --threads 1 --json --lang en --progress bar >"$TMP/out" 2>"$TMP/err" & # in its first rung: the line has its epochs
pid=$!
ended 'rung 1 of [0-9]*: trial [1-9]'
kill -INT $pid
wait $pid
case $(field "$TMP/out" command) in *"--epochs 1") again line_reproduces_interrupted_halving "$TMP/out" ;; *) no line_reproduces_interrupted_halving "$(field "$TMP/out" command)" ;; esac

# What follows has been done with several threads before, or is about words.
[ "$sanitized" != thread ] || [ -n "${DENPA_FULL-}" ] || exit $bad

# ---- lists, and the best trial at its end ----
"$DENPA" search digits:300 --try 'act=relu|tanh' --try 'dtype=float32|float64' --trials 100 --epochs 1 --final --json >"$TMP/lists" 2>"$TMP/err" && [ "$(grep -c '"trial":' "$TMP/lists")" -eq 4 ] && ok lists_are_gone_through || no lists_are_gone_through "$(cat "$TMP/err")"
again line_reproduces_lists "$TMP/lists"
# --final: the same line without rows kept back, and what it reaches on the test data.
line=$(sed -n 's/^    "command": "\(.*\)",$/\1/p' "$TMP/lists")
case $line in *validation*) no final_line "$line" ;; "denpa train "*) ok final_line ;; *) no final_line "$line" ;; esac
eval "\"\$DENPA\" ${line#denpa } --json --quiet" >"$TMP/again" 2>/dev/null
final=$(sed -n 's/^    "test_loss": \(.*\),$/\1/p' "$TMP/lists")
[ -n "$final" ] && [ "$final" = "$(field "$TMP/again" test_loss)" ] && ok final_reproduces || no final_reproduces "$final $(field "$TMP/again" test_loss)"

# ---- the same of a table, for which train has settings of its own, and of the number in a loss's name ----
awk 'BEGIN { print "x,y,kind"; for (i = 0; i < 120; i++) print i % 7 "," i % 11 "," (i % 7 > i % 11 ? "up" : "down") }' >"$TMP/kinds.csv"
"$DENPA" search "$TMP/kinds.csv" --trials 3 --epochs 4 --try lr=0.001..0.01 --json >"$TMP/table" 2>"$TMP/err" || no table "$(cat "$TMP/err")"
again line_reproduces_table "$TMP/table"
"$DENPA" search "$TMP/kinds.csv" --trials 9 --epochs 9 --try lr=0.001..0.01 --method halving --json >"$TMP/table" 2>"$TMP/err" || no table_halving "$(cat "$TMP/err")"
again line_reproduces_table_halving "$TMP/table"
"$DENPA" search "$TMP/kinds.csv" --trials 2 --epochs 4 --patience 0 --final --try lr=0.001..0.01 --json >"$TMP/table" 2>"$TMP/err" || no table_final "$(cat "$TMP/err")"
line=$(sed -n 's/^    "command": "\(denpa train .*\)",$/\1/p' "$TMP/table")
eval "\"\$DENPA\" ${line#denpa } --json --quiet" >"$TMP/again" 2>"$TMP/err" || no table_final_line "$(cat "$TMP/err")"
final=$(sed -n 's/^    "test_loss": \(.*\),$/\1/p' "$TMP/table")
[ -n "$final" ] && [ "$final" = "$(field "$TMP/again" test_loss)" ] && ok table_final_reproduces || no table_final_reproduces "$final $(field "$TMP/again" test_loss)"
# Where it stops early it needs the rows that were kept back: they stay kept back, and that is what is said.
"$DENPA" search "$TMP/kinds.csv" --trials 2 --epochs 4 --final --try lr=0.001..0.01 --json >"$TMP/early" 2>"$TMP/err" || no early_final "$(cat "$TMP/err")"
"$DENPA" search "$TMP/kinds.csv" --trials 2 --epochs 4 --final --try lr=0.001..0.01 --lang en >"$TMP/early.txt" 2>"$TMP/err" || no early_final_text "$(cat "$TMP/err")"
line=$(sed -n 's/^    "command": "\(denpa train .*\)",$/\1/p' "$TMP/early")
eval "\"\$DENPA\" ${line#denpa } --json --quiet" >"$TMP/again" 2>"$TMP/err" || no early_final_line "$(cat "$TMP/err")"
final=$(sed -n 's/^    "test_loss": \(.*\),$/\1/p' "$TMP/early")
[ -n "$final" ] && [ "$final" = "$(field "$TMP/again" test_loss)" ] && ok early_final_reproduces || no early_final_reproduces "$final $(field "$TMP/again" test_loss)"
rows=$(sed -n 's/^    "train_samples": \(.*\),$/\1/p' "$TMP/early") trials=$(sed -n 's/^  "train_samples": \(.*\),$/\1/p' "$TMP/early")
[ -n "$rows" ] && [ "$rows" = "$trials" ] && grep -q "Trained once more on the same $rows training samples" "$TMP/early.txt" && ok early_final_tells_its_rows || no early_final_tells_its_rows "$rows $trials"
rows=$(sed -n 's/^    "train_samples": \(.*\),$/\1/p' "$TMP/table") trials=$(sed -n 's/^  "train_samples": \(.*\),$/\1/p' "$TMP/table")
[ "$rows" = "$((trials + $(sed -n 's/^  "validation_samples": \(.*\),$/\1/p' "$TMP/table")))" ] && ok final_takes_all_rows || no final_takes_all_rows "$rows $trials"
"$DENPA" search digits:300 --try 'label-smoothing=0.3|0.1' --net 784-10 --epochs 2 --json >"$TMP/smooth" 2>"$TMP/err" || no smooth "$(cat "$TMP/err")"
again line_reproduces_label_smoothing "$TMP/smooth"

# ---- other data in the test set change nothing: the search does not look at it ----
mkdir -p "$TMP/one" "$TMP/two"
if can "test_data_are_not_looked_at and json" python; then
  $python - "$TMP" <<'PYTHON'
import random, struct, sys
random.seed(1)
def images(n): return struct.pack(">IIII", 2051, n, 4, 4) + bytes(random.randrange(256) for _ in range(16 * n))
def labels(n): return struct.pack(">II", 2049, n) + bytes(i % 3 for i in range(n))
train = images(60), labels(60)
for folder in "one", "two":
    for name, data in ("train-images-idx3-ubyte", train[0]), ("train-labels-idx1-ubyte", train[1]), ("t10k-images-idx3-ubyte", images(9)), ("t10k-labels-idx1-ubyte", labels(9)):
        open(f"{sys.argv[1]}/{folder}/{name}", "wb").write(data)
PYTHON
  for folder in one two; do (cd "$TMP/$folder" && "$DENPA" search . --trials 3 --epochs 2 --json 2>/dev/null | sed -e '/"seconds/d' >"$TMP/$folder.json"); done
  [ -s "$TMP/one.json" ] && cmp -s "$TMP/one.json" "$TMP/two.json" && ok test_data_are_not_looked_at || no test_data_are_not_looked_at
  $python - "$TMP/random.1" "$TMP/halving.1" "$TMP/lists" <<'PYTHON' && ok json || no json
import json, sys
for path in sys.argv[1:]:
    found = json.load(open(path))
    trials = found["trials"]
    assert [t["rank"] for t in trials] == list(range(1, len(trials) + 1)) and sorted(t["trial"] for t in trials) == list(range(1, len(trials) + 1))
    assert found["best"] == trials[0]["trial"] and not found["interrupted"] and found["train_samples"] == 240 and found["validation_samples"] == 60
    for a, b in zip(trials, trials[1:]):
        key = lambda t: (-t["rungs"], t["state"] != "done", -(t["validation_accuracy"] or 0), t["validation_loss"] or 1e999, t["trial"])
        assert key(a) < key(b)
    for t in trials:
        assert t["state"] == "failed" or (t["curve"][-1]["validation_loss"] == t["validation_loss"] and len(t["curve"]) == t["epochs"])
PYTHON
fi

# ---- failures are rows ----
"$DENPA" search digits:300 --try 'lr=0.05|1e30' --act relu --epochs 2 --lang en >"$TMP/out" 2>"$TMP/err" && grep -q '^ *1 *1 .* 0\.05$' "$TMP/out" && grep -q '^ *2 *2  *-  *-  *- .*1e30  *(.*learning rate' "$TMP/out" && ok a_failure_is_a_row || no a_failure_is_a_row "$(cat "$TMP/out" "$TMP/err")"
"$DENPA" search digits:300 --try 'lr=1e29|1e30' --act relu --epochs 2 --quiet >"$TMP/out" 2>"$TMP/err"
[ $? -eq 1 ] && grep -q 1e29 "$TMP/out" && grep -q 'no trial came to its end' "$TMP/err" && ok nothing_ends || no nothing_ends "$(cat "$TMP/out" "$TMP/err")"

# ---- both languages, the same numbers ----
for lang in en ja; do "$DENPA" search digits:300 --trials 3 --epochs 2 --color never --lang $lang >"$TMP/said.$lang" 2>"$TMP/err.$lang" || no "search_$lang"; done
grep -q '^  rank  trial  accuracy' "$TMP/said.en" && grep -q '順位' "$TMP/said.ja" && ! grep -q 'accuracy\|trial' "$TMP/said.ja" && [ "$(grep -o '0\.[0-9]*' "$TMP/said.en")" = "$(grep -o '0\.[0-9]*' "$TMP/said.ja")" ] && ok languages || no languages "$(cat "$TMP/said.ja")"
grep -q -- "--try 'net=784-50-10|784-100-10|784-200-10'" "$TMP/err.en" && ok tells_what_it_tries || no tells_what_it_tries "$(cat "$TMP/err.en")"

# ---- progress ----
"$DENPA" search digits:300 --try lr=0.01..1 --trials 3 --epochs 1 --progress bar >/dev/null 2>"$TMP/err" && grep -q 'trial 3 of 3' "$TMP/err" && ok bar || no bar "$(cat "$TMP/err")"

# ---- wrong usage ----
# refuses NAME 'words' ARGUMENTS...
refuses() {
  name=$1 words=$2
  shift 2
  refused "$name" 2 "$words" search digits:60 "$@"
}
refuses no_equals 'OPTION=VALUES' --try lr
refuses no_values 'no values' --try lr=
refuses empty_value 'value 2 is empty' --try 'lr=1||2'
refuses falling_range 'must go up' --try lr=1..0.1
refuses first_value '--try lr, value 1: --lr' --try lr=0..1
refuses second_value '--try act, value 2: --act must be one of' --try 'act=relu|rely'
refuses bad_network '--try net, value 2: ' --try 'net=784-10|784-x-10'
refuses network_that_does_not_fit '--try net, value 2: ' --try 'net=784-10|783-10'
refuses range_of_words 'takes words' --try sampling=1..2
refuses half_samples 'whole numbers' --try batch=1.5..8
refuses unknown_option 'there is no option --lear' --try lear=1
refuses seed 'all trials have one seed' --try 'seed=1|2'
refuses validation 'same samples' --try 'validation=0.1|0.2'
refuses threads 'nothing to try' --try 'threads=1|2'
refuses flag 'nothing to try' --try 'offline=1'
refuses twice 'given twice' --try lr=1 --try lr=2
refuses both 'given for all trials and by --try' --try lr=1 --lr 2
refuses contradiction 'no meaning for the optimizer' --try momentum=0.5..0.9
refuses halving_of_a_schedule '--method halving needs' --method halving --schedule linear
refuses halving_of_patience '--method halving needs' --method halving --patience 2
refuses halving_of_steps '--method halving shares out epochs' --method halving --steps 2
refuses halving_of_epochs 'as many epochs as it earns' --method halving --try 'epochs=1|2'
refuses nothing_left 'nothing to try' --lr 1 --net 784-10 --act relu --init he
refuses jpg '.svg or .png' --out x.jpg
refuses no_validation 'above 0 and below 1' --validation 0
refuses recipe_list 'denpa train --recipe list' --recipe list
"$DENPA" train digits:60 --try lr=1 >"$TMP/out" 2>"$TMP/err"
[ $? -eq 2 ] && grep -q 'search' "$TMP/err" && ok try_is_for_search || no try_is_for_search

exit $bad
