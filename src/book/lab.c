/* lab.c: the table of lessons, and what they share. The lessons themselves: lab_network.c, lab_matrix.c, lab_squares.c,
 * lab_slope.c, lab_start.c, lab_budget.c, lab_graph.c. */
#include "book/lab.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "draw/figure.h"

const dnp_lesson dnp_lessons[] = {
    {"flow", DNP_N("Forward and backward: the two flows of a network"),
        DNP_N("What goes through a network, step by step, and what comes back."), true, true, true, dnp_lab_flow,
        {"hidden", DNP_N("how many units the hidden layer has"), 50, 1, 500, true}},
    {"rows", DNP_N("Rows, columns, and a picture as one row"),
        DNP_N("Which way rows and columns run, and how 28 rows of pixels become one row of 784."), true, false, false,
        dnp_lab_rows, {"sample", DNP_N("which test sample is shown"), 0, 0, 1e6, true}},
    {"product", DNP_N("A matrix product by hand"),
        DNP_N("Each number of a product is a row times a column; one of a real layer, term by term."), true, true,
        false, dnp_lab_product, {"sample", DNP_N("which test sample is x"), 0, 0, 1e6, true}},
    {"order", DNP_N("The order of a product matters"),
        DNP_N("A . B and B . A are different matrices, if both exist at all."), false, false, false, dnp_lab_order,
        {"corner", DNP_N("the number A[0,0]"), 1, -99, 99, true}},
    {"transpose", DNP_N("The transpose, and why it is not an inverse"),
        DNP_N("Rows become columns, which undoes nothing; it carries the gradient back."), true, true, false,
        dnp_lab_transpose, {"rows", DNP_N("how many rows A has"), 2, 1, 6, true}},
    {"x-xt", DNP_N("x . x^T and x^T . x"),
        DNP_N("A row times itself, in both orders: one number, and a large matrix that says nothing new."), true, false,
        false, dnp_lab_x_xt, {"sample", DNP_N("which test sample the row comes from"), 0, 0, 1e6, true}},
    {"inverse", DNP_N("The inverse, and when there is none"),
        DNP_N("What undoes a product, and the matrices that nothing undoes."), false, false, false, dnp_lab_inverse,
        {"draw", DNP_N("which random numbers A is made of"), 1, 1, 1000, true}},
    {"least-squares", DNP_N("Weights without learning: least squares"),
        DNP_N("The best weights of one layer, computed without a step of learning."), true, true, false,
        dnp_lab_least_squares, {"rows", DNP_N("how many training samples are used at most"), 10000, 200, 10000, true}},
    {"error", DNP_N("The prediction, the answer, and the error on its way back"),
        DNP_N("The difference of the two, and how large it is wherever it comes by."), true, true, true, dnp_lab_error,
        {"updates", DNP_N("how many updates the network has made before"), 0, 0, 1000, true}},
    {"y-minus-t", DNP_N("Why backpropagation begins with y - t"),
        DNP_N("The gradient of softmax and cross-entropy, measured number by number."), true, false, false,
        dnp_lab_y_minus_t, {"sample", DNP_N("which test sample is looked at"), 0, 0, 1e6, true}},
    {"z1", DNP_N("Why the gradient of W2 takes z1"),
        DNP_N("What a weight sees of the input, and why its gradient has it as a factor."), true, false, false,
        dnp_lab_z1, {"sample", DNP_N("which test sample is looked at"), 0, 0, 1e6, true}},
    {"minus", DNP_N("Why the update goes along minus the gradient"),
        DNP_N("Three walks from the same place: against the gradient, along it, and in a random direction."), true,
        false, false, dnp_lab_minus, {"rows", DNP_N("how many training samples make the loss"), 500, 10, 2000, true}},
    {"mean", DNP_N("Why the gradient is divided by the number of samples"),
        DNP_N("The same learning rate for batches of any size, with / n and without."), true, false, false,
        dnp_lab_mean, {"lr", DNP_N("the learning rate"), 0.1, 1e-6, 100, false}},
    {"rates", DNP_N("Learning rates side by side"),
        DNP_N("The same training with small and large learning rates, beside each other."), true, false, false,
        dnp_lab_rates, {"lr", DNP_N("the learning rate in the last but one row"), 10, 1e-6, 1e6, false}},
    {"budgets", DNP_N("Hundreds of full batches, or thousands of small ones"),
        DNP_N("What a budget of updates buys, and what a budget of samples does."), true, false, false, dnp_lab_budgets,
        {"batches", DNP_N("how many updates from small batches there are"), 2000, 100, 10000, true}},
    {"init", DNP_N("Initial weights: too small, too large, just right"),
        DNP_N("How far numbers spread behind five layers, for several ways to begin."), true, false, false,
        dnp_lab_init, {"deviation", DNP_N("the deviation in the second row"), 0.01, 1e-6, 100, false}},
    {"bytes", DNP_N("How many bytes it all takes"),
        DNP_N("The type and the size of every array, and what a mixture of types costs."), true, false, false,
        dnp_lab_bytes, {"rows", DNP_N("how many samples are in the batch"), 60000, 1, 1e7, true}},
    {"gates", DNP_N("Gates, and why XOR needs a hidden layer"),
        DNP_N("AND, OR and NAND from one unit; for XOR it takes a layer more."), false, false, false, dnp_lab_gates,
        {"hidden", DNP_N("how many hidden units the network of the picture has"), 2, 2, 20, true}},
    {"apples", DNP_N("Apples and oranges: a graph forwards and backwards"),
        DNP_N("The price of fruit, and how much each quantity changes it."), false, false, false, dnp_lab_apples,
        {"apples", DNP_N("how many apples are bought"), 2, 0, 100, true}},
    {0},
};

