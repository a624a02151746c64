/* tables.c: a trained network and a new table: its rows become numbers by what the model knows of its table, and the
 * answers become words and numbers of the table again. Called by the subcommands predict, eval, train and info. */
#include "cli/tables.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/write.h"
#include "data/table.h"
#include "draw/say.h"
#include "learn/answers.h"

bool dnp_is_table(const char *name) { return name != NULL && dnp_table_named(name); }
bool dnp_from_table(const denpa_data *data) { return data->table != NULL; }

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

static denpa_status ask(denpa_net *net, const char *path, bool unknown_fails, dnp_answered *begin, dnp_answered *take,
    void *context, dnp_table_answers *news, denpa_error *err) {
  dnp_asking a;
  dnp_csv csv = {0};
  /* the model's table says whether the first row holds names */
  denpa_status status = dnp_asking_open(&a, net, NULL, path, unknown_fails, err);
  if (status == DENPA_OK) status = dnp_csv_read(path, 0, a.table->header ? DNP_HEADER_YES : DNP_HEADER_NO, &csv, err);
  dnp_asking_close(&a);
  if (status == DENPA_OK) {
    status = dnp_asking_open(&a, net, &csv, path, unknown_fails, err);
    if (status == DENPA_OK && begin != NULL) status = begin(context, &a, 0, NULL, 0, err);
    if (status == DENPA_OK) status = dnp_asking_rows(&a, take, context, err);
    if (status == DENPA_OK) note(news, &a);
    dnp_asking_close(&a);
  }
  dnp_csv_free(&csv);
  return status;
}

/* ---- as CSV ------------------------------------------------------------------------------------- */

typedef struct csv_text {
  char *text;
  size_t size, room;
} csv_text;

static denpa_status reserve(csv_text *t, size_t more, denpa_error *err) {
  if (t->size + more + 1 <= t->room) return DENPA_OK;
  const size_t room = (t->size + more + 1) * 2;
  DNP_TRY(dnp_grow((void **)&t->text, t->size, room, 1, err));
  t->room = room;
  return DENPA_OK;
}

