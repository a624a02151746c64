# seed_witness.py: the article's own way of training in NumPy, for test_learn.c: rows.npz (x, t) in, weights.npz (W1 b1 W2 b2) out.
#   seed_witness.py SEED STEPS BATCH shuffle|replacement|full gradients-first|seed sgd|adam LR constant|linear|one-cycle
import sys
import numpy as np

seed, steps, batch, sampling, order = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5]
optimizer, rate, schedule = sys.argv[6], float(sys.argv[7]), sys.argv[8]
rows = np.load("rows.npz")
x = (rows["x"].astype("float32") / 255).astype("float64")
t = np.eye(10)[rows["t"]]
n = len(x)

np.random.seed(seed)
W1 = 0.01 * np.random.randn(784, 50)
W2 = 0.01 * np.random.randn(50, 10)
b1, b2 = np.zeros(50), np.zeros(10)


def batches():
    while True:
        if sampling == "full":
            yield np.arange(n)
        elif sampling == "replacement":
            yield np.random.choice(n, batch)
        else:
            p = np.random.permutation(n)
            for at in range(0, n, batch):
                yield p[at:at + batch]


def rate_at(step):
    """of update 0, 1, 2 ..."""
    if schedule == "linear":
        return rate * (steps - step) / steps
    if schedule == "constant":
        return rate
    top = 0.3 * steps - 1
    if step <= top:
        return rate / 25 + (rate - rate / 25) * (1 - np.cos(np.pi * step / top)) / 2
    return rate / 250000 + (rate - rate / 250000) * (1 + np.cos(np.pi * (step - top) / (steps - 1 - top))) / 2


means = {}


def updated(name, w, g, step):
    """Adam as in the paper's algorithm 1: the means are divided by what their start from zero left out."""
    if optimizer == "sgd":
        return w - rate_at(step) * g
    m, v = means.get(name, (0, 0))
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g ** 2
    means[name] = m, v
    return w - rate_at(step) * (m / (1 - 0.9 ** (step + 1))) / (np.sqrt(v / (1 - 0.999 ** (step + 1))) + 1e-8)


for step, rows in zip(range(steps), batches()):
    xb, tb = x[rows], t[rows]
    z1 = 1 / (1 + np.exp(-(xb @ W1 + b1)))
    a2 = z1 @ W2 + b2
    e = np.exp(a2 - a2.max(axis=1, keepdims=True))
    dy = (e / e.sum(axis=1, keepdims=True) - tb) / len(xb)
    dW2, db2 = z1.T @ dy, dy.sum(axis=0)
    if order == "seed":
        W2, b2 = updated("W2", W2, dW2, step), updated("b2", b2, db2, step)
    da1 = dy @ W2.T * z1 * (1 - z1)
    if order != "seed":
        W2, b2 = updated("W2", W2, dW2, step), updated("b2", b2, db2, step)
    W1, b1 = updated("W1", W1, xb.T @ da1, step), updated("b1", b1, da1.sum(axis=0), step)

np.savez("weights.npz", W1=W1, b1=b1, W2=W2, b2=b2)
