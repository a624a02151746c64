/* figure_text.c: a figure in the terminal: lines and bars in Braille dots, cells and tiles as coloured cells, or as
 * characters from light to dense where there is no colour. Whatever is drawn is as wide as the window at most. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "draw/braille.h"
#include "draw/diagram.h"
#include "draw/say.h"

enum { SCALE = 11, ROWS = 12, BAR_ROWS = 6, MOST_TILES = 40, MOST_ROWS = 64, NUMBER = 40, NAME = 512 };

typedef struct view {
  FILE *out;
  int cells;
  bool colour, halves;
  denpa_lang lang;
} view;

static void spaces(FILE *out, int count) { fprintf(out, "%*s", count > 0 ? count : 0, ""); }

/* Whole numbers in full: 60000, not 6e+04. */
static void number_text(double value, char out[NUMBER]) {
  dnp_format_real(out, NUMBER, value, value == floor(value) && fabs(value) < 1e9 ? 9 : 4);
}

/* ---- axes -------------------------------------------------------------------------------------- */

/* What stands to the left of each row. */
typedef struct labels {
  int rows;
  char text[MOST_ROWS][NUMBER];
} labels;

static void label_at(labels *l, int row, double value) {
  if (row >= 0 && row < l->rows && l->text[row][0] == '\0') number_text(value, l->text[row]);
}

static void put_label(const view *v, const labels *l, int row) { fprintf(v->out, "%*s ", SCALE - 1, l->text[row]); }

/* The numbers at both ends of the axis below so many columns, and its title between them, or below where it is too
 * long. */
static void put_axis(const view *v, int columns, const double x[2], const char *title) {
  char left[NUMBER], right[NUMBER];
  number_text(x[0], left);
  number_text(x[1], right);
  const int room = columns - (int)strlen(left) - (int)strlen(right), width = (int)dnp_text_width(title);
  const bool between = width + 2 <= room;
  spaces(v->out, SCALE);
  fputs(left, v->out);
  spaces(v->out, between ? (room - width) / 2 : room > 1 ? room : 1);
  if (between) {
    fputs(title, v->out);
    spaces(v->out, room - width - (room - width) / 2);
  }
  fprintf(v->out, "%s\n", right);
  if (!between && width > 0) dnp_write_line(v->out, SCALE, title);
}

/* ---- lines and bars ---------------------------------------------------------------------------- */

static int place(double value, const double range[2], int dots) {
  return (int)floor((value - range[0]) / (range[1] - range[0]) * (dots - 1) + 0.5);
}

static void show_canvas(
    const view *v, const dnp_panel *p, const dnp_braille *canvas, const labels *l, const double x[2]) {
  for (int r = 0; r < canvas->rows; r++) {
    put_label(v, l, r);
    dnp_braille_row(canvas, r, v->out, v->colour);
    fputc('\n', v->out);
  }
  put_axis(v, canvas->columns, (const double[]){dnp_panel_mark(p, x[0]), dnp_panel_mark(p, x[1])}, p->x_title);
}

static void show_legend(const view *v, const dnp_panel *p) {
  static const char *const strokes[] = {"\xE2\xA0\xA4\xE2\xA0\xA4\xE2\xA0\xA4\xE2\xA0\xA4",
      "\xE2\xA0\xA4 \xE2\xA0\xA4 ", "\xE2\xA0\x84 \xE2\xA0\x84 ", "\xE2\xA0\xA4\xE2\xA0\xA4 \xE2\xA0\x84"};
  int column = SCALE;
  if (p->count < 2 || (p->points && !v->colour)) return; /* single dots of one colour cannot be told apart */
  spaces(v->out, SCALE);
  for (int i = 0; i < p->count; i++) {
    dnp_code code = DNP_CODE_NONE;
    const int width = 4 + 1 + (int)dnp_text_width(p->series[i].title), gap = i > 0 ? 3 : 0;
    if (i > 0 && column + gap + width > v->cells) {
      fputc('\n', v->out);
      spaces(v->out, column = SCALE);
    } else {
      spaces(v->out, gap);
      column += gap;
    }
    column += width;
    if (v->colour) dnp_series_ink(v->out, i, &code);
    fputs(strokes[v->colour ? 0 : i], v->out);
    dnp_colour_end(v->out, &code);
    fprintf(v->out, " %s", p->series[i].title);
  }
  fputc('\n', v->out);
}

