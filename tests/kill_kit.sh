# kill_kit.sh: trainings that are killed and go on, compared with the same training that never was. Sourced behind kit.sh by resume.sh and by
# the campaign kill.sh, in a folder of their own. $D is the command; $KILLS: how often each training is killed at most.

# make_table: table.csv, two classes.
make_table() {
  awk 'BEGIN { srand(7); print "a,b,c,kind"; for (i = 0; i < 400; i++) { a = rand(); b = rand(); c = rand() * 9
    print a "," b "," c "," (a + b > 1 ? "yes" : "no") } }' >table.csv
}

# but_seconds FILE: a log without the column that tells the time.
but_seconds() { cut -d, -f1,2,4- "$1"; }

# alike NAME RUN RUN: model, log and frames.
alike() {
  same "$1_model" "$2/model.safetensors" "$3/model.safetensors"
  but_seconds "$2/log.csv" >one && but_seconds "$3/log.csv" >other
  same "$1_log" one other
  [ -d "$2/frames" ] || return 0
  but_seconds "$2/frames/frames.csv" >one && but_seconds "$3/frames/frames.csv" >other
  same "$1_list_of_frames" one other
  (cd "$2/frames" && sha256sum ./*.safetensors) >one && (cd "$3/frames" && sha256sum ./*.safetensors) >other
  same "$1_frames" one other
}

# nap: a random part of a second.
seed=1
nap() {
  seed=$(((seed * 1103515245 + 12345) % 2147483648))
  thousandths=$((seed / 65536 % ${NAP:-400}))
  sleep "$((thousandths / 1000)).$(printf %03d $((thousandths % 1000)))"
}

# killed NAME OPTIONS...: the training whole, and again with kill -9 at random moments.
killed() {
  name=$1
  shift
  $D train "$@" --run "$name-whole" --quiet >said 2>&1 || no "$name" "$(cat said)"
  $D train "$@" --run "$name-cut" --quiet >said 2>&1 &
  pid=$!
  until [ -e "$name-cut/checkpoints/00000000.safetensors" ] || ! kill -0 $pid 2>/dev/null; do sleep 0.02; done
  kills=0
  while [ "$kills" -lt "$KILLS" ] && kill -0 $pid 2>/dev/null; do
    nap
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
    kills=$((kills + 1))
    [ -e "$name-cut/model.safetensors" ] && break
    $D resume "$name-cut" --threads $((kills % 3 + 1)) --cpu "$([ $((kills % 2)) = 0 ] && echo auto || echo ref)" --quiet >said 2>&1 &
    pid=$!
  done
  wait $pid 2>/dev/null
  [ -e "$name-cut/model.safetensors" ] || $D resume "$name-cut" --quiet >said 2>&1 || no "${name}_ends" "$(cat said)"
  echo "  $name: killed $kills times"
  [ "$kills" -gt 0 ] || no "${name}_was_killed" "it ended before the first kill, so nothing was tried"
  alike "$name" "$name-whole" "$name-cut"
}
