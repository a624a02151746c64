/* philox.h: Philox-4x32-10 (base/random.h) for 16 counters side by side, whose first or second words follow each other.
 * Included once in each unit by tables.h. */
#if defined(__AVX512F__)
#include <immintrin.h>
/* vectors of 64-bit places; the low halves are the words, what is in the upper ones is of no account */
#define DRAW_VECTORS 2
typedef uint64_t draw_vector __attribute__((vector_size(64)));
static inline draw_vector draw_product(draw_vector a, draw_vector b) {
  return (draw_vector)_mm512_mul_epu32((__m512i)a, (__m512i)b);
}
#elif defined(__AVX2__)
#include <immintrin.h>
#define DRAW_VECTORS 4
typedef uint64_t draw_vector __attribute__((vector_size(32)));
static inline draw_vector draw_product(draw_vector a, draw_vector b) {
  return (draw_vector)_mm256_mul_epu32((__m256i)a, (__m256i)b);
}
#else
#define DRAW_VECTORS 8
typedef uint64_t draw_vector __attribute__((vector_size(16)));
static inline draw_vector draw_product(draw_vector a, draw_vector b) { return (a & 0xffffffffu) * (b & 0xffffffffu); }
#endif

/* word[w][l] := word w of what becomes of the counter {first + l, second, stream low, stream high}, or of {first,
 * second + l, ..} if `down`. Two vectors at a time go through all the rounds, in registers. */
static inline void philox_lanes(
    uint64_t seed, uint64_t stream, uint32_t first, uint32_t second, bool down, uint32_t word[4][DNP_LANES]) {
  union {
    uint64_t place[DNP_LANES];
    draw_vector vector[DRAW_VECTORS];
  } c[4];
  const draw_vector zero = {0}, even = zero + 0xD2511F53u, odd = zero + 0xCD9E8D57u;
  for (uint32_t l = 0; l < DNP_LANES; l++) {
    c[0].place[l] = first + (down ? 0 : l);
    c[1].place[l] = second + (down ? l : 0);
  }
  for (int v = 0; v < DRAW_VECTORS; v += 2) {
    draw_vector a0 = c[0].vector[v], a1 = c[1].vector[v], a2 = zero + (uint32_t)stream,
                a3 = zero + (uint32_t)(stream >> 32);
    draw_vector b0 = c[0].vector[v + 1], b1 = c[1].vector[v + 1], b2 = a2, b3 = a3;
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    for (int round = 0; round < 10; round++, k0 += 0x9E3779B9u, k1 += 0xBB67AE85u) {
      const draw_vector a_even = draw_product(a0, even), a_odd = draw_product(a2, odd), b_even = draw_product(b0, even),
                        b_odd = draw_product(b2, odd);
      a0 = (a_odd >> 32) ^ a1 ^ k0;
      b0 = (b_odd >> 32) ^ b1 ^ k0;
      a2 = (a_even >> 32) ^ a3 ^ k1;
      b2 = (b_even >> 32) ^ b3 ^ k1;
      a1 = a_odd;
      b1 = b_odd;
      a3 = a_even;
      b3 = b_even;
    }
    const draw_vector a[4] = {a0, a1, a2, a3}, b[4] = {b0, b1, b2, b3};
    for (int w = 0; w < 4; w++) {
      c[w].vector[v] = a[w];
      c[w].vector[v + 1] = b[w];
    }
  }
  for (int w = 0; w < 4; w++)
    for (int l = 0; l < DNP_LANES; l++) word[w][l] = (uint32_t)c[w].place[l];
}

#undef DRAW_VECTORS
