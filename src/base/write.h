/* write.h: whole files, read with a limit and written so that a crash leaves the old file or the new one, never a
 * half; files that grow line by line; the names in folders. Whatever denpa writes goes through here.
 *
 * What is promised of a power failure needs a file system that can sync the names in a folder (dnp_folder_syncs). */
#ifndef DNP_BASE_WRITE_H
#define DNP_BASE_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/* A file that grows by whole lines: a log. */
typedef struct dnp_appender {
  int file; /* below 0: not open */
  bool regular;
  uint64_t size;
} dnp_appender;
#define DNP_NOT_APPENDING ((dnp_appender){.file = -1})

/* on: what is in the file stays; else it is emptied. One that another process holds open in this way is refused.
 * Devices and pipes are taken as well. */
denpa_status dnp_append_open(dnp_appender *out, const char *path, bool on, denpa_error *err);
/* Puts another file in its place, whole as dnp_write_file does: nobody else can take it in between, and lines go to the
 * new one afterwards. Where that fails, *to is still what it was. */
denpa_status dnp_append_replace(
    dnp_appender *to, const char *path, const dnp_piece *pieces, size_t count, denpa_error *err);
/* These return 0 or an errno. All of the line is written, or nothing of it stays. */
int dnp_append(dnp_appender *to, const void *line, size_t size);
/* Until then a power failure may take the lines. One that failed must not be tried again: the file is to be closed. */
int dnp_append_sync(dnp_appender *to);
int dnp_append_close(dnp_appender *to);

/* These return 0; or an errno; or, below 0, one that came behind it: it is done, but the folder could not be synced. */
int dnp_make_folder(const char *path, unsigned rights); /* synced, so that it stays */
int dnp_move_file(const char *from, const char *to);    /* the same, in one file system; an older `to` goes */
/* The failure for what one of these two returned: `message`, with {1} the path and {2} why, or that it is done. */
denpa_status dnp_fail_names(denpa_error *err, const char *message, const char *path, int code);
/* These return 0 or an errno. */
int dnp_remove_file(const char *path); /* not synced; one that is not there is removed already */
int dnp_sync_folder(const char *folder);
/* Whether the names in the folder can be synced: 0, or why not; never: for what it is, not for what happened. */
int dnp_folder_syncs(const char *folder);
bool dnp_folder_never_syncs(int code);
/* Removes the temporary files that processes which are gone left in a folder: regular files with a name of denpa's own
 * that nobody holds. Returns how many. */
size_t dnp_remove_left_over(const char *folder);

/* Whether a folder is there, or a link to one. */
bool dnp_is_folder(const char *path);

#endif
