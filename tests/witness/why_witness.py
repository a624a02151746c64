# why_witness.py: what `denpa why` and `denpa explain` say, checked from outside, for why.sh and explain.sh. Prints nothing if all is well, else what is wrong.
#   why_witness.py cell WHY.json MODEL ROWS.json...   the terms fold to the number bit for bit in exact arithmetic; it is the one that NumPy computes; forms and update
#   why_witness.py text WHY.json WHY.txt              every number of the text is one of those in the JSON
#   why_witness.py page PAGE.html MODEL ROWS.json...  the matrices in the page are the model's, and those that NumPy computes
import base64
import json
import math
import re
import struct
import sys
from fractions import Fraction

import numpy as np

bad = 0


def wrong(*what):
    global bad
    bad = 1
    print(*what)


def model(path):
    """{name: array} and the metadata of a safetensors file"""
    data = open(path, "rb").read()
    (length,) = struct.unpack("<Q", data[:8])
    head, tensors = json.loads(data[8:8 + length]), {}
    meta = head.pop("__metadata__", {})
    for name, entry in head.items():
        begin, end = entry["data_offsets"]
        tensors[name] = np.frombuffer(data[8 + length + begin:8 + length + end], "<f8" if entry["dtype"] == "F64" else "<f4").reshape(entry["shape"])
    return tensors, meta


def compute(tensors, meta, rows):
    """every matrix of both passes, in double"""
    n, v = len(rows), {"x": (np.array([r["pixels"] for r in rows]).astype("float32") / 255).astype("float64"), "t": np.eye(10)[[r["label"] for r in rows]]}
    v.update({name: t.astype("float64") for name, t in tensors.items()})
    layers = len(tensors) // 2
    normal = np.vectorize(lambda a: (1 + math.erf(a / math.sqrt(2))) / 2)
    act = {
        "sigmoid": (lambda a: 1 / (1 + np.exp(-a)), lambda z, a: z * (1 - z)),
        "tanh": (np.tanh, lambda z, a: 1 - z * z),
        "relu": (lambda a: np.maximum(a, 0), lambda z, a: (z > 0) * 1.0),
        "gelu": (lambda a: a * normal(a), lambda z, a: normal(a) + a * np.exp(-a * a / 2) / math.sqrt(2 * math.pi)),
        "elu:0.5": (lambda a: np.where(a > 0, a, np.expm1(a) / 2), lambda z, a: np.where(a > 0, 1, np.exp(a) / 2)),
        "softplus": (lambda a: np.logaddexp(0, a), lambda z, a: 1 / (1 + np.exp(-a))),
    }[meta.get("activation", "sigmoid")]
    z = v["x"]
    for i in range(1, layers + 1):
        v["a%d" % i] = z @ v["W%d" % i] + v["b%d" % i]
        if i < layers:
            z = v["z%d" % i] = act[0](v["a%d" % i])
    a, t = v["a%d" % layers], v["t"]
    if meta.get("loss") == "mse":
        v["y"], v["loss"], v["dy"] = a, ((a - t) ** 2).mean(axis=1), 2 * (a - t) / (n * 10)
    elif meta.get("loss") == "bce":
        v["y"] = 1 / (1 + np.exp(-a))
        v["loss"], v["dy"] = -(t * np.log(v["y"]) + (1 - t) * np.log(1 - v["y"])).mean(axis=1), (v["y"] - t) / (n * 10)
    elif meta.get("loss") == "huber:0.1":
        off = abs(a - t)
        v["y"], v["loss"], v["dy"] = a, np.where(off <= 0.1, off ** 2 / 2, 0.1 * (off - 0.05)).mean(axis=1), np.clip(a - t, -0.1, 0.1) / (n * 10)
    else:
        t = 0.9 * t + 0.01 if meta.get("loss") == "cross-entropy:0.1" else t
        e = np.exp(a - a.max(axis=1, keepdims=True))
        v["y"] = e / e.sum(axis=1, keepdims=True)
        v["loss"], v["dy"] = -(np.log(v["y"]) * t).sum(axis=1), (v["y"] - t) / n
    da = v["dy"]
    for i in range(layers, 0, -1):
        before = v["z%d" % (i - 1)] if i > 1 else v["x"]
        v["dW%d" % i], v["db%d" % i] = before.T @ da, da.sum(axis=0)
        back = v["dz%d" % (i - 1) if i > 1 else "dx"] = da @ v["W%d" % i].T
        if i > 1:
            da = v["da%d" % (i - 1)] = back * act[1](before, v["a%d" % (i - 1)])
    return v


