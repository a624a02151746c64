/* diagnose.c: which mistake was made? The gradients that a person computed are compared with those of every row of the
 * table of mistakes, all arrays at once, and where none of them explains the numbers, with those of two rows together.
 * What a mistake leaves open (a learning rate, a factor) is found out by least squares.
 *
 * Two gradients are the same if no array differs by more than what computing in float32 costs, which is measured on
 * this very network: its gradients in float32 against those in double. Called by the subcommand check. */
#include "gradcheck/diagnose.h"

#include <math.h>
#include <string.h>

#include "base/math.h"

#define LEAST_TOLERANCE 2e-6 /* pixels divided in float32 or in double, and float32 arrays */
#define NOISE 30             /* times the measured rounding of float32 */
#define OWN_TOLERANCE 1e-8   /* denpa's backward pass and the reference's right variant, both in double */
#define SEEDS 10             /* mistakes that are tried together with all others */
#define PAIR_WORK 6e10       /* multiply-adds that pairs may cost */
/* multiply-adds of one W and batch above which mistakes are first tried without the first W */
#define LIGHT_WORK 1e8
#define FIT_STEPS 8

typedef struct candidate {
  const dnp_mistake *mistake, *second;
  size_t choice, second_choice;
  double value, second_value;
  double error, score, seed; /* the largest error; the mean one; the mean one if a factor may be chosen */
  bool fits;
} candidate;

typedef struct study {
  dnp_review *r;
  dnp_dense dense, other;
  bool labels;
  dnp_reference_backward *reference;
  size_t count;
  /* flat gradients: the person's, the right ones, those at hand, and a little beside them */
  double *given, *right, *now, *near;
  double floor; /* lengths below it are nothing */
  double error_right, score_right;
  bool light;  /* the first W is left out of variants and distances */
  bool coarse; /* every number given is one of float16 */
  candidate *list;
  size_t listed, room;
} study;

/* ---- distances --------------------------------------------------------------------------------- */

static bool usable(const dnp_given *g) { return g->state == DNP_GIVEN_RIGHT_SHAPE || g->state == DNP_GIVEN_TURNED; }

static double length_of(const double *a, size_t count) {
  double square = 0;
  for (size_t i = 0; i < count; i++) square += a[i] * a[i];
  return sqrt(square);
}

static double dot(const double *a, const double *b, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += a[i] * b[i];
  return sum;
}

/* Distance over the longer of both, times `factor` for b. */
static double distance(const study *s, const double *a, const double *b, size_t count, double factor) {
  double apart = 0;
  for (size_t i = 0; i < count; i++) apart += (a[i] - factor * b[i]) * (a[i] - factor * b[i]);
  const double over = fmax(fmax(length_of(a, count), fabs(factor) * length_of(b, count)), s->floor);
  return over > 0 ? sqrt(apart) / over : 0;
}

typedef struct gap {
  double largest, mean;
  bool fits; /* nothing but rounding */
} gap;

static gap gap_between(const study *s, const double *a, const double *b, double factor, double allowance) {
  gap g = {.fits = true};
  size_t arrays = 0;
  for (size_t i = 0; i < s->r->given_count; i++) {
    const dnp_given *t = &s->r->given[i];
    if (!usable(t) || (s->light && i == s->dense.w_tensor[0])) continue;
    double d = distance(s, a + t->offset, b + t->offset, t->count, factor);
    if (!isfinite(d)) d = 2;
    arrays++;
    g.mean += fmin(d, 1);
    g.largest = fmax(g.largest, d);
    g.fits = g.fits && d <= allowance * t->tolerance;
  }
  g.mean = arrays > 0 ? g.mean / (double)arrays : 0;
  return g;
}

/* Sum over the arrays of a . b, each array counting alike. */
static double weighted(const study *s, const double *a, const double *b) {
  double sum = 0;
  for (size_t i = 0; i < s->r->given_count; i++) {
    const dnp_given *t = &s->r->given[i];
    const bool counts = usable(t) && !(s->light && i == s->dense.w_tensor[0]);
    const double size = counts ? length_of(s->given + t->offset, t->count) : 0;
    if (size > s->floor) sum += dot(a + t->offset, b + t->offset, t->count) / (size * size);
  }
  return sum;
}

