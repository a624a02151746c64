/* plot_surface.c: the loss around the way from the first weights to the last: along the straight line between them, and
 * on a plane through it. Of a run with frames the plane goes through the frame that is farthest from the line as well,
 * and the way is drawn as it is seen from above the plane; without frames the plane's second direction is where the
 * first gradient points away from the line, layer by layer as long as the line is there. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "learn/learn.h"
#include "run/frames.h"
#include "draw/plot.h"

enum { ACROSS = 25, UP = 21, ALONG = 61, SAMPLES = 1000 };
#define FROM (-0.5)
#define TO 1.5
#define ASIDE 0.5 /* without frames */

typedef struct slice {
  denpa_net *net; /* the network as it began; its weights are moved about */
  const denpa_data *dataset;
  int split;
  int32_t *column;              /* for measuring, if needed */
  double *first, *last, *aside; /* blocks of the network, [block] each */
  double reach;                 /* how far the plane goes aside */
  const denpa_net *trained;     /* the other end of the line ... */
  double *first_state;          /* ... and the lasting state (running statistics) of this one: [states] */
  size_t states;
  denpa_epoch *frame; /* of the run, or NULL */
  size_t frames;
  size_t measured; /* places of the line and the plane */
  dnp_progress *progress;
} slice;

/* Tensor i of a network if it is lasting state, such as running statistics; else NULL. */
static dnp_tensor *state_at(const dnp_network *network, size_t i) {
  return network->graph->tensor[i].role == DNP_ROLE_STATE && dnp_network_keeps(network, i) ? &network->tensor[i] : NULL;
}

/* Lasting state goes along with the weights, but not beyond the two networks: a variance must not fall below 0. */
static void move_states(slice *s, double a) {
  size_t at = 0;
  const dnp_network *network = s->net->network;
  a = a < 0 ? 0 : a > 1 ? 1 : a;
  for (size_t i = 0; i < network->graph->tensors; i++) {
    dnp_tensor *t = state_at(network, i);
    for (size_t k = 0; t != NULL && k < dnp_tensor_count(t); k++, at++) {
      const double last = dnp_tensor_element(&s->trained->network->tensor[i], DNP_DATA, k);
      dnp_tensor_set(t, k, (1 - a) * s->first_state[at] + a * last);
    }
  }
}

static denpa_status keep_states(dnp_figure *f, slice *s, denpa_error *err) {
  size_t at = 0;
  const dnp_network *network = s->net->network;
  for (size_t i = 0; i < network->graph->tensors; i++)
    if (state_at(network, i) != NULL) s->states += dnp_tensor_count(state_at(network, i));
  DNP_TRY(dnp_figure_take(f, &s->first_state, s->states, err));
  for (size_t i = 0; i < network->graph->tensors; i++) {
    const dnp_tensor *t = state_at(network, i);
    for (size_t k = 0; t != NULL && k < dnp_tensor_count(t); k++)
      s->first_state[at++] = dnp_tensor_element(t, DNP_DATA, k);
  }
  return DENPA_OK;
}

static void tell_place(slice *s) {
  const size_t of = ALONG + UP * ACROSS, done = s->measured++;
  char text[160];
  if (s->progress == NULL) return;
  dnp_render(
      text, sizeof text, s->progress->lang, "place {1} of {2}", (const denpa_arg[]){dnp_u(done), dnp_u(of), DNP_END});
  dnp_progress_tell(s->progress, (double)done / (double)of, text);
}

/* The loss at (1-a) first + a last + b aside; NaN where it is not finite. */
static denpa_status loss_at(slice *s, double a, double b, double *out, denpa_error *err) {
  denpa_error inside = {0};
  dnp_score score;
  tell_place(s);
  for (size_t i = 0; i < s->net->network->block; i++)
    dnp_network_set_value(s->net->network, i, (1 - a) * s->first[i] + a * s->last[i] + b * s->aside[i]);
  move_states(s, a);
  denpa_status status = dnp_evaluate(s->net, s->dataset, s->split, s->column, &score, &inside);
  *out = status == DENPA_OK ? score.loss : (double)NAN;
  if (status != DENPA_OK && status != DENPA_ERROR_NUMERIC && err != NULL) *err = inside;
  return status == DENPA_ERROR_NUMERIC ? DENPA_OK : status;
}

