/* near.h: files that are not there, told with the one that is near in spelling. Used where paths of people are opened.
 */
#ifndef DNP_BASE_NEAR_H
#define DNP_BASE_NEAR_H

#include <stdbool.h>

#include "base/status.h"

#define DNP_NEAR_ROOM 512 /* bytes */

/* Whether the typed word is so near to `name` that it may be a slip: the same letters in another case, at most a
 * third of them wrong, three or more of its first letters, or all of four or more and others behind them. */
bool dnp_near(const char *typed, const char *name);
/* The nearest of several names. It begins as {.typed = ...}, sees one name after the other, and keeps the first of
 * those that are as near as another; `name` stays NULL while none is near. */
typedef struct dnp_nearest {
  const char *typed, *name;
  size_t unlikeness;
} dnp_nearest;
void dnp_nearest_see(dnp_nearest *nearest, const char *name);
/* The path of the file or folder in the same folder that is nearest in spelling, or has the name with an ending
 * ("iris" and iris.csv); false if there is none. */
bool dnp_near_path(const char *path, char out[DNP_NEAR_ROOM]);
/* DENPA_ERROR_NOT_FOUND for a path with nothing there. `message` holds {1}, the path; with {2}, what is near, it is
 * `nearby`. */
denpa_status dnp_fail_absent(denpa_error *err, const char *message, const char *nearby, const char *path);

#endif
