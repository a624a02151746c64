#!/bin/sh
# checkkern.sh: checkkern proves, repeats a seed, times, and refuses what it does not know.
. tests/kit.sh
checkkern=$build/checkkern

if "$checkkern" --seed 20 --rounds 20 >"$TMP/one" && "$checkkern" --seed 20 --rounds 20 >"$TMP/two" && grep -q '^seed 20$' "$TMP/one" && cmp -s "$TMP/one" "$TMP/two"; then
  ok "a seed is proved, and can be given again"
else
  no "a seed is proved, and can be given again" "$(cat "$TMP/one")"
fi

if "$checkkern" --bench --only product_nt >"$TMP/bench" && grep -q '^product_nt .* float64 .*%$' "$TMP/bench" && ! grep -q -e '^add' -e nan -e inf "$TMP/bench"; then
  ok "--bench times one entry"
else
  no "--bench times one entry" "$(cat "$TMP/bench")"
fi

for words in "--unit mmx" "--only quotient" "--rounds many" "--rounds" "--fast"; do
  # shellcheck disable=SC2086 # options are words
  "$checkkern" $words >"$TMP/out" 2>"$TMP/err"
  [ $? -eq 2 ] && grep -q usage "$TMP/err" || no "$words is wrong usage"
done
[ $bad -ne 0 ] || ok "wrong usage"
exit $bad
