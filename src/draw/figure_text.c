/* figure_text.c: a figure in the terminal: lines and bars in Braille dots, cells as coloured cells, or as characters
 * from light to dense where there is no colour; tiles and records are text_tiles.c's. Whatever is drawn is as wide as
 * the window at most. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "draw/braille.h"
#include "draw/diagram.h"
#include "draw/figure_text.h"
#include "draw/say.h"

enum { SCALE = 11, ROWS = 12, BAR_ROWS = 6, MOST_ROWS = 64, NUMBER = 40 };

typedef dnp_view view;

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
  double power = 1;
  while (p->log_counts && power < top) {
    label_at(l, BAR_ROWS - 1 - (bar_dots(dnp_panel_bar(p, power), most) - 1) / 4, power);
    power *= 10;
  }
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
static bool is_dark(dnp_ramp ramp, double share) { return dnp_colour_is_dark(dnp_ramp_colour(ramp, share)); }

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

/* The sample that lies in this cell of the terminal, the last one of several; NULL: none. */
static const dnp_mark *mark_at(const surface *s, int row, int column) {
  const dnp_mark *found = NULL;
  for (size_t i = 0; i < s->p->marks; i++) {
    const double x = dot_of(s->p->mark[i].x, s->p->column_at, s->p->columns, s->across),
                 y = s->down - dot_of(s->p->mark[i].y, s->p->row_at, s->p->rows, s->down);
    if (x >= column && x < column + 1 && y >= row && y < row + 1) found = &s->p->mark[i];
  }
  return found;
}

/* Where there is no colour: what fills the plane where a class is answered, and what stands for a sample of it. */
static char class_fill(size_t number) { return ".:-+=~^'*\""[number % 10]; }
static char class_sign(size_t number) { return "0123456789abcdefghijklmnopqrstuvwxyz"[number % 36]; }

/* A cell of a plane with samples. */
static void put_place(const view *v, const surface *s, int row, int column, dnp_code *code) {
  const dnp_panel *p = s->p;
  const size_t at = value_row(s, row) * p->columns + value_column(s, column);
  const dnp_mark *mark = mark_at(s, row, column);
  const double value = mark != NULL ? mark->value : p->value[at], share = dnp_panel_shade(p, value);
  const char sign = mark != NULL ? p->classes > 0 ? class_sign((size_t)value) : 'o' : ' ';
  if (!v->colour) {
    fputc(sign != ' ' ? sign : p->classes > 0 ? class_fill((size_t)value) : dnp_ramp_sign(share), v->out);
    return;
  }
  const unsigned colour = mark == NULL     ? dnp_panel_cell(p, at)
                          : p->classes > 0 ? dnp_class_colour((size_t)value)
                                           : dnp_panel_colour(p, value);
  dnp_colour_back(v->out, colour, code);
  if (mark != NULL) fprintf(v->out, "\033[38;5;%dm", dnp_colour_is_dark(colour) ? 231 : 16);
  fputc(sign, v->out);
}

static void show_classes(const view *v, const dnp_panel *p) {
  int column = SCALE;
  spaces(v->out, SCALE);
  for (size_t i = 0; i < p->classes; i++) {
    dnp_code code = DNP_CODE_NONE;
    const int width = 4 + dnp_view_name_cells(v, p->name[i]);
    if (column > SCALE && column + width > v->cells) {
      fputc('\n', v->out);
      spaces(v->out, column = SCALE);
    }
    column += width + 2;
    if (v->colour) {
      dnp_colour_back(v->out, dnp_class_colour(i), &code);
      fprintf(v->out, "\033[38;5;%dm", dnp_colour_is_dark(dnp_class_colour(i)) ? 231 : 16);
    }
    fputc(class_sign(i), v->out);
    fputc(v->colour ? ' ' : class_fill(i), v->out);
    dnp_colour_end(v->out, &code);
    fputc(' ', v->out);
    dnp_view_name(v, p->name[i], (size_t)(width - 4 < v->cells - SCALE - 4 ? width - 4 : v->cells - SCALE - 4));
    spaces(v->out, i + 1 < p->classes ? 3 : 0);
  }
  fputc('\n', v->out);
}

