/* book_optimizers.c: chapter 6 of the book: the ways down, on a valley of two numbers and on MNIST; too much learned by
 * heart; and looking for good settings. Called through the table of book.c. */
#include <string.h>

#include "base/math.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "learn/learn.h"
#include "draw/plot.h"
#include "draw/smooth.h"
#include "book/book.h"

/* ---- a valley ----------------------------------------------------------------------------------- */

/* f = x^2 / 20 + y^2 */
static denpa_status valley(denpa_net **out, denpa_error *err) {
  static const double start[2] = {-7, 2}, twentieth = 1.0 / 20;
  denpa_net_options options = denpa_net_options_default();
  denpa_graph *graph;
  options.dtype = DENPA_DTYPE_FLOAT64;
  options.threads = 1;
  DNP_TRY(denpa_graph_create(&graph, err));
  const int x = denpa_graph_parameter(graph, "x", 0, NULL, NULL), y = denpa_graph_parameter(graph, "y", 0, NULL, NULL),
            c = denpa_graph_constant(graph, "c", 0, NULL);
  const int x2 = denpa_graph_apply(graph, "multiply", "x^2", (const int[]){x, x}, 2),
            y2 = denpa_graph_apply(graph, "multiply", "y^2", (const int[]){y, y}, 2);
  const int flat = denpa_graph_apply(graph, "multiply", "x^2/20", (const int[]){c, x2}, 2);
  denpa_graph_apply(graph, "add", "f", (const int[]){flat, y2}, 2);
  denpa_status status = denpa_graph_build(out, graph, &options, err);
  denpa_graph_free(graph);
  DNP_TRY(status);
  DNP_TRY(denpa_net_set(*out, "c", &twentieth, 1, err));
  DNP_TRY(denpa_net_set(*out, "x", &start[0], 1, err));
  return denpa_net_set(*out, "y", &start[1], 1, err);
}

typedef struct walker {
  const char *optimizer, *title;
  double lr;
  double end[2]; /* of the book's program */
} walker;

static denpa_status steps(
    denpa_net *net, dnp_optimizer_state *optimizer, double lr, size_t count, double *x, double *y, denpa_error *err) {
  for (size_t i = 0;; i++) {
    DNP_TRY(denpa_net_value(net, "x", &x[i], 1, err));
    DNP_TRY(denpa_net_value(net, "y", &y[i], 1, err));
    if (i == count) return DENPA_OK;
    DNP_TRY(denpa_net_backward(net, err));
    dnp_optimizer_state_next(optimizer, lr);
    const dnp_run run = {.rows = 1, .update = dnp_optimizer_state_update(optimizer), .update_context = optimizer};
    DNP_TRY(dnp_exec_update(net->exec, &run, err));
  }
}

/* The places after 0, 1 .. count updates, by the very functions that train networks, in the book's form. */
static denpa_status walk(const walker *w, size_t count, double *x, double *y, denpa_error *err) {
  denpa_train_options options = denpa_train_options_default();
  dnp_optimizer_settings settings;
  dnp_optimizer_state optimizer = {0};
  denpa_net *net;
  options.optimizer = w->optimizer;
  options.compat = DENPA_COMPAT_BOOK;
  options.lr = w->lr;
  DNP_TRY(dnp_optimizer_settings_from(&options, &settings, err));
  DNP_TRY(valley(&net, err));
  denpa_status status = dnp_optimizer_state_open(&optimizer, net->network, &settings, err);
  if (status == DENPA_OK) status = steps(net, &optimizer, w->lr, count, x, y, err);
  dnp_optimizer_state_close(&optimizer);
  denpa_net_free(net);
  return status;
}

static void claim_end(dnp_book_page *page, const walker *w, size_t count, const double *x, const double *y) {
  dnp_book_claim(page, dnp_claim_near(w->optimizer, w->end[0], x[count], 1e-12), "{1}: x after {2} updates",
      dnp_s(w->title), dnp_u(count));
  dnp_book_claim(page, dnp_claim_near(w->optimizer, w->end[1], y[count], 1e-12), "{1}: y after {2} updates",
      dnp_s(w->title), dnp_u(count));
}

enum { SHOWN = 29, UP = 41, ACROSS = 51 }; /* the book draws 30 places */

