/* lab_matrix.c: lessons about matrices: rows and columns, products, their order, the transpose, the inverse. Called
 * through the table of lab.c. */
#include <math.h>
#include <string.h>

#include "base/array.h"
#include "base/memory.h"
#include "base/text.h"
#include "book/algebra.h"
#include "book/lab.h"
#include "draw/diagram.h"
#include "draw/plot.h"
#include "lab_txt.h"

/* ---- rows -------------------------------------------------------------------------------------- */

/* The name of a column, counted from 1, in a spreadsheet: A .. Z, AA .. ZZ, AAA: a number written with 26 digits of
 * which none is zero. */
static const char *column_letters(size_t number, char out[16]) {
  size_t at = 15;
  out[at] = '\0';
  for (; number > 0 && at > 0; number = (number - 1) / 26) out[--at] = (char)('A' + (number - 1) % 26);
  return out + at;
}

static void say_columns(dnp_notes *notes, size_t features) {
  char letters[16];
  const size_t numbers[] = {1, 26, 27, 702, 703, features};
  dnp_notes_head(notes, "How wide is that?");
  dnp_notes_say(notes, DNP_TEXT_lab_rows_spreadsheet, dnp_u(features));
  dnp_notes_table(notes, "spreadsheet", 2, DNP_ROW(dnp_t("column"), dnp_t("name in a spreadsheet")));
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    dnp_notes_row(notes, DNP_ROW(dnp_u(numbers[i]), dnp_s(column_letters(numbers[i], letters))));
  dnp_notes_say(notes, DNP_TEXT_lab_rows_long, dnp_u(features));
}

static size_t brightest(const uint8_t *pixel, size_t count) {
  size_t best = 0;
  for (size_t i = 1; i < count; i++)
    if (pixel[i] > pixel[best]) best = i;
  return best;
}

static void say_pixels(dnp_notes *notes, const uint8_t *pixel, size_t features, size_t width) {
  size_t first = 0, last = features - 1;
  while (first + 1 < features && pixel[first] == 0) first++;
  while (last > 0 && pixel[last] == 0) last--;
  const size_t at[] = {0, first, brightest(pixel, features), last};
  const char *const what[] = {DNP_N("top left"), DNP_N("first with ink"), DNP_N("most ink"), DNP_N("last with ink")};
  dnp_notes_table(notes, "pixels", 6,
      DNP_ROW(dnp_t("pixel"), dnp_t("row r"), dnp_t("column c"), dnp_t("column of x"), dnp_t("value p"),
          dnp_s("x = p / 255")));
  for (size_t i = 0; i < 4; i++)
    dnp_notes_row(notes, DNP_ROW(dnp_t(what[i]), dnp_u(at[i] / width), dnp_u(at[i] % width), dnp_u(at[i]),
                             dnp_u(pixel[at[i]]), dnp_d((double)((float)pixel[at[i]] / 255.0f))));
}

/* The first of `count` places around one of `all`. */
static size_t within(size_t middle, size_t count, size_t all) {
  const size_t first = middle > count / 2 ? middle - count / 2 : 0;
  return first + count > all ? all - count : first;
}

/* Its rows with a colour each, those around the brightest pixel: cut apart, they follow each other in x. */
static denpa_status draw_rows(dnp_notes *notes, const size_t shape[2], const uint8_t *pixel, denpa_error *err) {
  dnp_figure *figure;
  double *value;
  const size_t rows = shape[0] < 3 ? shape[0] : 3, columns = shape[1] < 6 ? shape[1] : 6,
               at = brightest(pixel, shape[0] * shape[1]), first = within(at / shape[1], rows, shape[0]),
               left = within(at % shape[1], columns, shape[1]);
  DNP_TRY(dnp_lab_figure(notes, &figure, "rows", 1, err));
  denpa_status status = dnp_diagram_lines(figure, &figure->panel[0], 2, 4, err);
  if (status == DENPA_OK) status = dnp_figure_take(figure, &value, rows * columns, err);
  if (status != DENPA_OK) return dnp_figure_free(figure), status;
  for (size_t i = 0; i < rows; i++)
    for (size_t k = 0; k < columns; k++) value[i * columns + k] = pixel[(first + i) * shape[1] + left + k];
  dnp_figure_say(figure, figure->title, "Rows end to end");
  figure->panel[0].key = "rows";
  dnp_figure_say(figure, figure->panel[0].title, "Rows {1} to {2}, columns {3} to {4} of the picture", dnp_u(first),
      dnp_u(first + rows - 1), dnp_u(left), dnp_u(left + columns - 1));
  dnp_diagram_line(&figure->panel[0]);
  dnp_matrix *m = dnp_diagram_matrix(&figure->panel[0], "", "", rows, columns);
  m->value = value;
  m->tint = DNP_TINT_ROWS;
  dnp_line *line = dnp_diagram_line(&figure->panel[0]);
  dnp_figure_say(figure, line->text, "One after the other, they are a row:");
  for (size_t i = 0; i < rows; i++) {
    m = dnp_diagram_matrix(&figure->panel[0], "", "", 1, columns);
    m->value = value + i * columns;
    m->tint = DNP_TINT_ROWS;
    m->first = i;
    m->plain = true;
  }
  dnp_notes_figure(notes, figure);
  return DENPA_OK;
}

