/* run_options.c: the options of a run as JSON, written and read by one table (options.def). Called by keep.c, which
 * makes the folder of a run, and by the subcommands that go on with one. */
#include "cli/run_options.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/write.h"
#include "cli/shared.h"
#include "learn/learn.h"
#include "run/checkpoints.h"

/* ---- which -------------------------------------------------------------------------------------- */

/* What tells how a training goes and what it leaves beside the folder; the rest is how it is shown. */
static bool is_recorded(int option) {
  static const int results[] = {CLI_OPTION_OUT, CLI_OPTION_LOG, CLI_OPTION_RECORD, CLI_OPTION_CHECKPOINT_EVERY};
  const cli_option *row = &cli_option_table[option];
  for (size_t i = 0; i < sizeof results / sizeof *results; i++)
    if (results[i] == option) return true;
  /* a run is one training, whatever was trained beside it */
  return (row->commands & CLI_TRAIN) != 0 && row->group != CLI_GENERAL && row->group != CLI_RESULT &&
         option != CLI_OPTION_SEEDS;
}

/* How fast a machine computes is its own matter. */
static bool is_read(int option) {
  return is_recorded(option) && option != CLI_OPTION_THREADS && option != CLI_OPTION_CPU;
}

bool cli_run_setting(int option) { return is_read(option) && cli_option_table[option].group != CLI_RESULT; }

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
    const uint64_t wide = size; /* no limit at all, or beyond JSON's integers */
    return size == SIZE_MAX || wide > INT64_MAX ? json_null() : json_integer((json_int_t)size);
  }
  if (row->kind == CLI_WHOLE) {
    char digits[24];
    snprintf(digits, sizeof digits, "%llu", (unsigned long long)*(const uint64_t *)member);
    return json_string(digits);
  }
  if (row->kind == CLI_CHOICE) return choice_json(row, *(const int *)member);
  return json_boolean(*(const bool *)member);
}

/* The names of files, as they are from the folder that is recorded beside them. */
typedef struct places {
  char folder[CLI_PLACE]; /* "": it has no name */
  char run[CLI_PLACE], out[CLI_PLACE], log[CLI_PLACE], real[PATH_MAX];
} places;

static denpa_status place(const char *folder, const char **name, char room[CLI_PLACE], denpa_error *err) {
  DNP_TRY(cli_place_absolute("", name, room, err));
  if (*name != NULL) *name = cli_place_relative(folder, *name);
  return DENPA_OK;
}

static denpa_status place_all(places *p, cli_options *o, denpa_error *err) {
  *p = (places){.folder = ""};
  if (o->folder == NULL || o->folder[0] == '\0') {
    if (getcwd(p->folder, sizeof p->folder) == NULL) p->folder[0] = '\0';
    return DENPA_OK;
  }
  dnp_text_copy(p->folder, sizeof p->folder, o->folder);
  if (realpath(o->run, p->real) != NULL) o->run = p->real;
  DNP_TRY(place(p->folder, &o->run, p->run, err));
  DNP_TRY(place(p->folder, &o->out, p->out, err));
  DNP_TRY(place(p->folder, &o->log, p->log, err));
  if (o->test != NULL) o->test = cli_place_relative(p->folder, o->test);
  return DENPA_OK;
}

/* Every option as it would be typed. */
static json_t *as_json(const cli_options *given, const places *p, const denpa_data *data, const char *sha) {
  cli_options settled = *given;
  json_t *all = json_object(), *typed = json_array();
  settled.train = cli_train_options(given);
  for (int i = 0; i < CLI_OPTIONS; i++) {
    if (!is_recorded(i)) continue;
    dnp_json_put(&all, cli_option_table[i].name, value_json(&settled, i));
    if (cli_given(given, i)) dnp_json_add(&typed, json_string(cli_option_table[i].name));
  }
  dnp_json_put(&all, "folder", p->folder[0] != '\0' ? json_string(p->folder) : json_null());
  dnp_json_put(&all, "run", json_string(given->run));
  dnp_json_put(&all, "given", typed);
  dnp_json_put(&all, "data", json_string(cli_place_relative(p->folder, denpa_data_name(data))));
  dnp_json_put(&all, "data_sha256", json_string(sha));
  dnp_json_put(&all, "test_whole", json_boolean(given->test_whole));
  dnp_json_put(&all, "denpa_version", json_string(denpa_version()));
  dnp_json_put(&all, "run_format", json_integer(CLI_RUN_FORMAT));
  if (given->past != NULL) dnp_json_put_all(&all, json_incref((json_t *)(uintptr_t)given->past));
  return all;
}

