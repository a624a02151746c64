# step_witness.py: what `denpa step` shows, checked from outside, for step.sh. Prints nothing if all is well, else what is wrong.
#   step_witness.py text STEP.json STEP.txt           products in the text: inner sizes agree, and shapes are those of the matrices
#   step_witness.py golden STEP.json MODEL 1|seed     the published results of one full-batch update from numpy.random.seed(0)
#   step_witness.py numbers STEP.json BEFORE AFTER DATA.npz FIRST COUNT   all numbers, of these samples, computed again with NumPy; BEFORE and AFTER are models
import json
import re
import struct
import sys

mode, step = sys.argv[1], json.load(open(sys.argv[2]))
matrix = {m["name"]: m for m in step["matrices"]}
bad = 0


def wrong(*what):
    global bad
    bad = 1
    print(*what)


def model(path):
    """{name: (shape, numbers)} of a safetensors file"""
    data = open(path, "rb").read()
    (length,) = struct.unpack("<Q", data[:8])
    tensors = {}
    for name, entry in json.loads(data[8:8 + length]).items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        kind, size = ("d", 8) if entry["dtype"] == "F64" else ("f", 4)
        tensors[name] = (entry["shape"], struct.unpack("<%d%s" % ((end - begin) // size, kind), data[8 + length + begin:8 + length + end]))
    return tensors


def check_text():
    shaped = re.compile(r"(\w+)(\^T)?\[([0-9,]+)\]")
    sizes = re.compile(r"    (\d+)x\((\d+)\) \. \((\d+)\)x(\d+) -> (\d+)x(\d+)$")
    products, formulas, before = 0, set(), ""
    for line in open(sys.argv[3], encoding="utf-8").read().split("\n"):
        if re.match(r"\w+\[[0-9,]+\]", line):
            formulas.add(line.split("[")[0])
            for name, transposed, shape in shaped.findall(line):
                shape = [int(s) for s in shape.split(",")]
                if name not in matrix or matrix[name]["shape"] != (shape[::-1] if transposed else shape):
                    wrong("shape of", name, "in", line)
        marked = sizes.match(line)
        if marked:
            products += 1
            m, inner, again, n, rows, columns = [int(g) for g in marked.groups()]
            left = shaped.findall(before)
            if inner != again or m != rows or n != columns:
                wrong("sizes:", line)
            if [left[1][2], left[2][2], left[0][2]] != ["%d,%d" % (m, inner), "%d,%d" % (again, n), "%d,%d" % (m, n)]:
                wrong("sizes under another product:", before, line)
        before = line
    layers = len(step["net"].split("-")) - 1
    if products != 3 * layers - 1:
        wrong("products:", products, "for", layers, "layers")
    if formulas != set(matrix):
        wrong("matrices in the text and not:", formulas ^ set(matrix))


def check_golden():
    goldens = {
        "1": (2.3029554573434714, 0.09915, 2.302760348200446, 0.1009, -0.0041579069273867475, 0.02099746933120977),
        "seed": (2.302955482615178, 0.09915, 2.302760378752453, 0.1009, -0.004158116011443473, 0.02099746933120977),
    }
    before = (2.303652291192651, 0.09915, 2.3034476857104083, 0.1009)
    weights = model(sys.argv[3])
    golden = goldens[sys.argv[4]]
    keys = ("train_loss", "train_accuracy", "test_loss", "test_accuracy")
    for when, wanted in (("before", before), ("after", golden)):
        for key, value in zip(keys, wanted):
            if abs(step[when][key] - value) > 1e-9:
                wrong(when, key, step[when][key], value)
    for name, at, value in (("W1", 409 * 50 + 40, golden[4]), ("W2", 3 * 10 + 7, golden[5])):
        if abs(weights[name][1][at] / value - 1) > 1e-12:
            wrong(name, weights[name][1][at], value)


def check_numbers():
    import numpy as np

    def load(path):
        return {name: np.array(numbers, dtype="float64").reshape(shape) for name, (shape, numbers) in model(path).items()}

    first, n, lr = int(sys.argv[6]), int(sys.argv[7]), step["lr"]
    with np.load(sys.argv[5]) as data:
        x, label = data["x_train"][first:first + n], data["t_train"][first:first + n]
    now, after = load(sys.argv[3]), load(sys.argv[4])
    # Adam's first update: its means hold one gradient, so they are g and g^2 once their start from zero is made up for.
    scaled = lambda g, share, epsilon: lr * g / (np.sqrt(share * g * g) + epsilon)
    down = {"sgd": lambda g: lr * g, "momentum": lambda g: lr * g, "nesterov": lambda g: 1.9 * lr * g, "adagrad": lambda g: scaled(g, 1, 1e-10), "rmsprop": lambda g: scaled(g, 0.01, 1e-8), "adam": lambda g: scaled(g, 1, 1e-8), "adamw": lambda g: scaled(g, 1, 1e-8)}[step["optimizer"]]
    layers = len(step["net"].split("-")) - 1
    moved = lambda name: down(v["d" + name]) + (lr * 0.01 * v[name] if step["optimizer"] == "adamw" and name[0] == "W" else 0)
    forward = {"sigmoid": lambda a: 1 / (1 + np.exp(-a)), "tanh": np.tanh, "relu": lambda a: np.maximum(a, 0), "identity": lambda a: a}[step["activation"]]
    slope = {"sigmoid": lambda z: z * (1 - z), "tanh": lambda z: 1 - z * z, "relu": lambda z: (z > 0) * 1.0, "identity": lambda z: z * 0 + 1}[step["activation"]]
    v = {"x": (x.astype("float32") / 255).astype("float64"), "t": np.eye(10)[label]}
    v.update({name: value.copy() for name, value in now.items()})
    z = v["x"]
    for i in range(1, layers + 1):
        v["a%d" % i] = z @ v["W%d" % i] + v["b%d" % i]
        if i < layers:
            z = v["z%d" % i] = forward(v["a%d" % i])
    a, t = v["a%d" % layers], v["t"]
    if step["loss"] == "mse":
        v["y"], v["loss"], v["dy"] = a, ((a - t) ** 2).mean(axis=1), 2 * (a - t) / (n * 10)
    else:
        e = np.exp(a - a.max(axis=1, keepdims=True))
        v["y"] = e / e.sum(axis=1, keepdims=True)
        v["loss"], v["dy"] = -np.log((v["y"] * t).sum(axis=1)), (v["y"] - t) / n
    da = v["dy"]
    for i in range(layers, 0, -1):
        before = v["z%d" % (i - 1)] if i > 1 else v["x"]
        v["dW%d" % i], v["db%d" % i] = before.T @ da, da.sum(axis=0)
        if step["update_order"] == "seed":
            now["W%d" % i] = now["W%d" % i] - down(v["dW%d" % i])
        if i > 1:
            v["dz%d" % (i - 1)] = da @ now["W%d" % i].T
            da = v["da%d" % (i - 1)] = v["dz%d" % (i - 1)] * slope(before)
    if set(v) != set(matrix):
        wrong("matrices:", set(v) ^ set(matrix))
    tolerance = 1e-12 if step["dtype"] == "float64" else 1e-5
    for name, m in matrix.items():
        value = v[name]
        size = np.abs(value).max() + 1e-300
        if list(value.shape) != m["shape"]:
            wrong(name, "shape", m["shape"], value.shape)
        first = value.reshape(value.shape[0] if value.ndim > 1 or name == "loss" else 1, -1)[0][:5]
        for got, wanted in zip(m["first"] + [m["smallest"], m["largest"], m["mean"]], list(first) + [value.min(), value.max(), value.mean()]):
            if abs(got - wanted) > tolerance * size:
                wrong(name, got, wanted)
        if len(m["first"]) != len(first):
            wrong(name, "first", m["first"])
    for u in step["updates"]:
        name, at = u["name"], tuple(u["index"])
        g = v["d" + name]
        if abs(abs(u["gradient"]) - np.abs(g).max()) > tolerance * np.abs(g).max() or abs(u["gradient"] - g[at]) > tolerance * np.abs(g).max():
            wrong(name, "gradient", u, g[at])
        if u["before"] != v[name][at] or u["after"] != after[name][at]:
            wrong(name, u, v[name][at], after[name][at])
        if np.abs(after[name] - (v[name] - moved(name))).max() > tolerance * (np.abs(v[name]).max() + np.abs(down(g)).max()):
            wrong(name, "after the update")
    if abs(step["before"]["batch_loss"] - v["loss"].mean()) > tolerance * 10:
        wrong("loss", step["before"]["batch_loss"], v["loss"].mean())
    expected = -sum((v["d" + name] * moved(name)).sum() for name in now)
    if abs(step["expected_change"] / expected - 1) > tolerance * 10:
        wrong("expected change", step["expected_change"], expected)


{"text": check_text, "golden": check_golden, "numbers": check_numbers}[mode]()
sys.exit(bad)
