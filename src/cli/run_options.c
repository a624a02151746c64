/* run_options.c: the options of a run as JSON, written and read by one table (options.def). Called by keep.c, which
 * makes the folder of a run, and by the subcommands that go on with one. */
#include "cli/run_options.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/write.h"
#include "cli/shared.h"

/* ---- which -------------------------------------------------------------------------------------- */

/* What tells how a training goes and what it leaves beside the folder; the rest is how it is shown. */
static bool is_recorded(int option) {
  static const int results[] = {CLI_OPTION_OUT, CLI_OPTION_LOG, CLI_OPTION_RECORD, CLI_OPTION_CHECKPOINT_EVERY};
  const cli_option *row = &cli_option_table[option];
  for (size_t i = 0; i < sizeof results / sizeof *results; i++)
    if (results[i] == option) return true;
  return (row->commands & CLI_TRAIN) != 0 && row->group != CLI_GENERAL && row->group != CLI_RESULT;
}

static bool used(const cli_option *row, const cli_options *options) {
  return row->setting == NULL || dnp_setting_used(row->setting, &options->train);
}

static bool is_text(const cli_option *row) {
  return row->kind == CLI_TEXT || row->kind == CLI_WORD || row->kind == CLI_NAMED;
}
static bool is_real(const cli_option *row) {
  return row->kind == CLI_RATE || row->kind == CLI_REAL || row->kind == CLI_SHARE;
}

/* ---- writing ------------------------------------------------------------------------------------ */

/* Word number `index` of a choice. */
static json_t *choice_json(const cli_option *row, int index) {
  char words[DNP_WORDS];
  const char *word = cli_values(row, words);
  for (; index > 0; index--) word = strchr(word, '|') + 1;
  return json_stringn(word, strcspn(word, "|"));
}

static json_t *value_json(const cli_options *options, int option) {
  const cli_option *row = &cli_option_table[option];
  const void *member = (const unsigned char *)options + row->member;
  if (is_text(row)) {
    const char *text = *(const char *const *)member;
    return text != NULL ? json_string(text) : json_null();
  }
  if (is_real(row)) {
    char number[CLI_FALLBACK];
    const bool none = cli_fallback(option, NULL, number) == NULL && !cli_given(options, option);
    return none || !used(row, options) ? json_null() : json_real(*(const double *)member);
  }
  if (row->kind == CLI_SIZE) {
    const size_t size = *(const size_t *)member;
    return (uint64_t)size > INT64_MAX ? json_null() /* no limit at all: JSON's integers end there */
                                      : json_integer((json_int_t)size);
  }
  if (row->kind == CLI_WHOLE) {
    char digits[24];
    snprintf(digits, sizeof digits, "%llu", (unsigned long long)*(const uint64_t *)member);
    return json_string(digits);
  }
  if (row->kind == CLI_CHOICE) return choice_json(row, *(const int *)member);
  return json_boolean(*(const bool *)member);
}

/* Every option as it would be typed; NULL: not enough memory for all of it. */
static json_t *as_json(const cli_options *given, const denpa_data *data, const char *sha) {
  cli_options settled = *given;
  json_t *all = json_object(), *typed = json_array();
  bool whole = all != NULL && typed != NULL;
  settled.train = cli_train_options(given);
  for (int i = 0; i < CLI_OPTIONS && whole; i++) {
    if (!is_recorded(i)) continue;
    whole = json_object_set_new(all, cli_option_table[i].name, value_json(&settled, i)) == 0 &&
            (!cli_given(given, i) || json_array_append_new(typed, json_string(cli_option_table[i].name)) == 0);
  }
  whole = whole && json_object_set(all, "given", typed) == 0 &&
          json_object_set_new(all, "data", json_string(denpa_data_name(data))) == 0 &&
          json_object_set_new(all, "data_sha256", json_string(sha)) == 0 &&
          json_object_set_new(all, "denpa_version", json_string(denpa_version())) == 0 &&
          json_object_set_new(all, "run_format", json_integer(CLI_RUN_FORMAT)) == 0;
  json_decref(typed);
  if (whole) return all;
  json_decref(all);
  return NULL;
}

static denpa_status path_of(const char *run, char out[4096], denpa_error *err) {
  return snprintf(out, 4096, "%s/options.json", run) < 4096
             ? DENPA_OK
             : dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1}: this path is too long", dnp_s(run));
}

denpa_status cli_run_options_write(const cli_options *options, const denpa_data *data, denpa_error *err) {
  char path[4096], sha[65];
  DNP_TRY(path_of(options->run, path, err));
  DNP_TRY(dnp_data_sha256(data, sha, err));
  json_t *all = as_json(options, data, sha);
  char *text = all != NULL ? json_dumps(all, JSON_INDENT(2) | JSON_REAL_PRECISION(17)) : NULL;
  json_decref(all);
  if (text == NULL) return dnp_fail(err, DENPA_ERROR_MEMORY, "not enough memory for the JSON object");
  const denpa_status status = dnp_write_file(path, (const dnp_piece[]){{text, strlen(text)}, {"\n", 1}}, 2, err);
  free(text);
  return status;
}

/* ---- reading ------------------------------------------------------------------------------------ */

static bool parse_whole(const char *digits, uint64_t *out) {
  char *end;
  *out = strtoull(digits, &end, 10);
  return *digits >= '0' && *digits <= '9' && *end == '\0';
}