denpa_status dnp_lab_rows(dnp_notes *notes, const dnp_lab *lab, denpa_error *err) {
  const denpa_data *data = lab->dataset;
  static const double a[] = {1, 2, 3, 4, 5, 6};
  size_t shape[3] = {0}, sample;
  DNP_TRY(dnp_lab_sample(lab, &sample, err));
  denpa_data_shape(data, shape);
  const size_t features = denpa_data_features(data);
  const uint8_t *pixel = denpa_data_pixels(data, DENPA_SPLIT_TEST, sample);
  dnp_notes_say(notes, DNP_TEXT_lab_rows_begin);
  dnp_notes_matrix(notes, "A", "A", 2, 3, a, 4);
  dnp_notes_number(notes, "A_1_0", a[3], "A[1,0]");
  dnp_notes_head(notes, "A picture becomes a row");
  dnp_notes_say(notes, DNP_TEXT_lab_rows_picture, dnp_i(denpa_data_label(data, DENPA_SPLIT_TEST, sample)),
      dnp_u(shape[0]), dnp_u(shape[1]), dnp_u(sample));
  dnp_notes_picture(notes, shape[0], shape[1], pixel);
  DNP_TRY(draw_rows(notes, shape, pixel, err));
  dnp_notes_say(notes, DNP_TEXT_lab_rows_flat, dnp_u(features), dnp_u(shape[1]));
  say_pixels(notes, pixel, features, shape[1]);
  dnp_notes_say(notes, DNP_TEXT_lab_rows_samples, dnp_u(denpa_data_rows(data, DENPA_SPLIT_TRAIN)), dnp_u(features));
  say_columns(notes, features);
  const size_t at = brightest(pixel, features), asked = at > 0 ? at - 1 : 1, width = shape[1] > 0 ? shape[1] : 1;
  dnp_notes_ask(notes, (double)asked,
      "The pixel {1} of the one with most ink stands in row {2}, column {3} of the picture. In which column of x is "
      "it?",
      dnp_t(at > 0 ? DNP_N("to the left") : DNP_N("to the right")), dnp_u(asked / width), dnp_u(asked % width));
  dnp_notes_hint(notes, "Rows above it have {1} pixels each, and counting begins at 0.", dnp_u(shape[1]));
  return DENPA_OK;
}

/* ---- product ----------------------------------------------------------------------------------- */

static void say_small_product(dnp_notes *notes) {
  static const double a[] = {1, 2, 3, 4, 5, 6}, b[] = {7, 8, 9, 10, 11, 12};
  double c[4];
  char line[96];
  dnp_algebra_product(2, 3, 2, a, b, c);
  dnp_notes_say(notes, DNP_TEXT_lab_product_pairs);
  dnp_notes_matrix(notes, "A", "A", 2, 3, a, 4);
  dnp_notes_matrix(notes, "B", "B", 3, 2, b, 4);
  dnp_notes_formula(notes, "C[2,2] = A[2,3] . B[3,2]");
  dnp_notes_say(notes, DNP_TEXT_lab_product_sizes);
  for (size_t i = 0; i < 2; i++)
    for (size_t j = 0; j < 2; j++) {
      snprintf(line, sizeof line, "C[%zu,%zu] = %g*%g + %g*%g + %g*%g = %g", i, j, a[i * 3], b[j], a[i * 3 + 1],
          b[2 + j], a[i * 3 + 2], b[4 + j], c[i * 2 + j]);
      dnp_notes_formula(notes, line);
    }
  dnp_notes_matrix(notes, "C", "C", 2, 2, c, 4);
}

