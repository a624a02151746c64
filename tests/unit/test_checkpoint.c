/* test_checkpoint.c: a training that goes on from a checkpoint ends with the bits of one that never stopped: networks,
 * optimizers, schedules, orders, sources of random numbers, early stopping, at any update, with other threads and
 * another unit each time. And checkpoints that are damaged, or another training's, are refused and change nothing. */
#include "learn_tools.h"

#include "base/write.h"
#include "learn/trainer.h"
#include "sanitized.h"

#define DENSE "784-20-10"
#define STATE "conv 4 5x5, batchnorm, maxpool 2, relu, flatten, dense 16, relu, dropout 0.3, dense 10"

/* One that stays: in_folder's buffers are taken in turn. */
static const char *path_in(const char *name) {
  static char path[256];
  snprintf(path, sizeof path, "%s", in_folder(name));
  return path;
}

enum { LINES = 64 };
typedef struct course { /* what a training told about its epochs, and when it is to end */
  denpa_trainer *trainer;
  denpa_epoch line[LINES];
  size_t count, stop;
  const char *path;
} course;

static int note(void *context, const denpa_epoch *epoch) {
  course *c = context;
  assert_true(c->count < LINES);
  c->line[c->count++] = *epoch;
  return 0;
}

/* Saves after update `stop`, and ends. */
static int save(void *context, const denpa_epoch *now, size_t *next) {
  course *c = context;
  (void)now;
  if (denpa_trainer_report(c->trainer).steps < c->stop) return *next = c->stop, 0;
  OK(denpa_trainer_save(c->trainer, c->path, err));
  return 1;
}

typedef struct setting {
  const char *name, *net;
  denpa_dtype dtype;
  denpa_rng rng;
  denpa_train_options train;
} setting;

static denpa_net *make(const setting *s, int threads, const char *cpu) {
  denpa_net *net;
  denpa_net_options o = denpa_net_options_default();
  o.init = "he";
  o.dtype = s->dtype;
  o.rng = s->rng;
  o.seed = s->train.seed;
  o.threads = threads;
  o.cpu = cpu;
  OK(denpa_net_create_for(&net, s->net, digits, &o, err));
  return net;
}

static void whole(const setting *s, course *c, denpa_report *report, denpa_net **net) {
  denpa_train_options o = s->train;
  *c = (course){0};
  o.on_epoch = note;
  o.context = c;
  *net = make(s, 1, "auto");
  OK(denpa_train(*net, digits, &o, report, err));
}

static void assert_same_line(const denpa_epoch *a, const denpa_epoch *b) {
  const double x[] = {a->epoch, a->train_loss, a->train_accuracy, a->test_loss, a->test_accuracy, a->validation_loss,
      a->validation_accuracy},
               y[] = {b->epoch, b->train_loss, b->train_accuracy, b->test_loss, b->test_accuracy, b->validation_loss,
                   b->validation_accuracy};
  assert_int_equal(a->step, b->step);
  for (size_t i = 0; i < sizeof x / sizeof *x; i++) assert_true(x[i] == y[i] || (isnan(x[i]) && isnan(y[i])));
}

/* The same training, cut after each of the `cuts`, each part with a new network, other threads and another unit. */
static void in_parts(const setting *s, const size_t *cut, size_t cuts) {
  static const char *const unit[] = {"ref", "auto", "auto"};
  denpa_report plain, end;
  denpa_net *first, *net = NULL;
  course one, parts = {.path = path_in("cut.safetensors")};
  whole(s, &one, &plain, &first);
  for (size_t i = 0; i <= cuts; i++) {
    denpa_train_options o = s->train;
    o.on_epoch = note;
    o.on_update = i < cuts ? save : NULL;
    o.context = &parts;
    parts.stop = i < cuts ? cut[i] : 0;
    net = make(s, 1 + (int)(i % 3), unit[i % 3]);
    OK(denpa_trainer_create(&parts.trainer, net, digits, &o, err));
    if (i > 0) OK(denpa_trainer_load(parts.trainer, parts.path, err));
    const denpa_status status = denpa_trainer_run(parts.trainer, &end, NULL);
    assert_int_equal(status, i < cuts ? DENPA_ERROR_CANCELLED : DENPA_OK);
    denpa_trainer_free(parts.trainer);
    if (i < cuts) denpa_net_free(net);
  }
  print_message("%s\n", s->name);
  assert_same_net(first, net);
  assert_int_equal(plain.steps, end.steps);
  assert_true(plain.best_epoch == end.best_epoch || (isnan(plain.best_epoch) && isnan(end.best_epoch)));
  assert_int_equal(one.count, parts.count);
  for (size_t i = 0; i < one.count; i++) assert_same_line(&one.line[i], &parts.line[i]);
  OK(denpa_net_save(first, in_folder("a"), err));
  OK(denpa_net_save(net, in_folder("b"), err));
  assert_same_file(in_folder("a"), in_folder("b"));
  denpa_net_free(first);
  denpa_net_free(net);
}

