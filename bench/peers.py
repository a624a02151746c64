"""peers.py ROUNDS DENPA DATA PROGRAMS [WORK...]: times denpa and its peers in turn on the works of `denpa bench` and writes bench/RESULTS.md and bench/results.svg.
Called by peers.sh. DATA is a folder with plain IDX files that all of them read; PROGRAMS is where peers.sh has built what is written in C."""
import json, os, subprocess, sys

import draw
from machine import Failed, describe, duration, median, run, run_json, say

rounds, denpa, data, programs = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
here = os.path.dirname(os.path.abspath(__file__))
processors = len(os.sched_getaffinity(0))

TWO_LAYERS = ["article-epoch", "article-full", "predict-1", "predict-10000"]
WORKS = {  # what the table says of each
    "article-epoch": "784-50-10, sigmoid, SGD, batch 100: one epoch",
    "article-full": "784-50-10, sigmoid, SGD, all samples at once: one update",
    "adam-epoch": "784-128-10, ReLU, Adam, batch 128: one epoch",
    "wide-2048": "784-2048-2048-10, ReLU, SGD, batch 256: one update",
    "wide-4096": "784-4096-4096-10, ReLU, SGD, batch 256: one update",
    "predict-1": "784-50-10, the answer to one sample",
    "predict-10000": "784-50-10, the answers to 10,000 samples",
}


def python(script):
    return lambda work, threads: ["/usr/bin/python3", f"{here}/{script}", data, json.dumps(work), str(threads)]


def fann(work, threads):
    return [f"{programs}/peer_fann", data, work["net"], str(work["lr"]), str(work["batch"])]


# name, how it is called, the works that it can do, with how many threads
PEERS = [
    ("PyTorch", python("peer_torch.py"), list(WORKS), sorted({1, processors})),
    ("NumPy script", python("peer_numpy.py"), TWO_LAYERS, sorted({1, processors})),
    ("scikit-learn", python("peer_sklearn.py"), ["article-epoch", "adam-epoch"], sorted({1, processors})),
    ("FANN", fann, ["article-epoch"], [1]),
]


# ---- measuring -----------------------------------------------------------------------------------


def denpa_bench(name, threads):
    run_of_it, _, _ = run_json([denpa, "bench", name, "--data", data, "--repeat", "1", "--threads", str(threads), "--json", "--quiet"])
    return run_of_it["works"][0], run_of_it["train_samples"]


def denpa_whole(work):
    """The work as a person would ask for it: a process that starts, reads, trains and ends."""
    length = ["--epochs", "1"] if work["per"] == "epoch" else ["--steps", str(work["times"]), "--sampling", "replacement"]
    batch = "full" if work["batch"] == 0 else str(work["batch"])
    command = [denpa, "train", data, "--net", work["net"], *(["--act", work["activation"]] if work["activation"] else []), "--init", work["init"], "--optimizer", work["optimizer"], "--lr", str(work["lr"]), "--batch", batch, *length]
    return run([*command, "--evaluate", "none", "--quiet", "--json"])[1:]


class Series(list):
    """One participant's runs of one work: (seconds, whole seconds, memory, denpa's seconds in the same round, denpa's share of the FMA peak)."""

    def __init__(self, peer, threads):
        self.peer, self.threads = peer, threads

    def column(self, i):
        values = [row[i] for row in self if row[i] is not None]
        return median(values) if values else None

    def ratio(self):
        return median([row[0] / row[3] for row in self])