/* A point that stands for itself: two by two dots, or a ring around the place for the only one of its series. */
static void plot_point(const dnp_series *s, int number, dnp_braille *canvas, int x, int y) {
  const int side = s->count == 1 ? 4 : 2;
  for (int i = 0; i < side * side; i++) {
    const int dx = i % side, dy = i / side;
    if (side == 2 || (dx % 3 == 0) != (dy % 3 == 0))
      dnp_braille_dot(canvas, x + dx - side / 2 + 1, y + dy - side / 2 + 1, number);
  }
}

static void plot_series(
    const view *v, const dnp_panel *p, int number, dnp_braille *canvas, const double x[2], const double y[2]) {
  const dnp_series *s = &p->series[number];
  int last_x = -1, last_y = 0;
  for (size_t i = 0; i < s->count; i++) {
    if (!dnp_shown(s->x[i], s->y[i])) {
      last_x = -1;
      continue;
    }
    const int at_x = place(s->x[i], x, 2 * canvas->columns),
              at_y = 4 * canvas->rows - 1 - place(s->y[i], y, 4 * canvas->rows);
    if (p->points || s->count == 1) {
      plot_point(s, number, canvas, at_x, at_y);
      continue;
    }
    dnp_braille_line(canvas, last_x < 0 ? at_x : last_x, last_x < 0 ? at_y : last_y, at_x, at_y, number,
        number > 0 && !v->colour && s->count > 1);
    last_x = at_x;
    last_y = at_y;
  }
}

static denpa_status show_lines(const view *v, const dnp_panel *p, denpa_error *err) {
  double x[2], y[2];
  dnp_braille canvas;
  labels l = {.rows = ROWS};
  if (!dnp_panel_range(p, x, y)) return DENPA_OK;
  DNP_TRY(dnp_braille_open(&canvas, v->cells - SCALE, ROWS, err));
  for (int i = 0; i < p->count; i++) plot_series(v, p, i, &canvas, x, y);
  label_at(&l, 0, y[1]);
  label_at(&l, ROWS - 1, y[0]);
  show_legend(v, p);
  show_canvas(v, p, &canvas, &l, x);
  dnp_braille_close(&canvas);
  return DENPA_OK;
}

static int bar_dots(double bar, double most) {
  return most > 0 ? (int)floor(bar / most * (double)(4 * BAR_ROWS) + 0.5) : 0;
}

/* The largest number at the top and 0 at the bottom; where the heights are logarithms, powers of ten between them. */
static void label_bars(const dnp_panel *p, labels *l, double top, double most) {
  label_at(l, 0, top);
  label_at(l, BAR_ROWS - 1, 0);
  for (double power = 1; p->log_counts && power < top; power *= 10)
    label_at(l, BAR_ROWS - 1 - (bar_dots(dnp_panel_bar(p, power), most) - 1) / 4, power);
}

