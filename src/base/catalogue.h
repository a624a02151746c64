/* catalogue.h: the translations that are compiled into the library. Called by text.c only. */
#ifndef DNP_BASE_CATALOGUE_H
#define DNP_BASE_CATALOGUE_H

#include <denpa/denpa.h>

/* The text in `lang`, static; NULL if the catalogue does not hold it (English is never in it). */
const char *dnp_catalogue_find(denpa_lang lang, const char *english);

#endif
