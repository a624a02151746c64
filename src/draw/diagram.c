/* diagram.c: fills diagrams and finds the places of their boxes. */
#include "draw/diagram.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

/* ---- making ------------------------------------------------------------------------------------- */

static denpa_status open_diagram(
    dnp_figure *figure, dnp_panel *panel, dnp_panel_kind kind, const size_t most[4], denpa_error *err) {
  dnp_diagram *d;
  denpa_status status = DNP_NEW(&d, 1, err);
  if (status == DENPA_OK) status = dnp_figure_own(figure, d, err);
  if (status == DENPA_OK) status = DNP_NEW(&d->box, most[0] + 1, err);
  if (status == DENPA_OK) status = dnp_figure_own(figure, d->box, err);
  if (status == DENPA_OK) status = DNP_NEW(&d->arrow, most[1] + 1, err);
  if (status == DENPA_OK) status = dnp_figure_own(figure, d->arrow, err);
  if (status == DENPA_OK) status = DNP_NEW(&d->line, most[2] + 1, err);
  if (status == DENPA_OK) status = dnp_figure_own(figure, d->line, err);
  if (status == DENPA_OK) status = DNP_NEW(&d->matrix, most[3] + 1, err);
  if (status == DENPA_OK) status = dnp_figure_own(figure, d->matrix, err);
  if (status != DENPA_OK) return status;
  memcpy(d->most, most, sizeof d->most);
  panel->kind = kind;
  panel->diagram = d;
  return DENPA_OK;
}

denpa_status dnp_diagram_boxes(dnp_figure *figure, dnp_panel *panel, size_t boxes, size_t arrows, denpa_error *err) {
  return open_diagram(figure, panel, DNP_PANEL_BOXES, (const size_t[]){boxes, arrows, 0, 0}, err);
}

denpa_status dnp_diagram_lines(dnp_figure *figure, dnp_panel *panel, size_t lines, size_t matrices, denpa_error *err) {
  return open_diagram(figure, panel, DNP_PANEL_MATRICES, (const size_t[]){0, 0, lines, matrices}, err);
}

dnp_box *dnp_diagram_box(dnp_panel *panel) {
  dnp_diagram *d = panel->diagram;
  assert(d->boxes < d->most[0]);
  return &d->box[d->boxes++];
}

dnp_arrow *dnp_diagram_arrow(dnp_panel *panel, size_t from, size_t to, bool back) {
  dnp_diagram *d = panel->diagram;
  assert(d->arrows < d->most[1] && from < d->boxes && to < d->boxes);
  dnp_arrow *arrow = &d->arrow[d->arrows++];
  *arrow = (dnp_arrow){.from = from, .to = to, .back = back};
  return arrow;
}

dnp_line *dnp_diagram_line(dnp_panel *panel) {
  dnp_diagram *d = panel->diagram;
  assert(d->lines < d->most[2]);
  d->line[d->lines].first = d->matrices;
  return &d->line[d->lines++];
}

dnp_matrix *dnp_diagram_matrix(dnp_panel *panel, const char *sign, const char *name, size_t rows, size_t columns) {
  dnp_diagram *d = panel->diagram;
  assert(d->matrices < d->most[3] && d->lines > 0);
  dnp_matrix *m = &d->matrix[d->matrices++];
  d->line[d->lines - 1].count++;
  *m = (dnp_matrix){.sign = sign, .rows = rows, .columns = columns};
  dnp_text_copy(m->name, sizeof m->name, name);
  return m;
}

dnp_matrix *dnp_diagram_times(dnp_panel *panel, const char *name, size_t rows, size_t columns) {
  dnp_matrix *right = dnp_diagram_matrix(panel, ".", name, rows, columns);
  right[-1].ring_columns = right->ring_rows = true;
  return right;
}

void dnp_arrow_value(dnp_arrow *arrow, size_t index, double value) {
  int at = arrow->count;
  while (at > 0 && fabs(value) > fabs(arrow->value[at - 1].value)) at--;
  if (at == DNP_ARROW_VALUES) return;
  if (arrow->count < DNP_ARROW_VALUES) arrow->count++;
  for (int i = arrow->count - 1; i > at; i--) arrow->value[i] = arrow->value[i - 1];
  arrow->value[at].index = index;
  arrow->value[at].value = value;
}

void dnp_arrow_text(const dnp_arrow *arrow, int count, char *out, size_t size) {
  size_t length = 0;
  out[0] = '\0';
  for (int i = 0; i < count && i < arrow->count && length < size; i++) {
    char number[40];
    dnp_format_real(number, sizeof number, arrow->value[i].value, 3);
    length += (size_t)(arrow->shape[0] != '\0' ? snprintf(out + length, size - length, "%s[%zu] %s", i > 0 ? "  " : "",
                                                     arrow->value[i].index, number)
                                               : snprintf(out + length, size - length, "%s", number));
  }
}

void dnp_arrow_title(const dnp_arrow *arrow, char *out, size_t size) {
  if (arrow->shape[0] != '\0')
    snprintf(out, size, "%s [%s]", arrow->name, arrow->shape);
  else
    snprintf(out, size, "%s", arrow->name);
}

/* ---- places ------------------------------------------------------------------------------------- */

