/* book.h: the experiments of "Deep Learning from Scratch" (Saito, 2016), each a row of one table: computed anew by
 * denpa with the book's settings, its numbers beside those that the book prints. book.c has the table and what
 * agreement means; book_chNN.c the experiments of a chapter; book_kit.c what they share; book_text.c shows a page to
 * people, as Markdown and as JSON. Called by `denpa book` (src/cli/book.c). */
#ifndef DNP_BOOK_BOOK_H
#define DNP_BOOK_BOOK_H

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include "data/data.h"
#include "file/json.h"
#include "learn/learn.h"
#include "draw/figure.h"
#include "draw/progress.h"

/* ---- what is asked for -------------------------------------------------------------------------- */

typedef struct dnp_book_request {
  const denpa_data *dataset; /* NULL where none was needed */
  const char *folder;        /* of the book's pickles; NULL: not known */
  const char *picture;       /* a PNG or PGM file for the filters of chapter 7; NULL: one is drawn */
  uint64_t seed;
  size_t seeds; /* experiments that learn are repeated with so many seeds, one after the other */
  size_t steps; /* at most so many updates; 0: as many as the book */
  int threads;
  const char *cpu;
  denpa_lang lang, figure_lang;
  dnp_progress *progress; /* hears how far a training has come; NULL: nobody listens */
} dnp_book_request;

/* ---- what comes of it --------------------------------------------------------------------------- */

/* What has to hold between the book's number and ours. */
typedef enum dnp_rule {
  DNP_RULE_NONE,  /* nothing is promised: the book prints no number, or it hangs on its random numbers alone */
  DNP_RULE_EXACT, /* the same number */
  DNP_RULE_NEAR,  /* not farther apart than `within` */
  DNP_RULE_BAND   /* ours lies in a band */
} dnp_rule;

typedef struct dnp_claim {
  const char *key; /* for programs */
  dnp_rule rule;
  double book; /* as printed there; NaN: it prints none */
  double ours;
  double within;      /* of DNP_RULE_NEAR */
  double low, high;   /* of DNP_RULE_BAND */
  double least, most; /* over the seeds; NaN: there was one */
  int digits;         /* shown with so many, zeros in front, as bits are; 0: as a number */
  bool always;        /* holds with any data and any number of updates */
  bool agrees;
  char what[200];
} dnp_claim;

#define DNP_BOOK_CLAIMS 48

typedef struct dnp_book_page {
  const struct dnp_experiment *experiment;
  const dnp_book_request *request;
  bool promised; /* with the book's data and as many updates as there: bands are claimed */
  size_t claims;
  dnp_claim claim[DNP_BOOK_CLAIMS];
  dnp_figure *figure; /* or NULL */
  double seconds;
} dnp_book_page;

/* ---- the table ---------------------------------------------------------------------------------- */

enum {
  DNP_BOOK_DATA = 1,    /* wants pictures with labels: the book's are MNIST */
  DNP_BOOK_MNIST = 2,   /* ... and makes no sense with others */
  DNP_BOOK_PICKLES = 4, /* wants the parameters that were published with the book */
  DNP_BOOK_LEARNS = 8   /* --seeds and --steps mean something */
};

typedef struct dnp_experiment {
  const char *id;    /* "ch04/gradient_1d": the chapter and the file of the book's programs */
  const char *row;   /* its row in the list of what the book has */
  const char *title; /* in the catalogue */
  unsigned needs;
  const char *about; /* in the catalogue: a paragraph: what the book shows there, and what to look at */
  denpa_status (*run)(dnp_book_page *page, denpa_error *err);
} dnp_experiment;

extern const dnp_experiment dnp_experiments[]; /* in the book's order; id NULL after the last */
/* The next experiment that `name` stands for: an id, a chapter ("ch04"), a row ("B08"), or "all". NULL: none. after
 * NULL: the first. */
const dnp_experiment *dnp_experiment_next(const dnp_experiment *after, const char *name);

/* Runs one. *out is freed by dnp_book_free. Whether its promises hold is in the page, no failure. */
denpa_status dnp_book_run(
    dnp_book_page **out, const dnp_experiment *experiment, const dnp_book_request *request, denpa_error *err);
void dnp_book_free(dnp_book_page *page);
bool dnp_book_good(const dnp_book_page *page); /* every promise holds */

/* ---- for people and programs (book_text.c) ------------------------------------------------------ */

/* Everything but the picture. */
void dnp_book_tell(FILE *out, bool colour, const dnp_book_page *page);
/* The rows of a Markdown table: id, what, the book's number, ours, whether they agree, the command. Nothing in them
 * hangs on the machine or the time. */
void dnp_book_markdown(FILE *out, const dnp_book_page *page);
json_t *dnp_book_json(const dnp_book_page *page);

/* ---- inside the room: for the files of chapters ------------------------------------------------- */

static inline dnp_claim dnp_claim_shown(const char *key, double ours) {
  return (dnp_claim){.key = key, .rule = DNP_RULE_NONE, .book = (double)NAN, .ours = ours};
}
static inline dnp_claim dnp_claim_exact(const char *key, double book, double ours) {
  return (dnp_claim){.key = key, .rule = DNP_RULE_EXACT, .book = book, .ours = ours};
}
static inline dnp_claim dnp_claim_near(const char *key, double book, double ours, double within) {
  return (dnp_claim){.key = key, .rule = DNP_RULE_NEAR, .book = book, .ours = ours, .within = within};
}
static inline dnp_claim dnp_claim_band(const char *key, double book, double ours, double low, double high) {
  return (dnp_claim){.key = key, .rule = DNP_RULE_BAND, .book = book, .ours = ours, .low = low, .high = high};
}
/* A claim that holds with any data and any number of updates. */
static inline dnp_claim dnp_claim_always(dnp_claim claim) { return claim.always = true, claim; }
/* A claim about bits that are the digits of one number: 0001 is shown as such, not as 1. */
static inline dnp_claim dnp_claim_digits(dnp_claim claim, int digits) { return claim.digits = digits, claim; }
/* A claim for which each seed has a value (`stride` apart): the first is ours, and the rule has to hold for all of
 * them. */
