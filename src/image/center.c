/* center.c: makes of any grey picture of one digit what MNIST's makers made of theirs. It reads no file and knows
 * nothing of networks. Called by whoever shows a person's own picture to a network.
 *
 * The steps, all in plain double arithmetic so that the bits are the same everywhere:
 *   1. paper:  the level of the border (a median, so that a stroke which touches it does no harm), tilted if that fits
 *              better;
 *   2. ink:    the distance from the paper towards the side on which the picture reaches farther;
 *   3. noise:  what the paper's own unevenness explains is no ink;
 *      (a picture that is in this form already goes no further: it stays as it is, bit for bit)
 *      (of what may be a photograph, clean.c takes shadows out before this, ruled lines and dust behind it)
 *   4. scale:  the box of the ink to at most 20x20, by areas when it shrinks, by straight lines between pixels when it
 *              grows;
 *   5. place:  by whole pixels, the centre of mass within half a pixel of pixel (14, 14). All 60,000 training pictures
 *              of MNIST
 *              have theirs in [13.5, 14.5) on both axes and a longer side of 20 (13 of them: 19). */
#include "base/cpu.h"
#include "base/memory.h"
#include "image/clean.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { SIDE = 28, BOX = 20, CENTER = 14, FAINTEST = 8 /* levels: less is invisible to a person as well */ };

/* The picture and what was learned about it. */
typedef struct picture {
  const uint8_t *grey;
  size_t height, width;
  double paper, down, across; /* the paper at row y, column x: paper + down*(y - middle) + across*(x - middle) */
  double sign;                /* +1: ink is lighter than paper; -1: darker */
  double noise, peak, least;  /* the paper's unevenness, the strongest ink, and the weakest that counts */
} picture;

typedef struct range {
  size_t from, to; /* to is exclusive */
} range;

static double paper_at(const picture *p, size_t y, size_t x) {
  return p->paper + p->down * ((double)y - (double)(p->height - 1) * 0.5) +
         p->across * ((double)x - (double)(p->width - 1) * 0.5);
}

/* ---- paper and noise --------------------------------------------------------------------------- */

static size_t ring_depth(const picture *p) { return 1 + (p->height < p->width ? p->height : p->width) / 64; }

static range strip(size_t from, size_t to, size_t limit) { return (range){from, to < limit ? to : limit}; }

static int median(const size_t count[256]) {
  size_t all = 0, below = 0;
  int level = 0;
  for (int i = 0; i < 256; i++) all += count[i];
  while (level < 255 && below + count[level] <= (all - 1) / 2) below += count[level++];
  return level;
}

static int median_of(const picture *p, range rows, range columns) {
  size_t count[256] = {0};
  for (size_t y = rows.from; y < rows.to; y++)
    for (size_t x = columns.from; x < columns.to; x++) count[p->grey[y * p->width + x]]++;
  return median(count);
}

/* The median over the border ring: of the levels, or with `distance` of the distances from the paper, rounded up. */
static int ring_median(const picture *p, bool distance) {
  size_t count[256] = {0}, depth = ring_depth(p);
  for (size_t y = 0; y < p->height; y++) {
    bool whole = y < depth || y + depth >= p->height;
    for (size_t x = 0; x < p->width; x++) {
      if (!whole && x == depth && p->width > 2 * depth) x = p->width - depth; /* jumps over the inside */
      uint8_t level = p->grey[y * p->width + x];
      double away = distance ? (double)level - paper_at(p, y, x) : 0.0;
      if (away < 0.0) away = -away;
      double up = away > (double)(int)away ? (double)(int)away + 1.0 : away;
      count[!distance ? level : up > 255.0 ? 255 : (int)up]++;
    }
  }
  return median(count);
}

/* A level paper, or one that is tilted from side to side where that explains the border better. */
static void find_paper(picture *p) {
  p->paper = ring_median(p, false);
  p->noise = ring_median(p, true);
  if (p->noise == 0.0 || p->height < 3 || p->width < 3) return;
  size_t depth = ring_depth(p), height = p->height, width = p->width;
  range rows = {0, height}, columns = {0, width};
  double top = median_of(p, strip(0, depth, height), columns),
         bottom = median_of(p, strip(height - depth, height, height), columns);
  double left = median_of(p, rows, strip(0, depth, width)),
         right = median_of(p, rows, strip(width - depth, width, width));
  picture tilted = *p;
  tilted.paper = (top + bottom + left + right) * 0.25;
  tilted.down = (bottom - top) / (double)(height - depth);
  tilted.across = (right - left) / (double)(width - depth);
  tilted.noise = ring_median(&tilted, true);
  if (tilted.noise < p->noise) *p = tilted;
}

