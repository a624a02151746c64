#!/bin/sh
# origin.sh: the command line that info tells of a model or a run is typed, and makes the same file, byte for byte.
. tests/kit.sh
cd "$TMP" || exit 1
export DENPA_LANG=en
PATH=$(dirname "$DENPA"):$PATH
awk 'BEGIN { print "a,b,c,y"; for (i = 0; i < 120; i++) print i % 17 "," i * 7 % 23 "," (i % 3 == 0 ? "u" : "v") "," (i % 17 + i * 7 % 23 + i * 13 % 9 > 22 ? "yes" : "no") }' >'my table.csv'
head -n 31 'my table.csv' >few.csv
awk 'BEGIN { print "1,name,y"; for (i = 0; i < 40; i++) print i * 7 % 11 "," (i < 30 ? "n" i : "none") "," (i % 4 < 2 ? "yes" : "no") }' >names.csv
awk 'BEGIN { for (k = 1; k <= 60; k++) printf "a_column_with_a_long_name_%d,", k; print "y"
  for (i = 0; i < 60; i++) { for (k = 1; k <= 60; k++) printf "%d,", i * k % 31; print i % 2 } }' >wide.csv
mkdir -p bars/lying bars/standing
for i in 1 2 3 4 5 6 7 8; do
  awk -v i=$i 'BEGIN { print "P2 8 8 255"; for (y = 0; y < 8; y++) for (x = 0; x < 8; x++) print (y == i - 1) * 200 + x }' >bars/lying/$i.pgm
  awk -v i=$i 'BEGIN { print "P2 8 8 255"; for (y = 0; y < 8; y++) for (x = 0; x < 8; x++) print (x == i - 1) * 200 + y }' >bars/standing/$i.pgm
done
odd="it's 10 %\\d
a \$(new) -n line.csv" && cp few.csv "$odd"
told() { "$DENPA" info "$1" | sed -n '/^To make it again.*:$/,$s/^  \(denpa .*\)/\1/p'; }

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
digits:120 --epochs 2 --samples 50
'my table.csv' --epochs 2 --optimizer adamw --samples 60
'my table.csv' --epochs 2 --optimizer sgd --lr 0.003 --schedule constant
few.csv --epochs 2 --test 'my table.csv'
names.csv --epochs 2 --header yes --category name --validation 0
wide.csv --epochs 2 --ignore $(seq -f a_column_with_a_long_name_%.0f -s , 2 58)
bars --epochs 2 --augment none --samples 10
"$odd" --epochs 1
E

# One that began with another network: MODEL, as far as a file can tell.
denpa train digits:120 --epochs 1 --net 784-20-10 --dtype float64 --act relu --quiet --out first.safetensors >out 2>&1 || no train_first "$(cat out)"
for line in '' '--net 784-20-12-10 --init he --dtype float64'; do
  # shellcheck disable=SC2086 # options
  denpa train digits:120 --epochs 1 --from first.safetensors $line --quiet --out made.safetensors >out 2>&1 || no "from $line" "$(cat out)"
  denpa info made.safetensors >out
  has "its_source_is_told $line" 'MODEL is the network that the training began with' out
  has "the_sum_of_its_source $line" "began with weights $(denpa info first.safetensors | sed -n "s/^weights' SHA-256 *//p")" out
  eval "$(told made.safetensors | sed 's/ MODEL / first.safetensors /') --quiet --out again.safetensors" >out 2>&1 || no "from_again $line" "$(cat out)"
  same "from_another $line" made.safetensors again.safetensors
done

# Of a run, from what was typed; with the sum of its data and the program's version.
denpa train digits:200 --lr 0.4 --epochs 2 --validation 0.15 --patience 3 --run first --quiet >out 2>&1 || no train_run "$(cat out)"
eval "$(told first) --quiet --run again" >out 2>&1 || no run_again "$(cat out)"
same run first/model.safetensors again/model.safetensors
[ "$(told first)" = 'denpa train digits:200:1 --lr 0.4 --validation 0.15 --patience 3 --epochs 2' ] && ok as_it_was_typed || no as_it_was_typed "$(told first)"
denpa info first >out
sum=$(sed -n 's/.*"data_sha256": "\(.*\)".*/\1/p' first/options.json)
has sum_of_the_rows "rows' SHA-256      $sum" out
has version "made by denpa      $(denpa --version | sed 's/^denpa //')" out
denpa info made.safetensors >out
has a_file_says_what_it_lacks "rows' SHA-256      (a run tells it, a model file does not)" out
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

