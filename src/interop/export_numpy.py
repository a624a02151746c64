#!/usr/bin/env python3
# @{A network that denpa trained, as a plain NumPy script:}
# @{the same initial weights, the same batches, the same updates.}
# @{It prints the log that denpa train --log writes, and needs Python 3.9 and NumPy 1.24 or later.}
# @{How to run it:}
%if mnist
#   python3 script.py                        # @{MNIST from the folder mnist in DENPA_DATA, or as denpa downloaded it}
#   python3 script.py FOLDER                 # @{from a folder with the four IDX files, zipped or not}
%end
%if other
#   denpa data get @DATA --out data.npz    # @{writes the data set for NumPy}
#   python3 script.py data.npz               # @{or a folder with the four IDX files, zipped or not}
%end
#   python3 script.py ... --model MODEL.safetensors    # @{compares the final weights with denpa's own}
import argparse
import gzip
import json
import os
import sys
import time

import numpy as np

# ---- @{what was trained, and how} ----

@SETTINGS
LAYERS = len(SIZES) - 1
%if philox

# ---- @{random numbers} ----

# @{Philox-4x32 with 10 rounds: seed, purpose, number and draw go in, two times 64 bits come out.}
# @{There is no state, so any draw can be repeated alone.}
def philox(seed, purpose, number, draw):
    low, half = np.uint64(0xFFFFFFFF), np.uint64(32)
    k0, k1 = np.uint64(seed & 0xFFFFFFFF), np.uint64(seed >> 32)
    c0, c1 = draw.astype(np.uint64) & low, draw.astype(np.uint64) >> half
    c2, c3 = np.full_like(c0, number), np.full_like(c0, purpose)
    for _ in range(10):
        even, odd = np.uint64(0xD2511F53) * c0, np.uint64(0xCD9E8D57) * c2
        c0, c1, c2, c3 = odd >> half ^ c1 ^ k0, odd & low, even >> half ^ c3 ^ k1, even & low
        k0, k1 = k0 + np.uint64(0x9E3779B9) & low, k1 + np.uint64(0xBB67AE85) & low
    return c1 << half | c0, c3 << half | c2
%end
%if philox-normal

# @{Normal numbers, mean 0 and deviation 1, from two uniform ones (Box and Muller).}
def normal(tensor, count):
    first, second = philox(SEED, 1, tensor, np.arange(count))
    radius, turn = ((first >> np.uint64(11)) + np.uint64(1)) * 2.0**-53, (second >> np.uint64(11)) * 2.0**-53
    return np.sqrt(-2 * np.log(radius)) * np.cos(2 * np.pi * turn)
%end
%if philox-below

# @{Whole numbers from 0 to limit - 1: the upper 64 bits of the product of the 64 random bits and the limit.}
def below(purpose, number, draw, limit):
    bits, _ = philox(ORDER_SEED, purpose, number, draw)
    limit, half = np.asarray(limit, np.uint64), np.uint64(32)
    return ((bits >> half) * limit + ((bits & np.uint64(0xFFFFFFFF)) * limit >> half)) >> half
%end

# ---- @{data} ----

def read_idx(folder, name):
    # @{The spellings in use; a zipped file is told by its first two bytes.}
    for spelling in (name, name.replace("-idx", ".idx")):
        for end in ("", ".gz"):
            path = os.path.join(folder, spelling + end)
            if os.path.exists(path):
                with open(path, "rb") as file:
                    data = file.read()
                if data[:2] == b"\x1f\x8b":
                    data = gzip.decompress(data)
                sizes = np.frombuffer(data, ">u4", data[3], 4)
                return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(sizes)
    sys.exit("@{this file is not there:} " + os.path.join(folder, name))

def load(path):
    if path is None:
%if mnist
        cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
        places = [os.path.join(os.environ.get("DENPA_DATA") or ".", "mnist"), os.path.join(cache, "denpa", "mnist")]
        path = next((place for place in places if os.path.isdir(place)), places[0])
%end
%if other
        path = "data.npz"
