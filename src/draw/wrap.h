/* wrap.h: text in lines of a terminal's width, English and Japanese. Called by help and by everything that shows longer
 * texts. What sets a colour (ESC [ ... m) takes no cell. */
#ifndef DNP_DRAW_WRAP_H
#define DNP_DRAW_WRAP_H

#include <stdio.h>

/* The text, broken into lines of at most `width` cells, and a newline; every line but the first is indented by `indent`
 * (the first starts there). */
void dnp_wrap(FILE *out, const char *text, int indent, int width);
/* A row of a table, whose columns are two blanks or more apart, and a newline. It begins at `column`; where a column
 * would end behind the width, it and what follows go on in a line below, `inset` cells further in than the row; a
 * column of words with enough room is broken as above, within its own column. */
void dnp_wrap_row(FILE *out, const char *row, int column, int inset, int width);
/* Cells that a text takes which may set colours. */
int dnp_wrap_cells(const char *text);

#endif
