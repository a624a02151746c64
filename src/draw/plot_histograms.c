/* plot_histograms.c: how the values and the gradients of each layer are spread, over one pass of some samples. The
 * observer sees them; no operation is known by name. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "learn/learn.h"
#include "draw/plot.h"

enum { BINS = 60, SAMPLES = 1000, LOG_FROM = 50 };

/* The values of one tensor, or of its gradient. */
typedef struct heap {
  const dnp_tensor *tensor;
  size_t node;
  int input; /* gradients: of this input of the call; values: -1 */
  char name[DNP_MAX_NAME + 2];
  double *value;
  size_t count, room;
} heap;

typedef struct gathering {
  heap *heap;
  size_t heaps;
} gathering;

/* All rows of the chunk, as far as there is room. */
static void take(heap *h, const dnp_exec *exec, dnp_side side) {
  const size_t row = dnp_tensor_row(h->tensor), left = (h->room - h->count) / row,
               count = h->tensor->rows < left ? h->tensor->rows : left;
  dnp_exec_read_real(exec, h->tensor, side, 0, count, h->value + h->count);
  h->count += count * row;
}

static bool observe(void *context, const dnp_exec *exec, size_t node, bool backward, size_t first_row, size_t rows) {
  gathering *g = context;
  (void)first_row;
  (void)rows;
  for (size_t i = 0; i < g->heaps; i++) {
    heap *h = &g->heap[i];
    if (h->node != node || backward != (h->input >= 0)) continue;
    if (!backward || h->tensor->batched) take(h, exec, backward ? DNP_GRAD : DNP_DATA);
  }
  return true;
}

/* ---- what is gathered -------------------------------------------------------------------------- */

static denpa_status add_heap(
    gathering *g, const denpa_net *net, const dnp_tensor *t, size_t node, int input, size_t rows, denpa_error *err) {
  heap *h = &g->heap[g->heaps];
  *h = (heap){.tensor = t,
      .node = node,
      .input = input,
      .room = (t->batched ? rows : dnp_tensor_slices(t)) * dnp_tensor_row(t)};
  if (input >= 0)
    dnp_grad_name(net->exec, t, h->name);
  else
    memcpy(h->name, t->name, sizeof t->name);
  DNP_TRY(DNP_NEW(&h->value, h->room, err));
  g->heaps++;
  return DENPA_OK;
}

/* In the order of computing: forward the results, backward the gradients. */
static denpa_status list_heaps(gathering *g, const denpa_net *net, bool gradients, size_t rows, denpa_error *err) {
  DNP_TRY(DNP_NEW(&g->heap, net->exec->nodes + net->exec->edges, err));
  for (size_t c = 0; !gradients && c < net->exec->nodes; c++)
    DNP_TRY(add_heap(g, net, net->exec->node[c].out, c, -1, rows, err));
  for (size_t e = 0; gradients && e < net->exec->edges; e++) {
    const dnp_edge *edge = &net->exec->edge[e];
    if (edge->first)
      DNP_TRY(
          add_heap(g, net, net->exec->node[edge->node].in[edge->input], (size_t)edge->node, edge->input, rows, err));
  }
  return DENPA_OK;
}

static denpa_status pass(gathering *g, const dnp_plot_source *source, bool gradients, size_t rows, denpa_error *err) {
  dnp_rows feed = dnp_rows_from(source->net, source->dataset, (int)source->split);
  const dnp_run run = {.rows = rows,
      .feed = dnp_rows_feed,
      .feed_context = &feed,
      .answers = true,
      .backward = gradients,
      .observer = observe,
      .observer_context = g};
  dnp_outcome outcome;
  DNP_TRY(dnp_net_fit_batch(source->net, rows, false, err));
  DNP_TRY(list_heaps(g, source->net, gradients, rows, err));
  DNP_TRY(dnp_exec_run(source->net->exec, &run, &outcome, err));
  for (size_t i = 0; gradients && i < g->heaps; i++)
    if (!g->heap[i].tensor->batched) take(&g->heap[i], source->net->exec, DNP_GRAD);
  return DENPA_OK;
}

/* ---- bins -------------------------------------------------------------------------------------- */

