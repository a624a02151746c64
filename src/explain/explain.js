// explain.js: the page of denpa explain: the question it opens with, the graph, pictures of the matrices, and the story
// of the chosen number. Numbers and sums are explain_sums.js's.

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
const ACROSS = 286, SIGNED = 9; // pixels of a line; of a cell that has room for its sign

// How many pixels a cell has.
function sizeOf(shape) {
  const width = shape[shape.length - 1], tiles = shape.length > 3 ? shape[0] * shape[1] : 1;
  const count = shape.reduce((a, b) => a * b, 1), row = shape.length < 3 && count === width;
  if (tiles > 1) return Math.max(3, Math.min(14, Math.floor(ACROSS / 2 / (width + 1))));
  return row ? Math.max(11, Math.min(22, Math.floor(ACROSS / width)))
    : Math.max(5, Math.min(22, Math.floor(ACROSS / width)));
}

// Small differences near 0 are to be seen beside the largest number.
const strength = (m, v) => m.most > 0 ? Math.sign(v) * Math.sqrt(Math.abs(v) / m.most) : 0;

// The colour of number e: ink, if it is a pixel that was given, or how far below or above zero it is.
function colourOf(m, e) {
  if (!m.picture || m.kind !== "given") return tone(strength(m, m.v[e]));
  const size = D.width * D.height, first = D.planes === 3 ? e - e % (3 * size) : 0;
  if (D.planes !== 3) return pixelColour(i => m.v[i], e, size, 1);
  const plane = Math.floor((e - first) / size); // each plane in its own colour
  return [0, 1, 2].map(p => p === plane ? Math.round(255 * m.v[e]) : 0);
}

class Picture {
  constructor(k) {
    const m = M[k];
    this.k = k;
    this.e = 0;
    this.size = sizeOf(m.lies);
    this.lies = layout(m.lies, Math.floor(ACROSS / this.size));
    this.signed = this.size >= SIGNED && !(m.picture && m.kind === "given");
    this.canvas = el("canvas", {});
    this.room = el("div", {}, this.canvas);
    this.room.style.cssText = `width:${this.lies.columns * this.size}px;height:${this.lies.rows * this.size}px`;
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
    const box = this.room.getBoundingClientRect();
    this.go(Math.floor((event.clientY - box.top) / this.size), Math.floor((event.clientX - box.left) / this.size));
  }

  go(row, column) {
    const e = this.lies.at(row, column);
    if (e >= 0) choose(this.k, e, false);
    return e >= 0;
  }

