/* paper.c: each shape as an element of an SVG or as pixels, and what the classes of the style sheet look like as
 * pixels. Called by figure_draw.c. */
#include "draw/paper.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "file/files.h"

/* ---- what classes look like ---------------------------------------------------------------------- */

#define NONE (-1L)

/* The light half of the style sheet in svg.c. A class is several words; what a later row says of one of them holds. */
typedef struct look {
  const char *word;
  long fill, stroke;
  double thick, alpha, size; /* 0: as before */
  bool bold;
  double on, off; /* of a dashed line */
} look;

static const look looks[] = {
    {.word = "", .fill = 0x1c1f24, .stroke = NONE, .thick = 1, .alpha = 1, .size = 12},
    {.word = "frame", .fill = NONE, .stroke = 0x8a8f98},
    {.word = "tile", .fill = NONE, .stroke = 0x8a8f98, .alpha = 0.5},
    {.word = "grid", .fill = NONE, .stroke = 0x8a8f98, .alpha = 0.25},
    {.word = "head", .fill = NONE, .stroke = NONE, .size = 16, .bold = true},
    {.word = "title", .fill = NONE, .stroke = NONE, .size = 13, .bold = true},
    {.word = "note", .fill = 0x555b66, .stroke = NONE},
    {.word = "axis", .fill = 0x555b66, .stroke = NONE},
    {.word = "tick", .fill = 0x555b66, .stroke = NONE, .size = 11},
    {.word = "caption", .fill = 0x555b66, .stroke = NONE, .size = 11},
    {.word = "number", .fill = NONE, .stroke = NONE, .size = 11},
    {.word = "on-dark", .fill = 0xffffff, .stroke = NONE},
    {.word = "on-light", .fill = 0x1c1f24, .stroke = NONE},
    {.word = "mark", .fill = NONE, .stroke = 0x10131a, .thick = 3},
    {.word = "bar", .fill = 0x1f6fb2, .stroke = NONE},
    {.word = "above", .fill = 0xd9731a, .stroke = NONE},
    {.word = "rest", .fill = 0x8a8f98, .stroke = NONE, .alpha = 0.2},
    {.word = "series", .fill = NONE, .stroke = NONE, .thick = 2},
    {.word = "s0", .fill = NONE, .stroke = 0x1f6fb2},
    {.word = "s1", .fill = NONE, .stroke = 0xd9731a, .on = 6, .off = 3},
    {.word = "s2", .fill = NONE, .stroke = 0x4c9a5e, .on = 2, .off = 3},
    {.word = "s3", .fill = NONE, .stroke = 0x9a5ab0, .on = 9, .off = 3},
    {.word = "p0", .fill = 0x1f6fb2, .stroke = NONE},
    {.word = "p1", .fill = 0xd9731a, .stroke = NONE},
    {.word = "p2", .fill = 0x4c9a5e, .stroke = NONE},
    {.word = "p3", .fill = 0x9a5ab0, .stroke = NONE},
    {.word = "path", .fill = 0xffffff, .stroke = 0xffffff},
    {.word = "first", .fill = NONE, .stroke = 0xffffff, .thick = 1.5},
    {.word = "last", .fill = NONE, .stroke = 0xffffff, .thick = 1.5},
    {.word = "sample", .fill = NONE, .stroke = 0xffffff, .thick = 1},
};

static bool has_word(const char *class, const char *word) {
  const size_t length = strlen(word);
  for (const char *at = class; *at != '\0'; at += strcspn(at, " "), at += *at == ' ')
    if (strcspn(at, " ") == length && strncmp(at, word, length) == 0) return true;
  return false;
}

static look look_of(const char *class) {
  look out = looks[0];
  for (size_t i = 1; i < sizeof looks / sizeof *looks; i++) {
    const look *l = &looks[i];
    if (!has_word(class, l->word)) continue;
    if (l->fill != NONE) out.fill = l->fill;
    if (l->stroke != NONE) out.stroke = l->stroke;
    if (l->thick > 0) out.thick = l->thick;
    if (l->alpha > 0) out.alpha = l->alpha;
    if (l->size > 0) out.size = l->size;
    out.bold = out.bold || l->bold;
    if (l->on > 0) out.on = l->on, out.off = l->off;
  }
  if (has_word(class, "frame") || has_word(class, "tile")) out.fill = NONE;
  return out;
}

