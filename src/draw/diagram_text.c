/* diagram_text.c: diagrams in a terminal of 40 cells or more. Boxes of a chain stand under each other, with both ways
 * between them; those of another graph are told as a tree, from its end to what was given. Lines and arrows are ASCII:
 * other signs are two cells wide in some terminals. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "draw/diagram.h"
#include "draw/wrap.h"

typedef struct page {
  FILE *out;
  int cells;
  bool colour;
} page;

/* Inks of the series: 0 is blue, 1 is orange. */
enum { FORWARD, BACKWARD };

static void spaces(const page *v, int count) { fprintf(v->out, "%*s", count > 0 ? count : 0, ""); }

static void put_ink(const page *v, int ink, const char *text) {
  dnp_code code = DNP_CODE_NONE;
  if (v->colour && text[0] != '\0') dnp_series_ink(v->out, ink, &code);
  fputs(text, v->out);
  dnp_colour_end(v->out, &code);
}

static int width(const char *text) { return (int)dnp_text_width(text); }

/* ---- a chain ------------------------------------------------------------------------------------- */

typedef struct chain {
  const dnp_diagram *d;
  int middle;
} chain;

static const dnp_arrow *arrow_between(const dnp_diagram *d, size_t from, size_t to, bool back) {
  for (size_t i = 0; i < d->arrows; i++)
    if (d->arrow[i].from == from && d->arrow[i].to == to && d->arrow[i].back == back) return &d->arrow[i];
  return NULL;
}

static void put_edge(const page *v, int left, int inner) {
  spaces(v, left);
  fputc('+', v->out);
  for (int i = 0; i < inner + 2; i++) fputc('-', v->out);
  fputs("+\n", v->out);
}

static void put_inside(const page *v, int left, int inner, const char *said) {
  char text[DNP_DIAGRAM_TEXT + 64];
  snprintf(text, sizeof text, "%s", said);
  dnp_text_cut(text, (size_t)inner);
  const int before = (inner - width(text)) / 2;
  spaces(v, left);
  fputs("| ", v->out);
  spaces(v, before);
  fputs(text, v->out);
  spaces(v, inner - width(text) - before);
  fputs(" |\n", v->out);
}

/* "+ t [1,10]: the right answers": what comes in from the side. */
static void side_text(const dnp_diagram *d, const dnp_arrow *a, char out[DNP_DIAGRAM_TEXT + 64]) {
  char title[DNP_DIAGRAM_TEXT];
  dnp_arrow_title(a, title, sizeof title);
  snprintf(out, DNP_DIAGRAM_TEXT + 64, "+ %.48s  %s", title, d->box[a->from].title);
}

static bool comes_from_side(const dnp_diagram *d, const dnp_arrow *a, size_t box, size_t before) {
  return !a->back && a->to == box && a->from != before && d->box[a->from].given;
}

static void put_box(const page *v, const chain *c, size_t number, size_t before) {
  const dnp_box *b = &c->d->box[number];
  char text[DNP_DIAGRAM_TEXT + 64];
  int inner = width(b->title) > width(b->detail) ? width(b->title) : width(b->detail);
  for (size_t i = 0; i < c->d->arrows; i++)
    if (comes_from_side(c->d, &c->d->arrow[i], number, before)) {
      side_text(c->d, &c->d->arrow[i], text);
      if (width(text) > inner) inner = width(text);
    }
  if (inner < 20) inner = 20;
  if (inner > v->cells - 4) inner = v->cells - 4;
  int left = c->middle - (inner + 4) / 2;
  if (left < 0) left = 0;
  put_edge(v, left, inner);
  put_inside(v, left, inner, b->title);
  if (b->detail[0] != '\0') put_inside(v, left, inner, b->detail);
  for (size_t i = 0; i < c->d->arrows; i++)
    if (comes_from_side(c->d, &c->d->arrow[i], number, before)) {
      side_text(c->d, &c->d->arrow[i], text);
      put_inside(v, left, inner, text);
    }
  put_edge(v, left, inner);
}

/* As many of the arrow's numbers as have room. */
static void values_in(const dnp_arrow *a, int room, char out[DNP_DIAGRAM_TEXT]) {
  out[0] = '\0';
  for (int count = a != NULL ? a->count : 0; count > 0; count--) {
    dnp_arrow_text(a, count, out, DNP_DIAGRAM_TEXT);
    if (width(out) <= room) return;
  }
  out[0] = '\0';
}

