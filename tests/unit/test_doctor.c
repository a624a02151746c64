/* test_doctor.c: what the doctor measures is what the network's own functions compute, its findings follow from the
 * measurements, and the network that is trained never notices it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "learn/learn.h"
#include "doctor/doctor.h"

#define DONE(call) assert_int_equal(call, DENPA_OK)

static denpa_net *make_net(const char *text, const char *activation, const char *init) {
  denpa_net *net;
  denpa_net_options o = denpa_net_options_default();
  o.activation = activation;
  o.init = init;
  o.threads = 2;
  DONE(denpa_net_create(&net, text, &o, NULL));
  return net;
}

static denpa_data *digits(size_t rows) {
  denpa_data *data;
  DONE(denpa_data_digits(&data, rows, 1, NULL));
  return data;
}

static bool has(const dnp_checkup *c, const char *name) {
  dnp_finding found[DNP_MOST_FINDINGS];
  const size_t count = dnp_find(c, found);
  for (size_t i = 0; i < count; i++)
    if (strcmp(found[i].name, name) == 0) return true;
  return false;
}

/* With no more rows than the probe takes, its loss is that of all of them, and its step is a full-batch update. */
static void the_probe_is_true(void **state) {
  (void)state;
  static const char *const activations[] = {"sigmoid", "tanh", "relu"};
  for (size_t a = 0; a < 3; a++) {
    denpa_net *net = make_net("784-17-9-10", activations[a], "xavier");
    denpa_data *data = digits(200);
    dnp_prober *prober;
    dnp_probe probe = {0};
    double loss, accuracy;
    DONE(dnp_prober_open(&prober, net, data, 0.3, NULL));
    DONE(dnp_prober_take(prober, net, 5, &probe, NULL));
    DONE(denpa_net_evaluate(net, data, DENPA_SPLIT_TRAIN, &loss, &accuracy, NULL));
    assert_true(probe.taken && probe.rows == 200 && probe.step == 5 && probe.layers == 3);
    assert_true(probe.loss == loss && probe.accuracy == accuracy);
    denpa_train_options o = denpa_train_options_default();
    o.lr = 0.3;
    o.batch = 0;
    o.steps = 1;
    o.evaluate = DENPA_EVALUATE_NONE;
    DONE(denpa_train(net, data, &o, NULL, NULL));
    DONE(denpa_net_evaluate(net, data, DENPA_SPLIT_TRAIN, &loss, NULL, NULL));
    /* a step in double, rounded once, instead of one fused in float */
    assert_true(fabs(probe.after - loss) <= 1e-7 * loss);
    for (size_t i = 0; i < 3; i++) {
      const denpa_parameter p = denpa_net_parameter(net, 2 * i); /* the gradient is still that of the step */
      double square = 0;
      for (size_t k = 0; k < p.count; k++)
        square += (double)((const float *)p.gradient)[k] * (double)((const float *)p.gradient)[k];
      assert_string_equal(probe.layer[i].weights, p.name);
      assert_true(fabs(probe.layer[i].gradient - sqrt(square / (double)p.count)) <= 1e-12);
      assert_true(probe.layer[i].inputs == p.shape[0] && probe.layer[i].units == p.shape[1]);
    }
    assert_string_equal(probe.layer[0].activation, activations[a]);
    assert_string_equal(probe.layer[2].activation, "");
    dnp_prober_close(prober);
    denpa_data_free(data);
    denpa_net_free(net);
  }
}

