#!/bin/sh
# answers.sh: what the commands answer with: columns that come along, a line for each of several pictures, one line with --quiet, the columns
# that a model needs, a gradient check that says how far it is.
. tests/kit.sh
cd "$TMP" || exit 1
awk 'BEGIN {
  print "id,age,\"town, here\",note,left"
  for (i = 0; i < 60; i++)
    printf "c%02d,%s,%s,\"said \"\"%d\"\", twice\",%s\n", i, i % 9 ? i * 7 % 31 : "", i % 2 ? "Nara" : "Tsu", i, (i * 7 % 31 > 14 ? "yes" : "no") }' >t.csv
"$DENPA" train t.csv --epochs 3 --quiet --out m.safetensors >out 2>err && [ "$(wc -l <out)" = 1 ] && [ ! -s err ] && ok quiet_training_of_a_table || no quiet_training_of_a_table "$(cat out err)"

# ---- columns that are kept
"$DENPA" predict m.safetensors t.csv >plain.csv
"$DENPA" predict m.safetensors t.csv --keep id --keep 'town, here,note' >kept.csv || no keep
good kept_columns $python - <<'P'
import csv
table, plain, kept = (list(csv.reader(open(name))) for name in ("t.csv", "plain.csv", "kept.csv"))
assert len(kept) == 61 and kept[0] == ["id", "town, here", "note"] + plain[0], kept[0]
for t, p, k in zip(table, plain, kept):
    assert k == [t[0], t[2], t[3]] + p, (t, p, k)
P
"$DENPA" predict m.safetensors t.csv --keep all --out all.csv --quiet || no keep_all
good all_columns $python - <<'P'
import csv
table, plain, kept = (list(csv.reader(open(name))) for name in ("t.csv", "plain.csv", "all.csv"))
assert kept[0] == table[0] + ["answer(left)"] + plain[0][1:], kept[0]
assert [k[:5] for k in kept[1:]] == table[1:] and [k[5:] for k in kept[1:]] == plain[1:]
P
"$DENPA" predict m.safetensors t.csv --keep id,note --json >kept.json
good kept_in_json $python - <<'P'
import csv, json
table = list(csv.DictReader(open("t.csv")))
said = json.load(open("kept.json"))["predictions"]
assert [p["kept"] for p in said] == [{"id": t["id"], "note": t["note"]} for t in table]
P
refused no_such_column 2 'did you mean "note"?' predict m.safetensors t.csv --keep notes
refused nothing_near 2 'its 5 columns begin with "id"' predict m.safetensors t.csv --keep customer
refused nothing_to_keep 2 'there is no table to answer here' predict m.safetensors --sample 0 --keep id
refused no_name 2 'one of the names is empty; write them as --keep id,left' predict m.safetensors t.csv --keep ''
refused no_name_first 2 'one of the names is empty' predict m.safetensors t.csv --keep ,id
good comma_at_the_end eval '"$DENPA" predict m.safetensors t.csv --keep id, | cut -d, -f1,2 | head -1 | grep -qx "id,answer(left)\|id,left"'
sed 's/^[^,]*,/,/' t.csv >nameless.csv # as pandas writes its index
good column_without_a_name eval '"$DENPA" predict m.safetensors nameless.csv --keep age, | head -1 | grep -q "^age,,"'
awk 'BEGIN { print "id,name,age,left"; for (i = 0; i < 60; i++) printf "c%d,n%d,%d,%s\n", i, i, i % 31, (i % 31 > 14 ? "yes" : "no") }' >two.csv
"$DENPA" train two.csv --epochs 1 --lang en >out 2>err
has two_columns_are_left_out ' 2 columns only number or name the rows and were left out; the first is id.' err
"$DENPA" train two.csv --epochs 1 --ignore name --lang en >out 2>err
has one_column_is_left_out ' 1 column only numbers or names the rows and was left out: id.' err
exits names_are_no_numbers 1 "$DENPA" train two.csv --task regression --lang en
"$DENPA" train two.csv --task regression --lang en >out 2>err
has names_are_no_numbers_says_why 'two.csv, line 2, column 4 (left): "no" is not a number, and --task regression learns numbers' err
DENPA_LANG=JA "$DENPA" train two.csv --task regression >out 2>err
has language_in_capitals '数ではありません' err
# a column's name may have commas in it, and another be its beginning
sed '1s/.*/id,"age, now",age,note,left/' t.csv >commas.csv
"$DENPA" train commas.csv --epochs 1 --ignore 'age, now,note' --lang en >out 2>err
has a_comma_in_a_name 'Columns: 0 of numbers, 1 of categories, 3 left out' err
sed '1s/note/id/' t.csv >twice.csv
refused two_of_a_name 2 'has two columns of this name, 1 and 4' predict m.safetensors twice.csv --keep id
for keep in id all; do
  exits "json_holds_no_two_of_a_name_$keep" 2 "$DENPA" predict m.safetensors twice.csv --keep $keep --json --lang en
  has "json_says_which_two_$keep" 'twice.csv has two columns "id", 1 and 4, which JSON cannot hold both' "$TMP/err"
