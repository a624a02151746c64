"""differential.py: denpa's readers beside the reference readers on mutated files: what one accepts the other accepts, with the same values.

  differential.py DRIVER npy|npz|safetensors COUNT SEED FOLDER

The references are numpy.load(allow_pickle=False), and for safetensors a reader written here from the published format (read_safetensors below).
Where the two differ on purpose, a row of DIFFERENCES says so with its reason. A row is as narrow as its cause: denpa's message has to name that
cause, and the cause has to be in the file as the reference sees it. Everything else is a finding: it is told, and its file stays in FOLDER.
"""
import collections
import io
import json
import os
import random
import re
import resource
import struct
import subprocess
import sys
import tokenize
import warnings
import zipfile
import zlib

import numpy as np
import numpy.lib.format as npy_format

BATCH = 2000


# ---- references ---------------------------------------------------------------------------------
# Each takes the file's bytes and returns Seen; whatever it raises means that it refuses them.
class Seen:
    def __init__(self, arrays, metadata=(), raw=()):
        self.arrays = arrays  # [(name, numpy array, or (dtype, shape, bytes) of safetensors)]
        self.metadata = metadata
        self.raw = raw  # members of an archive that are no arrays


FIVE = {"<f4": "float32", "<f8": "float64", "|u1": "uint8", "<i4": "int32", "<i8": "int64"}
memory = os.memfd_create("reference")


def load(data):
    """numpy.load of a file: of one in memory it reads in another way than of those that people have."""
    os.ftruncate(memory, 0)
    os.pwrite(memory, data, 0)
    os.lseek(memory, 0, os.SEEK_SET)
    return np.load(io.open(memory, "rb", closefd=False), allow_pickle=False)


def read_npy(data):
    array = load(data)
    assert isinstance(array, np.ndarray)  # an archive is another format
    return Seen([("", array)])


def read_npz(data):
    archive = load(data)
    assert isinstance(archive, np.lib.npyio.NpzFile)
    items = [(name, archive[name]) for name in archive.files]
    return Seen([i for i in items if isinstance(i[1], np.ndarray)], raw=[i for i in items if not isinstance(i[1], np.ndarray)])


SIZES = dict(BOOL=1, U8=1, I8=1, F8_E5M2=1, F8_E4M3=1, I16=2, U16=2, F16=2, BF16=2, I32=4, U32=4, F32=4, F64=8, I64=8, U64=8)
READ_HERE = {"F32": "float32", "F64": "float64", "U8": "uint8", "I32": "int32", "I64": "int64"}


def refuse(*_):
    raise ValueError


def unique(pairs):
    found = {}
    for key, value in pairs:
        key.encode()  # half a surrogate pair is no text
        if isinstance(value, str):
            value.encode()
        if key in found:
            raise ValueError("a key stands twice")
        found[key] = value
    return found


def size_of(value):
    """A whole number that is written as one: not -0, not 1.0, not true."""
    if type(value) is not int or not 0 <= value < 2**64:
        raise ValueError("not a size")
    return value


class MinusZero:
    pass


def read_safetensors(data):
    if len(data) < 8:
        raise ValueError("no length")
    (length,) = struct.unpack("<Q", data[:8])
    if length > 100_000_000 or 8 + length > len(data):
        raise ValueError("the header's length")
    text = data[8 : 8 + length].decode("utf-8")
    if text[:1] != "{":
        raise ValueError("no brace")
    header = json.loads(
        text, object_pairs_hook=unique, parse_constant=refuse, parse_int=lambda n: MinusZero() if n == "-0" else int(n)
    )
    rest = data[8 + length :]
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise ValueError("metadata")
    tensors = []
    for name, entry in header.items():
        if not isinstance(entry, dict) or not {"dtype", "shape", "data_offsets"} <= set(entry):
            raise ValueError("an entry")
        if not isinstance(entry["shape"], list) or not isinstance(entry["data_offsets"], list):
            raise ValueError("no lists")
        count = 1
        for axis in entry["shape"]:
            count *= size_of(axis)
            if count >= 2**64:
                raise ValueError("the product")
        begin, end = map(size_of, entry["data_offsets"])
        if not isinstance(entry["dtype"], str) or end - begin != count * SIZES[entry["dtype"]]:
            raise ValueError("the size")
        tensors.append((begin, end, name, entry))
    tensors.sort(key=lambda t: t[:2])
    at = 0
    for begin, end, _, _ in tensors:
        if begin != at:
            raise ValueError("a hole or two over one another")
        at = end
    if at != len(rest):
        raise ValueError("the data's size")
    return Seen([(name, (entry["dtype"], entry["shape"], rest[begin:end])) for begin, end, name, entry in tensors], metadata)


