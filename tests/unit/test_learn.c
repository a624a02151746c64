/* test_learn.c: training: the goldens of the NumPy run, batches, same bits, what callbacks see, what goes wrong
 * (src/learn). Model files are in test_model.c. */
#include "learn_tools.h"

/* ---- goldens ------------------------------------------------------------------------------------ */

static const struct golden {
  const char *name;
  size_t steps, batch;
  denpa_update_order order;
  double train_loss, train_accuracy, test_loss, test_accuracy, w1, w2;
} goldens[] = {
    {"no update", 0, 0, DENPA_UPDATE_ORDER_GRADIENTS_FIRST, 2.303652291192651, 0.09915, 2.3034476857104083, 0.1009,
        -0.004157512205557189, 0.020676423856118547},
    {"1 full batch", 1, 0, DENPA_UPDATE_ORDER_GRADIENTS_FIRST, 2.3029554573434714, 0.09915, 2.302760348200446, 0.1009,
        -0.0041579069273867475, 0.02099746933120977},
    {"1 full batch, layer by layer", 1, 0, DENPA_UPDATE_ORDER_LAYER_BY_LAYER, 2.302955482615178, 0.09915,
        2.302760378752453, 0.1009, -0.004158116011443473, 0.02099746933120977},
    {"3 full batches", 3, 0, DENPA_UPDATE_ORDER_GRADIENTS_FIRST, 2.3020031631374676, 0.09915, 2.3018223999061496,
        0.1009, -0.004160021552537501, 0.021540109613101367},
    {"600 updates", 600, 100, DENPA_UPDATE_ORDER_GRADIENTS_FIRST, 0.8472628510961421, 0.7861666666666667,
        0.8302972355726282, 0.7952, 0.07760240864715202, 0.5808423715933219},
    {"600 updates, layer by layer", 600, 100, DENPA_UPDATE_ORDER_LAYER_BY_LAYER, 0.8452373732119615, 0.7858333333333334,
        0.8282782148292432, 0.7947, 0.07929556350975528, 0.5780548316280685},
};

static denpa_data *mnist(void) {
  denpa_data *data;
  denpa_data_options options = denpa_data_options_default();
  options.data_root = getenv("DENPA_DATA");
  options.offline = 1;
  if (options.data_root == NULL) return NULL;
  OK(denpa_data_open(&data, "mnist", &options, err));
  return data;
}

static void assert_golden(
    const denpa_data *data, const struct golden *g, denpa_dtype dtype, double loss_within, double weight_within) {
  denpa_net_options o;
  denpa_train_options t;
  denpa_report r;
  denpa_net *net;
  numpy_options(0, &o, &t);
  o.dtype = dtype;
  t.steps = g->steps;
  t.batch = g->batch;
  t.sampling = DENPA_SAMPLING_REPLACEMENT;
  t.update_order = g->order;
  t.evaluate = DENPA_EVALUATE_END;
  OK(denpa_net_create(&net, NET, &o, err));
  OK(denpa_train(net, data, &t, &r, err));
  assert_true(fabs(r.train_loss - g->train_loss) <= loss_within);
  assert_true(fabs(r.test_loss - g->test_loss) <= loss_within);
  assert_true(fabs(r.train_accuracy - g->train_accuracy) <= 1e-12);
  assert_true(fabs(r.test_accuracy - g->test_accuracy) <= 1e-12);
  assert_true(fabs(weight(net, "W1", 409, 40) - g->w1) <= weight_within * fabs(g->w1));
  assert_true(fabs(weight(net, "W2", 3, 7) - g->w2) <= weight_within * fabs(g->w2));
  assert_int_equal(r.steps, g->steps);
  denpa_net_free(net);
}

static void test_goldens(void **state) {
  (void)state;
  denpa_data *data = mnist();
  if (data == NULL) skip();
  for (size_t i = 0; i < sizeof goldens / sizeof *goldens; i++) {
    print_message("# %s\n", goldens[i].name);
    assert_golden(data, &goldens[i], DENPA_DTYPE_FLOAT64, 1e-9, 1e-12);
    assert_golden(data, &goldens[i], DENPA_DTYPE_FLOAT32, 1e-6, 1e-5);
  }
  denpa_data_free(data);
}

