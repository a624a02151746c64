/* origin.c: the command line that makes a network again. A run has recorded what was typed. A model file has the
 * settings that shaped the network, from which a command line follows; where something is not among them, that is told.
 * Called by info.c, card.c, explain.c and watch.c. */
#include "cli/origin.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/write.h"
#include "cli/run_options.h"
#include "op/op.h"

static void put(FILE *out, const char *option, const char *value) {
  fprintf(out, " --%s%c", option, value[0] == '-' ? '=' : ' ');
  cli_put_word(out, value);
}

/* ---- a run -------------------------------------------------------------------------------------- */

/* What was typed, as far as it shapes the network and these commands take it. */
static void put_given(FILE *out, const json_t *told, unsigned commands) {
  const json_t *typed = json_object_get(told, "given");
  for (int i = 0; i < CLI_OPTIONS; i++) {
    const cli_option *row = &cli_option_table[i];
    char value[CLI_VALUE_TEXT];
    bool there = false;
    for (size_t k = 0; k < json_array_size(typed); k++) {
      const char *name = json_string_value(json_array_get(typed, k));
      there = there || (name != NULL && strcmp(name, row->name) == 0);
    }
    if (!there || !cli_run_setting(i) || (row->commands & commands) == 0) continue;
    if (i == CLI_OPTION_EPOCHS || i == CLI_OPTION_STEPS) continue; /* put_length */
    const json_t *one = json_object_get(told, row->name);
    if (row->kind == CLI_FLAG)
      fprintf(out, " --%s", row->name);
    else if (i == CLI_OPTION_BATCH && json_integer_value(one) == 0)
      put(out, row->name, "full");
    else if (json_is_string(one))
      put(out, row->name, json_string_value(one));
    else if (!json_is_null(one))
      cli_value_text(one, value), put(out, row->name, value);
  }
}

static void put_length(FILE *out, const json_t *of) {
  static const int limits[] = {CLI_OPTION_EPOCHS, CLI_OPTION_STEPS};
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
    const json_t *limit = json_object_get(of, cli_option_table[limits[i]].name);
    if (json_is_integer(limit))
      fprintf(out, " --%s %lld", cli_option_table[limits[i]].name, (long long)json_integer_value(limit));
  }
}

/* A run that went on when it had ended is made by several commands. */
static void put_run(FILE *out, const cli_run_options *told) {
  const json_t *lengths = json_object_get(told->json, "lengths");
  const size_t before = json_array_size(lengths);
  const bool again = before > 0 || told->forked_from != NULL;
  if (told->forked_from != NULL) {
    fputs("denpa replay ", out);
    cli_put_word(out, told->forked_from);
    fprintf(out, " --step %zu --fork NEW", told->forked_at);
    put_given(out, told->json, CLI_REPLAY);
  } else {
    fputs("denpa train ", out);
    cli_put_word(out, told->data_name != NULL ? told->data_name : "DATA");
    put_given(out, told->json, CLI_TRAIN);
  }
  put_length(out, before > 0 ? json_array_get(lengths, 0) : told->json);
  if (again && told->forked_from == NULL) fputs(" --run NEW", out);
  fputc('\n', out);
  for (size_t i = 1; i <= before; i++) {
    fputs("denpa resume NEW", out);
    put_length(out, i < before ? json_array_get(lengths, i) : told->json);
    fputc('\n', out);
  }
}

/* ---- a model file ------------------------------------------------------------------------------- */

static const char *told_of(const denpa_net *net, const char *key) {
  const char *told = denpa_net_metadata(net, key);
  return told != NULL ? told : "";
}

static size_t count_of(const denpa_net *net, const char *key) {
  size_t count = 0;
  return dnp_parse_size(told_of(net, key), &count) ? count : 0;
}

/* What the setting is where the model file is silent about it, if the kind of data would make it something else. */
static const char *silent(const cli_option *row, dnp_data_kind kind) {
  if (kind == DNP_DATA_USUAL || row->fallback[kind] == NULL) return NULL;
  if (row->setting->kind == DNP_SETTING_TEXT) return "none";
  return row->setting->when == DNP_SETTING_CHANGED ? "0" : NULL;
}

