/* test_kernel.c: every entry of the table of kernels (src/kernel), in both dtypes. The variants agree bit for bit on random shapes with tails, odd
 * distances between rows, denormals and huge values, and write nothing but their results; the reference's values are what they should be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <float.h>
#include <math.h>

#include "base/array.h"
#include "base/cpu.h"
#include "base/math.h"
#include "base/memory.h"
#include "kernel/kernels.h"

/* ---- random numbers ------------------------------------------------------------------------------ */

static uint64_t draw(uint64_t *state) { /* splitmix64 */
  uint64_t z = *state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static size_t below(uint64_t *state, size_t limit) { return (size_t)(draw(state) % limit); }
static double uniform(uint64_t *state) { return (double)(draw(state) >> 11) * 0x1p-53 * 4 - 2; } /* [-2,2) */

typedef enum regime { PLAIN, ZEROS, DENORMAL, ENORMOUS, MIXED, REGIMES } regime;

static double draw_value(uint64_t *state, denpa_dtype dtype, regime how) {
  const int exponent = dtype == DENPA_FLOAT32 ? 127 : 1023;
  if (how == MIXED) how = (regime)below(state, MIXED);
  switch (how) {
    case ZEROS: return below(state, 2) == 0 ? -0.0 : below(state, 2) == 0 ? 0.0 : uniform(state);
    case DENORMAL: return ldexp(uniform(state), -exponent - (int)below(state, 20));
    case ENORMOUS: return ldexp(uniform(state), exponent - 1 - (int)below(state, 20));
    default: return uniform(state);
  }
}

/* ---- matrices with guards ------------------------------------------------------------------------ */

#define GUARD 192    /* bytes before and after */
#define PATTERN 0xa5 /* in the guards and between the rows */

typedef struct matrix {
  size_t rows, columns, l, element, bytes;
  unsigned char *raw, *before; /* before: a copy of an input, NULL for an output */
} matrix;

/* One call of one kernel on drawn arguments; the same seed draws the same. */
typedef struct trial {
  const dnp_kernels *kernels;
  uint64_t state;
  regime how;
  size_t m, n, k;
  matrix matrix[8];
  int matrices;
  size_t result;
} trial;

static matrix *matrix_new(trial *t, size_t rows, size_t columns, size_t l, size_t element) {
  matrix *x = &t->matrix[t->matrices++];
  assert_true(t->matrices <= 8);
  *x = (matrix){.rows = rows, .columns = columns, .l = l, .element = element, .bytes = 2 * GUARD + rows * l * element};
  assert_int_equal(DNP_NEW(&x->raw, x->bytes, NULL), DENPA_OK);
  memset(x->raw, PATTERN, x->bytes);
  return x;
}

static void *cell(const matrix *x, size_t i, size_t j) { return x->raw + GUARD + (i * x->l + j) * x->element; }
static void *start(const matrix *x) { return cell(x, 0, 0); }

static double number(denpa_dtype dtype, const void *at) { return dtype == DENPA_FLOAT32 ? (double)*(const float *)at : *(const double *)at; }
static void put(denpa_dtype dtype, void *at, double value) {
  if (dtype == DENPA_FLOAT32)
    *(float *)at = (float)value;
  else
    *(double *)at = value;
}

static void keep(matrix *x) {
  assert_int_equal(DNP_NEW(&x->before, x->bytes, NULL), DENPA_OK);
  memcpy(x->before, x->raw, x->bytes);
}

static size_t real_size(const trial *t) { return dnp_dtype_size(t->kernels->dtype); }
static size_t gap(trial *t, size_t columns) { return columns + below(&t->state, 6); }

static void fill_real(trial *t, const matrix *x) {
  for (size_t i = 0; i < x->rows; i++)
    for (size_t j = 0; j < x->columns; j++) put(t->kernels->dtype, cell(x, i, j), draw_value(&t->state, t->kernels->dtype, t->how));
}

static matrix *input(trial *t, size_t rows, size_t columns, size_t l) {
  matrix *x = matrix_new(t, rows, columns, l, real_size(t));
  fill_real(t, x);
  keep(x);
  return x;
}

static matrix *output(trial *t, size_t rows, size_t columns, size_t l) { return matrix_new(t, rows, columns, l, real_size(t)); }

/* An output that the kernel goes on from. */
static matrix *both(trial *t, size_t rows, size_t columns, size_t l) {
  matrix *x = output(t, rows, columns, l);
  fill_real(t, x);
  return x;
}

/* What is no cell still holds the pattern, and inputs are what they were. */
static void assert_untouched(const matrix *x) {
  if (x->before != NULL) {
    assert_memory_equal(x->raw, x->before, x->bytes);
    return;
  }
  for (size_t i = 0; i < x->bytes; i++) {
    const size_t at = i - GUARD;
    const int inside = i >= GUARD && at < x->rows * x->l * x->element && at % (x->l * x->element) < x->columns * x->element;
    if (!inside) assert_int_equal(x->raw[i], PATTERN);
  }
}

static void trial_close(trial *t) {
  for (int i = 0; i < t->matrices; i++) {
    dnp_free(t->matrix[i].raw);
    dnp_free(t->matrix[i].before);
  }
}

/* ---- one trial for each entry (one without does not compile) ------------------------------------- */

static void try_product(trial *t) {
  const matrix *a = input(t, t->m, t->k, gap(t, t->k)), *b = input(t, t->k, t->n, gap(t, t->n)), *bias = input(t, 1, t->n, t->n);
  const matrix *c = output(t, t->m, t->n, gap(t, t->n));
  t->kernels->product(t->m, t->n, t->k, start(a), a->l, start(b), b->l, below(&t->state, 2) == 0 ? NULL : start(bias), start(c), c->l);
}

static void try_product_nt(trial *t) {
  const matrix *a = input(t, t->m, t->k, gap(t, t->k)), *b = input(t, t->n, t->k, gap(t, t->k)), *c = output(t, t->m, t->n, gap(t, t->n));
  t->kernels->product_nt(t->m, t->n, t->k, start(a), a->l, start(b), b->l, start(c), c->l);
}

static void try_product_tn(trial *t) {
  const matrix *a = input(t, t->k, t->m, gap(t, t->m)), *b = input(t, t->k, t->n, gap(t, t->n)), *c = both(t, t->m, t->n, gap(t, t->n));
  t->kernels->product_tn(t->m, t->n, t->k, start(a), a->l, start(b), b->l, start(c), c->l, below(&t->state, 2) == 0);
}

static void try_column_sum(trial *t) {
  const matrix *b = input(t, t->k, t->n, gap(t, t->n)), *c = both(t, 1, t->n, t->n);
  t->kernels->column_sum(t->n, t->k, start(b), b->l, start(c), below(&t->state, 2) == 0);
}

static void try_add_row(trial *t) {
  const matrix *a = input(t, t->m, t->n, gap(t, t->n)), *bias = input(t, 1, t->n, t->n), *c = output(t, t->m, t->n, gap(t, t->n));
  t->kernels->add_row(t->m, t->n, start(a), a->l, start(bias), start(c), c->l);
}

static void two_to_one(trial *t, void (*kernel)(size_t count, const void *a, const void *b, void *c)) {
  const matrix *a = input(t, 1, t->n, t->n), *b = input(t, 1, t->n, t->n);
  const matrix *c = output(t, 1, t->n, t->n), *in_place = both(t, 1, t->n, t->n);
  kernel(t->n, start(a), start(b), start(c));
  kernel(t->n, start(in_place), start(b), start(in_place));
}

static void one_to_one(trial *t, void (*kernel)(size_t count, const void *a, void *z)) {
  const matrix *a = input(t, 1, t->n, t->n), *z = output(t, 1, t->n, t->n);
  kernel(t->n, start(a), start(z));
}

static void back(trial *t, void (*kernel)(size_t count, const void *z, const void *dz, void *da)) {
  const matrix *z = input(t, 1, t->n, t->n), *dz = input(t, 1, t->n, t->n), *da = output(t, 1, t->n, t->n);
  kernel(t->n, start(z), start(dz), start(da));
}

static void try_add(trial *t) { two_to_one(t, t->kernels->add); }
static void try_multiply(trial *t) { two_to_one(t, t->kernels->multiply); }
static void try_sigmoid(trial *t) { one_to_one(t, t->kernels->sigmoid); }
static void try_sigmoid_back(trial *t) { back(t, t->kernels->sigmoid_back); }
static void try_tanh(trial *t) { one_to_one(t, t->kernels->tanh); }
static void try_tanh_back(trial *t) { back(t, t->kernels->tanh_back); }
static void try_relu(trial *t) { one_to_one(t, t->kernels->relu); }
static void try_relu_back(trial *t) { back(t, t->kernels->relu_back); }

static void try_fill(trial *t) { t->kernels->fill(t->n, draw_value(&t->state, t->kernels->dtype, t->how), start(output(t, 1, t->n, t->n))); }

/* Labels, or NULL for every other call. */
static const int32_t *labels(trial *t) {
  if (below(&t->state, 2) == 0) return NULL;
  matrix *x = matrix_new(t, 1, t->m, t->m, sizeof(int32_t));
  for (size_t i = 0; i < t->m; i++) ((int32_t *)start(x))[i] = (int32_t)below(&t->state, t->n);
  keep(x);
  return start(x);
}

static void try_cross_entropy(trial *t) {
  const matrix *a = input(t, t->m, t->n, t->n), *answers = input(t, t->m, t->n, t->n), *y = output(t, t->m, t->n, t->n);
  const matrix *loss = matrix_new(t, 1, t->m, t->m, sizeof(double));
  const bool silent = below(&t->state, 4) == 0;
  t->kernels->cross_entropy(t->m, t->n, start(a), start(y), labels(t), start(answers), silent ? NULL : start(loss));
}

static void try_cross_entropy_back(trial *t) {
  const matrix *y = input(t, t->m, t->n, t->n), *answers = input(t, t->m, t->n, t->n), *da = output(t, t->m, t->n, t->n);
  t->kernels->cross_entropy_back(t->m, t->n, t->m + below(&t->state, 100), start(y), labels(t), start(answers), start(da));
}

static void try_squared_error(trial *t) {
  const matrix *a = input(t, t->m, t->n, t->n), *answers = input(t, t->m, t->n, t->n), *loss = matrix_new(t, 1, t->m, t->m, sizeof(double));
  t->kernels->squared_error(t->m, t->n, start(a), start(answers), start(loss));
}

static void try_squared_error_back(trial *t) {
  const matrix *a = input(t, t->m, t->n, t->n), *answers = input(t, t->m, t->n, t->n), *da = output(t, t->m, t->n, t->n);
  t->kernels->squared_error_back(t->m, t->n, t->m + below(&t->state, 100), start(a), start(answers), start(da));
}

static void try_row_sum(trial *t) {
  const matrix *a = input(t, t->m, t->n, gap(t, t->n)), *c = output(t, 1, t->m, t->m);
  t->kernels->row_sum(t->m, t->n, start(a), a->l, start(c));
}

static void try_transpose(trial *t) {
  const matrix *a = input(t, t->m, t->n, gap(t, t->n)), *c = output(t, t->n, t->m, gap(t, t->m));
  t->kernels->transpose(t->m, t->n, start(a), a->l, start(c), c->l);
}

static void try_descend(trial *t) {
  const matrix *g = input(t, 1, t->n, t->n), *w = both(t, 1, t->n, t->n);
  t->result = t->kernels->descend(t->n, fabs(uniform(&t->state)), start(g), start(w));
}

static void try_adam(trial *t) {
  const double beta1 = fabs(uniform(&t->state)) / 2, beta2 = fabs(uniform(&t->state)) / 2;
  const dnp_adam adam = {.beta1 = beta1, .beta2 = beta2, .rate = fabs(uniform(&t->state)), .scale = 1 + fabs(uniform(&t->state)), .epsilon = 1e-8};
  const matrix *g = input(t, 1, t->n, t->n), *m = both(t, 1, t->n, t->n), *v = both(t, 1, t->n, t->n), *w = both(t, 1, t->n, t->n);
  for (size_t i = 0; i < t->n; i++) put(t->kernels->dtype, cell(v, 0, i), fabs(number(t->kernels->dtype, cell(v, 0, i)))); /* a mean of squares */
  t->result = t->kernels->adam(t->n, &adam, start(g), start(m), start(v), start(w));
}

static void try_from_pixels(trial *t) {
  matrix *pixel = matrix_new(t, 1, t->n, t->n, 1);
  for (size_t i = 0; i < t->n; i++) *(uint8_t *)cell(pixel, 0, i) = (uint8_t)draw(&t->state);
  keep(pixel);
  t->kernels->from_pixels(t->n, start(pixel), start(output(t, 1, t->n, t->n)));
}

static void try_from_reals(trial *t) {
  matrix *value = matrix_new(t, 1, t->n, t->n, sizeof(double));
  for (size_t i = 0; i < t->n; i++) *(double *)cell(value, 0, i) = draw_value(&t->state, DENPA_FLOAT64, t->how);
  keep(value);
  t->kernels->from_reals(t->n, start(value), start(output(t, 1, t->n, t->n)));
}

static void try_row_argmax(trial *t) {
  const matrix *a = input(t, t->m, t->n, t->n), *column = matrix_new(t, 1, t->m, t->m, sizeof(int32_t));
  t->kernels->row_argmax(t->m, t->n, start(a), start(column));
}

static void try_first_not_finite(trial *t) {
  matrix *a = matrix_new(t, 1, t->n, t->n, real_size(t));
  fill_real(t, a);
  if (below(&t->state, 2) == 0) put(t->kernels->dtype, cell(a, 0, below(&t->state, t->n)), below(&t->state, 2) == 0 ? (double)NAN : -HUGE_VAL);
  keep(a);
  t->result = t->kernels->first_not_finite(t->n, start(a));
}

/* ---- variants against the reference -------------------------------------------------------------- */

typedef struct entry {
  void (*run)(trial *t);
  denpa_dtype dtype;
} entry;

/* The units of this processor but the plain reference, which comes first. */
static size_t variants(const dnp_kernels *units[DNP_MOST_UNITS]) {
  const dnp_kernels *all[DNP_MOST_UNITS];
  const size_t count = dnp_kernels_units(all);
  for (size_t u = 1; u < count; u++) units[u - 1] = all[u];
  return count - 1;
}

static const dnp_kernels *reference(denpa_dtype dtype) {
  const dnp_kernels *all[DNP_MOST_UNITS];
  dnp_kernels_units(all);
  return &all[0][dtype];
}

static trial trial_of(const dnp_kernels *kernels, uint64_t seed) {
  trial t = {.kernels = kernels, .state = seed};
  t.how = (regime)below(&t.state, REGIMES);
  t.m = 1 + below(&t.state, 12);
  t.n = 1 + below(&t.state, below(&t.state, 4) == 0 ? 150 : 40);
  t.k = 1 + below(&t.state, below(&t.state, 4) == 0 ? 150 : 40);
  return t;
}

static void test_variants(void **context) {
  const entry *e = *context;
  const dnp_kernels *units[DNP_MOST_UNITS];
  const size_t count = variants(units);
  for (uint64_t seed = 0; seed < 150; seed++) {
    trial a = trial_of(reference(e->dtype), seed);
    e->run(&a);
    for (int i = 0; i < a.matrices; i++) assert_untouched(&a.matrix[i]);
    for (size_t u = 0; u < count; u++) {
      trial b = trial_of(&units[u][e->dtype], seed);
      e->run(&b);
      assert_int_equal(a.matrices, b.matrices);
      assert_int_equal(a.result, b.result);
      for (int i = 0; i < a.matrices; i++) assert_memory_equal(a.matrix[i].raw, b.matrix[i].raw, a.matrix[i].bytes);
      trial_close(&b);
    }
    trial_close(&a);
  }
}

/* ---- values -------------------------------------------------------------------------------------- */

/* Every product is the chain, written out; and |c - sum| <= limit * sum of |a||b|, the sums in long double (S05). */
static void assert_products(const dnp_kernels *kernels, size_t m, size_t n, size_t k, double limit) {
  uint64_t state = 5;
  trial t = {.kernels = kernels, .state = 6};
  const denpa_dtype dtype = kernels->dtype;
  const matrix *a = matrix_new(&t, m, k, k + 3, real_size(&t)), *at = matrix_new(&t, k, m, m, real_size(&t));
  const matrix *b = matrix_new(&t, k, n, n + 1, real_size(&t)), *bt = matrix_new(&t, n, k, k, real_size(&t));
  const matrix *c[3];
  for (size_t i = 0; i < m; i++)
    for (size_t p = 0; p < k; p++) {
      put(dtype, cell(a, i, p), uniform(&state));
      memcpy(cell(at, p, i), cell(a, i, p), a->element);
    }
  for (size_t p = 0; p < k; p++)
    for (size_t j = 0; j < n; j++) {
      put(dtype, cell(b, p, j), uniform(&state));
      memcpy(cell(bt, j, p), cell(b, p, j), b->element);
    }
  for (int i = 0; i < 3; i++) c[i] = output(&t, m, n, n + 2);
  kernels->product(m, n, k, start(a), a->l, start(b), b->l, NULL, start(c[0]), c[0]->l);
  kernels->product_nt(m, n, k, start(a), a->l, start(bt), bt->l, start(c[1]), c[1]->l);
  kernels->product_tn(m, n, k, start(at), at->l, start(b), b->l, start(c[2]), c[2]->l, true);
  assert_memory_equal(c[0]->raw, c[1]->raw, c[0]->bytes); /* one law, one result */
  assert_memory_equal(c[0]->raw, c[2]->raw, c[0]->bytes);
  for (size_t i = 0; i < m; i++)
    for (size_t j = 0; j < n; j++) {
      long double sum = 0, size = 0;
      double chain = 0;
      for (size_t p = 0; p < k; p++) {
        const double x = number(dtype, cell(a, i, p)), w = number(dtype, cell(b, p, j));
        chain = dtype == DENPA_FLOAT32 ? (double)fmaf((float)x, (float)w, (float)chain) : fma(x, w, chain);
        const long double term = (long double)x * (long double)w;
        sum += term;
        size += fabsl(term);
      }
      assert_true(number(dtype, cell(c[0], i, j)) == chain);
      assert_true(fabsl((long double)chain - sum) <= (long double)limit * size);
    }
  trial_close(&t);
}

static void test_products(void **context) {
  (void)context;
  const size_t shapes[][3] = {{7, 50, 784}, {9, 10, 50}, {1, 1, 1}, {3, 67, 33}, {2, 5, 1000}};
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
    for (int d = 0; d < 2; d++) {
      const double limit = d == DENPA_FLOAT32 ? 1e-15 * 0x1p29 : 1e-15;
      assert_products(reference((denpa_dtype)d), shapes[s][0], shapes[s][1], shapes[s][2], limit);
      const dnp_kernels *units[DNP_MOST_UNITS];
      for (size_t u = variants(units); u-- > 0;) assert_products(&units[u][d], shapes[s][0], shapes[s][1], shapes[s][2], limit);
    }
}

/* A chain that shows its order and its fused steps; the bias comes last; the chain of a weight gradient goes on. */
static void test_chains(void **context) {
  (void)context;
  const dnp_kernels *f = reference(DENPA_FLOAT32);
  const float a[3] = {0x1p24f, 1, -0x1p24f}, ones[3] = {1, 1, 1}, bias[1] = {0.5f};
  float c[1];
  f->product(1, 1, 3, a, 3, ones, 1, NULL, c, 1);
  assert_true(c[0] == 0); /* the 1 in the middle is lost */
  f->product(1, 1, 3, a, 3, ones, 1, bias, c, 1);
  assert_true(c[0] == 0.5f); /* beside 2^24 it would be lost */
  const float turned[3] = {0x1p24f, -0x1p24f, 1};
  f->product(1, 1, 3, turned, 3, ones, 1, NULL, c, 1);
  assert_true(c[0] == 1);
  const float x[2] = {-0x1.000004p0f, 0x1.000002p0f}, y[2] = {1, 0x1.000002p0f};
  f->product_nt(1, 1, 2, x, 2, y, 2, c, 1);
  assert_true(c[0] == 0x1p-46f);
  c[0] = 1;
  f->product_tn(1, 1, 2, x, 1, y, 1, c, 1, false);
  assert_true(c[0] == 1); /* 1 - (1 + 2^-22) + (1 + 2^-22 + 2^-46), rounded at the end */
  f->product_tn(1, 1, 2, x, 1, y, 1, c, 1, true);
  assert_true(c[0] == 0x1p-46f);
  c[0] = 3;
  f->column_sum(1, 2, ones, 1, c, false);
  assert_true(c[0] == 5);
  f->column_sum(1, 2, ones, 1, c, true);
  assert_true(c[0] == 2);
  const float zero[1] = {-0.0f};
  f->column_sum(1, 1, zero, 1, c, true);
  assert_true(!signbit(c[0])); /* from +0 */
}

/* Element i goes to accumulator i mod 16, then the tree. */
static void test_lanes(void **context) {
  (void)context;
  const dnp_kernels *f = reference(DENPA_FLOAT32);
  float a[18] = {[0] = 0x1p24f, [1] = 1, [17] = 1}, sum;
  f->row_sum(1, 18, a, 18, &sum);
  assert_true(sum == 0x1p24f + 2);
  a[17] = 0;
  a[2] = 1;
  f->row_sum(1, 18, a, 18, &sum);
  assert_true(sum == 0x1p24f);
  double lane[DNP_LANES] = {0}, pieces[DNP_LANES] = {0}, value[37];
  uint64_t state = 7;
  for (size_t i = 0; i < 37; i++) value[i] = uniform(&state);
  dnp_lanes_add(lane, 0, 37, value);
  dnp_lanes_add(pieces, 0, 5, value);
  dnp_lanes_add(pieces, 5, 32, value + 5);
  assert_memory_equal(lane, pieces, sizeof lane);
  double row;
  reference(DENPA_FLOAT64)->row_sum(1, 37, value, 37, &row);
  const double total = dnp_lanes_total(lane);
  assert_memory_equal(&row, &total, sizeof row);
}

static void test_activations(void **context) {
  (void)context;
  const double a[] = {-HUGE_VAL, -800, -0.3, -1e-310, -0.0, 0.0, 1e-310, 0.7, 800, HUGE_VAL};
  enum { COUNT = sizeof a / sizeof *a };
  const dnp_kernels *d = reference(DENPA_FLOAT64), *f = reference(DENPA_FLOAT32);
  double z[COUNT], slope[COUNT], ones[COUNT], nan = (double)NAN;
  float af[COUNT], zf[COUNT];
  for (size_t i = 0; i < COUNT; i++) ones[i] = 1;
  f->from_reals(COUNT, a, af);
  d->sigmoid(COUNT, a, z);
  f->sigmoid(COUNT, af, zf);
  for (size_t i = 0; i < COUNT; i++) assert_true(z[i] == dnp_sigmoid(a[i]) && zf[i] == dnp_sigmoidf(af[i]));
  assert_true(z[0] == 0 && z[4] == 0.5 && z[9] == 1 && fabs(z[7] - 1 / (1 + exp(-0.7))) < 1e-15);
  d->sigmoid_back(COUNT, z, ones, slope);
  for (size_t i = 0; i < COUNT; i++) assert_true(slope[i] == (1 - z[i]) * z[i]);
  d->tanh(COUNT, a, z);
  f->tanh(COUNT, af, zf);
  for (size_t i = 0; i < COUNT; i++) assert_true(z[i] == dnp_tanh(a[i]) && zf[i] == dnp_tanhf(af[i]));
  assert_true(z[0] == -1 && z[4] == 0 && signbit(z[4]) && z[9] == 1 && fabs(z[7] - tanh(0.7)) < 1e-15);
  z[8] = 1 - 0x1p-30; /* its square cannot be held: only a fused step keeps the slope's last bits */
  d->tanh_back(COUNT, z, ones, slope);
  for (size_t i = 0; i < COUNT; i++) assert_true(slope[i] == fma(-z[i], z[i], 1));
  d->relu(COUNT, a, z);
  for (size_t i = 0; i < COUNT; i++) assert_true(z[i] == (a[i] > 0 ? a[i] : 0) && !signbit(z[i]));
  d->relu_back(COUNT, z, ones, slope);
  for (size_t i = 0; i < COUNT; i++) assert_true(slope[i] == (i < 6 ? 0 : 1));
  d->relu(1, &nan, z);
  assert_true(isnan(z[0])); /* it must be found */
}

static void test_losses(void **context) {
  (void)context;
  const dnp_kernels *d = reference(DENPA_FLOAT64);
  /* Rows: equal; ordinary; a difference of 2000, where e^2000 would overflow and 0 would have no logarithm. */
  const double a[3][2] = {{3, 3}, {1, 2}, {1000, -1000}}, t[3][2] = {{1, 0}, {0, 1}, {0, 1}};
  const int32_t label[3] = {0, 1, 1};
  double y[3][2], loss[3], same[3], da[3][2];
  d->cross_entropy(3, 2, a, y, label, NULL, loss);
  d->cross_entropy(3, 2, a, y, NULL, t, same);
  assert_memory_equal(loss, same, sizeof loss);
  assert_true(y[0][0] == 0.5 && y[0][1] == 0.5 && fabs(y[1][1] - 1 / (1 + exp(-1.0))) < 1e-15 && y[2][0] == 1 && y[2][1] == 0);
  assert_true(fabs(loss[0] - log(2.0)) < 1e-15 && fabs(loss[1] - log1p(exp(-1.0))) < 1e-15 && loss[2] == 2000);
  d->cross_entropy_back(3, 2, 3, y, label, NULL, da);
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 2; j++) assert_true(da[i][j] == (y[i][j] - t[i][j]) / 3);
  d->squared_error(3, 2, a, t, loss);
  assert_true(loss[0] == (2.0 * 2 + 3 * 3) / 2 && loss[1] == (1.0 + 1) / 2 && loss[2] == (1000.0 * 1000 + 1001.0 * 1001) / 2);
  d->squared_error_back(3, 2, 5, a, t, da);
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 2; j++) assert_true(da[i][j] == 2 * (a[i][j] - t[i][j]) / 10);
}

