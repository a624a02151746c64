/* seeds.c: `denpa train --seeds N`: the same training with several seeds, and how far its scores spread. Called by
 * train.c. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "cli/signals.h"
#include "cli/training.h"

/* ---- what was measured -------------------------------------------------------------------------- */

static const struct {
  const char *key, *label;
} measures[CLI_MEASURES] = {
    [CLI_OF_TRAIN_LOSS] = {"train_loss", DNP_N("training loss")},
    [CLI_OF_TRAIN_ACCURACY] = {"train_accuracy", DNP_N("training accuracy")},
    [CLI_OF_VALIDATION_LOSS] = {"validation_loss", DNP_N("validation loss")},
    [CLI_OF_VALIDATION_ACCURACY] = {"validation_accuracy", DNP_N("validation accuracy")},
    [CLI_OF_TEST_LOSS] = {"test_loss", DNP_N("test loss")},
    [CLI_OF_TEST_ACCURACY] = {"test_accuracy", DNP_N("test accuracy")},
    [CLI_OF_RMSE] = {"rmse", DNP_N("root mean square error")},
    [CLI_OF_MAE] = {"mae", DNP_N("mean absolute error")},
    [CLI_OF_R2] = {"r2", "R2"},
};

/* Over the seeds that came to their end. The deviation is the one of a sample (by n - 1); NaN of a single one. */
typedef struct spread {
  size_t count;
  double mean, deviation, low, high;
} spread;

static spread spread_of(const cli_outcome *outcome, size_t seeds, int measure) {
  spread s = {0, 0, 0, (double)INFINITY, -(double)INFINITY};
  double squares = 0;
  for (size_t i = 0; i < seeds; i++) {
    const double x = outcome[i].of[measure];
    if (!outcome[i].ended || !isfinite(x)) continue;
    s.count++;
    s.mean += x;
    s.low = x < s.low ? x : s.low;
    s.high = x > s.high ? x : s.high;
  }
  s.mean = s.low < s.high ? s.mean / (double)s.count : s.low; /* equal ones without rounding */
  for (size_t i = 0; i < seeds; i++) {
    const double off = outcome[i].of[measure] - s.mean;
    if (outcome[i].ended && isfinite(off)) squares = fma(off, off, squares);
  }
  s.deviation = s.count > 1 ? sqrt(squares / (double)(s.count - 1)) : (double)NAN;
  return s;
}

/* ---- telling ------------------------------------------------------------------------------------ */

/* The line of a seed: what tells most of what was measured. */
static void say_outcome(const cli_options *options, const cli_outcome *o) {
  static const int first[] = {
      CLI_OF_TEST_ACCURACY, CLI_OF_RMSE, CLI_OF_TEST_LOSS, CLI_OF_VALIDATION_LOSS, CLI_OF_TRAIN_LOSS};
  const denpa_lang lang = cli_lang(options);
  dnp_sentence sentence;
  FILE *in = dnp_sentence_begin(&sentence, stdout);
  dnp_say(in, lang, "seed {1}: ", dnp_u(o->seed));
  int said = 0;
  for (size_t i = 0; i < sizeof first / sizeof *first && said < 2; i++)
    if (isfinite(o->of[first[i]]))
      dnp_say(in, lang, said++ > 0 ? DNP_N(", {1} {2:.6g}") : DNP_N("{1} {2:.6g}"), dnp_t(measures[first[i]].label),
          dnp_d(o->of[first[i]]));
  if (said == 0) dnp_say(in, lang, "nothing was measured");
  dnp_sentence_end(&sentence, 2);
  fflush(stdout);
}

static void say_spread(const cli_options *options, const cli_outcome *outcome, size_t seeds, size_t ended) {
  const denpa_lang lang = cli_lang(options);
  dnp_say(stdout, lang, "{1:-24} {2:12} {3:12} {4:12} {5:12}\n", dnp_t(DNP_N("over the seeds")), dnp_t(DNP_N("mean")),
      dnp_t(DNP_N("deviation")), dnp_t(DNP_N("smallest")), dnp_t(DNP_N("largest")));
  for (int m = 0; m < CLI_MEASURES; m++) {
    const spread s = spread_of(outcome, seeds, m);
    if (s.count > 0)
      dnp_say(stdout, lang, "  {1:-22} {2:12.6g} {3:12.6g} {4:12.6g} {5:12.6g}\n", dnp_t(measures[m].label),
          dnp_d(s.mean), dnp_d(s.deviation), dnp_d(s.low), dnp_d(s.high));
  }
  if (outcome[0].redrawn)
    dnp_say(stdout, lang, "Each seed also has test rows of its own here, so the spread is that of the rows as well.\n");
  if (ended < seeds)
    dnp_say(stdout, lang, "{1} of {2} trainings came to their end; the others are not counted.\n", dnp_u(ended),
        dnp_u(seeds));
}

static json_t *outcome_json(const cli_outcome *o) {
  json_t *one = json_pack("{s:I,s:b}", "seed", (json_int_t)o->seed, "ended", o->ended);
  for (int m = 0; o->ended && m < CLI_MEASURES; m++)
    if (isfinite(o->of[m])) dnp_json_put(&one, measures[m].key, json_real(o->of[m]));
  if (o->ended) dnp_json_put(&one, "weights_sha256", json_string(o->weights_sha256));
  return one;
}

