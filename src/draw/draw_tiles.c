/* draw_tiles.c: tiles and records on paper: pictures in rows with their captions or names, and named values with bars.
 * Called by figure_draw.c. */
#include <math.h>

#include "base/memory.h"
#include "base/text.h"
#include "draw/figure_draw.h"

enum { LEVELS = 33 };

static const double CAPTION = 17, WIDEST_ROW = 1230;

/* ---- tiles ------------------------------------------------------------------------------------- */

/* Filters stand close together in their rows; others have room for their captions. */
static double pixel_size(const dnp_panel *panel) {
  const double most = panel->together > 0 ? 36
                      : panel->tiles < 3  ? 400
                                          : 84,
               longer = fmax((double)panel->width, (double)panel->height);
  return longer >= most ? 1 : fmin(floor(most / longer), panel->together > 0 ? 9 : 16);
}

static double widest_caption(const dnp_panel *panel) {
  double most = 0;
  for (size_t i = 0; i < panel->tiles; i++)
    most = fmax(most, DNP_DRAW_LETTER * (double)dnp_text_width(panel->tile[i].caption));
  return most;
}

/* From one tile to the next: more where captions are wider than pictures. */
static double tile_width(const dnp_panel *panel) {
  const double picture = pixel_size(panel) * (double)panel->width, caption = widest_caption(panel) + 4;
  return fmax(picture + (panel->together > 0 ? DNP_DRAW_GAP / 2 : DNP_DRAW_GAP), caption);
}

/* Ten, or as many as stand beside one another in a window of usual width with captions as wide as these. */
static size_t tiles_in_row(const dnp_panel *panel) {
  if (panel->together > 0) return panel->together;
  const double fit = fmax(1, fmin(10, floor(WIDEST_ROW / tile_width(panel))));
  return panel->tiles < (size_t)fit ? panel->tiles > 0 ? panel->tiles : 1 : (size_t)fit;
}

static size_t tile_rows(const dnp_panel *panel) {
  return (panel->tiles + tiles_in_row(panel) - 1) / tiles_in_row(panel);
}

/* Of the names of rows. */
static double row_margin(const dnp_panel *panel) {
  size_t most = 0;
  for (size_t i = 0; panel->name != NULL && i < tile_rows(panel); i++)
    if (dnp_text_width(panel->name[i]) > most) most = dnp_text_width(panel->name[i]);
  return most > 0 ? DNP_DRAW_LETTER * (double)most + DNP_DRAW_GAP : 0;
}

static double tile_height(const dnp_panel *panel) {
  return pixel_size(panel) * (double)panel->height + DNP_DRAW_GAP + (panel->together > 0 ? 0 : CAPTION);
}

void dnp_size_tiles(const dnp_panel *panel, double *width, double *height) {
  *width = row_margin(panel) + (double)tiles_in_row(panel) * tile_width(panel) + 90;
  if (*width < 480) *width = 480;
  *height = DNP_DRAW_TOP + (double)tile_rows(panel) * tile_height(panel) + DNP_DRAW_GAP;
}

static int level_of(const dnp_panel *panel, double value) {
  const double share = dnp_panel_shade(panel, value);
  return isnan(share) ? LEVELS : (int)(share * (LEVELS - 1) + 0.5);
}

/* All runs of pixels of one level as one path. */
static void draw_level(
    dnp_paper *paper, const dnp_panel *panel, const dnp_tile *tile, int level, double x, double y, double side) {
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
      if (!open)
        dnp_paper_markup(paper, "<path class=\"v%d\" fill=\"#%06x\" d=\"", level, dnp_panel_colour(panel, value));
      open = true;
      dnp_paper_markup(paper, "M%.6g %.6gh%.6gv%.6gh-%.6gz", x + side * (double)begin, y + side * (double)r,
          side * (double)(c - begin), side, side * (double)(c - begin));
    }
  if (open) dnp_paper_markup(paper, "\"/>\n");
}

static void draw_pixels(
    dnp_paper *paper, const dnp_panel *panel, const dnp_tile *tile, double x, double y, double side) {
  const size_t count = panel->height * panel->width;
  unsigned char *rgb;
  if (paper->status != DENPA_OK || (paper->status = DNP_NEW(&rgb, 3 * count, NULL)) != DENPA_OK) return;
  for (size_t i = 0; i < count; i++) {
    const double *v = tile->value + i;
    const unsigned colour = panel->planes == 3 ? dnp_panel_rgb(panel, (const double[]){v[0], v[count], v[2 * count]})
                                               : dnp_panel_colour(panel, v[0]);
    for (int k = 0; k < 3; k++) rgb[3 * i + (size_t)k] = (unsigned char)(colour >> (16 - 8 * k) & 0xFF);
  }
  dnp_paper_pixels(paper, rgb, panel->height, panel->width, x, y, side);
  dnp_free(rgb);
}

static void draw_tile(dnp_paper *paper, const dnp_panel *panel, const dnp_tile *tile, double x, double y, double side) {
  dnp_paper_markup(paper, "<g class=\"picture\" shape-rendering=\"crispEdges\" data-index=\"%zu\"", tile->index);
  if (tile->label >= 0) dnp_paper_markup(paper, " data-label=\"%d\"", tile->label);
  if (tile->answer >= 0) dnp_paper_markup(paper, " data-answer=\"%d\"", tile->answer);
  dnp_paper_markup(paper, ">\n");
  if (panel->planes == 3 || paper->raster != NULL)
    draw_pixels(paper, panel, tile, x, y, side);
  else
    for (int level = 0; level <= LEVELS; level++) draw_level(paper, panel, tile, level, x, y, side);
  dnp_paper_box(paper, "tile", DNP_BY_CLASS, x, y, side * (double)panel->width, side * (double)panel->height, "");
  if (tile->caption[0] != '\0')
    dnp_paper_label(paper, "caption", x + side * (double)panel->width / 2, y + side * (double)panel->height + 13,
        "middle", tile->caption);
  dnp_paper_markup(paper, "</g>\n");
}

