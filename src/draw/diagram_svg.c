/* diagram_svg.c: diagrams as SVG. Boxes and arrows carry what they stand for as data-*, so that a picture can be read
 * back. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/math.h"
#include "base/text.h"
#include "draw/diagram.h"

/* Lengths, in the units of the picture. LETTER is about that of a text. */
static const double TOP = 36, LETTER = 7, PAD = 12, DOWN = 74, APART = 22, TIP = 7, BESIDE = 7;

static void rectangle(dnp_svg *svg, const char *class, double x, double y, double width, double height) {
  dnp_svg_put(svg, "<rect class=\"%s\"", class);
  dnp_svg_attribute(svg, "x", x);
  dnp_svg_attribute(svg, "y", y);
  dnp_svg_attribute(svg, "width", width);
  dnp_svg_attribute(svg, "height", height);
  dnp_svg_put(svg, "/>\n");
}

static void named(dnp_svg *svg, const char *name, const char *text) {
  dnp_svg_put(svg, " data-%s=\"", name);
  dnp_svg_escaped(svg, text);
  dnp_svg_put(svg, "\"");
}

static double wide(const char *text) { return LETTER * (double)dnp_text_width(text); }

static double title_width(const dnp_panel *panel) { return 8 * (double)dnp_text_width(panel->title) + PAD; }

/* ---- boxes -------------------------------------------------------------------------------------- */

static double label_width(const dnp_arrow *a) {
  char title[DNP_DIAGRAM_TEXT], values[DNP_DIAGRAM_TEXT];
  dnp_arrow_title(a, title, sizeof title);
  dnp_arrow_text(a, DNP_ARROW_VALUES, values, sizeof values);
  return fmax(a->shape[0] != '\0' ? wide(title) : 0, wide(values));
}

/* All boxes are as wide as the widest text; what stands to the left of an arrow has half a box. */
static double box_width(const dnp_diagram *d) {
  double most = 60;
  for (size_t i = 0; i < d->boxes; i++)
    most = fmax(most, fmax(wide(d->box[i].title), wide(d->box[i].detail)) + 2 * PAD);
  for (size_t i = 0; i < d->arrows; i++)
    if (!d->arrow[i].back) most = fmax(most, 2 * (label_width(&d->arrow[i]) + 2 * BESIDE));
  return most;
}

static double box_height(const dnp_box *b) { return b->detail[0] != '\0' ? 46 : 30; }
static double box_x(const dnp_diagram *d, const dnp_box *b) { return b->at * (box_width(d) + APART); }
static double level_y(const dnp_box *b) { return (double)b->level * (46 + DOWN); }

void dnp_boxes_size(const dnp_panel *panel, double *width, double *height) {
  const dnp_diagram *d = panel->diagram;
  *width = fmax(d->widest * (box_width(d) + APART), title_width(panel));
  for (size_t i = 0; i < d->arrows; i++)
    if (d->arrow[i].back)
      *width = fmax(*width, box_x(d, &d->box[d->arrow[i].to]) + box_width(d) / 2 + label_width(&d->arrow[i]) + 3 * PAD);
  *height = TOP + (double)d->levels * (46 + DOWN) - DOWN + 16;
}

static void draw_box(dnp_svg *svg, const dnp_diagram *d, const dnp_box *b, double left, double top) {
  const double width = box_width(d), x = left + box_x(d, b), y = top + level_y(b);
  dnp_svg_put(svg, "<g class=\"node\" data-number=\"%zu\"", (size_t)(b - d->box));
  named(svg, "title", b->title);
  named(svg, "detail", b->detail);
  dnp_svg_put(svg, ">\n<rect class=\"box%s\" rx=\"6\"", b->given ? " given" : "");
  dnp_svg_attribute(svg, "x", x);
  dnp_svg_attribute(svg, "y", y);
  dnp_svg_attribute(svg, "width", width);
  dnp_svg_attribute(svg, "height", box_height(b));
  dnp_svg_put(svg, "/>\n");
  dnp_svg_label(svg, "title", x + width / 2, y + 19, "middle", b->title);
  if (b->detail[0] != '\0') dnp_svg_label(svg, "caption", x + width / 2, y + 36, "middle", b->detail);
  dnp_svg_put(svg, "</g>\n");
}

