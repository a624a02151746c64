/* test_learn.c: training: the goldens of the NumPy run, batches, same bits, what callbacks see, what goes wrong
 * (src/learn). Model files are in test_model.c. */
#include <math.h>

#include "file_tools.h"
#include "learn/learn.h"

#define NET "784-50-10"

static denpa_data *digits;

static int setup(void **state) {
  return make_folder(state) != 0 || denpa_data_digits(&digits, 600, 7, NULL) != DENPA_OK;
}
static int teardown(void **state) {
  denpa_data_free(digits);
  return remove_folder(state);
}

/* Options that train from NumPy's seed as the seed's article does. */
static void numpy_options(uint64_t seed, denpa_net_options *net, denpa_train_options *train) {
  *net = denpa_net_options_default();
  *train = denpa_train_options_default();
  net->dtype = DENPA_FLOAT64;
  net->rng = train->rng = DENPA_RNG_NUMPY;
  net->seed = train->seed = seed;
  train->epochs = 1000;
  train->evaluate = DENPA_EVALUATE_NONE;
}

static double weight(const denpa_net *net, const char *name, size_t row, size_t column) {
  for (size_t i = 0; i < denpa_net_parameter_tensors(net); i++) {
    denpa_parameter p = denpa_net_parameter(net, i);
    if (strcmp(p.name, name) == 0)
      return p.dtype == DENPA_FLOAT32 ? (double)((const float *)p.value)[row * p.shape[1] + column]
                                      : ((const double *)p.value)[row * p.shape[1] + column];
  }
  fail_msg("no %s", name);
  return 0;
}

/* ---- goldens ------------------------------------------------------------------------------------ */

static const struct golden {
  const char *name;
  size_t steps, batch;
  denpa_update_order order;
  double train_loss, train_accuracy, test_loss, test_accuracy, w1, w2;
} goldens[] = {
    {"no update", 0, 0, DENPA_GRADIENTS_FIRST, 2.303652291192651, 0.09915, 2.3034476857104083, 0.1009,
        -0.004157512205557189, 0.020676423856118547},
    {"1 full batch", 1, 0, DENPA_GRADIENTS_FIRST, 2.3029554573434714, 0.09915, 2.302760348200446, 0.1009,
        -0.0041579069273867475, 0.02099746933120977},
    {"1 full batch, the seed's order", 1, 0, DENPA_SEED_ORDER, 2.302955482615178, 0.09915, 2.302760378752453, 0.1009,
        -0.004158116011443473, 0.02099746933120977},
    {"3 full batches", 3, 0, DENPA_GRADIENTS_FIRST, 2.3020031631374676, 0.09915, 2.3018223999061496, 0.1009,
        -0.004160021552537501, 0.021540109613101367},
    {"600 updates", 600, 100, DENPA_GRADIENTS_FIRST, 0.8472628510961421, 0.7861666666666667, 0.8302972355726282, 0.7952,
        0.07760240864715202, 0.5808423715933219},
    {"600 updates, the seed's order", 600, 100, DENPA_SEED_ORDER, 0.8452373732119615, 0.7858333333333334,
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
  t.sampling = DENPA_REPLACEMENT;
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
    assert_golden(data, &goldens[i], DENPA_FLOAT64, 1e-9, 1e-12);
    assert_golden(data, &goldens[i], DENPA_FLOAT32, 1e-6, 1e-5);
  }
  denpa_data_free(data);
}

/* ---- another seed, against NumPy itself --------------------------------------------------------- */

static void put_rows(void) {
  const dnp_split *s = &digits->split[DNP_TRAIN];
  const dnp_array arrays[] = {
      {.name = "x", .dtype = DENPA_UINT8, .axes = 2, .shape = {s->rows, 784}, .data = (void *)(uintptr_t)s->pixel},
      {.name = "t", .dtype = DENPA_UINT8, .axes = 1, .shape = {s->rows}, .data = (void *)(uintptr_t)s->label}};
  OK(dnp_npz_write(in_folder("rows.npz"), arrays, 2, err));
}