/* ---- SVG ------------------------------------------------------------------------------------------ */

void dnp_paper_markup(dnp_paper *paper, const char *format, ...) {
  va_list arguments;
  if (paper->raster != NULL) return;
  va_start(arguments, format);
  dnp_svg_put_list(&paper->svg, format, arguments);
  va_end(arguments);
}

/* ---- both ----------------------------------------------------------------------------------------- */

/* The stretch from `from` to `to`, which begins `*done` into the dashes of the whole line. */
static void dashed(dnp_raster *r, const look *l, const double from[2], const double to[2], double *done) {
  const double dx = to[0] - from[0], dy = to[1] - from[1], length = sqrt(dx * dx + dy * dy), period = l->on + l->off;
  if (!(l->on > 0)) {
    dnp_raster_line(r, from, to, l->thick, (unsigned)l->stroke, l->alpha);
    return;
  }
  for (double at = 0; at < length;) {
    const double place = *done + at - floor((*done + at) / period) * period, on = l->on - place,
                 step = on > 0 ? on : period - place, end = at + step + 1e-9 < length ? at + step + 1e-9 : length;
    const double a[2] = {from[0] + dx * at / length, from[1] + dy * at / length},
                 b[2] = {from[0] + dx * end / length, from[1] + dy * end / length};
    if (on > 0) dnp_raster_line(r, a, b, l->thick, (unsigned)l->stroke, l->alpha);
    at = end;
  }
  *done += length;
}

void dnp_paper_line(dnp_paper *paper, const char *class, double x1, double y1, double x2, double y2) {
  if (paper->raster != NULL) {
    const look l = look_of(class);
    double done = 0;
    dashed(paper->raster, &l, (const double[]){x1, y1}, (const double[]){x2, y2}, &done);
    return;
  }
  dnp_svg_put(&paper->svg, "<line class=\"%s\"", class);
  dnp_svg_attribute(&paper->svg, "x1", x1);
  dnp_svg_attribute(&paper->svg, "y1", y1);
  dnp_svg_attribute(&paper->svg, "x2", x2);
  dnp_svg_attribute(&paper->svg, "y2", y2);
  dnp_svg_put(&paper->svg, "/>\n");
}

static void put_colour(dnp_svg *svg, long colour) {
  if (colour != DNP_BY_CLASS) dnp_svg_put(svg, " fill=\"#%06lx\"", (unsigned long)colour);
}

void dnp_paper_box(dnp_paper *paper, const char *class, long colour, double x, double y, double width, double height,
    const char *more) {
  if (paper->raster != NULL) {
    const look l = look_of(class);
    const long fill = colour != DNP_BY_CLASS ? colour : l.fill;
    if (fill != NONE) dnp_raster_fill(paper->raster, x, y, width, height, (unsigned)fill, l.alpha);
    if (l.stroke != NONE) dnp_raster_frame(paper->raster, x, y, width, height, (unsigned)l.stroke, l.alpha);
    return;
  }
  dnp_svg_put(&paper->svg, "<rect class=\"%s\"", class);
  dnp_svg_attribute(&paper->svg, "x", x);
  dnp_svg_attribute(&paper->svg, "y", y);
  dnp_svg_attribute(&paper->svg, "width", width);
  dnp_svg_attribute(&paper->svg, "height", height);
  put_colour(&paper->svg, colour);
  dnp_svg_put(&paper->svg, "%s/>\n", more);
}

void dnp_paper_disc(
    dnp_paper *paper, const char *class, long colour, double x, double y, double radius, const char *more) {
  if (paper->raster != NULL) {
    const look l = look_of(class);
    if (l.stroke != NONE) dnp_raster_disc(paper->raster, x, y, radius + l.thick / 2, (unsigned)l.stroke);
    dnp_raster_disc(paper->raster, x, y, l.stroke != NONE ? radius - l.thick / 2 : radius,
        (unsigned)(colour != DNP_BY_CLASS ? colour : l.fill));
    return;
  }
  dnp_svg_put(&paper->svg, "<circle class=\"%s\"", class);
  dnp_svg_attribute(&paper->svg, "r", radius);
  dnp_svg_attribute(&paper->svg, "cx", x);
  dnp_svg_attribute(&paper->svg, "cy", y);
  put_colour(&paper->svg, colour);
  dnp_svg_put(&paper->svg, "%s/>\n", more);
}

