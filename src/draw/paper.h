/* paper.h: what a figure is drawn on: an SVG, or the pixels of a PNG. Both know the same few shapes, so that a figure
 * is laid out once (figure_draw.c). What only an SVG can carry, groups and attributes with exact numbers, pixels leave
 * out. */
#ifndef DNP_DRAW_PAPER_H
#define DNP_DRAW_PAPER_H

#include "draw/raster.h"
#include "draw/svg.h"

/* An SVG unless there is a raster. Zero it before use. */
typedef struct dnp_paper {
  dnp_svg svg;
  dnp_raster *raster;
  denpa_status status; /* the first failure of a shape; asked for at the end */
} dnp_paper;

enum { DNP_BY_CLASS = -1 }; /* no colour of its own */

/* Classes are words of the style sheet (svg.c); paper.c has the same as colours. `more`: attributes for the SVG, each
 * with a blank before it; "" for none. */
void dnp_paper_line(dnp_paper *paper, const char *class, double x1, double y1, double x2, double y2);
void dnp_paper_box(dnp_paper *paper, const char *class, long colour, double x, double y, double width, double height,
    const char *more);
void dnp_paper_disc(
    dnp_paper *paper, const char *class, long colour, double x, double y, double radius, const char *more);
/* anchor: "start", "middle" or "end". */
void dnp_paper_label(dnp_paper *paper, const char *class, double x, double y, const char *anchor, const char *text);
void dnp_paper_label_up(dnp_paper *paper, const char *class, double x, double y, const char *text); /* about (x, y) */
/* Points joined by lines, but for those before which there is a gap. */
typedef struct dnp_way {
  double x, y;
  bool begins;
} dnp_way;
void dnp_paper_way(dnp_paper *paper, const char *class, const dnp_way *way, size_t count, const char *more);
/* rgb[height, width, 3], each pixel a square of `side`. */
void dnp_paper_pixels(
    dnp_paper *paper, const unsigned char *rgb, size_t height, size_t width, double x, double y, double side);
/* Groups and the like: for the SVG alone. */
void dnp_paper_markup(dnp_paper *paper, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
