/* live.h: a network that learns, as a picture in the terminal that is drawn over itself: weights of its first hidden
 * units in coloured cells, loss and accuracy as curves of Braille dots. Used while a training runs
 * (src/cli/train.c) and when a recorded one is replayed (watch_replay.c). */
#ifndef DNP_DRAW_LIVE_H
#define DNP_DRAW_LIVE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/status.h"

#define DNP_LIVE_POINTS 256

/* One curve; when it is full, every second point is dropped. */
typedef struct dnp_curve {
  size_t count;
  double x[DNP_LIVE_POINTS], y[DNP_LIVE_POINTS];
} dnp_curve;

typedef struct dnp_live {
  FILE *out;
  denpa_lang lang;
  bool on, colour;              /* on: there is something to draw on */
  bool halves;                  /* half cells are safe */
  size_t columns, lines;        /* of the terminal */
  size_t planes, height, width; /* of an input that is a picture; height 0: it is none */
  int drawn;                    /* lines that stand on the terminal */
  double last;                  /* when it was last drawn, in seconds */
  double end;                   /* the largest x */
  const char *axis;             /* what x counts, to be translated */
  denpa_epoch now;              /* the newest scores of each kind */
  bool numbers;                 /* learned are numbers: there is no accuracy */
  bool by_batches;              /* the curve of the training loss is that of the batches ... */
  double batches;               /* ... of which this was the last mean; NaN: none yet */
  dnp_curve curve[2][2];        /* loss, accuracy; training data, test data */
} dnp_live;

/* choice: 0 auto (on if `out` is a terminal), 1 on, else off, as of --progress. `end`: where the curves will end;
 * `axis`: what they are drawn over (a message: DNP_N("update")). */
void dnp_live_start(dnp_live *live, FILE *out, denpa_lang lang, int choice, int colour_choice, const denpa_data *data,
    double end, const char *axis);
/* New scores at x; NaN where there is none. The line's step and epoch are those shown. */
void dnp_live_note(dnp_live *live, double x, const denpa_epoch *line);
/* The mean loss of the last batches, while all training data are not measured: it has a line of its own, and makes the
 * curve of the training loss. */
void dnp_live_batches(dnp_live *live, size_t step, double epoch, double loss);
/* Whether so many seconds have passed since the last drawing. */
bool dnp_live_due(const dnp_live *live, double seconds);
void dnp_live_draw(dnp_live *live, const denpa_net *net);

#endif
