/* epochs.c: the lines of epochs.h. Nothing here knows a training. Called by the subcommand train and by watch_replay.c.
 */
#include "draw/epochs.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "draw/say.h"

enum {
  PARTS = 3,
  FIRST = 8 /* one of a row's first cells */,
  CELL = 10,
  ALONE = 12 /* a loss without an accuracy beside it */,
  AGAIN = 20 /* rows */
};

typedef struct part {
  const char *name, *alone, *both;
  double loss, accuracy;
  int width; /* of its cells; 0: it was not measured */
} part;

static void take(part *p, const char *name, const char *alone, const char *both, double loss, double accuracy) {
  *p = (part){name, alone, both, loss, accuracy, !isfinite(loss) ? 0 : isfinite(accuracy) ? 2 * CELL : ALONE};
}

static void take_all(part p[PARTS], const denpa_epoch *e) {
  take(&p[0], DNP_N("training"), DNP_N("   training: loss {1:.4f}"),
      DNP_N("   training: loss {1:.4f}, accuracy {2:.4f}"), e->train_loss, e->train_accuracy);
  take(&p[1], DNP_N("test"), DNP_N("   test: loss {1:.4f}"), DNP_N("   test: loss {1:.4f}, accuracy {2:.4f}"),
      e->test_loss, e->test_accuracy);
  take(&p[2], DNP_N("validation"), DNP_N("   validation: loss {1:.4f}"),
      DNP_N("   validation: loss {1:.4f}, accuracy {2:.4f}"), e->validation_loss, e->validation_accuracy);
}

static size_t render_part(char *out, size_t size, denpa_lang lang, const part *p) {
  return dnp_render(out, size, lang, isfinite(p->accuracy) ? p->both : p->alone,
      (const denpa_arg[]){dnp_d(p->loss), dnp_d(p->accuracy), DNP_END});
}

/* ---- the table ---------------------------------------------------------------------------------- */

static size_t begin_width(const dnp_epochs_begin *begin) { return begin->heading[1] != NULL ? 2 * FIRST + 1 : FIRST; }

/* The names of the parts, each at the right end of its cells, and below them what the cells hold. */
static void put_heading(const dnp_epochs *l, const dnp_epochs_begin *begin, const part p[PARTS]) {
  fprintf(l->out, "%*s", (int)begin_width(begin), "");
  for (int i = 0; i < PARTS; i++) {
    if (p[i].width == 0) continue;
    const char *name = dnp_translate(l->lang, p[i].name);
    fprintf(l->out, "%*s%s", p[i].width - (int)dnp_text_width(name), "", name);
  }
  for (int i = 0; i < 2 && begin->heading[i] != NULL; i++) {
    const char *name = dnp_translate(l->lang, begin->heading[i]);
    fprintf(l->out, "%s%*s%s", i == 0 ? "\n" : " ", FIRST - (int)dnp_text_width(name), "", name);
  }
  for (int i = 0; i < PARTS; i++) {
    const char *const names[] = {dnp_translate(l->lang, DNP_N("loss")), dnp_translate(l->lang, DNP_N("accuracy"))};
    const int first = p[i].width == ALONE ? ALONE : CELL;
    if (p[i].width == 0) continue;
    fprintf(l->out, "%*s%s", first - (int)dnp_text_width(names[0]), "", names[0]);
    if (p[i].width > first) fprintf(l->out, "%*s%s", CELL - (int)dnp_text_width(names[1]), "", names[1]);
  }
  fputc('\n', l->out);
}

static void put_row(dnp_epochs *l, const dnp_epochs_begin *begin, const part p[PARTS]) {
  const double large = 1e4; /* from here on a cell would leave no gap */
  unsigned shown = 0;
  for (int i = 0; i < PARTS; i++) shown = 3 * shown + (p[i].width == 0 ? 0 : p[i].width == ALONE ? 1 : 2);
  if (shown != l->shown || l->rows == AGAIN) {
    put_heading(l, begin, p);
    l->shown = shown;
    l->rows = 0;
  }
  l->rows++;
  fputs(begin->cells, l->out);
  for (int i = 0; i < PARTS; i++) {
    if (p[i].width == 0) continue;
    fprintf(l->out, p[i].loss < large ? "%*.4f" : "%*.2e", p[i].width == ALONE ? ALONE : CELL, p[i].loss);
    if (p[i].width == 2 * CELL) fprintf(l->out, "%*.4f", CELL, p[i].accuracy);
  }
  fputc('\n', l->out);
}

/* ------------------------------------------------------------------------------------------------- */

static void put_parts(const dnp_epochs *l, const dnp_epochs_begin *begin, const part p[PARTS]) {
  char text[256];
  dnp_write_line(l->out, 0, begin->words);
  for (int i = 0; i < PARTS; i++) {
    if (p[i].width == 0) continue;
    render_part(text, sizeof text, l->lang, &p[i]);
    dnp_write_line(l->out, 2, text + strspn(text, " "));
  }
}

void dnp_epochs_line(dnp_epochs *l, const dnp_epochs_begin *begin, const denpa_epoch *e) {
  char line[1024];
  part p[PARTS];
  size_t length = (size_t)snprintf(line, sizeof line, "%s", begin->words), wide = begin_width(begin);
  const size_t cells = (size_t)dnp_line_cells(l->out);
  take_all(p, e);
  for (int i = 0; i < PARTS; i++) {
    if (p[i].width > 0) length += render_part(line + length, sizeof line - length, l->lang, &p[i]);
    wide += (size_t)p[i].width;
  }
  if (dnp_text_width(line) <= cells)
    fprintf(l->out, "%s\n", line);
  else if (wide <= cells)
    put_row(l, begin, p);
  else
    put_parts(l, begin, p);
  fflush(l->out);
}
