/* look.c: what a program may ask of a network and set in it through denpa.h, tensor by tensor. */
#include <string.h>

#include "learn/learn.h"

static const char *or_empty(const char *text) { return text != NULL ? text : ""; }

const char *denpa_net_text(const denpa_net *net) { return or_empty(net->graph->text); }
const char *denpa_net_activation(const denpa_net *net) { return or_empty(net->graph->activation); }
const char *denpa_net_loss(const denpa_net *net) { return or_empty(net->graph->loss); }
denpa_dtype denpa_net_dtype(const denpa_net *net) { return net->plan.dtype; }
size_t denpa_net_inputs(const denpa_net *net) { return net->input != NULL ? dnp_tensor_row(net->input) : 0; }
size_t denpa_net_outputs(const denpa_net *net) { return dnp_tensor_row(net->output); }
const char *denpa_net_metadata(const denpa_net *net, const char *key) {
  return dnp_pairs_find(&dnp_history_of(net)->metadata, key);
}
size_t denpa_net_parameter_count(const denpa_net *net) { return net->parameter_count; }
size_t denpa_net_parameter_tensors(const denpa_net *net) { return net->parameters; }

denpa_parameter denpa_net_parameter(const denpa_net *net, size_t index) {
  denpa_parameter out = {0};
  if (index >= net->parameters) return out;
  const dnp_parameter *p = &net->parameter[index];
  out = (denpa_parameter){.name = p->tensor->name,
      .dtype = p->tensor->dtype,
      .axes = p->tensor->axes,
      .count = p->count,
      .value = p->tensor->data,
      .gradient = p->tensor->grad};
  memcpy(out.shape, p->tensor->shape, sizeof out.shape);
  return out;
}

/* ---- numbers by name ---------------------------------------------------------------------------- */

static denpa_status find(const denpa_net *net, const char *name, size_t count, size_t *index, denpa_error *err) {
  char shape[96];
  const dnp_tensor *t = dnp_net_tensor(net, name);
  if (t == NULL) return dnp_fail(err, DENPA_NOT_FOUND, "the network has no tensor '{1}'", dnp_s(name));
  if (dnp_tensor_slices(t) * dnp_tensor_row(t) != count)
    return dnp_fail(err, DENPA_SHAPE, "{1} has the shape {2}, which is not {3} {3|number|numbers}", dnp_s(name),
        dnp_s(dnp_shape_text(t->axes, t->shape, shape)), dnp_u(count));
  *index = (size_t)(t - net->tensor);
  return DENPA_OK;
}

static double number(denpa_dtype dtype, const void *from, size_t i) {
  return dtype == DENPA_FLOAT32 ? (double)((const float *)from)[i]
         : dtype == DENPA_INT32 ? (double)((const int32_t *)from)[i]
                                : ((const double *)from)[i];
}

static void widen(const dnp_tensor *t, const void *from, double *to, size_t count) {
  for (size_t i = 0; i < count; i++) to[i] = number(t->dtype, from, dnp_tensor_place(t, i));
}

denpa_status denpa_net_value(const denpa_net *net, const char *name, double *out, size_t count, denpa_error *err) {
  size_t i = 0;
  DNP_TRY(find(net, name, count, &i, err));
  const dnp_tensor *t = &net->tensor[i];
  const size_t row = dnp_tensor_row(t);
  if (t != net->input) {
    widen(t, t->data, out, count);
    return DENPA_OK;
  }
  void *kept; /* row by row: each thread has its own */
  DNP_TRY(dnp_alloc(&kept, row, dnp_dtype_size(t->dtype), err));
  for (size_t r = 0; r < dnp_tensor_slices(t); r++) {
    dnp_net_input_row(net, r, kept);
    for (size_t k = 0; k < row; k++) out[r * row + k] = number(t->dtype, kept, k);
  }
  dnp_free(kept);
  return DENPA_OK;
}

denpa_status denpa_net_gradient(const denpa_net *net, const char *name, double *out, size_t count, denpa_error *err) {
  size_t i = 0;
  DNP_TRY(find(net, name, count, &i, err));
  if (net->tensor[i].grad == NULL)
    return dnp_fail(err, DENPA_NOT_FOUND,
        "no gradient of '{1}' is computed; only parameters and what depends on them have one", dnp_s(name));
  widen(&net->tensor[i], net->tensor[i].grad, out, count);
  return DENPA_OK;
}

denpa_status denpa_net_set(denpa_net *net, const char *name, const double *values, size_t count, denpa_error *err) {
  size_t i = 0;
  DNP_TRY(find(net, name, count, &i, err));
  if (net->role[i] != DNP_ROLE_PARAMETER && net->role[i] != DNP_ROLE_CONSTANT && net->role[i] != DNP_ROLE_STATE)
    return dnp_fail(err, DENPA_ARGUMENT,
        "'{1}' is computed or comes with the rows; only parameters and constants can be set", dnp_s(name));
  net->kernels->from_reals(count, values, net->tensor[i].data);
  return DENPA_OK;
}

/* ---- networks without rows ---------------------------------------------------------------------- */

static denpa_status run_fixed(denpa_net *net, bool backward, denpa_error *err) {
  if (net->output->batched)
    return dnp_fail(err, DENPA_SHAPE, "this network computes row by row; use denpa_net_predict or denpa_train");
  return dnp_net_run(net, &(dnp_run){.backward = backward}, NULL, err);
}

denpa_status denpa_net_forward(denpa_net *net, denpa_error *err) { return run_fixed(net, false, err); }
denpa_status denpa_net_backward(denpa_net *net, denpa_error *err) { return run_fixed(net, true, err); }
