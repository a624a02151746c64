/* test_embedding.c: the public header as programs that embed the library use it: a trainer step by step, a loop of
 * one's own, clones, models in memory, rows from a function, raw rows, one network asked by many threads, and every
 * call with NULL. */
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <denpa/denpa.h>

#define DONE(call) assert_int_equal(call, DENPA_OK)

static denpa_data *digits(size_t rows) {
  denpa_data *data = NULL;
  DONE(denpa_data_digits(&data, rows, 3, NULL));
  return data;
}

static denpa_net *network(const char *text, denpa_dtype dtype) {
  denpa_net *net = NULL;
  denpa_net_options options = denpa_net_options_default();
  options.init = "he";
  options.activation = "relu";
  options.dtype = dtype;
  DONE(denpa_net_create(&net, text, &options, NULL));
  return net;
}

static void same_weights(const denpa_net *a, const denpa_net *b) {
  char one[65], other[65];
  DONE(denpa_net_sha256(a, one, NULL));
  DONE(denpa_net_sha256(b, other, NULL));
  assert_string_equal(one, other);
}

/* ---- trainer ------------------------------------------------------------------------------------------ */

static const char *const texts[] = {"784-20-10", "input 1x28x28, conv 4 5x5, maxpool 2, relu, dense 10",
    "input 784, dense 20, batchnorm, relu, dropout 0.3, dense 10"};
#define TEXTS (sizeof texts / sizeof *texts)

static denpa_train_options short_training(void) {
  denpa_train_options o = denpa_train_options_default();
  o.optimizer = "adam";
  o.batch = 50;
  o.epochs = 3;
  o.weight_decay = 0.01;
  o.clip = 1;
  o.schedule = DENPA_SCHEDULE_COSINE;
  return o;
}

/* Steps and epochs mixed give what one call gives: weights, scores, the model's bytes. */
static void trainer_is_training(void **state) {
  (void)state;
  denpa_data *data = digits(260);
  for (size_t i = 0; i < TEXTS; i++) {
    denpa_net *whole = network(texts[i], DENPA_DTYPE_FLOAT32), *parts = network(texts[i], DENPA_DTYPE_FLOAT32);
    denpa_train_options options = short_training();
    char optimizer[8] = "adam";
    options.optimizer = optimizer;
    denpa_report one, other;
    denpa_trainer *t = NULL;
    denpa_epoch epoch;
    double loss = -1;
    DONE(denpa_train(whole, data, &options, &one, NULL));
    DONE(denpa_trainer_create(&t, parts, data, &options, NULL));
    memset(optimizer, 'x', 4); /* the caller's text is not needed any more */
    assert_int_equal(denpa_train(parts, data, NULL, NULL, NULL), DENPA_ERROR_ARGUMENT); /* one training at a time */
    DONE(denpa_trainer_step(t, &loss, NULL));
    assert_true(loss > 0);
    DONE(denpa_trainer_epoch(t, &epoch, NULL));
    assert_int_equal(epoch.step, 6);
    assert_true(epoch.epoch == 1);
    for (int k = 0; k < 6; k++) DONE(denpa_trainer_step(t, NULL, NULL));
    DONE(denpa_trainer_epoch(t, &epoch, NULL)); /* nothing is left of it but to measure */
    assert_int_equal(epoch.step, 12);
    DONE(denpa_trainer_evaluate(t, DENPA_SPLIT_TEST, &loss, NULL, NULL));
    assert_true(loss == epoch.test_loss);
    assert_false(denpa_trainer_done(t));
    DONE(denpa_trainer_epoch(t, NULL, NULL));
    assert_true(denpa_trainer_done(t));
    assert_int_equal(denpa_trainer_step(t, NULL, NULL), DENPA_ERROR_ARGUMENT);
    assert_int_equal(denpa_trainer_epoch(t, NULL, NULL), DENPA_ERROR_ARGUMENT);
    DONE(denpa_trainer_finish(t, &other, NULL));
    denpa_trainer_free(t);
    assert_int_equal(one.steps, other.steps);
    assert_true(one.train_loss == other.train_loss && one.test_accuracy == other.test_accuracy);
    same_weights(whole, parts);
    void *a, *b;
    size_t a_size, b_size;
    DONE(denpa_net_save_memory(whole, &a, &a_size, NULL));
    DONE(denpa_net_save_memory(parts, &b, &b_size, NULL));
    assert_int_equal(a_size, b_size);
    assert_memory_equal(a, b, a_size);
    denpa_bytes_free(a);
    denpa_bytes_free(b);
    denpa_net_free(whole);
    denpa_net_free(parts);
  }
  denpa_data_free(data);
}

