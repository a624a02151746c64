#!/bin/sh
# terminal.sh: on a terminal, sentences are broken between words at its width, in both languages; elsewhere each is one line. Tables and pictures are
# left as they are.
. tests/kit.sh
needs terminal
cat >"$TMP/wide.py" <<'END'
# wide.py COLUMNS [all]: the sentences of standard input (all: the lines) that are wider; rows of tables (two blanks inside) and coloured lines are none, nor are formulas.
import sys, unicodedata
for line in sys.stdin:
    line = line.rstrip("\n")
    width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
    if width > int(sys.argv[1]) and len(sys.argv) > 2:
        print(width, line)
    elif width > int(sys.argv[1]) and "  " not in line.strip() and "\033" not in line and "\r" not in line and " " in line.strip() and " = " not in line:
        print(width, line)
END
model=$TMP/m.safetensors
"$DENPA" train digits:300 --net 784-8-10 --epochs 1 --quiet --out "$model" >/dev/null || no "a model is needed"
for columns in 60 80; do
  for lang in en ja; do
    {
      $python tests/terminal.py $columns "$DENPA" explain "$model" --lang $lang --color never
      $python tests/terminal.py $columns "$DENPA" why "$model" 'y[0]' --lang $lang --color never
      $python tests/terminal.py $columns "$DENPA" step digits:100 --lang $lang --color never
      $python tests/terminal.py $columns "$DENPA" check digits:20 --net 784-4-10 --lang $lang --color never --progress none
      $python tests/terminal.py $columns "$DENPA" doctor "$model" --lang $lang --color never --progress none
      $python tests/terminal.py $columns "$DENPA" predict docs/pictures/three.png "$model" --lang $lang
    } >"$TMP/said"
    [ "$(wc -l <"$TMP/said")" -gt 100 ] || no "something_is_said_${columns}_$lang" "$(head "$TMP/said")"
    # names of files are not broken
    $python "$TMP/wide.py" $columns <"$TMP/said" | grep -v '/' >"$TMP/wide"
    empty "sentences_of_${columns}_columns_$lang" "$TMP/wide"
  done
done
# A line of the picture that is wider than the window could not be drawn over: the end of the axis is left out before.
$python tests/terminal.py 20 "$DENPA" train digits:300 --net 784-4-10 --batch 1 --steps 1234 --watch --quiet --lang en --color never >"$TMP/said"
sed 's/\x1b\[[0-9;]*[A-Za-z]//g' <"$TMP/said" | tr '\r' '\n' >"$TMP/drawn"
has axis_of_20_columns '      0' "$TMP/drawn"
$python "$TMP/wide.py" 20 all <"$TMP/drawn" | grep -v '/' >"$TMP/wide"
empty picture_of_20_columns "$TMP/wide"
# Names of classes are cut where they leave no room for the numbers.
awk 'BEGIN { print "a,b,kind"; for (i = 0; i < 90; i++) printf "%d.%d,%d,%sという、とても長い名前のクラスです、ほんとうに長いのです\n", i % 3 * 5, i % 7, i % 5, i % 3 == 0 ? "梅" : i % 3 == 1 ? "竹" : "松" }' >"$TMP/long.csv"
"$DENPA" train "$TMP/long.csv" --net 2-3 --epochs 2 --quiet --out "$TMP/long.safetensors" >/dev/null || no "a model with long names is needed"
$python tests/terminal.py 60 "$DENPA" plot "$TMP/long.safetensors" --what confusion --lang ja --color never >"$TMP/said"
has names_of_60_columns 'という、' "$TMP/said"
$python "$TMP/wide.py" 60 all <"$TMP/said" | grep -v '/' >"$TMP/wide"
empty confusion_of_60_columns "$TMP/wide"
for lang in en ja; do
  $python tests/terminal.py 40 "$DENPA" eval "$TMP/long.safetensors" "$TMP/long.csv" --lang $lang --color never >"$TMP/said"
  has "classes_of_40_columns_$lang" '松' "$TMP/said"
  $python "$TMP/wide.py" 40 all <"$TMP/said" | grep -v '/' >"$TMP/wide"
  empty "eval_of_40_columns_$lang" "$TMP/wide"
done
# Where numbers are learned there is no accuracy.
awk 'BEGIN { print "a,y"; for (i = 0; i < 60; i++) printf "%.2f,%.3f\n", i % 13 / 3, i % 13 / 2 + i % 5 / 10 }' >"$TMP/number.csv"
$python tests/terminal.py 80 "$DENPA" train "$TMP/number.csv" --net 1-3-1 --task regression --epochs 3 --watch --lang en --color never >"$TMP/said"
has picture_of_numbers 'test: loss' "$TMP/said"
lacks no_accuracy_of_numbers 'accuracy nan' "$TMP/said"
# What a training of a table prints, rows of tables too: ten classes, with a validation part.
awk 'BEGIN { print "a,b,answer"; for (i = 0; i < 400; i++) printf "%d,%d,%s\n", i % 10 * 7 + i % 3, i % 7, "class-" i % 10 }' >"$TMP/ten.csv"
for columns in 68 80 100; do
  for lang in en ja; do
    $python tests/terminal.py $columns "$DENPA" train "$TMP/ten.csv" --epochs 22 --lang $lang --color never --progress none >"$TMP/said"
    $python "$TMP/wide.py" $columns all <"$TMP/said" | grep -v '/' >"$TMP/wide"
    empty "training_of_${columns}_columns_$lang" "$TMP/wide"
    # the heading of the epochs comes again below 20 rows; the table itself is told in one piece
    [ "$(grep -c '^ *\(epoch\|エポック\)  .*\(accuracy\|正解率\)$' "$TMP/said")" -eq 2 ] && [ "$(grep -c '^ *[0-9][0-9]*\( *[0-9]\.[0-9]*\)\{6\}$' "$TMP/said")" -eq 22 ] &&
      ok "epochs_of_${columns}_columns_$lang" || no "epochs_of_${columns}_columns_$lang" "$(head -n 40 "$TMP/said")"
  done
