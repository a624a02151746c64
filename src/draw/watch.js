// watch.js: the page of a recorded run: one number, the frame, and everything that is drawn from it. watch_page.c
// writes the data and every word.
const run = JSON.parse($("run").textContent), word = run.words, frames = run.frames;
const places = []; // of each parameter in a frame's numbers
for (const p of run.parameters) {
  const count = p.shape.reduce((a, b) => a * b, 1), last = places[places.length - 1];
  places.push({...p, count, begin: last ? last.begin + last.count : 0});
}
const numbers = k => frames[k].numbers || (frames[k].numbers = decode(frames[k].weights, run.kind));
const part = (k, p) => numbers(k).subarray(p.begin, p.begin + p.count);
const image = run.image.length === 2 ? run.image : null, planes = run.planes;
// whether a unit of the first layer has a weight for each pixel
const weighs = image && places.length && places[0].shape.length === 2
  && places[0].shape[0] === planes * image[0] * image[1];
const nameOf = label => run.names[label] ?? String(label ?? "?");
const state = {k: run.at, shown: "weights", fixed: true, unit: 0, cell: 0, playing: false, logarithm: false};
const MOST_TILES = 200, MOST_CELLS = 262144;

// ---- colours ------------------------------------------------------------------------------------------
const paint = (canvas, value, scale) => fill(canvas, i => {
  const v = value(i);
  return v === null ? null : tone(scale > 0 ? v / scale : 0);
});

// ---- what is shown of a parameter: itself, or how it has changed --------------------------------------
function difference(k, p) {
  const now = part(k, p),
    other = state.shown === "weights" ? null : part(state.shown === "since_start" ? 0 : Math.max(0, k - 1), p);
  return i => other ? now[i] - other[i] : now[i];
}
// Where colour is full: only one number in 200 lies further out. With one scale for all frames it is the last frame's,
// so that weights are seen to grow.
const scales = new Map();
function scaleOf(p) {
  const k = state.fixed && state.shown !== "since_last" ? frames.length - 1 : state.k, key = state.shown + k + p.name;
  if (!scales.has(key)) {
    const value = difference(k, p),
      all = Float64Array.from({length: p.count}, (unused, i) => Math.abs(value(i))).sort();
    scales.set(key, all[Math.floor((p.count - 1) * 0.995)] || all[p.count - 1]);
  }
  return scales.get(key);
}

// ---- the parts of the page ----------------------------------------------------------------------------
const parts = []; // functions that draw the frame state.k
const card = (title, hint, ...children) => el("section", {class: "card"}, el("h2", {}, title),
  hint ? el("p", {class: "soft"}, hint) : null, ...children);
const canvasOf = (width, height, label) =>
  el("canvas", {width, height, class: "picture", role: "img", "aria-label": label});

function choices() {
  const box = el("div", {class: "choice", role: "radiogroup", "aria-label": word.show});
  for (const shown of ["weights", "since_start", "since_last"])
    box.append(el("label", {},
      el("input", {type: "radio", name: "shown", value: shown, checked: shown === state.shown,
      onchange: () => { state.shown = shown; draw(); }}), word[shown]));
  box.append(el("label", {},
    el("input", {type: "checkbox", checked: state.fixed, onchange: e => { state.fixed = e.target.checked; draw(); }}),
    word.fixed));
  return box;
}

function legend() {
  const ramp = el("div", {class: "legend"}), text = el("div", {class: "soft", id: "scale"});
  parts.push(() => {
    const scale = scaleOf(places[0]);
    text.textContent = say(word.scale, rough(-scale), rough(scale));
  });
  return el("div", {}, ramp, text);
}

