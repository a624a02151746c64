/* peak.avx512.c: the chains of AVX-512 (x86-64). */
#include <immintrin.h>

#define VECTOR __m512
#define LANES 16
#define SET(x) _mm512_set1_ps(x)
#define FMA(a, b, c) _mm512_fmadd_ps(a, b, c)
#define ADD(a, b) _mm512_add_ps(a, b)
#define STORE(to, s) _mm512_storeu_ps(to, s)
#define PEAK dnp_peak_avx512
#define UNIT "avx512"
#include "kernel/peak_chains.h"
