/* test_search.c: what a search tries (texts understood and refused, draws even over their ranges), successive halving's
 * rungs, and trials: the same results with any number of threads, nothing trained twice, failures that are rows. The
 * command itself is tested by tests/command/search.sh. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "data/data.h"
#include "draw/progress.h"
#include "search/search.h"

#define DONE(call) assert_int_equal(call, DENPA_OK)

/* ---- axes --------------------------------------------------------------------------------------- */

static void texts_are_understood(void **state) {
  (void)state;
  static const struct {
    const char *text, *name;
    dnp_axis_kind kind;
    bool log;
    double low, high;
    size_t choices;
  } cases[] = {{"lr=1e-6..1e-2", "lr", DNP_AXIS_REAL, true, 1e-6, 1e-2, 0},
      {"lr=0.1..1", "lr", DNP_AXIS_REAL, true, 0.1, 1, 0}, {"lr=0.1..0.99", "lr", DNP_AXIS_REAL, false, 0.1, 0.99, 0},
      {"lr=log:0.5..0.6", "lr", DNP_AXIS_REAL, true, 0.5, 0.6, 0},
      {"lr=lin:1e-6..1e-2", "lr", DNP_AXIS_REAL, false, 1e-6, 1e-2, 0},
      {"x=0..100", "x", DNP_AXIS_REAL, false, 0, 100, 0}, {"x=-5..-1", "x", DNP_AXIS_REAL, false, -5, -1, 0},
      {"act=relu|tanh", "act", DNP_AXIS_LIST, false, 0, 0, 2}, {"--act=relu", "act", DNP_AXIS_LIST, false, 0, 0, 1},
      {"net=a..b|c", "net", DNP_AXIS_LIST, false, 0, 0, 2},
      {"net=conv 24 5x5, relu|784-50-10", "net", DNP_AXIS_LIST, false, 0, 0, 2}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dnp_axis a;
    DONE(dnp_axis_open(&a, cases[i].text, NULL));
    assert_string_equal(a.name, cases[i].name);
    assert_int_equal(a.kind, cases[i].kind);
    assert_int_equal(a.log, cases[i].log);
    assert_true(a.low == cases[i].low && a.high == cases[i].high);
    assert_int_equal(a.choices, cases[i].choices);
    dnp_axis_close(&a);
  }
}

static void bad_texts_are_refused(void **state) {
  (void)state;
  static const struct {
    const char *text, *words;
  } cases[] = {{"", "OPTION=VALUES"}, {"lr", "OPTION=VALUES"}, {"=1", "OPTION=VALUES"}, {"lr=", "no values"},
      {"lr=1|", "value 2 is empty"}, {"lr=|1", "value 1 is empty"}, {"lr=1||2", "value 2"}, {"lr=2..1", "must go up"},
      {"lr=1..1", "must go up"}, {"lr=log:0..1", "above 0"}, {"lr=log:-1..1", "above 0"}, {"lr=log:", "after log:"},
      {"lr=lin:1|2", "after log:"}, {"lr=0..inf", "finite"}, {"lr=-1e308..1e308", "finite"},
      {"lr=log:1..b", "after log:"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dnp_axis a;
    denpa_error err = {0};
    char text[400];
    if (dnp_axis_open(&a, cases[i].text, &err) != DENPA_ERROR_SYNTAX) fail_msg("'%s' was not refused", cases[i].text);
    denpa_error_text(&err, DENPA_LANG_EN, text, sizeof text);
    if (strstr(text, cases[i].words) == NULL) fail_msg("%s: %s", cases[i].text, text);
    assert_null(a.text);
  }
  char many[200] = "x=0"; /* 65 values */
  for (int i = 0; i < 64; i++) strcat(many, "|0");
  dnp_axis a;
  assert_int_equal(dnp_axis_open(&a, many, NULL), DENPA_ERROR_SYNTAX);
  many[strlen(many) - 2] = '\0';
  DONE(dnp_axis_open(&a, many, NULL));
  assert_int_equal(a.choices, 64);
  dnp_axis_close(&a);
}

static void whole_numbers(void **state) {
  (void)state;
  static const char *const bad[] = {"b=0.5..3", "b=1..3.5", "b=-2..5", "b=1..1e300"};
  dnp_axis a;
  char out[DNP_AXIS_NUMBER];
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    DONE(dnp_axis_open(&a, bad[i], NULL));
    assert_int_equal(dnp_axis_make_whole(&a, NULL), DENPA_ERROR_SYNTAX);
    dnp_axis_close(&a);
  }
  DONE(dnp_axis_open(&a, "b=3..7", NULL)); /* five numbers, each as likely as the others */
  DONE(dnp_axis_make_whole(&a, NULL));
  for (int i = 0; i < 50; i++) assert_int_equal(atoi(dnp_axis_value(&a, (i + 0.5) / 50, out)), 3 + i / 10);
  assert_string_equal(dnp_axis_value(&a, 0, out), "3");
  assert_string_equal(dnp_axis_value(&a, 1 - 0x1p-53, out), "7");
  dnp_axis_close(&a);
  DONE(dnp_axis_open(&a, "b=1..1000000", NULL));
  DONE(dnp_axis_make_whole(&a, NULL));
  assert_string_equal(dnp_axis_value(&a, 0.5, out), "1000");
  assert_string_equal(dnp_axis_value(&a, 1 - 0x1p-53, out), "1000000");
  dnp_axis_close(&a);
}