static denpa_status show_bars(const view *v, const dnp_panel *p, denpa_error *err) {
  const dnp_series *s = &p->series[0];
  const double x[2] = {s->x[0], s->x[s->count]};
  double most = 0, top = 0;
  dnp_braille canvas;
  labels l = {.rows = BAR_ROWS};
  const int columns = (int)s->count < v->cells - SCALE ? (int)s->count : v->cells - SCALE;
  for (size_t i = 0; i < s->count; i++) {
    most = fmax(most, dnp_panel_bar(p, s->y[i]));
    top = fmax(top, s->y[i]);
  }
  DNP_TRY(dnp_braille_open(&canvas, columns, BAR_ROWS, err));
  for (int c = 0; c < 2 * columns; c++) {
    const double bar = dnp_panel_bar(p, s->y[(size_t)c * s->count / (size_t)(2 * columns)]);
    const int dots = bar_dots(bar, most);
    for (int d = 0; d < (bar > 0 && dots == 0 ? 1 : dots); d++) dnp_braille_dot(&canvas, c, 4 * BAR_ROWS - 1 - d, 0);
  }
  label_bars(p, &l, top, most);
  show_canvas(v, p, &canvas, &l, x);
  dnp_braille_close(&canvas);
  return DENPA_OK;
}

/* ---- colours or characters ----------------------------------------------------------------------- */

/* Whether white can be read on the colour of this share of the ramp better than black. */
static bool is_dark(dnp_ramp ramp, double share) {
  const unsigned colour = dnp_ramp_colour(ramp, share);
  return 299 * (colour >> 16) + 587 * (colour >> 8 & 0xFF) + 114 * (colour & 0xFF) < 128 * 1000;
}

static void put_readable(const view *v, dnp_ramp ramp, double share, const char *text, dnp_code *code) {
  dnp_ramp_back(v->out, ramp, share, code);
  fprintf(v->out, "\033[38;5;%dm%s", is_dark(ramp, share) ? 231 : 16, text);
}

/* ---- surfaces: cells with positions -------------------------------------------------------------- */

/* A surface of so many cells of the terminal; each shows the value at its place. A cell is about twice as high as it is
 * wide. */
typedef struct surface {
  const dnp_panel *p;
  int across, down;
} surface;

static size_t value_row(const surface *s, int row) {
  return s->p->rows - 1 - (size_t)((row + 0.5) / s->down * (double)s->p->rows);
}

static size_t value_column(const surface *s, int column) {
  return (size_t)((column + 0.5) / s->across * (double)s->p->columns);
}

/* Where the middles of the first and the last of `count` values lie on an axis of `dots`. */
static double dot_of(double value, const double *at, size_t count, int dots) {
  const double share = (value - at[0]) / (at[count - 1] - at[0]);
  return (share * (double)(count - 1) + 0.5) / (double)count * dots;
}

static void draw_way(const surface *s, const dnp_series *way, int number, dnp_braille *canvas) {
  int last_x = -1, last_y = 0;
  for (size_t i = 0; i < way->count; i++) {
    if (!dnp_shown(way->x[i], way->y[i])) {
      last_x = -1;
      continue;
    }
    const double x = dot_of(way->x[i], s->p->column_at, s->p->columns, 2 * s->across),
                 y = 4 * s->down - dot_of(way->y[i], s->p->row_at, s->p->rows, 4 * s->down);
    if (!(fabs(x) < 1e6 && fabs(y) < 1e6)) continue; /* far outside */
    const int at_x = (int)floor(x), at_y = (int)floor(y);
    if (s->p->points || way->count == 1)
      plot_point(way, number, canvas, at_x, at_y);
    else
      dnp_braille_line(canvas, last_x < 0 ? at_x : last_x, last_x < 0 ? at_y : last_y, at_x, at_y, number, false);
    last_x = at_x < 0 ? 0 : at_x;
    last_y = at_y;
  }
}

static void put_surface_cell(
    const view *v, const surface *s, const dnp_braille *way, int row, int column, dnp_code *code) {
  const double share = dnp_panel_shade(s->p, s->p->value[value_row(s, row) * s->p->columns + value_column(s, column)]);
  char dots[4] = "";
  dnp_braille_cell(way, row, column, dots);
  if (v->colour && dots[0] != '\0')
    put_readable(v, dnp_panel_ramp(s->p), share, dots, code);
  else if (v->colour)
    dnp_ramp_back(v->out, dnp_panel_ramp(s->p), share, code), fputc(' ', v->out);
  else if (dots[0] != '\0')
    fputs(dots, v->out);
  else
    fputc(dnp_ramp_sign(share), v->out);
}