/* One line between two boxes: what is said to the left and to the right of the two arrows. */
static void put_between(
    const page *v, const chain *c, const char *left, const char *there, const char *back, const char *right) {
  char text[2][DNP_DIAGRAM_TEXT];
  const int room[2] = {c->middle - 4, v->cells - c->middle - 5};
  snprintf(text[0], sizeof text[0], "%s", left);
  snprintf(text[1], sizeof text[1], "%s", right);
  for (int i = 0; i < 2; i++) dnp_text_cut(text[i], (size_t)room[i]);
  spaces(v, room[0] - width(text[0]));
  put_ink(v, FORWARD, text[0]);
  fputs("  ", v->out);
  put_ink(v, FORWARD, there);
  if (back[0] != '\0') {
    fputs("   ", v->out);
    put_ink(v, BACKWARD, back);
    if (text[1][0] != '\0') fputs("  ", v->out);
    put_ink(v, BACKWARD, text[1]);
  }
  fputc('\n', v->out);
}

static void put_link(const page *v, const chain *c, size_t upper, size_t lower) {
  const dnp_arrow *there = arrow_between(c->d, upper, lower, false), *back = arrow_between(c->d, lower, upper, true);
  char title[2][DNP_DIAGRAM_TEXT] = {"", ""}, values[2][DNP_DIAGRAM_TEXT];
  if (there != NULL) dnp_arrow_title(there, title[0], sizeof title[0]);
  if (back != NULL) dnp_arrow_title(back, title[1], sizeof title[1]);
  values_in(there, c->middle - 4, values[0]);
  values_in(back, v->cells - c->middle - 5, values[1]);
  put_between(v, c, title[0], "|", back != NULL ? "^" : "", title[1]);
  if (values[0][0] != '\0' || values[1][0] != '\0')
    put_between(v, c, values[0], "|", back != NULL ? "|" : "", values[1]);
  put_between(v, c, "", "v", back != NULL ? "|" : "", "");
}

static size_t feeder(const dnp_diagram *d, size_t box) {
  for (size_t i = 0; i < d->arrows; i++)
    if (!d->arrow[i].back && d->arrow[i].to == box) return d->arrow[i].from;
  return d->boxes;
}

static void put_chain(const page *v, const chain *c, size_t box) {
  const size_t before = feeder(c->d, box);
  if (before < c->d->boxes) {
    put_chain(v, c, before);
    put_link(v, c, before, box);
  }
  put_box(v, c, box, before);
}

/* ---- a tree -------------------------------------------------------------------------------------- */

/* Two blanks and the text, or below and as far in as the box where that is too wide. */
static void put_beside(const page *v, int indent, int *column, int ink, const char *text) {
  if (*column + 2 + width(text) > v->cells) {
    fprintf(v->out, "\n%*s", indent, "");
    *column = indent;
  } else {
    fputs("  ", v->out);
    *column += 2;
  }
  *column += width(text);
  if (ink >= 0)
    put_ink(v, ink, text);
  else
    fputs(text, v->out);
}

static void put_tree(const page *v, const dnp_diagram *d, size_t box, const dnp_arrow *there, int depth) {
  char values[DNP_DIAGRAM_TEXT], slope[DNP_DIAGRAM_TEXT + 4];
  const dnp_arrow *back = there != NULL ? arrow_between(d, there->to, box, true) : NULL;
  const int indent = 3 * depth + (depth > 0 ? 3 : 0);
  int column = indent + width(d->box[box].title);
  fprintf(v->out, "%*s%s%s", 3 * depth, "", depth > 0 ? "+- " : "", d->box[box].title);
  if (d->box[box].detail[0] != '\0') put_beside(v, indent, &column, -1, d->box[box].detail);
  if (there != NULL) {
    dnp_arrow_text(there, 1, values, sizeof values);
    put_beside(v, indent, &column, FORWARD, values);
  }
  if (back != NULL) {
    dnp_arrow_text(back, 1, values, sizeof values);
    snprintf(slope, sizeof slope, "<- %s", values);
    put_beside(v, indent, &column, BACKWARD, slope);
  }
  fputc('\n', v->out);
  for (size_t i = 0; i < d->arrows; i++)
    if (!d->arrow[i].back && d->arrow[i].to == box) put_tree(v, d, d->arrow[i].from, &d->arrow[i], depth + 1);
}

void dnp_boxes_text(FILE *out, const dnp_panel *panel, int cells, bool colour, denpa_lang lang) {
  const dnp_diagram *d = panel->diagram;
  const page v = {out, cells, colour};
  (void)lang;
  if (dnp_diagram_is_chain(d))
    put_chain(&v, &(chain){d, cells < 100 ? cells / 2 : 50}, d->boxes - 1);
  else
    put_tree(&v, d, d->boxes - 1, NULL, 0);
}

/* ---- lines of matrices --------------------------------------------------------------------------- */

static size_t shown(size_t size) { return size > DNP_MATRIX_SHOWN ? DNP_MATRIX_SHOWN : size; }

static void size_text(const dnp_matrix *m, char out[DNP_DIAGRAM_TEXT]) {
  out[0] = '\0';
  if (m->plain) return;
  snprintf(out, DNP_DIAGRAM_TEXT, "%s%zu%s x %s%zu%s", m->ring_rows ? "(" : "", m->rows, m->ring_rows ? ")" : "",
      m->ring_columns ? "(" : "", m->columns, m->ring_columns ? ")" : "");
}

