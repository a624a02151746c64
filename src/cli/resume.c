/* resume.c: `denpa resume RUN`: goes on with the training of a run from its newest checkpoint that is whole. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/near.h"
#include "base/write.h"
#include "cli/rerun.h"
#include "cli/signals.h"
#include "cli/tables.h"
#include "cli/training.h"
#include "learn/trainer.h"

/* ---- the run ------------------------------------------------------------------------------------ */

/* The recorded options, with those in their place that were given now. A limit that is given replaces both. *before:
 * those of the training as they were. */
static denpa_status read_options(cli_options *options, const cli_options *given, cli_run_options *run,
    denpa_train_options *before, denpa_error *err) {
  DNP_TRY(cli_run_options_read(options->run, options, run, err));
  *before = options->train;
  if (run->old)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
        "{1}: this run was made by denpa 0.1.0, which kept no checkpoints, so it cannot go on", dnp_s(options->run));
  if (cli_given(given, CLI_OPTION_EPOCHS) != cli_given(given, CLI_OPTION_STEPS))
    options->train.epochs = options->train.steps = DENPA_NO_LIMIT;
  cli_options_overrule(options, given);
  return cli_take_test(options, given, run, err);
}

/* The options of a run that somebody else made may name any file: results go over no source. */
static denpa_status check_apart(
    const cli_options *options, const cli_run_options *run, const char *data, denpa_error *err) {
  char out[CLI_PLACE], log[CLI_PLACE], folder[CLI_PLACE], room[CLI_PLACE];
  cli_options there = *options;
  const char *name = data != NULL ? data : run->data_name;
  const bool file = dnp_data_kind_of(name) != DNP_DATA_USUAL; /* data that are built in have a name and no file */
  int back;
  DNP_TRY(cli_place_absolute("", &there.run, folder, err));
  DNP_TRY(cli_place_absolute("", &there.out, out, err));
  DNP_TRY(cli_place_absolute("", &there.log, log, err));
  dnp_text_copy(room, sizeof room, name);
  if (data != NULL) DNP_TRY(cli_place_absolute("", &data, room, err));
  DNP_TRY(cli_place_enter(run->sources, &back, err));
  return cli_place_leave(back, cli_check_apart(&there, file ? 1 : 0, &(char *){room}, err), err);
}

/* ---- its checkpoints ---------------------------------------------------------------------------- */

static void let_go(cli_training *t) {
  denpa_trainer_free(t->trainer);
  denpa_net_free(t->net);
  t->trainer = NULL;
  t->net = NULL;
}

static denpa_status load(cli_training *t, const char *path, size_t step, denpa_error *err) {
  const denpa_net_options net = cli_net_options(t->options);
  const denpa_train_options options = cli_training_options(t);
  DNP_TRY(denpa_net_load(&t->net, path, NULL, &net, err));
  DNP_TRY(dnp_numbered_check(path, step, denpa_net_metadata(t->net, "steps"), err));
  DNP_TRY(denpa_trainer_create(&t->trainer, t->net, t->dataset, &options, err));
  return denpa_trainer_load(t->trainer, path, err);
}

/* One that is damaged is kept for whoever wants to know why, under a name that is read no more. */
static void put_aside(const cli_training *t, const char *path, bool last, const denpa_error *why) {
  char text[512], aside[DNP_CHECKPOINT_PATH + 8];
  denpa_error_text(why, cli_lang(t->options), text, sizeof text);
  snprintf(aside, sizeof aside, "%s.bad", path);
  if (dnp_move_file(path, aside) != 0) snprintf(aside, sizeof aside, "%s", path);
  dnp_say(stderr, cli_lang(t->options),
      last ? DNP_N("{1}\nIt was put aside as {2}.\n")
           : DNP_N("{1}\nIt was put aside as {2}. The checkpoint before it is used.\n"),
      dnp_s(text), dnp_s(aside));
}

static denpa_status no_checkpoint(const cli_training *t, bool damaged, denpa_error *err) {
  const char *run = t->options->run;
  return damaged ? dnp_fail(err, DENPA_ERROR_FORMAT,
                       "{1}: all checkpoints of this run are damaged, so it has to begin again: denpa train --run {1} "
                       "--force with its options",
                       dnp_s(run))
                 : dnp_fail(err, DENPA_ERROR_NOT_FOUND,
                       "{1}: there is no checkpoint in this run, so it has to begin again: denpa train --run {1} "
                       "--force with its options",
                       dnp_s(run));
}

