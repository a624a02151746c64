#!/bin/sh
# signals.sh: a training or a search that is stopped saves what it has, then ends by the signal, so that the shell's loop ends too; a second
# signal ends it at once; nothing half-written is left. Each signal is sent when a line says that the work has begun. (That a file in
# writing is finished first is test_base's to prove.)
. tests/kit.sh
needs env
env --default-signal=INT true 2>/dev/null || { skip signals "env cannot give a signal back its meaning" && exit 77; }

# start ARGUMENTS...: in the background, where a script's jobs would ignore SIGINT.
start() {
  rm -f "$TMP/out" "$TMP/err"
  env --default-signal=INT,HUP "$DENPA" --lang "${lang-en}" "$@" >"$TMP/out" 2>"$TMP/err" &
  pid=$!
}
ends() { # NAME STATUS: the job's
  wait $pid
  kit_got=$?
  [ $kit_got -eq "$2" ] && ok "$1" || no "$1" "status $kit_got: $(cat "$TMP/err")"
}
remains() { [ -z "$(find "$TMP" -name '.denpa.*')" ] && ok "$1" || no "$1" "$(find "$TMP" -name '.denpa.*')"; }

# ---- the model is saved, the signal is named, and it is what ends the program
stopped() { # SIGNAL STATUS WORDS
  start train digits:300 --epochs 1000000 --out "$TMP/$1.safetensors"
  begun '^epoch\|^エポック' "$TMP/out"
  kill -s "$1" $pid
  ends "$1" "$2"
  has "$1_is_named" "$3" "$TMP/err"
  good "$1_saves" "$DENPA" info "$TMP/$1.safetensors"
}
stopped INT 130 'stopped by the keyboard (Ctrl-C) after update'
stopped TERM 143 'stopped by the signal SIGTERM'
stopped HUP 129 'because the terminal was closed'
lang=ja
stopped TERM 143 'SIGTERM'
has in_japanese '更新' "$TMP/err"
lang=en
start train digits:300 --epochs 1000000 --json --progress plain
begun 'Training:' "$TMP/err"
kill -s TERM $pid
ends with_json 143
has json_says_so '"status":"CANCELLED"' "$TMP/out"
start search digits:300 --try lr=0.001..1 --trials 1000 --epochs 3 --progress none
begun 'at a time' "$TMP/err"
kill -s TERM $pid
ends search 143
has search_names_it 'stopped by the signal SIGTERM' "$TMP/err"

# ---- a network that was there before is not replaced by one that was cut short
exits finished 0 "$DENPA" train digits:300 --epochs 2 --seed 7 --out "$TMP/keep.safetensors" --quiet
cp "$TMP/keep.safetensors" "$TMP/finished"
for again in "" -2; do
  start train digits:300 --epochs 1000000 --seed "1${again#-}" --out "$TMP/keep.safetensors"
  begun '^epoch' "$TMP/out"
  kill -s INT $pid
  ends "beside$again" 130
  same "finished_stays$again" "$TMP/finished" "$TMP/keep.safetensors"
  good "beside_is_a_model$again" "$DENPA" info "$TMP/keep-interrupted$again.safetensors"
  has "how_to_replace$again" "  mv $TMP/keep-interrupted$again.safetensors $TMP/keep.safetensors" "$TMP/err"
  has "saved_beside$again" "Saved as $TMP/keep-interrupted$again.safetensors" "$TMP/err"
done
start train digits:300 --epochs 1000000 --seed 3 --run "$TMP/run" --out "$TMP/keep.safetensors" --quiet
until [ "$(cat "$TMP/run/log.csv" 2>/dev/null | wc -l)" -ge 2 ] || ! kill -0 $pid 2>/dev/null; do sleep 0.05; done
kill -s INT $pid
ends beside_a_run 130
same finished_stays_beside_a_run "$TMP/finished" "$TMP/keep.safetensors"
good the_run_has_its_model "$DENPA" info "$TMP/run/model.safetensors"
good the_copy_is_beside "$DENPA" info "$TMP/keep-interrupted-3.safetensors"
has told_though_quiet "  mv $TMP/keep-interrupted-3.safetensors $TMP/keep.safetensors" "$TMP/err"
# the same training, further on, takes the place of its own
cp "$TMP/keep-interrupted-3.safetensors" "$TMP/third"
start resume "$TMP/run" --out "$TMP/keep.safetensors"
begun '^epoch' "$TMP/out"
kill -s INT $pid
ends beside_again 130
[ ! -e "$TMP/keep-interrupted-4.safetensors" ] && ! cmp -s "$TMP/third" "$TMP/keep-interrupted-3.safetensors" && ok copies_do_not_pile_up || no copies_do_not_pile_up "$(ls "$TMP")"
# an empty file (mktemp) is nothing that could be lost; a training that comes to its end replaces what was there
: >"$TMP/keep.safetensors"
start train digits:300 --epochs 1000000 --out "$TMP/keep.safetensors"
begun '^epoch' "$TMP/out"
kill -s INT $pid
ends over_an_empty_file 130
good empty_file_is_a_model_now "$DENPA" info "$TMP/keep.safetensors"
"$DENPA" train digits:300 --epochs 2 --seed 7 --out "$TMP/keep.safetensors" --quiet >/dev/null
same finished_replaces "$TMP/finished" "$TMP/keep.safetensors"

