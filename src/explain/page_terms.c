/* page_terms.c: how the terms of the cells of one matrix stand in a page: the operations' rows are asked for the terms
 * of every cell, and what is regular in them (which number of which matrix is term k of cell i, j) is written as a few
 * strides, what is not as a list. Called by explain_page.c. */
#include <assert.h>
#include <string.h>

#include "base/memory.h"
#include "explain/page_terms.h"

#define MOST_LISTED 200000 /* terms that are written one by one */
#define MOST_RUNS 4
#define MOST_RECIPES 8 /* of the cells of one matrix */
#define STRIDES 4      /* where it begins, and how far the next row, column and term are */

/* ---- what is regular in the terms of a matrix ----------------------------------------------------- */

typedef struct run { /* terms that follow each other, alike for all cells */
  const dnp_tensor *tensor, *by;
  const char *by_form;
  bool gradient;
  double factor; /* if by is NULL */
  size_t count;
  size_t at[STRIDES], by_at[STRIDES]; /* modulo 2^64, so strides may point backwards */
} run;

typedef struct pattern {
  const dnp_trace *trace;
  const dnp_seen *seen;
  dnp_cell cell; /* of this matrix */
  size_t elements, columns;
  size_t count;                    /* terms of a cell; the most there are, if they differ */
  size_t listed;                   /* terms of all cells */
  dnp_account probe;               /* made_by and recipe, without terms */
  dnp_recipe recipe[MOST_RECIPES]; /* the different ones of its cells; args apart */
  size_t recipes;
  bool mapped, finished, args; /* some recipe has a map, a finish, args */
  bool minus;                  /* something is taken from some term first */
  run run[MOST_RUNS];
  size_t runs; /* 0: nothing regular */
} pattern;

static bool same_kind(const run *r, const dnp_term *t) {
  if (r->tensor != t->tensor || r->gradient != t->gradient || r->by != t->by || r->by_form != t->by_form) return false;
  return t->by != NULL || (r->factor >= t->factor && r->factor <= t->factor);
}

static run begin_run(const dnp_term *t) {
  return (run){.tensor = t->tensor,
      .gradient = t->gradient,
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
    if (regular && p->columns > 0 && e >= p->columns) regular = fits(p, e, terms);
  }
  for (size_t e = 0; e < p->columns && regular; e++) { /* once more: the first row, now that all strides are known */
    p->cell.element = e;
    dnp_trace_terms(p->trace, &p->cell, &p->probe, terms, p->count);
    regular = fits(p, e, terms);
  }
  if (!regular) p->runs = 0;
  return regular;
}

/* ---- recipes -------------------------------------------------------------------------------------- */

static bool same_form(const char *a, const char *b) { return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0); }

static bool same_recipe(const dnp_recipe *a, const dnp_recipe *b) {
  return a->fold == b->fold && a->blocked == b->blocked && a->group == b->group && a->dtype == b->dtype &&
         same_form(a->map_form, b->map_form) && same_form(a->finish_form, b->finish_form);
}

/* The number of a cell's recipe among the different ones; the last is followed by a new one. */
static size_t recipe_number(const pattern *p, const dnp_recipe *recipe) {
  size_t i = 0;
  while (i < p->recipes && !same_recipe(&p->recipe[i], recipe)) i++;
  return i;
}

static void note_recipe(pattern *p, const dnp_recipe *recipe) {
  const size_t number = recipe_number(p, recipe);
  assert(number < MOST_RECIPES); /* an operation has a few ways of adding at most */
  if (number == p->recipes) p->recipe[p->recipes++] = *recipe;
  p->mapped = p->mapped || recipe->map != NULL;
  p->finished = p->finished || recipe->finish != NULL;
  for (size_t i = 0; i < sizeof recipe->arg / sizeof *recipe->arg; i++)
    p->args = p->args || recipe->arg[i] < 0 || recipe->arg[i] > 0;
}

static void count_terms(pattern *p) {
  for (p->cell.element = 0; p->cell.element < p->elements; p->cell.element++) {
    const size_t count = dnp_trace_terms(p->trace, &p->cell, &p->probe, NULL, 0);
    p->listed += count;
    if (count > p->count) p->count = count;
    note_recipe(p, &p->probe.recipe);
  }
}

/* ---- writing it ----------------------------------------------------------------------------------- */

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
typedef enum column { MAPPED, FACTOR, MINUS, SUM, ARG, RECIPE } column;

