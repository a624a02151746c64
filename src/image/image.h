/* image.h: pictures as plain grey arrays: strokes, deformation, resizing, centring. No files, no networks. */
#ifndef DNP_IMAGE_IMAGE_H
#define DNP_IMAGE_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* center.c: turns any grey picture of a digit into what MNIST's makers made of theirs: inverted if it is dark on light,
 * cropped to the ink, scaled (keeping its proportions) to fit 20x20 with anti-aliasing, and placed in 28x28 so that the
 * centre of mass lies at the centre. DENPA_ERROR_FORMAT if there is no ink. out[784]. *inverted (may be NULL) tells
 * whether it was inverted. */
denpa_status dnp_center_digit(
    const uint8_t *grey, size_t height, size_t width, uint8_t *out, int *inverted, denpa_error *err);

/* resize.c: to[height, width] := from[from_height, from_width] in another size, each axis by itself: where it shrinks,
 * a pixel is the mean of the area that it covers; where it grows, what lies on the straight line between pixels. Whole
 * numbers throughout, rounded once. All sides 1 .. 4096. */
denpa_status dnp_resize(const uint8_t *from, size_t from_height, size_t from_width, uint8_t *to, size_t height,
    size_t width, denpa_error *err);

/* digit.c: the 28x28 picture of one made-up handwritten digit, a pure function of its arguments. out[784]. */
void dnp_draw_digit(int digit, uint64_t seed, uint64_t number, uint8_t *out);

#endif
