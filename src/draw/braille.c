/* braille.c: dots, lines and rows of a Braille canvas. Called by figure_text.c. */
#include "draw/braille.h"

#include <stdlib.h>

#include "base/memory.h"
#include "draw/colour.h"

denpa_status dnp_braille_open(dnp_braille *canvas, int columns, int rows, denpa_error *err) {
  unsigned char *block;
  const size_t cells = (size_t)columns * (size_t)rows;
  *canvas = (dnp_braille){.columns = columns, .rows = rows};
  DNP_TRY(DNP_NEW(&block, 2 * cells, err));
  canvas->dots = block;
  canvas->ink = block + cells;
  return DENPA_OK;
}

void dnp_braille_close(dnp_braille *canvas) {
  dnp_free(canvas->dots);
  *canvas = (dnp_braille){0};
}

void dnp_braille_dot(dnp_braille *canvas, int x, int y, int ink) {
  static const unsigned char bits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
  if (x < 0 || y < 0 || x >= 2 * canvas->columns || y >= 4 * canvas->rows) return;
  const int cell = y / 4 * canvas->columns + x / 2;
  canvas->dots[cell] |= bits[y % 4][x % 2];
  canvas->ink[cell] = (unsigned char)ink;
}

void dnp_braille_line(dnp_braille *canvas, int x0, int y0, int x1, int y1, int ink, bool dashed) {
  const int wide = abs(x1 - x0), tall = abs(y1 - y0), steps = wide > tall ? wide : tall;
  for (int i = 0; i <= steps; i++) {
    const int x = x0 + (steps > 0 ? (2 * i * (x1 - x0) + steps * (x1 >= x0 ? 1 : -1)) / (2 * steps) : 0);
    const int y = y0 + (steps > 0 ? (2 * i * (y1 - y0) + steps * (y1 >= y0 ? 1 : -1)) / (2 * steps) : 0);
    if (!dashed || x % 4 < 2) dnp_braille_dot(canvas, x, y, ink);
  }
}

void dnp_braille_cell(const dnp_braille *canvas, int row, int column, char out[4]) {
  const int dots = canvas->dots[row * canvas->columns + column];
  out[0] = '\0';
  if (dots != 0) snprintf(out, 4, "\xE2%c%c", 0xA0 | dots >> 6, 0x80 | (dots & 0x3F));
}

void dnp_braille_row(const dnp_braille *canvas, int row, FILE *out, bool colour) {
  dnp_code code = DNP_CODE_NONE;
  for (int c = 0; c < canvas->columns; c++) {
    const int cell = row * canvas->columns + c, dots = canvas->dots[cell];
    if (colour && dots != 0) dnp_series_ink(out, canvas->ink[cell], &code);
    fprintf(out, "\xE2%c%c", 0xA0 | dots >> 6, 0x80 | (dots & 0x3F));
  }
  dnp_colour_end(out, &code);
}
