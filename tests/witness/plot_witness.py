"""plot_witness.py FOLDER RUN: reads the pictures that tests/witness/plot.sh made and demands that they show what the log, the model and the digits say."""
import csv
import glob
import json
import re
import sys
import xml.etree.ElementTree as ET

sys.dont_write_bytecode = True
import reading

folder, run = sys.argv[1:]
SVG = "{http://www.w3.org/2000/svg}"


def read(name):
    root = ET.parse(f"{folder}/{name}").getroot()
    assert root.tag == SVG + "svg"
    return root, json.loads(root.find(SVG + "metadata").text)


def near(a, b, by):
    assert abs(a - b) <= by, (a, b)


def panels(root):
    return {g.get("data-panel"): g for g in root.iter(SVG + "g") if g.get("data-panel")}


def frame(group):
    """The functions from places to values that the frame tells."""
    rect = next(r for r in group.iter(SVG + "rect") if r.get("class") == "frame")
    (x0, a0, x1, a1), (y0, b0, y1, b1) = ([float(v) for v in rect.get(k).split()] for k in ("data-x", "data-y"))
    return (lambda x: a0 + (x - x0) / (x1 - x0) * (a1 - a0), (a1 - a0) / (x1 - x0)), (lambda y: b0 + (y - y0) / (y1 - y0) * (b1 - b0), abs((b1 - b0) / (y1 - y0)))


CORNERS = [(0x0B, 0x3C, 0x75), (0x3F, 0x8C, 0xC9), (0xF4, 0xF3, 0xF0), (0xCF, 0x6C, 0x17), (0x8A, 0x3B, 0x05)]


def signed(share):
    """The colour of a share of the ramp from blue to orange."""
    k = min(int(share * 4), 3)
    return [a + (share * 4 - k) * (b - a) for a, b in zip(CORNERS[k], CORNERS[k + 1])]


class Pixels:
    """A PNG that shows the same figure as an SVG: what is at a place of the SVG."""

    def __init__(self, name, root):
        self.rows = reading.png(open(f"{folder}/{name}", "rb").read())
        self.scale = len(self.rows) // round(float(root.get("height")))
        assert self.scale in (1, 2) and 0 <= len(self.rows[0]) / 3 - self.scale * float(root.get("width")) < 1

    def at(self, x, y):
        r, c = int(y * self.scale), int(x * self.scale)
        return tuple(self.rows[r][3 * c : 3 * c + 3])

    def ink(self, left, top, right, bottom):
        """Dark pixels in a box."""
        return sum(sum(self.at(x, y)) < 500 for x in range(int(left), int(right)) for y in range(int(top), int(bottom)))


# Curves: the points, as drawn and as carried, are the log's values.
root, data = read("curves.en.svg")
log = list(csv.DictReader(open(f"{run}/log.csv")))
assert len(log) == 5
for panel in data["panels"]:
    group = panels(root)[panel["key"]]
    (to_x, dx), (to_y, dy) = frame(group)
    for series in panel["series"]:
        column = f"{series['key']}_{panel['key']}"
        assert [float(v[column]) for v in log] == series["y"] and [float(v["epoch"]) for v in log] == series["x"], column
        path = next(p for p in group.iter(SVG + "path") if p.get("data-series") == series["key"])
        points = [[float(v) for v in p.split()] for p in re.split("[ML]", path.get("d"))[1:]]
        assert len(points) == len(log)
        for (x, y), row in zip(points, log):
            near(to_x(x), float(row["epoch"]), 0.002 * dx)
            near(to_y(y), float(row[column]), 0.002 * dy)

# Weights: tile (r, c) of unit j is W1[28 r + c][j], carried, coloured and in the PNG.
root, data = read("weights.en.svg")
(inputs, units), w = reading.model(f"{run}/model.safetensors")["W1"]
tiles = data["panels"][0]["tiles"]
assert len(tiles) == units == 13 and inputs == 784
most = max(abs(v) for v in w)
for tile in tiles:
    for r in range(28):
        for c in range(28):
            assert tile["values"][r][c] == w[(28 * r + c) * units + tile["index"]]
