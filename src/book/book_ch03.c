/* book_ch03.c: chapter 3 of the book: activations, the data set, and a network that was trained already; also the
 * pickles. Called through the table of book.c. */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/data.h"
#include "file/files.h"
#include "draw/plot.h"
#include "book/book.h"

#define PATH 4200

/* ---- activations -------------------------------------------------------------------------------- */

enum { POINTS = 100, EXAMPLES = 3 };

static const char *const activations[] = {"step", "sigmoid", "relu"};

/* f(x) through a network of one operation; the step, which has no slope to go back by, is no operation. */
static denpa_status activation(const char *name, size_t count, const double *x, double *y, denpa_error *err) {
  denpa_net_options options = denpa_net_options_default();
  denpa_graph *graph;
  denpa_net *net;
  options.dtype = DENPA_DTYPE_FLOAT64;
  options.threads = 1;
  for (size_t i = 0; i < count; i++) y[i] = x[i] > 0;
  if (strcmp(name, "step") == 0) return DENPA_OK;
  DNP_TRY(denpa_graph_create(&graph, err));
  const int in[] = {denpa_graph_input(graph, "x", 1, (const size_t[]){1})};
  denpa_graph_apply(graph, name, "y", in, 1);
  denpa_status status = denpa_graph_build(&net, graph, &options, err);
  denpa_graph_free(graph);
  DNP_TRY(status);
  status = denpa_net_predict(net, count, DENPA_DTYPE_FLOAT64, x, y, NULL, err);
  denpa_net_free(net);
  return status;
}

denpa_status dnp_book_activations(dnp_book_page *page, denpa_error *err) {
  static const double example[EXAMPLES] = {-1, 1, 2}, at[] = {-5, 0, 5};
  static const double printed[3][EXAMPLES] = {
      {0, 1, 1}, {0.26894142, 0.73105858, 0.88079708}, {(double)NAN, (double)NAN, (double)NAN}};
  static const double values[3][3] = {{0, 0, 1}, {(double)NAN, 0.5, (double)NAN}, {0, 0, 5}};
  double y[3];
  DNP_TRY(dnp_book_figure(page, 3, 3, err));
  for (size_t k = 0; k < 3; k++) {
    dnp_panel *p = &page->figure->panel[k];
    DNP_TRY(dnp_book_series(page, k, 0, activations[k], POINTS, err));
    for (int i = 0; i < POINTS; i++) p->series[0].x[i] = -5 + i * 0.1;
    DNP_TRY(activation(activations[k], POINTS, p->series[0].x, p->series[0].y, err));
    dnp_figure_say(page->figure, p->title, "{1}", dnp_s(activations[k]));
    dnp_figure_say(page->figure, p->x_title, "x");
    dnp_figure_say(page->figure, p->y_title, "y");
    DNP_TRY(activation(activations[k], EXAMPLES, example, y, err));
    for (int i = 0; i < EXAMPLES && k < 2; i++)
      dnp_book_claim(page, dnp_claim_near(activations[k], printed[k][i], y[i], 5e-9), "{1}({2})", dnp_s(activations[k]),
          dnp_d(example[i]));
    DNP_TRY(activation(activations[k], 3, at, y, err));
    for (int i = 0; i < 3; i++)
      dnp_book_claim(page,
          isnan(values[k][i]) ? dnp_claim_shown(activations[k], y[i])
                              : dnp_claim_exact(activations[k], values[k][i], y[i]),
          "{1}({2})", dnp_s(activations[k]), dnp_d(at[i]));
  }
  return DENPA_OK;
}

/* ---- the data set ------------------------------------------------------------------------------- */

static denpa_status draw_digits(dnp_book_page *page, size_t count, denpa_error *err) {
  const denpa_data *data = page->request->dataset;
  DNP_TRY(dnp_book_figure(page, 1, 1, err));
  dnp_panel *p = &page->figure->panel[0];
  p->kind = DNP_PANEL_TILES;
  p->key = "pictures";
  p->high = 255;
  dnp_figure_say(page->figure, p->title, "Training data from number 0 on, with their labels");
  DNP_TRY(dnp_figure_take_tiles(page->figure, p, count, 28, 28, err));
  for (size_t i = 0; i < count; i++) {
    const uint8_t *pixel = denpa_data_pixels(data, DENPA_SPLIT_TRAIN, i);
    p->tile[i].label = denpa_data_label(data, DENPA_SPLIT_TRAIN, i);
    dnp_figure_say(page->figure, p->tile[i].caption, "{1}", dnp_i(p->tile[i].label));
    for (int k = 0; k < 784; k++) p->tile[i].value[k] = pixel[k];
  }
  return DENPA_OK;
}

