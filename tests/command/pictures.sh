#!/bin/sh
# pictures.sh: `denpa train photos/`: folders of pictures with a sub-folder for each class: what becomes of them, what a model remembers, what is refused and how.
. tests/kit.sh
needs brisk
cd "$TMP" || exit 1


# bars FOLDER COUNT: lying and standing bars of 12x10 pixels
bars() {
  for class in lying standing; do
    mkdir -p "$1/$class"
    for i in $(seq "$2"); do
      awk -v class=$class -v i="$i" 'BEGIN { print "P2 12 10 255"; a = 1 + i % 7; for (r = 0; r < 10; r++) for (c = 0; c < 12; c++) {
        on = class == "lying" ? r >= a && r < a + 2 && c > 1 && c < 10 : c >= a && c < a + 2 && r > 0 && r < 9; print on ? 220 + (i * 7 + c) % 30 : (i * 13 + r * c) % 50 } }' >"$1/$class/$i.pgm"
    done
  done
}
bars photos 41

# ---- training and what the model remembers --------------------------------------------------------
plain='--net 120-50-2 --act relu --init he --optimizer sgd --schedule constant --batch 8 --epochs 12 --augment none --validation 0'
# shellcheck disable=SC2086
"$DENPA" train photos/ $plain --json --out m.safetensors >json 2>told || no training "$(cat told)"
has the_split 'Data: photos:10x12:grey, 66 training and 16 test samples of 120 numbers.' told # a fifth of 41 is 8
has the_network 'Network: 120-50-2' told
has learned '"test_accuracy": 1.0' json
"$DENPA" info m.safetensors >info
has classes_are_remembered 'classes            lying, standing' info
has the_form_is_remembered 'pictures           10x12:grey' info
"$DENPA" eval m.safetensors >evaluated && has eval_by_the_model 'photos:10x12:grey, test data, 16 samples: accuracy 1.0000' evaluated || no eval_by_the_model
"$DENPA" predict m.safetensors photos/lying/3.pgm >predicted && has predict_names_the_class 'answer: lying' predicted || no predict_names_the_class
[ "$(grep -c '^....%%%%%%%%%%%%%%' predicted)" -eq 2 ] && ok not_centred || no not_centred "$(cat predicted)" # the bar is where it was
"$DENPA" predict m.safetensors photos/standing/3.pgm --json >predicted && has predict_json '"class": "standing"' predicted || no predict_json
"$DENPA" data show photos 0 >shown && grep -q 'sample 0: label [01] (\(lying\|standing\))' shown && ok show || no show "$(head -1 shown)"
# shellcheck disable=SC2086
"$DENPA" train photos $plain --evaluate none --threads 2 --quiet --out m2.safetensors && cmp -s m.safetensors m2.safetensors && ok same_file || no same_file

# Of each class its fifth is tested, and the rows are mixed.
"$DENPA" data get photos --out data.npz --quiet >/dev/null || no export
if can stratified_and_mixed numpy; then
  $python -c '
import numpy as np
d = np.load("data.npz")
assert [list(np.bincount(d[t])) for t in ("t_train", "t_test")] == [[33, 33], [8, 8]]
assert 5 < sum(d["t_train"][:33]) < 28
rows = [bytes(r) for x in ("x_train", "x_test") for r in d[x]]
assert len(set(rows)) == 82
' 2>err && ok stratified_and_mixed || no stratified_and_mixed "$(cat err)"
fi
# The order in which files were made is of no matter.
mkdir -p turned/standing turned/lying
for i in $(seq 41 -1 1); do cp "photos/standing/$i.pgm" turned/standing && cp "photos/lying/$i.pgm" turned/lying; done
"$DENPA" data get turned --out turned.npz --quiet >/dev/null && cmp -s data.npz turned.npz && ok order_of_the_folder || no order_of_the_folder
"$DENPA" data get photos:10x12:grey:7 --out other.npz --quiet >/dev/null && [ -s other.npz ] && ! cmp -s data.npz other.npz && ok another_seed || no another_seed

# ---- sizes and colours ----------------------------------------------------------------------------
"$DENPA" train photos --size 5x6 --epochs 1 --quiet --evaluate none --out small.safetensors && "$DENPA" eval small.safetensors turned >evaluated && has eval_takes_the_models_size 'turned:5x6:grey, test data, 16 samples' evaluated || no eval_takes_the_models_size
# 2x2 pixels become one: their mean, halves upwards
printf 'P2 4 2 255  10 20 0 0  30 41 0 2' >mean.pgm
mkdir -p two/a two/b && for i in 1 2; do cp mean.pgm "two/a/$i.pgm" && cp mean.pgm "two/b/$i.pgm"; done
"$DENPA" data show two 0 --size 1x2 --json >shown && tr -d ' \n' <shown | grep -q '"pixels":\[25,1\]' && ok mean_of_areas || no mean_of_areas "$(cat shown)"
mkdir -p colour/red colour/blue
for i in 1 2 3 4 5; do
  printf 'P3 3 2 255 200 %d 1 200 2 3 200 4 5 200 6 7 200 8 9 200 10 11' "$i" >colour/red/$i.ppm
  printf 'P3 3 2 255 1 %d 200 2 3 200 4 5 200 6 7 200 8 9 200 10 11 200' "$i" >colour/blue/$i.ppm
