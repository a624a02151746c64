/* warp.h: a picture looked at through a map of places: for each output pixel the place in the picture that it shows,
 * and what is seen there between four pixels. Every unit compiles this one source. It draws no random number and knows
 * no degrees: src/learn/augment.c makes the maps.
 *
 * Places are whole numbers of 1/65536 pixel, so adding them up has no order. Outside the picture everything is 0. The
 * four pixels around a place are taken with one look-up: beforehand each pixel and its three neighbours to the right
 * and below are packed into one word, with a border of zeros around. */

#ifndef DNP_WARP_COMMON
#define DNP_WARP_COMMON
enum { WARP_LANES = 16, WARP_ROUND = DNP_WARP_SIDE + WARP_LANES };

/* packed[r, c] := the pixels (r-1, c-1), (r-1, c), (r, c-1), (r, c), the first in the lowest byte, for r = 0 .. height
 * and c = 0 .. width; behind them a column and a row of zeros. */
static void warp_pack(size_t height, size_t width, const uint8_t *pixel, uint32_t *packed) {
  static const uint8_t nothing[DNP_WARP_SIDE];
  for (size_t r = 0; r <= height; r++, packed += width + 2) {
    const uint8_t *above = r > 0 ? pixel + (r - 1) * width : nothing, *below = r < height ? pixel + r * width : nothing;
    packed[0] = (uint32_t)above[0] << 8 | (uint32_t)below[0] << 24;
    for (size_t c = 1; c < width; c++)
      packed[c] = (uint32_t)above[c - 1] | (uint32_t)above[c] << 8 | (uint32_t)below[c - 1] << 16 |
                  (uint32_t)below[c] << 24;
    packed[width] = (uint32_t)above[width - 1] | (uint32_t)below[width - 1] << 16;
    packed[width + 1] = 0;
  }
  for (size_t c = 0; c < width + 2; c++) packed[c] = 0;
}

/* 16 pixels of a row, from the place (x, y) on, which is counted from the border's corner. */
static inline __attribute__((always_inline)) void warp_block(const uint32_t *packed, uint32_t height, uint32_t width,
    int32_t x, int32_t y, int32_t dx, int32_t dy, const bool bent, const float *away_x, const float *away_y,
    float *out) {
  uint32_t place[WARP_LANES], four[WARP_LANES];
  float right[WARP_LANES], down[WARP_LANES];
  for (int l = 0; l < WARP_LANES; l++) {
    const int32_t px = x + l * dx + (bent ? (int32_t)away_x[l] : 0), py = y + l * dy + (bent ? (int32_t)away_y[l] : 0);
    /* to the left and above the border: enormous */
    const uint32_t column = (uint32_t)(px >> 16), row = (uint32_t)(py >> 16);
    right[l] = (float)(px & 0xffff) * 0x1p-16f;
    down[l] = (float)(py & 0xffff) * 0x1p-16f;
    place[l] = (row < height + 1 ? row : height + 1) * (width + 2) + (column < width + 1 ? column : width + 1);
  }
  for (int l = 0; l < WARP_LANES; l++) four[l] = packed[place[l]];
  for (int l = 0; l < WARP_LANES; l++) {
    const float a = (float)(int)(four[l] & 255), b = (float)(int)(four[l] >> 8 & 255),
                c = (float)(int)(four[l] >> 16 & 255), d = (float)(int)(four[l] >> 24);
    const float above = fmaf(right[l], b - a, a), below = fmaf(right[l], d - c, c);
    out[l] = fmaf(down[l], below - above, above) / 255.0f;
  }
}

/* One row of the grid, a value for each column: four nodes each. */
static void warp_spread(size_t width, const dnp_elastic *elastic, const float *node, float *row) {
  for (size_t j = 0; j < width; j++) {
    const float *n = node + elastic->column[j], *w = elastic->column_weight + 4 * j;
    row[j] = fmaf(w[3], n[3], fmaf(w[2], n[2], fmaf(w[1], n[1], w[0] * n[0])));
  }
}

typedef struct warp_field {
  size_t ready; /* rows of the grid that have been spread; the last four are kept */
  float row[4][2][WARP_ROUND];
  float away[2][WARP_ROUND]; /* of the row of pixels at hand */
} warp_field;

static void warp_elastic(size_t width, size_t i, const dnp_warp *warp, warp_field *f) {
  const dnp_elastic *elastic = warp->elastic;
  const size_t first = elastic->row[i];
  const float *w = elastic->row_weight + 4 * i;
  if (f->ready < first) f->ready = first;
  for (; f->ready < first + 4; f->ready++)
    for (int a = 0; a < 2; a++)
      warp_spread(width, elastic, warp->node[a] + f->ready * elastic->across, f->row[f->ready % 4][a]);
  for (int a = 0; a < 2; a++) {
    const float *n0 = f->row[first % 4][a], *n1 = f->row[(first + 1) % 4][a], *n2 = f->row[(first + 2) % 4][a],
                *n3 = f->row[(first + 3) % 4][a];
    for (size_t j = 0; j < width; j++)
      f->away[a][j] = fmaf(w[3], n3[j], fmaf(w[2], n2[j], fmaf(w[1], n1[j], w[0] * n0[j])));
  }
}
#endif

static void R(warp)(size_t height, size_t width, const uint8_t *pixel, const dnp_warp *warp, void *vx) {
  REAL *x = vx;
  uint32_t packed[(DNP_WARP_SIDE + 2) * (DNP_WARP_SIDE + 2)];
  warp_field field;
  const bool bent = warp->elastic != NULL;
  warp_pack(height, width, pixel, packed);
  field.ready = 0;
  /* the last block may reach beyond the row */
  for (size_t j = width; bent && j < width + WARP_LANES; j++) field.away[0][j] = field.away[1][j] = 0;
  for (size_t i = 0; i < height; i++, x += width) {
    if (bent) warp_elastic(width, i, warp, &field);
    for (size_t j = 0; j < width; j += WARP_LANES) {
      const int32_t px = warp->at[0] + (int32_t)j * warp->across[0] + (int32_t)i * warp->down[0] + 65536,
                    py = warp->at[1] + (int32_t)j * warp->across[1] + (int32_t)i * warp->down[1] + 65536;
      const size_t count = width - j < WARP_LANES ? width - j : WARP_LANES;
      float out[WARP_LANES];
      if (bent)
        warp_block(packed, (uint32_t)height, (uint32_t)width, px, py, warp->across[0], warp->across[1], true,
            field.away[0] + j, field.away[1] + j, out);
      else
        warp_block(packed, (uint32_t)height, (uint32_t)width, px, py, warp->across[0], warp->across[1], false, NULL,
            NULL, out);
      if (count == WARP_LANES)
        for (size_t l = 0; l < WARP_LANES; l++) x[j + l] = (REAL)out[l];
      else
        for (size_t l = 0; l < count; l++) x[j + l] = (REAL)out[l];
    }
  }
}