drawn = {int(g.get("data-index")): g for g in panels(root)["W1"].iter(SVG + "g") if g.get("data-index")}
assert sorted(drawn) == list(range(units))
for index, g in drawn.items():
    box = next(r for r in g.iter(SVG + "rect") if r.get("class") == "tile")
    left, top, side = float(box.get("x")), float(box.get("y")), float(box.get("width")) / 28
    seen = set()
    for path in g.iter(SVG + "path"):
        level = int(path.get("class")[1:])
        for x, y, run_length in re.findall(r"M(\S+) (\S+)h([0-9.]+)v", path.get("d")):
            r, c = round((float(y) - top) / side), round((float(x) - left) / side)
            for k in range(round(float(run_length) / side)):
                near(level, (w[(28 * r + c + k) * units + index] / most + 1) / 2 * 32, 0.51)
                seen.add((r, c + k))
    assert len(seen) == 784
sheet = Pixels("weights.png", root)
for index, g in drawn.items():
    box = next(r for r in g.iter(SVG + "rect") if r.get("class") == "tile")
    left, top, side = float(box.get("x")), float(box.get("y")), float(box.get("width")) / 28
    for r in range(1, 27):
        for c in range(1, 27):
            want = signed((w[(28 * r + c) * units + index] / most + 1) / 2)
            for a, b in zip(sheet.at(left + (c + 0.5) * side, top + (r + 0.5) * side), want):
                near(a, b, 1)
# The next layer is its matrix.
(rows, columns), w2 = reading.model(f"{run}/model.safetensors")["W2"]
(tile,) = data["panels"][1]["tiles"]
assert [v for line in tile["values"] for v in line] == list(w2) and (len(tile["values"]), len(tile["values"][0])) == (rows, columns)

# Curves and words of a PNG: the points have their colours, and letters stand where the SVG has them.
root, data = read("curves.en.svg")
sheet = Pixels("curves.png", root)
circles = [c for c in root.iter(SVG + "circle") if "test" in c.get("class")]
assert len(circles) == 2 * len(log)
for circle in circles:
    assert sheet.at(float(circle.get("cx")), float(circle.get("cy"))) == (0xD9, 0x73, 0x1A)
labels = [t for t in root.iter(SVG + "text") if t.get("x") and t.get("class") in ("title", "legend", "tick") and t.text != "1"]
assert len(labels) > 15
for label in labels:
    x, y, wide = float(label.get("x")), float(label.get("y")), 7 * len(label.text)
    left = {"start": x, "middle": x - wide / 2, "end": x - wide}[label.get("text-anchor")]
    assert sheet.ink(left, y - 9, left + wide, y) > 2 * len(label.text.replace(" ", "")), label.text

# Confusion: it sums to the samples, and its diagonal is the accuracy that eval tells. Mistakes are what is off the diagonal.
root, data = read("confusion.en.svg")
score = json.load(open(f"{folder}/eval.json"))
matrix = data["panels"][0]["values"]
assert sum(map(sum, matrix)) == data["samples"] == score["samples"]
assert sum(matrix[i][i] for i in range(10)) / score["samples"] == score["accuracy"]
cells = [r for r in root.iter(SVG + "rect") if r.get("class") == "cell"]
sheet = Pixels("confusion.png", root)
for c in cells:
    assert "#%02x%02x%02x" % sheet.at(float(c.get("x")) + 2, float(c.get("y")) + 2) == c.get("fill")
assert len(cells) == 100 and all(float(c.get("data-value")) == matrix[int(c.get("data-row"))][int(c.get("data-column"))] for c in cells)
root, data = read("mistakes.en.svg")
counted = [[0] * 10 for _ in range(10)]
for m in data["mistakes"]:
    counted[m["label"]][m["answer"]] += 1
