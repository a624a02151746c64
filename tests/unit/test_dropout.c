/* test_dropout.c: dropout in whole networks: which elements are dropped is drawn by seed, step, layer, row and element
 * alone, as often as said, and not at all without training (src/op/dropout.c). */
#include "state_net.h"

/* ---- dropout -------------------------------------------------------------------------------------- */

typedef struct masks {
  double mask[ROWS * HIDDEN];
  size_t seen;
} masks;

static bool keep_mask(void *context, const dnp_exec *exec, size_t node, bool backward, size_t first, size_t rows) {
  masks *m = context;
  const dnp_tensor *mask = dnp_exec_tensor(exec, "mask1");
  if (backward || exec->node[node].state[0] != mask) return true;
  for (size_t i = 0; i < rows * HIDDEN; i++) m->mask[first * HIDDEN + i] = ((const double *)mask->data)[i];
  m->seen += rows;
  return true;
}

static void run_for_masks(
    denpa_net *net, const denpa_data *data, uint64_t seed, uint64_t step, size_t rows, masks *out) {
  dnp_rows feed = dnp_rows_from(net, data, DNP_TRAIN);
  const dnp_run run = {.rows = rows,
      .feed = dnp_rows_feed,
      .feed_context = &feed,
      .answers = true,
      .training = true,
      .seed = seed,
      .step = step,
      .observer = keep_mask,
      .observer_context = out};
  *out = (masks){.seen = 0};
  assert_int_equal(dnp_exec_run(net->exec, &run, NULL, NULL), DENPA_OK);
  assert_int_equal(out->seen, rows);
}

/* The definition in docs/law-of-sums.md, drawn one by one. */
static double drawn(uint64_t seed, uint64_t step, size_t layer, size_t row, size_t element, double rate, double kept) {
  const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
  const uint32_t counter[4] = {(uint32_t)(element / 128 * 16 + element % 16), (uint32_t)row, (uint32_t)step,
      (uint32_t)(DNP_FOR_DROPOUT + 256 * layer)};
  uint32_t word[4];
  dnp_philox(key, counter, word);
  const size_t half = element % 128 / 16;
  return (word[half / 2] >> 16 * (half % 2) & 0xffff) < rint(rate * 65536) ? 0 : kept;
}

static void test_draws(void **context) {
  (void)context;
  static masks m, other;
  const shape s = {.dropped = true, .rate = 0.3};
  denpa_net *net = build(&s, DENPA_DTYPE_FLOAT64, 1, "auto");
  denpa_data *data = make_data(ROWS);
  run_for_masks(net, data, UINT64_C(0x123456789a), 7, ROWS, &m);
  for (size_t i = 0; i < ROWS; i++)
    for (size_t j = 0; j < HIDDEN; j++)
      assert_true(m.mask[i * HIDDEN + j] == drawn(UINT64_C(0x123456789a), 7, 2, i, j, 0.3, 1 / (1 - 0.3)));
  run_for_masks(net, data, UINT64_C(0x123456789a), 7, 31, &other); /* a shorter batch: the same rows */
  assert_memory_equal(m.mask, other.mask, 31 * HIDDEN * sizeof(double));
  const uint64_t others[][2] = {{1, 7}, {UINT64_C(0x123456789a), 8}};
  for (size_t i = 0; i < 2; i++) {
    size_t equal = 0;
    run_for_masks(net, data, others[i][0], others[i][1], ROWS, &other);
    for (size_t k = 0; k < ROWS * HIDDEN; k++) equal += (m.mask[k] > 0) == (other.mask[k] > 0);
    /* of 1,710; 0.58 of them by chance, and five deviations of 20 around that */
    assert_true(equal > 850 && equal < 1130);
  }
  denpa_data_free(data);
  denpa_net_free(net);
}

