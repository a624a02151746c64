#!/bin/sh
# mutants.sh: writers (base/write.c) that are wrong in one place, each of which tests/unit/test_power.c or test_write.c has to find: a killed process never
# shows a missing fsync, so nobody else would. First the writer as it is has to pass.
. tests/kit.sh
needs cc pkg-config release
: "${CC:=cc}"
libraries=$(pkg-config --libs cmocka jansson libdeflate zlib libpng libcrypto) || { skip mutants "not every library is here" && exit 77; }

# tested NAME PROGRAM: $TMP/NAME.c under the test; the status is the test's. Fewer updates than the test itself makes are enough.
tested() {
  # shellcheck disable=SC2086 # lists of words
  $CC -std=c17 -O1 -w -D_XOPEN_SOURCE=700 -DDNP_FORMATS=1 -DDNP_WRITER="\"$TMP/$1.c\"" -Iinclude -Isrc -I"$build/generated" -Itests/unit \
    -o "$TMP/$1" "tests/unit/$2.c" "$build/libdenpa_above.a" "$build/libdenpa.a" $libraries -lm -lpthread >"$TMP/$1.cc" 2>&1 || {
    no "$1 compiles" "$(head -n 20 "$TMP/$1.cc")"
    return 0
  }
  POWER_EPOCHS=1 "$TMP/$1" >"$TMP/$1.out" 2>&1
}

cp src/base/write.c "$TMP/as_it_is.c"
for program in test_power test_write; do
  if tested as_it_is $program; then ok "as_it_is $program"; else no "as_it_is $program" "$(tail -n 20 "$TMP/as_it_is.out")"; fi
done

# mutant NAME TEST SED: the writer changed by SED, at one place and no other; this test (or another one too) fails.
mutant() {
  program=test_write
  [ "$2" != $power ] || program=test_power
  sed "$3" src/base/write.c >"$TMP/$1.c"
  changed=$(diff src/base/write.c "$TMP/$1.c" | grep -c '^[<>]')
  if [ "$changed" -lt 1 ] || [ "$changed" -gt 4 ]; then
    no "$1" "$changed lines of write.c differ: its text has changed, so this mutant has to be written anew"
  elif tested "$1" $program; then
    no "$1" "nothing found it: $(head -n 3 "$TMP/$1.cc")"
  elif ! grep -q "FAILED.*$2" "$TMP/$1.out"; then
    no "$1" "$2 did not find it: $(grep FAILED "$TMP/$1.out")"
  else
    ok "$1"
  fi
  rm -f "$TMP/$1"
}
power=test_power_failures
mutant fsync_dropped $power '/code == 0 && fsync(file) != 0/d'
mutant folder_fsync_dropped $power 's/code = sync_names(scratch);/code = 0;/'
mutant folder_fsync_of_no_folder $power 's/const int code = fsync(file) == 0 ? 0 : errno;/const int code = 0;/'
mutant rename_before_fsync $power 's/^  int code = write_pieces.*/&\n  if (code == 0 \&\& rename(scratch, path) != 0) code = errno;/; s/if (wrong == 0 && rename(scratch, path) != 0)/if (0)/'
mutant fsync_before_write $power 's/^  int code = write_pieces/  int early = fsync(file);\n  int code = early != 0 ? errno : write_pieces/; /code == 0 && fsync(file) != 0/d'
mutant new_folder_not_synced $power '/^int dnp_make_folder/,/^}/s/return -sync_names(above);/return 0;/'
mutant log_not_synced $power '/^int dnp_append_sync/,/^}/s/fsync(to->file) == 0/1/'
mutant new_log_not_synced test_faults_of_logs 's/if (regular && code == 0) code = -sync_names(folder);/;/'
mutant verify_skipped test_a_disk_that_stores_other_bytes 's/code == 0 ? differs(file, pieces, count) : -1/code == 0 ? 0 : -1/'
mutant failed_fsync_tried_again test_a_failed_sync_is_not_tried_again 's/code == 0 && fsync(file) != 0/& \&\& fsync(file) != 0/'
mutant failed_fsync_of_folder_tried_again test_a_failed_sync_is_not_tried_again 's/const int code = fsync(file) == 0 ? 0/const int code = fsync(file) == 0 || fsync(file) == 0 ? 0/'
mutant failed_fsync_of_log_tried_again test_faults_of_logs '/^int dnp_append_sync/,/^}/s/fsync(to->file) == 0/& || & /'
mutant fsync_error_ignored test_faults_of_whole_files 's/if (code == 0 && fsync(file) != 0) code = errno;/fsync(file);/'
mutant close_error_ignored test_faults_of_whole_files 's/  if (close(file) != 0 && wrong == 0) wrong = -1, code = errno;/  close(file);/'
mutant close_error_of_log_ignored test_faults_of_logs '/^int dnp_append_close/,/^}/s/close(to->file) == 0/close(to->file) <= 0/'
mutant rename_error_ignored test_faults_of_whole_files 's/if (wrong == 0 && rename(scratch, path) != 0) wrong = -1, code = errno;/if (wrong == 0) rename(scratch, path);/'
mutant temporary_file_left test_faults_of_whole_files 's/^    unlink(scratch);/    ;/'
mutant short_write_taken_for_all test_short_transfers 's/for (\*done = 0; \*done < size;) {/for (*done = 0; *done < size; *done = size) {/'
mutant interrupted_write_fails test_faults_of_whole_files 's/if (put < 0 && errno == EINTR) continue;/;/'
mutant half_a_line_stays test_faults_of_logs 's/if (code != 0 && done > 0 && to->regular/if (0/'
sweep=test_a_sweep_while_a_file_is_written
mutant not_held_until_it_has_its_name $sweep 's/fcntl(file, F_DUPFD_CLOEXEC, 0)/-1/'
mutant taken_away_before_it_is_held $sweep 's/ && is_named(&info, scratch)) return file/) return file/'
mutant held_by_a_sweep $sweep 's/hold(file) != EWOULDBLOCK && is_named(&info, scratch)/(hold(file), is_named(\&info, scratch))/'
mutant left_for_want_of_a_right test_left_over_without_rights 's/{O_RDWR, O_RDONLY, O_WRONLY}/{O_RDWR}/'
mutant living_processes_lose_their_files test_left_over 's/(kill((pid_t)process, 0) != 0 && errno == ESRCH)/1/'
exit $bad
