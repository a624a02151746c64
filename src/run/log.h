/* log.h: lines of scores as CSV: log.csv (src/cli/keep.c writes it) and the list of a run's frames (frames.c). */
#ifndef DNP_RUN_LOG_H
#define DNP_RUN_LOG_H

#include <stdbool.h>

#include "base/status.h"
#include "base/write.h"

/* Both return 0 or an errno; nothing of a line that did not fit stays. validation: with the scores of validation rows
 * behind the others, all through the list. */
int dnp_log_begin(dnp_appender *out, bool validation);
int dnp_log_add(dnp_appender *out, const denpa_epoch *line, bool validation);

/* A log with this first line, or NULL for none, in place of an older one, which `to` has open: that stays until this
 * one is whole, and its lines go here then. */
denpa_status dnp_log_replace(
    dnp_appender *to, const char *path, const denpa_epoch *line, bool validation, denpa_error *err);

/* Takes away the lines behind update `last`, and one that was not written to its end. All other bytes stay as they are;
 * a file that is not there is none of it. */
denpa_status dnp_log_cut(const char *path, size_t last, denpa_error *err);
/* The same before a training goes on behind that update. copy: a second log with the same lines, or NULL; lines that
 * one of the two lacks at its end, because its disk was full, come from the other. One that is another training's is
 * refused, unless it may be `any`. unscored: the update whose line loses its scores, since the
 * training was to be measured at its end only and that was it; SIZE_MAX: none. */
denpa_status dnp_log_resume(
    const char *own, const char *copy, size_t last, bool any, size_t unscored, denpa_error *err);

/* Every whole line of such a file; *lines is freed by dnp_free. A last line without its end (the writer was
 * interrupted) is left out. */
denpa_status dnp_log_read(const char *path, denpa_epoch **lines, size_t *count, denpa_error *err);

#endif
