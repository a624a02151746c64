#!/bin/sh
# mnist_bands.sh: what the book reaches on the real MNIST, denpa reaches for every seed (B12, B14), and its published parameters score what they should (B05, B06).
set -u
[ -n "${DENPA_DATA-}" ] && [ -d "$DENPA_DATA/mnist" ] || { echo "skip the real MNIST is not here" && exit 77; }
case $DENPA in
  */release/denpa) ;;
  *) echo "skip bands run with the release build" && exit 77 ;;
esac
status=0
between() { # between LOW VALUE HIGH WHAT
  if awk "BEGIN { exit !($1 <= $2 && $2 <= $3) }"; then
    echo "ok $4: $2"
  else
    echo "not ok $4: $2 is not between $1 and $3"
    status=1
  fi
}
accuracy() { sed -n 's/.*"test_accuracy": \([0-9.]*\).*/\1/p'; }
for seed in 1 2 3 4 5; do
  between 0.942 "$("$DENPA" train mnist --epochs 16 --batch 100 --sampling replacement --seed $seed --evaluate end --json --quiet | accuracy)" 0.952 "784-50-10 sigmoid, 16 epochs, seed $seed"
  between 0.964 "$("$DENPA" train mnist --act relu --epochs 16 --batch 100 --sampling replacement --seed $seed --evaluate end --json --quiet | accuracy)" 0.974 "784-50-10 ReLU, 16 epochs, seed $seed"
done

book=$DENPA_DATA/book/ch03_sample_weight.pkl
if [ -f "$book" ]; then
  for threads in 1 2 3; do
    "$DENPA" eval "$book" mnist --net 784-50-100-10 --threads $threads | grep -q 0.9352 && echo "ok the book's parameters score 0.9352 ($threads threads)" || { echo "not ok the book's parameters do not score 0.9352" && status=1; }
  done
  value=$("$DENPA" eval "$book" mnist --json | sed -n 's/.*"accuracy": \([0-9.]*\).*/\1/p')
  between 0.93519999 "$value" 0.93520001 "the same with the network taken from the shapes"
else
  echo "skip the book's parameters are not here"
fi
exit $status