/* ---- a loop of one's own -------------------------------------------------------------------------------- */

static void own_loop_is_training(void **state) {
  (void)state;
  denpa_data *data = digits(240); /* the last batch is short */
  for (size_t i = 0; i < 2 * TEXTS; i++) {
    const denpa_dtype dtype = i < TEXTS ? DENPA_DTYPE_FLOAT32 : DENPA_DTYPE_FLOAT64;
    denpa_net *theirs = network(texts[i % TEXTS], dtype), *mine = NULL;
    denpa_train_options options = short_training();
    denpa_optimizer *optimizer;
    denpa_error err = {0};
    int32_t label[50];
    options.schedule = DENPA_SCHEDULE_CONSTANT;
    options.sampling = DENPA_SAMPLING_SEQUENTIAL;
    options.evaluate = DENPA_EVALUATE_NONE;
    DONE(denpa_net_clone(&mine, theirs, &err));
    DONE(denpa_optimizer_create(&optimizer, mine, &options, &err));
    assert_int_equal(denpa_optimizer_update(optimizer, 0, &err), DENPA_ERROR_ARGUMENT); /* no gradients yet */
    for (size_t first = 0, rows; first < 240 * options.epochs; first += rows) {
      rows = 240 - first % 240 < 50 ? 240 - first % 240 : 50;
      for (size_t k = 0; k < rows; k++) label[k] = denpa_data_label(data, DENPA_SPLIT_TRAIN, first % 240 + k);
      const denpa_rows batch = {.rows = rows,
          .dtype = DENPA_DTYPE_UINT8,
          .x = denpa_data_pixels(data, DENPA_SPLIT_TRAIN, first % 240),
          .label = label};
      DONE(denpa_net_backward_rows(mine, &batch, NULL, NULL, &err));
      DONE(denpa_optimizer_update(optimizer, 0, &err));
      assert_int_equal(denpa_optimizer_update(optimizer, 0, &err), DENPA_ERROR_ARGUMENT); /* once a pass */
    }
    DONE(denpa_train(theirs, data, &options, NULL, &err));
    same_weights(mine, theirs);
    denpa_optimizer_free(optimizer);
    denpa_net_free(mine);
    denpa_net_free(theirs);
  }
  denpa_data_free(data);
}

/* The gradient that is read is the slope of the loss that is returned; all rows of a batch can be looked at. */
static void gradients_are_slopes(void **state) {
  (void)state;
  denpa_net *net = network("3-4-2", DENPA_DTYPE_FLOAT64);
  double x[300 * 3], w[12], g[12], gx[900], up, down;
  int32_t label[300];
  for (int i = 0; i < 900; i++) x[i] = (i * 37 % 101) / 50.0 - 1;
  for (int i = 0; i < 300; i++) label[i] = i % 2;
  denpa_rows rows = {.rows = 300, .dtype = DENPA_DTYPE_FLOAT64, .x = x, .label = label};
  denpa_pass_options options = denpa_pass_options_default();
  options.input_gradient = 1;
  DONE(denpa_net_backward_rows(net, &rows, &options, NULL, NULL));
  DONE(denpa_net_gradient(net, "W1", g, 12, NULL));
  DONE(denpa_net_gradient(net, "x", gx, 900, NULL));
  double length = 0;
  for (int i = 0; i < 900; i++) length += fabs(gx[i]);
  assert_true(length > 1e-3);
  DONE(denpa_net_value(net, "W1", w, 12, NULL));
  DONE(denpa_net_value(net, "x", gx, 900, NULL));
  assert_memory_equal(gx, x, sizeof x);
  const double old = w[5], step = 1e-6;
  w[5] = old + step;
  DONE(denpa_net_set(net, "W1", w, 12, NULL));
  DONE(denpa_net_forward_rows(net, &rows, NULL, &up, NULL));
  w[5] = old - step;
  DONE(denpa_net_set(net, "W1", w, 12, NULL));
  DONE(denpa_net_forward_rows(net, &rows, NULL, &down, NULL));
  assert_true(fabs(g[5]) > 1e-6);
  assert_true(fabs((up - down) / (2 * step) - g[5]) < 1e-6);
  label[7] = 2;
  assert_int_equal(denpa_net_backward_rows(net, &rows, NULL, NULL, NULL), DENPA_ERROR_ARGUMENT);
  rows.label = NULL;
  assert_int_equal(denpa_net_backward_rows(net, &rows, NULL, NULL, NULL), DENPA_ERROR_ARGUMENT);
  DONE(denpa_net_forward_rows(net, &rows, NULL, &up, NULL));
  assert_true(isnan(up));
  denpa_net_free(net);
}

