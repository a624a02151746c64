/* measure.c: what a network makes of rows, and how well: predictions, mean loss, accuracy. It changes no parameter. */
#include <math.h>

#include "learn/learn.h"

bool dnp_evaluate_needs_labels(const denpa_net *net, const denpa_data *data) {
  return data->classes > 0 && net->answer != NULL && net->answer->dtype != DENPA_INT32;
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
      .feed_context = &rows,
      .answers = true,
      .predicted = predicted,
      .step = dnp_history_of(net)->steps};
  dnp_outcome outcome;
  DNP_TRY(dnp_net_run(net, &run, &outcome, err));
  out->loss = outcome.loss;
  if (data->classes > 0)
    out->accuracy = (double)(predicted != NULL ? count_correct(rows.split->label, predicted, count) : outcome.correct) /
                    (double)count;
  return DENPA_OK;
}

denpa_status denpa_net_evaluate(
    denpa_net *net, const denpa_data *data, denpa_split split, double *loss, double *accuracy, denpa_error *err) {
  const int which = split == DENPA_TEST ? DNP_TEST : DNP_TRAIN;
  int32_t *predicted = NULL;
  dnp_score score;
  DNP_TRY(dnp_rows_check(net, data, true, err));
  if (data->split[which].rows == 0)
    return dnp_fail(err, DENPA_NOT_FOUND, "{1} has no rows to measure on", dnp_s(data->name));
  if (dnp_evaluate_needs_labels(net, data)) DNP_TRY(DNP_NEW(&predicted, data->split[which].rows, err));
  const dnp_float_mode before = dnp_float_enter();
  denpa_status status = dnp_evaluate(net, data, which, predicted, &score, err);
  dnp_float_leave(before);
  dnp_free(predicted);
  if (loss != NULL) *loss = score.loss;
  if (accuracy != NULL) *accuracy = score.accuracy;
  return status;
}

/* ---- prediction --------------------------------------------------------------------------------- */

typedef struct given { /* the caller's rows */
  const dnp_kernels *kernels;
  denpa_dtype dtype;
  const unsigned char *x;
  size_t features;
} given;

static void feed_given(void *context, size_t first, size_t count, denpa_dtype dtype, void *x, void *t) {
  (void)t;
  const given *g = context;
  const size_t numbers = count * g->features;
  const unsigned char *from = g->x + first * g->features * dnp_dtype_size(g->dtype);
  if (g->dtype == DENPA_UINT8)
    g->kernels->from_pixels(numbers, from, x);
  else if (g->dtype == DENPA_FLOAT64)
    g->kernels->from_reals(numbers, (const double *)(const void *)from, x);
  else
    for (size_t i = 0; i < numbers; i++) {
      const float value = ((const float *)(const void *)from)[i];
      if (dtype == DENPA_FLOAT32)
        ((float *)x)[i] = value;
      else
        ((double *)x)[i] = (double)value;
    }
}

denpa_status denpa_net_predict(
    denpa_net *net, size_t rows, denpa_dtype dtype, const void *x, double *y, int32_t *predicted, denpa_error *err) {
  if (net->input == NULL || !net->output->batched)
    return dnp_fail(err, DENPA_SHAPE, "this network has no input with rows; use denpa_net_forward");
  if (dtype != DENPA_FLOAT32 && dtype != DENPA_FLOAT64 && dtype != DENPA_UINT8)
    return dnp_fail(err, DENPA_ARGUMENT, "rows are given as float32, float64 or uint8 (pixels)");
  const size_t outputs = dnp_tensor_row(net->output);
  given from = {.kernels = net->kernels, .dtype = dtype, .x = x, .features = dnp_tensor_row(net->input)};
  dnp_run run = {.rows = rows, .feed = feed_given, .feed_context = &from, .predicted = predicted, .output = y};
  size_t count = 0;
  float *narrow = NULL;
  if (!dnp_size_mul(rows, outputs, &count))
    return dnp_fail(err, DENPA_MEMORY,
        "{1} {1|row|rows} of {2} {2|number|numbers} are more than this machine can address", dnp_u(rows),
        dnp_u(outputs));
  if (y != NULL && net->plan.dtype == DENPA_FLOAT32) {
    DNP_TRY(DNP_NEW(&narrow, count, err));
    run.output = narrow;
  }
  denpa_status status = dnp_net_run(net, &run, NULL, err);
  if (narrow != NULL)
    for (size_t i = 0; i < count; i++) y[i] = (double)narrow[i];
  dnp_free(narrow);
  return status;
}