enum { UNIT = 7, HIDDEN = 50, SHOWN_TERMS = 5 };

/* One cell of x . W1, term by term, and what the network itself makes of it. */
static denpa_status say_cell(
    dnp_notes *notes, const denpa_data *data, const double *x, const double *w, double network) {
  size_t shape[3] = {0}, shown[SHOWN_TERMS], inked = 0;
  const size_t features = denpa_data_features(data);
  double sum = 0, top = 0;
  denpa_data_shape(data, shape);
  for (size_t k = 0; k < features; k++) {
    sum += x[k] * w[k * HIDDEN + UNIT];
    inked += x[k] != 0;
  }
  dnp_notes_say(notes, DNP_TEXT_lab_product_cell, dnp_i(UNIT), dnp_u(features), dnp_u(inked));
  dnp_notes_table(notes, "terms", 5,
      DNP_ROW(dnp_s("k"), dnp_t("pixel (r,c)"), dnp_s("x[0,k]"), dnp_s("W1[k,7]"), dnp_t("product")));
  for (size_t n = 0; n < SHOWN_TERMS; n++) {
    size_t best = features;
    for (size_t k = 0; k < features; k++) {
      bool taken = false;
      for (size_t i = 0; i < n; i++) taken = taken || shown[i] == k;
      if (!taken && (best == features || fabs(x[k] * w[k * HIDDEN + UNIT]) > fabs(x[best] * w[best * HIDDEN + UNIT])))
        best = k;
    }
    shown[n] = best;
    const double product = x[best] * w[best * HIDDEN + UNIT];
    char place[48];
    snprintf(place, sizeof place, "(%zu,%zu)", best / shape[1], best % shape[1]);
    dnp_notes_row(
        notes, DNP_ROW(dnp_u(best), dnp_s(place), dnp_d(x[best]), dnp_d(w[best * HIDDEN + UNIT]), dnp_d(product)));
    top += product;
  }
  dnp_notes_number(notes, "sum_shown", top, "sum of these");
  dnp_notes_number(notes, "sum_others", sum - top, "sum of all others");
  dnp_notes_number(notes, "by_hand", sum, "a1[0,{1}] by hand", dnp_i(UNIT));
  dnp_notes_number(notes, "network", network, "a1[0,{1}] from the network", dnp_i(UNIT));
  return DENPA_OK;
}

/* Other numbers than those above, so that the answer is not there to be read. */
static void ask_product(dnp_notes *notes) {
  static const double a[] = {2, 3, 1}, b[] = {4, 1, 5};
  double c;
  dnp_algebra_product(1, 3, 1, a, b, &c);
  dnp_notes_ask(notes, c, "A row (2 3 1) times a column (4 1 5): which number does the product have?");
  dnp_notes_hint(notes, "Multiply them in pairs, the first with the first, and add up.");
}

denpa_status dnp_lab_product(dnp_notes *notes, const dnp_lab *lab, denpa_error *err) {
  const denpa_data *data = lab->dataset;
  const size_t features = denpa_data_features(data);
  size_t sample;
  char text[48], line[96];
  double *x, a1[HIDDEN];
  denpa_net *net = NULL;
  denpa_net_options options = dnp_lab_net_options();
  options.loss = "mse"; /* its output is a1 itself */
  DNP_TRY(dnp_lab_sample(lab, &sample, err));
  snprintf(text, sizeof text, "%zu-%d", features, HIDDEN);
  DNP_TRY(DNP_NEW(&x, features * (1 + HIDDEN), err));
  denpa_status status = denpa_net_create(&net, text, &options, err);
  if (status == DENPA_OK) status = denpa_data_row(data, DENPA_SPLIT_TEST, sample, x, err);
  if (status == DENPA_OK) status = denpa_net_value(net, "W1", x + features, features * HIDDEN, err);
  if (status == DENPA_OK) status = denpa_net_predict(net, 1, DENPA_DTYPE_FLOAT64, x, a1, NULL, err);
  if (status == DENPA_OK) {
    say_small_product(notes);
    dnp_notes_head(notes, "The same with a real digit");
    snprintf(
        line, sizeof line, "a1[1,%d] = x[1,%zu] . W1[%zu,%d] + b1[%d]", HIDDEN, features, features, HIDDEN, HIDDEN);
    dnp_notes_formula(notes, line);
    dnp_notes_say(
        notes, DNP_TEXT_lab_product_layer, dnp_i(denpa_data_label(data, DENPA_SPLIT_TEST, sample)), dnp_u(sample));
    status = say_cell(notes, data, x, x + features, a1[UNIT]);
  }
  if (status == DENPA_OK) status = dnp_lab_draw_products(notes, lab, sample, err);
  if (status == DENPA_OK) ask_product(notes);
  denpa_net_free(net);
  dnp_free(x);
  return status;
}

