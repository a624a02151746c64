// explain.js: the page of denpa explain. The page carries the matrices and, for each, how the terms of its cells are
// found and added; nothing here knows an operation by name. Chosen cell -> its terms -> their fold by the law
// of sums, which must be the cell bit for bit.
const D = JSON.parse($("data").textContent), W = D.words, M = D.matrices;

for (const m of M) {
  m.v = decode(m.data, m.dtype);
  delete m.data;
  m.columns = m.shape.length > 1 ? m.shape.slice(1).reduce((a, b) => a * b, 1) : m.v.length;
  m.rows = m.v.length / m.columns;
  m.most = m.v.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  m.asPicture = m.picture && m.rows === 1;
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

// ---- names and forms ----------------------------------------------------------------------------

function name(k, e) {
  let rest = M[k].v.length;
  return M[k].name + "[" + M[k].shape.map(n => { rest /= n; return Math.floor(e / rest) % n; }).join(",") + "]";
}

// "W1[409,40]" or, for a single sample, "a1[40]": the cell, or null.
function parse(text) {
  const found = /^\s*(\w+)\s*\[([\d\s,]*)\]\s*$/.exec(text), k = found ? M.findIndex(m => m.name === found[1]) : -1;
  if (k < 0) return null;
  const at = found[2].split(",").map(Number), shape = M[k].shape;
  if (at.length === shape.length - 1 && D.rows === 1) at.unshift(0);
  if (at.length !== shape.length || at.some((n, i) => !(n >= 0 && n < shape[i]))) return null;
  return {k, e: at.reduce((e, n, i) => e * shape[i] + n, 0)};
}

// The fewest digits from which a number is read back exactly.
const number = v => exact(v, Math.fround(v) === v ? "float32" : "float64");
const bracketed = text => text.startsWith("-") ? "(" + text + ")" : text;
// The pieces of a form, with `first` (a text or an element) where {1} stands.
function formPieces(form, first, args, minus) {
  return form.split(/(\{\d\})/).filter(p => p !== "").map(p => p === "{1}"
    ? (typeof first === "function" ? first() : bracketed(first)) : /^\{\d\}$/.test(p)
    ? bracketed(number(p === "{6}" ? minus : args[Number(p[1]) - 2])) : p);
}

const link = (k, e) =>
  el("button", {class: "link number", type: "button", onclick: () => { choose(k, e, true); $("chosen").focus(); }},
  name(k, e));

// A term in names, each of which leads on.
function termNames(recipe, t, args) {
  const by = t.by < 0 ? null : t.form === null ? [link(t.by, t.byIndex)]
    : ["(", ...formPieces(t.form, () => link(t.by, t.byIndex), args, t.minus), ")"];
  if (t.m < 0) return by ?? [number(t.factor)];
  const own = () => t.minus === 0 ? link(t.m, t.index) :
    el("span", {}, "(", link(t.m, t.index), " - ", number(t.minus), ")");
  const value = recipe.map === null ? [own()] : formPieces(recipe.map, own, args, t.minus);
  return t.factor === 1 && by === null ? value : [...value, " \u00b7 ", ...(by ?? [bracketed(number(t.factor))])];
}

function termNumbers(recipe, t, args) {
  if (t.m < 0) return number(t.factor);
  const own = t.minus === 0 ? number(t.value) : "(" + number(t.value) + " - " + number(t.minus) + ")";
  const value = recipe.map === null ? own : formPieces(recipe.map, own, args, t.minus).join("");
  return t.factor === 1 && t.by < 0 ? value : value + " \u00b7 " + bracketed(number(t.factor));
}

function formula(k) {
  const m = M[k], f = m.formula || m.name + "[" + m.shape.join(",") + "]", a = m.agree;
  if (!a) return [f];
  const strong = text => el("mark", {title: W.agree}, text);
  return [f.slice(0, a[0]), strong(f.slice(a[0], a[0] + a[1])), f.slice(a[0] + a[1], a[2]),
    strong(f.slice(a[2], a[2] + a[3])), f.slice(a[2] + a[3])];
}

// ---- pictures of matrices -----------------------------------------------------------------------

let chosen = {k: -1, e: 0}, marks = new Map(), views = [];

class Picture {
  constructor(k) {
    const m = M[k];
    this.k = k;
    this.e = 0;
    this.columns = m.asPicture ? D.width : m.columns;
    this.rows = m.v.length / this.columns;
    this.w = Math.max(5, Math.min(22, Math.floor(286 / this.columns)));
    this.h = this.rows === 1 ? Math.max(18, this.w) : this.w;
    this.canvas = el("canvas", {});
    this.room = el("div", {}, this.canvas);
    this.room.style.cssText = `width:${this.columns * this.w}px;height:${this.rows * this.h}px`;
    this.window = el("div", {class: "window", tabindex: 0, role: "application", "aria-label": say(W.cell, m.name),
      onkeydown: e => this.key(e), onscroll: () => this.draw(),
      onmousedown: () => { this.pressed = true; }, onblur: () => { this.pressed = false; },
      onfocus: () => { if (!this.pressed && chosen.k !== k) choose(k, this.e, false); },
      onclick: e => { this.pressed = false; this.click(e); }}, this.room);
    this.now = el("div", {class: "now number"});
    this.card = el("div", {class: "card", id: "matrix-" + m.name}, el("h3", {class: "number"}, ...formula(k)),
      el("p", {class: "sentence"}, m.sentence), this.window, this.now);
  }

  click(event) {
    const box = this.room.getBoundingClientRect(), c = Math.floor((event.clientX - box.left) / this.w),
      r = Math.floor((event.clientY - box.top) / this.h);
    if (r >= 0 && r < this.rows && c >= 0 && c < this.columns) choose(this.k, r * this.columns + c, false);
  }

  key(event) {
    const r = Math.floor(this.e / this.columns), c = this.e % this.columns;
    const to = {ArrowLeft: [r, c - 1], ArrowRight: [r, c + 1], ArrowUp: [r - 1, c], ArrowDown: [r + 1, c], Home: [r, 0],
      End: [r, this.columns - 1], PageUp: [Math.max(0, r - 10), c],
      PageDown: [Math.min(this.rows - 1, r + 10), c]}[event.key];
    if (event.key === "Enter") $("chosen").focus();
    if (!to) return;
    event.preventDefault();
    if (to[0] >= 0 && to[0] < this.rows && to[1] >= 0 && to[1] < this.columns)
      choose(this.k, to[0] * this.columns + to[1], false);
  }

  show(e) { // moves the window so that the cell is in it
    const y = Math.floor(e / this.columns) * this.h, x = e % this.columns * this.w, w = this.window;
    if (y < w.scrollTop || y + this.h > w.scrollTop + w.clientHeight) w.scrollTop = y - w.clientHeight / 2;
    if (x < w.scrollLeft || x + this.w > w.scrollLeft + w.clientWidth) w.scrollLeft = x - w.clientWidth / 2;
  }

  draw() {
    const m = M[this.k], width = this.window.clientWidth, height = this.window.clientHeight,
      scale = window.devicePixelRatio || 1, g = this.canvas.getContext("2d");
    if (width === 0) return;
    if (this.canvas.width !== Math.round(width * scale) || this.canvas.height !== Math.round(height * scale)) {
      this.canvas.width = Math.round(width * scale);
      this.canvas.height = Math.round(height * scale);
      this.canvas.style.cssText = `width:${width}px;height:${height}px`;
    }
    const x0 = this.window.scrollLeft, y0 = this.window.scrollTop;
    g.setTransform(scale, 0, 0, scale, -x0 * scale, -y0 * scale);
    g.fillStyle = style("--shade");
    g.fillRect(x0, y0, width, height);
    for (let r = Math.floor(y0 / this.h); r < Math.min(this.rows, (y0 + height) / this.h); r++)
      for (let c = Math.floor(x0 / this.w); c < Math.min(this.columns, (x0 + width) / this.w); c++)
        this.cell(g, m, r, c);
    if (this.wholly()) { // all of it takes part
      g.strokeStyle = style("--good");
      g.lineWidth = 3;
      g.strokeRect(1.5, 1.5, this.columns * this.w - 3, this.rows * this.h - 3);
    }
    if (chosen.k === this.k) this.frame(g, chosen.e, style("--focus"), 2.5);
  }

  wholly() { return marks.get(this.k)?.size === M[this.k].v.length; }

  cell(g, m, r, c) {
    const e = r * this.columns + c, v = m.v[e];
    g.fillStyle = tint(m, v);
    g.fillRect(c * this.w, r * this.h, this.w - (this.w > 7 ? 1 : 0), this.h - (this.h > 7 ? 1 : 0));
    if (marks.get(this.k)?.has(e) && !this.wholly()) this.frame(g, e, style("--good"), 1);
  }

  frame(g, e, colour, thick) {
    g.strokeStyle = colour;
    g.lineWidth = thick;
    g.strokeRect(e % this.columns * this.w + thick / 2, Math.floor(e / this.columns) * this.h + thick / 2,
      this.w - thick, this.h - thick);
  }
}

let styles = {};
const style = key => styles[key]
  ?? (styles[key] = getComputedStyle(document.documentElement).getPropertyValue(key).trim());

function tint(m, v) {
  const strength = m.most > 0 ? Math.pow(Math.abs(v) / m.most, 0.6) : 0;
  const rgb = v < 0 ? [37, 110, 205] : [224, 92, 14];
  return `rgba(${rgb},${strength.toFixed(3)})`;
}

const drawAll = () => views.forEach(v => v.draw());

// ---- the story of the chosen cell ---------------------------------------------------------------

function choose(k, e, come) {
  chosen = {k, e};
  marks = new Map();
  const mark = (m, index) => { if (m >= 0) (marks.get(m) ?? marks.set(m, new Set()).get(m)).add(index); };
  for (const t of termsOf(k, e) ?? []) {
    mark(t.m, t.index);
    mark(t.by, t.byIndex);
  }
  const view = views[k];
  view.e = e;
  view.show(e);
  views.forEach(v => { v.card.classList.toggle("chosen", v.k === k);
    v.now.textContent = v.k === k ? name(k, e) + " = " + number(M[k].v[e]) : ""; });
  for (const [m, set] of marks) if (set.size < 200) views[m].show([...set][0]);
  if (come) view.card.scrollIntoView({block: "nearest"});
  drawAll();
  tell(k, e);
}

function termTable(k, e, a, most) {
  const order = a.terms.map((t, i) => i).sort((x, y) =>
    Math.abs(a.terms[y].product) - Math.abs(a.terms[x].product) || x - y), rows = [];
  for (const i of order.slice(0, most)) {
    const t = a.terms[i];
    rows.push(el("tr", {}, el("td", {class: "number"}, short(t.product)),
      el("td", {class: "number", style: "text-align:left;white-space:normal"}, ...termNames(a.recipe, t, a.args),
      ...(t.m < 0 && t.by < 0 ? []
        : [el("br"), el("span", {class: "soft"}, "= " + termNumbers(a.recipe, t, a.args))]))));
  }
  const rest = order.slice(most).reduce((sum, i) => sum + a.terms[i].product, 0), left = order.length - most;
  if (left > 0) rows.push(el("tr", {}, el("td", {class: "number"}, short(rest)),
    el("td", {}, say(W.others, left), " ", el("button", {type: "button", onclick: () => tell(k, e, Infinity)},
    say(W.all, order.length)))));
  rows.push(el("tr", {class: "total"}, el("td", {class: "number"}, short(a.sum)), el("td", {}, W.sum)));
  return el("table", {class: "terms"}, ...rows);
}

function tellSum(k, e, most) {
  const m = M[k], parts = [];
  if (!m.terms) return [el("p", {}, m.kind === "given" ? W.given : m.kind === "parameter" ? W.parameter : W.noterms)];
  const a = account(k, e);
  parts.push(el("h3", {}, a.terms.length > 0 ? say(W.terms, a.terms.length) : W.noterm));
  if (a.terms.length > 0) parts.push(termTable(k, e, a, most));
  if (a.recipe.finish !== null) parts.push(el("p", {class: "number"}, name(k, e) + " = ",
    ...formPieces(a.recipe.finish, number(a.sum), a.args, 0), " = " + number(m.v[e])));
  parts.push(el("p", {class: a.good ? "good" : "bad", id: "verdict"},
    a.good ? W.exactly : a.known ? say(W.differs, a.sum, a.expected) : say(W.unknown, a.recipe.fold)));
  return parts;
}

function tellPixel(k, e) {
  const terms = termsOf(k, e) ?? [], at = M[k].picture && M[k].kind === "given" ? [k, e] : terms.length === 1
    ? [[terms[0].m, terms[0].index], [terms[0].by, terms[0].byIndex]].find(p => p[0] >= 0 && M[p[0]].picture
    && M[p[0]].kind === "given") : null;
  if (!at) return null;
  const size = D.width * D.height, pixel = at[1] % size, place = [Math.floor(pixel / D.width), pixel % D.width];
  if (D.planes === 1) return el("p", {}, say(W.pixel, name(at[0], at[1]), ...place));
  const plane = Math.floor(at[1] / size) % D.planes;
  return el("p", {}, say(W.colour, name(at[0], at[1]), [W.red, W.green, W.blue][plane], ...place));
}

function tellNudge(k, e) {
  const m = M[k];
  if (m.kind === "backward" || m.grad < 0) return [];
  const g = M[m.grad].v[e], out = el("span", {id: "change"}),
    input = el("input", {class: "small", type: "number", step: "any", value: "0.01", id: "nudge",
    oninput: () => update()});
  const update = () => { const by = Number(input.value) * g;
    out.textContent = say(W.change, short(D.loss), short(D.loss + by), short(by)); };
  update();
  const [before, after] = W.gradient.split("{1}");
  return [el("p", {}, before, link(m.grad, e), say(after, "", number(g))),
    el("p", {}, el("label", {}, W.nudge + " ", input), " ", out)];
}

// From a gradient through the largest term of each sum to where the loss begins.
function tellChain(k, e) {
  const items = [];
  if (M[k].kind !== "backward") {
    if (M[k].grad < 0 || M[k].grad === undefined) return [];
    k = M[k].grad;
  }
  while (k >= 0 && M[k].kind === "backward" && M[k].terms && items.length < 300) {
    const a = account(k, e);
    if (a.terms.length === 0) break;
    const t = a.terms.reduce((best, x) => Math.abs(x.product) > Math.abs(best.product) ? x : best);
    items.push(el("li", {class: "number"}, link(k, e), " = ", number(M[k].v[e]), el("br"),
      ...termNames(a.recipe, t, a.args), t.m < 0 && t.by < 0 ? "" : " = " + short(t.product),
      a.terms.length > 1 ? el("span", {class: "soft"}, " (" + say(W.link, a.terms.length, short(a.sum)) + ")") : null));
    [k, e] = [t.m, t.index];
  }
  return items.length > 0 ? [el("h3", {}, W.chain), el("ol", {class: "chain"}, ...items)] : [];
}

// The column of weights that the chosen cell is in, laid out as the picture that it looks at.
function tellColumn(k, e) {
  const m = M[k], size = 7;
  if (D.width === 0 || m.rows !== D.width * D.height || m.columns === m.v.length) return [];
  const c = e % m.columns,
    canvas = el("canvas", {width: D.width * size, height: D.height * size, "aria-hidden": "true"}),
    g = canvas.getContext("2d");
  for (let r = 0; r < m.rows; r++) {
    g.fillStyle = tint(m, m.v[r * m.columns + c]);
    g.fillRect(r % D.width * size, Math.floor(r / D.width) * size, size, size);
  }
  const r = Math.floor(e / m.columns);
  g.strokeStyle = style("--focus");
  g.lineWidth = 2;
  g.strokeRect(r % D.width * size, Math.floor(r / D.width) * size, size, size);
  canvas.onclick = event => {
    const box = canvas.getBoundingClientRect(), x = Math.floor((event.clientX - box.left) / size),
      y = Math.floor((event.clientY - box.top) / size);
    if (x >= 0 && x < D.width && y >= 0 && y < D.height) choose(k, (y * D.width + x) * m.columns + c, false);
  };
  return [el("h3", {}, say(W.column, c)), canvas];
}

function tell(k, e, most = 12) {
  const m = M[k];
  $("chosen").textContent = name(k, e) + " = " + number(m.v[e]);
  $("told").replaceChildren(el("p", {class: "number"}, ...formula(k)), el("p", {class: "sentence"}, m.sentence),
    ...[tellPixel(k, e)].filter(p => p), ...tellSum(k, e, most), ...tellNudge(k, e), ...tellColumn(k, e),
    ...tellChain(k, e));
}

// ---- the graph ----------------------------------------------------------------------------------

const svg = (tag, attributes, ...children) => {
  const s = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) typeof value === "function" ? s[key] = value
    : s.setAttribute(key, value);
  s.append(...children);
  return s;
};

