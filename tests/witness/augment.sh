#!/bin/sh
# augment.sh: --augment: the pictures that `denpa data show` prints are those of the law of sums, computed once more in Python; what is refused; training with it.
. tests/kit.sh
refused a_wrong_number 2 "place 15: scale needs a number from 0 to 0.9" train digits:60 --augment shift:2,scale:5 --out "$TMP/never"
[ ! -e "$TMP/never" ] && ok nothing_is_touched || no nothing_is_touched
refused an_unknown_word 2 'place 9: shift:PIXELS' data show digits:60 0 --augment shift:2,warp:1
refused data_get 2 'it belongs to data show' data get digits:60 --augment shift:2

"$DENPA" data show digits:60 0 --augment shift:2 >"$TMP/drawn" && [ "$(wc -l <"$TMP/drawn")" -eq $((2 + 28 * 5)) ] && ok drawn || no drawn "$(wc -l <"$TMP/drawn") lines"
"$DENPA" data show digits:60 0 --json >"$TMP/plain" && grep -q augmented "$TMP/plain" && no plain_json || ok plain_json

# Measuring takes the pictures as they are: without updates, all losses are those without --augment.
for how in '' '--augment shift:5,elastic:2'; do
  # shellcheck disable=SC2086 # options are words
  "$DENPA" train digits:600 --steps 0 --json --quiet $how | grep '_loss\|_accuracy' >"$TMP/m${how:+2}"
done
[ -s "$TMP/m" ] && cmp -s "$TMP/m" "$TMP/m2" && ok measuring_is_untouched || no measuring_is_untouched

"$DENPA" train digits:600 --steps 3 --quiet --evaluate none --augment shift:1.5 --out "$TMP/a.safetensors" && "$DENPA" info "$TMP/a.safetensors" | grep -q 'changed at random *shift:1.5' && ok the_model_tells || no the_model_tells

can witness python || exit $bad
mkdir -p "$TMP/rgb/a" "$TMP/rgb/b"
for i in 1 2; do
  for class in a b; do awk -v s="$i" -v k=$class 'BEGIN { print "P3 9 6 255"; for (i = 0; i < 162; i++) print (i * i * (s + (k == "a")) + 7 * i) % 256 }' >"$TMP/rgb/$class/$i.ppm"; done
done
for row in "digits:60 5 shift:2,rotate:15,scale:0.15,elastic:1.4" "digits:60 4294967301 rotate:180,elastic:3:2" "$TMP/rgb 7 shift:0.7,scale:0.5,elastic:0.5"; do
  # shellcheck disable=SC2086
  set -- $row
  "$DENPA" data show "$1" 1 --augment "$3" --seed "$2" --json >"$TMP/shown.json" && $python tests/witness/augment_witness.py "$3" "$2" "$TMP/shown.json" >"$TMP/out" 2>&1 && ok "witness: $3" || no "witness: $3" "$(tail -3 "$TMP/out")"
done
exit $bad
