#!/bin/sh
# bad_inputs.sh: what people and files get wrong, through the command: a message that names what and where, exit status 1 or 2, nothing half-written.
# (Files broken byte by byte are tests/unit/test_*.c's.)
. tests/kit.sh
D=$TMP/d
mkdir -p "$D"
"$DENPA" train digits:600 --net 784-16-10 --epochs 1 --quiet --out "$D/good.safetensors" >/dev/null || no "a good model is needed"

# bad STATUS PATTERN ARGUMENTS...: the command fails with this status and says PATTERN (grep -i) on standard error, in English; and says something
# else in Japanese.
bad() {
  want=$1 pattern=$2
  shift 2
  before=$(ls -A "$D")
  timeout $patience "$DENPA" "$@" --lang en >"$TMP/out" 2>"$TMP/err" </dev/null
  got=$?
  if [ $got -ne "$want" ]; then
    no "$*" "exit status $got, expected $want: $(cat "$TMP/err")"
  elif ! grep -qi -e "$pattern" "$TMP/err"; then
    no "$*" "does not say '$pattern': $(cat "$TMP/err")"
  elif [ -n "$sanitized" ]; then # the texts are the same in every build
    [ "$before" = "$(ls -A "$D")" ] && ok "$(echo "$*" | cut -c1-120)" || no "$*" "left something behind"
  else
    timeout $patience "$DENPA" "$@" --lang ja >/dev/null 2>"$TMP/ja" </dev/null
    if cmp -s "$TMP/err" "$TMP/ja"; then
      no "$*" "the same message in Japanese: $(cat "$TMP/err")"
    elif [ "$before" != "$(ls -A "$D")" ]; then
      no "$*" "left something behind"
    else
      ok "$(echo "$*" | cut -c1-120)"
    fi
  fi
}

# ---- wrong usage (2)
for net in 784-0-10 784--10 784- -784-10 784-x-10 784 "784 10" 10x10 784-1000000000-1000000000-10 99999999999999999999-10; do bad 2 "the network '$net'" train digits:600 --net="$net"; done
layers=784
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do layers=$layers-1000000000; done
bad 2 "parameters" train digits:600 --net $layers-10
bad 2 "takes 100 numbers" train digits:600 --net 100-10
bad 2 "9 outputs" train digits:600 --net 784-9
for rate in -0.1 0 nan inf abc 1e999; do bad 2 "lr" train digits:600 --lr=$rate; done
for batch in 0 -5 1.5 many; do bad 2 "batch" train digits:600 --batch=$batch; done
for threads in 0 -1 2000 x; do bad 2 "threads" train digits:600 --threads=$threads; done
bad 2 "seed" train digits:600 --seed -1
bad 2 "seed" train digits:600 --rng numpy --seed 4294967296
bad 2 "epochs" train digits:600 --epochs x
bad 2 "frobnicate" train digits:600 --frobnicate
bad 2 "lr" train --lr
bad 2 "act" train digits:600 --act sofplus
bad 2 "cpu" train digits:600 --cpu mmx
bad 2 "initial weights" train digits:600 --init normal:-1
bad 2 "784" 784
bad 2 "784-50-10" 784-50-10
bad 2 "trian" trian
bad 2 "eval" eval
bad 2 "data" data frobnicate
bad 2 "sample" data show digits:600 99999
bad 2 "sample" data show digits:600 x
bad 2 "picture" predict "$D/good.safetensors"
bad 1 "row 99999999" predict "$D/good.safetensors" --sample 99999999
"$DENPA" >"$TMP/out" 2>"$TMP/err"
[ $? -eq 2 ] && [ -s "$TMP/err" ] && [ ! -s "$TMP/out" ] && ok "bare denpa" || no "bare denpa"

# ---- data sets that are not there (1) or named wrongly (2)
bad 1 "nowhere" train "$D/nowhere"
bad 2 "digits" train digits:0
bad 2 "digits" train digits:x
bad 2 "digits" train digits:99999999999999999999
mkdir "$D/folder"
bad 1 "folder" train "$D/folder"
printf 'hello' >"$D/file.txt"
bad 1 "file.txt" train "$D/file.txt"

