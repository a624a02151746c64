/* test_graphs.c: graphs put together at random, trained in every way that must not change a bit: numbers of threads,
 * rows of a chunk, an observer, the input kept by each thread or shared, another plan half-way. The network with one
 * thread and one chunk says what is right; test_op and test_net say why it is. And gradients of such graphs are
 * compared with differences of their losses.
 *
 * Pictures go through convolutions and pools, with filters that are used twice. Batches are normalised, and chance
 * leaves out elements. The input feeds several operations, parameters are used twice or turned first, an autoencoder
 * has its input as the answer, a NaN may lie in some row. test_graphs FROM TO tries other seeds than those that every
 * test run does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "engine.h"
#include "learn/learn.h"

enum { WIDTH = 37, CLASSES = 10, UPDATES = 4, MORE = 70 /* rows to be answered, besides the batch's */ };
static size_t width; /* of the input: WIDTH, or the numbers of a picture */

static uint64_t state;
static size_t below(size_t limit) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (size_t)(state >> 33) % limit;
}

/* ---- graphs -------------------------------------------------------------------------------------- */

/* A square parameter, as it is, turned, or times itself. */
static int square(denpa_graph *g, int p) {
  switch (below(3)) {
    case 0: return denpa_graph_apply(g, "transpose", "PT", &p, 1);
    case 1: return denpa_graph_apply(g, "multiply", "PP", (const int[]){p, p}, 2);
    default: return p;
  }
}

/* Batch normalisation by parameters of its own; of pictures by channel, or each element by itself. */
static int normal(denpa_graph *g, int number, const char *name, int a) {
  char gamma[16], beta[16];
  const dnp_tensor *t = &g->tensor[a].tensor;
  const size_t channels = t->axes == 4 && below(3) == 0 ? dnp_tensor_row(t) : t->shape[1];
  snprintf(gamma, sizeof gamma, "gamma%d", number);
  snprintf(beta, sizeof beta, "beta%d", number);
  return denpa_graph_apply(g, "batch_norm", name,
      (const int[]){a, denpa_graph_parameter(g, gamma, 1, &channels, "ones"),
          denpa_graph_parameter(g, beta, 1, &channels, "normal:0.3")},
      3);
}

static int dropout(denpa_graph *g, const char *name, int a) {
  return denpa_graph_apply_with(
      g, "dropout", name, &a, 1, (const double[]){(double)(1 + below(8)) / 10, (double)below(2)}, 2);
}

static const char *const bends[] = {
    "sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu", "softplus", "identity", "softmax"};
enum { BENDS = sizeof bends / sizeof *bends };

/* The end of a graph whose answers are as many numbers as its outputs. */
static void end_in_numbers(denpa_graph *g, int value, int answers) {
  static const char *const losses[] = {
      "squared_error", "absolute_error", "huber", "binary_cross_entropy", "sum_squared_error"};
  denpa_graph_apply(g, losses[below(sizeof losses / sizeof *losses)], "y", (const int[]){value, answers}, 2);
}

static void end_in_labels(denpa_graph *g, int value, int t) {
  denpa_graph_apply_with(
      g, "cross_entropy", "y", (const int[]){value, t}, 2, (const double[]){(double)(below(2) * below(5)) / 10}, 1);
}

static int operation(denpa_graph *g, int number, int a, int b, int p, int derived, int bias) {
  const size_t both[] = {WIDTH, WIDTH}, one = WIDTH;
  char name[16], w[16], c[16];
  snprintf(name, sizeof name, "h%d", number);
  snprintf(w, sizeof w, "W%d", number);
  snprintf(c, sizeof c, "c%d", number);
  switch (below(9)) {
    case 7: return normal(g, number, name, a);
    case 8: return dropout(g, name, a);
    case 0: return denpa_graph_apply(g, "multiply", name, (const int[]){a, b}, 2);
    case 1: return denpa_graph_apply(g, "add", name, (const int[]){a, b}, 2);
    case 2: return denpa_graph_apply(g, "product", name, (const int[]){a, derived}, 2);
    case 3: return denpa_graph_apply(g, "affine", name, (const int[]){a, p, bias}, 3);
    case 4: return denpa_graph_apply(g, "bias", name, (const int[]){a, bias}, 2);
    case 5: return denpa_graph_apply(g, bends[below(BENDS)], name, &a, 1);
    default:
      return denpa_graph_apply(g, "affine", name,
          (const int[]){a, denpa_graph_parameter(g, w, 2, both, "normal:0.3"),
              denpa_graph_parameter(g, c, 1, &one, "normal:0.3")},
          3);
  }
}

