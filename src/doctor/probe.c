/* probe.c: measures a network on a few hundred training samples, in a network of its own that is built like it: one
 * pass forward and backward under the observer, and two steps to look at. Which samples: every n-th row, so that files
 * sorted by class are no matter. Called by doctor.c. */
#include <math.h>
#include <string.h>

#include "base/math.h"
#include "base/memory.h"
#include "learn/learn.h"
#include "doctor/doctor.h"

#define NEAR_END 0.02 /* of an activation's range */

typedef struct watched { /* a layer on its way through a pass */
  const dnp_parameter *weights;
  size_t inputs, units;
  bool filters;         /* weights of a unit lie side by side; else a unit is a column */
  size_t node;          /* of the activation, or NO_CALL */
  unsigned char *lives; /* [units]: gave something else than 0 */
  size_t at_end, values;
} watched;
#define NO_CALL SIZE_MAX

struct dnp_prober {
  denpa_net *net;
  const denpa_data *dataset;
  dnp_rows rows;
  uint32_t *index;
  int32_t *predicted;
  size_t count;  /* rows */
  size_t *times; /* [outputs]: for counting answers */
  double lr;
  size_t layers;
  watched layer[DNP_PROBE_LAYERS];
  dnp_data_check check;
};

/* ---- the data ---------------------------------------------------------------------------------- */

/* What class k with the share p adds to the loss of always answering the shares; NaN of other losses. */
static double blind_part(const dnp_node *loss, double p, size_t classes) {
  const double k = (double)classes;
  if (loss->op->inside == DNP_INSIDE_SOFTMAX) {
    const double smooth = (1 - loss->number[0]) * p + loss->number[0] / k;
    return smooth > 0 ? -smooth * dnp_log(smooth) : 0;
  }
  if (loss->op->inside == DNP_INSIDE_SIGMOID)
    return p > 0 && p < 1 ? -(p * dnp_log(p) + (1 - p) * dnp_log(1 - p)) / k : 0;
  return loss->op == &dnp_op_squared_error ? p * (1 - p) / k : (double)NAN;
}

/* index NULL: the first `rows` ones. */
static denpa_status check_labels(
    dnp_prober *p, const uint32_t *index, size_t rows, double *most, double *chance, denpa_error *err) {
  const uint8_t *label = p->dataset->split[DNP_TRAIN].label;
  dnp_data_check *c = &p->check;
  size_t *count;
  DNP_TRY(DNP_NEW(&count, 256, err));
  for (size_t i = 0; i < rows; i++) count[label[index != NULL ? index[i] : i]]++;
  *most = *chance = 0;
  c->present = 0;
  for (size_t k = 0; k < p->dataset->classes; k++) {
    const double share = (double)count[k] / (double)rows;
    c->present += count[k] > 0;
    if (share > *most) {
      *most = share;
      c->common = k;
    }
    *chance += blind_part(p->net->exec->last, share, p->dataset->classes);
  }
  dnp_free(count);
  return DENPA_OK;
}

/* The variance of the targets, the mean squared error of always answering their mean. */
static double variance(const dnp_prober *p, const uint32_t *index, size_t rows) {
  const double *target = p->dataset->split[DNP_TRAIN].target;
  const size_t outputs = p->dataset->outputs;
  double all = 0;
  if (p->net->exec->last->op != &dnp_op_squared_error) return (double)NAN;
  for (size_t k = 0; k < outputs; k++) {
    double sum = 0, square = 0;
    for (size_t i = 0; i < rows; i++) sum += target[(index != NULL ? index[i] : i) * outputs + k];
    const double mean = sum / (double)rows;
    for (size_t i = 0; i < rows; i++) {
      const double off = target[(index != NULL ? index[i] : i) * outputs + k] - mean;
      square += off * off;
    }
    all += square / (double)rows;
  }
  return all / (double)outputs;
}

/* What knows nothing of the inputs can reach, on the probe's samples and on all. */
static denpa_status check_answers(dnp_prober *p, denpa_error *err) {
  const dnp_split *s = &p->dataset->split[DNP_TRAIN];
  dnp_data_check *c = &p->check;
  c->rows = s->rows;
  c->test_rows = p->dataset->split[DNP_TEST].rows;
  c->of = p->dataset;
  c->classes = p->dataset->classes;
  c->chance = c->probe_chance = (double)NAN;
  if (s->target != NULL) {
    c->probe_chance = variance(p, p->index, p->count);
    c->chance = variance(p, NULL, s->rows);
  }
  if (s->label == NULL) return DENPA_OK;
  DNP_TRY(check_labels(p, p->index, p->count, &c->probe_share, &c->probe_chance, err));
  return check_labels(p, NULL, s->rows, &c->share, &c->chance, err);
}

