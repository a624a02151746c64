/* download.h: one file over https, into memory. Used in this room only. */
#ifndef DNP_DATA_DOWNLOAD_H
#define DNP_DATA_DOWNLOAD_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

typedef struct dnp_download {
  const char *url;
  int plain_http;       /* an address that starts with http:// may be asked too; https never leads to http */
  size_t limit;         /* bytes: a larger body is refused */
  long connect_seconds; /* > 0 */
  long stall_seconds;   /* > 0: less than 1,000 bytes a second for so long is a failure */
  /* total 0 while unknown; nonzero cancels; may be NULL */
  int (*progress)(void *context, uint64_t done, uint64_t total);
  void *context;
} dnp_download;

/* *data (freed by dnp_free) is the body of an answer with status 200, after at most 5 redirects; certificates are
 * verified. NULL on failure. DENPA_ERROR_NETWORK: err has the arguments address and reason, and *reason is that reason,
 * a static text of the catalogue. DENPA_ERROR_CANCELLED: by progress. */
denpa_status dnp_download_get(
    const dnp_download *what, unsigned char **data, size_t *size, const char **reason, denpa_error *err);

#endif
