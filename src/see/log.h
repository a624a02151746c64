/* log.h: the log of a training, as `denpa train` writes it: one line after each epoch. */
#ifndef DNP_SEE_LOG_H
#define DNP_SEE_LOG_H

#include <stddef.h>

#include "base/status.h"

typedef struct dnp_log {
  denpa_epoch *line;
  size_t count;
} dnp_log;

/* Reads a log (columns by name, in any order; an empty place is NaN). path may be the folder of a run, whose log.csv is then read. */
denpa_status dnp_log_read(dnp_log *out, const char *path, denpa_error *err);
void dnp_log_free(dnp_log *log);

#endif
