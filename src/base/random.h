/* random.h: the two sources of random numbers (DESIGN: "Two random sources").
 *
 * denpa's own is counter-based: draw number `index` of stream `stream` under `seed` is a pure function of these three
 * (Philox-4x32-10: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011), so any draw can
 * be repeated alone. NumPy's legacy generator (MT19937 and numpy.random.RandomState's methods) walks a reader's own
 * script. */
#ifndef DNP_BASE_RANDOM_H
#define DNP_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* What a stream is for; the low 32 bits number the thing (parameter tensor, epoch, update, sample). */
#define DNP_STREAM(purpose, number) (((uint64_t)(purpose) << 32) | (uint64_t)(number))
enum {
  DNP_FOR_WEIGHTS = 1,
  DNP_FOR_ORDER = 2,
  DNP_FOR_BATCH = 3,
  DNP_FOR_DIGITS = 4,
  DNP_FOR_TEST = 5,
  DNP_FOR_LESSONS = 6,
  DNP_FOR_VALIDATION = 7,
  DNP_FOR_DROPOUT = 20
};
/* pictures changed at random: update; folders of pictures: class, or order of a split */
enum { DNP_FOR_AUGMENT = 22, DNP_FOR_PICTURES = 21 };
enum {
  DNP_FOR_SEARCH = 32 /* the draws of a search: trial */,
  DNP_FOR_TABLES = 40 /* which rows of a table are for testing */,
  DNP_FOR_CHECK = 41 /* which entries of a tensor a gradient check looks at: tensor */,
  DNP_FOR_RESAMPLES = 42 /* the rows of a bootstrap: resample */,
  DNP_FOR_OTHERS = 43 /* pictures of what is no digit: picture */
};

/* The bare generator: 10 rounds. */
void dnp_philox(const uint32_t key[2], const uint32_t counter[4], uint32_t out[4]);

/* One draw. key = seed (low word first), counter = {index low, index high, stream low, stream high}. */
/* words 0 (low) and 1 (high) */
uint64_t dnp_draw_bits(uint64_t seed, uint64_t stream, uint64_t index);
/* [0,1), 53 bits: bits >> 11 times 2^-53 */
double dnp_draw_uniform(uint64_t seed, uint64_t stream, uint64_t index);
/* mean 0, deviation 1: Box-Muller on words 0,1 and 2,3; same bits everywhere */
double dnp_draw_normal(uint64_t seed, uint64_t stream, uint64_t index);
/* [0,limit): high half of bits*limit; limit >= 1 */
uint64_t dnp_draw_below(uint64_t seed, uint64_t stream, uint64_t index, uint64_t limit);

/* NumPy's legacy generator, bit-equal to numpy.random.seed / rand / randn / permutation / choice. */
typedef struct dnp_numpy {
  uint32_t state[624];
  int position;
  int has_normal; /* the polar method makes normals in pairs; the second one waits here */
  double normal;
} dnp_numpy;

void dnp_numpy_seed(dnp_numpy *numpy, uint32_t seed); /* numpy.random.seed(seed) */
uint32_t dnp_numpy_u32(dnp_numpy *numpy);
double dnp_numpy_rand(dnp_numpy *numpy); /* numpy.random.rand() */
/* numpy.random.randn(); the one place that may call libm's log */
double dnp_numpy_randn(dnp_numpy *numpy);
void dnp_numpy_permutation(dnp_numpy *numpy, size_t n, uint32_t *out); /* numpy.random.permutation(n) */
/* numpy.random.choice(n, count), with replacement; 1 <= n < 2^32 */
void dnp_numpy_choice(dnp_numpy *numpy, size_t n, size_t count, uint32_t *out);

#endif
