/* live.c: the picture in the terminal. It is made of lines that are no wider than the terminal, so that it can be drawn
 * over itself by going up as many lines as it has. Spaces and Braille only: their width is the same in every terminal,
 * also Japanese ones. */
#include "draw/live.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/text.h"
#include "draw/picture.h"
#include "draw/say.h"

enum { MOST_CURVE_LINES = 6, TEXT_LINES = 6, GAP = 2, MOST_UNITS = 16 };

/* ---- the terminal ------------------------------------------------------------------------------- */

static size_t from_environment(const char *name, size_t otherwise) {
  size_t value;
  const char *text = getenv(name);
  return text != NULL && dnp_parse_size(text, &value) && value >= 20 && value <= 1000 ? value : otherwise;
}

static void measure(dnp_live *live) {
  struct winsize size = {0};
  live->columns = from_environment("COLUMNS", 80);
  live->lines = from_environment("LINES", 24);
  if (ioctl(fileno(live->out), TIOCGWINSZ, &size) != 0 || size.ws_col < 20 || size.ws_row < 8) return;
  live->columns = size.ws_col;
  live->lines = size.ws_row;
}

static size_t curve_lines(const dnp_live *live) { return live->lines > 25 ? MOST_CURVE_LINES : 4; }

void dnp_live_start(
    dnp_live *live, FILE *out, denpa_lang lang, int choice, int colour_choice, const denpa_data *data, double end) {
  const double none = (double)NAN;
  size_t shape[3];
  *live = (dnp_live){.out = out,
      .lang = lang,
      .on = choice == 1 || (choice == 0 && isatty(fileno(out)) == 1),
      .colour = dnp_want_colour(out, colour_choice),
      .end = end > 0 ? end : 1,
      .now = {0, 0, 0, none, none, none, none, none, none, {0}}};
  const int axes = denpa_data_shape(data, shape);
  if (axes < 2) return;
  live->planes = axes == 3 ? shape[0] : 1;
  live->height = shape[axes - 2];
  live->width = shape[axes - 1];
}

bool dnp_live_due(const dnp_live *live, double seconds) { return live->on && dnp_seconds() - live->last >= seconds; }

/* ---- scores ------------------------------------------------------------------------------------- */

static void add(dnp_curve *curve, double x, double y) {
  if (!isfinite(y)) return;
  if (curve->count == DNP_LIVE_POINTS) {
    curve->count /= 2;
    for (size_t i = 0; i < curve->count; i++) {
      curve->x[i] = curve->x[2 * i];
      curve->y[i] = curve->y[2 * i];
    }
  }
  curve->x[curve->count] = x;
  curve->y[curve->count++] = y;
}

static void renew(double *old, double value) {
  if (isfinite(value)) *old = value;
}

void dnp_live_batches(dnp_live *live, size_t step, double epoch, double loss) {
  live->by_batches = true;
  live->batches = loss;
  live->now.step = step;
  live->now.epoch = epoch;
  add(&live->curve[0][0], (double)step, loss);
}

void dnp_live_note(dnp_live *live, double x, const denpa_epoch *line) {
  if (!live->by_batches) add(&live->curve[0][0], x, line->train_loss);
  add(&live->curve[0][1], x, line->test_loss);
  add(&live->curve[1][0], x, line->train_accuracy);
  add(&live->curve[1][1], x, line->test_accuracy);
  live->now.step = line->step;
  live->now.epoch = line->epoch;
  renew(&live->now.train_loss, line->train_loss);
  renew(&live->now.train_accuracy, line->train_accuracy);
  renew(&live->now.test_loss, line->test_loss);
  renew(&live->now.test_accuracy, line->test_accuracy);
}

/* ---- lines -------------------------------------------------------------------------------------- */

static void end_line(dnp_live *live) {
  fputs("\033[K\n", live->out);
  live->drawn++;
}

/* Writes the text, cut to `cells` cells and filled up with spaces. */
static void put_cells(FILE *out, char *text, size_t cells) {
  size_t length = strlen(text);
  while (dnp_text_width(text) > cells) {
    do length--;
    while (((unsigned char)text[length] & 0xC0) == 0x80); /* never inside a character */
    text[length] = '\0';
  }
  fputs(text, out);
  for (size_t width = dnp_text_width(text); width < cells; width++) fputc(' ', out);
}

#define put_say(live, cells, ...) put_said(live, cells, DNP_MESSAGE(__VA_ARGS__, DNP_END))
static void put_said(dnp_live *live, size_t cells, const char *message, const denpa_arg *args) {
  char text[512];
  dnp_render(text, sizeof text, live->lang, message, args);
  put_cells(live->out, text, cells);
}

/* ---- weights ------------------------------------------------------------------------------------ */

typedef struct tiles {
  const denpa_parameter *w; /* [inputs, units] */
  size_t units, step;       /* shown; pixels that a cell is wide (it is twice as high) */
  size_t rows, columns;     /* cells of one picture */
  double scale;             /* the largest weight shown, by its size */
} tiles;

