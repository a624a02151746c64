# lab_pictures.py: pictures of `denpa lab`, read back, for lab_pictures.sh. Prints nothing if all is well, else what is wrong.
#   lab_pictures.py FOLDER    FOLDER holds dense.safetensors, data.npz and NAME.svg of every lesson that draws a network (NAME-conv.svg: of another one)
import json
import struct
import sys
import xml.etree.ElementTree as xml

import numpy as np

folder = sys.argv[1]
SVG = "{http://www.w3.org/2000/svg}"
bad = 0


def check(what, good):
    global bad
    if not good:
        bad = 1
        print("wrong:", what)


def picture(name):
    root = xml.parse("%s/%s.svg" % (folder, name)).getroot()
    return root, json.loads(root.find(".//%smetadata" % SVG).text)


def of_class(root, name):
    return [e for e in root.iter() if name in e.get("class", "").split()]


def texts(e):
    return [t.text for t in e.iter(SVG + "text")]


def sizes(shape):
    return [int(n) for n in shape.split(",")]


def parameters(path):
    blob = open(path, "rb").read()
    length = struct.unpack("<Q", blob[:8])[0]
    head = json.loads(blob[8:8 + length])
    return {name: np.frombuffer(blob[8 + length:], np.float32, np.prod(t["shape"]), t["data_offsets"][0]).reshape(t["shape"]).astype(np.float64)
            for name, t in head.items() if name != "__metadata__"}


p = parameters(folder + "/dense.safetensors")
data = np.load(folder + "/data.npz")
x = data["x_test"][:1].astype(np.float64) / 255
t = np.eye(10)[data["t_test"][:1]]
a1 = x @ p["W1"] + p["b1"]
z1 = 1 / (1 + np.exp(-a1))
a2 = z1 @ p["W2"] + p["b2"]
y = np.exp(a2 - a2.max()) / np.exp(a2 - a2.max()).sum()
dy = y - t
dz1 = dy @ p["W2"].T
truth = {"x": x, "a1": a1, "z1": z1, "a2": a2, "y": y, "t": t, "dy": dy, "dz1": dz1, "da1": dz1 * z1 * (1 - z1), "y - t": dy}

# flow: a box for each step, softmax its own, and arrows with the shapes of what flows
for name, values in ("flow", False), ("error", True):
    root, told = picture(name)
    boxes, links = of_class(root, "node"), of_class(root, "link")
    title = [b.get("data-title") for b in boxes]
    check("boxes of " + name, title == ["input", "hidden layer", "activation: sigmoid", "output layer", "the right answers", "softmax: shares of 1", "loss: cross-entropy"])
    check("boxes say their parameters", texts(boxes[1])[1] == "W1 [784,20]  b1 [20]" and texts(boxes[3])[1] == "W2 [20,10]  b2 [10]")
    arrows = {(l.get("data-way"), l.get("data-name")): l for l in links}
    check("arrows of " + name, sorted(n for way, n in arrows if way == "forward") == sorted(["x", "a1", "z1", "a2", "y", "t"]) and sorted(n for way, n in arrows if way == "backward") == sorted(["da1", "dz1", "dy", "y - t"]) and len(links) == len(arrows))
    for (way, what), link in arrows.items():
        check("shape of %s in %s" % (what, name), tuple(sizes(link.get("data-shape"))) == truth[what].shape)
        step = int(link.get("data-to")) - int(link.get("data-from"))
        check("way of " + what, (step > 0) == (way == "forward"))
        shown = [v.split(":") for v in link.get("data-values").split()]
        check("numbers on " + what, bool(shown) == (values and way == "backward" and what != "y - t"))
        order = np.argsort(-np.abs(truth[what][0]), kind="stable")
        for place, (index, value) in enumerate(shown):
            check("%s[%s]" % (what, index), int(index) == order[place] and np.isclose(float(value), truth[what][0, int(index)], rtol=1e-4, atol=0))
            check("%s is written" % value, any("[%s] %.3g" % (index, float(value)) in s for s in texts(link)))
    check("the picture's own data " + name, [b["title"] for b in told["panels"][-1]["boxes"]] == title)

# the same of another network
root, told = picture("flow-conv")
title = [b.get("data-title") for b in of_class(root, "node")]
check("a convolution network", title == ["input", "convolution", "activation: relu", "max pooling", "put into one row", "output layer", "the right answers", "softmax: shares of 1", "loss: cross-entropy"])
shapes = {l.get("data-name"): sizes(l.get("data-shape")) for l in of_class(root, "link")}
check("its shapes", shapes["x"] == [1, 1, 28, 28] and shapes["a1"] == shapes["da1"] == [1, 4, 24, 24] and shapes["y"] == [1, 10])


def products(root):
    """Of each line its matrices: name, sign, rows, columns, rings."""
    return [(m.get("data-name"), m.get("data-sign"), int(m.get("data-rows")), int(m.get("data-columns")), [r == "1" for r in m.get("data-rings").split()], m)
            for m in of_class(root, "matrix")]


def check_rings(name, all_of_them):
    for i, (what, sign, rows, columns, rings, _) in enumerate(all_of_them):
        if sign == ".":
            left = all_of_them[i - 1]
            check("inner sizes of %s in %s" % (what, name), left[3] == rows and left[4][1] and rings[0])
        else:
            check("outer size of %s in %s" % (what, name), not rings[0])


root, told = picture("product")
m = products(root)
check_rings("product", m)
check("forward products", [(n, s, r, c) for n, s, r, c, _, _ in m] == [("x", "", 1, 784), ("W1", ".", 784, 20), ("a1", "=", 1, 20), ("z1", "", 1, 20), ("W2", ".", 20, 10), ("a2", "=", 1, 10)])
check("rings are drawn", len([r for r in root.iter(SVG + "rect") if r.get("class") == "ring"]) == 4)

root, told = picture("transpose")
m = products(root)
check_rings("transpose", m[2:])
grid = [{(int(v.get("data-row")), int(v.get("data-column"))): texts(v)[0] for v in of_class(e, "value")} for *_, e in m[:2]]
check("A^T[j,i] is A[i,j]", len(grid[0]) == 6 and {(j, i): v for (i, j), v in grid[0].items()} == grid[1])
tints = [[r.get("class").split()[1] for r in e.iter(SVG + "rect") if "tint" in r.get("class")] for *_, e in m[:2]]
check("row 1 becomes column 1", tints[0] == ["tint0"] * 3 + ["tint1"] * 3 and tints[1] == ["tint0", "tint1"] * 3)
check("products on the way back", [(n, r, c) for n, _, r, c, _, _ in m[2:]] == [("z1^T", 20, 1), ("dy", 1, 10), ("dW2", 20, 10), ("dy", 1, 10), ("W2^T", 10, 20), ("dz1", 1, 20), ("x^T", 784, 1), ("da1", 1, 20), ("dW1", 784, 20)])

root, told = picture("least-squares")
m = products(root)
check_rings("least-squares", m)
check("the road", [n for n, *_ in m] == ["Z", "W2", "a2", "Z^T", "Z", "W2", "Z^T", "a2", "W2", "(Z^T . Z)^-1", "Z^T", "a2"] and m[0][2:4] == (300, 21) and m[8][2:4] == (21, 10))
check("where it leads", m[9][2:4] == (21, 21) and m[10][3] == m[11][2] == 300)
sys.exit(bad)
