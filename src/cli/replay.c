/* replay.c: `denpa replay RUN --step K`: the network of a run behind any of its updates, made again from a checkpoint;
 * all frames of a run (--record); or a new run that goes on from there with other options (--fork). */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "cli/rerun.h"
#include "cli/signals.h"
#include "cli/tables.h"
#include "cli/training.h"
#include "learn/trainer.h"
#include "run/frames.h"

/* ---- one update --------------------------------------------------------------------------------- */

static denpa_status print_json(const cli_rerun *r, const char *sha, denpa_error *err) {
  return cli_print_json(
      json_pack("{s:s,s:I,s:o,s:I,s:I,s:s,s:s,s:s,s:s?}", "run", r->run, "step", (json_int_t)r->trainer->state->steps,
          "epoch", cli_real(r->trainer->state->epochs), "from", (json_int_t)r->from, "updates",
          (json_int_t)(r->trainer->state->steps - r->from), "net", denpa_net_text(r->net), "data",
          denpa_data_name(r->dataset), "weights_sha256", sha, "out", r->given->out),
      err);
}

static denpa_status replay_step(cli_rerun *r, denpa_error *err) {
  const cli_options *o = r->given;
  char sha[65];
  DNP_TRY(cli_rerun_step(r, o->frame, err));
  DNP_TRY(denpa_net_sha256(r->net, sha, err));
  if (o->out != NULL) DNP_TRY(denpa_net_save(r->net, o->out, err));
  if (o->json) return print_json(r, sha, err);
  if (!o->quiet)
    dnp_say(stdout, cli_lang(o),
        "Update {1} (epoch {2}), made again by {3} {3|update|updates} from the checkpoint of update {4}.\n",
        dnp_u(o->frame), dnp_d(r->trainer->state->epochs), dnp_u(o->frame - r->from), dnp_u(r->from));
  dnp_say(stdout, cli_lang(o), "SHA-256 of the weights: {1}\n", dnp_s(sha));
  fflush(stdout); /* the words for people come behind it */
  if (o->out != NULL) cli_tell(o, "Saved as {1}.\n", dnp_s(o->out));
  return DENPA_OK;
}

/* ---- all frames --------------------------------------------------------------------------------- */

static denpa_status keep_frame(cli_rerun *r, dnp_recorder *recorder, size_t step, dnp_progress *p, denpa_error *err) {
  DNP_TRY(cli_rerun_to(r, step, NULL, err));
  const bool measured = !r->trainer->open && step > 0;
  const denpa_epoch line = dnp_trainer_line(r->trainer, measured);
  dnp_progress_show(p, recorder->at, recorder->count, (double)NAN);
  return dnp_recorder_keep(recorder, &line, err);
}

static denpa_status make_frames(cli_rerun *r, size_t last, dnp_recorder *recorder, dnp_progress *p, denpa_error *err) {
  const size_t from = r->trainer->state->steps;
  const denpa_train_options train = cli_train_options(&r->options);
  DNP_TRY(dnp_recorder_open(recorder, r->run, r->net, r->dataset, &train, 0, err));
  while (dnp_recorder_next(recorder) < from) recorder->at++;
  for (size_t next; (next = dnp_recorder_next(recorder)) <= last;) DNP_TRY(keep_frame(r, recorder, next, p, err));
  DNP_TRY(keep_frame(r, recorder, last, p, err)); /* the last update is a frame in any case */
  return dnp_recorder_sync(recorder, err);
}

static denpa_status record_run(cli_rerun *r, denpa_error *err) {
  const cli_options *o = r->given;
  dnp_recorder recorder = {0};
  dnp_progress progress;
  dnp_lock lock;
  size_t first, last, whole;
  char typed[4200];
  DNP_TRY(dnp_lock_take(&lock, r->run, err));
  r->measured = true;
  denpa_status status = cli_run_ends(r->run, &first, &last, err);
  if (status == DENPA_OK) status = cli_rerun_begin(r, first, err);
  /* the plan of the frames is that of the whole training */
  if (status == DENPA_OK) status = cli_run_length_at(&r->told, r->run, SIZE_MAX - 1, &r->options.train, &whole, err);
  cli_progress_start(o, &progress);
  if (status == DENPA_OK) status = make_frames(r, last, &recorder, &progress, err);
  dnp_progress_clear(&progress);
  dnp_recorder_close(&recorder);
  dnp_lock_give(&lock);
  DNP_TRY(status);
  if (o->json) return cli_print_json(json_pack("{s:s,s:I}", "run", r->run, "frames", (json_int_t)recorder.kept), err);
  cli_shell_word(r->run, typed, sizeof typed);
  cli_tell(o, "{1} frames were kept. To watch them: {3} watch {2} --html page.html\n", dnp_u(recorder.kept),
      dnp_s(typed), dnp_s(cli_program(o)));
  return DENPA_OK;
}