done
# The network of photographs has many layers: what it begins with and what comes out is told on three lines, elsewhere all of it.
for class in noise stripes; do
  mkdir -p "$TMP/photos/$class"
  for i in 1 2 3 4 5 6; do
    awk -v i=$i -v class=$class 'BEGIN { print "P3 32 32 255"; for (p = 0; p < 1024; p++) { v = class == "noise" ? p * p * i % 251 : p % 32 * 7; print v, 255 - v, i } }' >"$TMP/photos/$class/$i.ppm"
  done
done
for columns in 60 80 100; do
  for lang in en ja; do
    $python tests/terminal.py $columns "$DENPA" train "$TMP/photos" --epochs 1 --lang $lang --color never --progress none >"$TMP/said"
    sed -n '/^\(Network\|ネットワーク\): /,/^\(Training\|学習\): /p' "$TMP/said" | sed '$d' >"$TMP/network"
    lines=$(wc -l <"$TMP/network")
    [ "$lines" -ge 2 ] && [ "$lines" -le 3 ] && tr '\n' ' ' <"$TMP/network" | grep -q "input 3x32x32, conv .*relu, dense *2['」]" && ok "layers_of_${columns}_columns_$lang" || no "layers_of_${columns}_columns_$lang" "$(cat "$TMP/network")"
  done
done
"$DENPA" train "$TMP/photos" --epochs 1 --lang en >"$TMP/said" 2>&1
grep '^Network: ' "$TMP/said" | grep -q -F '...' && no a_file_gets_all_layers || has a_file_gets_all_layers "conv 32 3x3 pad 1, maxpool 2, batchnorm, relu, dense 64, relu, dense 2', " "$TMP/said"
"$DENPA" train "$TMP/ten.csv" --epochs 1 --quiet --out "$TMP/ten.safetensors" >/dev/null
for lang in en ja; do
  $python tests/terminal.py 80 "$DENPA" info "$TMP/ten.safetensors" --lang $lang >"$TMP/said"
  grep -q 'class-9' "$TMP/said" && $python "$TMP/wide.py" 80 all <"$TMP/said" | grep -v -e / -e '[0-9a-f]\{64\}' >"$TMP/wide"
  empty "lists_of_names_$lang" "$TMP/wide"
done
$python tests/terminal.py 50 "$DENPA" train "$TMP/ten.csv" --epochs 2 --lang en --progress none >"$TMP/said"
grep -A 1 -x 'epoch      2' "$TMP/said" | grep -q '^  training: loss [0-9.]*, accuracy [0-9.]*$' && ok narrow_terminals_get_a_line_for_each_part || no narrow_terminals_get_a_line_for_each_part "$(cat "$TMP/said")"
$python "$TMP/wide.py" 50 <"$TMP/said" | grep -v '/' >"$TMP/wide"
empty sentences_of_50_columns "$TMP/wide"
"$DENPA" train "$TMP/ten.csv" --epochs 2 --lang en >"$TMP/plain" 2>"$TMP/err"
[ "$(grep -c '^epoch .*training: loss .*accuracy .*test: loss .*accuracy .*validation: loss .*accuracy' "$TMP/plain")" -eq 2 ] && ok a_file_gets_whole_epochs || no a_file_gets_whole_epochs "$(cat "$TMP/plain")"
"$DENPA" train digits:300 --net 784-8-10 --epochs 2 --quiet --run "$TMP/run" --record >"$TMP/plain"
$python tests/terminal.py 60 "$DENPA" watch "$TMP/run" --lang en --progress none >"$TMP/said"
$python "$TMP/wide.py" 60 all <"$TMP/said" >"$TMP/wide"
empty watch_of_60_columns "$TMP/wide"
has watch_has_a_heading 'update    epoch      loss  accuracy      loss  accuracy' "$TMP/said"

# That nothing is kept is told before the training, to somebody who waits for it; not to programs, not with --quiet, not where it is kept.
words='saves nothing; --out'
$python tests/terminal.py 80 "$DENPA" train digits:300 --epochs 1 --lang en --progress none >"$TMP/said"
[ "$(grep -n -e "$words" -e '^ *1  ' "$TMP/said" | head -n 1 | grep -c "$words")" -eq 1 ] && ok unkept_is_told_before || no unkept_is_told_before "$(cat "$TMP/said")"
$python tests/terminal.py 80 "$DENPA" train digits:300 --epochs 1 --lang en --json >"$TMP/said"
lacks unkept_not_with_json "$words" "$TMP/said"
$python tests/terminal.py 80 "$DENPA" train digits:300 --epochs 1 --lang en --quiet >"$TMP/said"
lacks unkept_not_with_quiet "$words" "$TMP/said"
$python tests/terminal.py 80 "$DENPA" train digits:300 --epochs 1 --lang en --out "$TMP/kept.safetensors" >"$TMP/said"
lacks unkept_not_where_it_is_kept "$words" "$TMP/said"
"$DENPA" train digits:300 --epochs 1 --lang en >"$TMP/said" 2>&1
lacks unkept_not_of_a_moment "$words" "$TMP/said"
"$DENPA" train digits:300 --steps 1000 --evaluate none --lang en >"$TMP/said" 2>&1
has unkept_of_a_longer_training "$words" "$TMP/said"

"$DENPA" explain "$model" --lang en >"$TMP/plain"
has a_file_gets_whole_sentences "how steeply the loss rises when an entry of W1 grows. The gradients go back along the same wires" "$TMP/plain"
exit $bad
