/* test_math.c: exp, log, tanh, sigmoid, sin and cos, and what activations are made of, against the C library's long
 * double functions, their special values and exceptions, and that their bits are the same from every compiler, with and
 * without FMA instructions. */
#include <fenv.h>
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "base/activation.h"
#include "base/math.h"
#include "base/random.h"

#define INF HUGE_VAL
#define NONE ((double)NAN)

/* e on the smaller side: no cancellation, so long double's own few errors stay far below the bounds. */
static long double sigmoid_truth(long double x) { return x > 0 ? 1 / (1 + expl(-x)) : expl(x) / (1 + expl(x)); }

static long double fall_truth(long double x) { return x < 0 ? expm1l(x) : x > 0 ? 0 : x; }
static long double softplus_truth(long double x) {
  return (x > 0 ? x : 0) + log1pl(expl(-fabsl(x))) + (isnan(x) ? x : 0);
}
static double normal(double x) { return isnan(x) ? x : dnp_normal_at(x).below; }
static float normalf(float x) { return isnan(x) ? x : dnp_normal_atf(x).below; }
static long double normal_truth(long double x) { return 0.5L * erfcl(-x * 0.70710678118654752440084436210484903928L); }

typedef struct subject {
  const char *name;
  double (*real)(double);
  float (*single)(float);
  long double (*truth)(long double);
  double bound, bound_tiny; /* in units in the last place; for a result below the smallest normal number */
  double reach;             /* half of the random points lie within +-reach */
} subject;

static const subject subjects[] = {
    {"exp", dnp_exp, dnp_expf, expl, 0.7, 0.9, 745.5},
    {"log", dnp_log, dnp_logf, logl, 0.9, 0.9, 4.0},
    {"tanh", dnp_tanh, dnp_tanhf, tanhl, 0.9, 0.9, 23.0},
    {"sigmoid", dnp_sigmoid, dnp_sigmoidf, sigmoid_truth, 1.5, 0.9, 745.5},
    {"sin", dnp_sin, dnp_sinf, sinl, 0.8, 0.9, 0x1p20},
    {"cos", dnp_cos, dnp_cosf, cosl, 0.8, 0.9, 0x1p20},
    {"fall", dnp_fall, dnp_fallf, fall_truth, 0.9, 0.9, 45.0},
    {"softplus", dnp_softplus, dnp_softplusf, softplus_truth, 1.6, 0.9, 745.5},
    {"normal", normal, normalf, normal_truth, 5.0, 2.0, 40.0},
};
enum { SUBJECTS = sizeof subjects / sizeof subjects[0] };

/* The distance of `got` from `want` in units in the last place of `want` in a format of `digits` bits and smallest
 * normal exponent `least`. */
static double distance(long double want, long double got, int digits, int least) {
  if (want == got || (isnan(want) && isnan(got))) return 0;
  if (!isfinite(want) || !isfinite(got)) return HUGE_VAL;
  int exponent = want == 0 || ilogbl(want) < least ? least : ilogbl(want);
  return (double)(fabsl(want - got) / ldexpl(1, exponent - (digits - 1)));
}

static void check_real(const subject *s, double x) {
  double got = s->real(x);
  long double want = s->truth((long double)x);
  /* rounds to an infinity */
  if (isinf(got) && fabsl(want) > (long double)DBL_MAX * (1 + (long double)DBL_EPSILON / 4)) return;
  double bound = fabsl(want) < (long double)DBL_MIN ? s->bound_tiny : s->bound,
         off = distance(want, (long double)got, 53, -1022);
  if (!(off <= bound)) fail_msg("%s(%a) is %a, wanted %La: %.3f ulp", s->name, x, got, want, off);
}

static void check_single(const subject *s, float x) {
  float got = s->single(x);
  long double want = s->truth((long double)x);
  if (isinf(got) && fabsl(want) > (long double)FLT_MAX * (1 + (long double)FLT_EPSILON / 4)) return;
  double bound = fabsl(want) < (long double)FLT_MIN ? s->bound_tiny : s->bound,
         off = distance(want, (long double)got, 24, -126);
  if (!(off <= bound)) fail_msg("%sf(%a) is %a, wanted %La: %.3f ulp", s->name, (double)x, (double)got, want, off);
}

