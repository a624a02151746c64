/* rerun.c: the training of a run once more, from update to update. It writes nothing. */
#include "cli/rerun.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/near.h"
#include "learn/trainer.h"
#include "run/course.h"

/* ---- the run ------------------------------------------------------------------------------------ */

denpa_status cli_check_run(const char *run, denpa_error *err) {
  char path[4096];
  struct stat info;
  if (stat(run, &info) != 0 && errno == ENOENT)
    return dnp_fail_absent(
        err, DNP_N("{1}: there is no such folder"), DNP_N("{1}: there is no such folder; did you mean {2}?"), run);
  if (stat(run, &info) != 0) return dnp_fail_errno(err, "{1}: cannot be looked at: {2}", run, errno);
  const bool folder = S_ISDIR(info.st_mode);
  if (folder && snprintf(path, sizeof path, "%s/options.json", run) < (int)sizeof path && stat(path, &info) == 0)
    return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_NOT_FOUND,
      "{1}: this is not the folder of a run; denpa train --run DIR makes one that can go on", dnp_s(run));
}

denpa_status cli_take_test(cli_options *options, const cli_options *given, cli_run_options *run, denpa_error *err) {
  if (!cli_given(given, CLI_OPTION_TEST)) return DENPA_OK;
  options->test = given->test;
  if (run->folder[0] == '\0' && run->sources[0] == '\0') return DENPA_OK;
  return cli_place_absolute("", &options->test, run->test, err);
}

/* Where a run's own names lead nowhere: where they were looked for. */
static denpa_status not_found(
    const cli_options *options, const cli_run_options *run, const char *name, denpa_status status, denpa_error *err) {
  char text[512];
  if (err == NULL || name != NULL || run->found) return status;
  denpa_error_text(err, cli_lang(options), text, sizeof text);
  return dnp_fail(err, status,
      "{1}\nIt was looked for in {2}, where the training was called, in this folder, and beside the run. Name data "
      "that "
      "have moved after the run, and a test file that has by --test",
      dnp_s(text), dnp_s(run->folder[0] != '\0' ? run->folder : "."));
}

denpa_status cli_find_run_data(
    const cli_options *options, const cli_run_options *run, const char *name, denpa_data **out, denpa_error *err) {
  char path[CLI_PLACE];
  int back;
  const char *wanted = name != NULL ? name : run->data_name;
  /* data that are built in are where they are seen from here, as DENPA_DATA may say */
  const char *sources = dnp_data_kind_of(wanted) != DNP_DATA_USUAL ? run->sources : "";
  if (name != NULL && sources[0] != '\0') DNP_TRY(cli_place_absolute("", &wanted, path, err));
  DNP_TRY(cli_place_enter(sources, &back, err));
  denpa_status status = cli_open_data(options, wanted, out, err);
  status = cli_place_leave(back, status, err);
  if (status == DENPA_OK) return DENPA_OK;
  status = not_found(options, run, name, status, err);
  const bool own = name == NULL && options->test == json_string_value(json_object_get(run->json, "test"));
  return own ? cli_run_at_fault(run, status, err) : status;
}

denpa_status cli_open_run_data(
    const cli_options *options, const cli_run_options *run, const char *name, denpa_data **out, denpa_error *err) {
  char sha[65];
  DNP_TRY(cli_find_run_data(options, run, name, out, err));
  DNP_TRY(dnp_data_sha256(*out, sha, err));
  if (strcmp(sha, run->data_sha256) == 0) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_FORMAT,
      "{1}: the data are not those on which this run began: their contents have changed since; name the right ones "
      "after the run, or begin a new one",
      dnp_s(denpa_data_name(*out)));
}

denpa_status cli_rerun_open(
    cli_rerun *out, const cli_options *given, const char *run, const char *data, denpa_error *err) {
  *out = (cli_rerun){.run = run, .given = given, .options = *given};
  DNP_TRY(cli_check_run(run, err));
  DNP_TRY(cli_run_options_read(run, &out->options, &out->told, err));
  if (out->told.old)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
        "{1}: this run was made by denpa 0.1.0, which kept no checkpoints, so no update of it can be made again",
        dnp_s(run));
  DNP_TRY(cli_take_test(&out->options, given, &out->told, err));
  return cli_open_run_data(&out->options, &out->told, data, &out->dataset, err);
}

static void let_go(cli_rerun *r) {
  denpa_trainer_free(r->trainer);
  denpa_net_free(r->net);
  r->trainer = NULL;
  r->net = NULL;
}

void cli_rerun_close(cli_rerun *rerun) {
  let_go(rerun);
  denpa_data_free(rerun->dataset);
  json_decref(rerun->told.json);
  *rerun = (cli_rerun){0};
}

/* ---- where it begins ---------------------------------------------------------------------------- */

/* How long the training was to be when it had made `step` updates. */
static denpa_status length_at(cli_rerun *r, size_t step, denpa_error *err) {
  return cli_run_length_at(&r->told, r->run, step, &r->options.train, &r->until, err);
}

static denpa_status load(cli_rerun *r, size_t step, denpa_error *err) {
  char path[DNP_CHECKPOINT_PATH];
  const denpa_net_options net = cli_net_options(&r->options);
  DNP_TRY(dnp_checkpoints_path(r->run, step, path, err));
  DNP_TRY(length_at(r, step, err));
  denpa_train_options train = cli_train_options(&r->options);
  if (!r->measured) train.evaluate = DENPA_EVALUATE_NONE;
  DNP_TRY(denpa_net_load(&r->net, path, NULL, &net, err));
  DNP_TRY(dnp_numbered_check(path, step, denpa_net_metadata(r->net, "steps"), err));
  DNP_TRY(denpa_trainer_create(&r->trainer, r->net, r->dataset, &train, err));
  return denpa_trainer_load(r->trainer, path, err);
}

