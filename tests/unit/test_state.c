/* test_state.c: operations with state in whole networks: what a training run does and what another one does, running
 * statistics and their keeping, gradients through the statistics of a batch, draws that can be repeated alone, and a
 * trajectory for an independent witness.
 *
 * For tests/witness/state_witness.py, `test_state training FILE` writes the start and the end of a training, and
 * `test_state shapes FILE` batch normalisation of 100 random shapes, there and back. */
#include "engine.h"
#include "state_net.h"

/* ---- batch normalisation -------------------------------------------------------------------------- */

static const double *state_of(const denpa_net *net, const char *name) { return dnp_exec_tensor(net->exec, name)->data; }

/* After a training run each channel has mean 0 and variance v / (v + eps); the running statistics move with updates
 * alone. */
static void test_statistics(void **context) {
  (void)context;
  const shape s = {.normal = true};
  denpa_net *net = build(&s, DENPA_DTYPE_FLOAT64, 2, "auto");
  denpa_data *data = make_data(ROWS);
  dnp_rows feed = dnp_rows_from(net, data, DNP_TRAIN);
  dnp_run run = {
      .rows = ROWS, .feed = dnp_rows_feed, .feed_context = &feed, .answers = true, .training = true, .backward = true};
  assert_int_equal(dnp_exec_run(net->exec, &run, NULL, NULL), DENPA_OK);
  const double *n1 = state_of(net, "n1"), *a1 = state_of(net, "a1");
  for (size_t c = 0; c < HIDDEN; c++) {
    double mean = 0, square = 0, a = 0, spread = 0;
    for (size_t i = 0; i < ROWS; i++) mean += n1[i * HIDDEN + c] / (double)ROWS;
    for (size_t i = 0; i < ROWS; i++) square += n1[i * HIDDEN + c] * n1[i * HIDDEN + c] / (double)ROWS;
    for (size_t i = 0; i < ROWS; i++) a += a1[i * HIDDEN + c] / (double)ROWS;
    for (size_t i = 0; i < ROWS; i++) spread += (a1[i * HIDDEN + c] - a) * (a1[i * HIDDEN + c] - a) / (double)ROWS;
    assert_true(fabs(mean) < 1e-14 && fabs(square - spread / (spread + 1e-5)) < 1e-13);
    assert_true(fabs(state_of(net, "centre1")[c] - a) < 1e-14 && fabs(state_of(net, "spread1")[c] - spread) < 1e-14);
    assert_true(state_of(net, "mean1")[c] == 0 && state_of(net, "var1")[c] == 1);
  }
  denpa_train_options o = twenty();
  o.steps = 1;
  o.batch = 0;
  assert_int_equal(denpa_train(net, data, &o, NULL, NULL), DENPA_OK);
  for (size_t c = 0; c < HIDDEN; c++) { /* of the same batch */
    assert_true(fabs(state_of(net, "mean1")[c] - 0.1 * state_of(net, "centre1")[c]) < 1e-15);
    assert_true(
        fabs(state_of(net, "var1")[c] - (0.9 + 0.1 * state_of(net, "spread1")[c] * (double)ROWS / (ROWS - 1))) < 1e-15);
  }
  double loss, again;
  assert_int_equal(denpa_net_evaluate(net, data, DENPA_SPLIT_TRAIN, &loss, NULL, NULL), DENPA_OK);
  denpa_data_limit(data, DENPA_SPLIT_TRAIN, 1); /* a row's answer has nothing to do with the others then */
  denpa_data *whole = make_data(ROWS);
  double one, y[CLASSES], all[ROWS * CLASSES], x[ROWS * INPUTS];
  for (size_t i = 0; i < ROWS * INPUTS; i++) x[i] = datum(i / INPUTS, i % INPUTS);
  assert_int_equal(denpa_net_predict(net, ROWS, DENPA_DTYPE_FLOAT64, x, all, NULL, NULL), DENPA_OK);
  assert_int_equal(denpa_net_predict(net, 1, DENPA_DTYPE_FLOAT64, x, y, NULL, NULL), DENPA_OK);
  assert_memory_equal(y, all, sizeof y);
  assert_int_equal(denpa_net_evaluate(net, data, DENPA_SPLIT_TRAIN, &one, NULL, NULL), DENPA_OK);
  assert_int_equal(denpa_net_evaluate(net, whole, DENPA_SPLIT_TRAIN, &again, NULL, NULL), DENPA_OK);
  assert_true(loss == again && fabs(one + log(y[0])) < 1e-12);
  denpa_data_free(whole);
  denpa_data_free(data);
  denpa_net_free(net);
}

