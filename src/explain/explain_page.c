/* explain_page.c: both passes as a page. It carries every matrix exactly and, for every matrix that was computed, how
 * the terms of its cells are found: the operations' rows are asked for the terms of every cell, and what is regular in
 * them (which number of which matrix is term k of cell i, j) is written as a few strides, what is not as a list. The
 * page (explain.js) folds them by the law of sums and knows no operation by name. Called by the subcommands explain and
 * step. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/data.h"
#include "explain_css.h"
#include "explain_js.h"
#include "draw/page.h"
#include "explain/trace.h"
#include "learn/learn.h"

#define MOST_NUMBERS 8000000 /* of all matrices together: some 43 MB of page in float32 */
#define MOST_LISTED 200000   /* terms that are written one by one */
#define MOST_RUNS 4
#define STRIDES 4 /* where it begins, and how far the next row, column and term are */

/* ---- what is regular in the terms of a matrix ----------------------------------------------------- */

typedef struct run { /* terms that follow each other, alike for all cells */
  const dnp_tensor *tensor, *by;
  const char *by_form;
  bool grad;
  double factor; /* if by is NULL */
  size_t count;
  size_t at[STRIDES], by_at[STRIDES]; /* modulo 2^64, so strides may point backwards */
} run;

typedef struct pattern {
  const dnp_trace *trace;
  const dnp_seen *seen;
  dnp_cell cell; /* of this matrix */
  size_t elements, columns;
  size_t count;      /* terms of a cell; the most there are, if they differ */
  size_t listed;     /* terms of all cells */
  dnp_account probe; /* made_by and recipe, without terms */
  bool minus;        /* something is taken from some term first */
  run run[MOST_RUNS];
  size_t runs; /* 0: nothing regular */
} pattern;

static bool same_kind(const run *r, const dnp_term *t) {
  if (r->tensor != t->tensor || r->grad != t->grad || r->by != t->by || r->by_form != t->by_form) return false;
  return t->by != NULL || (r->factor >= t->factor && r->factor <= t->factor);
}

static run begin_run(const dnp_term *t) {
  return (run){.tensor = t->tensor,
      .grad = t->grad,
      .by = t->by,
      .by_form = t->by_form,
      .factor = t->factor,
      .count = 1,
      .at = {t->index},
      .by_at = {t->by_index}};
}

/* Cuts the terms of cell 0 into runs; false if there are too many of them. */
static bool cut(pattern *p, const dnp_term *terms) {
  for (size_t k = 0; k < p->count; k++) {
    run *r = p->runs > 0 ? &p->run[p->runs - 1] : NULL;
    if (r != NULL && same_kind(r, &terms[k])) {
      if (r->count == 1) {
        r->at[3] = terms[k].index - r->at[0];
        r->by_at[3] = terms[k].by_index - r->by_at[0];
      }
      if (terms[k].index == r->at[0] + r->count * r->at[3] &&
          terms[k].by_index == r->by_at[0] + r->count * r->by_at[3]) {
        r->count++;
        continue;
      }
    }
    if (p->runs == MOST_RUNS) return false;
    p->run[p->runs++] = begin_run(&terms[k]);
  }
  return true;
}

/* The stride to the next row (way 1) or column (way 2), from the terms of that cell. */
static void take_stride(pattern *p, const dnp_term *terms, int way) {
  for (size_t r = 0, k = 0; r < p->runs; k += p->run[r++].count) {
    p->run[r].at[way] = terms[k].index - p->run[r].at[0];
    p->run[r].by_at[way] = terms[k].by_index - p->run[r].by_at[0];
  }
}

static bool fits(const pattern *p, size_t element, const dnp_term *terms) {
  const size_t i = element / p->columns, j = element % p->columns;
  for (size_t r = 0, k = 0; r < p->runs; r++)
    for (size_t n = 0; n < p->run[r].count; n++, k++) {
      const run *u = &p->run[r];
      if (!same_kind(u, &terms[k]) || terms[k].index != u->at[0] + i * u->at[1] + j * u->at[2] + n * u->at[3])
        return false;
      if (u->by != NULL && terms[k].by_index != u->by_at[0] + i * u->by_at[1] + j * u->by_at[2] + n * u->by_at[3])
        return false;
    }
  return true;
}

