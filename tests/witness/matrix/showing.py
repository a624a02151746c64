"""showing.py: what eval, predict, info, check, doctor, plot and watch say of a network, against the witness."""
import csv
import hashlib
import json
import math
import re
import xml.etree.ElementTree as ET

import numpy as np

from network import Network, read_model
from passes import decode, tolerance
from said import denpa, json_of, text_of

SVG = "{http://www.w3.org/2000/svg}"


def alike(said, wrong, what, got, wanted, by):
    said.numbers += 1
    if got is None or not abs(got - wanted) <= by:
        wrong(what, "is", got, "and NumPy has", wanted)


def score(net, x, t, weights=None, training=False, step=0):
    """mean loss, accuracy (None for numbers), outputs"""
    y, loss = net.losses(x, t, weights, training, step)
    return loss.mean(), None if t.dtype.kind == "f" else (y.argmax(1) == t).mean(), y


def check_score(said, wrong, what, net, got, x, t, keys=("loss", "accuracy"), **more):
    loss, accuracy, y = score(net, x, t, **more)
    alike(said, wrong, what + " " + keys[0], got[keys[0]], loss, 10 * tolerance(net.dtype) * (1 + loss))
    if accuracy is not None:
        alike(said, wrong, what + " " + keys[1], got[keys[1]], accuracy, 1e-12)
    elif got[keys[1]] is not None:
        wrong(what, "has an accuracy, of numbers:", got[keys[1]])
    return y


# ---- eval, predict, info ----------------------------------------------------------------------------


def evaluate(said, wrong, where, net, data, numbers_of_rows):
    for split in ("test", "train"):
        for rows in numbers_of_rows:
            x, t = data.x[split][:rows], data.t[split][:rows]
            got = json_of("eval", where, "--split", split, *([] if rows is None else ["--samples", rows]))
            y = check_score(said, wrong, "eval", net, got, x, t)
            if got["samples"] != len(x) or got["net"] != net.meta["net"] or got["split"] != split:
                wrong("eval says", got["samples"], "samples of", got["split"], got["net"])
            text = text_of("eval", where, "--split", split, *([] if rows is None else ["--samples", rows]))
            if t.dtype.kind != "f" and "%.4f" % got["accuracy"] not in text:
                wrong("eval's text does not tell the accuracy", got["accuracy"])
            if "confusion" in got:
                measures(said, wrong, got, y.argmax(1), t, data.classes)
            if "rmse" in got:
                unit = json.loads(net.meta["table"])
                unit = unit["columns"][unit["target"]]["deviation"]
                off = (y - t) * unit
                near = 100 * tolerance(net.dtype) * unit
                alike(said, wrong, "rmse", got["rmse"], math.sqrt((off ** 2).mean()), near)
                alike(said, wrong, "mae", got["mae"], np.abs(off).mean(), near)
                if len(t) > 1:
                    alike(said, wrong, "R2", got["r2"], 1 - (off ** 2).sum() / (((t - t.mean()) * unit) ** 2).sum(), 100 * tolerance(net.dtype))


def measures(said, wrong, got, answer, t, classes):
    counts = np.zeros((len(classes or range(10)),) * 2, int)
    np.add.at(counts, (t, answer), 1)
    if got["confusion"] != counts.tolist():
        wrong("eval's confusion is", got["confusion"], "and NumPy has", counts.tolist())
    for k, c in enumerate(got["classes"]):
        if c["name"] != (classes[k] if classes else str(k)) or c["rows"] != counts[k].sum() or c["answered"] != counts[:, k].sum():
            wrong("eval says of class", k, c)
        right = counts[k, k]
        for key, over in (("precision", counts[:, k].sum()), ("recall", counts[k].sum())):
            if over:
                alike(said, wrong, key, c[key], right / over, 1e-12)


