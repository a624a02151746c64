/* figure_draw.c: a figure on paper, as an SVG that carries its numbers or as the pixels of a PNG: each kind of panel
 * has a size and a way of drawing. In the SVG points, bars, cells and tiles have data-* attributes, the panel's frame
 * tells how places become values (data-x: place of the left and right edge and the values there), and <metadata> holds
 * the whole figure as JSON. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "draw/colour.h"
#include "draw/diagram.h"
#include "draw/figure_draw.h"

/* Lengths, in the units of the picture. */
static const double LEFT = 64, RIGHT = 18, BOTTOM = 48, MARGIN = 16, HEAD = 58, WIDTH = 400, HEIGHT = 230,
                    BARS_WIDTH = 300, BARS_HEIGHT = 130, LEGEND = 18;

enum { RAMP = 20 };

/* Where a panel's inside lies, and what its edges stand for. */
typedef struct place {
  double left, top, width, height;
  double x[2], y[2];
} place;

static double at_x(const place *p, double x) { return p->left + (x - p->x[0]) / (p->x[1] - p->x[0]) * p->width; }
static double at_y(const place *p, double y) {
  return p->top + p->height - (y - p->y[0]) / (p->y[1] - p->y[0]) * p->height;
}

void dnp_attribute(dnp_attributes *a, const char *name, double value) {
  char digits[40];
  dnp_format_real(digits, sizeof digits, value, 17);
  a->used += (size_t)snprintf(a->text + a->used, sizeof a->text - a->used, " %s=\"%s\"", name, digits);
}

void dnp_attribute_size(dnp_attributes *a, const char *name, size_t value) {
  a->used += (size_t)snprintf(a->text + a->used, sizeof a->text - a->used, " %s=\"%zu\"", name, value);
}

/* ---- axes -------------------------------------------------------------------------------------- */

/* With so many digits that neighbours, a step apart, differ. */
static void tick_text(double value, double step, int digits, char out[40]) {
  double read = 0;
  if (fabs(value) < 1e-9 * step) value = 0;
  for (int more = digits; more <= 17; more++) {
    dnp_format_real(out, 40, value, more);
    if (!(step > 0) || !dnp_parse_real(out, &read) || fabs(read - value) < 0.05 * step) return;
  }
}

static void draw_x_axis(dnp_paper *paper, const dnp_panel *panel, const place *p) {
  double first, step;
  char text[40];
  dnp_ticks(p->x[0], p->x[1], 6, &first, &step);
  if ((panel->counts || panel->powers) && step < 1 && p->x[1] - p->x[0] >= 1) {
    step = 1;
    first = -floor(1e-9 - p->x[0]);
  }
  for (int i = 0; first + i * step <= p->x[1] + 1e-9 * step; i++) {
    const double x = at_x(p, first + i * step);
    dnp_paper_line(paper, "grid", x, p->top, x, p->top + p->height);
    tick_text(dnp_panel_mark(panel, first + i * step), panel->powers ? 0 : step, 6, text);
    dnp_paper_label(paper, "tick", x, p->top + p->height + 15, "middle", text);
  }
  dnp_paper_label(paper, "axis", p->left + p->width / 2, p->top + p->height + 33, "middle", panel->x_title);
}

/* Counts whose logarithm is drawn have the ticks 1, 10, 100 ... */
static void draw_y_axis(dnp_paper *paper, const dnp_panel *panel, const place *p) {
  double first, step;
  char text[40];
  dnp_ticks(p->y[0], p->y[1], 5, &first, &step);
  if (panel->log_counts) first = step = 1;
  double power = 1;
  for (int i = 0; first + i * step <= p->y[1] + 1e-9 * step; i++) {
    const double y = at_y(p, first + i * step);
    dnp_paper_line(paper, "grid", p->left, y, p->left + p->width, y);
    tick_text(panel->log_counts ? power : first + i * step, panel->log_counts ? 1 : step, 6, text);
    power *= 10;
    dnp_paper_label(paper, "tick", p->left - 6, y + 4, "end", text);
  }
  dnp_paper_label_up(paper, "axis", p->left - 50, p->top + p->height / 2, panel->y_title);
}

