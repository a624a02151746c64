/* explain_page.c: both passes as a page. It carries every matrix exactly and, for every matrix that was computed, how
 * the terms of its cells are found (page_terms.c). The page (explain.js) folds them by the law of sums and knows no
 * operation by name. Called by the subcommands explain and step. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/data.h"
#include "explain_css.h"
#include "explain_js.h"
#include "explain_sums_js.h"
#include "draw/page.h"
#include "explain/flows.h"
#include "explain/page_terms.h"
#include "explain/trace.h"
#include "learn/learn.h"

enum { MOST_INPUTS = 2000 }; /* of a table, that are told on a page */

long dnp_page_number_of(const dnp_trace *trace, const dnp_tensor *tensor, bool grad) {
  const dnp_seen *s = tensor != NULL ? dnp_trace_seen(trace, &(dnp_cell){.tensor = tensor, .gradient = grad}) : NULL;
  return s != NULL ? (long)(s - trace->step->seen) : -1;
}

static void put_long(dnp_page *page, long value) { dnp_page_real(page, (double)value); }

/* ---- one matrix ----------------------------------------------------------------------------------- */

/* Labels are written as the rows that they stand for. */
static denpa_status put_labels(dnp_page *page, const dnp_exec *exec, const dnp_seen *s, denpa_error *err) {
  const dnp_tensor *t = &exec->tensor[s->tensor];
  float *rows;
  DNP_TRY(DNP_NEW(&rows, s->shape[0] * s->shape[1], err));
  for (size_t i = 0; i < t->rows; i++) rows[i * s->shape[1] + (size_t)dnp_exec_element(exec, t, DNP_DATA, i)] = 1;
  dnp_page_base64(page, rows, s->shape[0] * s->shape[1] * sizeof *rows);
  dnp_free(rows);
  return DENPA_OK;
}

/* Every number of a matrix, row-major. */
static denpa_status put_numbers(dnp_page *page, const dnp_exec *exec, const dnp_seen *s, denpa_error *err) {
  const dnp_tensor *t = &exec->tensor[s->tensor];
  unsigned char *copy;
  if (t->dtype == DENPA_DTYPE_INT32) return put_labels(page, exec, s, err);
  DNP_TRY(DNP_NEW(&copy, dnp_tensor_count(t) * dnp_dtype_size(t->dtype), err));
  dnp_exec_read(exec, t, s->as == DNP_SEEN_BACKWARD ? DNP_GRAD : DNP_DATA, 0, t->rows, copy);
  dnp_page_base64(page, copy, dnp_tensor_count(t) * dnp_dtype_size(t->dtype));
  dnp_free(copy);
  return DENPA_OK;
}

static void put_formula(dnp_page *page, const dnp_trace *trace, const dnp_seen *s) {
  char formula[1024], sentence[1024];
  dnp_step_sizes z;
  dnp_step_formula(trace->step, s, page->lang, formula, sizeof formula);
  dnp_trace_sentence(trace, s, page->lang, sentence, sizeof sentence);
  dnp_page_raw(page, ",\"formula\":");
  dnp_page_string(page, formula);
  if (dnp_step_sizes_of(formula, &z)) { /* where the sizes stand that must agree: names are ASCII up to there */
    dnp_page_raw(page, ",\"agree\":[");
    put_long(page, (long)(z.inner.at - formula));
    dnp_page_raw(page, ",");
    put_long(page, z.inner.length);
    dnp_page_raw(page, ",");
    put_long(page, (long)(z.again.at - formula));
    dnp_page_raw(page, ",");
    put_long(page, z.again.length);
    dnp_page_raw(page, "]");
  }
  dnp_page_raw(page, ",\"sentence\":");
  dnp_page_string(page, sentence);
}