def predict(said, wrong, where, net, data):
    y, _ = net.losses(data.x["test"], data.t["test"])
    for i in (0, 1, len(y) - 1):
        got = json_of("predict", where, "--sample", i)["predictions"][0]
        if "probabilities" in got:
            # of mse, mae, huber and sse they are no probabilities, and not called so
            for a, b in zip(got["probabilities"] or got["outputs"], y[i]):
                alike(said, wrong, "an output", a, b, tolerance(net.dtype))
            if got["answer"] != y[i].argmax() or got["label"] != data.t["test"][i]:
                wrong("sample", i, "is answered", got["answer"], "label", got["label"])
            if got["class"] != (data.classes[got["answer"]] if data.classes else None):
                wrong("the answer is called", got["class"])
            text = text_of("predict", where, "--sample", i)
            if "answer: %s" % (data.classes[got["answer"]] if data.classes else got["answer"]) not in text:
                wrong("the text answers", text.split("\n")[-2])
        else:
            table = json.loads(net.meta["table"])
            column = table["columns"][table["target"]]
            unit = lambda z: z * column["deviation"] + column["mean"]
            alike(said, wrong, "the answer", got["answer"], unit(y[i, 0]), 10 * tolerance(net.dtype) * column["deviation"])
            alike(said, wrong, "the right answer", got["right"], unit(data.t["test"][i, 0]), 1e-6 * column["deviation"])


def predict_files(said, wrong, run, classes):
    """A file as it lies in the folder, read here once more: it has the network's size, so nothing is done to it"""
    net = Network(run + "/model.safetensors")
    for place in classes:
        path = "colour/%s/7.ppm" % place
        with open(path) as file:
            numbers = [int(word) for word in file.read().split()[1:]]
        width, height, _ = numbers[:3]
        planes = np.array(numbers[3:]).reshape(height, width, 3).transpose(2, 0, 1)
        x = (planes.astype(np.float32) / np.float32(255)).astype(np.float64).reshape(1, -1)
        (got,) = json_of("predict", run, path)["predictions"]
        y, _ = net.losses(x, np.array([0]))
        for a, b in zip(got["probabilities"], y[0]):
            alike(said, wrong, "a probability of " + path, a, b, tolerance(net.dtype))
        if got["answer"] != y[0].argmax() or got["class"] != classes[got["answer"]]:
            wrong(path, "is answered", got["answer"], got["class"])


def prepared(net, path):
    """The rows of a table as the metadata of the model say that they are to be prepared, and the texts of the target"""
    table = json.loads(net.meta["table"])
    with open(path, newline="", encoding="utf-8") as file:
        names, *rows = list(csv.reader(file))
    out = []
    for row in rows:
        numbers = []
        for k, c in enumerate(table["columns"]):
            if k == table["target"] or c["kind"] == "ignored":
                continue
            text = row[names.index(c["name"])]
            missing = text in ("", "NA")
            if c["kind"] == "number":
                numbers.append(0.0 if missing else (float(text) - c["mean"]) / c["deviation"])
            else:
                numbers += [float(value == (c["values"][c["common"]] if missing else text)) for value in c["values"]]
            if c["indicator"]:
                numbers.append(float(missing))
        out.append(numbers)
    return np.array(out), [row[table["target"]] for row in rows], table["columns"][table["target"]]


def predict_table(said, wrong, where, net, data):
    x, wanted, column = prepared(net, data.name)
    held = {tuple(row) for split in ("train", "test") for row in np.asarray(data.raw[split], np.float64)}
    if {tuple(row) for row in x} != held:
        wrong("the rows that data get exports are not those that the model's metadata make of the table")
    narrow = x.astype(net.dtype).astype(np.float64)
    v, _ = net.forward(narrow)
    lines = list(csv.reader(text_of("predict", where, data.name, "--quiet").split("\n")))
    lines = [line for line in lines[1:] if line]
    if len(lines) != len(x):
        wrong("predict answers", len(lines), "of", len(x), "rows")
    for line, a in zip(lines, v[net.last]):
        if column["kind"] == "number":
            alike(said, wrong, "an answer", float(line[0]), a[0] * column["deviation"] + column["mean"], 10 * tolerance(net.dtype) * column["deviation"])
        else:
            y = np.exp(a - a.max()) / np.exp(a - a.max()).sum()
            if line[0] != column["values"][int(y.argmax())]:
                wrong("a row is answered", line[0])
            for got, p in zip(line[1:], y):
                alike(said, wrong, "a probability", float(got), p, 10 * tolerance(net.dtype))


