/* best.c: the weights of the epoch with the lowest validation loss, kept while a training goes on. Called by train.c. */
#include <string.h>

#include "learn/learn.h"

static size_t bytes_of(const denpa_net *net) { return net->block * dnp_dtype_size(net->plan.dtype); }

denpa_status dnp_best_open(dnp_best *best, const denpa_net *net, size_t patience, denpa_error *err) {
  *best = (dnp_best){.patience = patience};
  return patience > 0 ? dnp_alloc(&best->values, net->block, dnp_dtype_size(net->plan.dtype), err) : DENPA_OK;
}

void dnp_best_close(dnp_best *best) {
  dnp_free(best->values);
  best->values = NULL;
}

bool dnp_best_note(dnp_best *best, const denpa_net *net, double loss, size_t steps, double epochs) {
  if (best->patience == 0) return false;
  if (best->steps > 0 && !(loss < best->loss)) return ++best->waited >= best->patience;
  memcpy(best->values, net->values, bytes_of(net));
  best->loss = loss;
  best->steps = steps;
  best->epochs = epochs;
  best->waited = 0;
  return false;
}

bool dnp_best_restore(const dnp_best *best, denpa_net *net, size_t steps) {
  if (best->steps == 0 || best->steps == steps) return false;
  memcpy(net->values, best->values, bytes_of(net));
  dnp_descent_close(&dnp_history_of(net)->descent); /* what it remembers belongs to the weights that are given up */
  return true;
}
