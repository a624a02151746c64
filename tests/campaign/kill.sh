#!/bin/sh
# kill.sh: kill -9 at random moments, for as long as one wants: each training ends with the bits of one that was never killed. Networks, optimizers,
# schedules, sources of random numbers, intervals and seeds in turn; other threads and another unit each time.
#   TMP=FOLDER DENPA=COMMAND [MINUTES=60] sh tests/campaign/kill.sh
. tests/kit.sh
: "${MINUTES:=60}"
KILLS=1000 NAP=3000
D="$DENPA --lang en"
cd "$TMP" || exit 1
. "$root/tests/kill_kit.sh"
make_table

end=$(($(date +%s) + 60 * MINUTES)) all=0 runs=0
optimizers=$("$DENPA" train --help --lang en | sed -n 's/.*--optimizer \([a-z|]*\).*/\1/p' | head -n 1 | tr '|' ' ')
schedules=$("$DENPA" train --help --lang en | sed -n 's/.*--schedule \([a-z|-]*\).*/\1/p' | head -n 1 | tr '|' ' ')
[ -n "$optimizers" ] && [ -n "$schedules" ] || { echo "the lists of optimizers and schedules are not in the help" >&2 && exit 1; }
round=1
while [ "$(date +%s)" -lt $end ]; do
  for optimizer in $optimizers; do
    for schedule in $schedules; do
      [ "$(date +%s)" -lt $end ] || break 2
      common="--seed $round --optimizer $optimizer --schedule $schedule --lr 0.01"
      seed=$((seed + round))
      case $((runs % 4)) in
        0) killed "dense-$runs" digits:2000 --net 784-64-10 --epochs 60 --record --checkpoint-every 50 $common ;;
        1) killed "convolution-$runs" digits:400 --net 'conv 4 5x5, batchnorm, maxpool 2, relu, dense 16, relu, dropout 0.3, dense 10' --init he \
          --epochs 20 --augment shift:2,rotate:10 --record --checkpoint-every 7 $common ;;
        2) killed "table-$runs" table.csv --epochs 400 --patience 40 --validation 0.2 --checkpoint-every 3epochs $common ;;
        3) killed "numpy-$runs" digits:2000 --net 784-64-10 --epochs 40 --rng numpy --checkpoint-every 0.1s $common ;;
      esac
      all=$((all + kills)) runs=$((runs + 1))
      rm -rf ./*-"$((runs - 1))"-whole ./*-"$((runs - 1))"-cut
    done
  done
  round=$((round + 1))
done
echo "$all processes killed in $runs trainings, $MINUTES minutes"
exit $bad
