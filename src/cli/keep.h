/* keep.h: what a training leaves on the disk: the model, the log, the run's folder. Everything that can be refused is
 * refused before the training. */
#ifndef DNP_CLI_KEEP_H
#define DNP_CLI_KEEP_H

#include "cli/cli.h"
#include "base/write.h"
#include "learn/trainer.h"
#include "run/checkpoints.h"
#include "run/lock.h"

#define CLI_LOGS 2

typedef struct cli_keep {
  const cli_options *options;
  char model[4096];     /* where the model goes; "" nowhere */
  char out[4096];       /* a second copy asked for with --out beside --run; "" none */
  bool replaces;        /* an older file stands where --out says */
  bool logs[CLI_LOGS];  /* which are written */
  bool older[CLI_LOGS]; /* an older one stands there until this training has a line */
  dnp_appender log[CLI_LOGS];
  char log_path[CLI_LOGS][4096];
  dnp_lock lock; /* of the run's folder */
  dnp_checkpoints checkpoints;
} cli_keep;
#define CLI_NOTHING_KEPT ((cli_keep){.lock = DNP_NO_LOCK})

/* Whether a file of so many bytes can be written: that should be known before hours of training. */
denpa_status cli_check_place(const char *path, uint64_t bytes, denpa_error *err);
/* Checks the places, makes the run's folder and takes its lock, opens the logs. model_bytes, run_bytes: what a model,
 * and all of the run's models, will take on the disk. keep is CLI_NOTHING_KEPT. */
denpa_status cli_keep_open(cli_keep *keep, const cli_options *options, const denpa_data *data, uint64_t model_bytes,
    uint64_t run_bytes, denpa_error *err);
/* The same for a run that is there and goes on where the trainer is; keep holds its lock. Lines of the logs and
 * checkpoints behind that are taken away: they come again. given: the options of this command, which may name files
 * that are replaced; the run's own name only what is its own. sha256: of the data. */
denpa_status cli_keep_resume(cli_keep *keep, const cli_options *options, const cli_options *given,
    const denpa_data *data, const char *sha256, const denpa_trainer *trainer, denpa_error *err);
/* What the network takes on the disk: its numbers, and some text. */
uint64_t cli_model_bytes(const denpa_net *net);
/* Takes the lock of the run's folder, and says whose it was if that process was killed. */
denpa_status cli_keep_lock(cli_keep *keep, const cli_options *options, denpa_error *err);
/* Puts the logs on the disk, before a checkpoint relies on them: what a resumed training does not write again has to be
 * there. One that cannot be is closed, and no longer written. */
denpa_status cli_keep_sync(cli_keep *keep, denpa_error *err);
/* A log that cannot be written is closed, and no longer written. */
denpa_status cli_keep_epoch(cli_keep *keep, const denpa_epoch *epoch, denpa_error *err);
/* A network whose own place cannot take it goes to another one, which the error names. One whose training was
 * interrupted does not take the place of an older file: it goes beside it, and keep's path becomes that one. */
denpa_status cli_keep_model(cli_keep *keep, denpa_net *net, bool interrupted, denpa_error *err);
denpa_status cli_keep_close(cli_keep *keep, denpa_error *err);

#endif
