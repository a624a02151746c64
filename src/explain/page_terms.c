/* page_terms.c: how the terms of the cells of one matrix stand in a page. The operations' rows are asked for the terms
 * of every cell; cells whose terms lie alike, seen from where each cell's begin, are of one kind, which is written
 * once: its recipe and its terms as runs, which are steps of equal length through matrices. Of each cell only its kind
 * and where its terms begin are left, as a few strides where they are regular. (A filter over a picture has one kind,
 * and with padding some more for the borders.) Nothing here knows an operation by name. Called by explain_page.c. */
#include <string.h>

#include "base/memory.h"
#include "explain/page_terms.h"

#define MOST_RUNS 200000 /* of all kinds of a matrix */
#define NOWHERE UINT32_MAX

typedef struct slot { /* a matrix that terms are read from, as their value or as their factor */
  const dnp_tensor *tensor;
  bool gradient, factor;
  uint32_t *begin; /* [cells] its first number in the terms of each; NOWHERE: it has no part in them */
} slot;

typedef struct run { /* terms that follow each other; without gaps, as it is compared bytewise */
  int32_t slot, by;  /* -1: the constant 1; the factor stands for itself */
  const char *by_form;
  double factor, minus; /* factor: where `by` is -1 */
  size_t count;
  size_t at, step, by_at, by_step; /* from where the cell's begin; modulo 2^64, so steps may point backwards */
} run;

typedef struct kind {
  dnp_recipe recipe;
  size_t first, runs; /* among all */
  size_t terms;
  uint64_t hash;
} kind;

typedef struct pattern {
  const dnp_trace *trace;
  const dnp_seen *seen;
  dnp_cell cell; /* of this matrix */
  size_t elements;
  size_t most, listed; /* terms of a cell, at most; of all cells */
  dnp_account probe;   /* made_by and recipe, without terms */
  slot *slot;
  size_t slots, slots_room;
  run *run; /* of all kinds; behind them those of the cell that is looked at */
  size_t runs, room;
  kind *kind;
  size_t kinds, kinds_room;
  uint32_t *of;                /* [elements] the kind of each */
  bool mapped, finished, form; /* some recipe has a map, a finish; some factor is a form of a number */
} pattern;

/* ---- what the terms of a cell are like ------------------------------------------------------------ */

/* The slot of a tensor, -1 of none; where it begins is NOWHERE until a cell has it. */
static denpa_status find_slot(
    pattern *p, const dnp_tensor *tensor, bool gradient, bool factor, int32_t *out, denpa_error *err) {
  *out = -1;
  if (tensor == NULL) return DENPA_OK;
  for (size_t i = 0; i < p->slots; i++)
    if (p->slot[i].tensor == tensor && p->slot[i].gradient == gradient && p->slot[i].factor == factor) {
      *out = (int32_t)i;
      return DENPA_OK;
    }
  if (p->slots == p->slots_room) {
    DNP_TRY(dnp_grow((void **)&p->slot, p->slots, p->slots_room * 2 + 8, sizeof *p->slot, err));
    p->slots_room = p->slots_room * 2 + 8;
  }
  slot *s = &p->slot[p->slots];
  DNP_TRY(DNP_NEW(&s->begin, p->elements, err));
  memset(s->begin, 0xFF, p->elements * sizeof *s->begin);
  s->tensor = tensor;
  s->gradient = gradient;
  s->factor = factor;
  *out = (int32_t)p->slots++;
  return DENPA_OK;
}

/* The index seen from where the cell's begin. */
static size_t from_begin(pattern *p, int32_t number, size_t index) {
  if (number < 0) return 0;
  uint32_t *begin = &p->slot[number].begin[p->cell.element];
  if (*begin == NOWHERE) *begin = (uint32_t)index;
  return index - *begin;
}

/* Whether the run goes on with `next`, a run of one term. */
static bool goes_on(run *r, const run *next) {
  if (r->slot != next->slot || r->by != next->by || r->by_form != next->by_form ||
      memcmp(&r->factor, &next->factor, 2 * sizeof r->factor) != 0) /* NOLINT(bugprone-*,cert-*): bits are compared */
    return false;
  if (r->count == 1) {
    r->step = next->at - r->at;
    r->by_step = next->by_at - r->by_at;
  }
  if (next->at != r->at + r->count * r->step || next->by_at != r->by_at + r->count * r->by_step) return false;
  r->count++;
  return true;
}

