/* notes_html.c: notes as a page of its own: one file that works offline and has no script; and a list of such pages. */
#include <math.h>

#include "base/memory.h"
#include "base/text.h"
#include "notes_css.h"
#include "draw/figure.h"
#include "draw/notes.h"
#include "draw/page.h"

/* <tag>text</tag> */
static void put_in(dnp_page *page, const char *open, const char *text, const char *close) {
  dnp_page_raw(page, open);
  dnp_page_text(page, text);
  dnp_page_raw(page, close);
}

/* ---- matrices, tables, pictures ---------------------------------------------------------------- */

static void put_index(dnp_page *page, const char *open, size_t index) {
  dnp_page_raw(page, open);
  dnp_page_size(page, index);
  dnp_page_raw(page, "</th>");
}

static void put_matrix(dnp_page *page, const dnp_note *note) {
  char text[96];
  const size_t rows = note->rows > DNP_NOTES_SHOWN ? DNP_NOTES_SHOWN : note->rows,
               columns = note->columns > DNP_NOTES_SHOWN ? DNP_NOTES_SHOWN : note->columns;
  const bool wider = columns < note->columns;
  put_in(page, "<div class=\"wide\" tabindex=\"0\"><table><caption>", dnp_notes_shape(note, text),
      "</caption>\n<tr><td></td>");
  for (size_t j = 0; j < columns; j++) put_index(page, "<th scope=\"col\" class=\"number\">", j);
  dnp_page_raw(page, wider ? "<th>&hellip;</th></tr>\n" : "</tr>\n");
  for (size_t i = 0; i < rows; i++) {
    put_index(page, "<tr><th scope=\"row\">", i);
    for (size_t j = 0; j < columns; j++) {
      dnp_format_real(text, sizeof text, note->entry[i * note->columns + j], note->digits);
      put_in(page, "<td class=\"number\">", text, "</td>");
    }
    dnp_page_raw(page, wider ? "<td>&hellip;</td></tr>\n" : "</tr>\n");
  }
  dnp_page_raw(page, rows < note->rows ? "<tr><th>&hellip;</th></tr>\n</table></div>\n" : "</table></div>\n");
}

static void put_table(dnp_page *page, const dnp_note *note) {
  dnp_page_raw(page, "<div class=\"wide\" tabindex=\"0\"><table>\n");
  for (size_t i = 0; i < note->rows; i++) {
    dnp_page_raw(page, "<tr>");
    for (size_t j = 0; j < note->columns; j++) {
      const dnp_note_cell *c = &note->cell[i * note->columns + j];
      /* a heading goes by the row under it */
      const bool number = i == 0 ? note->rows > 1 && note->cell[note->columns + j].number : c->number;
      dnp_page_raw(page, i == 0 ? "<th scope=\"col\"" : "<td");
      put_in(page, number ? " class=\"number\">" : ">", c->text, i == 0 ? "</th>" : "</td>");
    }
    dnp_page_raw(page, "</tr>\n");
  }
  dnp_page_raw(page, "</table></div>\n");
}

static void put_attribute(dnp_page *page, const char *name, double value) {
  char text[40];
  dnp_format_real(text, sizeof text, value, 6);
  put_in(page, name, text, "\"");
}

/* So much ink, 0 to 1: its colour, and the paper's, are the style sheet's. */
static void put_bar(dnp_page *page, double x, double y, double width, double height, double ink) {
  if (ink < 0.002) return;
  put_attribute(page, "<rect x=\"", x);
  put_attribute(page, " y=\"", y);
  put_attribute(page, " width=\"", width);
  put_attribute(page, " height=\"", height);
  put_attribute(page, " opacity=\"", ink);
  dnp_page_raw(page, "/>");
}

static void put_picture(dnp_page *page, const dnp_note *note) {
  char text[128];
  snprintf(text, sizeof text,
      "<svg class=\"picture\" viewBox=\"0 0 %zu %zu\" shape-rendering=\"crispEdges\" aria-hidden=\"true\">",
      note->columns, note->rows);
  dnp_page_raw(page, text);
  for (size_t r = 0; r < note->rows; r++)
    for (size_t c = 0; c < note->columns; c++)
      put_bar(page, (double)c, (double)r, 1, 1, note->entry[r * note->columns + c] / 255);
  dnp_page_raw(page, "</svg>\n");
}

/* ---- the page ---------------------------------------------------------------------------------- */

