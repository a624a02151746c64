#!/bin/sh
# coroner.sh: `denpa doctor` and the findings of `denpa train`; a sample of tests/campaign/coroner.sh.
. tests/kit.sh
sha() { sed -n 's/^ *"weights_sha256": "\(.*\)".*/\1/p' "$1"; }
names() { sed -n '/"findings": \[$/,/^  \]/ s/^ *"name": "\(.*\)",$/\1/p' "$1"; }

needs python
mkdir "$TMP/campaign"
if (TMP=$TMP/campaign && export TMP && sh tests/campaign/coroner.sh sample) >"$TMP/said" 2>&1; then ok sample; else no sample "$(cat "$TMP/said")"; fi
grep -q '^named 7 of 7 bad set-ups; 0 alarms in 11 healthy runs$' "$TMP/said" && ok sample_is_whole || no sample_is_whole "$(tail -n 2 "$TMP/said")"

# ---- a training that cannot go well: the layer, the evidence and the remedy, in both languages ----
deep='digits:1000 --net 784-30-30-30-10 --epochs 8 --quiet'
# shellcheck disable=SC2086
"$DENPA" train $deep --run "$TMP/deep" --json >"$TMP/train.json" 2>"$TMP/err" || no train "$(cat "$TMP/err")"
[ ! -s "$TMP/err" ] && ok quiet_is_quiet || no quiet_is_quiet "$(cat "$TMP/err")"
"$DENPA" doctor "$TMP/deep" --json >"$TMP/doctor.json" && [ -n "$(names "$TMP/train.json")" ] && names "$TMP/train.json" >"$TMP/a" && names "$TMP/doctor.json" >"$TMP/b" && [ "$(head -n 1 "$TMP/a")" = "$(head -n 1 "$TMP/b")" ] && ok doctor_finds_what_train_found || no doctor_finds_what_train_found "$(cat "$TMP/a" "$TMP/b")"
grep -q -x vanishing-gradients "$TMP/a" && ok names_the_cause || no names_the_cause "$(cat "$TMP/a")"
for lang in en ja; do
  "$DENPA" doctor "$TMP/deep" --lang $lang >"$TMP/doctor.$lang" && grep -q '^\[vanishing-gradients\].*W1' "$TMP/doctor.$lang" && grep -q '^  W4 ' "$TMP/doctor.$lang" && ok "doctor_$lang" || no "doctor_$lang" "$(cat "$TMP/doctor.$lang")"
done
grep -q 'what to try: ' "$TMP/doctor.en" && grep -q '対策: ' "$TMP/doctor.ja" && ok remedies || no remedies
[ "$(grep -o -E '[0-9]+[.][0-9]+(e[-+]?[0-9]+)?' "$TMP/doctor.en" | sort | tr '\n' ' ')" = "$(grep -o -E '[0-9]+[.][0-9]+(e[-+]?[0-9]+)?' "$TMP/doctor.ja" | sort | tr '\n' ' ')" ] && ok same_numbers_in_both_languages || no same_numbers_in_both_languages
# shellcheck disable=SC2086
"$DENPA" train ${deep% --quiet} --lang en >"$TMP/out" 2>"$TMP/err"
[ "$(grep -c '^\[' "$TMP/err")" -le 3 ] && grep -q '^\[vanishing-gradients\]' "$TMP/err" && ! grep -q '^\[' "$TMP/out" && ok told_on_standard_error || no told_on_standard_error "$(cat "$TMP/err")"

# ---- a number that is no longer finite: the error comes with the doctor's view ----
"$DENPA" train digits:2000 --act relu --init normal:3 --net 784-100-100-100-10 --epochs 4 --lang en >"$TMP/out" 2>"$TMP/err"
[ $? -eq 1 ] && [ "$(sed -n 's/^\[\([a-z-]*\)\].*/\1/p' "$TMP/err" | head -n 1)" = initial-weights-too-large ] && grep -q '^denpa: ' "$TMP/err" && ok not_finite || no not_finite "$(cat "$TMP/err")"

# ---- pictures that are not learned are said to be so, though they make few updates; in both languages, and the number that is not learned ----
/usr/bin/python3 tests/campaign/made.py pictures "$TMP/few" classes=2 count=60
for lang in en ja; do
  "$DENPA" train "$TMP/few" --net 784-50-2 --act sigmoid --init normal:0.01 --optimizer sgd --lr 0.1 --schedule constant --batch 100 --augment none --validation 0 --epochs 16 --lang $lang >"$TMP/out" 2>"$TMP/err.$lang"
  has "stuck_$lang" '[stuck-at-chance] ' "$TMP/err.$lang"
done
has stuck_in_words 'After 16 updates the loss on 48 of the 48 training samples is 0.69' "$TMP/err.en"
/usr/bin/python3 tests/campaign/made.py table "$TMP/number.csv" classes=0
"$DENPA" train "$TMP/number.csv" --optimizer sgd --lr 1e-6 --epochs 20 --quiet --json >"$TMP/out" && has stuck_at_the_mean 'about what always answering the mean gives' "$TMP/out" || no stuck_at_the_mean

