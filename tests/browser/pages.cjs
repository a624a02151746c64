// pages.cjs: FOLDER: looks at every *.html of FOLDER as people with small and large windows, in light and in dark rooms, without a mouse or with weak eyes
// would: nothing is cut off, nothing lies on something else, what has to be read stands out, all controls are reached by Tab and are large enough, axe-core
// (where it is there) has no violation, nothing is said on the console and nothing is asked for. Names end in .en.html or .ja.html.
"use strict";
const fs = require("fs"), path = require("path"), {open, shoot, report, run} = require("./open.cjs");
const folder = process.argv[2], sizes = [[390, 844], [768, 1024], [1400, 1000]];
let axe = null;
try {
  axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
} catch {
  console.log("skip axe: axe-core is not there");
}

// What is wrong with the layout and the colours, as short texts. Runs in the page.
function look(height) {
  const wrong = [], probe = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const seen = new Map();
  const rgba = css => {
    if (!seen.has(css)) {
      probe.clearRect(0, 0, 1, 1);
      probe.fillStyle = css;
      probe.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = probe.getImageData(0, 0, 1, 1).data;
      seen.set(css, [r, g, b, a / 255]);
    }
    return seen.get(css);
  };
  const light = c => [0.2126, 0.7152, 0.0722].reduce((sum, part, i) => {
    const v = c[i] / 255;
    return sum + part * (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  }, 0);
  const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const over = (front, back) => front.slice(0, 3).map((c, i) => c * front[3] + back[i] * (1 - front[3]));
  const behind = e => {
    const layers = [];
    for (let p = e; p; p = p.parentElement) layers.push(rgba(getComputedStyle(p).backgroundColor));
    return layers.reduceRight((back, front) => over(front, back), [255, 255, 255]);
  };
  const scrolls = e => /auto|scroll/.test(getComputedStyle(e).overflowX + getComputedStyle(e).overflowY);
  const apart = e => { for (let p = e; p; p = p.parentElement) if (/sticky|fixed/.test(getComputedStyle(p).position)) return p; return null; };
  const what = e => (e.id ? "#" + e.id : e.tagName.toLowerCase() + (e.classList.length ? "." + [...e.classList].join(".") : "")).slice(0, 40);

  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) wrong.push(`the page is ${wide} wide`);
  const texts = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const e = node.parentElement, text = node.textContent.trim();
    if (text === "" || ["SCRIPT", "STYLE", "OPTION", "TITLE", "DESC", "title", "desc", "style"].includes(e.tagName) || !e.checkVisibility({visibilityProperty: true})) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const r of range.getClientRects()) {
      if (r.width < 1 || r.height < 1) continue;
      const box = {left: r.left, right: r.right, top: r.top + scrollY, bottom: r.bottom + scrollY};
      let hidden = false;
      for (let p = e; p && p !== document.body; p = p.parentElement) {
        const style = getComputedStyle(p), b = p.getBoundingClientRect();
        if (style.overflowX === "visible" && style.overflowY === "visible" || p.tagName === "svg" || style.display === "inline") continue;
        if (r.right > b.right + 1 || r.left < b.left - 1 || r.bottom > b.bottom + 1 || r.top < b.top - 1) {
          hidden = hidden || scrolls(p);
          if (!scrolls(p)) wrong.push(`cut off by ${what(p)}: ${text.slice(0, 40)}`);
        }
      }
      const s = e.closest("svg")?.getBoundingClientRect();
      if (s && (r.right > s.right + 1 || r.left < s.left - 1)) wrong.push(`outside its drawing: ${text.slice(0, 40)}`);
      if (!hidden && (r.right > innerWidth + 0.5 || r.left < -0.5)) wrong.push(`outside the window: ${text.slice(0, 40)}`);
      if (!hidden) texts.push({...box, text, e, group: apart(e), node});
    }
    const style = getComputedStyle(e), ink = rgba(e instanceof SVGElement ? style.fill : style.color), back = behind(e), size = parseFloat(style.fontSize);
    const least = size >= 24 || size >= 18.6 && Number(style.fontWeight) >= 700 ? 3 : 4.5;
    const drawn = e instanceof SVGElement && e.closest("svg").querySelector("rect.paper"); // a figure brings its own paper
    const share = contrast(over(ink, drawn ? rgba(getComputedStyle(drawn).fill) : back), drawn ? rgba(getComputedStyle(drawn).fill) : back);
    if (share < least && !(drawn && /on-dark|on-light|number/.test(e.getAttribute("class") ?? ""))) wrong.push(`contrast ${share.toFixed(2)}: ${text.slice(0, 40)}`);
  }
  texts.sort((a, b) => a.top - b.top);
  texts.forEach((a, i) => {
    for (let j = i + 1; j < texts.length && texts[j].top < a.bottom - 2; j++) {
      const b = texts[j];
      if (a.node === b.node || a.group !== b.group || Math.min(a.right, b.right) - Math.max(a.left, b.left) < 2 || Math.min(a.bottom, b.bottom) - b.top < 4) continue;
      if (Math.min(a.bottom - a.top, b.bottom - b.top) * 0.3 < Math.min(a.bottom, b.bottom) - b.top) wrong.push(`on each other: ${a.text.slice(0, 30)} | ${b.text.slice(0, 30)}`);
    }
  });
  for (const e of document.querySelectorAll("*")) {
    if (!(e instanceof HTMLElement) || !e.checkVisibility() || !scrolls(e) || e.scrollWidth <= e.clientWidth + 1 && e.scrollHeight <= e.clientHeight + 1) continue;
    const inside = e.querySelector("button, a, input, [tabindex='0']");
    if (e.tabIndex < 0 && !inside) wrong.push(`${what(e)} scrolls, and not by the keyboard`);
    if (innerWidth >= 1400 && e.scrollWidth > e.clientWidth + 1 && !e.classList.contains("window")) wrong.push(`${what(e)} is cut off although the window is large`);
  }
  for (const e of document.querySelectorAll("button, input, select, [role=button]")) {
    const b = e.getBoundingClientRect();
    if (b.width > 0 && (b.height < 23.9 || b.width < 23.9) && !(e.classList.contains("link") && e.textContent.length > 0 && b.height >= 23.9)) wrong.push(`${what(e)} is ${b.width.toFixed(0)} x ${b.height.toFixed(0)}`);
  }
  const part = apart(document.getElementById("story") ?? document.body);
  if (part && innerWidth < 800 && part.getBoundingClientRect().height > height / 3) wrong.push("the story covers more than a third of a small window");
  // Cells: each has its sign in it where there is room for one, and stands out by colour where its number is not small.
  if (typeof views !== "undefined")
    for (const v of views) {
      const m = M[v.k], zero = tone(0);
      if (m.picture && m.kind === "given") continue;
      m.v.forEach((number, e) => {
        if (number === 0 || e % 7 !== 0) return;
        const own = colourOf(m, e);
        if (Math.abs(number) >= m.most / 4 && contrast(own, zero) < 3) wrong.push(`a cell that is not to be seen: ${name(v.k, e)}`);
        if (!v.signed || e > 400) return;
        const [row, column] = v.lies.place(e), scale = devicePixelRatio, side = v.size, x = column * side - v.window.scrollLeft, y = row * side - v.window.scrollTop;
        if (x < 0 || y < 0 || x + side > v.window.clientWidth || y + side > v.window.clientHeight || chosen.k === v.k && chosen.e === e) return;
        const pixels = v.canvas.getContext("2d").getImageData(x * scale, y * scale, side * scale, side * scale).data;
        let most = 1;
        for (let i = 0; i < pixels.length; i += 4) most = Math.max(most, contrast(pixels.subarray(i, i + 3), own));
        if (most < 3) wrong.push(`a cell whose sign is not to be seen: ${name(v.k, e)}`);
      });
    }
  return [...new Set(wrong)].slice(0, 12);
}