# ---- a loop of trainings ends with the one that was stopped
if can loop bash && can loop setsid; then
  for sent in INT TERM; do
    rm -f "$TMP/out"
    setsid env --default-signal=INT,HUP bash -c 'for seed in 1 2 3; do "$0" train digits:300 --seed $seed --epochs 1000000 --out "$1"; s=$?; [ $s -gt 128 ] && [ "$2" = TERM ] && exit $s; done; echo went on' \
      "$DENPA" "$TMP/loop.safetensors" $sent >"$TMP/out" 2>"$TMP/err" &
    pid=$!
    begun '^epoch' "$TMP/out"
    kill -s $sent -- -$pid
    wait $pid
    kit_got=$?
    [ $kit_got -gt 128 ] && ! grep -q 'went on' "$TMP/out" && [ "$(grep -c '^Training' "$TMP/err")" -eq 1 ] && ok "loop_$sent" || no "loop_$sent" "status $kit_got: $(cat "$TMP/err")"
  done
fi

# ---- one wish that comes twice is one: timeout signals its program, then the group; a closed terminal is told by the system and the shell
if can one_wish timeout; then
  for sent in TERM HUP; do
    rm -f "$TMP/out"
    env --default-signal=INT,HUP timeout -s $sent 1000 "$DENPA" train digits:300 --epochs 1000000 --out "$TMP/wish$sent.safetensors" >"$TMP/out" 2>"$TMP/err" &
    pid=$!
    begun '^epoch' "$TMP/out"
    kill -s TERM $pid
    wait $pid
    good "wish_$sent" "$DENPA" info "$TMP/wish$sent.safetensors"
  done
fi

# ---- a second signal ends it at once: one update takes long here, and nothing looks at the first signal meanwhile
start train digits:20000 --net 784-2000-2000-10 --batch full --epochs 1000 --evaluate none --out "$TMP/second.safetensors"
begun 'Training:' "$TMP/err"
kill -s INT $pid
sleep 1.2
kill -s TERM $pid
wait $pid
kit_got=$?
{ [ $kit_got -eq 143 ] || [ $kit_got -eq 130 ]; } && [ ! -e "$TMP/second.safetensors" ] && ok second_signal || no second_signal "status $kit_got: $(cat "$TMP/err")"

# ---- what its caller wants to be ignored is ignored
env --ignore-signal=HUP,INT --default-signal=TERM "$DENPA" train digits:300 --epochs 1000000 --out "$TMP/nohup.safetensors" >"$TMP/out" 2>"$TMP/err" &
pid=$!
begun '^epoch' "$TMP/out"
kill -s HUP $pid
kill -s INT $pid
: >"$TMP/out"
begun '^epoch' "$TMP/out" # it goes on
kill -s TERM $pid
ends ignored_stays_ignored 143

# ---- a reader that goes away ends it as it ends other programs, but the network is kept
if can reader bash; then
  env --default-signal=PIPE bash -c '"$0" train digits:3000 --epochs 4 --quiet --out "$1" 2>"$2" | true; exit ${PIPESTATUS[0]}' "$DENPA" "$TMP/piped.safetensors" "$TMP/err"
  kit_got=$?
  [ $kit_got -eq 141 ] && [ -s "$TMP/piped.safetensors" ] && [ ! -s "$TMP/err" ] && ok reader || no reader "status $kit_got: $(cat "$TMP/err")"
fi
remains nothing_half_written
exit $bad
