/* scores.c: measures in words and tables. Called by the subcommands train and eval. */
#include "draw/scores.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "draw/figure.h"
#include "draw/say.h"
#include "learn/learn.h"

enum { FEW = 12 /* classes up to which the confusion matrix is drawn */, CELLS = 14 /* of a class' name in it */ };

/* A name cut to so many cells, escaped, flush left. */
static void say_name(FILE *out, denpa_lang lang, const char *name, size_t cells) {
  char text[1024];
  dnp_render(text, sizeof text, lang, "{1}", (const denpa_arg[]){dnp_s(name), DNP_END});
  while (dnp_text_width(text) > cells) { /* one character less */
    size_t length = strlen(text) - 1;
    while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80) length--;
    text[length] = '\0';
  }
  fputs(text, out);
  for (size_t i = dnp_text_width(text); i < cells; i++) fputc(' ', out);
}

/* Of a column of counts, the gap before it included: no wider than the line allows, as long as they are apart. */
static int count_width(FILE *out, const dnp_scores *s) {
  enum { WIDE = 7 };
  size_t most = 0;
  int wide = WIDE, least = 2;
  for (size_t i = 0; i < s->classes * s->classes; i++)
    if (s->confusion[i] > most) most = s->confusion[i];
  for (; most > 9; most /= 10) least++;
  while (wide > least && 2 + CELLS + wide * (int)s->classes > dnp_line_cells(out)) wide--;
  return wide;
}

static void tell_confusion(FILE *out, denpa_lang lang, const denpa_data *data, const dnp_scores *s) {
  char name[DNP_CLASS_NAME];
  const int wide = count_width(out, s);
  dnp_say(out, lang, "confusion: a line for each class, how often it got which answer\n");
  for (size_t c = 0; c < s->classes; c++) {
    fputs("  ", out);
    say_name(out, lang, dnp_class_name(NULL, data, c, name), CELLS);
    for (size_t k = 0; k < s->classes; k++) fprintf(out, "%*zu", wide, s->confusion[c * s->classes + k]);
    fputc('\n', out);
  }
}

void dnp_scores_tell_beside(FILE *out, denpa_lang lang, const denpa_data *data, const dnp_scores *s) {
  const dnp_threshold *t = &s->threshold;
  char name[DNP_CLASS_NAME], value[40];
  if (s->classes == 0) {
    if (isfinite(s->mean))
      dnp_say(out, lang, "baseline: always the mean of these rows ({1:.6g}) has a root mean square error of {2:.6g}\n",
          dnp_d(s->mean), dnp_d(s->baseline));
    return;
  }
  dnp_say(out, lang, "baseline: always \"{1}\", the most frequent class of these rows, gives accuracy {2:.4f}\n",
      dnp_s(dnp_class_name(NULL, data, s->common, name)), dnp_d(s->baseline));
  if (isfinite(s->auc))
    dnp_say(out, lang, "AUC (area under the ROC curve) {1:.4f}, positive class \"{2}\"\n", dnp_d(s->auc),
        dnp_s(dnp_class_name(NULL, data, t->positive, name)));
  else if (s->classes == 2 && s->of[s->common].rows == s->rows)
    dnp_say(
        out, lang, "AUC: none, as all of these rows are \"{1}\"\n", dnp_s(dnp_class_name(NULL, data, s->common, name)));
  if (!isfinite(t->value)) return;
  dnp_format_shortest(value, sizeof value, t->value);
  dnp_say(out, lang,
      s->probabilities ? DNP_N("threshold: the answer is \"{1}\" where its probability is at least {2}\n")
                       : DNP_N("threshold: the answer is \"{1}\" where its output is at least {2}\n"),
      dnp_s(dnp_class_name(NULL, data, t->positive, name)), dnp_s(value));
  if (t->best)
    dnp_say(out, lang,
        "  It has the best F1 of \"{1}\" on these very rows, so its figures here are too good.\n"
        "  Measure it on rows that it was not chosen on: --threshold {2}\n",
        dnp_s(dnp_class_name(NULL, data, t->positive, name)), dnp_s(value));
}

