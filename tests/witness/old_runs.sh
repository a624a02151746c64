#!/bin/sh
# old_runs.sh: runs of every format that there was go on where they were killed, to the network of a training that never stopped; their
# models, checkpoints, logs and recorded moments are read. Runs of 0.1.0, which had no checkpoints, are told as such. What a newer denpa
# wrote is refused as that. The runs stand in old_runs/FORMAT; old_runs/make.sh makes them for a new format, and no test does.
. tests/kit.sh
old=$(pwd)/tests/witness/old_runs
D="$DENPA --lang en"
cd "$TMP" || exit 1
cp "$old/table.csv" .

# ---- runs with checkpoints
number=0
for format in "$old"/[0-9]; do
  name=$(basename "$format")
  while read -r run sha options; do
    number=$((number + 1))
    rm -rf "$run" && cp -r "$format/$run" . && chmod -R u+w "$run"
    checkpoint=$(find "$run/checkpoints" -name '0*.safetensors')
    exits "$name/${run}: the checkpoint is a network too" 0 $D eval "$checkpoint" --json
    # shellcheck disable=SC2086 # options
    exits "$name/${run}: goes on" 0 $D resume "$run" $options --threads $((number % 3 + 1)) --cpu "$([ $((number % 2)) = 0 ] && echo ref || echo auto)"
    lacks "$name/${run}: from its own checkpoint" 'put aside' err
    [ "$(sha256sum "$run/model.safetensors" | cut -d' ' -f1)" = "$sha" ] && ok "$name/${run}: to the same bits" || no "$name/${run}: to the same bits"
    exits "$name/${run}: its log is drawn" 0 $D plot "$run" --what curves --out curves.svg
    [ ! -d "$run/frames" ] || exits "$name/${run}: its moments are shown" 0 $D watch "$run" --html watch.html
  done <"$format/expected"
done
[ $number -ge 5 ] && ok "$number runs" || no "$number runs"

# ---- an option that is younger than the run is what it is without being given
cp -r "$old/2/dense32" young && chmod -R u+w young
grep -v -e '"patience"' -e '"class-weights"' -e '"target"' "$old/2/dense32/options.json" >young/options.json
exits younger_options 0 $D resume young
same younger_options_change_nothing young/model.safetensors dense32/model.safetensors

# ---- a run of 0.1.0
rm -rf table && cp -r "$old/0.1.0/table" . && chmod -R u+w table
refused a_run_of_0.1.0 1 'was made by denpa 0.1.0, which kept no checkpoints' resume table
for command in info eval doctor 'plot --what curves' watch; do
  # shellcheck disable=SC2086 # a command with an option
  exits "0.1.0: $command" 0 $D $command table
done
(cd "$old/0.1.0/table" && find . -type f -exec sha256sum {} +) | LC_ALL=C sort >was
(cd table && find . -type f ! -name lock -exec sha256sum {} +) | LC_ALL=C sort >is
same "0.1.0: as it was" was is

# ---- what a newer denpa wrote
newer() { # newer FILE OUT OLD NEW: the same with another version in its header, which keeps its length
  LC_ALL=C sed "1s/$3/$4/" "$1" >"$2" && ! cmp -s "$1" "$2" || no "newer $1"
}
newer "$old/2/conv/model.safetensors" model.safetensors '"denpa_format":"1"' '"denpa_format":"9"'
refused a_newer_model 1 'model.safetensors: a model file of version 9; this denpa reads version 1' info model.safetensors
rm -rf conv && cp -r "$old/2/conv" . && chmod -R u+w conv
newer "$old/2/conv/checkpoints/00000008.safetensors" conv/checkpoints/00000008.safetensors '"trainer.format":"1"' '"trainer.format":"9"'
refused a_newer_checkpoint 1 'a checkpoint of version 9; this denpa reads version 1' resume conv
[ -e conv/checkpoints/00000008.safetensors ] && ok a_newer_checkpoint_stays || no a_newer_checkpoint_stays
newer "$old/2/conv/checkpoints/00000008.safetensors" conv/checkpoints/00000008.safetensors '"denpa_format":"1"' '"denpa_format":"9"'
refused a_newer_model_in_a_checkpoint 1 'a model file of version 9' resume conv
sed 's/"run_format": 2/"run_format": 9/' "$old/2/conv/options.json" >conv/options.json
refused a_newer_run 1 'options.json: a run of format 9, made by denpa' resume conv
exits its_model_is_read 0 $D eval conv
newer "$old/0.1.0/table/model.safetensors" table.safetensors 'version\\":1,' 'version\\":9,'
refused a_newer_table 1 'a table described in version 9; this denpa reads version 1' predict table.safetensors table.csv
exit $bad
