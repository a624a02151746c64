/* bytes.h: what the readers of this room share: a loaded file, numbers inside it, the order of axes. Internal to
 * src/file. */
#ifndef DNP_FILE_BYTES_H
#define DNP_FILE_BYTES_H

#include <stddef.h>
#include <stdint.h>

#include "base/array.h"

/* Every format here stores its numbers little-endian, and so does every machine that denpa is built for: blocks are
 * copied as they are. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the readers copy little-endian numbers without swapping");

/* The most that a reader takes in: 4 GiB - 1, what a 32-bit size in a file can name. */
#define DNP_FILE_LIMIT ((size_t)UINT32_MAX)

static inline uint16_t dnp_le16(const unsigned char *p) { return (uint16_t)(p[0] | p[1] << 8); }
static inline uint32_t dnp_le32(const unsigned char *p) { return dnp_le16(p) | (uint32_t)dnp_le16(p + 2) << 16; }
static inline uint64_t dnp_le64(const unsigned char *p) { return dnp_le32(p) | (uint64_t)dnp_le32(p + 4) << 32; }
static inline uint32_t dnp_be32(const unsigned char *p) {
  return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline void dnp_put_le16(unsigned char *p, uint16_t v) {
  p[0] = (unsigned char)v;
  p[1] = (unsigned char)(v >> 8);
}
static inline void dnp_put_le32(unsigned char *p, uint32_t v) {
  dnp_put_le16(p, (uint16_t)v);
  dnp_put_le16(p + 2, (uint16_t)(v >> 16));
}

/* dnp_read_file that also refuses an empty file. */
denpa_status dnp_load(const char *path, size_t limit, unsigned char **data, size_t *size, denpa_error *err);

/* Bytes that an array of this shape takes; false when they do not fit a size_t. */
int dnp_shape_bytes(denpa_dtype dtype, int axes, const size_t *shape, size_t *bytes);

/* Fills array->data, row-major, from a block of the same shape whose first axis is the fastest (Fortran's order). */
void dnp_copy_fortran(dnp_array *array, const unsigned char *from);

#endif
