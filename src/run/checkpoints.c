/* checkpoints.c: when a run is saved on its way, where, and which of its checkpoints stay. What is in one is
 * learn/checkpoint.formats.c's to know. Called by the subcommands train and resume. */
#include "run/checkpoints.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/write.h"
#include "run/numbered.h"

#define FOLDER "checkpoints"
#define SPARING 100 /* times the cost of a checkpoint, before an epoch's end makes the next one */

/* ---- when --------------------------------------------------------------------------------------- */

static bool is_word(const char *text, size_t length, const char *word) {
  return strlen(word) == length && strncmp(text, word, length) == 0;
}

/* One of them: a number, and what it counts. */
static bool read_one(dnp_checkpoint_every *every, const char *text, size_t length) {
  char digits[32];
  const size_t number = strspn(text, "0123456789.");
  const char *unit = text + number;
  const size_t rest = length > number ? length - number : 0;
  double value;
  if (number == 0 || number > length || number >= sizeof digits) return false;
  memcpy(digits, text, number);
  digits[number] = '\0';
  if (rest > 0 && is_word(unit, rest, "s"))
    return dnp_parse_real(digits, &value) && value > 0 ? (every->seconds = value, true) : false;
  size_t *whole = rest == 0 ? &every->updates : &every->epochs;
  if (rest > 0 && !is_word(unit, rest, "epoch") && !is_word(unit, rest, "epochs")) return false;
  return dnp_parse_size(digits, whole) && *whole > 0;
}

denpa_status dnp_checkpoint_every_read(dnp_checkpoint_every *out, const char *text, denpa_error *err) {
  *out = (dnp_checkpoint_every){0};
  if (text == NULL) {
    *out = (dnp_checkpoint_every){.epochs = 1, .seconds = 30, .sparing = true};
    return DENPA_OK;
  }
  if (strcmp(text, "never") == 0) return DENPA_OK;
  for (const char *at = text;; at++) {
    const size_t length = strcspn(at, ",");
    if (!read_one(out, at, length))
      return dnp_fail(err, DENPA_ERROR_ARGUMENT,
          "\"{1}\" does not say when to save a checkpoint; write a number of updates (500), seconds (10s) or epochs "
          "(1epoch), or never",
          dnp_s(text));
    at += length;
    if (*at == '\0') return DENPA_OK;
  }
}

bool dnp_checkpoints_due(const dnp_checkpoints *c, size_t step) {
  if (c->run == NULL) return false;
  if (c->every.updates > 0 && step - c->at >= c->every.updates) return true;
  return c->every.seconds > 0 && dnp_seconds() - c->when >= c->every.seconds;
}

bool dnp_checkpoints_due_epoch(dnp_checkpoints *c) {
  if (c->run == NULL || c->every.epochs == 0) return false;
  if (++c->epochs < c->every.epochs) return false;
  return !c->every.sparing || dnp_seconds() - c->when >= SPARING * c->cost;
}

/* ---- where -------------------------------------------------------------------------------------- */

denpa_status dnp_checkpoints_path(const char *run, size_t step, char out[DNP_CHECKPOINT_PATH], denpa_error *err) {
  return dnp_numbered_path(run, FOLDER, step, out, err);
}

static int descending(const void *a, const void *b) {
  const size_t x = *(const size_t *)a, y = *(const size_t *)b;
  return x > y ? -1 : x < y;
}

static denpa_status collect(DIR *folder, size_t **steps, size_t *count, denpa_error *err) {
  size_t room = 0, step;
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    if (!dnp_numbered_step(entry->d_name, &step)) continue;
    if (*count == room) {
      DNP_TRY(dnp_grow((void **)steps, *count, room > 0 ? 2 * room : 8, sizeof **steps, err));
      room = room > 0 ? 2 * room : 8;
    }
    (*steps)[(*count)++] = step;
  }
  return DENPA_OK;
}

denpa_status dnp_checkpoints_list(const char *run, size_t **steps, size_t *count, denpa_error *err) {
  char path[DNP_CHECKPOINT_PATH];
  *steps = NULL;
  *count = 0;
  DNP_TRY(dnp_run_path(run, FOLDER, "", path, err));
  DIR *folder = opendir(path);
  if (folder == NULL)
    return errno == ENOENT ? DENPA_OK : dnp_fail_errno(err, "{1}: cannot be looked at: {2}", path, errno);
  const denpa_status status = collect(folder, steps, count, err);
  closedir(folder);
  if (status == DENPA_OK) {
    if (*count > 0) qsort(*steps, *count, sizeof **steps, descending);
    return DENPA_OK;
  }
  dnp_free(*steps);
  *steps = NULL;
  *count = 0;
  return status;
}

