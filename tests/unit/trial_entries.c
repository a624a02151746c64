/* trial_entries.c: one trial for each entry of the table of kernels (trial.h), but for those of trial_pictures.c.
 * Entries over `count` elements take m n of them. */
#include <math.h>

#include "trial.h"

#include "base/array.h"

void try_product(trial *t) {
  const matrix *a = input(t, t->m, t->k, gap(t, t->k)), *b = input(t, t->k, t->n, gap(t, t->n)),
               *bias = input(t, 1, t->n, t->n);
  const matrix *c = output(t, t->m, t->n, gap(t, t->n));
  t->kernels->product(
      t->m, t->n, t->k, start(a), a->l, start(b), b->l, chosen(t, 2) ? start(bias) : NULL, start(c), c->l);
}

void try_product_nt(trial *t) {
  const matrix *a = input(t, t->m, t->k, gap(t, t->k)), *b = input(t, t->n, t->k, gap(t, t->k)),
               *c = output(t, t->m, t->n, gap(t, t->n));
  t->kernels->product_nt(t->m, t->n, t->k, start(a), a->l, start(b), b->l, start(c), c->l);
}

void try_product_tn(trial *t) {
  const bool from_zero = chosen(t, 2);
  const matrix *a = input(t, t->k, t->m, gap(t, t->m)), *b = input(t, t->k, t->n, gap(t, t->n));
  const matrix *c = (from_zero ? output : both)(t, t->m, t->n, gap(t, t->n));
  t->kernels->product_tn(t->m, t->n, t->k, start(a), a->l, start(b), b->l, start(c), c->l, from_zero);
}

void try_column_sum(trial *t) {
  const bool from_zero = chosen(t, 2);
  const matrix *b = input(t, t->k, t->n, gap(t, t->n)), *c = (from_zero ? output : both)(t, 1, t->n, t->n);
  t->kernels->column_sum(t->n, t->k, start(b), b->l, start(c), from_zero);
}

void try_add_row(trial *t) {
  const matrix *a = input(t, t->m, t->n, gap(t, t->n)), *bias = input(t, 1, t->n, t->n),
               *c = output(t, t->m, t->n, gap(t, t->n));
  t->kernels->add_row(t->m, t->n, start(a), a->l, start(bias), start(c), c->l);
}

/* ---- element by element -------------------------------------------------------------------------- */

static size_t count(const trial *t) { return t->m * t->n; }
static matrix *list_in(trial *t) { return input(t, 1, count(t), count(t)); }
static matrix *list_out(trial *t) { return output(t, 1, count(t), count(t)); }
static matrix *list_both(trial *t) { return both(t, 1, count(t), count(t)); }

static void two_to_one(trial *t, void (*kernel)(size_t count, const void *a, const void *b, void *c)) {
  const bool stride = chosen(t, 2);
  const matrix *a = (stride ? list_in : list_both)(t), *b = list_in(t), *c = stride ? list_out(t) : a;
  kernel(count(t), start(a), start(b), start(c));
}

static void one_to_one(trial *t, void (*kernel)(size_t count, const void *a, void *z)) {
  const matrix *a = list_in(t), *z = list_out(t);
  kernel(count(t), start(a), start(z));
}

static void back(trial *t, void (*kernel)(size_t count, const void *z, const void *dz, void *da)) {
  const matrix *z = list_in(t), *dz = list_in(t), *da = list_out(t);
  kernel(count(t), start(z), start(dz), start(da));
}

void try_add(trial *t) { two_to_one(t, t->kernels->add); }
void try_multiply(trial *t) { two_to_one(t, t->kernels->multiply); }
void try_sigmoid(trial *t) { one_to_one(t, t->kernels->sigmoid); }
void try_sigmoid_back(trial *t) { back(t, t->kernels->sigmoid_back); }
void try_tanh(trial *t) { one_to_one(t, t->kernels->tanh); }
void try_tanh_back(trial *t) { back(t, t->kernels->tanh_back); }
void try_relu(trial *t) { one_to_one(t, t->kernels->relu); }
void try_relu_back(trial *t) { back(t, t->kernels->relu_back); }

static double positive(trial *t) { return fabs(uniform(&t->state)); }

static void scaled(trial *t, void (*kernel)(size_t count, double number, const void *a, void *z)) {
  const double number = positive(t);
  const matrix *a = list_in(t), *z = list_out(t);
  kernel(count(t), number, start(a), start(z));
}

static void scaled_back(
    trial *t, void (*kernel)(size_t count, double number, const void *z, const void *dz, void *da)) {
  const double number = positive(t);
  const matrix *z = list_in(t), *dz = list_in(t), *da = list_out(t);
  kernel(count(t), number, start(z), start(dz), start(da));
}

