/* vector.h: products and pixels over vectors: one source for every vector unit and both dtypes. Bit for bit what
 * reference.h computes.
 *
 * A unit's file (avx512.avx512.c, avx2.fma.c, neon.neon.c) gives, for _f and _d:
 *   vec, half                a vector, and the short one for the last columns of a matrix (where a unit has none, HALF
 *                            is 0 and half is vec)
 *   LANES, HALF              elements in them
 *   fma, half_fma            a b + c, rounded once, element by element
 *   splat, low               all elements x; the lower part of a vector
 *   load_part, store_part, half_load_part, half_store_part   the first n elements (1 .. all); the others read as 0 and
 *                                                            are not touched
 * and TILE_ROWS, TILE_VECTORS: the tile of sums that fits in its registers beside a row of B; CONV_PIXELS, TAP_FILTERS,
 * TAPS, EACH_PIXELS and EACH_TAPS: those of vector_conv.h.
 *
 * All three products are one loop over k into a tile of C that stays in registers: each element of C is one chain over
 * k ascending, so how the tiles are laid changes no bit. A may lie in rows or in columns (two strides). B is read where
 * it lies if its rows are near each other; else, and where it is turned, a panel of it is copied first, so that the
 * cache and the table of pages see a short run of memory. */

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else /* gcc knows the other name from version 12 on */
#define UNROLL _Pragma("GCC unroll 16")
#define SHUFFLE(a, b, ...) __builtin_shuffle(a, b, (R(places)){__VA_ARGS__})
#endif
#define INLINE static inline __attribute__((always_inline))

#ifndef DNP_LAST_KIND
#define DNP_LAST_KIND
/* how the last columns of a tile lie in a vector */
typedef enum last_kind { LAST_WHOLE, LAST_PART, LAST_HALF, LASTS } last_kind;
#endif

#define PANEL (TILE_VECTORS * R(LANES)) /* columns of a panel, at most */
#define PANEL_STEPS 256                 /* rows of a copied panel: 64 KB with 16 lanes, a part of the level 2 cache */
#define NEAR_BYTES 1024                 /* between rows of B that are read in place */
#define FEW_ROWS 12                     /* rows of C for which copying does not pay */

typedef REAL R(loose) __attribute__((vector_size(sizeof(R(vec))), aligned(sizeof(REAL)), may_alias));

INLINE R(vec) R(load)(const REAL *p) { return (R(vec)) * (const R(loose) *)p; }
INLINE void R(store)(REAL *p, R(vec) v) { *(R(loose) *)p = (R(loose))v; }

/* What a tile is computed from. */
typedef struct R(operands) {
  size_t k;
  const REAL *a; /* A's first row of the tile; element (i, p) is a[i * row + p * step] */
  size_t row, step;
  const REAL *b; /* the panel: element (p, j) is b[p * lb + j] */
  size_t lb;
  REAL *c;
  size_t lc;
  unsigned tail;    /* columns in the last vector, where it is not whole */
  bool from_zero;   /* the chains start at +0, else they go on from C */
  const REAL *bias; /* of the tile's columns, added last; or NULL */
} R(operands);

/* One tile: `whole` vectors of columns, and behind them perhaps a part of one, or of a short one. The arguments before
 * the operands are constants where this is inlined, so that no loop over the tile remains and the sums live in
 * registers. */
