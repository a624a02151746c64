#!/bin/sh
# doctor_tries.sh: `denpa doctor RUN` names the cause of a training that goes wrong first, and advises only what it has tried: set-ups with one fault
# each, whose cure, applied to the command line, has to help; and trainings that go well, of which it says nothing.
. tests/kit.sh
needs python

# accuracy FILE: of the test samples, in what train --json said; 0 of a training that broke off.
accuracy() { value=$(sed -n 's/^  "test_accuracy": \([0-9.]*\),$/\1/p' "$1"); echo "${value:-0}"; }

# wrong NAME CAUSE OPTIONS...: the cause stands first, and what is advised makes the test accuracy at least a tenth better.
wrong() {
  name=$1 cause=$2
  shift 2
  rm -rf "$TMP/run"
  "$DENPA" train "$@" --run "$TMP/run" --quiet --json >"$TMP/before" 2>"$TMP/err"
  "$DENPA" doctor "$TMP/run" --json --lang en >"$TMP/doctor" 2>"$TMP/err" || { no "$name" "$(cat "$TMP/err")"; return; }
  found=$(sed -n 's/^ *"name": "\(.*\)",$/\1/p' "$TMP/doctor" | head -n 1)
  cure=$(sed -n 's/^ *"options": "\(.*\)",$/\1/p' "$TMP/doctor" | head -n 1)
  [ "$found" = "$cause" ] && [ -n "$cure" ] || { no "$name" "$found ($cure), not $cause"; return; }
  eval "set -- \"\$@\" $cure"
  "$DENPA" train "$@" --quiet --json >"$TMP/after" 2>"$TMP/err" || { no "$name" "$cure: $(cat "$TMP/err")"; return; }
  awk -v a="$(accuracy "$TMP/before")" -v b="$(accuracy "$TMP/after")" 'BEGIN { exit !(b >= a + 0.1) }' && ok "$name" || no "$name" "$cure: $(accuracy "$TMP/before"), then $(accuracy "$TMP/after")"
}

# well NAME OPTIONS...: nothing is found.
well() {
  name=$1
  shift
  rm -rf "$TMP/run"
  "$DENPA" train "$@" --run "$TMP/run" --quiet >"$TMP/out" 2>"$TMP/err" && "$DENPA" doctor "$TMP/run" --lang en >"$TMP/out" && has "$name" 'The doctor finds nothing wrong.' "$TMP/out" || no "$name" "$(cat "$TMP/err")"
}

small='digits:800 --net 784-16-10 --act relu --init he --epochs 8 --batch 50'
# shellcheck disable=SC2086
{
  wrong rate_far_too_high learning-rate-too-high $small --lr 1e6
  wrong rate_far_too_low learning-rate-too-low $small --lr 1e-5
  wrong rate_of_few_updates learning-rate-too-high digits:600 --epochs 5 --lr 50
  wrong rate_of_no_updates learning-rate-too-low digits:600 --epochs 5 --lr 1e-4
  wrong schedule schedule-falls-too-early $small --schedule step --lr-decay 0.01 --lr-decay-every 0.2
  wrong warmup warm-up-too-long $small --warmup 100000
  wrong clip clip-too-small $small --clip 1e-4
  wrong smoothing label-smoothing-too-strong $small --label-smoothing 0.99
  wrong class_weights class-weights $small --class-weights 1,0,0,0,0,0,0,0,0,0
  wrong epsilon epsilon-too-large $small --optimizer adam --epsilon 100
  wrong loss loss-does-not-fit $small --loss mae
  wrong validation validation-too-large $small --validation 0.97
  wrong decay weight-decay-too-strong $small --weight-decay 1.5
  wrong weights initial-weights-too-small $small --net 784-16-16-16-10 --init normal:0.003
  wrong equal_weights symmetric-weights $small --act tanh --init zeros --lr 0.3
  wrong one_unit too-few-hidden-units $small --net 784-1-10
  wrong dropout dropout-too-strong $small --net 'input 784, dense 16, relu, dropout 0.98, dense 10'
  wrong few_updates too-few-updates digits:800 --act relu --init he --batch full --epochs 3
  well relu $small
  well adam $small --optimizer adam --lr 0.003
  well schedule_that_fits $small --optimizer adam --lr 0.005 --schedule cosine --clip 1 --warmup 5
}

# ---- numbers: a table; what is noise is no fault ----
"$python" - "$TMP" <<'END'
import random, sys
draw = random.Random(3)
def table(name, rows):
    with open(f"{sys.argv[1]}/{name}.csv", "w") as out:
        for row in rows:
            print(*row, sep=",", file=out)
