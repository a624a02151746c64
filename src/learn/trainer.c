/* trainer.c: a training as an object: created, taken from update to update or from epoch to epoch, measured, ended.
 * Allocates nothing between its creation and its end. It calls nobody back and writes no file. Called by programs
 * through denpa.h, and by train.c. */
#include "learn/novelty.h"
#include "learn/trainer.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/clock.h"

/* ---- creating ------------------------------------------------------------------------------------- */

/* The caller's texts may be gone when the next update comes. */
static denpa_status own_texts(denpa_trainer *t, denpa_error *err) {
  const char **const texts[] = {&t->options.optimizer, &t->options.augment, &t->options.class_weights};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    if (*texts[i] == NULL) continue;
    *texts[i] = t->text[i] = dnp_strdup(*texts[i], err);
    if (t->text[i] == NULL) return DENPA_ERROR_MEMORY;
  }
  return DENPA_OK;
}

/* Rows for validation: those that the data brings along, else a share of the training rows. */
static denpa_status part(denpa_trainer *t, denpa_error *err) {
  const denpa_train_options *o = &t->options;
  if (o->validation > 0 && t->dataset->split[DNP_VALIDATION].rows == 0) {
    DNP_TRY(dnp_data_split_validation(&t->parted, t->dataset, o->validation, o->seed, err));
    t->dataset = t->parted;
  }
  if (o->patience == 0 || t->dataset->split[DNP_VALIDATION].rows > 0) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_ARGUMENT,
      "to stop early (patience {1}), rows have to be kept back for validation: a share of them, such as 0.1",
      dnp_u(o->patience));
}

static denpa_status make_predicted(denpa_trainer *t, denpa_error *err) {
  size_t rows = 0;
  if (!dnp_evaluate_needs_labels(t->net, t->dataset)) return DENPA_OK;
  for (int i = 0; i < DNP_ALL_SPLITS; i++)
    if (t->dataset->split[i].rows > rows) rows = t->dataset->split[i].rows;
  return DNP_NEW(&t->predicted, rows, err);
}

/* How many updates there are to do, and the rates that follow from it. */
static denpa_status settle_length(denpa_trainer *t, denpa_error *err) {
  const denpa_train_options *o = &t->options;
  size_t updates;
  if (!dnp_size_mul(o->epochs, t->batches.per_epoch, &updates)) updates = SIZE_MAX;
  t->total = o->steps < updates ? o->steps : updates;
  return dnp_schedule_settle(o, t->settings.set.lr, t->total, t->batches.per_epoch, &t->schedule, err);
}

static denpa_status prepare(denpa_trainer *t, denpa_error *err) {
  const denpa_train_options *o = &t->options;
  dnp_numpy *numpy = NULL;
  DNP_TRY(own_texts(t, err));
  DNP_TRY(dnp_optimizer_settings_from(o, &t->settings, err));
  DNP_TRY(dnp_rows_check(t->net, t->dataset, true, err));
  DNP_TRY(part(t, err));
  if (o->augment != NULL) DNP_TRY(dnp_augment_open(&t->augment, o->augment, t->dataset, o->seed, err));
  if (o->rng == DENPA_RNG_NUMPY) DNP_TRY(dnp_trainer_state_numpy(t->state, o->seed, &numpy, err));
  DNP_TRY(dnp_batches_open(&t->batches, t->dataset->split[DNP_TRAIN].rows, o->batch, o->sampling, o->seed, numpy, err));
  DNP_TRY(settle_length(t, err));
  DNP_TRY(dnp_class_weights(&t->class_weight, o->class_weights, t->net, t->dataset, err));
  DNP_TRY(dnp_net_fit_batch(t->net, t->batches.batch, o->update_order == DENPA_UPDATE_ORDER_LAYER_BY_LAYER, err));
  DNP_TRY(dnp_best_open(&t->best, t->net, o->patience, err));
  DNP_TRY(dnp_best_open(&t->last, t->net, o->patience > 0 ? 0 : 1, err));
  DNP_TRY(make_predicted(t, err));
  return dnp_trainer_state_optimizer(t->state, t->net->network, &t->settings, err);
}

