/* train.c: the training loop: batches through the network, updates, measuring after epochs, callbacks. Allocates nothing once it runs. It writes
 * no file. Called by programs through denpa.h. */
#include <math.h>

#include "base/clock.h"
#include "learn/learn.h"

#define PROGRESS_SECONDS 0.05 /* between two calls of on_progress */

denpa_train_options denpa_train_options_default(void) {
  return (denpa_train_options){.optimizer = "sgd", .lr = 0, .schedule = DENPA_CONSTANT, .epochs = 16, .steps = DENPA_NO_LIMIT, .batch = 100, .sampling = DENPA_SHUFFLE, .update_order = DENPA_GRADIENTS_FIRST,
                               .evaluate = DENPA_EVALUATE_BOTH, .rng = DENPA_RNG_DENPA, .seed = 1};
}

typedef struct training {
  denpa_net *net;
  const denpa_data *data;
  const denpa_train_options *options;
  double lr; /* as asked for, or the optimizer's own */
  dnp_history *history;
  dnp_batches batches;
  dnp_augment augment; /* if options->augment */
  int32_t *column; /* for measuring, if needed */
  size_t total;    /* updates to do */
  size_t next;     /* updates after which on_update is called; SIZE_MAX: never again */
  double epochs_before;
  denpa_report report;
  double clock;    /* when the time of updates was last taken */
  double told;     /* when on_progress was last called, ... */
  double loss_sum; /* ... and the losses since */
  size_t loss_count;
} training;

static denpa_status cancelled(const training *t, denpa_error *err) { return dnp_fail(err, DENPA_CANCELLED, "stopped after update {1}", dnp_u(t->history->steps)); }

/* What the model file will tell about this training. */
static denpa_status note_training(const training *t, denpa_error *err) {
  static const char *const samplings[] = {[DENPA_SHUFFLE] = "shuffle", [DENPA_REPLACEMENT] = "replacement", [DENPA_SEQUENTIAL] = "sequential"};
  const denpa_train_options *o = t->options;
  dnp_history *h = t->history;
  DNP_TRY(dnp_history_set(h, "optimizer", o->optimizer, err));
  DNP_TRY(dnp_history_set_real(h, "lr", t->lr, err));
  DNP_TRY(dnp_history_set(h, "schedule", dnp_schedule_name(o->schedule), err));
  DNP_TRY(o->batch == 0 ? dnp_history_set(h, "batch", "full", err) : dnp_history_set_size(h, "batch", o->batch, err));
  DNP_TRY(dnp_history_set(h, "sampling", samplings[o->sampling], err));
  DNP_TRY(dnp_history_set(h, "update_order", o->update_order == DENPA_SEED_ORDER ? "seed" : "gradients-first", err));
  if (o->augment != NULL || dnp_pairs_find(&h->metadata, "augment") != NULL) DNP_TRY(dnp_history_set(h, "augment", o->augment != NULL ? o->augment : "none", err));
  DNP_TRY(dnp_history_set(h, "order_rng", o->rng == DENPA_RNG_NUMPY ? "numpy" : "denpa", err));
  DNP_TRY(dnp_history_set_size(h, "order_seed", o->seed, err));
  DNP_TRY(dnp_history_set_size(h, "steps", h->steps, err));
  DNP_TRY(dnp_history_set_real(h, "epochs", h->epochs, err));
  DNP_TRY(dnp_history_set_size(h, "epochs_begun", h->epochs_begun, err));
  DNP_TRY(dnp_history_set(h, "data", t->data->name, err));
  DNP_TRY(dnp_history_set_size(h, "train_rows", t->data->split[DNP_TRAIN].rows, err));
  DNP_TRY(dnp_history_set_classes(h, t->data, err));
  if (t->data->pictures[0] != '\0' || dnp_pairs_find(&h->metadata, "pictures") != NULL) DNP_TRY(dnp_history_set(h, "pictures", t->data->pictures, err));
  return dnp_history_set(h, "preprocessing", t->data->split[DNP_TRAIN].pixel != NULL ? "pixel/255" : "none", err);
}