// From the first press of Tab on: every control has its turn, and shows that it has.
async function keyboard(page, what) {
  await page.evaluate(() => { document.activeElement.blur(); scrollTo(0, 0); });
  const wanted = await page.evaluate(() => {
    window.turns = [...document.querySelectorAll("button, input, select, a[href], [tabindex='0'], summary")].filter(e => e.tabIndex >= 0 && !e.disabled && e.checkVisibility()
      && !(e.type === "radio" && !e.checked));
    return window.turns.length;
  });
  const invisible = [];
  const reached = new Set();
  for (let i = 0; i < 4 * wanted + 20 && reached.size < wanted; i++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const e = document.activeElement, style = getComputedStyle(e);
      return [window.turns.indexOf(e), parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== "none" || e === document.body, e.id || e.className?.toString() || e.tagName, e === document.body];
    });
    if (at[0] >= 0) reached.add(at[0]);
    if (!at[1]) invisible.push(at[2]);
    if (at[3] && i > wanted) break; // behind the last; what can be scrolled has a turn too, and is no control
  }
  const missing = await page.evaluate(all => window.turns.filter((e, i) => e.isConnected && !all.includes(i)).map(e => e.id || e.getAttribute("aria-label") || e.textContent.slice(0, 30)), [...reached]);
  report(`${what}: every control is reached by Tab`, missing.length === 0 && wanted > 0, missing.slice(0, 8));
  report(`${what}: and is seen to be`, invisible.length === 0, [...new Set(invisible)].slice(0, 8));
}

async function judge(page, what) {
  const found = await page.evaluate(source => {
    if (!window.axe) (0, eval)(source);
    return window.axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(v => `${v.id}: ${v.nodes.length} x ${v.nodes[0].html.slice(0, 120)} ${v.nodes[0].failureSummary.slice(0, 200)}`));
  }, axe);
  report(`${what}: axe-core has no violation`, found.length === 0, found.slice(0, 6));
}

run(async browser => {
  const files = fs.readdirSync(folder).filter(f => f.endsWith(".html")).sort();
  report("there are pages in both languages", files.some(f => f.endsWith(".en.html")) && files.some(f => f.endsWith(".ja.html")), files);
  for (const file of files) {
    const page = await open(browser, path.join(folder, file));
    for (const [width, height] of sizes)
      for (const scheme of ["light", "dark"]) {
        const what = `${file} ${width}x${height} ${scheme}`;
        await page.setViewportSize({width, height});
        await page.emulateMedia({colorScheme: scheme});
        await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
        const wrong = await page.evaluate(look, height);
        report(`${what}: nothing cut off, overlapping, too faint or too small`, wrong.length === 0, wrong);
        if (axe && (width === 390) === (scheme === "dark") && width !== 768) await judge(page, what);
        await shoot(page, `${file}_${width}_${scheme}`, {fullPage: true});
      }
    if (file.endsWith(".en.html")) await keyboard(page, file);
    report(`${file}: quiet`, page.noise.filter(n => !n.includes("willReadFrequently")).length === 0, page.noise);
    await page.close();
  }
});
