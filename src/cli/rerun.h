/* rerun.h: the training of a run once more: from its options, its data and one of its checkpoints. Used by resume.c,
 * which goes on with it, and by whatever looks at a moment of it: replay.c, diff.c, why, explain and plot with --step.
 */
#ifndef DNP_CLI_RERUN_H
#define DNP_CLI_RERUN_H

#include "cli/run_options.h"
#include "cli/shared.h"
#include "draw/progress.h"
#include "run/checkpoints.h"

typedef struct cli_rerun {
  const char *run;
  const cli_options *given; /* what this command was called with: language, threads, unit */
  cli_options options;      /* the run's; out, log and the like are where it left its results */
  cli_run_options told;
  denpa_data *dataset;
  denpa_net *net;
  denpa_trainer *trainer;
  size_t until;    /* updates, after which the run became a training of another length; SIZE_MAX: never */
  size_t from;     /* the update of the checkpoint that was taken */
  bool measured;   /* what the run measured is measured again, for the scores; else only what early stopping needs */
  bool stays_open; /* the epoch in which the run's limit of updates ended it */
} cli_rerun;

/* Fails unless `run` is the folder of a run that can go on. */
denpa_status cli_check_run(const char *run, denpa_error *err);
/* The updates of its first checkpoint, and the last one that it made, as checkpoints and log tell. */
denpa_status cli_run_ends(const char *run, size_t *first, size_t *last, denpa_error *err);
/* A test file that was given to this command, in place of the run's. */
denpa_status cli_take_test(cli_options *options, const cli_options *given, cli_run_options *run, denpa_error *err);
/* Opens the data of a run: `name`, or NULL for those that it names, where they are now. */
denpa_status cli_find_run_data(
    const cli_options *options, const cli_run_options *run, const char *name, denpa_data **out, denpa_error *err);
/* The same; they have to be the ones on which it began. */
denpa_status cli_open_run_data(
    const cli_options *options, const cli_run_options *run, const char *name, denpa_data **out, denpa_error *err);

/* Reads options and data. *out is to be closed, whether it worked or not. */
denpa_status cli_rerun_open(
    cli_rerun *out, const cli_options *given, const char *run, const char *data, denpa_error *err);
/* Takes the nearest checkpoint at or before update `step` that is whole. */
denpa_status cli_rerun_begin(cli_rerun *rerun, size_t step, denpa_error *err);
/* Makes the updates up to `step`, behind which the network then is. progress may be NULL. */
denpa_status cli_rerun_to(cli_rerun *rerun, size_t step, dnp_progress *progress, denpa_error *err);
/* Both, from a run that is open. */
denpa_status cli_rerun_step(cli_rerun *rerun, size_t step, denpa_error *err);
void cli_rerun_close(cli_rerun *rerun);

/* The network of a run behind update `step`, made again. */
denpa_status cli_load_again(
    const cli_options *options, const char *run, size_t step, denpa_net **out, denpa_error *err);

#endif
