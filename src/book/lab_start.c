/* lab_start.c: lessons about what is chosen before a training: the learning rate and the initial weights. Called
 * through the table of lab.c. */
#include <math.h>
#include <string.h>

#include "base/math.h"
#include "base/memory.h"
#include "base/text.h"
#include "book/algebra.h"
#include "book/lab.h"
#include "draw/plot.h"
#include "lab_txt.h"

enum { ROWS = 2000, TEST_ROWS = 1000, UPDATES = 200 };

typedef struct trial {            /* what a short training reached */
  double before, after, accuracy; /* losses on the training rows; accuracy on the test rows */
  bool broke;                     /* a number was no longer finite */
} trial;

enum { POINTS = 11 };

/* The loss on the training rows, noted while a network learns. */
typedef struct course {
  denpa_net *net;
  const denpa_data *train;
  double *x, *y; /* [POINTS] */
  size_t count;
  denpa_status status;
} course;

static int note_loss(void *context, const denpa_epoch *now, size_t *next) {
  course *c = context;
  (void)now;
  c->x[c->count] = (double)c->count * UPDATES / (POINTS - 1);
  c->status = denpa_net_evaluate(c->net, c->train, DENPA_SPLIT_TRAIN, &c->y[c->count], NULL, NULL);
  c->count++;
  if (c->count < POINTS) *next = c->count * UPDATES / (POINTS - 1);
  return c->status != DENPA_OK && c->status != DENPA_ERROR_NUMERIC;
}

/* Trains a fresh network for some updates of 100 rows each. curve: NULL where nobody wants it. */
static denpa_status try_out(const denpa_data *train, const denpa_data *test, const char *hidden, const char *activation,
    const char *init, double lr, course *curve, trial *out, denpa_error *err) {
  denpa_net *net;
  denpa_net_options options = dnp_lab_net_options();
  denpa_train_options how = denpa_train_options_default();
  denpa_error why = {0};
  options.activation = activation;
  options.init = init;
  how.lr = lr;
  how.epochs = DENPA_NO_LIMIT;
  how.steps = UPDATES;
  how.evaluate = DENPA_EVALUATE_NONE;
  *out = (trial){(double)NAN, (double)NAN, (double)NAN, false};
  DNP_TRY(dnp_lab_net(&net, train, hidden, &options, err));
  if (curve != NULL) {
    curve->net = net;
    curve->train = train;
    how.on_update = note_loss;
    how.context = curve;
  }
  denpa_status status = denpa_net_evaluate(net, train, DENPA_SPLIT_TRAIN, &out->before, NULL, err);
  if (status == DENPA_OK) {
    status = denpa_train(net, train, &how, NULL, &why);
    out->broke = status == DENPA_ERROR_NUMERIC;
    if (out->broke)
      status = DENPA_OK;
    else if (status != DENPA_OK && err != NULL)
      *err = why;
  }
  if (status == DENPA_OK && !out->broke)
    status = denpa_net_evaluate(net, train, DENPA_SPLIT_TRAIN, &out->after, NULL, err);
  if (status == DENPA_OK && !out->broke)
    status = denpa_net_evaluate(net, test, DENPA_SPLIT_TEST, NULL, &out->accuracy, err);
  denpa_net_free(net);
  return status;
}

static denpa_status open_parts(const denpa_data *data, denpa_data **train, denpa_data **test, denpa_error *err) {
  DNP_TRY(dnp_lab_part(train, data, DENPA_SPLIT_TRAIN, 0, ROWS, err));
  return dnp_lab_part(test, data, DENPA_SPLIT_TEST, 0, TEST_ROWS, err);
}

static void say_trial(dnp_notes *notes, denpa_arg what, const trial *t) {
  if (t->broke)
    dnp_notes_row(notes, DNP_ROW(what, dnp_d(t->before), dnp_t("not finite"), dnp_t("none")));
  else
    dnp_notes_row(notes, DNP_ROW(what, dnp_d(t->before), dnp_d(t->after), dnp_d(t->accuracy)));
}

/* ---- rates ------------------------------------------------------------------------------------- */

