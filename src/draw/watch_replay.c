/* watch_replay.c: a recorded run, frame after frame, in the terminal; where there is none, one line for each frame. */
#include <time.h>

#include "base/text.h"
#include "draw/epochs.h"
#include "draw/live.h"
#include "draw/say.h"
#include "draw/watch.h"

#define FRAME_SECONDS 0.25

static void say_frame(dnp_epochs *lines, const denpa_epoch *f) {
  dnp_epochs_begin begin = {.heading = {DNP_N("update"), DNP_N("epoch")}};
  dnp_render(begin.words, sizeof begin.words, lines->lang, "update {1:8}, epoch {2:8.2f}",
      (const denpa_arg[]){dnp_u(f->step), dnp_d(f->epoch), DNP_END});
  snprintf(begin.cells, sizeof begin.cells, "%8zu %8.2f", f->step, f->epoch);
  dnp_epochs_line(lines, &begin, f);
}

/* Waits until the last frame has stood long enough. */
static void pause_after(const dnp_live *live) {
  const struct timespec little = {.tv_nsec = 10000000};
  while (!dnp_live_due(live, FRAME_SECONDS)) nanosleep(&little, NULL);
}

denpa_status dnp_watch_replay(dnp_watch *watch, size_t from, size_t to, FILE *out, denpa_lang lang, int choice,
    int colour_choice, denpa_error *err) {
  dnp_live live;
  dnp_epochs lines = {.out = out, .lang = lang};
  dnp_live_start(&live, out, lang, choice, colour_choice, watch->dataset,
      watch->frames > 1 ? (double)(watch->frames - 1) : 1, DNP_N("frame"));
  for (size_t k = from; k < to; k++) {
    DNP_TRY(dnp_watch_look(watch, k, err));
    if (!live.on) {
      say_frame(&lines, &watch->frame[k]);
      continue;
    }
    dnp_live_note(&live, (double)k, &watch->frame[k]);
    if (k > from) pause_after(&live);
    dnp_live_draw(&live, watch->net);
  }
  return DENPA_OK;
}