static void draw_frame(dnp_paper *paper, const place *p) {
  char more[256];
  size_t used = (size_t)snprintf(more, sizeof more, " data-x=\"");
  const double edges[] = {p->left, p->left + p->width, p->top + p->height, p->top};
  for (int i = 0; i < 4; i++) {
    char value[40];
    dnp_format_real(value, sizeof value, i < 2 ? p->x[i] : p->y[i - 2], 17);
    used += (size_t)snprintf(more + used, sizeof more - used, "%s%.3f %s",
        i == 0   ? ""
        : i == 2 ? "\" data-y=\""
                 : " ",
        edges[i], value);
  }
  snprintf(more + used, sizeof more - used, "\"");
  dnp_paper_box(paper, "frame", DNP_BY_CLASS, p->left, p->top, p->width, p->height, more);
}

/* ---- lines ------------------------------------------------------------------------------------- */

static void draw_points(dnp_paper *paper, const dnp_series *s, int number, const place *p) {
  char class[80];
  snprintf(class, sizeof class, "point p%d %s", number, s->key);
  for (size_t i = 0; i < s->count; i++) {
    dnp_attributes more = {0};
    if (!dnp_shown(s->x[i], s->y[i])) continue;
    dnp_attribute(&more, "data-x", s->x[i]);
    dnp_attribute(&more, "data-y", s->y[i]);
    dnp_paper_disc(paper, class, DNP_BY_CLASS, at_x(p, s->x[i]), at_y(p, s->y[i]), s->count == 1 ? 5 : 2.5, more.text);
  }
}

static void draw_series(dnp_paper *paper, const dnp_panel *panel, int number, const place *p) {
  const dnp_series *s = &panel->series[number];
  char class[80], more[80];
  dnp_way *way;
  size_t count = 0;
  bool open = false;
  if (paper->status != DENPA_OK || (paper->status = DNP_NEW(&way, s->count, NULL)) != DENPA_OK) return;
  for (size_t i = 0; !panel->points && i < s->count; i++) {
    const bool shown = dnp_shown(s->x[i], s->y[i]);
    if (shown) way[count++] = (dnp_way){at_x(p, s->x[i]), at_y(p, s->y[i]), !open};
    open = shown;
  }
  snprintf(class, sizeof class, "series s%d %s", number, s->key);
  snprintf(more, sizeof more, " data-series=\"%s\"", s->key);
  dnp_paper_way(paper, class, way, count, more);
  dnp_free(way);
  /* each point can be pointed at, and one alone is seen */
  if (s->count <= 100 || panel->points) draw_points(paper, s, number, p);
}

static void draw_legend(dnp_paper *paper, const dnp_panel *panel, double right, double y) {
  for (int i = panel->count; i-- > 0 && panel->count > 1;) {
    const double wide = 8.0 * (double)dnp_text_width(panel->series[i].title) + 40;
    char class[24];
    snprintf(class, sizeof class, "series s%d", i);
    right -= wide;
    dnp_paper_line(paper, class, right, y - 4, right + 24, y - 4);
    dnp_paper_label(paper, "legend", right + 29, y, "start", panel->series[i].title);
  }
}

static void size_lines(const dnp_panel *panel, double *width, double *height) {
  (void)panel;
  *width = LEFT + WIDTH + RIGHT;
  *height = DNP_DRAW_TOP + LEGEND + HEIGHT + BOTTOM;
}

static void draw_lines(dnp_paper *paper, const dnp_panel *panel, double left, double top) {
  place p = {left + LEFT, top + DNP_DRAW_TOP + LEGEND, WIDTH, HEIGHT, {0, 1}, {0, 1}};
  draw_legend(paper, panel, left + LEFT + WIDTH, top + DNP_DRAW_TOP + 4);
  if (dnp_panel_range(panel, p.x, p.y)) {
    if (p.y[0] > 0 && p.y[0] < 0.6 * p.y[1]) p.y[0] = 0; /* from zero where that costs little */
    draw_x_axis(paper, panel, &p);
    draw_y_axis(paper, panel, &p);
  }
  draw_frame(paper, &p);
  for (int i = 0; i < panel->count; i++) draw_series(paper, panel, i, &p);
}

