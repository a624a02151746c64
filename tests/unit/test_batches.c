/* test_batches.c: the order of the rows: shuffled, drawn again and again, one after the other, whole (src/learn). */
#include "learn_tools.h"

/* ---- batches ------------------------------------------------------------------------------------ */

enum { ROWS = 103, BATCH = 20 };

/* The rows of one epoch in order, and the size of its last batch. */
static size_t epoch_rows(dnp_batches *b, size_t epoch, uint32_t *out, size_t *last) {
  size_t n = 0, count, known;
  dnp_batches_begin(b, epoch);
  for (size_t k = 0; k < b->per_epoch; k++) {
    const uint32_t *rows = dnp_batches_get(b, k, epoch * b->per_epoch + k, &count, &known);
    assert_true(known >= count &&
                (rows == NULL || b->sampling == DENPA_SAMPLING_REPLACEMENT || known == b->rows - k * b->batch));
    for (size_t i = 0; i < count; i++) out[n++] = rows != NULL ? rows[i] : (uint32_t)i;
    *last = count;
  }
  return n;
}

static void assert_permutation(const uint32_t *rows, size_t n) {
  bool seen[ROWS] = {false};
  assert_int_equal(n, ROWS);
  for (size_t i = 0; i < n; i++) {
    assert_true(rows[i] < ROWS);
    assert_false(seen[rows[i]]);
    seen[rows[i]] = true;
  }
}

static void test_shuffle(void **state) {
  (void)state;
  for (int numpy = 0; numpy < 2; numpy++) {
    dnp_numpy generator;
    dnp_batches b;
    uint32_t rows[3][ROWS];
    size_t last;
    dnp_numpy_seed(&generator, 5);
    OK(dnp_batches_open(&b, ROWS, BATCH, DENPA_SAMPLING_SHUFFLE, 5, numpy ? &generator : NULL, err));
    assert_int_equal(b.per_epoch, 6);
    for (size_t e = 0; e < 3; e++) {
      assert_permutation(rows[e], epoch_rows(&b, e, rows[e], &last));
      assert_int_equal(last, 3);
      for (size_t other = 0; other < e; other++) assert_memory_not_equal(rows[e], rows[other], sizeof rows[e]);
    }
    dnp_batches_close(&b);
  }
}

/* Epoch 4 by itself, from the definition. */
static void test_shuffle_definition(void **state) {
  (void)state;
  dnp_batches b;
  uint32_t rows[ROWS], mine[ROWS];
  size_t last;
  OK(dnp_batches_open(&b, ROWS, BATCH, DENPA_SAMPLING_SHUFFLE, 99, NULL, err));
  for (uint32_t i = 0; i < ROWS; i++) mine[i] = i;
  for (uint32_t i = ROWS - 1; i >= 1; i--) {
    uint32_t j = (uint32_t)dnp_draw_below(99, DNP_STREAM(DNP_FOR_ORDER, 4), i, i + 1), keep = mine[j];
    mine[j] = mine[i];
    mine[i] = keep;
  }
  epoch_rows(&b, 4, rows, &last);
  assert_memory_equal(rows, mine, sizeof rows);
  dnp_batches_close(&b);
}

static void test_replacement(void **state) {
  (void)state;
  dnp_batches b;
  uint32_t rows[6 * BATCH];
  size_t last, twice = 0;
  OK(dnp_batches_open(&b, ROWS, BATCH, DENPA_SAMPLING_REPLACEMENT, 3, NULL, err));
  assert_int_equal(epoch_rows(&b, 2, rows, &last), 6 * BATCH);
  assert_int_equal(last, BATCH);
  for (size_t i = 0; i < 6 * BATCH; i++) {
    assert_int_equal(rows[i], dnp_draw_below(3, DNP_STREAM(DNP_FOR_BATCH, 12 + i / BATCH), i % BATCH, ROWS));
    for (size_t k = 0; k < i; k++) twice += rows[i] == rows[k];
  }
  assert_true(twice > 0);
  dnp_batches_close(&b);
  OK(dnp_batches_open(&b, 5, 8, DENPA_SAMPLING_REPLACEMENT, 3, NULL, err)); /* more than there are */
  assert_int_equal(b.per_epoch, 1);
  assert_int_equal(epoch_rows(&b, 0, rows, &last), 8);
  dnp_batches_close(&b);
}

static void test_sequential_and_full(void **state) {
  (void)state;
  static const struct {
    size_t batch, per_epoch, last;
    denpa_sampling sampling;
  } rows[] = {{BATCH, 6, 3, DENPA_SAMPLING_SEQUENTIAL}, {0, 1, ROWS, DENPA_SAMPLING_SHUFFLE},
      {0, 1, ROWS, DENPA_SAMPLING_REPLACEMENT}, {ROWS, 1, ROWS, DENPA_SAMPLING_SHUFFLE},
      {1000, 1, ROWS, DENPA_SAMPLING_SEQUENTIAL}, {1, ROWS, 1, DENPA_SAMPLING_SEQUENTIAL}};
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
    dnp_numpy numpy, before;
    dnp_batches b;
    uint32_t order[ROWS];
    size_t last;
    dnp_numpy_seed(&numpy, 1);
    before = numpy;
    OK(dnp_batches_open(&b, ROWS, rows[r].batch, rows[r].sampling, 1, &numpy, err));
    assert_int_equal(b.per_epoch, rows[r].per_epoch);
    for (size_t e = 0; e < 2; e++) {
      assert_int_equal(epoch_rows(&b, e, order, &last), ROWS);
      assert_int_equal(last, rows[r].last);
      for (uint32_t i = 0; i < ROWS; i++) assert_int_equal(order[i], i);
    }
    assert_memory_equal(&numpy, &before, sizeof numpy); /* nothing was drawn */
    dnp_batches_close(&b);
  }
  dnp_batches none;
  assert_int_equal(dnp_batches_open(&none, 0, 10, DENPA_SAMPLING_SHUFFLE, 1, NULL, NULL), DENPA_ERROR_ARGUMENT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_shuffle),
      cmocka_unit_test(test_shuffle_definition),
      cmocka_unit_test(test_replacement),
      cmocka_unit_test(test_sequential_and_full),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
