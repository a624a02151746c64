/* figure.h: what a plot shows, as numbers: panels of lines, bars, cells, tiles or records with their titles. The files
 * plot_*.c make figures; figure_draw.c (SVG, PNG), figure_text.c (with text_tiles.c) and figure_json.c each show any of
 * them, so that a new plot needs no drawing of its own. */
#ifndef DNP_DRAW_FIGURE_H
#define DNP_DRAW_FIGURE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/status.h"
#include "draw/colour.h"
#include "file/json.h"

#define DNP_FIGURE_TEXT 240
#define DNP_MOST_SERIES 4

typedef enum dnp_panel_kind {
  DNP_PANEL_LINES,   /* series of points joined by lines */
  DNP_PANEL_BARS,    /* one series: x holds count+1 edges, y the numbers of values between them */
  DNP_PANEL_CELLS,   /* a matrix; series are drawn over it */
  DNP_PANEL_TILES,   /* small pictures with captions */
  DNP_PANEL_RECORDS, /* named values with bars: each tile is one column of values */
  DNP_PANEL_BOXES,   /* boxes joined by arrows (diagram.h) */
  DNP_PANEL_MATRICES /* lines of matrices between signs (diagram.h) */
} dnp_panel_kind;

typedef struct dnp_series {
  const char *key; /* "train": for programs and style sheets */
  char title[64];
  size_t count;
  double *x, *y; /* a y that is NaN leaves a gap */
} dnp_series;

typedef struct dnp_tile {
  size_t index;                         /* of the unit, or of the sample in its split */
  int label, answer;                    /* -1: none */
  const char *label_name, *answer_name; /* NULL: none */
  char caption[64];
  double *value;     /* [planes, height, width]; records: [rows] */
  const char **text; /* records: [rows], how each value is written; NULL: as the number that it is */
} dnp_tile;

/* A sample on a plane of cells. */
typedef struct dnp_mark {
  double x, y;
  double value; /* its class, where the panel has classes; else a number as the cells have */
} dnp_mark;

typedef struct dnp_panel {
  dnp_panel_kind kind;
  const char *key; /* "loss" */
  char title[DNP_FIGURE_TEXT], x_title[128], y_title[64];
  int count; /* of series */
  dnp_series series[DNP_MOST_SERIES];
  bool log_counts;      /* bars: the height is the logarithm of the number */
  bool best_is_one;     /* lines: y ends at 1, as shares do */
  bool points;          /* lines: the points stand for themselves and are not joined */
  bool counts;          /* lines: x counts, and between whole numbers there is no mark */
  bool powers;          /* lines: x is a logarithm to base ten, and the axis says of what: 0.001, 0.01 ... */
  size_t rows, columns; /* cells */
  /* [rows, columns]; rows from the bottom up if they have positions, else from the top down */
  double *value;
  /* positions of the middles of rows and columns along the axes, or NULL: they are numbered from 0 */
  double *row_at, *column_at;
  /* [rows] or NULL; cells: what row i and column i are called, with classes those; records: the values; tiles: each row
   * of tiles that belong together */
  const char **name;
  size_t classes; /* cells: the values are classes and have their colours; 0: they are numbers */
  double *sure;   /* cells with classes: [rows, columns], 0 .. 1, how strong the colour is; NULL: as it is */
  dnp_mark *mark; /* cells with positions: samples drawn over them */
  size_t marks;
  bool numbers;                 /* cells: the values are written into them */
  bool log_scale;               /* cells: colours go by the logarithm */
  size_t planes, height, width; /* of a tile; planes: 1, or 3 that are red, green and blue */
  dnp_tile *tile;
  size_t tiles;
  size_t together;             /* so many tiles make a row of their own; 0: as many as there is room for */
  double *from, *to;           /* records: [rows], what the two ends of each bar stand for; equal: there is none */
  size_t left_out;             /* records: values that are not among the rows */
  double low, high;            /* values of the two ends of the colours */
  bool both_signs;             /* low = -high, and zero is the neutral colour; else from dark to light */
  struct dnp_diagram *diagram; /* boxes, matrices */
} dnp_panel;

typedef struct dnp_figure {
  const char *what; /* "curves" */
  denpa_lang lang;  /* of all titles */
  char title[DNP_FIGURE_TEXT], note[DNP_FIGURE_TEXT];
  json_t *facts; /* what else a program may want to know; an object */
  dnp_panel *panel;
  size_t panels;
  int columns;  /* panels side by side */
  void **block; /* owned */
  size_t blocks;
} dnp_figure;

