/* table_answers.c: a trained network and a new table: its rows become numbers by what the model knows of its table, and
 * the answers become words and numbers of the table again, as CSV or JSON, beside the columns that are to be kept.
 * Called by the subcommand predict. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/write.h"
#include "cli/tables.h"
#include "data/table.h"
#include "draw/say.h"
#include "learn/answers.h"

/* ---- answering ---------------------------------------------------------------------------------- */

static void note(dnp_table_answers *out, const dnp_asking *a) {
  const dnp_table_news *n = &a->reader.news;
  out->rows = a->csv->rows;
  out->unknown = n->unknown;
  out->line = n->line;
  out->column = n->column;
  memcpy(out->name, n->name, sizeof n->name);
  memcpy(out->value, n->value, sizeof n->value);
}

/* What the rows are answered with, and where the answers go. */
typedef struct answering {
  const dnp_table_question *question;
  size_t *kept; /* [keeps]: columns of the file */
  size_t keeps;
  bool named_twice; /* a kept column is called as the answer */
  struct csv_text *csv;
  json_t *list;
} answering;

/* ---- columns that are kept ---------------------------------------------------------------------- */

static denpa_status keep_column(answering *a, size_t column, denpa_error *err) {
  for (size_t i = 0; i < a->keeps; i++)
    if (a->kept[i] == column) return DENPA_OK; /* once is enough */
  DNP_TRY(dnp_grow((void **)&a->kept, a->keeps, a->keeps + 1, sizeof *a->kept, err));
  a->kept[a->keeps++] = column;
  return DENPA_OK;
}

/* A JSON object has one field of a name: of two columns only one would be left. */
static denpa_status two_in_json(const answering *a, const char *name, size_t first, size_t second, denpa_error *err) {
  return dnp_fail(err, DENPA_ERROR_ARGUMENT,
      "{1} has two columns \"{2}\", {3} and {4}, which JSON cannot hold both; rename one, or leave out --json: CSV "
      "has both",
      dnp_s(a->question->path), dnp_s(name), dnp_u(first + 1), dnp_u(second + 1));
}

static denpa_status check_names_in_json(const answering *a, const dnp_csv *csv, denpa_error *err) {
  size_t again;
  for (size_t i = 0; i < a->keeps && a->list != NULL; i++) {
    const size_t first = dnp_csv_find(csv, csv->name[a->kept[i]], &again);
    if (again != DNP_TABLE_NONE) return two_in_json(a, csv->name[a->kept[i]], first, again, err);
  }
  return DENPA_OK;
}

static denpa_status keep_one(answering *a, const dnp_csv *csv, const char *name, denpa_error *err) {
  size_t again;
  const size_t place = dnp_csv_find(csv, name, &again);
  const char *path = a->question->path, *near = dnp_csv_near(csv, name);
  if (place == DNP_TABLE_NONE && *name == '\0')
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "--keep: one of the names is empty; write them as --keep {1},{2}",
        dnp_s(csv->name[0]), dnp_s(csv->name[csv->columns - 1]));
  if (place == DNP_TABLE_NONE && near != NULL)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "--keep {1}: {2} has no such column; did you mean \"{3}\"?", dnp_s(name),
        dnp_s(path), dnp_s(near));
  if (place == DNP_TABLE_NONE)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "--keep {1}: {2} has no such column; its {3} {3|column|columns} {3|begins|begin} with \"{4}\"", dnp_s(name),
        dnp_s(path), dnp_u(csv->columns), dnp_s(csv->name[0]));
  if (again != DNP_TABLE_NONE && a->list != NULL) return two_in_json(a, name, place, again, err);
  if (again != DNP_TABLE_NONE)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "--keep {1}: {2} has two columns of this name, {3} and {4}; --keep all copies both", dnp_s(name), dnp_s(path),
        dnp_u(place + 1), dnp_u(again + 1));
  return keep_column(a, place, err);
}

/* The end of the first name in a list: of the longest beginning that is a column, as a column's name may have commas in
 * it itself; else at the first comma. */
static size_t name_length(const dnp_csv *csv, char *names) {
  size_t length = strlen(names), again;
  while (dnp_csv_find(csv, names, &again) == DNP_TABLE_NONE) {
    char *comma = strrchr(names, ',');
    if (comma == NULL) break;
    *comma = '\0';
  }
  const size_t found = strlen(names);
  for (size_t i = found; i < length; i++)
    if (names[i] == '\0') names[i] = ',';
  return found;
}

