/* book.c: the table of the book's experiments, and running one. The experiments themselves: book_ch02.c .. book_ch08.c,
 * book_optimizers.c, book_extend.c. */
#include "book/book.h"

#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "book_txt.h"

/* What an experiment is about (book.txt), and its function. */
#define EXPERIMENT(name) DNP_TEXT_book_##name, dnp_book_##name

const dnp_experiment dnp_experiments[] = {
    {"ch01/sin_cos_graph", "B01", DNP_N("Curves of sine and cosine"), 0, EXPERIMENT(sin_cos_graph)},
    {"ch02/gates", "B02", DNP_N("AND, NAND, OR, and XOR of two layers"), 0, EXPERIMENT(gates)},
    {"ch02/xor_learned", "B02", DNP_N("XOR learned from random weights"), 0, EXPERIMENT(xor_learned)},
    {"ch03/sig_step_compare", "B03", DNP_N("Activations: step, sigmoid and ReLU"), 0, EXPERIMENT(activations)},
    {"ch03/mnist_show", "B04", DNP_N("The first picture of MNIST"), DNP_BOOK_DATA | DNP_BOOK_MNIST,
        EXPERIMENT(mnist_show)},
    {"ch03/neuralnet_mnist", "B05", DNP_N("The book's trained network reads 10,000 digits"),
        DNP_BOOK_DATA | DNP_BOOK_MNIST | DNP_BOOK_PICKLES, EXPERIMENT(neuralnet_mnist)},
    {"ch03/neuralnet_mnist_batch", "B06", DNP_N("The same in batches of 100"),
        DNP_BOOK_DATA | DNP_BOOK_MNIST | DNP_BOOK_PICKLES, EXPERIMENT(neuralnet_mnist_batch)},
    {"common/functions", "B07", DNP_N("Softmax and the two losses, by the numbers of the text"), 0,
        EXPERIMENT(functions)},
    {"common/gradient", "B16", DNP_N("Partial derivatives, one number moved at a time"), 0, EXPERIMENT(gradient)},
    {"ch04/gradient_1d", "B08", DNP_N("A slope measured, and its tangent"), 0, EXPERIMENT(gradient_1d)},
    {"ch04/gradient_2d", "B09", DNP_N("A field of gradients"), 0, EXPERIMENT(gradient_2d)},
    {"ch04/gradient_method", "B10", DNP_N("Gradient descent, and learning rates that do not fit"), 0,
        EXPERIMENT(gradient_method)},
    {"ch04/gradient_simplenet", "B11", DNP_N("The gradient of a matrix of weights"), 0, EXPERIMENT(gradient_simplenet)},
    {"ch04/train_neuralnet", "B12", DNP_N("A network of two layers learns MNIST"), DNP_BOOK_DATA | DNP_BOOK_LEARNS,
        EXPERIMENT(train_sigmoid)},
    {"ch05/buy_apple", "B13", DNP_N("A price forwards, its slopes backwards"), 0, EXPERIMENT(buy_apple)},
    {"ch05/buy_apple_orange", "B13", DNP_N("Apples and oranges"), 0, EXPERIMENT(buy_apple_orange)},
    {"ch05/gradient_check", "B15", DNP_N("Backpropagation against measured slopes"), DNP_BOOK_DATA,
        EXPERIMENT(gradient_check)},
    {"ch05/train_neuralnet", "B14", DNP_N("The same network with ReLU"), DNP_BOOK_DATA | DNP_BOOK_LEARNS,
        EXPERIMENT(train_relu)},
    {"common/multi_layer_net", "B19", DNP_N("How large initial weights are"), 0, EXPERIMENT(multi_layer_net)},
    {"common/multi_layer_net_extend", "B20", DNP_N("A network with batch normalisation and dropout"), DNP_BOOK_DATA,
        EXPERIMENT(multi_layer_net_extend)},
    {"common/util", "B22", DNP_N("A curve made smooth, and convolution there and back"), 0, EXPERIMENT(util)},
    {"dataset/mnist", "B23", DNP_N("The data set"), DNP_BOOK_DATA | DNP_BOOK_MNIST, EXPERIMENT(mnist)},
    {"dataset/pickles", "B42", DNP_N("The three files of trained weights"), DNP_BOOK_PICKLES, EXPERIMENT(pickles)},
    {"common/optimizer", "B18", DNP_N("Five updates of each optimizer"), 0, EXPERIMENT(optimizer)},
    {"ch06/optimizer_compare_naive", "B24", DNP_N("Four ways down a valley"), 0, EXPERIMENT(optimizer_compare_naive)},
    {"ch06/optimizer_compare_mnist", "B25", DNP_N("Four optimizers learn MNIST"), DNP_BOOK_DATA | DNP_BOOK_LEARNS,
        EXPERIMENT(optimizer_compare_mnist)},
    {"ch06/weight_init_activation_histogram", "B26", DNP_N("Activations of five layers, by their initial weights"), 0,
        EXPERIMENT(weight_init_activation_histogram)},
    {"ch06/weight_init_compare", "B27", DNP_N("Three sizes of initial weights, five layers deep"),
        DNP_BOOK_DATA | DNP_BOOK_LEARNS, EXPERIMENT(weight_init_compare)},
    {"ch06/batch_norm_gradient_check", "B28", DNP_N("A gradient check that fails, and why"), DNP_BOOK_DATA,
        EXPERIMENT(batch_norm_gradient_check)},
    {"ch06/batch_norm_test", "B29", DNP_N("Sixteen sizes of initial weights, with batch normalisation and without"),
        DNP_BOOK_DATA | DNP_BOOK_LEARNS, EXPERIMENT(batch_norm_test)},
    {"ch06/overfit_weight_decay", "B30", DNP_N("Learned by heart, and weight decay against it"),
        DNP_BOOK_DATA | DNP_BOOK_LEARNS, EXPERIMENT(overfit_weight_decay)},
    {"ch06/overfit_dropout", "B31", DNP_N("Dropout against learning by heart"), DNP_BOOK_DATA | DNP_BOOK_LEARNS,
        EXPERIMENT(overfit_dropout)},
    {"ch06/hyperparameter_optimization", "B32", DNP_N("Looking for a learning rate"), DNP_BOOK_DATA | DNP_BOOK_LEARNS,
        EXPERIMENT(hyperparameter_optimization)},
    {"ch07/params", "B33", DNP_N("The book's trained convolutional network"),
        DNP_BOOK_DATA | DNP_BOOK_MNIST | DNP_BOOK_PICKLES, EXPERIMENT(convnet_params)},
    {"ch07/train_convnet", "B33", DNP_N("The convolutional network learns"), DNP_BOOK_DATA | DNP_BOOK_LEARNS,
        EXPERIMENT(train_convnet)},
    {"ch07/gradient_check", "B34", DNP_N("Backpropagation through a convolution"), 0,
        EXPERIMENT(convnet_gradient_check)},
    {"ch07/visualize_filter", "B35", DNP_N("Filters before and after learning"), DNP_BOOK_PICKLES,
        EXPERIMENT(visualize_filter)},
    {"ch07/apply_filter", "B36", DNP_N("Filters laid on a picture"), DNP_BOOK_PICKLES, EXPERIMENT(apply_filter)},
    {"ch08/params", "B37", DNP_N("The book's trained deep network"), DNP_BOOK_DATA | DNP_BOOK_MNIST | DNP_BOOK_PICKLES,
        EXPERIMENT(deepnet_params)},
    {"ch08/train_deepnet", "B37", DNP_N("The deep network learns"), DNP_BOOK_DATA | DNP_BOOK_LEARNS,
        EXPERIMENT(train_deepnet)},
    {"ch08/misclassified_mnist", "B38", DNP_N("What the deep network gets wrong"),
        DNP_BOOK_DATA | DNP_BOOK_MNIST | DNP_BOOK_PICKLES, EXPERIMENT(misclassified_mnist)},
    {"ch08/half_float_network", "B39", DNP_N("The same answers with half the bits"),
        DNP_BOOK_DATA | DNP_BOOK_MNIST | DNP_BOOK_PICKLES, EXPERIMENT(half_float_network)},
    {0}};

