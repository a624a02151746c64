/* image.h: pictures as plain grey arrays: strokes, deformation, resizing, centring. No files, no networks. */
#ifndef DNP_IMAGE_IMAGE_H
#define DNP_IMAGE_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* What was done to a picture on its way to a digit, as bits. */
enum {
  DNP_DONE_INVERTED = 1, /* it was dark on light */
  DNP_DONE_PAPER = 2,    /* uneven light was taken out */
  DNP_DONE_LINES = 4,    /* the lines of ruled paper */
  DNP_DONE_SPECKS = 8,   /* dust */
  DNP_DONE_KINDS = 4
};

/* center.c: turns any grey picture of a digit into what MNIST's makers made of theirs: cleaned of shadows, ruled lines
 * and dust if it is large enough to be a photograph, inverted if it is dark on light, cropped to the ink, scaled
 * (keeping its proportions) to fit 20x20 with anti-aliasing, and placed in 28x28 so that the centre of mass lies at the
 * centre. DENPA_ERROR_FORMAT if there is no ink. out[784]. *done (may be NULL): what of the above it took. */
denpa_status dnp_center_digit(
    const uint8_t *grey, size_t height, size_t width, uint8_t *out, unsigned *done, denpa_error *err);

/* resize.c: to[height, width] := from[from_height, from_width] in another size, each axis by itself: where it shrinks,
 * a pixel is the mean of the area that it covers; where it grows, what lies on the straight line between pixels. Whole
 * numbers throughout, rounded once. All sides 1 .. 4096. */
denpa_status dnp_resize(const uint8_t *from, size_t from_height, size_t from_width, uint8_t *to, size_t height,
    size_t width, denpa_error *err);

/* digit.c: the 28x28 picture of one made-up handwritten digit, a pure function of its arguments. out[784]. */
void dnp_draw_digit(int digit, uint64_t seed, uint64_t number, uint8_t *out);
/* By the same hand, something that is no digit: a letter, a mark, a scribble. */
void dnp_draw_other(uint64_t seed, uint64_t number, uint8_t *out);

/* gradients.c: how steep the 28x28 picture is in each of 4 directions around each of 7 x 7 places, whatever its
 * contrast: [4, 7, 7], squares of mean 1; zeros for a picture of one level. pixel[784]. */
#define DNP_GRADIENTS 196
void dnp_gradients(const uint8_t *pixel, double *out);

#endif