/* Writes the cell's terms as runs behind those of all kinds; *count: how many. */
static denpa_status cut(pattern *p, const dnp_term *terms, size_t n, size_t *count, denpa_error *err) {
  *count = 0;
  for (size_t k = 0; k < n; k++) {
    const dnp_term *t = &terms[k];
    run next = {.by_form = t->by_form, .minus = t->minus, .count = 1};
    DNP_TRY(find_slot(p, t->tensor, t->gradient, false, &next.slot, err));
    DNP_TRY(find_slot(p, t->by, false, true, &next.by, err));
    next.factor = t->by == NULL ? t->factor : 1;
    next.at = from_begin(p, next.slot, t->index);
    next.by_at = from_begin(p, next.by, t->by_index);
    p->form = p->form || t->by_form != NULL;
    if (*count > 0 && goes_on(&p->run[p->runs + *count - 1], &next)) continue;
    if (p->runs + *count == p->room) {
      DNP_TRY(dnp_grow((void **)&p->run, p->room, p->room * 2 + 64, sizeof *p->run, err));
      p->room = p->room * 2 + 64;
    }
    p->run[p->runs + (*count)++] = next;
  }
  return DENPA_OK;
}

static bool same_recipe(const dnp_recipe *a, const dnp_recipe *b) {
  return a->fold == b->fold && a->blocked == b->blocked && a->group == b->group && a->dtype == b->dtype &&
         a->map == b->map && a->finish == b->finish &&
         memcmp(a->arg, b->arg, sizeof a->arg) == 0; /* NOLINT(bugprone-*,cert-*): likewise */
}

static uint64_t mixed(uint64_t hash, const void *bytes, size_t size) { /* FNV-1a */
  for (size_t i = 0; i < size; i++) hash = (hash ^ ((const unsigned char *)bytes)[i]) * 1099511628211u;
  return hash;
}

/* The number of the kind of a cell whose runs stand behind all others'; a new one if there is none like it. */
static denpa_status find_kind(pattern *p, size_t runs, size_t terms, uint32_t *out, denpa_error *err) {
  const dnp_recipe *recipe = &p->probe.recipe;
  const run *own = p->run + p->runs;
  const uint64_t hash = mixed(mixed(14695981039346656037u, own, runs * sizeof *own), recipe->arg, sizeof recipe->arg);
  for (size_t i = p->kinds; i-- > 0;) {
    const kind *k = &p->kind[i];
    *out = (uint32_t)i;
    if (k->hash == hash && k->runs == runs && same_recipe(&k->recipe, recipe) &&
        (runs == 0 || memcmp(p->run + k->first, own, runs * sizeof *own) == 0)) /* without runs there may be no array */
      return DENPA_OK;
  }
  if (p->kinds == p->kinds_room) {
    DNP_TRY(dnp_grow((void **)&p->kind, p->kinds, p->kinds * 2 + 8, sizeof *p->kind, err));
    p->kinds_room = p->kinds * 2 + 8;
  }
  p->kind[p->kinds] = (kind){.recipe = *recipe, .first = p->runs, .runs = runs, .terms = terms, .hash = hash};
  p->runs += runs;
  p->mapped = p->mapped || recipe->map != NULL;
  p->finished = p->finished || recipe->finish != NULL;
  *out = (uint32_t)p->kinds++;
  return DENPA_OK;
}

static void count_terms(pattern *p) {
  for (p->cell.element = 0; p->cell.element < p->elements; p->cell.element++) {
    const size_t count = dnp_trace_terms(p->trace, &p->cell, &p->probe, NULL, 0);
    p->listed += count;
    if (count > p->most) p->most = count;
  }
}

/* Every cell is asked, so that what the page says of any of them is what the operation says. Stops where there are too
 * many runs. */
static denpa_status find_kinds(pattern *p, denpa_error *err) {
  dnp_term *terms;
  denpa_status status = DENPA_OK;
  count_terms(p);
  DNP_TRY(DNP_NEW(&p->of, p->elements, err));
  DNP_TRY(DNP_NEW(&terms, p->most, err));
  for (p->cell.element = 0; p->cell.element < p->elements && status == DENPA_OK && p->runs <= MOST_RUNS;
       p->cell.element++) {
    const size_t count = dnp_trace_terms(p->trace, &p->cell, &p->probe, terms, p->most);
    size_t runs;
    status = cut(p, terms, count, &runs, err);
    if (status == DENPA_OK) status = find_kind(p, runs, count, &p->of[p->cell.element], err);
  }
  dnp_free(terms);
  return status;
}

