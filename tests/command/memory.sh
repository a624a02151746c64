#!/bin/sh
# memory.sh: a training on the real MNIST takes less than 80 MB, from .gz files and from plain ones. (How soon it begins: tests/campaign/times.sh.)
. tests/kit.sh
needs mnist release python
mkdir "$TMP/mnist"
for name in train-images-idx3-ubyte train-labels-idx1-ubyte t10k-images-idx3-ubyte t10k-labels-idx1-ubyte; do
  file=$DENPA_DATA/mnist/$name
  [ -f "$file" ] || file=$file.gz
  gzip -dcf <"$file" >"$TMP/mnist/$name" # copies what is not zipped
done
gzip -1k "$TMP"/mnist/*
mkdir "$TMP/zipped" "$TMP/zipped/mnist"
mv "$TMP"/mnist/*.gz "$TMP/zipped/mnist"

cat >"$TMP/measure.py" <<'END'
import os, subprocess, sys
denpa, folder = sys.argv[1:]
status = 0

def megabytes(data):
    child = subprocess.Popen([denpa, "train", "mnist", "--offline", "--quiet", "--epochs", "1"], env=dict(os.environ, DENPA_DATA=data), stdout=subprocess.DEVNULL)
    _, end, used = os.wait4(child.pid, 0)
    return used.ru_maxrss * 1024 / 1e6 if end == 0 else 1e9

def say(good, text):
    global status
    print("ok" if good else "not ok", text)
    status |= not good

for kind, data in (".gz", folder + "/zipped"), ("plain", folder):
    used = megabytes(data)
    say(used < 80, f"{kind} files: a training takes {used:.1f} MB; at most 80 MB")
sys.exit(status)
END
exec $python -B "$TMP/measure.py" "$DENPA" "$TMP"