  key(event) {
    const [r, c] = this.lies.place(this.e), {rows, columns} = this.lies;
    if (event.key === "Enter") $("chosen").focus();
    const to = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [r, 0],
      End: [r, columns - 1], PageUp: [Math.max(0, r - 10), c], PageDown: [Math.min(rows - 1, r + 10), c]}[event.key];
    if (!to) return;
    event.preventDefault();
    if (!event.key.startsWith("Arrow")) this.go(...to);
    else if (!this.go(r + to[0], c + to[1])) this.go(r + 2 * to[0], c + 2 * to[1]); // over the gap between tiles
  }

  show(e) { // moves the window so that the cell is in it
    const [row, column] = this.lies.place(e), y = row * this.size, x = column * this.size, w = this.window;
    if (y < w.scrollTop || y + this.size > w.scrollTop + w.clientHeight) w.scrollTop = y - w.clientHeight / 2;
    if (x < w.scrollLeft || x + this.size > w.scrollLeft + w.clientWidth) w.scrollLeft = x - w.clientWidth / 2;
  }

  draw() {
    const width = this.window.clientWidth, height = this.window.clientHeight, scale = window.devicePixelRatio || 1,
      g = this.canvas.getContext("2d"), s = this.size;
    if (width === 0) return;
    if (this.canvas.width !== Math.round(width * scale) || this.canvas.height !== Math.round(height * scale)) {
      this.canvas.width = Math.round(width * scale);
      this.canvas.height = Math.round(height * scale);
      this.canvas.style.cssText = `width:${width}px;height:${height}px`;
    }
    const x0 = this.window.scrollLeft, y0 = this.window.scrollTop;
    g.setTransform(scale, 0, 0, scale, -x0 * scale, -y0 * scale);
    g.fillStyle = style("shade");
    g.fillRect(x0, y0, width, height);
    for (let r = Math.floor(y0 / s); r < Math.min(this.lies.rows, (y0 + height) / s); r++)
      for (let c = Math.floor(x0 / s); c < Math.min(this.lies.columns, (x0 + width) / s); c++)
        this.cell(g, r, c);
    if (this.wholly()) { // all of it takes part
      g.strokeStyle = style("good");
      g.lineWidth = 3;
      g.strokeRect(1.5, 1.5, this.lies.columns * s - 3, this.lies.rows * s - 3);
    }
    if (chosen.k === this.k) this.frame(g, chosen.e, style("focus"), 2.5);
  }

  wholly() { return marks.get(this.k)?.size === M[this.k].v.length; }

  cell(g, r, c) {
    const e = this.lies.at(r, c), m = M[this.k], s = this.size, x = c * s, y = r * s;
    if (e < 0) return;
    signedCell(g, x, y, s, colourOf(m, e), this.signed ? m.v[e] : 0);
    if (marks.get(this.k)?.has(e) && !this.wholly()) this.frame(g, e, style("good"), 1);
  }

  frame(g, e, colour, thick) {
    const [row, column] = this.lies.place(e);
    g.strokeStyle = colour;
    g.lineWidth = thick;
    g.strokeRect(column * this.size + thick / 2, row * this.size + thick / 2, this.size - thick, this.size - thick);
  }
}

// A picture of a whole matrix, a pixel for each cell, which the style sheet makes as large as there is room for.
function small(m, across) {
  const lies = layout(m.lies, across), planes = m.picture && m.kind === "given" ? D.planes : 1,
    picture = planes === 3 ? layout([1, 1, D.height, D.width], D.width) : lies,
    canvas = el("canvas", {class: "small", width: picture.columns, height: picture.rows, "aria-hidden": "true"});
  fill(canvas, i => {
    const e = picture.at(Math.floor(i / canvas.width), i % canvas.width);
    return e < 0 ? null : planes === 3 ? pixelColour(j => m.v[j], e, D.width * D.height, 3) : colourOf(m, e);
  });
  return canvas;
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
  const said = {given: W.given, parameter: W.parameter, state: W.state}; // the rest was computed
  if (!m.terms) return [el("p", {}, said[m.kind] ?? W.noterms)];
  const a = account(k, e);
  parts.push(el("h3", {}, a.terms.length > 0 ? say(W.terms, a.terms.length) : W.noterm));
  if (a.terms.length > 0) parts.push(termTable(k, e, a, most));
  if (a.recipe.finish !== null) parts.push(el("p", {class: "number"}, name(k, e) + " = ",
    ...formPieces(a.recipe.finish, number(a.sum), a.args, 0), " = " + number(m.v[e])));
  parts.push(el("p", {class: a.good ? "good" : "bad", id: "verdict"},
    a.good ? W.exactly : a.known ? say(W.differs, a.sum, a.expected) : say(W.unknown, a.recipe.fold)));
  return parts;
}

