# lab_witness.py: the numbers of the lessons, computed again with NumPy, for lab.sh. Prints nothing if all is well, else what is wrong.
#   lab_witness.py FOLDER mnist|digits LESSON,...    FOLDER holds LESSON.json of every lesson, LESSON.en.html and data.npz, the data they speak of
import html.parser
import json
import sys

import numpy as np

folder, source = sys.argv[1:3]
bad = 0


def check(what, good):
    global bad
    if not good:
        bad = 1
        print("wrong:", what)


def lesson(name):
    told = json.load(open("%s/%s.json" % (folder, name)))
    matrices = {key: np.array(m["values"]) for key, m in told["matrices"].items()}
    for key, m in told["matrices"].items():
        check("%s: shape of %s" % (name, key), not m["values"] or list(matrices[key].shape) == m["shape"])
    return told["numbers"], matrices, told["tables"]


def near(a, b, limit):
    return bool(np.all(np.abs(np.asarray(a) - np.asarray(b)) <= limit))


data = np.load(folder + "/data.npz")
pixels = data["x_test"][0]
x = (pixels.astype(np.float32) / np.float32(255)).astype(np.float64)

numbers, m, tables = lesson("rows")
check("columns of a spreadsheet", dict((int(n), name) for n, name in tables["spreadsheet"][1:]) == {1: "A", 26: "Z", 27: "AA", 702: "ZZ", 703: "AAA", 784: "ADD"})
check("A[1,0]", numbers["A_1_0"] == m["A"][1, 0] == 4)
for _, r, c, column, p, value in tables["pixels"][1:]:
    check("pixel (%g,%g)" % (r, c), 28 * r + c == column and pixels[int(column)] == p and value == x[int(column)])
check("brightest pixel", tables["pixels"][3][4] == pixels.max())

numbers, m, tables = lesson("product")
check("C = A . B", (m["A"] @ m["B"] == m["C"]).all())
check("a1 by hand", near(numbers["by_hand"], numbers["network"], 1e-14) and near(numbers["by_hand"], numbers["sum_shown"] + numbers["sum_others"], 1e-15) and numbers["by_hand"] != 0)
for k, place, value, w, product in tables["terms"][1:]:
    check("term %d" % k, value == x[int(k)] and product == value * w and place == "(%d,%d)" % divmod(k, 28))

numbers, m, tables = lesson("order")
check("AB and BA", (m["A"] @ m["B"] == m["AB"]).all() and (m["B"] @ m["A"] == m["BA"]).all() and numbers["equal_places"] == (m["AB"] == m["BA"]).sum() < 4)
check("(AB)^T", (m["ABt"] == m["AB"].T).all() and (m["BtAt"] == m["AB"].T).all() and numbers["apart"] == 0)

numbers, m, tables = lesson("transpose")
check("A^T", (m["At"] == m["A"].T).all() and numbers["twice_apart"] == 0)
check("x . x^T", near(numbers["square"], x @ x, 1e-9) and near(numbers["scaled"], 1, 1e-14) and numbers["rank"] == 1)
check("x . x^T of the first test picture of MNIST", source != "mnist" or near(numbers["square"], 59.169, 5e-4))
check("Q . Q^T", near(m["Q"] @ m["Q"].T, np.eye(4), 1e-13) and numbers["orthonormal_apart"] <= 1e-13)
check("A . A^T", near(m["AAt"], m["A_random"] @ m["A_random"].T, 1e-13) and numbers["random_apart"] > 0.1)
check("dz", (m["dz"] == m["dy"] @ m["W"].T).all())

numbers, m, tables = lesson("inverse")
check("inverse", near(m["inverse"], np.linalg.inv(m["A"]), 1e-11) and numbers["apart"] <= 1e-10)
check("condition", near(numbers["condition"] / np.linalg.cond(m["A"], np.inf), 1, 1e-10))
check("singular", np.linalg.matrix_rank(m["B"]) == 2 and numbers["singular_column"] == 2)


def squares():
    def blocks(name):
        part = data[name][:10000].reshape(-1, 14, 2, 14, 2).astype(np.float64).sum(axis=(2, 4)).reshape(-1, 196) / (4 * 255.0)
        return np.hstack([part, np.ones((len(part), 1))])
    train, test = blocks("x_train"), blocks("x_test")
    t, right = data["t_train"][:10000], data["t_test"][:10000]
    w = np.linalg.lstsq(train, (t[:, None] == np.arange(10)).astype(float), rcond=1e-10)[0]
    numbers, m, tables = lesson("least-squares")
    check("accuracies of least squares", near(numbers["train_accuracy"], ((train @ w).argmax(axis=1) == t).mean(), 2e-3) and near(numbers["test_accuracy"], ((test @ w).argmax(axis=1) == right).mean(), 5e-3))
    check("error of least squares", near(numbers["loss"], ((train @ w - (t[:, None] == np.arange(10))) ** 2).mean(), 1e-9))
    check("residual orthogonality", 0 < numbers["orthogonality"] <= 1e-8 and near(numbers["slope_at_zero"], np.linalg.norm(train.T @ (t[:, None] == np.arange(10))), 1e-3 * numbers["slope_at_zero"]))
    check("columns left out", numbers["columns_left_out"] >= (train.max(axis=0) == 0).sum() > 0)


