"""growth.py DENPA: how time and memory grow with samples, width, depth, batch and threads; writes bench/GROWTH.md and bench/growth.svg. Called by growth.sh.

Time is that of updates alone, memory the most that the process held. Every point is the median of ROUNDS runs; the rounds go through all points in turn."""
import json, math, os, sys

import draw
from machine import describe, median, run_json, say

ROUNDS = 3
BUDGET = 12e9  # useful FLOPs of one run, within a number of updates
UPDATES = 5, 3000
denpa = sys.argv[1]
here = os.path.dirname(os.path.abspath(__file__))
processors = len(os.sched_getaffinity(0))


# ---- the runs ------------------------------------------------------------------------------------


def train(data, net, batch, length, threads=1):
    """(seconds of all updates, peak memory)"""
    command = [denpa, "train", data, "--net", net, "--act", "relu", "--init", "he", "--lr", "0.001", "--batch", str(batch), *length, "--threads", str(threads), "--evaluate", "none", "--quiet", "--json"]
    report, _, memory = run_json(command)
    return report["seconds"], memory


def epoch(samples):
    return train(f"digits:{samples}", "784-50-10", 100, ["--epochs", "1"])


def update(net, batch):
    """Of one update: all batches are full."""
    widths = [int(w) for w in net.split("-")]
    flops = batch * sum(6.0 * a * b for a, b in zip(widths, widths[1:]))
    updates = int(min(max(BUDGET / flops, UPDATES[0]), UPDATES[1]))
    seconds, memory = train("digits:4096", net, batch, ["--steps", str(updates), "--sampling", "replacement"])
    return seconds / updates, memory


def wide(width):
    return update(f"784-{width}-10", 128)


def deep(layers):
    return update("-".join(["784", *["256"] * layers, "10"]), 128)


def in_batches(batch):
    return update("784-128-10", batch)


def threaded(threads):
    return train("digits:30000", "784-128-10", 128, ["--epochs", "1"], threads)


def parameters(width):
    return 784 * width + width + width * 10 + 10


# name, the run, its points, what the points are called
SERIES = [
    ("samples", epoch, [1000, 2000, 5000, 10000, 20000, 50000, 100000, 200000, 500000, 1000000], "samples"),
    ("width", wide, [16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192], "hidden units"),
    ("depth", deep, [1, 2, 4, 8, 16, 32, 48], "hidden layers of 256"),
    ("batch", in_batches, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096], "samples in a batch"),
    ("threads", threaded, [1, 2, 3, 4, 8], "threads"),
]
ONCE = 300000  # samples from which on one round is enough: making them takes longer than training on them


def measure():
    """{series: [(x, seconds, bytes)]}"""
    found = {name: {x: [] for x in points} for name, _, points, _ in SERIES}
    for turn in range(ROUNDS):
        for name, run, points, _ in SERIES:
            say(f"round {turn + 1} of {ROUNDS}: {name}")
            for x in points:
                if turn == 0 or x < ONCE:
                    found[name][x].append(run(x))
    return {name: [(x, median([r[0] for r in runs]), median([r[1] for r in runs])) for x, runs in rows.items()] for name, rows in found.items()}


# ---- lines ---------------------------------------------------------------------------------------


def straight(points):
    """a, b of y = a + b x with the least squares of relative deviations."""
    s = sx = sxx = sy = sxy = 0.0
    for x, y in points:
        w = 1 / (y * y)
        s, sx, sxx, sy, sxy = s + w, sx + w * x, sxx + w * x * x, sy + w * y, sxy + w * x * y
    b = (s * sxy - sx * sy) / (s * sxx - sx * sx)
    return (sy - b * sx) / s, b


def exponent(points):
    """Slope of log y over log x."""
    logs = [(math.log(x), math.log(y)) for x, y in points]
    mx, my = (sum(v) / len(logs) for v in zip(*logs))
    return sum((x - mx) * (y - my) for x, y in logs) / sum((x - mx) ** 2 for x, _ in logs)


def off(points, a, b):
    return max(abs(y / (a + b * x) - 1) for x, y in points)


def curve(points, a, b):
    low, high = points[0][0], points[-1][0]
    xs = [low * (high / low) ** (i / 60) for i in range(61)]
    return [(x, a + b * x) for x in xs if a + b * x > 0]


def without_constant(points, a):
    """The exponent of what grows, from the points of which it is a fifth at least; None if there are not three of them."""
    grown = [(x, y - a) for x, y in points if y - a > 0.2 * y]
    return exponent(grown) if len(grown) >= 3 else None