/* A batch of one: what is left of a single number less its mean is 0, so only beta gets a gradient (the book's
 * ch06/batch_norm_gradient_check). */
static void test_single(void **context) {
  (void)context;
  const shape s = {.normal = true, .book = true};
  denpa_net *net = build(&s, DENPA_DTYPE_FLOAT64, 1, "auto");
  denpa_data *data = make_data(1);
  dnp_rows feed = dnp_rows_from(net, data, DNP_TRAIN);
  double beta[HIDDEN];
  for (size_t i = 0; i < HIDDEN; i++) beta[i] = 0.1 * (double)(i + 1);
  assert_int_equal(denpa_net_set(net, "beta1", beta, HIDDEN, NULL), DENPA_OK);
  const dnp_run run = {
      .rows = 1, .feed = dnp_rows_feed, .feed_context = &feed, .answers = true, .training = true, .backward = true};
  assert_int_equal(dnp_exec_run(net->exec, &run, NULL, NULL), DENPA_OK);
  for (size_t i = 0; i < HIDDEN; i++)
    assert_true(state_of(net, "n1")[i] == beta[i] && ((double *)dnp_exec_tensor(net->exec, "gamma1")->grad)[i] == 0 &&
                ((double *)dnp_exec_tensor(net->exec, "beta1")->grad)[i] != 0);
  for (size_t i = 0; i < INPUTS * HIDDEN; i++) assert_true(((double *)dnp_exec_tensor(net->exec, "W1")->grad)[i] == 0);
  denpa_data_free(data);
  denpa_net_free(net);
}

/* ---- gradients ------------------------------------------------------------------------------------- */

static double loss_of(denpa_net *net, const dnp_run *forward) {
  dnp_outcome outcome;
  assert_int_equal(dnp_exec_run(net->exec, forward, &outcome, NULL), DENPA_OK);
  return outcome.loss;
}

/* Every parameter, through the statistics of the batch and under one draw; and with running statistics. */
static void test_gradients(void **context) {
  (void)context;
  denpa_data *data = make_data(37);
  for (int way = 0; way < 4; way++) {
    const shape s = {.normal = true, .book = way % 2 == 1, .dropped = true, .rate = 0.4};
    denpa_net *net = build(&s, DENPA_DTYPE_FLOAT64, 2, "auto");
    dnp_rows feed = dnp_rows_from(net, data, DNP_TRAIN);
    dnp_run run = {.rows = 37,
        .feed = dnp_rows_feed,
        .feed_context = &feed,
        .answers = true,
        .training = way < 2,
        .seed = 4,
        .step = 9};
    double beta[HIDDEN]; /* away from the kink */
    for (size_t i = 0; i < HIDDEN; i++) beta[i] = i % 2 == 0 ? 4 : -4;
    if (way < 2) assert_int_equal(denpa_net_set(net, "beta1", beta, HIDDEN, NULL), DENPA_OK);
    for (size_t p = 0; p < net->exec->parameters; p++) {
      double *value = net->exec->parameter[p].tensor->data, largest = 0;
      dnp_run back = run;
      back.backward = true;
      assert_int_equal(dnp_exec_run(net->exec, &back, NULL, NULL), DENPA_OK);
      const double *grad = net->exec->parameter[p].tensor->grad;
      double copy[INPUTS * HIDDEN], worst = 0;
      memcpy(copy, grad, net->exec->parameter[p].count * sizeof *copy);
      for (size_t i = 0; i < net->exec->parameter[p].count; i++) {
        const double kept = value[i], h = 1e-6;
        value[i] = kept + h;
        const double above = loss_of(net, &run);
        value[i] = kept - h;
        const double below = loss_of(net, &run);
        value[i] = kept;
        largest = fmax(largest, fabs(copy[i]));
        worst = fmax(worst, fabs((above - below) / (2 * h) - copy[i]));
      }
      /* the mean takes away what is added to all rows */
      const bool cancelled = way < 2 && strcmp(net->exec->parameter[p].tensor->name, "b1") == 0;
      assert_true(cancelled ? largest < 1e-15 : largest > 1e-4);
      assert_true(worst < 1e-8);
    }
    denpa_net_free(net);
  }
  denpa_data_free(data);
}

