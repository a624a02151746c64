/* why.c: the whole story of one number in words: what it is, the terms of its sum, what the largest of these came from,
 * and for what the loss depends on the gradient, what a small change would do and what the next update does. Everything
 * comes from the accounts of trace.c, so that no operation is known here by name. Called by the subcommands why and
 * explain. */
#include <string.h>

#include "base/text.h"
#include "draw/network.h"
#include "draw/samples.h"
#include "draw/say.h"
#include "explain/trace.h"

#define STRONG "\033[1;33m"
#define PLAIN "\033[0m"
#define MOST_TOLD 64

typedef struct teller {
  FILE *out;
  denpa_lang lang;
  const dnp_trace *trace;
  const dnp_why_options *options;
  dnp_cell told[MOST_TOLD]; /* whose accounts have been shown */
  size_t tolds;
} teller;

static void indent(const teller *t, size_t level) {
  for (size_t i = 0; i < level; i++) fputs("    ", t->out);
}

static void heading(const teller *t, size_t level, const dnp_cell *cell) {
  char name[DNP_CELL_NAME], value[DNP_EXACT];
  dnp_exact_text(cell->mean ? DENPA_DTYPE_FLOAT64 : dnp_cell_dtype(cell), dnp_trace_value(t->trace, cell), value);
  indent(t, level);
  fprintf(t->out, "%s%s%s = %s\n", t->options->colour ? STRONG : "", dnp_trace_name(t->trace, cell, name),
      t->options->colour ? PLAIN : "", value);
}

static void title(const teller *t, const char *text) {
  fprintf(t->out, "\n%s%s%s\n\n", t->options->colour ? STRONG : "", dnp_translate(t->lang, text),
      t->options->colour ? PLAIN : "");
}

/* ---- one sum ------------------------------------------------------------------------------------- */

static void tell_input(const teller *t, size_t level, const dnp_cell *cell) {
  char text[DNP_INPUT_SENTENCE];
  dnp_trace_input_text(t->trace, cell, t->lang, text);
  const size_t length = strlen(text);
  if (length > 0 && text[length - 1] == '\n') text[length - 1] = '\0';
  if (length > 0) dnp_write_line(t->out, 4 * level, text);
}

/* A product that is a float32 is shown exactly, another one rounded. */
static void product_text(double product, char out[DNP_EXACT]) {
  const double narrow = (double)(float)product;
  if (narrow >= product && narrow <= product)
    dnp_exact_text(DENPA_DTYPE_FLOAT32, product, out);
  else
    dnp_format_real(out, DNP_EXACT, product, 9);
}

static void tell_term(const teller *t, size_t level, const dnp_account *a, size_t term) {
  char names[DNP_TERM_TEXT], numbers[DNP_TERM_TEXT], product[DNP_EXACT];
  dnp_term_text(t->trace, a, term, names, numbers);
  product_text(a->product[term], product);
  indent(t, level);
  if (strcmp(names, product) == 0)
    fprintf(t->out, "%16s\n", product);
  else if (strcmp(numbers, product) == 0)
    fprintf(t->out, "%16s = %s\n", product, names);
  else
    fprintf(t->out, "%16s = %s = %s\n", product, names, numbers);
}

static void tell_rest(const teller *t, size_t level, const dnp_account *a, size_t shown) {
  double rest = 0;
  char sum[DNP_EXACT];
  for (size_t i = shown; i < a->count; i++) rest += a->product[a->order[i]];
  if (shown == a->count) return;
  dnp_format_real(sum, sizeof sum, rest, 9);
  indent(t, level);
  fprintf(t->out, "%16s   ", sum);
  dnp_say(t->out, t->lang, "the other {1} together\n", dnp_u(a->count - shown));
}

static void tell_sum(const teller *t, size_t level, const dnp_cell *cell, const dnp_account *a) {
  char name[DNP_CELL_NAME], sum[DNP_EXACT], value[DNP_EXACT], form[DNP_TERM_TEXT];
  dnp_trace_name(t->trace, cell, name);
  dnp_exact_text(a->recipe.dtype, a->sum, sum);
  dnp_exact_text(cell->mean ? DENPA_DTYPE_FLOAT64 : dnp_cell_dtype(cell), a->value, value);
  if (a->recipe.finish != NULL)
    dnp_say_in(t->out, 4 * level, t->lang,
        "sum of the terms: {1}; from it {2} = {3} = {4}: bit for bit what the network has\n", dnp_s(sum), dnp_s(name),
        dnp_s(dnp_form_text(a->recipe.finish_form, sum, a->recipe.arg, 0, form, sizeof form)), dnp_s(value));
  else
    dnp_say_in(t->out, 4 * level, t->lang, "sum of the terms: {1} = {2}, bit for bit what the network has\n",
        dnp_s(name), dnp_s(sum));
}

