/* test_descent.c: what goes on around an update (src/learn: optimizer_state.c, schedule.c, early_stopping.c,
 * class_weights.c; src/net: init.c): numbers that can be worked out by hand, what is kept and for how long, and what is
 * refused. That whole trainings agree with NumPy and PyTorch is optimizers.sh's and torch.sh's. */
#include <math.h>

#include "file_tools.h"
#include "learn/learn.h"

static denpa_data *digits;

static int open_digits(void **state) {
  (void)state;
  return denpa_data_digits(&digits, 600, 7, NULL);
}
static int close_digits(void **state) {
  (void)state;
  denpa_data_free(digits);
  return 0;
}

static denpa_net *made(const char *init, denpa_dtype dtype) {
  denpa_net_options o = denpa_net_options_default();
  denpa_net *net;
  o.init = init;
  o.dtype = dtype;
  OK(denpa_net_create(&net, "784-20-10", &o, err));
  return net;
}

static bool same_values(const denpa_net *a, const denpa_net *b) {
  return memcmp(a->network->values, b->network->values, a->network->block * dnp_dtype_size(a->network->dtype)) == 0;
}

/* ---- schedules ---------------------------------------------------------------------------------- */

static void test_falls(void **state) {
  (void)state;
  static const struct {
    denpa_schedule schedule;
    double decay, every, warmup;
    size_t total, done;
    double factor;
  } rows[] = {{DENPA_SCHEDULE_STEP, 0.1, 2, 0, 100, 9, 1}, {DENPA_SCHEDULE_STEP, 0.1, 2, 0, 100, 10, 0.1},
      {DENPA_SCHEDULE_STEP, 0.1, 2, 0, 100, 29, 0.01}, {DENPA_SCHEDULE_STEP, 0.5, 0, 0, 9, 2, 1},
      {DENPA_SCHEDULE_STEP, 0.5, 0, 0, 9, 3, 0.5}, {DENPA_SCHEDULE_STEP, 0.5, 0, 0, 9, 8, 0.25},
      {DENPA_SCHEDULE_STEP, 0.5, 0.5, 0, 9, 4, 0.5}, {DENPA_SCHEDULE_EXPONENTIAL, 0.25, 2, 0, 100, 5, 0.5},
      {DENPA_SCHEDULE_EXPONENTIAL, 0.25, 2, 0, 100, 20, 1.0 / 16}, {DENPA_SCHEDULE_EXPONENTIAL, 0.1, 0, 0, 9, 6, 0.01},
      {DENPA_SCHEDULE_EXPONENTIAL, 1, 1, 0, 9, 8, 1}, {DENPA_SCHEDULE_COSINE, 0.1, 0, 0, 10, 0, 1},
      {DENPA_SCHEDULE_COSINE, 0.1, 0, 0, 10, 5, 0.5}, {DENPA_SCHEDULE_COSINE, 0.1, 0, 0, 3, 1, 0.75},
      {DENPA_SCHEDULE_CONSTANT, 0.1, 0, 4, 10, 0, 0.2}, {DENPA_SCHEDULE_CONSTANT, 0.1, 0, 4, 10, 3, 0.8},
      {DENPA_SCHEDULE_CONSTANT, 0.1, 0, 4, 10, 4, 1}, {DENPA_SCHEDULE_CONSTANT, 0.1, 0, 0.25, 12, 2, 0.75},
      {DENPA_SCHEDULE_LINEAR, 0.1, 0, 4, 14, 4, 1}, {DENPA_SCHEDULE_LINEAR, 0.1, 0, 4, 14, 9, 0.5},
      {DENPA_SCHEDULE_COSINE, 0.1, 0, 0.5, 20, 15, 0.5}, {DENPA_SCHEDULE_STEP, 0.1, 1, 5, 20, 9, 1},
      {DENPA_SCHEDULE_STEP, 0.1, 1, 5, 20, 10, 0.1}, {DENPA_SCHEDULE_LINEAR, 0.1, 0, 100, 10, 9, 10.0 / 101},
      {DENPA_SCHEDULE_STEP, 0.1, 0, 11, 10, 9, 10.0 / 12},
      {DENPA_SCHEDULE_CONSTANT, 0.1, 0, 1e15, 1, 0, 1 / (1e15 + 1)}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    denpa_train_options o = denpa_train_options_default();
    dnp_schedule s;
    o.schedule = rows[i].schedule;
    o.lr_decay = rows[i].decay;
    o.lr_decay_every = rows[i].every;
    o.warmup = rows[i].warmup;
    OK(dnp_schedule_settle(&o, 0.3, rows[i].total, 5, &s, err)); /* 5 updates an epoch */
    const double rate = dnp_schedule_rate(&s, rows[i].done);
    if (!(fabs(rate - 0.3 * rows[i].factor) <= 1e-15)) fail_msg("row %zu: %.17g", i, rate);
  }
}