done
good json_of_the_others "$DENPA" predict m.safetensors twice.csv --keep age --json
"$DENPA" predict m.safetensors twice.csv --keep all --lang en >twice.out && [ "$(cut -d, -f1 twice.out | sed -n 2p)" = c00 ] && has csv_holds_both '"said ""0"", twice"' twice.out || no csv_holds_both
# Blanks that quotation marks hold are a part of what is kept, and of nothing that is read: the answers stay. An empty line in them is no row.
sed -e 's/^\(c[0-9]*\),\([^,]*\),\([^,]*\),/" \1\t ","\2 "," \3",/' t.csv >blanks.csv
"$DENPA" predict m.safetensors blanks.csv --keep id --keep 'town, here,note' >blanks.out && "$DENPA" predict m.safetensors blanks.csv --keep id --json >blanks.json || no keep_blanks
good blanks_in_quotation_marks $python - <<'P'
import csv, json
table, kept, before = (list(csv.reader(open(name))) for name in ("blanks.csv", "blanks.out", "kept.csv"))
assert table[1][0] == " c00\t " and table[1][2] == " Tsu"
assert [k[:3] for k in kept[1:]] == [[t[0], t[2], t[3]] for t in table[1:]]
assert kept[0] == before[0] and [k[3:] for k in kept] == [k[3:] for k in before]
assert [p["kept"]["id"] for p in json.load(open("blanks.json"))["predictions"]] == [t[0] for t in table[1:]]
P
awk 'BEGIN { print "one"; for (i = 0; i < 30; i++) print i % 2 }' >one.csv
awk 'BEGIN { print "one,left"; for (i = 0; i < 30; i++) print i % 2 "," (i % 2 ? "yes" : "no") }' >one_left.csv
"$DENPA" train one_left.csv --epochs 1 --quiet --out one.safetensors >out 2>&1 || no train_one "$(cat out)"
printf 'one\n" "\n1\n" 0"\n' >rows.csv
"$DENPA" predict one.safetensors rows.csv --keep one | cut -d, -f1 >out
[ "$(cat out)" = "$(printf 'one\n1\n" 0"')" ] && ok blanks_of_a_line_that_is_skipped || no blanks_of_a_line_that_is_skipped "$(cat out)"