/* ---- clones and memory ---------------------------------------------------------------------------------- */

static void clones_go_on_alike(void **state) {
  (void)state;
  denpa_data *data = digits(200);
  denpa_net *net = network(texts[2], DENPA_DTYPE_FLOAT32), *clone;
  const denpa_train_options options = short_training();
  DONE(denpa_train(net, data, &options, NULL, NULL));
  DONE(denpa_net_clone(&clone, net, NULL));
  assert_string_equal(denpa_net_metadata(clone, "optimizer"), "adam");
  DONE(denpa_train(net, data, &options, NULL, NULL));
  DONE(denpa_train(clone, data, &options, NULL, NULL)); /* with what adam remembers, and the order that follows */
  same_weights(net, clone);
  denpa_net_free(clone);
  denpa_net_free(net);
  denpa_data_free(data);
}

static void memory_is_the_file(void **state) {
  (void)state;
  denpa_data *data = digits(100);
  denpa_net *net = network(texts[1], DENPA_DTYPE_FLOAT32), *again;
  char path[] = "/tmp/denpa-test-XXXXXX";
  const int file = mkstemp(path);
  assert_true(file >= 0);
  void *bytes;
  size_t size;
  DONE(denpa_train(net, data, NULL, NULL, NULL));
  DONE(denpa_net_save_memory(net, &bytes, &size, NULL));
  DONE(denpa_net_save(net, path, NULL));
  unsigned char *read_back = malloc(size + 1);
  FILE *stream = fopen(path, "rb");
  assert_int_equal(fread(read_back, 1, size + 1, stream), size);
  fclose(stream);
  close(file);
  unlink(path);
  assert_memory_equal(read_back, bytes, size);
  DONE(denpa_net_load_memory(&again, bytes, size, NULL, NULL, NULL));
  same_weights(net, again);
  denpa_net_free(again);
  for (size_t cut = 0; cut < size; cut += size / 50 + 1)
    assert_int_not_equal(denpa_net_load_memory(&again, bytes, cut, NULL, NULL, NULL), DENPA_OK);
  read_back[size - 1] ^= 1;
  assert_int_equal(denpa_net_load_memory(&again, read_back, size, NULL, NULL, NULL), DENPA_ERROR_FORMAT);
  assert_null(again);
  free(read_back);
  denpa_bytes_free(bytes);
  denpa_net_free(net);
  denpa_data_free(data);
}

/* ---- rows from a function ------------------------------------------------------------------------------- */

typedef struct source {
  const denpa_data *digits;
  size_t bad; /* this training row cannot be had */
} source;

static int read_row(
    void *context, denpa_split split, size_t row, denpa_dtype dtype, void *x, int32_t *label, double *target) {
  const source *s = context;
  const uint8_t *pixel = denpa_data_pixels(s->digits, split, row);
  (void)target;
  if (split == DENPA_SPLIT_TRAIN && row == s->bad && x != NULL) return 1;
  for (int i = 0; i < 784 && x != NULL; i++) {
    if (dtype == DENPA_DTYPE_FLOAT32)
      ((float *)x)[i] = (float)pixel[i] / 255.0f;
    else
      ((double *)x)[i] = (double)((float)pixel[i] / 255.0f);
  }
  if (label != NULL) *label = denpa_data_label(s->digits, split, row);
  return 0;
}

