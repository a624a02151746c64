/* say.h: a rendered text on a stream. The only way in which the command writes words. */
#ifndef DNP_DRAW_SAY_H
#define DNP_DRAW_SAY_H

#include <stdbool.h>
#include <stdio.h>

#include "base/status.h"

/* dnp_say(stdout, lang, "{1}: {2} rows\n", dnp_s(name), dnp_u(rows)): the template in `lang`, as dnp_render writes it.
 * Whether the stream took it is asked once, at the end, by main. */
#define dnp_say(out, lang, ...) dnp_say_args(out, lang, DNP_MESSAGE(__VA_ARGS__, DNP_END))

/* Writes `indent` blanks, the text and a newline. On a terminal a sentence that is wider than it goes on below, as far
 * in as it begins, and a row of a table is broken between its columns; elsewhere a line stays one line, as programs
 * want it. dnp_say does the same with whole lines. */
void dnp_write_line(FILE *out, size_t indent, const char *text);
/* A sentence that is said in pieces: they go to the stream that begin returns, and end writes them as one line to `out`
 * as above. column: where on its line the sentence begins, after what stands there already. */
typedef struct dnp_sentence {
  FILE *in, *out;
  char *text;
  size_t size;
} dnp_sentence;
FILE *dnp_sentence_begin(dnp_sentence *sentence, FILE *out);
void dnp_sentence_end(dnp_sentence *sentence, size_t column);
/* A report that is written in pieces, with fprintf too: they go to the stream that begin returns, and end writes every
 * line to `out` as dnp_write_line does. Where `out` is no terminal, it is that stream. */
typedef struct dnp_sheet {
  FILE *in, *out;
  char *text;
  size_t size;
} dnp_sheet;
FILE *dnp_sheet_begin(dnp_sheet *sheet, FILE *out);
void dnp_sheet_end(dnp_sheet *sheet);
/* Whether anything was said only in part, because there was not enough memory: main asks at the end. */
bool dnp_say_cut(void);

/* Columns of the terminal behind the stream (behind standard output, of a sheet), unless COLUMNS overrules it; 80 where
 * there is none. */
int dnp_terminal_cells(FILE *out);
/* How wide prose is: as wide as the terminal, but 100 at most. */
int dnp_text_cells(FILE *out);
/* How wide a line may be on the stream: as wide as it likes where there is no terminal. */
int dnp_line_cells(FILE *out);

/* The same, `indent` cells from the left. */
#define dnp_say_in(out, indent, lang, ...) dnp_say_in_args(out, indent, lang, DNP_MESSAGE(__VA_ARGS__, DNP_END))

/* args ends with kind 0. */
void dnp_say_in_args(FILE *out, size_t indent, denpa_lang lang, const char *message, const denpa_arg *args);
void dnp_say_args(FILE *out, denpa_lang lang, const char *message, const denpa_arg *args);

#endif
