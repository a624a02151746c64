/* smooth.h: a curve made smooth as the book does it (common/util.py): a mean of the eleven points around each, weighted
 * by a Kaiser window with beta 2. */
#ifndef DNP_DRAW_SMOOTH_H
#define DNP_DRAW_SMOOTH_H

#include <stddef.h>

#include "base/status.h"

#define DNP_SMOOTH_WINDOW 11

/* numpy.kaiser(count, beta), count >= 2. */
void dnp_kaiser(size_t count, double beta, double *window);
/* out[count] := the smoothed y. Beyond its ends the curve is mirrored at its first and last point. Curves of fewer than
 * eleven points stay as they are, and so does every point in whose window a number is not finite. out may not be y. */
void dnp_smooth(size_t count, const double *y, double *out);

#endif