/* ---- bars -------------------------------------------------------------------------------------- */

static void size_bars(const dnp_panel *panel, double *width, double *height) {
  (void)panel;
  *width = LEFT + BARS_WIDTH + RIGHT;
  *height = DNP_DRAW_TOP + BARS_HEIGHT + BOTTOM;
}

static void draw_bars(dnp_paper *paper, const dnp_panel *panel, double left, double top) {
  const dnp_series *s = &panel->series[0];
  place p = {left + LEFT, top + DNP_DRAW_TOP, BARS_WIDTH, BARS_HEIGHT, {s->x[0], s->x[s->count]}, {0, 1}};
  for (size_t i = 0; i < s->count; i++)
    if (dnp_panel_bar(panel, s->y[i]) > p.y[1]) p.y[1] = dnp_panel_bar(panel, s->y[i]);
  draw_x_axis(paper, panel, &p);
  draw_y_axis(paper, panel, &p);
  draw_frame(paper, &p);
  for (size_t i = 0; i < s->count; i++) {
    const double x = at_x(&p, s->x[i]), y = at_y(&p, dnp_panel_bar(panel, s->y[i]));
    if (!(s->y[i] > 0)) continue;
    dnp_attributes more = {0};
    dnp_attribute(&more, "data-from", s->x[i]);
    dnp_attribute(&more, "data-to", s->x[i + 1]);
    dnp_attribute(&more, "data-count", s->y[i]);
    dnp_paper_box(paper, "bar", DNP_BY_CLASS, x, y, at_x(&p, s->x[i + 1]) - x, p.top + p.height - y, more.text);
  }
}

/* ---- cells ------------------------------------------------------------------------------------- */

static double cell_size(const dnp_panel *panel) {
  const double most = (double)(panel->columns > panel->rows ? panel->columns : panel->rows);
  return panel->numbers ? most > 24 ? 30 : 42 : most > 60 ? 6 : floor(360 / most);
}

/* Rows that have names are as high as a line of text. */
#define NAMED_ROW 14
static double row_height(const dnp_panel *panel) {
  const bool named = panel->name != NULL && panel->classes == 0 && panel->row_at == NULL;
  return named ? fmax(NAMED_ROW, cell_size(panel)) : cell_size(panel);
}

/* Every so manieth of cells of this size can have a number that takes so much room. */
static size_t numbered(double size, double room) { return size < room / 5 ? 10 : size < room ? 5 : 1; }

/* How much wider than numbers the names of the rows are. */
static double name_margin(const dnp_panel *panel) {
  size_t most = 0;
  for (size_t i = 0; panel->name != NULL && panel->classes == 0 && i < panel->rows; i++)
    if (dnp_text_width(panel->name[i]) > most) most = dnp_text_width(panel->name[i]);
  return DNP_DRAW_LETTER * (double)most;
}

/* To the right of the cells: what the colours stand for. */
static double side_room(const dnp_panel *panel) {
  size_t most = 0;
  for (size_t i = 0; i < panel->classes; i++)
    if (dnp_text_width(panel->name[i]) > most) most = dnp_text_width(panel->name[i]);
  return fmax(90, DNP_DRAW_LETTER * (double)most + 2 * LEGEND + DNP_DRAW_GAP);
}

static void size_cells(const dnp_panel *panel, double *width, double *height) {
  *width = LEFT + name_margin(panel) + cell_size(panel) * (double)panel->columns + RIGHT + side_room(panel);
  if (*width < 360) *width = 360;
  *height = DNP_DRAW_TOP + 16 + row_height(panel) * (double)panel->rows + BOTTOM;
}

