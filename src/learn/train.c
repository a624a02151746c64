/* train.c: the training loop: batches through the network, updates, measuring after epochs, callbacks. Allocates
 * nothing once it runs. It writes no file. Called by programs through denpa.h. */
#include <math.h>

#include "base/clock.h"
#include "learn/learn.h"

#define PROGRESS_SECONDS 0.05 /* between two calls of on_progress */

typedef struct training {
  denpa_net *net;
  const denpa_data *dataset; /* the caller's, or `parted` */
  denpa_data *parted;        /* with rows kept back for validation, if that was asked for here */
  const denpa_train_options *options;
  dnp_optimizer_settings settings;
  dnp_schedule schedule;
  double *class_weight; /* NULL: all count alike */
  dnp_best best;
  dnp_trainer_state *state;
  dnp_batches batches;
  dnp_augment augment; /* if options->augment */
  int32_t *predicted;  /* for measuring, if needed */
  size_t total;        /* updates to do */
  size_t next;         /* updates after which on_update is called; SIZE_MAX: never again */
  size_t steps_before;
  double epochs_before;
  denpa_report report;
  double clock;    /* when the time of updates was last taken */
  double told;     /* when on_progress was last called, ... */
  double loss_sum; /* ... and the losses since */
  size_t loss_count;
} training;

static denpa_status cancelled(const training *t, denpa_error *err) {
  return dnp_fail(err, DENPA_CANCELLED, "stopped after update {1}", dnp_u(t->state->steps));
}

static denpa_status note_validation(const training *t, denpa_error *err) {
  dnp_pairs *h = &t->net->metadata;
  const size_t rows = t->dataset->split[DNP_VALIDATION].rows;
  DNP_TRY(rows > 0 ? dnp_metadata_set_size(h, "validation_rows", rows, err) : dnp_metadata_drop(h, "validation_rows"));
  DNP_TRY(t->best.steps > 0 ? dnp_metadata_set_size(h, "best_step", t->steps_before + t->best.steps, err)
                            : dnp_metadata_drop(h, "best_step"));
  return t->best.steps > 0 ? dnp_metadata_set_real(h, "best_epoch", t->epochs_before + t->best.epochs, err)
                           : dnp_metadata_drop(h, "best_epoch");
}

/* What the model file will tell about this training. */
static denpa_status note_training(const training *t, denpa_error *err) {
  denpa_train_options set = *t->options;
  dnp_pairs *h = &t->net->metadata;
  dnp_settings_resolve(&set, t->settings.optimizer);
  set.warmup = (double)t->schedule.warmup;
  DNP_TRY(dnp_settings_record(&set, h, err));
  DNP_TRY(note_validation(t, err));
  DNP_TRY(dnp_metadata_set_size(h, "steps", t->state->steps, err));
  DNP_TRY(dnp_metadata_set_real(h, "epochs", t->state->epochs, err));
  DNP_TRY(dnp_metadata_set_size(h, "epochs_begun", t->state->epochs_begun, err));
  DNP_TRY(dnp_metadata_set(h, "data", t->dataset->name, err));
  if (t->dataset->table_text != NULL) DNP_TRY(dnp_metadata_set(h, "table", t->dataset->table_text, err));
  DNP_TRY(dnp_metadata_set_size(h, "train_rows", t->dataset->split[DNP_TRAIN].rows, err));
  DNP_TRY(dnp_metadata_set_classes(h, t->dataset, err));
  if (t->dataset->pictures[0] != '\0' || dnp_pairs_find(h, "pictures") != NULL)
    DNP_TRY(dnp_metadata_set(h, "pictures", t->dataset->pictures, err));
  const char *made = t->dataset->table_text != NULL               ? "table"
                     : t->dataset->split[DNP_TRAIN].pixel != NULL ? "pixel/255"
                                                                  : "none";
  return dnp_metadata_set(h, "preprocessing", made, err);
}

/* ---- one update --------------------------------------------------------------------------------- */

static denpa_status update(training *t, size_t k, denpa_error *err) {
  size_t count;
  dnp_rows rows = dnp_rows_from(t->net, t->dataset, DNP_TRAIN);
  rows.index = dnp_batches_get(&t->batches, k, t->state->steps, &count, &rows.known);
  if (t->options->augment != NULL) rows.augment = &t->augment;
  rows.update = t->state->steps;
  dnp_optimizer_state *optimizer = &t->state->optimizer;
  dnp_optimizer_state_next(optimizer, dnp_schedule_rate(&t->schedule, t->report.steps));
  const dnp_run run = {.rows = count,
      .feed = dnp_rows_feed,
      .feed_columns = rows.augment == NULL ? dnp_rows_feed_columns : NULL,
      .ahead = dnp_rows_ahead,
      .feed_context = &rows,
      .answers = true,
      .backward = true,
      .update = dnp_optimizer_state_update(optimizer),
      .gradients_ready = dnp_optimizer_state_gradients_ready(optimizer),
      .update_context = optimizer,
      .class_weight = t->class_weight,
      .seed_order = t->options->update_order == DENPA_SEED_ORDER,
      .training = true,
      .seed = t->options->seed,
      .step = t->state->steps + 1};
  dnp_outcome outcome;
  DNP_TRY(dnp_exec_run(t->net->exec, &run, &outcome, err));
  t->state->steps++;
  t->report.steps++;
  t->report.epochs = (double)t->report.steps / (double)t->batches.per_epoch;
  t->state->epochs = t->epochs_before + t->report.epochs;
  t->loss_sum += outcome.loss;
  t->loss_count++;
  return DENPA_OK;
}

