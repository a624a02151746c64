/* train.c: a whole training in one call: the loop over a trainer, with the callbacks. Allocates nothing once it runs.
 * It writes no file. Called by programs through denpa.h. */
#include <math.h>

#include "base/clock.h"
#include "learn/trainer.h"

#define PROGRESS_SECONDS 0.05 /* between two calls of on_progress */

typedef struct loop {
  denpa_trainer *trainer;
  const denpa_train_options *options;
  size_t next;     /* updates after which on_update is called; SIZE_MAX: never again */
  double told;     /* when on_progress was last called, ... */
  double loss_sum; /* ... and the losses since */
  size_t loss_count;
} loop;

static denpa_status cancelled(const loop *l, denpa_error *err) {
  return dnp_fail(err, DENPA_ERROR_CANCELLED, "stopped after update {1}", dnp_u(l->trainer->state->steps));
}

static denpa_status tell_progress(loop *l, denpa_error *err) {
  if (l->options->on_progress == NULL) return DENPA_OK;
  /* an epoch that is cut short can be saved here as one that is open, and go on in a longer training */
  if (dnp_seconds() - l->told < PROGRESS_SECONDS && !dnp_trainer_cut_short(l->trainer)) return DENPA_OK;
  const int stop = l->options->on_progress(
      l->options->context, l->trainer->report.steps, l->trainer->total, l->loss_sum / (double)l->loss_count);
  l->told = dnp_seconds();
  l->loss_sum = 0;
  l->loss_count = 0;
  return stop ? cancelled(l, err) : DENPA_OK;
}

static denpa_status tell_epoch(const loop *l, denpa_error *err) {
  if (l->options->on_epoch == NULL) return DENPA_OK;
  const denpa_epoch told = dnp_trainer_line(l->trainer, true);
  return l->options->on_epoch(l->options->context, &told) ? cancelled(l, err) : DENPA_OK;
}

static denpa_status tell_update(loop *l, bool measured, denpa_error *err) {
  if (l->options->on_update == NULL || l->trainer->report.steps != l->next) return DENPA_OK;
  l->next = SIZE_MAX;
  DNP_TRY(dnp_trainer_note(l->trainer, err)); /* a network that is looked at here tells how far it is */
  const denpa_epoch told = dnp_trainer_line(l->trainer, measured);
  return l->options->on_update(l->options->context, &told, &l->next) ? cancelled(l, err) : DENPA_OK;
}

/* An epoch, or the rest of the one that is open: of a training that goes on, all of its updates may be done. */
static denpa_status epoch(loop *l, denpa_error *err) {
  double loss;
  while (!l->trainer->open || !dnp_trainer_epoch_over(l->trainer)) {
    DNP_TRY(dnp_trainer_step(l->trainer, &loss, err));
    l->loss_sum += loss;
    l->loss_count++;
    DNP_TRY(tell_progress(l, err));
    if (!dnp_trainer_epoch_over(l->trainer)) DNP_TRY(tell_update(l, false, err));
  }
  DNP_TRY(dnp_trainer_close_epoch(l->trainer, err));
  DNP_TRY(tell_epoch(l, err));
  return tell_update(l, true, err);
}

static denpa_status run(loop *l, denpa_error *err) {
  if (l->trainer->total == 0) {
    DNP_TRY(dnp_trainer_measure_all(l->trainer, err));
    return tell_update(l, true, err);
  }
  l->told = dnp_seconds();
  /* where a training goes on behind an epoch, its scores are known; at the end of one that is open, they are to come */
  if (!l->trainer->open || !dnp_trainer_epoch_over(l->trainer))
    DNP_TRY(tell_update(l, !l->trainer->open && l->trainer->report.steps > 0, err));
  while (l->trainer->open || !dnp_trainer_over(l->trainer)) DNP_TRY(epoch(l, err));
  return DENPA_OK;
}

denpa_status denpa_trainer_run(denpa_trainer *trainer, denpa_report *report, denpa_error *err) {
  DNP_REQUIRE(trainer, err);
  denpa_status status = DENPA_OK;
  if (!trainer->finished) {
    loop l = {.trainer = trainer, .options = &trainer->options};
    l.next = l.options->on_update != NULL ? trainer->report.steps : SIZE_MAX;
    const dnp_float_mode before = dnp_float_enter();
    status = dnp_trainer_end(trainer, run(&l, err), err);
    dnp_float_leave(before);
  }
  if (report != NULL) *report = trainer->report;
  return status;
}

denpa_status denpa_train(denpa_net *net, const denpa_data *data, const denpa_train_options *options,
    denpa_report *report, denpa_error *err) {
  denpa_trainer *trainer;
  if (report != NULL) *report = dnp_report_none();
  DNP_TRY(denpa_trainer_create(&trainer, net, data, options, err));
  const denpa_status status = denpa_trainer_run(trainer, report, err);
  denpa_trainer_free(trainer);
  return status;
}
