/* test_net.c: graphs, plans and runs: exact values, gradients, the law of sums over blocks, chunks and threads that do
 * not show. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "engine.h"
#include "sanitized.h"

/* ---- a feed of made-up rows --------------------------------------------------------------------- */

typedef struct rows {
  size_t features, classes;
} rows;

static double made_up(size_t row, size_t column, size_t features) {
  return (double)(float)dnp_draw_uniform(7, DNP_STREAM(DNP_FOR_TEST, 1), row * features + column);
}
static int32_t made_up_label(size_t row, size_t classes) {
  return (int32_t)dnp_draw_below(7, DNP_STREAM(DNP_FOR_TEST, 2), row, classes);
}

static void feed(void *context, size_t first, size_t count, denpa_dtype dtype, void *x, void *t) {
  const rows *r = context;
  for (size_t i = 0; i < count; i++) {
    for (size_t k = 0; k < r->features; k++) {
      if (dtype == DENPA_DTYPE_FLOAT32)
        ((float *)x)[i * r->features + k] = (float)made_up(first + i, k, r->features);
      else
        ((double *)x)[i * r->features + k] = made_up(first + i, k, r->features);
    }
    if (t != NULL) ((int32_t *)t)[i] = made_up_label(first + i, r->classes);
  }
}

static denpa_net *make(const char *text, const char *activation, denpa_dtype dtype, const dnp_plan_options *plan) {
  denpa_graph *graph;
  denpa_net *net;
  denpa_error err = {0};
  assert_int_equal(dnp_graph_from_text(&graph, text, activation, "normal:0.5", "cross-entropy", &err), DENPA_OK);
  assert_int_equal(build_net(&net, graph, dtype, plan, &err), DENPA_OK);
  denpa_graph_free(graph);
  dnp_network_init_denpa(net->network, 3);
  return net;
}

static bool descend(void *context, const dnp_kernels *kernels, size_t begin, size_t count, void *grad, void *value) {
  (void)begin;
  return kernels->descend(count, *(const double *)context, grad, value);
}

/* ---- the book's apples and oranges (B13) --------------------------------------------------------- */

static void apples_and_oranges(void **state) {
  (void)state;
  denpa_graph *g;
  denpa_net *net;
  denpa_error err = {0};
  assert_int_equal(denpa_graph_create(&g, &err), DENPA_OK);
  int apple = denpa_graph_parameter(g, "apple", 0, NULL, NULL),
      apples = denpa_graph_parameter(g, "apples", 0, NULL, NULL);
  int orange = denpa_graph_parameter(g, "orange", 0, NULL, NULL),
      oranges = denpa_graph_parameter(g, "oranges", 0, NULL, NULL);
  int tax = denpa_graph_parameter(g, "tax", 0, NULL, NULL);
  int apple_price = denpa_graph_apply(g, "multiply", "apple_price", (const int[]){apple, apples}, 2);
  int orange_price = denpa_graph_apply(g, "multiply", "orange_price", (const int[]){orange, oranges}, 2);
  int all = denpa_graph_apply(g, "add", "all", (const int[]){apple_price, orange_price}, 2);
  denpa_graph_apply(g, "multiply", "price", (const int[]){all, tax}, 2);
  assert_int_equal(build_net(&net, g, DENPA_DTYPE_FLOAT64, &(dnp_plan_options){.threads = 2}, &err), DENPA_OK);
  denpa_graph_free(g);
  const struct {
    const char *name;
    double value, gradient;
  } book[] = {{"apple", 100, 2.2}, {"apples", 2, 110.00000000000001}, {"orange", 150, 3.3000000000000003},
      {"oranges", 3, 165}, {"tax", 1.1, 650}};
  for (size_t i = 0; i < 5; i++) *(double *)dnp_exec_tensor(net->exec, book[i].name)->data = book[i].value;
  assert_int_equal(dnp_exec_run(net->exec, &(dnp_run){.backward = true}, NULL, &err), DENPA_OK);
  double price = *(double *)dnp_exec_tensor(net->exec, "price")->data;
  /* the book prints prices and the gradients of numbers of pieces as integers: 715, 110, 165 */
  assert_true(price == 650.0 * 1.1 && (int)price == 715);
  for (size_t i = 0; i < 5; i++)
    assert_true(*(double *)dnp_exec_tensor(net->exec, book[i].name)->grad == book[i].gradient);
  denpa_net_free(net);
}