/* Minus the first gradient, without what lies along the line, each layer as long as the line's part. */
static void turn_aside(slice *s) {
  for (size_t k = 0; k < s->net->exec->parameters; k++) {
    const dnp_parameter *p = &s->net->exec->parameter[k];
    double dot = 0, square = 0, rest = 0;
    for (size_t i = p->offset; i < p->offset + p->count; i++) {
      const double way = s->last[i] - s->first[i];
      s->aside[i] = -dnp_exec_gradient(s->net->exec, i);
      dot += s->aside[i] * way;
      square += way * way;
    }
    for (size_t i = p->offset; i < p->offset + p->count; i++) {
      s->aside[i] -= square > 0 ? dot / square * (s->last[i] - s->first[i]) : 0;
      rest += s->aside[i] * s->aside[i];
    }
    for (size_t i = p->offset; i < p->offset + p->count; i++) s->aside[i] *= rest > 0 ? sqrt(square / rest) : 0;
  }
}

/* ---- frames ------------------------------------------------------------------------------------ */

/* The weights of a frame as a network like s->net. */
static denpa_status load_frame(const slice *s, const char *run, size_t step, denpa_net **out, denpa_error *err) {
  char path[DNP_FRAME_PATH];
  denpa_net_options o = denpa_net_options_default();
  o.threads = 1;
  DNP_TRY(dnp_frames_path(run, step, path, err));
  DNP_TRY(denpa_net_load(out, path, NULL, &o, err));
  if ((*out)->network->block == s->net->network->block && (*out)->network->dtype == s->net->network->dtype)
    return DENPA_OK;
  denpa_net_free(*out);
  return dnp_fail(err, DENPA_ERROR_SHAPE, "{1}: this frame is not of the network that the run ended with", dnp_s(path));
}

/* Where weights stand: *along in parts of the way, *off their distance from the line in the same unit. */
static void stand(const slice *s, const denpa_net *net, double *along, double *off) {
  double dot = 0, square = 0, rest = 0;
  for (size_t i = 0; i < net->network->block; i++) {
    const double way = s->last[i] - s->first[i];
    dot += (dnp_network_value(net->network, i) - s->first[i]) * way;
    square += way * way;
  }
  *along = square > 0 ? dot / square : 0;
  for (size_t i = 0; i < net->network->block; i++) {
    const double away = dnp_network_value(net->network, i) - s->first[i] - *along * (s->last[i] - s->first[i]);
    rest += away * away;
  }
  *off = square > 0 ? sqrt(rest / square) : 0;
}

/* The way aside leads to the frame that is farthest from the line, and is as long as the line. */
static denpa_status turn_to_farthest(slice *s, const char *run, denpa_error *err) {
  double farthest = 0;
  for (size_t k = 0; k < s->frames; k++) {
    denpa_net *net;
    double along, off;
    DNP_TRY(load_frame(s, run, s->frame[k].step, &net, err));
    stand(s, net, &along, &off);
    for (size_t i = 0; off > farthest && i < net->network->block; i++)
      s->aside[i] = (dnp_network_value(net->network, i) - s->first[i] - along * (s->last[i] - s->first[i])) / off;
    if (off > farthest) farthest = off;
    denpa_net_free(net);
  }
  s->reach = 1.5 * farthest > 0.1 ? 1.5 * farthest : 0.1;
  return DENPA_OK;
}

/* Each frame's place on the plane. */
static denpa_status project(slice *s, const char *run, double *x, double *y, denpa_error *err) {
  double square = 0;
  for (size_t i = 0; i < s->net->network->block; i++) square += s->aside[i] * s->aside[i];
  for (size_t k = 0; k < s->frames; k++) {
    denpa_net *net;
    double off, dot = 0;
    DNP_TRY(load_frame(s, run, s->frame[k].step, &net, err));
    stand(s, net, &x[k], &off);
    for (size_t i = 0; i < net->network->block; i++)
      dot += (dnp_network_value(net->network, i) - s->first[i]) * s->aside[i];
    y[k] = square > 0 ? dot / square : 0;
    denpa_net_free(net);
  }
  return DENPA_OK;
}

/* ------------------------------------------------------------------------------------------------- */

