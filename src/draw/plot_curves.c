/* plot_curves.c: loss and accuracy over the epochs, from a log. */
#include <math.h>

#include "base/text.h"
#include "draw/plot.h"
#include "draw/smooth.h"

static const char *const keys[] = {"train", "test"};

static double column(const denpa_epoch *e, int panel, int series) {
  return panel == 0 ? series == 0 ? e->train_loss : e->test_loss : series == 0 ? e->train_accuracy : e->test_accuracy;
}

/* In place of the curve its smoothed one. */
static denpa_status smooth(dnp_figure *f, dnp_series *series, denpa_error *err) {
  double *y;
  DNP_TRY(dnp_figure_take(f, &y, series->count, err));
  dnp_smooth(series->count, series->y, y);
  series->y = y;
  return DENPA_OK;
}

static denpa_status fill(dnp_figure *f, int panel, const dnp_plot_source *source, denpa_error *err) {
  const dnp_course *log = source->log;
  dnp_panel *p = &f->panel[panel];
  *p = (dnp_panel){
      .kind = DNP_PANEL_LINES, .key = panel == 0 ? "loss" : "accuracy", .count = 2, .best_is_one = panel == 1};
  dnp_figure_say(f, p->title, "{1}", dnp_t(panel == 0 ? DNP_N("Loss") : DNP_N("Accuracy")));
  dnp_figure_say(f, p->x_title, "epoch");
  p->counts = true;
  dnp_figure_say(
      f, p->y_title, "{1}", dnp_t(panel == 0 ? DNP_N("mean loss of a sample") : DNP_N("share of right answers")));
  for (int s = 0; s < 2; s++) {
    dnp_series *series = &p->series[s];
    series->key = keys[s];
    series->count = log->count;
    dnp_figure_say(f, series->title, "{1}", dnp_t(s == 0 ? DNP_N("training data") : DNP_N("test data")));
    DNP_TRY(dnp_figure_take(f, &series->x, log->count, err));
    DNP_TRY(dnp_figure_take(f, &series->y, log->count, err));
    for (size_t i = 0; i < log->count; i++) {
      series->x[i] = log->line[i].epoch;
      series->y[i] = column(&log->line[i], panel, s);
    }
    if (source->smooth) DNP_TRY(smooth(f, series, err));
  }
  return DENPA_OK;
}

/* Not of networks that learn a number. */
static bool has_accuracy(const dnp_course *log) {
  for (size_t i = 0; i < log->count; i++)
    if (isfinite(log->line[i].train_accuracy) || isfinite(log->line[i].test_accuracy)) return true;
  return false;
}

denpa_status dnp_plot_curves(dnp_figure **out, const dnp_plot_source *source, denpa_error *err) {
  const dnp_course *log = source->log;
  if (log->count == 0)
    return dnp_fail(err, DENPA_ERROR_NOT_FOUND,
        "{1}: the log has no line yet, so there is no curve to draw; it gets one after each epoch",
        dnp_s(source->name));
  const denpa_epoch *last = &log->line[log->count - 1];
  const int panels = has_accuracy(log) ? 2 : 1;
  DNP_TRY(dnp_figure_create(out, "curves", source->lang, (size_t)panels, err));
  dnp_figure *f = *out;
  f->columns = panels;
  dnp_figure_say(f, f->title, "How {1} learned", dnp_s(source->name));
  if (isfinite(last->test_accuracy))
    dnp_figure_say(f, f->note, "{1} {1|update|updates}; at the end {2:.2f} % of the test data are answered rightly.",
        dnp_u(last->step), dnp_d(100 * last->test_accuracy));
  else
    dnp_figure_say(f, f->note, "{1} {1|update|updates}.", dnp_u(last->step));
  if (source->smooth && log->count >= DNP_SMOOTH_WINDOW)
    dnp_figure_say(f, f->note,
        "{1} {1|update|updates}. The curves are made smooth: each point is a weighted mean of the {2} around it.",
        dnp_u(last->step), dnp_i(DNP_SMOOTH_WINDOW));
  else if (source->smooth)
    dnp_figure_say(f, f->note, "{1} {1|update|updates}. With fewer than {2} points the curves cannot be made smooth.",
        dnp_u(last->step), dnp_i(DNP_SMOOTH_WINDOW));
  denpa_status status = DENPA_OK;
  for (int i = 0; i < panels && status == DENPA_OK; i++) status = fill(f, i, source, err);
  if (status == DENPA_OK) return DENPA_OK;
  dnp_figure_free(f);
  *out = NULL;
  return status;
}
