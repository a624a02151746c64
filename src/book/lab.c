/* lab.c: the table of lessons, and what they share. The lessons themselves: lab_matrix.c, lab_squares.c, lab_slope.c,
 * lab_start.c, lab_graph.c. */
#include "book/lab.h"

#include <stdint.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"

const dnp_lesson dnp_lessons[] = {
    {"rows", DNP_N("Rows, columns, and a picture as one row"),
        DNP_N("Which way rows and columns run, and how 28 rows of pixels become one row of 784."), true, dnp_lab_rows},
    {"product", DNP_N("A matrix product by hand"),
        DNP_N("Each number of a product is a row times a column; one of a real layer, term by term."), true,
        dnp_lab_product},
    {"order", DNP_N("The order of a product matters"),
        DNP_N("A . B and B . A are different matrices, if both exist at all."), false, dnp_lab_order},
    {"transpose", DNP_N("The transpose, and why it is not an inverse"),
        DNP_N("Rows become columns, which undoes nothing; it carries the gradient back."), true, dnp_lab_transpose},
    {"inverse", DNP_N("The inverse, and when there is none"),
        DNP_N("What undoes a product, and the matrices that nothing undoes."), false, dnp_lab_inverse},
    {"least-squares", DNP_N("Weights without learning: least squares"),
        DNP_N("The best weights of one layer, computed without a step of learning."), true, dnp_lab_least_squares},
    {"y-minus-t", DNP_N("Why backpropagation begins with y - t"),
        DNP_N("The gradient of softmax and cross-entropy, measured number by number."), true, dnp_lab_y_minus_t},
    {"z1", DNP_N("Why the gradient of W2 takes z1"),
        DNP_N("What a weight sees of the input, and why its gradient has it as a factor."), true, dnp_lab_z1},
    {"minus", DNP_N("Why the update goes along minus the gradient"),
        DNP_N("Three walks from the same place: against the gradient, along it, and in a random direction."), true,
        dnp_lab_minus},
    {"rates", DNP_N("Learning rates side by side"),
        DNP_N("The same training with small and large learning rates, beside each other."), true, dnp_lab_rates},
    {"init", DNP_N("Initial weights: too small, too large, just right"),
        DNP_N("How far numbers spread behind five layers, for several ways to begin."), true, dnp_lab_init},
    {"gates", DNP_N("Gates, and why XOR needs a hidden layer"),
        DNP_N("AND, OR and NAND from one unit; for XOR it takes a layer more."), false, dnp_lab_gates},
    {"apples", DNP_N("Apples and oranges: a graph forwards and backwards"),
        DNP_N("The price of fruit, and how much each quantity changes it."), false, dnp_lab_apples},
    {0},
};

const dnp_lesson *dnp_lesson_find(const char *name) {
  for (const dnp_lesson *l = dnp_lessons; l->name != NULL; l++)
    if (strcmp(l->name, name) == 0) return l;
  return NULL;
}

denpa_status dnp_lesson_write(const dnp_lesson *lesson, const denpa_data *data, dnp_notes *notes, denpa_error *err) {
  if (lesson->needs_data) {
    if (denpa_data_pixels(data, DENPA_SPLIT_TRAIN, 0) == NULL || denpa_data_pixels(data, DENPA_SPLIT_TEST, 0) == NULL ||
        denpa_data_classes(data) == 0 || denpa_data_shape(data, NULL) != 2)
      return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
          "{1} has no pictures with labels, which this lesson needs; use mnist or digits",
          dnp_s(denpa_data_name(data)));
    dnp_lab_say_data(notes, data);
  }
  DNP_TRY(lesson->teach(notes, data, err));
  return dnp_notes_close(notes, err);
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
