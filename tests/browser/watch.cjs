// watch.cjs: FOLDER: looks at plain.en.html, plain.ja.html, deep.*.html, seven.html in FOLDER as a person would, by mouse and by keyboard. With
// DENPA_SCREENSHOTS=FOLDER it leaves pictures there.
"use strict";
const fs = require("fs"), path = require("path"), {chromium} = require("playwright-core");
const folder = process.argv[2], shots = process.env.DENPA_SCREENSHOTS;
let bad = false;
const check = (what, holds, why) => { console.log(`${holds ? "ok" : "not ok"} ${what}${holds ? "" : `: ${JSON.stringify(why)}`}`); if (!holds) bad = true; };
const same = (what, is, wanted) => check(what, JSON.stringify(is) === JSON.stringify(wanted), {is, wanted});

// A model file, read without denpa: {W1: {shape, at(i)}}.
function load(file) {
  const raw = fs.readFileSync(file), size = Number(raw.readBigUInt64LE(0)), header = JSON.parse(raw.subarray(8, 8 + size)), out = {};
  for (const [name, t] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const begin = 8 + size + t.data_offsets[0];
    out[name] = {shape: t.shape, at: i => t.dtype === "F32" ? raw.readFloatLE(begin + 4 * i) : raw.readDoubleLE(begin + 8 * i)};
  }
  return out;
}
const frame = (run, step) => load(path.join(folder, run, "frames", String(step).padStart(8, "0") + ".safetensors"));

