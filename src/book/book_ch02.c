/* book_ch02.c: chapters 1 and 2 of the book: first curves; gates of perceptrons, set by hand and learned. Called
 * through the table of book.c. */
#include <string.h>

#include "base/math.h"
#include "base/text.h"
#include "draw/plot.h"
#include "book/book.h"

/* ---- chapter 1 ---------------------------------------------------------------------------------- */

enum { SIN_POINTS = 60 };

denpa_status dnp_book_sin_cos_graph(dnp_book_page *page, denpa_error *err) {
  double apart = 0;
  DNP_TRY(dnp_book_figure(page, 1, 1, err));
  dnp_panel *p = &page->figure->panel[0];
  DNP_TRY(dnp_book_series(page, 0, 0, "sin", SIN_POINTS, err));
  DNP_TRY(dnp_book_series(page, 0, 1, "cos", SIN_POINTS, err));
  for (int i = 0; i < SIN_POINTS; i++) {
    const double x = i * 0.1;
    p->series[0].x[i] = p->series[1].x[i] = x;
    p->series[0].y[i] = dnp_sin(x);
    p->series[1].y[i] = dnp_cos(x);
    const double one = p->series[0].y[i] * p->series[0].y[i] + p->series[1].y[i] * p->series[1].y[i];
    apart = fmax(apart, fabs(one - 1));
  }
  dnp_figure_say(page->figure, p->title, "{1}", dnp_s("sin & cos"));
  dnp_figure_say(page->figure, p->x_title, "x");
  dnp_figure_say(page->figure, p->y_title, "y");
  dnp_figure_say(page->figure, p->series[0].title, "{1}", dnp_s("sin"));
  dnp_figure_say(page->figure, p->series[1].title, "{1}", dnp_s("cos"));
  dnp_book_claim(
      page, dnp_claim_exact("points", SIN_POINTS, (double)p->series[0].count), "points from 0 to 6 in steps of 0.1");
  dnp_book_claim(page, dnp_claim_exact("cos0", 1, p->series[1].y[0]), "{1}", dnp_s("cos 0"));
  dnp_book_claim(page, dnp_claim_near("one", 1, 1 + apart, 1e-12), "sin^2 + cos^2 where it is farthest from 1");
  return DENPA_OK;
}

/* ---- gates -------------------------------------------------------------------------------------- */

enum { GRID = 41, ANSWERS = 4 };

static const double corners[ANSWERS][2] = {{0, 0}, {1, 0}, {0, 1}, {1, 1}}; /* in the book's order */

typedef struct gate {
  const char *name;
  double w[2], b;
} gate;

static const gate gates[] = {{"AND", {0.5, 0.5}, -0.7}, {"NAND", {-0.5, -0.5}, 0.7}, {"OR", {0.5, 0.5}, -0.2}};

static const double truth[4][ANSWERS] = {{0, 0, 0, 1}, {1, 1, 1, 0}, {0, 1, 1, 1}, {0, 1, 1, 0}};

/* One affine layer of one unit. */
static denpa_status unit(denpa_net **out, const gate *g, denpa_error *err) {
  denpa_net_options options = denpa_net_options_default();
  denpa_graph *graph;
  options.dtype = DENPA_DTYPE_FLOAT64;
  options.threads = 1;
  DNP_TRY(denpa_graph_create(&graph, err));
  const int in[] = {denpa_graph_input(graph, "x", 1, (const size_t[]){2}),
      denpa_graph_parameter(graph, "w", 2, (const size_t[]){2, 1}, NULL),
      denpa_graph_parameter(graph, "b", 1, (const size_t[]){1}, NULL)};
  denpa_graph_apply(graph, "affine", "a", in, 3);
  denpa_status status = denpa_graph_build(out, graph, &options, err);
  denpa_graph_free(graph);
  DNP_TRY(status);
  DNP_TRY(denpa_net_set(*out, "w", g->w, 2, err));
  return denpa_net_set(*out, "b", &g->b, 1, err);
}

