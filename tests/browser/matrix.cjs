// matrix.cjs: pages of every kind of network in a browser, for matrix_browser.sh: the page's own check of every cell, that nothing is said on the console, and for
// coloured pictures in folders that their colours and the names of their classes are to be seen.
//   node matrix.cjs FOLDER EXPECTED   FOLDER/pages.json is written by tests/witness/matrix/main.py; EXPECTED names the cases that are known to fail
const {open, report, run} = require("./open.cjs");
const {readFileSync} = require("fs");
const [folder, expected] = process.argv.slice(2);
const known = new Set(readFileSync(expected, "utf8").split("\n").map(line => line.split("#")[0].trim()).filter(line => line));
const pages = JSON.parse(readFileSync(folder + "/pages.json", "utf8"));

// Says what held; of a case that is known to fail, that it still does.
function judge(name, good, why) {
  if (!known.has(name)) report(name, good, why);
  else if (good) report(name + " now passes: remove it from expected_failures", false, "");
  else console.log(`skip ${name} is known to fail: ${JSON.stringify(why).slice(0, 160)}`);
}

const everyCell = page => page.evaluate(() => {
  const result = {cells: 0, mistakes: 0, first: ""};
  M.forEach((m, k) => {
    if (!m.terms) return;
    for (let e = 0; e < m.v.length; e++) {
      result.cells++;
      if (account(k, e).good) continue;
      result.first = result.first || name(k, e);
      result.mistakes++;
    }
  });
  return result;
});

// The verdict that a person reads under a number, of one cell in each matrix.
const verdicts = page => page.evaluate(() => {
  const bad = [];
  M.forEach((m, k) => {
    if (!m.terms) return;
    choose(k, m.v.length - 1, false);
    if (document.getElementById("verdict").className !== "good") bad.push(document.getElementById("chosen").textContent);
  });
  return bad;
});

const coloursShown = page => page.evaluate(() => {
  const seen = new Set();
  for (const canvas of document.querySelectorAll("canvas")) {
    if (canvas.width === 0 || canvas.height === 0) continue;
    const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    for (let i = 0; i < data.length; i += 4) seen.add(data[i] + "," + data[i + 1] + "," + data[i + 2]);
  }
  return [...seen];
});

run(async browser => {
  let cells = 0;
  for (const p of pages) {
    const page = await open(browser, folder + "/" + p.file);
    if (p.what === "passes") {
      const r = await everyCell(page), bad = await verdicts(page);
      cells += r.cells;
      judge(`browser_${p.name}`, r.mistakes === 0 && r.cells > 100 && bad.length === 0 && page.noise.length === 0, {...r, bad, noise: page.noise});
    } else judge(`browser_${p.name}`, page.noise.length === 0 && (await page.textContent("body")).length > 100, page.noise);
    if (p.colours.length > 0) {
      const seen = new Set(await coloursShown(page)), missing = p.colours.filter(c => !seen.has(c.join(",")));
      judge(`browser_${p.name}_colours`, missing.length === 0, `${missing.length} of ${p.colours.length} colours of the sample are not to be seen`);
    }
    if (p.names.length > 0) {
      const shown = await page.evaluate(() => document.body.innerText), missing = p.names.filter(n => !shown.includes(n));
      judge(`browser_${p.name}_names`, missing.length === 0, missing);
    }
    await page.close();
  }
  report(`browser_cells: the pages checked ${cells} cells themselves`, cells > 10000, cells);
});
