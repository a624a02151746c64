/* lab_slope.c: lessons about the gradient, each of them a question put to a real network on real digits: why y - t, why
 * z1, why minus. The answers are measured by central differences, never taken from the formula that is being explained.
 * Called through the table of lab.c. */
#include <math.h>
#include <string.h>

#include "base/math.h"
#include "base/memory.h"
#include "base/random.h"
#include "book/algebra.h"
#include "book/lab.h"
#include "draw/diagram.h"
#include "draw/plot.h"
#include "lab_txt.h"

enum { HIDDEN = 50, MOST_CLASSES = 256 };
/* of central differences: the error, some nudge^2, and the rounding, some 1e-16 / nudge, both stay small */
#define NUDGE 1e-5

static void softmax(size_t n, const double *a, double *y) {
  double most = a[0], sum = 0;
  for (size_t i = 1; i < n; i++) most = fmax(most, a[i]);
  for (size_t i = 0; i < n; i++) sum += y[i] = dnp_exp(a[i] - most);
  for (size_t i = 0; i < n; i++) y[i] /= sum;
}

/* ---- y - t ------------------------------------------------------------------------------------- */

typedef double loss_of(size_t n, const double *y, size_t label);

static double cross_entropy(size_t n, const double *y, size_t label) {
  (void)n;
  return -dnp_log(y[label]);
}

static double mean_square(size_t n, const double *y, size_t label) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += (y[i] - (i == label)) * (y[i] - (i == label));
  return sum / (double)n;
}

static double loss_from_a(loss_of *loss, size_t n, const double *a, size_t label) {
  double y[MOST_CLASSES];
  softmax(n, a, y);
  return loss(n, y, label);
}

/* d loss / d a[k], and d loss / d y[k] where y is nudged itself, by central differences. */
static double slope_a(loss_of *loss, size_t n, const double *a, size_t label, size_t k) {
  double moved[MOST_CLASSES];
  memcpy(moved, a, n * sizeof *a);
  moved[k] = a[k] + NUDGE;
  const double up = loss_from_a(loss, n, moved, label);
  moved[k] = a[k] - NUDGE;
  return (up - loss_from_a(loss, n, moved, label)) / (2 * NUDGE);
}

static double slope_y(size_t n, const double *y, size_t label, size_t k) {
  double moved[MOST_CLASSES];
  memcpy(moved, y, n * sizeof *y);
  moved[k] = y[k] + NUDGE;
  const double up = cross_entropy(n, moved, label);
  moved[k] = y[k] - NUDGE;
  return (up - cross_entropy(n, moved, label)) / (2 * NUDGE);
}

static void say_table(dnp_notes *notes, size_t n, const double *a, size_t label) {
  double y[MOST_CLASSES], worst = 0;
  softmax(n, a, y);
  dnp_notes_table(notes, "slopes", 7,
      DNP_ROW(dnp_t("class"), dnp_s("a2"), dnp_s("y"), dnp_s("t"), dnp_s("y - t"), dnp_t("dL/da2 measured"),
          dnp_t("dL/dy measured")));
  for (size_t k = 0; k < n; k++) {
    const double measured = slope_a(cross_entropy, n, a, label, k), formula = y[k] - (k == label);
    worst = fmax(worst, fabs(measured - formula));
    dnp_notes_row(notes, DNP_ROW(dnp_u(k), dnp_d(a[k]), dnp_d(y[k]), dnp_i(k == label), dnp_d(formula), dnp_d(measured),
                             dnp_d(slope_y(n, y, label, k))));
  }
  dnp_notes_draw(notes, (dnp_note_part){.rows = n, .column = 4, .columns = 2}); /* y - t and what was measured */
  dnp_notes_number(notes, "apart", worst, "largest difference between y - t and dL/da2 measured");
}