static void put_number(dnp_page *page, const dnp_note *note) {
  char text[40];
  dnp_format_real(text, sizeof text, note->value, 6);
  put_in(page, "<dt>", note->text, "</dt>");
  put_in(page, "<dd class=\"number\">", text, "</dd>\n");
}

/* A picture of its own, so that its style is not the page's. */
static void put_figure(dnp_page *page, const dnp_figure *figure, const char *class) {
  char *svg;
  size_t size;
  if (dnp_figure_svg_text(figure, &svg, &size, NULL) != DENPA_OK) {
    page->failed = true;
    return;
  }
  put_in(page, "<img class=\"", class, "\" alt=\"");
  dnp_page_text(page, figure->title);
  dnp_page_text(page, " ");
  dnp_page_text(page, figure->note);
  dnp_page_raw(page, "\" src=\"data:image/svg+xml;base64,");
  dnp_page_base64_bare(page, svg, size);
  dnp_page_raw(page, "\">");
  dnp_free(svg);
}

static void put_question(dnp_page *page, const dnp_note *note) {
  char text[40];
  put_in(page, "<h2>", dnp_translate(page->lang, DNP_N("A question")), "</h2>\n");
  put_in(page, "<p>", note->text, "</p>\n<details><summary>");
  dnp_page_text(page, dnp_translate(page->lang, DNP_N("A hint")));
  put_in(page, "</summary><p>", note->hint != NULL ? note->hint : "", "</p></details>\n<details><summary>");
  dnp_page_text(page, dnp_translate(page->lang, DNP_N("The answer")));
  dnp_format_real(text, sizeof text, note->value, 6);
  put_in(page, "</summary><p class=\"number\">", text, "</p></details>\n");
}

static void put_note(dnp_page *page, const dnp_note *note) {
  switch (note->kind) {
    case DNP_NOTE_HEADING: put_in(page, "<h2>", note->text, "</h2>\n"); break;
    case DNP_NOTE_TEXT: put_in(page, "<p>", note->text, "</p>\n"); break;
    case DNP_NOTE_FORMULA: put_in(page, "<pre>", note->text, "</pre>\n"); break;
    case DNP_NOTE_NUMBER: put_number(page, note); break;
    case DNP_NOTE_MATRIX: put_matrix(page, note); break;
    case DNP_NOTE_TABLE: put_table(page, note); break;
    case DNP_NOTE_PICTURE: put_picture(page, note); break;
    case DNP_NOTE_FIGURE: put_figure(page, note->figure, "figure"), dnp_page_raw(page, "\n"); break;
    case DNP_NOTE_QUESTION: put_question(page, note); break;
  }
}

static void put_style(dnp_page *page) {
  dnp_page_raw(page, "<style>\n");
  dnp_page_bytes(page, notes_css, sizeof notes_css);
  dnp_page_raw(page, "</style>\n");
}

static void put_link(dnp_page *page, const char *file, const char *text) {
  put_in(page, "<a href=\"", file, "\">");
  put_in(page, "", dnp_translate(page->lang, text), "</a>");
}

/* `element`: of the two of a page one is the place for finding one's way. */
static void put_links(dnp_page *page, const dnp_notes_link *links, const char *element) {
  if (links == NULL) return;
  put_in(page, "<", element, " class=\"links\">");
  for (const dnp_notes_link *l = links; l->file != NULL; l++) put_link(page, l->file, l->text);
  put_in(page, "</", element, ">\n");
}

denpa_status dnp_notes_page(
    const dnp_notes *notes, const char *title, const dnp_notes_link *links, const char *path, denpa_error *err) {
  dnp_page page;
  dnp_page_open(&page, notes->lang, dnp_translate(notes->lang, title));
  put_style(&page);
  put_links(&page, links, "nav");
  for (size_t i = 0; i < notes->count; i++) { /* numbers that follow each other make one list */
    const bool number = notes->note[i].kind == DNP_NOTE_NUMBER;
    if (number && (i == 0 || notes->note[i - 1].kind != DNP_NOTE_NUMBER)) dnp_page_raw(&page, "<dl>\n");
    put_note(&page, &notes->note[i]);
    if (number && (i + 1 == notes->count || notes->note[i + 1].kind != DNP_NOTE_NUMBER)) dnp_page_raw(&page, "</dl>\n");
  }
  put_links(&page, links, "div");
  return dnp_page_write(&page, path, err);
}

/* ---- a list of pages ---------------------------------------------------------------------------- */

#define SMALL 28 /* cells of a side, at most */