/* How often, and whether neighbours know of each other: of a million draws. */
static void test_chance(void **context) {
  (void)context;
  enum { M = 1000, N = 1000 };
  const dnp_kernels *kernels;
  float *a = calloc(M * N, sizeof *a), *mask = malloc(M * N * sizeof *mask), *y = malloc(M * N * sizeof *y);
  assert_int_equal(dnp_kernels_choose("auto", DENPA_DTYPE_FLOAT32, &kernels, NULL), DENPA_OK);
  for (double rate = 0.1; rate < 0.95; rate += 0.2) {
    const dnp_draws draws = {.seed = 42,
        .stream = DNP_STREAM(DNP_FOR_DROPOUT, 5),
        .below = (uint32_t)rint(rate * 65536),
        .kept = 1 / (1 - rate)};
    kernels->dropout(M, N, &draws, a, mask, y);
    double left_out = 0, beside = 0, below = 0;
    for (size_t i = 0; i < M; i++)
      for (size_t j = 0; j < N; j++) {
        const bool out = mask[i * N + j] <= 0;
        left_out += out;
        beside += out && j + 1 < N && mask[i * N + j + 1] <= 0;
        below += out && i + 1 < M && mask[(i + 1) * N + j] <= 0;
      }
    const double deviation = sqrt(rate * (1 - rate) / (M * N)),
                 pair = sqrt(rate * rate * (1 - rate * rate) / (M * N)) * 2;
    assert_true(fabs(left_out / (M * N) - rate) < 5 * deviation);
    assert_true(
        fabs(beside / (M * (N - 1)) - rate * rate) < 5 * pair && fabs(below / ((M - 1) * N) - rate * rate) < 5 * pair);
  }
  free(a);
  free(mask);
  free(y);
}

/* Rows in groups of 16 get the same factors. */
static void test_lanes(void **context) {
  (void)context;
  enum { M = 37, N = 301, GROUPS = 3 };
  const dnp_kernels *kernels;
  static double a[GROUPS * 16 * N], mask[GROUPS * 16 * N], y[GROUPS * 16 * N], rows[GROUPS * 16 * N];
  const dnp_draws draws = {.seed = 8, .stream = 3, .row = 160, .below = 20000, .kept = 2};
  assert_int_equal(dnp_kernels_choose("auto", DENPA_DTYPE_FLOAT64, &kernels, NULL), DENPA_OK);
  kernels->dropout(M, N, &draws, a, rows, y);
  kernels->dropout_lanes(M, N, &draws, a, mask, y);
  for (size_t i = 0; i < M; i++)
    for (size_t j = 0; j < N; j++) assert_true(rows[i * N + j] == mask[(i / 16 * N + j) * 16 + i % 16]);
}

/* Outside training nothing is left out, and the book's rule shrinks what it did not let grow. */
static void test_without(void **context) {
  (void)context;
  denpa_data *data = make_data(ROWS);
  double x[INPUTS], y[3][CLASSES], z[HIDDEN], d[HIDDEN];
  for (size_t j = 0; j < INPUTS; j++) x[j] = datum(5, j);
  const shape shapes[3] = {{.rate = 0}, {.dropped = true, .rate = 0.25}, {.dropped = true, .book = true, .rate = 0.25}};
  for (int i = 0; i < 3; i++) {
    denpa_net *net = build(&shapes[i], DENPA_DTYPE_FLOAT64, 1, "auto");
    const denpa_rows row = {.rows = 1, .dtype = DENPA_DTYPE_FLOAT64, .x = x};
    assert_int_equal(denpa_net_predict(net, 1, DENPA_DTYPE_FLOAT64, x, y[i], NULL, NULL), DENPA_OK);
    assert_int_equal(denpa_net_forward_rows(net, &row, NULL, NULL, NULL), DENPA_OK); /* whose values can be seen */
    memcpy(z, dnp_exec_tensor(net->exec, "z1")->data, sizeof z);
    if (i > 0) memcpy(d, dnp_exec_tensor(net->exec, "d1")->data, sizeof d);
    for (size_t j = 0; i > 0 && j < HIDDEN; j++) assert_true(d[j] == (i == 1 ? z[j] : z[j] * 0.75));
    denpa_net_free(net);
  }
  assert_memory_equal(y[0], y[1], sizeof y[0]);
  assert_memory_not_equal(y[0], y[2], sizeof y[0]);
  denpa_data_free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_draws),
      cmocka_unit_test(test_chance),
      cmocka_unit_test(test_lanes),
      cmocka_unit_test(test_without),
  };
  return cmocka_run_group_tests_name("dropout", tests, NULL, NULL);
}
