"""why.py: what `denpa why` says of one number: as JSON with the terms of its sum, and as text."""
import re

import numpy as np

import sums
from passes import form, scale_of, tolerance
from said import denpa, json_of, text_of

CELL = re.compile(r"([A-Za-z_]\w*)(?:\[([\d,]+)\])?$")
FOLDS = ("chain", "first", "lanes", "groups")


class Why:
    def __init__(self, said, wrong, net, v, where):
        self.said, self.wrong, self.net, self.v, self.where = said, wrong, net, v, where
        self.rows = len(v["loss"])
        self.near = {name: tolerance(net.dtype) * scale_of(net, v, name) for name in v}

    def cell(self, name):
        """The witness's number and how exact it is; None if there is no such cell"""
        found = CELL.match(name)
        if found is None or found.group(1) not in self.v:
            self.wrong("there is no cell", name)
            return None
        array, index = self.v[found.group(1)], found.group(2)
        near = self.near[found.group(1)]
        if index is None:
            return float(array.mean()), near
        index = tuple(int(i) for i in index.split(","))
        if len(index) != array.ndim or any(i >= n for i, n in zip(index, array.shape)):
            self.wrong(name, "does not exist:", found.group(1), "has the shape", array.shape)
            return None
        return float(array[index]), near

    def number(self, what, name, got):
        truth = self.cell(name)
        self.said.numbers += 1
        if truth is not None and not abs(got - truth[0]) <= truth[1]:
            self.wrong(what, name, "is told as", got, "and NumPy has", truth[0])

    # ---- JSON ----

    def account(self, a, told):
        name = a["name"]
        self.number("the number", name, a["value"])
        base = name.split("[")[0]
        computed = base == "loss" or self.net.kind.get(base) in ("forward", "backward", "loss")
        if not computed and "terms" not in a:
            return
        missing = [key for key in ("fold", "group", "operation", "dtype", "count", "sum", "map", "finish", "arguments", "terms") if key not in a]
        if missing:
            self.wrong(name, "is told without", ", ".join(missing))
            if "terms" not in a:
                return
        for t in a["terms"]:
            self.term(name, a, t)
        if not missing:
            self.fold(a)
        products = [abs(t["product"]) for t in a["terms"]]
        if products != sorted(products, reverse=True):
            self.wrong(name, "has terms that are not in order of size")
        if "largest_from" in a and told > 0:
            self.account(a["largest_from"], told - 1)

    def term(self, name, a, t):
        dtype, args = a.get("dtype", self.net.dtype), a.get("arguments", [0, 0, 0, 0])
        if t["product"] != t["mapped"] * t["factor"]:
            self.wrong(name, "has a term whose product is wrong:", t["text"])
        for key, value in (("cell", "value"), ("by", "by_value")):
            if key in t:
                self.number("in " + name, t[key], t[value])
        near = lambda x, y: abs(x - y) <= tolerance(dtype) * (abs(y) + 0.01)
        if "cell" in t:
            given = float(sums.rounded(dtype, t["value"] - t["minus"]))
            if t["mapped"] != given if a.get("map") is None else not near(t["mapped"], form(a["map"], given, args, t["minus"])):
                self.wrong(name, "has a term that is not its cell:", t["text"])
        if "by" in t:
            if t["factor"] != t["by_value"] if t["by_form"] is None else not near(t["factor"], form(t["by_form"], t["by_value"], args, t["minus"])):
                self.wrong(name, "has a factor that is not its cell:", t["text"])

    def fold(self, a):
        name, dtype = a["name"], a["dtype"]
        if a["fold"] not in FOLDS:
            return self.wrong(name, "is added in a way without a name:", a["fold"])
        if a["count"] != len(a["terms"]):
            return self.wrong(name, "has", len(a["terms"]), "terms, and the count is said to be", a["count"])
        terms = sorted(a["terms"], key=lambda t: t["place"])
        if [t["place"] for t in terms] != list(range(len(terms))):
            self.wrong(name, "has terms with places that are not 0, 1, 2 ...")
        value, factor = (np.array([[t[key] for t in terms]], np.float64).reshape(1, len(terms)) for key in ("mapped", "factor"))
        if a["fold"] == "groups":
            total = sums.groups(dtype, value, factor, np.array([self.sample(t) for t in terms], int))
        elif a["fold"] == "lanes" and a["group"]:  # sample n goes to accumulator n mod 16, whether the last 16 are whole or not
            total = sums.lanes(dtype, value, factor, [int(CELL.match(t["cell"]).group(2).split(",")[0]) % 16 for t in terms])
        else:
            total = {"chain": sums.chain, "first": sums.first, "lanes": sums.lanes}[a["fold"]](dtype, value, factor)
        if total[0] != a["sum"]:
            self.wrong(name, "has terms that fold to %.17g by the law of sums, and the sum is said to be %.17g" % (total[0], a["sum"]))
        if a["finish"] is None:
            if a["sum"] != a["value"]:
                self.wrong(name, "is", a["value"], "and its sum", a["sum"])
        else:
            ended = form(a["finish"], a["sum"], a["arguments"], 0)
            if not abs(ended - a["value"]) <= tolerance(dtype) * (abs(ended) + max(abs(a["sum"]), 0.01)):
                self.wrong(name, "is", a["value"], "but", a["finish"], "of its sum gives", ended)

    def sample(self, t):
        """Which sample a term belongs to: that of the gradient which it takes"""
        for key in ("cell", "by"):
            found = CELL.match(t.get(key, ""))
            if found and self.net.kind.get(found.group(1)) == "backward":
                return int(found.group(2).split(",")[0])
        self.wrong("no gradient in the term", t["text"])
        return 0

    def json(self, name):
        said = json_of("why", *self.where[:1], name, *self.where[1:], "--terms", 100000, "--depth", 1)
        if said["name"] != self.full(name) and name != "loss":
            self.wrong("asked for", name, "it tells of", said["name"])
        self.account(said, 1)
        base = name.split("[")[0]
        if "gradient" in said:
            self.account(said["gradient"], 1)
            wanted = {self.net.last: "dy"}.get(base, "d" + base)
            if said["gradient"]["name"].split("[")[0] != wanted:
                self.wrong("the gradient of", name, "is said to be", said["gradient"]["name"])
        elif "d" + base in self.v and base != "y":  # dy is, by custom, the gradient for what goes into the loss
            self.wrong(name, "has a gradient, which is not told")
        if "update" in said:
            self.update(said)
        elif base in self.net.parameters:
            self.wrong(name, "has no update")
        if said["samples"] != self.rows or abs(said["loss"] - self.v["loss"].mean()) > tolerance(self.net.dtype) * (1 + abs(said["loss"])):
            self.wrong("the loss of", said["samples"], "samples is told as", said["loss"], "and NumPy has", self.v["loss"].mean())
        return said

    def full(self, name):
        """a1[7] of one sample is a1[0,7]"""
        return name

    def update(self, said):
        u, dtype = said["update"], self.net.dtype
        if u["before"] != said["value"]:
            self.wrong("before the update it is said to be", u["before"])
        if u["optimizer"] == "sgd":
            lr = float(np.dtype(dtype).type(u["lr"]))
            if float(sums.fma(dtype, -lr, said["gradient"]["value"], u["before"])) != u["after"]:
                self.wrong("after the update it is said to be", u["after"])

    # ---- text ----

    def text(self, name, lang):
        """Each line `CELL = NUMBER` and each term `PRODUCT = CELL * CELL` is true; the sum is told with as many terms as the matrices have."""
        text, heads, terms = text_of("why", *self.where[:1], name, *self.where[1:], "--terms", 40, "--depth", 2, lang=lang), 0, 0
        for line in text.split("\n"):
            parts = line.strip().split(" = ")
            head = CELL.match(parts[0])
            if len(parts) == 2 and head and re.fullmatch(r"-?[\d.]+(e[-+]?\d+)?", parts[1]):
                heads += 1
                self.number("the text's", parts[0], float(parts[1]))
            factors = parts[1].split(" * ") if len(parts) > 1 and re.fullmatch(r"-?[\d.]+(e[-+]?\d+)?", parts[0]) else []
            if factors and all(CELL.match(f) for f in factors):
                terms += 1
                self.product(line, float(parts[0]), factors)
        if heads == 0:
            self.wrong("the text does not tell", name)
        return text

    def product(self, line, product, factors):
        truth, near = 1.0, 0.0
        for f in factors:
            cell = self.cell(f)
            if cell is None:
                return
            near = near * (abs(cell[0]) + cell[1]) + abs(truth) * cell[1]
            truth *= cell[0]
        self.said.numbers += 1
        if not abs(product - truth) <= near + 1e-7 * abs(truth):
            self.wrong("the text has", line.strip(), "where NumPy has", truth)


