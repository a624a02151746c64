/* clone.c: a network again: parameters, metadata, what trainings left behind; or the parameters that fit into another.
 * Called by programs through denpa.h. */
#include <string.h>

#include "learn/learn.h"

static denpa_status copy_optimizer(
    dnp_optimizer_state *to, const dnp_optimizer_state *from, const dnp_network *network, denpa_error *err) {
  if (from->settings.optimizer == NULL) return DENPA_OK;
  DNP_TRY(dnp_optimizer_state_open(to, network, &from->settings, err));
  void *state = to->state;
  *to = *from;
  to->network = network;
  to->state = state;
  if (state != NULL)
    memcpy(state, from->state, from->block * from->settings.optimizer->blocks * dnp_dtype_size(network->dtype));
  return DENPA_OK;
}

static denpa_status fill(denpa_net *to, const denpa_net *from, denpa_error *err) {
  dnp_network_copy_values(to->network, from->network);
  for (size_t i = 0; i < from->metadata.count; i++)
    DNP_TRY(dnp_pairs_add(&to->metadata, from->metadata.item[i].key, from->metadata.item[i].value, err));
  to->state = from->state;
  to->state.optimizer = (dnp_optimizer_state){0};
  return copy_optimizer(&to->state.optimizer, &from->state.optimizer, to->network, err);
}

denpa_status denpa_net_clone(denpa_net **out, const denpa_net *net, denpa_error *err) {
  DNP_REQUIRE(out, err);
  *out = NULL;
  DNP_REQUIRE(net, err);
  const denpa_net_options options = {.dtype = net->network->dtype, .cpu = net->cpu, .threads = net->threads};
  DNP_TRY(dnp_net_make(out, net->network->graph, &options, net->rows, err));
  const denpa_status status = fill(*out, net, err);
  if (status == DENPA_OK) return DENPA_OK;
  denpa_net_free(*out);
  *out = NULL;
  return status;
}

/* ---- the parameters of another network ------------------------------------------------------------ */

static const dnp_tensor *tensor_named(const denpa_net *net, const char *name) {
  const dnp_tensor *t;
  for (size_t i = 0; (t = dnp_network_saved(net->network, i)) != NULL; i++)
    if (strcmp(t->name, name) == 0) return t;
  return NULL;
}

static bool same_shape(const dnp_tensor *a, const dnp_tensor *b) {
  return a->axes == b->axes && memcmp(a->shape, b->shape, (size_t)a->axes * sizeof *a->shape) == 0;
}

/* Its first weights can no longer be drawn again. left: some of them were drawn and stay. */
static denpa_status note_taken(denpa_net *net, bool left, denpa_error *err) {
  const char *init = dnp_pairs_find(&net->metadata, "init");
  if (left && init != NULL) DNP_TRY(dnp_metadata_set(&net->metadata, DNP_BEGAN_INIT, init, err));
  return dnp_metadata_drop(&net->metadata, "init");
}

denpa_status denpa_net_take(denpa_net *net, const denpa_net *from, size_t *taken, denpa_error *err) {
  dnp_tensor *t;
  size_t count = 0;
  bool left = false;
  DNP_REQUIRE(net, err);
  DNP_REQUIRE(from, err);
  if (net->trainer != NULL)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "this network is in the middle of another training; end that one first (denpa_trainer_free)");
  for (size_t i = 0; (t = dnp_network_saved(net->network, i)) != NULL; i++) {
    const dnp_tensor *there = tensor_named(from, t->name);
    left = left || there == NULL || !same_shape(t, there);
    if (there == NULL || !same_shape(t, there)) continue;
    for (size_t k = 0; k < dnp_tensor_count(t); k++) dnp_tensor_set(t, k, dnp_tensor_element(there, DNP_DATA, k));
    count++;
  }
  if (taken != NULL) *taken = count;
  return count > 0 ? note_taken(net, left, err) : DENPA_OK;
}
