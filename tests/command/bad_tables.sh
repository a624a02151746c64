#!/bin/sh
# bad_tables.sh: tables that cannot be used are refused with the exit status 1 and one message that names the file, the line and the column, in both languages; nothing is
# written. Tables that only look odd are taken.
. tests/kit.sh
D=$TMP
export DENPA_LANG=en

# bad NAME LINE COLUMN WORDS ARGUMENTS...: the table $D/NAME.csv is made by standard input; FILE among the arguments stands for it.
bad() {
  name=$1 line=$2 column=$3 words=$4
  shift 4
  cat >"$D/$name.csv"
  command=
  for word in "$@"; do [ "$word" = FILE ] && word=$D/$name.csv; command="$command '$word'"; done
  eval "timeout $patience \"$DENPA\" $command" >"$D/out" 2>"$D/err" </dev/null
  was=$?
  eval "timeout $patience \"$DENPA\" $command --lang ja" >/dev/null 2>"$D/err.ja" </dev/null
  if [ $was -ne 1 ] || [ -s "$D/out" ]; then no "$name" "exit status $was: $(cat "$D/out" "$D/err" | head -3)"
  elif ! grep -q -F -e "$name.csv, line $line, column $column" "$D/err" || ! grep -q -F -e "$words" "$D/err"; then no "$name" "$(cat "$D/err")"
  elif ! grep -q -F -e "$name.csv、$line 行目、$column 列目" "$D/err.ja"; then no "$name in Japanese" "$(cat "$D/err.ja")"
  else ok "$name"; fi
}
train() { bad "$@" train FILE --quiet --out "$D/never.safetensors"; }
head10='a,b,y\n1,2,0\n2,1,1\n3,2,0\n4,1,1\n5,2,0\n6,1,1\n7,2,0\n8,1,1\n9,3,0\n11,1,1\n'

printf '' | train empty 1 1 'the file is empty'
printf '\n\n\r\n' | train only_empty_lines 1 1 'the file is empty'
printf 'a,b,y\n' | train header_only 2 1 'there is no row'
printf 'a\n1\n2\n' | train one_column 1 1 'one column only'
printf 'a,b,y\n1,2,0\n1,2\n' | train short_row 3 3 'this row has 2 fields, but the first one has 3'
printf 'a,b,y\n1,2,0\n1,2,0,4\n' | train long_row 3 4 'this row has 4 fields, but the first one has 3'
printf 'a,b,y\n"x\ny",2,0\n1,2\n' | train line_behind_a_field_of_two_lines 4 3 'this row has 2 fields'
printf 'a,b,y\n1,2,0\n1,"2,0\n' | train open_quote 3 2 'never closed'
printf 'a,b,y\n1,"2"x,0\n' | train text_behind_quote 2 2 '"x" stands behind the closing quotation mark'
printf 'a,b,y\n1,\0002,0\n' | train nul_byte 2 2 'a NUL byte'
printf 'a,b,y\n1,\351t\351,0\n' | train latin1 2 2 'is not UTF-8'
printf 'a,b,\223\372\226\173\n1,2,0\n' | train shift_jis 1 3 'is not UTF-8'
printf '\377\376a\000,\000b\000\n\000' | train utf16 1 1 'UTF-16'
printf 'a,b,y\n1,\355\240\200,0\n' | train surrogate 2 2 'is not UTF-8'
awk 'BEGIN { for (i = 0; i < 1000000; i++) printf "%s1", i ? "," : ""; print "" }' | train a_million_columns 1 100001 'more than 100000 columns'
awk 'BEGIN { printf "a,b\n1,"; for (i = 0; i < 1100000; i++) printf "x"; print "" }' | train huge_field 2 2 'longer than'
awk 'BEGIN { printf "a,b\n1,\""; for (i = 0; i < 1100000; i++) printf "x"; print "\"" }' | train huge_quoted_field 2 2 'never closed'
awk 'BEGIN { for (r = 0; r < 3; r++) { for (i = 0; i < 6000; i++) printf "%s,", r ? i * r : "c" i % 5999; print r ? r : "y" } }' | train same_name_far_away 1 6000 'is the name of column 1 too'
printf "$head10"'12,nan?,1\n' | train nan_text 12 2 '"nan?" is not a number'
printf "$head10"'12,inf,1\n' | train infinity 12 2 '"inf" is not a number'
printf "$head10"'12,0x10,1\n' | train hexadecimal 12 2 '"0x10" is not a number'
printf "$head10"'12,1e999,1\n' | train overflow 12 2 '"1e999" is not a number'
printf 'a,b,y\n1,1e308,0\n2,1.7e308,1\n3,1.7e308,0\n4,1.6e308,1\n' | train sum_too_large 2 2 'too large to be averaged'
printf 'a,b,y\n1,2,3\n2,3,3\n3,1,3\n' | train one_class 2 3 'the same value to learn'
printf 'a,b,y\n1,2,\n2,3,NA\n3,1,?\n' | train empty_target 2 3 'is empty'
printf 'a,b,a\n1,2,0\n2,3,1\n' | train same_name_twice 1 3 'is the name of column 1 too'
printf 'a,b,y\n1,7,0\n1,7,1\n1,7,0\n' | train nothing_to_learn_from 1 1 'no column is left'
printf 'a,y\n1,x\n2,y\n3,5.5\n4,1\n5,2\n6,3\n' | train target_of_numbers_and_texts 2 2 '"x" is not a number'
awk 'BEGIN { print "a,y"; for (i = 0; i < 300; i++) print i * i "," "w" i }' | train too_many_classes 2 2 'at most 256 classes'
awk 'BEGIN { print "a,y"; for (i = 0; i < 40; i++) print i % 3 "," i * i }' | bad classes_of_one_row 2 2 'no class has two rows' train FILE --task classification --quiet
printf 'a,y\n1,x\n2,y\n3,x\n4,y\n' | bad regression_of_texts 2 2 'is not a number' train FILE --task regression --quiet

