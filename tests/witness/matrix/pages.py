"""pages.py: what a reader sees on the pages of explain and watch, as page_text.cjs reads it with node, number by number against the witness."""
import json
import os
import re
import shutil
import subprocess

import numpy as np

from passes import FUNCTIONS, scale_of, tolerance

NODE = shutil.which("node")
HERE = os.path.dirname(os.path.abspath(__file__))
NUMBER = r"-?\d[\d.]*(?:e-?\d+)?"
CELL = r"(\w+)\[([\d,]+)\]"
EXACTLY = "The terms, added in the network's order, give this number bit for bit."
# what each loss hands back of one sample: its formula on the page
HANDED = {"cross-entropy": "y - t", "sse": "y - t", "bce": "(y - t) / (1 * {n})", "mse": "2 * (y - t) / (1 * {n})", "mae": "sign of (y - t) / (1 * {n})",
          "huber": "(y - t, but no farther from 0 than delta) / (1 * {n})"}


def read(path):
    said = subprocess.run([NODE, HERE + "/page_text.cjs", path], capture_output=True, timeout=1200)
    assert said.returncode == 0, "the page's script: " + said.stderr.decode()[-800:]
    return json.loads(said.stdout)


class Explained:
    def __init__(self, said, wrong, path, net, v):
        self.said, self.wrong, self.net, self.v, self.page = said, wrong, net, v, read(path)
        self.finishes = 0

    def near(self, name):
        return tolerance(self.net.dtype) * scale_of(self.net, self.v, name)

    def truth(self, name, index):
        at = tuple(int(i) for i in index.split(","))
        if name not in self.v or len(at) != self.v[name].ndim:
            self.wrong("there is no cell %s[%s]" % (name, index))
            return np.nan
        return float(self.v[name][at])

    def same(self, what, text, wanted, by):
        self.said.numbers += 1
        if not abs(float(text) - wanted) <= by + 1e-12:
            self.wrong(what, "is shown as", text, "and NumPy has", wanted)

    def cell(self, name, index, text, digits=0.0):
        wanted = self.truth(name, index)
        self.same("%s[%s]" % (name, index), text, wanted, self.near(name) + digits * abs(wanted))

    def product(self, names, text):
        """A term that is a cell, or the product of two"""
        found = re.fullmatch(CELL + "(?: \u00b7 " + CELL + ")?", names)
        if found is None:
            return
        a, b, c, d = found.groups()
        x, y = self.truth(a, b), 1.0 if c is None else self.truth(c, d)
        by = abs(y) * self.near(a) + (abs(x) * self.near(c) if c else 0)
        self.same(names, text, x * y, by + 1e-5 * abs(x * y))

    def story(self, c):
        name, index, value = re.fullmatch(CELL + r" = (\S+)", c["chosen"]).groups()
        self.cell(name, index, value, 2e-7)
        computed = self.net.kind[name] in ("forward", "backward", "loss")
        if computed and c["verdict"] not in (EXACTLY, None) or computed and c["verdict"] is None and not any("denpa why tells them" in s for s in c["said"]):
            self.wrong(c["chosen"], "is said to be made so:", c["verdict"], c["said"])
        if not computed and any("denpa why tells them" in s for s in c["said"]):
            self.wrong(c["chosen"], "is said to have terms, and was given")
        for product, text in c["terms"]:
            names, _, numbers = text.partition("\n= ")
            self.product(names, product)
            for cell, shown in zip(re.findall(CELL, names), re.findall(NUMBER, re.sub(r"\([^()]*%s \u00b7[^()]*\)" % NUMBER, "", numbers)) if re.fullmatch(CELL + "(?: \u00b7 " + CELL + ")?", names) else []):
                self.cell(*cell, shown, 2e-7)
        plain = c["terms"] and not any(s.startswith("%s[%s] = " % (name, index)) for s in c["said"])
        if plain and c["verdict"] == EXACTLY:
            self.cell(name, index, c["terms"][-1][0], 1e-5)
        for s in c["said"]:
            found = re.fullmatch("Its gradient: " + CELL + r" = (\S+)", s)
            if found:
                self.cell(*found.groups(), 2e-7)
                loss, after, change = re.search(r"from (\S+) to about (\S+) \(change: (\S+)\)", c["change"]).groups()
                g, by = self.truth(*found.groups()[:2]), self.near(found.group(1))
                self.same("the change", change, g / 100, by / 100 + 1e-5 * abs(g))
                total = self.v["loss"].mean()
                self.same("the loss", loss, total, 1e-5 * (1 + total))
                self.same("the loss afterwards", after, total + g / 100, by / 100 + 1e-5 * (1 + total))
        for line in c["chain"]:
            found = re.match(CELL + r" = (\S+)\n(.*)", line)
            if found:
                self.cell(*found.groups()[:3], 2e-7)
                end = re.match("(.*) = (%s)(?: \\(one of .*)?$" % NUMBER, found.group(4))
                if end:
                    self.product(end.group(1), end.group(2))
                for finish in [part[2:] for part in line.split("\n")[2:] if part.startswith("= ")]:  # what becomes of the sum
                    try:
                        made = eval(finish, {"__builtins__": {}}, FUNCTIONS)
                    except (SyntaxError, NameError):
                        self.wrong(found.group(1), "is said to be made so:", finish)
                        continue
                    wanted = self.truth(*found.groups()[:2])
                    self.same(line, str(made), wanted, self.near(found.group(1)) + 2e-5 * abs(wanted))
                    self.finishes += 1
        if c["window"]:
            self.window(c)

    def window(self, c):
        source, = [m.group(1) for m in (re.match(r"Its window in (\w+);", s) for s in c["said"]) if m]
        cells = np.array([[float(x) if x else np.nan for x in row] for row in c["window"]])
        cells = cells[~np.isnan(cells).all(1)][:, ~np.isnan(cells).all(0)]  # without what lies outside
        x, (h, w) = self.v[source], cells.shape
        by = self.near(source) + 1e-5 * np.abs(x).max()
        self.said.numbers += cells.size
        for i in range(x.shape[2] - h + 1):
            for j in range(x.shape[3] - w + 1):
                if (np.abs(x[:, :, i:i + h, j:j + w] - cells).max((2, 3)) <= by).any():
                    return
        self.wrong("the window of", c["chosen"], "lies nowhere in", source)

    def result(self, classes, what):
        y, rows = self.v["y"][0], self.page["result"]
        if not rows:
            return self.wrong("there is no table of answers")
        back, head = "d" + self.net.last, HANDED[self.net.loss.split(":")[0]].format(n=len(y)).removesuffix(" / (1 * 1)")  # by one sample and one output nothing is divided
        back = "dy" if back not in self.v else back
        if self.net.loss.startswith("cross-entropy:"):  # the labels are smoothed
            head = head.replace("t", "smoothed t", 1)
        if rows[0] != [what, "answer y", head] or not any(head in h for h in self.page["hint"]):
            self.wrong("the table of answers is headed", rows[0], "and the loss", self.net.loss, "hands back", head)
        for i, (name, shown, _, given, _) in enumerate(rows[1:]):
            if name.replace("\u00a0\u2713", "") != (classes[i] if classes else str(i)):
                self.wrong("class", i, "is called", name)
            self.same("y of " + name, shown, y[i], 5.1e-5 + 1e-5 * abs(y[i]))
            self.same("what comes back to " + name, given, self.v[back].reshape(-1)[i], 5.1e-5 + 1e-5 * abs(self.v[back].reshape(-1)[i]))

    def graph(self):
        before = ""
        for label in self.page["labels"]:
            shape = re.fullmatch(CELL, label)
            if shape and list(map(int, shape.group(2).split(","))) != list(self.v[shape.group(1)].shape):
                self.wrong("the graph has", label, "and the shape is", self.v[shape.group(1)].shape)
            found = re.fullmatch(r"(?:(\w+) )?up to (\S+)", label)
            if found:
                name = found.group(1) or before
                most = np.abs(self.v[name]).max()
                self.same("the largest of " + name, found.group(2), most, 5.1e-3 * most + self.near(name))
            before = label
        self.same("the loss in the graph", self.page["labels"][-1].replace("= ", ""), self.v["loss"].mean(), 1e-5 * (1 + self.v["loss"].mean()))

    def columns(self):
        names = inputs_of(self.net)
        if self.page["inputs"][0] != ["", "in the table", "for the network"]:
            self.wrong("the row of the table is headed", self.page["inputs"][0])
        rows, table, at = self.page["inputs"][1:], json.loads(self.net.meta["table"]), 0
        if [row[0] for row in rows] != names:
            self.wrong("the inputs of the table are called", [row[0] for row in rows], "and are", names)
        for k, c in enumerate(table["columns"]):  # the number that stands in the file, or what stands for none
            if k == table["target"] or c["kind"] == "ignored":
                continue
            count = (1 if c["kind"] == "number" else len(c["values"])) + bool(c["indicator"])
            missing = c["indicator"] and self.v["x"][0, at + count - 1] > 0.5
            for i in range(at, at + count):
                if c["kind"] != "number" or i > at or missing:
                    if rows[i][1] != ("?" if missing and c["kind"] == "number" and i == at else ""):
                        self.wrong(names[i], "is said to be", rows[i][1], "in the table")
                else:
                    stood = self.v["x"][0, i] * c["deviation"] + c["mean"]
                    self.same(names[i] + " in the table", rows[i][1], stood, 1e-5 * (abs(stood) + c["deviation"]))
            at += count
        for i, (_, _, shown, _) in enumerate(rows):
            self.same("the input " + names[i], shown, self.v["x"][0, i], 1e-5 * abs(self.v["x"][0, i]))
        for c in self.page["cells"]:
            found = re.match(r"(x|W1|dW1)\[(\d+),(\d+)\]", c["chosen"])
            if found:
                named = names[int(found.group(3 if found.group(1) == "x" else 2))]
                column = re.sub(" is missing$", "", named).split(" = ")[0]
                if not any('"%s"' % named in s or 'column "%s"' % column in s for s in c["said"]):
                    self.wrong(c["chosen"], "does not tell the input", named, c["said"])

    def check(self, classes, what):
        for c in self.page["cells"]:
            self.story(c)
        self.result(classes, what)
        self.graph()
        if "table" in self.net.meta:
            self.columns()
        if self.net.loss.split(":")[0] in ("mse", "bce", "mae") and self.finishes == 0:  # there what is handed back is divided
            self.wrong("no link of a chain tells what becomes of its sum")
        for reason in self.page["reasons"]:
            self.product(*reason.rsplit(" = ", 1))


