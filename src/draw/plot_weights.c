/* plot_weights.c: the weights of every layer. What belongs to the inputs one by one makes pictures of what a unit looks
 * for, in colour where the inputs are; filters are tiles, a row of them for each filter with one for each channel that
 * comes in; dense layers behind a picture have the same rows; other matrices are seen from above; factors and biases of
 * a normalisation are bars. Everything is read from the network as its shapes say. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "data/prepare_picture.h"
#include "learn/learn.h"
#include "draw/plot.h"

#define MOST_UNITS 256
#define MOST_BARS 64
#define MOST_TILES 2048
#define FOLD 100 /* columns of a matrix beside each other */

/* How one tensor is shown: `units` rows of `together` tiles, each planes x height x width. */
typedef struct form {
  const dnp_node *node;
  const dnp_tensor *w;
  size_t units, together, planes, height, width;
  bool by_input; /* its first axis counts the inputs, the last one the units */
} form;

/* The sides of the picture that a row of inputs is: what a folder of pictures was resized to, three planes in colour;
 * else a square if the inputs are pixels and fill one, else a single row. */
static void input_sides(const denpa_net *net, form *f, size_t inputs) {
  /* absent in files of others, whose inputs are pixels as well */
  const char *preprocessing = denpa_net_metadata(net, "preprocessing");
  const char *text = denpa_net_metadata(net, "pictures");
  size_t side = 1;
  dnp_prepared picture;
  if (text != NULL && dnp_prepare_form(text, &picture, NULL) == DENPA_OK &&
      inputs == picture.planes * picture.height * picture.width) {
    f->planes = picture.planes;
    f->height = picture.height;
    f->width = picture.width;
    return;
  }
  while (side * side < inputs) side++;
  const bool square = side * side == inputs && (preprocessing == NULL || strncmp(preprocessing, "pixel", 5) == 0);
  f->height = square ? side : 1;
  f->width = square ? side : inputs;
}

/* Pictures of so many channels: three from the inputs are colours, others stand beside each other. */
static void channel_sides(const denpa_net *net, form *f, const dnp_tensor *from, size_t channels) {
  const bool colours = channels == 3 && from == net->exec->input;
  f->planes = colours ? 3 : 1;
  f->together = colours ? 1 : channels;
}

/* The call that made the tensor, or NULL. */
static const dnp_node *maker(const denpa_net *net, const dnp_tensor *tensor) {
  for (size_t i = 0; i < net->exec->nodes; i++)
    if (net->exec->node[i].out == tensor) return &net->exec->node[i];
  return NULL;
}

static form form_of(const denpa_net *net, const dnp_node *node, const dnp_tensor *w) {
  form f = {.node = node, .w = w, .units = w->shape[w->axes - 1], .together = 1, .planes = 1, .by_input = true};
  const dnp_tensor *from = node->in[0];
  const dnp_node *before = maker(net, from);
  if (w->axes == 4) {
    f.units = w->shape[0];
    f.by_input = false;
    f.height = w->shape[2];
    f.width = w->shape[3];
    channel_sides(net, &f, from, w->shape[1]);
  } else if (before != NULL && before->in[0]->axes == 4 && from->axes == 2) { /* what was a picture became a row */
    const size_t *shape = before->in[0]->shape;
    f.height = shape[2];
    f.width = shape[3];
    channel_sides(net, &f, before->in[0], shape[1]);
  } else if (from == net->exec->input) {
    input_sides(net, &f, w->shape[0]);
  } else { /* the matrix itself, folded where it is wide */
    f.units = (w->shape[1] + FOLD - 1) / FOLD;
    f.height = w->shape[0];
    f.width = w->shape[1] < FOLD ? w->shape[1] : FOLD;
    f.by_input = false;
  }
  return f;
}

static bool is_matrix(const form *f) { return f->w->axes == 2 && !f->by_input; }

/* Number `i` of the tiles of row `unit`. */
static double weight(const form *f, size_t unit, size_t i) {
  const size_t columns = f->w->shape[f->w->axes - 1];
  if (f->by_input) return dnp_tensor_element(f->w, DNP_DATA, i * f->units + unit);
  if (!is_matrix(f)) return dnp_tensor_element(f->w, DNP_DATA, unit * dnp_tensor_row(f->w) + i);
  const size_t column = unit * FOLD + i % f->width;
  return column < columns ? dnp_tensor_element(f->w, DNP_DATA, i / f->width * columns + column) : (double)NAN;
}