static denpa_graph *random_graph(void) {
  const size_t one = WIDTH, both[] = {WIDTH, WIDTH}, last[] = {WIDTH, CLASSES}, classes = CLASSES;
  denpa_graph *g;
  int value[12], values = 0;
  assert_int_equal(denpa_graph_create(&g, NULL), DENPA_OK);
  const int x = value[values++] = denpa_graph_input(g, "x", 1, &one), t = denpa_graph_labels(g, "t");
  const int p = denpa_graph_parameter(g, "P", 2, both, "normal:0.2"),
            bias = denpa_graph_parameter(g, "p", 1, &one, "normal:0.2"), derived = square(g, p);
  for (size_t i = 3 + below(5); i > 0; i--) {
    const int a = value[below((size_t)values)], b = value[below((size_t)values)];
    value[values] = operation(g, values, a, b, p, derived, bias);
    values++;
  }
  const int end = value[values - 1];
  if (below(3) == 0) {
    end_in_numbers(g, end, x);
  } else {
    const int v = denpa_graph_parameter(g, "V", 2, last, "normal:0.2"),
              c = denpa_graph_parameter(g, "v", 1, &classes, NULL);
    end_in_labels(g, denpa_graph_apply(g, "affine", "a", (const int[]){end, v, c}, 3), t);
  }
  assert_int_equal(g->error.status, DENPA_OK);
  return g;
}

/* ---- graphs of pictures -------------------------------------------------------------------------- */

enum { CHANNELS = 2, HEIGHT = 6, BREADTH = 5 };

static int pictures(denpa_graph *g, int number, int a, int filters, int bias) {
  const size_t *shape = g->tensor[a].tensor.shape, channels = shape[1], outputs = 1 + below(5);
  const size_t side = 1 + below(3 < shape[2] && 3 < shape[3] ? 3 : 1), pad = below(side), stride = 1 + below(2);
  char name[16], w[16], c[16];
  snprintf(name, sizeof name, "h%d", number);
  snprintf(w, sizeof w, "W%d", number);
  snprintf(c, sizeof c, "c%d", number);
  switch (below(8)) {
    case 6: return normal(g, number, name, a);
    case 7: return dropout(g, name, a);
    case 0:
      return channels == CHANNELS && shape[2] > 2 && shape[3] > 2
                 ? denpa_graph_apply_with(
                       g, "conv", name, (const int[]){a, filters, bias}, 3, (const double[]){1, 1}, 2)
                 : a;
    case 1:
      return denpa_graph_apply_with(
          g, "max_pool", name, &a, 1, (const double[]){(double)side, (double)stride, (double)pad}, 3);
    case 2:
      return denpa_graph_apply_with(
          g, "average_pool", name, &a, 1, (const double[]){(double)side, (double)stride, (double)pad}, 3);
    case 3: return denpa_graph_apply(g, bends[below(BENDS - 1)], name, &a, 1);
    case 4: return denpa_graph_apply(g, below(2) == 0 ? "add" : "multiply", name, (const int[]){a, a}, 2);
    default: {
      const size_t kernel[] = {outputs, channels, side, side};
      const int in[] = {a, denpa_graph_parameter(g, w, 4, kernel, "normal:0.3"),
          denpa_graph_parameter(g, c, 1, &outputs, "normal:0.3")};
      return denpa_graph_apply_with(g, "conv", name, in, 3, (const double[]){(double)stride, (double)pad}, 2);
    }
  }
}

