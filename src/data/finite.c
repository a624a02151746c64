/* finite.c: finds numbers of a program that no network can compute with, and says where they are. Called by whatever
 * takes a program's rows. */
#include "data/finite.h"

#include <float.h>
#include <math.h>

#include "base/memory.h"

enum { RUN = 256, LANES = 8 }; /* numbers that are counted before anybody looks; how many side by side */

/* NaN is not below any limit. Good numbers are counted, because a loop without a way out runs on vectors. */
#define FIRST_UNFIT(type, absolute) \
  static size_t first_unfit_##type(size_t count, const type *x, type limit) { \
    size_t at = 0; \
    for (; count - at >= RUN; at += RUN) { \
      type good[LANES] = {0}, all = 0; \
      for (size_t i = 0; i < RUN; i += LANES) \
        for (size_t k = 0; k < LANES; k++) good[k] += absolute(x[at + i + k]) <= limit ? 1 : 0; \
      for (size_t k = 0; k < LANES; k++) all += good[k]; \
      if (all < (type)RUN) break; \
    } \
    while (at < count && absolute(x[at]) <= limit) at++; \
    return at; \
  }
FIRST_UNFIT(float, fabsf)
FIRST_UNFIT(double, fabs)

size_t dnp_first_unfit(denpa_dtype dtype, size_t count, const void *x, denpa_dtype within) {
  if (dtype == DENPA_DTYPE_FLOAT32) return first_unfit_float(count, x, FLT_MAX);
  return first_unfit_double(count, x, within == DENPA_DTYPE_FLOAT32 ? (double)FLT_MAX : DBL_MAX);
}

denpa_status dnp_unfit(size_t row, size_t column, double value, const char *whose, denpa_error *err) {
  if (isfinite(value))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "row {1}, column {2} of {3} (both from 0) is {4}, but float32 ends at 3.4e38; divide such numbers or compute "
        "in float64",
        dnp_u(row), dnp_u(column), dnp_t(whose), dnp_d(value));
  return dnp_fail(err, DENPA_ERROR_ARGUMENT,
      "row {1}, column {2} of {3} (both from 0) is {4}; give a finite number, or leave the row out", dnp_u(row),
      dnp_u(column), dnp_t(whose), isnan(value) ? dnp_s("NaN") : dnp_s(value > 0 ? "infinity" : "-infinity"));
}

denpa_status dnp_check_finite(denpa_dtype dtype, size_t rows, size_t columns, const void *x, denpa_dtype within,
    const char *whose, denpa_error *err) {
  if (x == NULL || dtype == DENPA_DTYPE_UINT8) return DENPA_OK;
  size_t count;
  if (!dnp_size_mul(rows, columns, &count))
    return dnp_fail(err, DENPA_ERROR_MEMORY,
        "{1} {1|row|rows} of {2} {2|number|numbers} are more than this machine can address", dnp_u(rows),
        dnp_u(columns));
  const size_t at = dnp_first_unfit(dtype, count, x, within);
  if (at == count) return DENPA_OK;
  const double value = dtype == DENPA_DTYPE_FLOAT32 ? (double)((const float *)x)[at] : ((const double *)x)[at];
  return dnp_unfit(at / columns, at % columns, value, whose, err);
}
