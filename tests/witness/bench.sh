#!/bin/sh
# bench.sh: `denpa bench`: the figures agree with the networks' widths and with each other. A time is never judged.
. tests/kit.sh
unset LC_ALL LC_MESSAGES LANG DENPA_LANG

# figures NAME SAMPLES REPEATS 'options' WORK...
figures() {
  name=$1 samples=$2 repeats=$3 options=$4
  shift 4
  # shellcheck disable=SC2086
  if ! "$DENPA" bench "$@" --data "digits:$samples" --repeat "$repeats" --json --quiet $options >"$TMP/json" 2>"$TMP/err" || [ -s "$TMP/err" ]; then
    no "$name" "$(cat "$TMP/err")"
  elif ! can "$name" python; then
    return
  elif $python tests/witness/bench_witness.py "$TMP/json" "$samples" "$repeats" "$@" 2>"$TMP/err"; then
    ok "$name"
  else
    no "$name" "$(cat "$TMP/err")"
  fi
}
figures seed 1250 2 '' article-epoch article-full
figures adam 1250 1 '--threads 1' adam-epoch
figures predict 60 2 '--threads 2' predict-10000 predict-1
figures order 300 1 '--cpu ref' predict-1 article-epoch predict-1
if can wide release; then figures wide 300 1 '' wide-2048 wide-4096; fi # would take minutes without optimisation

# ---- for people: the same numbers in both languages, one row a work, progress elsewhere ----
for lang in en ja; do
  "$DENPA" bench article-epoch predict-1 --data digits:1200 --repeat 1 --lang $lang >"$TMP/$lang" 2>"$TMP/$lang.err" || no "text_$lang" "$(cat "$TMP/$lang.err")"
  [ "$(wc -l <"$TMP/$lang")" -eq 3 ] && grep -q '^article-epoch .* % ' "$TMP/$lang" && grep -q '^predict-1 .* MB$' "$TMP/$lang" && grep -q 'digits:1200:1' "$TMP/$lang.err" && ok "text_$lang" || no "text_$lang" "$(cat "$TMP/$lang")"
done
grep -q '^work .*FMA peak' "$TMP/en" && grep -q ' ms an epoch ' "$TMP/en" && ok english || no english
grep -q '^計測項目 .*FMA の上限' "$TMP/ja" && grep -q '1 エポック' "$TMP/ja" && ok japanese || no japanese
"$DENPA" bench predict-1 --data digits:60 --repeat 1 --quiet >"$TMP/out" 2>"$TMP/err" && [ ! -s "$TMP/err" ] && [ -s "$TMP/out" ] && ok quiet || no quiet

# ---- wrong usage and missing data ----
refused unknown_work 2 'article-epoch, article-full' bench article
refused unknown_work_ja 2 '計測項目' bench --lang ja seed
refused no_repeat 2 '--repeat' bench --repeat 0
refused lr_is_not_for_bench 2 '--lr' bench --lr 1
refused no_folder 1 "$TMP/nowhere" bench --data "$TMP/nowhere" predict-1
"$DENPA" bench nothing --json >"$TMP/out" 2>"$TMP/err"
[ $? -eq 2 ] && grep -q '^{"error":{"status":"ARGUMENT"' "$TMP/out" && ok json_error || no json_error

# Without --data and without MNIST the built-in digits are taken, and nothing is downloaded: told in one line.
env -u DENPA_DATA "$DENPA" bench predict-1 --repeat 1 --json >"$TMP/out" 2>"$TMP/err" && grep -q '"data": "digits:60000:1"' "$TMP/out" && grep -q 'MNIST is not on this machine' "$TMP/err" && ok offline || no offline "$(cat "$TMP/err")"
exit $bad
