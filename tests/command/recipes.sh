#!/bin/sh
# recipes.sh: every recipe reaches what `denpa train --recipe list` says, to the last digit shown: mean, smallest and largest accuracy over its seeds. Those that
# take minutes have their turn in `sh tests/campaign/recipes.sh`. One of seconds trains with one seed only, outside ./test.sh --full, and lands between the two.
. tests/kit.sh
needs mnist release
"$DENPA" train --recipe list --json >"$TMP/list" || exit 1
told() { sed -n "/\"name\": \"$1\"/,/\"options\"/s/.*\"$2\": \"*\([^\",]*\)\"*,*\$/\1/p" "$TMP/list"; } # told RECIPE KEY
names=$(sed -n 's/.*"name": "\(.*\)".*/\1/p' "$TMP/list")
[ -n "$names" ] || no "there are no recipes"
for name in $names; do
  if [ -z "${DENPA_ALL_RECIPES-}" ] && [ "$(told "$name" seconds | cut -d. -f1)" -gt 9 ]; then
    skip "$name" "it takes minutes: tests/campaign/recipes.sh"
    continue
  fi
  if [ -z "${DENPA_ALL_RECIPES-}${DENPA_FULL-}" ] && [ "$(told "$name" seconds | cut -d. -f1)" -ge 1 ]; then
    between "$name, seed 1" "$(told "$name" smallest)" "$("$DENPA" train "$(told "$name" data)" --recipe "$name" --json --quiet | sed -n 's/.*"test_accuracy": \([0-9.]*\).*/\1/p')" "$(told "$name" largest)"
    continue
  fi
  seed=1
  while [ $seed -le "$(told "$name" seeds)" ]; do
    "$DENPA" train "$(told "$name" data)" --recipe "$name" --seed $seed --json --quiet | sed -n 's/.*"test_accuracy": \([0-9.]*\).*/\1/p'
    seed=$((seed + 1))
  done | awk '{ sum += $1; if (NR == 1 || $1 < low) low = $1; if ($1 > high) high = $1 } END { printf "%.5f %.4f %.4f\n", sum / NR, low, high }' >"$TMP/reached"
  printf '%.5f %.4f %.4f\n' "$(told "$name" test_accuracy)" "$(told "$name" smallest)" "$(told "$name" largest)" >"$TMP/said"
  if cmp -s "$TMP/reached" "$TMP/said"; then
    ok "$name: $(cat "$TMP/reached")"
  else
    no "$name" "the list says $(cat "$TMP/said"), but it reaches $(cat "$TMP/reached") (mean, smallest, largest)"
  fi
done
exit $bad
