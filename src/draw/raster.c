/* raster.c: shapes by how much of each pixel they cover. Called by paper.c. */
#include "draw/raster.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "draw/letters.h"
#include "file/files.h"

enum {
  SHARP = 4096 /* pixels of a side up to which letters are drawn twice as large */,
  PIXELS = 1 << 26,
  GRID = 10 /* steps of the letters' grid in the size of a font */,
  APART = 2
};

denpa_status dnp_raster_open(dnp_raster *raster, const char *path, double width, double height, denpa_error *err) {
  double scale = 2; /* so that letters are sharp */
  const double longer = width > height ? width : height;
  *raster = (dnp_raster){0};
  if (longer * scale > SHARP) scale = 1;
  if (longer > DNP_PNG_SIDE || width * height > PIXELS)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "{1}: the picture would have {2:.0f} x {3:.0f} pixels, which is too much for a PNG; give a name that ends in "
        ".svg, or show less of it with --samples",
        dnp_s(path), dnp_d(width), dnp_d(height));
  raster->scale = scale;
  raster->width = (size_t)floor(width * scale + 0.999);
  raster->height = (size_t)floor(height * scale + 0.999);
  DNP_TRY(DNP_NEW(&raster->rgb, 3 * raster->width * raster->height, err));
  memset(raster->rgb, 255, 3 * raster->width * raster->height);
  return DENPA_OK;
}

void dnp_raster_free(dnp_raster *raster) {
  dnp_free(raster->rgb);
  *raster = (dnp_raster){0};
}

denpa_status dnp_raster_write(const dnp_raster *raster, const char *path, denpa_error *err) {
  const dnp_array pixels = {
      .dtype = DENPA_DTYPE_UINT8, .axes = 3, .shape = {raster->height, raster->width, 3}, .values = raster->rgb};
  return dnp_png_write(path, &pixels, err);
}

/* ---- coverage ---------------------------------------------------------------------------------- */

static void blend(dnp_raster *r, size_t x, size_t y, unsigned colour, double cover) {
  unsigned char *to = r->rgb + 3 * (y * r->width + x);
  for (int k = 0; k < 3; k++) {
    const double part = colour >> (16 - 8 * k) & 0xFF;
    to[k] = (unsigned char)floor(to[k] + (part - to[k]) * cover + 0.5);
  }
}

/* The pixels that lie from `low` to `high` at least in part. */
static void bounds(double low, double high, size_t most, size_t out[2]) {
  out[0] = low > 0 ? (size_t)floor(low) : 0;
  out[1] = high > 0 ? (size_t)floor(high) + 1 : 0;
  if (out[1] > most) out[1] = most;
}

static double overlap(double low, double high, double at) {
  const double from = low > at ? low : at, to = high < at + 1 ? high : at + 1;
  return to > from ? to - from : 0;
}

void dnp_raster_fill(dnp_raster *r, double x, double y, double width, double height, unsigned colour, double alpha) {
  const double left = x * r->scale, top = y * r->scale, right = (x + width) * r->scale,
               bottom = (y + height) * r->scale;
  size_t across[2], down[2];
  bounds(left, right, r->width, across);
  bounds(top, bottom, r->height, down);
  for (size_t i = down[0]; i < down[1]; i++)
    for (size_t k = across[0]; k < across[1]; k++)
      blend(r, k, i, colour, alpha * overlap(left, right, (double)k) * overlap(top, bottom, (double)i));
}

void dnp_raster_frame(dnp_raster *r, double x, double y, double width, double height, unsigned colour, double alpha) {
  dnp_raster_fill(r, x - 0.5, y - 0.5, width + 1, 1, colour, alpha);
  dnp_raster_fill(r, x - 0.5, y + height - 0.5, width + 1, 1, colour, alpha);
  dnp_raster_fill(r, x - 0.5, y + 0.5, 1, height - 1, colour, alpha);
  dnp_raster_fill(r, x + width - 0.5, y + 0.5, 1, height - 1, colour, alpha);
}

