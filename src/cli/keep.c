/* keep.c: files of a training. */
#include "cli/keep.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/text.h"
#include "base/write.h"
#include "cli/run_options.h"
#include "cli/shared.h"
#include "run/course.h"
#include "run/log.h"
#include "run/previous.h"

/* ---- places ------------------------------------------------------------------------------------ */

static denpa_status join(char out[4096], const char *folder, const char *name, denpa_error *err) {
  int length = snprintf(out, 4096, "%s%s%s", folder, *folder != '\0' ? "/" : "", name);
  return length < 4096 ? DENPA_OK : dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1}: this path is too long", dnp_s(name));
}

uint64_t cli_model_bytes(const denpa_net *net) {
  enum { TEXT = 8192 };
  return (uint64_t)denpa_net_parameter_count(net) * dnp_dtype_size(denpa_net_dtype(net)) + TEXT;
}

/* Whether the folder has room for so many bytes; where the system does not know, it has. */
static denpa_status check_room(const char *path, const char *folder, uint64_t bytes, denpa_error *err) {
  struct statvfs disk;
  if (statvfs(folder, &disk) != 0 || disk.f_blocks == 0) return DENPA_OK;
  const uint64_t block = disk.f_frsize > 0 ? disk.f_frsize : disk.f_bsize, room = (uint64_t)disk.f_bavail * block;
  if (room >= bytes) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_IO,
      "{1}: the disk is too full: {2:.1f} MB are needed, and {3:.1f} MB are free; make room or name another place",
      dnp_s(path), dnp_d((double)bytes / 1e6), dnp_d((double)room / 1e6));
}

denpa_status cli_check_place(const char *path, uint64_t bytes, denpa_error *err) {
  struct stat info;
  char folder[4096];
  DNP_TRY(join(folder, "", path, err));
  char *slash = strrchr(folder, '/');
  if (slash == NULL)
    memcpy(folder, ".", 2);
  else
    slash[slash == folder] = '\0';
  if (stat(folder, &info) == 0 && !S_ISDIR(info.st_mode))
    return dnp_fail_errno(err, "{1}: cannot be written: {2}", path, ENOTDIR);
  if (stat(folder, &info) != 0)
    return dnp_fail(err, DENPA_ERROR_IO, "{1}: cannot be written: there is no folder {2}; make it first", dnp_s(path),
        dnp_s(folder));
  if (access(folder, W_OK) != 0 && errno != EACCES)
    return dnp_fail_errno(err, "{1}: cannot be written: {2}", path, errno);
  if (access(folder, W_OK) != 0)
    return dnp_fail(
        err, DENPA_ERROR_IO, "{1}: cannot be written: the folder {2} may not be changed", dnp_s(path), dnp_s(folder));
  if (lstat(path, &info) == 0 && S_ISLNK(info.st_mode) && stat(path, &info) != 0)
    return dnp_fail(err, DENPA_ERROR_IO, "{1}: this is a link to something that is not there; give the name of a file",
        dnp_s(path));
  if (stat(path, &info) != 0 && errno != ENOENT) return dnp_fail_errno(err, "{1}: cannot be written: {2}", path, errno);
  if (dnp_is_folder(path))
    return dnp_fail(err, DENPA_ERROR_IO, "{1}: this is a folder; give the name of a file", dnp_s(path));
  if (stat(path, &info) == 0 && !S_ISREG(info.st_mode))
    return dnp_fail(err, DENPA_ERROR_IO, "{1}: this is not a regular file; give the name of a file", dnp_s(path));
  if (access(path, W_OK) != 0 && errno != ENOENT)
    return dnp_fail_errno(err, "{1}: cannot be written: {2}", path, errno);
  return check_room(path, folder, bytes, err);
}

static bool is_empty(const char *path) {
  DIR *folder = opendir(path);
  if (folder == NULL) return false;
  bool empty = true;
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) empty = false;
  closedir(folder);
  return empty;
}

/* Makes the folders on the way to `path`; 0, or the errno of the first that could not be made. */
static int make_parents(const char *path) {
  char parent[4096];
  struct stat info;
  for (const char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    if ((size_t)(slash - path) >= sizeof parent) return ENAMETOOLONG;
    memcpy(parent, path, (size_t)(slash - path));
    parent[slash - path] = '\0';
    const int code = dnp_make_folder(parent, 0777);
    if (code != 0 && stat(parent, &info) != 0) return code;
  }
  return 0;
}