static void tell_measures(FILE *out, denpa_lang lang, bool named, const dnp_scores *s) {
  char line[512] = "";
  size_t length = 0;
  if (named)
    length = dnp_render(
        line, sizeof line, lang, "test data, {1} {1|sample|samples}: ", (const denpa_arg[]){dnp_u(s->rows), DNP_END});
  if (s->classes == 0)
    dnp_render(line + length, sizeof line - length, lang,
        isnan(s->r2) ? DNP_N("root mean square error {1:.6g}, mean absolute error {2:.6g}; R2 takes two rows or more")
                     : DNP_N("root mean square error {1:.6g}, mean absolute error {2:.6g}, R2 {3:.4f}"),
        (const denpa_arg[]){dnp_d(s->rmse), dnp_d(s->mae), dnp_d(s->r2), DNP_END});
  else
    dnp_render(line + length, sizeof line - length, lang,
        "accuracy {1:.4f}; means over the classes: precision {2:.4f}, recall {3:.4f}, F1 {4:.4f}",
        (const denpa_arg[]){dnp_d(s->accuracy), dnp_d(s->precision), dnp_d(s->recall), dnp_d(s->f1), DNP_END});
  dnp_write_line(out, 0, line);
}

/* A line for each class: as wide as it reads well, or as narrow as it can be. */
static void tell_classes(FILE *out, denpa_lang lang, const denpa_data *data, const dnp_scores *s) {
  enum { LOOSE = 42, TIGHT = 32, LEAST = 6 }; /* cells behind the name */
  const int cells = dnp_line_cells(out) - 2;
  const bool loose = cells >= CELLS + LOOSE;
  const size_t name = loose || cells > CELLS + TIGHT ? CELLS : cells > LEAST + TIGHT ? (size_t)(cells - TIGHT) : LEAST;
  char text[DNP_CLASS_NAME];
  fputs("  ", out);
  say_name(out, lang, dnp_translate(lang, DNP_N("class")), name);
  dnp_say(out, lang, loose ? " {1:8} {2:10} {3:10} {4:10}\n" : " {1:5} {2:9} {3:7} {4:7}\n", dnp_t(DNP_N("rows")),
      dnp_t(DNP_N("precision")), dnp_t(DNP_N("recall")), dnp_s("F1"));
  for (size_t c = 0; c < s->classes; c++) {
    fputs("  ", out);
    say_name(out, lang, dnp_class_name(NULL, data, c, text), name);
    dnp_say(out, lang, loose ? " {1:8} {2:10.4f} {3:10.4f} {4:10.4f}\n" : " {1:5} {2:9.4f} {3:7.4f} {4:7.4f}\n",
        dnp_u(s->of[c].rows), dnp_d(s->of[c].precision), dnp_d(s->of[c].recall), dnp_d(s->of[c].f1));
  }
}

void dnp_scores_tell(FILE *out, denpa_lang lang, bool brief, bool named, const denpa_data *data, const dnp_scores *s) {
  tell_measures(out, lang, named, s);
  if (brief) return;
  dnp_scores_tell_beside(out, lang, data, s);
  if (s->classes == 0) return;
  tell_classes(out, lang, data, s);
  if (s->classes <= FEW) tell_confusion(out, lang, data, s);
}

json_t *dnp_scores_json(const denpa_data *data, const dnp_scores *s) {
  char name[DNP_CLASS_NAME];
  if (s->classes == 0)
    return json_pack("{s:o,s:o,s:o,s:{s:o,s:o}}", "rmse", dnp_json_real(s->rmse), "mae", dnp_json_real(s->mae), "r2",
        dnp_json_real(s->r2), "baseline", "answer", dnp_json_real(s->mean), "rmse", dnp_json_real(s->baseline));
  json_t *classes = json_array(), *confusion = json_array();
  for (size_t c = 0; c < s->classes; c++) {
    json_t *line = json_array();
    for (size_t k = 0; k < s->classes; k++)
      dnp_json_add(&line, json_integer((json_int_t)s->confusion[c * s->classes + k]));
    dnp_json_add(&confusion, line);
    dnp_json_add(&classes, json_pack("{s:s,s:I,s:I,s:f,s:f,s:f}", "name", dnp_class_name(NULL, data, c, name), "rows",
                               (json_int_t)s->of[c].rows, "answered", (json_int_t)s->of[c].answered, "precision",
                               s->of[c].precision, "recall", s->of[c].recall, "f1", s->of[c].f1));
  }
  char other[DNP_CLASS_NAME];
  const bool two = s->classes == 2;
  return json_pack("{s:f,s:f,s:f,s:f,s:o,s:o,s:{s:s,s:f},s:o,s:o,s:o}", "accuracy", s->accuracy, "precision",
      s->precision, "recall", s->recall, "f1", s->f1, "classes", classes, "confusion", confusion, "baseline", "answer",
      dnp_class_name(NULL, data, s->common, name), "accuracy", s->baseline, "auc", dnp_json_real(s->auc), "positive",
      two ? json_string(dnp_class_name(NULL, data, s->threshold.positive, other)) : json_null(), "threshold",
      two ? dnp_json_real(s->threshold.value) : json_null());
}

