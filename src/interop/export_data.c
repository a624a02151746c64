/* export_data.c: writes a data set as an .npz that NumPy reads. Called by `denpa data get --out`. */
#include <string.h>

#include "base/array.h"
#include "base/memory.h"
#include "data/data.h"
#include "file/files.h"
#include "interop/export.h"

enum { PARTS = 4 };

static dnp_array slice_for(const char *name, denpa_dtype dtype, size_t rows, size_t columns) {
  dnp_array a = {.dtype = dtype, .axes = columns > 0 ? 2 : 1, .shape = {rows, columns}};
  memcpy(a.name, name, strlen(name));
  return a;
}

static denpa_status fill_x(dnp_array *a, const denpa_data *data, denpa_split split, denpa_error *err) {
  const size_t features = a->shape[1];
  for (size_t i = 0; i < a->shape[0]; i++) {
    if (a->dtype == DENPA_DTYPE_UINT8)
      memcpy((uint8_t *)a->values + i * features, denpa_data_pixels(data, split, i), features);
    else
      DNP_TRY(denpa_data_row(data, split, i, (double *)a->values + i * features, err));
  }
  return DENPA_OK;
}

/* Labels, or targets: those of a table as they are scaled for training. */
static void fill_t(dnp_array *a, const denpa_data *data, denpa_split split) {
  const double *target = data->split[split == DENPA_SPLIT_TEST ? DNP_TEST : DNP_TRAIN].target;
  if (a->dtype == DENPA_DTYPE_FLOAT64 && a->shape[0] > 0)
    memcpy(a->values, target, dnp_array_count(a) * sizeof *target);
  for (size_t i = 0; a->dtype == DENPA_DTYPE_INT32 && i < a->shape[0]; i++)
    ((int32_t *)a->values)[i] = denpa_data_label(data, split, i);
}

static denpa_status fill(dnp_array array[PARTS], const denpa_data *data, denpa_error *err) {
  static const char *const names[PARTS] = {"x_train", "t_train", "x_test", "t_test"};
  const denpa_dtype dtype = denpa_data_pixels(data, DENPA_SPLIT_TRAIN, 0) != NULL ? DENPA_DTYPE_UINT8
                                                                                  : DENPA_DTYPE_FLOAT64;
  const denpa_dtype answers = data->classes > 0 ? DENPA_DTYPE_INT32 : DENPA_DTYPE_FLOAT64;
  for (int i = 0; i < PARTS; i++) {
    const denpa_split split = i < 2 ? DENPA_SPLIT_TRAIN : DENPA_SPLIT_TEST;
    const bool x = i % 2 == 0;
    array[i] = slice_for(names[i], x ? dtype : answers, denpa_data_rows(data, split),
        x                   ? denpa_data_features(data)
        : data->classes > 0 ? 0
                            : data->outputs);
    DNP_TRY(dnp_alloc(&array[i].values, dnp_array_count(&array[i]), dnp_dtype_size(array[i].dtype), err));
    if (x)
      DNP_TRY(fill_x(&array[i], data, split, err));
    else
      fill_t(&array[i], data, split);
  }
  return DENPA_OK;
}

denpa_status dnp_export_data(const char *path, const denpa_data *data, denpa_error *err) {
  dnp_array array[PARTS] = {0};
  denpa_status status = fill(array, data, err);
  if (status == DENPA_OK) status = dnp_npz_write(path, array, PARTS, err);
  for (int i = 0; i < PARTS; i++) dnp_free(array[i].values);
  return status;
}
