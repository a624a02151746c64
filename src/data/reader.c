/* reader.c: a data set whose rows are a program's: it is asked for each when it is needed. Labels and targets are asked
 * for once and kept. Called by programs through denpa.h, and by whoever feeds rows, from several threads. */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/data.h"
#include "data/finite.h"
#include "data/shared.h"

#define MOST_CLASSES 256 /* labels are kept as bytes */

bool dnp_reader_row(const dnp_split *split, size_t row, size_t features, denpa_dtype dtype, void *x) {
  const dnp_reader *r = split->reader;
  if (r->read(r->context, split->split, row, dtype, x, NULL, NULL) == 0) return true;
  memset(x, 0, features * dnp_dtype_size(dtype));
  return false;
}

denpa_status dnp_reader_fail(const dnp_split *split, const char *name, size_t row, denpa_error *err) {
  if (split->split == DENPA_SPLIT_TEST)
    return dnp_fail(err, DENPA_ERROR_CANCELLED,
        "{1}: the program's function could not give test row {2} (counted from 0)", dnp_s(name), dnp_u(row));
  return dnp_fail(err, DENPA_ERROR_CANCELLED,
      "{1}: the program's function could not give training row {2} (counted from 0)", dnp_s(name), dnp_u(row));
}

/* ---- answers -------------------------------------------------------------------------------------- */

static denpa_status read_answer(
    const denpa_data *data, dnp_split *s, size_t row, uint8_t *label, double *target, denpa_error *err) {
  int32_t number = -1;
  if (s->reader->read(s->reader->context, s->split, row, DENPA_DTYPE_FLOAT64, NULL, data->classes > 0 ? &number : NULL,
          data->classes > 0 ? NULL : target + row * data->outputs) != 0)
    return dnp_reader_fail(s, data->name, row, err);
  if (data->classes == 0) {
    const double *own = target + row * data->outputs;
    const size_t at = dnp_first_unfit(DENPA_DTYPE_FLOAT64, data->outputs, own, DENPA_DTYPE_FLOAT64);
    if (s->wide == 0 && dnp_first_unfit(DENPA_DTYPE_FLOAT64, data->outputs, own, DENPA_DTYPE_FLOAT32) < data->outputs)
      s->wide = row + 1;
    if (at == data->outputs) return DENPA_OK;
    return dnp_unfit(row, at, own[at],
        s->split == DENPA_SPLIT_TEST ? DNP_N("the test rows' targets") : DNP_N("the training rows' targets"), err);
  }
  if (number < 0 || (size_t)number >= data->classes)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "the label of row {1} is {2}; with {3} classes labels go from 0 to {4}",
        dnp_u(row), dnp_i(number), dnp_u(data->classes), dnp_u(data->classes - 1));
  label[row] = (uint8_t)number;
  return DENPA_OK;
}

static denpa_status read_answers(denpa_data *data, int split, void **memory, denpa_error *err) {
  dnp_split *s = &data->split[split];
  size_t count;
  if (!dnp_size_mul(s->rows, data->outputs, &count)) count = SIZE_MAX; /* the allocation says what that is */
  DNP_TRY(data->classes > 0 ? dnp_alloc(memory, s->rows, 1, err) : dnp_alloc(memory, count, sizeof(double), err));
  if (data->classes > 0)
    s->label = *memory;
  else
    s->target = *memory;
  for (size_t i = 0; i < s->rows; i++) DNP_TRY(read_answer(data, s, i, *memory, *memory, err));
  return DENPA_OK;
}

/* ---- the data set --------------------------------------------------------------------------------- */

static denpa_status check(
    size_t features, size_t classes, size_t outputs, size_t train_rows, size_t test_rows, denpa_error *err) {
  if (features == 0 || outputs == 0)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "a data set needs at least one feature and one output; {1} and {2} were given", dnp_u(features),
        dnp_u(outputs));
  if (classes == 1 || classes > MOST_CLASSES)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1} {1|class|classes}; between 2 and {2} are possible", dnp_u(classes),
        dnp_i(MOST_CLASSES));
  if (train_rows > UINT32_MAX || test_rows > UINT32_MAX)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1} rows; at most {2} are possible",
        dnp_u(train_rows > test_rows ? train_rows : test_rows), dnp_u(UINT32_MAX));
  return DENPA_OK;
}

static denpa_status fill(
    denpa_data *data, size_t train_rows, size_t test_rows, denpa_row_reader *read, void *context, denpa_error *err) {
  dnp_reader *reader;
  DNP_TRY(DNP_NEW(&reader, 1, err));
  data->memory[0] = reader;
  reader->read = read;
  reader->context = context;
  data->split[DNP_TRAIN] = (dnp_split){.rows = train_rows, .reader = reader, .split = DENPA_SPLIT_TRAIN};
  data->split[DNP_TEST] = (dnp_split){.rows = test_rows, .reader = reader, .split = DENPA_SPLIT_TEST};
  DNP_TRY(read_answers(data, DNP_TRAIN, &data->memory[1], err));
  return read_answers(data, DNP_TEST, &data->memory[2], err);
}

denpa_status denpa_data_from_reader(denpa_data **out, const char *name, size_t features, size_t classes, size_t outputs,
    size_t train_rows, size_t test_rows, denpa_row_reader *reader, void *context, denpa_error *err) {
  denpa_data *data;
  DNP_REQUIRE(out, err);
  *out = NULL;
  DNP_REQUIRE(name, err);
  DNP_REQUIRE(reader, err);
  if (classes > 0) outputs = classes;
  DNP_TRY(check(features, classes, outputs, train_rows, test_rows, err));
  DNP_TRY(dnp_data_name_check(name, err));
  DNP_TRY(DNP_NEW(&data, 1, err));
  memcpy(data->name, name, strlen(name) + 1);
  data->of_program = true;
  data->axes = 1;
  data->shape[0] = data->features = features;
  data->classes = classes;
  data->outputs = outputs;
  const denpa_status status = fill(data, train_rows, test_rows, reader, context, err);
  if (status != DENPA_OK) {
    denpa_data_free(data);
    return status;
  }
  *out = data;
  return DENPA_OK;
}
