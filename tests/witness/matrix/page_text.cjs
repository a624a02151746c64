// page_text.cjs: what a page of explain or watch says, without a browser: its own scripts run on a document of a hundred lines, which keeps texts and colours and
// lays nothing out. Prints what a reader would read as JSON, for pages.py beside it.
//   node page_text.cjs FILE
"use strict";
const vm = require("vm"), html = require("fs").readFileSync(process.argv[2], "utf8");

class Node_ {
  constructor(tag) { Object.assign(this, {tag, children: [], attributes: {}, style: {}, dataset: {}, width: 0, height: 0, clientWidth: 0, clientHeight: 0, scrollTop: 0, scrollLeft: 0}); }
  append(...all) { this.children.push(...all); }
  replaceChildren(...all) { this.children = all; }
  setAttribute(name, value) { this.attributes[name] = String(value); if (["id", "width", "height", "value"].includes(name)) this[name] = name === "id" ? value : Number(value); }
  get id() { return this.attributes.id; }
  set id(value) { this.attributes.id = value; known.set(value, this); }
  get className() { return this.attributes.class ?? ""; }
  set className(value) { this.attributes.class = value; }
  get classList() { const has = () => this.className.split(" ").filter(c => c); return {add: c => { this.className = [...has(), c].join(" "); }, contains: c => has().includes(c),
    toggle: (c, on) => { this.className = [...has().filter(x => x !== c), ...(on ? [c] : [])].join(" "); }}; }
  get textContent() { return this.children.map(c => typeof c === "string" ? c : c.tag === "br" ? "\n" : c.textContent).join(""); }
  set textContent(text) { this.children = [String(text)]; }
  get childElementCount() { return this.children.filter(c => c instanceof Node_).length; }
  get tagName() { return this.tag.toUpperCase(); }
  get lastChild() { return this.children[this.children.length - 1]; }
  getBoundingClientRect() { return {left: 0, top: 0, width: 1, height: 1}; }
  addEventListener() {}
  focus() { document.activeElement = this; }
  scrollIntoView() {}
  getContext() {
    const canvas = this, plain = {createImageData: (width, height) => ({data: new Uint8Array(4 * width * height)}), putImageData: picture => { canvas.pixels = picture.data; }};
    return new Proxy(plain, {get: (of, name) => of[name] ?? (() => {}), set: () => true});
  }
  all(fits, found = []) { for (const c of this.children) if (c instanceof Node_) { if (fits(c)) found.push(c); c.all(fits, found); } return found; }
}
const known = new Map(), document = {body: new Node_("body"), documentElement: new Node_("html"), activeElement: null,
  createElement: tag => new Node_(tag), createElementNS: (space, tag) => new Node_(tag), getElementById: id => known.get(id) ?? null};
for (const [, id] of html.replace(/<script[\s\S]*?<\/script>/g, "").matchAll(/ id="([^"]+)"/g)) { const e = new Node_("div"); e.id = id; }
const colours = Object.fromEntries([...html.slice(0, html.indexOf("@media")).matchAll(/(--[\w-]+): ([^;]+);/g)].map(([, name, value]) => [name, value]));
let due = [], charts = [];
const page = vm.createContext({document, console, atob, setTimeout: () => 0, clearTimeout: () => {}, devicePixelRatio: 1, addEventListener: () => {}, matchMedia: () => ({addEventListener: () => {}}),
  requestAnimationFrame: f => due.push(f), getComputedStyle: () => ({getPropertyValue: name => colours[name] ?? ""}), ResizeObserver: class { observe() {} },
  uPlot: class { constructor(options, data) { this.over = new Node_("div"); charts.push({labels: options.series.map(s => s.label), data}); } redraw() {} setLegend() {} setSize() {} setData() {} }});
page.window = page;
const drawn = () => { while (due.length) due.shift()(); };
for (const [, attributes, code] of html.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)) {
  const id = /id="([^"]+)"/.exec(attributes);
  if (id) { const e = new Node_("script"); e.id = id[1]; e.textContent = code; }
  else if (!code.includes("uPlot=function")) vm.runInContext(code, page);
}
const run = code => vm.runInContext(code, page), get = id => document.getElementById(id), text = id => get(id)?.textContent ?? null;
const rows = table => table.all(e => e.tag === "tr").map(row => row.children.map(c => c.textContent));
const tag = name => e => e.tag === name;

