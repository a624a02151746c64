/* training.h: a training that the command has under way: from its beginning (train.c) or from a checkpoint
 * (resume.c). */
#ifndef DNP_CLI_TRAINING_H
#define DNP_CLI_TRAINING_H

#include "cli/doctor.h"
#include "cli/keep.h"
#include "cli/shared.h"
#include "draw/epochs.h"
#include "draw/live.h"
#include "draw/progress.h"
#include "run/frames.h"

typedef struct cli_training {
  const cli_options *options;
  denpa_net *net;
  denpa_data *dataset;
  denpa_trainer *trainer;
  cli_keep keep;
  dnp_recorder recorder; /* --record */
  dnp_live live;         /* --watch */
  size_t per_epoch;      /* updates of an epoch */
  dnp_progress progress;
  dnp_epochs lines;
  dnp_doctor *doctor;
  dnp_finding found[DNP_MOST_FINDINGS];
  size_t findings;
  dnp_finding warned[DNP_MOST_FINDINGS]; /* before the training, about a table */
  size_t warnings;
  bool unsaved;          /* the last checkpoint could not be written */
  bool asked;            /* a signal asked for the end */
  denpa_error trouble;   /* of a callback, which ended the training */
  denpa_error unwritten; /* the log or a frame; the training goes on without it */
} cli_training;

/* The options of the training with the callbacks that tell and keep; t is their context. */
denpa_train_options cli_training_options(cli_training *t);
/* Runs the trainer to its end, keeps what was asked for, and tells it. */
denpa_status cli_training_run(cli_training *t, denpa_error *err);
/* Closes and frees all of it; returns the exit status. */
int cli_training_end(cli_training *t, denpa_status status, denpa_error *err);

#endif
