/* lab_squares.c: the lesson on least squares: the weights of one linear layer found without learning, on real digits,
 * by the normal equations. It shows too where that road ends. Called through the table of lab.c. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "book/algebra.h"
#include "book/lab.h"
#include "lab_txt.h"

enum { MOST_ROWS = 10000, CELL = 2 /* pixels of a side of the blocks that are averaged */ };

typedef struct squares {
  const denpa_data *dataset;
  size_t shape[2]; /* blocks of a picture */
  size_t blocks, classes;
  size_t rows[2]; /* of the training and the test samples */
  size_t columns; /* of x: the blocks in use and the 1 for the bias */
  /* [columns] which block each column is; `blocks` for the column of ones, which is the last */
  size_t *use;
  double *all;              /* X^T X with all blocks: [blocks + 1, blocks + 1] */
  double *x[2];             /* [rows, columns] */
  double *t;                /* [rows[0], classes] */
  double *gram, *weights;   /* [columns, columns], [columns, classes] */
  double *right, *rest, *y; /* X^T T and X^T (X W - T): [columns, classes]; X W: [rows, classes] */
} squares;

static void free_squares(squares *s) {
  void *const blocks[] = {s->use, s->all, s->x[0], s->x[1], s->t, s->gram, s->weights, s->right, s->rest, s->y};
  for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) dnp_free(blocks[i]);
}

/* The mean of block `block` of a picture, 0 .. 1. */
static double block_mean(const squares *s, const uint8_t *pixel, size_t width, size_t block) {
  const size_t row = block / s->shape[1] * CELL, column = block % s->shape[1] * CELL;
  double sum = 0;
  for (size_t r = 0; r < CELL; r++)
    for (size_t c = 0; c < CELL; c++) sum += (double)pixel[(row + r) * width + column + c];
  return sum / (CELL * CELL * 255.0);
}

/* Fills x of one split with the columns in use; the last column is 1. */
static void fill_x(squares *s, int split, size_t width) {
  for (size_t i = 0; i < s->rows[split]; i++) {
    const uint8_t *pixel = denpa_data_pixels(s->dataset, split == 0 ? DENPA_SPLIT_TRAIN : DENPA_SPLIT_TEST, i);
    double *row = s->x[split] + i * s->columns;
    for (size_t j = 0; j < s->columns; j++) row[j] = s->use[j] < s->blocks ? block_mean(s, pixel, width, s->use[j]) : 1;
  }
}

static void all_blocks(squares *s) {
  s->columns = s->blocks + 1;
  for (size_t j = 0; j < s->columns; j++) s->use[j] = j;
}

/* Takes column `column` out. */
static void drop(squares *s, size_t column) {
  memmove(s->use + column, s->use + column + 1, (s->columns - 1 - column) * sizeof *s->use);
  s->columns--;
}

static denpa_status open_squares(squares *s, const denpa_data *data, size_t most, size_t *width, denpa_error *err) {
  size_t shape[3] = {0};
  denpa_data_shape(data, shape);
  *width = shape[1];
  *s = (squares){.dataset = data, .shape = {shape[0] / CELL, shape[1] / CELL}, .classes = denpa_data_classes(data)};
  s->blocks = s->shape[0] * s->shape[1];
  for (int split = 0; split < 2; split++) {
    s->rows[split] = denpa_data_rows(data, split == 0 ? DENPA_SPLIT_TRAIN : DENPA_SPLIT_TEST);
    if (s->rows[split] > (split == 0 ? most : MOST_ROWS)) s->rows[split] = split == 0 ? most : MOST_ROWS;
    DNP_TRY(DNP_NEW(&s->x[split], s->rows[split] * (s->blocks + 1), err));
  }
  DNP_TRY(DNP_NEW(&s->use, s->blocks + 1, err));
  DNP_TRY(DNP_NEW(&s->all, (s->blocks + 1) * (s->blocks + 1), err));
  DNP_TRY(DNP_NEW(&s->t, s->rows[0] * s->classes, err));
  DNP_TRY(DNP_NEW(&s->gram, (s->blocks + 1) * (s->blocks + 1), err));
  DNP_TRY(DNP_NEW(&s->weights, (s->blocks + 1) * s->classes, err));
  DNP_TRY(DNP_NEW(&s->right, (s->blocks + 1) * s->classes, err));
  DNP_TRY(DNP_NEW(&s->rest, (s->blocks + 1) * s->classes, err));
  DNP_TRY(DNP_NEW(&s->y, (s->rows[0] > s->rows[1] ? s->rows[0] : s->rows[1]) * s->classes, err));
  for (size_t i = 0; i < s->rows[0]; i++)
    s->t[i * s->classes + (size_t)denpa_data_label(data, DENPA_SPLIT_TRAIN, i)] = 1;
  all_blocks(s);
  fill_x(s, 0, *width);
  dnp_algebra_product_tn(s->rows[0], s->columns, s->columns, s->x[0], s->x[0], s->all);
  return DENPA_OK;
}