# A model file alone keeps the last settings; that there were others before is told. A fork that changes nothing has none.
continued='The training went on with other settings, or for longer'
denpa replay first --step 2 --fork slower --lr 0.05 --quiet >out 2>&1 && denpa resume slower --epochs 3 --quiet >out 2>&1 || no fork_slower "$(cat out)"
for run in long forked slower; do
  cp $run/model.safetensors alone.safetensors && denpa info alone.safetensors >out
  has "others_before_$run" "$continued" out
  has "from_where_$run" 'continued from  ' out
done
denpa replay first --step 2 --fork alike --quiet >out 2>&1 || no fork_alike "$(cat out)"
same alike first/model.safetensors alike/model.safetensors

# What was typed as "none" is told so, of a run and of its fork; and in which folder it was typed.
denpa train bars --augment none --epochs 2 --run plain --quiet >out 2>&1 || no train_plain "$(cat out)"
[ "$(told plain)" = 'denpa train bars:8x8:grey --augment none --epochs 2' ] && ok none_is_told || no none_is_told "$(told plain)"
denpa replay plain --step 1 --fork plainer --augment none --quiet >out 2>&1 && ok fork_with_none || no fork_with_none "$(cat out)"
mkdir elsewhere
(cd elsewhere && denpa info ../plain) >out
has in_which_folder "To make it again, in the folder $(pwd -P):" out
denpa info plain/model.safetensors >out
has in_its_folder 'To make it again, in the folder from which it was trained:' out

# Pages tell it at their end: of a run, of a model alone, with the sum of its data.
denpa train digits:120 --epochs 1 --run shown --record --quiet >out 2>&1 || no train_shown "$(cat out)"
denpa explain shown --html explain.html --quiet && denpa watch shown --html watch.html --quiet || no pages
denpa explain shown/model.safetensors --html model.html --quiet || no page_of_a_model
sum=$(sed -n 's/.*"data_sha256": "\(.*\)".*/\1/p' shown/options.json)
for page in explain watch model; do
  has "page_tells_how_$page" '<pre>denpa train digits:120:1 ' $page.html
  has "page_tells_the_sum_$page" "SHA-256 of the rows: $sum" $page.html
done
# One name, one meaning: that of a table's file is what sha256sum says, whether a run or a model tells it; that of the rows hangs on --samples.
file=$(sha256sum 'my table.csv' | cut -d' ' -f1)
denpa train 'my table.csv' --epochs 1 --samples 40 --run table --quiet >out 2>&1 || no train_table "$(cat out)"
cp table/model.safetensors alone.safetensors
for model in table alone.safetensors; do
  denpa info $model >out
  has "sum_of_the_file_$model" "file's SHA-256     $file" out
  denpa explain $model --html page.html --quiet
  has "page_tells_the_file_$model" "SHA-256 of the table file: $file" page.html
  denpa card $model >out
  has "card_tells_the_file_$model" "SHA-256 of the table file: $file" out
done
lacks no_sum_of_other_rows 'SHA-256 of the rows' page.html
denpa info table >out
has sum_of_its_rows "rows' SHA-256      $(sed -n 's/.*"data_sha256": "\(.*\)".*/\1/p' table/options.json)" out
has page_tells_the_version "Made by denpa $(denpa --version | sed 's/^denpa //')" watch.html

# What nobody can make again is said so.
denpa train digits:120 --epochs 9 --validation 0.3 --patience 1 --lr 3 --quiet --out early.safetensors >out 2>&1
denpa info early.safetensors >out
has a_doubt_is_told 'This may not be all of it: A model file keeps how many samples were for validation' out
good in_japanese sh -c 'denpa info first --lang ja | grep -q "^もう一度作るには:"'
good for_a_program sh -c 'denpa info first --json | grep -q "\"sure\": true"'
exit $bad
