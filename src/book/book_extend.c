/* book_extend.c: chapter 6 of the book: networks with batch normalisation and dropout (multi_layer_net_extend.py) and
 * the experiments with them. Called through the table of book.c. */
#include <string.h>

#include "base/math.h"
#include "base/memory.h"
#include "base/text.h"
#include "learn/learn.h"
#include "draw/plot.h"
#include "book/book.h"

/* The book's network: 784 inputs, `hidden` layers of 100 with ReLU, 10 outputs. */
typedef struct extended {
  size_t hidden;
  bool batch_norm;
  double dropout; /* 0: none */
} extended;

enum { TEXT = 640 };

static void write_net(const extended *e, char text[TEXT]) {
  size_t length = (size_t)snprintf(text, TEXT, "input 784");
  char rate[40];
  dnp_format_shortest(rate, sizeof rate, e->dropout);
  for (size_t i = 0; i < e->hidden; i++)
    length += (size_t)snprintf(text + length, TEXT - length, ", dense 100%s, relu%s%s%s",
        e->batch_norm ? ", batchnorm book" : "", e->dropout > 0 ? ", dropout " : "", e->dropout > 0 ? rate : "",
        e->dropout > 0 ? " book" : "");
  snprintf(text + length, TEXT - length, ", dense 10");
}

static denpa_status create(const dnp_book_page *page, const extended *e, denpa_net **out, denpa_error *err) {
  char text[TEXT];
  denpa_net_options options = denpa_net_options_default();
  write_net(e, text);
  options.dtype = DENPA_DTYPE_FLOAT64;
  options.init = "he";
  options.seed = page->request->seed;
  options.threads = page->request->threads;
  options.cpu = page->request->cpu;
  return denpa_net_create(out, text, &options, err);
}

/* ---- the order of its parts --------------------------------------------------------------------- */

/* Operations of a hidden layer, in the order in which the book's text and program put them. */
static const dnp_op *const parts[] = {&dnp_op_affine, &dnp_op_batch_norm, &dnp_op_relu, &dnp_op_dropout};

static int digit_of(const denpa_net *net, size_t node) {
  for (int k = 0; k < 4; k++)
    if (node < net->exec->nodes && net->exec->node[node].op == parts[k]) return k + 1;
  return 0;
}

/* The share of zeros that chance made of positive numbers, and the largest distance of a pass outside training from
 * half of what came in. */
static void measure_dropout(const denpa_net *net, size_t rows, double *out) {
  const dnp_tensor *in = dnp_exec_tensor(net->exec, "z1"), *drop = dnp_exec_tensor(net->exec, "drop1");
  size_t positive = 0, zero = 0;
  double apart = 0;
  for (size_t i = 0; i < rows * dnp_tensor_row(in); i++) {
    const double z = dnp_tensor_element(in, DNP_DATA, i), d = dnp_tensor_element(drop, DNP_DATA, i);
    positive += z > 0;
    zero += z > 0 && d == 0;
    apart = fmax(apart, fabs(d - 0.5 * z));
  }
  out[0] = (double)zero / (double)positive;
  out[1] = apart;
}

static denpa_status look_at_parts(dnp_book_page *page, denpa_net *net, denpa_error *err) {
  enum { ROWS = 100 };
  dnp_rows rows = dnp_rows_from(net, page->request->dataset, DNP_TRAIN);
  dnp_run run = {.rows = ROWS,
      .feed = dnp_rows_feed,
      .feed_context = &rows,
      .training = true,
      .seed = page->request->seed,
      .step = 1};
  double order = 0, seen[2];
  for (size_t k = 0; k < 8; k++) order = 10 * order + digit_of(net, k);
  dnp_book_claim(page, dnp_claim_always(dnp_claim_exact("order", 12341234, order)),
      "order of two hidden layers: 1 affine, 2 batch normalisation, 3 activation, 4 dropout");
  DNP_TRY(dnp_net_fit_batch(net, ROWS, false, err));
  DNP_TRY(dnp_exec_run(net->exec, &run, NULL, err));
  measure_dropout(net, ROWS, seen);
  dnp_book_claim(page, dnp_claim_always(dnp_claim_band("dropped", 0.5, seen[0], 0.45, 0.55)),
      "share that dropout leaves out in training (train_flg=True)");
  run.training = false;
  DNP_TRY(dnp_exec_run(net->exec, &run, NULL, err));
  measure_dropout(net, ROWS, seen);
  dnp_book_claim(page, dnp_claim_always(dnp_claim_exact("kept", 0, seen[0])), "share that it leaves out otherwise");
  dnp_book_claim(page, dnp_claim_always(dnp_claim_exact("half", 0, seen[1])),
      "largest distance of its outputs from half of its inputs otherwise");
  return DENPA_OK;
}

