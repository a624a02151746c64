"""terminal_pictures.py LIST: reads what denpa drew in terminals, and demands that it fits and shows what the figure says. A line of LIST is
NAME SAID COLUMNS and then FIGURE.json COLOUR (of --color) | surfaces | progress, apart by tabs. Each is read by a process of its own."""
import json
import math
import os
import re
import sys
import unicodedata

bad = 0
for item in open(sys.argv[1]).read().splitlines():
    name, *rest = item.split("\t")
    sys.stdout.flush()
    if os.fork() == 0:
        sys.argv[1:] = rest
        break
    right = os.wait()[1] == 0
    print("ok" if right else "not ok", name)
    bad |= not right
else:
    sys.exit(bad)

path, columns = sys.argv[1], int(sys.argv[2])
text = open(path, encoding="utf-8", newline="").read()
HALF = "\u2580"
SIGNED = [18, 19, 25, 32, 39, 75, 117, 255, 223, 216, 215, 208, 172, 166, 130]  # blue to orange, the middle is zero
GREY = list(range(232, 256))
CORNERS = [(0x0B, 0x3C, 0x75), (0x3F, 0x8C, 0xC9), (0xF4, 0xF3, 0xF0), (0xCF, 0x6C, 0x17), (0x8A, 0x3B, 0x05)]


def need(right, *why):
    if not right:
        sys.exit("line %s: %s" % (sys._getframe(1).f_lineno, " ".join(map(str, why))))


def width(c):
    return 2 if unicodedata.east_asian_width(c) in "WF" else 1


def cells(line):
    """The line as cells (character, ink, back); an ink or a back is a number of the palette or (red, green, blue)."""
    out, ink, back, at = [], None, None, 0
    for match in re.finditer(r"\x1b\[([0-9;]*)m|([^\x1b])", line):
        need(match.start() == at, "an unknown escape sequence in", repr(line))
        at = match.end()
        if match.group(2) is not None:
            out.append((match.group(2), ink, back))
            if width(match.group(2)) == 2:
                out.append(("", ink, back))
            continue
        code = [int(v) for v in match.group(1).split(";")]
        if code == [0]:
            ink = back = None
        else:
            need(code[0] in (38, 48), code)
            colour = code[2] if code[1] == 5 else tuple(code[2:5])
            ink, back = (colour, back) if code[0] == 38 else (ink, colour)
    need(at == len(line), repr(line))
    return out


if sys.argv[3] == "progress":
    drawn = [v for v in re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text).replace("\n", "\r").split("\r") if re.match("[#.]{4}", v)]
    need(len(drawn) > 3, "hardly anything was drawn")
    need(all(sum(map(width, v)) < columns for v in drawn), "a line is too wide:", max(drawn, key=len))
    sys.exit(0)

lines = [cells(line) for line in text.rstrip("\n").split("\n")]
plain = ["".join(c for c, _, _ in line) for line in lines]
pictures = [v for v in plain if re.search("[\u2800-\u28ff\u2580]|[#%@*+=.:-]{6}", v) or re.fullmatch(r"[ 0-9]*", v)]
for line in pictures:
    need(sum(map(width, line)) <= columns, "a line takes", sum(map(width, line)), "cells:", line)


def dots(line):
    """Places (x, y) of the Braille dots in a row of cells."""
    places = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))
    return {(2 * i + x, y) for i, c in enumerate(line) if "\u2800" < c <= "\u28ff" for bit, (x, y) in enumerate(places) if ord(c) - 0x2800 >> bit & 1}


if sys.argv[3] == "surfaces":
    # A way is dots among the characters of a surface.
    mixed = [v for v in plain if re.search("[\u2801-\u28ff]", v) and re.search("[#%@*+=.:-]", v[11:])]
    need(len(mixed) >= 2, "no way is on a surface")
    sys.exit(0)

figure, colour = json.load(open(sys.argv[3])), sys.argv[4] == "always"


def share(panel, value):
    low, high = panel["scale"]
    return min(max((value - low) / (high - low), 0), 1) if high > low else 0.5


def ramp(at):
    """The colour of a share of the signed ramp, 24 bits."""
    k = min(int(at * 4), 3)
    return tuple(CORNERS[k][i] + (at * 4 - k) * (CORNERS[k + 1][i] - CORNERS[k][i]) for i in range(3))


