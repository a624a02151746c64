// explain.cjs: the page of `denpa explain` in a browser, for explain_browser.sh.
//   node explain.cjs ENGLISH.html JAPANESE.html DOUBLE.html BATCH.html CONV.html
const {open, shoot, report, run} = require("./open.cjs");
const [english, japanese, double, batch, conv] = process.argv.slice(2);

const chosen = page => page.textContent("#chosen");
const verdict = page => page.getAttribute("#verdict", "class");

// Every cell of every matrix: the terms fold to it bit for bit; and by how much their plain sum is off, relative to the sum of their sizes.
const everyCell = page => page.evaluate(() => {
  const result = {cells: 0, wrong: [], off: 0};
  M.forEach((m, k) => {
    if (!m.terms) return;
    for (let e = 0; e < m.v.length; e++) {
      const a = account(k, e), size = a.terms.reduce((s, t) => s + Math.abs(t.product), 0);
      result.cells++;
      if (!a.good) result.wrong.push(name(k, e));
      if (size > 0) result.off = Math.max(result.off, Math.abs(a.terms.reduce((s, t) => s + t.product, 0) - a.sum) / size);
    }
  });
  return result;
});

// A way of adding that the script does not know is an error that is shown; and it knows all that the program has.
async function folds(browser) {
  const page = await open(browser, english), unknown = await page.evaluate(() => D.folds.filter(kind => !FOLDS[kind]));
  report("knows_every_fold", unknown.length === 0 && await page.evaluate(() => D.folds.length) === 4, unknown);
  await page.evaluate(() => {
    const k = M.findIndex(m => m.name === "a1");
    M[k].terms.kinds[0].fold = "spiral";
    choose(k, 12, true);
  });
  report("unknown_fold_is_told", await verdict(page) === "bad" && (await page.textContent("#verdict")).includes("spiral"), await page.textContent("#verdict"));
  await page.close();
}

// Clicks the middle of cell e of a matrix, where it is in sight.
async function click(page, name, e) {
  const at = await page.evaluate(([name, e]) => {
    const v = views[M.findIndex(m => m.name === name)];
    v.card.scrollIntoView({block: "start"});
    v.show(e);
    const box = v.room.getBoundingClientRect(), [row, column] = v.lies.place(e);
    return [box.left + (column + 0.5) * v.size, box.top + (row + 0.5) * v.size];
  }, [name, e]);
  await page.mouse.click(at[0], at[1]);
}

async function numbers(browser) {
  for (const [what, file, limit] of [["float32", english, 1e-5], ["float64", double, 1e-12], ["batch", batch, 1e-5], ["conv", conv, 1e-5]]) {
    const page = await open(browser, file), r = await everyCell(page);
    report(`every_cell_bit_for_bit_${what}`, r.wrong.length === 0 && r.cells > 1000, r);
    report(`terms_add_up_${what}`, r.off <= limit, r.off);
    report(`quiet_${what}`, page.noise.length === 0, page.noise);
    await page.close();
  }
}

// What is shown of the chosen cell can be read back: the number itself, and the terms, which add up to it.
async function readBack(page, what) {
  const r = await page.evaluate(() => {
    const [shown, value] = $("chosen").textContent.split(" = "), m = M[chosen.k];
    const all = [...document.querySelectorAll(".terms button")].find(b => /\d$|\d/.test(b.textContent) && !b.classList.contains("link"));
    if (all) all.click();
    const rows = [...document.querySelectorAll(".terms tr:not(.total)")].map(row => [row.cells[0].textContent, row.cells[1].lastChild.textContent]);
    const products = rows.map(([product, factors]) => [Number(product), factors.replace(/^= /, "").split(" \u00b7 ").map(f => Number(f.replace(/[()]/g, ""))).reduce((a, b) => a * b, 1)]);
    const sum = products.reduce((s, p) => s + p[1], 0), size = products.reduce((s, p) => s + Math.abs(p[1]), 0);
    return {name: shown === name(chosen.k, chosen.e), value: m.v[chosen.e] === (m.dtype === "float32" ? Math.fround(Number(value)) : Number(value)), count: rows.length === termsOf(chosen.k, chosen.e).length,
      products: products.every(([shown, made]) => Math.abs(shown - made) <= 1e-5 * Math.abs(made)), sum: Math.abs(sum - m.v[chosen.e]) <= (m.dtype === "float32" ? 1e-5 : 1e-12) * size};
  });
  report(`reads_back_${what}`, Object.values(r).every(x => x), r);
}