/* A text without its experiment does not compile. */
#define X(name) sizeof &dnp_book_##name != 0 &&
_Static_assert(DNP_TEXTS_book(X) true, "book.txt: each text has its experiment");
#undef X

static bool meant(const dnp_experiment *e, const char *name) {
  const size_t length = strlen(name);
  return strcmp(name, "all") == 0 || strcmp(name, e->id) == 0 || strcmp(name, e->row) == 0 ||
         (strncmp(name, e->id, length) == 0 && e->id[length] == '/');
}

const dnp_experiment *dnp_experiment_next(const dnp_experiment *after, const char *name) {
  for (const dnp_experiment *e = after == NULL ? dnp_experiments : after + 1; e->id != NULL; e++)
    if (meant(e, name)) return e;
  return NULL;
}

static denpa_status check(const dnp_experiment *e, const dnp_book_request *r, denpa_error *err) {
  if ((e->needs & DNP_BOOK_PICKLES) != 0 && r->folder == NULL)
    return dnp_fail(err, DENPA_ERROR_NOT_FOUND,
        "{1} needs the parameters that were published with the book; put its .pkl files into a folder named book and "
        "let DENPA_DATA name the folder above it",
        dnp_s(e->id));
  if ((e->needs & DNP_BOOK_DATA) == 0) return DENPA_OK;
  if ((e->needs & DNP_BOOK_MNIST) != 0 && strcmp(denpa_data_name(r->dataset), "mnist") != 0)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED, "{1} is about MNIST itself; with {2} it says nothing", dnp_s(e->id),
        dnp_s(denpa_data_name(r->dataset)));
  if (denpa_data_pixels(r->dataset, DENPA_SPLIT_TRAIN, 0) == NULL || denpa_data_features(r->dataset) != 784 ||
      denpa_data_classes(r->dataset) != 10)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
        "{1}: the book's networks take 784 pixels and give 10 classes; use mnist or digits",
        dnp_s(denpa_data_name(r->dataset)));
  return DENPA_OK;
}

