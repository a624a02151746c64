/* say.c: renders a template and writes it to the stream it was handed; a terminal gets sentences in lines of its width.
 * Called by the command and by everything that shows. */
#include "draw/say.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "draw/wrap.h"

/* Below this a sentence is easier to read as the terminal breaks it. */
enum { LEAST_TEXT = 16 };

int dnp_terminal_cells(FILE *out) {
  enum { CELLS = 80, LEAST = 20, MOST = 1000 };
  const char *columns = getenv("COLUMNS");
  size_t cells;
  struct winsize size;
  if (columns != NULL && dnp_parse_size(columns, &cells) && cells >= LEAST && cells <= MOST) return (int)cells;
  return isatty(fileno(out)) == 1 && ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col >= LEAST ? size.ws_col
                                                                                                        : CELLS;
}

int dnp_line_cells(FILE *out) { return isatty(fileno(out)) == 1 ? dnp_terminal_cells(out) : INT_MAX; }

/* A row of a table has its columns apart, and what moves the cursor or has colours has been laid out already. */
static bool is_sentence(const char *line) {
  const size_t indent = strspn(line, " ");
  return strstr(line + indent, "  ") == NULL && strpbrk(line, "\033\r\t") == NULL;
}

/* The text from this column on. */
static void write_from(FILE *out, size_t column, const char *text) {
  const size_t cells = (size_t)dnp_line_cells(out);
  if (is_sentence(text) && column + dnp_text_width(text) > cells && column + LEAST_TEXT <= cells)
    dnp_wrap(out, text, (int)column, (int)cells);
  else
    fprintf(out, "%s\n", text);
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
  /* a stream whose memory cannot shrink closes well, and has no text */
  if (sentence->in != NULL && fclose(sentence->in) == 0 && sentence->text != NULL)
    write_from(sentence->out, column, sentence->text);
  else
    fputc('\n', sentence->out);
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
    return;
  }
  dnp_render(text, length + 1, lang, message, args);
  write_lines(out, indent, text);
  dnp_free(text);
}

void dnp_say_args(FILE *out, denpa_lang lang, const char *message, const denpa_arg *args) {
  dnp_say_in_args(out, 0, lang, message, args);
}