done
"$DENPA" data show colour 0 --json >shown && tr -d ' \n' <shown | grep -q '"data":"colour:2x3:rgb".*"shape":\[3,2,3\]' && ok rgb || no rgb "$(cat shown)"
"$DENPA" data show colour 0 --channels grey --json >shown && tr -d ' \n' <shown | grep -q '"shape":\[2,3\]' && ok grey || no grey
"$DENPA" data show photos 0 --channels rgb --json >shown && tr -d ' \n' <shown | grep -q '"shape":\[3,10,12\]' && ok grey_as_rgb || no grey_as_rgb
"$DENPA" train colour --net 18-20-2 --epochs 40 --batch 2 --quiet --evaluate none --out c.safetensors && "$DENPA" predict c.safetensors colour/blue/2.ppm >predicted && has predict_in_colour 'answer: blue' predicted || no predict_in_colour
for command in 'eval c.safetensors' 'explain c.safetensors' 'why c.safetensors y[0,0]' 'doctor c.safetensors' 'check c.safetensors' 'plot c.safetensors --what confusion' 'plot c.safetensors --what weights --out w.svg' 'step colour' 'data show colour 1 --augment shift:1'; do
  # shellcheck disable=SC2086 # words
  "$DENPA" $command >out 2>err || no "in colour: $command" "$(cat err)"
done
ok the_others_in_colour
awk 'BEGIN { print "P2 200 100 255"; for (i = 0; i < 20000; i++) print i % 256 }' >large.pgm
mkdir -p large/a large/b && for i in 1 2; do cp large.pgm large/a/$i.pgm && cp large.pgm large/b/$i.pgm; done
"$DENPA" train large --epochs 1 --evaluate none >out 2>told && has at_most_64 'large:32x64:grey' told || no at_most_64

# ---- defaults: without options a network that learns, made for the pictures; each can be overruled alone ----
default() { # NAME 'what the header says' OPTIONS...
  name=$1 wanted=$2
  shift 2
  "$DENPA" train photos --steps 2 --evaluate none "$@" >out 2>told || no "$name" "$(cat told)"
  has "$name" "$wanted" told
}
"$DENPA" train photos --json >json 2>told && has default_of_pictures 'Defaults for pictures: --net auto --act relu --init he --optimizer adam --lr 0.004 --schedule linear --epochs 40 --batch 16 --augment auto --validation 0.15 --patience 15. Each can be overruled.' told || no default_of_pictures
has network_of_pictures "'input 1x10x12, conv 8 3x3 pad 1, maxpool 2, batchnorm, relu, dense 64, relu, dense 2'" told
between defaults_learn 0.9 "$(sed -n 's/^  "test_accuracy": \(.*\),/\1/p' json)" 1
default other_optimizer 'Training: sgd, learning rate 0.1, batch 16' --optimizer sgd
default other_rate 'Training: adam, learning rate 0.01, batch 16' --lr 0.01
default other_net 'Network: 120-20-2, relu, cross-entropy, initial weights he' --net 120-20-2
default other_activation 'batchnorm, tanh, dense 64, tanh, dense 2' --act tanh
default other_weights 'initial weights xavier' --init xavier
default other_shift 'in each update (shift:3)' --augment shift:3
default own_size 'conv 32 3x3 pad 1, maxpool 2, batchnorm, relu, dense 64' --size 64
default large "'input 1x200x200, avgpool 2, conv 8 5x5 stride 2 pad 2, maxpool 2" --size 200
"$DENPA" train photos --steps 2 --evaluate none --augment none --validation 0 >out 2>told; lacks nothing_changed 'changed at random' told; lacks none_kept_back 'Validation:' told; lacks no_patience '--patience' told
"$DENPA" train photos --steps 2 --evaluate none --recipe fast98 --net 120-9-2 >out 2>told; lacks a_recipe_is_whole 'Defaults for' told
"$DENPA" train digits:60 --steps 2 --evaluate none >out 2>told; lacks digits_have_the_articles 'Defaults for' told
"$DENPA" step photos --json >json && has step_has_the_articles '"net": "120-50-2"' json || no step_has_the_articles
"$DENPA" search photos --try 'lr=0.001|0.01' --epochs 1 --json >json 2>told && has search_tries_the_same '"command": "denpa train photos' json || no search_tries_the_same