static denpa_train_options few(void) {
  denpa_train_options o = denpa_train_options_default();
  o.epochs = 3;
  o.batch = 64; /* 600 rows: the last batch of an epoch is a part of one */
  o.seed = 9;
  return o;
}

/* In an epoch, at its end, right behind it, before the first update, before the last and after it. */
static void in_all_parts(const setting *s) {
  static const size_t cuts[] = {0, 3, 10, 11, 20, 29, 30}, few_cuts[] = {3, 30};
  if (SANITIZED)
    in_parts(s, few_cuts, 2);
  else
    in_parts(s, cuts, sizeof cuts / sizeof *cuts);
}

static void test_optimizers(void **state) {
  (void)state;
  for (size_t i = 0; denpa_optimizer_name(i) != NULL; i++)
    for (int book = 0; book < 2; book++) {
      setting s = {denpa_optimizer_name(i), DENSE, DENPA_DTYPE_FLOAT32, DENPA_RNG_DENPA, few()};
      s.train.optimizer = s.name;
      s.train.compat = book ? DENPA_COMPAT_BOOK : DENPA_COMPAT_NONE;
      if (dnp_optimizer_at(i)->lr[book] == 0) continue;
      s.train.clip = book ? 0 : 0.5;
      s.train.weight_decay = 0.001;
      in_all_parts(&s);
    }
}

static void test_schedules(void **state) {
  (void)state;
  for (size_t i = 0; denpa_schedule_name(i) != NULL; i++) {
    setting s = {denpa_schedule_name(i), DENSE, DENPA_DTYPE_FLOAT64, DENPA_RNG_DENPA, few()};
    s.train.schedule = (denpa_schedule)i;
    s.train.warmup = 0.25;
    s.train.lr_decay = 0.5;
    s.train.lr_decay_every = 0.7;
    s.train.optimizer = "momentum";
    in_all_parts(&s);
  }
}

static void test_orders(void **state) {
  (void)state;
  static const denpa_sampling sampling[] = {
      DENPA_SAMPLING_SHUFFLE, DENPA_SAMPLING_REPLACEMENT, DENPA_SAMPLING_SEQUENTIAL};
  for (int rng = 0; rng < 2; rng++)
    for (size_t i = 0; i < 3; i++) {
      setting s = {rng ? "numpy" : "denpa", DENSE, DENPA_DTYPE_FLOAT32, rng ? DENPA_RNG_NUMPY : DENPA_RNG_DENPA, few()};
      s.train.rng = s.rng;
      s.train.sampling = sampling[i];
      in_all_parts(&s);
    }
}

static void test_networks(void **state) {
  (void)state;
  static const size_t two[] = {5, 12};
  for (int numpy = 0; numpy < 2; numpy++) {
    setting s = {"state", STATE, DENPA_DTYPE_FLOAT32, numpy ? DENPA_RNG_NUMPY : DENPA_RNG_DENPA, few()};
    s.train.optimizer = "adam";
    s.train.lr = 0.003;
    s.train.epochs = 2;
    s.train.rng = s.rng;
    s.train.augment = "shift:2,rotate:10,elastic:1.4:4";
    in_parts(&s, two, 2);
  }
}

