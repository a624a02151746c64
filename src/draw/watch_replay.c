/* watch_replay.c: a recorded run, frame after frame, in the terminal; where there is none, one line for each frame. */
#include <math.h>
#include <time.h>

#include "draw/live.h"
#include "draw/say.h"
#include "draw/watch.h"

#define FRAME_SECONDS 0.25

static void say_frame(FILE *out, denpa_lang lang, const denpa_epoch *f) {
  dnp_say(out, lang, "update {1:8}, epoch {2:8.2f}", dnp_u(f->step), dnp_d(f->epoch));
  if (isfinite(f->train_loss)) dnp_say(out, lang, "   training: loss {1:.4f}", dnp_d(f->train_loss));
  if (isfinite(f->train_accuracy)) dnp_say(out, lang, ", accuracy {1:.4f}", dnp_d(f->train_accuracy));
  if (isfinite(f->test_loss))
    dnp_say(out, lang, "   test: loss {1:.4f}, accuracy {2:.4f}", dnp_d(f->test_loss), dnp_d(f->test_accuracy));
  fputc('\n', out);
  fflush(out);
}

/* Waits until the last frame has stood long enough. */
static void pause_after(const dnp_live *live) {
  const struct timespec little = {.tv_nsec = 10000000};
  while (!dnp_live_due(live, FRAME_SECONDS)) nanosleep(&little, NULL);
}

denpa_status dnp_watch_replay(
    dnp_watch *watch, FILE *out, denpa_lang lang, int choice, int colour_choice, denpa_error *err) {
  dnp_live live;
  dnp_live_start(
      &live, out, lang, choice, colour_choice, watch->dataset, watch->frames > 1 ? (double)(watch->frames - 1) : 1);
  for (size_t k = 0; k < watch->frames; k++) {
    DNP_TRY(dnp_watch_look(watch, k, err));
    if (!live.on) {
      say_frame(out, lang, &watch->frame[k]);
      continue;
    }
    dnp_live_note(&live, (double)k, &watch->frame[k]);
    if (k > 0) pause_after(&live);
    dnp_live_draw(&live, watch->net);
  }
  return DENPA_OK;
}