static denpa_graph *picture_graph(void) {
  const size_t shape[] = {CHANNELS, HEIGHT, BREADTH}, numbers = CHANNELS * HEIGHT * BREADTH,
               filters[] = {CHANNELS, CHANNELS, 3, 3}, channels = CHANNELS, classes = CLASSES;
  const bool in_rows = below(3) == 0;
  denpa_graph *g;
  assert_int_equal(denpa_graph_create(&g, NULL), DENPA_OK);
  const int x = in_rows ? denpa_graph_input(g, "x", 1, &numbers) : denpa_graph_input(g, "x", 3, shape);
  int value = x;
  const int t = denpa_graph_labels(g, "t"), p = denpa_graph_parameter(g, "P", 4, filters, "normal:0.2"),
            bias = denpa_graph_parameter(g, "p", 1, &channels, "normal:0.2");
  if (in_rows) value = denpa_graph_reshape(g, "picture", value, 3, shape);
  for (size_t i = 2 + below(5); i > 0; i--) value = pictures(g, (int)i, value, p, bias);
  const bool itself = below(4) == 0; /* the answer is the picture */
  const size_t flat = dnp_tensor_row(&g->tensor[value].tensor), outputs = itself ? numbers : classes,
               last[] = {flat, outputs};
  value = denpa_graph_reshape(g, "flat", value, 1, &flat);
  const int v = denpa_graph_parameter(g, "V", 2, last, "normal:0.2"),
            c = denpa_graph_parameter(g, "v", 1, &outputs, NULL);
  value = denpa_graph_apply(g, "affine", "a", (const int[]){value, v, c}, 3);
  if (itself)
    end_in_numbers(g, value, in_rows ? x : denpa_graph_reshape(g, "answer", x, 1, &numbers));
  else
    end_in_labels(g, value, t);
  assert_int_equal(g->error.status, DENPA_OK);
  return g;
}

/* ---- rows ---------------------------------------------------------------------------------------- */

typedef struct made_up {
  size_t bad;         /* the row with a NaN; SIZE_MAX: none */
  size_t row, column; /* this element ... */
  double more;        /* ... has so much more */
} made_up;

static double element(const made_up *m, size_t row, size_t column) {
  if (row == m->bad && column == 5) return (double)NAN;
  uint64_t z = (row * 1000003u + column) * 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  const double value = (double)(float)((double)((z ^ (z >> 27)) >> 11) * 0x1p-52 - 1);
  return row == m->row && column == m->column ? value + m->more : value;
}

static void feed_columns(
    void *context, size_t first, size_t count, size_t column, size_t columns, denpa_dtype dtype, void *x) {
  for (size_t i = 0; i < count; i++)
    for (size_t j = column; j < column + columns; j++) {
      const double value = element(context, first + i, j);
      if (dtype == DENPA_DTYPE_FLOAT32)
        ((float *)x)[i * width + j] = (float)value;
      else
        ((double *)x)[i * width + j] = value;
    }
}

static void feed(void *context, size_t first, size_t count, denpa_dtype dtype, void *x, void *t) {
  feed_columns(context, first, count, 0, width, dtype, x);
  for (size_t i = 0; i < count && t != NULL; i++) ((int32_t *)t)[i] = (int32_t)((first + i) * 7 % CLASSES);
}

/* Called for as many rows as there are, and no more. */
static void ahead(void *context, size_t row) {
  (void)context;
  assert_true(row < 10000);
}

static bool look(void *context, const dnp_exec *exec, size_t call, bool backward, size_t first, size_t rows) {
  (void)context, (void)exec, (void)call, (void)backward, (void)first, (void)rows;
  return true;
}

/* ---- one training ---------------------------------------------------------------------------------- */

typedef struct setting { /* of a seed: what may change the result */
  denpa_dtype dtype;
  size_t rows, bad;
  const char *optimizer;
  double clip, decay;
  bool weights, input_gradient;
} setting;

typedef struct way { /* what may not */
  int threads;
  size_t capacity; /* 0: chosen */
  bool shared, observed, replanned;
} way;

