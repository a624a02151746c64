/* network.c: the numbers that a network keeps, placed in one block: made, copied, read and set. Called by src/exec,
 * which binds them to a plan, and by src/learn, which saves and loads them. */
#include "net/network.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/cpu.h"
#include "base/text.h"
#include "kernel/kernels.h"

#define ALIGN_NUMBERS 16 /* parameter tensors start at multiples of this in their block */

/* ---- placing --------------------------------------------------------------------------------------- */

bool dnp_network_keeps(const dnp_network *network, size_t tensor) {
  const dnp_role role = network->graph->tensor[tensor].role;
  return role == DNP_ROLE_PARAMETER || role == DNP_ROLE_CONSTANT || role == DNP_ROLE_STATE;
}

static void list_parameter(dnp_network *network, const dnp_graph_tensor *from, dnp_tensor *t) {
  dnp_parameter *p = &network->parameter[network->parameters++];
  *p = (dnp_parameter){.tensor = t, .offset = network->block, .init = from->init, .deviation = from->deviation};
  dnp_shape_count(t->axes, t->shape, &p->count);
  network->parameter_count += p->count;
  if (p->count > SIZE_MAX / 64 - network->block)
    network->arena.overflow = true; /* reported when the arena is opened */
  else
    network->block += (p->count + ALIGN_NUMBERS - 1) / ALIGN_NUMBERS * ALIGN_NUMBERS;
}

static denpa_status list_tensors(dnp_network *network, denpa_error *err) {
  for (size_t i = 0; i < network->graph->tensors; i++) {
    const dnp_graph_tensor *from = &network->graph->tensor[i];
    dnp_tensor *t = &network->tensor[i];
    size_t ignored;
    *t = from->tensor;
    t->rows = t->batched ? 0 : dnp_tensor_slices(t);
    if (t->dtype == DENPA_DTYPE_FLOAT64) t->dtype = network->dtype;
    if (!dnp_shape_count(t->axes, t->shape, &ignored))
      return dnp_fail(
          err, DENPA_ERROR_SHAPE, "the tensor '{1}' is larger than this machine can address", dnp_s(t->name));
    if (from->role == DNP_ROLE_PARAMETER) list_parameter(network, from, t);
  }
  return DENPA_OK;
}

/* Run twice: the first time measures, the second places. */
static void place(dnp_network *network) {
  const size_t size = dnp_dtype_size(network->dtype);
  network->values = dnp_arena_take(&network->arena, network->block, size);
  for (size_t i = 0; i < network->parameters && network->values != NULL; i++)
    dnp_tensor_lay(
        network->parameter[i].tensor, (unsigned char *)network->values + network->parameter[i].offset * size);
  for (size_t i = 0; i < network->graph->tensors; i++) {
    if (!dnp_network_keeps(network, i) || network->graph->tensor[i].role == DNP_ROLE_PARAMETER) continue;
    dnp_tensor_lay(&network->tensor[i], dnp_arena_take(&network->arena, dnp_tensor_count(&network->tensor[i]), size));
  }
}

static void start_states(dnp_network *network) {
  const denpa_graph *graph = network->graph;
  for (size_t n = 0; n < graph->nodes; n++) {
    const dnp_graph_node *node = &graph->node[n];
    for (int k = 0; k < DNP_MAX_STATE && node->op->state[k].name != NULL; k++) {
      dnp_tensor *t = &network->tensor[node->state[k]];
      for (size_t i = 0; node->op->state[k].lasting && i < dnp_tensor_count(t); i++)
        dnp_tensor_set(t, i, node->op->state[k].start);
    }
  }
}

static denpa_status build(dnp_network *network, const denpa_graph *graph, denpa_error *err) {
  size_t parameters = 0;
  DNP_TRY(dnp_graph_copy(&network->graph, graph, err));
  if (graph->nodes == 0)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "the graph has no operation; a network needs at least one");
  for (size_t i = 0; i < graph->tensors; i++) parameters += graph->tensor[i].role == DNP_ROLE_PARAMETER;
  DNP_TRY(DNP_NEW(&network->tensor, graph->tensors, err));
  DNP_TRY(DNP_NEW(&network->parameter, parameters, err));
  DNP_TRY(list_tensors(network, err));
  place(network);
  DNP_TRY(dnp_arena_open(&network->arena, err));
  place(network);
  start_states(network);
  return DENPA_OK;
}

denpa_status dnp_network_create(dnp_network **out, const denpa_graph *graph, denpa_dtype dtype, denpa_error *err) {
  *out = NULL;
  if (graph->error.status != DENPA_OK) {
    if (err != NULL) *err = graph->error;
    return graph->error.status;
  }
  dnp_network *network;
  DNP_TRY(DNP_NEW(&network, 1, err));
  network->dtype = dtype;
  const denpa_status status = build(network, graph, err);
  if (status != DENPA_OK) {
    dnp_network_free(network);
    return status;
  }
  *out = network;
  return DENPA_OK;
}

void dnp_network_free(dnp_network *network) {
  if (network == NULL) return;
  dnp_arena_close(&network->arena);
  dnp_free(network->parameter);
  dnp_free(network->tensor);
  denpa_graph_free(network->graph);
  dnp_free(network);
}

void dnp_network_copy_values(dnp_network *network, const dnp_network *from) {
  const dnp_float_mode before = dnp_float_enter(); /* the caller's may make zeros of the smallest numbers */
  for (size_t i = 0; i < from->graph->tensors; i++)
    for (size_t k = 0; dnp_network_keeps(from, i) && k < dnp_tensor_count(&from->tensor[i]); k++)
      dnp_tensor_set(&network->tensor[i], k, dnp_tensor_element(&from->tensor[i], DNP_DATA, k));
  dnp_float_leave(before);
}

/* ---- looking ---------------------------------------------------------------------------------------- */

dnp_tensor *dnp_network_saved(const dnp_network *network, size_t index) {
  for (size_t i = 0; i < network->graph->tensors; i++) {
    const dnp_role role = network->graph->tensor[i].role;
    if ((role == DNP_ROLE_PARAMETER || role == DNP_ROLE_STATE) && index-- == 0) return &network->tensor[i];
  }
  return NULL;
}

void dnp_network_read_values(const dnp_network *network, void *out) {
  memcpy(out, network->values, network->block * dnp_dtype_size(network->dtype));
}

void dnp_network_write_values(dnp_network *network, const void *values) {
  memcpy(network->values, values, network->block * dnp_dtype_size(network->dtype));
}

double dnp_network_value(const dnp_network *network, size_t i) {
  assert(i < network->block);
  return dnp_number(network->dtype, network->values, i);
}

void dnp_network_set_value(dnp_network *network, size_t i, double value) {
  assert(i < network->block);
  if (network->dtype == DENPA_DTYPE_FLOAT32)
    ((float *)network->values)[i] = (float)value;
  else
    ((double *)network->values)[i] = value;
}