/* The settings of a training, by the list of them; the seed is told with the network's. */
static void put_settings(FILE *out, const denpa_net *net, dnp_data_kind kind) {
  for (int i = 0; i < CLI_OPTIONS; i++) {
    const cli_option *row = &cli_option_table[i];
    if (row->setting == NULL || row->setting->key == NULL) continue;
    if (i == CLI_OPTION_SEED || i == CLI_OPTION_RNG || row->setting->when == DNP_SETTING_NEVER) continue;
    const char *told = denpa_net_metadata(net, row->setting->key);
    const char *value = told != NULL ? dnp_setting_shown(row->setting->key, told) : silent(row, kind);
    if (value == NULL || value[0] == '\0') continue;
    char usual[CLI_FALLBACK];
    const char *fallback = row->fallback[kind] != NULL ? row->fallback[kind] : cli_fallback(i, NULL, usual);
    if (fallback != NULL && strcmp(fallback, value) == 0) continue; /* it would be so anyway */
    put(out, row->name, value);
  }
}

/* Whether what is kept back for validation can be the kind's own share of the rows. */
static bool usual_validation(const denpa_net *net, dnp_data_kind kind) {
  const size_t kept = count_of(net, "validation_rows"), rows = kept + count_of(net, "train_rows");
  const char *usual = cli_option_table[CLI_OPTION_VALIDATION].fallback[kind];
  double share;
  if (kept == 0) return kind == DNP_DATA_USUAL;
  return usual != NULL && dnp_parse_real(usual, &share) && fabs(share * (double)rows - (double)kept) < 2;
}

static void put_validation(FILE *out, const denpa_net *net, dnp_data_kind kind) {
  const size_t kept = count_of(net, "validation_rows"), rows = kept + count_of(net, "train_rows");
  char value[40];
  if (usual_validation(net, kind)) return;
  if (kept == 0) return put(out, "validation", "0");
  dnp_format_real(value, sizeof value, (double)kept / (double)rows, 3);
  put(out, "validation", value);
}

static void put_model_length(FILE *out, const denpa_net *net) {
  double epochs = 0;
  const size_t steps = count_of(net, "steps");
  const bool whole = dnp_parse_real(told_of(net, "epochs"), &epochs) && floor(epochs) == epochs && epochs > 0;
  if (whole)
    fprintf(out, " --epochs %.0f", epochs);
  else
    fprintf(out, " --steps %zu", steps);
}

/* Names of columns, joined by commas. */
static void put_columns(FILE *out, const char *option, const json_t *columns, size_t target, bool ignored) {
  char names[1024] = "";
  size_t length = 0;
  for (size_t i = 0; i < json_array_size(columns) && length < sizeof names; i++) {
    const json_t *c = json_array_get(columns, i);
    const char *why = json_string_value(json_object_get(c, "why")),
               *name = json_string_value(json_object_get(c, "name"));
    const bool asked = ignored ? why != NULL && strcmp(why, "asked") == 0
                               : i != target && json_is_true(json_object_get(c, "numeric"));
    if (asked && name != NULL)
      length += (size_t)snprintf(names + length, sizeof names - length, "%s%s", length > 0 ? "," : "", name);
  }
  if (length > 0) put(out, option, names);
}

/* How a table was read, as far as it is not what it would be anyway. */
static void put_table(FILE *out, const char *text) {
  json_t *all;
  json_error_t trouble;
  if (dnp_json_read("", text, strlen(text), 0, &all, &trouble, NULL) != DENPA_OK) return;
  const json_t *columns = json_object_get(all, "columns"), *test = json_object_get(all, "test");
  const size_t place = (size_t)json_integer_value(json_object_get(all, "target"));
  const json_t *target = json_array_get(columns, place);
  const char *name = json_string_value(json_object_get(target, "name")),
             *kind = json_string_value(json_object_get(target, "kind")),
             *file = json_string_value(json_object_get(test, "file"));
  char share[40];
  if (name != NULL && place + 1 < json_array_size(columns)) put(out, "target", name);
  if (kind != NULL && strcmp(kind, "number") == 0)
    put(out, "task", "regression");
  else if (json_is_true(json_object_get(target, "numeric")))
    put(out, "task", "classification");
  put_columns(out, "ignore", columns, place, true);
  put_columns(out, "category", columns, place, false);
  if (json_is_false(json_object_get(all, "header"))) put(out, "header", "no");
  if (file != NULL && file[0] != '\0') put(out, "test", file);
  dnp_format_shortest(share, sizeof share, json_number_value(json_object_get(test, "share")));
  if (strcmp(share, cli_option_table[CLI_OPTION_TEST_SHARE].fallback[DNP_DATA_USUAL]) != 0)
    put(out, "test-share", share);
  json_decref(all);
}

