/* lab_budget.c: lessons about what a training costs: the division by n, budgets of updates and of samples, and bytes.
 * Called through the table of lab.c. */
#include <math.h>
#include <string.h>

#include "base/array.h"
#include "base/math.h"
#include "base/memory.h"
#include "base/text.h"
#include "book/lab.h"
#include "draw/plot.h"
#include "lab_txt.h"

enum { ROWS = 1000, TEST_ROWS = 1000, POINTS = 21 };

static denpa_status open_parts(const denpa_data *data, denpa_data **train, denpa_data **test, denpa_error *err) {
  *test = NULL;
  DNP_TRY(dnp_lab_part(train, data, DENPA_SPLIT_TRAIN, 0, ROWS, err));
  return dnp_lab_part(test, data, DENPA_SPLIT_TEST, 0, TEST_ROWS, err);
}

static denpa_status fresh(denpa_net **net, const denpa_data *train, denpa_error *err) {
  denpa_net_options options = dnp_lab_net_options();
  options.init = "xavier";
  options.dtype = DENPA_DTYPE_FLOAT32; /* the longest trainings of all lessons */
  return dnp_lab_net(net, train, "50", &options, err);
}

/* ---- mean --------------------------------------------------------------------------------------- */

enum { MEAN_UPDATES = 100, SIZES = 4 };
static const size_t sizes[SIZES] = {1, 10, 100, 500};

/* The loss on the training rows after some updates; NaN if a number was no longer finite. */
static denpa_status loss_after(
    const denpa_data *train, size_t batch, double lr, double *before, double *after, denpa_error *err) {
  denpa_net *net;
  denpa_train_options how = denpa_train_options_default();
  denpa_error why = {0};
  *after = (double)NAN;
  how.lr = lr;
  how.batch = batch;
  how.epochs = DENPA_NO_LIMIT;
  how.steps = MEAN_UPDATES;
  how.evaluate = DENPA_EVALUATE_NONE;
  DNP_TRY(fresh(&net, train, err));
  denpa_status status = denpa_net_evaluate(net, train, DENPA_SPLIT_TRAIN, before, NULL, err);
  if (status == DENPA_OK) {
    status = denpa_train(net, train, &how, NULL, &why);
    if (status == DENPA_OK) status = denpa_net_evaluate(net, train, DENPA_SPLIT_TRAIN, after, NULL, &why);
    if (status == DENPA_ERROR_NUMERIC)
      status = DENPA_OK;
    else if (status != DENPA_OK && err != NULL)
      *err = why;
  }
  denpa_net_free(net);
  return status;
}

static denpa_status open_mean(dnp_notes *notes, dnp_figure **figure, denpa_error *err) {
  static const char *const keys[] = {"mean", "sum"}, *const names[] = {DNP_N("with / n"), DNP_N("without / n")};
  DNP_TRY(dnp_lab_figure(notes, figure, "mean", 1, err));
  dnp_panel *p = &(*figure)->panel[0];
  *p = (dnp_panel){.kind = DNP_PANEL_LINES, .key = "mean", .powers = true, .count = 2};
  dnp_figure_say(*figure, (*figure)->title, "One learning rate, batches of any size");
  dnp_figure_say(*figure, (*figure)->note, "Where a line ends, the loss was twice that of the beginning, or more.");
  dnp_figure_say(*figure, p->x_title, "samples in a batch");
  dnp_figure_say(*figure, p->y_title, "loss after the updates");
  for (int i = 0; i < 2; i++)
    DNP_TRY(dnp_lab_series(*figure, &p->series[i], keys[i], dnp_translate(notes->lang, names[i]), SIZES, err));
  return DENPA_OK;
}

static denpa_arg cell(double loss) { return isfinite(loss) ? dnp_d(loss) : dnp_t(DNP_N("not finite")); }

