/* keep.h: what a training leaves on the disk: the model, the log, the run's folder. Everything that can be refused is
 * refused before the training. */
#ifndef DNP_CLI_KEEP_H
#define DNP_CLI_KEEP_H

#include "cli/cli.h"

#define CLI_LOGS 2

typedef struct cli_keep {
  const cli_options *options;
  char model[4096]; /* where the model goes; "" nowhere */
  char out[4096];   /* a second copy asked for with --out beside --run; "" none */
  bool replaces;    /* an older file stands where --out says */
  FILE *log[CLI_LOGS];
  char log_path[CLI_LOGS][4096];
} cli_keep;

/* Checks the places, makes the run's folder, opens the logs. data: the data set's name, for the run's options;
 * model_bytes, run_bytes: what a model, and all of the run's models, will take on the disk. */
denpa_status cli_keep_open(cli_keep *keep, const cli_options *options, const char *data, uint64_t model_bytes,
    uint64_t run_bytes, denpa_error *err);
/* A log that cannot be written is closed, and no longer written. */
denpa_status cli_keep_epoch(cli_keep *keep, const denpa_epoch *epoch, denpa_error *err);
/* A network whose own place cannot take it goes to another one, which the error names. One whose training was
 * interrupted does not take the place of an older file: it goes beside it, and keep's path becomes that one. */
denpa_status cli_keep_model(cli_keep *keep, denpa_net *net, bool interrupted, denpa_error *err);
denpa_status cli_keep_close(cli_keep *keep, denpa_error *err);

#endif
