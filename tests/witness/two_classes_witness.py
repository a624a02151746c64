"""two_classes_witness.py: baseline, AUC, F1 and threshold from their definitions, pair by pair, in plain Python, against what eval and
predict said. Called by two_classes.sh in its folder."""
import csv
import json
import math
from fractions import Fraction


def auc(scores, positive):
    yes = [s for s, p in zip(scores, positive) if p]
    others = [s for s, p in zip(scores, positive) if not p]
    halves = sum(2 if y > o else y == o for y in yes for o in others)
    return Fraction(halves, 2 * len(yes) * len(others))


def f1(scores, positive, threshold):
    found = sum(p and s >= threshold for s, p in zip(scores, positive))
    return Fraction(2 * found, sum(s >= threshold for s in scores) + sum(positive))


def close(a, b):
    return math.isclose(a, float(b), rel_tol=1e-14)


for model in ("two", "one"):
    rows = list(csv.DictReader(open(model + ".csv")))
    assert [row["id"] for row in rows] == ["c%03d" % i for i in range(300)], "rows in the order of the file"
    label = [row["left"] for row in rows]
    most = max(("no", "yes"), key=label.count)
    for name in ("yes", "no"):
        p = [float(row["p(yes)"]) for row in rows]
        score = p if name == "yes" else [float(row["p(no)"]) if "p(no)" in row else 1 - float(row["p(yes)"]) for row in rows]
        is_it = [value == name for value in label]
        plain, best, third = (json.load(open("%s.%s.%s.json" % (model, name, what))) for what in ("plain", "best", "third"))
        for said in (plain, best, third):
            assert said["positive"] == name and close(said["auc"], auc(score, is_it)), (model, name, said["auc"])
            assert said["baseline"]["answer"] == most and close(said["baseline"]["accuracy"], Fraction(label.count(most), 300))
        assert plain["threshold"] is None and third["threshold"] == 0.3
        # the largest F1 of all that can be had, and the highest place that has it
        all_f1 = {s: f1(score, is_it, s) for s in set(score)}
        top = max(all_f1.values())
        highest = max(s for s in all_f1 if all_f1[s] == top)
        assert f1(score, is_it, best["threshold"]) == top
        assert best["threshold"] <= highest and not any(best["threshold"] <= s < highest for s in score)
        told = next(c for c in best["classes"] if c["name"] == name)
        assert close(told["f1"], top), (told["f1"], float(top))
        # answers by a threshold
        other = "no" if name == "yes" else "yes"
        answers = [name if s >= 0.3 else other for s in score]
        assert close(third["accuracy"], Fraction(sum(a == b for a, b in zip(answers, label)), 300))
        said = [row["left"] for row in csv.DictReader(open("%s.%s.csv" % (model, name)))]
        assert said == answers, (model, name)
    assert [row["answer(left)"] for row in rows] == ["yes" if float(row["p(yes)"]) > 0.5 else "no" for row in rows]

y = [float(row["y"]) for row in csv.DictReader(open("n.csv"))]
said = json.load(open("n.json"))
mean = sum(y) / len(y)
spread = math.sqrt(sum((v - mean) ** 2 for v in y) / len(y))
assert math.isclose(said["baseline"]["answer"], mean, rel_tol=1e-12) and math.isclose(said["baseline"]["rmse"], spread, rel_tol=1e-12)
assert math.isclose(said["r2"], 1 - (said["rmse"] / said["baseline"]["rmse"]) ** 2, rel_tol=1e-9)
print("300 rows, two networks, either class positive: baseline, AUC, F1 and threshold agree")
