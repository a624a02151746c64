#!/bin/sh
# run_places.sh: a run that is called from another folder, or was moved, alone or with its data, finds its files and gives the same bits; and what
# a run's folder from somebody else names or links to is replaced only by who says so.
. tests/kit.sh
D="$DENPA --lang en"
cd "$TMP" || exit 1
mkdir -p home/data home/runs away
cd home || exit 1
awk 'BEGIN { srand(7); print "a,b,kind"; for (i = 0; i < 120; i++) { a = rand(); b = rand(); print a "," b "," (a + b > 1 ? "yes" : "no") } }' >data/table.csv
head -n 60 data/table.csv >test.csv
echo 2-4-2 >my.net
exits whole 0 $D train data/table.csv --test test.csv --net @my.net --schedule constant --epochs 6 --run runs/whole --checkpoint-every 1epoch --quiet
exits part 0 $D train data/table.csv --test test.csv --net @my.net --schedule constant --epochs 3 --run runs/part --out m.safetensors --log log.csv --checkpoint-every 1epoch --quiet
cp -r ../home ../moved
cd ../away || exit 1

# ---- from another folder
for command in "resume ../home/runs/whole" "replay ../home/runs/whole --step 4 --out there.safetensors" "diff ../home/runs/whole ../home/runs/part"; do
  $D $command >"$TMP/out" 2>"$TMP/err"
  [ $? -eq "$(case $command in diff*) echo 1 ;; *) echo 0 ;; esac)" ] && ok "away_${command%% *}" || no "away_${command%% *}" "$(cat "$TMP/err")"
done
# whatever looks at the finished network finds the data that its run knows: the same scores as at home, by the run and by its model
mkdir data && head -n 30 ../home/data/table.csv >data/table.csv # of the same name, but not those of the run
(cd ../home && $D eval runs/whole --json) >"$TMP/home.json" 2>"$TMP/err"
for model in ../home/runs/whole ../home/runs/whole/model.safetensors; do
  $D eval $model --json >"$TMP/away.json" 2>"$TMP/err"
  same "eval_of_$(basename $model)" "$TMP/home.json" "$TMP/away.json"
done
for command in "predict RUN --sample 3" "explain RUN" "why RUN y[0,0]" "check RUN" "plot RUN --what confusion" "doctor RUN"; do
  # shellcheck disable=SC2086
  (cd ../home && $D $(echo "$command" | sed 's|RUN|runs/whole|')) >"$TMP/there" 2>"$TMP/err" || no "${command%% *}_home" "$(cat "$TMP/err")"
  # shellcheck disable=SC2086
  exits "${command%% *}_away" 0 $D $(echo "$command" | sed 's|RUN|../home/runs/whole|')
  sed 's|\.\./home/||; s| in [0-9.]* seconds||' "$TMP/out" >"$TMP/away.txt" && sed 's| in [0-9.]* seconds||' "$TMP/there" >"$TMP/home.txt"
  same "${command%% *}_says_the_same" "$TMP/home.txt" "$TMP/away.txt"
done
rm -r data
refused a_model_elsewhere 1 'data/table.csv, on which this model was trained, is not here' eval ../home/m.safetensors
(cd ../home && $D replay runs/whole --step 4 --out here.safetensors --quiet >/dev/null 2>&1)
same replay_gives_the_same ../home/here.safetensors there.safetensors
exits resume_longer 0 $D resume ../home/runs/part --epochs 6 --quiet
same model_is_the_same ../home/runs/whole/model.safetensors ../home/runs/part/model.safetensors
same out_is_where_it_was ../home/runs/part/model.safetensors ../home/m.safetensors
same log_is_where_it_was ../home/runs/part/log.csv ../home/log.csv
[ -z "$(ls | grep -v there.safetensors)" ] && ok nothing_here || no nothing_here "$(ls)"
exits forked 0 $D replay ../home/runs/whole --step 4 --fork fork --lr 0.05 --epochs 6 --quiet
(cd ../home && $D resume ../away/fork --epochs 7 --quiet >/dev/null 2>"$TMP/err") && ok fork_goes_on || no fork_goes_on "$(cat "$TMP/err")"
cd ../home || exit 1
exits again_at_home 0 $D resume runs/part --epochs 7 --quiet
cd ..
cp -r home/runs/part alone && rm alone/model.safetensors && head -n 1 home/log.csv >alone/log.csv
exits doctor_finds_data_and_network 0 $D doctor alone
rm -r alone