static void test_rest(void **context) {
  (void)context;
  const dnp_kernels *d = reference(DENPA_FLOAT64), *f = reference(DENPA_FLOAT32);
  const double a[6] = {1, 2, 3, 4, 5, 6}, bias[3] = {10, 20, 30};
  double c[6], all[256];
  float few[256];
  d->add_row(2, 3, a, 3, bias, c, 3);
  for (int i = 0; i < 6; i++) assert_true(c[i] == a[i] + bias[i % 3]);
  d->add(6, a, a, c);
  for (int i = 0; i < 6; i++) assert_true(c[i] == 2 * a[i]);
  d->multiply(6, a, a, c);
  for (int i = 0; i < 6; i++) assert_true(c[i] == a[i] * a[i]);
  f->fill(2, 0.1, few);
  assert_true(few[0] == 0.1f && few[1] == 0.1f);
  d->transpose(2, 3, a, 3, c, 2);
  for (int i = 0; i < 2; i++)
    for (int j = 0; j < 3; j++) assert_true(c[j * 2 + i] == a[i * 3 + j]);
  uint8_t pixel[256];
  for (int i = 0; i < 256; i++) pixel[i] = (uint8_t)i;
  d->from_pixels(256, pixel, all);
  f->from_pixels(256, pixel, few);
  for (int i = 0; i < 256; i++) assert_true(few[i] == (float)i / 255.0f && all[i] == (double)few[i]);
  f->from_reals(1, (double[]){0.1}, few);
  assert_true(few[0] == 0.1f);
  int32_t column[2];
  d->row_argmax(2, 3, (double[]){1, 7, 7, -3, -4, -3}, column);
  assert_true(column[0] == 1 && column[1] == 0); /* the first of equals */
}

