#!/bin/sh
# export.sh: `denpa export MODEL --to numpy`: the script runs under Debian's NumPy and walks the same path as `denpa train`, log line by log line;
# `denpa data get --out` writes what it reads.
. tests/kit.sh
"$DENPA" train digits:60 --steps 2 --batch 30 --quiet --evaluate none --out "$TMP/m.model" || no train
refused no_such_model 1 'there is no such file' export "$TMP/none"
refused other_language 2 '--to' export "$TMP/m.model" --to matlab
refused folder_that_is_not_there 1 "$TMP/none/x.py" export "$TMP/m.model" --out "$TMP/none/x.py"
"$DENPA" export "$TMP/m.model" >"$TMP/a.py" && "$DENPA" export "$TMP/m.model" --to numpy --quiet --out "$TMP/b.py" && [ -s "$TMP/a.py" ] && cmp -s "$TMP/a.py" "$TMP/b.py" && ok same_to_a_file || no same_to_a_file
[ "$(grep -c '@{\|@[A-Z]\|^%' "$TMP/a.py")" -eq 0 ] && ok no_mark_is_left || no no_mark_is_left
"$DENPA" export "$TMP/m.model" --lang ja >"$TMP/ja.py"
# Comments and texts differ, the code does not.
code() { sed -e 's/ *#.*//' -e 's/"[^"]*"//g' "$1"; }
code "$TMP/a.py" >"$TMP/a.code" && code "$TMP/ja.py" >"$TMP/ja.code" && cmp -s "$TMP/a.code" "$TMP/ja.code" && ! cmp -s "$TMP/a.py" "$TMP/ja.py" && grep -q '順伝播' "$TMP/ja.py" && ok languages_share_the_code || no languages_share_the_code
sed -n '2,$s/.*#//p' "$TMP/ja.py" | grep -v 'python3 \|denpa data' | LC_ALL=C grep -v '[^ -~]' | grep -q '[a-z]' && no every_comment_is_japanese || ok every_comment_is_japanese

can runs numpy || exit $bad

refused out_of_data_show 2 'data get' data show digits:60 --out "$TMP/x.npz"

# Weights from elsewhere tell no history.
$python -c 'import sys, numpy as np; np.savez(sys.argv[1], W1=np.zeros((784, 10)), b1=np.zeros(10))' "$TMP/others.npz"
refused weights_without_a_history 1 'does not tell its' export "$TMP/others.npz"

# ---- the data ----
"$DENPA" data get digits:1200 --quiet --out "$TMP/data.npz" >"$TMP/out" || no data_get
"$DENPA" data show digits:1200 7 --split test --json >"$TMP/seven.json"
$python - "$TMP" <<'END' && ok data_for_numpy || no data_for_numpy
import json, sys
import numpy as np
folder = sys.argv[1]
data, seven = np.load(folder + "/data.npz"), json.load(open(folder + "/seven.json"))
assert data["x_train"].shape == (1200, 784) and data["x_train"].dtype == np.uint8 and data["x_test"].shape == (200, 784)
assert data["t_train"].shape == (1200,) and data["t_train"].dtype == np.int32 and data["t_test"].shape == (200,)
assert data["x_test"][7].tolist() == seven["pixels"] and data["t_test"][7] == seven["label"]
END

# ---- the script ----
cat >"$TMP/compare.py" <<'END'
# compare.py LOG OURS LIMIT: every number of the two logs but the seconds; the lines must be as many
import sys
log, ours = ([line.split(",") for line in open(path).read().split("\n") if line] for path in sys.argv[1:3])
assert log[0] == ours[0], "other columns"
assert len(log) == len(ours), "%d lines and %d" % (len(log), len(ours))
worst = 0
for a, b in zip(log[1:], ours[1:]):
    for i in (0, 1, 3, 4, 5, 6):
        assert (a[i] == "") == (b[i] == ""), (a, b)
        if a[i]:
            worst = max(worst, abs(float(a[i]) - float(b[i])))
