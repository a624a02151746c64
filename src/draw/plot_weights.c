/* plot_weights.c: the weights of every layer. What belongs to the inputs one by one makes pictures of what a unit looks
 * for, in colour where the inputs are; filters are tiles, a row of them for each filter with one for each channel that
 * comes in; dense layers behind a picture have the same rows; the inputs of a table are bars with the names of its
 * columns; other matrices are seen from above; factors and biases of a normalisation are bars. As what each tensor is
 * shown is weights.c's to say. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "learn/learn.h"
#include "draw/inputs.h"
#include "draw/plot.h"
#include "draw/weights.h"

#define MOST_UNITS 256
#define MOST_BARS 64
#define MOST_TILES 2048
#define FOLD 100 /* columns of a matrix beside each other */

/* A matrix is folded where it is wide: then it is seen as some pictures of FOLD columns each. */
static bool is_matrix(const dnp_weights *w) { return w->as == DNP_WEIGHTS_PLAIN; }

static dnp_weights form_of(const denpa_net *net, const dnp_tensor *parameter) {
  dnp_weights w = dnp_weights_of(net, NULL, parameter);
  if (!is_matrix(&w)) return w;
  w.height = parameter->shape[0];
  w.width = w.units < FOLD ? w.units : FOLD;
  w.units = (w.units + FOLD - 1) / FOLD;
  return w;
}

/* Number `i` of the pictures of a unit, or of a part of the matrix. */
static double weight(const dnp_weights *w, size_t unit, size_t i) {
  const size_t columns = w->tensor->shape[1], column = unit * FOLD + i % w->width;
  if (!is_matrix(w)) return dnp_weights_at(w, unit, i);
  return column < columns ? dnp_tensor_element(w->tensor, DNP_DATA, i / w->width * columns + column) : (double)NAN;
}

static void say_form(dnp_figure *f, dnp_panel *p, const dnp_weights *m, size_t shown) {
  const bool filters = m->as == DNP_WEIGHTS_FILTERS;
  if (is_matrix(m))
    dnp_figure_say(f, p->title,
        "{1}: the matrix, a row for each of {2} {2|input|inputs}, a column for each of {3} {3|unit|units}",
        dnp_s(m->tensor->name), dnp_u(m->tensor->shape[0]), dnp_u(m->tensor->shape[1]));
  else if (m->together > 1 && filters)
    dnp_figure_say(f, p->title,
        "{1}: {2} of {3} {3|filter|filters}, a row each, with a tile for each of {4} channels; numbered from 0",
        dnp_s(m->tensor->name), dnp_u(shown), dnp_u(m->units), dnp_u(m->together));
  else if (m->together > 1)
    dnp_figure_say(f, p->title,
        "{1}: {2} of {3} {3|unit|units}, a row each, with a tile for each of {4} channels; numbered from 0",
        dnp_s(m->tensor->name), dnp_u(shown), dnp_u(m->units), dnp_u(m->together));
  else if (m->planes == 3)
    dnp_figure_say(f, p->title,
        filters
            ? DNP_N("{1}: {2} of {3} {3|filter|filters}, numbered from 0; red, green and blue are the weights for "
                    "these, middle grey is zero")
            : DNP_N("{1}: {2} of {3} {3|unit|units}, numbered from 0; red, green and blue are the weights for these, "
                    "middle grey is zero"),
        dnp_s(m->tensor->name), dnp_u(shown), dnp_u(m->units));
  else if (filters)
    dnp_figure_say(f, p->title, "{1}: {2} of {3} {3|filter|filters}, numbered from 0", dnp_s(m->tensor->name),
        dnp_u(shown), dnp_u(m->units));
  else
    dnp_figure_say(f, p->title, "{1}: {2} of {3} {3|unit|units}, numbered from 0", dnp_s(m->tensor->name), dnp_u(shown),
        dnp_u(m->units));
}

