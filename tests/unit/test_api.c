/* test_api.c: the public header alone, as a program that embeds the library would use it: regression, graphs by hand,
 * prediction, errors, many threads. */
#include <fenv.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <denpa/denpa.h>

/* y = sin x (S03): a small tanh net with squared error reaches a mean squared error below 1e-3. */
static void regression(void **state) {
  (void)state;
  enum { N = 400 };
  static double x[N], y[N];
  for (int i = 0; i < N; i++) {
    x[i] = -3.0 + 6.0 * i / (N - 1);
    y[i] = sin(x[i]);
  }
  denpa_error err = {0};
  denpa_data *data;
  denpa_net *net;
  denpa_rows rows = {.rows = N, .dtype = DENPA_DTYPE_FLOAT64, .x = x, .target = y};
  assert_int_equal(denpa_data_from_memory(&data, "sine", 1, 1, &rows, NULL, &err), DENPA_OK);
  denpa_net_options options = denpa_net_options_default();
  options.activation = "tanh";
  options.init = "normal:1";
  options.loss = "mse";
  options.dtype = DENPA_DTYPE_FLOAT64;
  assert_int_equal(denpa_net_create(&net, "1-20-1", &options, &err), DENPA_OK);
  denpa_train_options train = denpa_train_options_default();
  train.lr = 0.05;
  train.batch = 20;
  train.epochs = 1500;
  train.evaluate = DENPA_EVALUATE_END;
  denpa_report report;
  assert_int_equal(denpa_train(net, data, &train, &report, &err), DENPA_OK);
  assert_true(report.train_loss < 1e-3);
  assert_true(isnan(report.train_accuracy) && isnan(report.test_loss));
  double at = 1.0, answer;
  assert_int_equal(denpa_net_predict(net, 1, DENPA_DTYPE_FLOAT64, &at, &answer, NULL, &err), DENPA_OK);
  assert_true(fabs(answer - sin(1.0)) < 0.1);
  denpa_net_free(net);
  denpa_data_free(data);
}

/* ---- names of lists ------------------------------------------------------------------------------ */

#define SAYS(net, key, value) assert_string_equal(denpa_net_metadata(net, key), value)

/* Trains a network whose options are spelled so, and keeps its numbers. */
static denpa_net *spelled(const denpa_data *data, denpa_net_options options, denpa_train_options train, double *w1) {
  denpa_error err = {0};
  denpa_net *net;
  assert_int_equal(denpa_net_create(&net, "2-5-2", &options, &err), DENPA_OK);
  assert_int_equal(denpa_train(net, data, &train, NULL, &err), DENPA_OK);
  assert_int_equal(denpa_net_value(net, "W1", w1, 10, &err), DENPA_OK);
  return net;
}

/* The library takes them as the command does: in any case, with or without hyphens. What is told of the network, and
 * stands in its file, is as listed. */
static void names_in_any_case(void **state) {
  (void)state;
  enum { N = 40 };
  static double x[2 * N];
  static int32_t label[N];
  for (int i = 0; i < N; i++) {
    x[2 * i] = sin(i);
    x[2 * i + 1] = cos(3 * i);
    label[i] = x[2 * i] > x[2 * i + 1];
  }
  denpa_error err = {0};
  denpa_data *data;
  denpa_rows rows = {.rows = N, .dtype = DENPA_DTYPE_FLOAT64, .x = x, .label = label};
  assert_int_equal(denpa_data_from_memory(&data, "points", 2, 2, &rows, NULL, &err), DENPA_OK);
  denpa_net_options listed = denpa_net_options_default(), typed = listed;
  listed.activation = "leaky-relu:0.02", typed.activation = "LeakyReLU:0.02";
  listed.init = "normal:0.3", typed.init = "Normal:0.3";
  listed.loss = "cross-entropy:0.1", typed.loss = "Cross_Entropy:0.1";
  listed.cpu = "ref", typed.cpu = "REF";
  denpa_train_options train = denpa_train_options_default(), other = train;
  train.optimizer = "adamw", other.optimizer = "AdamW";
  train.class_weights = "balanced", other.class_weights = "Balanced";
  double w1[2][10];
  denpa_net *net[2] = {spelled(data, listed, train, w1[0]), spelled(data, typed, other, w1[1])};
  assert_memory_equal(w1[0], w1[1], sizeof w1[0]);
  for (int i = 0; i < 2; i++) {
    SAYS(net[i], "activation", "leaky-relu:0.02");
    SAYS(net[i], "init", "normal:0.3");
    SAYS(net[i], "loss", "cross-entropy:0.1");
    SAYS(net[i], "optimizer", "adamw");
    SAYS(net[i], "class_weights", "balanced");
    assert_string_equal(denpa_net_activation(net[i]), "leaky-relu:0.02");
    denpa_net_free(net[i]);
  }
  typed.init = "GlorotUniform";
  assert_int_equal(denpa_net_create(&net[0], "2-5-2", &typed, &err), DENPA_OK);
  SAYS(net[0], "init", "glorot-uniform");
  denpa_net_free(net[0]);
  denpa_graph *g; /* by the names of operations, too */
  assert_int_equal(denpa_graph_create(&g, &err), DENPA_OK);
  const int a = denpa_graph_input(g, "a", 1, (const size_t[]){3});
  assert_true(denpa_graph_apply(g, "Leaky-ReLU", "z", &a, 1) >= 0);
  denpa_graph_free(g);
  denpa_data_free(data);
}

