/* figure_svg.c: a figure as an SVG that carries its numbers: each kind of panel has a size and a way of drawing.
 * Points, bars, cells and tiles have data-* attributes, the panel's frame tells how places become values (data-x: place
 * of the left and right edge and the values there), and <metadata> holds the whole figure as JSON. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "draw/diagram.h"
#include "draw/svg.h"

/* Lengths, in the units of the picture. */
static const double LEFT = 64, RIGHT = 18, TOP = 36, BOTTOM = 48, MARGIN = 16, HEAD = 58, WIDTH = 400, HEIGHT = 230,
                    BARS_WIDTH = 300, BARS_HEIGHT = 130, LEGEND = 18, CAPTION = 17, GAP = 8,
                    LETTER = 7; /* about, of an axis or a caption */

enum { LEVELS = 33, RAMP = 20 };

/* Where a panel's inside lies, and what its edges stand for. */
typedef struct place {
  double left, top, width, height;
  double x[2], y[2];
} place;

static double at_x(const place *p, double x) { return p->left + (x - p->x[0]) / (p->x[1] - p->x[0]) * p->width; }
static double at_y(const place *p, double y) {
  return p->top + p->height - (y - p->y[0]) / (p->y[1] - p->y[0]) * p->height;
}

static void attribute(dnp_svg *svg, const char *name, double value) {
  dnp_svg_put(svg, " %s=\"", name);
  dnp_svg_number(svg, value);
  dnp_svg_put(svg, "\"");
}

static void exact(dnp_svg *svg, const char *name, double value) {
  char digits[40];
  dnp_format_real(digits, sizeof digits, value, 17);
  dnp_svg_put(svg, " %s=\"%s\"", name, digits);
}

static void line(dnp_svg *svg, const char *class, double x1, double y1, double x2, double y2) {
  dnp_svg_put(svg, "<line class=\"%s\"", class);
  attribute(svg, "x1", x1);
  attribute(svg, "y1", y1);
  attribute(svg, "x2", x2);
  attribute(svg, "y2", y2);
  dnp_svg_put(svg, "/>\n");
}

static void rectangle(dnp_svg *svg, const char *class, double x, double y, double width, double height) {
  dnp_svg_put(svg, "<rect class=\"%s\"", class);
  attribute(svg, "x", x);
  attribute(svg, "y", y);
  attribute(svg, "width", width);
  attribute(svg, "height", height);
}

/* ---- axes -------------------------------------------------------------------------------------- */

static void tick_text(double value, double step, char out[40]) {
  if (fabs(value) < 1e-9 * step) value = 0;
  dnp_format_real(out, 40, value, 6);
}

static void draw_x_axis(dnp_svg *svg, const dnp_panel *panel, const place *p) {
  double first, step;
  char text[40];
  dnp_ticks(p->x[0], p->x[1], 6, &first, &step);
  if ((panel->counts || panel->powers) && step < 1 && p->x[1] - p->x[0] >= 1) {
    step = 1;
    first = -floor(1e-9 - p->x[0]);
  }
  for (int i = 0; first + i * step <= p->x[1] + 1e-9 * step; i++) {
    const double x = at_x(p, first + i * step);
    line(svg, "grid", x, p->top, x, p->top + p->height);
    tick_text(dnp_panel_mark(panel, first + i * step), panel->powers ? 0 : step, text);
    dnp_svg_label(svg, "tick", x, p->top + p->height + 15, "middle", text);
  }
  dnp_svg_label(svg, "axis", p->left + p->width / 2, p->top + p->height + 33, "middle", panel->x_title);
}

