/* card.c: `denpa card MODEL [DATA]`: a fact sheet as Markdown, short enough to be pasted into a chat with the question
 * that one has: what the network is, how it learned, how well it answers, what the doctor finds, how to make it again.
 * Whatever comes from files is escaped: a name is text here, never markup. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/write.h"
#include "cli/again.h"
#include "cli/doctor.h"
#include "cli/origin.h"
#include "cli/tables.h"
#include "draw/network.h"
#include "run/course.h"
#include "learn/learn.h"

#define TOKENS 1200 /* at most, as card_tokens counts them */
#define PAIRS 5     /* of classes that are taken for one another */
#define FINDINGS 3  /* that are told */
#define LINE 240    /* cells of a sentence of the doctor */
#define NAME 40     /* cells of a name from a file */
#define COMMAND 700 /* bytes of the commands: longer ones are info's */
#define POINTS 5    /* of the course */

typedef struct card {
  const cli_options *options;
  denpa_lang lang;
  const char *path, *data_name;
  denpa_net *net;
  denpa_data *dataset;
  dnp_row_answers answers;
  dnp_scores scores;
  dnp_score_intervals intervals;
  cli_origin origin;
  dnp_course course, examined; /* the doctor takes one of them */
  dnp_doctor *doctor;
  cli_again *again; /* the findings */
  char *text;       /* what fits, by the C library's allocation */
  size_t size;
} card;

/* ---- text --------------------------------------------------------------------------------------- */

/* Cautiously: three characters of English are a token at least, and one of Japanese. */
static size_t card_tokens(const char *text) {
  size_t plain = 0, wide = 0;
  for (; *text != '\0'; text++) {
    if ((unsigned char)*text < 0x80)
      plain++;
    else if (((unsigned char)*text & 0xC0) != 0x80)
      wide++;
  }
  return plain / 3 + wide;
}

enum { SAFE = 1024 };
/* A text from a file in so many cells: one line, control characters as escapes, what Markdown would take for markup,
 * an address or a call to somebody behind a backslash. */
static const char *safe(const char *name, size_t cells, char out[SAFE]) {
  char line[SAFE / 2 + 4];
  size_t length = 0;
  dnp_render(line, SAFE / 2, DENPA_LANG_EN, "{1}", (const denpa_arg[]){dnp_s(name), DNP_END});
  if (dnp_text_width(line) > cells) {
    dnp_text_cut(line, cells - 3);
    memcpy(line + strlen(line), "...", sizeof "...");
  }
  for (const char *c = line; *c != '\0' && length + 3 < SAFE; c++) {
    const bool address = strncmp(c, "://", 3) == 0 ||
                         (*c == '.' && length >= 3 && strncasecmp(out + length - 3, "www", 3) == 0);
    if (address || strchr("\\`*_[]<>|#~&$!@", *c) != NULL) out[length++] = '\\';
    out[length++] = *c;
  }
  out[length] = '\0';
  return out;
}

static const char *class_name(const card *c, size_t class_number, char out[SAFE]) {
  char name[DNP_CLASS_NAME];
  return safe(dnp_class_name(NULL, c->dataset, class_number, name), NAME, out);
}

/* ---- sections ----------------------------------------------------------------------------------- */

typedef void section(const card *c, FILE *out);

/* What it learned from and what it is measured on are two things where data are named. */
static void data(const card *c, FILE *out) {
  const char *own = denpa_net_metadata(c->net, "data"), *rows = denpa_net_metadata(c->net, "train_rows"),
             *measured = denpa_data_name(c->dataset);
  const bool whole = denpa_data_rows(c->dataset, DENPA_SPLIT_TRAIN) == 0,
             other = c->data_name != NULL && (own == NULL || whole || strcmp(own, measured) != 0);
  char of[SAFE];
  if (!other || own != NULL) {
    dnp_say(out, c->lang, "- Data: {1}, rows of {2} {2|number|numbers}", dnp_s(safe(other ? own : measured, NAME, of)),
        dnp_u(denpa_data_features(c->dataset)));
    if (denpa_data_classes(c->dataset) > 0)
      dnp_say(out, c->lang, ", {1} classes", dnp_u(denpa_data_classes(c->dataset)));
    if (rows != NULL) dnp_say(out, c->lang, ", {1} trained on", dnp_s(rows));
    fputc('\n', out);
  }
  if (c->origin.table_sha256[0] != '\0')
    dnp_say(out, c->lang, "- SHA-256 of the table file: {1}\n", dnp_s(c->origin.table_sha256));
  else if (c->origin.data_sha256[0] != '\0')
    dnp_say(out, c->lang, "- SHA-256 of the rows: {1}\n", dnp_s(c->origin.data_sha256));
  if (!other) return;
  dnp_say(out, c->lang, "- Measured on other data, as named: {1}\n", dnp_s(safe(measured, NAME, of)));
  if (dnp_is_own_file(c->dataset))
    dnp_say(out, c->lang, "- That is the file it learned from: rows it was trained on are among those measured\n");
}

