/* picture.c: grey pictures and bars in the terminal. */
#include "draw/picture.h"

#include <math.h>

#include "base/memory.h"
#include "draw/colour.h"
#include "draw/say.h"

/* The mean of rows row, row + 1 where a cell stands for both. */
static double share_at(const uint8_t *grey, size_t height, size_t width, size_t row, size_t column, bool both) {
  const double upper = grey[row * width + column] / 255.0;
  return both && row + 1 < height ? (upper + grey[(row + 1) * width + column] / 255.0) / 2 : upper;
}

/* A row of cells in one of the three ways: two cells a pixel, and where there is no room for that one cell for two
 * pixels above each other, in its halves or as their mean. */
static void draw_row(
    FILE *out, const uint8_t *grey, size_t height, size_t width, size_t row, bool colour, bool narrow) {
  const bool halves = narrow && colour && dnp_half_cells();
  dnp_code code[2] = {DNP_CODE_NONE, DNP_CODE_NONE};
  for (size_t c = 0; c < width; c++) {
    const double share = share_at(grey, height, width, row, c, narrow && !halves);
    if (!colour) {
      fprintf(out, narrow ? "%c" : "%c%c", dnp_ramp_sign(share), dnp_ramp_sign(share));
    } else if (halves) {
      const double lower = row + 1 < height ? share_at(grey, height, width, row + 1, c, false) : -1;
      dnp_ramp_halves(out, DNP_RAMP_GREY, share, lower, code);
    } else {
      dnp_ramp_back(out, DNP_RAMP_GREY, share, &code[1]);
      fputs(narrow ? " " : "  ", out);
    }
  }
  fputs(colour ? "\033[0m\n" : "\n", out);
}

void dnp_draw_picture(FILE *out, const uint8_t *grey, size_t height, size_t width, bool colour) {
  const bool narrow = 2 * width > (size_t)dnp_terminal_cells(out);
  for (size_t r = 0; r < height; r += narrow ? 2 : 1) draw_row(out, grey, height, width, r, colour, narrow);
}

/* A pixel, or the mean of two above each other. */
static unsigned rgb_at(const uint8_t *pixels, size_t plane, size_t upper, size_t lower) {
  unsigned colour = 0;
  for (size_t k = 0; k < 3; k++, pixels += plane)
    colour = colour << 8 | ((unsigned)pixels[upper] + (unsigned)pixels[lower]) / 2;
  return colour;
}

static void draw_rgb_row(FILE *out, const uint8_t *pixels, size_t height, size_t width, size_t row, bool narrow) {
  const bool halves = narrow && dnp_half_cells(), alone = row + 1 == height;
  const size_t plane = height * width, below = narrow && !alone ? width : 0;
  dnp_code code[2] = {DNP_CODE_NONE, DNP_CODE_NONE};
  for (size_t i = row * width; i < (row + 1) * width; i++) {
    if (halves) {
      dnp_colour_halves(out, rgb_at(pixels, plane, i, i), rgb_at(pixels, plane, i + below, i + below), alone, code);
    } else {
      dnp_colour_back(out, rgb_at(pixels, plane, i, i + below), &code[1]);
      fputs(narrow ? " " : "  ", out);
    }
  }
  fputs("\033[0m\n", out);
}

denpa_status dnp_draw_rgb(
    FILE *out, const uint8_t *pixels, size_t height, size_t width, bool colour, denpa_error *err) {
  const size_t plane = height * width;
  uint8_t *grey;
  DNP_TRY(DNP_NEW(&grey, plane, err));
  for (size_t i = 0; i < plane; i++)
    grey[i] = (uint8_t)((299u * pixels[i] + 587u * pixels[plane + i] + 114u * pixels[2 * plane + i] + 500u) / 1000u);
  if (!colour) dnp_draw_picture(out, grey, height, width, false);
  const bool narrow = 2 * width > (size_t)dnp_terminal_cells(out);
  for (size_t r = 0; colour && r < height; r += narrow ? 2 : 1) draw_rgb_row(out, pixels, height, width, r, narrow);
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

int dnp_bar_cells(FILE *out, int most, size_t beside) {
  const int room = dnp_terminal_cells(out) - (int)beside;
  return room < 1 ? 1 : room < most ? room : most;
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
