/* book_ch07.c: chapter 7 of the book: its convolutional network, whose published weights answer, which learns anew,
 * whose gradients are checked, and whose filters are shown and laid on a picture. Called through the table of
 * book.c. */
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "file/files.h"
#include "learn/learn.h"
#include "learn/model.h"
#include "draw/plot.h"
#include "book/book.h"

#define PATH 4200
#define FILE_NAME "ch07_params.pkl"
#define NET dnp_published[DNP_PUBLISHED_CONVNET]

/* ---- the trained network ------------------------------------------------------------------------ */

static denpa_status answer_all(dnp_book_page *page, denpa_net *net, denpa_error *err) {
  const denpa_data *data = page->request->dataset, part = dnp_book_part(data, 1000, 1000);
  double all, first;
  DNP_TRY(denpa_net_evaluate(net, data, DENPA_SPLIT_TEST, NULL, &all, err));
  DNP_TRY(denpa_net_evaluate(net, &part, DENPA_SPLIT_TEST, NULL, &first, err));
  dnp_book_claim(page, dnp_claim_exact("accuracy", 0.96, all), "accuracy on all test data");
  dnp_book_claim(page, dnp_claim_shown("first", first), "accuracy on the first 1000 of them");
  dnp_book_claim(
      page, dnp_claim_exact("parameters", 433890, (double)denpa_net_parameter_count(net)), "numbers in the network");
  return DENPA_OK;
}

denpa_status dnp_book_convnet_params(dnp_book_page *page, denpa_error *err) {
  denpa_net *net;
  DNP_TRY(dnp_book_load(page, &net, FILE_NAME, NET, err));
  denpa_status status = answer_all(page, net, err);
  denpa_net_free(net);
  return status;
}

/* ---- it learns ---------------------------------------------------------------------------------- */

/* The bands are what the seeds 1 to 4 gave (0.951 to 0.961, and 0.960 to 0.962), widened by about as much as the first
 * ones lie apart. */
enum { TRAIN_ROWS = 5000, TEST_ROWS = 1000, EPOCHS = 20, PER_EPOCH = 50, MEASURED = 1000 };

denpa_status dnp_book_train_convnet(dnp_book_page *page, denpa_error *err) {
  const size_t seeds = page->request->seeds;
  const denpa_data cut = dnp_book_part(page->request->dataset, TRAIN_ROWS, TEST_ROWS),
                   measured = dnp_book_part(&cut, MEASURED, MEASURED);
  double curve[2][EPOCHS], *end;
  dnp_book_training t = {.dataset = &cut,
      .measured = &measured,
      .net = NET,
      .activation = "relu",
      .init = "normal:0.01",
      .optimizer = "adam",
      .lr = 0.001,
      .batch = 100,
      .steps = dnp_book_steps(page, EPOCHS * PER_EPOCH),
      .every = PER_EPOCH,
      .train = curve[0],
      .test = curve[1]};
  DNP_TRY(dnp_book_figure(page, 1, 1, err));
  dnp_figure_say(page->figure, page->figure->panel[0].title, "Accuracy on the first 1000 of each");
  DNP_TRY(DNP_NEW(&end, 2 * seeds, err));
  denpa_status status = DENPA_OK;
  for (size_t s = 0; s < seeds && status == DENPA_OK; s++) {
    t.whole = &end[2 * s + 1];
    status = dnp_book_train(page, page->request->seed + s, &t, err);
    end[2 * s] = curve[1][t.points - 1];
    if (s == 0 && status == DENPA_OK) status = dnp_book_draw_accuracy(page, 0, &t, 1, DNP_N("epoch"), err);
  }
  if (status == DENPA_OK) {
    dnp_book_claim(page, dnp_claim_seeds(dnp_claim_band("test", 0.96, 0, 0.94, 0.975), end, seeds, 2),
        "accuracy on the first 1000 test pictures, at the beginning of epoch {1}", dnp_u(t.points));
    dnp_book_claim(page, dnp_claim_seeds(dnp_claim_band("whole", (double)NAN, 0, 0.945, 0.975), end + 1, seeds, 2),
        "accuracy on all test data at the end");
  }
  dnp_free(end);
  return status;
}

/* ---- gradient check ----------------------------------------------------------------------------- */

enum { SIDE = 10 };

/* At most ten times the book's; in b2 one unit whose ReLU switches makes more (with the seeds 1 to 20 up to 4.4e-4, in
 * other tensors less than allowed here). */
static const struct {
  const char *name;
  double book, most;
} checked[] = {{"W1", 1.6e-6, 1.6e-5}, {"b1", 2.9e-6, 2.9e-5}, {"W2", 5e-11, 5e-10}, {"b2", 3.7e-9, 1e-3},
    {"W3", 9.7e-11, 9.7e-10}, {"b3", 1.8e-7, 1.8e-6}};

