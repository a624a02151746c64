/* book_ch05.c: chapter 5 of the book: shopping as a graph, backpropagation checked, and a network of two layers that
 * learns; also chapter 4's, which is the same but for its activation. Called through the table of book.c. */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "draw/plot.h"
#include "book/book.h"
#include "gradcheck/dense.h"
#include "gradcheck/check.h"
#include "book/scalars.h"

/* ---- apples and oranges ------------------------------------------------------------------------- */

static denpa_status value(dnp_book_page *page, const denpa_net *net, const char *name, double book, denpa_error *err) {
  double ours;
  DNP_TRY(denpa_net_value(net, name, &ours, 1, err));
  dnp_book_claim(page, dnp_claim_exact(name, book, ours), "{1}", dnp_s(name));
  return DENPA_OK;
}

static denpa_status slope(dnp_book_page *page, const denpa_net *net, const char *name, double book, denpa_error *err) {
  double ours;
  DNP_TRY(denpa_net_gradient(net, name, &ours, 1, err));
  dnp_book_claim(page, dnp_claim_exact(name, book, ours), "slope of the price for {1}", dnp_s(name));
  return DENPA_OK;
}

typedef struct printed {
  const char *name;
  double number;
} printed;

static denpa_status shop(
    dnp_book_page *page, denpa_net *net, double price, const printed *slopes, size_t count, denpa_error *err) {
  DNP_TRY(value(page, net, "price", price, err));
  for (size_t i = 0; i < count; i++) DNP_TRY(slope(page, net, slopes[i].name, slopes[i].number, err));
  return DENPA_OK;
}

denpa_status dnp_book_buy_apple(dnp_book_page *page, denpa_error *err) {
  static const dnp_leaf leaf[] = {{"apple", 100}, {"apple_num", 2}, {"tax", 1.1}};
  static const dnp_join join[] = {{&dnp_op_multiply, "apple_price", {0, 1}}, {&dnp_op_multiply, "price", {3, 2}}};
  static const printed slopes[] = {{"apple", 2.2}, {"apple_num", 110.00000000000001}, {"tax", 200}};
  denpa_net *net;
  DNP_TRY(dnp_scalars_build(&net, leaf, 3, join, 2, err));
  denpa_status status = shop(page, net, 220.00000000000003, slopes, 3, err);
  denpa_net_free(net);
  return status;
}

denpa_status dnp_book_buy_apple_orange(dnp_book_page *page, denpa_error *err) {
  static const dnp_leaf leaf[] = {{"apple", 100}, {"apple_num", 2}, {"orange", 150}, {"orange_num", 3}, {"tax", 1.1}};
  static const dnp_join join[] = {{&dnp_op_multiply, "apple_price", {0, 1}}, {&dnp_op_multiply, "orange_price", {2, 3}},
      {&dnp_op_add, "all_price", {5, 6}}, {&dnp_op_multiply, "price", {7, 4}}};
  static const printed slopes[] = {{"apple", 2.2}, {"apple_num", 110.00000000000001}, {"orange", 3.3000000000000003},
      {"orange_num", 165}, {"tax", 650}};
  denpa_net *net;
  DNP_TRY(dnp_scalars_build(&net, leaf, 5, join, 4, err));
  denpa_status status = shop(page, net, 715.0000000000001, slopes, 5, err);
  denpa_net_free(net);
  return status;
}

/* ---- gradient check ----------------------------------------------------------------------------- */

enum { CHECKED = 3 };

typedef struct comparison { /* of one parameter tensor */
  const char *name;
  double book;
  size_t layer;
  bool bias;
} comparison;

static const comparison comparisons[] = {
    {"W1", 1.8e-6, 0, false}, {"b1", 2.4e-5, 0, true}, {"W2", 6.2e-9, 1, false}, {"b2", 1.4e-7, 1, true}};

static denpa_status mean_distance(
    const denpa_net *net, dnp_quick *quick, const comparison *c, double *mean, denpa_error *err) {
  const dnp_tensor *t = dnp_exec_tensor(net->exec, c->name);
  const size_t count = dnp_tensor_count(t);
  double sum = 0;
  bool crossed;
  (void)err;
  for (size_t i = 0; i < count; i++)
    sum += fabs(
        dnp_quick_gradient(quick, c->layer, c->bias, i, DNP_CHECK_STEP, &crossed) - dnp_tensor_element(t, DNP_GRAD, i));
  *mean = sum / (double)count;
  return DENPA_OK;
}

static denpa_status compare(dnp_book_page *page, denpa_net *net, denpa_error *err) {
  dnp_dense dense;
  dnp_quick *quick;
  DNP_TRY(dnp_dense_open(&dense, net, page->request->dataset, DNP_TRAIN, CHECKED, err));
  denpa_status status = dnp_quick_open(&quick, &dense, err);
  for (size_t i = 0; i < 4 && status == DENPA_OK; i++) {
    double mean;
    status = mean_distance(net, quick, &comparisons[i], &mean, err);
    if (status == DENPA_OK)
      dnp_book_claim(page,
          dnp_claim_always(dnp_claim_band(comparisons[i].name, comparisons[i].book, mean, 0, 10 * comparisons[i].book)),
          "{1}: mean distance between both slopes", dnp_s(comparisons[i].name));
  }
  if (status == DENPA_OK) dnp_quick_close(quick);
  dnp_dense_close(&dense);
  return status;
}