// What a number of the input stands for; also of a gradient that is one of them times another gradient.
function tellInput(k, e) {
  const given = m => m >= 0 && (M[m].picture && M[m].kind === "given" || M[m].table), terms = termsOf(k, e) ?? [],
    at = given(k) ? [k, e] : terms.length === 1
    ? [[terms[0].m, terms[0].index], [terms[0].by, terms[0].byIndex]].find(p => given(p[0])) : null;
  const own = M[k].kind === "backward" ? M[k].grad : k; // the weights, of which it may be the gradient
  if (!at && D.calls.some(c => M[c.in[0]]?.table && c.in[1] === own && M[k].shape.length === 2)) {
    const said = D.inputs[Math.floor(e / M[k].columns)];
    return said === undefined ? null : el("p", {}, say(W.weighs, said[0]));
  }
  if (!at) return null;
  if (M[at[0]].table) {
    const said = D.inputs[at[1] % M[at[0]].shape[1]];
    return said === undefined ? null : el("p", {}, name(at[0], at[1]) + said[1]);
  }
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
      a.terms.length > 1 ? el("span", {class: "soft"}, " (" + say(W.link, a.terms.length, short(a.sum)) + ")") : null,
      // what becomes of the sum, where that is not yet the number
      ...a.recipe.finish === null ? [] : [el("br"), "= ", ...formPieces(a.recipe.finish, short(a.sum), a.args, 0)]));
    [k, e] = [t.m, t.index];
  }
  return items.length > 0 ? [el("h3", {}, W.chain), el("ol", {class: "chain"}, ...items)] : [];
}

// The window of the picture before that a number looks at, where its operation has one: what takes part stands out.
function tellWindow(k, e) {
  const call = D.calls.find(c => c.out === k), from = call ? M[call.in[0]] : null, size = call?.numbers.size;
  if (!size || from.shape.length !== 4) return [];
  const [h, w] = from.shape.slice(2), [rows, columns] = M[k].shape.slice(2), {stride, pad} = call.numbers,
    q = e % columns, p = Math.floor(e / columns) % rows, plane = Math.floor(e / columns / rows) * h * w,
    part = new Set(termsOf(k, e).map(t => t.index)), lines = [];
  for (let i = p * stride - pad; i < p * stride - pad + size; i++) {
    const cells = [];
    for (let j = q * stride - pad; j < q * stride - pad + size; j++) {
      const at = plane + i * w + j, inside = i >= 0 && j >= 0 && i < h && j < w;
      cells.push(el("td", {class: inside && part.has(at) ? "number part" : "number"}, inside
        ? cellLink(call.in[0], at, short(from.v[at])) : ""));
    }
    lines.push(el("tr", {}, ...cells));
  }
  return [el("p", {}, say(W.window, from.name, part.size)), el("table", {class: "window-of"}, ...lines)];
}

// The column of weights that the chosen cell is in, laid out as the picture that it looks at.
function tellColumn(k, e) {
  const m = M[k], size = 7;
  if (D.width === 0 || m.rows !== D.width * D.height || m.columns === m.v.length) return [];
  const c = e % m.columns,
    canvas = el("canvas", {width: D.width * size, height: D.height * size, "aria-hidden": "true"}),
    g = canvas.getContext("2d");
  for (let r = 0; r < m.rows; r++) {
    g.fillStyle = `rgb(${tone(strength(m, m.v[r * m.columns + c]))})`;
    g.fillRect(r % D.width * size, Math.floor(r / D.width) * size, size, size);
  }
  const r = Math.floor(e / m.columns);
  g.strokeStyle = style("focus");
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
    ...[tellInput(k, e)].filter(p => p), ...tellWindow(k, e), ...tellSum(k, e, most), ...tellNudge(k, e),
    ...tellColumn(k, e), ...tellChain(k, e));
}

// ---- the graph ----------------------------------------------------------------------------------

const svg = (tag, attributes, ...children) => {
  const s = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) typeof value === "function" ? s[key] = value
    : s.setAttribute(key, value);
  s.append(...children);
  return s;
};

const goTo = k => { views[k].window.focus(); views[k].card.scrollIntoView({block: "center"}); };

