"""plot_kinds_witness.py FOLDER: reads the pictures that tests/witness/plot_kinds.sh made, and demands that they show the numbers of the model files, of the pictures
and of the tables."""
import base64
import csv
import glob
import json
import math
import sys
import xml.etree.ElementTree as ET

sys.dont_write_bytecode = True
import reading

folder = sys.argv[1]
SVG = "{http://www.w3.org/2000/svg}"


def read(name):
    said = json.load(open(f"{folder}/{name}.json"))
    root = ET.parse(f"{folder}/{name}.svg").getroot()
    assert json.loads(root.find(SVG + "metadata").text)["panels"] == said["panels"], name
    return said, root


def flat(tile):
    return [v for line in tile["values"] for v in line]


# Filters, a row each; the dense layer behind them, a row for each unit; factors and biases.
said, _ = read("conv.weights")
arrays, panel = reading.model(f"{folder}/conv.safetensors"), {p["key"]: p for p in said["panels"]}
assert [p["key"] for p in said["panels"]] == ["W1", "gamma1", "beta1", "W2", "W3", "W4"]
for name in ("W1", "W2"):
    (filters, channels, height, width), w = arrays[name]
    tiles = panel[name]["tiles"]
    assert len(tiles) == filters * channels and panel[name].get("together", 1) == channels
    for k, tile in enumerate(tiles):
        assert (len(tile["values"]), len(tile["values"][0])) == (height, width)
        assert flat(tile) == list(w[k * height * width : (k + 1) * height * width])
assert panel["W2"]["names"] == ["filter 0", "filter 1", "filter 2"] and panel["W1"]["tiles"][3]["caption"] == "3"
(inputs, units), w = arrays["W3"]
tiles = panel["W3"]["tiles"]
assert (inputs, units, panel["W3"]["together"], len(tiles)) == (48, 6, 3, 18) and panel["W3"]["names"][5] == "unit 5"
for k, tile in enumerate(tiles):
    unit, channel = k // 3, k % 3
    assert flat(tile) == [w[(channel * 16 + i) * units + unit] for i in range(16)] and len(tile["values"]) == 4
assert flat(panel["W4"]["tiles"][0]) == list(arrays["W4"][1])
for name in ("gamma1", "beta1"):
    assert panel[name]["kind"] == "records" and panel[name]["tiles"][0]["values"] == list(arrays[name][1]), name

