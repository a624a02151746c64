/* math.h: exp, log, tanh, sin, cos and the sigmoid with the same bits on every machine and from every compiler.
 *
 * Every room calls these in place of libm's. They are built from + - * /, fma, rint and integer operations alone, all
 * of which IEEE 754 and C define to the last bit; whether fma is an instruction or a library call changes the speed,
 * never the result. Rounding must be to nearest and denormals must be kept (the library sets both at its entry). errno
 * is never set.
 *
 * exp, log, tanh and sigmoid are branch-free (choices are made between integer bit patterns), so that a kernel may
 * inline them into a loop over an array and have it vectorised; the float ones use float arithmetic alone. sin and cos
 * live in math.c.
 *
 * Bounds of the error against the exact value, in units in the last place, over the whole range, as test_math.c
 * asserts them:
 *            exp   log   tanh  sigmoid  sin   cos
 *   double   0.7   0.9   0.9   1.5      0.8   0.8
 *   float    0.7   0.9   0.9   1.5      0.8   0.8
 * (exp and sigmoid 0.9 where the result is below the smallest normal number: it is rounded twice there.)
 *
 * Method. exp: Cody and Waite's reduction x = k ln2 + r with ln2 in two parts (the first fused step is exact), the
 * rounding error of r carried along; e^r = 1 + r + r^2 P(r); 2^k in two factors, so that overflow and gradual underflow
 * come out of the products. log: x = 2^k m with m in [sqrt 1/2, sqrt 2), s = f/(2+f), log(1+f) = 2 atanh s = f - f^2/2
 * + s (f^2/2 + s^2 L(s^2)). tanh: E/(E+2) with E = e^2|x| - 1 kept in two parts.
 * The polynomials P and L (S and C in math.c) are our own: minimax by the Remez exchange in 60-digit arithmetic,
 * weighted by what the term counts in the result, then rounded to the dtype one coefficient at a time from the lowest
 * upward, fitting the others anew each time. */
#ifndef DNP_BASE_MATH_H
#define DNP_BASE_MATH_H

#include <math.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t dnp_bits(double x) {
  uint64_t u;
  memcpy(&u, &x, sizeof u);
  return u;
}

static inline double dnp_from_bits(uint64_t u) {
  double x;
  memcpy(&x, &u, sizeof x);
  return x;
}

static inline uint32_t dnp_bitsf(float x) {
  uint32_t u;
  memcpy(&u, &x, sizeof u);
  return u;
}

static inline float dnp_from_bitsf(uint32_t u) {
  float x;
  memcpy(&x, &u, sizeof x);
  return x;
}

/* yes ? a : b for yes 0 or 1, by a mask: a choice written with ?: lets gcc move the arithmetic behind a branch, and no
 * loop over it is vectorised then. */
static inline uint64_t dnp_pick(uint64_t yes, uint64_t a, uint64_t b) { return b ^ ((a ^ b) & (0 - yes)); }
static inline uint32_t dnp_pickf(uint32_t yes, uint32_t a, uint32_t b) { return b ^ ((a ^ b) & (0 - yes)); }

/* sin and cos of any finite x (NaN for an infinity): Cody and Waite up to 2^28 (float: 2^16), beyond it Payne and
 * Hanek. */
double dnp_sin(double x);
double dnp_cos(double x);
float dnp_sinf(float x);
float dnp_cosf(float x);

/* The nearest IEEE 754 half (float16), widened: of two equally near ones that with an even last bit; 65520 and beyond
 * become infinity. One rounding, from double. */
double dnp_half(double x);

/* ---- double ---- */

#define DNP_SIGN 0x8000000000000000u
#define DNP_INF 0x7ff0000000000000u
#define DNP_NAN 0x7ff8000000000000u

/* e^x = 2^(n - 2046) (1 + r + c) with |r| <= ln2/2; for |x| <= 746. */
typedef struct dnp_exp_parts {
  double r, c;
  uint64_t n;
} dnp_exp_parts;

