/* predict.c: `denpa predict MODEL INPUT...`: what the network sees in a picture, in a sample of its data set, or in
 * every row of a table. */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "cli/own_picture.h"
#include "cli/shared.h"
#include "draw/picture.h"
#include "cli/tables.h"
#include "cli/threshold.h"
#include "learn/answers.h"
#include "learn/learn.h"
#include "learn/novelty.h"

typedef struct view {
  const denpa_data *dataset; /* NULL for a picture */
  const cli_options *options;
  const char *model; /* its path */
  denpa_net *net;
  json_t *list; /* for --json */
  double *y;    /* [outputs] */
  size_t outputs;
  dnp_threshold threshold; /* of two classes; value NaN: none */
  bool brief;              /* a line for each answer: several were asked for, or --quiet */
  size_t cells;            /* of the names of those */
  dnp_novelty novelty;     /* of the model, for a person's own pictures */
} view;

/* A picture that is to be drawn. */
typedef struct seen {
  const uint8_t *pixels; /* [planes, height, width]; NULL: there is nothing to draw */
  size_t planes, height, width;
  const cli_own_picture *own; /* a person's own; NULL: it is one of a data set */
} seen;

/* ---- a person's own picture -------------------------------------------------------------------- */

/* What was done to it; and, behind the answer, what that may be worth. */
static void tell_own(const view *v, const cli_own_picture *own, bool behind) {
  if (own == NULL) return;
  for (size_t i = behind ? own->cleaned : 0; i < (behind ? own->remarks : own->cleaned); i++)
    dnp_say_args(stdout, cli_lang(v->options), own->remark[i].message, own->remark[i].arg);
}

static denpa_status draw(const seen *picture, bool colour, denpa_error *err) {
  if (picture->pixels == NULL) return DENPA_OK;
  if (picture->planes == 3) return dnp_draw_rgb(stdout, picture->pixels, picture->height, picture->width, colour, err);
  dnp_draw_picture(stdout, picture->pixels, picture->height, picture->width, colour);
  return DENPA_OK;
}

static denpa_status refuse(const char *name, denpa_error *err) {
  return dnp_fail(err, DENPA_ERROR_NUMERIC,
      "{1}: the network's answer is not finite (NaN or infinity); the model is damaged", dnp_s(name));
}

/* The answer: by the threshold, if there is one, else the network's own. */
static denpa_status answer_to(
    view *v, const char *name, denpa_dtype dtype, const void *x, int32_t *answer, denpa_error *err) {
  DNP_TRY(denpa_net_predict(v->net, 1, dtype, x, v->y, answer, err));
  if (!dnp_outputs_finite(v->y, v->outputs)) return refuse(name, err);
  if (!isnan(v->threshold.value)) *answer = (int32_t)dnp_two_answer(&v->threshold, v->y, v->outputs);
  return DENPA_OK;
}

/* The end of a name, which tells more than its beginning: at most so many cells of it, escaped, flush left. */
static void say_name(const view *v, const char *name) {
  enum { LONGEST = 8192 };
  char text[LONGEST];
  const denpa_lang lang = cli_lang(v->options);
  dnp_render(text, sizeof text, lang, "{1}", (const denpa_arg[]){dnp_s(name), DNP_END});
  const char *from = text;
  const bool cut = dnp_text_width(text) > v->cells;
  while (*from != '\0' && dnp_text_width(from) + (cut ? strlen("...") : 0) > v->cells) do
      from++;
    while (((unsigned char)*from & 0xC0) == 0x80);
  const size_t used = dnp_text_width(from) + (cut ? strlen("...") : 0);
  fprintf(stdout, "%s%s%*s", cut ? "..." : "", from, (int)(v->cells > used ? v->cells - used : 0), "");
}

/* One line: name, answer and, unless it is NaN, probability. picture: NULL where there is none. */
static void say_line(const view *v, const char *name, const seen *picture, const char *answer, double probability) {
  const denpa_lang lang = cli_lang(v->options);
  say_name(v, name);
  if (isnan(probability))
    dnp_say(stdout, lang, "  {1}", dnp_s(answer));
  else
    dnp_say(stdout, lang, "  {1:-12}  {2:.4f}", dnp_s(answer), dnp_d(probability));
  if (picture != NULL && picture->own != NULL && cli_own_picture_unlike(picture->own))
    dnp_say(stdout, lang, "  unlike the training data");
  fputc('\n', stdout);
}

