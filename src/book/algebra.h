/* algebra.h: a little linear algebra on plain row-major arrays of doubles, for the lessons: easy to read, fast enough
 * for a lesson, used by nothing that trains. Names: a[m,k] is an array of m rows and k columns. No array may overlap
 * another one. */
#ifndef DNP_BOOK_ALGEBRA_H
#define DNP_BOOK_ALGEBRA_H

#include <stddef.h>

#include "base/status.h"

/* c[m,n] := a[m,k] . b[k,n] */
void dnp_algebra_product(size_t m, size_t k, size_t n, const double *a, const double *b, double *c);
/* c[k,n] := a^T[k,m] . b[m,n], for a[m,k] */
void dnp_algebra_product_tn(size_t m, size_t k, size_t n, const double *a, const double *b, double *c);
/* t[n,m] := a^T for a[m,n] */
void dnp_algebra_transpose(size_t m, size_t n, const double *a, double *t);
/* Root of the sum of the squares. */
double dnp_algebra_norm(size_t count, const double *a);
/* The largest |a - b|. */
double dnp_algebra_apart(size_t count, const double *a, const double *b);
void dnp_algebra_identity(size_t n, double *a);

/* g[n,n], symmetric, becomes its Cholesky factor L with L . L^T = g. DENPA_ERROR_NUMERIC: it is singular (or not
 * positive definite); *column is where that shows: that column is a combination of those before it. Cholesky's method
 * as in Golub and Van Loan, "Matrix Computations", section 4.2. */
denpa_status dnp_algebra_cholesky(size_t n, double *g, size_t *column, denpa_error *err);
/* b[n,m] becomes the solution x of L . L^T . x = b. */
void dnp_algebra_cholesky_solve(size_t n, size_t m, const double *l, double *b);

/* Rank of g[n,n], symmetric and without negative directions: the steps of Cholesky's method, the largest diagonal
 * first, until nothing is left. g is used up. */
size_t dnp_algebra_rank(size_t n, double *g);

/* q[n,n] . r[n,n] = a by Householder's reflections (section 5.2 of the same book): q orthonormal, r upper
 * triangular. */
denpa_status dnp_algebra_qr(size_t n, const double *a, double *q, double *r, denpa_error *err);
/* inverse[n,n] of a by QR. DENPA_ERROR_NUMERIC as for Cholesky. */
denpa_status dnp_algebra_inverse(size_t n, const double *a, double *inverse, size_t *column, denpa_error *err);

#endif
