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
#include "file/files.h"
#include "learn/learn.h"
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
    else if (row->kind == CLI_TEXT)
      put(out, row->name, "none"); /* --augment none: there is no text then */
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

/* The settings of a training as the model tells them, the optimizer's own numbers filled in. */
static denpa_status settings_of(const denpa_net *net, denpa_train_options *out, denpa_error *err) {
  const dnp_optimizer *optimizer = NULL;
  DNP_TRY(dnp_settings_recorded(net, out, err));
  DNP_TRY(dnp_optimizer_find(out->optimizer, &optimizer, err));
  dnp_settings_resolve(out, optimizer);
  return DENPA_OK;
}

/* What the command line has to say of one setting; NULL: it would be so anyway, by what is said already. */
static const char *wanted(const dnp_setting *s, const denpa_train_options *was, const cli_options *typed,
    dnp_data_kind kind, char room[DNP_WORDS]) {
  char other[DNP_WORDS];
  cli_options now = *typed;
  if (!dnp_setting_used(s, was)) return NULL;
  if (cli_take_defaults(&now, kind, NULL) != DENPA_OK) return NULL;
  const denpa_train_options would = cli_train_options(&now);
  const char *is = dnp_setting_text(s, was, room), *without = dnp_setting_text(s, &would, other);
  if (is == NULL) is = "none";
  return strcmp(is, without != NULL ? without : "none") != 0 ? is : NULL;
}

/* The settings of a training, by the list of them. Each is put where a training by the command so far would have
 * another one: what is said of the optimizer decides about the numbers behind it. Seed and length are put elsewhere. */
