/* diagram.h: two kinds of panels that are no charts: boxes joined by arrows that run both ways (a network with its two
 * flows, a graph of numbers), and lines of matrices between signs (a product with the sizes that must agree, a
 * transpose whose first row becomes the first column). diagram.c makes them and finds places; diagram_svg.c and
 * diagram_text.c show them for figure_svg.c and figure_text.c. */
#ifndef DNP_DRAW_DIAGRAM_H
#define DNP_DRAW_DIAGRAM_H

#include "draw/figure.h"
#include "draw/svg.h"

#define DNP_DIAGRAM_TEXT 160
#define DNP_ARROW_VALUES 3

typedef struct dnp_box {
  char title[DNP_DIAGRAM_TEXT], detail[DNP_DIAGRAM_TEXT]; /* detail: "" for none */
  bool given;                                             /* a number or a matrix that nothing in the picture makes */
  /* found by dnp_diagram_place: the row of boxes, counted from the first one, and the middle in widths of a box */
  size_t level;
  double at;
} dnp_box;

/* From a box to the one that uses what it makes, or, back, from that one. */
typedef struct dnp_arrow {
  size_t from, to;
  bool back;
  char name[64], shape[64]; /* "a1", "1,50"; the latter "" for a number */
  int count;                /* some of its numbers, the largest first */
  struct {
    size_t index; /* in the last row; not shown where the arrow has no shape */
    double value;
  } value[DNP_ARROW_VALUES];
} dnp_arrow;

/* Which cells of a shown matrix have a colour of their own. */
typedef enum dnp_tint { DNP_TINT_NONE, DNP_TINT_ROWS, DNP_TINT_COLUMNS, DNP_TINT_SIGNS } dnp_tint;

typedef struct dnp_matrix {
  char name[64];
  const char *sign; /* what stands before it: "", ".", "=" */
  size_t rows, columns;
  bool ring_rows, ring_columns; /* the size has to agree with its neighbour's */
  const double *value;          /* [rows, columns], shown one by one; NULL: a box with its sizes */
  dnp_tint tint;
  size_t first; /* the number of its first row or column, for the colours */
  bool plain;   /* its sizes are not told */
} dnp_matrix;

/* The size of a matrix of which only the first numbers are shown. */
#define DNP_MATRIX_SHOWN 12

typedef struct dnp_line {
  char text[DNP_FIGURE_TEXT]; /* said above it; "" for nothing */
  size_t first, count;        /* of the matrices */
} dnp_line;

typedef struct dnp_diagram {
  dnp_box *box;
  dnp_arrow *arrow;
  dnp_matrix *matrix;
  dnp_line *line;
  size_t boxes, arrows, matrices, lines;
  size_t most[4]; /* for how many there is room */
  size_t levels;  /* of boxes */
  double widest;  /* of the levels, in boxes */
} dnp_diagram;

/* An empty one with room, which becomes the panel's and lives as long as the figure. */
denpa_status dnp_diagram_boxes(dnp_figure *figure, dnp_panel *panel, size_t boxes, size_t arrows, denpa_error *err);
denpa_status dnp_diagram_lines(dnp_figure *figure, dnp_panel *panel, size_t lines, size_t matrices, denpa_error *err);

/* The next box, arrow, line and (of the line that was begun last) matrix; there must be room. */
dnp_box *dnp_diagram_box(dnp_panel *panel);
dnp_arrow *dnp_diagram_arrow(dnp_panel *panel, size_t from, size_t to, bool back);
dnp_line *dnp_diagram_line(dnp_panel *panel);
dnp_matrix *dnp_diagram_matrix(dnp_panel *panel, const char *sign, const char *name, size_t rows, size_t columns);
/* The last matrix is multiplied from the right by another: both get rings around the inner sizes. */
dnp_matrix *dnp_diagram_times(dnp_panel *panel, const char *name, size_t rows, size_t columns);

/* Notes a number of the arrow, if it is among the largest. */
void dnp_arrow_value(dnp_arrow *arrow, size_t index, double value);
/* "[7] -0.905  [0] 0.0984", the first `count`; "" for none. */
void dnp_arrow_text(const dnp_arrow *arrow, int count, char *out, size_t size);
/* "a1 [1,50]" */
void dnp_arrow_title(const dnp_arrow *arrow, char *out, size_t size);

/* After the last box and arrow: finds level and place of each. Boxes stand in the order in which they are computed;
 * the last one is the end. */
void dnp_diagram_place(dnp_panel *panel);
/* Whether every box but the given ones has one that comes before it: then they stand in one column. */
bool dnp_diagram_is_chain(const dnp_diagram *d);

json_t *dnp_diagram_json(const dnp_diagram *d);
/* diagram_svg.c: as the kinds of figure_svg.c. */
void dnp_boxes_size(const dnp_panel *panel, double *width, double *height);
void dnp_boxes_draw(dnp_svg *svg, const dnp_panel *panel, double left, double top);
void dnp_lines_size(const dnp_panel *panel, double *width, double *height);
void dnp_lines_draw(dnp_svg *svg, const dnp_panel *panel, double left, double top);
/* diagram_text.c */
void dnp_boxes_text(FILE *out, const dnp_panel *panel, int cells, bool colour, denpa_lang lang);
void dnp_lines_text(FILE *out, const dnp_panel *panel, int cells, bool colour, denpa_lang lang);

#endif
