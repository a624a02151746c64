#!/bin/sh
# disk_faults.sh: system calls that fail while a file is written, by strace: the right exit status, a message that names the file and the
# cause, no temporary file left, the old file as it was; a checkpoint or a log that fails costs no training. tests/unit/test_write.c has the
# same for every call of the writer. And what processes that were killed leave: a log of a search, temporary files.
. tests/kit.sh
cd "$TMP" || exit 1
D="$DENPA --lang en"
small="digits:100 --net 784-4-10 --threads 1"
# shellcheck disable=SC2086 # lists of words
$D train $small --epochs 2 --out m.safetensors --quiet >out 2>err || no model "$(cat err)"

# ---- a search that is killed
echo 'an older log' >trials.csv
cp trials.csv older.csv
$D search digits:300 --try lr=0.001..1 --trials 10000 --epochs 3 --threads 1 --log trials.csv --quiet >out 2>err &
pid=$!
begun '^trial,rank,state' trials.csv
kill -9 $pid
wait $pid 2>/dev/null
awk -F, 'NR == 1 { n = NF } NF != n || (NR > 1 && ($2 != "" || $3 != "done" || $10 == "")) { bad = 1 } END { exit bad || NR < 2 }' trials.csv &&
  ok search_keeps_its_trials || no search_keeps_its_trials "$(cat trials.csv)"
cp older.csv trials.csv
refused search_has_its_place 1 'there is no folder' search digits:100 --trials 1 --log none/trials.csv
$D search digits:100 --try lr=0.001..1 --trials 1 --epochs 1000000 --threads 1 --log trials.csv --quiet >out 2>err &
pid=$!
sleep 1
kill -9 $pid
wait $pid 2>/dev/null
same no_trial_no_new_log older.csv trials.csv

# ---- temporary files of processes that are gone
# shellcheck disable=SC2086
$D train $small --epochs 2 --run gone --record --quiet >out 2>err || no gone "$(cat err)"
sh -c 'exit 0' &
dead=$!
wait $dead
for place in gone gone/checkpoints gone/frames; do
  echo x >"$place/.denpa.$dead.0.tmp"
  echo x >"$place/.denpa.$$.1.tmp"
done
exits goes_on 0 $D resume gone --epochs 3
empty no_file_of_the_dead "$(find gone -name ".denpa.$dead.*" >list && echo list)"
[ "$(find gone -name ".denpa.$$.*" | wc -l)" -eq 3 ] && ok files_of_the_living || no files_of_the_living "$(find gone -name '.denpa*')"

# ---- calls that fail
can injected_faults strace || exit $bad
strace -qq -o trace -e inject=fsync:error=EIO:when=1 true 2>/dev/null || { skip injected_faults "strace may not trace here" && exit $bad; }
case $sanitized in ?*) skip injected_faults "the leak check of a sanitizer cannot be traced" && exit $bad ;; esac

# which CALL WORDS COMMAND...: its number among the calls of this name, from the first that opens a file whose name has WORDS.
which() {
  which_call=$1 which_words=$2
  shift 2
  strace -f -qq -o trace -e "trace=$which_call,openat" "$@" >out 2>err
  awk -v name="$which_call" -v words="$which_words" '
    index($0, " " name "(") || index($0, name "(") == 1 { count++ }
    index($0, "openat(") && index($0, words) { opened = 1 }
    opened && index($0, name "(") { print count; exit }' trace
}
said() {
  case $1 in
    ENOSPC) echo 'the disk is full' ;;
    EDQUOT) echo 'your disk quota is used up' ;;
    EIO) echo 'input/output error' ;;
    EINTR) echo 'a signal came in between' ;;
  esac
}
# left NAME: temporary files.
left() { empty "$1" "$(find . -name '.denpa.*.tmp' | grep -v "^./gone/" >list && :; echo list)"; }

old='an older script'
for call in openat write fsync read close rename; do
  at=$(which $call .denpa. "$DENPA" export m.safetensors --to numpy --out script.py)
  [ -n "$at" ] || no "$call is made"
  for code in ENOSPC EIO EDQUOT EINTR; do
    echo "$old" >script.py
    strace -f -qq -o trace -e trace=$call -e "inject=$call:error=$code:when=$at" $D export m.safetensors --to numpy --out script.py >out 2>err
    status=$?
    case $call$code in
      openatEINTR | writeEINTR | readEINTR)
        [ $status -eq 0 ] && [ "$(cat script.py)" != "$old" ] && ok "$call $code is tried again" || no "$call $code" "$status: $(cat err)"
        ;;
      *)
        [ $status -eq 1 ] && grep -q "script.py: cannot be written: .*$(said $code)" err && [ "$(cat script.py)" = "$old" ] &&
          ok "$call $code" || no "$call $code" "$status: $(cat err)"
        ;;
    esac
  done
