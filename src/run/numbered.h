/* numbered.h: models in a folder of a run that are named by their updates: RUN/frames/00000600.safetensors, and
 * checkpoints alike. */
#ifndef DNP_RUN_NUMBERED_H
#define DNP_RUN_NUMBERED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

#define DNP_NUMBERED_PATH 4096

/* RUN/FOLDER/NAME, or RUN/FOLDER where name is "". */
denpa_status dnp_run_path(
    const char *run, const char *folder, const char *name, char out[DNP_NUMBERED_PATH], denpa_error *err);
denpa_status dnp_numbered_path(
    const char *run, const char *folder, size_t step, char out[DNP_NUMBERED_PATH], denpa_error *err);
/* Fails where such a file tells of another update than its name does: `told`, "steps" of its metadata (NULL: it does
 * not say). A file that was renamed, or came from elsewhere, would be taken for what it is not. */
denpa_status dnp_numbered_check(const char *path, size_t step, const char *told, denpa_error *err);
/* Whether a file of such a folder is one of them: only what was written here is ever counted or removed. */
bool dnp_numbered_step(const char *name, size_t *step);

#endif
