/* test_diagnosis.c: the doctor's tables, row by row, on figures that are made up: what the measurements say
 * (findings.c), which changes a setting makes conceivable (remedies.c), and which of the conceivable causes is told
 * when one change helps (diagnosis.c). No network is trained: the trials are a script. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "doctor/trial.h"

#define DONE(call) assert_int_equal(call, DENPA_OK)

/* ---- a training without a fault ------------------------------------------------------------------ */

enum { LINES = 10 };

typedef struct patient {
  dnp_checkup checkup;
  dnp_case c;
  denpa_epoch line[LINES];
} patient;

static dnp_layer layer(const char *weights, const char *values, size_t inputs, size_t units) {
  dnp_layer l = {.activation = values[0] != '\0' ? "relu" : "",
      .can_die = values[0] != '\0',
      .inputs = inputs,
      .units = units,
      .weight = 1 / sqrt((double)inputs),
      .gradient = 0.01,
      .update = 0.01};
  snprintf(l.weights, sizeof l.weights, "%s", weights);
  snprintf(l.values, sizeof l.values, "%s", values);
  return l;
}

static dnp_probe probe(size_t step, double loss, double accuracy) {
  dnp_probe p = {.taken = true,
      .step = step,
      .rows = 256,
      .loss = loss,
      .accuracy = accuracy,
      .times = 70,
      .after = 0.99 * loss,
      .after_ten = 0.98 * loss,
      .shorter = 0.01,
      .longer = 1,
      .after_longer = 0.98 * loss,
      .layers = 2};
  p.layer[0] = layer("W1", "z1", 16, 32);
  p.layer[1] = layer("W2", "", 32, 4);
  return p;
}

static void begin_checkup(dnp_checkup *c, denpa_epoch line[LINES]) {
  const dnp_data_check data = {.rows = 500,
      .test_rows = 200,
      .classes = 4,
      .present = 4,
      .share = 0.25,
      .chance = 1.386,
      .probe_share = 0.25,
      .probe_chance = 1.386,
      .largest = 1,
      .rms = 0.5};
  *c = (dnp_checkup){.data_check = data,
      .optimizer = "sgd",
      .plain = true,
      .proportional = true,
      .usual_lr = 0.1,
      .lr = 0.1,
      .softmax = true,
      .steps = 1000,
      .epochs = LINES,
      .first = probe(0, 1.4, 0.25),
      .last = probe(1000, 0.1, 0.97),
      .log = {line, LINES}};
  for (size_t i = 0; i < LINES; i++)
    line[i] = (denpa_epoch){.step = 100 * (i + 1),
        .epoch = (double)(i + 1),
        .train_loss = 1.0 / (double)(i + 1),
        .train_accuracy = 0.7 + 0.027 * (double)(i + 1),
        .test_loss = 1.1 / (double)(i + 1),
        .test_accuracy = 0.7 + 0.025 * (double)(i + 1),
        .validation_loss = (double)NAN,
        .validation_accuracy = (double)NAN};
}

/* 16-32-4 with ReLU by plain steps, on 500 samples of four classes: the measurements of one that has learned, and the
 * settings of one that has not. */
static void begin(patient *p) {
  const dnp_quality poor = {.rows = 200, .loss = 1.2, .score = 0.4, .gained = 0.2};
  denpa_train_options train = denpa_train_options_default();
  train.optimizer = "sgd";
  train.lr = 0.1;
  train.batch = 32;
  train.epochs = LINES;
  train.weight_decay = 0;
  begin_checkup(&p->checkup, p->line);
  p->c = (dnp_case){.checkup = &p->checkup,
      .net = "16-32-4",
      .activation = "relu",
      .init = "he",
      .loss = "cross-entropy",
      .train = train,
      .inputs = 16,
      .outputs = 4,
      .rows = 500,
      .base = {.steps = 1000, .total = 1000, .before = 1.4, .train = poor, .test = poor}};
}