// The lines of a label; it leads to the matrix.
function label(k, x, y, anchor, kind, ...lines) {
  if (k < 0) return "";
  const wide = Math.max(...lines.map(l => l.length)) * 7.3 + 6, high = Math.max(24, 15 * lines.length + 4),
    left = anchor === "end" ? x - wide + 3 : x - 3, middle = y - 4 + 7.5 * (lines.length - 1);
  return svg("g", {role: "button", tabindex: "0", onclick: () => goTo(k),
    onkeydown: e => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); goTo(k); } }},
    svg("rect", {x: left, y: middle - high / 2, width: wide, height: high, fill: "transparent"}),
    ...lines.flatMap((line, i) => [svg("text", {x, y: y + 15 * i, "text-anchor": anchor, class: kind}, line), " "]));
}

const shaped = k => M[k].name + "[" + M[k].shape.join(",") + "]";
const upTo = k => say(W.largest, rough(M[k].most));
const arrow = (x1, y1, x2, y2, kind) =>
  svg("path", {d: `M${x1} ${y1}L${x2} ${y2}`, class: kind, "marker-end": `url(#${kind}-end)`});

// Each call is a step; what a loss does before it compares, such as softmax, is one of its own.
const steps = () => D.calls.flatMap(call => call.inside === null ? [call] : [
  {...call, title: call.inside, in: [call.in[0]], loss: -1}, {...call, in: [call.out, ...call.in.slice(1)], out: -1}]);

// How wide the name of a step is; Japanese letters are wider.
const across = text => Array.from(text, c => c > "\u2fff" ? 14 : 8).reduce((sum, w) => sum + w, 0);

// Narrow enough for a phone: operations below each other, values to the left of the arrows between them, gradients to
// the right, parameters at the left side.
function graph() {
  const parts = [], width = 356, x = 232, half = 17, wire = 76, row = 50;
  const head = (id, colour) => svg("marker", {id: id + "-end", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7,
    markerHeight: 7, orient: "auto"}, svg("path", {d: "M0 0L8 4L0 8z", class: colour}));
  parts.push(svg("defs", {}, head("forward", "to"), head("backward", "from")));
  let above = 0, free = 0; // where the wire into the next operation begins, and where nothing lies beside it
  steps().forEach((call, c, all) => {
    const before = c > 0 ? all[c - 1].out : -1, main = call.in.includes(before) ? before : call.in[0],
      side = call.in.filter(k => k !== main && k >= 0), reach = Math.max(half, side.length * row / 2),
      y = free + wire + reach, box = Math.min(236, Math.max(104, 20 + across(call.title))), left = x - box / 2;
    parts.push(arrow(x - 9, above, x - 9, y - half, "forward"),
      label(main, x - 18, free + 34, "end", "value", shaped(main)));
    if (M[main].grad >= 0) parts.push(arrow(x + 9, y - half, x + 9, above, "backward"),
      label(M[main].grad, x + 18, free + 28, "start", "slope", M[M[main].grad].name, upTo(M[main].grad)));
    else if (call.inside !== null && call.out < 0) parts.push(arrow(x + 9, y - half, x + 9, above, "backward"),
      svg("text", {x: x + 18, y: free + 34, class: "slope"}, D.handed_back));
    side.forEach((k, q) => {
      const at = y + (q - (side.length - 1) / 2) * row, grad = M[k].grad;
      parts.push(arrow(2, at - 3, left, at - 3, "forward"), label(k, 2, at - 9, "start", "value", shaped(k)));
      if (grad >= 0) parts.push(arrow(left, at + 3, 2, at + 3, "backward"),
        label(grad, 2, at + 20, "start", "slope", M[grad].name + " " + upTo(grad)));
    });
    if (side.length > 1) parts.push(svg("path", {d: `M${left} ${y - reach + 14}V${y + reach - 14}`, class: "side"}));
    parts.push(svg("rect", {x: left, y: y - half, width: box, height: 2 * half, rx: half, class: "op"}),
      svg("text", {x, y: y + 5, class: "op-name"}, call.title));
    above = y + half;
    free = y + reach;
    if (c + 1 < all.length) return;
    parts.push(arrow(x - 9, above, x - 9, free + 44, "forward"),
      call.out < 0 || call.loss >= 0 ? "" : label(call.out, x - 18, free + 34, "end", "value", shaped(call.out)));
    if (call.loss >= 0) parts.push(label(call.loss, x + 4, free + 28, "start", "value",
      D.rows > 1 ? say(W.mean, M[call.loss].name) : M[call.loss].name, "= " + short(D.loss)));
  });
  $("graph").append(svg("svg", {width, height: free + 56, viewBox: `0 0 ${width} ${free + 56}`, role: "group",
    "aria-label": W.graph}, ...parts));
}