// The label of a matrix, and of its gradient; it leads to the matrix.
function label(k, x, y, anchor, kind) {
  if (k < 0) return "";
  const m = M[k], text = kind === "value" ? m.name + "[" + m.shape.join(",") + "]"
    : m.name + ": " + say(W.largest, short(m.most));
  const go = () => { views[k].window.focus(); views[k].card.scrollIntoView({block: "center"}); };
  return svg("g", {role: "button", tabindex: "0", "aria-label": text, onclick: go,
    onkeydown: e => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); go(); } }},
    svg("text", {x, y, "text-anchor": anchor, class: kind}, text));
}

const arrow = (x1, y1, x2, y2, kind) =>
  svg("path", {d: `M${x1} ${y1}L${x2} ${y2}`, class: kind, "marker-end": `url(#${kind}-end)`});

function graph() {
  const x = 400, step = 140, left = 190, parts = [], height = 70 + D.calls.length * step;
  const head = (id, colour) => svg("marker", {id: id + "-end", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7,
    markerHeight: 7, orient: "auto"}, svg("path", {d: "M0 0L8 4L0 8z", class: colour}));
  parts.push(svg("defs", {}, head("forward", "to"), head("backward", "from")));
  D.calls.forEach((call, c) => {
    const y = 90 + c * step, before = c > 0 ? D.calls[c - 1].out : -1,
      main = call.in.includes(before) ? before : call.in[0];
    const wire = (k, bottom) => {
      parts.push(arrow(x - 9, bottom - 74, x - 9, bottom, "forward"), label(k, x - 18, bottom - 40, "end", "value"));
      if (M[k].grad >= 0) parts.push(arrow(x + 9, bottom, x + 9, bottom - 74, "backward"),
        label(M[k].grad, x + 18, bottom - 40, "start", "slope"));
    };
    wire(main, y - 17);
    call.in.filter(k => k !== main && k >= 0).forEach((k, q, all) => {
      const row = y + 8 + (q - (all.length - 1) / 2) * 46 - 8;
      parts.push(arrow(left + 4, row - 5, x - 66, row - 5, "forward"), label(k, left, row - 1, "end", "value"));
      if (M[k].grad >= 0) parts.push(arrow(x - 66, row + 6, left + 4, row + 6, "backward"),
        label(M[k].grad, left, row + 15, "end", "slope"));
    });
    parts.push(svg("rect", {x: x - 62, y: y - 17, width: 124, height: 34, rx: 17, class: "op"}),
      svg("text", {x, y: y + 5, class: "op-name"}, call.op));
    if (c + 1 < D.calls.length) return;
    parts.push(arrow(x - 9, y + 17, x - 9, y + 52, "forward"), label(call.out, x - 18, y + 44, "end", "value"));
    if (call.loss >= 0) parts.push(label(call.loss, x + 4, y + 44, "start", "value"),
      svg("text", {x: x + 4, y: y + 60, class: "small"}, short(D.loss)));
  });
  $("graph").append(svg("svg", {width: 620, height, viewBox: `0 0 620 ${height}`, role: "group"}, ...parts));
}

