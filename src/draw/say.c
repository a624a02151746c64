/* say.c: renders a template and writes it to the stream it was handed; a terminal gets sentences in lines of its width.
 * Called by the command and by everything that shows. */
#include "draw/say.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "draw/wrap.h"

static atomic_bool cut; /* something was */
bool dnp_say_cut(void) { return cut; }

/* Lines of prose are hard to follow when they are longer; a row that goes on below is so much further in. */
enum { MOST_TEXT = 100, INSET = 4 };

int dnp_terminal_cells(FILE *out) {
  enum { CELLS = 80, LEAST = 20, MOST = 1000 };
  const char *columns = getenv("COLUMNS");
  size_t cells;
  struct winsize size;
  if (columns != NULL && dnp_parse_size(columns, &cells) && cells >= LEAST && cells <= MOST) return (int)cells;
  const int file = fileno(out) >= 0 ? fileno(out) : STDOUT_FILENO; /* a sheet's stream has none */
  return isatty(file) == 1 && ioctl(file, TIOCGWINSZ, &size) == 0 && size.ws_col >= LEAST ? size.ws_col : CELLS;
}

int dnp_text_cells(FILE *out) {
  const int cells = dnp_terminal_cells(out);
  return cells < MOST_TEXT ? cells : MOST_TEXT;
}

int dnp_line_cells(FILE *out) { return isatty(fileno(out)) == 1 ? dnp_terminal_cells(out) : INT_MAX; }

/* What moves the cursor, or has cells of a background, is a picture that knows the width. */
static bool is_picture(const char *line) {
  return strpbrk(line, "\r\t") != NULL || strstr(line, "\033[48;") != NULL || strstr(line, "\033[K") != NULL;
}

/* The text from this column on. */
static void write_from(FILE *out, size_t column, const char *text) {
  const size_t cells = (size_t)dnp_line_cells(out);
  if (is_picture(text) || column + (size_t)dnp_wrap_cells(text) <= cells)
    fprintf(out, "%s\n", text);
  else
    dnp_wrap_row(out, text, (int)column, strstr(text, "  ") != NULL ? INSET : 0, (int)cells);
}

void dnp_write_line(FILE *out, size_t indent, const char *text) {
  const size_t inner = strspn(text, " ");
  fprintf(out, "%*s", (int)(indent + inner), "");
  write_from(out, indent + inner, text + inner);
}

FILE *dnp_sentence_begin(dnp_sentence *sentence, FILE *out) {
  *sentence = (dnp_sentence){.out = out};
  sentence->in = open_memstream(&sentence->text, &sentence->size);
  return sentence->in != NULL ? sentence->in : out; /* unbroken rather than lost */
}

void dnp_sentence_end(dnp_sentence *sentence, size_t column) {
  const bool whole = sentence->in != NULL && fflush(sentence->in) == 0 && ferror(sentence->in) == 0;
  /* before it is closed, which may cost the text: to make it shorter, memory is asked for */
  if (whole)
    write_from(sentence->out, column, sentence->text);
  else
    fputc('\n', sentence->out);
  if (sentence->in == NULL) return;
  if (!whole) cut = true;
  fclose(sentence->in);
  free(sentence->text); /* law: open_memstream allocated it */
}

/* Whole lines, each by itself; a text that ends within a line is the beginning of one, and stays as it is. */
static void write_lines(FILE *out, size_t indent, char *text) {
  char *line = text;
  for (char *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
    *end = '\0';
    dnp_write_line(out, line == end ? 0 : indent, line);
  }
  if (*line != '\0') fprintf(out, "%*s%s", (int)indent, "", line);
}

FILE *dnp_sheet_begin(dnp_sheet *sheet, FILE *out) {
  *sheet = (dnp_sheet){.out = out};
  if (isatty(fileno(out)) == 1) sheet->in = open_memstream(&sheet->text, &sheet->size);
  return sheet->in != NULL ? sheet->in : out; /* unbroken rather than lost */
}

void dnp_sheet_end(dnp_sheet *sheet) {
  if (sheet->in == NULL) return;
  if (fflush(sheet->in) != 0 || ferror(sheet->in) != 0) cut = true;
  if (sheet->text != NULL) write_lines(sheet->out, 0, sheet->text);
  fclose(sheet->in);
  free(sheet->text); /* law: open_memstream allocated it */
}

void dnp_say_in_args(FILE *out, size_t indent, denpa_lang lang, const char *message, const denpa_arg *args) {
  char line[1024];
  size_t length = dnp_render(line, sizeof line, lang, message, args);
  if (length < sizeof line) {
    write_lines(out, indent, line);
    return;
  }
  char *text;
  if (DNP_NEW(&text, length + 1, NULL) != DENPA_OK) {
    fputs(line, out); /* cut short rather than lost */
    cut = true;
    return;
  }
  dnp_render(text, length + 1, lang, message, args);
  write_lines(out, indent, text);
  dnp_free(text);
}

void dnp_say_args(FILE *out, denpa_lang lang, const char *message, const denpa_arg *args) {
  dnp_say_in_args(out, 0, lang, message, args);
}
