/* random_numpy.c: NumPy's legacy generator (numpy.random.seed and RandomState's methods), bit for bit, so that a
 * reader's own script and denpa walk the same path. The generator is MT19937 (Matsumoto and Nishimura, 1998).
 *
 * Called by the training with --rng numpy, and by nothing else. dnp_numpy_randn is the single place of the library that
 * calls libm's log: NumPy does, so only the same log gives the same bits. All else here has the same bits
 * everywhere. */
#include "base/random.h"

#include <math.h>

enum { LENGTH = 624, MIDDLE = 397 };

void dnp_numpy_seed(dnp_numpy *numpy, uint32_t seed) {
  numpy->state[0] = seed;
  for (uint32_t i = 1; i < LENGTH; i++) {
    uint32_t last = numpy->state[i - 1];
    numpy->state[i] = 1812433253u * (last ^ (last >> 30)) + i;
  }
  numpy->position = LENGTH;
  numpy->has_normal = 0;
  numpy->normal = 0.0;
}

static void advance(uint32_t state[LENGTH]) {
  for (int i = 0; i < LENGTH; i++) {
    uint32_t joined = (state[i] & 0x80000000u) | (state[(i + 1) % LENGTH] & 0x7fffffffu);
    state[i] = state[(i + MIDDLE) % LENGTH] ^ (joined >> 1) ^ (joined & 1 ? 0x9908b0dfu : 0);
  }
}

uint32_t dnp_numpy_u32(dnp_numpy *numpy) {
  if (numpy->position == LENGTH) {
    advance(numpy->state);
    numpy->position = 0;
  }
  uint32_t word = numpy->state[numpy->position++];
  word ^= word >> 11;
  word ^= (word << 7) & 0x9d2c5680u;
  word ^= (word << 15) & 0xefc60000u;
  return word ^ (word >> 18);
}

double dnp_numpy_rand(dnp_numpy *numpy) {
  uint32_t high = dnp_numpy_u32(numpy) >> 5, low = dnp_numpy_u32(numpy) >> 6;
  return ((double)high * 0x1p26 + (double)low) * 0x1p-53;
}

double dnp_numpy_randn(dnp_numpy *numpy) {
  if (numpy->has_normal) {
    double waiting = numpy->normal;
    numpy->has_normal = 0;
    numpy->normal = 0.0;
    return waiting;
  }
  double x, y, square;
  do { /* Marsaglia's polar method: a point inside the unit circle, but not its centre */
    x = 2.0 * dnp_numpy_rand(numpy) - 1.0;
    y = 2.0 * dnp_numpy_rand(numpy) - 1.0;
    square = x * x + y * y;
  } while (square >= 1.0 || square == 0.0);
  double factor = sqrt(-2.0 * log(square) / square);
  numpy->normal = factor * x;
  numpy->has_normal = 1;
  return factor * y;
}

/* [0,most]: words cut to the bits of `most`, until one fits. No word is drawn for most = 0. */
static uint32_t up_to(dnp_numpy *numpy, uint32_t most) {
  uint32_t mask = most, value;
  for (int shift = 1; shift < 32; shift *= 2) mask |= mask >> shift;
  if (most == 0) return 0;
  do value = dnp_numpy_u32(numpy) & mask;
  while (value > most);
  return value;
}

void dnp_numpy_permutation(dnp_numpy *numpy, size_t n, uint32_t *out) {
  for (size_t i = 0; i < n; i++) out[i] = (uint32_t)i;
  for (size_t i = n; i-- > 1;) {
    uint32_t j = up_to(numpy, (uint32_t)i), kept = out[i];
    out[i] = out[j];
    out[j] = kept;
  }
}

void dnp_numpy_choice(dnp_numpy *numpy, size_t n, size_t count, uint32_t *out) {
  for (size_t i = 0; i < count; i++) out[i] = up_to(numpy, (uint32_t)(n - 1));
}