/* All pixels by their distance from the line; its ends are round, and one without length is a disc. */
static void stroke(
    dnp_raster *r, double x0, double y0, double x1, double y1, double half, unsigned colour, double alpha) {
  const double dx = x1 - x0, dy = y1 - y0, square = dx * dx + dy * dy, reach = half + 1;
  size_t across[2], down[2];
  bounds((x0 < x1 ? x0 : x1) - reach, (x0 < x1 ? x1 : x0) + reach, r->width, across);
  bounds((y0 < y1 ? y0 : y1) - reach, (y0 < y1 ? y1 : y0) + reach, r->height, down);
  for (size_t i = down[0]; i < down[1]; i++)
    for (size_t k = across[0]; k < across[1]; k++) {
      const double px = (double)k + 0.5 - x0, py = (double)i + 0.5 - y0,
                   along = square > 0 ? (px * dx + py * dy) / square : 0,
                   at = along < 0   ? 0
                        : along > 1 ? 1
                                    : along,
                   ox = px - at * dx, oy = py - at * dy, cover = half + 0.5 - sqrt(ox * ox + oy * oy);
      if (cover > 0) blend(r, k, i, colour, alpha * (cover < 1 ? cover : 1));
    }
}

void dnp_raster_line(
    dnp_raster *r, const double from[2], const double to[2], double thick, unsigned colour, double alpha) {
  stroke(r, from[0] * r->scale, from[1] * r->scale, to[0] * r->scale, to[1] * r->scale, thick / 2 * r->scale, colour,
      alpha);
}

void dnp_raster_disc(dnp_raster *r, double x, double y, double radius, unsigned colour) {
  stroke(r, x * r->scale, y * r->scale, x * r->scale, y * r->scale, radius * r->scale, colour, 1);
}

/* ---- letters ----------------------------------------------------------------------------------- */

/* An empty box: what is written has no letter. */
static const char box[] = "0040470700";

static const char *letter_of(const char **text, int *right) {
  const char *letter = dnp_letter((unsigned char)*(*text)++, right);
  if (letter != NULL) return letter;
  while (((unsigned char)**text & 0xC0) == 0x80) (*text)++; /* the rest of a UTF-8 character */
  *right = 4;
  return NULL;
}

static double length_of(const char *text) {
  double length = 0;
  int right;
  while (*text != '\0') {
    letter_of(&text, &right);
    length += right + APART;
  }
  return length > 0 ? length - APART : 0;
}

typedef struct pen {
  dnp_raster *raster;
  const dnp_lettering *lettering;
  double x, y, step, half; /* where the letter's line begins, in pixels; a step of the grid; half of the stroke */
} pen;

static void put_stroke(const pen *p, const char *from, const char *to) {
  const double ax = (from[0] - '0') * p->step, ay = (from[1] - '0' - 7) * p->step, bx = (to[0] - '0') * p->step,
               by = (to[1] - '0' - 7) * p->step;
  if (p->lettering->upwards)
    stroke(p->raster, p->x + ay, p->y - ax, p->x + by, p->y - bx, p->half, p->lettering->colour, 1);
  else
    stroke(p->raster, p->x + ax, p->y + ay, p->x + bx, p->y + by, p->half, p->lettering->colour, 1);
}

static void put_letter(const pen *p, const char *letter) {
  for (const char *at = letter; *at != '\0'; at += 2) {
    if (*at == ' ') at++;
    const bool first = at == letter || at[-1] == ' ', last = at[2] == '\0' || at[2] == ' ';
    if (!last)
      put_stroke(p, at, at + 2);
    else if (first)
      put_stroke(p, at, at);
  }
}

void dnp_raster_text(dnp_raster *r, double x, double y, const char *text, const dnp_lettering *l) {
  const double step = l->size / GRID * r->scale, before = l->anchor * length_of(text) * step;
  pen p = {r, l, x * r->scale, y * r->scale, step, (l->bold ? 0.65 : 0.45) * step};
  if (l->upwards)
    p.y += before;
  else
    p.x -= before;
  while (*text != '\0') {
    int right;
    const char *letter = letter_of(&text, &right);
    r->boxes = r->boxes || letter == NULL;
    put_letter(&p, letter != NULL ? letter : box);
    if (l->upwards)
      p.y -= (right + APART) * step;
    else
      p.x += (right + APART) * step;
  }
}
