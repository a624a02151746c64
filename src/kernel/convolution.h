/* convolution.h: the reference of the convolutions and of max pooling over pictures in lanes, each written as its
 * definition in kernels.h says. vector_conv.h and vector_pool.h do the same over vectors, in an order that suits
 * processors. The inner loops run over the 16 samples of a group.
 *
 * A place is found in signed numbers, since the filter stands over the edge; one that is outside reads as zeros. */

static const REAL *R(place)(const REAL *plane, ptrdiff_t i, ptrdiff_t j, size_t height, size_t width) {
  static const REAL outside[DNP_LANES];
  return i < 0 || j < 0 || i >= (ptrdiff_t)height || j >= (ptrdiff_t)width
             ? outside
             : plane + ((size_t)i * width + (size_t)j) * DNP_LANES;
}

static void R(conv)(
    size_t groups, const dnp_conv *g, const void *vx, const void *vw, const void *vbias, void *vy, void *scratch) {
  assert(g->stride > 0 && g->rows > 0 && g->columns > 0);
  const REAL *w = vw, *bias = vbias;
  REAL *y = vy;
  (void)scratch;
  const size_t plane = g->height * g->width * DNP_LANES, filter = g->channels * g->rows * g->columns;
  for (size_t group = 0; group < groups; group++)
    for (size_t k = 0; k < g->outputs; k++)
      for (size_t i = 0; i < g->out_height; i++)
        for (size_t j = 0; j < g->out_width; j++, y += DNP_LANES) {
          const REAL *x = (const REAL *)vx + group * g->channels * plane, *weight = w + k * filter;
          REAL sum[DNP_LANES] = {0};
          for (size_t c = 0; c < g->channels; c++, x += plane)
            for (size_t r = 0; r < g->rows; r++)
              for (size_t s = 0; s < g->columns; s++, weight++) {
                const ptrdiff_t row = (ptrdiff_t)(i * g->stride + r) - (ptrdiff_t)g->pad;
                if (row < 0 || row >= (ptrdiff_t)g->height) continue;
                const REAL *at = R(place)(
                    x, row, (ptrdiff_t)(j * g->stride + s) - (ptrdiff_t)g->pad, g->height, g->width);
                for (int l = 0; l < DNP_LANES; l++) sum[l] = FMA(at[l], *weight, sum[l]);
              }
          for (int l = 0; l < DNP_LANES; l++) y[l] = bias == NULL ? sum[l] : sum[l] + bias[k];
        }
}

static void R(conv_back_input)(
    size_t groups, const dnp_conv *g, const void *vdy, const void *vw, void *vdx, void *scratch) {
  assert(g->stride > 0 && g->rows > 0 && g->columns > 0);
  REAL *dx = vdx;
  (void)scratch;
  const size_t plane = g->out_height * g->out_width * DNP_LANES, taps = g->rows * g->columns;
  const ptrdiff_t stride = (ptrdiff_t)g->stride;
  for (size_t group = 0; group < groups; group++)
    for (size_t c = 0; c < g->channels; c++)
      for (size_t i = 0; i < g->height; i++)
        for (size_t j = 0; j < g->width; j++, dx += DNP_LANES) {
          const REAL *dy = (const REAL *)vdy + group * g->outputs * plane;
          REAL sum[DNP_LANES] = {0};
          for (size_t k = 0; k < g->outputs; k++, dy += plane)
            for (size_t r = 0; r < g->rows; r++)
              for (size_t s = 0; s < g->columns; s++) {
                const ptrdiff_t down = (ptrdiff_t)(i + g->pad) - (ptrdiff_t)r,
                                right = (ptrdiff_t)(j + g->pad) - (ptrdiff_t)s;
                if (down % stride != 0 || right % stride != 0 || down < 0 || down / stride >= (ptrdiff_t)g->out_height)
                  continue;
                const REAL *at = R(place)(dy, down / stride, right / stride, g->out_height, g->out_width);
                const REAL weight = ((const REAL *)vw)[(k * g->channels + c) * taps + r * g->columns + s];
                for (int l = 0; l < DNP_LANES; l++) sum[l] = FMA(at[l], weight, sum[l]);
              }
          for (int l = 0; l < DNP_LANES; l++) dx[l] = sum[l];
        }
}

