/* score_intervals.c: how sure the scores of a split are. Each resample scores its rows as scores.c does all of them; a
 * row that stands in it several times counts so often. Called by the subcommands eval and compare. */
#include <math.h>
#include <stdlib.h>

#include "data/table.h"
#include "learn/scores.h"

/* A row's place among those ranked by their score. */
typedef struct placed {
  double score;
  size_t row;
} placed;

/* Of a class, in a resample. */
typedef struct tally {
  size_t rows, answered, right;
} tally;

typedef struct sample {
  const dnp_row_answers *answers;
  const dnp_scores *scores;
  const uint8_t *label;
  const double *target;
  tally *of;      /* [classes] */
  placed *placed; /* [rows], the highest score first; NULL: not two classes that can be ranked */
} sample;

static double mean_loss(const sample *s, const uint32_t *times) {
  double sum = 0;
  for (size_t i = 0; i < s->answers->rows; i++) sum = fma((double)times[i], s->answers->loss[i], sum);
  return sum / (double)s->answers->rows;
}

/* ---- classes ------------------------------------------------------------------------------------ */

static int by_score(const void *a, const void *b) {
  const placed *x = a, *y = b;
  if (x->score < y->score || x->score > y->score) return x->score < y->score ? 1 : -1;
  return (x->row > y->row) - (x->row < y->row);
}

/* As dnp_auc, with so many of each row; NaN where a kind of row is missing. */
static double auc(const sample *s, const uint32_t *times) {
  const size_t rows = s->answers->rows, positive = s->scores->threshold.positive;
  uint64_t halves = 0, yes = 0, no = 0;
  for (size_t i = 0; i < rows; i++) *(s->label[i] == positive ? &yes : &no) += times[i];
  uint64_t below = no;
  for (size_t i = 0; i < rows;) {
    uint64_t here = 0, others = 0;
    for (const double score = s->placed[i].score; i < rows && !(s->placed[i].score < score); i++) {
      const size_t row = s->placed[i].row;
      *(s->label[row] == positive ? &here : &others) += times[row];
    }
    halves += here * (2 * (below - others) + others);
    below -= others;
  }
  return yes > 0 && no > 0 ? (double)halves / (2 * (double)yes * (double)no) : (double)NAN;
}

static double ratio(double a, double b) { return b > 0 ? a / b : 0; }

/* out[0..2]: the means over the classes, of precision, recall and F1. */
static void classes_means(const sample *s, const uint32_t *times, double *out) {
  const size_t kinds = s->scores->classes;
  tally *of = s->of;
  size_t there = 0;
  for (size_t c = 0; c < kinds; c++) of[c] = (tally){0, 0, 0};
  for (size_t i = 0; i < s->answers->rows; i++) {
    const size_t label = s->label[i], predicted = (size_t)s->answers->predicted[i];
    of[label].rows += times[i];
    of[predicted].answered += times[i];
    if (label == predicted) of[label].right += times[i];
  }
  out[0] = out[1] = out[2] = 0;
  for (size_t c = 0; c < kinds; c++) {
    if (of[c].rows + of[c].answered == 0) continue;
    const double right = (double)of[c].right, precision = ratio(right, (double)of[c].answered),
                 recall = ratio(right, (double)of[c].rows);
    there++;
    out[0] += precision;
    out[1] += recall;
    out[2] += ratio(2 * precision * recall, precision + recall);
  }
  for (int i = 0; i < 3; i++) out[i] /= (double)there;
}

enum { OF_CLASSES = 5, OF_NUMBERS = 4 };

static void classes_statistics(const void *context, const uint32_t *times, double *out) {
  const sample *s = context;
  out[0] = mean_loss(s, times);
  classes_means(s, times, out + 1);
  out[4] = s->placed != NULL ? auc(s, times) : (double)NAN;
}

static denpa_status rank(sample *s, denpa_error *err) {
  const dnp_row_answers *a = s->answers;
  if (isnan(s->scores->auc)) return DENPA_OK;
  DNP_TRY(DNP_NEW(&s->placed, a->rows, err));
  for (size_t i = 0; i < a->rows; i++)
    s->placed[i] = (placed){dnp_two_score(a->y + i * a->outputs, a->outputs, s->scores->threshold.positive), i};
  qsort(s->placed, a->rows, sizeof *s->placed, by_score);
  return DENPA_OK;
}

