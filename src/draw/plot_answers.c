/* plot_answers.c: what a network answers over a whole split: the confusion matrix, and the samples that it gets
 * wrong. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "learn/answers.h"
#include "learn/learn.h"
#include "draw/plot.h"
#include "draw/samples.h"

#define MOST_MISTAKES 100

typedef struct answers {
  const dnp_split *split;
  size_t rows, classes, outputs; /* outputs: as many as classes, or one for two of them */
  double *y;                     /* [rows, outputs] */
  int32_t *predicted;            /* [rows]: the largest */
  size_t right;
} answers;

static void close_answers(answers *a) {
  dnp_free(a->y);
  dnp_free(a->predicted);
}

static const denpa_data *slice_for(denpa_data *part, const dnp_plot_source *source) {
  *part = *source->dataset;
  dnp_split *s = &part->split[source->split];
  if (source->samples > 0 && source->samples < s->rows) s->rows = source->samples;
  return part;
}

/* Where a number is not finite, the largest of them is no answer. */
static denpa_status check_finite(const answers *a, const dnp_plot_source *source, denpa_error *err) {
  for (size_t i = 0; i < a->rows; i++)
    if (!dnp_outputs_finite(a->y + i * a->outputs, a->outputs))
      return dnp_fail(err, DENPA_ERROR_NUMERIC,
          "{1}, sample {2}: the network's answer is not finite (NaN or infinity); the model is damaged",
          dnp_s(source->dataset->name), dnp_u(i));
  return DENPA_OK;
}

static denpa_status predict(answers *a, const dnp_plot_source *source, denpa_error *err) {
  denpa_net *net = source->net;
  dnp_rows rows = dnp_rows_from(net, source->dataset, (int)source->split);
  float *narrow = NULL;
  const size_t numbers = a->rows * a->outputs;
  DNP_TRY(DNP_NEW(&a->y, numbers, err));
  DNP_TRY(DNP_NEW(&a->predicted, a->rows, err));
  if (net->network->dtype == DENPA_DTYPE_FLOAT32) DNP_TRY(DNP_NEW(&narrow, numbers, err));
  const dnp_run run = {.rows = a->rows,
      .feed = dnp_rows_feed,
      .feed_context = &rows,
      .predicted = a->predicted,
      .output = narrow != NULL ? (void *)narrow : (void *)a->y};
  denpa_status status = dnp_exec_run(net->exec, &run, NULL, err);
  for (size_t i = 0; narrow != NULL && status == DENPA_OK && i < numbers; i++) a->y[i] = (double)narrow[i];
  dnp_free(narrow);
  for (size_t i = 0; status == DENPA_OK && i < a->rows; i++) a->right += a->predicted[i] == a->split->label[i];
  return status == DENPA_OK ? check_finite(a, source, err) : status;
}

/* `samples` cuts the confusion matrix's rows, but only how many mistakes are shown. */
static denpa_status open_answers(answers *a, const dnp_plot_source *source, bool cut, denpa_error *err) {
  denpa_data part;
  *a = (answers){.split = &source->dataset->split[source->split],
      .outputs = denpa_net_outputs(source->net),
      .classes = dnp_exec_kinds(source->net->exec)};
  DNP_TRY(dnp_rows_check(source->net, source->dataset, true, err));
  if (source->dataset->classes == 0)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
        "{1} has numbers as answers, not classes, so none of them is right or wrong", dnp_s(source->dataset->name));
  a->rows = cut ? slice_for(&part, source)->split[source->split].rows : a->split->rows;
  if (a->rows == 0)
    return dnp_fail(err, DENPA_ERROR_NOT_FOUND, "{1} has no rows to measure on", dnp_s(source->dataset->name));
  denpa_status status = predict(a, source, err);
  if (status != DENPA_OK) close_answers(a);
  return status;
}

/* A number of the metadata; 0 where there is none. */
static size_t told(const denpa_net *net, const char *key) {
  const char *text = denpa_net_metadata(net, key);
  size_t number;
  return text != NULL && dnp_parse_size(text, &number) ? number : 0;
}

const char *dnp_part_name(const denpa_net *net, const denpa_data *data, denpa_split split) {
  /* a table that is named after the model is taken whole, rows that were trained on too */
  if (data->table != NULL && data->split[DNP_TRAIN].rows == 0) return DNP_N("all rows");
  if (split != DENPA_SPLIT_TRAIN) return DNP_N("test data");
  const size_t kept = net != NULL ? told(net, "validation_rows") : 0;
  const bool both = kept > 0 && data->split[DNP_TRAIN].rows == kept + told(net, "train_rows");
  return both ? DNP_N("training data, those kept back for validation too") : DNP_N("training data");
}