static void assert_like_numpy(const denpa_net *net, const char *path) {
  dnp_arrays theirs;
  OK(dnp_npz_read(path, &theirs, err));
  for (size_t i = 0; i < denpa_net_parameter_tensors(net); i++) {
    denpa_parameter p = denpa_net_parameter(net, i);
    const dnp_array *a = dnp_arrays_find(&theirs, p.name);
    const double *mine = p.value, *other = a->data;
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
  } rows[] = {{1, 40, 100, "replacement", "gradients-first", DENPA_REPLACEMENT, "sgd", "0", DENPA_CONSTANT},
      {12345, 30, 70, "shuffle", "gradients-first", DENPA_SHUFFLE, "sgd", "0", DENPA_CONSTANT},
      {4294967295u, 30, 70, "shuffle", "seed", DENPA_SHUFFLE, "sgd", "0", DENPA_CONSTANT},
      {2, 5, 0, "full", "seed", DENPA_SHUFFLE, "sgd", "0", DENPA_CONSTANT},
      {3, 12, 70, "shuffle", "gradients-first", DENPA_SHUFFLE, "adam", "0", DENPA_CONSTANT},
      {4, 8, 0, "full", "gradients-first", DENPA_SHUFFLE, "adam", "0.004", DENPA_LINEAR},
      {5, 10, 90, "replacement", "seed", DENPA_REPLACEMENT, "adam", "0.003", DENPA_ONE_CYCLE},
      {6, 20, 100, "replacement", "gradients-first", DENPA_REPLACEMENT, "sgd", "0.5", DENPA_ONE_CYCLE}};
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
        dnp_schedule_name(rows[i].schedule));
    assert_int_equal(system(command), 0);
    denpa_net_options o;
    denpa_train_options t;
    denpa_net *net;
    numpy_options(rows[i].seed, &o, &t);
    t.steps = rows[i].steps;
    t.batch = rows[i].batch;
    t.sampling = rows[i].how;
    t.update_order = strcmp(rows[i].order, "seed") == 0 ? DENPA_SEED_ORDER : DENPA_GRADIENTS_FIRST;
    t.optimizer = rows[i].optimizer;
    t.lr = atof(rows[i].lr);
    t.schedule = rows[i].schedule;
    OK(denpa_net_create(&net, NET, &o, err));
    OK(denpa_train(net, digits, &t, NULL, err));
    assert_like_numpy(net, in_folder("weights.npz"));
    denpa_net_free(net);
  }
}

/* ---- batches ------------------------------------------------------------------------------------ */

enum { ROWS = 103, BATCH = 20 };

