/* notes.c: puts notes together. Failures are kept and reported at the end, so that a lesson reads from top to
 * bottom. */
#include "draw/notes.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/array.h"
#include "base/memory.h"
#include "base/text.h"
#include "draw/figure.h"

/* A question stands at the end, wherever it was added. */
static void question_last(dnp_notes *notes) {
  for (size_t i = 0; i + 1 < notes->count; i++) {
    if (notes->note[i].kind != DNP_NOTE_QUESTION) continue;
    const dnp_note question = notes->note[i];
    memmove(&notes->note[i], &notes->note[i + 1], (notes->count - 1 - i) * sizeof question);
    notes->note[notes->count - 1] = question;
    return;
  }
}

denpa_status dnp_notes_close(dnp_notes *notes, denpa_error *err) {
  question_last(notes);
  if (err != NULL && notes->error.status != DENPA_OK) *err = notes->error;
  return notes->error.status;
}

static void free_note(dnp_note *note) {
  for (size_t i = 0; note->cell != NULL && i < note->rows * note->columns; i++) dnp_free(note->cell[i].text);
  dnp_free(note->cell);
  dnp_free(note->entry);
  dnp_free(note->text);
  dnp_free(note->hint);
  dnp_figure_free(note->figure);
}

void dnp_notes_free(dnp_notes *notes) {
  for (size_t i = 0; i < notes->count; i++) free_note(&notes->note[i]);
  dnp_free(notes->note);
  *notes = (dnp_notes){0};
}

static void keep(dnp_notes *notes, denpa_status status) { notes->error.status = status; }

/* A fresh note, or NULL. */
static dnp_note *add(dnp_notes *notes, dnp_note_kind kind, const char *key) {
  if (notes->error.status != DENPA_OK) return NULL;
  if (notes->count == notes->room) {
    const size_t room = notes->room > 0 ? 2 * notes->room : 32;
    denpa_status status = dnp_grow((void **)&notes->note, notes->count, room, sizeof *notes->note, &notes->error);
    if (status != DENPA_OK) return keep(notes, status), NULL;
    notes->room = room;
  }
  dnp_note *note = &notes->note[notes->count++];
  *note = (dnp_note){.kind = kind, .key = key};
  return note;
}

/* The rendered text, or NULL. */
static char *rendered(dnp_notes *notes, const char *message, const denpa_arg *args) {
  char *text;
  const size_t length = dnp_render(NULL, 0, notes->lang, message, args);
  denpa_status status = DNP_NEW(&text, length + 1, &notes->error);
  if (status != DENPA_OK) return keep(notes, status), NULL;
  dnp_render(text, length + 1, notes->lang, message, args);
  return text;
}

void dnp_notes_add_text(dnp_notes *notes, dnp_note_kind kind, const char *message, const denpa_arg *args) {
  dnp_note *note = add(notes, kind, NULL);
  if (note != NULL) note->text = rendered(notes, message, args);
}

void dnp_notes_formula(dnp_notes *notes, const char *line) {
  dnp_notes_add_text(notes, DNP_NOTE_FORMULA, "{1}", (const denpa_arg[]){dnp_s(line), DNP_END});
}

void dnp_notes_add_number(dnp_notes *notes, const char *key, double value, const char *message, const denpa_arg *args) {
  dnp_note *note = add(notes, DNP_NOTE_NUMBER, key);
  if (note == NULL) return;
  note->value = value;
  note->text = rendered(notes, message, args);
}

static double *copy_of(dnp_notes *notes, size_t count) {
  double *copy;
  denpa_status status = DNP_NEW(&copy, count, &notes->error);
  if (status != DENPA_OK) keep(notes, status);
  return copy;
}

void dnp_notes_matrix(
    dnp_notes *notes, const char *key, const char *name, size_t rows, size_t columns, const double *entry, int digits) {
  dnp_note *note = add(notes, DNP_NOTE_MATRIX, key);
  if (note == NULL) return;
  note->digits = digits;
  note->text = rendered(notes, "{1}", (const denpa_arg[]){dnp_s(name), DNP_END});
  note->entry = copy_of(notes, rows * columns);
  if (note->entry == NULL) return;
  note->rows = rows;
  note->columns = columns;
  memcpy(note->entry, entry, rows * columns * sizeof *entry);
}

