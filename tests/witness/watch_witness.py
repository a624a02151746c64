# watch_witness.py: what a recorded run and its page say, recomputed with NumPy from the frames' own weights.
#   page PAGE RUN MODEL0 ROWS FOLDER   the page against the run's files: MODEL0 is the untrained model, ROWS the test samples (denpa data show --json, one
#                                      after the other); each frame as decoded from the page goes to FOLDER/STEP.npz. Prints the number of frames.
#   scores PAGE STEP EVAL              the page's scores of that frame against what `denpa eval --json` says
#   screen TEXT COLUMNS                a terminal's output: no line too wide, only safe characters. Prints how often it was drawn.
#   tile TEXT MODEL                    the first picture of the last drawing against W1[:,0]
import base64, html, json, re, struct, sys, unicodedata
import numpy as np


def need(holds, what):
    if not holds:
        sys.exit(what)


def load(path):
    raw = open(path, "rb").read()
    size = struct.unpack("<Q", raw[:8])[0]
    header = json.loads(raw[8:8 + size])
    kinds = {"F32": "<f4", "F64": "<f8"}
    return {name: np.frombuffer(raw[8 + size:][slice(*t["data_offsets"])], kinds[t["dtype"]]).reshape(t["shape"]) for name, t in header.items() if name != "__metadata__"}


def data_of(page):
    text = open(page, encoding="utf-8").read()
    found = re.findall(r'<script type="application/json" id="run">(.*?)</script>', text, re.S)
    need(len(found) == 1, "the page has no data, or more than one")
    return json.loads(found[0])


def weights(run, frame):
    numbers = np.frombuffer(base64.b64decode(frame["weights"], validate=True), {"float32": "<f4", "float64": "<f8"}[run["kind"]])
    out, at = {}, 0
    for p in run["parameters"]:
        count = int(np.prod(p["shape"]))
        out[p["name"]] = numbers[at:at + count].reshape(p["shape"])
        at += count
    need(at == numbers.size, "a frame has more numbers than the network has parameters")
    return out


def rows_of(path):
    text, at, x, label, decoder = open(path).read(), 0, [], [], json.JSONDecoder()
    while text[at:].strip():
        one, end = decoder.raw_decode(text[at:].lstrip())
        at = len(text) - len(text[at:].lstrip()) + end
        x.append(one["pixels"])
        label.append(one["label"])
    return np.array(x, np.float64) / 255, np.array(label), np.array(x)