/* A name that is none is still refused, and so is half of one. */
static void other_names_are_refused(void **state) {
  (void)state;
  static const char *const none[] = {"", "relux", "rel", "relu:1", "-", "re lu"};
  denpa_error err = {0};
  denpa_net *net;
  for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
    denpa_net_options options = denpa_net_options_default();
    options.activation = none[i];
    assert_int_equal(denpa_net_create(&net, "2-5-2", &options, &err), DENPA_ERROR_ARGUMENT);
    options = denpa_net_options_default();
    options.init = none[i];
    assert_int_equal(denpa_net_create(&net, "2-5-2", &options, &err), DENPA_ERROR_ARGUMENT);
  }
}

/* The book's apples (B13) through the public graph. */
static void graph_by_hand(void **state) {
  (void)state;
  denpa_error err = {0};
  denpa_graph *g;
  denpa_net *net;
  assert_int_equal(denpa_graph_create(&g, &err), DENPA_OK);
  int apple = denpa_graph_parameter(g, "apple", 0, NULL, NULL),
      pieces = denpa_graph_parameter(g, "pieces", 0, NULL, NULL), tax = denpa_graph_parameter(g, "tax", 0, NULL, NULL);
  int price = denpa_graph_apply(g, "multiply", "price", (const int[]){apple, pieces}, 2);
  denpa_graph_apply(g, "multiply", "total", (const int[]){price, tax}, 2);
  denpa_net_options options = denpa_net_options_default();
  options.dtype = DENPA_DTYPE_FLOAT64;
  assert_int_equal(denpa_graph_build(&net, g, &options, &err), DENPA_OK);
  denpa_graph_free(g);
  const double values[] = {100, 2, 1.1};
  static const char *const names[] = {"apple", "pieces", "tax"};
  double got;
  for (int i = 0; i < 3; i++) assert_int_equal(denpa_net_set(net, names[i], &values[i], 1, &err), DENPA_OK);
  assert_int_equal(denpa_net_backward(net, &err), DENPA_OK);
  assert_int_equal(denpa_net_value(net, "total", &got, 1, &err), DENPA_OK);
  assert_int_equal((int)got, 220);
  const double gradients[] = {2.2, 110.00000000000001, 200};
  for (int i = 0; i < 3; i++) {
    assert_int_equal(denpa_net_gradient(net, names[i], &got, 1, &err), DENPA_OK);
    assert_true(got == gradients[i]);
  }
  assert_int_equal(denpa_net_value(net, "pear", &got, 1, &err), DENPA_ERROR_NOT_FOUND);
  assert_int_equal(denpa_net_value(net, "total", &got, 2, &err), DENPA_ERROR_SHAPE);
  denpa_net_free(net);
}

/* Row by row, all at once, pixels or reals: the same answers. */
static void predictions_agree(void **state) {
  (void)state;
  enum { N = 50 };
  denpa_error err = {0};
  denpa_data *data;
  denpa_net *net;
  static double at_once[N * 10], alone[10], x[784];
  static uint8_t pixels[N * 784];
  static int32_t column[N];
  assert_int_equal(denpa_data_digits(&data, 600, 1, &err), DENPA_OK);
  denpa_net_options options = denpa_net_options_default();
  options.init = "he";
  assert_int_equal(denpa_net_create(&net, "784-20-10", &options, &err), DENPA_OK);
  for (size_t i = 0; i < N; i++) memcpy(pixels + i * 784, denpa_data_pixels(data, DENPA_SPLIT_TEST, i), 784);
  assert_int_equal(denpa_net_predict(net, N, DENPA_DTYPE_UINT8, pixels, at_once, column, &err), DENPA_OK);
  for (size_t i = 0; i < N; i++) {
    assert_int_equal(denpa_data_row(data, DENPA_SPLIT_TEST, i, x, &err), DENPA_OK);
    assert_int_equal(denpa_net_predict(net, 1, DENPA_DTYPE_FLOAT64, x, alone, NULL, &err), DENPA_OK);
    assert_memory_equal(alone, at_once + i * 10, sizeof alone);
    double sum = 0;
    for (int k = 0; k < 10; k++) {
      sum += alone[k];
      assert_true(alone[k] <= alone[column[i]]);
    }
    assert_true(fabs(sum - 1) < 1e-6);
  }
  assert_true(denpa_data_pixels(data, DENPA_SPLIT_TEST, 100) == NULL);
  assert_int_equal(denpa_data_row(data, DENPA_SPLIT_TEST, 100, x, NULL) == DENPA_OK, 0);
  denpa_net_free(net);
  denpa_data_free(data);
}