static denpa_status path_of(const char *run, char out[4096], denpa_error *err) {
  return snprintf(out, 4096, "%s/options.json", run) < 4096
             ? DENPA_OK
             : dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1}: this path is too long", dnp_s(run));
}

denpa_status cli_run_options_write(
    const cli_options *options, const denpa_data *data, const char *sha256, denpa_error *err) {
  char path[4096], sha[65];
  cli_options settled = *options;
  places p;
  DNP_TRY(path_of(options->run, path, err));
  DNP_TRY(place_all(&p, &settled, err));
  if (sha256 == NULL) DNP_TRY(dnp_data_sha256(data, sha, err));
  char *text;
  DNP_TRY(dnp_json_text(as_json(&settled, &p, data, sha256 != NULL ? sha256 : sha),
      JSON_INDENT(2) | JSON_REAL_PRECISION(17), &text, err));
  const denpa_status status = dnp_write_file(path, (const dnp_piece[]){{text, strlen(text)}, {"\n", 1}}, 2, err);
  dnp_free(text);
  return status;
}

/* ---- reading ------------------------------------------------------------------------------------ */

/* Counts are whole numbers of JSON, as far as this machine can count. */
static bool take_size(const json_t *value, size_t *out) {
  if (!json_is_integer(value) || json_integer_value(value) < 0) return false;
  if ((uint64_t)json_integer_value(value) > SIZE_MAX) return false;
  *out = (size_t)json_integer_value(value);
  return true;
}

static denpa_status impossible(const char *path, const char *key, denpa_error *err) {
  return dnp_fail(
      err, DENPA_ERROR_FORMAT, "{1}: the value of '{2}' is missing or not possible", dnp_s(path), dnp_s(key));
}

enum { NUMBER = 48 };

/* A value as it would be typed; NULL if it is of another kind than the option's. */
static const char *as_typed(const cli_option *row, const json_t *value, char number[NUMBER]) {
  if (is_real(row)) {
    if (!json_is_number(value)) return NULL;
    dnp_format_real(number, NUMBER, json_number_value(value), 17);
    return number;
  }
  if (row->kind != CLI_SIZE) return json_string_value(value);
  if (!json_is_integer(value)) return NULL;
  snprintf(number, NUMBER, "%lld", (long long)json_integer_value(value));
  return number;
}

/* Values that are not typed so: none, no limit, a word that stands for 0, yes and no. False: it is another one. */
static bool take_plain(cli_options *options, const cli_option *row, const json_t *value) {
  void *member = (unsigned char *)options + row->member;
  if (json_is_boolean(value) && row->kind == CLI_FLAG) return *(bool *)member = json_is_true(value), true;
  if (row->kind == CLI_SIZE && json_is_integer(value) && json_integer_value(value) == 0)
    return *(size_t *)member = 0, true;
  if (row->kind == CLI_SIZE && json_is_null(value) && row->high == SIZE_MAX) return *(size_t *)member = SIZE_MAX, true;
  if (!json_is_null(value)) return false;
  /* what a fork is given in its place does not hold for the updates before it */
  if (is_text(row)) return *(const char **)member = NULL, true;
  const denpa_train_options plain = denpa_train_options_default();
  if (is_real(row) && row->setting != NULL)
    memcpy(member, (const unsigned char *)&plain + row->setting->member, sizeof(double));
  return is_real(row);
}

