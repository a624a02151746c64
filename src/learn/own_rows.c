/* own_rows.c: rows in a caller's own arrays into the buffers of a network. Called by predict.c and own_loop.c, from
 * several threads. */
#include "learn/learn.h"

denpa_status dnp_own_rows_dtype_check(denpa_dtype dtype, denpa_error *err) {
  if (dtype == DENPA_DTYPE_FLOAT32 || dtype == DENPA_DTYPE_FLOAT64 || dtype == DENPA_DTYPE_UINT8) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_ARGUMENT, "rows are given as float32, float64 or uint8 (pixels)");
}

static void feed_numbers(const dnp_own_rows *g, size_t first, size_t numbers, denpa_dtype dtype, void *x) {
  const unsigned char *from = g->x + first * g->features * dnp_dtype_size(g->dtype);
  if (g->dtype == DENPA_DTYPE_UINT8)
    g->kernels->from_pixels(numbers, from, x);
  else if (g->dtype == DENPA_DTYPE_FLOAT64)
    g->kernels->from_reals(numbers, (const double *)(const void *)from, x);
  else
    for (size_t i = 0; i < numbers; i++) {
      const float value = ((const float *)(const void *)from)[i];
      if (dtype == DENPA_DTYPE_FLOAT32)
        ((float *)x)[i] = value;
      else
        ((double *)x)[i] = (double)value;
    }
}

/* A single output for two classes is 0 or 1. */
static double wanted(const dnp_own_rows *g, size_t row, size_t output) {
  return g->label[row] == (int32_t)(g->outputs == 1 ? 1 : output) ? 1 : 0;
}

static void feed_one_hot(const dnp_own_rows *g, size_t first, size_t count, denpa_dtype dtype, void *t) {
  for (size_t i = 0; i < count * g->outputs; i++) {
    const double value = wanted(g, first + i / g->outputs, i % g->outputs);
    if (dtype == DENPA_DTYPE_FLOAT32)
      ((float *)t)[i] = (float)value;
    else
      ((double *)t)[i] = value;
  }
}

void dnp_own_rows_feed(void *context, size_t first, size_t count, denpa_dtype dtype, void *x, void *t) {
  const dnp_own_rows *g = context;
  feed_numbers(g, first, count * g->features, dtype, x);
  if (t == NULL) return;
  if (g->labels)
    for (size_t i = 0; i < count; i++) ((int32_t *)t)[i] = g->label[first + i];
  else if (g->label != NULL)
    feed_one_hot(g, first, count, dtype, t);
  else
    g->kernels->from_reals(count * g->outputs, g->target + first * g->outputs, t);
}