/* A point among all bit patterns, or within +-reach. */
static double point(uint64_t i, double reach) {
  uint64_t bits = dnp_draw_bits(1, DNP_STREAM(DNP_FOR_TEST, 0), i);
  return i % 2 == 0 ? dnp_from_bits(bits) : ((double)(bits >> 11) * 0x1p-52 - 1.0) * reach;
}

static float pointf(uint64_t i, double reach) {
  return i % 2 == 0 ? dnp_from_bitsf((uint32_t)dnp_draw_bits(1, DNP_STREAM(DNP_FOR_TEST, 0), i))
                    : (float)point(i, reach);
}

static void test_double_bounds(void **state) {
  (void)state;
  if (LDBL_MANT_DIG < 64) {
    print_message("long double is no wider than double here: the bounds of the double functions are not checked\n");
    skip();
  }
  for (int k = 0; k < SUBJECTS; k++)
    for (uint64_t i = 0; i < 250000; i++) check_real(&subjects[k], point(i, subjects[k].reach));
}

static void test_float_bounds(void **state) {
  (void)state;
  for (int k = 0; k < SUBJECTS; k++)
    for (uint64_t bits = 0; bits <= UINT32_MAX; bits += 6007)
      check_single(&subjects[k], dnp_from_bitsf((uint32_t)bits));
}

/* Slopes cross 0, so their error is measured against 1. */
static void test_slopes(void **state) {
  static const long double root_two_pi = 2.50662827463100050241576528481104525301L;
  (void)state;
  if (LDBL_MANT_DIG < 64) skip();
  for (uint64_t i = 0; i < 200000; i++) {
    const double x = point(2 * i + 1, 45.0);
    const float y = (float)x;
    const long double at[2] = {(long double)x, (long double)y};
    long double gelu[2], silu[2];
    for (int k = 0; k < 2; k++) {
      const long double s = 1 / (1 + expl(-at[k]));
      gelu[k] = normal_truth(at[k]) + at[k] * expl(-at[k] * at[k] / 2) / root_two_pi;
      silu[k] = s * (1 + at[k] * (1 - s));
    }
    assert_true(fabsl((long double)dnp_gelu_slope(x) - gelu[0]) <= 4e-16L &&
                fabsl((long double)dnp_gelu_slopef(y) - gelu[1]) <= 2e-7L);
    assert_true(fabsl((long double)dnp_silu_slope(x) - silu[0]) <= 4e-15L &&
                fabsl((long double)dnp_silu_slopef(y) - silu[1]) <= 1e-6L);
  }
}

static const double edges[] = {
    0.0,
    0x1p-1022,
    0x1p-126,
    0x1p-27,
    0x1p-13,
    0x1p-54,
    0x1p-25,
    0.5,
    0x1.6a09e667f3bcdp-1,
    1.0,
    0x1.6a09e667f3bcdp0,
    2.0,
    22.0,
    10.0,
    0x1.62e42fefa39efp-1,
    0x1.62e42fefa39efp-2,
    0x1.62e42fefa39efp-3,
    709.782712893384,
    710.0,
    708.3964185322641,
    744.4400719213812,
    745.1332191019412,
    746.0,
    88.72283905206835,
    89.0,
    87.33654475055310,
    103.2789299019278,
    103.9720770839918,
    105.0,
    0x1p16,
    0x1p20,
    0x1p28,
    0x1p40,
    0x1p100,
    0x1p1023,
    DBL_MAX,
    (double)FLT_MAX,
    0x1.921fb54442d18p-1,
    0x1.921fb54442d18p0,
    0x1.921fb54442d18p1,
    0x1.921fb54442d18p2,
    0x1.921fb54442d18p20,
    0x1.921fb54442d18p27,
    /* The numbers that come closest to multiples of pi/2: doubles below 2^28, floats below 2^16, any float, any
     * double. */
    0x1.6c6cbc45dc8dep5,
    0x1.b951f1572eba5p23,
    0x1.f9cbe2p7,
    0x1.f37c8ap95,
    0x1.6ac5b262ca1ffp849,
};