static void ends_are_kept(void **state) {
  (void)state;
  dnp_axis a;
  char out[DNP_AXIS_NUMBER];
  DONE(dnp_axis_open(&a, "lr=0.12341..0.12349", NULL)); /* four digits would leave it */
  assert_string_equal(dnp_axis_value(&a, 0, out), "0.12341");
  assert_string_equal(dnp_axis_value(&a, 1 - 0x1p-53, out), "0.12349");
  dnp_axis_close(&a);
  DONE(dnp_axis_open(&a, "lr=1e-6..1e-2", NULL));
  for (int i = 0; i <= 1000; i++) {
    double value;
    assert_true(dnp_parse_real(dnp_axis_value(&a, i < 1000 ? i / 1000.0 : 1 - 0x1p-53, out), &value));
    assert_true(value >= 1e-6 && value <= 1e-2);
    assert_true(fabs(value / pow(10, -6 + 4 * (i / 1000.0)) - 1) < 6e-4); /* four significant digits */
  }
  dnp_axis_close(&a);
}

/* ---- the space ---------------------------------------------------------------------------------- */

static void open_space(dnp_space *space, const char *const *text, size_t axes) {
  *space = (dnp_space){.axes = axes};
  for (size_t i = 0; i < axes; i++) DONE(dnp_axis_open(&space->axis[i], text[i], NULL));
}

