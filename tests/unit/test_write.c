/* test_write.c: each call of the writer (base/write.c) fails, on a disk of the test's own (disk.h): the status, a
 * message that names file and cause, the old file as it was, nothing left. tests/command/mutants.sh proves that this
 * finds writers that are wrong; tests/command/disk_faults.sh does the same to the whole command. */
#include <sys/resource.h>

#include "file_tools.h"

#include "disk.h"

/* ---- whole files -------------------------------------------------------------------------------- */

static const int codes[] = {ENOSPC, EIO, EDQUOT, EINTR};
enum { CODES = sizeof codes / sizeof *codes };
static const char old_text[] = "the old file", new_text[] = "the new one, which is longer";

static size_t files_in(const char *path) {
  size_t count = 0;
  DIR *all = opendir(path);
  assert_non_null(all);
  for (struct dirent *entry; (entry = readdir(all)) != NULL;)
    count += entry->d_name[0] != '.' || strlen(entry->d_name) > 2;
  closedir(all);
  return count;
}

static void assert_text(const char *path, const char *text) {
  size_t size;
  unsigned char *bytes = get_file(path, &size);
  assert_int_equal(size, strlen(text));
  assert_memory_equal(bytes, text, size);
  free(bytes);
}

/* The message names the file and the cause. */
static void assert_says(const denpa_error *err, const char *path, int code) {
  char text[512];
  denpa_error_text(err, DENPA_LANG_EN, text, sizeof text);
  if (strstr(text, path) == NULL || strstr(text, dnp_errno_text(code)) == NULL)
    fail_msg("%s: %s is not told: %s", path, dnp_errno_text(code), text);
}

static denpa_status write_text(const char *path, const char *text, denpa_error *err) {
  const size_t half = strlen(text) / 2; /* two pieces, and an empty one */
  const dnp_piece pieces[] = {{text, half}, {"", 0}, {text + half, strlen(text) - half}};
  return dnp_write_file(path, pieces, 3, err);
}

/* One call fails: the file is the old one, or (if the folder's sync is what failed) the new one, and nothing else is
 * there. Returns whether the call was met. */
static bool write_with(call what, size_t at, int code) {
  char path[320], place[300];
  denpa_error why = {0};
  snprintf(place, sizeof place, "%s/faults", folder);
  snprintf(path, sizeof path, "%s/file", place);
  trouble = (struct trouble){0};
  OK(write_text(path, old_text, err));
  trouble = (struct trouble){.fails = what, .at = at, .code = code};
  const denpa_status status = write_text(path, new_text, &why);
  const bool met = trouble.met, again = code == EINTR && (what == OPEN || what == READ || what == WRITE),
             last = what == CLOSE && at >= 2, /* of the hold, and of the folder, which was read only */
      usual = what == RIGHTS || what == LOCK; /* whoever could read the old file may not read the new one; no hold */
  trouble = (struct trouble){0};
  if (files_in(place) != 1) fail_msg("%s %zu, %s: something is left", call_name[what], at, dnp_errno_text(code));
  if (!met || again || last || usual) {
    assert_int_equal(status, DENPA_OK);
    assert_text(path, new_text);
    return met;
  }
  if (status != DENPA_ERROR_IO) fail_msg("%s %zu, %s: status %d", call_name[what], at, dnp_errno_text(code), status);
  assert_says(&why, path, code);
  char text[512];
  denpa_error_text(&why, DENPA_LANG_EN, text, sizeof text);
  const bool of_folder = at == 2 && (what == OPEN || what == SYNC);
  assert_text(path, of_folder ? new_text : old_text);
  assert_true((strstr(text, "was written, but its folder could not be synced") != NULL) == of_folder);
  return true;
}

