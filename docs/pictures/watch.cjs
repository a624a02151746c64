// watch.cjs: pictures of pages of `denpa watch`, for make.sh: node watch.cjs PAGE.html PICTURE.png ...
const {open, run} = require("../../tests/browser/open.cjs");
run(async browser => {
  for (let i = 2; i < process.argv.length; i += 2) {
    const page = await open(browser, process.argv[i], {width: 1200, height: 1330});
    await page.keyboard.press("End");
    await page.waitForTimeout(500);
    await page.screenshot({path: process.argv[i + 1]});
  }
});