static void say_other_loss(dnp_notes *notes, size_t n, const double *a, size_t label) {
  double y[MOST_CLASSES], worst = 0;
  softmax(n, a, y);
  dnp_notes_head(notes, "A happy meeting, not a law");
  dnp_notes_say(notes, DNP_TEXT_lab_y_minus_t_other_loss);
  dnp_notes_table(notes, "other_loss", 3, DNP_ROW(dnp_t("class"), dnp_s("y - t"), dnp_t("dL/da2 measured")));
  for (size_t k = 0; k < n; k++) {
    const double measured = slope_a(mean_square, n, a, label, k), formula = y[k] - (k == label);
    worst = fmax(worst, fabs(measured - formula));
    dnp_notes_row(notes, DNP_ROW(dnp_u(k), dnp_d(formula), dnp_d(measured)));
  }
  dnp_notes_number(notes, "other_apart", worst, "largest difference");
}

/* a2 of a test sample: the output of a network with the same weights whose loss leaves a2 as it is. */
static denpa_status last_a(const denpa_data *data, size_t sample, double *x, double *a, denpa_error *err) {
  denpa_net *net;
  denpa_net_options options = dnp_lab_net_options();
  options.loss = "mse";
  options.init = "xavier";
  DNP_TRY(dnp_lab_net(&net, data, "50", &options, err));
  denpa_status status = denpa_data_row(data, DENPA_SPLIT_TEST, sample, x, err);
  if (status == DENPA_OK) status = denpa_net_predict(net, 1, DENPA_DTYPE_FLOAT64, x, a, NULL, err);
  denpa_net_free(net);
  return status;
}

/* y, t, their difference, and what was measured beside it. */
static denpa_status draw_difference(dnp_notes *notes, size_t n, const double *a, size_t label, denpa_error *err) {
  static const char *const names[] = {NULL, "y", "t", "y - t", NULL}, *const signs[] = {"", "", "-", "=", "~"};
  const char *const said[] = {DNP_N("class"), DNP_N("measured")};
  dnp_figure *figure;
  double y[MOST_CLASSES], *column[5];
  softmax(n, a, y);
  DNP_TRY(dnp_lab_figure(notes, &figure, "y-minus-t", 1, err));
  dnp_figure_say(figure, figure->title, "A subtraction, and what was measured");
  figure->panel[0].key = "compared";
  dnp_figure_say(figure, figure->panel[0].title, "Blue is below zero, orange above.");
  denpa_status status = dnp_diagram_lines(figure, &figure->panel[0], 1, 5, err);
  if (status == DENPA_OK) dnp_diagram_line(&figure->panel[0]);
  for (int i = 0; i < 5 && status == DENPA_OK; i++) {
    const char *name = names[i] != NULL ? names[i] : dnp_translate(notes->lang, said[i > 0]);
    dnp_matrix *m = dnp_diagram_matrix(&figure->panel[0], signs[i], name, n, 1);
    status = dnp_figure_take(figure, &column[i], n, err);
    m->value = column[i];
    m->plain = true;
    m->tint = i == 0 ? DNP_TINT_NONE : DNP_TINT_SIGNS;
  }
  if (status != DENPA_OK) return dnp_figure_free(figure), status;
  for (size_t k = 0; k < n; k++) {
    column[0][k] = (double)k;
    column[1][k] = y[k];
    column[2][k] = k == label;
    column[3][k] = y[k] - (k == label);
    column[4][k] = slope_a(cross_entropy, n, a, label, k);
  }
  dnp_notes_figure(notes, figure);
  return DENPA_OK;
}

denpa_status dnp_lab_y_minus_t(dnp_notes *notes, const dnp_lab *lab, denpa_error *err) {
  const denpa_data *data = lab->dataset;
  double *x, a[MOST_CLASSES] = {0};
  size_t sample;
  DNP_TRY(dnp_lab_sample(lab, &sample, err));
  const size_t classes = denpa_data_classes(data), label = (size_t)denpa_data_label(data, DENPA_SPLIT_TEST, sample);
  DNP_TRY(DNP_NEW(&x, denpa_data_features(data), err));
  denpa_status status = last_a(data, sample, x, a, err);
  dnp_free(x);
  DNP_TRY(status);
  dnp_notes_say(notes, DNP_TEXT_lab_y_minus_t_begin);
  dnp_notes_say(notes, DNP_TEXT_lab_y_minus_t_measured, dnp_u(label), dnp_d(NUDGE), dnp_u(sample));
  DNP_TRY(draw_difference(notes, classes, a, label, err));
  say_table(notes, classes, a, label);
  dnp_notes_say(notes, DNP_TEXT_lab_y_minus_t_answer);
  say_other_loss(notes, classes, a, label);
  dnp_notes_ask(notes, 0.25 - 1, "For the right class y is 0.25. What is dL/da2 there?");
  dnp_notes_hint(notes, "t is 1 for the right class.");
  return DENPA_OK;
}