/* ---- a fork: options ---------------------------------------------------------------------------- */

/* Numbers that were the old optimizer's own, or mean nothing with the new one, are those of the new one. */
static denpa_status settle_own(cli_options *now, const cli_options *given, denpa_error *err) {
  const dnp_optimizer *optimizer;
  const denpa_train_options plain = denpa_train_options_default();
  DNP_TRY(dnp_optimizer_find(now->train.optimizer, &optimizer, err));
  for (int i = 0; i < CLI_OPTIONS; i++) {
    const dnp_setting *s = cli_option_table[i].setting;
    if (s == NULL || cli_given(given, i)) continue;
    const bool own = !cli_given(now, i) && !isnan(s->own(optimizer, now->train.compat == DENPA_COMPAT_BOOK)),
               idle = !s->used(optimizer, now->train.schedule);
    if (!own && !idle) continue;
    now->given[i] = false;
    if (s->kind == DNP_SETTING_RATE || s->kind == DNP_SETTING_REAL || s->kind == DNP_SETTING_SHARE)
      memcpy((unsigned char *)&now->train + s->member, (const unsigned char *)&plain + s->member, sizeof(double));
  }
  return DENPA_OK;
}

/* Epochs of another number of updates: as many of them are still to come as were. */
static void settle_length(const cli_rerun *r, cli_options *now, const cli_options *given) {
  const denpa_train_options then = cli_train_options(&r->options), next = cli_train_options(now);
  const double done = r->trainer->state->epochs;
  size_t before, per_epoch;
  (void)dnp_frames_length(r->dataset, &then, &before);
  (void)dnp_frames_length(r->dataset, &next, &per_epoch);
  if (before == per_epoch || now->train.epochs == DENPA_NO_LIMIT || cli_given(given, CLI_OPTION_STEPS)) return;
  const double left = ((double)now->train.epochs - done) * (double)per_epoch;
  now->train.steps = r->trainer->state->steps + (left > 0 ? (size_t)(left + 0.5) : 0);
  now->train.epochs = DENPA_NO_LIMIT;
}

static denpa_status fork_options(const cli_rerun *r, cli_options *now, denpa_error *err) {
  const cli_options *given = r->given;
  const bool reseeded = cli_given(given, CLI_OPTION_SEED) && given->train.seed != r->options.train.seed;
  if (reseeded && (dnp_from_table(r->dataset) || r->options.train.validation > 0))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "--seed also chooses the rows for validation and, of a table, for the test; the network has learned from some "
        "of "
        "the new ones, so a fork of this run keeps the seed");
  *now = r->options;
  now->out = now->log = NULL; /* where the old run left its results */
  (void)cli_run_length_at(&r->told, r->run, SIZE_MAX - 1, &now->train, &(size_t){0}, NULL);
  if (cli_given(given, CLI_OPTION_EPOCHS) != cli_given(given, CLI_OPTION_STEPS))
    now->train.epochs = now->train.steps = DENPA_NO_LIMIT;
  cli_options_overrule(now, given);
  now->test = r->options.test;
  now->run = given->fork;
  DNP_TRY(settle_own(now, given, err));
  settle_length(r, now, given);
  cli_fit_defaults(now, r->dataset); /* what 'none' and 'auto' stand for */
  DNP_TRY(cli_check_train(now, err));
  const denpa_train_options train = cli_train_options(now);
  const size_t done = r->trainer->state->steps, total = dnp_frames_length(r->dataset, &train, &(size_t){0});
  if (done < total) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_ARGUMENT,
      "{1}: update {2} is the end of a training of {3} updates; --epochs or --steps ask for more in all", dnp_s(r->run),
      dnp_u(done), dnp_u(total));
}

/* ---- a fork: what people see -------------------------------------------------------------------- */

static void tell_fork(const cli_rerun *r, const cli_training *t, const dnp_trainer_left *left) {
  const cli_options *o = t->options;
  cli_tell(o, "Run {1} goes on from update {2} of {3}, to update {4}.\n", dnp_s(o->run),
      dnp_u(t->trainer->state->steps), dnp_s(r->run), dnp_u(t->trainer->total));
  for (int i = 0; i < CLI_OPTIONS; i++) {
    char was[CLI_VALUE_TEXT];
    if (!cli_given(r->given, i) || !cli_run_setting(i)) continue;
    cli_value_text(json_object_get(r->told.json, cli_option_table[i].name), was);
    cli_tell(o, "  --{1} {2} (before: {3})\n", dnp_s(cli_option_table[i].name), dnp_s(r->given->typed[i]), dnp_s(was));
  }
  if (left->order) cli_tell(o, "The epoch that was under way had another order; a new epoch begins here.\n");
  if (left->optimizer)
    cli_tell(o, "What {1} remembered of the updates so far means nothing to {2}, which begins without it.\n",
        dnp_s(r->options.train.optimizer), dnp_s(o->train.optimizer));
  if (left->best) cli_tell(o, "The new run does not stop early, so the best weights so far are not kept.\n");
}

