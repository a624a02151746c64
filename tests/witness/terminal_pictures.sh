#!/bin/sh
# terminal_pictures.sh: `denpa plot` and the book's pictures in the terminal, read back: at 40, 60, 80 and 200 columns, in both languages, with 256 colours, with
# 24 bits of colour and with none, with half cells and without them: no line is wider than the window, and what is drawn is what --json says. The two languages share
# the widths of a picture between them; each has all of them in ./test.sh --full.
. tests/kit.sh
needs python
witness=tests/witness/terminal_pictures.py
unset COLORTERM LC_ALL LC_CTYPE LANG NO_COLOR
D=$TMP/dense

"$DENPA" train digits:600 --quiet --net 784-9-10 --act relu --init he --batch 20 --epochs 3 --run "$D" --record >/dev/null || no train failed
# Filters and factors; photographs; a table.
"$DENPA" train digits:60 --quiet --net 'input 1x28x28, conv 4 5x5 stride 2, batchnorm, relu, maxpool 2, conv 3 3x3, relu, dense 6, relu, dense 10' --steps 6 --evaluate none --out "$TMP/conv.safetensors" >/dev/null || no train failed
mkdir -p "$TMP/fruit/apple" "$TMP/fruit/pear"
for i in 1 2 3 4; do # a red and a green disc on grey
  awk -v i=$i 'BEGIN { print "P3 10 8 255"; for (k = 0; k < 80; k++) { x = k % 10 - 3 - i / 2; y = int(k / 10) - 4; if (x * x + y * y < 9) print 200 + i, 30, 20 + k; else print 90, 100 + i, 120 } }' >"$TMP/fruit/apple/$i.ppm"
  awk -v i=$i 'BEGIN { print "P3 10 8 255"; for (k = 0; k < 80; k++) { x = k % 10 - 3 - i / 2; y = int(k / 10) - 4; if (x * x + y * y < 9) print 60 + i, 180, 20 + k; else print 90, 100 + i, 120 } }' >"$TMP/fruit/pear/$i.ppm"
done
(cd "$TMP" && "$DENPA" train fruit --quiet --net 'input 3x8x10, conv 3 3x3, relu, dense 2' --steps 4 --evaluate none --out fruit.safetensors >/dev/null) || no train failed
awk 'BEGIN { srand(5); print "age,income,city,bought"; for (i = 0; i < 60; i++) { a = 20 + i % 45; w = 1000 + (i * 7919) % 8000; printf "%s,%d,%s,%s\n", i % 13 ? a : "", w, i % 3 ? "Rome" : "Oslo", (a * 100 > w ? "yes" : "no") } }' >"$TMP/people.csv"
awk 'BEGIN { print "length,width,kind"; for (i = 0; i < 150; i++) { x = (i * 37) % 100 / 10; y = (i * 61) % 90 / 100; printf "%g,%g,%s\n", x + 40, y, (x > 6 ? "sweet" : y > 0.4 ? "sour" : "bitter") } }' >"$TMP/plane.csv"
(cd "$TMP" && "$DENPA" train people.csv --quiet --steps 10 --evaluate none --out people.safetensors && "$DENPA" train plane.csv --quiet --net 2-9-3 --epochs 20 --evaluate none --out plane.safetensors) >/dev/null || no train failed

# drawn NAME COLUMNS REST...: what is in $TMP/screen is to be read
drawn() {
  number=$((number + 1))
  mv "$TMP/screen" "$TMP/screen.$number"
  name=$1 columns=$2
  shift 2
  printf '%s' "$name" >>"$TMP/list"
  printf '\t%s' "$TMP/screen.$number" "$columns" "$@" >>"$TMP/list"
  echo >>"$TMP/list"
}
number=0

