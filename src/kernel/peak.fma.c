/* peak.fma.c: the chains of AVX2 and FMA (x86-64). */
#include <immintrin.h>

#define VECTOR __m256
#define LANES 8
#define SET(x) _mm256_set1_ps(x)
#define FMA(a, b, c) _mm256_fmadd_ps(a, b, c)
#define ADD(a, b) _mm256_add_ps(a, b)
#define STORE(to, s) _mm256_storeu_ps(to, s)
#define PEAK dnp_peak_fma
#define UNIT "avx2"
#include "kernel/peak_chains.h"
