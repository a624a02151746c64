/* lab_network.c: lessons that look at a whole network, and the figures that need one: its two flows, its products, the
 * transposes of its way back, the road by least squares through its last layer, and the error on its way back. The
 * network is the person's, or a fresh one of the article's form. Called through the table of lab.c. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "book/algebra.h"
#include "book/lab.h"
#include "draw/diagram.h"
#include "draw/network.h"
#include "draw/plot.h"
#include "explain/flows.h"
#include "lab_txt.h"

enum { HIDDEN = 50, BATCH = 100 };

/* ---- one pass ----------------------------------------------------------------------------------- */

static denpa_status train_some(denpa_net *net, const denpa_data *data, size_t updates, denpa_error *err) {
  denpa_train_options how = denpa_train_options_default();
  if (updates == 0) return DENPA_OK;
  how.epochs = DENPA_NO_LIMIT;
  how.steps = updates;
  how.evaluate = DENPA_EVALUATE_NONE;
  return denpa_train(net, data, &how, NULL, err);
}

static denpa_status make_net(denpa_net **out, const denpa_data *data, size_t hidden, size_t updates, denpa_error *err) {
  const denpa_net_options options = dnp_lab_net_options();
  char units[24];
  snprintf(units, sizeof units, "%zu", hidden);
  DNP_TRY(dnp_lab_net(out, data, units, &options, err));
  return train_some(*out, data, updates, err);
}

denpa_status dnp_lab_pass_open(dnp_lab_pass *out, const dnp_lab *lab, size_t hidden, size_t updates, denpa_split split,
    size_t first, size_t rows, denpa_error *err) {
  *out = (dnp_lab_pass){0};
  if (lab->net == NULL) DNP_TRY(make_net(&out->own, lab->dataset, hidden, updates, err));
  return dnp_trace_open(
      &out->trace, lab->net != NULL ? lab->net : out->own, lab->dataset, split, first, rows, false, err);
}

void dnp_lab_pass_close(dnp_lab_pass *pass) {
  dnp_trace_free(pass->trace);
  denpa_net_free(pass->own);
}

/* The figure becomes the notes' if it was made. */
static denpa_status finish(dnp_notes *notes, dnp_figure *figure, denpa_status status) {
  if (status == DENPA_OK)
    dnp_notes_figure(notes, figure);
  else
    dnp_figure_free(figure);
  return status;
}

static void say_whose(dnp_figure *figure, const dnp_lab *lab, const dnp_trace *trace) {
  char name[DNP_NETWORK_NAME], first[120];
  snprintf(first, sizeof first, "%s", dnp_network_brief(trace->net, figure->lang, 60, name));
  if (trace->rows > 1)
    dnp_figure_say(figure, figure->note, "The network {1}, {2} samples.", dnp_s(first), dnp_u(trace->rows));
  else if (lab->net != NULL)
    dnp_figure_say(figure, figure->note, "The network {1}, sample {2}.", dnp_s(first), dnp_u(trace->first));
  else
    dnp_figure_say(figure, figure->note, "A fresh network {1}, sample {2}.", dnp_s(first), dnp_u(trace->first));
}

/* With a network of the person's the value to be changed has nothing to change. */
static denpa_status refuse_value(const dnp_lab *lab, double usual, const char *name, denpa_error *err) {
  if (lab->net == NULL || lab->value == usual) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_ARGUMENT,
      "--set {1} changes the lesson's own network; with a model of yours there is nothing to change", dnp_s(name));
}

/* ---- flow --------------------------------------------------------------------------------------- */

static denpa_status draw_flow(dnp_notes *notes, const dnp_lab *lab, const dnp_trace *trace, denpa_error *err) {
  dnp_figure *figure;
  DNP_TRY(dnp_lab_figure(notes, &figure, "flow", 1, err));
  dnp_figure_say(figure, figure->title, "Forward and backward");
  say_whose(figure, lab, trace);
  figure->panel[0].key = "flow";
  dnp_figure_say(
      figure, figure->panel[0].title, "Blue, down: what is computed. Orange, up: how the loss would change.");
  return finish(notes, figure, dnp_flows_panel(figure, &figure->panel[0], trace, false, err));
}

