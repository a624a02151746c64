/* book_ch06.c: chapter 6 of the book: initial weights, smoothing, and (with the book's common/util.py) convolution. The
 * optimizers: book_optimizers.c; batch normalisation and dropout: book_extend.c. Called through the table of book.c. */
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "draw/plot.h"
#include "kernel/kernels.h"
#include "draw/smooth.h"
#include "book/book.h"

/* ---- how large initial weights are -------------------------------------------------------------- */

enum { LAYERS = 5, KINDS = 3 };

static const struct {
  const char *init, *key;
  double over; /* the deviation is sqrt(over / inputs); 0: it is 0.01 */
} kinds[KINDS] = {{"normal:0.01", "std", 0}, {"xavier", "xavier", 1}, {"he", "he", 2}};

static denpa_status measure_weights(dnp_book_page *page, int kind, denpa_error *err) {
  denpa_net_options options = denpa_net_options_default();
  denpa_net *net;
  dnp_panel *p = &page->figure->panel[0];
  options.dtype = DENPA_DTYPE_FLOAT64;
  options.init = kinds[kind].init;
  options.seed = page->request->seed;
  DNP_TRY(denpa_net_create(&net, "784-100-100-100-100-10", &options, err));
  denpa_status status = dnp_book_series(page, 0, kind, kinds[kind].key, LAYERS, err);
  for (size_t l = 0; l < LAYERS && status == DENPA_OK; l++) {
    const denpa_parameter w = denpa_net_parameter(net, 2 * l);
    const double formula = kinds[kind].over > 0 ? sqrt(kinds[kind].over / (double)w.shape[0]) : 0.01,
                 measured = dnp_book_deviation(w.value, w.count);
    p->series[kind].x[l] = (double)(l + 1);
    p->series[kind].y[l] = measured;
    dnp_book_claim(page, dnp_claim_near(kinds[kind].key, formula, measured, 0.1 * formula),
        "{1}: deviation of {2} (the formula)", dnp_s(kinds[kind].init), dnp_s(w.name));
  }
  dnp_figure_say(page->figure, p->series[kind].title, "{1}", dnp_s(kinds[kind].init));
  denpa_net_free(net);
  return status;
}

denpa_status dnp_book_multi_layer_net(dnp_book_page *page, denpa_error *err) {
  DNP_TRY(dnp_book_figure(page, 1, 1, err));
  dnp_figure_say(page->figure, page->figure->panel[0].title, "Deviation of the initial weights");
  dnp_figure_say(page->figure, page->figure->panel[0].x_title, "layer");
  dnp_figure_say(page->figure, page->figure->panel[0].y_title, "deviation");
  for (int k = 0; k < KINDS; k++) DNP_TRY(measure_weights(page, k, err));
  return DENPA_OK;
}

/* ---- smoothing ---------------------------------------------------------------------------------- */

enum { CURVE = 100 };

/* ---- convolution there and back ----------------------------------------------------------------- */

enum { GROUPS = 2 };

static const dnp_conv shapes[] = {{.channels = 1,
                                      .height = 7,
                                      .width = 7,
                                      .outputs = 2,
                                      .rows = 5,
                                      .columns = 5,
                                      .stride = 1,
                                      .pad = 0,
                                      .out_height = 3,
                                      .out_width = 3},
    {.channels = 3,
        .height = 7,
        .width = 6,
        .outputs = 4,
        .rows = 3,
        .columns = 2,
        .stride = 2,
        .pad = 1,
        .out_height = 4,
        .out_width = 4},
    {.channels = 2,
        .height = 5,
        .width = 8,
        .outputs = 3,
        .rows = 3,
        .columns = 3,
        .stride = 1,
        .pad = 2,
        .out_height = 7,
        .out_width = 10}};

/* Whole numbers from -8 to 8: all their sums are exact. */
static void fill_whole(double *v, size_t count, uint64_t seed, uint32_t stream) {
  for (size_t i = 0; i < count; i++)
    v[i] = (double)dnp_draw_below(seed, DNP_STREAM(DNP_FOR_LESSONS, stream), i, 17) - 8;
}

static double inner(size_t count, const double *a, const double *b) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += a[i] * b[i];
  return sum;
}

