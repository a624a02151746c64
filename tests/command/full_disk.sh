#!/bin/sh
# full_disk.sh: a disk that is full costs no trained network: it is refused before the training where that can be known, and put elsewhere
# where it cannot; a log or a frame that cannot be written does not end the training. A small disk of its own stands for the full one
# where the kernel lends it (unshare -m), a folder that goes away and a limit on file sizes stand for it everywhere.
. tests/kit.sh
export HOME="$TMP/home" TMPDIR="$TMP/temporary"
unset XDG_RUNTIME_DIR
mkdir "$HOME" "$TMPDIR" "$TMP/here"
cd "$TMP/here" || exit 1


# ---- the folder goes away during the training
vanish() { # OPTIONS...: stopped when its folder is gone
  mkdir -p "$TMP/gone"
  rm -f "$TMP/out"
  "$DENPA" train digits:300 --net 784-9-10 --epochs 1000000 "$@" >"$TMP/out" 2>"$TMP/err" &
  pid=$!
  begun '^epoch\|^エポック' "$TMP/out"
  rm -r "$TMP/gone"
  kill -s TERM $pid
  wait $pid
}
vanish --lang en --out "$TMP/gone/my net.safetensors"
has elsewhere "the network is in denpa-rescued-my net.safetensors" "$TMP/err"
has how_to_move_it "  mkdir -p $TMP/gone && mv 'denpa-rescued-my net.safetensors' '$TMP/gone/my net.safetensors'" "$TMP/err"
good elsewhere_is_a_model "$DENPA" info "denpa-rescued-my net.safetensors"
cp "denpa-rescued-my net.safetensors" "$TMP/first"
vanish --lang ja --seed 2 --out "$TMP/gone/my net.safetensors"
has in_japanese "ネットワークは denpa-rescued-2-my net.safetensors にあります" "$TMP/err"
has reason_in_japanese "そのようなファイルもフォルダーもありません" "$TMP/err"
same older_one_stays "$TMP/first" "denpa-rescued-my net.safetensors"
vanish --lang en --run "$TMP/gone/run" --out kept.safetensors
has second_copy_is_safe "the network is in kept.safetensors" "$TMP/err"
has copied_not_moved "  mkdir -p $TMP/gone/run && cp kept.safetensors $TMP/gone/run/model.safetensors" "$TMP/err"
lacks not_another_place "in another place" "$TMP/err"
mkdir "$TMP/still"
vanish --lang en --run "$TMP/still/run" --out "$TMP/gone/m.safetensors"
has run_is_not_moved_away "  mkdir -p $TMP/gone && cp $TMP/still/run/model.safetensors $TMP/gone/m.safetensors" "$TMP/err"
sh -c "$(grep '^  mkdir' "$TMP/err")"
same command_works_as_told "$TMP/still/run/model.safetensors" "$TMP/gone/m.safetensors"
good run_keeps_its_model "$DENPA" info "$TMP/still/run"
[ ! -e denpa-rescued-model.safetensors ] && ok no_third_copy || no no_third_copy

# ---- a log that cannot be written any more (a limit on file sizes) does not end the training
# 784-1-10 is a model of 6 KB; the log passes 8 or 16 KB (blocks of 512 or 1024 bytes). What is told goes through pipes, which have no limit.
limited() { # OPTIONS...
  {
    (ulimit -f 16 && "$DENPA" train digits:60 --net 784-1-10 --lang en "$@" 2>&3)
    echo $? >"$TMP/status"
  } 3>"$TMP/err" | cat >"$TMP/out"
  kit_got=$(cat "$TMP/status")
}
limited --epochs 300 --log log.csv --out logless.safetensors
[ $kit_got -eq 1 ] && [ "$(grep -c 'the log cannot be written any more: the file is larger than it may be' "$TMP/err")" -eq 2 ] && grep -q '^epoch *300 ' "$TMP/out" && ok log || no log "status $kit_got: $(cat "$TMP/err")"
good log_does_not_cost_the_network "$DENPA" info logless.safetensors
# Nothing can take a network of 600 KB here: that is said, and no half is left.
limited --epochs 1 --net 784-200-10 --out large.safetensors
[ $kit_got -eq 1 ] && grep -q 'The network is lost' "$TMP/err" && ok no_place || no no_place "status $kit_got: $(cat "$TMP/err")"
[ -z "$(find "$TMP" -name '.denpa.*' -o -name '*large*')" ] && ok no_half || no no_half "$(find "$TMP" -name '.denpa.*' -o -name '*large*')"
# Frames of 600 KB neither, but the scores of the training are told.
limited --epochs 2 --net 784-200-10 --run run --record
grep -q 'the training goes on without it' "$TMP/err" && grep -q '^epoch *2 ' "$TMP/out" && ok frames || no frames "$(cat "$TMP/err")"