static void broken(const card *c, FILE *out) {
  const char *at = denpa_net_metadata(c->net, "broke_off"), *epoch = denpa_net_metadata(c->net, "kept_epoch");
  char text[SAFE], kept[SAFE];
  if (at != NULL && epoch != NULL)
    dnp_say(out, c->lang,
        "- The training broke off at update {1}, where a number was not finite; this is the network of epoch {2}\n",
        dnp_s(safe(at, NAME, text)), dnp_s(safe(epoch, NAME, kept)));
}

static void what(const card *c, FILE *out) {
  char name[DNP_NETWORK_NAME], kind[DNP_NETWORK_KIND], path[SAFE], text[SAFE];
  enum { LAYERS = 160 };
  fprintf(out, "# denpa: %s\n\n", safe(c->path, NAME, path));
  dnp_say(out, c->lang, "- Network: {1}, {2}; {3} parameters in {4}\n",
      dnp_s(safe(dnp_network_brief(c->net, c->lang, LAYERS, name), LAYERS, text)),
      dnp_s(dnp_network_kind(c->net, c->lang, kind)), dnp_u(denpa_net_parameter_count(c->net)),
      dnp_s(dnp_dtype_name(denpa_net_dtype(c->net))));
  data(c, out);
  broken(c, out);
}

/* The settings that were recorded, but those that are as they always are. */
static void how(const card *c, FILE *out) {
  static const char *const told[] = {"optimizer", "lr", "schedule", "batch", "epochs", "steps", "weight_decay",
      "patience", "best_epoch", "validation_rows", "augment", "class_weights", "init", "seed"};
  const char *separator = "";
  if (denpa_net_metadata(c->net, "optimizer") == NULL) return;
  dnp_say(out, c->lang, "- Training: ");
  for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
    const char *value = denpa_net_metadata(c->net, told[i]);
    char text[SAFE], key[SAFE];
    if (value == NULL || value[0] == '\0') continue;
    dnp_text_copy(key, sizeof key, told[i]);
    for (char *at = key; (at = strchr(at, '_')) != NULL;) *at = '-';
    fprintf(out, "%s%s %s", separator, key, safe(dnp_setting_shown(told[i], value), NAME, text));
    separator = ", ";
  }
  fputc('\n', out);
  if (c->origin.version[0] != '\0') dnp_say(out, c->lang, "- Made by denpa {1}\n", dnp_s(c->origin.version));
}

static void score(const card *c, FILE *out, const char *label, double value, dnp_interval interval) {
  if (!isfinite(value)) return;
  fprintf(out, "| %s | ", dnp_translate(c->lang, label));
  dnp_say(out, c->lang, "{1:.5g} | ", dnp_d(value));
  if (isfinite(interval.low))
    dnp_say(out, c->lang, "{1:.5g} .. {2:.5g} |\n", dnp_d(interval.low), dnp_d(interval.high));
  else
    fputs("- |\n", out);
}