/* ---- ink --------------------------------------------------------------------------------------- */

static double ink_at(const picture *p, size_t y, size_t x) {
  double ink = p->sign * ((double)p->grey[y * p->width + x] - paper_at(p, y, x));
  return ink > p->least ? ink : 0.0;
}

static void find_ink(picture *p) {
  double lighter = 0.0, darker = 0.0;
  for (size_t y = 0; y < p->height; y++)
    for (size_t x = 0; x < p->width; x++) {
      double away = (double)p->grey[y * p->width + x] - paper_at(p, y, x);
      if (away > lighter) lighter = away;
      if (-away > darker) darker = -away;
    }
  p->sign = darker > lighter ? -1.0 : 1.0;
  p->peak = darker > lighter ? darker : lighter;
  if (p->noise == 0.0) return; /* a clean picture: keep its soft edges */
  p->least = p->peak * 0.15 > p->noise * 4.0 ? p->peak * 0.15 : p->noise * 4.0;
  if (p->least > p->peak * 0.5) p->least = p->peak * 0.5;
}

/* Ink of less than 2 % does not widen the box: faint rings around strokes come from lossy compression. */
static void find_box(const picture *p, range *rows, range *columns) {
  *rows = (range){p->height, 0};
  *columns = (range){p->width, 0};
  for (size_t y = 0; y < p->height; y++)
    for (size_t x = 0; x < p->width; x++) {
      if (ink_at(p, y, x) <= p->peak * 0.02) continue;
      if (y < rows->from) rows->from = y;
      rows->to = y + 1;
      if (x < columns->from) columns->from = x;
      if (x + 1 > columns->to) columns->to = x + 1;
    }
}

/* ---- scale ------------------------------------------------------------------------------------- */

static size_t scaled(size_t length, size_t longest) {
  size_t size = (size_t)((double)length * (double)BOX / (double)longest + 0.5);
  return size > 0 ? size : 1;
}

/* What pixels of one axis (of `length`) make up pixel i of `size`: a span of them, and the weight of each (not
 * normalised). */
typedef struct axis {
  size_t length, size;
} axis;

static double between(double low, double value, double high) { return value < low ? low : value > high ? high : value; }

static double middle_of(axis a, size_t i) {
  return between(0.0, ((double)i + 0.5) * (double)a.length / (double)a.size - 0.5, (double)(a.length - 1));
}

static range span_of(axis a, size_t i) {
  if (a.length < a.size) {
    size_t first = (size_t)middle_of(a, i);
    return (range){first, first + 2 < a.length ? first + 2 : a.length};
  }
  return (range){i * a.length / a.size, ((i + 1) * a.length + a.size - 1) / a.size};
}

static double weight_of(axis a, size_t i, size_t k) {
  if (a.length < a.size) {
    double away = (double)k - middle_of(a, i);
    return away < 0.0 ? 1.0 + away : 1.0 - away;
  }
  double from = (double)i * (double)a.length / (double)a.size,
         to = ((double)i + 1.0) * (double)a.length / (double)a.size;
  double low = (double)k > from ? (double)k : from, high = (double)k + 1.0 < to ? (double)k + 1.0 : to;
  return high > low ? high - low : 0.0;
}

static double resample(const picture *p, range rows, range columns, axis down, axis across, size_t i, size_t j) {
  double sum = 0.0, weights = 0.0;
  range ys = span_of(down, i), xs = span_of(across, j);
  for (size_t y = ys.from; y < ys.to; y++) {
    double vertical = weight_of(down, i, y);
    for (size_t x = xs.from; x < xs.to; x++) {
      double weight = vertical * weight_of(across, j, x);
      sum += weight * ink_at(p, rows.from + y, columns.from + x);
      weights += weight;
    }
  }
  return sum / weights;
}

/* ---- place ------------------------------------------------------------------------------------- */

/* The first row (or column) in the 28: the centre of mass rounds to 14, but the ink is never cut. */
static size_t place(double center, size_t size) {
  double first = -floor(center - ((double)CENTER - 0.5));
  return (size_t)between(0.0, first, (double)(SIDE - size));
}