static denpa_status compare_slopes(dnp_book_page *page, denpa_net *net, const denpa_data *data, denpa_error *err) {
  dnp_rows rows = dnp_rows_from(net, data, DNP_TRAIN);
  const dnp_run run = {.rows = 1, .feed = dnp_rows_feed, .feed_context = &rows, .answers = true, .backward = true};
  double mean;
  DNP_TRY(dnp_net_fit_batch(net, 1, false, err));
  DNP_TRY(dnp_exec_run(net->exec, &run, NULL, err));
  for (size_t i = 0; i < sizeof checked / sizeof *checked; i++) {
    DNP_TRY(dnp_book_distance(net, &run, checked[i].name, 1, &mean, err));
    dnp_book_claim(page, dnp_claim_band(checked[i].name, checked[i].book, mean, 0, checked[i].most),
        "{1}: mean distance between both slopes", dnp_s(checked[i].name));
  }
  return DENPA_OK;
}

denpa_status dnp_book_convnet_gradient_check(dnp_book_page *page, denpa_error *err) {
  double x[SIDE * SIDE];
  const int32_t label = 1;
  denpa_net_options options = denpa_net_options_default();
  denpa_net *net = NULL;
  denpa_data *data;
  for (size_t i = 0; i < SIDE * SIDE; i++)
    x[i] = dnp_draw_uniform(page->request->seed, DNP_STREAM(DNP_FOR_LESSONS, 1003), i);
  DNP_TRY(denpa_data_from_memory(&data, "noise", SIDE * SIDE, 10,
      &(denpa_rows){.rows = 1, .dtype = DENPA_DTYPE_FLOAT64, .x = x, .label = &label}, NULL, err));
  options.dtype = DENPA_DTYPE_FLOAT64;
  options.seed = page->request->seed;
  options.threads = 1;
  denpa_status status = denpa_net_create(
      &net, "input 1x10x10, conv 10 3x3, relu, maxpool 2, dense 10, relu, dense 10", &options, err);
  if (status == DENPA_OK) status = compare_slopes(page, net, data, err);
  denpa_net_free(net);
  denpa_data_free(data);
  return status;
}

/* ---- filters ------------------------------------------------------------------------------------ */

static denpa_status fill_filters(
    dnp_book_page *page, size_t panel, const char *key, const dnp_array *w, const double *value, denpa_error *err) {
  dnp_panel *p = &page->figure->panel[panel];
  const size_t side = w->shape[2] * w->shape[3];
  p->kind = DNP_PANEL_TILES;
  p->key = key;
  DNP_TRY(dnp_figure_take_tiles(page->figure, p, w->shape[0], w->shape[2], w->shape[3], err));
  for (size_t i = 0; i < w->shape[0]; i++) {
    dnp_figure_say(page->figure, p->tile[i].caption, "{1}", dnp_u(i));
    memcpy(p->tile[i].value, value + i * side, side * sizeof *value);
  }
  for (size_t i = 0; i < w->shape[0] * side; i++) {
    if (i == 0 || value[i] < p->low) p->low = value[i];
    if (i == 0 || value[i] > p->high) p->high = value[i];
  }
  return DENPA_OK;
}

static denpa_status show_filters(dnp_book_page *page, const dnp_array *w, denpa_error *err) {
  const size_t count = dnp_array_count(w);
  double *noise;
  DNP_TRY(dnp_book_figure(page, 2, 1, err));
  DNP_TRY(dnp_figure_take(page->figure, &noise, count, err));
  for (size_t i = 0; i < count; i++)
    noise[i] = 0.01 * dnp_draw_normal(page->request->seed, DNP_STREAM(DNP_FOR_WEIGHTS, 0), i);
  dnp_figure_say(page->figure, page->figure->panel[0].title, "Before learning");
  dnp_figure_say(page->figure, page->figure->panel[1].title, "After learning (the book's W1)");
  DNP_TRY(fill_filters(page, 0, "before", w, noise, err));
  DNP_TRY(fill_filters(page, 1, "after", w, w->values, err));
  dnp_book_claim(page, dnp_claim_exact("filters", 30, (double)w->shape[0]), "filters");
  dnp_book_claim(page, dnp_claim_exact("side", 5, (double)w->shape[2]), "their rows and columns of pixels");
  dnp_book_claim(page, dnp_claim_near("before", 0.01, dnp_book_deviation(noise, count), 0.001),
      "deviation of their weights before learning");
  dnp_book_claim(page, dnp_claim_shown("after", dnp_book_deviation(w->values, count)),
      "deviation of their weights after learning");
  return DENPA_OK;
}

