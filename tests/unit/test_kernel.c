/* test_kernel.c: every entry of the table of kernels (src/kernel), in both dtypes. The units agree bit for bit on
 * random shapes with tails, odd distances between rows, denormals and huge values, read and write nothing but what is
 * theirs (trial.h; checkkern tries other seeds); the values are what they should be. */
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
#include "trial.h"

/* ---- units against the reference ----------------------------------------------------------------- */

static const dnp_kernels *reference(denpa_dtype dtype) { return &trial_units_of(NULL).units[0][dtype]; }

typedef struct proof {
  const trial_entry *entry;
  denpa_dtype dtype;
} proof;

static void test_units(void **context) {
  const proof *p = *context;
  const trial_units all = trial_units_of(NULL);
  size_t trials = 0;
  fault f;
  if (strncmp(p->entry->name, "product", strlen("product")) == 0 &&
      !trial_walk(p->entry, p->dtype, 1, &all, &f, &trials))
    fail_msg("%s", f.text);
  for (uint64_t seed = 0; seed < 150; seed++) {
    trial t = trial_draw(seed);
    if (!trial_prove(&t, p->entry, p->dtype, &all, &f)) fail_msg("%s", f.text);
  }
}

/* ---- values -------------------------------------------------------------------------------------- */

/* Every product is the chain, written out; and |c - sum| <= limit * sum of |a||b|, the sums in long double (S05). */
static void assert_products(const dnp_kernels *kernels, size_t m, size_t n, size_t k, double limit) {
  trial t = trial_of(5, m, n, k, 0);
  t.kernels = kernels;
  const denpa_dtype dtype = kernels->dtype;
  const matrix *a = input(&t, m, k, k + 3), *at = output(&t, k, m, m), *b = input(&t, k, n, n + 1),
               *bt = output(&t, n, k, k);
  const matrix *c[3];
  for (size_t i = 0; i < m; i++)
    for (size_t p = 0; p < k; p++) memcpy(cell(at, p, i), cell(a, i, p), a->element);
  for (size_t p = 0; p < k; p++)
    for (size_t j = 0; j < n; j++) memcpy(cell(bt, j, p), cell(b, p, j), b->element);
  for (int i = 0; i < 3; i++) c[i] = output(&t, m, n, n + 2);
  kernels->product(m, n, k, start(a), a->l, start(b), b->l, NULL, start(c[0]), c[0]->l);
  kernels->product_nt(m, n, k, start(a), a->l, start(bt), bt->l, start(c[1]), c[1]->l);
  kernels->product_tn(m, n, k, start(at), at->l, start(b), b->l, start(c[2]), c[2]->l, true);
  for (size_t i = 0; i < m; i++) /* one law, one result */
    for (int other = 1; other < 3; other++)
      assert_memory_equal(cell(c[0], i, 0), cell(c[other], i, 0), n * c[0]->element);
  for (size_t i = 0; i < m; i++)
    for (size_t j = 0; j < n; j++) {
      long double sum = 0, size = 0;
      double chain = 0;
      for (size_t p = 0; p < k; p++) {
        const double x = number(dtype, cell(a, i, p)), w = number(dtype, cell(b, p, j));
        chain = dtype == DENPA_DTYPE_FLOAT32 ? (double)fmaf((float)x, (float)w, (float)chain) : fma(x, w, chain);
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
      const double limit = d == DENPA_DTYPE_FLOAT32 ? 1e-15 * 0x1p29 : 1e-15;
      const trial_units all = trial_units_of(NULL);
      for (size_t u = 0; u < all.count; u++)
        assert_products(&all.units[u][d], shapes[s][0], shapes[s][1], shapes[s][2], limit);
    }
}

/* A chain that shows its order and its fused steps; the bias comes last; the chain of a weight gradient goes on. */
static void test_chains(void **context) {
  (void)context;
  const dnp_kernels *f = reference(DENPA_DTYPE_FLOAT32);
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
  const dnp_kernels *f = reference(DENPA_DTYPE_FLOAT32);
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
  reference(DENPA_DTYPE_FLOAT64)->row_sum(1, 37, value, 37, &row);
  const double total = dnp_lanes_total(lane);
  assert_memory_equal(&row, &total, sizeof row);
}

static void test_activations(void **context) {
  (void)context;
  const double a[] = {-HUGE_VAL, -800, -0.3, -1e-310, -0.0, 0.0, 1e-310, 0.7, 800, HUGE_VAL};
  enum { COUNT = sizeof a / sizeof *a };
  const dnp_kernels *d = reference(DENPA_DTYPE_FLOAT64), *f = reference(DENPA_DTYPE_FLOAT32);
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
  const dnp_kernels *d = reference(DENPA_DTYPE_FLOAT64);
  /* Rows: equal; ordinary; a difference of 2000, where e^2000 would overflow and 0 would have no logarithm. */
  const double a[3][2] = {{3, 3}, {1, 2}, {1000, -1000}}, t[3][2] = {{1, 0}, {0, 1}, {0, 1}};
  const int32_t label[3] = {0, 1, 1};
  double y[3][2], loss[3], same[3], da[3][2];
  d->cross_entropy(3, 2, 0, a, y, label, NULL, loss);
  d->cross_entropy(3, 2, 0, a, y, NULL, t, same);
  assert_memory_equal(loss, same, sizeof loss);
  assert_true(
      y[0][0] == 0.5 && y[0][1] == 0.5 && fabs(y[1][1] - 1 / (1 + exp(-1.0))) < 1e-15 && y[2][0] == 1 && y[2][1] == 0);
  assert_true(fabs(loss[0] - log(2.0)) < 1e-15 && fabs(loss[1] - log1p(exp(-1.0))) < 1e-15 && loss[2] == 2000);
  d->cross_entropy_back(3, 2, 3, 0, y, label, NULL, da);
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 2; j++) assert_true(da[i][j] == (y[i][j] - t[i][j]) / 3);
  d->squared_error(3, 2, a, t, loss);
  assert_true(
      loss[0] == (2.0 * 2 + 3 * 3) / 2 && loss[1] == (1.0 + 1) / 2 && loss[2] == (1000.0 * 1000 + 1001.0 * 1001) / 2);
  d->squared_error_back(3, 2, 5, a, t, da);
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 2; j++) assert_true(da[i][j] == 2 * (a[i][j] - t[i][j]) / 10);
}