static double input_at(const dnp_split *s, size_t features, size_t row, size_t i) {
  return s->pixel != NULL ? (double)s->pixel[row * features + i] / 255 : s->value[row * features + i];
}

static void check_inputs(dnp_prober *p) {
  const dnp_split *s = &p->dataset->split[DNP_TRAIN];
  const size_t features = p->dataset->features;
  double square = 0;
  p->check.all_alike = p->count > 1;
  for (size_t r = 0; r < p->count; r++)
    for (size_t i = 0; i < features; i++) {
      const double x = input_at(s, features, p->index[r], i);
      if (fabs(x) > p->check.largest) p->check.largest = fabs(x);
      square += x * x;
      if (p->check.all_alike && x != input_at(s, features, p->index[0], i)) p->check.all_alike = false;
    }
  p->check.rms = p->count > 0 ? sqrt(square / ((double)p->count * (double)features)) : 0;
}

/* ---- opening ----------------------------------------------------------------------------------- */

/* The weights that a node multiplies its input with, or NULL: two axes or more, as biases, gammas and the like do not
 * have. */
static const dnp_parameter *weights_of(const denpa_net *net, const dnp_node *node) {
  for (int i = 0; i < node->inputs; i++)
    for (size_t k = 0; k < net->exec->parameters; k++)
      if (net->exec->parameter[k].tensor == node->in[i] && node->in[i]->axes >= 2) return &net->exec->parameter[k];
  return NULL;
}

/* The node that takes what `node` gives, or NO_CALL. */
static size_t node_after(const denpa_net *net, size_t node) {
  for (size_t c = node + 1; c < net->exec->nodes; c++)
    if (net->exec->node[c].in[0] == net->exec->node[node].out) return c;
  return NO_CALL;
}

/* The activation that a layer's numbers come to, behind pooling, normalisation and the like, if it still has the
 * layer's units; or NO_CALL. */
static size_t activation_after(const denpa_net *net, size_t node, size_t units) {
  for (size_t c = node_after(net, node); c != NO_CALL; c = node_after(net, c)) {
    const dnp_node *at = &net->exec->node[c];
    if (at->op->ends_in_loss || weights_of(net, at) != NULL || dnp_tensor_row(at->out) % units != 0) return NO_CALL;
    if (dnp_op_is_activation(at->op)) return c;
  }
  return NO_CALL;
}

static denpa_status list_layers(dnp_prober *p, denpa_error *err) {
  const denpa_net *net = p->net;
  for (size_t c = 0; c < net->exec->nodes && p->layers < DNP_PROBE_LAYERS; c++) {
    const dnp_node *node = &net->exec->node[c];
    const dnp_parameter *w = weights_of(net, node);
    if (w == NULL) continue;
    watched *layer = &p->layer[p->layers++];
    *layer = (watched){.weights = w, .filters = node->op->filters};
    layer->units = w->tensor->shape[layer->filters ? 0 : w->tensor->axes - 1];
    layer->inputs = w->count / layer->units;
    layer->node = activation_after(net, c, layer->units);
    DNP_TRY(DNP_NEW(&layer->lives, layer->units, err));
  }
  return DENPA_OK;
}

static denpa_status open_net(dnp_prober *p, const denpa_net *net, denpa_error *err) {
  denpa_net_options o = denpa_net_options_default();
  o.dtype = net->network->dtype;
  o.threads = net->threads;
  o.cpu = net->cpu;
  DNP_TRY(dnp_net_make(&p->net, net->network->graph, &o, net->rows, err));
  return dnp_net_fit_batch(p->net, p->count, false, err);
}

static denpa_status open_prober(dnp_prober *p, const denpa_net *net, denpa_error *err) {
  const size_t rows = p->dataset->split[DNP_TRAIN].rows;
  DNP_TRY(dnp_rows_check(net, p->dataset, true, err));
  p->count = rows < DNP_PROBE_ROWS ? rows : DNP_PROBE_ROWS;
  if (p->count == 0)
    return dnp_fail(err, DENPA_ERROR_NOT_FOUND, "{1} has no rows to measure on", dnp_s(p->dataset->name));
  DNP_TRY(open_net(p, net, err));
  DNP_TRY(DNP_NEW(&p->index, p->count, err));
  DNP_TRY(DNP_NEW(&p->predicted, p->count, err));
  DNP_TRY(DNP_NEW(&p->times, dnp_exec_kinds(net->exec), err));
  for (size_t i = 0; i < p->count; i++) p->index[i] = (uint32_t)(i * rows / p->count);
  p->rows = dnp_rows_from(p->net, p->dataset, DNP_TRAIN);
  p->rows.index = p->index;
  p->rows.known = p->count;
  check_inputs(p);
  DNP_TRY(check_answers(p, err));
  return list_layers(p, err);
}

