/* book_ch04.c: chapter 4 of the book: losses, slopes measured by small steps, gradient descent, and the first network
 * that learns. Called through the table of book.c. */
#include <string.h>

#include "base/math.h"
#include "base/memory.h"
#include "base/text.h"
#include "learn/learn.h"
#include "draw/plot.h"
#include "book/book.h"
#include "book/scalars.h"

/* ---- softmax and losses ------------------------------------------------------------------------- */

enum { SOFT = 3, TEN = 10 };
#define TINY 1e-7 /* what the book adds inside the logarithm */

static denpa_net_options in_double(void) {
  denpa_net_options options = denpa_net_options_default();
  options.dtype = DENPA_DTYPE_FLOAT64;
  options.threads = 1;
  return options;
}

/* x[n] -> a loss that is named, with its answers. */
static denpa_status loss_net(denpa_net **out, const dnp_op *loss, size_t n, denpa_error *err) {
  const denpa_net_options options = in_double();
  denpa_graph *graph;
  DNP_TRY(denpa_graph_create(&graph, err));
  const int x = denpa_graph_input(graph, "x", 1, &n),
            t = loss->labels ? denpa_graph_labels(graph, "t") : denpa_graph_targets(graph, "t", 1, &n);
  denpa_graph_apply(graph, loss->name, "y", (const int[]){x, t}, 2);
  denpa_status status = denpa_graph_build(out, graph, &options, err);
  denpa_graph_free(graph);
  return status;
}

static denpa_status softmax(const double x[SOFT], double y[SOFT], denpa_error *err) {
  denpa_net *net;
  DNP_TRY(loss_net(&net, &dnp_op_cross_entropy, SOFT, err));
  denpa_status status = denpa_net_predict(net, 1, DENPA_DTYPE_FLOAT64, x, y, NULL, err);
  denpa_net_free(net);
  return status;
}

/* denpa's squared error is a mean over the outputs; half of their sum is the book's. */
static denpa_status half_squares(const double y[TEN], const double t[TEN], double *loss, denpa_error *err) {
  const denpa_rows row = {.rows = 1, .dtype = DENPA_DTYPE_FLOAT64, .x = y, .target = t};
  denpa_net *net;
  denpa_data *data;
  DNP_TRY(loss_net(&net, &dnp_op_squared_error, TEN, err));
  denpa_status status = denpa_data_from_memory(&data, "row", TEN, TEN, &row, NULL, err);
  if (status == DENPA_OK) status = denpa_net_evaluate(net, data, DENPA_SPLIT_TRAIN, loss, NULL, err);
  if (status == DENPA_OK) *loss *= (double)TEN / 2;
  if (status == DENPA_OK) denpa_data_free(data);
  denpa_net_free(net);
  return status;
}

/* The slope of ReLU at 0, by the way back. */
static denpa_status relu_at_zero(double *slope, denpa_error *err) {
  const denpa_net_options options = in_double();
  denpa_graph *graph;
  denpa_net *net;
  DNP_TRY(denpa_graph_create(&graph, err));
  const int x = denpa_graph_parameter(graph, "x", 0, NULL, NULL);
  denpa_graph_apply(graph, "relu", "y", &x, 1);
  denpa_status status = denpa_graph_build(&net, graph, &options, err);
  denpa_graph_free(graph);
  DNP_TRY(status);
  status = denpa_net_backward(net, err);
  if (status == DENPA_OK) status = denpa_net_gradient(net, "x", slope, 1, err);
  denpa_net_free(net);
  return status;
}