/* A network that was trained before, with other settings or on other data, is not what these alone would make. */
static denpa_status find_continued(denpa_trainer *t, denpa_error *err) {
  const dnp_pairs *before = &t->net->metadata;
  const char *there, *here, *data = dnp_pairs_find(before, "data");
  dnp_pairs now = {0};
  if (t->steps_before == 0) return DENPA_OK;
  const denpa_status status = dnp_trainer_record(t, &now, err);
  const bool other = dnp_schedule_hangs_on_length(&t->options) || data == NULL || strcmp(data, t->dataset->name) != 0 ||
                     dnp_settings_changed(before, &now, false, &there, &here) != NULL;
  t->continued = other ? t->steps_before : dnp_continued(before);
  dnp_pairs_free(&now);
  return status;
}

denpa_report dnp_report_none(void) {
  const double none = (double)NAN;
  return (denpa_report){.train_loss = none,
      .train_accuracy = none,
      .test_loss = none,
      .test_accuracy = none,
      .validation_loss = none,
      .validation_accuracy = none,
      .best_epoch = none};
}

static void let_go(denpa_trainer *t) {
  dnp_batches_close(&t->batches);
  dnp_augment_close(&t->augment);
  dnp_best_close(&t->best);
  dnp_best_close(&t->last);
  dnp_free(t->class_weight);
  dnp_free(t->predicted);
  denpa_data_free(t->parted);
  for (size_t i = 0; i < sizeof t->text / sizeof *t->text; i++) dnp_free(t->text[i]);
  if (t->net->trainer == t) t->net->trainer = NULL;
  dnp_free(t);
}

denpa_status denpa_trainer_create(
    denpa_trainer **out, denpa_net *net, const denpa_data *data, const denpa_train_options *options, denpa_error *err) {
  denpa_trainer *t;
  DNP_REQUIRE(out, err);
  *out = NULL;
  DNP_REQUIRE(net, err);
  DNP_REQUIRE(data, err);
  if (net->trainer != NULL)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "this network is in the middle of another training; end that one first (denpa_trainer_free)");
  DNP_TRY(DNP_NEW(&t, 1, err));
  t->net = net;
  t->dataset = data;
  t->state = &net->state;
  t->steps_before = t->state->steps;
  t->epochs_before = t->state->epochs;
  t->report = dnp_report_none();
  denpa_status status = dnp_train_options_take(&t->options, options, err);
  if (status == DENPA_OK) status = prepare(t, err);
  if (status == DENPA_OK) status = find_continued(t, err);
  if (status == DENPA_OK) status = dnp_metadata_drop(&net->metadata, DNP_NOVELTY_KEY); /* learned from other rows */
  if (status != DENPA_OK) {
    let_go(t);
    return status;
  }
  *out = net->trainer = t;
  return DENPA_OK;
}

void denpa_trainer_free(denpa_trainer *trainer) {
  if (trainer == NULL) return;
  if (!trainer->finished) (void)dnp_trainer_note(trainer, NULL);
  let_go(trainer);
}

/* ---- one update ----------------------------------------------------------------------------------- */

bool dnp_trainer_over(const denpa_trainer *t) { return t->finished || t->enough || t->report.steps >= t->total; }

bool dnp_trainer_epoch_over(const denpa_trainer *t) {
  return t->place >= t->batches.per_epoch || t->report.steps >= t->total;
}

bool dnp_trainer_cut_short(const denpa_trainer *t) {
  return t->place > 0 && t->place < t->batches.per_epoch && t->report.steps >= t->total;
}

/* The line of an epoch that is open is still to come, also where all of its updates are done. */
size_t dnp_trainer_told(const denpa_trainer *t) { return t->state->steps - (t->open && t->state->steps > 0); }

static void begin_epoch(denpa_trainer *t) {
  dnp_batches_begin(&t->batches, t->state->epochs_begun++);
  t->place = 0;
  t->loss_sum = 0;
  t->open = true;
}