static denpa_status draw_walk(dnp_book_page *page, size_t panel, const walker *w, denpa_error *err) {
  static const double range_x[2] = {-10, 10}, range_y[2] = {-8, 8};
  dnp_panel *p = &page->figure->panel[panel];
  DNP_TRY(dnp_book_plane(page, panel, w->optimizer, UP, range_y, ACROSS, range_x, err));
  for (size_t i = 0; i < UP * ACROSS; i++) {
    const double x = p->column_at[i % ACROSS], y = p->row_at[i / ACROSS], f = x * x / 20 + y * y;
    p->value[i] = floor(sqrt(f) * 2) / 2; /* steps, so that the lines of equal height are seen */
  }
  dnp_book_colours(p);
  DNP_TRY(dnp_book_series(page, panel, 0, "path", SHOWN + 1, err));
  DNP_TRY(walk(w, SHOWN, p->series[0].x, p->series[0].y, err));
  dnp_figure_say(page->figure, p->title, "{1}, learning rate {2} (dark: low)", dnp_s(w->title), dnp_d(w->lr));
  dnp_figure_say(page->figure, p->x_title, "x");
  dnp_figure_say(page->figure, p->y_title, "y");
  claim_end(page, w, SHOWN, p->series[0].x, p->series[0].y);
  return DENPA_OK;
}

denpa_status dnp_book_optimizer_compare_naive(dnp_book_page *page, denpa_error *err) {
  static const walker walkers[] = {{"sgd", "SGD", 0.95, {-0.3871745809417897, -0.09420257394492468}},
      {"momentum", "Momentum", 0.1, {0.8141121495081877, 0.2728778523795085}},
      {"adagrad", "AdaGrad", 1.5, {-0.13618539990739692, 9.070978726153172e-17}},
      {"adam", "Adam", 0.3, {0.02014906471751432, 0.32195722187064785}}};
  DNP_TRY(dnp_book_figure(page, 4, 2, err));
  for (size_t i = 0; i < 4; i++) DNP_TRY(draw_walk(page, i, &walkers[i], err));
  return DENPA_OK;
}

denpa_status dnp_book_optimizer(dnp_book_page *page, denpa_error *err) {
  enum { FEW = 5 };
  static const walker walkers[] = {{"sgd", "SGD", 0.01, {-6.965069930034994, 1.8078415936}},
      {"momentum", "Momentum", 0.01, {-6.908208162440193, 1.4986329856000002}},
      {"nesterov", "Nesterov", 0.01, {-6.882671010833232, 1.3798120276608639}},
      {"adagrad", "AdaGrad", 0.01, {-6.967710282233371, 1.9677780925977362}},
      {"rmsprop", "RMSprop", 0.01, {-6.678276698770241, 1.6854816328630298}},
      {"adam", "Adam", 0.001, {-6.995000076556918, 1.9950002198776042}}};
  double x[FEW + 1], y[FEW + 1];
  for (size_t i = 0; i < sizeof walkers / sizeof *walkers; i++) {
    DNP_TRY(walk(&walkers[i], FEW, x, y, err));
    claim_end(page, &walkers[i], FEW, x, y);
  }
  return DENPA_OK;
}

/* ---- the same on MNIST -------------------------------------------------------------------------- */

enum { UPDATES = 2000, AROUND = 1900, WAYS = 4 };

static const struct {
  const char *optimizer, *title;
  double lr, book, low, high; /* the loss around update 1900: one batch of one run in the book */
} ways[WAYS] = {{"sgd", "SGD", 0.01, 0.150, 0.13, 0.27}, {"momentum", "Momentum", 0.01, 0.050, 0.03, 0.1},
    {"adagrad", "AdaGrad", 0.01, 0.016, 0.012, 0.05}, {"adam", "Adam", 0.001, 0.032, 0.02, 0.07}};

static denpa_status draw_loss(dnp_book_page *page, int series, const dnp_book_training *t, denpa_error *err) {
  dnp_panel *p = &page->figure->panel[0];
  DNP_TRY(dnp_book_series(page, 0, series, ways[series].optimizer, t->steps, err));
  for (size_t i = 0; i < t->steps; i++) p->series[series].x[i] = (double)i;
  dnp_smooth(t->steps, t->loss, p->series[series].y);
  dnp_figure_say(page->figure, p->series[series].title, "{1}", dnp_s(ways[series].title));
  return DENPA_OK;
}

/* late[seed][way]: the mean of the hundred losses around update 1900. */
static denpa_status learn_way(dnp_book_page *page, int way, double *loss, double *late, denpa_error *err) {
  dnp_book_training t = {.net = "784-100-100-100-100-10",
      .activation = "relu",
      .init = "he",
      .optimizer = ways[way].optimizer,
      .lr = ways[way].lr,
      .batch = 128,
      .steps = dnp_book_steps(page, UPDATES),
      .loss = loss};
  const size_t from = t.steps == UPDATES ? AROUND - 50 : t.steps - 1, count = t.steps == UPDATES ? 100 : 1;
  for (size_t s = 0; s < page->request->seeds; s++) {
    DNP_TRY(dnp_book_train(page, page->request->seed + s, &t, err));
    if (s == 0) DNP_TRY(draw_loss(page, way, &t, err));
    double sum = 0;
    for (size_t i = from; i < from + count; i++) sum += loss[i];
    late[WAYS * s + (size_t)way] = sum / (double)count;
  }
  dnp_book_claim(page,
      dnp_claim_seeds(dnp_claim_band(ways[way].optimizer, ways[way].book, 0, ways[way].low, ways[way].high), late + way,
          page->request->seeds, WAYS),
      count > 1 ? DNP_N("{1}: loss around update {2}") : DNP_N("{1}: loss of update {2}"), dnp_s(ways[way].title),
      dnp_u(count > 1 ? AROUND : t.steps));
  return DENPA_OK;
}

