/* explain.c: both passes of a trained network over one sample, as text for the terminal or as Markdown: the picture,
 * the answer, every matrix with its product, and the chain rule along the strongest path. Everything comes from the
 * trace. Called by the subcommand explain; explain_page.c makes the page. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "data/data.h"
#include "draw/picture.h"
#include "draw/samples.h"
#include "draw/say.h"
#include "explain/trace.h"
#include "learn/learn.h"

typedef struct sheet {
  FILE *out;
  denpa_lang lang;
  bool markdown, colour;
  const dnp_trace *trace;
} sheet;

static void title(const sheet *s, const char *text) {
  const bool strong = s->colour && !s->markdown;
  fprintf(s->out, "\n%s%s%s\n\n",
      s->markdown ? "## "
      : strong    ? "\033[1;33m"
                  : "",
      dnp_translate(s->lang, text), strong ? "\033[0m" : "");
}

static void fence(const sheet *s) {
  if (s->markdown) fputs("```\n", s->out);
}

/* ---- picture and answer -------------------------------------------------------------------------- */

static denpa_status tell_picture(const sheet *s, denpa_error *err) {
  const dnp_trace *trace = s->trace;
  if (trace->rows > 1 || !dnp_sample_shown(trace->dataset)) return DENPA_OK;
  fence(s);
  DNP_TRY(dnp_sample_text(
      s->out, s->lang, trace->dataset, trace->split, trace->first, DNP_FIGURE_LINES, s->colour && !s->markdown, err));
  fence(s);
  fputc('\n', s->out);
  return DENPA_OK;
}

/* The class that an output speaks for, flush right in so many cells. */
static void tell_class(const sheet *s, size_t output, size_t cells) {
  char name[DNP_CLASS_NAME], text[4 * DNP_CLASS_NAME];
  dnp_trace_output_name(s->trace, output, name);
  dnp_render(text, sizeof text, s->lang, "{1}", (const denpa_arg[]){dnp_s(name), DNP_END});
  for (size_t i = dnp_text_width(text); i < cells; i++) fputc(' ', s->out);
  fputs(text, s->out);
}

static size_t widest_class(const sheet *s) {
  size_t widest = 3;
  for (size_t k = 0; k < dnp_tensor_row(s->trace->net->exec->output); k++) {
    char name[DNP_CLASS_NAME], text[4 * DNP_CLASS_NAME];
    dnp_trace_output_name(s->trace, k, name);
    dnp_render(text, sizeof text, s->lang, "{1}", (const denpa_arg[]){dnp_s(name), DNP_END});
    if (dnp_text_width(text) > widest) widest = dnp_text_width(text);
  }
  return widest;
}

/* Answers that are numbers: as the network has them, and what they stand for. */
static void tell_numbers(const sheet *s) {
  const dnp_trace *trace = s->trace;
  const dnp_exec *exec = trace->net->exec;
  const size_t widest = widest_class(s);
  dnp_remark told;
  char name[DNP_CLASS_NAME];
  for (size_t k = 0; k < dnp_tensor_row(exec->output); k++) {
    tell_class(s, k, widest);
    dnp_say(s->out, s->lang, "  y = {1:.6g}, t = {2:.6g}\n", dnp_d(dnp_tensor_element(exec->output, DNP_DATA, k)),
        dnp_d(dnp_tensor_element(exec->answer, DNP_DATA, k)));
  }
  if (dnp_trace_number_told(trace, name, &told)) dnp_say_args(s->out, s->lang, told.message, told.arg);
}

