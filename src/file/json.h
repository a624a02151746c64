/* json.h: JSON that is whole or is not there. Jansson says in a result that few look at that a key or an entry found no
 * memory; what is built goes on without it, and another thing is written with status 0. So everything here is built
 * through these calls: the first addition that fails lets the whole go and leaves NULL, which stays NULL through every
 * later addition and makes json_pack() refuse the object around it; dnp_json_text() says so in the end. */
#ifndef DNP_FILE_JSON_H
#define DNP_FILE_JSON_H

#include <jansson.h>

#include "base/status.h"

/* Adds `value` (taken over; NULL: could not be made) at the end of *list, or under `key` to *object. */
void dnp_json_add(json_t **list, json_t *value);
void dnp_json_put(json_t **object, const char *key, json_t *value);
/* Every key of `more` (taken over), those that *object has already being replaced, or kept. */
void dnp_json_put_all(json_t **object, json_t *more);
void dnp_json_put_missing(json_t **object, json_t *more);

/* Reads the JSON of text[size]. *out is NULL and *trouble filled where that is not JSON (DENPA_ERROR_FORMAT; what is
 * said of it is the caller's) or memory ran out (DENPA_ERROR_MEMORY, told in err with `where`). */
denpa_status dnp_json_read(const char *where, const char *text, size_t size, size_t flags, json_t **out,
    json_error_t *trouble, denpa_error *err);

/* What is wrong with a text that is not JSON, in the catalogue. */
const char *dnp_json_trouble(const json_error_t *trouble);

/* The members of an object that has these `count` and no other, as json_unpack() takes them (without '!', behind which
 * it takes a refused allocation for a wrong member). Fails as dnp_json_read() does. */
denpa_status dnp_json_members(
    const char *where, json_t *object, size_t count, denpa_error *err, const char *format, ...);

/* What is said where one could not be made. */
denpa_status dnp_json_refused(denpa_error *err);

/* The text of `object` (taken over; NULL: could not be made), by Jansson's flags; freed by dnp_free, NULL on failure.
 */
denpa_status dnp_json_text(json_t *object, size_t flags, char **text, denpa_error *err);

#endif
