/* run_options.h: options.json in the folder of a run: everything that makes this training this one, so that it can go
 * on, be repeated, and be compared with another. */
#ifndef DNP_CLI_RUN_OPTIONS_H
#define DNP_CLI_RUN_OPTIONS_H

#include "cli/cli.h"
#include "file/json.h"

#define CLI_PLACE 4096
#define CLI_RUN_FORMAT 2 /* of a run's folder; 1, without saying so, was that of 0.1.0, which kept no checkpoints */

/* Writes RUN/options.json: every option of train that has a value, and which of them were given; the data's name and
 * sum, which takes a while to add up: `sha256`, or NULL where it is not known yet. */
denpa_status cli_run_options_write(
    const cli_options *options, const denpa_data *data, const char *sha256, denpa_error *err);

/* A run's options, read again. Texts in *options live as long as `json`. */
typedef struct cli_run_options {
  const char *run;                     /* its folder */
  json_t *json;                        /* freed by json_decref */
  const char *data_name, *data_sha256; /* NULL only in a run of 0.1.0 */
  /* the folders that its names are relative to: where the training was called, which may have been moved with it; and
   * where data and test file were found, which may be another one. "": here */
  char folder[CLI_PLACE], sources[CLI_PLACE];
  char out[CLI_PLACE], log[CLI_PLACE], test[CLI_PLACE]; /* these, where `folder` is elsewhere */
  bool found;                                           /* data and test file are in `sources` */
  const char *forked_from;                              /* the run that it was forked from, ... */
  size_t forked_at;                                     /* ... behind this update; NULL: it began itself */
  bool old;                                             /* it is one of 0.1.0 */
} cli_run_options;
/* Fills what options.json tells into *options; the rest of it stays as it is, and so do threads and unit: how fast a
 * machine computes is its own matter. */
denpa_status cli_run_options_read(const char *run, cli_options *options, cli_run_options *out, denpa_error *err);
/* The same of a folder that may have none, or some that cannot be read: *known says whether they were read, and only
 * memory fails. */
denpa_status cli_run_options_find(
    const char *run, cli_options *options, cli_run_options *out, bool *known, denpa_error *err);
/* A failure of what only the run's options said: that is not how the command was called, but what is in options.json,
 * which is damaged, or was changed. Another failure stays what it is. Returns what it is then. */
denpa_status cli_run_at_fault(const cli_run_options *told, denpa_status status, denpa_error *err);
/* A run may have become longer on its way, and schedules hang on how long a training is. Gives the length that it had
 * when it had made `step` updates: epochs and steps of *train, and up to which update it stayed so (SIZE_MAX: to the
 * end). *train is that of the options as they were read. */
denpa_status cli_run_length_at(const cli_run_options *told, const char *run, size_t step, denpa_train_options *train,
    size_t *until, denpa_error *err);
/* What options.json is to tell of a run's past, for cli_options.past: that of `told`, and that the run goes on behind
 * update `from` as long as `now` says. Freed by json_decref. */
denpa_status cli_run_past(const cli_run_options *told, const char *run, size_t from, const denpa_train_options *now,
    json_t **out, denpa_error *err);
/* The same for a new run that goes on where another one was. */
denpa_status cli_run_past_fork(const char *run, size_t at, json_t **out, denpa_error *err);
/* Whether an option is one of those that options.json keeps and that make a training this one. */
bool cli_run_setting(int option);
/* A value of options.json for people. */
#define CLI_VALUE_TEXT 128
void cli_value_text(const json_t *value, char out[CLI_VALUE_TEXT]);

/* ---- where its files are (run_places.c) ----------------------------------------------------------- */

/* The folders of cli_run_options; told: options.json. Returns whether the sources are there. */
bool cli_place_find(const char *run, const json_t *told, char folder[CLI_PLACE], char sources[CLI_PLACE]);
/* Of a model that is a run, or lies in its folder, the same place of its sources; "": here, or it is not known. */
denpa_status cli_run_sources(const char *model, char sources[CLI_PLACE], denpa_error *err);
/* Makes it the working folder for a while: what is opened meanwhile has the name that the run knows. */
denpa_status cli_place_enter(const char *folder, int *back, denpa_error *err);
/* Returns `status`, or why there is no way back. */
denpa_status cli_place_leave(int back, denpa_status status, denpa_error *err);
/* A name seen from a folder ("": here) becomes a path from the root, in `room`; NULL stays. */
denpa_status cli_place_absolute(const char *folder, const char **name, char room[CLI_PLACE], denpa_error *err);
/* The path seen from a folder, if it lies in it. */
const char *cli_place_relative(const char *folder, const char *path);

/* ------------------------------------------------------------------------------------------------- */

/* Whether the folder is that of a run whose training left no model. */
bool cli_lacks_model(const char *run);
/* Puts the options that were given to `over` in the place of those in *options. */
void cli_options_overrule(cli_options *options, const cli_options *over);

#endif
