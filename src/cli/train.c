/* train.c: `denpa train [DATA]`: trains a network, tells how it goes, keeps what was asked for. The training itself is
 * resume.c's as well. One file because it is one sequence: prepare, run, tell, keep. */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/shapes.h"
#include "cli/doctor.h"
#include "cli/keep.h"
#include "cli/shared.h"
#include "run/frames.h"
#include "draw/epochs.h"
#include "draw/live.h"
#include "draw/network.h"
#include "draw/progress.h"
#include "learn/model.h"
#include "learn/novelty.h"
#include "cli/signals.h"
#include "cli/tables.h"
#include "cli/training.h"
#include "learn/trainer.h"

#define FINDINGS_TOLD 3 /* at most; denpa doctor tells all */

/* ---- what people see --------------------------------------------------------------------------- */

/* What becomes of a table, and what will go wrong. */
static void tell_table(cli_training *t) {
  if (t->options->quiet || !dnp_from_table(t->dataset)) return;
  dnp_table_tell(stderr, cli_lang(t->options), t->dataset);
  dnp_findings_tell(stderr, cli_lang(t->options), t->warned, t->warnings, t->warnings);
}

static void tell_warmup(const cli_training *t) {
  const dnp_schedule *s = &t->trainer->schedule;
  if (s->warmup < s->total || s->total == 0 || s->warmup == 0) return;
  cli_tell(t->options,
      "Note: the warm-up, {1} {1|update|updates}, takes the whole training of {2}; the learning rate rises to {3} "
      "only.\n",
      dnp_u(s->warmup), dnp_u(s->total), dnp_d(dnp_schedule_rate(s, s->total - 1)));
}

/* What is trained on and what is shown are two losses then. */
static void tell_class_weights(const cli_training *t, const denpa_train_options *train) {
  if (train->class_weights == NULL) return;
  cli_tell(t->options,
      "Class weights: {1}, for what is learned. In the losses of the epochs, and for --patience, all rows count "
      "alike.\n",
      dnp_s(train->class_weights));
}

/* Three lines of a terminal: so much is left to the list of layers beside what stands around it, in both languages. */
static size_t room_for_layers(void) {
  enum { LINES = 3, AROUND = 110, LEAST = 40 };
  const size_t all = LINES * (size_t)dnp_line_cells(stderr);
  return all > AROUND + LEAST ? all - AROUND : LEAST;
}

static void tell_settings(cli_training *t, const denpa_train_options *train) {
  const cli_options *o = t->options;
  char batch[32], limit[96], name[DNP_NETWORK_NAME], kind[DNP_NETWORK_KIND];
  const denpa_lang lang = cli_lang(o);
  snprintf(batch, sizeof batch, "%zu", train->batch);
  if (train->steps != DENPA_NO_LIMIT && (train->epochs == DENPA_NO_LIMIT || cli_given(o, CLI_OPTION_STEPS)))
    dnp_render(limit, sizeof limit, lang, "{1} {1|update|updates}", (const denpa_arg[]){dnp_u(train->steps), DNP_END});
  else
    dnp_render(limit, sizeof limit, lang, "{1} {1|epoch|epochs}", (const denpa_arg[]){dnp_u(train->epochs), DNP_END});
  const size_t outputs = denpa_data_outputs(t->dataset);
  const bool listed = denpa_net_activation(t->net)[0] == '\0';
  cli_tell_recipe(o);
  cli_tell_defaults(o);
  tell_table(t);
  cli_tell(o, "Data: {1}, {2} training and {3} test {3|sample|samples} of {4} {4|number|numbers}.\n",
      dnp_s(denpa_data_name(t->dataset)), dnp_u(denpa_data_rows(t->dataset, DENPA_SPLIT_TRAIN)),
      dnp_u(denpa_data_rows(t->dataset, DENPA_SPLIT_TEST)), dnp_u(denpa_data_features(t->dataset)));
  cli_tell(o, "Network: {1}, {2}, initial weights {3}; {4} parameters in {5}.\n",
      dnp_s(dnp_network_brief(t->net, lang, room_for_layers(), name)), dnp_s(dnp_network_kind(t->net, lang, kind)),
      dnp_s(o->init), dnp_u(denpa_net_parameter_count(t->net)), dnp_s(dnp_dtype_name(denpa_net_dtype(t->net))));
  if (listed && cli_given(o, CLI_OPTION_ACT) && strcmp(o->net, "auto") != 0)
    cli_tell(o, "Note: --act {1} is not used. The activations of a list of layers stand in it, such as 'relu'.\n",
        dnp_s(o->act));
  if (outputs < denpa_net_outputs(t->net))
    cli_tell(o,
        "Note: the network has {1} {1|output|outputs}, but the answers are only {2}. Should it end in 'dense {2}'?\n",
        dnp_u(denpa_net_outputs(t->net)), dnp_u(outputs));
  cli_tell(o, "Training: {1}, learning rate {2}, batch {3}, {4}, seed {5}.\n", dnp_s(train->optimizer),
      dnp_d(train->lr), train->batch == 0 ? dnp_t(DNP_N("full (all samples at once)")) : dnp_s(batch), dnp_s(limit),
      dnp_u(train->seed));
  if (train->weight_decay > 0) cli_tell(o, "Weight decay: {1}.\n", dnp_d(train->weight_decay));
  if (dnp_schedule_sentence(train->schedule) != NULL)
    cli_tell(o, dnp_schedule_sentence(train->schedule), dnp_d(train->lr), dnp_d(train->lr_decay));
  tell_warmup(t);
  if (train->validation > 0)
    cli_tell(o, "Validation: {1} % of the training samples are kept back.\n", dnp_d(100 * train->validation));
  if (train->patience > 0)
    cli_tell(o,
        "Early stopping: after {1} {1|epoch|epochs} without a lower validation loss; the best weights are kept.\n",
        dnp_u(train->patience));
  tell_class_weights(t, train);
  if (train->augment != NULL) cli_tell(o, "Pictures: changed at random in each update ({1}).\n", dnp_s(train->augment));
  if (train->update_order == DENPA_UPDATE_ORDER_LAYER_BY_LAYER)
    cli_tell(o, "Update order: layer by layer. Each layer is updated before its gradient goes further back, so the "
                "layers before it "
                "get a gradient that is a little off. It still learns; a gradient check would find the difference.\n");
}

