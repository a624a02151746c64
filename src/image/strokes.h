/* strokes.h: how people write digits, and letters: the tables of written forms that digit.c draws from. Data only. */
#ifndef DNP_IMAGE_STROKES_H
#define DNP_IMAGE_STROKES_H

#define DNP_FORM_POINTS 20

/* What the pen does at a point: it comes down there, passes through it smoothly, or turns sharply at it. 0 ends the
 * list. */
enum { DNP_PEN_END, DNP_PEN_DOWN, DNP_PEN_PASS, DNP_PEN_TURN };

/* One point of a form, drawn twice: the form is everything between its two drawings. The grid is 100 high, y grows
 * downwards. */
typedef struct dnp_pen_point {
  signed char pen;
  signed char x[2], y[2];
} dnp_pen_point;

typedef struct dnp_form {
  int digit; /* or the character */
  int share; /* how often this form is taken, in percent of its digit's samples */
  dnp_pen_point point[DNP_FORM_POINTS + 1];
} dnp_form;

/* The forms of `digit` (0..9); *count tells how many. Their shares add up to 100. */
const dnp_form *dnp_forms_of(int digit, int *count);
/* letters.c: forms of letters and marks that are no digits, nor like any. */
const dnp_form *dnp_letters(int *count);

#endif