def info(said, wrong, where, net):
    got = json_of("info", where)
    stored = {name: list(t.shape) for name, t in net.tensors.items()}
    named = {t["name"]: t["shape"] for t in got["tensors"]}
    if any(named.get(name) != stored[name] for name in net.parameters) or any(stored.get(name) != shape for name, shape in named.items()):
        wrong("info has", named, "and the file", stored)
    if got["parameters"] != sum(net.tensors[name].size for name in net.parameters):
        wrong("info counts", got["parameters"], "parameters")
    if got["weights_sha256"] != hashlib.sha256(net.raw).hexdigest():
        wrong("info has another SHA-256:", got["weights_sha256"])
    if got["net"] != net.meta["net"] or got["loss"] != net.meta["loss"] or got["dtype"] != net.dtype:
        wrong("info says", got["net"], got["loss"], got["dtype"])
    for key, value in got["metadata"].items():
        if net.meta.get(key) != value:
            wrong("info has the metadata", key, value, "and the file", net.meta.get(key))
    for name, low, high, mean in re.findall(r"^  (\w+) +\([\d, ]+\) +smallest +(\S+) +largest +(\S+) +mean +(\S+)$", text_of("info", where), re.M):
        t = net.tensors[name].astype(np.float64)
        for what, number, wanted, by in (("smallest", low, t.min(), 5.1e-5), ("largest", high, t.max(), 5.1e-5), ("mean", mean, t.mean(), 5.1e-7)):
            alike(said, wrong, "%s of %s" % (what, name), float(number), wanted, by)


# ---- check and doctor -------------------------------------------------------------------------------


def check(said, wrong, where, net, data, rows, training):
    got = json_of("check", where, "--all", "--samples", rows, "--split", "train", *(["--training"] if training else []))
    x, t, weights, step = data.x["train"][:rows], data.t["train"][:rows], net.weights(), int(net.meta["steps"]) + 1
    v = net.passes(x, t, weights, training, step)
    if not got["right"] or got["samples"] != rows or got["wrong"] or got["entries"] != sum(net.tensors[name].size for name in net.parameters):
        wrong("check says", {key: got[key] for key in ("right", "samples", "wrong", "entries")})
    alike(said, wrong, "the loss", got["batch_loss"], v["loss"].mean(), 1e-6 * (1 + v["loss"].mean()))
    if [entry["name"] for entry in got["tensors"]] != net.parameters:
        wrong("check has the tensors", [entry["name"] for entry in got["tensors"]])
    for entry in got["tensors"]:
        name, g = entry["name"], v["d" + entry["name"]]
        size = np.abs(g).max() + 1e-3 * net.scale.get("d" + name, 1) + 1e-12
        alike(said, wrong, name + "'s typical gradient", entry["typical"], math.sqrt((g ** 2).mean()), 1e-6 * size)
        worst = entry["worst"]
        if worst is None:
            continue
        at = tuple(worst["index"])
        alike(said, wrong, "%s%s" % (name, list(at)), worst["backward"], g[at], 1e-6 * size)
        alike(said, wrong, "%s%s, numerically" % (name, list(at)), worst["numerical"], g[at], 1e-4 * size)
        moved = []
        for h in (1e-7, -1e-7):
            w = dict(weights)
            w[name] = w[name].copy()
            w[name][at] += h
            moved.append(net.losses(x, t, w, training, step)[1].mean())
        alike(said, wrong, "the slope at %s%s" % (name, list(at)), worst["backward"], (moved[0] - moved[1]) / 2e-7, 1e-2 * size)


