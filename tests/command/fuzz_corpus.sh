#!/bin/sh
# fuzz_corpus.sh: every input that the fuzzing found or began with (fuzz/corpus), through its target: none may crash, break a promise, take more
# than 256 MB or a second. First fuzz_replay proves that it notices each of these.
. tests/kit.sh
replay=$build/fuzz/fuzz_replay

for what in crash demand escape exit time hang memory; do
  printf %s $what >"$TMP/$what"
  if [ $what = memory ] && [ -n "$sanitized" ]; then
    skip "too much memory is noticed" "a sanitizer takes more memory than it may have"
    continue
  fi
  case $sanitized,$what in ?*,time | ?*,hang) continue ;; esac # the same code in every build, and four times as long here
  "$replay" self "$TMP/$what" >"$TMP/out" 2>"$TMP/err"
  if [ $? -eq 1 ] && grep -q "^self .*/$what: ended" "$TMP/out"; then ok "$what is noticed"; else no "$what is noticed" "$(cat "$TMP/out" "$TMP/err")"; fi
done
printf nothing >"$TMP/nothing"
good "what breaks nothing passes" "$replay" self "$TMP/nothing"

"$replay" --list | cut -d' ' -f1 | LC_ALL=C sort >"$TMP/targets"
ls fuzz/corpus | LC_ALL=C sort >"$TMP/folders"
same "each target has a corpus, and each corpus a target" "$TMP/targets" "$TMP/folders"
while read -r target; do
  good "$target: $(ls "fuzz/corpus/$target" | wc -l) inputs" "$replay" "$target" "fuzz/corpus/$target"/*
done <"$TMP/targets"
exit $bad
