"""peer_torch.py: PyTorch, with its own layers, optimizers and gradients. See peer.py."""
import torch
from torch import nn

import peer

torch.set_num_threads(peer.threads)
torch.manual_seed(1)
activation = {"sigmoid": nn.Sigmoid, "relu": nn.ReLU}[peer.work["activation"]]
stack = []
for inputs, outputs in peer.layers:
    layer = nn.Linear(inputs, outputs)
    nn.init.normal_(layer.weight, std=peer.deviation(inputs))
    nn.init.zeros_(layer.bias)
    stack += [layer, activation()]
net = nn.Sequential(*stack[:-1])


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