void dnp_trace_sentence(const dnp_trace *trace, const dnp_seen *seen, denpa_lang lang, char *out, size_t size) {
  const dnp_seen *s = seen;
  for (size_t i = 0; seen->as == DNP_SEEN_LOSS && i < trace->step->count; i++)
    if (trace->step->seen[i].as == DNP_SEEN_FORWARD && trace->step->seen[i].node == seen->node)
      s = &trace->step->seen[i];
  dnp_step_sentence(trace->step, s, lang, out, size);
}

static void tell_sentence(const teller *t, size_t level, const dnp_cell *cell) {
  const dnp_seen *s = dnp_trace_seen(t->trace, cell);
  char text[1024];
  if (s == NULL || cell->mean || s->as == DNP_SEEN_GIVEN || s->as == DNP_SEEN_PARAMETER) return;
  dnp_step_formula(t->trace->step, s, t->lang, text, sizeof text);
  if (text[0] != '\0') dnp_write_line(t->out, 4 * level, text);
  dnp_trace_sentence(t->trace, s, t->lang, text, sizeof text);
  if (text[0] != '\0') dnp_write_line(t->out, 4 * level, text);
}

static bool is_told(const teller *t, const dnp_cell *cell) {
  for (size_t i = 0; i < t->tolds; i++)
    if (t->told[i].tensor == cell->tensor && t->told[i].gradient == cell->gradient &&
        t->told[i].element == cell->element && t->told[i].mean == cell->mean)
      return true;
  return false;
}

static denpa_status tell_account(teller *t, size_t level, const dnp_cell *cell, size_t depth, denpa_error *err);

/* The terms that were computed themselves, from the largest on: two at the top, then one. */
static denpa_status follow(
    teller *t, size_t level, const dnp_account *a, size_t shown, size_t depth, denpa_error *err) {
  size_t left = level == 0 ? 2 : 1;
  for (size_t i = 0; i < shown && left > 0 && depth > 0; i++) {
    dnp_cell next;
    if (!dnp_term_cell(&a->terms[a->order[i]], &next) || !dnp_trace_computed(t->trace, &next) || is_told(t, &next))
      continue;
    left--;
    DNP_TRY(tell_account(t, level + 1, &next, depth - 1, err));
  }
  return DENPA_OK;
}

static denpa_status tell_account(teller *t, size_t level, const dnp_cell *cell, size_t depth, denpa_error *err) {
  dnp_account a;
  dnp_cell part;
  if (t->tolds < MOST_TOLD) t->told[t->tolds++] = *cell;
  DNP_TRY(dnp_trace_account(t->trace, cell, &a, err));
  const size_t shown = a.count < t->options->terms ? a.count : t->options->terms;
  heading(t, level, cell);
  tell_sentence(t, level, cell);
  if (a.count == 0)
    dnp_say_in(t->out, 4 * level, t->lang, "no term: nothing comes through here, so it is 0\n");
  else
    dnp_say_in(t->out, 4 * level, t->lang, "terms: {1}, the largest first\n", dnp_u(a.count));
  if (a.recipe.group > DNP_LANES && t->trace->rows > 1) {
    dnp_say_in(t->out, 4 * level, t->lang,
        a.recipe.fold == DNP_FOLD_GROUPS
            ? DNP_N(
                  "(The samples are added up in groups of {1}: each sample of a group has a sum of its own, and at the "
                  "end of the group these meet.)\n")
            : DNP_N("(There are {1} sums side by side: sample n goes to sum n mod {1}, and at the end they meet.)\n"),
        dnp_i(DNP_LANES));
  }
  for (size_t i = 0; i < shown; i++) tell_term(t, level, &a, a.order[i]);
  tell_rest(t, level, &a, shown);
  if (a.count > 0) tell_sum(t, level, cell, &a);
  for (size_t i = 0; i < shown && i < 2; i++) { /* the pixels or columns behind the largest */
    if (dnp_term_cell(&a.terms[a.order[i]], &part)) tell_input(t, level, &part);
    if (dnp_term_by(&a.terms[a.order[i]], &part)) tell_input(t, level, &part);
  }
  denpa_status status = follow(t, level, &a, shown, depth, err);
  dnp_account_free(&a);
  return status;
}

