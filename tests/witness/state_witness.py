"""state_witness.py FILE: PyTorch computes again what test_state wrote into FILE. A training: 20 updates of a dense network with batch normalisation in double;
parameters, running statistics and outputs afterwards must agree to 1e-12. Or 100 random shapes, there and back: to 1e-10."""
import sys

import numpy
import torch

torch.set_default_dtype(torch.float64)


def shapes(path):
    worst, case, seen = 0.0, {}, 0
    for line in open(path):
        _, name, *numbers = line.split()
        case[name] = torch.tensor([float(n) for n in numbers])
        if name != "dbeta1":
            continue
        training, rows, channels, height, breadth = (int(n) for n in case["of"])
        shape = (rows, channels, height, breadth) if height else (rows, channels)
        x, gamma, beta = (case[n].reshape(s).requires_grad_() for n, s in (("x", shape), ("gamma1", channels), ("beta1", channels)))
        y = torch.nn.functional.batch_norm(x, case["mean1"].clone(), case["var1"].clone(), gamma, beta, bool(training), 0.1, 1e-5)
        ((y - case["t"].reshape(shape)) ** 2).mean().backward()
        for found, wanted in (("n1", y), ("dx", x.grad), ("dgamma1", gamma.grad), ("dbeta1", beta.grad)):
            worst = max(worst, float((case[found] - wanted.detach().reshape(-1)).abs().max()))
        case = {}
        seen += 1
    print("%g apart at most in %d shapes" % (worst, seen))
    sys.exit(0 if worst <= 1e-10 and seen == 100 else 1)


if open(sys.argv[1]).read(5) == "shape":
    shapes(sys.argv[1])

lines = {}
for line in open(sys.argv[1]):
    when, name, *numbers = line.split()
    lines[when, name] = numpy.array([float(n) for n in numbers])

inputs, hidden, classes = 6, 19, 4
rows = len(lines["data", "x"]) // inputs
x = torch.tensor(lines["data", "x"].reshape(rows, inputs))
label = torch.arange(rows) % classes


def given(name, when="before"):
    return torch.tensor(lines[when, name])


first, normal, second = torch.nn.Linear(inputs, hidden), torch.nn.BatchNorm1d(hidden, eps=1e-5, momentum=0.1), torch.nn.Linear(hidden, classes)
with torch.no_grad():
    first.weight.copy_(given("W1").reshape(inputs, hidden).T)
    first.bias.copy_(given("b1"))
    normal.weight.copy_(given("gamma1"))
    normal.bias.copy_(given("beta1"))
    second.weight.copy_(given("W2").reshape(hidden, classes).T)
    second.bias.copy_(given("b2"))
net = torch.nn.Sequential(first, normal, torch.nn.ReLU(), second)
sgd = torch.optim.SGD(net.parameters(), lr=0.1)
batches = [(at, min(at + 32, rows)) for at in range(0, rows, 32)]
for update in range(20):
    begin, end = batches[update % len(batches)]
    sgd.zero_grad()
    torch.nn.functional.cross_entropy(net(x[begin:end]), label[begin:end]).backward()
    sgd.step()
net.eval()
found = {
    "W1": first.weight.T, "b1": first.bias, "gamma1": normal.weight, "beta1": normal.bias, "mean1": normal.running_mean, "var1": normal.running_var,
    "W2": second.weight.T, "b2": second.bias, "y": torch.softmax(net(x), 1),
}
worst = 0.0
for name, value in found.items():
    off = numpy.abs(value.detach().numpy().reshape(-1) - lines["after", name]).max()
    moved = name == "y" or numpy.abs(lines["before", name] - lines["after", name]).max() > 1e-6
    if name == "b1":
        moved = True  # its gradient is 0: the mean takes away what is added to all rows
    if not off <= 1e-12 or not moved:
        print("%s: %g apart%s" % (name, off, "" if moved else ", and it never moved"))
        sys.exit(1)
    worst = max(worst, off)
print("%g apart at most" % worst)