(async () => {
  const browser = await chromium.launch({executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]});
  const open = async (file, width, height, colorScheme = "light") => {
    const context = await browser.newContext({viewport: {width, height}, colorScheme}), page = await context.newPage();
    page.setDefaultTimeout(600000); // what hangs ends then; a busy machine takes its time
    page.trouble = []; // (that canvases are read back is this test's own doing)
    page.on("console", m => { if (["error", "warning"].includes(m.type()) && !m.text().includes("willReadFrequently")) page.trouble.push(m.text()); });
    page.on("pageerror", e => page.trouble.push(e.message));
    page.on("request", r => { if (r.url() !== "file://" + path.join(folder, file)) page.trouble.push("request: " + r.url()); });
    await page.goto("file://" + path.join(folder, file));
    await page.waitForFunction(() => document.body.dataset.frame !== undefined);
    page.done = async what => { same(`${what}: no errors, no requests`, page.trouble, []); await context.close(); };
    page.settled = async k => page.waitForFunction(k => document.body.dataset.frame === String(k), k).then(() => true, () => false);
    // what was asked for is drawn in the next picture of the screen
    page.drawn = () => page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
    page.frame = () => page.evaluate(() => Number(document.body.dataset.frame));
    return page;
  };
  const data = page => page.evaluate(() => JSON.parse(document.getElementById("run").textContent));

  // ---- the slider, and what is shown of a frame ----
  let page = await open("plain.en.html", 1400, 1000);
  const run = await data(page), last = run.frames.length - 1;
  same("it begins with the first frame", await page.frame(), 0);
  for (const k of [0, 7, last]) {
    const f = run.frames[k];
    await page.locator("#time").fill(String(k));
    check(`frame ${k}: the slider goes there`, await page.settled(k));
    check(`frame ${k}: update and epoch`, (await page.textContent("#now")).startsWith(`update ${f.step}, epoch`), await page.textContent("#now"));
    same(`frame ${k}: scores`, await page.textContent("#scores"), `test data: loss ${f.test_loss.toFixed(4)}, accuracy ${f.test_accuracy.toFixed(4)}`);
    same(`frame ${k}: confusion`, await page.$$eval("#confusion td", cells => cells.map(c => Number(c.textContent))), f.confusion);
    const wall = await page.$$eval("#wall figure", all => all.map(a => [a.className.split(" ")[0], a.textContent]));
    same(`frame ${k}: wall`, wall, run.wall.label.map((label, i) => label === f.answer[i] ? ["right", `${label}`] : ["wrong", `${label}\u2192${f.answer[i]}`]));
    same(`frame ${k}: how many are right`, await page.textContent("#right"), `${run.wall.label.filter((label, i) => label === f.answer[i]).length} of ${run.wall.label.length} right`);
  }
  check("the answers of the wall change", JSON.stringify(run.frames[0].answer) !== JSON.stringify(run.frames[last].answer));

  // ---- the pictures: pixel (r,c) of unit j is red where W1[28r+c][j] is above 0, blue where it is below ----
  const tile = j => page.evaluate(j => [...document.querySelectorAll("#tiles-W1 canvas")[j].getContext("2d").getImageData(0, 0, 28, 28).data], j);
  const colours = async (what, value) => {
    let wrong = 0, seen = 0;
    for (const j of [0, 17, 49]) {
      const pixels = await tile(j);
      const largest = Math.max(...Array.from({length: 784}, (unused, i) => Math.abs(value(i, j))));
      for (let i = 0; i < 784; i++) {
        if (Math.abs(value(i, j)) < largest / 4) continue;
        seen++;
        wrong += Math.sign(pixels[4 * i] - pixels[4 * i + 2]) !== Math.sign(value(i, j));
      }
    }
    check(`${what}: colours`, wrong === 0 && seen > 100, {wrong, seen});
  };
  const first = frame("plain", 0).W1, end = frame("plain", run.frames[last].step).W1, before = frame("plain", run.frames[last - 1].step).W1;
  await colours("weights", (i, j) => end.at(i * 50 + j));
  await page.getByLabel("change since the start").check();
  await page.drawn();
  await colours("change since the start", (i, j) => end.at(i * 50 + j) - first.at(i * 50 + j));
  await page.getByLabel("change since the frame before").check();
  await page.drawn();
  await colours("change since the frame before", (i, j) => end.at(i * 50 + j) - before.at(i * 50 + j));
  await page.getByLabel("weights", {exact: true}).check();

  // ---- one number, by keyboard and by mouse ----
  await page.locator("#unit-W1").fill("23");
  await page.locator("#large-W1").focus();
  for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight"]) await page.keyboard.press(key);
  await page.drawn();
  let n, v, [, name, value] = /^(\S+) = (\S+)/.exec(await page.textContent("#cell-W1"));
  same("a weight by keyboard: its name", name, "W1[86,23]");
  check("a weight by keyboard: its value, to the last bit", Math.fround(Number(value)) === end.at(86 * 50 + 23), value);
  await page.locator("#tiles-W1 button").nth(5).click();
  const box = await page.locator("#large-W1").boundingBox();
  await page.mouse.move(box.x + box.width * 14.5 / 28, box.y + box.height * 13.5 / 28);
  await page.drawn();
  [, name, value] = /^(\S+) = (\S+)/.exec(await page.textContent("#cell-W1"));
  check("a weight by mouse", name === `W1[${28 * 13 + 14},5]` && Math.fround(Number(value)) === end.at((28 * 13 + 14) * 50 + 5), [name, value]);

  // ---- curves ----
  const over = await page.locator(".u-over").first().boundingBox();
  const steps = run.frames.map(f => f.step), along = (k, by) => over.x + over.width * by(steps[k]) / by(steps[last]);
  await page.mouse.click(along(10, v => v), over.y + over.height / 2);
  check("a click into a curve goes to its frame: the axis goes by updates", await page.settled(10), await page.frame());
  await page.locator("#logarithm").check();
  await page.drawn();
  await page.mouse.click(along(3, v => Math.log10(1 + v)), over.y + over.height / 2);
  check("and by their logarithm where that is asked for", await page.settled(3), await page.frame());
  await page.locator("#logarithm").uncheck();
  await page.drawn();
  const speeds = await page.$$eval("#speed option", all => all.map(o => o.textContent));
  same("one frame is a frame", speeds.slice(0, 2), ["1 frame a second", "2 frames a second"]);
  check("the curves are drawn", await page.$$eval(".uplot canvas", all => all.length === 2 && all.every(c => c.getContext("2d").getImageData(0, 0, c.width, c.height).data.some(v => v > 0))));

  // ---- time, by keyboard and by mouse ----
  await page.mouse.move(5, 5);
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("Home");
  check("Home", await page.settled(0));
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  check("the right arrow", await page.settled(2));
  await page.keyboard.press("ArrowLeft");
  check("the left arrow", await page.settled(1));
  await page.keyboard.press("End");
  check("End", await page.settled(last));
  await page.locator("#back").click();
  check("back", await page.settled(last - 1));
  await page.locator("#forward").click();
  check("forward", await page.settled(last));
  await page.selectOption("#speed", "4"); // some seconds to the end: a busy machine presses the space in time
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("Home");
  await page.keyboard.press(" ");
  same("space plays", await page.textContent("#play"), "Pause");
  check("time passes", await page.waitForFunction(() => Number(document.body.dataset.frame) >= 3).then(() => true, () => false));
  await page.keyboard.press(" ");
  const stood = await page.frame();
  await page.waitForTimeout(400);
  check("space pauses", Math.abs(await page.frame() - stood) <= 1 && await page.textContent("#play") === "Play", [stood, await page.frame()]);
  await page.locator("#play").click();
  check("play goes to the end", await page.waitForFunction(last => Number(document.body.dataset.frame) === last && document.getElementById("play").textContent === "Play", last).then(() => true, () => false));
  await page.reload();
  await page.waitForFunction(() => document.body.dataset.frame !== undefined);
  const stops = [];
  for (let i = 0; i < 5; i++) {
    await page.keyboard.press("Tab");
    stops.push(await page.evaluate(() => document.activeElement.id));
  }
  same("Tab goes through the controls", stops, ["play", "back", "forward", "time", "speed"]);
  page.trouble = page.trouble.filter(t => !t.startsWith("request: file:")); // the reload
  await page.done("plain.en.html");

  // ---- both languages, narrow and wide, light and dark ----
  for (const [file, width, scheme] of [["plain.en.html", 360, "dark"], ["plain.ja.html", 360, "light"], ["plain.ja.html", 820, "dark"], ["plain.ja.html", 1900, "light"], ["deep.en.html", 820, "light"]]) {
    page = await open(file, width, 900, scheme);
    const what = `${file}, ${width} wide, ${scheme}`;
    same(`${what}: nothing hangs over`, await page.evaluate(() => document.documentElement.scrollWidth), width);
    const lang = file.includes(".ja.") ? "ja" : "en", words = await page.evaluate(() => document.querySelector("main").innerText);
    same(`${what}: language`, await page.evaluate(() => document.documentElement.lang), lang);
    const english = words.match(/\b(?!denpa\b|digits\b|Tab\b|Home\b|End\b)[a-z]{4,}\b/gi);
    if (lang === "ja") same(`${what}: no English`, english, null);
    check(`${what}: the controls can be seen`, await page.locator("#time").isVisible() && await page.locator("#play").isVisible());
    if (shots) await page.screenshot({path: path.join(shots, `${file}.${width}.${scheme}.png`), fullPage: true});
    await page.done(what);
  }

  // ---- several hidden layers, in double ----
  page = await open("deep.en.html", 1200, 900);
  const deep = await data(page);
  same("deep: its parameters", deep.parameters.map(p => `${p.name}[${p.shape}]`), ["W1[784,9]", "b1[9]", "W2[9,8]", "b2[8]", "W3[8,10]", "b3[10]"]);
  same("deep: nine units as pictures", await page.locator("#tiles-W1 canvas").count(), 9);
  await page.locator("#large-W1").focus();
  await page.keyboard.press("ArrowRight");
  await page.drawn();
  [, name, value] = /^(\S+) = (\S+)/.exec(await page.textContent("#cell-W1"));
  check("deep: a weight in double, to the last bit", name === "W1[1,0]" && Number(value) === frame("deep", deep.frames[deep.frames.length - 1].step).W1.at(9), [name, value]);
  await page.done("deep.en.html");

  // ---- filters, what stands behind them, factors: each picture is of its own numbers ----
  page = await open("conv.en.html", 1200, 900);
  const conv = await data(page), filters = frame("conv", conv.frames[conv.frames.length - 1].step);
  await page.locator("#time").fill(String(conv.frames.length - 1));
  await page.settled(conv.frames.length - 1);
  // how many pixels of the tiles have the sign of another number than the one that `index` says lies in (tile, row, column), of those that are not pale
  const signs = (name, index) => page.$$eval(`#tiles-${name} canvas`, all => all.map(c => [c.width, c.height, [...c.getContext("2d").getImageData(0, 0, c.width, c.height).data]])).then(all => {
    const t = filters[name], count = t.shape.reduce((a, b) => a * b), most = Math.max(...Array.from({length: count}, (unused, i) => Math.abs(t.at(i))));
    let wrong = 0, seen = 0;
    all.forEach(([width, height, rgb], k) => { for (let i = 0; i < width * height; i++) {
      const e = index(k, Math.floor(i / width), i % width);
      if (e < 0 || Math.abs(t.at(e)) < most / 4) continue;
      seen++;
      wrong += Math.sign(rgb[4 * i] - rgb[4 * i + 2]) !== Math.sign(t.at(e));
    } });
    return {tiles: all.length, wrong, enough: seen > 20};
  });
  same("conv: four filters of a channel", await signs("W1", (k, r, c) => 25 * k + 5 * r + c), {tiles: 4, wrong: 0, enough: true});
  const channel = (size, across, r, c) => r % (size + 1) === size || c % (size + 1) === size ? -1 : Math.floor(r / (size + 1)) * across + Math.floor(c / (size + 1));
  same("conv: three filters of four channels, two beside each other", await signs("W2", (k, r, c) => { const m = channel(3, 2, r, c); return m < 0 ? -1 : ((k * 4 + m) * 3 + r % 4) * 3 + c % 4; }),
    {tiles: 3, wrong: 0, enough: true});
  same("conv: ten units behind three channels of 5 x 5", await signs("W3", (k, r, c) => { const m = channel(5, 2, r, c); return m < 0 || m > 2 ? -1 : ((m * 5 + r % 6) * 5 + c % 6) * 10 + k; }),
    {tiles: 10, wrong: 0, enough: true});
  for (const [name, keys, cell, at] of [["W2", ["ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight"], "W2[2,1,1,0]", ((2 * 4 + 1) * 3 + 1) * 3],
    ["W3", ["ArrowRight", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown"], "W3[51,2]", 51 * 10 + 2]]) {
    await page.locator(`#unit-${name}`).fill("2");
    await page.locator(`#large-${name}`).focus();
    for (const key of keys) await page.keyboard.press(key);
    await page.drawn();
    [, n, v] = /^(\S+) = (\S+)/.exec(await page.textContent(`#cell-${name}`));
    check(`conv: a number of ${name} by keyboard, over the gap between channels`, n === cell && Math.fround(Number(v)) === filters[name].at(at), [n, v, filters[name].at(at)]);
  }
  for (const name of ["gamma1", "beta1"])
    same(`conv: ${name}`, await page.$$eval(`#values-${name} li`, all => all.map(a => Math.fround(Number(a.lastChild.textContent)))), [0, 1, 2, 3].map(i => filters[name].at(i)));
  await page.done("conv.en.html");

  // ---- a table: rows of the first matrix are called as the columns are ----
  page = await open("table.en.html", 390, 844);
  const table = frame("table", (await data(page)).frames[0].step), cells = async () => page.$eval("#large-W1", c => ({width: c.width, height: c.height}));
  same("table: the names of its inputs", await page.$$eval(".inputs li", all => all.map(a => a.textContent)), ["width", "colour = blue", "colour = red"]);
  same("table: a row each, a column for each of four units", await cells(), {width: 4 * 24, height: 3 * 24});
  await page.locator("#large-W1").focus();
  for (const key of ["ArrowDown", "ArrowDown", "ArrowRight"]) await page.keyboard.press(key);
  await page.drawn();
  [, n, v] = /^(\S+) = (\S+)/.exec(await page.textContent("#cell-W1"));
  check("table: a weight by keyboard", n === "W1[2,1]" && Math.fround(Number(v)) === table.W1.at(9) && (await page.textContent("#cell-W1")).endsWith('(input "colour = red", unit 1)'), await page.textContent("#cell-W1"));
  await page.done("table.en.html");

  // ---- a page that opens on an update ----
  page = await open("seven.html", 1200, 900);
  same("--step: it begins with that update", (await data(page)).frames[await page.frame()].step, 7);
  check("--step: the slider and the text say so", await page.inputValue("#time") === String(await page.frame()) && (await page.textContent("#now")).startsWith("update 7, epoch"), await page.textContent("#now"));
  await page.done("seven.html");

  await browser.close();
  process.exit(bad ? 1 : 0);
})().catch(e => { console.log(`not ok the browser: ${e.message}`); process.exit(1); });
