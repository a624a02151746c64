/* trial.c: one training of a few seconds at most, and how well its network does. Whether it is worth a trial, and what
 * follows from it, is diagnosis.c's. */
#include "doctor/trial.h"

#include <math.h>

#include "base/memory.h"
#include "learn/learn.h"

/* ---- measuring ---------------------------------------------------------------------------------- */

/* What answering without a look at the inputs leaves, of classes: the better one of right answers and of right answers
 * in each class alike. A network that always gives the commonest class has gained nothing by either; one that serves
 * rare classes, or frequent ones, has by one of them. */
static void judge_classes(
    const denpa_data *data, int split, const uint32_t *index, const int32_t *answer, size_t rows, dnp_quality *out) {
  size_t of[256] = {0}, right[256] = {0}, most = 0, all = 0, present = 0;
  double recall = 0;
  for (size_t i = 0; i < rows; i++) {
    const uint8_t label = data->split[split].label[index[i]];
    of[label]++;
    right[label] += answer[i] == label;
  }
  for (size_t k = 0; k < 256; k++) {
    if (of[k] == 0) continue;
    present++;
    all += right[k];
    if (of[k] > most) most = of[k];
    recall += (double)right[k] / (double)of[k];
  }
  out->score = (double)all / (double)rows;
  const double usual = (double)most / (double)rows, chance = 1 / (double)present;
  const double rows_gained = most < rows ? (out->score - usual) / (1 - usual) : 1;
  const double classes_gained = present > 1 ? (recall / (double)present - chance) / (1 - chance) : 1;
  out->gained = rows_gained > classes_gained ? rows_gained : classes_gained;
}

static void judge_numbers(
    const denpa_data *data, int split, const uint32_t *index, const double *y, size_t rows, dnp_quality *out) {
  const double *target = data->split[split].target;
  const size_t outputs = data->outputs;
  double all = 0;
  for (size_t k = 0; k < outputs; k++) {
    double mean = 0, left = 0, spread = 0;
    for (size_t i = 0; i < rows; i++) mean += target[index[i] * outputs + k] / (double)rows;
    for (size_t i = 0; i < rows; i++) {
      const double t = target[index[i] * outputs + k], off = y[i * outputs + k] - t;
      left += off * off;
      spread += (t - mean) * (t - mean);
    }
    all += spread > 0 ? 1 - left / spread : 0;
  }
  out->score = all / (double)outputs;
  out->gained = out->score > -1 ? out->score : -1;
}

typedef struct answers {
  uint32_t *index;
  int32_t *predicted;
  double *y;
  float *narrow;
} answers;

static denpa_status ask(
    denpa_net *net, const denpa_data *data, int split, answers *a, dnp_quality *out, denpa_error *err) {
  const size_t all = data->split[split].rows, outputs = denpa_net_outputs(net);
  dnp_outcome outcome;
  DNP_TRY(DNP_NEW(&a->index, out->rows, err));
  for (size_t i = 0; i < out->rows; i++) a->index[i] = (uint32_t)(i * all / out->rows);
  dnp_rows rows = dnp_rows_from(net, data, split);
  rows.index = a->index;
  rows.known = out->rows;
  dnp_run run = {.rows = out->rows, .feed = dnp_rows_feed, .feed_context = &rows, .answers = true};
  if (data->classes > 0) {
    DNP_TRY(DNP_NEW(&a->predicted, out->rows, err));
    run.predicted = a->predicted;
  } else {
    DNP_TRY(DNP_NEW(&a->y, out->rows * outputs, err));
    if (denpa_net_dtype(net) == DENPA_DTYPE_FLOAT32) DNP_TRY(DNP_NEW(&a->narrow, out->rows * outputs, err));
    run.output = a->narrow != NULL ? (void *)a->narrow : (void *)a->y;
  }
  DNP_TRY(dnp_rows_status(&rows, data->name, dnp_exec_run(net->exec, &run, &outcome, err), err));
  for (size_t i = 0; a->narrow != NULL && i < out->rows * outputs; i++) a->y[i] = (double)a->narrow[i];
  out->loss = outcome.loss;
  if (a->predicted != NULL)
    judge_classes(data, split, a->index, a->predicted, out->rows, out);
  else
    judge_numbers(data, split, a->index, a->y, out->rows, out);
  return DENPA_OK;
}

