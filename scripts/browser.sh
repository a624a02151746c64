# browser.sh: Chromium under Node.js for the tests of pages. Sourced from the project's root by tests/browser/*_browser.sh; run by test.sh --full as
#   sh scripts/browser.sh install      fetches playwright-core and axe-core (npm) into build/browser if they are not there
# Chromium, its fonts and Node.js are Debian's (scripts/prepare.sh full). Without all of this the tests of pages are skipped by name.

browser_folder=$PWD/build/browser
browser_version=1.65.1
axe_version=4.14.1

# Sets NODE_PATH; false if something is missing.
browser_ready() {
  export NODE_PATH="$browser_folder/node_modules${NODE_PATH:+:$NODE_PATH}"
  command -v node >/dev/null && [ -x "${DENPA_CHROMIUM:-/usr/bin/chromium}" ] && node -e 'require("playwright-core")' 2>/dev/null
}

if [ "${1-}" = install ]; then
  browser_ready && node -e 'require("axe-core")' 2>/dev/null && exit 0
  mkdir -p "$browser_folder" && command -v npm >/dev/null && npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$browser_folder" "playwright-core@$browser_version" "axe-core@$axe_version"
fi
