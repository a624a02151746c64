/* diagnose_text.c: what became of a person's own gradients, for people: which are right, which are not, and what the
 * mistake is called. Called by the subcommand check. */
#include "base/text.h"
#include "draw/network.h"
#include "draw/say.h"
#include "gradcheck/check.h"
#include "gradcheck/diagnose.h"

#define STRONG "\033[1m"
#define PLAIN "\033[0m"
#define TOLD 3 /* findings that do not surely fit */

/* "[409,40]" */
static void place_text(int axes, const size_t *shape, size_t index, char *out, size_t size) {
  size_t at[DNP_MAX_AXES] = {0}, length = 0;
  dnp_check_place(axes, shape, index, at);
  for (int k = 0; k < axes; k++)
    length += (size_t)snprintf(out + length, size - length, "%s%zu", k > 0 ? "," : "[", at[k]);
  snprintf(out + length, size - length, axes > 0 ? "]" : "[]");
}

void dnp_diagnosis_text(const dnp_diagnosis *f, bool second, denpa_lang lang, char *out, size_t size) {
  const dnp_mistake *m = second ? f->second : f->mistake;
  char given[96], right[96];
  if (f->given == NULL) {
    dnp_render(out, size, lang, m->sentence, (const denpa_arg[]){dnp_d(second ? f->second_value : f->value), DNP_END});
    return;
  }
  const dnp_given *g = f->given;
  dnp_shape_text(g->given_axes, g->given_shape, given);
  dnp_shape_text(g->axes, g->shape, right);
  if (m == dnp_mistake_find("not-finite")) place_text(g->given_axes, g->given_shape, g->bad, given, sizeof given);
  dnp_render(out, size, lang, m->sentence, (const denpa_arg[]){dnp_s(g->called), dnp_s(given), dnp_s(right), DNP_END});
}

static void tell_array(FILE *out, denpa_lang lang, const dnp_given *g) {
  char shape[96], place[128] = "";
  const char *name = g->name;
  dnp_shape_text(g->axes, g->shape, shape);
  if (g->state == DNP_GIVEN_MISSING || g->state == DNP_GIVEN_UNUSABLE) {
    dnp_say(out, lang, "{1:-6}{2:-14}{3:10}{4:12}   {5}\n", dnp_s(name), dnp_s(shape), dnp_s("-"), dnp_s("-"),
        dnp_t(g->state == DNP_GIVEN_MISSING ? DNP_N("not given") : DNP_N("cannot be compared")));
    return;
  }
  dnp_say(out, lang, "{1:-6}{2:-14}{3:10.1e}{4:12.6f}   {5}", dnp_s(name), dnp_s(shape), dnp_d(g->error),
      dnp_d(g->cosine), dnp_t(g->right ? DNP_N("right") : DNP_N("WRONG")));
  if (!g->right) {
    place_text(g->axes, g->shape, g->worst, place, sizeof place);
    dnp_say(
        out, lang, ": {1} is {2:.8g}, {3:.8g} is right", dnp_s(place), dnp_d(g->worst_given), dnp_d(g->worst_right));
  }
  fputc('\n', out);
}

static void tell_finding(FILE *out, denpa_lang lang, bool colour, const dnp_diagnosis *f) {
  char text[1024];
  fputs(colour ? "\n" STRONG : "\n", out);
  if (f->second != NULL)
    dnp_say(out, lang, "{1} and {2} (confidence {3:.0f} %)", dnp_s(f->mistake->id), dnp_s(f->second->id),
        dnp_d(100 * f->confidence));
  else
    dnp_say(out, lang, "{1} (confidence {2:.0f} %)", dnp_s(f->mistake->id), dnp_d(100 * f->confidence));
  fputs(colour ? PLAIN "\n" : "\n", out);
  for (int second = 0; second < 2; second++) {
    const dnp_mistake *m = second ? f->second : f->mistake;
    if (m == NULL) continue;
    dnp_diagnosis_text(f, second != 0, lang, text, sizeof text);
    dnp_say(out, lang, "    {1}\n    What to do: {2}\n", dnp_s(text), dnp_t(m->remedy));
  }
}

static void tell_findings(FILE *out, denpa_lang lang, bool colour, const dnp_review *r) {
  bool table = false, fits = false;
  for (size_t i = 0; i < r->findings; i++) {
    table = table || r->finding[i].given == NULL;
    fits = fits || (r->finding[i].given == NULL && r->finding[i].fits);
  }
  if (r->mistakes > 0 && !table) {
    dnp_say(out, lang, "\nNone of {1} known mistakes, alone or two together, comes near these numbers.\n",
        dnp_u(r->mistakes));
  } else if (r->mistakes > 0 && !fits) {
    dnp_say(out, lang,
        "\nNone of {1} known mistakes, alone or two together, gives just these numbers. The nearest ones:\n",
        dnp_u(r->mistakes));
  } else if (r->mistakes > 0) {
    dnp_say(out, lang,
        "\nCompared with {1} known mistakes. Up to rounding, this one gives just these numbers (if there are several, "
        "the likelier one comes first):\n",
        dnp_u(r->mistakes));
  }
  for (size_t i = 0; i < r->findings; i++)
    if (r->finding[i].fits || i < TOLD) tell_finding(out, lang, colour, &r->finding[i]);
  if (r->mistakes > 0 && !fits)
    dnp_say(out, lang,
        "\nAre your gradients for the same weights, the same activation and loss, and the first {1} samples of the "
        "same data (--samples, --split)?\n",
        dnp_u(r->rows));
}

void dnp_review_tell(FILE *out, denpa_lang lang, bool colour, const dnp_review *r) {
  char name[DNP_NETWORK_NAME], kind[DNP_NETWORK_KIND];
  dnp_say(out, lang,
      "Your gradients for the network {1} ({2}) on {3}, {4}, {5} {5|sample|samples}, compared with the right ones in "
      "double precision. Loss: {6:.10g}\n",
      dnp_s(dnp_network_name(r->net, lang, name)), dnp_s(dnp_network_kind(r->net, lang, kind)),
      dnp_s(denpa_data_name(r->dataset)), dnp_t(r->split == DNP_TRAIN ? DNP_N("training data") : DNP_N("test data")),
      dnp_u(r->rows), dnp_d(r->loss));
  dnp_say(out, lang,
      "error: how far your matrix is from the right one, over the length of the longer of both. cosine: 1 is the same "
      "direction, -1 the opposite one.\n\n");
  dnp_say(out, lang, "{1:-6}{2:-14}{3:10}{4:12}   {5}\n", dnp_t(DNP_N("name")), dnp_t(DNP_N("shape")),
      dnp_t(DNP_N("error")), dnp_t(DNP_N("cosine")), dnp_t(DNP_N("verdict")));
  for (size_t i = 0; i < r->given_count; i++) tell_array(out, lang, &r->given[i]);
  if (r->strangers > 0)
    dnp_say(out, lang, "Arrays that belong to no parameter were passed over: {1}, the first one is {2}.\n",
        dnp_u(r->strangers), dnp_s(r->stranger));
  if (r->right) {
    fputs(colour ? "\n" STRONG : "\n", out);
    dnp_say(out, lang, "Your gradients are right.");
    fputs(colour ? PLAIN "\n" : "\n", out);
    return;
  }
  tell_findings(out, lang, colour, r);
}