denpa_status dnp_book_multi_layer_net_extend(dnp_book_page *page, denpa_error *err) {
  denpa_net *net;
  DNP_TRY(create(page, &(extended){.hidden = 2, .batch_norm = true, .dropout = 0.5}, &net, err));
  denpa_status status = look_at_parts(page, net, err);
  denpa_net_free(net);
  return status;
}

/* ---- gradient check ----------------------------------------------------------------------------- */

enum { ENOUGH = 8 };

static const struct {
  const char *name;
  size_t stride; /* of large matrices not every number is looked at */
} checked[] = {{"W1", 97}, {"b1", 1}, {"gamma1", 1}, {"beta1", 1}, {"W2", 13}, {"b2", 1}, {"gamma2", 1}, {"beta2", 1},
    {"W3", 1}, {"b3", 1}};
enum { TENSORS = sizeof checked / sizeof *checked };

static denpa_status distances(
    dnp_book_page *page, denpa_net *net, size_t batch, double mean[TENSORS], denpa_error *err) {
  dnp_rows rows = dnp_rows_from(net, page->request->dataset, DNP_TRAIN);
  const dnp_run run = {.rows = batch,
      .feed = dnp_rows_feed,
      .feed_context = &rows,
      .answers = true,
      .backward = true,
      .training = true,
      .seed = page->request->seed,
      .step = 1};
  DNP_TRY(dnp_net_fit_batch(net, batch, false, err));
  DNP_TRY(dnp_exec_run(net->exec, &run, NULL, err));
  for (size_t i = 0; i < TENSORS; i++)
    DNP_TRY(dnp_book_distance(net, &run, checked[i].name, checked[i].stride, &mean[i], err));
  return DENPA_OK;
}

static denpa_status check_both(dnp_book_page *page, denpa_net *net, denpa_error *err) {
  double one[TENSORS], more[TENSORS];
  DNP_TRY(distances(page, net, 1, one, err));
  DNP_TRY(distances(page, net, ENOUGH, more, err));
  for (size_t i = 0; i < TENSORS; i++) {
    const bool kink = strcmp(checked[i].name, "beta2") == 0, last = strcmp(checked[i].name, "b3") == 0;
    const dnp_claim claim = kink   ? dnp_claim_band(checked[i].name, 0.0563, one[i], 0.03, 0.09)
                            : last ? dnp_claim_band(checked[i].name, (double)NAN, one[i], 0, 1e-6)
                                   : dnp_claim_exact(checked[i].name, 0, one[i]);
    dnp_book_claim(
        page, dnp_claim_always(claim), "{1}: mean distance between both slopes, one picture", dnp_s(checked[i].name));
  }
  for (size_t i = 0; i < TENSORS; i++)
    dnp_book_claim(page, dnp_claim_always(dnp_claim_band(checked[i].name, (double)NAN, more[i], 0, 1e-5)),
        "{1}: the same, {2} pictures", dnp_s(checked[i].name), dnp_i(ENOUGH));
  return DENPA_OK;
}

denpa_status dnp_book_batch_norm_gradient_check(dnp_book_page *page, denpa_error *err) {
  denpa_net *net;
  DNP_TRY(create(page, &(extended){.hidden = 2, .batch_norm = true}, &net, err));
  denpa_status status = check_both(page, net, err);
  denpa_net_free(net);
  return status;
}

/* ---- batch normalisation ------------------------------------------------------------------------ */

enum { SCALES = 16, ROWS = 1000, EPOCHS = 20, PER_EPOCH = 10, WAYS = 2 };

/* Accuracy at the beginning of epoch 20 without and with it: the book's, and bands around it and the seeds 1 to 4,
 * widened by half (at least by 0.02). */