/* ---- the whole ---------------------------------------------------------------------------------- */

static denpa_status no_ink(const picture *p, denpa_error *err) {
  return dnp_fail(err, DENPA_ERROR_FORMAT,
      "no ink was found in the picture of {1}x{2} pixels: its darkest and lightest parts hardly differ; give a "
      "picture of one digit on plain paper",
      dnp_u(p->height), dnp_u(p->width));
}

static void look(picture *p) {
  find_paper(p);
  find_ink(p);
}

static bool is_blank(const picture *p) { return p->peak < (double)FAINTEST || p->peak < 6.0 * p->noise; }

/* How much pixels beside each other differ, which light does not: a median. */
static double grain_of(const picture *p) {
  size_t count[256] = {0};
  for (size_t y = 0; y < p->height; y++)
    for (size_t x = 1; x < p->width; x++) {
      const int step = (int)p->grey[y * p->width + x] - (int)p->grey[y * p->width + x - 1];
      count[step < 0 ? -step : step]++;
    }
  return (double)median(count);
}

/* Whether one level, or one slope, is not the paper all along the border: part of it lies in a shadow, or is ruled. */
static bool is_uneven(const picture *p) {
  enum { ONE_IN = 50 };
  const size_t depth = ring_depth(p);
  const double grain = grain_of(p) * 6.0, most = grain > (double)FAINTEST ? grain : (double)FAINTEST;
  size_t all = 0, away = 0;
  for (size_t y = 0; y < p->height; y++)
    for (size_t x = 0; x < p->width; x++) {
      if (y >= depth && y + depth < p->height && x >= depth && x + depth < p->width) continue;
      const double distance = (double)p->grey[y * p->width + x] - paper_at(p, y, x);
      all++;
      away += distance > most || -distance > most;
    }
  return away * ONE_IN > all;
}

/* What counts as ink, as a picture of its own, light on black. */
static void keep_ink(picture *p, uint8_t *ink) {
  for (size_t y = 0; y < p->height; y++)
    for (size_t x = 0; x < p->width; x++) {
      const double level = ink_at(p, y, x);
      ink[y * p->width + x] = level > 0.0 ? (uint8_t)floor(level + 0.5) : 0;
    }
  *p = (picture){.grey = ink, .height = p->height, .width = p->width, .sign = 1.0, .peak = p->peak};
}

static uint8_t at_least(double level) { return level > (double)FAINTEST ? (uint8_t)level : FAINTEST; }

static void wipe(uint8_t *ink, size_t count, uint8_t least) {
  for (size_t i = 0; i < count; i++)
    if (ink[i] < least) ink[i] = 0;
}

/* A photograph's ink alone, in ink[height * width]. */
static denpa_status clean(picture *p, uint8_t *ink, unsigned *done, denpa_error *err) {
  const size_t height = p->height, width = p->width;
  enum { LEAST_PART = 8 }; /* a figure has at least so large a part of the shorter side as pixels */
  size_t specks;
  uint8_t line;
  double grain = 0.0;
  if (is_uneven(p)) {
    DNP_TRY(dnp_clean_paper(p->grey, height, width, p->sign < 0.0, ink, err));
    *done |= DNP_DONE_PAPER;
    *p = (picture){.grey = ink, .height = height, .width = width};
    look(p);
    grain = grain_of(p); /* in a shadow it is more than along the border */
    if (p->least < 6.0 * grain) p->least = 6.0 * grain;
  }
  if (is_blank(p) || p->peak < 12.0 * grain || (p->grey == ink && p->sign < 0.0))
    return no_ink(p, err); /* or all ink but for a few places */
  keep_ink(p, ink);
  const double peak = p->peak;
  DNP_TRY(dnp_clean_lines(ink, height, width, at_least(peak * 0.08), &line, err));
  if (line > 0) {
    /* what is left beside a line, where it lies askew, is hardly stronger than the line; strokes are */
    const double left = (double)line * 1.25;
    if (left >= peak) return no_ink(p, err);
    wipe(ink, height * width, at_least(left < peak * 0.5 ? left : peak * 0.5));
    *done |= DNP_DONE_LINES;
  } else if ((*done & DNP_DONE_PAPER) != 0)
    wipe(ink, height * width, at_least(peak * 0.15));
  DNP_TRY(dnp_clean_specks(
      ink, height, width, at_least(peak * 0.15), (height < width ? height : width) / LEAST_PART, &specks, err));
  if (specks > 0) *done |= DNP_DONE_SPECKS;
  p->peak = 0.0;
  for (size_t i = 0; i < height * width; i++) p->peak = (double)ink[i] > p->peak ? (double)ink[i] : p->peak;
  return p->peak < (double)FAINTEST ? no_ink(p, err) : DENPA_OK;
}