/* ---- same bits ------------------------------------------------------------------------------------- */

static void digest(const denpa_net *net, char *sha) { assert_int_equal(denpa_net_sha256(net, sha, NULL), DENPA_OK); }

static void test_same_bits(void **context) {
  (void)context;
  const shape s = {.normal = true, .dropped = true, .rate = 0.5};
  denpa_data *data = make_data(1500);
  for (int dtype = DENPA_DTYPE_FLOAT32; dtype <= DENPA_DTYPE_FLOAT64; dtype++)
    for (int full = 0; full < 2; full++) {
      char first[65], sha[65];
      const dnp_kernels *units[DNP_MOST_UNITS];
      const size_t count = dnp_kernels_units(units);
      for (size_t u = 0; u < count; u++)
        for (int threads = 1; threads < 5; threads += 1 + (threads == 2)) {
          if (strcmp(units[u][0].unit, "ref+fma") == 0) continue;
          denpa_net *net = build(
              &s, (denpa_dtype)dtype, threads, strcmp(units[u][0].unit, "ref") == 0 ? "ref" : units[u][0].unit);
          denpa_train_options o = twenty();
          if (full) o.batch = 0;
          o.steps = full ? 3 : 20;
          assert_int_equal(denpa_train(net, data, &o, NULL, NULL), DENPA_OK);
          digest(net, sha);
          if (u == 0 && threads == 1) memcpy(first, sha, sizeof sha);
          assert_string_equal(sha, first);
          denpa_net_free(net);
        }
    }
  denpa_data_free(data);
}

/* Plans of another size, and evaluation in between, change nothing; training in two parts is training. */
static int evaluate_between(void *context, const denpa_epoch *now, size_t *next) {
  void **with = context;
  double loss;
  *next = now->step + 5;
  return denpa_net_evaluate(with[0], with[1], DENPA_SPLIT_TEST, &loss, NULL, NULL) != DENPA_OK;
}

static void test_interrupted(void **context) {
  (void)context;
  const shape s = {.normal = true, .dropped = true, .rate = 0.2};
  denpa_data *data = make_data(96); /* three batches, so that 21 updates are seven epochs */
  char sha[2][65];
  for (int way = 0; way < 2; way++) {
    denpa_net *net = build(&s, DENPA_DTYPE_FLOAT64, 2, "auto");
    denpa_train_options o = twenty();
    void *with[2] = {net, data};
    o.steps = way == 0 ? 21 : 12;
    if (way == 1) {
      o.on_update = evaluate_between;
      o.context = with;
    }
    assert_int_equal(denpa_train(net, data, &o, NULL, NULL), DENPA_OK);
    if (way == 1) {
      assert_int_equal(dnp_net_fit_batch(net, 500, false, NULL), DENPA_OK); /* another plan */
      o.steps = 9;
      assert_int_equal(denpa_train(net, data, &o, NULL, NULL), DENPA_OK);
    }
    digest(net, sha[way]);
    denpa_net_free(net);
  }
  assert_string_equal(sha[0], sha[1]);
  denpa_data_free(data);
}

/* ---- trouble ---------------------------------------------------------------------------------------- */

/* A NaN in one row spoils the channel for all; the message names where it came from, and nothing is remembered of
 * it. */
static void test_not_finite(void **context) {
  (void)context;
  const shape s = {.normal = true};
  double x[ROWS * INPUTS];
  int32_t label[ROWS];
  for (size_t i = 0; i < ROWS * INPUTS; i++) x[i] = datum(i / INPUTS, i % INPUTS);
  for (size_t i = 0; i < ROWS; i++) label[i] = (int32_t)(i % CLASSES);
  x[23 * INPUTS + 2] = 1e308;
  x[23 * INPUTS + 3] = 1e308;
  const denpa_rows rows = {.rows = ROWS, .dtype = DENPA_DTYPE_FLOAT64, .x = x, .label = label};
  denpa_data *data;
  assert_int_equal(denpa_data_from_memory(&data, "made up", INPUTS, CLASSES, &rows, NULL, NULL), DENPA_OK);
  for (int threads = 1; threads < 4; threads++) {
    denpa_net *net = build(&s, DENPA_DTYPE_FLOAT64, threads, "auto");
    denpa_train_options o = twenty();
    denpa_error err = {0};
    char text[400];
    double large[INPUTS * HIDDEN];
    for (size_t i = 0; i < INPUTS * HIDDEN; i++) large[i] = 3;
    assert_int_equal(denpa_net_set(net, "W1", large, INPUTS * HIDDEN, NULL), DENPA_OK);
    o.batch = 0;
    o.steps = 1;
    assert_int_equal(denpa_train(net, data, &o, NULL, &err), DENPA_ERROR_NUMERIC);
    denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
    assert_non_null(strstr(text, "step 1: a1 is not finite any more (NaN or infinity, seen at row 23 of the batch)"));
    for (size_t c = 0; c < HIDDEN; c++) assert_true(state_of(net, "mean1")[c] == 0 && state_of(net, "var1")[c] == 1);
    denpa_net_free(net);
  }
  denpa_data_free(data);
}

