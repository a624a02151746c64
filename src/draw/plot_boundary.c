/* plot_boundary.c: what a network with two inputs answers everywhere in their plane: the class and how sure it is, or
 * the number, with samples over it. The axes are the columns of the table, in its own numbers. */
#include <math.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/table.h"
#include "learn/answers.h"
#include "learn/learn.h"
#include "draw/plot.h"

#define SIDE 40 /* places along each axis */
#define MOST_SAMPLES 300
#define MARGIN 0.08 /* around the samples, as a share of their range */

enum { AXES = 2 };

/* An axis: its numbers are input * factor + shift. */
typedef struct axis {
  char name[64];
  double factor, shift, low, high;
} axis;

/* ---- axes -------------------------------------------------------------------------------------- */

static denpa_status refuse(const dnp_plot_source *source, denpa_error *err) {
  return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
      "{1}: this network has {2} {2|input|inputs}, and a boundary is drawn in the plane of two; train one on two "
      "columns of a table (--ignore leaves columns out)",
      dnp_s(source->name), dnp_u(denpa_net_inputs(source->net)));
}

/* Two numbers with nothing beside them: no categories, no marks of what is missing. */
static denpa_status name_axes(const dnp_plot_source *source, axis at[AXES], denpa_error *err) {
  const dnp_table *table = source->dataset->table;
  size_t found = 0;
  if (denpa_net_inputs(source->net) != AXES || source->dataset->features != AXES) return refuse(source, err);
  for (size_t i = 0; table == NULL && i < AXES; i++) {
    at[i] = (axis){.factor = 1};
    snprintf(at[i].name, sizeof at[i].name, "x%zu", i);
  }
  for (size_t k = 0; table != NULL && k < table->columns; k++) {
    const dnp_column *c = &table->column[k];
    if (k == table->target || c->kind == DNP_COLUMN_IGNORED) continue;
    if (c->kind != DNP_COLUMN_NUMBER || c->inputs != 1 || found == AXES)
      return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
          "{1}: the two inputs are not two columns of numbers ({2} is a category, or has rows without a value), so "
          "there is no plane to draw a boundary in",
          dnp_s(source->name), dnp_s(c->name));
    at[found] = (axis){.factor = c->deviation, .shift = c->mean};
    dnp_text_copy(at[found].name, sizeof at[found].name, c->name);
    found++;
  }
  return DENPA_OK;
}

static double shown(const axis *a, double x) { return x * a->factor + a->shift; }

/* From a little below the lowest to a little above the highest sample. */
static void reach(axis at[AXES], const dnp_panel *p) {
  for (size_t k = 0; k < AXES; k++) {
    at[k].low = (double)INFINITY;
    at[k].high = -(double)INFINITY;
    for (size_t i = 0; i < p->marks; i++) {
      const double value = k == 0 ? p->mark[i].x : p->mark[i].y;
      at[k].low = value < at[k].low ? value : at[k].low;
      at[k].high = value > at[k].high ? value : at[k].high;
    }
    const double margin = at[k].high > at[k].low ? MARGIN * (at[k].high - at[k].low) : fabs(at[k].factor);
    at[k].low -= margin;
    at[k].high += margin;
  }
}

/* ---- samples ----------------------------------------------------------------------------------- */

static denpa_status take_samples(
    dnp_figure *f, dnp_panel *p, const dnp_plot_source *source, const axis at[AXES], denpa_error *err) {
  const denpa_data *data = source->dataset;
  const dnp_split *s = &data->split[source->split];
  const size_t wanted = source->samples > 0 ? source->samples : MOST_SAMPLES;
  p->marks = s->rows < wanted ? s->rows : wanted;
  DNP_TRY(dnp_figure_take_marks(f, p, p->marks, err));
  for (size_t i = 0; i < p->marks; i++) {
    double x[AXES];
    DNP_TRY(denpa_data_row(data, source->split, i, x, err));
    const int label = denpa_data_label(data, source->split, i);
    const double target = s->target != NULL ? s->target[i * data->outputs] : (double)NAN;
    p->mark[i] = (dnp_mark){shown(&at[0], x[0]), shown(&at[1], x[1]),
        label >= 0            ? label
        : data->table != NULL ? dnp_table_number(data->table, target)
                              : target};
  }
  return DENPA_OK;
}

/* ---- the plane --------------------------------------------------------------------------------- */

/* 0 where all classes are as likely as each other, 1 where one is certain. */
static double sureness(const denpa_net *net, const double *y, size_t outputs, size_t classes, size_t answer) {
  double p = outputs > 1 ? y[answer] : answer == 1 ? y[0] : 1 - y[0];
  if (!dnp_exec_probabilities(net->exec)) return 1;
  p = (p * (double)classes - 1) / ((double)classes - 1);
  return p < 0 ? 0 : p > 1 ? 1 : p;
}