/* ---- clipping, decay, weights of classes -------------------------------------------------------- */

/* The first update of a full batch, undone: what was taken from the weights, divided by the learning rate. */
static void step_of(const denpa_train_options *o, denpa_net *net, double *out) {
  denpa_train_options t = *o;
  t.batch = 0;
  t.steps = 1;
  t.evaluate = DENPA_EVALUATE_NONE;
  double *before;
  OK(DNP_NEW(&before, net->network->block, err));
  memcpy(before, net->network->values, net->network->block * sizeof *before);
  OK(denpa_train(net, digits, &t, NULL, err));
  for (size_t i = 0; i < net->network->block; i++)
    out[i] = (before[i] - ((const double *)net->network->values)[i]) / t.lr;
  dnp_free(before);
}

static double norm_of(const double *x, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += x[i] * x[i];
  return sqrt(sum);
}

static void test_clip(void **state) {
  (void)state;
  denpa_train_options o = denpa_train_options_default();
  o.lr = 1;
  denpa_net *net[3];
  double *step[3];
  const double clips[] = {0, 0.25, 1e6};
  for (int i = 0; i < 3; i++) {
    net[i] = made("xavier", DENPA_DTYPE_FLOAT64);
    OK(DNP_NEW(&step[i], net[i]->network->block, err));
    o.clip = clips[i];
    step_of(&o, net[i], step[i]);
  }
  const double whole = norm_of(step[0], net[0]->network->block), short_one = norm_of(step[1], net[1]->network->block);
  assert_true(whole > 0.3);
  assert_true(fabs(short_one - 0.25 * whole / (whole + 1e-6)) < 1e-12);
  for (size_t i = 0; i < net[0]->network->block; i++)
    assert_true(fabs(step[1][i] - step[0][i] * short_one / whole) < 1e-12);
  assert_true(same_values(net[0], net[2])); /* a gradient that is short enough is left alone, to the last bit */
  for (int i = 0; i < 3; i++) denpa_net_free(net[i]), dnp_free(step[i]);
}

static void test_decay(void **state) {
  (void)state;
  static const char *const optimizers[] = {"sgd", "adamw"};
  for (int k = 0; k < 2; k++) {
    denpa_train_options o = denpa_train_options_default();
    o.optimizer = optimizers[k];
    o.lr = 0.5;
    denpa_net *net[2], *start = made("xavier", DENPA_DTYPE_FLOAT64);
    double *step[2];
    for (int i = 0; i < 2; i++) {
      net[i] = made("xavier", DENPA_DTYPE_FLOAT64);
      OK(DNP_NEW(&step[i], net[i]->network->block, err));
      o.weight_decay = i * 0.125;
      step_of(&o, net[i], step[i]);
    }
    for (size_t p = 0; p < start->exec->parameters; p++)
      for (size_t i = start->exec->parameter[p].offset;
           i < start->exec->parameter[p].offset + start->exec->parameter[p].count; i++) {
        const double pulled = start->exec->parameter[p].tensor->axes == 2
                                  ? 0.125 * ((const double *)start->network->values)[i]
                                  : 0;
        assert_true(fabs(step[1][i] - step[0][i] - pulled) < 1e-13);
      }
    for (int i = 0; i < 2; i++) denpa_net_free(net[i]), dnp_free(step[i]);
    denpa_net_free(start);
  }
}