/* ---- a fork: the work --------------------------------------------------------------------------- */

/* From here on the old run is left alone, and the new one is a run as any other. */
static denpa_status go_on(cli_rerun *r, cli_training *t, denpa_error *err) {
  const size_t step = r->trainer->state->steps;
  char path[DNP_CHECKPOINT_PATH];
  dnp_trainer_left left = {0};
  const uint64_t bytes = cli_model_bytes(r->net);
  DNP_TRY(cli_keep_open(&t->keep, t->options, r->dataset, bytes, bytes, err));
  DNP_TRY(dnp_checkpoints_path(t->options->run, step, path, err));
  DNP_TRY(denpa_trainer_save(r->trainer, path, err)); /* its own, with its own settings, takes this one's place */
  const denpa_net_options net = cli_net_options(t->options);
  const denpa_train_options options = cli_training_options(t);
  DNP_TRY(denpa_net_load(&t->net, path, NULL, &net, err));
  DNP_TRY(denpa_trainer_create(&t->trainer, t->net, r->dataset, &options, err));
  DNP_TRY(dnp_trainer_take(t->trainer, path, &left, err));
  tell_fork(r, t, &left);
  cli_signals_note();
  return cli_training_run(t, err);
}

static int fork_run(cli_rerun *r, denpa_error *err) {
  cli_options now = r->options;
  json_t *past = NULL;
  cli_training t = {.options = &now, .keep = CLI_NOTHING_KEPT, .lines = {.out = stdout, .lang = cli_lang(r->given)}};
  denpa_status status = DENPA_OK;
  if (cli_one_file(r->run, r->given->fork))
    status = dnp_fail(err, DENPA_ERROR_ARGUMENT, "{1}: a fork needs a folder of its own", dnp_s(r->run));
  r->stays_open = true;
  if (status == DENPA_OK) status = cli_rerun_step(r, r->given->frame, err);
  if (status == DENPA_OK) status = fork_options(r, &now, err);
  if (status == DENPA_OK) status = cli_run_past_fork(r->run, r->given->frame, &past, err);
  now.past = past;
  t.dataset = r->dataset; /* the new run's from here on, and freed with it */
  if (status == DENPA_OK) status = go_on(r, &t, err);
  r->dataset = NULL;
  json_t *const texts = r->told.json; /* which the new run's options name */
  r->told.json = NULL;
  cli_rerun_close(r);
  const int exit_status = cli_training_end(&t, status, err);
  json_decref(texts);
  json_decref(past);
  return exit_status;
}

/* ------------------------------------------------------------------------------------------------- */

static denpa_status check_options(const cli_options *o, denpa_error *err) {
  const bool step = cli_given(o, CLI_OPTION_FRAME);
  if (!step && o->fork == NULL && o->record) return DENPA_OK;
  if (!step)
    return dnp_fail(
        err, DENPA_ERROR_ARGUMENT, "which update? --step K names it (--record makes all frames of the run)");
  if (o->fork != NULL) return DENPA_OK;
  if (o->record)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "--record makes all frames of the run, so --step does not go with it (except to --fork)");
  for (int i = 0; i < CLI_OPTIONS; i++)
    if (cli_given(o, i) && cli_option_table[i].setting != NULL)
      return dnp_fail(err, DENPA_ERROR_ARGUMENT,
          "--{1} would make it another training; --fork DIR begins one from update {2}",
          dnp_s(cli_option_table[i].name), dnp_u(o->frame));
  return DENPA_OK;
}

int cli_replay(const cli_options *options, int argc, char **argv) {
  denpa_error err = {0};
  cli_rerun r = {0};
  denpa_status status = check_options(options, &err);
  if (status == DENPA_OK) status = cli_rerun_open(&r, options, argv[0], argc > 1 ? argv[1] : NULL, &err);
  if (status == DENPA_OK && options->fork != NULL) return fork_run(&r, &err);
  if (status == DENPA_OK) status = (options->record ? record_run : replay_step)(&r, &err);
  cli_rerun_close(&r);
  return status == DENPA_OK ? CLI_DONE : cli_fail(options, &err);
}