static void test_descend(void **context) {
  (void)context;
  const dnp_kernels *f = reference(DENPA_FLOAT32);
  float g[3] = {1, -2, 0.3f}, w[3] = {1, 1, 1};
  assert_false(f->descend(3, 0.1, g, w));
  for (int i = 0; i < 3; i++) assert_true(w[i] == fmaf(-0.1f, g[i], 1.0f));
  g[1] = INFINITY;
  assert_true(f->descend(3, 0.1, g, w));
  g[1] = 0;
  w[1] = NAN;
  assert_true(f->descend(3, 0.1, g, w));
  w[1] = FLT_MAX;
  g[1] = -FLT_MAX;
  assert_true(f->descend(3, 2, g, w)); /* it became too large */
  const double x[4] = {1, 2, -HUGE_VAL, (double)NAN};
  assert_int_equal(reference(DENPA_FLOAT64)->first_not_finite(4, x), 2);
  assert_int_equal(reference(DENPA_FLOAT64)->first_not_finite(2, x), 2);
  assert_int_equal(reference(DENPA_FLOAT64)->first_not_finite(0, x), 0);
}

/* Two updates of Adam, each rounding written out; the bias of the means is made up for, so the first goes down by the rate, whatever the gradient. */
static void test_adam(void **context) {
  (void)context;
  enum { COUNT = 5 };
  const dnp_kernels *f = reference(DENPA_FLOAT32);
  const float g[2][COUNT] = {{1, -2e-3f, 0.3f, 0, 1e-9f}, {1, 2e-3f, -0.1f, 0, 1e5f}};
  float m[COUNT] = {0}, v[COUNT] = {0}, w[COUNT] = {1, 1, 1, 1, 1}, m1[COUNT] = {0}, v1[COUNT] = {0}, w1[COUNT] = {1, 1, 1, 1, 1};
  dnp_adam adam = {.beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8};
  for (int t = 0; t < 2; t++) {
    adam.rate = 0.01 / (1 - (t == 0 ? 0.9 : 0.81));
    adam.scale = 1 / sqrt(1 - (t == 0 ? 0.999 : 0.998001));
    assert_false(f->adam(COUNT, &adam, g[t], m, v, w));
    for (int i = 0; i < COUNT; i++) {
      const float tenth = (float)(1 - 0.9) * g[t][i], part = (float)(1 - 0.999) * g[t][i], square = part * g[t][i];
      m1[i] = fmaf(0.9f, m1[i], tenth);
      v1[i] = fmaf(0.999f, v1[i], square);
      const float root = sqrtf(v1[i]), below = fmaf(root, (float)adam.scale, 1e-8f), quotient = m1[i] / below;
      w1[i] = fmaf(-(float)adam.rate, quotient, w1[i]);
      assert_true(m[i] == m1[i] && v[i] == v1[i] && w[i] == w1[i]);
    }
    if (t == 0) assert_true(fabsf(w[0] - 0.99f) < 1e-6f && fabsf(w[1] - 1.01f) < 1e-6f && w[3] == 1 && fabsf(w[4] - 0.999f) < 1e-3f);
  }
  assert_true(m[3] == 0 && v[3] == 0 && w[3] == 1);
  float faded[3] = {0x1.1p-100f, -0x1.1p-100f, 0x1.3p-100f}, faint[3] = {0x1p-100f, 0x1.1p-100f, 1}, none[3] = {0}, still[3] = {1, 1, 1};
  assert_false(f->adam(3, &adam, none, faded, faint, still));
  assert_true(faded[0] == 0 && faded[1] == 0 && faded[2] == 0.9f * 0x1.3p-100f); /* 0.9 of them: what is below 2^-100 has faded away */
  assert_true(faint[0] == 0 && faint[1] == 0.999f * 0x1.1p-100f && faint[2] == 0.999f && still[0] == 1);
  const float spoilt[3] = {1, NAN, 1};
  float zero[3] = {0}, zeros[3] = {0}, ones[3] = {1, 1, 1};
  assert_true(f->adam(3, &adam, spoilt, zero, zeros, ones));
  assert_true(ones[0] < 1 && isnan(ones[1]) && ones[2] < 1);
  float means[1] = {1}, squares[1] = {0}, far[1] = {-FLT_MAX};
  adam.rate = (double)FLT_MAX;
  assert_true(f->adam(1, &adam, (float[]){0}, means, squares, far)); /* it became too large */
}