denpa_status dnp_figure_create(dnp_figure **out, const char *what, denpa_lang lang, size_t panels, denpa_error *err);
void dnp_figure_free(dnp_figure *figure);
/* The block becomes the figure's, also on failure. */
denpa_status dnp_figure_own(dnp_figure *figure, void *block, denpa_error *err);
/* `count` zeros that live as long as the figure. */
denpa_status dnp_figure_take(dnp_figure *figure, double **out, size_t count, denpa_error *err);
denpa_status dnp_figure_take_names(dnp_figure *figure, const char ***out, size_t count, denpa_error *err);
/* The panel's planes are set before; 0 becomes 1. */
denpa_status dnp_figure_take_tiles(
    dnp_figure *figure, dnp_panel *panel, size_t tiles, size_t height, size_t width, denpa_error *err);
/* So many records of so many values, whose names and bars are to be filled in. */
denpa_status dnp_figure_take_records(
    dnp_figure *figure, dnp_panel *panel, size_t records, size_t rows, denpa_error *err);
/* Places for so many samples. */
denpa_status dnp_figure_take_marks(dnp_figure *figure, dnp_panel *panel, size_t count, denpa_error *err);
/* A copy of a text that lives as long as the figure. */
denpa_status dnp_figure_take_text(dnp_figure *figure, const char **out, const char *text, denpa_error *err);

/* Where a value stands between the ends of a panel's colours: 0 .. 1; NaN stays NaN. */
double dnp_panel_shade(const dnp_panel *panel, double value);
/* The ramp of its colours, and a value as one of them. */
dnp_ramp dnp_panel_ramp(const dnp_panel *panel);
unsigned dnp_panel_colour(const dnp_panel *panel, double value);
/* The colour of a class, of a cell that may show one, and ... */
unsigned dnp_class_colour(size_t number);
unsigned dnp_panel_cell(const dnp_panel *panel, size_t cell);
/* ... the red, green and blue of a pixel of three planes. */
unsigned dnp_panel_rgb(const dnp_panel *panel, const double value[3]);
/* Which part of a record's bar is filled, from and to as shares of its length; false where it has none. */
bool dnp_record_bar(const dnp_panel *panel, size_t row, double value, double part[2]);
/* The colour of a cell of it: blue, or where there are numbers of both signs orange for those above zero; grey for what
 * is not filled. */
unsigned dnp_record_ink(const dnp_panel *panel, size_t row, double value, bool filled);
/* How a record's value is written. */
const char *dnp_record_text(const dnp_tile *tile, size_t row, char out[40]);
/* Whether a point has a place: neither NaN nor beyond all scales, so that widths of ranges are finite. */
static inline bool dnp_shown(double x, double y) { return x > -1e300 && x < 1e300 && y > -1e300 && y < 1e300; }
/* The smallest and the largest x and y of all series, widened where they are one; false if there is no finite point. */
bool dnp_panel_range(const dnp_panel *panel, double x[2], double y[2]);

/* What the axis says at x. */
double dnp_panel_mark(const dnp_panel *panel, double x);
/* The height of a bar: the count, or one more than its logarithm to base ten, so that 1 is seen and 0 is not. */
double dnp_panel_bar(const dnp_panel *panel, double count);

/* A number in full, or null where it is not finite. */
json_t *dnp_json_real(double value);
/* All of it as an object, numbers in full. */
json_t *dnp_figure_json(const dnp_figure *figure);
denpa_status dnp_figure_svg(const dnp_figure *figure, const char *path, denpa_error *err);
/* The same as a text of so many bytes, to be freed by the caller; *out is NULL on failure. */
denpa_status dnp_figure_svg_text(const dnp_figure *figure, char **out, size_t *size, denpa_error *err);
/* The same as pixels, with letters for ASCII: *boxes tells whether other characters had to be empty boxes. */
denpa_status dnp_figure_png(const dnp_figure *figure, const char *path, bool *boxes, denpa_error *err);
/* For a terminal of so many cells; with colour, and where half cells are safe (dnp_half_cells), pictures have twice as
 * many rows. */
denpa_status dnp_figure_text(FILE *out, const dnp_figure *figure, int cells, bool colour, denpa_error *err);
/* One panel of it, without its title; pictures in so many lines, if they can be. */
#define DNP_FIGURE_LINES 48
denpa_status dnp_panel_text(
    FILE *out, const dnp_panel *panel, denpa_lang lang, int cells, size_t lines, bool colour, denpa_error *err);

#endif