/* The factor that brings b nearest to the given gradients. */
static double best_factor(const study *s, const double *b) {
  const double square = weighted(s, b, b), factor = square > 0 ? weighted(s, s->given, b) / square : 1;
  return isfinite(factor) ? factor : 1;
}

/* ---- fitting ----------------------------------------------------------------------------------- */

static double *fitted_member(dnp_variant *variant, dnp_fit fit) {
  return fit == DNP_FIT_RATE ? &variant->rate : &variant->decay;
}

/* Gauss and Newton's method in one unknown: the gradients of `variant` are nearly a straight line in it. Leaves the
 * best ones in s->now. */
static double fit_number(study *s, dnp_variant *variant, dnp_fit fit) {
  double *p = fitted_member(variant, fit);
  *p = 0;
  for (int step = 0; step < FIT_STEPS; step++) {
    const double at = *p, beside = 1e-4 * fmax(fabs(at), 1e-3);
    dnp_reference_backward_run(s->reference, variant, s->now);
    *p = at + beside;
    dnp_reference_backward_run(s->reference, variant, s->near);
    *p = at;
    for (size_t i = 0; i < s->count; i++) s->near[i] = (s->near[i] - s->now[i]) / beside;
    double square = weighted(s, s->near, s->near), off = weighted(s, s->given, s->near) - weighted(s, s->now, s->near);
    if (!(square > 0) || !isfinite(off / square)) break;
    *p = at + off / square;
    if (fabs(*p - at) <= 1e-10 * fabs(*p)) break;
  }
  dnp_reference_backward_run(s->reference, variant, s->now);
  return *p;
}

/* ---- candidates -------------------------------------------------------------------------------- */

static dnp_fit fit_of(const candidate *c) {
  return c->mistake->fit != DNP_FIT_NONE ? c->mistake->fit : c->second != NULL ? c->second->fit : DNP_FIT_NONE;
}

static double told_value(const dnp_mistake *m, size_t choice, double found) {
  return m->fit != DNP_FIT_NONE ? found : (double)choice + 1;
}

static bool in_range(const dnp_mistake *m, double value) {
  return m->fit == DNP_FIT_NONE || (value > m->low && value < m->high);
}

/* Computes the gradients of the candidate's mistakes and compares; false if they are possible but change nothing
 * here. */
static bool try_out(study *s, candidate *c) {
  dnp_variant variant = dnp_variant_right();
  variant.light = s->light;
  c->mistake->make(&s->dense, c->choice, &variant);
  if (c->second != NULL) c->second->make(&s->dense, c->second_choice, &variant);
  const dnp_fit fit = fit_of(c);
  double found = 0, factor = 1;
  if (fit == DNP_FIT_RATE || fit == DNP_FIT_DECAY)
    found = fit_number(s, &variant, fit);
  else
    dnp_reference_backward_run(s->reference, &variant, s->now);
  const double best = best_factor(s, s->now);
  if (fit == DNP_FIT_FACTOR) found = factor = best;
  if (!in_range(c->mistake, found) || (c->second != NULL && !in_range(c->second, found))) return false;
  if (variant.finish != DNP_FINISH_HALF && gap_between(s, s->right, s->now, factor, 1).fits) return false;
  const gap g = gap_between(s, s->given, s->now, factor, 3);
  c->value = told_value(c->mistake, c->choice, found);
  if (c->second != NULL) c->second_value = told_value(c->second, c->second_choice, found);
  c->error = g.largest;
  c->score = g.mean;
  c->seed = fmin(g.mean, gap_between(s, s->given, s->now, best, 1).mean + 1e-3);
  c->fits = g.fits || (variant.finish == DNP_FINISH_HALF && c->second == NULL && s->coarse && s->score_right < 0.1);
  return true;
}