static json_t *class_json(const view *v, int class_number) {
  char name[DNP_CLASS_NAME];
  const bool named = class_number >= 0 && dnp_class_named(v->net, v->dataset, (size_t)class_number);
  return named ? json_string(dnp_class_name(v->net, v->dataset, (size_t)class_number, name)) : json_null();
}

/* Adds an answer (taken over; NULL: could not be made); what cannot be told takes none of the others along. */
static denpa_status put(const view *v, const char *name, json_t *one, denpa_error *err) {
  if (json_array_append_new(v->list, one) == 0) return DENPA_OK; /* law: the answers before it stay */
  return dnp_fail(err, DENPA_ERROR_FORMAT,
      "{1}: the answer cannot stand in JSON: this name is not UTF-8, or there is not enough memory", dnp_s(name));
}

/* A single output is a number by itself; above 0.5 it means the second of two classes. */
static denpa_status show_lone(
    view *v, const char *name, const seen *picture, int label, int32_t answer, denpa_error *err) {
  const denpa_lang lang = cli_lang(v->options);
  const dnp_node *last = v->net->exec->last;
  const bool probability = last != NULL && last->op->inside == DNP_INSIDE_SIGMOID;
  char digits[DNP_CLASS_NAME], second[DNP_CLASS_NAME];
  if (v->options->json) {
    json_t *one = json_pack("{s:s,s:i,s:o,s:o,s:o}", "input", name, "answer", (int)answer, "label",
        label < 0 ? json_null() : json_integer(label), "output", cli_real(v->y[0]), "probabilities",
        probability ? json_pack("[o,o]", cli_real(1 - v->y[0]), cli_real(v->y[0])) : json_null());
    if (picture->own != NULL) cli_own_picture_put(&one, picture->own);
    return put(v, name, one, err);
  }
  if (v->brief) {
    dnp_format_real(second, sizeof second, v->y[0], 6);
    say_line(v, name, picture, probability ? dnp_class_name(v->net, v->dataset, (size_t)answer, digits) : second,
        !probability  ? (double)NAN
        : answer == 1 ? v->y[0]
                      : 1 - v->y[0]);
    return DENPA_OK;
  }
  dnp_say(stdout, lang, "{1}\n", dnp_s(name));
  tell_own(v, picture->own, false);
  DNP_TRY(draw(picture, dnp_want_colour(stdout, v->options->color), err));
  if (probability)
    dnp_say(stdout, lang, "answer: {1} (probability of {2}: {3:.4f})\n",
        dnp_s(dnp_class_name(v->net, v->dataset, (size_t)answer, digits)),
        dnp_s(dnp_class_name(v->net, v->dataset, 1, second)), dnp_d(v->y[0]));
  else
    dnp_say(stdout, lang, "answer: {1:.6g}\n", dnp_d(v->y[0]));
  tell_own(v, picture->own, true);
  if (label >= 0)
    dnp_say(
        stdout, lang, "the right answer is: {1}\n", dnp_s(dnp_class_name(v->net, v->dataset, (size_t)label, digits)));
  return DENPA_OK;
}

/* The picture, the output for every class (its probability, where the loss makes it one) and the answer. */
static denpa_status portray(
    const view *v, const char *name, const seen *picture, int label, int32_t answer, denpa_error *err) {
  const denpa_lang lang = cli_lang(v->options);
  char class[DNP_CLASS_NAME], right[DNP_CLASS_NAME];
  bool colour = dnp_want_colour(stdout, v->options->color);
  dnp_say(stdout, lang, "{1}\n", dnp_s(name));
  tell_own(v, picture->own, false);
  DNP_TRY(draw(picture, colour, err));
  int widest = 3;
  for (size_t i = 0; i < v->outputs; i++) {
    const int width = (int)dnp_text_width(dnp_class_name(v->net, v->dataset, i, class));
    widest = width > widest ? width : widest;
  }
  for (size_t i = 0; i < v->outputs; i++) {
    const char *of = dnp_class_name(v->net, v->dataset, i, class);
    fprintf(stdout, "%*s", widest - (int)dnp_text_width(of), "");
    dnp_say(stdout, lang, "{1}  {2:.4f}  ", dnp_s(of), dnp_d(v->y[i]));
    dnp_draw_bar(stdout, v->y[i], dnp_bar_cells(stdout, 40, (size_t)widest + 10), colour);
    fputc('\n', stdout);
  }
  dnp_class_name(v->net, v->dataset, (size_t)answer, class);
  static const char *const texts[2][3] = {
      {DNP_N("answer: {1} (output {2:.4f})\n"), DNP_N("answer: {1} (output {2:.4f}), which is right\n"),
          DNP_N("answer: {1} (output {2:.4f}), which is wrong: the right answer is {3}\n")},
      {DNP_N("answer: {1} (probability {2:.4f})\n"), DNP_N("answer: {1} (probability {2:.4f}), which is right\n"),
          DNP_N("answer: {1} (probability {2:.4f}), which is wrong: the right answer is {3}\n")}};
  dnp_say(stdout, lang,
      texts[dnp_exec_probabilities(v->net->exec)][label < 0         ? 0
                                                  : label == answer ? 1
                                                                    : 2],
      dnp_s(class), dnp_d(v->y[answer]),
      dnp_s(label < 0 ? "" : dnp_class_name(v->net, v->dataset, (size_t)label, right)));
  tell_own(v, picture->own, true);
  return DENPA_OK;
}