static double number_for(const pattern *p, const dnp_account *a, column which, size_t k) {
  switch (which) {
    case MAPPED: return a->mapped[k];
    case FACTOR: return a->terms[k].factor;
    case MINUS: return a->terms[k].minus;
    case SUM: return a->sum;
    case RECIPE: return (double)recipe_number(p, &a->recipe);
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
    for (size_t k = 0; k < count && status == DENPA_OK; k++)
      numbers[e * count + k] = number_for(p, &a, which, first + k);
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
  put_long(page, dnp_page_number_of(p->trace, r->tensor, r->gradient));
  dnp_page_raw(page, ",\"n\":");
  dnp_page_size(page, r->count);
  dnp_page_raw(page, ",\"at\":");
  put_strides(page, r->at);
  dnp_page_raw(page, ",\"by\":");
  put_long(page, dnp_page_number_of(p->trace, r->by, false));
  dnp_page_raw(page, ",\"byAt\":");
  put_strides(page, r->by_at);
  dnp_page_raw(page, ",\"form\":");
  put_text_or_null(page, r->by_form);
  dnp_page_raw(page, ",\"factor\":");
  dnp_page_real(page, r->by == NULL ? r->factor : 1);
  if (r->by_form != NULL) DNP_TRY(put_column(page, p, ",\"factors\":", FACTOR, first, r->count, err));
  if (p->mapped) DNP_TRY(put_column(page, p, ",\"mapped\":", MAPPED, first, r->count, err));
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
      const double numbers[] = {(double)dnp_page_number_of(p->trace, t->tensor, t->gradient), (double)t->index,
          t->factor, (double)dnp_page_number_of(p->trace, t->by, false), (double)t->by_index};
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

/* How the terms are added, and what is done to them and to the sum. */
static void put_recipe(dnp_page *page, const dnp_recipe *recipe) {
  dnp_page_raw(page, "\"fold\":");
  dnp_page_string(page, dnp_fold_names[recipe->fold]);
  dnp_page_raw(page, ",\"dtype\":");
  dnp_page_string(page, dnp_dtype_name(recipe->dtype));
  dnp_page_raw(page, ",\"block\":"); /* terms of a block, whose sums meet in a tree; 0: one sum */
  dnp_page_size(page, dnp_fold_block_terms(recipe));
  dnp_page_raw(page, ",\"group\":"); /* by samples: terms of a group of 16 of them; 0: not by samples */
  dnp_page_size(page, recipe->group);
  dnp_page_raw(page, ",\"map\":");
  put_text_or_null(page, recipe->map_form);
  dnp_page_raw(page, ",\"finish\":");
  put_text_or_null(page, recipe->finish_form);
}

/* The recipe, if all cells have the same one; else all of them, and the number of each cell's. */
static denpa_status put_recipes(dnp_page *page, const pattern *p, denpa_error *err) {
  if (p->recipes == 1) {
    put_recipe(page, &p->recipe[0]);
    return DENPA_OK;
  }
  dnp_page_raw(page, "\"recipes\":[");
  for (size_t i = 0; i < p->recipes; i++) {
    dnp_page_raw(page, i > 0 ? ",{" : "{");
    put_recipe(page, &p->recipe[i]);
    dnp_page_raw(page, "}");
  }
  dnp_page_raw(page, "]");
  return put_column(page, p, ",\"recipe\":", RECIPE, 0, 1, err);
}

static denpa_status put_pattern(dnp_page *page, pattern *p, dnp_term *terms, denpa_error *err) {
  const bool regular = find_pattern(p, terms);
  if (!regular && p->listed > MOST_LISTED) return DENPA_OK;
  dnp_page_raw(page, ",\"terms\":{");
  DNP_TRY(put_recipes(page, p, err));
  if (p->finished) DNP_TRY(put_column(page, p, ",\"sums\":", SUM, 0, 1, err));
  if (p->args) DNP_TRY(put_column(page, p, ",\"args\":", ARG, 0, 4, err));
  DNP_TRY(regular ? put_runs(page, p, err) : put_list(page, p, err));
  dnp_page_raw(page, "}");
  return DENPA_OK;
}

denpa_status dnp_page_terms(
    dnp_page *page, const dnp_trace *trace, const dnp_seen *seen, const dnp_tensor *tensor, denpa_error *err) {
  pattern p = {.trace = trace,
      .seen = seen,
      .cell = {.tensor = tensor, .gradient = seen->as == DNP_SEEN_BACKWARD},
      .elements = seen->count,
      .columns = seen->axes > 1 ? seen->count / seen->shape[0] : seen->count};
  dnp_term *terms;
  if (!dnp_trace_made_by(trace, &p.cell, &p.probe)) return DENPA_OK;
  count_terms(&p);
  DNP_TRY(DNP_NEW(&terms, p.count, err));
  denpa_status status = put_pattern(page, &p, terms, err);
  dnp_free(terms);
  return status;
}
