/* frames.c: keeps models while a training runs, and finds them again. A frame is written whole (base/write.c) before
 * its line joins the list, so an interruption leaves nothing half-written that anybody reads. What is in a frame beyond
 * its scores is watch.c's to find out. */
#include "run/frames.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/near.h"
#include "base/text.h"
#include "data/data.h"
#include "run/log.h"
#include "run/numbered.h"

#define FOLDER "frames"
enum { ENOUGH = 32, EPOCHS_KEPT = 20 };

/* ---- when --------------------------------------------------------------------------------------- */

size_t dnp_frames_length(const denpa_data *data, const denpa_train_options *train, size_t *per_epoch) {
  const size_t rows = denpa_data_rows(data, DENPA_SPLIT_TRAIN) - dnp_data_validation_rows(data, train->validation),
               batch = train->batch > 0 && train->batch < rows ? train->batch : rows;
  size_t updates;
  *per_epoch = batch > 0 ? (rows - 1) / batch + 1 : 1;
  if (!dnp_size_mul(train->epochs, *per_epoch, &updates)) updates = SIZE_MAX;
  return train->steps < updates ? train->steps : updates;
}

/* 0, 1, 2 ... up to `last`, each `ratio` times the one before or the next one. */
static size_t spread(double ratio, size_t last, size_t most, size_t *update) {
  size_t count = 0;
  for (size_t at = 0; at < last && count < most; count++) {
    update[count] = at;
    const double further = (double)at * ratio;
    at = further >= (double)last ? last : (size_t)further > at ? (size_t)further : at + 1;
  }
  return count;
}

/* Ends of epochs: all of them if there are few, else evenly chosen; the last update in any case. Returns how many; at
 * least 1. */
static size_t ends(size_t total, size_t per_epoch, size_t *update) {
  const size_t epochs = (total - 1) / per_epoch + 1, kept = epochs < EPOCHS_KEPT ? epochs : EPOCHS_KEPT;
  for (size_t i = 0; i < kept; i++) {
    /* epochs * (i + 1) / kept without its overflow */
    const size_t epoch = epochs / kept * (i + 1) + epochs % kept * (i + 1) / kept;
    update[i] = epoch == epochs ? total : epoch * per_epoch;
  }
  return kept;
}

/* Puts another frame into the middle of the longest time without one. */
static size_t halve(size_t *update, size_t count) {
  size_t widest = 1;
  for (size_t i = 2; i < count; i++)
    if (update[i] - update[i - 1] > update[widest] - update[widest - 1]) widest = i;
  memmove(update + widest + 1, update + widest, (count - widest) * sizeof *update);
  update[widest] = update[widest - 1] + (update[widest + 1] - update[widest - 1]) / 2;
  return count + 1;
}

size_t dnp_frames_plan(size_t total, size_t per_epoch, size_t update[DNP_MOST_FRAMES]) {
  size_t late[EPOCHS_KEPT] = {0}, count = 0, lates;
  if (total < DNP_MOST_FRAMES) {
    for (size_t i = 0; i <= total; i++) update[i] = i;
    return total + 1;
  }
  lates = ends(total, per_epoch, late);
  double ratio = 1.5;
  while (count + lates < ENOUGH && ratio > 1.0001) {
    const size_t more = spread(ratio, late[0], DNP_MOST_FRAMES - lates, update);
    if (more == DNP_MOST_FRAMES - lates && count > 0) break; /* cut off before the first end: too dense */
    count = more;
    ratio = 1 + (ratio - 1) * 0.9;
  }
  memcpy(update + count, late, lates * sizeof *late);
  count += lates;
  while (count < ENOUGH) count = halve(update, count); /* short epochs */
  return count;
}

/* ---- where -------------------------------------------------------------------------------------- */

denpa_status dnp_frames_path(const char *run, size_t step, char out[DNP_FRAME_PATH], denpa_error *err) {
  return dnp_numbered_path(run, FOLDER, step, out, err);
}

/* Counted from 1, the first frame that is not of a later update than the one before it; 0: there is none. */
static size_t out_of_order(const denpa_epoch *frames, size_t count) {
  for (size_t i = 1; i < count; i++)
    if (frames[i].step <= frames[i - 1].step) return i + 1;
  return 0;
}