/* Units that are made dead, saturated and alike by hand are counted. */
static void what_is_broken_is_counted(void **state) {
  (void)state;
  static double w[784 * 20], b[20];
  denpa_data *data = digits(300);
  denpa_net *net = make_net("784-20-10", "relu", "he");
  dnp_prober *prober;
  dnp_probe probe = {0};
  DONE(denpa_net_value(net, "W1", w, 784 * 20, NULL));
  for (size_t j = 0; j < 7; j++) b[j] = -1e6; /* whatever comes in, these give 0 */
  for (size_t i = 0; i < 784; i++) w[i * 20 + 11] = w[i * 20 + 13] = w[i * 20 + 19];
  DONE(denpa_net_set(net, "W1", w, 784 * 20, NULL));
  DONE(denpa_net_set(net, "b1", b, 20, NULL));
  DONE(dnp_prober_open(&prober, net, data, 0.1, NULL));
  DONE(dnp_prober_take(prober, net, 0, &probe, NULL));
  assert_true(probe.layer[0].dead == 7 && probe.layer[0].alike == 3 && probe.layer[0].saturated == 0);
  dnp_prober_close(prober);
  denpa_net_free(net);

  net = make_net("784-20-10", "sigmoid", "zeros");
  memset(w, 0, sizeof w);
  for (size_t j = 0; j < 20; j++) b[j] = j < 5 ? 100 : j < 9 ? -100 : 0;
  DONE(denpa_net_set(net, "b1", b, 20, NULL));
  DONE(dnp_prober_open(&prober, net, data, 0.1, NULL));
  DONE(dnp_prober_take(prober, net, 0, &probe, NULL));
  assert_true(probe.layer[0].dead == 0 && probe.layer[0].alike == 20 && probe.layer[0].saturated == 9.0 / 20);
  assert_true(isnan(probe.layer[0].update));
  dnp_prober_close(prober);
  denpa_net_free(net);
  denpa_data_free(data);
}

/* A filter is a unit too: those that are dead or alike are counted, behind pooling and normalisation as well, and the
 * finding names their layer. The second layer is as the training left it. */
static void filters_are_seen(void **state) {
  (void)state;
  static const char *const nets[] = {"input 1x28x28, conv 8 5x5, maxpool 2, relu, dense 20, batchnorm, relu, dense 10",
      "input 1x28x28, conv 8 5x5, relu, conv 20 3x3 stride 2, avgpool 2, tanh, dense 10"};
  denpa_data *data = digits(300);
  for (size_t n = 0; n < 2; n++) {
    static double w[8 * 25];
    double b[8] = {0}, square = 0;
    dnp_finding found[DNP_MOST_FINDINGS];
    dnp_doctor *doctor;
    denpa_net *net = make_net(nets[n], "relu", "he");
    DONE(denpa_net_value(net, "W1", w, 8 * 25, NULL));
    for (size_t j = 0; j < 5; j++) b[j] = -1e6;
    for (size_t i = 0; i < 25; i++) w[7 * 25 + i] = w[6 * 25 + i];
    for (size_t i = 0; i < 8 * 25; i++) square += w[i] * w[i];
    DONE(denpa_net_set(net, "W1", w, 8 * 25, NULL));
    DONE(denpa_net_set(net, "b1", b, 8, NULL));
    DONE(dnp_doctor_examine(&doctor, net, data, NULL, NULL));
    const dnp_checkup *c = dnp_doctor_checkup(doctor);
    const dnp_layer *l = c->last.layer;
    assert_int_equal(c->last.layers, 3);
    assert_string_equal(l[0].weights, "W1");
    assert_string_equal(l[0].values, "z1");
    assert_string_equal(l[0].activation, "relu");
    assert_true(l[0].units == 8 && l[0].inputs == 25 && l[0].dead == 5 && l[0].alike == 2 && l[0].can_die);
    assert_true(fabs(l[0].weight - sqrt(square / 200)) <= 1e-12 && l[0].gradient > 0);
    assert_string_equal(l[1].values, "z2");
    assert_string_equal(l[1].activation, n == 0 ? "relu" : "tanh");
    assert_true(l[1].units == 20 && l[1].inputs == (n == 0 ? 8 * 12 * 12 : 8 * 9) && l[1].has_ends == (n == 1));
    assert_true(l[1].alike == 0 && l[1].dead < 20);
    dnp_checkup trained = *c; /* as if long training had left it like that */
    trained.steps = 100;
    const size_t count = dnp_find(&trained, found);
    size_t i = 0;
    while (i < count && strcmp(found[i].name, "dead-relus") != 0) i++;
    assert_true(i < count);
    assert_string_equal(found[i].arg[0].as.s, "z1");
    dnp_doctor_close(doctor);
    denpa_net_free(net);
  }
  denpa_data_free(data);
}

typedef struct watch {
  dnp_doctor *doctor;
} watch;

