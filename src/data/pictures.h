/* pictures.h: which form the pictures of a folder are brought into, and how a data set's name tells it. Used in this
 * room only. */
#ifndef DNP_DATA_PICTURES_H
#define DNP_DATA_PICTURES_H

#include "data/data.h"

typedef struct dnp_pictures_form {
  size_t height, width; /* 0: not settled yet */
  size_t planes;        /* 1 grey, 3 red, green and blue; 0: not settled yet */
  uint64_t seed;        /* of the split and of the rows' order; 1 unless the name says another */
} dnp_pictures_form;

/* Reads "28" or "28x20" (height x width). */
denpa_status dnp_pictures_size(const char *text, dnp_pictures_form *form, denpa_error *err);
/* "grey", "rgb", "auto" */
denpa_status dnp_pictures_channels(const char *text, dnp_pictures_form *form, denpa_error *err);

/* "photos:28x28:grey:7" -> "photos" and the form; a name without such an ending is all folder. folder has room for
 * DNP_MAX_DATA_NAME + 1. */
void dnp_pictures_read_name(const char *name, char *folder, dnp_pictures_form *form);
/* The ending without its colon: "28x28:grey", and ":7" unless the seed is 1. */
#define DNP_PICTURES_FORM_TEXT 64
void dnp_pictures_form_text(const dnp_pictures_form *form, char out[DNP_PICTURES_FORM_TEXT]);

#endif