static int by_size(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* 4,000 draws: the largest distance between how many lie below a place and how many should is below 1.95 / sqrt(4000),
 * which chance passes once in a thousand times; the seeds are fixed. Each value of a list comes up its share of times,
 * within five deviations. */
static void draws_are_even(void **state) {
  (void)state;
  enum { DRAWS = 4000 };
  static double share[2][DRAWS];
  dnp_space space;
  char out[DNP_AXIS_NUMBER];
  size_t relu = 0, together = 0;
  open_space(&space, (const char *const[]){"lr=1e-6..1e-2", "act=relu|tanh|sigmoid|identity", "x=lin:2..5"}, 3);
  assert_true(dnp_space_combinations(&space) == SIZE_MAX);
  for (size_t k = 0; k < DRAWS; k++) {
    double lr, x;
    assert_true(dnp_parse_real(dnp_space_value(&space, false, 7, k, 0, out), &lr));
    const bool is_relu = strcmp(dnp_space_value(&space, false, 7, k, 1, out), "relu") == 0;
    assert_true(dnp_parse_real(dnp_space_value(&space, false, 7, k, 2, out), &x));
    share[0][k] = (log10(lr) + 6) / 4;
    share[1][k] = (x - 2) / 3;
    relu += is_relu;
    together += is_relu && share[0][k] < 0.5; /* one axis tells nothing of another */
  }
  for (int axis = 0; axis < 2; axis++) {
    qsort(share[axis], DRAWS, sizeof **share, by_size);
    for (size_t i = 0; i < DRAWS; i++)
      assert_true(fabs(share[axis][i] - ((double)i + 0.5) / (double)DRAWS) < 1.95 / sqrt(DRAWS));
  }
  assert_in_range(relu, 1000 - 137, 1000 + 137);
  assert_in_range(together, 500 - 105, 500 + 105);
  dnp_space_close(&space);
}

static void draws_are_functions_of_seed_and_number(void **state) {
  (void)state;
  dnp_space space, longer;
  char a[DNP_AXIS_NUMBER], b[DNP_AXIS_NUMBER];
  open_space(&space, (const char *const[]){"lr=1e-6..1e-2"}, 1);
  open_space(&longer, (const char *const[]){"lr=1e-6..1e-2", "decay=0..1"}, 2);
  /* one more option at the end changes no other */
  for (size_t k = 0; k < 100; k++)
    assert_string_equal(dnp_space_value(&space, false, 1, k, 0, a), dnp_space_value(&longer, false, 1, k, 0, b));
  assert_string_not_equal(dnp_space_value(&space, false, 1, 0, 0, a), dnp_space_value(&space, false, 2, 0, 0, b));
  assert_string_not_equal(dnp_space_value(&space, false, 1, 0, 0, a), dnp_space_value(&space, false, 1, 1, 0, b));
  dnp_space_close(&space);
  dnp_space_close(&longer);
}

static void every_combination(void **state) {
  (void)state;
  static const char *const expected[][2] = {{"a", "1"}, {"a", "2"}, {"a", "3"}, {"b", "1"}, {"b", "2"}, {"b", "3"}};
  dnp_space space;
  char out[DNP_AXIS_NUMBER];
  open_space(&space, (const char *const[]){"x=a|b", "y=1|2|3"}, 2);
  assert_int_equal(dnp_space_combinations(&space), 6);
  for (size_t k = 0; k < 6; k++)
    for (size_t a = 0; a < 2; a++) assert_string_equal(dnp_space_value(&space, true, 1, k, a, out), expected[k][a]);
  dnp_space_close(&space);
}

/* ---- successive halving ------------------------------------------------------------------------- */

static void rungs(void **state) {
  (void)state;
  static const struct {
    size_t trials, epochs, count;
    dnp_rung rung[5];
  } cases[] = {{81, 27, 4, {{81, 1}, {27, 3}, {9, 9}, {3, 27}}},
      {81, 81, 5, {{81, 1}, {27, 3}, {9, 9}, {3, 27}, {1, 81}}}, {30, 16, 3, {{30, 2}, {10, 6}, {3, 16}}},
      {1, 100, 1, {{1, 100}}}, {2, 100, 1, {{2, 100}}}, {100, 1, 1, {{100, 1}}}, {100, 2, 1, {{100, 2}}},
      {3, 3, 2, {{3, 1}, {1, 3}}}, {10, 10, 3, {{10, 2}, {3, 4}, {1, 10}}}};
  dnp_rung rung[DNP_SEARCH_RUNGS];
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(dnp_search_rungs(cases[i].trials, cases[i].epochs, rung), cases[i].count);
    for (size_t r = 0; r < cases[i].count; r++) {
      assert_int_equal(rung[r].trials, cases[i].rung[r].trials);
      assert_int_equal(rung[r].epochs, cases[i].rung[r].epochs);
    }
  }
  for (size_t trials = 1; trials <= 300; trials++)
    for (size_t epochs = 1; epochs <= 100; epochs++) {
      const size_t count = dnp_search_rungs(trials, epochs, rung);
      assert_true(rung[0].trials == trials && rung[count - 1].epochs == epochs && rung[count - 1].trials >= 1 &&
                  rung[0].epochs >= 1);
      for (size_t r = 1; r < count; r++)
        assert_true(rung[r].trials < rung[r - 1].trials && rung[r].epochs > rung[r - 1].epochs);
    }
}

/* ---- trials ------------------------------------------------------------------------------------- */

enum { TRIALS = 12, EPOCHS = 9 };

static denpa_data *parted(denpa_data **all) {
  denpa_data *data;
  DONE(denpa_data_digits(all, 150, 1, NULL));
  DONE(dnp_search_data(&data, *all, 0.2, 1, NULL));
  assert_int_equal(denpa_data_rows(data, DENPA_SPLIT_TRAIN), 120);
  assert_int_equal(data->split[DNP_VALIDATION].rows, 30);
  assert_int_equal(denpa_data_rows(data, DENPA_SPLIT_TEST), 0);
  return data;
}