static int epoch(void *context, const denpa_epoch *e) {
  const watch *w = context;
  return w->doctor != NULL && dnp_doctor_epoch(w->doctor, e, NULL) != DENPA_OK;
}

/* Trains with and without a doctor; the findings' checkup of the first. */
static void train_watched(denpa_net *net, const denpa_data *data, denpa_train_options o, dnp_doctor **doctor) {
  watch w = {NULL};
  o.on_epoch = epoch;
  o.context = &w;
  if (doctor != NULL) {
    DONE(dnp_doctor_open(doctor, net, data, &o, NULL));
    w.doctor = *doctor;
  }
  const denpa_status status = denpa_train(net, data, &o, NULL, NULL);
  if (doctor != NULL) DONE(dnp_doctor_end(*doctor, status == DENPA_ERROR_NUMERIC, NULL));
}

static void the_training_does_not_notice(void **state) {
  (void)state;
  denpa_data *data = digits(30000);
  denpa_net *net[2];
  char sha[2][65];
  denpa_train_options o = denpa_train_options_default();
  o.optimizer = "adam";
  o.epochs = 8; /* 240,000 rows: the doctor probes in between */
  o.evaluate = DENPA_EVALUATE_NONE;
  for (int i = 0; i < 2; i++) {
    dnp_doctor *doctor = NULL;
    net[i] = make_net("784-8-10", "sigmoid", "xavier");
    train_watched(net[i], data, o, i == 0 ? &doctor : NULL);
    if (i == 0)
      assert_true(dnp_doctor_checkup(doctor)->last.step == 8 * 300 && dnp_doctor_checkup(doctor)->log.count == 8);
    dnp_doctor_close(doctor);
    DONE(denpa_net_sha256(net[i], sha[i], NULL));
    denpa_net_free(net[i]);
  }
  assert_string_equal(sha[0], sha[1]);
  denpa_data_free(data);
}

typedef struct listener {
  dnp_doctor *doctor;
  const char *name[8];
  size_t step[8], count;
} listener;

static void listen(listener *l) {
  dnp_finding news[DNP_MOST_FINDINGS];
  const size_t count = dnp_doctor_news(l->doctor, news);
  for (size_t i = 0; i < count; i++) {
    assert_true(l->count < 8);
    l->name[l->count] = news[i].name;
    l->step[l->count++] = dnp_doctor_checkup(l->doctor)->steps;
  }
}

static int epoch_heard(void *context, const denpa_epoch *e) {
  listener *l = context;
  DONE(dnp_doctor_epoch(l->doctor, e, NULL));
  listen(l);
  return 0;
}

/* A training on 1,024 rows, probed at its beginning and after 100, 200, 300 and 400 epochs: what was told, and when. */
static void hear(listener *l, const char *init, int labels) {
  enum { ROWS = 1024, FEATURES = 4 };
  static double x[ROWS * FEATURES];
  static int32_t label[ROWS];
  denpa_data *data;
  for (size_t r = 0; r < ROWS; r++) {
    for (size_t i = 0; i < FEATURES; i++) x[r * FEATURES + i] = sin((double)(r * FEATURES + i) * 1.7);
    label[r] = labels == 1 ? 0 : labels == 2 ? r % 7 < 3 : x[r * FEATURES] + x[r * FEATURES + 1] > 0;
  }
  const denpa_rows rows = {ROWS, DENPA_DTYPE_FLOAT64, x, label, NULL};
  DONE(denpa_data_from_memory(&data, "memory", FEATURES, 2, &rows, NULL, NULL));
  denpa_net *net = make_net("4-8-2", "tanh", init);
  denpa_train_options o = denpa_train_options_default();
  *l = (listener){.doctor = NULL};
  o.lr = 0.1;
  o.batch = 256;
  o.epochs = 420;
  o.evaluate = DENPA_EVALUATE_NONE;
  o.on_epoch = epoch_heard;
  o.context = l;
  DONE(dnp_doctor_open(&l->doctor, net, data, &o, NULL));
  listen(l);
  DONE(denpa_train(net, data, &o, NULL, NULL));
  dnp_doctor_close(l->doctor);
  denpa_net_free(net);
  denpa_data_free(data);
}

/* Of the data at once, of units and results when three probes in a row have found it; once each, and nothing of a
 * training that goes well. */
