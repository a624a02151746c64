/* array.h: the descriptor that rooms exchange: a named, typed, row-major block of numbers of at most four axes. */
#ifndef DNP_BASE_ARRAY_H
#define DNP_BASE_ARRAY_H

#include "base/status.h"

#define DNP_MAX_AXES 4
#define DNP_MAX_NAME 63

typedef struct dnp_array {
  char name[DNP_MAX_NAME + 1];
  denpa_dtype dtype;
  int axes;                   /* 0 (a scalar) .. DNP_MAX_AXES */
  size_t shape[DNP_MAX_AXES]; /* the last axis is the fastest */
  void *values;               /* owned by whoever made the descriptor */
} dnp_array;

/* Arrays read from a file: owned as a whole, freed by dnp_arrays_free (each data by dnp_free). */
typedef struct dnp_arrays {
  size_t count;
  dnp_array *item;
} dnp_arrays;

size_t dnp_dtype_size(denpa_dtype dtype);                                /* bytes */
double dnp_number(denpa_dtype dtype, const void *numbers, size_t index); /* one of a row of them, widened */
const char *dnp_dtype_name(denpa_dtype dtype);                           /* "float32" */
/* Elements of the shape; false when the product does not fit a size_t. */
int dnp_shape_count(int axes, const size_t *shape, size_t *count);
size_t dnp_array_count(const dnp_array *array); /* of a shape known to fit */
/* "(784, 50)", as NumPy writes it. out holds at least 96 bytes; returns out. */
char *dnp_shape_text(int axes, const size_t *shape, char out[96]);
const dnp_array *dnp_arrays_find(const dnp_arrays *arrays, const char *name); /* NULL if absent */
/* Adds an empty item of this shape with zeroed data. */
denpa_status dnp_arrays_add(dnp_arrays *arrays, const char *name, denpa_dtype dtype, int axes, const size_t *shape,
    dnp_array **out, denpa_error *err);
void dnp_arrays_free(dnp_arrays *arrays);

#endif
