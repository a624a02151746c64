/* doctor_text.c: findings and measurements in words. Called by the subcommands train and doctor. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "draw/say.h"
#include "doctor/trial.h"

denpa_arg dnp_class_arg(const dnp_data_check *check, size_t class_number) {
  const char *name = denpa_data_class_name(check->of, class_number);
  return name != NULL ? dnp_s(name) : dnp_u(class_number);
}

/* One sentence behind what stands there. */
static void add(char out[DNP_REMEDY_TEXT], denpa_lang lang, const char *message, const denpa_arg *args) {
  const size_t length = strlen(out);
  if (length + 1 < DNP_REMEDY_TEXT) dnp_render(out + length, DNP_REMEDY_TEXT - length, lang, message, args);
}

static void add_tried(const dnp_tried *t, denpa_lang lang, char out[DNP_REMEDY_TEXT]) {
  const dnp_trial *with = &t->with, *without = &t->without;
  const bool test = with->test.rows > 0 && (without->broken || without->test.rows > 0);
  const dnp_quality *is = test ? &with->test : &with->train, *was = test ? &without->test : &without->train;
  const denpa_arg losses[] = {dnp_s(t->change), dnp_d(with->before), dnp_d(with->train.loss), dnp_u(with->steps),
      dnp_d(without->train.loss), DNP_END};
  const denpa_arg scores[] = {dnp_d(t->classes ? 100 * is->score : is->score),
      dnp_d(t->classes ? 100 * was->score : was->score), dnp_t(test ? DNP_N("test") : DNP_N("training")), DNP_END};
  if (without->broken)
    add(out, lang,
        DNP_N("{1}. Tried: with it the loss on training data goes from {2:.4g} to {3:.4g} in {4} {4|update|updates}; "
              "without "
              "it the numbers do not stay finite."),
        losses);
  else if (t->same_loss)
    add(out, lang,
        DNP_N("{1}. Tried: with it the loss on training data goes from {2:.4g} to {3:.4g} in {4} {4|update|updates}, "
              "without "
              "it to {5:.4g}."),
        losses);
  else
    add(out, lang,
        DNP_N("{1}. Tried: with it the loss on training data goes from {2:.4g} to {3:.4g} in {4} {4|update|updates}."),
        losses);
  if (without->broken)
    add(out, lang,
        t->classes ? DNP_N(" {1:.1f} % of the {3} data are answered rightly then.")
                   : DNP_N(" R2 on {3} data is {1:.3f}."),
        scores);
  else
    add(out, lang,
        t->classes ? DNP_N(" {1:.1f} % of the {3} data are answered rightly then, instead of {2:.1f} %.")
                   : DNP_N(" R2 on {3} data is {1:.3f} then, instead of {2:.3f}."),
        scores);
}

void dnp_finding_remedy(const dnp_finding *f, denpa_lang lang, char out[DNP_REMEDY_TEXT]) {
  out[0] = '\0';
  if (f->tried != NULL)
    add_tried(f->tried, lang, out);
  else
    add(out, lang, f->remedy, f->arg);
}

void dnp_finding_tell(FILE *out, denpa_lang lang, const dnp_finding *finding) {
  char line[2048];
  const size_t name = (size_t)snprintf(line, sizeof line, "[%s] ", finding->name);
  dnp_render(line + name, sizeof line - name, lang, finding->what, finding->arg);
  dnp_write_line(out, 0, line);
}

void dnp_findings_tell(FILE *out, denpa_lang lang, const dnp_finding *found, size_t count, size_t most) {
  for (size_t i = 0; i < count && i < most; i++) {
    char line[DNP_REMEDY_TEXT + 64], remedy[DNP_REMEDY_TEXT];
    dnp_finding_tell(out, lang, &found[i]);
    dnp_finding_remedy(&found[i], lang, remedy);
    dnp_render(line, sizeof line, lang, found[i].consequence ? "{1}" : DNP_N("what to try: {1}"),
        (const denpa_arg[]){dnp_s(remedy), DNP_END});
    dnp_write_line(out, 4, line);
  }
}