/* ---- one update --------------------------------------------------------------------------------- */

static denpa_status update(training *t, size_t k, denpa_error *err) {
  size_t count;
  dnp_rows rows = dnp_rows_from(t->net, t->data, DNP_TRAIN);
  rows.index = dnp_batches_get(&t->batches, k, t->history->steps, &count, &rows.known);
  if (t->options->augment != NULL) rows.augment = &t->augment;
  rows.update = t->history->steps;
  dnp_descent *descent = &t->history->descent;
  dnp_descent_next(descent, dnp_schedule_rate(t->options->schedule, t->lr, t->report.steps, t->total));
  const dnp_run run = {.rows = count, .feed = dnp_rows_feed, .feed_columns = rows.augment == NULL ? dnp_rows_feed_columns : NULL, .ahead = dnp_rows_ahead, .feed_context = &rows, .answers = true, .backward = true, .update = descent->optimizer->update, .update_context = descent,
                       .seed_order = t->options->update_order == DENPA_SEED_ORDER, .step = t->history->steps + 1};
  dnp_outcome outcome;
  DNP_TRY(dnp_net_run(t->net, &run, &outcome, err));
  t->history->steps++;
  t->report.steps++;
  t->report.epochs = (double)t->report.steps / (double)t->batches.per_epoch;
  t->history->epochs = t->epochs_before + t->report.epochs;
  t->loss_sum += outcome.loss;
  t->loss_count++;
  return DENPA_OK;
}

static denpa_status tell_progress(training *t, denpa_error *err) {
  const double before = t->clock;
  t->clock = dnp_seconds();
  t->report.seconds += t->clock - before;
  if (t->options->on_progress == NULL || t->clock - t->told < PROGRESS_SECONDS) return DENPA_OK;
  const int stop = t->options->on_progress(t->options->context, t->report.steps, t->total, t->loss_sum / (double)t->loss_count);
  t->told = t->clock = dnp_seconds();
  t->loss_sum = 0;
  t->loss_count = 0;
  return stop ? cancelled(t, err) : DENPA_OK;
}

/* ---- measuring ---------------------------------------------------------------------------------- */

/* Fills the report's scores as far as they are wanted now. */
static denpa_status measure(training *t, bool end, denpa_error *err) {
  const denpa_evaluate what = t->options->evaluate;
  const bool test = what == DENPA_EVALUATE_BOTH || what == DENPA_EVALUATE_TEST || (what == DENPA_EVALUATE_END && end);
  dnp_score score[DNP_SPLITS] = {{(double)NAN, (double)NAN}, {(double)NAN, (double)NAN}};
  denpa_status status = DENPA_OK;
  const double before = dnp_seconds();
  if (test && what != DENPA_EVALUATE_TEST) status = dnp_evaluate(t->net, t->data, DNP_TRAIN, t->column, &score[DNP_TRAIN], err);
  if (test && status == DENPA_OK) status = dnp_evaluate(t->net, t->data, DNP_TEST, t->column, &score[DNP_TEST], err);
  t->clock = dnp_seconds();
  t->report.seconds_eval += t->clock - before;
  t->report.train_loss = score[DNP_TRAIN].loss;
  t->report.train_accuracy = score[DNP_TRAIN].accuracy;
  t->report.test_loss = score[DNP_TEST].loss;
  t->report.test_accuracy = score[DNP_TEST].accuracy;
  return status;
}

static denpa_epoch line(const training *t, bool measured) {
  const denpa_report *r = &t->report;
  const double none = (double)NAN;
  if (!measured) return (denpa_epoch){t->history->steps, t->history->epochs, r->seconds, none, none, none, none};
  return (denpa_epoch){t->history->steps, t->history->epochs, r->seconds, r->train_loss, r->train_accuracy, r->test_loss, r->test_accuracy};
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
    DNP_TRY(measure(t, true, err));
    return tell_update(t, true, err);
  }
  t->told = t->clock = dnp_seconds();
  DNP_TRY(tell_update(t, false, err));
  while (t->report.steps < t->total) {
    dnp_batches_begin(&t->batches, t->history->epochs_begun++);
    for (size_t k = 0; k < t->batches.per_epoch && t->report.steps < t->total; k++) {
      DNP_TRY(update(t, k, err));
      DNP_TRY(tell_progress(t, err));
      if (k + 1 < t->batches.per_epoch && t->report.steps < t->total) DNP_TRY(tell_update(t, false, err));
    }
    DNP_TRY(measure(t, t->report.steps == t->total, err));
    DNP_TRY(tell_epoch(t, err));
    DNP_TRY(tell_update(t, true, err));
  }
  return DENPA_OK;
}