def rounded(value, dtype):
    """a Fraction, rounded once to the dtype (round to nearest, ties to even)"""
    if dtype == "float64" or value == 0:
        return float(value)
    near = np.float32(float(value))
    around = [np.nextafter(near, np.float32(-np.inf)), near, np.nextafter(near, np.float32(np.inf))]
    best = min(around, key=lambda f: (abs(Fraction(float(f)) - value), struct.unpack("<I", struct.pack("<f", f))[0] & 1))
    return float(best)


def fold(account):
    """the law of sums, in exact arithmetic with one rounding for each step"""
    dtype, terms = account["dtype"], sorted(account["terms"], key=lambda t: t["place"])
    pairs = [(Fraction(t["mapped"]), Fraction(t["factor"])) for t in terms]

    def block(pairs):
        if account["fold"] == "lanes":
            lane = [0.0] * 16
            for i, (a, b) in enumerate(pairs):
                lane[i % 16] = rounded(a * b + Fraction(lane[i % 16]), dtype)
            for half in (8, 4, 2, 1):
                for i in range(half):
                    lane[i] = rounded(Fraction(lane[i]) + Fraction(lane[i + half]), dtype)
            return lane[0]
        total = 0.0
        for a, b in pairs:
            total = rounded(a * b + Fraction(total), dtype)
        return total

    return block(pairs)


def evaluate(form, number, arguments, minus):
    places = [number] + arguments + [minus]
    return eval(re.sub(r"\{(\d)\}", lambda m: "(%r)" % places[int(m.group(1)) - 1], form), {"exp": math.exp, "log": math.log, "tanh": math.tanh, "erf": math.erf, "sqrt": math.sqrt, "pi": math.pi})


def near(a, b, dtype, scale=0.0):
    return abs(a - b) <= (1e-5 if dtype == "float32" else 1e-12) * (abs(a) + abs(b) + scale) + 1e-30


def cell_of(values, name):
    found = re.fullmatch(r"(\w+)(?:\[([\d,]+)\])?", name)
    array = values[found.group(1)]
    return float(array[tuple(int(i) for i in found.group(2).split(","))]) if found.group(2) else float(array.mean()), float(np.abs(array).max())


def check_account(account, values, dtype):
    truth, scale = cell_of(values, account["name"])
    if not near(account["value"], truth, dtype, scale):
        wrong(account["name"], "is", account["value"], "but NumPy has", truth)
    if "terms" not in account:
        return
    if len(account["terms"]) != account["count"]:
        return wrong(account["name"], "terms are missing")
    total = fold(account)
    if total != account["sum"]:
        wrong(account["name"], "terms fold to", total, "not", account["sum"])
    size = sum(abs(t["product"]) for t in account["terms"])
    if abs(math.fsum(t["product"] for t in account["terms"]) - account["sum"]) > (1e-12 if account["dtype"] == "float64" else 1e-5) * size:
        wrong(account["name"], "terms do not add up")
    ending = account["sum"] if account["finish"] is None else evaluate(account["finish"], account["sum"], account["arguments"], 0)
    if account["finish"] is None and ending != account["value"] or not near(ending, account["value"], account["dtype"], 1e-7):
        wrong(account["name"], account["finish"], "gives", ending, "not", account["value"])
    for t in account["terms"]:
        if t["product"] != t["mapped"] * t["factor"]:
            wrong(account["name"], "product", t)
        for key, value in (("cell", "value"), ("by", "by_value")):
            if key in t and not t[key].startswith("t["):
                truth, scale = cell_of(values, t[key])
                if not near(t[value], truth, dtype, scale):
                    wrong(account["name"], t[key], "is", t[value], "but NumPy has", truth)
        if "by" in t and t["by_form"] is None and t["factor"] != t["by_value"]:
            wrong(account["name"], "factor", t)
        if "by" in t and t["by_form"] is not None and not near(evaluate(t["by_form"], t["by_value"], account["arguments"], t["minus"]), t["factor"], account["dtype"], 1):
            wrong(account["name"], "form", t)
        if "cell" in t and account["map"] is not None and not near(evaluate(account["map"], t["value"] - t["minus"], account["arguments"], t["minus"]), t["mapped"], account["dtype"], 1):
            wrong(account["name"], "map", t)
        if "pixel" in t:
            at = int(re.search(r",(\d+)\]", t["by"] if t.get("by", "").startswith("x[") else t["cell"]).group(1))
            if at != 28 * t["pixel"]["row"] + t["pixel"]["column"]:
                wrong(account["name"], "pixel", t)
    products = [abs(t["product"]) for t in account["terms"]]
    if products != sorted(products, reverse=True):
        wrong(account["name"], "the terms are not in order of size")
    if "largest_from" in account:
        check_account(account["largest_from"], values, dtype)


