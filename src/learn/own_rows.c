/* own_rows.c: rows in a caller's own arrays into the buffers of a network. Called by predict.c and own_loop.c, from
 * several threads. */
#include "base/text.h"
#include "data/finite.h"
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

static void note_unfit(dnp_own_rows *g, size_t count, const void *numbers) {
  if (g->kernels->first_not_finite(count, numbers) < count) atomic_store(&g->unfit, true);
}

void dnp_own_rows_feed(void *context, size_t first, size_t count, denpa_dtype dtype, void *x, void *t) {
  dnp_own_rows *g = context;
  feed_numbers(g, first, count * g->features, dtype, x);
  /* looked at while they are near; what is wrong is told when the run has stopped */
  if (g->dtype != DENPA_DTYPE_UINT8) note_unfit(g, count * g->features, x);
  if (t == NULL) return;
  if (g->labels)
    for (size_t i = 0; i < count; i++) ((int32_t *)t)[i] = g->label[first + i];
  else if (g->label != NULL)
    feed_one_hot(g, first, count, dtype, t);
  else
    g->kernels->from_reals(count * g->outputs, g->target + first * g->outputs, t);
  if (g->target != NULL) note_unfit(g, count * g->outputs, t);
}

bool dnp_own_rows_failed(void *context) {
  const dnp_own_rows *g = context;
  return atomic_load_explicit(&g->unfit, memory_order_relaxed);
}

denpa_status dnp_own_rows_status(
    const dnp_own_rows *g, size_t rows, denpa_dtype dtype, denpa_status run, denpa_error *err) {
  if (!atomic_load(&g->unfit)) return run;
  DNP_TRY(dnp_check_finite(g->dtype, rows, g->features, g->x, dtype, DNP_N("the rows"), err));
  DNP_TRY(dnp_check_finite(DENPA_DTYPE_FLOAT64, rows, g->outputs, g->target, dtype, DNP_N("the targets"), err));
  return run;
}
