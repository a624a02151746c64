#!/bin/sh
# plot_kinds.sh: pictures of every kind of network: filters, factors of a normalisation, photographs, tables, and the plane of two inputs: what is shown is what
# the model file, the pictures and the tables say. tests/witness/plot_kinds_witness.py reads them.
. tests/kit.sh
needs python

"$DENPA" train digits:60 --quiet --net 'input 1x28x28, conv 4 5x5 stride 2, batchnorm, relu, maxpool 2, conv 3 3x3, relu, dense 6, relu, dense 10' --steps 6 --evaluate none --out "$TMP/conv.safetensors" >/dev/null || no train failed
mkdir -p "$TMP/fruit/apple" "$TMP/fruit/洋梨"
for i in 1 2 3 4; do # a red and a green disc on grey
  disc='{ print "P3 10 8 255"; for (k = 0; k < 80; k++) { x = k % 10 - 3 - i / 2; y = int(k / 10) - 4; if (x * x + y * y < 9) print red + i, 200 - red, 20 + k; else print 90, 100 + i, 120 } }'
  awk -v i=$i -v red=190 "BEGIN $disc" >"$TMP/fruit/apple/$i.ppm"
  awk -v i=$i -v red=30 "BEGIN $disc" >"$TMP/fruit/洋梨/$i.ppm"
done
awk 'BEGIN { print "age,income,city,bought"; for (i = 0; i < 60; i++) { a = 20 + i % 45; w = 1000 + (i * 7919) % 8000; printf "%s,%d,%s,%s\n", i % 13 ? a : "", w, i % 3 ? "Rome" : "Oslo", (a * 100 > w ? "yes" : "no") } }' >"$TMP/people.csv"
awk 'BEGIN { print "length,width,kind"; for (i = 0; i < 150; i++) { x = (i * 37) % 100 / 10; y = (i * 61) % 90 / 100; printf "%g,%g,%s\n", x + 40, y, (x > 6 ? "sweet" : y > 0.4 ? "sour" : "bitter") } }' >"$TMP/plane.csv"
awk 'BEGIN { print "a,b,price"; for (i = 0; i < 60; i++) { a = i * 37 % 100 / 10; b = i * 61 % 90; printf "%g,%g,%g\n", a, b, 100 + a * a - b } }' >"$TMP/price.csv"
cd "$TMP" || exit 1
"$DENPA" train fruit --quiet --net 'input 3x8x10, conv 3 3x3, relu, dense 2' --steps 4 --evaluate none --out fruit.safetensors >/dev/null || no train failed
"$DENPA" train fruit --quiet --net 'input 3x8x10, conv 3 3x3, relu, dense 2' --steps 0 --out new.safetensors >/dev/null || no train failed
"$DENPA" train fruit --quiet --net 240-2 --steps 4 --evaluate none --out flat.safetensors >/dev/null || no train failed
"$DENPA" train people.csv --quiet --steps 10 --evaluate none --out people.safetensors >/dev/null || no train failed
"$DENPA" train plane.csv --quiet --net 2-9-3 --epochs 20 --evaluate none --out plane.safetensors >/dev/null || no train failed
grep -v bitter plane.csv >sides.csv
"$DENPA" train sides.csv --quiet --net 2-3-1 --loss bce --epochs 9 --evaluate none --out lone.safetensors >/dev/null || no train failed
"$DENPA" train price.csv --quiet --epochs 5 --evaluate none --out price.safetensors >/dev/null || no train failed
"$DENPA" train digits:60 --quiet --net 784-3-10 --steps 0 --out digits.safetensors >/dev/null || no train failed

shown() { # MODEL WHAT OPTIONS...: as JSON, as SVG and as PNG
  kind=$1 what=$2
  shift 2
  "$DENPA" plot "$kind.safetensors" --what "$what" --lang en --json "$@" >"$kind.$what.json" && "$DENPA" plot "$kind.safetensors" --what "$what" --lang en --quiet --out "$kind.$what.svg" "$@" &&
    "$DENPA" plot "$kind.safetensors" --what "$what" --quiet --out "$kind.$what.png" "$@" && ok "${what}_of_$kind" || no "${what}_of_$kind"
}
shown conv weights
shown fruit weights
shown flat weights
shown fruit samples
shown new mistakes --split train
shown people samples
shown people mistakes --split train
shown plane boundary
shown lone boundary
shown lone confusion --split train
shown lone mistakes --split train
"$DENPA" eval lone.safetensors --split train --json >lone.eval.json || no eval failed
shown price boundary --samples 50

# The plane as `denpa predict` answers it.
answers() { # MODEL COLUMNS
  $python - "$1" "$2" <<'END'
import json, sys
panel = json.load(open(sys.argv[1] + ".boundary.json"))["panels"][0]
with open(sys.argv[1] + ".places.csv", "w") as out:
    print(sys.argv[2], file=out)
    for y in panel["rows_at"]:
        for x in panel["columns_at"]:
            print("%.17g,%.17g" % (x, y), file=out)
END
  "$DENPA" predict "$1.safetensors" "$1.places.csv" --quiet >"$1.answers.csv" || no "answers_of_$1"
}
answers plane length,width
answers price a,b

# ---- refusals and names ----
refused plane_of_digits 1 'has 784 inputs' plot digits.safetensors --what boundary
"$DENPA" train people.csv --quiet --ignore income --steps 2 --evaluate none --out two.safetensors >/dev/null || no train failed
refused plane_of_categories 1 'inputs' plot two.safetensors --what boundary

# In the dark: words on the paper have its colour, and rows keep theirs.
"$DENPA" plot people.safetensors --what samples --out dark.svg --quiet || no dark failed
lacks values_on_the_paper '"number on-light"' dark.svg
"$DENPA" lab transpose --svg turned.svg --quiet >said || no turned failed
sed -n '1,/<\/style>/p' turned.svg | tr -d '\n' | sed 's/.*prefers-color-scheme:dark//' >dark.css
good rows_keep_their_colours grep -q '\.box{.*\.tint0{.*\.tint3{' dark.css

# What is shown of one sample: a record of a table, a picture in colour, names of classes; in why, step and explain.
for command in "why people.safetensors y[0,0]" "explain people.safetensors" "step people.csv --sample 2"; do
  # shellcheck disable=SC2086 # words
  "$DENPA" $command --lang en --color never >told 2>err || no "$command" "$(cat err)"
  grep -qE '^income +[0-9]+ [#.]{20}' told && grep -qE '^city +(Rome|Oslo)$' told && ok "a row of a table: $command" || no "a row of a table: $command" "$(head -20 told)"
done
for command in "why fruit.safetensors y[0,0]" "explain fruit.safetensors" "step fruit --sample 2"; do
  # shellcheck disable=SC2086
  COLORTERM=truecolor "$DENPA" $command --lang en --color always >told 2>err || no "$command" "$(cat err)"
  grep -q "$(printf '\033')\[48;2;90;10[0-9];120m" told && grep -q 'apple\|洋梨' told && ok "in colour, with a name: $command" || no "in colour, with a name: $command" "$(head -20 told)"
done
cd "$root" || exit 1
good witness $python tests/witness/plot_kinds_witness.py "$TMP"
exit $bad