static denpa_status make_run_folder(const cli_options *options, denpa_error *err) {
  int code = make_parents(options->run);
  if (code == 0 && (code = dnp_make_folder(options->run, 0777)) == 0) return DENPA_OK;
  if (code != EEXIST) return dnp_fail_names(err, "{1}: the run's folder cannot be made: {2}", options->run, code);
  if (!dnp_is_folder(options->run))
    return dnp_fail(err, DENPA_ERROR_IO, "{1}: this is a file, not a folder for a run", dnp_s(options->run));
  if (!options->force && !is_empty(options->run))
    return dnp_fail(err, DENPA_ERROR_IO, "{1}: this folder is not empty; take another one, or --force to write into it",
        dnp_s(options->run));
  return DENPA_OK;
}

/* With --force: what is left of another training would look like this one's if this one fails, and may be all that
 * there is then. */
static denpa_status make_room(const cli_options *options, denpa_error *err) {
  char kept[DNP_PREVIOUS_PATH], shown[4200];
  DNP_TRY(dnp_previous_keep(options->run, kept, err));
  if (kept[0] == '\0') return DENPA_OK;
  cli_shell_word(kept, shown, sizeof shown);
  cli_tell(options, "The run that was in {1} is in {2} now.\n", dnp_s(options->run), dnp_s(shown));
  return DENPA_OK;
}

/* ---- the log ----------------------------------------------------------------------------------- */

/* on: of a run that goes on. An older log, which may be all that is left of another training, stays until this one has
 * something to put in its place. */
static denpa_status open_log(cli_keep *keep, int i, bool on, denpa_error *err) {
  const char *path = keep->log_path[i];
  struct stat info;
  if (path[0] == '\0') return DENPA_OK;
  const bool holds = stat(path, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0;
  DNP_TRY(dnp_append_open(&keep->log[i], path, true, err));
  keep->logs[i] = true;
  keep->older[i] = holds && !on;
  const int code = holds ? 0 : dnp_log_begin(&keep->log[i], keep->options->train.validation > 0);
  return code == 0 ? DENPA_OK : dnp_fail_errno(err, "{1}: cannot be written: {2}", path, code);
}

/* The first line, or NULL, takes the place of an older log, which is held until the new one is. */
static denpa_status take_place(cli_keep *keep, int i, const denpa_epoch *epoch, denpa_error *err) {
  const denpa_status status = dnp_log_replace(
      &keep->log[i], keep->log_path[i], epoch, keep->options->train.validation > 0, err);
  keep->older[i] = false;
  if (status == DENPA_OK) return DENPA_OK;
  (void)dnp_append_close(&keep->log[i]);
  keep->logs[i] = false;
  return status;
}

/* A log that is written no more. */
static denpa_status give_up(cli_keep *keep, int i, int code, denpa_error *err) {
  (void)dnp_append_close(&keep->log[i]);
  keep->logs[i] = false;
  return dnp_fail_errno(err, "{1}: the log cannot be written any more: {2}", keep->log_path[i], code);
}

denpa_status cli_keep_epoch(cli_keep *keep, const denpa_epoch *epoch, denpa_error *err) {
  denpa_status status = DENPA_OK;
  for (int i = 0; i < CLI_LOGS; i++) {
    if (keep->logs[i] && keep->older[i]) {
      const denpa_status placed = take_place(keep, i, epoch, err);
      if (placed != DENPA_OK) status = placed;
      continue;
    }
    const int code = keep->logs[i] ? dnp_log_add(&keep->log[i], epoch, keep->options->train.validation > 0) : 0;
    if (code != 0) status = give_up(keep, i, code, err);
  }
  return status;
}

denpa_status cli_keep_sync(cli_keep *keep, denpa_error *err) {
  denpa_status status = DENPA_OK;
  for (int i = 0; i < CLI_LOGS; i++) {
    const int code = keep->logs[i] ? dnp_append_sync(&keep->log[i]) : 0;
    if (code != 0) status = give_up(keep, i, code, err);
  }
  return status;
}

/* ---- names ------------------------------------------------------------------------------------- */

/* What a run writes into its folder, and the folders in it. */
static const char *const own[] = {
    "model.safetensors", "log.csv", "options.json", "lock", "earlier-model.safetensors", "checkpoints", "frames"};

/* The name of which part of the run `path` is, or lies in; NULL: of none. */
static denpa_status part_of(const char *run, const char *path, const char **part, denpa_error *err) {
  char inside[4096], folder[4096];
  *part = NULL;
  snprintf(folder, sizeof folder, "%.*s.", (int)(dnp_text_file_name(path) - path), path);
  for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
    DNP_TRY(join(inside, run, own[i], err));
    if (cli_one_file(path, inside) || cli_one_file(folder, inside)) return *part = own[i], DENPA_OK;
  }
  return DENPA_OK;
}