function units() {
  const w = places[0], height = planes * image[0], width = image[1], count = w.shape[1];
  const shown = Math.min(count, MOST_TILES), tiles = [];
  const list = el("div", {class: "tiles", id: "tiles"});
  for (let j = 0; j < shown; j++) {
    const canvas = canvasOf(width, height, `${word.unit} ${j}`);
    const tile = el("button", {class: "tile", type: "button", tabindex: -1, title: `${word.unit} ${j}`,
      onclick: () => { state.unit = j; draw(); }}, canvas);
    tiles.push({tile, canvas});
    list.append(tile);
  }
  const number = el("input", {type: "number", id: "unit", min: 0, max: count - 1, value: 0,
    oninput: () => { const j = Number(number.value);
      if (Number.isInteger(j) && j >= 0 && j < count) { state.unit = j; draw(); } }});
  const cell = 12, large = canvasOf(cell * width, cell * height, word.cell_hint),
    text = el("div", {class: "cell number", id: "cell", "aria-live": "polite"});
  large.id = "large";
  large.tabIndex = 0;
  const point = (r, c) => { state.cell = Math.max(0, Math.min(height - 1, r)) * width
    + Math.max(0, Math.min(width - 1, c)); draw(); };
  large.onpointermove = e => { const b = large.getBoundingClientRect();
    point(Math.floor((e.clientY - b.top) / b.height * height), Math.floor((e.clientX - b.left) / b.width * width)); };
  const ways = {ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1]};
  large.onkeydown = e => {
    if (!ways[e.key]) return;
    e.preventDefault();
    e.stopPropagation();
    point(Math.floor(state.cell / width) + ways[e.key][0], state.cell % width + ways[e.key][1]);
  };
  parts.push(() => {
    const value = difference(state.k, w), scale = scaleOf(w);
    tiles.forEach(({tile, canvas}, j) => {
      paint(canvas, i => value(i * count + j), scale);
      tile.setAttribute("aria-pressed", j === state.unit);
    });
    const g = large.getContext("2d");
    for (let i = 0; i < width * height; i++) {
      const v = value(i * count + state.unit);
      signedCell(g, i % width * cell, Math.floor(i / width) * cell, cell, tone(scale > 0 ? v / scale : 0), v);
    }
    if (document.activeElement !== number) number.value = state.unit;
    const index = state.cell * count + state.unit, name = state.shown === "weights" ? w.name : `\u0394${w.name}`;
    text.textContent = say(word.cell, `${name}[${state.cell},${state.unit}]`,
      state.shown === "weights" ? exact(part(state.k, w)[index], run.kind) : short(value(index)),
      Math.floor(state.cell / width) % image[0], state.cell % width);
  });
  const more = count > shown ? el("p", {class: "soft"}, say(word.some_units, shown, count)) : null;
  const side = el("div", {}, el("label", {class: "choice"}, word.unit, number), large, text,
    el("p", {class: "soft"}, word.cell_hint));
  const colours = planes === 3 ? el("p", {class: "soft"}, word.planes) : null;
  const box = card(word.units, word.units_hint, choices(), colours, more,
    el("div", {class: "units"}, el("div", {}, list, legend()), side));
  box.classList.add("wide");
  return box;
}

// Filters are tiles, long rows go on in the next line, and the rest lie as they are.
function matrices() {
  const list = el("div", {class: "matrices"});
  for (const p of places) {
    if ((weighs && p === places[0]) || p.count > MOST_CELLS) continue;
    // of filters a line has four, or all channels of one
    const last = p.shape[p.shape.length - 1], tiles = p.shape.length > 3 ? Math.max(4, Math.min(16, p.shape[1])) : 0,
      lies = layout(p.shape, tiles ? tiles * (last + 1) - 1 : 100, 60), name = `${p.name}[${p.shape}]`,
      canvas = canvasOf(lies.columns, lies.rows, name),
      size = Math.max(2, Math.min(12, Math.floor(400 / Math.max(lies.columns, lies.rows))));
    canvas.style.width = `${lies.columns * size}px`;
    list.append(el("figure", {}, canvas, el("figcaption", {class: "number"}, name)));
    parts.push(() => {
      const value = difference(state.k, p);
      paint(canvas, i => {
        const e = lies.at(Math.floor(i / lies.columns), i % lies.columns);
        return e < 0 ? null : value(e);
      }, scaleOf(p));
    });
  }
  if (!list.childElementCount) return null;
  if (weighs) return card(word.other, word.other_hint, list);
  const box = card(word.parameters, word.other_hint, choices(), list, legend());
  box.classList.add("wide");
  return box;
}

