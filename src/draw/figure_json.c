/* figure_json.c: a figure as a JSON object, numbers in full: what an SVG carries along, and what `denpa plot --json`
 * prints. */
#include <math.h>

#include "draw/figure.h"

json_t *dnp_json_real(double value) { return isfinite(value) ? json_real(value) : json_null(); }

static json_t *numbers(const double *value, size_t count) {
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++) json_array_append_new(list, dnp_json_real(value[i]));
  return list;
}

static json_t *series(const dnp_panel *p) {
  json_t *list = json_array();
  for (int i = 0; i < p->count; i++) {
    const dnp_series *s = &p->series[i];
    json_array_append_new(
        list, json_pack("{s:s,s:s,s:o,s:o}", "key", s->key, "title", s->title, "x",
                  numbers(s->x, s->count + (p->kind == DNP_PANEL_BARS)), "y", numbers(s->y, s->count)));
  }
  return list;
}

static json_t *matrix(const double *value, size_t rows, size_t columns) {
  json_t *list = json_array();
  for (size_t r = 0; r < rows; r++) json_array_append_new(list, numbers(value + r * columns, columns));
  return list;
}

static json_t *names(const dnp_panel *p) {
  json_t *list = json_array();
  for (size_t i = 0; i < p->rows; i++) json_array_append_new(list, json_string(p->name[i]));
  return list;
}

static json_t *tiles(const dnp_panel *p) {
  json_t *list = json_array();
  for (size_t i = 0; i < p->tiles; i++) {
    const dnp_tile *t = &p->tile[i];
    json_t *tile = json_pack("{s:I,s:s,s:o}", "index", (json_int_t)t->index, "caption", t->caption, "values",
        matrix(t->value, p->height, p->width));
    if (t->label >= 0) json_object_set_new(tile, "label", json_integer(t->label));
    if (t->answer >= 0) json_object_set_new(tile, "answer", json_integer(t->answer));
    if (t->label_name != NULL) json_object_set_new(tile, "label_name", json_string(t->label_name));
    if (t->answer_name != NULL) json_object_set_new(tile, "answer_name", json_string(t->answer_name));
    json_array_append_new(list, tile);
  }
  return list;
}

static json_t *panel(const dnp_panel *p) {
  static const char *const kinds[] = {
      [DNP_PANEL_LINES] = "lines", [DNP_PANEL_BARS] = "bars", [DNP_PANEL_CELLS] = "cells", [DNP_PANEL_TILES] = "tiles"};
  json_t *object = json_pack("{s:s,s:s,s:s}", "key", p->key, "kind", kinds[p->kind], "title", p->title);
  if (p->count > 0) json_object_set_new(object, "series", series(p));
  if (p->kind == DNP_PANEL_CELLS) json_object_set_new(object, "values", matrix(p->value, p->rows, p->columns));
  if (p->kind == DNP_PANEL_CELLS && p->row_at != NULL)
    json_object_set_new(object, "rows_at", numbers(p->row_at, p->rows));
  if (p->kind == DNP_PANEL_CELLS && p->column_at != NULL)
    json_object_set_new(object, "columns_at", numbers(p->column_at, p->columns));
  if (p->kind == DNP_PANEL_CELLS && p->name != NULL) json_object_set_new(object, "names", names(p));
  if (p->kind == DNP_PANEL_TILES) json_object_set_new(object, "tiles", tiles(p));
  if (p->kind == DNP_PANEL_CELLS || p->kind == DNP_PANEL_TILES)
    json_object_set_new(object, "scale", json_pack("[o,o]", dnp_json_real(p->low), dnp_json_real(p->high)));
  return object;
}

json_t *dnp_figure_json(const dnp_figure *figure) {
  json_t *panels = json_array();
  for (size_t i = 0; i < figure->panels; i++) json_array_append_new(panels, panel(&figure->panel[i]));
  json_t *object = json_pack("{s:s,s:s,s:s}", "what", figure->what, "title", figure->title, "note", figure->note);
  if (object != NULL) json_object_update(object, figure->facts);
  if (object != NULL) json_object_set_new(object, "panels", panels);
  return object;
}