static denpa_status put(csv_text *t, const char *text, char end, denpa_error *err) {
  const size_t length = dnp_csv_quote(NULL, 0, text);
  DNP_TRY(reserve(t, length + 1, err));
  dnp_csv_quote(t->text + t->size, length + 1, text);
  t->size += length;
  t->text[t->size++] = end;
  return DENPA_OK;
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

static denpa_status begin_csv(
    void *context, const dnp_asking *a, size_t row, const double *y, int32_t column, denpa_error *err) {
  (void)row, (void)y, (void)column;
  const size_t classes = dnp_table_classes(a->table) > 0 ? a->outputs : 0;
  char digits[24];
  DNP_TRY(put(context, dnp_table_target(a->table)->name, classes > 0 ? ',' : '\n', err));
  for (size_t c = 0; c < classes; c++) {
    const char *class = dnp_asking_class(a, class_of_output(a, c), digits);
    char *name;
    DNP_TRY(DNP_NEW(&name, strlen(class) + 4, err));
    snprintf(name, strlen(class) + 4, "p(%s)", class);
    denpa_status status = put(context, name, c + 1 < classes ? ',' : '\n', err);
    dnp_free(name);
    DNP_TRY(status);
  }
  return DENPA_OK;
}

static denpa_status take_csv(
    void *context, const dnp_asking *a, size_t row, const double *y, int32_t column, denpa_error *err) {
  (void)row;
  char digits[24];
  if (dnp_table_classes(a->table) == 0) return put_number(context, dnp_table_number(a->table, y[0]), '\n', err);
  DNP_TRY(put(context, dnp_asking_class(a, (size_t)column, digits), ',', err));
  for (size_t c = 0; c < a->outputs; c++) DNP_TRY(put_number(context, y[c], c + 1 < a->outputs ? ',' : '\n', err));
  return DENPA_OK;
}

denpa_status dnp_table_answer(
    denpa_net *net, const char *path, bool unknown_fails, dnp_table_answers *out, denpa_error *err) {
  csv_text text = {0};
  *out = (dnp_table_answers){0};
  denpa_status status = ask(net, path, unknown_fails, begin_csv, take_csv, &text, out, err);
  out->csv = text.text;
  out->size = text.size;
  if (status != DENPA_OK) dnp_table_answers_free(out);
  return status;
}

void dnp_table_answers_free(dnp_table_answers *answers) {
  dnp_free(answers->csv);
  answers->csv = NULL;
}

denpa_status dnp_table_answers_write(const dnp_table_answers *answers, const char *path, denpa_error *err) {
  const dnp_piece piece = {answers->csv, answers->size};
  return dnp_write_file(path, &piece, 1, err);
}

/* ---- as JSON ------------------------------------------------------------------------------------ */

static denpa_status take_json(
    void *context, const dnp_asking *a, size_t row, const double *y, int32_t column, denpa_error *err) {
  char digits[24];
  const size_t classes = dnp_table_classes(a->table);
  json_t *one = json_pack("{s:I}", "line", (json_int_t)a->csv->line[row]), *probabilities = json_object();
  json_object_set_new(one, "answer",
      classes > 0 ? json_string(dnp_asking_class(a, (size_t)column, digits))
                  : json_real(dnp_table_number(a->table, y[0])));
  for (size_t c = 0; classes > 0 && c < a->outputs; c++)
    json_object_set_new(probabilities, dnp_asking_class(a, class_of_output(a, c), digits), json_real(y[c]));
  if (classes > 0) json_object_set(one, "probabilities", probabilities);
  json_decref(probabilities);
  return json_array_append_new(context, one) == 0
             ? DENPA_OK
             : dnp_fail(err, DENPA_ERROR_MEMORY, "not enough memory for the JSON object");
}

denpa_status dnp_table_answer_json(
    denpa_net *net, const char *path, bool unknown_fails, dnp_table_answers *news, json_t **out, denpa_error *err) {
  *news = (dnp_table_answers){0};
  *out = json_array();
  denpa_status status = ask(net, path, unknown_fails, NULL, take_json, *out, news, err);
  if (status == DENPA_OK) return DENPA_OK;
  json_decref(*out);
  *out = NULL;
  return status;
}

void dnp_table_numbers(const denpa_data *data, denpa_split split, size_t row, double y, double *answer, double *right) {
  const double target = data->split[split == DENPA_SPLIT_TEST ? DNP_TEST : DNP_TRAIN].target[row * data->outputs];
  *answer = data->table != NULL ? dnp_table_number(data->table, y) : y;
  *right = data->table != NULL ? dnp_table_number(data->table, target) : target;
}

/* ---- telling ------------------------------------------------------------------------------------ */

static void tell_unknown(FILE *out, denpa_lang lang, const char *path, size_t line, size_t column, const char *name,
    const char *value, size_t count) {
  if (count == 0) return;
  dnp_say(out, lang,
      "{1}, line {2}, column {3} ({4}): the training rows had no \"{5}\" here, so it counts as none of the categories",
      dnp_s(path), dnp_u(line), dnp_u(column), dnp_s(name), dnp_s(value));
  if (count > 1) dnp_say(out, lang, "; {1} such values in all", dnp_u(count));
  fputc('\n', out);
}

void dnp_table_answers_tell(FILE *out, denpa_lang lang, const dnp_table_answers *a, const char *path) {
  tell_unknown(out, lang, path, a->line, a->column, a->name, a->value, a->unknown);
}

void dnp_table_tell_news(FILE *out, denpa_lang lang, const denpa_data *data) {
  const dnp_table_news *n = &data->news;
  tell_unknown(out, lang, data->name, n->line, n->column, n->name, n->value, n->unknown);
  if (n->without_target > 0)
    dnp_say(out, lang,
        "{1}, line {2}: {3} {3|row|rows} {3|has|have} no answer and {3|was|were} left out, this one first\n",
        dnp_s(data->name), dnp_u(n->without_target_line), dnp_u(n->without_target));
}

static void describe(const dnp_table *t, FILE *out, denpa_lang lang) {
  const dnp_column *target = dnp_table_target(t);
  size_t kinds[3] = {0};
  for (size_t k = 0; k < t->columns; k++) kinds[t->column[k].kind] += k != t->target;
  if (target->kind == DNP_COLUMN_NUMBER)
    dnp_say(out, lang, "Target: {1}, a number (mean {2:.6g}, deviation {3:.6g}; scaled by them for training only).\n",
        dnp_s(target->name), dnp_d(target->mean), dnp_d(target->deviation));
  else {
    dnp_say(out, lang, "Target: {1}, {2} {2|class|classes}:", dnp_s(target->name), dnp_u(target->categories));
    for (size_t c = 0; c < target->categories && c < 20; c++)
      dnp_say(out, lang, c > 0 ? ", {1}" : " {1}", dnp_s(target->category[c]));
    fputs(target->categories > 20 ? " ...\n" : "\n", out);
  }
  dnp_say(out, lang, "Columns: {1} of numbers, {2} of categories, {3} left out; they become {4} {4|input|inputs}.\n",
      dnp_u(kinds[DNP_COLUMN_NUMBER]), dnp_u(kinds[DNP_COLUMN_CATEGORY]), dnp_u(kinds[DNP_COLUMN_IGNORED]),
      dnp_u(t->features));
}

void dnp_table_tell(FILE *out, denpa_lang lang, const denpa_data *data) { describe(data->table, out, lang); }

denpa_status dnp_table_describe(const char *text, const char *where, FILE *out, denpa_lang lang, denpa_error *err) {
  const dnp_table *t;
  void *memory[DNP_TABLE_BLOCKS];
  denpa_status status = dnp_table_from_json(text, where, &t, memory, err);
  if (status == DENPA_OK) describe(t, out, lang);
  for (size_t i = 0; i < DNP_TABLE_BLOCKS; i++) dnp_free(memory[i]);
  return status;
}