def forward(w, x, act):
    layers = len(w) // 2
    for k in range(1, layers + 1):
        x = x @ w[f"W{k}"].astype(np.float64) + w[f"b{k}"].astype(np.float64)
        if k < layers:
            x = {"sigmoid": lambda a: 1 / (1 + np.exp(-a)), "tanh": np.tanh, "relu": lambda a: np.maximum(a, 0)}[act](x)
    e = np.exp(x - x.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def page(path, folder, untrained, rows, out, act):
    run, frames = data_of(path), None
    frames = run["frames"]
    listed = [line.split(",")[0] for line in open(folder + "/frames/frames.csv").read().splitlines()[1:]]
    need([str(f["step"]) for f in frames] == listed, "the page's frames are not those of the run")
    first, last, x, label = load(untrained), load(folder + "/model.safetensors"), *rows_of(rows)[:2]
    pixels = np.frombuffer(base64.b64decode(run["wall"]["pixels"]), np.uint8).reshape(-1, x.shape[1])
    need(run["wall"]["label"] == label[:200].tolist() and (pixels == rows_of(rows)[2][:200]).all(), "the wall's digits are not the first test samples")
    total, before = None, None
    for f in frames:
        w, kept = weights(run, f), load(f"{folder}/frames/{f['step']:08d}.safetensors")
        need(list(w) == list(kept), "names differ")
        for name in w:
            need(w[name].tobytes() == kept[name].tobytes(), f"{name} of frame {f['step']} is not what was recorded")
        np.savez(f"{out}/{f['step']}.npz", **w)
        y = forward(w, x, act)
        answer, n = y.argmax(1), len(label)
        need(f["test_accuracy"] == (answer == label).mean(), f"frame {f['step']}: accuracy {f['test_accuracy']}, but the weights give {(answer == label).mean()}")
        loss = -np.log(y[np.arange(n), label]).mean()
        need(abs(f["test_loss"] - loss) < 1e-5, f"frame {f['step']}: loss {f['test_loss']}, but the weights give {loss}")
        need(f["answer"] == answer[:200].tolist(), f"frame {f['step']}: other answers on the wall")
        need(max(abs(np.array(f["sure"]) - 100 * y.max(1)[:200])) <= 0.51, f"frame {f['step']}: other percentages on the wall")
        counts = np.zeros((run["classes"], run["outputs"]), int)
        np.add.at(counts, (label, answer), 1)
        need(f["confusion"] == counts.ravel().tolist(), f"frame {f['step']}: another confusion matrix")
        if before is not None:
            total = {name: total[name] + (w[name].astype(np.float64) - before[name].astype(np.float64)) for name in w}
        else:
            total = {name: np.zeros(w[name].shape) for name in w}
            need(all(w[name].tobytes() == first[name].tobytes() for name in w), "the first frame is not the untrained network")
        before = w
    need(all(before[name].tobytes() == last[name].tobytes() for name in before), "the last frame is not the trained network")
    for name in total:
        need(np.abs(total[name] - (last[name].astype(np.float64) - first[name].astype(np.float64))).max() < 1e-12, f"the changes of {name} do not add up")
        need(np.abs(total[name]).max() > 0, f"{name} has not changed at all")
    print(len(frames))


def scores(path, step, said):
    frame = next(f for f in data_of(path)["frames"] if f["step"] == int(step))
    one = json.load(open(said))
    need(frame["test_loss"] == one["loss"] and frame["test_accuracy"] == one["accuracy"], f"the page says {frame['test_loss']} and {frame['test_accuracy']}, denpa eval {one['loss']} and {one['accuracy']}")


def drawings(path):
    text = open(path, encoding="utf-8", newline="").read()
    return re.split(r"\x1b\[\d+A\r", text)


def plain(line):
    return re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", line)


def screen(path, columns):
    drawn = drawings(path)
    for line in "\n".join(drawn).split("\n"):
        text = plain(line)
        cells = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
        need(cells < int(columns), f"a line takes {cells} cells: {text}")
        bad = [c for c in text if not (c == " " or "!" <= c <= "~" or "\u2800" <= c <= "\u28ff" or unicodedata.east_asian_width(c) in "WF")]
        need(not bad, f"characters of unsure width: {bad}")
    need(re.search("[\u2801-\u28ff]", drawn[-1]), "there are no curves")
    for before, after in zip(drawn, drawn[1:]):
        need(before.count("\n") == after.count("\n"), "the drawings have not the same number of lines")
    ups = [int(n) for n in re.findall(r"\x1b\[(\d+)A\r", open(path, encoding="utf-8", newline="").read())]
    need(all(n == drawn[0].count("\n") for n in ups), "it does not go up as many lines as it has drawn")
    print(len(drawn))


def tile(path, model):
    """The first unit's picture in the last drawing, 256 colours, no half cells: each cell is the mean of the pixels that it covers."""
    lines = drawings(path)[-1].split("\n")
    begin = next(i for i, line in enumerate(lines) if plain(line).startswith("W1[:,0]")) + 1
    w = load(model)["W1"]
    units = max(int(n) for n in re.findall(r"W1\[:,(\d+)\]", "\n".join(map(plain, lines)))) + 1
    most, w = np.abs(w[:, :units]).max(), w[:, 0].reshape(28, 28).astype(np.float64)
    step = next(s for s in range(1, 28) if plain(lines[begin + -(-28 // (2 * s))]).startswith(("W1[", str(units))) )
    ramp, seen = [18, 19, 25, 32, 39, 75, 117, 255, 223, 216, 215, 208, 172, 166, 130], 0
    for r in range(-(-28 // (2 * step))):
        codes, code = [], None
        for part in re.findall(r"\x1b\[48;5;(\d+)m|( )|\x1b\[0m", lines[begin + r]):
            code = int(part[0]) if part[0] else code
            if part[1]:
                codes.append(code)
        for c in range(-(-28 // step)):
            mean = w[2 * step * r : 2 * step * (r + 1), step * c : step * (c + 1)].mean() / most
            need(abs(ramp.index(codes[c]) - 14 * (0.5 + 0.5 * min(max(1.25 * mean, -1), 1))) <= 0.51, f"cell {r},{c} has the wrong colour")
            seen += codes[c] != 255
    need(seen > 20, "hardly a cell is coloured")


{"page": page, "scores": scores, "screen": screen, "tile": tile}[sys.argv[1]](*sys.argv[2:])
