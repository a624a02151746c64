/* dense.c: takes a plain dense network apart and fetches its batch. Called by check.c and diagnose.c. */
#include "gradcheck/dense.h"

#include <string.h>

/* ---- the twin ---------------------------------------------------------------------------------- */

static void copy_values(const dnp_tensor *from, const dnp_tensor *to) {
  const size_t count = dnp_tensor_slices(from) * dnp_tensor_row(from);
  for (size_t i = 0; i < count; i++) {
    const double value = from->dtype == DENPA_FLOAT32 ? (double)((const float *)from->data)[i]
                                                      : ((const double *)from->data)[i];
    if (to->dtype == DENPA_FLOAT32)
      ((float *)to->data)[i] = (float)value;
    else
      ((double *)to->data)[i] = value;
  }
}

denpa_status dnp_net_twin(denpa_net **out, const denpa_net *net, denpa_dtype dtype, size_t rows, denpa_error *err) {
  const dnp_history *history = net->history;
  const denpa_net_options options = {.dtype = dtype, .cpu = history->cpu, .threads = history->threads};
  DNP_TRY(dnp_net_make(out, net->graph, &options, err));
  for (size_t i = 0; i < net->tensors; i++)
    if (net->role[i] == DNP_ROLE_PARAMETER || net->role[i] == DNP_ROLE_CONSTANT || net->role[i] == DNP_ROLE_STATE)
      copy_values(&net->tensor[i], &(*out)->tensor[i]);
  denpa_status status = dnp_net_fit_batch(*out, rows > 0 ? rows : 1, false, err);
  if (status == DENPA_OK) return DENPA_OK;
  denpa_net_free(*out);
  *out = NULL;
  return status;
}

/* ---- taking apart ------------------------------------------------------------------------------ */

static const dnp_op *const activation_ops[DNP_DENSE_ACTIVATIONS] = {[DNP_DENSE_SIGMOID] = &dnp_op_sigmoid,
    [DNP_DENSE_TANH] = &dnp_op_tanh,
    [DNP_DENSE_RELU] = &dnp_op_relu,
    [DNP_DENSE_IDENTITY] = &dnp_op_identity};

static bool find_parameter(const denpa_net *net, const dnp_tensor *t, size_t *number) {
  for (*number = 0; *number < net->parameters; (*number)++)
    if (net->parameter[*number].tensor == t) return true;
  return false;
}

static bool take_layer(dnp_dense *d, const dnp_node *node, const dnp_tensor *in) {
  const size_t l = d->layers;
  if (l == DNP_MOST_LAYERS || node->op != &dnp_op_affine || node->in[0] != in) return false;
  if (!find_parameter(d->net, node->in[1], &d->w_tensor[l]) || !find_parameter(d->net, node->in[2], &d->b_tensor[l]))
    return false;
  for (size_t k = 0; k < l; k++) /* a weight that is used twice has two ways back */
    if (d->w_tensor[k] == d->w_tensor[l] || d->b_tensor[k] == d->b_tensor[l]) return false;
  d->w[l] = node->in[1]->data;
  d->b[l] = node->in[2]->data;
  d->width[l + 1] = node->in[1]->shape[1];
  d->layers++;
  return true;
}

static bool take_activation(dnp_dense *d, const dnp_node *node, const dnp_tensor *in) {
  for (int k = 0; k < DNP_DENSE_ACTIVATIONS; k++) {
    if (node->op != activation_ops[k] || node->in[0] != in) continue;
    if (d->layers > 1 && d->activation != (dnp_dense_activation)k) return false;
    d->activation = (dnp_dense_activation)k;
    return true;
  }
  return false;
}

/* affine, activation, affine, activation, ... affine, loss */
static bool take_apart(dnp_dense *d) {
  const denpa_net *net = d->net;
  if (net->input == NULL || net->input->axes != 2 || net->answer == NULL || net->last == NULL || net->nodes % 2 != 0)
    return false;
  const dnp_tensor *at = net->input;
  d->activation = DNP_DENSE_IDENTITY;
  d->width[0] = dnp_tensor_row(at);
  for (size_t c = 0; c + 2 <= net->nodes; c += 2) {
    const dnp_node *affine = &net->node[c], *next = &net->node[c + 1];
    if (!take_layer(d, affine, at)) return false;
    if (c + 2 == net->nodes) break;
    if (!take_activation(d, next, affine->out)) return false;
    at = next->out;
  }
  const dnp_node *last = &net->node[net->nodes - 1];
  d->entropy = last->op == &dnp_op_cross_entropy && !(last->number[0] > 0); /* smoothed, it goes the slow way */
  return (d->entropy || last->op == &dnp_op_squared_error) && last->in[0] == net->node[net->nodes - 2].out &&
         last->in[1] == net->answer && 2 * d->layers == net->nodes && net->parameters == 2 * d->layers;
}

denpa_status dnp_dense_open(
    dnp_dense *out, const denpa_net *net, const denpa_data *data, int split, size_t rows, denpa_error *err) {
  *out = (dnp_dense){.net = net, .kernels = net->kernels, .rows = rows};
  if (!take_apart(out)) {
    out->layers = 0;
    return DENPA_OK;
  }
  dnp_rows feed = dnp_rows_from(net, data, split);
  feed.labels = false; /* as rows of zeros and a one */
  feed.outputs = out->width[out->layers];
  DNP_TRY(DNP_NEW(&out->x, rows * out->width[0], err));
  denpa_status status = DNP_NEW(&out->t, rows * out->width[out->layers], err);
  if (status == DENPA_OK)
    dnp_rows_feed(&feed, 0, rows, DENPA_FLOAT64, out->x, out->t);
  else
    dnp_dense_close(out);
  return status;
}

void dnp_dense_close(dnp_dense *dense) {
  dnp_free(dense->x);
  dnp_free(dense->t);
  dense->x = dense->t = NULL;
}

void dnp_dense_activate(
    const dnp_kernels *kernels, dnp_dense_activation activation, size_t count, const double *a, double *z) {
  if (activation == DNP_DENSE_IDENTITY)
    memcpy(z, a, count * sizeof *z);
  else
    (activation == DNP_DENSE_SIGMOID   ? kernels->sigmoid
        : activation == DNP_DENSE_TANH ? kernels->tanh
                                       : kernels->relu)(count, a, z);
}
