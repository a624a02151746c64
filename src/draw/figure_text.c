/* figure_text.c: a figure in the terminal: lines and bars in Braille dots, cells and tiles as coloured spaces, or as
 * characters from light to dense where there is no colour. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "draw/braille.h"
#include "draw/figure.h"
#include "draw/say.h"

enum { SCALE = 11, ROWS = 12, BAR_ROWS = 6, MOST_TILES = 40, NUMBERING = 4 };

typedef struct view {
  FILE *out;
  int cells;
  bool colour;
  denpa_lang lang;
} view;

static void spaces(FILE *out, int count) { fprintf(out, "%*s", count > 0 ? count : 0, ""); }

static void number_text(double value, char out[40]) { dnp_format_real(out, 40, value, 4); }

/* ---- lines and bars ---------------------------------------------------------------------------- */

static int place(double value, const double range[2], int dots) {
  return (int)floor((value - range[0]) / (range[1] - range[0]) * (dots - 1) + 0.5);
}

/* The canvas with numbers at both ends of each axis. */
static void show_canvas(
    const view *v, const dnp_panel *p, const dnp_braille *canvas, const double x[2], const double y[2]) {
  char text[40], right[40];
  for (int r = 0; r < canvas->rows; r++) {
    text[0] = '\0';
    if (r == 0 || r == canvas->rows - 1) number_text(y[r == 0], text);
    fprintf(v->out, "%*s ", SCALE - 1, text);
    dnp_braille_row(canvas, r, v->out, v->colour);
    fputc('\n', v->out);
  }
  number_text(x[0], text);
  number_text(x[1], right);
  const int between = canvas->columns - (int)strlen(text) - (int)strlen(right), title = (int)dnp_text_width(p->x_title);
  spaces(v->out, SCALE);
  fputs(text, v->out);
  spaces(v->out, (between - title) / 2);
  fputs(p->x_title, v->out);
  spaces(v->out, between - title - (between - title) / 2);
  fprintf(v->out, "%s\n", right);
}

