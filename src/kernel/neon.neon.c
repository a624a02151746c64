/* neon.neon.c: the kernels for NEON, which every 64-bit ARM processor has. A tile of 6 rows and 16 columns (float): 24
 * vectors of sums, 4 of B, one splat, of 32 registers. There are no masks and no shorter vectors: the last elements of
 * a row are moved one by one. */
#include <arm_neon.h>

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

enum { LANES_f = 4, HALF_f = 0, LANES_d = 2, HALF_d = 0 };
typedef float vec_f __attribute__((vector_size(16)));
typedef vec_f half_f;
typedef double vec_d __attribute__((vector_size(16)));
typedef vec_d half_d;

static inline vec_f fma_f(vec_f a, vec_f b, vec_f c) {
  return (vec_f)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
}
static inline vec_f splat_f(float x) { return (vec_f)vdupq_n_f32(x); }
static inline vec_f load_part_f(const float *p, unsigned n) {
  return (vec_f){p[0], n > 1 ? p[1] : 0, n > 2 ? p[2] : 0, n > 3 ? p[3] : 0};
}
static inline void store_part_f(float *p, vec_f v, unsigned n) {
  p[0] = v[0];
  if (n > 1) p[1] = v[1];
  if (n > 2) p[2] = v[2];
  if (n > 3) p[3] = v[3];
}

static inline vec_d fma_d(vec_d a, vec_d b, vec_d c) {
  return (vec_d)vfmaq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b);
}
static inline vec_d splat_d(double x) { return (vec_d)vdupq_n_f64(x); }
static inline vec_d load_part_d(const double *p, unsigned n) { return (vec_d){p[0], n > 1 ? p[1] : 0}; }
static inline void store_part_d(double *p, vec_d v, unsigned n) {
  p[0] = v[0];
  if (n > 1) p[1] = v[1];
}

#define low_f(v) (v)
#define half_fma_f fma_f
#define half_load_part_f load_part_f
#define half_store_part_f store_part_f
#define low_d(v) (v)
#define half_fma_d fma_d
#define half_load_part_d load_part_d
#define half_store_part_d store_part_d

#define TABLES dnp_kernels_neon
#define UNIT "neon"
#define KERNELS "kernel/vector.h"
#include "kernel/tables.h"