/* ---- what was given ------------------------------------------------------------------------------ */

static denpa_status tell_use(const teller *t, const dnp_cell *cell, denpa_error *err) {
  dnp_cell use;
  dnp_account a;
  bool found;
  size_t term;
  char name[DNP_CELL_NAME], value[DNP_EXACT], names[DNP_TERM_TEXT], numbers[DNP_TERM_TEXT], product[DNP_EXACT];
  DNP_TRY(dnp_trace_use(t->trace, cell, &found, &use, &term, err));
  if (!found) return DENPA_OK;
  DNP_TRY(dnp_trace_account(t->trace, &use, &a, err));
  dnp_term_text(t->trace, &a, term, names, numbers);
  dnp_format_real(product, sizeof product, a.product[term], 9);
  dnp_exact_text(dnp_cell_dtype(&use), a.value, value);
  dnp_say(t->out, t->lang, "On the way forward it takes part in {1} = {2}, as term {3} of {4}: {5} = {6} = {7}\n",
      dnp_s(dnp_trace_name(t->trace, &use, name)), dnp_s(value), dnp_u(term + 1), dnp_u(a.count), dnp_s(names),
      dnp_s(numbers), dnp_s(product));
  dnp_account_free(&a);
  return DENPA_OK;
}

static void tell_given(const teller *t, const dnp_cell *cell) {
  const char *steps = denpa_net_metadata(t->trace->net, "steps");
  const dnp_seen *s = dnp_trace_seen(t->trace, cell);
  if (s != NULL && s->as == DNP_SEEN_PARAMETER)
    dnp_say(t->out, t->lang,
        "It is a parameter: no sum makes it. It began as an initial value, and the training has changed it, update by "
        "update (updates so far: {1}).\n",
        dnp_s(steps != NULL ? steps : "?"));
  else if (s != NULL && s->as == DNP_SEEN_STATE)
    tell_sentence(t, 0, cell);
  else
    dnp_say(t->out, t->lang, "It is part of the sample: no sum makes it.\n");
  tell_input(t, 0, cell);
}

/* ---- gradient, nudge, update --------------------------------------------------------------------- */

#define NUDGE 0.01

static denpa_status tell_gradient(teller *t, const dnp_cell *cell, const dnp_cell *gradient, denpa_error *err) {
  char name[DNP_CELL_NAME], slope[DNP_CELL_NAME];
  const double g = dnp_trace_value(t->trace, gradient);
  title(t, DNP_N("Its gradient: the way back from the loss"));
  DNP_TRY(tell_account(t, 0, gradient, t->options->depth, err));
  dnp_say(t->out, t->lang,
      "\nIf {1} grew by {2}, the loss would change by about {3} * {2} = {4:.6g}. (The gradient is a slope, so this "
      "holds for small changes.)\n",
      dnp_s(dnp_trace_name(t->trace, cell, name)), dnp_d(NUDGE), dnp_s(dnp_trace_name(t->trace, gradient, slope)),
      dnp_d(g * NUDGE));
  return DENPA_OK;
}

static denpa_status tell_update(const teller *t, const dnp_cell *cell, denpa_error *err) {
  const denpa_dtype dtype = dnp_cell_dtype(cell);
  char name[DNP_CELL_NAME], before[DNP_EXACT], after[DNP_EXACT], rate[DNP_EXACT];
  dnp_nudge n;
  DNP_TRY(dnp_trace_update(t->trace, cell, &n, err));
  title(t, DNP_N("The update"));
  dnp_exact_text(dtype, n.before, before);
  dnp_exact_text(dtype, n.after, after);
  dnp_say(t->out, t->lang,
      "One update from this batch alone ({1}, learning rate {2:.15g}) would move {4} from {5} to {3}, that is by "
      "{6:.6g}.\n",
      dnp_s(n.optimizer), dnp_d(n.lr), dnp_s(after), dnp_s(dnp_trace_name(t->trace, cell, name)), dnp_s(before),
      dnp_d(n.after - n.before));
  dnp_format_real(rate, sizeof rate, n.lr, 15);
  if (n.plain) fprintf(t->out, "    %s := %s - %s * d%s\n", name, name, rate, name);
  return DENPA_OK;
}

