// lab.cjs: FOLDER: looks at LESSON.en.html and LESSON.ja.html in FOLDER; LESSON.*.json beside them has the numbers. With DENPA_SCREENSHOTS=FOLDER it leaves
// pictures there.
"use strict";
const fs = require("fs"), path = require("path"), {chromium} = require("playwright-core");
const folder = process.argv[2], shots = process.env.DENPA_SCREENSHOTS;
let bad = false;
const check = (what, holds, why) => { console.log(`${holds ? "ok" : "not ok"} ${what}${holds ? "" : `: ${JSON.stringify(why)}`}`); if (!holds) bad = true; };

(async () => {
  const browser = await chromium.launch({executablePath: process.env.DENPA_CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]});
  const files = fs.readdirSync(folder).filter(f => /\.(en|ja)\.html$/.test(f)).sort();
  check("there are pages", files.length >= 26, files);
  for (const [width, colorScheme] of [[1200, "light"], [360, "dark"]]) {
    const context = await browser.newContext({viewport: {width, height: 800}, colorScheme}), page = await context.newPage();
    page.setDefaultTimeout(600000); // what hangs ends then; a busy machine takes its time
    let trouble = [], address = "";
    page.on("console", m => { if (["error", "warning"].includes(m.type())) trouble.push(m.text()); });
    page.on("pageerror", e => trouble.push(e.message));
    page.on("request", r => { if (r.url() !== address) trouble.push("request: " + r.url()); });
    for (const file of files) {
      const [lesson, lang] = file.split("."), told = JSON.parse(fs.readFileSync(path.join(folder, `${lesson}.${lang}.json`)));
      trouble = [];
      address = "file://" + path.join(folder, file);
      await page.goto(address);
      const seen = await page.evaluate(() => ({
        lang: document.documentElement.lang, title: document.querySelector("h1").textContent, over: document.documentElement.scrollWidth - innerWidth,
        numbers: [...document.querySelectorAll("dd")].map(d => Number(d.textContent)),
        captions: [...document.querySelectorAll("caption")].map(c => c.textContent),
        wide: [...document.querySelectorAll(".wide")].filter(w => w.scrollWidth > w.clientWidth).length}));
      const numbers = Object.values(told.numbers).map(v => Number(v.toPrecision(6)));
      const captions = Object.values(told.matrices).map(m => `${m.name}[${m.shape}]`);
      if (trouble.length || seen.lang !== lang || seen.title !== told.title || seen.over > 0) check(`${file}, ${width} wide`, false, {trouble, seen});
      else if (!numbers.every(n => seen.numbers.includes(n)) || seen.numbers.some(Number.isNaN) || seen.numbers.length < numbers.length) check(`${file}: numbers`, false, {numbers, seen: seen.numbers});
      else if (!captions.every(c => seen.captions.includes(c))) check(`${file}: matrices with their shapes`, false, {captions, seen: seen.captions});
      else check(`${file}, ${width} wide, ${colorScheme}: numbers, shapes, language, no errors, no requests`, true);
      if (shots) await page.screenshot({path: path.join(shots, `${file}.${width}.png`), fullPage: true});
      if (seen.wide === 0 || width > 360) continue;
      // What is wider than the window is reached and moved by the keyboard.
      const moved = await page.evaluate(() => { const w = [...document.querySelectorAll(".wide")].find(w => w.scrollWidth > w.clientWidth); w.focus(); return document.activeElement === w; });
      let left = 0;
      for (let i = 0; i < 50 && left === 0; i++) { // it moves in some pictures of the screen, which a busy machine may leave out
        await page.keyboard.press("ArrowRight");
        left = await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(document.activeElement.scrollLeft)))));
      }
      check(`${file}: a wide table moves by keyboard`, moved && left > 0, {moved, left});
    }
    await context.close();
  }
  await browser.close();
  process.exit(bad ? 1 : 0);
})().catch(e => { console.log(`not ok the browser: ${e.message}`); process.exit(1); });