/* A name, or several joined by commas. */
static denpa_status keep_names(answering *a, const dnp_csv *csv, const char *names, denpa_error *err) {
  char *copy = dnp_strdup(names, err);
  if (copy == NULL) return DENPA_ERROR_MEMORY;
  size_t again;
  denpa_status status = DENPA_OK;
  for (char *at = copy; status == DENPA_OK && at != NULL;) {
    char *end = at + name_length(csv, at);
    const bool more = *end == ',';
    *end = '\0';
    status = keep_one(a, csv, at, err);
    /* a comma at the end means nothing, as with --ignore, but where a column has no name (pandas' index) */
    at = more && (end[1] != '\0' || dnp_csv_find(csv, "", &again) != DNP_TABLE_NONE) ? end + 1 : NULL;
  }
  dnp_free(copy);
  return status;
}

static denpa_status find_kept(answering *a, const dnp_asking *asking, denpa_error *err) {
  const cli_texts *keep = a->question->keep;
  const dnp_csv *csv = asking->csv;
  for (size_t i = 0; i < keep->count; i++)
    if (strcmp(keep->text[i], "all") == 0)
      for (size_t k = 0; k < csv->columns; k++) DNP_TRY(keep_column(a, k, err));
    else
      DNP_TRY(keep_names(a, csv, keep->text[i], err));
  DNP_TRY(check_names_in_json(a, csv, err));
  for (size_t i = 0; i < a->keeps; i++)
    a->named_twice = a->named_twice || strcmp(csv->name[a->kept[i]], dnp_table_target(asking->table)->name) == 0;
  return DENPA_OK;
}

/* ---- answering ---------------------------------------------------------------------------------- */

static denpa_status check_threshold(const answering *a, const dnp_asking *asking, denpa_error *err) {
  const bool two = dnp_table_classes(asking->table) == 2 && asking->outputs <= 2;
  if (two || isnan(a->question->threshold.value)) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_ARGUMENT, "--{1} is for two classes; this network does not tell two classes apart",
      dnp_s("threshold"));
}

/* The answer's class: by the threshold, if there is one, else the network's own. */
static size_t class_of(const answering *a, const dnp_asking *asking, const double *y, int32_t column) {
  const dnp_threshold *t = &a->question->threshold;
  return isnan(t->value) ? (size_t)column : dnp_two_answer(t, y, asking->outputs);
}

static denpa_status ask_rows(
    answering *a, dnp_asking *asking, dnp_answered *begin, dnp_answered *take, denpa_error *err) {
  DNP_TRY(check_threshold(a, asking, err));
  DNP_TRY(find_kept(a, asking, err));
  if (begin != NULL) DNP_TRY(begin(a, asking, 0, NULL, 0, err));
  return dnp_asking_rows(asking, take, a, err);
}

static denpa_status ask(
    denpa_net *net, answering *a, dnp_answered *begin, dnp_answered *take, dnp_table_answers *news, denpa_error *err) {
  const dnp_table_question *q = a->question;
  dnp_asking asking;
  dnp_csv csv = {0};
  /* the model's table says whether the first row holds names */
  denpa_status status = dnp_asking_open(&asking, net, NULL, q->path, q->unknown_fails, err);
  if (status == DENPA_OK)
    status = dnp_csv_read(q->path, 0, asking.table->header ? DNP_HEADER_YES : DNP_HEADER_NO, &csv, err);
  dnp_asking_close(&asking);
  if (status == DENPA_OK) {
    status = dnp_asking_open(&asking, net, &csv, q->path, q->unknown_fails, err);
    if (status == DENPA_OK) status = ask_rows(a, &asking, begin, take, err);
    if (status == DENPA_OK) note(news, &asking);
    dnp_asking_close(&asking);
  }
  dnp_free(a->kept);
  dnp_csv_free(&csv);
  return status;
}

/* How many rows have their answer. */
static void tell_progress(const answering *a, const dnp_asking *asking, size_t row) {
  char text[160];
  enum { EVERY = 1024 };
  if (a->question->progress == NULL || row % EVERY != 0) return;
  dnp_render(text, sizeof text, a->question->progress->lang, "row {1} of {2}",
      (const denpa_arg[]){dnp_u(row), dnp_u(asking->csv->rows), DNP_END});
  dnp_progress_tell(a->question->progress, (double)row / (double)asking->csv->rows, text);
}