/* Around every place where a formula or its range changes. */
static void test_edges(void **state) {
  (void)state;
  for (int k = 0; k < SUBJECTS; k++)
    for (size_t e = 0; e < sizeof edges / sizeof edges[0]; e++)
      for (uint64_t i = 0; i <= 400; i++) {
        uint64_t bits = dnp_bits(edges[e]) - 200 + i;
        uint32_t bitsf = dnp_bitsf((float)edges[e]) - 200 + (uint32_t)i;
        if (LDBL_MANT_DIG >= 64) {
          check_real(&subjects[k], dnp_from_bits(bits & ~DNP_SIGN));
          check_real(&subjects[k], dnp_from_bits(bits | DNP_SIGN));
        }
        check_single(&subjects[k], dnp_from_bitsf(bitsf & ~DNP_SIGNF));
        check_single(&subjects[k], dnp_from_bitsf(bitsf | DNP_SIGNF));
      }
}

static const struct {
  int subject;
  double x, want;
} special[] = {
    {0, 0.0, 1.0},
    {0, -0.0, 1.0},
    {0, INF, INF},
    {0, -INF, 0.0},
    {0, 1000.0, INF},
    {0, -1000.0, 0.0},
    {0, -1e30, 0.0},
    {0, 1e30, INF},
    {0, NONE, NONE},
    {1, 0.0, -INF},
    {1, -0.0, -INF},
    {1, 1.0, 0.0},
    {1, INF, INF},
    {1, -1.0, NONE},
    {1, -INF, NONE},
    {1, -1e-40, NONE},
    {1, NONE, NONE},
    {2, 0.0, 0.0},
    {2, -0.0, -0.0},
    {2, INF, 1.0},
    {2, -INF, -1.0},
    {2, 1e30, 1.0},
    {2, -1e30, -1.0},
    {2, 0x1p-140, 0x1p-140},
    {2, -0x1p-100, -0x1p-100},
    {2, NONE, NONE},
    {3, 0.0, 0.5},
    {3, -0.0, 0.5},
    {3, INF, 1.0},
    {3, -INF, 0.0},
    {3, 1000.0, 1.0},
    {3, -1000.0, 0.0},
    {3, 1e30, 1.0},
    {3, -1e30, 0.0},
    {3, NONE, NONE},
    {4, 0.0, 0.0},
    {4, -0.0, -0.0},
    {4, INF, NONE},
    {4, -INF, NONE},
    {4, 0x1p-140, 0x1p-140},
    {4, NONE, NONE},
    {5, 0.0, 1.0},
    {5, -0.0, 1.0},
    {5, INF, NONE},
    {5, -INF, NONE},
    {5, 0x1p-140, 1.0},
    {5, NONE, NONE},
    {6, 0.0, 0.0},
    {6, -0.0, -0.0},
    {6, INF, 0.0},
    {6, 3.0, 0.0},
    {6, -INF, -1.0},
    {6, -1e30, -1.0},
    {6, -0x1p-140, -0x1p-140},
    {6, NONE, NONE},
    {7, INF, INF},
    {7, -INF, 0.0},
    {7, 1000.0, 1000.0},
    {7, -1000.0, 0.0},
    {7, NONE, NONE},
    {8, 0.0, 0.5},
    {8, -0.0, 0.5},
    {8, INF, 1.0},
    {8, -INF, 0.0},
    {8, 1e30, 1.0},
    {8, -1e30, 0.0},
    {8, 0x1p-140, 0.5},
};

/* One row: what both dtypes answer to x. A NaN stands for any NaN. */
static void test_special_values(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof special / sizeof special[0]; i++) {
    const subject *s = &subjects[special[i].subject];
    double got = s->real(special[i].x);
    float gotf = s->single((float)special[i].x);
    int right = isnan(special[i].want) ? isnan(got) && isnan(gotf)
                                       : dnp_bits(got) == dnp_bits(special[i].want) &&
                                             dnp_bitsf(gotf) == dnp_bitsf((float)special[i].want);
    if (!right) fail_msg("%s(%a) is %a and %a, wanted %a", s->name, special[i].x, got, (double)gotf, special[i].want);
  }
  assert_true(dnp_log(0x1p-1074) < -744.4 && dnp_log(0x1p-1074) > -744.5);
  assert_true(dnp_logf(0x1p-149f) < -103.2f && dnp_logf(0x1p-149f) > -103.3f);
}