/* The rows of one epoch in order, and the size of its last batch. */
static size_t epoch_rows(dnp_batches *b, size_t epoch, uint32_t *out, size_t *last) {
  size_t n = 0, count, known;
  dnp_batches_begin(b, epoch);
  for (size_t k = 0; k < b->per_epoch; k++) {
    const uint32_t *rows = dnp_batches_get(b, k, epoch * b->per_epoch + k, &count, &known);
    assert_true(
        known >= count && (rows == NULL || b->sampling == DENPA_REPLACEMENT || known == b->rows - k * b->batch));
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
    OK(dnp_batches_open(&b, ROWS, BATCH, DENPA_SHUFFLE, 5, numpy ? &generator : NULL, err));
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
  OK(dnp_batches_open(&b, ROWS, BATCH, DENPA_SHUFFLE, 99, NULL, err));
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
  OK(dnp_batches_open(&b, ROWS, BATCH, DENPA_REPLACEMENT, 3, NULL, err));
  assert_int_equal(epoch_rows(&b, 2, rows, &last), 6 * BATCH);
  assert_int_equal(last, BATCH);
  for (size_t i = 0; i < 6 * BATCH; i++) {
    assert_int_equal(rows[i], dnp_draw_below(3, DNP_STREAM(DNP_FOR_BATCH, 12 + i / BATCH), i % BATCH, ROWS));
    for (size_t k = 0; k < i; k++) twice += rows[i] == rows[k];
  }
  assert_true(twice > 0);
  dnp_batches_close(&b);
  OK(dnp_batches_open(&b, 5, 8, DENPA_REPLACEMENT, 3, NULL, err)); /* more than there are */
  assert_int_equal(b.per_epoch, 1);
  assert_int_equal(epoch_rows(&b, 0, rows, &last), 8);
  dnp_batches_close(&b);
}

static void test_sequential_and_full(void **state) {
  (void)state;
  static const struct {
    size_t batch, per_epoch, last;
    denpa_sampling sampling;
  } rows[] = {{BATCH, 6, 3, DENPA_SEQUENTIAL}, {0, 1, ROWS, DENPA_SHUFFLE}, {0, 1, ROWS, DENPA_REPLACEMENT},
      {ROWS, 1, ROWS, DENPA_SHUFFLE}, {1000, 1, ROWS, DENPA_SEQUENTIAL}, {1, ROWS, 1, DENPA_SEQUENTIAL}};
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
  assert_int_equal(dnp_batches_open(&none, 0, 10, DENPA_SHUFFLE, 1, NULL, NULL), DENPA_ARGUMENT);
}

/* ---- same bits ---------------------------------------------------------------------------------- */

static denpa_net *trained(const denpa_data *data, const char *text, denpa_net_options o, denpa_train_options t) {
  denpa_net *net;
  OK(denpa_net_create(&net, text, &o, err));
  OK(denpa_train(net, data, &t, NULL, err));
  return net;
}

static void assert_same_net(const denpa_net *a, const denpa_net *b) {
  char x[65], y[65];
  OK(denpa_net_sha256(a, x, err));
  OK(denpa_net_sha256(b, y, err));
  assert_string_equal(x, y);
}

static void assert_other_net(const denpa_net *a, const denpa_net *b) {
  char x[65], y[65];
  OK(denpa_net_sha256(a, x, err));
  OK(denpa_net_sha256(b, y, err));
  assert_string_not_equal(x, y);
}

/* Threads keep the rows of the input to themselves while they train; who asks for the tensor sees the whole of the last
 * chunk all the same. */
static void test_input_is_whole(void **state) {
  (void)state;
  enum { LAST = 37 };
  static double x[256 * 784], row[784];
  for (int threads = 1; threads <= 5; threads++) {
    denpa_net_options o = denpa_net_options_default();
    denpa_train_options t = denpa_train_options_default();
    o.threads = threads;
    t.batch = LAST;
    t.steps = 2;
    t.sampling = DENPA_SEQUENTIAL;
    t.evaluate = DENPA_EVALUATE_NONE;
    denpa_net *net = trained(digits, "784-13-10", o, t);
    OK(denpa_net_value(net, "x", x, 256 * 784, err)); /* the capacity of a chunk */
    for (size_t i = 0; i < LAST; i++) {
      OK(denpa_data_row(digits, DENPA_TRAIN, LAST + i, row, err));
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
  } rows[] = {{100, 12, DENPA_SHUFFLE, DENPA_GRADIENTS_FIRST, DENPA_FLOAT32, "784-30-20-10", "sgd"},
      {37, 12, DENPA_REPLACEMENT, DENPA_SEED_ORDER, DENPA_FLOAT32, "784-13-10", "sgd"},
      {0, 3, DENPA_SHUFFLE, DENPA_GRADIENTS_FIRST, DENPA_FLOAT64, "784-13-10", "sgd"},
      {2300, 3, DENPA_REPLACEMENT, DENPA_SEED_ORDER, DENPA_FLOAT64, "784-13-10", "sgd"},
      {64, 12, DENPA_SHUFFLE, DENPA_GRADIENTS_FIRST, DENPA_FLOAT32, "784-30-20-10", "adam"},
      {37, 12, DENPA_REPLACEMENT, DENPA_SEED_ORDER, DENPA_FLOAT64, "784-13-10", "adam"}};
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
    for (int sampling = 0; sampling <= DENPA_SEQUENTIAL; sampling++) {
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
  } rows[] = {{DENPA_CONSTANT, 0, 10, 1}, {DENPA_CONSTANT, 9, 10, 1}, {DENPA_LINEAR, 0, 10, 1},
      {DENPA_LINEAR, 5, 10, 0.5}, {DENPA_LINEAR, 9, 10, 0.1}, {DENPA_LINEAR, 0, 1, 1}, {DENPA_ONE_CYCLE, 0, 10, 0.04},
      {DENPA_ONE_CYCLE, 1, 10, 0.52}, {DENPA_ONE_CYCLE, 2, 10, 1}, {DENPA_ONE_CYCLE, 9, 10, 4e-6},
      {DENPA_ONE_CYCLE, 5, 10, 0.611262022}, {DENPA_ONE_CYCLE, 29, 100, 1}, {DENPA_ONE_CYCLE, 64, 100, 0.500002},
      {DENPA_ONE_CYCLE, 99, 100, 4e-6}, {DENPA_ONE_CYCLE, 0, 1, 4e-6}, {DENPA_ONE_CYCLE, 1, 2, 4e-6}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    denpa_train_options o = denpa_train_options_default();
    dnp_schedule s;
    o.schedule = rows[i].schedule;
    OK(dnp_schedule_settle(&o, 0.3, rows[i].total, 5, &s, err));
    const double rate = dnp_schedule_rate(&s, rows[i].done);
    if (!(fabs(rate - 0.3 * rows[i].factor) <= 1e-8))
      fail_msg("%s, %zu of %zu: %.17g", dnp_schedule_name(rows[i].schedule), rows[i].done, rows[i].total, rate);
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
      &(denpa_rows){.rows = s->rows, .dtype = DENPA_UINT8, .x = s->pixel, .target = target}, NULL, err));
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
  OK(denpa_net_evaluate(labels, digits, DENPA_TEST, &loss, &accuracy, err));
  OK(denpa_net_evaluate(by_hand, digits, DENPA_TEST, &same_loss, &same_accuracy, err)); /* labels become one-hot rows */
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
  assert_int_equal(denpa_train(net, digits, &t, NULL, NULL), DENPA_SHAPE);
  denpa_net_free(net);
  denpa_graph_free(graph);
  for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
    OK(denpa_graph_create(&graph, err));
    const int label = denpa_graph_labels(graph, "t"), in[2] = {label, label};
    assert_true(denpa_graph_apply(graph, operations[i], "y", in, i == 0 || i == 3 ? 1 : 2) < 0);
    assert_int_equal(denpa_graph_build(&net, graph, NULL, NULL), DENPA_SHAPE);
    denpa_graph_free(graph);
  }
}