static void test_faults_of_whole_files(void **state) {
  (void)state;
  size_t met[CALLS] = {0};
  assert_int_equal(mkdir(in_folder("faults"), 0777), 0);
  for (int what = 0; what < CALLS; what++)
    for (size_t i = 0; i < CODES; i++)
      for (size_t at = 1; write_with((call)what, at, codes[i]); at++) met[what]++;
  for (int what = 0; what < CALLS; what++) print_message("  %s: %zu\n", call_name[what], met[what]);
  assert_true(met[OPEN] >= 2 * CODES && met[SYNC] == 2 * CODES && met[CLOSE] == 3 * CODES && met[RENAME] == CODES);
  assert_true(met[READ] >= CODES && met[WRITE] >= 2 * CODES);
  assert_true(met[SEEK] == CODES && met[RIGHTS] == CODES && met[ACCESS] == CODES);
}

/* The system tells that a sync failed once; asked again it would say that all is well. */
static void test_a_failed_sync_is_not_tried_again(void **state) {
  (void)state;
  for (size_t at = 1; at <= 2; at++) {
    trouble = (struct trouble){.fails = SYNC, .at = at, .code = EIO};
    assert_int_equal(write_text(in_folder("once"), new_text, NULL), DENPA_ERROR_IO);
    assert_int_equal(trouble.count[SYNC], at);
  }
  trouble = (struct trouble){0};
}

static void test_a_disk_that_stores_other_bytes(void **state) {
  (void)state;
  char path[300], text[512];
  denpa_error why = {0};
  snprintf(path, sizeof path, "%s/other", folder);
  trouble = (struct trouble){0};
  OK(write_text(path, old_text, err));
  trouble = (struct trouble){.flips = true};
  assert_int_equal(write_text(path, new_text, &why), DENPA_ERROR_IO);
  trouble = (struct trouble){0};
  denpa_error_text(&why, DENPA_LANG_EN, text, sizeof text);
  assert_non_null(strstr(text, "reading back gave other bytes"));
  assert_non_null(strstr(text, path));
  assert_text(path, old_text);
}

static void test_short_transfers(void **state) {
  (void)state;
  char path[300];
  unsigned char *bytes;
  size_t size;
  dnp_appender log;
  snprintf(path, sizeof path, "%s/short", folder);
  for (size_t most = 1; most < 12; most += 3) {
    trouble = (struct trouble){.most = most};
    OK(write_text(path, new_text, err));
    OK(dnp_read_file(path, 1000, &bytes, &size, err));
    assert_int_equal(size, strlen(new_text));
    assert_memory_equal(bytes, new_text, size);
    dnp_free(bytes);
    OK(dnp_append_open(&log, path, true, err));
    assert_int_equal(dnp_append(&log, " and more", 9), 0);
    assert_int_equal(dnp_append_close(&log), 0);
    trouble = (struct trouble){0};
    assert_text(path, "the new one, which is longer and more");
  }
}

static void test_faults_of_reading(void **state) {
  (void)state;
  unsigned char *bytes;
  size_t size;
  const char *path = put_file("read", new_text, strlen(new_text));
  static const call all[] = {OPEN, READ, STAT};
  for (size_t k = 0; k < sizeof all / sizeof *all; k++)
    for (size_t i = 0; i < CODES; i++) {
      denpa_error why = {0};
      trouble = (struct trouble){.fails = all[k], .at = 1, .code = codes[i]};
      const denpa_status status = dnp_read_file(path, 1000, &bytes, &size, &why);
      assert_true(trouble.met);
      trouble = (struct trouble){0};
      assert_int_equal(status, codes[i] == EINTR && all[k] != STAT ? DENPA_OK : DENPA_ERROR_IO);
      if (status == DENPA_OK)
        assert_memory_equal(bytes, new_text, size);
      else
        assert_says(&why, path, codes[i]);
      dnp_free(bytes);
    }
}

