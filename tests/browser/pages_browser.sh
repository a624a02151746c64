#!/bin/sh
# pages_browser.sh: every kind of page at three widths, light and dark, in both languages: what pages.cjs finds by looking.
. tests/kit.sh
needs full browser
. scripts/browser.sh && browser_ready
mkdir "$TMP/pages" || exit 1
train() { # NAME DATA options
  name=$1
  shift
  "$DENPA" train "$@" --quiet --out "$TMP/$name" >"$TMP/said" 2>&1 || no "train_$name" "$(cat "$TMP/said")"
}
conv='conv 8 5x5, relu, maxpool 2, conv 16 3x3 pad 1, batchnorm, relu, maxpool 2, dropout 0.3, dense 13, relu, dense 10'
awk 'BEGIN { srand(1); split("setosa versicolor virginica", kind); print "sepal length,sepal width,petal length,petal width,kind"
  for (i = 0; i < 90; i++) { k = i % 3; printf "%.1f,%.1f,%.1f,%.1f,%s\n", 5 + k * 0.8 + rand() / 2, 3 + rand() / 2, 1.5 + 2 * k + rand() / 2, 0.2 + k * 0.9 + rand() / 3, kind[k + 1] } }' >"$TMP/flowers.csv"
train dense digits:600 --steps 60
train conv digits:300 --net "$conv" --init he --steps 30
train table "$TMP/flowers.csv" --epochs 20
"$DENPA" train digits:600 --quiet --batch 30 --run "$TMP/wdense" --record --epochs 4 >"$TMP/said" 2>&1 || no run_dense
"$DENPA" train digits:300 --quiet --batch 30 --run "$TMP/wconv" --record --epochs 1 --net 'conv 8 5x5, relu, maxpool 2, dense 10' --init he >"$TMP/said" 2>&1 || no run_conv
if can photographs python; then # three kinds of coloured pictures in folders
  $python - "$TMP/photographs" <<'END' || no photographs
import os, random, struct, sys, zlib
draw = random.Random(1)
def piece(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
for name, base in (("green meadow", (60, 160, 60)), ("red tile", (190, 50, 40)), ("sky", (90, 150, 230))):
    os.makedirs(os.path.join(sys.argv[1], name))
    for i in range(16):
        rows = b"".join(b"\0" + bytes(min(255, max(0, int(c + draw.gauss(0, 25)))) for x in range(12) for c in base) for y in range(12))
        with open(os.path.join(sys.argv[1], name, "%02d.png" % i), "wb") as file:
            file.write(b"\x89PNG\r\n\x1a\n" + piece(b"IHDR", struct.pack(">IIBBBBB", 12, 12, 8, 2, 0, 0, 0)) + piece(b"IDAT", zlib.compress(rows)) + piece(b"IEND", b""))
END
  "$DENPA" train "$TMP/photographs" --quiet --batch 12 --run "$TMP/wphoto" --record --epochs 3 --net 'conv 4 3x3, relu, maxpool 2, dense 3' --init he >"$TMP/said" 2>&1 || no run_photographs "$(cat "$TMP/said")"
fi
for lang in en ja; do
  page() { # NAME command: a page that the command writes
    name=$1
    shift
    "$DENPA" "$@" --html "$TMP/pages/$name.$lang.html" --lang $lang --quiet >"$TMP/said" 2>&1 || no "page_${name}_$lang" "$(cat "$TMP/said")"
  }
  page dense explain "$TMP/dense" --sample 7
  page batch explain "$TMP/dense" --batch 9
  page conv explain "$TMP/conv" --sample 7
  page table explain "$TMP/table" --sample 7
  page step step digits:60 --batch 20
  page watch_dense watch "$TMP/wdense"
  page watch_conv watch "$TMP/wconv"
  [ ! -d "$TMP/wphoto" ] || { page photograph explain "$TMP/wphoto" --sample 2 && page watch_photographs watch "$TMP/wphoto"; }
  "$DENPA" lab all --data digits:1200 --html "$TMP/lab.$lang" --lang $lang --quiet >"$TMP/said" 2>&1 || no "lab_$lang" "$(cat "$TMP/said")"
  for lesson in "$TMP/lab.$lang"/*.html; do cp "$lesson" "$TMP/pages/lab_$(basename "$lesson" .html).$lang.html"; done
  for what in curves confusion weights surface mistakes; do # a figure in a page of somebody's own
    "$DENPA" plot "$TMP/wdense" --what $what --out "$TMP/$what.svg" --lang $lang --quiet >"$TMP/said" 2>&1 || no "plot_$what"
    { printf '<!DOCTYPE html><html lang="%s"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>denpa</title>' $lang
      printf '<style>body{margin:0}div{overflow:auto}:focus{outline:3px solid #7c3aed;outline-offset:-3px}</style><main><h1>denpa</h1><div tabindex="0">'
      cat "$TMP/$what.svg"
      printf '</div></main></html>'; } >"$TMP/pages/plot_$what.$lang.html"
  done
done
timeout 3000 node tests/browser/pages.cjs "$TMP/pages" || bad=1
exit $bad
