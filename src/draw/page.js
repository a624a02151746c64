// page.js: what the scripts of all pages share. No page depends on anything that is not in the page.
const $ = id => document.getElementById(id);

// el("p", {class: "soft"}, "text", child, ...): an element. Texts become text nodes, so nothing in them is markup.
function el(tag, attributes, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (typeof value === "function") e[name] = value;
    else if (value !== null && value !== undefined && value !== false) e.setAttribute(name, value);
  }
  e.append(...children.filter(c => c !== null && c !== undefined));
  return e;
}

// The numbers of a base64 text, exactly as they were: kind is "float32", "float64", "int32" or "uint8".
function decode(text, kind) {
  const binary = atob(text), bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  const type = {float32: Float32Array, float64: Float64Array, int32: Int32Array, uint8: Uint8Array}[kind];
  return new type(bytes.buffer);
}

// "{1} of {2} {2|sample|samples}" with its places filled.
const say = (template, ...args) => template.replace(/\{(\d)(?:\|([^|}]*)\|([^}]*))?\}/g, (all, n, one, many) =>
  n > args.length ? all : one === undefined ? String(args[n - 1]) : Number(args[n - 1]) === 1 ? one : many);

// A number for people: six significant digits, or three; and one from which it can be read back exactly.
function short(v, digits = 6) {
  if (!Number.isFinite(v)) return String(v);
  const near = Number(v.toPrecision(digits));
  return (near !== 0 && Math.abs(near) < 1e-4 ? near.toExponential() : String(near)).replace("e+", "e");
}
const rough = v => short(v, 3);
const exact = (v, kind) => {
  if (kind !== "float32") return String(v);
  for (let digits = 6; digits < 9; digits++) {
    const text = String(Number(v.toPrecision(digits)));
    if (Math.fround(Number(text)) === v) return text;
  }
  return String(Number(v.toPrecision(9)));
};

// ---- colours: page.css has them, and what is drawn asks for them ----------------------------------
const dark = matchMedia("(prefers-color-scheme: dark)");
let styles = {};
const style = name => styles[name]
  ?? (styles[name] = getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim());
const channels = name => styles["[" + name] ?? (styles["[" + name] = [1, 3, 5].map(at =>
  parseInt(style(name).slice(at, at + 2), 16)));
dark.addEventListener("change", () => { styles = {}; });
const between = (from, to, part) => from.map((c, i) => Math.round(c + part * (to[i] - c)));

// The colour of a number below or above zero; share: -1 .. 1.
function tone(share) {
  const at = 2 + 2 * Math.max(-1, Math.min(1, share || 0)), corner = Math.min(3, Math.floor(at));
  return between(channels("ramp-" + corner), channels("ramp-" + (corner + 1)), at - corner);
}

// The colour of pixel i of a picture, grey or of three planes, whose numbers go from 0, none, to 1: ink on paper, or a
// photograph as it is.
function pixelColour(value, i, size, planes) {
  const part = p => Math.max(0, Math.min(1, value(i + p * size)));
  return planes === 3 ? [0, 1, 2].map(p => Math.round(255 * part(p)))
    : between(channels("paper"), channels("pen"), part(0));
}

// Fills a canvas that has a pixel for each cell: colourOf(i) is [red, green, blue], or null for what stays empty.
function fill(canvas, colourOf) {
  const g = canvas.getContext("2d"), pixels = g.createImageData(canvas.width, canvas.height);
  for (let i = 0; i < canvas.width * canvas.height; i++) {
    const rgb = colourOf(i);
    if (rgb !== null) pixels.data.set([...rgb, 255], 4 * i);
  }
  g.putImageData(pixels, 0, 0);
}

// A cell that has room for its sign, so that it is told without colours, and where the colour is weak.
function signedCell(g, x, y, size, rgb, value, high = size) {
  const gap = size > 7 ? 1 : 0, half = Math.floor(size / 2), middle = Math.floor(high / 2),
    reach = Math.max(2, Math.floor(size / 5));
  g.fillStyle = `rgb(${rgb})`;
  g.fillRect(x, y, size - gap, high - gap);
  if (!value) return;
  g.fillStyle = rgb[0] + 2 * rgb[1] + rgb[2] / 2 > 450 ? "#000" : "#fff";
  g.fillRect(x + half - reach, y + middle, 2 * reach + 1, 1);
  if (value > 0) g.fillRect(x + half, y + middle - reach, 1, 2 * reach + 1);
}

// A number as a bar beside the largest one; signed: to both sides of the middle.
const bar = (v, most, signed) => el("span", {class: "line"}, el("span", {
  class: "bar " + (!signed ? "plain" : v < 0 ? "below" : "above"),
  style: `width:${(most > 0 ? (signed ? 50 : 100) * Math.abs(v) / most : 0).toFixed(1)}%`
    + (signed ? `;margin-left:${(v < 0 ? 50 - 50 * Math.abs(v) / most : 50).toFixed(1)}%` : "")}));

// ---- how the numbers of a matrix lie in a picture of it -------------------------------------------
// Tensors with four axes are tiles, one for each picture or filter; a long row goes on in the next line; the rest lie
// as they are, or, to be seen at once, in blocks of so many rows side by side. across: how many cells of a line there
// is room for; a gap of one cell lies between tiles and blocks.
function layout(shape, across, rows = Infinity) {
  const count = shape.reduce((a, b) => a * b, 1), last = shape[shape.length - 1];
  const long = shape.length < 3 && count === last && count > across,
    height = shape.length > 3 ? shape[2] : 1,
    width = shape.length > 3 ? last : long ? Math.ceil(count / Math.ceil(count / across)) : last;
  const room = Math.max(1, Math.floor((across + 1) / (width + 1))), own = shape.length > 3 ? shape[1] : 1,
    all = Math.ceil(count / width), tall = shape.length > 3 ? height
    : all > rows ? Math.max(rows, Math.ceil(all / room)) : all, size = width * tall,
    tiles = Math.max(1, Math.ceil(count / size));
  // filters and samples of a few channels each have whole lines of their own
  const line = Math.min(tiles, own > 1 && own <= room && tiles > own ? Math.floor(room / own) * own : room);
  const lines = Math.ceil(tiles / line);
  return {
    columns: line * width + line - 1, rows: lines * tall + lines - 1,
    place(e) { // [row, column] of number e
      const t = Math.floor(e / size), within = e % size;
      return [Math.floor(t / line) * (tall + 1) + Math.floor(within / width), t % line * (width + 1) + within % width];
    },
    at(row, column) { // the number that lies there; -1: none
      const i = row % (tall + 1), j = column % (width + 1), t = Math.floor(row / (tall + 1)) * line
        + Math.floor(column / (width + 1)), e = t * size + i * width + j;
      return row < 0 || column < 0 || i === tall || j === width || column > this.columns || e >= count ? -1 : e;
    },
  };
}
