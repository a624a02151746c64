"""intervals_witness.py: Wilson's interval, the bootstrap, McNemar's test and Newcombe's interval from their definitions, in plain Python,
against what eval and compare said. Called by intervals.sh in its folder."""
import csv
import json
import math
from fractions import Fraction

Z = 1.959963984540054


def philox(k0, k1, c0, c1, c2, c3):
    for _ in range(10):
        even, odd = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = odd >> 32 ^ c1 ^ k0, odd & 0xFFFFFFFF, even >> 32 ^ c3 ^ k1, even & 0xFFFFFFFF
        k0, k1 = k0 + 0x9E3779B9 & 0xFFFFFFFF, k1 + 0xBB67AE85 & 0xFFFFFFFF
    return c0, c1, c2, c3


def resamples(n):
    """999 lists of n rows: draw j of resample b is word j mod 4 of seed 1, stream 42 * 2^32 + b, draw j / 4."""
    for b in range(999):
        words = [w for i in range((n + 3) // 4) for w in philox(1, 0, i, 0, b, 42)]
        yield [w * n >> 32 for w in words[:n]]


SAMPLES = {n: list(resamples(n)) for n in (50, 60)}


def bootstrap(n, statistic):
    """The 25th and the 975th of its values; of those resamples that have one."""
    values = sorted(v for v in (statistic(rows) for rows in SAMPLES[n]) if v is not None)
    tail = (len(values) + 1) // 40
    return values[tail - 1], values[len(values) - tail]


def wilson(k, n):
    """The roots of (p - k/n)^2 = z^2 p (1 - p) / n, by the usual formula for them."""
    a, b, c = n + Z * Z, -(2 * k + Z * Z), k * k / n
    root = math.sqrt(b * b - 4 * a * c)
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def mean(values):
    return math.fsum(values) / len(values)


def near(told, want, what, within=1e-12):
    assert all(abs(t - w) <= within * max(1, abs(w)) for t, w in zip(told, want)) and len(told) == 2, (what, told, want)


def f1_means(rows, label, answer):
    """Means over the classes that have a row or an answer: precision, recall, F1."""
    scores = []
    for c in ("no", "yes"):
        right = sum(label[i] == c == answer[i] for i in rows)
        said, there = sum(answer[i] == c for i in rows), sum(label[i] == c for i in rows)
        if said + there == 0:
            continue
        p, r = right / said if said else 0, right / there if there else 0
        scores.append((p, r, 2 * p * r / (p + r) if p + r else 0))
    return [mean(s) for s in zip(*scores)]


def auc(rows, score, label):
    yes, no = [score[i] for i in rows if label[i] == "yes"], [score[i] for i in rows if label[i] == "no"]
    if not yes or not no:
        return None
    return sum(2 if y > o else y == o for y in yes for o in no) / (2 * len(yes) * len(no))


# ---- classes
answers, losses = {}, {}
for model in ("c1", "c2"):
    table = list(csv.DictReader(open(model + ".csv")))
    n, label = len(table), [row["left"] for row in table]
    answers[model] = [row["answer(left)"] for row in table]
    right = [a == b for a, b in zip(answers[model], label)]
    losses[model] = [-math.log(float(row["p(%s)" % row["left"]])) for row in table]
    told = json.load(open(model + ".json"))
    between = told["intervals"]
    assert between["level"] == 0.95 and between["resamples"] == 999
    near(between["accuracy"], wilson(sum(right), n), "accuracy")
    for c, of in zip(told["classes"], between["classes"]):
        k = sum(r and l == c["name"] for r, l in zip(right, label))
        near(of["recall"], wilson(k, c["rows"]), "recall")
        near(of["precision"], wilson(k, c["answered"]), "precision")
    # the probabilities are float32, as are the losses that were measured
    near(between["loss"], bootstrap(n, lambda rows: mean([losses[model][i] for i in rows])), "loss", 1e-6)
    for k, what in enumerate(("precision", "recall", "f1")):
        near(between[what], bootstrap(n, lambda rows: f1_means(rows, label, answers[model])[k]), what)
    score = [float(row["p(yes)"]) for row in table]
    near(between["auc"], bootstrap(n, lambda rows: auc(rows, score, label)), "auc")

told = json.load(open("c.json"))
pairs = [(a == l, b == l) for a, b, l in zip(answers["c1"], answers["c2"], label)]
both, first, second, none = (pairs.count(p) for p in ((True, True), (True, False), (False, True), (False, False)))
assert (told["both"], told["only_a"], told["only_b"], told["neither"]) == (both, first, second, none)
assert [row["sample"] for row in told["rows_a"]] == [i for i, p in enumerate(pairs) if p == (True, False)]
assert [row["sample"] for row in told["rows_b"]] == [i for i, p in enumerate(pairs) if p == (False, True)]
for row in told["rows_a"] + told["rows_b"]:
    i = row["sample"]
    assert row["right"] == label[i] and [s["answer"] for s in row["said"]] == [answers["c1"][i], answers["c2"][i]]
m, less = first + second, min(first, second)
assert m > 3 and first != second, "the example says something"
exact = Fraction(2 * sum(math.comb(m, k) for k in range(less + 1)), 2**m)
assert math.isclose(told["p"], exact, rel_tol=1e-12), (told["p"], float(exact))
assert told["better"] == (None if exact >= Fraction(1, 20) else "B" if second > first else "A")
p1, p2 = (both + first) / n, (both + second) / n
(l1, u1), (l2, u2) = wilson(both + first, n), wilson(both + second, n)
product, together = (both + first) * (second + none) * (both + second) * (first + none), both * none - first * second
if together > 0:
    together = max(together - n / 2, 0)
phi = together / math.sqrt(product)
delta = math.sqrt((p2 - l2) ** 2 - 2 * phi * (p2 - l2) * (u1 - p1) + (u1 - p1) ** 2)
epsilon = math.sqrt((u2 - p2) ** 2 - 2 * phi * (u2 - p2) * (p1 - l1) + (p1 - l1) ** 2)
near(told["accuracy_interval"], (p2 - p1 - delta, p2 - p1 + epsilon), "difference")
less = [b - a for a, b in zip(losses["c1"], losses["c2"])]
near(told["loss_interval"], bootstrap(n, lambda rows: mean([less[i] for i in rows])), "loss difference", 1e-6)

# ---- numbers
errors = {}
for model in ("n1", "n2"):
    table = list(csv.DictReader(open(model + ".csv")))
    n, t = len(table), [float(row["y"]) for row in table]
    errors[model] = e = [float(row["answer(y)"]) - float(row["y"]) for row in table]
    told = json.load(open(model + ".json"))["intervals"]

    def r2(rows):
        middle = mean([t[i] for i in rows])
        spread = math.fsum((t[i] - middle) ** 2 for i in rows)
        return 1 - math.fsum(e[i] ** 2 for i in rows) / spread if spread else None

    near(told["rmse"], bootstrap(n, lambda rows: math.sqrt(mean([e[i] ** 2 for i in rows]))), "rmse", 1e-9)
    near(told["mae"], bootstrap(n, lambda rows: mean([abs(e[i]) for i in rows])), "mae", 1e-9)
    near(told["r2"], bootstrap(n, r2), "r2", 1e-9)

told = json.load(open("n.json"))


def rmse(model, rows):
    return math.sqrt(mean([errors[model][i] ** 2 for i in rows]))


near(told["rmse_interval"], bootstrap(n, lambda rows: rmse("n2", rows) - rmse("n1", rows)), "rmse difference", 1e-9)
assert math.isclose(told["rmse_difference"], rmse("n2", range(n)) - rmse("n1", range(n)), rel_tol=1e-9)
gains = [abs(a) - abs(b) for a, b in zip(errors["n1"], errors["n2"])]
assert (told["closer_a"], told["closer_b"]) == (sum(g < 0 for g in gains), sum(g > 0 for g in gains))
m, less = told["closer_a"] + told["closer_b"], min(told["closer_a"], told["closer_b"])
exact = min(Fraction(1), Fraction(2 * sum(math.comb(m, k) for k in range(less + 1)), 2**m))
assert math.isclose(told["p"], exact, rel_tol=1e-12), (told["p"], float(exact))
assert told["better"] == (None if exact >= Fraction(1, 20) else "B" if told["closer_b"] > told["closer_a"] else "A")
assert len(told["rows_b"]) == min(5, told["closer_b"])
best = sorted(gains, reverse=True)
for k, row in enumerate(told["rows_b"]):
    assert math.isclose(gains[row["sample"]], best[k], rel_tol=1e-9), (row, best[k])
    assert math.isclose(row["right"], t[row["sample"]], rel_tol=1e-12)