// ---- watch ----
// Of each pixel: the sign that its colour has, "0" for the neutral one, " " for none; or the colour.
const signs = c => c.tag !== "canvas" || !c.pixels ? null : Array.from({length: c.width * c.height}, (unused, i) => { const [r, g, b, a] = c.pixels.subarray(4 * i, 4 * i + 4);
  return a === 0 ? " " : Math.abs(r - b) < 12 ? "0" : r > b ? "+" : "-"; }).join("");
function walk(p, unit) { // over the large picture, right and down by turns, and what is said at each step
  const large = get(`large-${p}`), number = get(`unit-${p}`), said = [], go = key => large.onkeydown({key, preventDefault() {}, stopPropagation() {}}), press = key => { go(key); drawn(); return text(`cell-${p}`); };
  if (number) { number.value = unit; number.oninput(); drawn(); }
  for (let i = 0; i < 200; i++) go("ArrowLeft"), go("ArrowUp");
  for (let still = 0, before = null; still < 2;) for (const key of ["ArrowRight", "ArrowDown"]) { const now = press(key); still = now === before ? still + 1 : 0; if (still === 0) said.push(now); before = now; }
  return said;
}
function frame(k, shown) {
  run(`state.shown = ${JSON.stringify(shown)}; go(${k})`);
  drawn();
  const layers = {};
  for (const p of run("seen.map(p => ({name: p.name, as: p.as, units: p.units, planes: p.planes}))")) {
    const tiles = (get(`tiles-${p.name}`)?.all(tag("canvas")) ?? []);
    layers[p.name] = {as: p.as, tiles: tiles.map(c => ({width: c.width, height: c.height, signs: p.planes === 3 ? null : signs(c), rgb: p.planes === 3 ? [...c.pixels].filter((v, i) => i % 4 < 3) : null})),
      said: get(`large-${p.name}`) ? [...new Set([0, p.units - 1])].flatMap(unit => walk(p.name, unit)) : [],
      values: (get(`values-${p.name}`)?.all(tag("li")) ?? []).map(l => l.lastChild.textContent)};
  }
  return {k, shown, layers, now: text("now"), scores: text("scores"), right: text("right"), confusion: (get("confusion")?.all(tag("td")) ?? []).map(c => c.textContent),
    wall: (get("wall")?.all(tag("figure")) ?? []).map(f => [f.textContent, f.title]), spread: get("watch").all(e => e.className === "spreads").flatMap(s => s.all(tag("figcaption")).map(f => f.textContent))};
}
function watch() {
  const last = run("frames.length - 1");
  return {frames: [frame(0, "weights"), frame(last, "weights"), frame(last, "since_start")], charts, inputs: get("watch").all(e => e.className === "inputs").flatMap(s => s.all(tag("li")).map(l => l.textContent))};
}

// ---- explain ----
function cell(k, e) {
  run(`choose(${k}, ${e}, false)`);
  const told = get("told"), of = className => told.all(x => x.className.split(" ").includes(className));
  return {k, e, chosen: text("chosen"), verdict: get("verdict") && told.all(x => x.id === "verdict")[0]?.textContent, said: told.children.filter(c => c.tag === "p").map(c => c.textContent),
    terms: of("terms").flatMap(rows), window: of("window-of").flatMap(rows), change: told.all(x => x.id === "change")[0]?.textContent ?? null, chain: of("chain").flatMap(c => c.all(tag("li")).map(l => l.textContent))};
}
function explain() {
  const cells = [];
  run("M.map(m => m.v.length)").forEach((count, k) => { for (const e of new Set([0, Math.floor(count / 2), run(`M[${k}].v.reduce((best, x, i, all) => Math.abs(x) > Math.abs(all[best]) ? i : best, 0)`)])) if (count) cells.push(cell(k, e)); });
  return {result: get("question").all(e => e.className === "result").flatMap(rows), inputs: get("question").all(e => e.className === "result inputs").flatMap(rows), hint: get("question").all(tag("p")).map(p => p.textContent), reasons: get("question").all(tag("li")).map(l => l.textContent),
    labels: get("graph").all(tag("text")).map(t => t.textContent), cells};
}
console.log(JSON.stringify(get("run") ? watch() : explain()));