# ---- models that are not right (1), or do not fit (2)
bad 1 "nomodel" eval "$D/nomodel.safetensors"
bad 1 "folder" eval "$D/folder"
: >"$D/empty.safetensors"
bad 1 "empty" eval "$D/empty.safetensors"
head -c 1000 "$D/good.safetensors" >"$D/short.safetensors"
bad 1 "short" eval "$D/short.safetensors"
head -c 20000 "$D/good.safetensors" >"$D/cut.safetensors"
bad 1 "cut" info "$D/cut.safetensors"
{ cat "$D/good.safetensors" && printf x; } >"$D/long.safetensors"
bad 1 "long" info "$D/long.safetensors"
{ head -c 30000 "$D/good.safetensors" && printf X && tail -c +30002 "$D/good.safetensors"; } >"$D/flipped.safetensors"
bad 1 "sha-256" info "$D/flipped.safetensors"
bad 1 "file.txt" eval "$D/file.txt"
printf "cos\nsystem\n(S'echo harm > %s/harm'\ntR." "$D" >"$D/evil.pkl"
bad 1 "os.system" eval "$D/evil.pkl"
[ ! -e "$D/harm" ] && ok "the pickle did not run" || no "the pickle did not run"
"$DENPA" train digits:600 --net 784-16-10 --steps 0 --quiet --evaluate none --out "$D/untrained.safetensors" >/dev/null
bad 2 "net" eval "$D/good.safetensors" digits:600 --net 784-17-10
bad 1 "file.txt" predict "$D/good.safetensors" "$D/file.txt"
bad 1 "nopicture" predict "$D/good.safetensors" "$D/nopicture.png"
printf 'P2\n2 2\n255\n9 9 9 9\n' >"$D/blank.pgm"
bad 1 "digit" predict "$D/good.safetensors" "$D/blank.pgm"

# ---- places that cannot be written (1)
bad 1 "no folder" train digits:600 --steps 1 --out "$D/no/such/m.safetensors"
bad 1 "folder" train digits:600 --steps 1 --out "$D/folder"
bad 1 "regular" train digits:600 --steps 1 --out /dev/null
bad 1 "not empty" train digits:600 --steps 1 --run "$D"
bad 1 "file" train digits:600 --steps 1 --run "$D/file.txt"
bad 1 "no/such" train digits:600 --steps 1 --log "$D/no/such/log.csv"
[ -c /dev/full ] && bad 1 "the disk is full" train digits:600 --epochs 1 --log /dev/full
if [ -c /dev/full ]; then
  "$DENPA" info "$D/good.safetensors" --lang en >/dev/full 2>"$TMP/err"
  [ $? -eq 1 ] && grep -q "the disk is full" "$TMP/err" && ok "a full disk behind standard output" || no "a full disk behind standard output"
fi
# A disk that fills while the model is written: the old file stays as it is. (A limit on file sizes stands for the full disk.)
cp "$D/good.safetensors" "$D/old.safetensors"
(ulimit -f 8 && "$DENPA" train digits:600 --net 784-16-10 --steps 1 --quiet --out "$D/old.safetensors" --lang en) >"$TMP/out" 2>"$TMP/err"
if [ $? -eq 1 ] && cmp -s "$D/good.safetensors" "$D/old.safetensors" && [ -z "$(ls -A "$D" | grep tmp)" ]; then
  ok "the disk fills while the model is written"
else
  no "the disk fills while the model is written" "$(cat "$TMP/err"; ls -A "$D")"
fi
# What may not be read (root may read everything, so root drops its rights).
chmod 000 "$D/untrained.safetensors"
if [ "$(id -u)" -ne 0 ]; then
  bad 1 "untrained" info "$D/untrained.safetensors"
elif command -v setpriv >/dev/null; then
  chmod a+rx "$TMP" "$D" && chmod a+x "$(dirname "$TMP")"
  if setpriv --reuid 65534 --clear-groups "$DENPA" --version >/dev/null 2>&1; then
    setpriv --reuid 65534 --clear-groups "$DENPA" info "$D/untrained.safetensors" --lang en >"$TMP/out" 2>"$TMP/err"
    [ $? -eq 1 ] && grep -q "untrained" "$TMP/err" && ok "an unreadable model" || no "an unreadable model" "$(cat "$TMP/err")"
    setpriv --reuid 65534 --clear-groups "$DENPA" train digits:600 --steps 1 --out "$D/m.safetensors" --lang en >"$TMP/out" 2>"$TMP/err"
    [ $? -eq 1 ] && grep -q "m.safetensors" "$TMP/err" && [ ! -e "$D/m.safetensors" ] && ok "a folder that may not be changed" || no "a folder that may not be changed" "$(cat "$TMP/err")"
  else
    skip "an unreadable model" "another user cannot run the command here"
  fi
fi