/* The log and the last probe of a training that has this loss and this accuracy from the first epoch to the last. */
static void ends_at(patient *p, double loss, double accuracy) {
  for (size_t i = 0; i < LINES; i++) {
    p->line[i].train_loss = p->line[i].test_loss = loss;
    p->line[i].train_accuracy = p->line[i].test_accuracy = accuracy;
  }
  p->checkup.last.loss = p->checkup.last.after = p->checkup.last.after_ten = p->checkup.last.after_longer = loss;
  p->checkup.last.accuracy = accuracy;
}

typedef void change_it(patient *p);

/* ---- findings.c ------------------------------------------------------------------------------------ */

static void one_label(patient *p) { p->checkup.data_check.present = 1; }
static void all_alike(patient *p) { p->checkup.data_check.all_alike = true; }
static void pixels(patient *p) { p->checkup.data_check.largest = 255, p->checkup.data_check.rms = 80; }
static void rare(patient *p) {
  ends_at(p, 0.2, 0.95);
  p->checkup.data_check.present = 2;
  p->checkup.data_check.share = 0.95;
  p->checkup.data_check.chance = 0.2;
}
static void alike(patient *p) { p->checkup.first.layer[0].alike = p->checkup.last.layer[0].alike = 32; }
static void large_beginning(patient *p) {
  ends_at(p, 3, 0.25);
  p->checkup.first.loss = 9;
  p->checkup.first.layer[0].weight = 3;
}
static void exploding(patient *p) {
  ends_at(p, 1.2, 0.3);
  p->checkup.first.layer[0].gradient = 50;
  p->checkup.first.layer[0].update = 7;
}
static void decay_of_30(patient *p) {
  ends_at(p, 1.2, 0.3);
  p->checkup.weight_decay = 30;
}
static void loss_above_the_first(patient *p) { ends_at(p, 5, 0.25); }
static void at_the_ends(patient *p) {
  ends_at(p, 1.2, 0.3);
  p->checkup.last.layer[0].has_ends = true;
  p->checkup.last.layer[0].saturated = 0.9;
}
static void weights_shrank(patient *p) {
  ends_at(p, 1.3, 0.3);
  p->checkup.weight_decay = 1;
  p->checkup.last.layer[0].weight *= 0.1;
}
static void no_unit_lives(patient *p) {
  ends_at(p, 1.2, 0.3);
  p->checkup.last.layer[0].dead = 32;
}
static void little_gradient_in_front(patient *p) {
  ends_at(p, 1.38, 0.3);
  p->checkup.last.layer[0].gradient = 1e-6;
}
static void hardly_moves(patient *p) {
  ends_at(p, 1.3, 0.3);
  for (size_t i = 0; i < LINES; i++) p->line[i].train_loss = 1.4 - 0.01 * (double)(i + 1);
  p->checkup.last.after = 1.299;
  p->checkup.last.after_longer = 1.1;
}
static void small_beginning(patient *p) {
  ends_at(p, 1.386, 0.25);
  p->checkup.first.layer[1].weight = 0.001;
}
/* with a rate that is far below the usual one, nothing else is the likely cause */
static void breaks_off(patient *p) { p->checkup.broken = true, p->checkup.lr = 1e-6; }
static void one_of_four(patient *p) {
  ends_at(p, 1.2, 0.25);
  p->checkup.last.times = 256;
}
static void at_chance(patient *p) { ends_at(p, 1.386, 0.25); }
static void eight_updates(patient *p) {
  ends_at(p, 1.386, 0.25);
  p->checkup.steps = 8;
}
static void by_heart(patient *p) {
  for (size_t i = 5; i < LINES; i++) p->line[i].test_loss = 0.4 + 0.1 * (double)i, p->line[i].test_accuracy = 0.7;
}

