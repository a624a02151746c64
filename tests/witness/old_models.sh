#!/bin/sh
# old_models.sh: model files of 0.1.0 load, and score and predict what they did then, to the last digit.
set -u
old=$(pwd)/tests/witness/old_models
bad=0
. tests/witness/trainings/make.sh
cd "$TMP" || exit 1
same() { # same NAME FILE: what is in out is what FILE has
  cmp -s out "$2" && echo "ok $1" || { echo "not ok $1" && diff out "$2" | head -5 && bad=1; }
}
for name in table_number table_classes; do
  "$DENPA" eval "$old/$name.safetensors" table.csv --json >out && same "${name}_eval" "$old/$name.eval.json"
  "$DENPA" predict "$old/$name.safetensors" table.csv >out && same "${name}_predict" "$old/$name.predict.csv"
done
for name in conv_augment conv_early zeros_net; do
  "$DENPA" eval "$old/$name.safetensors" digits:60 --split test --json | sed '/"confusion"/,$d;/"classes"/,$d' >out
  same "${name}_eval" "$old/$name.eval.txt"
  "$DENPA" predict "$old/$name.safetensors" --sample 3 --json >out && same "${name}_predict" "$old/$name.predict.json"
done
"$DENPA" eval "$old/photos_rgb.safetensors" colours/ --json >out && same photos_rgb_eval "$old/photos_rgb.eval.json"
exit $bad
