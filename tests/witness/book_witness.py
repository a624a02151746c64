#!/usr/bin/python3
"""book_witness.py DENPA TMP: what `denpa book` computes, computed again with NumPy as a reader of the book would: B08, B10, B11, B13, B16, B18, B22, B24, and
what --weights (B39), plot --smooth (B22) and the filters on a picture (B36) do."""
import json
import os
import pickle
import subprocess
import sys

import numpy as np

denpa, tmp = sys.argv[1:3]
bad = 0


def judge(name, good, told=""):
    global bad
    print(("ok witness " if good else "not ok witness ") + name)
    if not good:
        print("  " + str(told), file=sys.stderr)
        bad = 1


def tell(*words):
    return subprocess.run([denpa, *words, "--quiet"], capture_output=True)


def run(name, *more):
    return json.loads(subprocess.run([denpa, "book", name, "--json", "--quiet", *more], check=True, capture_output=True).stdout)


def ours(page, key=None):
    return [n["denpa"] for n in page["numbers"] if key is None or n["key"] == key]


def close(a, b, within):
    a, b = np.array(a, float).ravel(), np.array(b, float).ravel()
    return a.shape == b.shape and bool(np.all(np.abs(a - b) <= within))


def slope(f, x, h=1e-4):
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        kept = x[i]
        x[i] = kept + h
        above = f(x)
        x[i] = kept - h
        below = f(x)
        grad[i] = (above - below) / (2 * h)
        x[i] = kept
    return grad


def bowl(x):
    return x[0] ** 2 + x[1] ** 2


def walk(lr, steps):
    x = np.array([-3.0, 4.0])
    way = [x.copy()]
    for _ in range(steps):
        x -= lr * slope(bowl, x)
        way.append(x.copy())
    return np.array(way)


# B08
def parabola(x):
    return 0.01 * x ** 2 + 0.1 * x


page = run("ch04/gradient_1d")
wanted = [(parabola(x + 1e-4) - parabola(x - 1e-4)) / (2 * 1e-4) for x in (5, 10)]
judge("gradient_1d", close(ours(page, "measured"), wanted, 1e-12), ours(page))

# B16
wanted = [slope(bowl, np.array(x)) for x in ([3.0, 4.0], [0.0, 2.0], [3.0, 0.0])]
judge("gradient", ours(run("common/gradient")) == np.array(wanted).ravel().tolist(), wanted)

# B10
page = run("ch04/gradient_method")
ends = [walk(lr, 100)[-1] for lr in (0.1, 10.0, 1e-10)]
judge("gradient_method ends", all(abs(a - b) <= 1e-12 * abs(b) for a, b in zip(ours(page, "end"), np.array(ends).ravel())), ends)
path = page["figure"]["panels"][0]["series"][0]
judge("gradient_method way", close(np.array([path["x"], path["y"]]).T, walk(0.1, 20), 1e-12))

# B11
page = run("ch04/gradient_simplenet")
W = np.array([[0.47355232, 0.9977393, 0.84668094], [0.85557411, 0.03563661, 0.69422093]])
x = np.array([0.6, 0.9])


def entropy(w):
    p = x @ w
    y = np.exp(p - p.max())
    return -np.log((y / y.sum())[2])


judge("gradient_simplenet", close(ours(page, "p"), x @ W, 1e-14) and close(ours(page, "loss"), entropy(W), 1e-14) and close(ours(page, "dW"), slope(entropy, W.copy()), 1e-10), ours(page))

# B13: forwards in the order of the graph, backwards times the other factor.
apples = 100.0 * 2
both = apples + 150.0 * 3
judge("buy_apple", ours(run("ch05/buy_apple")) == [apples * 1.1, 1.1 * 2, 1.1 * 100, apples])
judge("buy_apple_orange", ours(run("ch05/buy_apple_orange")) == [both * 1.1, 1.1 * 2, 1.1 * 100, 1.1 * 3, 1.1 * 150, both])


# B22
def smooth(y):
    s = np.r_[y[10:0:-1], y, y[-1:-11:-1]]
    w = np.kaiser(11, 2)
    return np.convolve(w / w.sum(), s, mode="valid")[5:-5]


page = run("common/util")
judge("kaiser", close(ours(page, "kaiser"), np.kaiser(11, 2)[:6], 1e-14))
raw, made = page["figure"]["panels"][0]["series"]
judge("smooth_curve", close(made["y"], smooth(np.array(raw["y"])), 1e-14))
judge("smooth_curve of squares", close(ours(page, "smooth"), smooth(np.arange(12.0) ** 2)[[0, 1, 2, 11]], 1e-12))

# B18, B24: the optimizers of the book, each an update of p with its gradient g; s is what it remembers.
def sgd(lr, p, g, s, t):
    p -= lr * g


def momentum(lr, p, g, s, t):
    v = s.setdefault("v", np.zeros(2))
    v[:] = 0.9 * v - lr * g
    p += v


def nesterov(lr, p, g, s, t):
    v = s.setdefault("v", np.zeros(2))
    p += 0.9 * 0.9 * v - (1 + 0.9) * lr * g
    v[:] = 0.9 * v - lr * g


def adagrad(lr, p, g, s, t):
    h = s.setdefault("h", np.zeros(2))
    h += g * g
    p -= lr * g / (np.sqrt(h) + 1e-7)


def rmsprop(lr, p, g, s, t):
    h = s.setdefault("h", np.zeros(2))
    h[:] = 0.99 * h + (1 - 0.99) * g * g
    p -= lr * g / (np.sqrt(h) + 1e-7)