typedef struct result {
  unsigned char *numbers; /* values, gradients, running statistics, answers outside training */
  size_t bytes;
  double loss[UPDATES];
  denpa_status status;
  char text[400];
} result;

/* What the training left behind: values, gradients, the state that lasts, and the answers of the network. */
static void put_numbers(denpa_net *net, const setting *s, result *out) {
  /* a stopped run leaves gradients of some part of the way */
  size_t block = net->network->block * dnp_dtype_size(s->dtype), kept = out->status == DENPA_OK ? 2 * block : block;
  const size_t answered = (s->rows + MORE) * dnp_tensor_row(net->exec->output) * dnp_dtype_size(s->dtype);
  assert_int_equal(DNP_NEW(&out->numbers, 4 * block + answered, NULL), DENPA_OK);
  memcpy(out->numbers, net->network->values, block);
  if (kept > block) memcpy(out->numbers + block, net->exec->grads, block);
  for (size_t i = 0; i < net->exec->tensors; i++) { /* two for each gamma, so they are not more than the values */
    if (net->exec->role[i] != DNP_ROLE_STATE) continue;
    const size_t bytes = dnp_tensor_slices(&net->exec->tensor[i]) * dnp_dtype_size(s->dtype);
    memcpy(out->numbers + kept, net->exec->tensor[i].data, bytes);
    kept += bytes;
  }
  if (out->status == DENPA_OK) {
    made_up rows = {.bad = SIZE_MAX, .row = SIZE_MAX};
    const dnp_run run = {.rows = s->rows + MORE, .feed = feed, .feed_context = &rows, .output = out->numbers + kept};
    assert_int_equal(dnp_exec_run(net->exec, &run, NULL, NULL), DENPA_OK);
    kept += answered;
  }
  out->bytes = kept;
}

static void train(const denpa_graph *g, const setting *s, const way *w, result *out) {
  static const double weight[CLASSES] = {1, 2.5, 0, 1, 0.125, 3, 1, 1, 1, 7};
  dnp_plan_options plan = {.cpu = "auto",
      .batch = s->rows,
      .threads = w->threads,
      .capacity = w->capacity,
      .input_gradient = s->input_gradient};
  denpa_train_options options = denpa_train_options_default();
  dnp_optimizer_settings settings;
  dnp_optimizer_state optimizer = {0};
  denpa_error err = {0};
  denpa_net *net;
  assert_int_equal(build_net(&net, g, s->dtype, &plan, &err), DENPA_OK);
  dnp_network_init_denpa(net->network, 3);
  options.optimizer = s->optimizer;
  options.clip = s->clip;
  options.weight_decay = s->decay;
  assert_int_equal(dnp_optimizer_settings_from(&options, &settings, &err), DENPA_OK);
  assert_int_equal(dnp_optimizer_state_open(&optimizer, net->network, &settings, &err), DENPA_OK);
  *out = (result){.status = DENPA_OK};
  for (size_t u = 0; u < UPDATES && out->status == DENPA_OK; u++) {
    made_up rows = {.bad = u + 1 == UPDATES ? s->bad : SIZE_MAX, .row = SIZE_MAX};
    if (w->replanned && u == 2) {
      plan.capacity = plan.capacity == 0 ? 16 : 0;
      plan.threads = 10 - plan.threads;
      assert_int_equal(dnp_net_replan(net, &plan, &err), DENPA_OK);
    }
    dnp_optimizer_state_next(&optimizer, strcmp(s->optimizer, "sgd") == 0 ? 0.01 : 0.001);
    const dnp_run run = {.rows = u == 1   ? (s->rows + 1) / 2
                                 : u == 2 ? 1
                                          : s->rows,
        .feed = feed,
        .feed_columns = w->shared ? NULL : feed_columns,
        .feed_context = &rows,
        .ahead = ahead,
        .answers = true,
        .backward = true,
        .update = dnp_optimizer_state_update(&optimizer),
        .gradients_ready = dnp_optimizer_state_gradients_ready(&optimizer),
        .class_weight = s->weights && net->exec->answer != NULL && net->exec->last->in[1] == net->exec->answer ? weight
                                                                                                               : NULL,
        .update_context = &optimizer,
        .training = true,
        .seed = 9,
        .step = u + 1,
        .observer = w->observed && u == 1 ? look : NULL};
    dnp_outcome outcome = {0};
    out->status = dnp_exec_run(net->exec, &run, &outcome, &err);
    out->loss[u] = outcome.loss;
  }
  if (out->status != DENPA_OK) denpa_error_text(&err, DENPA_LANG_EN, out->text, sizeof out->text);
  put_numbers(net, s, out);
  dnp_optimizer_state_close(&optimizer);
  denpa_net_free(net);
}

