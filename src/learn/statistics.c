/* statistics.c: intervals and tests from counts and samples. Called by score_intervals.c and the subcommand compare. */
#include "learn/statistics.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"

#define Z 1.959963984540054 /* a standard normal number is within it 95 times in 100 */

/* ---- proportions -------------------------------------------------------------------------------- */

dnp_interval dnp_wilson(size_t part, size_t whole) {
  assert(part <= whole);
  if (whole == 0) return DNP_NO_INTERVAL;
  const double n = (double)whole, p = (double)part / n, square = Z * Z;
  const double middle = (p + square / (2 * n)) / (1 + square / n);
  const double half = Z * sqrt(p * (1 - p) / n + square / (4 * n * n)) / (1 + square / n);
  /* at the ends it is exact, and rounding would leave a rest */
  return (dnp_interval){part == 0 ? 0 : middle - half, part == whole ? 1 : middle + half};
}

/* ---- the bootstrap ------------------------------------------------------------------------------ */

enum { WORDS = 4, TAILS = 40 /* 2.5 % lie below the interval, and as many above it */ };

/* Draw j of resample b is word j mod 4 of counter (j / 4, b): the upper 32 bits of its product with the number of
 * rows. */
static void resample(uint32_t number, uint32_t *times, size_t rows) {
  static const uint32_t key[] = {1, 0};
  uint32_t word[WORDS];
  memset(times, 0, rows * sizeof *times);
  for (size_t j = 0; j < rows; j++) {
    if (j % WORDS == 0) dnp_philox(key, (const uint32_t[]){(uint32_t)(j / WORDS), 0, number, DNP_FOR_RESAMPLES}, word);
    times[(uint64_t)word[j % WORDS] * rows >> 32]++;
  }
}

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Of those of a statistic's values that are numbers; too few of them, or equal ones, say nothing: that all the rows are
 * answered alike does not make it certain that others are. */
static dnp_interval middle_of(double *value) {
  size_t count = 0;
  for (size_t b = 0; b < DNP_RESAMPLES; b++)
    if (isfinite(value[b])) value[count++] = value[b];
  const size_t tail = (count + 1) / TAILS;
  if (tail == 0) return DNP_NO_INTERVAL;
  qsort(value, count, sizeof *value, ascending);
  const dnp_interval middle = {value[tail - 1], value[count - tail]};
  return middle.low < middle.high ? middle : DNP_NO_INTERVAL;
}

denpa_status dnp_bootstrap(
    dnp_statistics *statistics, const void *context, size_t rows, size_t count, dnp_interval *out, denpa_error *err) {
  uint32_t *times;
  double *value, one[DNP_MOST_STATISTICS];
  assert(rows > 0 && rows <= UINT32_MAX && count <= DNP_MOST_STATISTICS);
  for (size_t i = 0; i < count; i++) out[i] = DNP_NO_INTERVAL;
  if (rows < DNP_FEWEST_ROWS) return DENPA_OK;
  DNP_TRY(DNP_NEW(&value, count * DNP_RESAMPLES, err));
  const denpa_status status = DNP_NEW(&times, rows, err);
  for (uint32_t b = 0; status == DENPA_OK && b < DNP_RESAMPLES; b++) {
    resample(b, times, rows);
    statistics(context, times, one);
    for (size_t i = 0; i < count; i++) value[i * DNP_RESAMPLES + b] = one[i];
  }
  for (size_t i = 0; status == DENPA_OK && i < count; i++) out[i] = middle_of(value + i * DNP_RESAMPLES);
  dnp_free(times);
  dnp_free(value);
  return status;
}

/* ---- pairs -------------------------------------------------------------------------------------- */

/* The share of all sequences of n tosses with at most k heads, 2 k < n. The term of k first, each factor halved as long
 * as there are halves left, so that nothing overflows; the ones below it fall at least as fast as a geometric row. */
static double lower_tail(size_t k, size_t n) {
  double term = 1, sum = 0;
  size_t halves = n;
  for (size_t i = 1; i <= k; i++) {
    term *= (double)(n - k + i) / (double)i;
    for (; term > 1 && halves > 0; halves--) term /= 2;
  }
  for (; halves > 0 && term > 0; halves--) term /= 2;
  for (size_t i = k + 1; i-- > 0 && term > 0;) {
    sum += term;
    term *= (double)i / (double)(n - i + 1);
  }
  return sum;
}

double dnp_mcnemar(const dnp_agreement *rows) {
  const size_t n = rows->first + rows->second, less = rows->first < rows->second ? rows->first : rows->second;
  return 2 * less == n ? 1 : 2 * lower_tail(less, n);
}

/* How much the two go together: the correlation of right answers, with Newcombe's correction for continuity where it is
 * positive; 0 where one of them is always right, or always wrong. */
static double correlation(const dnp_agreement *r, double n) {
  const double both = (double)r->both, first = (double)r->first, second = (double)r->second, none = (double)r->none;
  const double product = (both + first) * (second + none) * (both + second) * (first + none);
  double together = both * none - first * second;
  if (!(product > 0)) return 0;
  if (together > 0) together = together > n / 2 ? together - n / 2 : 0;
  return together / sqrt(product);
}

dnp_interval dnp_paired_difference(const dnp_agreement *r) {
  const size_t rows = r->both + r->first + r->second + r->none;
  if (rows == 0) return DNP_NO_INTERVAL;
  const double n = (double)rows, a = (double)(r->both + r->first) / n, b = (double)(r->both + r->second) / n;
  const dnp_interval of_a = dnp_wilson(r->both + r->first, rows), of_b = dnp_wilson(r->both + r->second, rows);
  const double together = correlation(r, n), below_a = a - of_a.low, above_a = of_a.high - a;
  const double below_b = b - of_b.low, above_b = of_b.high - b;
  const double down = below_b * below_b - 2 * together * below_b * above_a + above_a * above_a;
  const double up = above_b * above_b - 2 * together * above_b * below_a + below_a * below_a;
  return (dnp_interval){b - a - sqrt(down > 0 ? down : 0), b - a + sqrt(up > 0 ? up : 0)};
}