denpa_arg dnp_plot_split(const dnp_plot_source *source) {
  return dnp_t(dnp_part_name(source->net, source->dataset, source->split));
}

/* ---- the confusion matrix ---------------------------------------------------------------------- */

/* The names of all classes, which live as long as the data; none where one is missing. */
static denpa_status take_names(dnp_figure *f, dnp_panel *p, const denpa_data *data, denpa_error *err) {
  for (size_t i = 0; i < p->rows; i++)
    if (denpa_data_class_name(data, i) == NULL) return DENPA_OK;
  DNP_TRY(dnp_figure_take_names(f, &p->name, p->rows, err));
  for (size_t i = 0; i < p->rows; i++) p->name[i] = denpa_data_class_name(data, i);
  return DENPA_OK;
}

static denpa_status confuse(dnp_figure *f, const answers *a, const dnp_plot_source *source, denpa_error *err) {
  dnp_panel *p = &f->panel[0];
  *p = (dnp_panel){.kind = DNP_PANEL_CELLS,
      .key = "confusion",
      .rows = a->classes,
      .columns = a->classes,
      .numbers = true,
      .log_scale = true,
      .low = 0.5, /* a single sample has a colour, which none has not */
      .high = 1};
  DNP_TRY(dnp_figure_take(f, &p->value, a->classes * a->classes, err));
  DNP_TRY(take_names(f, p, source->dataset, err));
  for (size_t i = 0; i < a->rows; i++) p->value[(size_t)a->split->label[i] * a->classes + (size_t)a->predicted[i]]++;
  for (size_t i = 0; i < a->classes * a->classes; i++)
    if (p->value[i] > p->high) p->high = p->value[i];
  dnp_figure_say(f, f->title, "{1}: which class was taken for which", dnp_s(source->name));
  dnp_figure_say(f, f->note,
      "{1} ({2}): {3} of {4} {4|sample|samples} {3|is|are} answered rightly, {5:.2f} %; they stand on the diagonal.",
      dnp_s(source->dataset->name), dnp_plot_split(source), dnp_u(a->right), dnp_u(a->rows),
      dnp_d(100 * (double)a->right / (double)a->rows));
  dnp_figure_say(f, p->title, "Numbers of samples (colours by powers of ten)");
  dnp_figure_say(f, p->x_title, "answer of the network");
  dnp_figure_say(f, p->y_title, "label");
  dnp_json_put_all(&f->facts,
      json_pack("{s:s,s:I,s:I,s:f}", "split", source->split == DENPA_SPLIT_TRAIN ? "train" : "test", "samples",
          (json_int_t)a->rows, "right", (json_int_t)a->right, "accuracy", (double)a->right / (double)a->rows));
  return DENPA_OK;
}

/* ---- the mistakes ------------------------------------------------------------------------------ */

typedef struct mistake {
  size_t row;
  double sure; /* probability (or value) of the wrong answer */
} mistake;

/* What the network gave for its answer; of a single output, which is for the second class, what is left for the first.
 */
static double output_for(const answers *a, size_t row) {
  const double *y = a->y + row * a->outputs;
  return a->outputs > 1 ? y[a->predicted[row]] : a->predicted[row] == 1 ? y[0] : 1 - y[0];
}

static int surer(const void *a, const void *b) {
  const mistake *x = a, *y = b;
  if (x->sure != y->sure) return x->sure < y->sure ? 1 : -1;
  return x->row < y->row ? -1 : x->row > y->row;
}

static void list_all(dnp_figure *f, const answers *a, const mistake *m, size_t count) {
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++)
    dnp_json_add(&list, json_pack("{s:I,s:i,s:i,s:f}", "index", (json_int_t)m[i].row, "label",
                            a->split->label[m[i].row], "answer", (int)a->predicted[m[i].row], "output", m[i].sure));
  dnp_json_put(&f->facts, "mistakes", list);
  dnp_json_put(&f->facts, "samples", json_integer((json_int_t)a->rows));
}

/* What is said under the sample: names where the classes have some. */
static void caption(
    dnp_tile *t, const dnp_figure *f, const answers *a, const dnp_plot_source *source, const mistake *m) {
  const bool sure = dnp_exec_probabilities(source->net->exec);
  char label[DNP_CLASS_NAME], answer[DNP_CLASS_NAME];
  t->answer = (int)a->predicted[m->row];
  t->answer_name = denpa_data_class_name(source->dataset, (size_t)t->answer);
  dnp_figure_say(f, t->caption,
      sure ? DNP_N("{4}: {1} taken for {2} ({3:.0f} %)") : DNP_N("{4}: {1} taken for {2} ({3:.2f})"),
      dnp_s(dnp_class_name(source->net, source->dataset, (size_t)t->label, label)),
      dnp_s(dnp_class_name(source->net, source->dataset, (size_t)t->answer, answer)),
      dnp_d(sure ? 100 * m->sure : m->sure), dnp_u(m->row));
}