# Models of 51 to 100 bytes that ask for 17 GB, 800 MB, and 31 GB for what lies between the layers: refused before any memory is taken.
if can "a model that promises 17 GB" plain; then
  promises() {
    header="{\"__metadata__\":{\"net\":\"$1\",\"activation\":\"relu\",\"loss\":\"mse\"}}"
    { printf "\\$(printf %o ${#header})\0\0\0\0\0\0\0" && printf '%s' "$header"; } >"$D/bomb.safetensors"
    (ulimit -v 600000 && "$DENPA" info "$D/bomb.safetensors" --lang en) >"$TMP/out" 2>"$TMP/err"
    grep -q -F "$2" "$TMP/err" && ok "a model that promises $1" || no "a model that promises $1" "$(cat "$TMP/err")"
  }
  promises 46000-46000-10 "holds 0 numbers"
  promises 10000-10000-10 "holds 0 numbers"
  promises "input 1x30000x1000, avgpool 1000, dense 1" "MB of memory to compute with 16 samples"
fi

# An honest model with few weights and large pictures: as whoever trained it had far more samples side by side, it loads wherever that could be done.
if can "a model of 8 bytes on pictures of a megapixel" plain; then
  header='{"__metadata__":{"net":"input 1x1000x1000, avgpool 1000, dense 1","activation":"relu","loss":"mse"},"W1":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},"b1":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}'
  { printf "\\$(printf %o ${#header})\0\0\0\0\0\0\0" && printf '%s\0\0\0\0\0\0\0\0' "$header"; } >"$D/honest.safetensors"
  "$DENPA" info "$D/honest.safetensors" --lang en >"$TMP/out" 2>"$TMP/err"
  [ $? -eq 0 ] && ok "a model of 8 bytes on pictures of a megapixel" || no "a model of 8 bytes on pictures of a megapixel" "$(cat "$TMP/err")"
fi

# ---- what a wrong command must not touch, and streams that are gone
echo keep >"$D/old.csv"
"$DENPA" train "$D/nowhere" --log "$D/old.csv" --run "$D/newrun" >/dev/null 2>&1
[ "$(cat "$D/old.csv")" = keep ] && [ ! -e "$D/newrun" ] && ok "a command that cannot be carried out touches nothing" || no "a command that cannot be carried out touches nothing"
bad 2 "one file" train digits:600 --steps 1 --log "$D/same.x" --out "$D/same.x"
rm -f "$D/same.x"
"$DENPA" train digits:600 --epochs 1 --log "$D/closed.csv" >&- 2>&-
[ "$(sed 1d "$D/closed.csv" | cut -d, -f1,2)" = "6,1" ] && ok "closed streams" || no "closed streams" "$(cat "$D/closed.csv")"
"$DENPA" train digits:3000 --epochs 4 --quiet --out "$D/piped.safetensors" 2>"$TMP/err" | true
[ -s "$D/piped.safetensors" ] && ok "a reader that goes away does not cost the model" || no "a reader that goes away does not cost the model" "$(cat "$TMP/err")"
rm -f "$D/closed.csv" "$D/piped.safetensors" "$D/old.csv"
ln -s "$D/gone/m" "$D/dangling"
bad 1 "link" train digits:600 --steps 1 --out "$D/dangling"
lacks "a link to nothing is refused before the training" "Training:" "$TMP/err"

# ---- --force into a run: a training that fails leaves no model of the earlier one
"$DENPA" train digits:600 --steps 1 --run "$D/again" --quiet >/dev/null 2>&1
"$DENPA" train digits:600 --epochs 2 --run "$D/again" --force --act identity --init normal:1 --lr 1e30 >"$TMP/out" 2>"$TMP/err"
[ $? -eq 1 ] && [ ! -e "$D/again/model.safetensors" ] && [ -s "$D/again/options.json" ] && ok "no model of another run" || no "no model of another run" "$(ls "$D/again"; cat "$TMP/err")"
"$DENPA" train digits:600 --steps 1 --run "$D/again" --force --quiet >/dev/null 2>&1
cp "$D/again/options.json" "$TMP/options"
"$DENPA" train digits:600 --steps 2 --run "$D/again" --force --log "$D/gone/log.csv" >/dev/null 2>&1
[ $? -eq 1 ] && [ -s "$D/again/model.safetensors" ] && cmp -s "$TMP/options" "$D/again/options.json" && ok "a refused one changes neither" || no "a refused one changes neither"
"$DENPA" train digits:600 --steps 1 --run "$D/again" --force --quiet >/dev/null 2>&1
good "--force trains again" "$DENPA" info "$D/again"

# ---- training that goes wrong (1)
bad 1 "step" train digits:600 --act identity --init normal:1 --lr 1e30 --epochs 2
exit $bad