static denpa_status put_settings(FILE *out, const denpa_net *net, dnp_data_kind kind, denpa_error *err) {
  char *argv[] = {(char[]){"denpa"}, (char[]){"train"}}, *none[2], room[CLI_OPTIONS][DNP_WORDS];
  int count;
  denpa_train_options was;
  cli_options typed = {.train = denpa_train_options_default()};
  DNP_TRY(settings_of(net, &was, err));
  DNP_TRY(cli_parse(&typed, 2, argv, none, &count, err));
  for (int i = 0; i < CLI_OPTIONS; i++) {
    const cli_option *row = &cli_option_table[i];
    if (row->setting == NULL || row->setting->when == DNP_SETTING_NEVER) continue;
    if (i == CLI_OPTION_SEED || i == CLI_OPTION_RNG) continue;
    const char *value = wanted(row->setting, &was, &typed, kind, room[i]);
    if (value == NULL) continue;
    DNP_TRY(cli_put(&typed, row->name, value, err));
    put(out, row->name, value);
  }
  return DENPA_OK;
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

/* Names of columns, joined by commas: of those whose `key` says `word`. */
static denpa_status put_columns(FILE *out, const char *option, const json_t *columns, size_t target, const char *key,
    const char *word, denpa_error *err) {
  char *names;
  size_t length = 0, room = 1;
  for (size_t i = 0; i < json_array_size(columns); i++)
    room += json_string_length(json_object_get(json_array_get(columns, i), "name")) + 1;
  DNP_TRY(DNP_NEW(&names, room, err));
  for (size_t i = 0; i < json_array_size(columns); i++) {
    const json_t *c = json_array_get(columns, i);
    const char *says = json_string_value(json_object_get(c, key)),
               *name = json_string_value(json_object_get(c, "name"));
    if (i == target || name == NULL || says == NULL || strcmp(says, word) != 0) continue;
    length += (size_t)snprintf(names + length, room - length, "%s%s", length > 0 ? "," : "", name);
  }
  if (length > 0) put(out, option, names);
  dnp_free(names);
  return DENPA_OK;
}

/* Whether the first row would be taken for names without being told: none of them is a number, and numbers stand below
 * (csv.c). */
static bool seems_header(const json_t *columns) {
  bool numbers = false;
  double ignored;
  for (size_t i = 0; i < json_array_size(columns); i++) {
    const json_t *c = json_array_get(columns, i);
    const char *name = json_string_value(json_object_get(c, "name")),
               *kind = json_string_value(json_object_get(c, "kind"));
    if (name == NULL || dnp_csv_missing(name) || dnp_csv_number(name, &ignored)) return false;
    numbers = numbers || json_is_true(json_object_get(c, "numeric")) || (kind != NULL && strcmp(kind, "number") == 0);
  }
  return numbers;
}

/* How a table was read, as far as it is not what it would be anyway. */
static denpa_status put_table(FILE *out, const char *text, denpa_error *err) {
  json_t *all;
  json_error_t trouble;
  DNP_TRY(dnp_json_read("", text, strlen(text), 0, &all, &trouble, err));
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
  denpa_status status = put_columns(out, "ignore", columns, place, "why", "asked", err);
  /* also those that would be guessed: how near that is hangs on all rows of the file */
  if (status == DENPA_OK) status = put_columns(out, "category", columns, place, "kind", "category", err);
  if (json_is_false(json_object_get(all, "header")))
    put(out, "header", "no");
  else if (!seems_header(columns))
    put(out, "header", "yes");
  dnp_format_shortest(share, sizeof share, json_number_value(json_object_get(test, "share")));
  if (file != NULL && file[0] != '\0')
    put(out, "test", file);
  else if (strcmp(share, cli_option_table[CLI_OPTION_TEST_SHARE].fallback[DNP_DATA_USUAL]) != 0)
    put(out, "test-share", share);
  json_decref(all);
  return status;
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

static denpa_status put_model(FILE *out, const denpa_net *net, dnp_data_kind kind, denpa_error *err) {
  const bool begun = denpa_net_metadata(net, DNP_BEGAN_WITH) != NULL; /* then it also says what is not of there */
  const char *init = told_of(net, begun ? DNP_BEGAN_INIT : "init"), *samples = told_of(net, "samples");
  const char *act = denpa_net_activation(net), *form = told_of(net, "pictures"), *loss = denpa_net_loss(net);
  fputs("denpa train ", out);
  cli_put_word(out, told_of(net, "data"));
  put(out, "net", denpa_net_text(net));
  if (act[0] != '\0') put(out, "act", act);
  if (begun) put(out, "from", "MODEL");
  if (init[0] != '\0') put(out, "init", init);
  if (loss[0] != '\0') put_loss(out, loss);
  if (begun || denpa_net_dtype(net) == DENPA_DTYPE_FLOAT64) put(out, "dtype", dnp_dtype_name(denpa_net_dtype(net)));
  DNP_TRY(put_settings(out, net, kind, err));
  put_validation(out, net, kind);
  put_model_length(out, net);
  if (samples[0] != '\0') put(out, "samples", samples);
  if (denpa_net_metadata(net, "table") != NULL) DNP_TRY(put_table(out, denpa_net_metadata(net, "table"), err));
  if (form[0] != '\0') {
    char size[32];
    snprintf(size, sizeof size, "%.*s", (int)strcspn(form, ":"), form);
    put(out, "size", size);
    put(out, "channels", strstr(form, ":rgb") != NULL ? "rgb" : "grey");
  }
  if (strcmp(told_of(net, "rng"), "denpa") != 0) put(out, "rng", told_of(net, "rng"));
  put(out, "seed", told_of(net, "seed"));
  fputc('\n', out);
  return DENPA_OK;
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
  if (denpa_net_metadata(net, DNP_CONTINUED) != NULL)
    return DNP_N("The training went on with other settings, or for longer, than it began with; a model file keeps the "
                 "last ones.");
  if (denpa_net_metadata(net, DNP_BEGAN_WITH) != NULL)
    return DNP_N(
        "MODEL is the network that the training began with; a model file keeps the SHA-256 of its weights, not "
        "its name.");
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
  static const char *const needed[] = {"data", "seed", "optimizer", "steps"};
  for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
    if (told_of(net, needed[i])[0] == '\0') return false;
  const bool begins = told_of(net, "init")[0] != '\0' || told_of(net, DNP_BEGAN_WITH)[0] != '\0';
  return begins && !cli_of_program(net);
}

/* The sum of a table's file; "": it is none, or the model does not say. */
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
  const dnp_data_kind kind = dnp_data_kind_of(out->sure ? told.data_name : told_of(net, "data"));
  denpa_status status = DENPA_OK;
  if (out->sure) {
    put_run(stream, &told);
    if (kind != DNP_DATA_USUAL || told.forked_from != NULL)
      dnp_text_copy(out->folder, sizeof out->folder, told.sources);
    snprintf(out->data_sha256, sizeof out->data_sha256, "%s", told.data_sha256);
    dnp_text_copy(out->version, sizeof out->version,
        json_is_string(json_object_get(told.json, "denpa_version"))
            ? json_string_value(json_object_get(told.json, "denpa_version"))
            : "");
  } else {
    if (has_history(net)) status = put_model(stream, net, kind, err);
    out->doubt = doubt_of(net, kind);
    out->placed = kind != DNP_DATA_USUAL && told_of(net, "data")[0] != '/';
  }
  table_sum(net, out->table_sha256);
  json_decref(told.json);
  /* before it is closed, which may cost the text: to make it shorter, memory is asked for */
  const bool whole = fflush(stream) == 0 && ferror(stream) == 0 && text != NULL;
  if (whole && size > 0) out->command = dnp_strdup(text, err);
  fclose(stream);
  if (status == DENPA_OK && (!whole || (size > 0 && out->command == NULL)))
    status = dnp_fail(err, DENPA_ERROR_MEMORY, "not enough memory");
  free(text);
  if (status != DENPA_OK) cli_origin_free(out);
  return status;
}

void cli_origin_say(FILE *out, denpa_lang lang, const cli_origin *o) {
  enum { INDENT = 2 };
  const struct {
    const char *label, *told;
    bool missed; /* said also where it is not told: a run has it */
  } lines[] = {{DNP_N("file's SHA-256"), o->table_sha256, false},
      {DNP_N("rows' SHA-256"), o->data_sha256, o->command != NULL},
      {DNP_N("made by denpa"), o->version, o->command != NULL}};
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
    if (lines[i].told[0] != '\0' || lines[i].missed)
      dnp_say(out, lang, "{1:-18} {2}\n", dnp_t(lines[i].label),
          lines[i].told[0] != '\0' ? dnp_s(lines[i].told) : dnp_t(DNP_N("(a run tells it, a model file does not)")));
  if (o->command == NULL) {
    dnp_say(
        out, lang, "No command line makes this network again: it was not trained by denpa train on data in files.\n");
    return;
  }
  if (o->folder[0] != '\0')
    dnp_say(out, lang, "To make it again, in the folder {1}:\n", dnp_s(o->folder));
  else if (o->placed)
    dnp_say(out, lang, "To make it again, in the folder from which it was trained:\n");
  else
    dnp_say(out, lang, "To make it again:\n");
  for (const char *line = o->command; *line != '\0'; line = strchr(line, '\n') + 1)
    fprintf(out, "%*s%.*s\n", INDENT, "", (int)strcspn(line, "\n"), line);
  if (o->doubt != NULL) dnp_say_in(out, INDENT, lang, "This may not be all of it: {1}\n", dnp_t(o->doubt));
}

json_t *cli_origin_json(const cli_origin *o) {
  json_t *lines = json_array();
  for (const char *line = o->command; line != NULL && *line != '\0'; line = strchr(line, '\n') + 1)
    dnp_json_add(&lines, json_stringn(line, strcspn(line, "\n")));
  return json_pack("{s:o,s:o,s:b,s:o,s:o,s:o}", "commands", lines, "folder",
      o->folder[0] != '\0' ? json_string(o->folder) : json_null(), "sure", o->command != NULL && o->doubt == NULL,
      "data_sha256", o->data_sha256[0] != '\0' ? json_string(o->data_sha256) : json_null(), "table_sha256",
      o->table_sha256[0] != '\0' ? json_string(o->table_sha256) : json_null(), "denpa_version",
      o->version[0] != '\0' ? json_string(o->version) : json_null());
}

denpa_status cli_origin_rows(cli_origin *o, const denpa_net *net, const denpa_data *data, denpa_error *err) {
  const size_t rows = count_of(net, "train_rows") + count_of(net, "validation_rows");
  const bool own = strcmp(denpa_data_name(data), told_of(net, "data")) == 0 && !cli_of_program(net) &&
                   denpa_data_rows(data, DENPA_SPLIT_TRAIN) == rows;
  return own && o->data_sha256[0] == '\0' ? dnp_data_sha256(data, o->data_sha256, err) : DENPA_OK;
}

denpa_status cli_origin_page(
    cli_origin *o, const denpa_net *net, const denpa_data *data, dnp_page_origin *out, denpa_error *err) {
  DNP_TRY(cli_origin_rows(o, net, data, err));
  *out = (dnp_page_origin){o->command, o->doubt, o->data_sha256, o->table_sha256, o->version};
  return DENPA_OK;
}

void cli_origin_free(cli_origin *origin) {
  dnp_free(origin->command);
  origin->command = NULL;
}