squares()

numbers, m, tables = lesson("y-minus-t")
rows = np.array(tables["slopes"][1:])
power = np.exp(rows[:, 1] - rows[:, 1].max())
check("y - t", near(rows[:, 2], power / power.sum(), 1e-15) and near(rows[:, 5], rows[:, 4], 1e-9) and numbers["apart"] <= 1e-9 and rows[:, 3].sum() == 1 and rows[int(data["t_test"][0]), 3] == 1)
check("dL/dy", near(rows[:, 6], np.where(rows[:, 3] == 1, -1 / rows[:, 2], 0), 1e-4))
y, t = rows[:, 2], rows[:, 3]
g = 2 * (y - t) / len(y)
check("another loss", near(np.array(tables["other_loss"][1:])[:, 2], y * (g - (g * y).sum()), 1e-9) and numbers["other_apart"] > 0.1)

numbers, m, tables = lesson("z1")
check("z1", numbers["apart_z1"] <= 1e-8 and numbers["apart_a1"] > 1e-3 and all(near(row[1], row[2], 1e-8) and 0 < row[4] < 1 for row in tables["entries"][1:]))

numbers, m, tables = lesson("minus")
for rate, down, promised, up, across in tables["walks"][1:]:
    check("promise at %g" % rate, near(promised, -rate * numbers["gradient_length"] ** 2, 1e-12) and down < 0 < up and abs(across) < abs(down) / 10)
check("small steps keep the promise", near(tables["walks"][1][1] / tables["walks"][1][2], 1, 0.05))

numbers, m, tables = lesson("rates")
losses = {row[0]: row[2] for row in tables["rates"][1:]}
check("learning rates", len(losses) == 6 and losses[0.1] < losses[0.01] < losses[0.001] and not (isinstance(losses[100], float) and losses[100] < losses[1]) and len(set(row[1] for row in tables["rates"][1:])) == 1)

numbers, m, tables = lesson("init")
spread = {(row[0], row[1].split()[-1]): row[2:] for row in tables["layers"][1:]}
check("spreads", len(spread) == 12 and spread["tanh", "0.01"][4] < 1e-4 and spread["relu", "1"][4] > 1e3 and 0.3 < spread["relu", "he"][4] < 2 and spread["relu", "xavier"][4] < spread["relu", "he"][4] and spread["tanh", "1"][4] > 0.9)
after = [row[2] for row in tables["trainings"][1:]]
check("deep networks", near(numbers["guess"], np.log(10), 1e-15) and near(after[1], np.log(10), 0.01) and after[3] < after[1] - 0.5)

numbers, m, tables = lesson("gates")
truth = np.array(tables["truth"][1:])
check("truth tables", tables["truth"][0] == ["x1", "x2", "AND", "NAND", "OR", "XOR"] and truth[:, 2:].T.tolist() == [[0, 0, 0, 1], [1, 1, 1, 0], [0, 1, 1, 1], [0, 1, 1, 0]])
hidden = np.tanh(truth[:, :2] @ m["W1"] + m["b1"])
learned = hidden @ m["W2"] + m["b2"]
check("learned XOR", near(learned[:, 0], np.array(tables["learned"][1:])[:, 2], 1e-12) and ((learned[:, 0] > 0.5) == (truth[:, 5] == 1)).all())
check("success rates", 50 <= numbers["successes"] < numbers["successes_3"] <= 100)

numbers, m, tables = lesson("apples")
apples, both = ({name: (value, slope) for name, value, slope in tables[key][1:]} for key in ("apples", "both"))
check("apples", apples == {"apple": (100, 1.1 * 2), "apples": (2, 1.1 * 100), "tax": (1.1, 200), "fruit": (200, 1.1), "price": (200 * 1.1, 1)})
check("oranges", both == {"apple": (100, 2.2), "apples": (2, 1.1 * 100), "orange": (150, 3.3000000000000003), "oranges": (3, 165), "tax": (1.1, 650), "apple_cost": (200, 1.1), "orange_cost": (450, 1.1), "fruit": (650, 1.1), "price": (650 * 1.1, 1)})

numbers, m, tables = lesson("flow")
check("weights and biases", numbers["parameters"] == 784 * 50 + 50 + 50 * 10 + 10)

numbers, m, tables = lesson("x-xt")
rows = pixels.reshape(28, 28).astype(np.float64) / 255
row = rows[rows.sum(axis=1).argmax()]
gram = np.array(json.load(open(folder + "/x-xt.json"))["figure"]["panels"][1]["values"])
check("x . x^T of a row", near(numbers["square"], row @ row, 1e-12) and numbers["rank"] == np.linalg.matrix_rank(np.outer(row, row)) == 1)
check("x^T . x", near(gram, np.outer(row, row), 1e-15))