# ---- train and test apart -------------------------------------------------------------------------
mkdir halves && cp -r photos halves/train && mkdir halves/test && cp -r photos/lying halves/test
"$DENPA" train halves --epochs 1 --evaluate none >out 2>told && has halves '82 training and 41 test samples' told || no halves
mkdir halves/test/new && cp mean.pgm halves/test/new
refused a_class_to_test_only 1 "halves/test: there is a class 'new' to test on, but none to train on" train halves
refused other_classes 2 "the network knows no class 'blue'" eval m.safetensors colour

# ---- what is refused ------------------------------------------------------------------------------
mkdir nothing
refused a_folder_with_nothing 1 'nothing: this folder has neither the four IDX files' train nothing
echo text >nothing/readme.txt
refused a_folder_without_folders 1 'nor sub-folders with pictures' train nothing
refused no_folder 1 'none: there is no such folder' train none
refused no_folder_with_a_form 1 'there is no such folder' train none:3x3:grey
mkdir nothing/train-images-idx3-ubyte.d && cp mean.pgm nothing/train-labels-idx1-ubyte
refused a_part_of_the_idx_files 1 'there is no file train-images-idx3-ubyte' train nothing
mkdir -p one/a && cp mean.pgm one/a/1.pgm && cp mean.pgm one/a/2.pgm
refused one_class 1 "one: there is one class only, 'a'" train one
mkdir one/b
refused an_empty_class 1 'one/b: this class has no pictures' train one
cp mean.pgm one/b/1.pgm
refused one_picture 1 "the class 'b' has one picture only" train one
cp mean.pgm one/b/2.pgm
echo text >one/b/notes.txt
refused other_files 1 'one/b/notes.txt: this is a text or a table, not a PNG, PGM or PPM picture' train one
mv one/b/notes.txt one/b/.hidden && : >one/b/Thumbs.db && mkdir one/.git one/b/.cache
"$DENPA" train one --epochs 1 --evaluate none >out 2>told && has hidden_files_are_ignored '2 training and 2 test samples of 8 numbers' told || no hidden_files_are_ignored
printf 'P5 4 2 255 123' >one/b/cut.pgm
refused a_broken_picture 1 'one/b/cut.pgm: 4 x 2 pixels need 8 bytes' train one
printf '\211PNG\r\n\032\nrubbish' >one/b/cut.pgm
refused a_broken_png 1 'one/b/cut.pgm: the PNG is damaged' train one
: >one/b/cut.pgm
refused an_empty_file 1 'one/b/cut.pgm: the file is empty' train one
rm one/b/cut.pgm
if [ "$(id -u)" -ne 0 ]; then
  chmod 0 one/b/2.pgm
  refused an_unreadable_picture 1 'one/b/2.pgm' train one
  chmod 644 one/b/2.pgm
else
  skip refuses_an_unreadable_picture "root reads everything"
fi
mkdir one/b/deeper
refused a_folder_in_a_class 1 "one/b: there is a folder 'deeper' in it" train one
rmdir one/b/deeper
ln -s loop one/b/loop
refused a_loop_of_links 1 'one/b/loop: cannot be looked at' train one
rm one/b/loop
ln -s . one/b/self
refused a_link_to_itself 1 "one/b: there is a folder 'self' in it" train one
rm one/b/self
mkfifo one/b/pipe
refused a_pipe 1 'one/b/pipe' train one
rm one/b/pipe
escape=$(printf 'a\033[31mb')
mv one/b "one/$escape"
"$DENPA" train one --epochs 1 --quiet --evaluate none --out e.safetensors && "$DENPA" predict e.safetensors mean.pgm >out && "$DENPA" info e.safetensors >>out && "$DENPA" data show one 1 >>out
grep -q "$(printf '\033')" out && no escapes_are_shown "$(cat -v out)" || has escapes_are_shown 'a\x1B[31mb' out
mv "one/$escape" "one/$(printf 'a\377')"
refused names_that_are_no_text 1 'is not UTF-8 in one line' train one
mv "one/$(printf 'a\377')" "one/$(printf 'a\nb')"
refused names_of_two_lines 1 'is not UTF-8 in one line' train one
refused a_wrong_size 2 "'28x' is not a size of pictures" train photos --size 28x
refused size_0 2 "'0' is not a size" train photos --size 0
refused size_of_digits 2 '--size and --channels are for folders of pictures' train digits:60 --size 14
refused wrong_channels 2 '--channels' train photos --channels blue
refused a_text_to_predict 1 'mean.txt' predict m.safetensors mean.txt

# ---- many -----------------------------------------------------------------------------------------
mkdir -p many/a many/b many/c
awk 'BEGIN { for (k = 0; k < 10000; k++) { f = sprintf("many/%s/%05d.pgm", substr("abc", k % 3 + 1, 1), k); printf "P2 3 2 9 %d %d %d 4 5 6\n", k % 10, k % 7, k % 5 >f; close(f) } }'
timeout $patience "$DENPA" train many --epochs 1 --evaluate none >out 2>told && has ten_thousand_files '7999 training and 2001 test samples' told || no ten_thousand_files "$(cat told)" # a fifth of 3,334 or 3,333 is 667
exit $bad