static denpa_status put_matrix(dnp_page *page, const dnp_trace *trace, const dnp_seen *s, denpa_error *err) {
  const dnp_tensor *t = &trace->net->exec->tensor[s->tensor];
  const bool back = s->as == DNP_SEEN_BACKWARD;
  dnp_page_raw(page, "{\"name\":");
  dnp_page_string(page, s->name);
  dnp_page_raw(page, ",\"kind\":");
  dnp_page_string(page, dnp_seen_kinds[s->as]);
  dnp_page_raw(page, ",\"shape\":");
  for (int i = 0; i < s->axes; i++) {
    dnp_page_raw(page, i == 0 ? "[" : ",");
    dnp_page_size(page, s->shape[i]);
  }
  dnp_page_raw(page, "],\"dtype\":");
  dnp_page_string(page, t->dtype == DENPA_DTYPE_INT32 ? "float32" : dnp_dtype_name(t->dtype));
  dnp_page_raw(page, ",\"grad\":"); /* of what it is the gradient, or which is its own */
  put_long(page, dnp_page_number_of(trace, t, !back));
  const bool input = t == trace->net->exec->input && !back;
  dnp_page_raw(page, input && trace->dataset->table != NULL ? ",\"table\":true" : "");
  dnp_page_raw(page, t == trace->net->exec->input && trace->width > 0 ? ",\"picture\":true" : ",\"picture\":false");
  put_formula(page, trace, s);
  dnp_page_raw(page, ",\"data\":");
  DNP_TRY(put_numbers(page, trace->net->exec, s, err));
  DNP_TRY(dnp_page_terms(page, trace, s, t, err));
  dnp_page_raw(page, "}");
  return DENPA_OK;
}

/* What a loss does before it compares: a step of its own on the page. */
static void put_inside(dnp_page *page, dnp_inside inside) {
  static const dnp_op *const steps[] = {
      [DNP_INSIDE_NOTHING] = NULL, [DNP_INSIDE_SOFTMAX] = &dnp_op_softmax, [DNP_INSIDE_SIGMOID] = &dnp_op_sigmoid};
  dnp_page_raw(page, ",\"inside\":");
  if (steps[inside] != NULL)
    dnp_page_string(page, steps[inside]->name);
  else
    dnp_page_raw(page, "null");
}

static void put_calls(dnp_page *page, const dnp_trace *trace) {
  char handed[DNP_HANDED_BACK], title[DNP_DIAGRAM_TEXT];
  dnp_flows_handed_back(trace, page->lang, handed);
  dnp_page_raw(page, ",\n\"handed_back\":");
  dnp_page_string(page, handed);
  dnp_page_raw(page, ",\n\"calls\":[");
  for (size_t c = 0; c < trace->net->exec->nodes; c++) {
    const dnp_node *node = &trace->net->exec->node[c];
    dnp_page_raw(page, c > 0 ? ",{\"op\":" : "{\"op\":");
    dnp_page_string(page, node->op->name);
    dnp_flows_title(trace->net->exec, c, page->lang, title);
    dnp_page_raw(page, ",\"title\":");
    dnp_page_string(page, title);
    put_inside(page, node->op->inside);
    dnp_page_raw(page, ",\"in\":[");
    for (int k = 0; k < node->inputs; k++) {
      if (k > 0) dnp_page_raw(page, ",");
      put_long(page, dnp_page_number_of(trace, node->in[k], false));
    }
    dnp_page_raw(page, "],\"out\":");
    put_long(page, dnp_page_number_of(trace, node->out, false));
    dnp_page_raw(page, ",\"loss\":");
    put_long(page, dnp_page_number_of(trace, node->loss, false));
    dnp_page_raw(page, ",\"numbers\":{");
    for (int i = 0; i < DNP_OP_NUMBERS && node->op->number[i].name != NULL; i++) {
      if (i > 0) dnp_page_raw(page, ",");
      dnp_page_string(page, node->op->number[i].name);
      dnp_page_raw(page, ":");
      dnp_page_real(page, node->number[i]);
    }
    dnp_page_raw(page, "}}");
  }
  dnp_page_raw(page, "]");
}

/* ---- words of the page ----------------------------------------------------------------------------- */

