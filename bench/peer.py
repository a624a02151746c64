"""peer.py: what the peers written in Python share. Each is called as `peer_X.py FOLDER WORK THREADS`: FOLDER holds a data set as plain IDX files, WORK is the
row of the work as `denpa bench --json` prints it. It does the work once, the clock running during updates (or calls) only, and prints one JSON object."""
import json, math, sys, time

import numpy as np

folder, work, threads = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
listed = work["net"][0].isalpha()  # "input 1x28x28, conv 24 5x5, maxpool 2, relu, dense 10", or sizes such as "784-50-10"
words = [layer.split() for layer in work["net"].split(",")] if listed else []
widths = [] if listed else [int(n) for n in work["net"].split("-")]
layers = list(zip(widths, widths[1:]))
features = math.prod(int(n) for n in words[0][1].split("x")) if listed else widths[0]


def pixels(split="train"):
    """uint8 [rows, 784]"""
    raw = np.fromfile(f"{folder}/{split}-images-idx3-ubyte", dtype=np.uint8)
    return raw[16:].reshape(-1, features)


def labels(split="train"):
    return np.fromfile(f"{folder}/{split}-labels-idx1-ubyte", dtype=np.uint8)[8:]


def deviation(inputs):
    return float(work["init"].split(":")[1]) if ":" in work["init"] else math.sqrt(2 / inputs)


def call_rows():
    """The rows of one call, as floats: again from the start where there are too few."""
    x = pixels("t10k").astype(np.float32) / 255
    return np.resize(x, (work["batch"], features))


def batches(rows, permutation):
    """The rows of each update, None for all of them."""
    if work["batch"] == 0:
        return [None] * work["times"]
    order, size = permutation(rows), min(work["batch"], rows)
    if work["per"] == "epoch":
        return [order[i : i + size] for i in range(0, rows, size)]
    starts = [i * size % (rows - size + 1) for i in range(work["times"])]
    return [order[i : i + size] for i in starts]


def timed(warm_up, run):
    """Calls warm_up, then run; returns how long one epoch, update or call of run took."""
    warm_up()
    begun = time.perf_counter()
    run()
    seconds = time.perf_counter() - begun
    return seconds if work["per"] == "epoch" else seconds / work["times"]


def report(seconds, version):
    print(json.dumps({"seconds": seconds, "version": version}))