static void test_early_stopping(void **state) {
  (void)state;
  setting s = {"patience", DENSE, DENPA_DTYPE_FLOAT32, DENPA_RNG_DENPA, few()};
  s.train.epochs = 40;
  s.train.lr = 1.5; /* its validation loss goes up soon */
  s.train.validation = 0.2;
  s.train.patience = 3;
  s.train.class_weights = "balanced";
  static const size_t late[] = {8, 17, 40};
  denpa_report report;
  denpa_net *net;
  course c;
  whole(&s, &c, &report, &net);
  denpa_net_free(net);
  assert_true(report.steps > 40 && report.steps < 40 * 8); /* it does stop early, behind the last cut */
  in_parts(&s, late, 3);
}

/* Twenty parts, cut at random. */
static void test_twenty_parts(void **state) {
  (void)state;
  enum { PARTS = 20, UPDATES = 90 };
  const char *const nets[] = {DENSE, STATE, DENSE, STATE};
  for (size_t k = 0; k < sizeof nets / sizeof *nets; k += SANITIZED ? 2 : 1) {
    size_t at[PARTS], count = 0;
    for (size_t u = 0; u < UPDATES && count < PARTS; u++) /* each update with the chance that is left */
      if (dnp_draw_below(k, DNP_STREAM(DNP_FOR_TEST, 1), u, UPDATES - u) < PARTS - count) at[count++] = u;
    setting s = {"twenty parts", nets[k], k == 1 ? DENPA_DTYPE_FLOAT64 : DENPA_DTYPE_FLOAT32,
        k > 1 ? DENPA_RNG_NUMPY : DENPA_RNG_DENPA, few()};
    s.train.optimizer = k % 2 == 0 ? "adamw" : "nesterov";
    s.train.schedule = DENPA_SCHEDULE_ONE_CYCLE;
    s.train.lr = 0.01;
    s.train.rng = s.rng;
    s.train.epochs = 12;
    s.train.batch = k == 3 ? 80 : 64;
    s.train.sampling = k == 3 ? DENPA_SAMPLING_REPLACEMENT : DENPA_SAMPLING_SHUFFLE;
    s.train.validation = k == 2 ? 0.2 : 0;
    s.train.patience = k == 2 ? 12 : 0; /* it keeps the best, and never stops */
    in_parts(&s, at, count);
  }
}

/* Looked at behind an epoch: with the scores, also where a training goes on from a checkpoint of its last update that
 * was saved before they were there. */
typedef struct look {
  denpa_epoch at[2];
  size_t count;
} look;

static int look_at_10(void *context, const denpa_epoch *now, size_t *next) {
  look *l = context;
  if (now->step >= 10) {
    assert_true(l->count < 2);
    l->at[l->count++] = *now;
  }
  *next = now->step < 10 ? 10 : SIZE_MAX;
  return 0;
}

static void test_scores_to_come(void **state) {
  (void)state;
  setting s = {"scores", DENSE, DENPA_DTYPE_FLOAT32, DENPA_RNG_DENPA, few()};
  const char *path = path_in("open.safetensors");
  denpa_trainer *t;
  look whole = {.count = 0}, rest = {.count = 0};
  denpa_net *net = make(&s, 1, "auto");
  OK(denpa_trainer_create(&t, net, digits, &s.train, err));
  for (int i = 0; i < 10; i++) OK(denpa_trainer_step(t, NULL, err));
  OK(denpa_trainer_save(t, path, err));
  denpa_trainer_free(t);
  denpa_net_free(net);
  s.train.on_update = look_at_10;
  for (int resumed = 0; resumed < 2; resumed++) {
    s.train.context = resumed ? &rest : &whole;
    net = make(&s, 1, "auto");
    OK(denpa_trainer_create(&t, net, digits, &s.train, err));
    if (resumed) OK(denpa_trainer_load(t, path, err));
    OK(denpa_trainer_run(t, NULL, err));
    denpa_trainer_free(t);
    denpa_net_free(net);
  }
  assert_int_equal(whole.count, 1);
  assert_int_equal(rest.count, 1);
  assert_same_line(&whole.at[0], &rest.at[0]);
}

/* ---- a longer training --------------------------------------------------------------------------- */