static void show_legend(const view *v, const dnp_panel *p) {
  static const char *const strokes[] = {"\xE2\xA0\xA4\xE2\xA0\xA4\xE2\xA0\xA4\xE2\xA0\xA4",
      "\xE2\xA0\xA4 \xE2\xA0\xA4 ", "\xE2\xA0\x84 \xE2\xA0\x84 ", "\xE2\xA0\xA4\xE2\xA0\xA4 \xE2\xA0\x84"};
  if (p->count < 2 || (p->points && !v->colour)) return; /* single dots of one colour cannot be told apart */
  spaces(v->out, SCALE);
  for (int i = 0; i < p->count; i++) {
    if (v->colour) fprintf(v->out, "\033[38;5;%dm", dnp_braille_ink(i));
    fputs(strokes[v->colour ? 0 : i], v->out);
    if (v->colour) fputs("\033[0m", v->out);
    fprintf(v->out, " %s   ", p->series[i].title);
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
    if (p->points) {
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
  if (!dnp_panel_range(p, x, y)) return DENPA_OK;
  DNP_TRY(dnp_braille_open(&canvas, v->cells - SCALE, ROWS, err));
  for (int i = 0; i < p->count; i++) plot_series(v, p, i, &canvas, x, y);
  show_legend(v, p);
  show_canvas(v, p, &canvas, x, y);
  dnp_braille_close(&canvas);
  return DENPA_OK;
}

static denpa_status show_bars(const view *v, const dnp_panel *p, denpa_error *err) {
  const dnp_series *s = &p->series[0];
  const double x[2] = {s->x[0], s->x[s->count]};
  double most = 0, y[2] = {0, 0};
  dnp_braille canvas;
  const int columns = (int)s->count < v->cells - SCALE ? (int)s->count : v->cells - SCALE;
  for (size_t i = 0; i < s->count; i++) {
    if (dnp_panel_bar(p, s->y[i]) > most) most = dnp_panel_bar(p, s->y[i]);
    if (s->y[i] > y[1]) y[1] = s->y[i];
  }
  DNP_TRY(dnp_braille_open(&canvas, columns, BAR_ROWS, err));
  for (int c = 0; c < 2 * columns; c++) {
    const double bar = dnp_panel_bar(p, s->y[(size_t)c * s->count / (size_t)(2 * columns)]);
    const int dots = most > 0 ? (int)floor(bar / most * (double)(4 * BAR_ROWS) + 0.5) : 0;
    for (int d = 0; d < (bar > 0 && dots == 0 ? 1 : dots); d++) dnp_braille_dot(&canvas, c, 4 * BAR_ROWS - 1 - d, 0);
  }
  show_canvas(v, p, &canvas, x, y);
  dnp_braille_close(&canvas);
  return DENPA_OK;
}

/* ---- cells and tiles --------------------------------------------------------------------------- */

/* The 6 x 6 x 6 colours of the 256-colour palette. */
static int palette(unsigned colour) {
  int code = 0;
  for (int shift = 16; shift >= 0; shift -= 8) code = code * 6 + ((int)(colour >> shift & 0xFF) * 5 + 127) / 255;
  return 16 + code;
}

static void ink(const view *v, const dnp_panel *p, double value, const char *text) {
  static const char inks[] = " .:-=+*#%@";
  const double share = dnp_panel_shade(p, value);
  if (v->colour)
    fprintf(v->out, "\033[48;5;%dm%s%s\033[0m", palette(dnp_panel_colour(p, value)),
        p->numbers && share > 0.55 ? "\033[38;5;231m"
        : p->numbers               ? "\033[38;5;16m"
                                   : "",
        text);
  else if (p->numbers)
    fputs(text, v->out);
  else
    for (size_t i = 0; text[i] != '\0'; i++)
      fputc(isnan(share) ? '?' : inks[(size_t)(share * (sizeof inks - 2))], v->out);
}

/* How many cells of the terminal the rows' numbering takes, and before it their names. */
static size_t name_cells(const dnp_panel *p) {
  size_t most = 0;
  for (size_t i = 0; p->name != NULL && i < p->rows; i++)
    if (dnp_text_width(p->name[i]) > most) most = dnp_text_width(p->name[i]);
  return most;
}

static denpa_status show_cells(const view *v, const dnp_panel *p, denpa_error *err) {
  const bool placed = p->row_at != NULL;
  const int named = (int)name_cells(p);
  char text[40];
  (void)err;
  if (p->y_title[0] != '\0' && p->x_title[0] != '\0') fprintf(v->out, "%s\n", p->y_title);
  for (size_t i = 0; i < p->rows; i++) {
    const size_t r = placed ? p->rows - 1 - i : i;
    if (placed)
      number_text(p->row_at[r], text);
    else
      snprintf(text, sizeof text, "%zu", r);
    if (p->name != NULL)
      dnp_say(v->out, v->lang, "{1}", dnp_s(p->name[r])), spaces(v->out, named - (int)dnp_text_width(p->name[r]));
    fprintf(v->out, "%*s ", named > 0 ? NUMBERING : SCALE - 1,
        !placed || r == 0 || r == p->rows - 1 || p->row_at[r] == 0 ? text : "");
    for (size_t c = 0; c < p->columns; c++) {
      const double value = p->value[r * p->columns + c];
      if (p->numbers) snprintf(text, sizeof text, "%6.0f", value);
      ink(v, p, value, p->numbers ? text : "  ");
    }
    fputc('\n', v->out);
  }
  spaces(v->out, named > 0 ? named + NUMBERING + 1 : SCALE);
  for (size_t c = 0; !placed && c < p->columns; c++) fprintf(v->out, "%*zu", p->numbers ? 6 : 2, c);
  fprintf(v->out, "%s%s\n", placed ? "" : "  ", p->x_title);
  return DENPA_OK;
}

/* Each cell of the terminal is as tall as two of its widths, so it stands for `across` x 2 `across` numbers. */
static void show_tile_row(const view *v, const dnp_panel *p, const dnp_tile *tile, size_t row, size_t across) {
  for (size_t c = 0; c < p->width; c += across) {
    double sum = 0;
    size_t count = 0;
    for (size_t i = row; i < row + 2 * across && i < p->height; i++)
      for (size_t k = c; k < c + across && k < p->width; k++, count++) sum += tile->value[i * p->width + k];
    ink(v, p, sum / (double)count, " ");
  }
}

static denpa_status show_tiles(const view *v, const dnp_panel *p, denpa_error *err) {
  const size_t shown = p->tiles < MOST_TILES ? p->tiles : MOST_TILES;
  const size_t across = shown > 12 ? 2 : 1, picture = (p->width + across - 1) / across;
  size_t wide = picture + 2;
  for (size_t i = 0; i < shown; i++) /* names may be wider than pictures */
    if (p->tile[i].label_name != NULL && dnp_text_width(p->tile[i].caption) + 2 > wide)
      wide = dnp_text_width(p->tile[i].caption) + 2;
  const size_t in_row = (size_t)v->cells / wide > 0 ? (size_t)v->cells / wide : 1;
  (void)err;
  for (size_t first = 0; first < shown; first += in_row) {
    const size_t last = first + in_row < shown ? first + in_row : shown;
    for (size_t i = first; i < last; i++) {
      fputs(p->tile[i].caption, v->out);
      spaces(v->out, (int)wide - (int)dnp_text_width(p->tile[i].caption));
    }
    fputc('\n', v->out);
    for (size_t row = 0; row < p->height; row += 2 * across) {
      for (size_t i = first; i < last; i++) {
        show_tile_row(v, p, &p->tile[i], row, across);
        spaces(v->out, (int)(wide - picture));
      }
      fputc('\n', v->out);
    }
    fputc('\n', v->out);
  }
  return DENPA_OK;
}

/* ---- the whole --------------------------------------------------------------------------------- */

denpa_status dnp_figure_text(FILE *out, const dnp_figure *figure, int cells, bool colour, denpa_error *err) {
  static denpa_status (*const shows[])(const view *, const dnp_panel *, denpa_error *) = {
      [DNP_PANEL_LINES] = show_lines,
      [DNP_PANEL_BARS] = show_bars,
      [DNP_PANEL_CELLS] = show_cells,
      [DNP_PANEL_TILES] = show_tiles};
  const view v = {out, cells < 40 ? 40 : cells, colour, figure->lang};
  fprintf(out, "%s\n%s%s", figure->title, figure->note, figure->note[0] != '\0' ? "\n" : "");
  for (size_t i = 0; i < figure->panels; i++) {
    fprintf(out, "\n%s\n", figure->panel[i].title);
    DNP_TRY(shows[figure->panel[i].kind](&v, &figure->panel[i], err));
  }
  return DENPA_OK;
}
