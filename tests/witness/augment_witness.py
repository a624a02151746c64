"""augment_witness.py HOW SEED FILE.json: computes what `denpa data show DATA K --augment HOW --seed SEED --json` printed once more, with exact fractions, by the
rules of docs/law-of-sums.md, and demands equal bits. It shares no code with denpa. Prints what it compared; exit status 1 if anything differs."""
import json
import math
import struct
import sys
from fractions import Fraction


def single(value):
    """A fraction, rounded once to single precision (no denormals come up here)."""
    value = Fraction(value)
    if value == 0:
        return value
    size, shift = abs(value), 0
    while size >= 2**24:
        size, shift = size / 2, shift - 1
    while size < 2**23:
        size, shift = size * 2, shift + 1
    whole = math.floor(size)
    rest = size - whole
    if rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2 == 1):
        whole += 1
    rounded = Fraction(whole) / Fraction(2) ** shift
    return rounded if value > 0 else -rounded


def fma(a, b, c):
    return single(a * b + c)


def to_single(x):
    return Fraction(struct.unpack("<f", struct.pack("<f", x))[0])


def philox(key, counter):
    k, c = list(key), list(counter)
    for _ in range(10):
        even, odd = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(odd >> 32) ^ c[1] ^ k[0], odd & 0xFFFFFFFF, (even >> 32) ^ c[3] ^ k[1], even & 0xFFFFFFFF]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return c


def axis(pixels, spacing):
    cells, weights = [], []
    for i in range(pixels):
        begin = math.floor(i / spacing)
        t = i / spacing - begin
        r = 1 - t
        cells.append(begin)
        weights.append([to_single(w) for w in (r * r * r / 6, (3 * t * t * t - 6 * t * t + 4) / 6, (3 * r * r * r - 6 * r * r + 4) / 6, t * t * t / 6)])
    return cells, weights


def chain(weights, values):
    s = single(weights[0] * values[0])
    for w, v in zip(weights[1:], values[1:]):
        s = fma(w, v, s)
    return s


how, seed = sys.argv[1], int(sys.argv[2])
shown = json.load(open(sys.argv[3]))
limit = {"shift": 0.0, "rotate": 0.0, "scale": 0.0, "elastic": 0.0}
smooth = 4.0
for term in how.split(","):
    name, *numbers = term.split(":")
    limit[name] = float(numbers[0])
    if len(numbers) > 1:
        smooth = float(numbers[1])
*planes, height, width = shown["shape"]
planes = planes[0] if planes else 1
pixels, row = shown["pixels"], shown["sample"]


def pixel(plane, y, x):
    return pixels[(plane * height + y) * width + x] if 0 <= y < height and 0 <= x < width else 0


def draws(update, block):
    return philox((seed & 0xFFFFFFFF, seed >> 32), (block, row, update, 22))


def even(word):
    return (word + 0.5) * 2.0**-31 - 1


def fixed(x):
    return round(x * 65536)  # halves to even, as rint


def field(update):
    """Displacements [2][height][width] in 1/65536 pixel, towards 0."""
    spacing = math.sqrt(3) * smooth
    (rows, row_weights), (columns, column_weights) = axis(height, spacing), axis(width, spacing)
    down, across = rows[-1] + 4, columns[-1] + 4
    unit = to_single(limit["elastic"] * 65536 / 32768 * (315 * math.sqrt(3) / 151))
    halves = []
    for block in range(1, 2 + 2 * down * across // 8):
        for word in draws(update, block):
            halves += [word & 0xFFFF, word >> 16]
    away = []
    for direction in range(2):
        node = [[single((halves[(direction * down + r) * across + c] - Fraction(65535, 2)) * unit) for c in range(across)] for r in range(down)]
        spread = [[chain(column_weights[j], node[r][columns[j]:columns[j] + 4]) for j in range(width)] for r in range(down)]
        away.append([[int(chain(row_weights[i], [spread[rows[i] + k][j] for k in range(4)])) for j in range(width)] for i in range(height)])
    return away


def picture(update):
    word = draws(update, 0)
    right, downwards = limit["shift"] * even(word[0]), limit["shift"] * even(word[1])
    angle, size = limit["rotate"] * even(word[2]) * (math.pi / 180), 1 + limit["scale"] * even(word[3])
    c, s = math.cos(angle) / size, math.sin(angle) / size
    x, y = (width - 1) / 2, (height - 1) / 2
    at = fixed(x - (c * (x + right) - s * (y + downwards))), fixed(y - (s * (x + right) + c * (y + downwards)))
    across, down = (fixed(c), fixed(s)), (fixed(-s), fixed(c))
    away = field(update) if limit["elastic"] > 0 else None
    out = []
    for plane in range(planes):
        for i in range(height):
            for j in range(width):
                px, py = (at[a] + j * across[a] + i * down[a] + (away[a][i][j] if away else 0) for a in range(2))
                fx, fy = Fraction(px % 65536, 65536), Fraction(py % 65536, 65536)
                p00, p01 = pixel(plane, py >> 16, px >> 16), pixel(plane, py >> 16, (px >> 16) + 1)
                p10, p11 = pixel(plane, (py >> 16) + 1, px >> 16), pixel(plane, (py >> 16) + 1, (px >> 16) + 1)
                above, below = fma(fx, Fraction(p01 - p00), Fraction(p00)), fma(fx, Fraction(p11 - p10), Fraction(p10))
                out.append(float(single(fma(fy, single(below - above), above) / 255)))
    return out


different = 0
for update, theirs in enumerate(shown["augmented"]):
    mine = picture(update)
    different += sum(a != b for a, b in zip(mine, theirs)) + abs(len(mine) - len(theirs))
changed = sum(a != p / 255 for a, p in zip(shown["augmented"][0], pixels))
print("%d pictures of %d numbers, %d of the first changed, %d differ" % (len(shown["augmented"]), len(pixels), changed, different))
sys.exit(1 if different or len(shown["augmented"]) == 0 or changed < len(pixels) // 20 else 0)