denpa_status dnp_book_functions(dnp_book_page *page, denpa_error *err) {
  static const double x[SOFT] = {0.3, 2.9, 4.0}, printed[SOFT] = {0.01821127, 0.24519181, 0.73659691};
  static const double t[TEN] = {0, 0, 1}, good[TEN] = {0.1, 0.05, 0.6, 0, 0.05, 0.1, 0, 0.1, 0, 0},
                      bad[TEN] = {0.1, 0.05, 0.1, 0, 0.05, 0.1, 0, 0.6, 0, 0};
  double y[SOFT], loss, slope;
  DNP_TRY(softmax(x, y, err));
  for (int i = 0; i < SOFT; i++)
    dnp_book_claim(
        page, dnp_claim_near("softmax", printed[i], y[i], 5e-9), "softmax(0.3, 2.9, 4), number {1}", dnp_i(i));
  dnp_book_claim(page, dnp_claim_near("sum", 1, y[0] + y[1] + y[2], 1e-15), "their sum");
  DNP_TRY(half_squares(good, t, &loss, err));
  dnp_book_claim(page, dnp_claim_near("squares_good", 0.09750000000000003, loss, 1e-15),
      "half the sum of squares, right class at 0.6");
  DNP_TRY(half_squares(bad, t, &loss, err));
  dnp_book_claim(
      page, dnp_claim_near("squares_bad", 0.5975, loss, 1e-15), "half the sum of squares, right class at 0.1");
  dnp_book_claim(page, dnp_claim_near("entropy_good", 0.510825457099338, -dnp_log(good[2] + TINY), 1e-15),
      "cross-entropy, right class at 0.6");
  dnp_book_claim(page, dnp_claim_near("entropy_bad", 2.302584092994546, -dnp_log(bad[2] + TINY), 1e-15),
      "cross-entropy, right class at 0.1");
  DNP_TRY(relu_at_zero(&slope, err));
  dnp_book_claim(page, dnp_claim_exact("relu_layer", 0, slope),
      "slope of ReLU at 0, as the book's layer Relu has it (its function relu_grad says 1)");
  return DENPA_OK;
}

/* ---- slopes of x0^2 + x1^2 ----------------------------------------------------------------------- */

static denpa_status bowl(denpa_net **out, double x0, double x1, denpa_error *err) {
  const dnp_leaf leaf[] = {{"x0", x0}, {"x1", x1}};
  static const dnp_join join[] = {
      {&dnp_op_multiply, "x0^2", {0, 0}}, {&dnp_op_multiply, "x1^2", {1, 1}}, {&dnp_op_add, "f", {2, 3}}};
  return dnp_scalars_build(out, leaf, 2, join, 3, err);
}

static denpa_status bowl_slope(denpa_net *bowl_net, const double x[2], double slope[2], denpa_error *err) {
  static const char *const names[] = {"x0", "x1"};
  for (int i = 0; i < 2; i++) DNP_TRY(denpa_net_set(bowl_net, names[i], &x[i], 1, err));
  for (int i = 0; i < 2; i++) DNP_TRY(dnp_book_slope(bowl_net, names[i], "f", &slope[i], err));
  return DENPA_OK;
}

static denpa_status with_bowl(
    dnp_book_page *page, denpa_status (*what)(dnp_book_page *, denpa_net *, denpa_error *), denpa_error *err) {
  denpa_net *net;
  DNP_TRY(bowl(&net, 0, 0, err));
  denpa_status status = what(page, net, err);
  denpa_net_free(net);
  return status;
}

static denpa_status try_gradient(dnp_book_page *page, denpa_net *net, denpa_error *err) {
  static const struct {
    double x[2], printed[2];
  } at[] = {{{3, 4}, {6.00000000000378, 7.999999999999119}}, {{0, 2}, {0, 4}}, {{3, 0}, {6, 0}}};
  double slope[2];
  for (int k = 0; k < 3; k++) {
    DNP_TRY(bowl_slope(net, at[k].x, slope, err));
    for (int i = 0; i < 2; i++)
      dnp_book_claim(page,
          k == 0 ? dnp_claim_exact("slope", at[k].printed[i], slope[i])
                 : dnp_claim_near("slope", at[k].printed[i], slope[i], 5e-9),
          "slope along x{1} of x0^2 + x1^2 at ({2}, {3})", dnp_i(i), dnp_d(at[k].x[0]), dnp_d(at[k].x[1]));
  }
  return DENPA_OK;
}