INLINE void R(tile)(const int rows, const int whole, const last_kind last, const R(operands) o) {
  R(vec) sum[TILE_ROWS][TILE_VECTORS], part[TILE_ROWS];
  R(half) half[TILE_ROWS];
  const int end = whole * R(LANES); /* where the last vector's columns begin */
  UNROLL for (int i = 0; i < rows; i++) {
    const REAL *c = o.c + (size_t)i * o.lc;
    UNROLL for (int v = 0; v < whole; v++) sum[i][v] = o.from_zero ? (R(vec)){0} : R(load)(c + v * R(LANES));
    if (last == LAST_PART) part[i] = o.from_zero ? (R(vec)){0} : R(load_part)(c + end, o.tail);
    if (last == LAST_HALF) half[i] = o.from_zero ? (R(half)){0} : R(half_load_part)(c + end, o.tail);
  }
  const REAL *a = o.a, *b = o.b;
  for (size_t p = 0; p < o.k; p++, a += o.step, b += o.lb) {
    R(vec) row[TILE_VECTORS], row_part = {0};
    R(half) row_half = {0};
    __builtin_prefetch(a + 64 / sizeof(REAL));
    UNROLL for (int v = 0; v < whole; v++) row[v] = R(load)(b + v * R(LANES));
    if (last == LAST_PART) row_part = R(load_part)(b + end, o.tail);
    if (last == LAST_HALF) row_half = R(half_load_part)(b + end, o.tail);
    UNROLL for (int i = 0; i < rows; i++) {
      const R(vec) x = R(splat)(a[(size_t)i * o.row]);
      UNROLL for (int v = 0; v < whole; v++) sum[i][v] = R(fma)(x, row[v], sum[i][v]);
      if (last == LAST_PART) part[i] = R(fma)(x, row_part, part[i]);
      if (last == LAST_HALF) half[i] = R(half_fma)(R(low)(x), row_half, half[i]);
    }
  }
  if (o.bias != NULL) {
    UNROLL for (int i = 0; i < rows; i++) {
      UNROLL for (int v = 0; v < whole; v++) sum[i][v] = sum[i][v] + R(load)(o.bias + v * R(LANES));
      if (last == LAST_PART) part[i] = part[i] + R(load_part)(o.bias + end, o.tail);
      if (last == LAST_HALF) half[i] = half[i] + R(half_load_part)(o.bias + end, o.tail);
    }
  }
  UNROLL for (int i = 0; i < rows; i++) {
    REAL *c = o.c + (size_t)i * o.lc;
    UNROLL for (int v = 0; v < whole; v++) R(store)(c + v * R(LANES), sum[i][v]);
    if (last == LAST_PART) R(store_part)(c + end, part[i], o.tail);
    if (last == LAST_HALF) R(half_store_part)(c + end, half[i], o.tail);
  }
}