static void what_is_certain_is_told_once(void **state) {
  (void)state;
  listener l;
  hear(&l, "xavier", 0);
  assert_int_equal(l.count, 0);
  hear(&l, "zeros", 2); /* nothing to do with the inputs, and no unit of its own */
  assert_int_equal(l.count, 3);
  assert_string_equal(l.name[0], "symmetric-weights"); /* so they were before the first update, too */
  assert_string_equal(l.name[1], "one-answer");
  assert_string_equal(l.name[2], "stuck-at-chance");
  assert_true(l.step[0] == 800 && l.step[1] == 1200 && l.step[2] == 1200);
  hear(&l, "xavier", 1);
  assert_int_equal(l.count, 1);
  assert_string_equal(l.name[0], "constant-labels");
  assert_int_equal(l.step[0], 0);
}

/* Numbers from 0 to 255 that nobody divided. */
static void unscaled_inputs(void **state) {
  (void)state;
  enum { ROWS = 400, FEATURES = 784 };
  denpa_data *pixels = digits(ROWS), *data;
  double *x = malloc(sizeof *x * ROWS * FEATURES);
  int32_t label[ROWS];
  assert_non_null(x);
  for (size_t scale = 1; scale <= 255; scale += 254) {
    for (size_t r = 0; r < ROWS; r++) {
      DONE(denpa_data_row(pixels, DENPA_SPLIT_TRAIN, r, x + r * FEATURES, NULL));
      for (size_t i = 0; i < FEATURES; i++) x[r * FEATURES + i] *= (double)scale;
      label[r] = denpa_data_label(pixels, DENPA_SPLIT_TRAIN, r);
    }
    DONE(denpa_data_from_memory(
        &data, "memory", FEATURES, 10, &(denpa_rows){ROWS, DENPA_DTYPE_FLOAT64, x, label, NULL}, NULL, NULL));
    denpa_net *net = make_net("784-30-10", "relu", "he");
    denpa_train_options o = denpa_train_options_default();
    dnp_doctor *doctor;
    o.batch = 20;
    o.epochs = 20;
    train_watched(net, data, o, &doctor);
    assert_true(has(dnp_doctor_checkup(doctor), "unscaled-inputs") == (scale == 255));
    dnp_doctor_close(doctor);
    denpa_net_free(net);
    denpa_data_free(data);
  }
  free(x);
  denpa_data_free(pixels);
}

/* Curves alone: each finding that a log can tell, and the smooth one that is none. */
static void logs_are_read(void **state) {
  (void)state;
  denpa_epoch line[12];
  dnp_checkup c = {
      .data_check = {.rows = 1000, .classes = 10, .present = 10, .share = 0.1, .chance = 2.3, .rms = 0.3, .largest = 1},
      .optimizer = "sgd",
      .lr = 0.1,
      .softmax = true,
      .steps = 1200,
      .epochs = 12};
  c.log = (dnp_course){line, 12};
  for (int kind = 0; kind < 3; kind++) {
    for (int i = 0; i < 12; i++) {
      line[i] = (denpa_epoch){(size_t)(100 * (i + 1)), i + 1, i, 1.0 / (i + 1), 0.8 + 0.015 * i, 1.1 / (i + 1),
          0.79 + 0.015 * i, (double)NAN, (double)NAN, {0}};
      if (kind == 1) line[i].train_loss = i % 2 == 0 ? 0.5 : 1.1, line[i].train_accuracy = 0.7;
      if (kind == 2) line[i].test_loss = i < 4 ? 1.1 / (i + 1) : 0.2 + 0.1 * i, line[i].test_accuracy = 0.82;
    }
    assert_true(has(&c, "learning-rate-too-high") == (kind == 1));
    assert_true(has(&c, "overfitting") == (kind == 2));
  }
}