static void tell_data(FILE *out, denpa_lang lang, const dnp_data_check *d) {
  dnp_say(out, lang, "data: {1} training {1|sample|samples}; inputs up to {2:.4g}, root mean square {3:.4g}\n",
      dnp_u(d->rows), dnp_d(d->largest), dnp_d(d->rms));
  if (d->classes > 0)
    dnp_say(out, lang,
        "classes: {1} of {2} occur, the commonest ({3}) in {4:.1f} % of the samples; guessing by their shares gives "
        "the loss {5:.4g} on all of them\n",
        dnp_u(d->present), dnp_u(d->classes), dnp_class_arg(d, d->common), dnp_d(100 * d->share), dnp_d(d->chance));
}

/* 79 cells: a row that goes on below could not be read. */
static void tell_layers(FILE *out, denpa_lang lang, const dnp_probe *p) {
  dnp_say(out, lang, "  {1:-8}{2:-8}{3:6}{4:11}{5:13}{6:12}{7:9}{8:10}\n", dnp_t(DNP_N("weights")),
      dnp_t(DNP_N("values")), dnp_t(DNP_N("units")), dnp_t(DNP_N("rms weight")), dnp_t(DNP_N("rms gradient")),
      dnp_t(DNP_N("step/weight")), dnp_t(DNP_N("all zero")), dnp_t(DNP_N("at an end")));
  for (size_t i = 0; i < p->layers; i++) {
    const dnp_layer *l = &p->layer[i];
    char dead[24] = "-", ends[24] = "-";
    if (l->can_die) snprintf(dead, sizeof dead, "%.0f %%", 100 * (double)l->dead / (double)l->units);
    if (l->has_ends) snprintf(ends, sizeof ends, "%.0f %%", 100 * l->saturated);
    dnp_say(out, lang, "  {1:-8}{2:-8}{3:6}{4:11.4g}{5:13.4g}{6:12.4g}{7:9}{8:10}\n", dnp_s(l->weights),
        dnp_s(l->values), dnp_u(l->units), dnp_d(l->weight), dnp_d(l->gradient), dnp_d(l->update), dnp_s(dead),
        dnp_s(ends));
  }
}

static void tell_probe(FILE *out, denpa_lang lang, const dnp_probe *p, const dnp_checkup *c) {
  if (!p->taken) return;
  if (isnan(p->accuracy)) /* numbers have none, and no commonest answer */
    dnp_say(out, lang, "\nat update {1}, on {2} of the {4} training {4|sample|samples}: loss {3:.6g}\n", dnp_u(p->step),
        dnp_u(p->rows), dnp_d(p->loss), dnp_u(c->data_check.rows));
  else
    dnp_say(out, lang,
        "\nat update {1}, on {2} of the {7} training {7|sample|samples}: loss {3:.6g}, accuracy {4:.4f}; the commonest "
        "answer is {5} ({6} {6|time|times})\n",
        dnp_u(p->step), dnp_u(p->rows), dnp_d(p->loss), dnp_d(p->accuracy), dnp_class_arg(&c->data_check, p->favourite),
        dnp_u(p->times), dnp_u(c->data_check.rows));
  if (c->data_check.classes > 0 && p->rows < c->data_check.rows)
    dnp_say(out, lang, "on these {1} {1|sample|samples}, guessing by their shares gives the loss {2:.4g}\n",
        dnp_u(p->rows), dnp_d(c->data_check.probe_chance));
  if (c->lr > 0)
    dnp_say(out, lang,
        "a plain step from there with the learning rate {1:.4g} leads to the loss {2:.6g}, one ten times as long to "
        "{3:.6g}\n",
        dnp_d(c->lr), dnp_d(p->after), dnp_d(p->after_ten));
  tell_layers(out, lang, p);
}

void dnp_checkup_tell(FILE *out, denpa_lang lang, const dnp_checkup *c) {
  tell_data(out, lang, &c->data_check);
  dnp_say(out, lang, "training: {1}, learning rate {2:.4g}, {3} {3|update|updates}, {4:.4g} {4|epoch|epochs}\n",
      dnp_s(c->optimizer[0] != '\0' ? c->optimizer : "?"), dnp_d(c->lr), dnp_u(c->steps), dnp_d(c->epochs));
  tell_probe(out, lang, &c->first, c);
  if (c->last.step != c->first.step || !c->first.taken) tell_probe(out, lang, &c->last, c);
  dnp_say(out, lang,
      "\nrms: root mean square. step/weight: length of one plain update over the length of the weights. all zero: ReLU "
      "units that give 0 for every sample. at an end: values where sigmoid or tanh is flat.\n");
}
