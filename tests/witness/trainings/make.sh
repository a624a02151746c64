# make.sh: sourced by the tests that repeat the trainings of `settings`: their data and lists of layers, made in $TMP, and the options of a name.
# Each line of `settings` is a name and the options of `denpa train`; a word that begins with @ is a file or a folder made here (a list of
# layers stays a --net @FILE).
trainings=tests/witness/trainings

list() { printf '%s\n' "$2" >"$TMP/$1"; }
list pictures 'conv 6 5x5, batchnorm, relu, maxpool 2, conv 5 3x3 stride 2 pad 1, gelu, avgpool 2, dropout 0.3, dense 10'
list small    'conv 3 5x5 stride 2, leaky-relu:0.1, maxpool 3 stride 2 pad 1, dropout 0.25, dense 10'
list normal   'dense 20, batchnorm, tanh, dropout 0.2, dense 16, softplus, dense 10'
list book     'dense 20, batchnorm book, relu, dropout 0.5 book, dense 10'
list colour   'conv 4 3x3, relu, maxpool 2, dense 2'

# A table with everything that one may have: quotes, categories, missing values, an identifier, a constant, a number and a class to learn.
awk 'BEGIN {
  print "id,\"size, in m\",colour,rooms,same,price,kind"
  for (i = 1; i <= 200; i++) {
    a = (i * 37) % 101; c = i % 3; r = (i * 7) % 5
    p = 2 * a + 30 * c - 10 * r
    printf "%d,%s,%s,%s,x,%.2f,\"%s\"\n", i, i % 17 ? a / 10 : "NA", i % 23 ? (c == 0 ? "red" : c == 1 ? "\"a \"\"b\"\"\"" : "blue") : "", r,
      p + 0.25, (p > 110 ? "dear, \"\"very\"\"" : "cheap") } }' >"$TMP/table.csv"

# Lying and standing bars of 12x10 pixels, grey and in colours.
mkdir -p "$TMP/photos/lying" "$TMP/photos/standing" "$TMP/colours/lying" "$TMP/colours/standing"
awk -v folder="$TMP" 'BEGIN {
  split("lying standing", classes, " ")
  for (k = 1; k <= 2; k++) for (i = 1; i <= 31; i++) {
    class = classes[k]
    grey = folder "/photos/" class "/" i ".pgm"
    colour = folder "/colours/" class "/" i ".ppm"
    print "P2 12 10 255" >grey
    print "P3 12 10 255" >colour
    a = 1 + i % 7
    for (r = 0; r < 10; r++) for (c = 0; c < 12; c++) {
      on = class == "lying" ? r >= a && r < a + 2 && c > 1 && c < 10 : c >= a && c < a + 2 && r > 0 && r < 9
      v = on ? 220 + (i * 7 + c) % 30 : (i * 13 + r * c) % 50
      print v >grey
      print v, int(v / 2), 255 - v >colour
    }
    close(grey)
    close(colour)
  } }'

names=$(awk '{ print $1 }' $trainings/settings)
newline='
'
all_settings=$newline$(sed -E 's,(^| )@(table.csv|photos/|colours/),\1\2,g' $trainings/settings)
# options_of NAME: the words after its name; files and folders stand in $TMP, where the trainings are to be run.
options_of() {
  options=${all_settings#*"$newline$1 "}
  echo "${options%%"$newline"*}"
}
