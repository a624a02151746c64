/* figure.c: making and freeing figures, and what all ways of showing them share: ranges and colours. */
#include "draw/figure.h"

#include <math.h>
#include <string.h>

#include "base/math.h"
#include "base/memory.h"
#include "base/text.h"

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

denpa_status dnp_figure_take_text(dnp_figure *figure, const char **out, const char *text, denpa_error *err) {
  char *copy;
  const size_t size = strlen(text) + 1;
  DNP_TRY(DNP_NEW(&copy, size, err));
  DNP_TRY(dnp_figure_own(figure, copy, err));
  memcpy(copy, text, size);
  *out = copy;
  return DENPA_OK;
}

denpa_status dnp_figure_take_marks(dnp_figure *figure, dnp_panel *panel, size_t count, denpa_error *err) {
  DNP_TRY(DNP_NEW(&panel->mark, count, err));
  denpa_status status = dnp_figure_own(figure, panel->mark, err);
  panel->marks = status == DENPA_OK ? count : 0;
  return status;
}

/* `size` numbers each. */
static denpa_status take_tiles(dnp_figure *f, dnp_panel *panel, size_t tiles, size_t size, denpa_error *err) {
  double *values;
  DNP_TRY(DNP_NEW(&panel->tile, tiles, err));
  denpa_status status = dnp_figure_own(f, panel->tile, err);
  if (status == DENPA_OK) status = dnp_figure_take(f, &values, tiles * size, err);
  if (status != DENPA_OK) return panel->tile = NULL, status;
  panel->tiles = tiles;
  for (size_t i = 0; i < tiles; i++)
    panel->tile[i] = (dnp_tile){.index = i, .label = -1, .answer = -1, .value = values + i * size};
  return DENPA_OK;
}

denpa_status dnp_figure_take_tiles(
    dnp_figure *figure, dnp_panel *panel, size_t tiles, size_t height, size_t width, denpa_error *err) {
  if (panel->planes == 0) panel->planes = 1;
  panel->height = height;
  panel->width = width;
  return take_tiles(figure, panel, tiles, panel->planes * panel->height * panel->width, err);
}

denpa_status dnp_figure_take_records(
    dnp_figure *figure, dnp_panel *panel, size_t records, size_t rows, denpa_error *err) {
  panel->rows = rows;
  DNP_TRY(dnp_figure_take_names(figure, &panel->name, rows, err));
  DNP_TRY(dnp_figure_take(figure, &panel->from, rows, err));
  DNP_TRY(dnp_figure_take(figure, &panel->to, rows, err));
  return take_tiles(figure, panel, records, rows, err);
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

unsigned dnp_class_colour(size_t number) {
  static const unsigned colours[] = {
      0x1f6fb2, 0xd9731a, 0x3f9a5a, 0x8f55ad, 0xc2375a, 0x2a9aa0, 0x8a5a33, 0xd77fb0, 0x8f8f2a, 0x6b7480};
  return colours[number % (sizeof colours / sizeof *colours)];
}

unsigned dnp_panel_cell(const dnp_panel *panel, size_t cell) {
  if (panel->classes == 0 || isnan(panel->value[cell])) return dnp_panel_colour(panel, panel->value[cell]);
  return dnp_colour_light(
      dnp_class_colour((size_t)panel->value[cell]), panel->sure != NULL ? 0.25 + 0.5 * panel->sure[cell] : 1);
}

unsigned dnp_panel_rgb(const dnp_panel *panel, const double value[3]) {
  unsigned colour = 0;
  for (int k = 0; k < 3; k++) {
    const double share = dnp_panel_shade(panel, value[k]);
    if (isnan(share)) return DNP_COLOUR_NONE;
    colour = colour << 8 | (unsigned)floor(share * 255 + 0.5);
  }
  return colour;
}

/* ---- records ----------------------------------------------------------------------------------- */

bool dnp_record_bar(const dnp_panel *panel, size_t row, double value, double part[2]) {
  const double from = panel->from[row], to = panel->to[row];
  if (!(to > from) || isnan(value)) return false;
  const double zero = from < 0 && to > 0 ? -from / (to - from) : 0, share = (value - from) / (to - from),
               at = share < 0   ? 0
                    : share > 1 ? 1
                                : share;
  part[0] = at < zero ? at : zero;
  part[1] = at < zero ? zero : at;
  return true;
}

unsigned dnp_record_ink(const dnp_panel *panel, size_t row, double value, bool filled) {
  return !filled ? 0x303030 : panel->from[row] < 0 && value > 0 ? 0xd9731a : 0x1f6fb2;
}

const char *dnp_record_text(const dnp_tile *tile, size_t row, char out[40]) {
  if (tile->text != NULL && tile->text[row] != NULL) return tile->text[row];
  dnp_format_real(out, 40, tile->value[row], 4);
  return out;
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