/* Shows one answer. label: the right one, or -1. */
static denpa_status show(
    view *v, const char *name, const seen *picture, denpa_dtype dtype, const void *x, int label, denpa_error *err) {
  const cli_options *options = v->options;
  char class[DNP_CLASS_NAME];
  int32_t answer;
  DNP_TRY(answer_to(v, name, dtype, x, &answer, err));
  if (v->outputs == 1) return show_lone(v, name, picture, label, answer, err);
  if (options->json) {
    json_t *numbers = json_array();
    const bool sure = dnp_exec_probabilities(v->net->exec);
    for (size_t i = 0; i < v->outputs; i++) dnp_json_add(&numbers, cli_real(v->y[i]));
    json_t *one = json_pack("{s:s,s:i,s:o,s:o,s:o}", "input", name, "answer", (int)answer, "class",
        class_json(v, answer), "label", label < 0 ? json_null() : json_integer(label), "probabilities",
        sure ? json_incref(numbers) : json_null());
    if (!sure) dnp_json_put(&one, "outputs", json_incref(numbers));
    json_decref(numbers);
    if (picture->own != NULL) cli_own_picture_put(&one, picture->own);
    return put(v, name, one, err);
  }
  if (v->brief)
    return say_line(v, name, picture, dnp_class_name(v->net, v->dataset, (size_t)answer, class), v->y[answer]),
           DENPA_OK;
  return portray(v, name, picture, label, answer, err);
}

/* A row whose answer is a number. */
static denpa_status show_number(
    view *v, const char *name, const double *x, denpa_split split, size_t row, denpa_error *err) {
  double answer, right;
  DNP_TRY(denpa_net_predict(v->net, 1, DENPA_DTYPE_FLOAT64, x, v->y, NULL, err));
  dnp_table_numbers(v->dataset, split, row, v->y[0], &answer, &right);
  if (!isfinite(answer)) return refuse(name, err);
  if (v->options->json) {
    return put(
        v, name, json_pack("{s:s,s:o,s:o}", "input", name, "answer", cli_real(answer), "right", cli_real(right)), err);
  }
  if (v->brief) {
    char number[40];
    dnp_format_real(number, sizeof number, answer, 6);
    return say_line(v, name, NULL, number, (double)NAN), DENPA_OK;
  }
  dnp_say(stdout, cli_lang(v->options), "{1}\nanswer: {2:.6g}; the table says {3:.6g}\n", dnp_s(name), dnp_d(answer),
      dnp_d(right));
  return DENPA_OK;
}

/* A picture in the form of those that the network was trained on: of a folder's, resized; of digits, centred. */
static denpa_status show_file(view *v, const char *path, denpa_error *err) {
  cli_own_picture own;
  DNP_TRY(cli_own_picture_open(&own, v->options, v->net, &v->novelty, path, err));
  const dnp_prepared *p = &own.seen;
  const seen picture = {p->pixel, p->planes, p->height, p->width, &own};
  const denpa_status status = show(v, path, &picture, DENPA_DTYPE_UINT8, p->pixel, -1, err);
  cli_own_picture_close(&own);
  return status;
}

