/* step.c: makes one update and gathers every matrix of it. The gradients are computed once under the observer, without
 * touching a weight; then denpa_train makes the update, so that the result is that of `denpa train --steps 1`. Called
 * by the subcommand step; step_text.c shows it. */
#include "explain/step.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "learn/learn.h"

/* ---- gathering --------------------------------------------------------------------------------- */

static void take(dnp_seen *s, size_t width, double value) {
  if (s->count == 0) s->low = s->high = value;
  if (s->count < width && s->count < DNP_FIRST_NUMBERS) s->first[s->firsts++] = value;
  if (value < s->low) s->low = value;
  if (value > s->high) s->high = value;
  s->sum += value;
  s->count++;
}

/* What is there of a tensor's values or gradient, in order: the sums do not depend on the chunks. */
static void gather(dnp_seen *s, const dnp_exec *exec, dnp_side side) {
  const dnp_tensor *t = &exec->tensor[s->tensor];
  const size_t count = dnp_tensor_count(t), width = s->axes > 1 || t->batched ? dnp_tensor_row(t) : count;
  if (t->dtype == DENPA_DTYPE_INT32) { /* labels, as the rows that they stand for */
    const size_t classes = s->shape[1];
    for (size_t i = 0; i < count * classes; i++)
      take(s, classes, (size_t)dnp_exec_element(exec, t, side, i / classes) == i % classes);
    return;
  }
  for (size_t i = 0; i < count; i++) take(s, width, dnp_exec_element(exec, t, side, i));
}

static dnp_seen *find(dnp_step *step, dnp_seen_as as, size_t node, int input) {
  for (size_t i = 0; i < step->count; i++)
    if (step->seen[i].as == as && step->seen[i].node == node &&
        (as != DNP_SEEN_BACKWARD || step->seen[i].input == input))
      return &step->seen[i];
  return NULL;
}

const char *const dnp_seen_kinds[] = {[DNP_SEEN_GIVEN] = "given",
    [DNP_SEEN_PARAMETER] = "parameter",
    [DNP_SEEN_FORWARD] = "forward",
    [DNP_SEEN_LOSS] = "loss",
    [DNP_SEEN_BACKWARD] = "backward",
    [DNP_SEEN_STATE] = "state"};

static bool observe(void *context, const dnp_exec *exec, size_t node, bool backward, size_t first_row, size_t rows) {
  dnp_step *step = context;
  const dnp_node *c = &exec->node[node];
  (void)first_row;
  (void)rows; /* the tensors know */
  if (backward) {
    for (int k = 0; k < c->inputs; k++) {
      dnp_seen *s = find(step, DNP_SEEN_BACKWARD, node, k);
      if (s != NULL && c->in[k]->batched) gather(s, exec, DNP_GRAD);
    }
    return true;
  }
  for (size_t i = 0; i < step->count; i++) {
    dnp_seen *s = &step->seen[i];
    const dnp_tensor *t = &exec->tensor[s->tensor];
    if (s->node == node && (s->as == DNP_SEEN_GIVEN || s->as == DNP_SEEN_FORWARD || s->as == DNP_SEEN_LOSS ||
                               (s->as == DNP_SEEN_STATE && t->batched)))
      gather(s, exec, DNP_DATA);
  }
  return true;
}

/* ---- what there is to see ---------------------------------------------------------------------- */

static void add_seen(dnp_step *step, dnp_seen_as as, size_t node, int input, const dnp_tensor *t) {
  dnp_seen *s = &step->seen[step->count++];
  *s = (dnp_seen){
      .as = as, .node = node, .input = input, .tensor = dnp_exec_number(step->net->exec, t), .axes = t->axes};
  if (as == DNP_SEEN_BACKWARD)
    dnp_grad_name(step->net->exec, t, s->name);
  else
    memcpy(s->name, t->name, sizeof t->name);
  memcpy(s->shape, t->shape, sizeof s->shape);
  if (t->batched) s->shape[0] = step->rows;
  if (t->dtype == DENPA_DTYPE_INT32) {
    s->axes = 2;
    s->shape[1] = denpa_net_outputs(step->net);
  }
}