void dnp_draw_tiles(dnp_paper *paper, const dnp_panel *panel, double left, double top) {
  const double side = pixel_size(panel), wide = tile_width(panel), high = tile_height(panel),
               inside = left + row_margin(panel), more = (wide - side * (double)panel->width) / 2;
  const size_t across = tiles_in_row(panel);
  for (size_t i = 0; i < panel->tiles; i++) {
    const size_t row = i / across, place = i % across;
    draw_tile(paper, panel, &panel->tile[i], inside + (double)place * wide + (panel->together > 0 ? 0 : more),
        top + DNP_DRAW_TOP + (double)row * high, side);
  }
  for (size_t i = 0; panel->name != NULL && i < tile_rows(panel); i++)
    dnp_paper_label(paper, "tick", inside - DNP_DRAW_GAP,
        top + DNP_DRAW_TOP + (double)i * high + side * (double)panel->height / 2 + 4, "end", panel->name[i]);
  if (panel->tiles > 0 && panel->planes < 3)
    dnp_draw_ramp(paper, panel, inside + (double)across * wide + 4, top + DNP_DRAW_TOP,
        fmin(fmax(side * (double)panel->height, 40), 120));
}

/* ---- records ----------------------------------------------------------------------------------- */

static const double RECORD_ROW = 18, RECORD_BAR = 120;

/* Widths of the names, of the texts, and of a record with its bar. */
static void measure_records(const dnp_panel *panel, double *names, double *texts, double *whole) {
  char text[40];
  size_t name = 0, value = 0;
  for (size_t r = 0; r < panel->rows; r++) {
    if (dnp_text_width(panel->name[r]) > name) name = dnp_text_width(panel->name[r]);
    for (size_t i = 0; i < panel->tiles; i++) {
      const size_t cells = dnp_text_width(dnp_record_text(&panel->tile[i], r, text));
      if (cells > value) value = cells;
    }
  }
  *names = DNP_DRAW_LETTER * (double)name + DNP_DRAW_GAP;
  *texts = DNP_DRAW_LETTER * (double)value + DNP_DRAW_GAP;
  *whole = fmax(*names + *texts + RECORD_BAR, widest_caption(panel)) + 3 * DNP_DRAW_GAP;
}

static size_t records_in_row(const dnp_panel *panel) {
  double names, texts, whole;
  measure_records(panel, &names, &texts, &whole);
  const size_t room = whole < 450 ? (size_t)(900 / whole) : 2;
  return panel->tiles < room ? panel->tiles > 0 ? panel->tiles : 1 : room;
}

static double record_height(const dnp_panel *panel) {
  return CAPTION + RECORD_ROW * (double)(panel->rows + (panel->left_out > 0)) + DNP_DRAW_GAP;
}

void dnp_size_records(const dnp_panel *panel, double *width, double *height) {
  double names, texts, whole;
  const size_t across = records_in_row(panel);
  measure_records(panel, &names, &texts, &whole);
  const size_t rows = (panel->tiles + across - 1) / across;
  *width = fmax((double)across * whole, 480);
  *height = DNP_DRAW_TOP + (double)rows * record_height(panel);
}

static void draw_record(
    dnp_paper *paper, const dnp_panel *panel, const dnp_tile *tile, double left, double top, const double parts[2]) {
  char text[40];
  const double bar = left + parts[0] + parts[1];
  dnp_paper_markup(paper, "<g class=\"record\" data-index=\"%zu\">\n", tile->index);
  dnp_paper_label(paper, "caption", left, top + 11, "start", tile->caption);
  for (size_t r = 0; r < panel->rows; r++) {
    const double y = top + CAPTION + RECORD_ROW * (double)r;
    double part[2];
    dnp_attributes more = {0};
    dnp_paper_label(paper, "tick", left, y + 12, "start", panel->name[r]);
    dnp_paper_label(paper, "number", bar - DNP_DRAW_GAP, y + 12, "end", dnp_record_text(tile, r, text));
    if (!dnp_record_bar(panel, r, tile->value[r], part)) continue;
    dnp_attribute(&more, "data-value", tile->value[r]);
    dnp_paper_box(paper, "rest", DNP_BY_CLASS, bar, y + 2, RECORD_BAR, RECORD_ROW - 6, "");
    dnp_paper_box(paper, panel->from[r] < 0 && tile->value[r] > 0 ? "above" : "bar", DNP_BY_CLASS,
        bar + part[0] * RECORD_BAR, y + 2, (part[1] - part[0]) * RECORD_BAR, RECORD_ROW - 6, more.text);
  }
  if (panel->left_out > 0) {
    snprintf(text, sizeof text, "... + %zu", panel->left_out);
    dnp_paper_label(paper, "tick", left, top + CAPTION + RECORD_ROW * (double)panel->rows + 12, "start", text);
  }
  dnp_paper_markup(paper, "</g>\n");
}

void dnp_draw_records(dnp_paper *paper, const dnp_panel *panel, double left, double top) {
  double parts[2], whole;
  const size_t across = records_in_row(panel);
  measure_records(panel, &parts[0], &parts[1], &whole);
  for (size_t i = 0; i < panel->tiles; i++) {
    const size_t row = i / across, place = i % across;
    draw_record(paper, panel, &panel->tile[i], left + (double)place * whole,
        top + DNP_DRAW_TOP + (double)row * record_height(panel), parts);
  }
}