const dnp_lesson *dnp_lesson_find(const char *name) {
  for (const dnp_lesson *l = dnp_lessons; l->name != NULL; l++)
    if (strcmp(l->name, name) == 0) return l;
  return NULL;
}

denpa_status dnp_lesson_set(const dnp_lesson *lesson, const char *text, double *out, denpa_error *err) {
  const size_t length = strlen(lesson->change.name);
  *out = lesson->change.value;
  if (text == NULL) return DENPA_OK;
  const bool mine = strncmp(text, lesson->change.name, length) == 0 && text[length] == '=';
  if (mine && dnp_parse_real(text + length + 1, out) && *out >= lesson->change.low && *out <= lesson->change.high &&
      (!lesson->change.whole || *out == floor(*out)))
    return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_ARGUMENT,
      "--set {1}: in the lesson {2} one can change {3} ({4}): --set {3}={5}, {6} from {7} to {8}", dnp_s(text),
      dnp_s(lesson->name), dnp_s(lesson->change.name), dnp_t(lesson->change.what), dnp_d(lesson->change.value),
      dnp_t(lesson->change.whole ? DNP_N("a whole number") : DNP_N("a number")), dnp_d(lesson->change.low),
      dnp_d(lesson->change.high));
}

static denpa_status check_data(const denpa_data *data, denpa_error *err) {
  if (denpa_data_pixels(data, DENPA_SPLIT_TRAIN, 0) != NULL && denpa_data_pixels(data, DENPA_SPLIT_TEST, 0) != NULL &&
      denpa_data_classes(data) > 0 && denpa_data_shape(data, NULL) == 2)
    return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
      "{1}: this lesson needs grey pictures that belong to classes, as mnist and digits are",
      dnp_s(denpa_data_name(data)));
}

denpa_status dnp_lesson_write(const dnp_lesson *lesson, const dnp_lab *lab, dnp_notes *notes, denpa_error *err) {
  if (lesson->needs_data) {
    if (lab->net == NULL || !lesson->any_rows) DNP_TRY(check_data(lab->dataset, err));
    dnp_lab_say_data(notes, lab->dataset);
    if (lab->net != NULL && !lesson->any_rows)
      dnp_notes_say(notes, "The picture is that of your network; the numbers of the text are the lesson's own.");
  }
  DNP_TRY(lesson->teach(notes, lab, err));
  return dnp_notes_close(notes, err);
}

denpa_status dnp_lab_figure(
    const dnp_notes *notes, dnp_figure **out, const char *what, size_t panels, denpa_error *err) {
  return dnp_figure_create(out, what, notes->lang, panels, err);
}

denpa_status dnp_lab_series(
    dnp_figure *figure, dnp_series *out, const char *key, const char *title, size_t count, denpa_error *err) {
  *out = (dnp_series){.key = key, .count = count};
  dnp_text_copy(out->title, sizeof out->title, title);
  DNP_TRY(dnp_figure_take(figure, &out->x, count, err));
  return dnp_figure_take(figure, &out->y, count, err);
}

denpa_status dnp_lab_sample(const dnp_lab *lab, size_t *out, denpa_error *err) {
  const size_t rows = denpa_data_rows(lab->dataset, DENPA_SPLIT_TEST);
  *out = (size_t)lab->value;
  if (*out < rows) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_ARGUMENT,
      "{1} has {2} test {2|sample|samples}; sample {3} is not among them (they count from 0)",
      dnp_s(denpa_data_name(lab->dataset)), dnp_u(rows), dnp_u(*out));
}

void dnp_lab_say_data(dnp_notes *notes, const denpa_data *data) {
  dnp_notes_say(
      notes, "Data: {1}. All numbers on this page were computed from it just now.", dnp_s(denpa_data_name(data)));
}

denpa_status dnp_lab_part(
    denpa_data **out, const denpa_data *data, denpa_split split, size_t first, size_t rows, denpa_error *err) {
  int32_t *label;
  const size_t there = denpa_data_rows(data, split);
  *out = NULL;
  if (first >= there)
    return dnp_fail(err, DENPA_ERROR_NOT_FOUND, "{1} has {2} {2|sample|samples} in this split; this lesson needs more",
        dnp_s(denpa_data_name(data)), dnp_u(there));
  if (rows > there - first) rows = there - first;
  DNP_TRY(DNP_NEW(&label, rows, err));
  for (size_t i = 0; i < rows; i++) label[i] = denpa_data_label(data, split, first + i);
  const denpa_rows part = {
      .rows = rows, .dtype = DENPA_DTYPE_UINT8, .x = denpa_data_pixels(data, split, first), .label = label};
  denpa_status status = denpa_data_from_memory(
      out, denpa_data_name(data), denpa_data_features(data), denpa_data_outputs(data), &part, &part, err);
  dnp_free(label);
  return status;
}

denpa_net_options dnp_lab_net_options(void) {
  denpa_net_options options = denpa_net_options_default();
  options.dtype = DENPA_DTYPE_FLOAT64;
  options.threads = 1;
  return options;
}

denpa_status dnp_lab_net(
    denpa_net **out, const denpa_data *data, const char *hidden, const denpa_net_options *options, denpa_error *err) {
  char text[128];
  snprintf(text, sizeof text, "%zu-%s%s%zu", denpa_data_features(data), hidden, *hidden != '\0' ? "-" : "",
      denpa_data_outputs(data));
  return denpa_net_create(out, text, options, err);
}

void dnp_lab_normals(uint64_t number, size_t count, double *out) {
  for (size_t i = 0; i < count; i++) out[i] = dnp_draw_normal(1, DNP_STREAM(DNP_FOR_LESSONS, number), i);
}
