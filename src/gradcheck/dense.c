/* dense.c: takes a plain dense network apart and fetches its batch. Called by check.c and diagnose.c. */
#include "gradcheck/dense.h"

#include <string.h>

/* ---- taking apart ------------------------------------------------------------------------------ */

static const dnp_op *const activation_ops[DNP_DENSE_ACTIVATIONS] = {[DNP_DENSE_SIGMOID] = &dnp_op_sigmoid,
    [DNP_DENSE_TANH] = &dnp_op_tanh,
    [DNP_DENSE_RELU] = &dnp_op_relu,
    [DNP_DENSE_IDENTITY] = &dnp_op_identity};

static bool find_parameter(const denpa_net *net, const dnp_tensor *t, size_t *number) {
  for (*number = 0; *number < net->exec->parameters; (*number)++)
    if (net->exec->parameter[*number].tensor == t) return true;
  return false;
}

static bool take_layer(dnp_dense *d, const dnp_node *node, const dnp_tensor *in) {
  const size_t l = d->layers;
  if (l == DNP_MOST_LAYERS || node->op != &dnp_op_affine || node->in[0] != in) return false;
  if (!find_parameter(d->net, node->in[1], &d->w_tensor[l]) || !find_parameter(d->net, node->in[2], &d->b_tensor[l]))
    return false;
  for (size_t k = 0; k < l; k++) /* a weight that is used twice has two ways back */
    if (d->w_tensor[k] == d->w_tensor[l] || d->b_tensor[k] == d->b_tensor[l]) return false;
  d->w[l] = dnp_tensor_bytes(node->in[1], DNP_DATA);
  d->b[l] = dnp_tensor_bytes(node->in[2], DNP_DATA);
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
  if (net->exec->input == NULL || net->exec->input->axes != 2 || net->exec->answer == NULL || net->exec->last == NULL ||
      net->exec->nodes % 2 != 0)
    return false;
  const dnp_tensor *at = net->exec->input;
  d->activation = DNP_DENSE_IDENTITY;
  d->width[0] = dnp_tensor_row(at);
  for (size_t c = 0; c + 2 <= net->exec->nodes; c += 2) {
    const dnp_node *affine = &net->exec->node[c], *next = &net->exec->node[c + 1];
    if (!take_layer(d, affine, at)) return false;
    if (c + 2 == net->exec->nodes) break;
    if (!take_activation(d, next, affine->out)) return false;
    at = next->out;
  }
  const dnp_node *last = &net->exec->node[net->exec->nodes - 1];
  d->entropy = last->op == &dnp_op_cross_entropy && !(last->number[0] > 0); /* smoothed, it goes the slow way */
  return (d->entropy || last->op == &dnp_op_squared_error) &&
         last->in[0] == net->exec->node[net->exec->nodes - 2].out && last->in[1] == net->exec->answer &&
         2 * d->layers == net->exec->nodes && net->exec->parameters == 2 * d->layers;
}

denpa_status dnp_dense_open(
    dnp_dense *out, const denpa_net *net, const denpa_data *data, int split, size_t rows, denpa_error *err) {
  *out = (dnp_dense){.net = net, .kernels = net->exec->kernels, .rows = rows};
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
    dnp_rows_feed(&feed, 0, rows, DENPA_DTYPE_FLOAT64, out->x, out->t);
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
