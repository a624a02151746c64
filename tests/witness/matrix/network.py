"""network.py: a network as its model file describes it, computed in float64 with NumPy: every matrix of both passes under the name that denpa gives it.
Reads nothing but the safetensors file; knows the layers from docs/networks.md and the rules from docs/law-of-sums.md."""
import json
import math
import re
import struct

import numpy as np

EPS = 1e-5  # of batch normalisation


def read_model(path):
    """{name: array} and the metadata of a safetensors file"""
    with open(path, "rb") as file:
        raw = file.read()
    (length,) = struct.unpack("<Q", raw[:8])
    head, tensors = json.loads(raw[8:8 + length]), {}
    meta = head.pop("__metadata__", {})
    for name, entry in head.items():
        begin, end = (8 + length + at for at in entry["data_offsets"])
        tensors[name] = np.frombuffer(raw[begin:end], {"F32": "<f4", "F64": "<f8"}[entry["dtype"]]).reshape(entry["shape"])
    return tensors, meta, raw[8 + length:]


normal = np.vectorize(lambda a: (1 + math.erf(a / math.sqrt(2))) / 2, otypes=[float])
sigmoid = lambda a: np.where(a >= 0, 1 / (1 + np.exp(-np.abs(a))), np.exp(-np.abs(a)) / (1 + np.exp(-np.abs(a))))

# word: (forward, slope from the result z and the argument a), both with the word's number
ACTIVATIONS = {
    "sigmoid": (lambda a, p: sigmoid(a), lambda z, a, p: z * (1 - z)),
    "tanh": (lambda a, p: np.tanh(a), lambda z, a, p: 1 - z * z),
    "relu": (lambda a, p: np.maximum(a, 0), lambda z, a, p: (a > 0) * 1.0),
    "identity": (lambda a, p: a, lambda z, a, p: np.ones_like(a)),
    "leaky-relu": (lambda a, p: np.where(a > 0, a, p * a), lambda z, a, p: np.where(a > 0, 1, p)),
    "elu": (lambda a, p: np.where(a > 0, a, p * np.expm1(np.minimum(a, 0))), lambda z, a, p: np.where(a > 0, 1, z + p)),
    "gelu": (lambda a, p: a * normal(a), lambda z, a, p: normal(a) + a * np.exp(-a * a / 2) / math.sqrt(2 * math.pi)),
    "silu": (lambda a, p: a * sigmoid(a), lambda z, a, p: sigmoid(a) * (1 + a * (1 - sigmoid(a)))),
    "softplus": (lambda a, p: np.logaddexp(0, a), lambda z, a, p: sigmoid(a)),
}
USUAL = {"leaky-relu": 0.01, "elu": 1.0}


def philox(seed, counter):
    """Philox-4x32-10; counter is [n, 4] uint32. Returns [n, 4]."""
    word = [counter[:, i].astype(np.uint64) for i in range(4)]
    key, low = [seed & 0xffffffff, seed >> 32], np.uint64(0xffffffff)
    for _ in range(10):
        a, b = word[0] * np.uint64(0xD2511F53), word[2] * np.uint64(0xCD9E8D57)
        word = [(b >> np.uint64(32)) ^ word[1] ^ np.uint64(key[0]), b & low, (a >> np.uint64(32)) ^ word[3] ^ np.uint64(key[1]), a & low]
        key = [(key[0] + 0x9E3779B9) & 0xffffffff, (key[1] + 0xBB67AE85) & 0xffffffff]
    return np.stack(word, 1)