static denpa_status keep(study *s, const candidate *c, denpa_error *err) {
  if (s->listed == s->room) {
    const size_t room = s->room > 0 ? 2 * s->room : 64;
    DNP_TRY(dnp_grow((void **)&s->list, s->listed, room, sizeof *s->list, err));
    s->room = room;
  }
  s->list[s->listed++] = *c;
  return DENPA_OK;
}

static bool possible(const study *s, const dnp_mistake *m) {
  return dnp_mistake_possible(m, &s->dense, s->labels, s->other.layers > 0);
}

static bool any_fits(const study *s) {
  for (size_t i = 0; i < s->listed; i++)
    if (s->list[i].fits) return true;
  return false;
}

/* Whether a mistake is ruled out by what is left when the first W is. (One that shows in that W alone is not: it
 * changes nothing else, so neither fits nor not.) */
static bool ruled_out(study *s, candidate c) {
  s->light = true;
  const bool shows = try_out(s, &c);
  s->light = false;
  return shows && !c.fits;
}

/* hasty: those that are ruled out lightly are passed over. */
static denpa_status try_all(study *s, bool hasty, denpa_error *err) {
  for (const dnp_mistake *m = dnp_mistakes; m->id != NULL; m++) {
    for (size_t v = 0; possible(s, m) && v < dnp_mistake_variants(m, &s->dense); v++) {
      candidate c = {.mistake = m, .choice = v};
      if (hasty && ruled_out(s, c)) continue;
      if (try_out(s, &c)) DNP_TRY(keep(s, &c, err));
    }
  }
  return DENPA_OK;
}

static denpa_status try_singles(study *s, denpa_error *err) {
  for (const dnp_mistake *m = dnp_mistakes; m->id != NULL; m++) s->r->mistakes += possible(s, m);
  if ((double)s->dense.rows * (double)s->count > LIGHT_WORK) DNP_TRY(try_all(s, true, err));
  if (any_fits(s)) return DENPA_OK;
  s->listed = 0;
  return try_all(s, false, err);
}

/* The seeds stand first in the list. */
static void gather_seeds(study *s) {
  for (size_t i = 0; i < s->listed && i < SEEDS; i++) {
    size_t best = i;
    for (size_t k = i + 1; k < s->listed; k++)
      if (s->list[k].seed < s->list[best].seed) best = k;
    const candidate kept = s->list[i];
    s->list[i] = s->list[best];
    s->list[best] = kept;
  }
}

static denpa_status try_pair(study *s, const candidate *seed, const dnp_mistake *m, denpa_error *err) {
  for (size_t v = 0; v < dnp_mistake_variants(m, &s->dense); v++) {
    candidate c = {.mistake = seed->mistake, .choice = seed->choice, .second = m, .second_choice = v};
    if (try_out(s, &c) && c.fits) DNP_TRY(keep(s, &c, err));
  }
  return DENPA_OK;
}

static bool pair_makes_sense(const study *s, const candidate *seed, const dnp_mistake *m) {
  if (!possible(s, m) || m->stage == seed->mistake->stage) return false;
  return m->fit == DNP_FIT_NONE || seed->mistake->fit == DNP_FIT_NONE;
}

static denpa_status try_pairs(study *s, denpa_error *err) {
  const size_t seeds = s->listed < SEEDS ? s->listed : SEEDS;
  if ((double)s->dense.rows * (double)s->count * 3 * SEEDS * (double)s->listed > PAIR_WORK) return DENPA_OK;
  gather_seeds(s);
  for (size_t i = 0; i < seeds; i++)
    for (const dnp_mistake *m = dnp_mistakes; m->id != NULL; m++)
      if (pair_makes_sense(s, &s->list[i], m)) {
        const candidate seed = s->list[i]; /* the list may move */
        DNP_TRY(try_pair(s, &seed, m, err));
      }
  return DENPA_OK;
}

/* ---- ranking ----------------------------------------------------------------------------------- */