# ---- moved with its data; then alone; then with its data beside it
mv home gone
exits moved 0 $D resume moved/runs/part --epochs 6 --quiet
same moved_model gone/runs/whole/model.safetensors moved/runs/part/model.safetensors
same moved_out moved/runs/part/model.safetensors moved/m.safetensors
[ ! -e home ] && ok nothing_where_it_was || no nothing_where_it_was
mkdir alone && mv moved/runs/whole alone/renamed
mv moved taken
refused alone 1 'there is no such file' resume alone/renamed --epochs 7
has where_it_was_looked_for "It was looked for in $TMP/home, where the training was called, in this folder, and beside the run" "$TMP/err"
exits named 0 $D replay alone/renamed taken/data/table.csv --test taken/test.csv --step 2
mkdir alone/data && cp taken/data/table.csv alone/data && cp taken/test.csv alone
exits beside 0 $D resume alone/renamed --epochs 7 --quiet
cp -r alone again && mkdir -p 'away/a' 'away/a:b' # a colon in the folder's name is not one behind the data's
(cd away/a:b && exits from_a_colon 0 $D resume ../../again/renamed --epochs 8 --quiet) || bad=1
(cd alone && exits from_beside 0 $D resume renamed --epochs 8 --quiet) || bad=1
exits built_in 0 $D train digits:200 --epochs 1 --run digits --quiet
mkdir away/digits:200:1
(cd away && exits built_in_away 0 $D resume ../digits --epochs 2 --quiet) || bad=1
if can where_data_are mnist; then # DENPA_DATA is seen from here, not from where the training was called
  ln -s "$DENPA_DATA" data && mkdir -p away/a/b
  exits mnist_by_a_relative_path 0 env DENPA_DATA=data $D train mnist --net 784-10 --samples 100 --steps 2 --run mnist_run --quiet
  (cd away/a/b && exits where_data_are 0 env DENPA_DATA=../../../data $D resume ../../../mnist_run --steps 4 --quiet --offline) || bad=1
  rm data
fi

# ---- results that a run names
exits mine 0 $D train digits:200 --epochs 1 --seed 9 --out mine.safetensors --log mine.csv --quiet
cp mine.safetensors mine.was && cp mine.csv mine.csv.was
printf 'dear diary\n' >letter && cp letter letter.was
exits theirs 0 $D train digits:200 --epochs 1 --run theirs --quiet
cp -r theirs kept
# names NAME OPTION FILE: the run names this file
names() {
  rm -rf theirs && cp -r kept theirs
  sed "s|\"$1\": null|\"$1\": \"$2\"|" kept/options.json >theirs/options.json
}
names out mine.safetensors
refused anothers_model 1 'what is here now is not a network of this run. --out mine.safetensors says that it may be replaced' resume theirs --epochs 2
same model_stays mine.was mine.safetensors
names out letter
refused no_model 1 'is not a network of this run' resume theirs --epochs 2
names log mine.csv
refused anothers_log 1 'mine.csv: this is not the log of this run' resume theirs --epochs 2
names log letter
refused no_log 1 'letter: this is not the log of a training' resume theirs --epochs 2
same log_stays mine.csv.was mine.csv
same letter_stays letter.was letter
names out "$TMP/new.safetensors"
exits a_new_file 0 $D resume theirs --epochs 2
has it_is_told 'As the run says, the network will be in' "$TMP/err"
exits its_own_again 0 $D resume theirs --epochs 3 --quiet
names out mine.safetensors
exits it_may 0 $D resume theirs --epochs 2 --out mine.safetensors --log mine.csv --quiet
same now_its_model theirs/model.safetensors mine.safetensors
same now_its_log theirs/log.csv mine.csv
for part in model.safetensors log.csv options.json checkpoints; do
  rm -rf theirs && cp -r kept theirs
  mv theirs/$part there && ln -s ../there theirs/$part
  refused "a_link_$part" 1 "theirs/$part: this is a link" resume theirs --epochs 2
  rm -r there
done
exit $bad