/* What belongs to a node; what only training computes, in training. */
static void list_states(dnp_step *step, size_t c) {
  const dnp_node *node = &step->net->exec->node[c];
  for (int k = 0; k < DNP_MAX_STATE && node->state[k] != NULL; k++)
    if (step->training || !node->state[k]->batched) add_seen(step, DNP_SEEN_STATE, c, k, node->state[k]);
}

static bool is_listed(const dnp_step *step, const dnp_tensor *t) {
  for (size_t i = 0; i < step->count; i++)
    if (step->seen[i].tensor == dnp_exec_number(step->net->exec, t) && step->seen[i].as != DNP_SEEN_BACKWARD)
      return true;
  return false;
}

/* The gradients that a call sends back; first those of parameters, as they are used on the spot, or the others. */
static void list_back(dnp_step *step, size_t node, bool batched) {
  const denpa_net *net = step->net;
  for (size_t i = 0; i < net->exec->edges; i++) {
    const dnp_edge *e = &net->exec->edge[i];
    const dnp_tensor *t = net->exec->node[e->node].in[e->input];
    if ((size_t)e->node == node && t->batched == batched) add_seen(step, DNP_SEEN_BACKWARD, node, e->input, t);
  }
}

/* Every matrix in the order of computing. */
static denpa_status list_all(dnp_step *step, denpa_error *err) {
  const denpa_net *net = step->net;
  DNP_TRY(DNP_NEW(&step->seen, net->exec->tensors + net->exec->edges, err));
  for (size_t c = 0; c < net->exec->nodes; c++) {
    const dnp_node *node = &net->exec->node[c];
    for (int k = 0; k < node->inputs; k++) {
      const dnp_role role = net->exec->role[dnp_exec_number(net->exec, node->in[k])];
      if (role != DNP_ROLE_VALUE && !is_listed(step, node->in[k]))
        add_seen(step, role == DNP_ROLE_PARAMETER ? DNP_SEEN_PARAMETER : DNP_SEEN_GIVEN, c, k, node->in[k]);
    }
    list_states(step, c);
    add_seen(step, DNP_SEEN_FORWARD, c, 0, node->out);
    if (node->loss != NULL) add_seen(step, DNP_SEEN_LOSS, c, 0, node->loss);
  }
  for (size_t c = net->exec->nodes; c-- > 0;) {
    list_back(step, c, false);
    list_back(step, c, true);
  }
  return DENPA_OK;
}

static void gather_fixed(dnp_step *step, dnp_seen_as as) {
  for (size_t i = 0; i < step->count; i++) {
    dnp_seen *s = &step->seen[i];
    if (s->as == as && !step->net->exec->tensor[s->tensor].batched)
      gather(s, step->net->exec, as == DNP_SEEN_BACKWARD ? DNP_GRAD : DNP_DATA);
  }
}

/* ---- standing ---------------------------------------------------------------------------------- */

static void find_favourite(dnp_standing *s, const int32_t *predicted, size_t *times, size_t classes) {
  for (size_t i = 0; i < s->rows; i++) times[predicted[i]]++;
  for (size_t k = 0; k < classes; k++) {
    if (times[k] <= s->times) continue;
    s->predicted = k;
    s->times = times[k];
  }
}

static denpa_status measure(dnp_standing *s, denpa_net *net, const denpa_data *data, int split, denpa_error *err) {
  const size_t outputs = dnp_exec_kinds(net->exec);
  dnp_score score = {(double)NAN, (double)NAN};
  int32_t *predicted;
  size_t *times;
  *s = (dnp_standing){.rows = data->split[split].rows};
  DNP_TRY(DNP_NEW(&predicted, s->rows, err));
  denpa_status status = DNP_NEW(&times, outputs, err);
  if (status == DENPA_OK) status = dnp_evaluate(net, data, split, predicted, &score, err);
  if (status == DENPA_OK) find_favourite(s, predicted, times, outputs);
  s->loss = score.loss;
  s->accuracy = score.accuracy;
  dnp_free(times);
  dnp_free(predicted);
  return status;
}

