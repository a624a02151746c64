/* test_finite.c: numbers of a program that are not finite are found when they come in, and the message tells where they
 * stand; the learning rate is not blamed for them. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <denpa/denpa.h>

#include "data/finite.h"

enum { ROWS = 6, COLUMNS = 3, OUTPUTS = 2 };
static const double bad_numbers[] = {(double)NAN, (double)INFINITY, -(double)INFINITY};
static const char *const bad_words[] = {"is NaN", "is infinity", "is -infinity"};

static void assert_said(denpa_status status, const denpa_error *err, const char *where, const char *what) {
  char text[512];
  denpa_error_text(err, DENPA_LANG_EN, text, sizeof text);
  assert_int_equal(status, DENPA_ERROR_ARGUMENT);
  if (strstr(text, where) == NULL || strstr(text, what) == NULL) fail_msg("'%s', '%s': %s", where, what, text);
  assert_null(strstr(text, "learning rate"));
}

static denpa_net *network(denpa_dtype dtype, const char *loss) {
  denpa_net *net;
  denpa_net_options o = denpa_net_options_default();
  o.dtype = dtype;
  o.loss = loss;
  o.threads = 2;
  assert_int_equal(denpa_net_create(&net, "3-4-2", &o, NULL), DENPA_OK);
  return net;
}

/* Every place of a long row, and none where all is well. */
static void every_place_is_found(void **state) {
  (void)state;
  enum { LONG = 600 };
  static float narrow[LONG];
  static double wide[LONG];
  for (size_t i = 0; i < LONG; i++) narrow[i] = -FLT_MAX, wide[i] = DBL_MAX;
  assert_int_equal(dnp_first_unfit(DENPA_DTYPE_FLOAT32, LONG, narrow, DENPA_DTYPE_FLOAT32), LONG);
  assert_int_equal(dnp_first_unfit(DENPA_DTYPE_FLOAT64, LONG, wide, DENPA_DTYPE_FLOAT64), LONG);
  assert_int_equal(dnp_first_unfit(DENPA_DTYPE_FLOAT64, LONG, wide, DENPA_DTYPE_FLOAT32), 0);
  for (size_t at = LONG; at-- > 0;) { /* the first of several */
    narrow[at] = (float)bad_numbers[at % 3];
    wide[at] = bad_numbers[at % 3];
    assert_int_equal(dnp_first_unfit(DENPA_DTYPE_FLOAT32, LONG, narrow, DENPA_DTYPE_FLOAT32), at);
    assert_int_equal(dnp_first_unfit(DENPA_DTYPE_FLOAT64, LONG, wide, DENPA_DTYPE_FLOAT64), at);
  }
}

/* ---- a data set from arrays ----------------------------------------------------------------------- */

static void arrays(void **state) {
  (void)state;
  for (int k = 0; k < 3; k++) {
    double x[ROWS * COLUMNS] = {0}, target[ROWS * OUTPUTS] = {0};
    float narrow[ROWS * COLUMNS] = {0};
    const int32_t label[ROWS] = {0, 1, 0, 1, 0, 1};
    const denpa_rows good = {
        ROWS, DENPA_DTYPE_FLOAT64, (const double[ROWS * COLUMNS]){0}, NULL, (const double[ROWS * OUTPUTS]){0}};
    const denpa_rows wide = {ROWS, DENPA_DTYPE_FLOAT64, x, NULL, target};
    const denpa_rows labelled = {ROWS, DENPA_DTYPE_FLOAT32, narrow, label, NULL};
    denpa_data *data;
    denpa_error err;
    narrow[5 * COLUMNS + 2] = (float)bad_numbers[k];
    assert_said(denpa_data_from_memory(&data, "mine", COLUMNS, OUTPUTS, &labelled, NULL, &err), &err,
        "row 5, column 2 of the training rows ", bad_words[k]);
    assert_null(data);
    x[4 * COLUMNS + 1] = bad_numbers[k];
    assert_said(denpa_data_from_memory(&data, "mine", COLUMNS, OUTPUTS, &wide, &good, &err), &err,
        "row 4, column 1 of the training rows ", bad_words[k]);
    assert_said(denpa_data_from_memory(&data, "mine", COLUMNS, OUTPUTS, &good, &wide, &err), &err,
        "row 4, column 1 of the test rows ", bad_words[k]);
    x[4 * COLUMNS + 1] = 0;
    target[3 * OUTPUTS + 1] = bad_numbers[k];
    assert_said(denpa_data_from_memory(&data, "mine", COLUMNS, OUTPUTS, &wide, &good, &err), &err,
        "row 3, column 1 of the training rows' targets ", bad_words[k]);
    assert_said(denpa_data_from_memory(&data, "mine", COLUMNS, OUTPUTS, &good, &wide, &err), &err,
        "row 3, column 1 of the test rows' targets ", bad_words[k]);
  }
}

