/* previous.h: what stood in a run's folder before another training began to write into it (train --force). */
#ifndef DNP_RUN_PREVIOUS_H
#define DNP_RUN_PREVIOUS_H

#include "base/status.h"

#define DNP_PREVIOUS_PATH 4096

/* Moves what an earlier training left in the folder (model, checkpoints, frames, log, options) to RUN/previous-run,
 * which is a run's folder too; what was there from one before goes. kept: its path, or "" where there was nothing to
 * move. The caller holds the run's lock. */
denpa_status dnp_previous_keep(const char *run, char kept[DNP_PREVIOUS_PATH], denpa_error *err);

#endif