static void tell_answer(const sheet *s) {
  const dnp_trace *trace = s->trace;
  const dnp_tensor *y = trace->net->exec->output;
  const size_t best = dnp_trace_answer(trace), label = (size_t)trace->step->label, widest = widest_class(s);
  char answer[DNP_CLASS_NAME], right[DNP_CLASS_NAME];
  if (trace->rows > 1) return;
  if (dnp_trace_numbers(trace)) {
    tell_numbers(s);
    return;
  }
  fence(s);
  for (size_t k = 0; k < dnp_tensor_row(y); k++) {
    const double value = dnp_tensor_element(y, DNP_DATA, k);
    tell_class(s, k, widest);
    dnp_say(s->out, s->lang, "  {1:.4f}  ", dnp_d(value));
    dnp_draw_bar(s->out, value, dnp_bar_cells(s->out, 40, widest + 12), s->colour && !s->markdown);
    fputc('\n', s->out);
  }
  fence(s);
  dnp_class_name(trace->net, trace->dataset, best, answer);
  if (trace->dataset->guessed)
    dnp_say(s->out, s->lang, "The network answers {1}.\n", dnp_s(answer));
  else if (best == label)
    dnp_say(s->out, s->lang, "The network answers {1}, which is right.\n", dnp_s(answer));
  else
    dnp_say(s->out, s->lang, "The network answers {1}, which is wrong: the right answer is {2}.\n", dnp_s(answer),
        dnp_s(dnp_class_name(trace->net, trace->dataset, label, right)));
}

/* ---- matrices ------------------------------------------------------------------------------------ */

/* "1 x **784** . **784** x 50 -> 1 x 50": the sizes that must agree stand out. */
static void mark_sizes(const sheet *s, const char *formula) {
  dnp_step_sizes z;
  if (!dnp_step_sizes_of(formula, &z)) return;
  fprintf(s->out, "%.*s x **(%.*s)** . **(%.*s)** x %.*s -> %.*s x %.*s\n\n", z.rows.length, z.rows.at, z.inner.length,
      z.inner.at, z.again.length, z.again.at, z.columns.length, z.columns.at, z.rows.length, z.rows.at,
      z.columns.length, z.columns.at);
}

/* "784,50" */
static const char *sizes_text(const dnp_seen *seen, char out[96]) {
  size_t length = 0;
  out[0] = '\0';
  for (int i = 0; i < seen->axes; i++)
    length += (size_t)snprintf(out + length, 96 - length, "%s%zu", i > 0 ? "," : "", seen->shape[i]);
  return out;
}

static void markdown_matrix(const sheet *s, const dnp_seen *seen) {
  char text[1024], shape[96];
  dnp_step_formula(s->trace->step, seen, s->lang, text, sizeof text);
  if (text[0] != '\0')
    fprintf(s->out, "### `%s`\n\n", text);
  else
    fprintf(s->out, "### `%s[%s]`\n\n", seen->name, sizes_text(seen, shape));
  mark_sizes(s, text);
  dnp_step_sentence(s->trace->step, seen, s->lang, text, sizeof text);
  if (text[0] != '\0') fprintf(s->out, "%s\n\n", text);
  fputc('`', s->out);
  for (int i = 0; i < seen->firsts; i++)
    dnp_say(s->out, s->lang, i == 0 ? "{1:.6g}" : "  {1:.6g}", dnp_d(seen->first[i]));
  fputs(seen->count > (size_t)seen->firsts ? " ...`" : "`", s->out);
  dnp_say(s->out, s->lang, "   (smallest {1:.6g}, largest {2:.6g}, mean {3:.6g})\n", dnp_d(seen->low),
      dnp_d(seen->high), dnp_d(seen->sum / (double)seen->count));
  fputc('\n', s->out);
}

static void tell_matrices(const sheet *s, bool back) {
  const dnp_step *step = s->trace->step;
  for (size_t i = 0; i < step->count; i++) {
    const dnp_seen *seen = &step->seen[i];
    if ((seen->as == DNP_SEEN_BACKWARD) != back) continue;
    if (s->markdown)
      markdown_matrix(s, seen);
    else
      dnp_step_tell_matrix(s->out, s->lang, s->colour, step, seen);
  }
}

/* ---- the chain rule ------------------------------------------------------------------------------ */

/* The entry with the largest gradient among the parameters of the first call that has any: the far end of the way
 * back. */
static dnp_cell strongest(const dnp_trace *trace) {
  const dnp_parameter *p = &trace->net->exec->parameter[0];
  dnp_cell best = {.tensor = p->tensor, .gradient = true}, cell = best;
  for (cell.element = 0; cell.element < p->count; cell.element++)
    if (fabs(dnp_trace_value(trace, &cell)) > fabs(dnp_trace_value(trace, &best))) best = cell;
  return best;
}

