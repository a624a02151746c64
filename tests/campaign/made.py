"""made.py: made-up tables and folders of pictures from which something can be learned, for coroner.sh and pictures.sh. The same numbers give
the same files, byte for byte, with any python3.
    made.py table FILE rows=300 classes=2 columns=6 noise=0.3 missing=0 shares=9,1 words=1 seed=1      classes=0: a number is learned
    made.py pictures FOLDER classes=3 side=28 colour=0 count=300 shares=9,1 seed=1"""
import math
import os
import random
import struct
import sys
import zlib

what, path = sys.argv[1:3]
given = dict(word.split("=") for word in sys.argv[3:])


def number(name, usual):
    return type(usual)(given.get(name, usual))


classes, draw = number("classes", 2), random.Random(number("seed", 1))
shares = [float(s) for s in given["shares"].split(",")] if "shares" in given else [1] * classes


def table():
    columns, noise, missing, words = number("columns", 6), number("noise", 0.3), number("missing", 0.0), number("words", 1)
    slope = [draw.gauss(0, 1) for _ in range(columns)]
    centre = [[draw.gauss(0, 1.2) for _ in range(columns)] for _ in range(classes)]
    scale, start = [1, 10, 1], [0, 0, 100]
    with open(path, "w") as out:
        print(*[f"x{j}" for j in range(columns)], *["place"][:words], "answer", sep=",", file=out)
        for _ in range(number("rows", 300)):
            place = draw.randrange(3)
            if classes:
                kind = draw.choices(range(classes), shares)[0]
                x = [draw.gauss(c, 0.4 + noise) for c in centre[kind]]
                answer = f"class {draw.randrange(classes) if draw.random() < 0.1 * noise else kind}"
            else:
                x = [draw.gauss(0, 1) for _ in range(columns)]
                answer = "%.4f" % (sum(a * b for a, b in zip(slope, x)) + math.sin(2 * x[0]) + 0.8 * words * (place - 1) + draw.gauss(0, noise))
            cells = ["" if draw.random() < missing else "%.4f" % (v * scale[j % 3] + start[j % 3]) for j, v in enumerate(x)]
            print(*cells, *[("north", "south", "east")[place]][:words], answer, sep=",", file=out)


# Where a shape has ink, in coordinates from -1 to 1.
SHAPES = {
    "disc": lambda x, y: x * x + y * y < 0.8,
    "square": lambda x, y: max(abs(x), abs(y)) < 0.8,
    "triangle": lambda x, y: -0.8 < y < 0.8 and abs(x) < 0.55 * (y + 0.8),
    "ring": lambda x, y: 0.35 < x * x + y * y < 0.9,
    "cross": lambda x, y: min(abs(x - y), abs(x + y)) < 0.35 and x * x + y * y < 1.2,
    "lying": lambda x, y: abs(y) < 0.3 and abs(x) < 0.95,
    "standing": lambda x, y: abs(x) < 0.3 and abs(y) < 0.95,
    "frame": lambda x, y: 0.5 < max(abs(x), abs(y)) < 0.9,
    "moon": lambda x, y: x * x + y * y < 0.9 and (x + 0.5) ** 2 + y * y > 0.5,
    "dots": lambda x, y: (abs(x) - 0.5) ** 2 + (abs(y) - 0.5) ** 2 < 0.12,
}


def png(name, side, planes, rows):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2 if planes == 3 else 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 1)
    with open(name, "wb") as out:
        out.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b""))


def pictures():
    side, planes, count = number("side", 28), 3 if number("colour", 0) else 1, number("count", 300)
    for (name, ink), share in zip(list(SHAPES.items())[:classes], shares):
        os.makedirs(f"{path}/{name}")
        for i in range(max(2, round(count * share / sum(shares)))):
            size = side * draw.uniform(0.24, 0.42)
            y, x = draw.uniform(size, side - size), draw.uniform(size, side - size)
            dark, light = [draw.randrange(20, 110) for _ in range(planes)], [draw.randrange(140, 240) for _ in range(planes)]
            grain = [draw.gauss(0, 18) for _ in range(997)]
            rows = []
            for r in range(side):
                row = bytearray()
                for c in range(side):
                    colour = light if ink((c + 0.5 - x) / size, (r + 0.5 - y) / size) else dark
                    row += bytes(max(0, min(255, int(v + grain[draw.randrange(997)]))) for v in colour)
                rows.append(row)
            png(f"{path}/{name}/{i:04d}.png", side, planes, rows)


{"table": table, "pictures": pictures}[what]()