static denpa_status show_sample(view *v, denpa_error *err) {
  const cli_options *options = v->options;
  denpa_split split = options->split == 0 ? DENPA_SPLIT_TRAIN : DENPA_SPLIT_TEST;
  denpa_data *data = NULL;
  double *x = NULL;
  char name[DENPA_ERROR_STORE];
  size_t shape[3] = {0};
  denpa_status status = cli_open_model_data(options, v->net, v->model, NULL, &data, err);
  if (status == DENPA_OK) status = cli_check_fit(v->net, data, err);
  if (status == DENPA_OK) status = DNP_NEW(&x, denpa_data_features(data), err);
  if (status == DENPA_OK) status = denpa_data_row(data, split, options->sample, x, err);
  if (status == DENPA_OK) {
    const int axes = denpa_data_shape(data, shape);
    const seen picture = {axes >= 2 ? denpa_data_pixels(data, split, options->sample) : NULL, axes == 3 ? shape[0] : 1,
        shape[axes == 3 ? 1 : 0], shape[axes == 3 ? 2 : 1], NULL};
    snprintf(name, sizeof name, "%s %s %zu", denpa_data_name(data), split == DENPA_SPLIT_TRAIN ? "train" : "test",
        options->sample);
    v->dataset = data;
    if (denpa_data_classes(data) == 0)
      status = show_number(v, name, x, split, options->sample, err);
    else
      status = show(v, name, &picture, DENPA_DTYPE_FLOAT64, x, denpa_data_label(data, split, options->sample), err);
  }
  dnp_free(x);
  denpa_data_free(data);
  return status;
}

/* A picture that cannot be read keeps no other one waiting: it is told, and the rest goes on. */
static denpa_status tell_unread(const view *v, const char *path, const denpa_error *why, denpa_error *err) {
  cli_options plain = {.lang = v->options->lang};
  char text[1024];
  if (!v->options->json) return fflush(stdout), cli_fail(&plain, why), DENPA_OK;
  denpa_error_text(why, cli_lang(v->options), text, sizeof text);
  json_t *one = json_pack(
      "{s:s,s:{s:s,s:s}}", "input", path, "error", "status", denpa_status_name(why->status), "message", text);
  DNP_TRY(put(v, path, one, err));
  return cli_fail(&plain, why), DENPA_OK;
}

/* Cells for the names, beside answer and probability. */
static size_t name_cells(bool sample, int count, char **path) {
  enum { BESIDE = 12 + 2 + 2 + 6, LEAST = 16 };
  const size_t all = (size_t)dnp_terminal_cells(stdout), most = all > BESIDE + LEAST ? all - BESIDE : LEAST;
  size_t cells = sample ? LEAST : 0;
  for (int i = 0; i < count; i++) {
    const size_t width = dnp_text_width(path[i]);
    cells = width > cells ? width : cells;
  }
  return cells < most ? cells : most;
}

static denpa_status show_files(view *v, int count, char **path, denpa_error *err) {
  size_t unread = 0;
  if (count > 0) DNP_TRY(cli_takes_pictures(v->net, err));
  if (count > 0) DNP_TRY(dnp_novelty_open(&v->novelty, v->net, err));
  for (int i = 0; i < count; i++) {
    denpa_error why = {0};
    if (show_file(v, path[i], &why) == DENPA_OK) continue;
    if (count == 1) return *err = why, why.status;
    DNP_TRY(tell_unread(v, path[i], &why, err));
    unread++;
  }
  if (unread == 0) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_IO, "{1} of {2} {2|picture|pictures} could not be answered", dnp_u(unread),
      dnp_u((uint64_t)count));
}

/* ---- tables ------------------------------------------------------------------------------------- */

static denpa_status answer_json(
    const cli_options *options, denpa_net *net, const dnp_table_question *question, denpa_error *err) {
  dnp_table_answers news;
  json_t *list;
  DNP_TRY(dnp_table_answer_json(net, question, &news, &list, err));
  dnp_progress_clear(question->progress);
  dnp_table_answers_tell(stderr, cli_lang(options), &news, question->path);
  return cli_print_json(json_pack("{s:s,s:o}", "input", question->path, "predictions", list), err);
}

/* Every row of a table gets its answer, as CSV. */
static denpa_status answer_table(
    const cli_options *options, denpa_net *net, const dnp_table_question *question, denpa_error *err) {
  dnp_table_answers answers;
  DNP_TRY(dnp_table_answer(net, question, &answers, err));
  dnp_progress_clear(question->progress);
  dnp_table_answers_tell(stderr, cli_lang(options), &answers, question->path);
  denpa_status status = DENPA_OK;
  if (options->out != NULL)
    status = dnp_table_answers_write(&answers, options->out, err);
  else if (isatty(STDOUT_FILENO) == 1)
    status = dnp_table_answers_show(&answers, stdout, err);
  else
    fwrite(answers.csv, 1, answers.size, stdout);
  if (answers.formulas > 0)
    cli_tell(options,
        "Note: {1} {1|text begins|texts begin} with =, +, - or @; a spreadsheet would take {1|it for a formula|them "
        "for "
        "formulas}.\n--spreadsheet puts an apostrophe in front.\n",
        dnp_u(answers.formulas));
  if (status == DENPA_OK && options->out != NULL)
    cli_tell(options, "{1} {1|answer|answers} {1|is|are} in {2}.\n", dnp_u(answers.rows), dnp_s(options->out));
  if (status == DENPA_OK && options->json)
    status = cli_print_json(
        json_pack("{s:s,s:s,s:I}", "input", question->path, "out", options->out, "rows", (json_int_t)answers.rows),
        err);
  dnp_table_answers_free(&answers);
  return status;
}

