"""optimizer_witness.py DATA LIST: NumPy walks the same way. LIST has one line a training of 60 samples as one batch: START END REPORT and its options as KEY=VALUE; the weights of
START (784-12-10, tanh, cross-entropy, double) are trained with formulas as PyTorch's or the book's code has them, and compared with END's."""
import json, struct, sys
import numpy as np

DATA, LIST = sys.argv[1:3]
with np.load(DATA) as rows:
    ALL_X, ALL_T = (rows["x_train"].reshape(-1, 784).astype("float32") / np.float32(255)).astype(float), rows["t_train"].astype(int)


def load(path):
    raw = open(path, "rb").read()
    size = struct.unpack("<Q", raw[:8])[0]
    header = json.loads(raw[8 : 8 + size])
    header.pop("__metadata__")
    return {n: np.frombuffer(raw[8 + size + a["data_offsets"][0] : 8 + size + a["data_offsets"][1]]).reshape(a["shape"]).copy() for n, a in header.items()}


def gradients(p, weight):
    z = np.tanh(X @ p["W1"] + p["b1"])
    a = z @ p["W2"] + p["b2"]
    e = np.exp(a - a.max(axis=1, keepdims=True))
    y = e / e.sum(axis=1, keepdims=True)
    y[np.arange(len(T)), T] -= 1
    da = y * weight[T][:, None] / len(T)
    dz = da @ p["W2"].T * (1 - z * z)
    return {"W1": X.T @ dz, "b1": dz.sum(axis=0), "W2": z.T @ da, "b2": da.sum(axis=0)}


