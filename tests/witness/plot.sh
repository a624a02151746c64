#!/bin/sh
# plot.sh: `denpa plot`: what the pictures show is what the log, the weights and the answers say. tests/witness/plot_witness.py reads the SVGs.
. tests/kit.sh
plots='curves weights samples confusion mistakes activations gradients surface'

"$DENPA" train digits:600 --quiet --net 784-13-10 --act relu --init he --batch 20 --epochs 5 --run "$TMP/a<b>&\"run" >/dev/null || no train failed
run="$TMP/a<b>&\"run"
"$DENPA" train digits:600 --quiet --net 784-13-10 --act relu --init he --steps 0 --out "$TMP/first.safetensors" >/dev/null || no train failed

for what in $plots; do
  for lang in en ja; do
    good "plot_${what}_$lang" "$DENPA" plot "$run" --what $what --lang $lang --quiet --out "$TMP/$what.$lang.svg"
    "$DENPA" plot "$run" --what $what --lang $lang --color never >"$TMP/$what.$lang.txt" && "$DENPA" plot "$run" --what $what --lang $lang --color always >"$TMP/$what.$lang.colour" || no "text_${what}_$lang" failed
  done
  # The same numbers in both languages; words in each; no colour where none is asked for; equal runs, equal files.
  grep -q '損失\|重み\|正解\|勾配\|各層' "$TMP/$what.ja.svg" && ! grep -q '損失\|重み\|正解\|勾配\|各層' "$TMP/$what.en.svg" && grep -q '損失\|重み\|正解\|勾配\|各層' "$TMP/$what.ja.txt" && ok "languages_of_$what" || no "languages_of_$what"
  escape=$(printf '\033')
  ! grep -q "$escape" "$TMP/$what.en.txt" && grep -q "$escape" "$TMP/$what.en.colour" && ok "colour_of_$what" || no "colour_of_$what"
  "$DENPA" plot "$run" --what $what --lang en --quiet --threads 1 --out "$TMP/again.svg" && cmp -s "$TMP/again.svg" "$TMP/$what.en.svg" && ok "same_file_of_$what" || no "same_file_of_$what"
done

"$DENPA" train digits:600 --quiet --net 784-5-10 --act relu --init he --batch 20 --epochs 6 --run "$TMP/recorded" --record >/dev/null && "$DENPA" plot "$TMP/recorded" --what surface --samples 100 --quiet --out "$TMP/path.svg" && ok surface_of_a_recorded_run || no surface_of_a_recorded_run

# ---- refusals ----
"$DENPA" plot "$run" --what weights --smooth --lang en >"$TMP/out" 2>"$TMP/err"
[ $? -eq 2 ] && [ ! -s "$TMP/out" ] && grep -q 'smooth is for curves' "$TMP/err" && ok smooth_weights || no smooth_weights
"$DENPA" plot "$run" --smooth --lang en --json >"$TMP/out" && grep -q 'fewer than 11 points' "$TMP/out" && ok too_few_to_be_smooth || no too_few_to_be_smooth
"$DENPA" plot "$run" --out "$TMP/x.pdf" >"$TMP/out" 2>"$TMP/err"
[ $? -eq 2 ] && grep -q '\.svg' "$TMP/err" && [ ! -e "$TMP/x.pdf" ] && ok refuses_other_formats || no refuses_other_formats
"$DENPA" plot "$run" --what weights --quiet --out "$TMP/small.png" && "$DENPA" plot "$run" --what weights --quiet --out "$TMP/LARGE.PNG" || no ending_in_capitals
same ending_in_capitals "$TMP/small.png" "$TMP/LARGE.PNG"
# A PNG is in English, whatever the language; what it has no letters for is told.
"$DENPA" plot "$run" --quiet --lang ja --what weights --out "$TMP/ja.png" || no a_png failed
same letters_of_a_png "$TMP/ja.png" "$TMP/small.png"
exits plot_letters_of_a_png_are_told 0 "$DENPA" plot "$run" --lang ja --what weights --out "$TMP/ja.png"
has letters_of_a_png_are_told '注: PNG の文字は英語だけです' "$TMP/err"
exits plot_letters_of_a_png_are_expected 0 "$DENPA" plot "$run" --lang en --what weights --out "$TMP/ja.png"
lacks letters_of_a_png_are_expected 'Note:' "$TMP/err"
exits plot_letters_of_an_svg 0 "$DENPA" plot "$run" --lang ja --what weights --out "$TMP/ja.svg"
lacks letters_of_an_svg 'PNG' "$TMP/err"
cp -r "$run" "$TMP/名前" && "$DENPA" plot "$TMP/名前" --lang en --out "$TMP/x.png" >"$TMP/out" 2>"$TMP/err" || no a_png failed
has boxes_are_told 'empty boxes' "$TMP/err"
"$DENPA" plot "$run" --lang en --out "$TMP/x.png" >"$TMP/out" 2>"$TMP/err" || no a_png failed
lacks no_boxes_no_word 'empty boxes' "$TMP/err"
"$DENPA" plot "$TMP/first.safetensors" >"$TMP/out" 2>"$TMP/err"
[ $? -eq 1 ] && ok a_model_is_no_log || no a_model_is_no_log
{ head -n 2 "$run/log.csv"; echo '60,x,1,1,1,1,1'; } >"$TMP/broken.csv"
"$DENPA" plot "$TMP/broken.csv" --lang en >"$TMP/out" 2>"$TMP/err"
[ $? -eq 1 ] && grep -q 'line 3' "$TMP/err" && ok broken_log || no broken_log
head -n 3 "$run/log.csv" >"$TMP/cut.csv" && printf '99,3.0,1.' >>"$TMP/cut.csv"
"$DENPA" plot "$TMP/cut.csv" --json | grep -q '"what": "curves"' && ok log_cut_short || no log_cut_short