// ---- the question: the picture, its way, the answer ------------------------------------------------

// Numbers side by side, up or down from zero.
function bars(m) {
  const n = m.v.length, width = Math.max(3, Math.min(14, Math.floor(150 / n))), high = 64,
    low = Math.min(0, ...m.v), span = Math.max(0, ...m.v) - low || 1, zero = high * (span + low) / span;
  return svg("svg", {class: "small", width: n * width, height: high + 2, viewBox: `0 -1 ${n * width} ${high + 2}`,
    "aria-hidden": "true"},
    ...Array.from(m.v, (v, i) => svg("rect", {x: i * width + 0.5, width: width - 1, class: v < 0 ? "below" : "above",
      y: v < 0 ? zero : zero - high * v / span, height: high * Math.abs(v) / span})),
    svg("path", {d: `M0 ${zero}H${n * width}`, class: "zero"}));
}

function stage(k, op) {
  const m = M[k], flat = m.v.length <= 50 && !m.picture && m.lies.length < 4;
  return el("button", {type: "button", class: "stage", onclick: () => goTo(k)},
    el("span", {class: "op"}, op), flat ? bars(m) : small(m, m.lies.length > 3 ? 3 * m.lies[3] + 2 : 20),
    el("span", {class: "number"}, shaped(k)));
}

// What each operation made of it; what only lies differently afterwards is left out.
function way() {
  const box = el("div", {class: "way"}), last = D.calls[D.calls.length - 1];
  let before = last === undefined ? -1 : D.calls[0].in[0];
  if (before >= 0) box.append(stage(before, W.input));
  for (const call of D.calls) {
    const same = before >= 0 && M[call.out].v.length === M[before].v.length
      && M[call.out].v.every((v, i) => v === M[before].v[i]);
    if (call.out < 0 || same) continue;
    box.append(stage(call.out, call.inside ?? call.title));
    before = call.out;
  }
  return box;
}

const cellLink = (k, e, text) => el("button", {type: "button", class: "link number", onclick: () => choose(k, e, false),
  title: name(k, e) + " = " + number(M[k].v[e])}, text);

// y, and with what the loss begins the way back: its formula, and its numbers as gradient `back`.
function result(y, k, back) {
  const most = Math.max(...y.v.map(Math.abs)), begun = back >= 0 ? M[back].v : [],
    far = Math.max(...Array.from(begun, Math.abs)), below = y.v.some(v => v < 0),
    four = Math.max(most, far) < 1.0001, // four places, unless a whole column would be shown as 0
    digits = (v, top) => four && top >= 1e-3 ? v.toFixed(4).replace(/^-(0\.0*)$/, "$1") : short(v),
    head = back >= 0 ? el("th", {scope: "col", colspan: 2}, D.handed_back) : null;
  return el("table", {class: "result"}, el("thead", {}, el("tr", {}, el("th", {scope: "col"}, W.class),
    el("th", {scope: "col", colspan: 2}, W.y), head)), el("tbody", {},
    ...Array.from(y.v, (v, i) => el("tr", {}, el("th", {scope: "row"}, D.classes[D.outputs[i]],
      D.outputs[i] === D.label ? el("span", {title: W.label}, "\u00a0\u2713") : null),
    el("td", {class: "number"}, cellLink(k, i, digits(v, most))), el("td", {class: "bars"}, bar(v, most, below)),
    ...(back < 0 ? [] : [el("td", {class: "number"}, cellLink(back, i, digits(begun[i], far))),
      el("td", {class: "bars"}, bar(begun[i], far, true))])))));
}