/* A line that does not fit leaves no part of it; what is told to be synced is. */
static void test_faults_of_logs(void **state) {
  (void)state;
  char path[300];
  dnp_appender log;
  snprintf(path, sizeof path, "%s/log", folder);
  for (size_t i = 0; i < CODES; i++) {
    denpa_error why = {0};
    trouble = (struct trouble){0};
    OK(dnp_append_open(&log, path, false, err));
    assert_int_equal(dnp_append(&log, "one\n", 4), 0);
    trouble = (struct trouble){.fails = WRITE, .at = 3, .code = codes[i], .most = 2}; /* after four bytes of six */
    assert_int_equal(dnp_append(&log, "three\n", 6), codes[i] == EINTR ? 0 : codes[i]);
    trouble = (struct trouble){0};
    assert_int_equal(dnp_append(&log, "four\n", 5), 0);
    trouble = (struct trouble){.fails = SYNC, .at = 1, .code = codes[i]};
    assert_int_equal(dnp_append_sync(&log), codes[i]);
    assert_int_equal(trouble.count[SYNC], 1);
    trouble = (struct trouble){.fails = CLOSE, .at = 1, .code = codes[i]};
    assert_int_equal(dnp_append_close(&log), codes[i]);
    assert_text(path, codes[i] == EINTR ? "one\nthree\nfour\n" : "one\nfour\n");
    static const call all[] = {OPEN, STAT, SYNC}; /* of the file, and of its folder */
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
      trouble = (struct trouble){.fails = all[k], .at = 1, .code = codes[i]};
      const denpa_status status = dnp_append_open(&log, path, true, &why);
      trouble = (struct trouble){0};
      if (all[k] == OPEN && codes[i] == EINTR) {
        assert_int_equal(status, DENPA_OK);
        assert_int_equal(dnp_append_close(&log), 0);
        continue;
      }
      assert_int_equal(status, DENPA_ERROR_IO);
      assert_int_equal(log.file, -1);
      assert_says(&why, path, codes[i]);
    }
    trouble = (struct trouble){.fails = TRUNCATE, .at = 1, .code = codes[i]}; /* its old lines would stay */
    assert_int_equal(dnp_append_open(&log, path, false, &why), DENPA_ERROR_IO);
    assert_true(trouble.met);
    trouble = (struct trouble){0};
    assert_says(&why, path, codes[i]);
  }
}

/* The first fault is the one that is told, and what fails after it changes nothing of that. */
static void test_two_faults(void **state) {
  (void)state;
  char path[300];
  denpa_error why = {0};
  dnp_appender log;
  snprintf(path, sizeof path, "%s/two", folder);
  trouble = (struct trouble){0};
  OK(write_text(path, old_text, err));
  trouble = (struct trouble){.fails = WRITE, .at = 2, .code = ENOSPC, .also = {[CLOSE] = true}};
  assert_int_equal(write_text(path, new_text, &why), DENPA_ERROR_IO);
  trouble = (struct trouble){0};
  assert_says(&why, path, ENOSPC);
  assert_text(path, old_text);
  OK(dnp_append_open(&log, path, false, err));
  assert_int_equal(dnp_append(&log, "one\n", 4), 0);
  trouble = (struct trouble){.fails = WRITE, .at = 1, .code = EIO}; /* of nothing, nothing is taken back */
  assert_int_equal(dnp_append(&log, "two\n", 4), EIO);
  assert_int_equal(trouble.count[TRUNCATE], 0);
  trouble = (struct trouble){.fails = WRITE, .at = 2, .code = ENOSPC, .most = 2, .also = {[TRUNCATE] = true}};
  assert_int_equal(dnp_append(&log, "three\n", 6), ENOSPC);
  trouble = (struct trouble){0};
  assert_int_equal(dnp_append_close(&log), 0);
  assert_text(path, "one\nth"); /* its readers know of such an end */
}