/* Counts whose logarithm is drawn have the ticks 1, 10, 100 ... */
static void draw_y_axis(dnp_svg *svg, const dnp_panel *panel, const place *p) {
  double first, step;
  char text[40];
  dnp_ticks(p->y[0], p->y[1], 5, &first, &step);
  if (panel->log_counts) first = step = 1;
  double power = 1;
  for (int i = 0; first + i * step <= p->y[1] + 1e-9 * step; i++) {
    const double y = at_y(p, first + i * step);
    line(svg, "grid", p->left, y, p->left + p->width, y);
    tick_text(panel->log_counts ? power : first + i * step, panel->log_counts ? 1 : step, text);
    power *= 10;
    dnp_svg_label(svg, "tick", p->left - 6, y + 4, "end", text);
  }
  dnp_svg_put(svg, "<text class=\"axis\" text-anchor=\"middle\" transform=\"translate(");
  dnp_svg_number(svg, p->left - 50);
  dnp_svg_put(svg, " ");
  dnp_svg_number(svg, p->top + p->height / 2);
  dnp_svg_put(svg, ") rotate(-90)\">");
  dnp_svg_escaped(svg, panel->y_title);
  dnp_svg_put(svg, "</text>\n");
}

static void draw_frame(dnp_svg *svg, const place *p) {
  rectangle(svg, "frame", p->left, p->top, p->width, p->height);
  dnp_svg_put(svg, " data-x=\"");
  const double edges[] = {p->left, p->left + p->width, p->top + p->height, p->top};
  for (int i = 0; i < 4; i++) {
    char value[40];
    if (i == 2) dnp_svg_put(svg, "\" data-y=\"");
    dnp_format_real(value, sizeof value, i < 2 ? p->x[i] : p->y[i - 2], 17);
    dnp_svg_put(svg, "%s%.3f %s", i == 0 || i == 2 ? "" : " ", edges[i], value);
  }
  dnp_svg_put(svg, "\"/>\n");
}

/* ---- lines ------------------------------------------------------------------------------------- */

static void draw_series(dnp_svg *svg, const dnp_panel *panel, int number, const place *p) {
  const dnp_series *s = &panel->series[number];
  bool open = false;
  dnp_svg_put(svg, "<path class=\"series s%d %s\" data-series=\"%s\" d=\"", number, s->key, s->key);
  for (size_t i = 0; !panel->points && i < s->count; i++) {
    if (!dnp_shown(s->x[i], s->y[i])) {
      open = false;
      continue;
    }
    dnp_svg_put(svg, open ? "L" : "M");
    dnp_svg_number(svg, at_x(p, s->x[i]));
    dnp_svg_put(svg, " ");
    dnp_svg_number(svg, at_y(p, s->y[i]));
    open = true;
  }
  dnp_svg_put(svg, "\"/>\n");
  /* each point can be pointed at, and one alone is seen */
  for (size_t i = 0; (s->count <= 100 || panel->points) && i < s->count; i++) {
    if (!dnp_shown(s->x[i], s->y[i])) continue;
    dnp_svg_put(svg, "<circle class=\"point p%d %s\" r=\"%s\"", number, s->key, s->count == 1 ? "5" : "2.5");
    attribute(svg, "cx", at_x(p, s->x[i]));
    attribute(svg, "cy", at_y(p, s->y[i]));
    exact(svg, "data-x", s->x[i]);
    exact(svg, "data-y", s->y[i]);
    dnp_svg_put(svg, "/>\n");
  }
}

static void draw_legend(dnp_svg *svg, const dnp_panel *panel, double right, double y) {
  for (int i = panel->count; i-- > 0 && panel->count > 1;) {
    const double wide = 8.0 * (double)dnp_text_width(panel->series[i].title) + 40;
    char class[24];
    snprintf(class, sizeof class, "series s%d", i);
    right -= wide;
    line(svg, class, right, y - 4, right + 24, y - 4);
    dnp_svg_label(svg, "legend", right + 29, y, "start", panel->series[i].title);
  }
}

static void size_lines(const dnp_panel *panel, double *width, double *height) {
  (void)panel;
  *width = LEFT + WIDTH + RIGHT;
  *height = TOP + LEGEND + HEIGHT + BOTTOM;
}

