#!/bin/sh
# recipes.sh: all recipes over all their seeds, on the real MNIST ($DENPA_DATA): about half an hour on two processors. What it prints is what the docs say.
set -u
cd "$(dirname "$0")/../.." || exit 1
TMP=$(mktemp -d)
trap 'rm -rf "$TMP"' EXIT
export TMP DENPA_ALL_RECIPES=1 DENPA="${DENPA-$PWD/build/release/denpa}"
sh tests/command/recipes.sh
