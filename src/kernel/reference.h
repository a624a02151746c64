/* reference.h: the reference kernels, written once and compiled for float and for double, plain and with FMA instructions
 * (reference.c, reference.fma.c). Read this file as the definition of what every variant must compute.
 *
 * The including file defines REAL (float or double), R(name) (the name with its suffix), FMA(a, b, c) and SQRT(a); the scalar functions come from
 * base/math.h. A bare a*b+c never stands here: fused or not would be the compiler's choice. */

/* The inner loops run over columns, so that a compiler may compute several columns side by side: no column's chain is touched by that.
 * Eight steps of k at a time keep the column's chain in a register; the order is that of k. */
#define STEPS 8

static void R(chain)(size_t n, size_t k, const REAL *a, size_t stride, const REAL *b, size_t lb, REAL *restrict c) {
  size_t p = 0;
  for (; p + STEPS <= k; p += STEPS, a += STEPS * stride, b += STEPS * lb) {
    const REAL a0 = a[0], a1 = a[stride], a2 = a[2 * stride], a3 = a[3 * stride], a4 = a[4 * stride], a5 = a[5 * stride], a6 = a[6 * stride], a7 = a[7 * stride];
    const REAL *b0 = b, *b1 = b + lb, *b2 = b + 2 * lb, *b3 = b + 3 * lb, *b4 = b + 4 * lb, *b5 = b + 5 * lb, *b6 = b + 6 * lb, *b7 = b + 7 * lb;
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

static void R(product)(size_t m, size_t n, size_t k, const void *va, size_t la, const void *vb, size_t lb, const void *vbias, void *vc, size_t lc) {
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

static void R(product_nt)(size_t m, size_t n, size_t k, const void *va, size_t la, const void *vb, size_t lb, void *vc, size_t lc) {
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
      for (size_t i = 0; i < m; i++) R(chain)(columns, steps, a + i * la + p0, 1, piece, PIECE_COLUMNS, c + i * lc + j0);
    }
  }
}

static void R(product_tn)(size_t m, size_t n, size_t k, const void *va, size_t la, const void *vb, size_t lb, void *vc, size_t lc, bool from_zero) {
  const REAL *a = va, *b = vb;
  REAL *c = vc;
  for (size_t i = 0; i < m; i++) {
    REAL *row = c + i * lc;
    if (from_zero)
      for (size_t j = 0; j < n; j++) row[j] = 0;
    R(chain)(n, k, a + i, la, b, lb, row);
  }
}

static void R(column_sum)(size_t n, size_t k, const void *vb, size_t lb, void *vc, bool from_zero) {
  const REAL *b = vb;
  REAL *restrict c = vc;
  if (from_zero)
    for (size_t j = 0; j < n; j++) c[j] = 0;
  for (size_t p = 0; p < k; p++)
    for (size_t j = 0; j < n; j++) c[j] = c[j] + b[p * lb + j];
}

static void R(add_row)(size_t m, size_t n, const void *va, size_t la, const void *vbias, void *vc, size_t lc) {
  const REAL *a = va, *bias = vbias;
  REAL *c = vc;
  for (size_t i = 0; i < m; i++)
    for (size_t j = 0; j < n; j++) c[i * lc + j] = a[i * la + j] + bias[j];
}

static void R(add)(size_t count, const void *va, const void *vb, void *vc) {
  const REAL *a = va, *b = vb;
  REAL *c = vc;
  for (size_t i = 0; i < count; i++) c[i] = a[i] + b[i];
}

static void R(multiply)(size_t count, const void *va, const void *vb, void *vc) {
  const REAL *a = va, *b = vb;
  REAL *c = vc;
  for (size_t i = 0; i < count; i++) c[i] = a[i] * b[i];
}

static void R(fill)(size_t count, double value, void *vc) {
  REAL *c = vc;
  for (size_t i = 0; i < count; i++) c[i] = (REAL)value;
}

/* ---- activations ------------------------------------------------------------------------------- */

static void R(sigmoid)(size_t count, const void *va, void *vz) {
  const REAL *a = va;
  REAL *restrict z = vz;
  for (size_t i = 0; i < count; i++) z[i] = R(dnp_sigmoid)(a[i]);
}

/* da = dz (1 - z) z */
static void R(sigmoid_back)(size_t count, const void *vz, const void *vdz, void *vda) {
  const REAL *z = vz, *dz = vdz;
  REAL *da = vda;
  for (size_t i = 0; i < count; i++) da[i] = dz[i] * ((1 - z[i]) * z[i]);
}

static void R(tanh)(size_t count, const void *va, void *vz) {
  const REAL *a = va;
  REAL *restrict z = vz;
  for (size_t i = 0; i < count; i++) z[i] = R(dnp_tanh)(a[i]);
}

/* da = dz (1 - z^2) */
static void R(tanh_back)(size_t count, const void *vz, const void *vdz, void *vda) {
  const REAL *z = vz, *dz = vdz;
  REAL *da = vda;
  for (size_t i = 0; i < count; i++) da[i] = dz[i] * FMA(-z[i], z[i], (REAL)1);
}

/* max(a, 0); a NaN stays one, so that it is found and not trained on */
static void R(relu)(size_t count, const void *va, void *vz) {
  const REAL *a = va;
  REAL *restrict z = vz;
  for (size_t i = 0; i < count; i++) z[i] = a[i] <= 0 ? 0 : a[i];
}

static void R(relu_back)(size_t count, const void *vz, const void *vdz, void *vda) {
  const REAL *z = vz, *dz = vdz;
  REAL *da = vda;
  for (size_t i = 0; i < count; i++) da[i] = z[i] > 0 ? dz[i] : 0;
}

/* ---- sums across lanes ------------------------------------------------------------------------- */

static REAL R(lanes_total)(const REAL lane[DNP_LANES]) {
  REAL s[DNP_LANES];
  for (int i = 0; i < DNP_LANES; i++) s[i] = lane[i];
  for (int half = DNP_LANES / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) s[i] = s[i] + s[i + half];
  return s[0];
}

static void R(row_sum)(size_t m, size_t n, const void *va, size_t la, void *vc) {
  const REAL *a = va;
  REAL *c = vc;
  for (size_t i = 0; i < m; i++) {
    REAL lane[DNP_LANES] = {0};
    for (size_t j = 0; j < n; j++) lane[j % DNP_LANES] = lane[j % DNP_LANES] + a[i * la + j];
    c[i] = R(lanes_total)(lane);
  }
}

/* ---- losses ------------------------------------------------------------------------------------ */

/* y_j = e^(a_j - max) / s with s = sum of e^(a_i - max); loss = sum of t_j (log s - (a_j - max)): no 1e-7 in the log, no overflow. */
static void R(cross_entropy)(size_t m, size_t n, const void *va, void *vy, const int32_t *label, const void *vt, double *loss) {
  const REAL *a = va, *t = vt;
  REAL *y = vy;
  for (size_t i = 0; i < m; i++, a += n, y += n) {
    REAL max = a[0], lane[DNP_LANES] = {0};
    for (size_t j = 1; j < n; j++) max = a[j] > max ? a[j] : max;
    for (size_t j = 0; j < n; j++) {
      y[j] = R(dnp_exp)(a[j] - max);
      lane[j % DNP_LANES] = lane[j % DNP_LANES] + y[j];
    }
    const REAL sum = R(lanes_total)(lane);
    for (size_t j = 0; j < n; j++) y[j] = y[j] / sum;
    if (loss == NULL) continue;
    const double log_sum = dnp_log((double)sum);
    if (label != NULL) {
      loss[i] = log_sum - ((double)a[label[i]] - (double)max);
      continue;
    }
    double part[DNP_LANES] = {0};
    for (size_t j = 0; j < n; j++) part[j % DNP_LANES] = fma((double)t[i * n + j], log_sum - ((double)a[j] - (double)max), part[j % DNP_LANES]);
    loss[i] = dnp_lanes_total(part);
  }
}

static void R(cross_entropy_back)(size_t m, size_t n, size_t batch, const void *vy, const int32_t *label, const void *vt, void *vda) {
  const REAL *y = vy, *t = vt;
  REAL *da = vda;
  const REAL rows = (REAL)batch;
  for (size_t i = 0; i < m; i++)
    for (size_t j = 0; j < n; j++) {
      const REAL answer = label != NULL ? (REAL)(label[i] == (int32_t)j) : t[i * n + j];
      da[i * n + j] = (y[i * n + j] - answer) / rows;
    }
}

static void R(squared_error)(size_t m, size_t n, const void *va, const void *vt, double *loss) {
  const REAL *a = va, *t = vt;
  for (size_t i = 0; i < m; i++) {
    double part[DNP_LANES] = {0};
    for (size_t j = 0; j < n; j++) {
      const double off = (double)a[i * n + j] - (double)t[i * n + j];
      part[j % DNP_LANES] = fma(off, off, part[j % DNP_LANES]);
    }
    loss[i] = dnp_lanes_total(part) / (double)n;
  }
}

static void R(squared_error_back)(size_t m, size_t n, size_t batch, const void *va, const void *vt, void *vda) {
  const REAL *a = va, *t = vt;
  REAL *da = vda;
  const REAL all = (REAL)batch * (REAL)n;
  for (size_t i = 0; i < m * n; i++) da[i] = 2 * (a[i] - t[i]) / all;
}

/* ---- the rest ---------------------------------------------------------------------------------- */

static void R(transpose)(size_t m, size_t n, const void *va, size_t la, void *vc, size_t lc) {
  const REAL *a = va;
  REAL *c = vc;
  for (size_t i = 0; i < m; i++)
    for (size_t j = 0; j < n; j++) c[j * lc + i] = a[i * la + j];
}

/* w = fma(-rate, g, w), the rate rounded once. x - x is +0 for every finite x and NaN for the others. */
static bool R(descend)(size_t count, double rate, const void *vg, void *vw) {
  const REAL *g = vg, back = -(REAL)rate;
  REAL *restrict w = vw;
  REAL trouble = 0;
  for (size_t i = 0; i < count; i++) w[i] = FMA(back, g[i], w[i]);
  for (size_t i = 0; i < count; i++) trouble = w[i] - w[i] == 0 ? trouble : 1;
  return trouble != 0;
}

/* m = fma(beta1, m, (1 - beta1) g), v = fma(beta2, v, ((1 - beta2) g) g), both 0 where they are then smaller than TINY,
 * w = fma(-rate, m / fma(sqrt(v), scale, epsilon), w). Without TINY the means of weights whose gradient is 0 for long, such as those of pixels that are seldom
 * lit, would fade into denormals and stay there (0.9 times the fourth smallest number rounds to itself), and processors are slow with those. */
#define TINY ((REAL)0x1p-100)

static bool R(adam)(size_t count, const dnp_adam *adam, const void *vg, void *vm, void *vv, void *vw) {
  const REAL beta1 = (REAL)adam->beta1, beta2 = (REAL)adam->beta2, rest1 = (REAL)(1 - adam->beta1), rest2 = (REAL)(1 - adam->beta2);
  const REAL back = -(REAL)adam->rate, scale = (REAL)adam->scale, epsilon = (REAL)adam->epsilon, *g = vg;
  REAL *restrict m = vm, *restrict v = vv, *restrict w = vw;
  int trouble = 0;
  for (size_t i = 0; i < count; i++) {
    const REAL mean = FMA(beta1, m[i], rest1 * g[i]), square = FMA(beta2, v[i], rest2 * g[i] * g[i]);
    m[i] = mean < TINY && mean > -TINY ? 0 : mean;
    v[i] = square < TINY ? 0 : square;
    w[i] = FMA(back, m[i] / FMA(SQRT(v[i]), scale, epsilon), w[i]);
    trouble |= w[i] - w[i] != 0;
  }
  return trouble != 0;
}

static void R(from_pixels)(size_t count, const uint8_t *pixel, void *vx) {
  REAL *restrict x = vx;
  for (size_t i = 0; i < count; i++) x[i] = (REAL)((float)pixel[i] / 255.0f);
}

static void R(from_reals)(size_t count, const double *value, void *vx) {
  REAL *restrict x = vx;
  for (size_t i = 0; i < count; i++) x[i] = (REAL)value[i];
}

static void R(row_argmax)(size_t m, size_t n, const void *va, int32_t *column) {
  const REAL *a = va;
  for (size_t i = 0; i < m; i++, a += n) {
    size_t best = 0;
    for (size_t j = 1; j < n; j++)
      if (a[j] > a[best]) best = j;
    column[i] = (int32_t)best;
  }
}

static size_t R(first_not_finite)(size_t count, const void *va) {
  const REAL *a = va;
  for (size_t i = 0; i < count; i++)
    if (!(a[i] - a[i] == 0)) return i;
  return count;
}

#undef STEPS
#undef PIECE_COLUMNS
#undef PIECE_STEPS
#undef TINY