def explained(said, wrong, path, net, v, classes, what="class"):
    Explained(said, wrong, path, net, v).check(classes, what)


# ---- watch ------------------------------------------------------------------------------------------


def inputs_of(net):
    """What the numbers that a table's columns became are called"""
    table, names = json.loads(net.meta["table"]), []
    for k, c in enumerate(table["columns"]):
        if k == table["target"] or c["kind"] == "ignored":
            continue
        names += [c["name"]] if c["kind"] == "number" else ["%s = %s" % (c["name"], value) for value in c["values"]]
        names += [c["name"] + " is missing"] if c["indicator"] else []
    return names


def sides_of(net, name, v, data):
    """Channels, rows and columns of what a unit of these weights looks at; None: it is no picture"""
    w = net.tensors[name]
    if w.ndim == 4:
        return w.shape[1:]
    if name == net.parameters[0]:
        return (1, 28, 28) if w.shape[0] == 784 else (3, 5, 6) if data.name == "colour" else None
    pictures = [a for key, a in v.items() if a is not None and a.ndim == 4 and net.kind[key] == "forward" and a[0].size == w.shape[0]]
    number = int(re.sub(r"\D", "", name))
    return pictures[-1].shape[1:] if pictures and net.tensors["W%d" % (number - 1)].ndim == 4 else None