static void test_rest(void **context) {
  (void)context;
  const dnp_kernels *d = reference(DENPA_DTYPE_FLOAT64), *f = reference(DENPA_DTYPE_FLOAT32);
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
  const trial_units units = trial_units_of(NULL);
  for (size_t u = 0; u < units.count; u++) {
    units.units[u][DENPA_DTYPE_FLOAT64].from_pixels(256, pixel, all);
    units.units[u][DENPA_DTYPE_FLOAT32].from_pixels(256, pixel, few);
    for (int i = 0; i < 256; i++) assert_true(few[i] == (float)i / 255.0f && all[i] == (double)few[i]);
  }
  f->from_reals(1, (double[]){0.1}, few);
  assert_true(few[0] == 0.1f);
  int32_t column[2];
  d->row_argmax(2, 3, (double[]){1, 7, 7, -3, -4, -3}, column);
  assert_true(column[0] == 1 && column[1] == 0); /* the first of equals */
}

static void test_descend(void **context) {
  (void)context;
  const dnp_kernels *f = reference(DENPA_DTYPE_FLOAT32);
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
  assert_int_equal(reference(DENPA_DTYPE_FLOAT64)->first_not_finite(4, x), 2);
  assert_int_equal(reference(DENPA_DTYPE_FLOAT64)->first_not_finite(2, x), 2);
  assert_int_equal(reference(DENPA_DTYPE_FLOAT64)->first_not_finite(0, x), 0);
  static float many[600]; /* numbers are counted in runs: the first bad one of several, at every place */
  for (size_t at = sizeof many / sizeof *many; at-- > 0;) {
    many[at] = at % 2 == 0 ? NAN : -INFINITY;
    assert_int_equal(f->first_not_finite(sizeof many / sizeof *many, many), at);
  }
}

/* Two updates of Adam, each rounding written out; the bias of the means is made up for, so the first goes down by the
 * rate, whatever the gradient. */
