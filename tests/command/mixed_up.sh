#!/bin/sh
# mixed_up.sh: results that would be written over what they are made from, and files given for one another: nothing is lost, and the message says what
# the file is instead of what its bytes would mean elsewhere.
. tests/kit.sh
work=$TMP/work
mkdir -p "$work/photos/a" "$work/photos/b"
awk -v OFS=, 'BEGIN { print "BMI,age,answer"; for (i = 0; i < 60; i++) print i % 13, i % 7, i % 3 ? "yes" : "no" }' >"$work/t.csv"
cp "$work/t.csv" "$work/t.dat"
for class in a b; do for i in 1 2 3 4 5 6; do cp docs/pictures/three.png "$work/photos/$class/$i.png"; done; done
"$DENPA" train "$work/t.csv" --epochs 1 --quiet --run "$work/run" --out "$work/m.safetensors" >"$TMP/said" 2>&1 || no "a model is needed" "$(cat "$TMP/said")"
mkdir "$work/link" && ln -s ../t.csv "$work/link/t.csv"
(cd "$work" && find . -type f -exec cksum {} +) | LC_ALL=C sort >"$TMP/before"

over="would write over"
refused table_by_out 2 "$over" train "$work/t.csv" --out "$work/t.csv"
refused table_by_another_path 2 "$over" train "$work/t.csv" --out "$work/photos/../t.csv"
refused table_by_a_link 2 "$over" train "$work/t.csv" --log "$work/link/t.csv"
refused table_by_search 2 "$over" search "$work/t.csv" --log "$work/t.csv"
refused table_of_test_rows 2 "$over" train digits:100 --test "$work/t.csv" --out "$work/t.csv"
refused table_by_predict 2 "$over" predict "$work/m.safetensors" "$work/t.csv" --out "$work/t.csv"
refused model_by_predict 2 "$over" predict "$work/m.safetensors" "$work/t.csv" --out "$work/m.safetensors"
refused model_of_a_run 2 "$over" predict "$work/run" "$work/t.csv" --out "$work/run/model.safetensors"
refused model_by_explain 2 "$over" explain "$work/m.safetensors" --html "$work/m.safetensors"
refused picture_of_a_folder 2 "$over" train "$work/photos" --out "$work/photos/a/1.png"
refused data_by_get 2 "$over" data get "$work/t.csv" --out "$work/t.csv"

two="two results would be in one file"
refused picture_and_log_of_search 2 "$two, ./s.svg" search digits:100 --out s.svg --log ./s.svg --trials 1
refused model_and_log 2 "$two" train digits:100 --out "$work/new" --log "$work/new"
refused settings_and_log 2 "$two" train digits:100 --run "$work/new" --log "$work/new/options.json"
for own in lock earlier-model.safetensors model.safetensors log.csv; do
  refused "log_in_the_place_of_$own" 2 "$two, $work/new/$own, which the run itself keeps" train digits:100 --run "$work/new" --log "$work/new/$own"
done
refused model_among_checkpoints 2 'which the run itself keeps (checkpoints)' train digits:100 --run "$work/run" --force --out "$work/run/checkpoints/1.safetensors"
refused run_and_model 2 "$two" train digits:100 --run "$work/new" --out "$work/new"
refused page_and_arrays 2 "$two" step digits:100 --html "$work/new" --out "$work/new"
refused standard_output 2 "--out does not write to standard output; give a name instead of -" train digits:100 --out -
refused log_to_standard_output 2 "--log does not write to standard output" train digits:100 --log -

# ---- a file that is called as data are that are built in is not these data ----
cd "$work" || exit 1
good out_called_as_the_data "$DENPA" train digits:100 --epochs 1 --run called --out digits:100 --quiet
good and_once_more "$DENPA" train digits:100 --epochs 1 --out digits:100 --quiet
good and_resumed "$DENPA" resume called --epochs 2 --quiet
good and_resumed_with_the_data_named "$DENPA" resume called digits:100 --epochs 3 --out digits:100 --quiet
good and_measured "$DENPA" eval called digits:100 --quiet
[ "$("$DENPA" info digits:100 --json | sed -n 's/^ *"epochs": "\(.*\)",*$/\1/p')" = 3 ] && ok the_newest_is_there || no the_newest_is_there "$("$DENPA" info digits:100 --json)"
refused model_called_as_the_data 2 "$over" predict digits:100 --sample 0 --out digits:100
refused data_by_its_path 2 "$over" train ./digits:100 --out digits:100
rm -r called digits:100
cd "$root" || exit 1

