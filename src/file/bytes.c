/* bytes.c: the few steps that several readers share. Called by the formats of this room only. */
#include "file/bytes.h"

#include <string.h>

#include "base/memory.h"
#include "base/write.h"

denpa_status dnp_load(const char *path, size_t limit, unsigned char **data, size_t *size, denpa_error *err) {
  DNP_TRY(dnp_read_file(path, limit, data, size, err));
  if (*size > 0) return DENPA_OK;
  dnp_free(*data);
  *data = NULL;
  return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: the file is empty", dnp_s(path));
}

int dnp_shape_bytes(denpa_dtype dtype, int axes, const size_t *shape, size_t *bytes) {
  size_t count;
  return dnp_shape_count(axes, shape, &count) && dnp_size_mul(count, dnp_dtype_size(dtype), bytes);
}

void dnp_copy_fortran(dnp_array *array, const unsigned char *from) {
  size_t size = dnp_dtype_size(array->dtype), count = dnp_array_count(array), step[DNP_MAX_AXES] = {0},
         index[DNP_MAX_AXES] = {0};
  unsigned char *to = array->values;
  for (int i = 0; i < array->axes; i++) step[i] = i == 0 ? size : step[i - 1] * array->shape[i - 1];
  size_t at = 0; /* the byte in `from` of the element at `index` */
  for (size_t n = 0; n < count; n++) {
    memcpy(to + n * size, from + at, size);
    for (int axis = array->axes - 1; axis >= 0; axis--) { /* the next index, like an odometer */
      at += step[axis];
      if (++index[axis] < array->shape[axis]) break;
      at -= step[axis] * array->shape[axis];
      index[axis] = 0;
    }
  }
}