/* A weight of 2 for a class is what two copies of its rows are, but for the number of rows; a class that counts nothing
 * might as well not be there. */
static void test_class_weights(void **state) {
  (void)state;
  enum { ROWS = 40 };
  static double x[2 * ROWS * 784];
  static int32_t label[2 * ROWS];
  size_t all = 0;
  for (size_t i = 0; i < ROWS; i++) {
    const int of = denpa_data_label(digits, DENPA_SPLIT_TRAIN, i), copies = of == 3 ? 2 : of == 4 ? 0 : 1;
    for (int c = 0; c < copies; c++, all++) {
      OK(denpa_data_row(digits, DENPA_SPLIT_TRAIN, i, x + all * 784, err));
      label[all] = of;
    }
  }
  denpa_data *copied, *few;
  OK(denpa_data_from_memory(&copied, "copied", 784, 10,
      &(denpa_rows){.rows = all, .dtype = DENPA_DTYPE_FLOAT64, .x = x, .label = label}, NULL, err));
  OK(denpa_data_digits(&few, 600, 7, err));
  denpa_data_limit(few, DENPA_SPLIT_TRAIN, ROWS);
  denpa_train_options o = denpa_train_options_default();
  o.batch = 0, o.steps = 1, o.evaluate = DENPA_EVALUATE_NONE;
  denpa_net *a = made("xavier", DENPA_DTYPE_FLOAT64), *b = made("xavier", DENPA_DTYPE_FLOAT64),
            *c = made("xavier", DENPA_DTYPE_FLOAT64), *d = made("xavier", DENPA_DTYPE_FLOAT64);
  o.class_weights = "1,1,1,2,0,1,1,1,1,1";
  o.lr = 0.1 * (double)ROWS;
  OK(denpa_train(a, few, &o, NULL, err));
  assert_string_equal(denpa_net_metadata(a, "class_weights"), o.class_weights);
  o.class_weights = NULL;
  o.lr = 0.1 * (double)all;
  OK(denpa_train(b, copied, &o, NULL, err));
  double worst = 0, moved = 0;
  for (size_t i = 0; i < a->network->block; i++) {
    const double off = fabs(((const double *)a->network->values)[i] - ((const double *)b->network->values)[i]),
                 way = fabs(((const double *)a->network->values)[i] - ((const double *)c->network->values)[i]);
    worst = off > worst ? off : worst;
    moved = way > moved ? way : moved;
  }
  assert_true(worst < 1e-13 && moved > 1e-3);

  o.lr = 0.1; /* as many rows of each class: balanced is 1 for all */
  OK(denpa_train(c, digits, &o, NULL, err));
  o.class_weights = "balanced";
  OK(denpa_train(d, digits, &o, NULL, err));
  assert_true(same_values(c, d));
  denpa_net_free(a), denpa_net_free(b), denpa_net_free(c), denpa_net_free(d);
  denpa_data_free(copied), denpa_data_free(few);
}

static void test_balanced(void **state) {
  (void)state;
  denpa_net *net = made("zeros", DENPA_DTYPE_FLOAT32);
  double *weight;
  denpa_data *few;
  size_t of[10] = {0}, kinds = 0;
  OK(denpa_data_digits(&few, 600, 7, err));
  denpa_data_limit(few, DENPA_SPLIT_TRAIN, 13);
  for (size_t i = 0; i < 13; i++) kinds += of[denpa_data_label(few, DENPA_SPLIT_TRAIN, i)]++ == 0;
  OK(dnp_class_weights(&weight, "balanced", net, few, err));
  double sum = 0;
  for (int c = 0; c < 10; c++) {
    assert_true(of[c] > 0 ? fabs(weight[c] - 13.0 / (double)(kinds * of[c])) < 1e-15 : weight[c] == 0);
    sum += weight[c] * (double)of[c];
  }
  assert_true(fabs(sum - 13) < 1e-12);
  dnp_free(weight);
  denpa_data_free(few);
  denpa_net_free(net);
}