done
left nothing_is_left

# trained NAME INJECT OPTIONS...: a training with a fault. $kit_got is its status.
trained() {
  rm -rf run whole
  trained_name=$1 trained_inject=$2
  shift 2
  # shellcheck disable=SC2086
  $D train $small --epochs 4 --run whole --checkpoint-every 1 --quiet "$@" >out 2>err || no "$trained_name" "$(cat err)"
  # shellcheck disable=SC2086
  strace -f -qq -o trace -e "trace=${trained_inject%%:*}" -e "inject=$trained_inject" $D train $small --epochs 4 --run run --checkpoint-every 1 --quiet "$@" >out 2>err
  kit_got=$?
  same "${trained_name}_costs_no_training" whole/model.safetensors run/model.safetensors
}
# shellcheck disable=SC2086
at=$(rm -rf run; which fsync checkpoints/.denpa. $D train $small --epochs 4 --run run --checkpoint-every 1 --quiet)
trained checkpoint "fsync:error=ENOSPC:when=$at"
[ $kit_got -eq 0 ] && ok a_checkpoint_is_a_warning || no a_checkpoint_is_a_warning "$kit_got: $(cat err)"
has which_checkpoint 'Warning: run/checkpoints/00000000.safetensors: cannot be written: the disk is full' err
has goes_on 'The training goes on' err
[ ! -e run/checkpoints/00000000.safetensors ] && [ -e run/checkpoints/00000004.safetensors ] && ok the_next_is_saved || no the_next_is_saved "$(ls run/checkpoints)"
trained no_checkpoint "rename:error=EIO:when=2..5"
[ "$(grep -c 'The training goes on' err)" -eq 1 ] && ok told_once || no told_once "$(cat err)"
[ "$(ls run/checkpoints)" = 00000004.safetensors ] && ok each_is_tried || no each_is_tried "$(ls run/checkpoints)"
# on NAME WORDS FILE INJECT OPTIONS...: one whose file FILE fails, and which ends with status 1 and WORDS; its network is there.
on() {
  on_name=$1 on_words=$2 on_file=$3 on_inject=$4
  shift 4
  rm -rf "$TMP/run"
  # shellcheck disable=SC2086
  strace -f -qq -o trace -e "trace=${on_inject%%:*}" -e "inject=$on_inject" -P "$TMP/run/$on_file" $D train $small --epochs 4 --run "$TMP/run" \
    --checkpoint-every 1 --quiet "$@" >out 2>err
  [ $? -eq 1 ] && ok "$on_name" || no "$on_name" "$(cat err)"
  has "${on_name}_is_told" "Warning: $TMP/$on_words; the training goes on without it." err
  same "${on_name}_costs_no_training" whole/model.safetensors run/model.safetensors
  [ -e run/checkpoints/00000004.safetensors ] && ok "${on_name}_costs_no_checkpoint" || no "${on_name}_costs_no_checkpoint"
}
on line_of_the_log 'run/log.csv: the log cannot be written any more: your disk quota is used up' log.csv write:error=EDQUOT:when=3
awk -F, 'NR == 1 { n = NF } NF != n { exit 1 }' run/log.csv && ok whole_lines || no whole_lines "$(cat run/log.csv)"
on log_that_cannot_be_synced 'run/log.csv: the log cannot be written any more: the disk or the network drive does not work (input/output error)' \
  log.csv fsync:error=EIO:when=2
on list_that_cannot_be_synced 'run: the list of frames cannot be written any more: the disk or the network drive does not work (input/output error)' \
  frames/frames.csv fsync:error=EIO:when=2 --record
left nothing_of_a_training_is_left

# ---- a file system that syncs no names
for code in EINVAL EROFS; do
  rm -rf "$TMP/plain"
  strace -f -qq -o trace -e trace=fsync -e inject=fsync:error=$code -P "$TMP/plain" $D train digits:100 --net 784-4-10 --threads 1 --epochs 4 \
    --run "$TMP/plain" --checkpoint-every 1 >out 2>err
  [ $? -eq 0 ] && [ "$(grep -c 'cannot be synced' err)" -eq 1 ] && ok "$code is told once" || no "$code" "$(cat err)"
  same "${code}_costs_nothing" whole/model.safetensors "$TMP/plain/model.safetensors"
done
has what_may_be_lost 'A power failure may take what was saved there last' err

# ---- a kill while the figures of unlikeness are made: what was trained is there already
strace -f -qq -o trace -e trace=rename -e inject=rename:error=EIO:signal=KILL:when=2 $D train digits:5000 --epochs 1 --quiet --out early.safetensors >out 2>err
[ $? -eq 137 ] && ok killed_late || no killed_late "$(cat err)"
lacks without_the_figures novelty early.safetensors
exits the_model_is_there 0 $D eval early.safetensors
rm -f .denpa.*
exit $bad