static void apples_only(void **state) {
  (void)state;
  denpa_graph *g;
  denpa_net *net;
  denpa_error err = {0};
  assert_int_equal(denpa_graph_create(&g, &err), DENPA_OK);
  int in[3];
  static const char *const names[] = {"apple", "apples", "tax"};
  static const double values[] = {100, 2, 1.1}, gradients[] = {2.2, 110.00000000000001, 200};
  for (int i = 0; i < 3; i++) in[i] = denpa_graph_parameter(g, names[i], 0, NULL, NULL);
  int price = denpa_graph_apply(g, "multiply", "apple_price", in, 2);
  denpa_graph_apply(g, "multiply", "price", (const int[]){price, in[2]}, 2);
  assert_int_equal(build_net(&net, g, DENPA_DTYPE_FLOAT64, &(dnp_plan_options){.threads = 1}, &err), DENPA_OK);
  denpa_graph_free(g);
  for (int i = 0; i < 3; i++) *(double *)dnp_exec_tensor(net->exec, names[i])->data = values[i];
  assert_int_equal(dnp_exec_run(net->exec, &(dnp_run){.backward = true}, NULL, &err), DENPA_OK);
  /* the book prints int(price): 220 */
  assert_true(*(double *)dnp_exec_tensor(net->exec, "price")->data == 220.00000000000003);
  for (int i = 0; i < 3; i++) assert_true(*(double *)dnp_exec_tensor(net->exec, names[i])->grad == gradients[i]);
  denpa_net_free(net);
}

/* A tensor that is used twice gets the sum of both gradients: p = a*a + a. */
static void used_twice(void **state) {
  (void)state;
  denpa_graph *g;
  denpa_net *net;
  denpa_error err = {0};
  assert_int_equal(denpa_graph_create(&g, &err), DENPA_OK);
  int a = denpa_graph_parameter(g, "a", 0, NULL, NULL);
  int square = denpa_graph_apply(g, "multiply", "square", (const int[]){a, a}, 2);
  denpa_graph_apply(g, "add", "p", (const int[]){square, a}, 2);
  assert_int_equal(build_net(&net, g, DENPA_DTYPE_FLOAT64, &(dnp_plan_options){.threads = 1}, &err), DENPA_OK);
  denpa_graph_free(g);
  *(double *)dnp_exec_tensor(net->exec, "a")->data = 3;
  assert_int_equal(dnp_exec_run(net->exec, &(dnp_run){.backward = true}, NULL, &err), DENPA_OK);
  assert_true(*(double *)dnp_exec_tensor(net->exec, "p")->data == 12);
  assert_true(*(double *)dnp_exec_tensor(net->exec, "a")->grad == 7);
  denpa_net_free(net);
}

/* ---- texts and graphs that are wrong -------------------------------------------------------------- */