static denpa_status measure_both(dnp_standing standing[2], denpa_net *net, const denpa_data *data, denpa_error *err) {
  DNP_TRY(measure(&standing[0], net, data, DNP_TRAIN, err));
  return measure(&standing[1], net, data, DNP_TEST, err);
}

/* ---- the update -------------------------------------------------------------------------------- */

/* How far a gradient is from the true one, which is a block that lies as the network's values do. */
static void compare(dnp_change *c, const dnp_exec *exec, const dnp_parameter *p, const double *truth) {
  double apart = 0, dot = 0, square = 0, other = 0;
  for (size_t i = 0; i < p->count; i++) {
    const double g = dnp_exec_gradient(exec, p->offset + i), t = truth[p->offset + i];
    apart += (g - t) * (g - t);
    dot += g * t;
    square += t * t;
    other += g * g;
  }
  c->off = square > 0 ? sqrt(apart / square) : 0;
  c->cosine = square > 0 && other > 0 ? dot / sqrt(square * other) : 1;
}

/* How much the loss falls by this parameter's update if the slope stays as it is. */
static double promised(const dnp_optimizer_settings *settings, const dnp_exec *exec, const dnp_parameter *p) {
  dnp_optimizer_settings mine = *settings;
  double sum = 0;
  if (p->tensor->axes < 2) mine.set.weight_decay = 0;
  for (size_t i = 0; i < p->count; i++) {
    const double g = dnp_exec_gradient(exec, p->offset + i);
    sum += g * mine.optimizer->first(&mine, g, dnp_network_value(exec->network, p->offset + i));
  }
  return sum;
}

/* Picks each parameter's entry with the largest gradient, before the update. */
static void choose_entries(dnp_step *step, const dnp_optimizer_settings *settings, const double *truth) {
  const dnp_exec *exec = step->net->exec;
  for (size_t i = 0; i < exec->parameters; i++) {
    const dnp_parameter *p = &exec->parameter[i];
    dnp_change *c = &step->change[step->changes++];
    *c = (dnp_change){.axes = p->tensor->axes};
    memcpy(c->shape, p->tensor->shape, sizeof c->shape);
    for (size_t k = 1; k < p->count; k++)
      if (fabs(dnp_exec_gradient(exec, p->offset + k)) > fabs(dnp_exec_gradient(exec, p->offset + c->entry)))
        c->entry = k;
    c->before = dnp_network_value(exec->network, p->offset + c->entry);
    c->gradient = dnp_exec_gradient(exec, p->offset + c->entry);
    compare(c, exec, p, truth);
    step->expected -= promised(settings, exec, p);
  }
}

/* In the order layer by layer an update belongs to the way back. It is made with an optimizer of its own, and taken
 * back by the caller. */
static denpa_status run_updating(
    dnp_step *step, denpa_net *net, const dnp_optimizer_settings *settings, const dnp_run *plain, denpa_error *err) {
  dnp_optimizer_state optimizer;
  DNP_TRY(dnp_optimizer_state_open(&optimizer, net->network, settings, err));
  dnp_optimizer_state_next(&optimizer, step->lr);
  dnp_run run = *plain;
  run.layer_by_layer = true;
  run.update = dnp_optimizer_state_update(&optimizer);
  run.update_context = &optimizer;
  run.observer = observe;
  run.observer_context = step;
  denpa_status status = dnp_exec_run(net->exec, &run, NULL, err);
  dnp_optimizer_state_close(&optimizer);
  return status;
}

/* Both passes under the observer; the weights are afterwards what they were. `before` and `truth` are room for copies
 * of the values, in their dtype, and of the true gradients. */
