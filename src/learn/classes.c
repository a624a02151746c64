/* classes.c: names of classes in what a network remembers: one text, a name a line. Called by the training loop and
 * through denpa.h. */
#include <stdbool.h>
#include <string.h>

#include "learn/learn.h"

/* A category of a table may hold a line feed; it would be two names in a list of one a line. */
static bool listable(const denpa_data *data) {
  for (size_t i = 0; i < data->classes; i++)
    if (denpa_data_class_name(data, i) == NULL || strchr(denpa_data_class_name(data, i), '\n') != NULL) return false;
  return data->classes > 0;
}

static denpa_status set_joined(dnp_pairs *metadata, const denpa_data *data, char *text, denpa_error *err) {
  char *at = text;
  for (size_t i = 0; i < data->classes; i++) {
    const char *name = denpa_data_class_name(data, i);
    const size_t length = strlen(name);
    memcpy(at, name, length + 1);
    at += length;
    *at++ = i + 1 < data->classes ? '\n' : '\0';
  }
  return dnp_metadata_set(metadata, "classes", text, err);
}

denpa_status dnp_metadata_set_classes(dnp_pairs *metadata, const denpa_data *data, denpa_error *err) {
  char *text;
  size_t bytes = 0;
  if (!listable(data))
    return dnp_pairs_find(metadata, "classes") != NULL ? dnp_metadata_set(metadata, "classes", "", err) : DENPA_OK;
  for (size_t i = 0; i < data->classes; i++) bytes += strlen(denpa_data_class_name(data, i)) + 1;
  DNP_TRY(DNP_NEW(&text, bytes, err));
  const denpa_status status = set_joined(metadata, data, text, err);
  dnp_free(text);
  return status;
}

size_t denpa_net_class_name(const denpa_net *net, size_t class_number, char *out, size_t size) {
  const char *at = denpa_net_metadata(net, "classes");
  if (out == NULL) size = 0;
  if (size > 0) out[0] = '\0';
  for (; at != NULL && class_number > 0; class_number--) {
    at = strchr(at, '\n');
    if (at != NULL) at++;
  }
  const size_t length = at != NULL ? strcspn(at, "\n") : 0;
  size_t kept = length < size ? length : size > 0 ? size - 1 : 0;
  while (kept > 0 && kept < length && ((unsigned char)at[kept] & 0xC0) == 0x80) kept--; /* whole characters */
  if (size > 0) {
    memcpy(out, at != NULL ? at : "", kept);
    out[kept] = '\0';
  }
  return length;
}