// ---- histograms ---------------------------------------------------------------------------------------
const BINS = 48;
function spreads() {
  const list = el("div", {class: "spreads"});
  for (const p of places) {
    let range = null; // over all frames: [least, largest]
    const canvas = el("canvas", {role: "img", "aria-label": p.name}), text = el("figcaption", {});
    list.append(el("figure", {}, canvas, text));
    parts.push(() => {
      if (!range) {
        range = [Infinity, -Infinity];
        for (const k of [0, frames.length >> 1, frames.length - 1]) for (const v of part(k, p)) {
          if (v < range[0]) range[0] = v; if (v > range[1]) range[1] = v; }
        if (!(range[1] > range[0])) range = [range[0] - 1, range[0] + 1];
      }
      const bins = new Array(BINS).fill(0);
      let low = Infinity, high = -Infinity, sum = 0;
      for (const v of part(state.k, p)) {
        bins[Math.max(0, Math.min(BINS - 1, Math.floor((v - range[0]) / (range[1] - range[0]) * BINS)))]++;
        low = Math.min(low, v), high = Math.max(high, v), sum += v;
      }
      bars(canvas, bins, range);
      text.textContent = say(word.spread, p.name, p.count, rough(low), rough(high), rough(sum / p.count));
    });
  }
  return card(word.histograms, say(word.histograms_hint, BINS), list);
}
// Heights are square roots of the counts: rare numbers stay visible beside the many near 0.
function bars(canvas, bins, range) {
  const ratio = devicePixelRatio || 1, width = canvas.clientWidth || 240, height = canvas.clientHeight || 96;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const context = canvas.getContext("2d"), most = Math.sqrt(Math.max(...bins)), step = width / bins.length;
  context.scale(ratio, ratio);
  context.fillStyle = style("blue");
  bins.forEach((count, i) => { const h = Math.sqrt(count) / most * (height - 16);
    context.fillRect(i * step + .5, height - 14 - h, step - 1, h); });
  context.fillStyle = style("soft");
  context.font = "11px sans-serif";
  context.fillText(rough(range[0]), 0, height - 2);
  context.textAlign = "right";
  context.fillText(rough(range[1]), width, height - 2);
  if (range[0] < 0 && range[1] > 0) {
    const zero = -range[0] / (range[1] - range[0]) * width;
    context.textAlign = "center";
    if (zero > 60 && zero < width - 60) context.fillText("0", zero, height - 2);
    context.fillRect(zero, height - 14, 1, 3);
  }
}

// ---- curves -------------------------------------------------------------------------------------------
// Where an update stands on the axis: as far as it is from the first one, or by the logarithm, which shows the start.
const charts = [];
const along = step => state.logarithm ? Math.log10(1 + step) : step;
function ticks(u, axis, low, high) {
  const at = [];
  if (!state.logarithm) {
    const rough = Math.max(1, (high - low) / (u.bbox.width / (devicePixelRatio || 1) / 60)),
      power = 10 ** Math.floor(Math.log10(rough)), step = [1, 2, 5, 10].find(f => f * power >= rough) * power;
    for (let v = Math.ceil(low / step) * step; v <= high; v += step) at.push(v);
  } else
    for (let v = 0; along(v) <= high; v = v === 0 ? 1 : 10 * v) at.push(along(v));
  return at;
}
function chart(what, name) {
  const box = el("div", {class: "chart"});
  const stroke = c => () => style(c), axis = {stroke: stroke("soft"), grid: {stroke: stroke("line"), width: 1},
    ticks: {stroke: stroke("line"), width: 1}};
  const value = (u, v) => v === null || v === undefined ? "" : v.toFixed(4);
  const marker = u => {
    const x = u.valToPos(along(frames[state.k].step), "x", true), context = u.ctx;
    context.save();
    context.strokeStyle = style("ink");
    context.lineWidth = 2 * (devicePixelRatio || 1);
    context.beginPath();
    context.moveTo(x, u.bbox.top);
    context.lineTo(x, u.bbox.top + u.bbox.height);
    context.stroke();
    context.restore();
  };
  const updates = () => frames.map(f => along(f.step));
  const data = [updates(), frames.map(f => f["test_" + what]), frames.map(f => f["train_" + what])];
  const u = new uPlot({
    width: 400, height: 230, data,
    scales: {x: {time: false}, y: what === "accuracy" ? {range: [0, 1]} : {range: (self, low, high) => [0, high]}},
    axes: [{...axis, splits: ticks, values: (self, at) => at.map(v => Math.round(state.logarithm ? 10 ** v - 1 : v))},
      {...axis, size: 48}],
    series: [{label: word.time, value: (self, v, series, i) => frames[i] ? frames[i].step : ""},
             {label: `${name}, ${word.test}`, stroke: stroke("orange"), width: 2, value, points: {show: false}},
             {label: `${name}, ${word.training}`, stroke: stroke("blue"), width: 2, dash: [6, 6], value,
               points: {show: false}}],
    cursor: {drag: {x: false, y: false}},
    hooks: {draw: [marker]},
  }, data, box);
  u.over.addEventListener("click", () => {
    if (u.cursor.idx !== null && u.cursor.idx !== undefined) go(u.cursor.idx); });
  new ResizeObserver(() => { if (box.clientWidth > 0) u.setSize({width: box.clientWidth, height: 230}); }).observe(box);
  charts.push(() => u.setData([updates(), ...data.slice(1)]));
  parts.push(() => { u.redraw(false); u.setLegend({idx: state.k}); });
  return box;
}
function curves() {
  const box = card(word.curves, word.curves_hint, el("label", {class: "choice"},
    el("input", {type: "checkbox", id: "logarithm", onchange: e => {
      state.logarithm = e.target.checked;
      charts.forEach(redraw => redraw());
      draw();
    }}), word.logarithm), el("div", {class: "pair"},
    chart("loss", word.loss), run.classes ? chart("accuracy", word.accuracy) : null));
  box.classList.add("wide");
  return box;
}

