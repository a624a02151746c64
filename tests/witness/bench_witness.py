"""bench_witness.py JSON SAMPLES REPEATS WORK...: what `denpa bench --json` printed for these works, checked against the networks' widths and itself.
Times are not judged: the machine may be busy."""
import json, math, sys

path, samples, repeats, names = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
run = json.load(open(path))
assert set(run) == {"data", "train_samples", "threads", "unit", "processors", "peak_flops_per_second", "memory", "works"}, sorted(run)
assert run["train_samples"] == samples and run["processors"] >= 1
assert [w["name"] for w in run["works"]] == names
numbers = "samples samples_per_second seconds flops flops_per_second peak_flops_per_second peak_share memory".split()
keys = set("name net activation init optimizer lr batch times per repeats threads unit".split() + numbers)


def close(a, b):
    return math.isclose(a, b, rel_tol=1e-12)


for w in run["works"]:
    assert set(w) == keys, (w["name"], set(w) ^ keys)
    for key in numbers:
        assert w[key] > 0, (w["name"], key, w[key])
    assert w["repeats"] == repeats and w["threads"] >= 1 and w["unit"] == run["unit"]
    if w["net"][0].isalpha():
        continue  # lists of layers: tests/witness/torch_conv_witness.py counts them
    widths = [int(n) for n in w["net"].split("-")]
    forward = [2 * a * b for a, b in zip(widths, widths[1:])]
    trained = w["per"] != "call"
    assert (w["optimizer"] is not None) == trained == (w["lr"] is not None)
    rows = samples if w["per"] == "epoch" or (trained and w["batch"] == 0) else w["batch"]
    assert w["samples"] == rows, (w["name"], w["samples"], rows)
    # forward, dW, and dx of every layer but the first
    assert w["flops"] == rows * (2 * sum(forward) + sum(forward[1:]) if trained else sum(forward)), (w["name"], w["flops"])
    assert close(w["samples_per_second"] * w["seconds"], w["samples"])
    assert close(w["flops_per_second"] * w["seconds"], w["flops"])
    assert close(w["peak_share"] * w["peak_flops_per_second"], w["flops_per_second"])
    assert w["peak_flops_per_second"] <= run["peak_flops_per_second"] and w["memory"] <= run["memory"]