/* ---- intervals ---------------------------------------------------------------------------------- */

static const struct {
  size_t of; /* offset in dnp_score_intervals */
  const char *key, *words;
  bool mean; /* over the classes */
} intervals_told[] = {
    {offsetof(dnp_score_intervals, accuracy), "accuracy", DNP_N("accuracy {1:.4f} to {2:.4f}"), false},
    {offsetof(dnp_score_intervals, loss), "loss", DNP_N("loss {1:.6g} to {2:.6g}"), false},
    {offsetof(dnp_score_intervals, precision), "precision", DNP_N("mean precision {1:.4f} to {2:.4f}"), true},
    {offsetof(dnp_score_intervals, recall), "recall", DNP_N("mean recall {1:.4f} to {2:.4f}"), true},
    {offsetof(dnp_score_intervals, f1), "f1", DNP_N("mean F1 {1:.4f} to {2:.4f}"), true},
    {offsetof(dnp_score_intervals, auc), "auc", DNP_N("AUC {1:.4f} to {2:.4f}"), false},
    {offsetof(dnp_score_intervals, rmse), "rmse", DNP_N("root mean square error {1:.6g} to {2:.6g}"), false},
    {offsetof(dnp_score_intervals, mae), "mae", DNP_N("mean absolute error {1:.6g} to {2:.6g}"), false},
    {offsetof(dnp_score_intervals, r2), "r2", DNP_N("R2 {1:.4f} to {2:.4f}"), false},
};
#define INTERVALS (sizeof intervals_told / sizeof *intervals_told)

static const dnp_interval *interval_at(const dnp_score_intervals *intervals, size_t i) {
  return (const dnp_interval *)(const void *)((const unsigned char *)intervals + intervals_told[i].of);
}

void dnp_intervals_tell(FILE *out, denpa_lang lang, bool means, const dnp_score_intervals *intervals) {
  char line[640] = "";
  size_t length = 0;
  for (size_t i = 0; i < INTERVALS; i++) {
    const dnp_interval *at = interval_at(intervals, i);
    if (!isfinite(at->low) || (intervals_told[i].mean && !means)) continue;
    if (length > 0) length += dnp_render(line + length, sizeof line - length, lang, ", ", (const denpa_arg[]){DNP_END});
    length += dnp_render(line + length, sizeof line - length, lang, intervals_told[i].words,
        (const denpa_arg[]){dnp_d(at->low), dnp_d(at->high), DNP_END});
  }
  if (length > 0) dnp_say(out, lang, "95 % intervals ({2} resamples): {1}\n", dnp_s(line), dnp_i(DNP_RESAMPLES));
}

json_t *dnp_interval_json(dnp_interval interval) {
  if (!isfinite(interval.low)) return json_null();
  return json_pack("[f,f]", interval.low, interval.high);
}

/* Of each class: precision and recall are shares of rows, so that their intervals follow from the counts. */
static json_t *class_intervals(const dnp_scores *s) {
  json_t *list = json_array();
  for (size_t c = 0; c < s->classes; c++) {
    const dnp_class_score *of = &s->of[c];
    dnp_json_add(&list, json_pack("{s:o,s:o}", "precision", dnp_interval_json(dnp_wilson(of->right, of->answered)),
                            "recall", dnp_interval_json(dnp_wilson(of->right, of->rows))));
  }
  return list;
}

json_t *dnp_intervals_json(const dnp_scores *scores, const dnp_score_intervals *intervals) {
  json_t *all = json_pack("{s:f,s:i}", "level", 0.95, "resamples", DNP_RESAMPLES);
  for (size_t i = 0; i < INTERVALS; i++)
    dnp_json_put(&all, intervals_told[i].key, dnp_interval_json(*interval_at(intervals, i)));
  if (scores->classes > 0) dnp_json_put(&all, "classes", class_intervals(scores));
  return all;
}