static void say_form(dnp_figure *f, dnp_panel *p, const form *m, size_t shown) {
  const bool filters = m->w->axes == 4;
  if (is_matrix(m))
    dnp_figure_say(f, p->title,
        "{1}: the matrix, a row for each of {2} {2|input|inputs}, a column for each of {3} {3|unit|units}",
        dnp_s(m->w->name), dnp_u(m->w->shape[0]), dnp_u(m->w->shape[1]));
  else if (m->together > 1 && filters)
    dnp_figure_say(f, p->title,
        "{1}: {2} of {3} {3|filter|filters}, a row each, with a tile for each of {4} channels; numbered from 0",
        dnp_s(m->w->name), dnp_u(shown), dnp_u(m->units), dnp_u(m->together));
  else if (m->together > 1)
    dnp_figure_say(f, p->title,
        "{1}: {2} of {3} {3|unit|units}, a row each, with a tile for each of {4} channels; numbered from 0",
        dnp_s(m->w->name), dnp_u(shown), dnp_u(m->units), dnp_u(m->together));
  else if (m->planes == 3)
    dnp_figure_say(f, p->title,
        filters
            ? DNP_N("{1}: {2} of {3} {3|filter|filters}, numbered from 0; red, green and blue are the weights for "
                    "these, middle grey is zero")
            : DNP_N("{1}: {2} of {3} {3|unit|units}, numbered from 0; red, green and blue are the weights for these, "
                    "middle grey is zero"),
        dnp_s(m->w->name), dnp_u(shown), dnp_u(m->units));
  else if (filters)
    dnp_figure_say(f, p->title, "{1}: {2} of {3} {3|filter|filters}, numbered from 0", dnp_s(m->w->name), dnp_u(shown),
        dnp_u(m->units));
  else
    dnp_figure_say(f, p->title, "{1}: {2} of {3} {3|unit|units}, numbered from 0", dnp_s(m->w->name), dnp_u(shown),
        dnp_u(m->units));
}

/* What a row of tiles is called. */
static denpa_status name_rows(dnp_figure *f, dnp_panel *p, const form *m, size_t shown, denpa_error *err) {
  char text[64];
  DNP_TRY(dnp_figure_take_names(f, &p->name, shown, err));
  for (size_t j = 0; j < shown; j++) {
    dnp_figure_say(f, text, m->w->axes == 4 ? DNP_N("filter {1}") : DNP_N("unit {1}"), dnp_u(j));
    DNP_TRY(dnp_figure_take_text(f, &p->name[j], text, err));
  }
  return DENPA_OK;
}

static denpa_status fill_pictures(dnp_figure *f, dnp_panel *p, const form *m, size_t most, denpa_error *err) {
  const size_t room = m->together < MOST_TILES ? MOST_TILES / m->together : 1, limit = most < room ? most : room,
               shown = m->units < limit ? m->units : limit, tile = m->planes * m->height * m->width;
  *p = (dnp_panel){.kind = DNP_PANEL_TILES, .key = m->w->name, .both_signs = true, .planes = m->planes};
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
          dnp_u((k + 1) * FOLD < m->w->shape[1] ? (k + 1) * FOLD - 1 : m->w->shape[1] - 1));
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

/* The factors or the biases of a normalisation. */
static denpa_status fill_bars(dnp_figure *f, dnp_panel *p, const dnp_tensor *w, size_t most, denpa_error *err) {
  const size_t channels = w->shape[0], shown = channels < most ? channels : most;
  char name[24];
  double high = 0;
  *p = (dnp_panel){.kind = DNP_PANEL_RECORDS, .key = w->name};
  DNP_TRY(dnp_figure_take_records(f, p, 1, shown, err));
  for (size_t i = 0; i < shown; i++) {
    p->tile[0].value[i] = dnp_tensor_element(w, DNP_DATA, i);
    high = fmax(high, fabs(p->tile[0].value[i]));
  }
  for (size_t i = 0; i < shown; i++) {
    snprintf(name, sizeof name, "%zu", i);
    DNP_TRY(dnp_figure_take_text(f, &p->name[i], name, err));
    p->from[i] = -high;
    p->to[i] = high;
  }
  dnp_figure_say(f, p->title,
      "{1}: {2} of {3} {3|channel|channels}, numbered from 0; the bars begin at 0 in the middle", dnp_s(w->name),
      dnp_u(shown), dnp_u(channels));
  return DENPA_OK;
}

/* What of a call is shown: its weights; of a normalisation its factors and biases. */
static bool has_weights(const denpa_net *net, const dnp_node *node) {
  if (node->inputs < 2 || (node->in[1]->axes != 2 && node->in[1]->axes != 4)) return false;
  for (size_t i = 0; i < net->exec->parameters; i++)
    if (net->exec->parameter[i].tensor == node->in[1]) return true;
  return false;
}

/* A normalisation has a factor and a bias for each channel as its second and third input. */
static bool normalises(const dnp_node *node) { return node->op->reduce_statistics != NULL; }

static size_t panels_of(const denpa_net *net) {
  size_t panels = 0;
  for (size_t i = 0; i < net->exec->nodes; i++)
    panels += has_weights(net, &net->exec->node[i]) ? 1 : normalises(&net->exec->node[i]) ? 2 : 0;
  return panels;
}

static denpa_status fill(dnp_figure *f, const dnp_plot_source *source, denpa_error *err) {
  const size_t most = source->samples > 0 ? source->samples : MOST_UNITS;
  size_t panel = 0;
  dnp_figure_say(f, f->title, "{1}: what each unit looks for", dnp_s(source->name));
  dnp_figure_say(f, f->note,
      "A pixel is one weight. Orange: above zero, what comes in there speaks for the unit. Blue: below zero, it speaks "
      "against it.");
  for (size_t i = 0; i < source->net->exec->nodes; i++) {
    const dnp_node *node = &source->net->exec->node[i];
    if (has_weights(source->net, node)) {
      const form m = form_of(source->net, node, node->in[1]);
      DNP_TRY(fill_pictures(f, &f->panel[panel++], &m, most, err));
    } else if (normalises(node)) {
      for (int k = 1; k < 3; k++)
        DNP_TRY(fill_bars(f, &f->panel[panel++], node->in[k], most < MOST_BARS ? most : MOST_BARS, err));
    }
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