static denpa_status show_samples(
    dnp_figure *f, const answers *a, const dnp_plot_source *source, const mistake *m, size_t shown, denpa_error *err) {
  dnp_panel *p = &f->panel[0];
  size_t *row;
  p->key = "mistakes";
  DNP_TRY(DNP_NEW(&row, shown, err));
  for (size_t i = 0; i < shown; i++) row[i] = m[i].row;
  denpa_status status = dnp_samples_panel(f, p, source->dataset, source->split, row, shown, err);
  for (size_t i = 0; i < shown && status == DENPA_OK; i++) caption(&p->tile[i], f, a, source, &m[i]);
  dnp_free(row);
  return status;
}

static denpa_status show_mistakes(
    dnp_figure *f, const answers *a, const dnp_plot_source *source, const mistake *m, size_t count, denpa_error *err) {
  const size_t most = source->samples > 0 ? source->samples : MOST_MISTAKES, shown = count < most ? count : most;
  dnp_panel *p = &f->panel[0];
  DNP_TRY(show_samples(f, a, source, m, shown, err));
  list_all(f, a, m, count);
  dnp_figure_say(f, f->title, "{1}: the samples that are answered wrongly", dnp_s(source->name));
  const bool sure = dnp_exec_probabilities(source->net->exec);
  dnp_figure_say(f, f->note,
      sure
          ? DNP_N(
                "{1} ({2}): {3} of {4} {4|sample|samples}. With each: its number, the label, the answer that was given "
                "instead, and how sure the network was of it.")
          : DNP_N(
                "{1} ({2}): {3} of {4} {4|sample|samples}. With each: its number, the label, the answer that was given "
                "instead, and the output for it."),
      dnp_s(source->dataset->name), dnp_plot_split(source), dnp_u(count), dnp_u(a->rows));
  if (count == 0)
    dnp_figure_say(f, p->title, "No mistakes");
  else if (shown == count)
    dnp_figure_say(f, p->title,
        count == 1 ? DNP_N("The only mistake")
        : sure     ? DNP_N("All {1} mistakes, the surest first")
                   : DNP_N("All {1} mistakes, the largest output first"),
        dnp_u(count));
  else
    dnp_figure_say(f, p->title,
        sure ? DNP_N("{1} of {2} mistakes, the surest first") : DNP_N("{1} of {2} mistakes, the largest output first"),
        dnp_u(shown), dnp_u(count));
  return DENPA_OK;
}

static denpa_status gather_mistakes(dnp_figure *f, const answers *a, const dnp_plot_source *source, denpa_error *err) {
  mistake *m;
  size_t count = 0;
  DNP_TRY(DNP_NEW(&m, a->rows - a->right + 1, err));
  for (size_t i = 0; i < a->rows; i++)
    if (a->predicted[i] != a->split->label[i]) m[count++] = (mistake){i, output_for(a, i)};
  qsort(m, count, sizeof *m, surer);
  denpa_status status = show_mistakes(f, a, source, m, count, err);
  dnp_free(m);
  return status;
}

/* ------------------------------------------------------------------------------------------------- */

static denpa_status make(dnp_figure **out, const dnp_plot_source *source, const char *what,
    denpa_status (*fill)(dnp_figure *, const answers *, const dnp_plot_source *, denpa_error *), denpa_error *err) {
  answers a;
  *out = NULL;
  DNP_TRY(open_answers(&a, source, fill == confuse, err));
  denpa_status status = dnp_figure_create(out, what, source->lang, 1, err);
  if (status == DENPA_OK) status = fill(*out, &a, source, err);
  close_answers(&a);
  if (status == DENPA_OK) return DENPA_OK;
  dnp_figure_free(*out);
  *out = NULL;
  return status;
}

denpa_status dnp_plot_confusion(dnp_figure **out, const dnp_plot_source *source, denpa_error *err) {
  return make(out, source, "confusion", confuse, err);
}
denpa_status dnp_plot_mistakes(dnp_figure **out, const dnp_plot_source *source, denpa_error *err) {
  return make(out, source, "mistakes", gather_mistakes, err);
}
