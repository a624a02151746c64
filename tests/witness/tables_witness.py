"""tables_witness.py: what tables.sh left behind, computed again with Python's csv and NumPy: the columns' statistics, the inputs, the answers and the measures."""
import csv, json, math, struct
import numpy as np

rows = list(csv.reader(open("t.csv")))
names, rows = rows[0], rows[1:]
MISSING = {"", "NA"}


def tensors(path):
    data = open(path, "rb").read()
    size = struct.unpack("<Q", data[:8])[0]
    head = json.loads(data[8:8 + size])
    return {k: np.frombuffer(data[8 + size + v["data_offsets"][0]:8 + size + v["data_offsets"][1]], "<f4").reshape(v["shape"]) for k, v in head.items() if k != "__metadata__"}, json.loads(head["__metadata__"]["table"])


def inputs(table, row):
    out = []
    for k, c in enumerate(table["columns"]):
        if k == table["target"] or c["kind"] == "ignored":
            continue
        text = row[names.index(c["name"])]
        missing = text in MISSING
        if c["kind"] == "number":
            out.append(0.0 if missing else (float(text) - c["mean"]) / c["deviation"])
        else:
            out += [float(v == (c["values"][c["common"]] if missing else text)) for v in c["values"]]
        if c["indicator"]:
            out.append(float(missing))
    return out


def forward(t, x):
    z = np.maximum(x.astype(np.float32) @ t["W1"] + t["b1"], 0)
    return z @ t["W2"] + t["b2"]


# ---- the statistics are those of the training rows, which data get shows as the network sees them
t, table = tensors("p.safetensors")
d = np.load("d.npz")
x = np.array([inputs(table, row) for row in rows])
order = {tuple(v): i for i, v in enumerate(x)}
train = [order[tuple(v)] for v in d["x_train"]]
test = [order[tuple(v)] for v in d["x_test"]]
assert len(train) == 160 and len(test) == 40 and len(x) == 200
assert [c["kind"] for c in table["columns"]] == ["ignored", "number", "category", "number", "ignored", "number", "ignored"]
for k in (1, 3, 5):
    known = np.array([float(rows[i][k]) for i in train if rows[i][k] not in MISSING])
    assert abs(known.mean() - table["columns"][k]["mean"]) < 1e-12 * max(1, abs(known.mean())), k
    assert abs(known.std() - table["columns"][k]["deviation"]) < 1e-12 * known.std(), k
target = table["columns"][5]
assert np.allclose([(float(rows[i][5]) - target["mean"]) / target["deviation"] for i in train], d["t_train"].ravel(), rtol=1e-14, atol=1e-14)

# ---- answers
answers = np.array([float(v) for v in open("a.csv").read().split()[1:]])
mine = forward(t, x).ravel() * target["deviation"] + target["mean"]
assert np.abs(answers - mine).max() < 1e-4 * target["deviation"], np.abs(answers - mine).max()

# ---- measures of numbers
price = np.array([float(row[5]) for row in rows])
r = json.load(open("r.json"))
assert math.isclose(r["rmse"], math.sqrt(((answers - price) ** 2).mean()), rel_tol=1e-9)
assert math.isclose(r["mae"], abs(answers - price).mean(), rel_tol=1e-9)
assert math.isclose(r["r2"], 1 - ((answers - price) ** 2).sum() / ((price - price.mean()) ** 2).sum(), rel_tol=1e-9)
assert json.load(open("p.json"))["r2"] > 0.9

# ---- classes: probabilities and measures
t, table = tensors("k.safetensors")
said = list(csv.DictReader(open("c.csv")))
a = forward(t, np.array([inputs(table, row) for row in rows])).astype(np.float64)
p = np.exp(a - a.max(axis=1, keepdims=True))
p /= p.sum(axis=1, keepdims=True)
classes = table["columns"][6]["values"]
assert classes == ["cheap", 'dear, "very"']
assert np.abs(p - [[float(row["p(%s)" % c]) for c in classes] for row in said]).max() < 1e-5
assert [row["kind"] for row in said] == [classes[i] for i in p.argmax(axis=1)]
e = json.load(open("e.json"))
label = [classes.index(row[6]) for row in rows]
answer = p.argmax(axis=1)
confusion = np.zeros((2, 2), int)
np.add.at(confusion, (label, answer), 1)
assert e["confusion"] == confusion.tolist() and math.isclose(e["accuracy"], (answer == label).mean())
precision, recall = confusion.diagonal() / confusion.sum(axis=0), confusion.diagonal() / confusion.sum(axis=1)
f1 = 2 * precision * recall / (precision + recall)
for key, value in (("precision", precision), ("recall", recall), ("f1", f1)):
    assert math.isclose(e[key], value.mean(), rel_tol=1e-12) and all(math.isclose(c[key], v, rel_tol=1e-12) for c, v in zip(e["classes"], value)), key
own, trained = json.load(open("own.json")), json.load(open("k.json"))
assert own["samples"] == 40 and own["confusion"] == trained["confusion"] and own["f1"] == trained["f1"]

# ---- data show
s = json.load(open("s.json"))
size = np.array([float(row[1]) for row in rows if row[1] not in MISSING])
assert s["rows"] == 200 and s["columns"][1]["missing"] == 200 - len(size) and math.isclose(s["columns"][1]["mean"], size.mean(), rel_tol=1e-12) and math.isclose(s["columns"][1]["deviation"], size.std(), rel_tol=1e-12)
assert sum(s["columns"][1]["histogram"]) == len(size) and s["columns"][2]["values"]['a "b"'] == sum(row[2] == 'a "b"' for row in rows)
print("inputs, answers and measures of 200 rows agree; accuracy %.3f, R2 %.3f" % (e["accuracy"], r["r2"]))
