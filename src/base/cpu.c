/* cpu.c: processor features and floating-point settings. */
#ifdef __linux__
#define _GNU_SOURCE /* sched_getaffinity: a container may be given fewer processors than the machine has */
#include <sched.h>
#endif
#include "base/cpu.h"

#include <fenv.h>
#include <stdint.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

dnp_cpu dnp_cpu_features(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  bool fma = __builtin_cpu_supports("fma") && __builtin_cpu_supports("avx2");
  bool avx512 = fma && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  return (dnp_cpu){fma, avx512};
#else
  return (dnp_cpu){false, false};
#endif
}

int dnp_cpu_count(void) {
#ifdef __linux__
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return CPU_COUNT(&set);
#endif
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 && online < 4096 ? (int)online : 1;
}

/* ---- floating-point settings ------------------------------------------------------------------- */

dnp_float_mode dnp_float_enter(void) {
  dnp_float_mode before = {0, fegetround()};
  if (before.rounding != FE_TONEAREST) fesetround(FE_TONEAREST);
#if defined(__x86_64__)
  before.control = _mm_getcsr();
  /* no flush to zero, no denormals are zero, nearest, no traps */
  _mm_setcsr((before.control & ~0x8040u & ~0x6000u) | 0x1F80u);
#elif defined(__aarch64__)
  uint64_t control;
  __asm__ volatile("mrs %0, fpcr" : "=r"(control));
  before.control = (unsigned)control;
  /* no default NaN, no flush to zero, nearest */
  __asm__ volatile("msr fpcr, %0" : : "r"(control & ~(uint64_t)0x03C00000));
#endif
  return before;
}

void dnp_float_leave(dnp_float_mode before) {
#if defined(__x86_64__)
  _mm_setcsr(before.control);
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)before.control));
#endif
  if (before.rounding != FE_TONEAREST) fesetround(before.rounding);
}