# ---- every loss says of which samples it is, and what guessing gives on the same ones; a network that has not learned yet is not called well ----
"$DENPA" train digits:6000 --epochs 2 --quiet --run "$TMP/slow" --out "$TMP/slow.safetensors" >"$TMP/out"
"$DENPA" doctor "$TMP/slow" --lang en >"$TMP/whole"
"$DENPA" doctor "$TMP/slow.safetensors" --lang en >"$TMP/part"
has all_samples 'After 120 updates the loss on 6000 of the 6000 training samples is 2.291, about what guessing by the shares of the classes gives there (2.303).' "$TMP/whole"
has some_samples 'After 120 updates the loss on 256 of the 6000 training samples is 2.293, about what guessing by the shares of the classes gives there (2.282).' "$TMP/part"
has guessing_on_all 'guessing by their shares gives the loss 2.303 on all of them' "$TMP/part"
has guessing_on_some 'on these 256 samples, guessing by their shares gives the loss 2.282' "$TMP/part"
"$DENPA" train digits:600 --act relu --steps 6 --quiet --out "$TMP/few.safetensors" >"$TMP/out"
"$DENPA" doctor "$TMP/few.safetensors" --lang en >"$TMP/out"
has not_learned_yet '[too-few-updates] After 6 updates the network has not learned yet: the loss on 256 of the 600 training samples is 2.3' "$TMP/out"
lacks not_called_well 'finds nothing wrong' "$TMP/out"
"$DENPA" train digits:600 --act relu --init he --optimizer adam --lr 0.01 --steps 12 --quiet --out "$TMP/quick.safetensors" >"$TMP/out"
"$DENPA" doctor "$TMP/quick.safetensors" --lang en >"$TMP/out"
has few_updates_that_were_enough 'The doctor finds nothing wrong.' "$TMP/out"
"$DENPA" train digits:600 --steps 0 --quiet --out "$TMP/none.safetensors" >"$TMP/out"
"$DENPA" doctor "$TMP/none.safetensors" --lang en >"$TMP/out"
has nothing_recorded 'No update of this network is recorded' "$TMP/out"

# ---- what is rare: the loss is compared with guessing on the same samples, and advice names a file that is there ----
/usr/bin/python3 tests/campaign/made.py table "$TMP/rare.csv" rows=2000 shares=98,2 noise=1 seed=3
"$DENPA" train "$TMP/rare.csv" --evaluate none --quiet --out "$TMP/rare.safetensors" --json >"$TMP/out" && has advice_names_the_file "denpa plot $TMP/rare.safetensors --what confusion" "$TMP/out" || no advice
"$DENPA" train "$TMP/rare.csv" --evaluate none --quiet --json >"$TMP/out" && lacks advice_names_no_run 'plot RUN' "$TMP/out" && has advice_names_a_file_to_be "kept with --out: denpa plot FILE.safetensors" "$TMP/out" || no advice

# ---- what is certain is told while the training goes on, once, and again with what helps at its end; the doctor says the same ----
"$python" -c '
import random
draw = random.Random(5)
print("a,b,kind")
for i in range(1000):
    a, b = draw.gauss(0, 1), draw.gauss(0, 1)
    print("%.4f,%.4f,%s" % (a, b, "in" if a * a + b * b < 1.4 else "out"))' >"$TMP/zeros.csv"
zeros="$TMP/zeros.csv --net 2-8-2 --act tanh --init zeros --optimizer sgd --lr 0.1 --schedule constant --validation 0 --patience 0 --epochs 400 --evaluate end"
# shellcheck disable=SC2086
"$DENPA" train $zeros --run "$TMP/zeros" --lang en --json >"$TMP/out" 2>"$TMP/err" || no zeros "$(cat "$TMP/err")"
[ "$(grep -c '^\[symmetric-weights\]' "$TMP/err")" -eq 2 ] && [ "$(grep -n -m 1 '^\[symmetric-weights\]' "$TMP/err" | cut -d : -f 1)" -lt "$(grep -n 'what to try: --init xavier. Tried: ' "$TMP/err" | cut -d : -f 1)" ] && ok certain_is_told || no certain_is_told "$(cat "$TMP/err")"
sed -n '/"noticed": \[$/,/^  \]/p' "$TMP/out" >"$TMP/noticed"
has noticed '"name": "symmetric-weights"' "$TMP/noticed"
names "$TMP/out" >"$TMP/a"
"$DENPA" doctor "$TMP/zeros" --json | sed -n 's/^ *"name": "\(.*\)",$/\1/p' >"$TMP/b"
same one_voice "$TMP/a" "$TMP/b"
sha "$TMP/out" >"$TMP/a"
# shellcheck disable=SC2086
"$DENPA" train $zeros --quiet --out "$TMP/unwatched.safetensors" >"$TMP/said" && cmp -s "$TMP/unwatched.safetensors" "$TMP/zeros/model.safetensors" && ok unwatched_is_the_same || no unwatched_is_the_same

# ---- a healthy run, and a model without a history ----
"$DENPA" train digits:2000 --quiet --act relu --init he --epochs 6 --run "$TMP/well" --json >"$TMP/well.json" && grep -q '"findings": \[\]' "$TMP/well.json" && "$DENPA" doctor "$TMP/well" --lang en >"$TMP/out" && grep -q '^The doctor finds nothing wrong' "$TMP/out" && ok healthy || no healthy "$(cat "$TMP/out")"
# shellcheck disable=SC2086
"$DENPA" train $deep --run "$TMP/one" --threads 1 --json >"$TMP/one.json" && cmp -s "$TMP/one/model.safetensors" "$TMP/deep/model.safetensors" && [ "$(sha "$TMP/one.json")" = "$(sha "$TMP/train.json")" ] && ok same_bits || no same_bits
exit $bad