/* <A x, y> - <x, A^T y>, and with the way back of the weights <A x, y> - <w, dw> */
static denpa_status there_and_back(dnp_book_page *page, const dnp_conv *g, denpa_error *err) {
  const size_t lanes = (size_t)GROUPS * DNP_LANES, in = lanes * g->channels * g->height * g->width,
               out = lanes * g->outputs * g->out_height * g->out_width,
               taps = g->outputs * g->channels * g->rows * g->columns;
  const dnp_kernels *k;
  double *room;
  DNP_TRY(dnp_kernels_choose(page->request->cpu != NULL ? page->request->cpu : "auto", DENPA_DTYPE_FLOAT64, &k, err));
  DNP_TRY(DNP_NEW(&room, 2 * (in + out + taps) + dnp_conv_scratch(g), err));
  double *x = room, *dx = x + in, *y = dx + in, *ax = y + out, *w = ax + out, *dw = w + taps, *scratch = dw + taps;
  fill_whole(x, in, page->request->seed, 1004);
  fill_whole(y, out, page->request->seed, 1005);
  fill_whole(w, taps, page->request->seed, 1006);
  k->conv(GROUPS, g, x, w, NULL, ax, scratch);
  k->conv_back_input(GROUPS, g, y, w, dx, scratch);
  k->conv_back_weights(GROUPS, g, 0, g->outputs, x, y, dw, true, scratch);
  const double there = inner(out, ax, y);
  dnp_book_claim(page, dnp_claim_exact("adjoint", there, inner(in, x, dx)),
      "{1} filters of {2} x {3}, stride {4}, pad {5}: sum of x (A^T y) beside the sum of (A x) y", dnp_u(g->outputs),
      dnp_u(g->rows), dnp_u(g->columns), dnp_u(g->stride), dnp_u(g->pad));
  dnp_book_claim(
      page, dnp_claim_exact("weights", there, inner(taps, w, dw)), "the same through the gradient of the weights");
  dnp_free(room);
  return DENPA_OK;
}

/* ---- the page ----------------------------------------------------------------------------------- */

denpa_status dnp_book_util(dnp_book_page *page, denpa_error *err) {
  /* numpy.kaiser(11, 2), first half */
  static const double kaiser[] = {0.43867628, 0.61139435, 0.767675, 0.89216143, 0.9723298, 1};
  /* smooth_curve(numpy.arange(12.) ** 2), its beginning ... */
  static const double squares[] = {7.69905393, 8.69905393, 11.69905393};
  static const double squares_end = 85.48703108; /* ... and end */
  double window[DNP_SMOOTH_WINDOW], curve[12], smooth[12];
  dnp_kaiser(DNP_SMOOTH_WINDOW, 2, window);
  for (int i = 0; i < 6; i++)
    dnp_book_claim(page, dnp_claim_near("kaiser", kaiser[i], window[i], 5e-9),
        "Kaiser window of 11 points and beta 2, number {1}", dnp_i(i));
  for (int i = 0; i < 12; i++) curve[i] = i * i;
  dnp_smooth(12, curve, smooth);
  for (int i = 0; i < 3; i++)
    dnp_book_claim(page, dnp_claim_near("smooth", squares[i], smooth[i], 5e-9),
        "0, 1, 4, 9 ... 121 made smooth, number {1}", dnp_i(i));
  dnp_book_claim(page, dnp_claim_near("smooth", squares_end, smooth[11], 5e-9),
      "0, 1, 4, 9 ... 121 made smooth, number {1}", dnp_i(11));
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) DNP_TRY(there_and_back(page, &shapes[i], err));
  DNP_TRY(dnp_book_figure(page, 1, 1, err));
  dnp_panel *p = &page->figure->panel[0];
  DNP_TRY(dnp_book_series(page, 0, 0, "raw", CURVE, err));
  DNP_TRY(dnp_book_series(page, 0, 1, "smooth", CURVE, err));
  for (int i = 0; i < CURVE; i++) {
    p->series[0].x[i] = p->series[1].x[i] = i;
    p->series[0].y[i] = 1 / (1 + 0.05 * i) +
                        0.1 * dnp_draw_normal(page->request->seed, DNP_STREAM(DNP_FOR_LESSONS, 1000), (uint64_t)i);
  }
  dnp_smooth(CURVE, p->series[0].y, p->series[1].y);
  dnp_figure_say(page->figure, p->title, "A falling curve with noise, and made smooth");
  dnp_figure_say(page->figure, p->x_title, "update");
  dnp_figure_say(page->figure, p->y_title, "loss");
  dnp_figure_say(page->figure, p->series[0].title, "with noise");
  dnp_figure_say(page->figure, p->series[1].title, "made smooth");
  return DENPA_OK;
}

/* ---- activations of five layers ----------------------------------------------------------------- */

enum { ROWS = 1000, UNITS = 100, DEEP = 5, BINS = 30, CASES = 6 };

/* What is told of layer 5, and the band in which it lies. */
typedef enum telling { EDGES, SPREAD, MEAN } telling;