/* A disk that takes no byte is full; one that gives none had a longer file a moment ago. */
static void test_nothing_is_transferred(void **state) {
  (void)state;
  char path[300], text[512];
  unsigned char *bytes;
  size_t size;
  snprintf(path, sizeof path, "%s/nothing", folder);
  trouble = (struct trouble){0};
  OK(write_text(path, old_text, err));
  for (int turn = 0; turn < 3; turn++) {
    static const char *const words[] = {"the disk is full", "reading back gave other bytes", "became shorter"};
    denpa_error why = {0};
    trouble = (struct trouble){.fails = turn == 0 ? WRITE : READ, .at = 1};
    assert_int_equal(
        turn < 2 ? write_text(path, new_text, &why) : dnp_read_file(path, 1000, &bytes, &size, &why), DENPA_ERROR_IO);
    trouble = (struct trouble){0};
    denpa_error_text(&why, DENPA_LANG_EN, text, sizeof text);
    if (strstr(text, words[turn]) == NULL || strstr(text, path) == NULL) fail_msg("%s: %s", words[turn], text);
    assert_text(path, old_text);
  }
  assert_null(bytes);
}

/* Links to nothing, folders, no free name for the temporary file, no memory. */
static void test_refused(void **state) {
  (void)state;
  char path[300], text[512];
  denpa_error why = {0};
  dnp_appender log;
  trouble = (struct trouble){0};
  snprintf(path, sizeof path, "%s/link", folder);
  assert_int_equal(symlink("nowhere", path), 0);
  assert_int_equal(write_text(path, new_text, &why), DENPA_ERROR_IO);
  denpa_error_text(&why, DENPA_LANG_EN, text, sizeof text);
  assert_non_null(strstr(text, "a link to something that is not there"));
  assert_int_equal(dnp_append_open(&log, folder, true, &why), DENPA_ERROR_IO);
  denpa_error_text(&why, DENPA_LANG_EN, text, sizeof text);
  assert_non_null(strstr(text, "this is a folder"));
  dnp_alloc_fail_at(1);
  assert_int_equal(dnp_append_open(&log, in_folder("new"), true, &why), DENPA_ERROR_MEMORY);
  dnp_alloc_fail_at(0);
  assert_int_equal(access(in_folder("new"), F_OK), -1);

  char place[300];
  snprintf(place, sizeof place, "%s/taken", folder);
  assert_int_equal(mkdir(place, 0777), 0);
  for (int i = 0; i <= 1001; i++) {
    snprintf(text, sizeof text, "taken/.denpa.%ld.%d.tmp", (long)getpid(), i);
    put_file(text, "", 0);
  }
  snprintf(path, sizeof path, "%s/taken/file", folder);
  assert_int_equal(write_text(path, new_text, &why), DENPA_ERROR_IO);
  assert_says(&why, path, EEXIST);
  assert_int_equal(files_in(place), 1002);
}

/* What is no file on a disk cannot be synced, and need not be; a log that is not open has nothing to sync. */
static void test_logs_that_are_no_files(void **state) {
  (void)state;
  dnp_appender log;
  trouble = (struct trouble){0};
  OK(dnp_append_open(&log, "/dev/null", true, err));
  assert_false(log.regular);
  trouble = (struct trouble){.fails = SYNC, .at = 1, .code = EINVAL};
  assert_int_equal(dnp_append_sync(&log), 0);
  trouble = (struct trouble){.fails = SYNC, .at = 1, .code = EIO};
  assert_int_equal(dnp_append_sync(&log), EIO);
  trouble = (struct trouble){.fails = WRITE, .at = 2, .code = EPIPE, .most = 1};
  assert_int_equal(dnp_append(&log, "line\n", 5), EPIPE);
  assert_int_equal(trouble.count[TRUNCATE], 0);
  trouble = (struct trouble){0};
  assert_int_equal(dnp_append_close(&log), 0);
  assert_int_equal(dnp_append_sync(&log), 0);
  assert_int_equal(dnp_append_close(&log), 0);
}