denpa_status dnp_prober_open(
    dnp_prober **out, const denpa_net *net, const denpa_data *data, double lr, denpa_error *err) {
  *out = NULL;
  DNP_TRY(DNP_NEW(out, 1, err));
  **out = (dnp_prober){.dataset = data, .lr = lr};
  denpa_status status = open_prober(*out, net, err);
  if (status == DENPA_OK) return DENPA_OK;
  dnp_prober_close(*out);
  *out = NULL;
  return status;
}

void dnp_prober_close(dnp_prober *p) {
  if (p == NULL) return;
  for (size_t i = 0; i < p->layers; i++) dnp_free(p->layer[i].lives);
  dnp_free(p->index);
  dnp_free(p->predicted);
  dnp_free(p->times);
  denpa_net_free(p->net);
  dnp_free(p);
}

void dnp_prober_data(const dnp_prober *p, dnp_data_check *out) { *out = p->check; }

/* ---- one pass ---------------------------------------------------------------------------------- */

static void see_values(watched *w, const dnp_node *node) {
  const dnp_tensor *t = node->out;
  const double *range = node->op->range, near = NEAR_END * (range[1] - range[0]);
  const bool ends = range[0] < range[1];
  /* a picture of each unit, or one number */
  const size_t row = dnp_tensor_row(t), plane = row / w->units, count = dnp_tensor_count(t);
  for (size_t i = 0; i < count; i++) {
    const double value = dnp_tensor_element(t, DNP_DATA, i);
    if (value != 0) w->lives[i % row / plane] = 1;
    w->at_end += ends && (value < range[0] + near || value > range[1] - near);
  }
  w->values += count;
}

static bool observe(void *context, const dnp_exec *exec, size_t node, bool backward, size_t first_row, size_t rows) {
  dnp_prober *p = context;
  (void)first_row;
  (void)rows;
  for (size_t i = 0; !backward && i < p->layers; i++)
    if (p->layer[i].node == node) see_values(&p->layer[i], &exec->node[node]);
  return true;
}

/* Weight i of a unit. */
static double weight_of(const watched *w, size_t unit, size_t i) {
  return dnp_tensor_element(w->weights->tensor, DNP_DATA, w->filters ? unit * w->inputs + i : i * w->units + unit);
}

/* Whether two units have the same weights. */
static bool same_unit(const watched *w, size_t a, size_t b) {
  for (size_t i = 0; i < w->inputs; i++)
    if (weight_of(w, a, i) != weight_of(w, b, i)) return false;
  return true;
}

/* Units that are like unit 0, 1 ... before them, and those themselves; mostly the first weight tells units apart. */
static size_t count_alike(const watched *w) {
  size_t alike = 0;
  for (size_t b = 0; b < w->units; b++) {
    bool found = false;
    for (size_t a = 0; a < w->units && !found && w->units <= 1024; a++) found = a != b && same_unit(w, a, b);
    alike += found;
  }
  return alike;
}

static void measure_layer(const dnp_prober *p, const watched *w, dnp_layer *out) {
  const dnp_tensor *t = w->weights->tensor;
  double square = 0, slope = 0;
  *out = (dnp_layer){.inputs = w->inputs, .units = w->units, .activation = ""};
  memcpy(out->weights, t->name, sizeof out->weights);
  for (size_t i = 0; i < w->weights->count; i++) {
    const double value = dnp_tensor_element(t, DNP_DATA, i), gradient = dnp_tensor_element(t, DNP_GRAD, i);
    square += value * value;
    slope += gradient * gradient;
  }
  out->weight = sqrt(square / (double)w->weights->count);
  out->gradient = sqrt(slope / (double)w->weights->count);
  out->update = square > 0 ? p->lr * sqrt(slope / square) : (double)NAN;
  out->alike = count_alike(w);
  if (w->node == NO_CALL) return;
  const dnp_node *activation = &p->net->exec->node[w->node];
  memcpy(out->values, activation->out->name, sizeof out->values);
  out->activation = activation->op->name;
  out->can_die = activation->op->can_die;
  out->has_ends = activation->op->range[0] < activation->op->range[1];
  out->saturated = w->values > 0 ? (double)w->at_end / (double)w->values : 0;
  for (size_t j = 0; j < out->units; j++) out->dead += !w->lives[j];
}

