/* table_inputs.c: the fields of a table's rows as inputs and answers of a network, by what the training rows said.
 * Whatever cannot be taken is told with line and column. Called by table_open.formats.c and src/cli/tables.c. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/near.h"
#include "data/table.h"

/* ---- columns ------------------------------------------------------------------------------------ */

/* Where a column of this name stands; two of them would leave open which one is meant. */
static denpa_status find_name(const dnp_csv *csv, const char *path, const char *name, size_t *place, denpa_error *err) {
  size_t again;
  *place = dnp_csv_find(csv, name, &again);
  if (again == DNP_TABLE_NONE) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_FORMAT,
      "{1}, line {2}, column {3}: \"{4}\" is the name of column {5} too; give each column its own name", dnp_s(path),
      dnp_u(1), dnp_u(again + 1), dnp_s(name), dnp_u(*place + 1));
}

/* Columns without names stand where they stood; the target may be missing. */
static denpa_status place_by_order(dnp_table_reader *r, denpa_error *err) {
  const dnp_table *t = r->table;
  const bool full = r->csv->columns == t->columns;
  if (!full && r->csv->columns + 1 != t->columns)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}, line {2}, column {3}: the rows have {4} {4|field|fields}, but the model was trained on {5} "
        "{5|column|columns} without names",
        dnp_s(r->path), dnp_u(1), dnp_u(1), dnp_u(r->csv->columns), dnp_u(t->columns));
  for (size_t k = 0; k < t->columns; k++)
    r->place[k] = full ? k : k == t->target ? DNP_TABLE_NONE : k - (k > t->target);
  return DENPA_OK;
}

static bool is_known(const dnp_table *table, const char *name) {
  for (size_t k = 0; k < table->columns; k++)
    if (strcmp(table->column[k].name, name) == 0) return true;
  return false;
}

/* A column of the file that is called almost so, unless it is another one of the model's, is told as what may be meant.
 */
static denpa_status fail_absent(const dnp_table_reader *r, const char *name, denpa_error *err) {
  dnp_nearest nearest = {.typed = name};
  for (size_t k = 0; r->table->header && k < r->csv->columns; k++)
    if (!is_known(r->table, r->csv->name[k])) dnp_nearest_see(&nearest, r->csv->name[k]);
  if (nearest.name != NULL)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}, line {2}, column {3}: there is no column \"{4}\" among the {5} of the first row, but the model needs "
        "it; if \"{6}\" is this column, give it the model's name",
        dnp_s(r->path), dnp_u(1), dnp_u(1), dnp_s(name), dnp_u(r->csv->columns), dnp_s(nearest.name));
  return dnp_fail(err, DENPA_ERROR_FORMAT,
      "{1}, line {2}, column {3}: there is no column \"{4}\" among the {5} of the first row, but the model needs it",
      dnp_s(r->path), dnp_u(1), dnp_u(1), dnp_s(name), dnp_u(r->csv->columns));
}

denpa_status dnp_table_reader_open(dnp_table_reader *reader, const dnp_table *table, const dnp_csv *csv,
    const char *path, bool answers, bool unknown_fails, denpa_error *err) {
  *reader = (dnp_table_reader){.table = table, .csv = csv, .path = path, .unknown_fails = unknown_fails};
  DNP_TRY(DNP_NEW(&reader->place, table->columns, err));
  if (!table->header) DNP_TRY(place_by_order(reader, err));
  for (size_t k = 0; k < table->columns; k++) {
    const dnp_column *c = &table->column[k];
    if (table->header) reader->place[k] = DNP_TABLE_NONE;
    /* those that are left out need not be there */
    if (table->header && c->kind != DNP_COLUMN_IGNORED) DNP_TRY(find_name(csv, path, c->name, &reader->place[k], err));
    const bool needed = k == table->target ? answers : c->kind != DNP_COLUMN_IGNORED;
    if (reader->place[k] == DNP_TABLE_NONE && needed) return fail_absent(reader, c->name, err);
  }
  return DENPA_OK;
}

void dnp_table_reader_close(dnp_table_reader *reader) {
  dnp_free(reader->place);
  reader->place = NULL;
}

/* ---- values ------------------------------------------------------------------------------------- */

#define HERE(r, row, k) \
  dnp_s((r)->path), dnp_u((r)->csv->line[row]), dnp_u((r)->place[k] + 1), dnp_s((r)->table->column[k].name)

