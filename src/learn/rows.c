/* rows.c: rows of a data set into the buffers of a network: pixels and values become the network's numbers, labels stay
 * labels or become one-hot rows. Called by the training loop and by measuring, from several threads. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/shapes.h"
#include "base/text.h"
#include "data/finite.h"
#include "learn/learn.h"

/* The first number that the network's dtype does not hold. */
static denpa_status check_range(const denpa_net *net, const denpa_data *data, denpa_error *err) {
  for (int s = 0; s < DNP_SPLITS && net->network->dtype == DENPA_DTYPE_FLOAT32; s++) {
    const dnp_split *split = &data->split[s];
    if (split->wide == 0 || split->wide > split->rows) continue;
    const size_t row = split->wide - 1;
    for (size_t i = 0; i < data->features && split->value != NULL; i++)
      if (fabs(split->value[row * data->features + i]) > (double)FLT_MAX)
        return dnp_unfit(row, i, split->value[row * data->features + i],
            s == DNP_TRAIN ? DNP_N("the training rows") : DNP_N("the test rows"), err);
    for (size_t i = 0; i < data->outputs && split->target != NULL; i++)
      if (fabs(split->target[row * data->outputs + i]) > (double)FLT_MAX)
        return dnp_unfit(row, i, split->target[row * data->outputs + i],
            s == DNP_TRAIN ? DNP_N("the training rows' targets") : DNP_N("the test rows' targets"), err);
  }
  return DENPA_OK;
}

denpa_status dnp_rows_check(const denpa_net *net, const denpa_data *data, bool answers, denpa_error *err) {
  if (net->exec->input == NULL)
    return dnp_fail(err, DENPA_ERROR_SHAPE, "this network has no input with rows, so no data set can be put in");
  size_t inputs = dnp_tensor_row(net->exec->input);
  if (inputs != data->features)
    return dnp_fail_shapes(err,
        dnp_fail(err, DENPA_ERROR_SHAPE,
            "the network takes {1} {1|number|numbers} a row ({2} has {3}), so these two do not fit; give a network "
            "that begins with {3}",
            dnp_u(inputs), dnp_s(data->name), dnp_u(data->features)),
        NULL, (dnp_shape){1, &data->features}, (dnp_shape){1, &inputs});
  DNP_TRY(check_range(net, data, err));
  if (!answers) return DENPA_OK;
  if (net->exec->last == NULL || net->exec->answer == NULL)
    return dnp_fail(err, DENPA_ERROR_SHAPE,
        "this network does not end in a loss, so it cannot learn from a data set or be measured on one");
  size_t outputs = dnp_tensor_row(
      net->exec->answer->dtype == DENPA_DTYPE_INT32 ? net->exec->last->in[0] : net->exec->answer);
  if (dnp_one_for_two(net, data)) return DENPA_OK;
  if (net->exec->answer->dtype == DENPA_DTYPE_INT32 && data->classes == 0)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "the network's loss needs labels, but {1} has targets (real numbers); use the loss mse", dnp_s(data->name));
  if (net->exec->answer->dtype == DENPA_DTYPE_INT32 ? outputs < data->outputs : outputs != data->outputs)
    return dnp_fail(err, DENPA_ERROR_SHAPE,
        "the network gives {1} {1|number|numbers} a row ({2} has {3} classes or targets), so these two do not fit; "
        "give a network that ends with {3}",
        dnp_u(outputs), dnp_s(data->name), dnp_u(data->outputs));
  return DENPA_OK;
}

bool dnp_one_for_two(const denpa_net *net, const denpa_data *data) {
  return net->exec->last != NULL && net->exec->answer != NULL && net->exec->answer->dtype != DENPA_DTYPE_INT32 &&
         data->classes == 2 && dnp_tensor_row(net->exec->answer) == 1;
}

dnp_rows dnp_rows_from(const denpa_net *net, const denpa_data *data, int split) {
  return (dnp_rows){.split = &data->split[split],
      .kernels = net->exec->kernels,
      .features = data->features,
      .outputs = dnp_one_for_two(net, data) ? 1 : data->outputs,
      .labels = net->exec->answer != NULL && net->exec->answer->dtype == DENPA_DTYPE_INT32};
}

static void one_hot(const dnp_rows *rows, const size_t at, denpa_dtype dtype, void *t) {
  rows->kernels->fill(rows->outputs, 0, t);
  size_t label = rows->split->label[at];
  if (rows->outputs == 1) { /* one output for two classes: 0 or 1 */
    if (label == 0) return;
    label = 0;
  }
  if (dtype == DENPA_DTYPE_FLOAT32)
    ((float *)t)[label] = 1;
  else
    ((double *)t)[label] = 1;
}

/* Rows drawn at random lie far apart, so the processor cannot see them coming. In a shuffled epoch the next batch's
 * rows follow in the index. */