static void draw_cell(
    dnp_paper *paper, const dnp_panel *panel, size_t r, size_t c, double x, double y, double side, double height) {
  const double value = panel->value[r * panel->columns + c];
  dnp_attributes more = {0};
  dnp_attribute_size(&more, "data-row", r);
  dnp_attribute_size(&more, "data-column", c);
  dnp_attribute(&more, "data-value", value);
  dnp_paper_box(paper, "cell", dnp_panel_cell(panel, r * panel->columns + c), x, y, side, height, more.text);
  if (!panel->numbers || !(value > 0)) return;
  char text[40];
  dnp_format_real(text, sizeof text, value, 6);
  dnp_paper_label(paper, dnp_colour_is_dark(dnp_panel_colour(panel, value)) ? "number on-dark" : "number on-light",
      x + side / 2, y + height / 2 + 4, "middle", text);
}

static void draw_numbering(dnp_paper *paper, const dnp_panel *panel, const place *p, double side, double height) {
  char text[24];
  for (size_t c = 0; c < panel->columns; c += numbered(side, 15)) {
    snprintf(text, sizeof text, "%zu", c);
    dnp_paper_label(paper, "tick", p->left + ((double)c + 0.5) * side, p->top + p->height + 15, "middle", text);
  }
  for (size_t r = 0; r < panel->rows; r += numbered(height, 12)) {
    snprintf(text, sizeof text, "%zu", r);
    dnp_paper_label(paper, "tick", p->left - 6, p->top + ((double)r + 0.5) * height + 4, "end", text);
  }
  for (size_t r = 0; panel->name != NULL && r < panel->rows; r++) {
    dnp_paper_label(paper, "tick", p->left - 24, p->top + ((double)r + 0.5) * height + 4, "end", panel->name[r]);
  }
}

void dnp_draw_ramp(dnp_paper *paper, const dnp_panel *panel, double left, double top, double height) {
  char text[40];
  for (int i = 0; i < RAMP; i++) {
    const double share = (i + 0.5) / (double)RAMP;
    const dnp_panel plain = {
        .kind = panel->kind, .numbers = panel->numbers, .both_signs = panel->both_signs, .low = 0, .high = 1};
    dnp_paper_box(paper, "ramp", dnp_panel_colour(&plain, share), left, top + height * (1 - (i + 1.0) / (double)RAMP),
        12, height / (double)RAMP + 0.5, "");
  }
  const double step = (panel->high - panel->low) / 10;
  tick_text(panel->high, step, 4, text);
  dnp_paper_label(paper, "tick", left + 16, top + 10, "start", text);
  tick_text(panel->low, step, 4, text);
  dnp_paper_label(paper, "tick", left + 16, top + height, "start", text);
}

/* Which colour is which class. */
static void draw_classes(dnp_paper *paper, const dnp_panel *panel, double left, double top) {
  for (size_t i = 0; i < panel->classes; i++) {
    dnp_paper_box(paper, "ramp", dnp_class_colour(i), left, top + LEGEND * (double)i, 12, 12, "");
    dnp_paper_label(paper, "tick", left + LEGEND, top + LEGEND * (double)i + 10, "start", panel->name[i]);
  }
}

static void draw_marks(dnp_paper *paper, const dnp_panel *panel, const place *p) {
  for (size_t i = 0; i < panel->marks; i++) {
    const dnp_mark *m = &panel->mark[i];
    dnp_attributes more = {0};
    dnp_attribute(&more, "data-x", m->x);
    dnp_attribute(&more, "data-y", m->y);
    dnp_attribute(&more, "data-value", m->value);
    dnp_paper_disc(paper, "point sample",
        panel->classes > 0 ? dnp_class_colour((size_t)m->value) : dnp_panel_colour(panel, m->value), at_x(p, m->x),
        at_y(p, m->y), 4, more.text);
  }
}

