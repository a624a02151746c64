/* notes_text.c: notes in a terminal: wrapped paragraphs, matrices with aligned columns, tables, pictures. */
#include <string.h>

#include "base/text.h"
#include "draw/figure.h"
#include "draw/notes.h"
#include "draw/picture.h"
#include "draw/say.h"
#include "draw/wrap.h"

enum { INDENT = 4, MOST_COLUMNS = 12 };

static void put_fill(FILE *out, size_t cells) {
  for (; cells > 0; cells--) fputc(' ', out);
}

/* ---- matrices ---------------------------------------------------------------------------------- */

static size_t shown(size_t count) { return count > DNP_NOTES_SHOWN ? DNP_NOTES_SHOWN : count; }

static size_t widest(const dnp_note *note) {
  char text[40];
  size_t width = 1;
  for (size_t i = 0; i < shown(note->rows); i++)
    for (size_t j = 0; j < shown(note->columns); j++) {
      const size_t length = dnp_format_real(text, sizeof text, note->entry[i * note->columns + j], note->digits);
      if (length > width) width = length;
    }
  return width;
}

static void tell_matrix(FILE *out, const dnp_note *note) {
  char text[96];
  const size_t width = widest(note), columns = shown(note->columns);
  fprintf(out, "%*s%s\n", INDENT, "", dnp_notes_shape(note, text));
  for (size_t i = 0; i < shown(note->rows); i++) {
    put_fill(out, INDENT);
    for (size_t j = 0; j < columns; j++) {
      const size_t length = dnp_format_real(text, sizeof text, note->entry[i * note->columns + j], note->digits);
      put_fill(out, 2 + width - length);
      fputs(text, out);
    }
    fputs(note->columns > columns ? "  ...\n" : "\n", out);
  }
  if (note->rows > shown(note->rows)) fprintf(out, "%*s  ...\n", INDENT, "");
}

static void tell_picture(FILE *out, const dnp_note *note, bool colour) {
  unsigned char grey[64 * 64];
  if (note->rows * note->columns > sizeof grey) return;
  for (size_t i = 0; i < note->rows * note->columns; i++) grey[i] = (unsigned char)note->entry[i];
  dnp_draw_picture(out, grey, note->rows, note->columns, colour);
}

/* ---- tables ------------------------------------------------------------------------------------ */

static void tell_table(FILE *out, const dnp_note *note) {
  size_t width[MOST_COLUMNS] = {0};
  const size_t columns = note->columns < MOST_COLUMNS ? note->columns : MOST_COLUMNS;
  for (size_t i = 0; i < note->rows; i++)
    for (size_t j = 0; j < columns; j++) {
      const size_t cells = dnp_text_width(note->cell[i * note->columns + j].text);
      if (cells > width[j]) width[j] = cells;
    }
  for (size_t i = 0; i < note->rows; i++) {
    put_fill(out, INDENT);
    for (size_t j = 0; j < columns; j++) {
      const dnp_note_cell *c = &note->cell[i * note->columns + j];
      const size_t gap = width[j] - dnp_text_width(c->text);
      /* columns of numbers, with their headings */
      const bool right = note->rows > 1 && note->cell[note->columns + j].number;
      if (right) put_fill(out, gap);
      fputs(c->text, out);
      if (j + 1 < columns) put_fill(out, (right ? 0 : gap) + 2);
    }
    fputc('\n', out);
  }
}

/* ---- all of it --------------------------------------------------------------------------------- */

static void tell_formula(FILE *out, const dnp_note *note) {
  put_fill(out, INDENT);
  dnp_wrap(out, note->text, INDENT, dnp_text_cells(out));
}

static void tell_number(FILE *out, denpa_lang lang, const dnp_note *note) {
  char line[1024];
  dnp_render(line, sizeof line, lang, "{1}: {2}", (const denpa_arg[]){dnp_s(note->text), dnp_d(note->value), DNP_END});
  put_fill(out, INDENT);
  dnp_wrap(out, line, INDENT, dnp_text_cells(out));
}

/* The title is the lesson's. Of what a figure needs, only memory may be missing. */
static void tell_figure(FILE *out, const dnp_note *note, bool colour) {
  denpa_error err = {0};
  if (dnp_figure_text(out, note->figure, dnp_terminal_cells(out), colour, &err) != DENPA_OK)
    dnp_say(out, note->figure->lang, "(there is not enough memory for this picture)\n");
}

static void tell_question(FILE *out, denpa_lang lang, const dnp_note *note) {
  fprintf(out, "== %s ==\n", dnp_translate(lang, DNP_N("A question")));
  dnp_wrap(out, note->text, 0, dnp_text_cells(out));
}

void dnp_notes_tell_one(FILE *out, denpa_lang lang, bool colour, const dnp_note *note) {
  switch (note->kind) {
    case DNP_NOTE_HEADING: fprintf(out, "== %s ==\n", note->text); break;
    case DNP_NOTE_TEXT: dnp_wrap(out, note->text, 0, dnp_text_cells(out)); break;
    case DNP_NOTE_FORMULA: tell_formula(out, note); break;
    case DNP_NOTE_NUMBER: tell_number(out, lang, note); break;
    case DNP_NOTE_MATRIX: tell_matrix(out, note); break;
    case DNP_NOTE_TABLE: tell_table(out, note); break;
    case DNP_NOTE_PICTURE: tell_picture(out, note, colour); break;
    case DNP_NOTE_FIGURE: tell_figure(out, note, colour); break;
    case DNP_NOTE_QUESTION: tell_question(out, lang, note); break;
  }
}

/* Formulas and numbers that follow each other stand close together, all else has an empty line between. */
static bool close_together(const dnp_note *a, const dnp_note *b) {
  return a->kind == b->kind && (a->kind == DNP_NOTE_FORMULA || a->kind == DNP_NOTE_NUMBER);
}

void dnp_notes_tell(FILE *out, bool colour, const dnp_notes *notes) {
  for (size_t i = 0; i < notes->count; i++) {
    if (i > 0 && !close_together(&notes->note[i - 1], &notes->note[i])) fputc('\n', out);
    dnp_notes_tell_one(out, notes->lang, colour, &notes->note[i]);
  }
}
