#!/bin/sh
# watch.sh: `denpa train --record` and `denpa watch`: what is recorded and shown is true, costs little, and changes nothing.
. tests/kit.sh
witness=tests/witness/watch_witness.py

can "the numbers of pages and drawings" numpy && numpy=yes || numpy=

good uplot_is_unmodified sh -c 'cd third_party/uPlot && sed -n "s/^    //p" README.md | sha256sum -c --strict'

# ---- recording changes nothing ----
like_unrecorded() { # NAME options
  name=$1
  shift
  "$DENPA" train digits:300 --quiet --run "$TMP/$name" --record "$@" >"$TMP/out" 2>"$TMP/err" && "$DENPA" train digits:300 --quiet --out "$TMP/plain.model" "$@" >"$TMP/out" 2>"$TMP/err" || { no "like_unrecorded_$name" "$(cat "$TMP/err")"; return; }
  good "like_unrecorded_$name" cmp "$TMP/plain.model" "$TMP/$name/model.safetensors"
}
like_unrecorded sigmoid --net 784-12-10 --epochs 10 --batch 30
like_unrecorded deep --net 784-9-8-10 --act relu --init he --optimizer adam --epochs 4 --batch 40 --dtype float64 --evaluate none
like_unrecorded inside --net 784-7-10 --steps 47 --batch 20 --sampling replacement --loss mse