# ---- the file of a stream, by any name; what is no regular file takes a log ----
# streams NAME WORDS ARGUMENTS...: refused with standard output in a file and standard error in another, which has WORDS; neither is written over
streams() {
  name=$1 words=$2
  shift 2
  echo before >"$TMP/stream"
  "$DENPA" --lang en "$@" >>"$TMP/stream" 2>"$TMP/said" <"$work/t.dat"
  if [ $? -eq 2 ] && [ "$(cat "$TMP/stream")" = before ] && grep -q -F -e "$words" "$TMP/said"; then ok "$name"; else no "$name" "$(cat "$TMP/stream" "$TMP/said")"; fi
}
goes='would write into the file that standard output goes to'
streams log_of_train "--log $goes" train digits:100 --epochs 1 --log /dev/stdout
# between the parts of what a program reads, not into a pipe either
{ "$DENPA" --lang en train digits:100 --epochs 1 --json --log /dev/stdout 2>"$TMP/said"; echo $? >"$TMP/status"; } | cat >"$TMP/piped"
[ "$(cat "$TMP/status")" = 2 ] && has log_into_the_object "--log $goes" "$TMP/said" || no log_into_the_object "$(cat "$TMP/piped")"
good log_to_nothing sh -c '"$DENPA" train digits:100 --epochs 1 --json --log /dev/null >/dev/null'
streams log_of_search "--log $goes" search digits:100 --trials 1 --log /dev/fd/1
streams model "--out $goes" train digits:100 --epochs 1 --out /dev/stdout
streams picture "--out $goes" plot "$work/run" --out /proc/self/fd/1
streams page "--html $goes" explain "$work/m.safetensors" --html "$TMP/stream"
streams answers "--out $goes" predict "$work/m.safetensors" "$work/t.csv" --out "$TMP/stream"
streams script "--out $goes" export "$work/m.safetensors" --out /dev/stdout
streams errors '--log would write into the file that standard error goes to' train digits:100 --epochs 1 --log /dev/stderr
streams input '--out would write over the file that standard input comes from' predict "$work/m.safetensors" - --out "$work/t.dat"
"$DENPA" train digits:100 --epochs 1 --quiet --log /dev/stdout 2>"$TMP/said" | cat >"$TMP/log"
has log_into_a_pipe 'step,epoch,seconds,train_loss' "$TMP/log"
refused model_into_a_device 1 'this is not a regular file' train digits:100 --epochs 1 --out /dev/null

mkdir "$work/mine" && cp "$work/t.csv" "$work/mine/log.csv"
(cd "$work" && find . -type f -exec cksum {} +) | LC_ALL=C sort >"$TMP/before"
refused log_of_a_run 2 "--run writes into the folder of $work/mine/log.csv" train "$work/mine/log.csv" --run "$work/mine" --force --epochs 1
refused test_rows_in_a_run 2 "--run writes into the folder" train digits:100 --test "$work/mine/log.csv" --run "$work/mine" --force --epochs 1
mkfifo "$TMP/pipe"
refused pipe_for_data 1 "this is a file; a data set is a table" train "$TMP/pipe"
cp "$work/m.safetensors" "$work/photos/model.safetensors"
good a_model_beside_pictures_is_replaced "$DENPA" train "$work/photos" --epochs 1 --quiet --out "$work/photos/model.safetensors"
rm "$work/photos/model.safetensors"