# with a model
awk 'BEGIN { print "size,colour,price"; for (i = 0; i < 60; i++) print i % 7 + i / 10 "," (i % 3 ? "red" : "blue") "," 10 * (i % 7) + i / 5 }' >"$D/good.csv"
"$DENPA" train "$D/good.csv" --epochs 2 --quiet --out "$D/m.safetensors" >/dev/null || no "a good table trains"
printf 'size,colour,size\n1,red,2\n' | bad column_twice 1 3 'is the name of column 1 too' predict "$D/m.safetensors" FILE --quiet
printf 'size,price\n1,2\n' | bad column_missing 1 1 'no column "colour"' predict "$D/m.safetensors" FILE --quiet
printf 'colour,size\nred,1\nred,large\n' | bad text_for_a_number 3 2 '"large" is not a number' predict "$D/m.safetensors" FILE --quiet
printf 'colour,size\nred,1\n\ngreen,2\n' | bad unknown_category 4 1 'had no "green"' predict "$D/m.safetensors" FILE --quiet --unknown error
printf 'colour,size\nred,1e300\n' | bad far_number 2 2 'too far' predict "$D/m.safetensors" FILE --quiet
printf 'colour,size\nred,1\n' | bad eval_without_answers 1 1 'no column "price"' eval "$D/m.safetensors" FILE --quiet
printf 'colour,size,price\nred,1,\n' | bad eval_with_empty_answers 1 3 'no row has a value' eval "$D/m.safetensors" FILE --quiet
printf 'colour,size,price\nred,1,much\n' | bad eval_with_a_text_for_an_answer 2 3 '"much" is not a number' eval "$D/m.safetensors" FILE --quiet
printf 'x,y,kind\n' >"$D/classes.csv"
awk 'BEGIN { for (i = 0; i < 40; i++) print i % 5 "," i % 8 "," (i % 5 > i % 8 ? "up" : "down") }' >>"$D/classes.csv"
"$DENPA" train "$D/classes.csv" --epochs 2 --quiet --out "$D/c.safetensors" >/dev/null || no "a table of classes trains"
printf 'kind,y,x\nup,1,2\nsideways,1,2\n' | bad unknown_class 3 1 'none of the classes' eval "$D/c.safetensors" FILE --quiet
[ ! -e "$D/never.safetensors" ] && ok "nothing was written" || no "nothing was written"

# A warning, not an error; and wrong usage.
printf 'colour,size\ngreen,2\n' >"$D/new.csv"
"$DENPA" predict "$D/m.safetensors" "$D/new.csv" >"$D/out" 2>"$D/err" && grep -q 'new.csv, line 2, column 1 (colour): the training rows had no "green"' "$D/err" && [ "$(wc -l <"$D/out")" = 2 ] && ok "unknown category warns" || no "unknown category warns"
"$DENPA" train "$D/good.csv" --target nothing --quiet >"$D/out" 2>"$D/err"
[ $? = 2 ] && grep -q 'no column "nothing"; it has 3: size, colour, price$' "$D/err" && ok "no such target" || no "no such target"
for option in target=Price category=color,size ignore=siz; do
  refused "near_$option" 2 '; did you mean "' train "$D/good.csv" --"$option" --quiet
