/* measure.c: how well a network answers: mean loss and accuracy over a split. It changes no parameter. */
#include <math.h>

#include "learn/learn.h"
#include "learn/trainer.h"

bool dnp_evaluate_needs_labels(const denpa_net *net, const denpa_data *data) {
  return data->classes > 0 && net->exec->answer != NULL && net->exec->answer->dtype != DENPA_DTYPE_INT32;
}

static size_t count_correct(const uint8_t *label, const int32_t *predicted, size_t rows) {
  size_t correct = 0;
  for (size_t i = 0; i < rows; i++) correct += predicted[i] == label[i];
  return correct;
}

denpa_status dnp_evaluate(
    denpa_net *net, const denpa_data *data, int split, int32_t *predicted, dnp_score *out, denpa_error *err) {
  *out = (dnp_score){(double)NAN, (double)NAN};
  dnp_rows rows = dnp_rows_from(net, data, split);
  const size_t count = rows.split->rows;
  if (count == 0) return DENPA_OK;
  const dnp_run run = {.rows = count,
      .feed = dnp_rows_feed,
      .feed_failed = dnp_rows_failed,
      .feed_context = &rows,
      .answers = true,
      .predicted = predicted,
      .step = net->state.steps,
      .after_updates = net->trainer != NULL && net->trainer->report.steps > 0};
  dnp_outcome outcome;
  net->pass.gradients = false;
  const denpa_status status = dnp_exec_run(net->exec, &run, &outcome, err);
  DNP_TRY(dnp_rows_status(&rows, data->name, status, err));
  out->loss = outcome.loss;
  if (data->classes > 0)
    out->accuracy = (double)(predicted != NULL ? count_correct(rows.split->label, predicted, count) : outcome.correct) /
                    (double)count;
  return DENPA_OK;
}

denpa_status denpa_net_evaluate(
    denpa_net *net, const denpa_data *data, denpa_split split, double *loss, double *accuracy, denpa_error *err) {
  const int which = (int)split;
  int32_t *predicted = NULL;
  dnp_score score;
  DNP_REQUIRE(net, err);
  DNP_REQUIRE(data, err);
  if ((unsigned)split >= DNP_ALL_SPLITS)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "there is no split number {1}", dnp_i(split));
  DNP_TRY(dnp_rows_check(net, data, true, err));
  if (data->split[which].rows == 0)
    return dnp_fail(err, DENPA_ERROR_NOT_FOUND, "{1} has no rows to measure on", dnp_s(data->name));
  if (dnp_evaluate_needs_labels(net, data)) DNP_TRY(DNP_NEW(&predicted, data->split[which].rows, err));
  const dnp_float_mode before = dnp_float_enter();
  denpa_status status = dnp_evaluate(net, data, which, predicted, &score, err);
  dnp_float_leave(before);
  dnp_free(predicted);
  if (loss != NULL) *loss = score.loss;
  if (accuracy != NULL) *accuracy = score.accuracy;
  return status;
}
