/* trial_pictures.c: trials of the entries over pictures in lanes: convolutions, pooling (trial.h). Their shapes are
 * drawn from the trial's own numbers; a trial for times takes a shape of the list below, by its number in m, and n
 * groups. */
#include "trial.h"

#include "base/array.h"

/* ---- shapes -------------------------------------------------------------------------------------- */

#define CONV(c, h, k, r, p) \
  { c, h, h, k, r, r, 1, p, h + 2 * (p) - (r) + 1, h + 2 * (p) - (r) + 1 }
static const dnp_conv timed_shapes[] = {
    CONV(1, 28, 24, 5, 0),
    CONV(24, 12, 32, 3, 0),
    CONV(1, 28, 32, 3, 0),
    CONV(32, 26, 64, 3, 0),
    CONV(1, 28, 16, 3, 1),
    CONV(16, 28, 16, 3, 1),
    CONV(16, 14, 32, 3, 1),
    CONV(32, 14, 32, 3, 2),
    CONV(32, 8, 64, 3, 1),
    CONV(64, 8, 64, 3, 1),
    CONV(64, 7, 64, 3, 1),
    CONV(32, 28, 32, 3, 1),
};

static dnp_conv shape(trial *t) {
  if (t->timed) return timed_shapes[t->m];
  uint64_t *state = &t->state;
  static const size_t filters[] = {1, 2, 3, 3, 3, 5, 5, 7}, strides[] = {1, 1, 1, 2, 3};
  dnp_conv g = {.channels = 1 + below(state, 5),
      .outputs = 1 + below(state, 11),
      .stride = strides[below(state, 5)],
      .pad = below(state, 4)};
  g.rows = filters[below(state, 8)];
  g.columns = below(state, 3) == 0 ? filters[below(state, 8)] : g.rows;
  const size_t least_rows = g.rows > 2 * g.pad ? g.rows - 2 * g.pad : 1,
               least_columns = g.columns > 2 * g.pad ? g.columns - 2 * g.pad : 1;
  g.height = least_rows + below(state, 6);
  g.width = least_columns + below(state, below(state, 2) == 0 ? 6 : 17);
  g.out_height = (g.height + 2 * g.pad - g.rows) / g.stride + 1;
  g.out_width = (g.width + 2 * g.pad - g.columns) / g.stride + 1;
  return g;
}

static dnp_windows windows(trial *t) {
  uint64_t *state = &t->state;
  if (t->timed)
    return (dnp_windows){
        .channels = 32, .height = 24, .width = 24, .size = 2, .stride = 2, .out_height = 12, .out_width = 12};
  dnp_windows g = {.channels = 1 + below(state, 4), .size = below(state, 2) == 0 ? 2 : 1 + below(state, 4)};
  g.stride = below(state, 2) == 0 ? g.size : 1 + below(state, 4);
  g.pad = below(state, 2) == 0 ? 0 : below(state, g.size);
  const size_t least = g.size > 2 * g.pad ? g.size - 2 * g.pad : 1;
  g.height = least + below(state, 9);
  g.width = least + below(state, 9);
  g.out_height = (g.height + 2 * g.pad - g.size) / g.stride + 1;
  g.out_width = (g.width + 2 * g.pad - g.size) / g.stride + 1;
  return g;
}

static size_t groups(trial *t) { return t->timed ? t->n : 1 + below(&t->state, 3); }

/* ---- tensors ------------------------------------------------------------------------------------- */

static size_t inputs(const dnp_conv *g) { return g->channels * g->height * g->width * DNP_LANES; }
static size_t results(const dnp_conv *g) { return g->outputs * g->out_height * g->out_width * DNP_LANES; }
static size_t taps(const dnp_conv *g) { return g->channels * g->rows * g->columns; }

/* What is written there is nobody's business, but it has its fence as well. */
static void *scratch(trial *t, const dnp_conv *g) {
  return start(place(t, SCRATCH, 1, dnp_conv_scratch(g), dnp_conv_scratch(g), dnp_dtype_size(t->kernels->dtype), NULL));
}

void try_conv(trial *t) {
  const dnp_conv g = shape(t);
  const size_t n = groups(t);
  const bool biased = chosen(t, 2);
  const matrix *x = input(t, n, inputs(&g), inputs(&g)), *w = input(t, g.outputs, taps(&g), taps(&g)),
               *bias = input(t, 1, g.outputs, g.outputs);
  const matrix *y = output(t, n, results(&g), results(&g));
  t->kernels->conv(n, &g, start(x), start(w), biased ? start(bias) : NULL, start(y), scratch(t, &g));
}