denpa_status dnp_book_gradient(dnp_book_page *page, denpa_error *err) { return with_bowl(page, try_gradient, err); }

/* ---- a field of gradients ----------------------------------------------------------------------- */

enum { FIELD = 18, ARROW = 6 }; /* points to a side; points of an arrow with its head, and a gap */

/* From (x, y) along (dx, dy), with a head. */
static void put_arrow(dnp_series *s, size_t at, double x, double y, double dx, double dy) {
  const double tip[2] = {x + dx, y + dy};
  const double px[ARROW] = {
      x, tip[0], tip[0] - 0.3 * dx - 0.15 * dy, tip[0], tip[0] - 0.3 * dx + 0.15 * dy, (double)NAN};
  const double py[ARROW] = {
      y, tip[1], tip[1] - 0.3 * dy + 0.15 * dx, tip[1], tip[1] - 0.3 * dy - 0.15 * dx, (double)NAN};
  memcpy(s->x + at, px, sizeof px);
  memcpy(s->y + at, py, sizeof py);
}

static denpa_status draw_field(dnp_book_page *page, denpa_net *net, denpa_error *err) {
  double apart = 0, slope[2];
  DNP_TRY(dnp_book_figure(page, 1, 1, err));
  dnp_panel *p = &page->figure->panel[0];
  DNP_TRY(dnp_book_series(page, 0, 0, "gradient", FIELD * FIELD * ARROW, err));
  for (size_t i = 0; i < FIELD * FIELD; i++) {
    const size_t column = i % FIELD, row = i / FIELD;
    const double x[2] = {-2 + 0.25 * (double)column, -2 + 0.25 * (double)row};
    DNP_TRY(bowl_slope(net, x, slope, err));
    for (int k = 0; k < 2; k++) apart = fmax(apart, fabs(slope[k] - 2 * x[k]));
    put_arrow(&p->series[0], i * ARROW, x[0], x[1], -0.05 * slope[0], -0.05 * slope[1]);
  }
  dnp_figure_say(page->figure, p->title, "Minus the gradient of x0^2 + x1^2, one twentieth as long");
  dnp_figure_say(page->figure, p->x_title, "x0");
  dnp_figure_say(page->figure, p->y_title, "x1");
  dnp_book_claim(page, dnp_claim_exact("places", 324, FIELD * FIELD), "places with an arrow");
  dnp_book_claim(page, dnp_claim_near("apart", 0, apart, 1e-9), "farthest that a measured slope is from 2 x");
  return DENPA_OK;
}

denpa_status dnp_book_gradient_2d(dnp_book_page *page, denpa_error *err) { return with_bowl(page, draw_field, err); }

/* ---- gradient descent --------------------------------------------------------------------------- */

enum { SHORT_WAY = 20, LONG_WAY = 100 };

/* way[2 k], way[2 k + 1]: the place after k steps. */
static denpa_status descend(denpa_net *net, double lr, size_t steps, double *way, denpa_error *err) {
  double x[2] = {-3, 4}, slope[2];
  for (size_t k = 0;; k++) {
    memcpy(way + 2 * k, x, sizeof x);
    if (k == steps) return DENPA_OK;
    DNP_TRY(bowl_slope(net, x, slope, err));
    for (int i = 0; i < 2; i++) x[i] -= lr * slope[i];
  }
}