/* Not every loss has a step in it. */
static void say_inside(dnp_notes *notes, const dnp_trace *trace) {
  static const char *const steps[] = {[DNP_INSIDE_SOFTMAX] = DNP_N("Softmax"), [DNP_INSIDE_SIGMOID] = DNP_N("Sigmoid")};
  const dnp_node *last = trace->net->exec->last;
  char handed[DNP_HANDED_BACK];
  if (last == NULL || last->op->inside == DNP_INSIDE_NOTHING) return;
  dnp_flows_handed_back(trace, notes->lang, handed);
  dnp_notes_say(notes, DNP_TEXT_lab_flow_inside, dnp_t(steps[last->op->inside]), dnp_s(handed));
}

denpa_status dnp_lab_flow(dnp_notes *notes, const dnp_lab *lab, denpa_error *err) {
  dnp_lab_pass pass;
  DNP_TRY(refuse_value(lab, HIDDEN, "hidden", err));
  denpa_status status = dnp_lab_pass_open(&pass, lab, (size_t)lab->value, 0, DENPA_SPLIT_TEST, 0, 1, err);
  if (status == DENPA_OK) {
    dnp_notes_say(notes, DNP_TEXT_lab_flow_begin);
    status = draw_flow(notes, lab, pass.trace, err);
  }
  if (status == DENPA_OK) {
    const denpa_net *net = pass.trace->net;
    const denpa_parameter p = denpa_net_parameter(net, 0);
    dnp_notes_say(notes, DNP_TEXT_lab_flow_back, dnp_s(p.name));
    dnp_notes_number(notes, "parameters", (double)denpa_net_parameter_count(net), "weights and biases of this network");
    say_inside(notes, pass.trace);
    if (lab->net == NULL) dnp_notes_say(notes, DNP_TEXT_lab_flow_read);
    dnp_notes_ask(notes, (double)p.count, "How many numbers does {1} hold? Its gradient has as many.", dnp_s(p.name));
    dnp_notes_hint(notes, "Its shape stands in the picture: rows times columns.");
  }
  dnp_lab_pass_close(&pass);
  return status;
}

/* ---- error -------------------------------------------------------------------------------------- */

static denpa_status draw_error(dnp_notes *notes, const dnp_lab *lab, const dnp_trace *trace, denpa_error *err) {
  dnp_figure *figure;
  DNP_TRY(dnp_lab_figure(notes, &figure, "error", 2, err));
  dnp_figure_say(figure, figure->title, "The error on its way back");
  say_whose(figure, lab, trace);
  figure->panel[0].key = "compared";
  figure->panel[1].key = "back";
  dnp_figure_say(figure, figure->panel[0].title, "Prediction beside answer");
  dnp_figure_say(figure, figure->panel[1].title, "Orange, up: the error, with its largest numbers");
  denpa_status status = dnp_errors_panel(figure, &figure->panel[0], trace, err);
  if (status == DENPA_OK) status = dnp_flows_panel(figure, &figure->panel[1], trace, true, err);
  return finish(notes, figure, status);
}

/* About the right class; about the first output where there is none, or where the answers are numbers. */
static void ask_error(dnp_notes *notes, const dnp_trace *trace) {
  const dnp_exec *exec = trace->net->exec;
  const dnp_tensor *a = exec->last->in[0];
  const bool numbers = dnp_trace_numbers(trace);
  const size_t label = numbers ? 0 : (size_t)trace->step->label,
               output = label < dnp_tensor_row(exec->output) ? label : 0;
  const size_t class_number = dnp_trace_class_of(trace, output);
  const dnp_seen *back = dnp_trace_seen(trace, &(dnp_cell){.tensor = a, .gradient = true});
  const double y = dnp_tensor_element(exec->output, DNP_DATA, output), answer = dnp_tensor_element(a, DNP_GRAD, output);
  char formula[1024] = "";
  if (back != NULL) dnp_step_formula(trace->step, back, notes->lang, formula, sizeof formula);
  if (numbers)
    dnp_notes_ask(notes, answer, "The network says {1:.4f}, and t is {2:.4f}. Which number begins the way back?",
        dnp_d(y), dnp_d(dnp_tensor_element(exec->answer, DNP_DATA, output)));
  else
    dnp_notes_ask(notes, answer,
        "For class {1} the network says {2:.4f}, and t is {3}. Which number begins the way back there?",
        dnp_u(class_number), dnp_d(y), dnp_i(class_number == label));
  dnp_notes_hint(notes, "Take one number of each: {1}", dnp_s(formula));
}

