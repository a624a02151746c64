/* notes.h: a page of text, formulas, numbers, matrices and tables in one language, put together piece by piece and then
 * shown in a terminal or as an HTML page. Whoever has something to teach fills one (src/book/lab_*.c); notes.c builds,
 * notes_text.c and notes_html.c show. Nothing is computed here. */
#ifndef DNP_DRAW_NOTES_H
#define DNP_DRAW_NOTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/status.h"

typedef enum dnp_note_kind {
  DNP_NOTE_HEADING,
  DNP_NOTE_TEXT,
  DNP_NOTE_FORMULA,
  DNP_NOTE_NUMBER,
  DNP_NOTE_MATRIX,
  DNP_NOTE_TABLE,
  DNP_NOTE_PICTURE,
  DNP_NOTE_FIGURE,
  DNP_NOTE_QUESTION
} dnp_note_kind;

typedef struct dnp_note_cell {
  char *text;
  bool number; /* value is what the text says */
  double value;
} dnp_note_cell;

/* Cells of a table, rows counted from the first one under the headings. rows 0: none. */
typedef struct dnp_note_part {
  size_t row, rows, column, columns;
} dnp_note_part;

typedef struct dnp_note {
  dnp_note_kind kind;
  const char *key;           /* numbers, matrices, tables: their name in JSON; static */
  char *text;                /* the text itself, or the caption */
  double value;              /* a number; the answer of a question */
  char *hint;                /* a question */
  struct dnp_figure *figure; /* owned */
  size_t rows, columns;
  double *entry;       /* a matrix, a picture (0 .. 255): [rows, columns] */
  int digits;          /* a matrix: significant ones that are shown */
  dnp_note_cell *cell; /* a table: [rows, columns]; row 0 holds the headings */
  dnp_note_part drawn; /* a table: what of it stands for the page in a list of pages, as bars */
} dnp_note;

typedef struct dnp_notes {
  denpa_lang lang;
  dnp_note *note;
  size_t count, room;
  denpa_error error; /* sticky: after the first failure nothing more is added, and dnp_notes_close reports it */
} dnp_notes;

/* Zero a dnp_notes, set lang, add, and close, which puts a question at the end; free at the end. */
denpa_status dnp_notes_close(dnp_notes *notes, denpa_error *err);
void dnp_notes_free(dnp_notes *notes);

/* dnp_notes_say(notes, "{1} is ...", dnp_s("x")): a paragraph. dnp_notes_head: a heading. */
#define dnp_notes_say(notes, ...) dnp_notes_add_text(notes, DNP_NOTE_TEXT, DNP_MESSAGE(__VA_ARGS__, DNP_END))
#define dnp_notes_head(notes, ...) dnp_notes_add_text(notes, DNP_NOTE_HEADING, DNP_MESSAGE(__VA_ARGS__, DNP_END))
void dnp_notes_add_text(dnp_notes *notes, dnp_note_kind kind, const char *message, const denpa_arg *args);
/* A line that is the same in every language, such as "a1[1,50] = x[1,784] . W1[784,50]". */
void dnp_notes_formula(dnp_notes *notes, const char *line);
/* A number with what it is: dnp_notes_number(notes, "sum", value, "sum of the squares"). */
#define dnp_notes_number(notes, key, value, ...) \
  dnp_notes_add_number(notes, key, value, DNP_MESSAGE(__VA_ARGS__, DNP_END))
void dnp_notes_add_number(dnp_notes *notes, const char *key, double value, const char *message, const denpa_arg *args);
/* A matrix by its name, shown with its shape; entries are copied, of large ones the first are shown. key: its name in
 * JSON. */
void dnp_notes_matrix(
    dnp_notes *notes, const char *key, const char *name, size_t rows, size_t columns, const double *entry, int digits);
/* A grey picture of bytes. */
void dnp_notes_picture(dnp_notes *notes, size_t rows, size_t columns, const unsigned char *grey);
/* A figure of its own language, which becomes the notes', also on failure. */
void dnp_notes_figure(dnp_notes *notes, struct dnp_figure *figure);
/* A question whose answer is the number `value`: dnp_notes_ask(notes, 14, "How much is {1}?", dnp_s("x")), and what
 * helps to find it: dnp_notes_hint(notes, "..."). */
#define dnp_notes_ask(notes, value, ...) dnp_notes_add_question(notes, value, DNP_MESSAGE(__VA_ARGS__, DNP_END))
#define dnp_notes_hint(notes, ...) dnp_notes_add_hint(notes, DNP_MESSAGE(__VA_ARGS__, DNP_END))
void dnp_notes_add_question(dnp_notes *notes, double value, const char *message, const denpa_arg *args);
void dnp_notes_add_hint(dnp_notes *notes, const char *message, const denpa_arg *args);
/* The first note of a kind; NULL if there is none. */
const dnp_note *dnp_notes_find(const dnp_notes *notes, dnp_note_kind kind);
/* A table: its headings, then row by row, `columns` arguments each; reals are shown with six digits. */
void dnp_notes_table(dnp_notes *notes, const char *key, size_t columns, const denpa_arg *heading);
void dnp_notes_row(dnp_notes *notes, const denpa_arg *cell);
/* Numbers of the table that was begun last become the page's small picture in a list of pages: a bar each, row by row;
 * a cell without a number leaves its place free. */
void dnp_notes_draw(dnp_notes *notes, dnp_note_part part);
#define DNP_ROW(...) \
  (const denpa_arg[]) { __VA_ARGS__ }

/* How many rows or columns of a matrix are shown. */
#define DNP_NOTES_SHOWN 8
/* "x[1,784]" into out[96]. */
const char *dnp_notes_shape(const dnp_note *note, char out[96]);

/* For the terminal behind `out`. */
void dnp_notes_tell(FILE *out, bool colour, const dnp_notes *notes);
void dnp_notes_tell_one(FILE *out, denpa_lang lang, bool colour, const dnp_note *note);
/* Writes a page of its own: one file, no request to the network. title: in the catalogue. links: to the pages around
 * it, {NULL} behind the last; NULL: it stands alone. */
typedef struct dnp_notes_link {
  const char *file, *text; /* beside the page; in the catalogue */
} dnp_notes_link;
denpa_status dnp_notes_page(
    const dnp_notes *notes, const char *title, const dnp_notes_link *links, const char *path, denpa_error *err);

/* A list of pages: for each its title, linked, what it is about (both in the catalogue), and small the first picture of
 * its notes, else what dnp_notes_draw was told, else the first matrix. */
struct dnp_page;
void dnp_notes_list_begin(struct dnp_page *page);
void dnp_notes_list_item(
    struct dnp_page *page, const dnp_notes *notes, const char *title, const char *about, const char *file);
void dnp_notes_list_end(struct dnp_page *page);

#endif
