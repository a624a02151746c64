/* lab.c: `denpa lab [LESSON]`: the lessons of src/book as text, as a page, or as their numbers; all of them as pages.
 */
#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "base/near.h"
#include "base/text.h"
#include "base/write.h"
#include "cli/shared.h"
#include "draw/figure.h"
#include "draw/picture.h"
#include "book/lab.h"

#define ALL "all"
#define MOST_IN_JSON 2000 /* numbers of a matrix */

/* ---- --json ------------------------------------------------------------------------------------- */

static json_t *matrix_json(const dnp_note *n) {
  json_t *rows = json_array();
  for (size_t i = 0; i < n->rows && n->rows * n->columns <= MOST_IN_JSON; i++) {
    json_t *row = json_array();
    for (size_t j = 0; j < n->columns; j++) dnp_json_add(&row, cli_real(n->entry[i * n->columns + j]));
    dnp_json_add(&rows, row);
  }
  return json_pack(
      "{s:s,s:[I,I],s:o}", "name", n->text, "shape", (json_int_t)n->rows, (json_int_t)n->columns, "values", rows);
}

/* An array of rows, the headings first. */
static json_t *table_json(const dnp_note *n) {
  json_t *rows = json_array();
  for (size_t i = 0; i < n->rows; i++) {
    json_t *row = json_array();
    for (size_t j = 0; j < n->columns; j++) {
      const dnp_note_cell *c = &n->cell[i * n->columns + j];
      dnp_json_add(&row, c->number ? cli_real(c->value) : json_string(c->text));
    }
    dnp_json_add(&rows, row);
  }
  return rows;
}

static json_t *figure_json(const dnp_notes *notes) {
  const dnp_note *n = dnp_notes_find(notes, DNP_NOTE_FIGURE);
  return n != NULL ? dnp_figure_json(n->figure) : json_null();
}

static json_t *question_json(const dnp_notes *notes) {
  const dnp_note *n = dnp_notes_find(notes, DNP_NOTE_QUESTION);
  return n != NULL ? json_pack("{s:s,s:s,s:o}", "text", n->text, "hint", n->hint, "answer", cli_real(n->value))
                   : json_null();
}

static denpa_status print_numbers(
    const dnp_lesson *lesson, const denpa_data *data, const dnp_notes *notes, denpa_error *err) {
  json_t *numbers = json_object(), *matrices = json_object(), *tables = json_object();
  for (size_t i = 0; i < notes->count; i++) {
    const dnp_note *n = &notes->note[i];
    if (n->kind == DNP_NOTE_NUMBER) dnp_json_put(&numbers, n->key, cli_real(n->value));
    if (n->kind == DNP_NOTE_MATRIX) dnp_json_put(&matrices, n->key, matrix_json(n));
    if (n->kind == DNP_NOTE_TABLE) dnp_json_put(&tables, n->key, table_json(n));
  }
  return cli_print_json(json_pack("{s:s,s:s,s:s?,s:o,s:o,s:o,s:o,s:o}", "lesson", lesson->name, "title",
                            dnp_translate(notes->lang, lesson->title), "data",
                            data != NULL ? denpa_data_name(data) : NULL, "numbers", numbers, "matrices", matrices,
                            "tables", tables, "figure", figure_json(notes), "question", question_json(notes)),
      err);
}

/* ---- the list ----------------------------------------------------------------------------------- */

static denpa_status list(const cli_options *options, denpa_error *err) {
  json_t *all = json_array();
  if (options->html != NULL || options->svg != NULL || options->ask || options->set != NULL) {
    json_decref(all);
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "{1} needs a lesson: denpa lab LESSON --html FILE, or for a page of each: denpa lab all --html DIR",
        dnp_s(options->html != NULL  ? "--html"
              : options->svg != NULL ? "--svg"
              : options->ask         ? "--ask"
                                     : "--set"));
  }
  for (const dnp_lesson *l = dnp_lessons; l->name != NULL; l++) {
    if (options->json)
      dnp_json_add(&all, json_pack("{s:s,s:s}", "name", l->name, "title", dnp_translate(cli_lang(options), l->title)));
    else
      dnp_say(stdout, cli_lang(options), "{1:-15}{2}\n", dnp_s(l->name), dnp_t(l->title));
  }
  if (options->json) return cli_print_json(json_pack("{s:o}", "lessons", all), err);
  json_decref(all);
  cli_tell(
      options, "To read one: denpa lab {1}.  All as pages: denpa lab all --html DIR\n", dnp_s(dnp_lessons[0].name));
  return DENPA_OK;
}