static double weight(const denpa_parameter *w, size_t input, size_t unit) {
  return dnp_number(w->dtype, w->value, input * w->shape[1] + unit);
}

static size_t parts(size_t whole, size_t part) { return (whole + part - 1) / part; }

/* Whether the first layer's weights are pictures, and how they fit into the terminal. */
static bool lay_out(const dnp_live *live, const denpa_parameter *w, tiles *t) {
  if (live->height == 0 || w->name == NULL || w->axes != 2 ||
      w->shape[0] != live->planes * live->height * live->width ||
      live->lines <= curve_lines(live) + TEXT_LINES + (live->planes > 1))
    return false;
  const size_t most = live->lines - curve_lines(live) - TEXT_LINES - (live->planes > 1);
  *t = (tiles){.w = w, .step = 1};
  while (parts(live->width, t->step) >= live->columns || live->planes * parts(live->height, 2 * t->step) > most)
    t->step++;
  t->rows = live->planes * parts(live->height, 2 * t->step); /* planes below each other */
  t->columns = parts(live->width, t->step);
  t->units = (live->columns - 1 + GAP) / (t->columns + GAP);
  if (t->units > MOST_UNITS) t->units = MOST_UNITS;
  if (t->units > w->shape[1]) t->units = w->shape[1];
  for (size_t i = 0; i < w->shape[0]; i++)
    for (size_t j = 0; j < t->units; j++) t->scale = fmax(t->scale, fabs(weight(w, i, j)));
  return true;
}

/* The mean of the pixels that a cell covers, from -1 to 1. */
static double cell(const dnp_live *live, const tiles *t, size_t unit, size_t row, size_t column) {
  double sum = 0;
  size_t count = 0;
  const size_t plane = row / (t->rows / live->planes);
  row %= t->rows / live->planes;
  for (size_t r = row * 2 * t->step; r < (row + 1) * 2 * t->step && r < live->height; r++)
    for (size_t c = column * t->step; c < (column + 1) * t->step && c < live->width; c++, count++)
      sum += weight(t->w, (plane * live->height + r) * live->width + c, unit);
  return t->scale > 0 && isfinite(sum) ? sum / (double)count / t->scale : 0;
}

/* Of the 256-colour palette: from 0 outwards. */
enum { LEVELS = 8 };
static const int above[LEVELS] = {234, 52, 88, 124, 160, 196, 202, 208},
                 below[LEVELS] = {234, 17, 18, 19, 20, 26, 32, 38};
static const char ink_above[] = "  ++##@@", ink_below[] = "  ..--==";

static void put_cell(const dnp_live *live, double value, int *last) {
  const int level = (int)fmin(LEVELS - 1, fabs(value) * (double)LEVELS * 1.25);
  const int code = value < 0 ? below[level] : above[level];
  if (!live->colour) {
    fputc(value < 0 ? ink_below[level] : ink_above[level], live->out);
    return;
  }
  if (code != *last) fprintf(live->out, "\033[48;5;%dm", *last = code);
  fputc(' ', live->out);
}

static void draw_tiles(dnp_live *live, const tiles *t) {
  for (size_t unit = 0; unit < t->units; unit++) {
    char name[40];
    snprintf(name, sizeof name, "W1[:,%zu]", unit);
    put_cells(live->out, name, t->columns + (unit + 1 < t->units ? GAP : 0));
  }
  end_line(live);
  for (size_t row = 0; row < t->rows; row++) {
    for (size_t unit = 0; unit < t->units; unit++) {
      int last = -1;
      for (size_t column = 0; column < t->columns; column++) put_cell(live, cell(live, t, unit, row, column), &last);
      if (live->colour) fputs("\033[0m", live->out);
      if (unit + 1 < t->units) fprintf(live->out, "%*s", GAP, "");
    }
    end_line(live);
  }
  if (live->colour)
    put_say(live, live->columns - 1, "First hidden units' weights as pictures: red above 0, blue below.");
  else
    put_say(live, live->columns - 1, "First hidden units' weights as pictures: + # @ above 0, . - = below.");
  end_line(live);
  if (live->planes == 1) return;
  put_say(live, live->columns - 1, "The weights of red, green and blue pixels stand below each other.");
  end_line(live);
}

/* ---- curves ------------------------------------------------------------------------------------- */

#define MOST_CELLS 160

typedef struct plot { /* dots: eight to a cell */
  size_t columns, lines;
  unsigned char dots[MOST_CURVE_LINES][MOST_CELLS];
  unsigned char test[MOST_CURVE_LINES][MOST_CELLS]; /* 1: has a dot of the test data */
} plot;