def doctor(said, wrong, where, net, first, data):
    got = json_of("doctor", where)
    x, t = data.x["train"], data.t["train"]
    assert len(x) <= 256
    alike(said, wrong, "the root of the mean square of the inputs", got["data"]["rms_input"], math.sqrt((x ** 2).mean()), 1e-6)
    alike(said, wrong, "the largest input", got["data"]["largest_input"], np.abs(x).max(), 1e-6)
    if t.dtype.kind != "f":
        counts = np.bincount(t)
        if (got["data"]["classes_present"], got["data"]["commonest"]) != ((counts > 0).sum(), counts.argmax()):
            wrong("the doctor says of the classes", got["data"])
        alike(said, wrong, "the share of the commonest", got["data"]["share"], counts.max() / len(t), 1e-12)
    for key, tensors, lr in (("first", first, got["lr"]), ("last", net.tensors, got["lr"])):
        probe(said, wrong, key, got[key], net, {name: w.astype(np.float64) for name, w in tensors.items()}, x, t, lr)


def probe(said, wrong, key, p, net, weights, x, t, lr):
    v = net.passes(x, t, weights, net.norms and not net.drops, 0) if not (net.norms and net.drops) else None
    y = check_score(said, wrong, key, net, p, x, t, weights=weights, training=net.norms)
    times = np.bincount(y.argmax(1), minlength=y.shape[1])
    if t.dtype.kind != "f" and not p["favourite_times"] == times[p["favourite"]] == times.max():
        wrong(key, "has the favourite", p["favourite"], p["favourite_times"], "and NumPy", times)
    for times, name in ((1, "loss_after_step"), (10, "loss_after_ten_steps_length")):
        moved = {n: w - times * lr * v["d" + n] if n in net.parameters else w for n, w in weights.items()}
        after = score(net, x, t, moved, net.norms)[0]
        alike(said, wrong, "%s: %s" % (key, name), p[name], after, 1e-3 * (1 + after))
    wanted = [name for name in net.parameters if name.startswith("W")]
    if [layer["weights"] for layer in p["layers"]] != wanted:
        wrong("the doctor looks at", [layer["weights"] for layer in p["layers"]], "of the layers", wanted)
    for layer in p["layers"]:
        w, g = weights[layer["weights"]], v["d" + layer["weights"]]
        units, inputs = (w.shape[0], w[0].size) if w.ndim == 4 else (w.shape[1], w.shape[0])
        if (layer["units"], layer["inputs"]) != (units, inputs):
            wrong(layer["weights"], "is said to have", layer["units"], "units of", layer["inputs"], "inputs")
        alike(said, wrong, layer["weights"] + "'s weights", layer["rms_weight"], math.sqrt((w ** 2).mean()), 1e-6)
        size = math.sqrt((g ** 2).mean())
        alike(said, wrong, layer["weights"] + "'s gradients", layer["rms_gradient"], size, 1e-4 * size + 1e-9)
        alike(said, wrong, layer["weights"] + "'s update", layer["update_ratio"], lr * size / math.sqrt((w ** 2).mean()), 1e-4 * lr * size + 1e-7)
        if layer["values"]:
            z = np.moveaxis(v[layer["values"]], 1, 0).reshape(v[layer["values"]].shape[1], -1)
            if layer["dead"] != (z == 0).all(1).sum():
                wrong(layer["values"], "is said to have", layer["dead"], "dead units, and has", (z == 0).all(1).sum())
            ends = {"sigmoid": (0.02, 0.98), "tanh": (-0.96, 0.96)}.get(layer["activation"])
            if ends:
                alike(said, wrong, "the share of %s at its ends" % layer["values"], layer["saturated"], ((z < ends[0]) | (z > ends[1])).mean(), 2 / z.size)