static void test_faults_of_names(void **state) {
  (void)state;
  char path[300], other[300];
  snprintf(path, sizeof path, "%s/made", folder);
  snprintf(other, sizeof other, "%s/moved", folder);
  for (size_t i = 0; i < CODES; i++) {
    const call all[] = {MKDIR, SYNC, RENAME, SYNC, UNLINK};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
      put_file("moved", "x", 1);
      trouble = (struct trouble){.fails = all[k], .at = 1, .code = codes[i]};
      const int code = k < 2   ? dnp_make_folder(path, 0777)
                       : k < 4 ? dnp_move_file(other, other)
                               : dnp_remove_file(other);
      trouble = (struct trouble){0};
      assert_int_equal(code, all[k] == SYNC ? -codes[i] : codes[i]); /* what is done, and what is not */
      denpa_error why = {0};
      char text[512];
      assert_int_equal(dnp_fail_names(&why, "{1}: not done: {2}", other, code), DENPA_ERROR_IO);
      denpa_error_text(&why, DENPA_LANG_EN, text, sizeof text);
      assert_says(&why, other, codes[i]);
      assert_true((strstr(text, "was made or moved, but its folder could not be synced") != NULL) == (all[k] == SYNC));
      (void)rmdir(path);
    }
  }
  assert_int_equal(dnp_remove_file(other), 0);
  assert_int_equal(dnp_remove_file(other), 0);
  snprintf(other, sizeof other, "%s/ends//", folder);
  assert_int_equal(dnp_make_folder(other, 0777), 0);
  assert_int_equal(trouble.count[SYNC], 1);
  assert_int_equal(dnp_make_folder(other, 0777), EEXIST);
  assert_int_equal(dnp_sync_folder(other), 0);
  static char long_path[5000];
  memset(long_path, 'x', sizeof long_path - 1);
  assert_int_equal(dnp_make_folder(long_path, 0777), ENAMETOOLONG);
  assert_int_equal(dnp_move_file(path, long_path), ENAMETOOLONG);
  /* a file system that cannot sync names: no failure, but it can be asked for */
  static const int never[] = {EINVAL, EROFS, ENOSYS, EACCES};
  for (size_t i = 0; i < sizeof never / sizeof *never; i++) {
    trouble = (struct trouble){.fails = SYNC, .at = 2, .code = never[i]};
    OK(write_text(path, new_text, err));
    trouble = (struct trouble){.fails = SYNC, .at = 1, .code = never[i]};
    assert_int_equal(dnp_folder_syncs(folder), never[i]);
    assert_true(dnp_folder_never_syncs(never[i]));
  }
  trouble = (struct trouble){0};
  assert_int_equal(dnp_folder_syncs(folder), 0);
  assert_false(dnp_folder_never_syncs(0) || dnp_folder_never_syncs(EIO) || dnp_folder_never_syncs(ENOSPC));
}

/* Only temporary files of processes that are gone are removed: neither one that is held, be its process unknown on this
 * machine, nor any where nothing can be held. */
static void test_left_over(void **state) {
  (void)state;
  char name[64], place[300];
  int how;
  snprintf(place, sizeof place, "%s/left", folder);
  assert_int_equal(mkdir(place, 0777), 0);
  const pid_t child = fork();
  if (child == 0) _exit(0);
  assert_int_equal(waitpid(child, &how, 0), child);
  const long process[] = {(long)child, (long)getpid(), (long)getppid()};
  for (size_t i = 0; i < 3; i++) {
    snprintf(name, sizeof name, "left/.denpa.%ld.%zu.tmp", process[i], i);
    put_file(name, "x", 1);
  }
  static const char *const others[] = {".denpa.tmp", ".denpa.1x.0.tmp", ".denpa.-1.0.tmp",
      ".denpa.99999999999999999999.0.tmp", ".denpa.0.0.tmp", "model.safetensors", ".denpa.3.0.tmp.bak"};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    snprintf(name, sizeof name, "left/%s", others[i]);
    put_file(name, "x", 1);
  }
  snprintf(name, sizeof name, "left/.denpa.%ld.7.tmp", (long)child); /* a folder is nothing that a writer left */
  assert_int_equal(mkdir(in_folder(name), 0777), 0);
  snprintf(name, sizeof name, "left/.denpa.%ld.0.tmp", (long)child);
  const int held = open(in_folder(name), O_RDWR);
  assert_int_equal(flock(held, LOCK_EX | LOCK_NB), 0);
  trouble = (struct trouble){.fails = LOCK, .at = 1, .code = ENOLCK, .also = {[LOCK] = true}};
  assert_int_equal(dnp_remove_left_over(place), 0);
  trouble = (struct trouble){0};
  assert_int_equal(dnp_remove_left_over(place), 1);
  assert_int_equal(close(held), 0);
  assert_int_equal(dnp_remove_left_over(place), 1);
  assert_int_equal(files_in(place), 2 + sizeof others / sizeof *others);
  assert_int_equal(dnp_remove_left_over(in_folder("absent")), 0);
}