static void assert_same(const result *is, const result *should, const way *w, uint64_t seed) {
  const bool same = is->status == should->status && strcmp(is->text, should->text) == 0 && is->bytes == should->bytes &&
                    memcmp(is->numbers, should->numbers, is->bytes) == 0 &&
                    (is->status != DENPA_OK || memcmp(is->loss, should->loss, sizeof is->loss) == 0);
  if (!same)
    fail_msg("seed %llu: %d threads, capacity %zu%s%s%s differ from one thread (%s)", (unsigned long long)seed,
        w->threads, w->capacity, w->shared ? ", input shared" : "", w->observed ? ", observed" : "",
        w->replanned ? ", replanned" : "", is->text);
}

static denpa_graph *graph_of(uint64_t seed) {
  state = seed * 7919 + 12345;
  below(2);
  width = seed % 3 == 2 ? CHANNELS * HEIGHT * BREADTH : WIDTH;
  return seed % 3 == 2 ? picture_graph() : random_graph();
}

static void one_seed(uint64_t seed) {
  static const size_t sizes[] = {1, 3, 37, 100, 256, 300, 1024, 1025, 2100};
  denpa_graph *g = graph_of(seed);
  setting s = {.dtype = seed % 2 == 0 ? DENPA_DTYPE_FLOAT32 : DENPA_DTYPE_FLOAT64,
      .rows = sizes[below(sizeof sizes / sizeof *sizes)],
      .bad = SIZE_MAX,
      .optimizer = dnp_optimizer_at(below(7))->name,
      .clip = below(3) == 0 ? 0.3 : 0,
      .decay = below(3) == 0 ? 0.01 : 0,
      .weights = below(3) == 0,
      .input_gradient = below(4) == 0};
  if (below(6) == 0) s.bad = below(s.rows);
  const way ways[] = {{1, s.rows, true, false, false}, {2, 0, false, false, true}, {2, 7, false, false, false},
      {3, 64, false, true, false}, {4, s.rows, false, false, false}, {8, 0, false, false, false},
      {9, 33, false, false, true}, {5, 300, true, false, false}};
  result right, other;
  train(g, &s, &ways[0], &right);
  for (size_t i = 1; i < sizeof ways / sizeof *ways; i++) {
    train(g, &s, &ways[i], &other);
    assert_same(&other, &right, &ways[i], seed);
    dnp_free(other.numbers);
  }
  dnp_free(right.numbers);
  denpa_graph_free(g);
}

#ifdef __SANITIZE_THREAD__ /* many times as slow: some, and the other builds have all */
static uint64_t from = 0, to = 9;
#else
static uint64_t from = 0, to = 27;
#endif

static void test_ways(void **context) {
  (void)context;
  for (uint64_t seed = from; seed < to; seed++) one_seed(seed);
}

/* ---- gradients ----------------------------------------------------------------------------------- */

typedef struct slope { /* a loss, to be looked at near a point */
  denpa_net *net;
  made_up rows;
  dnp_run run;
} slope;

static double loss_at(slope *s, double *number, double more) {
  const double kept = *number;
  dnp_outcome outcome;
  *number = kept + more;
  s->run.feed_context = &s->rows;
  assert_int_equal(dnp_exec_run(s->net->exec, &s->run, &outcome, NULL), DENPA_OK);
  *number = kept;
  return outcome.loss;
}

