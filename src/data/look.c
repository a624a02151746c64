/* look.c: what a program may ask of a data set through denpa.h. It changes nothing but the number of rows that are
 * used. */
#include <string.h>

#include "base/cpu.h"
#include "data/data.h"
#include "data/table.h"

static const dnp_split *split_of(const denpa_data *data, denpa_split split) {
  static const dnp_split none = {0};
  return data != NULL && (unsigned)split < DNP_ALL_SPLITS ? &data->split[split] : &none;
}

void denpa_data_limit(denpa_data *data, denpa_split split, size_t rows) {
  if (data == NULL || (unsigned)split >= DNP_ALL_SPLITS) return;
  dnp_split *s = &data->split[split];
  if (rows >= s->rows) return;
  s->rows = rows;
  data->cut = data->cut || split == DENPA_SPLIT_TRAIN;
}

const char *denpa_data_name(const denpa_data *data) { return data != NULL ? data->name : ""; }

int denpa_data_note(const denpa_data *data, denpa_error *why) {
  if (data == NULL || data->note.status == DENPA_OK) return 0;
  if (why != NULL) *why = data->note;
  return 1;
}

size_t denpa_data_rows(const denpa_data *data, denpa_split split) { return split_of(data, split)->rows; }
size_t denpa_data_features(const denpa_data *data) { return data != NULL ? data->features : 0; }
size_t denpa_data_classes(const denpa_data *data) { return data != NULL ? data->classes : 0; }
size_t denpa_data_outputs(const denpa_data *data) { return data != NULL ? data->outputs : 0; }

int denpa_data_shape(const denpa_data *data, size_t *shape) {
  if (data == NULL) return 0;
  if (shape != NULL) memcpy(shape, data->shape, (size_t)data->axes * sizeof *shape);
  return data->axes;
}

const char *denpa_data_class_name(const denpa_data *data, size_t class_number) {
  if (data == NULL) return NULL;
  if (data->table != NULL)
    return class_number < dnp_table_classes(data->table) ? dnp_table_target(data->table)->category[class_number] : NULL;
  return data->class_name != NULL && class_number < data->classes ? data->class_name[class_number] : NULL;
}

int denpa_data_label(const denpa_data *data, denpa_split split, size_t row) {
  const dnp_split *s = split_of(data, split);
  return s->label != NULL && row < s->rows ? s->label[row] : -1;
}

const uint8_t *denpa_data_pixels(const denpa_data *data, denpa_split split, size_t row) {
  const dnp_split *s = split_of(data, split);
  return s->pixel != NULL && row < s->rows ? s->pixel + row * data->features : NULL;
}

denpa_status denpa_data_row(const denpa_data *data, denpa_split split, size_t row, double *x, denpa_error *err) {
  const dnp_split *s = split_of(data, split);
  DNP_REQUIRE(data, err);
  DNP_REQUIRE(x, err);
  if (row >= s->rows)
    return dnp_fail(err, DENPA_ERROR_NOT_FOUND, "there is no row {1}; {2} has {3} of them, counted from 0", dnp_u(row),
        dnp_s(data->name), dnp_u(s->rows));
  if (s->reader != NULL) {
    const bool there = dnp_reader_row(s, row, data->features, DENPA_DTYPE_FLOAT64, x);
    return there ? DENPA_OK : dnp_reader_fail(s, data->name, row, err);
  }
  const dnp_float_mode before = dnp_float_enter();
  for (size_t i = 0; i < data->features; i++)
    x[i] = s->pixel != NULL ? (double)((float)s->pixel[row * data->features + i] / 255.0f)
                            : s->value[row * data->features + i];
  dnp_float_leave(before);
  return DENPA_OK;
}

denpa_status denpa_data_digits(denpa_data **out, size_t train_rows, uint64_t seed, denpa_error *err) {
  DNP_REQUIRE(out, err);
  return dnp_digits_make(out, train_rows, seed, err);
}
