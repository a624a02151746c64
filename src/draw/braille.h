/* braille.h: a canvas of dots for the terminal: each cell is a Braille character of 2 x 4 dots, of the same width in
 * every terminal. */
#ifndef DNP_DRAW_BRAILLE_H
#define DNP_DRAW_BRAILLE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/status.h"

typedef struct dnp_braille {
  int columns, rows;   /* cells */
  unsigned char *dots; /* [rows, columns]: the bits of U+2800 */
  unsigned char *ink;  /* [rows, columns]: number of the last ink that touched the cell */
} dnp_braille;

denpa_status dnp_braille_open(dnp_braille *canvas, int columns, int rows, denpa_error *err);
void dnp_braille_close(dnp_braille *canvas);
/* x from the left (0 .. 2 columns - 1), y from the top (0 .. 4 rows - 1); what lies outside is left out. */
void dnp_braille_dot(dnp_braille *canvas, int x, int y, int ink);
/* A line of dots; dashed: every other pair of dots only. */
void dnp_braille_line(dnp_braille *canvas, int x0, int y0, int x1, int y1, int ink, bool dashed);
/* Writes one row of cells, without a line's end. */
void dnp_braille_row(const dnp_braille *canvas, int row, FILE *out, bool colour);
/* The character of a cell, or nothing where it has no dot. */
void dnp_braille_cell(const dnp_braille *canvas, int row, int column, char out[4]);

#endif