static denpa_status teach_mean(
    dnp_notes *notes, const denpa_data *train, double lr, dnp_figure *figure, denpa_error *err) {
  dnp_series *s = figure->panel[0].series;
  double before = 0, after[2];
  dnp_notes_say(notes, DNP_TEXT_lab_mean_begin, dnp_d(lr), dnp_i(MEAN_UPDATES));
  dnp_notes_table(notes, "mean", 4,
      DNP_ROW(dnp_t("samples in a batch"), dnp_t("loss before"), dnp_t("with / n"), dnp_t("without / n")));
  for (size_t i = 0; i < SIZES; i++) {
    for (int k = 0; k < 2; k++) { /* a sum is n times the mean, and so is the step */
      DNP_TRY(loss_after(train, sizes[i], k == 0 ? lr : lr * (double)sizes[i], &before, &after[k], err));
      s[k].x[i] = dnp_log((double)sizes[i]) / dnp_log(10);
      s[k].y[i] = after[k] < 2 * before ? after[k] : (double)NAN;
    }
    dnp_notes_row(notes, DNP_ROW(dnp_u(sizes[i]), dnp_d(before), cell(after[0]), cell(after[1])));
  }
  dnp_notes_draw(notes, (dnp_note_part){.rows = SIZES, .column = 2, .columns = 2});
  dnp_notes_say(notes, DNP_TEXT_lab_mean_answer);
  dnp_notes_ask(notes, 0.1 / 100,
      "With / n the learning rate is 0.1. Without / n, and 100 samples in a batch, which "
      "learning rate makes the same steps?");
  dnp_notes_hint(notes, "The sum is 100 times as long as the mean.");
  return DENPA_OK;
}

denpa_status dnp_lab_mean(dnp_notes *notes, const dnp_lab *lab, denpa_error *err) {
  denpa_data *train = NULL;
  dnp_figure *figure = NULL;
  denpa_status status = dnp_lab_part(&train, lab->dataset, DENPA_SPLIT_TRAIN, 0, sizes[SIZES - 1], err);
  if (status == DENPA_OK) status = open_mean(notes, &figure, err);
  if (status == DENPA_OK) status = teach_mean(notes, train, lab->value, figure, err);
  if (status == DENPA_OK)
    dnp_notes_figure(notes, figure);
  else
    dnp_figure_free(figure);
  denpa_data_free(train);
  return status;
}

/* ---- budgets ------------------------------------------------------------------------------------ */

enum { FULL_UPDATES = 200, SMALL_BATCH = 100 };

typedef struct budget { /* one training, and what it reached on the way */
  denpa_net *net;
  const denpa_data *test;
  size_t updates;
  double *x, *y; /* [POINTS] updates, accuracy on the test rows */
  size_t count;
} budget;

static size_t point_at(const budget *b, size_t point) { return point * b->updates / (POINTS - 1); }

static int note_accuracy(void *context, const denpa_epoch *now, size_t *next) {
  budget *b = context;
  (void)now;
  b->x[b->count] = (double)point_at(b, b->count);
  const denpa_status status = denpa_net_evaluate(b->net, b->test, DENPA_SPLIT_TEST, NULL, &b->y[b->count], NULL);
  b->count++;
  if (b->count < POINTS) *next = point_at(b, b->count);
  return status != DENPA_OK;
}

static denpa_status spend(
    budget *b, const denpa_data *train, const denpa_data *test, size_t batch, double *loss, denpa_error *err) {
  denpa_train_options how = denpa_train_options_default();
  how.batch = batch;
  how.lr = 0.1;
  how.epochs = DENPA_NO_LIMIT;
  how.steps = b->updates;
  how.evaluate = DENPA_EVALUATE_NONE;
  how.on_update = note_accuracy;
  how.context = b;
  b->test = test;
  DNP_TRY(fresh(&b->net, train, err));
  denpa_status status = denpa_train(b->net, train, &how, NULL, err);
  if (status == DENPA_OK) status = denpa_net_evaluate(b->net, train, DENPA_SPLIT_TRAIN, loss, NULL, err);
  denpa_net_free(b->net);
  return status;
}

static denpa_status open_budgets(dnp_notes *notes, dnp_figure **figure, denpa_error *err) {
  static const char *const keys[] = {"full", "small"}, *const names[] = {DNP_N("full batches"), DNP_N("small batches")};
  DNP_TRY(dnp_lab_figure(notes, figure, "budgets", 2, err));
  dnp_figure_say(*figure, (*figure)->title, "The same two trainings, counted in two ways");
  (*figure)->columns = 2;
  for (int i = 0; i < 2; i++) {
    dnp_panel *p = &(*figure)->panel[i];
    *p = (dnp_panel){.kind = DNP_PANEL_LINES, .key = i == 0 ? "updates" : "samples", .counts = true, .count = 2};
    if (i == 0)
      dnp_figure_say(*figure, p->x_title, "updates");
    else
      dnp_figure_say(*figure, p->x_title, "samples gone through");
    dnp_figure_say(*figure, p->y_title, "test accuracy");
    for (int k = 0; k < 2; k++)
      DNP_TRY(dnp_lab_series(*figure, &p->series[k], keys[k], dnp_translate(notes->lang, names[k]), POINTS, err));
  }
  return DENPA_OK;
}