/* ---- early stopping ----------------------------------------------------------------------------- */

#define MOST_EPOCHS 40

typedef struct seen {
  denpa_net *net;
  denpa_epoch epoch[MOST_EPOCHS];
  float values[MOST_EPOCHS][784 * 20 + 20 + 20 * 10 + 10 + 64];
  size_t epochs, allocations[MOST_EPOCHS];
} seen;
static seen saw;

static int see(void *context, const denpa_epoch *epoch) {
  seen *s = context;
  assert_true(s->epochs < MOST_EPOCHS);
  memcpy(s->values[s->epochs], s->net->network->values, s->net->network->block * sizeof(float));
  s->allocations[s->epochs] = dnp_alloc_count();
  s->epoch[s->epochs++] = *epoch;
  return 0;
}

static denpa_report stop_early(denpa_evaluate evaluate, size_t patience, size_t epochs) {
  denpa_train_options o = denpa_train_options_default();
  denpa_report r;
  saw.epochs = 0;
  saw.net = made("xavier", DENPA_DTYPE_FLOAT32);
  o.optimizer = "rmsprop"; /* with far too long steps, so that the loss goes up and down */
  o.lr = 0.05;
  o.batch = 25;
  o.epochs = epochs;
  o.validation = 0.25;
  o.patience = patience;
  o.evaluate = evaluate;
  o.on_epoch = see;
  o.context = &saw;
  OK(denpa_train(saw.net, digits, &o, &r, err));
  return r;
}

static void test_early_stopping(void **state) {
  (void)state;
  static const denpa_evaluate ways[] = {DENPA_EVALUATE_BOTH, DENPA_EVALUATE_END, DENPA_EVALUATE_NONE};
  for (size_t k = 0; k < 3; k++) {
    const denpa_report r = stop_early(ways[k], 3, MOST_EPOCHS);
    size_t best = 0;
    for (size_t i = 1; i < saw.epochs; i++)
      if (saw.epoch[i].validation_loss < saw.epoch[best].validation_loss) best = i;
    assert_true(saw.epochs < MOST_EPOCHS && saw.epochs > 4); /* it did stop, and not at once */
    assert_int_equal(saw.epochs, best + 1 + 3);
    assert_true(r.best_epoch == (double)(best + 1) && r.epochs == (double)saw.epochs);
    assert_int_equal(r.steps, 18 * saw.epochs); /* 450 rows are left to train on */
    assert_memory_equal(saw.net->network->values, saw.values[best], saw.net->network->block * sizeof(float));
    assert_true(memcmp(saw.values[best], saw.values[saw.epochs - 1], saw.net->network->block * sizeof(float)) != 0);
    assert_true(r.validation_loss == saw.epoch[best].validation_loss &&
                r.validation_accuracy == saw.epoch[best].validation_accuracy);
    if (ways[k] == DENPA_EVALUATE_BOTH)
      assert_true(r.train_loss == saw.epoch[best].train_loss && r.test_accuracy == saw.epoch[best].test_accuracy);
    if (ways[k] == DENPA_EVALUATE_END)
      assert_true(
          isfinite(r.test_loss) && isnan(saw.epoch[0].test_loss) && isfinite(saw.epoch[saw.epochs - 1].test_loss));
    if (ways[k] == DENPA_EVALUATE_NONE) assert_true(isnan(r.test_loss));
    for (size_t i = 1; i < saw.epochs; i++) assert_int_equal(saw.allocations[i], saw.allocations[0]);
    char text[24];
    snprintf(text, sizeof text, "%zu", best + 1);
    assert_string_equal(denpa_net_metadata(saw.net, "best_epoch"), text);
    assert_string_equal(denpa_net_metadata(saw.net, "validation_rows"), "150");
    assert_string_equal(denpa_net_metadata(saw.net, "train_rows"), "450");
    denpa_net_free(saw.net);
  }
}