static void rows_from_a_function(void **state) {
  (void)state;
  denpa_data *kept = digits(300), *asked;
  source from = {kept, SIZE_MAX};
  denpa_error err = {0};
  static double y[2][50 * 10];
  char text[256];
  for (size_t i = 0; i < TEXTS; i++) {
    denpa_net *a = network(texts[i], DENPA_DTYPE_FLOAT32), *b = network(texts[i], DENPA_DTYPE_FLOAT32);
    const denpa_train_options options = short_training();
    denpa_report one, other;
    from.bad = SIZE_MAX;
    DONE(denpa_data_from_reader(&asked, "asked", 784, 10, 10, 300, 50, read_row, &from, &err));
    DONE(denpa_train(a, kept, &options, &one, &err));
    DONE(denpa_train(b, asked, &options, &other, &err));
    same_weights(a, b);
    assert_true(one.test_loss == other.test_loss && one.train_accuracy == other.train_accuracy);
    DONE(denpa_net_predict_data(a, kept, DENPA_SPLIT_TEST, y[0], NULL, &err));
    DONE(denpa_net_predict_data(b, asked, DENPA_SPLIT_TEST, y[1], NULL, &err));
    assert_memory_equal(y[0], y[1], sizeof y[0]);
    from.bad = 123;
    assert_int_equal(denpa_train(b, asked, &options, NULL, &err), DENPA_ERROR_CANCELLED);
    denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
    assert_non_null(strstr(text, "training row 123"));
    assert_int_equal(denpa_net_evaluate(b, asked, DENPA_SPLIT_TRAIN, NULL, NULL, &err), DENPA_ERROR_CANCELLED);
    DONE(denpa_net_evaluate(b, asked, DENPA_SPLIT_TEST, NULL, NULL, &err));
    denpa_data_free(asked);
    denpa_net_free(a);
    denpa_net_free(b);
  }
  denpa_data_free(kept);
}

/* ---- raw rows --------------------------------------------------------------------------------------------- */

/* A table of rents: denpa_net_predict says deviations from the mean, denpa_net_answer_fields says yen. */
static void answers_in_the_tables_unit(void **state) {
  (void)state;
  char folder[] = "/tmp/denpa-test-XXXXXX", path[64];
  assert_non_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/rents.csv", folder);
  FILE *file = fopen(path, "w");
  fprintf(file, "town,size,rent\n");
  for (int i = 0; i < 120; i++)
    fprintf(file, "%s,%d,%d\n", i % 2 ? "Kobe" : "Osaka", 20 + i * 7 % 80, 9 * (20 + i * 7 % 80) + 100 * (i % 2));
  fclose(file);
  denpa_data *data;
  denpa_net *net;
  denpa_answer text, number, unknown;
  denpa_net_options shape = denpa_net_options_default();
  denpa_train_options options = denpa_train_options_default();
  shape.loss = "mse";
  shape.init = "glorot";
  options.optimizer = "adam";
  options.lr = 0.02;
  options.epochs = 200;
  options.batch = 16;
  options.evaluate = DENPA_EVALUATE_NONE;
  DONE(denpa_data_open(&data, path, NULL, NULL));
  DONE(denpa_net_create(&net, "3-8-1", &shape, NULL));
  DONE(denpa_train(net, data, &options, NULL, NULL));
  const denpa_field as_text[] = {{.column = "size", .text = " 50 "}, {.column = "town", .text = "Kobe"}},
                    as_number[] = {{.column = "town", .text = "Kobe"}, {.column = "size", .number = 50}},
                    other[] = {{.column = "town", .text = "Nara"}, {.column = "size", .number = 50}},
                    wrong[] = {{.column = "town", .text = "Kobe"}, {.column = "area", .number = 50}};
  double y;
  DONE(denpa_net_answer_fields(net, as_text, 2, &text, &y, NULL));
  DONE(denpa_net_answer_fields(net, as_number, 2, &number, NULL, NULL));
  assert_true(text.number == number.number && text.class_number == -1 && text.unknown == 0);
  assert_true(fabs(text.number - 550) < 30);
  assert_true(fabs(y) < 5);
  DONE(denpa_net_answer_fields(net, other, 2, &unknown, NULL, NULL));
  assert_int_equal(unknown.unknown, 1);
  assert_int_equal(denpa_net_answer_fields(net, wrong, 2, &text, NULL, NULL), DENPA_ERROR_FORMAT);
  assert_int_equal(denpa_net_answer_fields(net, as_text, 0, &text, NULL, NULL), DENPA_ERROR_ARGUMENT);
  denpa_net_free(net);
  denpa_data_free(data);
  unlink(path);
  rmdir(folder);
}