/* ---- writing it ----------------------------------------------------------------------------------- */

static void put_long(dnp_page *page, long value) { dnp_page_real(page, (double)value); }
static void put_step(dnp_page *page, size_t step) {
  put_long(page, step > SIZE_MAX / 2 ? -(long)(0 - step) : (long)step);
}

static void put_text_or_null(dnp_page *page, const char *text) {
  if (text != NULL)
    dnp_page_string(page, text);
  else
    dnp_page_raw(page, "null");
}

/* Where a slot begins in cell 0, and how much further in the next one along each axis: false where this does not hold
 * for all cells. */
static bool strides_of(const pattern *p, const slot *s, size_t stride[1 + DNP_MAX_AXES]) {
  const dnp_seen *seen = p->seen;
  if (p->elements == 0 || s->begin[0] == NOWHERE) return false;
  stride[0] = s->begin[0];
  for (size_t a = (size_t)seen->axes, next = 1; a-- > 0; next *= seen->shape[a])
    stride[1 + a] = seen->shape[a] > 1 ? (size_t)s->begin[next] - stride[0] : 0;
  for (size_t e = 0; e < p->elements; e++) {
    size_t at = stride[0], rest = e;
    for (size_t a = (size_t)seen->axes; a-- > 0; rest /= seen->shape[a]) at += rest % seen->shape[a] * stride[1 + a];
    if (s->begin[e] != NOWHERE && s->begin[e] != at) return false;
  }
  return true;
}

/* [where it begins, a step for each axis], or the place of each cell */
static void put_slot(dnp_page *page, const pattern *p, const slot *s) {
  size_t stride[1 + DNP_MAX_AXES];
  dnp_page_raw(page, "{\"m\":");
  put_long(page, dnp_page_number_of(p->trace, s->tensor, s->gradient));
  dnp_page_raw(page, ",\"at\":");
  if (!strides_of(p, s, stride))
    dnp_page_base64(page, s->begin, p->elements * sizeof *s->begin);
  else {
    for (int i = 0; i <= p->seen->axes; i++) {
      dnp_page_raw(page, i == 0 ? "[" : ",");
      put_step(page, stride[i]);
    }
    dnp_page_raw(page, "]");
  }
  dnp_page_raw(page, "}");
}

/* How the terms are added, and what is done to them and to the sum. */
static void put_recipe(dnp_page *page, const dnp_recipe *recipe) {
  dnp_page_raw(page, "{\"fold\":");
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
  dnp_page_raw(page, ",\"args\":");
  for (size_t i = 0; i < sizeof recipe->arg / sizeof *recipe->arg; i++) {
    dnp_page_raw(page, i == 0 ? "[" : ",");
    dnp_page_real(page, recipe->arg[i]);
  }
  dnp_page_raw(page, "]");
}

/* [slot, factor's slot, its form, factor, minus, terms, place, step, factor's place, its step] */
static void put_run(dnp_page *page, const run *r) {
  dnp_page_raw(page, "[");
  put_long(page, r->slot);
  dnp_page_raw(page, ",");
  put_long(page, r->by);
  dnp_page_raw(page, ",");
  put_text_or_null(page, r->by_form);
  dnp_page_raw(page, ",");
  dnp_page_real(page, r->factor);
  dnp_page_raw(page, ",");
  dnp_page_real(page, r->minus);
  const size_t places[] = {r->count, r->at, r->step, r->by_at, r->by_step};
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    dnp_page_raw(page, ",");
    put_step(page, places[i]);
  }
  dnp_page_raw(page, "]");
}

static void put_kind(dnp_page *page, const pattern *p, const kind *k) {
  put_recipe(page, &k->recipe);
  dnp_page_raw(page, ",\"runs\":[");
  for (size_t r = 0; r < k->runs; r++) {
    if (r > 0) dnp_page_raw(page, ",");
    put_run(page, &p->run[k->first + r]);
  }
  dnp_page_raw(page, "]}");
}