def adam(lr, p, g, s, t):
    m, v = s.setdefault("m", np.zeros(2)), s.setdefault("v", np.zeros(2))
    m += (1 - 0.9) * (g - m)
    v += (1 - 0.999) * (g ** 2 - v)
    p -= lr * np.sqrt(1 - 0.999 ** t) / (1 - 0.9 ** t) * m / (np.sqrt(v) + 1e-7)


def down(optimizer, lr, steps):
    p, s = np.array([-7.0, 2.0]), {}
    way = [p.copy()]
    for t in range(1, steps + 1):
        optimizer(lr, p, np.array([p[0] / 10, 2 * p[1]]), s, t)
        way.append(p.copy())
    return np.array(way)


page = run("ch06/optimizer_compare_naive")
for panel, (optimizer, lr) in zip(page["figure"]["panels"], [(sgd, 0.95), (momentum, 0.1), (adagrad, 1.5), (adam, 0.3)]):
    path = panel["series"][0]
    judge("way of " + panel["key"], panel["key"] == optimizer.__name__ and close(np.array([path["x"], path["y"]]).T, down(optimizer, lr, 29), 1e-12))
page = run("common/optimizer")
for optimizer, lr in [(sgd, 0.01), (momentum, 0.01), (nesterov, 0.01), (adagrad, 0.01), (rmsprop, 0.01), (adam, 0.001)]:
    judge("five steps of " + optimizer.__name__, close(ours(page, optimizer.__name__), down(optimizer, lr, 5)[-1], 1e-12))

# B03, B07
page = run("ch03/sig_step_compare")
curves = {p["key"]: p["series"][0] for p in page["figure"]["panels"]}
judge("sigmoid", close(curves["sigmoid"]["y"], 1 / (1 + np.exp(-np.array(curves["sigmoid"]["x"]))), 1e-15))
e = np.exp(np.array([0.3, 2.9, 4.0]))
judge("softmax", close(ours(run("common/functions"), "softmax"), e / e.sum(), 1e-15))

# B22: plot --smooth; a log of 14 lines
rng = np.random.RandomState(5)
lines = np.c_[np.arange(14) * 6, np.arange(14), np.zeros(14), rng.rand(14, 4)]
np.savetxt(tmp + "/log.csv", lines, ["%d"] * 3 + ["%.17g"] * 4, ",", comments="", header="step,epoch,seconds,train_loss,train_accuracy,test_loss,test_accuracy")
panels = json.loads(tell("plot", tmp + "/log.csv", "--smooth", "--json").stdout)["panels"]
for k, name in enumerate(["loss of training", "accuracy of training", "loss of test", "accuracy of test"]):
    judge("plot --smooth, " + name, close(panels[k % 2]["series"][k // 2]["y"], smooth(lines[:, 3 + k]), 1e-14))

# B39: eval --weights is eval of weights that NumPy has rounded, to the last bit
w = {"W1": rng.randn(784, 7) * 0.05, "b1": rng.randn(7) * 1e-5, "W2": rng.randn(7, 10), "b2": rng.randn(10)}
coarse = {
    "float16": {k: v.astype(np.float16).astype(v.dtype) for k, v in w.items()},
    "int8": {k: np.rint(v / (np.abs(v).max() / 127)) * (np.abs(v).max() / 127) if v.ndim > 1 else v for k, v in w.items()},
}
for dtype in ["float64", "float32"]:
    np.savez(tmp + "/w.npz", **{k: v.astype(dtype) for k, v in w.items()})
    for kind in ["float16"] + ["int8"] * (dtype == "float64"):
        rounded = coarse[kind] if dtype == "float64" else {k: v.astype(np.float32).astype(np.float16).astype(np.float32) for k, v in w.items()}
        np.savez(tmp + "/r.npz", **rounded)
        by_denpa = json.loads(tell("eval", tmp + "/w.npz", "digits:600", "--weights", kind, "--json").stdout)
        by_numpy = json.loads(tell("eval", tmp + "/r.npz", "digits:600", "--json").stdout)
        as_they_are = json.loads(tell("eval", tmp + "/w.npz", "digits:600", "--json").stdout)
        judge("weights of " + kind + " in " + dtype, by_denpa["loss"] == by_numpy["loss"] != as_they_are["loss"] and by_denpa["weights"] == kind, (by_denpa["loss"], by_numpy["loss"]))
w["b2"][3] = 65520
np.savez(tmp + "/w.npz", **w)
refusal = tell("eval", tmp + "/w.npz", "digits:600", "--weights", "float16", "--lang", "en")
judge("float16 has no place for 65520", refusal.returncode == 1 and b"number 3 of b2 is 65520" in refusal.stderr, refusal.stderr)

# B36: a picture of one's own, made smaller by means of 2 x 2
folder = os.environ.get("DENPA_DATA", "") + "/book/ch07_params.pkl"
if os.path.exists(folder):
    grey = rng.randint(0, 256, (131, 100)).astype(np.uint8)
    with open(tmp + "/grey.pgm", "wb") as f:
        f.write(b"P5 100 131 255\n" + grey.tobytes())
    page = run("ch07/apply_filter", "--picture", tmp + "/grey.pgm")
    with open(folder, "rb") as f:
        filters = pickle.load(f)["W1"]
    small = grey[:130].reshape(65, 2, 50, 2).mean(axis=(1, 3)) / 255
    responses = [t["values"] for t in page["figure"]["panels"][1]["tiles"]]
    truth = [[[(small[r : r + 5, c : c + 5] * k[0]).sum() for c in range(46)] for r in range(61)] for k in filters[:16]]
    judge("filters on a picture", close(responses, truth, 1e-13))
sys.exit(bad)