/* Losses above that of the beginning, many times over, would press all others flat. */
static void cut_off(dnp_series *s) {
  for (size_t i = 0; i < s->count; i++)
    if (!(s->y[i] < 2 * s->y[0])) s->y[i] = (double)NAN;
}

static denpa_status teach_rates(dnp_notes *notes, const denpa_data *train, const denpa_data *test, double own,
    dnp_figure *figure, denpa_error *err) {
  const double rates[] = {0.001, 0.01, 0.1, 1, own, 100};
  enum { FIRST = 1 }; /* curves of four rates: 0.01, 0.1, 1 and the one that can be changed */
  dnp_panel *p = &figure->panel[0];
  double best = (double)INFINITY, best_rate = 0;
  *p = (dnp_panel){.kind = DNP_PANEL_LINES, .key = "rates", .count = DNP_MOST_SERIES, .counts = true};
  dnp_figure_say(figure, figure->title, "The loss with four learning rates");
  dnp_figure_say(figure, figure->note, "Where a curve ends, the loss is twice that of the beginning, or more.");
  dnp_figure_say(figure, p->x_title, "updates");
  dnp_figure_say(figure, p->y_title, "loss");
  dnp_notes_say(notes, DNP_TEXT_lab_rates_begin, dnp_i(UPDATES), dnp_u(denpa_data_rows(train, DENPA_SPLIT_TRAIN)));
  dnp_notes_table(notes, "rates", 4,
      DNP_ROW(dnp_t("learning rate"), dnp_t("loss before"), dnp_t("loss after"), dnp_t("test accuracy")));
  for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
    const bool drawn = i >= FIRST && i < FIRST + DNP_MOST_SERIES;
    dnp_series *s = drawn ? &p->series[i - FIRST] : NULL;
    course c = {0};
    trial t;
    if (drawn) {
      static const char *const keys[] = {"s0", "s1", "s2", "s3"};
      s->key = keys[i - FIRST];
      dnp_format_real(s->title, sizeof s->title, rates[i], 6);
      DNP_TRY(dnp_figure_take(figure, &s->x, POINTS, err));
      DNP_TRY(dnp_figure_take(figure, &s->y, POINTS, err));
      c.x = s->x;
      c.y = s->y;
    }
    DNP_TRY(try_out(train, test, "50", "sigmoid", "xavier", rates[i], drawn ? &c : NULL, &t, err));
    if (drawn) s->count = c.count, cut_off(s);
    say_trial(notes, dnp_d(rates[i]), &t);
    if (!t.broke && t.after < best) best = t.after, best_rate = rates[i];
  }
  dnp_notes_draw(
      notes, (dnp_note_part){.rows = sizeof rates / sizeof *rates, .column = 3, .columns = 1}); /* accuracy */
  dnp_notes_say(notes, DNP_TEXT_lab_rates_answer);
  dnp_notes_ask(
      notes, best_rate, "Look at the picture and the table: with which learning rate is the loss smallest in the end?");
  dnp_notes_hint(notes, "In the picture it is the curve that ends lowest.");
  return DENPA_OK;
}

denpa_status dnp_lab_rates(dnp_notes *notes, const dnp_lab *lab, denpa_error *err) {
  const denpa_data *data = lab->dataset;
  denpa_data *train = NULL, *test = NULL;
  dnp_figure *figure = NULL;
  denpa_status status = open_parts(data, &train, &test, err);
  if (status == DENPA_OK) status = dnp_lab_figure(notes, &figure, "rates", 1, err);
  if (status == DENPA_OK) status = teach_rates(notes, train, test, lab->value, figure, err);
  if (status == DENPA_OK)
    dnp_notes_figure(notes, figure);
  else
    dnp_figure_free(figure);
  denpa_data_free(test);
  denpa_data_free(train);
  return status;
}

/* ---- initial weights --------------------------------------------------------------------------- */

enum { LAYERS = 5, WIDTH = 100, SAMPLES = 500 };

static double sigmoid(double a) { return dnp_sigmoid(a); }
static double relu(double a) { return a > 0 ? a : 0; }
static double hyperbolic(double a) { return dnp_tanh(a); }