/* The newest checkpoint that is whole. */
static denpa_status load_newest(cli_training *t, size_t *from, denpa_error *err) {
  char path[DNP_CHECKPOINT_PATH];
  size_t *step, count;
  DNP_TRY(dnp_checkpoints_list(t->options->run, &step, &count, err));
  denpa_status status = no_checkpoint(t, count > 0, err);
  for (size_t i = 0; i < count; i++) {
    denpa_error why = {0};
    status = dnp_checkpoints_path(t->options->run, step[i], path, &why);
    if (status == DENPA_OK) status = load(t, path, step[i], &why);
    if (status == DENPA_OK) *from = step[i];
    if (status == DENPA_OK) break;
    if (status != DENPA_ERROR_FORMAT) {
      if (err != NULL) *err = why;
      break;
    }
    let_go(t);
    put_aside(t, path, i + 1 == count, &why);
  }
  dnp_free(step);
  return status;
}

/* ---- what people see ---------------------------------------------------------------------------- */

static void tell_resumed(const cli_training *t) {
  const denpa_report r = denpa_trainer_report(t->trainer);
  char typed[4200];
  cli_shell_word(t->options->run, typed, sizeof typed);
  if (!dnp_trainer_over(t->trainer))
    cli_tell(t->options, "Run {1} goes on behind update {2} of {3}.\n", dnp_s(t->options->run), dnp_u(r.steps),
        dnp_u(t->trainer->total));
  else if (t->trainer->enough)
    cli_tell(t->options, "Run {1} has come to its end: early stopping ended it after update {2}.\n",
        dnp_s(t->options->run), dnp_u(r.steps));
  else
    cli_tell(t->options, "Run {1} has come to its end after update {2}. For more: {4} resume {3} --epochs N\n",
        dnp_s(t->options->run), dnp_u(r.steps), dnp_s(typed), dnp_s(cli_program(t->options)));
}

/* A schedule that depends on how long the training is bends where that changes. */
static void tell_bend(const cli_training *t, size_t planned) {
  if (planned == t->trainer->total || !dnp_schedule_hangs_on_length(&t->options->train)) return;
  cli_tell(t->options,
      "Note: the learning rate now follows its schedule for {1} updates in all, no longer for {2}. The network will "
      "be\n"
      "another one than a training of {1} updates would have given from its beginning.\n",
      dnp_u(t->trainer->total), dnp_u(planned));
}

/* ---- the whole ---------------------------------------------------------------------------------- */

static denpa_status go_on(cli_training *t, cli_options *mine, const cli_options *given, const cli_run_options *run,
    const denpa_train_options *before, const char *data, json_t **past, denpa_error *err) {
  size_t from = 0, per_epoch;
  DNP_TRY(cli_open_run_data(t->options, run, data, &t->dataset, err));
  const denpa_status loaded = load_newest(t, &from, err);
  if (loaded != DENPA_OK) return cli_run_at_fault(run, loaded, err); /* a length that was given always fits */
  DNP_TRY(cli_run_past(run, mine->run, from, &mine->train, past, err));
  mine->past = *past;
  DNP_TRY(cli_keep_resume(&t->keep, t->options, given, t->dataset, run->data_sha256, t->trainer, err));
  tell_resumed(t);
  tell_bend(t, dnp_frames_length(t->dataset, before, &per_epoch));
  return cli_training_run(t, err);
}

int cli_resume(const cli_options *given, int argc, char **argv) {
  denpa_error err = {0};
  cli_options mine = *given;
  cli_run_options run = {0};
  denpa_train_options before = {0};
  json_t *past = NULL;
  cli_training t = {.options = &mine, .keep = CLI_NOTHING_KEPT, .lines = {.out = stdout, .lang = cli_lang(given)}};
  mine.run = argv[0];
  denpa_status status = cli_check_run(mine.run, &err);
  if (status == DENPA_OK) status = cli_keep_lock(&t.keep, &mine, &err);
  if (status == DENPA_OK) status = read_options(&mine, given, &run, &before, &err);
  if (status == DENPA_OK) status = check_apart(&mine, &run, argc > 1 ? argv[1] : NULL, &err);
  cli_signals_note();
  if (status == DENPA_OK) status = go_on(&t, &mine, given, &run, &before, argc > 1 ? argv[1] : NULL, &past, &err);
  const int exit_status = cli_training_end(&t, status, &err);
  json_decref(past);
  json_decref(run.json);
  return exit_status;
}
