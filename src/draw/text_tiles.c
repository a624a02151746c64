/* text_tiles.c: tiles and records in the terminal. Pictures are drawn as large as the window has room for: a number of
 * the picture is several cells, one, half a one, or several numbers share one as their mean. Called by figure_text.c.
 */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "draw/figure_text.h"
#include "draw/say.h"

enum {
  NAME = 512,
  MOST_LINES = 80, /* of what is shown where they cannot */
  LEGIBLE = 14,    /* cells of a picture, at least, where it has as many columns */
  LEAST_BAR = 8,
  MOST_BAR = 24
};

static void spaces(FILE *out, size_t count) { fprintf(out, "%*s", (int)count, ""); }

/* A name as a terminal may be shown it. */
static const char *shown(const dnp_view *v, const char *name, char out[NAME]) {
  dnp_render(out, NAME, v->lang, "{1}", (const denpa_arg[]){dnp_s(name), DNP_END});
  return out;
}

int dnp_view_name_cells(const dnp_view *view, const char *name) {
  char text[NAME];
  return (int)dnp_text_width(shown(view, name, text));
}

void dnp_view_name(const dnp_view *view, const char *name, size_t cells) {
  char text[NAME];
  shown(view, name, text);
  dnp_text_cut(text, cells);
  fputs(text, view->out);
  spaces(view->out, cells - dnp_text_width(text));
}

/* ---- how large --------------------------------------------------------------------------------- */

/* A cell of the terminal is about twice as high as it is wide. With zoom 2 and more a number is `zoom` cells wide and
 * half as many lines high; with zoom 1 it is one cell wide and half a line high; with zoom 0 a cell is `across` numbers
 * wide. Where half cells cannot be drawn, a line is the mean of its two halves. */
typedef struct wall {
  const dnp_panel *p;
  size_t zoom, across;
  bool halves;
  size_t label;         /* cells of the names of rows, with the blank behind them */
  size_t picture, wide; /* cells of a picture, and of a tile with its caption */
  size_t high;          /* lines of a picture */
  size_t gap, in_row;
  bool captions;
} wall;

static size_t up(size_t count, size_t by) { return (count + by - 1) / by; }

static size_t in_group(const dnp_panel *p) { return p->together > 0 ? p->together : p->tiles; }

static size_t widest_caption(const dnp_panel *p) {
  size_t wide = 0;
  for (size_t i = 0; i < p->tiles; i++)
    if (dnp_text_width(p->tile[i].caption) > wide) wide = dnp_text_width(p->tile[i].caption);
  return wide;
}

static size_t widest_name(const dnp_view *v, const dnp_panel *p) {
  size_t wide = 0;
  for (size_t i = 0; p->name != NULL && p->together > 0 && i < p->tiles / p->together; i++) {
    const size_t cells = (size_t)dnp_view_name_cells(v, p->name[i]);
    if (cells > wide) wide = cells;
  }
  return wide < (size_t)v->cells / 3 ? wide : (size_t)v->cells / 3;
}

/* The wall with pictures of another size. */
static wall sized(const dnp_view *v, wall w, size_t zoom, size_t across) {
  const dnp_panel *p = w.p;
  w.zoom = zoom;
  w.across = across;
  w.halves = v->colour && v->halves && zoom < 2;
  w.picture = zoom > 0 ? zoom * p->width : up(p->width, across);
  w.high = zoom > 1 ? zoom / 2 * p->height : up(p->height, 2 * across);
  const size_t caption = widest_caption(p), room = (size_t)v->cells - w.label;
  w.captions = caption > 0;
  w.wide = caption > w.picture ? caption : w.picture;
  if (w.wide > room) w.wide = room;
  w.in_row = (room + w.gap) / (w.wide + w.gap);
  if (w.in_row == 0) w.in_row = 1;
  if (w.in_row > in_group(p)) w.in_row = in_group(p);
  return w;
}

static size_t lines_of_row(const wall *w) { return w->high + w->captions + (w->gap > 1 || w->high > 1); }

static size_t lines_of(const wall *w) {
  const size_t groups = w->p->together > 0 ? w->p->tiles / w->p->together : 1;
  return groups * up(in_group(w->p), w->in_row) * lines_of_row(w);
}