/* No two files of a training may be one: the later one would write over the other. What the run keeps for itself is
 * nobody else's. */
static denpa_status check_apart(const cli_keep *keep, denpa_error *err) {
  const char *const given[] = {keep->options->run != NULL ? keep->out : keep->model, keep->log_path[1]}, *part;
  if (given[0][0] != '\0' && given[1][0] != '\0' && cli_one_file(given[0], given[1]))
    return dnp_fail(
        err, DENPA_ERROR_ARGUMENT, "two results would be in one file, {1}; give them different names", dnp_s(given[1]));
  for (int i = 0; i < 2 && keep->options->run != NULL; i++) {
    if (given[i][0] == '\0') continue;
    DNP_TRY(part_of(keep->options->run, given[i], &part, err));
    if (part != NULL)
      return dnp_fail(err, DENPA_ERROR_ARGUMENT,
          "two results would be in one file, {1}, which the run itself keeps ({2}); give them different names",
          dnp_s(given[i]), dnp_s(part));
  }
  return DENPA_OK;
}

/* ---- a network whose place is full -------------------------------------------------------------- */

enum { SAME_NAME = 100 };

/* "FOLDER/denpa-rescued-model.safetensors", or with a number where that is taken. */
static bool free_name(const char *folder, const char *path, char out[4096]) {
  const char *name = dnp_text_file_name(path);
  struct stat info;
  for (int i = 1; i <= SAME_NAME; i++) {
    char number[16] = "";
    if (i > 1) snprintf(number, sizeof number, "%d-", i);
    const int length = snprintf(out, 4096, "%s%sdenpa-rescued-%s%s", folder, *folder != '\0' ? "/" : "", number, name);
    if (length < 0 || length >= 4096) return false;
    if (lstat(out, &info) != 0) return errno == ENOENT;
  }
  return false;
}

/* Where a network goes whose own place cannot take it: what is looked for and what lasts comes first, memory last. */
static bool rescue(const char *path, denpa_net *net, char out[4096]) {
  const char *temporary = getenv("TMPDIR");
  const char *const folder[] = {"", getenv("HOME"), temporary != NULL && *temporary != '\0' ? temporary : "/tmp",
      getenv("XDG_RUNTIME_DIR"), "/dev/shm"};
  for (size_t i = 0; i < sizeof folder / sizeof *folder; i++)
    if (folder[i] != NULL && (i == 0 || folder[i][0] == '/') && free_name(folder[i], path, out) &&
        denpa_net_save(net, out, NULL) == DENPA_OK)
      return true;
  return false;
}

/* "mkdir -p FOLDER && " where the file's folder is gone, or nothing: what has to stand before a command that writes it.
 */
static void folder_again(const char *path, char out[4300]) {
  char folder[4096], word[4200];
  struct stat info;
  const char *slash = strrchr(path, '/');
  out[0] = '\0';
  if (slash == NULL || slash == path) return;
  snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
  if (stat(folder, &info) == 0 || errno != ENOENT) return;
  cli_shell_word(folder, word, sizeof word);
  snprintf(out, 4300, "mkdir -p %s && ", word);
}

