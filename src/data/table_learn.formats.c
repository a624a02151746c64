/* table_learn.formats.c: what becomes of each column of a table, and what the training rows say about it, as the JSON
 * that a model file keeps. Which rows those are, is table_open's to say. Called by table_open.formats.c and, for
 * people, by src/cli/tables.c.
 *
 * The rules: values that are missing (dnp_csv_missing) count for nothing below. Of a column whose values are all
 * numbers: whole ones that count up by one from row to row are an identifier. If more than half of the values are
 * numbers but not all, the first that is none is a mistake in the file. Else the column is a category: if all values
 * differ (from 10 rows on) an identifier, and with more than DNP_TABLE_CATEGORIES of them, or different ones in more
 * than half of the rows, free text. A target is a class if it is text, if it has two different values and these are
 * whole, or if all its values are whole and at most CLASSES of them differ, each on ROWS_EACH rows on average. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/table.h"
#include "file/json.h"

enum {
  CLASSES = 20,
  ROWS_EACH = 5,
  SURE = 10 /* rows from which on a column that is all different is an identifier */
};

/* ---- which columns ------------------------------------------------------------------------------ */

/* The length of the first name in a list joined by commas: of the longest beginning that is a column, as a column's
 * name may have commas in it itself; else up to the first comma. */
static size_t first_name(const dnp_csv *csv, const char *list) {
  size_t longest = 0;
  for (size_t k = 0; k < csv->columns; k++) {
    if (*csv->name[k] != *list) continue;
    const size_t length = strlen(csv->name[k]);
    if (length > longest && strncmp(list, csv->name[k], length) == 0 && (list[length] == ',' || list[length] == '\0'))
      longest = length;
  }
  return longest > 0 ? longest : strcspn(list, ",");
}

static bool listed(const dnp_csv *csv, const char *list, const char *name) {
  const size_t length = strlen(name);
  while (list != NULL && *list != '\0') {
    const size_t span = first_name(csv, list);
    if (span == length && strncmp(list, name, length) == 0) return true;
    list += span + (list[span] == ',');
  }
  return false;
}

/* The first of the columns' names, each cut where it is long; "..." stands for what is left out. */
static void list_names(const dnp_csv *csv, char *out, size_t size) {
  enum { NAME = 31, MORE = 9 }; /* bytes: of a name, its "..." and a last ", ..." */
  char name[NAME];
  size_t used = 0;
  for (size_t k = 0; k < csv->columns; k++) {
    const bool room = used + strlen(", ") + NAME + MORE <= size;
    dnp_text_copy(name, sizeof name, room ? csv->name[k] : "...");
    used += (size_t)snprintf(out + used, size - used, "%s%s%s", k > 0 ? ", " : "", name,
        room && strlen(name) < strlen(csv->name[k]) ? "..." : "");
    if (!room) return;
  }
}

static denpa_status find_column(
    const dnp_csv *csv, const char *path, const char *name, size_t length, size_t *out, denpa_error *err) {
  char wanted[256], names[256] = "";
  for (*out = 0; *out < csv->columns; ++*out)
    if (strlen(csv->name[*out]) == length && strncmp(csv->name[*out], name, length) == 0) return DENPA_OK;
  snprintf(wanted, sizeof wanted, "%.*s", (int)(length < sizeof wanted ? length : sizeof wanted - 1), name);
  list_names(csv, names, sizeof names);
  const char *near = dnp_csv_near(csv, wanted);
  if (near != NULL)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1} has no column \"{2}\"; did you mean \"{3}\"? It has {4}: {5}",
        dnp_s(path), dnp_s(wanted), dnp_s(near), dnp_u(csv->columns), dnp_s(names));
  return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1} has no column \"{2}\"; it has {3}: {4}", dnp_s(path), dnp_s(wanted),
      dnp_u(csv->columns), dnp_s(names));
}

static denpa_status check_list(const dnp_csv *csv, const char *path, const char *list, denpa_error *err) {
  size_t ignored;
  while (list != NULL && *list != '\0') {
    const size_t span = first_name(csv, list);
    DNP_TRY(find_column(csv, path, list, span, &ignored, err));
    list += span + (list[span] == ',');
  }
  return DENPA_OK;
}