static void draw_cells(dnp_paper *paper, const dnp_panel *panel, double left, double top) {
  const double side = cell_size(panel), high = row_height(panel);
  const bool placed = panel->row_at != NULL && panel->column_at != NULL && panel->rows > 1 && panel->columns > 1;
  place p = {left + LEFT + name_margin(panel), top + DNP_DRAW_TOP + 16, side * (double)panel->columns,
      high * (double)panel->rows, {0, (double)panel->columns}, {0, (double)panel->rows}};
  for (size_t r = 0; r < panel->rows; r++)
    for (size_t c = 0; c < panel->columns; c++)
      draw_cell(paper, panel, r, c, p.left + (double)c * side,
          p.top + (double)(placed ? panel->rows - 1 - r : r) * high, side, high);
  if (placed) { /* the edges lie half a cell beyond the middles of the outermost cells */
    const double dx = panel->column_at[1] - panel->column_at[0], dy = panel->row_at[1] - panel->row_at[0];
    p.x[0] = panel->column_at[0] - dx / 2;
    p.x[1] = panel->column_at[panel->columns - 1] + dx / 2;
    p.y[0] = panel->row_at[0] - dy / 2;
    p.y[1] = panel->row_at[panel->rows - 1] + dy / 2;
    draw_x_axis(paper, panel, &p);
    draw_y_axis(paper, panel, &p);
  } else {
    draw_numbering(paper, panel, &p, side, high);
    dnp_paper_label(paper, "axis", p.left + p.width / 2, p.top + p.height + 33, "middle", panel->x_title);
    dnp_paper_label_up(paper, "axis", p.left - 34 - name_margin(panel), p.top + p.height / 2, panel->y_title);
  }
  draw_frame(paper, &p);
  for (int i = 0; i < panel->count; i++) draw_series(paper, panel, i, &p);
  for (int i = 0; placed && i < panel->count; i++)
    if (panel->series[i].count == 1)
      dnp_paper_label(paper, "mark on-dark", at_x(&p, panel->series[i].x[0]) + 6, at_y(&p, panel->series[i].y[0]) + 18,
          "start", panel->series[i].title);
  draw_marks(paper, panel, &p);
  if (panel->classes > 0)
    draw_classes(paper, panel, p.left + p.width + 14, p.top);
  else
    dnp_draw_ramp(paper, panel, p.left + p.width + 14, p.top, p.height < 120 ? p.height : 120);
}

/* ---- diagrams: of lessons, which are pages, terminals and SVG --------------------------------------- */

static void draw_boxes(dnp_paper *paper, const dnp_panel *panel, double left, double top) {
  if (paper->raster == NULL) dnp_boxes_draw(&paper->svg, panel, left, top);
}

static void draw_lines_of_matrices(dnp_paper *paper, const dnp_panel *panel, double left, double top) {
  if (paper->raster == NULL) dnp_lines_draw(&paper->svg, panel, left, top);
}

/* ---- the whole --------------------------------------------------------------------------------- */

static const struct {
  const char *class;
  void (*size)(const dnp_panel *panel, double *width, double *height);
  void (*draw)(dnp_paper *paper, const dnp_panel *panel, double left, double top);
} kinds[] = {[DNP_PANEL_LINES] = {"lines", size_lines, draw_lines},
    [DNP_PANEL_BARS] = {"bars", size_bars, draw_bars},
    [DNP_PANEL_CELLS] = {"cells", size_cells, draw_cells},
    [DNP_PANEL_TILES] = {"tiles", dnp_size_tiles, dnp_draw_tiles},
    [DNP_PANEL_RECORDS] = {"records", dnp_size_records, dnp_draw_records},
    [DNP_PANEL_BOXES] = {"boxes", dnp_boxes_size, draw_boxes},
    [DNP_PANEL_MATRICES] = {"matrices", dnp_lines_size, draw_lines_of_matrices}};

static void draw_panel(dnp_paper *paper, const dnp_panel *panel, double left, double top) {
  const bool inset = panel->kind < DNP_PANEL_TILES;
  dnp_paper_markup(paper, "<g class=\"panel %s\" %sdata-panel=\"%s\">\n", kinds[panel->kind].class,
      panel->kind == DNP_PANEL_CELLS ? "shape-rendering=\"crispEdges\" " : "", panel->key);
  dnp_paper_label(paper, "title", left + (inset ? LEFT : 0), top + 20, "start", panel->title);
  kinds[panel->kind].draw(paper, panel, left, top);
  dnp_paper_markup(paper, "</g>\n");
}