denpa_status dnp_lab_error(dnp_notes *notes, const dnp_lab *lab, denpa_error *err) {
  dnp_lab_pass pass;
  DNP_TRY(refuse_value(lab, 0, "updates", err));
  denpa_status status = dnp_lab_pass_open(
      &pass, lab, HIDDEN, lab->net != NULL ? 0 : (size_t)lab->value, DENPA_SPLIT_TEST, 0, 1, err);
  if (status == DENPA_OK) {
    dnp_notes_say(notes, dnp_trace_numbers(pass.trace) ? DNP_TEXT_lab_error_begin_numbers : DNP_TEXT_lab_error_begin);
    status = draw_error(notes, lab, pass.trace, err);
  }
  if (status == DENPA_OK) {
    dnp_notes_say(notes, DNP_TEXT_lab_error_back);
    dnp_notes_number(notes, "loss", pass.trace->loss, "loss of this sample");
    const dnp_seen *first = dnp_trace_seen(
        pass.trace, &(dnp_cell){.tensor = pass.trace->net->exec->last->in[0], .gradient = true});
    dnp_notes_say(notes, DNP_TEXT_lab_error_trace, dnp_s(first != NULL ? first->name : "loss"));
    if (lab->net == NULL) dnp_notes_say(notes, DNP_TEXT_lab_error_learned);
    ask_error(notes, pass.trace);
  }
  dnp_lab_pass_close(&pass);
  return status;
}

/* ---- products: the figure of the lesson product --------------------------------------------------- */

denpa_status dnp_lab_draw_products(dnp_notes *notes, const dnp_lab *lab, size_t sample, denpa_error *err) {
  dnp_lab_pass pass;
  dnp_figure *figure = NULL;
  denpa_status status = dnp_lab_pass_open(&pass, lab, HIDDEN, 0, DENPA_SPLIT_TEST, sample, 1, err);
  if (status == DENPA_OK) status = dnp_lab_figure(notes, &figure, "product", 1, err);
  if (status == DENPA_OK) {
    dnp_figure_say(figure, figure->title, "The sizes in a ring must agree");
    say_whose(figure, lab, pass.trace);
    figure->panel[0].key = "products";
    dnp_figure_say(figure, figure->panel[0].title, "rows x columns of every product on the way forward");
    status = finish(notes, figure, dnp_products_panel(figure, &figure->panel[0], pass.trace, false, err));
  }
  dnp_lab_pass_close(&pass);
  return status;
}

/* ---- flip: the figure of the lesson transpose ------------------------------------------------------ */

static denpa_status draw_flip(dnp_figure *figure, dnp_panel *panel, size_t rows, size_t columns, const double *a,
    const double *t, denpa_error *err) {
  double *copy[2];
  DNP_TRY(dnp_diagram_lines(figure, panel, 1, 2, err));
  for (int i = 0; i < 2; i++) DNP_TRY(dnp_figure_take(figure, &copy[i], rows * columns, err));
  memcpy(copy[0], a, rows * columns * sizeof *a);
  memcpy(copy[1], t, rows * columns * sizeof *t);
  dnp_diagram_line(panel);
  dnp_matrix *m = dnp_diagram_matrix(panel, "", "A", rows, columns);
  m->value = copy[0];
  m->tint = DNP_TINT_ROWS;
  m = dnp_diagram_matrix(panel, "->", "A^T", columns, rows);
  m->value = copy[1];
  m->tint = DNP_TINT_COLUMNS;
  return DENPA_OK;
}