/* What a row of tiles is called. */
static denpa_status name_rows(dnp_figure *f, dnp_panel *p, const dnp_weights *m, size_t shown, denpa_error *err) {
  char text[64];
  DNP_TRY(dnp_figure_take_names(f, &p->name, shown, err));
  for (size_t j = 0; j < shown; j++) {
    dnp_figure_say(f, text, m->as == DNP_WEIGHTS_FILTERS ? DNP_N("filter {1}") : DNP_N("unit {1}"), dnp_u(j));
    DNP_TRY(dnp_figure_take_text(f, &p->name[j], text, err));
  }
  return DENPA_OK;
}

static denpa_status fill_pictures(dnp_figure *f, dnp_panel *p, const dnp_weights *m, size_t most, denpa_error *err) {
  const size_t room = m->together < MOST_TILES ? MOST_TILES / m->together : 1, limit = most < room ? most : room,
               shown = m->units < limit ? m->units : limit, tile = m->planes * m->height * m->width;
  *p = (dnp_panel){.kind = DNP_PANEL_TILES, .key = m->tensor->name, .both_signs = true, .planes = m->planes};
  DNP_TRY(dnp_figure_take_tiles(f, p, shown * m->together, m->height, m->width, err));
  say_form(f, p, m, shown);
  if (m->together > 1) {
    p->together = m->together;
    DNP_TRY(name_rows(f, p, m, shown, err));
  }
  for (size_t k = 0; k < p->tiles; k++) {
    const size_t unit = k / m->together, channel = k % m->together;
    if (is_matrix(m) && m->units > 1)
      dnp_figure_say(f, p->tile[k].caption, "columns {1} to {2}", dnp_u(k * FOLD),
          dnp_u((k + 1) * FOLD < m->tensor->shape[1] ? (k + 1) * FOLD - 1 : m->tensor->shape[1] - 1));
    else if (m->together == 1 && !is_matrix(m))
      snprintf(p->tile[k].caption, sizeof p->tile[k].caption, "%zu", k);
    for (size_t i = 0; i < tile; i++) {
      const double value = p->tile[k].value[i] = weight(m, unit, channel * tile + i);
      if (fabs(value) > p->high) p->high = fabs(value);
    }
  }
  p->low = -p->high;
  return DENPA_OK;
}

/* All bars of the panel go from the same number below zero to the same above it. */
static void same_ends(dnp_panel *p) {
  double high = 0;
  for (size_t k = 0; k < p->tiles; k++)
    for (size_t i = 0; i < p->rows; i++) high = fmax(high, fabs(p->tile[k].value[i]));
  for (size_t i = 0; i < p->rows; i++) {
    p->from[i] = -high;
    p->to[i] = high;
  }
}

/* The factors or the biases of a normalisation. */
static denpa_status fill_bars(dnp_figure *f, dnp_panel *p, const dnp_tensor *w, size_t most, denpa_error *err) {
  const size_t channels = w->shape[0], shown = channels < most ? channels : most;
  char name[24];
  *p = (dnp_panel){.kind = DNP_PANEL_RECORDS, .key = w->name};
  DNP_TRY(dnp_figure_take_records(f, p, 1, shown, err));
  for (size_t i = 0; i < shown; i++) {
    p->tile[0].value[i] = dnp_tensor_element(w, DNP_DATA, i);
    snprintf(name, sizeof name, "%zu", i);
    DNP_TRY(dnp_figure_take_text(f, &p->name[i], name, err));
  }
  same_ends(p);
  dnp_figure_say(f, p->title,
      "{1}: {2} of {3} {3|channel|channels}, numbered from 0; the bars begin at 0 in the middle", dnp_s(w->name),
      dnp_u(shown), dnp_u(channels));
  return DENPA_OK;
}