/* Every cell is asked, so that what the page says of any of them is what the operation says. `terms` has room for those
 * of a cell. */
static bool find_pattern(pattern *p, dnp_term *terms) {
  bool regular = true;
  for (size_t e = 0; e < p->elements && regular; e++) {
    p->cell.element = e;
    regular = dnp_trace_terms(p->trace, &p->cell, &p->probe, terms, p->count) == p->count;
    for (size_t k = 0; k < p->count && regular; k++) p->minus = p->minus || terms[k].minus < 0 || terms[k].minus > 0;
    if (regular && e == 0) regular = cut(p, terms);
    if (regular && e == 1 && p->columns > 1) take_stride(p, terms, 2);
    if (regular && e == p->columns && e < p->elements) take_stride(p, terms, 1);
    if (regular && e >= p->columns) regular = fits(p, e, terms);
  }
  for (size_t e = 0; e < p->columns && regular; e++) { /* once more: the first row, now that all strides are known */
    p->cell.element = e;
    dnp_trace_terms(p->trace, &p->cell, &p->probe, terms, p->count);
    regular = fits(p, e, terms);
  }
  if (!regular) p->runs = 0;
  return regular;
}

static void count_terms(pattern *p) {
  for (p->cell.element = 0; p->cell.element < p->elements; p->cell.element++) {
    const size_t count = dnp_trace_terms(p->trace, &p->cell, &p->probe, NULL, 0);
    p->listed += count;
    if (count > p->count) p->count = count;
  }
}

/* ---- writing it ----------------------------------------------------------------------------------- */

/* The number of the matrix in the page; -1 for the constant 1. */
static long number_of(const dnp_trace *trace, const dnp_tensor *tensor, bool grad) {
  const dnp_seen *s = tensor != NULL ? dnp_trace_seen(trace, &(dnp_cell){.tensor = tensor, .grad = grad}) : NULL;
  return s != NULL ? (long)(s - trace->step->seen) : -1;
}

static void put_long(dnp_page *page, long value) { dnp_page_real(page, (double)value); }

static void put_text_or_null(dnp_page *page, const char *text) {
  if (text != NULL)
    dnp_page_string(page, text);
  else
    dnp_page_raw(page, "null");
}

static void put_strides(dnp_page *page, const size_t at[STRIDES]) {
  for (int i = 0; i < STRIDES; i++) {
    dnp_page_raw(page, i == 0 ? "[" : ",");
    dnp_page_real(page, at[i] > SIZE_MAX / 2 ? -(double)(0 - at[i]) : (double)at[i]);
  }
  dnp_page_raw(page, "]");
}

/* What is not the same for all cells and cannot be read from a matrix: one number for each term (map, form and minus)
 * or each cell (sum, args). */
typedef enum column { MAPPED, FACTOR, MINUS, SUM, ARG } column;

static double number_for(const dnp_account *a, column which, size_t k) {
  switch (which) {
    case MAPPED: return a->mapped[k];
    case FACTOR: return a->terms[k].factor;
    case MINUS: return a->terms[k].minus;
    case SUM: return a->sum;
    default: return a->recipe.arg[k];
  }
}

/* "name":"base64" of float64: numbers first .. first+count-1 of every cell. */
static denpa_status put_column(
    dnp_page *page, const pattern *p, const char *name, column which, size_t first, size_t count, denpa_error *err) {
  double *numbers;
  dnp_cell cell = p->cell;
  denpa_status status = DENPA_OK;
  DNP_TRY(DNP_NEW(&numbers, p->elements * count, err));
  for (size_t e = 0; e < p->elements && status == DENPA_OK; e++) {
    dnp_account a;
    cell.element = e;
    status = dnp_trace_account(p->trace, &cell, &a, err);
    for (size_t k = 0; k < count && status == DENPA_OK; k++) numbers[e * count + k] = number_for(&a, which, first + k);
    dnp_account_free(&a);
  }
  if (status == DENPA_OK) {
    dnp_page_raw(page, name);
    dnp_page_base64(page, numbers, p->elements * count * sizeof *numbers);
  }
  dnp_free(numbers);
  return status;
}

