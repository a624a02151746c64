/* kernels.c: the choice of the table of kernels, and the sums that have no dtype of their own. */
#include "kernel/kernels.h"

#include <string.h>

#include "base/cpu.h"
#include "base/text.h"

extern const dnp_kernels dnp_kernels_plain[2];
#if !defined(DNP_NO_VECTOR_UNITS) && defined(__x86_64__)
extern const dnp_kernels dnp_kernels_fma[2], dnp_kernels_avx2[2], dnp_kernels_avx512[2];
#elif !defined(DNP_NO_VECTOR_UNITS) && defined(__aarch64__)
extern const dnp_kernels dnp_kernels_neon[2];
#endif

size_t dnp_kernels_units(const dnp_kernels *units[DNP_MOST_UNITS]) {
  size_t count = 0;
  units[count++] = dnp_kernels_plain;
#if !defined(DNP_NO_VECTOR_UNITS) && defined(__x86_64__)
  const dnp_cpu has = dnp_cpu_features();
  if (has.fma) units[count++] = dnp_kernels_fma;
  if (has.fma) units[count++] = dnp_kernels_avx2;
  if (has.avx512) units[count++] = dnp_kernels_avx512;
#elif !defined(DNP_NO_VECTOR_UNITS) && defined(__aarch64__)
  units[count++] = dnp_kernels_neon;
#endif
  return count;
}

/* "ref" takes the last reference: the same kernels with FMA instructions, where there are any. */
static bool answers_to(const char *unit, const char *cpu) {
  if (dnp_text_means(cpu, "ref")) return strncmp(unit, "ref", 3) == 0;
  return dnp_text_means(cpu, "auto") || dnp_text_means(cpu, unit);
}

denpa_status dnp_kernels_choose(const char *cpu, denpa_dtype dtype, const dnp_kernels **out, denpa_error *err) {
  static const char *const known[] = {"auto", "ref", "avx2", "avx512", "neon"};
  const dnp_kernels *units[DNP_MOST_UNITS];
  if (dtype != DENPA_DTYPE_FLOAT32 && dtype != DENPA_DTYPE_FLOAT64)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "networks compute in float32 or float64");
  for (size_t i = dnp_kernels_units(units); i-- > 0;) {
    const dnp_kernels *of_dtype = units[i];
    if (!answers_to(of_dtype->unit, cpu)) continue;
    *out = of_dtype + dtype;
    return DENPA_OK;
  }
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (dnp_text_means(cpu, known[i]))
      return dnp_fail(err, DENPA_ERROR_ARGUMENT,
          "this processor has no {1}; leave --cpu out, and the best unit it has is used", dnp_s(cpu));
  return dnp_fail(
      err, DENPA_ERROR_ARGUMENT, "'{1}' is not a vector unit; use auto, ref, avx2, avx512 or neon", dnp_s(cpu));
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

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

/* One group of X with its edges, or of dY with room for a filter around it. */
size_t dnp_conv_scratch(const dnp_conv *g) {
  const size_t x = g->channels * (g->height + 2 * g->pad) * (g->width + 2 * g->pad);
  const size_t dy = g->outputs * (g->out_height + 2 * g->rows) * (g->out_width + 2 * g->columns);
  return DNP_LANES * larger(x, dy);
}