static inline dnp_exp_parts dnp_exp_reduce(double x) {
  /* after adding it the low bits of the pattern are the rounded integer plus 2046 */
  const double shift = 0x1.8p52 + 2046;
  double t = fma(x, 0x1.71547652b82fep+0, shift);
  double k = t - shift;
  double exact = fma(-k, 0x1.62e42fefa39efp-1, x);
  double r = fma(-k, 0x1.abc9e3b39803fp-56, exact);
  double lost = fma(-k, 0x1.abc9e3b39803fp-56, exact - r);
  double p = 0x1.1f8bb8c67b992p-29;
  p = fma(p, r, 0x1.af6ea78ac4d07p-26);
  p = fma(p, r, 0x1.27e4cc24b863ep-22);
  p = fma(p, r, 0x1.71ddee5d5272ap-19);
  p = fma(p, r, 0x1.a01a01ad77f9cp-16);
  p = fma(p, r, 0x1.a01a01b44c4b8p-13);
  p = fma(p, r, 0x1.6c16c16c15009p-10);
  p = fma(p, r, 0x1.111111110e9edp-7);
  p = fma(p, r, 0x1.5555555555558p-5);
  p = fma(p, r, 0x1.555555555555cp-3);
  p = fma(p, r, 0x1.0000000000000p-1);
  return (dnp_exp_parts){r, fma(r * r, p, lost), dnp_bits(t) & 0xfff};
}

/* Overflows to +inf; underflows to denormals, then to 0 (no exception but underflow and inexact). A NaN comes back as
 * it is. */
static inline double dnp_exp(double x) {
  uint64_t bits = dnp_bits(x), size = bits & ~DNP_SIGN;
  uint64_t limit = dnp_pick(bits >> 63, dnp_bits(-746.0), dnp_bits(710.0));
  dnp_exp_parts e = dnp_exp_reduce(dnp_from_bits(dnp_pick((int64_t)size > (int64_t)(limit & ~DNP_SIGN), limit, bits)));
  double sum = 1.0 + e.r;
  double value = sum + ((e.r - (sum - 1.0)) + e.c);
  uint64_t half = e.n >> 1;
  value = value * dnp_from_bits(half << 52) * dnp_from_bits((e.n - half) << 52);
  return dnp_from_bits(dnp_pick((int64_t)size > (int64_t)DNP_INF, bits, dnp_bits(value)));
}

/* log(+-0) = -inf, log of a negative number NaN, both without an exception. */
static inline double dnp_log(double x) {
  const uint64_t root = 0x3fe6a09e667f3bcdu; /* sqrt 1/2 */
  uint64_t bits = dnp_bits(x);
  uint64_t tiny = bits < 0x0010000000000000u;
  double scale = dnp_from_bits(dnp_pick(tiny, dnp_bits(0x1p54), dnp_bits(1.0)));
  double bias = dnp_from_bits(dnp_pick(tiny, dnp_bits(0x1p52 + 1024 + 54), dnp_bits(0x1p52 + 1024)));
  uint64_t apart = dnp_bits(x * scale) - root + ((uint64_t)1024 << 52);
  double k = dnp_from_bits((apart >> 52) | dnp_bits(0x1p52)) - bias;
  double f = dnp_from_bits((apart & 0x000fffffffffffffu) + root) - 1.0;
  double s = f / (2.0 + f), z = s * s, h = 0.5 * f * f;
  double p = 0x1.3083fff9234e6p-3;
  p = fma(p, z, 0x1.3978ccae0a7dep-3);
  p = fma(p, z, 0x1.7467fa822f518p-3);
  p = fma(p, z, 0x1.c71c48a3a977cp-3);
  p = fma(p, z, 0x1.2492494f27bfep-2);
  p = fma(p, z, 0x1.999999996e111p-2);
  p = fma(p, z, 0x1.55555555555d7p-1);
  double whole = k * 0x1.62e42fefa4p-1; /* exact: 41 bits times at most 11 */
  double sum = whole + f;
  double rest = fma(s, fma(z, p, h), k * -0x1.8432a1b0e2p-43) - h;
  uint64_t value = dnp_bits(sum + ((f - (sum - whole)) + rest));
  value = dnp_pick(bits >= DNP_INF, bits, value);               /* +inf, NaN */
  value = dnp_pick(bits - DNP_SIGN <= DNP_INF, DNP_NAN, value); /* also -0, which the next line answers */
  return dnp_from_bits(dnp_pick((bits & ~DNP_SIGN) == 0, DNP_INF | DNP_SIGN, value));
}