# ---- plot -------------------------------------------------------------------------------------------


def drawn(said, wrong, what, where, *options):
    """The figure as JSON; the SVG carries the same numbers"""
    path = "figure.svg"
    got = json_of("plot", where, "--what", what, *options)
    text_of("plot", where, "--what", what, *options, "--out", path, "--quiet")
    root = ET.parse(path).getroot()
    held = json.loads(root.find(SVG + "metadata").text)
    for key in ("panels", "mistakes"):
        if got.get(key) != held.get(key):
            wrong("the SVG of", what, "carries other", key, "than --json")
    return got, root


def curves(said, wrong, run, net, frames, data):
    got, _ = drawn(said, wrong, "curves", run)
    with open(run + "/log.csv") as file:
        log = list(csv.DictReader(file))
    if [panel["key"] for panel in got["panels"]] != ["loss", "accuracy"][:1 if data.t["test"].dtype.kind == "f" else 2]:
        wrong("curves are drawn of", [panel["key"] for panel in got["panels"]])
    for panel in got["panels"]:
        for series in panel["series"]:
            column = "%s_%s" % (series["key"], panel["key"])
            if series["y"] != [float(row[column]) if row[column] else None for row in log] or series["x"] != [float(row["epoch"]) for row in log]:
                wrong("the curve of", column, "is not the log's")
    for row in log:
        weights = frames[int(row["step"])]
        for split in ("train", "test"):
            check_score(said, wrong, "log, update %s" % row["step"], net, {key: float(value) if value else None for key, value in row.items()}, data.x[split], data.t[split],
                        (split + "_loss", split + "_accuracy"), weights=weights)


def apart(wrong, root):
    """Labels at the left of cells: those below each other are a line of text apart."""
    columns = {}
    for label in root.iter(SVG + "text"):
        if label.get("class") == "tick" and label.get("text-anchor") == "end":
            columns.setdefault(label.get("x"), []).append(float(label.get("y")))
    near = [(x, b - a) for x, ys in columns.items() for a, b in zip(sorted(ys), sorted(ys)[1:]) if b - a < 10]
    if near:
        wrong("labels lie on each other:", near[:3])


def confusion(said, wrong, where, net, data):
    got, root = drawn(said, wrong, "confusion", where)
    answer, t = net.losses(data.x["test"], data.t["test"])[0].argmax(1), data.t["test"]
    counts = np.zeros((max(t.max() + 1, len(data.classes or range(10))),) * 2)
    np.add.at(counts, (t, answer), 1)
    said.numbers += counts.size
    if got["panels"][0]["values"] != counts.tolist() or got["right"] != (t == answer).sum() or got["samples"] != len(t):
        wrong("confusion is", got["panels"][0]["values"], "and NumPy has", counts.tolist())
    cells = [(int(c.get("data-row")), int(c.get("data-column")), float(c.get("data-value"))) for c in root.iter(SVG + "rect") if c.get("class") == "cell"]
    if len(cells) != counts.size or any(counts[r, c] != n for r, c, n in cells):
        wrong("the SVG draws other cells")
    got, _ = drawn(said, wrong, "mistakes", where)
    mine = {int(i): (int(t[i]), int(answer[i])) for i in np.flatnonzero(t != answer)}
    if {m["index"]: (m["label"], m["answer"]) for m in got["mistakes"]} != mine:
        wrong("the mistakes are", got["mistakes"][:3], "... and NumPy has", mine)
    y = net.losses(data.x["test"], t)[0]
    for m in got["mistakes"]:
        alike(said, wrong, "the output of a mistake", m["output"], y[m["index"]].max(), 10 * tolerance(net.dtype))