/* y[i] = 1 where the unit's sum for x[i] is above 0, else 0. */
static denpa_status fire(denpa_net *net, size_t rows, const double (*x)[2], double *y, denpa_error *err) {
  DNP_TRY(denpa_net_predict(net, rows, DENPA_DTYPE_FLOAT64, x, y, NULL, err));
  for (size_t i = 0; i < rows; i++) y[i] = y[i] > 0;
  return DENPA_OK;
}

/* The four gates over the same rows: AND, NAND, OR, and AND of NAND and OR. */
static denpa_status fire_all(
    denpa_net *const net[3], size_t rows, const double (*x)[2], double *y[4], double (*middle)[2], denpa_error *err) {
  for (int g = 0; g < 3; g++) DNP_TRY(fire(net[g], rows, x, y[g], err));
  for (size_t i = 0; i < rows; i++) {
    middle[i][0] = y[1][i];
    middle[i][1] = y[2][i];
  }
  return fire(net[0], rows, (const double(*)[2])middle, y[3], err);
}

/* Four bits as the digits of one number, so that they are seen at a glance. */
static double as_digits(const double *bit) { return bit[0] * 1000 + bit[1] * 100 + bit[2] * 10 + bit[3]; }

static denpa_status draw_gates(dnp_book_page *page, denpa_net *const net[3], denpa_error *err) {
  static const double range[2] = {-0.5, 1.5};
  double *y[4], *x, *middle;
  DNP_TRY(dnp_book_figure(page, 4, 2, err));
  dnp_figure *f = page->figure;
  dnp_figure_say(f, f->note, "Light: the gate says 1. Dark: it says 0. The four points are the corners of the table.");
  DNP_TRY(dnp_figure_take(f, &x, 2 * GRID * GRID, err));
  DNP_TRY(dnp_figure_take(f, &middle, 2 * GRID * GRID, err));
  for (size_t k = 0; k < 4; k++) {
    dnp_panel *p = &f->panel[k];
    DNP_TRY(dnp_book_plane(page, k, k < 3 ? gates[k].name : "XOR", GRID, range, GRID, range, err));
    dnp_figure_say(f, p->title, "{1}", dnp_s(p->key));
    dnp_figure_say(f, p->x_title, "x1");
    dnp_figure_say(f, p->y_title, "x2");
    p->high = 1;
    p->points = true;
    y[k] = p->value;
    for (int s = 0; s < 2; s++) { /* two points to a series, with a gap between them */
      DNP_TRY(dnp_book_series(page, k, s, s == 0 ? "zeros" : "ones", ANSWERS, err));
      for (int i = 0; i < ANSWERS; i++) {
        p->series[s].x[i] = corners[i][0];
        p->series[s].y[i] = truth[k][i] == s ? corners[i][1] : (double)NAN;
      }
    }
  }
  for (int i = 0; i < GRID * GRID; i++) {
    x[2 * i] = f->panel[0].column_at[i % GRID];
    x[2 * i + 1] = f->panel[0].row_at[i / GRID];
  }
  return fire_all(net, (size_t)GRID * GRID, (const double(*)[2])(const void *)x, y, (double(*)[2])(void *)middle, err);
}

static denpa_status try_gates(dnp_book_page *page, denpa_net *const net[3], denpa_error *err) {
  static const char *const keys[] = {"AND", "NAND", "OR", "XOR"};
  double bits[4][ANSWERS], middle[ANSWERS][2], *y[] = {bits[0], bits[1], bits[2], bits[3]};
  DNP_TRY(fire_all(net, ANSWERS, corners, y, middle, err));
  for (int g = 0; g < 4; g++)
    dnp_book_claim(page, dnp_claim_digits(dnp_claim_exact(keys[g], as_digits(truth[g]), as_digits(bits[g])), ANSWERS),
        "{1} of (0,0) (1,0) (0,1) (1,1), as digits", dnp_s(keys[g]));
  return draw_gates(page, net, err);
}

denpa_status dnp_book_gates(dnp_book_page *page, denpa_error *err) {
  denpa_net *net[3] = {NULL, NULL, NULL};
  denpa_status status = DENPA_OK;
  for (int g = 0; g < 3 && status == DENPA_OK; g++) status = unit(&net[g], &gates[g], err);
  if (status == DENPA_OK) status = try_gates(page, net, err);
  for (int g = 0; g < 3; g++) denpa_net_free(net[g]);
  return status;
}