def measure(works, skipped, versions):
    """{work: [Series of denpa, then of every peer and thread count]}"""
    table = {name: [Series("denpa", "auto"), Series("denpa", 1)] + [Series(p, t) for p, _, can, counts in PEERS if name in can and p not in skipped for t in counts] for name in works}
    call = {p: c for p, c, _, _ in PEERS}
    for turn in range(rounds):
        for name, rows in table.items():
            say(f"round {turn + 1} of {rounds}: {name}")
            for series in rows:
                if series.peer in skipped:
                    continue
                try:
                    if series.peer == "denpa":
                        work, samples = denpa_bench(name, series.threads)
                        if series.threads == "auto":
                            ours = work["seconds"]
                        whole = (None, work["memory"]) if work["optimizer"] is None else denpa_whole(work) if series.threads == "auto" else (None, None)
                        series.append((work["seconds"], *whole, ours, work["peak_share"]))
                        series.work = work
                    else:
                        told, seconds, memory = run_json(call[series.peer](work, series.threads), series.threads)
                        series.append((told["seconds"], seconds, memory, ours, None))
                        versions[series.peer] = told["version"]
                except Failed as why:
                    if series.peer == "denpa":
                        say(f"  {name} is left out: {why}")
                        skipped[name] = str(why)
                        break
                    say(f"  {series.peer} is left out: {why}")
                    skipped[series.peer] = str(why)
    return {name: [s for s in rows if s] for name, rows in table.items() if name not in skipped}, samples


def products(skipped):
    try:
        out, _, _ = run([f"{programs}/products"], 1)
    except (Failed, OSError) as why:
        skipped["products"] = str(why)
        return [], []
    lines = [json.loads(one) for one in out.splitlines()]
    return [p for p in lines if "shape" in p], [p["version"] for p in lines if "version" in p]


def recipe(name):
    """(whole seconds, test accuracy) of each of five seeds, from the start of the process to its end; nothing without MNIST."""
    found = []
    for seed in range(1, 6):
        if os.environ.get("BENCH_DATA") == "mnist":
            say(f"recipe {name}, seed {seed}")
            told, seconds, _ = run_json([denpa, "train", "mnist", "--recipe", name, "--seed", str(seed), "--quiet", "--json"])
            found.append((seconds, told["test_accuracy"]))
    return found


def missing():
    """Peers that are not installed, and why."""
    found = {}
    for name, module in (("PyTorch", "torch"), ("NumPy script", "numpy"), ("scikit-learn", "sklearn")):
        if subprocess.run(["/usr/bin/python3", "-c", f"import numpy, {module}"], capture_output=True).returncode != 0:
            found[name] = f"Debian's python3-{module} is not installed"
    if not os.path.exists(f"{programs}/peer_fann"):
        found["FANN"] = "libfann-dev is not installed"
    return found


# ---- telling -------------------------------------------------------------------------------------


def best(rows):
    """Of each peer the thread count that it does best with."""
    peers = {}
    for s in rows:
        if s.peer != "denpa" and (s.peer not in peers or s.column(0) < peers[s.peer].column(0)):
            peers[s.peer] = s
    return list(peers.values())


def threads_text(s):
    return f"{s.threads} threads" if s.threads != 1 else "1 thread"


def work_rows(name, rows):
    chosen = best(rows)
    yield f"| **{name}**: {WORKS[name]} | | | | | |"
    for s in rows:
        used = f"auto ({s.work['threads']})" if s.threads == "auto" else str(s.threads)
        ratio = "" if s.peer == "denpa" and s.threads == "auto" else f"{s.ratio():.2f}"
        mark = "**" if s in chosen else ""
        whole = duration(s.column(1)) if s.column(1) else ""
        memory = f"{s.column(2) / 1e6:.0f} MB" if s.column(2) else ""
        yield f"| {s.peer} | {used} | {duration(s.column(0))} | {mark}{ratio}{mark} | {whole} | {memory} |"


def peak_rows(table):
    for name, rows in table.items():
        rivals = best(rows)
        for s in rows:
            if s.peer == "denpa":
                rate, share = s.work["flops"] / s.column(0), s.column(4)
                torch = [f"{r.column(0) / (s.column(0) * share):.1f}" for r in rivals if r.peer == "PyTorch"]
                yield (f"| {name} | {s.work['threads']} | {s.work['samples'] / s.column(0):,.0f} | {s.work['flops'] / 1e9:.4g} | {rate / 1e9:.1f} | {100 * share:.0f} % "
                       f"| {duration(s.column(0) * share)} | {(torch or [''])[0]} |")


