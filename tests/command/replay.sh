#!/bin/sh
# replay.sh: every update of a run can be made again, as the very file that train --record kept, from any checkpoint; a fork goes on from there
# with other options; diff finds the first update and number in which two runs part.
. tests/kit.sh
D="$DENPA --lang en --quiet"
flip=$root/tests/command/replay_flip.py
cd "$TMP" || exit 1

awk 'BEGIN { srand(7); print "a,b,c,kind"; for (i = 0; i < 200; i++) { a = rand(); b = rand(); c = rand() * 9
  print a "," b "," c "," (a + b > 1 ? "yes" : "no") } }' >table.csv

# but_seconds FILE: a log without the column that tells the time.
but_seconds() { cut -d, -f1,2,4- "$1"; }
# bare RUN NEW: a copy with the checkpoint of the beginning alone, and no frames.
bare() {
  rm -rf "$2" && cp -r "$1" "$2" && rm -r "$2/frames"
  find "$2/checkpoints" -name '*.safetensors' ! -name 00000000.safetensors -exec rm {} +
}
# again NAME RUN: each frame of the run, made again from its checkpoints, and from its beginning alone (in turn; in ./test.sh --full both); all of
# them at once, from the beginning.
again() {
  bare "$2" bare
  frames=0
  for frame in "$2"/frames/*.safetensors; do
    step=$(basename "$frame" .safetensors | sed 's/^0*\(.\)/\1/')
    if [ -n "${DENPA_FULL-}" ]; then ways="$2 bare"; elif [ $((frames % 2)) = 0 ]; then ways=$2; else ways=bare; fi
    for run in $ways; do
      rm -f x.safetensors
      $D replay $run --step "$step" --out x.safetensors --threads $((step % 3 + 1)) >said 2>&1 && cmp -s x.safetensors "$frame" ||
        no "$1_$step" "$run: $(cat said)"
    done
    frames=$((frames + 1))
  done
  if [ $frames -ge "$3" ]; then ok "$1: $frames frames"; else no "$1" "only $frames frames"; fi
  exits "$1_all" 0 $D replay bare --record
  but_seconds "$2/frames/frames.csv" >one && but_seconds bare/frames/frames.csv >other
  same "$1_list" one other
  (cd "$2/frames" && sha256sum ./*.safetensors) >one && (cd bare/frames && sha256sum ./*.safetensors) >other
  same "$1_frames" one other
}

exits dense 0 $D train digits:400 --net 784-20-10 --epochs 6 --run dense --record --checkpoint-every 9
again dense dense 25
exits convolution 0 $D train digits:100 --net 'conv 4 5x5, batchnorm, maxpool 2, relu, dense 16, relu, dropout 0.3, dense 10' --init he \
  --optimizer adam --batch 20 --epochs 3 --augment shift:2,rotate:10 --run convolution --record --checkpoint-every 7
again convolution convolution 16
exits numpy 0 $D train digits:400 --net 784-20-10 --epochs 5 --rng numpy --schedule cosine --optimizer momentum --run numpy --record --checkpoint-every 6
again numpy numpy 21
exits table 0 $D train table.csv --epochs 200 --patience 4 --validation 0.3 --lr 0.2 --run table --record --checkpoint-every 10epochs
again table table 10
# it ends between two of the planned frames; that frame too is the network behind that update, and not the best one
exits whole_table 0 $D train table.csv --epochs 200 --validation 0.3 --lr 0.2 --run planned --record
lacks ends_unplanned "$(printf %08d "$(tail -n 1 table/log.csv | cut -d, -f1)")" "$(ls planned/frames >planned-frames; echo planned-frames)"
grep -q best_step table/model.safetensors && ok stops_early || no stops_early
# a schedule hangs on how long the training is, and this one became longer twice on its way
exits longer 0 $D train digits:400 --net 784-20-10 --epochs 3 --schedule cosine --warmup 0.25 --run longer --record --checkpoint-every 5
exits longer_once 0 $D resume longer --epochs 5
exits longer_twice 0 $D resume longer --steps 27
again longer longer 28
# its first limit cut an epoch short, in which it then went on
exits cut_short 0 $D train digits:400 --net 784-20-10 --steps 10 --optimizer adam --run short --record --checkpoint-every 3
cp -r short tail
exits gone_on 0 $D resume short --steps 22
again short short 23

# ---- what looks at a network looks at any of its updates
mkdir without
bare dense without/dense
for look in "why %s W1[300,3] --step 13" "explain %s --step 13 --sample 2" "plot %s --what weights --step 13" "plot %s --what confusion --step 13"; do
  name=$(echo "$look" | awk '{ print $1 "_" $NF }')
  $D $(printf "$look" dense) >one 2>&1 || no "$name" "$(cat one)"
  $D $(printf "$look" without/dense) >other 2>&1
  same "$name" one other
done
refused curves_at_a_step 2 '--step is for pictures of a network, not for curves' plot without/dense --step 3
refused watch_without_frames 1 'denpa replay RUN --record makes those of a run again' watch without/dense

# ---- what cannot be made again
refused no_step 2 'which update?' replay dense
refused beyond 2 'there is no update 25; the training ended after update 24' replay dense --step 25
refused another_training 2 '--fork DIR begins one from update 3' replay dense --step 3 --lr 1
refused no_run 1 'is not the folder of a run' replay . --step 3
rm -rf none && cp -r dense none && rm -r none/checkpoints
refused no_checkpoint 1 'there is no checkpoint at or before update 3' replay none --step 3
rm -rf hurt && cp -r dense hurt && head -c 5000 dense/checkpoints/00000018.safetensors >hurt/checkpoints/00000018.safetensors
exits damaged 0 "$DENPA" --lang en replay hurt --step 20 --out x.safetensors
has damaged_is_told 'The checkpoint before it is used.' err
same from_the_one_before x.safetensors dense/frames/00000020.safetensors
exits json 0 $D replay dense --step 10 --json
has json_tells '"weights_sha256"' out

# ---- a fork
for run in dense numpy convolution; do
  exits "fork_of_$run" 0 $D replay $run --step 11 --fork "same-$run"
  same "fork_of_${run}_ends_alike" "$run/model.safetensors" "same-$run/model.safetensors"
  tail -n 1 $run/log.csv | but_seconds - >one && tail -n 1 "same-$run/log.csv" | but_seconds - >other
  same "fork_of_${run}_log" one other
done
# a rate that falls to its half after 3 epochs is a training with the half from there
exits falls 0 $D train digits:400 --net 784-20-10 --epochs 5 --schedule step --lr 0.25 --lr-decay 0.5 --lr-decay-every 3 --run falls
exits whole 0 $D train digits:400 --net 784-20-10 --epochs 5 --lr 0.25 --run whole
exits half 0 "$DENPA" --lang en replay whole --step 12 --fork half --lr 0.125
has half_is_told '--lr 0.125 (before: 0.25)' err
sum() { "$DENPA" eval "$1" --json 2>/dev/null | grep -E '"(loss|accuracy)"'; }
sum falls >one && sum half >other
same another_rate one other
exits longer_fork 0 $D replay dense --step 24 --fork long --epochs 8
exits longer_at_once 0 $D train digits:400 --net 784-20-10 --epochs 8 --run at-once
same more_epochs at-once/model.safetensors long/model.safetensors
exits fork_in_an_epoch 0 $D replay tail --step 10 --fork tail-on --steps 22
exits tail_at_once 0 $D train digits:400 --net 784-20-10 --steps 22 --optimizer adam --run tail-whole
same fork_in_an_epoch_goes_on tail-whole/model.safetensors tail-on/model.safetensors
exits from_no_checkpoint 0 $D replay whole --step 11 --fork clipped --clip 0.5 --steps 13
exits another_optimizer 0 "$DENPA" --lang en replay convolution --step 7 --fork forked --optimizer sgd --batch 50
has order_is_told 'a new epoch begins here' err
has memory_is_told 'What adam remembered of the updates so far means nothing to sgd' err
has own_rate '"lr": 0.10000000000000001' forked/options.json
has whose_fork '"forked_from": "convolution"' forked/options.json
# it is a run as any other: killed, it goes on to the same bits; its updates can be made again
cp -r forked cut && rm cut/model.safetensors && find cut/checkpoints -name '*.safetensors' ! -name 00000007.safetensors -exec rm {} +
exits fork_goes_on 0 $D resume cut
same fork_goes_on_to forked/model.safetensors cut/model.safetensors
exits update_of_a_fork 0 $D replay cut --step 9
refused before_the_fork 2 'this run begins at update 7, where it was forked from convolution' replay forked --step 3
exits no_patience 0 "$DENPA" --lang en replay table --step 10 --fork patient --patience 0 --epochs 5
has best_is_told 'so the best weights so far are not kept' err
refused nothing_left 2 'is the end of a training of 24 updates' replay dense --step 24 --fork ended
refused into_itself 2 'a fork needs a folder of its own' replay dense --step 3 --fork dense --force
refused a_full_folder 1 'this folder is not empty' replay dense --step 3 --fork whole
refused other_rows 2 'so a fork of this run keeps the seed' replay table --step 3 --fork x --seed 4
refused no_meaning 2 'has no meaning for the schedule constant' replay dense --step 3 --fork unmade --lr-decay 0.5
if [ -e unmade ] || [ -e ended ]; then no nothing_is_made; else ok nothing_is_made; fi
exits another_seed 0 $D replay dense --step 10 --fork reseeded --seed 4
exits numpy_seed 0 $D replay numpy --step 10 --fork numpy-seed --seed 4
cp -r numpy-seed numpy-cut && rm numpy-cut/model.safetensors && find numpy-cut/checkpoints -name '*.safetensors' ! -name 00000010.safetensors -exec rm {} +
exits numpy_seed_goes_on 0 $D resume numpy-cut
same numpy_seed_goes_on_to numpy-seed/model.safetensors numpy-cut/model.safetensors
cmp -s numpy/model.safetensors numpy-seed/model.safetensors && no another_order || ok another_order

# ---- where two runs part
D="$DENPA --lang en"
# parts NAME STATUS WORDS RUN RUN
parts() {
  exits "$1" "$2" $D diff "$4" "$5"
  has "$1_said" "$3" out
}
parts equal 0 'equal, to their end after update 24' dense same-dense
exits threads 0 $D train digits:400 --net 784-20-10 --epochs 6 --run threads --threads 2 --quiet
parts no_setting 0 'No setting differs.' dense threads
exits other_rate 0 $D train digits:400 --net 784-20-10 --epochs 6 --lr 0.2 --run rate --quiet
parts another_rate 1 'The runs part at update 1.' dense rate
has rate_is_named '  lr: 0.1 | 0.2' out
exits other_seed 0 $D train digits:400 --net 784-20-10 --epochs 6 --seed 5 --run seed --quiet
parts another_seed 1 'their initial weights are not the same' dense seed
has seed_is_named '  seed: 1 | 5' out
parts half_rate 1 'The runs part at update 13.' whole half
parts reseeded_fork 1 'The runs part at update 11.' dense reseeded
parts longer_run 1 'equal up to update 24, where dense ends' dense long
exits other_net 0 $D train digits:400 --net 784-21-10 --epochs 1 --run net --quiet
parts another_network 1 '784-21-10 (float32)' dense net
exits other_type 0 $D train digits:400 --net 784-20-10 --dtype float64 --epochs 1 --run type --quiet
parts another_type 1 '784-20-10 (float64)' dense type
# the values are those of the frames
exits frames_of_rate 0 $D replay rate --record --quiet
exits as_json 1 $D diff dense rate --json
if can values numpy; then
  good values $python - out <<'EOF'
import json, sys
import numpy
def load(path):
    raw = open(path, "rb").read()
    n = int.from_bytes(raw[:8], "little")
    head = json.loads(raw[8:8 + n])
    head.pop("__metadata__")
    return {k: numpy.frombuffer(raw[8 + n + v["data_offsets"][0]:8 + n + v["data_offsets"][1]], "<f4").reshape(v["shape"]) for k, v in head.items()}
told = json.load(open(sys.argv[1]))
a, b = (load(f"{run}/frames/00000001.safetensors") for run in ("dense", "rate"))
assert told["step"] == 1 and not told["equal"]
first = next(k for k in a if (a[k].view("u4") != b[k].view("u4")).any())
at = numpy.argwhere(a[first].view("u4") != b[first].view("u4"))[0]
assert told["tensor"] == first and told["entry"] == at.tolist(), (told["entry"], at)
assert told["values"] == [float(a[first][tuple(at)]), float(b[first][tuple(at)])]
assert [s["name"] for s in told["settings"]] == ["lr"]
EOF
fi
# one bit of one weight in a checkpoint: by mistake, and by somebody who makes the sums right
if can flipped python; then
  for sums in wrong right; do
    rm -rf flipped && cp -r dense flipped && rm -r flipped/frames
    $python "$flip" flipped/checkpoints/00000018.safetensors b1 7 $sums || no "flip_$sums"
    parts "flipped_$sums" 1 'what flipped kept of that' dense flipped
    has "flipped_${sums}_step" 'same network up to update 18' out
    has "flipped_${sums}_entry" 'b1[7] is' out
  done
fi
# what the optimizer remembers, of the same network
if can memory python; then
  exits with_memory 0 $D train digits:400 --net 784-20-10 --epochs 2 --optimizer adam --run memory --quiet
  cp -r memory other-memory
  parts same_memory 0 'equal, to their end after update 8' memory other-memory
  $python "$flip" other-memory/checkpoints/00000008.safetensors trainer.optimizer 5 right || no flip_memory
  parts another_memory 1 'but what the optimizers remember is not, in the checkpoints of update 8' memory other-memory
  has memory_entry 'trainer.optimizer[0,5] is' out
  exits memory_json 1 $D diff memory other-memory --json
  has memory_in_json '"memory": 8' out
fi
refused no_second_run 1 'there is no such folder' diff dense nowhere
exit $bad