/* X^T X of the columns in use becomes its factor. DENPA_ERROR_NUMERIC: it is singular at *column. */
static denpa_status factor(squares *s, size_t *column, denpa_error *err) {
  for (size_t i = 0; i < s->columns; i++)
    for (size_t j = 0; j < s->columns; j++)
      s->gram[i * s->columns + j] = s->all[s->use[i] * (s->blocks + 1) + s->use[j]];
  return dnp_algebra_cholesky(s->columns, s->gram, column, err);
}

/* Solves X^T X W = X^T T for the columns in use. */
static void solve(squares *s, size_t width) {
  fill_x(s, 0, width);
  fill_x(s, 1, width);
  dnp_algebra_product_tn(s->rows[0], s->columns, s->classes, s->x[0], s->t, s->right);
  memcpy(s->weights, s->right, s->columns * s->classes * sizeof *s->weights);
  dnp_algebra_cholesky_solve(s->columns, s->classes, s->gram, s->weights);
}

/* The share of the rows whose largest output is the label; y is left in s->y. */
static double accuracy(squares *s, int split) {
  size_t correct = 0;
  dnp_algebra_product(s->rows[split], s->columns, s->classes, s->x[split], s->weights, s->y);
  for (size_t i = 0; i < s->rows[split]; i++) {
    const double *y = s->y + i * s->classes;
    size_t best = 0;
    for (size_t k = 1; k < s->classes; k++)
      if (y[k] > y[best]) best = k;
    correct += best == (size_t)denpa_data_label(s->dataset, split == 0 ? DENPA_SPLIT_TRAIN : DENPA_SPLIT_TEST, i);
  }
  return s->rows[split] > 0 ? (double)correct / (double)s->rows[split] : (double)NAN;
}

/* Takes columns out until X^T X is not singular; says what was met first. */
static denpa_status solve_at_last(dnp_notes *notes, squares *s, size_t width, denpa_error *err) {
  size_t column = 0, dropped = 0;
  for (;;) {
    denpa_error why = {0};
    char text[512];
    denpa_status status = factor(s, &column, &why);
    if (status == DENPA_OK) break;
    if (status != DENPA_ERROR_NUMERIC || column + 1 >= s->columns) {
      *err = why;
      return status;
    }
    if (dropped++ == 0) {
      denpa_error_text(&why, notes->lang, text, sizeof text);
      dnp_notes_say(notes, "Before there is an answer, X^T . X has to have an inverse. With all blocks it does not:");
      dnp_notes_formula(notes, text);
    }
    drop(s, column);
  }
  if (dropped > 0)
    dnp_notes_say(notes, DNP_TEXT_lab_least_squares_dark, dnp_u(dropped), dnp_u(s->rows[0]), dnp_u(s->columns));
  dnp_notes_number(notes, "columns_left_out", (double)dropped, "blocks left out");
  solve(s, width);
  return DENPA_OK;
}