def is_colour(got, want, codes):
    if isinstance(got, tuple):
        return all(abs(a - b) <= 1 for a, b in zip(got, ramp(want)))
    return got in codes and abs(codes.index(got) - want * (len(codes) - 1)) <= 0.51


def mean(panel, values, row, column, high, wide):
    part = [v for line in values[row : row + high] for v in line[column : column + wide]]
    return share(panel, sum(part) / len(part)) if part else None


def read_tiles(panel):
    """Every tile that is drawn, found by its caption."""
    codes = SIGNED if panel["scale"][0] < 0 else GREY
    height, wide = len(panel["tiles"][0]["values"]), len(panel["tiles"][0]["values"][0])
    at = title_of(panel) + 1
    drawn, most = 0, min(len(panel["tiles"]), 40)
    across = 2 if most > 12 else 1
    picture = -(-wide // across)
    while drawn < most:
        names = plain[at].rstrip()
        row, column = [], 0
        for tile in panel["tiles"][drawn:most]:
            found = names.find(tile["caption"], column)
            if found < 0 or (row and found < column):
                break
            row.append((tile, found))
            column = found + max(len(tile["caption"]), 1)
        need(row, "no caption in", repr(names))
        for r in range(-(-height // (2 * across))):
            line = lines[at + 1 + r]
            for tile, left in row:
                left = sum(map(width, names[:left]))
                for c in range(picture):
                    char, ink, back = line[left + c] if left + c < len(line) else (" ", None, None)
                    top, place = 2 * across * r, c * across
                    if not colour:
                        want = mean(panel, tile["values"], top, place, 2 * across, across)
                        need(char == " .:-=+*#%@"[int(want * 9)], "cell", r, c, "of", tile["caption"], repr(char), want)
                    elif char == HALF:
                        for got, first in ((ink, top), (back, top + across)):
                            want = mean(panel, tile["values"], first, place, across, across)
                            need(want is None or is_colour(got, want, codes), "half cell", r, c, "of", tile["caption"], got, want)
                    else:
                        want = mean(panel, tile["values"], top, place, 2 * across, across)
                        need(char == " " and is_colour(back, want, codes), "cell", r, c, "of", tile["caption"], back, want)
        drawn += len(row)
        at += 2 + -(-height // (2 * across))
    need(drawn == most, drawn, "of", most, "tiles")
    if most < len(panel["tiles"]):
        need({str(most), str(len(panel["tiles"]))} <= set(re.findall("[0-9]+", plain[at])), "it is not said that there are more:", plain[at])




def title_of(panel):
    """Titles are in the language of the picture, so panels are found by their order: each stands below an empty line."""
    return next(heads)


def read_numbers(panel):
    """The matrix, whether its columns stand beside each other or in blocks."""
    size = len(panel["values"][0])
    at, got, column = title_of(panel) + 1, [[] for _ in panel["values"]], 0
    while column < size:
        while not re.match(r"\s*0\s+-?\d", plain[at]):
            at += 1
        rows = [[int(v) for v in plain[at + r].split()] for r in range(len(panel["values"]))]
        need(all(v[0] == r for r, v in enumerate(rows)), "rows are not numbered in order")
        foot = [int(v) for v in re.match(r"[\s\d]*", plain[at + len(rows)]).group().split()]
        need(foot == list(range(column, column + len(foot))), "columns", foot, "after", column)
        for r, v in enumerate(rows):
            got[r] += v[1:]
        column += len(foot)
        at += len(rows) + 1
    need(got == [[int(v) for v in row] for row in panel["values"]], "other numbers:", got)


def canvas(at, rows):
    """Dots below line `at`, which is the first with Braille from there on."""
    while not re.search("[\u2800-\u28ff]", plain[at][11:]) or not re.fullmatch("[\u2800-\u28ff]+", plain[at][11:].rstrip()):
        at += 1
    there = set()
    for r in range(rows):
        there |= {(x, y + 4 * r) for x, y in dots(plain[at + r][11:])}
    return at, there


def ends(series, more=()):
    values = [v for s in series for v in s if v is not None] + list(more)
    return min(values), max(values)


def read_lines(panel):
    """Each point has a dot where it belongs (the axes are from the smallest to the largest value)."""
    at, there = canvas(title_of(panel) + 1, 12)
    wide = 2 * (columns - 11)
    (x0, x1), (y0, y1) = ends([s["x"] for s in panel["series"]]), ends([s["y"] for s in panel["series"]], [1] if panel["key"] == "accuracy" else [])
    for s in panel["series"][:1]:
        for x, y in zip(s["x"], s["y"]):
            place = (math.floor((x - x0) / (x1 - x0) * (wide - 1) + 0.5), 47 - math.floor((y - y0) / (y1 - y0) * 47 + 0.5))
            need(place in there, "no dot at", place, "for", x, y)
    need(abs(float(plain[at].split()[0]) - y1) <= 1e-3 * abs(y1) and abs(float(plain[at + 11].split()[0]) - y0) <= 1e-3 * abs(y0) + 1e-12, "the scale is not", y0, y1)


def read_bars(panel):
    """Every column of dots is as high as its count, on a scale of counts or of their logarithms."""
    at, there = canvas(title_of(panel) + 1, 6)
    counts = panel["series"][0]["y"]
    wide = min(len(counts), columns - 11)
    heights = [sum((x, y) in there for y in range(24)) for x in range(2 * wide)]
    picked = [counts[c * len(counts) // (2 * wide)] for c in range(2 * wide)]
    logs = [1 + math.log10(v) if v >= 1 else 0 for v in counts]
    plainly = [max(v / max(counts) * 24, 1 if v > 0 else 0) for v in picked]
    in_powers = [(1 + math.log10(v)) / max(logs) * 24 if v >= 1 else 0 for v in picked]
    fits = [all(abs(h - w) <= 1 for h, w in zip(heights, want)) for want in (plainly, in_powers)]
    need(any(fits), "the bars are not the counts'")
    need(plain[at].split()[0] == "%d" % max(counts) or float(plain[at].split()[0]) == float("%.4g" % max(counts)), "the top is not the largest count:", plain[at])
    if not fits[0]:  # a scale of powers says so
        marks = [float(plain[at + r][:10]) for r in range(1, 5) if plain[at + r][:10].strip()]
        need(all(m in (1, 10, 100, 1000, 10000, 1e5, 1e6) for m in marks) and (marks or max(counts) < 10), "marks:", marks)
    # the two ends of the axis are apart from its title
    need(re.match(r"\s+\S+\s+\S", plain[at + 6]), "the ends of the axis run together:", plain[at + 6])
    need(re.match(r"\s+-?[0-9.e+-]+(\s|$)", plain[at + 6]), "no number at the left end:", plain[at + 6])


def read_surface(panel):
    """The way lies on the surface: the dot of each of its points."""
    head = title_of(panel) + 1
    rows, values = len(panel["rows_at"]), len(panel["columns_at"])
    across = min(2 * values, columns - 11)
    down = max(int(across / 2 * rows / values + 0.5), 2)
    while not plain[head].startswith(" " * 4) or len(plain[head]) < 11 + across:
        head += 1
    there = set()
    for r in range(down):
        there |= {(x, y + 4 * r) for x, y in dots(plain[head + r][11 : 11 + across])}
    seen = 0
    for s in panel["series"]:
        for x, y in zip(s["x"], s["y"]):
            if x is None or y is None:
                continue
            fx = ((x - panel["columns_at"][0]) / (panel["columns_at"][-1] - panel["columns_at"][0]) * (values - 1) + 0.5) / values * 2 * across
            fy = 4 * down - ((y - panel["rows_at"][0]) / (panel["rows_at"][-1] - panel["rows_at"][0]) * (rows - 1) + 0.5) / rows * 4 * down
            if not (1 < fx < 2 * across - 2 and 1 < fy < 4 * down - 2):
                continue
            near = [(math.floor(fx) + i, math.floor(fy) + k) for i in (-1, 0, 1) for k in (-1, 0, 1)]
            need(any(p in there for p in near), "no dot near", fx, fy)
            seen += 1
    need(seen > 1, "no way")


heads = iter([i + 1 for i, line in enumerate(plain[:-1]) if line == "" and plain[i + 1] != ""])
for panel in figure["panels"]:
    kind = panel["kind"]
    if kind == "tiles":
        read_tiles(panel)
    elif kind == "bars":
        read_bars(panel)
    elif kind == "lines":
        read_lines(panel)
    elif "rows_at" in panel:
        read_surface(panel)
    else:
        read_numbers(panel)