hostile() { # NAME LINES: a log whose numbers have no place is drawn without them, and ends
  { head -n 1 "$run/log.csv"; printf '%b' "$2"; } >"$TMP/hostile.csv"
  if timeout $patience "$DENPA" plot "$TMP/hostile.csv" --quiet --out "$TMP/hostile.svg" && timeout $patience "$DENPA" plot "$TMP/hostile.csv" >/dev/null && ! grep -qiE 'nan|inf[^o]' "$TMP/hostile.svg"; then ok "$1"; else no "$1"; fi
}
hostile no_epoch '0,0,0,2.3,0.1,2.3,0.1\n1,,,2.0,0.1,2.3,0.1\n2,2,0,1.9,0.2,2,0.3\n'
hostile too_far_apart '0,0,0,1e308,0.1,2.3,0.1\n1,1,1,-1e308,0.1,2.3,0.1\n'
hostile too_near '0,0,0,0,0.1,2.3,0.1\n1,1,1,5e-324,0.1,2.3,0.1\n'
printf 'step,epoch,seconds,train_loss,train_accuracy,test_loss,test_accuracy\n0,0,0,1\0,1,1,1\n' >"$TMP/zero.csv"
"$DENPA" plot "$TMP/zero.csv" --lang en >"$TMP/out" 2>"$TMP/err"
[ $? -eq 1 ] && grep -q 'zero byte' "$TMP/err" && ok zero_byte || no zero_byte

can plot_witness python || exit $bad
for k in 0 1 2 3 4 5 6 7 8 9; do for i in 0 1 2 3 4 5 6 7 8 9; do "$DENPA" predict "$run" --sample $k$i --json; done; done >"$TMP/predictions.json" || no predict failed # the other way to the answers
"$DENPA" eval "$run" --json >"$TMP/eval.json" && "$DENPA" eval "$run" --split train --samples 500 --json >"$TMP/last.json" && "$DENPA" eval "$TMP/first.safetensors" --split train --samples 500 --json >"$TMP/first.json" || no eval failed
"$DENPA" plot "$run" --what surface --samples 500 --quiet --out "$TMP/surface500.svg" || no plots failed
for what in curves weights confusion samples; do "$DENPA" plot "$run" --what $what --quiet --out "$TMP/$what.png" || no "png_of_$what" failed; done
"$DENPA" plot "$run" --what gradients --samples 600 --quiet --out "$TMP/gradients600.svg"
good witness $python tests/witness/plot_witness.py "$TMP" "$run"
exit $bad