def check_sum(seen):
    """As differential.c makes it; None where a type is not among denpa's."""
    total = 0
    for name, array in seen.arrays:
        if isinstance(array, tuple):
            kind, shape, values = READ_HERE.get(array[0]), array[1], array[2]
        else:
            kind, shape, values = FIVE.get(array.dtype.str), array.shape, array.tobytes("C")
        if kind is None:
            return None
        head = " ".join([name, kind] + [str(n) for n in shape]) + "\n"
        total = zlib.crc32(values, zlib.crc32(head.encode(), total))
    for key in seen.metadata:
        total = zlib.crc32(key.encode() + b"\0" + seen.metadata[key].encode() + b"\0", total)
    return total


# ---- what may differ ----------------------------------------------------------------------------
def header_of(data):
    """The text of a .npy header."""
    wide = data[6] > 1
    start = 12 if wide else 10
    (length,) = struct.unpack("<I", data[8:12]) if wide else struct.unpack("<H", data[8:10])
    return data[start : start + length].decode("latin1"), start + length


def python_only(data):
    """The header is a Python expression that NumPy never writes: comments, prefixes, escapes, other numbers, brackets around one value, begun on a later line."""
    text, _ = header_of(data)
    if text.count("(") > 1 or "\\" in text or "\f" in text or "\r" in text or re.match(r"[ \t]*\n", text) or re.search(r"[0-9]\s+L", text):
        return True
    before = None
    for token in tokenize.generate_tokens(io.StringIO(text.lstrip(" \t")).readline):
        kind, word = token[:2]
        if kind == tokenize.COMMENT or (kind == tokenize.STRING and (before == kind or not re.fullmatch(r"'[^']*'|\"[^\"]*\"", word))):
            return True
        if kind == tokenize.NUMBER and not word.isdigit() or kind == tokenize.NAME and word not in ("True", "False", "L"):
            return True
        if kind == tokenize.NAME and word in ("True", "False") and re.search(r"\([^)]*(True|False)", text):
            return True  # as an axis
        if kind == tokenize.OP and word not in "{}:,()-":
            return True
        if kind not in (tokenize.NL, tokenize.NEWLINE):
            before = kind
    return False


def longer(data, seen):
    return len(data) > header_of(data)[1] + seen.arrays[0][1].nbytes


def other_dtype(data, seen):
    return any(a.dtype.str not in FIVE for _, a in seen.arrays) or not re.search(r"['\"][<|=]?(f4|f8|u1|i4|i8)['\"]", header_of(data)[0])