static void settle(dnp_search_setup setup[TRIALS], const char *optimizer) {
  for (size_t k = 0; k < TRIALS; k++) {
    setup[k] = (dnp_search_setup){.net = k % 2 == 0 ? "784-12-10" : "784-10",
        .make = denpa_net_options_default(),
        .train = denpa_train_options_default()};
    setup[k].make.init = "he";
    setup[k].train.optimizer = optimizer;
    setup[k].train.lr = k == 3 ? 1e308 : 0.002 * (double)(k + 1);
    setup[k].train.epochs = EPOCHS;
    setup[k].train.batch = 25;
  }
}

static void run(dnp_search *s, const denpa_data *data, const dnp_search_setup *setup, int threads, bool halving) {
  *s = (dnp_search){.dataset = data, .setup = setup, .trials = TRIALS, .rungs = 1, .threads = threads};
  s->rung[0] = (dnp_rung){TRIALS, EPOCHS};
  if (halving) s->rungs = dnp_search_rungs(TRIALS, EPOCHS, s->rung);
  DONE(dnp_search_run(s, NULL));
}

static void assert_same(const dnp_search *a, const dnp_search *b) {
  assert_memory_equal(a->rank, b->rank, TRIALS * sizeof *a->rank);
  for (size_t k = 0; k < TRIALS; k++) {
    const dnp_trial *x = &a->trial[k], *y = &b->trial[k];
    assert_true(x->rungs == y->rungs && x->steps == y->steps && x->status == y->status && x->points == y->points);
    assert_memory_equal(&x->loss, &y->loss, sizeof x->loss);
    assert_memory_equal(&x->accuracy, &y->accuracy, sizeof x->accuracy);
    assert_memory_equal(&x->train_loss, &y->train_loss, sizeof x->train_loss);
  }
}

static void threads_change_nothing(void **state) {
  (void)state;
  dnp_search_setup setup[TRIALS];
  denpa_data *all, *data = parted(&all);
  dnp_search one, three;
  settle(setup, "sgd");
  for (int halving = 0; halving < 2; halving++) {
    run(&one, data, setup, 1, halving);
    run(&three, data, setup, 3, halving);
    assert_same(&one, &three);
    assert_int_equal(one.trial[3].status, DENPA_ERROR_NUMERIC); /* a row, not the end */
    assert_int_equal(one.trial[3].rungs, 0);
    assert_int_equal(one.rank[TRIALS - 1], 3);
    assert_non_null(dnp_search_best(&one));
    dnp_search_close(&one);
    dnp_search_close(&three);
  }
  denpa_data_free(data);
  denpa_data_free(all);
}

/* What halving trained in parts has the score of a training in one go, and made no update twice; those that went on are
 * the best of their rung. */
static void halving_goes_on_where_it_stopped(void **state) {
  (void)state;
  static const char *const optimizers[] = {"momentum", "adamw"};
  dnp_search_setup setup[TRIALS];
  denpa_data *all, *data = parted(&all);
  for (int o = 0; o < 2; o++) {
    dnp_search s;
    settle(setup, optimizers[o]);
    run(&s, data, setup, 2, true);
    assert_int_equal(s.rungs, 3);
    size_t at[4] = {0};
    for (size_t k = 0; k < TRIALS; k++) {
      const dnp_trial *t = &s.trial[k];
      at[t->rungs]++;
      assert_null(t->net);
      if (t->rungs == 0) continue;
      const size_t epochs = s.rung[t->rungs - 1].epochs;
      assert_int_equal(t->steps, epochs * 5);
      assert_int_equal(t->points, epochs);
      denpa_net *net;
      denpa_report report;
      denpa_train_options train = setup[k].train;
      train.epochs = epochs;
      DONE(denpa_net_create(&net, setup[k].net, &setup[k].make, NULL));
      train.validation = 0.2;
      DONE(denpa_train(net, all, &train, &report, NULL));
      assert_true(report.validation_loss == t->loss && report.validation_accuracy == t->accuracy &&
                  report.train_loss == t->train_loss);
      assert_true(t->curve[t->points - 1].validation_loss == t->loss);
      denpa_net_free(net);
    }
    assert_true(at[0] == 1 && at[1] == 7 && at[2] == 3 && at[3] == 1);
    for (size_t i = 1; i < TRIALS; i++) assert_false(dnp_search_better(&s, s.rank[i], s.rank[i - 1]));
    for (size_t a = 0; a < TRIALS; a++) /* whoever stayed behind was not better when it was decided */
      for (size_t b = 0; b < TRIALS; b++)
        if (s.trial[a].rungs == 1 && s.trial[b].rungs > 1)
          assert_false(s.trial[a].accuracy > s.trial[b].curve[s.rung[0].epochs - 1].validation_accuracy);
    dnp_search_close(&s);
  }
  denpa_data_free(data);
  denpa_data_free(all);
}