/* ---- what callbacks see ------------------------------------------------------------------------- */

typedef struct watch {
  denpa_epoch epoch[8];
  size_t epochs, progress, last_step, steps, allocations[8], stop_at;
  double loss;
} watch;

static int see_epoch(void *context, const denpa_epoch *epoch) {
  watch *w = context;
  w->allocations[w->epochs] = dnp_alloc_count();
  w->epoch[w->epochs++] = *epoch;
  return w->epochs == w->stop_at;
}

static int see_progress(void *context, size_t step, size_t steps, double loss) {
  watch *w = context;
  assert_true(step > w->last_step && step <= steps);
  assert_true(loss > 0 && loss < 5);
  w->progress++;
  w->last_step = step;
  w->steps = steps;
  return 0;
}

static denpa_train_options watched(watch *w) {
  denpa_train_options t = denpa_train_options_default();
  *w = (watch){0};
  t.on_epoch = see_epoch;
  t.on_progress = see_progress;
  t.context = w;
  return t;
}

static void test_no_allocation(void **state) {
  (void)state;
  for (int sampling = 0; sampling <= DENPA_SEQUENTIAL; sampling++)
    /* both losses (mse turns labels into one-hot rows), both sources, both optimizers */
    for (int kind = 0; kind < 8; kind++) {
      watch w;
      denpa_net_options o = denpa_net_options_default();
      denpa_train_options t = watched(&w);
      o.loss = kind & 1 ? "mse" : "cross-entropy";
      o.rng = t.rng = kind & 2 ? DENPA_RNG_NUMPY : DENPA_RNG_DENPA;
      t.optimizer = kind & 4 ? "adam" : "sgd";
      t.schedule = DENPA_ONE_CYCLE;
      o.threads = 2;
      t.sampling = (denpa_sampling)sampling;
      t.epochs = 3;
      t.batch = 64;
      denpa_net_free(trained(digits, "784-5-10", o, t));
      assert_int_equal(w.epochs, 3);
      assert_int_equal(w.allocations[0], w.allocations[1]);
      assert_int_equal(w.allocations[1], w.allocations[2]);
    }
}

/* Everything that a training can do at once, with pictures. */
static void test_no_allocation_of_pictures(void **state) {
  (void)state;
  for (int kind = 0; kind < 4; kind++) {
    watch w;
    denpa_net_options o = denpa_net_options_default();
    denpa_train_options t = watched(&w);
    o.init = "he";
    o.dtype = kind & 1 ? DENPA_FLOAT64 : DENPA_FLOAT32;
    o.threads = 3;
    t.optimizer = kind & 2 ? "momentum" : "adamw";
    t.lr = 0.01;
    t.clip = 1;
    t.weight_decay = 0.01;
    t.class_weights = "balanced";
    t.augment = "shift:2,rotate:5,elastic:1";
    t.validation = 0.2;
    t.patience = 5;
    t.epochs = 3;
    t.batch = 50;
    denpa_net_free(
        trained(digits, "input 1x28x28, conv 4 5x5 stride 3, batchnorm, relu, maxpool 2, dropout 0.2, dense 10", o, t));
    assert_int_equal(w.epochs, 3);
    assert_int_equal(w.allocations[0], w.allocations[1]);
    assert_int_equal(w.allocations[1], w.allocations[2]);
  }
}

static void assert_score(const denpa_net *net, denpa_split split, double loss, double accuracy) {
  double want_loss, want_accuracy;
  OK(denpa_net_evaluate((denpa_net *)(uintptr_t)net, digits, split, &want_loss, &want_accuracy, err));
  assert_true(loss == want_loss && accuracy == want_accuracy);
}

