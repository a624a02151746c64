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


LEVELS = (0, 95, 135, 175, 215, 255)
PALETTE = {16 + 36 * r + 6 * g + b: (LEVELS[r], LEVELS[g], LEVELS[b]) for r in range(6) for g in range(6) for b in range(6)}
PALETTE.update({232 + k: (8 + 10 * k,) * 3 for k in range(24)})


def is_rgb(got, want):
    """The very colour, or none of the 256 is much nearer."""
    if isinstance(got, tuple):
        return all(abs(a - b) <= 1 for a, b in zip(got, want))
    away = lambda code: sum((a - b) ** 2 for a, b in zip(PALETTE[code], want))
    return got in PALETTE and away(got) <= 1.3 * min(map(away, PALETTE)) + 30


def look(panel, values, row, column, high, wide):
    """What a piece of a picture shows: the share of its mean among the colours, or three of them for red, green and blue."""
    height = len(values) // panel["planes"]
    shares = []
    for plane in range(panel["planes"]):
        part = [v for line in values[plane * height : (plane + 1) * height][row : row + high] for v in line[column : column + wide] if v is not None]
        shares.append(share(panel, sum(part) / len(part)) if part else None)
    if shares[0] is None:
        return None
    return shares if len(shares) == 3 else shares[0]


def shows(panel, got, want, codes):
    return is_rgb(got, [255 * v for v in want]) if panel["planes"] == 3 else is_colour(got, want, codes)


def sign_of(want):
    light = sum(a * b for a, b in zip((0.299, 0.587, 0.114), want)) if isinstance(want, list) else want
    return {" .:-=+*#%@"[int(v * 9)] for v in (light - 1e-9, light, light + 1e-9) if 0 <= v <= 1}


SIZES = [(4, 1), (2, 1), (1, 1)] + [(0, n) for n in (2, 3, 4, 6, 8, 12, 16, 24, 32)]


class Other(Exception):
    pass