static void draw_lines(dnp_svg *svg, const dnp_panel *panel, double left, double top, denpa_lang lang) {
  place p = {left + LEFT, top + TOP + LEGEND, WIDTH, HEIGHT, {0, 1}, {0, 1}};
  (void)lang;
  draw_legend(svg, panel, left + LEFT + WIDTH, top + TOP + 4);
  if (dnp_panel_range(panel, p.x, p.y)) {
    if (p.y[0] > 0 && p.y[0] < 0.6 * p.y[1]) p.y[0] = 0; /* from zero where that costs little */
    draw_x_axis(svg, panel, &p);
    draw_y_axis(svg, panel, &p);
  }
  draw_frame(svg, &p);
  for (int i = 0; i < panel->count; i++) draw_series(svg, panel, i, &p);
}

/* ---- bars -------------------------------------------------------------------------------------- */

static void size_bars(const dnp_panel *panel, double *width, double *height) {
  (void)panel;
  *width = LEFT + BARS_WIDTH + RIGHT;
  *height = TOP + BARS_HEIGHT + BOTTOM;
}

static void draw_bars(dnp_svg *svg, const dnp_panel *panel, double left, double top, denpa_lang lang) {
  const dnp_series *s = &panel->series[0];
  place p = {left + LEFT, top + TOP, BARS_WIDTH, BARS_HEIGHT, {s->x[0], s->x[s->count]}, {0, 1}};
  (void)lang;
  for (size_t i = 0; i < s->count; i++)
    if (dnp_panel_bar(panel, s->y[i]) > p.y[1]) p.y[1] = dnp_panel_bar(panel, s->y[i]);
  draw_x_axis(svg, panel, &p);
  draw_y_axis(svg, panel, &p);
  draw_frame(svg, &p);
  for (size_t i = 0; i < s->count; i++) {
    const double x = at_x(&p, s->x[i]), y = at_y(&p, dnp_panel_bar(panel, s->y[i]));
    if (!(s->y[i] > 0)) continue;
    rectangle(svg, "bar", x, y, at_x(&p, s->x[i + 1]) - x, p.top + p.height - y);
    exact(svg, "data-from", s->x[i]);
    exact(svg, "data-to", s->x[i + 1]);
    exact(svg, "data-count", s->y[i]);
    dnp_svg_put(svg, "/>\n");
  }
}

/* ---- cells ------------------------------------------------------------------------------------- */

static double cell_size(const dnp_panel *panel) {
  const double most = (double)(panel->columns > panel->rows ? panel->columns : panel->rows);
  return panel->numbers ? most > 24 ? 30 : 42 : most > 60 ? 6 : floor(360 / most);
}

/* How much wider than numbers the names of the rows are. */
static double name_margin(const dnp_panel *panel) {
  size_t most = 0;
  for (size_t i = 0; panel->name != NULL && i < panel->rows; i++)
    if (dnp_text_width(panel->name[i]) > most) most = dnp_text_width(panel->name[i]);
  return LETTER * (double)most;
}

static void size_cells(const dnp_panel *panel, double *width, double *height) {
  *width = LEFT + name_margin(panel) + cell_size(panel) * (double)panel->columns + RIGHT + 90;
  if (*width < 360) *width = 360;
  *height = TOP + 16 + cell_size(panel) * (double)panel->rows + BOTTOM;
}

static void draw_cell(dnp_svg *svg, const dnp_panel *panel, size_t r, size_t c, double x, double y, double side) {
  const double value = panel->value[r * panel->columns + c];
  rectangle(svg, "cell", x, y, side, side);
  dnp_svg_put(svg, " fill=\"#%06x\" data-row=\"%zu\" data-column=\"%zu\"", dnp_panel_colour(panel, value), r, c);
  exact(svg, "data-value", value);
  dnp_svg_put(svg, "/>\n");
  if (!panel->numbers || !(value > 0)) return;
  char text[40];
  dnp_format_real(text, sizeof text, value, 6);
  dnp_svg_label(svg, dnp_panel_shade(panel, value) > 0.55 ? "number on-dark" : "number on-light", x + side / 2,
      y + side / 2 + 4, "middle", text);
}