/* ---- order ------------------------------------------------------------------------------------- */

/* What denpa itself says to W1 . x. */
static void say_refusal(dnp_notes *notes) {
  denpa_graph *graph;
  denpa_net *net = NULL;
  denpa_error why = {0};
  char text[1024];
  if (denpa_graph_create(&graph, &why) == DENPA_OK) {
    const int x = denpa_graph_parameter(graph, "x", 2, (const size_t[]){1, 784}, NULL),
              w = denpa_graph_parameter(graph, "W1", 2, (const size_t[]){784, 50}, NULL);
    denpa_graph_apply(graph, "product", "a1", (const int[]){w, x}, 2);
    denpa_graph_build(&net, graph, NULL, &why);
  }
  denpa_net_free(net);
  denpa_graph_free(graph);
  denpa_error_text(&why, notes->lang, text, sizeof text);
  dnp_notes_formula(notes, text);
}

static denpa_status draw_order(
    dnp_notes *notes, const double *a, const double *b, const double *ab, const double *ba, denpa_error *err) {
  const struct {
    const char *sign, *name;
    const double *value;
  } shown[2][3] = {
      {{"", "A", a}, {".", "B", b}, {"=", "(A . B)", ab}}, {{"", "B", b}, {".", "A", a}, {"=", "(B . A)", ba}}};
  dnp_figure *figure;
  double *copy;
  DNP_TRY(dnp_lab_figure(notes, &figure, "order", 1, err));
  dnp_figure_say(figure, figure->title, "Two orders, two products");
  figure->panel[0].key = "order";
  denpa_status status = dnp_diagram_lines(figure, &figure->panel[0], 2, 6, err);
  for (int i = 0; i < 6 && status == DENPA_OK; i++) {
    if (i % 3 == 0) dnp_diagram_line(&figure->panel[0]);
    dnp_matrix *m = dnp_diagram_matrix(&figure->panel[0], shown[i / 3][i % 3].sign, shown[i / 3][i % 3].name, 2, 2);
    status = dnp_figure_take(figure, &copy, 4, err);
    if (status != DENPA_OK) break;
    memcpy(copy, shown[i / 3][i % 3].value, 4 * sizeof *copy);
    m->value = copy;
    m->tint = shown[i / 3][i % 3].value == b ? DNP_TINT_NONE : i < 3 ? DNP_TINT_COLUMNS : DNP_TINT_ROWS;
  }
  if (status != DENPA_OK) return dnp_figure_free(figure), status;
  dnp_notes_figure(notes, figure);
  return DENPA_OK;
}

denpa_status dnp_lab_order(dnp_notes *notes, const dnp_lab *lab, denpa_error *err) {
  static const double b[] = {0, 1, 1, 0};
  const double a[] = {lab->value, 2, 3, 4};
  double ab[4], ba[4], ab_t[4], a_t[4], b_t[4], other[4], same = 0;
  dnp_algebra_product(2, 2, 2, a, b, ab);
  dnp_algebra_product(2, 2, 2, b, a, ba);
  for (int i = 0; i < 4; i++) same += ab[i] == ba[i];
  dnp_notes_say(notes, "With numbers, 2 * 3 and 3 * 2 are the same. With matrices the order counts:");
  dnp_notes_matrix(notes, "A", "A", 2, 2, a, 4);
  dnp_notes_matrix(notes, "B", "B", 2, 2, b, 4);
  dnp_notes_matrix(notes, "AB", "(A . B)", 2, 2, ab, 4);
  dnp_notes_matrix(notes, "BA", "(B . A)", 2, 2, ba, 4);
  dnp_notes_say(notes, "B swaps: on the right it swaps the columns of A, on the left its rows.");
  DNP_TRY(draw_order(notes, a, b, ab, ba, err));
  dnp_notes_number(notes, "equal_places", same, "places in which A . B and B . A are equal, of 4");
  dnp_notes_head(notes, "Transposing turns the order around");
  dnp_algebra_transpose(2, 2, ab, ab_t);
  dnp_algebra_transpose(2, 2, a, a_t);
  dnp_algebra_transpose(2, 2, b, b_t);
  dnp_algebra_product(2, 2, 2, b_t, a_t, other);
  dnp_notes_matrix(notes, "ABt", "(A . B)^T", 2, 2, ab_t, 4);
  dnp_notes_matrix(notes, "BtAt", "(B^T . A^T)", 2, 2, other, 4);
  dnp_notes_number(notes, "apart", dnp_algebra_apart(4, ab_t, other), "largest difference of the two");
  dnp_notes_head(notes, "And often only one order is possible at all");
  dnp_notes_say(notes, DNP_TEXT_lab_order_network);
  say_refusal(notes);
  dnp_algebra_product(2, 2, 2, ba, b, other);
  dnp_notes_ask(notes, other[0], "B from both sides: which number has B . A . B in row 0, column 0?");
  dnp_notes_hint(notes, "B . A is shown above; B on its right swaps the columns.");
  return DENPA_OK;
}