/* ---- another seed, against NumPy itself --------------------------------------------------------- */

static void put_rows(void) {
  const dnp_split *s = &digits->split[DNP_TRAIN];
  const dnp_array arrays[] = {{.name = "x",
                                  .dtype = DENPA_DTYPE_UINT8,
                                  .axes = 2,
                                  .shape = {s->rows, 784},
                                  .values = (void *)(uintptr_t)s->pixel},
      {.name = "t", .dtype = DENPA_DTYPE_UINT8, .axes = 1, .shape = {s->rows}, .values = (void *)(uintptr_t)s->label}};
  OK(dnp_npz_write(in_folder("rows.npz"), arrays, 2, err));
}

static void assert_like_numpy(const denpa_net *net, const char *path) {
  dnp_arrays theirs;
  OK(dnp_npz_read(path, &theirs, err));
  for (size_t i = 0; i < denpa_net_parameter_tensors(net); i++) {
    denpa_parameter p = denpa_net_parameter(net, i);
    const dnp_array *a = dnp_arrays_find(&theirs, p.name);
    const double *mine = p.value, *other = a->values;
    double largest = 0;
    assert_int_equal(dnp_array_count(a), p.count);
    for (size_t k = 0; k < p.count; k++) largest = fmax(largest, fabs(other[k]));
    for (size_t k = 0; k < p.count; k++)
      if (!(fabs(mine[k] - other[k]) <= 1e-12 * largest))
        fail_msg("%s[%zu]: %.17g, NumPy %.17g", p.name, k, mine[k], other[k]);
  }
  dnp_arrays_free(&theirs);
}

static void test_witness(void **state) {
  (void)state;
  static const struct {
    unsigned seed, steps, batch;
    const char *sampling, *order;
    denpa_sampling how;
    const char *optimizer, *lr; /* lr 0: the optimizer's own */
    denpa_schedule schedule;
  } rows[] = {
      {1, 40, 100, "replacement", "gradients-first", DENPA_SAMPLING_REPLACEMENT, "sgd", "0", DENPA_SCHEDULE_CONSTANT},
      {12345, 30, 70, "shuffle", "gradients-first", DENPA_SAMPLING_SHUFFLE, "sgd", "0", DENPA_SCHEDULE_CONSTANT},
      {4294967295u, 30, 70, "shuffle", "seed", DENPA_SAMPLING_SHUFFLE, "sgd", "0", DENPA_SCHEDULE_CONSTANT},
      {2, 5, 0, "full", "seed", DENPA_SAMPLING_SHUFFLE, "sgd", "0", DENPA_SCHEDULE_CONSTANT},
      {3, 12, 70, "shuffle", "gradients-first", DENPA_SAMPLING_SHUFFLE, "adam", "0", DENPA_SCHEDULE_CONSTANT},
      {4, 8, 0, "full", "gradients-first", DENPA_SAMPLING_SHUFFLE, "adam", "0.004", DENPA_SCHEDULE_LINEAR},
      {5, 10, 90, "replacement", "seed", DENPA_SAMPLING_REPLACEMENT, "adam", "0.003", DENPA_SCHEDULE_ONE_CYCLE},
      {6, 20, 100, "replacement", "gradients-first", DENPA_SAMPLING_REPLACEMENT, "sgd", "0.5",
          DENPA_SCHEDULE_ONE_CYCLE}};
  need_numpy();
  put_rows();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char command[512];
    snprintf(command, sizeof command,
        "script='" DNP_TESTS "/witness/seed_witness.py'; cd '%s' && " PYTHON " -B \"$script\" %u %u %u %s %s %s %s %s",
        folder, rows[i].seed, rows[i].steps, rows[i].batch, rows[i].sampling, rows[i].order, rows[i].optimizer,
        atof(rows[i].lr) > 0                    ? rows[i].lr
        : strcmp(rows[i].optimizer, "sgd") == 0 ? "0.1"
                                                : "0.001",
        dnp_schedule_word(rows[i].schedule));
    assert_int_equal(system(command), 0);
    denpa_net_options o;
    denpa_train_options t;
    denpa_net *net;
    numpy_options(rows[i].seed, &o, &t);
    t.steps = rows[i].steps;
    t.batch = rows[i].batch;
    t.sampling = rows[i].how;
    t.update_order = strcmp(rows[i].order, "seed") == 0 ? DENPA_UPDATE_ORDER_LAYER_BY_LAYER
                                                        : DENPA_UPDATE_ORDER_GRADIENTS_FIRST;
    t.optimizer = rows[i].optimizer;
    t.lr = atof(rows[i].lr);
    t.schedule = rows[i].schedule;
    OK(denpa_net_create(&net, NET, &o, err));
    OK(denpa_train(net, digits, &t, NULL, err));
    assert_like_numpy(net, in_folder("weights.npz"));
    denpa_net_free(net);
  }
}