/* ---- z1 ---------------------------------------------------------------------------------------- */

typedef struct probe { /* one sample in a network whose parameter is nudged */
  denpa_net *net;
  denpa_data *one;
  double *w2; /* [HIDDEN, classes] */
  size_t classes;
} probe;

static denpa_status loss_at(probe *p, size_t entry, double change, double *loss, denpa_error *err) {
  const size_t count = HIDDEN * p->classes;
  const double kept = p->w2[entry];
  p->w2[entry] += change;
  denpa_status status = denpa_net_set(p->net, "W2", p->w2, count, err);
  p->w2[entry] = kept;
  if (status == DENPA_OK) status = denpa_net_evaluate(p->net, p->one, DENPA_SPLIT_TRAIN, loss, NULL, err);
  return status;
}

static denpa_status measure_w2(probe *p, size_t entry, double *slope, denpa_error *err) {
  double up = 0, down = 0;
  DNP_TRY(loss_at(p, entry, NUDGE, &up, err));
  DNP_TRY(loss_at(p, entry, -NUDGE, &down, err));
  *slope = (up - down) / (2 * NUDGE);
  return DENPA_OK;
}

/* x . W1 of a test sample, by a network with the same first layer. */
static denpa_status first_a(const denpa_data *data, size_t sample, double *x, double a1[HIDDEN], denpa_error *err) {
  char text[48];
  denpa_net *net;
  denpa_net_options options = dnp_lab_net_options();
  options.loss = "mse";
  options.init = "xavier";
  snprintf(text, sizeof text, "%zu-%d", denpa_data_features(data), HIDDEN);
  DNP_TRY(denpa_net_create(&net, text, &options, err));
  denpa_status status = denpa_data_row(data, DENPA_SPLIT_TEST, sample, x, err);
  if (status == DENPA_OK) status = denpa_net_predict(net, 1, DENPA_DTYPE_FLOAT64, x, a1, NULL, err);
  denpa_net_free(net);
  return status;
}

static denpa_status say_entries(dnp_notes *notes, probe *p, const double *a1, const double *dy, denpa_error *err) {
  double worst_z = 0, worst_a = 0;
  dnp_notes_table(notes, "entries", 5,
      DNP_ROW(dnp_t("weight"), dnp_t("slope measured"), dnp_s("z1 * dy"), dnp_s("a1 * dy"), dnp_s("z1")));
  for (size_t i = 0; i < 6; i++) {
    const size_t j = 7 * i, k = (3 * i + 2) % p->classes;
    char name[32];
    double slope = 0;
    const double z = dnp_sigmoid(a1[j]);
    DNP_TRY(measure_w2(p, j * p->classes + k, &slope, err));
    snprintf(name, sizeof name, "W2[%zu,%zu]", j, k);
    dnp_notes_row(notes, DNP_ROW(dnp_s(name), dnp_d(slope), dnp_d(z * dy[k]), dnp_d(a1[j] * dy[k]), dnp_d(z)));
    worst_z = fmax(worst_z, fabs(slope - z * dy[k]));
    worst_a = fmax(worst_a, fabs(slope - a1[j] * dy[k]));
  }
  dnp_notes_draw(notes, (dnp_note_part){.rows = 6, .column = 1, .columns = 3}); /* measured, with z1, with a1 */
  dnp_notes_number(notes, "apart_z1", worst_z, "largest difference with z1");
  dnp_notes_number(notes, "apart_a1", worst_a, "largest difference with a1");
  return DENPA_OK;
}

