/* clean.h: a photograph of ink on paper becomes ink alone. Part of the room; used by center.c. */
#ifndef DNP_IMAGE_CLEAN_H
#define DNP_IMAGE_CLEAN_H

#include <stdbool.h>

#include "image/image.h"

/* Pictures with a shorter side are drawings or MNIST's, not photographs. */
#define DNP_PHOTOGRAPH 64

/* out[height, width] := the ink in grey, 0 where there is none: what differs from the paper right around it, as a share
 * of what the light there allows. dark: whether ink is darker than paper. Strokes are at most a quarter of the shorter
 * side thick. DENPA_ERROR_MEMORY. */
denpa_status dnp_clean_paper(
    const uint8_t *grey, size_t height, size_t width, bool dark, uint8_t *out, denpa_error *err);
/* Takes the lines of ruled or squared paper out of ink: those that go from side to side, at least `least` strong.
 * *level: that of most of those; 0: there were none. */
denpa_status dnp_clean_lines(
    uint8_t *ink, size_t height, size_t width, uint8_t least, uint8_t *level, denpa_error *err);
/* Takes out what is at least `least` strong and hangs together with so little that it is dust beside the largest, or
 * has less than `fewest` pixels. How many specks were. */
denpa_status dnp_clean_specks(
    uint8_t *ink, size_t height, size_t width, uint8_t least, size_t fewest, size_t *specks, denpa_error *err);

#endif