static void test_symmetry(void **state) {
  (void)state;
  for (uint64_t i = 0; i < 20000; i++) {
    double x = point(i, 100.0);
    float y = pointf(i, 100.0);
    if (!isfinite(x) || !isfinite(y)) continue;
    assert_true(dnp_tanh(-x) == -dnp_tanh(x) && dnp_sin(-x) == -dnp_sin(x) && dnp_cos(-x) == dnp_cos(x));
    assert_true(dnp_tanhf(-y) == -dnp_tanhf(y) && dnp_sinf(-y) == -dnp_sinf(y) && dnp_cosf(-y) == dnp_cosf(y));
  }
}

/* The library's callers may have made exceptions trap: nothing but rounding and underflow is raised far out. */
static void test_exceptions(void **state) {
  static const double far[] = {1000.0, -1000.0, 1e30, -1e30, INF, -INF, 0.0, -0.0};
  const int raised = FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW;
  (void)state;
  for (size_t i = 0; i < sizeof far / sizeof far[0]; i++) {
    volatile double x = far[i], out;
    volatile float y = (float)far[i], outf;
    feclearexcept(FE_ALL_EXCEPT);
    out = dnp_sigmoid(x);
    outf = dnp_sigmoidf(y);
    out = dnp_tanh(x);
    outf = dnp_tanhf(y);
    out = dnp_log(x);
    outf = dnp_logf(y);
    out = dnp_fall(x) + dnp_softplus(x) + dnp_normal_at(x).below + dnp_gelu_slope(x);
    outf = dnp_fallf(y) + dnp_softplusf(y) + dnp_normal_atf(y).below + dnp_gelu_slopef(y);
    out = dnp_exp(-fabs(x));
    outf = dnp_expf(-fabsf(y));
    (void)out;
    (void)outf;
    if (fetestexcept(raised)) fail_msg("an exception was raised for %g", far[i]);
  }
  feclearexcept(FE_ALL_EXCEPT);
}

/* The bits of 100,000 results of each function, folded by FNV-1a. Written once, compiled plainly and with FMA
 * instructions. */
enum { POINTS = 100000 };
static uint64_t fold(uint64_t hash, uint64_t bits) { return (hash ^ bits) * 0x100000001b3u; }

#define DEFINE_HASHES(name, attribute) \
  attribute static void name(const double *x, const float *y, uint64_t hash[SUBJECTS][2]) { \
    static double out[4][POINTS]; \
    static float outf[4][POINTS]; \
    for (size_t i = 0; i < POINTS; i++) out[0][i] = dnp_exp(x[i]); \
    for (size_t i = 0; i < POINTS; i++) out[1][i] = dnp_log(x[i]); \
    for (size_t i = 0; i < POINTS; i++) out[2][i] = dnp_tanh(x[i]); \
    for (size_t i = 0; i < POINTS; i++) out[3][i] = dnp_sigmoid(x[i]); \
    for (size_t i = 0; i < POINTS; i++) outf[0][i] = dnp_expf(y[i]); \
    for (size_t i = 0; i < POINTS; i++) outf[1][i] = dnp_logf(y[i]); \
    for (size_t i = 0; i < POINTS; i++) outf[2][i] = dnp_tanhf(y[i]); \
    for (size_t i = 0; i < POINTS; i++) outf[3][i] = dnp_sigmoidf(y[i]); \
    for (int k = 0; k < SUBJECTS; k++) { \
      hash[k][0] = hash[k][1] = 0xcbf29ce484222325u; \
      for (size_t i = 0; i < POINTS; i++) { \
        hash[k][0] = fold(hash[k][0], dnp_bits(k < 4 ? out[k][i] : subjects[k].real(x[i]))); \
        hash[k][1] = fold(hash[k][1], dnp_bitsf(k < 4 ? outf[k][i] : subjects[k].single(y[i]))); \
      } \
    } \
  }

DEFINE_HASHES(hashes_plain, )
#if defined(__x86_64__)
DEFINE_HASHES(hashes_fma, __attribute__((target("avx2,fma"))))
#endif

