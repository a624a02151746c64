#!/bin/sh
# resume.sh: a run that was killed, at any moment and more than once, goes on to the bits that it would have had: model, log but for its
# seconds, frames. Other threads and another unit each time. One process at a time writes into a run; what is damaged is put aside; what is
# not this run's is refused.
#   KILLS=N    how often each training is killed (default 6); tests/campaign/kill.sh asks for more
. tests/kit.sh
: "${KILLS:=6}"
D="$DENPA --lang en"
cd "$TMP" || exit 1

. "$root/tests/kill_kit.sh"
make_table

killed dense digits:2000 --net 784-64-10 --epochs 40 --record --checkpoint-every 50
killed convolution digits:400 --net 'conv 4 5x5, batchnorm, maxpool 2, relu, dense 16, relu, dropout 0.3, dense 10' --init he \
  --optimizer adam --epochs 12 --augment shift:2,rotate:10 --record --checkpoint-every 7
killed table table.csv --epochs 300 --patience 20 --validation 0.2 --checkpoint-every 3epochs
killed numpy digits:2000 --net 784-64-10 --epochs 30 --rng numpy --schedule cosine --optimizer momentum --checkpoint-every 0.1s
empty nothing_half_written_is_left "$(find . -name '.denpa.*.tmp' | head)"

# ---- a signal that asks, and the way back
$D train digits:2000 --epochs 4000 --run asked --checkpoint-every 1000000 --progress none >out 2>err &
pid=$!
begun '^epoch' out
kill -TERM $pid
wait $pid
[ $? -eq 143 ] && ok ends_by_the_signal || no ends_by_the_signal
has says_how_to_go_on "resume asked" err
at=$(sed -n 's/.*after update \([0-9]*\).*/\1/p' err)
[ -e "asked/checkpoints/$(printf %08d "$at").safetensors" ] && ok saves_where_it_ends || no saves_where_it_ends "$at: $(ls asked/checkpoints)"
exits fewer_epochs 0 $D resume asked --epochs 1
has it_has_come_to_its_end 'has come to its end after update' err

# ---- more updates
exits short 0 $D train digits:600 --epochs 3 --run long --quiet
exits the_end 0 $D resume long
has told_as_ended 'resume long --epochs N' err
exits longer 0 $D resume long --epochs 7
exits at_once 0 $D train digits:600 --epochs 7 --run at-once --quiet
alike longer long at-once
exits by_updates 0 $D resume long --steps 50
has 50_updates '50 updates in' err
# an epoch that was cut short goes on, and is measured where it ends
for more in '--rng numpy' '--validation 0.2 --patience 9 --schedule constant' '--record'; do
  rm -rf inside at-once
  exits inside 0 $D train digits:600 --steps 13 --run inside --quiet $more
  exits inside_again 0 $D resume inside --quiet
  exits further 0 $D resume inside --steps 16 --quiet
  exits and_further 0 $D resume inside --epochs 4 --quiet
  exits at_once 0 $D train digits:600 --epochs 4 --run at-once --quiet $more
  rm -rf inside/frames at-once/frames # those of a shorter training are others
  alike "inside_an_epoch $more" inside at-once
done
exits bent 0 $D train digits:600 --epochs 3 --schedule cosine --run bent --quiet
exits bends 0 $D resume bent --epochs 5
has a_bent_schedule_is_told 'the learning rate now follows its schedule for 30 updates in all, no longer for 18' err
exits stopped_early 0 $D train table.csv --patience 1 --validation 0.3 --epochs 200 --run early --quiet
exits early 0 $D resume early
has early_stopping_is_told 'early stopping ended it after update' err

# ---- one process at a time, and one that died
$D train digits:2000 --epochs 4000 --run held --quiet >/dev/null 2>&1 &
pid=$!
until [ -e held/options.json ]; do sleep 0.05; done
refused second_resume 1 "another denpa (process $pid on" resume held
refused second_train 1 "another denpa (process $pid on" train digits:300 --run held --force
until [ -e held/checkpoints/00000000.safetensors ]; do sleep 0.05; done
kill -9 $pid
wait $pid 2>/dev/null
exits taken_over 0 $D resume held --steps 30
has told_whose_it_was "process $pid wrote into this run and ended before it could say so" err
[ -s held/lock ] && no given_back "$(cat held/lock)" || ok given_back