static denpa_status look_around(slice *s, const char *folder, denpa_error *err) {
  dnp_rows feed = dnp_rows_from(s->net, s->dataset, s->split);
  const size_t rows = s->dataset->split[s->split].rows;
  const dnp_run run = {.rows = rows, .feed = dnp_rows_feed, .feed_context = &feed, .answers = true, .backward = true};
  dnp_outcome outcome;
  DNP_TRY(dnp_net_fit_batch(s->net, rows, false, err));
  for (size_t i = 0; i < s->net->network->block; i++) {
    s->first[i] = dnp_network_value(s->net->network, i);
    s->last[i] = dnp_network_value(s->trained->network, i);
  }
  if (s->frames > 2) return turn_to_farthest(s, folder, err);
  DNP_TRY(dnp_exec_run(s->net->exec, &run, &outcome, err));
  turn_aside(s);
  s->reach = ASIDE;
  return DENPA_OK;
}

/* ---- panels ------------------------------------------------------------------------------------ */

static denpa_status fill_line(dnp_figure *f, slice *s, denpa_error *err) {
  dnp_panel *p = &f->panel[0];
  dnp_series *series = &p->series[0];
  *p = (dnp_panel){.kind = DNP_PANEL_LINES, .key = "line", .count = 1};
  series->key = "loss";
  series->count = ALONG;
  dnp_figure_say(f, p->title, "Along the straight line");
  dnp_figure_say(f, p->x_title, "0: first weights; 1: last weights");
  dnp_figure_say(f, p->y_title, "mean loss of a sample");
  DNP_TRY(dnp_figure_take(f, &series->x, ALONG, err));
  DNP_TRY(dnp_figure_take(f, &series->y, ALONG, err));
  for (int i = 0; i < ALONG; i++) {
    series->x[i] = FROM + (TO - FROM) * i / (ALONG - 1);
    DNP_TRY(loss_at(s, series->x[i], 0, &series->y[i], err));
  }
  return DENPA_OK;
}

static void note_ends(dnp_panel *p) {
  p->low = (double)INFINITY;
  p->high = -(double)INFINITY;
  for (size_t i = 0; i < p->rows * p->columns; i++) {
    if (p->value[i] < p->low) p->low = p->value[i];
    if (p->value[i] > p->high) p->high = p->value[i];
  }
  p->log_scale = p->low > 0;
}

static denpa_status mark(dnp_figure *f, dnp_series *s, double at, denpa_error *err) {
  s->count = 1;
  DNP_TRY(dnp_figure_take(f, &s->x, 1, err));
  DNP_TRY(dnp_figure_take(f, &s->y, 1, err));
  s->x[0] = at;
  return DENPA_OK;
}

static denpa_status fill_path(dnp_figure *f, slice *s, dnp_series *path, const char *run, denpa_error *err) {
  path->key = "path";
  path->count = s->frames;
  dnp_figure_say(f, path->title, "the way of the weights, seen from above");
  DNP_TRY(dnp_figure_take(f, &path->x, s->frames, err));
  DNP_TRY(dnp_figure_take(f, &path->y, s->frames, err));
  return project(s, run, path->x, path->y, err);
}

static denpa_status fill_plane(dnp_figure *f, slice *s, const char *run, denpa_error *err) {
  dnp_panel *p = &f->panel[1];
  *p = (dnp_panel){
      .kind = DNP_PANEL_CELLS, .key = "plane", .rows = UP, .columns = ACROSS, .count = s->frames > 2 ? 3 : 2};
  dnp_series *ends = &p->series[p->count - 2]; /* drawn last */
  DNP_TRY(dnp_figure_take(f, &p->value, UP * ACROSS, err));
  DNP_TRY(dnp_figure_take(f, &p->row_at, UP, err));
  DNP_TRY(dnp_figure_take(f, &p->column_at, ACROSS, err));
  for (int r = 0; r < UP; r++) p->row_at[r] = s->reach * (2 * r - (UP - 1)) / (UP - 1);
  for (int c = 0; c < ACROSS; c++) p->column_at[c] = FROM + (TO - FROM) * c / (ACROSS - 1);
  for (int r = 0; r < UP; r++)
    for (int c = 0; c < ACROSS; c++) DNP_TRY(loss_at(s, p->column_at[c], p->row_at[r], &p->value[r * ACROSS + c], err));
  note_ends(p);
  for (int i = 0; i < 2; i++) DNP_TRY(mark(f, &ends[i], i, err));
  ends[0].key = "first";
  ends[1].key = "last";
  dnp_figure_say(f, ends[0].title, "first weights");
  dnp_figure_say(f, ends[1].title, "last weights");
  dnp_figure_say(f, p->title, "On a plane through the line (dark: small loss)");
  dnp_figure_say(f, p->x_title, "0: first weights; 1: last weights");
  if (p->count == 2) return dnp_figure_say(f, p->y_title, "along the first gradient"), DENPA_OK;
  dnp_figure_say(f, p->y_title, "towards the farthest frame");
  return fill_path(f, s, &p->series[0], run, err);
}