def check_cell():
    why = json.load(open(sys.argv[2]))
    tensors, meta = model(sys.argv[3])
    dtype = str(next(iter(tensors.values())).dtype)
    values = compute(tensors, meta, [json.load(open(path)) for path in sys.argv[4:]])
    check_account(why, values, dtype)
    if "gradient" in why:
        check_account(why["gradient"], values, dtype)
        if why["gradient"]["name"].lstrip("d").split("[")[0] not in (why["name"].split("[")[0], "y"):
            wrong("the gradient of", why["name"], "is", why["gradient"]["name"])
    if "update" in why:
        u = why["update"]
        w, g, lr = (Fraction(f) for f in (u["before"], why["gradient"]["value"], float(np.dtype(dtype).type(u["lr"]))))
        if u["optimizer"] == "sgd" and u["after"] != rounded(w - lr * g, dtype):
            wrong("update", u)
        if u["before"] != why["value"]:
            wrong("before the update", u)


NUMBER = re.compile(r"(?<![\w.\[,])-?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?![\w.,\]])")


def check_text():
    """the lines `PRODUCT = NAMES = NUMBERS`, and what the sums are"""
    why, text = json.load(open(sys.argv[2])), open(sys.argv[3], encoding="utf-8").read()
    accounts, shown = [], 0
    for account in (why, why.get("gradient")):
        while account:
            accounts.append(account)
            account = account.get("largest_from")
    by_text = {t["text"]: t for a in accounts for t in a.get("terms", [])}
    for line in text.split("\n"):
        parts = line.strip().split(" = ")
        if len(parts) >= 2 and parts[1] in by_text and re.fullmatch(NUMBER, parts[0]):
            shown += 1
            if abs(float(parts[0]) - by_text[parts[1]]["product"]) > 1e-7 * abs(by_text[parts[1]]["product"]):
                wrong("product:", line)
    for a in accounts:
        heads = [line.strip() for line in text.split("\n") if line.strip().startswith(a["name"] + " = ")]
        if not any(np.float32(float(h.split(" = ")[1])) == np.float32(a["value"]) for h in heads if re.fullmatch(NUMBER, h.split(" = ")[1])):
            wrong(a["name"], "is not told with its value", a["value"])
    if shown < len([a for a in accounts if a.get("count")]):
        wrong("terms shown:", shown)


def check_page():
    html = open(sys.argv[2], encoding="utf-8").read()
    data = json.loads(re.search(r'<script type="application/json" id="data">\n(.*?)</script>', html, re.S).group(1))
    tensors, meta = model(sys.argv[3])
    values = compute(tensors, meta, [json.load(open(path)) for path in sys.argv[4:]])
    names = [m["name"] for m in data["matrices"]]
    if set(names) != set(values):
        wrong("matrices:", set(names) ^ set(values))
    for m in data["matrices"]:
        array = np.frombuffer(base64.b64decode(m["data"]), "<f8" if m["dtype"] == "float64" else "<f4").reshape(m["shape"])
        if m["name"] in tensors and not np.array_equal(array, tensors[m["name"]]):
            wrong(m["name"], "is not the model's")
        truth = values[m["name"]]
        if array.shape != truth.shape or np.abs(array - truth).max() > (1e-12 if m["dtype"] == "float64" and m["name"] != "loss" and next(iter(tensors.values())).dtype == "float64" else 2e-5) * (np.abs(truth).max() + 1e-30):
            wrong(m["name"], "is not what NumPy computes")
        computed = m["kind"] in ("forward", "loss", "backward")
        if computed != ("terms" in m):
            wrong(m["name"], "has no terms" if computed else "has terms")
    for word in ("http:", "https:", "src=", "@import", "url("):
        if word in re.sub(r'url\(#\$\{kind\}-end\)|http://www\.w3\.org/2000/svg', "", html):
            wrong("the page asks for something:", word)


{"cell": check_cell, "text": check_text, "page": check_page}[sys.argv[1]]()
sys.exit(bad)