/* The first box that feeds this one; `boxes` if there is none. */
static size_t feeder(const dnp_diagram *d, size_t box) {
  for (size_t i = 0; i < d->arrows; i++)
    if (!d->arrow[i].back && d->arrow[i].to == box) return d->arrow[i].from;
  return d->boxes;
}

static bool on_spine(const dnp_diagram *d, size_t box) {
  for (size_t at = d->boxes - 1; at < d->boxes; at = feeder(d, at))
    if (at == box) return true;
  return false;
}

bool dnp_diagram_is_chain(const dnp_diagram *d) {
  for (size_t i = 0; i < d->boxes; i++)
    if (!on_spine(d, i) && feeder(d, i) < d->boxes) return false;
  return true;
}

/* A box that nothing feeds has the next free place; another one stands in the middle of those that feed it. */
static void place_below(dnp_diagram *d, size_t box, bool *placed, double *next) {
  double low = (double)INFINITY, high = -(double)INFINITY;
  placed[box] = true;
  for (size_t i = 0; i < d->arrows; i++) {
    const dnp_arrow *a = &d->arrow[i];
    if (a->back || a->to != box) continue;
    if (!placed[a->from]) place_below(d, a->from, placed, next);
    low = fmin(low, d->box[a->from].at);
    high = fmax(high, d->box[a->from].at);
  }
  d->box[box].at = low <= high ? (low + high) / 2 : (*next)++;
}

enum { MOST_BOXES = 512 };

void dnp_diagram_place(dnp_panel *panel) {
  dnp_diagram *d = panel->diagram;
  const bool chain = dnp_diagram_is_chain(d);
  bool placed[MOST_BOXES] = {false};
  double next = 0;
  assert(d->boxes > 0 && d->boxes <= MOST_BOXES);
  /* levels count from the end at first: what is used late stands near to where it is used */
  for (size_t i = d->boxes; i-- > 0;)
    for (size_t k = 0; k < d->arrows; k++) {
      const dnp_arrow *a = &d->arrow[k];
      if (!a->back && a->to == i && d->box[a->from].level < d->box[i].level + 1)
        d->box[a->from].level = d->box[i].level + 1;
    }
  for (size_t i = 0; i < d->boxes; i++)
    if (d->box[i].level + 1 > d->levels) d->levels = d->box[i].level + 1;
  if (!chain) place_below(d, d->boxes - 1, placed, &next);
  for (size_t i = 0; i < d->boxes; i++) {
    d->box[i].level = d->levels - 1 - d->box[i].level;
    if (chain) d->box[i].at = on_spine(d, i) ? 0 : 1;
    if (chain && !on_spine(d, i)) d->box[i].level++; /* beside the box that it feeds */
    if (d->box[i].at + 1 > d->widest) d->widest = d->box[i].at + 1;
  }
}

/* ---- JSON --------------------------------------------------------------------------------------- */

static json_t *box_json(const dnp_box *b) {
  return json_pack(
      "{s:s,s:s,s:b,s:I}", "title", b->title, "detail", b->detail, "given", b->given, "level", (json_int_t)b->level);
}

static json_t *arrow_json(const dnp_arrow *a) {
  json_t *values = json_array();
  for (int i = 0; i < a->count; i++)
    dnp_json_add(&values,
        json_pack("{s:I,s:o}", "index", (json_int_t)a->value[i].index, "value", dnp_json_real(a->value[i].value)));
  return json_pack("{s:I,s:I,s:s,s:s,s:s,s:o}", "from", (json_int_t)a->from, "to", (json_int_t)a->to, "way",
      a->back ? "backward" : "forward", "name", a->name, "shape", a->shape, "values", values);
}

static json_t *matrix_json(const dnp_matrix *m) {
  json_t *object = json_pack("{s:s,s:s,s:[I,I],s:[b,b]}", "sign", m->sign, "name", m->name, "shape",
      (json_int_t)m->rows, (json_int_t)m->columns, "agree", m->ring_rows, m->ring_columns);
  json_t *rows = json_array();
  for (size_t i = 0; m->value != NULL && i < m->rows; i++) {
    json_t *row = json_array();
    for (size_t k = 0; k < m->columns; k++) dnp_json_add(&row, dnp_json_real(m->value[i * m->columns + k]));
    dnp_json_add(&rows, row);
  }
  if (m->value != NULL)
    dnp_json_put(&object, "values", rows);
  else
    json_decref(rows);
  return object;
}

json_t *dnp_diagram_json(const dnp_diagram *d) {
  json_t *boxes = json_array(), *arrows = json_array(), *lines = json_array();
  for (size_t i = 0; i < d->boxes; i++) dnp_json_add(&boxes, box_json(&d->box[i]));
  for (size_t i = 0; i < d->arrows; i++) dnp_json_add(&arrows, arrow_json(&d->arrow[i]));
  for (size_t i = 0; i < d->lines; i++) {
    json_t *matrices = json_array();
    for (size_t k = 0; k < d->line[i].count; k++)
      dnp_json_add(&matrices, matrix_json(&d->matrix[d->line[i].first + k]));
    dnp_json_add(&lines, json_pack("{s:s,s:o}", "text", d->line[i].text, "matrices", matrices));
  }
  if (d->lines > 0) {
    json_decref(boxes);
    json_decref(arrows);
    return json_pack("{s:o}", "lines", lines);
  }
  json_decref(lines);
  return json_pack("{s:o,s:o}", "boxes", boxes, "arrows", arrows);
}