static void test_epochs(void **state) {
  (void)state;
  watch w;
  denpa_report r;
  denpa_net *net;
  denpa_train_options t = watched(&w);
  t.steps = 15; /* 6 an epoch: ends inside the third */
  OK(denpa_net_create(&net, "784-5-10", NULL, err));
  OK(denpa_train(net, digits, &t, &r, err));
  assert_int_equal(w.epochs, 3);
  assert_int_equal(w.epoch[0].step, 6);
  assert_true(w.epoch[0].epoch == 1 && w.epoch[1].epoch == 2 && w.epoch[2].epoch == 2.5);
  assert_int_equal(w.epoch[2].step, 15);
  assert_int_equal(r.steps, 15);
  assert_true(r.epochs == 2.5);
  assert_true(r.seconds > 0 && r.seconds_eval > 0 && w.epoch[2].seconds <= r.seconds &&
              w.epoch[0].seconds < w.epoch[2].seconds);
  assert_true(w.epoch[2].test_loss == r.test_loss && w.epoch[2].train_accuracy == r.train_accuracy);
  assert_score(net, DENPA_TRAIN, r.train_loss, r.train_accuracy);
  assert_score(net, DENPA_TEST, r.test_loss, r.test_accuracy);
  denpa_net_free(net);
}

static void test_evaluate_modes(void **state) {
  (void)state;
  for (int mode = 0; mode <= DENPA_EVALUATE_NONE; mode++)
    for (size_t steps = 0; steps <= 12; steps += 12) {
      watch w;
      denpa_report r;
      denpa_net *net;
      denpa_train_options t = watched(&w);
      t.steps = steps;
      t.evaluate = (denpa_evaluate)mode;
      OK(denpa_net_create(&net, "784-5-10", NULL, err));
      OK(denpa_train(net, digits, &t, &r, err));
      assert_int_equal(w.epochs, steps / 6);
      bool train = mode == DENPA_EVALUATE_BOTH || mode == DENPA_EVALUATE_END, test = mode != DENPA_EVALUATE_NONE;
      assert_int_equal(!isnan(r.train_loss), train);
      assert_int_equal(!isnan(r.train_accuracy), train);
      assert_int_equal(!isnan(r.test_loss), test);
      if (steps > 0) {
        assert_int_equal(!isnan(w.epoch[0].train_loss), mode == DENPA_EVALUATE_BOTH);
        assert_int_equal(!isnan(w.epoch[0].test_loss), mode == DENPA_EVALUATE_BOTH || mode == DENPA_EVALUATE_TEST);
        assert_int_equal(!isnan(w.epoch[1].test_accuracy), test);
      }
      denpa_net_free(net);
    }
}

static void test_progress(void **state) {
  (void)state;
  watch w;
  denpa_report r;
  denpa_net *net;
  denpa_train_options t = watched(&w);
  t.epochs = 6;
  t.batch = 1;
  t.evaluate = DENPA_EVALUATE_NONE;
  OK(denpa_net_create(&net, "784-50-10", NULL, err));
  OK(denpa_train(net, digits, &t, &r, err));
  assert_true((double)w.progress <= r.seconds * 20 + 1);
  if (r.seconds > 0.2) assert_true(w.progress >= 1);
  if (w.progress > 0) assert_int_equal(w.steps, 3600);
  denpa_net_free(net);
}

/* ---- what goes wrong ---------------------------------------------------------------------------- */

static void assert_says(const denpa_error *err, denpa_status status, const char *fragment) {
  char text[1024];
  denpa_error_text(err, DENPA_EN, text, sizeof text);
  if (err->status != status || strstr(text, fragment) == NULL)
    fail_msg("not %s with '%s': %s: %s", denpa_status_name(status), fragment, denpa_status_name(err->status), text);
  for (int i = 1; i <= 9; i++) assert_null(strstr(text, (char[]){'{', (char)('0' + i), '}', '\0'}));
}

static int stop_progress(void *context, size_t step, size_t steps, double loss) {
  (void)steps, (void)loss;
  *(size_t *)context = step;
  return 1;
}

static void test_cancel(void **state) {
  (void)state;
  watch w;
  denpa_report r;
  denpa_error e = {0};
  denpa_net *net;
  denpa_train_options t = watched(&w);
  t.epochs = 3;
  w.stop_at = 2;
  OK(denpa_net_create(&net, "784-5-10", NULL, err));
  assert_int_equal(denpa_train(net, digits, &t, &r, &e), DENPA_CANCELLED);
  assert_says(&e, DENPA_CANCELLED, "12");
  assert_int_equal(r.steps, 12);
  assert_score(net, DENPA_TEST, r.test_loss, r.test_accuracy);
  t.epochs = 1; /* what is left makes it the network that was never stopped */
  w.stop_at = w.last_step = 0;
  OK(denpa_train(net, digits, &t, NULL, err));
  denpa_train_options whole = denpa_train_options_default();
  whole.epochs = 3;
  denpa_net *other = trained(digits, "784-5-10", denpa_net_options_default(), whole);
  assert_same_net(net, other);
  denpa_net_free(other);

  size_t stopped = 0;
  t = denpa_train_options_default();
  t.epochs = 1000000;
  t.on_progress = stop_progress;
  t.context = &stopped;
  assert_int_equal(denpa_train(net, digits, &t, &r, NULL), DENPA_CANCELLED);
  assert_int_equal(r.steps, stopped);
  assert_true(stopped > 0);
  denpa_net_free(net);
}