/* The test rows of the data set are out of reach: with others in their place nothing changes. */
static void test_rows_are_not_looked_at(void **state) {
  (void)state;
  dnp_search_setup setup[TRIALS];
  denpa_data *all, *data = parted(&all), *other_data;
  dnp_search a, b;
  settle(setup, "sgd");
  run(&a, data, setup, 2, false);
  denpa_data_limit(all, DENPA_SPLIT_TEST, 1);
  DONE(dnp_search_data(&other_data, all, 0.2, 1, NULL));
  run(&b, other_data, setup, 2, false);
  assert_same(&a, &b);
  for (size_t v = 0; v < 30; v++) { /* each validation row is a training row, and none of them is trained on */
    size_t seen = 0;
    for (size_t i = 0; i < 150; i++)
      seen += memcmp(data->split[DNP_VALIDATION].pixel + v * 784, denpa_data_pixels(all, DENPA_SPLIT_TRAIN, i), 784) ==
              0;
    assert_int_equal(seen, 1);
    for (size_t i = 0; i < 120; i++)
      assert_memory_not_equal(
          data->split[DNP_VALIDATION].pixel + v * 784, denpa_data_pixels(data, DENPA_SPLIT_TRAIN, i), 784);
  }
  dnp_search_close(&a);
  dnp_search_close(&b);
  denpa_data_free(other_data);
  denpa_data_free(data);
  denpa_data_free(all);
}

/* ---- stopping ----------------------------------------------------------------------------------- */

static bool countdown(void *context) {
  size_t *left = context;
  if (*left > 0) --*left;
  return *left == 0;
}

/* What `told` hears. */
typedef struct heard {
  size_t calls;
  double last;
} heard;

static void hear(void *context, size_t rung, size_t ended, size_t of, const dnp_search *search) {
  heard *h = context;
  assert_true(rung < search->rungs && search->done >= (double)ended && search->done <= (double)of);
  h->calls++;
  h->last = search->done - (double)of;
}

/* How much is done counts the parts of the trials under way, and ends at all of them. */
static void told_how_far(void **state) {
  (void)state;
  dnp_search_setup setup[TRIALS];
  denpa_data *all, *data = parted(&all);
  heard h = {0};
  settle(setup, "sgd");
  for (int threads = 1; threads <= 3; threads += 2) {
    dnp_search s = {.dataset = data,
        .setup = setup,
        .trials = TRIALS,
        .rung = {{TRIALS, EPOCHS}},
        .rungs = 1,
        .threads = threads,
        .told = hear,
        .context = &h};
    DONE(dnp_search_run(&s, NULL));
    assert_true(h.last == 0);
    dnp_search_close(&s);
  }
  assert_true(h.calls >= 2);
  denpa_data_free(data);
  denpa_data_free(all);
}

/* ---- the bar ------------------------------------------------------------------------------------- */

/* What a bar tells that began so many seconds ago. */
static void bar_after(double seconds, double share, char out[512]) {
  char *text = NULL;
  size_t size;
  dnp_progress bar;
  FILE *file = open_memstream(&text, &size);
  assert_non_null(file);
  dnp_progress_start(&bar, file, DENPA_LANG_EN, 1, 2);
  bar.start.tv_sec -= (time_t)seconds;
  dnp_progress_tell(&bar, share, "trial 1 of 4");
  assert_int_equal(fclose(file), 0);
  snprintf(out, 512, "%s", text);
  free(text);
}