/* Whether a is the better explanation. `least`: the smallest error of those that fit. Among explanations that fit alike
 * the simpler one, then the likelier. */
static bool better(const candidate *a, const candidate *b, double least) {
  if (a->fits != b->fits) return a->fits;
  if (!a->fits) return a->score != b->score ? a->score < b->score : a->mistake < b->mistake;
  const bool near_a = a->error <= 30 * least + 1e-8, near_b = b->error <= 30 * least + 1e-8;
  if (near_a != near_b) return near_a;
  if ((a->second != NULL) != (b->second != NULL)) return a->second == NULL;
  const bool free_a = fit_of(a) != DNP_FIT_NONE, free_b = fit_of(b) != DNP_FIT_NONE;
  if (free_a != free_b) return free_b;
  if (a->mistake != b->mistake) return a->mistake < b->mistake;
  return a->second != b->second ? a->second < b->second : a->error < b->error;
}

static void rank(study *s) {
  double least = (double)INFINITY;
  for (size_t i = 0; i < s->listed; i++)
    if (s->list[i].fits) least = fmin(least, s->list[i].error);
  for (size_t i = 1; i < s->listed; i++) {
    const candidate c = s->list[i];
    size_t k = i;
    for (; k > 0 && better(&c, &s->list[k - 1], least); k--) s->list[k] = s->list[k - 1];
    s->list[k] = c;
  }
}

static bool is_listed(const dnp_review *r, const candidate *c) {
  for (size_t i = 0; i < r->findings; i++) {
    const dnp_diagnosis *f = &r->finding[i];
    if (f->mistake == NULL || f->given != NULL) continue;
    if (strcmp(f->mistake->id, c->mistake->id) == 0 && f->second == c->second) return true;
    /* the same pair the other way round */
    if (f->second != NULL && c->second != NULL && f->second == c->mistake && f->mistake == c->second) return true;
  }
  return false;
}

/* The best ones become findings: all that fit, and if none does the nearest. Those that fit share the confidence, the
 * first of them half. */
static void choose(study *s) {
  dnp_review *r = s->r;
  const bool some = any_fits(s);
  double left = 0.99;
  for (size_t i = 0; i < s->listed && r->findings < DNP_FINDINGS; i++) {
    const candidate *c = &s->list[i];
    if ((some && !c->fits) || is_listed(r, c)) continue;
    if (!some && c->score > 0.9 * s->score_right) break;
    r->finding[r->findings++] = (dnp_diagnosis){.mistake = c->mistake,
        .second = c->second,
        .value = c->value,
        .second_value = c->second_value,
        .error = c->error,
        .fits = c->fits,
        .confidence = some ? left : 0.5 * (1 - c->score / s->score_right)};
    left /= 2;
  }
}

/* ---- the right gradients --------------------------------------------------------------------------- */

static denpa_status run_back(denpa_net *net, const dnp_review *r, double *loss, denpa_error *err) {
  dnp_rows rows = dnp_rows_from(net, r->dataset, r->split);
  dnp_outcome outcome;
  const dnp_run run = {
      .rows = r->rows, .feed = dnp_rows_feed, .feed_context = &rows, .answers = true, .backward = true};
  DNP_TRY(dnp_exec_run(net->exec, &run, &outcome, err));
  if (loss != NULL) *loss = outcome.loss;
  return DENPA_OK;
}

static double grad_of(const denpa_net *net, size_t parameter, size_t i) {
  return dnp_tensor_element(net->exec->parameter[parameter].tensor, DNP_GRAD, i);
}