void try_conv_back_input(trial *t) {
  const dnp_conv g = shape(t);
  const size_t n = groups(t);
  const matrix *dy = input(t, n, results(&g), results(&g)), *w = input(t, g.outputs, taps(&g), taps(&g)),
               *dx = output(t, n, inputs(&g), inputs(&g));
  t->kernels->conv_back_input(n, &g, start(dy), start(w), start(dx), scratch(t, &g));
}

/* All filters, or some of them. */
typedef struct range {
  size_t first, count;
} range;
static range some_of(trial *t, size_t filters) {
  const size_t first = t->timed ? 0 : below(&t->state, 2) * below(&t->state, filters);
  return (range){first, t->timed ? filters : 1 + below(&t->state, filters - first)};
}

void try_conv_back_weights(trial *t) {
  const dnp_conv g = shape(t);
  const size_t n = groups(t);
  const bool from_zero = chosen(t, 2);
  const range filters = some_of(t, g.outputs);
  const matrix *x = input(t, n, inputs(&g), inputs(&g)), *dy = input(t, n, results(&g), results(&g));
  const matrix *dw = (from_zero ? output : both)(t, filters.count, taps(&g), taps(&g));
  t->kernels->conv_back_weights(
      n, &g, filters.first, filters.count, start(x), start(dy), start(dw), from_zero, scratch(t, &g));
}

void try_conv_back_bias(trial *t) {
  const dnp_conv g = shape(t);
  const size_t n = groups(t);
  const bool from_zero = chosen(t, 2);
  const range filters = some_of(t, g.outputs);
  const matrix *dy = input(t, n, results(&g), results(&g)),
               *db = (from_zero ? output : both)(t, 1, filters.count, filters.count);
  t->kernels->conv_back_bias(n, &g, filters.first, filters.count, start(dy), start(db), from_zero);
}

double trial_conv_flops(const trial *t) {
  const dnp_conv *g = &timed_shapes[t->m];
  return 2.0 * DNP_LANES * (double)t->n * (double)(taps(g) * g->outputs) * (double)(g->out_height * g->out_width);
}

/* ---- pooling ------------------------------------------------------------------------------------- */

static size_t pool_inputs(const dnp_windows *g) { return g->channels * g->height * g->width * DNP_LANES; }
static size_t pool_results(const dnp_windows *g) { return g->channels * g->out_height * g->out_width * DNP_LANES; }

/* Few different values: equals are what the rule about the first place is for. */
static void fill_few(const trial *t, const matrix *x, uint64_t *state) {
  fill_reals(t, x, state);
  for (size_t i = 0; i < x->rows; i++)
    for (size_t j = 0; j < x->columns; j++)
      if (below(state, 2) == 0) put(t->kernels->dtype, cell(x, i, j), (double)below(state, 3));
}
static matrix *few(trial *t, size_t rows, size_t columns) {
  return place(t, INPUT, rows, columns, columns, dnp_dtype_size(t->kernels->dtype), fill_few);
}

void try_max_pool(trial *t) {
  const dnp_windows g = windows(t);
  const size_t n = groups(t);
  const matrix *x = few(t, n, pool_inputs(&g)), *y = output(t, n, pool_results(&g), pool_results(&g));
  t->kernels->max_pool(n, &g, start(x), start(y));
}

/* The maxima are those of the reference. */
void try_max_pool_back(trial *t) {
  const bool first = t->matrices == 0;
  const dnp_windows g = windows(t);
  const size_t n = groups(t);
  const matrix *x = few(t, n, pool_inputs(&g)), *y = output(t, n, pool_results(&g), pool_results(&g));
  const matrix *dy = input(t, n, pool_results(&g), pool_results(&g)),
               *dx = output(t, n, pool_inputs(&g), pool_inputs(&g));
  if (!t->timed || first) t->kernels->max_pool(n, &g, start(x), start(y));
  t->kernels->max_pool_back(n, &g, start(x), start(y), start(dy), start(dx));
}

void try_average_pool(trial *t) {
  const dnp_windows g = windows(t);
  const size_t n = groups(t);
  const matrix *x = input(t, n, pool_inputs(&g), pool_inputs(&g)),
               *y = output(t, n, pool_results(&g), pool_results(&g));
  t->kernels->average_pool(n, &g, start(x), start(y));
}