static void draw_tip(dnp_svg *svg, const char *class, double x, double y, double along_x, double along_y) {
  dnp_svg_put(svg, "<path class=\"tip %s\" d=\"M", class);
  const double at[3][2] = {{x, y},
      {x - along_x * TIP * 1.6 + along_y * TIP * 0.7, y - along_y * TIP * 1.6 - along_x * TIP * 0.7},
      {x - along_x * TIP * 1.6 - along_y * TIP * 0.7, y - along_y * TIP * 1.6 + along_x * TIP * 0.7}};
  for (int i = 0; i < 3; i++) {
    dnp_svg_put(svg, i > 0 ? "L" : "");
    dnp_svg_number(svg, at[i][0]);
    dnp_svg_put(svg, " ");
    dnp_svg_number(svg, at[i][1]);
  }
  dnp_svg_put(svg, "z\"/>\n");
}

static void open_arrow(dnp_svg *svg, const dnp_arrow *a) {
  dnp_svg_put(svg, "<g class=\"link\" data-from=\"%zu\" data-to=\"%zu\" data-way=\"%s\"", a->from, a->to,
      a->back ? "backward" : "forward");
  named(svg, "name", a->name);
  named(svg, "shape", a->shape);
  dnp_svg_put(svg, " data-values=\"");
  for (int i = 0; i < a->count; i++) {
    char digits[40];
    dnp_format_real(digits, sizeof digits, a->value[i].value, 17);
    dnp_svg_put(svg, "%s%zu:%s", i > 0 ? " " : "", a->value[i].index, digits);
  }
  dnp_svg_put(svg, "\">\n");
}

static void draw_stroke(dnp_svg *svg, const char *class, double x0, double y0, double x1, double y1) {
  dnp_svg_put(svg, "<line class=\"arrow %s\"", class);
  dnp_svg_attribute(svg, "x1", x0);
  dnp_svg_attribute(svg, "y1", y0);
  dnp_svg_attribute(svg, "x2", x1);
  dnp_svg_attribute(svg, "y2", y1);
  dnp_svg_put(svg, "/>\n");
}

/* From a given box to the one at its side; the box says itself what it is. */
static void draw_aside(dnp_svg *svg, const dnp_diagram *d, const dnp_arrow *a, double left, double top) {
  const dnp_box *from = &d->box[a->from], *to = &d->box[a->to];
  const double x0 = left + box_x(d, from), x1 = left + box_x(d, to) + box_width(d),
               y = top + level_y(to) + box_height(to) / 2;
  open_arrow(svg, a);
  draw_stroke(svg, "forward", x0, y, x1, y);
  draw_tip(svg, "forward", x1, y, -1, 0);
  dnp_svg_put(svg, "</g>\n");
}

/* Arrows there run to the left of the line between two boxes, arrows back to the right of it, each with its name on its
 * side. */
static void draw_arrow(dnp_svg *svg, const dnp_diagram *d, const dnp_arrow *a, double left, double top) {
  const dnp_box *from = &d->box[a->from], *to = &d->box[a->to];
  const dnp_box *upper = a->back ? to : from, *lower = a->back ? from : to;
  const double middle = box_width(d) / 2, side = a->back ? BESIDE : -BESIDE,
               x0 = left + box_x(d, upper) + middle + side, y0 = top + level_y(upper) + box_height(upper),
               x1 = left + box_x(d, lower) + middle + side, y1 = top + level_y(lower),
               length = sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0)), turn = a->back ? -1 : 1,
               along_x = (x1 - x0) / length * turn, along_y = (y1 - y0) / length * turn;
  const char *class = a->back ? "backward" : "forward";
  char title[DNP_DIAGRAM_TEXT], values[DNP_DIAGRAM_TEXT];
  open_arrow(svg, a);
  draw_stroke(svg, class, x0, y0, x1, y1);
  draw_tip(svg, class, a->back ? x0 : x1, a->back ? y0 : y1, along_x, along_y);
  dnp_arrow_title(a, title, sizeof title);
  dnp_arrow_text(a, DNP_ARROW_VALUES, values, sizeof values);
  /* the more the line leans, the farther from it */
  const double beside = BESIDE + 6 * fabs((x1 - x0) / (y1 - y0)), x = (x0 + x1) / 2 + (a->back ? beside : -beside),
               y = (y0 + y1) / 2 + 4;
  const bool both = a->shape[0] != '\0' && values[0] != '\0';
  if (a->shape[0] != '\0') dnp_svg_label(svg, class, x, y - (both ? 8 : 0), a->back ? "start" : "end", title);
  if (values[0] != '\0') dnp_svg_label(svg, class, x, y + (both ? 9 : 0), a->back ? "start" : "end", values);
  dnp_svg_put(svg, "</g>\n");
}

