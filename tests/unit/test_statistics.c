/* test_statistics.c: intervals and tests, against published figures, whole numbers and what they promise: how often the
 * truth is in them. tests/witness/intervals.sh computes the same numbers in Python. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"
#include "learn/statistics.h"

static bool is(double a, double b, double within) { return fabs(a - b) <= within; }

/* Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 1998, table I. */
static void test_wilson(void **state) {
  (void)state;
  static const struct {
    size_t part, whole;
    double low, high;
  } published[] = {{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}};
  for (size_t i = 0; i < sizeof published / sizeof *published; i++) {
    const dnp_interval w = dnp_wilson(published[i].part, published[i].whole);
    assert_true(is(w.low, published[i].low, 5e-5) && is(w.high, published[i].high, 5e-5));
    const dnp_interval other = dnp_wilson(published[i].whole - published[i].part, published[i].whole);
    assert_true(is(other.low, 1 - w.high, 1e-15) && is(other.high, 1 - w.low, 1e-15));
  }
  assert_true(dnp_wilson(0, 7).low == 0 && dnp_wilson(7, 7).high == 1 && isnan(dnp_wilson(0, 0).low));
}

/* Of as many heads as `less` or fewer in n tosses, by Pascal's triangle. */
static double by_pascal(size_t less, size_t n) {
  double row[64] = {1};
  for (size_t i = 1; i <= n; i++)
    for (size_t k = i; k > 0; k--) row[k] = row[k] + row[k - 1];
  double sum = 0, all = 0;
  for (size_t k = 0; k <= n; k++) all += row[k], sum += k <= less ? row[k] : 0;
  return sum / all;
}

static void test_mcnemar(void **state) {
  (void)state;
  for (size_t n = 1; n <= 60; n++)
    for (size_t less = 0; 2 * less < n; less++) {
      const double p = dnp_mcnemar(&(dnp_agreement){5, less, n - less, 9});
      assert_true(is(p, 2 * by_pascal(less, n), 1e-14 * p));
      assert_true(dnp_mcnemar(&(dnp_agreement){0, n - less, less, 0}) == p); /* whichever is the better one */
    }
  assert_true(dnp_mcnemar(&(dnp_agreement){5, 4, 4, 1}) == 1 && dnp_mcnemar(&(dnp_agreement){5, 0, 0, 1}) == 1);
  /* many: beside the normal distribution, by 3 deviations; and far out, where it is below every number */
  assert_true(is(dnp_mcnemar(&(dnp_agreement){0, 494000, 497000, 0}), 0.0026, 0.0002));
  assert_true(dnp_mcnemar(&(dnp_agreement){0, 0, 5000, 0}) == 0);
}

/* ---- what they promise ---------------------------------------------------------------------------- */

#define SEED 20261130

typedef struct values {
  double x[60];
  size_t rows;
} values;

static void mean(const void *context, const uint32_t *times, double *out) {
  const values *v = context;
  out[0] = 0;
  size_t all = 0;
  for (size_t i = 0; i < v->rows; i++) out[0] += times[i] * v->x[i], all += times[i];
  assert_int_equal(all, v->rows);
  out[0] /= (double)v->rows;
  out[1] = times[0] > 0 ? (double)NAN : 1; /* a statistic that some resamples have not */
  out[2] = (double)NAN;
}

/* Of normal numbers the mean 3 is in about 95 of 100 intervals; of 60, which are few, in a little less. */
static void test_bootstrap(void **state) {
  (void)state;
  enum { TIMES = 400 };
  size_t inside = 0;
  dnp_interval one[3], again[3];
  values v = {.rows = 60};
  for (uint64_t t = 0; t < TIMES; t++) {
    for (size_t i = 0; i < v.rows; i++) v.x[i] = 3 + dnp_draw_normal(SEED, DNP_STREAM(DNP_FOR_TEST, t), i);
    assert_int_equal(dnp_bootstrap(mean, &v, v.rows, 3, one, NULL), DENPA_OK);
    inside += one[0].low <= 3 && 3 <= one[0].high;
    assert_true(isnan(one[1].low) && isnan(one[1].high) && /* no spread */
                isnan(one[2].low) && isnan(one[2].high));
  }
  assert_in_range(inside, 0.92 * TIMES, 0.97 * TIMES);
  assert_int_equal(dnp_bootstrap(mean, &v, v.rows, 3, again, NULL), DENPA_OK);
  assert_true(one[0].low == again[0].low && one[0].high == again[0].high);
  v.rows = 10; /* the fewest that say something */
  assert_int_equal(dnp_bootstrap(mean, &v, v.rows, 3, one, NULL), DENPA_OK);
  assert_true(one[0].low < one[0].high);
  for (v.rows = 9; v.rows > 0; v.rows--) {
    assert_int_equal(dnp_bootstrap(mean, &v, v.rows, 3, one, NULL), DENPA_OK);
    assert_true(isnan(one[0].low) && isnan(one[0].high));
  }
}

/* 80 rows, of which a first network gets 80 % right and a second 85 %, mostly the same ones. */
static dnp_agreement draw(uint64_t trial, double second_alone) {
  dnp_agreement a = {0, 0, 0, 0};
  for (uint64_t i = 0; i < 80; i++) {
    const double u = dnp_draw_uniform(SEED, DNP_STREAM(DNP_FOR_TEST, trial), i);
    if (u < 0.75)
      a.both++;
    else if (u < 0.8)
      a.first++;
    else if (u < 0.8 + second_alone)
      a.second++;
    else
      a.none++;
  }
  return a;
}

static void test_pairs(void **state) {
  (void)state;
  enum { TIMES = 4000 };
  size_t inside = 0, alarms = 0;
  for (uint64_t t = 0; t < TIMES; t++) {
    const dnp_agreement a = draw(t, 0.1), alike = draw(t, 0.05), turned = {a.both, a.second, a.first, a.none};
    const dnp_interval d = dnp_paired_difference(&a), back = dnp_paired_difference(&turned);
    const double seen = ((double)a.second - (double)a.first) / 80;
    assert_true(d.low <= seen && seen <= d.high && is(d.low, -back.high, 1e-15) && is(d.high, -back.low, 1e-15));
    inside += d.low <= 0.05 && 0.05 <= d.high;
    alarms += dnp_mcnemar(&alike) < 0.05;
  }
  assert_in_range(inside, 0.93 * TIMES, 0.98 * TIMES);
  assert_in_range(alarms, 1, 0.05 * TIMES); /* of two that are equally good */
  assert_true(isnan(dnp_paired_difference(&(dnp_agreement){0, 0, 0, 0}).low));
  const dnp_interval one = dnp_paired_difference(&(dnp_agreement){20, 0, 0, 0}); /* both right everywhere */
  assert_true(one.low < 0 && one.high > 0 && is(one.low, -one.high, 1e-15));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_wilson),
      cmocka_unit_test(test_mcnemar),
      cmocka_unit_test(test_bootstrap),
      cmocka_unit_test(test_pairs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
