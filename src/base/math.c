/* math.c: sin and cos (math.h). Quarter turns are taken off the argument, which is kept in two parts; then a polynomial
 * on [-pi/4, pi/4]. Called by the random normals and by what turns and bends images; not meant for inner loops. */
#include "base/math.h"

#include <stdbool.h>

/* x = quarters * pi/2 + (r + lost), |r| <= pi/4 and a hair; only the last two bits of quarters count. */
typedef struct turned {
  double r, lost;
  unsigned quarters;
} turned;

typedef struct turnedf {
  float r, lost;
  unsigned quarters;
} turnedf;

#define PI_2_A 0x1.921fb54442d18p+0 /* pi/2 in three parts of 53 bits */
#define PI_2_B 0x1.1a62633145c07p-54
#define PI_2_C -0x1.f1976b7ed8fbcp-110

/* The bits of 2/pi after the binary point (computed with 1,600-bit arithmetic), after 64 zeros for arguments near
 * 2^28. */
static const uint32_t two_over_pi[] = {
    0,
    0,
    0xa2f9836e,
    0x4e441529,
    0xfc2757d1,
    0xf534ddc0,
    0xdb629599,
    0x3c439041,
    0xfe5163ab,
    0xdebbc561,
    0xb7246e3a,
    0x424dd2e0,
    0x06492eea,
    0x09d1921c,
    0xfe1deb1c,
    0xb129a73e,
    0xe88235f5,
    0x2ebb4484,
    0xe99c7026,
    0xb45f7e41,
    0x3991d639,
    0x835339f4,
    0x9c845f8b,
    0xbdf9283b,
    0x1ff897ff,
    0xde05980f,
    0xef2f118b,
    0x5a0a6d1f,
    0x6d367ecf,
    0x27cb09b7,
    0x4f463f66,
    0x9e5fea2d,
    0x7527bac7,
    0xebe5f17b,
    0x3d0739f7,
    0x8a5292ea,
    0x6bfb5fb1,
    0x1f8d5d08,
    0x56033046,
    0xfc7b6bab,
};

/* Payne and Hanek: with x = m 2^e, those bits of 2/pi that only make whole turns are skipped, and the next 192 are
 * multiplied by m modulo 2^192: the top two bits of the product count quarter turns, the others are the fraction of
 * one. 2^28 <= x < inf. */
static turned turn_far(double x) {
  uint64_t bits = dnp_bits(x);
  uint64_t m = (bits & 0x000fffffffffffffu) | 0x0010000000000000u;
  unsigned skip = (unsigned)(bits >> 52) - 1023 - 52 - 2 + 64;
  uint32_t product[6] = {0}; /* lowest word first */
  for (unsigned i = 0; i < 2; i++) {
    uint64_t factor = i == 0 ? m & 0xffffffffu : m >> 32, carry = 0;
    for (unsigned j = 0; i + j < 6; j++) {
      const uint32_t *word = two_over_pi + skip / 32 + (5 - j);
      uint64_t pair = (uint64_t)word[0] << 32 | word[1];
      carry += product[i + j] + factor * ((pair >> (32 - skip % 32)) & 0xffffffffu);
      product[i + j] = (uint32_t)carry;
      carry >>= 32;
    }
  }
  uint64_t high = (uint64_t)product[5] << 32 | product[4], low = (uint64_t)product[3] << 32 | product[2];
  unsigned quarters = (unsigned)(high >> 62);
  high = high << 2 | low >> 62;
  low = low << 2 | product[1] >> 30;
  bool back = high >> 63; /* more than half a quarter: the next quarter, less what lacks */
  if (back) {
    quarters++;
    high = ~high;
    low = ~low; /* one unit of 2^-128 short of the negative */
  }
  double a = (double)(high >> 32) * 0x1p-32, b = (double)(high & 0xffffffffu) * 0x1p-64, c = (double)low * 0x1p-128;
  double sum = a + b;
  double rest = (b - (sum - a)) + c;
  double fraction = sum + rest;
  rest -= fraction - sum;
  double r = fraction * PI_2_A;
  double lost = fma(fraction, PI_2_A, -r) + fma(fraction, PI_2_B, rest * PI_2_A);
  return back ? (turned){-r, -lost, quarters} : (turned){r, lost, quarters};
}

/* 0 <= x < inf. */
static turned turn(double x) {
  if (x >= 0x1p28) return turn_far(x);
  double k = rint(x * 0x1.45f306dc9c883p-1);
  double exact = fma(-k, PI_2_A, x);
  double second = k * PI_2_B;
  double r = exact - second;
  double taken = exact - r; /* the error of the difference, by Knuth's two-sum: either operand may be the larger */
  double lost = (exact - (r + taken)) + (taken - second);
  lost -= fma(k, PI_2_B, -second);
  lost = fma(-k, PI_2_C, lost);
  double sum = r + lost;
  return (turned){sum, lost - (sum - r), (unsigned)k};
}