/* ,"name":["float32","base64"]; in float64 where that would change a number. */
static void put_column(dnp_page *page, const char *name, double *number, size_t count) {
  bool narrow = true;
  for (size_t i = 0; i < count && narrow; i++) {
    const double kept = (double)(float)number[i];
    narrow = !(number[i] < kept || number[i] > kept);
  }
  dnp_page_raw(page, name);
  dnp_page_raw(page, narrow ? "[\"float32\"," : "[\"float64\",");
  for (size_t i = 0; i < count && narrow; i++) { /* in place: a float is not longer */
    const float f = (float)number[i];
    memcpy((char *)number + i * sizeof f, &f, sizeof f);
  }
  dnp_page_base64(page, number, count * (narrow ? sizeof(float) : sizeof *number));
  dnp_page_raw(page, "]");
}

typedef struct columns { /* what a page cannot compute: all terms after the map, factors that are forms; the sums */
  double *mapped, *factor, *sum;
} columns;

static denpa_status gather(const pattern *p, columns *c, denpa_error *err) {
  dnp_cell cell = p->cell;
  size_t at = 0;
  for (cell.element = 0; cell.element < p->elements; cell.element++) {
    dnp_account a;
    DNP_TRY(dnp_trace_account(p->trace, &cell, &a, err));
    for (size_t k = 0; k < a.count; k++, at++) {
      if (c->mapped != NULL) c->mapped[at] = a.mapped[k];
      if (c->factor != NULL) c->factor[at] = a.terms[k].factor;
    }
    if (c->sum != NULL) c->sum[cell.element] = a.sum;
    dnp_account_free(&a);
  }
  return DENPA_OK;
}

static denpa_status put_columns(dnp_page *page, const pattern *p, denpa_error *err) {
  columns c = {0};
  denpa_status status = DENPA_OK;
  if (p->mapped) status = DNP_NEW(&c.mapped, p->listed, err);
  if (p->form && status == DENPA_OK) status = DNP_NEW(&c.factor, p->listed, err);
  if (p->finished && status == DENPA_OK) status = DNP_NEW(&c.sum, p->elements, err);
  if (status == DENPA_OK) status = gather(p, &c, err);
  if (status == DENPA_OK) {
    if (p->mapped) put_column(page, ",\"mapped\":", c.mapped, p->listed);
    if (p->form) put_column(page, ",\"factors\":", c.factor, p->listed);
    if (p->finished) put_column(page, ",\"sums\":", c.sum, p->elements);
  }
  dnp_free(c.mapped);
  dnp_free(c.factor);
  dnp_free(c.sum);
  return status;
}

static denpa_status put_pattern(dnp_page *page, const pattern *p, denpa_error *err) {
  dnp_page_raw(page, ",\"terms\":{\"slots\":[");
  for (size_t i = 0; i < p->slots; i++) {
    if (i > 0) dnp_page_raw(page, ",");
    put_slot(page, p, &p->slot[i]);
  }
  dnp_page_raw(page, "],\"kinds\":[");
  for (size_t i = 0; i < p->kinds; i++) {
    if (i > 0) dnp_page_raw(page, ",");
    put_kind(page, p, &p->kind[i]);
  }
  dnp_page_raw(page, "]");
  if (p->kinds > 1) { /* of each cell */
    dnp_page_raw(page, ",\"kind\":");
    dnp_page_base64(page, p->of, p->elements * sizeof *p->of);
  }
  DNP_TRY(put_columns(page, p, err));
  dnp_page_raw(page, "}");
  return DENPA_OK;
}

denpa_status dnp_page_terms(
    dnp_page *page, const dnp_trace *trace, const dnp_seen *seen, const dnp_tensor *tensor, denpa_error *err) {
  pattern p = {.trace = trace,
      .seen = seen,
      .cell = {.tensor = tensor, .gradient = seen->as == DNP_SEEN_BACKWARD},
      .elements = seen->count};
  if (!dnp_trace_made_by(trace, &p.cell, &p.probe)) return DENPA_OK;
  denpa_status status = find_kinds(&p, err);
  if (status == DENPA_OK && p.runs <= MOST_RUNS) status = put_pattern(page, &p, err);
  for (size_t i = 0; i < p.slots; i++) dnp_free(p.slot[i].begin);
  dnp_free(p.slot);
  dnp_free(p.run);
  dnp_free(p.kind);
  dnp_free(p.of);
  return status;
}