static denpa_status teach_budgets(dnp_notes *notes, const denpa_data *train, const denpa_data *test, size_t batches,
    dnp_figure *figure, denpa_error *err) {
  const size_t rows = denpa_data_rows(train, DENPA_SPLIT_TRAIN), batch[2] = {rows, SMALL_BATCH},
               updates[2] = {FULL_UPDATES, batches};
  dnp_notes_say(
      notes, DNP_TEXT_lab_budgets_begin, dnp_u(rows), dnp_i(FULL_UPDATES), dnp_u(batches), dnp_i(SMALL_BATCH));
  dnp_notes_table(notes, "budgets", 5,
      DNP_ROW(dnp_t("samples in a batch"), dnp_t("updates"), dnp_t("samples gone through"), dnp_t("loss after"),
          dnp_t("test accuracy")));
  for (int k = 0; k < 2; k++) {
    dnp_series *by_updates = &figure->panel[0].series[k], *by_samples = &figure->panel[1].series[k];
    budget b = {.updates = updates[k], .x = by_updates->x, .y = by_updates->y};
    double loss = 0;
    DNP_TRY(spend(&b, train, test, batch[k], &loss, err));
    by_updates->count = by_samples->count = b.count;
    for (size_t i = 0; i < b.count; i++) {
      by_samples->x[i] = b.x[i] * (double)batch[k];
      by_samples->y[i] = b.y[i];
    }
    dnp_notes_row(notes, DNP_ROW(dnp_u(batch[k]), dnp_u(updates[k]), dnp_u(updates[k] * batch[k]), dnp_d(loss),
                             dnp_d(b.count > 0 ? b.y[b.count - 1] : (double)NAN)));
  }
  dnp_notes_draw(notes, (dnp_note_part){.rows = 2, .column = 4, .columns = 1});
  dnp_notes_say(notes, DNP_TEXT_lab_budgets_answer);
  dnp_notes_say(notes, DNP_TEXT_lab_budgets_book);
  dnp_notes_ask(notes, 60000.0 / 100,
      "MNIST has 60,000 training samples. How many updates does one pass over them make "
      "with batches of 100?");
  dnp_notes_hint(notes, "60,000 divided by 100.");
  return DENPA_OK;
}

denpa_status dnp_lab_budgets(dnp_notes *notes, const dnp_lab *lab, denpa_error *err) {
  denpa_data *train = NULL, *test = NULL;
  dnp_figure *figure = NULL;
  denpa_status status = open_parts(lab->dataset, &train, &test, err);
  if (status == DENPA_OK) status = open_budgets(notes, &figure, err);
  if (status == DENPA_OK) status = teach_budgets(notes, train, test, (size_t)lab->value, figure, err);
  if (status == DENPA_OK)
    dnp_notes_figure(notes, figure);
  else
    dnp_figure_free(figure);
  denpa_data_free(test);
  denpa_data_free(train);
  return status;
}

/* ---- bytes -------------------------------------------------------------------------------------- */

typedef struct array { /* rows: for each sample of the batch */
  const char *name;
  bool rows;
  size_t count; /* of numbers; of each sample where rows is set */
  char shape[48];
} array;

enum { MOST_ARRAYS = 16 };

static void add(array *all, size_t *count, const char *name, bool rows, size_t n, size_t columns, size_t given) {
  array *a = &all[(*count)++];
  *a = (array){.name = name, .rows = rows, .count = rows ? columns : n * (columns > 0 ? columns : 1)};
  if (columns > 0)
    snprintf(a->shape, sizeof a->shape, "[%zu,%zu]", rows ? given : n, columns);
  else
    snprintf(a->shape, sizeof a->shape, "[%zu]", n);
}

/* The arrays of one update of the article's network, in the order of computing. */
static size_t list_arrays(array all[MOST_ARRAYS], const denpa_data *data, size_t rows) {
  enum { UNITS = 50 };
  const size_t inputs = denpa_data_features(data), classes = denpa_data_classes(data);
  size_t count = 0;
  add(all, &count, "x", true, 0, inputs, rows);
  add(all, &count, "W1", false, inputs, UNITS, rows);
  add(all, &count, "b1", false, UNITS, 0, rows);
  add(all, &count, "a1", true, 0, UNITS, rows);
  add(all, &count, "z1", true, 0, UNITS, rows);
  add(all, &count, "W2", false, UNITS, classes, rows);
  add(all, &count, "b2", false, classes, 0, rows);
  add(all, &count, "a2", true, 0, classes, rows);
  add(all, &count, "y", true, 0, classes, rows);
  add(all, &count, "dy", true, 0, classes, rows);
  add(all, &count, "dW2", false, UNITS, classes, rows);
  add(all, &count, "dz1", true, 0, UNITS, rows);
  add(all, &count, "da1", true, 0, UNITS, rows);
  add(all, &count, "dW1", false, inputs, UNITS, rows);
  return count;
}