/* (a + a_rest) / (b + b_rest): the quotient of the larger parts, and what it leaves over divided once more. */
static inline double dnp_quotient(double a, double a_rest, double b, double b_rest) {
  double inverse = 1.0 / b, first = a * inverse;
  double over = fma(-first, b, a) + fma(-first, b_rest, a_rest);
  return fma(over, inverse, first);
}

static inline double dnp_tanh(double x) {
  uint64_t bits = dnp_bits(x), size = bits & ~DNP_SIGN;
  uint64_t limit = dnp_bits(22.0); /* from here on 1 is the nearest number */
  dnp_exp_parts e = dnp_exp_reduce(2.0 * dnp_from_bits(dnp_pick((int64_t)size > (int64_t)limit, limit, size)));
  double power = dnp_from_bits((e.n - 1023) << 52);
  double whole = power - 1.0, part = power * e.r;
  double sum = whole + part;
  double rest = fma(power, e.c, part - (sum - whole));
  double minus_one = sum + rest; /* e^2|x| - 1 */
  rest -= minus_one - sum;
  double below = 2.0 + minus_one, back = below - 2.0;
  double below_rest = (2.0 - (below - back)) + (minus_one - back) + rest;
  uint64_t value = dnp_bits(dnp_quotient(minus_one, rest, below, below_rest)) | (bits & DNP_SIGN);
  return dnp_from_bits(dnp_pick((int64_t)size > (int64_t)DNP_INF, bits, value));
}

/* 1/(1 + e^-x). Only ever takes e to a negative power, so nothing overflows; far below it is exactly 0, far above
 * exactly 1. */
static inline double dnp_sigmoid(double x) {
  uint64_t bits = dnp_bits(x);
  double e = dnp_exp(dnp_from_bits(bits | DNP_SIGN));
  double above = dnp_from_bits(dnp_pick(bits >> 63, dnp_bits(e), dnp_bits(1.0)));
  double below = 1.0 + e;
  double value = dnp_quotient(above, 0.0, below, e - (below - 1.0));
  return dnp_from_bits(dnp_pick((int64_t)(bits & ~DNP_SIGN) > (int64_t)DNP_INF, bits, dnp_bits(value)));
}

/* ---- float: the same steps in float ---- */

#define DNP_SIGNF 0x80000000u
#define DNP_INFF 0x7f800000u
#define DNP_NANF 0x7fc00000u

/* e^x = 2^(n - 254) (1 + r + c); for |x| <= 105. */
typedef struct dnp_exp_partsf {
  float r, c;
  uint32_t n;
} dnp_exp_partsf;

static inline dnp_exp_partsf dnp_exp_reducef(float x) {
  const float shift = 0x1.8p23f + 254;
  float t = fmaf(x, 0x1.715476p+0f, shift);
  float k = t - shift;
  float exact = fmaf(-k, 0x1.62e430p-1f, x);
  float r = fmaf(-k, -0x1.05c610p-29f, exact);
  float lost = fmaf(-k, -0x1.05c610p-29f, exact - r);
  float p = 0x1.a27408p-13f;
  p = fmaf(p, r, 0x1.6d514ep-10f);
  p = fmaf(p, r, 0x1.110feep-7f);
  p = fmaf(p, r, 0x1.5554e4p-5f);
  p = fmaf(p, r, 0x1.555556p-3f);
  p = fmaf(p, r, 0x1.000000p-1f);
  return (dnp_exp_partsf){r, fmaf(r * r, p, lost), dnp_bitsf(t) & 0x1ff};
}

static inline float dnp_expf(float x) {
  uint32_t bits = dnp_bitsf(x), size = bits & ~DNP_SIGNF;
  uint32_t limit = dnp_pickf(bits >> 31, dnp_bitsf(-105.0f), dnp_bitsf(89.0f));
  dnp_exp_partsf e = dnp_exp_reducef(
      dnp_from_bitsf(dnp_pickf((int32_t)size > (int32_t)(limit & ~DNP_SIGNF), limit, bits)));
  float sum = 1.0f + e.r;
  float value = sum + ((e.r - (sum - 1.0f)) + e.c);
  uint32_t half = e.n >> 1;
  value = value * dnp_from_bitsf(half << 23) * dnp_from_bitsf((e.n - half) << 23);
  return dnp_from_bitsf(dnp_pickf((int32_t)size > (int32_t)DNP_INFF, bits, dnp_bitsf(value)));
}