static denpa_status ask(dnp_panel *p, const dnp_plot_source *source, const axis at[AXES], denpa_error *err) {
  const size_t outputs = denpa_net_outputs(source->net), places = SIDE * SIDE;
  double *x, *y = NULL;
  int32_t *answer = NULL;
  DNP_TRY(DNP_NEW(&x, AXES * places, err));
  denpa_status status = DNP_NEW(&y, outputs * places, err);
  if (status == DENPA_OK) status = DNP_NEW(&answer, places, err);
  for (size_t i = 0; i < places; i++) {
    const double place[AXES] = {p->column_at[i % SIDE], p->row_at[i / SIDE]};
    for (size_t k = 0; k < AXES; k++) x[AXES * i + k] = (place[k] - at[k].shift) / at[k].factor;
  }
  if (status == DENPA_OK)
    status = denpa_net_predict(source->net, places, DENPA_DTYPE_FLOAT64, x, y, p->classes > 0 ? answer : NULL, err);
  for (size_t i = 0; i < places && status == DENPA_OK; i++) {
    const double *out = y + i * outputs;
    if (!dnp_outputs_finite(out, outputs))
      status = dnp_fail(err, DENPA_ERROR_NUMERIC,
          "{1}: the network's answer is not finite (NaN or infinity); the model is damaged", dnp_s(source->name));
    else if (p->classes > 0)
      p->value[i] = answer[i], p->sure[i] = sureness(source->net, out, outputs, p->classes, (size_t)answer[i]);
    else
      p->value[i] = source->dataset->table != NULL ? dnp_table_number(source->dataset->table, out[0]) : out[0];
  }
  dnp_free(x);
  dnp_free(y);
  dnp_free(answer);
  return status;
}

static denpa_status name_classes(dnp_figure *f, dnp_panel *p, const dnp_plot_source *source, denpa_error *err) {
  char name[DNP_CLASS_NAME];
  DNP_TRY(dnp_figure_take_names(f, &p->name, p->classes, err));
  for (size_t i = 0; i < p->classes; i++)
    DNP_TRY(dnp_figure_take_text(f, &p->name[i], dnp_class_name(source->net, source->dataset, i, name), err));
  return DENPA_OK;
}

/* The ends of the colours: of the plane and of the samples. */
static void find_ends(dnp_panel *p) {
  p->low = (double)INFINITY;
  p->high = -(double)INFINITY;
  for (size_t i = 0; i < SIDE * SIDE + p->marks; i++) {
    const double value = i < SIDE * SIDE ? p->value[i] : p->mark[i - SIDE * SIDE].value;
    p->low = value < p->low ? value : p->low;
    p->high = value > p->high ? value : p->high;
  }
}

static void say(dnp_figure *f, dnp_panel *p, const dnp_plot_source *source) {
  dnp_figure_say(f, f->title, "{1}: what the network answers where", dnp_s(source->name));
  dnp_figure_say(f, f->note,
      p->classes > 0
          ? DNP_N("Pale: the network is not sure. Points: {1} {1|sample|samples} of {2} ({3}), in the colour of what "
                  "is right.")
          : DNP_N("Points: {1} {1|sample|samples} of {2} ({3}), in the colour of what is right."),
      dnp_u(p->marks), dnp_s(source->dataset->name), dnp_plot_split(source));
  if (source->dataset->table != NULL)
    dnp_figure_say(f, p->title, "{1}, by {2} (across) and {3} (upwards)",
        dnp_s(dnp_table_target(source->dataset->table)->name), dnp_s(p->x_title), dnp_s(p->y_title));
  else
    dnp_figure_say(f, p->title, "{1} (across) and {2} (upwards)", dnp_s(p->x_title), dnp_s(p->y_title));
}

static denpa_status fill(dnp_figure *f, const dnp_plot_source *source, axis at[AXES], denpa_error *err) {
  dnp_panel *p = &f->panel[0];
  const size_t classes = source->dataset->classes;
  *p = (dnp_panel){.kind = DNP_PANEL_CELLS, .key = "boundary", .rows = SIDE, .columns = SIDE, .classes = classes};
  DNP_TRY(take_samples(f, p, source, at, err));
  reach(at, p);
  DNP_TRY(dnp_figure_take(f, &p->value, SIDE * SIDE, err));
  DNP_TRY(dnp_figure_take(f, &p->column_at, SIDE, err));
  DNP_TRY(dnp_figure_take(f, &p->row_at, SIDE, err));
  if (classes > 0) DNP_TRY(dnp_figure_take(f, &p->sure, SIDE * SIDE, err));
  for (size_t i = 0; i < SIDE; i++) {
    p->column_at[i] = at[0].low + (at[0].high - at[0].low) * ((double)i + 0.5) / SIDE;
    p->row_at[i] = at[1].low + (at[1].high - at[1].low) * ((double)i + 0.5) / SIDE;
  }
  DNP_TRY(ask(p, source, at, err));
  find_ends(p);
  dnp_figure_say(f, p->x_title, "{1}", dnp_s(at[0].name));
  dnp_figure_say(f, p->y_title, "{1}", dnp_s(at[1].name));
  say(f, p, source);
  return classes > 0 ? name_classes(f, p, source, err) : DENPA_OK;
}

denpa_status dnp_plot_boundary(dnp_figure **out, const dnp_plot_source *source, denpa_error *err) {
  axis at[AXES] = {0};
  *out = NULL;
  DNP_TRY(name_axes(source, at, err));
  if (source->dataset->split[source->split].rows == 0)
    return dnp_fail(err, DENPA_ERROR_NOT_FOUND, "{1} has no rows to show", dnp_s(source->dataset->name));
  DNP_TRY(dnp_figure_create(out, "boundary", source->lang, 1, err));
  denpa_status status = fill(*out, source, at, err);
  if (status == DENPA_OK) return DENPA_OK;
  dnp_figure_free(*out);
  *out = NULL;
  return status;
}
