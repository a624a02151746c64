/* channels.h: the kernels of operations with state: dropout and batch normalisation. As elementwise.h: one source that
 * every unit compiles, with REAL, R, FMA and SQRT given by tables.h.
 *
 * Statistics of a channel are sums over rows and pixels. Those of row n go to accumulator n mod 16, row after row and,
 * inside a row, pixel after pixel; then the tree. So the order is the same whether rows lie one after the other or,
 * pixel by pixel, side by side in groups of 16. */

/* ---- dropout ------------------------------------------------------------------------------------- */

#define DECISIONS (8 * DNP_LANES) /* of 16 counters: 8 halves of words each */

/* Element j of a row is decided by half number j mod 128 / 16 of the words of counter 16 (j / 128) + j mod 16:
 * neighbours are drawn side by side. */
static void R(factors)(const dnp_draws *draws, const uint32_t word[4][DNP_LANES], REAL factor[DECISIONS]) {
  const REAL kept = (REAL)draws->kept;
  for (int w = 0; w < 4; w++)
    for (int l = 0; l < DNP_LANES; l++) {
      factor[2 * w * DNP_LANES + l] = (word[w][l] & 0xffffu) < draws->below ? 0 : kept;
      factor[(2 * w + 1) * DNP_LANES + l] = word[w][l] >> 16 < draws->below ? 0 : kept;
    }
}

static void R(dropout)(size_t m, size_t n, const dnp_draws *draws, const void *va, void *vmask, void *vy) {
  const REAL *a = va;
  REAL *restrict mask = vmask, *restrict y = vy;
  uint32_t word[4][DNP_LANES];
  REAL factor[DECISIONS];
  for (size_t i = 0; i < m; i++, a += n, mask += n, y += n)
    for (size_t j0 = 0; j0 < n; j0 += DECISIONS) {
      const size_t count = n - j0 < DECISIONS ? n - j0 : DECISIONS;
      philox_lanes(draws->seed, draws->stream, (uint32_t)(j0 / 8), (uint32_t)(draws->row + i), false, word);
      R(factors)(draws, word, factor);
      for (size_t j = 0; j < count; j++) {
        mask[j0 + j] = factor[j];
        y[j0 + j] = a[j0 + j] * factor[j];
      }
    }
}

/* The same decisions for rows in groups of 16: the counters of one column, 16 rows at a time. */
static void R(dropout_lanes)(size_t m, size_t n, const dnp_draws *draws, const void *va, void *vmask, void *vy) {
  const REAL *a = va;
  REAL *restrict mask = vmask, *restrict y = vy;
  uint32_t word[4][DNP_LANES];
  REAL factor[DECISIONS];
  for (size_t i = 0; i < m; i += DNP_LANES, a += n * DNP_LANES, mask += n * DNP_LANES, y += n * DNP_LANES)
    for (size_t j0 = 0; j0 < n; j0 += DECISIONS)
      for (size_t r = 0; r < DNP_LANES && j0 + r < n; r++) {
        philox_lanes(draws->seed, draws->stream, (uint32_t)(j0 / 8 + r), (uint32_t)(draws->row + i), true, word);
        R(factors)(draws, word, factor);
        for (size_t d = 0; d < DECISIONS / DNP_LANES; d++) {
          const size_t j = j0 + d * DNP_LANES + r;
          for (size_t l = 0; j < n && l < DNP_LANES; l++) {
            const size_t at = j * DNP_LANES + l;
            mask[at] = factor[d * DNP_LANES + l];
            y[at] = a[at] * factor[d * DNP_LANES + l];
          }
        }
      }
}

#undef DECISIONS

static void R(stretch)(size_t count, double factor, const void *va, void *vc) {
  const REAL *a = va, by = (REAL)factor;
  REAL *c = vc;
  for (size_t i = 0; i < count; i++) c[i] = by * a[i];
}

/* ---- sums over rows and pixels ------------------------------------------------------------------- */

