/* probe.c: measures a network on a few hundred training samples, in a network of its own that is built like it: one
 * pass forward and backward under the observer, and two steps to look at. Which samples: every n-th row, so that files
 * sorted by class are no matter. Called by doctor.c. */
#include <math.h>
#include <string.h>

#include "base/math.h"
#include "base/memory.h"
#include "learn/learn.h"
#include "doctor/doctor.h"

/* Where an activation's range ends. */
static const struct {
  const char *op;
  double low, high;
} ends[] = {{"sigmoid", 0, 1}, {"tanh", -1, 1}};
#define NEAR_END 0.02

typedef struct watched { /* a layer on its way through a pass */
  const dnp_parameter *weights;
  size_t node;          /* of the activation, or NO_CALL */
  unsigned char *lives; /* [units]: gave something else than 0 */
  size_t at_end, values;
} watched;
#define NO_CALL SIZE_MAX

struct dnp_prober {
  denpa_net *net;
  const denpa_data *data;
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

static double number(denpa_dtype dtype, const void *base, size_t i) {
  return dtype == DENPA_FLOAT32 ? (double)((const float *)base)[i] : ((const double *)base)[i];
}

/* ---- the data ---------------------------------------------------------------------------------- */

static denpa_status check_labels(dnp_prober *p, bool softmax, denpa_error *err) {
  const dnp_split *s = &p->data->split[DNP_TRAIN];
  dnp_data_check *c = &p->check;
  size_t *count;
  c->rows = s->rows;
  c->classes = p->data->classes;
  c->chance = (double)NAN;
  if (s->label == NULL || s->rows == 0) return DENPA_OK;
  DNP_TRY(DNP_NEW(&count, 256, err));
  for (size_t i = 0; i < s->rows; i++) count[s->label[i]]++;
  c->chance = 0;
  for (size_t k = 0; k < 256; k++) {
    const double share = (double)count[k] / (double)s->rows;
    if (count[k] == 0) continue;
    c->present++;
    if (share > c->share) {
      c->share = share;
      c->common = k;
    }
    c->chance += softmax ? -share * dnp_log(share) : share * (1 - share) / (double)p->data->outputs;
  }
  dnp_free(count);
  return DENPA_OK;
}

static double input_at(const dnp_split *s, size_t features, size_t row, size_t i) {
  return s->pixel != NULL ? (double)s->pixel[row * features + i] / 255 : s->value[row * features + i];
}

static void check_inputs(dnp_prober *p) {
  const dnp_split *s = &p->data->split[DNP_TRAIN];
  const size_t features = p->data->features;
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

/* The call that applies an activation to what `node` gives: one input, and not the end of the network. */
static size_t activation_after(const denpa_net *net, size_t node) {
  for (size_t c = node + 1; c < net->exec->nodes; c++)
    if (net->exec->node[c].in[0] == net->exec->node[node].out && net->exec->node[c].inputs == 1) return c;
  return NO_CALL;
}

static denpa_status list_layers(dnp_prober *p, denpa_error *err) {
  const denpa_net *net = p->net;
  for (size_t c = 0; c < net->exec->nodes; c++)
    for (size_t k = 0; k < net->exec->parameters; k++) {
      const dnp_parameter *w = &net->exec->parameter[k];
      bool used = false;
      for (int i = 0; i < net->exec->node[c].inputs; i++) used = used || net->exec->node[c].in[i] == w->tensor;
      if (!used || w->tensor->axes != 2 || p->layers == DNP_PROBE_LAYERS) continue;
      watched *layer = &p->layer[p->layers++];
      *layer = (watched){.weights = w, .node = activation_after(net, c)};
      DNP_TRY(DNP_NEW(&layer->lives, w->tensor->shape[1], err));
    }
  return DENPA_OK;
}

static denpa_status open_net(dnp_prober *p, const denpa_net *net, denpa_error *err) {
  denpa_net_options o = denpa_net_options_default();
  o.dtype = net->network->dtype;
  o.threads = net->threads;
  o.cpu = net->cpu;
  DNP_TRY(dnp_net_make(&p->net, net->network->graph, &o, err));
  return dnp_net_fit_batch(p->net, p->count, false, err);
}

static denpa_status open_prober(dnp_prober *p, const denpa_net *net, denpa_error *err) {
  const size_t rows = p->data->split[DNP_TRAIN].rows;
  DNP_TRY(dnp_rows_check(net, p->data, true, err));
  p->count = rows < DNP_PROBE_ROWS ? rows : DNP_PROBE_ROWS;
  if (p->count == 0) return dnp_fail(err, DENPA_NOT_FOUND, "{1} has no rows to measure on", dnp_s(p->data->name));
  DNP_TRY(open_net(p, net, err));
  DNP_TRY(DNP_NEW(&p->index, p->count, err));
  DNP_TRY(DNP_NEW(&p->predicted, p->count, err));
  DNP_TRY(DNP_NEW(&p->times, dnp_exec_kinds(net->exec), err));
  for (size_t i = 0; i < p->count; i++) p->index[i] = (uint32_t)(i * rows / p->count);
  p->rows = dnp_rows_from(p->net, p->data, DNP_TRAIN);
  p->rows.index = p->index;
  p->rows.known = p->count;
  check_inputs(p);
  DNP_TRY(check_labels(p, net->exec->last->op->labels, err));
  return list_layers(p, err);
}

denpa_status dnp_prober_open(
    dnp_prober **out, const denpa_net *net, const denpa_data *data, double lr, denpa_error *err) {
  *out = NULL;
  DNP_TRY(DNP_NEW(out, 1, err));
  **out = (dnp_prober){.data = data, .lr = lr};
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

static void see_values(watched *w, const dnp_node *node, size_t rows) {
  const dnp_tensor *t = node->out;
  const size_t units = dnp_tensor_row(t);
  double low = -(double)INFINITY, high = (double)INFINITY;
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
    if (strcmp(ends[i].op, node->op->name) == 0) {
      const double near = NEAR_END * (ends[i].high - ends[i].low);
      low = ends[i].low + near;
      high = ends[i].high - near;
    }
  for (size_t i = 0; i < rows * units; i++) {
    const double value = number(t->dtype, t->data, i);
    if (value != 0) w->lives[i % units] = 1;
    w->at_end += value < low || value > high;
  }
  w->values += rows * units;
}

static bool observe(void *context, const dnp_exec *exec, size_t node, bool backward, size_t first_row, size_t rows) {
  dnp_prober *p = context;
  (void)first_row;
  for (size_t i = 0; !backward && i < p->layers; i++)
    if (p->layer[i].node == node) see_values(&p->layer[i], &exec->node[node], rows);
  return true;
}

/* Whether two units have the same weights. */
static bool same_unit(const dnp_tensor *w, size_t a, size_t b) {
  for (size_t i = 0; i < w->shape[0]; i++)
    if (number(w->dtype, w->data, i * w->shape[1] + a) != number(w->dtype, w->data, i * w->shape[1] + b)) return false;
  return true;
}

/* Units that are like unit 0, 1 ... before them, and those themselves; mostly the first weight tells units apart. */
static size_t count_alike(const dnp_tensor *w) {
  size_t alike = 0;
  for (size_t b = 0; b < w->shape[1]; b++) {
    bool found = false;
    for (size_t a = 0; a < w->shape[1] && !found && w->shape[1] <= 1024; a++) found = a != b && same_unit(w, a, b);
    alike += found;
  }
  return alike;
}

static void measure_layer(const dnp_prober *p, const watched *w, dnp_layer *out) {
  const dnp_tensor *t = w->weights->tensor;
  double square = 0, slope = 0;
  *out = (dnp_layer){.inputs = t->shape[0], .units = t->shape[1], .activation = ""};
  memcpy(out->weights, t->name, sizeof out->weights);
  for (size_t i = 0; i < w->weights->count; i++) {
    square += number(t->dtype, t->data, i) * number(t->dtype, t->data, i);
    slope += number(t->dtype, t->grad, i) * number(t->dtype, t->grad, i);
  }
  out->weight = sqrt(square / (double)w->weights->count);
  out->gradient = sqrt(slope / (double)w->weights->count);
  out->update = square > 0 ? p->lr * sqrt(slope / square) : (double)NAN;
  out->alike = count_alike(t);
  if (w->node == NO_CALL) return;
  memcpy(out->values, p->net->exec->node[w->node].out->name, sizeof out->values);
  out->activation = p->net->exec->node[w->node].op->name;
  out->saturated = w->values > 0 ? (double)w->at_end / (double)w->values : 0;
  for (size_t j = 0; j < out->units; j++) out->dead += !w->lives[j];
}

static void count_answers(dnp_prober *p, dnp_probe *probe) {
  const size_t outputs = dnp_exec_kinds(p->net->exec);
  const uint8_t *label = p->data->split[DNP_TRAIN].label;
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
  return status == DENPA_NUMERIC ? DENPA_OK : status;
}

denpa_status dnp_prober_take(dnp_prober *p, const denpa_net *net, size_t step, dnp_probe *probe, denpa_error *err) {
  dnp_probe new = {.taken = true, .step = step, .rows = p->count, .layers = p->layers};
  const dnp_float_mode before = dnp_float_enter();
  dnp_network_copy_values(p->net->network, net->network);
  for (size_t i = 0; i < p->layers; i++) {
    p->layer[i].at_end = p->layer[i].values = 0;
    memset(p->layer[i].lives, 0, p->layer[i].weights->tensor->shape[1]);
  }
  denpa_status status = pass(p, true, &new.loss, err);
  const bool finite = status == DENPA_OK;
  for (size_t i = 0; finite && i < p->layers; i++) measure_layer(p, &p->layer[i], &new.layer[i]);
  if (finite) count_answers(p, &new);
  if (status == DENPA_OK) status = step_aside(p, net, p->lr, &new.after, err);
  if (status == DENPA_OK) status = step_aside(p, net, 10 * p->lr, &new.after_ten, err);
  dnp_float_leave(before);
  if (finite && status == DENPA_OK) *probe = new;
  return status == DENPA_NUMERIC ? DENPA_OK : status;
}