static const struct {
  const char *key, *text;
} words[] = {
    {"largest", DNP_N("up to {1}")},
    {"cell", DNP_N("{1}: move with the arrow keys, or click a cell")},
    {"pick", DNP_N("Click a cell of any matrix, or move to one with the arrow keys.")},
    {"given", DNP_N("This number was given: no sum makes it.")},
    {"parameter", DNP_N("This number is a parameter: no sum makes it. Initial values and the training did.")},
    {"state", DNP_N("This number is remembered from the batches of the training: no sum of this pass makes it.")},
    {"pixel", DNP_N("{1} is the pixel in row {2}, column {3} of the picture (rows and columns count from 0; 0 is "
                    "empty, 1 is full ink).\n")},
    {"colour",
        DNP_N("{1} is the {2} of the pixel in row {3}, column {4} of the picture (rows and columns count from 0; "
              "0 is none of this colour, 1 is all of it).\n")},
    {"row", DNP_N("The row of the table")},
    {"stands", DNP_N("in the table")},
    {"comes", DNP_N("for the network")},
    {"weighs", DNP_N("It belongs to the input \"{1}\".")},
    {"red", DNP_N("red")},
    {"green", DNP_N("green")},
    {"blue", DNP_N("blue")},
    {"terms", DNP_N("Terms of its sum, the largest first ({1})")},
    {"noterm", DNP_N("no term: nothing comes through here, so it is 0\n")},
    {"others", DNP_N("the other {1} together\n")},
    {"all", DNP_N("show all {1}")},
    {"sum", DNP_N("sum")}, /* law: a word of the page */
    {"exactly", DNP_N("The terms, added in the network's order, give this number bit for bit.")},
    {"differs", DNP_N("The terms give {1}, but the network has {2}: this is a mistake of denpa's.")},
    {"unknown", DNP_N("This page does not know how to add terms by \"{1}\": this is a mistake of denpa's.")},
    {"noterms", DNP_N("The terms of this matrix are too many for a page; denpa why tells them.")},
    {"gradient", DNP_N("Its gradient: {1} = {2}")},
    {"nudge", DNP_N("If it grew by")},
    {"change", DNP_N("the loss would go from {1} to about {2} (change: {3}). A gradient is a slope, so this holds for "
                     "small changes.")},
    {"chain", DNP_N("The chain rule on the way to the loss (the largest term of each sum)")},
    {"link", DNP_N("one of {1} terms, which add up to {2}")},
    {"column", DNP_N("Column {1} as a picture")},
    {"go", DNP_N("Go to")},
    {"agree", DNP_N("The marked sizes must agree: as many columns here as rows there.")},
    {"wrong", DNP_N("There is no such cell.")},
    {"mean", DNP_N("mean {1}")},
    {"graph", DNP_N("The computational graph")},
    {"unfold", DNP_N("Show")},
    {"fold", DNP_N("Hide")},
    {"input", DNP_N("input")},
    {"class", DNP_N("class")},
    {"y", DNP_N("answer y")},
    {"label", DNP_N("the right answer")},
    {"way", DNP_N("Its way through the network")},
    {"wayHint",
        DNP_N("What each step makes of it; of numbers, orange is above zero and blue below. Choose a step to see "
              "its numbers, and a number to see where it comes from.")},
    {"result", DNP_N("The answer, and how far it is from the right one")},
    {"resultHint", DNP_N("y is what the network answers, t is 1 for the right class and 0 for the others. {1} tells "
                         "what is too much (orange) and what is missing (blue): with it the way back begins.")},
    {"score", DNP_N("What speaks most for {1}: the largest terms of its score,")},
    {"window", DNP_N("Its window in {1}; framed is what takes part ({2}):")},
};

/* The text in the page's language; the end of the line that it has in a terminal is cut off. */
static const char *line_of(const dnp_page *page, const char *text, char out[512]) {
  snprintf(out, 512, "%s", dnp_translate(page->lang, text));
  out[strcspn(out, "\n")] = '\0';
  return out;
}

