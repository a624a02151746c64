/* prepare_picture.h: a person's picture as rows of a model's data set were made: what the command and the answers of
 * denpa.h share. Used by src/learn and the commands. */
#ifndef DNP_DATA_PREPARE_PICTURE_H
#define DNP_DATA_PREPARE_PICTURE_H

#include "data/data.h"

#define DNP_DIGIT_SIDE 28

typedef struct dnp_prepared {
  uint8_t *pixel; /* [planes, height, width]; freed by dnp_free */
  size_t planes, height, width;
  unsigned done; /* of digits: what of DNP_DONE_INVERTED ... (image/image.h) it took */
} dnp_prepared;

/* The form of a model's pictures, "28x28:grey" (its metadata "pictures"); NULL or "" is that of digits. */
denpa_status dnp_prepare_form(const char *form, dnp_prepared *out, denpa_error *err);
/* pixel[planes, height, width], 1 plane (grey) or 3 (red, green, blue): resized to the form; for digits cut out, turned
 * light on dark and centred (dnp_center_digit), unless
 * raw. name: for messages. */
denpa_status dnp_prepare_planes(const char *name, const uint8_t *pixel, size_t planes, size_t height, size_t width,
    const char *form, bool raw, dnp_prepared *out, denpa_error *err);
/* The same of pixel[height, width, channels]. */
denpa_status dnp_prepare_pixels(const uint8_t *pixel, size_t height, size_t width, size_t channels, const char *form,
    dnp_prepared *out, denpa_error *err);
/* prepare_file.formats.c: and of a file. */
denpa_status dnp_prepare_file(const char *path, const char *form, dnp_prepared *out, denpa_error *err);
/* Of a file too, but as it is: resized and nothing else. */
denpa_status dnp_prepare_file_raw(const char *path, const char *form, dnp_prepared *out, denpa_error *err);
/* The picture as a data set of that one sample (in both splits). label: below classes; guessed: nobody gave one, and it
 * is what a network answers. name: the file. */
denpa_status dnp_prepared_data(denpa_data **out, const char *name, const dnp_prepared *prepared, size_t classes,
    int32_t label, bool guessed, denpa_error *err);
/* What was done, kind by kind (below DNP_PREPARED_KINDS): as a line in the catalogue, and as a word for programs; NULL
 * where it was not. */
#define DNP_PREPARED_KINDS 4
const char *dnp_prepared_sentence(const dnp_prepared *prepared, unsigned kind);
const char *dnp_prepared_word(const dnp_prepared *prepared, unsigned kind);

#endif