static const struct {
  const char *name;
  change_it *change;
  const char *first; /* NULL: this one */
} findings[] = {
    {"constant-labels", one_label, NULL},
    {"constant-inputs", all_alike, NULL},
    {"unscaled-inputs", pixels, NULL},
    {"unbalanced-classes", rare, NULL},
    {"symmetric-weights", alike, NULL},
    {"initial-weights-too-large", large_beginning, NULL},
    {"exploding-gradients", exploding, NULL},
    {"weight-decay-overshoots", decay_of_30, NULL},
    {"learning-rate-too-high", loss_above_the_first, NULL},
    {"saturated", at_the_ends, NULL},
    {"weight-decay-too-strong", weights_shrank, NULL},
    {"dead-relus", no_unit_lives, NULL},
    {"vanishing-gradients", little_gradient_in_front, NULL},
    {"learning-rate-too-low", hardly_moves, NULL},
    {"initial-weights-too-small", small_beginning, NULL},
    {"not-finite", breaks_off, NULL},
    {"diverging", loss_above_the_first, "learning-rate-too-high"},
    {"one-answer", one_of_four, NULL},
    {"stuck-at-chance", at_chance, NULL},
    {"too-few-updates", eight_updates, NULL},
    {"overfitting", by_heart, NULL},
};
#define FINDINGS (sizeof findings / sizeof *findings)

/* Each row of the table, and nothing of a training without a fault. */
static void each_finding_follows_from_its_figures(void **state) {
  (void)state;
  dnp_finding found[DNP_MOST_FINDINGS];
  patient p;
  begin(&p);
  assert_int_equal(dnp_find(&p.checkup, found), 0);
  for (size_t i = 0; i < FINDINGS; i++) {
    assert_string_equal(findings[i].name, dnp_finding_name(i));
    begin(&p);
    findings[i].change(&p);
    const size_t count = dnp_find(&p.checkup, found);
    assert_true(count > 0);
    assert_string_equal(found[0].name, findings[i].first != NULL ? findings[i].first : findings[i].name);
    bool there = false;
    for (size_t k = 0; k < count; k++) there = there || strcmp(found[k].name, findings[i].name) == 0;
    assert_true(there);
  }
  assert_null(dnp_finding_name(FINDINGS));
}

/* ---- remedies.c ------------------------------------------------------------------------------------ */

static void in_order(patient *p) { p->c.train.sampling = DENPA_SAMPLING_SEQUENTIAL; }
static void class_weights(patient *p) { p->c.train.class_weights = "100,1,1,1"; }
static void smoothed(patient *p) { p->c.loss = "cross-entropy:0.9"; }
static void mae(patient *p) { p->c.loss = "mae", p->checkup.softmax = false; }
static void large_epsilon(patient *p) { p->c.train.optimizer = "adam", p->c.train.epsilon = 10; }
static void long_momentum(patient *p) { p->c.train.optimizer = "momentum", p->c.train.momentum = 0.999; }
static void short_clip(patient *p) { p->c.train.clip = 0.001; }
static void long_warmup(patient *p) { p->c.train.warmup = 900; }
static void falling(patient *p) {
  p->c.train.schedule = DENPA_SCHEDULE_STEP;
  p->c.train.lr_decay = 0.1;
  p->c.train.lr_decay_every = 1;
  p->c.decay_given = true;
}
static void kept_back(patient *p) { p->c.train.validation = 0.9; }
static void impatient(patient *p) { p->c.train.patience = 1, p->checkup.steps = 30; }
static void moved_pictures(patient *p) { p->c.train.augment = "rotate:180"; }
static void decay_of_50(patient *p) { p->c.train.weight_decay = 50; }
static void decay_of_1(patient *p) { p->c.train.weight_decay = 1; }
static void listed(patient *p, const char *net) { p->c.net = net, p->c.activation = ""; }
static void left_out(patient *p) { listed(p, "input 16, dense 32, relu, dropout 0.95, dense 4"); }
static void behind(patient *p) { listed(p, "input 16, dense 32, relu, dense 4, sigmoid"); }
static void pairs(patient *p) {
  listed(p, "input 16, dense 32, batchnorm, relu, dense 4");
  p->c.train.batch = 2;
}
static void coarse(patient *p) { listed(p, "input 1x16x16, conv 4 3x3, relu, maxpool 7, dense 4"); }
static void narrow(patient *p) { p->c.net = "16-2-4"; }
static void straight_lines(patient *p) { p->c.net = "16-4", p->checkup.first.layers = p->checkup.last.layers = 1; }
static void identity(patient *p) { p->c.activation = "identity"; }
static void learned_by_heart(patient *p) { p->c.base.train.gained = 0.9, p->c.base.train.score = 0.93; }
static void tiny_weights(patient *p) { p->checkup.first.layer[1].weight = 0.001; }
static void huge_weights(patient *p) { p->checkup.first.layer[1].weight = 3; }
static void full_batch(patient *p) { p->c.train.batch = 0, p->c.base.steps = p->c.base.total = 10; }
static void nothing(patient *p) { (void)p; }
static void three_sigmoids(patient *p) {
  p->c.net = "16-32-32-32-4";
  p->c.activation = "sigmoid";
  p->checkup.first.layers = 4;
  for (size_t i = 0; i < 4; i++) {
    p->checkup.first.layer[i] = layer("W", i < 3 ? "z" : "", 32, 32);
    p->checkup.first.layer[i].activation = "sigmoid";
    p->checkup.first.layer[i].has_ends = i < 3;
  }
}
static void rare_class(patient *p) { p->checkup.data_check.share = 0.9, p->checkup.data_check.present = 4; }
static void by_steps(patient *p) { p->c.train.steps = 70, p->c.steps_given = true; }
static void gone_astray(patient *p) { p->c.base.train.loss = 2, p->c.base.before = 1.4; }
static void crawling(patient *p) { p->c.train.lr = 0.002; }
static void broken_with_small_weights(patient *p) { p->c.base.broken = true, p->c.init = "normal:0.01"; }