static denpa_status spread(dnp_figure *f, dnp_panel *p, const heap *h, denpa_error *err) {
  dnp_series *s = &p->series[0];
  double low = (double)INFINITY, high = -(double)INFINITY, sum = 0, square = 0;
  size_t zeros = 0;
  *p = (dnp_panel){.kind = DNP_PANEL_BARS, .key = h->name, .count = 1};
  for (size_t i = 0; i < h->count; i++) {
    low = h->value[i] < low ? h->value[i] : low;
    high = h->value[i] > high ? h->value[i] : high;
    sum += h->value[i];
    square += h->value[i] * h->value[i];
    zeros += h->value[i] == 0;
  }
  if (!(high > low)) low = h->count > 0 ? low - 0.5 : 0, high = low + 1;
  s->key = "counts";
  s->count = BINS;
  DNP_TRY(dnp_figure_take(f, &s->x, BINS + 1, err));
  DNP_TRY(dnp_figure_take(f, &s->y, BINS, err));
  for (int i = 0; i <= BINS; i++) s->x[i] = i == BINS ? high : low + (high - low) * i / (double)BINS;
  for (size_t i = 0; i < h->count; i++) {
    const double at = (h->value[i] - low) / (high - low) * (double)BINS;
    s->y[at >= (double)BINS ? BINS - 1 : at > 0 ? (int)at : 0]++;
  }
  for (int i = 0; i < BINS; i++) p->log_counts = p->log_counts || s->y[i] >= (double)LOG_FROM;
  double *name; /* the name has to outlive the heap */
  DNP_TRY(dnp_figure_take(f, &name, (sizeof h->name + sizeof *name - 1) / sizeof *name, err));
  memcpy(name, h->name, sizeof h->name);
  p->key = (const char *)(const void *)name;
  dnp_figure_say(f, p->title, "{1}: {2} {2|number|numbers}, {3:.1f} % of them zero", dnp_s(h->name), dnp_u(h->count),
      dnp_d(100 * (double)zeros / (double)h->count));
  dnp_figure_say(f, p->x_title, "value (mean {1:.3g}, root mean square {2:.3g})", dnp_d(sum / (double)h->count),
      dnp_d(sqrt(square / (double)h->count)));
  dnp_figure_say(f, p->y_title, "how many");
  return DENPA_OK;
}

static denpa_status make_figure(dnp_figure **out, const dnp_plot_source *source, const gathering *g, bool gradients,
    size_t rows, denpa_error *err) {
  DNP_TRY(dnp_figure_create(out, gradients ? "gradients" : "activations", source->lang, g->heaps, err));
  dnp_figure *f = *out;
  f->columns = 2;
  if (gradients)
    dnp_figure_say(f, f->title, "{1}: how the gradients of each layer are spread", dnp_s(source->name));
  else
    dnp_figure_say(f, f->title, "{1}: how the values of each layer are spread", dnp_s(source->name));
  dnp_figure_say(f, f->note,
      "Over the first {1} {1|sample|samples} of {2} ({3}). Where the marks are powers of ten, a step up is ten times "
      "as many.",
      dnp_u(rows), dnp_s(source->dataset->name),
      dnp_t(source->split == DENPA_SPLIT_TRAIN ? DNP_N("training data") : DNP_N("test data")));
  dnp_json_put(&f->facts, "samples", json_integer((json_int_t)rows));
  for (size_t i = 0; i < g->heaps; i++) DNP_TRY(spread(f, &f->panel[i], &g->heap[i], err));
  return DENPA_OK;
}

static denpa_status make(dnp_figure **out, const dnp_plot_source *source, bool gradients, denpa_error *err) {
  gathering g = {0};
  *out = NULL;
  DNP_TRY(dnp_rows_check(source->net, source->dataset, true, err));
  const size_t there = source->dataset->split[source->split].rows,
               wanted = source->samples > 0 ? source->samples : SAMPLES, rows = there < wanted ? there : wanted;
  if (rows == 0)
    return dnp_fail(err, DENPA_ERROR_NOT_FOUND, "{1} has no rows to measure on", dnp_s(source->dataset->name));
  denpa_status status = pass(&g, source, gradients, rows, err);
  if (status == DENPA_OK) status = make_figure(out, source, &g, gradients, rows, err);
  for (size_t i = 0; i < g.heaps; i++) dnp_free(g.heap[i].value);
  dnp_free(g.heap);
  if (status == DENPA_OK) return DENPA_OK;
  dnp_figure_free(*out);
  *out = NULL;
  return status;
}

denpa_status dnp_plot_activations(dnp_figure **out, const dnp_plot_source *source, denpa_error *err) {
  return make(out, source, false, err);
}
denpa_status dnp_plot_gradients(dnp_figure **out, const dnp_plot_source *source, denpa_error *err) {
  return make(out, source, true, err);
}