static void wrong_texts(void **state) {
  (void)state;
  static const struct {
    const char *net, *activation, *init, *loss, *slice;
  } wrong[] = {
      {"784-0-10", "sigmoid", "he", "cross-entropy", "width 0"},
      {"784--10", "sigmoid", "he", "cross-entropy", "missing"},
      {"784", "sigmoid", "he", "cross-entropy", "one layer"},
      {"", "sigmoid", "he", "cross-entropy", "missing"},
      {"784-", "sigmoid", "he", "cross-entropy", "missing"},
      {"-784-10", "sigmoid", "he", "cross-entropy", "missing"},
      {"784-x-10", "sigmoid", "he", "cross-entropy", "unexpected"},
      {"784 -10", "sigmoid", "he", "cross-entropy", "unexpected"},
      {"784-1000000000-1000000000-10", "sigmoid", "he", "cross-entropy", "parameters"},
      {"99999999999999999999-10", "sigmoid", "he", "cross-entropy", "too large"},
      {"1000000000-1000000000-1000000000-1000000000-1000000000-1000000000-1000000000-1000000000-1000000000-1000000000-"
       "1000000000-1000000000-1000000000-1000000000-"
       "1000000000-1000000000-1000000000-1000000000-1000000000-1000000000",
          "sigmoid", "he", "cross-entropy", "parameters"},
      {"784-10", "sigmoidal", "he", "cross-entropy", "activation"},
      {"784-10", "relu", "normal", "cross-entropy", "initial weights"},
      {"784-10", "relu", "normal:-1", "cross-entropy", "initial weights"},
      {"784-10", "relu", "normal:nan", "cross-entropy", "initial weights"},
      {"784-10", "relu", "he", "hinge", "loss"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    denpa_graph *graph = NULL;
    denpa_error err = {0};
    char text[1024];
    denpa_status status = dnp_graph_from_text(
        &graph, wrong[i].net, wrong[i].activation, wrong[i].init, wrong[i].loss, &err);
    assert_true(status == DENPA_ERROR_SYNTAX || status == DENPA_ERROR_ARGUMENT);
    assert_null(graph);
    denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
    if (strstr(text, wrong[i].slice) == NULL) fail_msg("'%s': %s", wrong[i].net, text);
  }
  char long_text[400] = "1";
  for (int i = 0; i < 65; i++) strcat(long_text, "-1");
  /* SIZE_MAX + 1 must not wrap */
  assert_int_equal(dnp_graph_from_text(&(denpa_graph *){NULL}, "18446744073709551615-1", "relu", "he", "mse", NULL),
      DENPA_ERROR_SYNTAX);
  denpa_graph *graph;
  assert_int_equal(dnp_graph_from_text(&graph, long_text, "relu", "he", "mse", NULL), DENPA_ERROR_SYNTAX);
}

/* The first error is kept; later calls do nothing; build reports it, with both shapes. */
static void sticky_builder(void **state) {
  (void)state;
  denpa_graph *g;
  denpa_net *net;
  denpa_error err = {0};
  char text[512];
  assert_int_equal(denpa_graph_create(&g, &err), DENPA_OK);
  int x = denpa_graph_input(g, "x", 1, (const size_t[]){5});
  int w = denpa_graph_parameter(g, "W", 2, (const size_t[]){4, 3}, NULL);
  int p = denpa_graph_apply(g, "product", "p", (const int[]){x, w}, 2);
  assert_true(p < 0);
  assert_true(denpa_graph_apply(g, "sigmoid", "z", &p, 1) < 0);
  assert_int_equal(build_net(&net, g, DENPA_DTYPE_FLOAT32, &(dnp_plan_options){.threads = 1}, &err), DENPA_ERROR_SHAPE);
  denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
  assert_non_null(strstr(text, "5"));
  assert_non_null(strstr(text, "(4, 3)"));
  denpa_graph_free(g);
  assert_int_equal(denpa_graph_create(&g, &err), DENPA_OK);
  assert_true(denpa_graph_input(g, "x", 1, (const size_t[]){5}) == 0);
  assert_true(denpa_graph_input(g, "x", 1, (const size_t[]){5}) < 0);
  assert_int_equal(
      build_net(&net, g, DENPA_DTYPE_FLOAT32, &(dnp_plan_options){.threads = 1}, &err), DENPA_ERROR_ARGUMENT);
  denpa_graph_free(g);
  assert_int_equal(denpa_graph_create(&g, &err), DENPA_OK);
  assert_int_equal(
      build_net(&net, g, DENPA_DTYPE_FLOAT32, &(dnp_plan_options){.threads = 1}, &err), DENPA_ERROR_ARGUMENT);
  denpa_graph_free(g);
}

/* A parameter whose place in the block would wrap around. */
static void huge_parameter(void **state) {
  (void)state;
  denpa_graph *g;
  denpa_net *net;
  denpa_error err = {0};
  assert_int_equal(denpa_graph_create(&g, &err), DENPA_OK);
  int a = denpa_graph_parameter(g, "a", 0, NULL, NULL);
  denpa_graph_parameter(g, "w", 1, (const size_t[]){SIZE_MAX - 3}, "zeros");
  denpa_graph_apply(g, "identity", "b", &a, 1);
  assert_int_equal(
      build_net(&net, g, DENPA_DTYPE_FLOAT32, &(dnp_plan_options){.threads = 1}, &err), DENPA_ERROR_MEMORY);
  denpa_graph_free(g);
}

/* ---- gradients ------------------------------------------------------------------------------------ */

enum { EVERY = SANITIZED ? 41 : 1 };

/* All 39,760 parameters of the article's network (S36 to S41): central differences with h = 1e-4, three samples. */
static void gradient_of_the_seed(void **state) {
  (void)state;
  denpa_net *net = make(
      "784-50-10", "sigmoid", DENPA_DTYPE_FLOAT64, &(dnp_plan_options){.batch = 3, .capacity = 3, .threads = 1});
  rows r = {784, 10};
  dnp_run run = {.rows = 3, .feed = feed, .feed_context = &r, .answers = true, .backward = true};
  dnp_outcome outcome;
  /* smaller weights than `make` draws: sums over 784 pixels would saturate the sigmoids */
  for (size_t i = 0; i < net->network->block; i++) ((double *)net->network->values)[i] *= 0.1;
  assert_int_equal(net->network->parameter_count, 39760);
  assert_int_equal(dnp_exec_run(net->exec, &run, &outcome, NULL), DENPA_OK);
  run.backward = false;
  const double h = 1e-4;
  for (size_t p = 0; p < net->exec->parameters; p++) {
    const double *grad = net->exec->parameter[p].tensor->grad;
    double *value = net->exec->parameter[p].tensor->data, largest = 0;
    for (size_t i = 0; i < net->exec->parameter[p].count; i++)
      largest = fabs(grad[i]) > largest ? fabs(grad[i]) : largest;
    assert_true(largest > 0);
    for (size_t i = 0; i < net->exec->parameter[p].count; i += EVERY) {
      double kept = value[i];
      dnp_outcome up, down;
      value[i] = kept + h;
      dnp_exec_run(net->exec, &run, &up, NULL);
      value[i] = kept - h;
      dnp_exec_run(net->exec, &run, &down, NULL);
      value[i] = kept;
      double numeric = (up.loss - down.loss) / (2 * h);
      if (!(fabs(numeric - grad[i]) <= 1e-6 * largest))
        fail_msg("%s[%zu]: numeric %.12g, backward %.12g, largest %.3g", net->exec->parameter[p].tensor->name, i,
            numeric, grad[i], largest);
    }
  }
  denpa_net_free(net);
}

/* d loss / d x as well (S49). */
static void gradient_of_the_input(void **state) {
  (void)state;
  denpa_net *net = make("6-5-3", "tanh", DENPA_DTYPE_FLOAT64,
      &(dnp_plan_options){.batch = 4, .capacity = 4, .threads = 2, .input_gradient = true});
  rows r = {6, 3};
  assert_int_equal(
      dnp_exec_run(net->exec,
          &(dnp_run){.rows = 4, .feed = feed, .feed_context = &r, .answers = true, .backward = true}, NULL, NULL),
      DENPA_OK);
  const double *w = dnp_exec_tensor(net->exec, "W1")->data, *da = dnp_exec_tensor(net->exec, "a1")->grad,
               *dx = net->exec->input->grad;
  for (size_t n = 0; n < 4; n++)
    for (size_t k = 0; k < 6; k++) {
      double sum = 0;
      for (size_t j = 0; j < 5; j++) sum += da[n * 5 + j] * w[k * 5 + j];
      assert_true(fabs(sum - dx[n * 6 + k]) <= 1e-15 && dx[n * 6 + k] != 0);
    }
  denpa_net_free(net);
}

/* ---- the law of sums over a batch ------------------------------------------------------------------ */

#define BATCH 5300 /* six blocks, the last one short */

/* Gradients of a batch in one chunk, folded from the operations' terms, against chunks and threads of all kinds: the
 * same bits. */
static void blocks_chunks_threads(void **state) {
  (void)state;
  for (int dtype = DENPA_DTYPE_FLOAT32; dtype <= DENPA_DTYPE_FLOAT64; dtype++) {
    rows r = {11, 3};
    size_t size = dnp_dtype_size((denpa_dtype)dtype);
    dnp_outcome first, outcome;
    dnp_run run = {.rows = BATCH, .feed = feed, .feed_context = &r, .answers = true, .backward = true};
    denpa_net *net = make("11-7-3", "sigmoid", (denpa_dtype)dtype,
        &(dnp_plan_options){.batch = BATCH, .whole_batch = true, .threads = 1});
    assert_int_equal(dnp_exec_run(net->exec, &run, &first, NULL), DENPA_OK);
    static dnp_term terms[BATCH];
    dnp_slice slice = {.row_end = BATCH, .answers = true, .batch_rows = BATCH};
    for (size_t c = 0; c < net->exec->nodes; c++)
      for (int k = 0; k < net->exec->node[c].inputs; k++) {
        const dnp_tensor *t = net->exec->node[c].in[k];
        if (t->batched || t->grad == NULL) continue;
        for (size_t i = 0; i < dnp_tensor_slices(t) * dnp_tensor_row(t); i++) {
          dnp_recipe recipe = {0};
          size_t count = net->exec->node[c].op->terms(&net->exec->node[c], k, i, &slice, &recipe, terms, BATCH);
          assert_int_equal(count, BATCH);
          double folded = dnp_fold(&recipe, terms, count),
                 kernel = dtype == DENPA_DTYPE_FLOAT32 ? (double)((float *)t->grad)[i] : ((double *)t->grad)[i];
          if (folded != kernel) fail_msg("d%s[%zu]: folded %.17g, computed %.17g", t->name, i, folded, kernel);
        }
      }
    static const size_t capacities[] = {1, 7, 100, 1024, 3000};
    for (size_t c = 0; c < sizeof capacities / sizeof *capacities; c++)
      for (int threads = 1; threads <= 4; threads++) {
        if (capacities[c] == 1 && threads > 2) continue;
        denpa_net *other = make("11-7-3", "sigmoid", (denpa_dtype)dtype,
            &(dnp_plan_options){.batch = BATCH, .capacity = capacities[c], .threads = threads});
        assert_int_equal(dnp_exec_run(other->exec, &run, &outcome, NULL), DENPA_OK);
        assert_memory_equal(other->exec->grads, net->exec->grads, net->network->block * size);
        assert_true(outcome.loss == first.loss);
        denpa_net_free(other);
      }
    denpa_net_free(net);
  }
}

/* Outputs, too, do not show the chunks: 1, 7, 100, all. */
static void forward_in_chunks(void **state) {
  (void)state;
  enum { N = 60000 };
  rows r = {20, 5};
  static float all[N * 5], other[N * 5];
  static int32_t predicted[N];
  static const size_t capacities[] = {N, 1, 7, 100};
  for (size_t c = 0; c < 4; c++) {
    denpa_net *net = make("20-9-5", "relu", DENPA_DTYPE_FLOAT32,
        &(dnp_plan_options){.batch = 1, .capacity = capacities[c], .threads = c == 3 ? 3 : 1});
    dnp_outcome outcome;
    dnp_run run = {.rows = N,
        .feed = feed,
        .feed_context = &r,
        .answers = true,
        .output = c == 0 ? all : other,
        .predicted = predicted};
    assert_int_equal(dnp_exec_run(net->exec, &run, &outcome, NULL), DENPA_OK);
    if (c > 0) assert_memory_equal(all, other, sizeof all);
    size_t correct = 0;
    for (size_t i = 0; i < N; i++) correct += predicted[i] == made_up_label(i, 5);
    assert_int_equal(outcome.correct, correct);
    denpa_net_free(net);
  }
}

/* ---- training ------------------------------------------------------------------------------------- */

static void training_is_the_same_and_allocates_nothing(void **state) {
  (void)state;
  rows r = {11, 3};
  double rate = 0.5, *kept = NULL;
  size_t block = 0;
  for (int threads = 1; threads <= 4; threads++) {
    denpa_net *net = make(
        "11-7-6-3", "tanh", DENPA_DTYPE_FLOAT64, &(dnp_plan_options){.batch = 37, .threads = threads});
    dnp_outcome start, end;
    dnp_run run = {.rows = 37,
        .feed = feed,
        .feed_context = &r,
        .answers = true,
        .backward = true,
        .update = descend,
        .update_context = &rate};
    assert_int_equal(dnp_exec_run(net->exec, &run, &start, NULL), DENPA_OK);
    size_t allocations = dnp_alloc_count();
    for (int step = 0; step < 200; step++) assert_int_equal(dnp_exec_run(net->exec, &run, &end, NULL), DENPA_OK);
    assert_int_equal(dnp_alloc_count(), allocations);
    assert_true(end.loss < 0.8 * start.loss);
    if (kept == NULL) {
      block = net->network->block;
      assert_int_equal(DNP_NEW(&kept, block, NULL), DENPA_OK);
      memcpy(kept, net->network->values, block * sizeof *kept);
    }
    assert_memory_equal(kept, net->network->values, block * sizeof *kept);
    denpa_net_free(net);
  }
  dnp_free(kept);
}

/* The article's order: dz1 is formed with the new W2 (S38). W1's update must be that of the formula, and differ from
 * the right one. */
static void seed_order(void **state) {
  (void)state;
  enum { N = 5, I = 4, H = 3, O = 3 };
  rows r = {I, O};
  double rate = 2.0;
  denpa_net *right = make(
      "4-3-3", "sigmoid", DENPA_DTYPE_FLOAT64, &(dnp_plan_options){.batch = N, .whole_batch = true, .threads = 1});
  denpa_net *seed = make(
      "4-3-3", "sigmoid", DENPA_DTYPE_FLOAT64, &(dnp_plan_options){.batch = N, .whole_batch = true, .threads = 2});
  dnp_run run = {.rows = N,
      .feed = feed,
      .feed_context = &r,
      .answers = true,
      .backward = true,
      .update = descend,
      .update_context = &rate};
  double w1[I * H];
  memcpy(w1, dnp_exec_tensor(right->exec, "W1")->data, sizeof w1);
  assert_int_equal(dnp_exec_run(right->exec, &run, NULL, NULL), DENPA_OK);
  run.layer_by_layer = true;
  assert_int_equal(dnp_exec_run(seed->exec, &run, NULL, NULL), DENPA_OK);
  assert_memory_equal(
      dnp_exec_tensor(right->exec, "W2")->data, dnp_exec_tensor(seed->exec, "W2")->data, H * O * sizeof(double));
  const double *w2 = dnp_exec_tensor(seed->exec, "W2")->data, *dy = dnp_exec_tensor(seed->exec, "a2")->grad,
               *z1 = dnp_exec_tensor(seed->exec, "z1")->data, *x = seed->exec->input->data;
  double difference = 0;
  for (size_t i = 0; i < I; i++)
    for (size_t j = 0; j < H; j++) {
      double gradient = 0;
      for (size_t n = 0; n < N; n++) {
        double dz = 0, z = z1[n * H + j];
        for (size_t k = 0; k < O; k++) dz += dy[n * O + k] * w2[j * O + k];
        gradient += x[n * I + i] * dz * (1 - z) * z;
      }
      assert_true(fabs(((double *)dnp_exec_tensor(seed->exec, "W1")->data)[i * H + j] -
                       (w1[i * H + j] - rate * gradient)) < 1e-14);
      difference += fabs(((double *)dnp_exec_tensor(seed->exec, "W1")->data)[i * H + j] -
                         ((double *)dnp_exec_tensor(right->exec, "W1")->data)[i * H + j]);
    }
  assert_true(difference > 1e-4);
  denpa_net_free(right);
  denpa_net_free(seed);
}

static void not_finite_is_named(void **state) {
  (void)state;
  rows r = {11, 3};
  denpa_error err = {0};
  char text[512];
  denpa_net *net = make("11-7-3", "relu", DENPA_DTYPE_FLOAT32, &(dnp_plan_options){.batch = 10, .threads = 2});
  dnp_run run = {.rows = 10, .feed = feed, .feed_context = &r, .answers = true, .backward = true, .step = 42};
  ((float *)dnp_exec_tensor(net->exec, "b1")->data)[3] = NAN;
  assert_int_equal(dnp_exec_run(net->exec, &run, NULL, &err), DENPA_ERROR_NUMERIC);
  denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
  assert_non_null(strstr(text, "step 42"));
  assert_non_null(strstr(text, "b1"));
  denpa_net_free(net);
  /* no unit that could die quietly */
  net = make("11-7-3", "identity", DENPA_DTYPE_FLOAT32, &(dnp_plan_options){.batch = 10, .threads = 2});
  double rate = 1e38;
  run.update = descend;
  run.update_context = &rate;
  denpa_status status = DENPA_OK;
  for (int i = 0; i < 20 && status == DENPA_OK; i++) status = dnp_exec_run(net->exec, &run, NULL, &err);
  assert_int_equal(status, DENPA_ERROR_NUMERIC);
  denpa_net_free(net);
}

/* ---- the observer ----------------------------------------------------------------------------------- */

typedef struct seen {
  size_t forward, backward, rows, stop_after;
} seen;

static bool watch(void *context, const dnp_exec *exec, size_t node, bool backward, size_t first, size_t count) {
  seen *s = context;
  assert_true(node < exec->nodes);
  if (backward)
    s->backward++;
  else
    s->forward++;
  if (node == 0 && !backward) {
    assert_int_equal(first, s->rows);
    s->rows += count;
    /* what is shown is this chunk's: the first input of the chunk is the batch's row `first` */
    assert_true(((const double *)exec->input->data)[0] == made_up(first, 0, 11));
  }
  return s->stop_after == 0 || s->forward < s->stop_after;
}

static void observer_sees_everything(void **state) {
  (void)state;
  rows r = {11, 3};
  for (int threads = 1; threads <= 3; threads++) {
    denpa_net *net = make(
        "11-7-3", "sigmoid", DENPA_DTYPE_FLOAT64, &(dnp_plan_options){.batch = 25, .capacity = 10, .threads = threads});
    seen s = {0};
    dnp_run run = {.rows = 25,
        .feed = feed,
        .feed_context = &r,
        .answers = true,
        .backward = true,
        .observer = watch,
        .observer_context = &s};
    assert_int_equal(dnp_exec_run(net->exec, &run, NULL, NULL), DENPA_OK);
    assert_int_equal(s.rows, 25);
    assert_int_equal(s.forward, 3 * net->exec->nodes);
    assert_int_equal(s.backward, 3 * net->exec->nodes); /* every call of a dense net has something to hand back */
    s = (seen){.stop_after = 2};
    assert_int_equal(dnp_exec_run(net->exec, &run, NULL, NULL), DENPA_ERROR_CANCELLED);
    assert_int_equal(s.forward, 2);
    denpa_net_free(net);
  }
}

/* ---- out of memory ----------------------------------------------------------------------------------- */

static void out_of_memory(void **state) {
  (void)state;
  for (size_t n = 1;; n++) {
    denpa_graph *graph = NULL;
    denpa_net *net = NULL;
    dnp_alloc_fail_at(n);
    denpa_status status = dnp_graph_from_text(&graph, "11-7-3", "relu", "he", "mse", NULL);
    if (status == DENPA_OK)
      status = build_net(&net, graph, DENPA_DTYPE_FLOAT32, &(dnp_plan_options){.batch = 3000, .threads = 2}, NULL);
    dnp_alloc_fail_at(0);
    denpa_graph_free(graph);
    denpa_net_free(net);
    if (status == DENPA_OK) {
      assert_true(n > 10);
      return;
    }
    assert_int_equal(status, DENPA_ERROR_MEMORY);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(apples_and_oranges),
      cmocka_unit_test(apples_only),
      cmocka_unit_test(used_twice),
      cmocka_unit_test(wrong_texts),
      cmocka_unit_test(sticky_builder),
      cmocka_unit_test(huge_parameter),
      cmocka_unit_test(gradient_of_the_seed),
      cmocka_unit_test(gradient_of_the_input),
      cmocka_unit_test(blocks_chunks_threads),
      cmocka_unit_test(forward_in_chunks),
      cmocka_unit_test(training_is_the_same_and_allocates_nothing),
      cmocka_unit_test(seed_order),
      cmocka_unit_test(not_finite_is_named),
      cmocka_unit_test(observer_sees_everything),
      cmocka_unit_test(out_of_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
