#!/bin/sh
# valgrind.sh: on the reference kernels (valgrind does not know all of the wide units) a training of each kind, its killed run resumed, and
# what is asked of a model read nothing that was not written, write nowhere else, and leave nothing behind.
. tests/kit.sh
needs valgrind gcc full release
cd "$TMP" || exit 1
old=$root/tests/witness/old_runs
cp "$old/table.csv" .

check="valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,indirect --show-leak-kinds=definite,indirect"
# What is only reachable at the end is the third parties' own; denpa's would be lost, or found by the leak sanitizer.

# The test of the test: both kinds of fault are found.
printf '%s\n' '#include <stdlib.h>' 'int main(int argc, char **argv) { int *a = malloc(8); (void)argv; return a[argc] > 3; }' >unset.c
printf '%s\n' '#include <stdlib.h>' 'int main(void) { volatile char *a = malloc(8); a = NULL; return a != NULL; }' >lost.c
for fault in unset lost; do
  good "$fault.c" gcc -O0 -w -o $fault $fault.c
  exits "finds_$fault" 99 $check ./$fault
done

# clean NAME ARGUMENTS...: nothing is found, and the work is done.
clean() {
  kit_check=$1
  shift
  exits "$kit_check" 0 timeout $patience $check "$DENPA" --lang en "$@" --cpu ref
  lacks "${kit_check}_says_nothing" '== ' err
}
clean dense train digits:60 --net 784-4-10 --optimizer adam --epochs 1 --threads 2 --run dense --checkpoint-every 1 --record
clean dense64 train digits:60 --net 784-4-10 --dtype float64 --optimizer momentum --schedule cosine --epochs 1 --rng numpy --quiet
clean convolution train digits:60 --net 'conv 2 5x5, batchnorm, relu, maxpool 4, dropout 0.2, dense 10' --init he --augment shift:1 --epochs 1 \
  --quiet --out conv.safetensors
clean table train table.csv --target kind --epochs 3 --patience 1 --validation 0.2 --quiet --out table.safetensors
for run in dense32 conv numpy table; do # the last one has moments to show
  rm -rf old && cp -r "$old/2/$run" old && chmod -R u+w old
  clean "resume_$run" resume old --quiet
done
clean predict predict conv.safetensors --sample 3
clean predict_a_table predict table.safetensors table.csv
clean eval eval conv.safetensors digits:60
clean explain explain table.safetensors table.csv --sample 1 --html page.html
clean step step digits:60 --net 784-2-10 --batch 2
clean watch watch old --html watch.html
printf 'broken' >broken.safetensors
exits refusal 1 $check "$DENPA" info broken.safetensors
exit $bad