# Format: [(what, who refuses: "denpa" or "reference", denpa's message, cause, reason)]; the cause takes (data, Seen or None).
NPY = [
    (
        "dtype",
        "denpa",
        r"dtype .* (is not read here|save them little-endian)|big-endian|records|no text in quotes|no short text",
        other_dtype,
        "denpa computes with float32, float64, uint8, int32 and int64; what else a file holds is converted by whoever knows what is lost",
    ),
    ("axes", "denpa", r"more than 4 axes", lambda d, s: s.arrays[0][1].ndim > 4, "an array of denpa's has four axes at most"),
    (
        "bytes behind the data",
        "denpa",
        r"do(es)? not fit the shape",
        longer,
        "numpy.load stops at the last number; a file with more in it than it says is a damaged one, or one of several arrays",
    ),
    (
        "negative axis",
        "denpa",
        r"no whole number at byte",
        lambda d, s: re.search(r"-\s*[0-9]", header_of(d)[0]),
        "numpy.load takes -1 for `as many as there are`, which no writer writes and the format does not know",
    ),
    (
        "key twice",
        "denpa",
        r"is unknown or stands twice",
        lambda d, s: any(len(re.findall("['\"]%s['\"]" % k, header_of(d)[0])) > 1 for k in ("descr", "shape", "fortran_order")),
        "Python takes the last one; two sizes in one file are a damaged file",
    ),
    (
        "blanks on a line of their own",
        "reference",
        r"",
        lambda d, s: re.search(r"\n[ \t]+$", header_of(d)[0]),
        "some Pythons take blanks behind the last line end for an indentation, others do not",
    ),
    (
        "Python expressions",
        "denpa",
        r"the header has no|is unknown or stands twice|is not read here",
        lambda d, s: python_only(d),
        "NumPy evaluates any Python literal; denpa reads the dictionary that NumPy's writers write, in any order and with any blanks",
    ),
]


def infos(data):
    return zipfile.ZipFile(io.BytesIO(data)).infolist()


def local(data, info):
    return struct.unpack("<4sHHHHHIIIHH", data[info.header_offset : info.header_offset + 30])


def local_differs(data, _):
    for info in infos(data):
        _, _, flags, method, _, _, crc, packed, size, length, _ = local(data, info)
        name = info.orig_filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437")
        if (flags, method, data[info.header_offset + 30 :][:length]) != (info.flag_bits, info.compress_type, name):
            return True
        if not flags & 8 and packed != 0xFFFFFFFF and (crc, packed, size) != (info.CRC, info.compress_size, info.file_size):
            return True
    return False


def end_at(data):
    """Where zipfile finds the end record: at the very end, or else the last thing that begins like one."""
    return len(data) - 22 if data[-22:-18] == b"PK\5\6" and data[-2:] == b"\0\0" else data.rfind(b"PK\5\6")


def end_of(data):
    return struct.unpack("<4s4H2LH", data[end_at(data) :][:22])


def bad_list(data, _):
    """Another number of members than the end record says, or one that goes on behind the end of the list."""
    end, stop = end_of(data), end_at(data)
    at = stop - end[5]
    while at < stop:
        at += 46 + sum(struct.unpack("<HHH", data[at + 28 : at + 34]))
    return at != stop or len(infos(data)) != end[3]


def out_of_order(data, _):
    offsets = [i.header_offset for i in infos(data)]
    return offsets != sorted(offsets)


def whole(data, info):
    """Unpacked to the end, as the archive promises?"""
    start = info.header_offset + 30 + sum(local(data, info)[9:])
    packed = data[start : start + info.compress_size]
    if info.compress_type == 0:
        return len(packed) == info.file_size
    stream = zlib.decompressobj(-15)
    try:
        values = stream.decompress(packed)
    except zlib.error:
        return False
    return stream.eof and not stream.unused_data and len(values) == info.file_size


def member_rows():
    """The rows of .npy hold for the arrays in an archive."""

    def inside(cause):
        def found(data, seen):
            archive = zipfile.ZipFile(io.BytesIO(data))
            for info in archive.infolist():
                try:
                    block = archive.read(info)
                except zipfile.BadZipFile:
                    continue
                if block[:6] == b"\x93NUMPY" and cause(block, read_npy(block)):
                    return True
            return False

        return found

    return [(what, who, r":.*(%s)" % said, inside(cause), reason) for what, who, said, cause, reason in NPY]