static bool is_measured(const denpa_epoch *e) {
  return isfinite(e->train_loss) || isfinite(e->test_loss) || isfinite(e->validation_loss);
}

static void say_epoch(dnp_epochs *lines, const denpa_epoch *e) {
  dnp_epochs_begin begin = {.heading = {DNP_N("epoch")}};
  dnp_render(
      begin.words, sizeof begin.words, lines->lang, "epoch {1:6}", (const denpa_arg[]){dnp_d(e->epoch), DNP_END});
  snprintf(begin.cells, sizeof begin.cells, "%8.6g", e->epoch);
  dnp_epochs_line(lines, &begin, e);
}

/* A network is worth more than the log beside it: told at once, and again at the end. */
static void go_on_without(cli_training *t, const denpa_error *why) {
  char text[512];
  dnp_progress_clear(&t->progress);
  denpa_error_text(why, cli_lang(t->options), text, sizeof text);
  dnp_say(stderr, cli_lang(t->options), "Warning: {1}; the training goes on without it.\n", dnp_s(text));
  t->unwritten = *why;
}

/* Beforehand too, where somebody waits: at the end it is too late. */
static void tell_unkept(const cli_training *t, size_t updates, size_t batch) {
  const double long_work = 1e10; /* multiply-adds, a second or so */
  const bool waits = isatty(STDERR_FILENO) == 1 ||
                     3 * (double)t->net->exec->work * (double)updates * (double)batch >= long_work; /* 3: both ways */
  if (t->keep.model[0] == '\0' && waits && !t->options->json)
    cli_tell(t->options, "This training saves nothing; --out FILE.safetensors would keep the network.\n");
}

/* An epoch has its line, unless a picture tells it or only the result is asked for. */
static void tell_epoch(cli_training *t, const denpa_epoch *e) {
  const cli_options *o = t->options;
  if (o->json || o->log_format || !is_measured(e)) return;
  if (o->quiet || (t->live.on && isatty(STDOUT_FILENO) == 1)) return;
  dnp_progress_clear(&t->progress);
  say_epoch(&t->lines, e);
}

/* ---- checkpoints ------------------------------------------------------------------------------- */

/* The training goes on without one that cannot be written: the next may find room. Told once for all in a row. */
static void save_checkpoint(cli_training *t, double validation_loss) {
  denpa_error why = {0};
  char text[512];
  if (t->keep.checkpoints.run == NULL) return;
  /* it was saved when the epoch was open (progressed), so that a longer training can go on in it */
  if (dnp_trainer_cut_short(t->trainer) && !t->trainer->open) return;
  if (cli_keep_sync(&t->keep, &why) != DENPA_OK) go_on_without(t, &why);
  if (dnp_recorder_sync(&t->recorder, &why) != DENPA_OK) go_on_without(t, &why);
  const size_t step = t->trainer->state->steps;
  const bool failed = dnp_checkpoints_save(&t->keep.checkpoints, t->trainer, step, validation_loss, &why) != DENPA_OK;
  if (failed && !t->unsaved) {
    dnp_progress_clear(&t->progress);
    denpa_error_text(&why, cli_lang(t->options), text, sizeof text);
    dnp_say(stderr, cli_lang(t->options),
        "Warning: {1}\nThe training goes on, and tries again at the next checkpoint.\n", dnp_s(text));
  }
  t->unsaved = failed;
}

