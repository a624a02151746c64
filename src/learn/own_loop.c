/* own_loop.c: the parts of a training for a program that has its own loop: a batch forward, backward, and the update.
 * They run the same plan as the trainer, so equal batches give equal bits. Called by programs through denpa.h. */
#include <math.h>

#include "base/options.h"
#include "learn/learn.h"

denpa_pass_options denpa_pass_options_default(void) {
  return (denpa_pass_options){.size = sizeof(denpa_pass_options), .training = -1, .seed = 1};
}

/* ---- a pass ----------------------------------------------------------------------------------------- */

static denpa_status check_labels(const dnp_exec *exec, const denpa_rows *rows, denpa_error *err) {
  const size_t kinds = dnp_exec_kinds(exec);
  for (size_t i = 0; i < rows->rows; i++)
    if (rows->label[i] < 0 || (size_t)rows->label[i] >= kinds)
      return dnp_fail(err, DENPA_ERROR_ARGUMENT,
          "the label of row {1} is {2}; with {3} classes labels go from 0 to {4}", dnp_u(i), dnp_i(rows->label[i]),
          dnp_u(kinds), dnp_u(kinds - 1));
  return DENPA_OK;
}

static denpa_status check_answers(const dnp_exec *exec, const denpa_rows *rows, bool backward, denpa_error *err) {
  const bool answers = rows->label != NULL || rows->target != NULL;
  if (rows->label != NULL && rows->target != NULL)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "rows need either labels or targets, and not both");
  if (exec->answer == NULL && answers)
    return dnp_fail(err, DENPA_ERROR_SHAPE, "this network has no loss, so it takes neither labels nor targets");
  if (exec->answer != NULL && backward && !answers)
    return dnp_fail(
        err, DENPA_ERROR_ARGUMENT, "a backward pass begins at the loss, so the rows need labels or targets");
  if (rows->target != NULL && exec->answer->dtype == DENPA_DTYPE_INT32)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "the network's loss needs labels, but the rows have targets");
  return rows->label != NULL ? check_labels(exec, rows, err) : DENPA_OK;
}

static denpa_status check_rows(const denpa_net *net, const denpa_rows *rows, bool backward, denpa_error *err) {
  const dnp_exec *exec = net->exec;
  if (exec->input == NULL || !exec->output->batched)
    return dnp_fail(
        err, DENPA_ERROR_SHAPE, "this network has no input with rows; use denpa_net_forward and denpa_net_backward");
  if (rows->rows == 0 || rows->rows > UINT32_MAX)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "a batch of {1} rows; between 1 and {2} are possible", dnp_u(rows->rows),
        dnp_u(UINT32_MAX));
  if (rows->x == NULL)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1} {1|row|rows}, but no numbers (x is NULL)", dnp_u(rows->rows));
  DNP_TRY(dnp_own_rows_dtype_check(rows->dtype, err));
  return check_answers(exec, rows, backward, err);
}

/* A plan that holds all rows of the batch at once, so that every value of it can be looked at afterwards. */
static denpa_status fit(denpa_net *net, size_t rows, bool input_gradient, denpa_error *err) {
  const dnp_plan_options *now = &net->exec->plan;
  if (rows <= now->batch && rows <= now->capacity && (now->input_gradient || !input_gradient)) return DENPA_OK;
  const dnp_plan_options plan = {
      .batch = rows, .whole_batch = true, .input_gradient = now->input_gradient || input_gradient};
  return dnp_net_replan(net, &plan, err);
}

static denpa_status check_weights(const denpa_net *net, const double *weight, denpa_error *err) {
  if (weight == NULL) return DENPA_OK;
  if (net->exec->loss == NULL || net->exec->answer == NULL || net->exec->answer->dtype != DENPA_DTYPE_INT32)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "class weights need classes and a loss that takes them, such as cross-entropy; here the answers are numbers");
  for (size_t i = 0; i < denpa_net_outputs(net); i++)
    if (!isfinite(weight[i]) || !(weight[i] >= 0))
      return dnp_fail(err, DENPA_ERROR_ARGUMENT, "the weight of class {1} is {2}; give a finite number of at least 0",
          dnp_u(i), dnp_d(weight[i]));
  return DENPA_OK;
}

