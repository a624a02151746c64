/* profile.c: what a column of a table holds: how many numbers, which values, mean and deviation. It decides nothing.
 * Called by table_learn.formats.c and, for people, by the command. The mean is one chain of additions in the order of
 * the rows, the deviation the root of one chain of fused squares over the number of values. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/table.h"

static int by_number(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static int by_text(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

static const char *field(const dnp_csv *csv, size_t column, const uint32_t *rows, size_t i) {
  return dnp_csv_field(csv, rows != NULL ? rows[i] : i, column);
}

/* First pass: what there is, and the sum. */
static void look(const dnp_csv *csv, size_t column, const uint32_t *rows, size_t count, dnp_profile *p) {
  double value, before = 0, sum = 0;
  p->counts_up = count > 1;
  for (size_t i = 0; i < count; i++) {
    const char *text = field(csv, column, rows, i);
    if (dnp_csv_missing(text)) {
      p->missing++;
      p->counts_up = false;
    } else if (!dnp_csv_number(text, &value)) {
      if (p->odd == DNP_TABLE_NONE) p->odd = rows != NULL ? rows[i] : i;
      p->counts_up = false;
    } else {
      if (p->numbers == 0) p->low = p->high = value;
      p->numbers++;
      p->whole += value == rint(value) && fabs(value) < 1e15;
      p->counts_up = p->counts_up && value == rint(value) && (i == 0 || value == before + 1);
      p->low = value < p->low ? value : p->low;
      p->high = value > p->high ? value : p->high;
      sum += value;
      before = value;
    }
  }
  p->mean = p->numbers > 0 ? sum / (double)p->numbers : (double)NAN;
}

static void spread(const dnp_csv *csv, size_t column, const uint32_t *rows, size_t count, dnp_profile *p) {
  double value, sum = 0;
  for (size_t i = 0; i < count; i++)
    if (!dnp_csv_missing(field(csv, column, rows, i)) && dnp_csv_number(field(csv, column, rows, i), &value))
      sum = fma(value - p->mean, value - p->mean, sum);
  p->deviation = p->numbers > 0 ? sqrt(sum / (double)p->numbers) : (double)NAN;
}

/* Different values and how often each comes; `key` has room for a number or a text of each row. */
static denpa_status count_values(dnp_profile *p, const void *key, const char **text, size_t size,
    int (*compare)(const void *, const void *), size_t values, denpa_error *err) {
  const unsigned char *k = key;
  for (size_t i = 0; i < values; i++) p->distinct += i == 0 || compare(k + (i - 1) * size, k + i * size) != 0;
  if (p->distinct == 0 || p->distinct > DNP_TABLE_CATEGORIES) return DENPA_OK;
  DNP_TRY(DNP_NEW(&p->value, p->distinct, err));
  for (size_t i = 0; i < values; i++) {
    if (i == 0 || compare(k + (i - 1) * size, k + i * size) != 0)
      p->value[p->values++].text = text[i * (size / sizeof *text)];
    p->value[p->values - 1].count++;
  }
  return DENPA_OK;
}

typedef struct number { /* a number and how it is written */
  double value;
  const char *text;
} number;

static denpa_status count_numbers(
    const dnp_csv *csv, size_t column, const uint32_t *rows, size_t count, dnp_profile *p, denpa_error *err) {
  number *all;
  size_t n = 0;
  DNP_TRY(DNP_NEW(&all, p->numbers, err));
  for (size_t i = 0; i < count; i++)
    if (!dnp_csv_missing(field(csv, column, rows, i)) && dnp_csv_number(field(csv, column, rows, i), &all[n].value))
      all[n++].text = field(csv, column, rows, i);
  qsort(all, n, sizeof *all, by_number);
  denpa_status status = count_values(p, all, &all[0].text, sizeof *all, by_number, n, err);
  dnp_free(all);
  return status;
}

static denpa_status count_texts(
    const dnp_csv *csv, size_t column, const uint32_t *rows, size_t count, dnp_profile *p, denpa_error *err) {
  const char **all;
  size_t n = 0;
  DNP_TRY(DNP_NEW(&all, p->rows - p->missing, err));
  for (size_t i = 0; i < count; i++)
    if (!dnp_csv_missing(field(csv, column, rows, i))) all[n++] = field(csv, column, rows, i);
  qsort(all, n, sizeof *all, by_text);
  denpa_status status = count_values(p, all, all, sizeof *all, by_text, n, err);
  dnp_free(all);
  return status;
}

denpa_status dnp_profile_take(
    const dnp_csv *csv, size_t column, const uint32_t *rows, size_t count, dnp_profile *out, denpa_error *err) {
  *out = (dnp_profile){.rows = count, .odd = DNP_TABLE_NONE, .low = (double)NAN, .high = (double)NAN};
  look(csv, column, rows, count, out);
  spread(csv, column, rows, count, out);
  return (dnp_profile_numeric(out) ? count_numbers : count_texts)(csv, column, rows, count, out, err);
}

void dnp_profile_free(dnp_profile *profile) {
  dnp_free(profile->value);
  profile->value = NULL;
}