static denpa_status draw_way(dnp_book_page *page, const double *way, denpa_error *err) {
  static const double range_x[2] = {-3.5, 3.5}, range_y[2] = {-4.5, 4.5};
  enum { ACROSS = 43, UP = 37 };
  DNP_TRY(dnp_book_figure(page, 1, 1, err));
  dnp_panel *p = &page->figure->panel[0];
  DNP_TRY(dnp_book_plane(page, 0, "way", UP, range_y, ACROSS, range_x, err));
  for (size_t i = 0; i < UP * ACROSS; i++)
    p->value[i] = p->column_at[i % ACROSS] * p->column_at[i % ACROSS] + p->row_at[i / ACROSS] * p->row_at[i / ACROSS];
  dnp_book_colours(p);
  DNP_TRY(dnp_book_series(page, 0, 0, "path", SHORT_WAY + 1, err));
  for (size_t k = 0; k <= SHORT_WAY; k++) {
    p->series[0].x[k] = way[2 * k];
    p->series[0].y[k] = way[2 * k + 1];
  }
  dnp_figure_say(page->figure, p->title, "20 steps with the learning rate 0.1 (dark: low)");
  dnp_figure_say(page->figure, p->x_title, "x0");
  dnp_figure_say(page->figure, p->y_title, "x1");
  return DENPA_OK;
}

static denpa_status try_ways(dnp_book_page *page, denpa_net *net, denpa_error *err) {
  static const struct {
    double lr, printed[2], within[2];
  } rates[] = {{0.1, {-6.11110793e-10, 8.14814391e-10}, {5e-19, 5e-19}},
      {10, {-2.58983747e13, -1.29524862e12}, {5e4, 5e3}}, {1e-10, {-2.99999994, 3.99999992}, {5e-9, 5e-9}}};
  double way[2 * (LONG_WAY + 1)], theory[2] = {-3, 4};
  for (int r = 0; r < 3; r++) {
    DNP_TRY(descend(net, rates[r].lr, LONG_WAY, way, err));
    if (r == 0) DNP_TRY(draw_way(page, way, err));
    for (int k = 0; k < SHORT_WAY && r == 0; k++) theory[0] *= 0.8, theory[1] *= 0.8;
    for (int i = 0; i < 2 && r == 0; i++)
      dnp_book_claim(page, dnp_claim_near("theory", theory[i], way[2 * SHORT_WAY + i], 1e-9),
          "x{1} after 20 steps of 0.1 (the formula: 0.8^20 times the start)", dnp_i(i));
    for (int i = 0; i < 2; i++)
      dnp_book_claim(page, dnp_claim_near("end", rates[r].printed[i], way[2 * LONG_WAY + i], rates[r].within[i]),
          "x{1} after 100 steps of {2}", dnp_i(i), dnp_d(rates[r].lr));
  }
  return DENPA_OK;
}

denpa_status dnp_book_gradient_method(dnp_book_page *page, denpa_error *err) { return with_bowl(page, try_ways, err); }

/* ---- one slope and its tangent ------------------------------------------------------------------ */

enum { TANGENT = 200 };

/* 0.01 x^2 + 0.1 x */
static denpa_status curve(denpa_net **out, denpa_error *err) {
  static const dnp_leaf leaf[] = {{"x", 5}, {"c", 0.01}, {"d", 0.1}};
  static const dnp_join join[] = {{&dnp_op_multiply, "x^2", {0, 0}}, {&dnp_op_multiply, "p", {1, 3}},
      {&dnp_op_multiply, "q", {2, 0}}, {&dnp_op_add, "f", {4, 5}}};
  return dnp_scalars_build(out, leaf, 3, join, 4, err);
}

static denpa_status curve_at(denpa_net *net, double x, double *f, denpa_error *err) {
  DNP_TRY(denpa_net_set(net, "x", &x, 1, err));
  DNP_TRY(denpa_net_forward(net, err));
  return denpa_net_value(net, "f", f, 1, err);
}