static denpa_status show_surface(const view *v, const dnp_panel *p, denpa_error *err) {
  surface s = {.p = p, .across = 2 * (int)p->columns};
  dnp_braille way;
  labels l = {0};
  if (s.across > v->cells - SCALE) s.across = v->cells - SCALE;
  s.down = (int)((double)s.across / 2 * (double)p->rows / (double)p->columns + 0.5);
  s.down = s.down < 2 ? 2 : s.down > MOST_ROWS ? MOST_ROWS : s.down;
  l.rows = s.down;
  label_at(&l, 0, p->row_at[p->rows - 1]);
  label_at(&l, s.down - 1, p->row_at[0]);
  for (int r = 1; r + 1 < s.down; r++)
    if (p->row_at[value_row(&s, r)] == 0) label_at(&l, r, 0);
  DNP_TRY(dnp_braille_open(&way, s.across, s.down, err));
  for (int i = 0; i < p->count; i++) draw_way(&s, &p->series[i], i, &way);
  if (p->y_title[0] != '\0') fprintf(v->out, "%s\n", p->y_title);
  for (int r = 0; r < s.down; r++) {
    dnp_code code = DNP_CODE_NONE;
    put_label(v, &l, r);
    for (int c = 0; c < s.across; c++) put_surface_cell(v, &s, &way, r, c, &code);
    dnp_colour_end(v->out, &code);
    fputc('\n', v->out);
  }
  dnp_braille_close(&way);
  put_axis(v, s.across, (const double[]){p->column_at[0], p->column_at[p->columns - 1]}, p->x_title);
  return DENPA_OK;
}

/* ---- matrices: cells without positions ------------------------------------------------------------ */

typedef struct matrix {
  const dnp_panel *p;
  int names, numbering; /* cells to the left: names of rows, and their numbers */
  int cell;             /* cells of a value */
} matrix;

enum { APART = 2 }; /* blanks between a row's number and its values */

static int digits(double value) {
  char text[64];
  return snprintf(text, sizeof text, "%.0f", value);
}

/* A name as a terminal may be shown it; returns its cells. */
static int shown_name(const view *v, const char *name, char out[NAME]) {
  dnp_render(out, NAME, v->lang, "{1}", (const denpa_arg[]){dnp_s(name), DNP_END});
  return (int)dnp_text_width(out);
}

static void measure_matrix(const view *v, matrix *m) {
  const dnp_panel *p = m->p;
  char name[NAME];
  m->cell = p->numbers ? 3 : 2;
  for (size_t i = 0; p->numbers && i < p->rows * p->columns; i++)
    if (digits(p->value[i]) >= m->cell) m->cell = digits(p->value[i]) + 1;
  if (p->numbers && digits((double)p->columns - 1) >= m->cell) m->cell = digits((double)p->columns - 1) + 1;
  for (size_t i = 0; p->name != NULL && i < p->rows; i++) {
    const int wide = shown_name(v, p->name[i], name);
    if (wide > m->names) m->names = wide;
  }
  if (m->names > v->cells / 3) m->names = v->cells / 3;
  m->numbering = digits((double)p->rows - 1) + (m->names > 0 ? 1 : 2);
}

/* The name as far as there is room for it, and blanks. */
static void put_name(const view *v, const char *name, int cells) {
  char text[NAME];
  shown_name(v, name, text);
  dnp_text_cut(text, (size_t)cells);
  fputs(text, v->out);
  spaces(v->out, cells - (int)dnp_text_width(text));
}