/* One link: the cell, and the largest term of its sum, in which the next link stands. */
static denpa_status tell_link(const sheet *s, const dnp_cell *cell, dnp_cell *next, bool *more, denpa_error *err) {
  char name[DNP_CELL_NAME], value[DNP_EXACT], names[DNP_TERM_TEXT], numbers[DNP_TERM_TEXT], product[DNP_EXACT];
  dnp_account a;
  DNP_TRY(dnp_trace_account(s->trace, cell, &a, err));
  dnp_exact_text(dnp_cell_dtype(cell), a.value, value);
  dnp_format_real(product, sizeof product, a.count > 0 ? a.product[a.order[0]] : 0, 9);
  *more = a.count > 0 && dnp_term_cell(&a.terms[a.order[0]], next) && next->gradient;
  if (a.count > 0) {
    dnp_term_text(s->trace, &a, a.order[0], names, numbers);
    if (a.count == 1 && strcmp(numbers, value) == 0)
      fprintf(s->out, "%s = %s = %s\n", dnp_trace_name(s->trace, cell, name), names, value);
    else if (a.count == 1)
      fprintf(s->out, "%s = %s = %s = %s\n", dnp_trace_name(s->trace, cell, name), names, numbers, value);
    else
      dnp_say(s->out, s->lang, "{1} = {2}, a sum of {3} {3|term|terms}; the largest: {4}{5}{6}\n",
          dnp_s(dnp_trace_name(s->trace, cell, name)), dnp_s(value), dnp_u(a.count), dnp_s(names),
          dnp_s(strcmp(names, product) == 0 ? "" : " = "), dnp_s(strcmp(names, product) == 0 ? "" : product));
  }
  dnp_account_free(&a);
  return DENPA_OK;
}

static denpa_status tell_chain(const sheet *s, denpa_error *err) {
  dnp_cell cell = strongest(s->trace), next = cell;
  char name[DNP_CELL_NAME];
  bool more = true;
  dnp_say(s->out, s->lang,
      "The strongest gradient of the first layer, {1}, and the largest term of each sum on the way from it to the "
      "loss:\n",
      dnp_s(dnp_trace_name(s->trace, &cell, name)));
  fputc('\n', s->out);
  fence(s);
  while (more) {
    DNP_TRY(tell_link(s, &cell, &next, &more, err));
    cell = next;
  }
  fence(s);
  return DENPA_OK;
}

/* ---- the whole ----------------------------------------------------------------------------------- */

denpa_status dnp_explain_tell(
    FILE *out, denpa_lang lang, const dnp_trace *trace, dnp_explain_form form, bool colour, denpa_error *err) {
  const sheet s = {
      .out = out, .lang = lang, .markdown = form == DNP_EXPLAIN_MARKDOWN, .colour = colour, .trace = trace};
  char where[DNP_TRACE_WHERE];
  dnp_trace_where(trace, lang, where, sizeof where);
  if (s.markdown) fputs("# denpa explain\n\n", out);
  dnp_write_line(out, 0, where);
  for (size_t i = 0; i < trace->remarks; i++) dnp_say_args(out, lang, trace->remark[i].message, trace->remark[i].arg);
  fputc('\n', out);
  DNP_TRY(tell_picture(&s, err));
  tell_answer(&s);
  fputc('\n', out);
  dnp_say(out, lang,
      "[3,5] means 3 rows and 5 columns, counted from 0. A . B multiplies matrices: the two sizes in round brackets "
      "are equal and disappear, the outer two remain. A^T is A transposed, rows become columns. Each matrix shows the "
      "first numbers of its first row.\n");
  title(&s, DNP_N("Forward propagation: from the inputs to the outputs"));
  tell_matrices(&s, false);
  title(&s, DNP_N("Backpropagation: from the outputs back to the inputs"));
  dnp_say(out, lang,
      "dW1 is the gradient for W1: how steeply the loss rises when an entry of W1 grows. The gradients go back along "
      "the same wires, and that is what the transposes are for.\n");
  if (s.markdown) fputc('\n', out);
  tell_matrices(&s, true);
  title(&s, DNP_N("The chain rule along one path"));
  DNP_TRY(tell_chain(&s, err));
  if (s.markdown) fputc('\n', out);
  dnp_say(out, lang, "denpa why tells the story of any other number, with all its terms: denpa why MODEL 'W1[0,0]'\n");
  return DENPA_OK;
}
