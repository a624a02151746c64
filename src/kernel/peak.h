/* peak.h: how many floating-point operations a vector unit gives when nothing is in the way: fused multiply-adds from
 * registers to registers, no memory touched. What the speed of products is measured against. Called by
 * src/exec/peak.c. */
#ifndef DNP_KERNEL_PEAK_H
#define DNP_KERNEL_PEAK_H

#include <stddef.h>

typedef struct dnp_peak {
  const char *unit; /* as dnp_kernels.unit begins */
  size_t flops;     /* floating-point operations of one step */
  /* makes so many steps; the result depends on all of them, so that none can be left out */
  float (*run)(size_t steps);
} dnp_peak;

/* The widest chain that the unit of a table of kernels has ("avx512", "avx2", "ref+fma", "ref"); NULL for a unit that
 * has none. */
const dnp_peak *dnp_peak_choose(const char *unit);

/* One per unit: for dnp_peak_choose. */
extern const dnp_peak dnp_peak_plain;
#if defined(__x86_64__) && !defined(DNP_NO_VECTOR_UNITS)
extern const dnp_peak dnp_peak_fma, dnp_peak_avx512;
#endif

#endif