/* What float64 holds and float32 does not: known when a network of float32 meets it. */
static void too_large_for_the_network(void **state) {
  (void)state;
  double x[ROWS * COLUMNS] = {0}, target[ROWS * OUTPUTS] = {0};
  const denpa_rows rows = {ROWS, DENPA_DTYPE_FLOAT64, x, NULL, target};
  for (int where = 0; where < 2; where++) {
    denpa_data *data;
    denpa_error err;
    denpa_net *net = network(DENPA_DTYPE_FLOAT32, "mse");
    x[7] = where == 0 ? 1e39 : 0;
    target[7] = where == 1 ? -1e39 : 0;
    assert_int_equal(denpa_data_from_memory(&data, "mine", COLUMNS, OUTPUTS, &rows, NULL, NULL), DENPA_OK);
    assert_said(denpa_train(net, data, NULL, NULL, &err), &err,
        where == 0 ? "row 2, column 1 of the training rows " : "row 3, column 1 of the training rows' targets ",
        "float32 ends at");
    denpa_data_limit(data, DENPA_SPLIT_TRAIN, 2); /* without that row */
    assert_int_equal(denpa_train(net, data, NULL, NULL, NULL), DENPA_OK);
    assert_said(denpa_net_backward_rows(net, &rows, NULL, NULL, &err), &err,
        where == 0 ? "row 2, column 1 of the rows " : "row 3, column 1 of the targets ", "float32 ends at");
    denpa_data_free(data);
    denpa_net_free(net);
  }
}

/* ---- a program's function ------------------------------------------------------------------------- */

typedef struct giver {
  size_t row, column; /* the bad one */
  denpa_split split;
  bool target; /* it is a target that is bad */
  double value;
} giver;

static int give(
    void *context, denpa_split split, size_t row, denpa_dtype dtype, void *x, int32_t *label, double *target) {
  const giver *g = context;
  const bool here = row == g->row && split == g->split;
  for (size_t i = 0; i < COLUMNS && x != NULL; i++) {
    const double value = here && !g->target && i == g->column ? g->value : (double)(row + i) / 10;
    if (dtype == DENPA_DTYPE_FLOAT32)
      ((float *)x)[i] = (float)value;
    else
      ((double *)x)[i] = value;
  }
  if (label != NULL) *label = (int32_t)(row % 2);
  for (size_t i = 0; i < OUTPUTS && target != NULL; i++) target[i] = here && g->target && i == g->column ? g->value : 0;
  return 0;
}

static void a_function(void **state) {
  (void)state;
  for (int k = 0; k < 6; k++) {
    giver g = {4, 2, DENPA_SPLIT_TRAIN, false, bad_numbers[k % 3]};
    const denpa_dtype dtype = k < 3 ? DENPA_DTYPE_FLOAT32 : DENPA_DTYPE_FLOAT64;
    denpa_net *net = network(dtype, "cross-entropy");
    denpa_train_options o = denpa_train_options_default();
    denpa_data *data;
    denpa_error err;
    int32_t predicted[ROWS];
    o.epochs = 1;
    o.batch = 2;
    assert_int_equal(denpa_data_from_reader(&data, "mine", COLUMNS, OUTPUTS, 0, ROWS, ROWS, give, &g, NULL), DENPA_OK);
    assert_said(
        denpa_train(net, data, &o, NULL, &err), &err, "row 4, column 2 of the training rows ", bad_words[k % 3]);
    g.split = DENPA_SPLIT_TEST;
    assert_said(denpa_net_predict_data(net, data, DENPA_SPLIT_TEST, NULL, predicted, &err), &err,
        "row 4, column 2 of the test rows ", bad_words[k % 3]);
    assert_said(denpa_net_evaluate(net, data, DENPA_SPLIT_TEST, NULL, NULL, &err), &err,
        "row 4, column 2 of the test rows ", bad_words[k % 3]);
    g.row = ROWS; /* nowhere */
    assert_int_equal(denpa_train(net, data, &o, NULL, NULL), DENPA_OK);
    denpa_data_free(data);
    g = (giver){5, 1, DENPA_SPLIT_TEST, true, bad_numbers[k % 3]};
    assert_said(denpa_data_from_reader(&data, "mine", COLUMNS, 0, OUTPUTS, ROWS, ROWS, give, &g, &err), &err,
        "row 5, column 1 of the test rows' targets ", bad_words[k % 3]);
    denpa_net_free(net);
  }
}

/* What the row says is kept in float64, and a network of float32 meets it later. */
static void a_function_too_large(void **state) {
  (void)state;
  giver g = {4, 1, DENPA_SPLIT_TRAIN, true, 1e300};
  for (int k = 0; k < 2; k++) {
    denpa_net *narrow = network(DENPA_DTYPE_FLOAT32, "mse"), *wide = network(DENPA_DTYPE_FLOAT64, "mae");
    denpa_data *data;
    denpa_error err;
    g.split = k == 0 ? DENPA_SPLIT_TRAIN : DENPA_SPLIT_TEST;
    assert_int_equal(denpa_data_from_reader(&data, "mine", COLUMNS, 0, OUTPUTS, ROWS, ROWS, give, &g, NULL), DENPA_OK);
    assert_said(denpa_train(narrow, data, NULL, NULL, &err), &err,
        k == 0 ? "row 4, column 1 of the training rows' targets " : "row 4, column 1 of the test rows' targets ",
        "float32 ends at");
    assert_int_equal(denpa_net_evaluate(wide, data, g.split, NULL, NULL, NULL), DENPA_OK);
    denpa_data_free(data);
    denpa_net_free(narrow);
    denpa_net_free(wide);
  }
}