denpa_status dnp_frames_list(const char *run, denpa_epoch **frames, size_t *count, denpa_error *err) {
  char path[DNP_FRAME_PATH];
  struct stat info;
  *frames = NULL;
  *count = 0;
  if (stat(run, &info) != 0)
    return errno == ENOENT ? dnp_fail_absent(err, DNP_N("{1}: there is no such folder"),
                                 DNP_N("{1}: there is no such folder; did you mean {2}?"), run)
                           : dnp_fail_errno(err, "{1}: cannot be looked at: {2}", run, errno);
  if (!S_ISDIR(info.st_mode))
    return dnp_fail(err, DENPA_ERROR_NOT_FOUND,
        "{1}: this is a file, and a recorded run is a folder; denpa train --run DIR --record makes one. What shows the "
        "network of a model file is denpa explain",
        dnp_s(run));
  DNP_TRY(dnp_run_path(run, FOLDER, "frames.csv", path, err));
  if (stat(path, &info) != 0)
    return dnp_fail(err, DENPA_ERROR_NOT_FOUND,
        "{1}: no frames were kept in this folder; denpa train --run DIR --record keeps them, and denpa replay RUN "
        "--record makes those of a run again",
        dnp_s(run));
  DNP_TRY(dnp_log_read(path, frames, count, err));
  const size_t odd = out_of_order(*frames, *count);
  if (*count > 0 && odd == 0) return DENPA_OK;
  dnp_free(*frames);
  *frames = NULL;
  *count = 0;
  if (odd > 0)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: line {2} is not of a later update than the line before it; the file is damaged or was changed",
        dnp_s(path), dnp_u(odd + 1));
  return dnp_fail(err, DENPA_ERROR_NOT_FOUND,
      "{1}: the list of frames is empty; the training was interrupted before the first one", dnp_s(path));
}

/* ---- keeping ------------------------------------------------------------------------------------ */

static denpa_status clear(const char *folder, size_t from, denpa_error *err) {
  DIR *open = opendir(folder);
  if (open == NULL) return dnp_fail_errno(err, "{1}: cannot be looked at: {2}", folder, errno);
  denpa_status status = DENPA_OK;
  size_t step;
  for (struct dirent *entry; status == DENPA_OK && (entry = readdir(open)) != NULL;) /* synced with the next frame */
    if (dnp_numbered_step(entry->d_name, &step) && step >= from && unlinkat(dirfd(open), entry->d_name, 0) != 0)
      status = dnp_fail_errno(err, "{1}: a frame of an earlier run cannot be removed: {2}", folder, errno);
  closedir(open);
  return status;
}

/* The list as far as it is the training's past: *kept, *last. */
static denpa_status go_on(dnp_recorder *recorder, const char *path, size_t from, denpa_error *err) {
  denpa_epoch *line;
  DNP_TRY(dnp_log_cut(path, from - 1, err));
  DNP_TRY(dnp_log_read(path, &line, &recorder->kept, err));
  if (recorder->kept > 0) recorder->last = line[recorder->kept - 1].step;
  dnp_free(line);
  return DENPA_OK;
}

denpa_status dnp_recorder_open(dnp_recorder *recorder, const char *run, denpa_net *net, const denpa_data *data,
    const denpa_train_options *train, size_t from, denpa_error *err) {
  char path[DNP_FRAME_PATH];
  struct stat info;
  size_t per_epoch;
  const size_t total = dnp_frames_length(data, train, &per_epoch);
  *recorder = (dnp_recorder){.run = run, .net = net};
  recorder->count = dnp_frames_plan(total, per_epoch, recorder->update);
  DNP_TRY(dnp_run_path(run, FOLDER, "", path, err));
  int code = dnp_make_folder(path, 0777);
  if (code != 0 && code != EEXIST)
    return dnp_fail_names(err, "{1}: the folder for the frames cannot be made: {2}", path, code);
  (void)dnp_remove_left_over(path);
  DNP_TRY(clear(path, from, err));
  DNP_TRY(dnp_run_path(run, FOLDER, "frames.csv", path, err));
  while (recorder->at < recorder->count && recorder->update[recorder->at] < from) recorder->at++;
  const bool old = from > 0 && stat(path, &info) == 0;
  if (old) DNP_TRY(go_on(recorder, path, from, err));
  DNP_TRY(dnp_append_open(&recorder->list, path, old, err));
  recorder->on = true;
  code = old ? 0 : dnp_log_begin(&recorder->list, false);
  return code == 0 ? DENPA_OK : dnp_fail_errno(err, "{1}: cannot be written: {2}", path, code);
}

size_t dnp_recorder_next(const dnp_recorder *recorder) {
  return recorder->on && recorder->at < recorder->count ? recorder->update[recorder->at] : SIZE_MAX;
}

denpa_status dnp_recorder_keep(dnp_recorder *recorder, const denpa_epoch *now, denpa_error *err) {
  char path[DNP_FRAME_PATH];
  recorder->at++;
  if (recorder->kept > 0 && now->step == recorder->last) return DENPA_OK;
  DNP_TRY(dnp_frames_path(recorder->run, now->step, path, err));
  DNP_TRY(denpa_net_save(recorder->net, path, err));
  const int code = dnp_log_add(&recorder->list, now, false);
  if (code != 0)
    return dnp_fail_errno(err, "{1}: the list of frames cannot be written any more: {2}", recorder->run, code);
  recorder->last = now->step;
  recorder->kept++;
  return DENPA_OK;
}

denpa_status dnp_recorder_sync(dnp_recorder *recorder, denpa_error *err) {
  const int code = recorder->on ? dnp_append_sync(&recorder->list) : 0;
  if (code == 0) return DENPA_OK;
  dnp_recorder_close(recorder);
  return dnp_fail_errno(err, "{1}: the list of frames cannot be written any more: {2}", recorder->run, code);
}

void dnp_recorder_close(dnp_recorder *recorder) {
  if (recorder->on) (void)dnp_append_close(&recorder->list);
  recorder->on = false;
}
