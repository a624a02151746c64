/* scores.c: measures in words and tables. Called by the subcommands train and eval. */
#include "draw/scores.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "draw/say.h"

enum { FEW = 12 /* classes up to which the confusion matrix is drawn */, CELLS = 14 /* of a class' name in it */ };

/* What a class is called: its name, or its number. */
static const char *class_name(const denpa_data *data, size_t class, char digits[24]) {
  const char *name = denpa_data_class_name(data, class);
  snprintf(digits, 24, "%zu", class);
  return name != NULL ? name : digits;
}

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

static void tell_confusion(FILE *out, denpa_lang lang, const denpa_data *data, const dnp_scores *s) {
  char digits[24];
  dnp_say(out, lang, "confusion: a line for each class, how often it got which answer\n");
  for (size_t c = 0; c < s->classes; c++) {
    fputs("  ", out);
    say_name(out, lang, class_name(data, c, digits), CELLS);
    for (size_t k = 0; k < s->classes; k++) fprintf(out, " %6zu", s->confusion[c * s->classes + k]);
    fputc('\n', out);
  }
}

void dnp_scores_tell(FILE *out, denpa_lang lang, const denpa_data *data, const dnp_scores *s) {
  char digits[24];
  if (s->classes == 0) {
    dnp_say(out, lang, "root mean square error {1:.6g}, mean absolute error {2:.6g}, R2 {3:.4f}\n", dnp_d(s->rmse),
        dnp_d(s->mae), dnp_d(s->r2));
    return;
  }
  dnp_say(out, lang, "accuracy {1:.4f}; means over the classes: precision {2:.4f}, recall {3:.4f}, F1 {4:.4f}\n",
      dnp_d(s->accuracy), dnp_d(s->precision), dnp_d(s->recall), dnp_d(s->f1));
  dnp_say(out, lang, "  {1:-14} {2:8} {3:10} {4:10} {5:10}\n", dnp_t(DNP_N("class")), dnp_t(DNP_N("rows")),
      dnp_t(DNP_N("precision")), dnp_t(DNP_N("recall")), dnp_s("F1"));
  for (size_t c = 0; c < s->classes; c++) {
    fputs("  ", out);
    say_name(out, lang, class_name(data, c, digits), CELLS);
    dnp_say(out, lang, " {1:8} {2:10.4f} {3:10.4f} {4:10.4f}\n", dnp_u(s->of[c].rows), dnp_d(s->of[c].precision),
        dnp_d(s->of[c].recall), dnp_d(s->of[c].f1));
  }
  if (s->classes <= FEW) tell_confusion(out, lang, data, s);
}

static json_t *real(double value) { return isfinite(value) ? json_real(value) : json_null(); }

json_t *dnp_scores_json(const denpa_data *data, const dnp_scores *s) {
  char digits[24];
  if (s->classes == 0) return json_pack("{s:o,s:o,s:o}", "rmse", real(s->rmse), "mae", real(s->mae), "r2", real(s->r2));
  json_t *classes = json_array(), *confusion = json_array();
  for (size_t c = 0; c < s->classes; c++) {
    json_t *line = json_array();
    for (size_t k = 0; k < s->classes; k++)
      json_array_append_new(line, json_integer((json_int_t)s->confusion[c * s->classes + k]));
    json_array_append_new(confusion, line);
    json_array_append_new(classes, json_pack("{s:s,s:I,s:I,s:f,s:f,s:f}", "name", class_name(data, c, digits), "rows",
                                       (json_int_t)s->of[c].rows, "answered", (json_int_t)s->of[c].answered,
                                       "precision", s->of[c].precision, "recall", s->of[c].recall, "f1", s->of[c].f1));
  }
  return json_pack("{s:f,s:f,s:f,s:f,s:o,s:o}", "accuracy", s->accuracy, "precision", s->precision, "recall", s->recall,
      "f1", s->f1, "classes", classes, "confusion", confusion);
}
