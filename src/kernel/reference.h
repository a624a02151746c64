/* reference.h: the reference of the kernels that vector.h writes anew over vectors; with elementwise.h the definition
 * of what every unit must compute. Compiled for float and for double, plain and with FMA instructions (reference.c,
 * reference.fma.c), as elementwise.h says. */

/* The inner loops run over columns, so that a compiler may compute several columns side by side: no column's chain is
 * touched by that. Eight steps of k at a time keep the column's chain in a register; the order is that of k. */
#define STEPS 8

static void R(chain)(size_t n, size_t k, const REAL *a, size_t stride, const REAL *b, size_t lb, REAL *restrict c) {
  size_t p = 0;
  for (; p + STEPS <= k; p += STEPS, a += STEPS * stride, b += STEPS * lb) {
    const REAL a0 = a[0], a1 = a[stride], a2 = a[2 * stride], a3 = a[3 * stride], a4 = a[4 * stride],
               a5 = a[5 * stride], a6 = a[6 * stride], a7 = a[7 * stride];
    const REAL *b0 = b, *b1 = b + lb, *b2 = b + 2 * lb, *b3 = b + 3 * lb, *b4 = b + 4 * lb, *b5 = b + 5 * lb,
               *b6 = b + 6 * lb, *b7 = b + 7 * lb;
    for (size_t j = 0; j < n; j++) {
      REAL s = FMA(a1, b1[j], FMA(a0, b0[j], c[j]));
      s = FMA(a3, b3[j], FMA(a2, b2[j], s));
      s = FMA(a5, b5[j], FMA(a4, b4[j], s));
      c[j] = FMA(a7, b7[j], FMA(a6, b6[j], s));
    }
  }
  for (; p < k; p++, a += stride, b += lb)
    for (size_t j = 0; j < n; j++) c[j] = FMA(a[0], b[j], c[j]);
}

static void R(product)(size_t m, size_t n, size_t k, const void *va, size_t la, const void *vb, size_t lb,
    const void *vbias, void *vc, size_t lc) {
  assert(la >= k && lb >= n && lc >= n);
  const REAL *a = va, *b = vb, *bias = vbias;
  REAL *c = vc;
  for (size_t i = 0; i < m; i++) {
    REAL *row = c + i * lc;
    for (size_t j = 0; j < n; j++) row[j] = 0;
    R(chain)(n, k, a + i * la, 1, b, lb, row);
    if (bias != NULL)
      for (size_t j = 0; j < n; j++) row[j] = row[j] + bias[j];
  }
}

/* B is turned in small pieces, so that the columns of C lie side by side as in `product`. */
#define PIECE_COLUMNS 64
#define PIECE_STEPS 32

static void R(product_nt)(
    size_t m, size_t n, size_t k, const void *va, size_t la, const void *vb, size_t lb, void *vc, size_t lc) {
  assert(la >= k && lb >= k && lc >= n);
  const REAL *a = va, *b = vb;
  REAL *c = vc;
  REAL piece[PIECE_STEPS * PIECE_COLUMNS];
  for (size_t i = 0; i < m; i++)
    for (size_t j = 0; j < n; j++) c[i * lc + j] = 0;
  for (size_t j0 = 0; j0 < n; j0 += PIECE_COLUMNS) {
    size_t columns = n - j0 < PIECE_COLUMNS ? n - j0 : PIECE_COLUMNS;
    for (size_t p0 = 0; p0 < k; p0 += PIECE_STEPS) {
      size_t steps = k - p0 < PIECE_STEPS ? k - p0 : PIECE_STEPS;
      for (size_t j = 0; j < columns; j++)
        for (size_t p = 0; p < steps; p++) piece[p * PIECE_COLUMNS + j] = b[(j0 + j) * lb + p0 + p];
      for (size_t i = 0; i < m; i++)
        R(chain)(columns, steps, a + i * la + p0, 1, piece, PIECE_COLUMNS, c + i * lc + j0);
    }
  }
}

static void R(product_tn)(size_t m, size_t n, size_t k, const void *va, size_t la, const void *vb, size_t lb, void *vc,
    size_t lc, bool from_zero) {
  assert(la >= m && lb >= n && lc >= n);
  const REAL *a = va, *b = vb;
  REAL *c = vc;
  for (size_t i = 0; i < m; i++) {
    REAL *row = c + i * lc;
    if (from_zero)
      for (size_t j = 0; j < n; j++) row[j] = 0;
    R(chain)(n, k, a + i, la, b, lb, row);
  }
}

static void R(from_pixels)(size_t count, const uint8_t *pixel, void *vx) {
  REAL *restrict x = vx;
  for (size_t i = 0; i < count; i++) x[i] = (REAL)((float)pixel[i] / 255.0f);
}

#include "kernel/convolution.h"

#undef STEPS
#undef PIECE_COLUMNS
#undef PIECE_STEPS
