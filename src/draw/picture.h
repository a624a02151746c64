/* picture.h: pictures for people, in the terminal. */
#ifndef DNP_DRAW_PICTURE_H
#define DNP_DRAW_PICTURE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/status.h"
#include "draw/colour.h"

/* Draws grey[height, width] with one line of the terminal for a row and two cells for a pixel; where that is wider than
 * the window, one cell for two pixels above each other. With colour: grey backgrounds; without: characters from light
 * to dense. */
void dnp_draw_picture(FILE *out, const uint8_t *grey, size_t height, size_t width, bool colour);

/* The same for planes of red, green and blue, pixels[3, height, width]; without colour, in grey. */
denpa_status dnp_draw_rgb(FILE *out, const uint8_t *pixels, size_t height, size_t width, bool colour, denpa_error *err);

/* Draws `count` pictures of numbers 0 .. 1, x[count, height, width], two beside each other where 80 cells are
 * enough. */
denpa_status dnp_draw_shares(
    FILE *out, const double *x, size_t count, size_t height, size_t width, bool colour, denpa_error *err);

/* How long a bar may be on a line of the terminal behind `out` where `beside` cells are taken: 1 .. most. */
int dnp_bar_cells(FILE *out, int most, size_t beside);
/* A horizontal bar of `cells` cells of which the share (0 .. 1) is filled. */
void dnp_draw_bar(FILE *out, double share, int cells, bool colour);

#endif