typedef struct updates {
  denpa_net *net;
  size_t step[8], seen, epochs, stop_at;
  double first[8]; /* W1[0,0] at each */
} updates;

static int count_epoch(void *context, const denpa_epoch *epoch) {
  updates *u = context;
  (void)epoch;
  u->epochs++;
  return 0;
}

static int see_update(void *context, const denpa_epoch *now, size_t *next) {
  static const size_t wanted[] = {1, 6, 7, 7, 13, 15}; /* the second 7 is not later: it is never reached again */
  updates *u = context;
  double loss, accuracy, w1[784 * 5];
  assert_string_equal(denpa_net_metadata(u->net, "steps"), now->step == 0   ? "0"
                                                           : now->step == 1 ? "1"
                                                           : now->step == 6 ? "6"
                                                                            : "7");
  assert_true(now->epoch == (double)now->step / 6);
  assert_true(isnan(now->test_loss) == (now->step != 6));
  OK(denpa_net_evaluate(u->net, digits, DENPA_TEST, &loss, &accuracy, err));
  if (now->step == 6) {
    assert_true(loss == now->test_loss && accuracy == now->test_accuracy);
    assert_int_equal(u->epochs, 1); /* on_epoch came first */
  }
  OK(denpa_net_value(u->net, "W1", w1, 784 * 5, err));
  u->first[u->seen] = w1[400 * 5];
  u->step[u->seen] = now->step;
  *next = wanted[u->seen++];
  return u->seen == u->stop_at;
}

/* on_update is called where it wants to be, sees the network of that update, and changes nothing. */
static void test_updates(void **state) {
  (void)state;
  updates u = {0};
  denpa_train_options t = denpa_train_options_default(), plain = t;
  denpa_report r;
  t.steps = plain.steps = 15; /* 6 an epoch */
  t.on_update = see_update;
  t.on_epoch = count_epoch;
  t.context = &u;
  OK(denpa_net_create(&u.net, "784-5-10", NULL, err));
  OK(denpa_train(u.net, digits, &t, NULL, err));
  static const size_t seen[] = {0, 1, 6, 7};
  assert_int_equal(u.seen, 4);
  assert_memory_equal(u.step, seen, sizeof seen);
  denpa_net *other = trained(digits, "784-5-10", denpa_net_options_default(), plain);
  assert_same_net(u.net, other);
  denpa_net_free(other);
  for (size_t k = 0; k < 4; k++) { /* what it saw is what a training of so many updates ends with */
    double w1[784 * 5];
    plain.steps = seen[k];
    other = trained(digits, "784-5-10", denpa_net_options_default(), plain);
    OK(denpa_net_value(other, "W1", w1, 784 * 5, err));
    assert_true(w1[400 * 5] == u.first[k]);
    denpa_net_free(other);
  }
  denpa_net_free(u.net);

  u = (updates){.stop_at = 2};
  OK(denpa_net_create(&u.net, "784-5-10", NULL, err));
  assert_int_equal(denpa_train(u.net, digits, &t, &r, NULL), DENPA_CANCELLED);
  assert_int_equal(r.steps, 1);
  denpa_net_free(u.net);
}

static void assert_not_finite(const char *optimizer) {
  denpa_report r;
  denpa_error e = {0};
  denpa_net *net;
  denpa_net_options o = denpa_net_options_default();
  denpa_train_options t = denpa_train_options_default();
  o.activation = "relu";
  t.optimizer = optimizer;
  t.lr = 1e30;
  OK(denpa_net_create(&net, "784-20-10", &o, err));
  assert_int_equal(denpa_train(net, digits, &t, &r, &e), DENPA_NUMERIC);
  assert_says(&e, DENPA_NUMERIC, "step ");
  assert_says(&e, DENPA_NUMERIC, "is not finite any more");
  assert_true(r.steps < 6);
  char text[1024], step[32];
  denpa_error_text(&e, DENPA_EN, text, sizeof text);
  snprintf(step, sizeof step, "step %zu:", r.steps + 1);
  assert_non_null(strstr(text, step));
  assert_true(strstr(text, "W1") || strstr(text, "W2") || strstr(text, "a1") || strstr(text, "a2") ||
              strstr(text, "loss") || strstr(text, "z1") || strstr(text, "b1") || strstr(text, "b2"));
  denpa_net_free(net);
}

