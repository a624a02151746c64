"""kinds.py: the kinds of networks that the matrix goes through, and the data they learn from."""
import os
import random

import numpy as np

from said import text_of

HE = ["--init", "he"]
ALL = ["--validation", "0", "--augment", "none"]  # pictures are trained on as they are, all of them
# script: {label: (data, options of train and step alike, options of train)}
KINDS = {
    "dense": {
        "sigmoid": ("digits:60", ["--net", "784-12-10"], []),
        "tanh64": ("digits:60", ["--net", "784-9-10", "--act", "tanh", "--loss", "mse", "--dtype", "float64"], []),
        "relu": ("digits:60", ["--net", "784-9-8-10", "--act", "relu", *HE, "--lr", "0.05"], ["--optimizer", "adam", "--lr", "0.01"]),
    },
    "losses": {
        "gelu64": ("digits:60", ["--net", "784-7-10", "--act", "gelu", "--loss", "bce", "--init", "xavier", "--dtype", "float64"], []),
        "elu": ("digits:60", ["--net", "784-7-10", "--act", "elu:0.5", "--loss", "huber:0.1", "--init", "xavier"], []),
        "leaky": ("digits:60", ["--net", "784-7-10", "--act", "leaky-relu:0.1", "--loss", "mae", *HE], []),
        "silu": ("digits:60", ["--net", "784-7-10", "--act", "silu", "--loss", "sse", *HE, "--lr", "0.01"], []),
        "softplus": ("digits:60", ["--net", "784-7-10", "--act", "softplus", "--label-smoothing", "0.1", "--init", "xavier"], []),
    },
    "convolution": {
        "issue": ("digits:60", ["--net", "conv 2 5x5 stride 3, relu, dense 10"], []),
    },
    "pooling": {
        "pool": ("digits:60", ["--net", "conv 3 5x5 stride 2 pad 1, relu, maxpool 3 stride 2 pad 1, conv 2 3x3 pad 1, tanh, avgpool 2, dense 9, gelu, dense 10", *HE], []),
        "double": ("digits:60", ["--net", "conv 2 7x5 stride 3, maxpool 2, sigmoid, dense 10", "--dtype", "float64", *HE], []),
    },
    "normalisation": {
        "pictures": ("digits:60", ["--net", "conv 3 5x5 stride 4, batchnorm, relu, avgpool 2, dense 10", *HE], []),
    },
    "normalisation_rows": {
        "dense": ("digits:60", ["--net", "dense 11, batchnorm, sigmoid, dense 9, relu, batchnorm, dense 10", *HE], []),
    },
    "dropout": {
        "rows": ("colour", ["--net", "dense 150, relu, dropout 0.4, dense 9, tanh, dropout 0.2, dense 3", *HE], ALL),
        "pictures": ("digits:60", ["--net", "conv 2 5x5 stride 3, relu, dropout 0.3, dense 10", *HE], []),
    },
    "table": {
        "classes": ("rows.csv", ["--net", "auto"], ["--ignore", "id,price", "--task", "classification"]),
        "numbers": ("rows.csv", ["--net", "auto"], ["--ignore", "id,kind", "--target", "price"]),
    },
    "colour": {
        "convolution": ("colour", ["--net", "conv 3 3x3, maxpool 2, relu, dense 3", *HE], ALL),
        "dense": ("colour", ["--net", "90-7-3", "--act", "relu", *HE], ALL),
    },
}
CLASSES = {"colour": ["<rust>", "blue sky", "grass"], "rows.csv": ["cheap", 'dear, "very"']}


def make_data(name):
    draw = random.Random(3)
    if os.path.exists(name):
        return
    if name == "rows.csv":
        with open(name, "w", encoding="utf-8") as file:
            file.write('id,"size, in m",colour,rooms,same,price,kind\n')
            for i in range(1, 131):
                a, c, r = i * 37 % 101, i % 3, i * 7 % 5
                p = 2 * a + 30 * c - 10 * r
                file.write('%d,%s,%s,%d,x,%.2f,"%s"\n' % (i, a / 10 if i % 17 else "NA", ["red", '"a ""b"""', "blue"][c] if i % 23 else "", r, p + 0.25, 'dear, ""very""' if p > 110 else "cheap"))
    if name == "colour":
        for place, base in zip(CLASSES["colour"], ((200, 80, 20), (40, 90, 220), (30, 190, 50))):
            os.makedirs("colour/" + place)
            for i in range(35):
                pixels = [max(0, min(255, channel + draw.randint(-60, 60))) for _ in range(30) for channel in base]
                with open("colour/%s/%d.ppm" % (place, i), "w") as file:
                    file.write("P3 6 5 255\n" + " ".join(map(str, pixels)))


class Data:
    """What `denpa data get` exports: x and answers of both splits, as float64 holding the numbers that a network is fed"""

    def __init__(self, name, options, dtype):
        path = "%d.npz" % (abs(hash((name, tuple(options)))) % 10 ** 9)
        text_of("data", "get", name, *[o for o in options if o not in ("--net", "auto")], "--out", path, "--quiet")
        with np.load(path) as file:
            held = {key: file[key] for key in file.files}
        self.pixels = held["x_train"].dtype == np.uint8
        narrow = lambda x: x.astype(np.float32 if dtype == "float32" else np.float64)
        self.raw = {split: held["x_" + split] for split in ("train", "test")}
        self.x = {split: ((x.astype(np.float32) / np.float32(255)) if self.pixels else narrow(x)).astype(np.float64) for split, x in self.raw.items()}
        self.t = {split: narrow(held["t_" + split]).astype(np.float64) if held["t_" + split].dtype.kind == "f" else held["t_" + split].astype(int) for split in ("train", "test")}
        self.classes = CLASSES.get(name)
        self.name = name
