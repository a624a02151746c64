/* avx2.fma.c: the kernels for AVX2 with FMA (x86-64). A tile of 4 rows and 24 columns (float): 12 vectors of sums, 3 of
 * B, one splat: all 16 registers. */
#include <immintrin.h>
#include <stdint.h>

#define TILE_ROWS 4
#define TILE_VECTORS 3
#define EACH_WIDTH(X, height, rows) X(height, rows, 1) X(height, rows, 2) X(height, rows, 3)
#define CONV_PIXELS 3
#define TAP_FILTERS 3
#define TAPS 4
#define EACH_PIXELS(X, name, filters) X(name, filters, 1) X(name, filters, 2) X(name, filters, 3)
#define EACH_TAPS(X, name, filters) EACH_PIXELS(X, name, filters) X(name, filters, 4)

enum { LANES_f = 8, HALF_f = 4, LANES_d = 4, HALF_d = 2 };
typedef float vec_f __attribute__((vector_size(32)));
typedef float half_f __attribute__((vector_size(16)));
typedef double vec_d __attribute__((vector_size(32)));
typedef double half_d __attribute__((vector_size(16)));

/* Masks of the first n elements: the last n of the ones, and zeros. */
static const int32_t masks_f[16] = {-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0};
static const int64_t masks_d[8] = {-1, -1, -1, -1, 0, 0, 0, 0};
static inline __m256i first_f(unsigned n) {
  return _mm256_loadu_si256((const __m256i *)(const void *)(masks_f + 8 - n));
}
static inline __m256i first_d(unsigned n) {
  return _mm256_loadu_si256((const __m256i *)(const void *)(masks_d + 4 - n));
}

static inline vec_f fma_f(vec_f a, vec_f b, vec_f c) { return (vec_f)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c); }
static inline vec_f splat_f(float x) { return (vec_f)_mm256_set1_ps(x); }
static inline vec_f load_part_f(const float *p, unsigned n) { return (vec_f)_mm256_maskload_ps(p, first_f(n)); }
static inline void store_part_f(float *p, vec_f v, unsigned n) { _mm256_maskstore_ps(p, first_f(n), (__m256)v); }
static inline half_f low_f(vec_f v) { return (half_f)_mm256_castps256_ps128((__m256)v); }
static inline half_f half_fma_f(half_f a, half_f b, half_f c) {
  return (half_f)_mm_fmadd_ps((__m128)a, (__m128)b, (__m128)c);
}
static inline half_f half_load_part_f(const float *p, unsigned n) {
  return (half_f)_mm_maskload_ps(p, _mm256_castsi256_si128(first_f(n)));
}
static inline void half_store_part_f(float *p, half_f v, unsigned n) {
  _mm_maskstore_ps(p, _mm256_castsi256_si128(first_f(n)), (__m128)v);
}

static inline vec_d fma_d(vec_d a, vec_d b, vec_d c) {
  return (vec_d)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
}
static inline vec_d splat_d(double x) { return (vec_d)_mm256_set1_pd(x); }
static inline vec_d load_part_d(const double *p, unsigned n) { return (vec_d)_mm256_maskload_pd(p, first_d(n)); }
static inline void store_part_d(double *p, vec_d v, unsigned n) { _mm256_maskstore_pd(p, first_d(n), (__m256d)v); }
static inline half_d low_d(vec_d v) { return (half_d)_mm256_castpd256_pd128((__m256d)v); }
static inline half_d half_fma_d(half_d a, half_d b, half_d c) {
  return (half_d)_mm_fmadd_pd((__m128d)a, (__m128d)b, (__m128d)c);
}
static inline half_d half_load_part_d(const double *p, unsigned n) {
  return (half_d)_mm_maskload_pd(p, _mm256_castsi256_si128(first_d(n)));
}
static inline void half_store_part_d(double *p, half_d v, unsigned n) {
  _mm_maskstore_pd(p, _mm256_castsi256_si128(first_d(n)), (__m128d)v);
}

#define TABLES dnp_kernels_avx2
#define UNIT "avx2"
#define KERNELS "kernel/vector.h"
#include "kernel/tables.h"
