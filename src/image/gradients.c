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
  CELLS = 7, /* along each axis: a cell is 2 x 2 blocks, and shares half of them with each neighbour */
  BLOCKS = CELLS + 1,
  BLOCK = 4,                           /* pixels along each axis */
  AHEAD = (BLOCKS * BLOCK - SIDE) / 2, /* of the outermost blocks, as much lies outside of the picture */
  WAYS = 4,                            /* directions: across, down, and the two between */
  DIAGONAL = 181,                      /* 256 / sqrt(2): what a slope along a diagonal counts beside ... */
  STRAIGHT = 256                       /* ... one along an axis */
};

/* Adds the steepest of the ways alone; those that are equally steep, all. */
static void add_slopes(int across, int down, int32_t block[WAYS]) {
  const int way[WAYS] = {
      STRAIGHT * abs(across), DIAGONAL * abs(across + down), STRAIGHT * abs(down), DIAGONAL * abs(down - across)};
  int steepest = 0;
  for (int k = 0; k < WAYS; k++) steepest = way[k] > steepest ? way[k] : steepest;
  for (int k = 0; k < WAYS; k++)
    if (way[k] == steepest) block[k] += steepest;
}

static void sum_blocks(const uint8_t *pixel, int32_t block[BLOCKS][BLOCKS][WAYS]) {
  uint8_t framed[SIDE + 2][SIDE + 2] = {{0}};
  for (int y = 0; y < SIDE; y++) memcpy(framed[y + 1] + 1, pixel + y * SIDE, SIDE);
  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++) {
      const int across = framed[y + 1][x + 2] - framed[y + 1][x], down = framed[y + 2][x + 1] - framed[y][x + 1];
      if (across != 0 || down != 0) add_slopes(across, down, block[(y + AHEAD) / BLOCK][(x + AHEAD) / BLOCK]);
    }
}

void dnp_gradients(const uint8_t *pixel, double *out) {
  int32_t block[BLOCKS][BLOCKS][WAYS] = {{{0}}};
  int64_t sum[DNP_GRADIENTS];
  sum_blocks(pixel, block);
  for (int k = 0; k < WAYS; k++)
    for (int i = 0; i < CELLS; i++)
      for (int j = 0; j < CELLS; j++)
        sum[(k * CELLS + i) * CELLS + j] = (int64_t)block[i][j][k] + block[i][j + 1][k] + block[i + 1][j][k] +
                                           block[i + 1][j + 1][k];
  const dnp_float_mode before = dnp_float_enter();
  double all = 0.0;
  for (size_t i = 0; i < DNP_GRADIENTS; i++) all += (double)sum[i];
  /* roots, so that one strong edge does not hide the others; their squares have the mean 1 */
  for (size_t i = 0; i < DNP_GRADIENTS; i++)
    out[i] = all > 0.0 ? sqrt((double)sum[i] * (double)DNP_GRADIENTS / all) : 0.0;
  dnp_float_leave(before);
}