static void assert_refused(const denpa_graph *g, const char *text) {
  denpa_net *net;
  denpa_error err = {0};
  char told[400];
  assert_int_not_equal(denpa_graph_build(&net, g, NULL, &err), DENPA_OK);
  denpa_error_text(&err, DENPA_LANG_EN, told, sizeof told);
  if (strstr(told, text) == NULL) fail_msg("'%s' is not in '%s'", text, told);
}

static void test_refusals(void **context) {
  (void)context;
  const size_t six = 6, seven = 7;
  static const struct {
    double number;
    int numbers;
    const char *text;
  } rates[] = {{0, 0, "the operation dropout needs the number 'rate'"}, {1, 1, "it has to lie from 0 to 0.99"},
      {-0.1, 1, "it has to lie from 0 to 0.99"}};
  for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
    denpa_graph *g;
    assert_int_equal(denpa_graph_create(&g, NULL), DENPA_OK);
    const int x = denpa_graph_input(g, "x", 1, &six);
    denpa_graph_apply_with(g, "dropout", "d1", &x, 1, &rates[i].number, rates[i].numbers);
    assert_refused(g, rates[i].text);
    denpa_graph_free(g);
  }
  denpa_graph *g;
  assert_int_equal(denpa_graph_create(&g, NULL), DENPA_OK);
  const int x = denpa_graph_input(g, "x", 1, &six), gamma = denpa_graph_parameter(g, "gamma1", 1, &seven, "ones"),
            beta = denpa_graph_parameter(g, "beta1", 1, &seven, NULL);
  denpa_graph_apply(g, "batch_norm", "n1", (const int[]){x, gamma, beta}, 3);
  assert_refused(
      g, "'x' has the shape (1, 6) and 'gamma1' has the shape (7,); the second needs one number for each channel");
  denpa_graph_free(g);
}

/* A graph with a tensor of a short name already in it: the state finds another one. */
static void test_names(void **context) {
  (void)context;
  const size_t six = 6;
  denpa_graph *g;
  denpa_net *net;
  assert_int_equal(denpa_graph_create(&g, NULL), DENPA_OK);
  int value = denpa_graph_input(g, "mean1", 1, &six);
  value = dnp_graph_batch_norm(g, 1, value, false);
  value = denpa_graph_apply_with(g, "dropout", "thinned", &value, 1, (const double[]){0.5}, 1);
  assert_int_equal(denpa_graph_build(&net, g, NULL, NULL), DENPA_OK);
  assert_non_null(dnp_exec_tensor(net->exec, "mean_n1"));
  assert_non_null(dnp_exec_tensor(net->exec, "var1"));
  assert_non_null(dnp_exec_tensor(net->exec, "mask_thinned"));
  denpa_net_free(net);
  denpa_graph_free(g);
}

/* ---- texts and files --------------------------------------------------------------------------------- */

/* The model file holds the running statistics behind gamma and beta, and the network that is read from it answers as
 * the one that was written. */