denpa_status dnp_book_gradient_check(dnp_book_page *page, denpa_error *err) {
  denpa_net_options options = denpa_net_options_default();
  denpa_net *net;
  options.dtype = DENPA_DTYPE_FLOAT64;
  options.activation = "relu";
  options.seed = page->request->seed;
  options.threads = 1;
  DNP_TRY(denpa_net_create(&net, "784-50-10", &options, err));
  dnp_rows rows = dnp_rows_from(net, page->request->dataset, DNP_TRAIN);
  const dnp_run run = {
      .rows = CHECKED, .feed = dnp_rows_feed, .feed_context = &rows, .answers = true, .backward = true};
  denpa_status status = dnp_net_fit_batch(net, CHECKED, false, err);
  if (status == DENPA_OK) status = dnp_exec_run(net->exec, &run, NULL, err);
  if (status == DENPA_OK) status = compare(page, net, err);
  denpa_net_free(net);
  return status;
}

/* ---- two layers learn --------------------------------------------------------------------------- */

enum { UPDATES = 10000, EVERY = 600, POINTS = 1 + (UPDATES - 1) / EVERY, TOLD = 7 };

/* What the book prints after updates 1, 601, 1201 ... and the last time, and the bands in which the seeds 1 to 40 lie,
 * widened by about half. */
typedef struct told {
  int point;
  double train, test;
  double train_band[2], test_band[2];
} told;

static const told sigmoid_told[TOLD] = {{0, 0.0986, 0.0958, {0.08, 0.13}, {0.08, 0.13}},
    {1, 0.789, 0.795, {0.755, 0.82}, {0.76, 0.825}}, {2, 0.876, 0.881, {0.865, 0.89}, {0.868, 0.893}},
    {3, 0.898, 0.901, {0.89, 0.906}, {0.892, 0.912}}, {4, 0.908, 0.910, {0.902, 0.914}, {0.903, 0.918}},
    {5, 0.914, 0.917, {0.908, 0.92}, {0.908, 0.924}}, {16, 0.94705, 0.9465, {0.941, 0.952}, {0.94, 0.952}}};
static const told relu_told[TOLD] = {{0, 0.107, 0.106, {0.04, 0.25}, {0.04, 0.25}},
    {1, 0.905, 0.905, {0.894, 0.912}, {0.896, 0.918}}, {2, 0.924, 0.925, {0.914, 0.931}, {0.914, 0.934}},
    {3, (double)NAN, (double)NAN, {0.926, 0.945}, {0.925, 0.945}},
    {4, (double)NAN, (double)NAN, {0.937, 0.953}, {0.934, 0.952}},
    {5, (double)NAN, (double)NAN, {0.945, 0.958}, {0.941, 0.957}},
    {16, 0.97787, 0.969, {0.973, 0.984}, {0.962, 0.975}}};

static denpa_status draw_accuracies(dnp_book_page *page, const dnp_book_training *t, denpa_error *err) {
  DNP_TRY(dnp_book_figure(page, 1, 1, err));
  dnp_figure_say(page->figure, page->figure->panel[0].title, "Accuracy");
  return dnp_book_draw_accuracy(page, 0, t, 1, DNP_N("epoch"), err);
}

static void claim_accuracies(
    dnp_book_page *page, const told *t, const double *train, const double *test, size_t points) {
  for (int i = 0; i < TOLD; i++) {
    if ((size_t)t[i].point >= points) continue;
    dnp_book_claim(page,
        dnp_claim_seeds(dnp_claim_band("train", t[i].train, 0, t[i].train_band[0], t[i].train_band[1]),
            train + t[i].point, page->request->seeds, POINTS),
        "accuracy on training data after {1} {1|update|updates}", dnp_i(1 + t[i].point * EVERY));
    dnp_book_claim(page,
        dnp_claim_seeds(dnp_claim_band("test", t[i].test, 0, t[i].test_band[0], t[i].test_band[1]), test + t[i].point,
            page->request->seeds, POINTS),
        "accuracy on test data after {1} {1|update|updates}", dnp_i(1 + t[i].point * EVERY));
  }
}

static denpa_status learn(dnp_book_page *page, const char *activation, const told *t, denpa_error *err) {
  const size_t seeds = page->request->seeds;
  double *train, *test;
  dnp_book_training training = {.net = "784-50-10",
      .activation = activation,
      .init = "normal:0.01",
      .optimizer = "sgd",
      .lr = 0.1,
      .batch = 100,
      .steps = dnp_book_steps(page, UPDATES),
      .every = EVERY};
  DNP_TRY(DNP_NEW(&train, 2 * seeds * POINTS, err));
  test = train + seeds * POINTS;
  denpa_status status = DENPA_OK;
  for (size_t s = 0; s < seeds && status == DENPA_OK; s++) {
    training.train = train + s * POINTS;
    training.test = test + s * POINTS;
    status = dnp_book_train(page, page->request->seed + s, &training, err);
    if (status == DENPA_OK && s == 0) status = draw_accuracies(page, &training, err);
  }
  if (status == DENPA_OK) claim_accuracies(page, t, train, test, training.points);
  dnp_free(train);
  return status;
}

denpa_status dnp_book_train_sigmoid(dnp_book_page *page, denpa_error *err) {
  return learn(page, "sigmoid", sigmoid_told, err);
}
denpa_status dnp_book_train_relu(dnp_book_page *page, denpa_error *err) { return learn(page, "relu", relu_told, err); }