/* ---- transpose --------------------------------------------------------------------------------- */

enum { MOST_FLIPPED = 6 };

static denpa_status say_flip(dnp_notes *notes, const dnp_lab *lab, denpa_error *err) {
  const size_t rows = (size_t)lab->value;
  double a[3 * MOST_FLIPPED], t[3 * MOST_FLIPPED], back[3 * MOST_FLIPPED];
  for (size_t i = 0; i < 3 * rows; i++) a[i] = (double)i + 1;
  dnp_algebra_transpose(rows, 3, a, t);
  dnp_algebra_transpose(3, rows, t, back);
  dnp_notes_say(notes, DNP_TEXT_lab_transpose_flip, dnp_u(rows));
  dnp_notes_matrix(notes, "A", "A", rows, 3, a, 4);
  dnp_notes_matrix(notes, "At", "A^T", 3, rows, t, 4);
  dnp_notes_number(
      notes, "twice_apart", dnp_algebra_apart(3 * rows, a, back), "transposed twice, the largest difference from A");
  return dnp_lab_draw_flip(notes, lab, rows, 3, a, t, err);
}

static void ask_flip(dnp_notes *notes, const dnp_lab *lab) {
  const size_t rows = (size_t)lab->value;
  double a[3 * MOST_FLIPPED], t[3 * MOST_FLIPPED];
  for (size_t i = 0; i < 3 * rows; i++) a[i] = 10 * (double)i;
  dnp_algebra_transpose(rows, 3, a, t);
  dnp_notes_ask(notes, t[2 * rows + rows - 1],
      "Every number of A is made ten times as large as its place, counted from 0 "
      "along the rows: 0, 10, 20 ... Which number is A^T[2,{1}]?",
      dnp_u(rows - 1));
  dnp_notes_hint(notes, "A^T[2,{1}] is A[{1},2].", dnp_u(rows - 1));
}

/* x . x^T is a number, x^T . x a large matrix with nothing new in it. room: [n + n * n] */
static denpa_status say_squares_in(dnp_notes *notes, const denpa_data *data, double *room, denpa_error *err) {
  const size_t n = denpa_data_features(data);
  double *x = room, *gram = room + n, square, scaled;
  DNP_TRY(denpa_data_row(data, DENPA_SPLIT_TEST, 0, x, err));
  dnp_algebra_product(1, n, 1, x, x, &square);
  dnp_algebra_product(n, 1, n, x, x, gram);
  dnp_notes_head(notes, "Is a matrix times its transpose 1?");
  dnp_notes_say(notes, DNP_TEXT_lab_transpose_guess, dnp_u(n));
  dnp_notes_number(notes, "square", square, "x . x^T");
  dnp_notes_say(notes, DNP_TEXT_lab_transpose_divided);
  for (size_t i = 0; i < n; i++) room[i] = square > 0 ? x[i] / square : 0;
  DNP_TRY(denpa_data_row(data, DENPA_SPLIT_TEST, 0, gram + n * n, err));
  dnp_algebra_product(1, n, 1, room, gram + n * n, &scaled);
  dnp_notes_number(notes, "scaled", scaled, "x / {1:.6} . x^T", dnp_d(square));
  dnp_notes_say(notes, DNP_TEXT_lab_transpose_other_order, dnp_u(n));
  dnp_notes_number(notes, "rank", (double)dnp_algebra_rank(n, gram), "rank of x^T . x");
  return DENPA_OK;
}