/* The tiles that exist: three heights, every width, three ends. */
#define TILE(height, rows, vectors) \
  static void R(height##_##vectors##_whole)(const R(operands) * o) { R(tile)(rows, vectors, LAST_WHOLE, *o); } \
  static void R(height##_##vectors##_part)(const R(operands) * o) { R(tile)(rows, vectors - 1, LAST_PART, *o); } \
  static void R(height##_##vectors##_half)(const R(operands) * o) { R(tile)(rows, vectors - 1, LAST_HALF, *o); }
#define TILES(height, rows) EACH_WIDTH(TILE, height, rows)
TILES(full, TILE_ROWS)
TILES(pair, 2)
TILES(single, 1)

#define ENDS(height, rows, vectors) \
  {R(height##_##vectors##_whole), R(height##_##vectors##_part), R(height##_##vectors##_half)},
static const struct {
  size_t rows;
  void (*tile[TILE_VECTORS][LASTS])(const R(operands) * o);
} R(heights)[] = {
    {TILE_ROWS, {EACH_WIDTH(ENDS, full, )}}, {2, {EACH_WIDTH(ENDS, pair, )}}, {1, {EACH_WIDTH(ENDS, single, )}}};

/* All rows of C over one panel: tile after tile, the high ones first. */
static void R(panel)(size_t m, size_t columns, R(operands) o) {
  const size_t vectors = (columns + R(LANES) - 1) / R(LANES);
  o.tail = (unsigned)(columns - (vectors - 1) * R(LANES));
  const last_kind last = o.tail == R(LANES) ? LAST_WHOLE : o.tail <= R(HALF) ? LAST_HALF : LAST_PART;
  for (size_t h = 0; h < sizeof R(heights) / sizeof *R(heights); h++)
    for (const size_t rows = R(heights)[h].rows; m >= rows; m -= rows, o.a += rows * o.row, o.c += rows * o.lc)
      R(heights)[h].tile[vectors - 1][last](&o);
}

/* copy[p * PANEL + j] := b[j * lb + p] for 4 x 4 elements at a time: rows become columns in two rounds of exchanges. */
typedef REAL R(four) __attribute__((vector_size(4 * sizeof(REAL))));
typedef __typeof__(__builtin_choose_expr(sizeof(REAL) == sizeof(int32_t), (int32_t)0, (int64_t)0)) R(places)
    __attribute__((vector_size(4 * sizeof(REAL))));
typedef REAL R(loose_four) __attribute__((vector_size(4 * sizeof(REAL)), aligned(sizeof(REAL)), may_alias));

INLINE void R(turn_four)(const REAL *b, size_t lb, REAL *copy) {
  R(four) in[4], pair[4];
  UNROLL for (int j = 0; j < 4; j++) in[j] = (R(four)) * (const R(loose_four) *)(b + (size_t)j * lb);
  UNROLL for (int j = 0; j < 2; j++) {
    pair[j] = SHUFFLE(in[j], in[j + 2], 0, 4, 1, 5);
    pair[j + 2] = SHUFFLE(in[j], in[j + 2], 2, 6, 3, 7);
  }
  UNROLL for (int p = 0; p < 4; p += 2) {
    *(R(loose_four) *)(copy + p * PANEL) = (R(loose_four))SHUFFLE(pair[p], pair[p + 1], 0, 4, 1, 5);
    *(R(loose_four) *)(copy + (p + 1) * PANEL) = (R(loose_four))SHUFFLE(pair[p], pair[p + 1], 2, 6, 3, 7);
  }
}

static void R(copy_turned)(size_t columns, size_t steps, const REAL *b, size_t lb, REAL *copy) {
  const size_t columns4 = columns / 4 * 4, steps4 = steps / 4 * 4;
  for (size_t j = 0; j < columns4; j += 4)
    for (size_t p = 0; p < steps4; p += 4) R(turn_four)(b + j * lb + p, lb, copy + p * PANEL + j);
  for (size_t j = 0; j < columns; j++)
    for (size_t p = j < columns4 ? steps4 : 0; p < steps; p++) copy[p * PANEL + j] = b[j * lb + p];
}

static void R(copy_rows)(size_t columns, size_t steps, const REAL *b, size_t lb, REAL *copy) {
  for (size_t p = 0; p < steps; p++) memcpy(copy + p * PANEL, b + p * lb, columns * sizeof *b);
}

/* C[m,n] := (C or +0) + A . B (+ bias), with o.b and o.lb as they lie: B[k,n], or B[n,k] if turned. */
static void R(panels)(size_t m, size_t n, R(operands) o, bool turned) {
  const bool copied = turned || (o.lb * sizeof(REAL) > NEAR_BYTES && m >= FEW_ROWS);
  const size_t vectors = (n + R(LANES) - 1) / R(LANES), panels = (vectors + TILE_VECTORS - 1) / TILE_VECTORS;
  REAL copy[PANEL_STEPS * PANEL] __attribute__((aligned(64)));
  for (size_t q = 0, j = 0, columns; q < panels; q++, j += columns) {
    columns = (vectors / panels + (q < vectors % panels)) * R(LANES);
    if (columns > n - j) columns = n - j;
    size_t p = 0, steps;
    do { /* once if k is 0, too: zeros, and the bias */
      R(operands) part = o;
      steps = copied && o.k - p > PANEL_STEPS ? PANEL_STEPS : o.k - p;
      part.k = steps;
      part.a = o.a + p * o.step;
      part.b = turned ? o.b + j * o.lb + p : o.b + p * o.lb + j;
      if (copied) {
        (turned ? R(copy_turned) : R(copy_rows))(columns, steps, part.b, o.lb, copy);
        part.b = copy;
        part.lb = PANEL;
      }
      part.c = o.c + j;
      part.from_zero = o.from_zero && p == 0;
      part.bias = o.bias != NULL && p + steps == o.k ? o.bias + j : NULL;
      R(panel)(m, columns, part);
      p += steps;
    } while (p < o.k);
  }
}

static void R(product)(size_t m, size_t n, size_t k, const void *a, size_t la, const void *b, size_t lb,
    const void *bias, void *c, size_t lc) {
  assert(la >= k && lb >= n && lc >= n);
  R(panels)
  (m, n,
      (R(operands)){
          .k = k, .a = a, .row = la, .step = 1, .b = b, .lb = lb, .c = c, .lc = lc, .from_zero = true, .bias = bias},
      false);
}

static void R(product_nt)(
    size_t m, size_t n, size_t k, const void *a, size_t la, const void *b, size_t lb, void *c, size_t lc) {
  assert(la >= k && lb >= k && lc >= n);
  R(panels)
  (m, n, (R(operands)){.k = k, .a = a, .row = la, .step = 1, .b = b, .lb = lb, .c = c, .lc = lc, .from_zero = true},
      true);
}

/* C[m,n] for a few columns, less than a vector: their transpose C^T := B^T . A fills vectors with rows of C instead.
 * The chains are the same. */
static void R(few_columns)(size_t m, size_t n, const R(operands) o) {
  REAL turned[R(LANES) * PANEL];
  for (size_t i = 0, rows; i < m; i += rows) {
    rows = m - i < PANEL ? m - i : PANEL;
    REAL *c = o.c + i * o.lc;
    if (!o.from_zero)
      for (size_t l = 0; l < rows; l++)
        for (size_t j = 0; j < n; j++) turned[j * PANEL + l] = c[l * o.lc + j];
    R(panel)
    (n, rows,
        (R(operands)){.k = o.k,
            .a = o.b,
            .row = 1,
            .step = o.lb,
            .b = o.a + i,
            .lb = o.step,
            .c = turned,
            .lc = PANEL,
            .from_zero = o.from_zero});
    for (size_t l = 0; l < rows; l++)
      for (size_t j = 0; j < n; j++) c[l * o.lc + j] = turned[j * PANEL + l];
  }
}

static void R(product_tn)(size_t m, size_t n, size_t k, const void *a, size_t la, const void *b, size_t lb, void *c,
    size_t lc, bool from_zero) {
  assert(la >= m && lb >= n && lc >= n);
  R(operands) o = {.k = k, .a = a, .row = 1, .step = la, .b = b, .lb = lb, .c = c, .lc = lc, .from_zero = from_zero};
  const size_t few = m >= R(LANES) ? n % R(LANES) : 0;
  if (few < n) R(panels)(m, n - few, o, false);
  if (few == 0) return;
  o.b += n - few;
  o.c += n - few;
  R(few_columns)(m, few, o);
}

/* The quotient by a product and one step of correction; a test compares all 256 with the division. */
static void R(from_pixels)(size_t count, const uint8_t *restrict pixel, void *vx) {
  REAL *restrict x = vx;
  for (size_t i = 0; i < count; i++) {
    const float value = (float)(int)pixel[i], quotient = value * (1 / 255.0f);
    x[i] = (REAL)fmaf(fmaf(-quotient, 255.0f, value), 1 / 255.0f, quotient);
  }
}

#include "kernel/vector_conv.h"
#include "kernel/vector_pool.h"

#undef TILE
#undef TILES
#undef ENDS
#undef PANEL
#undef PANEL_STEPS
#undef NEAR_BYTES
#undef FEW_ROWS
#undef INLINE
#undef UNROLL
#undef SHUFFLE