#define RENDER(out, size, lang, ...) dnp_render(out, size, lang, DNP_MESSAGE(__VA_ARGS__, DNP_END))

/* ---- the whole ----------------------------------------------------------------------------------- */

void dnp_trace_where(const dnp_trace *trace, denpa_lang lang, char *out, size_t size) {
  const char *part = trace->split == DENPA_SPLIT_TRAIN ? DNP_N("training data") : DNP_N("test data");
  char name[DNP_NETWORK_NAME], class[DNP_CLASS_NAME];
  if (trace->dataset->own)
    RENDER(out, size, lang,
        trace->dataset->guessed ? DNP_N("Network {1}, the picture {2}. Nobody says what it is (--class), so the way "
                                        "back takes the network's own answer, {3}, for right; its loss is {4:.9g}.")
                                : DNP_N("Network {1}, the picture {2}, which is {3}; its loss is {4:.9g}."),
        dnp_s(dnp_network_name(trace->net, lang, name)), dnp_s(denpa_data_name(trace->dataset)),
        dnp_s(dnp_class_name(trace->net, trace->dataset, (size_t)trace->step->label, class)), dnp_d(trace->loss));
  else if (trace->rows == 1 && dnp_trace_numbers(trace))
    RENDER(out, size, lang, "Network {1}, sample {2} of {3} ({4}); its loss is {5:.9g}.",
        dnp_s(dnp_network_name(trace->net, lang, name)), dnp_u(trace->first), dnp_s(denpa_data_name(trace->dataset)),
        dnp_t(part), dnp_d(trace->loss));
  else if (trace->rows == 1)
    RENDER(out, size, lang, "Network {1}, sample {2} of {3} ({4}), which belongs to class {5}; its loss is {6:.9g}.",
        dnp_s(dnp_network_name(trace->net, lang, name)), dnp_u(trace->first), dnp_s(denpa_data_name(trace->dataset)),
        dnp_t(part), dnp_s(dnp_class_name(trace->net, trace->dataset, (size_t)trace->step->label, class)),
        dnp_d(trace->loss));
  else
    RENDER(out, size, lang, "Network {1}, samples {2} to {3} of {4} ({5}); their mean loss is {6:.9g}.",
        dnp_s(dnp_network_name(trace->net, lang, name)), dnp_u(trace->first), dnp_u(trace->first + trace->rows - 1),
        dnp_s(denpa_data_name(trace->dataset)), dnp_t(part), dnp_d(trace->loss));
}

denpa_status dnp_why_tell(FILE *out, denpa_lang lang, const dnp_trace *trace, const dnp_cell *cell,
    const dnp_why_options *options, denpa_error *err) {
  teller t = {.out = out, .lang = lang, .trace = trace, .options = options};
  const dnp_seen *seen = dnp_trace_seen(trace, cell);
  dnp_cell gradient;
  char where[DNP_TRACE_WHERE];
  dnp_trace_where(trace, lang, where, sizeof where);
  dnp_write_line(out, 0, where);
  for (size_t i = 0; i < trace->remarks; i++) dnp_say_args(out, lang, trace->remark[i].message, trace->remark[i].arg);
  fputc('\n', out);
  if (dnp_trace_computed(trace, cell))
    DNP_TRY(tell_account(&t, 0, cell, options->depth, err));
  else {
    heading(&t, 0, cell);
    tell_given(&t, cell);
    DNP_TRY(tell_use(&t, cell, err));
  }
  if (dnp_trace_gradient(trace, cell, &gradient)) DNP_TRY(tell_gradient(&t, cell, &gradient, err));
  if (!cell->gradient && seen != NULL && seen->as == DNP_SEEN_PARAMETER) DNP_TRY(tell_update(&t, cell, err));
  if (trace->rows > 1 || !dnp_sample_shown(trace->dataset)) return DENPA_OK;
  title(&t, DNP_N("The sample"));
  return dnp_sample_text(out, lang, trace->dataset, trace->split, trace->first, DNP_SAMPLE_LINES, options->colour, err);
}