#ifndef DNP_SUM_KIND
#define DNP_SUM_KIND
#define MOST_COLUMNS 64
/* of x, (x - mean)^2, dy (x - mean) */
typedef enum sum_kind { SUM_PLAIN, SUM_SQUARES, SUM_PRODUCTS } sum_kind;
/* forward; back through statistics of the batch; ... that were given */
typedef enum normal_way { NORMAL, NORMAL_BACK, NORMAL_BACK_GIVEN } normal_way;
#endif

#define INLINE static inline __attribute__((always_inline))

/* `kind` is a constant where this is inlined. */
INLINE REAL R(sum_step)(const sum_kind kind, REAL sum, REAL x, REAL mean, REAL dy) {
  if (kind == SUM_PLAIN) return sum + x;
  const REAL off = x - mean;
  return kind == SUM_SQUARES ? FMA(off, off, sum) : FMA(dy, off, sum);
}

/* Rows of numbers, one of each channel: channels side by side. */
INLINE void R(sum_columns)(
    const sum_kind kind, const dnp_channels *of, const REAL *x, const REAL *mean, const REAL *dy, REAL *restrict sum) {
  for (size_t c0 = 0; c0 < of->channels; c0 += MOST_COLUMNS) {
    const size_t columns = of->channels - c0 < MOST_COLUMNS ? of->channels - c0 : MOST_COLUMNS;
    REAL lane[DNP_LANES][MOST_COLUMNS] = {{0}}, centre[MOST_COLUMNS] = {0};
    for (size_t c = 0; c < columns && kind != SUM_PLAIN; c++) centre[c] = mean[c0 + c];
    for (size_t n = 0; n < of->rows; n++) {
      REAL *restrict s = lane[n % DNP_LANES];
      const REAL *from = x + n * of->stride + c0, *by = kind == SUM_PRODUCTS ? dy + n * of->stride + c0 : from;
      for (size_t c = 0; c < columns; c++) s[c] = R(sum_step)(kind, s[c], from[c], centre[c], by[c]);
    }
    for (int half = DNP_LANES / 2; half > 0; half /= 2)
      for (int l = 0; l < half; l++)
        for (size_t c = 0; c < columns; c++) lane[l][c] = lane[l][c] + lane[l + half][c];
    for (size_t c = 0; c < columns; c++) sum[c0 + c] = lane[0][c];
  }
}

/* One channel, 16 rows at a time; `step` is the distance of its pixels, `next` that of the rows. */
INLINE REAL R(sum_channel)(const sum_kind kind, const dnp_channels *of, const REAL *x, REAL mean, const REAL *dy) {
  REAL lane[DNP_LANES] = {0};
  for (size_t n = 0; n < of->rows; n += DNP_LANES) {
    const size_t rows = of->rows - n < DNP_LANES ? of->rows - n : DNP_LANES,
                 start = of->lanes ? n / DNP_LANES * of->stride : n * of->stride;
    const REAL *from = x + start, *by = kind == SUM_PRODUCTS ? dy + start : from;
    if (of->lanes && rows == DNP_LANES)
      for (size_t p = 0; p < of->pixels; p++)
        for (size_t l = 0; l < DNP_LANES; l++)
          lane[l] = R(sum_step)(kind, lane[l], from[p * DNP_LANES + l], mean, by[p * DNP_LANES + l]);
    else
      for (size_t p = 0; p < of->pixels; p++)
        for (size_t l = 0; l < rows; l++) {
          const size_t at = of->lanes ? p * DNP_LANES + l : l * of->stride + p;
          lane[l] = R(sum_step)(kind, lane[l], from[at], mean, by[at]);
        }
  }
  return R(lanes_total)(lane);
}

INLINE void R(sums)(
    const sum_kind kind, const dnp_channels *of, const REAL *x, const REAL *mean, const REAL *dy, REAL *restrict sum) {
  if (of->pixels == 1 && !of->lanes) {
    R(sum_columns)(kind, of, x, mean, dy, sum);
    return;
  }
  const size_t stride = of->pixels * (of->lanes ? DNP_LANES : 1);
  for (size_t c = 0; c < of->channels; c++)
    sum[c] = R(sum_channel)(
        kind, of, x + c * stride, kind == SUM_PLAIN ? 0 : mean[c], kind == SUM_PRODUCTS ? dy + c * stride : x);
}

