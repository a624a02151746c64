#!/bin/sh
# lab_pictures.sh: the pictures of `denpa lab` of a person's own network, read back; the same in terminals of four widths; --set and --ask.
. tests/kit.sh
cd "$TMP" || exit 1
train() { "$DENPA" train "$@" --quiet >said 2>&1 || no train "$(cat said)"; }
train digits:300 --net 784-20-10 --steps 40 --lr 0.5 --init xavier --out dense.safetensors
train digits:300 --net 'conv 4 5x5, relu, maxpool 2, dense 10' --init he --steps 5 --out conv.safetensors
for lesson in flow error product transpose least-squares; do good "svg_$lesson" "$DENPA" lab $lesson dense.safetensors --lang en --svg $lesson.svg; done
good svg_flow_conv "$DENPA" lab flow conv.safetensors --lang en --svg flow-conv.svg
# Any rows with classes have flows; how the error begins hangs on the loss.
awk 'BEGIN { srand(1); print "a,b,kind"; for (i = 0; i < 60; i++) { k = i % 2; printf "%.2f,%.2f,%s\n", k + rand(), 2 - k + rand(), k ? "yes" : "no" } }' >two.csv
train two.csv --target kind --loss bce --net 2-6-1 --epochs 1 --out table.safetensors
train digits:100 --net 784-8-10 --loss mse --steps 2 --out mse.safetensors
begins() { # NAME MODEL SIGN LAST BOXES...
  "$DENPA" lab error $2.safetensors --lang en --json >said 2>err || no "$1" "$(cat err)"
  grep -q "\"sign\": \"$3\"" said && [ "$(sed -n 's/.*"title": "\(.*: [a-z0-9 -]*\)".*/\1/p' said | tail -2 | tr '\n' ,)" = "$4" ] && ok "$1" || no "$1" "$(grep '"title"' said)"
}
begins begins_of_a_table table = 'activation: sigmoid,loss: bce,'
begins begins_of_squares mse '->' 'activation: sigmoid,loss: mse,'
begins begins_of_softmax conv = 'softmax: shares of 1,loss: cross-entropy,'
"$DENPA" lab error table.safetensors --lang en >said && ! grep -q -e '--set updates=0' said && ok nothing_to_change || no nothing_to_change
refused pictures_of_a_table 1 'needs grey pictures' lab product table.safetensors
if can read_back numpy; then
  "$DENPA" data get digits:300 --quiet --out data.npz >said
  if $python "$root/tests/witness/lab_pictures.py" . >said 2>&1; then ok read_back; else no read_back "$(head -20 said)"; fi
fi

# In a terminal everything stays inside of the window, and nothing is lost: names and shapes are there at every width.
if can widths python; then
  for lang in en ja; do
    for columns in 40 60 80 200; do
      $python "$root/tests/terminal.py" $columns sh -c "for l in flow error product transpose least-squares apples order; do \"$DENPA\" lab \$l dense.safetensors --ask --lang $lang --color never --data digits:300 </dev/null; \"$DENPA\" lab \$l --ask --lang $lang --color never --data digits:300 </dev/null; done" >seen 2>&1
      $python - $columns seen >wrong <<'PYTHON'
import sys, unicodedata
for line in open(sys.argv[2], encoding="utf-8"):
    line = line.rstrip("\n")
    if sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line) > int(sys.argv[1]): print(line)
text = open(sys.argv[2], encoding="utf-8").read()
for words in "a1 [1,20]  |   ^  da1 [1,20]", "W1 [784,20]  b1 [20]", "1 x (784) . (784) x 20 = 1 x 20", "1* 2* 3*", "+- apples  2  <- 110", "= apple * apples%s200  <- 1.1" % ("  " if int(sys.argv[1]) > 40 else chr(10) + 9 * " "):
    if words not in text: print("lost:", words)
PYTHON
      empty "widths_${lang}_$columns" wrong
    done
  done
fi