void try_leaky_relu(trial *t) { scaled(t, t->kernels->leaky_relu); }
void try_leaky_relu_back(trial *t) { scaled_back(t, t->kernels->leaky_relu_back); }
void try_elu(trial *t) { scaled(t, t->kernels->elu); }
void try_elu_back(trial *t) { scaled_back(t, t->kernels->elu_back); }
void try_softplus(trial *t) { one_to_one(t, t->kernels->softplus); }
void try_softplus_back(trial *t) { back(t, t->kernels->softplus_back); }
void try_gelu(trial *t) { one_to_one(t, t->kernels->gelu); }
void try_gelu_back(trial *t) { back(t, t->kernels->gelu_back); }
void try_silu(trial *t) { one_to_one(t, t->kernels->silu); }
void try_silu_back(trial *t) { back(t, t->kernels->silu_back); }

void try_fill(trial *t) {
  const double value = uniform(&t->state);
  t->kernels->fill(count(t), value, start(list_out(t)));
}

void try_descend(trial *t) {
  const double rate = fabs(uniform(&t->state));
  const matrix *g = list_in(t), *w = list_both(t);
  t->result = t->kernels->descend(count(t), rate, start(g), start(w));
}

/* A mean of squares. */
static void fill_squares(const trial *t, const matrix *x, uint64_t *state) {
  fill_reals(t, x, state);
  for (size_t j = 0; j < x->columns; j++)
    put(t->kernels->dtype, cell(x, 0, j), fabs(number(t->kernels->dtype, cell(x, 0, j))));
}

void try_adam(trial *t) {
  const double beta1 = fabs(uniform(&t->state)) / 2, beta2 = fabs(uniform(&t->state)) / 2;
  const dnp_adam adam = {.beta1 = beta1,
      .beta2 = beta2,
      .rate = fabs(uniform(&t->state)),
      .scale = 1 + fabs(uniform(&t->state)),
      .epsilon = 1e-8};
  const matrix *g = list_in(t), *m = list_both(t),
               *v = place(t, BOTH, 1, count(t), count(t), dnp_dtype_size(t->kernels->dtype), fill_squares),
               *w = list_both(t);
  t->result = t->kernels->adam(count(t), &adam, start(g), start(m), start(v), start(w));
}

static void try_momentum_form(
    trial *t, bool (*kernel)(size_t count, const dnp_momentum *momentum, const void *g, void *v, void *w)) {
  const dnp_momentum how = {
      .momentum = fabs(uniform(&t->state)) / 2, .rate = fabs(uniform(&t->state)), .nesterov = chosen(t, 2)};
  const matrix *g = list_in(t), *v = list_both(t), *w = list_both(t);
  t->result = kernel(count(t), &how, start(g), start(v), start(w));
}
void try_momentum(trial *t) { try_momentum_form(t, t->kernels->momentum); }
void try_momentum_book(trial *t) { try_momentum_form(t, t->kernels->momentum_book); }

void try_scaled_descend(trial *t) {
  const double keep = fabs(uniform(&t->state)) / 2, add = 1 - keep, rate = fabs(uniform(&t->state));
  const matrix *g = list_in(t),
               *h = place(t, BOTH, 1, count(t), count(t), dnp_dtype_size(t->kernels->dtype), fill_squares),
               *w = list_both(t);
  t->result = t->kernels->scaled_descend(count(t), keep, add, rate, 1e-8, start(g), start(h), start(w));
}

void try_scale(trial *t) {
  const double factor = uniform(&t->state);
  t->kernels->scale(count(t), factor, start(list_both(t)));
}

void try_add_scaled(trial *t) {
  const double factor = uniform(&t->state);
  const matrix *a = list_in(t), *c = list_both(t);
  t->kernels->add_scaled(count(t), factor, start(a), start(c));
}

void try_square_sum(trial *t) {
  union {
    double sum;
    size_t bits;
  } result = {.sum = t->kernels->square_sum(count(t), start(list_in(t)))};
  t->result = result.bits;
}

/* All 256 values, if there are so many. */
static void fill_pixels(const trial *t, const matrix *x, uint64_t *state) {
  (void)t;
  const size_t first = below(state, 256);
  for (size_t j = 0; j < x->columns; j++) *(uint8_t *)cell(x, 0, j) = (uint8_t)(first + j);
}

void try_from_pixels(trial *t) {
  const matrix *pixel = place(t, INPUT, 1, count(t), count(t), 1, fill_pixels), *x = list_out(t);
  t->kernels->from_pixels(count(t), start(pixel), start(x));
}

void try_from_reals(trial *t) {
  const matrix *value = place(t, INPUT, 1, count(t), count(t), sizeof(double), fill_doubles), *x = list_out(t);
  t->kernels->from_reals(count(t), start(value), start(x));
}

static void fill_one_bad(const trial *t, const matrix *x, uint64_t *state) {
  fill_reals(t, x, state);
  if (below(state, 2) == 0)
    put(t->kernels->dtype, cell(x, 0, below(state, x->columns)), below(state, 2) == 0 ? (double)NAN : -HUGE_VAL);
}

void try_first_not_finite(trial *t) {
  const matrix *a = place(
      t, INPUT, 1, count(t), count(t), dnp_dtype_size(t->kernels->dtype), t->timed ? fill_reals : fill_one_bad);
  t->result = t->kernels->first_not_finite(count(t), start(a));
}

/* ---- row by row ---------------------------------------------------------------------------------- */