void dnp_notes_picture(dnp_notes *notes, size_t rows, size_t columns, const unsigned char *grey) {
  dnp_note *note = add(notes, DNP_NOTE_PICTURE, NULL);
  if (note == NULL) return;
  note->entry = copy_of(notes, rows * columns);
  if (note->entry == NULL) return;
  note->rows = rows;
  note->columns = columns;
  for (size_t i = 0; i < rows * columns; i++) note->entry[i] = grey[i];
}

void dnp_notes_figure(dnp_notes *notes, dnp_figure *figure) {
  dnp_note *note = add(notes, DNP_NOTE_FIGURE, figure->what);
  if (note != NULL)
    note->figure = figure;
  else
    dnp_figure_free(figure);
}

void dnp_notes_add_question(dnp_notes *notes, double value, const char *message, const denpa_arg *args) {
  dnp_note *note = add(notes, DNP_NOTE_QUESTION, "question");
  if (note == NULL) return;
  note->value = value;
  note->text = rendered(notes, message, args);
}

/* Of the question that was added last. */
void dnp_notes_add_hint(dnp_notes *notes, const char *message, const denpa_arg *args) {
  if (notes->error.status != DENPA_OK) return;
  assert(notes->note[notes->count - 1].kind == DNP_NOTE_QUESTION);
  notes->note[notes->count - 1].hint = rendered(notes, message, args);
}

const dnp_note *dnp_notes_find(const dnp_notes *notes, dnp_note_kind kind) {
  for (size_t i = 0; i < notes->count; i++)
    if (notes->note[i].kind == kind) return &notes->note[i];
  return NULL;
}

void dnp_notes_table(dnp_notes *notes, const char *key, size_t columns, const denpa_arg *heading) {
  dnp_note *note = add(notes, DNP_NOTE_TABLE, key);
  if (note == NULL) return;
  note->columns = columns;
  dnp_notes_row(notes, heading);
}

static double number_of(const denpa_arg *a) {
  return a->kind == 'd' ? a->as.d : a->kind == 'i' ? (double)a->as.i : (double)a->as.u;
}

static char *cell_text(dnp_notes *notes, const denpa_arg *cell) {
  return rendered(notes, "{1}", (const denpa_arg[]){*cell, DNP_END});
}

/* Adds to the table that was begun last. */
void dnp_notes_row(dnp_notes *notes, const denpa_arg *cell) {
  if (notes->error.status != DENPA_OK) return;
  dnp_note *note = &notes->note[notes->count - 1];
  const size_t columns = note->columns;
  denpa_status status = dnp_grow(
      (void **)&note->cell, note->rows * columns, (note->rows + 1) * columns, sizeof *note->cell, &notes->error);
  if (status != DENPA_OK) {
    keep(notes, status);
    return;
  }
  dnp_note_cell *row = note->cell + note->rows * columns;
  for (size_t j = 0; j < columns; j++) {
    const bool number = cell[j].kind != 's' && cell[j].kind != 't';
    row[j] = (dnp_note_cell){.number = number, .value = number ? number_of(&cell[j]) : (double)NAN};
  }
  note->rows++;
  for (size_t j = 0; j < columns && notes->error.status == DENPA_OK; j++) row[j].text = cell_text(notes, &cell[j]);
}

void dnp_notes_draw(dnp_notes *notes, dnp_note_part part) {
  if (notes->error.status != DENPA_OK) return;
  dnp_note *note = &notes->note[notes->count - 1];
  assert(
      note->kind == DNP_NOTE_TABLE && part.row + part.rows < note->rows && part.column + part.columns <= note->columns);
  note->drawn = part;
}

const char *dnp_notes_shape(const dnp_note *note, char out[96]) {
  snprintf(out, 96, "%s[%zu,%zu]", note->text, note->rows, note->columns);
  return out;
}