static denpa_status draw_tangent(dnp_book_page *page, denpa_net *net, double slope, denpa_error *err) {
  double at;
  DNP_TRY(dnp_book_figure(page, 1, 1, err));
  dnp_panel *p = &page->figure->panel[0];
  DNP_TRY(dnp_book_series(page, 0, 0, "f", TANGENT, err));
  DNP_TRY(dnp_book_series(page, 0, 1, "tangent", TANGENT, err));
  DNP_TRY(curve_at(net, 5, &at, err));
  for (int i = 0; i < TANGENT; i++) {
    const double x = i * 0.1;
    p->series[0].x[i] = p->series[1].x[i] = x;
    DNP_TRY(curve_at(net, x, &p->series[0].y[i], err));
    p->series[1].y[i] = at + slope * (x - 5);
  }
  dnp_figure_say(page->figure, p->title, "0.01 x^2 + 0.1 x and its tangent at 5");
  dnp_figure_say(page->figure, p->x_title, "x");
  dnp_figure_say(page->figure, p->y_title, "f(x)");
  dnp_figure_say(page->figure, p->series[0].title, "f");
  dnp_figure_say(page->figure, p->series[1].title, "tangent");
  return DENPA_OK;
}

static denpa_status try_slopes(dnp_book_page *page, denpa_net *net, denpa_error *err) {
  static const double at[] = {5, 10}, printed[] = {0.1999999999990898, 0.2999999999986347}, truth[] = {0.2, 0.3};
  double slope[2], back;
  for (int i = 0; i < 2; i++) {
    DNP_TRY(denpa_net_set(net, "x", &at[i], 1, err));
    DNP_TRY(denpa_net_backward(net, err));
    DNP_TRY(denpa_net_gradient(net, "x", &back, 1, err));
    DNP_TRY(dnp_book_slope(net, "x", "f", &slope[i], err));
    dnp_book_claim(
        page, dnp_claim_near("measured", printed[i], slope[i], 1e-12), "slope at {1}, measured", dnp_d(at[i]));
    dnp_book_claim(page, dnp_claim_near("backward", truth[i], back, 1e-15),
        "slope at {1} by backpropagation; the true one", dnp_d(at[i]));
  }
  return draw_tangent(page, net, slope[0], err);
}

denpa_status dnp_book_gradient_1d(dnp_book_page *page, denpa_error *err) {
  denpa_net *net;
  DNP_TRY(curve(&net, err));
  denpa_status status = try_slopes(page, net, err);
  denpa_net_free(net);
  return status;
}

/* ---- a matrix of slopes ------------------------------------------------------------------------- */

enum { ROWS = 2, COLUMNS = 3, ENTRIES = ROWS * COLUMNS };
#define STEP 1e-4

static denpa_status simple_net(denpa_net **out, denpa_error *err) {
  const denpa_net_options options = in_double();
  denpa_graph *graph;
  DNP_TRY(denpa_graph_create(&graph, err));
  const int in[] = {denpa_graph_input(graph, "x", 1, (const size_t[]){ROWS}),
      denpa_graph_parameter(graph, "W", 2, (const size_t[]){ROWS, COLUMNS}, NULL)};
  const int p = denpa_graph_apply(graph, "product", "p", in, 2), t = denpa_graph_labels(graph, "t");
  denpa_graph_apply(graph, "cross_entropy", "y", (const int[]){p, t}, 2);
  denpa_status status = denpa_graph_build(out, graph, &options, err);
  denpa_graph_free(graph);
  return status;
}

static denpa_status simple_slopes(
    denpa_net *net, const denpa_data *data, const double w[ENTRIES], double slope[ENTRIES], denpa_error *err) {
  double moved[ENTRIES], loss[2];
  memcpy(moved, w, sizeof moved);
  for (int i = 0; i < ENTRIES; i++) {
    for (int side = 0; side < 2; side++) {
      moved[i] = side == 0 ? w[i] + STEP : w[i] - STEP;
      DNP_TRY(denpa_net_set(net, "W", moved, ENTRIES, err));
      DNP_TRY(denpa_net_evaluate(net, data, DENPA_SPLIT_TRAIN, &loss[side], NULL, err));
    }
    slope[i] = (loss[0] - loss[1]) / (2 * STEP);
    moved[i] = w[i];
  }
  return denpa_net_set(net, "W", w, ENTRIES, err);
}

