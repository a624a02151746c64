/* search_text.c: the table of a search: its trials, the best first, with what each tried; and why those failed that
 * did. Called by the subcommand search. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "draw/say.h"
#include "search/search.h"

enum { GAP = 2 };

static const char *value_of(const dnp_search_shown *shown, size_t trial, size_t axis) {
  return shown->value[trial * shown->space->axes + axis];
}

static void spaces(FILE *out, size_t count) { fprintf(out, "%*s", (int)count, ""); }

/* Cells that the column of an option takes. */
static size_t width_of(const dnp_search_shown *shown, size_t axis, size_t most) {
  size_t widest = dnp_text_width(shown->space->axis[axis].name);
  for (size_t i = 0; i < most; i++) {
    const size_t width = dnp_text_width(value_of(shown, shown->search->rank[i], axis));
    if (width > widest) widest = width;
  }
  return widest + GAP;
}

static void number(FILE *out, double value) {
  char text[40] = "-";
  if (isfinite(value)) snprintf(text, sizeof text, "%.4f", value);
  fprintf(out, "%10s", text);
}

static void head(FILE *out, const dnp_search_shown *shown, size_t most) {
  const denpa_lang lang = shown->lang;
  dnp_say(out, lang, "{1:6}{2:7}", dnp_t(DNP_N("rank")), dnp_t(DNP_N("trial")));
  if (shown->search->dataset != NULL && denpa_data_classes(shown->search->dataset) > 0)
    dnp_say(out, lang, "{1:10}{2:10}", dnp_t(DNP_N("accuracy")), dnp_t(DNP_N("training")));
  dnp_say(out, lang, "{1:10}{2:12}", dnp_t(DNP_N("loss")), dnp_t(DNP_N("epochs")));
  for (size_t a = 0; a < shown->space->axes; a++) {
    spaces(out, GAP);
    fputs(shown->space->axis[a].name, out);
    if (a + 1 < shown->space->axes)
      spaces(out, width_of(shown, a, most) - GAP - dnp_text_width(shown->space->axis[a].name));
  }
  fputc('\n', out);
}

static void reason(FILE *out, const dnp_search_shown *shown, const dnp_trial *t) {
  char text[1024];
  if (t->status != DENPA_OK) {
    denpa_error_text(&t->why, shown->lang, text, sizeof text);
    dnp_say(out, shown->lang, "  ({1})", dnp_s(text));
  } else if (t->stopped) {
    dnp_say(out, shown->lang, "  (stopped)");
  }
}

static void row(FILE *out, const dnp_search_shown *shown, size_t rank, size_t most) {
  const size_t k = shown->search->rank[rank];
  const dnp_trial *t = &shown->search->trial[k];
  char epochs[40];
  dnp_format_real(epochs, sizeof epochs, t->epochs, 4);
  fprintf(out, "%6zu%7zu", rank + 1, k + 1);
  if (denpa_data_classes(shown->search->dataset) > 0) {
    number(out, t->accuracy);
    number(out, t->train_accuracy);
  }
  number(out, t->loss);
  fprintf(out, "%12s", epochs);
  for (size_t a = 0; a < shown->space->axes; a++) {
    const char *value = value_of(shown, k, a);
    spaces(out, GAP);
    dnp_say(out, shown->lang, "{1}", dnp_s(value));
    if (a + 1 < shown->space->axes || t->status != DENPA_OK || t->stopped)
      spaces(out, width_of(shown, a, most) - GAP - dnp_text_width(value));
  }
  reason(out, shown, t);
  fputc('\n', out);
}

void dnp_search_table(FILE *out, const dnp_search_shown *shown, size_t most) {
  const dnp_search *s = shown->search;
  if (most == 0 || most > s->trials) most = s->trials;
  size_t rows = 0, left = 0;
  while (rows < most && s->trial[s->rank[rows]].begun) rows++; /* those never begun come last: they have no score */
  for (size_t i = rows; i < s->trials; i++) left += s->trial[s->rank[i]].begun;
  if (rows == 0) return;
  head(out, shown, rows);
  for (size_t i = 0; i < rows; i++) row(out, shown, i, rows);
  if (left > 0) dnp_say(out, shown->lang, "and {1} more; --json and --log tell all of them\n", dnp_u(left));
}
