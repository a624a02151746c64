/* look.c: what a program may ask of a network and set in it through denpa.h, tensor by tensor. */
#include <string.h>

#include "learn/learn.h"

static const char *or_empty(const char *text) { return text != NULL ? text : ""; }

const char *denpa_net_text(const denpa_net *net) { return net != NULL ? or_empty(net->network->graph->text) : ""; }
const char *denpa_net_activation(const denpa_net *net) {
  return net != NULL ? or_empty(net->network->graph->activation) : "";
}
const char *denpa_net_loss(const denpa_net *net) { return net != NULL ? or_empty(net->network->graph->loss) : ""; }
denpa_dtype denpa_net_dtype(const denpa_net *net) { return net != NULL ? net->network->dtype : DENPA_DTYPE_FLOAT32; }
size_t denpa_net_inputs(const denpa_net *net) {
  return net != NULL && net->exec->input != NULL ? dnp_tensor_row(net->exec->input) : 0;
}
size_t denpa_net_outputs(const denpa_net *net) { return net != NULL ? dnp_tensor_row(net->exec->output) : 0; }
const char *denpa_net_metadata(const denpa_net *net, const char *key) {
  return net != NULL && key != NULL ? dnp_pairs_find(&net->metadata, key) : NULL;
}
size_t denpa_net_parameter_count(const denpa_net *net) { return net != NULL ? net->network->parameter_count : 0; }
size_t denpa_net_parameter_tensors(const denpa_net *net) { return net != NULL ? net->exec->parameters : 0; }

denpa_parameter denpa_net_parameter(const denpa_net *net, size_t index) {
  denpa_parameter out = {0};
  if (net == NULL || index >= net->exec->parameters) return out;
  const dnp_parameter *p = &net->exec->parameter[index];
  /* the network's name: the plan's goes with the plan */
  out = (denpa_parameter){.name = net->network->parameter[index].tensor->name,
      .dtype = p->tensor->dtype,
      .axes = p->tensor->axes,
      .count = p->count,
      .value = dnp_tensor_bytes(p->tensor, DNP_DATA),
      .gradient = dnp_tensor_has(p->tensor, DNP_GRAD) ? dnp_tensor_bytes(p->tensor, DNP_GRAD) : NULL};
  memcpy(out.shape, p->tensor->shape, sizeof out.shape);
  return out;
}

/* ---- numbers by name ---------------------------------------------------------------------------- */

/* The tensor with exactly `count` elements; of one with rows, those of the last chunk. */
static denpa_status find(const denpa_net *net, const char *name, size_t count, dnp_tensor **out, denpa_error *err) {
  char shape[96];
  size_t there[DNP_MAX_AXES];
  dnp_tensor *t = dnp_exec_tensor(net->exec, name);
  if (t == NULL) return dnp_fail(err, DENPA_ERROR_NOT_FOUND, "the network has no tensor '{1}'", dnp_s(name));
  memcpy(there, t->shape, sizeof there);
  if (t->batched) there[0] = t->rows;
  if (dnp_tensor_count(t) != count)
    return dnp_fail(err, DENPA_ERROR_SHAPE, "{1} has the shape {2}, which is not {3} {3|number|numbers}", dnp_s(name),
        dnp_s(dnp_shape_text(t->axes, there, shape)), dnp_u(count));
  *out = t;
  return DENPA_OK;
}

denpa_status denpa_net_value(const denpa_net *net, const char *name, double *out, size_t count, denpa_error *err) {
  dnp_tensor *t = NULL;
  DNP_REQUIRE(net, err);
  DNP_REQUIRE(name, err);
  if (count > 0) DNP_REQUIRE(out, err);
  DNP_TRY(find(net, name, count, &t, err));
  const dnp_float_mode before = dnp_float_enter();
  dnp_exec_read_real(net->exec, t, DNP_DATA, 0, t->rows, out);
  dnp_float_leave(before);
  return DENPA_OK;
}

denpa_status denpa_net_gradient(const denpa_net *net, const char *name, double *out, size_t count, denpa_error *err) {
  dnp_tensor *t = NULL;
  DNP_REQUIRE(net, err);
  DNP_REQUIRE(name, err);
  if (count > 0) DNP_REQUIRE(out, err);
  DNP_TRY(find(net, name, count, &t, err));
  if (!dnp_tensor_has(t, DNP_GRAD))
    return dnp_fail(err, DENPA_ERROR_NOT_FOUND,
        "no gradient of '{1}' is computed; only parameters and what depends on them have one", dnp_s(name));
  const dnp_float_mode before = dnp_float_enter();
  dnp_tensor_read_real(t, DNP_GRAD, 0, t->rows, out);
  dnp_float_leave(before);
  return DENPA_OK;
}

denpa_status denpa_net_set(denpa_net *net, const char *name, const double *values, size_t count, denpa_error *err) {
  dnp_tensor *t = NULL;
  DNP_REQUIRE(net, err);
  DNP_REQUIRE(name, err);
  if (count > 0) DNP_REQUIRE(values, err);
  DNP_TRY(find(net, name, count, &t, err));
  if (!dnp_network_keeps(net->network, dnp_exec_number(net->exec, t)))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "'{1}' is computed or comes with the rows; only parameters and constants can be set", dnp_s(name));
  const dnp_float_mode before = dnp_float_enter();
  for (size_t i = 0; i < count; i++) dnp_tensor_set(t, i, values[i]);
  dnp_float_leave(before);
  return DENPA_OK;
}

/* ---- networks without rows ---------------------------------------------------------------------- */

static denpa_status run_fixed(denpa_net *net, bool backward, denpa_error *err) {
  DNP_REQUIRE(net, err);
  net->pass.gradients = false;
  if (net->exec->output->batched)
    return dnp_fail(err, DENPA_ERROR_SHAPE, "this network computes row by row; use denpa_net_predict or denpa_train");
  return dnp_exec_run(net->exec, &(dnp_run){.backward = backward}, NULL, err);
}

denpa_status denpa_net_forward(denpa_net *net, denpa_error *err) { return run_fixed(net, false, err); }
denpa_status denpa_net_backward(denpa_net *net, denpa_error *err) { return run_fixed(net, true, err); }
