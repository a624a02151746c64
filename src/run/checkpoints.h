/* checkpoints.h: the checkpoints of a run: RUN/checkpoints/00000600.safetensors ..., named by the updates of the
 * network. Kept are that of the beginning, the one with the lowest validation loss and the last three. */
#ifndef DNP_RUN_CHECKPOINTS_H
#define DNP_RUN_CHECKPOINTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "run/numbered.h"

#define DNP_CHECKPOINT_PATH DNP_NUMBERED_PATH
#define DNP_CHECKPOINTS_KEPT 3

/* When: after so many updates, epochs or seconds, whichever comes first; 0: not by that. */
typedef struct dnp_checkpoint_every {
  size_t updates, epochs;
  double seconds;
  /* an epoch that ends very soon after a checkpoint is passed by, so that saving takes a hundredth of the time at most
   */
  bool sparing;
} dnp_checkpoint_every;

/* "500", "10s", "1epoch", some of them with commas between, or "never". NULL: 30s,1epoch, sparingly. */
denpa_status dnp_checkpoint_every_read(dnp_checkpoint_every *out, const char *text, denpa_error *err);

typedef struct dnp_checkpoints {
  const char *run; /* NULL: none are kept */
  dnp_checkpoint_every every;
  size_t at, epochs; /* the update of the last one, also if it could not be written; epochs since */
  bool any;          /* one was written */
  double when, cost; /* seconds: when it was written, and how long that took */
  size_t best;       /* the one with the lowest validation loss; SIZE_MAX: none yet */
  double best_loss;
} dnp_checkpoints;

/* Makes RUN/checkpoints. `from`: the update that the training goes on from; later checkpoints are of no use then and
 * are removed; SIZE_MAX: it is a new one, and all of them are. lines[count]: the log so far, which tells the best. run
 * is used until the end. */
denpa_status dnp_checkpoints_open(dnp_checkpoints *checkpoints, const char *run, const dnp_checkpoint_every *every,
    size_t from, const denpa_epoch *lines, size_t count, denpa_error *err);
/* Whether it is time after an update, and after an epoch has been measured. */
bool dnp_checkpoints_due(const dnp_checkpoints *checkpoints, size_t step);
bool dnp_checkpoints_due_epoch(dnp_checkpoints *checkpoints);
/* Saves the trainer, which has made `step` updates; removes what is kept no longer. validation_loss: of the network as
 * it is, NaN: not measured. */
denpa_status dnp_checkpoints_save(
    dnp_checkpoints *checkpoints, denpa_trainer *trainer, size_t step, double validation_loss, denpa_error *err);

/* Leaves the newest one alone: a finished network needs the room more than the ways back. */
denpa_status dnp_checkpoints_make_room(const dnp_checkpoints *checkpoints, denpa_error *err);

/* The updates of the checkpoints that are there, descending; *steps is freed by dnp_free. None: count 0. */
denpa_status dnp_checkpoints_list(const char *run, size_t **steps, size_t *count, denpa_error *err);
denpa_status dnp_checkpoints_path(const char *run, size_t step, char out[DNP_CHECKPOINT_PATH], denpa_error *err);

#endif
