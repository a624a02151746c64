"""passes.py: what explain and step show of one forward and one backward pass, against the witness: the text, Markdown, JSON, and the page with every cell."""
import base64
import html
import json
import math
import re

import numpy as np

import sums

FUNCTIONS = {"exp": np.exp, "log": np.log, "tanh": np.tanh, "sqrt": np.sqrt, "erf": np.vectorize(math.erf, otypes=[float]), "pi": math.pi}


def tolerance(dtype):
    return 1e-5 if dtype == "float32" else 1e-11


def scale_of(net, v, name):
    return max(float(np.abs(v[name]).max()), net.scale.get(name, 0.0)) + 1e-30


def form(text, number, args, minus):
    """The value of a form of the operations' rows: {1} is the number, {2} .. {5} are args, {6} is minus"""
    places = [number, *args, minus]
    with np.errstate(all="ignore"):
        return eval(re.sub(r"\{(\d)\}", r"places[\1 - 1]", text), {"__builtins__": {}}, {**FUNCTIONS, "places": places})


def check_list(said, wrong, net, v, matrices):
    """The list of matrices of explain --json and step --json"""
    if [m["name"] for m in matrices] != list(dict.fromkeys(m["name"] for m in matrices)) or {m["name"] for m in matrices} != set(v):
        wrong("matrices that are not both shown and computed:", {m["name"] for m in matrices} ^ set(v))
    for m in matrices:
        truth, near = v[m["name"]], tolerance(net.dtype) * scale_of(net, v, m["name"])
        if m["shape"] != list(truth.shape) or m["kind"] != net.kind[m["name"]]:
            wrong(m["name"], "is said to be", m["kind"], m["shape"], "and is", net.kind[m["name"]], truth.shape)
            continue
        first = truth.reshape(truth.shape[0] if truth.ndim > 1 or m["kind"] == "loss" else 1, -1)[0][:5]
        if len(first) != len(m["first"]):
            wrong(m["name"], "has other first numbers:", m["first"])
        for got, wanted in zip(m["first"] + [m["smallest"], m["largest"], m["mean"]], list(first) + [truth.min(), truth.max(), truth.mean()]):
            said.numbers += 1
            if not abs(got - wanted) <= near:
                wrong(m["name"], "shows", got, "where NumPy has", wanted)


NUMBERS = re.compile(r"^[ `]*(-?[\d.e+-]+(?:  -?[\d.e+-]+)*)(?: \.\.\.)?`? +\(smallest (\S+), largest (\S+), mean (\S+)\)$")


def check_text(said, wrong, net, v, text):
    """A matrix is told as its name with its sizes, and under it a line with its first numbers, smallest, largest and mean."""
    name, told = None, {}
    for line in text.split("\n"):
        head = re.match(r"(?:### `)?([a-z_A-Z]\w*)(?:\[([\d,]+)\])?(?:`?$| = |: )", line)
        if head and head.group(1) in v:
            name = head.group(1)
            if head.group(2) and [int(n) for n in head.group(2).split(",")] != list(v[name].shape) and name not in told:
                wrong(name, "is told with the sizes", head.group(2), "and has", v[name].shape)
        numbers = NUMBERS.match(line)
        if numbers and name:
            told.setdefault(name, ([float(n) for n in numbers.group(1).split()], [float(n) for n in numbers.groups()[1:]]))
            name = None
    if set(told) != set(v):
        wrong("matrices that are not both told and computed:", set(told) ^ set(v))
    for name, (first, three) in told.items():
        truth, near = v[name], tolerance(net.dtype) * scale_of(net, v, name)
        wanted = list(truth.reshape(truth.shape[0] if truth.ndim > 1 or name == "loss" else 1, -1)[0][:5]) + [truth.min(), truth.max(), truth.mean()]
        if len(first) + 3 != len(wanted):
            wrong(name, "is told with other first numbers:", first)
        for got, number in zip(first + three, wanted):
            said.numbers += 1
            if not abs(got - number) <= near + 5.1e-6 * abs(number):
                wrong(name, "is told with", got, "where NumPy has", number)


