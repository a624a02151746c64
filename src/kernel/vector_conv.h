/* vector_conv.h: the convolutions of convolution.h over vectors, for vector.h, which includes this: bit for bit the
 * same. Each lane of a vector is a sample; a unit whose vectors have less than 16 lanes takes the samples of a group in
 * several parts.
 *
 * Forwards and back to the input are one loop: a tile of sums (filters x pixels of a row) stays in registers, while the
 * chain goes over channels and the filter's places. The weight gradient keeps filters x taps, while the chain goes over
 * pixels. Zeros around the edge are copied to `scratch` first, so that nothing has to ask where it is. */

#define CONV_FILTERS 4
#define SIXTEEN ((ptrdiff_t)DNP_LANES)
#define HELD_BYTES ((size_t)256 << 10) /* a part of the level 2 cache */

/* ---- edges ------------------------------------------------------------------------------------- */

/* Pictures of rows x columns, in which height x width places begin at (top, left); these may be negative, and what has
 * no room is left out. */
typedef struct R(frame) {
  ptrdiff_t rows, columns, top, left, height, width;
} R(frame);

static void R(enclose)(size_t planes, const R(frame) f, const REAL *x, REAL *restrict copy) {
  const ptrdiff_t begin = f.left > 0 ? f.left : 0, end = f.left + f.width < f.columns ? f.left + f.width : f.columns;
  for (size_t plane = 0; plane < planes; plane++, x += f.height * f.width * SIXTEEN)
    for (ptrdiff_t i = -f.top; i < f.rows - f.top; i++, copy += f.columns * SIXTEEN) {
      const bool some = i >= 0 && i < f.height && begin < end;
      const size_t before = (size_t)((some ? begin : f.columns) * SIXTEEN),
                   within = some ? (size_t)((end - begin) * SIXTEEN) : 0;
      memset(copy, 0, before * sizeof *copy);
      if (!some) continue;
      memcpy(copy + before, x + (i * f.width + begin - f.left) * SIXTEEN, within * sizeof *copy);
      memset(copy + before + within, 0, (size_t)((f.columns - end) * SIXTEEN) * sizeof *copy);
    }
}

/* ---- forwards, and back to the input ------------------------------------------------------------ */

/* Sums over planes, rows and columns of x w for filters and pixels: steps, in elements, from each to the next. */
typedef struct R(walk) {
  ptrdiff_t planes, rows, columns; /* of the chain */
  const REAL *x;
  ptrdiff_t x_plane, x_row, x_column, x_pixel;
  const REAL *w;
  ptrdiff_t w_plane, w_row, w_column, w_filter;
  const REAL *bias; /* one for each filter; or NULL */
  REAL *y;
  ptrdiff_t y_filter, y_pixel;
} R(walk);

INLINE void R(walk_tile)(const int filters, const int pixels, const R(walk) o) {
  R(vec) sum[CONV_FILTERS][CONV_PIXELS];
  UNROLL for (int f = 0; f < filters; f++) { UNROLL for (int p = 0; p < pixels; p++) sum[f][p] = (R(vec)){0}; }
  for (ptrdiff_t c = 0; c < o.planes; c++)
    for (ptrdiff_t r = 0; r < o.rows; r++) {
      const REAL *x = o.x + c * o.x_plane + r * o.x_row, *w = o.w + c * o.w_plane + r * o.w_row;
      for (ptrdiff_t s = 0; s < o.columns; s++, x += o.x_column, w += o.w_column) {
        R(vec) at[CONV_PIXELS];
        UNROLL for (int p = 0; p < pixels; p++) at[p] = R(load)(x + p * o.x_pixel);
        UNROLL for (int f = 0; f < filters; f++) {
          const R(vec) weight = R(splat)(w[f * o.w_filter]);
          UNROLL for (int p = 0; p < pixels; p++) sum[f][p] = R(fma)(weight, at[p], sum[f][p]);
        }
      }
    }
  UNROLL for (int f = 0; f < filters; f++) {
    if (o.bias != NULL) {
      const R(vec) bias = R(splat)(o.bias[f]);
      UNROLL for (int p = 0; p < pixels; p++) sum[f][p] = sum[f][p] + bias;
    }
    UNROLL for (int p = 0; p < pixels; p++) R(store)(o.y + f * o.y_filter + p * o.y_pixel, sum[f][p]);
  }
}