static void test_file(void **context) {
  (void)context;
  static const char *const names[] = {"W1", "b1", "gamma1", "beta1", "mean1", "var1", "W2", "b2"};
  const char *text = "input 6, dense 19, batchnorm, relu, dropout 0.2, dense 4";
  char path[200], sha[2][65];
  double x[ROWS * INPUTS], y[2][ROWS * CLASSES];
  denpa_data *data = make_data(ROWS);
  denpa_train_options o = twenty();
  denpa_net_options options = denpa_net_options_default();
  denpa_net *net, *read;
  dnp_arrays arrays = {0};
  dnp_pairs metadata = {0};
  snprintf(path, sizeof path, "%s/state-%d.safetensors", getenv("TMP") != NULL ? getenv("TMP") : "/tmp", (int)getpid());
  for (size_t i = 0; i < ROWS * INPUTS; i++) x[i] = datum(i / INPUTS, i % INPUTS);
  options.init = "he";
  assert_int_equal(denpa_net_create(&net, text, &options, NULL), DENPA_OK);
  assert_int_equal(denpa_train(net, data, &o, NULL, NULL), DENPA_OK);
  assert_int_equal(denpa_net_save(net, path, NULL), DENPA_OK);
  assert_int_equal(denpa_net_load(&read, path, NULL, NULL, NULL), DENPA_OK);
  assert_int_equal(denpa_net_predict(net, ROWS, DENPA_DTYPE_FLOAT64, x, y[0], NULL, NULL), DENPA_OK);
  assert_int_equal(denpa_net_predict(read, ROWS, DENPA_DTYPE_FLOAT64, x, y[1], NULL, NULL), DENPA_OK);
  assert_memory_equal(y[0], y[1], sizeof y[0]);
  assert_int_equal(dnp_safetensors_read(path, &arrays, &metadata, NULL), DENPA_OK);
  assert_int_equal(arrays.count, sizeof names / sizeof *names);
  for (size_t i = 0; i < arrays.count; i++) assert_string_equal(arrays.item[i].name, names[i]);
  dnp_arrays_free(&arrays);
  dnp_pairs_free(&metadata);
  denpa_net *const both[2] = {net, read};
  for (int i = 0; i < 2; i++) { /* and goes on as the one that was written would */
    o.seed = 12;
    assert_int_equal(denpa_train(both[i], data, &o, NULL, NULL), DENPA_OK);
    digest(both[i], sha[i]);
  }
  assert_string_equal(sha[0], sha[1]);
  const double damage[HIDDEN] = {1, 2, (double)NAN};
  denpa_error err = {0};
  char told[400];
  /* what is wrong with a file is named */
  assert_int_equal(denpa_net_set(read, "var1", damage, HIDDEN, NULL), DENPA_OK);
  assert_int_equal(denpa_net_evaluate(read, data, DENPA_SPLIT_TRAIN, &(double){0}, NULL, &err), DENPA_ERROR_NUMERIC);
  denpa_error_text(&err, DENPA_LANG_EN, told, sizeof told);
  assert_non_null(strstr(told, "var1 is not finite"));
  remove(path);
  denpa_net_free(net);
  denpa_net_free(read);
  denpa_data_free(data);
}

static void test_text(void **context) {
  (void)context;
  static const struct {
    const char *net, *text;
  } wrong[] = {
      {"input 6, dense 5, dropout, dense 4", "layer 3 of the network, 'dropout': write the share that is left out"},
      {"input 6, dense 5, dropout 1, dense 4", "layer 3 of the network, 'dropout 1': write the share that is left out"},
      {"input 6, dense 5, dropout 0.5 books, dense 4", "nothing may follow but 'book'"},
      {"input 6, dense 5, batchnorm 2, dense 4", "nothing may follow but 'book'"},
      {"input 6, dense 5, batchnorm, relu, batchnorm, dense 4",
          "layer 5 of the network, 'batchnorm': there is one already"},
      {"batchnorm, dense 4", "the list does not begin with the input"},
  };
  denpa_net *net;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    denpa_error err = {0};
    char told[400];
    assert_int_equal(denpa_net_create(&net, wrong[i].net, NULL, &err), DENPA_ERROR_SYNTAX);
    denpa_error_text(&err, DENPA_LANG_EN, told, sizeof told);
    if (strstr(told, wrong[i].text) == NULL) fail_msg("'%s' is not in '%s'", wrong[i].text, told);
  }
  assert_int_equal(
      denpa_net_create(
          &net, "input 2x6x6, conv 3 3x3, batchnorm book, relu, dropout 0.5 book, dense 4, dropout 0.5", NULL, NULL),
      DENPA_OK);
  const dnp_tensor *gamma = dnp_exec_tensor(net->exec, "gamma1");
  /* each element of a picture, as in the book */
  assert_true(gamma->shape[0] == 48 && dnp_exec_tensor(net->exec, "drop1") != NULL &&
              dnp_exec_tensor(net->exec, "drop2") != NULL);
  denpa_net_free(net);
}

