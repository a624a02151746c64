/* training.h: a training that the command has under way: from its beginning (train.c) or from a checkpoint
 * (resume.c). */
#ifndef DNP_CLI_TRAINING_H
#define DNP_CLI_TRAINING_H

#include "cli/again.h"
#include "cli/doctor.h"
#include "cli/keep.h"
#include "cli/shared.h"
#include "draw/epochs.h"
#include "draw/live.h"
#include "draw/progress.h"
#include "run/frames.h"

/* What one of several trainings came to (seeds.c). */
enum {
  CLI_OF_TRAIN_LOSS,
  CLI_OF_TRAIN_ACCURACY,
  CLI_OF_VALIDATION_LOSS,
  CLI_OF_VALIDATION_ACCURACY,
  CLI_OF_TEST_LOSS,
  CLI_OF_TEST_ACCURACY,
  CLI_OF_RMSE,
  CLI_OF_MAE,
  CLI_OF_R2,
  CLI_MEASURES
};
typedef struct cli_outcome {
  uint64_t seed;
  bool begun, ended;       /* it came to its end */
  double of[CLI_MEASURES]; /* NaN: not measured */
  char weights_sha256[65];
  json_t *told; /* --json: what the training alone would have printed */
  bool redrawn; /* which rows are for the test hangs on the seed */
} cli_outcome;

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
  cli_again *again; /* what the doctor finds at the end; NULL: there was none */
  struct {          /* what was told while the training went on, and at which update */
    const char *name;
    size_t step;
  } noticed[DNP_MOST_FINDINGS];
  size_t notices;
  dnp_finding warned[DNP_MOST_FINDINGS]; /* before the training, about a table */
  size_t warnings;
  bool unsaved;          /* the last checkpoint could not be written */
  bool asked;            /* a signal asked for the end */
  denpa_error trouble;   /* of a callback, which ended the training */
  denpa_error unwritten; /* the log or a frame; the training goes on without it */
  cli_outcome *outcome;  /* of one of several: takes what would be told at the end; NULL: it is told */
  bool lent;             /* the data set is the caller's */
} cli_training;

/* The options of the training with the callbacks that tell and keep; t is their context. */
denpa_train_options cli_training_options(cli_training *t);
/* Runs the trainer to its end, keeps what was asked for, and tells it. */
denpa_status cli_training_run(cli_training *t, denpa_error *err);
/* Closes and frees all of it. findings: NULL, or takes those of a training that broke off, for --json. */
denpa_status cli_training_close(cli_training *t, denpa_status status, json_t **findings, denpa_error *err);
/* The same, and tells what went wrong; returns the exit status. */
int cli_training_end(cli_training *t, denpa_status status, denpa_error *err);

/* ---- train.c, seeds.c ---------------------------------------------------------------------------- */

/* A training from its beginning. outcome: NULL, or of one of several. *dataset: NULL, or the data set of the one
 * before, and afterwards that of this one, for the next, where it does not depend on the seed. */
denpa_status cli_train_one(const cli_options *options, int argc, char **argv, cli_outcome *outcome,
    denpa_data **dataset, json_t **findings, denpa_error *err);
/* --seeds: trains so often, with this seed and those after it, and tells how far the scores spread. The first training
 * is the one that there would have been without it, with all that it tells and keeps. */
denpa_status cli_train_seeds(const cli_options *options, int argc, char **argv, json_t **told, denpa_error *err);

#endif