# ---- a threshold that cannot be found, and a measure that is not defined, are not passed over in silence
grep -v ',yes$' t.csv >no.csv
refused no_row_to_look_for 1 'no row of no.csv is "yes", the positive class, so no threshold can be found; take other rows, or name the other class: --positive no' eval m.safetensors no.csv --threshold best
good the_other_class "$DENPA" eval m.safetensors no.csv --threshold best --positive no
"$DENPA" eval m.safetensors no.csv --positive yes --lang en >out
has no_area_of_one_class 'AUC: none, as all of these rows are "no"' out
"$DENPA" eval m.safetensors t.csv --lang en >out
lacks an_area_of_two_classes 'AUC: none' out
awk 'BEGIN { for (i = 0; i < 40; i++) print i % 7 "," i % 3 "," i % 7 * 2 }' >bare.csv
"$DENPA" train bare.csv --header no --epochs 2 --quiet --out bare.safetensors >out 2>&1 || no train_bare "$(cat out)"
"$DENPA" predict bare.safetensors bare.csv --keep column2 | cut -d, -f1 | tail -n +2 >two && cut -d, -f2 bare.csv | cmp -s - two && ok columns_without_names || no columns_without_names "$(head -3 two)"

# ---- what a model needs
"$DENPA" info m.safetensors --lang en >info
has needs_a_number '; missing: the mean, and an input of its own says so' info
has needs_a_category 'town, here       category, 2 values: Nara, Tsu; missing: "' info
has does_not_need 'Not needed: id, note' info
"$DENPA" info m.safetensors --json >info.json
good needs_in_json $python - <<'P'
import json
needs = json.load(open("info.json"))["needs"]
assert [(n["name"], n["kind"], n["missing_told"]) for n in needs] == [("age", "number", True), ("town, here", "category", False)], needs
assert needs[1]["values"] == ["Nara", "Tsu"] and needs[1]["missing"] in needs[1]["values"] and needs[0]["missing"] == needs[0]["mean"]
P

# ---- pictures
"$DENPA" train digits:300 --epochs 4 --act relu --init he --optimizer adam --quiet --out d.safetensors >out 2>err
[ "$(wc -l <out)" = 1 ] && grep -q '^epoch *4 ' out && ok quiet_training || no quiet_training "$(cat out)"
$python - <<'P'
import os
os.mkdir("b")
for name, left in (("a.pgm", 12), ("b/" + 10 * "とても長い名前" + "終.pgm", 8), ("c.pgm", 16)):
    open(name, "wb").write(b"P5 28 28 255\n" + bytes(255 * (left <= x < left + 3 and 4 <= y < 24) for y in range(28) for x in range(28)))