/* Without patience the last weights stay; the validation loss is what the network has on exactly the rows that were
 * kept back. */
static void test_validation_only(void **state) {
  (void)state;
  const denpa_report r = stop_early(DENPA_EVALUATE_TEST, 0, 5);
  denpa_data *parted;
  dnp_score score;
  assert_int_equal(saw.epochs, 5);
  assert_true(isnan(r.best_epoch));
  assert_memory_equal(saw.net->network->values, saw.values[4], saw.net->network->block * sizeof(float));
  OK(dnp_data_split_validation(&parted, digits, 0.25, 1, err));
  OK(dnp_evaluate(saw.net, parted, DNP_VALIDATION, NULL, &score, err));
  assert_true(score.loss == r.validation_loss && score.accuracy == r.validation_accuracy);

  /* Rows that the data brings along are as good, and a share is not taken of them again. */
  denpa_train_options o = denpa_train_options_default();
  denpa_report again;
  denpa_net *net = made("xavier", DENPA_DTYPE_FLOAT32);
  o.optimizer = "rmsprop", o.lr = 0.05, o.batch = 25, o.epochs = 5, o.evaluate = DENPA_EVALUATE_TEST,
  o.validation = 0.5;
  OK(denpa_train(net, parted, &o, &again, err));
  assert_true(same_values(net, saw.net) && again.validation_loss == r.validation_loss);
  o.validation = 0;
  OK(denpa_train(net, digits, &o, &again, err));
  assert_true(isnan(again.validation_loss));
  assert_null(denpa_net_metadata(net, "validation_rows"));
  denpa_net_free(net), denpa_net_free(saw.net);
  denpa_data_free(parted);
}

/* ---- what is remembered and told ---------------------------------------------------------------- */

/* An optimizer is whole only with what is told of it. */
static void test_rows(void **state) {
  (void)state;
  for (size_t i = 0; dnp_optimizer_at(i) != NULL; i++) {
    const dnp_optimizer *o = dnp_optimizer_at(i);
    assert_true(o->lr[0] > 0 && o->update != NULL && o->first != NULL && o->words != NULL);
    assert_true(o->words->why != NULL && o->words->rule != NULL && o->words->promise != NULL);
    assert_true(o->words->numbers[0] != NULL && o->words->numbers[1] != NULL);
    assert_string_equal(dnp_optimizer_word(i), o->name);
  }
}

/* Two trainings of one epoch are one of two, with every optimizer, in both forms. */
static void test_goes_on(void **state) {
  (void)state;
  for (size_t i = 0; dnp_optimizer_at(i) != NULL; i++)
    for (int book = 0; book < 2; book++) {
      denpa_train_options o = denpa_train_options_default();
      denpa_net *a = made("xavier", DENPA_DTYPE_FLOAT32), *b = made("xavier", DENPA_DTYPE_FLOAT32),
                *c = made("xavier", DENPA_DTYPE_FLOAT32);
      o.optimizer = dnp_optimizer_at(i)->name;
      o.compat = book ? DENPA_COMPAT_BOOK : DENPA_COMPAT_NONE;
      o.evaluate = DENPA_EVALUATE_NONE;
      if (book && dnp_optimizer_at(i)->lr[1] <= 0) {
        denpa_error e = {0};
        assert_int_equal(denpa_train(a, digits, &o, NULL, &e), DENPA_ERROR_ARGUMENT);
      } else {
        o.epochs = 2;
        OK(denpa_train(a, digits, &o, NULL, err));
        o.epochs = 1;
        OK(denpa_train(b, digits, &o, NULL, err));
        OK(denpa_train(c, digits, &o, NULL, err));
        OK(denpa_train(b, digits, &o, NULL, err));
        assert_true(same_values(a, b));
        dnp_optimizer_state_close(&c->state.optimizer); /* as after loading the model */
        OK(denpa_train(c, digits, &o, NULL, err));
        assert_int_equal(same_values(a, c), dnp_optimizer_at(i)->blocks == 0);
      }
      denpa_net_free(a), denpa_net_free(b), denpa_net_free(c);
    }
}

