/* scores.c: measures beside the loss: errors of numbers, and of classes the confusion matrix with what follows from it.
 * Called by the subcommands train and eval through src/cli/tables.c. */
#include "learn/scores.h"

#include <math.h>

#include "data/table.h"

/* ---- asking ------------------------------------------------------------------------------------- */

static denpa_status ask(
    denpa_net *net, const denpa_data *data, int split, bool outputs, dnp_row_answers *a, denpa_error *err) {
  dnp_rows rows = dnp_rows_from(net, data, split);
  float *narrow = NULL;
  dnp_outcome outcome;
  dnp_run run = {
      .rows = a->rows, .feed = dnp_rows_feed, .feed_failed = dnp_rows_failed, .feed_context = &rows, .answers = true};
  DNP_TRY(DNP_NEW(&a->loss, a->rows, err));
  run.losses = a->loss;
  if (data->classes > 0) DNP_TRY(DNP_NEW(&a->predicted, a->rows, err));
  run.predicted = a->predicted;
  if (data->classes == 0 || a->kinds == 2 || outputs) {
    DNP_TRY(DNP_NEW(&a->y, a->rows * a->outputs, err));
    if (net->network->dtype == DENPA_DTYPE_FLOAT32) DNP_TRY(DNP_NEW(&narrow, a->rows * a->outputs, err));
    run.output = narrow != NULL ? (void *)narrow : (void *)a->y;
  }
  const denpa_status status = dnp_exec_run(net->exec, &run, &outcome, err);
  for (size_t i = 0; narrow != NULL && i < a->rows * a->outputs; i++) a->y[i] = (double)narrow[i];
  dnp_free(narrow);
  a->mean_loss = outcome.loss;
  return dnp_rows_status(&rows, data->name, status, err);
}

denpa_status dnp_row_answers_take(
    denpa_net *net, const denpa_data *data, int split, bool outputs, dnp_row_answers *out, denpa_error *err) {
  *out = (dnp_row_answers){.rows = data->split[split].rows};
  DNP_TRY(dnp_rows_check(net, data, true, err));
  if (out->rows == 0) return dnp_fail(err, DENPA_ERROR_NOT_FOUND, "{1} has no rows to measure on", dnp_s(data->name));
  out->outputs = denpa_net_outputs(net);
  out->kinds = dnp_exec_kinds(net->exec);
  const dnp_float_mode before = dnp_float_enter();
  const denpa_status status = ask(net, data, split, outputs, out, err);
  dnp_float_leave(before);
  if (status != DENPA_OK) dnp_row_answers_free(out);
  return status;
}

void dnp_row_answers_free(dnp_row_answers *answers) {
  dnp_free(answers->y);
  dnp_free(answers->predicted);
  dnp_free(answers->loss);
  *answers = (dnp_row_answers){0};
}

/* ---- classes ------------------------------------------------------------------------------------ */

static double ratio(double a, double b) { return b > 0 ? a / b : 0; }

/* Of two classes the area under the ROC curve, and the answers by the threshold. */
static denpa_status judge_two(dnp_row_answers *a, const uint8_t *label, dnp_scores *s, denpa_error *err) {
  dnp_threshold *t = &s->threshold;
  dnp_ranked *row;
  DNP_TRY(DNP_NEW(&row, a->rows, err));
  for (size_t i = 0; i < a->rows; i++)
    row[i] = (dnp_ranked){dnp_two_score(a->y + i * a->outputs, a->outputs, t->positive), label[i] == t->positive};
  dnp_rank(row, a->rows);
  s->auc = dnp_auc(row, a->rows);
  if (t->best) t->value = dnp_best_threshold(row, a->rows);
  dnp_free(row);
  for (size_t i = 0; i < a->rows && !isnan(t->value); i++)
    a->predicted[i] = (int32_t)dnp_two_answer(t, a->y + i * a->outputs, a->outputs);
  return DENPA_OK;
}