async function clicks(browser, lang, file) {
  for (const [width, height, dark] of [[1400, 950, false], [390, 844, true]]) {
    const page = await open(browser, file, {width, height, dark}), where = `${lang}_${width}`;
    await shoot(page, `explain_${where}_start`);
    if (width === 390) {
      const share = () => page.evaluate(() => $("story").getBoundingClientRect().height / innerHeight);
      report(`folded_${where}`, await share() < 0.12 && !(await page.locator("#told").isVisible()), await share());
      await page.locator("#fold").click();
      report(`unfolds_${where}`, await page.locator("#told").isVisible() && await share() < 0.61, await share());
    }
    const first = await chosen(page);
    report(`begins_with_a_weight_${where}`, /^W1\[\d+,\d+\] = /.test(first), first);
    await click(page, "a1", 12);
    report(`click_a1_${where}`, (await chosen(page)).startsWith("a1[0,12] = ") && await verdict(page) === "good", await chosen(page));
    await shoot(page, `explain_${where}_a1`);
    await readBack(page, `a1_${where}`);
    await click(page, "dW1", 409 * 50 + 40);
    report(`click_dW1_${where}`, (await chosen(page)).startsWith("dW1[409,40] = ") && await verdict(page) === "good", await chosen(page));
    report(`pixel_${where}`, /14.*17/.test(await page.textContent("#told")), await page.textContent("#told"));
    await click(page, "x", 409);
    report(`click_x_${where}`, (await chosen(page)).startsWith("x[0,409] = "), await chosen(page));
    await click(page, "dW2", 3 * 10 + 7);
    await readBack(page, `dW2_${where}`);
    const links = page.locator(".terms .link");
    const to = await links.first().textContent();
    await links.first().click();
    report(`link_${where}`, (await chosen(page)).startsWith(to + " = ") && await page.evaluate(() => document.activeElement.id === "chosen"), to);
    await click(page, "W1", 300 * 50 + 2);
    await page.fill("#nudge", "0.5");
    const nudged = await page.evaluate(() => [short(0.5 * M[M[chosen.k].grad].v[chosen.e]), $("change").textContent]);
    report(`nudge_${where}`, nudged[1].includes(nudged[0]), nudged);
    const chain = await page.locator("#told .chain li").allTextContents();
    report(`chain_${where}`, chain.length >= 4 && chain[0].startsWith("dW1[300,2]") && chain[chain.length - 1].startsWith("dy["), chain);
    report(`picture_of_the_column_${where}`, await page.locator("#told canvas").count() === 1, "no canvas");
    await page.fill("#entry", "a1[7]");
    await page.press("#entry", "Enter");
    report(`go_to_${where}`, (await chosen(page)).startsWith("a1[0,7] = "), await chosen(page));
    await page.fill("#entry", "a1[50]");
    await page.press("#entry", "Enter");
    report(`no_such_cell_${where}`, (await chosen(page)).startsWith("a1[0,7] = ") && (await page.textContent("form .bad")).trim().length > 3, await page.textContent("form"));
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    report(`fits_the_window_${where}`, over <= 0, over);
    report(`quiet_${where}`, page.noise.length === 0, page.noise);
    await shoot(page, `explain_${where}_all`, {fullPage: true});
    await page.close();
  }
}

// The page opens on its question: the picture, its way, the answer and what is wrong with it.
async function question(browser) {
  for (const [file, why, steps] of [[english, /^Why \d\?$/, 5], [japanese, /^なぜ「\d」と答えたのか$/, 5], [conv, /^Why \d\?$/, 6]]) {
    const page = await open(browser, file), title = await page.textContent("h1");
    const r = await page.evaluate(() => {
      const rows = [...document.querySelectorAll(".result tbody tr")].map(row => [...row.querySelectorAll("td.number")].map(n => Number(n.textContent)));
      const wide = [...document.querySelectorAll(".result .bar")].map(b => b.getBoundingClientRect().width);
      return {steps: document.querySelectorAll(".stage").length, rows, wide, y: Array.from(M[D.output].v), label: D.label, answer: D.classes[D.outputs[M[D.output].v.indexOf(Math.max(...M[D.output].v))]],
        first: document.querySelector("h2").getBoundingClientRect().top < 300, ops: [...document.querySelectorAll("#graph .op-name")].map(o => o.textContent), arrows: [...document.querySelectorAll("#graph path.forward")].length};
    });
    report(`question_${title}`, why.test(title) && title.includes(r.answer) && r.first, r);
    report(`way_${title}`, r.steps === steps && r.arrows > steps, r);
    report(`softmax_is_a_step_of_its_own_${title}`, /^softmax,(loss: cross-entropy|損失: cross-entropy)$/.test(r.ops.slice(-2).join()) && r.ops.length === steps + (file === conv ? 1 : 0), r.ops);
    report(`answer_${title}`, r.rows.length === 10 && r.rows.every(([y, over], i) => Math.abs(y - r.y[i]) < 6e-5 && Math.abs(over - (r.y[i] - (i === r.label))) < 6e-5), r.rows);
    const most = Math.max(...r.y);
    report(`bars_${title}`, r.y.every((y, i) => Math.abs(r.wide[2 * i] / Math.max(...r.wide.filter((w, j) => j % 2 === 0)) - y / most) < 0.03), r.wide);
    await page.locator(".stage").nth(1).click();
    report(`step_leads_to_its_matrix_${title}`, (await chosen(page)).startsWith("a1["), await chosen(page));
    await page.close();
  }
}