static void test_not_finite(void **state) {
  (void)state;
  assert_not_finite("sgd");
  assert_not_finite("adam");
}

/* A number that is too large for the dtype is noticed in the update that makes it, with either optimizer. */
static void test_spoilt_update(void **state) {
  (void)state;
  static const char *const optimizers[] = {"sgd", "adam"};
  for (int i = 0; i < 2; i++) {
    denpa_error e = {0};
    denpa_net *net;
    denpa_train_options t = denpa_train_options_default();
    t.optimizer = optimizers[i];
    t.lr = 1e300; /* no float */
    OK(denpa_net_create(&net, "784-5-10", NULL, err));
    assert_int_equal(denpa_train(net, digits, &t, NULL, &e), DENPA_NUMERIC);
    assert_says(&e, DENPA_NUMERIC, "step 1: after the update W1 is not finite any more");
    denpa_net_free(net);
  }
}

static void assert_train_refused(const char *text, const denpa_net_options *o, const denpa_train_options *t,
    denpa_status status, const char *fragment) {
  denpa_error e = {0};
  denpa_net *net;
  OK(denpa_net_create(&net, text, o, err));
  assert_int_equal(denpa_train(net, digits, t, NULL, &e), status);
  assert_says(&e, status, fragment);
  denpa_net_free(net);
}

static void test_refused(void **state) {
  (void)state;
  denpa_train_options t = denpa_train_options_default();
  assert_train_refused("785-5-10", NULL, NULL, DENPA_SHAPE, "takes 785 numbers a row (digits:600:7 has 784)");
  assert_train_refused("784-5-9", NULL, NULL, DENPA_SHAPE, "gives 9 numbers a row (digits:600:7 has 10");
  t.lr = (double)NAN;
  assert_train_refused("784-5-10", NULL, &t, DENPA_ARGUMENT, "learning rate");
  t.lr = -1;
  assert_train_refused("784-5-10", NULL, &t, DENPA_ARGUMENT, "learning rate");
  t = denpa_train_options_default();
  t.schedule = (denpa_schedule)6;
  assert_train_refused("784-5-10", NULL, &t, DENPA_ARGUMENT, "schedule number 6");
  t = denpa_train_options_default();
  t.optimizer = "adamant";
  assert_train_refused("784-5-10", NULL, &t, DENPA_ARGUMENT, "'adamant' is not an optimizer");
  t = denpa_train_options_default();
  t.rng = DENPA_RNG_NUMPY;
  t.seed = 1ull << 32;
  assert_train_refused("784-5-10", NULL, &t, DENPA_ARGUMENT, "4294967296");

  denpa_error e = {0};
  denpa_net *net;
  denpa_net_options o = denpa_net_options_default();
  o.rng = DENPA_RNG_NUMPY;
  o.seed = 1ull << 32;
  assert_int_equal(denpa_net_create(&net, "784-10", &o, &e), DENPA_ARGUMENT);
  assert_null(net);
  assert_says(&e, DENPA_ARGUMENT, "4294967296");
}

static void test_memory(void **state) {
  (void)state;
  size_t n = 0;
  denpa_status status = DENPA_MEMORY;
  while (status != DENPA_OK) {
    denpa_error e = {0};
    denpa_net *net = NULL;
    denpa_net_options o = denpa_net_options_default();
    denpa_train_options t = denpa_train_options_default();
    o.loss = "mse"; /* measuring needs room */
    o.rng = t.rng = DENPA_RNG_NUMPY;
    t.optimizer = "adam";
    t.steps = 2;
    dnp_alloc_fail_at(++n);
    status = denpa_net_create(&net, "784-2-10", &o, &e);
    if (status == DENPA_OK) status = denpa_train(net, digits, &t, NULL, &e);
    if (status == DENPA_OK) status = denpa_net_evaluate(net, digits, DENPA_TEST, NULL, NULL, &e);
    double y[10];
    if (status == DENPA_OK)
      status = denpa_net_predict(net, 1, DENPA_UINT8, denpa_data_pixels(digits, DENPA_TEST, 0), y, NULL, &e);
    dnp_alloc_fail_at(0);
    if (status != DENPA_OK) {
      assert_int_equal(status, DENPA_MEMORY);
      assert_int_equal(e.status, DENPA_MEMORY);
    }
    denpa_net_free(net);
    assert_true(n < 1000);
  }
  assert_true(n > 30);
}

