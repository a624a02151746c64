/* metadata.c: what a model file tells of a network: texts by key. Called by whoever makes, trains and saves one. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "learn/learn.h"

denpa_status dnp_metadata_set(dnp_pairs *metadata, const char *key, const char *value, denpa_error *err) {
  for (size_t i = 0; i < metadata->count; i++) {
    dnp_pair *pair = &metadata->item[i];
    if (strcmp(pair->key, key) != 0) continue;
    char *copy = dnp_strdup(value, err);
    if (copy == NULL) return DENPA_ERROR_MEMORY;
    dnp_free(pair->value);
    pair->value = copy;
    return DENPA_OK;
  }
  return dnp_pairs_add(metadata, key, value, err);
}

/* The keys of 0.1.0 in the order in which it wrote them. A key that joins stands behind them, in the order of coming.
 */
static const char *const order[] = {"net", "activation", "loss", "init", "dtype", "rng", "seed", "optimizer", "lr",
    "compat", "momentum", "beta1", "beta2", "epsilon", "weight_decay", "clip", "schedule", "lr_decay", "lr_decay_every",
    "warmup", "validation_rows", "patience", "best_step", "best_epoch", "class_weights", "batch", "sampling",
    "update_order", "augment", "order_rng", "order_seed", "steps", "epochs", "epochs_begun", "data", "table",
    "train_rows", "classes", "pictures", "preprocessing", "denpa_format", "sha256", "data_source", "novelty"};
#define ORDERED (sizeof order / sizeof *order)

static size_t rank_of(const dnp_pair *pair) {
  size_t i = 0;
  while (i < ORDERED && strcmp(order[i], pair->key) != 0) i++;
  return i;
}

/* By insertion: stable, and there are few. */
void dnp_metadata_sort(dnp_pairs *metadata) {
  for (size_t i = 1; i < metadata->count; i++) {
    const dnp_pair pair = metadata->item[i];
    size_t k = i;
    for (; k > 0 && rank_of(&metadata->item[k - 1]) > rank_of(&pair); k--) metadata->item[k] = metadata->item[k - 1];
    metadata->item[k] = pair;
  }
}

denpa_status dnp_metadata_drop(dnp_pairs *metadata, const char *key) {
  dnp_pairs *all = metadata;
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

denpa_status dnp_metadata_set_size(dnp_pairs *metadata, const char *key, uint64_t value, denpa_error *err) {
  char text[24];
  snprintf(text, sizeof text, "%" PRIu64, value);
  return dnp_metadata_set(metadata, key, text, err);
}

denpa_status dnp_metadata_set_real(dnp_pairs *metadata, const char *key, double value, denpa_error *err) {
  char text[40];
  dnp_format_shortest(text, sizeof text, value);
  return dnp_metadata_set(metadata, key, text, err);
}

size_t dnp_continued(const dnp_pairs *metadata) {
  const char *digits = dnp_pairs_find(metadata, DNP_CONTINUED);
  size_t from;
  return digits != NULL && dnp_parse_size(digits, &from) ? from : 0;
}

uint64_t dnp_net_order_seed(const denpa_net *net) {
  const char *digits = dnp_pairs_find(&net->metadata, "order_seed");
  uint64_t seed;
  return digits != NULL && dnp_parse_whole(digits, &seed) ? seed : 1;
}