static void draw_numbering(dnp_svg *svg, const dnp_panel *panel, const place *p, double side) {
  char text[24];
  const size_t every = panel->columns > 24 ? 5 : 1;
  for (size_t c = 0; c < panel->columns; c += every) {
    snprintf(text, sizeof text, "%zu", c);
    dnp_svg_label(svg, "tick", p->left + ((double)c + 0.5) * side, p->top + p->height + 15, "middle", text);
  }
  for (size_t r = 0; r < panel->rows; r += every) {
    snprintf(text, sizeof text, "%zu", r);
    dnp_svg_label(svg, "tick", p->left - 6, p->top + ((double)r + 0.5) * side + 4, "end", text);
  }
  for (size_t r = 0; panel->name != NULL && r < panel->rows; r++) {
    dnp_svg_label(svg, "tick", p->left - 24, p->top + ((double)r + 0.5) * side + 4, "end", panel->name[r]);
  }
}

/* What the colours stand for. */
static void draw_ramp(dnp_svg *svg, const dnp_panel *panel, double left, double top, double height) {
  char text[40];
  for (int i = 0; i < RAMP; i++) {
    const double share = (i + 0.5) / (double)RAMP;
    const dnp_panel plain = {
        .kind = panel->kind, .numbers = panel->numbers, .both_signs = panel->both_signs, .low = 0, .high = 1};
    rectangle(svg, "ramp", left, top + height * (1 - (i + 1.0) / (double)RAMP), 12, height / (double)RAMP + 0.5);
    dnp_svg_put(svg, " fill=\"#%06x\"/>\n", dnp_panel_colour(&plain, share));
  }
  dnp_format_real(text, sizeof text, panel->high, 4);
  dnp_svg_label(svg, "tick", left + 16, top + 10, "start", text);
  dnp_format_real(text, sizeof text, panel->low, 4);
  dnp_svg_label(svg, "tick", left + 16, top + height, "start", text);
}

static void draw_cells(dnp_svg *svg, const dnp_panel *panel, double left, double top, denpa_lang lang) {
  const double side = cell_size(panel);
  const bool placed = panel->row_at != NULL && panel->column_at != NULL && panel->rows > 1 && panel->columns > 1;
  place p = {left + LEFT + name_margin(panel), top + TOP + 16, side * (double)panel->columns,
      side * (double)panel->rows, {0, (double)panel->columns}, {0, (double)panel->rows}};
  (void)lang;
  for (size_t r = 0; r < panel->rows; r++)
    for (size_t c = 0; c < panel->columns; c++)
      draw_cell(
          svg, panel, r, c, p.left + (double)c * side, p.top + (double)(placed ? panel->rows - 1 - r : r) * side, side);
  if (placed) { /* the edges lie half a cell beyond the middles of the outermost cells */
    const double dx = panel->column_at[1] - panel->column_at[0], dy = panel->row_at[1] - panel->row_at[0];
    p.x[0] = panel->column_at[0] - dx / 2;
    p.x[1] = panel->column_at[panel->columns - 1] + dx / 2;
    p.y[0] = panel->row_at[0] - dy / 2;
    p.y[1] = panel->row_at[panel->rows - 1] + dy / 2;
    draw_x_axis(svg, panel, &p);
    draw_y_axis(svg, panel, &p);
  } else {
    draw_numbering(svg, panel, &p, side);
    dnp_svg_label(svg, "axis", p.left + p.width / 2, p.top + p.height + 33, "middle", panel->x_title);
    dnp_svg_put(svg, "<text class=\"axis\" text-anchor=\"middle\" transform=\"translate(%.1f %.1f) rotate(-90)\">",
        p.left - 34 - name_margin(panel), p.top + p.height / 2);
    dnp_svg_escaped(svg, panel->y_title);
    dnp_svg_put(svg, "</text>\n");
  }
  draw_frame(svg, &p);
  for (int i = 0; i < panel->count; i++) draw_series(svg, panel, i, &p);
  for (int i = 0; placed && i < panel->count; i++)
    if (panel->series[i].count == 1)
      dnp_svg_label(svg, "mark on-dark", at_x(&p, panel->series[i].x[0]) + 6, at_y(&p, panel->series[i].y[0]) + 18,
          "start", panel->series[i].title);
  draw_ramp(svg, panel, p.left + p.width + 14, p.top, p.height < 120 ? p.height : 120);
}