/* The filters of the first layer, one plane each, as the book's file has them. */
static denpa_status with_filters(
    dnp_book_page *page, denpa_status (*what)(dnp_book_page *, const dnp_array *, denpa_error *), denpa_error *err) {
  char path[PATH];
  dnp_arrays arrays;
  snprintf(path, sizeof path, "%s/" FILE_NAME, page->request->folder);
  DNP_TRY(dnp_pickle_read(path, &arrays, err));
  const dnp_array *w = dnp_arrays_find(&arrays, "W1");
  denpa_status status = w != NULL && w->axes == 4 && w->shape[1] == 1 && w->dtype == DENPA_DTYPE_FLOAT64
                            ? what(page, w, err)
                            : dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: holds no W1 of filters for grey pictures",
                                  dnp_s(path));
  dnp_arrays_free(&arrays);
  return status;
}

denpa_status dnp_book_visualize_filter(dnp_book_page *page, denpa_error *err) {
  return with_filters(page, show_filters, err);
}

/* ---- filters on a picture ----------------------------------------------------------------------- */

enum { APPLIED = 16, DRAWN = 64, LONGEST = 96 };

typedef struct picture {
  size_t height, width;
  double *value; /* 0 .. 1 */
} picture;

/* A ring, a bar that stands, one that lies and one that leans: edges of every direction. */
static double drawn(size_t row, size_t column) {
  const double y = (double)row - 22, x = (double)column - 22, away = sqrt(x * x + y * y);
  const bool ring = away >= 11 && away <= 15, stands = column >= 47 && column <= 51 && row < 58,
             lies = row >= 47 && row <= 51 && column < 58;
  const bool leans = row + column >= 92 && row + column <= 97 && row >= 34 && column >= 34;
  return ring || stands || lies ? 1 : leans ? 0.6 : 0.05;
}

/* Squares of pixels become their mean, until no side is longer than LONGEST. */
static denpa_status shrink(dnp_book_page *page, const dnp_array *grey, picture *p, denpa_error *err) {
  const size_t longer = grey->shape[0] > grey->shape[1] ? grey->shape[0] : grey->shape[1],
               times = (longer + LONGEST - 1) / LONGEST;
  const unsigned char *pixel = grey->values;
  p->height = grey->shape[0] / times;
  p->width = grey->shape[1] / times;
  if (p->height < 5 || p->width < 5)
    return dnp_fail(err, DENPA_ERROR_SHAPE,
        "{1}: is {2} x {3} pixels; a picture for these filters has at least 5 each way", dnp_s(page->request->picture),
        dnp_u(grey->shape[0]), dnp_u(grey->shape[1]));
  DNP_TRY(dnp_figure_take(page->figure, &p->value, p->height * p->width, err));
  for (size_t r = 0; r < p->height * times; r++)
    for (size_t c = 0; c < p->width * times; c++)
      p->value[r / times * p->width + c / times] += pixel[r * grey->shape[1] + c] / 255.0 / (double)(times * times);
  return DENPA_OK;
}

static denpa_status take_picture(dnp_book_page *page, picture *p, denpa_error *err) {
  dnp_array grey = {.axes = 0};
  if (page->request->picture != NULL) {
    DNP_TRY(dnp_picture_read(page->request->picture, &grey, err));
    denpa_status status = shrink(page, &grey, p, err);
    dnp_free(grey.values);
    return status;
  }
  *p = (picture){.height = DRAWN, .width = DRAWN};
  DNP_TRY(dnp_figure_take(page->figure, &p->value, (size_t)DRAWN * DRAWN, err));
  for (size_t i = 0; i < (size_t)DRAWN * DRAWN; i++) p->value[i] = drawn(i / DRAWN, i % DRAWN);
  return DENPA_OK;
}

/* One convolution without biases, in double. */
static denpa_status conv_net(
    const dnp_book_page *page, const picture *p, const dnp_array *w, denpa_net **out, denpa_error *err) {
  denpa_net_options options = denpa_net_options_default();
  denpa_graph *graph;
  options.dtype = DENPA_DTYPE_FLOAT64;
  options.threads = page->request->threads;
  options.cpu = page->request->cpu;
  DNP_TRY(denpa_graph_create(&graph, err));
  const int in[] = {denpa_graph_input(graph, "x", 3, (const size_t[]){1, p->height, p->width}),
      denpa_graph_parameter(graph, "W1", 4, (const size_t[]){APPLIED, 1, w->shape[2], w->shape[3]}, NULL),
      denpa_graph_parameter(graph, "b1", 1, (const size_t[]){APPLIED}, NULL)};
  const size_t numbers = APPLIED * (p->height + 1 - w->shape[2]) * (p->width + 1 - w->shape[3]);
  denpa_graph_reshape(graph, "flat1", denpa_graph_apply(graph, "conv", "a1", in, 3), 1, &numbers);
  denpa_status status = denpa_graph_build(out, graph, &options, err);
  denpa_graph_free(graph);
  return status == DENPA_OK ? denpa_net_set(*out, "W1", w->values, APPLIED * w->shape[2] * w->shape[3], err) : status;
}