/* From gcc 12 and clang 14, -O0 to -O3, with and without -mfma, and with fma in software: all the same. */
static const uint64_t same_everywhere[SUBJECTS][2] = {
    {0xa3e80e8b829f7168, 0xde2accb63bc88578},
    {0x582361466ae0dfff, 0xe421695c0118f599},
    {0x4d4cb04660bfb0c7, 0xa6936b698581b18a},
    {0x7fc82c3e0b47712, 0xab2c0deaccf8af3d},
    {0x8a690d4f180b7d2e, 0xfcab0bb1c3196297},
    {0x51bf4183307b9893, 0x10908b56ee7f053d},
    {0x5a8b025920f2fd39, 0xd3d74742290f890b},
    {0x353789bfd9b393db, 0xfbfc677100dc93ae},
    {0x4d0030a5ddb07a01, 0x1b1a6355d46f162e},
};

static void compare_hashes(const char *how, uint64_t hash[SUBJECTS][2]) {
  for (int k = 0; k < SUBJECTS; k++)
    if (hash[k][0] != same_everywhere[k][0] || hash[k][1] != same_everywhere[k][1])
      fail_msg("%s, %s: the bits have changed: {0x%llx, 0x%llx}", how, subjects[k].name, (unsigned long long)hash[k][0],
          (unsigned long long)hash[k][1]);
}

static void test_same_bits(void **state) {
  static double x[POINTS];
  static float y[POINTS];
  uint64_t hash[SUBJECTS][2];
  (void)state;
  for (size_t i = 0; i < POINTS; i++) {
    x[i] = point(i, 100.0);
    y[i] = pointf(i, 100.0);
  }
  hashes_plain(x, y, hash);
  compare_hashes("plain", hash);
#if defined(__x86_64__)
  if (__builtin_cpu_supports("fma") && __builtin_cpu_supports("avx2")) {
    hashes_fma(x, y, hash);
    compare_hashes("with FMA instructions", hash);
  }
#endif
}

/* The half with these bits, by its definition. */
static double half_of(uint32_t bits) {
  const int exponent = (int)(bits >> 10);
  return exponent == 0 ? ldexp((double)(bits & 1023), -24) : ldexp((double)(1024 + (bits & 1023)), exponent - 25);
}

/* Every half stays; the middle between two goes to the even one, and what is a hair beside it to the nearer. */
static void test_halves(void **state) {
  (void)state;
  for (uint32_t bits = 0; bits < 0x7c00; bits++) {
    const double here = half_of(bits), next = bits == 0x7bff ? 65536 : half_of(bits + 1), middle = (here + next) / 2,
                 above = bits == 0x7bff ? INF : next;
    assert_true(dnp_half(here) == here && dnp_half(-here) == -here && signbit(dnp_half(-here)));
    assert_true(dnp_half(nextafter(middle, 0)) == here && dnp_half(nextafter(middle, INF)) == above);
    assert_true(dnp_half(middle) == ((bits & 1) == 0 ? here : above) && dnp_half(-middle) == -dnp_half(middle));
  }
  assert_true(isinf(dnp_half(INF)) && isinf(dnp_half(1e300)) && dnp_half(-70000) == -INF && isnan(dnp_half(NONE)));
}

/* 20,000 numbers from 2^-30 to 2^17, a third of them halves or middles between two, as NumPy 1.24 rounds them:
 * x.astype(float16).astype(float64), its bits hashed by FNV-1a. */
static void test_halves_of_numpy(void **state) {
  uint64_t s = 1, hash = 0xcbf29ce484222325u;
  (void)state;
  for (int i = 0; i < 20000; i++) {
    s = s * 6364136223846793005u + 1442695040888963407u;
    uint64_t bits = (s & DNP_SIGN) | (993 + ((s >> 52) & 0x7ff) % 48) << 52 | ((s >> 7) & 0xfffffffffffffu);
    if (i % 3 == 0) bits &= ~(((uint64_t)1 << 41) - 1);
    hash = (hash ^ dnp_bits(dnp_half(dnp_from_bits(bits)))) * 0x100000001b3u;
  }
  assert_true(hash == 0xd2908bee21f20da5u);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_double_bounds),
      cmocka_unit_test(test_float_bounds),
      cmocka_unit_test(test_edges),
      cmocka_unit_test(test_special_values),
      cmocka_unit_test(test_symmetry),
      cmocka_unit_test(test_exceptions),
      cmocka_unit_test(test_same_bits),
      cmocka_unit_test(test_slopes),
      cmocka_unit_test(test_halves),
      cmocka_unit_test(test_halves_of_numpy),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
