"""safetensors_witness.py: the safetensors format from its specification, without any code of denpa's, as a second opinion for tests/unit/test_safetensors.c.

  safetensors_witness.py read FILE    checks every rule; prints `meta KEY VALUE` (as JSON) and `tensor NAME DTYPE SHAPE HEX` lines in the order of the data
  safetensors_witness.py write FILE   writes a small file with all dtypes, header keys in another order than the data
Only Python's own library is used.
"""
import json
import struct
import sys

SIZES = {"F32": 4, "F64": 8, "U8": 1, "I32": 4, "I64": 8}


def no_duplicates(pairs):
    assert len(dict(pairs)) == len(pairs), "a key stands twice"
    return dict(pairs)


def read(path):
    blob = open(path, "rb").read()
    (length,) = struct.unpack("<Q", blob[:8])
    assert length <= 100_000_000 and 8 + length <= len(blob), "header length"
    assert length % 8 == 0, "the data does not start at a multiple of 8"
    raw = blob[8 : 8 + length]
    assert raw[:1] == b"{", "the header does not start with a brace"
    header = json.loads(raw.decode("utf-8"), object_pairs_hook=no_duplicates)
    assert raw.rstrip(b" ")[-1:] == b"}", "padded with something else than spaces"
    data = blob[8 + length :]
    for key, value in header.pop("__metadata__", {}).items():
        assert isinstance(value, str), "metadata that is not text"
        print("meta", json.dumps(key), json.dumps(value))
    at = 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        assert set(entry) == {"dtype", "shape", "data_offsets"}, "keys of an entry"
        begin, end = entry["data_offsets"]
        count = 1
        for n in entry["shape"]:
            assert isinstance(n, int) and n >= 0, "shape"
            count *= n
        assert begin == at and end - begin == count * SIZES[entry["dtype"]], "offsets"
        at = end
        print("tensor", name, entry["dtype"], ",".join(map(str, entry["shape"])) or "-", data[begin:end].hex() or "-")
    assert at == len(data), "bytes that belong to no tensor"


def write(path):
    tensors = [
        ("W1", "F32", [2, 3], struct.pack("<6f", 1, -2, 0.5, 3.25, -0.0, 1e-40)),
        ("b1", "F64", [2], struct.pack("<2d", 0.1, -1e300)),
        ("pixels", "U8", [1, 2, 2], bytes([0, 127, 128, 255])),
        ("n", "I32", [], struct.pack("<i", -7)),
        ("big", "I64", [1, 1, 1, 2], struct.pack("<2q", -(2**63), 2**62)),
        ("none", "F32", [0, 4], b""),
    ]
    at, entries = 0, []
    for name, dtype, shape, blob in tensors:
        entries.append((name, {"data_offsets": [at, at + len(blob)], "shape": shape, "dtype": dtype}))
        at += len(blob)
    header = dict([("__metadata__", {"net": "784-50-10", "作者": "伝播 \"quoted\"\n"})] + entries[::-1])
    text = json.dumps(header, ensure_ascii=False, indent=1).encode("utf-8")
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blob for _, _, _, blob in tensors))


{"read": read, "write": write}[sys.argv[1]](sys.argv[2])
