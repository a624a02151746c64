"""peer_numpy.py: what a reader of a book writes: backpropagation by hand in NumPy, pixels in float32, weights in the float64 that randn gives. See peer.py."""
import numpy as np

import peer

np.random.seed(1)
(inputs, hidden), (_, outputs) = peer.layers
assert peer.work["activation"] == "sigmoid"
W1, b1 = peer.deviation(inputs) * np.random.randn(inputs, hidden), np.zeros(hidden)
W2, b2 = peer.deviation(hidden) * np.random.randn(hidden, outputs), np.zeros(outputs)


def forward(x):
    z1 = 1 / (1 + np.exp(-(np.dot(x, W1) + b1)))
    a2 = np.dot(z1, W2) + b2
    e = np.exp(a2 - a2.max(axis=1, keepdims=True))
    return z1, e / e.sum(axis=1, keepdims=True)


def training():
    lr = peer.work["lr"]
    x_all = peer.pixels().astype("float32") / 255
    t_all = np.eye(outputs, dtype="float32")[peer.labels()]

    def update(rows):
        global W1, b1, W2, b2
        x, t = (x_all, t_all) if rows is None else (x_all[rows], t_all[rows])
        z1, y = forward(x)
        dy = (y - t) / len(x)
        dW2, db2 = np.dot(z1.T, dy), dy.sum(axis=0)
        da1 = np.dot(dy, W2.T) * (1 - z1) * z1
        dW1, db1 = np.dot(x.T, da1), da1.sum(axis=0)
        W1, b1, W2, b2 = W1 - lr * dW1, b1 - lr * db1, W2 - lr * dW2, b2 - lr * db2

    def run():
        for rows in peer.batches(len(x_all), np.random.permutation):
            update(rows)

    return lambda: update(slice(0, 100)), run


def inference():
    x = peer.call_rows()

    def run():
        for _ in range(peer.work["times"]):
            forward(x)

    return lambda: forward(x), run


blas = "OpenBLAS" if "openblas" in open("/proc/self/maps").read() else "another BLAS"
peer.report(peer.timed(*(inference() if peer.work["per"] == "call" else training())), f"NumPy {np.__version__} with {blas}")