static denpa_status check_names(const dnp_csv *csv, const char *path, denpa_error *err) {
  size_t again;
  for (size_t k = 0; csv->header && k < csv->columns; k++) {
    const size_t first = dnp_csv_find(csv, csv->name[k], &again);
    if (first != k)
      return dnp_fail(err, DENPA_ERROR_FORMAT,
          "{1}, line {2}, column {3}: \"{4}\" is the name of column {5} too; give each column its own name",
          dnp_s(path), dnp_u(1), dnp_u(k + 1), dnp_s(csv->name[k]), dnp_u(first + 1));
  }
  return DENPA_OK;
}

static denpa_status odd_one(
    const dnp_csv *csv, const char *path, size_t column, const dnp_profile *p, denpa_error *err) {
  return dnp_fail(err, DENPA_ERROR_FORMAT,
      "{1}, line {2}, column {3} ({4}): \"{5}\" is not a number, but {6} of the {7} values of this column are; correct "
      "it or leave it empty, or take all of them as names (--category)",
      dnp_s(path), dnp_u(csv->line[p->odd]), dnp_u(column + 1), dnp_s(csv->name[column]),
      dnp_s(dnp_csv_field(csv, p->odd, column)), dnp_u(p->numbers), dnp_u(p->rows - p->missing));
}

static const char *why_ignored(const dnp_profile *p, bool asked_category) {
  const size_t values = p->rows - p->missing;
  if (values == 0) return "empty";
  if (p->distinct == 1 && p->missing == 0) return "constant";
  if (asked_category) return NULL;
  if (dnp_profile_numeric(p)) return p->counts_up && p->rows >= SURE ? "identifier" : NULL;
  if (values >= SURE && p->distinct == values) return "identifier";
  return p->distinct > DNP_TABLE_CATEGORIES || (values >= SURE && p->distinct > values / 2) ? "text" : NULL;
}

static denpa_status plan_input(const dnp_csv *csv, const char *path, size_t k, const denpa_data_options *o,
    dnp_table_plan *plan, denpa_error *err) {
  dnp_profile p;
  const bool asked = listed(csv, o->category, csv->name[k]);
  plan->kind[k] = DNP_COLUMN_IGNORED;
  plan->why[k] = "asked";
  if (listed(csv, o->ignore, csv->name[k])) return DENPA_OK;
  DNP_TRY(dnp_profile_take(csv, k, NULL, csv->rows, &p, err));
  denpa_status status = DENPA_OK;
  const size_t values = p.rows - p.missing;
  plan->why[k] = why_ignored(&p, asked);
  if (plan->why[k] == NULL) {
    plan->why[k] = "";
    plan->kind[k] = asked || p.numbers < values ? DNP_COLUMN_CATEGORY : DNP_COLUMN_NUMBER;
  }
  if (!asked && p.numbers < values && p.numbers > values / 2) status = odd_one(csv, path, k, &p, err);
  if (status == DENPA_OK && asked && p.distinct > DNP_TABLE_CATEGORIES)
    status = dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "{1}, line {2}, column {3} ({4}): the column has {5} different values; a category has at most {6}", dnp_s(path),
        dnp_u(1), dnp_u(k + 1), dnp_s(csv->name[k]), dnp_u(p.distinct), dnp_i(DNP_TABLE_CATEGORIES));
  dnp_profile_free(&p);
  return status;
}

static bool is_class(const dnp_profile *p) {
  const size_t values = p->rows - p->missing;
  if (!dnp_profile_numeric(p)) return true;
  return p->whole == values && (p->distinct == 2 || (p->distinct <= CLASSES && p->distinct * ROWS_EACH <= values));
}

static denpa_status check_target(
    const dnp_csv *csv, const char *path, size_t k, const dnp_profile *p, dnp_column_kind kind, denpa_error *err) {
  const size_t values = p->rows - p->missing;
#define TARGET dnp_s(path), dnp_u(csv->rows > 0 ? csv->line[0] : 1), dnp_u(k + 1), dnp_s(csv->name[k])
  if (values == 0)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}, line {2}, column {3} ({4}): the column to learn is empty; another one is chosen by --target", TARGET);
  if (p->distinct == 1)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}, line {2}, column {3} ({4}): all rows have the same value to learn, {5}: there is nothing to tell apart; "
        "another column is chosen by --target",
        TARGET, dnp_s(p->value[0].text));
  if (kind == DNP_COLUMN_NUMBER && p->numbers <= values / 2)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}, line {2}, column {3} ({4}): \"{5}\" is not a number, and --task regression learns numbers; without "
        "--task "
        "the values of this column are classes",
        dnp_s(path), dnp_u(csv->line[p->odd]), dnp_u(k + 1), dnp_s(csv->name[k]), dnp_s(dnp_csv_field(csv, p->odd, k)));
  if (kind == DNP_COLUMN_NUMBER) return dnp_profile_numeric(p) ? DENPA_OK : odd_one(csv, path, k, p, err);
  if (p->numbers < values && p->numbers > values / 2) return odd_one(csv, path, k, p, err);
  if (p->distinct > DNP_TABLE_CATEGORIES)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}, line {2}, column {3} ({4}): the column to learn has {5} different values, but at most {6} classes are "
        "possible; another column is chosen by --target, numbers are learned by --task regression",
        TARGET, dnp_u(p->distinct), dnp_i(DNP_TABLE_CATEGORIES));
