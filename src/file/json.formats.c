/* json.formats.c: JSON that is whole or is not there, as json.h promises. Whoever builds JSON calls it: tables, model
 * files, figures, the command. */
#include "file/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* What an addition left: all of it, or nothing. */
static void settle(json_t **whole, bool good) {
  if (good) return;
  json_decref(*whole);
  *whole = NULL;
}

/* json_..._new() takes `value` over even where it fails. */
void dnp_json_add(json_t **list, json_t *value) { settle(list, json_array_append_new(*list, value) == 0); }

void dnp_json_put(json_t **object, const char *key, json_t *value) {
  settle(object, json_object_set_new(*object, key, value) == 0);
}

void dnp_json_put_all(json_t **object, json_t *more) {
  settle(object, json_object_update(*object, more) == 0);
  json_decref(more);
}

void dnp_json_put_missing(json_t **object, json_t *more) {
  settle(object, json_object_update_missing(*object, more) == 0);
  json_decref(more);
}

/* Whatever is wrong with a text has a code: without one there was no memory for what stands in it. */
denpa_status dnp_json_read(const char *where, const char *text, size_t size, size_t flags, json_t **out,
    json_error_t *trouble, denpa_error *err) {
  *out = json_loadb(text, size, flags, trouble);
  if (*out != NULL) return DENPA_OK;
  const enum json_error_code code = json_error_code(trouble);
  if (code != json_error_unknown && code != json_error_out_of_memory) return DENPA_ERROR_FORMAT;
  return dnp_fail(err, DENPA_ERROR_MEMORY, "{1}: not enough memory for the JSON in it", dnp_s(where));
}

denpa_status dnp_json_refused(denpa_error *err) {
  return dnp_fail(err, DENPA_ERROR_MEMORY, "not enough memory for the JSON object, or a name is not UTF-8");
}

denpa_status dnp_json_text(json_t *object, size_t flags, char **text, denpa_error *err) {
  char *dumped = object != NULL ? json_dumps(object, flags) : NULL;
  json_decref(object);
  *text = NULL;
  if (dumped == NULL) return dnp_json_refused(err);
  *text = dnp_strdup(dumped, err);
  free(dumped); /* law: Jansson's own */
  return *text != NULL ? DENPA_OK : DENPA_ERROR_MEMORY;
}