def mask(seed, step, layer, rate, rows, numbers, dtype):
    """What dropout multiplies with (docs/law-of-sums.md, "Chance in training")"""
    i, r = np.meshgrid(np.arange(numbers), np.arange(rows))
    counter = np.stack([16 * (i // 128) + i % 16, r, np.full_like(i, step), np.full_like(i, 20 + 256 * layer)], -1).reshape(-1, 4)
    words, half = philox(seed, counter), (i.reshape(-1) % 128) // 16
    drawn = words[np.arange(len(half)), half // 2] >> (16 * (half % 2)).astype(np.uint64) & np.uint64(0xffff)
    keep = float(np.dtype(dtype).type(1 / (1 - rate)))
    return np.where(drawn < np.uint64(round(rate * 65536)), 0.0, keep).reshape(rows, numbers)


class Layer:
    def __init__(self, kind, **more):
        self.kind = kind
        self.__dict__.update(more)


def side(text):
    sizes = [int(n) for n in text.split("x")]
    return sizes if len(sizes) == 2 else sizes * 2


def parse(text, activation):
    """The layers of a network's text, and the shape of an input"""
    if re.fullmatch(r"\d+(-\d+)+", text):
        sizes = [int(n) for n in text.split("-")]
        layers = []
        for n in sizes[1:]:
            layers += [Layer("dense", units=n), Layer("act", word=activation)]
        return layers[:-1], [sizes[0]]
    layers, shape = [], None
    for part in text.split(","):
        word = part.split()
        options = {word[i]: int(word[i + 1]) for i in range(1, len(word) - 1) if word[i] in ("stride", "pad")}
        if word[0] == "input":
            shape = [int(n) for n in word[1].split("x")]
        elif word[0] == "conv":
            layers.append(Layer("conv", units=int(word[1]), side=side(word[2]), stride=options.get("stride", 1), pad=options.get("pad", 0)))
        elif word[0] in ("maxpool", "avgpool"):
            layers.append(Layer(word[0], side=side(word[1]), stride=options.get("stride", side(word[1])[0]), pad=options.get("pad", 0)))
        elif word[0] == "dense":
            layers.append(Layer("dense", units=int(word[1])))
        elif word[0] == "dropout":
            layers.append(Layer("dropout", rate=float(word[1])))
        elif word[0] in ("batchnorm", "flatten"):
            layers.append(Layer(word[0]))
        else:
            layers.append(Layer("act", word=word[0]))
    return layers, shape


def windows(x, side, stride, pad, fill):
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), constant_values=fill)
    seen = np.lib.stride_tricks.sliding_window_view(x, side, axis=(2, 3))
    return seen[:, :, ::stride, ::stride]


def scatter(parts, shape, side, stride, pad):
    """The opposite of windows: parts[n, c, i, j, r, s] added where they came from"""
    n, c, h, w = shape
    out = np.zeros((n, c, h + 2 * pad, w + 2 * pad))
    rows, columns = parts.shape[2:4]
    for r in range(side[0]):
        for s in range(side[1]):
            out[:, :, r:r + stride * rows:stride, s:s + stride * columns:stride] += parts[..., r, s]
    return out[:, :, pad:pad + h, pad:pad + w]


class Network:
    """passes(x, answers) gives {name: matrix}; .kind says what each is, .made_of the names of a forward matrix's arguments"""

    def __init__(self, path):
        self.tensors, self.meta, self.raw = read_model(path)
        self.dtype = self.meta.get("dtype", "float32")
        self.layers, self.shape = parse(self.meta["net"], self.meta.get("activation", "sigmoid") or "sigmoid")
        self.loss = self.meta["loss"]
        self.seed = int(self.meta.get("seed", "1"))
        self.parameters = [name for name in self.tensors if not re.match(r"mean\d|var\d", name)]
        self.kind, self.scale, self.last = {}, {}, None
        self.drops = any(layer.kind == "dropout" for layer in self.layers)
        self.norms = any(layer.kind == "batchnorm" for layer in self.layers)

    def weights(self):
        return {name: t.astype(np.float64) for name, t in self.tensors.items()}

    def forward(self, x, weights=None, training=False, step=0):
        """All matrices up to the last one before the loss, and what the way back needs of each layer"""
        w = self.weights() if weights is None else weights
        v = {"x": x.reshape([len(x)] + self.shape)}
        self.kind["x"] = "given"
        tape, number, call, now = [], 0, 0, "x"

        def put(base, value, kind="forward", after=None):
            name = base + str(number)
            while name in v:
                name = name + "b" if name == base + str(number) else base + str(number) + chr(ord(name[-1]) + 1)
            v[name], self.kind[name] = value, kind
            return name

        def parameters(*names):
            for name in names:
                v[name], self.kind[name] = w[name], "parameter" if name in self.parameters else "state"

        for layer in self.layers:
            a = v[now]
            if layer.kind in ("dense", "flatten") and a.ndim > 2:
                flat = put("flat", a.reshape(len(a), -1))
                tape.append((Layer("flatten"), now, flat, None))
                now, call = flat, call + 1
                a = v[now]
            if layer.kind == "flatten":
                continue
            if layer.kind == "dense":
                number += 1
                parameters("W%d" % number, "b%d" % number)
                out, kept = put("a", a @ w["W%d" % number] + w["b%d" % number]), number
            elif layer.kind == "conv":
                number += 1
                parameters("W%d" % number, "b%d" % number)
                seen = windows(a, layer.side, layer.stride, layer.pad, 0)
                out, kept = put("a", np.einsum("ncijrs,kcrs->nkij", seen, w["W%d" % number], optimize=True) + w["b%d" % number][:, None, None]), (number, seen)
            elif layer.kind == "act":
                word, _, p = layer.word.partition(":")
                p = float(np.dtype(self.dtype).type(float(p) if p else USUAL.get(word, 0)))
                out, kept = put("z", ACTIVATIONS[word][0](a, p)), (word, p)
            elif layer.kind == "maxpool":
                seen = windows(a, layer.side, layer.stride, layer.pad, -np.inf)
                seen = seen.reshape(seen.shape[:4] + (-1,))
                out, kept = put("pool", seen.max(-1)), seen.argmax(-1)
            elif layer.kind == "avgpool":
                seen = windows(a, layer.side, layer.stride, layer.pad, 0)
                out, kept = put("pool", seen.sum((-2, -1)) / (layer.side[0] * layer.side[1])), None
            elif layer.kind == "batchnorm":
                parameters(*("%s%d" % (name, number) for name in ("gamma", "beta", "mean", "var")))
                axes, wide = (0,) + tuple(range(2, a.ndim)), (slice(None),) + (None,) * (a.ndim - 2)
                centre = a.mean(axes) if training else w["mean%d" % number]
                spread = ((a - centre[wide]) ** 2).mean(axes) if training else w["var%d" % number]
                scale = 1 / np.sqrt(spread + EPS)
                for name, value in (("centre", centre), ("spread", spread), ("scale", scale), ("sum_dy", None), ("sum_dyx", None)):
                    put(name, value, "state")
                hat = (a - centre[wide]) * scale[wide]
                out, kept = put("n", hat * w["gamma%d" % number][wide] + w["beta%d" % number][wide]), (number, axes, wide, scale, hat)
            elif layer.kind == "dropout":
                kept = None
                if training:
                    drawn = mask(self.seed, step, call, layer.rate, len(a), a[0].size, self.dtype).reshape(a.shape)
                    kept = put("mask", drawn, "state")
                out = put("drop", a if kept is None else a * v[kept])
            tape.append((layer, now, out, kept))
            now, call = out, call + 1
        self.last = now
        return v, tape

    def measure(self, a, answers):
        """t, y, the loss of each row and dy"""
        n, k = a.shape
        word, _, p = self.loss.partition(":")
        t = answers.astype(np.float64).reshape(n, k) if answers.dtype.kind == "f" else np.eye(k)[answers]
        off = a - t
        if word == "cross-entropy":
            e = np.exp(a - a.max(1, keepdims=True))
            y = e / e.sum(1, keepdims=True)
            soft = (1 - float(p)) * t + float(p) / k if p else t
            return t, y, -(soft * ((a - a.max(1, keepdims=True)) - np.log(e.sum(1, keepdims=True)))).sum(1), (y - soft) / n
        if word == "bce":
            y = sigmoid(a)
            return t, y, (np.logaddexp(0, a) - t * a).mean(1), (y - t) / (n * k)
        if word == "mse":
            return t, a, (off ** 2).mean(1), 2 * off / (n * k)
        if word == "sse":
            return t, a, (off ** 2).sum(1) / 2, off / n
        if word == "mae":
            return t, a, np.abs(off).mean(1), np.sign(off) / (n * k)
        delta = float(p or 1)
        return t, a, np.where(np.abs(off) <= delta, off ** 2 / 2, delta * (np.abs(off) - delta / 2)).mean(1), np.clip(off, -delta, delta) / (n * k)

    def losses(self, x, answers, weights=None, training=False, step=0):
        v, _ = self.forward(x, weights, training, step)
        t, y, loss, dy = self.measure(v[self.last], answers)
        return y, loss

    def passes(self, x, answers, weights=None, training=False, step=0):
        w = self.weights() if weights is None else weights
        v, tape = self.forward(x, w, training, step)
        v["t"], v["y"], v["loss"], v["dy"] = self.measure(v[self.last], answers)
        self.kind.update({"t": "given", "y": "forward", "loss": "loss", "dy": "backward"})
        grad = v["dy"]
        self.scale = {}  # how large the terms of a sum are, where they may cancel

        def put(name, value, scale=None):
            v["d" + name], self.kind["d" + name] = value, "backward"
            if scale is not None:
                self.scale["d" + name] = float(scale.max())

        for layer, source, out, kept in reversed(tape):
            a = v[source]
            if layer.kind == "dense":
                put("W%d" % kept, a.T @ grad, np.abs(a.T) @ np.abs(grad))
                put("b%d" % kept, grad.sum(0), np.abs(grad).sum(0))
                grad = grad @ w["W%d" % kept].T
            elif layer.kind == "conv":
                number, seen = kept
                put("W%d" % number, np.einsum("nkij,ncijrs->kcrs", grad, seen, optimize=True), np.einsum("nkij,ncijrs->kcrs", np.abs(grad), np.abs(seen), optimize=True))
                put("b%d" % number, grad.sum((0, 2, 3)), np.abs(grad).sum((0, 2, 3)))
                grad = scatter(np.einsum("nkij,kcrs->ncijrs", grad, w["W%d" % number], optimize=True), a.shape, layer.side, layer.stride, layer.pad)
            elif layer.kind == "act":
                grad = grad * ACTIVATIONS[kept[0]][1](v[out], a, kept[1])
            elif layer.kind == "maxpool":
                size = layer.side[0] * layer.side[1]
                parts = (np.arange(size) == kept[..., None]) * grad[..., None]
                grad = scatter(parts.reshape(grad.shape + tuple(layer.side)), a.shape, layer.side, layer.stride, layer.pad)
            elif layer.kind == "avgpool":
                parts = np.broadcast_to((grad / (layer.side[0] * layer.side[1]))[..., None, None], grad.shape + tuple(layer.side))
                grad = scatter(parts, a.shape, layer.side, layer.stride, layer.pad)
            elif layer.kind == "batchnorm":
                number, axes, wide, scale, hat = kept
                put("gamma%d" % number, (grad * hat).sum(axes), np.abs(grad * hat).sum(axes))
                put("beta%d" % number, grad.sum(axes), np.abs(grad).sum(axes))
                for state, gradient in (("sum_dy", "dbeta"), ("sum_dyx", "dgamma")):
                    v[state + str(number)], self.scale[state + str(number)] = v[gradient + str(number)], self.scale[gradient + str(number)]
                if training:  # what is left after the channel's share was taken away may be far smaller than what there was
                    self.scale["d" + source] = float((np.abs(grad) * np.abs(w["gamma%d" % number] * scale)[wide]).max())
                if training:
                    m = a.size / a.shape[1]
                    grad = grad - (v["dbeta%d" % number] / m)[wide] - hat * (v["dgamma%d" % number] / m)[wide]
                grad = grad * (w["gamma%d" % number] * scale)[wide]
            elif layer.kind == "dropout":
                grad = grad if kept is None else grad * v[kept]
            elif layer.kind == "flatten":
                grad = grad.reshape(a.shape)
            put(source, grad)
        return v