NPZ = member_rows() + [
    (
        "member twice",
        "denpa",
        r"member|\.npy: ",
        lambda d, s: len({i.filename for i in infos(d)}) < len(infos(d)),
        "numpy.load never looks at the first one, whatever is in it",
    ),
    (
        "member that is no array",
        "denpa",
        r"is not a \.npy array|this is not a \.npy file",
        lambda d, s: s.raw or any(not i.filename.endswith(".npy") for i in infos(d)),
        "numpy.load gives its bytes, or takes what is inside for an array; denpa reads archives of arrays",
    ),
    (
        "two headers that differ",
        "denpa",
        r"says something else at byte",
        local_differs,
        "Python's zipfile looks at the name alone; a member of two sizes is a damaged one, or made to be two things to two readers",
    ),
    (
        "bytes around the archive",
        "denpa",
        r"list of members should lie at byte|end record is missing",
        lambda d, s: end_at(d) != end_of(d)[5] + end_of(d)[6] or end_at(d) + 22 + end_of(d)[7] != len(d),
        "zipfile looks for an archive inside the file; a file of denpa's is the archive",
    ),
    ("parts", "denpa", r"one part of several", lambda d, s: end_of(d)[1:3] != (0, 0) or end_of(d)[3] != end_of(d)[4], "zipfile ignores the numbers of the parts"),
    (
        "list of members",
        "denpa",
        r"list of members (goes on|is damaged) at byte",
        bad_list,
        "zipfile ignores their number and where the last name or comment ends; such a list is a damaged one",
    ),
    ("order", "denpa", r"over another one or outside", out_of_order, "members stand in the order of the list, so that none is read twice"),
    ("zip64", "denpa", r"zip64", lambda d, s: b"PK\6\7" in d or b"\xff\xff\xff\xff" in d, "no file of denpa's is larger than 4 GiB"),
    (
        "name",
        "denpa",
        r"longer than 67 bytes|neither plain ASCII",
        lambda d, s: any(len(i.orig_filename.encode()) > 67 or "\0" in i.orig_filename or not (i.orig_filename.isascii() or i.flag_bits & 0x800) for i in infos(d)),
        "names have 63 bytes at most; beyond ASCII only what is marked as UTF-8 is the same name to everyone",
    ),
    (
        "size of a member",
        "denpa",
        r"cannot unpack from|does not unpack to|compressed data ends too early|the check sum|compressed data is damaged|no room for them",
        lambda d, s: not all(whole(d, i) for i in infos(d)) or zipfile.ZipFile(io.BytesIO(d)).testzip(),
        "NumPy stops at the last number and has not seen the check sum then; denpa reads each member to its end",
    ),
]


def entries(data):
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    return [(n, e) for n, e in header.items() if n != "__metadata__"]


def sized(data):
    return re.search(rb"-0\s*[],]", data)


SAFETENSORS = [
    (
        "dtype",
        "denpa",
        r"F32, F64, U8, I32 and I64 are read here",
        lambda d, s: any(e["dtype"] not in READ_HERE for _, e in entries(d)),
        "denpa computes with five of the format's types",
    ),
    ("axes", "denpa", r"axes; at most 4", lambda d, s: any(len(e["shape"]) > 4 for _, e in entries(d)), "an array of denpa's has four axes at most"),
    ("long name", "denpa", r"is longer than 63 bytes", lambda d, s: any(len(n.encode()) > 63 for n, _ in entries(d)), "names have 63 bytes at most"),
    (
        "member of an entry",
        "denpa",
        r"not made of dtype, shape and data_offsets",
        lambda d, s: any(set(e) != {"dtype", "shape", "data_offsets"} for _, e in entries(d)),
        "the reference ignores what it does not know; it might say how the numbers are meant",
    ),
    (
        "zero byte",
        "denpa",
        r"there is a zero byte in it",
        lambda d, s: rb"\u0000" in d,
        "a text with a zero byte ends there for half of all programs: two names would be one",
    ),
    (
        "size beyond 63 bits",
        "denpa",
        r"a number is too large",
        lambda d, s: any(int(n) >= 2**63 for n in re.findall(rb"[0-9]{19,}", d)),
        "beside an axis of 0 any size is the shape of nothing; no machine has it",
    ),
    ("minus zero", "reference", r"", lambda d, s: sized(d), "JSON has -0; it is the number 0"),
]
DIFFERENCES = {"npy": NPY, "npz": NPZ, "safetensors": SAFETENSORS}
REFERENCE = {"npy": read_npy, "npz": read_npz, "safetensors": read_safetensors}


