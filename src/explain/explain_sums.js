// explain_sums.js: the numbers that the page of denpa explain carries, and, for each that was computed, how the terms
// of its sum are found and added; nothing here knows an operation by name. Chosen cell -> its terms -> their fold by
// the law of sums, which must be the cell bit for bit. What is shown of it is explain.js's.
const D = JSON.parse($("data").textContent), W = D.words, M = D.matrices;

for (const m of M) {
  m.v = decode(m.data, m.dtype);
  delete m.data;
  m.columns = m.shape.length > 1 ? m.shape.slice(1).reduce((a, b) => a * b, 1) : m.v.length;
  m.rows = m.v.length / m.columns;
  m.most = m.v.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  // the pixels of samples lie as in their pictures
  m.lies = m.picture ? [m.v.length / (D.planes * D.height * D.width), D.planes, D.height, D.width] : m.shape;
}

// ---- the law of sums ----------------------------------------------------------------------------

const double = new Float64Array(1), words = new Uint32Array(double.buffer),
  low = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 0 : 1;

// x + y rounded to odd: rounded once more, to a shorter format or with another summand, it gives what one rounding
// would have given.
function oddSum(x, y) {
  const s = x + y, b = s - x, lost = (x - (s - b)) + (y - b);
  if (lost === 0 || !Number.isFinite(s)) return s;
  double[0] = s;
  if (words[low] & 1) return s;
  if ((lost > 0) === (s > 0)) words[low] += 1;
  else if (words[low] > 0) words[low] -= 1;
  else {
    words[low] = 0xffffffff;
    words[1 - low] -= 1;
  }
  return double[0];
}

function twoSum(x, y) {
  const s = x + y, b = s - x;
  return [s, (x - (s - b)) + (y - b)];
}

function twoProduct(x, y) {
  const split = v => { const c = 134217729 * v, h = c - (c - v); return [h, v - h]; };
  const p = x * y, [xh, xl] = split(x), [yh, yl] = split(y);
  return [p, ((xh * yh - p) + xh * yl + xl * yh) + xl * yl];
}

// a * b + c, rounded once. float32: the product is exact in a double. float64: as Boldo and Melquiond have shown
// (2008).
function fma(dtype, a, b, c) {
  const p = a * b;
  if (dtype === "float32") return Math.fround(oddSum(p, c));
  if (p === 0 || !Number.isFinite(p) || !Number.isFinite(c)) return p + c;
  const [uh, ul] = twoProduct(a, b), [th, tl] = twoSum(c, ul), [vh, vl] = twoSum(uh, th);
  return vh + oddSum(tl, vl);
}

const rounded = (dtype, v) => dtype === "float32" ? Math.fround(v) : v;

// The accumulator of term i of so many: i mod 16; or, where groups of 16 samples are added (group: the terms of a whole
// one), the sample's, of which the last group may have fewer.
function laneOf(group, i, count) {
  if (group === 0) return i % 16;
  const at = i % group, left = count - (i - at);
  return at % (left < group ? left * 16 / group : 16);
}

function lanes(r, terms) {
  const lane = new Array(16).fill(0);
  terms.forEach((t, i) => {
    const k = laneOf(r.group, i, terms.length);
    lane[k] = fma(r.dtype, t.mapped, t.factor, lane[k]);
  });
  for (const half of [8, 4, 2, 1])
    for (let i = 0; i < half; i++) lane[i] = rounded(r.dtype, lane[i] + lane[i + half]);
  return lane[0];
}

// The ways of adding, by the names that the program has for them (D.folds).
const FOLDS = {
  chain: (r, terms) => terms.reduce((sum, t) => fma(r.dtype, t.mapped, t.factor, sum), 0),
  first: (r, terms) => terms.reduce((sum, t, i) => i === 0 ? rounded(r.dtype, t.mapped * t.factor)
    : fma(r.dtype, t.mapped, t.factor, sum), 0),
  lanes,
  groups: (r, terms) => {
    let sum = 0;
    for (let i = 0; i < terms.length; i += r.group)
      sum = rounded(r.dtype, sum + lanes(r, terms.slice(i, i + r.group)));
    return sum;
  },
};