/* ---- predictions, numbers by name, graphs without rows ------------------------------------------- */

static void test_predict(void **state) {
  (void)state;
  for (int dtype = DENPA_FLOAT32; dtype <= DENPA_FLOAT64; dtype++) {
    denpa_net_options o = denpa_net_options_default();
    denpa_train_options t = denpa_train_options_default();
    o.dtype = (denpa_dtype)dtype;
    t.epochs = 2;
    denpa_net *net = trained(digits, "784-5-10", o, t);
    const size_t rows = denpa_data_rows(digits, DENPA_TEST);
    double *x = malloc(rows * 784 * sizeof *x), *y = malloc(rows * 10 * sizeof *y), *z = malloc(rows * 10 * sizeof *z),
           accuracy;
    float *narrow = malloc(rows * 784 * sizeof *narrow);
    int32_t *predicted = malloc(rows * sizeof *predicted);
    OK(denpa_net_predict(net, rows, DENPA_UINT8, denpa_data_pixels(digits, DENPA_TEST, 0), y, predicted, err));
    size_t correct = 0;
    for (size_t i = 0; i < rows; i++) {
      double sum = 0;
      for (int k = 0; k < 10; k++) {
        sum += y[i * 10 + (size_t)k];
        assert_true(y[i * 10 + (size_t)k] <= y[i * 10 + (size_t)predicted[i]]);
      }
      assert_true(fabs(sum - 1) < 1e-5);
      correct += predicted[i] == denpa_data_label(digits, DENPA_TEST, i);
      OK(denpa_data_row(digits, DENPA_TEST, i, x + i * 784, err));
    }
    for (size_t i = 0; i < rows * 784; i++) narrow[i] = (float)x[i];
    OK(denpa_net_evaluate(net, digits, DENPA_TEST, NULL, &accuracy, err));
    assert_true(accuracy == (double)correct / (double)rows);
    OK(denpa_net_predict(net, rows, DENPA_FLOAT64, x, z, NULL, err));
    assert_memory_equal(y, z, rows * 10 * sizeof *y);
    OK(denpa_net_predict(net, rows, DENPA_FLOAT32, narrow, z, NULL, err));
    assert_memory_equal(y, z, rows * 10 * sizeof *y);
    OK(denpa_net_predict(net, 1, DENPA_FLOAT64, x + 784, z, NULL, err)); /* alone as among others */
    assert_memory_equal(y + 10, z, 10 * sizeof *y);
    assert_int_equal(denpa_net_predict(net, 1, DENPA_INT64, x, z, NULL, NULL), DENPA_ARGUMENT);
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
  o.dtype = DENPA_FLOAT64;
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
  assert_int_equal(denpa_net_value(net, "pear", &value, 1, &e), DENPA_NOT_FOUND);
  assert_int_equal(denpa_net_value(net, "tax", &value, 2, &e), DENPA_SHAPE);
  assert_int_equal(denpa_net_set(net, "price", &value, 1, &e), DENPA_ARGUMENT);
  assert_int_equal(denpa_train(net, digits, NULL, NULL, &e), DENPA_SHAPE);
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
  denpa_rows rows = {.rows = POINTS, .dtype = DENPA_FLOAT64, .x = x, .target = y};
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
      cmocka_unit_test(test_goldens),
      cmocka_unit_test(test_witness),
      cmocka_unit_test(test_schedules),
      cmocka_unit_test(test_adam_remembers),
      cmocka_unit_test(test_shuffle),
      cmocka_unit_test(test_shuffle_definition),
      cmocka_unit_test(test_replacement),
      cmocka_unit_test(test_sequential_and_full),
      cmocka_unit_test(test_threads),
      cmocka_unit_test(test_input_is_whole),
      cmocka_unit_test(test_seeds),
      cmocka_unit_test(test_goes_on),
      cmocka_unit_test(test_one_hot),
      cmocka_unit_test(test_no_allocation),
      cmocka_unit_test(test_answers_of_another_width),
      cmocka_unit_test(test_no_allocation_of_pictures),
      cmocka_unit_test(test_epochs),
      cmocka_unit_test(test_updates),
      cmocka_unit_test(test_evaluate_modes),
      cmocka_unit_test(test_progress),
      cmocka_unit_test(test_cancel),
      cmocka_unit_test(test_not_finite),
      cmocka_unit_test(test_spoilt_update),
      cmocka_unit_test(test_refused),
      cmocka_unit_test(test_memory),
      cmocka_unit_test(test_predict),
      cmocka_unit_test(test_apples),
      cmocka_unit_test(test_regression),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