static denpa_status put_run(dnp_page *page, const pattern *p, const run *r, size_t first, denpa_error *err) {
  dnp_page_raw(page, "{\"m\":");
  put_long(page, number_of(p->trace, r->tensor, r->grad));
  dnp_page_raw(page, ",\"n\":");
  dnp_page_size(page, r->count);
  dnp_page_raw(page, ",\"at\":");
  put_strides(page, r->at);
  dnp_page_raw(page, ",\"by\":");
  put_long(page, number_of(p->trace, r->by, false));
  dnp_page_raw(page, ",\"byAt\":");
  put_strides(page, r->by_at);
  dnp_page_raw(page, ",\"form\":");
  put_text_or_null(page, r->by_form);
  dnp_page_raw(page, ",\"factor\":");
  dnp_page_real(page, r->by == NULL ? r->factor : 1);
  if (r->by_form != NULL) DNP_TRY(put_column(page, p, ",\"factors\":", FACTOR, first, r->count, err));
  if (p->probe.recipe.map != NULL) DNP_TRY(put_column(page, p, ",\"mapped\":", MAPPED, first, r->count, err));
  if (p->minus) DNP_TRY(put_column(page, p, ",\"minus\":", MINUS, first, r->count, err));
  dnp_page_raw(page, "}");
  return DENPA_OK;
}

static denpa_status put_runs(dnp_page *page, const pattern *p, denpa_error *err) {
  dnp_page_raw(page, ",\"runs\":[");
  for (size_t r = 0, k = 0; r < p->runs; k += p->run[r++].count) {
    if (r > 0) dnp_page_raw(page, ",");
    DNP_TRY(put_run(page, p, &p->run[r], k, err));
  }
  dnp_page_raw(page, "]");
  return DENPA_OK;
}

/* The terms of each cell: [matrix, index, factor, factor's matrix, its index, its form, minus, mapped]. */
static denpa_status put_list(dnp_page *page, const pattern *p, denpa_error *err) {
  dnp_cell cell = p->cell;
  dnp_page_raw(page, ",\"list\":[");
  for (cell.element = 0; cell.element < p->elements; cell.element++) {
    dnp_account a;
    DNP_TRY(dnp_trace_account(p->trace, &cell, &a, err));
    dnp_page_raw(page, cell.element > 0 ? ",[" : "[");
    for (size_t k = 0; k < a.count; k++) {
      const dnp_term *t = &a.terms[k];
      const double numbers[] = {(double)number_of(p->trace, t->tensor, t->grad), (double)t->index, t->factor,
          (double)number_of(p->trace, t->by, false), (double)t->by_index};
      dnp_page_raw(page, k > 0 ? ",[" : "[");
      for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        dnp_page_real(page, numbers[i]);
        dnp_page_raw(page, ",");
      }
      put_text_or_null(page, t->by_form);
      dnp_page_raw(page, ",");
      dnp_page_real(page, t->minus);
      dnp_page_raw(page, ",");
      dnp_page_real(page, a.mapped[k]);
      dnp_page_raw(page, "]");
    }
    dnp_page_raw(page, "]");
    dnp_account_free(&a);
  }
  dnp_page_raw(page, "]");
  return DENPA_OK;
}