/* Whether the difference of the loss around `number` tells something, and then is the gradient. A corner bends as much
 * at half the distance; where a third derivative is large, the differences at both distances tell how far off they
 * are. */
static bool tells(slope *s, double *number, double gradient, const char *name, uint64_t seed) {
  const double h = 1e-5, middle = loss_at(s, number, 0), high = loss_at(s, number, h), low = loss_at(s, number, -h),
               near_high = loss_at(s, number, h / 2), near_low = loss_at(s, number, -h / 2);
  const double far = (high - low) / (2 * h), near = (near_high - near_low) / h, error = fabs(far - near),
               elastic = fabs(high - middle - (middle - low)) / h,
               near_bend = fabs(near_high - middle - (middle - near_low)) / (h / 2);
  if (near_bend > 1e-8 && near_bend > 0.75 * elastic) return false;
  if (error > 1e-3 * (1 + fabs(near))) return false;
  if (fabs(near - gradient) > 2 * error + 1e-7 * (1 + fabs(near) + fabs(middle)))
    fail_msg("seed %llu: the gradient of %s is %.17g, but the loss says %.17g (+- %g)", (unsigned long long)seed, name,
        gradient, near, error);
  return true;
}

static void check_gradients(uint64_t seed, size_t *told, size_t *asked, double *size) {
  static const size_t sizes[] = {1, 2, 5, 17, 33};
  static const double weight[CLASSES] = {1, 2.5, 0.5, 1, 0.125, 3, 1, 1, 1, 7};
  denpa_graph *g = graph_of(seed);
  const dnp_plan_options plan = {
      .cpu = "auto", .batch = sizes[below(5)], .threads = 1 + (int)below(2), .input_gradient = true};
  slope s = {.rows = {.bad = SIZE_MAX, .row = SIZE_MAX}};
  assert_int_equal(build_net(&s.net, g, DENPA_DTYPE_FLOAT64, &plan, NULL), DENPA_OK);
  dnp_network_init_denpa(s.net->network, 5);
  const bool labels = s.net->exec->last->in[1] == s.net->exec->answer;
  s.run = (dnp_run){.rows = plan.batch,
      .feed = feed,
      .feed_context = &s.rows,
      .answers = true,
      .backward = true,
      .training = below(4) > 0,
      .seed = seed,
      .step = 3,
      .class_weight = labels && below(2) == 0 ? weight : NULL};
  assert_int_equal(dnp_exec_run(s.net->exec, &s.run, NULL, NULL), DENPA_OK);
  double *grads;
  assert_int_equal(DNP_NEW(&grads, s.net->network->block, NULL), DENPA_OK);
  memcpy(grads, s.net->exec->grads, s.net->network->block * sizeof *grads);
  dnp_tensor *x = s.net->exec->input;
  s.rows.row = below(plan.batch);
  s.rows.column = below(width);
  const double of_input = x->grad != NULL
                              ? ((const double *)x->grad)[dnp_tensor_place(x, s.rows.row * width + s.rows.column)]
                              : 0;
  s.run.backward = false;
  for (size_t k = 0; k < s.net->exec->parameters; k++)
    for (int i = 0; i < 2; i++) {
      const size_t at = s.net->exec->parameter[k].offset + below(s.net->exec->parameter[k].count);
      *told += tells(
          &s, (double *)s.net->network->values + at, grads[at], s.net->exec->parameter[k].tensor->name, seed);
      ++*asked;
      *size += fabs(grads[at]);
    }
  /* as an answer the input moves the loss, too, but no gradient goes through answers */
  if (labels && x->grad != NULL) *told += tells(&s, &s.rows.more, of_input, "the input", seed), ++*asked;
  dnp_free(grads);
  denpa_net_free(s.net);
  denpa_graph_free(g);
}