/* z1^T . dy = dW2, with the first numbers of each. */
static denpa_status draw_outer(dnp_notes *notes, const probe *p, const double *a1, const double *dy, denpa_error *err) {
  enum { UNITS = 4 };
  dnp_figure *figure;
  double *z, *d, *w;
  const size_t classes = p->classes < 5 ? p->classes : 5;
  DNP_TRY(dnp_lab_figure(notes, &figure, "z1", 2, err));
  denpa_status status = dnp_diagram_lines(figure, &figure->panel[0], 1, 3, err);
  if (status == DENPA_OK) status = dnp_diagram_lines(figure, &figure->panel[1], 1, 3, err);
  if (status == DENPA_OK) status = dnp_figure_take(figure, &z, UNITS, err);
  if (status == DENPA_OK) status = dnp_figure_take(figure, &d, classes, err);
  if (status == DENPA_OK) status = dnp_figure_take(figure, &w, UNITS * classes, err);
  if (status != DENPA_OK) return dnp_figure_free(figure), status;
  for (size_t i = 0; i < UNITS; i++) z[i] = dnp_sigmoid(a1[i]);
  memcpy(d, dy, classes * sizeof *d);
  dnp_algebra_product(UNITS, 1, classes, z, d, w);
  dnp_figure_say(figure, figure->title, "What came in, times what comes back");
  figure->panel[0].key = "sizes";
  figure->panel[1].key = "first";
  dnp_figure_say(figure, figure->panel[0].title, "The gradient of W2 for one sample");
  dnp_figure_say(figure, figure->panel[1].title, "Its first rows and columns");
  dnp_diagram_line(&figure->panel[0]);
  dnp_diagram_matrix(&figure->panel[0], "", "z1^T", HIDDEN, 1);
  dnp_diagram_times(&figure->panel[0], "dy", 1, p->classes);
  dnp_diagram_matrix(&figure->panel[0], "=", "dW2", HIDDEN, p->classes);
  dnp_diagram_line(&figure->panel[1]);
  const double *const value[] = {z, d, w};
  const size_t size[][2] = {{UNITS, 1}, {1, classes}, {UNITS, classes}};
  static const char *const names[] = {"z1^T", "dy", "dW2"}, *const signs[] = {"", ".", "="};
  for (int i = 0; i < 3; i++) {
    dnp_matrix *m = dnp_diagram_matrix(&figure->panel[1], signs[i], names[i], size[i][0], size[i][1]);
    m->value = value[i];
    m->tint = DNP_TINT_SIGNS;
    m->plain = true;
  }
  dnp_notes_figure(notes, figure);
  return DENPA_OK;
}

static denpa_status teach_z1(
    dnp_notes *notes, const denpa_data *data, size_t sample, probe *p, double *x, denpa_error *err) {
  double a1[HIDDEN], dy[MOST_CLASSES];
  const size_t label = (size_t)denpa_data_label(data, DENPA_SPLIT_TEST, sample);
  DNP_TRY(first_a(data, sample, x, a1, err));
  DNP_TRY(denpa_net_value(p->net, "W2", p->w2, HIDDEN * p->classes, err));
  DNP_TRY(denpa_net_predict(p->net, 1, DENPA_DTYPE_FLOAT64, x, dy, NULL, err));
  dy[label] -= 1;
  dnp_notes_say(notes, "On the way forward the numbers pass these stations:");
  dnp_notes_formula(notes, "x -> a1 = x . W1 + b1 -> z1 = sigmoid(a1) -> a2 = z1 . W2 + b2 -> y = softmax(a2) -> L");
  dnp_notes_say(notes, "a2 stands just before y, not z1. So why does the gradient of W2 take z1?");
  dnp_notes_formula(notes, "dW2[50,10] = z1^T[50,N] . dy[N,10]");
  dnp_notes_say(notes, DNP_TEXT_lab_z1_answer, dnp_u(label), dnp_u(sample));
  DNP_TRY(say_entries(notes, p, a1, dy, err));
  DNP_TRY(draw_outer(notes, p, a1, dy, err));
  dnp_notes_say(notes, DNP_TEXT_lab_z1_rule);
  dnp_notes_ask(notes, 0.5 * -0.3, "z1[3] is 0.5 and dy[2] is -0.3. What is the gradient of W2[3,2]?");
  dnp_notes_hint(notes, "What came in, times what comes back.");
  return DENPA_OK;
}

