/* test_pictures.c: what the kernels over pictures in lanes compute (test_kernel.c proves that the units agree):
 * convolutions against their definition turned round, their ways back as adjoints, the law of sums where it shows,
 * pooling at ties, edges and NaN. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "kernel/kernels.h"

enum { MOST = 1 << 16 };
static double x[MOST], w[MOST], y[MOST], dy[MOST], dx[MOST], dw[MOST], scratch[MOST];

static void fill(double *values, size_t count, uint64_t seed) {
  for (size_t i = 0; i < count; i++) values[i] = (double)((seed + i) * 0x9e3779b97f4a7c15u >> 40) * 0x1p-23 - 1;
}

static long double dot(size_t count, const double *a, const double *b) {
  long double sum = 0;
  for (size_t i = 0; i < count; i++) sum += (long double)a[i] * (long double)b[i];
  return sum;
}

static dnp_conv geometry(size_t channels, size_t height, size_t width, size_t outputs, size_t rows, size_t columns,
    size_t stride, size_t pad) {
  return (dnp_conv){channels, height, width, outputs, rows, columns, stride, pad,
      (height + 2 * pad - rows) / stride + 1, (width + 2 * pad - columns) / stride + 1};
}

/* Each place of the input gives to all places of the output that see it. */
static void scatter(size_t groups, const dnp_conv *g, long double *sum) {
  const size_t lanes = DNP_LANES;
  for (size_t n = 0; n < groups * lanes; n++)
    for (size_t c = 0; c < g->channels; c++)
      for (size_t i = 0; i < g->height; i++)
        for (size_t j = 0; j < g->width; j++)
          for (size_t k = 0; k < g->outputs; k++)
            for (size_t r = 0; r < g->rows && r <= i + g->pad; r++)
              for (size_t s = 0; s < g->columns && s <= j + g->pad; s++) {
                const size_t down = i + g->pad - r, right = j + g->pad - s, p = down / g->stride, q = right / g->stride;
                if (down % g->stride != 0 || right % g->stride != 0 || p >= g->out_height || q >= g->out_width)
                  continue;
                const double from =
                    x[((((n / lanes) * g->channels + c) * g->height + i) * g->width + j) * lanes + n % lanes];
                sum[((((n / lanes) * g->outputs + k) * g->out_height + p) * g->out_width + q) * lanes + n % lanes] +=
                    (long double)from * (long double)w[((k * g->channels + c) * g->rows + r) * g->columns + s];
              }
}

static void check_convolution(const dnp_kernels *kernels, const dnp_conv *g) {
  static long double sum[MOST];
  const size_t groups = 2, inputs = groups * g->channels * g->height * g->width * DNP_LANES,
               weights = g->outputs * g->channels * g->rows * g->columns;
  const size_t results = groups * g->outputs * g->out_height * g->out_width * DNP_LANES;
  assert_true(inputs <= MOST && results <= MOST && weights <= MOST && dnp_conv_scratch(g) <= MOST);
  fill(x, inputs, 1);
  fill(w, weights, 2);
  fill(dy, results, 3);
  memset(sum, 0, sizeof sum);
  kernels->conv(groups, g, x, w, NULL, y, scratch);
  scatter(groups, g, sum);
  for (size_t i = 0; i < results; i++) assert_true(fabsl((long double)y[i] - sum[i]) < 1e-13L);
  kernels->conv_back_input(groups, g, dy, w, dx, scratch);
  const size_t half = g->outputs / 2, row = weights / g->outputs; /* the filters in two parts, the groups too */
  const double *second_x = x + inputs / 2, *second_dy = dy + results / 2;
  for (size_t first = 0, count = half; first < g->outputs; first += count, count = g->outputs - half) {
    if (count == 0) continue;
    kernels->conv_back_weights(1, g, first, count, x, dy, dw + first * row, true, scratch);
    kernels->conv_back_weights(1, g, first, count, second_x, second_dy, dw + first * row, false, scratch);
  }
  const long double here = dot(results, dy, y);
  assert_true(here > 1e-3L || here < -1e-3L);
  assert_true(fabsl(dot(inputs, x, dx) - here) < 1e-10L);
  assert_true(fabsl(dot(weights, w, dw) - here) < 1e-10L);
}

