#!/bin/sh
# digits_recogniser.sh: the built-in digits are a real recogniser's training set: 784-128-10 trained only on them reaches 97 % on their own test
# split, and 85 % on the test set of the real MNIST.
. tests/kit.sh
needs release
accuracy=$("$DENPA" train digits --net 784-128-10 --act relu --init he --lr 0.1 --batch 100 --epochs 16 --evaluate end --json --quiet --out "$TMP/m.safetensors" | sed -n 's/.*"test_accuracy": \([0-9.]*\).*/\1/p')
between "the digits' own test split" 0.97 "$accuracy" 1
if can "the real MNIST's test set" mnist; then
  between "the real MNIST's test set" 0.85 "$("$DENPA" eval "$TMP/m.safetensors" mnist --json | sed -n 's/.*"accuracy": \([0-9.]*\).*/\1/p')" 1
fi
exit $bad