refused model_behind_a_picture 2 "three.png is not a model, but $work/m.safetensors is, and the model comes first: denpa predict $work/m.safetensors docs/pictures/three.png" predict docs/pictures/three.png "$work/m.safetensors"
refused model_behind_data 2 "digits is not a model, but $work/m.safetensors is, and the model comes first: denpa eval" eval digits "$work/m.safetensors"
printf '\200\005\000\000\000\000\000\000{"' >"$TMP/length.safetensors" # a header of 1408 bytes begins as a pickle does
refused length_is_no_mark 1 "length.safetensors: this is a model (safetensors)" train "$TMP/length.safetensors"
refused run_behind_a_table 2 "the model comes first: denpa doctor $work/run $work/t.csv" doctor "$work/t.csv" "$work/run"
refused slip_before_a_model 1 "m.safetensor" eval "$work/m.safetensor" "$work/m.safetensors"
refused picture_for_model 1 "this is a PNG picture, not a model" info docs/pictures/three.png
"$DENPA" info docs/pictures/three.png --lang ja 2>"$TMP/said"
has kind_in_japanese 'これは「PNG 画像」で、モデル' "$TMP/said"
refused table_for_model 1 "this is a text or a table, not a model" info "$work/t.csv"
refused picture_for_table 1 "this is a PNG picture, not a table" predict "$work/m.safetensors" docs/pictures/three.png
refused picture_for_data 1 "this is a PNG picture; a data set is a table" train docs/pictures/three.png
printf 'PK\003\004\024\000\000\000\010\000' >"$TMP/book.xlsx"
refused archive_for_data 1 "this is a zip archive" train "$TMP/book.xlsx"
refused archive_for_model 1 "this is a zip archive" info "$TMP/book.xlsx"

# a model that is asked where its data are not; a model for a run
(cd "$work" && "$DENPA" train t.csv --epochs 1 --quiet --out "$TMP/far.safetensors" >/dev/null 2>&1)
refused model_without_its_table 1 "t.csv, on which this model was trained, is not here; name the data after the model" eval "$TMP/far.safetensors"
refused file_for_a_run_shows_what_works 1 "What shows the network of a model file is denpa explain" watch "$work/m.safetensors"
refused data_set_with_its_rows 1 "digts:100:2: there is no such folder or data set; did you mean digits:100:2?" train digts:100:2
refused file_for_a_recorded_run 1 "this is a file, and a recorded run is a folder; denpa train --run DIR --record" watch "$work/m.safetensors"
refused model_for_a_log 1 "a model has no record of its training" plot "$work/m.safetensors"
"$DENPA" train digits:100 --net 784-4-10 --epochs 1 --quiet --out "$TMP/d.safetensors" >/dev/null
refused one_index_too_few 2 "\"y\" has 0 indices, but y has the shape (1, 10): for instance y[0,0] (the sample's 0 may be left out)" why "$TMP/d.safetensors" y
refused a_row_and_a_table 2 "leave one of them out" predict "$work/m.safetensors" "$work/t.csv" --sample 3
"$DENPA" train "$work/t.csv" --epochs 1 --lang en --out "$TMP/my model.safetensors" >"$TMP/out" 2>"$TMP/err"
has commands_can_be_copied "info '$TMP/my model.safetensors'" "$TMP/err"
"$DENPA" train "$work/t.csv" --target age --task regression --epochs 1 --quiet --out "$TMP/n.safetensors" >/dev/null 2>&1
"$DENPA" doctor "$TMP/n.safetensors" --lang en >"$TMP/out" 2>"$TMP/err"
has numbers_have_a_loss "training samples: loss" "$TMP/out"
lacks numbers_have_no_accuracy nan "$TMP/out"
good data_alone_lists "$DENPA" data

(cd "$work" && find . -type f -exec cksum {} +) | LC_ALL=C sort >"$TMP/after"
same nothing_was_touched "$TMP/before" "$TMP/after"
good a_run_takes_its_picture_twice "$DENPA" plot "$work/run" --out "$work/run/curves.svg"
good a_run_takes_its_picture_again "$DENPA" plot "$work/run" --out "$work/run/curves.svg"
good a_table_by_its_content "$DENPA" train "$work/t.dat" --epochs 1 --quiet
good a_name_that_begins_as_a_bitmap "$DENPA" data show "$work/t.csv"
exit $bad