static denpa_status look(dnp_step *step, denpa_net *net, const dnp_optimizer_settings *settings, dnp_rows *batch,
    void *before, double *truth, denpa_error *err) {
  dnp_run run = {.rows = step->rows,
      .feed = dnp_rows_feed,
      .feed_context = batch,
      .answers = true,
      .backward = true,
      .training = true,
      .seed = step->seed,
      .step = net->state.steps + 1};
  dnp_outcome outcome;
  gather_fixed(step, DNP_SEEN_PARAMETER);
  dnp_network_read_values(net->network, before);
  if (!step->layer_by_layer) {
    run.observer = observe;
    run.observer_context = step;
  }
  DNP_TRY(dnp_exec_run(net->exec, &run, &outcome, err));
  step->loss[0] = outcome.loss;
  for (size_t i = 0; i < net->network->block; i++) truth[i] = dnp_exec_gradient(net->exec, i);
  if (step->layer_by_layer) {
    DNP_TRY(run_updating(step, net, settings, &run, err));
    dnp_network_write_values(net->network, before);
  }
  gather_fixed(step, DNP_SEEN_BACKWARD);
  gather_fixed(step, DNP_SEEN_STATE);
  choose_entries(step, settings, truth);
  return DENPA_OK;
}

static denpa_status look_closely(
    dnp_step *step, denpa_net *net, const dnp_optimizer_settings *settings, dnp_rows *batch, denpa_error *err) {
  double *copy;
  const size_t block = net->network->block;
  DNP_TRY(DNP_NEW(&copy, 2 * block, err));
  denpa_status status = look(step, net, settings, batch, copy + block, copy, err);
  dnp_free(copy);
  return status;
}

/* A data set whose training rows are `rows` of those from the batch's first on. It borrows all it holds. */
static denpa_data slice_for(const denpa_data *data, const dnp_step_options *options, size_t rows) {
  denpa_data part = *data;
  dnp_split *s = &part.split[DNP_TRAIN];
  *s = data->split[options->split];
  s->rows = rows;
  if (s->pixel != NULL) s->pixel += options->first * data->features;
  if (s->value != NULL) s->value += options->first * data->features;
  if (s->label != NULL) s->label += options->first;
  if (s->target != NULL) s->target += options->first * data->outputs;
  return part;
}

static denpa_status update(
    dnp_step *step, denpa_net *net, const denpa_data *rows, const dnp_step_options *options, denpa_error *err) {
  denpa_train_options train = options->train;
  train.steps = 1;
  train.epochs = DENPA_NO_LIMIT;
  train.batch = options->rows;
  train.sampling = DENPA_SAMPLING_SEQUENTIAL;
  train.evaluate = DENPA_EVALUATE_NONE;
  DNP_TRY(denpa_train(net, rows, &train, NULL, err));
  for (size_t i = 0; i < step->changes; i++) {
    const dnp_parameter *p = &net->exec->parameter[i];
    step->change[i].name = p->tensor->name;
    step->change[i].after = dnp_network_value(net->network, p->offset + step->change[i].entry);
  }
  return DENPA_OK;
}

/* Which samples the batch has. */
static denpa_status choose_batch(
    dnp_step *step, const denpa_data *data, const dnp_step_options *options, denpa_error *err) {
  const size_t there = data->split[options->split].rows;
  if (options->first >= there)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "{1} has {2} {2|sample|samples} in this split; sample {3} is not among them (they count from 0)",
        dnp_s(data->name), dnp_u(there), dnp_u(options->first));
  step->rows = options->rows > 0 && options->rows < there - options->first ? options->rows : there - options->first;
  step->all = options->split == DENPA_SPLIT_TRAIN && step->rows == there;
  step->split = options->split;
  step->first = options->first;
  step->label = data->classes > 0 ? data->split[options->split].label[options->first] : -1;
  return DENPA_OK;
}