#undef TARGET
  return DENPA_OK;
}

static denpa_status plan_target(
    const dnp_csv *csv, const char *path, const denpa_data_options *o, dnp_table_plan *plan, denpa_error *err) {
  dnp_profile p;
  const size_t k = plan->target;
  const char *task = o->task != NULL ? o->task : "auto";
  DNP_TRY(dnp_profile_take(csv, k, NULL, csv->rows, &p, err));
  if (dnp_text_means(task, "auto"))
    plan->kind[k] = listed(csv, o->category, csv->name[k]) || is_class(&p) ? DNP_COLUMN_CATEGORY : DNP_COLUMN_NUMBER;
  else
    plan->kind[k] = dnp_text_means(task, "regression") ? DNP_COLUMN_NUMBER : DNP_COLUMN_CATEGORY;
  plan->why[k] = "";
  denpa_status status = check_target(csv, path, k, &p, plan->kind[k], err);
  dnp_profile_free(&p);
  return status;
}

static denpa_status plan_columns(
    const dnp_csv *csv, const char *path, const denpa_data_options *o, dnp_table_plan *plan, denpa_error *err) {
  size_t inputs = 0;
  if (csv->columns < 2)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}, line {2}, column {3}: the table has one column only; it needs one to learn and others to learn it from "
        "(separated by comma, semicolon or tab)",
        dnp_s(path), dnp_u(1), dnp_u(1));
  if (csv->rows == 0)
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}, line {2}, column {3}: there is no row below the names", dnp_s(path),
        dnp_u(2), dnp_u(1));
  DNP_TRY(check_names(csv, path, err));
  DNP_TRY(check_list(csv, path, o->ignore, err));
  DNP_TRY(check_list(csv, path, o->category, err));
  plan->target = csv->columns - 1;
  if (o->target != NULL) DNP_TRY(find_column(csv, path, o->target, strlen(o->target), &plan->target, err));
  if (listed(csv, o->ignore, csv->name[plan->target]))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "{1}: the column \"{2}\" is the one to learn, so it cannot be left out (--ignore); another one is chosen by "
        "--target",
        dnp_s(path), dnp_s(csv->name[plan->target]));
  DNP_TRY(DNP_NEW(&plan->kind, csv->columns, err));
  DNP_TRY(DNP_NEW(&plan->why, csv->columns, err));
  DNP_TRY(plan_target(csv, path, o, plan, err));
  for (size_t k = 0; k < csv->columns; k++) {
    if (k == plan->target) continue;
    DNP_TRY(plan_input(csv, path, k, o, plan, err));
    inputs += plan->kind[k] != DNP_COLUMN_IGNORED;
  }
  if (inputs > 0) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_FORMAT,
      "{1}, line {2}, column {3}: no column is left to learn from: all but the target are constant, empty, "
      "identifiers, free text or left out",
      dnp_s(path), dnp_u(1), dnp_u(1));
}

denpa_status dnp_table_plan_make(
    const dnp_csv *csv, const char *path, const denpa_data_options *options, dnp_table_plan *out, denpa_error *err) {
  *out = (dnp_table_plan){0};
  denpa_status status = plan_columns(csv, path, options, out, err);
  if (status != DENPA_OK) dnp_table_plan_free(out);
  return status;
}

void dnp_table_plan_free(dnp_table_plan *plan) {
  dnp_free(plan->kind);
  dnp_free(plan->why);
  *plan = (dnp_table_plan){0};
}

/* ---- what the training rows say ------------------------------------------------------------------ */

static denpa_status too_large(const dnp_csv *csv, const char *path, size_t k, denpa_error *err) {
  return dnp_fail(err, DENPA_ERROR_NUMERIC,
      "{1}, line {2}, column {3} ({4}): the numbers of this column are too large to be averaged", dnp_s(path),
      dnp_u(csv->line[0]), dnp_u(k + 1), dnp_s(csv->name[k]));
}