static denpa_status score_classes(dnp_row_answers *a, const uint8_t *label, dnp_scores *s, denpa_error *err) {
  size_t right = 0, there = 0;
  s->classes = a->kinds;
  if (a->kinds == 2) DNP_TRY(judge_two(a, label, s, err));
  DNP_TRY(DNP_NEW(&s->of, s->classes, err));
  DNP_TRY(DNP_NEW(&s->confusion, s->classes * s->classes, err));
  for (size_t i = 0; i < a->rows; i++) s->confusion[label[i] * s->classes + (size_t)a->predicted[i]]++;
  for (size_t c = 0; c < s->classes; c++) {
    dnp_class_score *k = &s->of[c];
    for (size_t j = 0; j < s->classes; j++)
      k->rows += s->confusion[c * s->classes + j], k->answered += s->confusion[j * s->classes + c];
    k->right = s->confusion[c * s->classes + c];
    k->precision = ratio((double)k->right, (double)k->answered);
    k->recall = ratio((double)k->right, (double)k->rows);
    k->f1 = ratio(2 * k->precision * k->recall, k->precision + k->recall);
    right += k->right;
    if (k->rows > s->of[s->common].rows) s->common = c;
    if (k->rows + k->answered == 0) continue;
    there++;
    s->precision += k->precision;
    s->recall += k->recall;
    s->f1 += k->f1;
  }
  s->accuracy = (double)right / (double)a->rows;
  s->baseline = (double)s->of[s->common].rows / (double)a->rows;
  s->precision /= (double)there;
  s->recall /= (double)there;
  s->f1 /= (double)there;
  s->rmse = s->mae = s->r2 = (double)NAN;
  return DENPA_OK;
}

/* ---- numbers ------------------------------------------------------------------------------------ */

/* One minus the share of the spread that is left; of equal answers, as scikit-learn has it, 1 for a network that hits
 * all of them and else 0; of a single one there is none. */
static double r_squared(double squares, double spread, size_t rows) {
  if (rows < 2) return (double)NAN;
  return spread > 0 ? 1 - squares / spread : squares > 0 ? 0 : 1;
}

/* Their mean, without rounding where they are equal. */
static double mean_of(const dnp_row_answers *a, const double *target, size_t output) {
  double sum = 0;
  bool equal = true;
  for (size_t i = 0; i < a->rows; i++) {
    const double t = target[i * a->outputs + output];
    sum += t;
    equal = equal && t == target[output];
  }
  return equal ? target[output] : sum / (double)a->rows;
}

static void score_numbers(const dnp_row_answers *a, const double *target, const dnp_table *table, dnp_scores *s) {
  double squares = 0, spreads = 0, sizes = 0, r2 = 0;
  const double deviation = table != NULL ? dnp_table_target(table)->deviation : 1; /* R2 has no unit */
  for (size_t k = 0; k < a->outputs; k++) {
    double spread = 0, own = 0;
    const double mean = mean_of(a, target, k);
    for (size_t i = 0; i < a->rows; i++) {
      const double t = target[i * a->outputs + k], error = a->y[i * a->outputs + k] - t;
      own = fma(error, error, own);
      spread = fma(t - mean, t - mean, spread);
      sizes += fabs(error);
    }
    squares += own;
    spreads += spread;
    s->mean = a->outputs > 1 ? (double)NAN : table != NULL ? dnp_table_number(table, mean) : mean;
    r2 += r_squared(own, spread, a->rows);
  }
  const double count = (double)(a->rows * a->outputs);
  s->rmse = sqrt(squares / count) * deviation;
  s->baseline = sqrt(spreads / count) * deviation;
  s->mae = sizes / count * deviation;
  s->r2 = r2 / (double)a->outputs;
  s->accuracy = s->precision = s->recall = s->f1 = (double)NAN;
}

denpa_status dnp_scores_of(const denpa_net *net, const denpa_data *data, int split, dnp_row_answers *answers,
    const dnp_threshold *threshold, dnp_scores *out, denpa_error *err) {
  denpa_status status = DENPA_OK;
  *out = (dnp_scores){.rows = answers->rows, .loss = answers->mean_loss, .mean = (double)NAN, .auc = (double)NAN};
  out->threshold = threshold != NULL ? *threshold : (dnp_threshold){.positive = 1, .value = (double)NAN};
  out->probabilities = dnp_exec_probabilities(net->exec);
  const dnp_float_mode before = dnp_float_enter();
  if (data->classes > 0)
    status = score_classes(answers, data->split[split].label, out, err);
  else
    score_numbers(answers, data->split[split].target, data->table, out);
  dnp_float_leave(before);
  if (status != DENPA_OK) dnp_scores_free(out);
  return status;
}

denpa_status dnp_scores_take(denpa_net *net, const denpa_data *data, int split, const dnp_threshold *threshold,
    dnp_scores *out, denpa_error *err) {
  dnp_row_answers answers;
  *out = (dnp_scores){0};
  DNP_TRY(dnp_row_answers_take(net, data, split, false, &answers, err));
  const denpa_status status = dnp_scores_of(net, data, split, &answers, threshold, out, err);
  dnp_row_answers_free(&answers);
  return status;
}

void dnp_scores_free(dnp_scores *scores) {
  dnp_free(scores->of);
  dnp_free(scores->confusion);
  *scores = (dnp_scores){0};
}
