/* book.c: the table of the book's experiments, and running one. The experiments themselves: book_ch02.c .. book_ch08.c,
 * book_optimizers.c, book_extend.c. */
#include "book/book.h"

#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

const dnp_experiment dnp_experiments[] = {
    {"ch01/sin_cos_graph", "B01", DNP_N("Curves of sine and cosine"),
        DNP_N("The book draws its first curves here: sin x and cos x for x from 0 to 6 in steps of 0.1. Look at where "
              "one curve is flat: the other one crosses zero there, since each is the slope of the other, but for a "
              "sign."),
        0, dnp_book_sin_cos_graph},
    {"ch02/gates", "B02", DNP_N("AND, NAND, OR, and XOR of two layers"),
        DNP_N("A perceptron adds up its inputs times their weights and a bias, and says 1 if the sum is above 0. Three "
              "sets of numbers chosen by hand make three gates; XOR is an AND of NAND and OR. In the picture each gate "
              "parts the plane by a straight line; XOR needs two of them, which is why it needs a second layer."),
        0, dnp_book_gates},
    {"ch02/xor_learned", "B02", DNP_N("XOR learned from random weights"),
        DNP_N("The book sets the weights of XOR by hand. Here a network 2-2-1 finds them by itself, starting from "
              "random weights, once for each seed. Not all of them succeed: with only two hidden units some get stuck "
              "where two answers meet halfway."),
        0, dnp_book_xor_learned},
    {"ch03/sig_step_compare", "B03", DNP_N("Activations: step, sigmoid and ReLU"),
        DNP_N("The functions through which a unit sends its sum, for x from -5 to 5. The step jumps, so that its slope "
              "is 0 nearly everywhere and nothing can be learned through it; the sigmoid rises smoothly from 0 to 1; "
              "ReLU is 0 on the left and x on the right."),
        0, dnp_book_activations},
    {"ch03/mnist_show", "B04", DNP_N("The first picture of MNIST"),
        DNP_N("One picture is one row of 784 numbers, which are 28 rows of 28 pixels. The first one of the training "
              "data is a 5."),
        DNP_BOOK_DATA | DNP_BOOK_MNIST, dnp_book_mnist_show},
    {"ch03/neuralnet_mnist", "B05", DNP_N("The book's trained network reads 10,000 digits"),
        DNP_N("A network 784-50-100-10 whose weights were published with the book answers all test pictures, without "
              "learning anything. Its share of right answers is a matter of arithmetic alone, so it has to be the same "
              "here, to the last digit."),
        DNP_BOOK_DATA | DNP_BOOK_MNIST | DNP_BOOK_PICKLES, dnp_book_neuralnet_mnist},
    {"ch03/neuralnet_mnist_batch", "B06", DNP_N("The same in batches of 100"),
        DNP_N("The same network takes 100 pictures at once: a matrix of 100 rows in place of one row. The answers may "
              "not change, whatever the number of rows. Here not one bit of them does."),
        DNP_BOOK_DATA | DNP_BOOK_MNIST | DNP_BOOK_PICKLES, dnp_book_neuralnet_mnist_batch},
    {"common/functions", "B07", DNP_N("Softmax and the two losses, by the numbers of the text"),
        DNP_N("Softmax turns any numbers into positive ones that add up to 1. The two losses say how far an answer is "
              "from the truth: half the sum of squares, and minus the logarithm of the probability of the right class. "
              "The book adds 1e-7 inside the logarithm, so that a 0 does not become infinity. The same vectors as in "
              "the text give the same digits."),
        0, dnp_book_functions},
    {"common/gradient", "B16", DNP_N("Partial derivatives, one number moved at a time"),
        DNP_N("A gradient is a list of slopes, one for each number. Each slope is measured by moving this number a "
              "little to both sides (h = 1e-4) while the others stay. For the sum of squares it is twice the number; "
              "the stray digits at the end are rounding, and the same as in the book."),
        0, dnp_book_gradient},
    {"ch04/gradient_1d", "B08", DNP_N("A slope measured, and its tangent"),
        DNP_N("The slope of 0.01 x^2 + 0.1 x at x = 5 is 0.2. Measured by a small step to both sides it comes out a "
              "hair beside that: a computer's numbers have some 16 digits, and the subtraction of two nearly equal "
              "numbers eats most of them."),
        0, dnp_book_gradient_1d},
    {"ch04/gradient_2d", "B09", DNP_N("A field of gradients"),
        DNP_N("Minus the gradient of x0^2 + x1^2, drawn as an arrow at 324 places. All of them point to the lowest "
              "place, the origin, and are longer where it is steeper."),
        0, dnp_book_gradient_2d},
    {"ch04/gradient_method", "B10", DNP_N("Gradient descent, and learning rates that do not fit"),
        DNP_N("From (-3, 4) each step goes along minus the gradient, times the learning rate 0.1: each number is "
              "multiplied by 0.8 in each step. With the rate 10 the way flies off to huge numbers; with 1e-10 nearly "
              "nothing happens."),
        0, dnp_book_gradient_method},
    {"ch04/gradient_simplenet", "B11", DNP_N("The gradient of a matrix of weights"),
        DNP_N("A network of one matrix W with 2 rows and 3 columns sees x = (0.6, 0.9), and the right class is the "
              "third. Each entry of dW tells how the loss changes with that entry of W. Each row of dW adds up to 0, "
              "and the second row is 0.9 / 0.6 = 1.5 times the first: dW is x times (y - t)."),
        0, dnp_book_gradient_simplenet},
    {"ch04/train_neuralnet", "B12", DNP_N("A network of two layers learns MNIST"),
        DNP_N("784-50-10 with sigmoid learns by 10,000 updates of 100 pictures each, drawn freely from all 60,000. The "
              "two curves, of pictures it has learned from and of pictures it has never seen, stay close together: it "
              "has not merely learned by heart."),
        DNP_BOOK_DATA | DNP_BOOK_LEARNS, dnp_book_train_sigmoid},
    {"ch05/buy_apple", "B13", DNP_N("A price forwards, its slopes backwards"),
        DNP_N("Two apples at 100 each, with 10 % tax. Forwards the price is computed; backwards each number gets the "
              "slope of the price: how much the price changes when the number changes by 1. (The book prints the price "
              "and the slope of the number of apples as whole numbers, 220 and 110; here they are in full.)"),
        0, dnp_book_buy_apple},
    {"ch05/buy_apple_orange", "B13", DNP_N("Apples and oranges"),
        DNP_N("Three oranges join in. An addition hands the slope on to both sides as it is; a multiplication hands it "
              "on times the other factor. The odd 3.3000000000000003 is the rounding of double, and it is the book's "
              "too."),
        0, dnp_book_buy_apple_orange},
    {"ch05/gradient_check", "B15", DNP_N("Backpropagation against measured slopes"),
        DNP_N("Backpropagation computes all slopes at once, and it is easily written wrong. So each slope is measured "
              "as well, by moving its weight to both sides, and the mean distance of the two is told. Tiny distances "
              "mean that backpropagation is right. What is left of them in W1 and b1 comes from units whose ReLU "
              "switches within the step."),
        DNP_BOOK_DATA, dnp_book_gradient_check},
    {"ch05/train_neuralnet", "B14", DNP_N("The same network with ReLU"),
        DNP_N("As in chapter 4, but with ReLU in place of the sigmoid: it learns faster and gets further, and now the "
              "curves part: about one point lies between what it has seen and what it has not."),
        DNP_BOOK_DATA | DNP_BOOK_LEARNS, dnp_book_train_relu},
    {"common/multi_layer_net", "B19", DNP_N("How large initial weights are"),
        DNP_N("Initial weights are random numbers around 0; what matters is how large they are. Xavier divides by the "
              "root of the number of inputs of a layer, He by the root of half of it. Measured here on a network of "
              "five layers."),
        0, dnp_book_multi_layer_net},
    {"common/multi_layer_net_extend", "B20", DNP_N("A network with batch normalisation and dropout"),
        DNP_N("The book's larger network has four parts in each hidden layer: affine, batch normalisation, activation, "
              "dropout, in this order. Dropout leaves out units by chance while the network learns; otherwise all of "
              "them take part, and here, by the book's rule, each is made smaller by the share that was left out."),
        DNP_BOOK_DATA, dnp_book_multi_layer_net_extend},
    {"common/util", "B22", DNP_N("A curve made smooth, and convolution there and back"),
        DNP_N("The losses of single batches jump up and down. The book smooths them with a Kaiser window: each point "
              "becomes a weighted mean of the eleven around it. The weights are those of NumPy. The book's im2col and "
              "col2im serve convolution; denpa has kernels for its three passes instead, and they fit together if the "
              "sum of (A x) y is the sum of x (A^T y) for any x and y: with whole numbers, exactly."),
        0, dnp_book_util},
    {"dataset/mnist", "B23", DNP_N("The data set"),
        DNP_N("60,000 pictures to learn from and 10,000 to be tested with, each of 784 pixels from 0 to 255, which "
              "become numbers from 0 to 1. About as many of each digit."),
        DNP_BOOK_DATA | DNP_BOOK_MNIST, dnp_book_mnist},
    {"dataset/pickles", "B42", DNP_N("The three files of trained weights"),
        DNP_N("The book publishes trained weights as Python pickles. A pickle is a small program, so denpa reads only "
              "the few instructions that describe arrays, and refuses all others. Here is what the three files hold."),
        DNP_BOOK_PICKLES, dnp_book_pickles},
    {"common/optimizer", "B18", DNP_N("Five updates of each optimizer"),
        DNP_N("Six ways to go down, each for five updates from (-7, 2) on x^2 / 20 + y^2, with the learning rates that "
              "the book's classes have by themselves. The numbers are those that the book's program gives in NumPy; "
              "Nesterov's are those of its formula, since the published program changes v before it is used."),
        0, dnp_book_optimizer},
    {"ch06/optimizer_compare_naive", "B24", DNP_N("Four ways down a valley"),
        DNP_N("x^2 / 20 + y^2 is a long valley: steep across, nearly flat along. SGD goes to and fro between its "
              "sides; Momentum rolls like a ball; AdaGrad takes smaller steps where it has already gone far; Adam does "
              "something of both. All start at (-7, 2), and the lowest place is the origin."),
        0, dnp_book_optimizer_compare_naive},
    {"ch06/optimizer_compare_mnist", "B25", DNP_N("Four optimizers learn MNIST"),
        DNP_N(
            "The same network of five layers learns by 2,000 updates with each of the four. SGD is the slowest of them "
            "here. How the other three stand to each other depends on the random numbers and on the learning rates."),
        DNP_BOOK_DATA | DNP_BOOK_LEARNS, dnp_book_optimizer_compare_mnist},
    {"ch06/weight_init_activation_histogram", "B26", DNP_N("Activations of five layers, by their initial weights"),
        DNP_N("A thousand random rows go through five layers of 100 units. With weights that are too large the sigmoid "
              "sits at 0 and 1, where its slope is gone; with weights that are too small all units say the same. "
              "Xavier's size keeps the layers spread out. With ReLU it lets them fade from layer to layer, and He's "
              "does not."),
        0, dnp_book_weight_init_activation_histogram},
    {"ch06/weight_init_compare", "B27", DNP_N("Three sizes of initial weights, five layers deep"),
        DNP_N("784-100-100-100-100-10 with ReLU learns by 2,000 updates with the learning rate 0.01. With the "
              "deviation 0.01 the signal dies on its way through five layers, and the loss stays at log 10 = 2.30, "
              "which is guessing; with Xavier's and He's weights it learns."),
        DNP_BOOK_DATA | DNP_BOOK_LEARNS, dnp_book_weight_init_compare},
    {"ch06/batch_norm_gradient_check", "B28", DNP_N("A gradient check that fails, and why"),
        DNP_N("The book's program checks the gradients of a network with batch normalisation on a single picture, and "
              "beta2 comes out wrong. The gradients are right; the question is not a good one. The mean of one picture "
              "is the picture itself, so batch normalisation makes every number 0, whatever the weights: their slopes "
              "are 0. Only beta goes on, which is 0 at first, and ReLU has its kink exactly there. Moved up by a "
              "little, beta2 is seen behind the ReLU; moved down, it is not: the measured slope is half of the one on "
              "the right, while backpropagation takes the 0 on the left. With beta1 nothing shows, since the next "
              "batch normalisation makes 0 of it again. With eight pictures all slopes agree, but for a few units "
              "whose ReLU switches within the step."),
        DNP_BOOK_DATA, dnp_book_batch_norm_gradient_check},
    {"ch06/batch_norm_test", "B29", DNP_N("Sixteen sizes of initial weights, with batch normalisation and without"),
        DNP_N("Networks with five hidden layers learn from 1000 pictures for 20 epochs, with initial weights of 16 "
              "sizes. Without batch normalisation only two of the sizes work: with the largest ones the numbers "
              "overflow (denpa breaks off there; NumPy goes on with NaN and takes every picture for a 0, so the share "
              "of zeros stands in the table), and with small ones nothing is learned. With it, all of them learn, best "
              "in the middle."),
        DNP_BOOK_DATA | DNP_BOOK_LEARNS, dnp_book_batch_norm_test},
    {"ch06/overfit_weight_decay", "B30", DNP_N("Learned by heart, and weight decay against it"),
        DNP_N("A network of seven layers and only 300 pictures to learn from: it gets all of them right and still only "
              "three quarters of the test pictures, since it has learned them by heart. Weight decay pulls all weights "
              "towards 0; the two curves come closer, mostly because the upper one falls."),
        DNP_BOOK_DATA | DNP_BOOK_LEARNS, dnp_book_overfit_weight_decay},
    {"ch06/overfit_dropout", "B31", DNP_N("Dropout against learning by heart"),
        DNP_N("The same network of seven layers and the same 300 pictures, with a fifth of the units left out by "
              "chance in each update. It learns more slowly, and the two curves stay closer together."),
        DNP_BOOK_DATA | DNP_BOOK_LEARNS, dnp_book_overfit_dropout},
    {"ch06/hyperparameter_optimization", "B32", DNP_N("Looking for a learning rate"),
        DNP_N("A hundred networks learn from 400 pictures, each with a learning rate drawn between 1e-6 and 1e-2 and a "
              "weight decay between 1e-8 and 1e-4, and are measured on 100 pictures that were kept back. The best ones "
              "lie at the upper end of the learning rates; the decay hardly matters. denpa search does this with any "
              "option."),
        DNP_BOOK_DATA | DNP_BOOK_LEARNS, dnp_book_hyperparameter_optimization},
    {"ch07/params", "B33", DNP_N("The book's trained convolutional network"),
        DNP_N("One convolution with 30 filters of 5 x 5 pixels, ReLU, pooling and two dense layers, with the weights "
              "that were published with the book: the cut-down training of its notebook. As in chapter 3, its share of "
              "right answers is a matter of arithmetic."),
        DNP_BOOK_DATA | DNP_BOOK_MNIST | DNP_BOOK_PICKLES, dnp_book_convnet_params},
    {"ch07/train_convnet", "B33", DNP_N("The convolutional network learns"),
        DNP_N("The same network from random weights, with Adam, cut down as in the book's notebook: 5000 pictures to "
              "learn from, 20 epochs. (All 60,000 pictures take twelve times as long, and lead to about 99 %.)"),
        DNP_BOOK_DATA | DNP_BOOK_LEARNS, dnp_book_train_convnet},
    {"ch07/gradient_check", "B34", DNP_N("Backpropagation through a convolution"),
        DNP_N("A small network with a convolution and pooling, and a picture of 10 x 10 random pixels. Both slopes of "
              "every weight are compared. What is left in W1, b1 and sometimes b2 comes from places where ReLU or the "
              "largest of four pixels switches within the step."),
        0, dnp_book_convnet_gradient_check},
    {"ch07/visualize_filter", "B35", DNP_N("Filters before and after learning"),
        DNP_N("The first layer of the book's convolutional network looks at pictures through 30 windows of 5 x 5 "
              "pixels. Before learning their weights are noise; afterwards there are edges and spots."),
        DNP_BOOK_PICKLES, dnp_book_visualize_filter},
    {"ch07/apply_filter", "B36", DNP_N("Filters laid on a picture"),
        DNP_N("The first 16 of the filters go over a picture. Each answers where it finds what it has learned to look "
              "for: edges of one direction, or spots. The book takes the picture of a person; denpa draws a ring and "
              "three bars, or takes your PNG with --picture (made smaller if a side is longer than 96 pixels)."),
        DNP_BOOK_PICKLES, dnp_book_apply_filter},
    {"ch08/params", "B37", DNP_N("The book's trained deep network"),
        DNP_N("Six convolutions, three poolings and two dense layers with dropout, with the weights that were "
              "published with the book. Outside training its dropout halves what it gets, also behind the last layer, "
              "which changes no answer."),
        DNP_BOOK_DATA | DNP_BOOK_MNIST | DNP_BOOK_PICKLES, dnp_book_deepnet_params},
    {"ch08/train_deepnet", "B37", DNP_N("The deep network learns"),
        DNP_N("The same network from He's weights, with Adam, for 200 updates of 100 pictures: a third of an epoch. "
              "(The book lets it learn for 20 epochs, to more than 99 %.) The curves are measured without dropout."),
        DNP_BOOK_DATA | DNP_BOOK_LEARNS, dnp_book_train_deepnet},
    {"ch08/misclassified_mnist", "B38", DNP_N("What the deep network gets wrong"),
        DNP_N("The first 20 test pictures that the network with the published weights takes for another digit. Look at "
              "them: some are hard for people, too."),
        DNP_BOOK_DATA | DNP_BOOK_MNIST | DNP_BOOK_PICKLES, dnp_book_misclassified_mnist},
    {"ch08/half_float_network", "B39", DNP_N("The same answers with half the bits"),
        DNP_N("The published weights are rounded to numbers of 16 bits, which have three to four digits, and the "
              "answers hardly change. As in the book the sums are still in double precision; there the pixels are "
              "rounded as well, so both are told. With 8 bits, each matrix of weights becomes whole numbers from -127 "
              "to 127 times one number of its own; biases stay. denpa eval --weights does this with any model."),
        DNP_BOOK_DATA | DNP_BOOK_MNIST | DNP_BOOK_PICKLES, dnp_book_half_float_network},
    {0}};

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
    return dnp_fail(err, DENPA_NOT_FOUND,
        "{1} needs the parameters that were published with the book; put its .pkl files into a folder named book and "
        "let DENPA_DATA name the folder above it",
        dnp_s(e->id));
  if ((e->needs & DNP_BOOK_DATA) == 0) return DENPA_OK;
  if ((e->needs & DNP_BOOK_MNIST) != 0 && strcmp(denpa_data_name(r->data), "mnist") != 0)
    return dnp_fail(err, DENPA_UNSUPPORTED, "{1} is about MNIST itself; with {2} it says nothing", dnp_s(e->id),
        dnp_s(denpa_data_name(r->data)));
  if (denpa_data_pixels(r->data, DENPA_TRAIN, 0) == NULL || denpa_data_features(r->data) != 784 ||
      denpa_data_classes(r->data) != 10)
    return dnp_fail(err, DENPA_UNSUPPORTED,
        "{1}: the book's networks take 784 pixels and give 10 classes; use mnist or digits",
        dnp_s(denpa_data_name(r->data)));
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
  page->promised = (!data || strcmp(denpa_data_name(request->data), "mnist") == 0) && (!learns || request->steps == 0);
  const double before = dnp_seconds();
  denpa_status status = experiment->run(page, err);
  page->seconds = dnp_seconds() - before;
  if (status == DENPA_OK && page->claims == DNP_BOOK_CLAIMS)
    status = dnp_fail(
        err, DENPA_MEMORY, "{1}: more than {2} numbers", dnp_s(experiment->id), dnp_i(DNP_BOOK_CLAIMS - 1));
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