denpa_status dnp_lab_draw_flip(dnp_notes *notes, const dnp_lab *lab, size_t rows, size_t columns, const double *a,
    const double *t, denpa_error *err) {
  dnp_lab_pass pass;
  dnp_figure *figure = NULL;
  denpa_status status = dnp_lab_pass_open(&pass, lab, HIDDEN, 0, DENPA_SPLIT_TEST, 0, 1, err);
  if (status == DENPA_OK) status = dnp_lab_figure(notes, &figure, "transpose", 2, err);
  if (status == DENPA_OK) {
    dnp_figure_say(figure, figure->title, "Row 1 becomes column 1");
    say_whose(figure, lab, pass.trace);
    figure->panel[0].key = "flip";
    figure->panel[1].key = "back";
    dnp_figure_say(figure, figure->panel[0].title, "Each row keeps its colour; without colours, row 1 has a *");
    dnp_figure_say(figure, figure->panel[1].title, "What transposes are for: the products on the way back");
    status = draw_flip(figure, &figure->panel[0], rows, columns, a, t, err);
    if (status == DENPA_OK) status = dnp_products_panel(figure, &figure->panel[1], pass.trace, true, err);
    status = finish(notes, figure, status);
  }
  dnp_lab_pass_close(&pass);
  return status;
}

/* ---- road: the figure of the lesson least-squares -------------------------------------------------- */

enum { ROAD_ROWS = 500, ROAD_COLUMNS = 300 };

typedef struct road {
  const dnp_node *layer;
  size_t rows, columns, outputs; /* columns: those that come in and the 1 for the bias */
  /* z: [rows, columns]; a and right: what came out, z^T . a; gram: z^T . z */
  double *room, *z, *a, *gram, *w;
} road;

static const dnp_node *last_layer(const dnp_exec *exec) {
  for (size_t i = exec->nodes; i-- > 0;)
    if (exec->node[i].op == &dnp_op_affine) return &exec->node[i];
  return NULL;
}

static denpa_status open_road(road *r, const dnp_trace *trace, denpa_error *err) {
  r->layer = last_layer(trace->net->exec);
  if (r->layer == NULL) return dnp_fail(err, DENPA_ERROR_UNSUPPORTED, "this network has no dense layer");
  r->rows = trace->rows;
  r->columns = dnp_tensor_row(r->layer->in[0]) + 1;
  r->outputs = dnp_tensor_row(r->layer->out);
  if (r->columns > ROAD_COLUMNS)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED,
        "{1} numbers come into the last layer; the picture of least squares takes at most {2}", dnp_u(r->columns - 1),
        dnp_i(ROAD_COLUMNS - 1));
  DNP_TRY(DNP_NEW(&r->room, r->rows * (r->columns + r->outputs) + r->columns * (r->columns + r->outputs), err));
  r->z = r->room;
  r->a = r->z + r->rows * r->columns;
  r->gram = r->a + r->rows * r->outputs;
  r->w = r->gram + r->columns * r->columns;
  for (size_t i = 0; i < r->rows; i++) {
    for (size_t k = 0; k + 1 < r->columns; k++)
      r->z[i * r->columns + k] = dnp_tensor_element(r->layer->in[0], DNP_DATA, i * (r->columns - 1) + k);
    r->z[i * r->columns + r->columns - 1] = 1;
    for (size_t k = 0; k < r->outputs; k++)
      r->a[i * r->outputs + k] = dnp_tensor_element(r->layer->out, DNP_DATA, i * r->outputs + k);
  }
  return DENPA_OK;
}

/* W and b of the layer from what came in and what came out; how far they are from the network's own. */
static denpa_status walk_road(road *r, double *apart, denpa_error *err) {
  size_t column;
  dnp_algebra_product_tn(r->rows, r->columns, r->columns, r->z, r->z, r->gram);
  dnp_algebra_product_tn(r->rows, r->columns, r->outputs, r->z, r->a, r->w);
  DNP_TRY(dnp_algebra_cholesky(r->columns, r->gram, &column, err));
  dnp_algebra_cholesky_solve(r->columns, r->outputs, r->gram, r->w);
  *apart = 0;
  for (size_t i = 0; i < r->columns * r->outputs; i++) {
    const bool bias = i >= (r->columns - 1) * r->outputs;
    const double own = dnp_tensor_element(
        r->layer->in[bias ? 2 : 1], DNP_DATA, bias ? i - (r->columns - 1) * r->outputs : i);
    *apart = fmax(*apart, fabs(r->w[i] - own));
  }
  return DENPA_OK;
}

