/* memory.c: a data set copied from the caller's own arrays. It reads no file. Called by programs through denpa.h. */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/data.h"
#include "data/finite.h"
#include "data/shared.h"

#define MOST_CLASSES 256 /* labels are kept as bytes */

static denpa_status check_rows(const denpa_rows *rows, size_t outputs, denpa_error *err) {
  if (rows->rows > 0 && rows->x == NULL)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1} {1|row|rows}, but no numbers (x is NULL)", dnp_u(rows->rows));
  if (rows->rows > UINT32_MAX)
    return dnp_fail(
        err, DENPA_ERROR_ARGUMENT, "{1} rows; at most {2} are possible", dnp_u(rows->rows), dnp_u(UINT32_MAX));
  if ((rows->label == NULL) == (rows->target == NULL))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "rows need either labels or targets, and not both");
  if (rows->dtype != DENPA_DTYPE_FLOAT32 && rows->dtype != DENPA_DTYPE_FLOAT64 && rows->dtype != DENPA_DTYPE_UINT8)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "rows are given as float32, float64 or uint8 (pixels)");
  if (rows->label == NULL) return DENPA_OK;
  for (size_t i = 0; i < rows->rows; i++)
    if (rows->label[i] < 0 || (size_t)rows->label[i] >= outputs)
      return dnp_fail(err, DENPA_ERROR_ARGUMENT,
          "the label of row {1} is {2}; with {3} classes labels go from 0 to {4}", dnp_u(i), dnp_i(rows->label[i]),
          dnp_u(outputs), dnp_u(outputs - 1));
  return DENPA_OK;
}

static denpa_status copy_bytes(void **block, const void *from, size_t rows, size_t row, size_t size, denpa_error *err) {
  size_t count;
  if (!dnp_size_mul(rows, row, &count))
    return dnp_fail(err, DENPA_ERROR_MEMORY,
        "{1} {1|row|rows} of {2} {2|number|numbers} are more than this machine can address", dnp_u(rows), dnp_u(row));
  DNP_TRY(dnp_alloc(block, count, size, err));
  if (from != NULL) memcpy(*block, from, count * size); /* NULL: no rows */
  return DENPA_OK;
}

static denpa_status copy_values(double **block, const denpa_rows *rows, size_t features, denpa_error *err) {
  if (rows->dtype == DENPA_DTYPE_FLOAT64)
    return copy_bytes((void **)block, rows->x, rows->rows, features, sizeof **block, err);
  size_t count;
  if (!dnp_size_mul(rows->rows, features, &count))
    return dnp_fail(err, DENPA_ERROR_MEMORY,
        "{1} {1|row|rows} of {2} {2|number|numbers} are more than this machine can address", dnp_u(rows->rows),
        dnp_u(features));
  DNP_TRY(DNP_NEW(block, count, err));
  const float *x = rows->x;
  for (size_t i = 0; x != NULL && i < count; i++) (*block)[i] = (double)x[i]; /* NULL: no rows */
  return DENPA_OK;
}

/* What is wrong with the numbers is told here, with its place: the training could only say that its loss is NaN. */
static denpa_status check_numbers(
    const denpa_rows *rows, size_t features, size_t outputs, bool training, denpa_error *err) {
  DNP_TRY(dnp_check_finite(rows->dtype, rows->rows, features, rows->x, DENPA_DTYPE_FLOAT64,
      training ? DNP_N("the training rows") : DNP_N("the test rows"), err));
  return dnp_check_finite(DENPA_DTYPE_FLOAT64, rows->rows, outputs, rows->target, DENPA_DTYPE_FLOAT64,
      training ? DNP_N("the training rows' targets") : DNP_N("the test rows' targets"), err);
}