/* Cells of one number of the matrix, with a blank before it and a place for its mark behind it. */
static int value_cells(const dnp_matrix *m) {
  int most = 1;
  char text[40];
  for (size_t i = 0; m->value != NULL && i < shown(m->rows); i++)
    for (size_t k = 0; k < shown(m->columns); k++) {
      const int length = (int)dnp_format_real(text, sizeof text, m->value[i * m->columns + k], 3);
      if (length > most) most = length;
    }
  return most + 2;
}

static int matrix_cells(const dnp_matrix *m) {
  char text[DNP_DIAGRAM_TEXT];
  size_text(m, text);
  int most = width(text) > width(m->name) ? width(text) : width(m->name);
  if (m->value != NULL && value_cells(m) * (int)shown(m->columns) > most)
    most = value_cells(m) * (int)shown(m->columns);
  return most;
}

static void put_middle(const page *v, const char *text, int cells, int ink) {
  const int before = (cells - width(text)) / 2;
  spaces(v, before);
  if (ink >= 0)
    put_ink(v, ink, text);
  else
    fputs(text, v->out);
  spaces(v, cells - width(text) - before);
}

static void put_values(const page *v, const dnp_matrix *m, size_t row, int cells) {
  const int each = value_cells(m), inner = each * (int)shown(m->columns);
  spaces(v, (cells - inner) / 2);
  for (size_t k = 0; k < shown(m->columns); k++) {
    const double value = m->value[row * m->columns + k];
    const size_t group = m->first + (m->tint == DNP_TINT_ROWS ? row : k);
    const bool grouped = m->tint == DNP_TINT_ROWS || m->tint == DNP_TINT_COLUMNS;
    char text[40];
    spaces(v, each - 1 - (int)dnp_format_real(text, sizeof text, value, 3));
    if (grouped)
      put_ink(v, (int)(group % 4), text);
    else
      fputs(text, v->out);
    fputc(grouped && group == 0 && !v->colour ? '*' : ' ', v->out);
  }
  spaces(v, cells - inner - (cells - inner) / 2);
}

static void put_row_of(const page *v, const dnp_matrix *m, size_t row, size_t rows, int cells) {
  const size_t tall = m->value != NULL ? shown(m->rows) : 0, above = (rows - tall) / 2;
  char text[DNP_DIAGRAM_TEXT];
  size_text(m, text);
  if (row == 0)
    put_middle(v, m->name, cells, -1);
  else if (row == rows + 1)
    put_middle(v, text, cells, m->ring_rows || m->ring_columns ? BACKWARD : -1);
  else if (row - 1 >= above && row - 1 < above + tall)
    put_values(v, m, row - 1 - above, cells);
  else
    spaces(v, cells);
}

/* Matrices first .. last - 1 of a line side by side: names, numbers, sizes; rows that say nothing are left out. */
static void put_group(const page *v, const dnp_diagram *d, size_t first, size_t last, bool begun) {
  size_t rows = 0;
  bool named = false, sized = false;
  for (size_t i = first; i < last; i++) {
    const dnp_matrix *m = &d->matrix[i];
    if (m->value != NULL && shown(m->rows) > rows) rows = shown(m->rows);
    named = named || m->name[0] != '\0';
    sized = sized || !m->plain;
  }
  for (size_t r = named ? 0 : 1; r < rows + (sized ? 2 : 1); r++) {
    const bool signs = r == (rows > 0 ? 1 + (rows - 1) / 2 : 1);
    for (size_t i = first; i < last; i++) {
      if (i > first || d->matrix[i].sign[0] != '\0' || begun) put_middle(v, signs ? d->matrix[i].sign : "", 3, -1);
      put_row_of(v, &d->matrix[i], r, rows, matrix_cells(&d->matrix[i]));
    }
    fputc('\n', v->out);
  }
}

static void put_line(const page *v, const dnp_diagram *d, const dnp_line *l) {
  size_t first = l->first;
  int used = 0;
  if (l->text[0] != '\0') dnp_wrap(v->out, l->text, 0, v->cells);
  for (size_t i = l->first; i < l->first + l->count; i++) {
    const int cells = matrix_cells(&d->matrix[i]) + 3;
    if (i > first && used + cells > v->cells) {
      put_group(v, d, first, i, first > l->first);
      first = i;
      used = 0;
    }
    used += cells;
  }
  put_group(v, d, first, l->first + l->count, first > l->first);
}

void dnp_lines_text(FILE *out, const dnp_panel *panel, int cells, bool colour, denpa_lang lang) {
  const dnp_diagram *d = panel->diagram;
  const page v = {out, cells, colour};
  (void)lang;
  for (size_t i = 0; i < d->lines; i++) {
    if (i > 0) fputc('\n', out);
    put_line(&v, d, &d->line[i]);
  }
}