def some_cells(net, v, name):
    """The largest number of a matrix and one drawn by its name: their indices"""
    array = v[name]
    drawn = sum(ord(c) * (i + 7) for i, c in enumerate(name)) * 7919 % array.size
    picks = {int(np.abs(array).argmax()), drawn}
    return ["%s[%s]" % (name, ",".join(str(i) for i in np.unravel_index(e, array.shape))) for e in sorted(picks)]


def refused(wrong, where, name, text, as_json):
    status, out, err = denpa("why", where[0], name, *where[1:])
    if status != 2 or out or text not in err:
        wrong("why", name, "is refused with status 2 and '%s' by a dense network; here status %d: %s" % (text, status, (err or out).strip().split("\n")[-1][:200]))
    if not as_json:
        return
    status, out, err = denpa("why", where[0], name, *where[1:], "--json")
    if status != 2 or '"error"' not in out + err:
        wrong("why", name, "--json: status", status, (err or out)[:100])


def out_of_range(said, wrong, net, v, where):
    """Samples that do not exist are refused for every matrix, alike: of one sample there is no sixteenth."""
    rows = len(v["loss"])
    for name, array in v.items():
        if name == "t":  # whose rows may be labels
            continue
        if array.ndim > 0 and array.shape[0] == rows and net.kind[name] in ("forward", "backward", "given", "loss") and not (name.startswith("d") and name[1:] in net.parameters):
            for beyond in {rows, 15} - set(range(rows)):
                said.numbers += 1
                refused(wrong, where, "%s[%s]" % (name, ",".join([str(beyond)] + ["0"] * (array.ndim - 1))), "this index goes from 0 to %d; it cannot be %d" % (rows - 1, beyond), beyond == rows and name in ("x", net.last, "loss"))


