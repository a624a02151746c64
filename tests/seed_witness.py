# seed_witness.py: the seed's own way of training in NumPy, for test_learn.c: rows.npz (x, t) in, weights.npz (W1 b1 W2 b2) out.
#   seed_witness.py SEED STEPS BATCH shuffle|replacement|full gradients-first|seed
import sys
import numpy as np

seed, steps, batch, sampling, order = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5]
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


for step, rows in zip(range(steps), batches()):
    xb, tb = x[rows], t[rows]
    z1 = 1 / (1 + np.exp(-(xb @ W1 + b1)))
    a2 = z1 @ W2 + b2
    e = np.exp(a2 - a2.max(axis=1, keepdims=True))
    dy = (e / e.sum(axis=1, keepdims=True) - tb) / len(xb)
    dW2, db2 = z1.T @ dy, dy.sum(axis=0)
    if order == "seed":
        W2, b2 = W2 - 0.1 * dW2, b2 - 0.1 * db2
    da1 = dy @ W2.T * z1 * (1 - z1)
    if order != "seed":
        W2, b2 = W2 - 0.1 * dW2, b2 - 0.1 * db2
    W1, b1 = W1 - 0.1 * (xb.T @ da1), b1 - 0.1 * da1.sum(axis=0)

np.savez("weights.npz", W1=W1, b1=b1, W2=W2, b2=b2)
