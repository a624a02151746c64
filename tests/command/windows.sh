#!/bin/sh
# windows.sh: help, lessons, step, why, explain, check, doctor, info and the book use the window's width, from 40 columns to 200, and say the same there as in a file.
. tests/kit.sh
needs terminal
unset COLUMNS NO_COLOR
model=$TMP/m.safetensors
"$DENPA" train digits:300 --net 784-8-10 --epochs 1 --quiet --run "$TMP/run" --out "$model" >/dev/null || no "a model is needed"
"$DENPA" train digits:100 --net 'conv 2 5x5, relu, maxpool 2, dense 10' --epochs 1 --quiet --out "$TMP/c.safetensors" >/dev/null || no "a convolution is needed"
tab=$(printf '\t')
# each width in one language, in turn; both of all with --full
for which in 40en 60ja 80en 200ja; do
  columns=${which%??} languages=${which#"${which%??}"}
  each=train
  [ $columns -eq 60 ] || [ $columns -eq 80 ] || each=$("$DENPA" --help --lang en | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
  [ -z "${DENPA_FULL-}" ] || languages='en ja'
  for lang in $languages; do
    { printf '%s\n' --help -h "train$tab-h" "lab${tab}transpose$tab--data${tab}digits:100" "lab${tab}apples$tab--data${tab}digits:100" "step${tab}digits:50$tab--net${tab}784-5-10" \
        "why$tab$model${tab}y[0]" "explain$tab$model" "check${tab}digits:20$tab--net${tab}784-4-10$tab--progress${tab}none" "doctor$tab$TMP/run$tab--progress${tab}none" \
        "info$tab$model" "info$tab$TMP/c.safetensors" "book${tab}ch04/gradient_simplenet" "predict${tab}docs/pictures/three.png$tab$model" "predict$tab$TMP/none.png$tab$model"
      for command in $each; do printf '%s\t--help\n' "$command"; done
    } | $python tests/command/windows.py "$DENPA" $columns $lang || bad=1
  done
done
exit $bad
