/* random.c: denpa's own random numbers: Philox-4x32-10 and what is drawn from it. Pure functions, no state; NumPy's
 * generator is in random_numpy.c. Called by whatever initialises weights, orders samples, deforms images or writes
 * digits. */
#include "base/random.h"

#include "base/math.h"

void dnp_philox(const uint32_t key[2], const uint32_t counter[4], uint32_t out[4]) {
  uint32_t k0 = key[0], k1 = key[1];
  uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
  for (int round = 0; round < 10; round++) {
    uint64_t even = (uint64_t)0xD2511F53u * c0, odd = (uint64_t)0xCD9E8D57u * c2;
    c0 = (uint32_t)(odd >> 32) ^ c1 ^ k0;
    c1 = (uint32_t)odd;
    c2 = (uint32_t)(even >> 32) ^ c3 ^ k1;
    c3 = (uint32_t)even;
    k0 += 0x9E3779B9u; /* the golden ratio and sqrt 3 - 1, as the paper's key schedule has them */
    k1 += 0xBB67AE85u;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/* The four words of one draw, as two. */
static void draw(uint64_t seed, uint64_t stream, uint64_t index, uint64_t out[2]) {
  const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
  const uint32_t counter[4] = {(uint32_t)index, (uint32_t)(index >> 32), (uint32_t)stream, (uint32_t)(stream >> 32)};
  uint32_t word[4];
  dnp_philox(key, counter, word);
  out[0] = (uint64_t)word[1] << 32 | word[0];
  out[1] = (uint64_t)word[3] << 32 | word[2];
}

uint64_t dnp_draw_bits(uint64_t seed, uint64_t stream, uint64_t index) {
  uint64_t pair[2];
  draw(seed, stream, index, pair);
  return pair[0];
}

double dnp_draw_uniform(uint64_t seed, uint64_t stream, uint64_t index) {
  return (double)(dnp_draw_bits(seed, stream, index) >> 11) * 0x1p-53;
}

double dnp_draw_normal(uint64_t seed, uint64_t stream, uint64_t index) {
  uint64_t pair[2];
  draw(seed, stream, index, pair);
  double radius = (double)((pair[0] >> 11) + 1) * 0x1p-53; /* (0,1]: its log is finite */
  double turn = (double)(pair[1] >> 11) * 0x1p-53;
  return sqrt(-2.0 * dnp_log(radius)) * dnp_cos(0x1.921fb54442d18p+2 * turn); /* 2 pi */
}

uint64_t dnp_draw_below(uint64_t seed, uint64_t stream, uint64_t index, uint64_t limit) {
  uint64_t bits = dnp_draw_bits(seed, stream, index);
  uint64_t bits_low = bits & 0xffffffffu, bits_high = bits >> 32, low = limit & 0xffffffffu, high = limit >> 32;
  uint64_t middle = bits_high * low + (bits_low * low >> 32); /* cannot overflow: (2^32-1)^2 + 2^32-1 < 2^64 */
  uint64_t other = bits_low * high + (middle & 0xffffffffu);
  return bits_high * high + (middle >> 32) + (other >> 32);
}
