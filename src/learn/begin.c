/* begin.c: a trained network as it was before its first update: one seed gives one beginning, and the metadata tells
 * the seed. Called by plots and by the doctor. */
#include <string.h>

#include "base/text.h"
#include "learn/learn.h"

static const char *told(const denpa_net *net, const char *key) { return dnp_pairs_find(&net->metadata, key); }

denpa_status dnp_net_begin(denpa_net **out, const denpa_net *net, denpa_error *err) {
  const char *init = told(net, "init"), *rng = told(net, "rng"), *digits = told(net, "seed");
  denpa_net_options o = denpa_net_options_default();
  *out = NULL;
  if (init == NULL || rng == NULL || digits == NULL || net->network->graph->text == NULL)
    return dnp_fail(err, DENPA_ERROR_NOT_FOUND,
        "the model does not tell how its first weights were drawn (seed, initial weights), so they cannot be drawn "
        "again; models that denpa trained do");
  uint64_t seed = 0;
  for (const char *d = digits; *d >= '0' && *d <= '9'; d++) seed = seed * 10 + (uint64_t)(*d - '0');
  o.activation = net->network->graph->activation;
  o.loss = net->network->graph->loss;
  o.init = init;
  o.rng = strcmp(rng, "numpy") == 0 ? DENPA_RNG_NUMPY : DENPA_RNG_DENPA;
  o.seed = seed;
  o.dtype = net->network->dtype;
  o.threads = net->threads;
  o.cpu = net->cpu;
  return denpa_net_create(out, net->network->graph->text, &o, err);
}