// ---- answer -------------------------------------------------------------------------------------

function answer() {
  const x = M.find(m => m.asPicture && m.kind === "given"), y = M[D.output];
  if (D.rows !== 1 || !y) return;
  if (x) {
    const size = 5, canvas = el("canvas", {width: D.width * size, height: D.height * size, style: "background:#000",
      "aria-hidden": "true"}), g = canvas.getContext("2d");
    for (let i = 0; i < D.width * D.height; i++) { // planes of red, green and blue, or one for all three
      const plane = D.planes === 3 ? D.width * D.height : 0;
      g.fillStyle = `rgb(${[0, 1, 2].map(p => Math.round(255 * x.v[i + p * plane]))})`;
      g.fillRect(i % D.width * size, Math.floor(i / D.width) * size, size, size);
    }
    $("answer").append(canvas);
  }
  const low = Math.min(0, ...y.v), span = Math.max(...y.v) - low || 1;
  $("answer").append(el("table", {},
    ...Array.from(y.v, (v, i) => el("tr", {}, el("td", {class: "number"}, D.classes[D.outputs[i]]),
    el("td", {class: "number"}, v.toFixed(4)),
    el("td", {}, el("span", {class: "bar", style: `width:${(120 * (v - low) / span).toFixed(1)}px`}),
    D.outputs[i] === D.label ? " \u2713" : "")))));
}