/* Rows of dnp_remedies by their number, and all changes that they conceive; the one that is made to help. */
static const struct {
  size_t row;
  change_it *change;
  const char *changes;
} remedies[] = {
    {0, in_order, "--sampling shuffle"},
    {1, class_weights, "--class-weights balanced; --class-weights '1,1,1,1'"},
    {2, smoothed, "--loss cross-entropy"},
    {3, mae, "--loss cross-entropy"},
    {4, large_epsilon, "--epsilon 1e-08"},
    {5, long_momentum, "--momentum 0.9"},
    {6, short_clip, "--clip 1; --clip 10; --clip 100"},
    {7, long_warmup, "--warmup 0"},
    {8, falling, "--lr-decay-every 5; --lr-decay 1"},
    {9, kept_back, "--validation 0.1"},
    {10, impatient, "--patience 20; --patience 100"},
    {11, moved_pictures, "--augment none"},
    {12, decay_of_50, "--weight-decay 0.0001; --weight-decay 0"},
    {13, decay_of_1, "--weight-decay 0.0001; --weight-decay 0"},
    {14, left_out, "--net 'input 16, dense 32, relu, dropout 0.2, dense 4'"},
    {15, behind, "--net 'input 16, dense 32, relu, dense 4'"},
    {16, pairs, "--batch 32"},
    {17, coarse, "--net 'input 1x16x16, conv 4 3x3, relu, maxpool 2, dense 4'"},
    {18, alike, "--init he"},
    {19, huge_weights, "--init he"},
    {20, rare_class, "--class-weights balanced"},
    {21, narrow, "--net 16-64-4"},
    {22, straight_lines, "--act relu --init he --net 16-100-4"},
    {23, identity, "--act relu --init he"},
    {24, learned_by_heart,
        "--weight-decay 0.001; --weight-decay 0.01; --weight-decay 0.1; --validation 0.2 --patience 10; --epochs 1"},
    {25, tiny_weights, "--init he"},
    {26, nothing, "--lr 0.01; --lr 0.001; --lr 0.0001"},
    {26, broken_with_small_weights, "--lr 0.01; --lr 0.001; --lr 0.0001; --lr 0.01 --init he"},
    {27, full_batch, "--batch 32; --batch 16; --batch 8"},
    {28, nothing, "--lr 1; --lr 10"},
    {29, three_sigmoids, "--act relu --init he"},
    {30, no_unit_lives, "--act leaky-relu"},
    {31, nothing, "--epochs 30; --epochs 300; --epochs 3000"},
    {31, by_steps, "--steps 210; --steps 2100; --steps 21000"},
    {32, gone_astray, "--optimizer adam --lr 0.003; --optimizer adam --lr 0.03"},
    {33, crawling, "--optimizer adam --lr 0.003; --optimizer adam --lr 0.03"},
    {34, nothing, "--optimizer adam --lr 0.003; --optimizer adam --lr 0.03"},
};
#define REMEDIES (sizeof remedies / sizeof *remedies)