/* ---- batch normalisation ------------------------------------------------------------------------- */

/* mean = (sum of x) / m, variance = (sum of (x - mean)^2) / m with m numbers in a channel */
static void R(channel_statistics)(const dnp_channels *of, const void *x, void *vmean, void *vvariance) {
  REAL *mean = vmean, *variance = vvariance;
  const REAL count = (REAL)(of->rows * of->pixels);
  R(sums)(SUM_PLAIN, of, x, NULL, NULL, mean);
  for (size_t c = 0; c < of->channels; c++) mean[c] = mean[c] / count;
  R(sums)(SUM_SQUARES, of, x, mean, NULL, variance);
  for (size_t c = 0; c < of->channels; c++) variance[c] = variance[c] / count;
}

static void R(channel_scale)(size_t count, double epsilon, const void *vvariance, void *vscale) {
  const REAL *variance = vvariance, least = (REAL)epsilon;
  REAL *restrict scale = vscale;
  for (size_t c = 0; c < count; c++) scale[c] = 1 / SQRT(variance[c] + least);
}

/* sum_dy, and sum_dyx = scale (sum of dy (x - mean)) */
static void R(channel_sums)(const dnp_channels *of, const void *x, const void *mean, const void *vscale, const void *dy,
    void *sum_dy, void *vsum_dyx) {
  const REAL *scale = vscale;
  REAL *sum_dyx = vsum_dyx;
  R(sums)(SUM_PLAIN, of, dy, NULL, NULL, sum_dy);
  R(sums)(SUM_PRODUCTS, of, x, mean, dy, sum_dyx);
  for (size_t c = 0; c < of->channels; c++) sum_dyx[c] = scale[c] * sum_dyx[c];
}

/* What an element of a channel is computed with. Forward: gamma (scale (x - mean)) + beta. Back: gamma (dy + part sum +
 * slope (x - mean)), gamma being gamma scale there. `way` is a constant where these are inlined. */
typedef struct R(channel) {
  REAL mean, scale, gamma, beta, part, sum, slope;
} R(channel);

INLINE REAL R(normal)(const normal_way way, const R(channel) k, REAL x, REAL dy) {
  if (way == NORMAL_BACK_GIVEN) return k.gamma * dy;
  const REAL off = x - k.mean;
  if (way == NORMAL) {
    const REAL unit = off * k.scale;
    return FMA(unit, k.gamma, k.beta);
  }
  const REAL level = FMA(k.sum, k.part, dy);
  return k.gamma * FMA(off, k.slope, level);
}

/* One channel of some rows. In groups of 16, what lies behind the last row stays 0. */
INLINE void R(one_channel)(const normal_way way, const dnp_channels *of, const R(channel) k, const REAL *x,
    const REAL *dy, REAL *restrict to) {
  if (!of->lanes) {
    for (size_t n = 0; n < of->rows; n++, x += of->stride, dy += of->stride, to += of->stride)
      for (size_t p = 0; p < of->pixels; p++) to[p] = R(normal)(way, k, x[p], dy[p]);
    return;
  }
  for (size_t n = 0; n < of->rows; n += DNP_LANES, x += of->stride, dy += of->stride, to += of->stride) {
    const size_t rows = of->rows - n < DNP_LANES ? of->rows - n : DNP_LANES;
    if (rows == DNP_LANES)
      for (size_t i = 0; i < of->pixels * DNP_LANES; i++) to[i] = R(normal)(way, k, x[i], dy[i]);
    else
      for (size_t p = 0; p < of->pixels; p++)
        for (size_t l = 0; l < DNP_LANES; l++) {
          const size_t i = p * DNP_LANES + l;
          to[i] = l < rows ? R(normal)(way, k, x[i], dy[i]) : 0;
        }
  }
}

