/* cpu.c: processor features. */
#ifdef __linux__
#define _GNU_SOURCE /* sched_getaffinity: a container may be given fewer processors than the machine has */
#include <sched.h>
#endif
#include "base/cpu.h"

#include <unistd.h>

dnp_cpu dnp_cpu_features(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  bool fma = __builtin_cpu_supports("fma") && __builtin_cpu_supports("avx2");
  bool avx512 = fma && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
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
