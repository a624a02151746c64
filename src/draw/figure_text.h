/* figure_text.h: what figure_text.c and text_tiles.c share. */
#ifndef DNP_DRAW_FIGURE_TEXT_H
#define DNP_DRAW_FIGURE_TEXT_H

#include "draw/figure.h"

/* A terminal, as a figure is drawn for it. */
typedef struct dnp_view {
  FILE *out;
  int cells;
  size_t lines;        /* in which pictures should be seen at once, if they can be */
  bool colour, halves; /* halves: half a cell can be drawn */
  denpa_lang lang;
} dnp_view;

denpa_status dnp_view_tiles(const dnp_view *view, const dnp_panel *panel, denpa_error *err);
denpa_status dnp_view_records(const dnp_view *view, const dnp_panel *panel, denpa_error *err);

/* Cells that a name takes as a terminal may be shown it. */
int dnp_view_name_cells(const dnp_view *view, const char *name);
/* The name as far as there is room for it, and blanks. */
void dnp_view_name(const dnp_view *view, const char *name, size_t cells);

#endif