static void put_dot(plot *p, double x, double y, bool test) {
  static const unsigned char bit[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
  const size_t across = 2 * p->columns - 1, down = 4 * p->lines - 1;
  const size_t dx = (size_t)(fmin(fmax(x, 0), 1) * (double)across + 0.5),
               dy = down - (size_t)(fmin(fmax(y, 0), 1) * (double)down + 0.5);
  p->dots[dy / 4][dx / 2] |= bit[dy % 4][dx % 2];
  if (test) p->test[dy / 4][dx / 2] = 1;
}

/* A straight line from each point to the next, some dots for each. */
static void trace(plot *p, const dnp_curve *curve, double end, double top, bool test) {
  for (size_t i = 0; i < curve->count; i++) {
    const size_t before = i > 0 ? i - 1 : 0, dots = 2 * p->columns;
    const double x0 = curve->x[before] / end, y0 = curve->y[before] / top, x1 = curve->x[i] / end,
                 y1 = curve->y[i] / top;
    for (size_t k = 0; k <= dots; k++)
      put_dot(p, x0 + (x1 - x0) * (double)k / (double)dots, y0 + (y1 - y0) * (double)k / (double)dots, test);
  }
}

static double largest(const dnp_curve curve[2]) {
  double top = 0;
  for (int s = 0; s < 2; s++)
    for (size_t i = 0; i < curve[s].count; i++) top = fmax(top, curve[s].y[i]);
  return top > 0 ? top : 1;
}

static void draw_plot_line(dnp_live *live, const plot *p, size_t line) {
  int last = -1;
  for (size_t c = 0; c < p->columns; c++) {
    const unsigned dots = p->dots[line][c];
    const int code = p->test[line][c] ? 208 : 39;
    if (live->colour && dots != 0 && code != last) fprintf(live->out, "\033[38;5;%dm", last = code);
    fprintf(live->out, "\xE2%c%c", (int)(0xA0 | dots >> 6), (int)(0x80 | (dots & 0x3F))); /* U+2800 + dots */
  }
  if (last >= 0) fputs("\033[0m", live->out);
}

static void draw_curves(dnp_live *live) {
  plot loss = {0}, accuracy = {0};
  const double top = largest(live->curve[0]);
  const size_t half = (live->columns - 1 - GAP) / 2;
  loss.columns = accuracy.columns = half < MOST_CELLS ? half : MOST_CELLS;
  loss.lines = accuracy.lines = curve_lines(live);
  for (int s = 0; s < 2; s++) {
    trace(&loss, &live->curve[0][s], live->end, top, s == 1);
    trace(&accuracy, &live->curve[1][s], live->end, 1, s == 1);
  }
  put_say(live, loss.columns, "loss, 0 to {1:.2f}", dnp_d(top));
  fprintf(live->out, "%*s", GAP, "");
  put_say(live, accuracy.columns, "accuracy, 0 to 1");
  end_line(live);
  for (size_t line = 0; line < loss.lines; line++) {
    draw_plot_line(live, &loss, line);
    fprintf(live->out, "%*s", GAP, "");
    draw_plot_line(live, &accuracy, line);
    end_line(live);
  }
}

/* ---- the whole ---------------------------------------------------------------------------------- */

static void draw_scores(dnp_live *live) {
  char text[512] = "";
  size_t length = 0;
  const denpa_epoch *e = &live->now;
  if (live->by_batches)
    put_say(live, live->columns - 1, "update {1}, epoch {2:.2f}   last batches: loss {3:.4f}", dnp_u(e->step),
        dnp_d(e->epoch), dnp_d(live->batches));
  else
    put_say(live, live->columns - 1, "update {1}, epoch {2:.2f}", dnp_u(e->step), dnp_d(e->epoch));
  end_line(live);
  if (isfinite(e->train_loss))
    length += dnp_render(
        text, sizeof text, live->lang, "training: loss {1:.4f}", (const denpa_arg[]){dnp_d(e->train_loss), DNP_END});
  if (isfinite(e->train_accuracy))
    length += dnp_render(text + length, sizeof text - length, live->lang, ", accuracy {1:.4f}",
        (const denpa_arg[]){dnp_d(e->train_accuracy), DNP_END});
  if (isfinite(e->test_loss))
    dnp_render(text + length, sizeof text - length, live->lang, "   test: loss {1:.4f}, accuracy {2:.4f}",
        (const denpa_arg[]){dnp_d(e->test_loss), dnp_d(e->test_accuracy), DNP_END});
  put_cells(live->out, text, live->columns - 1);
  end_line(live);
}

void dnp_live_draw(dnp_live *live, const denpa_net *net) {
  tiles t;
  const denpa_parameter w = denpa_net_parameter(net, 0);
  if (!live->on) return;
  if (live->drawn > 0) fprintf(live->out, "\033[%dA\r", live->drawn);
  live->drawn = 0;
  measure(live);
  draw_scores(live);
  if (lay_out(live, &w, &t)) draw_tiles(live, &t);
  draw_curves(live);
  fputs("\033[J", live->out);
  fflush(live->out);
  live->last = dnp_seconds();
}