static denpa_status tell_progress(training *t, denpa_error *err) {
  const double before = t->clock;
  t->clock = dnp_seconds();
  t->report.seconds += t->clock - before;
  if (t->options->on_progress == NULL || t->clock - t->told < PROGRESS_SECONDS) return DENPA_OK;
  const int stop = t->options->on_progress(
      t->options->context, t->report.steps, t->total, t->loss_sum / (double)t->loss_count);
  t->told = t->clock = dnp_seconds();
  t->loss_sum = 0;
  t->loss_count = 0;
  return stop ? cancelled(t, err) : DENPA_OK;
}

/* ---- measuring ---------------------------------------------------------------------------------- */

static denpa_status measure_split(
    training *t, int split, bool wanted, double *loss, double *accuracy, denpa_error *err) {
  dnp_score score = {(double)NAN, (double)NAN};
  denpa_status status = wanted ? dnp_evaluate(t->net, t->dataset, split, t->predicted, &score, err) : DENPA_OK;
  *loss = score.loss;
  *accuracy = score.accuracy;
  return status;
}

/* Returns, in *enough, whether patience has come to an end. */
static denpa_status validate(training *t, bool *enough, denpa_error *err) {
  denpa_report *r = &t->report;
  const double before = dnp_seconds();
  denpa_status status = measure_split(t, DNP_VALIDATION, true, &r->validation_loss, &r->validation_accuracy, err);
  t->clock = dnp_seconds();
  r->seconds_eval += t->clock - before;
  *enough = status == DENPA_OK && dnp_best_note(&t->best, t->net, r->validation_loss, r->steps, r->epochs);
  return status;
}

/* Fills the report's scores as far as they are wanted now. */
static denpa_status measure(training *t, bool end, denpa_error *err) {
  const denpa_evaluate what = t->options->evaluate;
  const bool test = what == DENPA_EVALUATE_BOTH || what == DENPA_EVALUATE_TEST || (what == DENPA_EVALUATE_END && end);
  denpa_report *r = &t->report;
  const double before = dnp_seconds();
  denpa_status status = measure_split(
      t, DNP_TRAIN, test && what != DENPA_EVALUATE_TEST, &r->train_loss, &r->train_accuracy, err);
  if (status == DENPA_OK) status = measure_split(t, DNP_TEST, test, &r->test_loss, &r->test_accuracy, err);
  t->clock = dnp_seconds();
  r->seconds_eval += t->clock - before;
  return status;
}