void dnp_boxes_draw(dnp_svg *svg, const dnp_panel *panel, double left, double top) {
  const dnp_diagram *d = panel->diagram;
  for (size_t i = 0; i < d->arrows; i++) {
    const bool aside = d->box[d->arrow[i].from].level == d->box[d->arrow[i].to].level;
    (aside ? draw_aside : draw_arrow)(svg, d, &d->arrow[i], left, top + TOP);
  }
  for (size_t i = 0; i < d->boxes; i++) draw_box(svg, d, &d->box[i], left, top + TOP);
}

/* ---- lines of matrices --------------------------------------------------------------------------- */

static const double NAME = 18, SIZES = 34, SAID = 20, BETWEEN = 16, SIGN = 26, CELL_HEIGHT = 22, TIMES = 14;

static size_t shown(size_t size) { return size > DNP_MATRIX_SHOWN ? DNP_MATRIX_SHOWN : size; }

static void value_text(double value, char out[40]) { dnp_format_real(out, 40, value, 3); }

static double cell_width(const dnp_matrix *m) {
  double most = 30;
  char text[40];
  for (size_t i = 0; i < shown(m->rows); i++)
    for (size_t k = 0; k < shown(m->columns); k++) {
      value_text(m->value[i * m->columns + k], text);
      most = fmax(most, wide(text) + 10);
    }
  return most;
}

/* A box grows with the logarithm of its size: 784 is longer than 50, and both can be seen. */
static double side(size_t size) { return 26 + 9 * dnp_log((double)size) / dnp_log(2); }

static double inner_width(const dnp_matrix *m) {
  return m->value != NULL ? cell_width(m) * (double)shown(m->columns) : side(m->columns);
}
static double inner_height(const dnp_matrix *m) {
  return m->value != NULL ? CELL_HEIGHT * (double)shown(m->rows) : side(m->rows);
}

static double size_width(size_t size) {
  char text[40];
  snprintf(text, sizeof text, "%zu", size);
  return wide(text) + 20;
}

static double matrix_width(const dnp_matrix *m) {
  if (m->plain) return fmax(inner_width(m), wide(m->name) + 8);
  return fmax(fmax(inner_width(m), wide(m->name) + 8), size_width(m->rows) + size_width(m->columns) + TIMES);
}

static double line_height(const dnp_diagram *d, const dnp_line *l, double *box) {
  *box = 0;
  for (size_t i = 0; i < l->count; i++) *box = fmax(*box, inner_height(&d->matrix[l->first + i]));
  return (l->text[0] != '\0' ? SAID : 0) + NAME + *box + SIZES + BETWEEN;
}

void dnp_lines_size(const dnp_panel *panel, double *width, double *height) {
  const dnp_diagram *d = panel->diagram;
  double box;
  *width = 0;
  *height = TOP;
  for (size_t i = 0; i < d->lines; i++) {
    double line = 0;
    for (size_t k = 0; k < d->line[i].count; k++) line += SIGN + matrix_width(&d->matrix[d->line[i].first + k]);
    *width = fmax(*width, fmax(line, wide(d->line[i].text)));
    *height += line_height(d, &d->line[i], &box);
  }
  *width = fmax(*width + APART, title_width(panel));
}

static void draw_values(dnp_svg *svg, const dnp_matrix *m, double x, double y) {
  const double width = cell_width(m);
  double most = 0;
  char text[40], class[24];
  for (size_t i = 0; i < m->rows * m->columns; i++) most = fmax(most, fabs(m->value[i]));
  for (size_t i = 0; i < shown(m->rows); i++)
    for (size_t k = 0; k < shown(m->columns); k++) {
      const double value = m->value[i * m->columns + k], left = x + width * (double)k,
                   top = y + CELL_HEIGHT * (double)i;
      snprintf(class, sizeof class, "box tint%zu", (m->first + (m->tint == DNP_TINT_ROWS ? i : k)) % 4);
      rectangle(svg, "box", left, top, width, CELL_HEIGHT);
      if (m->tint == DNP_TINT_ROWS || m->tint == DNP_TINT_COLUMNS) rectangle(svg, class, left, top, width, CELL_HEIGHT);
      if (m->tint == DNP_TINT_SIGNS && most > 0) {
        dnp_svg_put(
            svg, "<rect class=\"tint%d\" style=\"fill-opacity:%.2f\"", value > 0 ? 1 : 0, 0.8 * fabs(value) / most);
        dnp_svg_attribute(svg, "x", left);
        dnp_svg_attribute(svg, "y", top);
        dnp_svg_attribute(svg, "width", width);
        dnp_svg_attribute(svg, "height", CELL_HEIGHT);
        dnp_svg_put(svg, "/>\n");
      }
      value_text(value, text);
      dnp_svg_put(svg, "<g class=\"value\" data-row=\"%zu\" data-column=\"%zu\">", i, k);
      dnp_svg_label(svg, "number", left + width / 2, top + 15, "middle", text);
      dnp_svg_put(svg, "</g>\n");
    }
}