static void test_adam(void **context) {
  (void)context;
  enum { COUNT = 5 };
  const dnp_kernels *f = reference(DENPA_DTYPE_FLOAT32);
  const float g[2][COUNT] = {{1, -2e-3f, 0.3f, 0, 1e-9f}, {1, 2e-3f, -0.1f, 0, 1e5f}};
  float m[COUNT] = {0}, v[COUNT] = {0}, w[COUNT] = {1, 1, 1, 1, 1}, m1[COUNT] = {0}, v1[COUNT] = {0},
        w1[COUNT] = {1, 1, 1, 1, 1};
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
    if (t == 0)
      assert_true(
          fabsf(w[0] - 0.99f) < 1e-6f && fabsf(w[1] - 1.01f) < 1e-6f && w[3] == 1 && fabsf(w[4] - 0.999f) < 1e-3f);
  }
  assert_true(m[3] == 0 && v[3] == 0 && w[3] == 1);
  float faded[3] = {0x1.1p-100f, -0x1.1p-100f, 0x1.3p-100f}, faint[3] = {0x1p-100f, 0x1.1p-100f, 1}, none[3] = {0},
        still[3] = {1, 1, 1};
  assert_false(f->adam(3, &adam, none, faded, faint, still));
  /* 0.9 of them: what is below 2^-100 has faded away */
  assert_true(faded[0] == 0 && faded[1] == 0 && faded[2] == 0.9f * 0x1.3p-100f);
  assert_true(faint[0] == 0 && faint[1] == 0.999f * 0x1.1p-100f && faint[2] == 0.999f && still[0] == 1);
  const float spoilt[3] = {1, NAN, 1};
  float zero[3] = {0}, zeros[3] = {0}, ones[3] = {1, 1, 1};
  assert_true(f->adam(3, &adam, spoilt, zero, zeros, ones));
  assert_true(ones[0] < 1 && isnan(ones[1]) && ones[2] < 1);
  float means[1] = {1}, squares[1] = {0}, far[1] = {-FLT_MAX};
  adam.rate = (double)FLT_MAX;
  assert_true(f->adam(1, &adam, (float[]){0}, means, squares, far)); /* it became too large */
}

/* Two updates each, every rounding written out. */
static void test_momentum(void **context) {
  (void)context;
  enum { COUNT = 4 };
  const dnp_kernels *f = reference(DENPA_DTYPE_FLOAT32);
  const float g[2][COUNT] = {{1, -2e-3f, 0.3f, 0}, {1, 2e-3f, -0.1f, 0}}, mu = 0.9f, rate = 0.1f;
  for (int form = 0; form < 4; form++) {
    const bool book = form & 1, nesterov = form & 2;
    const dnp_momentum how = {.momentum = 0.9, .rate = 0.1, .nesterov = nesterov};
    float v[COUNT] = {0}, w[COUNT] = {1, 1, 1, 1}, v1[COUNT] = {0}, w1[COUNT] = {1, 1, 1, 1};
    for (int t = 0; t < 2; t++) {
      assert_false((book ? f->momentum_book : f->momentum)(COUNT, &how, g[t], v, w));
      for (int i = 0; i < COUNT; i++) {
        const float down = -rate * g[t][i], old = v1[i];
        v1[i] = book ? fmaf(mu, old, down) : fmaf(mu, old, g[t][i]);
        const float ahead = fmaf(mu, v1[i], g[t][i]), square = (float)(0.9 * 0.9), far = (float)((1 + 0.9) * 0.1),
                    rolled = fmaf(square, old, w1[i]);
        if (book)
          w1[i] = nesterov ? fmaf(-far, g[t][i], rolled) : w1[i] + v1[i];
        else
          w1[i] = fmaf(-rate, nesterov ? ahead : v1[i], w1[i]);
        assert_true(v[i] == v1[i] && w[i] == w1[i]);
      }
    }
    float faded[3] = {0x1.1p-100f, -0x1.1p-100f, 0x1.3p-100f}, still[3] = {1, 1, 1};
    const float none[3] = {0}, spoilt[3] = {0, NAN, 0};
    assert_false((book ? f->momentum_book : f->momentum)(3, &how, none, faded, still));
    assert_true(faded[0] == 0 && faded[1] == 0 && faded[2] == 0.9f * 0x1.3p-100f);
    assert_true((book ? f->momentum_book : f->momentum)(3, &how, spoilt, faded, still));
    assert_true(still[0] == 1 && isnan(still[1]));
  }
}

