/* shared.h: small things that several makers of data sets need. Used in this room only. */
#ifndef DNP_DATA_SHARED_H
#define DNP_DATA_SHARED_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

size_t dnp_labels_largest(const uint8_t *label, size_t rows); /* 0 for no rows */
/* The position of the first label that is not below `classes`; `rows` if there is none. */
size_t dnp_labels_first_above(const uint8_t *label, size_t rows, size_t classes);

/* Fails unless a model file can remember this name: UTF-8 of at most DNP_MAX_DATA_NAME bytes. */
denpa_status dnp_data_name_check(const char *name, denpa_error *err);

/* *out = a, b and c one after the other; freed by dnp_free. NULL on failure. */
denpa_status dnp_join(char **out, const char *a, const char *b, const char *c, denpa_error *err);

#endif