/* Where the network is now is told aloud, with the command that brings it where it belongs. */
static denpa_status tell_lost(
    const cli_keep *keep, const denpa_error *why, const char *lost, const char *safe, denpa_error *err) {
  char text[300], from[4200], to[4200], before[4300];
  denpa_error_text(why, cli_lang(keep->options), text, sizeof text);
  if (safe == NULL && why->status != DENPA_ERROR_IO)
    return dnp_fail(err, why->status, "{1}\nThe network is lost", dnp_s(text));
  if (safe == NULL)
    return dnp_fail(err, why->status,
        "{1}\nThe network is lost: this folder, $HOME, $TMPDIR and /dev/shm have no room for it either", dnp_s(text));
  cli_shell_word(safe, from, sizeof from);
  cli_shell_word(lost, to, sizeof to);
  folder_again(lost, before);
  /* what was asked for stays where it is */
  if (safe == keep->model || safe == keep->out)
    dnp_say(stderr, cli_lang(keep->options),
        "When its place can be written again, the other copy is made by:\n  {3}cp {1} {2}\n", dnp_s(from), dnp_s(to),
        dnp_s(before));
  else
    dnp_say(stderr, cli_lang(keep->options),
        "The network is in another place. When its own can be written again:\n  {3}mv {1} {2}\n", dnp_s(from),
        dnp_s(to), dnp_s(before));
  return dnp_fail(err, why->status, "{1}; the network is in {2}", dnp_s(text), dnp_s(safe));
}

/* ---- a training that was interrupted ------------------------------------------------------------- */

static size_t steps_of(const denpa_net *net) {
  const char *told = denpa_net_metadata(net, "steps");
  size_t steps = 0;
  return told != NULL && dnp_parse_size(told, &steps) ? steps : 0;
}

/* Whether a file is a network of this training, as far as its model tells and does not change while it goes on. *steps:
 * its updates. */
static bool of_this_training(const denpa_net *net, const char *path, size_t *steps) {
  static const char *const told[] = {"net", "activation", "loss", "init", "dtype", "rng", "seed", "optimizer", "lr",
      "batch", "sampling", "order_rng", "order_seed", "data", "train_rows"};
  const denpa_net_options plain = {.size = sizeof plain, .threads = 1};
  denpa_net *there;
  if (denpa_net_load(&there, path, NULL, &plain, NULL) != DENPA_OK) return false;
  bool same = true;
  *steps = steps_of(there);
  for (size_t i = 0; i < sizeof told / sizeof *told && same; i++) {
    const char *a = denpa_net_metadata(net, told[i]), *b = denpa_net_metadata(there, told[i]);
    same = a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
  }
  denpa_net_free(there);
  return same;
}

/* "keep-interrupted.safetensors" beside "keep.safetensors", or with a number where that is taken: by another training,
 * or by this one when it was further. */
static void beside(const denpa_net *net, const char *path, char out[4096]) {
  const char *name = dnp_text_file_name(path), *dot = strrchr(name, '.');
  const int stem = (int)(dot != NULL && dot != name ? dot - path : (ptrdiff_t)strlen(path));
  struct stat info;
  size_t steps;
  for (int i = 1; i <= SAME_NAME; i++) {
    char number[16] = "";
    if (i > 1) snprintf(number, sizeof number, "-%d", i);
    snprintf(out, 4096, "%.*s-interrupted%s%s", stem, path, number, path + stem);
    if (lstat(out, &info) != 0 ||
        (S_ISREG(info.st_mode) && of_this_training(net, out, &steps) && steps <= steps_of(net)))
      return;
  }
}

static void tell_beside(const cli_keep *keep, const char *path) {
  char from[4200], to[4200];
  cli_shell_word(path, from, sizeof from);
  cli_shell_word(keep->options->out, to, sizeof to);
  dnp_say(stderr, cli_lang(keep->options),
      "{2} was there before and stays as it was. To put this network in its place:\n  mv {1} {2}\n", dnp_s(from),
      dnp_s(to));
}

/* ---- the whole --------------------------------------------------------------------------------- */

/* What holds on other file systems, and not on this one (some network drives and FUSE). */
static void tell_unsynced(const cli_options *options, const char *folder) {
  const int code = dnp_folder_syncs(folder);
  if (!dnp_folder_never_syncs(code)) return;
  const char *why = dnp_errno_text(code);
  cli_tell(options,
      "Note: the names in {1} cannot be synced ({2}).\nA power failure may take what was saved there last; what is "
      "there is whole all the same.\n",
      dnp_s(folder), dnp_t(why != NULL ? why : dnp_errno_text(EINVAL)));
}