static void test_gradients(void **context) {
  (void)context;
  size_t told = 0, asked = 0;
  double size = 0;
  for (uint64_t seed = from; seed < to; seed++) check_gradients(seed, &told, &asked, &size);
  if (told < asked - asked / 4) fail_msg("only %zu of %zu differences told something", told, asked);
  assert_true(size > 0.01 * (double)(to - from));
}

/* Answers that are computed, here with parameters U and u: the loss pulls the outputs towards them, and not them
 * towards the outputs. */
static void test_answers(void **context) {
  (void)context;
  const size_t one = WIDTH, both[] = {WIDTH, WIDTH};
  denpa_graph *g;
  denpa_net *net;
  double grad[WIDTH * WIDTH];
  width = WIDTH;
  assert_int_equal(denpa_graph_create(&g, NULL), DENPA_OK);
  const int x = denpa_graph_input(g, "x", 1, &one);
  const int a = denpa_graph_apply(g, "affine", "a",
      (const int[]){
          x, denpa_graph_parameter(g, "W", 2, both, "normal:0.3"), denpa_graph_parameter(g, "w", 1, &one, NULL)},
      3);
  const int t = denpa_graph_apply(g, "affine", "t",
      (const int[]){
          x, denpa_graph_parameter(g, "U", 2, both, "normal:0.3"), denpa_graph_parameter(g, "u", 1, &one, NULL)},
      3);
  denpa_graph_apply(g, "squared_error", "y", (const int[]){a, t}, 2);
  assert_int_equal(
      build_net(&net, g, DENPA_DTYPE_FLOAT64, &(dnp_plan_options){.batch = 9, .threads = 2}, NULL), DENPA_OK);
  dnp_network_init_denpa(net->network, 5);
  made_up rows = {.bad = SIZE_MAX, .row = SIZE_MAX};
  assert_int_equal(
      dnp_exec_run(net->exec,
          &(dnp_run){
              .rows = 9, .feed = feed, .feed_context = &rows, .answers = true, .backward = true, .training = true},
          NULL, NULL),
      DENPA_OK);
  double size[2] = {0, 0};
  for (int k = 0; k < 2; k++) {
    assert_int_equal(denpa_net_gradient(net, k == 0 ? "W" : "U", grad, WIDTH * WIDTH, NULL), DENPA_OK);
    for (size_t i = 0; i < WIDTH * WIDTH; i++) size[k] += fabs(grad[i]);
  }
  assert_true(size[0] > 0.1 && size[1] == 0);
  denpa_net_free(net);
  denpa_graph_free(g);
}

/* Answers that are pictures would have to lie in groups of samples, which the rows of a data set do not. */
static void test_picture_answers(void **context) {
  (void)context;
  const size_t shape[] = {CHANNELS, HEIGHT, BREADTH}, flat = CHANNELS * HEIGHT * BREADTH;
  for (int axes = 2; axes <= 3; axes++) {
    denpa_graph *g;
    denpa_net *net;
    denpa_error err;
    assert_int_equal(denpa_graph_create(&g, NULL), DENPA_OK);
    const int x = denpa_graph_input(g, "x", 3, shape),
              t = denpa_graph_targets(g, "t", axes, axes == 3 ? shape : (const size_t[]){CHANNELS * HEIGHT, BREADTH});
    denpa_graph_apply(g, "squared_error", "y",
        (const int[]){denpa_graph_reshape(g, "a", x, 1, &flat), denpa_graph_reshape(g, "flat", t, 1, &flat)}, 2);
    assert_int_equal(build_net(&net, g, DENPA_DTYPE_FLOAT32, &(dnp_plan_options){.batch = 9, .threads = 1}, &err),
        axes == 3 ? DENPA_ERROR_SHAPE : DENPA_OK);
    denpa_net_free(net);
    denpa_graph_free(g);
  }
}

int main(int argc, char **argv) {
  if (argc == 3) {
    from = strtoull(argv[1], NULL, 10);
    to = strtoull(argv[2], NULL, 10);
  }
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_ways), cmocka_unit_test(test_gradients),
      cmocka_unit_test(test_answers), cmocka_unit_test(test_picture_answers)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