// ---- answers ------------------------------------------------------------------------------------------
function confusion() {
  const cells = [], names = [...Array(run.outputs).keys()];
  const table = el("table", {class: "confusion", id: "confusion"},
    el("tr", {}, el("th", {class: "corner"}, word.label, el("br", {}), word.answer),
    ...names.map(n => el("th", {scope: "col"}, nameOf(n)))));
  for (let label = 0; label < run.classes; label++) {
    const row = el("tr", {}, el("th", {scope: "row"}, nameOf(label)));
    for (let answer = 0; answer < run.outputs; answer++) {
      const cell = el("td", {class: label === answer ? "diagonal" : null});
      cells.push(cell);
      row.append(cell);
    }
    table.append(row);
  }
  parts.push(() => {
    const count = frames[state.k].confusion,
      most = Math.max(...count.map((n, i) => Math.floor(i / run.outputs) === i % run.outputs ? 0 : n), 1);
    cells.forEach((cell, i) => {
      const right = Math.floor(i / run.outputs) === i % run.outputs,
        share = right ? count[i] / run.rows * run.classes : Math.sqrt(count[i] / most);
      cell.textContent = count[i];
      cell.style.backgroundColor = count[i]
        ? `color-mix(in srgb, var(--${right ? "good" : "bad"}) `
          + `${Math.round(5 + 35 * Math.min(1, share))}%, transparent)`
        : "";
    });
  });
  return card(word.confusion, say(word.confusion_hint, run.rows),
    el("div", {class: "scroll", tabindex: 0, role: "region", "aria-label": word.confusion}, table));
}

function wall() {
  const samples = run.wall.label.map((label, i) =>
    ({label, canvas: run.wall.pixels && image ? canvasOf(image[1], image[0], `${i}`) : null,
    caption: el("figcaption", {})}));
  const list = el("div", {class: run.names.some(n => n.length > 3) ? "wall named" : "wall", id: "wall"}),
    count = el("p", {id: "right"}),
    pixels = run.wall.pixels ? decode(run.wall.pixels, "uint8") : null;
  for (const s of samples) list.append(s.figure = el("figure", {}, s.canvas, s.caption));
  const ink = () => samples.forEach((s, i) => {
    if (!s.canvas) return;
    const size = planes * image[0] * image[1];
    fill(s.canvas, e => pixelColour(j => pixels[i * size + j] / 255, e, image[0] * image[1], planes)); });
  ink();
  dark.addEventListener("change", ink);
  parts.push(() => {
    const f = frames[state.k], before = frames[Math.max(0, state.k - 1)];
    let right = 0;
    samples.forEach((s, i) => {
      const good = f.answer[i] === s.label;
      right += good;
      s.figure.className = (good ? "right" : "wrong") + (f.answer[i] !== before.answer[i] ? " changed" : "");
      s.caption.textContent = good ? nameOf(s.label) : `${nameOf(s.label)}\u2192${nameOf(f.answer[i])}`;
      s.figure.title = say(f.sure[i] === null ? word.sample_answer : word.sample, i, nameOf(s.label),
        nameOf(f.answer[i]), f.sure[i]);
    });
    count.textContent = say(word.right, right, samples.length);
  });
  const box = card(word.wall, say(word.wall_hint, samples.length), count, list);
  box.classList.add("wide");
  return box;
}