static denpa_status put_pattern(dnp_page *page, pattern *p, dnp_term *terms, denpa_error *err) {
  static const char *const folds[] = {
      [DNP_FOLD_CHAIN] = "chain", [DNP_FOLD_FIRST] = "first", [DNP_FOLD_LANES] = "lanes"};
  const bool regular = find_pattern(p, terms);
  if (!regular && p->listed > MOST_LISTED) return DENPA_OK;
  p->cell.element = 0;
  dnp_trace_terms(p->trace, &p->cell, &p->probe, terms, p->count);
  const dnp_recipe *recipe = &p->probe.recipe;
  dnp_page_raw(page, ",\"terms\":{\"fold\":");
  dnp_page_string(page, folds[recipe->fold]);
  dnp_page_raw(page, ",\"dtype\":");
  dnp_page_string(page, dnp_dtype_name(recipe->dtype));
  dnp_page_raw(page, ",\"block\":"); /* terms of a block, whose sums meet in a tree; 0: one chain */
  dnp_page_size(page, recipe->blocked ? DNP_BLOCK_ROWS : 0);
  dnp_page_raw(page, ",\"map\":");
  put_text_or_null(page, recipe->map_form);
  dnp_page_raw(page, ",\"finish\":");
  put_text_or_null(page, recipe->finish_form);
  if (recipe->finish != NULL) DNP_TRY(put_column(page, p, ",\"sums\":", SUM, 0, 1, err));
  if (recipe->map != NULL || recipe->finish != NULL || recipe->arg[0] < 0 || recipe->arg[0] > 0)
    DNP_TRY(put_column(page, p, ",\"args\":", ARG, 0, 4, err));
  DNP_TRY(regular ? put_runs(page, p, err) : put_list(page, p, err));
  dnp_page_raw(page, "}");
  return DENPA_OK;
}

/* ---- one matrix ----------------------------------------------------------------------------------- */

/* Labels are written as the rows that they stand for. */
static denpa_status put_labels(dnp_page *page, const dnp_seen *s, const int32_t *label, denpa_error *err) {
  float *rows;
  DNP_TRY(DNP_NEW(&rows, s->shape[0] * s->shape[1], err));
  for (size_t i = 0; i < s->shape[0]; i++) rows[i * s->shape[1] + (size_t)label[i]] = 1;
  dnp_page_base64(page, rows, s->shape[0] * s->shape[1] * sizeof *rows);
  dnp_free(rows);
  return DENPA_OK;
}

static denpa_status put_terms(
    dnp_page *page, const dnp_trace *trace, const dnp_seen *s, const dnp_tensor *t, denpa_error *err) {
  pattern p = {.trace = trace,
      .seen = s,
      .cell = {.tensor = t, .grad = s->as == DNP_SEEN_BACKWARD},
      .elements = s->count,
      .columns = s->axes > 1 ? s->count / s->shape[0] : s->count};
  dnp_term *terms;
  if (!dnp_trace_made_by(trace, &p.cell, &p.probe)) return DENPA_OK;
  count_terms(&p);
  DNP_TRY(DNP_NEW(&terms, p.count, err));
  denpa_status status = put_pattern(page, &p, terms, err);
  dnp_free(terms);
  return status;
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
  dnp_page_string(page, t->dtype == DENPA_INT32 ? "float32" : dnp_dtype_name(t->dtype));
  dnp_page_raw(page, ",\"grad\":"); /* of what it is the gradient, or which is its own */
  put_long(page, number_of(trace, t, !back));
  dnp_page_raw(page, t == trace->net->exec->input && trace->width > 0 ? ",\"picture\":true" : ",\"picture\":false");
  put_formula(page, trace, s);
  dnp_page_raw(page, ",\"data\":");
  if (t->dtype == DENPA_INT32)
    DNP_TRY(put_labels(page, s, t->data, err));
  else
    dnp_page_base64(page, back ? t->grad : t->data, s->count * dnp_dtype_size(t->dtype));
  DNP_TRY(put_terms(page, trace, s, t, err));
  dnp_page_raw(page, "}");
  return DENPA_OK;
}