static const struct {
  const char *activation, *init, *key;
  telling telling;
  double low, high;
} cases[CASES] = {{"sigmoid", "normal:1", "sigmoid_1", EDGES, 0.5, 0.9},
    {"sigmoid", "normal:0.01", "sigmoid_small", SPREAD, 0, 0.02},
    {"sigmoid", "xavier", "sigmoid_xavier", SPREAD, 0.05, 0.2}, {"relu", "normal:0.01", "relu_small", MEAN, 0, 1e-4},
    {"relu", "xavier", "relu_xavier", MEAN, 0.02, 0.25}, {"relu", "he", "relu_he", MEAN, 0.3, 1}};

/* x[1000,100] -> five layers without biases. */
static denpa_status deep_net(denpa_net **out, int k, uint64_t seed, denpa_error *err) {
  static const char *const a[DEEP] = {"a1", "a2", "a3", "a4", "a5"}, *const w[DEEP] = {"W1", "W2", "W3", "W4", "W5"},
                           *const z[DEEP] = {"z1", "z2", "z3", "z4", "z5"};
  denpa_net_options options = denpa_net_options_default();
  denpa_graph *graph;
  options.dtype = DENPA_DTYPE_FLOAT64;
  options.seed = seed;
  DNP_TRY(denpa_graph_create(&graph, err));
  int at = denpa_graph_constant(graph, "x", 2, (const size_t[]){ROWS, UNITS});
  for (int l = 0; l < DEEP; l++) {
    const int in[] = {at, denpa_graph_parameter(graph, w[l], 2, (const size_t[]){UNITS, UNITS}, cases[k].init)};
    const int sum = denpa_graph_apply(graph, "product", a[l], in, 2);
    at = denpa_graph_apply(graph, cases[k].activation, z[l], &sum, 1);
  }
  denpa_status status = denpa_graph_build(out, graph, &options, err);
  denpa_graph_free(graph);
  return status;
}

static denpa_status fill_bars(dnp_book_page *page, size_t panel, int k, int layer, const double *z, denpa_error *err) {
  dnp_panel *p = &page->figure->panel[panel];
  p->kind = DNP_PANEL_BARS;
  DNP_TRY(dnp_book_series(page, panel, 0, cases[k].key, BINS, err));
  dnp_series *s = &p->series[0];
  for (int i = 0; i <= BINS; i++) s->x[i] = (double)i / (double)BINS;
  for (int i = 0; i < ROWS * UNITS; i++) {
    const int bin = (int)(z[i] * (double)BINS);
    s->y[bin >= BINS ? BINS - 1 : bin]++; /* what is above 1 stands in the last */
  }
  dnp_figure_say(
      page->figure, p->title, "{1}, {2}, layer {3}", dnp_s(cases[k].activation), dnp_s(cases[k].init), dnp_i(layer));
  dnp_figure_say(page->figure, p->x_title, "activation");
  dnp_figure_say(page->figure, p->y_title, "how many");
  return DENPA_OK;
}

static double mean(const double *z) {
  double sum = 0;
  for (int i = 0; i < ROWS * UNITS; i++) sum += z[i];
  return sum / (ROWS * UNITS);
}

static double edges(const double *z) {
  size_t count = 0;
  for (int i = 0; i < ROWS * UNITS; i++) count += z[i] < 0.05 || z[i] > 0.95;
  return (double)count / (ROWS * UNITS);
}

static void claim_layer(dnp_book_page *page, int k, const double *z) {
  const double told[] = {[EDGES] = edges(z), [SPREAD] = dnp_book_deviation(z, (size_t)ROWS * UNITS), [MEAN] = mean(z)};
  const dnp_claim claim = dnp_claim_band(
      cases[k].key, (double)NAN, told[cases[k].telling], cases[k].low, cases[k].high);
  if (cases[k].telling == EDGES)
    dnp_book_claim(page, claim, "{1}, {2}: share of layer 5 that is below 0.05 or above 0.95",
        dnp_s(cases[k].activation), dnp_s(cases[k].init));
  else if (cases[k].telling == SPREAD)
    dnp_book_claim(page, claim, "{1}, {2}: deviation of layer 5", dnp_s(cases[k].activation), dnp_s(cases[k].init));
  else
    dnp_book_claim(page, claim, "{1}, {2}: mean of layer 5", dnp_s(cases[k].activation), dnp_s(cases[k].init));
}