def product_rows(shapes):
    names = [k for k in shapes[0] if k != "shape"]
    yield "| product | " + " | ".join("FMA peak" if n == "peak" else n for n in names) + " | denpa's share |"
    yield "| --- |" + " ---: |" * (len(names) + 1)
    for p in shapes:
        yield f"| {p['shape']} | " + " | ".join(f"{p[n]:.1f}" for n in names) + f" | {100 * p['denpa'] / p['peak']:.0f} % |"


def write(table, samples, shapes, recipes, skipped, versions):
    groups = [(name, f"{rows[0].work['net']}: {duration(rows[0].column(0))}", [(s.peer, s.ratio(), f"{duration(s.column(0))}, {threads_text(s)}") for s in sorted(best(rows), key=Series.ratio)]) for name, rows in table.items()]
    with open(f"{here}/results.svg", "w") as f:
        f.write(draw.bars("How many times as fast denpa is", "Each peer with the thread count that suits it best; medians of pairs taken in turn; training time is updates only.", [g for g in groups if g[2]]))
    lines = [
        "# denpa and its peers",
        "Written by `bench/peers.sh`; run it again rather than edit this.",
        "",
        f"- Machine: {describe()}.",
        f"- Versions: {'; '.join(sorted(versions)) or 'denpa alone'}.",
        f"- Data: {samples:,} training samples ({'MNIST' if samples == 60000 and os.environ.get('BENCH_DATA') == 'mnist' else 'the built-in digits'}), as plain IDX files, the same for all.",
        f"- Rounds: {rounds}; in each every participant does every work once, in a process of its own, one after the other. Time is that of updates (or calls) alone: data are loaded and",
        "  converted before. A ratio is the median over the rounds of the peer's time over denpa's in the same round (threads auto); bold: the thread count that suits the peer best.",
        "  Whole process and memory: the same work from the start of the process to its end, with loading; for denpa that is `denpa train`.",
        "",
        "![How many times as fast denpa is, by work and peer](results.svg)",
        "",
        "| | threads | time | ratio | whole process | peak memory |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        *[row for name, rows in table.items() for row in work_rows(name, rows)],
        "",
        "## How near to the machine",
        "Useful FLOP are counted from the widths: products of the forward pass and of both gradients. The FMA peak was measured in the same process, in registers, with the same threads;",
        "share is the median over the rounds. The last two columns are what no program can pass here: the time at the full peak, and how many times as fast as PyTorch that would be.",
        "",
        "| work | threads | samples/s | GFLOP | GFLOP/s | share of the peak | at the peak | PyTorch |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *peak_rows(table),
    ]
    if shapes:
        lines += ["", "## Products alone, one core, GFLOP/s", "Medians of turns; every product was compared with denpa's before it was timed.", "", *product_rows(shapes)]
    for name, seeds in recipes.items():
        if seeds:
            lines += ["", f"## Recipe {name}", "From the start of the process to its end, MNIST from `.gz` files, seeds 1 to 5: "
                      f"{', '.join(duration(seconds) for seconds, _ in seeds)} (median {duration(median([seconds for seconds, _ in seeds]))}); "
                      f"on the test set {', '.join(f'{100 * score:.2f}' for _, score in seeds)} % (mean {100 * sum(score for _, score in seeds) / len(seeds):.2f} %)."]
    if skipped:
        lines += ["", "## Skipped", *[f"- {name}: {why}" for name, why in skipped.items()]]
    with open(f"{here}/RESULTS.md", "w") as f:
        f.write("\n".join(lines) + "\n")


def main():
    skipped, versions = missing(), {}
    table, samples = measure([w for w in WORKS if w in (sys.argv[5:] or WORKS)], skipped, versions)
    say("products")
    shapes, libraries = products(skipped)
    write(table, samples, shapes, {"fast98": recipe("fast98")}, skipped, [*versions.values(), *libraries])
    for name, why in skipped.items():
        print(f"skipped {name}: {why}")
    print("written: bench/RESULTS.md, bench/results.svg")


main()