/* Sizes of the whole: panels stand side by side in rows, `columns` in each, all of one width. */
static void measure(const dnp_figure *f, double *wide, double *width, double *height) {
  double tallest = 0;
  *wide = 0;
  *height = HEAD;
  for (size_t i = 0; i < f->panels; i++) {
    double w, h;
    kinds[f->panel[i].kind].size(&f->panel[i], &w, &h);
    if (w > *wide) *wide = w;
    if (h > tallest) tallest = h;
    if (i + 1 == f->panels || (i + 1) % (size_t)f->columns == 0) *height += tallest, tallest = 0;
  }
  *height += MARGIN;
  *width = *wide * (double)(f->panels < (size_t)f->columns ? f->panels : (size_t)f->columns) + 2 * MARGIN;
  const double text = 2 * MARGIN + 7.0 * (double)dnp_text_width(f->note),
               head = 2 * MARGIN + 9.5 * (double)dnp_text_width(f->title);
  if (text > *width) *width = text;
  if (head > *width) *width = head;
}

static void carry_data(dnp_svg *svg, const dnp_figure *figure) {
  char *text;
  const size_t flags = JSON_COMPACT | JSON_REAL_PRECISION(17) | JSON_ENSURE_ASCII;
  if (dnp_json_text(dnp_figure_json(figure), flags, &text, NULL) != DENPA_OK) svg->status = DENPA_ERROR_MEMORY;
  dnp_svg_put(svg, "<metadata class=\"data\">");
  dnp_svg_escaped(svg, text != NULL ? text : "");
  dnp_svg_put(svg, "</metadata>\n");
  dnp_free(text);
}

static void draw_figure(dnp_paper *paper, const dnp_figure *f, double wide) {
  double top = HEAD, tallest = 0;
  dnp_paper_label(paper, "head", MARGIN, 26, "start", f->title);
  dnp_paper_label(paper, "note", MARGIN, 46, "start", f->note);
  for (size_t i = 0; i < f->panels; i++) {
    double w, h;
    kinds[f->panel[i].kind].size(&f->panel[i], &w, &h);
    draw_panel(paper, &f->panel[i], MARGIN + (double)(i % (size_t)f->columns) * wide, top);
    if (h > tallest) tallest = h;
    if ((i + 1) % (size_t)f->columns == 0) top += tallest, tallest = 0;
  }
}

static dnp_svg svg_of(const dnp_figure *f) {
  double wide, width, height;
  dnp_paper paper = {0};
  measure(f, &wide, &width, &height);
  dnp_svg_open(&paper.svg, width, height, f->lang, f->title, f->note);
  carry_data(&paper.svg, f);
  draw_figure(&paper, f, wide);
  if (paper.status != DENPA_OK) paper.svg.status = paper.status;
  return paper.svg;
}

denpa_status dnp_figure_svg(const dnp_figure *f, const char *path, denpa_error *err) {
  dnp_svg svg = svg_of(f);
  denpa_status status = dnp_svg_write(&svg, path, err);
  dnp_svg_free(&svg);
  return status;
}

denpa_status dnp_figure_svg_text(const dnp_figure *f, char **out, size_t *size, denpa_error *err) {
  dnp_svg svg = svg_of(f);
  denpa_status status = dnp_svg_close(&svg, f->what, err);
  *out = NULL;
  if (status != DENPA_OK) return dnp_svg_free(&svg), status;
  *out = svg.text;
  *size = svg.used;
  return DENPA_OK;
}

denpa_status dnp_figure_png(const dnp_figure *f, const char *path, bool *boxes, denpa_error *err) {
  double wide, width, height;
  dnp_raster raster;
  dnp_paper paper = {.raster = &raster};
  measure(f, &wide, &width, &height);
  DNP_TRY(dnp_raster_open(&raster, path, width, height, err));
  draw_figure(&paper, f, wide);
  *boxes = raster.boxes;
  denpa_status status = paper.status == DENPA_OK
                            ? dnp_raster_write(&raster, path, err)
                            : dnp_fail(err, paper.status, "{1}: not enough memory for the picture", dnp_s(path));
  dnp_raster_free(&raster);
  return status;
}
