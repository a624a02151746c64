/* notes_html.c: notes as an HTML page: one file that works offline, with its style inside and no script. What comes from the notes is escaped. */
#include <string.h>

#include "base/text.h"
#include "see/notes.h"

static const char style[] =
    ":root{color-scheme:light dark;--ink:#1c1f24;--paper:#fdfdfb;--line:#c9ccd1;--soft:#f0f2f4;--mark:#0b5cad}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e6e7e9;--paper:#16181b;--line:#454a51;--soft:#22262b;--mark:#7ab8f5}}\n"
    "body{margin:0 auto;padding:1.5rem 1rem 4rem;max-width:46rem;background:var(--paper);color:var(--ink);font:1rem/1.65 system-ui,\"Noto Sans CJK JP\",\"Hiragino Sans\",\"Yu Gothic\",sans-serif}\n"
    "h1{font-size:1.6rem;line-height:1.3}h2{font-size:1.2rem;margin:2rem 0 .5rem;border-bottom:1px solid var(--line)}\n"
    ".wide{overflow-x:auto;margin:1rem 0}table{border-collapse:collapse;font-variant-numeric:tabular-nums}caption{text-align:left;white-space:nowrap;font-family:ui-monospace,monospace;color:var(--mark);padding-bottom:.25rem}\n"
    "td,th{padding:.15rem .6rem;border:1px solid var(--line);text-align:left}th{background:var(--soft);font-weight:600}th.n{text-align:right}td.n{text-align:right;font-family:ui-monospace,monospace}\n"
    "pre{margin:.25rem 0;white-space:pre-wrap;padding-left:1rem;border-left:3px solid var(--line);font:.95rem/1.6 ui-monospace,monospace}dl{margin:1rem 0;display:grid;grid-template-columns:fit-content(75%) auto;justify-content:start;gap:.25rem 1.5rem}dd{margin:0;font-family:ui-monospace,monospace}\n"
    "svg{width:14rem;max-width:100%;height:auto;background:#000;display:block;margin:1rem 0}\n";

static void put(FILE *out, const char *text) {
  static const struct {
    char sign;
    const char *entity;
  } entities[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};
  for (; *text != '\0'; text++) {
    size_t i = 0;
    while (i < sizeof entities / sizeof *entities && entities[i].sign != *text) i++;
    if (i < sizeof entities / sizeof *entities)
      fputs(entities[i].entity, out);
    else
      fputc(*text, out);
  }
}

static void put_in(FILE *out, const char *tag, const char *text) {
  fprintf(out, "<%s>", tag);
  put(out, text);
  fprintf(out, "</%s>\n", tag);
}

/* ---- matrices, tables, pictures ---------------------------------------------------------------- */

static void put_matrix(FILE *out, const dnp_note *note) {
  char text[96];
  const size_t rows = note->rows > DNP_NOTES_SHOWN ? DNP_NOTES_SHOWN : note->rows, columns = note->columns > DNP_NOTES_SHOWN ? DNP_NOTES_SHOWN : note->columns;
  fputs("<div class=wide tabindex=0><table><caption>", out);
  put(out, dnp_notes_shape(note, text));
  fputs("</caption>\n<tr><th></th>", out);
  for (size_t j = 0; j < columns; j++) fprintf(out, "<th scope=col class=n>%zu</th>", j);
  if (columns < note->columns) fputs("<th>&hellip;</th>", out);
  fputs("</tr>\n", out);
  for (size_t i = 0; i < rows; i++) {
    fprintf(out, "<tr><th scope=row>%zu</th>", i);
    for (size_t j = 0; j < columns; j++) {
      dnp_format_real(text, sizeof text, note->entry[i * note->columns + j], note->digits);
      fprintf(out, "<td class=n>%s</td>", text);
    }
    if (columns < note->columns) fputs("<td>&hellip;</td>", out);
    fputs("</tr>\n", out);
  }
  if (rows < note->rows) fputs("<tr><th>&hellip;</th></tr>\n", out);
  fputs("</table></div>\n", out);
}

static void put_table(FILE *out, const dnp_note *note) {
  fputs("<div class=wide tabindex=0><table>\n", out);
  for (size_t i = 0; i < note->rows; i++) {
    fputs("<tr>", out);
    for (size_t j = 0; j < note->columns; j++) {
      const dnp_note_cell *c = &note->cell[i * note->columns + j];
      const bool number = i == 0 ? note->rows > 1 && note->cell[note->columns + j].number : c->number; /* a heading goes by the row under it */
      fprintf(out, "<%s%s>", i == 0 ? "th scope=col" : "td", number ? " class=n" : "");
      put(out, c->text);
      fputs(i == 0 ? "</th>" : "</td>", out);
    }
    fputs("</tr>\n", out);
  }
  fputs("</table></div>\n", out);
}

static void put_picture(FILE *out, const dnp_note *note) {
  fprintf(out, "<svg viewBox=\"0 0 %zu %zu\" shape-rendering=crispEdges aria-hidden=true>", note->columns, note->rows);
  for (size_t i = 0; i < note->rows * note->columns; i++) {
    const unsigned grey = (unsigned)note->entry[i];
    if (grey > 0) fprintf(out, "<rect x=%zu y=%zu width=1 height=1 fill=#%02x%02x%02x />", i % note->columns, i / note->columns, grey, grey, grey);
  }
  fputs("</svg>\n", out);
}

/* ---- the page ---------------------------------------------------------------------------------- */

static void put_number(FILE *out, const dnp_note *note) {
  char text[40];
  dnp_format_real(text, sizeof text, note->value, 6);
  put_in(out, "dt", note->text);
  put_in(out, "dd", text);
}

static void put_note(FILE *out, const dnp_note *note) {
  switch (note->kind) {
    case DNP_NOTE_HEADING: put_in(out, "h2", note->text); break;
    case DNP_NOTE_TEXT: put_in(out, "p", note->text); break;
    case DNP_NOTE_FORMULA: put_in(out, "pre", note->text); break;
    case DNP_NOTE_NUMBER: put_number(out, note); break;
    case DNP_NOTE_MATRIX: put_matrix(out, note); break;
    case DNP_NOTE_TABLE: put_table(out, note); break;
    case DNP_NOTE_PICTURE: put_picture(out, note); break;
  }
}

void dnp_notes_page(FILE *out, const char *title, const dnp_notes *notes) {
  const char *name = dnp_translate(notes->lang, title);
  fprintf(out, "<!DOCTYPE html>\n<html lang=%s>\n<head>\n<meta charset=utf-8>\n<meta name=viewport content=\"width=device-width,initial-scale=1\">\n<link rel=icon href=\"data:,\">\n", notes->lang == DENPA_JA ? "ja" : "en");
  put_in(out, "title", name);
  fprintf(out, "<style>\n%s</style>\n</head>\n<body>\n", style);
  put_in(out, "h1", name);
  for (size_t i = 0; i < notes->count; i++) { /* numbers that follow each other make one list */
    const bool number = notes->note[i].kind == DNP_NOTE_NUMBER;
    if (number && (i == 0 || notes->note[i - 1].kind != DNP_NOTE_NUMBER)) fputs("<dl>\n", out);
    put_note(out, &notes->note[i]);
    if (number && (i + 1 == notes->count || notes->note[i + 1].kind != DNP_NOTE_NUMBER)) fputs("</dl>\n", out);
  }
  fputs("</body>\n</html>\n", out);
}
