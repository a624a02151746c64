#!/bin/sh
# faults.sh: what goes wrong costs no more than it has to, and is told as what it is: a training that diverges, a run that is written over,
# names that would command the terminal, outputs that are no probabilities, no second thread, answers that are all equal or not finite.
. tests/kit.sh
D="$DENPA --lang en"
work=$TMP/work
mkdir "$work"
cd "$work" || exit 1
awk 'BEGIN { srand(5); print "a,b,y"; for (i = 0; i < 200; i++) { a = rand(); b = rand(); printf "%.4f,%.4f,%.4f\n", a, b, a + b } }' >sum.csv
awk 'BEGIN { srand(6); print "a,b,kind"; for (i = 0; i < 200; i++) { a = rand(); b = rand(); printf "%.4f,%.4f,%s\n", a, b, (a + b > 1 ? "yes" : "no") } }' >kind.csv

# ---- a training that diverges leaves the best weights that --patience kept
diverge="train sum.csv --net 2-1 --optimizer sgd --schedule constant --batch full --lr 2 --weight-decay 0 --progress none"
exits diverged 1 $D $diverge --epochs 500 --patience 400 --out best.safetensors --run broken
has names_the_update 'is not finite any more' "$TMP/err"
has names_the_epoch 'The network that was best before, that of epoch 1, is in broken/model.safetensors' "$TMP/err"
same both_copies best.safetensors broken/model.safetensors
exits one_epoch 0 $D $diverge --epochs 1 --patience 400 --out one.safetensors
sha() { $D info "$1" --json | sed -n 's/.*"weights_sha256": "\(.*\)".*/\1/p'; }
[ -n "$(sha best.safetensors)" ] && [ "$(sha best.safetensors)" = "$(sha one.safetensors)" ] && ok those_of_that_epoch || no those_of_that_epoch "$(sha best.safetensors) $(sha one.safetensors)"
cp one.safetensors older.safetensors
exits diverged_beside 1 $D $diverge --epochs 500 --patience 400 --out older.safetensors --quiet
same an_older_one_stays one.safetensors older.safetensors
[ "$(sha older-interrupted.safetensors)" = "$(sha one.safetensors)" ] && ok it_is_beside || no it_is_beside
has told_though_quiet 'that of epoch 1, is in older-interrupted.safetensors' "$TMP/err"
# without patience, the network of the last epoch; in the first one there is none
exits nothing_watched_it 1 $D $diverge --epochs 500 --validation 0 --out last.safetensors --run lost
last=$(tail -n 1 lost/log.csv | cut -d, -f2)
has names_the_last_epoch "The network of the last epoch that was finite, $last, is in lost/model.safetensors" "$TMP/err"
exits so_many_epochs 0 $D $diverge --epochs "$last" --validation 0 --out many.safetensors
[ -n "$(sha last.safetensors)" ] && [ "$(sha last.safetensors)" = "$(sha many.safetensors)" ] && ok those_of_the_last_epoch || no those_of_the_last_epoch
exits broke_off 0 $D info lost
has told_with_the_model "broke off at update" "$TMP/out"
has told_at_once "the training of lost broke off at update" "$TMP/err"
$D doctor lost --json >"$TMP/json" 2>/dev/null
has doctor_sees_it '"broken": true' "$TMP/json"
has doctor_finds_it '"name": "not-finite"' "$TMP/json"
exits in_its_first_epoch 1 $D train sum.csv --net 2-1 --lr 1e39 --epochs 3 --validation 0 --out none.safetensors
[ ! -e none.safetensors ] && ok no_network_that_is_broken || no no_network_that_is_broken
# also when it was resumed in between
exits cut_before 0 $D $diverge --epochs 2 --validation 0 --run cut --quiet
exits diverges_then 1 $D resume cut --epochs 500 --quiet
[ "$(sha cut)" = "$(sha many.safetensors)" ] && ok the_same_as_at_once || no the_same_as_at_once
exits in_japanese 1 "$DENPA" --lang ja $diverge --epochs 500 --patience 400 --out japanese.safetensors
has said_in_japanese 'japanese.safetensors' "$TMP/err"
lacks not_in_english 'best before' "$TMP/err"
# numbers that overflow only where the network is measured are the learning rate's doing too
exits overflows 1 $D train sum.csv --net 2-10-10-1 --act identity --optimizer sgd --schedule constant --batch full --lr 300 --epochs 9 --progress none
has while_measuring 'of those that are measured)' "$TMP/err"
lacks nothing_is_damaged damaged "$TMP/err"

