/* epochs.h: losses and accuracies, a line at a time as a training or a recorded run goes on. A file gets one long line
 * with every word; a terminal that has not so many columns a row of a table, and a narrow one a line for each part. */
#ifndef DNP_DRAW_EPOCHS_H
#define DNP_DRAW_EPOCHS_H

#include <stddef.h>
#include <stdio.h>

#include "base/status.h"

typedef struct dnp_epochs {
  FILE *out;
  denpa_lang lang;
  unsigned shown; /* the parts of the table's last heading; 0: there was none */
  size_t rows;    /* below it */
} dnp_epochs;

/* How a line begins: with words ("epoch      1"), or as a row's first cells, each of 8 and a blank between. */
typedef struct dnp_epochs_begin {
  char words[128], cells[64];
  const char *heading[2]; /* of each cell, in the catalogue; NULL: there is one cell */
} dnp_epochs_begin;

/* Writes what was measured of training, test and validation; nothing but the beginning if it was nothing. */
void dnp_epochs_line(dnp_epochs *lines, const dnp_epochs_begin *begin, const denpa_epoch *e);

#endif
