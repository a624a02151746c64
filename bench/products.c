/* products.c: the products that dense networks consist of, on one core: denpa's kernels, OpenBLAS and oneDNN take
 * turns. Prints one JSON object a shape: GFLOP/s of each (medians) and of the FMA peak that was taken in the same
 * turns. Built by peers.sh with what is installed: HAVE_OPENBLAS, HAVE_ONEDNN. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kernel/kernels.h"
#include "kernel/peak.h"

#ifdef HAVE_OPENBLAS
#include <cblas.h>
#endif
#ifdef HAVE_ONEDNN
#include <dnnl.h>
#endif

enum { TURNS = 15 };
#define LEAST_SECONDS 0.004 /* of one turn */

/* C[m,n] := A . B[k,n], where A is [m,k], or turned: [k,m] and used as A^T. */
typedef struct shape {
  const char *name;
  size_t m, n, k;
  bool turned;
} shape;

static const shape shapes[] = {
    {"forward, 100x784 . 784x50", 100, 50, 784, false},
    {"weight gradient, 784x100 . 100x50", 784, 50, 100, true},
    {"forward, 128x784 . 784x128", 128, 128, 784, false},
    {"forward, 256x784 . 784x512", 256, 512, 784, false},
    {"weight gradient, 784x256 . 256x512", 784, 512, 256, true},
};

static const dnp_kernels *kernels;
static const dnp_peak *peak;
static size_t peak_steps;
static volatile float kept;

static void by_denpa(const shape *s, const float *a, const float *b, float *c) {
  if (s->turned)
    kernels->product_tn(s->m, s->n, s->k, a, s->m, b, s->n, c, s->n, true);
  else
    kernels->product(s->m, s->n, s->k, a, s->k, b, s->n, NULL, c, s->n);
}

#ifdef HAVE_OPENBLAS
static void by_openblas(const shape *s, const float *a, const float *b, float *c) {
  const int m = (int)s->m, n = (int)s->n, k = (int)s->k;
  cblas_sgemm(CblasRowMajor, s->turned ? CblasTrans : CblasNoTrans, CblasNoTrans, m, n, k, 1, a, s->turned ? m : k, b,
      n, 0, c, n);
}
#endif

#ifdef HAVE_ONEDNN
static void by_onednn(const shape *s, const float *a, const float *b, float *c) {
  const dnnl_dim_t m = (dnnl_dim_t)s->m, n = (dnnl_dim_t)s->n, k = (dnnl_dim_t)s->k;
  dnnl_sgemm(s->turned ? 'T' : 'N', 'N', m, n, k, 1, a, s->turned ? m : k, b, n, 0, c, n);
}
#endif

static void by_nobody(const shape *s, const float *a, const float *b, float *c) {
  (void)s, (void)a, (void)b, (void)c;
  kept = peak->run(peak_steps);
}

static const struct {
  const char *name;
  void (*run)(const shape *s, const float *a, const float *b, float *c);
} contenders[] = {
    {"denpa", by_denpa},
#ifdef HAVE_OPENBLAS
    {"OpenBLAS", by_openblas},
#endif
#ifdef HAVE_ONEDNN
    {"oneDNN", by_onednn},
#endif
    {"peak", by_nobody},
};
#define CONTENDERS (sizeof contenders / sizeof *contenders)

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double seconds(size_t who, size_t calls, const shape *s, const float *a, const float *b, float *c) {
  const double begun = now();
  for (size_t i = 0; i < calls; i++) contenders[who].run(s, a, b, c);
  return now() - begun;
}

static int by_size(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static float *numbers(size_t count) {
  float *x = aligned_alloc(64, (count * sizeof *x + 63) / 64 * 64);
  if (x == NULL) exit(1);
  for (size_t i = 0; i < count; i++) x[i] = (float)((i * 2654435761u) % 2001) / 1000 - 1;
  return x;
}

/* Nobody is timed for a wrong product. */
static void check(const shape *s, const float *a, const float *b, float *c, float *wanted) {
  by_denpa(s, a, b, wanted);
  for (size_t who = 0; who + 1 < CONTENDERS; who++) {
    contenders[who].run(s, a, b, c);
    for (size_t i = 0; i < s->m * s->n; i++)
      if (!(fabsf(c[i] - wanted[i]) <= 1e-3f)) {
        fprintf(stderr, "products: %s and denpa differ on %s\n", contenders[who].name, s->name);
        exit(1);
      }
  }
}

static void time_shape(const shape *s) {
  float *a = numbers(s->m * s->k), *b = numbers(s->k * s->n), *c = numbers(s->m * s->n), *wanted = numbers(s->m * s->n);
  const double flops = 2.0 * (double)s->m * (double)s->n * (double)s->k;
  double rate[CONTENDERS][TURNS];
  size_t calls[CONTENDERS];
  check(s, a, b, c, wanted);
  for (size_t who = 0; who < CONTENDERS; who++)
    for (calls[who] = 1; seconds(who, calls[who], s, a, b, c) < LEAST_SECONDS;) calls[who] *= 2;
  for (size_t turn = 0; turn < TURNS; turn++)
    for (size_t who = 0; who < CONTENDERS; who++) {
      const double each = who + 1 < CONTENDERS ? flops : (double)peak->flops * (double)peak_steps;
      rate[who][turn] = each * (double)calls[who] / seconds(who, calls[who], s, a, b, c) / 1e9;
    }
  printf("{\"shape\": \"%s\"", s->name);
  for (size_t who = 0; who < CONTENDERS; who++) {
    qsort(rate[who], TURNS, sizeof *rate[who], by_size);
    printf(", \"%s\": %.2f", contenders[who].name, rate[who][TURNS / 2]);
  }
  printf("}\n");
  fflush(stdout);
  free(wanted);
  free(c);
  free(b);
  free(a);
}

int main(void) {
  if (dnp_kernels_choose("auto", DENPA_DTYPE_FLOAT32, &kernels, NULL) != DENPA_OK) return 1;
  peak = dnp_peak_choose(kernels->unit);
  peak_steps = 4096;
#ifdef HAVE_OPENBLAS
  openblas_set_num_threads(1);
  printf("{\"version\": \"%.15s (%s)\"}\n", openblas_get_config(), openblas_get_corename()); /* "OpenBLAS 0.3.21 ..." */
#endif
#ifdef HAVE_ONEDNN
  printf("{\"version\": \"oneDNN %d.%d.%d\"}\n", dnnl_version()->major, dnnl_version()->minor, dnnl_version()->patch);
#endif
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) time_shape(&shapes[i]);
  return 0;
}