static double bytes_of(const array *a, size_t rows, denpa_dtype dtype) {
  return (double)(a->count * (a->rows ? rows : 1) * dnp_dtype_size(dtype));
}

static double sum_of(const array *all, size_t count, size_t rows, denpa_dtype dtype) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += bytes_of(&all[i], rows, dtype);
  return sum;
}

/* MB of all arrays by the number of samples. */
static denpa_status draw_bytes(dnp_notes *notes, const array *all, size_t count, size_t rows, denpa_error *err) {
  static const denpa_dtype dtypes[] = {DENPA_DTYPE_FLOAT32, DENPA_DTYPE_FLOAT64};
  dnp_figure *figure;
  DNP_TRY(dnp_lab_figure(notes, &figure, "bytes", 1, err));
  dnp_panel *p = &figure->panel[0];
  *p = (dnp_panel){.kind = DNP_PANEL_LINES, .key = "bytes", .counts = true, .count = 2};
  dnp_figure_say(figure, figure->title, "All arrays of one update");
  dnp_figure_say(figure, p->x_title, "samples in the batch");
  dnp_figure_say(figure, p->y_title, "MB (1,000,000 bytes)");
  denpa_status status = DENPA_OK;
  for (int k = 0; k < 2 && status == DENPA_OK; k++) {
    dnp_series *s = &p->series[k];
    status = dnp_lab_series(figure, s, dnp_dtype_name(dtypes[k]), dnp_dtype_name(dtypes[k]), POINTS, err);
    for (size_t i = 0; i < POINTS && status == DENPA_OK; i++) {
      s->x[i] = floor((double)(i * rows) / (POINTS - 1));
      s->y[i] = sum_of(all, count, (size_t)s->x[i], dtypes[k]) / 1e6;
    }
  }
  if (status != DENPA_OK) return dnp_figure_free(figure), status;
  dnp_notes_figure(notes, figure);
  return DENPA_OK;
}

denpa_status dnp_lab_bytes(dnp_notes *notes, const dnp_lab *lab, denpa_error *err) {
  const size_t rows = (size_t)lab->value;
  array all[MOST_ARRAYS];
  const size_t count = list_arrays(all, lab->dataset, rows);
  dnp_notes_say(notes, DNP_TEXT_lab_bytes_begin, dnp_u(rows));
  dnp_notes_table(notes, "bytes", 6,
      DNP_ROW(dnp_t("array"), dnp_t("shape"), dnp_t("in the article"), dnp_t("MB there"), dnp_t("MB in float32"),
          dnp_t("MB in float64")));
  double mixed = 0;
  for (size_t i = 0; i < count; i++) { /* pixels were made float32; NumPy's random numbers and zeros are float64 */
    const denpa_dtype there = i == 0 ? DENPA_DTYPE_FLOAT32 : DENPA_DTYPE_FLOAT64;
    mixed += bytes_of(&all[i], rows, there);
    dnp_notes_row(notes,
        DNP_ROW(dnp_s(all[i].name), dnp_s(all[i].shape), dnp_s(dnp_dtype_name(there)),
            dnp_d(bytes_of(&all[i], rows, there) / 1e6), dnp_d(bytes_of(&all[i], rows, DENPA_DTYPE_FLOAT32) / 1e6),
            dnp_d(bytes_of(&all[i], rows, DENPA_DTYPE_FLOAT64) / 1e6)));
  }
  dnp_notes_number(notes, "article", mixed / 1e6, "MB of all of them in the article");
  dnp_notes_number(
      notes, "float32", sum_of(all, count, rows, DENPA_DTYPE_FLOAT32) / 1e6, "MB of all of them in float32");
  dnp_notes_number(
      notes, "float64", sum_of(all, count, rows, DENPA_DTYPE_FLOAT64) / 1e6, "MB of all of them in float64");
  dnp_notes_say(notes, DNP_TEXT_lab_bytes_copy);
  dnp_notes_number(notes, "copy", bytes_of(&all[0], rows, DENPA_DTYPE_FLOAT64) / 1e6, "MB of that copy");
  DNP_TRY(draw_bytes(notes, all, count, rows, err));
  dnp_notes_say(notes, DNP_TEXT_lab_bytes_denpa);
  dnp_notes_ask(notes, 100.0 * 784 * (double)dnp_dtype_size(DENPA_DTYPE_FLOAT32),
      "A batch has 100 pictures of 784 pixels, in float32. How many bytes is that?");
  dnp_notes_hint(notes, "A number takes 4 bytes in float32, 8 in float64.");
  return DENPA_OK;
}
