/* recall.c: the options of a run, read back from its options.json, which keep.c writes. Called by the subcommand
 * doctor, and by all that load a model. */
#include "cli/recall.h"

#include <string.h>
#include <sys/stat.h>

static bool path_of(const char *run, const char *name, char out[4096]) {
  const int length = snprintf(out, 4096, "%s/%s", run, name);
  return length > 0 && length < 4096;
}

bool cli_lacks_model(const char *run) {
  char path[4096];
  struct stat info;
  if (!path_of(run, "model.safetensors", path) || stat(path, &info) == 0) return false;
  if (!path_of(run, "log.csv", path) || stat(path, &info) != 0) return false;
  return path_of(run, "options.json", path) && stat(path, &info) == 0;
}

/* One value, into its member; false if it is not of the kind that the option is. */
static bool put(cli_options *options, const cli_option *row, const json_t *value) {
  void *member = (char *)options + row->member;
  char words[DNP_WORDS];
  const char *text = json_string_value(value);
  switch (row->kind) {
    case CLI_TEXT:
    case CLI_WORD:
    case CLI_NAMED: *(const char **)member = text; return text != NULL || json_is_null(value);
    case CLI_RATE:
    case CLI_REAL:
    case CLI_SHARE:
      if (json_is_number(value)) *(double *)member = json_number_value(value);
      return json_is_number(value) || json_is_null(value);
    case CLI_SIZE:
      *(size_t *)member = json_is_null(value) ? SIZE_MAX : (size_t)json_integer_value(value);
      return json_is_null(value) || (json_is_integer(value) && json_integer_value(value) >= 0);
    case CLI_WHOLE: {
      uint64_t whole = 0;
      for (const char *d = text; d != NULL && *d >= '0' && *d <= '9'; d++) whole = 10 * whole + (uint64_t)(*d - '0');
      *(uint64_t *)member = whole;
      return text != NULL;
    }
    case CLI_CHOICE:
      *(int *)member = text != NULL ? cli_choice(cli_values(row, words), text) : -1;
      return *(int *)member >= 0;
    case CLI_FLAG: *(bool *)member = json_is_true(value); return json_is_boolean(value);
    case CLI_TEXTS: return false;
  }
  return false;
}

denpa_status cli_recall(cli_options *options, const char *run, json_t **told, const char **data, denpa_error *err) {
  char path[4096];
  json_error_t trouble;
  *data = NULL;
  *told = path_of(run, "options.json", path) ? json_load_file(path, JSON_REJECT_DUPLICATES, &trouble) : NULL;
  if (!json_is_object(*told))
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: this file does not hold the options of a run any more", dnp_s(path));
  for (int i = 0; i < CLI_OPTIONS; i++) {
    const cli_option *row = &cli_option_table[i];
    /* how fast this machine computes is its own matter */
    if ((row->commands & CLI_TRAIN) == 0 || row->group == CLI_GENERAL || row->group == CLI_RESULT ||
        i == CLI_OPTION_THREADS || i == CLI_OPTION_CPU)
      continue;
    const json_t *value = json_object_get(*told, row->name);
    if (value != NULL && !put(options, row, value))
      return dnp_fail(
          err, DENPA_ERROR_FORMAT, "{1}: what it says of {2} is not a value of --{2}", dnp_s(path), dnp_s(row->name));
  }
  *data = json_string_value(json_object_get(*told, "data"));
  return DENPA_OK;
}
