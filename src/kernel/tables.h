/* tables.h: makes a unit's table of kernels for each dtype. The including file defines TABLES (its name), UNIT (its
 * name for people) and KERNELS (the header with its products and pixels: reference.h or vector.h). */
#include <assert.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/activation.h"
#include "base/math.h"
#include "kernel/kernels.h"

_Static_assert(
    FLT_EVAL_METHOD == 0, "a float is computed as a float, or the bits differ (32-bit x86: -msse2 -mfpmath=sse)");
#ifdef __FAST_MATH__
#error "-ffast-math changes the bits"
#endif

/* The kernels' names end in _f and _d (tanhf would be libm's); the scalar functions are those of base/math.h. */
#define dnp_exp_f dnp_expf
#define dnp_tanh_f dnp_tanhf
#define dnp_sigmoid_f dnp_sigmoidf
#define dnp_fall_f dnp_fallf
#define dnp_softplus_f dnp_softplusf
#define dnp_gelu_f dnp_geluf
#define dnp_gelu_slope_f dnp_gelu_slopef
#define dnp_silu_f dnp_siluf
#define dnp_silu_slope_f dnp_silu_slopef
#define dnp_exp_d dnp_exp
#define dnp_tanh_d dnp_tanh
#define dnp_sigmoid_d dnp_sigmoid
#define dnp_fall_d dnp_fall
#define dnp_softplus_d dnp_softplus
#define dnp_gelu_d dnp_gelu
#define dnp_gelu_slope_d dnp_gelu_slope
#define dnp_silu_d dnp_silu
#define dnp_silu_slope_d dnp_silu_slope

/* yes ? a : b, with both computed: behind a branch a compiler may not compute in vectors what could raise an
 * exception. */
static inline float choose_f(bool yes, float a, float b) {
  return dnp_from_bitsf(dnp_pickf(yes, dnp_bitsf(a), dnp_bitsf(b)));
}
static inline double choose_d(bool yes, double a, double b) {
  return dnp_from_bits(dnp_pick(yes, dnp_bits(a), dnp_bits(b)));
}

/* What one difference adds to a row's loss. */
typedef double error_step(double sum, double off, double number);
static inline double add_square(double sum, double off, double number) { return (void)number, fma(off, off, sum); }
static inline double add_size(double sum, double off, double number) { return (void)number, sum + fabs(off); }
static inline double add_huber(double sum, double off, double delta) {
  return sum + choose_d(fabs(off) <= delta, off / 2 * off, delta * (fabs(off) - delta / 2));
}

#include "kernel/philox.h"

#define REAL float
#define R(name) name##_f
#define FMA fmaf
#define SQRT sqrtf
#include "kernel/elementwise.h"
#include "kernel/warp.h"
#include "kernel/pictures.h"
#include "kernel/channels.h"
#include KERNELS
#undef REAL
#undef R
#undef FMA
#undef SQRT

#define REAL double
#define R(name) name##_d
#define FMA fma
#define SQRT sqrt
#include "kernel/elementwise.h"
#include "kernel/warp.h"
#include "kernel/pictures.h"
#include "kernel/channels.h"
#include KERNELS
#undef REAL
#undef R
#undef FMA
#undef SQRT

const dnp_kernels TABLES[2] = {
    {.unit = UNIT,
        .dtype = DENPA_DTYPE_FLOAT32,
#define X(result, name, arguments) .name = name##_f,
        DNP_KERNEL_LIST(X)
#undef X
    },
    {.unit = UNIT,
        .dtype = DENPA_DTYPE_FLOAT64,
#define X(result, name, arguments) .name = name##_d,
        DNP_KERNEL_LIST(X)
#undef X
    },
};
