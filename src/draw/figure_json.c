/* figure_json.c: a figure as a JSON object, numbers in full: what an SVG carries along, and what `denpa plot --json`
 * prints. */
#include <math.h>

#include "draw/diagram.h"

json_t *dnp_json_real(double value) { return isfinite(value) ? json_real(value) : json_null(); }

static json_t *numbers(const double *value, size_t count) {
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++) dnp_json_add(&list, dnp_json_real(value[i]));
  return list;
}

static json_t *series(const dnp_panel *p) {
  json_t *list = json_array();
  for (int i = 0; i < p->count; i++) {
    const dnp_series *s = &p->series[i];
    dnp_json_add(&list, json_pack("{s:s,s:s,s:o,s:o}", "key", s->key, "title", s->title, "x",
                            numbers(s->x, s->count + (p->kind == DNP_PANEL_BARS)), "y", numbers(s->y, s->count)));
  }
  return list;
}

static json_t *matrix(const double *value, size_t rows, size_t columns) {
  json_t *list = json_array();
  for (size_t r = 0; r < rows; r++) dnp_json_add(&list, numbers(value + r * columns, columns));
  return list;
}

static json_t *names(const dnp_panel *p) {
  json_t *list = json_array();
  const size_t count = p->kind == DNP_PANEL_TILES ? p->tiles / p->together : p->classes > 0 ? p->classes : p->rows;
  for (size_t i = 0; i < count; i++) dnp_json_add(&list, json_string(p->name[i]));
  return list;
}

static json_t *texts(const dnp_panel *p, const dnp_tile *t) {
  json_t *list = json_array();
  char text[40];
  for (size_t i = 0; i < p->rows; i++) dnp_json_add(&list, json_string(dnp_record_text(t, i, text)));
  return list;
}

/* A picture's rows; those of the planes below each other. */
static json_t *values(const dnp_panel *p, const dnp_tile *t) {
  return p->kind == DNP_PANEL_RECORDS ? numbers(t->value, p->rows) : matrix(t->value, p->planes * p->height, p->width);
}

static json_t *tiles(const dnp_panel *p) {
  json_t *list = json_array();
  for (size_t i = 0; i < p->tiles; i++) {
    const dnp_tile *t = &p->tile[i];
    json_t *tile = json_pack(
        "{s:I,s:s,s:o}", "index", (json_int_t)t->index, "caption", t->caption, "values", values(p, t));
    if (p->kind == DNP_PANEL_RECORDS) dnp_json_put(&tile, "texts", texts(p, t));
    if (t->label >= 0) dnp_json_put(&tile, "label", json_integer(t->label));
    if (t->answer >= 0) dnp_json_put(&tile, "answer", json_integer(t->answer));
    if (t->label_name != NULL) dnp_json_put(&tile, "label_name", json_string(t->label_name));
    if (t->answer_name != NULL) dnp_json_put(&tile, "answer_name", json_string(t->answer_name));
    dnp_json_add(&list, tile);
  }
  return list;
}

static json_t *marks(const dnp_panel *p) {
  json_t *list = json_array();
  for (size_t i = 0; i < p->marks; i++)
    dnp_json_add(&list, json_pack("[o,o,o]", dnp_json_real(p->mark[i].x), dnp_json_real(p->mark[i].y),
                            dnp_json_real(p->mark[i].value)));
  return list;
}

static json_t *panel(const dnp_panel *p) {
  static const char *const kinds[] = {[DNP_PANEL_LINES] = "lines",
      [DNP_PANEL_BARS] = "bars",
      [DNP_PANEL_CELLS] = "cells",
      [DNP_PANEL_TILES] = "tiles",
      [DNP_PANEL_RECORDS] = "records",
      [DNP_PANEL_BOXES] = "boxes",
      [DNP_PANEL_MATRICES] = "matrices"};
  json_t *object = json_pack("{s:s,s:s,s:s}", "key", p->key, "kind", kinds[p->kind], "title", p->title);
  if (p->count > 0) dnp_json_put(&object, "series", series(p));
  if (p->kind == DNP_PANEL_CELLS) dnp_json_put(&object, "values", matrix(p->value, p->rows, p->columns));
  if (p->kind == DNP_PANEL_CELLS && p->row_at != NULL) dnp_json_put(&object, "rows_at", numbers(p->row_at, p->rows));
  if (p->kind == DNP_PANEL_CELLS && p->column_at != NULL)
    dnp_json_put(&object, "columns_at", numbers(p->column_at, p->columns));
  if (p->sure != NULL) dnp_json_put(&object, "sure", matrix(p->sure, p->rows, p->columns));
  if (p->marks > 0) dnp_json_put(&object, "samples", marks(p));
  if (p->name != NULL) dnp_json_put(&object, "names", names(p));
  if (p->kind == DNP_PANEL_TILES || p->kind == DNP_PANEL_RECORDS) dnp_json_put(&object, "tiles", tiles(p));
  if (p->kind == DNP_PANEL_TILES) dnp_json_put(&object, "planes", json_integer((json_int_t)p->planes));
  if (p->together > 0) dnp_json_put(&object, "together", json_integer((json_int_t)p->together));
  if (p->kind == DNP_PANEL_RECORDS)
    dnp_json_put(&object, "ends", json_pack("[o,o]", numbers(p->from, p->rows), numbers(p->to, p->rows)));
  if (p->diagram != NULL) dnp_json_put_all(&object, dnp_diagram_json(p->diagram));
  if (p->kind == DNP_PANEL_CELLS || p->kind == DNP_PANEL_TILES)
    dnp_json_put(&object, "scale", json_pack("[o,o]", dnp_json_real(p->low), dnp_json_real(p->high)));
  return object;
}

json_t *dnp_figure_json(const dnp_figure *figure) {
  json_t *panels = json_array();
  for (size_t i = 0; i < figure->panels; i++) dnp_json_add(&panels, panel(&figure->panel[i]));
  json_t *object = json_pack("{s:s,s:s,s:s}", "what", figure->what, "title", figure->title, "note", figure->note);
  dnp_json_put_all(&object, json_incref(figure->facts));
  dnp_json_put(&object, "panels", panels);
  return object;
}