static void test_more_epochs(void **state) {
  (void)state;
  setting s = {"more", DENSE, DENPA_DTYPE_FLOAT32, DENPA_RNG_DENPA, few()};
  denpa_trainer *t;
  denpa_net *all, *net;
  course c = {.path = path_in("end.safetensors"), .stop = 30};
  s.train.optimizer = "adam";
  s.train.epochs = 6;
  whole(&s, &c, NULL, &all);
  c = (course){.path = path_in("end.safetensors"), .stop = 30};
  s.train.epochs = 3;
  s.train.on_update = save;
  s.train.context = &c;
  net = make(&s, 1, "auto");
  OK(denpa_trainer_create(&c.trainer, net, digits, &s.train, err));
  assert_int_equal(denpa_trainer_run(c.trainer, NULL, NULL), DENPA_ERROR_CANCELLED);
  denpa_trainer_free(c.trainer);
  denpa_net_free(net);
  s.train.epochs = 6;
  s.train.on_update = NULL;
  net = make(&s, 2, "auto");
  OK(denpa_trainer_create(&t, net, digits, &s.train, err));
  OK(denpa_trainer_load(t, c.path, err));
  OK(denpa_trainer_run(t, NULL, err));
  denpa_trainer_free(t);
  assert_same_net(all, net);
  denpa_net_free(all);
  denpa_net_free(net);
}

/* ---- with other settings ------------------------------------------------------------------------- */

/* Behind an epoch, going on with another optimizer is a new training of the network that is left. */
static void test_other_optimizers(void **state) {
  (void)state;
  const char *path = path_in("one.safetensors");
  setting s = {"take", DENSE, DENPA_DTYPE_FLOAT32, DENPA_RNG_DENPA, few()};
  s.train.optimizer = "momentum";
  denpa_net *net = make(&s, 1, "auto");
  denpa_trainer *t;
  OK(denpa_trainer_create(&t, net, digits, &s.train, err));
  OK(denpa_trainer_epoch(t, NULL, err));
  OK(denpa_trainer_save(t, path, err));
  denpa_trainer_free(t);
  denpa_net_free(net);
  for (size_t i = 0; denpa_optimizer_name(i) != NULL; i++) {
    denpa_net *plain;
    dnp_trainer_left left;
    s.train.optimizer = denpa_optimizer_name(i);
    const bool same = strcmp(s.train.optimizer, "momentum") == 0;
    s.train.epochs = 3;
    net = make(&s, 1, "auto");
    OK(denpa_trainer_create(&t, net, digits, &s.train, err));
    OK(dnp_trainer_take(t, path, &left, err));
    assert_int_equal(left.optimizer, !same);
    assert_false(left.order || left.best);
    OK(denpa_trainer_run(t, NULL, err));
    denpa_trainer_free(t);
    OK(denpa_net_load(&plain, path, NULL, NULL, err));
    s.train.epochs = 2;
    OK(denpa_train(plain, digits, &s.train, NULL, err));
    char begun_anew[65], taken[65];
    OK(denpa_net_sha256(plain, begun_anew, err));
    OK(denpa_net_sha256(net, taken, err));
    if (same) assert_string_not_equal(begun_anew, taken); /* what it remembered went along */
    if (!same) assert_string_equal(begun_anew, taken);
    denpa_net_free(plain);
    denpa_net_free(net);
  }
}

/* ---- what is refused ----------------------------------------------------------------------------- */

static void checkpoint_of(const setting *s, const char *path) {
  denpa_trainer *t;
  denpa_net *net = make(s, 1, "auto");
  OK(denpa_trainer_create(&t, net, digits, &s->train, err));
  for (int i = 0; i < 13; i++) OK(denpa_trainer_step(t, NULL, err));
  OK(denpa_trainer_save(t, path, err));
  denpa_trainer_free(t);
  denpa_net_free(net);
}

/* The trainer that refuses is as it was: it trains as if nobody had asked. */
static void refuses(const setting *s, const char *path, denpa_status wanted, const char *words) {
  denpa_trainer *t;
  denpa_error why = {0};
  denpa_net *net = make(s, 1, "auto"), *plain = make(s, 1, "auto");
  char text[512];
  OK(denpa_trainer_create(&t, net, digits, &s->train, err));
  assert_int_equal(denpa_trainer_load(t, path, &why), wanted);
  denpa_error_text(&why, DENPA_LANG_EN, text, sizeof text);
  if (strstr(text, words) == NULL) fail_msg("'%s' is not in: %s", words, text);
  OK(denpa_trainer_run(t, NULL, err));
  OK(denpa_train(plain, digits, &s->train, NULL, err));
  assert_same_net(plain, net);
  denpa_trainer_free(t);
  denpa_net_free(net);
  denpa_net_free(plain);
}