static denpa_status find(const char *name, const dnp_lesson **out, denpa_error *err) {
  char all[256] = "";
  *out = dnp_lesson_find(name);
  if (*out != NULL) return DENPA_OK;
  dnp_nearest near = {.typed = name};
  for (const dnp_lesson *l = dnp_lessons; l->name != NULL; l++) dnp_nearest_see(&near, l->name);
  if (near.name != NULL)
    return dnp_fail(
        err, DENPA_ERROR_ARGUMENT, "there is no lesson \"{1}\"; did you mean {2}?", dnp_s(name), dnp_s(near.name));
  for (const dnp_lesson *l = dnp_lessons; l->name != NULL; l++)
    snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", l == dnp_lessons ? "" : ", ", l->name);
  return dnp_fail(err, DENPA_ERROR_ARGUMENT, "there is no lesson \"{1}\"; there are: {2}", dnp_s(name), dnp_s(all));
}

/* ---- one lesson --------------------------------------------------------------------------------- */

static denpa_status write_page(
    const cli_options *options, const dnp_lesson *lesson, const dnp_notes *notes, denpa_error *err) {
  DNP_TRY(dnp_notes_page(notes, lesson->title, NULL, options->html, err));
  cli_tell_page(options);
  return DENPA_OK;
}

/* ---- the question ------------------------------------------------------------------------------- */

enum { LINE = 256 };

/* With a network of the person's there is nothing to change where the lesson is about nothing else. */
static bool tell_change(FILE *out, denpa_lang lang, const dnp_lesson *lesson, const dnp_lab *lab) {
  if (lab->net != NULL && lesson->any_rows) return false;
  dnp_say(out, lang, "To change: {1}, --set {2}={3}\n", dnp_t(lesson->change.what), dnp_s(lesson->change.name),
      dnp_d(lesson->change.value));
  return true;
}

/* A whole number is to be typed as it is; any other one to some three digits. */
static bool is_right(double typed, double answer) {
  return answer == floor(answer) ? typed == answer : fabs(typed - answer) <= 0.01 * fabs(answer);
}

/* Reads one line, without the blanks around it and what is beyond LINE; false at the end of the input. */
static bool read_line(char out[LINE]) {
  if (fgets(out, LINE, stdin) == NULL) return false;
  size_t length = strlen(out), begin = strspn(out, " \t");
  for (int c = 0; length + 1 == LINE && out[length - 1] != '\n' && c != '\n' && c != EOF;) c = getchar();
  while (length > begin && strchr(" \t\r\n", out[length - 1]) != NULL) length--;
  memmove(out, out + begin, length - begin);
  out[length - begin] = '\0';
  return true;
}

/* Asks until the answer is right, or nobody answers. */
static void hear(FILE *out, denpa_lang lang, const dnp_note *question) {
  char line[LINE];
  double typed;
  for (;;) {
    fputs("> ", out);
    fflush(out);
    if (!read_line(line) || line[0] == '\0') {
      dnp_say(out, lang, "The answer is {1}.\n", dnp_d(question->value));
      return;
    }
    if (!dnp_parse_real(line, &typed)) {
      dnp_say(out, lang, "\"{1}\" is not a number; an empty line shows the answer.\n", dnp_s(line));
    } else if (is_right(typed, question->value)) {
      dnp_say(out, lang, "Right: {1}.\n", dnp_d(question->value));
      return;
    } else {
      dnp_say(out, lang, "Not yet. {1}\n", dnp_s(question->hint));
    }
  }
}

static denpa_status ask(const cli_options *options, const dnp_lesson *lesson, const dnp_lab *lab,
    const dnp_notes *notes, denpa_error *err) {
  const bool colour = dnp_want_colour(stdout, options->color);
  const dnp_note *figure = dnp_notes_find(notes, DNP_NOTE_FIGURE), *question = dnp_notes_find(notes, DNP_NOTE_QUESTION);
  if (question == NULL)
    return dnp_fail(
        err, DENPA_ERROR_NOT_FOUND, "the lesson {1} has no question about this network", dnp_s(lesson->name));
  if (figure != NULL) {
    dnp_notes_tell_one(stdout, notes->lang, colour, figure);
    fputc('\n', stdout);
  }
  if (tell_change(stdout, notes->lang, lesson, lab)) fputc('\n', stdout);
  dnp_notes_tell_one(stdout, notes->lang, colour, question);
  hear(stdout, notes->lang, question);
  return DENPA_OK;
}

/* ---- one lesson as it was asked for -------------------------------------------------------------- */

static denpa_status write_picture(const cli_options *options, const dnp_notes *notes, denpa_error *err) {
  const dnp_note *n = dnp_notes_find(notes, DNP_NOTE_FIGURE);
  if (n == NULL) return dnp_fail(err, DENPA_ERROR_NOT_FOUND, "this lesson has no picture");
  DNP_TRY(dnp_figure_svg(n->figure, options->svg, err));
  cli_tell(options, "The picture is in {1}.\n", dnp_s(options->svg));
  return DENPA_OK;
}

