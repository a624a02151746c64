#!/bin/sh
# told.sh: what is told is what was done: scores of a training on few samples, the weight decay, labels of a shortened experiment, and how
# weights are opened that do not tell their layers.
. tests/kit.sh
cd "$TMP" || exit 1
export DENPA_LANG=en
number() { sed -n "s/.*\"$1\": \([-0-9.e]*\).*/\1/p" "$2" | head -n 1; }

# --samples of a training leaves the test data whole: train and eval say the same of one network, and so does a run when it goes on.
"$DENPA" train digits:600 --samples 30 --epochs 6 --lr 2 --act relu --init he --run few --record --json >train.json 2>err || no train "$(cat err)"
has header_tells_both '30 training and 100 test samples' err
"$DENPA" eval few --json >eval.json
[ "$(number samples eval.json)" = 100 ] && [ -n "$(number test_loss train.json)" ] && [ "$(number test_loss train.json)" = "$(number loss eval.json)" ] &&
  [ "$(number test_accuracy train.json)" = "$(number accuracy eval.json)" ] && ok train_and_eval_agree || no train_and_eval_agree "$(cat train.json eval.json)"
good frames_are_scored_so "$DENPA" watch few --html few.html
"$DENPA" resume few --epochs 7 --quiet >out 2>err && "$DENPA" train digits:600 --samples 30 --epochs 7 --lr 2 --act relu --init he --quiet >want 2>err || no resumes "$(cat err)"
same resumed_line want out
# Runs of older versions had their test data cut, and go on with them so.
cp -r few old && sed -i '/"test_whole"/d' old/options.json
"$DENPA" watch old --json >out 2>err
[ $? -eq 1 ] && ok older_runs_are_cut || no older_runs_are_cut "$(head -n 20 out)"

"$DENPA" train digits:60 --steps 0 --evaluate none --weight-decay 0.002 >out 2>err
has decay_is_told 'Weight decay: 0.002.' err
printf 'a,b\n' >t.csv && seq 1 60 | awk '{ print $1 * 7 % 23 "," $1 * 3 % 7 }' >>t.csv
"$DENPA" train t.csv --steps 0 --evaluate none >out 2>err
has decay_of_a_table 'Weight decay: 0.005.' err
"$DENPA" train digits:60 --steps 0 --evaluate none >out 2>err
lacks no_decay_is_not_told 'Weight decay' err
"$DENPA" help train >out
has help_tells_that_of_tables '0.005' out

book() { "$DENPA" book "$1" --data digits:300 --steps 2 --json >out 2>err || no "$1" "$(cat err)"; }
book ch06/optimizer_compare_mnist
has label_of_a_short_run 'SGD: loss of update 2"' out
lacks no_label_of_the_whole_run 1900 out
book ch08/train_deepnet
has label_of_a_short_deep_run 'accuracy on all test data after 2 updates"' out
book ch05/train_neuralnet
has one_update_is_one 'after 1 update"' out
"$DENPA" book ch02/gates --json >out
has bits_are_digits '"digits": 4' out

if can pickles book && can pickles mnist; then
  pickle=$DENPA_DATA/book/ch07_params.pkl
  deep=$DENPA_DATA/book/ch08_deep_convnet_params.pkl
  convnet='input 1x28x28, conv 30 5x5, relu, maxpool 2, dense 100, relu, dense 10'
  refused layers_are_not_told 1 "that of a convolution. How its layers go together does not stand in such a file. If it is the book's, --compat book says so; if not, name them, as in --net '$convnet'" eval "$pickle" mnist --offline
  refused layers_of_the_deep_network 1 'conv 32 3x3 pad 2, relu, maxpool 2, conv 64 3x3 pad 1, relu, conv 64 3x3 pad 1, relu, maxpool 2, dense 50, relu, dropout 0.5 book, dense 10, dropout 0.5 book' info "$deep"
  "$DENPA" eval "$pickle" mnist --offline --samples 200 --quiet --compat book >book 2>err
  "$DENPA" info "$deep" --compat book >out 2>err
  has the_book_names_its_layers '123552 parameters in float64' out
  "$DENPA" train digits:60 --from "$pickle" --compat book --epochs 1 --threads 1 >out 2>err
  has a_training_begins_with_them "Network: '$convnet'" err
  "$DENPA" eval "$pickle" mnist --offline --samples 200 --quiet --net "$convnet" >out 2>err
  same the_book_is_net book out
  has layers_are_named 'accuracy 0.9' out
fi
exit $bad
