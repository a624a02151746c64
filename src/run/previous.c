/* previous.c: a run that makes room for another one. Nothing is copied, so a full disk is no hindrance, and whenever
 * the process is killed, all of it is in one of the two folders; the next call goes on. Called by the subcommand train.
 */
#include "run/previous.h"

#include <errno.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/text.h"
#include "base/write.h"

/* The model goes first: a folder without it does not show it as another training's result. */
static const char *const parts[] = {
    "model.safetensors", "earlier-model.safetensors", "checkpoints", "frames", "log.csv", "options.json"};
enum { PARTS = sizeof parts / sizeof *parts };
#define FOLDER "previous-run"
#define HALF FOLDER ".part" /* while it is moved */

static denpa_status join(const char *folder, const char *name, char out[DNP_PREVIOUS_PATH], denpa_error *err) {
  const int length = snprintf(out, DNP_PREVIOUS_PATH, "%s/%s", folder, name);
  return length < DNP_PREVIOUS_PATH ? DENPA_OK
                                    : dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1}: this path is too long", dnp_s(folder));
}

static bool is_there(const char *path) {
  struct stat info;
  return lstat(path, &info) == 0;
}

static denpa_status holds_any(const char *run, bool *any, denpa_error *err) {
  char path[DNP_PREVIOUS_PATH];
  *any = false;
  for (size_t i = 0; i < PARTS; i++) {
    DNP_TRY(join(run, parts[i], path, err));
    *any = *any || is_there(path);
  }
  return DENPA_OK;
}

static denpa_status move_parts(const char *run, const char *half, denpa_error *err) {
  char from[DNP_PREVIOUS_PATH], to[DNP_PREVIOUS_PATH];
  int code = dnp_make_folder(half, 0777);
  if (code != 0 && code != EEXIST)
    return dnp_fail_names(err, "{1}: the folder for the earlier run cannot be made: {2}", half, code);
  for (size_t i = 0; i < PARTS; i++) {
    DNP_TRY(join(run, parts[i], from, err));
    DNP_TRY(join(half, parts[i], to, err));
    code = is_there(from) ? dnp_move_file(from, to) : 0;
    if (code != 0) return dnp_fail_names(err, "{1}: this part of an earlier run cannot be moved away: {2}", from, code);
  }
  return DENPA_OK;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place) {
  (void)info, (void)kind, (void)place;
  return remove(path);
}

/* The run before the earlier one. What somebody else put under this name is not ours to remove. */
static denpa_status remove_older(const char *kept, denpa_error *err) {
  enum { OPEN = 8 };
  bool ours;
  if (!is_there(kept)) return DENPA_OK;
  DNP_TRY(holds_any(kept, &ours, err));
  if (!ours)
    return dnp_fail(err, DENPA_ERROR_IO,
        "{1}: the earlier run is to be kept here, but this is not a run of denpa's; give it another name", dnp_s(kept));
  if (nftw(kept, remove_one, OPEN, FTW_DEPTH | FTW_PHYS) == 0) return DENPA_OK;
  return dnp_fail_errno(err, "{1}: the run that was kept before cannot be removed: {2}", kept, errno);
}

denpa_status dnp_previous_keep(const char *run, char kept[DNP_PREVIOUS_PATH], denpa_error *err) {
  char half[DNP_PREVIOUS_PATH], to[DNP_PREVIOUS_PATH];
  bool any;
  kept[0] = '\0';
  DNP_TRY(join(run, FOLDER, to, err));
  DNP_TRY(join(run, HALF, half, err));
  DNP_TRY(holds_any(run, &any, err));
  if (!any && !is_there(half)) return DENPA_OK;
  DNP_TRY(move_parts(run, half, err));
  DNP_TRY(remove_older(to, err));
  const int code = dnp_move_file(half, to);
  if (code != 0) return dnp_fail_names(err, "{1}: the earlier run cannot be moved here: {2}", to, code);
  dnp_text_copy(kept, DNP_PREVIOUS_PATH, to);
  return DENPA_OK;
}
