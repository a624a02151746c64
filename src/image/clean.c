/* clean.c: takes out of a photograph what is neither ink nor level paper: shadows, ruled lines, dust. Called by
 * center.c. Whole numbers throughout: the same bits everywhere. */
#include "image/clean.h"

#include <string.h>

#include "base/memory.h"

/* ---- paper: what is left when everything thinner than a window is filled with its surroundings ------------ */

typedef struct lane { /* pixels of one row or column */
  size_t count, step;
} lane;

/* to[i] := the largest (or smallest) of from[i - half .. i + half] within the lane, by running maxima from both ends of
 * blocks (van Herk 1992): three comparisons a pixel, however wide the window is. work[2 * count]. */
static void extreme(uint8_t *pixel, lane l, size_t half, bool largest, uint8_t *work) {
  const size_t window = 2 * half + 1;
  uint8_t *forward = work, *back = work + l.count;
  const uint8_t turn = largest ? 0 : 255; /* the smallest of what is turned over is the largest */
  for (size_t i = 0; i < l.count; i++) {
    const uint8_t v = (uint8_t)(pixel[i * l.step] ^ turn);
    forward[i] = i % window != 0 && forward[i - 1] > v ? forward[i - 1] : v;
  }
  for (size_t i = l.count; i-- > 0;) {
    const uint8_t v = (uint8_t)(pixel[i * l.step] ^ turn);
    back[i] = i + 1 < l.count && (i + 1) % window != 0 && back[i + 1] > v ? back[i + 1] : v;
  }
  for (size_t i = 0; i < l.count; i++) {
    const size_t last = i + half < l.count ? i + half : l.count - 1;
    uint8_t most = i < half ? forward[last]
                            : back[i - half]; /* from the first block's beginning; to the end of its own */
    if (i >= half && (i - half) / window != last / window && forward[last] > most) most = forward[last];
    pixel[i * l.step] = (uint8_t)(most ^ turn);
  }
}

static void extreme_of(uint8_t *pixel, size_t height, size_t width, size_t half, bool largest, uint8_t *work) {
  for (size_t y = 0; y < height; y++) extreme(pixel + y * width, (lane){width, 1}, half, largest, work);
  for (size_t x = 0; x < width; x++) extreme(pixel + x, (lane){height, width}, half, largest, work);
}

/* How bright the paper is: within a frame in which there is nothing, so that windows may reach over the edge, as half
 * of a shadow that lies there does. framed[(height + 2 half) * (width + 2 half)] := grey without what is thin. */
static void find_paper(
    const uint8_t *grey, size_t height, size_t width, size_t half, bool dark, uint8_t *framed, uint8_t *work) {
  const size_t wide = width + 2 * half, tall = height + 2 * half;
  memset(framed, dark ? 0 : 255, wide * tall);
  for (size_t y = 0; y < height; y++) memcpy(framed + (y + half) * wide + half, grey + y * width, width);
  extreme_of(framed, tall, wide, half, dark, work);
  extreme_of(framed, tall, wide, half, !dark, work);
}

enum { DARKEST = 64 }; /* where less could differ, grain would pass for ink */

denpa_status dnp_clean_paper(
    const uint8_t *grey, size_t height, size_t width, bool dark, uint8_t *out, denpa_error *err) {
  const size_t shorter = height < width ? height : width, longer = height + width - shorter, half = shorter / 8,
               wide = width + 2 * half;
  uint8_t *work, *framed;
  DNP_TRY(DNP_NEW(&work, 2 * (longer + 2 * half), err));
  const denpa_status status = DNP_NEW(&framed, wide * (height + 2 * half), err);
  if (status == DENPA_OK) find_paper(grey, height, width, half, dark, framed, work);
  for (size_t y = 0; status == DENPA_OK && y < height; y++)
    for (size_t x = 0; x < width; x++) {
      const unsigned level = grey[y * width + x], paper = framed[(y + half) * wide + x + half],
                     light = dark ? paper : 255 - paper, ink = dark ? paper - level : level - paper;
      const unsigned most = light < DARKEST ? DARKEST : light;
      out[y * width + x] = (uint8_t)((255 * ink + most / 2) / most);
    }
  dnp_free(work);
  dnp_free(framed);
  return status;
}

/* ---- lines from side to side --------------------------------------------------------------------------- */

enum { STRIPS = 8 }; /* along a line, which may lie a little askew: each strip has its own level of it */

/* Rows (or columns) as lines may cross them. */
typedef struct ruling {
  uint8_t *ink;
  size_t across, along;           /* how many lines there could be, and their length */
  size_t step_across, step_along; /* between pixels */
  uint8_t *level;                 /* [STRIPS, across]: the median of each strip */
} ruling;

static uint8_t strip_median(const ruling *r, size_t at, size_t from, size_t to) {
  size_t count[256] = {0}, below = 0;
  int level = 0;
  for (size_t i = from; i < to; i++) count[r->ink[at * r->step_across + i * r->step_along]]++;
  while (level < 255 && below + count[level] <= (to - from - 1) / 2) below += count[level++];
  return (uint8_t)level;
}

