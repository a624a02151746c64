/* raster.h: shapes and letters as pixels with soft edges, for PNG. Lengths are those of the figure; the raster knows
 * how many pixels each takes. It knows nothing of what is drawn. */
#ifndef DNP_DRAW_RASTER_H
#define DNP_DRAW_RASTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

typedef struct dnp_raster {
  unsigned char *rgb; /* [height, width, 3] */
  size_t height, width;
  double scale; /* pixels of a unit */
  bool boxes;   /* some character had no letter and is an empty box */
} dnp_raster;

/* White, of so many units; fails if no scale makes it fit a PNG. */
denpa_status dnp_raster_open(dnp_raster *raster, const char *path, double width, double height, denpa_error *err);
void dnp_raster_free(dnp_raster *raster);
/* colour: as in colour.h; alpha: 0 .. 1, how much of it is seen. */
void dnp_raster_fill(
    dnp_raster *raster, double x, double y, double width, double height, unsigned colour, double alpha);
void dnp_raster_frame(
    dnp_raster *raster, double x, double y, double width, double height, unsigned colour, double alpha);
void dnp_raster_line(
    dnp_raster *raster, const double from[2], const double to[2], double thick, unsigned colour, double alpha);
void dnp_raster_disc(dnp_raster *raster, double x, double y, double radius, unsigned colour);
typedef struct dnp_lettering {
  double size; /* as of a font */
  bool bold, upwards;
  double anchor; /* which part of the text lies before the place: 0 none, 0.5 half, 1 all */
  unsigned colour;
} dnp_lettering;
void dnp_raster_text(dnp_raster *raster, double x, double y, const char *text, const dnp_lettering *lettering);
/* Writes the PNG, whole or not at all. */
denpa_status dnp_raster_write(const dnp_raster *raster, const char *path, denpa_error *err);

#endif