enum { HERD = 256 };
/* The first rows take their time: without a rule the row that is told would be anybody's. */
static int give_late(
    void *context, denpa_split split, size_t row, denpa_dtype dtype, void *x, int32_t *label, double *target) {
  const size_t first_bad = *(const size_t *)context;
  (void)split;
  if (x != NULL && row < HERD / 2) nanosleep(&(const struct timespec){.tv_nsec = 100000}, NULL);
  for (size_t i = 0; i < COLUMNS && x != NULL; i++) {
    const double value = row >= first_bad ? (double)NAN : 0.5;
    if (dtype == DENPA_DTYPE_FLOAT32)
      ((float *)x)[i] = (float)value;
    else
      ((double *)x)[i] = value;
  }
  if (label != NULL) *label = (int32_t)(row % 2);
  if (target != NULL) *target = 0;
  return 0;
}

/* Of many bad rows the first in the batch is told, with any number of threads. */
static void the_first_of_many(void **state) {
  (void)state;
  size_t first_bad = 3;
  char told[2][512] = {"", ""};
  for (int threads = 1; threads <= 4; threads++) {
    denpa_net *net;
    denpa_data *data;
    denpa_error err;
    denpa_net_options o = denpa_net_options_default();
    denpa_train_options t = denpa_train_options_default();
    o.threads = threads;
    t.batch = HERD;
    assert_int_equal(denpa_net_create(&net, "3-40-2", &o, NULL), DENPA_OK);
    assert_int_equal(
        denpa_data_from_reader(&data, "mine", COLUMNS, OUTPUTS, 0, HERD, 0, give_late, &first_bad, NULL), DENPA_OK);
    assert_said(denpa_net_evaluate(net, data, DENPA_SPLIT_TRAIN, NULL, NULL, &err), &err,
        "row 3, column 0 of the training rows ", "is NaN");
    assert_said(denpa_train(net, data, &t, NULL, &err), &err, "column 0 of the training rows ", "is NaN");
    denpa_error_text(&err, DENPA_LANG_EN, told[threads > 1], sizeof told[0]);
    if (threads > 1) assert_string_equal(told[0], told[1]);
    denpa_data_free(data);
    denpa_net_free(net);
  }
}

/* ---- a loop of one's own, and answers --------------------------------------------------------------- */

static void own_rows(void **state) {
  (void)state;
  for (int k = 0; k < 6; k++) {
    const double value = bad_numbers[k % 3];
    denpa_net *net = network(k < 3 ? DENPA_DTYPE_FLOAT32 : DENPA_DTYPE_FLOAT64, "mse");
    double x[ROWS * COLUMNS] = {0}, target[ROWS * OUTPUTS] = {0}, y[ROWS * OUTPUTS];
    float narrow[ROWS * COLUMNS] = {0};
    const denpa_rows rows = {ROWS, DENPA_DTYPE_FLOAT64, x, NULL, target};
    denpa_error err;
    x[5 * COLUMNS] = value;
    narrow[1] = (float)value;
    assert_said(denpa_net_predict(net, ROWS, DENPA_DTYPE_FLOAT64, x, y, NULL, &err), &err,
        "row 5, column 0 of the rows ", bad_words[k % 3]);
    assert_said(denpa_net_predict(net, ROWS, DENPA_DTYPE_FLOAT32, narrow, y, NULL, &err), &err,
        "row 0, column 1 of the rows ", bad_words[k % 3]);
    assert_said(
        denpa_net_forward_rows(net, &rows, NULL, NULL, &err), &err, "row 5, column 0 of the rows ", bad_words[k % 3]);
    assert_said(
        denpa_net_backward_rows(net, &rows, NULL, NULL, &err), &err, "row 5, column 0 of the rows ", bad_words[k % 3]);
    x[5 * COLUMNS] = 0;
    target[0] = value;
    assert_said(denpa_net_backward_rows(net, &rows, NULL, NULL, &err), &err, "row 0, column 0 of the targets ",
        bad_words[k % 3]);
    target[0] = 0;
    assert_int_equal(denpa_net_backward_rows(net, &rows, NULL, NULL, NULL), DENPA_OK);
    denpa_net_free(net);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_place_is_found),
      cmocka_unit_test(arrays),
      cmocka_unit_test(too_large_for_the_network),
      cmocka_unit_test(a_function),
      cmocka_unit_test(a_function_too_large),
      cmocka_unit_test(the_first_of_many),
      cmocka_unit_test(own_rows),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
