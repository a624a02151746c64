#!/bin/sh
# origin.sh: the command line that info tells of a model or a run is typed, and makes the same file, byte for byte.
. tests/kit.sh
cd "$TMP" || exit 1
export DENPA_LANG=en
PATH=$(dirname "$DENPA"):$PATH
awk 'BEGIN { print "a,b,c,y"; for (i = 0; i < 120; i++) print i % 17 "," i * 7 % 23 "," (i % 3 == 0 ? "u" : "v") "," (i % 17 + i * 7 % 23 + i * 13 % 9 > 22 ? "yes" : "no") }' >'my table.csv'
told() { "$DENPA" info "$1" | sed -n '/^To make it again:$/,$s/^  \(denpa .*\)/\1/p'; }

# Of a model file alone, from what it tells.
n=0
while IFS= read -r line; do
  n=$((n + 1))
  rm -f made.safetensors again.safetensors
  eval "denpa train $line --quiet --out made.safetensors" >out 2>&1 || no "train $line" "$(cat out)"
  command=$(told made.safetensors)
  eval "$command --quiet --out again.safetensors" >out 2>&1 || no "again $line" "$command: $(cat out)"
  same "model_$n" made.safetensors again.safetensors
done <<'E'
digits:120 --epochs 2
digits:120 --steps 3 --lr 0.3 --act relu --init he --seed 4 --net 784-10-10
digits:120 --epochs 2 --net 'conv 4 5x5, relu, maxpool 4, dense 10' --optimizer adam --schedule cosine --warmup 2
digits:120 --epochs 2 --rng numpy --seed 0 --optimizer momentum --momentum 0.8 --batch full
digits:120 --epochs 2 --dtype float64 --weight-decay 0.001 --update-order layer-by-layer --net 784-20-10
digits:120 --epochs 2 --label-smoothing 0.1 --augment shift:1 --class-weights balanced --act leaky-relu:0.02 --clip 2
digits:120 --epochs 2 --compat book --optimizer rmsprop --lr-decay 0.5 --schedule step
'my table.csv' --epochs 3
'my table.csv' --epochs 3 --patience 0 --validation 0 --weight-decay 0 --seed 3 --ignore a --category b
'my table.csv' --epochs 3 --target a --task regression --test-share 0.3 --optimizer sgd --lr 0.01
E

# Of a run, from what was typed; with the sum of its data and the program's version.
denpa train digits:200 --lr 0.4 --epochs 2 --validation 0.15 --patience 3 --run first --quiet >out 2>&1 || no train_run "$(cat out)"
eval "$(told first) --quiet --run again" >out 2>&1 || no run_again "$(cat out)"
same run first/model.safetensors again/model.safetensors
[ "$(told first)" = 'denpa train digits:200:1 --lr 0.4 --validation 0.15 --patience 3 --epochs 2' ] && ok as_it_was_typed || no as_it_was_typed "$(told first)"
denpa info first >out
sum=$(sed -n 's/.*"data_sha256": "\(.*\)".*/\1/p' first/options.json)
has sum_of_the_data "data's SHA-256     $sum" out
has version "made by denpa      $(denpa --version | sed 's/^denpa //')" out
# One that went on when it had ended, with a rate that falls: two commands.
denpa train digits:200 --epochs 2 --schedule linear --run long --quiet >out 2>&1 || no train_long "$(cat out)"
denpa resume long --epochs 3 --quiet >out 2>&1 || no resume_long "$(cat out)"
told long | sed -e 's/$/ --quiet/' >commands.sh
[ "$(wc -l <commands.sh)" -eq 2 ] && ok two_commands || no two_commands "$(cat commands.sh)"
sh ./commands.sh >out 2>&1 || no long_again "$(cat out)"
same long_run long/model.safetensors NEW/model.safetensors
# A fork: from the run that it came from.
denpa replay first --step 2 --fork forked --lr 0.05 --quiet >out 2>&1 || no fork "$(cat out)"
told forked | sed -e 's/NEW/forked-again/' -e 's/$/ --quiet/' >commands.sh
sh ./commands.sh >out 2>&1 || no fork_again "$(cat commands.sh out)"
same fork forked/model.safetensors forked-again/model.safetensors

# Pages tell it at their end: of a run, of a model alone, with the sum of its data.
denpa train digits:120 --epochs 1 --run shown --record --quiet >out 2>&1 || no train_shown "$(cat out)"
denpa explain shown --html explain.html --quiet && denpa watch shown --html watch.html --quiet || no pages
denpa explain shown/model.safetensors --html model.html --quiet || no page_of_a_model
sum=$(sed -n 's/.*"data_sha256": "\(.*\)".*/\1/p' shown/options.json)
for page in explain watch model; do
  has "page_tells_how_$page" '<pre>denpa train digits:120:1 ' $page.html
  has "page_tells_the_sum_$page" "SHA-256 of the data: $sum" $page.html
done
has page_tells_the_version "Made by denpa $(denpa --version | sed 's/^denpa //')" watch.html

# What nobody can make again is said so.
denpa train digits:120 --epochs 9 --validation 0.3 --patience 1 --lr 3 --quiet --out early.safetensors >out 2>&1
denpa info early.safetensors >out
has a_doubt_is_told 'This may not be all of it: A model file keeps how many samples were for validation' out
good in_japanese sh -c 'denpa info first --lang ja | grep -q "^もう一度作るには:"'
good for_a_program sh -c 'denpa info first --json | grep -q "\"sure\": true"'
exit $bad