static denpa_status no_checkpoint(
    const cli_rerun *r, const size_t *steps, size_t count, size_t step, denpa_error *err) {
  const char *from = r->told.forked_from;
  if (count > 0 && from != NULL)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "{1}: this run begins at update {3}, where it was forked from {4}; update {2} is that run's", dnp_s(r->run),
        dnp_u(step), dnp_u(steps[count - 1]), dnp_s(from));
  return dnp_fail(err, DENPA_ERROR_NOT_FOUND,
      "{1}: there is no checkpoint at or before update {2}, so it cannot be made again", dnp_s(r->run), dnp_u(step));
}

denpa_status cli_rerun_begin(cli_rerun *r, size_t step, denpa_error *err) {
  size_t *steps, count;
  char text[512];
  DNP_TRY(dnp_checkpoints_list(r->run, &steps, &count, err));
  denpa_status status = no_checkpoint(r, steps, count, step, err);
  for (size_t i = 0; i < count; i++) {
    denpa_error why = {0};
    if (steps[i] > step) continue;
    status = load(r, steps[i], &why);
    r->from = steps[i];
    if (status != DENPA_OK && err != NULL) *err = why;
    if (status != DENPA_ERROR_FORMAT) {
      status = cli_run_at_fault(&r->told, status, err); /* nothing else has a say in it yet */
      break;
    }
    let_go(r);
    denpa_error_text(&why, cli_lang(r->given), text, sizeof text);
    cli_tell(r->given, "{1}\nThe checkpoint before it is used.\n", dnp_s(text));
  }
  dnp_free(steps);
  return status;
}

denpa_status cli_run_ends(const char *run, size_t *first, size_t *last, denpa_error *err) {
  size_t *step, count;
  dnp_course log = {0};
  DNP_TRY(dnp_checkpoints_list(run, &step, &count, err));
  *first = count > 0 ? step[count - 1] : 0;
  *last = count > 0 ? step[0] : 0;
  dnp_free(step);
  if (count == 0) return dnp_fail(err, DENPA_ERROR_NOT_FOUND, "{1}: there is no checkpoint in this run", dnp_s(run));
  /* the log of a training that was killed may be ahead */
  if (dnp_course_read(&log, run, NULL) == DENPA_OK && log.count > 0 && log.line[log.count - 1].step > *last)
    *last = log.line[log.count - 1].step;
  dnp_course_free(&log);
  return DENPA_OK;
}

/* ---- from update to update ---------------------------------------------------------------------- */

static denpa_status ended(const cli_rerun *r, size_t step, denpa_error *err) {
  return dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1}: there is no update {2}; the training ended after update {3}",
      dnp_s(r->run), dnp_u(step), dnp_u(r->trainer->state->steps));
}

/* Where the run was resumed as a longer one, it is that from here on. */
static denpa_status lengthen(cli_rerun *r, denpa_error *err) {
  if (r->trainer->state->steps < r->until) return DENPA_OK;
  DNP_TRY(length_at(r, r->trainer->state->steps, err));
  return dnp_trainer_limit(r->trainer, r->options.train.epochs, r->options.train.steps, err);
}

/* One that the training's end cut short may have to stay open, for a longer training. */
static denpa_status end_epoch(cli_rerun *r, denpa_error *err) {
  if (r->stays_open && dnp_trainer_cut_short(r->trainer)) return DENPA_OK;
  return dnp_trainer_end_epoch(r->trainer, err);
}

denpa_status cli_rerun_to(cli_rerun *r, size_t step, dnp_progress *progress, denpa_error *err) {
  denpa_trainer *t = r->trainer;
  const size_t first = t->state->steps;
  DNP_TRY(end_epoch(r, err));
  while (t->state->steps < step) {
    if (dnp_trainer_over(t)) return ended(r, step, err);
    DNP_TRY(denpa_trainer_step(t, NULL, err));
    DNP_TRY(lengthen(r, err));
    DNP_TRY(end_epoch(r, err));
    if (progress != NULL) dnp_progress_show(progress, t->state->steps - first, step - first, (double)NAN);
  }
  return DENPA_OK;
}

denpa_status cli_rerun_step(cli_rerun *r, size_t step, denpa_error *err) {
  dnp_progress progress;
  DNP_TRY(cli_rerun_begin(r, step, err));
  cli_progress_start(r->given, &progress);
  const denpa_status status = cli_rerun_to(r, step, &progress, err);
  dnp_progress_clear(&progress);
  return status;
}

denpa_status cli_load_again(
    const cli_options *options, const char *run, size_t step, denpa_net **out, denpa_error *err) {
  cli_rerun r;
  *out = NULL;
  denpa_status status = cli_rerun_open(&r, options, run, NULL, err);
  if (status == DENPA_OK) status = cli_rerun_step(&r, step, err);
  if (status == DENPA_OK) {
    cli_tell(options, "The network of update {1} was made again from the checkpoint of update {2}.\n", dnp_u(step),
        dnp_u(r.from));
    *out = r.net;
    denpa_trainer_free(r.trainer);
    r.trainer = NULL;
    r.net = NULL;
  }
  cli_rerun_close(&r);
  return status;
}
