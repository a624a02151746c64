/* figure.c: making and freeing figures, and what all ways of showing them share: ranges and colours. */
#include "draw/figure.h"

#include <math.h>

#include "base/math.h"
#include "base/memory.h"

/* ---- life -------------------------------------------------------------------------------------- */

denpa_status dnp_figure_own(dnp_figure *f, void *block, denpa_error *err) {
  denpa_status status = dnp_grow((void **)&f->block, f->blocks, f->blocks + 1, sizeof *f->block, err);
  if (status == DENPA_OK)
    f->block[f->blocks++] = block;
  else
    dnp_free(block);
  return status;
}

denpa_status dnp_figure_create(dnp_figure **out, const char *what, denpa_lang lang, size_t panels, denpa_error *err) {
  DNP_TRY(DNP_NEW(out, 1, err));
  dnp_figure *f = *out;
  *f = (dnp_figure){.what = what, .lang = lang, .panels = panels, .columns = 1, .facts = json_object()};
  denpa_status status = f->facts != NULL ? DNP_NEW(&f->panel, panels, err) : dnp_json_refused(err);
  if (status == DENPA_OK) return DENPA_OK;
  dnp_figure_free(f);
  *out = NULL;
  return status;
}

void dnp_figure_free(dnp_figure *figure) {
  if (figure == NULL) return;
  json_decref(figure->facts);
  for (size_t i = 0; i < figure->blocks; i++) dnp_free(figure->block[i]);
  dnp_free(figure->block);
  dnp_free(figure->panel);
  dnp_free(figure);
}

denpa_status dnp_figure_take(dnp_figure *figure, double **out, size_t count, denpa_error *err) {
  DNP_TRY(DNP_NEW(out, count, err));
  denpa_status status = dnp_figure_own(figure, *out, err);
  if (status != DENPA_OK) *out = NULL;
  return status;
}

denpa_status dnp_figure_take_names(dnp_figure *figure, const char ***out, size_t count, denpa_error *err) {
  DNP_TRY(DNP_NEW(out, count, err));
  denpa_status status = dnp_figure_own(figure, *out, err);
  if (status != DENPA_OK) *out = NULL;
  return status;
}

denpa_status dnp_figure_take_tiles(
    dnp_figure *figure, dnp_panel *panel, size_t tiles, size_t height, size_t width, denpa_error *err) {
  double *values;
  DNP_TRY(DNP_NEW(&panel->tile, tiles, err));
  denpa_status status = dnp_figure_own(figure, panel->tile, err);
  if (status == DENPA_OK) status = dnp_figure_take(figure, &values, tiles * height * width, err);
  if (status != DENPA_OK) return panel->tile = NULL, status;
  panel->tiles = tiles;
  panel->height = height;
  panel->width = width;
  for (size_t i = 0; i < tiles; i++)
    panel->tile[i] = (dnp_tile){.index = i, .label = -1, .answer = -1, .value = values + i * height * width};
  return DENPA_OK;
}

/* ---- colours ----------------------------------------------------------------------------------- */

double dnp_panel_shade(const dnp_panel *panel, double value) {
  double low = panel->low, high = panel->high;
  if (isnan(value)) return value;
  if (panel->log_scale && low > 0) {
    low = dnp_log(low);
    high = dnp_log(high);
    value = dnp_log(value > panel->low ? value : panel->low);
  }
  if (!(high > low)) return 0.5;
  const double share = (value - low) / (high - low);
  return share < 0 ? 0 : share > 1 ? 1 : share;
}

dnp_ramp dnp_panel_ramp(const dnp_panel *panel) {
  return panel->both_signs                ? DNP_RAMP_SIGNED
         : panel->kind == DNP_PANEL_TILES ? DNP_RAMP_GREY
         : panel->numbers                 ? DNP_RAMP_COUNT
                                          : DNP_RAMP_HEIGHT;
}

unsigned dnp_panel_colour(const dnp_panel *panel, double value) {
  return dnp_ramp_colour(dnp_panel_ramp(panel), dnp_panel_shade(panel, value));
}

/* ---- ranges ------------------------------------------------------------------------------------ */

static void widen(double range[2], double value) {
  if (value < range[0]) range[0] = value;
  if (value > range[1]) range[1] = value;
}

static void part(double range[2]) {
  if (range[1] - range[0] > 1e-290) return; /* narrower ones cannot be parted by round numbers */
  const double by = fabs(range[0]) > 1e-280 ? 0.1 * fabs(range[0]) : 1;
  range[0] -= by;
  range[1] += by;
}

bool dnp_panel_range(const dnp_panel *panel, double x[2], double y[2]) {
  x[0] = y[0] = (double)INFINITY;
  x[1] = y[1] = -(double)INFINITY;
  for (int s = 0; s < panel->count; s++)
    for (size_t i = 0; i < panel->series[s].count; i++) {
      if (!dnp_shown(panel->series[s].x[i], panel->series[s].y[i])) continue;
      widen(x, panel->series[s].x[i]);
      widen(y, panel->series[s].y[i]);
    }
  if (!(x[0] <= x[1])) return false;
  if (panel->best_is_one) widen(y, 1);
  if (panel->counts && !(x[0] < x[1])) widen(x, x[1] >= 1 ? x[1] - 1 : x[1] + 1);
  part(x);
  part(y);
  return true;
}

double dnp_panel_mark(const dnp_panel *panel, double x) { return panel->powers ? dnp_exp(x * dnp_log(10)) : x; }

double dnp_panel_bar(const dnp_panel *panel, double count) {
  if (!panel->log_counts) return count;
  return count >= 1 ? 1 + dnp_log(count) / dnp_log(10) : 0;
}
