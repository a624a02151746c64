/* preflight.c: what will go wrong when a network is trained on this table: one table of checks. A row has a name, a
 * test on the data set that fills in the evidence, a sentence and a remedy. The worst stand first. Nothing is changed.
 * Called by the subcommand train. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/table.h"
#include "doctor/preflight.h"

enum { ENOUGH = 20 /* rows from which on a column that tells the answer is no chance */ };

typedef bool check(const denpa_data *data, denpa_arg *arg);
typedef denpa_status check_in_memory(const denpa_data *data, denpa_arg *arg, bool *applies, denpa_error *err);

/* ---- columns that give the answer away ------------------------------------------------------------ */

/* Correlation of a number with the target, both as the network sees them. */
static double correlation(const denpa_data *data, size_t input) {
  const dnp_split *s = &data->split[DNP_TRAIN];
  double mean_x = 0, mean_t = 0, xx = 0, tt = 0, xt = 0;
  for (size_t i = 0; i < s->rows; i++) mean_x += s->value[i * data->features + input], mean_t += s->target[i];
  mean_x /= (double)s->rows;
  mean_t /= (double)s->rows;
  for (size_t i = 0; i < s->rows; i++) {
    const double x = s->value[i * data->features + input] - mean_x, t = s->target[i] - mean_t;
    xx = fma(x, x, xx);
    tt = fma(t, t, tt);
    xt = fma(x, t, xt);
  }
  return xx > 0 && tt > 0 ? xt / sqrt(xx * tt) : 0;
}

/* Whether each class has a value of its own in this column of numbers, the same in all of its rows. */
static bool names_class(const denpa_data *data, size_t input) {
  const dnp_split *s = &data->split[DNP_TRAIN];
  double value[DNP_TABLE_CATEGORIES] = {0};
  bool there[DNP_TABLE_CATEGORIES] = {false};
  for (size_t i = 0; i < s->rows; i++) {
    const double x = s->value[i * data->features + input];
    const size_t c = s->label[i];
    if (there[c] && value[c] != x) return false;
    there[c] = true;
    value[c] = x;
  }
  for (size_t c = 0; c < data->classes; c++)
    for (size_t k = 0; k < c; k++)
      if (there[c] && there[k] && value[c] == value[k]) return false;
  return true;
}

/* Whether all rows of a category have one answer, for each of the categories. */
static bool category_tells(const denpa_data *data, const dnp_column *c) {
  const dnp_split *s = &data->split[DNP_TRAIN];
  size_t present = 0;
  for (size_t k = 0; k < c->categories; k++) {
    size_t first = s->rows;
    for (size_t i = 0; i < s->rows; i++) {
      if (s->value[i * data->features + c->first + k] == 0) continue;
      if (first == s->rows) first = i;
      if (s->label != NULL ? s->label[i] != s->label[first] : s->target[i] != s->target[first]) return false;
    }
    present += first < s->rows;
  }
  return present > 1 && present * 3 <= s->rows;
}

static bool tells_answer(const denpa_data *data, const dnp_column *c) {
  if (c->kind == DNP_COLUMN_CATEGORY) return category_tells(data, c);
  return data->classes > 0 ? names_class(data, c->first) : fabs(correlation(data, c->first)) > 0.99999;
}

static bool target_among_inputs(const denpa_data *data, denpa_arg *arg) {
  const dnp_table *t = data->table;
  if (data->split[DNP_TRAIN].rows < ENOUGH) return false;
  for (size_t k = 0; k < t->columns; k++) {
    if (t->column[k].inputs == 0 || !tells_answer(data, &t->column[k])) continue;
    arg[0] = dnp_s(t->column[k].name);
    arg[1] = dnp_s(dnp_table_target(t)->name);
    return true;
  }
  return false;
}

/* ---- rows --------------------------------------------------------------------------------------- */

typedef struct seen { /* places of training rows by a hash of their bytes */
  size_t room;
  uint32_t *place; /* 1 more than the row; 0: free */
} seen;

static uint64_t hash(const void *bytes, size_t size) {
  uint64_t h = 14695981039346656037u; /* FNV-1a */
  for (size_t i = 0; i < size; i++) h = (h ^ ((const unsigned char *)bytes)[i]) * 1099511628211u;
  return h ^ h >> 32;
}

/* The place of a row like this one, or a free one. */
static size_t look_up(const seen *s, const denpa_data *data, const double *row) {
  const size_t size = data->features * sizeof *row;
  size_t at = (size_t)hash(row, size) & (s->room - 1);
  while (
      s->place[at] != 0 && memcmp(data->split[DNP_TRAIN].value + (s->place[at] - 1) * data->features, row, size) != 0)
    at = (at + 1) & (s->room - 1);
  return at;
}

