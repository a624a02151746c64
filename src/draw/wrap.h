/* wrap.h: text in lines of a terminal's width, English and Japanese. Called by help and by everything that shows longer
 * texts. */
#ifndef DNP_DRAW_WRAP_H
#define DNP_DRAW_WRAP_H

#include <stdio.h>

/* The text, broken into lines of at most `width` cells, and a newline; every line but the first is indented by `indent`
 * (the first starts there). */
void dnp_wrap(FILE *out, const char *text, int indent, int width);

#endif
