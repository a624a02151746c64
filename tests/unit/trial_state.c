/* trial_state.c: one trial for each entry of the table of kernels that operations with state call: dropout and batch
 * normalisation (trial.h). */
#include <math.h>

#include "trial.h"

void try_dropout(trial *t) {
  const double rate = fabs(uniform(&t->state)) / 2;
  const dnp_draws draws = {.seed = draw(&t->state),
      .stream = draw(&t->state),
      .row = below(&t->state, 1000),
      .below = (uint32_t)(rate * 65536),
      .kept = 1 / (1 - rate)};
  const matrix *a = input(t, t->m, t->n, t->n), *mask = output(t, t->m, t->n, t->n), *y = output(t, t->m, t->n, t->n);
  t->kernels->dropout(t->m, t->n, &draws, start(a), start(mask), start(y));
}

void try_stretch(trial *t) {
  const double factor = uniform(&t->state);
  const bool stride = chosen(t, 2);
  const matrix *a = (stride ? input : both)(t, 1, t->m * t->n, t->m * t->n),
               *c = stride ? output(t, 1, t->m * t->n, t->m * t->n) : a;
  t->kernels->stretch(t->m * t->n, factor, start(a), start(c));
}

void try_dropout_lanes(trial *t) {
  const size_t groups = (t->m + DNP_LANES - 1) / DNP_LANES, wide = t->n * DNP_LANES;
  const dnp_draws draws = {.seed = draw(&t->state),
      .stream = draw(&t->state),
      .row = 16 * below(&t->state, 1000),
      .below = 0x5000,
      .kept = 1.25};
  const matrix *a = input(t, groups, wide, wide), *mask = output(t, groups, wide, wide),
               *y = output(t, groups, wide, wide);
  t->kernels->dropout_lanes(t->m, t->n, &draws, start(a), start(mask), start(y));
}

static matrix *channel_in(trial *t) { return input(t, 1, t->n, t->n); }
static matrix *channel_out(trial *t) { return output(t, 1, t->n, t->n); }

/* m rows of n channels, with some pixels each or none, in rows or in lanes. */
typedef struct drawn_channels {
  dnp_channels of;
  size_t rows; /* of the matrix that holds them */
} drawn_channels;

static drawn_channels draw_channels(trial *t) {
  drawn_channels c = {.of = {.rows = t->m,
                          .channels = t->n,
                          .pixels = chosen(t, 2) ? 1 : 1 + below(&t->state, 5),
                          .lanes = !chosen(t, 3)}};
  c.of.stride = c.of.channels * c.of.pixels * (c.of.lanes ? DNP_LANES : 1);
  c.rows = c.of.lanes ? (c.of.rows + DNP_LANES - 1) / DNP_LANES : c.of.rows;
  return c;
}

static matrix *rows_in(trial *t, const drawn_channels *c) { return input(t, c->rows, c->of.stride, c->of.stride); }
static matrix *rows_out(trial *t, const drawn_channels *c) { return output(t, c->rows, c->of.stride, c->of.stride); }

void try_channel_statistics(trial *t) {
  const drawn_channels c = draw_channels(t);
  const matrix *x = rows_in(t, &c), *mean = channel_out(t), *variance = channel_out(t);
  t->kernels->channel_statistics(&c.of, start(x), start(mean), start(variance));
}

void try_channel_scale(trial *t) {
  const matrix *variance = channel_in(t), *scale = channel_out(t);
  t->kernels->channel_scale(t->n, 1e-5, start(variance), start(scale));
}

void try_channel_sums(trial *t) {
  const drawn_channels c = draw_channels(t);
  const matrix *x = rows_in(t, &c), *mean = channel_in(t), *scale = channel_in(t), *dy = rows_in(t, &c),
               *sum_dy = channel_out(t), *sum_dyx = channel_out(t);
  t->kernels->channel_sums(&c.of, start(x), start(mean), start(scale), start(dy), start(sum_dy), start(sum_dyx));
}

void try_normalise(trial *t) {
  const drawn_channels c = draw_channels(t);
  const matrix *x = rows_in(t, &c), *mean = channel_in(t), *scale = channel_in(t), *gamma = channel_in(t),
               *beta = channel_in(t), *y = rows_out(t, &c);
  t->kernels->normalise(&c.of, start(x), start(mean), start(scale), start(gamma), start(beta), start(y));
}

void try_normalise_back(trial *t) {
  const drawn_channels c = draw_channels(t);
  const size_t count = chosen(t, 4) ? t->m * c.of.pixels : 0;
  const matrix *x = rows_in(t, &c), *mean = channel_in(t), *scale = channel_in(t), *gamma = channel_in(t),
               *sum_dy = channel_in(t), *sum_dyx = channel_in(t), *dy = rows_in(t, &c), *dx = rows_out(t, &c);
  t->kernels->normalise_back(&c.of, count, start(x), start(mean), start(scale), start(gamma), start(sum_dy),
      start(sum_dyx), start(dy), start(dx));
}

void try_blend(trial *t) {
  const double keep = fabs(uniform(&t->state)) / 2;
  const matrix *a = input(t, 1, t->m * t->n, t->m * t->n), *b = both(t, 1, t->m * t->n, t->m * t->n);
  t->result = t->kernels->blend(t->m * t->n, keep, 1 - keep, start(a), start(b));
}