static denpa_status of_classes(sample *s, dnp_score_intervals *out, denpa_error *err) {
  const size_t kinds = s->scores->classes;
  dnp_interval got[OF_CLASSES];
  size_t right = 0;
  for (size_t c = 0; c < kinds; c++) right += s->scores->of[c].right;
  out->accuracy = dnp_wilson(right, s->scores->rows);
  DNP_TRY(DNP_NEW(&s->of, kinds, err));
  DNP_TRY(rank(s, err));
  DNP_TRY(dnp_bootstrap(classes_statistics, s, s->answers->rows, OF_CLASSES, got, err));
  out->loss = got[0], out->precision = got[1], out->recall = got[2], out->f1 = got[3], out->auc = got[4];
  return DENPA_OK;
}

/* ---- numbers ------------------------------------------------------------------------------------ */

/* One minus the share of the spread that is left, of one target; NaN where all of the resample's answers are equal, so
 * that there is no spread. *squares and *sizes: sums of squares and of sizes of the errors go on. */
static double r_squared(const sample *s, const uint32_t *times, size_t k, double *squares, double *sizes) {
  const dnp_row_answers *a = s->answers;
  double sum = 0, own = 0, spread = 0, low = (double)INFINITY, high = -(double)INFINITY;
  for (size_t i = 0; i < a->rows; i++) {
    const double t = s->target[i * a->outputs + k], error = a->y[i * a->outputs + k] - t, n = (double)times[i];
    sum = fma(n, t, sum);
    own = fma(n * error, error, own);
    *sizes = fma(n, fabs(error), *sizes);
    if (times[i] > 0 && t < low) low = t;
    if (times[i] > 0 && t > high) high = t;
  }
  *squares += own;
  if (!(low < high)) return (double)NAN;
  const double mean = sum / (double)a->rows;
  for (size_t i = 0; i < a->rows; i++) {
    const double off = s->target[i * a->outputs + k] - mean;
    spread = fma((double)times[i] * off, off, spread);
  }
  return 1 - own / spread;
}

/* In the unit of the network's targets. */
static void numbers_statistics(const void *context, const uint32_t *times, double *out) {
  const sample *s = context;
  const double count = (double)(s->answers->rows * s->answers->outputs);
  double squares = 0, sizes = 0, r2 = 0;
  for (size_t k = 0; k < s->answers->outputs; k++) r2 += r_squared(s, times, k, &squares, &sizes);
  out[0] = mean_loss(s, times);
  out[1] = sqrt(squares / count);
  out[2] = sizes / count;
  out[3] = r2 / (double)s->answers->outputs;
}

static dnp_interval times_as_large(dnp_interval interval, double factor) {
  return (dnp_interval){interval.low * factor, interval.high * factor};
}

static denpa_status of_numbers(const sample *s, const dnp_table *table, dnp_score_intervals *out, denpa_error *err) {
  const double deviation = table != NULL ? dnp_table_target(table)->deviation : 1;
  dnp_interval got[OF_NUMBERS];
  DNP_TRY(dnp_bootstrap(numbers_statistics, s, s->answers->rows, OF_NUMBERS, got, err));
  out->loss = got[0];
  out->rmse = times_as_large(got[1], deviation);
  out->mae = times_as_large(got[2], deviation);
  out->r2 = got[3];
  return DENPA_OK;
}

denpa_status dnp_score_intervals_take(const denpa_data *data, int split, const dnp_row_answers *answers,
    const dnp_scores *scores, dnp_score_intervals *out, denpa_error *err) {
  const dnp_interval none = DNP_NO_INTERVAL;
  sample s = {
      .answers = answers, .scores = scores, .label = data->split[split].label, .target = data->split[split].target};
  *out = (dnp_score_intervals){none, none, none, none, none, none, none, none, none};
  const dnp_float_mode before = dnp_float_enter();
  const denpa_status status = data->classes > 0 ? of_classes(&s, out, err) : of_numbers(&s, data->table, out, err);
  dnp_float_leave(before);
  dnp_free(s.of);
  dnp_free(s.placed);
  return status;
}