denpa_status dnp_book_mnist_show(dnp_book_page *page, denpa_error *err) {
  const denpa_data *data = page->request->dataset;
  size_t shape[3];
  denpa_data_shape(data, shape);
  dnp_book_claim(page, dnp_claim_exact("label", 5, denpa_data_label(data, DENPA_SPLIT_TRAIN, 0)), "its label");
  dnp_book_claim(page, dnp_claim_exact("numbers", 784, (double)denpa_data_features(data)), "numbers in its row");
  dnp_book_claim(page, dnp_claim_exact("rows", 28, (double)shape[0]), "rows of its pixels");
  dnp_book_claim(page, dnp_claim_exact("columns", 28, (double)shape[1]), "columns of its pixels");
  return draw_digits(page, 1, err);
}

denpa_status dnp_book_mnist(dnp_book_page *page, denpa_error *err) {
  const denpa_data *data = page->request->dataset;
  size_t count[10] = {0}, least = SIZE_MAX, most = 0;
  unsigned lowest = 255, highest = 0;
  for (size_t i = 0; i < denpa_data_rows(data, DENPA_SPLIT_TRAIN); i++) {
    const uint8_t *pixel = denpa_data_pixels(data, DENPA_SPLIT_TRAIN, i);
    count[denpa_data_label(data, DENPA_SPLIT_TRAIN, i)]++;
    for (int k = 0; k < 784; k++) {
      if (pixel[k] < lowest) lowest = pixel[k];
      if (pixel[k] > highest) highest = pixel[k];
    }
  }
  for (int d = 0; d < 10; d++) {
    if (count[d] < least) least = count[d];
    if (count[d] > most) most = count[d];
  }
  dnp_book_claim(page, dnp_claim_exact("train", 60000, (double)denpa_data_rows(data, DENPA_SPLIT_TRAIN)),
      "rows of the training data");
  dnp_book_claim(
      page, dnp_claim_exact("test", 10000, (double)denpa_data_rows(data, DENPA_SPLIT_TEST)), "rows of the test data");
  dnp_book_claim(page, dnp_claim_exact("features", 784, (double)denpa_data_features(data)), "numbers of a row");
  dnp_book_claim(page, dnp_claim_exact("lowest", 0, lowest), "the smallest pixel");
  dnp_book_claim(page, dnp_claim_exact("highest", 255, highest), "the largest pixel");
  dnp_book_claim(page, dnp_claim_shown("rarest", (double)least), "training pictures of the rarest digit");
  dnp_book_claim(page, dnp_claim_shown("commonest", (double)most), "training pictures of the commonest digit");
  return draw_digits(page, 20, err);
}

/* ---- the trained network ------------------------------------------------------------------------ */

/* How many of the test pictures are answered rightly, `batch` at a time; y receives the probabilities. */
static denpa_status answer(
    const dnp_book_page *page, denpa_net *net, size_t batch, double *y, size_t *right, denpa_error *err) {
  const denpa_data *data = page->request->dataset;
  const size_t rows = denpa_data_rows(data, DENPA_SPLIT_TEST);
  int32_t *predicted;
  denpa_status status = DENPA_OK;
  *right = 0;
  DNP_TRY(DNP_NEW(&predicted, batch, err));
  for (size_t first = 0; first < rows && status == DENPA_OK; first += batch) {
    const size_t count = rows - first < batch ? rows - first : batch;
    status = denpa_net_predict(net, count, DENPA_DTYPE_UINT8, denpa_data_pixels(data, DENPA_SPLIT_TEST, first),
        y + 10 * first, predicted, err);
    for (size_t i = 0; i < count && status == DENPA_OK; i++)
      *right += predicted[i] == denpa_data_label(data, DENPA_SPLIT_TEST, first + i);
  }
  dnp_free(predicted);
  return status;
}

static denpa_status draw_answers(dnp_book_page *page, const double *y, denpa_error *err) {
  enum { SHOWN = 10 };
  DNP_TRY(dnp_book_figure(page, 1, 1, err));
  dnp_panel *p = &page->figure->panel[0];
  p->kind = DNP_PANEL_TILES;
  p->key = "answers";
  p->high = 255;
  dnp_figure_say(page->figure, p->title, "The first test pictures, what they are taken for, and how surely");
  DNP_TRY(dnp_figure_take_tiles(page->figure, p, SHOWN, 28, 28, err));
  for (size_t i = 0; i < SHOWN; i++) {
    dnp_tile *t = &p->tile[i];
    const uint8_t *pixel = denpa_data_pixels(page->request->dataset, DENPA_SPLIT_TEST, i);
    for (int k = 0; k < 784; k++) t->value[k] = pixel[k];
    t->label = denpa_data_label(page->request->dataset, DENPA_SPLIT_TEST, i);
    t->answer = 0;
    for (int k = 1; k < 10; k++)
      if (y[10 * i + (size_t)k] > y[10 * i + (size_t)t->answer]) t->answer = k;
    dnp_figure_say(
        page->figure, t->caption, "{1}: {2:.0f} %", dnp_i(t->answer), dnp_d(100 * y[10 * i + (size_t)t->answer]));
  }
  return DENPA_OK;
}