assert all(counted[i][k] == (matrix[i][k] if i != k else 0) for i in range(10) for k in range(10)) and len(data["mistakes"]) > 0
said, answers, decoder = open(f"{folder}/predictions.json").read(), [], json.JSONDecoder()
while said.strip():
    one, end = decoder.raw_decode(said.lstrip())
    answers.append(one["predictions"][0])
    said = said.lstrip()[end:]
wrong = {i: (a["label"], a["answer"]) for i, a in enumerate(answers) if a["label"] != a["answer"]}
assert len(answers) == 100 and wrong == {m["index"]: (m["label"], m["answer"]) for m in data["mistakes"]}
assert len({m["index"] for m in data["mistakes"]}) == len(data["mistakes"])
shown = [(int(g.get("data-index")), int(g.get("data-label")), int(g.get("data-answer"))) for g in root.iter(SVG + "g") if g.get("data-index")]
assert shown == [(m["index"], m["label"], m["answer"]) for m in data["mistakes"][:100]]
assert [m["output"] for m in data["mistakes"]] == sorted((m["output"] for m in data["mistakes"]), reverse=True)

# Histograms: every number is counted once, and bars are drawn where they are counted.
for name, samples in (("activations.en.svg", 600), ("gradients600.svg", 600)):
    root, data = read(name)
    assert data["samples"] == samples
    sizes = {"a1": 13 * samples, "z1": 13 * samples, "a2": 10 * samples, "y": 10 * samples} if name[0] == "a" else {"dy": 10 * samples, "dz1": 13 * samples, "da1": 13 * samples, "dW1": 784 * 13, "db1": 13, "dW2": 130, "db2": 10}
    assert {p["key"]: sum(p["series"][0]["y"]) for p in data["panels"]} == sizes
    for p in data["panels"]:
        bars = [r for r in panels(root)[p["key"]].iter(SVG + "rect") if r.get("class") == "bar"]
        assert [float(b.get("data-count")) for b in bars] == [v for v in p["series"][0]["y"] if v > 0]

# The surface: at 0 it is the initial network's loss, at 1 the trained one's.
root, data = read("surface500.svg")
first, last = (json.load(open(f"{folder}/{n}.json"))["loss"] for n in ("first", "last"))
line, plane = data["panels"]
on_line = dict(zip([round(x, 9) for x in line["series"][0]["x"]], line["series"][0]["y"]))
columns, rows = plane["columns_at"], [round(v, 9) for v in plane["rows_at"]]
assert on_line[0] == first and on_line[1] == last and first > 2 * last
assert plane["values"][rows.index(0)][columns.index(0)] == first and plane["values"][rows.index(0)][columns.index(1)] == last
ends = {c.get("class").split()[-1]: (float(c.get("data-x")), float(c.get("data-y"))) for c in panels(root)["plane"].iter(SVG + "circle")}
assert ends == {"first": (0, 0), "last": (1, 0)}

# Text from outside is text.
assert 'a<b>&"run' in data["title"] and root.find(SVG + "title").text == data["title"]

# The way of a recorded run: each frame stands where its weights project to, and the plane goes through the farthest.
root, data = read("path.svg")
path = next(s for s in data["panels"][1]["series"] if s["key"] == "path")
frames = [[v for name in ("W1", "b1", "W2", "b2") for v in reading.model(f)[name][1]] for f in sorted(glob.glob(f"{folder}/recorded/frames/*.safetensors"))]
assert len(frames) == len(path["x"]) >= 32
way = [b - a for a, b in zip(frames[0], frames[-1])]
square = sum(v * v for v in way)
off = []
for frame, x in zip(frames, path["x"]):
    along = sum((v - a) * w for v, a, w in zip(frame, frames[0], way)) / square
    near(x, along, 1e-9)
    off.append((sum((v - a - along * w) ** 2 for v, a, w in zip(frame, frames[0], way)) / square) ** 0.5)
farthest = off.index(max(off))
near(path["y"][farthest], off[farthest], 1e-9)
assert off[farthest] > 0.05 and all(abs(y) <= o + 1e-9 for y, o in zip(path["y"], off))
assert (path["x"][0], path["y"][0]) == (0, 0)
