/* picture.c: grey pictures and bars in the terminal. */
#include "draw/picture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

bool dnp_want_colour(FILE *out, int choice) {
  if (choice != 0) return choice == 1;
  const char *no = getenv("NO_COLOR");
  return (no == NULL || *no == '\0') && isatty(fileno(out)) == 1;
}

/* The 256-colour palette has 24 greys, 232 (nearly black) .. 255 (nearly white). */
static int grey_code(uint8_t value) { return 232 + value * 23 / 255; }

void dnp_draw_picture(FILE *out, const uint8_t *grey, size_t height, size_t width, bool colour) {
  static const char inks[] = " .:-=+*#%@";
  for (size_t r = 0; r < height; r++) {
    int last = -1;
    for (size_t c = 0; c < width; c++) {
      uint8_t value = grey[r * width + c];
      if (!colour) {
        char ink = inks[(size_t)value * (sizeof inks - 2) / 255];
        fprintf(out, "%c%c", ink, ink);
        continue;
      }
      if (grey_code(value) != last) fprintf(out, "\033[48;5;%dm", last = grey_code(value));
      fputs("  ", out);
    }
    fputs(colour ? "\033[0m\n" : "\n", out);
  }
}

/* The 256-colour palette has a cube of 6 levels an axis from 16 on: 0, 95, 135, 175, 215, 255. */
static int level(uint8_t value) { return value < 48 ? 0 : value < 115 ? 1 : (value - 35) / 40; }

denpa_status dnp_draw_rgb(
    FILE *out, const uint8_t *pixels, size_t height, size_t width, bool colour, denpa_error *err) {
  const size_t plane = height * width;
  uint8_t *grey;
  DNP_TRY(DNP_NEW(&grey, plane, err));
  for (size_t i = 0; i < plane; i++)
    grey[i] = (uint8_t)((299u * pixels[i] + 587u * pixels[plane + i] + 114u * pixels[2 * plane + i] + 500u) / 1000u);
  if (!colour) dnp_draw_picture(out, grey, height, width, false);
  for (size_t i = 0; colour && i < plane; i++)
    fprintf(out, "\033[48;5;%dm  %s",
        16 + 36 * level(pixels[i]) + 6 * level(pixels[plane + i]) + level(pixels[2 * plane + i]),
        (i + 1) % width == 0 ? "\033[0m\n" : "");
  dnp_free(grey);
  return DENPA_OK;
}

denpa_status dnp_draw_shares(
    FILE *out, const double *x, size_t count, size_t height, size_t width, bool colour, denpa_error *err) {
  const size_t beside = width < 20 ? 2 : 1, row = beside * (width + 1) - 1; /* a pixel is two cells wide */
  uint8_t *grey;
  DNP_TRY(DNP_NEW(&grey, height * row, err));
  for (size_t k = 0; k < count; k += beside) {
    for (size_t r = 0; r < height; r++)
      for (size_t i = 0; i < row; i++) {
        const size_t second = i > width, c = i - second * (width + 1), which = k + second;
        const bool there = c < width && which < count;
        grey[r * row + i] = there ? (uint8_t)floor(x[(which * height + r) * width + c] * 255 + 0.5) : 0;
      }
    dnp_draw_picture(out, grey, height, row, colour);
  }
  dnp_free(grey);
  return DENPA_OK;
}

void dnp_draw_bar(FILE *out, double share, int cells, bool colour) {
  int full = !(share > 0) ? 0 : share >= 1 ? cells : (int)(share * cells + 0.5);
  if (colour) fputs("\033[48;5;33m", out);
  for (int i = 0; i < cells; i++) {
    if (colour && i == full) fputs("\033[48;5;236m", out);
    fputc(colour ? ' ' : i < full ? '#' : '.', out);
  }
  if (colour) fputs("\033[0m", out);
}