# pictures WHAT COLOUR LOCALE COLORTERM OPTIONS...: at every width
turn=0
pictures() {
  what=$1 colour=$2 locale=$3 depth=$4
  shift 4
  for lang in en ja; do
    "$DENPA" plot "$D" --what "$what" "$@" --lang $lang --json >"$TMP/$what.$lang.json" || no "json_$what" failed
    for columns in 40 60 80 200; do
      turn=$((1 - turn))
      [ $turn = 1 ] || [ -n "${DENPA_FULL-}" ] || continue
      COLUMNS=$columns LC_ALL=$locale COLORTERM=$depth "$DENPA" plot "$D" --what "$what" "$@" --lang $lang --color "$colour" >"$TMP/screen"
      drawn "${what}_${columns}_${lang}_${colour}_${locale}_$depth" $columns "$TMP/$what.$lang.json" "$colour"
    done
    turn=$((1 - turn)) # the other two of the four in the other language
  done
  turn=$((1 - turn)) # and of the same picture in other colours
}
for what in curves weights confusion mistakes activations gradients surface; do
  options=
  [ $what != surface ] || options="--samples 60"
  # shellcheck disable=SC2086 # two words
  {
    pictures $what never C "" $options
    pictures $what always C.UTF-8 "" $options
  }
done
pictures weights always ja_JP.UTF-8 ""
pictures weights always C.UTF-8 truecolor
pictures mistakes always C ""

# Filters in rows, factors as bars, colours, records and a plane: each at two of the widths in each language.
others() { # MODEL WHAT WIDTHS
  for lang in en ja; do
    (cd "$TMP" && "$DENPA" plot "$1.safetensors" --what "$2" --lang $lang --json) >"$TMP/$1.$2.$lang.json" || no "json_$1_$2" failed
  done
  for way in 'never C' 'always C' 'always C.UTF-8' 'always C.UTF-8 truecolor'; do
    for columns in $3; do
      lang=en
      [ $((columns / 20 % 2)) = 0 ] || lang=ja
      # shellcheck disable=SC2086 # two or three words
      set -- "$1" "$2" "$3" $way
      (cd "$TMP" && COLUMNS=$columns LC_ALL=$5 COLORTERM=${6-} "$DENPA" plot "$1.safetensors" --what "$2" --lang $lang --color "$4") >"$TMP/screen"
      drawn "$1_$2_${columns}_${lang}_$4_$5_${6-}" "$columns" "$TMP/$1.$2.$lang.json" "$4"
    done
  done
}
others conv weights '40 60 80 200'
others fruit samples '40 80'
others fruit weights '60 200'
others people samples '40 60 200'
others plane boundary '60 80'

# Where the terminal may draw half blocks two cells wide, there are none.
for locale in ja_JP.UTF-8 zh_CN.UTF-8 ko_KR.UTF-8 C en_US.ISO-8859-1; do
  LC_ALL=$locale "$DENPA" plot "$D" --what weights --color always >"$TMP/screen"
  lacks "no_half_cells_in_$locale" "$(printf '\342\226\200')" "$TMP/screen"
done
LC_ALL=en_US.UTF-8 "$DENPA" plot "$D" --what weights --color always >"$TMP/screen"
has half_cells_in_en_US.UTF-8 "$(printf '\342\226\200')" "$TMP/screen"

# The book's: the way is on the surface.
for experiment in ch04/gradient_method ch06/optimizer_compare_naive; do
  for columns in 40 80; do
    COLUMNS=$columns "$DENPA" book $experiment --color never --lang en >"$TMP/screen" 2>"$TMP/err" || no "book_$experiment" "$(cat "$TMP/err")"
    drawn "book_${experiment}_$columns" $columns surfaces
  done
done

# The line of progress: never wider than the window, at any width, so that it is drawn over itself.
for columns in 30 40 80; do
  COLUMNS=$columns "$DENPA" train digits:300 --net 784-3-10 --steps 6000 --evaluate none --lang ja --progress bar --color never >/dev/null 2>"$TMP/screen"
  drawn "progress_$columns" $columns progress
done
$python $witness "$TMP/list" || bad=1
exit $bad
