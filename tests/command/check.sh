#!/bin/sh
# check.sh: `denpa check`: every gradient against a numerical one, and a person's own gradients against the right ones (tests/campaign/gradient_doctor.py has the
# mistakes; here each is made once).
. tests/kit.sh
needs brisk
doctor=tests/campaign/gradient_doctor.py

below() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a != "" && a < b) }'; }

# ---- the network's own gradients ----
"$DENPA" train digits:600 --quiet --steps 30 --out "$TMP/seed.model" >"$TMP/log" 2>&1 || no train "$(cat "$TMP/log")"
exits seed_network 0 "$DENPA" check "$TMP/seed.model" --json
has all_parameters '"entries": 39760' "$TMP/out"
has on_100_test_samples '"samples": 100' "$TMP/out"
has on_the_test_data '"split": "test"' "$TMP/out"
has fast_method '"method": "fast"' "$TMP/out"
has none_wrong '"wrong": 0' "$TMP/out"
apart=$(sed -n 's/^    "apart": \([-0-9.e]*\),*$/\1/p' "$TMP/out")
below "$apart" 1e-6 && ok "the fast method is the full forward pass" || no "the fast method is the full forward pass" "$apart"

"$DENPA" check "$TMP/seed.model" --lang en >"$TMP/en"
"$DENPA" check "$TMP/seed.model" --lang ja >"$TMP/ja"
has verdict 'All 39760 gradients are right.' "$TMP/en"
has verdict_ja '39760 個の勾配はすべて正しい値です。' "$TMP/ja"
[ "$(grep -c '^[Wb][12] .* right$' "$TMP/en")" -eq 4 ] && [ "$(grep -c '^[Wb][12] .* 正しい$' "$TMP/ja")" -eq 4 ] && ok a_line_for_each_matrix || no a_line_for_each_matrix
grep -o -E '[-0-9.]+e[-+][0-9]+' "$TMP/en" >"$TMP/en.numbers"
grep -o -E '[-0-9.]+e[-+][0-9]+' "$TMP/ja" >"$TMP/ja.numbers"
[ "$(wc -l <"$TMP/en.numbers")" -ge 12 ] && cmp -s "$TMP/en.numbers" "$TMP/ja.numbers" && ok numbers_in_both_languages || no numbers_in_both_languages
[ "$("$DENPA" check "$TMP/seed.model" --threads 1 --cpu ref --lang en | cksum)" = "$(cksum <"$TMP/en")" ] && ok same_numbers_anywhere || no same_numbers_anywhere

for set_up in '784-7-6-10 relu auto float32' '784-9-10 tanh mse float64' '784-10 sigmoid auto float32' '784-6-10 identity mse float32'; do
  # shellcheck disable=SC2086 # words
  set -- $set_up
  "$DENPA" train digits:60 --quiet --net "$1" --act "$2" --loss "$3" --dtype "$4" --init he --lr 0.01 --steps 20 --out "$TMP/other.model" >"$TMP/log" 2>&1 || no train "$(cat "$TMP/log")"
  exits "right: $set_up" 0 "$DENPA" check "$TMP/other.model" --samples 30 --split train --json
done

# All weights 0: every ReLU stands at its kink, and the biases that move it cannot be judged. That is no error.
"$DENPA" train digits:60 --quiet --net 784-5-10 --act relu --init zeros --steps 0 --out "$TMP/zeros.model" >"$TMP/log" 2>&1 || no train "$(cat "$TMP/log")"
exits kinks_are_no_errors 0 "$DENPA" check "$TMP/zeros.model" --samples 10 --lang en
has kinks_are_told 'a ReLU opens or shuts for some sample' "$TMP/out"
grep -q -E '^b1 .* not judged$' "$TMP/out" && ok nothing_judged_of_b1 || no nothing_judged_of_b1 "$(grep '^b1' "$TMP/out")"

exits no_such_model 1 "$DENPA" check "$TMP/none.model"
exits other_data 2 "$DENPA" check "$TMP/seed.model" digits:600 --samples 0
exits too_many_samples 0 "$DENPA" check "$TMP/zeros.model" --samples 1000 --json
has all_samples_there_are '"samples": 10,' "$TMP/out"