/* ------------------------------------------------------------------------------------------------- */

static denpa_status fill(dnp_figure *f, slice *s, const dnp_plot_source *source, denpa_error *err) {
  f->columns = 2;
  dnp_figure_say(f, f->title, "{1}: the loss around the way that the weights went", dnp_s(source->name));
  dnp_figure_say(f, f->note, "Over the first {1} {1|sample|samples} of {2} ({3}).",
      dnp_u(s->dataset->split[s->split].rows), dnp_s(s->dataset->name), dnp_plot_split(source));
  dnp_json_put(&f->facts, "samples", json_integer((json_int_t)s->dataset->split[s->split].rows));
  DNP_TRY(look_around(s, source->run, err));
  DNP_TRY(fill_line(f, s, err));
  DNP_TRY(fill_plane(f, s, source->run, err));
  if (s->frames > 2)
    dnp_figure_say(f, f->note,
        "Over the first {1} {1|sample|samples} of {2} ({3}). The line: the way of the weights over {4} frames, seen "
        "from "
        "above the plane.",
        dnp_u(s->dataset->split[s->split].rows), dnp_s(s->dataset->name), dnp_plot_split(source), dnp_u(s->frames));
  return DENPA_OK;
}

static denpa_status make(dnp_figure *f, slice *s, const dnp_plot_source *source, denpa_error *err) {
  double *block;
  const size_t numbers = s->net->network->block;
  if (dnp_evaluate_needs_labels(s->net, s->dataset))
    DNP_TRY(DNP_NEW(&s->column, s->dataset->split[s->split].rows, err));
  DNP_TRY(dnp_figure_take(f, &block, 3 * numbers, err));
  DNP_TRY(keep_states(f, s, err));
  s->first = block;
  s->last = block + numbers;
  s->aside = block + 2 * numbers;
  return fill(f, s, source, err);
}

denpa_status dnp_plot_surface(dnp_figure **out, const dnp_plot_source *source, denpa_error *err) {
  denpa_data part = *source->dataset;
  dnp_split *split = &part.split[source->split];
  slice s = {.trained = source->net, .dataset = &part, .split = (int)source->split, .progress = source->progress};
  const size_t wanted = source->samples > 0 ? source->samples : SAMPLES;
  *out = NULL;
  DNP_TRY(dnp_rows_check(source->net, source->dataset, true, err));
  if (wanted < split->rows) split->rows = wanted;
  if (split->rows == 0) return dnp_fail(err, DENPA_ERROR_NOT_FOUND, "{1} has no rows to measure on", dnp_s(part.name));
  DNP_TRY(dnp_net_begin(&s.net, source->net, err));
  denpa_status status = dnp_figure_create(out, "surface", source->lang, 2, err);
  if (status == DENPA_OK && source->run != NULL &&
      dnp_frames_list(source->run, &s.frame, &s.frames, NULL) == DENPA_ERROR_MEMORY)
    status = dnp_fail(err, DENPA_ERROR_MEMORY, "{1}: not enough memory for the picture", dnp_s(source->name));
  const dnp_float_mode before = dnp_float_enter();
  if (status == DENPA_OK) status = make(*out, &s, source, err);
  dnp_float_leave(before);
  denpa_net_free(s.net);
  dnp_free(s.column);
  dnp_free(s.frame);
  if (status == DENPA_OK) return DENPA_OK;
  dnp_figure_free(*out);
  *out = NULL;
  return status;
}
