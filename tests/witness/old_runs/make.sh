#!/bin/sh
# make.sh: makes the runs of a new format for tests/witness/old_runs.sh, with the command that writes it:
#   DENPA=COMMAND sh tests/witness/old_runs/make.sh FORMAT
# Makes FORMAT/NAME, cut off on its way, and says what the whole training gave in FORMAT/expected. No test calls it: what is there stays,
# since people's runs of that time are not made anew either.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
format=$here/${1:?the number of the format}
[ ! -e "$format" ] || { echo "$format: is there and stays" >&2 && exit 1; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cp "$here/table.csv" "$tmp"
cd "$tmp"
mkdir "$format"

# run NAME STEP RESUME OPTIONS...: the run as it was when it was killed behind the checkpoint of update STEP: without what came after it. RESUME
# are the options with which it goes on ("" for none, then the training has its end already). The expected network is that of a training
# that was never stopped. STEP `end`: the run ended, and RESUME make it longer.
run() {
  name=$1 step=$2 resume=$3
  shift 3
  "$DENPA" train "$@" --run "$name" --quiet >/dev/null 2>&1
  # shellcheck disable=SC2086 # options, the last of which counts
  "$DENPA" train "$@" $resume --run whole --force --quiet >/dev/null 2>&1
  last=$(find "$name/checkpoints" -name '0*.safetensors' | LC_ALL=C sort | tail -n 1)
  if [ "$step" != end ]; then
    rm "$name/model.safetensors"
    last=$name/checkpoints/$(printf %08d "$step").safetensors
  fi
  find "$name/checkpoints" -name '0*.safetensors' ! -path "$last" -exec rm {} +
  mkdir -p "$format"
  cp -r "$name" "$format"
  echo "$name $(sha256sum whole/model.safetensors | cut -d' ' -f1) $resume" >>"$format/expected"
}
run dense32 11 '' digits:60 --net 784-2-10 --lr 0.2 --optimizer momentum --schedule step --lr-decay-every 5 --batch 8 --steps 20 \
  --checkpoint-every 11
run dense64 9 '' digits:60 --net 784-2-10 --dtype float64 --schedule cosine --warmup 4 --batch 8 --steps 16 --checkpoint-every 9
run conv end '--epochs 4' digits:60 --net 'conv 2 5x5, batchnorm, relu, maxpool 4, dropout 0.2, dense 10' --init he --optimizer adam --batch 16 \
  --augment shift:1 --epochs 2 --checkpoint-every 1epoch
run table 18 '' table.csv --target kind --net 5-3-2 --epochs 60 --patience 2 --validation 0.2 --batch 8 --lr 0.1 --checkpoint-every 18 --record
run numpy 13 '--epochs 4' digits:60 --net 784-2-10 --rng numpy --optimizer nesterov --lr 0.1 --batch 8 --epochs 2 --checkpoint-every 13
