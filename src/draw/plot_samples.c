/* plot_samples.c: the first samples of a split, each with what is right for it. */
#include "base/memory.h"
#include "base/text.h"
#include "data/table.h"
#include "learn/learn.h"
#include "draw/plot.h"
#include "draw/samples.h"

#define SHOWN 24

/* The class, or the number to learn in the unit of its table. */
static void caption(dnp_figure *f, dnp_tile *t, const dnp_plot_source *source) {
  const denpa_data *data = source->dataset;
  const dnp_split *s = &data->split[source->split];
  char name[DNP_CLASS_NAME];
  if (t->label >= 0) {
    dnp_figure_say(
        f, t->caption, "{1}: {2}", dnp_u(t->index), dnp_s(dnp_class_name(source->net, data, (size_t)t->label, name)));
  } else if (s->target != NULL) {
    const double target = s->target[t->index * data->outputs];
    dnp_figure_say(f, t->caption, "{1}: {2:.6g}", dnp_u(t->index),
        dnp_d(data->table != NULL ? dnp_table_number(data->table, target) : target));
  } else {
    dnp_figure_say(f, t->caption, "{1}", dnp_u(t->index));
  }
}

static denpa_status fill(dnp_figure *f, const dnp_plot_source *source, size_t count, denpa_error *err) {
  dnp_panel *p = &f->panel[0];
  size_t *row;
  DNP_TRY(DNP_NEW(&row, count, err));
  for (size_t i = 0; i < count; i++) row[i] = i;
  p->key = "samples";
  denpa_status status = dnp_samples_panel(f, p, source->dataset, source->split, row, count, err);
  dnp_free(row);
  DNP_TRY(status);
  for (size_t i = 0; i < count; i++) caption(f, &p->tile[i], source);
  dnp_figure_say(f, f->title, "{1}: samples of {2}", dnp_s(source->name), dnp_s(source->dataset->name));
  dnp_figure_say(f, f->note,
      p->kind == DNP_PANEL_RECORDS ? DNP_N("Each with its number and what is right for it. A bar goes from the lowest "
                                           "to the highest number of the training data.")
                                   : DNP_N("Each with its number and what is right for it."));
  dnp_figure_say(f, p->title, "The first {1} of {2} {2|sample|samples} ({3})", dnp_u(count),
      dnp_u(source->dataset->split[source->split].rows), dnp_plot_split(source));
  return DENPA_OK;
}

denpa_status dnp_plot_samples(dnp_figure **out, const dnp_plot_source *source, denpa_error *err) {
  const size_t there = source->dataset->split[source->split].rows,
               wanted = source->samples > 0 ? source->samples : SHOWN;
  *out = NULL;
  if (there == 0) return dnp_fail(err, DENPA_ERROR_NOT_FOUND, "{1} has no rows to show", dnp_s(source->dataset->name));
  DNP_TRY(dnp_figure_create(out, "samples", source->lang, 1, err));
  denpa_status status = fill(*out, source, wanted < there ? wanted : there, err);
  if (status == DENPA_OK) return DENPA_OK;
  dnp_figure_free(*out);
  *out = NULL;
  return status;
}
