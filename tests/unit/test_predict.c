/* test_predict.c: predictions, numbers by name, and graphs without rows (src/learn). */
#include "learn_tools.h"

/* ---- predictions, numbers by name, graphs without rows ------------------------------------------- */

static void test_predict(void **state) {
  (void)state;
  for (int dtype = DENPA_DTYPE_FLOAT32; dtype <= DENPA_DTYPE_FLOAT64; dtype++) {
    denpa_net_options o = denpa_net_options_default();
    denpa_train_options t = denpa_train_options_default();
    o.dtype = (denpa_dtype)dtype;
    t.epochs = 2;
    denpa_net *net = trained(digits, "784-5-10", o, t);
    const size_t rows = denpa_data_rows(digits, DENPA_SPLIT_TEST);
    double *x = malloc(rows * 784 * sizeof *x), *y = malloc(rows * 10 * sizeof *y), *z = malloc(rows * 10 * sizeof *z),
           accuracy;
    float *narrow = malloc(rows * 784 * sizeof *narrow);
    int32_t *predicted = malloc(rows * sizeof *predicted);
    OK(denpa_net_predict(
        net, rows, DENPA_DTYPE_UINT8, denpa_data_pixels(digits, DENPA_SPLIT_TEST, 0), y, predicted, err));
    size_t correct = 0;
    for (size_t i = 0; i < rows; i++) {
      double sum = 0;
      for (int k = 0; k < 10; k++) {
        sum += y[i * 10 + (size_t)k];
        assert_true(y[i * 10 + (size_t)k] <= y[i * 10 + (size_t)predicted[i]]);
      }
      assert_true(fabs(sum - 1) < 1e-5);
      correct += predicted[i] == denpa_data_label(digits, DENPA_SPLIT_TEST, i);
      OK(denpa_data_row(digits, DENPA_SPLIT_TEST, i, x + i * 784, err));
    }
    for (size_t i = 0; i < rows * 784; i++) narrow[i] = (float)x[i];
    OK(denpa_net_evaluate(net, digits, DENPA_SPLIT_TEST, NULL, &accuracy, err));
    assert_true(accuracy == (double)correct / (double)rows);
    OK(denpa_net_predict(net, rows, DENPA_DTYPE_FLOAT64, x, z, NULL, err));
    assert_memory_equal(y, z, rows * 10 * sizeof *y);
    OK(denpa_net_predict(net, rows, DENPA_DTYPE_FLOAT32, narrow, z, NULL, err));
    assert_memory_equal(y, z, rows * 10 * sizeof *y);
    OK(denpa_net_predict(net, 1, DENPA_DTYPE_FLOAT64, x + 784, z, NULL, err)); /* alone as among others */
    assert_memory_equal(y + 10, z, 10 * sizeof *y);
    assert_int_equal(denpa_net_predict(net, 1, DENPA_DTYPE_INT64, x, z, NULL, NULL), DENPA_ERROR_ARGUMENT);
    free(x), free(y), free(z), free(narrow), free(predicted);
    denpa_net_free(net);
  }
}

/* B13: two apples and three oranges. */
static void test_apples(void **state) {
  (void)state;
  static const struct {
    const char *name;
    double value, gradient;
  } leaves[] = {{"apple", 100, 2.2}, {"apples", 2, 110}, {"orange", 150, 3.3000000000000003}, {"oranges", 3, 165},
      {"tax", 1.1, 650}};
  denpa_graph *graph;
  denpa_net *net;
  int id[5];
  double value;
  denpa_net_options o = denpa_net_options_default();
  o.dtype = DENPA_DTYPE_FLOAT64;
  OK(denpa_graph_create(&graph, err));
  for (int i = 0; i < 5; i++) id[i] = denpa_graph_parameter(graph, leaves[i].name, 0, NULL, NULL);
  int a = denpa_graph_apply(graph, "multiply", "apple price", (const int[]){id[0], id[1]}, 2);
  int b = denpa_graph_apply(graph, "multiply", "orange price", (const int[]){id[2], id[3]}, 2);
  int all = denpa_graph_apply(graph, "add", "all", (const int[]){a, b}, 2);
  denpa_graph_apply(graph, "multiply", "price", (const int[]){all, id[4]}, 2);
  OK(denpa_graph_build(&net, graph, &o, err));
  denpa_graph_free(graph);
  for (int i = 0; i < 5; i++) OK(denpa_net_set(net, leaves[i].name, &leaves[i].value, 1, err));
  OK(denpa_net_forward(net, err));
  OK(denpa_net_value(net, "price", &value, 1, err));
  assert_true(value == 715.0000000000001); /* (200 + 450) * 1.1 in doubles; the book shows 715 */
  OK(denpa_net_backward(net, err));
  for (int i = 0; i < 5; i++) {
    OK(denpa_net_gradient(net, leaves[i].name, &value, 1, err));
    if (value != leaves[i].gradient && fabs(value - leaves[i].gradient) > 1e-12)
      fail_msg("%s: %.17g", leaves[i].name, value);
  }
  denpa_error e = {0};
  assert_int_equal(denpa_net_value(net, "pear", &value, 1, &e), DENPA_ERROR_NOT_FOUND);
  assert_int_equal(denpa_net_value(net, "tax", &value, 2, &e), DENPA_ERROR_SHAPE);
  assert_int_equal(denpa_net_set(net, "price", &value, 1, &e), DENPA_ERROR_ARGUMENT);
  assert_int_equal(denpa_train(net, digits, NULL, NULL, &e), DENPA_ERROR_SHAPE);
  denpa_net_free(net);
}

/* S03: a curve learned from memory: loss below 1e-3. */
static void test_regression(void **state) {
  (void)state;
  enum { POINTS = 64 };
  double x[POINTS], y[POINTS];
  for (int i = 0; i < POINTS; i++) {
    x[i] = -1 + 2 * (i + 0.5) / POINTS;
    y[i] = x[i] * (3 - 4 * x[i] * x[i]); /* a cubic with the same humps */
  }
  denpa_data *data;
  denpa_rows rows = {.rows = POINTS, .dtype = DENPA_DTYPE_FLOAT64, .x = x, .target = y};
  OK(denpa_data_from_memory(&data, "curve", 1, 1, &rows, &rows, err));
  denpa_net_options o = denpa_net_options_default();
  denpa_train_options t = denpa_train_options_default();
  denpa_report r;
  denpa_net *net;
  o.activation = "tanh";
  o.init = "normal:1";
  o.loss = "mse";
  t.epochs = 2000;
  t.batch = 4;
  t.lr = 0.05;
  t.evaluate = DENPA_EVALUATE_END;
  OK(denpa_net_create(&net, "1-10-10-1", &o, err));
  OK(denpa_train(net, data, &t, &r, err));
  if (!(r.train_loss < 1e-3)) fail_msg("loss %g", r.train_loss);
  assert_true(r.train_loss == r.test_loss && isnan(r.train_accuracy));
  denpa_net_free(net);
  denpa_data_free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_predict),
      cmocka_unit_test(test_apples),
      cmocka_unit_test(test_regression),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