%end
    if os.path.isdir(path):
        images = [read_idx(path, name + "-images-idx3-ubyte") for name in ("train", "t10k")]
        labels = [read_idx(path, name + "-labels-idx1-ubyte") for name in ("train", "t10k")]
        found = images[0], labels[0], images[1], labels[1]
    elif os.path.exists(path):
        with np.load(path) as file:
            found = file["x_train"], file["t_train"], file["x_test"], file["t_test"]
    else:
%if mnist
        sys.exit("@{MNIST is not there; this command fetches it:} denpa data get mnist")
%end
%if other
        sys.exit("@{the data set is not there; this command writes it:} denpa data get " + DATA + " --out " + path)
%end
    # @{Rows as denpa took them: of those to train on the first ones.}
    x_train, t_train, x_test, t_test = found
    x_train, t_train = x_train[:TRAIN_ROWS], t_train[:TRAIN_ROWS]
    return x_train.reshape(len(x_train), -1), t_train, x_test.reshape(len(x_test), -1), t_test

# @{A pixel from 0 to 255 becomes a number from 0 to 1; the division is made in float32, whatever the network's type.}
def numbers(x):
    if x.dtype == np.uint8:
        x = x.astype(np.float32) / np.float32(255)
    return x.astype(DTYPE)

# @{The answers as rows: a 1 in the column of the right class, else 0.}
def answers(t):
    if t.ndim > 1:
        return t.astype(DTYPE)
    return (t[:, None] == np.arange(SIZES[-1])).astype(DTYPE)

# ---- @{the initial weights} ----

def initial():
    params = {}
%if numpy-seed
    np.random.seed(SEED)
%end
    for k in range(1, LAYERS + 1):
        inputs, outputs = SIZES[k - 1], SIZES[k]
%if normal
        deviation = DEVIATION
%end
%if xavier
        deviation = np.sqrt(1 / inputs)
%end
%if he
        deviation = np.sqrt(2 / inputs)
%end
%if numpy-weights
        W = deviation * np.random.randn(inputs, outputs)
%end
%if philox-normal
        # @{tensors count W1, b1, W2, ... from 0}
        W = deviation * normal(2 * (k - 1), inputs * outputs).reshape(inputs, outputs)
%end
%if zeros
        W = np.zeros((inputs, outputs))
%end
        params["W%d" % k] = W.astype(DTYPE)
        params["b%d" % k] = np.zeros(outputs, DTYPE)
    return params

# ---- @{forward propagation} ----

# @{The activation of the hidden layers, and its slope: how much z changes when a does.}
def activation(a):
@ACTIVATION

def slope(z):
@SLOPE

# @{What enters each layer (z[0] is x), and the last layer's a, from which the loss is made.}
def forward(x):
    z = [x]
    for k in range(1, LAYERS + 1):
        a = z[-1] @ params["W%d" % k] + params["b%d" % k]
        if k < LAYERS:
            z.append(activation(a))
    return z, a

# @{The loss of each row, and its gradient with respect to a for the mean over the rows.}
def losses(a, t):
@LOSSES

def loss_gradient(a, t):
@LOSS_GRADIENT

# ---- @{backpropagation and the update} ----

@OPTIMIZER

def learn(x, t, rate):
    z, a = forward(x)
    da = loss_gradient(a, t)
%if gradients-first
    gradients = {}
%end
    for k in range(LAYERS, 0, -1):
%if gradients-first
        gradients["W%d" % k] = z[k - 1].T @ da
        gradients["b%d" % k] = da.sum(axis=0)
%end
%if seed
        # @{This layer is updated before its gradient goes further back,}
        # @{so what goes further back has met the new weights: a slip that still learns.}
        dW, db = z[k - 1].T @ da, da.sum(axis=0)
        update("W%d" % k, dW, rate)
        update("b%d" % k, db, rate)
%end
        if k > 1:
            da = (da @ params["W%d" % k].T) * slope(z[k - 1])
%if gradients-first
    for name in gradients:
        update(name, gradients[name], rate)
%end

# @{The learning rate of the update after `done` of the STEPS updates.}
# @{(A training that was stopped early had planned more.)}
def rate_of(done):
%if constant
    return LR
%end
%if linear
    return LR * (1 - done / STEPS)