/* What a checkup of ten equal classes on 1,000 samples says after 1,000 updates, but for what a test changes. */
static dnp_checkup after_training(denpa_epoch *line, size_t lines) {
  dnp_checkup c = {.data_check = {.rows = 1000,
                       .test_rows = 1000,
                       .classes = 10,
                       .present = 10,
                       .share = 0.1,
                       .probe_share = 0.1,
                       .chance = 2.3,
                       .probe_chance = 2.3,
                       .rms = 0.3,
                       .largest = 1},
      .optimizer = "adam",
      .lr = 0.001,
      .softmax = true,
      .steps = 1000,
      .epochs = 10,
      .first = {.taken = true, .rows = 256, .loss = 2.3, .accuracy = 0.1, .after = 2.3, .after_ten = 2.3},
      .last = {.taken = true, .rows = 256, .loss = 0.1, .accuracy = 0.98, .after = 0.1, .after_ten = 0.1}};
  c.log = (dnp_course){line, lines};
  return c;
}

/* The probe's samples may be more or less mixed than all are: its loss is compared with guessing on the same ones. */
static void guessing_is_on_the_same_samples(void **state) {
  (void)state;
  dnp_checkup c = after_training(NULL, 0);
  c.data_check.classes = c.data_check.present = 2;
  c.data_check.share = 0.9;
  c.data_check.chance = 0.325; /* of shares of 0.9 and 0.1 */
  c.data_check.probe_share = 0.86;
  c.data_check.probe_chance = 0.405;
  c.last.loss = 0.335;
  c.last.accuracy = 0.9;
  assert_false(has(&c, "stuck-at-chance"));
  c.last.loss = 0.403;
  c.last.accuracy = 0.86;
  assert_true(has(&c, "stuck-at-chance"));
  /* with weights for the classes, the loss without them says little, unless one answer is all there is */
  c.weighted = true;
  c.last.rows = 200;
  c.last.times = 130;
  assert_false(has(&c, "stuck-at-chance"));
  c.last.times = 200;
  assert_true(has(&c, "stuck-at-chance"));
  c.weighted = false;
  /* few pictures: 16 updates are 16 epochs */
  c.steps = 16;
  c.epochs = 16;
  assert_true(has(&c, "stuck-at-chance"));
  c.epochs = 2;
  assert_false(has(&c, "stuck-at-chance"));
}

/* A number that is learned has no accuracy; what is left of its variance says whether it is. */
static void numbers_are_judged_by_their_variance(void **state) {
  (void)state;
  dnp_checkup c = after_training(NULL, 0);
  c.data_check.classes = c.data_check.present = 0;
  c.data_check.chance = c.data_check.probe_chance = 1;
  c.last.accuracy = (double)NAN;
  for (int stuck = 0; stuck < 2; stuck++) {
    c.last.loss = stuck ? 0.99 : 0.5;
    assert_true(has(&c, "stuck-at-chance") == (stuck == 1));
  }
}

/* Where a training stops early, the network has the weights of the lowest validation loss: what came later is not its
 * fault. And what a few test samples more or less say is chance. */
static void overfitting_is_of_the_network_that_is_kept(void **state) {
  (void)state;
  denpa_epoch line[12];
  for (int i = 0; i < 12; i++) {
    const double late = i > 3 ? i - 3 : 0;
    line[i] = (denpa_epoch){(size_t)(100 * (i + 1)), i + 1, i, 1.0 / (i + 1), 0.8 + 0.015 * i, 0.5 + 0.1 * late, 0.82,
        0.5 + 0.1 * late, 0.8, {0}};
  }
  line[3].test_loss = line[3].validation_loss = 0.45;
  dnp_checkup c = after_training(line, 12);
  assert_true(has(&c, "overfitting"));
  c.stops_early = true;
  assert_false(has(&c, "overfitting"));
  c.stops_early = false;
  c.data_check.test_rows = 20; /* 96.5 % and 82 %, of 20 */
  assert_false(has(&c, "overfitting"));
}

/* Units that give nothing are a fault of a network that has not learned, and the weight decay's where weights shrank.
 */
static void dead_units_of_a_network_that_learned_are_none(void **state) {
  (void)state;
  dnp_checkup c = after_training(NULL, 0);
  const dnp_layer layer = {.weights = "W1",
      .values = "z1",
      .activation = "relu",
      .can_die = true,
      .inputs = 10,
      .units = 100,
      .weight = 0.3,
      .dead = 84};
  c.first.layers = c.last.layers = 1;
  c.first.layer[0] = c.last.layer[0] = layer;
  assert_false(has(&c, "dead-relus"));
  c.last.accuracy = 0.2;
  assert_true(has(&c, "dead-relus") && !has(&c, "weight-decay-too-strong"));
  c.weight_decay = 1;
  assert_true(has(&c, "dead-relus"));
  c.last.layer[0].weight = 0.01;
  assert_true(has(&c, "weight-decay-too-strong") && !has(&c, "dead-relus"));
}