static void scale_and_place(const picture *p, uint8_t *out) {
  range rows, columns;
  find_box(p, &rows, &columns);
  size_t tall = rows.to - rows.from, wide = columns.to - columns.from, longest = tall > wide ? tall : wide;
  axis down = {tall, scaled(tall, longest)}, across = {wide, scaled(wide, longest)};

  double box[BOX][BOX], peak = 0.0, mass = 0.0, center_y = 0.0, center_x = 0.0;
  for (size_t i = 0; i < down.size; i++)
    for (size_t j = 0; j < across.size; j++) {
      double ink = resample(p, rows, columns, down, across, i, j);
      box[i][j] = ink;
      if (ink > peak) peak = ink;
      mass += ink;
      center_y += ink * (double)i;
      center_x += ink * (double)j;
    }
  size_t top = place(center_y / mass, down.size), left = place(center_x / mass, across.size);
  memset(out, 0, SIDE * SIDE);
  /* thin strokes of a large picture come out pale: the strongest ink becomes 255 */
  for (size_t i = 0; i < down.size; i++)
    for (size_t j = 0; j < across.size; j++)
      out[(top + i) * SIDE + left + j] = (uint8_t)(box[i][j] * 255.0 / peak + 0.5);
}

/* Whether it is in the form of MNIST's already: 28x28, light on black, the longer side of all ink 19 or 20 pixels, the
 * centre of mass within a pixel of the centre. */
static bool is_in_form(const picture *p) {
  enum { SHORTEST = BOX - 1 };
  size_t top = SIDE, bottom = 0, left = SIDE, right = 0, mass = 0, mass_y = 0, mass_x = 0;
  if (p->height != SIDE || p->width != SIDE || p->paper != 0.0 || p->noise != 0.0) return false;
  for (size_t y = 0; y < SIDE; y++)
    for (size_t x = 0; x < SIDE; x++) {
      const size_t level = p->grey[y * SIDE + x];
      if (level == 0) continue;
      top = y < top ? y : top;
      bottom = y + 1;
      left = x < left ? x : left;
      right = x + 1 > right ? x + 1 : right;
      mass += level;
      mass_y += level * y;
      mass_x += level * x;
    }
  if (mass == 0) return false;
  const size_t tall = bottom - top, wide = right - left, longer = tall > wide ? tall : wide;
  return longer >= SHORTEST && longer <= BOX && mass_y >= (CENTER - 1) * mass && mass_y <= (CENTER + 1) * mass &&
         mass_x >= (CENTER - 1) * mass && mass_x <= (CENTER + 1) * mass;
}

static denpa_status center(
    const uint8_t *grey, size_t height, size_t width, uint8_t *out, unsigned *done, denpa_error *err) {
  uint8_t *ink = NULL;
  picture p = {.grey = grey, .height = height, .width = width};
  denpa_status status = DENPA_OK;
  look(&p);
  *done = p.sign < 0.0 ? DNP_DONE_INVERTED : 0;
  if (height >= DNP_PHOTOGRAPH && width >= DNP_PHOTOGRAPH) {
    status = DNP_NEW(&ink, height * width, err);
    if (status == DENPA_OK) status = clean(&p, ink, done, err);
  } else if (is_blank(&p))
    status = no_ink(&p, err);
  if (status == DENPA_OK && is_in_form(&p))
    memcpy(out, grey, SIDE * SIDE);
  else if (status == DENPA_OK)
    scale_and_place(&p, out);
  dnp_free(ink);
  return status;
}

denpa_status dnp_center_digit(
    const uint8_t *grey, size_t height, size_t width, uint8_t *out, unsigned *done, denpa_error *err) {
  unsigned nobody;
  if (height == 0 || width == 0)
    return dnp_fail(
        err, DENPA_ERROR_SHAPE, "a picture of {1}x{2} pixels has nothing to look at", dnp_u(height), dnp_u(width));
  const dnp_float_mode before = dnp_float_enter();
  denpa_status status = center(grey, height, width, out, done != NULL ? done : &nobody, err);
  dnp_float_leave(before);
  return status;
}
