/* gradients.c: which way the edges of a 28x28 picture run, and where: what is left of a picture when thickness of the
 * pen, softness and small shifts are put aside, so that two pictures are alike here if they show the same strokes.
 * After Dalal and Triggs's histograms of oriented gradients (2005). Knows nothing of digits. Called by data/novelty.c.
 *
 * The same bits on every machine: whole numbers, then sqrt and / in a fixed order. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cpu.h"
#include "image/image.h"

enum {
  SIDE = 28,
  CELLS = 7, /* along each axis */
  STRIDE = SIDE / CELLS,
  BOX = 2 * STRIDE, /* pixels that a cell counts along each axis: half of them are its neighbours' as well */
  BEGIN = (STRIDE - BOX) / 2,
  WAYS = 4,       /* directions: across, down, and the two between */
  DIAGONAL = 181, /* 256 / sqrt(2): what a slope along a diagonal counts beside ... */
  STRAIGHT = 256  /* ... one along an axis */
};

static int level(const uint8_t *pixel, int y, int x) {
  return y < 0 || x < 0 || y >= SIDE || x >= SIDE ? 0 : pixel[y * SIDE + x];
}

/* The steepest of the ways alone; those that are equally steep, all. */
static void slopes(const uint8_t *pixel, int y, int x, int way[WAYS]) {
  const int across = level(pixel, y, x + 1) - level(pixel, y, x - 1),
            down = level(pixel, y + 1, x) - level(pixel, y - 1, x);
  way[0] = STRAIGHT * abs(across);
  way[1] = DIAGONAL * abs(across + down);
  way[2] = STRAIGHT * abs(down);
  way[3] = DIAGONAL * abs(down - across);
  int steepest = 0;
  for (int k = 0; k < WAYS; k++) steepest = way[k] > steepest ? way[k] : steepest;
  for (int k = 0; k < WAYS; k++)
    if (way[k] < steepest) way[k] = 0;
}

/* The cells whose boxes a pixel lies in: from..to-1. */
static void cells_of(int at, int *from, int *to) {
  *to = (at - BEGIN) / STRIDE + 1;
  *from = *to - BOX / STRIDE;
  if (*from < 0) *from = 0;
  if (*to > CELLS) *to = CELLS;
}

void dnp_gradients(const uint8_t *pixel, double *out) {
  int64_t sum[DNP_GRADIENTS] = {0};
  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++) {
      int way[WAYS], top, bottom, left, right;
      slopes(pixel, y, x, way);
      cells_of(y, &top, &bottom);
      cells_of(x, &left, &right);
      for (int k = 0; k < WAYS; k++)
        for (int i = top; way[k] > 0 && i < bottom; i++)
          for (int j = left; j < right; j++) sum[(k * CELLS + i) * CELLS + j] += way[k];
    }
  const dnp_float_mode before = dnp_float_enter();
  double all = 0.0;
  for (size_t i = 0; i < DNP_GRADIENTS; i++) all += (double)sum[i];
  /* roots, so that one strong edge does not hide the others; their squares have the mean 1 */
  for (size_t i = 0; i < DNP_GRADIENTS; i++)
    out[i] = all > 0.0 ? sqrt((double)sum[i] * (double)DNP_GRADIENTS / all) : 0.0;
  dnp_float_leave(before);
}
