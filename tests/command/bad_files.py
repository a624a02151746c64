"""bad_files.py: files of every kind that are damaged, mistaken or made to harm, through the command: bad_files.py DENPA FOLDER.

Each row is a file, how it is made, a command, its exit status and what it has to say. The message names the file, where in it and what was found; in
Japanese it says so in Japanese; no control character of a file reaches the terminal; nothing is left behind, no input is changed; none takes long.
"""
import gzip
import io
import json
import math
import os
import pickle
import re
import resource
import shutil
import struct
import subprocess
import sys
import warnings
import zipfile
import zlib

warnings.simplefilter("ignore")  # zipfile's, of a member that is there twice
denpa, folder = sys.argv[1:3]
GOOD = os.path.join(folder, "good")
SECONDS = 5  # of processor time a command may take, also under a sanitizer on a slow machine


def run(*arguments):
    subprocess.run([denpa, *arguments], cwd=GOOD, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def good(name):
    with open(os.path.join(GOOD, name), "rb") as file:
        return file.read()


os.mkdir(GOOD)
with open(os.path.join(GOOD, "t.csv"), "w") as table:
    table.write("size,colour,price\n" + "".join("%g,%s,%g\n" % (i % 7 + i / 10, "red" if i % 3 else "blue", 10 * (i % 7) + i / 5) for i in range(60)))
run("train", "digits:200", "--net", "784-4-10", "--epochs", "2", "--run", "run", "--record", "--checkpoint-every", "1epoch", "--quiet")
run("train", "t.csv", "--net", "3-4-1", "--epochs", "2", "--out", "t.safetensors", "--quiet")
shutil.copy(os.path.join(GOOD, "run/model.safetensors"), os.path.join(GOOD, "m.safetensors"))

ROWS = []  # (name, {file: bytes, None: not there, or a function that makes it}, command, status, words, may be left)


def bad(name, file, content, command, status, *words, files=(), leaves=()):
    """FILE in the command is the file; the words are all said, beside its name."""
    ROWS.append((name, file, {file: content, **dict(files)}, command.replace("FILE", file), status, words, set(leaves)))


def put(data, at, new):
    return data[:at] + new + data[at + len(new) :]


# ---- models ------------------------------------------------------------------------------------
M, T = good("m.safetensors"), good("t.safetensors")
HEADER = struct.unpack("<Q", M[:8])[0]


def join(header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def edit(model, change, data=lambda data: data):
    size = struct.unpack("<Q", model[:8])[0]
    header = json.loads(model[8 : 8 + size])
    change(header)
    return join(header, data(model[8 + size :]))


def without(*keys):
    def change(header):
        for key in keys[:-1]:
            header = header[key]
        del header[keys[-1]]

    return change


def entry(name, **members):
    return edit(M, lambda header: header.setdefault(name, {}).update(members))


def told(model, **metadata):
    return edit(model, lambda header: header["__metadata__"].update(metadata))


def model(name, content, *words, status=1, command="info FILE"):
    bad("model, " + name, "bad.safetensors", content, command, status, *words)


NEW = dict(dtype="F32", shape=[0], data_offsets=[12760, 12760])
model("empty", b"", "the file is empty")
model("of 7 bytes", M[:7], "7 bytes, less than the length of a header takes")
model("with a header of no bytes", b"\0" * 8 + M, "does not start with an opening brace at byte 8")
model("with a header longer than the file", struct.pack("<Q", len(M)) + M[8:], "should have 13536 bytes, but the file has only 13528 more")
model("with a header of 2^63 bytes", struct.pack("<Q", 1 << 63) + M[8:], "should have 9223372036854775808 bytes")
model("with a header over the limit", struct.pack("<Q", 100000001) + M[8:], "100000000 is the limit")
model("cut in the length", M[:3], "3 bytes, less than")
model("cut in the header", M[:200], "but the file has only 192 more")
model("cut behind the header", M[: 8 + HEADER], "'W1' should lie at 0 to 12544 of the data, which has 0 bytes")
model("cut in the data", M[:-100], "'W2' should lie at 12560 to 12720 of the data, which has 12660 bytes")
model("one byte longer", M + b"x", "bytes 12760 to 12761 of the data belong to no tensor")
model("not JSON", join(b'{"net":}'), "not valid JSON near byte 16: JSON is not written like this")
model("JSON that ends too early", join(b'{"W":{"dtype"'), "it ends too early")
model("JSON that goes on", join(b"{}{}"), "something follows its end")
model("a list", join(b"[]"), "does not start with an opening brace at byte 8")
model("with a zero byte behind a number", join(b'{"a":[0\0]}'), "near byte 15: there is a zero byte in it")
model("with a zero in a name", join(b'{"a\\u0000b":{}}'), "there is a zero byte in it")
model("not UTF-8", join(b'{"\xff\xfe":1}'), "near byte 10: it is not UTF-8")
model("nested deeply", join(b'{"a":' + b"[" * 100000), "near byte 2061: it is nested too deeply")
model("with a name twice", join(b'{"W":1,"W":2}'), "near byte 18: one name is there twice")
model("with a number of 40 digits", join(b'{"W":' + b"9" * 40 + b"}"), "a number is too large")
model("metadata in a list", edit(M, lambda h: h.update(__metadata__=[])), "__metadata__ of the header is not a list of texts")
model("metadata with a number", told(M, lr=0.1), "metadata 'lr' is not a text")
model("a tensor in a list", edit(M, lambda h: h.update(W1=[])), "'W1' is not made of dtype, shape and data_offsets")
model("a tensor with a member more", entry("W1", scale=2), "'W1' is not made of dtype, shape and data_offsets")
model("no dtype", edit(M, without("W1", "dtype")), "no dtype for 'W1'")
model("no shape", edit(M, without("W1", "shape")), "no shape for 'W1'")
model("no offsets", edit(M, without("W1", "data_offsets")), "data_offsets of 'W1' are not two whole numbers")
model("dtype F16", entry("W1", dtype="F16"), "'W1' has the dtype F16; F32, F64, U8, I32 and I64 are read here")
model("dtype 1", entry("W1", dtype=1), "no dtype for 'W1'")
model("a shape that is a number", entry("W1", shape=784), "no shape for 'W1'")
model("a negative axis", entry("W1", shape=[-784, 4]), "axis 0 of 'W1' is not a whole number")
model("an axis in quotation marks", entry("W1", shape=[784, "4"]), "axis 1 of 'W1' is not a whole number")
model("an axis of 784.5", entry("W1", shape=[784.5, 4]), "axis 0 of 'W1' is not a whole number")
model("five axes", entry("W1", shape=[1, 1, 1, 784, 4]), "'W1' has 5 axes; at most 4")
model("a shape beyond 64 bits", entry("W1", shape=[1 << 62, 1 << 62]), "of 'W1' is larger than this machine can address")
model("a shape of another size", entry("W1", shape=[784, 5]), "'W1' of shape (784, 5) takes 15680 bytes, but its data_offsets give it 12544")
model("three offsets", entry("W1", data_offsets=[0, 1, 2]), "data_offsets of 'W1' are not two whole numbers")
model("offsets backwards", entry("W1", data_offsets=[12544, 0]), "'W1' should lie at 12544 to 0")
model("offsets behind the end", entry("b2", data_offsets=[12720, 99999]), "'b2' should lie at 12720 to 99999 of the data, which has 12760")
model("a hole", entry("b1", data_offsets=[12548, 12564]), "bytes 12544 to 12548 of the data, before 'b1', belong to no tensor")
model("two tensors over one another", entry("b1", data_offsets=[0, 16]), "'W1' begins at 0 of the data, inside the tensor before it, which ends at 16")
model("a long name", edit(M, lambda h: h.update({"n" * 64: NEW})), "is longer than 63 bytes")
model("W2 missing", edit(M, lambda h: (h.pop("W2"), h.pop("b2")), lambda d: d[:12560]), "holds no array named W2", "(4, 10)")
model("a tensor too many", edit(M, lambda h: h.update(W9=NEW)), "holds an array 'W9' that the network 784-4-10 has no place for")
model("weights transposed", entry("W1", shape=[4, 784]), "W1 has the shape (4, 784), but the network 784-4-10 needs (784, 4)", status=2)
model("whole numbers for weights", entry("W1", dtype="I32"), "W1 is int32; networks compute in float32 or float64")
model("a weight that is changed", edit(M, lambda h: None, lambda d: b"\1" + d[1:]), "their SHA-256 is 0", "damaged or was changed")
model("another SHA-256", told(M, sha256="z" * 64), "the file says zzzz")
model("a newer format", told(M, denpa_format="2"), "a model file of version 2; this denpa reads version 1")
model("a format that is none", told(M, denpa_format="x"), "a model file of version x")
model("a layer of width 0", told(M, net="784-0-10"), "the network '784-0-10': the layer at place 5 has width 0")
model("a network without text", told(M, net=""), "the network '': a width is missing at place 1")
model("a network with escapes", told(M, net="784-4-10\x1b[2J"), "the network '784-4-10\\x1B[2J': unexpected character at place 9")
model("a network of one long word", told(M, net="x" * 3000), "it is too long")
model("another network", told(M, net="784-4"), "holds an array 'W2' that the network 784-4 has no place for")
model("an unknown activation", told(M, activation="sigmoyd"), "'sigmoyd' is not an activation")
model("an unknown way of initial weights", told(M, init="normal:x"), "'normal:x' is not a way to choose initial weights")
model("negative steps", told(M, steps="-1"), "the steps (-1) or epochs (2) in the metadata are not numbers")
model("epochs in words", told(M, epochs="two"), "epochs (two) in the metadata are not numbers")
# what does not fit the network, or no training can have; the rest is believed (docs/model-file.md)
model("pictures of another size", told(M, pictures="32x32:grey"), "the metadata 'pictures' say 32x32:grey, but the network 784-4-10 takes 784 numbers")
model("pictures that are no size", told(M, pictures="x"), "the model says that its pictures are 'x'")
model("more classes than outputs", told(M, classes="\n".join("abcdefghijk")), "the metadata 'classes' name 11 classes, but the network 784-4-10 has 10 outputs")
model("an unknown preprocessing", told(M, preprocessing="pixel/128"), "the metadata say 'pixel/128' for preprocessing")
model("a table that is not there", told(M, preprocessing="table"), "the metadata say 'table' for preprocessing")
model("rows in words", told(M, train_rows="many"), "the metadata say 'many' for train_rows")
model("a rate in words", told(M, lr="fast"), "the model says 'fast' for lr")
model("a rate below 0", told(M, lr="-1"), "learning rate: -1 is out of range")
model("an unknown optimizer", told(M, optimizer="x"), "'x' is not an optimizer")
model("an unknown schedule", told(M, schedule="x"), "the model says 'x' for schedule")
model("classes for numbers", told(T, loss="cross-entropy"), "the loss cross-entropy is for classes, but the answers of the table that the model tells of are numbers")
model("a table that is no JSON", told(T, table="{"), "what the model says of its table is damaged: it is not JSON")
model("a text", b"hello world\n", "this is a text or a table, not a model")
model("a PNG", b"\x89PNG\r\n\x1a\n" + bytes(40), "this is a PNG picture, not a model")
model("packed", gzip.compress(M), "this is a file packed by gzip, not a model")
model("a zip archive", b"PK\3\4" + bytes(60), "this is a zip archive, as .xlsx, .npz and .pt files are, not a model")
model("HDF5", b"\x89HDF\r\n\x1a\n" + bytes(60), "this is an HDF5 file (.h5), not a model")

# ---- checkpoints -------------------------------------------------------------------------------
LAST = "run/checkpoints/00000004.safetensors"
C = good(LAST)
OTHERS = {"run/checkpoints/00000000.safetensors": None, "run/checkpoints/00000002.safetensors": None}


def checkpoint(name, content, *words, leaves=(LAST + ".bad",)):
    bad("checkpoint, " + name, LAST, content, "resume run --epochs 3", 1, *words, files=OTHERS, leaves=leaves)


checkpoint("empty", b"", "the file is empty")
checkpoint("cut", C[:9000], "'W1' should lie at 0 to 12544")
checkpoint("changed", C[:14000] + b"\xff" + C[14001:], "damaged or was changed")
checkpoint("a model", M, "this is a model, not a checkpoint")
checkpoint("a newer format", told(C, **{"trainer.format": "2"}), "a checkpoint of version 2; this denpa reads version 1", leaves=())
checkpoint("another place", told(C, **{"trainer.place": "99999"}), "'trainer.sha256' is not what it must be")
checkpoint("no SHA-256", edit(C, without("__metadata__", "trainer.sha256")), "'trainer.sha256' is not what it must be")

# ---- arrays of other programs ------------------------------------------------------------------


def npy(dtype, shape, data, text=None):
    text = (text or "{'descr': '%s', 'fortran_order': False, 'shape': %s, }" % (dtype, shape)).encode()
    text += b" " * (-(len(text) + 11) % 64) + b"\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text + data


def zeros(*shape):
    return npy("<f4", shape, bytes(4 * math.prod(shape)))


def npz(*members, method=zipfile.ZIP_STORED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, block in members:
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), block, method)
    return out.getvalue()


W1, B1, W2, B2 = ("W1.npy", zeros(784, 4)), ("b1.npy", zeros(4)), ("W2.npy", zeros(4, 10)), ("b2.npy", zeros(10))
Z = npz(W1, B1, W2, B2)
END = len(Z) - 22
LIST = struct.unpack("<I", Z[END + 16 : END + 20])[0]


def archive(name, content, *words, status=1):
    bad("npz, " + name, "bad.npz", content, "eval FILE digits:200", status, *words)


archive("empty", b"", "the file is empty")
archive("a text", b"hello" * 10, "does not start with PK")
archive("without members", npz(), "holds no array named W1")
archive("cut in half", Z[: len(Z) // 2], "the archive's end record is missing; the file is cut short")
archive("longer", Z + b"xyz", "the archive's end record is missing")
archive("in parts", put(Z, END + 4, b"\1"), "one part of several")
archive("too many members", put(Z, END + 8, b"\5\0\5\0"), "the list of members is damaged at byte %d" % END)
archive("too few members", put(Z, END + 8, b"\1\0\1\0"), "after its 1 member")
archive("the list elsewhere", put(Z, END + 16, b"\0\0\0\0"), "the list of members should lie at byte 0 with 208 bytes")
archive("encrypted", put(Z, LIST + 8, b"\1"), "the member W1.npy is encrypted")
archive("packed by another method", put(Z, LIST + 10, b"\x0c"), "W1.npy is packed by method 12")
archive("of a newer format", put(Z, LIST + 6, b"\x7f"), "W1.npy needs version 127 of the zip format")
archive("a patch", put(Z, LIST + 8, b"\x20"), "W1.npy is a patch of another file")
archive("zip64", put(Z, LIST + 20, b"\xff" * 8), "a zip64 archive")
archive("a name that is no text", put(Z, LIST + 46, b"\x81"), "\\x811.npy is neither plain ASCII nor marked as UTF-8")
archive("a number changed", put(Z, 200, b"\x55"), "the check sum of the member W1.npy is wrong")
archive("two headers that differ", put(Z, 18, b"\1"), "W1.npy says something else at byte 0 than in the list of members")
archive("deflated and damaged", put(npz(W1, method=zipfile.ZIP_DEFLATED), 40, b"\xff\xff\xff"), ":W1.npy: the compressed data is damaged near byte")
archive("a member twice", npz(W1, B1, W1), "the member W1.npy stands twice in the archive")
archive("a text inside", npz(W1, B1, ("readme.txt", b"hi")), "the member readme.txt is not a .npy array")
archive("a text as .npy", npz(W1, ("x.npy", b"hi")), ":x.npy: this is not a .npy file")
archive("no b2", npz(W1, B1, W2), "holds no array named b2, but the network 784-4-10 needs one of the shape (10,)")
archive("shapes that do not follow", npz(W1, B1, ("W2.npy", zeros(5, 10)), B2), "W2 has the shape (5, 10), which does not go on from (784, 4)", status=2)
archive("another bias", npz(W1, ("b1.npy", zeros(5)), W2, B2), "b1 has the shape (5,), but the network 784-4-10 needs (4,)", status=2)
archive("weights of one axis", npz(("W1.npy", zeros(784)), B1), "W1 has the shape (784,); only dense layers (two axes)")
archive("a scalar", npz(("W1.npy", zeros()), B1), "W1 has the shape (); only dense layers")
archive("other names", npz(("weight.npy", zeros(784, 10))), "holds no array named W1")
archive("objects", npz(("W1.npy", npy("|O", (1,), b"\x80\4N."))), ":W1.npy: holds Python objects (dtype |O)")


def grads(name, content, *words, file="W1.npy", status=1):
    bad("gradients, " + name, file, content, "check ../good/m.safetensors --grads FILE", status, *words)


W1 = W1[1]
grads("empty", b"", "the file is empty")
grads("another mark", put(W1, 5, b"X"), "does not start with \\x93NUMPY")
grads("version 4", put(W1, 6, b"\4"), "version 4.0 of the .npy format")
grads("cut in the header", W1[:40], "the header should have 118 bytes, but only 30 are left")
grads("cut in the data", W1[:-3], "12541 bytes of data do not fit the shape (784, 4) of float32")
grads("longer", W1 + b"\0", "12545 bytes of data do not fit the shape (784, 4) of float32")
grads("big-endian", npy(">f4", (784, 4), bytes(12544)), "the numbers are big-endian (dtype >f4)")
grads("half precision", npy("<f2", (784, 4), bytes(6272)), "dtype <f2 is not read here")
grads("objects", npy("|O", (1,), b"N."), "holds Python objects (dtype |O)")
grads("records", npy("", "", b"", "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }"), "the elements are records")
grads("a negative axis", npy("<f4", (-1, 4), bytes(12544)), "no whole number at byte 61")
grads("a huge axis", npy("<f4", (1 << 62, 1 << 62), b""), "of float32 is larger than this machine can address")
grads("an axis of 30 digits", npy("<f4", (10**29, 4), b""), "no number that this machine can hold at byte 81")
grads("no shape", npy("", "", b"", "{'descr': '<f4', 'fortran_order': False, }"), "the header's key 'shape' is missing")
grads("a key twice", npy("", "", b"", "{'shape': (1,), 'shape': (1,), }"), "key 'shape' is unknown or stands twice")
grads("code for a shape", npy("", "", b"", "{'descr': '<f4', 'fortran_order': False, 'shape': (exit(),), }"), "no whole number at byte 61")
grads("carriage returns", W1.replace(b"\n", b"\r"), "no end of the header at byte 127")
grads("a long header", npy("", "", b"", "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }" + " " * 10000), "10000 is the limit")
grads("a name that is no parameter", W1, "no array in the file is named after a parameter", "'gradient'", file="gradient.npy")
grads("other arrays", npz(("x.npy", zeros(3))), "no array in the file is named after a parameter", "'x'", file="g.npz")
grads("rows of two lengths", b"1,2\n3\n", "line 2 has 1 number, the lines before it have 2", file="W1.csv")
grads("words", b"1,2\nx,y\n", "line 2 holds something that is not a number", file="W1.csv")
grads("a table without rows", b"", "holds no numbers", file="W1.csv")
grads("an unknown kind", b"1 2 3\n", "gradients are read from .npz, .npy, .csv, .safetensors and .pkl files", file="W1.dat", status=2)
grads("a model cut short", M[:500], "but the file has only 492 more", file="g.safetensors")


def pickled(name, content, *words):
    bad("pickle, " + name, "bad.pkl", content, "eval FILE digits:200", 1, *words)


pickled("empty", b"", "the file is empty")
pickled("cut", pickle.dumps({"W1": b"x" * 50}, 4)[:20], "byte 2: a frame of 62 bytes, but the file has only 9 more")
pickled("a list", pickle.dumps([1, 2], 4), "byte 11: the instruction EMPTY_LIST is not needed for a dict of arrays")
pickled("texts", pickle.dumps({"W1": "a"}, 4), "'W1' in the dict is not an array")
pickled("a command", b"cos\nsystem\n(S'echo harm >harm'\ntR.", "byte 0: the pickle asks for the function os.system; denpa never runs code")
pickled("an import", b"cbuiltins\n__import__\n(S'os'\ntR.", "asks for the function builtins.__import__")
pickled("protocol 9", b"\x80\x09.", "pickle protocol 9; protocols 0 to 4 are read here")
pickled("an empty stack", b"\x80\4" + b"\x94" * 100 + b".", "byte 2: the instruction finds no value on the stack")
pickled("nothing", b".", "byte 0: the pickle is not a dict of arrays")
pickled("longer", pickle.dumps({}, 4) + b"xx", "2 bytes follow the end of the pickle, from byte")
pickled("an unknown instruction", b"\x80\4\xff.", "byte 2: 0xff is not an instruction of a pickle")
pickled("2^63 bytes", b"\x80\4\x8e\xff\xff\xff\xff\xff\xff\xff\x7f.", "byte 2: the instruction needs 9223372036854775807 more bytes")
pickled("a dict in itself", b"\x80\4}\x94\x8c\1ah\0s.", "'a' in the dict is not an array")
pickled("an empty dict", pickle.dumps({}, 4), "holds no array named W1")

# ---- IDX ---------------------------------------------------------------------------------------
I, L, TI, TL = "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"


def idx(shape, data):
    return bytes([0, 0, 8, len(shape)]) + b"".join(struct.pack(">I", axis) for axis in shape) + data


PIXELS = bytes(i * 7 % 256 for i in range(10 * 784))
LABELS = bytes(range(10))
IDX = {I: idx((10, 28, 28), PIXELS), L: idx((10,), LABELS), TI: idx((10, 28, 28), PIXELS), TL: idx((10,), LABELS)}
PACKED = gzip.compress(IDX[I], mtime=0)


def mnist(name, file, content, *words):
    files = {**IDX, I: None} if file.endswith(".gz") else IDX
    bad("IDX, " + name, file, content, "train . --epochs 1 --quiet", 1, *words, files={**files, file: content})


mnist("empty", I, b"", "the file is empty")
mnist("another mark", I, b"\1" + IDX[I][1:], "starts with 0x1000803")
mnist("floats", I, put(IDX[I], 2, b"\x0d"), "the elements are of IDX type 0xd; denpa reads bytes")
mnist("two axes", I, idx((10, 784), PIXELS), "2 axes where 3 are expected")
mnist("cut in the header", I, IDX[I][:10], "ends at byte 10 inside its header; 6 more bytes belong there")
mnist("cut in the data", I, IDX[I][:-1], "promises the shape (10, 28, 28), more than a file of 7855 bytes can hold")
mnist("longer", I, IDX[I] + b"\0", "1 byte follows the end of the data, from byte 7856 on")
mnist("no pictures", I, idx((0, 28, 28), b""), "holds no pixels; its shape is (0, 28, 28)")
mnist("no width", I, idx((10, 28, 0), b""), "holds no pixels; its shape is (10, 28, 0)")
mnist("huge", I, put(IDX[I], 4, b"\xff" * 12), "promises the shape (4294967295, 4294967295, 4294967295)")
mnist("fewer labels", L, idx((9,), LABELS[1:]), I + " holds 10 pictures, but", "holds 9 labels")
mnist("pictures for labels", L, IDX[I], "3 axes where 1 is expected; images and labels may be mixed up")
mnist("test pictures of another size", TI, idx((10, 14, 14), PIXELS[:1960]), "pictures of 14x14 pixels, but those of", "have 28x28")
mnist("a file missing", TL, None, "there is no file t10k-labels-idx1-ubyte or t10k-labels-idx1-ubyte.gz")
mnist("packed and cut", I + ".gz", PACKED[:-20], "the compressed data ends too early, at byte")
mnist("packed, another check sum", I + ".gz", PACKED[:-8] + bytes(4) + PACKED[-4:], "(the checksum is wrong)")
mnist("packed, another length", I + ".gz", PACKED[:-4] + bytes(4), "(the length is wrong)")
mnist("packed, and something behind", I + ".gz", PACKED + b"garbage", "7 bytes follow the end of the data")
mnist("packed, another code", I + ".gz", put(PACKED, 30, b"\xff" * 5), "damaged near byte", "(its code makes no sense)")
mnist("packed, another header", I + ".gz", put(PACKED, 3, b"\xff"), "damaged near byte 4 (the header is wrong)")
mnist("packed, nothing inside", I + ".gz", gzip.compress(b"", mtime=0), "ends at byte 0 inside its header")

# ---- pictures ----------------------------------------------------------------------------------


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width=28, height=28, depth=8, colour=0, data=(b"\0" + bytes(range(100, 128))) * 28):
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


P = png()


def picture(name, content, *words, file="bad.png"):
    bad("picture, " + name, file, content, "predict ../good/m.safetensors FILE", 1, *words)


picture("empty", b"", "the file is empty")
picture("the mark alone", P[:8], "damaged near byte 8: the file is cut short")
picture("cut in the header", P[:20], "damaged near byte 16: the file is cut short")
picture("another check sum", put(P, 29, bytes(4)), "damaged near byte 33: the checksum is wrong")
picture("no width", png(width=0), "damaged near byte 33: the header is wrong")
picture("100000 x 100000", png(100000, 100000), "the picture is larger than it may be")
picture("2^31 x 2^31", png(2**31 - 1, 2**31 - 1), "the picture is larger than it may be")
picture("3 bits", png(depth=3), "the header is wrong")
picture("an unknown colour", png(colour=5), "the header is wrong")
picture("no palette", png(colour=3), "it has no palette")
picture("too little data", png(data=bytes(30)), "the file is cut short")
picture("data damaged", put(P, 45, b"\xff\xff\xff"), "its code makes no sense")
picture("no data", P[:33] + chunk(b"IEND", b""), "a part of it is missing or not in its place")
picture("no end", P[:-12], "the file is cut short")
for kind, start, file in (
    ("a JPEG", b"\xff\xd8\xff\xe0", "bad.jpg"),
    ("a GIF", b"GIF89a", "bad.gif"),
    ("a BMP", b"BM\x80\0", "bad.bmp"),
    ("a WebP", b"RIFF\0\0\0\0WEBP", "bad.webp"),
):
    picture(kind, start + bytes(60), "this is %s picture, not a PNG, PGM or PPM picture" % kind, file=file)
picture("a document", b"%PDF-1.4\n", "this is a PDF document, not a PNG", file="bad.pdf")
picture("a text", b"hello\n", "this is a text or a table, not a PNG", file="bad.txt")
picture("an array", W1, "this is a NumPy array (.npy), not a PNG", file="bad.npy")
picture("black and white", b"P1\n2 2\n1 0 1 0\n", "this is a PNM picture", file="bad.pbm")
for name, text, words in (
    ("no size", b"P2\n", "the width is missing at byte 3"),
    ("a width in words", b"P2\nx 2\n255\n1 2 3 4\n", "the width is missing at byte 3"),
    ("width 0", b"P2\n0 2\n255\n", "a picture of 0 x 2 pixels"),
    ("a negative width", b"P2\n-2 2\n255\n1 2 3 4", "the width is missing at byte 3"),
    ("a width of 20 digits", b"P5\n99999999999999999999 2\n255\n", "the width at byte 3 is larger than 4096"),
    ("no grey", b"P2\n2 2\n0\n0 0 0 0\n", "the largest grey value is 0"),
    ("too many greys", b"P2\n2 2\n70000\n1 2 3 4\n", "the largest grey value at byte 7 is larger than 65535"),
    ("too few numbers", b"P2\n2 2\n255\n1 2 3\n", "need 7 bytes after byte 11, but the file has 6"),
    ("too many numbers", b"P2\n2 2\n255\n1 2 3 4 5\n", "2 bytes follow the picture, from byte 19 on"),
    ("a number too large", b"P2\n2 2\n7\n1 2 3 9\n", "the grey value at byte 15 is larger than 7"),
    ("a letter", b"P2\n2 2\n255\n1 2 x 4\n", "the grey value is missing at byte 15"),
    ("too few bytes", b"P5\n4 4\n255\nabc", "4 x 4 pixels need 16 bytes after byte 11, but the file has 3"),
    ("too many bytes", b"P5\n2 2\n255\nabcdefg", "3 bytes follow the picture, from byte 15 on"),
    ("a note without end", b"P5\n# " + b"x" * 100000, "the width is missing at byte 100006"),
    ("nothing on it", b"P2\n2 2\n255\n9 9 9 9\n", "there is no digit to be seen"),
):
    picture("PGM, " + name, text, words, file="bad.pgm")
picture("PPM, too few bytes", b"P6\n2 2\n255\nabcdefg", "2 x 2 pixels need 12 bytes after byte 11, but the file has 7", file="bad.ppm")

# ---- tables (more of them: bad_tables.sh) ------------------------------------------------------


def rows(name, content, place, *words, command="train FILE --quiet --epochs 1", file="bad.csv"):
    bad("table, " + name, file, content, command, 1, *([place] if place else []), *words)


rows("a mark alone", b"\xef\xbb\xbf", "line 1, column 1", "the file is empty")
rows("blanks", b"   \n  \n", "line 1, column 1", "the file is empty")
rows("separators", b",,,\n,,,\n", "line 1, column 4", "the column to learn is empty")
rows("UTF-16, the other way", b"\xfe\xff\0a\0,\0b\0\n", "line 1, column 1", "the file is UTF-16")
rows("UTF-32", b"\xff\xfe\0\0a\0\0\0", "line 1, column 1", "the file is UTF-32")
rows("a quotation mark", b'"', "line 1, column 1", "never closed")
rows("a quotation mark in the header", b'a,"b\n1,2\n', "line 1, column 2", "never closed")
rows("escapes in a name", b"a,\x1b[2J\n1,x\n2,y\n3,2\n4,1\n5,3\n6,2\n", "line 2, column 2 (\\x1B[2J)", "is not a number")
rows("a zero in quotation marks", b'a,y\n"1\0",2\n', "line 2, column 1", "a NUL byte")
rows("packed", gzip.compress(b"a,b,y\n1,2,3\n"), None, "a file packed by gzip, not a table")
rows("a workbook", b"PK\3\4" + bytes(60), None, "a zip archive, as .xlsx, .npz and .pt files are, not a table")
rows("Parquet", b"PAR1\x15\4" + bytes(30), None, "this is a Parquet table, not a table")
rows("a database", b"SQLite format 3\0" + bytes(30), None, "this is a SQLite database, not a table")
rows("a page", b"<!DOCTYPE html>\n<html><body>404</body></html>\n", "line 1, column 1", "one column only")
rows("JSON", b'[{"a": 1, "y": 2}]\n', "line 1, column 2", "stands behind the closing quotation mark")
rows("one row", b"a,b,y\n1,2,3\n", "line 2, column 3 (y)", "all rows have the same value to learn")
rows("a model", M, None, "this is a model (safetensors), not a table")
PREDICT = "predict ../good/t.safetensors FILE"
rows("other columns than the model's", b"a,b\n1,2\n", "line 1, column 1", 'no column "size" among the 2', command=PREDICT)
rows("empty, for a model", b"", "line 1, column 1", "the file is empty", command=PREDICT)
rows("a word for a number", b"size,colour\nbig,red\n", "line 2, column 1 (size)", '"big" is not a number', command=PREDICT)
rows("no answers", b"size,colour\n1,red\n", "line 1, column 1", 'no column "price"', command="eval ../good/t.safetensors FILE")
rows("test rows of other columns", b"a,b\n1,2\n", "line 1, column 1", 'no column "size"', command="train ../good/t.csv --test FILE --quiet")

# ---- networks ----------------------------------------------------------------------------------


def network(name, text, *words, status=2):
    bad("network, " + name, "bad.net", text, "train digits:200 --quiet --net @FILE", status, *words)


network("empty", b"", "there is no layer in this file")
network("a note alone", b"# dense 10\n", "there is no layer in this file")
network("an unknown layer", b"dense 5\nrely\ndense 10\n", "'rely': there is no such layer")
network("no number", b"dense\n", "'dense': write how many numbers come out")
network("two numbers", b"dense 5 6\n", "'dense 5 6': write how many")
network("nothing comes out", b"dense 0\n", "'dense 0': write how many")
network("a negative width", b"dense -5\n", "'dense -5': write how many")
network("a width of 11 digits", b"dense 99999999999\n", "'dense 99999999999': write how many")
network("filters without a size", b"conv 4\ndense 10\n", "'conv 4': write how many filters")
network("a size in letters", b"conv 4 axb\ndense 10\n", "'conv 4 axb': write how many filters")
network("a filter larger than the picture", b"conv 4 99x99\ndense 10\n", "the filter is larger than the picture")
network("a stride of 0", b"conv 4 3x3 stride 0\ndense 10\n", "given 0 as its number 'stride'")
network("squares of 0", b"maxpool 0\ndense 10\n", "'maxpool 0': write the side of the squares")
network("squares larger than the picture", b"maxpool 64\ndense 10\n", "the window is larger than the picture")
network("all left out", b"dense 5\ndropout 1\ndense 10\n", "'dropout 1': write the share that is left out")
network("two commas", b"dense 5,, dense 10\n", "there is nothing between two commas")
network("no weights", b"relu\n", "has no layer of weights")
network("a zero byte", b"dense 5\0dense 10", "holds a NUL byte", status=1)
network("escapes", b"dense \x1b[2J\n", "'dense \\x1B[2J': write how many")
network("not UTF-8", b"dense 5 \xff", "'dense 5 \\xFF': write how many")
network("a long word", b"x" * 5000, "it is too long")
network("too long", b" " * 70000, "70000 bytes; a file of this kind has at most 65536", status=1)
network("a model", M, "holds a NUL byte", status=1)

# ---- runs --------------------------------------------------------------------------------------
OPTIONS = json.loads(good("run/options.json"))


def options(name, content, *words, status=1):
    text = content if isinstance(content, bytes) else json.dumps(content, indent=2).encode()
    bad("options, " + name, "run/options.json", text, "resume run --epochs 3", status, *words)


options("empty", b"", "line 1, column 0: this is not JSON (it ends too early)")
options("cut", b'{"net": ', "this is not JSON (it ends too early)")
options("a zero byte", b'{\n"batch": 100\0}', "line 2, column 12: this is not JSON (there is a zero byte in it)")
options("a list", b"[]", "does not hold the options of a run any more")
options("a key twice", b'{"net":"784-10","net":"784-4-10"}', "(one name is there twice)")
options("not UTF-8", b'{"net":"\xff"}', "(it is not UTF-8)")
options("a newer format", {**OPTIONS, "run_format": 3}, "a run of format 3", "this denpa reads format 2")
for key, value in dict(
    run_format="2", net=5, lr="fast", seed=1, schedule=7, momentum="x", data=5, target=5, record=1, batch=None, data_sha256="5", run=5, denpa_version=2
).items():
    options("%s %s" % (key, value), {**OPTIONS, key: value}, "the value of '%s' is missing or not possible" % key)
options("no end", {**OPTIONS, "epochs": None, "steps": None}, "the value of 'epochs' is missing or not possible")
# what could not be typed; the file and the member are named, whatever is given besides
for key, value, words in [
    ("epochs", -1, "'epochs' must be a whole number of at least 0"),
    ("patience", -1, "'patience' must be a whole number of at least 0"),
    ("batch", 2**63 - 1, "'batch' must be \"full\" or a whole number from 1 to 4294967295, not \"9223372036854775807\""),
    ("batch", 10**30, "a number is too large"),
    ("seed", "18446744073709551616", "'seed' must be a whole number from 0 to 18446744073709551615"),
    ("optimizer", "x", "'optimizer' must be one of sgd|"),
    ("dtype", "f16", "'dtype' must be one of float32|float64"),
    ("sampling", "never", "'sampling' must be one of shuffle|"),
    ("task", "x", "'task' must be one of auto|"),
    ("validation", 2, "'validation' must be a number of at least 0 and below 1"),
    ("lr", -1, "'lr' must be a finite number above 0"),
    ("weight-decay", -1e308, "'weight-decay' must be a finite number of at least 0"),
    ("net", "", "'net' must not be empty"),
    # what fits nothing else: what is wrong names the member, or its quantity
    ("warmup", 1e308, "the warm-up is 1e+308 updates"),
    ("patience", 2**63 - 1, "to stop early (patience 9223372036854775807), rows have to be kept back"),
    ("lr-decay", 2, "rate decay: 2 is out of range"),
    ("checkpoint-every", "0", "\"0\" does not say when to save a checkpoint"),
    ("augment", "x", "augment 'x', place 1"),
    ("class-weights", "1,2", "the class weights are '1,2'"),
    ("size", "5", "--size and --channels are for folders of pictures"),
]:
    options("%s %s" % (key, value), {**OPTIONS, key: value}, "run/options.json: ", words)
options("another rate", {**OPTIONS, "lr": 0.25}, "run/options.json: run/checkpoints/", "learning rate was 0.1")
bad("options, patience, replay", "run/options.json", json.dumps({**OPTIONS, "patience": 5}).encode(), "replay run --step 2", 1, "run/options.json: to stop early (patience 5)")
LOG, FRAMES = good("run/log.csv"), good("run/frames/frames.csv")


def log(name, content, *words, command="plot run --what curves --out x.svg"):
    bad("log, " + name, "run/log.csv", content, command, 1, *words)


log("empty", b"", "is not the log of a training (step,epoch,...)")
log("other columns", b"a,b\n1,2\n", "is not the log of a training")
log("a short line", LOG + b"9,3\n", "line 4 is not a line of scores")
log("a word", LOG.replace(b"\n4,", b"\nx,"), "line 3 is not a line of scores")
log("a zero byte", LOG[:-20] + b"\0" + LOG[-20:], "holds a zero byte, so it is not a text")
log("a picture", P, "is not the log of a training")
log("bytes, for the doctor", b"\xff\xfe\xff", "is not the log of a training", command="doctor run")


def frames(name, file, content, *words, status=1):
    bad("frames, " + name, "run/frames/" + file, content, "watch run --html x.html", status, *words)


frames("a list that is empty", "frames.csv", b"", "is not the log of a training")
frames("a list that is none", "frames.csv", b"hello\n", "is not the log of a training")
frames("a short line", "frames.csv", FRAMES + b"7\n", "line 7 is not a line of scores")
frames("a step in letters", "frames.csv", FRAMES.replace(b"\n2,", b"\nx,"), "line 4 is not a line of scores")
frames("one missing", "00000002.safetensors", None, "there is no such file or folder")
frames("one cut", "00000002.safetensors", M[:300], "but the file has only 292 more")
frames("one of another network", "00000002.safetensors", told(M, net="784-5-10"), "W1 has the shape (784, 4)", status=2)

# ---- what is no file ---------------------------------------------------------------------------
bad("a folder for a model", "d", os.mkdir, "info FILE", 1, "this folder holds no model.safetensors")
bad("a folder for a picture", "d.png", os.mkdir, "predict ../good/m.safetensors FILE", 1, "folder")
bad("a folder for a network", "d.net", os.mkdir, "train digits:200 --net @FILE", 1, "folder")
bad("a folder for gradients", "W1.npy", os.mkdir, "check ../good/m.safetensors --grads FILE", 1, "folder")
bad("a folder for a table", "d.csv", os.mkdir, "predict ../good/t.safetensors FILE", 1, "folder")
bad("a file for a run", "f", b"x", "resume FILE", 1, "")
bad("a pipe for a model", "p.safetensors", os.mkfifo, "info FILE", 1, "regular file")
bad("a pipe for a picture", "p.png", os.mkfifo, "predict ../good/m.safetensors FILE", 1, "regular file")
bad("a pipe for gradients", "W1.npy", os.mkfifo, "check ../good/m.safetensors --grads FILE", 1, "regular file")
bad("a link in a circle", "l.safetensors", lambda path: os.symlink("l.safetensors", path), "info FILE", 1, "its links lead in a circle")
bad("a link to nothing", "l.safetensors", lambda path: os.symlink("gone", path), "info FILE", 1, "there is no such file")
bad("a name with escapes", "\x1b[2J.safetensors", b"x", "info FILE", 1, "\\x1B[2J.safetensors: this is a text")
bad("a name with a line end", "a\nb.safetensors", b"x", "info FILE", 1, "a\\x0Ab.safetensors: this is a text")
bad("a name that is no UTF-8", os.fsdecode(b"\xff.safetensors"), b"x", "info FILE", 1, "\\xFF.safetensors: this is a text")


# ---- judge -------------------------------------------------------------------------------------


def make(path, content):
    if content is None:
        os.path.lexists(path) and os.remove(path)
    elif callable(content):
        content(path)
    else:
        os.path.lexists(path) and os.remove(path)  # what is linked to a good one
        with open(path, "wb") as file:
            file.write(content)


def inventory(place):
    found = {}
    for where, folders, names in os.walk(place):
        for name in folders + names:
            path = os.path.join(where, name)
            stat = os.lstat(path)
            found[os.path.relpath(path, place)] = (stat.st_mode, stat.st_size, stat.st_mtime_ns)
    found.pop("run/lock", None)
    return found


def tell(command, language):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    words = [denpa, *(command.split(" ")), "--threads", "1"] if command.startswith(("train", "resume")) else [denpa, *command.split(" ")]
    done = subprocess.run(words + ["--lang", language], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=600)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done, done.stderr.decode("utf-8", "replace"), after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


asked = set()  # messages that were seen in Japanese, without their names and numbers


def complaint(file, command, status, words, leaves):
    before = inventory(".")
    done, said, seconds = tell(command, "en")
    after = inventory(".")
    for path in leaves:  # as it was, for the second time
        if path in after:
            os.rename(path, path[: -len(".bad")])
    kind = re.sub(r"'[^']*'|[0-9]+|\S*" + re.escape(os.path.basename(file)), "", said)
    again, japanese, _ = tell(command, "ja") if kind not in asked else (done, None, 0)
    asked.add(kind)
    name = os.path.basename(file)
    shown = name if name.isprintable() else words[0].split(":")[0]
    if done.returncode != status or again.returncode != status:
        return "exit status %d and %d, expected %d: %s" % (done.returncode, again.returncode, status, said)
    if done.stdout:
        return "something on standard output: %r" % done.stdout[:200]
    if shown not in said:
        return "does not name %s: %s" % (shown, said)
    for word in words:
        if word not in said:
            return "does not say '%s': %s" % (word, said)
    if japanese is not None and (shown not in japanese or not re.search("[\u3041-\u30ff\u4e00-\u9fff]", japanese)):
        return "in Japanese: " + japanese
    if re.search("[\0-\x09\x0b-\x1f\x7f]", said + (japanese or "")) or len(said) > 2500:
        return "control characters, or too much: %r" % said
    changed = {path for path in set(before) | set(after) if before.get(path) != after.get(path)} - set(leaves)
    changed = {path for path in changed if path in after or path + ".bad" not in leaves}
    changed = {path for path in changed if not (path in before and path in after and os.path.isdir(path))}  # a folder's time
    if changed:
        return "left or changed: " + " ".join(sorted(changed))
    if seconds > SECONDS:
        return "took %.1f s" % seconds
    return None


def main():
    place = os.path.join(folder, "row")
    failed = 0
    for name, file, files, command, status, words, leaves in ROWS:
        if file.startswith("run/"):
            os.mkdir(place)
            shutil.copytree(os.path.join(GOOD, "run"), os.path.join(place, "run"), copy_function=os.link)
        else:
            os.mkdir(place)
        os.chdir(place)
        for path, content in files.items():
            make(path, content)
        wrong = complaint(file, command, status, words, leaves)
        print(("not ok " if wrong else "ok ") + name)
        if wrong:
            print("  %s: %s" % (name, wrong), file=sys.stderr)
            failed += 1
        os.chdir(folder)
        shutil.rmtree(place)
    names = [row[0] for row in ROWS]
    if len(set(names)) != len(names):
        print("not ok each row has a name of its own")
        failed += 1
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
