#!/bin/sh
# book_log.sh: the lines of train --log-format book are those of the book's Trainer, which NumPy runs here by itself; a training that was resumed goes on in them.
. tests/kit.sh
needs numpy
cd "$TMP" || exit 1
"$DENPA" data get digits:200:5 --out data.npz --quiet >/dev/null || { no "data get" && exit 1; }
alike='digits:200:5 --net 784-8-10 --lr 0.5 --seed 3 --rng numpy --sampling replacement --compat book --dtype float64 --log-format book --evaluate none --threads 1'
# the last: an epoch of 200 / 60 updates, which float64 meets at the first update only
for case in '50 9 sgd 0' '50 5 momentum 0' '50 5 sgd 0.1' '60 11 sgd 0'; do
  # shellcheck disable=SC2086 # words
  set -- $case
  # shellcheck disable=SC2086
  "$DENPA" train $alike --batch $1 --steps $2 --optimizer $3 --weight-decay $4 >log 2>err || no "train, $case" "$(cat err)"
  good "as the book, batches of $1, $2 updates, $3, decay $4" $python -B "$root/tests/witness/book_log_witness.py" data.npz log "$1" "$2" "$3" "$4"
done
usual='digits:200:5 --net 784-8-10 --batch 50 --log-format book --threads 1 --lang en'
# shellcheck disable=SC2086
{
  "$DENPA" train $usual --steps 9 >whole 2>/dev/null
  "$DENPA" train $usual --steps 6 --run run >first 2>/dev/null
  "$DENPA" resume run --steps 9 --log-format book >second 2>/dev/null
}
grep -v -e '===$' -e '^test acc' whole >wanted
cat first second | grep -v -e '===$' -e '^test acc' >told
grep '^=== epoch' whole >>wanted
cat first second | grep '^=== epoch' >>told
same resumed wanted told
[ "$(grep -c '^train loss' whole)" = 9 ] && ok losses || no losses "$(cat whole)"
# shellcheck disable=SC2086
"$DENPA" train $usual --steps 2 --quiet >quiet 2>err
[ "$(sed 's/[0-9.]*$//' quiet)" = "=============== Final Test Accuracy ===============
test acc:" ] && ok quiet || no quiet "$(cat quiet)"
awk 'BEGIN { print "a,y"; for (i = 0; i < 60; i++) print (i * 37 % 60) / 7 "," (i * 37 % 60) / 3 + 0.25 }' >numbers.csv
refused numbers 2 'but the answers of numbers.csv' train numbers.csv --task regression --log-format book --epochs 1
exits json 2 "$DENPA" train digits:60 --log-format book --json --lang en
has json_and_lines 'both say what standard output is' err
refused seeds 2 '--seeds 2 asks for 2' train digits:60 --log-format book --seeds 2 --epochs 1
exit $bad