/* A loss that no list has with a number behind it is one with smoothed labels. */
static void put_loss(FILE *out, const char *loss) {
  const size_t word = strcspn(loss, ":");
  bool numbered = loss[word] == '\0';
  const char *usage;
  for (size_t i = 0; !numbered && (usage = dnp_loss_usage(i)) != NULL; i++)
    numbered = strncmp(usage, loss, word + 1) == 0;
  if (numbered) return put(out, "loss", loss);
  fprintf(out, " --loss %.*s", (int)word, loss);
  put(out, "label-smoothing", loss + word + 1);
}

static void put_model(FILE *out, const denpa_net *net, dnp_data_kind kind) {
  const char *act = denpa_net_activation(net), *form = told_of(net, "pictures"), *loss = denpa_net_loss(net);
  fputs("denpa train ", out);
  cli_put_word(out, told_of(net, "data"));
  put(out, "net", denpa_net_text(net));
  if (act[0] != '\0') put(out, "act", act);
  put(out, "init", told_of(net, "init"));
  if (loss[0] != '\0') put_loss(out, loss);
  if (denpa_net_dtype(net) == DENPA_DTYPE_FLOAT64) put(out, "dtype", "float64");
  put_settings(out, net, kind);
  put_validation(out, net, kind);
  put_model_length(out, net);
  if (denpa_net_metadata(net, "table") != NULL) put_table(out, denpa_net_metadata(net, "table"));
  if (form[0] != '\0') {
    char size[32];
    snprintf(size, sizeof size, "%.*s", (int)strcspn(form, ":"), form);
    put(out, "size", size);
    put(out, "channels", strstr(form, ":rgb") != NULL ? "rgb" : "grey");
  }
  if (strcmp(told_of(net, "rng"), "denpa") != 0) put(out, "rng", told_of(net, "rng"));
  put(out, "seed", told_of(net, "seed"));
  fputc('\n', out);
}

/* Whether the training stopped before its end, so that nobody knows how long it was to be, on which the rate hangs. */
static bool stopped_early(const denpa_net *net) {
  double epochs, best;
  const size_t patience = count_of(net, "patience");
  return patience > 0 && strcmp(told_of(net, "schedule"), "constant") != 0 &&
         dnp_parse_real(told_of(net, "epochs"), &epochs) && dnp_parse_real(told_of(net, "best_epoch"), &best) &&
         epochs - best >= (double)patience;
}

static const char *doubt_of(const denpa_net *net, dnp_data_kind kind) {
  if (count_of(net, "validation_rows") > 0 && !usual_validation(net, kind))
    return DNP_N("A model file keeps how many samples were for validation, not the share that was typed.");
  if (stopped_early(net)) return DNP_N("The training stopped early; a model file does not keep how long it was to be.");
  if (denpa_net_metadata(net, "broke_off") != NULL) return DNP_N("The training broke off; this is an earlier network.");
  if (strcmp(told_of(net, "seed"), told_of(net, "order_seed")) != 0 ||
      strcmp(told_of(net, "rng"), told_of(net, "order_rng")) != 0)
    return DNP_N("The network was made with one seed and trained with another; one command has one seed.");
  return NULL;
}

/* ---- the whole ---------------------------------------------------------------------------------- */

/* Nothing is known of a network that was not trained by this command, or was trained on a program's own rows. */
static bool has_history(const denpa_net *net) {
  static const char *const needed[] = {"data", "seed", "init", "optimizer", "steps"};
  for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
    if (told_of(net, needed[i])[0] == '\0') return false;
  return !cli_of_program(net);
}