/* No allocation while it trains, and none without its message. */
static int count_allocations(void *context, const denpa_epoch *epoch) {
  size_t *allocations = context;
  allocations[(size_t)epoch->epoch] = dnp_alloc_count();
  return 0;
}

static void test_no_allocation(void **context) {
  (void)context;
  const shape s = {.normal = true, .dropped = true, .rate = 0.2};
  denpa_net *net = build(&s, DENPA_DTYPE_FLOAT32, 2, "auto");
  denpa_data *data = make_data(ROWS);
  denpa_train_options o = twenty();
  size_t allocations[4] = {0};
  o.steps = DENPA_NO_LIMIT;
  o.epochs = 3;
  o.evaluate = DENPA_EVALUATE_BOTH;
  o.on_epoch = count_allocations;
  o.context = allocations;
  assert_int_equal(denpa_train(net, data, &o, NULL, NULL), DENPA_OK);
  assert_true(allocations[1] > 0 && allocations[1] == allocations[2] && allocations[2] == allocations[3]);
  denpa_data_free(data);
  denpa_net_free(net);
}

/* ---- for the witness --------------------------------------------------------------------------------- */

static void put(FILE *out, const denpa_net *net, const char *when) {
  const dnp_tensor *t;
  for (size_t i = 0; (t = dnp_network_saved(net->network, i)) != NULL; i++) {
    const size_t count = dnp_tensor_slices(t) * dnp_tensor_row(t);
    fprintf(out, "%s %s", when, t->name);
    for (size_t k = 0; k < count; k++) fprintf(out, " %.17g", ((const double *)t->data)[k]);
    fputc('\n', out);
  }
}

/* Lines "WHEN NAME NUMBERS": the data, the network before and after 20 updates on batches of 32 in natural order. */
static int witness(const char *path) {
  FILE *out = fopen(path, "w");
  if (out == NULL) return 1;
  const shape s = {.normal = true};
  denpa_net *net = build(&s, DENPA_DTYPE_FLOAT64, 2, "auto");
  denpa_data *data = make_data(ROWS);
  denpa_train_options o = twenty();
  double x[ROWS * INPUTS], y[ROWS * CLASSES];
  o.sampling = DENPA_SAMPLING_SEQUENTIAL;
  fprintf(out, "data x");
  for (size_t i = 0; i < ROWS * INPUTS; i++) fprintf(out, " %.17g", x[i] = datum(i / INPUTS, i % INPUTS));
  fputc('\n', out);
  put(out, net, "before");
  if (denpa_train(net, data, &o, NULL, NULL) != DENPA_OK ||
      denpa_net_predict(net, ROWS, DENPA_DTYPE_FLOAT64, x, y, NULL, NULL) != DENPA_OK)
    return 1;
  put(out, net, "after");
  fprintf(out, "after y");
  for (size_t i = 0; i < ROWS * CLASSES; i++) fprintf(out, " %.17g", y[i]);
  fputc('\n', out);
  denpa_data_free(data);
  denpa_net_free(net);
  return fclose(out) == 0 ? 0 : 1;
}

static uint64_t chance = 1;
static double uniform(void) { return dnp_draw_uniform(5, DNP_STREAM(DNP_FOR_TEST, 1), chance++) * 2 - 1; }
static size_t below(size_t limit) { return (size_t)dnp_draw_below(5, DNP_STREAM(DNP_FOR_TEST, 2), chance++, limit); }

typedef struct made_up {
  double *x, *t;
  size_t numbers; /* of a row */
} made_up;

static void feed_made_up(void *context, size_t first, size_t count, denpa_dtype dtype, void *x, void *t) {
  const made_up *m = context;
  (void)dtype;
  memcpy(x, m->x + first * m->numbers, count * m->numbers * sizeof(double));
  memcpy(t, m->t + first * m->numbers, count * m->numbers * sizeof(double));
}

static void put_numbers(FILE *out, const char *name, const double *value, size_t count) {
  fprintf(out, "shape %s", name);
  for (size_t i = 0; i < count; i++) fprintf(out, " %.17g", value[i]);
  fputc('\n', out);
}

static void put_tensor(FILE *out, const denpa_net *net, const char *name, bool grad, size_t count) {
  double *value = malloc(count * sizeof *value);
  char told[64];
  assert_int_equal((grad ? denpa_net_gradient : denpa_net_value)(net, name, value, count, NULL), DENPA_OK);
  snprintf(told, sizeof told, "%s%s", grad ? "d" : "", name);
  put_numbers(out, told, value, count);
  free(value);
}