denpa_status dnp_lab_z1(dnp_notes *notes, const dnp_lab *lab, denpa_error *err) {
  const denpa_data *data = lab->dataset;
  probe p = {.classes = denpa_data_classes(data)};
  double *x = NULL;
  size_t sample;
  DNP_TRY(dnp_lab_sample(lab, &sample, err));
  denpa_net_options options = dnp_lab_net_options();
  options.init = "xavier";
  denpa_status status = dnp_lab_net(&p.net, data, "50", &options, err);
  if (status == DENPA_OK) status = dnp_lab_part(&p.one, data, DENPA_SPLIT_TEST, sample, 1, err);
  if (status == DENPA_OK) status = DNP_NEW(&x, denpa_data_features(data), err);
  if (status == DENPA_OK) status = DNP_NEW(&p.w2, HIDDEN * p.classes, err);
  if (status == DENPA_OK) status = teach_z1(notes, data, sample, &p, x, err);
  dnp_free(p.w2);
  dnp_free(x);
  denpa_data_free(p.one);
  denpa_net_free(p.net);
  return status;
}

/* ---- minus ------------------------------------------------------------------------------------- */

typedef struct walk { /* one parameter block that walks along a direction */
  denpa_net *net;
  denpa_data *batch;
  size_t count;             /* parameters in all */
  double *start, *way, *at; /* [count] each, tensors one after the other */
} walk;

static denpa_status get_all(const walk *w, double *to, denpa_error *err) {
  size_t done = 0;
  for (size_t i = 0; i < denpa_net_parameter_tensors(w->net); i++) {
    const denpa_parameter p = denpa_net_parameter(w->net, i);
    DNP_TRY(denpa_net_value(w->net, p.name, to + done, p.count, err));
    done += p.count;
  }
  return DENPA_OK;
}

/* The loss at start + step * way. */
static denpa_status loss_along(const walk *w, double step, double *loss, denpa_error *err) {
  size_t done = 0;
  for (size_t i = 0; i < w->count; i++) w->at[i] = w->start[i] + step * w->way[i];
  for (size_t i = 0; i < denpa_net_parameter_tensors(w->net); i++) {
    const denpa_parameter p = denpa_net_parameter(w->net, i);
    DNP_TRY(denpa_net_set(w->net, p.name, w->at + done, p.count, err));
    done += p.count;
  }
  return denpa_net_evaluate(w->net, w->batch, DENPA_SPLIT_TRAIN, loss, NULL, err);
}

/* The gradient, from one update with the learning rate 1: w - (w - g). */
static denpa_status find_gradient(walk *w, double *gradient, denpa_error *err) {
  denpa_train_options options = denpa_train_options_default();
  options.lr = 1;
  options.batch = 0;
  options.steps = 1;
  options.evaluate = DENPA_EVALUATE_NONE;
  DNP_TRY(get_all(w, w->start, err));
  DNP_TRY(denpa_train(w->net, w->batch, &options, NULL, err));
  DNP_TRY(get_all(w, w->at, err));
  for (size_t i = 0; i < w->count; i++) gradient[i] = w->start[i] - w->at[i];
  return DENPA_OK;
}

static void random_way(walk *w, double length) {
  dnp_lab_normals(2, w->count, w->way);
  const double now = dnp_algebra_norm(w->count, w->way);
  for (size_t i = 0; i < w->count; i++) w->way[i] *= length / now;
}

static denpa_status say_walks(dnp_notes *notes, walk *w, const double *gradient, denpa_error *err) {
  static const double steps[] = {0.01, 0.1, 1};
  const double length = dnp_algebra_norm(w->count, gradient);
  double loss = 0, down = 0, up = 0, across = 0;
  DNP_TRY(loss_along(w, 0, &loss, err));
  dnp_notes_number(notes, "loss", loss, "loss before");
  dnp_notes_number(notes, "gradient_length", length, "length of the gradient");
  dnp_notes_table(notes, "walks", 5,
      DNP_ROW(dnp_t("learning rate"), dnp_t("against the gradient"), dnp_t("promised"), dnp_t("along the gradient"),
          dnp_t("in a random direction")));
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    memcpy(w->way, gradient, w->count * sizeof *gradient);
    DNP_TRY(loss_along(w, -steps[i], &down, err));
    DNP_TRY(loss_along(w, steps[i], &up, err));
    random_way(w, length);
    DNP_TRY(loss_along(w, steps[i], &across, err));
    dnp_notes_row(notes, DNP_ROW(dnp_d(steps[i]), dnp_d(down - loss), dnp_d(-steps[i] * length * length),
                             dnp_d(up - loss), dnp_d(across - loss)));
  }
  dnp_notes_draw(notes, (dnp_note_part){.row = 1, .rows = 1, .column = 1, .columns = 4}); /* the ways of one step */
  return DENPA_OK;
}

