"""Pictures of a person's own, for own_picture.sh: python3 own_picture.py FOLDER PIXELS, where PIXELS is what `denpa data show --json` says of a
digit. Without libraries, the same each time."""
import json, struct, sys, zlib

folder = sys.argv[1] + "/"
digit = json.load(open(sys.argv[2]))["pixels"]
SIDE = 224
state = 1


def random():
    global state
    state = (state * 1103515245 + 12345) % 2**31
    return state / 2**31


def write(name, rows, maximum=255):
    with open(folder + name, "wb") as f:
        f.write(b"P5 %d %d %d\n" % (len(rows[0]), len(rows), maximum) + bytes(min(255, max(0, int(v + 0.5))) for row in rows for v in row))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def write_rgba(name, rows):  # of black ink whose strength is its alpha
    raw = b"".join(b"\0" + b"".join(bytes((0, 0, 0, int(255 * v + 0.5))) for v in row) for row in rows)
    head = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 6, 0, 0, 0)
    open(folder + name, "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b""))


def at(y, x):  # the digit's ink, 5 pixels for one and straight lines between them
    y, x = (y - 42) / 5, (x - 42) / 5
    i, j = int(y // 1), int(x // 1)
    p = lambda a, b: digit[28 * a + b] / 255 if 0 <= a < 28 and 0 <= b < 28 else 0
    v, u = y - i, x - j
    return (1 - v) * ((1 - u) * p(i, j) + u * p(i, j + 1)) + v * ((1 - u) * p(i + 1, j) + u * p(i + 1, j + 1))


def letter(strokes, thick=9):
    far = lambda y, x, a: min(
        (y - a[0] - t * (a[2] - a[0])) ** 2 + (x - a[1] - t * (a[3] - a[1])) ** 2
        for t in [max(0, min(1, ((y - a[0]) * (a[2] - a[0]) + (x - a[1]) * (a[3] - a[1])) / ((a[2] - a[0]) ** 2 + (a[3] - a[1]) ** 2)))])
    return [[1 if min(far(y, x, s) for s in strokes) < thick * thick / 4 else 0 for x in range(SIDE)] for y in range(SIDE)]


ink = [[at(y, x) for x in range(SIDE)] for y in range(SIDE)]
none = [[0] * SIDE] * SIDE
plain = lambda what: [[255 - 235 * v for v in row] for row in what]
shadow = lambda what, grain: [[(225 if x + 0.4 * y < 150 else 120) * (1 - 0.8 * v) + grain * (random() + random() - 1) for x, v in enumerate(row)]
                              for y, row in enumerate(what)]
ruled = [[max(v, 0.35) if y % 23 in (3, 4) else v for v in row] for y, row in enumerate(ink)]
specks = [row[:] for row in plain(ink)]
for k in range(30):
    y, x = int(random() * (SIDE - 3)), int(random() * (SIDE - 3))
    for i in range(9):
        specks[y + i // 3][x + i % 3] = 40

write("drawn.pgm", plain(ink))
write("negative.pgm", [[20 + 235 * v for v in row] for row in ink])
write("shadow.pgm", shadow(ink, 8))
write("ruled.pgm", plain(ruled))
write("specks.pgm", specks)
write_rgba("alpha.png", ink)
write("mnist.pgm", [digit[28 * y:28 * y + 28] for y in range(28)])
write("blank.pgm", plain(none))
write("blank_shadow.pgm", shadow(none, 8))
write("blank_specks.pgm", [[40 if random() < 1e-3 else 230 for x in range(SIDE)] for y in range(SIDE)])
write("noise.pgm", [[255 * random() for x in range(28)] for y in range(28)])
write("noise_large.pgm", [[255 if random() < 0.5 else 0 for x in range(SIDE)] for y in range(SIDE)])
write("one.pgm", [[7]])
write("large.pgm", [[255 - 235 * (600 < x < 700 and 100 < y < 900) for x in range(1300)] for y in range(1000)])
write("letter_H.pgm", plain(letter([(50, 70, 170, 70), (50, 150, 170, 150), (110, 70, 110, 150)])))
write("letter_K.pgm", plain(letter([(50, 70, 170, 70), (50, 145, 115, 72), (110, 75, 170, 150)])))
write("letter_M.pgm", plain(letter([(170, 60, 50, 65), (50, 65, 130, 110), (130, 110, 50, 155), (50, 155, 170, 160)])))
write("letter_W.pgm", plain(letter([(50, 50, 170, 82), (170, 82, 80, 112), (80, 112, 170, 142), (170, 142, 50, 174)])))
