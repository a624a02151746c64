/* pairs.c: a list of texts with keys, in the order given: the metadata of a model file. It does not know what the texts
 * mean. */
#include <string.h>

#include "base/memory.h"
#include "file/files.h"

const char *dnp_pairs_find(const dnp_pairs *pairs, const char *key) {
  for (size_t i = 0; i < pairs->count; i++)
    if (strcmp(pairs->item[i].key, key) == 0) return pairs->item[i].value;
  return NULL;
}

denpa_status dnp_pairs_add(dnp_pairs *pairs, const char *key, const char *value, denpa_error *err) {
  if ((pairs->count & (pairs->count - 1)) == 0) /* full at every power of two: double */
    DNP_TRY(dnp_grow(
        (void **)&pairs->item, pairs->count, pairs->count > 0 ? pairs->count * 2 : 1, sizeof *pairs->item, err));
  dnp_pair pair = {.key = dnp_strdup(key, err)};
  if (pair.key == NULL) return DENPA_ERROR_MEMORY;
  pair.value = dnp_strdup(value, err);
  if (pair.value == NULL) {
    dnp_free(pair.key);
    return DENPA_ERROR_MEMORY;
  }
  pairs->item[pairs->count++] = pair;
  return DENPA_OK;
}

void dnp_pairs_free(dnp_pairs *pairs) {
  for (size_t i = 0; i < pairs->count; i++) {
    dnp_free(pairs->item[i].key);
    dnp_free(pairs->item[i].value);
  }
  dnp_free(pairs->item);
  *pairs = (dnp_pairs){0};
}