/* The rights of the file that was to be replaced are those of what is left of the new one. */
static void test_left_over_without_rights(void **state) {
  (void)state;
  static const mode_t rights[] = {0444, 0222, 0600};
  char name[64], place[300];
  int how;
  snprintf(place, sizeof place, "%s/rights", folder);
  assert_int_equal(mkdir(place, 0777), 0);
  const pid_t child = fork();
  if (child == 0) _exit(0);
  assert_int_equal(waitpid(child, &how, 0), child);
  for (size_t i = 0; i < sizeof rights / sizeof *rights; i++) {
    snprintf(name, sizeof name, "rights/.denpa.%ld.%zu.tmp", (long)child, i);
    assert_int_equal(chmod(put_file(name, "x", 1), rights[i]), 0);
  }
  assert_int_equal(dnp_remove_left_over(place), sizeof rights / sizeof *rights);
  assert_int_equal(files_in(place), 0);
}

static char swept[300];
static size_t sweeps;
static int holds;
static void sweep(void) { sweeps += dnp_remove_left_over(swept); }
static void hold_all(void) {
  DIR *all = opendir(swept);
  char path[600];
  for (struct dirent *entry; (entry = readdir(all)) != NULL;)
    if (strncmp(entry->d_name, ".denpa.", strlen(".denpa.")) == 0) {
      snprintf(path, sizeof path, "%s/%s", swept, entry->d_name);
      holds = open(path, O_RDWR);
      assert_int_equal(flock(holds, LOCK_EX | LOCK_NB), 0);
    }
  closedir(all);
}

/* A process that does not see this one (in another container, or one that had its number) sweeps at any moment: the
 * file is not taken from who writes it, neither before it is held nor once it is written, and nothing is left. */
static void test_a_sweep_while_a_file_is_written(void **state) {
  (void)state;
  char path[320];
  snprintf(swept, sizeof swept, "%s/swept", folder);
  snprintf(path, sizeof path, "%s/file", swept);
  assert_int_equal(mkdir(swept, 0777), 0);
  trouble = (struct trouble){0};
  static const call moment[] = {LOCK, RENAME};
  for (size_t i = 0; i < 2; i++) {
    elsewhere.before = moment[i], elsewhere.does = sweep;
    OK(write_text(path, i == 0 ? old_text : new_text, err));
    assert_null(elsewhere.does);
    assert_int_equal(sweeps, 1); /* what was not held yet; what is held stays */
    assert_text(path, i == 0 ? old_text : new_text);
    assert_int_equal(files_in(swept), 1);
  }
  elsewhere.before = LOCK,
  elsewhere.does = hold_all; /* a sweep that is under way: it holds the file and will remove it */
  OK(write_text(path, old_text, err));
  assert_text(path, old_text);
  assert_int_equal(close(holds), 0);
  assert_int_equal(dnp_remove_left_over(swept), 1);
  assert_int_equal(files_in(swept), 1);
}

