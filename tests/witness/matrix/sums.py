"""sums.py: the law of sums (docs/law-of-sums.md) in NumPy, written from the law and not from denpa's code. Every function works on many cells at once:
arrays are [cells] or [cells, terms], numbers are kept as float64 whatever the type in which they are added."""
import numpy as np


def two_sum(x, y):
    s = x + y
    b = s - x
    return s, (x - (s - b)) + (y - b)


def two_product(x, y):
    def split(v):
        c = 134217729.0 * v
        h = c - (c - v)
        return h, v - h

    p = x * y
    (xh, xl), (yh, yl) = split(x), split(y)
    return p, ((xh * yh - p) + xh * yl + xl * yh) + xl * yl


def odd_sum(x, y):
    """x + y rounded to odd: rounding it once more, to fewer digits, is as good as rounding the exact sum once."""
    s, lost = two_sum(x, y)
    bits = np.asarray(s, np.float64).view(np.int64).copy()
    step = np.where((lost != 0) & (bits & 1 == 0), np.where((lost > 0) == (s > 0), 1, -1), 0)
    return (bits + step).view(np.float64)


def rounded(dtype, value):
    return np.asarray(value, np.float64).astype(np.float32).astype(np.float64) if dtype == "float32" else np.asarray(value, np.float64)


def fma(dtype, a, b, c):
    """a * b + c, rounded once"""
    a, b, c = (np.asarray(v, np.float64) for v in (a, b, c))
    if dtype == "float32":  # the product of two float32 is exact in a float64
        return rounded(dtype, odd_sum(a * b, c))
    (uh, ul) = two_product(a, b)
    (th, tl), exact = two_sum(c, ul), a * b
    (vh, vl) = two_sum(uh, th)
    return np.where(exact == 0, exact + c, vh + odd_sum(tl, vl))


def tree(dtype, lane):
    """16 accumulators, [.., 16], become one number: 8, 4, 2, 1"""
    for half in (8, 4, 2, 1):
        lane = rounded(dtype, lane[..., :half] + lane[..., half:2 * half])
    return lane[..., 0]


def chain(dtype, value, factor, start=None):
    total = np.zeros(value.shape[0]) if start is None else start
    for k in range(value.shape[1]):
        total = fma(dtype, value[:, k], factor[:, k], total)
    return total


def first(dtype, value, factor):
    if value.shape[1] == 0:
        return np.zeros(value.shape[0])
    return chain(dtype, value[:, 1:], factor[:, 1:], rounded(dtype, value[:, 0] * factor[:, 0]))


def lanes(dtype, value, factor, where=None):
    """Term k goes to accumulator where[k], which is k mod 16 unless it is told."""
    lane = np.zeros((value.shape[0], 16))
    for k in range(value.shape[1]):
        at = k % 16 if where is None else where[k]
        lane[:, at] = fma(dtype, value[:, k], factor[:, k], lane[:, at])
    return tree(dtype, lane)


def groups(dtype, value, factor, sample):
    """Pictures: sample n goes to accumulator n mod 16; after each 16 samples the accumulators meet, and the groups are added in order. `sample` is [terms]."""
    total = np.zeros(value.shape[0])
    for group in range(int(sample.max()) // 16 + 1 if len(sample) else 0):
        own = np.flatnonzero(sample // 16 == group)
        total = rounded(dtype, total + lanes(dtype, value[:, own], factor[:, own], sample[own] % 16))
    return total


def blocks(dtype, fold, value, factor, sample):
    """Blocks of 1,024 samples meet in a binary tree; `sample` [terms] says which sample a term belongs to, fold(value, factor, sample) adds those of a block."""
    count = int(sample.max()) // 1024 + 1 if len(sample) else 0
    if count <= 1:
        return fold(value, factor, sample)
    parts = [fold(value[:, own], factor[:, own], sample[own] % 1024) for own in (np.flatnonzero(sample // 1024 == b) for b in range(count))]
    while len(parts) > 1:
        parts = [rounded(dtype, parts[i] + parts[i + 1]) if i + 1 < len(parts) else parts[i] for i in range(0, len(parts), 2)]
    return parts[0]
