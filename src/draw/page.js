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

// "{1} of {2}" with its places filled.
const say = (template, ...args) => template.replace(/\{(\d)\}/g, (all, n) =>
  n <= args.length ? String(args[n - 1]) : all);

// A number for people: six significant digits; and one from which it can be read back exactly.
function short(v) {
  if (!Number.isFinite(v)) return String(v);
  return String(Number(v.toPrecision(6))).replace("e+", "e");
}
const exact = (v, kind) => {
  if (kind !== "float32") return String(v);
  for (let digits = 6; digits < 9; digits++) {
    const text = String(Number(v.toPrecision(digits)));
    if (Math.fround(Number(text)) === v) return text;
  }
  return String(Number(v.toPrecision(9)));
};