/* A digit of another size and dark on light is the one that it is. */
static void answers_to_pictures(void **state) {
  (void)state;
  denpa_data *data = digits(2000);
  denpa_net *net = network("784-50-10", DENPA_DTYPE_FLOAT32);
  denpa_train_options options = denpa_train_options_default();
  static uint8_t large[56 * 56 * 3];
  denpa_answer answer;
  double y[10];
  int right = 0;
  options.optimizer = "adam";
  options.epochs = 8;
  options.evaluate = DENPA_EVALUATE_NONE;
  DONE(denpa_train(net, data, &options, NULL, NULL));
  for (size_t row = 0; row < 50; row++) {
    const uint8_t *pixel = denpa_data_pixels(data, DENPA_SPLIT_TEST, row);
    for (size_t i = 0; i < sizeof large; i++) large[i] = (uint8_t)(255 - pixel[i / 3 / 56 / 2 * 28 + i / 3 % 56 / 2]);
    DONE(denpa_net_answer_pixels(net, large, 56, 56, 3, &answer, y, NULL));
    assert_true(answer.probability == y[answer.class_number] && isnan(answer.number));
    assert_int_equal(answer.name[0], '0' + answer.class_number);
    right += answer.class_number == denpa_data_label(data, DENPA_SPLIT_TEST, row);
  }
  assert_true(right > 35);
  assert_int_equal(denpa_net_answer_pixels(net, large, 56, 56, 2, &answer, NULL, NULL), DENPA_ERROR_ARGUMENT);
  assert_int_equal(denpa_net_answer_pixels(net, large, 0, 56, 1, &answer, NULL, NULL), DENPA_ERROR_ARGUMENT);
  denpa_net_free(net);
  denpa_data_free(data);
}

/* ---- many threads ----------------------------------------------------------------------------------------- */

enum { THREADS = 8, ROWS = 40 };
typedef struct asker {
  const denpa_net *net;
  const denpa_data *data;
  double y[ROWS * 10];
  denpa_status status;
} asker;

static void *ask(void *context) {
  asker *a = context;
  for (size_t i = 0; i < ROWS && a->status == DENPA_OK; i++)
    a->status = denpa_net_predict(
        a->net, 1, DENPA_DTYPE_UINT8, denpa_data_pixels(a->data, DENPA_SPLIT_TRAIN, i), a->y + i * 10, NULL, NULL);
  static const size_t many = 600;
  double *all = malloc(many * 10 * sizeof *all);
  for (int k = 0; k < 3 && a->status == DENPA_OK; k++) { /* large calls ask for the threads of the network */
    a->status = denpa_net_predict(
        a->net, many, DENPA_DTYPE_UINT8, denpa_data_pixels(a->data, DENPA_SPLIT_TRAIN, 0), all, NULL, NULL);
    if (memcmp(all, a->y, sizeof a->y) != 0) a->status = DENPA_ERROR_NUMERIC;
  }
  free(all);
  return NULL;
}

static void many_threads_one_network(void **state) {
  (void)state;
  static asker asker_of[THREADS];
  denpa_data *data = digits(600);
  for (size_t i = 0; i < TEXTS; i++) {
    denpa_net *net = network(texts[i], DENPA_DTYPE_FLOAT32);
    pthread_t thread[THREADS];
    DONE(denpa_train(net, data, NULL, NULL, NULL));
    for (int k = 0; k < THREADS; k++) {
      asker_of[k] = (asker){.net = net, .data = data};
      assert_int_equal(pthread_create(&thread[k], NULL, ask, &asker_of[k]), 0);
    }
    for (int k = 0; k < THREADS; k++) pthread_join(thread[k], NULL);
    for (int k = 0; k < THREADS; k++) {
      assert_int_equal(asker_of[k].status, DENPA_OK);
      assert_memory_equal(asker_of[k].y, asker_of[0].y, sizeof asker_of[0].y);
    }
    denpa_net_free(net);
  }
  denpa_data_free(data);
}

/* ---- mistakes ----------------------------------------------------------------------------------------------- */

#define NAMES(argument, call) \
  do { \
    denpa_error err = {0}; \
    char text[256]; \
    assert_int_equal(call, DENPA_ERROR_ARGUMENT); \
    denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text); \
    assert_non_null(strstr(text, " " argument " ")); \
  } while (0)