%end
%if one-cycle
    first, last, top = 1 / 25, 1 / 25 / 1e4, 0.3 * STEPS - 1
    wave = lambda start, end, share: (start - end) / 2 * (1 + np.cos(np.pi * share)) + end
    return LR * float(wave(first, 1, done / top) if done <= top else wave(1, last, (done - top) / (STEPS - 1 - top)))
%end

# ---- @{batches} ----

%if shuffle
# @{A new order for each epoch.}
def order_of(epoch):
%end
%if shuffle-denpa
    last = np.arange(len(x_train) - 1, 0, -1)
    order = list(range(len(x_train)))
    for i, j in zip(last.tolist(), below(2, epoch, last, last + 1).tolist()):
        order[i], order[j] = order[j], order[i]
    return np.array(order)
%end
%if shuffle-numpy
    return np.random.permutation(len(x_train))
%end
%if shuffle

def batch_of(place, order):
    return order[place * BATCH:(place + 1) * BATCH]
%end
%if sequential
def batch_of(place):
    return slice(place * BATCH, (place + 1) * BATCH)
%end
%if replacement
# @{Every batch is drawn from all rows; a row may come twice.}
def batch_of():
%end
%if replacement-denpa
    return below(3, step, np.arange(BATCH), len(x_train))
%end
%if replacement-numpy
    return np.random.choice(len(x_train), BATCH)
%end
%if full
# @{Every update takes all rows at once.}
def batch_of():
    return slice(None)
%end

# ---- @{the training} ----

# @{Mean loss and accuracy, in pieces so that the numbers of all pictures need not be in memory at once.}
def measure(x, t):
    loss = correct = 0
    for i in range(0, len(x), 5000):
        _, a = forward(numbers(x[i:i + 5000]))
        loss += losses(a, answers(t[i:i + 5000])).sum()
        if t.ndim == 1:
            correct += np.count_nonzero(a.argmax(axis=1) == t[i:i + 5000])
    return "%.17g,%s" % (loss / len(x), "%.17g" % (correct / len(x)) if t.ndim == 1 else "") if len(x) else ","

def read_model(path):
    with open(path, "rb") as file:
        data = file.read()
    start = 8 + int.from_bytes(data[:8], "little")
    tensors = {}
    for name, told in json.loads(data[8:start]).items():
        if name != "__metadata__":
            begin, end = (start + offset for offset in told["data_offsets"])
            kind = {"F32": "<f4", "F64": "<f8"}[told["dtype"]]
            tensors[name] = np.frombuffer(data[begin:end], kind).reshape(told["shape"])
    return tensors

parser = argparse.ArgumentParser()
parser.add_argument("data", nargs="?", help="@{the data set: a folder with IDX files, or an .npz}")
parser.add_argument("--model", help="@{denpa's model, to compare the final weights with}")
arguments = parser.parse_args()

x_train, t_train, x_test, t_test = load(arguments.data)
params = initial()
%if reseed
np.random.seed(ORDER_SEED)
%end
step = epoch = 0
seconds = 0.0
batches = -(-len(x_train) // BATCH)  # @{of an epoch: rounded up, the last one may be short}
print("step,epoch,seconds,train_loss,train_accuracy,test_loss,test_accuracy")
while step < STEPS:
    start = time.perf_counter()
%if shuffle
    order = order_of(epoch)
%end
    for place in range(min(batches, STEPS - step)):
        rows = batch_of(@BATCH_ARGUMENTS)
        learn(numbers(x_train[rows]), answers(t_train[rows]), rate_of(step))
        step += 1
    epoch += 1
    seconds += time.perf_counter() - start
    print("%d,%.17g,%.6f,%s,%s" % (step, step / batches, seconds, measure(x_train, t_train), measure(x_test, t_test)),
          flush=True)

if arguments.model:
    saved = read_model(arguments.model)
    largest = max(np.abs(w).max() for w in saved.values()) or 1
    apart = max(np.abs(params[name] - saved[name]).max() for name in params) / largest
    agree = bool(apart <= TOLERANCE)
    print("@{largest difference of a final weight from the model's, relative to the largest weight:} %.3g" % apart,
          file=sys.stderr)
    print("@{the weights agree}" if agree else "@{the weights do not agree}", file=sys.stderr)
    sys.exit(0 if agree else 1)