/* What stands there instead where nobody said what the picture is (0), and where answers are numbers (1). */
static const struct {
  const char *key, *text[2];
} instead[] = {
    {"result", {DNP_N("The answer, and how far it is from being sure"), NULL}},
    {"resultHint",
        {DNP_N("y is what the network answers, t is 1 for that class and 0 for the others, as if it were "
               "right. {1} tells what is too much (orange) and what is missing (blue): with it the way back "
               "begins."),
            DNP_N("y is what the network answers, t is the right answer. {1} tells what is too much (orange) "
                  "and what is missing (blue): with it the way back begins.")}},
    {"class", {NULL, DNP_N("number")}},
    {"score", {NULL, DNP_N("What makes {1} what it is: the largest terms of its sum,")}},
};

static const char *word_of(const dnp_trace *trace, size_t word) {
  const char *text = words[word].text;
  if (!trace->dataset->guessed && !dnp_trace_numbers(trace)) return text;
  for (size_t k = 0; k < sizeof instead / sizeof *instead; k++) {
    const char *other = instead[k].text[dnp_trace_numbers(trace)];
    if (other != NULL && strcmp(instead[k].key, words[word].key) == 0) text = other;
  }
  return text;
}

static void put_words(dnp_page *page, const dnp_trace *trace) {
  char line[512];
  dnp_page_raw(page, ",\n\"words\":{");
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (i > 0) dnp_page_raw(page, ",");
    dnp_page_string(page, words[i].key);
    dnp_page_raw(page, ":");
    dnp_page_string(page, line_of(page, word_of(trace, i), line));
  }
  dnp_page_raw(page, "}");
}

/* What the classes are called; which of them each output speaks for; in which ways terms are added. */
static void put_names(dnp_page *page, const dnp_trace *trace) {
  const size_t outputs = dnp_tensor_row(trace->net->exec->output), last = dnp_trace_class_of(trace, outputs - 1) + 1,
               classes = denpa_data_classes(trace->dataset);
  char name[DNP_CLASS_NAME];
  dnp_page_raw(page, ",\n\"classes\":[");
  for (size_t i = 0; i < (last > classes ? last : classes); i++) {
    if (i > 0) dnp_page_raw(page, ",");
    dnp_page_string(page, dnp_trace_numbers(trace) ? dnp_trace_output_name(trace, i, name)
                                                   : dnp_class_name(trace->net, trace->dataset, i, name));
  }
  dnp_page_raw(page, "],\"outputs\":[");
  for (size_t k = 0; k < outputs; k++) {
    if (k > 0) dnp_page_raw(page, ",");
    dnp_page_size(page, dnp_trace_class_of(trace, k));
  }
  dnp_page_raw(page, "],\"folds\":[");
  for (size_t i = 0; i < DNP_FOLD_KINDS; i++) {
    if (i > 0) dnp_page_raw(page, ",");
    dnp_page_string(page, dnp_fold_names[i]);
  }
  dnp_page_raw(page, "]");
}

/* What each input of a table is called, and what it stands for: a sentence that begins with the name of the number,
 * here left out. */
static denpa_status put_inputs(dnp_page *page, const dnp_trace *trace, denpa_error *err) {
  const dnp_table *table = trace->dataset->table;
  char name[DNP_INPUT_NAME], sentence[DNP_INPUT_SENTENCE], field[DNP_INPUT_FIELD];
  double *x = NULL; /* of the only row */
  if (table != NULL && trace->rows == 1) {
    DNP_TRY(DNP_NEW(&x, table->features, err));
    for (size_t i = 0; i < table->features; i++) x[i] = dnp_tensor_element(trace->net->exec->input, DNP_DATA, i);
  }
  dnp_page_raw(page, ",\n\"inputs\":[");
  for (size_t i = 0; table != NULL && i < table->features && i < MOST_INPUTS; i++) {
    if (i > 0) dnp_page_raw(page, ",");
    dnp_page_raw(page, "[");
    dnp_page_string(page, dnp_input_name(table, i, page->lang, name));
    dnp_page_raw(page, ",");
    dnp_page_string(page, dnp_input_sentence(table, i, page->lang, "", sentence));
    dnp_page_raw(page, ",");
    dnp_page_string(page, x != NULL ? dnp_input_field(table, i, x, field) : "");
    dnp_page_raw(page, "]");
  }
  dnp_page_raw(page, "]");
  dnp_free(x);
  return DENPA_OK;
}

