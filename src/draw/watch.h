/* watch.h: how a recorded run learned, frame by frame: watch.c finds out what each frame's network answers,
 * watch_page.c makes a page of it, watch_replay.c plays it in the terminal. Called by src/cli/watch.c. */
#ifndef DNP_DRAW_WATCH_H
#define DNP_DRAW_WATCH_H

#include "draw/progress.h"
#include <stdbool.h>
#include <stdio.h>

#include "base/status.h"

#define DNP_NO_ANSWER (-1) /* the network's numbers are not finite */

typedef struct dnp_watch {
  const char *run;
  const denpa_data *dataset;
  denpa_net_options options; /* threads and cpu */
  denpa_epoch *frame;        /* [frames]; what the training did not measure is filled in by dnp_watch_look */
  size_t frames;
  size_t at;            /* the frame that is shown first: the first one, unless dnp_watch_go was called */
  size_t rows, outputs; /* test samples; numbers of an answer */
  const struct dnp_page_origin *origin; /* told on the page; NULL: nothing */
  dnp_progress *progress;               /* hears of each frame that is looked at; NULL: nobody does */
  /* Of the frame that was looked at last: */
  denpa_net *net;
  /* [rows]: the column of the largest output for each test sample; DNP_NO_ANSWER for all of them if there is none */
  int32_t *answer;
  double *sure; /* [rows]: that output */
} dnp_watch;

/* The run's frames, for networks that take this data. `run`, `data` and the texts of `options` are used until the
 * end. */
denpa_status dnp_watch_open(
    dnp_watch *watch, const char *run, const denpa_data *data, const denpa_net_options *options, denpa_error *err);
void dnp_watch_close(dnp_watch *watch);
/* Goes to the frame that is nearest to this update, the earlier one of two; returns its update. */
size_t dnp_watch_go(dnp_watch *watch, size_t step);

/* Loads frame k and runs it over the test data, and over the training data if the training did not. DENPA_ERROR_FORMAT
 * if the scores are not those that the training wrote down: then the data is not that of the training. */
denpa_status dnp_watch_look(dnp_watch *watch, size_t k, denpa_error *err);

/* One page that needs nothing else. Networks so large that their frames would make more than some 8 MB leave out frames
 * between the first and the last, but not watch->at, at which it opens; *kept is how many are in the page. */
denpa_status dnp_watch_page(dnp_watch *watch, denpa_lang lang, const char *path, size_t *kept, denpa_error *err);

/* Plays the frames from `from` to the one before `to` in the terminal, or writes one line for each. choice: as of
 * --progress (see live.h). */
denpa_status dnp_watch_replay(dnp_watch *watch, size_t from, size_t to, FILE *out, denpa_lang lang, int choice,
    int colour_choice, denpa_error *err);

#endif
