/* watch.c: `denpa watch RUN`: shows how a recorded run learned, as a page or in the terminal. */
#include "base/memory.h"
#include "cli/origin.h"
#include "cli/run_options.h"
#include "cli/shared.h"
#include "run/frames.h"
#include "draw/watch.h"

/* As it was when the run was trained: older runs had the test data cut by --samples, too. A run without options, of
 * 0.1.0, tells it by the size that stands in every frame. */
static denpa_status cut(
    const cli_options *options, const char *run, const denpa_net *net, denpa_data *data, denpa_error *err) {
  cli_options then = *options;
  cli_run_options told;
  size_t rows;
  const char *trained = denpa_net_metadata(net, "train_rows");
  bool known;
  DNP_TRY(cli_run_options_find(run, &then, &told, &known, err));
  json_decref(told.json);
  if (trained == NULL || !dnp_parse_size(trained, &rows) || rows >= denpa_data_rows(data, DENPA_SPLIT_TRAIN))
    return DENPA_OK;
  denpa_data_limit(data, DENPA_SPLIT_TRAIN, rows);
  if (!known || (then.samples > 0 && !then.test_whole)) denpa_data_limit(data, DENPA_SPLIT_TEST, rows);
  return DENPA_OK;
}

/* The data that the run was trained on. Its name and size stand in every frame. */
static denpa_status open_data(const cli_options *options, const char *run, denpa_data **out, denpa_error *err) {
  char path[DNP_FRAME_PATH];
  denpa_epoch *frames;
  size_t count;
  denpa_net *net;
  DNP_TRY(dnp_frames_list(run, &frames, &count, err));
  denpa_status status = dnp_frames_path(run, frames[count - 1].step, path, err);
  dnp_free(frames);
  DNP_TRY(status);
  const denpa_net_options plain = cli_net_options(options);
  DNP_TRY(denpa_net_load(&net, path, NULL, &plain, err));
  status = cli_open_model_data(options, net, run, NULL, out, err);
  if (status == DENPA_OK) status = cut(options, run, net, *out, err);
  denpa_net_free(net);
  return status;
}

static denpa_status make_page(const cli_options *options, dnp_watch *watch, denpa_error *err) {
  size_t kept = 0;
  cli_origin origin;
  dnp_page_origin told;
  DNP_TRY(dnp_watch_look(watch, watch->frames - 1, err));
  DNP_TRY(cli_origin_find(options, watch->run, watch->net, &origin, err));
  denpa_status status = cli_origin_page(&origin, watch->net, watch->dataset, &told, err);
  watch->origin = &told;
  if (status == DENPA_OK) status = dnp_watch_page(watch, cli_lang(options), options->html, &kept, err);
  watch->origin = NULL;
  cli_origin_free(&origin);
  dnp_progress_clear(watch->progress);
  DNP_TRY(status);
  if (kept < watch->frames)
    cli_tell(options, "The network is large: {1} of {2} frames are in the page.\n", dnp_u(kept), dnp_u(watch->frames));
  cli_tell_page(options);
  return DENPA_OK;
}

/* The frames that are shown but in a page, which has all of them: with --step that one alone. */
static void shown(const cli_options *options, const dnp_watch *watch, size_t *from, size_t *to) {
  const bool one = cli_given(options, CLI_OPTION_FRAME);
  *from = one ? watch->at : 0;
  *to = one ? watch->at + 1 : watch->frames;
}

/* One object with a list of frames. */
static denpa_status print_json(const cli_options *options, dnp_watch *watch, denpa_error *err) {
  size_t from, to;
  shown(options, watch, &from, &to);
  json_t *list = json_array();
  denpa_status status = DENPA_OK;
  for (size_t k = from; k < to && status == DENPA_OK; k++) {
    char path[DNP_FRAME_PATH];
    const denpa_epoch *f = &watch->frame[k];
    status = dnp_watch_look(watch, k, err);
    if (status == DENPA_OK) status = dnp_frames_path(watch->run, f->step, path, err);
    if (status == DENPA_OK)
      dnp_json_add(
          &list, json_pack("{s:I,s:o,s:o,s:o,s:o,s:o,s:s}", "step", (json_int_t)f->step, "epoch", cli_real(f->epoch),
                     "train_loss", cli_real(f->train_loss), "train_accuracy", cli_real(f->train_accuracy), "test_loss",
                     cli_real(f->test_loss), "test_accuracy", cli_real(f->test_accuracy), "model", path));
  }
  dnp_progress_clear(watch->progress);
  if (status == DENPA_OK) return cli_print_json(json_pack("{s:o}", "frames", list), err);
  json_decref(list);
  return status;
}

static denpa_status replay(const cli_options *options, dnp_watch *watch, denpa_error *err) {
  size_t from, to;
  shown(options, watch, &from, &to);
  return dnp_watch_replay(watch, from, to, stdout, cli_lang(options), options->progress, options->color, err);
}

/* Goes to --step, or as near to it as there is a frame. */
static void find_step(const cli_options *options, dnp_watch *watch) {
  if (!cli_given(options, CLI_OPTION_FRAME)) return;
  const size_t wanted = options->frame, last = watch->frame[watch->frames - 1].step, step = dnp_watch_go(watch, wanted);
  if (wanted > last)
    cli_tell(options, "Note: the frames of this run end with update {2}, which is shown instead of {1}.\n",
        dnp_u(wanted), dnp_u(step));
  else if (wanted != step)
    cli_tell(options,
        "Note: update {1} was not recorded; {2}, the nearest one that was, is shown. denpa replay {3} --step {1} makes "
        "any update of the run again.\n",
        dnp_u(wanted), dnp_u(step), dnp_s(watch->run));
}

static denpa_status show(const cli_options *options, dnp_watch *watch, denpa_error *err) {
  dnp_progress progress;
  find_step(options, watch);
  cli_progress_start(options, &progress);
  if (options->html != NULL || options->json) watch->progress = &progress;
  denpa_status status;
  if (options->html != NULL)
    status = make_page(options, watch, err);
  else if (options->json)
    status = print_json(options, watch, err);
  else
    status = replay(options, watch, err);
  watch->progress = NULL;
  return status;
}

int cli_watch(const cli_options *options, int argc, char **argv) {
  (void)argc; /* one: commands.c says so */
  denpa_error err = {0};
  denpa_data *data = NULL;
  dnp_watch watch = {0};
  const denpa_net_options net = cli_net_options(options);
  denpa_status status = open_data(options, argv[0], &data, &err);
  if (status == DENPA_OK) status = dnp_watch_open(&watch, argv[0], data, &net, &err);
  if (status == DENPA_OK) status = show(options, &watch, &err);
  dnp_watch_close(&watch);
  denpa_data_free(data);
  return status == DENPA_OK ? CLI_DONE : cli_fail(options, &err);
}