static const dnp_kernels *unit(size_t number, denpa_dtype dtype) {
  const dnp_kernels *units[DNP_MOST_UNITS];
  return number < dnp_kernels_units(units) ? &units[number][dtype] : NULL;
}

static void test_convolutions(void **context) {
  (void)context;
  const dnp_conv shapes[] = {geometry(1, 9, 9, 5, 5, 5, 1, 0), geometry(3, 6, 8, 4, 3, 3, 1, 1),
      geometry(2, 7, 7, 5, 3, 3, 2, 1), geometry(5, 4, 4, 6, 1, 1, 1, 0), geometry(2, 8, 5, 3, 2, 4, 3, 2),
      geometry(2, 5, 5, 3, 3, 3, 1, 3), geometry(1, 3, 3, 1, 7, 7, 1, 3)};
  for (size_t u = 0; unit(u, DENPA_DTYPE_FLOAT64) != NULL; u++)
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
      check_convolution(unit(u, DENPA_DTYPE_FLOAT64), &shapes[i]);
}

/* The order of the sums: a bias last, lanes in a tree, groups one after another; rows that are outside have no terms,
 * places beside a row have. */
static void test_law(void **context) {
  (void)context;
  for (size_t u = 0; unit(u, DENPA_DTYPE_FLOAT32) != NULL; u++) {
    const dnp_kernels *f = unit(u, DENPA_DTYPE_FLOAT32);
    const dnp_conv point = geometry(1, 1, 1, 1, 1, 1, 1, 0);
    float one[2 * DNP_LANES], in[2 * DNP_LANES] = {[0] = 0x1p24f, [1] = 1, [9] = 1}, out[2 * DNP_LANES],
                                     weight[9] = {1}, bias[1] = {1}, sum[1] = {3}, room[1024];
    for (size_t i = 0; i < 2 * DNP_LANES; i++) one[i] = 1;
    f->conv(1, &point, in, weight, bias, out, room);
    assert_true(out[0] == 0x1p24f && out[1] == 2 && out[2] == 1);
    f->conv_back_weights(1, &point, 0, 1, in, one, sum, true, room);
    assert_true(sum[0] == 0x1p24f + 2); /* 1 and 9 meet first */
    in[9] = 0;
    in[8] = 1;
    f->conv_back_weights(1, &point, 0, 1, in, one, sum, true, room);
    assert_true(sum[0] == 0x1p24f); /* each is lost beside 2^24 */
    f->conv_back_bias(1, &point, 0, 1, in, sum, true);
    assert_true(sum[0] == 0x1p24f);
    in[DNP_LANES] = 1;
    f->conv_back_bias(2, &point, 0, 1, in, sum, true);
    assert_true(sum[0] == 0x1p24f); /* the second group comes after the first */
    const dnp_conv framed = geometry(1, 1, 1, 1, 3, 3, 1, 1);
    for (int i = 0; i < 9; i++) weight[i] = i < 3 || i > 5 ? HUGE_VALF : 2;
    f->conv(1, &framed, one, weight, NULL, out, room);
    assert_true(out[0] == 2);
    f->conv_back_input(1, &framed, one, weight, out, room);
    assert_true(out[0] == 2);
    weight[3] = HUGE_VALF;
    f->conv(1, &framed, one, weight, NULL, out, room);
    assert_true(isnan(out[0]));
  }
}