static inline float dnp_logf(float x) {
  const uint32_t root = 0x3f3504f3u;
  uint32_t bits = dnp_bitsf(x);
  uint32_t tiny = bits < 0x00800000u;
  float scale = dnp_from_bitsf(dnp_pickf(tiny, dnp_bitsf(0x1p25f), dnp_bitsf(1.0f)));
  float bias = dnp_from_bitsf(dnp_pickf(tiny, dnp_bitsf(0x1p23f + 128 + 25), dnp_bitsf(0x1p23f + 128)));
  uint32_t apart = dnp_bitsf(x * scale) - root + ((uint32_t)128 << 23);
  float k = dnp_from_bitsf((apart >> 23) | dnp_bitsf(0x1p23f)) - bias;
  float f = dnp_from_bitsf((apart & 0x007fffffu) + root) - 1.0f;
  float s = f / (2.0f + f), z = s * s, h = 0.5f * f * f;
  float p = 0x1.32d5c2p-2f;
  p = fmaf(p, z, 0x1.99541ap-2f);
  p = fmaf(p, z, 0x1.555588p-1f);
  float whole = k * 0x1.62e4p-1f; /* exact: 15 bits times at most 8 */
  float sum = whole + f;
  float rest = fmaf(s, fmaf(z, p, h), k * 0x1.7f7c00p-20f) - h;
  uint32_t value = dnp_bitsf(sum + ((f - (sum - whole)) + rest));
  value = dnp_pickf(bits >= DNP_INFF, bits, value);
  value = dnp_pickf(bits - DNP_SIGNF <= DNP_INFF, DNP_NANF, value);
  return dnp_from_bitsf(dnp_pickf((bits & ~DNP_SIGNF) == 0, DNP_INFF | DNP_SIGNF, value));
}

static inline float dnp_quotientf(float a, float a_rest, float b, float b_rest) {
  float inverse = 1.0f / b, first = a * inverse;
  float over = fmaf(-first, b, a) + fmaf(-first, b_rest, a_rest);
  return fmaf(over, inverse, first);
}

static inline float dnp_tanhf(float x) {
  uint32_t bits = dnp_bitsf(x), size = bits & ~DNP_SIGNF;
  uint32_t limit = dnp_bitsf(10.0f);
  dnp_exp_partsf e = dnp_exp_reducef(2.0f * dnp_from_bitsf(dnp_pickf((int32_t)size > (int32_t)limit, limit, size)));
  float power = dnp_from_bitsf((e.n - 127) << 23);
  float whole = power - 1.0f, part = power * e.r;
  float sum = whole + part;
  float rest = fmaf(power, e.c, part - (sum - whole));
  float minus_one = sum + rest;
  rest -= minus_one - sum;
  float below = 2.0f + minus_one, back = below - 2.0f;
  float below_rest = (2.0f - (below - back)) + (minus_one - back) + rest;
  uint32_t value = dnp_bitsf(dnp_quotientf(minus_one, rest, below, below_rest)) | (bits & DNP_SIGNF);
  return dnp_from_bitsf(dnp_pickf((int32_t)size > (int32_t)DNP_INFF, bits, value));
}

static inline float dnp_sigmoidf(float x) {
  uint32_t bits = dnp_bitsf(x);
  float e = dnp_expf(dnp_from_bitsf(bits | DNP_SIGNF));
  float above = dnp_from_bitsf(dnp_pickf(bits >> 31, dnp_bitsf(e), dnp_bitsf(1.0f)));
  float below = 1.0f + e;
  float value = dnp_quotientf(above, 0.0f, below, e - (below - 1.0f));
  return dnp_from_bitsf(dnp_pickf((int32_t)(bits & ~DNP_SIGNF) > (int32_t)DNP_INFF, bits, dnp_bitsf(value)));
}

#endif