/* One size under its matrix, with a ring where it has to agree. Returns where its middle is. */
static double draw_size(dnp_svg *svg, size_t size, bool ring, double x, double y) {
  const double width = size_width(size);
  char text[40];
  snprintf(text, sizeof text, "%zu", size);
  if (ring) {
    dnp_svg_put(svg, "<rect class=\"ring\" rx=\"11\"");
    dnp_svg_attribute(svg, "x", x + 2);
    dnp_svg_attribute(svg, "y", y - 15);
    dnp_svg_attribute(svg, "width", width - 4);
    dnp_svg_attribute(svg, "height", 22);
    dnp_svg_put(svg, "/>\n");
  }
  dnp_svg_label(svg, ring ? "agree" : "axis", x + width / 2, y, "middle", text);
  return x + width / 2;
}

static void draw_matrix(
    dnp_svg *svg, const dnp_matrix *m, double x, double y, double box, double *ring_left, double *ring_right) {
  const double width = matrix_width(m), inner = inner_width(m), height = inner_height(m), middle = x + width / 2,
               top = y + NAME + (box - height) / 2, base = y + NAME + box + 20,
               sizes = size_width(m->rows) + size_width(m->columns) + TIMES, left = middle - sizes / 2;
  dnp_svg_put(svg, "<g class=\"matrix\" data-rows=\"%zu\" data-columns=\"%zu\" data-rings=\"%d %d\"", m->rows,
      m->columns, m->ring_rows, m->ring_columns);
  named(svg, "name", m->name);
  named(svg, "sign", m->sign);
  dnp_svg_put(svg, ">\n");
  dnp_svg_label(svg, "title", middle, top - 5, "middle", m->name);
  if (m->value != NULL)
    draw_values(svg, m, middle - inner / 2, top);
  else
    rectangle(svg, "box", middle - inner / 2, top, inner, height);
  if (m->plain) return dnp_svg_put(svg, "</g>\n");
  *ring_left = draw_size(svg, m->rows, m->ring_rows, left, base);
  dnp_svg_label(svg, "axis", left + size_width(m->rows) + TIMES / 2, base, "middle", "\xC3\x97");
  *ring_right = draw_size(svg, m->columns, m->ring_columns, left + size_width(m->rows) + TIMES, base);
  dnp_svg_put(svg, "</g>\n");
}

static const char *sign_text(const char *sign) {
  return strcmp(sign, ".") == 0 ? "\xC2\xB7" : strcmp(sign, "->") == 0 ? "\xE2\x86\x92" : sign;
}

static void draw_line(dnp_svg *svg, const dnp_diagram *d, const dnp_line *l, double left, double y) {
  double box, x = left, before = 0, rows = 0, columns = 0;
  line_height(d, l, &box);
  if (l->text[0] != '\0') {
    dnp_svg_label(svg, "note", left, y + 10, "start", l->text);
    y += SAID;
  }
  for (size_t i = 0; i < l->count; i++) {
    const dnp_matrix *m = &d->matrix[l->first + i];
    if (m->sign[0] != '\0')
      dnp_svg_label(svg, "sign", x + SIGN / 2, y + NAME + box / 2 + 5, "middle", sign_text(m->sign));
    x += SIGN;
    draw_matrix(svg, m, x, y, box, &rows, &columns);
    if (m->ring_rows && i > 0) { /* the two that agree, joined */
      const double base = y + NAME + box + 27;
      dnp_svg_put(svg, "<path class=\"ring join\" d=\"M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f\"/>\n", before, base,
          before, base + 12, rows, base + 12, rows, base);
    }
    before = columns;
    x += matrix_width(m);
  }
}

void dnp_lines_draw(dnp_svg *svg, const dnp_panel *panel, double left, double top) {
  const dnp_diagram *d = panel->diagram;
  double y = top + TOP, box;
  for (size_t i = 0; i < d->lines; i++) {
    draw_line(svg, d, &d->line[i], left, y);
    y += line_height(d, &d->line[i], &box);
  }
}
