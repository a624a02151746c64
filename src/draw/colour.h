/* colour.h: the colours that terminal pictures and SVG files are made of, and how a terminal is told of them. Blue
 * stands for what is below zero and for the training data, orange for what is above and for the test data, as in the
 * pages (page.css): people with any colour vision can tell these two apart. */
#ifndef DNP_DRAW_COLOUR_H
#define DNP_DRAW_COLOUR_H

#include <stdbool.h>
#include <stdio.h>

/* A colour is red << 16 | green << 8 | blue. */

typedef enum dnp_ramp {
  DNP_RAMP_SIGNED, /* blue, nearly white in the middle, orange: numbers below and above zero */
  DNP_RAMP_HEIGHT, /* dark to light: a surface from above */
  DNP_RAMP_GREY,   /* black to white: pixels */
  DNP_RAMP_COUNT   /* white to blue: how many */
} dnp_ramp;

enum { DNP_COLOUR_NONE = 0x808080 };

/* share: 0 .. 1 along the ramp; NaN: DNP_COLOUR_NONE. */
unsigned dnp_ramp_colour(dnp_ramp ramp, double share);
/* Whether white can be read on it better than black. */
bool dnp_colour_is_dark(unsigned colour);
/* So much of a colour (0 .. 1) over white. */
unsigned dnp_colour_light(unsigned colour, double part);
/* A character as dense as the share, where there is no colour; NaN: '?'. */
char dnp_ramp_sign(double share);

/* What a terminal is asked for: 24 bits of colour where it says that it has them (COLORTERM=truecolor or 24bit), else
 * one of its 256 colours: of a ramp the one that keeps the hue, of any other colour the nearest. `code` remembers what
 * stands, so that neighbours of one colour are told once; it begins with DNP_CODE_NONE. */
typedef long dnp_code;
#define DNP_CODE_NONE (-1L)
void dnp_ramp_back(FILE *out, dnp_ramp ramp, double share, dnp_code *code);
/* A cell whose halves are two pixels, where dnp_half_cells() says so. lower: below 0 where there is none. code: of
 * both, which begin with DNP_CODE_NONE. */
void dnp_ramp_halves(FILE *out, dnp_ramp ramp, double upper, double lower, dnp_code code[2]);
void dnp_colour_back(FILE *out, unsigned colour, dnp_code *code);
/* The same as dnp_ramp_halves of any two colours; `one`: there is no lower half. */
void dnp_colour_halves(FILE *out, unsigned upper, unsigned lower, bool one, dnp_code code[2]);
/* The ink of curve `number`; the colours are those of the SVG files (svg.c). */
void dnp_series_ink(FILE *out, int number, dnp_code *code);
/* Back to the terminal's own colours. */
void dnp_colour_end(FILE *out, dnp_code *code);

/* Whether half a cell can be drawn (the upper half block, U+2580): such signs are two cells wide in terminals that are
 * set up for Chinese, Japanese or Korean, so only where the locale speaks UTF-8 and another language. */
bool dnp_half_cells(void);

/* Whether to use colour on this stream: choice 0 auto (a terminal, and NO_COLOR not set), 1 always, 2 never. */
bool dnp_want_colour(FILE *out, int choice);

#endif