done
has near_is_named 'no column "siz"; did you mean "size"? It has 3: size, colour, price' "$D/err"
refused near_to_keep 2 '--keep COLOUR: ' predict "$D/m.safetensors" "$D/good.csv" --keep COLOUR
has near_to_keep_is_named 'did you mean "colour"?' "$D/err"
sed '1s/size/Size/' "$D/good.csv" >"$D/named.csv"
refused near_to_what_the_model_needs 1 'no column "size" among the 3 of the first row, but the model needs it; if "Size" is this column' predict "$D/m.safetensors" "$D/named.csv"
sed '1s/size/colours/' "$D/good.csv" >"$D/named.csv" # near to a column of the model that is there
refused near_to_nothing 1 'but the model needs it' predict "$D/m.safetensors" "$D/named.csv"
lacks near_to_nothing_is_named 'is this column' "$D/err"
awk 'BEGIN { for (i = 0; i < 30; i++) printf "%sa column with a rather long name %d", i ? "," : "", i; print ""; for (i = 0; i < 30; i++) printf "%s1", i ? "," : ""; print "" }' >"$D/long.csv"
refused many_long_names 2 'it has 30: a column with a rather long na..., a column with' train "$D/long.csv" --target nothing
has left_out_names_are_told ', ...' "$D/err"
"$DENPA" train "$D/good.csv" --ignore size,price --quiet >"$D/out" 2>"$D/err"
[ $? = 2 ] && grep -q '"price" is the one to learn' "$D/err" && ok "the target left out" || no "the target left out"
for option in target=a task=regression header=yes ignore=a category=a test=a.csv test-share=0.5; do
  "$DENPA" train digits:60 --$option --quiet --epochs 1 >"$D/out" 2>"$D/err"
  [ $? = 2 ] && grep -q -e "--${option%%=*} is for tables" "$D/err" && ok "$option without a table" || no "$option without a table"
done
"$DENPA" train "$D/good.csv" --test-share 1 --quiet >"$D/out" 2>"$D/err"
[ $? = 2 ] && ok "share of 1" || no "share of 1"
cp "$D/good.csv" "$D/was.csv" && echo 1,red,5 >>"$D/good.csv"
"$DENPA" eval "$D/m.safetensors" >"$D/out" 2>"$D/err"
[ $? = 1 ] && grep -q 'no longer the one' "$D/err" && ok "a changed file" || no "a changed file"

# A model that lies about its table. The metadata are text in the file's header: the same length keeps the rest in place.
lie() { # lie NAME FROM TO
  $python - "$D/m.safetensors" "$D/lie.safetensors" "$2" "$3" <<'P' || { no "$1: not to be made" && return; }
import struct, sys
data = open(sys.argv[1], "rb").read()
size, old, new = struct.unpack("<Q", data[:8])[0], sys.argv[3].encode(), sys.argv[4].encode()
head = data[8:8 + size]
assert head.count(old) >= 1, head
head = head.replace(old, new, 1)
open(sys.argv[2], "wb").write(struct.pack("<Q", len(head)) + head + data[8 + size:])
P
  timeout $patience "$DENPA" info "$D/lie.safetensors" >"$D/out" 2>"$D/err"
  [ $? = "${4-1}" ] && { [ "${4-1}" = 0 ] || { grep -q "${5-damaged}" "$D/err" && [ ! -s "$D/out" ]; }; } && ok "lie: $1" || no "lie: $1" "$(cat "$D/err")"
}
if can lies python; then
  lie "no JSON" '{\"version\":1' '{\"version\"'
  lie "a newer version" '{\"version\":1' '{\"version\":2,\"more\":0' 1 'described in version 2; this denpa reads version 1'
  lie "a version that is none" '{\"version\":1' '{\"version\":true'
  lie "a member more" '{\"version\":1' '{\"wersion\":0,\"version\":1'
  lie "a member twice" '{\"version\":1' '{\"version\":1,\"version\":1'
  lie "a target that is not there" '\"target\":2' '\"target\":9'
  lie "a target below 0" '\"target\":2' '\"target\":-1'
  lie "another target" '\"target\":2' '\"target\":1' 2 'inputs'
  lie "a mean of text" '\"mean\":' '\"mean\":\"\",\"mean\":'
  lie "an endless deviation" '\"deviation\":' '\"deviation\":1e999,\"x\":'
  lie "a negative deviation" '\"deviation\":' '\"deviation\":-'
  lie "a kind that is none" '\"kind\":\"number\"' '\"kind\":\"nymber\"'
  lie "categories out of order" '\"blue\",\"red\"' '\"red\",\"blue\"'
  lie "a category twice" '\"blue\",\"red\"' '\"red\",\"red\"'
  lie "a common one that is not there" '\"common\":1' '\"common\":7'
  lie "categories that are numbers" '\"numeric\":false' '\"numeric\":true'
  lie "more categories than inputs" '\"blue\",\"red\"' '\"blue\",\"red\",\"s\"' 2 'inputs'
  lie "a share of 1" '\"share\":0.2' '\"share\":1.0'
  lie "answers beyond all numbers" '\"name\":\"price\",\"kind\":\"number\",\"mean\":' '\"name\":\"price\",\"kind\":\"number\",\"mean\":1.79e308,\"deviation\":1.79e308,\"indicator\":false}],\"test\":{\"file\":\"\",\"share\":0.2,\"seed\":\"1\"},\"sha256\":\"'$(printf '%064d' 0)'\"}", "rest": "' 0 ''
  "$DENPA" predict "$D/lie.safetensors" "$D/was.csv" >"$D/out" 2>"$D/err"
  [ $? = 1 ] && grep -q 'line .*not finite' "$D/err" && [ ! -s "$D/out" ] && ok "answers that overflow" || no "answers that overflow" "$(cat "$D/out" "$D/err" | head -3)"
  lie "a short sum" '\"sha256\":\"' '\"sha256\":\"0'
fi
exit $bad
