#!/bin/sh
# old_models.sh: model files of 0.1.0 load, and score and predict what they did then, to the last digit.
. tests/kit.sh
old=$(pwd)/tests/witness/old_models
. tests/witness/trainings/make.sh
cd "$TMP" || exit 1
for name in table_number table_classes; do
  "$DENPA" eval "$old/$name.safetensors" table.csv --json >out && same "${name}_eval" out "$old/$name.eval.json"
  "$DENPA" predict "$old/$name.safetensors" table.csv >out && same "${name}_predict" out "$old/$name.predict.csv"
done
for name in conv_augment conv_early zeros_net; do
  "$DENPA" eval "$old/$name.safetensors" digits:60 --split test --json | sed '/"confusion"/,$d;/"classes"/,$d' >out
  same "${name}_eval" out "$old/$name.eval.txt"
  "$DENPA" predict "$old/$name.safetensors" --sample 3 --json >out && same "${name}_predict" out "$old/$name.predict.json"
done
"$DENPA" eval "$old/photos_rgb.safetensors" colours/ --json >out && same photos_rgb_eval out "$old/photos_rgb.eval.json"
exit $bad
