# gradient_doctor.py: does `denpa check --grads` name the mistake? Draws small networks and data, computes gradients in NumPy as a learner would write them, with one
# mistake, and asks denpa. It shares nothing with denpa's own table of mistakes but their names: everything is computed the way a script would, in the script's number
# type.
#   gradient_doctor.py mistakes DENPA FOLDER NETWORKS    every mistake on so many networks; prints one line a mistake, and the shares of right names
#   gradient_doctor.py correct DENPA FOLDER COUNT        correct gradients, float32 and float64: no alarm
#   gradient_doctor.py pairs DENPA FOLDER COUNT          two mistakes at once
#   gradient_doctor.py files DENPA FOLDER COUNT          the same gradients as .npz, .npy, .csv and .safetensors
#   gradient_doctor.py article MNIST FOLDER ROWS         runs the article's script on the first rows of MNIST and leaves model.npz and grads.npz in FOLDER
# The last line begins with `ok` or `not ok`; the exit status is 0 or 1.
import gzip
import json
import os
import struct
import subprocess
import sys
import zlib

import numpy as np

ACTS = ("sigmoid", "tanh", "relu")


def idx(path, array):
    with open(path, "wb") as f:
        f.write(struct.pack(">BBBB", 0, 0, 8, array.ndim) + struct.pack(">%dI" % array.ndim, *array.shape) + array.astype(np.uint8).tobytes())


def sigmoid(v):
    return 1 / (1 + np.exp(-v))


