/* algebra.c: the lessons' linear algebra. */
#include "book/algebra.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"

void dnp_algebra_product(size_t m, size_t k, size_t n, const double *a, const double *b, double *restrict c) {
  memset(c, 0, m * n * sizeof *c);
  for (size_t i = 0; i < m; i++)
    for (size_t p = 0; p < k; p++) {
      const double factor = a[i * k + p];
      for (size_t j = 0; j < n; j++) c[i * n + j] += factor * b[p * n + j];
    }
}

void dnp_algebra_product_tn(size_t m, size_t k, size_t n, const double *a, const double *b, double *restrict c) {
  memset(c, 0, k * n * sizeof *c);
  for (size_t i = 0; i < m; i++)
    for (size_t p = 0; p < k; p++) {
      const double factor = a[i * k + p];
      if (factor == 0) continue; /* blank pixels */
      for (size_t j = 0; j < n; j++) c[p * n + j] += factor * b[i * n + j];
    }
}

void dnp_algebra_transpose(size_t m, size_t n, const double *a, double *t) {
  for (size_t i = 0; i < m; i++)
    for (size_t j = 0; j < n; j++) t[j * m + i] = a[i * n + j];
}

double dnp_algebra_norm(size_t count, const double *a) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += a[i] * a[i];
  return sqrt(sum);
}

double dnp_algebra_apart(size_t count, const double *a, const double *b) {
  double most = 0;
  for (size_t i = 0; i < count; i++)
    if (!(fabs(a[i] - b[i]) <= most)) most = fabs(a[i] - b[i]);
  return most;
}

void dnp_algebra_identity(size_t n, double *a) {
  memset(a, 0, n * n * sizeof *a);
  for (size_t i = 0; i < n; i++) a[i * n + i] = 1;
}

static denpa_status singular(size_t at, size_t *column, denpa_error *err) {
  *column = at;
  return dnp_fail(err, DENPA_ERROR_NUMERIC,
      "the matrix is singular: column {1} adds nothing new, so there is no inverse", dnp_u(at));
}

/* ---- Cholesky ---------------------------------------------------------------------------------- */

denpa_status dnp_algebra_cholesky(size_t n, double *g, size_t *column, denpa_error *err) {
  double largest = 0;
  for (size_t i = 0; i < n; i++) largest = fmax(largest, fabs(g[i * n + i]));
  const double least = (double)n * DBL_EPSILON * largest;
  for (size_t j = 0; j < n; j++) {
    for (size_t i = j; i < n; i++) {
      double sum = g[i * n + j];
      for (size_t k = 0; k < j; k++) sum -= g[i * n + k] * g[j * n + k];
      if (i == j && !(sum > least)) return singular(j, column, err);
      g[i * n + j] = i == j ? sqrt(sum) : sum / g[j * n + j];
    }
    for (size_t k = j + 1; k < n; k++) g[j * n + k] = 0;
  }
  return DENPA_OK;
}

void dnp_algebra_cholesky_solve(size_t n, size_t m, const double *l, double *b) {
  for (size_t i = 0; i < n; i++) { /* L y = b, from the top */
    for (size_t k = 0; k < i; k++)
      for (size_t c = 0; c < m; c++) b[i * m + c] -= l[i * n + k] * b[k * m + c];
    for (size_t c = 0; c < m; c++) b[i * m + c] /= l[i * n + i];
  }
  for (size_t i = n; i-- > 0;) { /* L^T x = y, from the bottom */
    for (size_t k = i + 1; k < n; k++)
      for (size_t c = 0; c < m; c++) b[i * m + c] -= l[k * n + i] * b[k * m + c];
    for (size_t c = 0; c < m; c++) b[i * m + c] /= l[i * n + i];
  }
}

size_t dnp_algebra_rank(size_t n, double *g) {
  double first = 0;
  for (size_t rank = 0; rank < n; rank++) {
    size_t p = 0;
    for (size_t i = 1; i < n; i++)
      if (g[i * n + i] > g[p * n + p]) p = i;
    const double pivot = g[p * n + p];
    if (rank == 0) first = pivot;
    if (!(pivot > (double)n * DBL_EPSILON * first)) return rank;
    for (size_t i = 0; i < n; i++) { /* g := g - column p . row p / pivot; row p itself comes last */
      const double factor = g[i * n + p] / pivot;
      for (size_t j = 0; j < n && i != p && factor != 0; j++) g[i * n + j] -= factor * g[p * n + j];
    }
    memset(g + p * n, 0, n * sizeof *g);
    for (size_t i = 0; i < n; i++) g[i * n + p] = 0;
  }
  return n;
}

/* ---- QR ---------------------------------------------------------------------------------------- */

/* Rows of a from `first` on are mirrored: a := (I - 2 v v^T / v^T v) a, where v has entries from `first` on. */
static void mirror(size_t n, size_t first, const double *v, double square, double *a) {
  for (size_t j = 0; j < n; j++) {
    double along = 0;
    for (size_t i = first; i < n; i++) along += v[i] * a[i * n + j];
    for (size_t i = first; i < n; i++) a[i * n + j] -= 2 * along / square * v[i];
  }
}

denpa_status dnp_algebra_qr(size_t n, const double *a, double *q, double *r, denpa_error *err) {
  double *v;
  DNP_TRY(DNP_NEW(&v, n * n + n, err));
  double *turned = v + n; /* Q^T */
  memcpy(r, a, n * n * sizeof *r);
  dnp_algebra_identity(n, turned);
  for (size_t j = 0; j + 1 < n; j++) {
    double length = 0, square = 0;
    for (size_t i = j; i < n; i++) length += r[i * n + j] * r[i * n + j];
    length = sqrt(length);
    for (size_t i = j; i < n; i++) v[i] = r[i * n + j];
    v[j] += v[j] < 0 ? -length : length; /* away from zero: nothing cancels */
    for (size_t i = j; i < n; i++) square += v[i] * v[i];
    if (square == 0) continue;
    mirror(n, j, v, square, r);
    mirror(n, j, v, square, turned);
    for (size_t i = j + 1; i < n; i++) r[i * n + j] = 0;
  }
  dnp_algebra_transpose(n, n, turned, q);
  dnp_free(v);
  return DENPA_OK;
}

denpa_status dnp_algebra_inverse(size_t n, const double *a, double *inverse, size_t *column, denpa_error *err) {
  double *q, largest = 0;
  DNP_TRY(DNP_NEW(&q, 2 * n * n, err));
  double *r = q + n * n;
  denpa_status status = dnp_algebra_qr(n, a, q, r, err);
  for (size_t j = 0; j < n; j++) largest = fmax(largest, fabs(r[j * n + j]));
  for (size_t j = 0; j < n && status == DENPA_OK; j++)
    if (!(fabs(r[j * n + j]) > (double)n * DBL_EPSILON * largest)) status = singular(j, column, err);
  if (status == DENPA_OK) dnp_algebra_transpose(n, n, q, inverse);
  for (size_t i = n; i-- > 0 && status == DENPA_OK;) /* R x = Q^T, from the bottom */
    for (size_t c = 0; c < n; c++) {
      for (size_t k = i + 1; k < n; k++) inverse[i * n + c] -= r[i * n + k] * inverse[k * n + c];
      inverse[i * n + c] /= r[i * n + i];
    }
  dnp_free(q);
  return status;
}