static denpa_status say_squares(dnp_notes *notes, const denpa_data *data, denpa_error *err) {
  const size_t n = denpa_data_features(data);
  double *room;
  if (n > 4096)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED, "the pictures of {1} have {2} pixels; this lesson takes at most {3}",
        dnp_s(denpa_data_name(data)), dnp_u(n), dnp_i(4096));
  DNP_TRY(DNP_NEW(&room, n * n + 2 * n, err));
  denpa_status status = say_squares_in(notes, data, room, err);
  dnp_free(room);
  return status;
}

enum { SMALL = 4 };

static denpa_status say_turning(dnp_notes *notes, denpa_error *err) {
  double a[SMALL * SMALL], q[SMALL * SMALL], r[SMALL * SMALL], t[SMALL * SMALL], product[SMALL * SMALL],
      one[SMALL * SMALL];
  dnp_lab_normals(1, SMALL * SMALL, a);
  DNP_TRY(dnp_algebra_qr(SMALL, a, q, r, err));
  dnp_algebra_transpose(SMALL, SMALL, q, t);
  dnp_algebra_product(SMALL, SMALL, SMALL, q, t, product);
  dnp_algebra_identity(SMALL, one);
  dnp_notes_head(notes, "When the guess is right");
  dnp_notes_say(notes, DNP_TEXT_lab_transpose_right_angles);
  dnp_notes_matrix(notes, "Q", "Q", SMALL, SMALL, q, 3);
  dnp_notes_number(notes, "orthonormal_apart", dnp_algebra_apart(SMALL * SMALL, product, one),
      "Q . Q^T, largest difference from the identity");
  dnp_algebra_transpose(SMALL, SMALL, a, t);
  dnp_algebra_product(SMALL, SMALL, SMALL, a, t, product);
  dnp_notes_say(notes, "For a matrix of any random numbers it is not so:");
  dnp_notes_matrix(notes, "A_random", "A", SMALL, SMALL, a, 3);
  dnp_notes_matrix(notes, "AAt", "(A . A^T)", SMALL, SMALL, product, 3);
  dnp_notes_number(notes, "random_apart", dnp_algebra_apart(SMALL * SMALL, product, one),
      "A . A^T, largest difference from the identity");
  return DENPA_OK;
}

static void say_wires(dnp_notes *notes) {
  static const double w[] = {1, 4, 2, 5, 3, 6}, dy[] = {0.5, -1};
  double w_t[6], dz[3];
  char line[96];
  dnp_algebra_transpose(3, 2, w, w_t);
  dnp_algebra_product(1, 2, 3, dy, w_t, dz);
  dnp_notes_head(notes, "What backpropagation takes it for");
  dnp_notes_say(notes, DNP_TEXT_lab_transpose_wires);
  dnp_notes_formula(notes, "dz[1,3] = dy[1,2] . W^T[2,3]");
  dnp_notes_matrix(notes, "W", "W", 3, 2, w, 4);
  dnp_notes_matrix(notes, "dy", "dy", 1, 2, dy, 4);
  for (size_t i = 0; i < 3; i++) {
    snprintf(line, sizeof line, "dz[0,%zu] = %g*%g + %g*%g = %g", i, dy[0], w[i * 2], dy[1], w[i * 2 + 1], dz[i]);
    dnp_notes_formula(notes, line);
  }
  dnp_notes_matrix(notes, "dz", "dz", 1, 3, dz, 4);
  dnp_notes_say(notes, DNP_TEXT_lab_transpose_end);
}

denpa_status dnp_lab_transpose(dnp_notes *notes, const dnp_lab *lab, denpa_error *err) {
  const denpa_data *data = lab->dataset;
  DNP_TRY(say_flip(notes, lab, err));
  DNP_TRY(say_squares(notes, data, err));
  DNP_TRY(say_turning(notes, err));
  say_wires(notes);
  ask_flip(notes, lab);
  return DENPA_OK;
}

/* ---- inverse ----------------------------------------------------------------------------------- */

/* The largest sum of a row's absolute values. */
static double largest_row(size_t n, const double *a) {
  double most = 0;
  for (size_t i = 0; i < n; i++) {
    double sum = 0;
    for (size_t j = 0; j < n; j++) sum += fabs(a[i * n + j]);
    most = fmax(most, sum);
  }
  return most;
}