static denpa_status go_deep(dnp_book_page *page, int k, denpa_net *net, double *z, denpa_error *err) {
  char name[] = "z1";
  for (int i = 0; i < ROWS * UNITS; i++)
    z[i] = dnp_draw_normal(page->request->seed, DNP_STREAM(DNP_FOR_LESSONS, 1001), (uint64_t)i);
  DNP_TRY(denpa_net_set(net, "x", z, (size_t)ROWS * UNITS, err));
  DNP_TRY(denpa_net_forward(net, err));
  for (int l = 0; l < DEEP; l++) {
    name[1] = (char)('1' + l);
    DNP_TRY(denpa_net_value(net, name, z, (size_t)ROWS * UNITS, err));
    DNP_TRY(fill_bars(page, (size_t)(k * DEEP + l), k, l + 1, z, err));
  }
  claim_layer(page, k, z);
  return DENPA_OK;
}

denpa_status dnp_book_weight_init_activation_histogram(dnp_book_page *page, denpa_error *err) {
  double *z;
  DNP_TRY(dnp_book_figure(page, (size_t)CASES * DEEP, DEEP, err));
  dnp_figure_say(page->figure, page->figure->note,
      "Each row of pictures is one size of initial weights. What is above 1 stands in the last bar.");
  DNP_TRY(DNP_NEW(&z, (size_t)ROWS * UNITS, err));
  denpa_status status = DENPA_OK;
  for (int k = 0; k < CASES && status == DENPA_OK; k++) {
    denpa_net *net = NULL;
    status = deep_net(&net, k, page->request->seed, err);
    if (status == DENPA_OK) status = go_deep(page, k, net, z, err);
    denpa_net_free(net);
  }
  dnp_free(z);
  return status;
}

/* ---- three sizes of initial weights -------------------------------------------------------------- */

enum { UPDATES = 2000, PRINTED_AT = 1900 };

static const struct {
  double book, low, high; /* loss of update 1900: one batch of one run in the book */
} compared[KINDS] = {{2.30, 2.295, 2.31}, {0.377, 0.2, 0.5}, {0.286, 0.13, 0.35}};

static denpa_status draw_loss(
    dnp_book_page *page, int series, const char *key, const dnp_book_training *t, denpa_error *err) {
  dnp_panel *p = &page->figure->panel[0];
  DNP_TRY(dnp_book_series(page, 0, series, key, t->steps, err));
  for (size_t i = 0; i < t->steps; i++) p->series[series].x[i] = (double)i;
  dnp_smooth(t->steps, t->loss, p->series[series].y);
  dnp_figure_say(page->figure, p->series[series].title, "{1}", dnp_s(key));
  return DENPA_OK;
}

/* The mean of the hundred losses around the one that the book prints: a single batch says little. */
static double around(const dnp_book_training *t, size_t at) {
  const size_t begin = at - 50;
  double sum = 0;
  for (size_t i = begin; i < begin + 100; i++) sum += t->loss[i];
  return sum / 100;
}

static denpa_status compare_kind(dnp_book_page *page, int kind, double *loss, double *late, denpa_error *err) {
  const size_t seeds = page->request->seeds;
  dnp_book_training t = {.net = "784-100-100-100-100-10",
      .activation = "relu",
      .init = kinds[kind].init,
      .optimizer = "sgd",
      .lr = 0.01,
      .batch = 128,
      .steps = dnp_book_steps(page, UPDATES),
      .loss = loss};
  for (size_t s = 0; s < seeds; s++) {
    DNP_TRY(dnp_book_train(page, page->request->seed + s, &t, err));
    if (s == 0) DNP_TRY(draw_loss(page, kind, kinds[kind].init, &t, err));
    late[s] = t.steps == UPDATES ? around(&t, PRINTED_AT) : t.loss[t.steps - 1];
  }
  dnp_book_claim(page,
      dnp_claim_seeds(dnp_claim_band(kinds[kind].key, compared[kind].book, 0, compared[kind].low, compared[kind].high),
          late, seeds, 1),
      t.steps == UPDATES ? DNP_N("{1}: loss around update {2}") : DNP_N("{1}: loss of update {2}"),
      dnp_s(kinds[kind].init), dnp_u(t.steps == UPDATES ? PRINTED_AT : t.steps));
  return DENPA_OK;
}

denpa_status dnp_book_weight_init_compare(dnp_book_page *page, denpa_error *err) {
  double *loss;
  DNP_TRY(dnp_book_figure(page, 1, 1, err));
  dnp_figure_say(page->figure, page->figure->panel[0].title, "Loss of each batch, made smooth");
  dnp_figure_say(page->figure, page->figure->panel[0].x_title, "update");
  dnp_figure_say(page->figure, page->figure->panel[0].y_title, "loss");
  DNP_TRY(DNP_NEW(&loss, UPDATES + page->request->seeds, err));
  denpa_status status = DENPA_OK;
  for (int k = 0; k < KINDS && status == DENPA_OK; k++) status = compare_kind(page, k, loss, loss + UPDATES, err);
  dnp_free(loss);
  return status;
}