assert worst <= float(sys.argv[3]), "apart by %g" % worst
END
# walks NAME LIMIT DATA options of train: the logs agree to LIMIT and the final weights as the script demands
walks() {
  name=walks_$1 limit=$2 data=$3
  shift 3
  "$DENPA" train digits:1200 --quiet --out "$TMP/m.model" --log "$TMP/log.csv" "$@" >/dev/null || { no "$name" train; return; }
  "$DENPA" export "$TMP/m.model" --quiet --lang "$lang" --out "$TMP/script.py" || { no "$name" export; return; }
  (cd "$TMP" && PYTHONIOENCODING=utf-8 $python -W error script.py "$data" --model m.model >ours.csv 2>err) || { no "$name" "$(tail -n 3 "$TMP/err")"; return; }
  $python "$TMP/compare.py" "$TMP/log.csv" "$TMP/ours.csv" "$limit" 2>"$TMP/err" && ok "$name" || no "$name" "$(tail -n 1 "$TMP/err")"
}
lang=en
walks default 1e-9 data.npz --dtype float64 --epochs 2
walks numpy_replacement 1e-9 data.npz --dtype float64 --rng numpy --seed 0 --sampling replacement --epochs 2
walks numpy_shuffle 1e-9 data.npz --dtype float64 --rng numpy --seed 7 --init xavier --act tanh --epochs 2
walks adam_one_cycle 1e-9 data.npz --dtype float64 --net 784-30-20-10 --act relu --init he --optimizer adam --schedule one-cycle --batch 70 --epochs 2
lang=ja
walks seed_order_mse_linear 1e-9 data.npz --dtype float64 --update-order layer-by-layer --loss mse --schedule linear --act tanh --init xavier --epochs 2
walks full_and_a_large_seed 1e-9 data.npz --dtype float64 --batch full --steps 3 --seed 12345678901234567890
walks replacement 1e-9 data.npz --dtype float64 --sampling replacement --optimizer adam --update-order layer-by-layer --steps 17 --samples 500
walks sequential_zeros 1e-9 data.npz --dtype float64 --sampling sequential --init zeros --act identity --batch 70 --steps 20
walks no_updates 1e-9 data.npz --dtype float64 --steps 0 --init zeros
walks one_layer_numpy_zeros 1e-9 data.npz --dtype float64 --net 784-10 --init zeros --rng numpy --seed 3 --steps 13
walks float32 1e-4 data.npz --epochs 2
lang=en
walks numbers_behind_words 1e-9 data.npz --dtype float64 --act leaky-relu:0.3 --init xavier --loss huber:0.05 --epochs 1

# The training with every activation and every loss of the list is either written or said by name not to be.
"$DENPA" data get digits:200 --out "$TMP/few.npz" --quiet >/dev/null
for word in $(words act | sed 's/^/act=/') $(words loss | sed 's/^/loss=/'); do
  "$DENPA" train digits:200 --quiet --dtype float64 --net 784-9-8-10 --init xavier --lr 0.05 --epochs 2 "--$word" --out "$TMP/m.model" >/dev/null
  "$DENPA" export "$TMP/m.model" --lang en --out "$TMP/script.py" 2>"$TMP/err" || { no "list_$word" "$(cat "$TMP/err")"; continue; }
  if ! grep -q 'does not train it again' "$TMP/err"; then
    (cd "$TMP" && $python -W error script.py few.npz --model m.model >/dev/null 2>err) && ok "list_$word" && written=$((${written:-0} + 1)) || no "list_$word" "$(tail -n 1 "$TMP/err")"
  else
    grep -q -F "'${word#*=}', which cannot be written as a script" "$TMP/err" && ok "list_$word is said by name not to be trained" || no "list_$word" "$(cat "$TMP/err")"
  fi
done
[ "${written:-0}" -ge 12 ] && ok list_most_are_written || no list_most_are_written "${written:-0}"

# A weight that was changed is noticed, and so is data that is not there.
"$DENPA" train digits:1200 --quiet --dtype float64 --steps 13 --seed 2 --out "$TMP/other.model" >/dev/null
"$DENPA" train digits:1200 --quiet --dtype float64 --steps 13 --out "$TMP/m.model" >/dev/null
"$DENPA" export "$TMP/m.model" --quiet --out "$TMP/script.py"
$python "$TMP/script.py" "$TMP/data.npz" --model "$TMP/other.model" >"$TMP/out" 2>"$TMP/err"
[ $? -eq 1 ] && grep -q 'do not agree' "$TMP/err" && ok other_weights_are_noticed || no other_weights_are_noticed
(cd "$TMP" && mkdir -p empty && cd empty && $python ../script.py >../out 2>../err)
[ $? -eq 1 ] && grep -q 'denpa data get digits:1200:1 --out data.npz' "$TMP/err" && ok says_how_to_get_the_data || no says_how_to_get_the_data "$(cat "$TMP/err")"

# A folder's name is a text in the script, whatever it holds.
name='quo"te\ #{x}'
mkdir -p "$TMP/$name"
$python - "$TMP" "$TMP/$name" <<'END'
import struct, sys
import numpy as np
data = np.load(sys.argv[1] + "/data.npz")
for part, name in (("train", "train"), ("test", "t10k")):
    x, t = data["x_" + part], data["t_" + part].astype(np.uint8)
    open(sys.argv[2] + "/%s-images-idx3-ubyte" % name, "wb").write(struct.pack(">4I", 2051, len(x), 28, 28) + x.tobytes())
    open(sys.argv[2] + "/%s-labels-idx1-ubyte" % name, "wb").write(struct.pack(">2I", 2049, len(t)) + t.tobytes())