/* One value into its member; false if it cannot be this option's. */
static bool take(cli_options *options, const cli_option *row, const json_t *value) {
  void *member = (unsigned char *)options + row->member;
  char words[DNP_WORDS];
  const char *text = json_string_value(value);
  if (json_is_null(value)) {
    if (row->kind == CLI_SIZE) *(size_t *)member = SIZE_MAX;
    return row->kind == CLI_SIZE || is_text(row) || is_real(row);
  }
  if (is_text(row)) return text != NULL && (*(const char **)member = text, true);
  if (is_real(row)) return json_is_number(value) && (*(double *)member = json_number_value(value), true);
  if (row->kind == CLI_SIZE)
    return json_is_integer(value) && json_integer_value(value) >= 0 &&
           (*(size_t *)member = (size_t)json_integer_value(value), true);
  if (row->kind == CLI_WHOLE) return text != NULL && parse_whole(text, member);
  if (row->kind == CLI_FLAG) return json_is_boolean(value) && (*(bool *)member = json_is_true(value), true);
  const int place = text != NULL ? cli_choice(cli_values(row, words), text) : -1;
  if (row->kind != CLI_CHOICE || place < 0) return false;
  *(int *)member = place;
  return true;
}

static bool was_given(const json_t *typed, const char *name) {
  for (size_t i = 0; i < json_array_size(typed); i++) {
    const char *one = json_string_value(json_array_get(typed, i));
    if (one != NULL && strcmp(one, name) == 0) return true;
  }
  return false;
}

static denpa_status take_all(const char *path, cli_options *options, cli_run_options *out, denpa_error *err) {
  const json_t *format = json_object_get(out->json, "run_format"), *typed = json_object_get(out->json, "given");
  out->old = format == NULL;
  if (!json_is_object(out->json))
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: this file does not hold the options of a run any more", dnp_s(path));
  if (!out->old && json_integer_value(format) != CLI_RUN_FORMAT)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
        "{1}: a run of format {2}, made by denpa {4}; this denpa reads format {3}. Go on with that denpa, or a newer "
        "one",
        dnp_s(path), dnp_i(json_integer_value(format)), dnp_i(CLI_RUN_FORMAT),
        dnp_s(json_is_string(json_object_get(out->json, "denpa_version"))
                  ? json_string_value(json_object_get(out->json, "denpa_version"))
                  : "?"));
  for (int i = 0; i < CLI_OPTIONS; i++) {
    const cli_option *row = &cli_option_table[i];
    if (!is_recorded(i) || i == CLI_OPTION_THREADS || i == CLI_OPTION_CPU) continue;
    const json_t *value = json_object_get(out->json, row->name);
    if (value == NULL) continue; /* an option that is younger than the run: what it is without being given */
    if (!take(options, row, value))
      return dnp_fail(
          err, DENPA_ERROR_FORMAT, "{1}: the value of '{2}' is missing or not possible", dnp_s(path), dnp_s(row->name));
    options->given[i] = was_given(typed, row->name);
  }
  out->data_name = json_string_value(json_object_get(out->json, "data"));
  out->data_sha256 = json_string_value(json_object_get(out->json, "data_sha256"));
  if (out->old || (out->data_name != NULL && out->data_sha256 != NULL)) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: the value of '{2}' is missing or not possible", dnp_s(path),
      dnp_s(out->data_name == NULL ? "data" : "data_sha256"));
}

denpa_status cli_run_options_read(const char *run, cli_options *options, cli_run_options *out, denpa_error *err) {
  enum { MOST = 1 << 20 };
  char path[4096];
  unsigned char *text;
  size_t size;
  json_error_t why;
  *out = (cli_run_options){0};
  DNP_TRY(path_of(run, path, err));
  DNP_TRY(dnp_read_file(path, MOST, &text, &size, err));
  out->json = json_loadb((const char *)text, size, 0, &why);
  dnp_free(text);
  if (out->json == NULL)
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: line {2}, column {3}: this is not JSON ({4})", dnp_s(path),
        dnp_i(why.line), dnp_i(why.column), dnp_s(why.text));
  return take_all(path, options, out, err);
}

bool cli_lacks_model(const char *run) {
  static const char *const there[] = {"log.csv", "options.json"};
  char path[4096];
  struct stat info;
  if (snprintf(path, sizeof path, "%s/model.safetensors", run) >= 4096 || stat(path, &info) == 0) return false;
  for (size_t i = 0; i < sizeof there / sizeof *there; i++)
    if (snprintf(path, sizeof path, "%s/%s", run, there[i]) >= 4096 || stat(path, &info) != 0) return false;
  return true;
}

/* ---- overruling --------------------------------------------------------------------------------- */

static size_t size_of(const cli_option *row) {
  return is_text(row)              ? sizeof(char *)
         : is_real(row)            ? sizeof(double)
         : row->kind == CLI_SIZE   ? sizeof(size_t)
         : row->kind == CLI_WHOLE  ? sizeof(uint64_t)
         : row->kind == CLI_CHOICE ? sizeof(int)
         : row->kind == CLI_FLAG   ? sizeof(bool)
                                   : sizeof(cli_texts);
}

void cli_options_overrule(cli_options *options, const cli_options *over) {
  for (int i = 0; i < CLI_OPTIONS; i++) {
    const cli_option *row = &cli_option_table[i];
    if (!cli_given(over, i)) continue;
    memcpy((unsigned char *)options + row->member, (const unsigned char *)over + row->member, size_of(row));
    options->given[i] = true;
  }
}