static denpa_status say_singular(dnp_notes *notes, denpa_error *err) {
  static const double b[] = {1, 2, 3, 4, 5, 9, 7, 8, 15}; /* the last column is the sum of the two others */
  double inverse[9];
  size_t column = 0;
  denpa_error why = {0};
  char text[512];
  dnp_notes_head(notes, "When there is none");
  dnp_notes_say(notes, DNP_TEXT_lab_inverse_singular);
  dnp_notes_matrix(notes, "B", "B", 3, 3, b, 4);
  if (dnp_algebra_inverse(3, b, inverse, &column, &why) == DENPA_OK)
    return dnp_fail(err, DENPA_ERROR_NUMERIC, "the lesson's singular matrix was inverted");
  denpa_error_text(&why, notes->lang, text, sizeof text);
  dnp_notes_formula(notes, text);
  dnp_notes_number(notes, "singular_column", (double)column, "column in which it shows");
  return DENPA_OK;
}

static denpa_status draw_inverse(
    dnp_notes *notes, const double *a, const double *inverse, const double *product, denpa_error *err) {
  static const char *const names[] = {"A", "A^-1", "(A . A^-1)"}, *const signs[] = {"", ".", "="};
  const double *const values[] = {a, inverse, product};
  dnp_figure *figure;
  double *copy;
  DNP_TRY(dnp_lab_figure(notes, &figure, "inverse", 1, err));
  dnp_figure_say(figure, figure->title, "A matrix times its inverse");
  figure->panel[0].key = "inverse";
  dnp_figure_say(figure, figure->panel[0].title, "1 on the diagonal, else 0, but for rounding");
  denpa_status status = dnp_diagram_lines(figure, &figure->panel[0], 1, 3, err);
  if (status == DENPA_OK) dnp_diagram_line(&figure->panel[0]);
  for (int i = 0; i < 3 && status == DENPA_OK; i++) {
    dnp_matrix *m = dnp_diagram_matrix(&figure->panel[0], signs[i], names[i], SMALL, SMALL);
    status = dnp_figure_take(figure, &copy, SMALL * SMALL, err);
    if (status != DENPA_OK) break;
    for (int k = 0; k < SMALL * SMALL; k++) copy[k] = fabs(values[i][k]) < 1e-12 ? 0 : values[i][k];
    m->value = copy;
    m->tint = DNP_TINT_SIGNS;
  }
  if (status != DENPA_OK) return dnp_figure_free(figure), status;
  dnp_notes_figure(notes, figure);
  return DENPA_OK;
}

static denpa_status ask_inverse(dnp_notes *notes, denpa_error *err) {
  static const double d[] = {2, 0, 0, 4};
  double inverse[4];
  size_t column;
  DNP_TRY(dnp_algebra_inverse(2, d, inverse, &column, err));
  dnp_notes_ask(notes, inverse[3], "D has 2 and 4 on its diagonal and else 0. Which number is D^-1[1,1]?");
  dnp_notes_hint(notes, "D . D^-1 has 1 there, and nothing else is added: 4 times what is 1?");
  return DENPA_OK;
}

denpa_status dnp_lab_inverse(dnp_notes *notes, const dnp_lab *lab, denpa_error *err) {
  double a[SMALL * SMALL], inverse[SMALL * SMALL], product[SMALL * SMALL], one[SMALL * SMALL];
  size_t column;
  dnp_lab_normals((uint64_t)lab->value, SMALL * SMALL, a);
  DNP_TRY(dnp_algebra_inverse(SMALL, a, inverse, &column, err));
  dnp_algebra_product(SMALL, SMALL, SMALL, a, inverse, product);
  dnp_algebra_identity(SMALL, one);
  dnp_notes_say(notes, DNP_TEXT_lab_inverse_begin);
  dnp_notes_matrix(notes, "A", "A", SMALL, SMALL, a, 4);
  dnp_notes_matrix(notes, "inverse", "A^-1", SMALL, SMALL, inverse, 4);
  dnp_notes_matrix(notes, "identity", "(A . A^-1)", SMALL, SMALL, product, 3);
  dnp_notes_number(
      notes, "apart", dnp_algebra_apart(SMALL * SMALL, product, one), "largest difference from the identity");
  dnp_notes_number(notes, "condition", largest_row(SMALL, a) * largest_row(SMALL, inverse),
      "condition number (how much an error in y may grow on the way back)");
  DNP_TRY(draw_inverse(notes, a, inverse, product, err));
  DNP_TRY(say_singular(notes, err));
  dnp_notes_head(notes, "And in a network");
  dnp_notes_say(notes, DNP_TEXT_lab_inverse_network);
  return ask_inverse(notes, err);
}