def softmax(v):
    e = np.exp(v - np.max(v, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


class Case:
    """One network with its data."""

    def __init__(self, rng, folder, act=None, loss="cross-entropy", depth=None, widths=None, rows=None, dtype=None):
        self.rng, self.folder = rng, folder
        self.act = act or ACTS[rng.integers(3)]
        self.loss = loss
        side = int(rng.integers(3, 8))
        self.classes = int(rng.integers(3, 9))
        depth = depth or int(rng.integers(2, 4))
        hidden = [int(rng.integers(4, 13)) for _ in range(depth - 1)]
        self.widths = [side * side] + (widths or hidden) + [self.classes]
        self.rows = rows or int(rng.integers(self.classes + 2, 41))
        self.split = ("train", "test")[rng.integers(2)]
        self.dtype = dtype or (np.float32, np.float64)[rng.integers(2)]
        self.parameters = {}
        for l in range(1, len(self.widths)):
            scale = np.sqrt((1.0, 2.0)[self.act == "relu"] / self.widths[l - 1]) * rng.uniform(0.5, 1.5)
            self.parameters["W%d" % l] = (scale * rng.standard_normal(self.widths[l - 1:l + 1])).astype(self.dtype)
            self.parameters["b%d" % l] = (0.2 * rng.standard_normal(self.widths[l])).astype(self.dtype)
        self.pixels, self.labels = {}, {}
        for split in ("train", "test"):
            pixels = rng.integers(0, 256, (60, side, side)) * (rng.random((60, side, side)) < 0.6)
            labels = np.concatenate([np.arange(self.classes), rng.integers(0, self.classes, 60 - self.classes)])
            rng.shuffle(labels)
            self.pixels[split], self.labels[split] = pixels, labels
            name = "train" if split == "train" else "t10k"
            idx(os.path.join(folder, name + "-images-idx3-ubyte"), pixels)
            idx(os.path.join(folder, name + "-labels-idx1-ubyte"), labels)
        np.savez(os.path.join(folder, "model.npz"), **self.parameters)

    def ask(self, denpa, gradients, prefix=""):
        path = os.path.join(self.folder, "grads.npz")
        np.savez(path, **{prefix + k: v for k, v in gradients.items()})
        command = [denpa, "check", os.path.join(self.folder, "model.npz"), self.folder, "--act", self.act, "--loss", self.loss, "--split", self.split, "--samples", str(self.rows), "--grads", path, "--json", "--threads", "1"]
        done = subprocess.run(command, capture_output=True, text=True)
        answer = json.loads(done.stdout) if done.stdout else {}
        if "diagnosis" not in answer:
            raise RuntimeError(" ".join(command) + "\n" + done.stderr + done.stdout)
        if done.returncode != (0 if answer["right"] else 1):
            raise RuntimeError("exit status %d" % done.returncode)
        return answer


def backprop(case, mistakes=(), lr=0.1, decay=0.01):
    """The gradients, as a learner's program computes them. `mistakes` are made on the way."""
    m = set(mistakes)
    p = {k: v.copy() for k, v in case.parameters.items()}
    layers = len(case.widths) - 1
    split = case.split
    if "other-split" in m:
        split = "test" if split == "train" else "train"
    N = case.rows
    pictures = case.pixels[split][:N]
    labels = case.labels[split][:N]
    if "turned-pictures" in m:
        pictures = pictures.transpose(0, 2, 1)
    x = pictures.reshape(N, -1).astype(case.dtype)
    if "unscaled-inputs" not in m:
        x = x / 255
    if "inputs-scaled-twice" in m:
        x = x / 255
    if "inverted-inputs" in m:
        x = 1 - x
    x = x.astype(case.dtype)
    if "float16" in m and case.rng.random() < 0.5:  # from the beginning
        x = x.astype(np.float16)
        p = {k: v.astype(np.float16) for k, v in p.items()}
    if "labels-off-by-one" in m:
        labels = (labels + case.rng.choice([-1, 1])) % case.classes
    if "answers-shifted" in m:
        labels = (np.roll(labels, 1), np.roll(labels, -1), labels[::-1])[case.rng.integers(3)]
    t = np.zeros((N, case.classes), case.dtype)
    t[np.arange(N), labels] = 1
    if "one-hot-axis" in m:
        t = np.zeros((case.classes, N), case.dtype)
        t[labels, np.arange(N)] = 1
        t = t.reshape(N, case.classes)
    if "labels-not-one-hot" in m:
        t = np.repeat(labels[:, None], case.classes, axis=1).astype(case.dtype)

    act = case.act
    if "other-activation" in m:
        act = ACTS[(ACTS.index(act) + 1) % 3]
    f = {"sigmoid": sigmoid, "tanh": np.tanh, "relu": lambda v: np.maximum(v, 0)}[act]

    a, z = {}, {0: x}
    for l in range(1, layers + 1):
        a[l] = np.dot(z[l - 1], p["W%d" % l])
        if "bias-left-out" not in m:
            a[l] = a[l] + p["b%d" % l]
        z[l] = f(a[l]) if l < layers and "activation-left-out" not in m else a[l]
    last = a[layers]

    if case.loss == "mse":
        y = last
        if "sigmoid-output" in m:
            y = sigmoid(last)
        if "softmax-output" in m:
            y = softmax(last)
        dy = 2 * (y - t) / (N * case.classes)
        if "missing-two" in m:
            dy = (y - t) / (N * case.classes)
        if "outputs-not-divided" in m:
            dy = 2 * (y - t) / N
        if "absolute-error" in m:
            dy = np.sign(y - t) / (N * case.classes)
        if "missing-mean" in m:
            dy = 2 * (y - t) / case.classes
    else:
        y = softmax(last)
        if "missing-softmax" in m:
            y = last
        if "double-softmax" in m:
            y = softmax(softmax(last))
        if "batch-softmax" in m:
            e = np.exp(last - np.max(last))
            y = e / np.sum(e)
        if "softmax-axis" in m:
            e = np.exp(last - np.max(last, axis=0))
            y = e / np.sum(e, axis=0)
        if "sigmoid-output" in m:
            y = sigmoid(last)
        dy = (y - t) / N
        if "missing-mean" in m:
            dy = y - t
        if "divided-twice" in m:
            dy = (y - t) / N / N
        if "divided-by-classes" in m:
            dy = (y - t) / y.size
        if "log-epsilon" in m:  # numerically, from the loss of the book
            right = np.sum(y * t, axis=1, keepdims=True)
            dy = -(t - y) * right / (right + 1e-7) / N
        if "missing-softmax-derivative" in m:
            dy = -(t / y) / N
        if "softmax-diagonal" in m:
            dy = -(t / y) / N * y * (1 - y)
        if "output-derivative" in m:
            dy = (y - t) * y * (1 - y) / N
        if "mse-gradient" in m:
            score = (last, y)[case.rng.integers(2)]
            dy = 2 * (score - t) / (N * case.classes)
            if score is y and case.rng.random() < 0.5:  # back through the softmax
                dy = y * (dy - np.sum(dy * y, axis=1, keepdims=True))
        if "answers-forgotten" in m:
            dy = y / N
    if "wrong-sign" in m:
        dy = -dy
    if "doubled" in m:
        dy = 2 * dy
    if "first-sample-only" in m:
        keep = np.zeros((N, 1))
        keep[0] = 1
        dy = dy * keep * case.rng.choice([1, N])
    if "last-sample-only" in m:
        keep = np.zeros((N, 1))
        keep[-1] = 1
        dy = dy * keep

    half = case.rng.integers(2)

    def slope(l):
        if "missing-activation-derivative" in m:
            return np.ones_like(a[l])
        name = act
        if "other-derivative" in m:
            name = ACTS[(ACTS.index(act) + 1) % 3]
        v = z[l]
        if "derivative-at-a" in m:
            v = a[l]
        if "derivative-at-z" in m:
            v = f(z[l])
        if name == "sigmoid":
            return (1 - v if half == 0 else v) if "half-derivative" in m else v * (1 - v)
        if name == "tanh":
            return 1 - v if "tanh-not-squared" in m else 1 + v * v if "tanh-plus" in m else 1 - v**2
        return (v <= 0).astype(v.dtype) if "relu-reversed" in m else (v > 0).astype(v.dtype)

    g = {}
    da = dy
    dz = dy
    for l in range(layers, 0, -1):
        W = "W%d" % l
        below = a[l - 1] if "weights-from-a" in m and l > 1 else z[l - 1]
        dw = np.dot(below.T, dz if "weights-without-derivative" in m else da)
        if "transposed-gradient" in m:
            dw = np.dot(da.T, below)
        if "weights-not-summed" in m:
            dw = below[:, :, None] * da[:, None, :]
        db = np.sum(dz if "bias-without-derivative" in m else da, axis=0)
        if "bias-wrong-axis" in m:
            db = np.sum(da, axis=1)
        if "bias-summed-over-all" in m:
            db = np.full(da.shape[1], np.sum(da))
        if "bias-divided" in m:
            db = np.mean(da, axis=0)
        if "bias-not-divided" in m:
            db = db * N
        if "bias-missing" in m:
            db = np.zeros(da.shape[1])
        if "bias-not-summed" in m:
            db = da
        if "bias-first-sample" in m:
            db = da[0]
        if "weights-divided" in m:
            dw = dw / N
        if "weights-not-divided" in m:
            dw = dw * N
        g[W], g["b%d" % l] = dw, db
        if "layer-divided" in m and l == 1:
            g[W], g["b%d" % l] = dw / N, db / N
        if "layer-not-divided" in m and l == layers:
            g[W], g["b%d" % l] = dw * N, db * N
        if "layer-zero" in m and l == 1:
            g[W], g["b%d" % l] = 0 * dw, 0 * db
        if l == 1:
            break
        w = p[W]
        if "updated-weight" in m:
            p[W] = p[W] - lr * g[W]
            p["b%d" % l] = p["b%d" % l] - lr * g["b%d" % l]
            w = p[W]
        carried = dz if "derivative-not-passed-on" in m and l < layers else da
        if "untransposed-weight" in m:
            dz = np.dot(carried, w.reshape(w.shape[1], w.shape[0]))
        else:
            dz = np.dot(carried, w.T)
        if "relu-on-gradient" in m:
            da = dz * (dz > 0)
        else:
            da = dz * slope(l - 1)
            if "derivative-twice" in m:
                da = da * slope(l - 1)
    if "weight-decay" in m:
        for l in range(1, layers + 1):
            g["W%d" % l] = g["W%d" % l] + decay * case.parameters["W%d" % l]
    if "layers-swapped" in m:
        g["W2"], g["W3"], g["b2"], g["b3"] = g["W3"], g["W2"], g["b3"], g["b2"]
    for k in g:
        if "times-learning-rate" in m:
            g[k] = lr * g[k]
        if "all-zero" in m:
            g[k] = np.zeros_like(g[k])
        if "update-not-gradient" in m:
            g[k] = -lr * g[k]
        if "new-weights" in m:
            g[k] = case.parameters[k] - lr * g[k]
        if "float16" in m:
            g[k] = g[k].astype(np.float16)
        g[k] = np.asarray(g[k]).astype(case.dtype)
    if "missing-array" in m:
        del g["b1"]
    if "not-finite" in m:
        g["W1"][1, 2] = np.nan
    if "arrays-swapped" in m:
        g["W1"], g["W2"] = g["W2"], g["W1"]
    return g


# What a mistake asks of the network.
NEEDS = {
    "derivative-at-a": dict(acts=("sigmoid", "tanh")), "derivative-at-z": dict(acts=("sigmoid", "tanh")), "derivative-twice": dict(acts=("sigmoid", "tanh")), "half-derivative": dict(acts=("sigmoid",)),
    "tanh-not-squared": dict(acts=("tanh",)), "tanh-plus": dict(acts=("tanh",)), "relu-reversed": dict(acts=("relu",)), "derivative-not-passed-on": dict(depth=3),
    "layers-swapped": dict(depth=4, same=True), "missing-two": dict(loss="mse"), "outputs-not-divided": dict(loss="mse"), "softmax-output": dict(loss="mse"), "absolute-error": dict(loss="mse"),
    "log-epsilon": dict(sure=True, dtype=np.float64), "arrays-swapped": dict(depth=2),
}
MISTAKES = """updated-weight missing-mean divided-twice divided-by-classes wrong-sign doubled missing-softmax double-softmax batch-softmax softmax-axis sigmoid-output log-epsilon
missing-softmax-derivative softmax-diagonal output-derivative mse-gradient answers-forgotten labels-off-by-one answers-shifted one-hot-axis labels-not-one-hot first-sample-only last-sample-only
other-split unscaled-inputs inputs-scaled-twice inverted-inputs turned-pictures bias-left-out activation-left-out other-activation missing-activation-derivative derivative-at-a derivative-at-z
half-derivative tanh-not-squared tanh-plus derivative-twice other-derivative relu-reversed relu-on-gradient derivative-not-passed-on untransposed-weight transposed-gradient weights-from-a
weights-without-derivative weights-divided weights-not-divided weights-not-summed bias-divided bias-not-divided bias-missing bias-summed-over-all bias-without-derivative bias-wrong-axis
bias-not-summed bias-first-sample layer-divided layer-not-divided layer-zero layers-swapped weight-decay new-weights float16 update-not-gradient times-learning-rate missing-two
outputs-not-divided softmax-output absolute-error missing-array not-finite arrays-swapped all-zero""".split()


def draw_case(rng, folder, mistake):
    needs = NEEDS.get(mistake, {})
    acts = needs.get("acts", ACTS)
    widths = None
    if needs.get("same"):
        width = int(rng.integers(4, 9))
        widths = [width] * (needs["depth"] - 1)
    case = Case(rng, folder, acts[rng.integers(len(acts))], needs.get("loss", "cross-entropy"), needs.get("depth"), widths, dtype=needs.get("dtype"))
    if needs.get("sure"):  # a network that is sure of itself, so that some right answers get almost no probability
        last = "W%d" % (len(case.widths) - 1)
        case.parameters[last] = case.parameters[last] * 25
        np.savez(os.path.join(folder, "model.npz"), **case.parameters)
    return case


def run_mistakes(denpa, folder, networks):
    first = three = total = 0
    missed = []
    for mistake in MISTAKES:
        hits = near = 0
        others = []
        for k in range(networks):
            rng = np.random.default_rng([zlib.crc32(mistake.encode()), k])
            case = draw_case(rng, folder, mistake)
            lr = (0.1, 0.05, 0.3, 0.7)[rng.integers(4)]
            with np.errstate(all="ignore"):
                g = backprop(case, [mistake], lr=lr, decay=float(rng.choice([1e-4, 1e-3, 1e-2])))
            answer = case.ask(denpa, g, ("", "d", "grad_")[rng.integers(3)])
            names = [d["id"] for d in answer["diagnosis"]]
            hits += names[:1] == [mistake]
            near += mistake in names[:3]
            if names[:1] != [mistake]:
                others.append("%s:%s,%s,%s" % ("+".join(names[:2]) or "nothing", case.act, "-".join(map(str, case.widths)), case.dtype.__name__))
        print("%-32s first %2d, in three %2d of %d  %s" % (mistake, hits, near, networks, " ".join(others[:3])), flush=True)
        first, three, total = first + hits, three + near, total + networks
        if hits == 0:
            missed.append(mistake)
    good = first >= 0.9 * total and three >= 0.98 * total and not missed
    print("%s %d mistakes on %d networks each: named first %.1f %%, in the first three %.1f %%%s" % ("ok" if good else "not ok", len(MISTAKES), networks, 100 * first / total, 100 * three / total, "; never: " + " ".join(missed) if missed else ""))
    return good


def run_correct(denpa, folder, count):
    alarms = 0
    for k in range(count):
        rng = np.random.default_rng([7, k])
        case = Case(rng, folder, loss=("cross-entropy", "cross-entropy", "mse")[k % 3])
        if k % 5 == 0:  # as after a long training: large weights, sure answers
            for name in case.parameters:
                case.parameters[name] = case.parameters[name] * 3
            np.savez(os.path.join(folder, "model.npz"), **case.parameters)
        answer = case.ask(denpa, backprop(case), ("", "d", "grad_")[k % 3])
        if not answer["right"] or answer["diagnosis"]:
            alarms += 1
            print("alarm on network", k, case.act, case.widths, case.dtype.__name__, [(a["name"], a["error"], a["tolerance"]) for a in answer["arrays"]], answer["diagnosis"][:1])
    print("%s %d alarms on %d correct gradients" % ("not ok" if alarms else "ok", alarms, count))
    return alarms == 0


def run_pairs(denpa, folder, count):
    pairs = [("missing-mean", "missing-activation-derivative"), ("double-softmax", "bias-divided"), ("labels-off-by-one", "updated-weight"), ("unscaled-inputs", "missing-mean"), ("wrong-sign", "derivative-at-z"),
             ("missing-softmax", "times-learning-rate"), ("weight-decay", "missing-mean"), ("bias-missing", "missing-activation-derivative")]
    hits = total = 0
    for a, b in pairs:
        both = 0
        for k in range(count):
            rng = np.random.default_rng([11, zlib.crc32((a + b).encode()), k])
            case = draw_case(rng, folder, b if b in NEEDS else a)
            with np.errstate(all="ignore"):
                answer = case.ask(denpa, backprop(case, [a, b], lr=0.3))
            named = [{d["id"], d["with"]["id"] if d["with"] else d["id"]} for d in answer["diagnosis"][:3]]
            both += {a, b} in named
        print("%-60s %d of %d" % (a + " and " + b, both, count), flush=True)
        hits, total = hits + both, total + count
    good = hits >= 0.8 * total
    print("%s two mistakes at once: both named %.0f %%" % ("ok" if good else "not ok", 100 * hits / total))
    return good


def safetensors(path, arrays):
    header, data = {}, b""
    for name, a in arrays.items():
        header[name] = {"dtype": "F64" if a.dtype == np.float64 else "F32", "shape": list(a.shape), "data_offsets": [len(data), len(data) + a.nbytes]}
        data += a.tobytes()
    text = json.dumps(header).encode()
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + data)


def run_files(denpa, folder, count):
    good = True
    for k in range(count):
        case = Case(np.random.default_rng([13, k]), folder)
        for mistake, right in (("", True), ("wrong-sign", False)):
            g = backprop(case, [mistake])
            here = {"all.npz": None, "all.safetensors": None, "dW1.npy": "W1", "W2.csv": "W2", "grad_b1.csv": "b1", "b2.txt": "b2"}
            np.savez(os.path.join(folder, "all.npz"), **g)
            safetensors(os.path.join(folder, "all.safetensors"), g)
            np.save(os.path.join(folder, "dW1.npy"), np.asfortranarray(g["W1"]))
            np.savetxt(os.path.join(folder, "W2.csv"), g["W2"], delimiter=",", header="one column for each unit")
            np.savetxt(os.path.join(folder, "grad_b1.csv"), g["b1"])
            np.savetxt(os.path.join(folder, "b2.txt"), g["b2"][None, :])
            for file in here:
                command = [denpa, "check", os.path.join(folder, "model.npz"), folder, "--act", case.act, "--split", case.split, "--samples", str(case.rows), "--grads", os.path.join(folder, file), "--json"]
                answer = json.loads(subprocess.run(command, capture_output=True, text=True).stdout)
                compared = [a["name"] for a in answer["arrays"] if a["state"] == "compared"]
                named = [d["id"] for d in answer["diagnosis"][:1]]
                if answer["right"] != right or named != ([] if right else [mistake]) or (here[file] and compared != [here[file]]) or (not here[file] and len(compared) != len(g)):
                    good = False
                    print(file, mistake, answer["right"], named, compared)
    print("%s gradients from .npz, .safetensors, .npy, .csv and .txt" % ("ok" if good else "not ok"))
    return good


def run_article(mnist, folder, rows):
    """The article's script, in its own order: W2 and b2 are updated before the gradient goes back through W2."""

    def load(name, skip):
        for ending in (".gz", ""):
            path = os.path.join(mnist, name + ending)
            if os.path.exists(path):
                with (gzip.open(path) if ending else open(path, "rb")) as f:
                    return np.frombuffer(f.read(), np.uint8, offset=skip)
        raise FileNotFoundError(name)

    x = load("train-images-idx3-ubyte", 16).reshape(-1, 784)[:rows].astype("float32") / 255
    t = np.eye(10)[load("train-labels-idx1-ubyte", 8)[:rows]]
    np.random.seed(0)
    W1, b1, W2, b2 = 0.01 * np.random.randn(784, 50), np.zeros(50), 0.01 * np.random.randn(50, 10), np.zeros(10)
    np.savez(os.path.join(folder, "model.npz"), W1=W1, b1=b1, W2=W2, b2=b2)
    a1 = np.dot(x, W1) + b1
    z1 = sigmoid(a1)
    y = softmax(np.dot(z1, W2) + b2)
    learning_rate = 0.1
    dy = (y - t) / x.shape[0]
    grad_W2 = np.dot(z1.T, dy)
    grad_b2 = np.sum(dy, axis=0)
    W2 = W2 - learning_rate * grad_W2
    b2 = b2 - learning_rate * grad_b2
    dz1 = np.dot(dy, W2.T)
    da1 = (1.0 - sigmoid(a1)) * sigmoid(a1) * dz1
    np.savez(os.path.join(folder, "grads.npz"), grad_W1=np.dot(x.T, da1), grad_b1=np.sum(da1, axis=0), grad_W2=grad_W2, grad_b2=grad_b2)
    return True


if __name__ == "__main__":
    what, denpa, folder, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    sys.exit(0 if {"mistakes": run_mistakes, "correct": run_correct, "pairs": run_pairs, "files": run_files, "article": run_article}[what](denpa, folder, count) else 1)
