/* progress.c: the bar and the plain lines. Times shown here are of the wall clock and enter no result. */
#include "draw/progress.h"

#include <math.h>
#include <unistd.h>

#include "base/text.h"
#include "draw/picture.h"
#include "draw/say.h"

#define PLAIN_SECONDS 5.0
#define LATE_SECONDS 1.0
#define MEASURED_SECONDS 1.0 /* before that what was measured is mostly how work begins */
#define BAR_SECONDS 0.1
#define CELLS 30

static double since(const struct timespec *then) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)(now.tv_sec - then->tv_sec) + (double)(now.tv_nsec - then->tv_nsec) / 1e9;
}

void dnp_progress_start(dnp_progress *progress, FILE *out, denpa_lang lang, int choice, int colour_choice) {
  *progress = (dnp_progress){.out = out, .lang = lang, .colour = dnp_want_colour(out, colour_choice)};
  progress->kind = choice == 1                ? DNP_PROGRESS_BAR
                   : choice == 2              ? DNP_PROGRESS_PLAIN
                   : choice == 3              ? DNP_PROGRESS_NONE
                   : isatty(fileno(out)) == 1 ? DNP_PROGRESS_BAR
                                              : DNP_PROGRESS_PLAIN;
  clock_gettime(CLOCK_MONOTONIC, &progress->start);
  progress->last = progress->start;
}

void dnp_progress_clear(dnp_progress *progress) {
  if (progress->drawn) fputs("\r\033[K", progress->out);
  progress->drawn = false;
}

/* How long the rest takes as fast as it went so far; nothing of it before something was measured. */
static void say_left(const dnp_progress *progress, double share, double passed) {
  if (share > 0 && passed >= MEASURED_SECONDS)
    dnp_say(progress->out, progress->lang, ", about {1:.0f} s left", dnp_d(share < 1 ? passed / share - passed : 0));
}

void dnp_progress_tell(dnp_progress *progress, double share, const char *text) {
  const double passed = since(&progress->start);
  if (progress->kind == DNP_PROGRESS_NONE) return;
  if (progress->kind == DNP_PROGRESS_PLAIN) {
    if (since(&progress->last) < PLAIN_SECONDS) return;
    clock_gettime(CLOCK_MONOTONIC, &progress->last);
    dnp_say(progress->out, progress->lang, "{1}", dnp_s(text));
    say_left(progress, share, passed);
    fputc('\n', progress->out);
    fflush(progress->out);
    return;
  }
  if (progress->late && (passed < LATE_SECONDS || since(&progress->last) < BAR_SECONDS)) return;
  clock_gettime(CLOCK_MONOTONIC, &progress->last);
  fputc('\r', progress->out);
  dnp_draw_bar(progress->out, share, CELLS, progress->colour);
  fputc(' ', progress->out);
  dnp_say(progress->out, progress->lang, "{1}", dnp_s(text));
  say_left(progress, share, passed);
  fputs("\033[K", progress->out);
  fflush(progress->out);
  progress->drawn = true;
}

void dnp_progress_show(dnp_progress *progress, size_t step, size_t steps, double loss) {
  char text[160];
  dnp_render(text, sizeof text, progress->lang, "update {1} of {2}, loss {3:.4f}",
      (const denpa_arg[]){dnp_u(step), dnp_u(steps), dnp_d(loss), DNP_END});
  dnp_progress_tell(progress, steps > 0 ? (double)step / (double)steps : 1, text);
}
