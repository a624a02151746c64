/* check_text.c: the result of a gradient check, for people. Called by the subcommand check. */
#include "base/text.h"
#include "draw/network.h"
#include "draw/say.h"
#include "gradcheck/check.h"

#define STRONG "\033[1m"
#define PLAIN "\033[0m"

/* "[409,40]" */
static void place_text(const dnp_check_tensor *t, size_t index, char *out, size_t size) {
  size_t at[DNP_MAX_AXES] = {0}, length = 0;
  dnp_check_place(t->axes, t->shape, index, at);
  for (int k = 0; k < t->axes; k++)
    length += (size_t)snprintf(out + length, size - length, "%s%zu", k > 0 ? "," : "[", at[k]);
  snprintf(out + length, size - length, t->axes > 0 ? "]" : "[]");
}

static const char *verdict(const dnp_check_tensor *t) {
  if (t->wrong > 0) return DNP_N("WRONG");
  return t->kinks == t->checked ? DNP_N("not judged") : DNP_N("right");
}

static void tell_tensor(FILE *out, denpa_lang lang, const dnp_check_tensor *t) {
  char shape[96], place[128];
  place_text(t, t->worst.index, place, sizeof place);
  dnp_say(out, lang, "{1:-6}{2:-14}{3:9}  {4:-14}{5:18.10e}{6:18.10e}{7:12.1e}   {8}\n", dnp_s(t->name),
      dnp_s(dnp_shape_text(t->axes, t->shape, shape)), dnp_u(t->checked), dnp_s(t->kinks == t->checked ? "-" : place),
      dnp_d(t->worst.numerical), dnp_d(t->worst.backward), dnp_d(t->worst.error), dnp_t(verdict(t)));
}

static void tell_kinks(FILE *out, denpa_lang lang, const dnp_check *check) {
  if (check->kinks == 0) return;
  dnp_say(out, lang,
      "\nNot judged: {1} {1|entry|entries}. While such a parameter moves, a ReLU opens or shuts for some sample (seen "
      "from the signs of its input), so the loss has a kink between the two ends and the numerical gradient means "
      "nothing there. That is not an error.\n",
      dnp_u(check->kinks));
  for (size_t i = 0; i < check->tensors; i++) {
    const dnp_check_tensor *t = &check->tensor[i];
    char place[128];
    if (t->kinks == 0) continue;
    place_text(t, t->kink.index, place, sizeof place);
    dnp_say(out, lang,
        "    {1}: {2} {2|entry|entries}; the largest difference is at {3}: numerical {4:.6e}, backward {5:.6e}\n",
        dnp_s(t->name), dnp_u(t->kinks), dnp_s(place), dnp_d(t->kink.numerical), dnp_d(t->kink.backward));
  }
}

static void tell_share(FILE *out, denpa_lang lang, const dnp_check *check) {
  if (check->entries == check->of) return;
  dnp_say(out, lang,
      "\nThese are {1} of {2} gradients: some of every tensor, drawn by the seed. --all checks all of them.\n",
      dnp_u(check->entries), dnp_u(check->of));
}

void dnp_check_tell_verdict(FILE *out, denpa_lang lang, bool colour, const dnp_check *check) {
  fputs(colour ? STRONG : "", out);
  if (check->wrong > 0)
    dnp_say(out, lang, "{1} of {2} {2|gradient|gradients} {1|is|are} wrong: their relative error is above {3:.0e}.",
        dnp_u(check->wrong), dnp_u(check->entries), dnp_d(DNP_CHECK_TOLERANCE));
  else if (!dnp_check_good(check))
    dnp_say(out, lang,
        "The fast method and the full forward pass do not agree, so this check proves nothing. Please report this.");
  else if (check->kinks > 0)
    dnp_say(out, lang, "All {1} gradients that could be judged are right.", dnp_u(check->entries - check->kinks));
  else if (check->entries < check->of)
    dnp_say(
        out, lang, "All {1} gradients that were checked, of {2}, are right.", dnp_u(check->entries), dnp_u(check->of));
  else
    dnp_say(out, lang, "All {1} gradients are right.", dnp_u(check->entries));
  fputs(colour ? PLAIN "\n" : "\n", out);
}

void dnp_check_tell(FILE *out, denpa_lang lang, bool colour, const dnp_check *check) {
  const denpa_net *net = check->net;
  char name[DNP_NETWORK_NAME], kind[DNP_NETWORK_KIND];
  dnp_say(out, lang,
      "Gradient check of the network {1} ({2}) on {3}, {4}, {5} {5|sample|samples}, in double precision. Loss: "
      "{6:.10g}\n",
      dnp_s(dnp_network_name(net, lang, name)), dnp_s(dnp_network_kind(net, lang, kind)),
      dnp_s(denpa_data_name(check->dataset)),
      dnp_t(check->asked.split == DNP_TRAIN ? DNP_N("training data") : DNP_N("test data")), dnp_u(check->rows),
      dnp_d(check->loss));
  dnp_say(out, lang,
      "Every parameter is moved a little to either side, and the change of the loss is divided by the way: that is the "
      "numerical gradient. Backpropagation has to give the same number. For each matrix the entry where the two differ "
      "most:\n\n");
  dnp_say(out, lang, "{1:-6}{2:-14}{3:9}  {4:-14}{5:18}{6:18}{7:12}   {8}\n", dnp_t(DNP_N("name")),
      dnp_t(DNP_N("shape")), dnp_t(DNP_N("entries")), dnp_t(DNP_N("worst at")), dnp_t(DNP_N("numerical")),
      dnp_t(DNP_N("backward")), dnp_t(DNP_N("error")), dnp_t(DNP_N("verdict")));
  for (size_t i = 0; i < check->tensors; i++) tell_tensor(out, lang, &check->tensor[i]);
  tell_kinks(out, lang, check);
  if (check->fast)
    dnp_say(out, lang,
        "\nThe numerical gradients were computed by a fast method that moves one number of a layer at a time and keeps "
        "the rest. {1} of them, drawn at random, were computed again by the full forward pass; the largest relative "
        "difference is {2:.1e}.\n",
        dnp_u(check->again), dnp_d(check->apart));
  tell_share(out, lang, check);
  fputc('\n', out);
  dnp_check_tell_verdict(out, lang, colour, check);
}
