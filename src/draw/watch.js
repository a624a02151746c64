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
const seen = places.filter(p => p.as); // what is more than a matrix, as watch_page.c says
const nameOf = label => run.names[label] ?? String(label ?? "?");
const state = {k: run.at, shown: "weights", fixed: true, playing: false, logarithm: false};
const MOST_TILES = 200, MOST_CELLS = 262144, MOST_COLUMNS = 100, MOST_BARS = 64, FEW = 16;

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

function legend(p) {
  const text = el("div", {class: "soft", id: `scale-${p.name}`});
  parts.push(() => { const scale = scaleOf(p); text.textContent = say(word.scale, rough(-scale), rough(scale)); });
  return el("div", {}, el("div", {class: "legend"}), text);
}

// ---- what the layers look for -------------------------------------------------------------------------
// "W1[3,0] = 0.25", or by how much it has changed.
const told = (p, index, at) => [`${state.shown === "weights" ? "" : "\u0394"}${p.name}[${at}]`,
  state.shown === "weights" ? exact(part(state.k, p)[index], run.kind) : short(difference(state.k, p)(index))];

// A picture whose numbers are read by pointing at them or with the arrow keys: read(e) hears which one.
const ways = {ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1]};
function readable(canvas, lies, read) {
  let row = 0, column = 0;
  const point = (r, c) => {
    const e = lies.at(r, c);
    if (e < 0) return false;
    [row, column] = [r, c];
    read(e);
    return true;
  };
  canvas.tabIndex = 0;
  canvas.onpointermove = e => { const b = canvas.getBoundingClientRect();
    point(Math.floor((e.clientY - b.top) / b.height * lies.rows),
      Math.floor((e.clientX - b.left) / b.width * lies.columns)); };
  canvas.onkeydown = e => {
    const way = ways[e.key];
    if (!way) return;
    e.preventDefault();
    e.stopPropagation();
    if (!point(row + way[0], column + way[1])) point(row + 2 * way[0], column + 2 * way[1]); // over a gap
  };
}

// Each cell with its sign; valueOf(e) is number e as it lies.
function signedPicture(canvas, lies, cell, valueOf, scale) {
  const g = canvas.getContext("2d");
  for (let r = 0; r < lies.rows; r++)
    for (let c = 0; c < lies.columns; c++) {
      const e = lies.at(r, c), v = e < 0 ? 0 : valueOf(e);
      if (e >= 0) signedCell(g, c * cell, r * cell, cell, tone(scale > 0 ? v / scale : 0), v);
    }
}

// Units and filters: small ones to choose from, of several channels a tile each, and the chosen one large.
function pictures(p) {
  const {height, width, units} = p, size = height * width, channels = p.together * p.planes, count = channels * size,
    colour = p.planes === 3, across = colour ? 1 : Math.ceil(Math.sqrt(channels)), filters = p.as === "filters",
    lies = layout([1, channels, height, width], across * (width + 1) - 1),
    flat = colour ? layout([1, 1, height, width], width) : lies, kind = filters ? word.filter : word.unit;
  const shown = Math.min(units, MOST_TILES), tiles = [],
    list = el("div", {class: shown > FEW ? "tiles" : "few tiles", id: `tiles-${p.name}`});
  let unit = 0, chosen = 0;
  const indexOf = (i, j) => p.by_input ? i * units + j : j * count + i;
  for (let j = 0; j < shown; j++) {
    const canvas = canvasOf(flat.columns, flat.rows, `${kind} ${j}`);
    const tile = el("button", {class: "tile", type: "button", tabindex: -1, title: `${kind} ${j}`,
      onclick: () => { unit = j; draw(); }}, canvas);
    tiles.push({tile, canvas});
    list.append(tile);
  }
  const number = el("input", {type: "number", id: `unit-${p.name}`, min: 0, max: units - 1, value: 0,
    oninput: () => { const j = Number(number.value);
      if (Number.isInteger(j) && j >= 0 && j < units) { unit = j; draw(); } }});
  const cell = Math.max(4, Math.min(36, Math.floor(336 / lies.columns), Math.floor(480 / lies.rows))),
    large = canvasOf(cell * lies.columns, cell * lies.rows, word.cell_hint),
    text = el("div", {class: "cell number", id: `cell-${p.name}`, "aria-live": "polite"});
  large.id = `large-${p.name}`;
  large.style.width = `min(100%, ${cell * lies.columns}px)`;
  readable(large, lies, e => { chosen = e; draw(); });
  parts.push(() => {
    const value = difference(state.k, p), scale = scaleOf(p), shade = v => Math.round(255
      * Math.max(0, Math.min(1, scale > 0 ? .5 + v / scale / 2 : .5)));
    tiles.forEach(({tile, canvas}, j) => {
      fill(canvas, i => {
        const e = flat.at(Math.floor(i / flat.columns), i % flat.columns);
        return e < 0 ? null : colour ? [0, 1, 2].map(c => shade(value(indexOf(c * size + e, j))))
          : tone(scale > 0 ? value(indexOf(e, j)) / scale : 0);
      });
      tile.setAttribute("aria-pressed", j === unit);
    });
    signedPicture(large, lies, cell, e => value(indexOf(e, unit)), scale);
    if (document.activeElement !== number) number.value = unit;
    const channel = Math.floor(chosen / size), row = Math.floor(chosen % size / width), column = chosen % width;
    text.textContent = say(colour ? word.cell_colour : channels > 1 ? word.cell_channel : word.cell,
      ...told(p, indexOf(chosen, unit), filters ? [unit, channel, row, column] : [chosen, unit]), row, column,
      colour ? word[["red", "green", "blue"][channel]] : channel);
  });
  const side = el("div", {}, el("label", {class: "choice"}, kind, number), large, text);
  return [el("h3", {}, say(word[p.as], p.name)),
    el("p", {class: "soft"}, say(word[`${p.as}${colour ? "_colours" : channels > 1 ? "_channels" : ""}_hint`], p.name,
      channels), colour ? ` ${word.colours_hint}` : null),
    units > shown ? el("p", {class: "soft"}, say(word.some_units, shown, units)) : null,
    el("div", {class: "units"}, el("div", {}, list, legend(p)), side)];
}

