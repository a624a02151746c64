/* history.c: what a network remembers besides its numbers: where its generator stands, how far it was trained, what its
 * model file tells. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "learn/learn.h"

denpa_status dnp_history_set(dnp_history *history, const char *key, const char *value, denpa_error *err) {
  for (size_t i = 0; i < history->metadata.count; i++) {
    dnp_pair *pair = &history->metadata.item[i];
    if (strcmp(pair->key, key) != 0) continue;
    char *copy = dnp_strdup(value, err);
    if (copy == NULL) return DENPA_MEMORY;
    dnp_free(pair->value);
    pair->value = copy;
    return DENPA_OK;
  }
  return dnp_pairs_add(&history->metadata, key, value, err);
}

denpa_status dnp_history_drop(dnp_history *history, const char *key) {
  dnp_pairs *all = &history->metadata;
  for (size_t i = 0; i < all->count; i++) {
    if (strcmp(all->item[i].key, key) != 0) continue;
    dnp_free(all->item[i].key);
    dnp_free(all->item[i].value);
    memmove(&all->item[i], &all->item[i + 1], (all->count - i - 1) * sizeof *all->item);
    all->count--;
    break;
  }
  return DENPA_OK;
}

denpa_status dnp_history_set_size(dnp_history *history, const char *key, uint64_t value, denpa_error *err) {
  char text[24];
  snprintf(text, sizeof text, "%" PRIu64, value);
  return dnp_history_set(history, key, text, err);
}

denpa_status dnp_history_set_real(dnp_history *history, const char *key, double value, denpa_error *err) {
  char text[40];
  dnp_format_shortest(text, sizeof text, value);
  return dnp_history_set(history, key, text, err);
}

denpa_status dnp_history_numpy(dnp_history *history, uint64_t seed, dnp_numpy **out, denpa_error *err) {
  if (seed > UINT32_MAX)
    return dnp_fail(err, DENPA_ARGUMENT, "the seed {1} is too large for NumPy's generator; it takes 0 to {2}",
        dnp_u(seed), dnp_u(UINT32_MAX));
  if (!history->numpy_ready || history->numpy_seed != seed) dnp_numpy_seed(&history->numpy, (uint32_t)seed);
  history->numpy_ready = true;
  history->numpy_seed = seed;
  *out = &history->numpy;
  return DENPA_OK;
}

uint64_t dnp_history_order_seed(const denpa_net *net) {
  const char *digits = dnp_pairs_find(&dnp_history_of(net)->metadata, "order_seed");
  uint64_t seed = 0;
  if (digits == NULL) return 1;
  for (; *digits >= '0' && *digits <= '9'; digits++) seed = seed * 10 + (uint64_t)(*digits - '0');
  return seed;
}