# ---- a person's own gradients ----
exits unknown_file 2 "$DENPA" check "$TMP/seed.model" --grads my.doc --lang en
has unknown_file_says_what_to_do 'np.savez' "$TMP/err"
exits absent_file 1 "$DENPA" check "$TMP/seed.model" --grads "$TMP/none.npz"
printf '1,2\n3\n' >"$TMP/W2.csv"
exits broken_csv 1 "$DENPA" check "$TMP/seed.model" --grads "$TMP/W2.csv" --lang en
has broken_csv_says_where 'line 2' "$TMP/err"
printf '1,x\n' >"$TMP/W2.csv"
exits words_only 1 "$DENPA" check "$TMP/seed.model" --grads "$TMP/W2.csv"
awk 'BEGIN { for (i = 0; i < 10; i++) print 0.25 }' >"$TMP/other.csv"
exits unknown_name 1 "$DENPA" check "$TMP/seed.model" --grads "$TMP/other.csv" --lang en
has unknown_name_is_told "'other'" "$TMP/err"
cp "$TMP/other.csv" "$TMP/db2.csv"
exits wrong_csv 1 "$DENPA" check "$TMP/seed.model" --grads "$TMP/db2.csv" --lang en
grep -q -E '^b2 .*WRONG: \[[0-9]\] is 0.25, [-0-9.e]* is right' "$TMP/out" && grep -q -E '^W1 .* not given$' "$TMP/out" && ok one_array_of_a_csv || no one_array_of_a_csv "$(cat "$TMP/out")"
cp "$TMP/seed.model" "$TMP/seed.copy.safetensors"
exits weights_are_no_gradients 1 "$DENPA" check "$TMP/seed.model" --grads "$TMP/seed.copy.safetensors" --json
[ "$(sed -n 's/^      "id": "\(.*\)",$/\1/p' "$TMP/out" | head -n 1)" = new-weights ] && ok weights_are_named || no weights_are_named "$(grep '"id"' "$TMP/out")"

if can mistakes numpy; then
  mkdir -p "$TMP/case"
  for part in "mistakes 1" "pairs 1" "correct 30" "files 1"; do
    # shellcheck disable=SC2086 # words
    set -- $part
    $python $doctor "$1" "$DENPA" "$TMP/case" "$2" >"$TMP/out" 2>"$TMP/err" && ok "$(tail -n 1 "$TMP/out" | cut -d' ' -f2-)" || no "$1" "$(cat "$TMP/out" "$TMP/err")"
  done
  # The article's script, as it stands: its slip is found, with its learning rate, and W2 and b2 are right.
  if can article mnist; then
    good article_script $python $doctor article "$DENPA_DATA/mnist" "$TMP/case" 500
    exits article 1 "$DENPA" check "$TMP/case/model.npz" mnist --offline --split train --samples 500 --grads "$TMP/case/grads.npz" --lang en
    has article_slip 'updated-weight (confidence 99 %)' "$TMP/out"
    has article_learning_rate 'learning rate 0.1)' "$TMP/out"
    [ "$(grep -c -E '^[Wb]2 .* right$' "$TMP/out")" -eq 2 ] && [ "$(grep -c -E '^[Wb]1 .*WRONG' "$TMP/out")" -eq 2 ] && ok article_right_and_wrong || no article_right_and_wrong "$(cat "$TMP/out")"
  fi
fi

# ---- every mistake has its line on the page, in both languages ----
sed -n 's/^    {"\([a-z0-9-]*\)",.*/\1/p' src/gradcheck/mistakes.c | LC_ALL=C sort -u >"$TMP/ids"
for page in docs/gradient-check.md docs/gradient-check.ja.md; do
  sed -n 's/^| `\([a-z0-9-]*\)` | .*/\1/p' $page | LC_ALL=C sort >"$TMP/told"
  [ "$(wc -l <"$TMP/ids")" -ge 60 ] && cmp -s "$TMP/ids" "$TMP/told" && ok "$page: every mistake" || no "$page: every mistake" "$(diff "$TMP/ids" "$TMP/told")"
done
exit $bad
