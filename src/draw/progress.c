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
enum { CELLS = 30, LEAST_CELLS = 8 };

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

/* The text, and how long the rest takes as fast as it went so far; nothing of that before something was measured. */
static void compose(
    const dnp_progress *progress, double share, double passed, const char *text, char *out, size_t size) {
  const size_t length = dnp_render(out, size, progress->lang, "{1}", (const denpa_arg[]){dnp_s(text), DNP_END});
  if (share > 0 && passed >= MEASURED_SECONDS && length < size)
    dnp_render(out + length, size - length, progress->lang, ", about {1:.0f} s left",
        (const denpa_arg[]){dnp_d(share < 1 ? passed / share - passed : 0), DNP_END});
}

/* A line that is wider than the window could not be drawn over: the bar becomes shorter, then the text. */
static void draw_line(const dnp_progress *progress, double share, char *text) {
  const int room = dnp_terminal_cells(progress->out) - 1;
  int cells = room - 1 - (int)dnp_text_width(text);
  cells = cells > CELLS ? CELLS : cells < LEAST_CELLS ? LEAST_CELLS : cells;
  dnp_text_cut(text, (size_t)(room - 1 - cells));
  fputc('\r', progress->out);
  dnp_draw_bar(progress->out, share, cells, progress->colour);
  fprintf(progress->out, " %s\033[K", text);
}

void dnp_progress_tell(dnp_progress *progress, double share, const char *text) {
  const double passed = since(&progress->start);
  const bool bar = progress->kind == DNP_PROGRESS_BAR;
  char line[400];
  if (progress->kind == DNP_PROGRESS_NONE) return;
  if (!bar && since(&progress->last) < PLAIN_SECONDS) return;
  if (bar && progress->late && (passed < LATE_SECONDS || since(&progress->last) < BAR_SECONDS)) return;
  clock_gettime(CLOCK_MONOTONIC, &progress->last);
  compose(progress, share, passed, text, line, sizeof line);
  if (bar)
    draw_line(progress, share, line);
  else
    fprintf(progress->out, "%s\n", line);
  fflush(progress->out);
  progress->drawn = bar;
}

void dnp_progress_show(dnp_progress *progress, size_t step, size_t steps, double loss) {
  char text[160];
  dnp_render(text, sizeof text, progress->lang, "update {1} of {2}, loss {3:.4f}",
      (const denpa_arg[]){dnp_u(step), dnp_u(steps), dnp_d(loss), DNP_END});
  dnp_progress_tell(progress, steps > 0 ? (double)step / (double)steps : 1, text);
}
