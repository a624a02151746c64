/* array.c: descriptors of named, typed blocks of numbers, and lists of them that own their data. */
#include "base/array.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

static const struct {
  const char *name;
  size_t size;
} dtypes[DENPA_DTYPES] = {
    [DENPA_DTYPE_FLOAT32] = {"float32", 4},
    [DENPA_DTYPE_FLOAT64] = {"float64", 8},
    [DENPA_DTYPE_UINT8] = {"uint8", 1},
    [DENPA_DTYPE_INT32] = {"int32", 4},
    [DENPA_DTYPE_INT64] = {"int64", 8},
};

size_t dnp_dtype_size(denpa_dtype dtype) { return dtypes[dtype].size; }
const char *dnp_dtype_name(denpa_dtype dtype) { return dtypes[dtype].name; }

double dnp_number(denpa_dtype dtype, const void *numbers, size_t index) {
  switch (dtype) {
    case DENPA_DTYPE_FLOAT32: return (double)((const float *)numbers)[index];
    case DENPA_DTYPE_FLOAT64: return ((const double *)numbers)[index];
    case DENPA_DTYPE_UINT8: return ((const uint8_t *)numbers)[index];
    case DENPA_DTYPE_INT32: return ((const int32_t *)numbers)[index];
    default: return (double)((const int64_t *)numbers)[index];
  }
}

int dnp_shape_count(int axes, const size_t *shape, size_t *count) {
  *count = 1;
  for (int i = 0; i < axes; i++)
    if (!dnp_size_mul(*count, shape[i], count)) return 0;
  return 1;
}

size_t dnp_array_count(const dnp_array *array) {
  size_t count = 0;
  return dnp_shape_count(array->axes, array->shape, &count) ? count : 0;
}

char *dnp_shape_text(int axes, const size_t *shape, char out[96]) {
  size_t used = (size_t)snprintf(out, 96, "(");
  for (int i = 0; i < axes; i++) used += (size_t)snprintf(out + used, 96 - used, i > 0 ? ", %zu" : "%zu", shape[i]);
  snprintf(out + used, 96 - used, axes == 1 ? ",)" : ")");
  return out;
}

const dnp_array *dnp_arrays_find(const dnp_arrays *arrays, const char *name) {
  for (size_t i = 0; i < arrays->count; i++)
    if (strcmp(arrays->item[i].name, name) == 0) return &arrays->item[i];
  return NULL;
}

denpa_status dnp_arrays_add(dnp_arrays *arrays, const char *name, denpa_dtype dtype, int axes, const size_t *shape,
    dnp_array **out, denpa_error *err) {
  if (strlen(name) > DNP_MAX_NAME)
    return dnp_fail(err, DENPA_ERROR_FORMAT, "the array name '{1}' has {2} bytes; at most {3} are allowed", dnp_s(name),
        dnp_u(strlen(name)), dnp_u(DNP_MAX_NAME));
  if (axes < 0 || axes > DNP_MAX_AXES)
    return dnp_fail(err, DENPA_ERROR_FORMAT, "the array '{1}' has {2} axes; at most {3} are allowed", dnp_s(name),
        dnp_i(axes), dnp_i(DNP_MAX_AXES));
  dnp_array array = {.dtype = dtype, .axes = axes};
  size_t count;
  for (int i = 0; i < axes; i++) array.shape[i] = shape[i];
  if (!dnp_shape_count(axes, shape, &count))
    return dnp_fail(
        err, DENPA_ERROR_FORMAT, "the shape of the array '{1}' is larger than this machine can address", dnp_s(name));
  memcpy(array.name, name, strlen(name) + 1);
  DNP_TRY(dnp_alloc(&array.values, count, dnp_dtype_size(dtype), err));
  if ((arrays->count & (arrays->count - 1)) == 0) { /* full at every power of two: double */
    denpa_status status = dnp_grow(
        (void **)&arrays->item, arrays->count, arrays->count > 0 ? arrays->count * 2 : 1, sizeof *arrays->item, err);
    if (status != DENPA_OK) {
      dnp_free(array.values);
      return status;
    }
  }
  arrays->item[arrays->count] = array;
  if (out != NULL) *out = &arrays->item[arrays->count];
  arrays->count++;
  return DENPA_OK;
}

void dnp_arrays_free(dnp_arrays *arrays) {
  for (size_t i = 0; i < arrays->count; i++) dnp_free(arrays->item[i].values);
  dnp_free(arrays->item);
  *arrays = (dnp_arrays){0};
}