static denpa_status update(denpa_trainer *t, double *loss, denpa_error *err) {
  size_t count;
  const dnp_optimizer_state optimizer_before = t->state->optimizer;
  const dnp_numpy numpy_before = t->state->numpy;
  dnp_rows rows = dnp_rows_from(t->net, t->dataset, DNP_TRAIN);
  rows.index = dnp_batches_get(&t->batches, t->place, t->state->steps, &count, &rows.known);
  if (t->options.augment != NULL) rows.augment = &t->augment;
  rows.update = t->state->steps;
  dnp_optimizer_state *optimizer = &t->state->optimizer;
  dnp_optimizer_state_next(optimizer, dnp_schedule_rate(&t->schedule, t->report.steps));
  const dnp_run run = {.rows = count,
      .feed = dnp_rows_feed,
      .feed_columns = rows.augment == NULL && rows.split->reader == NULL ? dnp_rows_feed_columns : NULL,
      .ahead = dnp_rows_ahead,
      .feed_failed = dnp_rows_failed,
      .feed_context = &rows,
      .answers = true,
      .backward = true,
      .update = dnp_optimizer_state_update(optimizer),
      .gradients_ready = dnp_optimizer_state_gradients_ready(optimizer),
      .update_context = optimizer,
      .class_weight = t->class_weight,
      .layer_by_layer = t->options.update_order == DENPA_UPDATE_ORDER_LAYER_BY_LAYER,
      .training = true,
      .seed = t->options.seed,
      .step = t->state->steps + 1};
  dnp_outcome outcome;
  t->net->pass.gradients = false;
  const denpa_status status = dnp_rows_status(
      &rows, t->dataset->name, dnp_exec_run(t->net->exec, &run, &outcome, err), err);
  if (status == DENPA_ERROR_CANCELLED) { /* a row could not be had: the batch has not been, and comes again */
    t->state->optimizer = optimizer_before;
    t->state->numpy = numpy_before;
  }
  DNP_TRY(status);
  t->state->steps++;
  t->report.steps++;
  t->place++;
  t->report.epochs = (double)t->report.steps / (double)t->batches.per_epoch;
  t->state->epochs = t->epochs_before + t->report.epochs;
  t->loss_sum += outcome.loss;
  *loss = outcome.loss;
  return DENPA_OK;
}

/* Somebody may have given the network another plan since. */
static denpa_status fit(const denpa_trainer *t, denpa_error *err) {
  return dnp_net_fit_batch(t->net, t->batches.batch, t->options.update_order == DENPA_UPDATE_ORDER_LAYER_BY_LAYER, err);
}

denpa_status dnp_trainer_step(denpa_trainer *t, double *loss, denpa_error *err) {
  DNP_TRY(fit(t, err));
  const double before = dnp_seconds();
  if (!t->open || t->place >= t->batches.per_epoch) begin_epoch(t);
  const denpa_status status = update(t, loss, err);
  if (status == DENPA_OK) t->report.seconds += dnp_seconds() - before;
  return status;
}

denpa_status dnp_trainer_loss_behind(denpa_trainer *t, double *loss, denpa_error *err) {
  dnp_outcome outcome;
  size_t count;
  assert(t->place > 0);
  dnp_rows rows = dnp_rows_from(t->net, t->dataset, DNP_TRAIN);
  rows.index = dnp_batches_last(&t->batches, t->place - 1, &count);
  rows.known = count;
  if (t->options.augment != NULL) rows.augment = &t->augment;
  rows.update = t->state->steps - 1;
  const dnp_run run = {
      .rows = count, .feed = dnp_rows_feed, .feed_failed = dnp_rows_failed, .feed_context = &rows, .answers = true};
  t->net->pass.gradients = false;
  const denpa_status status = dnp_rows_status(
      &rows, t->dataset->name, dnp_exec_run(t->net->exec, &run, &outcome, err), err);
  if (status == DENPA_OK) *loss = outcome.loss;
  return status;
}

denpa_status dnp_trainer_limit(denpa_trainer *t, size_t epochs, size_t steps, denpa_error *err) {
  t->options.epochs = t->settings.set.epochs = epochs;
  t->options.steps = t->settings.set.steps = steps;
  const size_t planned = t->total;
  DNP_TRY(settle_length(t, err));
  if (t->total != planned && dnp_schedule_hangs_on_length(&t->options)) t->continued = t->state->steps;
  return DENPA_OK;
}

/* ---- measuring ------------------------------------------------------------------------------------ */