/* Whether numbers of a small picture keep apart from each other: in a mean of two the shape of a filter is lost. */
static bool exact(const wall *w) { return w->zoom > 1 || w->halves || w->p->height > 8; }

/* The largest pictures of which all are seen at once, those that belong together in one line; else those of which all
 * are seen, else the smallest in which something can be made out. */
static wall choose(const dnp_view *v, const dnp_panel *p) {
  static const struct {
    size_t zoom, across;
  } sizes[] = {{4, 1}, {2, 1}, {1, 1}, {0, 2}, {0, 3}, {0, 4}, {0, 6}, {0, 8}, {0, 12}, {0, 16}, {0, 24}, {0, 32}};
  wall base = {.p = p, .gap = p->together > 0 ? 1 : 2}, w = {0}, best = {0};
  if (p->name != NULL) base.label = widest_name(v, p) + 1;
  const size_t legible = p->width < LEGIBLE ? p->width : LEGIBLE;
  for (int folded = 0; folded < 2; folded++)
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
      w = sized(v, base, sizes[i].zoom, sizes[i].across);
      if (w.picture + w.label > (size_t)v->cells || !exact(&w)) continue;
      if (best.p != NULL && w.picture < legible) break;
      best = w;
      if (lines_of(&w) <= v->lines && (folded == 1 || p->together == 0 || w.in_row == p->together)) return w;
    }
  size_t across = 1; /* wider than anything that was tried */
  while (best.p == NULL && up(p->width, across) + base.label > (size_t)v->cells) across++;
  return best.p != NULL ? best : sized(v, base, across > 1 ? 0 : 1, across);
}

/* ---- pictures ---------------------------------------------------------------------------------- */

/* Where the mean of `high` x `wide` numbers of a plane from (row, column) on stands among the panel's colours. */
static double mean_share(const dnp_panel *p, const double *plane, size_t row, size_t column, size_t high, size_t wide) {
  double sum = 0;
  size_t count = 0;
  for (size_t i = row; i < row + high && i < p->height; i++)
    for (size_t k = column; k < column + wide && k < p->width; k++, count++) sum += plane[i * p->width + k];
  return count > 0 ? dnp_panel_shade(p, sum / (double)count) : (double)NAN;
}

typedef struct patch { /* what a cell, or half of one, shows */
  bool there;
  double share;    /* NaN: no number */
  unsigned colour; /* of three planes, whose brightness the share is then */
} patch;

static patch look(const wall *w, const dnp_tile *tile, size_t row, size_t column, size_t high) {
  const dnp_panel *p = w->p;
  const size_t plane = p->height * p->width;
  if (row >= p->height) return (patch){0};
  if (p->planes < 3) return (patch){true, mean_share(p, tile->value, row, column, high, w->across), 0};
  patch out = {true, 0, 0};
  static const double light[] = {0.299, 0.587, 0.114};
  for (size_t k = 0; k < 3; k++) {
    const double share = mean_share(p, tile->value + k * plane, row, column, high, w->across);
    out.share += light[k] * share;
    out.colour = out.colour << 8 | (isnan(share) ? 0x80 : (unsigned)floor(share * 255 + 0.5));
  }
  return out;
}

static void put_halves(const dnp_view *v, const wall *w, patch upper, patch lower, dnp_code code[2]) {
  if (w->p->planes == 3)
    dnp_colour_halves(v->out, upper.colour, lower.colour, !lower.there, code);
  else
    dnp_ramp_halves(v->out, dnp_panel_ramp(w->p), upper.share, lower.there ? lower.share : -1, code);
}

static void put_patch(const dnp_view *v, const wall *w, patch at, dnp_code *code) {
  for (size_t i = 0; i < (w->zoom > 1 ? w->zoom : 1); i++) {
    if (v->colour && w->p->planes == 3)
      dnp_colour_back(v->out, at.colour, code);
    else if (v->colour)
      dnp_ramp_back(v->out, dnp_panel_ramp(w->p), at.share, code);
    fputc(v->colour ? ' ' : dnp_ramp_sign(at.share), v->out);
  }
}