static void count_answers(dnp_prober *p, dnp_probe *probe) {
  const size_t outputs = dnp_exec_kinds(p->net->exec);
  const uint8_t *label = p->dataset->split[DNP_TRAIN].label;
  size_t right = 0;
  memset(p->times, 0, outputs * sizeof *p->times);
  for (size_t i = 0; i < p->count; i++) {
    const size_t answer = (size_t)p->predicted[i];
    right += label != NULL && answer == label[p->index[i]];
    if (++p->times[answer] > probe->times) probe->times = p->times[answer], probe->favourite = answer;
  }
  probe->accuracy = label != NULL ? (double)right / (double)p->count : (double)NAN;
}

static denpa_status pass(dnp_prober *p, bool backward, double *loss, denpa_error *err) {
  dnp_outcome outcome;
  /* as an update sees it, where that depends on the batch */
  dnp_run run = {.rows = p->count,
      .feed = dnp_rows_feed,
      .feed_context = &p->rows,
      .answers = true,
      .backward = backward,
      .training = p->net->exec->reduces_statistics,
      .step = 0};
  if (backward) {
    run.observer = observe;
    run.observer_context = p;
    run.predicted = p->predicted;
  }
  denpa_status status = dnp_exec_run(p->net->exec, &run, &outcome, err);
  *loss = status == DENPA_OK ? outcome.loss : (double)INFINITY;
  return status;
}

/* Moves the weights `length` along the gradient, from where `from` has them. */
static void move(dnp_prober *p, const dnp_network *from, double length) {
  for (size_t i = 0; i < from->block; i++)
    dnp_network_set_value(p->net->network, i, dnp_network_value(from, i) - length * dnp_exec_gradient(p->net->exec, i));
}

static denpa_status step_aside(dnp_prober *p, const denpa_net *net, double length, double *loss, denpa_error *err) {
  move(p, net->network, length);
  denpa_status status = pass(p, false, loss, err);
  return status == DENPA_ERROR_NUMERIC ? DENPA_OK : status;
}

enum { POWERS = 40 };

/* Whether a step brought more than the one before, or so little of either that rounding hides it. */
static bool no_worse(double loss, double before) { return loss <= before + 1e-6 * fabs(before); }

/* Which longer steps would have been better, by powers of ten: ten times what is far too little is too little as well.
 */
static denpa_status search_longer(dnp_prober *p, const denpa_net *net, dnp_probe *probe, denpa_error *err) {
  double loss = probe->after_ten, before = probe->after, rate = probe->longer = 10 * p->lr;
  probe->after_longer = loss;
  for (int i = 0; i < POWERS && p->lr > 0 && no_worse(probe->after, probe->loss) && no_worse(loss, before); i++) {
    if (loss < probe->after_longer) {
      probe->after_longer = loss;
      probe->longer = rate;
    }
    rate *= 10;
    before = loss;
    DNP_TRY(step_aside(p, net, rate, &loss, err));
  }
  return DENPA_OK;
}

/* And a shorter one that does not overshoot. */
static denpa_status search_shorter(dnp_prober *p, const denpa_net *net, dnp_probe *probe, denpa_error *err) {
  double loss = probe->after;
  probe->shorter = p->lr / 10;
  for (int i = 0; i < POWERS && p->lr > 0 && !(loss <= probe->loss); i++) {
    if (i > 0) probe->shorter /= 10;
    DNP_TRY(step_aside(p, net, probe->shorter, &loss, err));
  }
  return DENPA_OK;
}

denpa_status dnp_prober_take(dnp_prober *p, const denpa_net *net, size_t step, dnp_probe *probe, denpa_error *err) {
  dnp_probe new = {.taken = true, .step = step, .rows = p->count, .layers = p->layers};
  const dnp_float_mode before = dnp_float_enter();
  dnp_network_copy_values(p->net->network, net->network);
  for (size_t i = 0; i < p->layers; i++) {
    p->layer[i].at_end = p->layer[i].values = 0;
    memset(p->layer[i].lives, 0, p->layer[i].units);
  }
  denpa_status status = pass(p, true, &new.loss, err);
  const bool finite = status == DENPA_OK;
  for (size_t i = 0; finite && i < p->layers; i++) measure_layer(p, &p->layer[i], &new.layer[i]);
  if (finite) count_answers(p, &new);
  if (status == DENPA_OK) status = step_aside(p, net, p->lr, &new.after, err);
  if (status == DENPA_OK) status = step_aside(p, net, 10 * p->lr, &new.after_ten, err);
  if (status == DENPA_OK) status = search_longer(p, net, &new, err);
  if (status == DENPA_OK) status = search_shorter(p, net, &new, err);
  dnp_float_leave(before);
  if (finite && status == DENPA_OK) *probe = new;
  return status == DENPA_ERROR_NUMERIC ? DENPA_OK : status;
}