static denpa_status duplicates_across(const denpa_data *data, denpa_arg *arg, bool *applies, denpa_error *err) {
  const dnp_split *train = &data->split[DNP_TRAIN], *test = &data->split[DNP_TEST];
  seen s = {.room = 16};
  size_t found = 0;
  while (s.room < train->rows * 2) s.room *= 2;
  if (test->rows == 0) return DENPA_OK;
  DNP_TRY(DNP_NEW(&s.place, s.room, err));
  for (size_t i = 0; i < train->rows; i++)
    s.place[look_up(&s, data, train->value + i * data->features)] = (uint32_t)i + 1;
  for (size_t i = 0; i < test->rows; i++) found += s.place[look_up(&s, data, test->value + i * data->features)] != 0;
  dnp_free(s.place);
  arg[0] = dnp_u(found);
  arg[1] = dnp_u(test->rows);
  *applies = found > 0;
  return DENPA_OK;
}

static bool lonely_class(const denpa_data *data, denpa_arg *arg) {
  size_t rows[DNP_TABLE_CATEGORIES] = {0}, lonely = 0, first = 0;
  if (data->classes == 0) return false;
  for (int k = 0; k < DNP_SPLITS; k++)
    for (size_t i = 0; i < data->split[k].rows; i++) rows[data->split[k].label[i]]++;
  for (size_t c = data->classes; c-- > 0;)
    if (rows[c] == 1) lonely++, first = c;
  arg[0] = dnp_u(lonely);
  arg[1] = dnp_s(dnp_table_target(data->table)->category[first]);
  return lonely > 0;
}

static bool without_answer(const denpa_data *data, denpa_arg *arg) {
  arg[0] = dnp_u(data->news.without_target);
  arg[1] = dnp_u(data->news.without_target_line);
  return data->news.without_target > 0;
}

static bool no_test_rows(const denpa_data *data, denpa_arg *arg) {
  arg[0] = dnp_u(data->split[DNP_TRAIN].rows);
  return data->split[DNP_TEST].rows == 0;
}

static bool more_inputs_than_rows(const denpa_data *data, denpa_arg *arg) {
  arg[0] = dnp_u(data->features);
  arg[1] = dnp_u(data->split[DNP_TRAIN].rows);
  return data->features > data->split[DNP_TRAIN].rows;
}

/* ---- columns ------------------------------------------------------------------------------------ */

/* How many columns were left out for this reason, and the first of them. */
static bool left_out(const denpa_data *data, const char *why, denpa_arg *arg) {
  const dnp_table *t = data->table;
  size_t count = 0;
  for (size_t k = t->columns; k-- > 0;)
    if (strcmp(t->column[k].why, why) == 0) count++, arg[1] = dnp_s(t->column[k].name);
  arg[0] = dnp_u(count);
  return count > 0;
}

static bool constant_columns(const denpa_data *data, denpa_arg *arg) { return left_out(data, "constant", arg); }
static bool empty_columns(const denpa_data *data, denpa_arg *arg) { return left_out(data, "empty", arg); }
static bool identifiers(const denpa_data *data, denpa_arg *arg) { return left_out(data, "identifier", arg); }
static bool free_text(const denpa_data *data, denpa_arg *arg) { return left_out(data, "text", arg); }

static bool far_out(const dnp_split *s, size_t stride, size_t at, const double *values, double *most) {
  *most = 0;
  for (size_t i = 0; i < s->rows; i++)
    if (fabs(values[i * stride + at]) > *most) *most = fabs(values[i * stride + at]);
  return *most > 10;
}

static bool unscaled_target(const denpa_data *data, denpa_arg *arg) {
  double most;
  if (data->classes > 0 || !far_out(&data->split[DNP_TRAIN], 1, 0, data->split[DNP_TRAIN].target, &most)) return false;
  arg[0] = dnp_s(dnp_table_target(data->table)->name);
  arg[1] = dnp_d(most);
  return true;
}

static bool outliers(const denpa_data *data, denpa_arg *arg) {
  const dnp_table *t = data->table;
  double most, record = 0;
  size_t count = 0;
  for (size_t k = 0; k < t->columns; k++) {
    if (t->column[k].inputs == 0 || t->column[k].kind != DNP_COLUMN_NUMBER) continue;
    if (!far_out(&data->split[DNP_TRAIN], data->features, t->column[k].first, data->split[DNP_TRAIN].value, &most))
      continue;
    count++;
    if (most > record) record = most, arg[1] = dnp_s(t->column[k].name);
  }
  arg[0] = dnp_u(count);
  arg[2] = dnp_d(record);
  return count > 0;
}

