/* run_places.c: where the files lie that options.json names: a run may be called from another folder than its training
 * was, and may have been moved, alone or with its data. Names are kept as they were typed, beside the folder they were
 * typed in, so that a model file is the same wherever its run is resumed. Called by run_options.c and by whoever opens
 * the data of a run. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "base/write.h"
#include "cli/run_options.h"

/* ---- the folder --------------------------------------------------------------------------------- */

static bool is_here(const char *folder) {
  struct stat here, there;
  return stat(".", &here) == 0 && stat(folder, &there) == 0 && here.st_dev == there.st_dev &&
         here.st_ino == there.st_ino;
}

/* "/a/b" where `path` is "/a/b/runs/first" and `end` is "runs/first"; false if it ends otherwise. */
static bool without_end(const char *path, const char *end, char out[CLI_PLACE]) {
  while (strncmp(end, "./", 2) == 0) end += 2;
  size_t tail = strlen(end);
  const size_t length = strlen(path);
  while (tail > 0 && end[tail - 1] == '/') tail--;
  if (tail == 0 || end[0] == '/' || length < tail + 1 || path[length - tail - 1] != '/') return false;
  if (strncmp(path + length - tail, end, tail) != 0) return false;
  snprintf(out, CLI_PLACE, "%.*s", (int)(length > tail + 1 ? length - tail - 1 : 1), path);
  return true;
}

/* Whether a recorded source lies where it did, seen from a folder. A folder of pictures may have its form behind its
 * name: "photos:28x28:grey". */
static bool holds(const char *folder, const char *name) {
  char path[2 * CLI_PLACE];
  struct stat info;
  if (name == NULL || name[0] == '/') return true;
  if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path) return false;
  for (char *colon; stat(path, &info) != 0; *colon = '\0')
    if ((colon = strrchr(path, ':')) == NULL || (size_t)(colon - path) <= strlen(folder)) return false;
  return true;
}

/* A name of data that are built in is no path. */
static const char *as_path(const char *data) {
  return data != NULL && dnp_data_kind_of(data) == DNP_DATA_USUAL ? NULL : data;
}

bool cli_place_find(const char *run, const json_t *told, char out[CLI_PLACE], char sources[CLI_PLACE]) {
  char here[PATH_MAX], beside[PATH_MAX], now[CLI_PLACE];
  const char *folder = json_string_value(json_object_get(told, "folder")),
             *named = json_string_value(json_object_get(told, "run")),
             *data = as_path(json_string_value(json_object_get(told, "data"))),
             *test = json_string_value(json_object_get(told, "test"));
  out[0] = sources[0] = '\0';
  if (realpath(run, here) == NULL || getcwd(now, sizeof now) == NULL) return true;
  /* what was moved with the run comes before what is still where it was */
  if (named != NULL && !without_end(here, named, out) && folder != NULL && folder[0] == '/')
    dnp_text_copy(out, CLI_PLACE, folder);
  if (out[0] == '\0') dnp_text_copy(out, CLI_PLACE, now); /* a run that does not say */
  dnp_text_copy(beside, sizeof beside, here);
  char *slash = strrchr(beside, '/');
  slash[slash == beside] = '\0';
  const char *const places[] = {out, now, beside};
  for (size_t i = 0; i < 3 && sources[0] == '\0'; i++)
    if (holds(places[i], data) && holds(places[i], test)) dnp_text_copy(sources, CLI_PLACE, places[i]);
  const bool found = sources[0] != '\0';
  if (!found && dnp_is_folder(out)) dnp_text_copy(sources, CLI_PLACE, out);
  if (sources[0] != '\0' && is_here(sources)) sources[0] = '\0';
  if (is_here(out)) out[0] = '\0';
  return found;
}

/* ---- going there, and back ---------------------------------------------------------------------- */

denpa_status cli_place_enter(const char *folder, int *back, denpa_error *err) {
  *back = -1;
  if (folder[0] == '\0') return DENPA_OK;
  *back = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC); /* law: reads */
  if (*back >= 0 && chdir(folder) == 0) return DENPA_OK;
  const int code = errno;
  if (*back >= 0) close(*back);
  *back = -1;
  return dnp_fail_errno(err, "{1}: this folder, in which the run's data lie, cannot be entered: {2}", folder, code);
}

denpa_status cli_place_leave(int back, denpa_status status, denpa_error *err) {
  if (back < 0) return status;
  const int code = fchdir(back) == 0 ? 0 : errno;
  close(back);
  return status != DENPA_OK || code == 0
             ? status
             : dnp_fail_errno(err, "{1}: the working folder cannot be entered again: {2}", ".", code);
}

/* ---- names -------------------------------------------------------------------------------------- */

denpa_status cli_place_absolute(const char *folder, const char **name, char room[CLI_PLACE], denpa_error *err) {
  char now[CLI_PLACE] = "/";
  if (*name == NULL) return DENPA_OK;
  const bool rooted = (*name)[0] == '/';
  if (!rooted && folder[0] == '\0' && getcwd(now, sizeof now) == NULL)
    return dnp_fail_errno(err, "{1}: cannot be looked at: {2}", ".", errno);
  const char *base = rooted ? "" : folder[0] != '\0' ? folder : now;
  const bool slash = !rooted && strcmp(base, "/") != 0;
  if (snprintf(room, CLI_PLACE, "%s%s%s", base, slash ? "/" : "", *name) >= CLI_PLACE)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1}: this path is too long", dnp_s(*name));
  *name = room;
  return DENPA_OK;
}

const char *cli_place_relative(const char *folder, const char *path) {
  const size_t length = strlen(folder);
  const bool inside = length > 1 && strncmp(path, folder, length) == 0 && path[length] == '/';
  return inside ? path + length + 1 : path;
}