/* Line `line` of the picture. */
static void put_line(const dnp_view *v, const wall *w, const dnp_tile *tile, size_t line) {
  dnp_code code[2] = {DNP_CODE_NONE, DNP_CODE_NONE};
  const size_t row = w->zoom > 1 ? line / (w->zoom / 2) : 2 * w->across * line;
  for (size_t c = 0; c < w->p->width; c += w->across) {
    if (w->halves)
      put_halves(v, w, look(w, tile, row, c, w->across), look(w, tile, row + w->across, c, w->across), code);
    else
      put_patch(v, w, look(w, tile, row, c, w->zoom > 1 ? 1 : 2 * w->across), &code[1]);
  }
  if (v->colour) fputs("\033[0m", v->out);
}

/* Tiles first .. last - 1 beside each other, with what their row is called. */
static void put_row(const dnp_view *v, const wall *w, size_t first, size_t last) {
  const dnp_panel *p = w->p;
  for (size_t i = first; w->captions && i < last; i++) {
    const size_t width = dnp_text_width(p->tile[i].caption);
    if (i == first) spaces(v->out, w->label);
    dnp_view_name(v, p->tile[i].caption, i + 1 < last || width > w->wide ? w->wide : width);
    if (i + 1 < last) spaces(v->out, w->gap);
  }
  if (w->captions) fputc('\n', v->out);
  for (size_t line = 0; line < w->high; line++) {
    if (w->label > 0 && line == 0 && first % p->together == 0)
      dnp_view_name(v, p->name[first / p->together], w->label - 1), spaces(v->out, 1);
    else
      spaces(v->out, w->label);
    for (size_t i = first; i < last; i++) {
      put_line(v, w, &p->tile[i], line);
      if (i + 1 < last) spaces(v->out, w->wide + w->gap - w->picture);
    }
    fputc('\n', v->out);
  }
}

denpa_status dnp_view_tiles(const dnp_view *v, const dnp_panel *p, denpa_error *err) {
  (void)err;
  if (p->tiles == 0) return DENPA_OK;
  const wall w = choose(v, p);
  size_t done = 0, lines = 0;
  while (done < p->tiles && (lines == 0 || lines + lines_of_row(&w) <= MOST_LINES)) {
    const size_t group_end = (done / in_group(p) + 1) * in_group(p);
    const size_t last = done + w.in_row < group_end ? done + w.in_row : group_end;
    if (done > 0 && lines_of_row(&w) > w.high + w.captions) fputc('\n', v->out);
    put_row(v, &w, done, last);
    lines += lines_of_row(&w);
    done = last;
  }
  if (done < p->tiles)
    dnp_say(v->out, v->lang, "These are the first {1} of {2}; a picture with all of them: --out FILE.svg\n",
        dnp_u(done), dnp_u(p->tiles));
  return DENPA_OK;
}

/* ---- records ----------------------------------------------------------------------------------- */

typedef struct ledger {
  const dnp_panel *p;
  size_t names, texts, bar, beside; /* cells of each part, and records beside each other */
} ledger;

enum { BETWEEN = 2 };

static size_t record_cells(const ledger *l) { return l->names + 1 + l->texts + (l->bar > 0 ? 1 + l->bar : 0); }

static ledger measure(const dnp_view *v, const dnp_panel *p) {
  ledger l = {.p = p, .bar = MOST_BAR};
  char text[40];
  size_t captions = 0;
  bool bars = false;
  for (size_t r = 0; r < p->rows; r++) {
    const size_t cells = (size_t)dnp_view_name_cells(v, p->name[r]);
    if (cells > l.names) l.names = cells;
    bars = bars || p->to[r] > p->from[r];
    for (size_t i = 0; i < p->tiles; i++) {
      const size_t width = (size_t)dnp_view_name_cells(v, dnp_record_text(&p->tile[i], r, text));
      if (width > l.texts) l.texts = width;
    }
  }
  if (l.names > (size_t)v->cells / 3) l.names = (size_t)v->cells / 3;
  if (l.texts > (size_t)v->cells / 3) l.texts = (size_t)v->cells / 3;
  if (!bars) l.bar = 0;
  while (l.bar > LEAST_BAR && record_cells(&l) > (size_t)v->cells) l.bar--;
  for (size_t i = 0; i < p->tiles; i++) {
    const size_t width = (size_t)dnp_view_name_cells(v, p->tile[i].caption);
    if (width > captions) captions = width;
  }
  if (captions > record_cells(&l)) l.bar += captions - record_cells(&l);
  while (l.bar > LEAST_BAR && record_cells(&l) > (size_t)v->cells) l.bar--;
  l.beside = ((size_t)v->cells + BETWEEN) / (record_cells(&l) + BETWEEN);
  if (l.beside == 0) l.beside = 1;
  return l;
}