/* Columns first .. last - 1: as many as fit beside each other. */
static void show_block(const view *v, const matrix *m, size_t first, size_t last) {
  const dnp_panel *p = m->p;
  const int left = m->names + m->numbering + APART;
  char text[64];
  for (size_t r = 0; r < p->rows; r++) {
    dnp_code code = DNP_CODE_NONE;
    if (m->names > 0) put_name(v, p->name[r], m->names);
    fprintf(v->out, "%*zu%*s", m->numbering, r, APART, "");
    for (size_t c = first; c < last; c++) {
      const double value = p->value[r * p->columns + c], share = dnp_panel_shade(p, value);
      if (p->numbers)
        snprintf(text, sizeof text, "%*.0f", m->cell, value);
      else
        snprintf(
            text, sizeof text, "%c%c", v->colour ? ' ' : dnp_ramp_sign(share), v->colour ? ' ' : dnp_ramp_sign(share));
      if (v->colour)
        put_readable(v, dnp_panel_ramp(p), share, text, &code);
      else
        fputs(text, v->out);
    }
    dnp_colour_end(v->out, &code);
    fputc('\n', v->out);
  }
  spaces(v->out, left);
  for (size_t c = first; c < last; c++) fprintf(v->out, "%*zu", m->cell, c);
  const int used = left + (int)(last - first) * m->cell;
  if (p->x_title[0] != '\0' && used + 2 + (int)dnp_text_width(p->x_title) <= v->cells)
    fprintf(v->out, "  %s\n", p->x_title);
  else {
    fputc('\n', v->out);
    if (p->x_title[0] != '\0') dnp_write_line(v->out, (size_t)left, p->x_title);
  }
}

static denpa_status show_matrix(const view *v, const dnp_panel *p, denpa_error *err) {
  matrix m = {.p = p};
  (void)err;
  measure_matrix(v, &m);
  const int room = (v->cells - m.names - m.numbering - APART) / m.cell;
  const size_t beside = room > 0 ? (size_t)room : 1;
  if (p->y_title[0] != '\0' && p->x_title[0] != '\0') fprintf(v->out, "%s\n", p->y_title);
  for (size_t first = 0; first < p->columns; first += beside)
    show_block(v, &m, first, first + beside < p->columns ? first + beside : p->columns);
  return DENPA_OK;
}

static denpa_status show_cells(const view *v, const dnp_panel *p, denpa_error *err) {
  return p->row_at != NULL ? show_surface(v, p, err) : show_matrix(v, p, err);
}

/* ---- tiles --------------------------------------------------------------------------------------- */

/* Each cell of the terminal is as tall as two of its widths, so it stands for `across` x 2 `across` numbers; a half of
 * it for `across` x `across`. */
typedef struct wall {
  const dnp_panel *p;
  size_t across;
} wall;

/* Where the mean of `high` x across numbers from (row, column) on stands among the panel's colours. */
static double mean_share(const wall *w, const dnp_tile *tile, size_t row, size_t column, size_t high) {
  double sum = 0;
  size_t count = 0;
  for (size_t i = row; i < row + high && i < w->p->height; i++)
    for (size_t k = column; k < column + w->across && k < w->p->width; k++, count++)
      sum += tile->value[i * w->p->width + k];
  return count > 0 ? dnp_panel_shade(w->p, sum / (double)count) : (double)NAN;
}

static void show_tile_row(const view *v, const wall *w, const dnp_tile *tile, size_t row) {
  const dnp_ramp ramp = dnp_panel_ramp(w->p);
  const bool below = row + w->across < w->p->height; /* the last row may have an upper half only */
  dnp_code code[2] = {DNP_CODE_NONE, DNP_CODE_NONE};
  for (size_t c = 0; c < w->p->width; c += w->across) {
    const bool halves = v->colour && v->halves;
    const double share = mean_share(w, tile, row, c, halves ? w->across : 2 * w->across);
    if (!v->colour) {
      fputc(dnp_ramp_sign(share), v->out);
    } else if (halves) {
      dnp_ramp_halves(v->out, ramp, share, below ? mean_share(w, tile, row + w->across, c, w->across) : -1, code);
    } else {
      dnp_ramp_back(v->out, ramp, share, &code[1]);
      fputc(' ', v->out);
    }
  }
  if (v->colour) fputs("\033[0m", v->out);
}