# ---- --force keeps the run that was there
$D train digits:300 --epochs 1 --record --seed 1 --run run --quiet >/dev/null
cp run/model.safetensors first
exits again 0 $D train digits:300 --epochs 1 --seed 2 --run run --force
has says_where_it_is 'The run that was in run is in run/previous-run now.' "$TMP/err"
same earlier_model first run/previous-run/model.safetensors
[ -e run/previous-run/frames/frames.csv ] && [ ! -e run/frames ] && ok frames_go_along || no frames_go_along "$(ls run run/previous-run)"
good earlier_run_goes_on $D resume run/previous-run --epochs 2 --quiet
cp run/model.safetensors second
exits fails 1 $D train digits:300 --epochs 2 --run run --force --act identity --init normal:1 --lr 1e30
same the_last_one_is_kept second run/previous-run/model.safetensors
exits not_as_its_result 1 $D eval run
has says_so 'this run has no model' "$TMP/err"
# killed in the middle of it: the rest follows the next time
mkdir run/previous-run.part
mv run/options.json run/previous-run.part/
exits goes_on_moving 0 $D train digits:300 --epochs 1 --seed 3 --run run --force --quiet
[ -e run/previous-run/options.json ] && [ -e run/previous-run/log.csv ] && [ ! -e run/previous-run.part ] && ok moved_whole || no moved_whole "$(ls -R run)"
rm -r run/previous-run
mkdir run/previous-run
echo mine >run/previous-run/notes
cp run/model.safetensors third
exits not_ours 1 $D train digits:300 --epochs 1 --seed 4 --run run --force
has leaves_what_is_not_ours 'this is not a run of denpa' "$TMP/err"
[ -e run/previous-run/notes ] && same nothing_is_lost third run/previous-run.part/model.safetensors || no nothing_is_lost

# ---- names that would command the terminal or a spreadsheet
esc=$(printf '\033') bell=$(printf '\007')
{
  echo "a,b,${esc}[31mc,kind${esc}[2J"
  tail -n +2 kind.csv | awk -F, -v esc="$esc" -v bell="$bell" '{ print $1 "," $2 "," (NR % 3 ? "x" : "x" bell) "," ($3 == "yes" ? "=1+1" : "@n" esc "]0;t" bell "o") }'
} >names.csv
target="kind${esc}[2J"
$D train names.csv --target "$target" --epochs 2 --run named --record --quiet >/dev/null 2>&1
named=named/model.safetensors
raw() { grep -q -e "$esc" -e "$bell" "$@"; }
exits as_it_is 0 $D predict $named names.csv --keep all
raw "$TMP/out" && ok a_pipe_gets_the_bytes || no a_pipe_gets_the_bytes
has formulas_are_told 'texts begin with =, +, - or @; a spreadsheet would take them for formulas' "$TMP/err"
exits marked 0 $D predict $named names.csv --keep all --spreadsheet
has apostrophe ",'=1+1," "$TMP/out"
lacks no_formula ',=1+1' "$TMP/out"
lacks nothing_to_tell spreadsheet "$TMP/err"
printf 'a,b,kind\n-0.5,+0.25,no\n' >signs.csv
$D train kind.csv --epochs 1 --out kind.safetensors --quiet >/dev/null
exits numbers 0 $D predict kind.safetensors signs.csv --keep a,b --spreadsheet
has numbers_stay '-0.5,+0.25,' "$TMP/out"
if can terminal_is_safe terminal; then
  on_terminal() { # NAME WORDS ARGUMENTS...: something is said, and nothing of the table's commands
    name=$1 words=$2
    shift 2
    $python "$root/tests/terminal.py" 0 "$DENPA" --lang en --color never --progress none "$@" >"$TMP/said"
    if grep -q -F -e "$words" "$TMP/said" && ! raw "$TMP/said"; then ok "safe_$name"; else no "safe_$name" "$(head -n 20 "$TMP/said" | cat -v)"; fi
  }
  on_terminal predict '"@n\x1B]0;t\x07o"' predict $named names.csv --keep all
  on_terminal predict_quoted "'=1+1" predict $named names.csv --spreadsheet
  on_terminal eval '@n\x1B]0;t' eval $named names.csv
  on_terminal info 'kind\x1B[2J' info $named
  on_terminal data 'kind\x1B[2J' data show names.csv --target "$target"
  on_terminal why y why $named 'y[0]'
  on_terminal explain '\x1B' explain $named
  on_terminal step loss step names.csv
  on_terminal plot_confusion '@n\x1B]0;t' plot $named --what confusion
  on_terminal plot_mistakes wrong plot $named --what mistakes
  on_terminal search 'kind\033[2J' search names.csv --target "$target" --trials 1 --epochs 1
  on_terminal doctor finds doctor named
  on_terminal train 'kind\x1B[2J' train names.csv --target "$target" --epochs 1
  on_terminal wrong_name 'kind\x1B[2J' train names.csv --target "${target}x" --epochs 1