static void read_out(const cli_options *options, const dnp_lesson *lesson, const dnp_lab *lab, const dnp_notes *notes) {
  dnp_sheet sheet;
  FILE *out = dnp_sheet_begin(&sheet, stdout);
  fprintf(out, "# %s\n\n", dnp_translate(notes->lang, lesson->title));
  dnp_notes_tell(out, dnp_want_colour(stdout, options->color), notes);
  fputc('\n', out);
  tell_change(out, notes->lang, lesson, lab);
  dnp_say(out, notes->lang, "To answer: denpa lab {1} --ask\n", dnp_s(lesson->name));
  dnp_sheet_end(&sheet);
}

static denpa_status show(const cli_options *options, const dnp_lesson *lesson, const dnp_lab *lab, denpa_error *err) {
  dnp_notes notes = {.lang = cli_lang(options)};
  denpa_status status = dnp_lesson_write(lesson, lab, &notes, err);
  if (status == DENPA_OK && options->svg != NULL) status = write_picture(options, &notes, err);
  if (status == DENPA_OK && options->html != NULL) status = write_page(options, lesson, &notes, err);
  if (status == DENPA_OK && options->ask) status = ask(options, lesson, lab, &notes, err);
  if (status == DENPA_OK && options->json) status = print_numbers(lesson, lab->dataset, &notes, err);
  if (status == DENPA_OK && options->html == NULL && options->svg == NULL && !options->json && !options->ask)
    read_out(options, lesson, lab, &notes);
  dnp_notes_free(&notes);
  return status;
}

/* A page of each lesson in the folder --html, and one that lists them. */
static denpa_status write_all(const cli_options *options, const denpa_data *data, denpa_error *err) {
  const int code = dnp_make_folder(options->html, 0777);
  if (code != 0 && code != EEXIST)
    return dnp_fail_names(err, "{1}: the folder cannot be made: {2}", options->html, code);
  DNP_TRY(dnp_lessons_pages(options->html, data, cli_lang(options), err));
  double bytes = 0;
  char size[CLI_SIZE_TEXT], path[4200];
  snprintf(path, sizeof path, "%s/index.html", options->html);
  cli_file_size(path, &bytes, size);
  for (const dnp_lesson *l = dnp_lessons; l->name != NULL; l++) {
    snprintf(path, sizeof path, "%s/%s.html", options->html, l->name);
    cli_file_size(path, &bytes, size);
  }
  cli_tell(options, "The lessons are in {1} ({2}); open {1}/index.html with a browser.\n", dnp_s(options->html),
      dnp_s(size));
  return DENPA_OK;
}

static denpa_status teach_all(const cli_options *options, const cli_options *offline, denpa_error *err) {
  denpa_data *data = NULL;
  if (options->html == NULL || options->json || options->svg != NULL || options->ask || options->set != NULL)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "all lessons are written as pages: denpa lab all --html DIR");
  DNP_TRY(cli_open_data(offline, options->data_name, &data, err));
  denpa_status status = write_all(options, data, err);
  denpa_data_free(data);
  return status;
}

/* The person's network and its data, or the lesson's data. */
static denpa_status open_lab(const cli_options *options, const dnp_lesson *lesson, const char *model, dnp_lab *lab,
    denpa_data **data, denpa_error *err) {
  DNP_TRY(dnp_lesson_set(lesson, options->set, &lab->value, err));
  if (model != NULL && !lesson->takes_net)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "the lesson {1} has no picture of a network; flow, product, transpose, least-squares and error do",
        dnp_s(lesson->name));
  if (model == NULL) return lesson->needs_data ? cli_open_data(options, options->data_name, data, err) : DENPA_OK;
  DNP_TRY(cli_load(options, model, &lab->net, err));
  DNP_TRY(cli_open_model_data(options, lab->net, model, options->data_name, data, err));
  return cli_check_fit(lab->net, *data, err);
}

static denpa_status teach(const cli_options *options, int argc, char **argv, denpa_error *err) {
  const dnp_lesson *lesson;
  denpa_data *data = NULL;
  dnp_lab lab = {0};
  cli_options offline = *options; /* a lesson downloads nothing */
  offline.offline = true;
  if (options->ask && (options->json || options->html != NULL))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "--ask talks with a person; without --json and --html");
  if (options->svg != NULL && !dnp_text_ends(options->svg, ".svg"))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "{1}: lab writes its pictures as .svg, which every browser shows; give a name that ends in it",
        dnp_s(options->svg));
  if (strcmp(argv[0], ALL) == 0) return teach_all(options, &offline, err);
  DNP_TRY(find(argv[0], &lesson, err));
  denpa_status status = open_lab(&offline, lesson, argc > 1 ? argv[1] : NULL, &lab, &data, err);
  lab.dataset = data;
  if (status == DENPA_OK) status = show(options, lesson, &lab, err);
  denpa_data_free(data);
  denpa_net_free(lab.net);
  return status;
}

int cli_lab(const cli_options *options, int argc, char **argv) {
  denpa_error err = {0};
  denpa_status status = argc > 0 ? teach(options, argc, argv, &err) : list(options, &err);
  return status == DENPA_OK ? CLI_DONE : cli_fail(options, &err);
}