/* Whether strip s has a line within `reach` of there. */
static bool lined(const ruling *r, size_t s, size_t at, size_t reach, uint8_t least) {
  const size_t from = at > reach ? at - reach : 0, to = at + reach < r->across ? at + reach : r->across - 1;
  for (size_t i = from; i <= to; i++)
    if (r->level[s * r->across + i] >= least) return true;
  return false;
}

static size_t from_of(const ruling *r, size_t s) { return s * r->along / STRIPS; }

/* Strokes do not reach both sides; a line does, and goes on beside them. */
static bool goes_through(const ruling *r, size_t s, size_t at, uint8_t least) {
  const size_t askew = r->along / 300; /* for each strip that it is away: some two degrees */
  size_t missing = 0;
  if (!lined(r, 0, at, askew * s + 1, least) || !lined(r, STRIPS - 1, at, askew * (STRIPS - 1 - s) + 1, least))
    return false;
  for (size_t k = 0; k < STRIPS; k++) missing += !lined(r, k, at, askew * (k > s ? k - s : s - k) + 1, least);
  return missing <= 1;
}

/* taken[level]: rows of strips that were taken at it. */
static void take_lines(ruling *r, uint8_t least, size_t taken[256]) {
  for (size_t s = 0; s < STRIPS; s++)
    for (size_t at = 0; at < r->across; at++)
      r->level[s * r->across + at] = strip_median(r, at, from_of(r, s), from_of(r, s + 1));
  for (size_t at = 0; at < r->across; at++)
    for (size_t s = 0; s < STRIPS; s++) {
      const uint8_t level = r->level[s * r->across + at];
      if (level < least / 2 || !goes_through(r, s, at, least)) continue;
      taken[level]++;
      for (size_t i = from_of(r, s); i < from_of(r, s + 1); i++) {
        uint8_t *ink = &r->ink[at * r->step_across + i * r->step_along];
        /* beside a stroke across it, twice the line's own level is the stroke's */
        *ink = *ink > 2 * level ? *ink : 0;
      }
    }
}

/* What three of four do not pass: above it are strokes that lie on a line, far below it are a line's edges. */
static uint8_t most_of(const size_t taken[256]) {
  size_t all = 0, above = 0;
  int level = 255;
  for (int i = 0; i < 256; i++) all += taken[i];
  while (level > 0 && (above += taken[level]) * 4 <= all) level--;
  return (uint8_t)(all > 0 ? level : 0);
}

denpa_status dnp_clean_lines(
    uint8_t *ink, size_t height, size_t width, uint8_t least, uint8_t *level, denpa_error *err) {
  uint8_t *medians;
  size_t taken[256] = {0};
  const size_t longer = height > width ? height : width;
  DNP_TRY(DNP_NEW(&medians, STRIPS * longer, err));
  ruling rows = {ink, height, width, width, 1, medians}, columns = {ink, width, height, 1, width, medians};
  take_lines(&rows, least, taken);
  take_lines(&columns, least, taken);
  *level = most_of(taken);
  dnp_free(medians);
  return DENPA_OK;
}

/* ---- dust ------------------------------------------------------------------------------------------------ */

enum { DUST = 60 }; /* one that is so many times smaller than the largest */

typedef struct blobs {
  uint8_t *ink;
  size_t height, width;
  uint8_t least;
  size_t fewest;
  uint32_t *place; /* of pixels that are still to be looked at */
  uint8_t *seen;
} blobs;

/* All that hangs together with the pixel, corners too: how many, their places in b->place. */
static size_t gather(blobs *b, size_t start) {
  size_t count = 1;
  b->place[0] = (uint32_t)start;
  b->seen[start] = 1;
  for (size_t i = 0; i < count; i++) {
    const size_t y = b->place[i] / b->width, x = b->place[i] % b->width;
    for (size_t v = y > 0 ? y - 1 : 0; v <= y + 1 && v < b->height; v++)
      for (size_t u = x > 0 ? x - 1 : 0; u <= x + 1 && u < b->width; u++) {
        const size_t at = v * b->width + u;
        if (b->seen[at] || b->ink[at] < b->least) continue;
        b->seen[at] = 1;
        b->place[count++] = (uint32_t)at;
      }
  }
  return count;
}

/* With largest 0: the largest one. Else how many are dust beside it, which are taken out. */
static size_t walk(blobs *b, size_t largest) {
  size_t result = 0;
  memset(b->seen, 0, b->height * b->width);
  for (size_t at = 0; at < b->height * b->width; at++) {
    if (b->seen[at] || b->ink[at] < b->least) continue;
    const size_t count = gather(b, at);
    if (largest == 0 && count > result) result = count;
    if (largest == 0 || (count * DUST >= largest && count >= b->fewest)) continue;
    for (size_t i = 0; i < count; i++) b->ink[b->place[i]] = 0;
    result++;
  }
  return result;
}

denpa_status dnp_clean_specks(
    uint8_t *ink, size_t height, size_t width, uint8_t least, size_t fewest, size_t *specks, denpa_error *err) {
  blobs b = {.ink = ink, .height = height, .width = width, .least = least > 0 ? least : 1, .fewest = fewest};
  DNP_TRY(DNP_NEW(&b.seen, height * width, err));
  const denpa_status status = DNP_NEW(&b.place, height * width, err);
  if (status == DENPA_OK) *specks = walk(&b, walk(&b, 0));
  dnp_free(b.place);
  dnp_free(b.seen);
  return status;
}