enum { PLACES = 21, WAYS = 3 };

/* The loss along three ways, from the same place to the same distance. */
static denpa_status draw_walks(dnp_notes *notes, walk *w, const double *gradient, denpa_error *err) {
  static const struct {
    const char *key, *title;
    double sign;
  } ways[] = {{"against", DNP_N("against it"), -1}, {"along", DNP_N("along it"), 1}, {"random", DNP_N("at random"), 1}};
  const double length = dnp_algebra_norm(w->count, gradient);
  dnp_figure *figure;
  DNP_TRY(dnp_lab_figure(notes, &figure, "minus", 1, err));
  dnp_figure_say(figure, figure->title, "The loss along three ways: against the gradient, along it, at random");
  dnp_panel *p = &figure->panel[0];
  *p = (dnp_panel){.kind = DNP_PANEL_LINES, .key = "walks", .count = WAYS};
  dnp_figure_say(figure, p->x_title, "learning rate");
  dnp_figure_say(figure, p->y_title, "loss");
  denpa_status status = DENPA_OK;
  for (int i = 0; i < WAYS && status == DENPA_OK; i++) {
    dnp_series *s = &p->series[i];
    status = dnp_lab_series(figure, s, ways[i].key, dnp_translate(notes->lang, ways[i].title), PLACES, err);
    if (i + 1 < WAYS)
      memcpy(w->way, gradient, w->count * sizeof *gradient);
    else
      random_way(w, length);
    for (size_t k = 0; k < PLACES && status == DENPA_OK; k++) {
      s->x[k] = (double)k / (PLACES - 1);
      status = loss_along(w, ways[i].sign * s->x[k], &s->y[k], err);
    }
  }
  if (status != DENPA_OK) return dnp_figure_free(figure), status;
  dnp_notes_figure(notes, figure);
  return DENPA_OK;
}

static denpa_status teach_minus(dnp_notes *notes, walk *w, double *gradient, denpa_error *err) {
  DNP_TRY(find_gradient(w, gradient, err));
  dnp_notes_say(notes, DNP_TEXT_lab_minus_begin);
  dnp_notes_formula(notes, "W := W - lr * dW");
  dnp_notes_say(notes, DNP_TEXT_lab_minus_walks, dnp_u(w->count), dnp_u(denpa_data_rows(w->batch, DENPA_SPLIT_TRAIN)));
  DNP_TRY(say_walks(notes, w, gradient, err));
  DNP_TRY(draw_walks(notes, w, gradient, err));
  dnp_notes_say(notes, DNP_TEXT_lab_minus_promised);
  dnp_notes_ask(notes, 0.5 - 0.1 * 0.2,
      "A weight is 0.5, its gradient 0.2, the learning rate 0.1. What is the weight after "
      "the update?");
  dnp_notes_hint(notes, "W - lr * dW");
  return DENPA_OK;
}

denpa_status dnp_lab_minus(dnp_notes *notes, const dnp_lab *lab, denpa_error *err) {
  const denpa_data *data = lab->dataset;
  walk w = {0};
  double *room = NULL;
  denpa_net_options options = dnp_lab_net_options();
  options.init = "xavier";
  denpa_status status = dnp_lab_net(&w.net, data, "50", &options, err);
  if (status == DENPA_OK) status = dnp_lab_part(&w.batch, data, DENPA_SPLIT_TRAIN, 0, (size_t)lab->value, err);
  w.count = w.net != NULL ? denpa_net_parameter_count(w.net) : 0;
  if (status == DENPA_OK) status = DNP_NEW(&room, 4 * w.count, err);
  if (status == DENPA_OK) {
    w.start = room;
    w.way = room + w.count;
    w.at = room + 2 * w.count;
    status = teach_minus(notes, &w, room + 3 * w.count, err);
  }
  dnp_free(room);
  denpa_data_free(w.batch);
  denpa_net_free(w.net);
  return status;
}