/* ---- same bits ---------------------------------------------------------------------------------- */

/* Threads keep the rows of the input to themselves while they train; who asks for the tensor sees the whole of the last
 * chunk all the same. */
static void test_input_is_whole(void **state) {
  (void)state;
  enum { LAST = 37 };
  static double x[LAST * 784], row[784];
  for (int threads = 1; threads <= 5; threads++) {
    denpa_net_options o = denpa_net_options_default();
    denpa_train_options t = denpa_train_options_default();
    o.threads = threads;
    t.batch = LAST;
    t.steps = 2;
    t.sampling = DENPA_SAMPLING_SEQUENTIAL;
    t.evaluate = DENPA_EVALUATE_NONE;
    denpa_net *net = trained(digits, "784-13-10", o, t);
    OK(denpa_net_value(net, "x", x, LAST * 784, err)); /* the rows that are there, whatever the chunk could hold */
    for (size_t i = 0; i < LAST; i++) {
      OK(denpa_data_row(digits, DENPA_SPLIT_TRAIN, LAST + i, row, err));
      for (size_t j = 0; j < 784; j++) assert_true(x[i * 784 + j] == row[j]);
    }
    denpa_net_free(net);
  }
}

/* One SHA-256 and one file for 1, 2, 3 and 4 threads: small batches, batches of several blocks, both dtypes, both
 * orders. */
static void test_threads(void **state) {
  (void)state;
  denpa_data *more;
  OK(denpa_data_digits(&more, 2500, 3, err));
  static const struct {
    size_t batch, steps;
    denpa_sampling sampling;
    denpa_update_order order;
    denpa_dtype dtype;
    const char *net, *optimizer;
  } rows[] = {
      {100, 12, DENPA_SAMPLING_SHUFFLE, DENPA_UPDATE_ORDER_GRADIENTS_FIRST, DENPA_DTYPE_FLOAT32, "784-30-20-10", "sgd"},
      {37, 12, DENPA_SAMPLING_REPLACEMENT, DENPA_UPDATE_ORDER_LAYER_BY_LAYER, DENPA_DTYPE_FLOAT32, "784-13-10", "sgd"},
      {0, 3, DENPA_SAMPLING_SHUFFLE, DENPA_UPDATE_ORDER_GRADIENTS_FIRST, DENPA_DTYPE_FLOAT64, "784-13-10", "sgd"},
      {2300, 3, DENPA_SAMPLING_REPLACEMENT, DENPA_UPDATE_ORDER_LAYER_BY_LAYER, DENPA_DTYPE_FLOAT64, "784-13-10", "sgd"},
      {64, 12, DENPA_SAMPLING_SHUFFLE, DENPA_UPDATE_ORDER_GRADIENTS_FIRST, DENPA_DTYPE_FLOAT32, "784-30-20-10", "adam"},
      {37, 12, DENPA_SAMPLING_REPLACEMENT, DENPA_UPDATE_ORDER_LAYER_BY_LAYER, DENPA_DTYPE_FLOAT64, "784-13-10",
          "adam"}};
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
    unsigned char *first = NULL;
    size_t first_size = 0;
    for (int threads = 1; threads <= 4; threads++) {
      denpa_net_options o = denpa_net_options_default();
      denpa_train_options t = denpa_train_options_default();
      o.threads = threads;
      o.dtype = rows[r].dtype;
      t.batch = rows[r].batch;
      t.steps = rows[r].steps;
      t.sampling = rows[r].sampling;
      t.update_order = rows[r].order;
      t.optimizer = rows[r].optimizer;
      t.evaluate = DENPA_EVALUATE_NONE;
      denpa_net *net = trained(more, rows[r].net, o, t);
      size_t size;
      OK(denpa_net_save(net, in_folder("threads.safetensors"), err));
      unsigned char *bytes = get_file(in_folder("threads.safetensors"), &size);
      if (first == NULL) {
        first = bytes;
        first_size = size;
      } else {
        assert_int_equal(size, first_size);
        assert_memory_equal(bytes, first, size);
        free(bytes);
      }
      denpa_net_free(net);
    }
    free(first);
  }
  denpa_data_free(more);
}

