#!/bin/sh
# times.sh: what is promised about time, on the real MNIST and on a quiet machine with two processors: how soon a training begins, what checking every gradient of
# the article's network takes, what recording and drawing cost. No test of ./test.sh asserts a time, since others may use the machine. Needs $TMP, $DENPA, DENPA_DATA.
set -u
: "${TMP:?an empty folder}"
[ -n "${DENPA_DATA-}" ] && [ -d "$DENPA_DATA/mnist" ] || { echo "skip the real MNIST is not here" && exit 77; }
mkdir "$TMP/mnist"
for name in train-images-idx3-ubyte train-labels-idx1-ubyte t10k-images-idx3-ubyte t10k-labels-idx1-ubyte; do
  file=$DENPA_DATA/mnist/$name
  [ -f "$file" ] || file=$file.gz
  gzip -dcf <"$file" >"$TMP/mnist/$name" # copies what is not zipped
done
gzip -1k "$TMP"/mnist/*
mkdir "$TMP/zipped" "$TMP/zipped/mnist"
mv "$TMP"/mnist/*.gz "$TMP/zipped/mnist"
cat >"$TMP/times.py" <<'END'
import json, os, subprocess, sys, time
denpa, folder = sys.argv[1:]
status = 0

def run(data, *words):
    start = time.monotonic()
    done = subprocess.run([denpa, *words], env=dict(os.environ, DENPA_DATA=data), capture_output=True, text=True, check=True)
    return time.monotonic() - start, done.stdout

def best(data, *words):
    return min(run(data, *words)[0] for _ in range(9))

def say(what, is_it, most):
    global status
    print("ok" if 0 < is_it < most else "not ok", f"{what}: {is_it:.3f}, at most {most}")
    status |= not 0 < is_it < most

nothing = ["train", "mnist", "--offline", "--quiet", "--steps", "0", "--evaluate", "none"]
say("seconds to the first update, .gz files", best(folder + "/zipped", *nothing), 0.35)
say("seconds to the first update, plain files", best(folder, *nothing), 0.1)
run(folder, "train", "mnist", "--offline", "--quiet", "--epochs", "1", "--out", folder + "/model")
say("seconds to check 39,760 gradients on 100 samples", best(folder, "check", folder + "/model", "--quiet"), 2)
shares = []
for i in range(3):
    told = json.loads(run(folder, "train", "mnist", "--offline", "--quiet", "--json", "--run", f"{folder}/run{i}", "--record")[1])
    shares.append((told["seconds_total"] - told["seconds"] - told["seconds_eval"]) / told["seconds"])
say("recording, share of the updates' time", min(shares), 0.1)
sys.exit(status)
END
exec /usr/bin/python3 -B "$TMP/times.py" "$DENPA" "$TMP"