void try_average_pool_back(trial *t) {
  const dnp_windows g = windows(t);
  const size_t n = groups(t);
  const matrix *dy = input(t, n, pool_results(&g), pool_results(&g)),
               *dx = output(t, n, pool_inputs(&g), pool_inputs(&g));
  t->kernels->average_pool_back(n, &g, start(dy), start(dx));
}

/* ---- lanes --------------------------------------------------------------------------------------- */

static size_t padded(size_t rows) { return (rows + DNP_LANES - 1) / DNP_LANES * DNP_LANES; }

void try_to_lanes(trial *t) {
  const matrix *x = input(t, t->m, t->n, t->n), *y = output(t, padded(t->m), t->n, t->n);
  t->kernels->to_lanes(t->m, t->n, start(x), start(y));
}

void try_from_lanes(trial *t) {
  const matrix *y = input(t, padded(t->m), t->n, t->n), *x = output(t, t->m, t->n, t->n);
  t->kernels->from_lanes(t->m, t->n, start(y), start(x));
}

/* ---- pictures changed at random ------------------------------------------------------------------ */

enum { WARP_NODES = 8 }; /* along each axis of the grid */

static void fill_noise(const trial *t, const matrix *x, uint64_t *state) {
  (void)t;
  for (size_t i = 0; i < x->rows; i++)
    for (size_t j = 0; j < x->columns; j++) *(uint8_t *)cell(x, i, j) = (uint8_t)below(state, 256);
}
static void fill_cells(const trial *t, const matrix *x, uint64_t *state) { /* ascending */
  (void)t, (void)state;
  for (size_t j = 0; j < x->columns; j++) *(uint16_t *)cell(x, 0, j) = (uint16_t)(j * (WARP_NODES - 3) / x->columns);
}
static void fill_floats(const trial *t, const matrix *x, uint64_t *state) {
  (void)t;
  for (size_t i = 0; i < x->rows; i++)
    for (size_t j = 0; j < x->columns; j++) *(float *)cell(x, i, j) = (float)uniform(state);
}
static void fill_nodes(const trial *t, const matrix *x, uint64_t *state) {
  (void)t;
  for (size_t j = 0; j < x->columns; j++) *(float *)cell(x, 0, j) = (float)(uniform(state) * 200000);
}
static size_t side(size_t wish) { return wish < 1 ? 1 : wish > DNP_WARP_SIDE ? DNP_WARP_SIDE : wish; }
static int32_t up_to(trial *t, double limit) { return (int32_t)(uniform(&t->state) / 2 * limit); }

void try_warp(trial *t) {
  const bool bent = t->timed ? t->k > 0 : chosen(t, 2), wild = !t->timed && !chosen(t, 4);
  const size_t height = side(t->m), width = side(t->n), float_size = sizeof(float);
  const double turn = wild ? 650000 : 6000; /* 65536 is a pixel */
  const int32_t whole = wild ? 0 : 65536;
  dnp_warp warp = {.at = {up_to(t, turn * 20), up_to(t, turn * 20)},
      .across = {whole + up_to(t, turn), up_to(t, turn)},
      .down = {up_to(t, turn), whole + up_to(t, turn)}};
  const matrix *pixel = place(t, INPUT, height, width, width, 1, fill_noise), *x = output(t, height, width, width);
  const matrix *cells = place(t, INPUT, 1, height, height, sizeof(uint16_t), fill_cells),
               *columns = place(t, INPUT, 1, width, width, sizeof(uint16_t), fill_cells);
  const matrix *row_weight = place(t, INPUT, height, 4, 4, float_size, fill_floats),
               *column_weight = place(t, INPUT, width, 4, 4, float_size, fill_floats);
  const matrix *node = place(
      t, INPUT, 1, 2 * WARP_NODES * WARP_NODES, 2 * WARP_NODES * WARP_NODES, float_size, fill_nodes);
  const dnp_elastic elastic = {.across = WARP_NODES,
      .row = start(cells),
      .column = start(columns),
      .row_weight = start(row_weight),
      .column_weight = start(column_weight)};
  if (bent) warp.elastic = &elastic;
  warp.node[0] = start(node);
  warp.node[1] = (const float *)start(node) + WARP_NODES * WARP_NODES;
  t->kernels->warp(height, width, start(pixel), &warp, start(x));
}