// Blocks of so many terms meet in a binary tree: the left half is the largest power of two of blocks below the whole.
function fold(r, terms) {
  let left = r.block;
  if (left === 0 || terms.length <= left) return FOLDS[r.fold](r, terms);
  while (2 * left < terms.length) left *= 2;
  return rounded(r.dtype, fold(r, terms.slice(0, left)) + fold(r, terms.slice(left)));
}

// ---- terms of a cell ----------------------------------------------------------------------------

// Numbers that the page carries as base64, with their type or as the one that is known: decoded when first asked for.
function column(owner, key, type) {
  const c = owner[key];
  if (typeof c === "string") owner[key] = decode(c, type);
  else if (Array.isArray(c)) owner[key] = decode(c[1], c[0]);
  return owner[key];
}

// Cells whose terms lie alike, seen from where each cell's begin, are of one kind: how they are added, and the terms.
const kindOf = (t, e) => t.kinds[t.kind === undefined ? 0 : column(t, "kind", "int32")[e]];
const recipeOf = (k, e) => kindOf(M[k].terms, e);
const countOf = kind => kind.count ?? (kind.count = kind.runs.reduce((n, r) => n + r[5], 0));

// How many terms the cells before this one have.
function before(t, e) {
  if (t.kinds.length === 1) return e * countOf(t.kinds[0]);
  if (!t.before) {
    const which = column(t, "kind", "int32");
    t.before = new Float64Array(which.length);
    for (let i = 1; i < which.length; i++) t.before[i] = t.before[i - 1] + countOf(t.kinds[which[i - 1]]);
  }
  return t.before[e];
}

// Where the terms of a cell begin in a slot's matrix: a step along each axis, or a place for each cell.
function begin(slot, shape, e) {
  if (!Array.isArray(slot.at)) return column(slot, "at", "int32")[e];
  let at = slot.at[0];
  for (let a = shape.length, rest = e; a-- > 0; rest = Math.floor(rest / shape[a]))
    at += rest % shape[a] * slot.at[1 + a];
  return at;
}

// The terms in the order in which they are added; null if the cell was given or the page does not have them.
function termsOf(k, e) {
  const t = M[k].terms;
  if (!t) return null;
  const kind = kindOf(t, e), terms = [], first = before(t, e),
    own = key => t[key] === undefined ? null : column(t, key)[first + terms.length];
  for (const [slot, by, form, constant, minus, count, at, step, byAt, byStep] of kind.runs) {
    const m = slot < 0 ? -1 : t.slots[slot].m, byM = by < 0 ? -1 : t.slots[by].m,
      from = slot < 0 ? 0 : at + begin(t.slots[slot], M[k].shape, e),
      byFrom = by < 0 ? 0 : byAt + begin(t.slots[by], M[k].shape, e);
    for (let n = 0; n < count; n++) {
      const index = from + n * step, byIndex = byFrom + n * byStep, value = m < 0 ? 1 : M[m].v[index],
        factor = by < 0 ? constant : form === null ? M[byM].v[byIndex] : own("factors"),
        mapped = own("mapped") ?? (m < 0 ? 1 : rounded(kind.dtype, value - minus));
      terms.push({m, index, value, factor, by: byM, byIndex, form, minus, mapped, product: mapped * factor});
    }
  }
  return terms;
}

// What the terms of a cell give, and whether it is what the network has.
function account(k, e) {
  const recipe = recipeOf(k, e), terms = termsOf(k, e), known = Object.hasOwn(FOLDS, recipe.fold),
    sum = known ? fold(recipe, terms) : NaN,
    expected = recipe.finish === null ? M[k].v[e] : column(M[k].terms, "sums")[e];
  return {recipe, terms, known, sum, expected, good: sum === expected, args: recipe.args};
}