static denpa_status answer_inputs(const view *v, int argc, char **argv, denpa_error *err) {
  const cli_options *o = v->options;
  dnp_progress progress;
  if (argc != 2)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "one table at a time: denpa predict {1} TABLE.csv", dnp_s(argv[0]));
  cli_progress_start(o, &progress);
  const dnp_table_question question = {.path = argv[1],
      .unknown_fails = o->unknown,
      .keep = &o->keep,
      .spreadsheet = o->spreadsheet,
      .threshold = v->threshold,
      .progress = &progress};
  return (o->json && o->out == NULL ? answer_json : answer_table)(o, v->net, &question, err);
}

/* ---- the whole ---------------------------------------------------------------------------------- */

static denpa_status check_inputs(const view *v, int argc, denpa_error *err) {
  const cli_options *o = v->options;
  const bool table = denpa_net_metadata(v->net, "table") != NULL;
  if (o->out != NULL && !table)
    return dnp_fail(
        err, DENPA_ERROR_ARGUMENT, "--out is for the answers to a table; this network was trained on pictures");
  if (o->keep.count > 0 && !(table && argc > 1))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "--keep copies columns of a table; there is no table to answer here");
  if (table && argc > 1 && cli_given(o, CLI_OPTION_SAMPLE))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "--sample asks about a row of the data that the model names, and a table that is given is answered row by "
        "row; leave one of them out");
  if (argc > 1 || cli_given(o, CLI_OPTION_SAMPLE)) return DENPA_OK;
  return table ? dnp_fail(err, DENPA_ERROR_ARGUMENT,
                     "predict needs a table of rows to answer after the model, such as new.csv, or --sample K")
               : dnp_fail(
                     err, DENPA_ERROR_ARGUMENT, "predict needs a picture (PNG or PGM) after the model, or --sample K");
}

static denpa_status take_threshold(view *v, denpa_error *err) {
  const char *table = denpa_net_metadata(v->net, "table");
  cli_two two;
  bool parts = dnp_exec_kinds(v->net->exec) == 2;
  if (table == NULL)
    cli_two_of_net(v->net, NULL, &two);
  else if (parts)
    DNP_TRY(cli_two_of_table(table, &two, &parts, err));
  return cli_threshold_take(v->options, v->net, parts ? &two : NULL, false, &v->threshold, err);
}

static denpa_status show_inputs(view *v, int argc, char **argv, denpa_error *err) {
  const bool sample = cli_given(v->options, CLI_OPTION_SAMPLE);
  v->outputs = denpa_net_outputs(v->net);
  v->brief = v->options->quiet || argc - 1 + sample > 1;
  v->cells = name_cells(sample, argc - 1, argv + 1);
  DNP_TRY(DNP_NEW(&v->y, v->outputs, err));
  if (v->options->json) v->list = json_array();
  if (sample) DNP_TRY(show_sample(v, err));
  const denpa_status status = show_files(v, argc - 1, argv + 1, err);
  if (v->options->json && (status == DENPA_OK || json_array_size(v->list) > 0))
    DNP_TRY(cli_print_json(json_pack("{s:O}", "predictions", v->list), err));
  return status;
}

int cli_predict(const cli_options *options, int argc, char **argv) {
  denpa_error err = {0};
  view v = {.options = options, .model = argv[0]};
  denpa_status status = cli_load(options, argv[0], &v.net, &err);
  if (status == DENPA_OK) status = check_inputs(&v, argc, &err);
  if (status == DENPA_OK) status = take_threshold(&v, &err);
  if (status == DENPA_OK)
    status = argc > 1 && denpa_net_metadata(v.net, "table") != NULL ? answer_inputs(&v, argc, argv, &err)
                                                                    : show_inputs(&v, argc, argv, &err);
  cli_options told = *options;
  told.json = options->json && !(v.list != NULL && json_array_size(v.list) > 0); /* an object has been printed */
  json_decref(v.list);
  dnp_free(v.y);
  dnp_novelty_close(&v.novelty);
  denpa_net_free(v.net);
  return status == DENPA_OK ? CLI_DONE : cli_fail(&told, &err);
}