/* The sum of a table's model; "": it has none. */
static void table_sum(const denpa_net *net, char out[65]) {
  const char *text = told_of(net, "table"), *at = strstr(text, "\"sha256\":\"");
  out[0] = '\0';
  if (at != NULL && strlen(at) > 74) snprintf(out, 65, "%.64s", at + 10);
}

denpa_status cli_origin_find(
    const cli_options *options, const char *path, const denpa_net *net, cli_origin *out, denpa_error *err) {
  char *text = NULL;
  size_t size;
  cli_options then = *options;
  cli_run_options told = {0};
  *out = (cli_origin){0};
  if (dnp_is_folder(path)) DNP_TRY(cli_run_options_find(path, &then, &told, &out->sure, err));
  out->sure = out->sure && !told.old;
  FILE *stream = open_memstream(&text, &size);
  if (stream == NULL) return json_decref(told.json), dnp_fail(err, DENPA_ERROR_MEMORY, "not enough memory");
  if (out->sure) {
    put_run(stream, &told);
    snprintf(out->data_sha256, sizeof out->data_sha256, "%s", told.data_sha256);
    dnp_text_copy(out->version, sizeof out->version,
        json_is_string(json_object_get(told.json, "denpa_version"))
            ? json_string_value(json_object_get(told.json, "denpa_version"))
            : "");
  } else {
    if (has_history(net)) put_model(stream, net, dnp_data_kind_of(told_of(net, "data")));
    out->doubt = doubt_of(net, dnp_data_kind_of(told_of(net, "data")));
    table_sum(net, out->data_sha256);
  }
  json_decref(told.json);
  /* before it is closed, which may cost the text: to make it shorter, memory is asked for */
  const bool whole = fflush(stream) == 0 && ferror(stream) == 0 && text != NULL;
  if (whole && size > 0) out->command = dnp_strdup(text, err);
  fclose(stream);
  const denpa_status status = !whole || (size > 0 && out->command == NULL)
                                  ? dnp_fail(err, DENPA_ERROR_MEMORY, "not enough memory")
                                  : DENPA_OK;
  free(text);
  return status;
}

void cli_origin_say(FILE *out, denpa_lang lang, const cli_origin *o) {
  enum { INDENT = 2 };
  if (o->data_sha256[0] != '\0')
    dnp_say(out, lang, "{1:-18} {2}\n", dnp_t(DNP_N("data's SHA-256")), dnp_s(o->data_sha256));
  if (o->version[0] != '\0') dnp_say(out, lang, "{1:-18} {2}\n", dnp_t(DNP_N("made by denpa")), dnp_s(o->version));
  if (o->command == NULL) {
    dnp_say(
        out, lang, "No command line makes this network again: it was not trained by denpa train on data in files.\n");
    return;
  }
  dnp_say(out, lang, "To make it again:\n");
  for (const char *line = o->command; *line != '\0'; line = strchr(line, '\n') + 1)
    fprintf(out, "%*s%.*s\n", INDENT, "", (int)strcspn(line, "\n"), line);
  if (o->doubt != NULL) dnp_say_in(out, INDENT, lang, "This may not be all of it: {1}\n", dnp_t(o->doubt));
}

json_t *cli_origin_json(const cli_origin *o) {
  json_t *lines = json_array();
  for (const char *line = o->command; line != NULL && *line != '\0'; line = strchr(line, '\n') + 1)
    dnp_json_add(&lines, json_stringn(line, strcspn(line, "\n")));
  return json_pack("{s:o,s:b,s:o,s:o}", "commands", lines, "sure", o->command != NULL && o->doubt == NULL,
      "data_sha256", o->data_sha256[0] != '\0' ? json_string(o->data_sha256) : json_null(), "denpa_version",
      o->version[0] != '\0' ? json_string(o->version) : json_null());
}

denpa_status cli_origin_page(cli_origin *o, const denpa_data *data, dnp_page_origin *out, denpa_error *err) {
  if (o->data_sha256[0] == '\0' && data != NULL) DNP_TRY(dnp_data_sha256(data, o->data_sha256, err));
  *out = (dnp_page_origin){o->command, o->doubt, o->data_sha256, o->version};
  return DENPA_OK;
}

void cli_origin_free(cli_origin *origin) {
  dnp_free(origin->command);
  origin->command = NULL;
}