static const struct {
  double book[WAYS], low[WAYS], high[WAYS];
} scales[SCALES] = {{{0.097, 0.419}, {0.097, 0.35}, {0.097, 0.47}}, {{0.097, 0.498}, {0.097, 0.41}, {0.097, 0.56}},
    {{0.979, 0.63}, {0.87, 0.54}, {1, 0.72}}, {{0.823, 0.763}, {0.8, 0.72}, {0.91, 0.85}},
    {{0.235, 0.89}, {0, 0.84}, {0.55, 0.91}}, {{0.116, 0.95}, {0.1, 0.91}, {0.14, 0.97}},
    {{0.116, 0.99}, {0.1, 0.96}, {0.14, 1}}, {{0.116, 1}, {0.1, 0.98}, {0.14, 1}}, {{0.116, 1}, {0.1, 0.98}, {0.14, 1}},
    {{0.117, 0.998}, {0.1, 0.98}, {0.14, 1}}, {{0.116, 0.999}, {0.1, 0.86}, {0.14, 1}},
    {{0.117, 0.831}, {0.1, 0.73}, {0.14, 1}}, {{0.116, 0.804}, {0.1, 0.59}, {0.14, 0.98}},
    {{0.116, 0.595}, {0.1, 0.37}, {0.14, 0.95}}, {{0.117, 0.618}, {0.1, 0.48}, {0.14, 0.66}},
    {{0.116, 0.523}, {0.1, 0.35}, {0.14, 0.59}}};

/* 10^(-4 k / 15): logspace(0, -4, 16) */
static double scale_of(int k) { return dnp_exp(-4.0 * k / 15 * 2.302585092994046); }

/* What NumPy answers with numbers that are not finite: the first of ten, for every picture. */
static double share_of_zeros(const denpa_data *few) {
  size_t zeros = 0;
  for (size_t i = 0; i < few->split[DNP_TRAIN].rows; i++) zeros += denpa_data_label(few, DENPA_SPLIT_TRAIN, i) == 0;
  return (double)zeros / (double)few->split[DNP_TRAIN].rows;
}

static denpa_status learn_scale(dnp_book_page *page, int k, int way, const denpa_data *few, uint64_t seed, double *end,
    bool draw, denpa_error *err) {
  static const char *const keys[WAYS] = {"without", "with"};
  char net[TEXT], init[48] = "normal:";
  double curve[EPOCHS] = {0};
  denpa_error own = {.status = DENPA_OK};
  write_net(&(extended){.hidden = 5, .batch_norm = way == 1}, net);
  dnp_format_shortest(init + 7, sizeof init - 7, scale_of(k));
  dnp_book_training t = {.dataset = few,
      .net = net,
      .activation = "relu",
      .init = init,
      .optimizer = "sgd",
      .lr = 0.01,
      .batch = 100,
      .steps = dnp_book_steps(page, (EPOCHS - 1) * PER_EPOCH + 1),
      .every = PER_EPOCH,
      .train = curve};
  denpa_status status = dnp_book_train(page, seed, &t, &own);
  if (status != DENPA_OK && status != DENPA_ERROR_NUMERIC) {
    if (err != NULL) *err = own;
    return status;
  }
  *end = status == DENPA_ERROR_NUMERIC ? share_of_zeros(few) : curve[t.points - 1];
  if (!draw) return DENPA_OK;
  dnp_series *s = &page->figure->panel[k].series[way];
  DNP_TRY(dnp_book_series(page, (size_t)k, way, keys[way], EPOCHS, err));
  for (size_t i = 0; i < EPOCHS; i++) {
    s->x[i] = (double)i;
    s->y[i] = i < t.points ? curve[i] : status == DENPA_ERROR_NUMERIC ? *end : (double)NAN;
  }
  dnp_figure_say(page->figure, s->title, "{1}",
      dnp_t(way == 0 ? DNP_N("without batch normalisation") : DNP_N("with batch normalisation")));
  return DENPA_OK;
}

