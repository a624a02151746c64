/* activation.h: what activations are made of beyond exp and tanh, with the same bits on every machine and from every
 * compiler: e^x - 1 below 0 (ELU), ln(1 + e^x) (softplus), the normal distribution (GELU), and x times the sigmoid
 * (SiLU). Built as base/math.h is, branch-free, to be inlined into loops over arrays that compilers turn into vectors.
 * Called by src/kernel and by the rows of src/op.
 *
 * Bounds of the error against the exact value, in units in the last place, over the whole range, as test_math.c
 * asserts them:
 *            fall  softplus  normal
 *   double   0.9   1.6       5
 *   float    0.9   1.6       5
 * (normal 2 where the result is below the smallest normal number.) gelu and silu round once more. Slopes cross 0, where
 * such units mean nothing: the slope of gelu is off by at most 4e-16 (float: 2e-7), that of silu by 4e-15 (1e-6).
 *
 * Method. fall: the parts of e^x as in tanh. softplus: max(x, 0) + ln(1 + e^-|x|), with what 1 + e^-|x| loses to
 * rounding carried into the logarithm. normal: for x < 0, e^(-x^2/2) G(q) / (|x| + K) with q = (|x| - K) / (|x| + K), K
 * = 5 (float: 4), and 1 minus that for x > 0; the rounding error of x^2 and of q is made up for. G is a polynomial of
 * our own: of degree 22 (float: 9) through the Chebyshev points, computed with 60 digits, its coefficients rounded. */
#ifndef DNP_BASE_ACTIVATION_H
#define DNP_BASE_ACTIVATION_H

#include "base/math.h"

/* ---- double ---- */

/* e^x - 1 of x <= 0, without the cancellation near 0; of positive numbers: that of 0. */
static inline double dnp_fall(double x) {
  uint64_t bits = dnp_bits(x), size = bits & ~DNP_SIGN, below = bits >> 63;
  uint64_t limit = dnp_bits(40.0); /* from here on -1 is the nearest number */
  uint64_t kept = dnp_pick((int64_t)size > (int64_t)limit, limit, size);
  dnp_exp_parts e = dnp_exp_reduce(dnp_from_bits(dnp_pick(below, kept | DNP_SIGN, bits & DNP_SIGN)));
  double power = dnp_from_bits((e.n - 1023) << 52);
  double whole = power - 1.0, part = power * e.r;
  double sum = whole + part;
  double rest = fma(power, e.c, part - (sum - whole));
  uint64_t value = dnp_bits(sum + rest) | (bits & DNP_SIGN); /* the sign of -0 too */
  return dnp_from_bits(dnp_pick((int64_t)size > (int64_t)DNP_INF, bits, value));
}

/* ln(1 + e^x). */
static inline double dnp_softplus(double x) {
  uint64_t bits = dnp_bits(x);
  double e = dnp_exp(dnp_from_bits(bits | DNP_SIGN));
  double one = 1.0 + e, lost = e - (one - 1.0);
  uint64_t large = dnp_bits(one) > 0x3ff6a09e667f3bcdu; /* sqrt 2 */
  double scale = dnp_from_bits(dnp_pick(large, dnp_bits(0.5), dnp_bits(1.0))),
         k = dnp_from_bits(dnp_pick(large, dnp_bits(1.0), 0));
  double f = one * scale - 1.0;
  double s = f / (2.0 + f), z = s * s, h = 0.5 * f * f;
  double p = 0x1.3083fff9234e6p-3;
  p = fma(p, z, 0x1.3978ccae0a7dep-3);
  p = fma(p, z, 0x1.7467fa822f518p-3);
  p = fma(p, z, 0x1.c71c48a3a977cp-3);
  p = fma(p, z, 0x1.2492494f27bfep-2);
  p = fma(p, z, 0x1.999999996e111p-2);
  p = fma(p, z, 0x1.55555555555d7p-1);
  double inverse = fma(s, fma(2.0, s, -2.0), 1.0); /* of 1 + f, as well as what is lost needs it */
  double whole = k * 0x1.62e42fefa4p-1;
  double sum = whole + f;
  double rest = fma(s, fma(z, p, h), k * -0x1.8432a1b0e2p-43) - h;
  double tail = sum + ((f - (sum - whole)) + fma(lost * scale, inverse, rest));
  uint64_t value = dnp_bits(dnp_from_bits(dnp_pick(bits >> 63, 0, bits)) + tail);
  return dnp_from_bits(dnp_pick((int64_t)(bits & ~DNP_SIGN) > (int64_t)DNP_INF, bits, value));
}

/* How much of the normal distribution lies below x, and e^(-x^2/2); x is taken as -39.0 .. 39.0, where they are 0 and 1
 * in the dtype. */
