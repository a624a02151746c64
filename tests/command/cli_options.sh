#!/bin/sh
# cli_options.sh: help, man pages, completion and wrong usage of the command.
. tests/kit.sh
unset LC_ALL LC_MESSAGES DENPA_LANG
export LANG=C
commands="train eval compare predict step info card data bench watch explain why check export lab plot doctor search book"

# The long options of a subcommand, from the completion script: a second way out of the same table.
"$DENPA" generate completion bash >"$TMP/bash" || no completion_bash
options_of() { sed -n "s/^    $1) words='\(.*\)' ;;\$/\1/p" "$TMP/bash" | tr ' ' '\n' | grep '^--'; }

for command in $commands; do
  options_of "$command" >"$TMP/options"
  for lang in en ja; do
    name=help_${command}_$lang
    missing=
    "$DENPA" "$command" --help --lang "$lang" >"$TMP/help.$lang" 2>"$TMP/err" || missing="exit status $?"
    [ -s "$TMP/err" ] && missing="$missing standard error"
    sed -n -E 's/^  (-., )?(--[^ ]+)( .*|$)/\2/p' "$TMP/help.$lang" >"$TMP/told"
    missing="$missing$(grep -v -x -F -f "$TMP/told" "$TMP/options")"
    [ "$(wc -l <"$TMP/options")" -ge 6 ] || missing="$missing only a few options"
    [ -z "$missing" ] && ok "$name" || no "$name" "$missing"
  done
  # What both languages share is names and command lines, never a sentence.
  same=$(grep -F -x -f "$TMP/help.en" "$TMP/help.ja" | grep -v -E '^ *$|^  (-., )?--|^  (denpa|python3) |^ +[a-z|-]+$' || true)
  [ -z "$same" ] && ok "no_english_in_${command}_help" || no "no_english_in_${command}_help" "$same"
  awk 'length($0) > 80 { exit 1 }' "$TMP/help.en" && ok "width_of_${command}_help" || no "width_of_${command}_help"
  # In short: what is needed first, on one screen.
  "$DENPA" "$command" -h --lang en >"$TMP/brief" && "$DENPA" -h "$command" --lang ja >"$TMP/brief.ja" || no "brief_help_$command"
  if [ "$(wc -l <"$TMP/brief")" -le 32 ] && [ "$(wc -l <"$TMP/brief.ja")" -le 32 ] && awk 'length($0) > 80 { exit 1 }' "$TMP/brief" &&
    grep -q "^Every option: denpa $command --help" "$TMP/brief" && grep -q "^すべてのオプション: denpa $command --help" "$TMP/brief.ja"; then ok "brief_help_$command"; else no "brief_help_$command" "$(cat "$TMP/brief")"; fi
  # An option has one or two lines there, besides its default; the rest is for the manual. (Not every awk knows {26} in a pattern.)
  long=$(awk '
    function count(words) {
      if (!told && words !~ /^\[default:/ && ++lines == 3) print name
      if (index(words, "[default:")) told = 1
    }
    /^  (-., )?--/ { name = $0; lines = told = 0; if (substr($0, 25, 2) == "  " && length($0) > 26) count(substr($0, 27)); next }
    substr($0, 1, 26) ~ /^ +$/ && length($0) > 26 && name != "" { count(substr($0, 27)); next }
    { name = "" }' "$TMP/help.en")
  empty "help_of_${command}_is_short" "$(printf %s "$long" >"$TMP/long"; echo "$TMP/long")"
  "$DENPA" help "$command" >"$TMP/other" && cmp -s "$TMP/other" "$TMP/help.en" && ok "help_$command" || no "help_$command"
done

# What an option says holds for every command that takes it.
for command in book lab bench why; do
  "$DENPA" $command -h --lang en >"$TMP/brief"
  lacks "data_of_$command" "the model's" "$TMP/brief"
done
"$DENPA" lab -h --lang en >"$TMP/brief" && has folder_of_all_lessons '(lab all: to this folder)' "$TMP/brief" || no folder_of_all_lessons
"$DENPA" step -h --lang en >"$TMP/brief" && has sample_of_step '(step: it alone)' "$TMP/brief" && lacks sample_is_not_shown 'Show sample' "$TMP/brief" || no sample_of_step

[ "$("$DENPA" train --help | wc -l)" -le 210 ] && ok help_of_train_is_not_endless || no help_of_train_is_not_endless "$("$DENPA" train --help | wc -l) lines"
"$DENPA" train --help --lang en >"$TMP/help"
has default_of_tables '[default: sigmoid; tables: relu' "$TMP/help"
has default_of_tables_alone '[default: none; tables: 40' "$TMP/help"
"$DENPA" -h --lang en >"$TMP/brief" && has brief_help 'To begin: denpa train' "$TMP/brief" || no brief_help
"$DENPA" --help >"$TMP/help" 2>&1 && grep -q 'denpa train' "$TMP/help" && ok help || no help
"$DENPA" help >"$TMP/other" 2>&1 && cmp -s "$TMP/help" "$TMP/other" && ok help_command || no help_command
[ "$("$DENPA" --version)" = "denpa $(sed -n 's/^#define DENPA_VERSION "\(.*\)"/\1/p' include/denpa/denpa.h)" ] && ok version || no version
LANG=ja_JP.UTF-8 "$DENPA" --help | grep -q '使い方' && ok language_from_locale || no language_from_locale
DENPA_LANG=en LANG=ja_JP.UTF-8 "$DENPA" --help | grep -q 'Usage' && ok language_from_denpa_lang || no language_from_denpa_lang
DENPA_LANG=JA "$DENPA" --help | grep -q '使い方' && ok language_in_capitals || no language_in_capitals
# A language that is none is told once, with what is meant; the locale decides then. Not where the option does, nor where nothing is to be told.
DENPA_LANG=jp LANG=ja_JP.UTF-8 "$DENPA" lab >"$TMP/out" 2>"$TMP/err"
grep -q '行列の積' "$TMP/out" && [ "$(grep -c 'DENPA_LANG.*「jp」.*ja' "$TMP/err")" -eq 1 ] && ok unknown_language_is_told || no unknown_language_is_told "$(cat "$TMP/err")"
DENPA_LANG=jp "$DENPA" train --lr x 2>"$TMP/err"
has unknown_language_is_told_with_a_mistake 'DENPA_LANG is "jp", but it can only be en or ja; did you mean ja?' "$TMP/err"
DENPA_LANG=de_DE "$DENPA" lab >/dev/null 2>"$TMP/err"
has third_language_is_told 'DENPA_LANG is "de_DE", but it can only be en or ja' "$TMP/err"
DENPA_LANG=jp "$DENPA" lab --lang en >/dev/null 2>"$TMP/err"
lacks unknown_language_but_the_option_decides DENPA_LANG "$TMP/err"
DENPA_LANG=jp "$DENPA" lab --quiet >/dev/null 2>"$TMP/err"
empty unknown_language_and_quiet "$TMP/err"
LANG=de_DE.UTF-8 "$DENPA" lab >/dev/null 2>"$TMP/err"
lacks third_locale_is_fine DENPA_LANG "$TMP/err"

# usage NAME 'words that the message must hold' ARGUMENTS...: exit status 2, the message on standard error, nothing on standard output.
usage() {
  name=usage_$1 words=$2
  shift 2
  "$DENPA" "$@" >"$TMP/out" 2>"$TMP/err"
  status=$?
  if [ $status -eq 2 ] && [ ! -s "$TMP/out" ] && grep -q -F -e "$words" "$TMP/err"; then ok "$name"; else no "$name" "status $status: $(cat "$TMP/err")"; fi
}
usage bare 'Usage: denpa'
usage bare_ja '使い方: denpa' --lang ja
usage unknown_command 'denpa train' tran
usage network_as_command 'denpa train --net 784-50-10' 784-50-10
usage number_as_command 'denpa train --net 784-50-10' 784
usage network_as_data 'denpa train --net 784-50-10' train 784-50-10
usage unknown_option '--epochs' train --epoch 3
usage synonym '--lr' train --learning-rate 3
usage missing_value '--net' train --net
usage missing_value_before_option '--net' train --net --json=
usage flag_with_value '--quiet' train --quiet=1
usage negative_rate '--lr' train --lr -0.1
usage rate_zero '--lr' train --lr=0
usage batch_zero '--batch' train --batch 0
usage negative_epochs '--epochs' train --epochs -1
usage threads '--threads' train --threads 1025
usage seed '--seed' train --seed 18446744073709551616
usage numpy_seed '--seed' train --seed 4294967296 --rng numpy
usage dtype '--dtype' train --dtype float16
usage choice 'auto|ref|avx2|avx512|neon' train --cpu sse
usage language '--lang' train --lang fr
usage optimizer 'sgd|momentum|nesterov|adagrad|rmsprop|adam|adamw' train --optimizer adamax
usage schedule 'constant|linear|one-cycle|step|exponential|cosine' train --schedule stairs
usage momentum_of_adam '--momentum' train digits:60 --optimizer adam --momentum 0.5
usage decay_of_constant '--schedule step' train digits:60 --lr-decay 0.5
usage patience_alone '--validation' train digits:60 --patience 3
usage no_book_adamw 'the book has no optimizer adamw' train digits:60 --optimizer adamw --compat book
usage clip_in_seed_order 'clipped' train digits:60 --steps 1 --clip 1 --update-order layer-by-layer
usage class_weights 'class weights' train digits:60 --class-weights 1,2
usage share_of_one '--validation' train digits:60 --validation 1
usage recipe 'fast98|mlp99|fast99|deep99.5|best|list' train --recipe slow
usage elsewhere 'train, replay, step' eval m --lr 1
usage missing_argument 'MODEL' eval
usage too_many 'digits' train mnist digits
usage short_letter '-z' train -z
usage empty '--out' train --out ''
usage language_after '--lr には' train --lr x --lang ja
usage language_before '--lr には' --lang=ja train --lr x
usage help_on_nothing 'frobnicate' help frobnicate
usage generate 'denpa generate man' generate nothing

# Recipes.
for lang in en ja; do
  "$DENPA" train --recipe list --lang $lang >"$TMP/recipes.$lang" 2>"$TMP/err" && [ ! -s "$TMP/err" ] && grep -q '^fast98: ' "$TMP/recipes.$lang" && grep -q -e ' --net 784-128-10 .*--optimizer adam' "$TMP/recipes.$lang" &&
    ok recipes_$lang || no recipes_$lang "$(cat "$TMP/err")"
done
grep -q 'mean of the seeds 1 to 5' "$TMP/recipes.en" && grep -q 'シード 1 から 5 の平均' "$TMP/recipes.ja" && ok recipes_say_what_they_reach || no recipes_say_what_they_reach
"$DENPA" train --recipe list --json >"$TMP/out" && grep -q '"name": "fast98"' "$TMP/out" && grep -q '"test_accuracy": 0\.98' "$TMP/out" && ok recipes_json || no recipes_json "$(cat "$TMP/out")"
# slips in a list of layers: slip NAME WHAT-THE-MESSAGE-SAYS OPTIONS...
slip() {
  name=$1 says=$2
  shift 2
  "$DENPA" train digits:60 --lang en --steps 0 "$@" >"$TMP/out" 2>"$TMP/err"
  [ $? -eq 2 ] && grep -qF -e "$says" "$TMP/err" && ok "slip_$name" || no "slip_$name" "$(cat "$TMP/err")"
}
slip quotes 'needs quotation marks' --net conv 24 5x5
slip comma 'then a comma and the next layer' --net 'conv 4 5x5 maxpool 2, dense 10'
slip layer "'conf 4 5x5': there is no such layer" --net 'conf 4 5x5, dense 10'
slip file 'is taken by @FILE' --net my.net
slip outputs 'has 9 outputs' --net 'conv 4 5x5, dense 9'
"$DENPA" train digits:60 --lang en --steps 0 --evaluate none --net 'conv 4 5x5, relu' --act tanh >"$TMP/out" 2>"$TMP/err" && grep -q "^Network: 'input 1x28x28, conv 4 5x5, relu', cross-entropy, initial" "$TMP/err" &&
  grep -q 'the network has 2304 outputs, but the answers are only 10' "$TMP/err" && grep -q 'act tanh is not used' "$TMP/err" && ok notes_on_a_list || no notes_on_a_list "$(cat "$TMP/err")"
"$DENPA" train digits:60 --recipe fast98 --epochs 1 --batch 30 --lang en --out "$TMP/recipe.model" >"$TMP/out" 2>"$TMP/err" &&
  grep -q '^Recipe fast98: --net 784-128-10 .*Options given besides it apply' "$TMP/err" && grep -q '^Network: 784-128-10, relu, .* he;' "$TMP/err" && grep -q '^Training: adam, learning rate .*, batch 30, 1 epoch,' "$TMP/err" &&
  grep -q '^Schedule: one-cycle' "$TMP/err" && ok recipe_tells_what_applied || no recipe_tells_what_applied "$(cat "$TMP/err")"
"$DENPA" info "$TMP/recipe.model" --lang en >"$TMP/out" && grep -q '^optimizer *adam$' "$TMP/out" && grep -q '^schedule *one-cycle$' "$TMP/out" && grep -q '^batch *30$' "$TMP/out" && ok recipe_in_the_model || no recipe_in_the_model
"$DENPA" train --help --lang en | grep -q -F '[default: 0.999, with --optimizer rmsprop 0.99]' && ok dependent_default_in_help || no dependent_default_in_help

# Names from lists are taken in whatever case they are typed, and kept as they are listed.
"$DENPA" train digits:60 --quiet --steps 1 --evaluate none --net 'Conv 4 5x5, LeakyReLU:0.1, MaxPool 2, Dense 10' --init Glorot_Uniform --optimizer AdamW --schedule Cosine --out "$TMP/typed.safetensors" &&
  "$DENPA" train digits:60 --quiet --steps 1 --evaluate none --net 'conv 4 5x5, leaky-relu:0.1, maxpool 2, dense 10' --init glorot-uniform --optimizer adamw --schedule cosine --out "$TMP/listed.safetensors" || no any_case_trains
same any_case "$TMP/typed.safetensors" "$TMP/listed.safetensors"

# Data sets and files that are not there: what there is instead.
mkdir "$TMP/data" && cp "$TMP/listed.safetensors" "$TMP/data/first.safetensors" && printf 'a,b\n1,2\n3,4\n' >"$TMP/data/houses.csv"
missing() { # NAME STATUS WORDS ARGUMENTS..., in the folder $TMP/data
  name=missing_$1 status=$2 says=$3
  shift 3
  (cd "$TMP/data" && "$DENPA" --lang en "$@") >"$TMP/out" 2>"$TMP/err"
  [ $? -eq "$status" ] && grep -qF -e "$says" "$TMP/err" && [ "$(wc -l <"$TMP/err")" -eq 1 ] && ok "$name" || no "$name" "$(cat "$TMP/err")"
}
case $DENPA in /*) ;; *) DENPA=$root/$DENPA ;; esac
missing slip 1 'mnst: there is no such folder or data set; did you mean mnist?' train mnst
missing rows 2 'write mnist, and --samples 600 for its first 600 samples' train mnist:600
missing table 1 'iris is not built in; save it as a CSV file and give that: denpa train iris.csv' train Iris
missing pictures 1 'cifar10 is not built in; save its pictures in a folder' train CIFAR-10
missing idx 1 'fashion-mnist is not built in; put its four IDX files into a folder' train FashionMNIST
missing ending 1 'did you mean houses.csv?' train houses
missing near_table 1 'house.csv: there is no such file; did you mean houses.csv?' train house.csv
missing model 1 'first.safetensor: there is no such file or folder; did you mean first.safetensors?' info first.safetensor
missing near_in_folder 1 "did you mean $TMP/data/first.safetensors?" info "$TMP/data/First"
missing nothing_near 1 'qqqqqq: there is no such folder or data set; denpa data list shows what there is' train qqqqqq
(cd "$TMP/data" && "$DENPA" train Digits:60 --steps 0 --evaluate none --lang en) >"$TMP/out" 2>"$TMP/err" && grep -q '^There is no folder Digits:60; the built-in data set digits:60:1 is used' "$TMP/err" && ok data_in_another_case ||
  no data_in_another_case "$(cat "$TMP/err")"
mkdir "$TMP/data/DIGITS"
missing folder_wins 1 'DIGITS' train DIGITS

# Lessons, chapters and commands without the word that they usually have.
usage near_lesson 'did you mean product?' lab prodct
usage swapped_letters 'did you mean "denpa train"?' trian
usage swapped_first_letters 'did you mean "denpa eval"?' veal
usage begun_lesson 'did you mean transpose?' lab trans
usage near_value 'not "curve"; did you mean curves?' plot none --what curve
usage near_choice 'must be one of both|forward|backward, not "foward"; did you mean forward?' step --only foward
usage near_command_of_help 'did you mean "denpa train"?' help tran
usage which_is_missing "NAME is missing: denpa why MODEL NAME [DATA|PICTURE]; for instance denpa why m.safetensors 'W1[409,40]'" why m.safetensors
usage example_of_its_own 'RUN is missing: denpa watch RUN; for instance denpa watch runs/first' watch
usage only_one_value '--to can only be numpy, not "pytorch". What to write the network as; numpy is a Python script' export none --to pytorch
usage near_chapter 'did you mean ch05?' book ch5
usage near_experiment 'did you mean ch04/gradient_1d?' book ch04/gradient1d
usage far_chapter 'denpa book lists them' book ch19
"$DENPA" data --lang en >"$TMP/out" && "$DENPA" data list --lang en >"$TMP/other" && same data_alone_lists "$TMP/out" "$TMP/other" || no data_alone_lists

# Old names, kept for one version: the same file, and a hint.
order="train digits:200 --steps 3 --evaluate none --lang en"
# shellcheck disable=SC2086 # a list of words
"$DENPA" $order --update-order seed --out "$TMP/old.safetensors" >"$TMP/out" 2>"$TMP/err" && "$DENPA" $order --update-order layer-by-layer --out "$TMP/new.safetensors" >"$TMP/out" 2>"$TMP/new.err" || no old_name_trains
has old_name_is_told 'Note: "seed" is called "layer-by-layer" now' "$TMP/err"
lacks new_name_is_silent 'Note:' "$TMP/new.err"
same old_name "$TMP/old.safetensors" "$TMP/new.safetensors"
has stored_as_ever '"update_order":"seed"' "$TMP/new.safetensors"
"$DENPA" info "$TMP/new.safetensors" --lang en >"$TMP/out" && has shown_as_called 'update order       layer-by-layer' "$TMP/out" || no shown_as_called
"$DENPA" bench seed-epoch --data digits:60 --repeat 1 --lang en >"$TMP/out" 2>"$TMP/err" && has old_work 'article-epoch' "$TMP/out" && has old_work_is_told '"seed-epoch" is called "article-epoch" now' "$TMP/err" || no old_work

# With --json a program always gets one object.
"$DENPA" train --lr x --json >"$TMP/out" 2>"$TMP/err"
status=$?
[ $status -eq 2 ] && [ -s "$TMP/err" ] && grep -q '^{"error":{"status":"ARGUMENT","message":"--lr must be .*"}}$' "$TMP/out" && ok json_error || no json_error "$(cat "$TMP/out")"

# quickstart's own help, before anything is installed or built.
for words in 'en Usage:' 'ja 使い方:'; do
  DENPA_LANG=${words%% *} sh quickstart.sh --help >"$TMP/out" 2>&1 && [ "$(wc -l <"$TMP/out")" -eq 3 ] && has "quickstart_help_${words%% *}" "${words#* } ./quickstart.sh" "$TMP/out" || no "quickstart_help_${words%% *}" "$(cat "$TMP/out")"
done
DENPA_LANG=jp sh quickstart.sh --help >"$TMP/out" 2>"$TMP/err"
[ "$(grep -c 'DENPA_LANG is "jp"' "$TMP/err")" -eq 1 ] && grep -q Usage "$TMP/out" && ok quickstart_unknown_language || no quickstart_unknown_language "$(cat "$TMP/err")"
echo share/man/man1/denpa.1 >"$TMP/manifest"
DENPA_LANG=jp sh scripts/uninstall.sh --names "$TMP/manifest" >"$TMP/out" 2>"$TMP/err"
[ "$(grep -c 'DENPA_LANG is "jp"' "$TMP/err")" -eq 1 ] && ok uninstall_unknown_language || no uninstall_unknown_language "$(cat "$TMP/err")"

# Control characters from the command line never reach the terminal.
"$DENPA" "$(printf 'x\033[31my')" 2>"$TMP/err"
grep -q -F 'x\x1B[31my' "$TMP/err" && ok escapes || no escapes "$(cat -v "$TMP/err")"

if [ -c /dev/full ]; then
  "$DENPA" --help >/dev/full 2>"$TMP/err"
  status=$?
  [ $status -eq 1 ] && [ -s "$TMP/err" ] && ok full_disk || no full_disk "status $status"
else
  skip full_disk "there is no /dev/full"
fi

# Man pages. What man makes of them is looked at in one of the languages, in turn (in ./test.sh --full in both).
turn=0
if can man_pages scdoc; then
  for lang in en ja; do
    [ $lang = en ] || turn=1
    for command in "" $commands; do
      name=man_${command:-denpa}_$lang
      page=$TMP/man/$lang/man1/denpa.1 # man tells the language of a page from its place
      mkdir -p "${page%/*}"
      if "$DENPA" generate man $command --lang $lang >"$TMP/scd" && scdoc <"$TMP/scd" >"$page" 2>"$TMP/err" && [ -s "$page" ] && [ ! -s "$TMP/err" ]; then ok "$name"; else
        no "$name" "$(cat "$TMP/err")"
      fi
      [ "$(grep -c '^\.SH' "$page")" -eq 8 ] && ok "${name}_sections" || no "${name}_sections"
      turn=$((1 - turn))
      [ $turn = 1 ] || [ -n "${DENPA_FULL-}" ] || continue
      if command -v man >/dev/null; then
        # A Japanese line that fills its place a little early is no mistake.
        LC_ALL=C.UTF-8 man --warnings -l "$page" >"$TMP/shown" 2>"$TMP/err" && ! grep -v "can't break line" "$TMP/err" && ok "${name}_renders" || no "${name}_renders" "$(cat "$TMP/err")"
        { printf '%s\n' DENPA_DATA DENPA_LANG DENPA_MIRRORS NO_COLOR XDG_CACHE_HOME && [ -n "$command" ] && options_of "$command"; } >"$TMP/wanted"
        missing=$(awk 'NR == FNR { wanted[$0]; next } { for (w in wanted) if (index($0, w)) delete wanted[w] } END { for (w in wanted) print w }' "$TMP/wanted" "$TMP/shown")
        [ -z "$missing" ] && ok "${name}_complete" || no "${name}_complete" "$missing"
      else
        skip "${name}_renders" "there is no man"
      fi
    done
  done
fi

# Japanese help speaks in one style: commands and options in whole sentences, examples too. (Each is one line for a shell that shows it.)
"$DENPA" generate completion fish --lang ja >"$TMP/fish"
sed -n "s/^complete .* -d '\\(.*\\)'\$/\\1/p" "$TMP/fish" | sort -u >"$TMP/told"
for command in $commands; do
  "$DENPA" "$command" --help --lang ja | awk '
    /^例:/ { on = 1; next }
    on && /^        / { text = text substr($0, 9); next }
    on && text != "" { print text; text = "" }
    END { if (text != "") print text }'
done >>"$TMP/told"
[ "$(wc -l <"$TMP/told")" -gt 150 ] || no japanese_help_is_found "$(wc -l <"$TMP/told") texts"
grep -v -E '(です|ます|ません)( \([^()]*\)|\([^()]*\))?(。)?$' "$TMP/told" >"$TMP/odd"
empty japanese_help_has_one_style "$TMP/odd"

# Completion.
for shell in bash zsh fish; do
  for lang in en ja; do
    name=completion_${shell}_$lang
    "$DENPA" generate completion $shell --lang $lang >"$TMP/completion" || no "$name"
    can "$name" $shell || continue
    if $shell -n "$TMP/completion" 2>"$TMP/err"; then
      ok "$name"
    else
      no "$name" "$(cat "$TMP/err")"
    fi
  done
done

# What bash offers, without a terminal: it takes a line apart at blanks and at the characters of COMP_WORDBREAKS, calls the function and
# puts what it gets in the place of the last piece.
mkdir -p "$TMP/desk/runs/first" "$TMP/desk/photos" "$TMP/desk/.hidden"
for file in m.safetensors runs/first/model.safetensors prices.CSV 'my table.csv' three.png my.net notes.md "two
lines.csv"; do : >"$TMP/desk/$file"; done # a name of two lines is not two names
cat >"$TMP/complete" <<'END'
. "$1"
COMP_WORDBREAKS=$' \t\n"\'><=;|&(:@' breaks='=:@'
[ "$3" != plain ] || COMP_WORDBREAKS=$' \t\n' breaks=
COMP_LINE=$2 COMP_POINT=${#2} COMP_WORDS=("") last=
for ((i = 0; i < ${#2}; i++)); do
  c=${2:i:1} begins=
  [[ -n $breaks && $c == [=:@] && -n $last && $last != [\ =:@] ]] && begins=yes # a piece of its own,
  [[ -n $breaks && $c != [\ =:@] && $last == [=:@] ]] && begins=yes             # and one behind it
  if [[ -n $begins ]]; then
    COMP_WORDS+=("$c")
  elif [[ $c == ' ' && $last != \\ ]]; then
    COMP_WORDS+=("")
  else
    COMP_WORDS[-1]+=$c
  fi
  last=$c
done
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
[ "$3" != pieces ] || unset COMP_LINE
_denpa
printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort | tr '\n' '|'
END
# complete_test NAME 'what is offered, sorted, each with a bar' LINE [plain: nothing is taken apart | pieces: nothing else is known]
complete_test() {
  name=complete_$1 expected=$2
  got=$(cd "$TMP/desk" && bash "$TMP/complete" "$TMP/bash" "$3" "${4-}" 2>&1)
  [ "$got" = "$expected" ] && ok "$name" || no "$name" "$got"
}
if can complete bash; then
  complete_test command 'train|' 'denpa tr'
  complete_test command_after_option 'train|' 'denpa --lang ja tr'
  complete_test command_of_help 'train|' 'denpa help tr'
  complete_test option '--update-order|' 'denpa train --up'
  complete_test choice 'float32|float64|' 'denpa train --dtype float'
  complete_test choice_behind_sign 'relu|' 'denpa train --act=re'
  complete_test choice_behind_sign_in_pieces 'relu|' 'denpa train --act=re' pieces
  complete_test choice_behind_sign_whole '--act=relu|' 'denpa train --act=re' plain
  complete_test nothing_behind_sign 'float32|float64|' 'denpa train --dtype='
  complete_test word 'full|' 'denpa train --batch '
  complete_test any_number '|' 'denpa train --epochs '
  complete_test rule 'lecun|lecun-uniform|' 'denpa train --init le'
  complete_test number_must_follow 'normal:|' 'denpa train --init=nor'
  complete_test number_may_follow 'leaky-relu|' 'denpa train --act le'
  complete_test augment 'shift:|' 'denpa train --augment sh'
  # With nothing typed: arguments, no option, no hidden or foreign file.
  complete_test data 'digits|mnist|my table.csv|photos|prices.CSV|runs|' 'denpa train '
  complete_test data_behind_options 'digits|mnist|my table.csv|photos|prices.CSV|runs|' 'denpa train --act relu --quiet -o m '
  complete_test one_data_set '|' 'denpa train mnist '
  complete_test digits 'digits|' 'denpa train dig'
  complete_test digits_of_some_size '1200|5000|600|' 'denpa train digits:'
  complete_test digits_whole 'digits:1200|' 'denpa train digits:1' plain
  complete_test blank 'my table.csv|' 'denpa train my\ t'
  complete_test hidden '.hidden|' 'denpa train .h'
  complete_test model 'm.safetensors|photos|runs|' 'denpa eval '
  complete_test model_in_folder 'runs/first|' 'denpa eval runs/'
  complete_test data_behind_model 'mnist|my table.csv|' 'denpa eval m.safetensors m'
  complete_test input 'my table.csv|photos|prices.CSV|runs|three.png|' 'denpa predict m.safetensors '
  complete_test next_input 'three.png|' 'denpa predict m.safetensors a.png b.png thr'
  complete_test run 'photos|runs|' 'denpa watch '
  complete_test run_or_model 'm.safetensors|photos|runs|' 'denpa plot '
  complete_test folder 'photos|runs|' 'denpa train --run '
  complete_test file 'm.safetensors|my table.csv|my.net|' 'denpa train --out=m'
  complete_test layers 'my.net|' 'denpa train --net=@my.'
  complete_test layers_in_a_word_of_their_own 'my.net|' 'denpa train --net @my.'
  complete_test action 'get|list|show|' 'denpa data '
  complete_test data_of_action 'digits|' 'denpa data get d'
  complete_test nothing_to_list '|' 'denpa data list '
  complete_test lesson 'least-squares|' 'denpa lab lea'
  complete_test all_lessons 'all|' 'denpa lab al'
  complete_test option_of_a_usage_line '|' 'denpa lab all '
  complete_test chapter 'ch01|ch02|ch03|ch04|ch05|ch06|ch07|ch08|' 'denpa book ch0'
  complete_test experiment 'ch02/gates|ch02/xor_learned|' 'denpa book ch02'
  complete_test works 'predict-1|predict-10000|' 'denpa bench seed-epoch pred'
  complete_test not_here '|' 'denpa info --up'
fi

exit $bad
