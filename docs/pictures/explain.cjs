// explain.cjs: pictures of pages of `denpa explain`, for make.sh: node explain.cjs PAGE.html PICTURE.png ...
const {open, run} = require("../../tests/browser/open.cjs");
run(async browser => {
  for (let i = 2; i < process.argv.length; i += 2) {
    const page = await open(browser, process.argv[i], {width: 1280, height: 900});
    await page.fill("#entry", "a1[12]");
    await page.press("#entry", "Enter");
    await page.evaluate(() => { document.activeElement.blur(); scrollTo(0, 0); });
    await page.screenshot({path: process.argv[i + 1]});
  }
});