denpa_status dnp_book_run(
    dnp_book_page **out, const dnp_experiment *experiment, const dnp_book_request *request, denpa_error *err) {
  *out = NULL;
  DNP_TRY(check(experiment, request, err));
  DNP_TRY(DNP_NEW(out, 1, err));
  dnp_book_page *page = *out;
  const bool data = (experiment->needs & DNP_BOOK_DATA) != 0, learns = (experiment->needs & DNP_BOOK_LEARNS) != 0;
  page->experiment = experiment;
  page->request = request;
  page->promised = (!data || strcmp(denpa_data_name(request->dataset), "mnist") == 0) &&
                   (!learns || request->steps == 0);
  const double before = dnp_seconds();
  denpa_status status = experiment->run(page, err);
  page->seconds = dnp_seconds() - before;
  if (status == DENPA_OK && page->claims == DNP_BOOK_CLAIMS)
    status = dnp_fail(
        err, DENPA_ERROR_MEMORY, "{1}: more than {2} numbers", dnp_s(experiment->id), dnp_i(DNP_BOOK_CLAIMS - 1));
  if (status == DENPA_OK) return DENPA_OK;
  dnp_book_free(page);
  *out = NULL;
  return status;
}

void dnp_book_free(dnp_book_page *page) {
  if (page == NULL) return;
  dnp_figure_free(page->figure);
  dnp_free(page);
}

bool dnp_book_good(const dnp_book_page *page) {
  for (size_t i = 0; i < page->claims; i++)
    if (!page->claim[i].agrees) return false;
  return true;
}
