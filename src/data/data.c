/* data.c: what every data set has in common: how it is let go, and small helpers of this room. It makes no data set.
 * Called by the makers of data sets in this room and by whoever owns one. */
#include "data/data.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/shared.h"

void denpa_data_free(denpa_data *data) {
  if (data == NULL) return;
  for (size_t i = 0; i < sizeof data->memory / sizeof *data->memory; i++) dnp_free(data->memory[i]);
  dnp_free(data);
}

size_t dnp_labels_largest(const uint8_t *label, size_t rows) {
  uint8_t largest = 0;
  for (size_t i = 0; i < rows; i++)
    if (label[i] > largest) largest = label[i];
  return largest;
}

size_t dnp_labels_first_above(const uint8_t *label, size_t rows, size_t classes) {
  size_t i = 0;
  while (i < rows && label[i] < classes) i++;
  return i;
}

denpa_status dnp_data_name_check(const char *name, denpa_error *err) {
  if (strlen(name) > DNP_MAX_DATA_NAME)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "the data set's name has {1} {1|byte|bytes}; at most {2} are possible",
        dnp_u(strlen(name)), dnp_i(DNP_MAX_DATA_NAME));
  if (!dnp_text_is_utf8(name))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "'{1}' is not UTF-8, so a model file could not remember this data set; give it another name", dnp_s(name));
  return DENPA_OK;
}

denpa_status dnp_join(char **out, const char *a, const char *b, const char *c, denpa_error *err) {
  size_t first = strlen(a), second = strlen(b), third = strlen(c);
  DNP_TRY(DNP_NEW(out, first + second + third + 1, err));
  memcpy(*out, a, first);
  memcpy(*out + first, b, second);
  memcpy(*out + first + second, c, third);
  return DENPA_OK;
}