static void test_another_training(void **state) {
  (void)state;
  const setting s = {"here", DENSE, DENPA_DTYPE_FLOAT32, DENPA_RNG_DENPA, few()};
  const char *path = path_in("there.safetensors");
  checkpoint_of(&s, path);
  setting other = s;
  other.train.lr = 0.2;
  refuses(&other, path, DENPA_ERROR_ARGUMENT, "learning rate was 0.1 when the checkpoint was written");
  other = s, other.train.batch = 50;
  refuses(&other, path, DENPA_ERROR_ARGUMENT, "64");
  other = s, other.train.optimizer = "adam";
  refuses(&other, path, DENPA_ERROR_ARGUMENT, "optimizer was sgd");
  other = s, other.train.seed = 10;
  refuses(&other, path, DENPA_ERROR_ARGUMENT, "9");
  other = s, other.net = "784-21-10";
  refuses(&other, path, DENPA_ERROR_ARGUMENT, DENSE);
  other = s, other.dtype = DENPA_DTYPE_FLOAT64;
  refuses(&other, path, DENPA_ERROR_ARGUMENT, "float32");
  other = s, other.train.validation = 0.1;
  refuses(&other, path, DENPA_ERROR_ARGUMENT, "600");
  denpa_net *net = make(&s, 1, "auto");
  OK(denpa_net_save(net, path, err));
  denpa_net_free(net);
  refuses(&s, path, DENPA_ERROR_FORMAT, "not a checkpoint");
}

/* One byte of the file after another is another one. */
static void test_damaged(void **state) {
  (void)state;
  setting s = {"damaged", "784-3-10", DENPA_DTYPE_FLOAT32, DENPA_RNG_NUMPY, few()};
  s.train.rng = DENPA_RNG_NUMPY;
  s.train.optimizer = "momentum";
  const char *path = path_in("damaged.safetensors");
  unsigned char *bytes;
  size_t size;
  checkpoint_of(&s, path);
  OK(dnp_read_file(path, SIZE_MAX / 2, &bytes, &size, err));
  denpa_trainer *t;
  denpa_net *net = make(&s, 1, "auto");
  OK(denpa_trainer_create(&t, net, digits, &s.train, err));
  for (size_t i = 0; i < size; i += i < 5000 ? 37 : 1009) {
    bytes[i] ^= 0x11;
    OK(dnp_write_file(path, (const dnp_piece[]){{bytes, size}}, 1, err));
    assert_int_not_equal(denpa_trainer_load(t, path, NULL), DENPA_OK);
    bytes[i] ^= 0x11;
  }
  OK(dnp_write_file(path, (const dnp_piece[]){{bytes, size}}, 1, err));
  OK(denpa_trainer_load(t, path, err));
  dnp_free(bytes);
  denpa_trainer_free(t);
  denpa_net_free(net);
}

/* A checkpoint is a model as well, and tells as one no more than a model. */
static void test_is_a_model(void **state) {
  (void)state;
  const setting s = {"model", DENSE, DENPA_DTYPE_FLOAT32, DENPA_RNG_DENPA, few()};
  const char *path = path_in("both.safetensors");
  denpa_net *net;
  checkpoint_of(&s, path);
  OK(denpa_net_load(&net, path, NULL, NULL, err));
  assert_null(denpa_net_metadata(net, "trainer.place"));
  assert_string_equal(denpa_net_metadata(net, "steps"), "13");
  denpa_net_free(net);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_optimizers), cmocka_unit_test(test_schedules),
      cmocka_unit_test(test_orders), cmocka_unit_test(test_networks), cmocka_unit_test(test_early_stopping),
      cmocka_unit_test(test_twenty_parts), cmocka_unit_test(test_scores_to_come), cmocka_unit_test(test_more_epochs),
      cmocka_unit_test(test_other_optimizers), cmocka_unit_test(test_another_training), cmocka_unit_test(test_damaged),
      cmocka_unit_test(test_is_a_model)};
  return cmocka_run_group_tests(tests, setup, teardown);
}