static denpa_epoch line(const training *t, bool measured) {
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

static denpa_status tell_epoch(training *t, denpa_error *err) {
  const denpa_epoch told = line(t, true);
  if (t->options->on_epoch == NULL) return DENPA_OK;
  const int stop = t->options->on_epoch(t->options->context, &told);
  t->clock = dnp_seconds();
  return stop ? cancelled(t, err) : DENPA_OK;
}

static denpa_status tell_update(training *t, bool measured, denpa_error *err) {
  if (t->report.steps != t->next) return DENPA_OK;
  t->next = SIZE_MAX;
  DNP_TRY(note_training(t, err)); /* a network that is saved here tells how far it is */
  const denpa_epoch told = line(t, measured);
  const int stop = t->options->on_update(t->options->context, &told, &t->next);
  t->clock = dnp_seconds();
  return stop ? cancelled(t, err) : DENPA_OK;
}

/* ---- the loop ----------------------------------------------------------------------------------- */

static denpa_status run(training *t, denpa_error *err) {
  if (t->total == 0) {
    DNP_TRY(measure_split(t, DNP_VALIDATION, true, &t->report.validation_loss, &t->report.validation_accuracy, err));
    DNP_TRY(measure(t, true, err));
    return tell_update(t, true, err);
  }
  t->told = t->clock = dnp_seconds();
  DNP_TRY(tell_update(t, false, err));
  for (bool enough = false; t->report.steps < t->total && !enough;) {
    dnp_batches_begin(&t->batches, t->state->epochs_begun++);
    for (size_t k = 0; k < t->batches.per_epoch && t->report.steps < t->total; k++) {
      DNP_TRY(update(t, k, err));
      DNP_TRY(tell_progress(t, err));
      if (k + 1 < t->batches.per_epoch && t->report.steps < t->total) DNP_TRY(tell_update(t, false, err));
    }
    DNP_TRY(validate(t, &enough, err));
    DNP_TRY(measure(t, enough || t->report.steps == t->total, err));
    DNP_TRY(tell_epoch(t, err));
    DNP_TRY(tell_update(t, true, err));
  }
  return DENPA_OK;
}

/* With patience: back to the best weights, also after a callback has stopped the training. */
static denpa_status end(training *t, denpa_status status, denpa_error *err) {
  denpa_report *r = &t->report;
  if (status != DENPA_OK && status != DENPA_CANCELLED) return status;
  if (t->best.steps > 0) r->best_epoch = t->best.epochs;
  if (!dnp_best_restore(&t->best, t->net, r->steps) || status != DENPA_OK) return status;
  DNP_TRY(measure_split(t, DNP_VALIDATION, true, &r->validation_loss, &r->validation_accuracy, err));
  return measure(t, true, err);
}

/* Rows for validation: those that the data brings along, else a share of the training rows. */
static denpa_status part(training *t, denpa_error *err) {
  const denpa_train_options *o = t->options;
  if (o->validation > 0 && t->dataset->split[DNP_VALIDATION].rows == 0) {
    DNP_TRY(dnp_data_split_validation(&t->parted, t->dataset, o->validation, o->seed, err));
    t->dataset = t->parted;
  }
  if (o->patience == 0 || t->dataset->split[DNP_VALIDATION].rows > 0) return DENPA_OK;
  return dnp_fail(err, DENPA_ARGUMENT,
      "to stop early (patience {1}), rows have to be kept back for validation: a share of them, such as 0.1",
      dnp_u(o->patience));
}

static denpa_status make_predicted(training *t, denpa_error *err) {
  size_t rows = 0;
  if (!dnp_evaluate_needs_labels(t->net, t->dataset)) return DENPA_OK;
  for (int i = 0; i < DNP_ALL_SPLITS; i++)
    if (t->dataset->split[i].rows > rows) rows = t->dataset->split[i].rows;
  return DNP_NEW(&t->predicted, rows, err);
}

static denpa_status prepare(training *t, denpa_error *err) {
  const denpa_train_options *o = t->options;
  dnp_numpy *numpy = NULL;
  DNP_TRY(dnp_optimizer_settings_from(o, &t->settings, err));
  DNP_TRY(dnp_rows_check(t->net, t->dataset, true, err));
  DNP_TRY(part(t, err));
  if (o->augment != NULL) DNP_TRY(dnp_augment_open(&t->augment, o->augment, t->dataset, o->seed, err));
  if (o->rng == DENPA_RNG_NUMPY) DNP_TRY(dnp_trainer_state_numpy(t->state, o->seed, &numpy, err));
  DNP_TRY(dnp_batches_open(&t->batches, t->dataset->split[DNP_TRAIN].rows, o->batch, o->sampling, o->seed, numpy, err));
  size_t updates;
  if (!dnp_size_mul(o->epochs, t->batches.per_epoch, &updates)) updates = SIZE_MAX;
  t->total = o->steps < updates ? o->steps : updates;
  DNP_TRY(dnp_schedule_settle(o, t->settings.set.lr, t->total, t->batches.per_epoch, &t->schedule, err));
  DNP_TRY(dnp_class_weights(&t->class_weight, o->class_weights, t->net, t->dataset, err));
  DNP_TRY(dnp_net_fit_batch(t->net, t->batches.batch, o->update_order == DENPA_SEED_ORDER, err));
  DNP_TRY(dnp_best_open(&t->best, t->net, o->patience, err));
  DNP_TRY(make_predicted(t, err));
  return dnp_trainer_state_optimizer(t->state, t->net->network, &t->settings, err);
}

denpa_status denpa_train(denpa_net *net, const denpa_data *data, const denpa_train_options *options,
    denpa_report *report, denpa_error *err) {
  const denpa_train_options defaults = denpa_train_options_default();
  training t = {.net = net, .dataset = data, .options = options != NULL ? options : &defaults, .state = &net->state};
  t.steps_before = t.state->steps;
  t.epochs_before = t.state->epochs;
  t.next = t.options->on_update != NULL ? 0 : SIZE_MAX;
  t.report.train_loss = t.report.train_accuracy = t.report.test_loss = t.report.test_accuracy =
      t.report.validation_loss = t.report.validation_accuracy = t.report.best_epoch = (double)NAN;
  denpa_status status = prepare(&t, err);
  if (status == DENPA_OK) {
    const dnp_float_mode before = dnp_float_enter();
    status = end(&t, run(&t, err), err);
    dnp_float_leave(before);
    denpa_status noted = note_training(&t, status == DENPA_OK ? err : NULL);
    if (status == DENPA_OK) status = noted;
  }
  dnp_batches_close(&t.batches);
  dnp_augment_close(&t.augment);
  dnp_best_close(&t.best);
  dnp_free(t.class_weight);
  dnp_free(t.predicted);
  denpa_data_free(t.parted);
  if (report != NULL) *report = t.report;
  return status;
}