P
echo junk >junk.png
exits the_rest_goes_on 1 env COLUMNS=80 "$DENPA" predict d.safetensors a.pgm junk.png b/*.pgm none.png c.pgm --lang en
[ "$(wc -l <"$TMP/out")" = 3 ] && ok a_line_each || no a_line_each "$(cat "$TMP/out")"
has unread_is_named 'denpa: junk.png: this is a text or a table, not a PNG' "$TMP/err"
has missing_is_named 'denpa: none.png: ' "$TMP/err"
has how_many 'denpa: 2 of 5 pictures could not be answered' "$TMP/err"
good aligned_and_cut_in_front $python - "$TMP/out" <<'P'
import sys, unicodedata
width = lambda text: sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
lines = open(sys.argv[1], encoding="utf-8").read().splitlines()
assert all(width(line) <= 80 for line in lines), [width(line) for line in lines]
assert len({width(line[:line.rindex(".")]) for line in lines}) == 1, lines
assert lines[1].startswith("...") and "終.pgm  " in lines[1] and lines[0].startswith("a.pgm "), lines
P
"$DENPA" predict d.safetensors a.pgm junk.png c.pgm --json >pictures.json 2>err
[ $? = 1 ] && ok json_fails_too || no json_fails_too
good json_names_the_unread $python - <<'P'
import json
said = json.load(open("pictures.json"))["predictions"]
assert [p["input"] for p in said] == ["a.pgm", "junk.png", "c.pgm"] and said[1]["error"]["status"] == "FORMAT" and len(said[2]["probabilities"]) == 10
P
good one_picture_is_drawn sh -c '[ "$("$DENPA" predict d.safetensors a.pgm | wc -l)" -gt 20 ]'
good quiet_is_a_line sh -c '[ "$("$DENPA" predict d.safetensors a.pgm --quiet | wc -l)" = 1 ]'
exits one_unread_picture 1 "$DENPA" predict d.safetensors junk.png --json

# ---- --quiet elsewhere: the result and nothing else, in exactly one line
quiet() {
  form=$1
  shift
  "$DENPA" "$@" --quiet --lang en >out 2>err
  status=$?
  [ $status = 0 ] && [ "$(wc -l <out)" = 1 ] && grep -q -x -e "$form" out && [ ! -s err ] && ok "quiet: $*" || no "quiet: $*" "status $status: $(cat out err)"
}
number='[0-9][0-9]*[.][0-9]*'
quiet "t[.]csv, test data, 12 samples: accuracy $number, loss $number" eval m.safetensors
quiet "digits:300:1, test data, 50 samples: accuracy $number, loss $number" eval d.safetensors
quiet 'All 39760 gradients are right[.]' check d.safetensors --samples 3
quiet 'The doctor finds nothing wrong[.]' doctor d.safetensors
quiet 'denpa train digits:100 --epochs 1 --validation 0.2 --lr 0[.][12]' search digits:100 --epochs 1 --try lr=0.1,0.2
quiet "epoch *[1-3]   training: loss $number, accuracy $number   test: loss $number, accuracy $number   validation: loss $number, accuracy $number" \
  train digits:100 --epochs 3 --validation 0.2 --patience 2
sed 's/Tsu/Edo/' t.csv >edo.csv
"$DENPA" predict m.safetensors edo.csv --quiet --lang en >out 2>err
has quiet_warns 'the training rows had no "Edo" here' err

# ---- a gradient check of many gradients
"$DENPA" train digits:60 --net 'conv 4 5x5, relu, maxpool 4, dense 10' --init he --steps 3 --evaluate none --quiet --out c.safetensors >out
"$DENPA" check c.safetensors --samples 2 --progress bar --lang en >out 2>err || no check "$(cat out)"
has says_how_far 'gradient 992 of 1006' err
has says_its_share 'These are 1006 of 1554 gradients' out
"$DENPA" check c.safetensors --samples 2 --progress bar --lang en >again 2>err
same same_sample out again
"$DENPA" check c.safetensors --samples 2 --all --lang en --quiet >out
has all_are_checked 'All 1554 gradients are right.' out
refused all_with_grads 2 'all has no meaning with --grads' check d.safetensors --grads x.npz --all
# ---- other work that may take long says how far it has come
"$DENPA" train digits:200 --epochs 2 --evaluate none --quiet --run r --record >out 2>&1 || no train_run "$(cat out)"
"$DENPA" watch r --html w.html --progress bar --lang en >out 2>err
has watch_says_how_far 'frame 2 of ' err
"$DENPA" plot r --what surface --samples 20 --out s.svg --progress bar --lang en >out 2>err
has surface_says_how_far 'place 100 of 586' err
"$DENPA" book ch04/train_neuralnet --data digits:600 --steps 60 --progress bar --lang en >out 2>err
has book_says_how_far 'of 60' err
"$DENPA" predict m.safetensors t.csv --progress bar --lang en >out 2>err
has predict_says_how_far 'row 0 of 60' err
for quick in "watch r --html w.html" "plot r --what surface --samples 20 --out s.svg" "predict m.safetensors t.csv" "check d.safetensors --samples 1"; do
  "$DENPA" $quick --progress none >out 2>err
  lacks "silent: $quick" ' s left' err
done
"$DENPA" train digits:5000 --net 784-2000-2000-10 --steps 0 --evaluate none --quiet --out wide.safetensors >out
"$DENPA" eval wide.safetensors --split train --lang en >out 2>err
has eval_says_what_takes_long 'Measuring on ' err
"$DENPA" eval d.safetensors --lang en >out 2>err
empty quick_eval_says_nothing err
exit $bad