/* The names of all that is written. */
static denpa_status name_all(cli_keep *keep, const cli_options *options, uint64_t model_bytes, denpa_error *err) {
  keep->options = options;
  DNP_TRY(dnp_checkpoint_every_read(&keep->checkpoints.every, options->checkpoint_every, err));
  if (options->out != NULL) {
    DNP_TRY(cli_check_place(options->out, model_bytes, err));
    DNP_TRY(join(options->run != NULL ? keep->out : keep->model, "", options->out, err));
    struct stat old;
    keep->replaces = stat(options->out, &old) == 0 && old.st_size > 0;
    if (options->run == NULL) {
      char folder[4096];
      snprintf(folder, sizeof folder, "%.*s.", (int)(dnp_text_file_name(options->out) - options->out), options->out);
      tell_unsynced(options, folder);
    }
  }
  if (options->log != NULL) DNP_TRY(join(keep->log_path[1], "", options->log, err));
  if (options->run != NULL) {
    DNP_TRY(join(keep->model, options->run, "model.safetensors", err));
    DNP_TRY(join(keep->log_path[0], options->run, "log.csv", err));
  }
  return check_apart(keep, err);
}

denpa_status cli_keep_lock(cli_keep *keep, const cli_options *options, denpa_error *err) {
  DNP_TRY(dnp_lock_take(&keep->lock, options->run, err));
  if (!keep->lock.sure)
    cli_tell(options, "Note: {1} cannot be locked here, so nothing keeps a second denpa from writing into it.\n",
        dnp_s(options->run));
  if (keep->lock.ended > 0)
    cli_tell(options, "{1}: process {2} wrote into this run and ended before it could say so.\n", dnp_s(options->run),
        dnp_i(keep->lock.ended));
  static const char *const parts[] = {"", "/checkpoints", "/frames"};
  char folder[4096 + 16];
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    if (snprintf(folder, sizeof folder, "%s%s", options->run, parts[i]) < (int)sizeof folder)
      cli_sweep(options, folder);
  tell_unsynced(options, options->run);
  return DENPA_OK;
}

/* The checkpoints, and what a process that was killed left behind. */
static denpa_status open_checkpoints(cli_keep *keep, size_t from, denpa_error *err) {
  const dnp_checkpoint_every every = keep->checkpoints.every;
  dnp_course course = {0};
  if (from != SIZE_MAX) DNP_TRY(dnp_course_read(&course, keep->log_path[0], err));
  const denpa_status status = dnp_checkpoints_open(
      &keep->checkpoints, keep->options->run, &every, from, course.line, course.count, err);
  dnp_course_free(&course);
  return status;
}

denpa_status cli_keep_open(cli_keep *keep, const cli_options *options, const denpa_data *data, uint64_t model_bytes,
    uint64_t run_bytes, denpa_error *err) {
  DNP_TRY(name_all(keep, options, model_bytes, err));
  if (options->run != NULL) {
    DNP_TRY(make_run_folder(options, err));
    DNP_TRY(cli_check_place(keep->model, run_bytes, err));
    DNP_TRY(cli_keep_lock(keep, options, err));
  }
  DNP_TRY(open_log(keep, 1, false, err)); /* --log: what is refused leaves the folder as it is */
  if (options->run == NULL) return DENPA_OK;
  DNP_TRY(make_room(options, err));
  DNP_TRY(open_log(keep, 0, false, err));
  DNP_TRY(open_checkpoints(keep, SIZE_MAX, err));
  return cli_run_options_write(options, data, NULL, err);
}

/* ---- a run that goes on ------------------------------------------------------------------------- */

/* Somebody else may have made the folder: what denpa writes in it stays in it. */
static denpa_status check_links(const char *run, denpa_error *err) {
  static const char *const parts[] = {"model.safetensors", "log.csv", "options.json", "checkpoints", "frames"};
  char path[4096];
  struct stat info;
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    DNP_TRY(join(path, run, parts[i], err));
    if (lstat(path, &info) == 0 && S_ISLNK(info.st_mode))
      return dnp_fail(err, DENPA_ERROR_IO,
          "{1}: this is a link, and a run writes into no other place than its folder; put there what it points to",
          dnp_s(path));
  }
  return DENPA_OK;
}

/* A run names where its results go besides. Whoever made its folder may have named anything: what is not this run's own
 * is replaced only where this command says so. */