static void scores(const card *c, FILE *out) {
  const dnp_scores *s = &c->scores;
  const dnp_score_intervals *i = &c->intervals;
  char common[SAFE];
  dnp_say(out, c->lang, "\n## Scores ({1}, {2} {2|row|rows})\n\n", dnp_t(cli_part_name(c->dataset, DENPA_SPLIT_TEST)),
      dnp_u(s->rows));
  dnp_say(out, c->lang, "| measure | value | 95 % interval |\n| --- | --- | --- |\n");
  score(c, out, DNP_N("accuracy"), s->accuracy, i->accuracy);
  score(c, out, DNP_N("loss"), s->loss, i->loss);
  if (s->classes > 0) score(c, out, DNP_N("mean F1"), s->f1, i->f1);
  score(c, out, "AUC", s->auc, i->auc);
  score(c, out, DNP_N("root mean square error"), s->rmse, i->rmse);
  score(c, out, DNP_N("mean absolute error"), s->mae, i->mae);
  score(c, out, "R2", s->r2, i->r2);
  if (s->classes > 0)
    dnp_say(out, c->lang, "\nAlways answering \"{1}\" would have an accuracy of {2:.4f}.\n",
        dnp_s(class_name(c, s->common, common)), dnp_d(s->baseline));
  else if (isfinite(s->baseline))
    dnp_say(out, c->lang, "\nAlways answering the mean would have a root mean square error of {1:.6g}.\n",
        dnp_d(s->baseline));
}

static void again(const card *c, FILE *out) {
  if (c->origin.command == NULL) return;
  dnp_say(out, c->lang, "\n## To make it again\n\n");
  if (strlen(c->origin.command) > COMMAND || strstr(c->origin.command, "~~~") != NULL) {
    dnp_say(out, c->lang, "The command line is long: denpa info tells it.\n");
    return;
  }
  fputs("~~~sh\n", out);
  for (const char *line = c->origin.command; *line != '\0'; line = strchr(line, '\n') + 1) {
    char shown[2 * COMMAND], own[COMMAND + 1];
    snprintf(own, sizeof own, "%.*s", (int)strcspn(line, "\n"), line);
    dnp_render(shown, sizeof shown, c->lang, "{1}", (const denpa_arg[]){dnp_s(own), DNP_END});
    fprintf(out, "%s\n", shown);
  }
  fputs("~~~\n", out);
  if (c->origin.doubt != NULL) dnp_say(out, c->lang, "{1}\n", dnp_t(c->origin.doubt));
}

static void doctor(const card *c, FILE *out) {
  if (c->doctor == NULL) return;
  dnp_say(out, c->lang, "\n## What the doctor finds\n\n");
  if (c->again->diagnosis.count == 0) dnp_say(out, c->lang, "Nothing wrong.\n");
  for (size_t i = 0; i < c->again->diagnosis.count && i < FINDINGS; i++) {
    const dnp_finding *f = &c->again->diagnosis.found[i];
    char text[1024], said[SAFE], name[SAFE];
    dnp_render(text, sizeof text, c->lang, f->what, f->arg);
    fprintf(out, "- %s: %s", safe(f->name, NAME, name), safe(text, LINE, said));
    char remedy[DNP_REMEDY_TEXT];
    dnp_finding_remedy(f, c->lang, remedy);
    dnp_render(text, sizeof text, c->lang, f->consequence ? "{1}" : DNP_N("what to try: {1}"),
        (const denpa_arg[]){dnp_s(remedy), DNP_END});
    fprintf(out, " %s\n", safe(text, LINE, said));
  }
  if (c->again->diagnosis.count > FINDINGS)
    dnp_say(out, c->lang, "- and {1} more: denpa doctor\n", dnp_u(c->again->diagnosis.count - FINDINGS));
}

/* Which class is taken for which. */
typedef struct pair {
  size_t label, answer, times;
} pair;

/* The most frequent first; returns how many there are. */
static size_t largest_pairs(const card *c, pair best[PAIRS]) {
  size_t kept = 0;
  for (size_t i = 0; i < c->scores.classes * c->scores.classes; i++) {
    const pair here = {i / c->scores.classes, i % c->scores.classes, c->scores.confusion[i]};
    if (here.label == here.answer || here.times == 0) continue;
    size_t at = kept < PAIRS ? kept++ : PAIRS;
    for (; at > 0 && best[at - 1].times < here.times; at--)
      if (at < PAIRS) best[at] = best[at - 1];
    if (at < PAIRS) best[at] = here;
  }
  return kept;
}