static denpa_status learn_ways(dnp_book_page *page, double *loss, double *late, denpa_error *err) {
  size_t behind = 0;
  for (int w = 0; w < WAYS; w++) DNP_TRY(learn_way(page, w, loss, late, err));
  for (size_t s = 0; s < page->request->seeds; s++) {
    bool last = true;
    for (int w = 1; w < WAYS; w++) last = last && late[WAYS * s] > late[WAYS * s + (size_t)w];
    behind += last;
  }
  dnp_book_claim(page, dnp_claim_exact("sgd_last", 1, (double)behind / (double)page->request->seeds),
      "share of the seeds for which SGD is the slowest");
  return DENPA_OK;
}

denpa_status dnp_book_optimizer_compare_mnist(dnp_book_page *page, denpa_error *err) {
  double *loss;
  DNP_TRY(dnp_book_figure(page, 1, 1, err));
  dnp_figure_say(page->figure, page->figure->panel[0].title, "Loss of each batch, made smooth");
  dnp_figure_say(page->figure, page->figure->panel[0].x_title, "update");
  dnp_figure_say(page->figure, page->figure->panel[0].y_title, "loss");
  DNP_TRY(DNP_NEW(&loss, UPDATES + WAYS * page->request->seeds, err));
  denpa_status status = learn_ways(page, loss, loss + UPDATES, err);
  dnp_free(loss);
  return status;
}

/* ---- learned by heart --------------------------------------------------------------------------- */

enum { FEW_ROWS = 300, EPOCHS = 201, PER_EPOCH = 3, KINDS = 2 };

static const struct {
  double decay;
  const char *key;
  double book[2], train[2], test[2];
} decays[KINDS] = {{0, "without", {(double)NAN, (double)NAN}, {0.99, 1}, {0.68, 0.8}},
    {0.1, "decay", {0.927, 0.721}, {0.85, 0.98}, {0.66, 0.78}}};

static denpa_status draw_decay(dnp_book_page *page, size_t panel, const dnp_book_training *t, denpa_error *err) {
  dnp_figure_say(
      page->figure, page->figure->panel[panel].title, "Accuracy, weight decay {1}", dnp_d(decays[panel].decay));
  return dnp_book_draw_accuracy(page, panel, t, 1, DNP_N("epoch"), err);
}

static denpa_status learn_decay(
    dnp_book_page *page, size_t kind, const denpa_data *few, double *accuracy, double *end, denpa_error *err) {
  const size_t seeds = page->request->seeds;
  dnp_book_training t = {.dataset = few,
      .net = "784-100-100-100-100-100-100-10",
      .activation = "relu",
      .init = "he",
      .optimizer = "sgd",
      .lr = 0.01,
      .decay = decays[kind].decay,
      .batch = 100,
      .steps = dnp_book_steps(page, EPOCHS * PER_EPOCH),
      .every = PER_EPOCH,
      .train = accuracy,
      .test = accuracy + EPOCHS};
  for (size_t s = 0; s < seeds; s++) {
    DNP_TRY(dnp_book_train(page, page->request->seed + s, &t, err));
    if (s == 0) DNP_TRY(draw_decay(page, kind, &t, err));
    end[2 * s] = t.train[t.points - 1];
    end[2 * s + 1] = t.test[t.points - 1];
  }
  dnp_book_claim(page,
      dnp_claim_seeds(dnp_claim_band("train", decays[kind].book[0], 0, decays[kind].train[0], decays[kind].train[1]),
          end, seeds, 2),
      "accuracy on training data, weight decay {1}", dnp_d(decays[kind].decay));
  dnp_book_claim(page,
      dnp_claim_seeds(dnp_claim_band("test", decays[kind].book[1], 0, decays[kind].test[0], decays[kind].test[1]),
          end + 1, seeds, 2),
      "accuracy on test data, weight decay {1}", dnp_d(decays[kind].decay));
  return DENPA_OK;
}

