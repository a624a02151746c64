/* smooth.c: the Kaiser window, and smoothing with it. Called by the plots of curves and by the book's experiments. */
#include "draw/smooth.h"

#include <math.h>

#define BETA 2.0

/* The modified Bessel function I0 by its series: the sum of ((x/2)^k / k!)^2; its terms fall fast for the small x of
 * windows. */
static double bessel_i0(double x) {
  double term = 1, sum = 1;
  for (int k = 1; term > 1e-17 * sum; k++) {
    term *= x / 2 / k * (x / 2 / k);
    sum += term;
  }
  return sum;
}

void dnp_kaiser(size_t count, double beta, double *window) {
  const double middle = (double)(count - 1) / 2;
  for (size_t i = 0; i < count; i++) {
    const double at = ((double)i - middle) / middle;
    window[i] = bessel_i0(beta * sqrt(1 - at * at)) / bessel_i0(beta);
  }
}

/* The place in the curve of place i of the mirrored one. As in the book the last point comes twice where the curve
 * turns back, the first one does not. */
static size_t mirrored(ptrdiff_t i, size_t count) {
  const ptrdiff_t last = (ptrdiff_t)count - 1;
  return (size_t)(i < 0 ? -i : i > last ? 2 * last + 1 - i : i);
}

void dnp_smooth(size_t count, const double *y, double *out) {
  double window[DNP_SMOOTH_WINDOW], whole = 0;
  const ptrdiff_t half = DNP_SMOOTH_WINDOW / 2;
  dnp_kaiser(DNP_SMOOTH_WINDOW, BETA, window);
  for (size_t k = 0; k < DNP_SMOOTH_WINDOW; k++) whole += window[k];
  for (size_t i = 0; i < count; i++) {
    double sum = 0;
    for (ptrdiff_t k = -half; k <= half && count >= DNP_SMOOTH_WINDOW; k++)
      sum += window[k + half] / whole * y[mirrored((ptrdiff_t)i + k, count)];
    out[i] = count >= DNP_SMOOTH_WINDOW && isfinite(sum) ? sum : y[i];
  }
}
