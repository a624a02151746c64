#!/bin/sh
# browser.sh: prints the folder in which node finds playwright-core, which drives Chromium in the tests of pages (build/browser), and installs it
# there on first use (npm). Exit status 1, and why on standard error, if pages cannot be tested here. test.sh --full calls it before its tests, and
# they call it with --there, which installs nothing.
set -u
cd "$(dirname "$0")/.." || exit 1
version=1.65.1
folder=$(pwd)/build/browser
no() {
  echo "$1" >&2
  exit 1
}
command -v chromium >/dev/null || no "chromium is not installed"
command -v node >/dev/null || no "nodejs is not installed"
if [ ! -f "$folder/node_modules/playwright-core/package.json" ]; then
  [ "${1-}" != --there ] || no "playwright-core is not installed"
  command -v npm >/dev/null || no "npm is not installed"
  mkdir -p "$folder" || exit 1
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm install --silent --no-audit --no-fund --no-package-lock --prefix "$folder" "playwright-core@$version" >&2 || no "playwright-core could not be installed"
fi
echo "$folder"