static denpa_status drop(const char *run, size_t step, denpa_error *err) {
  char path[DNP_CHECKPOINT_PATH];
  DNP_TRY(dnp_checkpoints_path(run, step, path, err));
  const int code = dnp_remove_file(path);
  return code == 0 ? DENPA_OK : dnp_fail_errno(err, "{1}: an old checkpoint cannot be removed: {2}", path, code);
}

/* ---- keeping ------------------------------------------------------------------------------------ */

static void note_best(dnp_checkpoints *c, size_t step, double loss) {
  if (!(loss < c->best_loss)) return;
  c->best_loss = loss;
  c->best = step;
}

denpa_status dnp_checkpoints_open(dnp_checkpoints *c, const char *run, const dnp_checkpoint_every *every, size_t from,
    const denpa_epoch *lines, size_t count, denpa_error *err) {
  char path[DNP_CHECKPOINT_PATH];
  size_t *step, steps;
  *c = (dnp_checkpoints){
      .run = run, .every = *every, .when = dnp_seconds(), .best = SIZE_MAX, .best_loss = (double)INFINITY};
  DNP_TRY(dnp_run_path(run, FOLDER, "", path, err));
  int code = dnp_make_folder(path, 0777);
  if (code != 0 && code != EEXIST)
    return dnp_fail_names(err, "{1}: the folder for the checkpoints cannot be made: {2}", path, code);
  (void)dnp_remove_left_over(path);
  DNP_TRY(dnp_checkpoints_list(run, &step, &steps, err));
  denpa_status status = DENPA_OK;
  for (size_t i = 0; i < steps && status == DENPA_OK; i++) {
    if (from == SIZE_MAX || step[i] > from) status = drop(run, step[i], err);
    for (size_t k = 0; k < count && from != SIZE_MAX && step[i] <= from; k++)
      if (lines[k].step == step[i]) note_best(c, step[i], lines[k].validation_loss);
  }
  dnp_free(step);
  /* those of another training must not come back beside this one's options */
  if (status == DENPA_OK && steps > 0 && (code = dnp_sync_folder(path)) != 0)
    status = dnp_fail_errno(err, "{1}: the folder of the checkpoints cannot be synced: {2}", path, code);
  if (from != SIZE_MAX) c->any = true, c->at = from;
  return status;
}

/* What is neither the beginning, nor the best, nor one of the last. */
static denpa_status thin_out(const dnp_checkpoints *c, denpa_error *err) {
  size_t *step, count;
  DNP_TRY(dnp_checkpoints_list(c->run, &step, &count, err));
  denpa_status status = DENPA_OK;
  for (size_t i = DNP_CHECKPOINTS_KEPT; i + 1 < count && status == DENPA_OK; i++)
    if (step[i] != c->best) status = drop(c->run, step[i], err);
  dnp_free(step);
  return status;
}

denpa_status dnp_checkpoints_make_room(const dnp_checkpoints *c, denpa_error *err) {
  size_t *step, count;
  DNP_TRY(dnp_checkpoints_list(c->run, &step, &count, err));
  denpa_status status = DENPA_OK;
  for (size_t i = 1; i < count && status == DENPA_OK; i++) status = drop(c->run, step[i], err);
  dnp_free(step);
  return status;
}

denpa_status dnp_checkpoints_save(
    dnp_checkpoints *c, denpa_trainer *trainer, size_t step, double validation_loss, denpa_error *err) {
  char path[DNP_CHECKPOINT_PATH];
  if (c->run == NULL) return DENPA_OK;
  const double before = dnp_seconds();
  /* also if it fails: a full disk must not make every update wait */
  c->when = before;
  c->epochs = 0;
  c->at = step;
  DNP_TRY(dnp_checkpoints_path(c->run, step, path, err));
  DNP_TRY(denpa_trainer_save(trainer, path, err));
  c->any = true;
  note_best(c, step, validation_loss);
  const denpa_status status = thin_out(c, err);
  c->when = dnp_seconds();
  c->cost = c->when - before;
  return status;
}