END
"$DENPA" train "$TMP/$name" --net 784-50-10 --act sigmoid --init normal:0.01 --optimizer sgd --schedule constant --augment none --validation 0 --batch 100 --quiet --dtype float64 --steps 13 --out "$TMP/m.model" --log "$TMP/log.csv" >/dev/null && "$DENPA" export "$TMP/m.model" --quiet --out "$TMP/script.py" &&
  $python "$TMP/script.py" "$TMP/$name" --model "$TMP/m.model" >"$TMP/ours.csv" 2>"$TMP/err" && $python "$TMP/compare.py" "$TMP/log.csv" "$TMP/ours.csv" 1e-9 && grep -q -F 'DATA = "'"$TMP/quo\\\"te\\\\ #{x}\"" "$TMP/script.py" &&
  ok folder_with_a_strange_name || no folder_with_a_strange_name "$(tail -n 1 "$TMP/err")"

# ---- the network as it is: tables and pictures with the settings that train takes for them ----
cat >"$TMP/tables.py" <<'END'
import os, random, struct, sys, zlib
random.seed(4)
where = sys.argv[1]
def field(value): return random.choice(["", "NA", "?"]) if random.random() < 0.1 else value
def table(name, answer, head=True, mark=","):
    rows = [["no", "size", "col,our", "grade", "price"]] if head else []
    for i in range(160):
        size, colour, grade = random.gauss(3, 2), random.choice(["red", "blue", 'sea "green"', "黄"]), random.choice(["1", "2.5", "4"])
        rows.append([str(3 * i % 7), field("%.4f" % size), field(colour), field(grade), answer(size, colour, grade)])
    quoted = lambda text: '"%s"' % text.replace('"', '""') if set(text) & set(mark + '"') else text
    with open(os.path.join(where, name), "w", encoding="utf-8") as file:
        file.writelines(mark.join(map(quoted, row)) + "\n" for row in rows)
def price(size, colour, grade): return "%.3f" % (2 * size + len(colour) + float(grade) + random.random())
def kind(size, colour, grade): return "up" if size + float(grade) > 5 else "down"
def kinds(size, colour, grade): return "low" if size < 2 else "a, b" if colour == "red" else "höch"
table("price.csv", price)
table("kind.csv", kind)
table("kinds.tsv", kinds, mark="\t")
table("bare.csv", price, head=False)
def png(path, height, width, channels, mean):
    rows = b"".join(b"\0" + bytes(min(255, max(0, int(random.gauss(mean, 60)))) for _ in range(width * channels)) for _ in range(height))
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">2I5B", width, height, 8, 2 if channels == 3 else 0, 0, 0, 0)) +
                   chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
for name, channels in (("grey", 1), ("rgb", 3)):
    for kind, mean in (("dark", 100), ("light", 150), ("light er", 190)):
        os.makedirs(os.path.join(where, name, kind))
        for i in range(10):
            png(os.path.join(where, name, kind, "%d.png" % i), 14, 18, channels, mean)
END
mkdir "$TMP/as_it_is" && $python "$TMP/tables.py" "$TMP/as_it_is" || no as_it_is_data
cat >"$TMP/answers.py" <<'END'
# answers.py LIMIT OURS DENPAS...: the script's lines and those of denpa predict: texts are the same, numbers LIMIT apart at most, relatively
import csv, json, sys
read = lambda path: list(csv.reader(open(path, encoding="utf-8")))
ours = read(sys.argv[2])
if sys.argv[3].endswith(".json"): # of samples 0, 1 ...
    told = [ours[0]]
    for path in sys.argv[3:]:
        one = json.load(open(path, encoding="utf-8"))
        one = one.get("predictions", [one])[0]
        told.append([str(len(told) - 1), one["class"]] + [repr(p) for p in one["probabilities"]])
    ours = ours[:len(told)]
else:
    told = read(sys.argv[3])
assert len(told) > 1 and len(ours) == len(told) and ours[0] == told[0], (ours[:2], told[:2], len(ours), len(told))
worst = 0
for a, b in zip(ours[1:], told[1:]):
    assert len(a) == len(b), (a, b)
    for one, other in zip(a, b):
        try:
            worst = max(worst, abs(float(one) - float(other)) / abs(float(other) or 1))
        except ValueError:
            assert one == other, (a, b)