static void confusion(const card *c, FILE *out) {
  pair best[PAIRS];
  char label[SAFE], answer[SAFE];
  const size_t count = largest_pairs(c, best);
  if (count == 0) return;
  dnp_say(out, c->lang, "\n## Most frequent mistakes\n\n");
  for (size_t i = 0; i < count; i++)
    dnp_say(out, c->lang, "- \"{1}\" taken for \"{2}\": {3} of {4}\n", dnp_s(class_name(c, best[i].label, label)),
        dnp_s(class_name(c, best[i].answer, answer)), dnp_u(best[i].times), dnp_u(c->scores.of[best[i].label].rows));
}

static void course(const card *c, FILE *out) {
  const size_t count = c->course.count, points = count < POINTS ? count : POINTS;
  if (count < 2) return;
  dnp_say(out, c->lang, "\n## Course (epoch: training loss, test loss)\n\n");
  for (size_t i = 0; i < points; i++) {
    const denpa_epoch *e = &c->course.line[i * (count - 1) / (points - 1)];
    dnp_say(out, c->lang, i > 0 ? DNP_N("; {1:.6g}: {2:.4g}, {3:.4g}") : DNP_N("{1:.6g}: {2:.4g}, {3:.4g}"),
        dnp_d(e->epoch), dnp_d(e->train_loss), dnp_d(e->test_loss));
  }
  fputc('\n', out);
}

/* What one would ask next, from what stands above. */
static void questions(const card *c, FILE *out) {
  pair best[PAIRS];
  char label[SAFE], answer[SAFE];
  dnp_say(out, c->lang, "\n## What to ask next\n\n");
  if (c->again->diagnosis.count > 0)
    dnp_say(out, c->lang, "- What does \"{1}\" mean here, and why would the advice help?\n",
        dnp_s(safe(c->again->diagnosis.found[0].name, NAME, label)));
  if (c->scores.classes > 0 && largest_pairs(c, best) > 0)
    dnp_say(out, c->lang, "- Why is \"{1}\" taken for \"{2}\", and what could tell them apart?\n",
        dnp_s(class_name(c, best[0].label, label)), dnp_s(class_name(c, best[0].answer, answer)));
  if (c->course.count > 1) dnp_say(out, c->lang, "- Do the two losses say that it learns by heart, or too little?\n");
  dnp_say(out, c->lang, "- Is the interval narrow enough to tell this network from a better one?\n");
  dnp_say(out, c->lang, "- Which one option should be changed first, and what would be seen if that is right?\n");
}

/* ---- putting it together ------------------------------------------------------------------------ */

static denpa_status no_memory(denpa_error *err) { return dnp_fail(err, DENPA_ERROR_MEMORY, "not enough memory"); }

/* What matters most comes first. A section that does not fit any more is left out, and named at the end. */
static const struct {
  section *write;
  const char *name;
} sections[] = {{what, NULL}, {how, NULL}, {scores, DNP_N("the scores")}, {course, DNP_N("the course")},
    {again, DNP_N("the command line")}, {doctor, DNP_N("what the doctor finds")},
    {confusion, DNP_N("the most frequent mistakes")}, {questions, DNP_N("what to ask next")}};
enum { SECTIONS = sizeof sections / sizeof *sections, RESERVE = 80 /* tokens for the names of those left out */ };

static void name_left_out(const card *c, const bool left_out[SECTIONS], FILE *out) {
  size_t named = 0;
  for (size_t i = 0; i < SECTIONS; i++)
    if (left_out[i] && sections[i].name != NULL)
      dnp_say(out, c->lang, named++ > 0 ? DNP_N(", {1}") : DNP_N("\nLeft out, since a card is short: {1}"),
          dnp_t(sections[i].name));
  if (named > 0) fputc('\n', out);
}

