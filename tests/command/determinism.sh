#!/bin/sh
# determinism.sh: one seed, one model file, byte for byte: threads 1 to 4 and 8, every vector unit this machine has, gcc and clang, -O1 and -O3.
. tests/kit.sh
say() { # say ok|not ok WHAT
  echo "$1 $2"
  [ "$1" = ok ] || status=1
}

needs release

# Lists of layers, which hold spaces: the settings name them as @NAME.
list() { printf '%s\n' "$2" >"$TMP/$1"; }
list pictures 'conv 6 5x5, batchnorm, relu, maxpool 2, conv 5 3x3 stride 2 pad 1, gelu, avgpool 2, dropout 0.3, dense 10'
list small    'conv 3 5x5 stride 2, leaky-relu:0.1, maxpool 3 stride 2 pad 1, dropout 0.25, dense 10'
list normal   'dense 20, batchnorm, tanh, dropout 0.2, dense 16, softplus, dense 10'
list book     'dense 20, batchnorm book, relu, dropout 0.5 book, dense 10'

# name, and the options of train
settings='seed_net      digits:3000 --epochs 1
relu_net      digits:3000 --net 784-32-16-10 --act relu --init he --lr 0.05 --epochs 1
odd_batch     digits:1200 --net 784-20-10 --act tanh --init xavier --batch 37 --epochs 1 --sampling replacement
full_batch    digits:3000 --batch full --steps 2
seed_order    digits:3000 --batch full --steps 2 --update-order seed
numpy_double  digits:1200 --rng numpy --seed 5 --dtype float64 --epochs 1
adam_cycle    digits:3000 --net 784-64-10 --act relu --init he --optimizer adam --lr 0.006 --schedule one-cycle --batch 128 --epochs 2
adam_wide     digits:1200 --net 784-300-10 --act relu --init he --optimizer adam --batch 100 --schedule linear --epochs 1
momentum      digits:300 --net 784-16-10 --act relu --init glorot-uniform --optimizer momentum --weight-decay 0.001 --batch 25 --epochs 1 --schedule step
nesterov      digits:300 --net 784-16-10 --act tanh --init orthogonal --optimizer nesterov --clip 0.5 --batch 25 --epochs 1 --schedule cosine --warmup 5
book_nesterov digits:300 --net 784-16-10 --optimizer nesterov --compat book --batch 37 --epochs 1
book_momentum digits:300 --net 784-16-10 --optimizer momentum --compat book --batch 37 --epochs 1 --schedule exponential
adagrad       digits:300 --net 784-16-10 --act relu --init he-uniform --optimizer adagrad --batch 50 --epochs 1 --class-weights 1,2,3,1,1,0.5,1,1,1,9
rmsprop       digits:300 --net 784-16-10 --act relu --init he --optimizer rmsprop --lr 0.001 --batch 50 --epochs 1 --clip 0.1 --weight-decay 0.01
book_adam     digits:300 --net 784-16-10 --optimizer adam --compat book --batch 50 --epochs 1
adamw         digits:300 --net 784-16-10 --act relu --init lecun --optimizer adamw --clip 1 --batch 64 --epochs 1
early_net     digits:300 --net 784-16-10 --init xavier --lr 2 --batch 20 --epochs 12 --validation 0.2 --patience 2
wide_net      digits:1200 --net 784-300-10 --act relu --init he --lr 0.05 --epochs 1
gelu_smooth   digits:1200 --net 784-32-10 --act gelu --init xavier --label-smoothing 0.1 --epochs 1
elu_huber     digits:1200 --net 784-20-10 --act elu:0.7 --init xavier --loss huber:0.2 --lr 0.5 --epochs 1
softplus_bce  digits:1200 --net 784-20-10 --act softplus --init xavier --loss bce --lr 0.5 --dtype float64 --epochs 1
augmented     digits:1200 --net 784-32-10 --act relu --init he --lr 0.05 --epochs 2 --augment shift:1.5,rotate:12,scale:0.15,elastic:1.4
augment_wide  digits:600 --dtype float64 --sampling replacement --batch 37 --epochs 1 --augment shift:2
conv_norm     digits:150 --net @pictures --init he --optimizer adam --batch 48 --epochs 1
conv_double   digits:100 --net @pictures --init glorot --dtype float64 --lr 0.05 --batch 33 --epochs 1 --class-weights balanced --clip 0.5
conv_augment  digits:150 --net @small --init he --optimizer rmsprop --batch 37 --epochs 1 --augment shift:2,rotate:10,elastic:1 --label-smoothing 0.1
conv_blocks   digits:1100 --net @small --init lecun --optimizer adagrad --batch full --steps 2 --class-weights balanced
conv_order    digits:150 --net @small --init he --lr 0.05 --batch 50 --epochs 1 --update-order seed
conv_early    digits:150 --net @small --init he --optimizer adamw --lr 0.05 --batch 50 --epochs 4 --validation 0.2 --patience 1
normalised    digits:300 --net @normal --init xavier --optimizer nesterov --weight-decay 0.001 --batch 43 --epochs 2
book_layers   digits:300 --net @book --init he --optimizer momentum --compat book --batch 50 --epochs 1
early_normal  digits:300 --net @normal --init xavier --lr 2 --batch 60 --epochs 6 --validation 0.2 --patience 1
squared       digits:1200 --loss mse --lr 0.5 --epochs 1 --sampling sequential'