/* ---- tiles ------------------------------------------------------------------------------------- */

static double pixel_size(const dnp_panel *panel) { return panel->width >= 84 ? 1 : floor(84 / (double)panel->width); }
static size_t tiles_in_row(const dnp_panel *panel) {
  return panel->tiles < 10 ? panel->tiles > 0 ? panel->tiles : 1 : 10;
}

/* Between two tiles: more where captions are wider than pictures. */
static double tile_gap(const dnp_panel *panel) {
  double most = 0;
  for (size_t i = 0; i < panel->tiles; i++) most = fmax(most, LETTER * (double)dnp_text_width(panel->tile[i].caption));
  return fmax(GAP, most + 4 - pixel_size(panel) * (double)panel->width);
}

static void size_tiles(const dnp_panel *panel, double *width, double *height) {
  const double side = pixel_size(panel);
  const size_t across = tiles_in_row(panel), down = (panel->tiles + across - 1) / across;
  *width = (double)across * (side * (double)panel->width + tile_gap(panel)) + 90;
  if (*width < 480) *width = 480;
  *height = TOP + (double)down * (side * (double)panel->height + GAP + CAPTION);
}

static int level_of(const dnp_panel *panel, double value) {
  const double share = dnp_panel_shade(panel, value);
  return isnan(share) ? LEVELS : (int)(share * (LEVELS - 1) + 0.5);
}

/* All runs of pixels of one level as one path. */
static void draw_level(
    dnp_svg *svg, const dnp_panel *panel, const dnp_tile *tile, int level, double x, double y, double side) {
  bool open = false;
  for (size_t r = 0; r < panel->height; r++)
    for (size_t c = 0; c < panel->width;) {
      const size_t begin = c;
      while (c < panel->width && level_of(panel, tile->value[r * panel->width + c]) == level) c++;
      if (c == begin) {
        c++;
        continue;
      }
      const double share = (double)level / (LEVELS - 1),
                   value = level == LEVELS ? (double)NAN : panel->low + share * (panel->high - panel->low);
      if (!open) dnp_svg_put(svg, "<path class=\"v%d\" fill=\"#%06x\" d=\"", level, dnp_panel_colour(panel, value));
      open = true;
      dnp_svg_put(svg, "M%.6g %.6gh%.6gv%.6gh-%.6gz", x + side * (double)begin, y + side * (double)r,
          side * (double)(c - begin), side, side * (double)(c - begin));
    }
  if (open) dnp_svg_put(svg, "\"/>\n");
}

static void draw_tile(dnp_svg *svg, const dnp_panel *panel, const dnp_tile *tile, double x, double y, double side) {
  dnp_svg_put(svg, "<g class=\"picture\" shape-rendering=\"crispEdges\" data-index=\"%zu\"", tile->index);
  if (tile->label >= 0) dnp_svg_put(svg, " data-label=\"%d\"", tile->label);
  if (tile->answer >= 0) dnp_svg_put(svg, " data-answer=\"%d\"", tile->answer);
  dnp_svg_put(svg, ">\n");
  for (int level = 0; level <= LEVELS; level++) draw_level(svg, panel, tile, level, x, y, side);
  rectangle(svg, "tile", x, y, side * (double)panel->width, side * (double)panel->height);
  dnp_svg_put(svg, "/>\n");
  dnp_svg_label(svg, "caption", x + side * (double)panel->width / 2, y + side * (double)panel->height + 13, "middle",
      tile->caption);
  dnp_svg_put(svg, "</g>\n");
}