dnp_claim dnp_claim_seeds(dnp_claim claim, const double *value, size_t seeds, size_t stride);

/* Adds a claim and judges it: dnp_book_claim(page, dnp_exact("price", 220, price), "the price of {1} apples",
 * dnp_i(2)). */
#define dnp_book_claim(page, claim, ...) dnp_book_claim_args(page, claim, DNP_MESSAGE(__VA_ARGS__, DNP_END))
void dnp_book_claim_args(dnp_book_page *page, dnp_claim claim, const char *message, const denpa_arg *args);

/* The page's figure: its title is the experiment's. Another call replaces nothing: one page, one figure. */
denpa_status dnp_book_figure(dnp_book_page *page, size_t panels, int columns, denpa_error *err);
/* Room for a series of a panel; title and key are the caller's. */
denpa_status dnp_book_series(
    dnp_book_page *page, size_t panel, int series, const char *key, size_t count, denpa_error *err);
/* A panel of cells with positions, rows from y[0] to y[1] and columns from x[0] to x[1]. */
denpa_status dnp_book_plane(dnp_book_page *page, size_t panel, const char *key, size_t rows, const double y[2],
    size_t columns, const double x[2], denpa_error *err);
/* The ends of a panel's colours: its smallest and largest value. */
void dnp_book_colours(dnp_panel *panel);

/* The book's numerical_gradient of `loss` in a graph of single numbers: (f(v+h) - f(v-h)) / 2h with h = 1e-4. */
denpa_status dnp_book_slope(denpa_net *net, const char *name, const char *loss, double *slope, denpa_error *err);

/* A training with the book's loop: batches are drawn with replacement. */
typedef struct dnp_book_training {
  const char *net, *activation, *init, *optimizer;
  double lr, decay; /* decay: of weights, the book's lambda */
  size_t batch, steps;
  const denpa_data *dataset;  /* NULL: the request's */
  const denpa_data *measured; /* on whose rows; NULL: data's */
  size_t every;               /* accuracies are measured after the updates 1, 1 + every, 1 + 2 every ...; 0: never */
  size_t points;              /* how many were */
  double *train, *test;       /* [1 + (steps - 1) / every]; test NULL: not wanted */
  double *whole;              /* accuracy on all test rows of the request's data at the end; NULL: not wanted */
  double *loss;               /* [steps]: of the batch of each update, after it; NULL: not wanted */
} dnp_book_training;
denpa_status dnp_book_train(const dnp_book_page *page, uint64_t seed, dnp_book_training *training, denpa_error *err);
/* The mean distance between the slopes that the last way back gave the tensor `name` and the book's numerical ones of
 * the same batch, over every `stride`-th number. */
denpa_status dnp_book_distance(
    denpa_net *net, const dnp_run *run, const char *name, size_t stride, double *mean, denpa_error *err);
/* A network with parameters that were published with the book; net NULL: as the shapes say. */
denpa_status dnp_book_load(
    const dnp_book_page *page, denpa_net **out, const char *file, const char *net, denpa_error *err);
/* A panel of curves over the training: train and test if there is one, its points `apart` epochs or updates (x_title,
 * in the catalogue). The caller says the title. */
denpa_status dnp_book_draw_accuracy(
    dnp_book_page *page, size_t panel, const dnp_book_training *t, double apart, const char *x_title, denpa_error *err);
/* The first rows of a data set, in the same memory. */
denpa_data dnp_book_part(const denpa_data *data, size_t train, size_t test);
/* The updates of a training that the book gives so many. */
size_t dnp_book_steps(const dnp_book_page *page, size_t steps);
/* The standard deviation of numbers, over all of them. */
double dnp_book_deviation(const double *value, size_t count);

/* The experiments, by chapter. */
/* clang-format off */
#define DNP_BOOK_LIST(X) \
  X(sin_cos_graph) X(gates) X(xor_learned) X(activations) X(mnist_show) X(neuralnet_mnist) \
  X(neuralnet_mnist_batch) X(functions) X(gradient_1d) X(gradient) X(gradient_2d) X(gradient_method) \
  X(gradient_simplenet) X(train_sigmoid) X(buy_apple) X(buy_apple_orange) X(gradient_check) X(train_relu) \
  X(multi_layer_net) X(util) X(mnist) X(pickles) X(weight_init_activation_histogram) X(weight_init_compare) \
  X(visualize_filter) X(optimizer) X(optimizer_compare_naive) X(optimizer_compare_mnist) \
  X(overfit_weight_decay) X(hyperparameter_optimization) X(multi_layer_net_extend) X(batch_norm_gradient_check) \
  X(batch_norm_test) X(overfit_dropout) X(convnet_params) X(train_convnet) X(convnet_gradient_check) \
  X(apply_filter) X(deepnet_params) X(train_deepnet) X(misclassified_mnist) X(half_float_network)
/* clang-format on */
#define X(name) denpa_status dnp_book_##name(dnp_book_page *page, denpa_error *err);
DNP_BOOK_LIST(X)
#undef X

#endif