def loss(said, wrong, net, v, where):
    """The loss of a sample comes from all outputs of the network: the nine that are wrong take part in the softmax, too. And it does not come from itself."""
    outputs = {"%s[0,%d]" % (name, k) for name in ("y", net.last) for k in range(v["y"].shape[1])}
    for name in ("loss", "loss[0]"):
        a = json_of("why", where[0], name, *where[1:], "--terms", 100000, "--depth", 2)
        if name == "loss" and len(v["loss"]) > 1:
            continue
        seen, depth = set(), a
        for _ in range(2):
            for t in depth.get("terms", []):
                seen |= {t.get("cell"), t.get("by")}
                if "cell" not in t and abs(t["product"]) > 0 and abs(t["product"]) == abs(a["value"]):
                    wrong(name, "is told as itself:", t["text"])
            depth = depth.get("largest_from", {})
        said.numbers += len(seen & outputs)
        if not any({"%s[0,%d]" % (o, k) for k in range(v["y"].shape[1])} <= seen for o in ("y", net.last)):
            wrong(name, "is told with", len(seen & outputs), "of the network's", v["y"].shape[1], "outputs:", sorted(str(s) for s in seen & outputs))
    text = text_of("why", where[0], "loss[0]", *where[1:], "--terms", 1000, "--depth", 2)
    told = {o for o in outputs if o in text}
    if not any({"%s[0,%d]" % (o, k) for k in range(v["y"].shape[1])} <= told for o in ("y", net.last)):
        wrong("the text of loss[0] tells of", len(told), "outputs")