/* ---- as CSV ------------------------------------------------------------------------------------- */

typedef struct csv_text {
  char *text;
  size_t size, room, formulas;
  bool spreadsheet;
} csv_text;

static denpa_status reserve(csv_text *t, size_t more, denpa_error *err) {
  if (t->size + more + 1 <= t->room) return DENPA_OK;
  const size_t room = (t->size + more + 1) * 2;
  DNP_TRY(dnp_grow((void **)&t->text, t->size, room, 1, err));
  t->room = room;
  return DENPA_OK;
}

/* What a spreadsheet computes instead of showing it. */
static bool is_formula(const char *text) {
  double number;
  return text[0] != '\0' && text[1] != '\0' && strchr("=+-@\t\r", text[0]) != NULL && !dnp_parse_real(text, &number);
}

static denpa_status put(csv_text *t, const char *text, char end, denpa_error *err) {
  const size_t length = dnp_csv_quote(NULL, 0, text);
  DNP_TRY(reserve(t, length + 1, err));
  dnp_csv_quote(t->text + t->size, length + 1, text);
  t->size += length;
  t->text[t->size++] = end;
  return DENPA_OK;
}

/* A text of the table or the model. */
static denpa_status put_text(csv_text *t, const char *text, char end, denpa_error *err) {
  if (!is_formula(text)) return put(t, text, end, err);
  if (!t->spreadsheet) return t->formulas++, put(t, text, end, err);
  const size_t size = strlen(text) + 2;
  char *plain;
  DNP_TRY(DNP_NEW(&plain, size, err));
  snprintf(plain, size, "'%s", text);
  const denpa_status status = put(t, plain, end, err);
  dnp_free(plain);
  return status;
}

static denpa_status put_number(csv_text *t, double value, char end, denpa_error *err) {
  char digits[40];
  dnp_format_shortest(digits, sizeof digits, value);
  return put(t, digits, end, err);
}

/* Which class an output speaks for: a single one for the second of two. */
static size_t class_of_output(const dnp_asking *a, size_t output) {
  return a->outputs == 1 && dnp_table_classes(a->table) == 2 ? 1 : output;
}

/* "NAME(TEXT)" */
static denpa_status put_call(csv_text *t, const char *name, const char *text, char end, denpa_error *err) {
  const size_t size = strlen(name) + strlen(text) + 3;
  char *call;
  DNP_TRY(DNP_NEW(&call, size, err));
  snprintf(call, size, "%s(%s)", name, text);
  denpa_status status = put(t, call, end, err);
  dnp_free(call);
  return status;
}

static denpa_status begin_csv(
    void *context, const dnp_asking *asking, size_t row, const double *y, int32_t column, denpa_error *err) {
  const answering *a = context;
  const size_t classes = dnp_table_classes(asking->table) > 0 ? asking->outputs : 0;
  const char *target = dnp_table_target(asking->table)->name;
  char digits[24];
  (void)row, (void)y, (void)column;
  for (size_t i = 0; i < a->keeps; i++) DNP_TRY(put_text(a->csv, asking->csv->name[a->kept[i]], ',', err));
  if (a->named_twice)
    DNP_TRY(put_call(a->csv, "answer", target, classes > 0 ? ',' : '\n', err));
  else
    DNP_TRY(put_text(a->csv, target, classes > 0 ? ',' : '\n', err));
  for (size_t c = 0; c < classes; c++)
    DNP_TRY(put_call(a->csv, dnp_exec_probabilities(asking->net->exec) ? "p" : "y",
        dnp_asking_class(asking, class_of_output(asking, c), digits), c + 1 < classes ? ',' : '\n', err));
  return DENPA_OK;
}

static denpa_status take_csv(
    void *context, const dnp_asking *asking, size_t row, const double *y, int32_t column, denpa_error *err) {
  const answering *a = context;
  char digits[24];
  tell_progress(a, asking, row);
  for (size_t i = 0; i < a->keeps; i++)
    DNP_TRY(put_text(a->csv, dnp_csv_whole(asking->csv, row, a->kept[i]), ',', err));
  if (dnp_table_classes(asking->table) == 0)
    return put_number(a->csv, dnp_table_number(asking->table, y[0]), '\n', err);
  DNP_TRY(put_text(a->csv, dnp_asking_class(asking, class_of(a, asking, y, column), digits), ',', err));
  for (size_t c = 0; c < asking->outputs; c++)
    DNP_TRY(put_number(a->csv, y[c], c + 1 < asking->outputs ? ',' : '\n', err));
  return DENPA_OK;
}