static void draw_tiles(dnp_svg *svg, const dnp_panel *panel, double left, double top, denpa_lang lang) {
  const double side = pixel_size(panel), wide = side * (double)panel->width + tile_gap(panel);
  const size_t across = tiles_in_row(panel);
  (void)lang;
  for (size_t i = 0; i < panel->tiles; i++) {
    const size_t row = i / across, column = i % across;
    draw_tile(svg, panel, &panel->tile[i], left + (double)column * wide,
        top + TOP + (double)row * (side * (double)panel->height + GAP + CAPTION), side);
  }
  if (panel->tiles > 0)
    draw_ramp(svg, panel, left + (double)across * wide + 4, top + TOP, side * (double)panel->height);
}

/* ---- the whole --------------------------------------------------------------------------------- */

static const struct {
  const char *class;
  void (*size)(const dnp_panel *panel, double *width, double *height);
  void (*draw)(dnp_svg *svg, const dnp_panel *panel, double left, double top, denpa_lang lang);
} kinds[] = {[DNP_PANEL_LINES] = {"lines", size_lines, draw_lines},
    [DNP_PANEL_BARS] = {"bars", size_bars, draw_bars},
    [DNP_PANEL_CELLS] = {"cells", size_cells, draw_cells},
    [DNP_PANEL_TILES] = {"tiles", size_tiles, draw_tiles},
    [DNP_PANEL_BOXES] = {"boxes", dnp_boxes_size, dnp_boxes_draw},
    [DNP_PANEL_MATRICES] = {"matrices", dnp_lines_size, dnp_lines_draw}};

static void draw_panel(dnp_svg *svg, const dnp_panel *panel, double left, double top, denpa_lang lang) {
  dnp_svg_put(svg, "<g class=\"panel %s\" %sdata-panel=\"%s\">\n", kinds[panel->kind].class,
      panel->kind == DNP_PANEL_CELLS ? "shape-rendering=\"crispEdges\" " : "", panel->key);
  dnp_svg_label(svg, "title", left + (panel->kind >= DNP_PANEL_TILES ? 0 : LEFT), top + 20, "start", panel->title);
  kinds[panel->kind].draw(svg, panel, left, top, lang);
  dnp_svg_put(svg, "</g>\n");
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

static void draw(dnp_svg *svg, const dnp_figure *f) {
  double wide, width, height, top = HEAD, tallest = 0;
  measure(f, &wide, &width, &height);
  dnp_svg_open(svg, width, height, f->lang, f->title, f->note);
  carry_data(svg, f);
  dnp_svg_label(svg, "head", MARGIN, 26, "start", f->title);
  dnp_svg_label(svg, "note", MARGIN, 46, "start", f->note);
  for (size_t i = 0; i < f->panels; i++) {
    double w, h;
    kinds[f->panel[i].kind].size(&f->panel[i], &w, &h);
    draw_panel(svg, &f->panel[i], MARGIN + (double)(i % (size_t)f->columns) * wide, top, f->lang);
    if (h > tallest) tallest = h;
    if ((i + 1) % (size_t)f->columns == 0) top += tallest, tallest = 0;
  }
}

denpa_status dnp_figure_svg(const dnp_figure *figure, const char *path, denpa_error *err) {
  dnp_svg svg = {0};
  draw(&svg, figure);
  denpa_status status = dnp_svg_write(&svg, path, err);
  dnp_svg_free(&svg);
  return status;
}

denpa_status dnp_figure_svg_text(const dnp_figure *figure, char **out, size_t *size, denpa_error *err) {
  dnp_svg svg = {0};
  draw(&svg, figure);
  denpa_status status = dnp_svg_close(&svg, figure->what, err);
  *out = NULL;
  if (status != DENPA_OK) return dnp_svg_free(&svg), status;
  *out = svg.text;
  *size = svg.used;
  return DENPA_OK;
}
