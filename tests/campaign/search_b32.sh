#!/bin/sh
# search_b32.sh: the book's search for a learning rate and a weight decay (ch06/hyperparameter_optimization): 500 images of MNIST, 20 % of them for validation, 100 trials
# of 50 epochs, learning rates over 10^-6 .. 10^-2 and weight decays over 10^-8 .. 10^-4. The book finds its best at lr .0094 and its top six between .0050 and .0097; here,
# on five seeds, the best one has to lie between .005 and .01. Takes a minute or two. Needs $TMP, $DENPA, DENPA_DATA.
set -u
: "${TMP:?an empty folder}"
[ -n "${DENPA_DATA-}" ] && [ -d "$DENPA_DATA/mnist" ] || { echo "skip the real MNIST is not here" && exit 77; }
bad=0
for seed in 1 2 3 4 5; do
  "$DENPA" search mnist --samples 500 --validation 0.2 --trials 100 --epochs 50 --try lr=1e-6..1e-2 --try weight-decay=1e-8..1e-4 --compat book \
    --net 784-100-100-100-100-100-100-10 --act relu --init he --seed $seed --json --quiet >"$TMP/$seed.json" || { echo "not ok seed $seed: the search failed" && bad=1 && continue; }
  python3 - "$TMP/$seed.json" $seed <<'PYTHON' || bad=1
import json, sys
trials = json.load(open(sys.argv[1]))["trials"]
lr = [float(t["options"]["lr"]) for t in trials]
good = 0.005 <= lr[0] <= 0.01
print("%s seed %s: best %.2f with lr %.4f, weight decay %.1e; the six best: lr %.4f to %.4f" % ("ok" if good else "not ok", sys.argv[2], trials[0]["validation_accuracy"], lr[0], float(trials[0]["options"]["weight-decay"]), min(lr[:6]), max(lr[:6])))
sys.exit(not good)
PYTHON
done
exit $bad