# ---- mutations ----------------------------------------------------------------------------------
def mutate_bytes(r, data, hot):
    """1 to 4 changes, most of them at the places `hot`."""
    data = bytearray(data)
    for _ in range(r.choice((1, 1, 1, 2, 2, 3, 4))):
        if not data:
            break
        at = r.choice(hot) if hot and r.random() < 0.8 else r.randrange(len(data))
        at = min(at, len(data) - 1)
        kind = r.randrange(8)
        if kind == 0:
            data[at] ^= 1 << r.randrange(8)
        elif kind == 1:
            data[at] = r.choice((0, 1, 9, 10, 13, 32, 39, 0x7F, 0x80, 0xFF, r.randrange(256)))
        elif kind == 2:
            value = r.choice((0, 1, 2, 3, 8, 0x7FFF, 0xFFFF, 0x10000, 0xFFFFFFFF, 0x7FFFFFFF, len(data), r.randrange(len(data))))
            width = r.choice((2, 4))
            data[at : at + width] = (value & (256**width - 1)).to_bytes(width, "little")
        elif kind == 3:
            del data[at : at + r.choice((1, 1, 2, 4, 8, 30))]
        elif kind == 4:
            data[at:at] = bytes(r.choice((0, 32, 48, 255, r.randrange(256))) for _ in range(r.choice((1, 1, 2, 4, 8))))
        elif kind == 5:
            size = r.choice((1, 2, 4, 16, 46))
            to = r.randrange(len(data))
            data[to:to] = data[at : at + size]
        elif kind == 6:
            del data[r.randrange(len(data)) :]
        else:
            data += bytes(r.randrange(256) for _ in range(r.choice((1, 4, 8, 22))))
    return bytes(data)


def mutate_words(r, text, split, words):
    """1 to 3 changes of the words of a text: one left out, twice, replaced, two exchanged, one put in."""
    parts = split.findall(text)
    for _ in range(r.choice((0, 0, 1, 1, 1, 1, 2, 3))):
        if not parts:
            break
        at = r.randrange(len(parts))
        kind = r.randrange(6)
        if kind == 0:
            del parts[at]
        elif kind == 1:
            parts.insert(at, parts[at])
        elif kind in (2, 3):
            parts[at] = r.choice(words)
        elif kind == 4:
            other = r.randrange(len(parts))
            parts[at], parts[other] = parts[other], parts[at]
        else:
            parts.insert(at, r.choice(words))
    return "".join(parts)


SHAPES = [(), (1,), (3,), (0,), (2, 3), (3, 1), (0, 4), (2, 2, 3), (1, 2, 1, 3)]
NPY_SPLIT = re.compile(r"'[^']*'|[A-Za-z]+|[0-9]+|\s+|.", re.S)
NPY_WORDS = (
    ["'descr'", "'shape'", "'fortran_order'", '"shape"', "u'shape'", "True", "False", "None", "'<f4'", "'<f8'", "'|u1'", "'<u1'", "'u1'", "'<i4'"]
    + ["'=i8'", "'f4'", "'>f4'", "'|f4'", "'float32'", "'<i2'", "'?'", "'O'", "'<U3'", "'|b1'", "'<c8'", "'d'", "'M8[s]'", "[('a', '<f4')]"]
    + ["{", "}", "(", ")", "[", "]", ",", ":", ", ", " ", "\n", "\t", "\r", "\f", "  ", "# x\n", "\\\n", "-", "+", "_", "L", "l", "j", ".", "1.0", "1e2"]
    + ["0", "1", "2", "3", "00", "03", "0x3", "1_0", "-1", "-0", "65536", "4294967296", "9223372036854775807", "9223372036854775808", "18446744073709551616"]
    + ["()", "(3,)", "(2, 3)", "(3)", "(3,3,)", "(,)", "(1,1,1,1,1)", "(0,9223372036854775807)", "(4294967296,4294967296)", "'x': 1, ", "é"]
)