typedef struct dnp_normal {
  double x, below, power;
} dnp_normal;

static inline dnp_normal dnp_normal_at(double given) {
  uint64_t bits = dnp_bits(given), size = bits & ~DNP_SIGN, limit = dnp_bits(39.0);
  size = dnp_pick((int64_t)size > (int64_t)limit, limit, size);
  double x = dnp_from_bits(size), square = x * x;
  double power = dnp_exp(-0.5 * square);
  power = fma(-0.5 * fma(x, x, -square), power, power);
  double inverse = 1.0 / (x + 5.0);
  double q = (x - 5.0) * inverse;
  q = fma(inverse, fma(q, -x, fma(q + 1.0, -5.0, x)), q); /* what is left of the division */
  double p = -0x1.5d26340ff95b4p-33;
  p = fma(p, q, 0x1.e1dfd082669c9p-30);
  p = fma(p, q, 0x1.074d17a738a60p-27);
  p = fma(p, q, -0x1.4002f2e969bbcp-27);
  p = fma(p, q, -0x1.1b383be38249ep-24);
  p = fma(p, q, 0x1.6b23b1c1c1515p-25);
  p = fma(p, q, 0x1.d114e6bba97a0p-22);
  p = fma(p, q, -0x1.697020b9644f5p-22);
  p = fma(p, q, -0x1.73af4afacfcbap-19);
  p = fma(p, q, 0x1.0b2760d8b1777p-18);
  p = fma(p, q, 0x1.17dd44798bf8cp-16);
  p = fma(p, q, -0x1.a170d475ef56ep-15);
  p = fma(p, q, -0x1.f21467ad6278dp-15);
  p = fma(p, q, 0x1.1daf1d4d75665p-11);
  p = fma(p, q, -0x1.a25037c87b0ecp-11);
  p = fma(p, q, -0x1.88590eaafa38ap-9);
  p = fma(p, q, 0x1.54b4d4f4b669dp-6);
  p = fma(p, q, -0x1.1b1c254c9a2e6p-4);
  p = fma(p, q, 0x1.51f6329f0187bp-3);
  p = fma(p, q, -0x1.410ed5f875a7ap-2);
  p = fma(p, q, 0x1.fb31653876f8fp-2);
  p = fma(p, q, -0x1.54ad03f27ca17p-1);
  p = fma(p, q, 0x1.89d3abe1f95aep-1);
  double ratio = p * inverse;
  uint64_t value = dnp_pick(bits >> 63, dnp_bits(power * ratio), dnp_bits(fma(-power, ratio, 1.0)));
  return (dnp_normal){dnp_from_bits(size | (bits & DNP_SIGN)), dnp_from_bits(value), power};
}

/* x times the normal distribution below x. */
static inline double dnp_gelu(double x) { return x * dnp_normal_at(x).below; }

/* Its slope: the distribution plus x times its density. */
static inline double dnp_gelu_slope(double x) {
  dnp_normal n = dnp_normal_at(x);
  uint64_t value = dnp_bits(fma(n.x * n.power, 0x1.9884533d43651p-2, n.below));
  return dnp_from_bits(dnp_pick((int64_t)(dnp_bits(x) & ~DNP_SIGN) > (int64_t)DNP_INF, dnp_bits(x), value));
}

/* x / (1 + e^-x), and its slope. */
static inline double dnp_silu(double x) { return x * dnp_sigmoid(x); }
static inline double dnp_silu_slope(double x) {
  double s = dnp_sigmoid(x);
  return s * fma(x, 1.0 - s, 1.0);
}

/* ---- float: the same steps in float ---- */

/* e^x - 1 of x <= 0, without the cancellation near 0; of positive numbers: that of 0. */
static inline float dnp_fallf(float x) {
  uint32_t bits = dnp_bitsf(x), size = bits & ~DNP_SIGNF, below = bits >> 31;
  uint32_t limit = dnp_bitsf(18.0f); /* from here on -1 is the nearest number */
  uint32_t kept = dnp_pickf((int32_t)size > (int32_t)limit, limit, size);
  dnp_exp_partsf e = dnp_exp_reducef(dnp_from_bitsf(dnp_pickf(below, kept | DNP_SIGNF, bits & DNP_SIGNF)));
  float power = dnp_from_bitsf((e.n - 127) << 23);
  float whole = power - 1.0f, part = power * e.r;
  float sum = whole + part;
  float rest = fmaf(power, e.c, part - (sum - whole));
  uint32_t value = dnp_bitsf(sum + rest) | (bits & DNP_SIGNF); /* the sign of -0 too */
  return dnp_from_bitsf(dnp_pickf((int32_t)size > (int32_t)DNP_INFF, bits, value));
}

