/* again.c: the doctor's trials: the options of a run with a change, and the training that comes of them, in memory. */
#include "cli/again.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/write.h"
#include "cli/rerun.h"
#include "cli/signals.h"
#include "cli/tables.h"

bool cli_again_possible(const char *run) {
  char path[4096];
  struct stat info;
  return dnp_is_folder(run) && snprintf(path, sizeof path, "%s/options.json", run) < (int)sizeof path &&
         stat(path, &info) == 0;
}

void cli_again_close(cli_again *a) {
  denpa_net_free(a->beginning);
  if (!a->lent) denpa_data_free(a->dataset);
  json_decref(a->told.json);
  a->beginning = NULL;
  a->dataset = NULL;
  a->told.json = NULL;
}

static denpa_status create(const cli_again *a, const cli_options *options, denpa_net **out, denpa_error *err) {
  const denpa_net_options net = cli_net_options_for(options, a->dataset);
  char text[CLI_NET_TEXT];
  int back; /* --net @FILE */
  DNP_TRY(cli_place_enter(a->told.folder, &back, err));
  DNP_TRY(cli_place_leave(
      back, denpa_net_create_for(out, cli_net_text(options, a->dataset, text), a->dataset, &net, err), err));
  return cli_check_fit(*out, a->dataset, err);
}

static void show(cli_again *a, const dnp_change *change, double done) {
  char text[DNP_CHANGE_TEXT], line[DNP_CHANGE_TEXT + 64];
  dnp_change_text(change, text);
  dnp_render(line, sizeof line, cli_lang(a->given), change->parts > 0 ? DNP_N("trying {1}") : DNP_N("trying"),
      (const denpa_arg[]){dnp_s(text), DNP_END});
  dnp_progress_tell(&a->progress, done, line);
}

static denpa_status try_again(
    void *context, const dnp_change *change, double done, double work, dnp_trial *out, denpa_error *err) {
  cli_again *a = context;
  cli_options options = a->options;
  denpa_net *net = NULL;
  if (cli_signal() != 0) return dnp_fail(err, DENPA_ERROR_CANCELLED, "{1}", cli_signal_words());
  show(a, change, done);
  for (size_t i = 0; i < change->parts; i++)
    DNP_TRY(cli_put(&options, change->part[i].option, change->part[i].value, err));
  cli_fit_defaults(&options, a->dataset);
  DNP_TRY(cli_check_train(&options, err));
  const denpa_train_options train = cli_train_options(&options);
  denpa_status status = create(a, &options, &net, err);
  if (status == DENPA_OK) status = dnp_trial_run(out, net, a->dataset, &train, work, err);
  denpa_net_free(net);
  return status;
}

static denpa_status open_run(cli_again *a, const char *run, const char *data, denpa_error *err) {
  DNP_TRY(cli_run_options_read(run, &a->options, &a->told, err));
  if (a->told.old || a->options.from != NULL)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED, "{1}: this training cannot be made again", dnp_s(run));
  DNP_TRY(cli_find_run_data(&a->options, &a->told, data, &a->dataset, err));
  return create(a, &a->options, &a->beginning, err);
}

static void tell_case(cli_again *a, const dnp_checkup *checkup, const denpa_net *like) {
  const cli_options *o = &a->options;
  a->patient = (dnp_case){.checkup = checkup,
      .net = denpa_net_text(like),
      .activation = denpa_net_activation(like),
      .init = o->init,
      .loss = denpa_net_loss(like),
      .train = cli_train_options(o),
      .steps_given = o->train.steps != DENPA_NO_LIMIT,
      .decay_given = cli_given(o, CLI_OPTION_LR_DECAY) || cli_given(o, CLI_OPTION_LR_DECAY_EVERY),
      .smoothing_given = o->smoothing > 0,
      .inputs = denpa_net_inputs(like),
      .outputs = denpa_net_outputs(like),
      .rows = denpa_data_rows(a->dataset, DENPA_SPLIT_TRAIN)};
}

static denpa_status judge(const cli_again *a, denpa_net *net, dnp_trial *now, denpa_error *err) {
  *now = (dnp_trial){.broken = false};
  DNP_TRY(dnp_quality_take(net, a->dataset, DNP_TRAIN, &now->train, err));
  return dnp_quality_take(net, a->dataset, DNP_TEST, &now->test, err);
}

/* like: the network of the training, for its text. */
static denpa_status diagnose(
    cli_again *out, const dnp_checkup *checkup, const denpa_net *like, denpa_net *net, denpa_error *err) {
  dnp_trial now;
  tell_case(out, checkup, like);
  const denpa_status judged = net != NULL ? judge(out, net, &now, err) : DENPA_OK;
  if (judged != DENPA_OK && judged != DENPA_ERROR_NUMERIC) return judged;
  cli_progress_start(out->given, &out->progress);
  const denpa_status status = dnp_diagnose(
      &out->diagnosis, &out->patient, net != NULL && judged == DENPA_OK ? &now : NULL, try_again, out, err);
  dnp_progress_clear(&out->progress);
  return status;
}

static denpa_status diagnose_run(
    cli_again *out, const char *run, const char *data, const dnp_checkup *checkup, denpa_net *net, denpa_error *err) {
  if (!cli_again_possible(run)) return DENPA_ERROR_UNSUPPORTED;
  DNP_TRY(open_run(out, run, data, err));
  return diagnose(out, checkup, out->beginning, net, err);
}

/* Where no trial was possible, what the measurements alone say. */
static denpa_status fall_back(
    cli_again *out, denpa_status status, const dnp_checkup *checkup, const denpa_error *why, denpa_error *err) {
  if (status == DENPA_ERROR_MEMORY && err != NULL) *err = *why;
  if (status == DENPA_OK || status == DENPA_ERROR_MEMORY) return status;
  out->diagnosis.count = dnp_find(checkup, out->diagnosis.found);
  return DENPA_OK;
}

denpa_status cli_again_find(cli_again *out, const cli_options *given, const char *run, const char *data,
    const dnp_checkup *checkup, denpa_net *net, denpa_error *err) {
  denpa_error why = {0};
  *out = (cli_again){.given = given, .options = *given};
  out->options.quiet = true; /* what is told of the data was told */
  return fall_back(out, diagnose_run(out, run, data, checkup, net, &why), checkup, &why, err);
}

denpa_status cli_again_training(cli_again *out, const cli_options *options, denpa_data *dataset, denpa_net *net,
    const dnp_checkup *checkup, denpa_error *err) {
  denpa_error why = {0};
  dnp_finding seen[DNP_MOST_FINDINGS];
  *out = (cli_again){.given = options, .options = *options, .dataset = dataset, .lent = true};
  out->options.quiet = true;
  const bool tried = dnp_find(checkup, seen) > 0 && options->from == NULL && cli_signal() == 0;
  return fall_back(out, tried ? diagnose(out, checkup, net, net, &why) : DENPA_ERROR_UNSUPPORTED, checkup, &why, err);
}