static void test_scaled_descend(void **context) {
  (void)context;
  const dnp_kernels *f = reference(DENPA_DTYPE_FLOAT32);
  const float g[2][3] = {{1, -2e-3f, 0}, {0.5f, 2e-3f, 0}};
  float h[3] = {0}, w[3] = {1, 1, 1}, h1[3] = {0}, w1[3] = {1, 1, 1};
  for (int t = 0; t < 2; t++) {
    assert_false(f->scaled_descend(3, 0.99, 1 - 0.99, 0.1, 1e-8, g[t], h, w));
    for (int i = 0; i < 3; i++) {
      const float part = (float)(1 - 0.99) * g[t][i], square = part * g[t][i];
      h1[i] = fmaf(0.99f, h1[i], square);
      const float root = sqrtf(h1[i]), below = root + 1e-8f, quotient = g[t][i] / below;
      w1[i] = fmaf(-0.1f, quotient, w1[i]);
      assert_true(h[i] == h1[i] && w[i] == w1[i]);
    }
  }
  float faint[2] = {0x1p-101f, 0x1.1p-100f}, still[2] = {1, 1};
  assert_false(f->scaled_descend(2, 1, 1, 0.1, 1e-8, (float[]){0, 0}, faint, still));
  assert_true(faint[0] == 0 && faint[1] == 0x1.1p-100f && still[0] == 1);
  assert_true(f->scaled_descend(2, 1, 1, 0.1, 1e-8, (float[]){0, INFINITY}, faint, still));
}

static void test_scale(void **context) {
  (void)context;
  const dnp_kernels *f = reference(DENPA_DTYPE_FLOAT32), *d = reference(DENPA_DTYPE_FLOAT64);
  float a[3] = {1, -2, 0.1f}, c[3] = {0.3f, 3, 7};
  f->add_scaled(3, 0.1, a, c);
  assert_true(c[0] == fmaf(0.1f, 1, 0.3f) && c[1] == fmaf(0.1f, -2, 3) && c[2] == fmaf(0.1f, 0.1f, 7));
  f->scale(3, 0.1, a);
  assert_true(a[0] == 0.1f && a[1] == -0.2f && a[2] == 0.1f * 0.1f);
  double x[37], lane[DNP_LANES] = {0};
  for (int i = 0; i < 37; i++) {
    x[i] = 1.0 / (i + 1);
    lane[i % DNP_LANES] = fma(x[i], x[i], lane[i % DNP_LANES]);
  }
  assert_true(d->square_sum(37, x) == dnp_lanes_total(lane) && d->square_sum(0, x) == 0);
  assert_true(fabs(f->square_sum(2, (float[]){3e30f, 4e30f}) / 25e60 - 1) < 1e-6); /* no overflow in float */
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
  assert_int_not_equal(dnp_kernels_choose("mmx", DENPA_DTYPE_FLOAT32, &kernels, &err), DENPA_OK);
  assert_int_not_equal(dnp_kernels_choose("auto", DENPA_DTYPE_INT32, &kernels, &err), DENPA_OK);
}

/* ---- every entry and dtype is a case of its own -------------------------------------------------- */

#define X(result, name, arguments) \
  {&trial_entries[TRIAL_##name], DENPA_DTYPE_FLOAT32}, {&trial_entries[TRIAL_##name], DENPA_DTYPE_FLOAT64},
static proof proofs[] = {DNP_KERNEL_LIST(X)};
#undef X

int main(void) {
  static const char *const names[] = {
#define X(result, name, arguments) "units/" #name "/float32", "units/" #name "/float64",
      DNP_KERNEL_LIST(X)
#undef X
  };
  static const struct CMUnitTest single[] = {
      cmocka_unit_test(test_products),
      cmocka_unit_test(test_chains),
      cmocka_unit_test(test_lanes),
      cmocka_unit_test(test_activations),
      cmocka_unit_test(test_losses),
      cmocka_unit_test(test_rest),
      cmocka_unit_test(test_descend),
      cmocka_unit_test(test_adam),
      cmocka_unit_test(test_momentum),
      cmocka_unit_test(test_scaled_descend),
      cmocka_unit_test(test_scale),
      cmocka_unit_test(test_choose),
  };
  enum { SINGLE = sizeof single / sizeof *single, PROOFS = sizeof proofs / sizeof *proofs };
  static struct CMUnitTest tests[SINGLE + PROOFS];
  memcpy(tests, single, sizeof single);
  for (size_t i = 0; i < PROOFS; i++)
    tests[SINGLE + i] = (struct CMUnitTest){names[i], test_units, NULL, NULL, &proofs[i]};
  return cmocka_run_group_tests_name("kernel", tests, NULL, NULL);
}