static denpa_status check_options(const denpa_train_options *o, denpa_error *err) {
  if (!isfinite(o->lr) || o->lr < 0) return dnp_fail(err, DENPA_ARGUMENT, "the learning rate is {1}; give a finite number above 0, such as 0.1", dnp_d(o->lr));
  if ((unsigned)o->schedule > DENPA_ONE_CYCLE) return dnp_fail(err, DENPA_ARGUMENT, "there is no schedule number {1}", dnp_i(o->schedule));
  if ((unsigned)o->sampling > DENPA_SEQUENTIAL) return dnp_fail(err, DENPA_ARGUMENT, "there is no sampling number {1}", dnp_i(o->sampling));
  if ((unsigned)o->evaluate > DENPA_EVALUATE_NONE) return dnp_fail(err, DENPA_ARGUMENT, "there is no way of measuring number {1}", dnp_i(o->evaluate));
  return DENPA_OK;
}

static denpa_status prepare(training *t, denpa_error *err) {
  const denpa_train_options *o = t->options;
  const dnp_split *split = t->data->split;
  dnp_numpy *numpy = NULL;
  DNP_TRY(check_options(o, err));
  DNP_TRY(dnp_rows_check(t->net, t->data, true, err));
  if (o->augment != NULL) DNP_TRY(dnp_augment_open(&t->augment, o->augment, t->data, o->seed, err));
  if (o->rng == DENPA_RNG_NUMPY) DNP_TRY(dnp_history_numpy(t->history, o->seed, &numpy, err));
  DNP_TRY(dnp_batches_open(&t->batches, split[DNP_TRAIN].rows, o->batch, o->sampling, o->seed, numpy, err));
  DNP_TRY(dnp_net_fit_batch(t->net, t->batches.batch, o->update_order == DENPA_SEED_ORDER, err));
  DNP_TRY(dnp_history_optimizer(t->net, o->optimizer, err));
  t->lr = o->lr > 0 ? o->lr : t->history->descent.optimizer->lr;
  size_t updates;
  if (!dnp_size_mul(o->epochs, t->batches.per_epoch, &updates)) updates = SIZE_MAX;
  t->total = o->steps < updates ? o->steps : updates;
  if (!dnp_evaluate_needs_columns(t->net, t->data)) return DENPA_OK;
  return DNP_NEW(&t->column, split[DNP_TRAIN].rows > split[DNP_TEST].rows ? split[DNP_TRAIN].rows : split[DNP_TEST].rows, err);
}

denpa_status denpa_train(denpa_net *net, const denpa_data *data, const denpa_train_options *options, denpa_report *report, denpa_error *err) {
  const denpa_train_options defaults = denpa_train_options_default();
  training t = {.net = net, .data = data, .options = options != NULL ? options : &defaults, .history = net->history};
  t.epochs_before = t.history->epochs;
  t.next = t.options->on_update != NULL ? 0 : SIZE_MAX;
  t.report.train_loss = t.report.train_accuracy = t.report.test_loss = t.report.test_accuracy = (double)NAN;
  denpa_status status = prepare(&t, err);
  if (status == DENPA_OK) {
    const dnp_float_mode before = dnp_float_enter();
    status = run(&t, err);
    dnp_float_leave(before);
    denpa_status noted = note_training(&t, status == DENPA_OK ? err : NULL);
    if (status == DENPA_OK) status = noted;
  }
  dnp_batches_close(&t.batches);
  dnp_augment_close(&t.augment);
  dnp_free(t.column);
  if (report != NULL) *report = t.report;
  return status;
}