def spread(said, wrong, where, net, data, what, rows):
    got, _ = drawn(said, wrong, what, where, "--samples", rows)
    v = net.passes(data.x["train"][:rows], data.t["train"][:rows])
    kinds = ("forward",) if what == "activations" else ("backward",)
    wanted = {name for name in v if net.kind[name] in kinds and name not in ("dx", "dflat0")}  # what comes in is not learned
    if {p["key"] for p in got["panels"]} - {"y"} != wanted - {"y"}:
        wrong(what, "are shown of", {p["key"] for p in got["panels"]} ^ wanted)
    for p in got["panels"]:
        values, (series,) = np.sort(v[p["key"]].reshape(-1)), p["series"]
        near = tolerance(net.dtype) * max(np.abs(values).max(), net.scale.get(p["key"], 0)) + 1e-12
        edges, counts = np.array(series["x"]), np.array(series["y"])
        said.numbers += len(counts)
        if counts.sum() != len(values):
            wrong(p["key"], "has", counts.sum(), "numbers in its bars, and there are", len(values))
        if values[0] < values[-1] and (abs(edges[0] - values[0]) > near or abs(edges[-1] - values[-1]) > near):
            wrong(p["key"], "goes from", edges[0], "to", edges[-1], "and in NumPy from", values[0], "to", values[-1])
        below = np.cumsum(counts)[:-1]
        low, high = np.searchsorted(values, edges[1:-1] - near), np.searchsorted(values, edges[1:-1] + near)
        if ((below < low) | (below > high)).any():
            k = int(np.flatnonzero((below < low) | (below > high))[0])
            wrong("of %s %d numbers are shown below %.6g, and NumPy has %d" % (p["key"], below[k], edges[k + 1], low[k]))
        named = re.match(r"\w+: (\d+) numbers?, ([\d.]+) % of them zero", p["title"])
        zeros = 100 * (np.abs(values) <= 0).mean()
        if named is None or int(named.group(1)) != len(values) or abs(float(named.group(2)) - zeros) > 0.06 + (100 * ((np.abs(values) <= near).mean()) - zeros):
            wrong(p["key"], "is entitled", p["title"], "and has", len(values), "numbers,", zeros, "% zero")


def weights(said, wrong, where, net, data):
    """A tile a unit of the first layer, if it looks at pictures"""
    w, side = net.tensors[net.parameters[0]].astype(np.float64), (28, 28) if data.x["train"].shape[1] == 784 else None
    if w.ndim != 2 or side is None:
        status, out, err = denpa("plot", where, "--what", "weights", "--json")
        if status == 0:  # whatever is shown has to be numbers of the weights, and a matrix with names is the whole of them
            panel = json.loads(out)["panels"][0]
            if panel["kind"] == "cells":
                said.numbers += w.size
                if (np.array(panel["values"]) != w).any() or len(panel["names"]) != len(w):
                    wrong("the cells of", panel["key"], "are not its weights")
                apart(wrong, drawn(said, wrong, "weights", where)[1])
                return
            for tile in panel["tiles"]:
                said.numbers += 1
                if not np.isin(np.array(tile["values"]), w).all():
                    wrong("a tile shows numbers that are not weights")
        elif status != 1 or "weights" not in out + err:
            wrong("plot --what weights: status", status, out + err)
        return
    got, _ = drawn(said, wrong, "weights", where)
    for tile in got["panels"][0]["tiles"]:
        said.numbers += w.shape[0]
        if (np.array(tile["values"]) != w[:, tile["index"]].reshape(side)).any():
            wrong("tile", tile["index"], "is not column", tile["index"], "of W1")


