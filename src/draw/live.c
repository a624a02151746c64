/* live.c: the picture in the terminal. It is made of lines that are no wider than the terminal, so that it can be drawn
 * over itself by going up as many lines as it has. Spaces and Braille, whose width is the same in every terminal, also
 * Japanese ones; half blocks only where they are safe. */
#include "draw/live.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/text.h"
#include "draw/colour.h"
#include "draw/say.h"

enum { MOST_CURVE_LINES = 6, TEXT_LINES = 7, GAP = 2, MOST_UNITS = 64, ENOUGH_UNITS = 4, SCALE = 6 };

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

void dnp_live_start(dnp_live *live, FILE *out, denpa_lang lang, int choice, int colour_choice, const denpa_data *data,
    double end, const char *axis) {
  const double none = (double)NAN;
  size_t shape[3];
  *live = (dnp_live){.out = out,
      .lang = lang,
      .on = choice == 1 || (choice == 0 && isatty(fileno(out)) == 1),
      .colour = dnp_want_colour(out, colour_choice),
      .halves = dnp_half_cells(),
      .end = end > 0 ? end : 1,
      .axis = axis,
      .numbers = denpa_data_classes(data) == 0,
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
  dnp_text_cut(text, cells);
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
  size_t beside;            /* pictures in a row */
  double scale;             /* the largest weight shown, by its size */
} tiles;

static double weight(const denpa_parameter *w, size_t input, size_t unit) {
  return dnp_number(w->dtype, w->value, input * w->shape[1] + unit);
}

static size_t parts(size_t whole, size_t part) { return (whole + part - 1) / part; }
static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* Pictures at this many pixels a cell in `most` lines; 0 if not even one fits. */
static size_t fit(const dnp_live *live, tiles *t, size_t step, size_t most) {
  t->step = step;
  t->rows = live->planes * parts(live->height, 2 * step); /* planes below each other */
  t->columns = parts(live->width, step);
  t->beside = (live->columns - 1 + GAP) / (t->columns + GAP);
  return t->units = least(least(t->beside * (most / (t->rows + 1)), MOST_UNITS), t->w->shape[1]);
}

/* Whether the first layer's weights are pictures, and how they fit into the terminal: as large as a few of them can be,
 * and then as many as there is room for. */
static bool lay_out(const dnp_live *live, const denpa_parameter *w, tiles *t) {
  const size_t other = curve_lines(live) + TEXT_LINES + (live->planes > 1);
  if (live->height == 0 || w->name == NULL || w->axes != 2 ||
      w->shape[0] != live->planes * live->height * live->width || live->lines <= other)
    return false;
  *t = (tiles){.w = w};
  size_t step = 1;
  while (fit(live, t, step, live->lines - other) < least(ENOUGH_UNITS, w->shape[1]) && t->rows > live->planes) step++;
  if (t->units == 0) return false;
  for (size_t i = 0; i < w->shape[0]; i++)
    for (size_t j = 0; j < t->units; j++) t->scale = fmax(t->scale, fabs(weight(w, i, j)));
  return true;
}

/* The mean of `high` x step pixels, from -1 to 1; row: of cells; half: 1 for the lower one. */
static double mean(
    const dnp_live *live, const tiles *t, size_t unit, size_t row, size_t column, size_t half, size_t high) {
  double sum = 0;
  size_t count = 0;
  const size_t in_plane = t->rows / live->planes, plane = row / in_plane,
               top = row % in_plane * 2 * t->step + half * t->step;
  for (size_t r = top; r < top + high && r < live->height; r++)
    for (size_t c = column * t->step; c < (column + 1) * t->step && c < live->width; c++, count++)
      sum += weight(t->w, (plane * live->height + r) * live->width + c, unit);
  return t->scale > 0 && count > 0 && isfinite(sum) ? sum / (double)count / t->scale : 0;
}

enum { LEVELS = 8 };
static const char ink_above[] = "  ++##@@", ink_below[] = "  ..--==";

/* The largest weights are rare: full colour from 0.8 of them on. */
static double share(double value) { return 0.5 + 0.5 * fmax(-1, fmin(1, 1.25 * value)); }

static void put_row(const dnp_live *live, const tiles *t, size_t unit, size_t row) {
  dnp_code code[2] = {DNP_CODE_NONE, DNP_CODE_NONE};
  for (size_t c = 0; c < t->columns; c++) {
    const double whole = mean(live, t, unit, row, c, 0, 2 * t->step);
    if (!live->colour) {
      const int level = (int)fmin(LEVELS - 1, fabs(whole) * (double)LEVELS * 1.25);
      fputc(whole < 0 ? ink_below[level] : ink_above[level], live->out);
    } else if (live->halves) {
      dnp_ramp_halves(live->out, DNP_RAMP_SIGNED, share(mean(live, t, unit, row, c, 0, t->step)),
          share(mean(live, t, unit, row, c, 1, t->step)), code);
    } else {
      dnp_ramp_back(live->out, DNP_RAMP_SIGNED, share(whole), &code[1]);
      fputc(' ', live->out);
    }
  }
  if (live->colour) fputs("\033[0m", live->out);
}

static void draw_tile_row(dnp_live *live, const tiles *t, size_t first, size_t last) {
  for (size_t unit = first; unit < last; unit++) {
    char name[40];
    snprintf(name, sizeof name, "W1[:,%zu]", unit);
    put_cells(live->out, name, t->columns + (unit + 1 < last ? GAP : 0));
  }
  end_line(live);
  for (size_t row = 0; row < t->rows; row++) {
    for (size_t unit = first; unit < last; unit++) {
      put_row(live, t, unit, row);
      if (unit + 1 < last) fprintf(live->out, "%*s", GAP, "");
    }
    end_line(live);
  }
}

static void draw_tiles(dnp_live *live, const tiles *t) {
  for (size_t first = 0; first < t->units; first += t->beside)
    draw_tile_row(live, t, first, least(first + t->beside, t->units));
  put_say(live, live->columns - 1,
      live->colour ? DNP_N("{1} of {2} hidden units, their weights as pictures: orange above 0, blue below.")
                   : DNP_N("{1} of {2} hidden units, their weights as pictures: + # @ above 0, . - = below."),
      dnp_u(t->units), dnp_u(t->w->shape[1]));
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
  unsigned char test[MOST_CURVE_LINES][MOST_CELLS]; /* 1: the last dot is of the test data */
} plot;

static void put_dot(plot *p, double x, double y, bool test, bool dashed) {
  static const unsigned char bit[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
  const size_t across = 2 * p->columns - 1, down = 4 * p->lines - 1;
  const size_t dx = (size_t)(fmin(fmax(x, 0), 1) * (double)across + 0.5),
               dy = down - (size_t)(fmin(fmax(y, 0), 1) * (double)down + 0.5);
  if (dashed && dx % 4 > 1) return;
  p->dots[dy / 4][dx / 2] |= bit[dy % 4][dx % 2];
  p->test[dy / 4][dx / 2] = test;
}

/* A straight line from each point to the next, some dots for each. The test data's is dashed, so that the other is seen
 * where they lie on one another. */
static void trace(plot *p, const dnp_curve *curve, double end, double top, bool test) {
  for (size_t i = 0; i < curve->count; i++) {
    const size_t before = i > 0 ? i - 1 : 0, dots = 2 * p->columns;
    const double x0 = curve->x[before] / end, y0 = curve->y[before] / top, x1 = curve->x[i] / end,
                 y1 = curve->y[i] / top;
    for (size_t k = 0; k <= dots; k++)
      put_dot(p, x0 + (x1 - x0) * (double)k / (double)dots, y0 + (y1 - y0) * (double)k / (double)dots, test,
          test && curve->count > 1);
  }
}

static double largest(const dnp_curve curve[2]) {
  double top = 0;
  for (int s = 0; s < 2; s++)
    for (size_t i = 0; i < curve[s].count; i++) top = fmax(top, curve[s].y[i]);
  return top > 0 ? top : 1;
}

/* One line of a plot, with the scale's ends to its left. */
static void draw_plot_line(const dnp_live *live, const plot *p, size_t line, double top) {
  char label[40] = "";
  dnp_code code = DNP_CODE_NONE;
  for (int digits = 3; line == 0 && digits > 0; digits--) { /* as many as fit */
    dnp_format_real(label, sizeof label, top, digits);
    if (strlen(label) < SCALE) break;
  }
  if (line + 1 == p->lines) snprintf(label, sizeof label, "0");
  fprintf(live->out, "%*.*s ", SCALE - 1, SCALE - 1, label);
  for (size_t c = 0; c < p->columns; c++) {
    const unsigned dots = p->dots[line][c];
    if (live->colour && dots != 0) dnp_series_ink(live->out, p->test[line][c], &code);
    fprintf(live->out, "\xE2%c%c", (int)(0xA0 | dots >> 6), (int)(0x80 | (dots & 0x3F))); /* U+2800 + dots */
  }
  dnp_colour_end(live->out, &code);
}

/* 0, the unit of the axis, and where it ends. */
static void draw_axis(dnp_live *live, size_t columns) {
  char text[256], end[40];
  dnp_format_real(end, sizeof end, live->end, 6);
  if (strlen(end) + 1 > columns) end[0] = '\0'; /* a line that is too long could not be drawn over */
  dnp_render(text, sizeof text, live->lang, live->axis, (const denpa_arg[]){DNP_END});
  const size_t room = columns > 1 + strlen(end) ? columns - 1 - strlen(end) : 0, width = dnp_text_width(text);
  fprintf(live->out, "%*s0", SCALE, "");
  if (width + 2 <= room)
    fprintf(live->out, "%*s%s%*s%s", (int)((room - width) / 2), "", text, (int)(room - width - (room - width) / 2), "",
        end);
  else
    fprintf(live->out, "%*s", (int)(columns - 1), end);
}

static void draw_curves(dnp_live *live) {
  plot loss = {0}, accuracy = {0};
  const double top = largest(live->curve[0]);
  const size_t half = (live->columns - 1 - GAP) / 2;
  loss.columns = accuracy.columns = least(half - SCALE, MOST_CELLS);
  loss.lines = accuracy.lines = curve_lines(live);
  for (int s = 0; s < 2; s++) {
    trace(&loss, &live->curve[0][s], live->end, top, s == 1);
    trace(&accuracy, &live->curve[1][s], live->end, 1, s == 1);
  }
  if (live->numbers) { /* of them none is right or wrong */
    put_say(live, loss.columns + SCALE,
        live->colour ? DNP_N("loss (training blue, test orange)") : DNP_N("loss (test: dashed)"));
  } else {
    put_say(live, loss.columns + SCALE, "loss");
    fprintf(live->out, "%*s", GAP, "");
    put_say(live, accuracy.columns + SCALE,
        live->colour ? DNP_N("accuracy (training blue, test orange)") : DNP_N("accuracy (test: dashed)"));
  }
  end_line(live);
  for (size_t line = 0; line < loss.lines; line++) {
    draw_plot_line(live, &loss, line, top);
    if (!live->numbers) {
      fprintf(live->out, "%*s", GAP, "");
      draw_plot_line(live, &accuracy, line, 1);
    }
    end_line(live);
  }
  draw_axis(live, loss.columns);
  if (!live->numbers) {
    fprintf(live->out, "%*s", GAP, "");
    draw_axis(live, accuracy.columns);
  }
  end_line(live);
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
  const bool counted = isfinite(e->test_accuracy); /* not where numbers are learned */
  if (isfinite(e->test_loss))
    dnp_render(text + length, sizeof text - length, live->lang,
        counted ? DNP_N("   test: loss {1:.4f}, accuracy {2:.4f}") : DNP_N("   test: loss {1:.4f}"),
        (const denpa_arg[]){dnp_d(e->test_loss), dnp_d(counted ? e->test_accuracy : 0), DNP_END});
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
