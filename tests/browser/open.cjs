// open.cjs: what the browser tests share. A test is told its pages as arguments and prints `ok WHAT` and `not ok WHAT`. Needs playwright-core (scripts/browser.sh)
// and Chromium. With DENPA_SCREENSHOTS=FOLDER pictures of the pages are kept there.
const {chromium} = require("playwright-core");
const {pathToFileURL} = require("url");

let failed = false;
const report = (name, good, why) => {
  console.log((good ? "ok " : "not ok ") + name);
  if (!good) console.error("  " + (typeof why === "string" ? why : JSON.stringify(why)));
  failed = failed || !good;
};

// A page in a window of its own; page.noise holds everything it said on the console, its errors, and its requests for anything but itself.
async function open(browser, file, {width = 1400, height = 950, dark = false} = {}) {
  const page = await browser.newPage({viewport: {width, height}, colorScheme: dark ? "dark" : "light"});
  page.noise = [];
  const url = pathToFileURL(file).href;
  page.on("console", m => page.noise.push("console: " + m.text()));
  page.on("pageerror", e => page.noise.push("error: " + e.message));
  page.on("request", r => { if (r.url() !== url && !r.url().startsWith("data:")) page.noise.push("request: " + r.url()); });
  page.setDefaultTimeout(600000); // what hangs ends then; a busy machine takes its time
  await page.goto(url);
  return page;
}

async function shoot(page, name, options) {
  if (process.env.DENPA_SCREENSHOTS) await page.screenshot({path: process.env.DENPA_SCREENSHOTS + "/" + name + ".png", ...options});
}

async function run(test) {
  const browser = await chromium.launch({executablePath: process.env.DENPA_CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]});
  try {
    await test(browser);
  } catch (e) {
    report("no_exception", false, e.stack);
  } finally {
    await browser.close();
  }
  process.exit(failed ? 1 : 0);
}

module.exports = {open, shoot, report, run};