static void test_choose(void **context) {
  (void)context;
  const dnp_kernels *kernels = NULL;
  for (int d = 0; d < 2; d++) {
    assert_int_equal(dnp_kernels_choose("auto", (denpa_dtype)d, &kernels, NULL), DENPA_OK);
    assert_int_equal(kernels->dtype, d);
    assert_int_equal(dnp_kernels_choose("ref", (denpa_dtype)d, &kernels, NULL), DENPA_OK);
    assert_int_equal(kernels->dtype, d);
  }
  denpa_error err = {0};
  assert_int_not_equal(dnp_kernels_choose("mmx", DENPA_FLOAT32, &kernels, &err), DENPA_OK);
  assert_int_not_equal(dnp_kernels_choose("auto", DENPA_INT32, &kernels, &err), DENPA_OK);
}

/* ---- every entry and dtype is a case of its own -------------------------------------------------- */

#define X(result, name, arguments) {try_##name, DENPA_FLOAT32}, {try_##name, DENPA_FLOAT64},
static entry entries[] = {DNP_KERNEL_LIST(X)};
#undef X

int main(void) {
  static const char *const names[] = {
#define X(result, name, arguments) "variants/" #name "/float32", "variants/" #name "/float64",
      DNP_KERNEL_LIST(X)
#undef X
  };
  static const struct CMUnitTest single[] = {
      cmocka_unit_test(test_products), cmocka_unit_test(test_chains),  cmocka_unit_test(test_lanes),   cmocka_unit_test(test_activations),
      cmocka_unit_test(test_losses),   cmocka_unit_test(test_rest),    cmocka_unit_test(test_descend), cmocka_unit_test(test_adam),
      cmocka_unit_test(test_choose),
  };
  enum { SINGLE = sizeof single / sizeof *single, ENTRIES = sizeof entries / sizeof *entries };
  static struct CMUnitTest tests[SINGLE + ENTRIES];
  memcpy(tests, single, sizeof single);
  for (size_t i = 0; i < ENTRIES; i++) tests[SINGLE + i] = (struct CMUnitTest){names[i], test_variants, NULL, NULL, &entries[i]};
  return cmocka_run_group_tests_name("kernel", tests, NULL, NULL);
}