/* A pixel p is (float)p / 255 (S22), for all 256. */
static void pixels_become_numbers(void **state) {
  (void)state;
  static uint8_t all[256];
  double x[256];
  for (int i = 0; i < 256; i++) all[i] = (uint8_t)i;
  int32_t label = 0;
  denpa_data *data;
  denpa_rows rows = {.rows = 1, .dtype = DENPA_DTYPE_UINT8, .x = all, .label = &label};
  assert_int_equal(denpa_data_from_memory(&data, "greys", 256, 2, &rows, NULL, NULL), DENPA_OK);
  assert_int_equal(denpa_data_row(data, DENPA_SPLIT_TRAIN, 0, x, NULL), DENPA_OK);
  for (int i = 0; i < 256; i++) assert_true(x[i] == (double)((float)i / 255.0f));
  assert_true(x[0] == 0 && x[255] == 1);
  denpa_data_free(data);
}

static void mistakes_are_statuses(void **state) {
  (void)state;
  denpa_error err = {0};
  denpa_net *net = (denpa_net *)&err;
  denpa_data *data;
  char text[256];
  assert_int_equal(denpa_net_create(&net, "784-0-10", NULL, &err), DENPA_ERROR_SYNTAX);
  assert_null(net);
  assert_true(denpa_error_text(&err, DENPA_LANG_JA, text, sizeof text) > 0);
  int32_t labels[2] = {0, 2};
  float x[2] = {0, 1};
  denpa_rows rows = {.rows = 2, .dtype = DENPA_DTYPE_FLOAT32, .x = x, .label = labels};
  /* label 2 of classes 0 and 1 */
  assert_true(denpa_data_from_memory(&data, "two", 1, 2, &rows, NULL, &err) != DENPA_OK);
  labels[1] = -1;
  assert_true(denpa_data_from_memory(&data, "two", 1, 2, &rows, NULL, &err) != DENPA_OK);
  labels[1] = 1;
  assert_int_equal(denpa_data_from_memory(&data, "two", 1, 2, &rows, NULL, &err), DENPA_OK);
  assert_int_equal(denpa_net_create(&net, "3-2", NULL, &err), DENPA_OK);
  assert_int_equal(denpa_train(net, data, NULL, NULL, &err), DENPA_ERROR_SHAPE);
  denpa_net_free(net);
  denpa_data_free(data);
  denpa_net_free(NULL);
  denpa_data_free(NULL);
  denpa_graph_free(NULL);
}

/* So that a program may look at the error alone, after many calls. */
static void success_leaves_the_error_alone(void **state) {
  (void)state;
  static const double x[8] = {0, 0, 0, 1, 1, 0, 1, 1};
  const int32_t label[4] = {0, 1, 1, 0};
  const denpa_rows rows = {.rows = 4, .dtype = DENPA_DTYPE_FLOAT64, .x = x, .label = label};
  denpa_error err, before;
  denpa_data *data, *named;
  denpa_net *net, *copy, *again;
  denpa_trainer *trainer;
  denpa_optimizer *optimizer;
  denpa_data_options where = denpa_data_options_default();
  denpa_train_options options = denpa_train_options_default();
  void *bytes;
  size_t size;
  double loss, y[8];
  memset(&err, 0xA5, sizeof err);
  before = err;
  where.data_root = "/nowhere";
  where.offline = 1;
  options.optimizer = "adam";
  options.epochs = 4;
  options.validation = 0.5;
  options.patience = 1;
#define UNTOUCHED(call) \
  do { \
    assert_int_equal(call, DENPA_OK); \
    assert_memory_equal(&err, &before, sizeof err); \
  } while (0)
  UNTOUCHED(denpa_data_open(&named, "digits:60", &where, &err));
  UNTOUCHED(denpa_data_from_memory(&data, "xor", 2, 2, &rows, &rows, &err));
  UNTOUCHED(denpa_net_create_for(&net, "2-3-2", data, NULL, &err));
  UNTOUCHED(denpa_train(net, data, &options, NULL, &err));
  UNTOUCHED(denpa_net_evaluate(net, data, DENPA_SPLIT_TEST, &loss, NULL, &err));
  UNTOUCHED(denpa_net_predict(net, 4, DENPA_DTYPE_FLOAT64, x, y, NULL, &err));
  UNTOUCHED(denpa_net_clone(&copy, net, &err));
  UNTOUCHED(denpa_net_save_memory(net, &bytes, &size, &err));
  UNTOUCHED(denpa_net_load_memory(&again, bytes, size, NULL, NULL, &err));
  UNTOUCHED(denpa_optimizer_create(&optimizer, copy, &options, &err));
  UNTOUCHED(denpa_net_forward_rows(copy, &rows, NULL, &loss, &err));
  UNTOUCHED(denpa_net_backward_rows(copy, &rows, NULL, &loss, &err));
  UNTOUCHED(denpa_optimizer_update(optimizer, 0, &err));
  UNTOUCHED(denpa_net_gradient(copy, "W1", y, 6, &err));
  UNTOUCHED(denpa_net_set(copy, "W1", y, 6, &err));
  UNTOUCHED(denpa_trainer_create(&trainer, again, data, &options, &err));
  while (!denpa_trainer_done(trainer)) UNTOUCHED(denpa_trainer_epoch(trainer, NULL, &err));
  UNTOUCHED(denpa_trainer_finish(trainer, NULL, &err));
#undef UNTOUCHED
  denpa_trainer_free(trainer);
  denpa_optimizer_free(optimizer);
  denpa_bytes_free(bytes);
  denpa_net_free(again);
  denpa_net_free(copy);
  denpa_net_free(net);
  denpa_data_free(named);
  denpa_data_free(data);
}