def figures(chart, points):
    """A row of the table, and the chart's remark and line."""
    title, _, _, unit, scale, log, _, quantity, small, factor, theory = chart
    a, b = straight(points)
    grows = without_constant(points, a)
    fitted = f"{draw.number(a)} {unit} + {draw.number(b / scale * factor)} {small} a {quantity}"
    exponents = f"{exponent(points):.2f} | {exponent(points[-3:]):.2f} | {'' if grows is None else f'{grows:.2f}'}"
    row = f"| {title} | {theory} | {fitted} | {100 * off(points, a, b):.0f} % | {exponents} |"
    remark = f"exponent {exponent(points):.2f}, of the last three points {exponent(points[-3:]):.2f}" if log else fitted
    return row, remark, curve(points, a, b)


# ---- telling -------------------------------------------------------------------------------------

# title, series, what is measured (1 seconds, 2 bytes), its unit and scale, logarithmic axes, x of a point, what it counts, unit and scale of the slope, theory
CHARTS = [
    ("Time of an epoch, samples", "samples", 1, "s", 1, True, float, "sample", "µs", 1e6, "linear"),
    ("Time of an update, width", "width", 1, "ms", 1e3, True, float, "unit", "µs", 1e6, "linear"),
    ("Time of an update, depth", "depth", 1, "ms", 1e3, False, float, "layer", "ms", 1e3, "linear after the first"),
    ("Time of an update, batch", "batch", 1, "ms", 1e3, True, float, "sample", "µs", 1e6, "linear, beside what an update costs anyway"),
    ("Memory, samples", "samples", 2, "MB", 1e-6, False, float, "sample", "B", 1, "linear: 784 pixels, one label, a sixth more for testing"),
    ("Memory, parameters", "width", 2, "MB", 1e-6, False, parameters, "parameter", "B", 1, "linear: a value and a gradient each, and activations"),
    ("Memory, depth", "depth", 2, "MB", 1e-6, False, float, "layer", "MB", 1e-6, "linear"),
    ("Memory, batch", "batch", 2, "MB", 1e-6, False, float, "sample", "B", 1, "linear up to a chunk of rows, then level but for the order"),
]


def thread_chart(rows):
    first = rows[0][1]
    points = [(t, first / seconds) for t, seconds, _ in rows]
    ideal = [(1, 1), (processors, processors), (rows[-1][0], processors)]
    remark = f"line: one processor each, up to {processors}"
    return {"title": "Speed, threads", "x": "threads", "y": "times as fast as 1 thread", "log": False, "points": points, "line": ideal, "remark": remark}


def write(found):
    names = {name: x for name, _, _, x in SERIES}
    rows, charts = [], []
    for chart in CHARTS:
        title, series, column, unit, scale, log, x_of = chart[:7]
        points = [(x_of(row[0]), row[column] * scale) for row in found[series]]
        row, remark, fitted = figures(chart, points)
        rows.append(row)
        x_name = "parameters" if x_of is parameters else names[series]
        charts.append({"title": title, "x": x_name, "y": unit, "log": log, "points": points, "line": fitted, "remark": remark})
    charts.insert(4, thread_chart(found["threads"]))
    with open(f"{here}/growth.svg", "w") as f:
        f.write(draw.panels("How time and memory grow", "Dots are measured (medians); lines are fitted: a constant and a slope.", charts))
    lines = [
        "# How time and memory grow",
        "Written by `bench/growth.sh`; run it again rather than edit this.",
        "",
        f"- Machine: {describe()}.",
        f"- Medians of {ROUNDS} runs (from {ONCE:,} samples on: one run), one thread but for the last table. Samples are the built-in digits; time is that of updates alone; memory is the most",
        "  that the whole process held. Samples: 784-50-10, batch 100, one epoch. Width: 784-W-10, batch 128. Depth: layers of 256, batch 128. Batch: 784-128-10. ReLU, SGD.",
        "- Fitted: a constant and a slope, by the least squares of relative deviations. The exponent is the slope of the logarithms: 1 is linear; the constant hides it where it is",
        "  large, so it is also told for the last three points, and with the fitted constant taken off (points of which the rest is a fifth at least).",
        "",
        "![Time and memory against samples, width, depth, batch and threads](growth.svg)",
        "",
        "| | theory | fitted | farthest point | exponent | of the last three | without the constant |",
        "| --- | --- | --- | ---: | ---: | ---: | ---: |",
        *rows,
        "",
        "| threads | one epoch of 784-128-10, 30,000 samples, batch 128 | times as fast as 1 |",
        "| ---: | ---: | ---: |",
        *[f"| {t} | {1e3 * seconds:.1f} ms | {found['threads'][0][1] / seconds:.2f} |" for t, seconds, _ in found["threads"]],
    ]
    with open(f"{here}/GROWTH.md", "w") as f:
        f.write("\n".join(lines) + "\n")


write(measure())
print("written: bench/GROWTH.md, bench/growth.svg")