// The rows of a matrix by the names of the inputs.
function table(p) {
  const [inputs, units] = p.shape, rows = Math.min(inputs, run.inputs.length), columns = Math.min(units, MOST_COLUMNS),
    cell = Math.max(8, Math.min(24, Math.floor(600 / columns))), lies = layout([rows, columns], columns),
    canvas = canvasOf(cell * columns, 24 * rows, `${p.name}[${p.shape}]`),
    text = el("div", {class: "cell number", id: `cell-${p.name}`, "aria-live": "polite"});
  let chosen = 0;
  canvas.id = `large-${p.name}`;
  canvas.style.cssText = `width:${cell * columns}px;height:${24 * rows}px`;
  readable(canvas, lies, e => { chosen = e; draw(); });
  parts.push(() => {
    const value = difference(state.k, p), scale = scaleOf(p), g = canvas.getContext("2d");
    for (let e = 0; e < rows * columns; e++) {
      const i = Math.floor(e / columns), j = e % columns, v = value(i * units + j);
      signedCell(g, j * cell, i * 24, cell, tone(scale > 0 ? v / scale : 0), v, 24);
    }
    const i = Math.floor(chosen / columns), j = chosen % columns;
    text.textContent = say(word.cell_input, ...told(p, i * units + j, [i, j]), run.inputs[i], j);
  });
  const some = [[rows, inputs], [columns, units]].filter(([a, b]) => a < b);
  return [el("h3", {}, say(word.table, p.name)), el("p", {class: "soft"}, word.table_hint),
    ...some.map(s => el("p", {class: "soft"}, say(word.some_units, ...s))),
    el("div", {class: "inputs"}, el("ol", {class: "number"}, ...run.inputs.slice(0, rows).map(n =>
      el("li", {title: n}, n))), el("div", {class: "scroll"}, canvas)), text, legend(p)];
}

// Factors and biases of a normalisation.
function factors(p) {
  const shown = Math.min(p.count, MOST_BARS), items = [];
  for (let i = 0; i < shown; i++) {
    const line = el("span", {}), value = el("span", {class: "number"});
    items.push({line, value, box: el("li", {}, el("span", {class: "number soft"}, `${i}`), line, value)});
  }
  parts.push(() => {
    const value = difference(state.k, p), last = part(frames.length - 1, p), now = part(state.k, p);
    let most = 0;
    for (let i = 0; i < p.count; i++)
      most = Math.max(most, Math.abs(value(i)), state.fixed && state.shown === "weights" ? Math.abs(last[i]) : 0);
    items.forEach(({line, value: text}, i) => {
      line.replaceChildren(bar(value(i), most, true));
      text.textContent = state.shown === "weights" ? exact(now[i], run.kind) : short(value(i));
    });
  });
  const first = seen.find(other => other.as === p.as) === p;
  return [el("h3", {}, say(word.channels, p.name)), first ? el("p", {class: "soft"}, word.channels_hint) : null,
    p.count > shown ? el("p", {class: "soft"}, say(word.some_units, shown, p.count)) : null,
    el("ol", {class: "values", id: `values-${p.name}`}, ...items.map(i => i.box))];
}

function layers() {
  const box = card(word.layers, null, choices(),
    ...seen.flatMap(p => p.as === "table" ? table(p) : p.as === "channels" ? factors(p) : pictures(p)),
    el("p", {class: "soft"}, word.cell_hint));
  box.classList.add("wide");
  return box;
}

// Long rows go on in the next line, and the rest lie as they are.
function matrices() {
  const list = el("div", {class: "matrices"});
  for (const p of places) {
    if (p.as || p.count > MOST_CELLS) continue;
    const lies = layout(p.shape, 100, 60), name = `${p.name}[${p.shape}]`,
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
  if (seen.length) return card(word.other, word.other_hint, list);
  const box = card(word.parameters, word.other_hint, choices(), list, legend(places[0]));
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
  const box = card(run.classes ? word.curves : word.loss_alone, word.curves_hint, el("label", {class: "choice"},
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
      s.caption.textContent = nameOf(s.label);
      if (!good) s.caption.append("\u2192", el("wbr", {}), nameOf(f.answer[i])); // a line may end between the names
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
  return el("div", {class: "controls"},
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
grid.append(...[curves(), seen.length ? layers() : null, run.classes ? wall() : null, run.classes ? confusion() : null,
  matrices(), spreads()].filter(x => x));
dark.addEventListener("change", draw);
addEventListener("resize", draw);
draw();
