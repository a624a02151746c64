/* search_figure.c: the picture of a search: the score of each trial against each option that is a range, and the curves
 * of the best trials. Called by the subcommand search. */
#include <math.h>

#include "base/math.h"
#include "base/text.h"
#include "draw/plot.h"
#include "search/search.h"

enum { BEST = 20 }; /* curves */

static bool by_accuracy(const dnp_search_shown *shown) { return denpa_data_classes(shown->search->dataset) > 0; }
static double score(const dnp_search_shown *shown, const dnp_trial *t) {
  return by_accuracy(shown) ? t->accuracy : t->loss;
}

static const char *score_title(const dnp_search_shown *shown) {
  return by_accuracy(shown) ? DNP_N("accuracy on the validation rows") : DNP_N("loss on the validation rows");
}

static denpa_status take(
    dnp_figure *f, dnp_series *series, const char *key, const char *title, size_t count, denpa_error *err) {
  series->key = key;
  series->count = count;
  dnp_figure_say(f, series->title, "{1}", dnp_t(title));
  DNP_TRY(dnp_figure_take(f, &series->x, count, err));
  return dnp_figure_take(f, &series->y, count, err);
}

/* Where a value stands along its axis. */
static double along(const dnp_axis *axis, const char *text) {
  double value;
  if (!dnp_parse_real(text, &value)) return (double)NAN;
  return axis->log ? dnp_log(value) / dnp_log(10) : value;
}

static denpa_status scatter(dnp_figure *f, dnp_panel *p, const dnp_search_shown *shown, size_t a, denpa_error *err) {
  const dnp_axis *axis = &shown->space->axis[a];
  const dnp_search *s = shown->search;
  *p = (dnp_panel){
      .kind = DNP_PANEL_LINES, .key = axis->name, .count = 2, .points = true, .best_is_one = by_accuracy(shown)};
  dnp_figure_say(f, p->title, "{1}, by --{2}", dnp_t(score_title(shown)), dnp_s(axis->name));
  if (axis->log)
    dnp_figure_say(f, p->x_title, "{1}, as a power of 10", dnp_s(axis->name));
  else
    dnp_figure_say(f, p->x_title, "{1}", dnp_s(axis->name));
  dnp_figure_say(f, p->y_title, "{1}", dnp_t(score_title(shown)));
  DNP_TRY(take(f, &p->series[0], "trials", DNP_N("trials"), s->trials, err));
  DNP_TRY(take(f, &p->series[1], "best", DNP_N("the best one"), 1, err));
  for (size_t k = 0; k < s->trials; k++) {
    p->series[0].x[k] = along(axis, shown->value[k * shown->space->axes + a]);
    p->series[0].y[k] = score(shown, &s->trial[k]);
  }
  p->series[1].x[0] = p->series[0].x[s->rank[0]];
  p->series[1].y[0] = p->series[0].y[s->rank[0]];
  return DENPA_OK;
}

/* The curves of the trials with rank `first` to before `last`, one after the other with gaps between them. */
static denpa_status curves(dnp_figure *f, dnp_series *series, const char *key, const char *title,
    const dnp_search_shown *shown, size_t first, size_t last, denpa_error *err) {
  const dnp_search *s = shown->search;
  size_t count = 0, at = 0;
  for (size_t i = first; i < last; i++) count += s->trial[s->rank[i]].points + 1;
  DNP_TRY(take(f, series, key, title, count, err));
  for (size_t i = first; i < last; i++) {
    const dnp_trial *t = &s->trial[s->rank[i]];
    for (size_t e = 0; e < t->points; e++, at++) {
      series->x[at] = t->curve[e].epoch;
      series->y[at] = by_accuracy(shown) ? t->curve[e].validation_accuracy : t->curve[e].validation_loss;
    }
    series->x[at] = series->y[at] = (double)NAN;
    at++;
  }
  return DENPA_OK;
}

static denpa_status best_curves(dnp_figure *f, dnp_panel *p, const dnp_search_shown *shown, denpa_error *err) {
  const size_t most = shown->search->trials < BEST ? shown->search->trials : BEST;
  *p = (dnp_panel){.kind = DNP_PANEL_LINES, .key = "curves", .count = 2, .best_is_one = by_accuracy(shown)};
  dnp_figure_say(f, p->title, "How the best {1} learned", dnp_u(most));
  dnp_figure_say(f, p->x_title, "epoch");
  dnp_figure_say(f, p->y_title, "{1}", dnp_t(score_title(shown)));
  DNP_TRY(curves(f, &p->series[0], "others", DNP_N("the next ones"), shown, 1, most, err));
  return curves(f, &p->series[1], "best", DNP_N("the best one"), shown, 0, 1, err);
}

static denpa_status fill(dnp_figure *f, const dnp_search_shown *shown, denpa_error *err) {
  size_t at = 0;
  dnp_figure_say(
      f, f->title, "A search over {1} {1|trial|trials} on {2}", dnp_u(shown->search->trials), dnp_s(shown->data_name));
  for (size_t a = 0; a < shown->space->axes; a++)
    if (shown->space->axis[a].kind != DNP_AXIS_LIST) DNP_TRY(scatter(f, &f->panel[at++], shown, a, err));
  return best_curves(f, &f->panel[at], shown, err);
}

denpa_status dnp_search_figure(dnp_figure **out, const dnp_search_shown *shown, denpa_error *err) {
  size_t panels = 1;
  for (size_t a = 0; a < shown->space->axes; a++) panels += shown->space->axis[a].kind != DNP_AXIS_LIST;
  DNP_TRY(dnp_figure_create(out, "search", shown->lang, panels, err));
  (*out)->columns = 2;
  denpa_status status = fill(*out, shown, err);
  if (status == DENPA_OK) return DENPA_OK;
  dnp_figure_free(*out);
  *out = NULL;
  return status;
}