/* The inputs of a table by their names: for each unit what it makes of them. */
static denpa_status fill_inputs(
    dnp_figure *f, dnp_panel *p, const denpa_net *net, const dnp_weights *m, size_t most, denpa_error *err) {
  const size_t inputs = m->tensor->shape[0], rows = inputs < MOST_BARS ? inputs : MOST_BARS,
               shown = m->units < most ? m->units : most;
  const dnp_table *table = NULL;
  void *memory[DNP_TABLE_BLOCKS] = {NULL};
  *p = (dnp_panel){.kind = DNP_PANEL_RECORDS, .key = m->tensor->name, .left_out = inputs - rows};
  DNP_TRY(dnp_figure_take_records(f, p, shown, rows, err));
  denpa_status status = dnp_table_from_json(denpa_net_metadata(net, "table"), m->tensor->name, &table, memory, err);
  for (size_t i = 0; i < rows && status == DENPA_OK; i++) {
    char name[DNP_INPUT_NAME];
    status = dnp_figure_take_text(f, &p->name[i], dnp_input_name(table, i, f->lang, name), err);
  }
  for (size_t i = 0; i < DNP_TABLE_BLOCKS; i++) dnp_free(memory[i]);
  DNP_TRY(status);
  for (size_t j = 0; j < shown; j++) {
    dnp_figure_say(f, p->tile[j].caption, "unit {1}", dnp_u(j));
    p->tile[j].index = j;
    for (size_t i = 0; i < rows; i++) p->tile[j].value[i] = dnp_weights_at(m, j, i);
  }
  same_ends(p);
  dnp_figure_say(f, p->title,
      "{1}: {2} of {3} {3|unit|units}, numbered from 0, with a weight for each input of the table; the bars begin at 0 "
      "in the middle",
      dnp_s(m->tensor->name), dnp_u(shown), dnp_u(m->units));
  return DENPA_OK;
}

static bool is_parameter(const denpa_net *net, const dnp_tensor *tensor) {
  for (size_t i = 0; i < net->exec->parameters; i++)
    if (net->exec->parameter[i].tensor == tensor) return true;
  return false;
}

/* What of a call is shown: matrices and filters, and of a normalisation its factors and biases; biases are not. */
static bool is_shown(const denpa_net *net, const dnp_node *node, int place) {
  if (place == 0 || !is_parameter(net, node->in[place])) return false;
  const dnp_weights_as as = dnp_weights_of(net, NULL, node->in[place]).as;
  return node->in[place]->axes == 2 || as == DNP_WEIGHTS_FILTERS || as == DNP_WEIGHTS_CHANNELS;
}

static size_t panels_of(const denpa_net *net) {
  size_t panels = 0;
  for (size_t i = 0; i < net->exec->nodes; i++)
    for (int k = 1; k < net->exec->node[i].inputs; k++) panels += is_shown(net, &net->exec->node[i], k);
  return panels;
}

static denpa_status fill_panel(
    dnp_figure *f, dnp_panel *p, const denpa_net *net, const dnp_tensor *tensor, size_t most, denpa_error *err) {
  const dnp_weights m = form_of(net, tensor);
  if (m.as == DNP_WEIGHTS_CHANNELS) return fill_bars(f, p, tensor, most < MOST_BARS ? most : MOST_BARS, err);
  if (m.as == DNP_WEIGHTS_TABLE) return fill_inputs(f, p, net, &m, most, err);
  return fill_pictures(f, p, &m, most, err);
}

static denpa_status fill(dnp_figure *f, const dnp_plot_source *source, denpa_error *err) {
  const size_t most = source->samples > 0 ? source->samples : MOST_UNITS;
  size_t panel = 0;
  dnp_figure_say(f, f->title, "{1}: what each unit looks for", dnp_s(source->name));
  dnp_figure_say(f, f->note,
      "A pixel or bar is one weight. Orange: above zero, what comes in there speaks for the unit. Blue: below zero, it "
      "speaks against it.");
  for (size_t i = 0; i < source->net->exec->nodes; i++) {
    const dnp_node *node = &source->net->exec->node[i];
    for (int k = 1; k < node->inputs; k++)
      if (is_shown(source->net, node, k))
        DNP_TRY(fill_panel(f, &f->panel[panel++], source->net, node->in[k], most, err));
  }
  return DENPA_OK;
}

denpa_status dnp_plot_weights(dnp_figure **out, const dnp_plot_source *source, denpa_error *err) {
  const size_t panels = panels_of(source->net);
  *out = NULL;
  if (panels == 0)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
        "{1}: this network has no layer with weights that could be drawn as pictures", dnp_s(source->name));
  DNP_TRY(dnp_figure_create(out, "weights", source->lang, panels, err));
  denpa_status status = fill(*out, source, err);
  if (status == DENPA_OK) return DENPA_OK;
  dnp_figure_free(*out);
  *out = NULL;
  return status;
}