static denpa_status measure_split(
    denpa_trainer *t, int split, bool wanted, double *loss, double *accuracy, denpa_error *err) {
  dnp_score score = {(double)NAN, (double)NAN};
  denpa_status status = wanted ? dnp_evaluate(t->net, t->dataset, split, t->predicted, &score, err) : DENPA_OK;
  *loss = score.loss;
  *accuracy = score.accuracy;
  return status;
}

static denpa_status measure_validation(denpa_trainer *t, denpa_error *err) {
  denpa_report *r = &t->report;
  return measure_split(t, DNP_VALIDATION, true, &r->validation_loss, &r->validation_accuracy, err);
}

/* Fills the report's scores as far as they are wanted now. */
static denpa_status measure(denpa_trainer *t, bool end, denpa_error *err) {
  const denpa_evaluate what = t->options.evaluate;
  const bool test = what == DENPA_EVALUATE_BOTH || what == DENPA_EVALUATE_TEST || (what == DENPA_EVALUATE_END && end);
  denpa_report *r = &t->report;
  DNP_TRY(measure_split(t, DNP_TRAIN, test && what != DENPA_EVALUATE_TEST, &r->train_loss, &r->train_accuracy, err));
  return measure_split(t, DNP_TEST, test, &r->test_loss, &r->test_accuracy, err);
}

denpa_status dnp_trainer_measure_all(denpa_trainer *t, denpa_error *err) {
  const double before = dnp_seconds();
  denpa_status status = measure_validation(t, err);
  if (status == DENPA_OK) status = measure(t, true, err);
  t->report.seconds_eval += dnp_seconds() - before;
  return status;
}

void dnp_trainer_keep_last(denpa_trainer *t) {
  if (t->last.patience > 0)
    dnp_best_take(&t->last, t->net, t->report.validation_loss, t->report.steps, t->report.epochs);
}

denpa_status dnp_trainer_close_epoch(denpa_trainer *t, denpa_error *err) {
  denpa_report *r = &t->report;
  const double before = dnp_seconds();
  denpa_status status = measure_validation(t, err);
  t->enough = status == DENPA_OK && dnp_best_note(&t->best, t->net, r->validation_loss, r->steps, r->epochs);
  if (status == DENPA_OK) status = measure(t, t->enough || r->steps == t->total, err);
  r->seconds_eval += dnp_seconds() - before;
  t->open = false;
  if (status == DENPA_OK) dnp_trainer_keep_last(t);
  return status;
}

denpa_epoch dnp_trainer_line(const denpa_trainer *t, bool measured) {
  const denpa_report *r = &t->report;
  const double none = (double)NAN;
  denpa_epoch out = {.step = t->state->steps,
      .epoch = t->state->epochs,
      .seconds = r->seconds,
      .train_loss = none,
      .train_accuracy = none,
      .test_loss = none,
      .test_accuracy = none,
      .validation_loss = none,
      .validation_accuracy = none};
  if (!measured) return out;
  out.train_loss = r->train_loss, out.train_accuracy = r->train_accuracy;
  out.test_loss = r->test_loss, out.test_accuracy = r->test_accuracy;
  out.validation_loss = r->validation_loss, out.validation_accuracy = r->validation_accuracy;
  return out;
}

/* ---- ending --------------------------------------------------------------------------------------- */

/* A training that diverged leaves its best weights, or those of the last epoch, where there are any; the failed update
 * counts for nothing. */
static denpa_status fall_back(denpa_trainer *t) {
  const bool best = t->best.steps > 0;
  if (!dnp_best_restore(best ? &t->best : &t->last, t->net, SIZE_MAX)) return DENPA_ERROR_NUMERIC;
  t->broke_off = t->state->steps + 1;
  if (best) t->report.best_epoch = t->best.epochs;
  if (measure_validation(t, NULL) == DENPA_OK) (void)measure(t, true, NULL);
  return DENPA_ERROR_NUMERIC;
}

/* With patience: back to the best weights, also after a callback has stopped the training. */
static denpa_status settle(denpa_trainer *t, denpa_status status, denpa_error *err) {
  denpa_report *r = &t->report;
  if (status == DENPA_ERROR_NUMERIC) return fall_back(t);
  if (status != DENPA_OK && status != DENPA_ERROR_CANCELLED) return status;
  if (t->best.steps > 0) r->best_epoch = t->best.epochs;
  if (!dnp_best_restore(&t->best, t->net, r->steps) || status != DENPA_OK) return status;
  DNP_TRY(measure_validation(t, err));
  return measure(t, true, err);
}

