/* npy.h: .npy blocks in memory, for the npz archive. Internal to src/file. */
#ifndef DNP_FILE_NPY_H
#define DNP_FILE_NPY_H

#include <stddef.h>

#include "base/array.h"

#define DNP_NPY_HEADER 256 /* bytes that a written header never exceeds */

/* Reads a whole .npy block; `where` names it in messages. out->data is freed by dnp_free; out->name is empty. */
denpa_status dnp_npy_parse(const char *where, const unsigned char *data, size_t size, dnp_array *out, denpa_error *err);
/* The header for an array, a multiple of 64 bytes; returns its size. */
size_t dnp_npy_header(const dnp_array *array, unsigned char out[DNP_NPY_HEADER]);

#endif
