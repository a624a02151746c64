/* early_stopping.c: the network (all that a model file keeps) of the epoch with the lowest validation loss, kept while
 * a training goes on. Called by trainer.c. */
#include <string.h>

#include "learn/learn.h"

/* Copies what a model file keeps: out of the network, or into it. Returns how many bytes that are; `saved` may be NULL,
 * to count them. */
static size_t carry(const denpa_net *net, unsigned char *saved, bool back) {
  dnp_tensor *t;
  size_t at = 0;
  for (size_t i = 0; (t = dnp_network_saved(net->network, i)) != NULL; i++) {
    if (saved != NULL && back) dnp_tensor_write(t, saved + at);
    const size_t bytes = dnp_tensor_count(t) * dnp_dtype_size(t->dtype);
    if (saved != NULL && !back) memcpy(saved + at, dnp_tensor_bytes(t, DNP_DATA), bytes);
    at += bytes;
  }
  return at;
}

denpa_status dnp_best_open(dnp_best *best, const denpa_net *net, size_t patience, denpa_error *err) {
  const size_t number = dnp_dtype_size(net->network->dtype);
  *best = (dnp_best){.patience = patience, .count = carry(net, NULL, false) / number};
  return patience > 0 ? dnp_alloc(&best->values, best->count, number, err) : DENPA_OK;
}

void dnp_best_close(dnp_best *best) {
  dnp_free(best->values);
  best->values = NULL;
}

void dnp_best_take(dnp_best *best, const denpa_net *net, double loss, size_t steps, double epochs) {
  carry(net, best->values, false);
  best->loss = loss;
  best->steps = steps;
  best->epochs = epochs;
  best->waited = 0;
}

bool dnp_best_note(dnp_best *best, const denpa_net *net, double loss, size_t steps, double epochs) {
  if (best->patience == 0) return false;
  if (best->steps > 0 && !(loss < best->loss)) return ++best->waited >= best->patience;
  dnp_best_take(best, net, loss, steps, epochs);
  return false;
}

bool dnp_best_restore(const dnp_best *best, denpa_net *net, size_t steps) {
  if (best->steps == 0 || best->steps == steps) return false;
  carry(net, best->values, true);
  dnp_optimizer_state_close(&net->state.optimizer); /* what it remembers belongs to the weights that are given up */
  return true;
}