// A filter's window on the picture, both ways; which place of a window won; tiles are clicked where they are drawn.
async function windows(browser) {
  const page = await open(browser, conv);
  const marked = (name, at, of) => page.evaluate(([name, at, of]) => {
    const k = M.findIndex(m => m.name === name);
    choose(k, at, false);
    return [...marks.get(M.findIndex(m => m.name === of)) ?? []].sort((a, b) => a - b);
  }, [name, at, of]);
  const square = (first, width, size) => Array.from({length: size * size}, (x, i) => first + Math.floor(i / size) * width + i % size);
  report("window_forwards", JSON.stringify(await marked("a1", 2 * 576 + 3 * 24 + 4, "x")) === JSON.stringify(square(3 * 28 + 4, 28, 5)), await marked("a1", 2 * 576 + 3 * 24 + 4, "x"));
  const back = [0, 1, 2, 3].flatMap(k => square(k * 576 + 6 * 24 + 7, 24, 5));
  report("window_backwards", JSON.stringify(await marked("dx", 10 * 28 + 11, "da1")) === JSON.stringify(back), await marked("dx", 10 * 28 + 11, "da1"));
  await click(page, "a1", 2 * 576 + 3 * 24 + 4);
  report("tile_is_clicked", (await chosen(page)).startsWith("a1[0,2,3,4] = "), await chosen(page));
  await click(page, "pool1", 144 + 2 * 12 + 3);
  const won = await page.evaluate(() => ({cells: [...document.querySelectorAll(".window-of td")].map(c => Number(c.textContent)), part: [...document.querySelectorAll(".window-of .part")].map(c => Number(c.textContent)),
    value: M[chosen.k].v[chosen.e], from: [0, 1, 24, 25].map(i => M.find(m => m.name === "z1").v[576 + 4 * 24 + 6 + i])}));
  report("which_place_won", won.cells.every((c, i) => Math.abs(c - won.from[i]) < 1e-4) && won.part.length === 1 && Math.abs(won.part[0] - won.value) < 1e-4 && won.value === Math.max(...won.from), won);
  report("quiet_windows", page.noise.length === 0, page.noise);
  await page.close();
}

// From the first press of Tab on: graph, matrix, cells, story, without a mouse.
async function keyboard(browser) {
  const page = await open(browser, english);
  let presses = 0;
  do await page.keyboard.press("Tab"); while (++presses < 60 && !(await page.evaluate(() => document.activeElement.closest("#graph") && document.activeElement.textContent.trim() === "W1[784,50]")));
  report("tab_reaches_the_graph", presses < 60, presses);
  await page.keyboard.press("Enter");
  report("enter_leads_to_the_matrix", await page.evaluate(() => document.activeElement === views[M.findIndex(m => m.name === "W1")].window), "elsewhere");
  await page.keyboard.press("Home");
  const row = Number(/\[(\d+),/.exec(await chosen(page))[1]);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press(row > 0 ? "ArrowUp" : "ArrowDown");
  const there = `W1[${row > 0 ? row - 1 : 1},1] = `;
  report("arrows_move", (await chosen(page)).startsWith(there), await chosen(page) + ", not " + there);
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowRight"); // at the border it stays
  report("border_holds", (await chosen(page)).includes(",49] = "), await chosen(page));
  await page.keyboard.press("Enter");
  report("enter_leads_to_the_story", await page.evaluate(() => document.activeElement.id === "chosen"), "elsewhere");
  presses = 0;
  do await page.keyboard.press("Tab"); while (++presses < 10 && !(await page.evaluate(() => document.activeElement.classList.contains("link"))));
  await page.keyboard.press("Enter");
  report("links_by_keyboard", presses < 10 && (await chosen(page)).startsWith("dW1["), await chosen(page));
  report("quiet_keyboard", page.noise.length === 0, page.noise);
  await page.close();
}

run(async browser => {
  await numbers(browser);
  await folds(browser);
  await question(browser);
  await windows(browser);
  await clicks(browser, "en", english);
  await clicks(browser, "ja", japanese);
  await keyboard(browser);
});