denpa_status dnp_trainer_end(denpa_trainer *t, denpa_status status, denpa_error *err) {
  status = settle(t, status, err);
  t->finished = true;
  const denpa_status noted = dnp_trainer_note(t, status == DENPA_OK ? err : NULL);
  return status == DENPA_OK ? noted : status;
}

/* ---- what programs call --------------------------------------------------------------------------- */

static denpa_status check_not_over(const denpa_trainer *t, denpa_error *err) {
  if (!dnp_trainer_over(t)) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_ARGUMENT,
      "this training is over after {1} {1|update|updates} (denpa_trainer_done tells); for more, create a trainer with "
      "more epochs or steps",
      dnp_u(t->report.steps));
}

denpa_status denpa_trainer_step(denpa_trainer *trainer, double *loss, denpa_error *err) {
  double ignored;
  DNP_REQUIRE(trainer, err);
  DNP_TRY(check_not_over(trainer, err));
  const dnp_float_mode before = dnp_float_enter();
  const denpa_status status = dnp_trainer_step(trainer, loss != NULL ? loss : &ignored, err);
  dnp_float_leave(before);
  return status;
}

denpa_status dnp_trainer_end_epoch(denpa_trainer *t, denpa_error *err) {
  if (!t->open || !dnp_trainer_epoch_over(t)) return DENPA_OK;
  const dnp_float_mode before = dnp_float_enter();
  const denpa_status status = dnp_trainer_close_epoch(t, err);
  dnp_float_leave(before);
  return status;
}

/* The rest of the open epoch, or the next one if none is open. */
static denpa_status go_through_epoch(denpa_trainer *t, denpa_error *err) {
  double loss;
  if (!t->open) DNP_TRY(dnp_trainer_step(t, &loss, err));
  while (!dnp_trainer_epoch_over(t)) DNP_TRY(dnp_trainer_step(t, &loss, err));
  return dnp_trainer_close_epoch(t, err);
}

denpa_status denpa_trainer_epoch(denpa_trainer *trainer, denpa_epoch *out, denpa_error *err) {
  DNP_REQUIRE(trainer, err);
  if (!trainer->open || trainer->finished) DNP_TRY(check_not_over(trainer, err));
  const dnp_float_mode before = dnp_float_enter();
  denpa_status status = go_through_epoch(trainer, err);
  dnp_float_leave(before);
  if (out != NULL) *out = dnp_trainer_line(trainer, status == DENPA_OK);
  return status == DENPA_OK ? dnp_trainer_note(trainer, err) : status;
}

denpa_status denpa_trainer_evaluate(
    denpa_trainer *trainer, denpa_split split, double *loss, double *accuracy, denpa_error *err) {
  double no_loss, no_accuracy;
  DNP_REQUIRE(trainer, err);
  if ((unsigned)split >= DNP_ALL_SPLITS)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "there is no split number {1}", dnp_i(split));
  if (trainer->dataset->split[split].rows == 0)
    return dnp_fail(err, DENPA_ERROR_NOT_FOUND, "{1} has no rows to measure on", dnp_s(trainer->dataset->name));
  const dnp_float_mode before = dnp_float_enter();
  const denpa_status status = measure_split(
      trainer, (int)split, true, loss != NULL ? loss : &no_loss, accuracy != NULL ? accuracy : &no_accuracy, err);
  dnp_float_leave(before);
  return status;
}

int denpa_trainer_done(const denpa_trainer *trainer) {
  return trainer == NULL || (dnp_trainer_over(trainer) && !(trainer->open && !trainer->finished));
}

denpa_report denpa_trainer_report(const denpa_trainer *trainer) {
  return trainer != NULL ? trainer->report : dnp_report_none();
}

denpa_status denpa_trainer_finish(denpa_trainer *trainer, denpa_report *report, denpa_error *err) {
  DNP_REQUIRE(trainer, err);
  const dnp_float_mode before = dnp_float_enter();
  const denpa_status status = trainer->finished ? DENPA_OK : dnp_trainer_end(trainer, DENPA_OK, err);
  dnp_float_leave(before);
  if (report != NULL) *report = trainer->report;
  return status;
}