static void R(conv_back_weights)(size_t groups, const dnp_conv *g, size_t first, size_t count, const void *vx,
    const void *vdy, void *vdw, bool from_zero, void *scratch) {
  (void)scratch;
  const size_t plane = g->height * g->width * DNP_LANES, out_plane = g->out_height * g->out_width * DNP_LANES;
  for (size_t group = 0; group < groups; group++) {
    REAL *dw = vdw;
    for (size_t k = first; k < first + count; k++)
      for (size_t c = 0; c < g->channels; c++)
        for (size_t r = 0; r < g->rows; r++)
          for (size_t s = 0; s < g->columns; s++, dw++) {
            const REAL *x = (const REAL *)vx + (group * g->channels + c) * plane,
                       *dy = (const REAL *)vdy + (group * g->outputs + k) * out_plane;
            REAL sum[DNP_LANES] = {0};
            for (size_t i = 0; i < g->out_height; i++)
              for (size_t j = 0; j < g->out_width; j++, dy += DNP_LANES) {
                const REAL *at = R(place)(x, (ptrdiff_t)(i * g->stride + r) - (ptrdiff_t)g->pad,
                    (ptrdiff_t)(j * g->stride + s) - (ptrdiff_t)g->pad, g->height, g->width);
                for (int l = 0; l < DNP_LANES; l++) sum[l] = FMA(at[l], dy[l], sum[l]);
              }
            *dw = (from_zero && group == 0 ? 0 : *dw) + R(lanes_total)(sum);
          }
  }
  if (groups == 0 && from_zero) memset(vdw, 0, count * g->channels * g->rows * g->columns * sizeof(REAL));
}

/* ---- max pooling --------------------------------------------------------------------------------- */

/* One window's largest value. What is larger takes its place, and so does a NaN, which nothing is larger than. */
static void R(window_max)(const R(sixteen) * x, size_t width, inside rows, inside columns, REAL *restrict y) {
  for (int l = 0; l < DNP_LANES; l++) y[l] = x[rows.from * width + columns.from][l];
  for (size_t i = rows.from; i < rows.to; i++)
    for (size_t j = columns.from; j < columns.to; j++) {
      const REAL *at = x[i * width + j];
      for (int l = 0; l < DNP_LANES; l++) {
        const REAL best = y[l], here = at[l], larger = here > best ? here : best;
        y[l] = here != here ? here : larger;
      }
    }
}

/* NaN is not equal to the maximum, even where that is NaN. */
static void R(window_give)(const R(sixteen) * x, R(sixteen) *restrict dx, size_t width, inside rows, inside columns,
    const REAL *y, const REAL *dy) {
  int seeks[DNP_LANES]; /* whether the sample's place is still to be found */
  for (int l = 0; l < DNP_LANES; l++) seeks[l] = 1;
  for (size_t i = rows.from; i < rows.to; i++)
    for (size_t j = columns.from; j < columns.to; j++) {
      const REAL *at = x[i * width + j];
      REAL *to = dx[i * width + j];
      for (int l = 0; l < DNP_LANES; l++) {
        const int here = seeks[l] & ((at[l] == y[l]) | (at[l] != at[l]));
        to[l] = to[l] + (here ? dy[l] : 0);
        seeks[l] = seeks[l] & !here;
      }
    }
}

static void R(max_pool)(size_t groups, const dnp_windows *g, const void *vx, void *vy) {
  assert(g->stride > 0 && g->pad < g->size);
  const R(sixteen) *x = vx;
  R(sixteen) *y = vy;
  for (size_t plane = 0; plane < groups * g->channels; plane++, x += g->height * g->width)
    for (size_t i = 0; i < g->out_height; i++)
      for (size_t j = 0; j < g->out_width; j++, y++) R(window_max)
  (x, g->width, window(i, g->size, g->stride, g->pad, g->height), window(j, g->size, g->stride, g->pad, g->width), *y);
}

static void R(max_pool_back)(
    size_t groups, const dnp_windows *g, const void *vx, const void *vy, const void *vdy, void *vdx) {
  const R(sixteen) *x = vx, *y = vy, *dy = vdy;
  R(sixteen) *dx = vdx;
  const size_t places = g->height * g->width;
  for (size_t plane = 0; plane < groups * g->channels; plane++, x += places, dx += places) {
    memset(dx, 0, places * sizeof *dx);
    for (size_t i = 0; i < g->out_height; i++)
      for (size_t j = 0; j < g->out_width; j++, y++, dy++) R(window_give)
    (x, dx, g->width, window(i, g->size, g->stride, g->pad, g->height), window(j, g->size, g->stride, g->pad, g->width),
        *y, *dy);
  }
}
