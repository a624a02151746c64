/* watch.c: what the network of each frame of a run answers. Every number is computed here and now from the frame's own
 * weights; what the training wrote down is only compared with it. */
#include "base/text.h"
#include "draw/watch.h"

#include <math.h>
#include <string.h>

#include "learn/learn.h"
#include "run/frames.h"

denpa_status dnp_watch_open(
    dnp_watch *watch, const char *run, const denpa_data *data, const denpa_net_options *options, denpa_error *err) {
  *watch = (dnp_watch){
      .run = run, .dataset = data, .options = *options, .rows = denpa_data_rows(data, DENPA_SPLIT_TEST)};
  DNP_TRY(dnp_frames_list(run, &watch->frame, &watch->frames, err));
  DNP_TRY(DNP_NEW(&watch->answer, watch->rows, err));
  return DNP_NEW(&watch->sure, watch->rows, err);
}

static size_t apart(size_t a, size_t b) { return a > b ? a - b : b - a; }

size_t dnp_watch_go(dnp_watch *watch, size_t step) {
  watch->at = 0;
  for (size_t k = 1; k < watch->frames; k++)
    if (apart(watch->frame[k].step, step) < apart(watch->frame[watch->at].step, step)) watch->at = k;
  return watch->frame[watch->at].step;
}

void dnp_watch_close(dnp_watch *watch) {
  denpa_net_free(watch->net);
  dnp_free(watch->frame);
  dnp_free(watch->answer);
  dnp_free(watch->sure);
  *watch = (dnp_watch){0};
}

/* The output for the answer; a single one speaks for the second of two. */
static double sureness(const dnp_watch *watch, const unsigned char *output, size_t row) {
  const denpa_dtype dtype = denpa_net_dtype(watch->net);
  if (watch->outputs > 1) return dnp_number(dtype, output, row * watch->outputs + (size_t)watch->answer[row]);
  const double y = dnp_number(dtype, output, row);
  return watch->answer[row] == 1 ? y : 1 - y;
}

/* Fills answer and sure, and scores the test data, in one pass. */
static denpa_status answer(dnp_watch *watch, dnp_score *score, denpa_error *err) {
  const denpa_dtype dtype = denpa_net_dtype(watch->net);
  unsigned char *output;
  size_t bytes, correct = 0;
  dnp_rows rows = dnp_rows_from(watch->net, watch->dataset, DNP_TEST);
  dnp_outcome outcome;
  if (!dnp_size_mul(watch->rows, watch->outputs * dnp_dtype_size(dtype), &bytes))
    return dnp_fail(
        err, DENPA_ERROR_MEMORY, "{1}: the answers to all test samples do not fit into memory", dnp_s(watch->run));
  DNP_TRY(DNP_NEW(&output, bytes, err));
  const dnp_run run = {.rows = watch->rows,
      .feed = dnp_rows_feed,
      .feed_context = &rows,
      .answers = true,
      .predicted = watch->answer,
      .output = output};
  denpa_status status = dnp_exec_run(watch->net->exec, &run, &outcome, err);
  for (size_t i = 0; i < watch->rows; i++) {
    if (status != DENPA_OK) watch->answer[i] = DNP_NO_ANSWER;
    watch->sure[i] = status == DENPA_OK ? sureness(watch, output, i) : 0;
    correct += watch->answer[i] == denpa_data_label(watch->dataset, DENPA_SPLIT_TEST, i);
  }
  dnp_free(output);
  /* a training that went wrong can be watched, too: there is no score then */
  if (status == DENPA_ERROR_NUMERIC) return DENPA_OK;
  DNP_TRY(status);
  *score = (dnp_score){
      outcome.loss, denpa_data_classes(watch->dataset) > 0 ? (double)correct / (double)watch->rows : (double)NAN};
  return DENPA_OK;
}

static denpa_status measure_training(dnp_watch *watch, denpa_epoch *frame, denpa_error *err) {
  denpa_error inside = {0};
  const denpa_status status = denpa_net_evaluate(
      watch->net, watch->dataset, DENPA_SPLIT_TRAIN, &frame->train_loss, &frame->train_accuracy, &inside);
  if (status == DENPA_ERROR_NUMERIC) frame->train_loss = frame->train_accuracy = (double)NAN;
  if (status == DENPA_OK || status == DENPA_ERROR_NUMERIC) return DENPA_OK;
  if (err != NULL) *err = inside;
  return status;
}

/* The training's own number must be ours, bit for bit; where it has none, ours is taken. */
static bool agrees(double *recorded, double now) {
  if (isnan(*recorded)) *recorded = now;
  return *recorded == now || isnan(now);
}

static bool same_network(const denpa_net *a, const denpa_net *b) {
  return denpa_net_dtype(a) == denpa_net_dtype(b) && strcmp(denpa_net_text(a), denpa_net_text(b)) == 0 &&
         strcmp(denpa_net_activation(a), denpa_net_activation(b)) == 0 &&
         strcmp(denpa_net_loss(a), denpa_net_loss(b)) == 0;
}

static void tell_frame(const dnp_watch *watch, size_t k) {
  char text[160];
  if (watch->progress == NULL) return;
  dnp_render(text, sizeof text, watch->progress->lang, "frame {1} of {2}",
      (const denpa_arg[]){dnp_u(k + 1), dnp_u(watch->frames), DNP_END});
  dnp_progress_tell(watch->progress, (double)k / (double)watch->frames, text);
}

denpa_status dnp_watch_look(dnp_watch *watch, size_t k, denpa_error *err) {
  char path[DNP_FRAME_PATH];
  denpa_epoch *frame = &watch->frame[k];
  dnp_score score = {(double)NAN, (double)NAN};
  denpa_net *net;
  tell_frame(watch, k);
  DNP_TRY(dnp_frames_path(watch->run, frame->step, path, err));
  DNP_TRY(denpa_net_load(&net, path, NULL, &watch->options, err));
  const denpa_status named = dnp_numbered_check(path, frame->step, denpa_net_metadata(net, "steps"), err);
  if (named != DENPA_OK) denpa_net_free(net);
  DNP_TRY(named);
  const bool same = watch->net == NULL || same_network(watch->net, net);
  denpa_net_free(watch->net);
  watch->net = net;
  if (!same)
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: this frame and the one before are of different networks; the run's folder was changed", dnp_s(path));
  DNP_TRY(dnp_rows_check(watch->net, watch->dataset, true, err));
  watch->outputs = denpa_net_outputs(watch->net);
  if (dnp_one_for_two(watch->net, watch->dataset))
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
        "a network with a single output cannot be drawn here; give it one output for each class");
  if (watch->rows > 0) DNP_TRY(answer(watch, &score, err));
  if (!agrees(&frame->test_loss, score.loss) || !agrees(&frame->test_accuracy, score.accuracy))
    return dnp_fail(err, DENPA_ERROR_FORMAT,
        "{1}: on the test data of {2} its loss is {3}, but {4} was written down in the training; the data is not what "
        "it was then",
        dnp_s(path), dnp_s(denpa_data_name(watch->dataset)), dnp_d(score.loss), dnp_d(frame->test_loss));
  return isnan(frame->train_loss) ? measure_training(watch, frame, err) : DENPA_OK;
}
