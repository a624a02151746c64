#!/bin/sh
# plot_words.sh: what plots say is natural and true: names of columns and classes, which rows are meant, how many are shown, and numbers that can be read on their colours.
. tests/kit.sh
needs python
cd "$TMP" || exit 1
awk 'BEGIN { print "size,colour,kind"; for (i = 0; i < 200; i++) print (i * 37 % 200) / 10 - 8 "," (i % 3 ? "red" : "green") "," (i * 37 % 200 > 99 ? "big" : "small") }' >t.csv
"$DENPA" train t.csv --net auto --epochs 8 --patience 0 --validation 0.1 --run run --quiet >out 2>err || { no train "$(cat err)" && exit 1; }
plot() { "$DENPA" plot run --lang en "$@" >out 2>err || no "plot $*" "$(cat err)"; }
plot --what weights
has a_column 'size' out
has a_category 'colour = green' out
has a_class '0 big, 1 small' out
has cells 'A cell is one weight' out
lacks no_pixels 'ixel' out
plot --what samples
has legend 'orange above zero, blue below' out
has which_rows '(training data, those kept back for validation too)' out
"$DENPA" card run --lang en >card 2>err
has trained_on '144 trained on, 16 kept back for validation' card
"$DENPA" eval run --split train --lang en >out 2>err
has of_eval 'training data, those kept back for validation too, 160 samples' out
"$DENPA" eval run --lang en >out 2>err
has test_rows 'test data, 40 samples' out

"$DENPA" train digits:300 --net 784-1-120-10 --epochs 1 --out deep --quiet >out 2>err
"$DENPA" plot deep --what weights --lang en >out 2>err
has one_unit 'W1: 1 unit' out
lacks one_unit_alone '1 of 1' out
"$DENPA" train digits:60 --act relu --init he --optimizer adam --epochs 150 --out good --quiet >out 2>err
"$DENPA" plot good --what mistakes --split train --lang en >out 2>err
has no_mistakes 'No mistakes' out
lacks no_mistakes_alone '0 of 0' out

# A dense layer behind a picture has a row for each unit.
"$DENPA" train digits:60 --net 'input 1x28x28, conv 8 5x5, relu, maxpool 2, dense 100, relu, dense 10' --steps 1 --out conv --quiet >out 2>err
"$DENPA" plot conv --what weights --lang en --out w.svg >out 2>err
has how_many 'W2: 32 of 100 units, numbered from 0' w.svg
height=$(sed -n 's/^<svg [^>]*height="\([0-9.]*\)".*/\1/p' w.svg | head -n 1)
between 'height of the picture' 300 "$height" 2500
"$DENPA" plot conv --what weights --lang en --samples 100 --out w.svg >out 2>err
has more_when_asked_for 'W2: 100 units, numbered from 0' w.svg

"$DENPA" plot good digits:600:9 --what confusion --split train --lang en --out c.svg >out 2>err
good contrast $python - c.svg <<'EOF'
import re, sys
def light(c):
    part = [int(c[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    return sum(w * (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4) for w, p in zip((0.2126, 0.7152, 0.0722), part)) + 0.05
text = open(sys.argv[1]).read()
pairs = re.findall(r'<rect class="cell"[^>]*fill="#([0-9a-f]{6})"[^>]*/>\s*<text class="number (on-dark|on-light)"', text)
assert len(pairs) > 15, text[-3000:]
ink = {"on-dark": "ffffff", "on-light": "000000"}
assert ".on-dark{fill:#fff}" in text and ".on-light{fill:#000}" in text
worst = min((max(light(a), light(ink[k])) / min(light(a), light(ink[k])), a, k) for a, k in pairs)
assert worst[0] >= 4.5, worst
EOF

printf '39,20\n39,200\n' | "$DENPA" lab flow --ask --lang en --data digits:60 >out 2>&1
[ $? = 0 ] && ok thousands_end || no thousands_end "$(cat out)"
has thousands 'Right: 39200.' out
has no_thousands '"39,20" is not a number' out
printf '1\n\n' | "$DENPA" lab flow --ask --data digits:60 >out 2>&1 && ok a_wrong_answer_is_no_failure || no a_wrong_answer_is_no_failure
"$DENPA" search digits:60 --try lr=0.1,0.2 --trials 2 --epochs 1 --out s.png --lang en >out 2>err
[ "$(head -c 4 s.png | tail -c 3)" = PNG ] && ok search_png || no search_png "$(cat err)"
refused search_picture 2 'the picture becomes .svg or .png' search digits:60 --try lr=0.1,0.2 --trials 2 --out s.jpg
exit $bad