assert worst <= float(sys.argv[1]), "apart by %g" % worst
END
# answers NAME LIMIT DATA options of train: the script's answers are those of denpa predict
answers() {
  name=answers_$1 limit=$2 data=$TMP/as_it_is/$3
  shift 3
  "$DENPA" train "$data" --quiet --evaluate none "$@" --out "$TMP/m.model" >/dev/null 2>"$TMP/err" || { no "$name" "$(cat "$TMP/err")"; return; }
  "$DENPA" export "$TMP/m.model" --lang "$lang" --out "$TMP/script.py" 2>"$TMP/said" || { no "$name" "$(cat "$TMP/said")"; return; }
  if [ -d "$data" ]; then
    "$DENPA" data get "$data" --quiet --out "$TMP/rows.npz" >/dev/null 2>&1
    set -- "$TMP/rows.npz"
    for k in 0 1 2 3 4 5; do
      "$DENPA" predict "$TMP/m.model" --sample $k --json >"$TMP/p$k.json" || no "$name" predict
      set -- "$@" "$TMP/p$k.json"
    done
  else
    "$DENPA" predict "$TMP/m.model" "$data" --quiet >"$TMP/predict.csv" || no "$name" predict
    set -- "$data" "$TMP/predict.csv"
  fi
  (cd "$TMP" && PYTHONIOENCODING=utf-8 $python -W error script.py m.model "$1" >ours.csv 2>err) || { no "$name" "$(tail -n 3 "$TMP/err")"; return; }
  shift
  $python "$TMP/answers.py" "$limit" "$TMP/ours.csv" "$@" 2>"$TMP/err" && ok "$name" || no "$name" "$(tail -n 1 "$TMP/err")"
}
lang=en
answers price 1e-12 price.csv --dtype float64 --epochs 4
grep -q 'does not train it again' "$TMP/said" && ok says_what_it_is || no says_what_it_is "$(cat "$TMP/said")"
answers kind 1e-12 kind.csv --dtype float64 --epochs 4
answers bare 1e-12 bare.csv --dtype float64 --epochs 4
answers float32 1e-4 kind.csv --epochs 4
answers one_output 1e-12 kind.csv --dtype float64 --epochs 4 --net 10-9-1 --loss bce
lang=ja
answers kinds 1e-12 kinds.tsv --dtype float64 --epochs 4
answers grey 1e-12 grey --dtype float64 --epochs 2
answers rgb 1e-12 rgb --dtype float64 --epochs 2
answers sides 1e-12 grey --dtype float64 --epochs 2 --net 'conv 3 5x3 stride 2 pad 2, elu:0.3, avgpool 3 stride 2 pad 1, dropout 0.3, conv 4 1x2, batchnorm, gelu, maxpool 2 stride 1 pad 1, flatten, dense 9, dropout 0.5 book, leaky-relu, dense 3'
answers dense_batchnorm 1e-12 rgb --dtype float64 --epochs 2 --net 'dense 20, batchnorm, tanh, dense 3'
# Every third activation and loss, and in ./test.sh --full each: what a script computes of it is that of the training above.
turn=0
for word in $(words act | sed 's/^/act=/') $(words loss | sed 's/^/loss=/'); do
  turn=$((turn + 1))
  [ -n "${DENPA_FULL-}" ] || [ $((turn % 3)) = 1 ] || continue
  answers "$word" 1e-12 kinds.tsv --dtype float64 --epochs 2 "--$word"
done

# What the answers cannot be made of is said.
lang=en
answers again 1e-12 price.csv --dtype float64 --epochs 1
printf 'no,size,grade\n1,2,1\n' >"$TMP/lacks.csv"
$python "$TMP/script.py" "$TMP/m.model" "$TMP/lacks.csv" >"$TMP/out" 2>"$TMP/err"
[ $? -eq 1 ] && grep -q 'there is no column col,our' "$TMP/err" && ok column_is_missed || no column_is_missed "$(cat "$TMP/err")"
printf 'no,size,"col,our",grade\n1,2,red,1\n1,wide,red,1\n' >"$TMP/words.csv"
$python "$TMP/script.py" "$TMP/m.model" "$TMP/words.csv" >"$TMP/out" 2>"$TMP/err"
[ $? -eq 1 ] && grep -q 'line 3, size: not a number: wide' "$TMP/err" && ok word_is_no_number || no word_is_no_number "$(cat "$TMP/err")"

# MNIST by itself.
if can mnist mnist; then
  "$DENPA" train mnist --offline --quiet --dtype float64 --samples 3000 --epochs 1 --out "$TMP/m.model" --log "$TMP/log.csv" >/dev/null && "$DENPA" export "$TMP/m.model" --quiet --out "$TMP/script.py" &&
    $python "$TMP/script.py" --model "$TMP/m.model" >"$TMP/ours.csv" 2>"$TMP/err" && $python "$TMP/compare.py" "$TMP/log.csv" "$TMP/ours.csv" 1e-9 2>>"$TMP/err" && ok mnist || no mnist "$(tail -n 1 "$TMP/err")"
fi
exit $bad