static void record(cli_training *t, const denpa_epoch *now) {
  denpa_error why;
  if (!t->recorder.on || dnp_recorder_keep(&t->recorder, now, &why) == DENPA_OK) return;
  go_on_without(t, &why);
  dnp_recorder_close(&t->recorder);
}

/* Whether a signal asks for the end: then all that is needed to go on is saved first, and the last frame: early
 * stopping gives the network its best weights afterwards. */
static int end_if_asked(cli_training *t) {
  if (cli_signal() == 0) return 0;
  if (!t->asked) {
    const denpa_epoch now = dnp_trainer_line(t->trainer, false);
    save_checkpoint(t, (double)NAN);
    record(t, &now);
  }
  return t->asked = true;
}

/* What the doctor has become certain of, while there is time to end the training. */
static void tell_news(cli_training *t) {
  dnp_finding news[DNP_MOST_FINDINGS];
  const size_t count = dnp_doctor_news(t->doctor, news);
  for (size_t i = 0; i < count; i++) {
    t->noticed[t->notices].name = news[i].name;
    t->noticed[t->notices++].step = t->trainer->state->steps;
    if (t->options->quiet || t->live.on) continue;
    dnp_progress_clear(&t->progress);
    dnp_finding_tell(stderr, cli_lang(t->options), &news[i]);
  }
}

static int epoch_done(void *context, const denpa_epoch *e) {
  cli_training *t = context;
  tell_epoch(t, e);
  if (t->live.on) dnp_live_note(&t->live, (double)e->step, e);
  denpa_error why;
  if (cli_keep_epoch(&t->keep, e, &why) != DENPA_OK) go_on_without(t, &why);
  if (dnp_checkpoints_due_epoch(&t->keep.checkpoints) || dnp_trainer_over(t->trainer))
    save_checkpoint(t, e->validation_loss);
  if (t->trainer->enough) record(t, e);
  if (t->doctor != NULL && dnp_doctor_epoch(t->doctor, e, &t->trouble) != DENPA_OK) return 1;
  if (t->doctor != NULL) tell_news(t);
  return end_if_asked(t);
}

#define REDRAW_SECONDS 0.25

static void draw_live(cli_training *t, size_t step, double loss) {
  dnp_live_batches(&t->live, step, (double)step / (double)t->per_epoch, loss);
  if (dnp_live_due(&t->live, REDRAW_SECONDS)) dnp_live_draw(&t->live, t->net);
}

static int progressed(void *context, size_t step, size_t steps, double loss) {
  cli_training *t = context;
  if (t->live.on)
    draw_live(t, step, loss);
  else if (!t->options->quiet)
    dnp_progress_show(&t->progress, step, steps, loss);
  if (dnp_checkpoints_due(&t->keep.checkpoints, t->trainer->state->steps) || dnp_trainer_cut_short(t->trainer))
    save_checkpoint(t, (double)NAN);
  return end_if_asked(t);
}

/* Called at the updates that it named itself, where a frame or a checkpoint is due, and where the training begins or
 * goes on. */
static int updated(void *context, const denpa_epoch *now, size_t *next) {
  cli_training *t = context;
  const size_t every = t->keep.checkpoints.every.updates;
  if (dnp_recorder_next(&t->recorder) == now->step) record(t, now);
  if (every > 0 && dnp_checkpoints_due(&t->keep.checkpoints, now->step)) save_checkpoint(t, now->validation_loss);
  if (cli_book_log_update(t, now->step, &t->trouble) != DENPA_OK) return 1;
  *next = t->options->log_format ? now->step + 1 : dnp_recorder_next(&t->recorder);
  if (every > 0 && t->keep.checkpoints.at + every < *next) *next = t->keep.checkpoints.at + every;
  return 0;
}

/* ---- the work ---------------------------------------------------------------------------------- */

static size_t frames_of(const cli_training *t) {
  size_t update[DNP_MOST_FRAMES], per_epoch;
  const denpa_train_options options = cli_train_options(t->options);
  const size_t total = dnp_frames_length(t->dataset, &options, &per_epoch);
  return dnp_frames_plan(total, per_epoch, update);
}

static denpa_status create(cli_training *t, const cli_options *o, denpa_error *err) {
  const denpa_net_options net = cli_net_options_for(o, t->dataset);
  char text[CLI_NET_TEXT];
  return denpa_net_create_for(&t->net, cli_net_text(o, t->dataset, text), t->dataset, &net, err);
}

