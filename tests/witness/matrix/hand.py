"""hand.py FOLDER: the pages and texts that tests/unit/test_hand_graphs.c wrote of two graphs made by hand, against NumPy: for tests/witness/matrix_hand.sh."""
import re
import sys

import numpy as np

import passes
from network import scatter, sigmoid, windows
from said import Said


class Graph:
    """What passes.Page wants to know of a network: the type, and of each matrix what it is and how large its terms are"""

    def __init__(self):
        self.dtype, self.kind, self.scale = "float32", {}, {}


def read_parameters(path):
    w = {}
    with open(path) as file:
        for line in file:
            name, shape, *numbers = line.split()
            w[name] = np.array([float.fromhex(n) for n in numbers]).reshape([int(n) for n in shape.split(",")])
    return w


def ending(g, v, a, rows):
    """softmax, loss and dy of the last matrix"""
    t = np.eye(3)[np.arange(rows) * 7 % 3]
    e = np.exp(a - a.max(1, keepdims=True))
    y = e / e.sum(1, keepdims=True)
    v.update(a=a, t=t, y=y, loss=-np.log((y * t).sum(1)), dy=(y - t) / rows)
    return v["dy"]


def layer(v, g, x, w, b, out_gradient, inputs):
    """The way back through out = x w + b"""
    v["d" + w], v["d" + b], v["d" + inputs] = x.T @ out_gradient, out_gradient.sum(0), out_gradient @ v[w].T
    g.scale["d" + b] = float(np.abs(out_gradient).sum(0).max())


def rows_graph(w, x):
    g, v = Graph(), dict(w, x=x)
    v["h1"] = x @ w["P"] + w["p"]
    v["h2"] = np.tanh(v["h1"])
    v["QT"] = w["Q"].T
    v["h3"] = v["h2"] @ v["QT"]
    v["h4"] = v["h3"] + w["q"]
    v["h5"] = v["h4"] * sigmoid(v["h4"])
    layer(v, g, v["h5"], "V", "v", ending(g, v, v["h5"] @ w["V"] + w["v"], len(x)), "h5")
    s = sigmoid(v["h4"])
    v["dh4"] = v["dh5"] * s * (1 + v["h4"] * (1 - s))
    v["dq"], v["dh3"] = v["dh4"].sum(0), v["dh4"]
    v["dh2"], v["dQT"] = v["dh3"] @ v["QT"].T, v["h2"].T @ v["dh3"]
    v["dQ"] = v["dQT"].T
    v["dh1"] = v["dh2"] * (1 - v["h2"] ** 2)
    layer(v, g, x, "P", "p", v["dh1"], "x")
    return g, v


def convolve(v, x, k, b, stride, pad):
    return np.einsum("ncijrs,kcrs->nkij", windows(x, v[k].shape[2:], stride, pad, 0), v[k]) + v[b][:, None, None]


def convolve_back(v, g, x, name, k, b, gradient, stride, pad):
    seen = windows(x, v[k].shape[2:], stride, pad, 0)
    v["d" + k], v["d" + b] = np.einsum("nkij,ncijrs->kcrs", gradient, seen), gradient.sum((0, 2, 3))
    g.scale["d" + k] = float(np.einsum("nkij,ncijrs->kcrs", np.abs(gradient), np.abs(seen)).max())
    g.scale["d" + b] = float(np.abs(gradient).sum((0, 2, 3)).max())
    v["d" + name] = scatter(np.einsum("nkij,kcrs->ncijrs", gradient, v[k]), x.shape, v[k].shape[2:], stride, pad)


def pictures_graph(w, x):
    g, v = Graph(), dict(w, x=x)
    v["c1"] = convolve(v, x, "K", "k", 1, 1)
    v["r1"] = np.maximum(v["c1"], 0)
    v["c2"] = convolve(v, v["r1"], "L", "l", 2, 1)
    v["q"] = windows(v["c2"], (2, 2), 1, 0, 0).mean((-2, -1))
    v["flat"] = v["q"].reshape(len(x), -1)
    layer(v, g, v["flat"], "V", "v", ending(g, v, v["flat"] @ w["V"] + w["v"], len(x)), "flat")
    v["dq"] = v["dflat"].reshape(v["q"].shape)
    v["dc2"] = scatter(np.broadcast_to(v["dq"][..., None, None] / 4, v["dq"].shape + (2, 2)), v["c2"].shape, (2, 2), 1, 0)
    convolve_back(v, g, v["r1"], "r1", "L", "l", v["dc2"], 2, 1)
    v["dc1"] = v["dr1"] * (v["c1"] > 0)
    convolve_back(v, g, x, "x", "K", "k", v["dc1"], 1, 1)
    return g, v


def main(folder):
    said, shown, folded = Said(), 0, 0
    for name, function, shape in (("rows", rows_graph, [4]), ("pictures", pictures_graph, [2, 6, 5])):
        for rows in (1, 16, 17):
            base, i = "%s/%s_%d" % (folder, name, rows), np.arange(rows * int(np.prod(shape)))
            g, v = function(read_parameters(base + ".parameters"), (((i * 37 + 11) % 41 - 20) / 16).reshape([rows] + shape))
            for key in v:
                g.kind[key] = {"x": "given", "t": "given", "loss": "loss"}.get(key, "parameter" if key in "PpQqKkLlVv" and name + key != "picturesq" else "backward" if key[0] == "d" else "forward")
            with said.case("hand_%s_page_%d" % (name, rows)) as wrong:
                page = passes.Page(said, wrong, base + ".html", g, v)
                cells = page.check()
                shown, folded = shown + cells[0], folded + cells[1]
            with said.case("hand_%s_text_%d" % (name, rows)) as wrong:
                with open(base + ".text", encoding="utf-8") as file:
                    passes.check_text(said, wrong, g, v, file.read())
            with said.case("hand_%s_words_%d" % (name, rows)) as wrong:
                with open(base + ".text", encoding="utf-8") as file:
                    text = file.read()
                for broken in re.findall(r"^.*(?:Network ,|x\(\) \. \(\)x).*$", text, re.M):
                    wrong("the text has a hole:", broken)
    print("ok hand_cells: pages showed %d cells, %d of which were folded from their terms" % (shown, folded))
    sys.exit(said.bad)


main(sys.argv[1])