/* ---- the table ---------------------------------------------------------------------------------- */

static const struct {
  const char *name;
  check *applies;
  check_in_memory *looks_up; /* instead of applies */
  const char *what, *remedy;
} checks[] = {
    {"target-among-inputs", target_among_inputs, NULL,
        DNP_N("The column {1} tells the answer: it determines {2} in every training row. The network will look perfect "
              "and be of no use where this column is not known."),
        DNP_N("If {1} is only known once {2} is, leave it out: --ignore {1}.")},
    {"duplicates-across-splits", NULL, duplicates_across,
        DNP_N("{1} of the {2} test {2|row|rows} {1|has|have} the same inputs as a training row: the test score will be "
              "better than what the network really knows."),
        DNP_N("Take repeated rows out of the file, or give a table of test rows by --test.")},
    {"class-with-one-row", lonely_class, NULL,
        DNP_N(
            "{1} {1|class|classes} {1|has|have} a single row, {2} for one: such a class cannot be learned and tested."),
        DNP_N("Collect more rows of it, or join it with another class.")},
    {"more-inputs-than-rows", more_inputs_than_rows, NULL,
        DNP_N("There {1|is|are} {1} {1|input|inputs}, but {2} training {2|row|rows}: the network can learn the rows by "
              "heart."),
        DNP_N("Leave columns out (--ignore), or collect more rows.")},
    {"unscaled-target", unscaled_target, NULL,
        DNP_N("A few values of {1} lie far out, up to {2:.3g} deviations from the mean: they will rule the training."),
        DNP_N("Look at them (denpa data show); if they are right, learn the logarithm of {1} instead.")},
    {"outliers", outliers, NULL,
        DNP_N(
            "{1} {1|column|columns} {1|has|have} values that lie far out, {2} up to {3:.3g} deviations from the mean."),
        DNP_N("Look at them (denpa data show); they may be mistakes, or codes for missing values such as 9999.")},
    {"rows-without-answer", without_answer, NULL,
        DNP_N(
            "{1} {1|row|rows} {1|has|have} nothing to learn and {1|was|were} left out; the first stands in line {2}."),
        DNP_N("Fill in their answers if they are known.")},
    {"no-test-rows", no_test_rows, NULL,
        DNP_N("All {1} rows are for training; nothing tells how good the network is on others."),
        DNP_N("Give a table of test rows by --test, or collect more rows.")},
    {"identifier", identifiers, NULL,
        DNP_N("{1} {1|column|columns} only {1|numbers or names|number or name} the rows and {1|was left out:|were left "
              "out; the first is} {2}."),
        DNP_N("That is most likely right; --ignore {2} says so beforehand. --category {2} keeps it, if few numbers "
              "occur.")},
    {"free-text", free_text, NULL,
        DNP_N("{1} {1|column|columns} {1|holds|hold} text that differs from row to row and {1|was left out:|were "
              "left out; the first is} {2}."),
        DNP_N("Make a few categories of it if it matters.")},
    {"constant-column", constant_columns, NULL,
        DNP_N("{1} {1|column|columns} {1|has|have} the same value in every training row and {1|was left "
              "out:|were left out; the first is} {2}."),
        DNP_N("Take them out of the file, or see why they do not vary.")},
    {"empty-column", empty_columns, NULL,
        DNP_N("{1} {1|column|columns} {1|is|are} empty and {1|was left out:|were left out; the first is} {2}."),
        DNP_N("Take them out of the file.")},
};
#define CHECKS (sizeof checks / sizeof *checks)

const char *dnp_preflight_name(size_t index) { return index < CHECKS ? checks[index].name : NULL; }

denpa_status dnp_preflight(
    const denpa_data *data, dnp_finding found[DNP_MOST_FINDINGS], size_t *count, denpa_error *err) {
  *count = 0;
  for (size_t i = 0; data->table != NULL && i < CHECKS && *count < DNP_MOST_FINDINGS; i++) {
    dnp_finding *f = &found[*count];
    bool applies = false;
    *f = (dnp_finding){.name = checks[i].name, .what = checks[i].what, .remedy = checks[i].remedy};
    if (checks[i].looks_up != NULL)
      DNP_TRY(checks[i].looks_up(data, f->arg, &applies, err));
    else
      applies = checks[i].applies(data, f->arg);
    *count += applies;
  }
  return DENPA_OK;
}