/* The tensors of the new network that the other one does not have in the same shape, by name: "W3 b3". */
static void tell_left(const cli_training *t, const denpa_net *from) {
  char names[512] = "";
  size_t length = 0, left = 0;
  for (size_t i = 0; i < denpa_net_parameter_tensors(t->net); i++) {
    const denpa_parameter here = denpa_net_parameter(t->net, i);
    bool fits = false;
    for (size_t k = 0; k < denpa_net_parameter_tensors(from) && !fits; k++) {
      const denpa_parameter there = denpa_net_parameter(from, k);
      fits = strcmp(here.name, there.name) == 0 && here.axes == there.axes &&
             memcmp(here.shape, there.shape, (size_t)here.axes * sizeof *here.shape) == 0;
    }
    if (fits) continue;
    left++;
    if (length < sizeof names)
      length += (size_t)snprintf(names + length, sizeof names - length, "%s%s", length > 0 ? " " : "", here.name);
  }
  if (left > 0)
    cli_tell(t->options, "Not in {1} with this shape, so drawn anew: {2}.\n", dnp_s(t->options->from), dnp_s(names));
}

static denpa_status refuse_from(const cli_training *t, const denpa_net *from, denpa_error *err) {
  const denpa_parameter here = denpa_net_parameter(t->net, 0), there = denpa_net_parameter(from, 0);
  return dnp_fail_shapes(err,
      dnp_fail(err, DENPA_ERROR_SHAPE, "{1}: no weights of it fit the network {2}; its own is {3}",
          dnp_s(t->options->from), dnp_s(denpa_net_text(t->net)), dnp_s(denpa_net_text(from))),
      there.name, (dnp_shape){there.axes, there.shape}, (dnp_shape){here.axes, here.shape});
}

/* A network that begins with another one's weights: that network itself, or --net with what fits. */
static denpa_status create_from(cli_training *t, const cli_options *o, denpa_error *err) {
  const denpa_net_options load = cli_net_options(o);
  denpa_net *from;
  size_t taken = 0;
  const char *layers;
  DNP_TRY(cli_layers(o, o->from, &layers, err));
  DNP_TRY(denpa_net_load(&from, o->from, layers, &load, err));
  denpa_net_options net = cli_net_options_for(o, t->dataset);
  const bool own = cli_given(o, CLI_OPTION_NET);
  if (!own) {
    if (!cli_given(o, CLI_OPTION_ACT) && denpa_net_activation(from)[0] != '\0')
      net.activation = denpa_net_activation(from);
    if (cli_auto_loss(o)) net.loss = denpa_net_loss(from);
  }
  if (!cli_given(o, CLI_OPTION_DTYPE)) net.dtype = denpa_net_dtype(from);
  denpa_status status = own ? create(t, o, err) : denpa_net_create(&t->net, denpa_net_text(from), &net, err);
  if (status == DENPA_OK) status = denpa_net_take(t->net, from, &taken, err);
  if (status == DENPA_OK && taken == 0) status = refuse_from(t, from, err);
  if (status == DENPA_OK) status = dnp_model_began_with(t->net, from, err);
  if (status == DENPA_OK) tell_left(t, from);
  denpa_net_free(from);
  return status;
}

static denpa_status prepare(cli_training *t, cli_options *o, int argc, char **argv, denpa_error *err) {
  if (o->record && o->run == NULL)
    return dnp_fail(
        err, DENPA_ERROR_ARGUMENT, "--record keeps frames in the folder of a run, so it needs --run DIR too");
  if (o->checkpoint_every != NULL && o->run == NULL)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "--checkpoint-every saves checkpoints in the folder of a run, so it needs --run DIR too");
  /* the patience of a recipe or a kind of data goes with its validation */
  if (!(o->train.validation > 0) && !cli_given(o, CLI_OPTION_PATIENCE)) {
    o->train.patience = 0;
    o->taken[CLI_OPTION_PATIENCE] = NULL;
  }
  DNP_TRY(cli_check_train(o, err));
  if (t->dataset == NULL) DNP_TRY(cli_open_data(o, argc > 0 ? argv[0] : NULL, &t->dataset, err));
  cli_fit_defaults(o, t->dataset);
  if (o->train.augment != NULL)
    DNP_TRY(denpa_data_augmented(t->dataset, DENPA_SPLIT_TRAIN, 0, o->train.augment, o->train.seed, 0, NULL, err));
  DNP_TRY((o->from != NULL ? create_from : create)(t, o, err));
  DNP_TRY(cli_check_fit(t->net, t->dataset, err));
  DNP_TRY(cli_book_log_check(t, err));
  DNP_TRY(dnp_preflight(t->dataset, t->warned, &t->warnings, err));
  const uint64_t bytes = cli_model_bytes(t->net), models = o->record ? 1 + frames_of(t) : 1;
  /* last: nothing is touched for a command that cannot be carried out */
  return cli_keep_open(&t->keep, o, t->dataset, bytes, models * bytes, err);
}

static json_t *found_json(const cli_training *t) {
  const dnp_diagnosis *d = t->again != NULL ? &t->again->diagnosis : NULL;
  return cli_findings_json(t->options, d != NULL ? d->found : NULL, d != NULL ? d->count : 0);
}

