"""reading.py: what the witnesses of pictures share: readers of model files and of PNGs, by nobody's library."""
import json
import struct
import zlib


def model(path):
    """All arrays of a model file: name -> (shape, numbers)."""
    with open(path, "rb") as f:
        raw = f.read()
    size = struct.unpack("<Q", raw[:8])[0]
    head = json.loads(raw[8 : 8 + size])
    place = {k: v["data_offsets"] for k, v in head.items() if k != "__metadata__"}
    return {k: (head[k]["shape"], struct.unpack(f"<{(end - begin) // 4}f", raw[8 + size + begin : 8 + size + end])) for k, (begin, end) in place.items()}


def png(raw):
    """The rows of an RGB PNG."""
    at, data = 8, b""
    while at < len(raw):
        length, kind = struct.unpack(">I4s", raw[at : at + 8])
        body = raw[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            assert (depth, colour) == (8, 2)
        if kind == b"IDAT":
            data += body
        at += 12 + length
    data, rows, before, line_bytes = zlib.decompress(data), [], bytes(3 * width), 3 * width + 1
    for r in range(height):
        kind, line = data[r * line_bytes], bytearray(data[r * line_bytes + 1 : (r + 1) * line_bytes])
        for i in range(3 * width):
            a, b, c = line[i - 3] if i > 2 else 0, before[i], before[i - 3] if i > 2 else 0
            p = a + b - c
            paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            line[i] = (line[i] + [0, a, b, (a + b) // 2, paeth][kind]) & 255
        rows.append(line)
        before = line
    return rows