static denpa_status check_own(const cli_keep *keep, const cli_options *given, const denpa_net *net, denpa_error *err) {
  size_t steps;
  if (!keep->replaces || cli_given(given, CLI_OPTION_OUT) || of_this_training(net, keep->out, &steps)) return DENPA_OK;
  char typed[4200];
  cli_shell_word(keep->out, typed, sizeof typed);
  return dnp_fail(err, DENPA_ERROR_IO,
      "{1}: the run leaves its network here too, but what is here now is not a network of this run. --out {2} says "
      "that it may be replaced; --out FILE names another place",
      dnp_s(keep->out), dnp_s(typed));
}

static void tell_outside(const cli_keep *keep, const cli_options *given) {
  if (keep->out[0] != '\0' && !cli_given(given, CLI_OPTION_OUT))
    cli_tell(keep->options, "As the run says, the network will be in {1} as well.\n", dnp_s(keep->out));
  if (keep->log_path[1][0] != '\0' && !cli_given(given, CLI_OPTION_LOG))
    cli_tell(keep->options, "As the run says, the log is in {1} as well.\n", dnp_s(keep->log_path[1]));
}

/* Lines that could not be written in their time do not come again. */
static void tell_gap(const cli_keep *keep, const denpa_trainer *t) {
  dnp_course course = {0};
  const double slack = 1e-6, ended = t->open ? t->state->epochs - 1 : t->state->epochs;
  if (dnp_course_read(&course, keep->log_path[0], NULL) != DENPA_OK) return;
  const bool forked = json_object_get(keep->options->past, "forked_from") != NULL; /* and has no line yet */
  const double last = course.count > 0 ? course.line[course.count - 1].epoch : t->epochs_before;
  if (ended > last + slack && (course.count > 0 || !forked))
    cli_tell(keep->options,
        "Note: the log lacks the epochs between {1} and {2}: their lines could not be written in their time.\n",
        dnp_d(last), dnp_d(t->state->epochs));
  dnp_course_free(&course);
}

/* The model of a training that was shorter, or was interrupted, is not the result of this one. It stays until there is
 * one, and is not given up for a later one that was cut short again: of that, the checkpoint is there. */
static denpa_status move_model(const cli_keep *keep, bool *moved, denpa_error *err) {
  char earlier[4096];
  struct stat info;
  DNP_TRY(join(earlier, keep->options->run, "earlier-model.safetensors", err));
  if (stat(keep->model, &info) != 0) return DENPA_OK;
  *moved = stat(earlier, &info) != 0;
  const int code = *moved ? dnp_move_file(keep->model, earlier) : dnp_remove_file(keep->model);
  if (code != 0) return dnp_fail_names(err, "{1}: the earlier model cannot be moved away: {2}", keep->model, code);
  cli_tell(keep->options, "Until this training has ended, the network that the run had is in {1}.\n", dnp_s(earlier));
  return DENPA_OK;
}

static void move_back(const cli_keep *keep) {
  char earlier[4096];
  if (join(earlier, keep->options->run, "earlier-model.safetensors", NULL) == DENPA_OK)
    (void)dnp_move_file(earlier, keep->model);
}

/* Lines are about to be written into --log, or another file put in its place: not while another process does. */
static denpa_status check_free(const char *log, denpa_error *err) {
  struct stat info;
  dnp_appender held = DNP_NOT_APPENDING;
  if (stat(log, &info) != 0 || !S_ISREG(info.st_mode)) return DENPA_OK;
  DNP_TRY(dnp_append_open(&held, log, true, err));
  (void)dnp_append_close(&held);
  return DENPA_OK;
}