/* ---- XOR learned -------------------------------------------------------------------------------- */

enum { XOR_SEEDS = 100, XOR_UPDATES = 1000, XOR_GRID = 41 };

static denpa_status xor_data(denpa_data **out, denpa_error *err) {
  const denpa_rows rows = {.rows = ANSWERS, .dtype = DENPA_DTYPE_FLOAT64, .x = corners, .target = truth[3]};
  return denpa_data_from_memory(out, "xor", 2, 1, &rows, NULL, err);
}

static denpa_status learn_xor(
    denpa_net **net, const denpa_data *data, uint64_t seed, double y[ANSWERS], denpa_error *err) {
  denpa_net_options options = denpa_net_options_default();
  denpa_train_options how = denpa_train_options_default();
  options.dtype = DENPA_DTYPE_FLOAT64;
  options.threads = 1;
  options.activation = "tanh";
  options.init = "normal:1";
  options.loss = "mse";
  options.seed = seed;
  how.optimizer = "adam";
  how.lr = 0.05;
  how.batch = 0;
  how.epochs = how.steps = XOR_UPDATES;
  how.evaluate = DENPA_EVALUATE_NONE;
  DNP_TRY(denpa_net_create(net, "2-2-1", &options, err));
  DNP_TRY(denpa_train(*net, data, &how, NULL, err));
  return denpa_net_predict(*net, ANSWERS, DENPA_DTYPE_FLOAT64, corners, y, NULL, err);
}

static denpa_status draw_xor(dnp_book_page *page, denpa_net *net, uint64_t seed, denpa_error *err) {
  static const double range[2] = {-0.5, 1.5};
  double *x;
  DNP_TRY(dnp_book_figure(page, 1, 1, err));
  dnp_figure *f = page->figure;
  dnp_panel *p = &f->panel[0];
  DNP_TRY(dnp_book_plane(page, 0, "xor", XOR_GRID, range, XOR_GRID, range, err));
  DNP_TRY(dnp_figure_take(f, &x, 2 * XOR_GRID * XOR_GRID, err));
  for (int i = 0; i < XOR_GRID * XOR_GRID; i++) {
    x[2 * i] = p->column_at[i % XOR_GRID];
    x[2 * i + 1] = p->row_at[i / XOR_GRID];
  }
  DNP_TRY(denpa_net_predict(net, (size_t)XOR_GRID * XOR_GRID, DENPA_DTYPE_FLOAT64, x, p->value, NULL, err));
  dnp_book_colours(p);
  dnp_figure_say(f, p->title, "What the network of seed {1} says (light: 1)", dnp_u(seed));
  dnp_figure_say(f, p->x_title, "x1");
  dnp_figure_say(f, p->y_title, "x2");
  return DENPA_OK;
}

static denpa_status try_seed(
    dnp_book_page *page, const denpa_data *data, uint64_t seed, int *learned, denpa_error *err) {
  denpa_net *net = NULL;
  double y[ANSWERS];
  bool right = true;
  denpa_status status = learn_xor(&net, data, seed, y, err);
  for (int i = 0; i < ANSWERS && status == DENPA_OK; i++) right = right && (y[i] > 0.5) == (truth[3][i] > 0);
  if (status == DENPA_OK && right && *learned == 0) status = draw_xor(page, net, seed, err);
  if (status == DENPA_OK) *learned += right;
  denpa_net_free(net);
  return status;
}

denpa_status dnp_book_xor_learned(dnp_book_page *page, denpa_error *err) {
  denpa_data *data;
  int learned = 0;
  DNP_TRY(xor_data(&data, err));
  denpa_status status = DENPA_OK;
  for (uint64_t seed = 1; seed <= XOR_SEEDS && status == DENPA_OK; seed++)
    status = try_seed(page, data, seed, &learned, err);
  denpa_data_free(data);
  dnp_book_claim(page, dnp_claim_band("learned", (double)NAN, learned, 50, XOR_SEEDS - 1),
      "seeds of {1} from which a 2-2-1 learns XOR", dnp_i(XOR_SEEDS));
  return status;
}