static void test_told(void **state) {
  (void)state;
  denpa_net *net = made("xavier", DENPA_DTYPE_FLOAT32);
  denpa_train_options o = denpa_train_options_default();
  dnp_optimizer_settings settings;
  o.evaluate = DENPA_EVALUATE_NONE, o.steps = 1;
  OK(denpa_train(net, digits, &o, NULL, err));
  static const char *const silent[] = {"momentum", "beta1", "beta2", "epsilon", "weight_decay", "clip", "compat",
      "lr_decay", "lr_decay_every", "warmup", "class_weights", "validation_rows", "patience", "best_epoch"};
  /* nothing was asked for, so nothing is told */
  for (size_t i = 0; i < sizeof silent / sizeof *silent; i++) assert_null(denpa_net_metadata(net, silent[i]));
  o.optimizer = "rmsprop", o.compat = DENPA_COMPAT_BOOK, o.beta2 = 0.75, o.weight_decay = 0.25, o.clip = 2,
  o.momentum = 0.5, o.warmup = 1, o.schedule = DENPA_SCHEDULE_STEP, o.lr_decay = 0.5;
  OK(denpa_train(net, digits, &o, NULL, err));
  OK(dnp_optimizer_settings_recorded(net, &settings, err));
  assert_string_equal(settings.optimizer->name, "rmsprop");
  assert_true(settings.book && settings.set.lr == 0.01 && settings.set.beta2 == 0.75 && settings.set.epsilon == 1e-7 &&
              settings.set.weight_decay == 0.25 && settings.set.clip == 2);
  assert_null(denpa_net_metadata(net, "momentum")); /* it does not use it */
  assert_string_equal(denpa_net_metadata(net, "lr_decay"), "0.5");
  assert_string_equal(denpa_net_metadata(net, "warmup"), "1");
  o = denpa_train_options_default();
  o.evaluate = DENPA_EVALUATE_NONE, o.steps = 1;
  OK(denpa_train(net, digits, &o, NULL, err));
  /* and nothing of an earlier training is left */
  for (size_t i = 0; i < sizeof silent / sizeof *silent; i++) assert_null(denpa_net_metadata(net, silent[i]));
  denpa_net_free(net);
}

static void test_refused(void **state) {
  (void)state;
  const denpa_train_options plain = denpa_train_options_default();
  denpa_train_options wrong[24];
  size_t count = 0;
  const double nan = (double)NAN;
#define WRONG(...) (wrong[count] = plain, wrong[count].steps = 1, __VA_ARGS__, count++)
#define IT wrong[count]
  WRONG(IT.momentum = 1), WRONG(IT.momentum = nan), WRONG(IT.beta1 = -0.5), WRONG(IT.beta2 = 1),
      WRONG(IT.optimizer = "adam", IT.epsilon = 0), WRONG(IT.weight_decay = -2), WRONG(IT.weight_decay = nan);
  WRONG(IT.clip = -1), WRONG(IT.clip = HUGE_VAL), WRONG(IT.schedule = DENPA_SCHEDULE_STEP, IT.lr_decay = 0),
      WRONG(IT.schedule = DENPA_SCHEDULE_EXPONENTIAL, IT.lr_decay = 1.5),
      WRONG(IT.schedule = DENPA_SCHEDULE_STEP, IT.lr_decay_every = -1),
      WRONG(IT.schedule = DENPA_SCHEDULE_STEP, IT.lr_decay = 1, IT.lr_decay_every = 1e-12);
  WRONG(IT.warmup = 1.5), WRONG(IT.warmup = -1), WRONG(IT.warmup = 1e16), WRONG(IT.validation = 1),
      WRONG(IT.patience = 1), WRONG(IT.class_weights = "1,2"), WRONG(IT.class_weights = "0,0,0,0,0,0,0,0,0,0"),
      WRONG(IT.class_weights = "1,1,1,1,1,1,1,1,1,-1");
  WRONG(IT.clip = 1, IT.update_order = DENPA_UPDATE_ORDER_LAYER_BY_LAYER);
  for (size_t i = 0; i < count; i++) {
    denpa_error e = {0};
    denpa_net *net = made("xavier", DENPA_DTYPE_FLOAT32), *untouched = made("xavier", DENPA_DTYPE_FLOAT32);
    if (denpa_train(net, digits, &wrong[i], NULL, &e) != DENPA_ERROR_ARGUMENT || e.status != DENPA_ERROR_ARGUMENT)
      fail_msg("row %zu is not refused", i);
    assert_true(same_values(net, untouched));
    denpa_net_free(net), denpa_net_free(untouched);
  }
  denpa_net *net;
  denpa_net_options o = denpa_net_options_default();
  denpa_train_options t = plain;
  denpa_error e = {0};
  o.loss = "mse";
  t.class_weights = "balanced";
  OK(denpa_net_create(&net, "784-5-10", &o, err));
  assert_int_equal(denpa_train(net, digits, &t, NULL, &e), DENPA_ERROR_ARGUMENT);
  denpa_net_free(net);
}