/* One value into its member: what could not be typed cannot stand there. */
static denpa_status take(
    const char *path, cli_options *options, const cli_option *row, const json_t *value, denpa_error *err) {
  char number[NUMBER], shown[NUMBER];
  if (take_plain(options, row, value)) return DENPA_OK;
  const char *typed = row->kind != CLI_FLAG ? as_typed(row, value, number) : NULL;
  if (typed == NULL) return impossible(path, row->name, err);
  snprintf(shown, sizeof shown, "'%s'", row->name);
  if (row->kind == CLI_NAMED) /* --label-smoothing makes of a loss one that has no place in its list */
    return *(const char **)(void *)((unsigned char *)options + row->member) = typed, DENPA_OK;
  return cli_set(options, row, shown, typed, err) == DENPA_OK ? DENPA_OK : dnp_fail_in(err, DENPA_ERROR_FORMAT, path);
}

static bool was_given(const json_t *typed, const char *name) {
  for (size_t i = 0; i < json_array_size(typed); i++) {
    const char *one = json_string_value(json_array_get(typed, i));
    if (one != NULL && strcmp(one, name) == 0) return true;
  }
  return false;
}

/* What stands beside the options, where it stands at all: the member that is not what it has to be; NULL: none. */
static const char *odd_member(const json_t *all) {
  static const struct {
    const char *key;
    json_type type;
  } members[] = {{"given", JSON_ARRAY}, {"lengths", JSON_ARRAY}, {"forked_from", JSON_STRING},
      {"forked_at", JSON_INTEGER}, {"run", JSON_STRING}, {"data", JSON_STRING}, {"data_sha256", JSON_STRING},
      {"denpa_version", JSON_STRING}};
  for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
    const json_t *value = json_object_get(all, members[i].key);
    if (value != NULL && json_typeof(value) != members[i].type) return members[i].key;
  }
  return json_integer_value(json_object_get(all, "forked_at")) < 0 ? "forked_at" : NULL;
}

static bool is_sha256(const char *text) {
  enum { DIGITS = 64 };
  return text != NULL && strlen(text) == DIGITS && strspn(text, "0123456789abcdef") == DIGITS;
}

static denpa_status take_all(const char *path, cli_options *options, cli_run_options *out, denpa_error *err) {
  const json_t *format = json_object_get(out->json, "run_format"), *typed = json_object_get(out->json, "given");
  out->old = format == NULL;
  if (!json_is_object(out->json))
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: this file does not hold the options of a run any more", dnp_s(path));
  if (!out->old && !json_is_integer(format)) return impossible(path, "run_format", err);
  if (!out->old && json_integer_value(format) != CLI_RUN_FORMAT)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
        "{1}: a run of format {2}, made by denpa {4}; this denpa reads format {3}. Go on with that denpa, or a newer "
        "one",
        dnp_s(path), dnp_i(json_integer_value(format)), dnp_i(CLI_RUN_FORMAT),
        dnp_s(json_is_string(json_object_get(out->json, "denpa_version"))
                  ? json_string_value(json_object_get(out->json, "denpa_version"))
                  : "?"));
  const char *odd = odd_member(out->json);
  if (odd != NULL) return impossible(path, odd, err);
  for (int i = 0; i < CLI_OPTIONS; i++) {
    const cli_option *row = &cli_option_table[i];
    if (!is_read(i)) continue;
    const json_t *value = json_object_get(out->json, row->name);
    if (value == NULL) continue; /* an option that is younger than the run: what it is without being given */
    DNP_TRY(take(path, options, row, value, err));
    options->given[i] = was_given(typed, row->name);
  }
  /* older runs do not say it: their --samples cut the test data, too */
  options->test_whole = json_is_true(json_object_get(out->json, "test_whole"));
  dnp_optimizer_settings settled;
  dnp_checkpoint_every every;
  denpa_status possible = dnp_optimizer_settings_from(&options->train, &settled, err);
  if (possible == DENPA_OK) possible = dnp_checkpoint_every_read(&every, options->checkpoint_every, err);
  if (possible != DENPA_OK) return dnp_fail_in(err, DENPA_ERROR_FORMAT, path);
  out->forked_from = json_string_value(json_object_get(out->json, "forked_from"));
  out->forked_at = (size_t)json_integer_value(json_object_get(out->json, "forked_at"));
  out->data_name = json_string_value(json_object_get(out->json, "data"));
  out->data_sha256 = json_string_value(json_object_get(out->json, "data_sha256"));
  if (out->old) return DENPA_OK;
  if (options->train.epochs == DENPA_NO_LIMIT && options->train.steps == DENPA_NO_LIMIT) /* it would never end */
    return impossible(path, "epochs", err);
  if (out->data_name == NULL || out->data_name[0] == '\0') return impossible(path, "data", err);
  return is_sha256(out->data_sha256) ? DENPA_OK : impossible(path, "data_sha256", err);
}

