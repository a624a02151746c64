/* test_predict.c: predictions, numbers by name, and graphs without rows (src/learn). */
#include <dirent.h>
#include <limits.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#include "learn_tools.h"

#include "base/cpu.h"

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
    x[i] = -1 + 2 * (i + 0.5) / (double)POINTS;
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

/* ---- graphs without a loss ---------------------------------------------------------------------- */

/* x W + b with so many outputs, b = 0.9; and, if there are several, labels that nothing uses. */
static denpa_net *plain_net(size_t outputs) {
  const size_t four = 4, shape[] = {4, outputs};
  const double b[3] = {0.9, 0.9, 0.9};
  denpa_graph *graph;
  denpa_net *net;
  OK(denpa_graph_create(&graph, err));
  const int x = denpa_graph_input(graph, "x", 1, &four), w = denpa_graph_parameter(graph, "W1", 2, shape, NULL),
            c = denpa_graph_parameter(graph, "b1", 1, &outputs, NULL);
  if (outputs > 1) denpa_graph_labels(graph, "t");
  denpa_graph_apply(graph, "affine", "y", (const int[]){x, w, c}, 3);
  OK(denpa_graph_build(&net, graph, NULL, err));
  denpa_graph_free(graph);
  OK(denpa_net_set(net, "b1", b, outputs, err));
  return net;
}

/* Class weights are those of a loss. */
static void test_weights_without_a_loss(void **state) {
  (void)state;
  static const double x[2 * 4], weight[3] = {1, 2, 3};
  static const int32_t label[2] = {0, 2};
  denpa_net *net = plain_net(3);
  denpa_rows rows = {.rows = 2, .dtype = DENPA_DTYPE_FLOAT64, .x = x, .label = label};
  denpa_pass_options o = denpa_pass_options_default();
  OK(denpa_net_backward_rows(net, &rows, &o, NULL, err));
  o.class_weight = weight;
  assert_int_equal(denpa_net_forward_rows(net, &rows, &o, NULL, NULL), DENPA_ERROR_ARGUMENT);
  assert_int_equal(denpa_net_backward_rows(net, &rows, &o, NULL, NULL), DENPA_ERROR_ARGUMENT);
  denpa_net_free(net);
}

/* A single output is 1 where it is above 0.5, also where there is no loss. */
static void test_single_output(void **state) {
  (void)state;
  static const double x[4];
  int32_t predicted = -1;
  denpa_net *net = plain_net(1);
  OK(denpa_net_predict(net, 1, DENPA_DTYPE_FLOAT64, x, NULL, &predicted, err));
  assert_int_equal(predicted, 1);
  denpa_net_free(net);
}

/* ---- what programs keep --------------------------------------------------------------------------- */

/* Name and values of a parameter live on when the network is planned anew. */
static void test_parameter_lives(void **state) {
  (void)state;
  denpa_net *net;
  OK(denpa_net_create(&net, "4-3", NULL, err));
  const denpa_parameter p = denpa_net_parameter(net, 0);
  double *x = calloc(1000 * 4, sizeof *x);
  int32_t *label = calloc(1000, sizeof *label);
  const denpa_rows rows = {.rows = 1000, .dtype = DENPA_DTYPE_FLOAT64, .x = x, .label = label};
  const dnp_exec *before = net->exec;
  OK(denpa_net_backward_rows(net, &rows, NULL, NULL, err));
  assert_ptr_not_equal(net->exec, before);
  assert_string_equal(p.name, "W1");
  assert_ptr_equal(p.value, denpa_net_parameter(net, 0).value);
  free(x), free(label);
  denpa_net_free(net);
}

/* A program whose floating-point mode makes zeros of the smallest numbers gets the same bits. */
static void test_smallest_numbers(void **state) {
  (void)state;
#if defined(__x86_64__)
  double w[12], got[12];
  for (int i = 0; i < 12; i++) w[i] = (double)((float)(i + 1) * 1e-44f);
  denpa_net *net, *other;
  OK(denpa_net_create(&net, "4-3", NULL, err));
  const unsigned mode = _mm_getcsr();
  _mm_setcsr(mode | 0x8040u);
  denpa_status set = denpa_net_set(net, "W1", w, 12, NULL), cloned = denpa_net_clone(&other, net, NULL),
               told = denpa_net_value(other, "W1", got, 12, NULL);
  _mm_setcsr(mode);
  assert_true(set == DENPA_OK && cloned == DENPA_OK && told == DENPA_OK);
  assert_memory_equal(w, got, sizeof w);
  assert_same_net(net, other);
  denpa_net_free(net);
  denpa_net_free(other);
#endif
}

/* Numbers of threads that cannot be are told as such. */
static void test_threads_that_cannot_be(void **state) {
  (void)state;
  static const int threads[] = {-1, INT_MIN, 1025, INT_MAX};
  denpa_net *net;
  for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
    denpa_net_options o = denpa_net_options_default();
    o.threads = threads[i];
    assert_int_equal(denpa_net_create(&net, "4-3", &o, NULL), DENPA_ERROR_ARGUMENT);
  }
}

/* Threads of this process; 0 where that is not told. */
static size_t threads_of_process(void) {
  size_t count = 0;
  DIR *tasks = opendir("/proc/self/task");
  if (tasks == NULL) return 0;
  while (readdir(tasks) != NULL) count++;
  closedir(tasks);
  return count;
}

/* Many rows of a small network are work for all threads, too. */
static void test_large_call_has_threads(void **state) {
  (void)state;
  enum { MANY = 1000 };
  denpa_net *net;
  OK(denpa_net_create(&net, NET, NULL, err));
  double *x = calloc((size_t)MANY * 784, sizeof *x);
  const size_t before = threads_of_process();
  OK(denpa_net_predict(net, MANY, DENPA_DTYPE_FLOAT64, x, NULL, NULL, err));
  if (before > 0) assert_int_equal(threads_of_process(), before + (size_t)dnp_cpu_count() - 1);
  free(x);
  denpa_net_free(net);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_predict),
      cmocka_unit_test(test_apples),
      cmocka_unit_test(test_regression),
      cmocka_unit_test(test_weights_without_a_loss),
      cmocka_unit_test(test_single_output),
      cmocka_unit_test(test_parameter_lives),
      cmocka_unit_test(test_smallest_numbers),
      cmocka_unit_test(test_threads_that_cannot_be),
      cmocka_unit_test(test_large_call_has_threads),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