static void null_is_a_status(void **state) {
  (void)state;
  denpa_data *data = digits(60), *no_data;
  denpa_net *net = network("784-10", DENPA_DTYPE_FLOAT32), *no_net;
  denpa_trainer *trainer;
  denpa_optimizer *optimizer;
  denpa_answer answer;
  void *bytes;
  size_t size;
  double x[784] = {0};
  const denpa_rows rows = {.rows = 1, .dtype = DENPA_DTYPE_FLOAT64, .x = x};
  NAMES("out", denpa_net_create(NULL, "2-2", NULL, &err));
  NAMES("net", denpa_net_create(&no_net, NULL, NULL, &err));
  NAMES("data", denpa_net_create_for(&no_net, "2-2", NULL, NULL, &err));
  NAMES("net", denpa_train(NULL, data, NULL, NULL, &err));
  NAMES("data", denpa_train(net, NULL, NULL, NULL, &err));
  NAMES("net", denpa_net_save(NULL, "x", &err));
  NAMES("path", denpa_net_save(net, NULL, &err));
  NAMES("path", denpa_net_load(&no_net, NULL, NULL, NULL, &err));
  NAMES("bytes", denpa_net_load_memory(&no_net, NULL, 0, NULL, NULL, &err));
  NAMES("bytes", denpa_net_save_memory(net, NULL, &size, &err));
  NAMES("size", denpa_net_save_memory(net, &bytes, NULL, &err));
  NAMES("net", denpa_net_clone(&no_net, NULL, &err));
  NAMES("net", denpa_net_predict(NULL, 1, DENPA_DTYPE_FLOAT64, x, x, NULL, &err));
  NAMES("x", denpa_net_predict(net, 1, DENPA_DTYPE_FLOAT64, NULL, x, NULL, &err));
  NAMES("data", denpa_net_evaluate(net, NULL, DENPA_SPLIT_TEST, x, x, &err));
  NAMES("name", denpa_net_value(net, NULL, x, 1, &err));
  NAMES("out", denpa_net_gradient(net, "W1", NULL, 7840, &err));
  NAMES("values", denpa_net_set(net, "W1", NULL, 7840, &err));
  NAMES("net", denpa_net_forward(NULL, &err));
  NAMES("rows", denpa_net_backward_rows(net, NULL, NULL, NULL, &err));
  NAMES("net", denpa_net_forward_rows(NULL, &rows, NULL, NULL, &err));
  NAMES("out", denpa_net_sha256(net, NULL, &err));
  NAMES("net", denpa_optimizer_create(&optimizer, NULL, NULL, &err));
  NAMES("optimizer", denpa_optimizer_update(NULL, 1, &err));
  NAMES("data", denpa_trainer_create(&trainer, net, NULL, NULL, &err));
  NAMES("trainer", denpa_trainer_step(NULL, NULL, &err));
  NAMES("field", denpa_net_answer_fields(net, NULL, 1, &answer, NULL, &err));
  NAMES("pixel", denpa_net_answer_pixels(net, NULL, 1, 1, 1, &answer, NULL, &err));
  NAMES("name", denpa_data_from_memory(&no_data, NULL, 1, 2, &rows, NULL, &err));
  NAMES("train", denpa_data_from_memory(&no_data, "x", 1, 2, NULL, NULL, &err));
  NAMES("reader", denpa_data_from_reader(&no_data, "x", 1, 2, 2, 1, 1, NULL, NULL, &err));
  NAMES("x", denpa_data_row(data, DENPA_SPLIT_TEST, 0, NULL, &err));
  NAMES("out", denpa_data_open(NULL, NULL, NULL, &err));
  denpa_net_free(net);
  denpa_data_free(data);
}

static void null_in_graphs(void **state) {
  (void)state;
  denpa_net *no_net;
  denpa_graph *graph;
  NAMES("graph", denpa_graph_build(&no_net, NULL, NULL, &err));
  DONE(denpa_graph_create(&graph, NULL));
  assert_true(denpa_graph_input(graph, NULL, 0, NULL) < 0);
  NAMES("name", denpa_graph_build(&no_net, graph, NULL, &err));
  assert_true(denpa_graph_input(NULL, "x", 0, NULL) < 0 && denpa_graph_apply(NULL, "add", "y", NULL, 2) < 0);
  assert_true(denpa_net_inputs(NULL) == 0 && denpa_net_metadata(NULL, "data") == NULL && denpa_data_rows(NULL, 0) == 0);
  denpa_trainer_free(NULL);
  denpa_optimizer_free(NULL);
  denpa_graph_free(graph);
}

