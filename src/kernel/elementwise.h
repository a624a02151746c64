/* elementwise.h: the kernels that every unit compiles from this one source: loops without a chain across their
 * elements, which a compiler turns into vectors by itself without touching one bit. Products, softmax and pixels, where
 * that does not come out well, stand in reference.h and, once more over vectors, in vector.h.
 *
 * The including file (tables.h) defines REAL (float or double), R(name) (the name with its suffix), FMA(a, b, c) and
 * SQRT(a); the scalar functions come from base/math.h and base/activation.h. A bare a*b+c never stands here: fused or
 * not would be the compiler's choice. */

static void R(column_sum)(size_t n, size_t k, const void *vb, size_t lb, void *vc, bool from_zero) {
  assert(lb >= n);
  const REAL *b = vb;
  REAL *restrict c = vc;
  if (from_zero)
    for (size_t j = 0; j < n; j++) c[j] = 0;
  for (size_t p = 0; p < k; p++)
    for (size_t j = 0; j < n; j++) c[j] = c[j] + b[p * lb + j];
}

static void R(add_row)(size_t m, size_t n, const void *va, size_t la, const void *vbias, void *vc, size_t lc) {
  assert(la >= n && lc >= n);
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

static void R(leaky_relu)(size_t count, double slope, const void *va, void *vz) {
  const REAL *a = va, below = (REAL)slope;
  REAL *restrict z = vz;
  for (size_t i = 0; i < count; i++) z[i] = R(choose)(a[i] > 0, a[i], below * a[i]);
}

static void R(leaky_relu_back)(size_t count, double slope, const void *vz, const void *vdz, void *vda) {
  const REAL *z = vz, *dz = vdz, below = (REAL)slope;
  REAL *da = vda;
  for (size_t i = 0; i < count; i++) da[i] = R(choose)(z[i] > 0, dz[i], below * dz[i]);
}

/* alpha (e^a - 1) where a <= 0 */
static void R(elu)(size_t count, double alpha, const void *va, void *vz) {
  const REAL *a = va, depth = (REAL)alpha;
  REAL *restrict z = vz;
  for (size_t i = 0; i < count; i++) z[i] = R(choose)(a[i] > 0, a[i], depth * R(dnp_fall)(a[i]));
}

/* da = dz (z + alpha) where z <= 0, which is alpha e^a */
static void R(elu_back)(size_t count, double alpha, const void *vz, const void *vdz, void *vda) {
  const REAL *z = vz, *dz = vdz, depth = (REAL)alpha;
  REAL *da = vda;
  for (size_t i = 0; i < count; i++) da[i] = R(choose)(z[i] > 0, dz[i], dz[i] * (z[i] + depth));
}

static void R(softplus)(size_t count, const void *va, void *vz) {
  const REAL *a = va;
  REAL *restrict z = vz;
  for (size_t i = 0; i < count; i++) z[i] = R(dnp_softplus)(a[i]);
}

/* da = dz (1 - e^-z), which is dz sigmoid(a) */
static void R(softplus_back)(size_t count, const void *vz, const void *vdz, void *vda) {
  const REAL *z = vz, *dz = vdz;
  REAL *restrict da = vda;
  for (size_t i = 0; i < count; i++) da[i] = dz[i] * -R(dnp_fall)(-z[i]);
}

static void R(gelu)(size_t count, const void *va, void *vz) {
  const REAL *a = va;
  REAL *restrict z = vz;
  for (size_t i = 0; i < count; i++) z[i] = R(dnp_gelu)(a[i]);
}

static void R(gelu_back)(size_t count, const void *va, const void *vdz, void *vda) {
  const REAL *a = va, *dz = vdz;
  REAL *restrict da = vda;
  for (size_t i = 0; i < count; i++) da[i] = dz[i] * R(dnp_gelu_slope)(a[i]);
}

static void R(silu)(size_t count, const void *va, void *vz) {
  const REAL *a = va;
  REAL *restrict z = vz;
  for (size_t i = 0; i < count; i++) z[i] = R(dnp_silu)(a[i]);
}

static void R(silu_back)(size_t count, const void *va, const void *vdz, void *vda) {
  const REAL *a = va, *dz = vdz;
  REAL *restrict da = vda;
  for (size_t i = 0; i < count; i++) da[i] = dz[i] * R(dnp_silu_slope)(a[i]);
}

/* ---- sums across lanes ------------------------------------------------------------------------- */

static REAL R(lanes_total)(const REAL lane[DNP_LANES]) {
  REAL s[DNP_LANES];
  for (int i = 0; i < DNP_LANES; i++) s[i] = lane[i];
  for (int half = DNP_LANES / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) s[i] = s[i] + s[i + half];
  return s[0];
}

static REAL R(lanes_sum)(size_t n, const REAL *y) {
  REAL lane[DNP_LANES] = {0};
  for (size_t j0 = 0; j0 < n; j0 += DNP_LANES)
    for (size_t j = j0; j < n && j < j0 + DNP_LANES; j++) lane[j - j0] = lane[j - j0] + y[j];
  return R(lanes_total)(lane);
}

static void R(row_sum)(size_t m, size_t n, const void *va, size_t la, void *vc) {
  assert(la >= n);
  const REAL *a = va;
  REAL *c = vc;
  for (size_t i = 0; i < m; i++) c[i] = R(lanes_sum)(n, a + i * la);
}

/* ---- losses ------------------------------------------------------------------------------------ */

/* y_j = e^(a_j - max) / s with s = sum of e^(a_i - max); loss = sum of t_j (log s - (a_j - max)): no 1e-7 in the log,
 * no overflow. The exponentials of all rows, and the logarithms, are taken in one sweep each. Smoothed, the answer t is
 * fma(1 - smoothing, t, smoothing / n), and a label's t is 1. */
static REAL R(row_max)(size_t n, const REAL *a) {
  REAL max = a[0];
  for (size_t j = 1; j < n; j++) max = a[j] > max ? a[j] : max;
  return max;
}

static void R(cross_entropy)(size_t m, size_t n, double smoothing, const void *va, void *vy, const int32_t *label,
    const void *vt, double *restrict loss) {
  assert(n > 0 && smoothing >= 0 && smoothing < 1 && (loss == NULL || label != NULL || vt != NULL));
  const REAL *a = va, *t = vt;
  REAL *restrict y = vy;
  for (size_t i = 0; i < m; i++) {
    const REAL max = R(row_max)(n, a + i * n);
    for (size_t j = 0; j < n; j++) y[i * n + j] = a[i * n + j] - max;
  }
  for (size_t i = 0; i < m * n; i++) y[i] = R(dnp_exp)(y[i]);
  for (size_t i = 0; i < m; i++) {
    const REAL sum = R(lanes_sum)(n, y + i * n);
    for (size_t j = 0; j < n; j++) y[i * n + j] = y[i * n + j] / sum;
    if (loss != NULL) loss[i] = (double)sum;
  }
  if (loss == NULL) return;
  const double keep = 1 - smoothing, share = smoothing / (double)n;
  for (size_t i = 0; i < m; i++) loss[i] = dnp_log(loss[i]);
  for (size_t i = 0; i < m; i++, a += n) {
    const double log_sum = loss[i], max = (double)R(row_max)(n, a);
    if (label != NULL && !(smoothing > 0)) {
      loss[i] = log_sum - ((double)a[label[i]] - max);
      continue;
    }
    double part[DNP_LANES] = {0};
    for (size_t j = 0; j < n; j++) {
      double answer = label != NULL ? j == (size_t)label[i] : (double)t[i * n + j];
      if (smoothing > 0) answer = fma(keep, answer, share);
      part[j % DNP_LANES] = fma(answer, log_sum - ((double)a[j] - max), part[j % DNP_LANES]);
    }
    loss[i] = dnp_lanes_total(part);
  }
}

static void R(cross_entropy_back)(size_t m, size_t n, size_t batch, double smoothing, const void *vy,
    const int32_t *label, const void *vt, void *vda) {
  assert(batch >= m && (label != NULL || vt != NULL));
  const REAL *y = vy, *t = vt, keep = (REAL)(1 - smoothing), share = (REAL)(smoothing / (double)n), rows = (REAL)batch;
  REAL *da = vda;
  if (label == NULL) {
    for (size_t i = 0; i < m * n; i++) da[i] = (y[i] - (smoothing > 0 ? FMA(keep, t[i], share) : t[i])) / rows;
    return;
  }
  for (size_t i = 0; i < m * n; i++) da[i] = (y[i] - share) / rows;
  for (size_t i = 0; i < m; i++) da[i * n + (size_t)label[i]] = (y[i * n + (size_t)label[i]] - (keep + share)) / rows;
}

static void R(softmax_back)(size_t m, size_t n, const void *vy, const void *vdy, void *vda) {
  const REAL *y = vy, *dy = vdy;
  REAL *da = vda;
  for (size_t i = 0; i < m; i++, y += n, dy += n, da += n) {
    REAL lane[DNP_LANES] = {0};
    for (size_t j = 0; j < n; j++) lane[j % DNP_LANES] = FMA(y[j], dy[j], lane[j % DNP_LANES]);
    const REAL sum = R(lanes_total)(lane);
    for (size_t j = 0; j < n; j++) da[j] = y[j] * (dy[j] - sum);
  }
}

/* sums[m]: what the differences of each row from its answers add up to, in double. */
static inline void R(row_errors)(
    size_t m, size_t n, const void *va, const void *vt, error_step *step, double number, double *sums) {
  const REAL *a = va, *t = vt;
  for (size_t i = 0; i < m; i++, a += n, t += n) {
    double part[DNP_LANES] = {0};
    for (size_t j = 0; j < n; j++) part[j % DNP_LANES] = step(part[j % DNP_LANES], (double)a[j] - (double)t[j], number);
    sums[i] = dnp_lanes_total(part);
  }
}

static void R(squared_error)(size_t m, size_t n, const void *a, const void *t, double *loss) {
  R(row_errors)(m, n, a, t, add_square, 0, loss);
  for (size_t i = 0; i < m; i++) loss[i] = loss[i] / (double)n;
}

static void R(half_squares)(size_t m, size_t n, const void *a, const void *t, double *loss) {
  R(row_errors)(m, n, a, t, add_square, 0, loss);
  for (size_t i = 0; i < m; i++) loss[i] = loss[i] / 2;
}

static void R(absolute_error)(size_t m, size_t n, const void *a, const void *t, double *loss) {
  R(row_errors)(m, n, a, t, add_size, 0, loss);
  for (size_t i = 0; i < m; i++) loss[i] = loss[i] / (double)n;
}

static void R(huber)(size_t m, size_t n, double delta, const void *a, const void *t, double *loss) {
  R(row_errors)(m, n, a, t, add_huber, delta, loss);
  for (size_t i = 0; i < m; i++) loss[i] = loss[i] / (double)n;
}

/* Of one output: -t log y - (1 - t) log(1 - y) with y = sigmoid(a), which is softplus(a) - t a, and softplus(-a) + (1 -
 * t) a; the one that loses nothing where t is 0 or 1. Costs are computed some at a time, whichever rows they belong to,
 * and then added to their lanes. */
#define COSTS 64

static void R(binary_cross_entropy)(size_t m, size_t n, const void *va, const void *vt, double *loss) {
  const REAL *a = va, *t = vt;
  double cost[COSTS], part[DNP_LANES] = {0};
  size_t row = 0, j = 0;
  for (size_t i = 0, now; i < m * n; i += now) {
    now = m * n - i < COSTS ? m * n - i : COSTS;
    for (size_t k = 0; k < now; k++) {
      const double at = (double)a[i + k], answer = (double)t[i + k];
      const bool yes = answer > 0.5;
      cost[k] = fma(choose_d(yes, 1 - answer, -answer), at, dnp_softplus(choose_d(yes, -at, at)));
    }
    for (size_t k = 0; k < now; k++) {
      part[j % DNP_LANES] = part[j % DNP_LANES] + cost[k];
      if (++j < n) continue;
      loss[row++] = dnp_lanes_total(part) / (double)n;
      memset(part, 0, sizeof part);
      j = 0;
    }
  }
}

static void R(squared_error_back)(size_t m, size_t n, size_t batch, const void *va, const void *vt, void *vda) {
  assert(batch >= m);
  const REAL *a = va, *t = vt;
  REAL *da = vda;
  const REAL all = (REAL)batch * (REAL)n;
  for (size_t i = 0; i < m * n; i++) da[i] = 2 * (a[i] - t[i]) / all;
}

static void R(absolute_error_back)(size_t m, size_t n, size_t batch, const void *va, const void *vt, void *vda) {
  assert(batch >= m);
  const REAL *a = va, *t = vt;
  REAL *da = vda;
  const REAL all = (REAL)batch * (REAL)n;
  for (size_t i = 0; i < m * n; i++) da[i] = (REAL)((a[i] > t[i]) - (a[i] < t[i])) / all;
}

static void R(limited_error_back)(
    size_t m, size_t n, size_t batch, double limit, const void *va, const void *vt, void *vda) {
  assert(batch >= m);
  const REAL *a = va, *t = vt, most = (REAL)limit;
  REAL *da = vda;
  const REAL all = (REAL)batch * (REAL)n;
  for (size_t i = 0; i < m * n; i++) {
    const REAL off = a[i] - t[i];
    da[i] = (off > most ? most : off < -most ? -most : off) / all;
  }
}

/* ---- the rest ---------------------------------------------------------------------------------- */

static void R(transpose)(size_t m, size_t n, const void *va, size_t la, void *vc, size_t lc) {
  assert(la >= n && lc >= m);
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
  for (size_t i = 0; i < count; i++) {
    const REAL moved = FMA(back, g[i], w[i]);
    w[i] = moved;
    trouble = moved - moved == 0 ? trouble : 1;
  }
  return trouble != 0;
}

/* m = fma(beta1, m, (1 - beta1) g), v = fma(beta2, v, ((1 - beta2) g) g), both 0 where they are then smaller than TINY,
 * w = fma(-rate, m / fma(sqrt(v), scale, epsilon), w). Without TINY the means of weights whose gradient is 0 for long,
 * such as those of pixels that are seldom lit, would fade into denormals and stay there (0.9 times the fourth smallest
 * number rounds to itself), and processors are slow with those. */
#define TINY ((REAL)0x1p-100)

static bool R(adam)(size_t count, const dnp_adam *adam, const void *vg, void *vm, void *vv, void *vw) {
  const REAL beta1 = (REAL)adam->beta1, beta2 = (REAL)adam->beta2, rest1 = (REAL)(1 - adam->beta1),
             rest2 = (REAL)(1 - adam->beta2);
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

/* v = fma(momentum, v, g), 0 where it is then smaller than TINY; w = fma(-rate, v, w), with nesterov fma(-rate,
 * fma(momentum, v, g), w). */
static bool R(momentum)(size_t count, const dnp_momentum *how, const void *vg, void *vv, void *vw) {
  const REAL keep = (REAL)how->momentum, back = -(REAL)how->rate, *g = vg;
  const bool ahead = how->nesterov;
  REAL *restrict v = vv, *restrict w = vw;
  int trouble = 0;
  for (size_t i = 0; i < count; i++) {
    const REAL sum = FMA(keep, v[i], g[i]);
    v[i] = sum < TINY && sum > -TINY ? 0 : sum;
    w[i] = FMA(back, ahead ? FMA(keep, v[i], g[i]) : v[i], w[i]);
    trouble |= w[i] - w[i] != 0;
  }
  return trouble != 0;
}

/* The book's: v' = fma(momentum, v, -rate g), 0 where it is then smaller than TINY; w = w + v', with nesterov
 * fma(-((1 + momentum) rate), g, fma(momentum^2, v, w)) from the old v. */
static bool R(momentum_book)(size_t count, const dnp_momentum *how, const void *vg, void *vv, void *vw) {
  const REAL keep = (REAL)how->momentum, square = (REAL)(how->momentum * how->momentum), back = -(REAL)how->rate,
             far = -(REAL)((1 + how->momentum) * how->rate), *g = vg;
  const bool ahead = how->nesterov;
  REAL *restrict v = vv, *restrict w = vw;
  int trouble = 0;
  for (size_t i = 0; i < count; i++) {
    const REAL old = v[i], step = FMA(keep, old, back * g[i]), kept = step < TINY && step > -TINY ? 0 : step;
    v[i] = kept;
    w[i] = ahead ? FMA(far, g[i], FMA(square, old, w[i])) : w[i] + kept;
    trouble |= w[i] - w[i] != 0;
  }
  return trouble != 0;
}

/* h = fma(keep, h, (add g) g), 0 where it is then smaller than TINY; w = fma(-rate, g / (sqrt(h) + epsilon), w). */
static bool R(scaled_descend)(
    size_t count, double keep, double add, double rate, double epsilon, const void *vg, void *vh, void *vw) {
  const REAL stays = (REAL)keep, part = (REAL)add, back = -(REAL)rate, least = (REAL)epsilon, *g = vg;
  REAL *restrict h = vh, *restrict w = vw;
  int trouble = 0;
  for (size_t i = 0; i < count; i++) {
    const REAL square = FMA(stays, h[i], part * g[i] * g[i]);
    h[i] = square < TINY ? 0 : square;
    w[i] = FMA(back, g[i] / (SQRT(h[i]) + least), w[i]);
    trouble |= w[i] - w[i] != 0;
  }
  return trouble != 0;
}

static void R(scale)(size_t count, double factor, void *vc) {
  const REAL by = (REAL)factor;
  REAL *c = vc;
  for (size_t i = 0; i < count; i++) c[i] = by * c[i];
}

static void R(add_scaled)(size_t count, double factor, const void *va, void *vc) {
  const REAL by = (REAL)factor, *a = va;
  REAL *restrict c = vc;
  for (size_t i = 0; i < count; i++) c[i] = FMA(by, a[i], c[i]);
}

static double R(square_sum)(size_t count, const void *va) {
  const REAL *a = va;
  double lane[DNP_LANES] = {0};
  size_t i = 0;
  for (; i + DNP_LANES <= count; i += DNP_LANES)
    for (size_t j = 0; j < DNP_LANES; j++) lane[j] = fma((double)a[i + j], (double)a[i + j], lane[j]);
  for (size_t j = 0; i + j < count; j++) lane[j] = fma((double)a[i + j], (double)a[i + j], lane[j]);
  return dnp_lanes_total(lane);
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

/* Good numbers are counted, a run at a time, because a loop without a way out runs on vectors. */
static size_t R(first_not_finite)(size_t count, const void *va) {
  enum { RUN = 256, LANES = 16 };
  const REAL *a = va;
  size_t at = 0;
  for (; count - at >= RUN; at += RUN) {
    REAL good[LANES] = {0}, all = 0;
    for (size_t i = 0; i < RUN; i += LANES)
      for (size_t k = 0; k < LANES; k++) good[k] += a[at + i + k] - a[at + i + k] == 0 ? (REAL)1 : (REAL)0;
    for (size_t k = 0; k < LANES; k++) all += good[k];
    if (all < (REAL)RUN) break;
  }
  while (at < count && a[at] - a[at] == 0) at++;
  return at;
}

#undef TINY
#undef COSTS