static denpa_status pass(denpa_net *net, const denpa_rows *rows, const denpa_pass_options *given, bool backward,
    double *loss, denpa_error *err) {
  denpa_pass_options o = denpa_pass_options_default();
  dnp_outcome outcome;
  DNP_TRY(dnp_options_take(&o, given, sizeof o, "denpa_pass_options", err));
  DNP_TRY(check_rows(net, rows, backward, err));
  DNP_TRY(check_weights(net, o.class_weight, err));
  DNP_TRY(fit(net, rows->rows, o.input_gradient != 0, err));
  const dnp_exec *exec = net->exec;
  dnp_own_rows from = {.kernels = exec->kernels,
      .dtype = rows->dtype,
      .x = rows->x,
      .features = dnp_tensor_row(exec->input),
      .outputs = exec->answer != NULL ? dnp_tensor_row(exec->answer) : 0,
      .label = rows->label,
      .target = rows->target,
      .labels = exec->answer != NULL && exec->answer->dtype == DENPA_DTYPE_INT32};
  const bool answers = rows->label != NULL || rows->target != NULL;
  const dnp_run run = {.rows = rows->rows,
      .feed = dnp_own_rows_feed,
      .feed_failed = dnp_own_rows_failed,
      .feed_context = &from,
      .answers = answers,
      .class_weight = answers ? o.class_weight : NULL,
      .backward = backward,
      .training = o.training < 0 ? backward : o.training != 0,
      .seed = o.seed,
      .step = o.step > 0 ? o.step : net->state.steps + 1};
  net->pass.gradients = false;
  const denpa_status status = dnp_exec_run(net->exec, &run, &outcome, err);
  DNP_TRY(dnp_own_rows_status(&from, rows->rows, net->network->dtype, status, err));
  net->pass = (dnp_pass){.gradients = backward, .training = run.training, .rows = rows->rows, .step = run.step};
  if (loss != NULL) *loss = outcome.loss;
  return DENPA_OK;
}

denpa_status denpa_net_forward_rows(
    denpa_net *net, const denpa_rows *rows, const denpa_pass_options *options, double *loss, denpa_error *err) {
  DNP_REQUIRE(net, err);
  DNP_REQUIRE(rows, err);
  return pass(net, rows, options, false, loss, err);
}

denpa_status denpa_net_backward_rows(
    denpa_net *net, const denpa_rows *rows, const denpa_pass_options *options, double *loss, denpa_error *err) {
  DNP_REQUIRE(net, err);
  DNP_REQUIRE(rows, err);
  return pass(net, rows, options, true, loss, err);
}

/* ---- the update --------------------------------------------------------------------------------------- */

struct denpa_optimizer {
  denpa_net *net;
  dnp_optimizer_state state;
};

denpa_status denpa_optimizer_create(
    denpa_optimizer **out, denpa_net *net, const denpa_train_options *options, denpa_error *err) {
  denpa_train_options o;
  dnp_optimizer_settings settings;
  DNP_REQUIRE(out, err);
  *out = NULL;
  DNP_REQUIRE(net, err);
  DNP_TRY(dnp_train_options_take(&o, options, err));
  DNP_TRY(dnp_optimizer_settings_from(&o, &settings, err));
  DNP_TRY(DNP_NEW(out, 1, err));
  (*out)->net = net;
  const denpa_status status = dnp_optimizer_state_open(&(*out)->state, net->network, &settings, err);
  if (status == DENPA_OK) return DENPA_OK;
  dnp_free(*out);
  *out = NULL;
  return status;
}

void denpa_optimizer_free(denpa_optimizer *optimizer) {
  if (optimizer == NULL) return;
  dnp_optimizer_state_close(&optimizer->state);
  dnp_free(optimizer);
}

denpa_status denpa_optimizer_update(denpa_optimizer *optimizer, double lr, denpa_error *err) {
  DNP_REQUIRE(optimizer, err);
  denpa_net *net = optimizer->net;
  dnp_optimizer_state *state = &optimizer->state;
  if (!isfinite(lr) || !(lr >= 0))
    return dnp_fail(
        err, DENPA_ERROR_ARGUMENT, "the learning rate is {1}; give a finite number above 0, such as 0.1", dnp_d(lr));
  if (!net->pass.gradients)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "there are no new gradients to update with; call denpa_net_backward_rows before each update, and nothing else "
        "that runs the network in between");
  net->pass.gradients = false;
  const dnp_float_mode before = dnp_float_enter();
  dnp_optimizer_state_next(state, lr > 0 ? lr : state->settings.set.lr);
  const dnp_run run = {.rows = net->pass.rows,
      .backward = true,
      .update = dnp_optimizer_state_update(state),
      .gradients_ready = dnp_optimizer_state_gradients_ready(state),
      .update_context = state,
      .training = net->pass.training,
      .step = net->pass.step};
  const denpa_status status = dnp_exec_update(net->exec, &run, err);
  dnp_float_leave(before);
  net->state.steps++;
  net->state.own_updates = true;
  return status;
}
