/* figure_draw.h: what figure_draw.c and draw_tiles.c share. */
#ifndef DNP_DRAW_FIGURE_DRAW_H
#define DNP_DRAW_FIGURE_DRAW_H

#include "draw/figure.h"
#include "draw/paper.h"

/* Lengths, in the units of the picture: above the inside of a panel; between things; about, a letter of an axis or a
 * caption. */
#define DNP_DRAW_TOP 36.0
#define DNP_DRAW_GAP 8.0
#define DNP_DRAW_LETTER 7.0

void dnp_size_tiles(const dnp_panel *panel, double *width, double *height);
void dnp_draw_tiles(dnp_paper *paper, const dnp_panel *panel, double left, double top);
void dnp_size_records(const dnp_panel *panel, double *width, double *height);
void dnp_draw_records(dnp_paper *paper, const dnp_panel *panel, double left, double top);
/* What the colours of a panel stand for. */
void dnp_draw_ramp(dnp_paper *paper, const dnp_panel *panel, double left, double top, double height);

/* Attributes of a shape, one behind the other; zero them before use. */
typedef struct dnp_attributes {
  char text[256];
  size_t used;
} dnp_attributes;
void dnp_attribute(dnp_attributes *attributes, const char *name, double value); /* in full */
void dnp_attribute_size(dnp_attributes *attributes, const char *name, size_t value);

#endif