fi
$D watch named --html page.html >/dev/null 2>&1
$D explain $named --html explained.html >/dev/null 2>&1
$D plot $named --what confusion --out confusion.svg >/dev/null 2>&1
for page in page.html explained.html confusion.svg; do
  [ -s $page ] && ! raw $page && ok "safe_$page" || no "safe_$page"
done

# ---- outputs of an error are not probabilities
for loss in mse mae huber sse; do
  $D train kind.csv --loss $loss --epochs 30 --out $loss.safetensors --quiet >/dev/null
  exits "${loss}_columns" 0 $D predict $loss.safetensors kind.csv
  has "${loss}_heading" 'kind,y(no),y(yes)' "$TMP/out"
  $D predict $loss.safetensors kind.csv --json >"$TMP/json"
  has "${loss}_no_probabilities" '"probabilities": null' "$TMP/json"
  has "${loss}_outputs" '"outputs": {' "$TMP/json"
  $D plot $loss.safetensors --what mistakes --split train >"$TMP/out"
  lacks "${loss}_mistakes" '%' "$TMP/out"
  has "${loss}_largest" 'the largest output first' "$TMP/out"
done
exits as_before 0 $D predict kind.safetensors kind.csv
has probabilities 'kind,p(no),p(yes)' "$TMP/out"
$D eval mse.safetensors --threshold best >"$TMP/out"
has best_output 'where its output is at least' "$TMP/out"
exits output_above_one 0 $D eval mse.safetensors --threshold 1.25
refused probability_above_one 2 'must be a probability from 0 to 1' eval kind.safetensors --threshold 1.25
$D train digits:300 --net 784-8-10 --loss mse --epochs 1 --out digits.safetensors --quiet >/dev/null
exits of_pictures 0 $D predict digits.safetensors --sample 0
has output_of_pictures '(output ' "$TMP/out"
lacks no_probability_of_pictures probability "$TMP/out"
$D predict digits.safetensors --sample 0 --json >"$TMP/json"
has picture_outputs '"outputs": [' "$TMP/json"

# ---- no second thread
if can one_thread python; then
  cat >"$TMP/alone.py" <<'END'
# alone.py COMMAND...: with no process or thread to be had beside this one.
import os, resource, sys
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))
os.execv(sys.argv[1], sys.argv[1:])
END
  cp "$DENPA" "$TMP/alone" && chmod 755 "$TMP/alone" "$TMP" && chmod -R a+rX "$work"
  [ "$(id -u)" -ne 0 ] || chmod a+x "$(dirname "$TMP")" # the folder of run-test.sh, which nobody else may enter
  alone() { timeout $patience $python "$TMP/alone.py" "$TMP/alone" --lang en "$@"; }
  if alone eval kind.safetensors kind.csv --threads 2 >"$TMP/out" 2>"$TMP/err" || ! grep -q 'the system gave only 1 of 2 threads' "$TMP/err"; then
    skip one_thread "threads cannot be forbidden here: $(head -n 1 "$TMP/err")"
  else
    ok two_are_refused
    exits info_alone 0 alone info kind.safetensors
    exits eval_alone 0 alone eval kind.safetensors kind.csv
    exits train_alone 0 alone train digits:300 --net 784-400-10 --batch 100 --epochs 1
    exits search_alone 0 alone search digits:60 --trials 2 --epochs 1
    has one_at_a_time '2 trials, 1 at a time' "$TMP/err"
  fi
fi

# ---- answers that are all equal, one row, answers that are not finite
$D train sum.csv --epochs 3 --out sum.safetensors --quiet >/dev/null
awk 'BEGIN { print "a,b,y"; for (i = 0; i < 50; i++) print i / 50 ",0.5,1.1" }' >equal.csv
head -n 2 equal.csv >row.csv
$D eval sum.safetensors equal.csv --json >"$TMP/json"
has r2_of_equal_answers '"r2": 0.0' "$TMP/json"
$D eval sum.safetensors equal.csv >"$TMP/out"
has mean_of_equal_answers 'the mean of these rows (1.1) has a root mean square error of 0' "$TMP/out"
exits r2_of_a_row 0 $D eval sum.safetensors row.csv
has says_what_it_takes 'R2 takes two rows or more' "$TMP/out"
if can not_finite python; then
  cat >"$TMP/spoil.py" <<'END'