static denpa_status make(dnp_step *step, denpa_net *net, const denpa_data *data, const dnp_step_options *options,
    const dnp_optimizer_settings *settings, denpa_error *err) {
  DNP_TRY(choose_batch(step, data, options, err));
  const size_t there = data->split[options->split].rows;
  /* training takes the first batch of the rest */
  const denpa_data batch = slice_for(data, options, step->rows),
                   rest = slice_for(data, options, there - options->first);

  DNP_TRY(dnp_rows_check(net, data, true, err));
  DNP_TRY(measure_both(step->standing[0], net, data, err));
  DNP_TRY(dnp_net_fit_batch(net, step->rows, step->layer_by_layer, err));
  dnp_rows rows = dnp_rows_from(net, &batch, DNP_TRAIN);
  const dnp_run again = {.rows = step->rows,
      .feed = dnp_rows_feed,
      .feed_context = &rows,
      .answers = true,
      .training = true,
      .seed = step->seed,
      .step = net->state.steps + 1};
  dnp_outcome outcome;
  DNP_TRY(DNP_NEW(&step->change, net->exec->parameters, err));
  DNP_TRY(list_all(step, err));
  DNP_TRY(look_closely(step, net, settings, &rows, err));
  DNP_TRY(update(step, net, &rest, options, err));
  DNP_TRY(dnp_exec_run(net->exec, &again, &outcome, err)); /* by the same draws */
  step->loss[1] = outcome.loss;
  return measure_both(step->standing[1], net, data, err);
}

denpa_status dnp_step_make(
    dnp_step **out, denpa_net *net, const denpa_data *data, const dnp_step_options *options, denpa_error *err) {
  dnp_optimizer_settings settings;
  *out = NULL;
  DNP_TRY(dnp_optimizer_settings_from(&options->train, &settings, err));
  DNP_TRY(DNP_NEW(out, 1, err));
  **out = (dnp_step){.net = net,
      .dataset = data,
      .optimizer = settings.optimizer,
      .lr = settings.set.lr,
      .epsilon = settings.set.epsilon,
      .own = settings.optimizer->own != NULL ? settings.optimizer->own(&settings) : 0,
      .training = true,
      .seed = options->train.seed,
      .layer_by_layer = options->train.update_order == DENPA_UPDATE_ORDER_LAYER_BY_LAYER};
  denpa_status status = make(*out, net, data, options, &settings, err);
  if (status == DENPA_OK) return DENPA_OK;
  dnp_step_free(*out);
  *out = NULL;
  return status;
}

/* Both passes with the whole batch in one piece, so that every number is there afterwards, the gradient of the input
 * too. */
static denpa_status look_only(
    dnp_step *step, denpa_net *net, const denpa_data *data, const dnp_step_options *options, denpa_error *err) {
  dnp_plan_options plan = net->exec->plan;
  dnp_outcome outcome;
  DNP_TRY(choose_batch(step, data, options, err));
  const denpa_data batch = slice_for(data, options, step->rows);
  DNP_TRY(dnp_rows_check(net, data, true, err));
  plan.batch = step->rows;
  plan.whole_batch = plan.input_gradient = true;
  plan.capacity = 0;
  plan.threads = net->threads;
  plan.cpu = net->cpu;
  DNP_TRY(dnp_net_replan(net, &plan, err));
  DNP_TRY(list_all(step, err));
  gather_fixed(step, DNP_SEEN_PARAMETER);
  dnp_rows rows = dnp_rows_from(net, &batch, DNP_TRAIN);
  const dnp_run run = {.rows = step->rows,
      .feed = dnp_rows_feed,
      .feed_context = &rows,
      .answers = true,
      .backward = true,
      .observer = observe,
      .observer_context = step,
      .training = step->training,
      .seed = step->seed,
      .step = net->state.steps + 1};
  DNP_TRY(dnp_exec_run(net->exec, &run, &outcome, err));
  step->loss[0] = step->loss[1] = outcome.loss;
  gather_fixed(step, DNP_SEEN_BACKWARD);
  gather_fixed(step, DNP_SEEN_STATE);
  return DENPA_OK;
}

denpa_status dnp_step_look(
    dnp_step **out, denpa_net *net, const denpa_data *data, const dnp_step_options *options, denpa_error *err) {
  DNP_TRY(DNP_NEW(out, 1, err));
  **out = (dnp_step){.net = net, .dataset = data, .training = options->training, .seed = dnp_net_order_seed(net)};
  denpa_status status = look_only(*out, net, data, options, err);
  if (status == DENPA_OK) return DENPA_OK;
  dnp_step_free(*out);
  *out = NULL;
  return status;
}

void dnp_step_free(dnp_step *step) {
  if (step == NULL) return;
  dnp_free(step->seen);
  dnp_free(step->change);
  dnp_free(step);
}
