/* test_callbacks.c: what a training tells whoever watches it, how it is stopped, and what it refuses (src/learn). */
#include "base/clock.h"
#include "learn_tools.h"

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
  for (int sampling = 0; sampling <= DENPA_SAMPLING_SEQUENTIAL; sampling++)
    /* both losses (mse turns labels into one-hot rows), both sources, both optimizers */
    for (int kind = 0; kind < 8; kind++) {
      watch w;
      denpa_net_options o = denpa_net_options_default();
      denpa_train_options t = watched(&w);
      o.loss = kind & 1 ? "mse" : "cross-entropy";
      o.rng = t.rng = kind & 2 ? DENPA_RNG_NUMPY : DENPA_RNG_DENPA;
      t.optimizer = kind & 4 ? "adam" : "sgd";
      t.schedule = DENPA_SCHEDULE_ONE_CYCLE;
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
    o.dtype = kind & 1 ? DENPA_DTYPE_FLOAT64 : DENPA_DTYPE_FLOAT32;
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
  assert_score(net, DENPA_SPLIT_TRAIN, r.train_loss, r.train_accuracy);
  assert_score(net, DENPA_SPLIT_TEST, r.test_loss, r.test_accuracy);
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

typedef struct pace {
  watch seen;
  double told;
} pace;

static int see_pace(void *context, size_t step, size_t steps, double loss) {
  pace *p = context;
  const double now = dnp_seconds();
  see_progress(&p->seen, step, steps, loss);
  if (p->seen.progress > 1) assert_true(now - p->told > 0.0499);
  p->told = now;
  return p->seen.progress == 3;
}

/* It comes by time, at most twenty times a second: the training goes on until it has come three times, however fast
 * the machine is. */
static void test_progress(void **state) {
  (void)state;
  pace p = {{.progress = 0}, 0};
  denpa_report r;
  denpa_net *net;
  denpa_train_options t = denpa_train_options_default();
  t.on_progress = see_pace;
  t.context = &p;
  t.epochs = 1000000;
  t.batch = 1;
  t.evaluate = DENPA_EVALUATE_NONE;
  OK(denpa_net_create(&net, "784-50-10", NULL, err));
  assert_int_equal(denpa_train(net, digits, &t, &r, NULL), DENPA_ERROR_CANCELLED);
  assert_int_equal(p.seen.progress, 3);
  assert_int_equal(p.seen.last_step, r.steps);
  assert_int_equal(p.seen.steps, 600000000);
  denpa_net_free(net);
}

/* ---- what goes wrong ---------------------------------------------------------------------------- */

static void assert_says(const denpa_error *err, denpa_status status, const char *fragment) {
  char text[1024];
  denpa_error_text(err, DENPA_LANG_EN, text, sizeof text);
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
  assert_int_equal(denpa_train(net, digits, &t, &r, &e), DENPA_ERROR_CANCELLED);
  assert_says(&e, DENPA_ERROR_CANCELLED, "12");
  assert_int_equal(r.steps, 12);
  assert_score(net, DENPA_SPLIT_TEST, r.test_loss, r.test_accuracy);
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
  assert_int_equal(denpa_train(net, digits, &t, &r, NULL), DENPA_ERROR_CANCELLED);
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
  OK(denpa_net_evaluate(u->net, digits, DENPA_SPLIT_TEST, &loss, &accuracy, err));
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
  assert_int_equal(denpa_train(u.net, digits, &t, &r, NULL), DENPA_ERROR_CANCELLED);
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
  assert_int_equal(denpa_train(net, digits, &t, &r, &e), DENPA_ERROR_NUMERIC);
  assert_says(&e, DENPA_ERROR_NUMERIC, "step ");
  assert_says(&e, DENPA_ERROR_NUMERIC, "is not finite any more");
  assert_true(r.steps < 6);
  char text[1024], step[32];
  denpa_error_text(&e, DENPA_LANG_EN, text, sizeof text);
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
    assert_int_equal(denpa_train(net, digits, &t, NULL, &e), DENPA_ERROR_NUMERIC);
    assert_says(&e, DENPA_ERROR_NUMERIC, "step 1: after the update W1 is not finite any more");
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

/* ---- rows that cannot be had, and other plans ------------------------------------------------------ */

typedef struct rows_source {
  int fails_at; /* this training row, once; -1: none */
  denpa_net *net;
  double x[600 * 4];
} rows_source;

static int read_row(
    void *context, denpa_split split, size_t row, denpa_dtype dtype, void *x, int32_t *label, double *target) {
  rows_source *s = context;
  (void)target;
  if (x != NULL && split == DENPA_SPLIT_TRAIN && s->fails_at == (int)row) return s->fails_at = -1;
  for (size_t i = 0; i < 4 && x != NULL; i++) {
    const double value = (double)((row * 7 + i * 3) % 11) / 11;
    if (dtype == DENPA_DTYPE_FLOAT32)
      ((float *)x)[i] = (float)value;
    else
      ((double *)x)[i] = value;
  }
  if (label != NULL) *label = (int32_t)(row % 3);
  return 0;
}

/* The network after a training in which a row could not be had at first (`fails_at`). */
static denpa_net *train_read(rows_source *s, const denpa_train_options *t, int fails_at) {
  denpa_data *data;
  denpa_trainer *trainer;
  denpa_net *net;
  size_t failed = 0;
  s->fails_at = -1;
  OK(denpa_data_from_reader(&data, "rows", 4, 3, 0, 200, 10, read_row, s, err));
  OK(denpa_net_create(&net, "4-3", NULL, err));
  OK(denpa_trainer_create(&trainer, net, data, t, err));
  s->fails_at = fails_at;
  while (!denpa_trainer_done(trainer)) {
    const denpa_status status = denpa_trainer_step(trainer, NULL, NULL);
    if (status != DENPA_OK) assert_int_equal(status, DENPA_ERROR_CANCELLED);
    failed += status != DENPA_OK;
    if (denpa_trainer_report(trainer).steps == 20) break;
  }
  assert_int_equal(failed, fails_at >= 0);
  denpa_trainer_free(trainer);
  denpa_data_free(data);
  return net;
}

/* A batch that could not be had has changed nothing: tried again, it gives the same bits. */
static void test_row_comes_later(void **state) {
  (void)state;
  for (int numpy = 0; numpy < 2; numpy++) {
    rows_source s = {.fails_at = -1};
    denpa_train_options t = denpa_train_options_default();
    t.batch = 20;
    t.epochs = 3;
    t.evaluate = DENPA_EVALUATE_NONE;
    t.optimizer = "adam";
    if (numpy) {
      t.rng = DENPA_RNG_NUMPY;
      t.sampling = DENPA_SAMPLING_REPLACEMENT;
    }
    denpa_net *whole = train_read(&s, &t, -1), *interrupted = train_read(&s, &t, 57);
    assert_same_net(whole, interrupted);
    denpa_net_free(whole);
    denpa_net_free(interrupted);
  }
}

/* More rows than a chunk of the training holds: another plan. */
static int look_at_rows(void *context, const denpa_epoch *now, size_t *next) {
  rows_source *s = context;
  const denpa_rows rows = {.rows = 600, .dtype = DENPA_DTYPE_FLOAT64, .x = s->x};
  *next = now->step + 1;
  return denpa_net_forward_rows(s->net, &rows, NULL, NULL, NULL) != DENPA_OK;
}

/* A callback may look at rows of its own, whatever plan they need; the training is as if it had not. */
static void test_looks_at_rows(void **state) {
  (void)state;
  static rows_source s = {.fails_at = -1};
  char sha[2][65];
  denpa_data *data;
  denpa_train_options t = denpa_train_options_default();
  OK(denpa_data_from_reader(&data, "rows", 4, 3, 0, 2000, 10, read_row, &s, err));
  t.batch = 0;
  t.epochs = 3;
  for (int looks = 0; looks < 2; looks++) {
    OK(denpa_net_create(&s.net, "4-3", NULL, err));
    t.on_update = looks ? look_at_rows : NULL;
    t.context = &s;
    OK(denpa_train(s.net, data, &t, NULL, err));
    OK(denpa_net_sha256(s.net, sha[looks], err));
    denpa_net_free(s.net);
  }
  assert_string_equal(sha[0], sha[1]);
  denpa_data_free(data);
}

static void test_refused(void **state) {
  (void)state;
  denpa_train_options t = denpa_train_options_default();
  assert_train_refused("785-5-10", NULL, NULL, DENPA_ERROR_SHAPE, "takes 785 numbers a row (digits:600:7 has 784)");
  assert_train_refused("784-5-9", NULL, NULL, DENPA_ERROR_SHAPE, "gives 9 numbers a row (digits:600:7 has 10");
  t.lr = (double)NAN;
  assert_train_refused("784-5-10", NULL, &t, DENPA_ERROR_ARGUMENT, "learning rate");
  t.lr = -1;
  assert_train_refused("784-5-10", NULL, &t, DENPA_ERROR_ARGUMENT, "learning rate");
  t = denpa_train_options_default();
  t.schedule = (denpa_schedule)6;
  assert_train_refused("784-5-10", NULL, &t, DENPA_ERROR_ARGUMENT, "schedule: there is no number 6 among constant|");
  t = denpa_train_options_default();
  t.optimizer = "adamant";
  assert_train_refused(
      "784-5-10", NULL, &t, DENPA_ERROR_ARGUMENT, "'adamant' is not an optimizer; use one of sgd|momentum|");
  t = denpa_train_options_default();
  t.rng = DENPA_RNG_NUMPY;
  t.seed = 1ull << 32;
  assert_train_refused("784-5-10", NULL, &t, DENPA_ERROR_ARGUMENT, "4294967296");

  denpa_error e = {0};
  denpa_net *net;
  denpa_net_options o = denpa_net_options_default();
  o.rng = DENPA_RNG_NUMPY;
  o.seed = 1ull << 32;
  assert_int_equal(denpa_net_create(&net, "784-10", &o, &e), DENPA_ERROR_ARGUMENT);
  assert_null(net);
  assert_says(&e, DENPA_ERROR_ARGUMENT, "4294967296");
}

static void test_memory(void **state) {
  (void)state;
  size_t n = 0;
  denpa_status status = DENPA_ERROR_MEMORY;
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
    if (status == DENPA_OK) status = denpa_net_evaluate(net, digits, DENPA_SPLIT_TEST, NULL, NULL, &e);
    double y[10];
    if (status == DENPA_OK)
      status = denpa_net_predict(
          net, 1, DENPA_DTYPE_UINT8, denpa_data_pixels(digits, DENPA_SPLIT_TEST, 0), y, NULL, &e);
    dnp_alloc_fail_at(0);
    if (status != DENPA_OK) {
      assert_int_equal(status, DENPA_ERROR_MEMORY);
      assert_int_equal(e.status, DENPA_ERROR_MEMORY);
    }
    denpa_net_free(net);
    assert_true(n < 1000);
  }
  assert_true(n > 30);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_no_allocation),
      cmocka_unit_test(test_no_allocation_of_pictures),
      cmocka_unit_test(test_epochs),
      cmocka_unit_test(test_updates),
      cmocka_unit_test(test_evaluate_modes),
      cmocka_unit_test(test_progress),
      cmocka_unit_test(test_cancel),
      cmocka_unit_test(test_not_finite),
      cmocka_unit_test(test_spoilt_update),
      cmocka_unit_test(test_row_comes_later),
      cmocka_unit_test(test_looks_at_rows),
      cmocka_unit_test(test_refused),
      cmocka_unit_test(test_memory),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