class Watched:
    def __init__(self, said, wrong, path, net, frames, data):
        self.said, self.wrong, self.net, self.data = said, wrong, net, data
        self.page, self.kept, self.steps = read(path), frames, list(frames)
        self.v, _ = net.forward(data.x["test"][:1])

    def numbers(self, f):
        now, first = self.kept[self.steps[f["k"]]], self.kept[self.steps[0]]
        return {name: now[name] - (first[name] if f["shown"] == "since_start" else 0) for name in self.net.parameters}

    def shown(self, f, text, w):
        exact = f["shown"] == "weights"
        got = float(np.float32(text)) if exact and self.net.dtype == "float32" else float(text)
        self.said.numbers += 1
        return abs(got - w) <= (0 if exact else 6e-6 * abs(w))

    def cell(self, f, name, line, sides):
        found = re.fullmatch(r"(\u0394?)(\w+)\[([\d,]+)\] = (\S+)   \((.*)\)", line)
        if not found or found.group(2) != name or bool(found.group(1)) != (f["shown"] != "weights"):
            return self.wrong("a cell of", name, "is told as", line)
        at = tuple(map(int, found.group(3).split(",")))
        if not self.shown(f, found.group(4), self.numbers(f)[name][at]):
            self.wrong(line, "and the recorded weights have", self.numbers(f)[name][at])
        if sides is None:
            place = 'input "%s", unit %d' % (inputs_of(self.net)[at[0]], at[1])
        else:
            channel, row, column = at[1:] if len(at) == 4 else np.unravel_index(at[0], sides)
            colour = sides[0] == 3 and name == self.net.parameters[0] and self.data.name == "colour"
            place = ("%s: " % ("red", "green", "blue")[channel] if colour else "channel %d, " % channel if sides[0] > 1 else "") + "row %d, column %d" % (row, column)
        if found.group(5) != place:
            self.wrong(line, "lies at", place)

    def tiles(self, f, name, tiles, sides):
        """Each small picture has the signs of its own weights: channels in a square of tiles, red, green and blue as colours"""
        w, (channels, h, wide) = self.numbers(f)[name], sides
        w = w.reshape(len(w), -1) if w.ndim == 4 else w.T
        across, strong = int(np.ceil(np.sqrt(channels))), 0.3 * np.abs(w).max()
        if len(tiles) != min(200, len(w)):
            self.wrong(name, "has", len(tiles), "pictures of", len(w))
        for j, tile in enumerate(tiles):
            for e in np.flatnonzero(np.abs(w[j]) > strong):
                c, row, column = np.unravel_index(e, sides)
                self.said.numbers += 1
                if tile["rgb"]:
                    good = (tile["rgb"][3 * (row * wide + column) + c] > 127.5) == (w[j, e] > 0)
                else:
                    place = (c // across * (h + 1) + row) * tile["width"] + c % across * (wide + 1) + column
                    good = tile["signs"][place] == ("+" if w[j, e] > 0 else "-")
                if not good:
                    return self.wrong("picture %d of %s shows another sign at %s than %g" % (j, name, (c, row, column), w[j, e]))

    def layers(self, f):
        for name in self.net.parameters:
            layer, norm = f["layers"].get(name), not name.startswith(("W", "b")) or name.startswith("beta")
            sides = sides_of(self.net, name, self.v, self.data) if name.startswith("W") else None
            named = name == self.net.parameters[0] and "table" in self.net.meta
            wanted = "channels" if norm else "table" if named else None if sides is None else "filters" if self.net.tensors[name].ndim == 4 else "units"
            if (layer or {}).get("as") != wanted:
                self.wrong(name, "is shown as", (layer or {}).get("as"), "and is", wanted)
            elif wanted == "channels":
                if len(layer["values"]) != len(self.numbers(f)[name]) or not all(self.shown(f, a, w) for a, w in zip(layer["values"], self.numbers(f)[name])):
                    self.wrong(name, "is shown as", layer["values"], "and is", self.numbers(f)[name])
            elif wanted:
                if len(layer["said"]) < 3 and self.net.tensors[name].size > 9:
                    self.wrong(name, "cannot be read cell by cell:", layer["said"])
                for line in layer["said"]:
                    self.cell(f, name, line, sides)
                if sides is not None:
                    self.tiles(f, name, layer["tiles"], sides)

    def answers(self, f):
        w, x, t = self.kept[self.steps[f["k"]]], self.data.x["test"], self.data.t["test"]
        y, loss = self.net.losses(x, t, w)
        if not re.fullmatch(r"update %d, epoch \S+" % self.steps[f["k"]], f["now"]) or "loss %.4f" % loss.mean() != re.search(r"loss [\d.]+", f["scores"]).group() \
                and abs(float(re.search(r"loss ([\d.]+)", f["scores"]).group(1)) - loss.mean()) > 6e-5:
            self.wrong("frame", f["k"], "says", f["now"], f["scores"], "and the loss is", loss.mean())
        if t.dtype.kind == "f":
            return
        answer, names = y.argmax(1), self.data.classes or list(map(str, range(10)))
        counts = np.zeros((len(names), y.shape[1]), int)
        np.add.at(counts, (t, answer), 1)
        said = [names[a] if a == b else "%s\u2192%s" % (names[a], names[b]) for a, b in zip(t, answer)][:200]
        self.said.numbers += counts.size + len(said)
        if [int(c) for c in f["confusion"]] != counts.reshape(-1).tolist() or [s for s, _ in f["wall"]] != said:
            self.wrong("frame", f["k"], "shows other answers:", f["confusion"], f["wall"][:5])
        right = int((answer == t)[:200].sum())
        if f["right"] != "%d of %d right" % (right, min(200, len(t))) or "accuracy %.4f" % (answer == t).mean() not in f["scores"]:
            self.wrong("frame", f["k"], "says", f["right"], f["scores"])

    def spread(self, f):
        now = self.kept[self.steps[f["k"]]]
        for name, line in zip(self.net.parameters, f["spread"]):
            count, low, high, mean = re.fullmatch(re.escape(name) + r": (\d+) numbers?, from (\S+) to (\S+), mean (\S+)", line).groups()
            w = now[name]
            for shown, wanted in ((low, w.min()), (high, w.max()), (mean, w.mean())):
                self.said.numbers += 1
                if int(count) != w.size or abs(float(shown) - wanted) > 5.1e-3 * abs(wanted) + 1e-7 * np.abs(w).max():
                    self.wrong(line, "and NumPy has", wanted)

    def check(self):
        for f in self.page["frames"]:
            self.layers(f)
            self.answers(f)
            self.spread(f)
        if "table" in self.net.meta and self.page["inputs"] != inputs_of(self.net):
            self.wrong("the inputs of the table are called", self.page["inputs"])


def watched(said, wrong, path, net, frames, data):
    Watched(said, wrong, path, net, frames, data).check()