/* The first training's object, and in it what there is of all. */
static json_t *all_json(const cli_outcome *outcome, size_t seeds) {
  json_t *all = outcome[0].told != NULL ? json_incref(outcome[0].told) : json_object(), *list = json_array(),
         *spreads = json_object();
  for (size_t i = 0; i < seeds && outcome[i].begun; i++) dnp_json_add(&list, outcome_json(&outcome[i]));
  for (int m = 0; m < CLI_MEASURES; m++) {
    const spread s = spread_of(outcome, seeds, m);
    if (s.count > 0)
      dnp_json_put(&spreads, measures[m].key,
          json_pack("{s:f,s:o,s:f,s:f,s:I}", "mean", s.mean, "deviation", cli_real(s.deviation), "smallest", s.low,
              "largest", s.high, "seeds", (json_int_t)s.count));
  }
  dnp_json_put(&all, "seeds", list);
  dnp_json_put(&all, "spread", spreads);
  dnp_json_put(&all, "test_rows_by_seed", json_boolean(outcome[0].redrawn));
  return all;
}

static void tell_kept(const cli_options *options, const cli_outcome *first) {
  const char *const place[] = {options->run, options->out};
  if (!first->ended && (options->run != NULL || options->out != NULL))
    return cli_tell(options,
        "Nothing finished is kept: the training with seed {1}, the first one, did not come to its end, and the others "
        "were measured only.\n",
        dnp_u(first->seed));
  for (size_t i = 0; i < sizeof place / sizeof *place; i++)
    if (place[i] != NULL)
      cli_tell(options, "{1} holds the training with seed {2}, the first one; the others were measured only.\n",
          dnp_s(place[i]), dnp_u(first->seed));
}

/* ---- training ----------------------------------------------------------------------------------- */

/* Seed number i. Those after the first keep nothing and say little. */
static cli_options options_of(const cli_options *options, size_t i) {
  cli_options o = *options;
  o.train.seed += i;
  if (i == 0) return o;
  o.out = o.run = o.log = o.checkpoint_every = NULL;
  o.record = o.watch = false;
  o.quiet = true;
  o.json = false;
  return o;
}

/* One that diverges says something about the options; the others go on. */
static denpa_status go_on(const cli_options *options, const cli_outcome *o, const denpa_error *why, denpa_error *err) {
  char text[512];
  if (why->status != DENPA_ERROR_NUMERIC) return *err = *why, why->status;
  denpa_error_text(why, cli_lang(options), text, sizeof text);
  dnp_say(stderr, cli_lang(options), "seed {1}: {2}\n", dnp_u(o->seed), dnp_s(text));
  return DENPA_OK;
}

static denpa_status train_all(
    const cli_options *options, int argc, char **argv, cli_outcome *outcome, size_t *ended, denpa_error *err) {
  denpa_data *dataset = NULL;
  denpa_status status = DENPA_OK;
  *ended = 0;
  for (size_t i = 0; i < options->seeds && status == DENPA_OK; i++) {
    const cli_options one = options_of(options, i);
    denpa_error why = {0};
    outcome[i].seed = one.train.seed;
    outcome[i].begun = true;
    status = cli_train_one(&one, argc, argv, &outcome[i], &dataset, NULL, &why);
    if (status != DENPA_OK) status = go_on(options, &outcome[i], &why, err);
    *ended += outcome[i].ended;
    if (outcome[i].ended && !options->json) say_outcome(options, &outcome[i]);
  }
  denpa_data_free(dataset);
  return status;
}

/* Before the first is trained: those after it are seeds as well. */
static denpa_status check_last(const cli_options *options, denpa_error *err) {
  const uint64_t last = options->train.rng == DENPA_RNG_NUMPY ? UINT32_MAX : UINT64_MAX, seed = options->train.seed;
  if (seed <= last && options->seeds - 1 <= last - seed) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_ARGUMENT,
      "--seeds {1} takes --seed {2} and those after it, and seeds end at {3}; begin with a smaller one",
      dnp_u(options->seeds), dnp_u(seed), dnp_u(last));
}

denpa_status cli_train_seeds(const cli_options *options, int argc, char **argv, json_t **told, denpa_error *err) {
  const size_t seeds = options->seeds;
  cli_outcome *outcome;
  size_t ended;
  if (options->train.evaluate == DENPA_EVALUATE_NONE)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "--seeds tells how far the scores spread, and with --evaluate none there are none; leave out one of the two");
  DNP_TRY(check_last(options, err));
  DNP_TRY(DNP_NEW(&outcome, seeds, err));
  denpa_status status = train_all(options, argc, argv, outcome, &ended, err);
  const bool some = status == DENPA_OK ? ended > 0 : ended > 1; /* one that was stopped tells what there is */
  if (some && !options->json) say_spread(options, outcome, seeds, ended);
  if (status == DENPA_OK) tell_kept(options, &outcome[0]);
  if (status == DENPA_OK && ended < seeds)
    status = dnp_fail(err, DENPA_ERROR_NUMERIC, "{1} of {2} trainings came to numbers that are not finite",
        dnp_u(seeds - ended), dnp_u(seeds));
  /* of two objects a program would read but one: that of a failure has what there is, too */
  if (status == DENPA_OK && options->json)
    status = cli_print_json(all_json(outcome, seeds), err);
  else if (options->json && ended > 0)
    *told = all_json(outcome, seeds);
  for (size_t i = 0; i < seeds; i++) json_decref(outcome[i].told);
  dnp_free(outcome);
  return status;
}
