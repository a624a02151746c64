/* pictures.h: what every unit compiles from one source over pictures in lanes, like elementwise.h: average pooling, the
 * gradient of a convolution's bias, the way into lanes and back. The inner loops run over the 16
 * samples of a group, none of which touches another. */

typedef REAL R(sixteen)[DNP_LANES];

/* The part of a window that lies inside, in rows or in columns: [from, to) of `length` places. */
#ifndef DNP_INSIDE
#define DNP_INSIDE
typedef struct inside {
  size_t from, to;
} inside;

static inline inside window(size_t number, size_t size, size_t stride, size_t pad, size_t length) {
  const size_t begin = number * stride, end = begin + size; /* both plus pad */
  return (inside){begin > pad ? begin - pad : 0, end - pad < length ? end - pad : length};
}
#endif

static void R(average_pool)(size_t groups, const dnp_windows *g, const void *vx, void *vy) {
  assert(g->stride > 0 && g->pad < g->size);
  const R(sixteen) *x = vx;
  R(sixteen) *y = vy;
  const REAL area = (REAL)g->size * (REAL)g->size;
  for (size_t plane = 0; plane < groups * g->channels; plane++, x += g->height * g->width)
    for (size_t i = 0; i < g->out_height; i++)
      for (size_t j = 0; j < g->out_width; j++, y++) {
        const inside rows = window(i, g->size, g->stride, g->pad, g->height),
                     columns = window(j, g->size, g->stride, g->pad, g->width);
        REAL sum[DNP_LANES] = {0};
        for (size_t r = rows.from; r < rows.to; r++)
          for (size_t s = columns.from; s < columns.to; s++)
            for (int l = 0; l < DNP_LANES; l++) sum[l] = sum[l] + x[r * g->width + s][l];
        for (int l = 0; l < DNP_LANES; l++) (*y)[l] = sum[l] / area;
      }
}

static void R(average_pool_back)(size_t groups, const dnp_windows *g, const void *vdy, void *vdx) {
  const R(sixteen) *dy = vdy;
  R(sixteen) *dx = vdx;
  const size_t places = g->height * g->width;
  const REAL area = (REAL)g->size * (REAL)g->size;
  for (size_t plane = 0; plane < groups * g->channels; plane++, dx += places) {
    memset(dx, 0, places * sizeof *dx);
    for (size_t i = 0; i < g->out_height; i++)
      for (size_t j = 0; j < g->out_width; j++, dy++) {
        const inside rows = window(i, g->size, g->stride, g->pad, g->height),
                     columns = window(j, g->size, g->stride, g->pad, g->width);
        REAL share[DNP_LANES];
        for (int l = 0; l < DNP_LANES; l++) share[l] = (*dy)[l] / area;
        for (size_t r = rows.from; r < rows.to; r++)
          for (size_t s = columns.from; s < columns.to; s++)
            for (int l = 0; l < DNP_LANES; l++) dx[r * g->width + s][l] = dx[r * g->width + s][l] + share[l];
      }
  }
}

/* ---- convolution ------------------------------------------------------------------------------- */

static void R(conv_back_bias)(
    size_t groups, const dnp_conv *g, size_t first, size_t count, const void *vdy, void *vdb, bool from_zero) {
  REAL *db = vdb;
  const size_t pixels = g->out_height * g->out_width;
  for (size_t k = 0; k < count; k++) {
    REAL total = from_zero ? 0 : db[k];
    for (size_t group = 0; group < groups; group++) {
      const REAL *dy = (const REAL *)vdy + (group * g->outputs + first + k) * pixels * DNP_LANES;
      REAL sum[DNP_LANES] = {0};
      for (size_t i = 0; i < pixels; i++, dy += DNP_LANES)
        for (int l = 0; l < DNP_LANES; l++) sum[l] = sum[l] + dy[l];
      total = total + R(lanes_total)(sum);
    }
    db[k] = total;
  }
}

/* ---- lanes ------------------------------------------------------------------------------------- */

static void R(to_lanes)(size_t rows, size_t count, const void *vx, void *vy) {
  const REAL *x = vx;
  R(sixteen) *y = vy;
  for (size_t first = 0; first < rows; first += DNP_LANES, x += DNP_LANES * count, y += count) {
    const size_t samples = rows - first < DNP_LANES ? rows - first : DNP_LANES;
    if (samples < DNP_LANES) memset(y, 0, count * sizeof *y);
    for (size_t i = 0; i < count; i++)
      for (size_t l = 0; l < samples; l++) y[i][l] = x[l * count + i];
  }
}

static void R(from_lanes)(size_t rows, size_t count, const void *vy, void *vx) {
  const R(sixteen) *y = vy;
  REAL *x = vx;
  for (size_t first = 0; first < rows; first += DNP_LANES, x += DNP_LANES * count, y += count) {
    const size_t samples = rows - first < DNP_LANES ? rows - first : DNP_LANES;
    for (size_t i = 0; i < count; i++)
      for (size_t l = 0; l < samples; l++) x[l * count + i] = y[i][l];
  }
}