/* ---- initial weights ---------------------------------------------------------------------------- */

/* Mean square of the weights, and the largest. */
static void spread_of(
    const char *init, int axes, const size_t *shape, double *deviation, double *largest, size_t *count) {
  denpa_graph *graph;
  denpa_net *net;
  denpa_net_options o = denpa_net_options_default();
  o.dtype = DENPA_DTYPE_FLOAT64;
  OK(denpa_graph_create(&graph, err));
  denpa_graph_parameter(graph, "W", axes, shape, init);
  const int w = denpa_graph_parameter(graph, "v", 1, (const size_t[]){3}, NULL);
  denpa_graph_apply(graph, "sum", "y", &w, 1);
  OK(denpa_graph_build(&net, graph, &o, err));
  const denpa_parameter p = denpa_net_parameter(net, 0);
  const double *value = p.value;
  double sum = 0;
  *largest = 0;
  *count = p.count;
  for (size_t i = 0; i < p.count; i++) {
    sum += value[i] * value[i];
    *largest = fabs(value[i]) > *largest ? fabs(value[i]) : *largest;
  }
  *deviation = sqrt(sum / (double)p.count);
  denpa_net_free(net);
  denpa_graph_free(graph);
}

static void test_spreads(void **state) {
  (void)state;
  static const size_t dense[] = {300, 100}, convolution[] = {40, 30, 5, 5}; /* 300 in, 100 out; 750 in, 1,000 out */
  static const struct {
    const char *init;
    double variance[2];
    bool uniform;
  } rows[] = {{"xavier", {1.0 / 300, 1.0 / 750}, false}, {"lecun", {1.0 / 300, 1.0 / 750}, false},
      {"he", {2.0 / 300, 2.0 / 750}, false}, {"glorot", {2.0 / 400, 2.0 / 1750}, false},
      {"lecun-uniform", {1.0 / 300, 1.0 / 750}, true}, {"he-uniform", {2.0 / 300, 2.0 / 750}, true},
      {"glorot-uniform", {2.0 / 400, 2.0 / 1750}, true}, {"normal:0.5", {0.25, 0.25}, false},
      {"uniform:0.5", {0.25 / 3, 0.25 / 3}, true}, {"zeros", {0, 0}, true}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    for (int k = 0; k < 2; k++) {
      double deviation, largest;
      size_t count;
      const double wanted = sqrt(rows[i].variance[k]), limit = sqrt(3 * rows[i].variance[k]);
      spread_of(rows[i].init, k ? 4 : 2, k ? convolution : dense, &deviation, &largest, &count);
      /* 30,000 draws: 5 deviations are 0.0204 */
      if (!(fabs(deviation - wanted) <= 0.02 * wanted))
        fail_msg("%s: deviation %g, not %g", rows[i].init, deviation, wanted);
      if (rows[i].uniform) assert_true(largest <= limit && largest >= 0.99 * limit);
      if (!rows[i].uniform) assert_true(largest > 3 * wanted);
    }
}

static double dot(const double *a, const double *b, size_t count, size_t step) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += a[i * step] * b[i * step];
  return sum;
}