typedef struct scale {
  const char *name;
  double gain;   /* deviation = gain if it does not depend on the width, ... */
  bool by_width; /* ... else sqrt(gain / width) */
} scale;

static double deviation_of(const scale *s) { return s->by_width ? sqrt(s->gain / (double)WIDTH) : s->gain; }

static double spread(size_t count, const double *z) {
  double mean = 0, square = 0;
  for (size_t i = 0; i < count; i++) mean += z[i];
  mean /= (double)count;
  for (size_t i = 0; i < count; i++) square += (z[i] - mean) * (z[i] - mean);
  return sqrt(square / (double)count);
}

enum { ROWS_ROOM = SAMPLES * WIDTH, WEIGHTS_ROOM = WIDTH * WIDTH };

/* Sends the rows through five layers; out: the deviation of the numbers behind each. normals: the rows, then each
 * layer's weights with deviation 1. room: [2, ROWS_ROOM] */
static void send_through(
    double (*activation)(double), double deviation, const double *normals, double *room, double out[LAYERS]) {
  double *z = room, *a = room + ROWS_ROOM;
  memcpy(z, normals, ROWS_ROOM * sizeof *z);
  for (size_t layer = 0; layer < LAYERS; layer++) {
    dnp_algebra_product(SAMPLES, WIDTH, WIDTH, z, normals + ROWS_ROOM + layer * WEIGHTS_ROOM, a);
    for (size_t i = 0; i < ROWS_ROOM; i++) z[i] = activation(deviation * a[i]);
    out[layer] = spread(ROWS_ROOM, z);
  }
}

static denpa_status open_layers(dnp_notes *notes, dnp_figure **figure, denpa_error *err) {
  DNP_TRY(dnp_lab_figure(notes, figure, "init", 1, err));
  dnp_panel *p = &(*figure)->panel[0];
  *p = (dnp_panel){.kind = DNP_PANEL_LINES, .key = "spread", .counts = true};
  dnp_figure_say(*figure, (*figure)->title, "How far numbers spread behind each layer (tanh)");
  dnp_figure_say(*figure, p->x_title, "layer");
  dnp_figure_say(*figure, p->y_title, "spread");
  return DENPA_OK;
}

static denpa_status draw_layers(dnp_figure *figure, const char *name, const double out[LAYERS], denpa_error *err) {
  static const char *const keys[] = {"s0", "s1", "s2", "s3"};
  dnp_panel *p = &figure->panel[0];
  dnp_series *s = &p->series[p->count];
  s->key = keys[p->count++];
  s->count = LAYERS;
  dnp_text_copy(s->title, sizeof s->title, name);
  DNP_TRY(dnp_figure_take(figure, &s->x, LAYERS, err));
  DNP_TRY(dnp_figure_take(figure, &s->y, LAYERS, err));
  for (size_t i = 0; i < LAYERS; i++) {
    s->x[i] = (double)i + 1;
    s->y[i] = out[i];
  }
  return DENPA_OK;
}

static denpa_status say_layers(dnp_notes *notes, double deviation, dnp_figure *figure, denpa_error *err) {
  static const struct {
    const char *name;
    double (*apply)(double);
  } activations[] = {{"sigmoid", sigmoid}, {"tanh", hyperbolic}, {"relu", relu}};
  char second[40];
  const scale scales[] = {
      {"1", 1, false}, {second, deviation, false}, {"sqrt(1/n) xavier", 1, true}, {"sqrt(2/n) he", 2, true}};
  double *normals, out[LAYERS];
  denpa_status status = DENPA_OK;
  dnp_format_real(second, sizeof second, deviation, 6);
  DNP_TRY(DNP_NEW(&normals, 3 * ROWS_ROOM + LAYERS * WEIGHTS_ROOM, err));
  double *room = normals + ROWS_ROOM + LAYERS * WEIGHTS_ROOM;
  dnp_lab_normals(3, ROWS_ROOM + LAYERS * WEIGHTS_ROOM, normals);
  dnp_notes_table(notes, "layers", 2 + LAYERS,
      DNP_ROW(dnp_t("activation"), dnp_t("weights' deviation"), dnp_s("z1"), dnp_s("z2"), dnp_s("z3"), dnp_s("z4"),
          dnp_s("z5")));
  for (size_t i = 0; i < 3; i++)
    for (size_t k = 0; k < 4 && status == DENPA_OK; k++) {
      send_through(activations[i].apply, deviation_of(&scales[k]), normals, room, out);
      dnp_notes_row(notes, DNP_ROW(dnp_s(activations[i].name), dnp_s(scales[k].name), dnp_d(out[0]), dnp_d(out[1]),
                               dnp_d(out[2]), dnp_d(out[3]), dnp_d(out[4])));
      if (i == 1) status = draw_layers(figure, scales[k].name, out, err);
    }
  dnp_notes_draw(notes, (dnp_note_part){.row = 4, .rows = 4, .column = 2, .columns = LAYERS}); /* those of tanh */
  dnp_free(normals);
  return status;
}