def loss(p):
    a = np.tanh(X @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"]
    a = a - a.max(axis=1, keepdims=True)
    return (np.log(np.exp(a).sum(axis=1)) - a[np.arange(len(T)), T]).mean()


class Plain:
    """PyTorch's formulas."""

    def __init__(self, o):
        self.o, self.s, self.t = o, {}, 0

    def state(self, name, like):
        return self.s.setdefault(name, np.zeros_like(like))

    def sgd(self, k, w, g, lr):
        return w - lr * g

    def momentum(self, k, w, g, lr):
        v = self.s[k] = self.o["momentum"] * self.state(k, w) + g
        return w - lr * v

    def nesterov(self, k, w, g, lr):
        v = self.s[k] = self.o["momentum"] * self.state(k, w) + g
        return w - lr * (g + self.o["momentum"] * v)

    def adagrad(self, k, w, g, lr):
        h = self.s[k] = self.state(k, w) + g ** 2
        return w - lr * g / (np.sqrt(h) + self.o["epsilon"])

    def rmsprop(self, k, w, g, lr):
        h = self.s[k] = self.o["beta2"] * self.state(k, w) + (1 - self.o["beta2"]) * g ** 2
        return w - lr * g / (np.sqrt(h) + self.o["epsilon"])

    def adam(self, k, w, g, lr):
        b1, b2 = self.o["beta1"], self.o["beta2"]
        m = self.s["m" + k] = b1 * self.state("m" + k, w) + (1 - b1) * g
        v = self.s["v" + k] = b2 * self.state("v" + k, w) + (1 - b2) * g ** 2
        return w - lr / (1 - b1 ** self.t) * m / (np.sqrt(v) / np.sqrt(1 - b2 ** self.t) + self.o["epsilon"])

    def adamw(self, k, w, g, lr):
        if k[0] == "W":
            w = w * (1 - lr * self.o["weight-decay"])
        return self.adam(k, w, g, lr)


class Book(Plain):
    """common/optimizer.py's."""

    def momentum(self, k, w, g, lr):
        v = self.s[k] = self.o["momentum"] * self.state(k, w) - lr * g
        return w + v

    def nesterov(self, k, w, g, lr):
        mu, v = self.o["momentum"], self.state(k, w)
        w = w + mu * mu * v - (1 + mu) * lr * g
        self.s[k] = mu * v - lr * g
        return w

    def adam(self, k, w, g, lr):
        b1, b2 = self.o["beta1"], self.o["beta2"]
        lr_t = lr * np.sqrt(1.0 - b2 ** self.t) / (1.0 - b1 ** self.t)
        m, v = self.state("m" + k, w), self.state("v" + k, w)
        m = self.s["m" + k] = m + (1 - b1) * (g - m)
        v = self.s["v" + k] = v + (1 - b2) * (g ** 2 - v)
        return w - lr_t * m / (np.sqrt(v) + self.o["epsilon"])


def rate(o, u, total):
    """of update u = 0, 1 ...; an epoch is one update here"""
    w = o["warmup"] if o["warmup"] >= 1 else round(o["warmup"] * total)
    if u < w:
        return o["lr"] * (u + 1) / (w + 1)
    u, total = u - w, total - w
    every = o["lr-decay-every"] or total / 3
    return o["lr"] * {"constant": lambda: 1, "linear": lambda: 1 - u / total, "step": lambda: o["lr-decay"] ** (u // every), "exponential": lambda: o["lr-decay"] ** (u / every), "cosine": lambda: (1 + np.cos(np.pi * u / total)) / 2}[o["schedule"]]()


status = 0
for line in open(LIST):
    start, end, report, *words = line.split()
    o = {"optimizer": "sgd", "compat": "none", "schedule": "constant", "class-weights": "", "momentum": 0.9, "beta1": 0.9, "clip": 0, "lr-decay": 0.1, "lr-decay-every": 0, "warmup": 0}
    for word in words:
        key, value = word.lstrip("-").split("=")
        o[key] = value if isinstance(o.get(key), str) else float(value)
    name, book = o["optimizer"], o["compat"] == "book"
    o.setdefault("lr", {"sgd": 0.01 if book else 0.1, "adam": 0.001, "adamw": 0.001}.get(name, 0.01))
    o.setdefault("beta2", 0.99 if name == "rmsprop" else 0.999)
    o.setdefault("epsilon", 1e-7 if book else 1e-10 if name == "adagrad" else 1e-8)
    o.setdefault("weight-decay", 0.01 if name == "adamw" else 0)
    X, T = ALL_X[: int(o.get("samples", 60))], ALL_T[: int(o.get("samples", 60))]
    weight = np.ones(10)
    if o["class-weights"] == "balanced":
        counts = np.bincount(T, minlength=10)
        weight = len(T) / ((counts > 0).sum() * np.maximum(counts, 1)) * (counts > 0)
    elif o["class-weights"]:
        weight = np.array([float(w) for w in o["class-weights"].split(",")])
    p, wanted, how, steps = load(start), load(end), (Book if book else Plain)(o), int(o["steps"])
    before, longest = {k: w.copy() for k, w in p.items()}, 0
    for u in range(steps):
        g = gradients(p, weight)
        norm = np.sqrt(sum((x ** 2).sum() for x in g.values()))
        how.t, longest = how.t + 1, max(longest, norm)
        for k in p:
            grad = g[k] * min(1, o["clip"] / (norm + 1e-6)) if o["clip"] else g[k]
            if k[0] == "W" and name != "adamw":
                grad = grad + o["weight-decay"] * p[k]
            p[k] = getattr(how, name)(k, p[k], grad, rate(o, u, steps))
    off = max(np.abs(p[k] - wanted[k]).max() / np.abs(wanted[k]).max() for k in p)
    moved = min(np.abs(p[k] - before[k]).max() for k in p)
    apart = abs(loss(p) - json.load(open(report))["train_loss"])
    good = off <= 1e-12 and apart <= 1e-12 and moved > 1e-7 and (not o["clip"] or longest > 1.1 * o["clip"]) and (o["class-weights"] != "balanced" or weight.max() > 1.2)
    status |= not good
    print("ok" if good else "not ok", " ".join(words), f"(weights {off:.0e} off, loss {apart:.0e})")
sys.exit(status)