static void test_orthogonal(void **state) {
  (void)state;
  static const size_t shapes[][4] = {{60, 20, 0, 0}, {20, 60, 0, 0}, {33, 33, 0, 0}, {12, 3, 2, 2}, {1, 7, 0, 0}};
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
    for (int numpy = 0; numpy < 2; numpy++) {
      denpa_graph *graph;
      denpa_net *net;
      denpa_net_options o = denpa_net_options_default();
      o.dtype = DENPA_DTYPE_FLOAT64;
      o.rng = numpy ? DENPA_RNG_NUMPY : DENPA_RNG_DENPA;
      OK(denpa_graph_create(&graph, err));
      denpa_graph_parameter(graph, "W", shapes[s][2] > 0 ? 4 : 2, shapes[s], "orthogonal");
      const int v = denpa_graph_parameter(graph, "v", 1, (const size_t[]){3}, NULL);
      denpa_graph_apply(graph, "sum", "y", &v, 1);
      OK(denpa_graph_build(&net, graph, &o, err));
      const denpa_parameter p = denpa_net_parameter(net, 0);
      const size_t rows = p.shape[0], columns = p.count / rows, count = rows < columns ? rows : columns,
                   length = rows < columns ? columns : rows;
      const size_t step = rows < columns ? 1 : columns, next = rows < columns ? columns : 1;
      const double *value = p.value;
      for (size_t a = 0; a < count; a++)
        for (size_t b = 0; b <= a; b++)
          assert_true(fabs(dot(value + a * next, value + b * next, length, step) - (a == b)) < 1e-14);
      assert_true(count == 1 || fabs(value[0]) > 1e-6);
      denpa_net_free(net);
      denpa_graph_free(graph);
    }
}

/* ---- memory ------------------------------------------------------------------------------------- */

static void test_memory(void **state) {
  (void)state;
  size_t n = 0;
  denpa_status status = DENPA_ERROR_MEMORY;
  while (status != DENPA_OK) {
    denpa_net *net = NULL;
    denpa_net_options o = denpa_net_options_default();
    denpa_train_options t = denpa_train_options_default();
    o.init = "orthogonal";
    t.optimizer = "nesterov", t.class_weights = "balanced", t.validation = 0.2, t.patience = 1, t.weight_decay = 0.1,
    t.clip = 1, t.steps = 2, t.warmup = 1, t.schedule = DENPA_SCHEDULE_STEP;
    dnp_alloc_fail_at(++n);
    status = denpa_net_create(&net, "784-2-10", &o, NULL);
    if (status == DENPA_OK) status = denpa_train(net, digits, &t, NULL, NULL);
    dnp_alloc_fail_at(0);
    if (status != DENPA_OK) assert_int_equal(status, DENPA_ERROR_MEMORY);
    denpa_net_free(net);
    assert_true(n < 1000);
  }
  assert_true(n > 40);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_falls),
      cmocka_unit_test(test_clip),
      cmocka_unit_test(test_decay),
      cmocka_unit_test(test_class_weights),
      cmocka_unit_test(test_balanced),
      cmocka_unit_test(test_early_stopping),
      cmocka_unit_test(test_validation_only),
      cmocka_unit_test(test_rows),
      cmocka_unit_test(test_goes_on),
      cmocka_unit_test(test_told),
      cmocka_unit_test(test_refused),
      cmocka_unit_test(test_spreads),
      cmocka_unit_test(test_orthogonal),
      cmocka_unit_test(test_memory),
  };
  return cmocka_run_group_tests(tests, open_digits, close_digits);
}
