/* schedule.c: how the learning rate goes through a training: one table, one curve each. Everything is computed in double. Called by train.c. */
#include "base/math.h"
#include "learn/learn.h"

/* `done` of `total` updates are behind; the result is a factor of the learning rate. */
typedef double curve(size_t done, size_t total);

static double constant(size_t done, size_t total) {
  (void)done, (void)total;
  return 1;
}

/* A straight line from 1 at the first update to 0 after the last. */
static double linear(size_t done, size_t total) { return 1 - (double)done / (double)total; }

/* Half a cosine wave from `from` to `to`, `share` (0 .. 1) of the way. */
static double half_wave(double from, double to, double share) { return fma((from - to) / 2, 1 + dnp_cos(share * 0x1.921fb54442d18p+1), to); }

/* L. N. Smith and N. Topin, "Super-convergence: very fast training of neural networks using large learning rates", 2018, in the form that PyTorch's
 * OneCycleLR gives it by default, momentum left alone: up from 1/25 to 1 until update 0.3 total - 1 (counting from 0, not rounded), then down
 * to 1/250000 at the last one, both along half a cosine wave. */
static double one_cycle(size_t done, size_t total) {
  const double start = 1.0 / 25, end = start / 1e4, last = (double)total - 1, top = 0.3 * (double)total - 1, at = (double)done;
  return at <= top ? half_wave(start, 1, at / top) : half_wave(1, end, (at - top) / (last - top));
}

static curve *const curves[] = {[DENPA_CONSTANT] = constant, [DENPA_LINEAR] = linear, [DENPA_ONE_CYCLE] = one_cycle};
static const char *const names[] = {[DENPA_CONSTANT] = "constant", [DENPA_LINEAR] = "linear", [DENPA_ONE_CYCLE] = "one-cycle"};

const char *dnp_schedule_name(denpa_schedule schedule) { return names[schedule]; }

double dnp_schedule_rate(denpa_schedule schedule, double lr, size_t done, size_t total) { return lr * curves[schedule](done, total); }
