/* write.h: whole files, read with a limit and written so that a crash leaves the old file or the new one, never a
 * half. */
#ifndef DNP_BASE_WRITE_H
#define DNP_BASE_WRITE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

typedef struct dnp_piece {
  const void *data;
  size_t size;
} dnp_piece;

/* Writes the pieces, one after the other, as the file `path`: a temporary file in the same folder, write, fsync, read
 * back and compare, rename, fsync of the folder. On failure nothing of it is left and an old file is untouched. */
denpa_status dnp_write_file(const char *path, const dnp_piece *pieces, size_t count, denpa_error *err);

/* The bytes of a regular file of at most `limit` bytes; a zero byte follows them; *data is freed by dnp_free. Refuses
 * folders and devices by name. */
denpa_status dnp_read_file(const char *path, size_t limit, unsigned char **data, size_t *size, denpa_error *err);

/* Whether a folder is there, or a link to one. */
bool dnp_is_folder(const char *path);

#endif
