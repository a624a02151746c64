/* inflate.h: unpacking of deflated bytes that are in memory, as much at a time as the caller has room for, or all at
 * once. For src/file, and for src/data, which verifies downloads. */
#ifndef DNP_FILE_INFLATE_H
#define DNP_FILE_INFLATE_H

#define ZLIB_CONST /* input is read only */
#include <stdbool.h>
#include <zlib.h>

#include "base/status.h"

/* Deflate never expands by more than this; a header that promises more than size * DNP_INFLATE_MOST is lying. */
#define DNP_INFLATE_MOST 1032

enum { DNP_INFLATE_RAW = -MAX_WBITS, DNP_INFLATE_GZIP = 16 + MAX_WBITS };

typedef struct dnp_inflate {
  z_stream z;
  const char *where; /* the file, and the member, for messages */
  int ended;
} dnp_inflate;

/* data[size] (at most DNP_FILE_LIMIT) and where stay the caller's and must outlive the stream. Closed by
 * dnp_inflate_close, after a failure too. */
denpa_status dnp_inflate_open(
    dnp_inflate *stream, int kind, const unsigned char *data, size_t size, const char *where, denpa_error *err);
/* The next `want` bytes; *got is smaller only at the stream's end. At the end gzip's check sum has been verified. */
denpa_status dnp_inflate_take(dnp_inflate *stream, void *out, size_t want, size_t *got, denpa_error *err);
void dnp_inflate_close(dnp_inflate *stream);

/* True: data[size] is one gzip stream and nothing else, and out[want] is all that it holds, its check sum verified.
 * False says nothing of why, and leaves anything in out: a stream finds that out. Twice as fast as a stream. */
bool dnp_inflate_whole(const unsigned char *data, size_t size, void *out, size_t want);

#endif