ring = [(draw.uniform(-1, 1), draw.uniform(-1, 1)) for _ in range(400)]
table("ring", [("x", "y", "where")] + [("%.4f" % x, "%.4f" % y, "in" if x * x + y * y < 0.6 else "out") for x, y in ring])
noisy = [(draw.gauss(0, 1), draw.gauss(0, 1)) for _ in range(300)]
table("noisy", [("a", "b", "y")] + [("%.4f" % a, "%.4f" % b, "%.4f" % (a - b + draw.gauss(0, 1.6))) for a, b in noisy])
table("chance", [("a", "b", "k")] + [("%.4f" % draw.gauss(0, 1), "%.4f" % draw.gauss(0, 1), draw.choice("pqr")) for _ in range(160)])
END
wrong no_hidden_layer no-hidden-layer "$TMP/ring.csv" --net 2-2
well noise "$TMP/noisy.csv"
"$DENPA" train "$TMP/chance.csv" --net 2-100-3 --init he --lr 0.01 --epochs 300 --validation 0 --patience 0 --weight-decay 0 --schedule constant --run "$TMP/chance" --quiet >"$TMP/out" 2>&1
"$DENPA" doctor "$TMP/chance" --lang en >"$TMP/out"
lacks no_advice_where_none_helps 'what to try: --' "$TMP/out"

# ---- in words, the same each time, in both languages; a training that broke off tells programs why ----
# shellcheck disable=SC2086
"$DENPA" train $small --net 784-16-16-16-10 --lr 1e9 --run "$TMP/broken" --quiet --json >"$TMP/out" 2>"$TMP/err"
has why_for_programs '"findings":[{"name":"learning-rate-too-high"' "$TMP/out"
for lang in en ja; do "$DENPA" doctor "$TMP/broken" --lang $lang >"$TMP/$lang"; done
has tried_en 'what to try: --lr 0.1. Tried: with it the loss on training data goes from' "$TMP/en"
has tried_ja '対策: --lr 0.1。試した結果: ' "$TMP/ja"
for lang in en ja; do
  good "a table of 80 cells: $lang" "$python" - "$TMP/$lang" <<'END'
import sys, unicodedata
rows = [line for line in open(sys.argv[1], encoding="utf-8").read().split("\n") if line.startswith("  ") and not line.startswith("   ")]
assert len(rows) > 3 and all(sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in row) <= 80 for row in rows), rows
END
done
"$DENPA" doctor "$TMP/broken" --lang en --threads 1 >"$TMP/again"
same same_each_time "$TMP/en" "$TMP/again"
# the last line does not guess where the cause was found
one_voice='digits:2000 --epochs 10 --init normal:3 --act relu --net 784-100-100-100-10 --lang en'
# shellcheck disable=SC2086
"$DENPA" train $one_voice >"$TMP/out" 2>"$TMP/told" && no broke_off 'it did not' || ok broke_off
has the_cause '[initial-weights-too-large]' "$TMP/told"
lacks one_voice 'usual causes' "$TMP/told"
# shellcheck disable=SC2086
"$DENPA" train $one_voice --quiet >"$TMP/out" 2>"$TMP/told"
has a_guess_where_nothing_was_found 'that are too large are the usual causes' "$TMP/told"

# ---- whoever ends a training does not wait for the trials: the model stays, and so does the answer ----
# (trials that ended before the signal came are tried again)
slow='digits:4000 --net 784-100-60-10 --act sigmoid --lr 1e-4 --epochs 4'
for attempt in 1 2 3 4 5 6 7 8; do
  rm -f "$TMP/kept.safetensors"
  # shellcheck disable=SC2086
  "$DENPA" train $slow --out "$TMP/kept.safetensors" --lang en >"$TMP/out" 2>"$TMP/err" &
  training=$!
  until [ -e "$TMP/kept.safetensors" ] || ! kill -0 "$training" 2>"$TMP/gone"; do sleep 0.01; done
  kill -TERM "$training" 2>"$TMP/gone"
  wait "$training" 2>"$TMP/gone"
  status=$?
  [ "$status" -eq 0 ] || break
done
[ "$status" -eq 143 ] && ok by_the_signal || no by_the_signal "$status"
has the_model_is_there 'kept.safetensors. To look at it' "$TMP/err"
has what_was_seen '[one-answer]' "$TMP/err"
lacks no_untried_advice 'Tried: ' "$TMP/err"
lacks nothing_of_the_trials 'settings that were tried' "$TMP/err"
exits and_it_is_whole 0 "$DENPA" info "$TMP/kept.safetensors"
exit $bad