/* What float32 costs, array by array; NaN: it cannot compute this network at all. */
static denpa_status measure_noise(study *s, const denpa_net *net, denpa_error *err) {
  denpa_net *single;
  DNP_TRY(dnp_net_twin(&single, net, DENPA_DTYPE_FLOAT32, s->r->rows, err));
  const bool ran = run_back(single, s->r, NULL, NULL) == DENPA_OK;
  for (size_t i = 0; i < s->r->given_count; i++) {
    dnp_given *g = &s->r->given[i];
    for (size_t k = 0; ran && k < g->count; k++) s->near[k] = grad_of(single, i, k);
    const double noise = ran ? distance(s, s->near, s->right + g->offset, g->count, 1) : 0;
    g->tolerance = fmax(LEAST_TOLERANCE, isfinite(noise) ? NOISE * noise : 0);
    if (g->tolerance > 0.02) g->tolerance = 0.02; /* beyond that, float32 is no excuse */
  }
  denpa_net_free(single);
  return DENPA_OK;
}

static denpa_status find_right(study *s, const denpa_net *net, denpa_error *err) {
  const dnp_variant right = dnp_variant_right();
  dnp_reference_backward_run(s->reference, &right, s->right);
  s->floor = 1e-7 * length_of(s->right, s->count);
  DNP_TRY(run_back(s->r->net, s->r, &s->r->loss, err));
  for (size_t i = 0; i < s->r->given_count; i++) {
    const dnp_given *g = &s->r->given[i];
    for (size_t k = 0; k < g->count; k++) s->near[k] = grad_of(s->r->net, i, k);
    if (!(distance(s, s->near, s->right + g->offset, g->count, 1) <= OWN_TOLERANCE))
      return dnp_fail(err, DENPA_ERROR_NUMERIC,
          "two ways of computing the gradient of {1} in double do not agree, so nothing can be compared with it; does "
          "`denpa check` without --grads find an error?",
          dnp_s(g->name));
  }
  return measure_noise(s, net, err);
}

/* ---- the whole ---------------------------------------------------------------------------------- */

static void list_given(study *s) {
  const dnp_dense *d = &s->dense;
  dnp_review *r = s->r;
  for (size_t l = 0; l < d->layers; l++)
    for (int bias = 0; bias < 2; bias++) {
      const size_t number = bias ? d->b_tensor[l] : d->w_tensor[l];
      const dnp_parameter *p = &r->net->exec->parameter[number];
      dnp_given *g = &r->given[number];
      *g = (dnp_given){.name = p->tensor->name,
          .axes = p->tensor->axes,
          .count = p->count,
          .offset = dnp_reference_backward_offset(d, l, bias != 0)};
      memcpy(g->shape, p->tensor->shape, sizeof g->shape);
    }
}

static void compare_arrays(study *s) {
  for (size_t i = 0; i < s->r->given_count; i++) {
    dnp_given *g = &s->r->given[i];
    const double *a = s->given + g->offset, *b = s->right + g->offset;
    const double sizes = length_of(a, g->count) * length_of(b, g->count);
    g->error = g->cosine = (double)NAN;
    if (!usable(g)) continue;
    g->error = distance(s, a, b, g->count, 1);
    g->cosine = sizes > 0 ? dot(a, b, g->count) / sizes : (double)NAN;
    g->right = g->error <= g->tolerance && g->mistake == NULL;
    for (size_t k = 1; k < g->count; k++)
      if (fabs(a[k] - b[k]) > fabs(a[g->worst] - b[g->worst])) g->worst = k;
    g->worst_given = a[g->worst];
    g->worst_right = b[g->worst];
  }
}

static bool all_coarse(const study *s) {
  for (size_t i = 0; i < s->r->given_count; i++) {
    const dnp_given *g = &s->r->given[i];
    for (size_t k = 0; usable(g) && k < g->count; k++)
      if (dnp_half(s->given[g->offset + k]) != s->given[g->offset + k]) return false;
  }
  return true;
}

/* What is seen from the arrays themselves; a mistake that several arrays share is told once for each. */
static void find_shapes(dnp_review *r) {
  for (size_t i = 0; i < r->given_count && r->findings < DNP_FINDINGS / 2; i++)
    if (r->given[i].mistake != NULL)
      r->finding[r->findings++] = (dnp_diagnosis){
          .mistake = r->given[i].mistake, .given = &r->given[i], .error = (double)NAN, .fits = true, .confidence = 1};
}