def tiles_of_size(panel, at, zoom, across):
    """Reads the tiles as if they were drawn in this size; raises Other where they are not. Returns how many there are, the line behind them and how many lie in a
    row."""
    codes = SIGNED if panel["scale"][0] < 0 else GREY
    height, wide = len(panel["tiles"][0]["values"]) // panel["planes"], len(panel["tiles"][0]["values"][0])
    picture = zoom * wide if zoom else -(-wide // across)
    high = zoom // 2 * height if zoom > 1 else -(-height // (2 * across))
    together, names = panel.get("together", len(panel["tiles"])), panel.get("names")
    label = min(max(sum(map(width, n)) for n in names), columns // 3) + 1 if names else 0
    captions = any(t["caption"] for t in panel["tiles"])
    caption = max(sum(map(width, t["caption"])) for t in panel["tiles"])
    gap = 1 if "together" in panel else 2
    tile_width = min(max(picture, caption), columns - label)
    fit = max((columns - label + gap) // (tile_width + gap), 1)
    drawn, longest = 0, 0
    while drawn < len(panel["tiles"]) and not (drawn and at < len(plain) and "--out" in plain[at]):
        if drawn and at < len(plain) and plain[at] == "":
            at += 1
        if at >= len(plain):
            raise Other
        last = min(drawn + fit, drawn - drawn % together + together, len(panel["tiles"]))
        row = panel["tiles"][drawn:last]
        if captions:
            for k, tile in enumerate(row):
                shown = "".join(c for c, _, _ in lines[at][label + k * (tile_width + gap) :])
                if not shown.startswith(tile["caption"][: max(tile_width // 2, 1)]):
                    raise Other
            at += 1
        if names and drawn % together == 0 and not plain[at].startswith(names[drawn // together][:label]):
            raise Other
        if at + high > len(plain):
            raise Other
        for r in range(high):
            line = lines[at + r]
            for k, tile in enumerate(row):
                left = label + k * (tile_width + gap)
                for c in range(picture):
                    if left + c >= len(line):
                        raise Other
                    char, ink, back = line[left + c]
                    if zoom > 1:
                        want = look(panel, tile["values"], r // (zoom // 2), c // zoom, 1, 1)
                    else:
                        want = look(panel, tile["values"], 2 * across * r, c * across, 2 * across, across)
                    if not colour:
                        good = want is None and char == "?" or want is not None and char in sign_of(want)
                    elif char == HALF:
                        upper, lower = (look(panel, tile["values"], (2 * r + k) * across, c * across, across, across) for k in (0, 1))
                        good = zoom < 2 and (upper is None or shows(panel, ink, upper, codes)) and (lower is None or shows(panel, back, lower, codes))
                    else:
                        good = char == " " and (want is None or shows(panel, back, want, codes))
                    if not good:
                        raise Other
        at += high
        longest = max(longest, len(row))
        drawn = last
    return drawn, at, (longest, fit, zoom, across, high)


def read_tiles(panel):
    """Every tile that is drawn, in whichever size."""
    at = title_of(panel) + 1
    for zoom, across in SIZES:
        try:
            drawn, at, (longest, fit, *size) = tiles_of_size(panel, at, zoom, across)
        except Other:
            continue
        break
    else:
        need(False, "the tiles are not those of the figure, in any size, below", repr(plain[at - 1]))
    if drawn < len(panel["tiles"]):
        need({str(drawn), str(len(panel["tiles"]))} <= set(re.findall("[0-9]+", plain[at])), "it is not said that there are more:", plain[at])
        need(longest == min(fit, panel.get("together", fit)), longest, "in a row where", fit, "have room")
        need(size[2] * -(-drawn // longest) >= 30 or drawn * size[2] >= 30, "few are shown:", drawn)


def read_records(panel):
    """Names, texts and bars, several records beside each other."""
    at, names = title_of(panel) + 1, panel["names"]
    blue = orange = rest = ()
    order = [(t, r) for t in range(len(panel["tiles"])) for r in range(len(names))]
    seen = {}
    for line in lines[at:]:
        # colours become signs
        cells_of = [("." if b in (236, (48, 48, 48)) else "#" if b is not None else c) for c, _, b in line]
        text = "".join(cells_of)
        for r, name in enumerate(names):
            for m in re.finditer(r"(?:^|  )" + re.escape(name) + r" +(\S+)(?: ([#.]{8,}))?(?=  |$)", text):
                seen.setdefault(r, []).append((m.group(1), m.group(2)))
        if len(line) and all(len(seen.get(r, [])) >= len(panel["tiles"]) for r in range(len(names))):
            break
    for r, name in enumerate(names):
        low, high = panel["ends"][0][r], panel["ends"][1][r]
        need(len(seen.get(r, [])) >= 1, "no line", name)
        for tile, (text, bar) in zip(panel["tiles"], seen[r]):
            need(text == tile["texts"][r], name, "is", text, "not", tile["texts"][r])
            value = tile["values"][r]
            need((bar is not None) == (value is not None and high > low), "a bar of", name)
            if bar is not None:
                at, zero = (value - low) / (high - low), -low / (high - low) if low < 0 < high else 0
                first, last = (math.floor(v * len(bar) + 0.5) for v in sorted((min(max(at, 0), 1), zero)))
                need(bar == "." * first + "#" * (last - first) + "." * (len(bar) - last), name, value, "is", bar)


CLASSES = [0x1F6FB2, 0xD9731A, 0x3F9A5A, 0x8F55AD, 0xC2375A, 0x2A9AA0, 0x8A5A33, 0xD77FB0, 0x8F8F2A, 0x6B7480]


def read_plane(panel):
    """The class of each place, and the samples over it."""
    head = title_of(panel) + 1
    rows, size = len(panel["rows_at"]), len(panel["columns_at"])
    across = min(2 * size, columns - 11)
    down = min(max(int(across / 2 * rows / size + 0.5), 2), 64)
    for name in panel["names"]:
        need(any(name in v for v in plain[head : head + 3]), "the legend lacks", name)
    while len(plain[head]) < 11 + across or not re.match(r" {0,10}\S* +\S|\S", plain[head]):
        head += 1
    marked = {}
    for x, y, value in panel["samples"]:
        fx = ((x - panel["columns_at"][0]) / (panel["columns_at"][-1] - panel["columns_at"][0]) * (size - 1) + 0.5) / size * across
        fy = down - ((y - panel["rows_at"][0]) / (panel["rows_at"][-1] - panel["rows_at"][0]) * (rows - 1) + 0.5) / rows * down
        marked.setdefault((math.floor(fy), math.floor(fx)), set()).add(int(value))
    need(len(marked) > 20, "hardly any samples")
    for r in range(down):
        for c in range(across):
            char, _, back = lines[head + r][11 + c]
            i, k = rows - 1 - int((r + 0.5) / down * rows), int((c + 0.5) / across * size)
            value, sure = int(panel["values"][i][k]), panel["sure"][i][k]
            if (r, c) in marked:
                need(char in {str(v) for v in marked[r, c]}, "sample", r, c, repr(char), marked[r, c])
            elif colour:
                part = 0.25 + 0.5 * sure
                want = [255 + part * ((CLASSES[value] >> s & 255) - 255) for s in (16, 8, 0)]
                need(char == " " and is_rgb(back, want), "place", r, c, back, want)
            else:
                need(char == ".:-+=~^'*\""[value], "place", r, c, repr(char), value)


place_of_title = [0]


def title_of(panel):
    """The line of its title, below those of the panels before it."""
    at = plain.index(panel["title"], place_of_title[0])
    place_of_title[0] = at + 1
    return at


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


for panel in figure["panels"]:
    kind = panel["kind"]
    if kind == "tiles":
        read_tiles(panel)
    elif kind == "bars":
        read_bars(panel)
    elif kind == "lines":
        read_lines(panel)
    elif kind == "records":
        read_records(panel)
    elif "samples" in panel:
        read_plane(panel)
    elif "rows_at" in panel:
        read_surface(panel)
    else:
        read_numbers(panel)
