#!/bin/sh
# completion.sh: what zsh and fish offer where Tab is pressed, asked of the shells themselves with the scripts that denpa writes, in both
# languages. (bash, and whether the scripts are read without complaint: cli_options.sh.)
. tests/kit.sh

# NAME#LINE#what is offered, sorted, each with a bar behind it. A folder's slash and what stands before a value's = are the shells' own affair
# and left out here.
cat >"$TMP/cases" <<'CASES'
command#denpa tr#train|
command_after_option#denpa --lang ja tr#train|
command_of_help#denpa help tr#train|
option_before_command#denpa --la#--lang|
option#denpa train --up#--update-order|
options_after_short_one#denpa train -q --ep#--epochs|--epsilon|
choice#denpa train --dtype #float32|float64|
choice_behind_sign#denpa train --act=re#relu|
any_number#denpa train --epochs #
number_must_follow#denpa train --init=nor#normal:|
number_may_follow#denpa train --act le#leaky-relu|
again#denpa search --try a=1 --try b=2 --tr#--trials|--try|
data#denpa train #digits|mnist|my table.csv|photos|prices.CSV|runs|
data_behind_options#denpa train --act relu --quiet -o m #digits|mnist|my table.csv|photos|prices.CSV|runs|
one_data_set#denpa train mnist #
digits#denpa train dig#digits|
digits_of_some_size#denpa train digits:#digits:1200|digits:5000|digits:600|
blank#denpa train my\ t#my table.csv|
hidden#denpa train .h#.hidden|
model#denpa eval #m.safetensors|photos|runs|
model_in_folder#denpa eval runs/#runs/first|
data_behind_model#denpa eval m.safetensors m#mnist|my table.csv|
input#denpa predict m.safetensors #my table.csv|photos|prices.CSV|runs|three.png|
next_input#denpa predict m.safetensors a.png b.png thr#three.png|
run#denpa watch #photos|runs|
run_or_model#denpa plot #m.safetensors|photos|runs|
folder#denpa train --run #photos|runs|
file#denpa train --out=m#m.safetensors|my table.csv|my.net|
file_of_short_option#denpa train -o m#m.safetensors|my table.csv|my.net|
layers#denpa train --net=@my.#my.net|
layers_in_a_word_of_their_own#denpa train --net @my.#my.net|
action#denpa data #get|list|show|
data_of_action#denpa data get d#digits|
nothing_to_list#denpa data list #
lesson#denpa lab lea#least-squares|
all_lessons#denpa lab al#all|
chapter#denpa book ch0#ch01|ch02|ch03|ch04|ch05|ch06|ch07|ch08|
experiment#denpa book ch02#ch02/gates|ch02/xor_learned|
works#denpa bench article-epoch pred#predict-1|predict-10000|
not_here#denpa info --up#
CASES
cut -d '#' -f 2 "$TMP/cases" >"$TMP/lines"
mkdir -p "$TMP/desk/runs/first" "$TMP/desk/photos" "$TMP/desk/.hidden" "$TMP/home"
for file in m.safetensors runs/first/model.safetensors prices.CSV 'my table.csv' three.png my.net notes.md; do : >"$TMP/desk/$file"; done

# compared NAME FILE: line by line with the cases
compared() {
  paste -d '#' "$TMP/cases" "$2" | awk -F '#' -v shell="$1" '
    $4 == $3 { print "ok " shell "_" $1; next }
    { print "not ok " shell "_" $1; print "  offers " $4 " and not " $3 >"/dev/stderr"; bad = 1 }
    END { exit bad }' || bad=1
}

for lang in en ja; do
  name=zsh_$lang other=ja # each shell in one of the languages; in ./test.sh --full in both
  [ -z "${DENPA_FULL-}" ] || other=none
  if [ $lang != $other ] && can "$name" zsh && can "$name" terminal; then
    mkdir "$TMP/$name"
    "$DENPA" generate completion zsh --lang $lang >"$TMP/$name/_denpa"
    (cd "$TMP/desk" && HOME=$TMP/home timeout $patience zsh -f "$root/tests/command/completion.zsh" "$TMP/$name") <"$TMP/lines" >"$TMP/$name.told" 2>"$TMP/err" || no "$name" "$(cat "$TMP/err")"
    # of a path zsh offers the last part, behind the rest
    cut -f 1 "$TMP/$name.told" | sed 's/^first|$/runs\/first|/' >"$TMP/$name.offered"
    compared "$name" "$TMP/$name.offered"
  fi
  name=fish_$lang
  if { [ $lang = ja ] || [ $other = none ]; } && can "$name" fish; then
    "$DENPA" generate completion fish --lang $lang >"$TMP/denpa.fish"
    (cd "$TMP/desk" && HOME=$TMP/home timeout $patience fish --no-config -c '
      source $argv[1]
      while read line
        set offered (complete -C $line | string replace -r "\t.*" "" | string replace -r "^--[a-z]+=@?|^@|/\$" "" | env LC_ALL=C sort)
        test -z "$offered"; or printf "%s|" $offered
        echo
      end' "$TMP/denpa.fish") <"$TMP/lines" >"$TMP/$name.offered" 2>"$TMP/err" || no "$name" "$(cat "$TMP/err")"
    empty "${name}_complains_of_nothing" "$TMP/err"
    compared "$name" "$TMP/$name.offered"
  fi
done

# What zsh makes of the line: a blank behind what is whole, none where something has to follow.
# line_test NAME CASE 'the line afterwards'
line_test() {
  number=$(grep -n "^$2#" "$TMP/cases" | cut -d : -f 1)
  got=$(sed -n "${number}p" "$TMP/zsh_en.told" | cut -f 2)
  [ "$got" = "$3" ] && ok "zsh_line_$1" || no "zsh_line_$1" "$got"
}
if [ -f "$TMP/zsh_en.told" ]; then
  line_test whole choice_behind_sign 'denpa train --act=relu '
  line_test number number_must_follow 'denpa train --init=normal:'
  line_test option option 'denpa train --update-order='
  line_test blank blank 'denpa train my\ table.csv '
  line_test layers layers 'denpa train --net=@my.net '
  line_test begun choice 'denpa train --dtype float'
fi

exit $bad