/* ---- the whole ------------------------------------------------------------------------------------- */

static denpa_status put_data(dnp_page *page, const dnp_trace *trace, denpa_error *err) {
  dnp_page_raw(page, "<script type=\"application/json\" id=\"data\">\n{\"loss\":");
  dnp_page_real(page, trace->loss);
  dnp_page_raw(page, ",\"rows\":");
  dnp_page_size(page, trace->rows);
  dnp_page_raw(page, ",\"height\":");
  dnp_page_size(page, trace->height);
  dnp_page_raw(page, ",\"width\":");
  dnp_page_size(page, trace->width);
  dnp_page_raw(page, ",\"planes\":");
  dnp_page_size(page, trace->planes);
  dnp_page_raw(page, ",\"output\":");
  put_long(page, dnp_page_number_of(trace, trace->net->exec->output, false));
  dnp_page_raw(page, ",\"label\":");
  put_long(page, trace->dataset->guessed ? -1 : trace->step->label);
  dnp_page_raw(page, dnp_trace_numbers(trace) ? ",\"numbers\":true" : ",\"numbers\":false");
  put_names(page, trace);
  DNP_TRY(put_inputs(page, trace, err));
  put_words(page, trace);
  put_calls(page, trace);
  dnp_page_raw(page, ",\n\"matrices\":[\n");
  for (size_t i = 0; i < trace->step->count; i++) {
    if (i > 0) dnp_page_raw(page, ",\n");
    DNP_TRY(put_matrix(page, trace, &trace->step->seen[i], err));
  }
  dnp_page_raw(page, "]}\n</script>\n");
  return DENPA_OK;
}

static void put_section(dnp_page *page, const char *id, const char *title, const char *words_of_it) {
  char line[512];
  dnp_page_raw(page, "<section><h2>");
  dnp_page_text(page, dnp_translate(page->lang, title));
  dnp_page_raw(page, "</h2>\n<p class=\"soft\">");
  dnp_page_text(page, line_of(page, words_of_it, line));
  dnp_page_raw(page, "</p>\n<div class=\"matrices\" id=\"");
  dnp_page_raw(page, id);
  dnp_page_raw(page, "\"></div></section>\n");
}

/* "Why 7?", where it is about one sample. */
static const char *title_of(const dnp_trace *trace, denpa_lang lang, char out[DNP_CLASS_NAME + 64]) {
  char name[DNP_CLASS_NAME];
  if (trace->rows != 1) return dnp_translate(lang, DNP_N("Where every number comes from"));
  if (dnp_trace_numbers(trace))
    return dnp_render(out, DNP_CLASS_NAME + 64, lang, "Why {1:.6g}?",
               (const denpa_arg[]){
                   dnp_d(dnp_trace_unscaled(trace, dnp_tensor_element(trace->net->exec->output, DNP_DATA, 0))),
                   DNP_END}),
           out;
  dnp_render(out, DNP_CLASS_NAME + 64, lang, "Why {1}?",
      (const denpa_arg[]){dnp_s(dnp_class_name(trace->net, trace->dataset, dnp_trace_answer(trace), name)), DNP_END});
  return out;
}

static void put_answer(dnp_page *page, const dnp_trace *trace) {
  char answer[DNP_CLASS_NAME], right[DNP_CLASS_NAME];
  const size_t best = dnp_trace_answer(trace), label = (size_t)trace->step->label;
  dnp_remark told;
  if (dnp_trace_number_told(trace, answer, &told)) {
    dnp_page_raw(page, page->lang == DENPA_LANG_JA ? "" : " "); /* 。 has its own room */
    dnp_page_say_args(page, told.message, told.arg);
  }
  if (trace->rows != 1 || dnp_trace_numbers(trace)) return;
  dnp_class_name(trace->net, trace->dataset, best, answer);
  dnp_class_name(trace->net, trace->dataset, label, right);
  dnp_page_raw(page, page->lang == DENPA_LANG_JA ? "" : " ");
  if (trace->dataset->guessed)
    dnp_page_say(page, "The network answers {1}.\n", dnp_s(answer));
  else if (best == label)
    dnp_page_say(page, "The network answers {1}, which is right.\n", dnp_s(answer));
  else
    dnp_page_say(
        page, "The network answers {1}, which is wrong: the right answer is {2}.\n", dnp_s(answer), dnp_s(right));
}

