/* vector_pool.h: the max pooling of convolution.h over vectors, for vector.h, which includes this: bit for bit the
 * same. Choices are masks, since a compiler makes branches of them, which samples side by side cannot take stride.
 * Windows of 2 x 2 that lie inside, the usual ones, are a case of their own for the compiler. */

typedef __typeof__(__builtin_choose_expr(sizeof(REAL) == sizeof(int32_t), (int32_t)0, (int64_t)0)) R(bits)
    __attribute__((vector_size(sizeof(R(vec)))));

/* What the loops over a window need: places from the first on, `width` places from a row to the next, in elements. */
INLINE R(vec) R(largest)(const size_t rows, const size_t columns, const REAL *x, size_t width) {
  R(vec) best = R(load)(x);
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < columns; j++) {
      const R(vec) here = R(load)(x + i * width + j * DNP_LANES);
      const R(bits) takes = (R(bits))(here > best) | (R(bits))(here != here);
      best = (R(vec))(((R(bits))here & takes) | ((R(bits))best & ~takes));
    }
  return best;
}

/* `fresh`: no other window has the place, and nothing stands there yet. */
INLINE void R(hand_back)(const size_t rows, const size_t columns, const bool fresh, const REAL *x, REAL *dx,
    size_t width, R(vec) y, R(vec) dy) {
  R(bits) seeks = ~(R(bits)){0};
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < columns; j++) {
      const R(vec) here = R(load)(x + i * width + j * DNP_LANES);
      const R(bits) found = seeks & ((R(bits))(here == y) | (R(bits))(here != here));
      REAL *to = dx + i * width + j * DNP_LANES;
      R(store)(to, (fresh ? (R(vec)){0} : R(load)(to)) + (R(vec))((R(bits))dy & found));
      seeks &= ~found;
    }
}

static void R(max_pool)(size_t groups, const dnp_windows *g, const void *vx, void *vy) {
  const REAL *x = vx;
  REAL *y = vy;
  const size_t width = g->width * DNP_LANES;
  for (size_t plane = 0; plane < groups * g->channels; plane++, x += g->height * width)
    for (size_t i = 0; i < g->out_height; i++) {
      const inside rows = window(i, g->size, g->stride, g->pad, g->height);
      for (size_t j = 0; j < g->out_width; j++, y += DNP_LANES) {
        const inside columns = window(j, g->size, g->stride, g->pad, g->width);
        const REAL *first = x + rows.from * width + columns.from * DNP_LANES;
        const size_t tall = rows.to - rows.from, wide = columns.to - columns.from;
        for (int l = 0; l < DNP_LANES; l += R(LANES)) R(store)
        (y + l, tall == 2 && wide == 2 ? R(largest)(2, 2, first + l, width) : R(largest)(tall, wide, first + l, width));
      }
    }
}

static void R(max_pool_back)(
    size_t groups, const dnp_windows *g, const void *vx, const void *vy, const void *vdy, void *vdx) {
  const REAL *x = vx, *y = vy, *dy = vdy;
  REAL *dx = vdx;
  const size_t width = g->width * DNP_LANES, all = g->height * width;
  /* each place is in one window */
  const bool tiled = g->size == 2 && g->stride == 2 && g->pad == 0 && g->height % 2 == 0 && g->width % 2 == 0;
  for (size_t plane = 0; plane < groups * g->channels; plane++, x += all, dx += all) {
    if (!tiled) memset(dx, 0, all * sizeof *dx);
    for (size_t i = 0; i < g->out_height; i++) {
      const inside rows = window(i, g->size, g->stride, g->pad, g->height);
      for (size_t j = 0; j < g->out_width; j++, y += DNP_LANES, dy += DNP_LANES) {
        const inside columns = window(j, g->size, g->stride, g->pad, g->width);
        const size_t first = rows.from * width + columns.from * DNP_LANES, tall = rows.to - rows.from,
                     wide = columns.to - columns.from;
        for (size_t l = 0; l < DNP_LANES; l += R(LANES)) {
          if (tiled)
            R(hand_back)(2, 2, true, x + first + l, dx + first + l, width, R(load)(y + l), R(load)(dy + l));
          else if (tall == 2 && wide == 2)
            R(hand_back)(2, 2, false, x + first + l, dx + first + l, width, R(load)(y + l), R(load)(dy + l));
          else
            R(hand_back)(tall, wide, false, x + first + l, dx + first + l, width, R(load)(y + l), R(load)(dy + l));
        }
      }
    }
  }
}
