/* trace_text.c: the numbers and terms of an account as text. Called by why.c, explain.c, explain_page.c and the
 * subcommand why. */
#include <string.h>

#include "base/text.h"
#include "data/data.h"
#include "explain/trace.h"

const char *const dnp_planes[3] = {DNP_N("red"), DNP_N("green"), DNP_N("blue")};

void dnp_trace_input_text(const dnp_trace *trace, const dnp_cell *cell, denpa_lang lang, char out[DNP_INPUT_SENTENCE]) {
  const size_t size = DNP_INPUT_SENTENCE;
  const dnp_tensor *x = trace->net->exec->input;
  char name[DNP_CELL_NAME];
  dnp_pixel p;
  out[0] = '\0';
  dnp_trace_name(trace, cell, name);
  if (trace->dataset->table != NULL && cell->tensor == x && !cell->gradient)
    dnp_input_sentence(trace->dataset->table, cell->element % dnp_tensor_row(x), lang, name, out);
  if (!dnp_trace_pixel(trace, cell, &p)) return;
  if (trace->planes == 3)
    dnp_render(out, size, lang,
        "{1} is the {2} of the pixel in row {3}, column {4} of the picture (rows and columns count from 0; 0 is none "
        "of "
        "this colour, 1 is all of it).\n",
        (const denpa_arg[]){dnp_s(name), dnp_t(dnp_planes[p.plane]), dnp_u(p.row), dnp_u(p.column), DNP_END});
  else
    dnp_render(out, size, lang,
        "{1} is the pixel in row {2}, column {3} of the picture (rows and columns count from 0; 0 is empty, 1 is full "
        "ink).\n",
        (const denpa_arg[]){dnp_s(name), dnp_u(p.row), dnp_u(p.column), DNP_END});
}

denpa_dtype dnp_cell_dtype(const dnp_cell *cell) { return cell->tensor->dtype; }

const char *dnp_exact_text(denpa_dtype dtype, double value, char out[DNP_EXACT]) {
  const int most = dtype == DENPA_DTYPE_FLOAT32 ? 9 : 17;
  for (int digits = most - 3; digits <= most; digits++) {
    double back;
    dnp_format_real(out, DNP_EXACT, value, digits);
    if (dnp_parse_real(out, &back) &&
        (dtype == DENPA_DTYPE_FLOAT32 ? (float)back == (float)value : back >= value && back <= value))
      break;
  }
  return out;
}

const char *dnp_any_text(double value, char out[DNP_EXACT]) {
  const double narrow = (double)(float)value;
  return dnp_exact_text(narrow >= value && narrow <= value ? DENPA_DTYPE_FLOAT32 : DENPA_DTYPE_FLOAT64, value, out);
}

/* A negative number stands in brackets. */
static size_t put_number(char *out, size_t size, size_t length, const char *number) {
  const bool brackets = number[0] == '-';
  const int wrote = snprintf(
      out + (length < size ? length : size), length < size ? size - length : 0, brackets ? "(%s)" : "%s", number);
  return length + (wrote > 0 ? (size_t)wrote : 0);
}

const char *dnp_form_text(
    const char *form, const char *number, const double *arg, double minus, char *out, size_t size) {
  size_t length = 0;
  while (*form != '\0' && length + 1 < size) {
    char text[DNP_EXACT];
    if (form[0] != '{') {
      out[length++] = *form++;
      continue;
    }
    const int place = form[1] - '1';
    const char *shown = place > 0 ? dnp_any_text(place == 5 ? minus : arg[place - 1], text) : number;
    length = put_number(out, size, length, shown);
    form += 3;
  }
  out[length < size ? length : size - 1] = '\0';
  return out;
}

/* The value of a term: its name or number, what is taken from it, what map makes of it. */
static void value_text(const dnp_account *a, const dnp_term *term, const char *number, char *out, size_t size) {
  char minus[DNP_EXACT], inner[256];
  snprintf(inner, sizeof inner, "%s", number);
  if (term->minus < 0 || term->minus > 0)
    snprintf(inner, sizeof inner, "(%s - %s)", number, dnp_any_text(term->minus, minus));
  if (a->recipe.map_form != NULL)
    dnp_form_text(a->recipe.map_form, inner, a->recipe.arg, term->minus, out, size);
  else
    snprintf(out, size, "%s", inner);
}

static void join(char out[DNP_TERM_TEXT], const char *value, const char *factor) {
  const bool brackets = factor[0] == '-';
  if (factor[0] == '\0')
    snprintf(out, DNP_TERM_TEXT, "%s", value);
  else
    snprintf(out, DNP_TERM_TEXT, brackets ? "%s * (%s)" : "%s * %s", value, factor);
}

void dnp_term_text(const dnp_trace *trace, const dnp_account *account, size_t term, char names[DNP_TERM_TEXT],
    char numbers[DNP_TERM_TEXT]) {
  const dnp_term *t = &account->terms[term];
  char name[DNP_CELL_NAME] = "1", number[DNP_EXACT] = "1", by[DNP_CELL_NAME + 64] = "", factor[DNP_EXACT] = "",
       value[256], symbol[DNP_CELL_NAME + 64];
  dnp_cell cell;
  const bool one = t->by == NULL && t->factor >= 1 && t->factor <= 1;
  if (t->tensor != NULL && dnp_term_cell(t, &cell)) {
    dnp_trace_name(trace, &cell, name);
    dnp_any_text(dnp_trace_value(trace, &cell), number);
  }
  if (!one) {
    dnp_any_text(t->factor, factor);
    snprintf(by, sizeof by, "%s", factor);
  }
  if (dnp_term_by(t, &cell)) {
    char of[DNP_CELL_NAME];
    dnp_trace_name(trace, &cell, of);
    snprintf(by, sizeof by, "%s", of);
    if (t->by_form != NULL) {
      by[0] = '(';
      dnp_form_text(t->by_form, of, account->recipe.arg, t->minus, by + 1, sizeof by - 2);
      memcpy(by + strlen(by), ")", 2);
    }
  }
  value_text(account, t, name, symbol, sizeof symbol);
  value_text(account, t, number, value, sizeof value);
  if (t->tensor == NULL) { /* 1 times the factor: the factor alone */
    const size_t length = strlen(by);
    const bool brackets = by[0] == '(' && t->by_form != NULL; /* needed only where it is multiplied */
    snprintf(names, DNP_TERM_TEXT, "%.*s", (int)(brackets ? length - 2 : length),
        brackets     ? by + 1
        : length > 0 ? by
                     : "1");
    snprintf(numbers, DNP_TERM_TEXT, "%s", factor[0] != '\0' ? factor : "1");
    return;
  }
  join(names, symbol, by);
  join(numbers, value, factor);
}