# ---- what is damaged is told and put aside
exits fine 0 $D train digits:600 --epochs 5 --run fine --checkpoint-every 1epoch --quiet
for way in cut flipped empty; do
  rm -rf hurt && cp -r fine hurt && rm hurt/model.safetensors
  last=$(find hurt/checkpoints -name '0*.safetensors' | LC_ALL=C sort | tail -n 1)
  case $way in
    cut) head -c 5000 "$last" >x && mv x "$last" ;;
    flipped) printf 'x' | dd of="$last" bs=1 seek=9000 conv=notrunc 2>/dev/null ;;
    empty) : >"$last" ;;
  esac
  exits "$way" 0 $D resume hurt
  has "${way}_is_told" "It was put aside as $last.bad. The checkpoint before it is used." err
  [ -e "$last.bad" ] && ok "${way}_stays" || no "${way}_stays"
  alike "$way" fine hurt
done
rm -rf hurt && cp -r fine hurt && rm hurt/model.safetensors
exits eval_of_a_run_without_a_model 0 $D eval hurt
has which_checkpoint 'has no finished network; its checkpoint of update' err
head -c 5000 fine/model.safetensors >hurt/model.safetensors
exits eval_of_a_damaged_model 0 $D eval hurt
has what_is_used_instead 'is used instead' err

