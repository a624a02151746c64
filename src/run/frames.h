/* frames.h: the frames of a run: models kept at chosen updates of a training (RUN/frames/00000600.safetensors ...) and
 * a list of them with the scores that were measured there (RUN/frames/frames.csv). Each frame is a model file like any
 * other. Called by src/cli/train.c, and read by watch.c. */
#ifndef DNP_RUN_FRAMES_H
#define DNP_RUN_FRAMES_H

#include <stdbool.h>

#include "base/status.h"
#include "base/write.h"
#include "run/numbered.h"

#define DNP_MOST_FRAMES 64
#define DNP_FRAME_PATH DNP_NUMBERED_PATH

/* How many updates such a training makes, and how many of them an epoch has. */
size_t dnp_frames_length(const denpa_data *data, const denpa_train_options *train, size_t *per_epoch);

/* The updates of a training at which frames are kept, ascending, 0 and `total` among them: densely at the start (each
 * about a fixed ratio after the one before), then at ends of epochs, all of them or some 20 evenly chosen ones. At
 * least 32; of short trainings every update. Returns how many. */
size_t dnp_frames_plan(size_t total, size_t per_epoch, size_t update[DNP_MOST_FRAMES]);

/* RUN/frames/00000600.safetensors */
denpa_status dnp_frames_path(const char *run, size_t step, char out[DNP_FRAME_PATH], denpa_error *err);

/* The frames of a run in the order of their updates; *frames is freed by dnp_free. DENPA_ERROR_NOT_FOUND if the run was
 * not recorded. */
denpa_status dnp_frames_list(const char *run, denpa_epoch **frames, size_t *count, denpa_error *err);

typedef struct dnp_recorder {
  const char *run;
  denpa_net *net;
  bool on; /* else nothing is recorded */
  dnp_appender list;
  size_t update[DNP_MOST_FRAMES], count, at; /* when to keep; how many of these; the one that is next */
  size_t kept, last;                         /* how many are in the list; the newest one's step */
} dnp_recorder;

/* Makes RUN/frames for such a training of a new network, without the frames that are there from update `from` on: 0 for
 * a training that begins, else where it goes on. `run` and `net` are used until the end. */
denpa_status dnp_recorder_open(dnp_recorder *recorder, const char *run, denpa_net *net, const denpa_data *data,
    const denpa_train_options *train, size_t from, denpa_error *err);
/* When the network is to be kept next, in updates of the training; SIZE_MAX: never again. */
size_t dnp_recorder_next(const dnp_recorder *recorder);
/* Keeps the network as it is now. A step that is already kept is not kept again. */
denpa_status dnp_recorder_keep(dnp_recorder *recorder, const denpa_epoch *now, denpa_error *err);
/* Puts the list on the disk; one that cannot be is closed. Called before a checkpoint relies on it. */
denpa_status dnp_recorder_sync(dnp_recorder *recorder, denpa_error *err);
void dnp_recorder_close(dnp_recorder *recorder);

#endif