// The strongest reasons for the highest of the last scores: the largest terms of its sum.
function reasons(k, best) {
  if (k < 0 || !M[k].terms || !(M[k].v.length > best)) return [];
  const a = account(k, best),
    size = D.numbers ? t => Math.abs(t.product) : t => t.product, // what speaks against a class is no reason for it
    top = a.terms.filter(t => size(t) > 0).sort((p, q) => size(q) - size(p)).slice(0, 3);
  if (top.length === 0) return [];
  return [el("p", {}, say(W.score, D.classes[D.outputs[best]]), " ", link(k, best), " = ", short(M[k].v[best])),
    el("ul", {class: "chain"}, ...top.map(t => el("li", {class: "number"}, ...termNames(a.recipe, t, a.args), " = ",
      short(t.product))))];
}

// The inputs of a table by their names.
function columns(k) {
  const x = M[k], most = x.most;
  return [el("h2", {}, W.row), el("table", {class: "result inputs"},
    el("thead", {}, el("tr", {}, el("td"), el("th", {scope: "col"}, W.stands),
      el("th", {scope: "col", colspan: 2}, W.comes))),
    el("tbody", {}, ...D.inputs.map(([called, , field], i) =>
      el("tr", {}, el("th", {scope: "row"}, called), el("td", {class: "number"}, field),
        el("td", {class: "number"}, cellLink(k, i, short(x.v[i]))),
        el("td", {class: "bars"}, bar(x.v[i], most, true))))))];
}

function question() {
  const y = M[D.output], last = D.calls[D.calls.length - 1], t = M[last?.in[1] ?? -1];
  if (D.rows !== 1 || !y || !t || t.v.length !== y.v.length) return;
  const best = y.v.reduce((b, v, i, all) => v > all[b] ? i : b, 0),
    back = D.handed_back === "" || !(M[last.in[0]]?.grad >= 0) ? -1 : M[last.in[0]].grad;
  const first = M.findIndex(m => m.table);
  $("question").append(...first >= 0 ? columns(first) : [], el("h2", {}, W.way), el("p", {class: "soft"}, W.wayHint),
    way(), el("h2", {}, W.result), el("p", {class: "soft"}, back < 0 ? "" : say(W.resultHint, D.handed_back)),
    el("div", {class: "answer"}, result(y, D.output, back), el("div", {}, ...reasons(last.in[0], best))));
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
  // on a narrow window the story is a line at the foot until it is unfolded
  const fold = el("button", {type: "button", id: "fold", "aria-expanded": "false", "aria-controls": "told",
    onclick: () => unfold(!$("story").classList.contains("open"))}, W.unfold);
  const unfold = open => {
    $("story").classList.toggle("open", open);
    fold.setAttribute("aria-expanded", String(open));
    fold.textContent = open ? W.fold : W.unfold;
  };
  $("story").append(el("div", {class: "head"},
    el("h2", {id: "chosen", class: "number", tabindex: -1}, W.pick), fold), form,
    el("div", {id: "told"}));
  views = M.map((m, k) => new Picture(k));
  views.forEach(v => $(M[v.k].kind === "backward" ? "backward" : "forward").append(v.card));
  graph();
  question();
  views.forEach(v => v.show(M[v.k].v.reduce((best, x, i, all) => Math.abs(x) > Math.abs(all[best]) ? i : best, 0)));
  drawAll();
  addEventListener("resize", drawAll);
  dark.addEventListener("change", () => { $("question").replaceChildren(); question(); drawAll(); });
  // The story begins with the strongest gradient: the number that the update will change most.
  const weights = M.findIndex(m => m.kind === "parameter" && m.grad >= 0 && m.shape.length > 1);
  if (weights < 0) return;
  const g = M[M[weights].grad].v;
  choose(weights, g.reduce((best, v, i) => Math.abs(v) > Math.abs(g[best]) ? i : best, 0), false);
}
start();
