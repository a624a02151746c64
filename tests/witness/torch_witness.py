"""torch_witness.py START END REPORT DATA ACTIVATION LOSS STEPS LR OPTIMIZER SCHEDULE [decay=D clip=C warmup=N]: trains START's weights with PyTorch on DATA (the samples as `denpa data show --json`
prints them, one after the other) and compares with END's weights and REPORT's training loss."""
import json, struct, sys
import torch

start, end, report, data, activation, loss, steps, lr, optimizer, schedule = sys.argv[1:11]


def load(path):  # a safetensors file, from its specification
    raw = open(path, "rb").read()
    size = struct.unpack("<Q", raw[:8])[0]
    header = json.loads(raw[8 : 8 + size])
    header.pop("__metadata__")
    out = {}
    for name, a in header.items():
        assert a["dtype"] == "F64"
        begin, stop = a["data_offsets"]
        out[name] = torch.frombuffer(bytearray(raw[8 + size + begin : 8 + size + stop]), dtype=torch.float64).reshape(a["shape"]).clone()
    return out


decoder, text, at, samples = json.JSONDecoder(), open(data).read(), 0, []
while text[at:].strip():
    at += len(text[at:]) - len(text[at:].lstrip())
    sample, at = decoder.raw_decode(text, at)
    samples.append(sample)
x = (torch.tensor([s["pixels"] for s in samples], dtype=torch.float32) / 255).double()
t = torch.tensor([s["label"] for s in samples])

w, wanted = load(start), load(end)
for p in w.values():
    p.requires_grad_(True)
layers = len(w) // 2
word, _, number = activation.partition(":")
F = torch.nn.functional
f = {
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    "tanh": torch.tanh,
    "identity": lambda a: a,
    "leaky-relu": lambda a: F.leaky_relu(a, float(number or 0.01)),
    "elu": lambda a: F.elu(a, float(number or 1)),
    "gelu": F.gelu,
    "silu": F.silu,
    "softplus": lambda a: F.softplus(a, threshold=1000),
}[word]
end_word, _, end_number = loss.partition(":")


def forward():
    z = x
    for i in range(1, layers + 1):
        z = z @ w[f"W{i}"] + w[f"b{i}"]
        z = f(z) if i < layers else z
    if end_word == "cross-entropy":
        return F.cross_entropy(z, t, label_smoothing=float(end_number or 0))
    one_hot = F.one_hot(t, z.shape[1]).double()
    return {
        "mse": F.mse_loss,
        "mae": F.l1_loss,
        "huber": lambda z, t: F.huber_loss(z, t, delta=float(end_number or 1)),
        "sse": lambda z, t: F.mse_loss(z, t, reduction="sum") / 2 / len(z),
        "bce": F.binary_cross_entropy_with_logits,
    }[end_word](z, one_hot)


extra = dict(word.split("=") for word in sys.argv[11:])  # decay=0.1 clip=1 warmup=3
decay, clip, warmup = (float(extra.get(k, 0)) for k in ("decay", "clip", "warmup"))
groups = [{"params": [p for k, p in w.items() if k[0] == "W"], "weight_decay": decay or (0.01 if optimizer == "adamw" else 0)}, {"params": [p for k, p in w.items() if k[0] == "b"], "weight_decay": 0}]
descent = {
    "sgd": torch.optim.SGD,
    "momentum": lambda g, lr: torch.optim.SGD(g, lr=lr, momentum=0.9),
    "nesterov": lambda g, lr: torch.optim.SGD(g, lr=lr, momentum=0.9, nesterov=True),
    "adagrad": torch.optim.Adagrad,
    "rmsprop": torch.optim.RMSprop,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
}[optimizer](groups, lr=float(lr))
rest = int(steps) - int(warmup)
plan = {
    "step": lambda: torch.optim.lr_scheduler.StepLR(descent, step_size=5, gamma=0.1),
    "exponential": lambda: torch.optim.lr_scheduler.ExponentialLR(descent, gamma=0.1 ** (1 / 5)),
    "cosine": lambda: torch.optim.lr_scheduler.CosineAnnealingLR(descent, T_max=rest),
    "constant": lambda: torch.optim.lr_scheduler.LambdaLR(descent, lambda u: 1),
    "linear": lambda: torch.optim.lr_scheduler.LambdaLR(descent, lambda u: 1 - u / int(steps)),
    "one-cycle": lambda: torch.optim.lr_scheduler.OneCycleLR(descent, float(lr), total_steps=int(steps), cycle_momentum=False),
}[schedule]()
if warmup:
    rise = torch.optim.lr_scheduler.LinearLR(descent, start_factor=1 / (warmup + 1), end_factor=1, total_iters=int(warmup))
    plan = torch.optim.lr_scheduler.SequentialLR(descent, [rise, plan], milestones=[int(warmup)])
for step in range(int(steps)):
    descent.zero_grad()
    forward().backward()
    if clip:
        torch.nn.utils.clip_grad_norm_(w.values(), clip)
    descent.step()
    if step + 1 < int(steps):
        plan.step()
worst = max(((w[k] - wanted[k]).abs().max() / wanted[k].abs().max()).item() for k in w)
off = abs(forward().item() - json.load(open(report))["train_loss"])
print(f"largest difference {worst:.1e} of the largest weight, loss {off:.1e} off")
sys.exit(0 if worst <= 1e-12 and off <= 1e-12 else 1)