/* ---- x . x^T and x^T . x ------------------------------------------------------------------------ */

/* The row of the picture with the most ink, as shares of 255. */
static size_t inked_row(const uint8_t *pixel, const size_t shape[2]) {
  size_t best = 0, most = 0;
  for (size_t r = 0; r < shape[0]; r++) {
    size_t ink = 0;
    for (size_t c = 0; c < shape[1]; c++) ink += pixel[r * shape[1] + c];
    if (ink > most) most = ink, best = r;
  }
  return best;
}

static denpa_status draw_both_orders(dnp_notes *notes, size_t n, double square, const double *gram, denpa_error *err) {
  dnp_figure *figure;
  double *copy = NULL;
  DNP_TRY(dnp_lab_figure(notes, &figure, "x-xt", 2, err));
  denpa_status status = dnp_diagram_lines(figure, &figure->panel[0], 2, 6, err);
  if (status == DENPA_OK) status = dnp_figure_take(figure, &copy, n * n, err);
  if (status != DENPA_OK) return dnp_figure_free(figure), status;
  memcpy(copy, gram, n * n * sizeof *gram);
  dnp_figure_say(figure, figure->title, "One row, two products");
  dnp_figure_say(figure, figure->note, "x . x^T is the number {1:.6}.", dnp_d(square));
  dnp_panel *p = figure->panel;
  p[0].key = "sizes";
  dnp_figure_say(figure, p[0].title, "The sizes of both");
  dnp_diagram_line(&p[0]);
  dnp_diagram_matrix(&p[0], "", "x", 1, n);
  dnp_diagram_times(&p[0], "x^T", n, 1);
  dnp_diagram_matrix(&p[0], "=", "x.x^T", 1, 1);
  dnp_diagram_line(&p[0]);
  dnp_diagram_matrix(&p[0], "", "x^T", n, 1);
  dnp_diagram_times(&p[0], "x", 1, n);
  dnp_diagram_matrix(&p[0], "=", "x^T.x", n, n);
  p[1] = (dnp_panel){.kind = DNP_PANEL_CELLS, .key = "xt_x", .rows = n, .columns = n, .value = copy, .high = 1};
  dnp_figure_say(figure, p[1].title, "x^T . x: row i is x, times its own number i");
  dnp_notes_figure(notes, figure);
  return DENPA_OK;
}

denpa_status dnp_lab_x_xt(dnp_notes *notes, const dnp_lab *lab, denpa_error *err) {
  static const double small[] = {1, 2, 3};
  size_t shape[3] = {0}, sample;
  double *x, square;
  DNP_TRY(dnp_lab_sample(lab, &sample, err));
  denpa_data_shape(lab->dataset, shape);
  const size_t n = shape[1];
  const uint8_t *pixel = denpa_data_pixels(lab->dataset, DENPA_SPLIT_TEST, sample);
  const size_t row = inked_row(pixel, shape);
  DNP_TRY(DNP_NEW(&x, n + 2 * n * n, err));
  double *gram = x + n;
  for (size_t i = 0; i < n; i++) x[i] = pixel[row * n + i] / 255.0;
  dnp_algebra_product(1, n, 1, x, x, &square);
  dnp_algebra_product(n, 1, n, x, x, gram);
  dnp_notes_say(notes, DNP_TEXT_lab_x_xt_begin, dnp_u(row), dnp_u(n), dnp_u(sample));
  dnp_notes_number(notes, "square", square, "x . x^T, the sum of the squares");
  denpa_status status = draw_both_orders(notes, n, square, gram, err);
  memcpy(gram + n * n, gram, n * n * sizeof *gram);
  dnp_notes_say(notes, DNP_TEXT_lab_x_xt_picture);
  dnp_notes_number(notes, "rank", (double)dnp_algebra_rank(n, gram + n * n), "rank of x^T . x");
  dnp_notes_say(notes, DNP_TEXT_lab_x_xt_network);
  dnp_algebra_product(1, 3, 1, small, small, &square);
  dnp_notes_ask(notes, square, "x is the row (1 2 3). Which number is x . x^T?");
  dnp_notes_hint(notes, "The squares of its numbers, added up.");
  dnp_free(x);
  return status;
}