# ---- the page ----
test_rows() { # NAME DATA ROWS
  for i in $(seq 0 $(($3 - 1))); do "$DENPA" data show "$2" "$i" --split test --json || return; done >"$TMP/$1"
}
page() { # NAME ACTIVATION options of the untrained network
  run=$1 act=$2
  shift 2
  "$DENPA" train digits:300 --quiet --steps 0 --out "$TMP/first.model" "$@" >"$TMP/out" && "$DENPA" watch "$TMP/$run" --html "$TMP/$run.html" --lang en --quiet || { no "page_$run" failed; return; }
  mkdir -p "$TMP/npz"
  if frames=$($python $witness page "$TMP/$run.html" "$TMP/$run" "$TMP/first.model" "$TMP/rows" "$TMP/npz" "$act" 2>"$TMP/err"); then ok "page_$run"; else
    no "page_$run" "$(cat "$TMP/err")"
    return
  fi
  [ "$frames" -ge 32 ] && ok "frames_$run" || no "frames_$run" "only $frames frames"
  for npz in $(ls "$TMP/npz"/*.npz | sed -n '1p;5p;$p'); do
    step=$(basename "$npz" .npz)
    "$DENPA" eval "$npz" digits:300 --act "$act" --json >"$TMP/eval" 2>"$TMP/err" && good "eval_${run}_$step" $python $witness scores "$TMP/$run.html" "$step" "$TMP/eval" || no "eval_${run}_$step" "$(cat "$TMP/err")"
  done
  rm -r "$TMP/npz"
}
if [ -n "$numpy" ]; then
  test_rows rows digits:300 50
  page sigmoid sigmoid --net 784-12-10
  page deep relu --net 784-9-8-10 --act relu --init he --dtype float64
fi
"$DENPA" watch "$TMP/sigmoid" --html "$TMP/again.html" --lang en --quiet --threads 1 --cpu ref && good same_page_anywhere cmp "$TMP/sigmoid.html" "$TMP/again.html" || no same_page_anywhere
"$DENPA" watch "$TMP/sigmoid" --html "$TMP/ja.html" --lang ja --quiet && grep -q '<html lang="ja">' "$TMP/ja.html" && grep -q '784-12-10 はどう学んだか' "$TMP/ja.html" && ok page_ja || no page_ja
grep -o 'https\{0,1\}://[^" )]*' "$TMP/sigmoid.html" | grep -v '^https://github.com/leeoniya/uPlot' >"$TMP/links"
[ -s "$TMP/links" ] && no page_asks_nobody "$(cat "$TMP/links")" || ok page_asks_nobody
grep -q 'Copyright (c) 2022 Leon Sorokin' "$TMP/sigmoid.html" && ok licence_in_the_page || no licence_in_the_page

# ---- in the terminal ----
"$DENPA" watch "$TMP/sigmoid" --lang en >"$TMP/lines" && [ "$(wc -l <"$TMP/lines")" -eq "$(($(wc -l <"$TMP/sigmoid/frames/frames.csv") - 1))" ] && ! grep -q "$(printf '\033')" "$TMP/lines" && ok one_line_a_frame || no one_line_a_frame
"$DENPA" watch "$TMP/sigmoid" --json >"$TMP/json" && grep -q '"model": ".*/frames/00000100.safetensors"' "$TMP/json" && [ "$(grep -c '"test_accuracy": [01]' "$TMP/json")" -ge 32 ] && ok json || no json
if [ -n "$numpy" ]; then
  "$DENPA" train digits:300 --net 784-12-10 --steps 3 --batch 30 --run "$TMP/short" --record --quiet >"$TMP/out"
  for columns in 30 80 133; do
    lang=$([ $columns -eq 80 ] && echo ja || echo en)
    LC_ALL=C COLUMNS=$columns LINES=40 "$DENPA" watch "$TMP/short" --lang "$lang" --progress bar --color always >"$TMP/screen"
    drawn=$($python $witness screen "$TMP/screen" $columns 2>"$TMP/err") && [ "$drawn" -eq 4 ] && ok screen_$columns || no screen_$columns "$drawn drawings $(cat "$TMP/err")"
  done
  good screen_tile $python $witness tile "$TMP/screen" "$TMP/short/model.safetensors"
  COLUMNS=80 LINES=24 "$DENPA" train digits:3000 --net 784-12-10 --epochs 30 --lang en --watch --progress bar --color never >"$TMP/out" 2>"$TMP/screen" || no live failed
  grep -v -e '^[A-Z]' -e '^[0-9]* updates' "$TMP/screen" | grep -q "$(printf '\342\240')" && grep -q 'training: loss' "$TMP/screen" && ok live || no live
fi
"$DENPA" train digits:300 --net 784-12-10 --steps 3 --watch --lang en >"$TMP/out" 2>"$TMP/err" && ! grep -q "$(printf '\033')" "$TMP/err" && ok live_needs_a_terminal || no live_needs_a_terminal

# ---- one update: the frame that is nearest to it ----
first_and_last=$(sed -n '20p;21p' "$TMP/sigmoid/frames/frames.csv" | cut -d, -f1 | tr '\n' ' ')
early=${first_and_last%% *} late=$(echo "$first_and_last" | cut -d' ' -f2)
[ $((late - early)) -ge 3 ] || no step_frames "there is no update between $early and $late"
exits step_that_is_there 0 "$DENPA" watch "$TMP/sigmoid" --step "$late" --lang en
[ "$(wc -l <"$TMP/out")" -eq 1 ] && [ ! -s "$TMP/err" ] && has step_alone "update $(printf %8d "$late"), epoch" "$TMP/out" || no step_alone
exits step_between 0 "$DENPA" watch "$TMP/sigmoid" --step $((late - 1)) --json --lang en
[ "$(grep -c '"step"' "$TMP/out")" -eq 1 ] && has step_nearest "\"step\": $late," "$TMP/out" || no step_nearest
has step_is_told "Note: update $((late - 1)) was not recorded; $late, the nearest one that was, is shown. denpa replay $TMP/sigmoid --step $((late - 1)) makes" "$TMP/err"
exits step_after_the_end 0 "$DENPA" watch "$TMP/sigmoid" --step 5000 --json --lang ja
grep -q '"step": 100,' "$TMP/out" && has step_ja '更新 100 で終わる' "$TMP/err" || no step_ja
opens() { # NAME RUN STEP FRAME UPDATE: the page of so many frames opens on this one of them
  "$DENPA" watch "$TMP/$2" --step "$3" --html "$TMP/at.html" --quiet >"$TMP/out" || no "$1" "no page"
  at=$(grep -o '^"at":[0-9]*' "$TMP/at.html" | cut -d: -f2)
  got="$at $(grep -o '"step":[0-9]*' "$TMP/at.html" | sed -n "$((at + 1))s/.*://p")"
  [ "$got" = "$4 $5" ] && ok "$1" || no "$1" "frame and update $got, not $4 $5"
}
opens opens_on_the_first sigmoid 0 0 0
opens opens_on_a_step sigmoid "$late" 19 "$late"
# a network that is too large for all of its 21 frames: 8 are left, and the one that is asked for is among them
"$DENPA" train digits:60 --net 784-200-10 --dtype float64 --steps 20 --batch 10 --evaluate none --run "$TMP/large" --record --quiet >"$TMP/out"
opens opens_on_what_a_large_page_would_lack large 1 1 1
opens opens_on_the_last_but_one large 19 6 19
opens opens_on_the_last large 20 7 20
rm -r "$TMP/large" "$TMP/at.html"

# ---- what is not half-written ----
interrupt() { # NAME SIGNAL STATUS
  # a script's background jobs ignore SIGINT, and denpa leaves that so
  env --default-signal=INT "$DENPA" train digits:6000 --net 784-30-10 --epochs 100000 --evaluate none --quiet --run "$TMP/$1" --record >"$TMP/out" 2>"$TMP/err" &
  pid=$!
  until [ "$(wc -l 2>/dev/null <"$TMP/$1/frames/frames.csv" || echo 0)" -ge 9 ] || ! kill -0 $pid; do sleep 0.05; done
  kill -s "$2" $pid
  wait $pid
  status=$?
  [ $status -eq "$3" ] && ok "$1" || no "$1" "status $status: $(cat "$TMP/err")"
  good "$1_can_be_watched" "$DENPA" watch "$TMP/$1" --html "$TMP/$1.html" --lang en
  [ -z "$(find "$TMP/$1/frames" -type f ! -name '????????.safetensors' ! -name frames.csv ! -name '.*')" ] && ok "$1_leaves_nothing" || no "$1_leaves_nothing" "$(ls -la "$TMP/$1/frames")"
}
interrupt interrupted INT 130
last=$(tail -n 1 "$TMP/interrupted/frames/frames.csv" | cut -d, -f1)
good last_frame_is_the_model cmp "$TMP/interrupted/frames/$(printf %08d "$last").safetensors" "$TMP/interrupted/model.safetensors"
interrupt killed KILL 137

# A run that is written over keeps no frame of the one before.
"$DENPA" train digits:300 --net 784-5-10 --steps 2 --run "$TMP/sigmoid" --force --record --quiet >"$TMP/out" && [ "$(ls "$TMP/sigmoid/frames")" = "00000000.safetensors
00000001.safetensors
00000002.safetensors
frames.csv" ] && ok forced || no forced "$(ls "$TMP/sigmoid/frames")"

# A training that went wrong can be watched up to the end.
"$DENPA" train digits:300 --act relu --init he --lr 1e20 --run "$TMP/wrong" --record --quiet >"$TMP/out" 2>"$TMP/err"
[ $? -eq 1 ] && "$DENPA" watch "$TMP/wrong" --lang en >"$TMP/lines" && [ "$(wc -l <"$TMP/lines")" -ge 2 ] && grep -q '^update        1, epoch     0.33$' "$TMP/lines" && ! grep -q nan "$TMP/lines" && ok wrong || no wrong "$(cat "$TMP/lines")"
"$DENPA" watch "$TMP/wrong" --html "$TMP/wrong.html" --quiet && grep -q '"test_loss":null' "$TMP/wrong.html" && ok wrong_page || no wrong_page

# ---- what cannot be done ----
refused record_without_run 2 '--run DIR' train digits:300 --record
refused no_folder 1 'there is no such folder' watch "$TMP/nothing"
refused folder_of_another_name 1 "did you mean $TMP/sigmoid?" watch "$TMP/sigmiod"
"$DENPA" train digits:300 --steps 1 --run "$TMP/unrecorded" --quiet >"$TMP/out"
refused not_recorded 1 '--record' watch "$TMP/unrecorded"
cp -r "$TMP/short" "$TMP/mixed"
"$DENPA" train digits:600 --quiet --net 784-9-10 --steps 1 --evaluate none --out "$TMP/mixed/frames/00000001.safetensors" >"$TMP/out"
refused frames_of_two_networks 1 'different networks' watch "$TMP/mixed" --html "$TMP/mixed.html"
cp -r "$TMP/short" "$TMP/broken"
printf x | dd of="$TMP/broken/frames/00000001.safetensors" bs=1 seek=3000 conv=notrunc 2>"$TMP/err"
refused broken_frame 1 'SHA-256' watch "$TMP/broken" --html "$TMP/broken.html"
[ ! -e "$TMP/broken.html" ] && ok no_broken_page || no no_broken_page
cp -r "$TMP/short" "$TMP/other"
sed -i '$s/,[^,]*,\([^,]*\)$/,0.5,\1/' "$TMP/other/frames/frames.csv"
refused other_data 1 'not what it was then' watch "$TMP/other" --html "$TMP/other.html"
cp -r "$TMP/short" "$TMP/lost"
rm "$TMP/lost/frames/00000002.safetensors"
refused lost_frame 1 '00000002.safetensors' watch "$TMP/lost" --html "$TMP/lost.html"
mkdir "$TMP/full"
refused page_is_a_folder 1 'this is a folder' watch "$TMP/short" --html "$TMP/full"

# ---- the article's default run: size of the page ----
if can default mnist && [ -n "$numpy" ]; then
  COLUMNS=120 LINES=40 "$DENPA" train mnist --offline --json --run "$TMP/default" --record --watch --progress bar --color always >"$TMP/json" 2>"$TMP/screen" && "$DENPA" watch "$TMP/default" --html "$TMP/default.html" --quiet || no default failed
  size=$(wc -c <"$TMP/default.html")
  [ "$size" -le 8000000 ] && [ "$size" -gt 6000000 ] && ok "default_page_size ($size bytes)" || no default_page_size "$size bytes"
  [ "$(ls "$TMP/default/frames"/*.safetensors | wc -l)" -ge 32 ] && ok default_frames || no default_frames
fi
exit $bad