static void put_calls(dnp_page *page, const dnp_trace *trace) {
  dnp_page_raw(page, ",\n\"calls\":[");
  for (size_t c = 0; c < trace->net->exec->nodes; c++) {
    const dnp_node *node = &trace->net->exec->node[c];
    dnp_page_raw(page, c > 0 ? ",{\"op\":" : "{\"op\":");
    dnp_page_string(page, node->op->name);
    dnp_page_raw(page, ",\"in\":[");
    for (int k = 0; k < node->inputs; k++) {
      if (k > 0) dnp_page_raw(page, ",");
      put_long(page, number_of(trace, node->in[k], false));
    }
    dnp_page_raw(page, "],\"out\":");
    put_long(page, number_of(trace, node->out, false));
    dnp_page_raw(page, ",\"loss\":");
    put_long(page, number_of(trace, node->loss, false));
    dnp_page_raw(page, "}");
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
    {"pixel", DNP_N("{1} is the pixel in row {2}, column {3} of the picture (rows and columns count from 0; 0 is "
                    "empty, 1 is full ink).\n")},
    {"terms", DNP_N("Terms of its sum, the largest first ({1})")},
    {"noterm", DNP_N("no term: nothing comes through here, so it is 0\n")},
    {"others", DNP_N("the other {1} together\n")},
    {"all", DNP_N("show all {1}")},
    {"sum", DNP_N("sum")}, /* law: a word of the page */
    {"exactly", DNP_N("The terms, added in the network's order, give this number bit for bit.")},
    {"differs", DNP_N("The terms give {1}, but the network has {2}: this is a mistake of denpa's.")},
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
};

/* The text in the page's language; the end of the line that it has in a terminal is cut off. */
static const char *line_of(const dnp_page *page, const char *text, char out[512]) {
  snprintf(out, 512, "%s", dnp_translate(page->lang, text));
  out[strcspn(out, "\n")] = '\0';
  return out;
}

static void put_words(dnp_page *page) {
  char line[512];
  dnp_page_raw(page, ",\n\"words\":{");
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (i > 0) dnp_page_raw(page, ",");
    dnp_page_string(page, words[i].key);
    dnp_page_raw(page, ":");
    dnp_page_string(page, line_of(page, words[i].text, line));
  }
  dnp_page_raw(page, "}");
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
  dnp_page_raw(page, ",\"output\":");
  put_long(page, number_of(trace, trace->net->exec->output, false));
  dnp_page_raw(page, ",\"label\":");
  put_long(page, trace->step->label);
  put_words(page);
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

static void put_body(dnp_page *page, const dnp_trace *trace) {
  char where[DNP_TRACE_WHERE];
  dnp_trace_where(trace, page->lang, where, sizeof where);
  dnp_page_raw(page, "<style>\n");
  dnp_page_bytes(page, explain_css, sizeof explain_css);
  dnp_page_raw(page, "</style>\n<p>");
  dnp_page_text(page, where);
  dnp_page_raw(page, "</p>\n<div id=\"all\">\n<div id=\"left\">\n<div id=\"answer\"></div>\n<section><h2>");
  dnp_page_say(page, "The computational graph");
  dnp_page_raw(page, "</h2>\n<p class=\"soft\">");
  dnp_page_say(page, "Values go forward along the blue arrows, gradients come back along the red ones; beside each "
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
  if (numbers <= MOST_NUMBERS) return DENPA_OK;
  return dnp_fail(err, DENPA_ARGUMENT,
      "{1}: this page would hold {2} numbers, and a page may hold {3}; take a smaller batch (--batch, --sample) or a "
      "smaller network",
      dnp_s(path), dnp_u(numbers), dnp_u(MOST_NUMBERS));
}

denpa_status dnp_explain_fits(const char *path, const denpa_net *net, size_t rows, denpa_error *err) {
  size_t numbers;
  if (!dnp_size_mul(rows, 2 * denpa_net_inputs(net), &numbers) ||
      !dnp_size_add(numbers, 2 * net->network->parameter_count, &numbers))
    numbers = SIZE_MAX;
  return check_size(path, numbers, err);
}

denpa_status dnp_explain_page(const char *path, denpa_lang lang, const dnp_trace *trace, denpa_error *err) {
  dnp_page page;
  size_t numbers = 0;
  for (size_t i = 0; i < trace->step->count; i++) numbers += trace->step->seen[i].count;
  DNP_TRY(check_size(path, numbers, err));
  dnp_page_open(&page, lang, dnp_translate(lang, DNP_N("Where every number comes from")));
  put_body(&page, trace);
  denpa_status status = put_data(&page, trace, err);
  if (status != DENPA_OK) {
    dnp_page_free(&page);
    return status;
  }
  dnp_page_script(&page, explain_js, sizeof explain_js);
  return dnp_page_write(&page, path, err);
}
