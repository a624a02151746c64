/* avx512.avx512.c: the kernels for AVX-512 (x86-64). A tile of 6 rows and 64 columns (float): 24 vectors of sums, 4 of
 * B, one splat. Where a processor computes a long vector in two halves, a short last one saves half the time. */
#include <immintrin.h>
#include <stdint.h>

#define TILE_ROWS 6
#define TILE_VECTORS 4
#define EACH_WIDTH(X, height, rows) X(height, rows, 1) X(height, rows, 2) X(height, rows, 3) X(height, rows, 4)
#define CONV_PIXELS 6
#define TAP_FILTERS 4
#define TAPS 6
#define EACH_PIXELS(X, name, filters) \
  X(name, filters, 1) \
  X(name, filters, 2) X(name, filters, 3) X(name, filters, 4) X(name, filters, 5) X(name, filters, 6)
#define EACH_TAPS EACH_PIXELS

enum { LANES_f = 16, HALF_f = 8, LANES_d = 8, HALF_d = 4 };
typedef float vec_f __attribute__((vector_size(64)));
typedef float half_f __attribute__((vector_size(32)));
typedef double vec_d __attribute__((vector_size(64)));
typedef double half_d __attribute__((vector_size(32)));

#define FIRST(n) ((1u << (n)) - 1) /* a mask of the first n elements */

static inline vec_f fma_f(vec_f a, vec_f b, vec_f c) { return (vec_f)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c); }
static inline vec_f splat_f(float x) { return (vec_f)_mm512_set1_ps(x); }
static inline vec_f load_part_f(const float *p, unsigned n) {
  return (vec_f)_mm512_maskz_loadu_ps((__mmask16)FIRST(n), p);
}
static inline void store_part_f(float *p, vec_f v, unsigned n) {
  _mm512_mask_storeu_ps(p, (__mmask16)FIRST(n), (__m512)v);
}
static inline half_f low_f(vec_f v) { return (half_f)_mm512_castps512_ps256((__m512)v); }
static inline half_f half_fma_f(half_f a, half_f b, half_f c) {
  return (half_f)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
}
static inline half_f half_load_part_f(const float *p, unsigned n) {
  return (half_f)_mm256_maskz_loadu_ps((__mmask8)FIRST(n), p);
}
static inline void half_store_part_f(float *p, half_f v, unsigned n) {
  _mm256_mask_storeu_ps(p, (__mmask8)FIRST(n), (__m256)v);
}

static inline vec_d fma_d(vec_d a, vec_d b, vec_d c) {
  return (vec_d)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
}
static inline vec_d splat_d(double x) { return (vec_d)_mm512_set1_pd(x); }
static inline vec_d load_part_d(const double *p, unsigned n) {
  return (vec_d)_mm512_maskz_loadu_pd((__mmask8)FIRST(n), p);
}
static inline void store_part_d(double *p, vec_d v, unsigned n) {
  _mm512_mask_storeu_pd(p, (__mmask8)FIRST(n), (__m512d)v);
}
static inline half_d low_d(vec_d v) { return (half_d)_mm512_castpd512_pd256((__m512d)v); }
static inline half_d half_fma_d(half_d a, half_d b, half_d c) {
  return (half_d)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
}
static inline half_d half_load_part_d(const double *p, unsigned n) {
  return (half_d)_mm256_maskz_loadu_pd((__mmask8)FIRST(n), p);
}
static inline void half_store_part_d(double *p, half_d v, unsigned n) {
  _mm256_mask_storeu_pd(p, (__mmask8)FIRST(n), (__m256d)v);
}

#define TABLES dnp_kernels_avx512
#define UNIT "avx512"
#define KERNELS "kernel/vector.h"
#include "kernel/tables.h"
