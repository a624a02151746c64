"""torch_conv_witness.py DENPA FOLDER COUNT: networks of convolutions and pools, of random shapes, in double: the loss before one update with learning rate 1, and
the gradients that it moved the parameters by, are PyTorch's to 1e-10 of the largest."""
import json, random, struct, subprocess, sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

denpa, folder, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
torch.set_num_threads(1)
draw = random.Random(5)


def read(path):
    raw = open(path, "rb").read()
    size = struct.unpack("<Q", raw[:8])[0]
    head = json.loads(raw[8 : 8 + size])
    return {k: torch.from_numpy(np.frombuffer(raw, "<f8", (v["data_offsets"][1] - v["data_offsets"][0]) // 8, 8 + size + v["data_offsets"][0]).reshape(v["shape"]).copy()) for k, v in head.items() if k != "__metadata__"}


def sides(h, w, size, stride, pad):
    return [(n + 2 * pad - k) // stride + 1 for n, k in zip((h, w), size)]


def network():
    """Words for denpa, and functions of (values, parameters) for PyTorch."""
    c, h, w = 1, 28, 28
    words, steps, weights = [], [], 0
    for _ in range(draw.randint(2, 6)):
        kind = draw.choice(["conv", "conv", "maxpool", "avgpool", "relu", "tanh", "sigmoid"])
        if kind == "conv":
            size = [draw.randint(1, min(6, n)) for n in (h, w)]
            stride, pad, filters = draw.randint(1, 3), draw.randint(0, min(size) - 1), draw.randint(1, 9)
            weights += 1
            words.append(f"conv {filters} {size[0]}x{size[1]} stride {stride} pad {pad}")
            steps.append(lambda x, p, k=weights, s=stride, d=pad: F.conv2d(x, p[f"W{k}"], p[f"b{k}"], s, d))
            c, (h, w) = filters, sides(h, w, size, stride, pad)
        elif kind in ("maxpool", "avgpool"):
            size = draw.randint(1, min(4, h, w))
            stride, pad = draw.randint(1, 3), draw.randint(0, size // 2)
            pool = F.max_pool2d if kind == "maxpool" else F.avg_pool2d
            words.append(f"{kind} {size} stride {stride} pad {pad}")
            steps.append(lambda x, p, f=pool, n=size, s=stride, d=pad: f(x, n, s, d))
            h, w = sides(h, w, (size, size), stride, pad)
        else:
            words.append(kind)
            steps.append(lambda x, p, f=getattr(torch, kind): f(x))
    weights += 1
    words.append("dense 10")
    steps.append(lambda x, p, k=weights: x.flatten(1) @ p[f"W{k}"] + p[f"b{k}"])
    return ", ".join(words), steps, weights


worst = 0
for number in range(count):
    words, steps, weights = network()
    rows = draw.randint(1, 50)
    data = f"digits:{rows}"
    train = [denpa, "train", data, "--net", words, "--init", "he", "--dtype", "float64", "--batch", "full", "--lr", "1", "--seed", str(number), "--quiet", "--json", "--evaluate", "end"]
    before = json.loads(subprocess.run([*train, "--steps", "0", "--out", f"{folder}/before"], check=True, capture_output=True, text=True).stdout)
    subprocess.run([*train, "--steps", "1", "--evaluate", "none", "--out", f"{folder}/after"], check=True, capture_output=True)
    subprocess.run([denpa, "data", "get", data, "--out", f"{folder}/data.npz", "--quiet"], check=True, capture_output=True)
    arrays = np.load(f"{folder}/data.npz")
    x = torch.from_numpy((arrays["x_train"].reshape(-1, 1, 28, 28).astype(np.float32) / np.float32(255)).astype(np.float64))
    t = torch.from_numpy(arrays["t_train"].astype(np.int64))
    start, end = read(f"{folder}/before"), read(f"{folder}/after")
    for p in start.values():
        p.requires_grad_()
    value = x
    for step in steps:
        value = step(value, start)
    loss = F.cross_entropy(value, t)
    loss.backward()
    assert abs(loss.item() - before["train_loss"]) < 1e-10, (words, loss.item(), before["train_loss"])
    assert len(start) == 2 * weights
    for name, p in start.items():
        moved, largest = p.detach() - end[name], p.grad.abs().max().item()
        error = (moved - p.grad).abs().max().item() / max(largest, 1e-6)
        worst = max(worst, error)
        assert error < 1e-10, (words, name, error)
print(f"{count} networks, worst difference {worst:.1e} of the largest gradient")