/* The latter half of the epochs brought nothing: what is there has been learned, no learning rate brings more. */
static void what_has_been_learned_is_not_slow(void **state) {
  (void)state;
  denpa_epoch line[10];
  dnp_checkup c = after_training(line, 10);
  c.plain = true;
  c.last.accuracy = 0.3;
  c.last.loss = 2, c.last.after = 1.999, c.last.after_ten = 1.99;
  for (int slow = 0; slow < 2; slow++) {
    for (int i = 0; i < 10; i++) {
      const double loss = slow ? 2.3 - 0.03 * (i + 1) : 2;
      line[i] = (denpa_epoch){(size_t)(100 * (i + 1)), i + 1, i, loss, 0.3, loss, 0.3, (double)NAN, (double)NAN, {0}};
    }
    assert_true(has(&c, "learning-rate-too-low") == (slow == 1));
  }
}

/* Advice names what is there. */
static void advice_names_what_is_kept(void **state) {
  (void)state;
  for (int kept = 0; kept < 2; kept++) {
    dnp_finding found[DNP_MOST_FINDINGS];
    dnp_checkup c = after_training(NULL, 0);
    c.data_check.share = c.data_check.probe_share = 0.95;
    c.last.accuracy = 0.95;
    c.kept = kept ? "my.run" : NULL;
    assert_true(dnp_find(&c, found) > 0);
    assert_string_equal(found[0].name, "unbalanced-classes");
    assert_string_equal(found[0].arg[3].as.s, kept ? "my.run" : "FILE.safetensors");
    c.weighted = true; /* the advice has been followed */
    assert_false(has(&c, "unbalanced-classes"));
  }
}

static void names_are_unique(void **state) {
  (void)state;
  size_t count = 0;
  for (; dnp_finding_name(count) != NULL; count++)
    for (size_t i = 0; i < count; i++) assert_string_not_equal(dnp_finding_name(i), dnp_finding_name(count));
  assert_true(count >= 15 && count <= DNP_MOST_FINDINGS);
}

/* Nothing is left behind, whichever allocation fails, and the error says so. */
static void out_of_memory(void **state) {
  (void)state;
  denpa_data *data = digits(60);
  denpa_net *net = make_net("784-5-10", "sigmoid", "xavier");
  for (size_t nth = 1;; nth++) {
    dnp_doctor *doctor = NULL;
    denpa_error why = {0};
    dnp_alloc_fail_at(nth);
    const denpa_status status = dnp_doctor_examine(&doctor, net, data, NULL, &why);
    dnp_alloc_fail_at(0);
    dnp_doctor_close(doctor);
    if (status == DENPA_OK) break;
    assert_int_equal(status, DENPA_ERROR_MEMORY);
    assert_int_equal(why.status, DENPA_ERROR_MEMORY);
    assert_null(doctor);
    assert_true(nth < 1000);
  }
  denpa_net_free(net);
  denpa_data_free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(the_probe_is_true), cmocka_unit_test(what_is_broken_is_counted),
      cmocka_unit_test(filters_are_seen), cmocka_unit_test(the_training_does_not_notice),
      cmocka_unit_test(what_is_certain_is_told_once), cmocka_unit_test(unscaled_inputs),
      cmocka_unit_test(logs_are_read), cmocka_unit_test(guessing_is_on_the_same_samples),
      cmocka_unit_test(numbers_are_judged_by_their_variance),
      cmocka_unit_test(overfitting_is_of_the_network_that_is_kept),
      cmocka_unit_test(dead_units_of_a_network_that_learned_are_none),
      cmocka_unit_test(what_has_been_learned_is_not_slow), cmocka_unit_test(advice_names_what_is_kept),
      cmocka_unit_test(names_are_unique), cmocka_unit_test(out_of_memory)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