options() { echo "$settings" | sed -n "s/^$1  *//p" | sed "s,@,@$TMP/,"; } # of a name

# train COMMAND FILE OPTIONS...
train() {
  command=$1 file=$2
  shift 2
  rm -f "$file"
  "$command" train "$@" --evaluate none --quiet --progress none --out "$file" >"$TMP/out" 2>"$TMP/err" || { cat "$TMP/err"; return 1; }
}
same() { # same COMMAND NAME OPTIONS...: the model file equals the reference of NAME
  command=$1 name=$2
  shift 2
  # shellcheck disable=SC2086 # options are words
  train "$command" "$TMP/other" $(options "$name") "$@" && cmp -s "$TMP/$name" "$TMP/other"
}

names=$(echo "$settings" | awk '{ print $1 }')
for name in $names; do
  # shellcheck disable=SC2046
  train "$DENPA" "$TMP/$name" $(options "$name") --threads 1 || say "not ok" "$name: training failed"
done
[ "$(cd "$TMP" && cat $names | wc -c)" -gt 100000 ] || say "not ok" "the model files are too small to be real"
cmp -s "$TMP/full_batch" "$TMP/seed_order" && say "not ok" "the update order changes nothing"

for threads in 2 3 4 8; do
  for name in $names; do
    same "$DENPA" "$name" --threads $threads || { say "not ok" "$name with $threads threads" && continue 2; }
  done
  say ok "threads: $threads"
done

for unit in ref avx2 avx512 neon; do
  if ! "$DENPA" train digits:60 --steps 0 --evaluate none --quiet --cpu $unit >/dev/null 2>&1; then
    echo "skip --cpu $unit: this processor does not have it"
    continue
  fi
  good=1
  for name in $names; do same "$DENPA" "$name" --cpu $unit || { say "not ok" "$name with --cpu $unit" && good=0; }; done
  [ $good = 0 ] || say ok "--cpu $unit"
done

# Other compilers and optimisation levels; and one without FMA instructions, where the C library computes fma.
build() { # build NAME COMPILER FLAGS [cmake options]
  name=$1 compiler=$2 flags=$3
  shift 3
  cmake -S . -B "$TMP/$name" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_COMPILER="$compiler" -DCMAKE_C_FLAGS_RELEASE="$flags" -DDENPA_TESTS=OFF "$@" >"$TMP/$name.log" 2>&1 &&
    cmake --build "$TMP/$name" --target denpa >>"$TMP/$name.log" 2>&1 || { tail -5 "$TMP/$name.log"; return 1; }
}
for row in "gcc -O1" "clang -O1" "clang -O3" "gcc -O3 -DDENPA_NO_VECTOR_UNITS=ON"; do
  # shellcheck disable=SC2086
  set -- $row
  if ! command -v "$1" >/dev/null; then
    echo "skip $row: there is no $1"
    continue
  fi
  folder=$(echo "$row" | tr -dc 'a-zA-Z0-9')
  if ! build "$folder" "$@"; then
    say "not ok" "$row: does not build"
    continue
  fi
  good=1
  for name in $names; do
    case "$row $name" in *NO_VECTOR*_net | *NO_VECTOR*_wide | *NO_VECTOR*order | *NO_VECTOR*full_batch) continue ;; esac # software fma is slow: the small ones show it
    same "$TMP/$folder/denpa" "$name" --threads 2 || { say "not ok" "$row: $name" && good=0; }
  done
  [ $good = 0 ] || say ok "$row"
done
exit $bad
