/* letters.h: the printable characters of ASCII as strokes of a pen, drawn for this program: what raster.c writes with.
 */
#ifndef DNP_DRAW_LETTERS_H
#define DNP_DRAW_LETTERS_H

/* Strokes apart by blanks, each a row of points "xy" on a grid: capitals reach from y = 0 to the line at y = 7, small
 * letters from y = 3, tails to y = 9; one point alone is a dot. *right: the largest x. NULL for what has no letter. */
const char *dnp_letter(unsigned char code, int *right);

#endif