static json_t *number_json(const char *name, const dnp_profile *p, bool target) {
  return json_pack("{s:s,s:s,s:f,s:f,s:b}", "name", name, "kind", "number", "mean", p->mean, "deviation",
      p->deviation > 0 ? p->deviation : 1.0, "indicator", !target && p->missing > 0);
}

static json_t *category_json(const char *name, const dnp_profile *p, bool target) {
  json_t *values = json_array();
  size_t common = 0;
  const bool numeric = dnp_profile_numeric(p);
  for (size_t i = 0; i < p->values; i++) {
    char digits[40];
    double value = 0;
    /* -0 is 0 */
    if (numeric && dnp_csv_number(p->value[i].text, &value)) dnp_format_shortest(digits, sizeof digits, value + 0.0);
    dnp_json_add(&values, json_string(numeric ? digits : p->value[i].text));
    if (p->value[i].count > p->value[common].count) common = i;
  }
  return json_pack("{s:s,s:s,s:o,s:b,s:I,s:b}", "name", name, "kind", "category", "values", values, "numeric", numeric,
      "common", (json_int_t)common, "indicator", !target && p->missing > 0);
}

static json_t *ignored_json(const char *name, const char *why) {
  return json_pack("{s:s,s:s,s:s}", "name", name, "kind", "ignored", "why", why);
}

/* A column that says nothing in the training rows is left out, though it does in the test rows. Classes stay those of
 * all rows. */
static denpa_status learn_column(const dnp_csv *csv, const char *path, const dnp_table_plan *plan, size_t k,
    const uint32_t *rows, size_t count, json_t **out, denpa_error *err) {
  dnp_profile p;
  const bool target = k == plan->target, classes = target && plan->kind[k] == DNP_COLUMN_CATEGORY;
  denpa_status status = DENPA_OK;
  if (plan->kind[k] == DNP_COLUMN_IGNORED) {
    *out = ignored_json(csv->name[k], plan->why[k]);
    return DENPA_OK;
  }
  DNP_TRY(dnp_profile_take(csv, k, classes ? NULL : rows, classes ? csv->rows : count, &p, err));
  if (!target && (p.missing == p.rows || (p.distinct == 1 && p.missing == 0)))
    *out = ignored_json(csv->name[k], p.missing == p.rows ? "empty" : "constant");
  else if (plan->kind[k] == DNP_COLUMN_CATEGORY)
    *out = category_json(csv->name[k], &p, target);
  else if (!isfinite(p.mean) || !isfinite(p.deviation))
    status = too_large(csv, path, k, err);
  else
    *out = number_json(csv->name[k], &p, target);
  dnp_profile_free(&p);
  return status;
}

static denpa_status learn_columns(const dnp_csv *csv, const char *path, const dnp_table_plan *plan,
    const uint32_t *rows, size_t count, json_t **list, denpa_error *err) {
  for (size_t k = 0; k < csv->columns; k++) {
    json_t *column = NULL;
    DNP_TRY(learn_column(csv, path, plan, k, rows, count, &column, err));
    dnp_json_add(list, column);
  }
  return DENPA_OK;
}

denpa_status dnp_table_learn(const dnp_csv *csv, const char *path, const dnp_table_plan *plan,
    const denpa_data_options *options, const char *sha256, const uint32_t *rows, size_t count, char **text,
    denpa_error *err) {
  char separator[2] = {csv->separator, '\0'}, seed[24];
  json_t *list = json_array();
  *text = NULL;
  denpa_status status = learn_columns(csv, path, plan, rows, count, &list, err);
  snprintf(seed, sizeof seed, "%llu", (unsigned long long)options->seed); /* JSON's integers end at 2^63 */
  json_t *all = json_pack("{s:i,s:b,s:s,s:I,s:o,s:{s:s,s:f,s:s},s:s}", "version", DNP_TABLE_VERSION, "header",
      csv->header, "separator", separator, "target", (json_int_t)plan->target, "columns", list, "test", "file",
      options->test != NULL ? options->test : "", "share", options->test != NULL ? 0.0 : options->test_share, "seed",
      seed, "sha256", sha256);
  if (status == DENPA_OK) return dnp_json_text(all, JSON_COMPACT | JSON_REAL_PRECISION(17), text, err);
  json_decref(all);
  return status;
}