static denpa_status write_card(card *c, denpa_error *err) {
  size_t left = TOKENS - RESERVE;
  bool left_out[SECTIONS] = {false};
  FILE *all = open_memstream(&c->text, &c->size);
  if (all == NULL) return no_memory(err);
  bool whole = true;
  for (size_t i = 0; whole && i < SECTIONS; i++) {
    char *text = NULL;
    size_t size;
    FILE *one = open_memstream(&text, &size);
    if (one != NULL) sections[i].write(c, one);
    whole = one != NULL && fclose(one) == 0 && text != NULL;
    const size_t tokens = whole ? card_tokens(text) : 0;
    left_out[i] = tokens > left;
    if (whole && !left_out[i]) fputs(text, all), left -= tokens;
    free(text);
  }
  name_left_out(c, left_out, all);
  return fclose(all) == 0 && whole && c->text != NULL ? DENPA_OK : no_memory(err);
}

static denpa_status examine(card *c, denpa_error *err) {
  if (denpa_data_rows(c->dataset, DENPA_SPLIT_TRAIN) == 0)
    return DENPA_OK; /* a table that was named: all of it is for
                         testing */
  DNP_TRY(dnp_doctor_examine(&c->doctor, c->net, c->dataset, &c->examined, err));
  dnp_doctor_kept(c->doctor, c->path);
  return cli_again_find(c->again, c->options, c->path, c->data_name, dnp_doctor_checkup(c->doctor), c->net, err);
}

static denpa_status gather(card *c, const char *data, denpa_error *err) {
  DNP_TRY(cli_load(c->options, c->path, &c->net, err));
  DNP_TRY(cli_open_model_data(c->options, c->net, c->path, data, &c->dataset, err));
  DNP_TRY(cli_check_fit(c->net, c->dataset, err));
  DNP_TRY(cli_origin_find(c->options, c->path, c->net, &c->origin, err));
  DNP_TRY(cli_origin_rows(&c->origin, c->net, c->dataset, err));
  if (dnp_is_folder(c->path)) {
    const denpa_status read = dnp_course_read(&c->course, c->path, err); /* a run may have lost its log */
    if (read == DENPA_ERROR_MEMORY) return read;
    if (read == DENPA_OK) DNP_TRY(dnp_course_read(&c->examined, c->path, err));
  }
  DNP_TRY(dnp_row_answers_take(c->net, c->dataset, DENPA_SPLIT_TEST, false, &c->answers, err));
  DNP_TRY(dnp_scores_of(c->net, c->dataset, DENPA_SPLIT_TEST, &c->answers, NULL, &c->scores, err));
  DNP_TRY(dnp_score_intervals_take(c->dataset, DENPA_SPLIT_TEST, &c->answers, &c->scores, &c->intervals, err));
  return examine(c, err);
}

static denpa_status print_json(const card *c, denpa_error *err) {
  return cli_print_json(
      json_pack("{s:s,s:I,s:o,s:o,s:o,s:o,s:o}", "markdown", c->text, "tokens", (json_int_t)card_tokens(c->text),
          "data_sha256", c->origin.data_sha256[0] != '\0' ? json_string(c->origin.data_sha256) : json_null(), "scores",
          dnp_scores_json(c->dataset, &c->scores), "intervals", dnp_intervals_json(&c->scores, &c->intervals),
          "findings", cli_findings_json(c->options, c->again->diagnosis.found, c->again->diagnosis.count), "origin",
          cli_origin_json(&c->origin)),
      err);
}

int cli_card(const cli_options *options, int argc, char **argv) {
  denpa_error err = {0};
  card c = {.options = options, .lang = cli_lang(options), .path = argv[0], .data_name = argc > 1 ? argv[1] : NULL};
  denpa_status status = DNP_NEW(&c.again, 1, &err);
  if (status == DENPA_OK) status = gather(&c, c.data_name, &err);
  if (status == DENPA_OK) status = write_card(&c, &err);
  if (status == DENPA_OK && options->json)
    status = print_json(&c, &err);
  else if (status == DENPA_OK)
    fputs(c.text, stdout);
  free(c.text);
  if (c.again != NULL) cli_again_close(c.again);
  dnp_free(c.again);
  dnp_doctor_close(c.doctor);
  dnp_course_free(&c.course);
  dnp_course_free(&c.examined);
  dnp_scores_free(&c.scores);
  dnp_row_answers_free(&c.answers);
  cli_origin_free(&c.origin);
  denpa_data_free(c.dataset);
  denpa_net_free(c.net);
  return status == DENPA_OK ? CLI_DONE : cli_fail(options, &err);
}