void dnp_rows_ahead(void *context, size_t row) {
  const dnp_rows *rows = context;
  if (rows->index == NULL || row >= rows->known) return;
  const dnp_split *split = rows->split;
  if (split->reader != NULL) return;
  const size_t bytes = rows->features * (split->pixel != NULL ? 1 : sizeof *split->value);
  const unsigned char *from = (split->pixel != NULL ? split->pixel : (const unsigned char *)split->value) +
                              rows->index[row] * bytes;
  /* into level 2: level 1 takes too few requests at a time */
  for (size_t i = 0; i < bytes; i += 64) __builtin_prefetch(from + i, 0, 1);
}

void dnp_rows_feed_columns(
    void *context, size_t first, size_t count, size_t column, size_t columns, denpa_dtype dtype, void *x) {
  const dnp_rows *rows = context;
  const dnp_split *split = rows->split;
  for (size_t i = 0; i < count; i++) {
    const size_t from = (rows->index != NULL ? rows->index[first + i] : first + i) * rows->features + column;
    void *to = (unsigned char *)x + (i * rows->features + column) * dnp_dtype_size(dtype);
    if (split->pixel != NULL)
      rows->kernels->from_pixels(columns, split->pixel + from, to);
    else
      rows->kernels->from_reals(columns, split->value + from, to);
  }
}

static void feed_augmented(const dnp_rows *rows, size_t first, size_t count, denpa_dtype dtype, unsigned char *x) {
  for (size_t i = 0; i < count; i++) {
    const size_t at = rows->index != NULL ? rows->index[first + i] : first + i;
    dnp_augment_row(rows->augment, rows->kernels, rows->update, at, rows->split->pixel + at * rows->features,
        x + i * rows->features * dnp_dtype_size(dtype));
  }
}

bool dnp_rows_failed(void *context) {
  const dnp_rows *rows = context;
  return atomic_load_explicit(&rows->failed, memory_order_relaxed) > 0;
}

denpa_status dnp_rows_status(const dnp_rows *rows, const char *name, denpa_status run, denpa_error *err) {
  if (atomic_load(&rows->failed) == 0) return run;
  if (rows->unfit == 0) return dnp_reader_fail(rows->split, name, rows->failed_row, err);
  return dnp_unfit(rows->failed_row, rows->unfit - 1, rows->unfit_value,
      rows->split->split == DENPA_SPLIT_TEST ? DNP_N("the test rows") : DNP_N("the training rows"), err);
}

/* The first in the batch is told, whichever thread comes first: all rows of a chunk are fed before anybody stops. */
static void row_failed(dnp_rows *rows, size_t place, size_t row, size_t unfit, double value) {
  while (atomic_exchange(&rows->telling, true)) {
  }
  const size_t before = atomic_load(&rows->failed);
  if (before == 0 || place + 1 < before) {
    rows->failed_row = row;
    rows->unfit = unfit;
    rows->unfit_value = value;
    atomic_store(&rows->failed, place + 1);
  }
  atomic_store(&rows->telling, false);
}

/* From the program's function. */
static void feed_read(dnp_rows *rows, size_t first, size_t count, denpa_dtype dtype, unsigned char *x) {
  for (size_t i = 0; i < count; i++) {
    const size_t row = rows->index != NULL ? rows->index[first + i] : first + i;
    unsigned char *to = x + i * rows->features * dnp_dtype_size(dtype);
    if (!dnp_reader_row(rows->split, row, rows->features, dtype, to)) {
      row_failed(rows, first + i, row, 0, 0);
      continue;
    }
    const size_t at = rows->kernels->first_not_finite(rows->features, to);
    if (at == rows->features) continue;
    row_failed(rows, first + i, row, at + 1,
        dtype == DENPA_DTYPE_FLOAT32 ? (double)((const float *)(void *)to)[at] : ((const double *)(void *)to)[at]);
    memset(to, 0, rows->features * dnp_dtype_size(dtype));
  }
}

void dnp_rows_feed(void *context, size_t first, size_t count, denpa_dtype dtype, void *x, void *t) {
  const dnp_rows *rows = context;
  const dnp_split *split = rows->split;
  const size_t size = dnp_dtype_size(dtype), outputs = rows->outputs;
  if (rows->augment != NULL)
    feed_augmented(rows, first, count, dtype, x);
  else if (split->reader != NULL)
    feed_read(context, first, count, dtype, x);
  else
    dnp_rows_feed_columns(context, first, count, 0, rows->features, dtype, x);
  for (size_t i = 0; i < count && t != NULL; i++) {
    const size_t at = rows->index != NULL ? rows->index[first + i] : first + i;
    if (rows->labels)
      ((int32_t *)t)[i] = split->label[at];
    else if (split->target != NULL)
      rows->kernels->from_reals(outputs, split->target + at * outputs, (unsigned char *)t + i * outputs * size);
    else
      one_hot(rows, at, dtype, (unsigned char *)t + i * outputs * size);
  }
}
