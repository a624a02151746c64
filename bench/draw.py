"""draw.py: small SVG charts without a library: bars of ratios, and panels of measured points with a fitted line. Colours are readable on light and on dark."""
import math
from html import escape

COLOURS = ["#2f81f7", "#d9822b", "#2da44e", "#a371f7", "#cf5b7d", "#8b949e"]
STYLE = """<style>
text { font: 13px system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif; fill: #57606a }
.title { font-size: 16px; font-weight: 600 } .head { font-weight: 600 } .small { font-size: 11px } .title, .head { fill: #24292f }
.grid { stroke: #8b949e; stroke-opacity: .3 } .axis { stroke: #8b949e } .one { stroke: #8b949e; stroke-dasharray: 4 3 }
@media (prefers-color-scheme: dark) { text { fill: #9aa4af } .title, .head { fill: #e6edf3 } }
</style>"""


def text(x, y, words, kind="", anchor="start"):
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(words)}</text>'


def line(x1, y1, x2, y2, kind):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def document(width, height, title, parts):
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="{escape(title, quote=True)}">'
    return "\n".join([head, STYLE, text(16, 26, title, "title"), *parts, "</svg>", ""])


def number(value):
    """At most three digits that matter: 0.034, 1.25, 37, 1.2k."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}"


def steps(low, high):
    """1, 2, 5, 10, 20 ... between two numbers."""
    found, power = [], 10.0 ** math.floor(math.log10(low))
    while power <= high * 1.001:
        found += [power * m for m in (1, 2, 5) if low * 0.999 <= power * m <= high * 1.001]
        power *= 10
    return found


# ---- bars ----------------------------------------------------------------------------------------


def bars(title, note, groups, width=860):
    """groups: [(name, remark, [(label, ratio, remark)])]; bars begin at 1, on a logarithmic axis."""
    left, right, row, gap = 210, 250, 22, 30
    names = list(dict.fromkeys(label for _, _, rows in groups for label, _, _ in rows))
    ratios = [r for _, _, rows in groups for _, r, _ in rows] or [1.0]
    low, high = min([1.0, *ratios]), max([2.0, *ratios])
    scale = (width - left - right) / math.log(high / low)

    def at(ratio):
        return left + math.log(ratio / low) * scale

    parts, y = [text(16, 46, note)], 66
    top = y
    for name, remark, rows in groups:
        parts += [text(16, y + 15, name, "head"), text(16, y + 31, remark, "small")]
        for label, ratio, remark_of_bar in rows:
            colour = COLOURS[names.index(label) % len(COLOURS)]
            x0, x1 = sorted((at(1), at(ratio)))
            parts.append(f'<rect x="{x0:.1f}" y="{y + 3}" width="{max(x1 - x0, 1.5):.1f}" height="{row - 6}" rx="2" fill="{colour}"/>')
            parts.append(text(max(x1, at(1)) + 6, y + 16, f"{number(ratio)}×  {label}, {remark_of_bar}"))
            y += row
        y = max(y, top) + gap - (row if not rows else 0)
    ticks = [t for t in steps(low, high)]
    grid = [line(at(t), top - 4, at(t), y - gap + 6, "one" if t == 1 else "grid") for t in ticks]
    grid += [text(at(t), y - gap + 22, f"{t:g}×", "small", "middle") for t in ticks]
    return document(width, y + 4, title, grid + parts)


# ---- panels --------------------------------------------------------------------------------------


def axis(values, logarithmic, start, end):
    """(where a value lies, the ticks) on an axis from start to end."""
    if logarithmic:
        low, high = min(values) / 1.25, max(values) * 1.25
        ticks = [10.0**p for p in range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1)]
        if len(ticks) < 2:
            ticks = steps(low, high)
        return (lambda v: start + (end - start) * math.log(v / low) / math.log(high / low)), ticks
    high = max(values) * 1.08
    step = next(s for s in steps(high / 50, high * 2) if high / s <= 5)
    return (lambda v: start + (end - start) * v / high), [step * i for i in range(int(high / step) + 1)]


def panel(x, y, width, height, chart):
    """chart: {title, x, y (names), log, points [(x, y)], line [(x, y)], remark}."""
    left, bottom, top = x + 52, y + height - 40, y + 34
    xs = [p[0] for p in chart["points"]]
    ys = [p[1] for p in chart["points"] + ([] if chart["log"] else chart["line"])]
    at_x, ticks_x = axis(xs, chart["log"], left, x + width - 14)
    at_y, ticks_y = axis(ys, chart["log"], bottom, top)
    parts = [text(x, y + 14, chart["title"], "head"), text(x, y + 29, chart["remark"], "small")]
    parts += [line(at_x(t), bottom, at_x(t), top, "grid") + text(at_x(t), bottom + 15, number(t), "small", "middle") for t in ticks_x]
    parts += [line(left, at_y(t), x + width - 14, at_y(t), "grid") + text(left - 6, at_y(t) + 4, number(t), "small", "end") for t in ticks_y]
    parts += [line(left, bottom, x + width - 14, bottom, "axis"), line(left, bottom, left, top, "axis")]
    visible = [(at_x(a), min(max(at_y(b), top), bottom)) for a, b in chart["line"]]
    parts.append('<polyline fill="none" stroke="%s" stroke-width="1.5" points="%s"/>' % (COLOURS[1], " ".join(f"{a:.1f},{b:.1f}" for a, b in visible)))
    parts += [f'<circle cx="{at_x(a):.1f}" cy="{at_y(b):.1f}" r="3.5" fill="{COLOURS[0]}"/>' for a, b in chart["points"]]
    parts.append(text((left + x + width - 14) / 2, bottom + 31, chart["x"], "small", "middle"))
    parts.append(f'<text transform="translate({x + 10:.1f} {(top + bottom) / 2:.1f}) rotate(-90)" class="small" text-anchor="middle">{escape(chart["y"])}</text>')
    return "\n".join(parts)


def panels(title, note, charts, columns=3, width=300, height=250):
    rows = (len(charts) + columns - 1) // columns
    parts = [text(16, 46, note)]
    parts += [panel(16 + i % columns * (width + 16), 66 + i // columns * (height + 12), width, height, chart) for i, chart in enumerate(charts)]
    return document(columns * (width + 16) + 16, 66 + rows * (height + 12), title, parts)
