/* peak.c: the choice of a chain, and the one of plain instructions, which is slow where the C library has to compute
 * fma in software. */
#include <math.h>
#include <string.h>

#define VECTOR float
#define LANES 1
#define SET(x) (x)
#define FMA(a, b, c) fmaf(a, b, c)
#define ADD(a, b) ((a) + (b))
#define STORE(to, s) ((to)[0] = (s))
#define PEAK dnp_peak_plain
#define UNIT "ref"
#include "kernel/peak_chains.h"

const dnp_peak *dnp_peak_choose(const char *unit) {
#if defined(__x86_64__) && !defined(DNP_NO_VECTOR_UNITS)
  if (strncmp(unit, "avx512", strlen("avx512")) == 0) return &dnp_peak_avx512;
  if (strncmp(unit, "avx2", strlen("avx2")) == 0 || strcmp(unit, "ref+fma") == 0) return &dnp_peak_fma;
#endif
  return strcmp(unit, "ref") == 0 ? &dnp_peak_plain : NULL;
}