/* A log that takes an older one's place is held from its first moment on; one that cannot leaves the older one held. */
static void test_replaced_logs(void **state) {
  (void)state;
  char path[300];
  dnp_appender log, second;
  const dnp_piece first[] = {{"head\n", 5}, {"one\n", 4}};
  snprintf(path, sizeof path, "%s/replaced", folder);
  trouble = (struct trouble){0};
  OK(write_text(path, "older\n", err));
  OK(dnp_append_open(&log, path, true, err));
  trouble = (struct trouble){.fails = RENAME, .at = 1, .code = EIO};
  assert_int_equal(dnp_append_replace(&log, path, first, 2, NULL), DENPA_ERROR_IO);
  trouble = (struct trouble){0};
  assert_text(path, "older\n");
  for (int turn = 0; turn < 2; turn++) {
    assert_int_equal(dnp_append_open(&second, path, true, NULL), DENPA_ERROR_IO);
    OK(dnp_append_replace(&log, path, first, 2, err));
    assert_int_equal(dnp_append_open(&second, path, true, NULL), DENPA_ERROR_IO);
    assert_int_equal(dnp_append(&log, "two\n", 4), 0);
    assert_text(path, "head\none\ntwo\n");
    trouble = (struct trouble){.fails = WRITE, .at = 2, .code = ENOSPC, .most = 2};
    assert_int_equal(dnp_append(&log, "three\n", 6), ENOSPC);
    trouble = (struct trouble){0};
    assert_text(path, "head\none\ntwo\n");
  }
  assert_int_equal(dnp_append_close(&log), 0);
  OK(dnp_append_open(&second, path, true, err));
  assert_int_equal(dnp_append_close(&second), 0);
}

/* With one descriptor left the new log cannot be held from its writing on: it is opened anew. What fails leaves the old
 * log as it was, and no descriptor open. */
static void test_replaced_logs_in_need(void **state) {
  (void)state;
  char path[300];
  dnp_appender log;
  struct rlimit usual, tight;
  const dnp_piece first[] = {{"head\n", 5}, {"one\n", 4}};
  snprintf(path, sizeof path, "%s/in_need", folder);
  trouble = (struct trouble){0};
  OK(dnp_append_open(&log, path, true, err));
  const int next = dup(log.file);
  assert_int_equal(close(next), 0);
  assert_int_equal(getrlimit(RLIMIT_NOFILE, &usual), 0);
  tight = (struct rlimit){.rlim_cur = (rlim_t)next + 1, .rlim_max = usual.rlim_max};
  static const struct {
    call fails;
    size_t at;
    bool tight;
  } all[] = {{SYNC, 2, false}, {SYNC, 2, true}, {STAT, 2, true}, {OPEN, 9, false}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    const bool fine = all[i].at == 9;
    denpa_error why = {0};
    if (all[i].tight) assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
    trouble = (struct trouble){.fails = all[i].fails, .at = all[i].at, .code = EIO};
    const int old = log.file;
    const denpa_status status = dnp_append_replace(&log, path, first, 2, &why);
    assert_int_equal(trouble.met, !fine);
    trouble = (struct trouble){0};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &usual), 0);
    assert_int_equal(status, fine ? DENPA_OK : DENPA_ERROR_IO);
    if (!fine) assert_says(&why, path, EIO);
    if (!fine) assert_int_equal(log.file, old);
    const int free_one = dup(log.file); /* as many are open as before */
    assert_true(free_one <= next);
    close(free_one);
    if (fine) assert_int_equal(dnp_append(&log, "two\n", 4), 0);
    assert_text(path, fine ? "head\none\ntwo\n" : "head\none\n");
  }
  assert_int_equal(dnp_append_close(&log), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_faults_of_whole_files),
      cmocka_unit_test(test_a_failed_sync_is_not_tried_again),
      cmocka_unit_test(test_a_disk_that_stores_other_bytes),
      cmocka_unit_test(test_short_transfers),
      cmocka_unit_test(test_faults_of_reading),
      cmocka_unit_test(test_faults_of_logs),
      cmocka_unit_test(test_two_faults),
      cmocka_unit_test(test_nothing_is_transferred),
      cmocka_unit_test(test_refused),
      cmocka_unit_test(test_logs_that_are_no_files),
      cmocka_unit_test(test_faults_of_names),
      cmocka_unit_test(test_left_over),
      cmocka_unit_test(test_left_over_without_rights),
      cmocka_unit_test(test_a_sweep_while_a_file_is_written),
      cmocka_unit_test(test_replaced_logs),
      cmocka_unit_test(test_replaced_logs_in_need),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