/* The caller's rounding mode changes nothing: weights, digits, training, measuring. */
static void rounding_mode(void **state) {
  (void)state;
  static const int modes[] = {FE_TONEAREST, FE_UPWARD, FE_TOWARDZERO};
  char sha[3][65];
  double loss[3];
  static uint8_t pixels[3][784];
  for (int i = 0; i < 3; i++) {
    denpa_data *data = NULL;
    denpa_net *net = NULL;
    denpa_net_options options = denpa_net_options_default();
    denpa_train_options train = denpa_train_options_default();
    options.init = "xavier";
    train.epochs = 1;
    train.evaluate = DENPA_EVALUATE_NONE;
    fesetround(modes[i]);
    denpa_status status = denpa_data_digits(&data, 600, 3, NULL);
    if (status == DENPA_OK) status = denpa_net_create(&net, "784-16-10", &options, NULL);
    if (status == DENPA_OK) status = denpa_train(net, data, &train, NULL, NULL);
    if (status == DENPA_OK) status = denpa_net_evaluate(net, data, DENPA_SPLIT_TEST, &loss[i], NULL, NULL);
    int mode = fegetround();
    fesetround(FE_TONEAREST);
    assert_int_equal(status, DENPA_OK);
    assert_int_equal(mode, modes[i]); /* the caller's own setting is back */
    assert_int_equal(denpa_net_sha256(net, sha[i], NULL), DENPA_OK);
    memcpy(pixels[i], denpa_data_pixels(data, DENPA_SPLIT_TEST, 5), 784);
    assert_string_equal(sha[0], sha[i]);
    assert_memory_equal(pixels[0], pixels[i], 784);
    assert_true(loss[0] == loss[i]);
    denpa_net_free(net);
    denpa_data_free(data);
  }
}

/* Different networks in different threads do not meet. */
static void *train_alone(void *sha) {
  denpa_data *data = NULL;
  denpa_net *net = NULL;
  denpa_train_options train = denpa_train_options_default();
  train.epochs = 1;
  if (denpa_data_digits(&data, 600, 3, NULL) == DENPA_OK &&
      denpa_net_create(&net, "784-16-10", NULL, NULL) == DENPA_OK &&
      denpa_train(net, data, &train, NULL, NULL) == DENPA_OK)
    denpa_net_sha256(net, sha, NULL);
  denpa_net_free(net);
  denpa_data_free(data);
  return NULL;
}

static void several_threads(void **state) {
  (void)state;
  pthread_t thread[4];
  char sha[4][65] = {{0}};
  for (int i = 0; i < 4; i++) assert_int_equal(pthread_create(&thread[i], NULL, train_alone, sha[i]), 0);
  for (int i = 0; i < 4; i++) pthread_join(thread[i], NULL);
  assert_int_equal(strlen(sha[0]), 64);
  for (int i = 1; i < 4; i++) assert_string_equal(sha[0], sha[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(regression),
      cmocka_unit_test(names_in_any_case),
      cmocka_unit_test(other_names_are_refused),
      cmocka_unit_test(graph_by_hand),
      cmocka_unit_test(predictions_agree),
      cmocka_unit_test(pixels_become_numbers),
      cmocka_unit_test(mistakes_are_statuses),
      cmocka_unit_test(success_leaves_the_error_alone),
      cmocka_unit_test(several_threads),
      cmocka_unit_test(rounding_mode),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
