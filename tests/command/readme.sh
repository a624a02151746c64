#!/bin/sh
# readme.sh: whoever follows the README, in English or in Japanese, sees what it shows: with denpa
# installed, as it says.
. tests/kit.sh
needs release
cmake --install "$build" --prefix "$TMP/usr" >"$TMP/log" 2>&1 || { cat "$TMP/log" && exit 1; }
lib=$(dirname "$(find "$TMP/usr" -name libdenpa.so)")
export PATH="$TMP/usr/bin:$PATH" PKG_CONFIG_PATH="$lib/pkgconfig" LD_LIBRARY_PATH="$lib"
sh scripts/docs.sh check README.md README.ja.md