/* Zeroed options are a status; a smaller struct, of an older program, has defaults behind its end. */
static void options_begin_with_their_size(void **state) {
  (void)state;
  denpa_data *data = digits(60);
  denpa_net *net = network("784-10", DENPA_DTYPE_FLOAT32), *made;
  const denpa_net_options zero_net = {0};
  const denpa_train_options zero_train = {0};
  const denpa_data_options zero_data = {0};
  assert_int_equal(denpa_net_create(&made, "2-2", &zero_net, NULL), DENPA_ERROR_ARGUMENT);
  assert_int_equal(denpa_train(net, data, &zero_train, NULL, NULL), DENPA_ERROR_ARGUMENT);
  denpa_data *opened;
  assert_int_equal(denpa_data_open(&opened, "digits:60", &zero_data, NULL), DENPA_ERROR_ARGUMENT);
  denpa_train_options options = denpa_train_options_default();
  memset((char *)&options + offsetof(denpa_train_options, epochs), 0xff,
      sizeof options - offsetof(denpa_train_options, epochs));
  options.size = offsetof(denpa_train_options, epochs);
  denpa_report report;
  DONE(denpa_train(net, data, &options, &report, NULL));
  assert_int_equal(report.steps, 16);
  options.size = sizeof options + 64;
  assert_int_equal(denpa_train(net, data, &options, NULL, NULL), DENPA_ERROR_UNSUPPORTED);
  options = denpa_train_options_default();
  options.optimizer = NULL;
  options.sampling = (denpa_sampling)77;
  assert_int_equal(denpa_train(net, data, &options, NULL, NULL), DENPA_ERROR_ARGUMENT);
  denpa_net_options shape = denpa_net_options_default();
  shape.activation = shape.init = shape.loss = shape.cpu = NULL;
  DONE(denpa_net_create(&made, "2-2", &shape, NULL));
  assert_string_equal(denpa_net_loss(made), "cross-entropy");
  denpa_net_free(made);
  shape.dtype = DENPA_DTYPE_INT32;
  assert_int_equal(denpa_net_create(&made, "2-2", &shape, NULL), DENPA_ERROR_ARGUMENT);
  denpa_net_free(net);
  denpa_data_free(data);
}

static void names_can_be_listed(void **state) {
  (void)state;
  typedef const char *names(size_t index);
  const struct {
    names *list;
    const char *has;
  } lists[] = {{denpa_operation_name, "cross_entropy"}, {denpa_activation_name, "gelu"}, {denpa_loss_name, "huber"},
      {denpa_init_name, "orthogonal"}, {denpa_optimizer_name, "adamw"}, {denpa_schedule_name, "one-cycle"}};
  for (size_t k = 0; k < sizeof lists / sizeof *lists; k++) {
    size_t found = 0, i = 0;
    for (; lists[k].list(i) != NULL; i++) found += strcmp(lists[k].list(i), lists[k].has) == 0;
    assert_int_equal(found, 1);
    assert_true(i > 3 && lists[k].list(i + 1000) == NULL);
  }
  assert_string_equal(denpa_schedule_name(DENPA_SCHEDULE_COSINE), "cosine");
  assert_string_equal(denpa_version(), DENPA_VERSION);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(trainer_is_training),
      cmocka_unit_test(own_loop_is_training),
      cmocka_unit_test(gradients_are_slopes),
      cmocka_unit_test(clones_go_on_alike),
      cmocka_unit_test(memory_is_the_file),
      cmocka_unit_test(rows_from_a_function),
      cmocka_unit_test(answers_in_the_tables_unit),
      cmocka_unit_test(answers_to_pictures),
      cmocka_unit_test(many_threads_one_network),
      cmocka_unit_test(null_is_a_status),
      cmocka_unit_test(null_in_graphs),
      cmocka_unit_test(options_begin_with_their_size),
      cmocka_unit_test(names_can_be_listed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
