/* again.h: a training made again with other settings, as `denpa train` would make it, for the doctor: that of a run, or
 * the one that has just ended. */
#ifndef DNP_CLI_AGAIN_H
#define DNP_CLI_AGAIN_H

#include "cli/run_options.h"
#include "cli/shared.h"
#include "doctor/trial.h"

typedef struct cli_again {
  const cli_options *given; /* what this command was called with */
  cli_options options;      /* the training's */
  cli_run_options told;
  denpa_data *dataset;
  bool lent;            /* the data set is the caller's */
  denpa_net *beginning; /* of a run, for its text */
  dnp_case patient;
  dnp_diagnosis diagnosis;
  dnp_progress progress;
} cli_again;

/* Whether `run` is a folder that tells all of its training, from weights that are drawn. */
bool cli_again_possible(const char *run);
/* The findings: of a run with what came of trials, of a model alone from its measurements; what keeps a training from
 * being made again keeps nothing else from being told. They are in out->diagnosis, which has to live as long as they
 * are used. net: what the training left; NULL: nothing. data: NULL for those that the run names. *out begins as zeros
 * and is to be closed, whether it worked or not. */
denpa_status cli_again_find(cli_again *out, const cli_options *given, const char *run, const char *data,
    const dnp_checkup *checkup, denpa_net *net, denpa_error *err);
/* The same of a training that has just ended, of which `net` is left: where its measurements find something, why that
 * is so. A signal ends the trials. */
denpa_status cli_again_training(cli_again *out, const cli_options *options, denpa_data *dataset, denpa_net *net,
    const dnp_checkup *checkup, denpa_error *err);
void cli_again_close(cli_again *again);

#endif