static json_t *noticed_json(const cli_training *t) {
  json_t *list = json_array();
  for (size_t i = 0; i < t->notices; i++)
    dnp_json_add(&list, json_pack("{s:s,s:I}", "name", t->noticed[i].name, "step", (json_int_t)t->noticed[i].step));
  return list;
}

static denpa_status report_json(
    const cli_training *t, const denpa_report *r, double total, const dnp_scores *scores, denpa_error *err) {
  char sha[65];
  DNP_TRY(denpa_net_sha256(t->net, sha, err));
  json_t *all = json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:I,s:s,s:s,s:s,s:o,s:o}", "train_loss",
      cli_real(r->train_loss), "train_accuracy", cli_real(r->train_accuracy), "test_loss", cli_real(r->test_loss),
      "test_accuracy", cli_real(r->test_accuracy), "validation_loss", cli_real(r->validation_loss),
      "validation_accuracy", cli_real(r->validation_accuracy), "best_epoch", cli_real(r->best_epoch), "seconds",
      cli_real(r->seconds), "seconds_eval", cli_real(r->seconds_eval), "seconds_total", cli_real(total), "epochs",
      cli_real(r->epochs), "steps", (json_int_t)r->steps, "net", denpa_net_text(t->net), "data",
      denpa_data_name(t->dataset), "weights_sha256", sha, "findings", found_json(t), "noticed", noticed_json(t));
  if (dnp_from_table(t->dataset))
    dnp_json_put(&all, "preflight", cli_findings_json(t->options, t->warned, t->warnings));
  if (scores->rows > 0) dnp_json_put_missing(&all, dnp_scores_json(t->dataset, scores));
  if (t->outcome == NULL) return cli_print_json(all, err);
  t->outcome->told = all;
  return DENPA_OK;
}

static denpa_status take_outcome(
    const cli_training *t, const denpa_report *r, const dnp_scores *scores, denpa_error *err) {
  const double none = (double)NAN;
  const bool numbers = scores->rows > 0 && scores->classes == 0;
  t->outcome->ended = true;
  memcpy(t->outcome->of,
      (const double[CLI_MEASURES]){[CLI_OF_TRAIN_LOSS] = r->train_loss,
          [CLI_OF_TRAIN_ACCURACY] = r->train_accuracy,
          [CLI_OF_VALIDATION_LOSS] = r->validation_loss,
          [CLI_OF_VALIDATION_ACCURACY] = r->validation_accuracy,
          [CLI_OF_TEST_LOSS] = r->test_loss,
          [CLI_OF_TEST_ACCURACY] = r->test_accuracy,
          [CLI_OF_RMSE] = numbers ? scores->rmse : none,
          [CLI_OF_MAE] = numbers ? scores->mae : none,
          [CLI_OF_R2] = numbers ? scores->r2 : none},
      sizeof t->outcome->of);
  return denpa_net_sha256(t->net, t->outcome->weights_sha256, err);
}

/* The network that the training left, as a line of an epoch. */
static void say_end(denpa_lang lang, const denpa_report *r) {
  dnp_epochs lines = {.out = stdout, .lang = lang};
  const denpa_epoch end = {.epoch = isfinite(r->best_epoch) ? r->best_epoch : r->epochs,
      .train_loss = r->train_loss,
      .train_accuracy = r->train_accuracy,
      .test_loss = r->test_loss,
      .test_accuracy = r->test_accuracy,
      .validation_loss = r->validation_loss,
      .validation_accuracy = r->validation_accuracy};
  if (is_measured(&end)) say_epoch(&lines, &end);
}

/* Of a table: the measures beside the loss, on its test rows. */
static denpa_status tell_scores(const cli_training *t, const denpa_report *r, double total, denpa_error *err) {
  dnp_scores scores = {0};
  const size_t rows = denpa_data_rows(t->dataset, DENPA_SPLIT_TEST);
  if (dnp_from_table(t->dataset) && rows > 0 && t->options->train.evaluate != DENPA_EVALUATE_NONE)
    DNP_TRY(dnp_scores_take(t->net, t->dataset, DENPA_SPLIT_TEST, NULL, &scores, err));
  denpa_status status = t->outcome != NULL ? take_outcome(t, r, &scores, err) : DENPA_OK;
  if (t->options->log_format && t->outcome == NULL && status == DENPA_OK)
    status = cli_book_log_end(t, r->test_accuracy, err);
  else if (t->options->json && status == DENPA_OK)
    status = report_json(t, r, total, &scores, err);
  else if (t->outcome != NULL || status != DENPA_OK)
    ;                         /* told with the others */
  else if (scores.rows > 0) { /* the result of a table, also with --quiet */
    dnp_scores_tell(stdout, cli_lang(t->options), t->options->quiet, true, t->dataset, &scores);
  } else if (t->options->quiet)
    say_end(cli_lang(t->options), r);
  dnp_scores_free(&scores);
  return status;
}