denpa_status dnp_quality_take(denpa_net *net, const denpa_data *data, int split, dnp_quality *out, denpa_error *err) {
  answers a = {0};
  *out = (dnp_quality){.loss = (double)NAN, .score = (double)NAN};
  const size_t rows = data->split[split].rows;
  out->rows = rows < DNP_TRIAL_ROWS ? rows : DNP_TRIAL_ROWS;
  if (rows == 0) return DENPA_OK;
  const dnp_float_mode before = dnp_float_enter();
  const denpa_status status = ask(net, data, split, &a, out, err);
  dnp_float_leave(before);
  dnp_free(a.index);
  dnp_free(a.predicted);
  dnp_free(a.y);
  dnp_free(a.narrow);
  return status;
}

double dnp_trial_value(const dnp_trial *t) {
  enum { FEW = 8 }; /* of so few test rows, nothing is said */
  if (t->broken || !isfinite(t->train.gained)) return -0.5;
  return t->test.rows >= FEW && t->test.gained < t->train.gained ? t->test.gained : t->train.gained;
}

/* ---- training ----------------------------------------------------------------------------------- */

/* The end of a trial: after so many updates. */
static int enough(void *context, const denpa_epoch *now, size_t *next) {
  const size_t *most = context;
  *next = *most;
  return now->step >= *most;
}

/* Small networks spend their time between the multiply-adds: an update counts as so many of them at least. */
#define LEAST_WORK 2e5

static denpa_status train(
    dnp_trial *out, denpa_net *net, const denpa_data *data, denpa_train_options o, double work, denpa_error *err) {
  denpa_report report;
  const size_t rows = denpa_data_rows(data, DENPA_SPLIT_TRAIN), batch = o.batch > 0 && o.batch < rows ? o.batch : rows;
  const double plain = 3 * (double)net->exec->work * (double)batch; /* 3: both ways */
  const double update = plain > LEAST_WORK ? plain : LEAST_WORK;
  size_t most = (size_t)(work / update), epochs;
  if (most < 1) most = 1;
  o.evaluate = DENPA_EVALUATE_NONE;
  o.on_epoch = NULL;
  o.on_progress = NULL;
  o.on_update = enough;
  o.context = &most;
  if (!dnp_size_mul(o.epochs, (rows + batch - 1) / batch, &epochs)) epochs = SIZE_MAX;
  out->total = o.steps < epochs ? o.steps : epochs;
  denpa_status status = denpa_train(net, data, &o, &report, err);
  out->steps = report.steps;
  out->work = update * (double)report.steps;
  out->broken = status == DENPA_ERROR_NUMERIC;
  return status == DENPA_ERROR_CANCELLED || out->broken ? DENPA_OK : status;
}

denpa_status dnp_trial_run(dnp_trial *out, denpa_net *net, const denpa_data *data, const denpa_train_options *options,
    double work, denpa_error *err) {
  *out = (dnp_trial){.before = (double)NAN};
  denpa_status status = dnp_quality_take(net, data, DNP_TRAIN, &out->train, err);
  if (status != DENPA_OK && status != DENPA_ERROR_NUMERIC) return status;
  out->before = out->train.loss;
  DNP_TRY(train(out, net, data, *options, work, err));
  if (out->broken) return DENPA_OK;
  status = dnp_quality_take(net, data, DNP_TRAIN, &out->train, err);
  if (status == DENPA_OK) status = dnp_quality_take(net, data, DNP_TEST, &out->test, err);
  out->broken = status == DENPA_ERROR_NUMERIC;
  return out->broken ? DENPA_OK : status;
}