numbers, m, tables = lesson("least-squares")
check("the last layer is found again", 0 < numbers["own_apart"] < 1e-6)

numbers, m, tables = lesson("error")
lines = json.load(open(folder + "/error.json"))["figure"]["panels"][0]["lines"][0]["matrices"]
classes, y, t, dy = (np.array(column["values"])[:, 0] for column in lines)
check("y - t of the picture", (y - t == dy).all() and t.sum() == 1 and t[int(data["t_test"][0])] == 1 and near(y.sum(), 1, 1e-12))
check("loss of the sample", near(numbers["loss"], -np.log(y[t == 1][0]), 1e-12))

numbers, m, tables = lesson("mean")
rows = {row[0]: row[1:] for row in tables["mean"][1:]}
check("one sample is its own mean", rows[1][1] == rows[1][2] and rows[10][2] < rows[10][1] and not (isinstance(rows[500][2], float) and rows[500][2] < rows[500][0]))

numbers, m, tables = lesson("budgets")
full, small = tables["budgets"][1:]
check("budgets", full[:3] == [1000, 200, 200000] and small[:3] == [100, 2000, 200000] and small[3] < full[3] and small[4] > full[4])

numbers, m, tables = lesson("bytes")
arrays = {name: [int(n) for n in shape.strip("[]").split(",")] for name, shape, *_ in tables["bytes"][1:]}
check("shapes", arrays["x"] == [60000, 784] and arrays["W1"] == arrays["dW1"] == [784, 50] and arrays["da1"] == [60000, 50] and len(arrays) == 14)
for name, _, there, mb, single, double in tables["bytes"][1:]:
    count = np.prod(arrays[name])
    check("bytes of " + name, near([single, double, mb], np.array([4, 8, 4 if there == "float32" else 8]) * count / 1e6, 1e-9) and (there == "float32") == (name == "x"))
check("the article's copy", near(numbers["copy"], 376.32, 1e-9) and near(numbers["article"], sum(row[3] for row in tables["bytes"][1:]), 1e-9))

# The answers to the questions, thought out again.
asked = {name: json.load(open("%s/%s.json" % (folder, name)))["question"] for name in sys.argv[3].split(",")}
A = np.array([[1, 2], [3, 4]])
B = np.array([[0, 1], [1, 0]])
rates = {row[0]: row[2] for row in lesson("rates")[2]["rates"][1:] if isinstance(row[2], float)}
answers = {"flow": 784 * 50, "rows": int(pixels.argmax()) - 1, "product": np.dot([2, 3, 1], [4, 1, 5]), "order": (B @ A @ B)[0, 0],
           "transpose": (10 * np.arange(6).reshape(2, 3)).T[2, 1], "x-xt": 14, "inverse": np.linalg.inv(np.diag([2.0, 4.0]))[1, 1],
           "least-squares": np.linalg.lstsq([[1.0], [2], [3]], [2.0, 4, 7], rcond=None)[0][0], "error": dy[int(data["t_test"][0])],
           "y-minus-t": 0.25 - 1, "z1": 0.5 * -0.3, "minus": 0.5 - 0.1 * 0.2, "mean": 0.1 / 100, "rates": min(rates, key=rates.get), "budgets": 60000 / 100,
           "init": 400 ** -0.5, "bytes": np.zeros((100, 784), np.float32).nbytes, "gates": int(1 * 1 + 0 * 1 - 1.5 > 0), "apples": 5 * 1.1}
check("every lesson asks", sorted(asked) == sorted(answers))
for name, question in asked.items():
    check("question of " + name, question and question["text"] and question["hint"] and near(question["answer"], answers[name], 1e-12))


class Page(html.parser.HTMLParser):
    """Tables of a page by their captions, as texts; and every link or address."""

    def __init__(self):
        super().__init__()
        self.tables, self.caption, self.rows, self.inside, self.open, self.links = {}, None, [], None, [], []

    def handle_starttag(self, tag, attributes):
        self.links += [value for name, value in attributes if name in ("src", "href", "action", "srcset") and not value.startswith("data:")]
        if tag not in ("meta", "link", "rect", "img"):
            self.open.append(tag)
        if tag == "table":
            self.caption, self.rows = "", []
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        self.inside = tag

    def handle_endtag(self, tag):
        check("closing tags of the page", self.open and self.open.pop() == tag)
        if tag == "table" and self.caption:
            self.tables[self.caption] = self.rows
        self.inside = None

    def handle_data(self, text):
        if self.inside == "caption":
            self.caption += text
        if self.inside in ("td", "th") and self.rows and self.rows[-1]:
            self.rows[-1][-1] += text


numbers, m, tables = lesson("transpose")
page = Page()
page.feed(open(folder + "/transpose.en.html", encoding="utf-8").read())
check("everything is closed", not page.open)
check("no address in the page", not page.links)
shown = np.array([[float(v) for v in row[1:]] for row in page.tables["Q[4,4]"][1:]])
check("numbers of the page", near(shown, m["Q"], 5e-4) and shown.shape == (4, 4))
sys.exit(bad)