/* The doctor looks at some 500 samples through a copy of the network: of a large one only if it is trained on many
 * times as many. */
static bool has_a_doctor(const cli_training *t, const denpa_train_options *options) {
  enum { LARGE = 200000, FEW = 25000 };
  const size_t rows = denpa_data_rows(t->dataset, DENPA_SPLIT_TRAIN),
               batch = options->batch > 0 && options->batch < rows ? options->batch : rows;
  if (denpa_net_parameter_count(t->net) < LARGE) return true;
  return options->steps >= FEW / batch && options->epochs >= FEW / (rows > 0 ? rows : 1);
}

/* Whoever ends a training does not wait for trials: what is seen, then, and no advice that was not tried. */
static void tell_seen(const cli_training *t, const dnp_diagnosis *d) {
  for (size_t i = 0; i < d->count; i++)
    if (d->found[i].kind != DNP_FINDING_GUESSED) dnp_finding_tell(stderr, cli_lang(t->options), &d->found[i]);
}

/* What `denpa doctor` would find, on standard error. */
static denpa_status tell_findings(cli_training *t, bool failed, denpa_error *err) {
  if (t->doctor == NULL) return DENPA_OK;
  DNP_TRY(dnp_doctor_end(t->doctor, failed, err));
  if (t->keep.model[0] != '\0') dnp_doctor_kept(t->doctor, t->keep.model);
  DNP_TRY(DNP_NEW(&t->again, 1, err));
  DNP_TRY(cli_again_training(t->again, t->options, t->dataset, t->net, dnp_doctor_checkup(t->doctor), err));
  const dnp_diagnosis *d = &t->again->diagnosis;
  if (t->options->quiet) return DENPA_OK;
  if (cli_signal() != 0)
    tell_seen(t, d);
  else
    dnp_findings_tell(stderr, cli_lang(t->options), d->found, d->count, FINDINGS_TOLD);
  return DENPA_OK;
}

static void tell_end(const cli_training *t, const denpa_report *r, bool kept) {
  const cli_options *o = t->options;
  const char *model = t->keep.model[0] != '\0' ? t->keep.model : NULL;
  if (isfinite(r->best_epoch))
    cli_tell(o, "The validation loss was lowest, {2:.4f}, after epoch {1}: the network has the weights it had then.\n",
        dnp_d(r->best_epoch), dnp_d(r->validation_loss));
  cli_tell(o, "{1} {1|update|updates} in {2:.2f} s ({3:.2f} s more for measuring).\n", dnp_u(r->steps),
      dnp_d(r->seconds), dnp_d(r->seconds_eval));
  if (!kept) return; /* where it is now was told */
  if (model == NULL) {
    cli_tell(o, "Nothing was saved; --out FILE.safetensors keeps the network.\n");
    return;
  }
  if (t->keep.out[0] != '\0') cli_tell(o, "Saved as {1} as well.\n", dnp_s(t->keep.out));
  cli_tell(o, "Saved as {1}. To look at it:\n", dnp_s(model));
  const struct {
    const char *command, *rest;
  } looks[] = {{"info", ""}, {"eval", ""},
      {dnp_from_table(t->dataset) ? "predict" : "predict --sample 0", dnp_from_table(t->dataset) ? " new.csv" : ""}};
  char typed[4200];
  cli_shell_word(model, typed, sizeof typed);
  for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
    cli_tell(
        o, "  {1} {2} {3}{4}\n", dnp_s(cli_program(o)), dnp_s(looks[i].command), dnp_s(typed), dnp_s(looks[i].rest));
}

/* The network as it is after the last update is a frame too, also when the training was stopped between two of them. */
static denpa_status record_last(cli_training *t, const denpa_report *r, denpa_error *err) {
  const double none = (double)NAN;
  const denpa_epoch last = {r->steps, r->epochs, r->seconds, none, none, none, none, none, none, {0}};
  if (!t->recorder.on) return DENPA_OK;
  DNP_TRY(dnp_recorder_keep(&t->recorder, &last, err));
  DNP_TRY(dnp_recorder_sync(&t->recorder, err));
  char typed[4200];
  cli_shell_word(t->options->run, typed, sizeof typed);
  cli_tell(t->options, "{1} frames were kept. To watch them: {3} watch {2} --html page.html\n", dnp_u(t->recorder.kept),
      dnp_s(typed), dnp_s(cli_program(t->options)));
  return DENPA_OK;
}

static void tell_how_to_go_on(const cli_training *t) {
  char typed[4200];
  if (t->keep.checkpoints.run == NULL || !t->keep.checkpoints.any) return;
  cli_shell_word(t->options->run, typed, sizeof typed);
  cli_tell(t->options, "To go on with this training: {1} resume {2}\n", dnp_s(cli_program(t->options)), dnp_s(typed));
}

/* Beside the network of pictures, the one that tells what is unlike them: half a second's work, for which what is
 * trained does not wait. A network without it is worth keeping. */