rm -rf hurt && cp -r fine hurt
for each in hurt/checkpoints/*; do echo damaged >"$each"; done
refused all_damaged 1 'all checkpoints of this run are damaged' resume hurt
[ "$(grep -c 'The checkpoint before it is used' err)" = "$(($(find hurt/checkpoints -name '*.bad' | wc -l) - 1))" ] && ok none_before_the_first || no none_before_the_first

# ---- a checkpoint under another's name is not believed
rm -rf hurt && cp -r fine hurt && rm hurt/model.safetensors
cp hurt/checkpoints/00000024.safetensors hurt/checkpoints/00000030.safetensors
exits renamed 0 $D resume hurt
has renamed_is_told 'this is the network of update 24, not of the update that its name says' err
alike renamed fine hurt
rm -rf hurt && cp -r fine hurt && cp hurt/checkpoints/00000018.safetensors hurt/checkpoints/00000024.safetensors
exits replay_fine 0 $D replay fine --step 25 --out one.safetensors
exits replay_renamed 0 $D replay hurt --step 25 --out other.safetensors
has replay_tells 'The checkpoint before it is used.' err
same replay_renamed one.safetensors other.safetensors

# ---- a longer training that is killed does not show the shorter one's model
cp -r fine more
$D resume more --epochs 1000000 --quiet >out 2>err &
pid=$!
until [ "$(wc -l <more/log.csv)" -gt 7 ] || ! kill -0 $pid 2>/dev/null; do sleep 0.05; done
kill -9 $pid
wait $pid 2>/dev/null
[ ! -e more/model.safetensors ] && ok no_old_model || no no_old_model
same old_model_is_kept fine/model.safetensors more/earlier-model.safetensors
exits eval_of_a_longer_one 0 $D eval more
has a_checkpoint_is_used 'has no finished network; its checkpoint of update' err
# nor is it given up for one that is interrupted after it
for signal in TERM KILL; do
  $D resume more --epochs 1000000 --quiet >out 2>err &
  pid=$! lines=$(wc -l <more/log.csv)
  until [ "$(wc -l <more/log.csv)" -gt $((lines + 2)) ] || ! kill -0 $pid 2>/dev/null; do sleep 0.05; done
  kill -$signal $pid
  wait $pid 2>/dev/null
  same "finished_model_is_kept_$signal" fine/model.safetensors more/earlier-model.safetensors
done
[ ! -e more/model.safetensors ] && ok no_interrupted_model || no no_interrupted_model
exits ended_now 0 $D resume more --epochs 6 --quiet
[ -e more/model.safetensors ] && [ ! -e more/earlier-model.safetensors ] && ok nothing_earlier_is_left || no nothing_earlier_is_left "$(ls more)"

# ---- the log: the old end's scores, lines that are missing, an older one, two that write
exits ends_once 0 $D train digits:600 --epochs 3 --evaluate end --run once --record --quiet
exits ends_twice 0 $D resume once --epochs 5 --quiet
exits ends_at_once 0 $D train digits:600 --epochs 5 --evaluate end --run twice --record --quiet
rm -r once/frames/0* twice/frames/0* && but_seconds once/frames/frames.csv >frames && rm -r once/frames twice/frames
alike scores_at_the_end_only once twice
[ "$(grep -c ',,,,$' frames)" -eq "$(($(wc -l <frames) - 2))" ] && ok frames_have_no_scores || no frames_have_no_scores "$(cat frames)"
exits with_a_copy 0 $D train digits:300 --epochs 4 --run copied --log copy.csv --quiet
head -n 3 copied/log.csv >x && mv x copied/log.csv
exits copy_helps 0 $D resume copied --epochs 5
same both_are_whole copied/log.csv copy.csv
lacks no_gap 'the log lacks' err
head -n 3 copied/log.csv >x && cp x copy.csv && mv x copied/log.csv
exits a_gap 0 $D resume copied --epochs 6
has gap_is_told 'the log lacks the epochs between 2 and 5' err
echo 'of another training' >older.csv && cp older.csv older.was
$D train digits:20000 --net 784-300-10 --epochs 100 --evaluate none --run killed --log older.csv --quiet >/dev/null 2>&1 &
pid=$!
until [ -e killed/checkpoints/00000000.safetensors ] || ! kill -0 $pid 2>/dev/null; do sleep 0.01; done
[ "$(wc -l <killed/log.csv)" -gt 1 ] || same older_log_stays older.was older.csv
refused one_writes 1 'older.csv: another process writes into this file at this moment' train digits:300 --epochs 1 --log older.csv
until [ "$(wc -l <killed/log.csv)" -gt 1 ] || ! kill -0 $pid 2>/dev/null; do sleep 0.05; done
refused one_still_writes 1 'older.csv: another process writes into this file at this moment' train digits:300 --epochs 1 --log older.csv
refused one_still_writes_resume 1 'older.csv: another process writes into this file at this moment' resume once --log older.csv
kill -9 $pid
wait $pid 2>/dev/null
has its_first_line_replaced_it 'step,epoch' older.csv
cp older.was older.csv
exits no_line 1 $D train digits:300 --act identity --lr 1e30 --log older.csv
same no_line_no_log older.was older.csv
has stays_is_told 'older.csv was there before and stays as it was' err

# ---- what killed processes left, and what looks like it
mkdir -p left/.denpa.999999999.1.tmp left/other
: >left/.denpa.999999999.0.tmp && : >left/.denpa.999999999.0.tmp.mine && : >left/.denpa.$$.0.tmp && ln -s ../fine left/.denpa.999999999.2.tmp
exits sweeps 0 $D train digits:300 --epochs 1 --out left/m.safetensors --log left/other/log.csv
has says_what_it_removed 'left: 1 temporary file that a killed process left was removed.' err
[ "$(find left -name '.denpa*' | wc -l)" -eq 4 ] && ok leaves_the_rest || no leaves_the_rest "$(ls -a left)"
: >left/.denpa.999999999.0.tmp
exits sweeps_for_pages 0 $D explain left/m.safetensors --html left/page.html --quiet
[ ! -e left/.denpa.999999999.0.tmp ] && ok swept || no swept

# ---- what the doctor says of a resumed training is what it says of the whole
exits told_whole 0 $D train digits:600 --net 784-30-10 --epochs 20 --lr 0.0001 --run told-whole --checkpoint-every 30 --json
cp out whole.json
exits told_part 0 $D train digits:600 --net 784-30-10 --epochs 10 --lr 0.0001 --run told-part --checkpoint-every 30 --json
exits told_rest 0 $D resume told-part --epochs 20 --json
for each in whole.json out; do sed -n '/"findings"/,$p' "$each" | sed 's/told-[a-z]*//g' >"$each.told"; done
has there_are_findings learning-rate-too-low out.told
same findings whole.json.told out.told

