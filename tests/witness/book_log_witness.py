"""book_log_witness.py DATA LOG BATCH UPDATES OPTIMIZER DECAY: the lines of a training as the book's Trainer has them, from NumPy's own run of a network 784-8-10 (sigmoid), seed 3:
the same lines, accuracies to the digit, losses to 1e-12, and every number written as Python writes it."""
import re
import sys

import numpy as np

DATA, LOG = sys.argv[1:3]
BATCH, UPDATES = int(sys.argv[3]), int(sys.argv[4])
OPTIMIZER, DECAY = sys.argv[5], float(sys.argv[6])
with np.load(DATA) as rows:
    x, t = {}, {}
    for part in "train", "test":
        x[part] = (rows["x_" + part].reshape(-1, 784).astype("float32") / np.float32(255)).astype(float)
        t[part] = rows["t_" + part].astype(int)
np.random.seed(3)
p = {"W1": 0.01 * np.random.randn(784, 8), "b1": np.zeros(8), "W2": 0.01 * np.random.randn(8, 10), "b2": np.zeros(10)}
v = {k: np.zeros_like(w) for k, w in p.items()}


def answers(rows):
    z = 1 / (1 + np.exp(-(rows @ p["W1"] + p["b1"])))
    a = z @ p["W2"] + p["b2"]
    e = np.exp(a - a.max(axis=1, keepdims=True))
    return z, e / e.sum(axis=1, keepdims=True)


def accuracy(part):
    return (answers(x[part])[1].argmax(axis=1) == t[part]).mean()


wanted, epoch, per_epoch = [], 0, max(len(t["train"]) / BATCH, 1)
for update in range(UPDATES):
    chosen = np.random.choice(len(t["train"]), BATCH)
    rows, labels = x["train"][chosen], t["train"][chosen]
    z, y = answers(rows)
    da = y.copy()
    da[np.arange(BATCH), labels] -= 1
    da /= BATCH
    dz = da @ p["W2"].T * z * (1 - z)
    g = {"W1": rows.T @ dz + DECAY * p["W1"], "b1": dz.sum(axis=0), "W2": z.T @ da + DECAY * p["W2"], "b2": da.sum(axis=0)}
    for k in p:
        v[k] = (0.9 * v[k] if OPTIMIZER == "momentum" else 0) - 0.5 * g[k]
        p[k] = p[k] + v[k]
    penalty = 0.5 * DECAY * ((p["W1"] ** 2).sum() + (p["W2"] ** 2).sum())
    wanted.append("train loss:" + str(-np.log(answers(rows)[1][np.arange(BATCH), labels]).mean() + penalty))
    if update % per_epoch == 0:
        epoch += 1
        wanted.append("=== epoch:" + str(epoch) + ", train acc:" + str(accuracy("train")) + ", test acc:" + str(accuracy("test")) + " ===")
wanted += ["=============== Final Test Accuracy ===============", "test acc:" + str(accuracy("test"))]

bad = 0
with open(LOG) as f:
    given = f.read().splitlines()
NUMBER = re.compile(r"(?<=[a-z]:)[-+.0-9a-z]+")
if len(given) != len(wanted):
    bad = 1
    print("%d lines, wanted %d" % (len(given), len(wanted)), file=sys.stderr)
for number, (ours, theirs) in enumerate(zip(given, wanted), 1):
    a, b = NUMBER.findall(ours), NUMBER.findall(theirs)
    near = NUMBER.sub("#", ours) == NUMBER.sub("#", theirs) and all(abs(float(m) - float(n)) <= (1e-12 if "loss" in theirs else 0) * max(1, abs(float(n))) for m, n in zip(a, b))
    python = all(m == (str(float(m)) if "loss" in ours or "." in m else str(int(m))) for m in a)
    if not near or not python:
        bad = 1
        print("line %d: %s\n  wanted: %s" % (number, ours, theirs), file=sys.stderr)
sys.exit(bad)
