/* finite.h: a program's own numbers are looked at when they come in: one NaN makes a whole network NaN, and later
 * nobody can tell where it came from. */
#ifndef DNP_DATA_FINITE_H
#define DNP_DATA_FINITE_H

#include "base/array.h"
#include "base/status.h"

/* The place of the first of `count` numbers (float32 or float64) that is not finite, or not finite in the dtype
 * `within`; count if there is none. */
size_t dnp_first_unfit(denpa_dtype dtype, size_t count, const void *x, denpa_dtype within);

/* Fails with row and column if one of x[rows, columns] is unfit. Pixels never are. whose: what the rows are, a text of
 * the catalogue: "the training rows". */
denpa_status dnp_check_finite(denpa_dtype dtype, size_t rows, size_t columns, const void *x, denpa_dtype within,
    const char *whose, denpa_error *err);
/* The message for one that was found. */
denpa_status dnp_unfit(size_t row, size_t column, double value, const char *whose, denpa_error *err);

#endif