# spoil.py FROM TO TENSOR VALUE: a model whose tensor begins with this value.
import json, struct, sys
b = bytearray(open(sys.argv[1], "rb").read())
n = struct.unpack("<Q", b[:8])[0]
head = json.loads(b[8 : 8 + n])
struct.pack_into("<f", b, 8 + n + head[sys.argv[3]]["data_offsets"][0], float(sys.argv[4]))
del head["__metadata__"]["sha256"]
text = json.dumps(head).encode()
open(sys.argv[2], "wb").write(struct.pack("<Q", len(text)) + text + b[8 + n :])
END
  cat >"$TMP/strict.py" <<'END'
# strict.py FILE: JSON, and no number that JSON does not have, in its texts neither.
import json, re, sys
def no(word): raise ValueError(word)
if re.search(r"\b(nan|inf)\b", json.dumps(json.load(open(sys.argv[1]), parse_constant=no)), re.I): no("in a text")
END
  for spoilt in "b2 nan" "W1 inf" "W2 -inf"; do
    set -- $spoilt
    $python "$TMP/spoil.py" kind.safetensors spoilt.safetensors "$1" "$2"
    for command in predict eval; do
      refused "${command}_$1" 1 'not finite (NaN or infinity' $command spoilt.safetensors kind.csv --progress none
      exits "${command}_$1_ja" 1 "$DENPA" --lang ja $command spoilt.safetensors kind.csv
      has "${command}_$1_ja" '有限の数では' "$TMP/err"
      exits "${command}_$1_json" 1 $D $command spoilt.safetensors kind.csv --json
      has "${command}_$1_json" '"status":"NUMERIC"' "$TMP/out"
    done
    for what in confusion mistakes; do refused "${what}_$1" 1 "the network's answer is not finite" plot spoilt.safetensors --what $what; done
    for command in info doctor "plot --what weights" "plot --what surface"; do
      name=$1_$(echo "$command" | tr -d ' -')
      set -- "$1" "$2" $command
      shift 2
      exits "$name" 0 $D $1 spoilt.safetensors ${2-} ${3-} --json
      good "json_$name" $python "$TMP/strict.py" "$TMP/out"
      set -- $spoilt
    done
  done

  # One number is enough, though another is the largest; a single answer is a number, too.
  $python "$TMP/spoil.py" mse.safetensors spoilt.safetensors b2 -inf
  refused one_of_two_numbers 1 'line 2, column 1: the network' predict spoilt.safetensors kind.csv
  refused one_of_two_numbers_of_a_sample 1 "test 0: the network's answer is not finite" predict spoilt.safetensors --sample 0
  $python "$TMP/spoil.py" sum.safetensors spoilt.safetensors b2 nan
  refused a_number 1 'line 2, column 1: the network' predict spoilt.safetensors sum.csv
  refused a_number_of_a_sample 1 "test 0: the network's answer is not finite" predict spoilt.safetensors --sample 0
fi

# ---- memory that cannot shrink: a text in memory is closed well then, and is not there
if can shrinks plain && can shrinks cc; then
  cat >"$TMP/shrink.c" <<'END'
#include <malloc.h>
#include <stddef.h>
extern void *__libc_realloc(void *, size_t);
void *realloc(void *p, size_t n) { return p != NULL && n < malloc_usable_size(p) ? NULL : __libc_realloc(p, n); }
END
  if ! cc -shared -fPIC -o "$TMP/shrink.so" "$TMP/shrink.c" 2>/dev/null; then
    skip shrinks "this C library has no such function"
  else
    shrinking() { LD_PRELOAD="$TMP/shrink.so" "$DENPA" --lang en "$@"; }
    exits search_cannot_shrink 1 shrinking search digits:60 --trials 2 --epochs 1
    has search_says_so 'not enough memory for the command line' "$TMP/err"
    exits export_cannot_shrink 1 shrinking export digits.safetensors --out script.py
    has export_says_so 'not enough memory for the script' "$TMP/err"
    [ ! -e script.py ] && ok no_empty_script || no no_empty_script
    if can terminal_cannot_shrink terminal; then
      $python "$root/tests/terminal.py" 0 env LD_PRELOAD="$TMP/shrink.so" "$DENPA" --lang en info kind.safetensors >"$TMP/said"
      has terminal_goes_on 'predict needs a table' "$TMP/said"
    fi
  fi
fi

# ---- what is easily taken for something else
exits warm_up 0 $D train digits:300 --epochs 1 --warmup 1000
has a_warm_up_that_is_too_long 'the warm-up, 1000 updates, takes the whole training of 3; the learning rate rises to 0.0002997' "$TMP/err"
exits weights 0 $D train digits:300 --epochs 1 --class-weights balanced
has losses_are_not_weighed 'In the losses of the epochs, and for --patience, all rows count alike.' "$TMP/err"
exit $bad
