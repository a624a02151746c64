#!/bin/sh
# make.sh: the pictures of the documentation, made anew from what denpa prints: sh docs/pictures/make.sh (denpa on PATH, real MNIST, python3).
#   three.png        a digit to try `denpa predict` on: strokes of a pen, dark on light
#   train.svg        `denpa train` on MNIST, and train.ja.svg in Japanese
#   digit.svg        `denpa predict` on a test sample of MNIST, and digit.ja.svg
#   filters.svg      the filters of the book's convolution before and after learning (its parameters in $DENPA_DATA/book), and filters.ja.svg
#   watch.png        the page of `denpa watch` at its last frame, and watch.ja.png; only with Chromium
#   explain.png      the page of `denpa explain` with a number chosen, and explain.ja.png; only with Chromium (scripts/browser.sh)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

/usr/bin/python3 - "$here/three.png" <<'PY'
import math, struct, sys, zlib
side = 96
points = []
for centre, radius, begin, end in (((46, 33), 16, -150, 80), ((45, 62), 18, -80, 145)):  # two arcs, one above the other
    for i in range(200):
        angle = math.radians(begin + (end - begin) * i / 199)
        points.append((centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)))
rows = b""
for y in range(side):
    rows += b"\0"
    for x in range(side):
        near = min(math.hypot(x - px, y - py) for px, py in points)
        rows += bytes([int(max(0, min(1, (near - 3.2) / 1.6)) * 215 + 35)])
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
with open(sys.argv[1], "wb") as out:
    out.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))
PY

# picture FILE COMMAND: a terminal, with the command and what it prints, colours included.
picture() {
  { printf '$ %s\n' "$2" && sh -c "$2 --color always --progress none" 2>&1; } | /usr/bin/python3 -c '
import html, re, sys, unicodedata
CELL, LINE, LEFT = 8.4, 17, 14
def grey(code):  # of the palette of 256 colours: the greys, and the two of the bars
    return {33: "#0087ff", 236: "#303030"}.get(code) or "#%02x%02x%02x" % ((8 + 10 * (code - 232),) * 3)
def wide(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
lines, body, width = sys.stdin.read().rstrip("\n").split("\n"), [], 0
for row, line in enumerate(lines):
    column, back, y = 0, None, 34 + row * LINE
    for part in re.split("(\x1b\\[[0-9;]*[mK])", line):
        if part.startswith("\x1b"):
            code = re.match(r"\x1b\[48;5;(\d+)m", part)
            back = grey(int(code.group(1))) if code else None
            continue
        cells = wide(part)
        if back and part:
            body.append(f"<rect x=\"{LEFT + column * CELL:.1f}\" y=\"{y - 13}\" width=\"{cells * CELL + .3:.1f}\" height=\"{LINE + .3}\" fill=\"{back}\"/>")
        elif part.strip():
            strong = " class=\"c\"" if row == 0 else ""
            before = len(part) - len(part.lstrip())
            part = part.strip()
            body.append(f"<text x=\"{LEFT + (column + before) * CELL:.1f}\" y=\"{y}\"{strong} textLength=\"{wide(part) * CELL:.1f}\" lengthAdjust=\"spacingAndGlyphs\">{html.escape(part).replace(chr(32), chr(160))}</text>")
        column += cells
        width = max(width, column)
w, h = width * CELL + 2 * LEFT, len(lines) * LINE + 34
print(f"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w:.0f} {h}\" width=\"{w:.0f}\" height=\"{h}\">")
print("<style>text{font:14px \"DejaVu Sans Mono\",Menlo,Consolas,\"Noto Sans Mono CJK JP\",monospace;fill:#ddd;white-space:pre}.c{fill:#8fd}</style>")
print(f"<rect width=\"100%\" height=\"100%\" rx=\"6\" fill=\"#16181d\"/>")
print("\n".join(body))
print("</svg>")' >"$here/$1"
}

denpa train mnist --quiet --out first.safetensors >train.txt
for lang in en ja; do denpa book ch07/visualize_filter --lang $lang --out "$lang.filters.svg" --quiet >/dev/null; done
mv en.filters.svg "$here/filters.svg"
mv ja.filters.svg "$here/filters.ja.svg"
export DENPA_LANG=en
picture train.svg "denpa train mnist --out first.safetensors"
picture digit.svg "denpa predict first.safetensors --sample 18"
export DENPA_LANG=ja
picture train.ja.svg "denpa train mnist --out first.safetensors"
picture digit.ja.svg "denpa predict first.safetensors --sample 18"

cd "$here/../.."
. scripts/browser.sh
if browser_ready; then
  denpa train mnist --offline --quiet --lr 0.5 --evaluate none --out "$work/m.model" >/dev/null
  for lang in en ja; do denpa explain "$work/m.model" --sample 7 --lang $lang --html "$work/$lang.html" --quiet; done
  denpa train digits --lr 0.5 --epochs 8 --quiet --run "$work/run" --record >/dev/null
  for lang in en ja; do denpa watch "$work/run" --lang $lang --html "$work/watch.$lang.html" --quiet; done
  node docs/pictures/watch.cjs "$work/watch.en.html" "$here/watch.png" "$work/watch.ja.html" "$here/watch.ja.png"
  node docs/pictures/explain.cjs "$work/en.html" "$here/explain.png" "$work/ja.html" "$here/explain.ja.png"
fi