static denpa_status show_tiles(const view *v, const dnp_panel *p, denpa_error *err) {
  const size_t shown = p->tiles < MOST_TILES ? p->tiles : MOST_TILES;
  wall w = {.p = p, .across = shown > 12 ? 2 : 1};
  while (p->width / w.across >= (size_t)v->cells) w.across++;
  const size_t picture = (p->width + w.across - 1) / w.across;
  size_t wide = picture;
  for (size_t i = 0; i < shown; i++) /* captions may be wider than pictures */
    if (dnp_text_width(p->tile[i].caption) > wide) wide = dnp_text_width(p->tile[i].caption);
  if (wide > (size_t)v->cells) wide = (size_t)v->cells;
  const size_t in_row = ((size_t)v->cells + 2) / (wide + 2) > 0 ? ((size_t)v->cells + 2) / (wide + 2) : 1;
  (void)err;
  for (size_t first = 0; first < shown; first += in_row) {
    const size_t last = first + in_row < shown ? first + in_row : shown;
    for (size_t i = first; i < last; i++) {
      const size_t width = dnp_text_width(p->tile[i].caption);
      put_name(v, p->tile[i].caption, (int)(i + 1 < last || width > wide ? wide : width));
      if (i + 1 < last) spaces(v->out, 2);
    }
    fputc('\n', v->out);
    for (size_t row = 0; row < p->height; row += 2 * w.across) {
      for (size_t i = first; i < last; i++) {
        show_tile_row(v, &w, &p->tile[i], row);
        if (i + 1 < last) spaces(v->out, (int)(wide + 2 - picture));
      }
      fputc('\n', v->out);
    }
    fputc('\n', v->out);
  }
  if (shown < p->tiles)
    dnp_say(v->out, v->lang, "These are the first {1} of {2}; a picture with all of them: --out FILE.svg\n",
        dnp_u(shown), dnp_u(p->tiles));
  return DENPA_OK;
}

/* ---- diagrams ------------------------------------------------------------------------------------ */

static denpa_status show_boxes(const view *v, const dnp_panel *p, denpa_error *err) {
  (void)err;
  dnp_boxes_text(v->out, p, v->cells, v->colour, v->lang);
  return DENPA_OK;
}

static denpa_status show_lines_of_matrices(const view *v, const dnp_panel *p, denpa_error *err) {
  (void)err;
  dnp_lines_text(v->out, p, v->cells, v->colour, v->lang);
  return DENPA_OK;
}

/* ---- the whole --------------------------------------------------------------------------------- */

denpa_status dnp_figure_text(FILE *out, const dnp_figure *figure, int cells, bool colour, denpa_error *err) {
  static denpa_status (*const shows[])(const view *, const dnp_panel *, denpa_error *) = {
      [DNP_PANEL_LINES] = show_lines,
      [DNP_PANEL_BARS] = show_bars,
      [DNP_PANEL_CELLS] = show_cells,
      [DNP_PANEL_TILES] = show_tiles,
      [DNP_PANEL_BOXES] = show_boxes,
      [DNP_PANEL_MATRICES] = show_lines_of_matrices};
  const view v = {out, cells < 40 ? 40 : cells, colour, dnp_half_cells(), figure->lang};
  dnp_write_line(out, 0, figure->title);
  if (figure->note[0] != '\0') dnp_write_line(out, 0, figure->note);
  for (size_t i = 0; i < figure->panels; i++) {
    fputc('\n', out);
    if (figure->panel[i].title[0] != '\0') dnp_write_line(out, 0, figure->panel[i].title);
    DNP_TRY(shows[figure->panel[i].kind](&v, &figure->panel[i], err));
  }
  return DENPA_OK;
}