static void say_slope(dnp_notes *notes, squares *s) {
  const size_t rows = s->rows[0], count = s->columns * s->classes;
  const double before = dnp_algebra_norm(count, s->right);
  dnp_algebra_product(rows, s->columns, s->classes, s->x[0], s->weights, s->y);
  for (size_t i = 0; i < rows * s->classes; i++) s->y[i] -= s->t[i];
  const double loss = dnp_algebra_norm(rows * s->classes, s->y);
  dnp_algebra_product_tn(rows, s->columns, s->classes, s->x[0], s->y, s->rest);
  dnp_notes_head(notes, "How it fits with backpropagation");
  dnp_notes_say(notes, DNP_TEXT_lab_least_squares_slope);
  dnp_notes_number(notes, "slope_at_zero", before, "length of X^T . (X . W - T) at W = 0");
  dnp_notes_number(notes, "slope_at_solution", dnp_algebra_norm(count, s->rest), "length of it at the solution");
  dnp_notes_number(notes, "orthogonality", dnp_algebra_norm(count, s->rest) / before, "their ratio");
  dnp_notes_number(notes, "loss", loss * loss / (double)(rows * s->classes), "mean squared error at the solution");
  dnp_notes_say(notes, DNP_TEXT_lab_least_squares_jump);
}

static denpa_status teach(dnp_notes *notes, squares *s, size_t width, denpa_error *err) {
  dnp_notes_say(notes, DNP_TEXT_lab_least_squares_begin);
  dnp_notes_formula(notes, "X^T . X . W = X^T . T");
  dnp_notes_say(notes, DNP_TEXT_lab_least_squares_road);
  dnp_notes_formula(notes, "W = (X^T . X)^-1 . X^T . T");
  dnp_notes_say(
      notes, DNP_TEXT_lab_least_squares_blocks, dnp_u(s->rows[0]), dnp_i(CELL), dnp_u(s->columns), dnp_u(s->classes));
  DNP_TRY(solve_at_last(notes, s, width, err));
  dnp_notes_matrix(notes, "W", "W", s->columns, s->classes, s->weights, 3);
  dnp_notes_number(
      notes, "train_accuracy", accuracy(s, 0), "accuracy on these {1} training samples", dnp_u(s->rows[0]));
  dnp_notes_number(notes, "test_accuracy", accuracy(s, 1), "accuracy on {1} test samples", dnp_u(s->rows[1]));
  say_slope(notes, s);
  dnp_notes_head(notes, "Where the road ends");
  dnp_notes_say(notes, DNP_TEXT_lab_least_squares_limits);
  return DENPA_OK;
}

/* One weight that is to make 2, 4, 7 of 1, 2, 3. */
static denpa_status ask_squares(dnp_notes *notes, denpa_error *err) {
  static const double x[] = {1, 2, 3}, t[] = {2, 4, 7};
  double gram, w;
  size_t column;
  dnp_algebra_product_tn(3, 1, 1, x, x, &gram);
  dnp_algebra_product_tn(3, 1, 1, x, t, &w);
  DNP_TRY(dnp_algebra_cholesky(1, &gram, &column, err));
  dnp_algebra_cholesky_solve(1, 1, &gram, &w);
  dnp_notes_ask(notes, w,
      "One weight is to make 2, 4 and 7 of 1, 2 and 3, as well as it can. Which weight is it, to two decimals?");
  dnp_notes_hint(notes, "X^T . T = 1*2 + 2*4 + 3*7, divided by X^T . X = 1*1 + 2*2 + 3*3.");
  return DENPA_OK;
}

denpa_status dnp_lab_least_squares(dnp_notes *notes, const dnp_lab *lab, denpa_error *err) {
  const denpa_data *data = lab->dataset;
  squares s = {0};
  size_t width = 0;
  denpa_status status = open_squares(&s, data, (size_t)lab->value, &width, err);
  if (status == DENPA_OK) status = teach(notes, &s, width, err);
  free_squares(&s);
  if (status == DENPA_OK) {
    dnp_notes_head(notes, "The same road, to a layer that is known");
    status = dnp_lab_draw_road(notes, lab, err);
  }
  return status == DENPA_OK ? ask_squares(notes, err) : status;
}