/* Whether a network of float32 can take them is asked when one comes (dnp_rows_check). */
static size_t first_wide(const dnp_split *split, size_t features, size_t outputs) {
  const size_t values = split->value != NULL ? split->rows * features : 0,
               targets = split->target != NULL ? split->rows * outputs : 0,
               x = dnp_first_unfit(DENPA_DTYPE_FLOAT64, values, split->value, DENPA_DTYPE_FLOAT32),
               t = dnp_first_unfit(DENPA_DTYPE_FLOAT64, targets, split->target, DENPA_DTYPE_FLOAT32);
  const size_t row_x = x < values ? x / features : SIZE_MAX, row_t = t < targets ? t / outputs : SIZE_MAX;
  return row_x == SIZE_MAX && row_t == SIZE_MAX ? 0 : 1 + (row_x < row_t ? row_x : row_t);
}

/* Fills one split; its two blocks are owned by memory[0] and memory[1]. */
static denpa_status copy_split(
    dnp_split *split, void **memory, const denpa_rows *rows, size_t features, size_t outputs, denpa_error *err) {
  split->rows = rows->rows;
  if (rows->dtype == DENPA_DTYPE_UINT8) {
    DNP_TRY(copy_bytes(&memory[0], rows->x, rows->rows, features, 1, err));
    split->pixel = memory[0];
  } else {
    double *value = NULL;
    denpa_status status = copy_values(&value, rows, features, err);
    split->value = memory[0] = value;
    DNP_TRY(status);
  }
  if (rows->target != NULL) {
    DNP_TRY(copy_bytes(&memory[1], rows->target, rows->rows, outputs, sizeof(double), err));
    split->target = memory[1];
    split->wide = first_wide(split, features, outputs);
    return DENPA_OK;
  }
  split->wide = first_wide(split, features, outputs);
  DNP_TRY(dnp_alloc(&memory[1], rows->rows, 1, err));
  uint8_t *label = memory[1];
  for (size_t i = 0; i < rows->rows; i++) label[i] = (uint8_t)rows->label[i];
  split->label = label;
  return DENPA_OK;
}

static denpa_status fill(denpa_data *data, size_t features, size_t outputs, const denpa_rows *train,
    const denpa_rows *test, denpa_error *err) {
  if (features == 0 || outputs == 0)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "a data set needs at least one feature and one output; {1} and {2} were given", dnp_u(features),
        dnp_u(outputs));
  if (train->label != NULL && (outputs < 2 || outputs > MOST_CLASSES))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1} {1|class|classes}; between 2 and {2} are possible", dnp_u(outputs),
        dnp_i(MOST_CLASSES));
  if (test != NULL && ((train->label == NULL) != (test->label == NULL) ||
                          (train->dtype == DENPA_DTYPE_UINT8) != (test->dtype == DENPA_DTYPE_UINT8)))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "the training and the test rows must be of one kind: both with labels or both with targets, both pixels or "
        "both real numbers");
  data->of_program = true;
  data->axes = 1;
  data->shape[0] = data->features = features;
  data->classes = train->label != NULL ? outputs : 0;
  data->outputs = outputs;
  const denpa_rows none = {.dtype = train->dtype, .label = train->label, .target = train->target};
  if (test == NULL) test = &none;
  DNP_TRY(check_rows(train, outputs, err));
  DNP_TRY(check_rows(test, outputs, err));
  DNP_TRY(check_numbers(train, features, outputs, true, err));
  DNP_TRY(check_numbers(test, features, outputs, false, err));
  DNP_TRY(copy_split(&data->split[DNP_TRAIN], data->memory, train, features, outputs, err));
  return copy_split(&data->split[DNP_TEST], data->memory + 2, test, features, outputs, err);
}

denpa_status denpa_data_from_memory(denpa_data **out, const char *name, size_t features, size_t outputs,
    const denpa_rows *train, const denpa_rows *test, denpa_error *err) {
  denpa_data *data;
  DNP_REQUIRE(out, err);
  *out = NULL;
  DNP_REQUIRE(name, err);
  DNP_REQUIRE(train, err);
  DNP_TRY(dnp_data_name_check(name, err));
  DNP_TRY(DNP_NEW(&data, 1, err));
  memcpy(data->name, name, strlen(name) + 1);
  denpa_status status = fill(data, features, outputs, train, test, err);
  if (status != DENPA_OK) {
    denpa_data_free(data);
    return status;
  }
  *out = data;
  return DENPA_OK;
}