denpa_status dnp_book_overfit_weight_decay(dnp_book_page *page, denpa_error *err) {
  denpa_data few = *page->request->dataset; /* the same memory, fewer rows */
  double *room;
  if (few.split[DNP_TRAIN].rows > FEW_ROWS) few.split[DNP_TRAIN].rows = FEW_ROWS;
  DNP_TRY(dnp_book_figure(page, KINDS, KINDS, err));
  DNP_TRY(DNP_NEW(&room, 2 * EPOCHS + 2 * page->request->seeds, err));
  denpa_status status = DENPA_OK;
  for (size_t k = 0; k < KINDS && status == DENPA_OK; k++)
    status = learn_decay(page, k, &few, room, room + 2 * EPOCHS, err);
  dnp_free(room);
  return status;
}

/* ---- good settings ------------------------------------------------------------------------------ */

enum { TRIALS = 100, SEARCH_ROWS = 400, KEPT_BACK = 100, SEARCH_UPDATES = 200, TOLD = 6 };

typedef struct trial {
  double lr, decay, accuracy;
} trial;

/* 10^u for u drawn from low to high. */
static double drawn(uint64_t seed, uint64_t index, double low, double high) {
  return dnp_exp(
      2.302585092994046 * (low + (high - low) * dnp_draw_uniform(seed, DNP_STREAM(DNP_FOR_LESSONS, 1002), index)));
}

static denpa_status try_settings(const dnp_book_page *page, const denpa_data *part, trial *trials, denpa_error *err) {
  double train[2], test[2];
  for (uint64_t i = 0; i < TRIALS; i++) {
    trial mine = {drawn(page->request->seed, 2 * i, -6, -2), drawn(page->request->seed, 2 * i + 1, -8, -4), 0};
    const size_t updates = dnp_book_steps(page, SEARCH_UPDATES);
    dnp_book_training t = {.dataset = part,
        .net = "784-100-100-100-100-100-100-10",
        .activation = "relu",
        .init = "he",
        .optimizer = "sgd",
        .lr = mine.lr,
        .decay = mine.decay,
        .batch = 100,
        .steps = updates,
        .every = updates > 1 ? updates - 1 : 1,
        .train = train,
        .test = test};
    DNP_TRY(dnp_book_train(page, page->request->seed + i, &t, err));
    mine.accuracy = test[t.points - 1];
    size_t at = i; /* the best first; of equals the earlier one */
    for (; at > 0 && trials[at - 1].accuracy < mine.accuracy; at--) trials[at] = trials[at - 1];
    trials[at] = mine;
  }
  return DENPA_OK;
}

static denpa_status draw_trials(dnp_book_page *page, const trial *trials, denpa_error *err) {
  DNP_TRY(dnp_book_figure(page, 1, 1, err));
  dnp_panel *p = &page->figure->panel[0];
  p->points = true;
  DNP_TRY(dnp_book_series(page, 0, 0, "trials", TRIALS, err));
  for (size_t i = 0; i < TRIALS; i++) {
    p->series[0].x[i] = dnp_log(trials[i].lr) / 2.302585092994046;
    p->series[0].y[i] = trials[i].accuracy;
  }
  dnp_figure_say(page->figure, p->title, "100 trials");
  dnp_figure_say(page->figure, p->x_title, "learning rate");
  p->powers = true;
  dnp_figure_say(page->figure, p->y_title, "accuracy on what was kept back");
  return DENPA_OK;
}

denpa_status dnp_book_hyperparameter_optimization(dnp_book_page *page, denpa_error *err) {
  trial trials[TRIALS];
  denpa_data part = *page->request->dataset;
  dnp_split *train = &part.split[DNP_TRAIN], *kept = &part.split[DNP_TEST];
  if (train->rows < SEARCH_ROWS + KEPT_BACK)
    return dnp_fail(err, DENPA_ERROR_NOT_FOUND, "{1} has {2} training samples; this experiment needs {3}",
        dnp_s(part.name), dnp_u(train->rows), dnp_i(SEARCH_ROWS + KEPT_BACK));
  *kept = (dnp_split){
      .rows = KEPT_BACK, .pixel = train->pixel + SEARCH_ROWS * part.features, .label = train->label + SEARCH_ROWS};
  train->rows = SEARCH_ROWS;
  DNP_TRY(try_settings(page, &part, trials, err));
  dnp_book_claim(page, dnp_claim_band("best", 0.84, trials[0].accuracy, 0.7, 0.9), "accuracy of the best trial");
  dnp_book_claim(page, dnp_claim_band("best_lr", 0.0094, trials[0].lr, 0.005, 0.01), "its learning rate");
  double lowest = trials[0].lr, highest = lowest;
  for (int i = 1; i < TOLD; i++) lowest = fmin(lowest, trials[i].lr), highest = fmax(highest, trials[i].lr);
  dnp_book_claim(
      page, dnp_claim_band("lowest_lr", 0.0050, lowest, 0.003, 0.01), "lowest learning rate of the best six");
  dnp_book_claim(
      page, dnp_claim_band("highest_lr", 0.0097, highest, 0.006, 0.01), "highest learning rate of the best six");
  return draw_trials(page, trials, err);
}