static denpa_status try_one_by_one(dnp_book_page *page, denpa_net *net, double *y, denpa_error *err) {
  size_t right;
  const double rows = (double)denpa_data_rows(page->request->dataset, DENPA_SPLIT_TEST);
  DNP_TRY(answer(page, net, 1, y, &right, err));
  dnp_book_claim(page, dnp_claim_exact("accuracy", 0.9352, (double)right / rows), "accuracy, one picture at a time");
  dnp_book_claim(page, dnp_claim_shown("parameters", (double)denpa_net_parameter_count(net)), "numbers in the network");
  return draw_answers(page, y, err);
}

static denpa_status try_batches(dnp_book_page *page, denpa_net *net, double *y, denpa_error *err) {
  static const size_t batches[] = {100, 1, 10000};
  const size_t rows = denpa_data_rows(page->request->dataset, DENPA_SPLIT_TEST);
  double *again;
  denpa_status status = DENPA_OK;
  DNP_TRY(DNP_NEW(&again, 10 * rows, err));
  for (int i = 0; i < 3 && status == DENPA_OK; i++) {
    size_t right = 0, apart = 0;
    status = answer(page, net, batches[i], i == 0 ? y : again, &right, err);
    if (i == 0)
      dnp_book_claim(page, dnp_claim_exact("accuracy", 0.9352, (double)right / (double)rows),
          "accuracy, {1} pictures at a time", dnp_u(batches[i]));
    for (size_t k = 0; k < 10 * rows && i > 0; k++) apart += y[k] != again[k];
    if (i > 0)
      dnp_book_claim(page, dnp_claim_exact("apart", 0, (double)apart),
          "probabilities of {1} that change with {2} pictures at a time", dnp_u(10 * rows), dnp_u(batches[i]));
  }
  dnp_free(again);
  return status == DENPA_OK ? draw_answers(page, y, err) : status;
}

static denpa_status with_network(dnp_book_page *page,
    denpa_status (*what)(dnp_book_page *, denpa_net *, double *, denpa_error *), denpa_error *err) {
  denpa_net *net;
  double *y;
  DNP_TRY(dnp_book_load(page, &net, "ch03_sample_weight.pkl", NULL, err));
  denpa_status status = DNP_NEW(&y, 10 * denpa_data_rows(page->request->dataset, DENPA_SPLIT_TEST), err);
  if (status == DENPA_OK) status = what(page, net, y, err);
  dnp_free(y);
  denpa_net_free(net);
  return status;
}

denpa_status dnp_book_neuralnet_mnist(dnp_book_page *page, denpa_error *err) {
  return with_network(page, try_one_by_one, err);
}
denpa_status dnp_book_neuralnet_mnist_batch(dnp_book_page *page, denpa_error *err) {
  return with_network(page, try_batches, err);
}

/* ---- pickles ------------------------------------------------------------------------------------ */

typedef struct held { /* what one of them holds */
  const char *file;
  size_t arrays, numbers;
  denpa_dtype dtype;
} held;

static const held pickles[] = {{"ch03_sample_weight.pkl", 6, 45360, DENPA_DTYPE_FLOAT32},
    {"ch07_params.pkl", 6, 433890, DENPA_DTYPE_FLOAT64},
    {"ch08_deep_convnet_params.pkl", 16, 123552, DENPA_DTYPE_FLOAT64}};

static void book_path(const dnp_book_page *page, const char *file, char out[PATH]) {
  snprintf(out, PATH, "%s/%s", page->request->folder, file);
}

static denpa_status look_into(dnp_book_page *page, const held *h, denpa_error *err) {
  char path[PATH];
  dnp_arrays arrays;
  size_t numbers = 0, other = 0;
  book_path(page, h->file, path);
  DNP_TRY(dnp_pickle_read(path, &arrays, err));
  for (size_t i = 0; i < arrays.count; i++) {
    numbers += dnp_array_count(&arrays.item[i]);
    other += arrays.item[i].dtype != h->dtype;
  }
  dnp_book_claim(
      page, dnp_claim_exact("arrays", (double)h->arrays, (double)arrays.count), "{1}: arrays", dnp_s(h->file));
  dnp_book_claim(
      page, dnp_claim_exact("numbers", (double)h->numbers, (double)numbers), "{1}: numbers in them", dnp_s(h->file));
  dnp_book_claim(page, dnp_claim_exact("other", 0, (double)other), "{1}: arrays that are not {2}", dnp_s(h->file),
      dnp_s(dnp_dtype_name(h->dtype)));
  dnp_arrays_free(&arrays);
  return DENPA_OK;
}

denpa_status dnp_book_pickles(dnp_book_page *page, denpa_error *err) {
  for (size_t i = 0; i < sizeof pickles / sizeof *pickles; i++) DNP_TRY(look_into(page, &pickles[i], err));
  return DENPA_OK;
}