static void write_pixels(
    dnp_paper *paper, const char *class, double x, double y, double anchor, bool upwards, const char *text) {
  const look l = look_of(class);
  dnp_lettering how = {.size = l.size, .bold = l.bold, .upwards = upwards, .anchor = anchor};
  if (l.stroke != NONE) { /* a dark edge around light letters */
    how.colour = (unsigned)l.stroke;
    for (int down = -1; down <= 1; down++)
      for (int right = -1; right <= 1; right++)
        dnp_raster_text(paper->raster, x + right * l.thick / 2, y + down * l.thick / 2, text, &how);
  }
  how.colour = (unsigned)l.fill;
  dnp_raster_text(paper->raster, x, y, text, &how);
}

void dnp_paper_label(dnp_paper *paper, const char *class, double x, double y, const char *anchor, const char *text) {
  if (paper->raster == NULL)
    dnp_svg_label(&paper->svg, class, x, y, anchor, text);
  else
    write_pixels(paper, class, x, y, anchor[0] == 's' ? 0 : anchor[0] == 'm' ? 0.5 : 1, false, text);
}

void dnp_paper_label_up(dnp_paper *paper, const char *class, double x, double y, const char *text) {
  if (paper->raster != NULL) {
    write_pixels(paper, class, x, y, 0.5, true, text);
    return;
  }
  dnp_svg_put(&paper->svg, "<text class=\"%s\" text-anchor=\"middle\" transform=\"translate(", class);
  dnp_svg_number(&paper->svg, x);
  dnp_svg_put(&paper->svg, " ");
  dnp_svg_number(&paper->svg, y);
  dnp_svg_put(&paper->svg, ") rotate(-90)\">");
  dnp_svg_escaped(&paper->svg, text);
  dnp_svg_put(&paper->svg, "</text>\n");
}

void dnp_paper_way(dnp_paper *paper, const char *class, const dnp_way *way, size_t count, const char *more) {
  if (paper->raster != NULL) {
    const look l = look_of(class);
    double done = 0;
    for (size_t i = 1; i < count; i++)
      if (!way[i].begins)
        dashed(paper->raster, &l, (const double[]){way[i - 1].x, way[i - 1].y}, (const double[]){way[i].x, way[i].y},
            &done);
    return;
  }
  dnp_svg_put(&paper->svg, "<path class=\"%s\"%s d=\"", class, more);
  for (size_t i = 0; i < count; i++) {
    dnp_svg_put(&paper->svg, i == 0 || way[i].begins ? "M" : "L");
    dnp_svg_number(&paper->svg, way[i].x);
    dnp_svg_put(&paper->svg, " ");
    dnp_svg_number(&paper->svg, way[i].y);
  }
  dnp_svg_put(&paper->svg, "\"/>\n");
}

void dnp_paper_pixels(
    dnp_paper *paper, const unsigned char *rgb, size_t height, size_t width, double x, double y, double side) {
  unsigned char *png;
  size_t size;
  if (paper->raster != NULL) {
    for (size_t r = 0; r < height; r++)
      for (size_t c = 0; c < width; c++, rgb += 3)
        dnp_raster_fill(paper->raster, x + (double)c * side, y + (double)r * side, side, side,
            (unsigned)rgb[0] << 16 | (unsigned)rgb[1] << 8 | rgb[2], 1);
    return;
  }
  const dnp_array picture = {
      .dtype = DENPA_DTYPE_UINT8, .axes = 3, .shape = {height, width, 3}, .values = (void *)(uintptr_t)rgb};
  if (paper->status != DENPA_OK || (paper->status = dnp_png_pack(&picture, &png, &size, NULL)) != DENPA_OK) return;
  dnp_svg_put(&paper->svg, "<image class=\"pixels\" style=\"image-rendering:pixelated\"");
  dnp_svg_attribute(&paper->svg, "x", x);
  dnp_svg_attribute(&paper->svg, "y", y);
  dnp_svg_attribute(&paper->svg, "width", side * (double)width);
  dnp_svg_attribute(&paper->svg, "height", side * (double)height);
  dnp_svg_put(&paper->svg, " href=\"data:image/png;base64,");
  dnp_svg_base64(&paper->svg, png, size);
  dnp_svg_put(&paper->svg, "\"/>\n");
  dnp_free(png);
}