def npy_block(version, text, values, length=None):
    head = text.encode("utf-8" if version == 3 else "latin1", "replace")
    size = len(head) if length is None else length
    return b"\x93NUMPY" + bytes((version, 0)) + (struct.pack("<H", size & 0xFFFF) if version == 1 else struct.pack("<I", size)) + head + values


def some_array(r):
    dtype, shape = r.choice(list(FIVE)), r.choice(SHAPES)
    count = int(np.prod(shape))
    values = bytes(r.randrange(256) for _ in range(count * np.dtype(dtype).itemsize))
    array = np.frombuffer(values, dtype).reshape(shape)
    return np.asfortranarray(array) if r.random() < 0.2 else array


def npy_text(r, array):
    """The header as NumPy writes it, or as others may."""
    fortran = array.flags.f_contiguous and not array.flags.c_contiguous
    keys = ["'descr': '%s'" % array.dtype.str, "'fortran_order': %s" % fortran, "'shape': %s" % (array.shape,)]
    if r.random() < 0.2:
        r.shuffle(keys)
    text = "{%s, }" % ", ".join(keys)
    if r.random() < 0.2:
        text = re.sub(r" |(?<=[{(:,])", lambda _: r.choice(("", " ", "  ", "\n", "\t")), text)
    if r.random() < 0.1:
        text = re.sub(r"(?<=[0-9])(?=[,)])", "L", text)
    if r.random() < 0.1:
        text = text.replace("'", '"')
    if r.random() < 0.1:
        text = re.sub("[<|](?=[fui])", lambda _: r.choice(("", "=", "|", "<", ">")), text)
    return text


def make_npy(r):
    array = some_array(r)
    text, values = npy_text(r, array), array.tobytes("A")
    version = r.choice((1, 1, 2, 3))
    end = r.choice(("\n", " \n", " " * 40 + "\n", "", " "))
    if r.random() < 0.3:
        block = npy_block(version, text + end, values)
        return mutate_bytes(r, block, range(len(text) + 14))
    text = mutate_words(r, text, NPY_SPLIT, NPY_WORDS) + end
    if r.random() < 0.1:
        text = r.choice((" ", "\n", "\t", "\r", "\n ", "  ")) + text
    if r.random() < 0.02:
        text += " " * r.choice((5000, 9800, 9950, 9999, 10000, 10001, 12000))
    if r.random() < 0.15:
        values = r.choice((values[:-1], values + b"\0", values * 2, values + values[:4], b""))
    block = npy_block(version, text, values, len(text) + r.choice((-2, -1, 1, 2, 60)) if r.random() < 0.05 else None)
    return block if r.random() < 0.9 else mutate_bytes(r, block, range(12))


class Unseekable(io.BytesIO):
    """Makes zipfile write sizes behind the members."""

    def seekable(self):
        return False

    def seek(self, *_):
        raise io.UnsupportedOperation

    def tell(self):
        raise io.UnsupportedOperation


def plain_npy(array):
    out = io.BytesIO()
    npy_format.write_array(out, array)
    return out.getvalue()


def npz_seed(r):
    kind = r.randrange(6)
    names = r.sample(["W1", "b1", "x", "arr_0", "重み", "a.b", "sub/y"], r.choice((0, 1, 1, 2, 2, 3)))
    out = Unseekable() if kind == 0 else io.BytesIO()
    if kind in (1, 2):
        (np.savez if kind == 1 else np.savez_compressed)(out, **{n: some_array(r) for n in names})
        return out.getvalue()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if r.random() < 0.5 else zipfile.ZIP_STORED) as archive:
        for name in names:
            block = plain_npy(some_array(r)) if r.random() < 0.7 else make_npy(r)
            name = name + (".npy" if r.random() < 0.97 else r.choice(("", ".txt", ".NPY", ".npy.npy")))
            archive.writestr(name, block if r.random() < 0.97 else b"no array")
            if r.random() < 0.03:
                archive.writestr(name, block)
        if r.random() < 0.1:
            archive.comment = bytes(r.randrange(256) for _ in range(r.choice((1, 22, 40))))
    return out.getvalue()