# Of another network the text says what that network does: which step its loss has in it, and what comes back from there.
two_ways() { # NAME 'what comes back' 'the step' OPTIONS...
  name=$1 back=$2 step=$3
  shift 3
  "$DENPA" train two.csv --net 2-4-1 --epochs 2 --quiet --out "$name.safetensors" "$@" >/dev/null 2>err || no "train_$name" "$(cat err)"
  "$DENPA" lab flow "$name.safetensors" --lang en >flow 2>err || no "flow_$name" "$(cat err)"
  "$DENPA" lab error "$name.safetensors" --lang en >error 2>err || no "error_$name" "$(cat err)"
  lacks "$name: no picture" 'picture' flow
  lacks "$name: not learned before" '--set' error
  if [ -n "$step" ]; then has "$name: its step" "$step and loss are two steps" flow; else lacks "$name: no step" 'are two steps' flow; fi
  if [ -n "$back" ]; then
    has "$name: what comes back" "^  $back [" flow
  else
    lacks "$name: nothing of a step comes back" 'y - t' flow
  fi
}
awk 'BEGIN { print "a,b,kind"; for (i = 0; i < 60; i++) print i % 7 "," i % 5 "," (i % 7 > 3 ? "yes" : "no") }' >two.csv
two_ways bce 'y - t' Sigmoid --loss bce
two_ways softmax 'y - t' Softmax --net 2-4-2
two_ways smoothed 'y - smoothed t' Softmax --net 2-4-2 --label-smoothing 0.1
two_ways error '' '' --net 2-4-2 --loss mse
"$DENPA" train digits:100 --net 784-5-10 --loss bce --steps 2 --evaluate none --quiet --out ten.safetensors
"$DENPA" lab error ten.safetensors --lang en >error && has 'of ten outputs' '(y - t) / (1 * 10) [' error || no 'of ten outputs'
mkdir -p photos/red photos/blue
for i in 1 2 3 4 5 6; do
  printf 'P3 2 2 255 200 %d 1 200 2 3 200 4 5 200 6 7' $i >photos/red/$i.ppm
  printf 'P3 2 2 255 1 %d 200 2 3 200 4 5 200 6 7 200' $i >photos/blue/$i.ppm
done
"$DENPA" train photos --net 12-3-2 --epochs 1 --quiet --evaluate none --out photos.safetensors
refused photographs_in_a_lesson_of_digits 1 'needs grey pictures that belong to classes' lab transpose photos.safetensors

# The one thing to change, and the question.
"$DENPA" lab apples --set apples=5 --json >five && grep -q '"answer": 5.5' five && grep -A9 '"apples"' five | grep -q 500 && ok set || no set
"$DENPA" lab flow --data digits:100 --set hidden=7 --json >seven && grep -q '"shape": "1,7"' seven && grep -q '"answer": 5488.0' seven && ok set_asks_anew || no set_asks_anew
refused set_another 2 'one can change apples (how many apples are bought): --set apples=2, a whole number from 0 to 100' lab apples --set pears=3
refused set_too_much 2 'from 0 to 100' lab apples --set apples=101
refused set_half 2 'a whole number' lab apples --set apples=1.5
refused set_sample_that_is_not_there 2 'sample 4000 is not among them' lab rows --data digits:100 --set sample=4000
refused set_with_a_model 2 'nothing to change' lab flow dense.safetensors --set hidden=7
refused model_without_a_picture 2 'flow, product, transpose, least-squares and error do' lab apples dense.safetensors
refused ask_page 2 'without --json and --html' lab apples --ask --html x.html
refused svg_of_the_list 2 '--svg needs a lesson' lab --svg x.svg
refused svg_of_another_name 2 'x.png: lab writes its pictures as .svg' lab apples --svg x.png
refused svg_into_nothing 1 'none/x.svg' lab apples --svg none/x.svg
[ ! -e x.svg ] && [ ! -e x.png ] && ok nothing_left || no nothing_left
answer() { printf "$1" | "$DENPA" lab apples --ask --lang $2 >said 2>err; }
answer 'what\n3\n5.5\n' en && grep -q '"what" is not a number' said && grep -q 'Not yet. Five of them' said && grep -q 'Right: 5.5' said && [ ! -s err ] && ok asked || no asked "$(cat said err)"
answer '3\n5.5\n' ja && grep -q 'まだ違います' said && grep -q '正解です: 5.5' said && ok asked_ja || no asked_ja "$(cat said err)"
answer '\n' en && grep -q 'The answer is 5.5' said && ! grep -q Right said && ok gives_up || no gives_up "$(cat said err)"
answer '5.52' en && grep -q 'Right' said && ok nearly || no nearly "$(cat said)"
head -c 5000 /dev/zero | tr '\0' 9 | "$DENPA" lab apples --ask --lang en >said && [ "$(grep -c 'Not yet' said)" -le 1 ] && ok a_long_line_is_one_answer || no a_long_line_is_one_answer
answer '5.6' en && ! grep -q 'Right' said && ok not_nearly || no not_nearly "$(cat said)"
exit $bad