static size_t conceive(const patient *p, size_t row, dnp_change change[DNP_MOST_CHANGES]) {
  denpa_arg arg[DNP_FINDING_ARGS + 1] = {{0}};
  memset(change, 0, DNP_MOST_CHANGES * sizeof *change);
  const size_t count = dnp_remedies[row].conceive(&p->c, change, arg);
  assert_true(count <= DNP_MOST_CHANGES);
  return count;
}

static void join(const dnp_change *change, size_t count, char out[2048]) {
  char text[DNP_CHANGE_TEXT];
  size_t length = 0;
  out[0] = '\0';
  for (size_t i = 0; i < count; i++) {
    dnp_change_text(&change[i], text);
    length += (size_t)snprintf(out + length, 2048 - length, "%s%s", i > 0 ? "; " : "", text);
  }
}

static void each_setting_has_its_changes(void **state) {
  (void)state;
  dnp_change change[DNP_MOST_CHANGES];
  char joined[2048];
  patient p;
  size_t rows = 0;
  for (size_t i = 0; i < REMEDIES; i++) {
    begin(&p);
    remedies[i].change(&p);
    join(change, conceive(&p, remedies[i].row, change), joined);
    assert_string_equal(joined, remedies[i].changes);
    assert_true(remedies[i].row <= rows && remedies[i].row + 1 >= rows); /* none is left out */
    if (remedies[i].row == rows) rows++;
  }
  assert_null(dnp_remedies[rows].name);
}

/* Of ordinary settings only what most trainings that fail have in common is conceivable. */
static void ordinary_settings_are_not_doubted(void **state) {
  (void)state;
  static const char *const usual[] = {
      "learning-rate-too-high", "learning-rate-too-low", "too-few-updates", "optimizer-too-slow"};
  dnp_change change[DNP_MOST_CHANGES];
  patient p;
  size_t count = 0;
  begin(&p);
  for (size_t row = 0; dnp_remedies[row].name != NULL; row++) {
    if (conceive(&p, row, change) == 0) continue;
    assert_true(count < 4 && dnp_remedies[row].kind != DNP_REMEDY_CHOSEN);
    assert_string_equal(dnp_remedies[row].name, usual[count++]);
  }
  assert_int_equal(count, 4);
}

/* ---- diagnosis.c ------------------------------------------------------------------------------------ */

/* A trial is as the training was, but for the changes that help. */
typedef struct script {
  const dnp_case *c;
  const char *helps[3]; /* as they are typed */
  double to[3];         /* the value that they lead to */
  denpa_status fails;   /* of every change */
  double work;          /* of one trial */
  size_t calls;
} script;

static dnp_trial trial_of(double value, double work) {
  const dnp_quality q = {.rows = 200, .loss = 1.4 * (1 - value), .score = 0.25 + 0.75 * value, .gained = value};
  return (dnp_trial){.steps = 1000, .total = 1000, .work = work, .before = 1.4, .train = q, .test = q};
}

static denpa_status played(
    void *context, const dnp_change *change, double done, double work, dnp_trial *out, denpa_error *err) {
  script *s = context;
  char text[DNP_CHANGE_TEXT];
  (void)err;
  assert_true(done >= 0 && done <= 1 && work > 0);
  s->calls++;
  *out = s->c->base;
  out->work = s->work;
  dnp_change_text(change, text);
  if (change->parts > 0 && s->fails != DENPA_OK) return s->fails;
  for (size_t i = 0; change->parts > 0 && i < 3 && s->helps[i] != NULL; i++)
    if (strcmp(text, s->helps[i]) == 0) *out = trial_of(s->to[i], s->work);
  return DENPA_OK;
}