static denpa_status read_json(const char *path, json_t **out, denpa_error *err) {
  enum { MOST = 1 << 20 };
  unsigned char *text;
  size_t size;
  json_error_t why;
  DNP_TRY(dnp_read_file(path, MOST, &text, &size, err));
  const denpa_status status = dnp_json_read(path, (const char *)text, size, JSON_REJECT_DUPLICATES, out, &why, err);
  dnp_free(text);
  if (status == DENPA_OK || status == DENPA_ERROR_MEMORY) return status;
  return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: line {2}, column {3}: this is not JSON ({4})", dnp_s(path),
      dnp_i(why.line), dnp_i(why.column), dnp_t(dnp_json_trouble(&why)));
}

denpa_status cli_run_sources(const char *model, char sources[CLI_PLACE], denpa_error *err) {
  char run[CLI_PLACE], path[4096], folder[CLI_PLACE];
  struct stat info;
  json_t *told = NULL;
  sources[0] = '\0';
  if (dnp_is_folder(model))
    dnp_text_copy(run, sizeof run, model);
  else
    snprintf(run, sizeof run, "%.*s.", (int)(dnp_text_file_name(model) - model), model);
  if (path_of(run, path, NULL) != DENPA_OK || stat(path, &info) != 0) return DENPA_OK;
  denpa_error why = {0};
  const denpa_status status = read_json(path, &told, &why);
  if (status == DENPA_OK && !cli_place_find(run, told, folder, sources)) sources[0] = '\0';
  json_decref(told);
  if (status != DENPA_ERROR_MEMORY) return DENPA_OK; /* options that cannot be read say nothing */
  if (err != NULL) *err = why;
  return status;
}

denpa_status cli_run_options_read(const char *run, cli_options *options, cli_run_options *out, denpa_error *err) {
  char path[4096];
  *out = (cli_run_options){.run = run};
  DNP_TRY(path_of(run, path, err));
  DNP_TRY(read_json(path, &out->json, err));
  DNP_TRY(take_all(path, options, out, err));
  out->found = cli_place_find(run, out->json, out->folder, out->sources);
  options->folder = out->folder;
  if (out->folder[0] == '\0') return DENPA_OK;
  DNP_TRY(cli_place_absolute(out->folder, &options->out, out->out, err)); /* results go where they went */
  return cli_place_absolute(out->folder, &options->log, out->log, err);
}

denpa_status cli_run_options_find(
    const char *run, cli_options *options, cli_run_options *out, bool *known, denpa_error *err) {
  denpa_error why = {0};
  const denpa_status status = cli_run_options_read(run, options, out, &why);
  *known = status == DENPA_OK;
  if (status != DENPA_ERROR_MEMORY) return DENPA_OK;
  if (err != NULL) *err = why;
  return status;
}