/* Place of the value among the sorted categories; their number if it is none of them. */
static size_t find_category(const dnp_column *c, const char *text) {
  size_t low = 0, high = c->categories;
  double value = 0, other = 0;
  if (c->numeric && !dnp_csv_number(text, &value)) return c->categories;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (c->numeric) dnp_csv_number(c->category[middle], &other);
    const int order = c->numeric ? (value > other) - (value < other) : strcmp(text, c->category[middle]);
    if (order == 0) return middle;
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return c->categories;
}

static denpa_status read_number(
    const dnp_table_reader *r, size_t row, size_t k, const char *text, double *x, denpa_error *err) {
  const dnp_column *c = &r->table->column[k];
  double value;
  if (!dnp_csv_number(text, &value))
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}, line {2}, column {3} ({4}): \"{5}\" is not a number, but the model was trained on numbers here",
        HERE(r, row, k), dnp_s(text));
  *x = (value - c->mean) / c->deviation;
  if (!isfinite(*x) || fabs(*x) > 1e30)
    return dnp_fail(err, DENPA_ERROR_NUMERIC,
        "{1}, line {2}, column {3} ({4}): {5} is too far from the numbers that the model was trained on",
        HERE(r, row, k), dnp_s(text));
  return DENPA_OK;
}

static denpa_status meet_unknown(dnp_table_reader *r, size_t row, size_t k, const char *text, denpa_error *err) {
  dnp_table_news *n = &r->news;
  if (r->unknown_fails)
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}, line {2}, column {3} ({4}): the training rows had no \"{5}\" here",
        HERE(r, row, k), dnp_s(text));
  if (n->unknown++ > 0) return DENPA_OK;
  n->line = r->csv->line[row];
  n->column = r->place[k] + 1;
  snprintf(n->name, sizeof n->name, "%s", r->table->column[k].name);
  snprintf(n->value, sizeof n->value, "%s", text);
  return DENPA_OK;
}

static denpa_status read_category(
    dnp_table_reader *r, size_t row, size_t k, const char *text, double *x, denpa_error *err) {
  const dnp_column *c = &r->table->column[k];
  const size_t found = dnp_csv_missing(text) ? c->common : find_category(c, text);
  memset(x, 0, c->categories * sizeof *x);
  if (found == c->categories) return meet_unknown(r, row, k, text, err);
  x[found] = 1;
  return DENPA_OK;
}

denpa_status dnp_table_inputs(dnp_table_reader *r, size_t row, double *x, denpa_error *err) {
  const dnp_table *t = r->table;
  for (size_t k = 0; k < t->columns; k++) {
    const dnp_column *c = &t->column[k];
    if (c->inputs == 0) continue;
    const char *text = dnp_csv_field(r->csv, row, r->place[k]);
    const bool missing = dnp_csv_missing(text);
    if (c->kind == DNP_COLUMN_CATEGORY)
      DNP_TRY(read_category(r, row, k, text, x + c->first, err));
    else if (missing)
      x[c->first] = 0; /* the mean */
    else
      DNP_TRY(read_number(r, row, k, text, x + c->first, err));
    if (c->indicator) x[c->first + c->inputs - 1] = missing;
  }
  return DENPA_OK;
}

bool dnp_table_has_answer(const dnp_table_reader *r, size_t row) {
  const size_t place = r->place[r->table->target];
  return place != DNP_TABLE_NONE && !dnp_csv_missing(dnp_csv_field(r->csv, row, place));
}

denpa_status dnp_table_label(dnp_table_reader *r, size_t row, uint8_t *label, denpa_error *err) {
  const size_t k = r->table->target;
  const char *text = dnp_csv_field(r->csv, row, r->place[k]);
  const size_t found = find_category(dnp_table_target(r->table), text);
  if (found == dnp_table_target(r->table)->categories)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}, line {2}, column {3} ({4}): \"{5}\" is none of the classes that the model was trained on",
        HERE(r, row, k), dnp_s(text));
  *label = (uint8_t)found;
  return DENPA_OK;
}

denpa_status dnp_table_scaled(dnp_table_reader *r, size_t row, double *target, denpa_error *err) {
  const size_t k = r->table->target;
  return read_number(r, row, k, dnp_csv_field(r->csv, row, r->place[k]), target, err);
}