static void test_seeds(void **state) {
  (void)state;
  denpa_net_options o = denpa_net_options_default();
  denpa_train_options t = denpa_train_options_default();
  t.epochs = 1;
  denpa_net *a = trained(digits, "784-5-10", o, t), *b = trained(digits, "784-5-10", o, t);
  assert_same_net(a, b);
  t.seed = 2;
  denpa_net *c = trained(digits, "784-5-10", o, t);
  t.seed = 1;
  o.seed = 2;
  denpa_net *d = trained(digits, "784-5-10", o, t);
  assert_other_net(a, c);
  assert_other_net(a, d);
  assert_other_net(c, d);
  denpa_net_free(a);
  denpa_net_free(b);
  denpa_net_free(c);
  denpa_net_free(d);
}

/* Two trainings of one epoch are one training of two, whatever the source of random numbers. */
static void test_goes_on(void **state) {
  (void)state;
  for (int numpy = 0; numpy < 2; numpy++)
    for (int sampling = 0; sampling <= DENPA_SAMPLING_SEQUENTIAL; sampling++) {
      denpa_net_options o = denpa_net_options_default();
      denpa_train_options t = denpa_train_options_default();
      o.rng = t.rng = numpy ? DENPA_RNG_NUMPY : DENPA_RNG_DENPA;
      t.sampling = (denpa_sampling)sampling;
      t.epochs = 2;
      denpa_net *a = trained(digits, "784-5-10", o, t);
      t.epochs = 1;
      denpa_net *b = trained(digits, "784-5-10", o, t);
      OK(denpa_train(b, digits, &t, NULL, err));
      assert_same_net(a, b);
      assert_string_equal(denpa_net_metadata(b, "steps"), "12");
      assert_string_equal(denpa_net_metadata(b, "epochs"), "2");
      denpa_net_free(a);
      denpa_net_free(b);
    }
}

/* ---- schedules and optimizers ------------------------------------------------------------------- */

/* Values that can be worked out by hand: 10 updates of one-cycle have their top at update 2, and cos(pi / 2) = 0 in the
 * middle of either side. */
static void test_schedules(void **state) {
  (void)state;
  static const struct {
    denpa_schedule schedule;
    size_t done, total;
    double factor;
  } rows[] = {{DENPA_SCHEDULE_CONSTANT, 0, 10, 1}, {DENPA_SCHEDULE_CONSTANT, 9, 10, 1},
      {DENPA_SCHEDULE_LINEAR, 0, 10, 1}, {DENPA_SCHEDULE_LINEAR, 5, 10, 0.5}, {DENPA_SCHEDULE_LINEAR, 9, 10, 0.1},
      {DENPA_SCHEDULE_LINEAR, 0, 1, 1}, {DENPA_SCHEDULE_ONE_CYCLE, 0, 10, 0.04},
      {DENPA_SCHEDULE_ONE_CYCLE, 1, 10, 0.52}, {DENPA_SCHEDULE_ONE_CYCLE, 2, 10, 1},
      {DENPA_SCHEDULE_ONE_CYCLE, 9, 10, 4e-6}, {DENPA_SCHEDULE_ONE_CYCLE, 5, 10, 0.611262022},
      {DENPA_SCHEDULE_ONE_CYCLE, 29, 100, 1}, {DENPA_SCHEDULE_ONE_CYCLE, 64, 100, 0.500002},
      {DENPA_SCHEDULE_ONE_CYCLE, 99, 100, 4e-6}, {DENPA_SCHEDULE_ONE_CYCLE, 0, 1, 4e-6},
      {DENPA_SCHEDULE_ONE_CYCLE, 1, 2, 4e-6}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    denpa_train_options o = denpa_train_options_default();
    dnp_schedule s;
    o.schedule = rows[i].schedule;
    OK(dnp_schedule_settle(&o, 0.3, rows[i].total, 5, &s, err));
    const double rate = dnp_schedule_rate(&s, rows[i].done);
    if (!(fabs(rate - 0.3 * rows[i].factor) <= 1e-8))
      fail_msg("%s, %zu of %zu: %.17g", dnp_schedule_word(rows[i].schedule), rows[i].done, rows[i].total, rate);
  }
}