def surface(said, wrong, where, net, frames, data, rows):
    got, _ = drawn(said, wrong, "surface", where, "--samples", rows)
    x, t = data.x["train"][:rows], data.t["train"][:rows]
    begin, end = frames[0], frames[max(frames)]
    line, plane = got["panels"]
    (series,) = line["series"]
    states = [name for name in end if name not in net.parameters]
    for a, loss in zip(series["x"], series["y"]):
        if states and a not in (0.0, 1.0):
            continue  # what running means there are between two networks is nobody's to say
        w = {name: (1 - a) * begin[name] + a * end[name] for name in begin}
        mine = net.losses(x, t, w)[1].mean()
        alike(said, wrong, "the loss at %g on the line" % a, loss, mine, 20 * tolerance(net.dtype) * (1 + mine))
    if not states:
        middle = np.array(plane["values"])[len(plane["values"]) // 2]
        for c, loss in enumerate(middle):
            a = -0.5 + 2 * c / (len(middle) - 1)
            w = {name: (1 - a) * begin[name] + a * end[name] for name in begin}
            mine = net.losses(x, t, w)[1].mean()
            alike(said, wrong, "the loss at %g in the middle of the plane" % a, loss, mine, 20 * tolerance(net.dtype) * (1 + mine))


# ---- watch ------------------------------------------------------------------------------------------


def read_frames(run):
    with open(run + "/frames/frames.csv") as file:
        steps = [int(row["step"]) for row in csv.DictReader(file)]
    return {step: {name: t.astype(np.float64) for name, t in read_model("%s/frames/%08d.safetensors" % (run, step))[0].items()} for step in steps}


def watch(said, wrong, run, net, frames, data):
    path = "watch.html"
    text_of("watch", run, "--html", path)
    with open(path, encoding="utf-8") as file:
        (found,) = re.findall(r'<script type="application/json" id="run">(.*?)</script>', file.read(), re.S)
    page, listed = json.loads(found), json_of("watch", run)["frames"]
    if [f["step"] for f in page["frames"]] != list(frames) or [f["step"] for f in listed] != list(frames):
        wrong("watch shows the frames", [f["step"] for f in page["frames"]])
    x, t = data.x["test"], data.t["test"]
    if page["rows"] != len(x) or t.dtype.kind != "f" and page["wall"]["label"] != t[:200].tolist():
        wrong("the wall shows other samples than the first of the test data")
    if data.pixels:
        pixels = np.frombuffer(decode_bytes(page["wall"]["pixels"]), np.uint8).reshape(-1, x.shape[1])
        said.numbers += pixels.size
        if (pixels != data.raw["test"][:200]).any():
            wrong("the wall's pixels are not the samples'")
    for f, one in zip(page["frames"], listed):
        w = frames[f["step"]]
        for split in ("train", "test"):
            keys = (split + "_loss", split + "_accuracy")
            y = check_score(said, wrong, "frame %d" % f["step"], net, f, data.x[split], data.t[split], keys, weights=w)
            if any(f[key] != one[key] for key in keys):
                wrong("the page and --json differ in frame", f["step"])
        numbers = decode(f["weights"], page["kind"])
        kept = np.concatenate([w[p["name"]].reshape(-1) for p in page["parameters"]])
        said.numbers += len(kept)
        if [p["name"] for p in page["parameters"]] != net.parameters or (numbers != kept).any():
            wrong("the weights of frame", f["step"], "are not what was recorded")
        if t.dtype.kind != "f":
            answer, counts = y.argmax(1), np.zeros((page["classes"], page["outputs"]), int)
            np.add.at(counts, (t, answer), 1)
            said.numbers += counts.size + 2 * len(f["answer"])
            if f["answer"] != answer[:200].tolist() or f["confusion"] != counts.reshape(-1).tolist():
                wrong("frame", f["step"], "has other answers")
            if net.loss.startswith("cross-entropy") and np.abs(np.array(f["sure"]) - 100 * y.max(1)[:200]).max() > 0.51:
                wrong("frame", f["step"], "has other percentages")
    text = text_of("watch", run)
    for f in page["frames"]:
        if not re.search(r"update +%d, .*%.4f" % (f["step"], f["test_loss"]), text):
            wrong("the text does not tell the loss of frame", f["step"])


def decode_bytes(text):
    import base64
    return base64.b64decode(text, validate=True)