// ---- the whole ----------------------------------------------------------------------------------

function start() {
  const entry = el("input", {id: "entry", "aria-label": W.go, placeholder: "W1[0,0]", autocomplete: "off",
    spellcheck: "false"}), wrong = el("span", {class: "bad", role: "status"});
  const form = el("form", {onsubmit: event => {
    event.preventDefault();
    const cell = parse(entry.value);
    wrong.textContent = cell ? "" : " " + W.wrong;
    if (cell) choose(cell.k, cell.e, true);
  }}, entry, " ", el("button", {type: "submit"}, W.go), wrong);
  $("story").append(el("h2", {id: "chosen", class: "number", role: "status", tabindex: -1}, W.pick), form,
    el("div", {id: "told"}));
  views = M.map((m, k) => new Picture(k));
  views.forEach(v => $(M[v.k].kind === "backward" ? "backward" : "forward").append(v.card));
  graph();
  answer();
  views.forEach(v => v.show(M[v.k].v.reduce((best, x, i, all) => Math.abs(x) > Math.abs(all[best]) ? i : best, 0)));
  drawAll();
  addEventListener("resize", drawAll);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { styles = {}; drawAll(); });
  // The story begins with the strongest gradient: the number that the update will change most.
  const weights = M.findIndex(m => m.kind === "parameter" && m.grad >= 0 && m.shape.length > 1);
  if (weights < 0) return;
  const g = M[M[weights].grad].v;
  choose(weights, g.reduce((best, v, i) => Math.abs(v) > Math.abs(g[best]) ? i : best, 0), false);
}
start();
