#!/bin/sh
# advice.sh: the advice of the doctor ends in a training that goes well: whoever follows the first number that is named, twice at most, is there. Without
# this, a learning rate that was far too high was told as a weight decay that is too strong, and each tenth of it led to the next.
. tests/kit.sh

# follow NAME STEPS 'first finding' OPTIONS...: trains, and follows the first advice with a number until nothing is found, in so many steps at most.
follow() {
  name=$1 left=$2 first=$3
  shift 3
  said=
  while :; do
    "$DENPA" train "$@" --lang en --json >"$TMP/out" 2>"$TMP/err"
    found=$(sed -n 's/^\[\([a-z-]*\)\].*/\1/p' "$TMP/err" | grep -v '^not-finite$' | head -n 1)
    [ -n "$said" ] || { [ "$found" = "$first" ] && ok "${name}_first" || no "${name}_first" "$found, not $first"; }
    said="$said [$*: $found]"
    [ -n "$found" ] || break
    [ "$left" -gt 0 ] || { no "$name" "$said"; return; }
    left=$((left - 1))
    advice=$(tr '\n' ' ' <"$TMP/err" | grep -o -E -e '--(lr|weight-decay) +[0-9][0-9.e+-]*[0-9]|--(lr|weight-decay) +[0-9]' | head -n 1)
    [ -n "$advice" ] || { no "$name" "no number: $said"; return; }
    # shellcheck disable=SC2086
    set -- "$@" $advice
  done
  grep -q '"findings": \[\]' "$TMP/out" && ok "$name" || no "$name" "$said"
}

digits='digits:1000 --epochs 10'
# shellcheck disable=SC2086
{
  follow relu_rate_decay 2 learning-rate-too-high $digits --act relu --init he --lr 5 --weight-decay 0.01
  follow relu_rate_small_decay 1 learning-rate-too-high $digits --act relu --init he --lr 5 --weight-decay 1e-4
  follow sigmoid_rate_decay 2 weight-decay-too-strong $digits --init xavier --lr 5 --weight-decay 0.1
  follow rate_of_1 1 weight-decay-too-strong $digits --init xavier --lr 1 --weight-decay 1
  follow adam_rate_decay 2 learning-rate-too-high $digits --act relu --init he --optimizer adam --lr 5 --weight-decay 0.1
  follow adam_rate 1 learning-rate-too-high $digits --init xavier --optimizer adam --lr 1 --weight-decay 0.01
  follow adam_decay 1 weight-decay-too-strong $digits --init xavier --optimizer adam --lr 0.01 --weight-decay 10
  follow decay_that_grows 1 weight-decay-overshoots $digits --lr 5 --weight-decay 1
  follow huge_rate 1 learning-rate-too-high $digits --lr 1e30
  follow broken_rate 1 learning-rate-too-high $digits --net 784-10 --lr 1e39
  follow tiny_rate 1 learning-rate-too-low $digits --init xavier --lr 1e-6 --weight-decay 0.01
  follow adam_tiny_rate 1 learning-rate-too-low $digits --act relu --init he --optimizer adam --lr 1e-8 --weight-decay 0.01
}

if [ -x /usr/bin/python3 ]; then
  /usr/bin/python3 tests/campaign/made.py table "$TMP/five.csv" classes=5 rows=500 seed=16
  /usr/bin/python3 tests/campaign/made.py table "$TMP/number.csv" classes=0 seed=1
  follow table_tiny_rate 1 learning-rate-too-low "$TMP/five.csv" --optimizer sgd --lr 1e-6 --weight-decay 0.1
  follow table_decay 1 weight-decay-too-strong "$TMP/five.csv" --optimizer sgd --lr 1 --weight-decay 1
  follow table_rate 2 learning-rate-too-high "$TMP/number.csv" --optimizer sgd --lr 10 --weight-decay 0.1
  # the weights all became zero, which made them alike: no fault of the initial ones
  follow table_zeros 2 learning-rate-too-high "$TMP/number.csv" --optimizer sgd --lr 1 --weight-decay 1
fi
exit $bad
