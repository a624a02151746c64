#!/bin/sh
# digits_recogniser.sh: the built-in digits are a real recogniser's training set: 784-128-10 trained only on them reaches 97 % on their own test
# split, and 85 % on the test set of the real MNIST.
set -u
case $DENPA in
  */release/denpa) ;;
  *) echo "skip the recogniser is trained with the release build" && exit 77 ;;
esac
status=0
atleast() { # atleast LOW VALUE WHAT
  if awk "BEGIN { exit !($2 >= $1) }"; then
    echo "ok $3: $2"
  else
    echo "not ok $3: $2 is below $1"
    status=1
  fi
}
accuracy=$("$DENPA" train digits --net 784-128-10 --act relu --init he --lr 0.1 --batch 100 --epochs 16 --evaluate end --json --quiet --out "$TMP/m.safetensors" | sed -n 's/.*"test_accuracy": \([0-9.]*\).*/\1/p')
atleast 0.97 "${accuracy:-0}" "the digits' own test split"
if [ -n "${DENPA_DATA-}" ] && [ -d "$DENPA_DATA/mnist" ]; then
  atleast 0.85 "$("$DENPA" eval "$TMP/m.safetensors" mnist --json | sed -n 's/.*"accuracy": \([0-9.]*\).*/\1/p')" "the real MNIST's test set"
else
  echo "skip the real MNIST is not here"
fi
exit $status