/* Blue, or orange for what is above zero where there is both. */
static void put_bar(const dnp_view *v, const ledger *l, size_t row, double value) {
  double part[2];
  dnp_code code = DNP_CODE_NONE;
  dnp_record_bar(l->p, row, value, part);
  const size_t first = (size_t)floor(part[0] * (double)l->bar + 0.5),
               last = (size_t)floor(part[1] * (double)l->bar + 0.5);
  for (size_t i = 0; i < l->bar; i++) {
    const bool full = i >= first && i < last;
    if (v->colour) dnp_colour_back(v->out, dnp_record_ink(l->p, row, value, full), &code);
    fputc(v->colour ? ' ' : full ? '#' : '.', v->out);
  }
  dnp_colour_end(v->out, &code);
}

static void put_record(const dnp_view *v, const ledger *l, const dnp_tile *tile, size_t row, bool last) {
  double part[2];
  char text[40], name[NAME];
  shown(v, dnp_record_text(tile, row, text), name);
  dnp_text_cut(name, l->texts);
  dnp_view_name(v, l->p->name[row], l->names);
  spaces(v->out, 1 + l->texts - dnp_text_width(name));
  fputs(name, v->out);
  if (dnp_record_bar(l->p, row, tile->value[row], part)) {
    spaces(v->out, 1);
    put_bar(v, l, row, tile->value[row]);
  } else if (!last && l->bar > 0) {
    spaces(v->out, 1 + l->bar);
  }
}

static void put_records(const dnp_view *v, const ledger *l, size_t first, size_t last) {
  const size_t cells = record_cells(l) < (size_t)v->cells ? record_cells(l) : (size_t)v->cells;
  bool captions = false;
  for (size_t i = first; i < last; i++) captions = captions || l->p->tile[i].caption[0] != '\0';
  for (size_t i = first; captions && i < last; i++) {
    const size_t width = (size_t)dnp_view_name_cells(v, l->p->tile[i].caption);
    dnp_view_name(v, l->p->tile[i].caption, i + 1 < last || width > cells ? cells : width);
    if (i + 1 < last)
      spaces(v->out, BETWEEN);
    else
      fputc('\n', v->out);
  }
  for (size_t r = 0; r < l->p->rows; r++)
    for (size_t i = first; i < last; i++) {
      put_record(v, l, &l->p->tile[i], r, i + 1 == last);
      if (i + 1 < last)
        spaces(v->out, BETWEEN);
      else
        fputc('\n', v->out);
    }
  if (l->p->left_out > 0) dnp_say(v->out, v->lang, "and {1} other {1|column|columns}\n", dnp_u(l->p->left_out));
}

denpa_status dnp_view_records(const dnp_view *v, const dnp_panel *p, denpa_error *err) {
  const ledger l = measure(v, p);
  size_t done = 0, lines = 0;
  (void)err;
  while (done < p->tiles && (lines == 0 || lines + p->rows + 2 <= MOST_LINES)) {
    const size_t last = done + l.beside < p->tiles ? done + l.beside : p->tiles;
    if (done > 0) fputc('\n', v->out);
    put_records(v, &l, done, last);
    lines += p->rows + 2;
    done = last;
  }
  if (done < p->tiles)
    dnp_say(v->out, v->lang, "These are the first {1} of {2}; a picture with all of them: --out FILE.svg\n",
        dnp_u(done), dnp_u(p->tiles));
  return DENPA_OK;
}
