#!/usr/bin/env python3
# @{A network that denpa trained, as a plain NumPy script: forward propagation, step by step.}
# @{It reads the weights from denpa's model file, and needs Python 3.9 and NumPy 1.24 or later.}
# @{How to run it:}
%if table
#   python3 script.py MODEL.safetensors TABLE.csv    # @{answers for the rows of a table, as denpa predict writes them}
%end
%if named
#   denpa data get @DATA --out data.npz    # @{writes the data set for NumPy}
%end
%if program
# @{The samples came from a program: numpy.savez("data.npz", x_test=..., t_test=...) writes them, a row each.}
%end
%if rows
#   python3 script.py MODEL.safetensors data.npz     # @{answers for its test samples}
%end
import argparse
import csv
import json
%if table
import re
%end
import sys

import numpy as np

# ---- @{what the network knows of its data} ----

@SETTINGS
%if table
# @{a field that stands for a missing value, in capitals or not}
MISSING = ("", "na", "n/a", "nan", "null", "none", "?")
NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?")

def read_table(path):
    with open(path, newline="", encoding="utf-8-sig") as file:
        lines = csv.reader(file, delimiter=SEPARATOR, skipinitialspace=True)
        found = [(lines.line_num, [field.strip(" \t") for field in fields]) for fields in lines if fields]
    if HEADER:
        _, names = found.pop(0) if found else (0, [])
        lacking = [column["name"] for column in COLUMNS if column["name"] not in names]
        if lacking:
            sys.exit("%s: @{there is no column} %s" % (path, ", ".join(lacking)))
        places = [names.index(column["name"]) for column in COLUMNS]
    else:
        whole = all(len(fields) == COLUMNS_IN_ALL for _, fields in found)  # @{else the answers are not there}
        places = [column["place"] - (not whole and column["place"] > TARGET["place"]) for column in COLUMNS]
    rows = [inputs(path, line, [fields[place] for place in places]) for line, fields in found]
    return np.array(rows).reshape(len(rows), INPUTS).astype(DTYPE)

def number(text):
    return float(text) if NUMBER.fullmatch(text) else None

# @{A number becomes how many deviations it lies above the mean of the training rows,}
# @{a category a 1 for the one that is there and a 0 for each of the others.}
def inputs(path, line, fields):
    x = []
    for column, text in zip(COLUMNS, fields):
        missing = text.lower() in MISSING
        if column["kind"] == "number":
            value = column["mean"] if missing else number(text)
            if value is None:
                sys.exit("%s: @{line} %d, %s: @{not a number:} %s" % (path, line, column["name"], text))
            x.append((value - column["mean"]) / column["deviation"])
        else:
            values = column["values"]
            if missing:
                text = values[column["common"]]
            if column["numeric"]:  # @{1 is 1.0}
                values, text = [number(value) for value in values], number(text)
            x += [float(value == text) for value in values]
        if column["indicator"]:
            x.append(float(missing))
    return x
%end
%if rows
def read_rows(path):
    with np.load(path) as file:
        return numbers(file["x_test"]), file["t_test"]

# @{A pixel from 0 to 255 becomes a number from 0 to 1; the division is made in float32, whatever the network's type.}
def numbers(x):
    if x.dtype == np.uint8:
        x = x.astype(np.float32) / np.float32(255)
    return x.astype(DTYPE)
%end

# @{The weights, by their names in the model file.}
def read_model(path):
    with open(path, "rb") as file:
        data = file.read()
    start = 8 + int.from_bytes(data[:8], "little")
    tensors = {}
    for name, told in json.loads(data[8:start]).items():
        if name != "__metadata__":
            begin, end = (start + offset for offset in told["data_offsets"])
            kind = {"F32": "<f4", "F64": "<f8"}[told["dtype"]]
            tensors[name] = np.frombuffer(data[begin:end], kind).reshape(told["shape"]).astype(DTYPE)
    return tensors

# ---- @{the steps} ----

@OPERATIONS
%if inside-softmax
# @{Probabilities that add up to 1; taking the largest away changes nothing, and no exp is too large.}
def probabilities(a):
    power = np.exp(a - a.max(axis=1, keepdims=True))
    return power / power.sum(axis=1, keepdims=True)

%end
%if inside-sigmoid
# @{The outputs as probabilities, each by itself.}
def probabilities(a):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-a))

%end
# ---- @{forward propagation} ----

# @{From rows to the network's outputs; w holds the weights. The names are those of denpa info and denpa explain.}
def forward(x, w):
@FORWARD

# ---- @{the answers} ----

def name_of(k):
    return NAMES[k] if k < len(NAMES) else str(k)

# @{What each output speaks for: a single one for the second of two classes.}
OUTPUT_NAMES = [name_of(k) for k in (range(OUTPUTS) if OUTPUTS > 1 else [1])]

# @{The class of each row: the largest output, or of a single one whether it is above a half.}
def classes_of(y):
    return (y[:, 0] > 0.5).astype(int) if y.shape[1] == 1 else y.argmax(axis=1)

parser = argparse.ArgumentParser()
parser.add_argument("model", help="@{denpa's model file}")
%if table
parser.add_argument("data", help="@{a table with the columns that the network was trained on}")
%end
%if rows
parser.add_argument("data", help="@{a data set that denpa data get wrote}")
%end
arguments = parser.parse_args()

w = read_model(arguments.model)
%if table
x = read_table(arguments.data)
%end
%if rows
x, t = read_rows(arguments.data)
%end
# @{In pieces, so that what lies between the steps need not be in memory for all rows at once.}
y = np.concatenate([forward(x[i:i + 500], w) for i in range(0, len(x), 500)] or [np.empty((0, OUTPUTS), DTYPE)])
out = csv.writer(sys.stdout, lineterminator="\n")
%if amounts
out.writerow([TARGET["name"]])
for row in y.tolist():
    out.writerow([row[0] * TARGET["deviation"] + TARGET["mean"]])
%end
%if classes
out.writerow([TARGET["name"]] + ["%s(%s)" % (OUTPUT, name) for name in OUTPUT_NAMES])
for row, k in zip(y.tolist(), classes_of(y)):
    out.writerow([name_of(k)] + row)
%end
%if rows
labels = t.ndim == 1  # @{else each sample has numbers to come near to}
called = ["%s(%s)" % (OUTPUT, name) if labels else name for name in OUTPUT_NAMES]
out.writerow(["sample"] + ["answer"] * labels + called)
for i, (row, k) in enumerate(zip(y.tolist(), classes_of(y))):
    out.writerow([i] + [name_of(k)] * labels + row)
if labels and len(t):
    print("@{accuracy:} %.4f" % (classes_of(y) == t).mean(), file=sys.stderr)
%end
