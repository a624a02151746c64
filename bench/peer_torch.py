"""peer_torch.py: PyTorch, with its own layers, optimizers and gradients. See peer.py."""
import numpy as np
import torch
from torch import nn

import peer

torch.set_num_threads(peer.threads)
torch.manual_seed(1)


def prepared(layer, inputs):
    nn.init.normal_(layer.weight, std=peer.deviation(inputs))
    nn.init.zeros_(layer.bias)
    return layer


def dense():
    activation = {"sigmoid": nn.Sigmoid, "relu": nn.ReLU}[peer.work["activation"]]
    stack = []
    for inputs, outputs in peer.layers:
        stack += [prepared(nn.Linear(inputs, outputs), inputs), activation()]
    return stack[:-1]


def number(words, name, otherwise):
    return int(words[words.index(name) + 1]) if name in words else otherwise


def listed():
    """The layers of a list, as denpa reads it."""
    shape = [int(n) for n in peer.words[0][1].split("x")]
    stack = [nn.Unflatten(1, shape)]
    for words in peer.words[1:]:
        kind, stride, pad = words[0], number(words, "stride", None), number(words, "pad", 0)
        if kind == "conv":
            filters, size = int(words[1]), [int(n) for n in words[2].split("x")]
            inputs = shape[0] * size[0] * size[1]
            stack.append(prepared(nn.Conv2d(shape[0], filters, size, stride or 1, pad), inputs))
        elif kind == "maxpool":
            stack.append(nn.MaxPool2d(int(words[1]), stride, pad))
        elif kind == "relu":
            stack.append(nn.ReLU())
        elif kind == "dense":
            if len(shape) > 1:
                stack.append(nn.Flatten())
            inputs = int(np.prod(shape))
            stack.append(prepared(nn.Linear(inputs, int(words[1])), inputs))
        else:
            raise SystemExit(f"peer_torch.py: no layer {kind}")
        shape = list(nn.Sequential(*stack)(torch.zeros(1, peer.features)).shape[1:])
    return stack


net = nn.Sequential(*(listed() if peer.listed else dense()))


def training():
    x = torch.from_numpy(peer.pixels()).float().div_(255)
    t = torch.from_numpy(peer.labels()).long()
    make = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[peer.work["optimizer"]]
    optimizer = make(net.parameters(), lr=peer.work["lr"])
    loss = nn.CrossEntropyLoss()

    def update(rows):
        xb, tb = (x, t) if rows is None else (x.index_select(0, rows), t.index_select(0, rows))
        optimizer.zero_grad(set_to_none=True)
        loss(net(xb), tb).backward()
        optimizer.step()

    def run():
        for rows in peer.batches(len(x), torch.randperm):
            update(rows)

    return lambda: update(peer.batches(len(x), torch.randperm)[0]), run


def inference():
    x = torch.from_numpy(peer.call_rows())

    def run():
        with torch.inference_mode():
            for _ in range(peer.work["times"]):
                torch.softmax(net(x), 1)

    def one():
        with torch.inference_mode():
            torch.softmax(net(x), 1)

    return one, run


peer.report(peer.timed(*(inference() if peer.work["per"] == "call" else training())), f"PyTorch {torch.__version__}")