# ---- the page --------------------------------------------------------------------------------------


def page_data(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    mark = '<script type="application/json" id="data">\n'
    assert text.count(mark) == 1, "the page has no data, or more than one"
    before, rest = text.split(mark)
    data, after = rest.split("</script>", 1)
    return json.loads(data), before + after


def decode(text, dtype):
    return np.frombuffer(base64.b64decode(text, validate=True), "<f8" if dtype == "float64" else "<f4").astype(np.float64)


class Terms:
    """The terms of some cells of a matrix that have equally many: every attribute is [cells, terms]."""

    def __init__(self, cells, m, index, factor, by, by_index, forms, minus, mapped):
        self.cells, self.m, self.index, self.factor, self.by, self.by_index, self.forms, self.minus, self.mapped = cells, m, index, factor, by, by_index, forms, minus, mapped


def begins(slot, shape, elements):
    """Where each cell's terms begin in a slot's matrix: strides, or a place for each"""
    if isinstance(slot["at"], str):
        return np.frombuffer(base64.b64decode(slot["at"], validate=True), "<i4").astype(np.int64)
    at = np.array(np.unravel_index(np.arange(elements), shape)).T @ np.array(slot["at"][1:], np.int64) if elements else np.zeros(0, np.int64)
    return slot["at"][0] + at


def column_of(t, key):
    return decode(t[key][1], t[key][0]) if key in t else None


def terms_of(t, shape):
    """For each kind: its recipe, and the terms of its cells"""
    elements = int(np.prod(shape))
    which = np.frombuffer(base64.b64decode(t["kind"], validate=True), "<i4") if "kind" in t else np.zeros(elements, np.int64)
    counts = np.array([sum(r[5] for r in kind["runs"]) for kind in t["kinds"]])[which]
    first = np.concatenate([[0], np.cumsum(counts)])
    places = [begins(s, shape, elements) for s in t["slots"]]
    m_of, given = np.array([s["m"] for s in t["slots"]] + [-1]), {key: column_of(t, key) for key in ("mapped", "factors")}
    for key, numbers in given.items():
        assert numbers is None or len(numbers) == first[-1], "the page has %s that belong to no term" % key
    for number, kind in enumerate(t["kinds"]):
        cells = np.flatnonzero(which == number)
        count = sum(r[5] for r in kind["runs"])
        parts, zeros = [], np.zeros((len(cells), 1), np.int64)
        for slot, by, text, factor, minus, n, at, step, by_at, by_step in kind["runs"]:
            k, full = np.arange(n)[None, :], lambda value, kind=None: np.full((len(cells), n), value, kind)
            place = lambda s, at, step: (places[s][cells][:, None] + at if s >= 0 else zeros) + k * (step if s >= 0 else 0)
            parts.append((full(m_of[slot]), place(slot, at, step), full(factor if by < 0 else np.nan), full(m_of[by]), place(by, by_at, by_step), full(text, object), full(minus)))
        if not parts:
            parts = [(np.zeros((len(cells), 0), kind) for kind in (int, int, float, int, int, object, float))]
        columns = [np.concatenate(c, 1) for c in zip(*parts)]
        own = lambda key: None if given[key] is None else given[key][first[cells][:, None] + np.arange(count)[None, :]]
        mapped, factors = own("mapped"), own("factors")
        if factors is not None:
            columns[2] = np.where(columns[5] != None, factors, columns[2])  # noqa: E711 (element by element)
        yield kind, Terms(cells, *columns, np.full((len(cells), count), np.nan) if mapped is None else mapped)


class Page:
    """The page's data, every cell of it against the witness, and the page's own fold of it once more, in the arithmetic of sums.py."""

    def __init__(self, said, wrong, path, net, v):
        self.said, self.wrong, self.net, self.v = said, wrong, net, v  # self.text: all but the data
        self.data, self.text = page_data(path)
        self.matrices = self.data["matrices"]
        self.cells = self.folded = 0

    def values(self):
        names = [m["name"] for m in self.matrices]
        if len(set(names)) != len(names) or set(names) != set(self.v):
            self.wrong("matrices that are not both shown and computed:", set(names) ^ set(self.v))
        flat, self.begin = [], [0]
        for m in self.matrices:
            values = decode(m["data"], m["dtype"])
            flat.append(values)
            self.begin.append(self.begin[-1] + len(values))
            if m["name"] in self.v:
                self.compare(m, values)
        self.flat, self.begin = np.concatenate(flat), np.array(self.begin)

    def compare(self, m, values):
        name = m["name"]
        truth, near = self.v[name].reshape(-1), tolerance(self.net.dtype) * scale_of(self.net, self.v, name)
        if m["shape"] != list(self.v[name].shape) or m["kind"] != self.net.kind[name] or len(values) != len(truth):
            return self.wrong(name, "is said to be", m["kind"], m["shape"], "and is", self.net.kind[name], self.v[name].shape)
        exact = m["kind"] == "parameter" or name in ("x", "t")
        off = values != truth if exact else ~(np.abs(values - truth) <= near)
        self.cells += len(values)
        if off.any():
            e = int(np.flatnonzero(off)[0])
            self.wrong("%s: %d of %d cells are wrong; the first, number %d, is %.9g, and NumPy has %.9g" % (name, off.sum(), len(off), e, values[e], truth[e]))

    def at(self, m, index, what):
        """Numbers of matrices, [cells, terms]; 1 where m is -1"""
        inside = (m < 0) | ((index >= 0) & (index < np.diff(self.begin)[m]))
        if not inside.all():
            self.wrong(what, "names %d cells that do not exist" % (~inside).sum())
        return np.where((m >= 0) & inside, self.flat[np.where(inside & (m >= 0), self.begin[m] + index, 0)], 1.0)

    def folds(self):
        for k, m in enumerate(self.matrices):
            computed = m["kind"] in ("forward", "backward", "loss")
            if "terms" not in m:
                if computed and not self.listless(m):
                    self.wrong(m["name"], "was computed, and the page has no terms of it")
                continue
            if m["kind"] in ("given", "parameter"):
                self.wrong(m["name"], "was given, and the page has terms of it")
            t, elements = m["terms"], int(np.prod(m["shape"]))
            unknown = [r["fold"] for r in t["kinds"] if r["fold"] not in self.data["folds"] or r["fold"] not in ("chain", "first", "lanes", "groups")]
            if unknown:
                self.wrong(m["name"], "is added in ways that have no name:", unknown)
                continue
            seen = 0
            for kind, terms in terms_of(t, m["shape"]):
                seen += len(terms.cells)
                self.fold(k, m, {**t, **kind}, terms)
            if seen != elements:
                self.wrong(m["name"], "has cells of a kind that there is not:", elements - seen)

    def listless(self, m):
        """A page need not list terms by the million."""
        return len(m["shape"]) > 2 or m["shape"][0] > 1

    def fold(self, k, m, t, terms):
        name, dtype = m["name"], t["dtype"]
        args = np.tile(np.array(t["args"], np.float64), (len(terms.cells), 1))
        wide = [args[:, i, None] for i in range(4)]
        value = self.at(terms.m, terms.index, name)
        by = self.at(terms.by, terms.by_index, name + " (factor)")
        given = sums.rounded(dtype, np.where(terms.m < 0, 1.0, value - terms.minus))
        if t["map"] is None:
            mapped = given
            if (~np.isnan(terms.mapped) & (terms.mapped != mapped)).any():
                self.wrong(name, "has terms that are not the cells they are said to be")
        else:
            mapped = terms.mapped
            self.close(name, "map", mapped, form(t["map"], given, wide, terms.minus), dtype)
        plain = (terms.by >= 0) & (terms.forms == None)  # noqa: E711 (element by element)
        factor = np.where(plain & np.isnan(terms.factor), by, terms.factor)
        if (plain & (factor != by)).any():
            self.wrong(name, "has factors that are not the cells they are said to be")
        for text in {f for f in terms.forms.reshape(-1) if f is not None}:
            own = terms.forms == text
            self.close(name, text, factor[own], np.broadcast_to(form(text, by, wide, terms.minus), by.shape)[own], dtype)
        total = self.add(m, t, terms, mapped, factor)
        self.judge(m, t, terms, args, total)

    def close(self, name, what, got, wanted, dtype):
        off = ~(np.abs(got - wanted) <= tolerance(dtype) * (np.abs(wanted) + 0.01))
        if off.any():
            self.wrong("%s: %s gives %r, and the page has %r" % (name, what, np.broadcast_to(wanted, got.shape)[off][0], got[off][0]))

    def add(self, m, t, terms, mapped, factor):
        dtype = t["dtype"]
        if t["fold"] == "groups":
            sample = self.samples(m, terms)
            return sums.groups(dtype, mapped, factor, sample)
        assert mapped.shape[1] <= 1024 or not t.get("block"), "more terms than a block"
        if t["fold"] == "lanes" and t["group"]:  # sample n goes to accumulator n mod 16, whether the last 16 are whole or not
            sample = terms.index // np.array([int(np.prod(n["shape"][1:])) for n in self.matrices])[terms.m]
            if (sample != sample[:1]).any():
                self.wrong(m["name"], "has cells whose terms belong to different samples")
            return sums.lanes(dtype, mapped, factor, sample[0] % 16)
        return {"chain": sums.chain, "first": sums.first, "lanes": sums.lanes}[t["fold"]](dtype, mapped, factor)

    def samples(self, m, terms):
        """Which sample each term belongs to: that of the gradient which it takes"""
        which = terms.m[0, 0] if self.matrices[terms.m[0, 0]]["kind"] == "backward" else terms.by[0, 0]
        index = terms.index if which == terms.m[0, 0] else terms.by_index
        sample = index // int(np.prod(self.matrices[which]["shape"][1:]))
        if (sample != sample[:1]).any():
            self.wrong(m["name"], "has cells whose terms belong to different samples")
        return sample[0]

    def judge(self, m, t, terms, args, total):
        values = self.flat[self.begin[self.matrices.index(m)]:][:int(np.prod(m["shape"]))][terms.cells]
        expected = values if t["finish"] is None else column_of(t, "sums")[terms.cells]
        if t["finish"] is not None:
            ended = form(t["finish"], expected, [args[:, i] for i in range(4)], 0)
            size = np.abs(ended) + (np.abs(expected) if m["kind"] != "forward" else 1e-2)
            off = ~(np.abs(ended - values) <= tolerance(t["dtype"]) * size)
            if off.any():
                self.wrong("%s: %s gives %r, and the page has %r" % (m["name"], t["finish"], ended[off][0], values[off][0]))
        self.folded += len(values)
        off = total != expected
        if off.any():
            e = int(np.flatnonzero(off)[0])
            self.wrong("%s: the page would say \"this is a mistake of denpa's\" of %d of %d cells; of the first, number %d, the terms give %.9g, and the network is said to have %.9g"
                       % (m["name"], off.sum(), len(off), terms.cells[e], total[e], expected[e]))

    def check(self):
        self.values()
        self.folds()
        self.said.numbers += self.cells + self.folded
        if self.data["rows"] != len(self.v["loss"]) or abs(self.data["loss"] - self.v["loss"].mean()) > tolerance(self.net.dtype) * (1 + self.v["loss"].mean()):
            self.wrong("the page has the loss", self.data["loss"], "of", self.data["rows"], "samples; NumPy has", self.v["loss"].mean())
        rest = html.unescape(self.text).replace("url(#${kind}-end)", "").replace("http://www.w3.org/2000/svg", "")
        for word in ("http:", "https:", "src=", "@import", "url("):
            if word in rest:
                self.wrong("the page asks for something:", word)
        return self.cells, self.folded