#define WALK(name, filters, pixels) \
  static void R(walk_##name##_##pixels)(const R(walk) * o) { R(walk_tile)(filters, pixels, *o); }
EACH_PIXELS(WALK, four, CONV_FILTERS)
EACH_PIXELS(WALK, one, 1)
#define WALKS(name, filters, pixels) R(walk_##name##_##pixels),
static void (*const R(walk_four)[CONV_PIXELS])(const R(walk) *) = {EACH_PIXELS(WALKS, four, )};
static void (*const R(walk_one)[CONV_PIXELS])(const R(walk) *) = {EACH_PIXELS(WALKS, one, )};

/* Everything of one group: out_rows x out_columns pixels. */
typedef struct R(field) {
  size_t filters, out_rows, out_columns;
  ptrdiff_t place, move, turn; /* row i of pixels and row r of the filter meet row place + i move + r turn of x */
  ptrdiff_t height;            /* of x; rows outside of it have no terms */
  ptrdiff_t y_down;            /* from a row of pixels to the next */
} R(field);

/* The filter's rows that meet x, from the first on. */
static R(walk) R(inside)(const R(field) * f, ptrdiff_t i, R(walk) o) {
  ptrdiff_t place = f->place + i * f->move, last = place + (o.rows - 1) * f->turn;
  for (; o.rows > 0 && (last < 0 || last >= f->height); last -= f->turn) o.rows--;
  for (; o.rows > 0 && (place < 0 || place >= f->height); place += f->turn, o.w += o.w_row) o.rows--;
  if (o.rows > 0) o.x += place * f->turn * o.x_row;
  o.y += i * f->y_down;
  return o;
}

static void R(walk_filters)(size_t filters, size_t pixels, R(walk) o) {
  for (; filters >= CONV_FILTERS; filters -= CONV_FILTERS) {
    R(walk_four)[pixels - 1](&o);
    o.w += CONV_FILTERS * o.w_filter;
    o.y += CONV_FILTERS * o.y_filter;
    if (o.bias != NULL) o.bias += CONV_FILTERS;
  }
  for (; filters > 0; filters--) {
    R(walk_one)[pixels - 1](&o);
    o.w += o.w_filter;
    o.y += o.y_filter;
    if (o.bias != NULL) o.bias++;
  }
}

static void R(walk_rows)(const R(field) f, const R(walk) o) {
  const size_t tiles = (f.out_columns + CONV_PIXELS - 1) / CONV_PIXELS;
  for (size_t i = 0; i < f.out_rows; i++) {
    R(walk) tile = R(inside)(&f, (ptrdiff_t)i, o);
    for (size_t q = 0, pixels; q < tiles;
         q++, tile.x += (ptrdiff_t)pixels * o.x_pixel, tile.y += (ptrdiff_t)pixels * o.y_pixel) {
      pixels = f.out_columns / tiles + (q < f.out_columns % tiles);
      R(walk) part = tile;
      for (int first = 0; first < DNP_LANES; first += R(LANES), part.x += R(LANES), part.y += R(LANES))
        R(walk_filters)(f.filters, pixels, part);
    }
  }
}

/* Where the level 2 cache holds x, a few filters at a time walk over all of it and write long runs of y. Else x passes
 * once, under as many filters as the cache holds. */
static void R(walk_field)(R(field) f, R(walk) o) {
  const size_t x_bytes = (size_t)(o.planes * o.x_plane) * sizeof(REAL),
               filter_bytes = (size_t)(o.planes * o.rows * o.columns) * sizeof(REAL);
  const size_t held = filter_bytes == 0 ? 1 : HELD_BYTES / filter_bytes;
  const size_t most = x_bytes <= HELD_BYTES || held < CONV_FILTERS ? CONV_FILTERS : held / CONV_FILTERS * CONV_FILTERS;
  for (size_t left = f.filters; left > 0; left -= f.filters) {
    f.filters = left < most ? left : most;
    R(walk_rows)(f, o);
    o.w += (ptrdiff_t)f.filters * o.w_filter;
    o.y += (ptrdiff_t)f.filters * o.y_filter;
    if (o.bias != NULL) o.bias += f.filters;
  }
}

static void R(conv)(
    size_t groups, const dnp_conv *g, const void *vx, const void *w, const void *bias, void *vy, void *scratch) {
  const ptrdiff_t height = (ptrdiff_t)g->height, width = (ptrdiff_t)g->width, pad = (ptrdiff_t)g->pad,
                  stride = (ptrdiff_t)g->stride;
  const R(frame) frame = {height, width + 2 * pad, 0, pad, height, width};
  const ptrdiff_t taps = (ptrdiff_t)(g->rows * g->columns), channels = (ptrdiff_t)g->channels,
                  out_plane = (ptrdiff_t)(g->out_height * g->out_width) * SIXTEEN;
  R(walk)
  o = {.planes = channels,
      .rows = (ptrdiff_t)g->rows,
      .columns = (ptrdiff_t)g->columns,
      .x_plane = frame.rows * frame.columns * SIXTEEN,
      .x_row = frame.columns * SIXTEEN,
      .x_column = SIXTEEN,
      .x_pixel = stride * SIXTEEN,
      .w = w,
      .w_plane = taps,
      .w_row = (ptrdiff_t)g->columns,
      .w_column = 1,
      .w_filter = channels * taps,
      .bias = bias,
      .y = vy,
      .y_filter = out_plane,
      .y_pixel = SIXTEEN};
  const R(field) field = {.filters = g->outputs,
      .out_rows = g->out_height,
      .out_columns = g->out_width,
      .place = -pad,
      .move = stride,
      .turn = 1,
      .height = height,
      .y_down = (ptrdiff_t)g->out_width * SIXTEEN};
  const REAL *x = vx;
  for (size_t group = 0; group < groups;
       group++, x += channels * height * width * SIXTEEN, o.y += (ptrdiff_t)g->outputs * out_plane) {
    if (pad > 0) R(enclose)(g->channels, frame, x, scratch);
    o.x = pad > 0 ? scratch : x;
    R(walk_field)(field, o);
  }
}

/* The places of dY, along one side, that input places see through a filter of `taps`: from the first, which may be
 * before 0, to the last. */
static void R(seen)(
    ptrdiff_t length, ptrdiff_t taps, ptrdiff_t stride, ptrdiff_t pad, ptrdiff_t *before, ptrdiff_t *all) {
  const ptrdiff_t last = (length - 1 + pad) / stride;
  *before = (taps - 1 - pad + (taps - 1 > pad ? 0 : 1 - stride)) / stride;
  *all = last + *before + 1;
}

/* Input places y that are equal mod stride see the same taps r = first, first + stride ..., and for neighbours among
 * them dY moves by one. */
typedef struct R(phase) {
  ptrdiff_t first, taps; /* of the filter */
  ptrdiff_t from;        /* the place of dY that the first of them multiplies at the first input place */
  size_t places;         /* in the input */
} R(phase);

static R(phase) R(phase_of)(ptrdiff_t at, ptrdiff_t length, ptrdiff_t taps, ptrdiff_t stride, ptrdiff_t pad) {
  const ptrdiff_t first = (at + pad) % stride;
  return (R(phase)){first, first < taps ? (taps - 1 - first) / stride + 1 : 0, (at + pad - first) / stride,
      at < length ? (size_t)((length - 1 - at) / stride + 1) : 0};
}

static void R(conv_back_input)(
    size_t groups, const dnp_conv *g, const void *vdy, const void *vw, void *vdx, void *scratch) {
  const ptrdiff_t height = (ptrdiff_t)g->height, width = (ptrdiff_t)g->width, pad = (ptrdiff_t)g->pad,
                  stride = (ptrdiff_t)g->stride;
  const ptrdiff_t rows = (ptrdiff_t)g->rows, columns = (ptrdiff_t)g->columns, channels = (ptrdiff_t)g->channels,
                  outputs = (ptrdiff_t)g->outputs;
  R(frame)
  frame = {.rows = (ptrdiff_t)g->out_height, .height = (ptrdiff_t)g->out_height, .width = (ptrdiff_t)g->out_width};
  R(seen)(width, columns, stride, pad, &frame.left, &frame.columns);
  const REAL *dy = vdy, *w = vw;
  REAL *dx = vdx;
  R(walk)
  o = {.planes = outputs,
      .x = scratch,
      .x_plane = frame.rows * frame.columns * SIXTEEN,
      .x_row = -frame.columns * SIXTEEN,
      .x_column = -SIXTEEN,
      .x_pixel = SIXTEEN,
      .w_plane = channels * rows * columns,
      .w_row = stride * columns,
      .w_column = stride,
      .w_filter = rows * columns,
      .y_filter = height * width * SIXTEEN,
      .y_pixel = stride * SIXTEEN};
  for (size_t group = 0; group < groups;
       group++, dy += outputs * frame.height * frame.width * SIXTEEN, dx += channels * height * width * SIXTEEN) {
    R(enclose)(g->outputs, frame, dy, scratch);
    for (ptrdiff_t i = 0; i < stride; i++)
      for (ptrdiff_t j = 0; j < stride; j++) {
        const R(phase) down = R(phase_of)(i, height, rows, stride, pad),
                       right = R(phase_of)(j, width, columns, stride, pad);
        R(walk) part = o;
        part.rows = down.taps;
        part.columns = right.taps;
        part.x += (right.from + frame.left) * SIXTEEN;
        part.w = w + down.first * columns + right.first;
        part.y = dx + (i * width + j) * SIXTEEN;
        R(walk_field)
        ((R(field)){.filters = g->channels,
             .out_rows = down.places,
             .out_columns = right.places,
             .place = down.from,
             .move = 1,
             .turn = -1,
             .height = frame.height,
             .y_down = stride * width * SIXTEEN},
            part);
      }
  }
}

/* ---- the weight gradient ------------------------------------------------------------------------ */

#define CHUNK (8 * TAPS)       /* taps whose sums wait on the stack */
#define STRIP_BYTES (16 << 10) /* of dY that stay in the level 1 cache while the taps of a chunk pass by */

/* Sums over pixels of x dy for filters and taps. */
typedef struct R(strip) {
  size_t rows, columns; /* of dY */
  const REAL *x[TAPS];  /* where each tap meets the first pixel */
  ptrdiff_t x_down, x_pixel;
  const REAL *dy;
  ptrdiff_t dy_down, dy_filter;
  REAL *sum; /* [filter][CHUNK][DNP_LANES] */
  bool from_zero;
} R(strip);

INLINE void R(strip_tile)(const int filters, const int taps, const R(strip) * o) {
  R(vec) sum[TAP_FILTERS][TAPS];
  const REAL *x[TAPS], *dy = o->dy;
  const ptrdiff_t next = o->x_pixel, down = o->x_down, dy_down = o->dy_down, stride = o->dy_filter;
  UNROLL for (int t = 0; t < taps; t++) {
    x[t] = o->x[t];
    UNROLL for (int f = 0; f < filters; f++) sum[f][t] = o->from_zero ? (R(vec)){0}
                                                                      : R(load)(o->sum + (f * CHUNK + t) * DNP_LANES);
  }
  for (size_t i = 0; i < o->rows; i++) {
    ptrdiff_t at = 0;
    const REAL *d = dy;
    for (const REAL *end = dy + o->columns * DNP_LANES; d < end; d += DNP_LANES, at += next) {
      R(vec) gradient[TAP_FILTERS];
      UNROLL for (int f = 0; f < filters; f++) gradient[f] = R(load)(d + f * stride);
      UNROLL for (int t = 0; t < taps; t++) {
        const R(vec) here = R(load)(x[t] + at);
        UNROLL for (int f = 0; f < filters; f++) sum[f][t] = R(fma)(here, gradient[f], sum[f][t]);
      }
    }
    UNROLL for (int t = 0; t < taps; t++) x[t] += down;
    dy += dy_down;
  }
  UNROLL for (int t = 0; t < taps; t++) {
    UNROLL for (int f = 0; f < filters; f++) R(store)(o->sum + (f * CHUNK + t) * DNP_LANES, sum[f][t]);
  }
}

#define STRIP(name, filters, taps) \
  static void R(strip_##name##_##taps)(const R(strip) * o) { R(strip_tile)(filters, taps, o); }
EACH_TAPS(STRIP, full, TAP_FILTERS)
EACH_TAPS(STRIP, one, 1)
#define STRIPS(name, filters, taps) R(strip_##name##_##taps),
static void (*const R(strips)[2][TAPS])(const R(strip) *) = {{EACH_TAPS(STRIPS, one, )}, {EACH_TAPS(STRIPS, full, )}};

/* The sums of a chunk meet in the tree, four at a time, and are added to dw. */
static void R(collapse)(size_t taps, const REAL *sum, REAL *dw, bool from_zero) {
  size_t t = 0;
  for (; t + 4 <= taps; t += 4, sum += 4 * DNP_LANES, dw += 4) {
    R(four) s[4], pair[4];
    UNROLL for (int i = 0; i < 4; i++) {
      const R(loose_four) *q = (const R(loose_four) *)(sum + i * DNP_LANES);
      s[i] = ((R(four))q[0] + (R(four))q[2]) + ((R(four))q[1] + (R(four))q[3]);
    }
    UNROLL for (int i = 0; i < 2; i++) {
      pair[i] = SHUFFLE(s[i], s[i + 2], 0, 4, 1, 5);
      pair[i + 2] = SHUFFLE(s[i], s[i + 2], 2, 6, 3, 7);
    }
    const R(four) zero = SHUFFLE(pair[0], pair[1], 0, 4, 1, 5), one = SHUFFLE(pair[0], pair[1], 2, 6, 3, 7);
    const R(four) two = SHUFFLE(pair[2], pair[3], 0, 4, 1, 5), three = SHUFFLE(pair[2], pair[3], 2, 6, 3, 7);
    const R(four) total = (zero + two) + (one + three),
                  old = from_zero ? (R(four)){0} : (R(four)) * (const R(loose_four) *)dw;
    *(R(loose_four) *)dw = (R(loose_four))(old + total);
  }
  for (; t < taps; t++, sum += DNP_LANES, dw++) *dw = (from_zero ? 0 : *dw) + R(lanes_total)(sum);
}

/* What the weight gradient of one group needs. */
typedef struct R(pass) {
  const dnp_conv *g;
  const REAL *x, *dy; /* x with its edges; dy of the first filter */
  ptrdiff_t x_columns, x_plane, dy_plane;
  REAL *dw;
  bool from_zero;
} R(pass);

/* Where taps first .. first + count - 1, numbered through all channels, meet the first pixel. */
static void R(find_taps)(const R(pass) * o, size_t first, size_t count, const REAL *at[CHUNK]) {
  const size_t columns = o->g->columns, rows = o->g->rows;
  size_t c = first / (rows * columns), r = first / columns % rows, s = first % columns;
  for (size_t n = 0; n < count; n++) {
    at[n] = o->x + (ptrdiff_t)c * o->x_plane + ((ptrdiff_t)r * o->x_columns + (ptrdiff_t)s) * SIXTEEN;
    if (++s < columns) continue;
    s = 0;
    if (++r < rows) continue;
    r = 0;
    c++;
  }
}

/* A chunk of taps [first, first + count) of one filter or a tile of them: strip after strip of dY. */
static void R(chunk)(const R(pass) * o, size_t filters, size_t first, size_t count) {
  const dnp_conv *g = o->g;
  const size_t row_bytes = g->out_width * DNP_LANES * sizeof(REAL) * filters, all = g->channels * g->rows * g->columns;
  const size_t most = row_bytes < STRIP_BYTES ? STRIP_BYTES / row_bytes : 1, tiles = (count + TAPS - 1) / TAPS;
  REAL sum[TAP_FILTERS * CHUNK * DNP_LANES] __attribute__((aligned(64)));
  const REAL *at[CHUNK];
  R(find_taps)(o, first, count, at);
  R(strip)
  strip = {.columns = g->out_width,
      .x_down = (ptrdiff_t)g->stride * o->x_columns * SIXTEEN,
      .x_pixel = (ptrdiff_t)g->stride * SIXTEEN,
      .dy_down = (ptrdiff_t)g->out_width * SIXTEEN,
      .dy_filter = o->dy_plane};
  for (size_t i = 0; i < g->out_height; i += strip.rows) {
    strip.rows = g->out_height - i < most ? g->out_height - i : most;
    strip.from_zero = i == 0;
    for (size_t q = 0, t = 0, taps; q < tiles; q++, t += taps) {
      taps = count / tiles + (q < count % tiles);
      for (int part = 0; part < DNP_LANES; part += R(LANES)) {
        for (size_t n = 0; n < taps; n++) strip.x[n] = at[t + n] + (ptrdiff_t)i * strip.x_down + part;
        strip.dy = o->dy + (ptrdiff_t)i * strip.dy_down + part;
        strip.sum = sum + t * DNP_LANES + part;
        R(strips)[filters > 1][taps - 1](&strip);
      }
    }
  }
  for (size_t f = 0; f < filters; f++)
    R(collapse)(count, sum + f * CHUNK * DNP_LANES, o->dw + f * all + first, o->from_zero);
}

static void R(conv_back_weights)(size_t groups, const dnp_conv *g, size_t first, size_t count, const void *vx,
    const void *vdy, void *vdw, bool from_zero, void *scratch) {
  const ptrdiff_t height = (ptrdiff_t)g->height, width = (ptrdiff_t)g->width, pad = (ptrdiff_t)g->pad;
  const R(frame) frame = {height + 2 * pad, width + 2 * pad, pad, pad, height, width};
  const size_t all = g->channels * g->rows * g->columns, plane = g->height * g->width * DNP_LANES,
               dy_plane = g->out_height * g->out_width * DNP_LANES;
  if (groups == 0 && from_zero) memset(vdw, 0, count * all * sizeof(REAL));
  for (size_t group = 0; group < groups; group++) {
    const REAL *x = (const REAL *)vx + group * g->channels * plane;
    if (pad > 0) R(enclose)(g->channels, frame, x, scratch);
    R(pass)
    o = {.g = g,
        .x = pad > 0 ? scratch : x,
        .dy = (const REAL *)vdy + (group * g->outputs + first) * dy_plane,
        .x_columns = frame.columns,
        .x_plane = frame.rows * frame.columns * SIXTEEN,
        .dy_plane = (ptrdiff_t)dy_plane,
        .dw = vdw,
        .from_zero = from_zero && group == 0};
    for (size_t k = 0, filters; k < count; k += filters, o.dy += filters * dy_plane, o.dw += filters * all) {
      filters = count - k < TAP_FILTERS ? 1 : TAP_FILTERS;
      for (size_t t = 0; t < all; t += CHUNK) R(chunk)(&o, filters, t, all - t < CHUNK ? all - t : CHUNK);
    }
  }
}

#undef WALK
#undef WALKS
#undef STRIP
#undef STRIPS
#undef CONV_FILTERS
#undef SIXTEEN
#undef HELD_BYTES
#undef CHUNK
#undef STRIP_BYTES