static denpa_status draw_simple(dnp_book_page *page, const double *w, const double *slope, denpa_error *err) {
  DNP_TRY(dnp_book_figure(page, 2, 2, err));
  for (int k = 0; k < 2; k++) {
    dnp_panel *p = &page->figure->panel[k];
    *p = (dnp_panel){.kind = DNP_PANEL_CELLS,
        .key = k == 0 ? "W" : "dW",
        .rows = ROWS,
        .columns = COLUMNS,
        .both_signs = true,
        .low = -1,
        .high = 1};
    DNP_TRY(dnp_figure_take(page->figure, &p->value, ENTRIES, err));
    memcpy(p->value, k == 0 ? w : slope, ENTRIES * sizeof *w);
    dnp_figure_say(page->figure, p->title, "{1} (blue: below 0, orange: above)", dnp_s(p->key));
  }
  return DENPA_OK;
}

static denpa_status try_simple(dnp_book_page *page, denpa_net *net, const denpa_data *data, denpa_error *err) {
  /* the numbers that the book's run drew */
  static const double w[ENTRIES] = {0.47355232, 0.9977393, 0.84668094, 0.85557411, 0.03563661, 0.69422093};
  static const double printed_p[COLUMNS] = {1.05414809, 0.63071653, 1.1328074},
                      printed[ENTRIES] = {0.21924763, 0.14356247, -0.36281009, 0.32887144, 0.2153437, -0.54421514};
  double loss, p[COLUMNS], slope[ENTRIES];
  DNP_TRY(denpa_net_set(net, "W", w, ENTRIES, err));
  DNP_TRY(denpa_net_evaluate(net, data, DENPA_SPLIT_TRAIN, &loss, NULL, err));
  dnp_tensor_read(dnp_exec_tensor(net->exec, "p"), DNP_DATA, 0, 1, p);
  for (int i = 0; i < COLUMNS; i++)
    dnp_book_claim(page, dnp_claim_near("p", printed_p[i], p[i], 2e-8), "x . W, number {1}", dnp_i(i));
  dnp_book_claim(page, dnp_claim_near("loss", 0.9280685366341133, loss, 1e-6), "its loss");
  DNP_TRY(simple_slopes(net, data, w, slope, err));
  for (int i = 0; i < ENTRIES; i++)
    dnp_book_claim(
        page, dnp_claim_near("dW", printed[i], slope[i], 1e-6), "dW[{1},{2}]", dnp_i(i / COLUMNS), dnp_i(i % COLUMNS));
  for (int i = 0; i < COLUMNS; i++)
    dnp_book_claim(
        page, dnp_claim_near("ratio", 1.5, slope[COLUMNS + i] / slope[i], 1e-6), "dW[1,{1}] / dW[0,{1}]", dnp_i(i));
  for (int i = 0; i < ROWS; i++)
    dnp_book_claim(page,
        dnp_claim_near("row_sum", 0, slope[COLUMNS * i] + slope[COLUMNS * i + 1] + slope[COLUMNS * i + 2], 1e-9),
        "sum of row {1} of dW", dnp_i(i));
  return draw_simple(page, w, slope, err);
}

denpa_status dnp_book_gradient_simplenet(dnp_book_page *page, denpa_error *err) {
  static const double x[ROWS] = {0.6, 0.9};
  static const int32_t label = 2;
  const denpa_rows row = {.rows = 1, .dtype = DENPA_DTYPE_FLOAT64, .x = x, .label = &label};
  denpa_data *data;
  denpa_net *net;
  DNP_TRY(denpa_data_from_memory(&data, "simple", ROWS, COLUMNS, &row, NULL, err));
  denpa_status status = simple_net(&net, err);
  if (status == DENPA_OK) {
    status = try_simple(page, net, data, err);
    denpa_net_free(net);
  }
  denpa_data_free(data);
  return status;
}
