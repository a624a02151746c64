/* answers.formats.c: rows of a table and the answers of a network that was trained on one. Called by the commands
 * predict and eval, and by programs through denpa.h. */
#include "learn/answers.h"

#include <math.h>
#include <stdio.h>

#include "base/text.h"

enum { ROWS = 1024 /* answered at a time, at most */ };

denpa_status dnp_asking_open(
    dnp_asking *a, const denpa_net *net, const dnp_csv *csv, const char *path, bool unknown_fails, denpa_error *err) {
  const char *text = denpa_net_metadata(net, "table");
  *a = (dnp_asking){.net = net, .csv = csv, .outputs = denpa_net_outputs(net), .room = ROWS};
  if (text == NULL)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "{1}: the model was not trained on a table, so it does not know what to make of the columns", dnp_s(path));
  DNP_TRY(dnp_table_from_json(text, path, &a->table, a->memory, err));
  if (csv == NULL) return DENPA_OK;
  if (csv->rows < ROWS) a->room = csv->rows;
  DNP_TRY(dnp_table_reader_open(&a->reader, a->table, csv, path, false, unknown_fails, err));
  DNP_TRY(DNP_NEW(&a->x, a->room * a->table->features, err));
  DNP_TRY(DNP_NEW(&a->y, a->room * a->outputs, err));
  return DNP_NEW(&a->column, a->room, err);
}

void dnp_asking_close(dnp_asking *a) {
  dnp_table_reader_close(&a->reader);
  for (size_t i = 0; i < DNP_TABLE_BLOCKS; i++) dnp_free(a->memory[i]);
  dnp_free(a->x);
  dnp_free(a->y);
  dnp_free(a->column);
}

static denpa_status check_finite(const dnp_asking *a, size_t row, const double *y, denpa_error *err) {
  /* a number in the table's own measure may be too large where the output is not */
  const bool fits = dnp_table_classes(a->table) > 0 || isfinite(dnp_table_number(a->table, y[0]));
  if (fits && dnp_outputs_finite(y, a->outputs)) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_NUMERIC,
      "{1}, line {2}, column {3}: the network's answer is not finite (NaN or infinity); the model is damaged",
      dnp_s(a->reader.path), dnp_u(a->csv->line[row]), dnp_u(1));
}

denpa_status dnp_asking_rows(dnp_asking *a, dnp_answered *take, void *context, denpa_error *err) {
  for (size_t first = 0; first < a->csv->rows; first += a->room) {
    const size_t count = a->csv->rows - first < a->room ? a->csv->rows - first : a->room;
    for (size_t i = 0; i < count; i++)
      DNP_TRY(dnp_table_inputs(&a->reader, first + i, a->x + i * a->table->features, err));
    DNP_TRY(denpa_net_predict(a->net, count, DENPA_DTYPE_FLOAT64, a->x, a->y, a->column, err));
    for (size_t i = 0; i < count; i++) {
      const double *y = a->y + i * a->outputs;
      DNP_TRY(check_finite(a, first + i, y, err));
      DNP_TRY(take(context, a, first + i, y, a->column[i], err));
    }
  }
  return DENPA_OK;
}

const char *dnp_asking_class(const dnp_asking *a, size_t class_number, char digits[24]) {
  snprintf(digits, 24, "%zu", class_number);
  /* a network may have more outputs than there were classes */
  return class_number < dnp_table_classes(a->table) ? dnp_table_target(a->table)->category[class_number] : digits;
}

/* ---- one row in memory ------------------------------------------------------------------------------ */

#define FIELDS "fields" /* what messages call the row */
#define DIGITS 40

typedef struct one_answer {
  denpa_answer *out;
  double *y;
} one_answer;

static denpa_status take_one(
    void *context, const dnp_asking *a, size_t row, const double *y, int32_t column, denpa_error *err) {
  const one_answer *one = context;
  char digits[24];
  (void)row, (void)err;
  for (size_t i = 0; i < a->outputs && one->y != NULL; i++) one->y[i] = y[i];
  if (dnp_table_classes(a->table) == 0) {
    *one->out = (denpa_answer){
        .class_number = -1, .probability = (double)NAN, .number = dnp_table_number(a->table, y[0])};
    return DENPA_OK;
  }
  *one->out = dnp_answer_class(a->net, y, column);
  dnp_text_copy(one->out->name, sizeof one->out->name, dnp_asking_class(a, (size_t)column, digits));
  return DENPA_OK;
}

/* The fields' names and texts, numbers as the shortest text that gives them again. */
static denpa_status collect(const denpa_field *field, size_t fields, const char **name, const char **text,
    char (*digits)[DIGITS], denpa_error *err) {
  for (size_t i = 0; i < fields; i++) {
    if ((field[i].column == NULL) != (field[0].column == NULL))
      return dnp_fail(err, DENPA_ERROR_ARGUMENT,
          "field {1} has no column, but others have one; name the columns of all fields, or of none", dnp_u(i));
    name[i] = field[i].column;
    text[i] = field[i].text != NULL ? field[i].text : digits[i];
    if (isfinite(field[i].number)) dnp_format_shortest(digits[i], DIGITS, field[i].number);
  }
  return DENPA_OK;
}

static denpa_status row_of(const denpa_field *field, size_t fields, dnp_csv *out, denpa_error *err) {
  const char **name = NULL, **text = NULL;
  char(*digits)[DIGITS] = NULL;
  *out = (dnp_csv){0};
  denpa_status status = DNP_NEW(&name, fields, err);
  if (status == DENPA_OK) status = DNP_NEW(&text, fields, err);
  if (status == DENPA_OK) status = DNP_NEW(&digits, fields, err);
  if (status == DENPA_OK) status = collect(field, fields, name, text, digits, err);
  if (status == DENPA_OK) status = dnp_csv_of_row(name[0] != NULL ? name : NULL, text, fields, out, err);
  dnp_free(name);
  dnp_free(text);
  dnp_free(digits);
  return status;
}

denpa_status denpa_net_answer_fields(
    const denpa_net *net, const denpa_field *field, size_t fields, denpa_answer *out, double *y, denpa_error *err) {
  dnp_csv csv = {0};
  dnp_asking asking;
  one_answer one = {out, y};
  DNP_REQUIRE(net, err);
  DNP_REQUIRE(field, err);
  DNP_REQUIRE(out, err);
  if (fields == 0 || fields > DNP_CSV_COLUMNS)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "a row of {1} fields; between 1 and {2} are possible", dnp_u(fields),
        dnp_i(DNP_CSV_COLUMNS));
  DNP_TRY(row_of(field, fields, &csv, err));
  denpa_status status = dnp_asking_open(&asking, net, &csv, FIELDS, false, err);
  if (status == DENPA_OK) status = dnp_asking_rows(&asking, take_one, &one, err);
  if (status == DENPA_OK) out->unknown = asking.reader.news.unknown;
  dnp_asking_close(&asking);
  dnp_csv_free(&csv);
  return status;
}