/* What Adam remembers is the network's: kept by another training with it, gone after one with another optimizer, not
 * there in a fresh network. */
static void test_adam_remembers(void **state) {
  (void)state;
  denpa_net_options o = denpa_net_options_default();
  denpa_train_options adam = denpa_train_options_default(), sgd = adam;
  adam.optimizer = "adam";
  adam.epochs = sgd.epochs = 1;
  denpa_net *a, *b;
  adam.epochs = 2;
  a = trained(digits, "784-5-10", o, adam);
  adam.epochs = 1;
  b = trained(digits, "784-5-10", o, adam);
  adam.batch = 100, adam.lr = 0.001; /* the same, said in words */
  OK(denpa_train(b, digits, &adam, NULL, err));
  assert_same_net(a, b);
  assert_string_equal(denpa_net_metadata(a, "lr"), "0.001");
  assert_string_equal(denpa_net_metadata(a, "optimizer"), "adam");
  assert_string_equal(denpa_net_metadata(a, "schedule"), "constant");

  /* The same weights, once with a memory and once without: the next update differs. */
  double w[784 * 5], w2[5 * 10], b1[5], b2[10];
  denpa_net *c;
  OK(denpa_net_create(&c, "784-5-10", &o, err));
  sgd.steps = 0;
  OK(denpa_train(b, digits, &sgd, NULL, err)); /* sgd, and no update: the weights stay, the memory goes */
  assert_same_net(a, b);
  OK(denpa_net_value(a, "W1", w, 784 * 5, err));
  OK(denpa_net_value(a, "b1", b1, 5, err));
  OK(denpa_net_value(a, "W2", w2, 50, err));
  OK(denpa_net_value(a, "b2", b2, 10, err));
  OK(denpa_net_set(c, "W1", w, 784 * 5, err));
  OK(denpa_net_set(c, "b1", b1, 5, err));
  OK(denpa_net_set(c, "W2", w2, 50, err));
  OK(denpa_net_set(c, "b2", b2, 10, err));
  adam.steps = 1;
  adam.batch = 0;
  OK(denpa_train(a, digits, &adam, NULL, err));
  OK(denpa_train(b, digits, &adam, NULL, err));
  OK(denpa_train(c, digits, &adam, NULL, err));
  assert_other_net(a, b);
  assert_same_net(b, c);
  denpa_net_free(a);
  denpa_net_free(b);
  denpa_net_free(c);
}