/* The time left is what was measured, or it is not told. */
static void time_left_is_measured(void **state) {
  (void)state;
  char text[512];
  bar_after(1000, 0, text);
  assert_non_null(strstr(text, "trial 1 of 4"));
  assert_null(strstr(text, "left"));
  bar_after(1000, 0.5, text);
  assert_non_null(strstr(text, "trial 1 of 4, about 10")); /* a thousand seconds, and those of a busy machine */
  bar_after(1000, 1, text);
  assert_non_null(strstr(text, "about 0 s left"));
}

/* True from the moment on when trial 6 has learned for two epochs. How often it is asked depends on the clock. */
static bool inside_trial_6(void *context) {
  const dnp_search *s = context;
  return s->trial[6].points >= 2;
}

static void stopped_search_keeps_what_is_done(void **state) {
  (void)state;
  dnp_search_setup setup[TRIALS];
  denpa_data *all, *data = parted(&all);
  size_t left = 1, ended = 0, stopped = 0, never = 0;
  settle(setup, "sgd");
  dnp_search s = {.dataset = data,
      .setup = setup,
      .trials = TRIALS,
      .rung = {{TRIALS, EPOCHS}},
      .rungs = 1,
      .threads = 1,
      .stop = countdown,
      .context = &left};
  assert_int_equal(dnp_search_run(&s, NULL), DENPA_ERROR_CANCELLED); /* before anything began */
  for (size_t k = 0; k < TRIALS; k++) assert_false(s.trial[k].begun);
  assert_null(dnp_search_best(&s));
  dnp_search_close(&s);
  s.stop = inside_trial_6;
  s.context = &s;
  assert_int_equal(dnp_search_run(&s, NULL), DENPA_ERROR_CANCELLED);
  for (size_t k = 0; k < TRIALS; k++) {
    const dnp_trial *t = &s.trial[k];
    ended += t->rungs > 0;
    stopped += t->stopped;
    never += !t->begun;
    assert_true(!t->stopped || (t->rungs == 0 && t->status == DENPA_OK && t->points < EPOCHS + 1));
  }
  assert_true(s.trial[6].stopped && s.trial[6].points == 2);
  assert_true(ended == 5 && stopped == 1 && never == TRIALS - 7); /* number 3 fails */
  assert_non_null(dnp_search_best(&s));
  for (size_t i = 0; i < ended; i++) assert_int_equal(s.trial[s.rank[i]].rungs, 1);
  dnp_search_close(&s);
  denpa_data_free(data);
  denpa_data_free(all);
}

/* With every allocation failing in turn, the search fails or tells which trials did, and nothing is lost. */
static void memory_may_run_out(void **state) {
  (void)state;
  dnp_search_setup setup[TRIALS];
  denpa_data *all, *data = parted(&all);
  settle(setup, "adam");
  for (size_t n = 1;; n += n < 8 ? 1 : 7) {
    dnp_search s = {.dataset = data, .setup = setup, .trials = 2, .rung = {{2, EPOCHS}}, .rungs = 1, .threads = 1};
    const size_t before = dnp_alloc_count();
    dnp_alloc_fail_at(n);
    const denpa_status status = dnp_search_run(&s, NULL);
    dnp_alloc_fail_at(0);
    const bool failed = status != DENPA_OK || s.trial[0].status == DENPA_ERROR_MEMORY ||
                        s.trial[1].status == DENPA_ERROR_MEMORY;
    const bool all_done = dnp_alloc_count() - before < n;
    assert_true(failed || all_done);
    dnp_search_close(&s);
    if (all_done) break;
  }
  denpa_data_free(data);
  denpa_data_free(all);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(texts_are_understood), cmocka_unit_test(bad_texts_are_refused),
      cmocka_unit_test(whole_numbers), cmocka_unit_test(ends_are_kept), cmocka_unit_test(draws_are_even),
      cmocka_unit_test(draws_are_functions_of_seed_and_number), cmocka_unit_test(every_combination),
      cmocka_unit_test(rungs), cmocka_unit_test(threads_change_nothing),
      cmocka_unit_test(halving_goes_on_where_it_stopped), cmocka_unit_test(test_rows_are_not_looked_at),
      cmocka_unit_test(told_how_far), cmocka_unit_test(time_left_is_measured),
      cmocka_unit_test(stopped_search_keeps_what_is_done), cmocka_unit_test(memory_may_run_out)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