static bool keep_novelty(cli_training *t, denpa_error *err) {
  denpa_error why = {0};
  const bool usual_digits = dnp_data_kind_of(denpa_data_name(t->dataset)) == DNP_DATA_USUAL;
  if (dnp_novelty_learn(t->net, t->dataset, usual_digits, &why) != DENPA_OK) t->unwritten = why;
  return denpa_net_metadata(t->net, DNP_NOVELTY_KEY) == NULL ||
         cli_keep_model(&t->keep, t->net, false, err) == DENPA_OK;
}

/* What was trained is saved first. What could not be written does not keep the rest from being told; it is the error
 * that is left. */
static denpa_status keep_and_tell(
    cli_training *t, const denpa_report *report, bool stopped, double start, denpa_error *err) {
  denpa_error why = {0};
  bool kept = cli_keep_model(&t->keep, t->net, stopped, &why) == DENPA_OK;
  if (kept && t->keep.model[0] != '\0' && !stopped) kept = keep_novelty(t, &why);
  if (!kept || record_last(t, report, &why) != DENPA_OK) t->unwritten = why;
  const double total = dnp_seconds() - start;
  DNP_TRY(tell_findings(t, false, err));
  tell_end(t, report, kept);
  if (stopped) tell_how_to_go_on(t);
  if (stopped && t->unwritten.status == DENPA_OK)
    return dnp_fail(err, DENPA_ERROR_CANCELLED, "{1} after update {2}", cli_signal_words(), dnp_u(report->steps));
  /* of two objects a program would read but one */
  if (!stopped && (!t->options->json || t->unwritten.status == DENPA_OK)) DNP_TRY(tell_scores(t, report, total, err));
  fflush(stdout);
  if (t->unwritten.status != DENPA_OK && err != NULL) *err = t->unwritten;
  return t->unwritten.status;
}

/* A training that diverged has its best weights, where rows are kept back for validation and --patience watches them;
 * else those of the last epoch, if it came to the end of one. */
static denpa_status keep_best(cli_training *t, const denpa_report *report, denpa_error *err) {
  denpa_error why = {0}, broke = *err;
  char text[512];
  const bool falls_back = t->trainer->broke_off != 0;
  const bool kept = falls_back && cli_keep_model(&t->keep, t->net, true, &why) == DENPA_OK;
  (void)tell_findings(t, true, NULL);
  const bool told = t->again != NULL && t->again->diagnosis.causes > 0 && (!t->options->quiet || t->options->json);
  if (told) dnp_error_drop_hint(err), broke = *err; /* one voice: the cause was found */
  if (!falls_back) return broke.status;
  tell_end(t, report, kept);
  if (t->keep.model[0] == '\0' && kept) return broke.status;
  denpa_error_text(&broke, cli_lang(t->options), text, sizeof text);
  if (kept && isfinite(report->best_epoch))
    return dnp_fail(err, broke.status, "{1}\nThe network that was best before, that of epoch {2}, is in {3}",
        dnp_s(text), dnp_d(report->best_epoch), dnp_s(t->keep.model));
  if (kept)
    return dnp_fail(err, broke.status, "{1}\nThe network of the last epoch that was finite, {2}, is in {3}",
        dnp_s(text), dnp_d(t->trainer->epochs_before + t->trainer->last.epochs), dnp_s(t->keep.model));
  *err = why;
  return why.status;
}

denpa_train_options cli_training_options(cli_training *t) {
  denpa_train_options options = cli_train_options(t->options);
  options.on_epoch = epoch_done;
  options.on_progress = progressed;
  options.on_update = updated;
  options.context = t;
  return options;
}

/* What goes along with the training from here on. */
static denpa_status accompany(cli_training *t, const denpa_train_options *options, denpa_error *err) {
  const size_t length = dnp_frames_length(t->dataset, options, &t->per_epoch);
  /* lines of updates on the same terminal would run through it */
  const bool lines = t->options->log_format && isatty(STDOUT_FILENO) == 1;
  dnp_progress_start(
      &t->progress, stderr, cli_lang(t->options), lines ? CLI_PROGRESS_NONE : t->options->progress, t->options->color);
  const bool heard = !t->options->quiet || t->options->json;
  if (heard && has_a_doctor(t, options)) DNP_TRY(dnp_doctor_open(&t->doctor, t->net, t->dataset, options, err));
  if (t->doctor != NULL && t->trainer->report.steps > 0)
    DNP_TRY(cli_doctor_recall(&t->doctor, t->options, t->trainer->steps_before, err));
  if (t->doctor != NULL) tell_news(t);
  const size_t rows = denpa_data_rows(t->dataset, DENPA_SPLIT_TRAIN);
  tell_unkept(t, length, options->batch > 0 && options->batch < rows ? options->batch : rows);
  if (t->options->watch)
    dnp_live_start(&t->live, stderr, cli_lang(t->options), t->options->progress, t->options->color, t->dataset,
        (double)length, DNP_N("update"));
  return DENPA_OK;
}