/* Its cells from the smallest (no ink) to the largest. */
static void put_small(dnp_page *page, const dnp_note *note) {
  const size_t rows = note->rows < SMALL ? note->rows : SMALL, columns = note->columns < SMALL ? note->columns : SMALL;
  double low = note->entry[0], high = low;
  char text[128];
  for (size_t i = 0; i < rows * columns; i++) {
    const double v = note->entry[i / columns * note->columns + i % columns];
    if (v < low) low = v;
    if (v > high) high = v;
  }
  snprintf(text, sizeof text,
      "<svg class=\"small\" viewBox=\"0 0 %zu %zu\" shape-rendering=\"crispEdges\" aria-hidden=\"true\">", columns,
      rows);
  dnp_page_raw(page, text);
  for (size_t r = 0; r < rows && high > low; r++)
    for (size_t c = 0; c < columns; c++)
      put_bar(page, (double)c, (double)r, 1, 1, (note->entry[r * note->columns + c] - low) / (high - low));
  dnp_page_raw(page, "</svg>");
}

/* Number i of those that are drawn; not finite: nothing is drawn there. */
static double drawn_at(const dnp_note *note, size_t i) {
  const dnp_note_part *d = &note->drawn;
  return note->cell[(1 + d->row + i / d->columns) * note->columns + d->column + i % d->columns].value;
}

/* Bars up and down from a line at 0: the columns of a row side by side, in ink of their own, and a gap between rows.
 */
static void put_bars(dnp_page *page, const dnp_note *note) {
  const dnp_note_part *d = &note->drawn;
  const size_t group = d->columns + (d->columns > 1), width = d->rows * group;
  double low = 0, high = 0;
  for (size_t i = 0; i < d->rows * d->columns; i++) {
    const double v = drawn_at(note, i);
    if (isfinite(v)) low = fmin(low, v), high = fmax(high, v);
  }
  const double unit = high > low ? SMALL / (high - low) : 0;
  dnp_page_raw(page, "<svg class=\"small\" viewBox=\"0 0 ");
  dnp_page_size(page, width);
  put_attribute(page, " ", SMALL);
  dnp_page_raw(page, " preserveAspectRatio=\"none\" aria-hidden=\"true\">");
  put_bar(page, 0, high * unit - 0.125, (double)width, 0.25, 0.4);
  for (size_t i = 0; i < d->rows * d->columns; i++) {
    const double v = drawn_at(note, i);
    const size_t row = i / d->columns, column = i % d->columns;
    const double ink = 1 - 0.6 * (double)column / (double)(d->columns > 1 ? d->columns - 1 : 1);
    if (isfinite(v) && v != 0)
      put_bar(page, (double)(row * group + column) + 0.1, (high - fmax(v, 0)) * unit, 0.8, fabs(v) * unit, ink);
  }
  dnp_page_raw(page, "</svg>");
}

/* The first picture, else the first table that is to be drawn, else the first matrix of numbers, else the first
 * figure; NULL: none. */
static const dnp_note *to_show(const dnp_notes *notes) {
  const dnp_note *matrix = NULL, *table = NULL, *figure = dnp_notes_find(notes, DNP_NOTE_FIGURE);
  for (size_t i = 0; i < notes->count; i++) {
    const dnp_note *n = &notes->note[i];
    if (n->kind == DNP_NOTE_PICTURE) return n;
    if (n->kind == DNP_NOTE_MATRIX && matrix == NULL && n->rows > 0 && n->columns > 0) matrix = n;
    if (n->drawn.rows > 0 && table == NULL) table = n;
  }
  return table != NULL ? table : matrix != NULL ? matrix : figure;
}

void dnp_notes_list_begin(dnp_page *page) {
  put_style(page);
  dnp_page_raw(page, "<ol class=\"pages\">\n");
}

void dnp_notes_list_item(
    dnp_page *page, const dnp_notes *notes, const char *title, const char *about, const char *file) {
  const dnp_note *shown = to_show(notes);
  dnp_page_raw(page, "<li>");
  if (shown != NULL && shown->kind == DNP_NOTE_TABLE)
    put_bars(page, shown);
  else if (shown != NULL && shown->kind == DNP_NOTE_FIGURE)
    put_figure(page, shown->figure, "small");
  else if (shown != NULL)
    put_small(page, shown);
  dnp_page_raw(page, "<div><h2>");
  put_link(page, file, title);
  put_in(page, "</h2><p>", dnp_translate(page->lang, about), "</p></div></li>\n");
}

void dnp_notes_list_end(dnp_page *page) { dnp_page_raw(page, "</ol>\n"); }