denpa_status cli_run_at_fault(const cli_run_options *told, denpa_status status, denpa_error *err) {
  char path[4096];
  const bool usage = status == DENPA_ERROR_ARGUMENT || status == DENPA_ERROR_SYNTAX || status == DENPA_ERROR_SHAPE;
  if (!usage || path_of(told->run, path, NULL) != DENPA_OK) return status;
  return dnp_fail_in(err, DENPA_ERROR_FORMAT, path);
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

void cli_value_text(const json_t *value, char out[CLI_VALUE_TEXT]) {
  if (json_is_string(value))
    snprintf(out, CLI_VALUE_TEXT, "%s", json_string_value(value));
  else if (json_is_real(value))
    dnp_format_shortest(out, CLI_VALUE_TEXT, json_real_value(value));
  else if (json_is_integer(value))
    snprintf(out, CLI_VALUE_TEXT, "%lld", (long long)json_integer_value(value));
  else
    snprintf(out, CLI_VALUE_TEXT, "%s", json_is_true(value) ? "yes" : json_is_false(value) ? "no" : "-");
}

/* ---- the past ----------------------------------------------------------------------------------- */

/* One length that the run had: {"until": 600, "epochs": 3, "steps": null}. */
typedef struct length {
  size_t until, epochs, steps;
} length;

static bool read_limit(const json_t *value, size_t *out) {
  if (!json_is_null(value)) return take_size(value, out);
  *out = SIZE_MAX;
  return true;
}

static json_t *limit_json(size_t limit) { return limit == SIZE_MAX ? json_null() : json_integer((json_int_t)limit); }

static denpa_status read_length(const char *run, const json_t *list, size_t i, length *out, denpa_error *err) {
  char path[4096];
  const json_t *one = json_array_get(list, i);
  if (read_limit(json_object_get(one, "until"), &out->until) && out->until != SIZE_MAX &&
      read_limit(json_object_get(one, "epochs"), &out->epochs) &&
      read_limit(json_object_get(one, "steps"), &out->steps))
    return DENPA_OK;
  DNP_TRY(path_of(run, path, err));
  return impossible(path, "lengths", err);
}

denpa_status cli_run_length_at(const cli_run_options *told, const char *run, size_t step, denpa_train_options *train,
    size_t *until, denpa_error *err) {
  const json_t *list = json_object_get(told->json, "lengths");
  length one = {.until = 0};
  *until = SIZE_MAX;
  for (size_t i = 0; i < json_array_size(list) && one.until <= step; i++) DNP_TRY(read_length(run, list, i, &one, err));
  if (one.until > step) {
    *until = one.until;
    train->epochs = one.epochs;
    train->steps = one.steps;
    return DENPA_OK;
  }
  (void)read_limit(json_object_get(told->json, "epochs"), &train->epochs);
  (void)read_limit(json_object_get(told->json, "steps"), &train->steps);
  return DENPA_OK;
}

static void add_length(json_t **list, size_t until, const denpa_train_options *then) {
  dnp_json_add(list, json_pack("{s:I,s:o,s:o}", "until", (json_int_t)until, "epochs", limit_json(then->epochs), "steps",
                         limit_json(then->steps)));
}

static void put_fork(json_t **past, const char *from, size_t at) {
  dnp_json_put(past, "forked_from", json_string(from));
  dnp_json_put(past, "forked_at", json_integer((json_int_t)at));
}

denpa_status cli_run_past(const cli_run_options *told, const char *run, size_t from, const denpa_train_options *now,
    json_t **out, denpa_error *err) {
  json_t *list = json_array();
  denpa_train_options then = *now;
  denpa_status status = DENPA_OK;
  *out = NULL;
  for (size_t at = 0, until; status == DENPA_OK && at < from; at = until) {
    status = cli_run_length_at(told, run, at, &then, &until, err);
    if (until > from) until = from;
    if (status == DENPA_OK && (until < from || then.epochs != now->epochs || then.steps != now->steps))
      add_length(&list, until, &then);
  }
  if (status != DENPA_OK) return json_decref(list), status;
  json_t *past = json_object();
  if (list == NULL || json_array_size(list) > 0)
    dnp_json_put(&past, "lengths", list);
  else
    json_decref(list);
  if (told->forked_from != NULL) put_fork(&past, told->forked_from, told->forked_at);
  *out = past;
  return past != NULL ? DENPA_OK : dnp_json_refused(err);
}

denpa_status cli_run_past_fork(const char *run, size_t at, json_t **out, denpa_error *err) {
  *out = json_object();
  put_fork(out, run, at);
  return *out != NULL ? DENPA_OK : dnp_json_refused(err);
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