/* played gives what is in the case as the training without a change, but the diagnosis writes there too. */
static denpa_status diagnose(dnp_diagnosis *out, patient *p, script *s, const dnp_trial *now) {
  dnp_case given = p->c;
  s->c = &given;
  return dnp_diagnose(out, &p->c, now, played, s, NULL);
}

static const dnp_finding *found(const dnp_diagnosis *d, const char *name) {
  for (size_t i = 0; i < d->count; i++)
    if (strcmp(d->found[i].name, name) == 0) return &d->found[i];
  return NULL;
}

/* Each cause is told first, with the change that cured it, whatever the measurements say besides. */
static void what_helps_is_the_cause(void **state) {
  (void)state;
  static dnp_diagnosis d;
  for (size_t i = 0; i < REMEDIES; i++) {
    char cure[2048];
    patient p;
    script s = {.to = {0.95}};
    begin(&p);
    at_chance(&p);
    remedies[i].change(&p);
    snprintf(cure, sizeof cure, "%s", remedies[i].changes);
    const char *last = cure; /* the last of the changes, so that the first ones are tried in vain */
    for (const char *at = cure; (at = strstr(at, "; ")) != NULL;) last = at += 2;
    s.helps[0] = last;
    p.checkup.broken = p.c.base.broken;
    DONE(diagnose(&d, &p, &s, NULL));
    assert_string_equal(d.found[0].name, dnp_remedies[remedies[i].row].name);
    assert_non_null(d.found[0].tried);
    assert_string_equal(d.found[0].tried->change, last);
    assert_true(d.found[0].tried->with.test.gained == 0.95 && d.trials + 1 == s.calls);
  }
}

/* Nothing is advised that did not help; how the training is, is told all the same. */
static void what_does_not_help_is_not_advised(void **state) {
  (void)state;
  static dnp_diagnosis d;
  patient p;
  script s = {.helps = {"--lr 1"}, .to = {0.25}}; /* from 0.2: a step of chance */
  begin(&p);
  at_chance(&p);
  DONE(diagnose(&d, &p, &s, NULL));
  assert_int_equal(d.causes, 0);
  assert_int_equal(d.count, 1);
  assert_string_equal(d.found[0].name, "stuck-at-chance");
  assert_true(d.found[0].consequence && strstr(d.found[0].remedy, "None of the changes") != NULL);
}

/* Of changes that help as much, the more particular one; of values of one setting, the nearest one; what is to be said
 * of the result follows, and a cause that was tried in vain is not told. */
static void the_particular_cause_comes_first(void **state) {
  (void)state;
  static dnp_diagnosis d;
  patient p;
  script s = {.helps = {"--clip 10", "--epochs 300", "--clip 100"}, .to = {0.9, 0.95, 0.91}};
  begin(&p);
  hardly_moves(&p); /* the rules say: learning-rate-too-low */
  p.checkup.last.times = 256;
  p.c.train.clip = 0.001;
  DONE(diagnose(&d, &p, &s, NULL));
  assert_string_equal(d.found[0].name, "clip-too-small");
  assert_string_equal(d.found[0].tried->change, "--clip 10");
  assert_string_equal(d.found[1].name, "too-few-updates");
  assert_string_equal(d.found[1].tried->change, "--epochs 300");
  assert_null(found(&d, "learning-rate-too-low"));
  assert_true(found(&d, "one-answer")->consequence && found(&d, "one-answer")->tried == NULL);
  /* what helps with anything explains nothing, where something else helps */
  s.helps[1] = "--optimizer adam --lr 0.03";
  s.to[1] = 1;
  DONE(diagnose(&d, &p, &s, NULL));
  assert_null(found(&d, "optimizer-too-slow"));
  s.to[0] = s.to[2] = 0.5; /* less than the half of that */
  DONE(diagnose(&d, &p, &s, NULL));
  assert_string_equal(d.found[0].name, "clip-too-small");
  assert_null(found(&d, "optimizer-too-slow"));
}