# ---- places that have moved, files that are something else
awk 'NR < 100' table.csv >test.csv
exits with_a_test_file 0 $D train table.csv --test test.csv --epochs 2 --run 'mo ved' --quiet --log /dev/null
mkdir there && mv test.csv there
refused test_file_gone 1 'test.csv: there is no such file' resume 'mo ved' --epochs 3
exits test_file_named 0 $D resume 'mo ved' --test there/test.csv --epochs 3
exits at_its_end 0 $D resume 'mo ved'
has how_to_go_on "resume 'mo ved' --epochs N" err
awk 'NR < 99' there/test.csv >other.csv
refused another_test_file 1 'their contents have changed since' resume 'mo ved' --test other.csv
printf 'a,b\n1,2\n' >letter
cp letter letter.was && cp table.csv table.was
sed 's/"log": [^,]*,/"log": "letter",/' fine/options.json >hurt/options.json && rm -r hurt/checkpoints && cp -r fine/checkpoints hurt
refused a_log_that_is_none 1 'letter: this is not the log of a training any more' resume hurt --epochs 6
same its_file_stays letter.was letter
sed 's/"log": [^,]*,/"log": "table.csv",/; s/"data": [^,]*,/"data": "table.csv",/' fine/options.json >hurt/options.json
refused a_log_over_the_data 2 'would write over table.csv' resume hurt
sed 's/"log": [^,]*,/"log": null,/; s/"out": [^,]*,/"out": ".\/table.csv",/; s/"data": [^,]*,/"data": "table.csv",/' fine/options.json >hurt/options.json
refused a_model_over_the_data 2 'would write over table.csv' resume hurt
same the_data_stay table.was table.csv
exits no_end_in_sight 0 $D train digits:300 --steps 10000000000000000000 --epochs 1 --run endless --quiet
exits it_goes_on 0 $D resume endless

# ---- what is refused
refused no_folder 1 'there is no such folder' resume nowhere
refused no_run 1 'is not the folder of a run' resume .
rm -rf hurt && cp -r fine hurt && rm -r hurt/checkpoints
refused no_checkpoint 1 'there is no checkpoint in this run' resume hurt
rm -rf hurt && cp -r fine hurt && sed 's/"run_format": 2/"run_format": 3/' fine/options.json >hurt/options.json
refused a_newer_run 1 'a run of format 3' resume hurt
grep -v run_format fine/options.json | sed 's/"denpa_version": "\(.*\)",/"denpa_version": "\1"/' >hurt/options.json
refused an_older_run 1 'was made by denpa 0.1.0' resume hurt
sed 's/"batch": 100/"batch": -1/' fine/options.json >hurt/options.json
refused a_bad_value 1 "options.json: 'batch' must be" resume hurt
for member in '"given": {}' '"lengths": 5' '"forked_from": []' '"forked_at": "7"' '"forked_at": -7'; do
  sed "s/\"given\": \[/\"was\": [/; s/^{/{ $member,/" fine/options.json >hurt/options.json
  refused "a member of another kind, $member" 1 "the value of '$(echo "$member" | cut -d'"' -f2)' is missing or not possible" resume hurt
done
head -c 100 fine/options.json >hurt/options.json
refused no_json 1 'this is not JSON' resume hurt
sed 's/"lr": 0.1[0-9]*,/"lr": 0.2,/' fine/options.json >hurt/options.json
refused another_rate 1 'hurt/options.json: hurt/checkpoints/00000030.safetensors: learning rate was 0.1 when the checkpoint was written' resume hurt
exits on_a_table 0 $D train table.csv --epochs 3 --run tabled --quiet
echo '0.1,0.2,0.3,yes' >>table.csv
refused other_data 1 'their contents have changed since' resume tabled --epochs 5
refused an_odd_interval 2 'does not say when to save a checkpoint' train digits:300 --run odd --checkpoint-every 5m
refused interval_of_nothing 2 'does not say when to save a checkpoint' train digits:300 --run odd --checkpoint-every 0
refused an_interval_without_a_run 2 'so it needs --run DIR too' train digits:300 --checkpoint-every 5

# ---- another beginning
exits whole_model 0 $D train digits:600 --net 784-30-10 --epochs 3 --out m.safetensors --quiet
exits goes_on_from_it 0 $D train digits:600 --from m.safetensors --epochs 1 --out n.safetensors
has its_network 'Network: 784-30-10' err
exits with_another_end 0 $D train digits:600 --from m.safetensors --net 784-30-20-10 --epochs 1
has what_is_drawn_anew 'so drawn anew: W2 b2 W3 b3' err
refused nothing_fits 2 'no weights of it fit the network' train digits:600 --from m.safetensors --net 784-31-11
refused over_its_source 2 'would write over' train digits:600 --from m.safetensors --out m.safetensors
exit $bad