denpa_status cli_training_run(cli_training *t, denpa_error *err) {
  const double start = dnp_seconds();
  const denpa_train_options options = cli_training_options(t);
  denpa_report report;
  if (t->options->record)
    DNP_TRY(
        dnp_recorder_open(&t->recorder, t->options->run, t->net, t->dataset, &options, t->trainer->state->steps, err));
  DNP_TRY(accompany(t, &options, err));
  if (!t->keep.checkpoints.any) save_checkpoint(t, (double)NAN);
  denpa_status status = denpa_trainer_run(t->trainer, &report, err);
  /* of a fork with another batch: epochs before it had another number of updates */
  report.epochs += t->trainer->epochs_before;
  report.best_epoch += t->trainer->epochs_before;
  dnp_progress_clear(&t->progress);
  dnp_live_draw(&t->live, t->net);
  if (t->trouble.status != DENPA_OK) {
    *err = t->trouble;
    return t->trouble.status;
  }
  const bool stopped = status == DENPA_ERROR_CANCELLED && cli_signal() != 0;
  if (status == DENPA_ERROR_NUMERIC) return keep_best(t, &report, err);
  if (status != DENPA_OK && !stopped) return status;
  return keep_and_tell(t, &report, stopped, start, err);
}

denpa_status cli_training_close(cli_training *t, denpa_status status, json_t **findings, denpa_error *err) {
  const bool why = findings != NULL && status == DENPA_ERROR_NUMERIC && t->options->json; /* else the report had them */
  if (why) *findings = json_pack("{s:o,s:o}", "findings", found_json(t), "noticed", noticed_json(t));
  if (cli_keep_close(&t->keep, status == DENPA_OK ? err : NULL) != DENPA_OK && status == DENPA_OK) status = err->status;
  dnp_recorder_close(&t->recorder);
  if (t->again != NULL) cli_again_close(t->again);
  dnp_free(t->again);
  dnp_doctor_close(t->doctor);
  denpa_trainer_free(t->trainer);
  if (!t->lent) denpa_data_free(t->dataset);
  denpa_net_free(t->net);
  return status;
}

int cli_training_end(cli_training *t, denpa_status status, denpa_error *err) {
  json_t *findings = NULL;
  status = cli_training_close(t, status, &findings, err);
  return status == DENPA_OK ? CLI_DONE : cli_fail_with(t->options, err, findings);
}

/* ---- a training from its beginning ---------------------------------------------------------------- */

static denpa_status train(cli_training *t, denpa_error *err) {
  const denpa_train_options options = cli_training_options(t);
  DNP_TRY(denpa_trainer_create(&t->trainer, t->net, t->dataset, &options, err));
  tell_settings(t, &options);
  return cli_training_run(t, err);
}

denpa_status cli_train_one(const cli_options *options, int argc, char **argv, cli_outcome *outcome,
    denpa_data **dataset, json_t **findings, denpa_error *err) {
  cli_options mine = *options;
  mine.test_whole = true; /* a score is one on all test data, also of a quick training on few samples */
  cli_training t = {.options = &mine,
      .keep = CLI_NOTHING_KEPT,
      .lines = {.out = stdout, .lang = cli_lang(options)},
      .outcome = outcome,
      .dataset = *dataset};
  denpa_status status = prepare(&t, &mine, argc, argv, err);
  t.lent = t.dataset != NULL && dnp_data_kind_of(denpa_data_name(t.dataset)) == DNP_DATA_USUAL;
  if (t.lent) *dataset = t.dataset;
  /* which rows of a table or of a folder are for testing depends on the seed */
  if (outcome != NULL) outcome->redrawn = t.dataset != NULL && t.dataset->drawn;
  cli_signals_note();
  if (status == DENPA_OK) status = train(&t, err);
  return cli_training_close(&t, status, findings, err);
}

int cli_train(const cli_options *given, int argc, char **argv) {
  denpa_error err = {0};
  cli_options options = *given;
  denpa_data *dataset = NULL;
  json_t *told = NULL;
  if (cli_take_defaults(&options, dnp_data_kind_of(argc > 0 ? argv[0] : NULL), &err) != DENPA_OK)
    return cli_fail(&options, &err);
  if (options.recipe != NULL && strcmp(options.recipe, "list") == 0)
    return cli_list_recipes(&options, &err) == DENPA_OK ? CLI_DONE : cli_fail(&options, &err);
  const denpa_status status = options.seeds > 1 ? cli_train_seeds(&options, argc, argv, &told, &err)
                                                : cli_train_one(&options, argc, argv, NULL, &dataset, &told, &err);
  denpa_data_free(dataset);
  return status == DENPA_OK ? CLI_DONE : cli_fail_with(&options, &err, told);
}