/* Labels and one-hot rows give the same network; so does the same graph made by hand. */
static void test_one_hot(void **state) {
  (void)state;
  const dnp_split *s = &digits->split[DNP_TRAIN];
  double *target = calloc(s->rows * 10, sizeof *target);
  for (size_t i = 0; i < s->rows; i++) target[i * 10 + s->label[i]] = 1;
  denpa_data *hot;
  OK(denpa_data_from_memory(&hot, "digits:600:7", 784, 10,
      &(denpa_rows){.rows = s->rows, .dtype = DENPA_DTYPE_UINT8, .x = s->pixel, .target = target}, NULL, err));
  free(target);
  denpa_graph *graph;
  denpa_net *by_hand;
  OK(denpa_graph_create(&graph, err));
  int x = denpa_graph_input(graph, "x", 1, (const size_t[]){784});
  int w1 = denpa_graph_parameter(graph, "W1", 2, (const size_t[]){784, 5}, "normal:0.01"),
      b1 = denpa_graph_parameter(graph, "b1", 1, (const size_t[]){5}, NULL);
  int a1 = denpa_graph_apply(graph, "affine", "a1", (const int[]){x, w1, b1}, 3),
      z1 = denpa_graph_apply(graph, "sigmoid", "z1", &a1, 1);
  int w2 = denpa_graph_parameter(graph, "W2", 2, (const size_t[]){5, 10}, "normal:0.01"),
      b2 = denpa_graph_parameter(graph, "b2", 1, (const size_t[]){10}, NULL);
  int a2 = denpa_graph_apply(graph, "affine", "a2", (const int[]){z1, w2, b2}, 3);
  int t = denpa_graph_targets(graph, "t", 1, (const size_t[]){10});
  denpa_graph_apply(graph, "cross_entropy", "y", (const int[]){a2, t}, 2);
  OK(denpa_graph_build(&by_hand, graph, NULL, err));
  denpa_graph_free(graph);

  denpa_train_options o = denpa_train_options_default();
  o.epochs = 2;
  denpa_net *labels = trained(digits, "784-5-10", denpa_net_options_default(), o);
  denpa_report on_targets;
  OK(denpa_train(by_hand, hot, &o, &on_targets, err));
  assert_same_net(labels, by_hand);
  /* targets have no accuracy; no test rows */
  assert_true(isnan(on_targets.train_accuracy) && isnan(on_targets.test_loss));

  double loss, accuracy, same_loss, same_accuracy;
  OK(denpa_net_evaluate(labels, digits, DENPA_SPLIT_TEST, &loss, &accuracy, err));
  OK(denpa_net_evaluate(
      by_hand, digits, DENPA_SPLIT_TEST, &same_loss, &same_accuracy, err)); /* labels become one-hot rows */
  assert_true(loss == same_loss && accuracy == same_accuracy);
  denpa_net_free(labels);
  denpa_net_free(by_hand);
  denpa_data_free(hot);
}

/* Answers that are computed with before they reach the loss: what comes with the rows has to fit the tensor that takes
 * it. */
static void test_answers_of_another_width(void **state) {
  (void)state;
  static const char *const operations[] = {"identity", "add", "multiply", "softmax", "squared_error"};
  const size_t inputs = 784, five = 5, ten = 10, wide[] = {784, 10}, turn[] = {5, 10};
  denpa_graph *graph;
  denpa_net *net;
  denpa_train_options t = denpa_train_options_default();
  OK(denpa_graph_create(&graph, err));
  const int x = denpa_graph_input(graph, "x", 1, &inputs), answers = denpa_graph_targets(graph, "t", 1, &five);
  const int a = denpa_graph_apply(graph, "affine", "a",
      (const int[]){
          x, denpa_graph_parameter(graph, "W", 2, wide, "xavier"), denpa_graph_parameter(graph, "b", 1, &ten, NULL)},
      3);
  const int wider = denpa_graph_apply(
      graph, "product", "wider", (const int[]){answers, denpa_graph_constant(graph, "turn", 2, turn)}, 2);
  denpa_graph_apply(graph, "squared_error", "y", (const int[]){a, wider}, 2);
  OK(denpa_graph_build(&net, graph, NULL, err));
  assert_int_equal(denpa_train(net, digits, &t, NULL, NULL), DENPA_ERROR_SHAPE);
  denpa_net_free(net);
  denpa_graph_free(graph);
  for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
    OK(denpa_graph_create(&graph, err));
    const int label = denpa_graph_labels(graph, "t"), in[2] = {label, label};
    assert_true(denpa_graph_apply(graph, operations[i], "y", in, i == 0 || i == 3 ? 1 : 2) < 0);
    assert_int_equal(denpa_graph_build(&net, graph, NULL, NULL), DENPA_ERROR_SHAPE);
    denpa_graph_free(graph);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_goldens),
      cmocka_unit_test(test_witness),
      cmocka_unit_test(test_schedules),
      cmocka_unit_test(test_adam_remembers),
      cmocka_unit_test(test_threads),
      cmocka_unit_test(test_input_is_whole),
      cmocka_unit_test(test_seeds),
      cmocka_unit_test(test_goes_on),
      cmocka_unit_test(test_one_hot),
      cmocka_unit_test(test_answers_of_another_width),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