denpa_status dnp_table_answer(
    denpa_net *net, const dnp_table_question *question, dnp_table_answers *out, denpa_error *err) {
  csv_text text = {.spreadsheet = question->spreadsheet};
  answering a = {.question = question, .csv = &text};
  *out = (dnp_table_answers){0};
  denpa_status status = ask(net, &a, begin_csv, take_csv, out, err);
  out->csv = text.text;
  out->size = text.size;
  out->formulas = text.formulas;
  if (status != DENPA_OK) dnp_table_answers_free(out);
  return status;
}

void dnp_table_answers_free(dnp_table_answers *answers) {
  dnp_free(answers->csv);
  answers->csv = NULL;
}

denpa_status dnp_table_answers_show(const dnp_table_answers *answers, FILE *out, denpa_error *err) {
  enum { LONGEST = 4 }; /* letters for a byte: \x1B */
  char *line, *safe;
  DNP_TRY(DNP_NEW(&line, answers->size + 1, err));
  const denpa_status status = dnp_alloc((void **)&safe, answers->size + 1, LONGEST, err);
  if (status == DENPA_OK) {
    memcpy(line, answers->csv, answers->size);
    for (char *at = line, *end; (end = strchr(at, '\n')) != NULL; at = end + 1) {
      *end = '\0';
      dnp_render(safe, LONGEST * (answers->size + 1), DENPA_LANG_EN, "{1}", (const denpa_arg[]){dnp_s(at), DNP_END});
      fprintf(out, "%s\n", safe);
    }
    dnp_free(safe);
  }
  dnp_free(line);
  return status;
}

denpa_status dnp_table_answers_write(const dnp_table_answers *answers, const char *path, denpa_error *err) {
  const dnp_piece piece = {answers->csv, answers->size};
  return dnp_write_file(path, &piece, 1, err);
}

/* ---- as JSON ------------------------------------------------------------------------------------ */

/* The kept fields by their columns' names, as they stand in the file. */
static json_t *kept_json(const answering *a, const dnp_asking *asking, size_t row) {
  json_t *kept = json_object();
  for (size_t i = 0; i < a->keeps; i++)
    dnp_json_put(&kept, asking->csv->name[a->kept[i]], json_string(dnp_csv_whole(asking->csv, row, a->kept[i])));
  return kept;
}

static denpa_status take_json(
    void *context, const dnp_asking *asking, size_t row, const double *y, int32_t column, denpa_error *err) {
  answering *a = context;
  char digits[24];
  const size_t classes = dnp_table_classes(asking->table);
  json_t *one = json_pack("{s:I}", "line", (json_int_t)asking->csv->line[row]), *numbers = json_object();
  tell_progress(a, asking, row);
  if (a->keeps > 0) dnp_json_put(&one, "kept", kept_json(a, asking, row));
  dnp_json_put(&one, "answer",
      classes > 0 ? json_string(dnp_asking_class(asking, class_of(a, asking, y, column), digits))
                  : json_real(dnp_table_number(asking->table, y[0])));
  for (size_t c = 0; classes > 0 && c < asking->outputs; c++)
    dnp_json_put(&numbers, dnp_asking_class(asking, class_of_output(asking, c), digits), json_real(y[c]));
  const bool sure = dnp_exec_probabilities(asking->net->exec);
  if (classes > 0 && !sure) dnp_json_put(&one, "probabilities", json_null());
  if (classes > 0) dnp_json_put(&one, sure ? "probabilities" : "outputs", json_incref(numbers));
  json_decref(numbers);
  dnp_json_add(&a->list, one);
  return a->list != NULL ? DENPA_OK : dnp_json_refused(err);
}

denpa_status dnp_table_answer_json(
    denpa_net *net, const dnp_table_question *question, dnp_table_answers *news, json_t **out, denpa_error *err) {
  answering a = {.question = question, .list = json_array()};
  *news = (dnp_table_answers){0};
  denpa_status status = ask(net, &a, NULL, take_json, news, err);
  *out = a.list;
  if (status == DENPA_OK) return DENPA_OK;
  json_decref(*out);
  *out = NULL;
  return status;
}