// ---- time ---------------------------------------------------------------------------------------------
let timer = 0, due = 0;
function draw() {
  if (!due) due = requestAnimationFrame(() => {
    due = 0; parts.forEach(f => f()); document.body.dataset.frame = state.k; });
}
function go(k) {
  state.k = Math.max(0, Math.min(frames.length - 1, k));
  draw();
}
function play(on) {
  clearTimeout(timer);
  state.playing = on;
  if (on && state.k === frames.length - 1) go(0);
  const next = () => {
    if (state.k === frames.length - 1) return play(false);
    go(state.k + 1);
    timer = setTimeout(next, 1000 / Number($("speed").value));
  };
  if (on) timer = setTimeout(next, 1000 / Number($("speed").value));
  $("play").textContent = on ? word.pause : word.play;
}
function controls() {
  const slider = el("input", {type: "range", id: "time", min: 0, max: frames.length - 1, step: 1, value: state.k,
    "aria-label": word.time, oninput: () => { play(false); go(Number(slider.value)); }});
  const step = (id, label, sign, by) =>
    el("button", {type: "button", id, title: label, "aria-label": label,
    onclick: () => { play(false); go(state.k + by); }}, sign);
  const speed = el("select", {id: "speed"},
    ...[1, 2, 4, 8, 16].map(n => el("option", {value: n, selected: n === 4}, say(word.per_second, n))));
  const now = el("b", {id: "now"}), scores = {train: el("span", {}), test: el("span", {id: "scores"})};
  parts.push(() => {
    const f = frames[state.k],
      of = split => [["loss", f[split + "_loss"]], ["accuracy", f[split + "_accuracy"]]]
      .filter(([, v]) => v !== null).map(([name, v]) => `${word[name]} ${v.toFixed(4)}`).join(", ") || "\u2014";
    slider.value = state.k;
    now.textContent = say(word.now, f.step, short(f.epoch));
    slider.setAttribute("aria-valuetext", now.textContent);
    scores.train.textContent = `${word.training}: ${of("train")}`;
    scores.test.textContent = `${word.test}: ${of("test")}`;
  });
  return el("div", {class: "bar"},
    el("div", {class: "row"}, el("button", {type: "button", id: "play", onclick: () => play(!state.playing)},
      word.play), step("back", word.back, "<", -1), step("forward", word.forward, ">", 1), slider,
       el("label", {class: "soft"}, word.speed + " ", speed)),
    el("div", {class: "readout"}, now, scores.train, scores.test));
}
addEventListener("keydown", e => {
  if (e.ctrlKey || e.altKey || e.metaKey || ["INPUT", "SELECT", "TEXTAREA"].includes(e.target.tagName)
    && e.target.type !== "radio" || e.key === " " && e.target.tagName === "BUTTON") return;
  const keys = {" ": () => play(!state.playing), ArrowLeft: () => { play(false); go(state.k - 1); },
    ArrowRight: () => { play(false); go(state.k + 1); },
                Home: () => { play(false); go(0); }, End: () => { play(false); go(frames.length - 1); }};
  if (!keys[e.key] || e.target.type === "radio" && e.key.startsWith("Arrow")) return;
  e.preventDefault();
  keys[e.key]();
});

const grid = el("div", {class: "grid"});
$("watch").append(controls(), el("p", {class: "soft"}, word.keys), grid);
grid.append(...[curves(), weighs ? units() : null, run.classes ? wall() : null, run.classes ? confusion() : null,
  matrices(), spreads()].filter(x => x));
dark.addEventListener("change", draw);
addEventListener("resize", draw);
draw();
