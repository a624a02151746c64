/* cpu.h: what this processor can do, and the floating-point settings of a thread. */
#ifndef DNP_BASE_CPU_H
#define DNP_BASE_CPU_H

#include <stdbool.h>

typedef struct dnp_cpu {
  bool fma;    /* fused multiply-add together with AVX2 */
  bool avx512; /* AVX-512 F, BW, DQ and VL */
} dnp_cpu;

dnp_cpu dnp_cpu_features(void);
int dnp_cpu_count(void); /* processors this process may run on, at least 1 */

/* The floating-point settings that the bits depend on: save at entry of the library, restore on leaving. */
typedef struct dnp_float_mode {
  unsigned control;
  int rounding;
} dnp_float_mode;
dnp_float_mode dnp_float_enter(void);
void dnp_float_leave(dnp_float_mode before);

#endif
