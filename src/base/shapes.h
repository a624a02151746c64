/* shapes.h: what a shape has to do with the one that is wanted: it is that one transposed, flattened, with its axes in
 * another order. Whoever refuses a shape asks here, so that all say and draw it alike. */
#ifndef DNP_BASE_SHAPES_H
#define DNP_BASE_SHAPES_H

#include "base/array.h"

typedef struct dnp_shape {
  int axes; /* 1 .. DNP_MAX_AXES */
  const size_t *of;
} dnp_shape;

/* Adds to the failure in *err (NULL: to none) what `given` and `wanted` have in common, if that is something: a
 * sentence and a drawing behind its message. name: of the array; NULL: the shapes are of something that is no array.
 * Returns status. */
denpa_status dnp_fail_shapes(
    denpa_error *err, denpa_status status, const char *name, dnp_shape given, dnp_shape wanted);

/* What dnp_fail_shapes left in the error, rendered as dnp_render does. Called by status.c only. */
size_t dnp_shapes_render(char *out, size_t size, denpa_lang lang, const char *kept);

#endif
