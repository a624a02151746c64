#!/bin/sh
# old_models.sh: model files of 0.1.0 load, and score and predict what they did then, to the last digit.
. tests/kit.sh
old=$(pwd)/tests/witness/old_models
. tests/witness/trainings/make.sh
cd "$TMP" || exit 1
# NAME OLD NEW: all that the old version said is said with the same digits; what is said beside it is new.
still() {
  good "$1" $python - "$2" "$3" <<'P'
import json, sys
old, new = (json.load(open(name), parse_float=str) for name in sys.argv[1:])
assert old and all(key in new and new[key] == value for key, value in old.items()), {key: (value, new.get(key)) for key, value in old.items() if new.get(key) != value}
P
}
for name in table_number table_classes; do
  "$DENPA" eval "$old/$name.safetensors" table.csv --json >out && still "${name}_eval" "$old/$name.eval.json" out
  "$DENPA" predict "$old/$name.safetensors" table.csv >out && same "${name}_predict" out "$old/$name.predict.csv" || no "${name}_predict"
done
for name in conv_augment conv_early zeros_net; do
  "$DENPA" eval "$old/$name.safetensors" digits:60 --split test --json | sed '/"confusion"/,$d;/"classes"/,$d' >out
  same "${name}_eval" out "$old/$name.eval.txt"
  "$DENPA" predict "$old/$name.safetensors" --sample 3 --json >out && same "${name}_predict" out "$old/$name.predict.json" || no "${name}_predict"
done
"$DENPA" eval "$old/photos_rgb.safetensors" colours/ --json >out && still photos_rgb_eval "$old/photos_rgb.eval.json" out
exit $bad