# ---- a disk of 400 KB
disk=
if unshare -m true 2>/dev/null; then disk="unshare -m"; elif unshare -rm true 2>/dev/null; then disk="unshare -rm"; fi
mkdir "$TMP/small"
if [ -z "$disk" ] || ! $disk mount -t tmpfs -o size=400k tmpfs "$TMP/small" 2>/dev/null; then
  skip small_disk "no disk can be mounted here"
  exit $bad
fi
on_small() { # SCRIPT: run with the small disk at $TMP/small
  DENPA=$DENPA TMP=$TMP $disk sh -c "mount -t tmpfs -o size=400k tmpfs \"\$TMP/small\" && $1"
}
on_small '"$DENPA" train digits:60 --net 784-200-10 --epochs 1 --out "$TMP/small/m.safetensors" --lang en' >"$TMP/out" 2>"$TMP/err"
kit_got=$?
[ $kit_got -eq 1 ] && [ ! -s "$TMP/out" ] && grep -q 'the disk is too full: 0.6 MB are needed, and 0.4 MB are free' "$TMP/err" && ok known_before || no known_before "status $kit_got: $(cat "$TMP/err")"
on_small '"$DENPA" train digits:60 --net 784-50-10 --epochs 1 --run "$TMP/small/run" --record --lang en' >"$TMP/out" 2>"$TMP/err"
grep -q 'the disk is too full: .* MB are needed' "$TMP/err" && ok frames_known_before || no frames_known_before "$(cat "$TMP/err")"
rm -f "$TMP/out"
on_small '{ until grep -q "^epoch" "$TMP/out" || [ ! -e "$TMP" ]; do sleep 0.05; done; head -c 1000000 /dev/zero >"$TMP/small/filler"; kill -s TERM $$; } 2>/dev/null & exec "$DENPA" train digits:60 --net 784-50-10 --epochs 1000000 --out "$TMP/small/m.safetensors" --lang en' >"$TMP/out" 2>"$TMP/err"
kit_got=$?
[ $kit_got -eq 143 ] && grep -q 'the disk is full; nothing was changed; the network is in denpa-rescued-m.safetensors' "$TMP/err" && ok filled || no filled "status $kit_got: $(cat "$TMP/err")"
good filled_is_a_model "$DENPA" info denpa-rescued-m.safetensors
# Of a run, two checkpoints of 160 KB fit and a third does not: a warning, the training goes on, and its network takes their room.
on_small '"$DENPA" train digits:60 --net 784-50-10 --epochs 9 --run "$TMP/small/run" --checkpoint-every 1epoch --lang en && cp -r "$TMP/small/run" "$TMP/run-of-small"' >"$TMP/out" 2>"$TMP/err"
kit_got=$?
[ $kit_got -eq 0 ] && [ "$(grep -c '^Warning: .*the disk is full' "$TMP/err")" -eq 1 ] && grep -q '^epoch *9 ' "$TMP/out" && ok checkpoint || no checkpoint "status $kit_got: $(cat "$TMP/err")"
has checkpoint_goes_on 'The training goes on, and tries again at the next checkpoint.' "$TMP/err"
good run_has_its_model "$DENPA" info "$TMP/run-of-small/model.safetensors"
[ -z "$(find "$TMP" -name '.denpa.*')" ] && ok no_half_checkpoint || no no_half_checkpoint "$(find "$TMP" -name '.denpa.*')"
exit $bad