/* A training that goes well enough is only doubted for settings that somebody chose, and only for what beats its end:
 * trials are cut short, in the midst of a schedule. */
static void what_goes_well_is_left_alone(void **state) {
  (void)state;
  static dnp_diagnosis d;
  patient p;
  script s = {.helps = {"--schedule constant", "--lr 1"}, .to = {0.85, 1}};
  const dnp_trial now = trial_of(0.87, 0), poorer = trial_of(0.65, 0), very_well = trial_of(0.92, 0);
  begin(&p);
  p.c.train.schedule = DENPA_SCHEDULE_ONE_CYCLE;
  p.c.base.train.gained = p.c.base.test.gained = 0.65; /* of its first updates */
  DONE(diagnose(&d, &p, &s, &now));
  assert_int_equal(d.count, 0);
  DONE(diagnose(&d, &p, &s, &poorer));
  assert_int_equal(d.count, 1);
  assert_string_equal(d.found[0].name, "schedule-falls-too-early");
  s.calls = 0;
  DONE(diagnose(&d, &p, &s, &very_well));
  assert_int_equal(d.count + s.calls, 0);
}

/* What the data say needs no trial, and stands first. */
static void data_are_not_tried(void **state) {
  (void)state;
  static dnp_diagnosis d;
  patient p;
  script s = {.helps = {NULL}};
  begin(&p);
  at_chance(&p);
  one_label(&p);
  DONE(diagnose(&d, &p, &s, NULL));
  assert_string_equal(d.found[0].name, "constant-labels");
  assert_int_equal(s.calls, 0);
}

/* Learned, but nothing of it holds on other data: whether more of a setting would help, trials tell. */
static void labels_that_mean_nothing(void **state) {
  (void)state;
  static dnp_diagnosis d;
  patient p;
  script s = {.helps = {NULL}};
  begin(&p);
  learned_by_heart(&p);
  p.c.base.test.gained = 0;
  DONE(diagnose(&d, &p, &s, NULL));
  assert_string_equal(d.found[0].name, "unrelated-labels");
  p.c.base.test.gained = 0.5; /* something holds */
  DONE(diagnose(&d, &p, &s, NULL));
  assert_string_equal(d.found[0].name, "overfitting");
  assert_null(d.found[0].tried);
}

/* A change that is not possible here is passed over; other failures are failures; the work has an end. */
static void trials_may_fail(void **state) {
  (void)state;
  static dnp_diagnosis d;
  patient p;
  script s = {.helps = {"--lr 1"}, .to = {0.95}, .fails = DENPA_ERROR_SHAPE};
  begin(&p);
  at_chance(&p);
  DONE(diagnose(&d, &p, &s, NULL));
  assert_int_equal(d.causes, 0);
  assert_true(s.calls > 5);
  s.fails = DENPA_ERROR_MEMORY;
  assert_int_equal(diagnose(&d, &p, &s, NULL), DENPA_ERROR_MEMORY);
  s.fails = DENPA_ERROR_CANCELLED;
  assert_int_equal(diagnose(&d, &p, &s, NULL), DENPA_ERROR_CANCELLED);
  s = (script){.helps = {"--lr 1"}, .to = {0.95}, .work = 1e11};
  DONE(diagnose(&d, &p, &s, NULL));
  assert_int_equal(s.calls, 2); /* without a change, and one */
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(each_finding_follows_from_its_figures),
      cmocka_unit_test(each_setting_has_its_changes), cmocka_unit_test(ordinary_settings_are_not_doubted),
      cmocka_unit_test(what_helps_is_the_cause), cmocka_unit_test(what_does_not_help_is_not_advised),
      cmocka_unit_test(the_particular_cause_comes_first), cmocka_unit_test(what_goes_well_is_left_alone),
      cmocka_unit_test(data_are_not_tried), cmocka_unit_test(labels_that_mean_nothing),
      cmocka_unit_test(trials_may_fail)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
