/* progress.h: how far long work has come, on a stream for people: a bar on a terminal, plain lines elsewhere. */
#ifndef DNP_DRAW_PROGRESS_H
#define DNP_DRAW_PROGRESS_H

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "base/status.h"

typedef enum dnp_progress_kind { DNP_PROGRESS_BAR, DNP_PROGRESS_PLAIN, DNP_PROGRESS_NONE } dnp_progress_kind;

typedef struct dnp_progress {
  FILE *out;
  denpa_lang lang;
  dnp_progress_kind kind;
  bool colour, drawn; /* drawn: a bar stands on the current line */
  bool late;          /* a bar for work that is often short: after a second, and ten times a second at most */
  struct timespec start, last;
} dnp_progress;

/* choice: 0 auto (a bar if `out` is a terminal, else plain), 1 bar, 2 plain, 3 none. */
void dnp_progress_start(dnp_progress *progress, FILE *out, denpa_lang lang, int choice, int colour_choice);
/* Draws the bar, or every 5 seconds a line. loss NaN: not told. */
void dnp_progress_show(dnp_progress *progress, size_t step, size_t steps, double loss);
/* The same for other work: `share` (0 .. 1) of it is done, and `text`, in the language of the bar, says how far that
 * is. */
void dnp_progress_tell(dnp_progress *progress, double share, const char *text);
/* Clears the bar, so that a line may be written. */
void dnp_progress_clear(dnp_progress *progress);

#endif