/* The sum of what the filter covers, times its weights, written out. */
static double by_hand(const picture *p, const dnp_array *w, size_t filter, size_t row, size_t column) {
  double sum = 0;
  for (size_t r = 0; r < w->shape[2]; r++)
    for (size_t c = 0; c < w->shape[3]; c++)
      sum += ((const double *)w->values)[(filter * w->shape[2] + r) * w->shape[3] + c] *
             p->value[(row + r) * p->width + column + c];
  return sum;
}

static denpa_status show_responses(
    dnp_book_page *page, const picture *p, const dnp_array *w, const double *y, denpa_error *err) {
  const size_t height = p->height + 1 - w->shape[2], width = p->width + 1 - w->shape[3];
  dnp_panel *panel = &page->figure->panel[1];
  double apart = 0;
  panel->kind = DNP_PANEL_TILES;
  panel->key = "responses";
  dnp_figure_say(page->figure, panel->title, "What the first 16 filters make of it");
  DNP_TRY(dnp_figure_take_tiles(page->figure, panel, APPLIED, height, width, err));
  panel->low = panel->high = y[0];
  for (size_t i = 0; i < APPLIED; i++) {
    dnp_figure_say(page->figure, panel->tile[i].caption, "{1}", dnp_u(i));
    memcpy(panel->tile[i].value, y + i * height * width, height * width * sizeof *y);
    for (size_t k = 0; k < height * width; k++) {
      const double v = y[i * height * width + k];
      panel->low = fmin(panel->low, v);
      panel->high = fmax(panel->high, v);
      apart = fmax(apart, fabs(v - by_hand(p, w, i, k / width, k % width)));
    }
  }
  dnp_book_claim(page, dnp_claim_exact("height", (double)(p->height - 4), (double)height),
      "rows of a response, for {1} rows of the picture and 5 of the filter", dnp_u(p->height));
  dnp_book_claim(page, dnp_claim_exact("width", (double)(p->width - 4), (double)width),
      "columns of a response, for {1} columns of the picture and 5 of the filter", dnp_u(p->width));
  dnp_book_claim(page, dnp_claim_near("apart", 0, apart, 1e-13), "largest distance from sums that are written out");
  dnp_book_claim(page, dnp_claim_shown("low", panel->low), "the smallest response");
  dnp_book_claim(page, dnp_claim_shown("high", panel->high), "the largest response");
  return DENPA_OK;
}

static denpa_status show_picture(dnp_book_page *page, const picture *p, denpa_error *err) {
  dnp_panel *panel = &page->figure->panel[0];
  panel->kind = DNP_PANEL_TILES;
  panel->key = "picture";
  panel->high = 1;
  dnp_figure_say(page->figure, panel->title, "The picture");
  DNP_TRY(dnp_figure_take_tiles(page->figure, panel, 1, p->height, p->width, err));
  memcpy(panel->tile[0].value, p->value, p->height * p->width * sizeof *p->value);
  return DENPA_OK;
}

static denpa_status apply(dnp_book_page *page, const dnp_array *w, denpa_error *err) {
  picture p;
  double *y = NULL;
  denpa_net *net = NULL;
  if (w->shape[0] < APPLIED || w->shape[2] != 5 || w->shape[3] != 5)
    return dnp_fail(err, DENPA_ERROR_FORMAT, "{1}: W1 is not made of filters of 5 x 5 pixels", dnp_s(FILE_NAME));
  DNP_TRY(dnp_book_figure(page, 2, 1, err));
  DNP_TRY(take_picture(page, &p, err));
  DNP_TRY(show_picture(page, &p, err));
  DNP_TRY(dnp_figure_take(page->figure, &y, APPLIED * (p.height - 4) * (p.width - 4), err));
  denpa_status status = conv_net(page, &p, w, &net, err);
  if (status == DENPA_OK) status = denpa_net_predict(net, 1, DENPA_DTYPE_FLOAT64, p.value, y, NULL, err);
  if (status == DENPA_OK) status = show_responses(page, &p, w, y, err);
  denpa_net_free(net);
  return status;
}

denpa_status dnp_book_apply_filter(dnp_book_page *page, denpa_error *err) { return with_filters(page, apply, err); }