/* Sample 0 of pictures of one channel. */
static void show(const double *picture, size_t count, double *lanes) {
  memset(lanes, 0, count * DNP_LANES * sizeof *lanes);
  for (size_t i = 0; i < count; i++) lanes[i * DNP_LANES] = picture[i];
}
static void assert_shows(const double *picture, size_t count, const double *lanes) {
  for (size_t i = 0; i < count; i++)
    assert_true(lanes[i * DNP_LANES] == picture[i] || (isnan(picture[i]) && isnan(lanes[i * DNP_LANES])));
}

static void test_pooling(void **context) {
  (void)context;
  const double low = -HUGE_VAL, none = (double)NAN;
  for (size_t u = 0; unit(u, DENPA_DTYPE_FLOAT64) != NULL; u++) {
    const dnp_kernels *d = unit(u, DENPA_DTYPE_FLOAT64);
    const dnp_windows halves = {1, 4, 4, 2, 2, 0, 2, 2}, all = {1, 3, 3, 2, 1, 0, 2, 2},
                      framed = {1, 2, 2, 3, 2, 1, 1, 1};
    show((const double[]){1, 3, 5, 5, 3, 2, 5, 4, low, low, 1, none, low, low, 2, 3}, 16, x);
    d->max_pool(1, &halves, x, y);
    assert_shows((const double[]){3, 5, low, none}, 4, y);
    show((const double[]){1, 2, 3, 4}, 4, dy);
    d->max_pool_back(1, &halves, x, y, dy, dx);
    assert_shows((const double[]){0, 1, 2, 0, 0, 0, 0, 0, 3, 0, 0, 4, 0, 0, 0, 0}, 16, dx);
    show((const double[]){1, 2, 3, 4, 9, 5, 6, 7, 8}, 9, x);
    d->max_pool(1, &all, x, y);
    d->max_pool_back(1, &all, x, y, dy, dx);
    assert_shows((const double[]){0, 0, 0, 0, 10, 0, 0, 0, 0}, 9, dx);
    d->average_pool(1, &all, x, y);
    assert_shows((const double[]){4, 4.75, 6.5, 7.25}, 4, y);
    d->average_pool_back(1, &all, dy, dx);
    assert_shows((const double[]){0.25, 0.75, 0.5, 1, 2.5, 1.5, 0.75, 1.75, 1}, 9, dx);
    show((const double[]){-1, -2, -3, -4}, 4, x);
    d->max_pool(1, &framed, x, y);
    assert_shows((const double[]){-1}, 1, y); /* the frame is no place */
    d->average_pool(1, &framed, x, y);
    assert_shows((const double[]){-10.0 / 9}, 1, y); /* but counts in the mean */
  }
}

static void test_way_into_lanes(void **context) {
  (void)context;
  enum { ROWS = 19, COUNT = 5 };
  float rows[ROWS * COUNT], back[ROWS * COUNT], lanes[2 * COUNT * DNP_LANES];
  for (int i = 0; i < ROWS * COUNT; i++) rows[i] = (float)(i + 1);
  for (size_t u = 0; unit(u, DENPA_DTYPE_FLOAT32) != NULL; u++) {
    const dnp_kernels *f = unit(u, DENPA_DTYPE_FLOAT32);
    f->to_lanes(ROWS, COUNT, rows, lanes);
    assert_true(
        lanes[2 * DNP_LANES + 3] == rows[3 * COUNT + 2] && lanes[(COUNT + 4) * DNP_LANES + 1] == rows[17 * COUNT + 4]);
    for (int i = 0; i < COUNT; i++)
      for (int l = 3; l < DNP_LANES; l++) assert_true(lanes[(COUNT + i) * DNP_LANES + l] == 0);
    f->from_lanes(ROWS, COUNT, lanes, back);
    assert_memory_equal(rows, back, sizeof rows);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_convolutions), cmocka_unit_test(test_law),
      cmocka_unit_test(test_pooling), cmocka_unit_test(test_way_into_lanes)};
  return cmocka_run_group_tests_name("pictures", tests, NULL, NULL);
}
