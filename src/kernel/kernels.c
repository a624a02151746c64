/* kernels.c: the choice of the table of kernels, and the sums that have no dtype of their own. */
#include "kernel/kernels.h"

#include <string.h>

#include "base/cpu.h"

denpa_status dnp_kernels_choose(const char *cpu, denpa_dtype dtype, const dnp_kernels **out, denpa_error *err) {
  const dnp_cpu has = dnp_cpu_features();
  const struct {
    const char *name;
    bool there;
  } units[] = {{"auto", true}, {"ref", true}, {"avx2", has.fma}, {"avx512", has.avx512}};
  if (dtype != DENPA_FLOAT32 && dtype != DENPA_FLOAT64) return dnp_fail(err, DENPA_ARGUMENT, "networks compute in float32 or float64");
  for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
    if (strcmp(cpu, units[i].name) != 0) continue;
    if (!units[i].there) return dnp_fail(err, DENPA_ARGUMENT, "this processor has no {1}; leave --cpu out, and the best unit it has is used", dnp_s(cpu));
#if defined(__x86_64__) && !defined(DNP_NO_VECTOR_UNITS)
    /* No vector variants yet: every unit uses the reference's entries, with FMA instructions where they exist. */
    if (has.fma) {
      *out = &dnp_kernels_fma[dtype];
      return DENPA_OK;
    }
#endif
    *out = &dnp_kernels_plain[dtype];
    return DENPA_OK;
  }
  return dnp_fail(err, DENPA_ARGUMENT, "'{1}' is no vector unit; use auto, ref, avx2 or avx512", dnp_s(cpu));
}

void dnp_lanes_add(double lane[DNP_LANES], size_t first, size_t count, const double *value) {
  for (size_t i = 0; i < count; i++) lane[(first + i) % DNP_LANES] = lane[(first + i) % DNP_LANES] + value[i];
}

double dnp_lanes_total(const double lane[DNP_LANES]) {
  double s[DNP_LANES];
  memcpy(s, lane, sizeof s);
  for (int half = DNP_LANES / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) s[i] = s[i] + s[i + half];
  return s[0];
}