static void put_surface_cell(
    const view *v, const surface *s, const dnp_braille *way, int row, int column, dnp_code *code) {
  if (s->p->marks > 0) {
    put_place(v, s, row, column, code);
    return;
  }
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
  if (p->classes > 0) show_classes(v, p);
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

static void measure_matrix(const view *v, matrix *m) {
  const dnp_panel *p = m->p;
  m->cell = p->numbers ? 3 : 2;
  for (size_t i = 0; p->numbers && i < p->rows * p->columns; i++)
    if (digits(p->value[i]) >= m->cell) m->cell = digits(p->value[i]) + 1;
  if (p->numbers && digits((double)p->columns - 1) >= m->cell) m->cell = digits((double)p->columns - 1) + 1;
  for (size_t i = 0; p->name != NULL && i < p->rows; i++) {
    const int wide = dnp_view_name_cells(v, p->name[i]);
    if (wide > m->names) m->names = wide;
  }
  if (m->names > v->cells / 3) m->names = v->cells / 3;
  m->numbering = digits((double)p->rows - 1) + (m->names > 0 ? 1 : 2);
}

/* Columns first .. last - 1: as many as fit beside each other. */
static void show_block(const view *v, const matrix *m, size_t first, size_t last) {
  const dnp_panel *p = m->p;
  const int left = m->names + m->numbering + APART;
  char text[64];
  for (size_t r = 0; r < p->rows; r++) {
    dnp_code code = DNP_CODE_NONE;
    if (m->names > 0) dnp_view_name(v, p->name[r], (size_t)m->names);
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

static denpa_status show(const view *v, const dnp_panel *p, denpa_error *err) {
  static denpa_status (*const shows[])(const view *, const dnp_panel *, denpa_error *) = {
      [DNP_PANEL_LINES] = show_lines,
      [DNP_PANEL_BARS] = show_bars,
      [DNP_PANEL_CELLS] = show_cells,
      [DNP_PANEL_TILES] = dnp_view_tiles,
      [DNP_PANEL_RECORDS] = dnp_view_records,
      [DNP_PANEL_BOXES] = show_boxes,
      [DNP_PANEL_MATRICES] = show_lines_of_matrices};
  return shows[p->kind](v, p, err);
}

static view view_of(FILE *out, denpa_lang lang, int cells, size_t lines, bool colour) {
  return (view){out, cells < 40 ? 40 : cells, lines, colour, dnp_half_cells(), lang};
}

denpa_status dnp_panel_text(
    FILE *out, const dnp_panel *panel, denpa_lang lang, int cells, size_t lines, bool colour, denpa_error *err) {
  const view v = view_of(out, lang, cells, lines, colour);
  return show(&v, panel, err);
}

/* What stands for the colours, where there are none. */
static void tell_signs(const dnp_figure *f, FILE *out) {
  bool signs = false;
  for (size_t i = 0; i < f->panels; i++)
    signs = signs || (f->panel[i].kind == DNP_PANEL_TILES && f->panel[i].both_signs);
  const char zero[] = {dnp_ramp_sign(0.5), '\0'};
  if (signs)
    dnp_say(
        out, f->lang, "Without colours: {1} is zero, lighter signs are below it, denser ones above.\n", dnp_s(zero));
}

denpa_status dnp_figure_text(FILE *out, const dnp_figure *figure, int cells, bool colour, denpa_error *err) {
  const view v = view_of(out, figure->lang, cells, DNP_FIGURE_LINES, colour);
  dnp_write_line(out, 0, figure->title);
  if (figure->note[0] != '\0') dnp_write_line(out, 0, figure->note);
  if (!colour) tell_signs(figure, out);
  for (size_t i = 0; i < figure->panels; i++) {
    fputc('\n', out);
    if (figure->panel[i].title[0] != '\0') dnp_write_line(out, 0, figure->panel[i].title);
    DNP_TRY(show(&v, &figure->panel[i], err));
  }
  return DENPA_OK;
}