static denpa_status draw_road(dnp_figure *figure, dnp_panel *panel, const road *r, denpa_error *err) {
  static const char z[] = "Z", zt[] = "Z^T", back[] = "(Z^T . Z)^-1";
  const char *const w = r->layer->in[1]->name, *const a = r->layer->out->name;
  DNP_TRY(dnp_diagram_lines(figure, panel, 3, 12, err));
  dnp_line *line = dnp_diagram_line(panel);
  dnp_figure_say(figure, line->text,
      "1. The last layer: Z (that is {1} and a column of ones for {2}) times its weights", dnp_s(r->layer->in[0]->name),
      dnp_s(r->layer->in[2]->name));
  dnp_diagram_matrix(panel, "", z, r->rows, r->columns);
  dnp_diagram_times(panel, w, r->columns, r->outputs);
  dnp_diagram_matrix(panel, "=", a, r->rows, r->outputs);
  line = dnp_diagram_line(panel);
  dnp_figure_say(figure, line->text, "2. Both sides times the transpose of Z, from the left");
  dnp_diagram_matrix(panel, "", zt, r->columns, r->rows);
  dnp_diagram_times(panel, z, r->rows, r->columns);
  dnp_diagram_times(panel, w, r->columns, r->outputs);
  dnp_diagram_matrix(panel, "=", zt, r->columns, r->rows);
  dnp_diagram_times(panel, a, r->rows, r->outputs);
  line = dnp_diagram_line(panel);
  dnp_figure_say(figure, line->text, "3. Z^T . Z is not 1; its inverse clears it away, and the weights stand alone");
  dnp_diagram_matrix(panel, "", w, r->columns, r->outputs);
  dnp_diagram_matrix(panel, "=", back, r->columns, r->columns);
  dnp_diagram_times(panel, zt, r->columns, r->rows);
  dnp_diagram_times(panel, a, r->rows, r->outputs);
  return DENPA_OK;
}

static denpa_status tell_road(dnp_notes *notes, const dnp_lab *lab, const dnp_trace *trace, road *r, denpa_error *err) {
  dnp_figure *figure;
  denpa_error why = {0};
  char text[512];
  double apart = 0;
  DNP_TRY(dnp_lab_figure(notes, &figure, "least-squares", 1, err));
  dnp_figure_say(figure, figure->title, "The road by least squares");
  say_whose(figure, lab, trace);
  figure->panel[0].key = "road";
  dnp_figure_say(figure, figure->panel[0].title, "From what came in and what came out, back to the weights");
  dnp_notes_say(notes, DNP_TEXT_lab_least_squares_own, dnp_u(r->rows));
  DNP_TRY(finish(notes, figure, draw_road(figure, &figure->panel[0], r, err)));
  denpa_status status = walk_road(r, &apart, &why);
  if (status == DENPA_OK) {
    dnp_notes_number(
        notes, "own_apart", apart, "largest difference between the weights found so and the network's own");
    return DENPA_OK;
  }
  denpa_error_text(&why, notes->lang, text, sizeof text);
  dnp_notes_say(notes, DNP_TEXT_lab_least_squares_blocked);
  dnp_notes_formula(notes, text);
  return DENPA_OK;
}

denpa_status dnp_lab_draw_road(dnp_notes *notes, const dnp_lab *lab, denpa_error *err) {
  dnp_lab_pass pass;
  road r = {0};
  denpa_status status = dnp_lab_pass_open(&pass, lab, HIDDEN, 0, DENPA_SPLIT_TRAIN, 0, ROAD_ROWS, err);
  if (status == DENPA_OK) status = open_road(&r, pass.trace, err);
  if (status == DENPA_OK) status = tell_road(notes, lab, pass.trace, &r, err);
  dnp_free(r.room);
  dnp_lab_pass_close(&pass);
  return status;
}