denpa_status cli_keep_resume(cli_keep *keep, const cli_options *options, const cli_options *given,
    const denpa_data *data, const char *sha256, const denpa_trainer *trainer, denpa_error *err) {
  const uint64_t model_bytes = cli_model_bytes(trainer->net);
  const size_t from = trainer->state->steps;
  const bool over = dnp_trainer_over(trainer);
  DNP_TRY(check_links(options->run, err));
  DNP_TRY(name_all(keep, options, model_bytes, err));
  DNP_TRY(cli_check_place(keep->model, model_bytes, err));
  DNP_TRY(check_own(keep, given, trainer->net, err));
  tell_outside(keep, given);
  if (keep->log_path[1][0] != '\0') DNP_TRY(check_free(keep->log_path[1], err));
  const bool unscored = !over && !trainer->open && options->train.evaluate == DENPA_EVALUATE_END;
  DNP_TRY(dnp_log_resume(keep->log_path[0], keep->log_path[1][0] != '\0' ? keep->log_path[1] : NULL,
      dnp_trainer_told(trainer), cli_given(given, CLI_OPTION_LOG), unscored ? from : SIZE_MAX, err));
  for (int i = CLI_LOGS; i-- > 0;) DNP_TRY(open_log(keep, i, true, err));
  tell_gap(keep, trainer);
  DNP_TRY(open_checkpoints(keep, from, err));
  bool moved = false;
  if (!over) DNP_TRY(move_model(keep, &moved, err));
  const denpa_status status = cli_run_options_write(options, data, sha256, err);
  if (status != DENPA_OK && moved) move_back(keep);
  return status;
}

/* ---- a network that is done --------------------------------------------------------------------- */

/* Memory may be there a moment later: a network is not lost for one block that was refused. Of a run on a full disk,
 * the older checkpoints make room. */
static denpa_status save(const cli_keep *keep, denpa_net *net, const char *path, denpa_error *err) {
  const denpa_status status = denpa_net_save(net, path, err);
  if (status == DENPA_ERROR_MEMORY) return denpa_net_save(net, path, err);
  if (status != DENPA_ERROR_IO || path != keep->model || keep->checkpoints.run == NULL) return status;
  if (dnp_checkpoints_make_room(&keep->checkpoints, NULL) != DENPA_OK) return status;
  return denpa_net_save(net, path, err);
}

/* The finished network is the run's now. */
static void drop_earlier(const cli_keep *keep) {
  char earlier[4096];
  if (keep->options->run == NULL) return;
  if (join(earlier, keep->options->run, "earlier-model.safetensors", NULL) == DENPA_OK) (void)dnp_remove_file(earlier);
}

denpa_status cli_keep_model(cli_keep *keep, denpa_net *net, bool interrupted, denpa_error *err) {
  char *asked = keep->options->run != NULL ? keep->out : keep->model; /* --out, where that is given */
  const bool aside = interrupted && keep->replaces; /* a finished network is worth more than one that was cut short */
  if (aside) beside(net, keep->options->out, asked);
  const char *const place[] = {keep->model, keep->out};
  const char *safe = NULL, *lost = NULL;
  denpa_error why = {0};
  for (int i = 0; i < 2; i++) {
    if (place[i][0] == '\0') continue;
    const denpa_status status = save(keep, net, place[i], lost == NULL ? &why : NULL);
    if (status == DENPA_OK)
      safe = place[i];
    else if (lost == NULL)
      lost = place[i];
  }
  if (lost == NULL && aside) tell_beside(keep, asked);
  if (lost == NULL && !interrupted) drop_earlier(keep);
  if (lost == NULL) return DENPA_OK;
  char other[4096];
  if (safe == NULL && why.status == DENPA_ERROR_IO && rescue(lost, net, other)) safe = other;
  return tell_lost(keep, &why, lost, safe, err);
}

denpa_status cli_keep_close(cli_keep *keep, denpa_error *err) {
  denpa_status status = DENPA_OK;
  for (int i = 0; i < CLI_LOGS; i++) {
    if (!keep->logs[i]) continue;
    /* a training that came to its end has a log of its own, be it without a line */
    if (keep->older[i] && err != NULL && status == DENPA_OK)
      status = take_place(keep, i, NULL, err);
    else if (keep->older[i])
      cli_tell(keep->options, "{1} was there before and stays as it was: this training has no line for it.\n",
          dnp_s(keep->log_path[i]));
    if (!keep->logs[i]) continue;
    const int sync = dnp_append_sync(&keep->log[i]), closed = dnp_append_close(&keep->log[i]);
    keep->logs[i] = false;
    if ((sync != 0 || closed != 0) && status == DENPA_OK)
      status = dnp_fail_errno(
          err, "{1}: the log could not be written to its end: {2}", keep->log_path[i], sync != 0 ? sync : closed);
  }
  dnp_lock_give(&keep->lock);
  return status;
}