static void fill_labels(const trial *t, const matrix *x, uint64_t *state) {
  for (size_t i = 0; i < x->columns; i++) *(int32_t *)cell(x, 0, i) = (int32_t)below(state, t->n);
}
static const int32_t *labels(trial *t) { return start(place(t, INPUT, 1, t->m, t->m, sizeof(int32_t), fill_labels)); }
static matrix *losses(trial *t) { return place(t, OUTPUT, 1, t->m, t->m, sizeof(double), NULL); }

/* None in one half of the trials. */
static double smoothing(trial *t) { return chosen(t, 2) ? 0 : positive(t) / 2; }

void try_cross_entropy(trial *t) {
  const double smooth = smoothing(t);
  const matrix *a = input(t, t->m, t->n, t->n), *y = output(t, t->m, t->n, t->n), *loss = losses(t);
  const bool labelled = chosen(t, 2), told = chosen(t, 4);
  const int32_t *label = labelled ? labels(t) : NULL;
  const void *answers = labelled ? NULL : start(input(t, t->m, t->n, t->n));
  t->kernels->cross_entropy(t->m, t->n, smooth, start(a), start(y), label, answers, told ? start(loss) : NULL);
}

void try_cross_entropy_back(trial *t) {
  const double smooth = smoothing(t);
  const matrix *y = input(t, t->m, t->n, t->n), *da = output(t, t->m, t->n, t->n);
  const bool labelled = chosen(t, 2);
  const int32_t *label = labelled ? labels(t) : NULL;
  const void *answers = labelled ? NULL : start(input(t, t->m, t->n, t->n));
  t->kernels->cross_entropy_back(t->m, t->n, t->m + below(&t->state, 100), smooth, start(y), label, answers, start(da));
}

void try_softmax_back(trial *t) {
  const matrix *y = input(t, t->m, t->n, t->n), *dy = input(t, t->m, t->n, t->n), *da = output(t, t->m, t->n, t->n);
  t->kernels->softmax_back(t->m, t->n, start(y), start(dy), start(da));
}

static void row_losses(trial *t, void (*kernel)(size_t m, size_t n, const void *a, const void *t, double *loss)) {
  const matrix *a = input(t, t->m, t->n, t->n), *answers = input(t, t->m, t->n, t->n), *loss = losses(t);
  kernel(t->m, t->n, start(a), start(answers), start(loss));
}

static void row_losses_back(
    trial *t, void (*kernel)(size_t m, size_t n, size_t batch, const void *a, const void *t, void *da)) {
  const matrix *a = input(t, t->m, t->n, t->n), *answers = input(t, t->m, t->n, t->n),
               *da = output(t, t->m, t->n, t->n);
  kernel(t->m, t->n, t->m + below(&t->state, 100), start(a), start(answers), start(da));
}

void try_squared_error(trial *t) { row_losses(t, t->kernels->squared_error); }
void try_squared_error_back(trial *t) { row_losses_back(t, t->kernels->squared_error_back); }
void try_half_squares(trial *t) { row_losses(t, t->kernels->half_squares); }
void try_absolute_error(trial *t) { row_losses(t, t->kernels->absolute_error); }
void try_absolute_error_back(trial *t) { row_losses_back(t, t->kernels->absolute_error_back); }
void try_binary_cross_entropy(trial *t) { row_losses(t, t->kernels->binary_cross_entropy); }

void try_huber(trial *t) {
  const double delta = positive(t);
  const matrix *a = input(t, t->m, t->n, t->n), *answers = input(t, t->m, t->n, t->n), *loss = losses(t);
  t->kernels->huber(t->m, t->n, delta, start(a), start(answers), start(loss));
}

void try_limited_error_back(trial *t) {
  const double limit = chosen(t, 4) ? positive(t) : HUGE_VAL;
  const matrix *a = input(t, t->m, t->n, t->n), *answers = input(t, t->m, t->n, t->n),
               *da = output(t, t->m, t->n, t->n);
  t->kernels->limited_error_back(t->m, t->n, t->m + below(&t->state, 100), limit, start(a), start(answers), start(da));
}

void try_row_sum(trial *t) {
  const matrix *a = input(t, t->m, t->n, gap(t, t->n)), *c = output(t, 1, t->m, t->m);
  t->kernels->row_sum(t->m, t->n, start(a), a->l, start(c));
}

void try_transpose(trial *t) {
  const matrix *a = input(t, t->m, t->n, gap(t, t->n)), *c = output(t, t->n, t->m, gap(t, t->m));
  t->kernels->transpose(t->m, t->n, start(a), a->l, start(c), c->l);
}

void try_row_argmax(trial *t) {
  const matrix *a = input(t, t->m, t->n, t->n), *column = place(t, OUTPUT, 1, t->m, t->m, sizeof(int32_t), NULL);
  t->kernels->row_argmax(t->m, t->n, start(a), start(column));
}

/* ---- the list ------------------------------------------------------------------------------------ */

#define X(result, name, arguments) [TRIAL_##name] = {#name, try_##name},
const trial_entry trial_entries[TRIAL_ENTRIES] = {DNP_KERNEL_LIST(X)};
#undef X