static turnedf turnf(float x) {
  if (x >= 0x1p16f) { /* rare, so in double */
    turned far = turn((double)x);
    float r = (float)far.r;
    return (turnedf){r, (float)(far.r - (double)r), far.quarters};
  }
  float k = rintf(x * 0x1.45f306p-1f);
  float exact = fmaf(-k, 0x1.921fb6p+0f, x);
  float second = k * -0x1.777a5cp-25f;
  float r = exact - second;
  float taken = exact - r;
  float lost = (exact - (r + taken)) + (taken - second);
  lost -= fmaf(k, -0x1.777a5cp-25f, -second);
  lost = fmaf(-k, -0x1.ee59dap-50f, lost);
  float sum = r + lost;
  return (turnedf){sum, lost - (sum - r), (unsigned)k};
}

/* sin of the remaining angle, or its cos where quarters is odd; negative on the second half turn. */
static double wave(turned angle) {
  double r = angle.r, z = r * r, value;
  if (angle.quarters & 1) {
    double p = -0x1.8fb11e84f30b8p-37;
    p = fma(p, z, 0x1.1ee9f132cf519p-29);
    p = fma(p, z, -0x1.27e4f8128ee81p-22);
    p = fma(p, z, 0x1.a01a019cbf389p-16);
    p = fma(p, z, -0x1.6c16c16c1521ep-10);
    p = fma(p, z, 0x1.555555555554cp-5);
    double h = 0.5 * z, near = 1.0 - h;
    value = near + (((1.0 - near) - h) + fma(z * z, p, -(r * angle.lost)));
  } else {
    double p = 0x1.5d93942ca89e3p-33;
    p = fma(p, z, -0x1.ae5e686cf27a0p-26);
    p = fma(p, z, 0x1.71de357ae5007p-19);
    p = fma(p, z, -0x1.a01a019c15e75p-13);
    p = fma(p, z, 0x1.111111110f8a5p-7);
    p = fma(p, z, -0x1.5555555555549p-3);
    value = r + fma(r * z, p, fma(-0.5 * z, angle.lost, angle.lost));
  }
  return angle.quarters & 2 ? -value : value;
}

static float wavef(turnedf angle) {
  float r = angle.r, z = r * r, value;
  if (angle.quarters & 1) {
    float p = 0x1.99e0e6p-16f;
    p = fmaf(p, z, -0x1.6c0c1ap-10f);
    p = fmaf(p, z, 0x1.55554ap-5f);
    float h = 0.5f * z, near = 1.0f - h;
    value = near + (((1.0f - near) - h) + fmaf(z * z, p, -(r * angle.lost)));
  } else {
    float p = 0x1.7cd84ap-19f;
    p = fmaf(p, z, -0x1.a05bbap-13f);
    p = fmaf(p, z, 0x1.111176p-7f);
    p = fmaf(p, z, -0x1.555556p-3f);
    value = r + fmaf(r * z, p, fmaf(-0.5f * z, angle.lost, angle.lost));
  }
  return angle.quarters & 2 ? -value : value;
}

double dnp_sin(double x) {
  uint64_t bits = dnp_bits(x), size = bits & ~DNP_SIGN;
  if (size >= DNP_INF) return size == DNP_INF ? dnp_from_bits(DNP_NAN) : x;
  double value = wave(turn(dnp_from_bits(size)));
  return bits & DNP_SIGN ? -value : value;
}

double dnp_cos(double x) {
  uint64_t size = dnp_bits(x) & ~DNP_SIGN;
  if (size >= DNP_INF) return size == DNP_INF ? dnp_from_bits(DNP_NAN) : x;
  turned angle = turn(dnp_from_bits(size));
  angle.quarters++;
  return wave(angle);
}

float dnp_sinf(float x) {
  uint32_t bits = dnp_bitsf(x), size = bits & ~DNP_SIGNF;
  if (size >= DNP_INFF) return size == DNP_INFF ? dnp_from_bitsf(DNP_NANF) : x;
  float value = wavef(turnf(dnp_from_bitsf(size)));
  return bits & DNP_SIGNF ? -value : value;
}

float dnp_cosf(float x) {
  uint32_t size = dnp_bitsf(x) & ~DNP_SIGNF;
  if (size >= DNP_INFF) return size == DNP_INFF ? dnp_from_bitsf(DNP_NANF) : x;
  turnedf angle = turnf(dnp_from_bitsf(size));
  angle.quarters++;
  return wavef(angle);
}

double dnp_half(double x) {
  const double size = fabs(x);
  if (!(size < 65520)) return isnan(x) ? x : (x < 0 ? -(double)INFINITY : (double)INFINITY);
  double unit = 0x1p-24;                 /* of numbers below 2^-13, the subnormal ones among them */
  while (size >= unit * 2048) unit *= 2; /* a half has 11 bits */
  return rint(x / unit) * unit;
}