static void R(normalise)(const dnp_channels *of, const void *vx, const void *vmean, const void *vscale,
    const void *vgamma, const void *vbeta, void *vy) {
  const REAL *x = vx, *mean = vmean, *scale = vscale, *gamma = vgamma, *beta = vbeta;
  REAL *restrict y = vy;
  if (of->pixels == 1 && !of->lanes) {
    for (size_t n = 0; n < of->rows; n++, x += of->stride, y += of->stride)
      for (size_t c = 0; c < of->channels; c++)
        y[c] = R(normal)(
            NORMAL, (R(channel)){.mean = mean[c], .scale = scale[c], .gamma = gamma[c], .beta = beta[c]}, x[c], 0);
    return;
  }
  const size_t stride = of->pixels * (of->lanes ? DNP_LANES : 1);
  for (size_t c = 0; c < of->channels; c++) R(one_channel)
  (NORMAL, of, (R(channel)){.mean = mean[c], .scale = scale[c], .gamma = gamma[c], .beta = beta[c]}, x + c * stride,
      x + c * stride, y + c * stride);
}

/* dx = gamma scale (dy - sum_dy / m - (x - mean) scale sum_dyx / m); the statistics are not the batch's (m = 0): dx =
 * gamma scale dy */
INLINE R(channel) R(channel_back)(size_t count, REAL mean, REAL scale, REAL gamma, REAL sum_dy, REAL sum_dyx) {
  R(channel) k = {.mean = mean, .gamma = gamma * scale};
  if (count == 0) return k;
  const REAL m = (REAL)count, share = sum_dyx / m;
  k.part = -1 / m;
  k.sum = sum_dy;
  k.slope = -(scale * share);
  return k;
}

INLINE void R(back)(const normal_way way, const dnp_channels *of, size_t count, const REAL *x, const REAL *mean,
    const REAL *scale, const REAL *gamma, const REAL *sum_dy, const REAL *sum_dyx, const REAL *dy, REAL *restrict dx) {
  if (of->pixels > 1 || of->lanes) {
    const size_t stride = of->pixels * (of->lanes ? DNP_LANES : 1);
    for (size_t c = 0; c < of->channels; c++) R(one_channel)
    (way, of, R(channel_back)(count, mean[c], scale[c], gamma[c], sum_dy[c], sum_dyx[c]), x + c * stride,
        dy + c * stride, dx + c * stride);
    return;
  }
  for (size_t c0 = 0; c0 < of->channels; c0 += MOST_COLUMNS) {
    const size_t columns = of->channels - c0 < MOST_COLUMNS ? of->channels - c0 : MOST_COLUMNS;
    REAL factor[MOST_COLUMNS], slope[MOST_COLUMNS], part = 0;
    for (size_t c = 0; c < columns; c++) {
      const R(channel)
          k = R(channel_back)(count, mean[c0 + c], scale[c0 + c], gamma[c0 + c], sum_dy[c0 + c], sum_dyx[c0 + c]);
      factor[c] = k.gamma;
      slope[c] = k.slope;
      part = k.part;
    }
    for (size_t n = 0; n < of->rows; n++) {
      const size_t at = n * of->stride + c0;
      for (size_t c = 0; c < columns; c++)
        dx[at + c] = R(normal)(way,
            (R(channel)){
                .mean = mean[c0 + c], .gamma = factor[c], .slope = slope[c], .sum = sum_dy[c0 + c], .part = part},
            x[at + c], dy[at + c]);
    }
  }
}

static void R(normalise_back)(const dnp_channels *of, size_t count, const void *x, const void *mean, const void *scale,
    const void *gamma, const void *sum_dy, const void *sum_dyx, const void *dy, void *dx) {
  if (count > 0)
    R(back)(NORMAL_BACK, of, count, x, mean, scale, gamma, sum_dy, sum_dyx, dy, dx);
  else
    R(back)(NORMAL_BACK_GIVEN, of, count, x, mean, scale, gamma, sum_dy, sum_dyx, dy, dx);
}

/* b = fma(keep, b, add a), both rounded once */
static bool R(blend)(size_t count, double keep, double add, const void *va, void *vb) {
  const REAL *a = va, stays = (REAL)keep, comes = (REAL)add;
  REAL *restrict b = vb;
  int trouble = 0;
  for (size_t i = 0; i < count; i++) {
    const REAL fresh = comes * a[i], moved = FMA(stays, b[i], fresh);
    b[i] = moved;
    trouble |= moved - moved != 0;
  }
  return trouble != 0;
}

#undef INLINE