/* ln(1 + e^x). */
static inline float dnp_softplusf(float x) {
  uint32_t bits = dnp_bitsf(x);
  float e = dnp_expf(dnp_from_bitsf(bits | DNP_SIGNF));
  float one = 1.0f + e, lost = e - (one - 1.0f);
  uint32_t large = dnp_bitsf(one) > 0x3fb504f3u; /* sqrt 2 */
  float scale = dnp_from_bitsf(dnp_pickf(large, dnp_bitsf(0.5f), dnp_bitsf(1.0f))),
        k = dnp_from_bitsf(dnp_pickf(large, dnp_bitsf(1.0f), 0));
  float f = one * scale - 1.0f;
  float s = f / (2.0f + f), z = s * s, h = 0.5f * f * f;
  float p = 0x1.32d5c2p-2f;
  p = fmaf(p, z, 0x1.99541ap-2f);
  p = fmaf(p, z, 0x1.555588p-1f);
  float inverse = fmaf(s, fmaf(2.0f, s, -2.0f), 1.0f); /* of 1 + f, as well as what is lost needs it */
  float whole = k * 0x1.62e4p-1f;
  float sum = whole + f;
  float rest = fmaf(s, fmaf(z, p, h), k * 0x1.7f7c00p-20f) - h;
  float tail = sum + ((f - (sum - whole)) + fmaf(lost * scale, inverse, rest));
  uint32_t value = dnp_bitsf(dnp_from_bitsf(dnp_pickf(bits >> 31, 0, bits)) + tail);
  return dnp_from_bitsf(dnp_pickf((int32_t)(bits & ~DNP_SIGNF) > (int32_t)DNP_INFF, bits, value));
}

/* How much of the normal distribution lies below x, and e^(-x^2/2); x is taken as -14.5f .. 14.5f, where they are 0 and
 * 1 in the dtype. */
typedef struct dnp_normalf {
  float x, below, power;
} dnp_normalf;

static inline dnp_normalf dnp_normal_atf(float given) {
  uint32_t bits = dnp_bitsf(given), size = bits & ~DNP_SIGNF, limit = dnp_bitsf(14.5f);
  size = dnp_pickf((int32_t)size > (int32_t)limit, limit, size);
  float x = dnp_from_bitsf(size), square = x * x;
  float power = dnp_expf(-0.5f * square);
  power = fmaf(-0.5f * fmaf(x, x, -square), power, power);
  float inverse = 1.0f / (x + 4.0f);
  float q = (x - 4.0f) * inverse;
  q = fmaf(inverse, fmaf(q, -x, fmaf(q + 1.0f, -4.0f, x)), q); /* what is left of the division */
  float p = -0x1.01ea14p-13f;
  p = fmaf(p, q, 0x1.988772p-13f);
  p = fmaf(p, q, 0x1.9b62dcp-10f);
  p = fmaf(p, q, -0x1.cdd786p-9f);
  p = fmaf(p, q, -0x1.ed4daep-8f);
  p = fmaf(p, q, 0x1.eed98cp-5f);
  p = fmaf(p, q, -0x1.7dffc6p-3f);
  p = fmaf(p, q, 0x1.8c6d8ep-2f);
  p = fmaf(p, q, -0x1.373e3ap-1f);
  p = fmaf(p, q, 0x1.82b4bcp-1f);
  float ratio = p * inverse;
  uint32_t value = dnp_pickf(bits >> 31, dnp_bitsf(power * ratio), dnp_bitsf(fmaf(-power, ratio, 1.0f)));
  return (dnp_normalf){dnp_from_bitsf(size | (bits & DNP_SIGNF)), dnp_from_bitsf(value), power};
}

/* x times the normal distribution below x. */
static inline float dnp_geluf(float x) { return x * dnp_normal_atf(x).below; }

/* Its slope: the distribution plus x times its density. */
static inline float dnp_gelu_slopef(float x) {
  dnp_normalf n = dnp_normal_atf(x);
  uint32_t value = dnp_bitsf(fmaf(n.x * n.power, 0x1.988454p-2f, n.below));
  return dnp_from_bitsf(dnp_pickf((int32_t)(dnp_bitsf(x) & ~DNP_SIGNF) > (int32_t)DNP_INFF, dnp_bitsf(x), value));
}

/* x / (1 + e^-x), and its slope. */
static inline float dnp_siluf(float x) { return x * dnp_sigmoidf(x); }
static inline float dnp_silu_slopef(float x) {
  float s = dnp_sigmoidf(x);
  return s * fmaf(x, 1.0f - s, 1.0f);
}

#endif