static void put_body(dnp_page *page, const dnp_trace *trace) {
  char where[DNP_TRACE_WHERE];
  dnp_trace_where(trace, page->lang, where, sizeof where);
  dnp_page_raw(page, "<style>\n");
  dnp_page_bytes(page, explain_css, sizeof explain_css);
  dnp_page_raw(page, "</style>\n<p>");
  dnp_page_text(page, where);
  put_answer(page, trace);
  for (size_t i = 0; i < trace->remarks; i++) {
    dnp_page_raw(page, "</p>\n<p class=\"remark\">");
    dnp_page_say_args(page, trace->remark[i].message, trace->remark[i].arg);
  }
  dnp_page_raw(page, "</p>\n<div id=\"all\">\n<div id=\"left\">\n<div id=\"question\"></div>\n<section><h2>");
  dnp_page_say(page, "The computational graph");
  dnp_page_raw(page, "</h2>\n<p class=\"soft\">");
  dnp_page_say(page, "Values go forward along the blue arrows, gradients come back along the orange ones; beside each "
                     "stands its shape, or the size of its largest number.");
  dnp_page_raw(page, "</p>\n<div id=\"graph\"></div></section>\n");
  put_section(page, "forward", DNP_N("Forward propagation: from the inputs to the outputs"),
      DNP_N("Orange is positive, blue is negative; the stronger, the larger. Cells that take part in the chosen number "
            "are framed."));
  put_section(page, "backward", DNP_N("Backpropagation: from the outputs back to the inputs"),
      DNP_N("dW1 is the gradient for W1: how steeply the loss rises when an entry of W1 grows. The gradients go back "
            "along the same wires, and that is what the transposes are for.\n"));
  dnp_page_raw(page, "</div>\n<aside id=\"story\" class=\"card\" aria-live=\"polite\"></aside>\n</div>\n");
}

static denpa_status check_size(const char *path, size_t numbers, denpa_error *err) {
  if (numbers <= DNP_EXPLAIN_NUMBERS) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_ARGUMENT,
      "{1}: this page would hold {2} numbers, and a page may hold {3}; take a smaller batch (--batch 100, or --sample "
      "0) or a smaller network",
      dnp_s(path), dnp_u(numbers), dnp_u(DNP_EXPLAIN_NUMBERS));
}

size_t dnp_explain_numbers(const dnp_trace *trace) {
  size_t numbers = 0;
  for (size_t i = 0; i < trace->step->count; i++) numbers += trace->step->seen[i].count;
  return numbers;
}

denpa_status dnp_explain_fits(const char *path, const denpa_net *net, size_t rows, denpa_error *err) {
  size_t numbers;
  if (!dnp_size_mul(rows, 2 * denpa_net_inputs(net), &numbers) ||
      !dnp_size_add(numbers, 2 * net->network->parameter_count, &numbers))
    numbers = SIZE_MAX;
  return check_size(path, numbers, err);
}

denpa_status dnp_explain_page(
    const char *path, denpa_lang lang, const dnp_trace *trace, const dnp_page_origin *origin, denpa_error *err) {
  dnp_page page;
  char title[DNP_CLASS_NAME + 64];
  DNP_TRY(check_size(path, dnp_explain_numbers(trace), err));
  dnp_page_open(&page, lang, title_of(trace, lang, title));
  put_body(&page, trace);
  dnp_page_made(&page, origin);
  denpa_status status = put_data(&page, trace, err);
  if (status != DENPA_OK) {
    dnp_page_free(&page);
    return status;
  }
  dnp_page_script(&page, explain_sums_js, sizeof explain_sums_js);
  dnp_page_script(&page, explain_js, sizeof explain_js);
  return dnp_page_write(&page, path, err);
}