def zip_fields(data):
    """Where the fields of the end record, of the list and of the local headers lie: (offset, width)."""
    end = end_at(data)
    fields = [(end + at, width) for at, width in ((0, 4), (4, 2), (6, 2), (8, 2), (10, 2), (12, 4), (16, 4), (20, 2))]
    at, stop = end_of(data)[6], end
    while at + 46 <= stop and data[at : at + 4] == b"PK\1\2":
        fields += [(at + o, w) for o, w in ((0, 4), (4, 2), (6, 2), (8, 2), (10, 2), (12, 2), (16, 4), (20, 4), (24, 4), (28, 2), (30, 2), (32, 2), (34, 2), (42, 4))]
        there = int.from_bytes(data[at + 42 : at + 46], "little")
        fields += [(there + o, w) for o, w in ((0, 4), (4, 2), (6, 2), (8, 2), (14, 4), (18, 4), (22, 4), (26, 2), (28, 2))]
        name, extra, comment = struct.unpack("<HHH", data[at + 28 : at + 34])
        fields += [(at + 46 + o, 1) for o in range(name + extra)] + [(there + 30 + o, 1) for o in range(name)]
        at += 46 + name + extra + comment
    return fields


def make_npz(r):
    data = npz_seed(r)
    kind = r.random()
    if kind < 0.12:
        return data
    fields = zip_fields(data)
    if kind < 0.5:
        return mutate_bytes(r, data, [at for at, _ in fields])
    data = bytearray(data)
    for _ in range(r.choice((1, 1, 2, 3))):
        at, width = r.choice(fields)
        old = int.from_bytes(data[at : at + width], "little")
        new = r.choice((0, 1, 2, 8, 9, 10, 12, 14, 20, 45, 46, 63, 64, 99, 0x20, 0x40, 0x800, 0x7FFF, 0xFFFF, 0xFFFFFFFF, old ^ 1, old + 1, old - 1, old ^ 0x800, r.randrange(256)))
        data[at : at + width] = (new & (256**width - 1)).to_bytes(width, "little")
    return bytes(data)


JSON_SPLIT = re.compile(r'"[^"]*"|[a-z]+|[0-9]+|\s+|.', re.S)
JSON_WORDS = (
    ['"dtype"', '"shape"', '"data_offsets"', '"__metadata__"', '"F32"', '"F64"', '"U8"', '"I32"', '"I64"', '"F16"', '"BF16"', '"BOOL"', '"I8"', '"U64"', '"F33"', '"f32"']
    + ['"W"', '"W1"', '"b"', '""', '"\\u0000"', '"\\ud800"', '"\\ud83d\\ude00"', '"\\u0041"', '"\\x"', '"é"', '"a\nb"', '"%s"' % ("n" * 64), '"%s"' % ("n" * 63)]
    + ["{", "}", "[", "]", ",", ":", " ", "\n", "\t", "\r", "\f", "\v", "\0", "'", "//", "true", "false", "null", "NaN", "Infinity", "-", "-0", "-1", "0", "1", "2", "3", "4", "8", "12"]
    + ["16", "01", "1.0", "1e1", "0x1", "2147483648", "4294967296", "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616", "1" * 400]
    + ["[0]", "[0,0]", "[1,1,1,1,1]", "[0,9223372036854775807]", "[4294967296,4294967296]", '{"a":"b"}', '{"a":1}', "{}", ',"extra":1', "[" * 200]
)