# Filters over red, green and blue, and units of a dense layer over them, are colours: zero is the middle.
for name in ("fruit", "flat"):
    said, root = read(name + ".weights")
    shape, w = reading.model(f"{folder}/{name}.safetensors")["W1"]
    panel = said["panels"][0]
    units = shape[0] if len(shape) == 4 else shape[1]
    size = len(w) // units
    assert panel["planes"] == 3 and len(panel["tiles"]) == units
    most = max(map(abs, w))
    images = [i for i in root.iter(SVG + "image")]
    assert len(images) == units
    for k, (tile, image) in enumerate(zip(panel["tiles"], images)):
        mine = [w[k * size + i] if len(shape) == 4 else w[i * units + k] for i in range(size)]
        assert flat(tile) == mine
        rows = reading.png(base64.b64decode(image.get("href").split(",")[1]))
        got = [list(row[3 * c : 3 * c + 3]) for row in rows for c in range(len(row) // 3)]
        plane = size // 3
        assert len(got) == plane
        for i, colour in enumerate(got):
            assert all(abs(colour[p] - ((mine[p * plane + i] / most + 1) / 2 * 255)) <= 0.51 for p in range(3))

# Photographs: each sample is one of the files of its class, pixel for pixel, and has its name.
files = {}
for path in glob.glob(f"{folder}/fruit/*/*.ppm"):
    numbers = [int(v) for v in open(path).read().split()[4:]]
    files.setdefault(path.split("/")[-2], []).append([numbers[3 * i + k] for k in range(3) for i in range(80)])
classes = sorted(files)
for name in ("fruit.samples", "new.mistakes"):
    said, root = read(name)
    tiles = said["panels"][0]["tiles"]
    assert said["panels"][0]["planes"] == 3 and tiles, name
    for tile in tiles:
        label = classes[tile["label"]]
        assert tile["label_name"] == label and label in tile["caption"] and flat(tile) in files[label]
    assert len(list(root.iter(SVG + "image"))) == len(tiles)
assert any(t["caption"].startswith(f"{t['index']}: {classes[t['label']]} taken for {classes[t['answer']]} (") for t in tiles)

# Tables: each record is a row of the file, in its words and numbers; a bar goes from the lowest to the highest number.
rows = list(csv.DictReader(open(f"{folder}/people.csv")))
for name in ("people.samples", "people.mistakes"):
    panel = read(name)[0]["panels"][0]
    assert panel["kind"] == "records" and panel["names"] == ["age", "income", "city"] and panel["tiles"]
    for tile in panel["tiles"]:
        row = dict(zip(panel["names"], tile["texts"]), bought=tile["label_name"])
        if row["age"] == "?":
            assert tile["values"][0] is None
            row["age"] = ""
        assert row in rows, row
    assert {t["texts"][0] for t in read("people.samples")[0]["panels"][0]["tiles"]} > {"?"}
    for k, column in enumerate(("age", "income")):
        low, high = panel["ends"][0][k], panel["ends"][1][k]
        numbers = [float(r[column]) for r in rows if r[column]]
        assert min(numbers) - 1e-3 <= low < high <= max(numbers) + 1e-3 and any(abs(v - high) < 1e-3 for v in numbers)
    assert panel["ends"][0][2] == panel["ends"][1][2]

# A single output answers for two classes: the matrix that `denpa eval` has, and the mistakes beside its diagonal.
matrix = [[int(v) for v in line] for line in read("lone.confusion")[0]["panels"][0]["values"]]
assert matrix == json.load(open(f"{folder}/lone.eval.json"))["confusion"] and len(matrix) == 2
wrong = read("lone.mistakes")[0]["mistakes"]
assert [sum((m["label"], m["answer"]) == at for m in wrong) for at in ((0, 1), (1, 0))] == [matrix[0][1], matrix[1][0]] and wrong
assert all(0.5 <= m["output"] <= 1 for m in wrong) and read("lone.boundary")[0]["panels"][0]["names"] == ["sour", "sweet"]

# The plane: answers as `denpa predict` gives them at these places, samples where the table says.
for name, columns in (("plane", ("length", "width", "kind")), ("price", ("a", "b", "price"))):
    said, root = read(name + ".boundary")
    panel = said["panels"][0]
    rows = list(csv.DictReader(open(f"{folder}/{name}.csv")))
    answers = list(csv.DictReader(open(f"{folder}/{name}.answers.csv")))
    got = [v for line in panel["values"] for v in line]
    assert len(got) == len(answers) == 1600
    if name == "plane":
        assert panel["names"] == ["bitter", "sour", "sweet"]
        assert [panel["names"][int(v)] for v in got] == [a["kind"] for a in answers] and len(set(got)) == 3
        for sure, a in zip((v for line in panel["sure"] for v in line), answers):
            best = max(float(a[f"p({k})"]) for k in panel["names"])
            assert abs(sure - (3 * best - 1) / 2) < 1e-5, (sure, a)
    else:
        assert all(abs(v - float(a["price"])) < 1e-3 for v, a in zip(got, answers))
    places = {(float(r[columns[0]]), float(r[columns[1]])): r[columns[2]] for r in rows}
    assert len(panel["samples"]) > 40
    for x, y, value in panel["samples"]:
        near = min(places, key=lambda p: abs(p[0] - x) + abs(p[1] - y))
        assert math.dist(near, (x, y)) < 1e-5
        right = places[near]
        assert panel["names"][int(value)] == right if name == "plane" else abs(float(right) - value) < 1e-3
    low, high = min(s[0] for s in panel["samples"]), max(s[0] for s in panel["samples"])
    assert panel["columns_at"][0] < low and high < panel["columns_at"][-1] and 40 <= low < 55 or name == "price"
    circles = [c for c in root.iter(SVG + "circle") if "sample" in c.get("class")]
    assert len(circles) == len(panel["samples"])
    words = {t.text for t in root.iter(SVG + "text")}
    assert {columns[0], columns[1]} <= words and any(columns[2] in w for w in words if w)