static denpa_status compare(study *s, const dnp_arrays *arrays, bool whole, denpa_error *err) {
  dnp_review *r = s->r;
  DNP_TRY(dnp_given_place(r, arrays, whole, s->given, err));
  compare_arrays(s);
  r->right = true;
  for (size_t i = 0; i < r->given_count; i++)
    r->right = r->right && (r->given[i].right || (r->given[i].state == DNP_GIVEN_MISSING && !whole));
  find_shapes(r);
  const gap off = gap_between(s, s->given, s->right, 1, 1);
  s->error_right = off.largest;
  s->score_right = off.mean;
  s->coarse = all_coarse(s);
  if (off.fits) return DENPA_OK;
  DNP_TRY(try_singles(s, err));
  if (!any_fits(s)) DNP_TRY(try_pairs(s, err));
  rank(s);
  choose(s);
  return DENPA_OK;
}

static denpa_status take_memory(study *s, denpa_error *err) {
  s->count = dnp_reference_backward_count(&s->dense);
  DNP_TRY(DNP_NEW(&s->given, s->count, err));
  DNP_TRY(DNP_NEW(&s->right, s->count, err));
  DNP_TRY(DNP_NEW(&s->now, s->count, err));
  DNP_TRY(DNP_NEW(&s->near, s->count, err));
  return dnp_reference_backward_open(&s->reference, &s->dense, &s->other, err);
}

static denpa_status open_study(study *s, denpa_error *err) {
  dnp_review *r = s->r;
  DNP_TRY(dnp_dense_open(&s->dense, r->net, r->dataset, r->split, r->rows, err));
  if (s->dense.layers == 0)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
        "gradients of your own can be compared for networks of dense layers only, with sigmoid, tanh, relu or identity "
        "between them and the loss cross-entropy (not smoothed) or mse");
  if (r->dataset->split[1 - r->split].rows >= r->rows)
    DNP_TRY(dnp_dense_open(&s->other, r->net, r->dataset, 1 - r->split, r->rows, err));
  s->labels = r->dataset->classes > 0;
  r->given_count = r->net->exec->parameters;
  DNP_TRY(DNP_NEW(&r->given, r->given_count, err));
  list_given(s);
  return take_memory(s, err);
}

static void close_study(study *s) {
  dnp_reference_backward_close(s->reference);
  dnp_dense_close(&s->dense);
  dnp_dense_close(&s->other);
  dnp_free(s->given);
  dnp_free(s->right);
  dnp_free(s->now);
  dnp_free(s->near);
  dnp_free(s->list);
}

denpa_status dnp_review_make(dnp_review **out, const denpa_net *net, const denpa_data *data, int split, size_t rows,
    const dnp_arrays *arrays, bool whole, denpa_error *err) {
  const size_t most = data->split[split].rows;
  *out = NULL;
  DNP_TRY(dnp_rows_check(net, data, true, err));
  if (most == 0) return dnp_fail(err, DENPA_ERROR_NOT_FOUND, "{1} has no rows to measure on", dnp_s(data->name));
  DNP_TRY(DNP_NEW(out, 1, err));
  **out = (dnp_review){.dataset = data, .split = split, .rows = rows > 0 && rows < most ? rows : most};
  study s = {.r = *out};
  denpa_status status = dnp_net_twin(&(*out)->net, net, DENPA_DTYPE_FLOAT64, (*out)->rows, err);
  if (status == DENPA_OK) status = open_study(&s, err);
  if (status == DENPA_OK) status = find_right(&s, net, err);
  if (status == DENPA_OK) status = compare(&s, arrays, whole, err);
  close_study(&s);
  if (status == DENPA_OK) return DENPA_OK;
  dnp_review_free(*out);
  *out = NULL;
  return status;
}

void dnp_review_free(dnp_review *review) {
  if (review == NULL) return;
  denpa_net_free(review->net);
  dnp_free(review->given);
  dnp_free(review);
}