static denpa_status say_deep(dnp_notes *notes, const denpa_data *train, const denpa_data *test, denpa_error *err) {
  static const struct {
    const char *hidden, *activation, *init;
  } nets[] = {{"50", "sigmoid", "normal:0.01"}, {"100-100-100-100", "relu", "normal:0.01"},
      {"100-100-100-100", "relu", "xavier"}, {"100-100-100-100", "relu", "he"}};
  dnp_notes_head(notes, "What learning makes of it");
  dnp_notes_say(notes, "{1} updates with learning rate 0.1 on {2} training samples:", dnp_i(UPDATES),
      dnp_u(denpa_data_rows(train, DENPA_SPLIT_TRAIN)));
  dnp_notes_table(notes, "trainings", 4,
      DNP_ROW(dnp_t("hidden layers, activation, initial weights"), dnp_t("loss before"), dnp_t("loss after"),
          dnp_t("test accuracy")));
  for (size_t i = 0; i < sizeof nets / sizeof *nets; i++) {
    trial t;
    char what[96];
    DNP_TRY(try_out(train, test, nets[i].hidden, nets[i].activation, nets[i].init, 0.1, NULL, &t, err));
    snprintf(what, sizeof what, "%s, %s, %s", nets[i].hidden, nets[i].activation, nets[i].init);
    say_trial(notes, dnp_s(what), &t);
  }
  dnp_notes_number(notes, "guess", dnp_log((double)denpa_data_classes(train)), "loss of a pure guess among {1} classes",
      dnp_u(denpa_data_classes(train)));
  dnp_notes_say(notes, DNP_TEXT_lab_init_learned);
  return DENPA_OK;
}

static denpa_status teach_init(
    dnp_notes *notes, const denpa_data *train, const denpa_data *test, double deviation, denpa_error *err) {
  dnp_figure *figure;
  dnp_notes_say(notes, DNP_TEXT_lab_init_begin, dnp_i(SAMPLES), dnp_i(LAYERS), dnp_i(WIDTH));
  DNP_TRY(open_layers(notes, &figure, err));
  const denpa_status status = say_layers(notes, deviation, figure, err);
  if (status != DENPA_OK) return dnp_figure_free(figure), status;
  dnp_notes_figure(notes, figure);
  dnp_notes_say(notes, DNP_TEXT_lab_init_deviations);
  DNP_TRY(say_deep(notes, train, test, err));
  dnp_notes_ask(notes, sqrt(1.0 / 400),
      "A layer has 400 inputs. Which deviation does Xavier's rule, sqrt(1/n), give its weights?");
  dnp_notes_hint(notes, "The square root of 400 is 20.");
  return DENPA_OK;
}

denpa_status dnp_lab_init(dnp_notes *notes, const dnp_lab *lab, denpa_error *err) {
  const denpa_data *data = lab->dataset;
  denpa_data *train = NULL, *test = NULL;
  denpa_status status = open_parts(data, &train, &test, err);
  if (status == DENPA_OK) status = teach_init(notes, train, test, lab->value, err);
  denpa_data_free(test);
  denpa_data_free(train);
  return status;
}