static denpa_status try_scale(dnp_book_page *page, int k, const denpa_data *few, double *end, denpa_error *err) {
  const size_t seeds = page->request->seeds;
  dnp_panel *p = &page->figure->panel[k];
  for (size_t s = 0; s < seeds; s++)
    for (int way = 0; way < WAYS; way++)
      DNP_TRY(learn_scale(page, k, way, few, page->request->seed + s, &end[WAYS * s + (size_t)way], s == 0, err));
  p->best_is_one = true;
  dnp_figure_say(page->figure, p->title, "initial deviation {1:.5f}", dnp_d(scale_of(k)));
  dnp_figure_say(page->figure, p->x_title, "epoch");
  dnp_figure_say(page->figure, p->y_title, "share of right answers");
  dnp_book_claim(page,
      dnp_claim_seeds(
          dnp_claim_band("without", scales[k].book[0], 0, scales[k].low[0], scales[k].high[0]), end, seeds, WAYS),
      "initial deviation {1:.5f}: accuracy on training data without batch normalisation", dnp_d(scale_of(k)));
  dnp_book_claim(page,
      dnp_claim_seeds(
          dnp_claim_band("with", scales[k].book[1], 0, scales[k].low[1], scales[k].high[1]), end + 1, seeds, WAYS),
      "initial deviation {1:.5f}: the same with it", dnp_d(scale_of(k)));
  return DENPA_OK;
}

denpa_status dnp_book_batch_norm_test(dnp_book_page *page, denpa_error *err) {
  const denpa_data few = dnp_book_part(page->request->dataset, ROWS, SIZE_MAX);
  double *end;
  DNP_TRY(dnp_book_figure(page, SCALES, 4, err));
  DNP_TRY(DNP_NEW(&end, WAYS * page->request->seeds, err));
  denpa_status status = DENPA_OK;
  for (int k = 0; k < SCALES && status == DENPA_OK; k++) status = try_scale(page, k, &few, end, err);
  dnp_free(end);
  return status;
}

/* ---- dropout ------------------------------------------------------------------------------------ */

/* Measured every third epoch: after the updates 1, 10 ... 901, the last of which is the book's last. */
enum {
  FEW_ROWS = 300,
  DROP_EPOCHS = 301,
  DROP_PER_EPOCH = 3,
  DROP_SKIPPED = 3,
  DROP_POINTS = 1 + (DROP_EPOCHS - 1) / DROP_SKIPPED
};

/* The bands are what the seeds 1 to 3 gave, widened by as much again. */
static denpa_status learn_dropout(dnp_book_page *page, double *curve, double *end, denpa_error *err) {
  char net[TEXT];
  const size_t seeds = page->request->seeds;
  const denpa_data few = dnp_book_part(page->request->dataset, FEW_ROWS, SIZE_MAX);
  write_net(&(extended){.hidden = 6, .dropout = 0.2}, net);
  dnp_book_training t = {.dataset = &few,
      .net = net,
      .activation = "relu",
      .init = "he",
      .optimizer = "sgd",
      .lr = 0.01,
      .batch = 100,
      .steps = dnp_book_steps(page, DROP_EPOCHS * DROP_PER_EPOCH),
      .every = DROP_SKIPPED * DROP_PER_EPOCH,
      .train = curve,
      .test = curve + DROP_POINTS};
  for (size_t s = 0; s < seeds; s++) {
    DNP_TRY(dnp_book_train(page, page->request->seed + s, &t, err));
    if (s == 0) DNP_TRY(dnp_book_draw_accuracy(page, 0, &t, DROP_SKIPPED, DNP_N("epoch"), err));
    end[3 * s] = t.train[t.points - 1];
    end[3 * s + 1] = t.test[t.points - 1];
    end[3 * s + 2] = end[3 * s] - end[3 * s + 1];
  }
  dnp_book_claim(
      page, dnp_claim_seeds(dnp_claim_band("train", 0.67, 0, 0.5, 0.82), end, seeds, 3), "accuracy on training data");
  dnp_book_claim(
      page, dnp_claim_seeds(dnp_claim_band("test", 0.548, 0, 0.4, 0.68), end + 1, seeds, 3), "accuracy on test data");
  dnp_book_claim(page, dnp_claim_seeds(dnp_claim_band("gap", 0.122, 0, 0.07, 0.2), end + 2, seeds, 3),
      "the distance of the two (without dropout about 0.25)");
  return DENPA_OK;
}

denpa_status dnp_book_overfit_dropout(dnp_book_page *page, denpa_error *err) {
  double *room;
  DNP_TRY(dnp_book_figure(page, 1, 1, err));
  dnp_figure_say(page->figure, page->figure->panel[0].title, "Accuracy with dropout");
  DNP_TRY(DNP_NEW(&room, 2 * DROP_POINTS + 3 * page->request->seeds, err));
  denpa_status status = learn_dropout(page, room, room + 2 * DROP_POINTS, err);
  dnp_free(room);
  return status;
}