def make_safetensors(r):
    at, header, values = 0, {}, b""
    if r.random() < 0.5:
        header["__metadata__"] = {"net": "2-3", "作者": "伝播 \"q\"\n"} if r.random() < 0.7 else {}
    for name in r.sample(["W1", "b1", "z", "重み", ""], r.choice((0, 1, 1, 2, 2, 3))):
        dtype, shape = r.choice(list(SIZES) if r.random() < 0.1 else list(READ_HERE)), r.choice(SHAPES)
        size = int(np.prod(shape)) * SIZES[dtype]
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [at, at + size]}
        values += bytes(r.randrange(256) for _ in range(size))
        at += size
    if r.random() < 0.2:
        header = dict(r.sample(list(header.items()), len(header)))
    text = json.dumps(header, ensure_ascii=r.random() < 0.5, separators=(",", ":") if r.random() < 0.7 else None)
    by_bytes = r.random() < 0.3
    if not by_bytes:
        text = mutate_words(r, text, JSON_SPLIT, JSON_WORDS)
    text += r.choice(("", "", " ", " " * 7, "\n", "\0", "x")) if r.random() < 0.3 else ""
    head = text.encode("utf-8", "surrogatepass")
    if r.random() < 0.1:
        values = r.choice((values[:-1], values + b"\0", values + values, b""))
    length = len(head) + (r.choice((-1, 1, 8, len(values), 2**32, 2**63, 100_000_001)) if r.random() < 0.05 else 0)
    data = struct.pack("<Q", length & 2**64 - 1) + head + values
    return mutate_bytes(r, data, range(8 + len(head))) if by_bytes else data


MAKE = {"npy": make_npy, "npz": make_npz, "safetensors": make_safetensors}


# ---- judge --------------------------------------------------------------------------------------
def answers(driver, kind, inputs):
    """(accepted, check sum, message) of each input."""
    stream = b"".join(struct.pack("<I", len(i)) + i for i in inputs)
    done = subprocess.run([driver, kind], input=stream, stdout=subprocess.PIPE)
    out, at = done.stdout, 0
    for i in inputs:
        if at + 7 > len(out):
            yield None, 0, "the driver ended with %d" % done.returncode
            return
        accepted, total, size = struct.unpack_from("<BIH", out, at)
        yield accepted, total, out[at + 7 : at + 7 + size].decode("utf-8", "replace")
        at += 7 + size


def judge(kind, data, accepted, total, message):
    """What the two make of it: "both accept", "both refuse", a row's name, or "!" and a finding."""
    if accepted is None:
        return "! " + message
    try:
        seen = REFERENCE[kind](data)
    except Exception as why:  # whatever it is, the reference does not give arrays
        seen, refused = None, why
    if seen is not None and accepted:
        return "both accept" if check_sum(seen) == total and not seen.raw else "! the values differ"
    if seen is None and not accepted:
        return "both refuse" if message else "! refused without a message"
    who = "denpa" if seen is not None else "reference"
    for row, refuses, said, cause, _ in DIFFERENCES[kind]:
        try:
            if refuses == who and re.search(said, message, re.S) and cause(data, seen):
                return row
        except Exception:  # the cause is not there to be looked for
            continue
    return "! only denpa refuses: " + message if who == "denpa" else "! only the reference refuses: %s: %s" % (type(refused).__name__, refused)


def main(driver, kind, count, seed, folder):
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
    r = random.Random("%s %s" % (kind, seed))
    tally, findings = collections.Counter(), 0
    for begin in range(0, count, BATCH):
        inputs = [MAKE[kind](r) for _ in range(min(BATCH, count - begin))]
        for n, (data, answer) in enumerate(zip(inputs, answers(driver, kind, inputs))):
            found = judge(kind, data, *answer)
            if not found.startswith("!"):
                tally[found] += 1
                continue
            findings += 1
            if findings <= 20:
                path = os.path.join(folder, "%s.%d" % (kind, begin + n))
                with open(path, "wb") as out:
                    out.write(data)
                print("%s: %s" % (path, found[2:]), file=sys.stderr)
    done = sum(tally.values()) + findings
    print("%s: %d files, %d findings; %s" % (kind, done, findings, ", ".join("%s %d" % row for row in tally.most_common())))
    # A mutator whose files all end in one way would find nothing.
    lively = all(tally[k] >= done // 20 for k in ("both accept", "both refuse"))
    return 0 if findings == 0 and done == count and lively else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5]))