/* x -> batch norm -> the mean squared distance from t, in training or not: x, t, and what came of it. */
static void one_shape(FILE *out, bool training) {
  const size_t rows = 2 + below(40), channels = 1 + below(12), height = 1 + below(6), breadth = 1 + below(6),
               axes[3] = {channels, height, breadth};
  const bool pictures = below(2) == 0;
  const size_t numbers = pictures ? channels * height * breadth : channels;
  made_up m = {malloc(rows * numbers * sizeof(double)), malloc(rows * numbers * sizeof(double)), numbers};
  double value[2][16];
  denpa_graph *g;
  denpa_net *net;
  for (size_t i = 0; i < rows * numbers; i++) m.x[i] = 3 * uniform() + 1;
  for (size_t i = 0; i < rows * numbers; i++) m.t[i] = uniform();
  assert_int_equal(denpa_graph_create(&g, NULL), DENPA_OK);
  int n = dnp_graph_batch_norm(g, 1, denpa_graph_input(g, "x", pictures ? 3 : 1, axes), false);
  if (pictures) n = denpa_graph_reshape(g, "flat", n, 1, &numbers);
  denpa_graph_apply(g, "squared_error", "y", (const int[]){n, denpa_graph_targets(g, "t", 1, &numbers)}, 2);
  const dnp_plan_options plan = {
      .cpu = "auto", .batch = rows, .whole_batch = true, .threads = 2, .input_gradient = true};
  assert_int_equal(build_net(&net, g, DENPA_DTYPE_FLOAT64, &plan, NULL), DENPA_OK);
  static const char *const names[] = {"gamma1", "beta1", "mean1", "var1"};
  for (int k = 0; k < 4; k++) {
    for (size_t c = 0; c < channels; c++) value[k % 2][c] = k == 3 ? 1.5 + uniform() : uniform();
    assert_int_equal(denpa_net_set(net, names[k], value[k % 2], channels, NULL), DENPA_OK);
  }
  const dnp_run run = {
      .rows = rows, .feed = feed_made_up, .feed_context = &m, .answers = true, .backward = true, .training = training};
  assert_int_equal(dnp_exec_run(net->exec, &run, NULL, NULL), DENPA_OK);
  put_numbers(out, "of",
      (const double[]){
          training, (double)rows, (double)channels, pictures ? (double)height : 0, pictures ? (double)breadth : 0},
      5);
  put_numbers(out, "x", m.x, rows * numbers);
  put_numbers(out, "t", m.t, rows * numbers);
  for (int k = 0; k < 4; k++) put_tensor(out, net, names[k], false, channels);
  double *y = malloc((rows + 16) * numbers * sizeof *y); /* the values of all rows there is room for */
  const dnp_tensor *normal = dnp_exec_tensor(net->exec, "n1");
  dnp_tensor_read(normal, DNP_DATA, 0, rows, y);
  put_numbers(out, "n1", y, rows * numbers);
  dnp_tensor_read(net->exec->input, DNP_GRAD, 0, rows, y);
  put_numbers(out, "dx", y, rows * numbers);
  for (int k = 0; k < 2; k++) put_tensor(out, net, names[k], true, channels);
  free(y);
  free(m.x);
  free(m.t);
  denpa_net_free(net);
  denpa_graph_free(g);
}

static int shapes(const char *path) {
  FILE *out = fopen(path, "w");
  if (out == NULL) return 1;
  for (int i = 0; i < 100; i++) one_shape(out, i % 4 != 3);
  return fclose(out) == 0 ? 0 : 1;
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "training") == 0) return witness(argv[2]);
  if (argc == 3 && strcmp(argv[1], "shapes") == 0) return shapes(argv[2]);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_statistics),
      cmocka_unit_test(test_single),
      cmocka_unit_test(test_gradients),
      cmocka_unit_test(test_same_bits),
      cmocka_unit_test(test_interrupted),
      cmocka_unit_test(test_not_finite),
      cmocka_unit_test(test_refusals),
      cmocka_unit_test(test_names),
      cmocka_unit_test(test_file),
      cmocka_unit_test(test_text),
      cmocka_unit_test(test_no_allocation),
  };
  return cmocka_run_group_tests_name("state", tests, NULL, NULL);
}
