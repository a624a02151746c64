/* lab_graph.c: lessons on small graphs: gates of one unit and of two layers, and the shopping of apples and oranges.
 * Called through the table of lab.c. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "book/lab.h"
#include "draw/diagram.h"
#include "draw/plot.h"
#include "lab_txt.h"
#include "book/scalars.h"

/* ---- gates by hand ------------------------------------------------------------------------------ */

static const double inputs[4][2] = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};

typedef struct gate {
  const char *name;
  double w1, w2, b;
} gate;

static const gate gates[] = {{"AND", 0.5, 0.5, -0.7}, {"NAND", -0.5, -0.5, 0.7}, {"OR", 0.5, 0.5, -0.2}};

static int fires(const gate *g, double x1, double x2) { return x1 * g->w1 + x2 * g->w2 + g->b > 0; }

static void say_gates(dnp_notes *notes) {
  dnp_notes_say(notes, DNP_TEXT_lab_gates_begin);
  dnp_notes_formula(notes, "y = 1 if x1*w1 + x2*w2 + b > 0 else 0");
  dnp_notes_table(notes, "weights", 4, DNP_ROW(dnp_t("gate"), dnp_s("w1"), dnp_s("w2"), dnp_s("b")));
  for (int i = 0; i < 3; i++)
    dnp_notes_row(notes, DNP_ROW(dnp_s(gates[i].name), dnp_d(gates[i].w1), dnp_d(gates[i].w2), dnp_d(gates[i].b)));
  dnp_notes_table(
      notes, "truth", 6, DNP_ROW(dnp_s("x1"), dnp_s("x2"), dnp_s("AND"), dnp_s("NAND"), dnp_s("OR"), dnp_s("XOR")));
  for (int i = 0; i < 4; i++) {
    const double x1 = inputs[i][0], x2 = inputs[i][1];
    const int nand = fires(&gates[1], x1, x2), or = fires(&gates[2], x1, x2);
    dnp_notes_row(notes, DNP_ROW(dnp_d(x1), dnp_d(x2), dnp_i(fires(&gates[0], x1, x2)), dnp_i(nand), dnp_i(or),
                             dnp_i(fires(&gates[0], nand, or))));
  }
  dnp_notes_say(notes, DNP_TEXT_lab_gates_xor);
}

/* ---- XOR learned --------------------------------------------------------------------------------- */

enum { SEEDS = 100, UPDATES = 1000 };

static denpa_status xor_data(denpa_data **out, denpa_error *err) {
  static const double target[] = {0, 1, 1, 0};
  const denpa_rows rows = {.rows = 4, .dtype = DENPA_DTYPE_FLOAT64, .x = inputs, .target = target};
  return denpa_data_from_memory(out, "xor", 2, 1, &rows, NULL, err);
}

static denpa_status learn_xor(
    const denpa_data *data, const char *text, uint64_t seed, denpa_net **net, bool *learned, denpa_error *err) {
  denpa_net_options options = dnp_lab_net_options();
  denpa_train_options how = denpa_train_options_default();
  double y[4];
  options.activation = "tanh";
  options.init = "normal:1";
  options.loss = "mse";
  options.seed = seed;
  how.optimizer = "adam";
  how.lr = 0.05;
  how.batch = 0;
  how.epochs = how.steps = UPDATES;
  how.evaluate = DENPA_EVALUATE_NONE;
  DNP_TRY(denpa_net_create(net, text, &options, err));
  DNP_TRY(denpa_train(*net, data, &how, NULL, err));
  DNP_TRY(denpa_net_predict(*net, 4, DENPA_DTYPE_FLOAT64, inputs, y, NULL, err));
  *learned = true;
  for (int i = 0; i < 4; i++) *learned = *learned && (y[i] > 0.5) == (inputs[i][0] != inputs[i][1]);
  return DENPA_OK;
}

static denpa_status say_learned(dnp_notes *notes, denpa_net *net, uint64_t seed, denpa_error *err) {
  static const struct {
    const char *name;
    size_t rows, columns;
  } parameters[] = {{"W1", 2, 2}, {"b1", 1, 2}, {"W2", 2, 1}, {"b2", 1, 1}};
  double value[4], y[4];
  dnp_notes_say(notes, "This is what the first one found (seed {1}):", dnp_u(seed));
  for (size_t i = 0; i < 4; i++) {
    DNP_TRY(denpa_net_value(net, parameters[i].name, value, parameters[i].rows * parameters[i].columns, err));
    dnp_notes_matrix(
        notes, parameters[i].name, parameters[i].name, parameters[i].rows, parameters[i].columns, value, 5);
  }
  DNP_TRY(denpa_net_predict(net, 4, DENPA_DTYPE_FLOAT64, inputs, y, NULL, err));
  dnp_notes_table(notes, "learned", 3, DNP_ROW(dnp_s("x1"), dnp_s("x2"), dnp_s("y")));
  for (int i = 0; i < 4; i++) { /* what is left beside 1 where a sum should be 0 is rounding */
    const double seen = fabs(y[i]) < 1e-12 ? 0 : y[i];
    dnp_notes_row(notes, DNP_ROW(dnp_d(inputs[i][0]), dnp_d(inputs[i][1]), dnp_d(seen)));
  }
  return DENPA_OK;
}

/* How many of the seeds learn it; the first that does is shown, if `notes` is given. */
static denpa_status count_learned(
    dnp_notes *notes, const denpa_data *data, const char *text, size_t *successes, denpa_error *err) {
  *successes = 0;
  for (uint64_t seed = 1; seed <= SEEDS; seed++) {
    denpa_net *net = NULL;
    bool learned = false;
    denpa_status status = learn_xor(data, text, seed, &net, &learned, err);
    if (status == DENPA_OK && learned && *successes == 0 && notes != NULL) status = say_learned(notes, net, seed, err);
    denpa_net_free(net);
    DNP_TRY(status);
    *successes += learned;
  }
  return DENPA_OK;
}

/* ---- XOR's plane --------------------------------------------------------------------------------- */

enum { SIDE = 41 }; /* places of the plane, from -0.5 to 1.5 */

static denpa_status fill_plane(dnp_figure *figure, denpa_net *net, denpa_error *err) {
  dnp_panel *p = &figure->panel[0];
  double *place;
  *p = (dnp_panel){
      .kind = DNP_PANEL_CELLS, .key = "plane", .rows = SIDE, .columns = SIDE, .both_signs = true, .low = -1, .high = 1};
  DNP_TRY(dnp_figure_take(figure, &p->value, SIDE * SIDE, err));
  DNP_TRY(dnp_figure_take(figure, &p->row_at, SIDE, err));
  DNP_TRY(dnp_figure_take(figure, &p->column_at, SIDE, err));
  DNP_TRY(dnp_figure_take(figure, &place, SIDE * SIDE * 2, err));
  for (size_t i = 0; i < SIDE; i++) p->row_at[i] = p->column_at[i] = -0.5 + 2.0 * (double)i / (SIDE - 1);
  for (size_t i = 0; i < SIDE * SIDE; i++) {
    place[2 * i] = p->column_at[i % SIDE];
    place[2 * i + 1] = p->row_at[i / SIDE];
  }
  DNP_TRY(denpa_net_predict(net, SIDE * SIDE, DENPA_DTYPE_FLOAT64, place, p->value, NULL, err));
  for (size_t i = 0; i < SIDE * SIDE; i++) p->value[i] = 2 * p->value[i] - 1; /* 0.5, the border, is neutral */
  return DENPA_OK;
}

/* The four rows, of each answer a series. */
static denpa_status mark_rows(dnp_figure *figure, denpa_error *err) {
  static const char *const keys[] = {"zero", "one"}, *const names[] = {DNP_N("XOR is 0"), DNP_N("XOR is 1")};
  dnp_panel *p = &figure->panel[0];
  p->count = 2;
  p->points = true;
  for (int k = 0; k < 2; k++) {
    dnp_series *s = &p->series[k];
    s->key = keys[k];
    snprintf(s->title, sizeof s->title, "%s", dnp_translate(figure->lang, names[k]));
    DNP_TRY(dnp_figure_take(figure, &s->x, 2, err));
    DNP_TRY(dnp_figure_take(figure, &s->y, 2, err));
    for (int i = 0; i < 4; i++) {
      if ((inputs[i][0] != inputs[i][1]) != (k == 1)) continue;
      s->x[s->count] = inputs[i][0];
      s->y[s->count++] = inputs[i][1];
    }
  }
  return DENPA_OK;
}

static denpa_status draw_plane(dnp_notes *notes, denpa_net *net, uint64_t seed, denpa_error *err) {
  dnp_figure *figure;
  DNP_TRY(dnp_lab_figure(notes, &figure, "gates", 1, err));
  denpa_status status = fill_plane(figure, net, err);
  if (status == DENPA_OK) status = mark_rows(figure, err);
  if (status != DENPA_OK) return dnp_figure_free(figure), status;
  dnp_figure_say(figure, figure->title, "What {1} answers on the whole plane", dnp_s(denpa_net_text(net)));
  dnp_figure_say(
      figure, figure->note, "Seed {1}. Orange: nearer to 1; blue: nearer to 0. 2y - 1 is drawn.", dnp_u(seed));
  dnp_figure_say(figure, figure->panel[0].title, "Dots: (0,0) and (1,1) are 0, (0,1) and (1,0) are 1");
  dnp_figure_say(figure, figure->panel[0].x_title, "x1");
  dnp_figure_say(figure, figure->panel[0].y_title, "x2");
  dnp_notes_figure(notes, figure);
  return DENPA_OK;
}

/* The plane of the first seed that learns it; of the first one where none does. */
static denpa_status find_plane(dnp_notes *notes, const denpa_data *data, size_t hidden, denpa_error *err) {
  char text[32];
  snprintf(text, sizeof text, "2-%zu-1", hidden);
  for (uint64_t seed = 1; seed <= SEEDS; seed++) {
    denpa_net *net = NULL;
    bool learned = false;
    denpa_status status = learn_xor(data, text, seed, &net, &learned, err);
    if (status == DENPA_OK && learned) status = draw_plane(notes, net, seed, err);
    denpa_net_free(net);
    if (status != DENPA_OK || learned) return status;
  }
  return dnp_fail(err, DENPA_ERROR_NUMERIC, "none of {1} seeds learned XOR with {2}", dnp_i(SEEDS), dnp_s(text));
}

static denpa_status teach_xor(dnp_notes *notes, const denpa_data *data, denpa_error *err) {
  size_t two, three;
  dnp_notes_head(notes, "XOR learned");
  dnp_notes_say(notes, DNP_TEXT_lab_gates_learned, dnp_i(UPDATES), dnp_i(SEEDS));
  DNP_TRY(count_learned(notes, data, "2-2-1", &two, err));
  DNP_TRY(count_learned(NULL, data, "2-3-1", &three, err));
  dnp_notes_number(
      notes, "successes", (double)two, "seeds of {1} that learned XOR with two hidden units", dnp_i(SEEDS));
  dnp_notes_number(notes, "successes_3", (double)three, "the same with three hidden units, 2-3-1");
  dnp_notes_say(notes, DNP_TEXT_lab_gates_hollow);
  return DENPA_OK;
}

static void ask_gate(dnp_notes *notes) {
  static const gate asked = {"", 1, 1, -1.5};
  dnp_notes_ask(notes, fires(&asked, 1, 0), "A unit has w1 = 1, w2 = 1, b = -1.5. What does it say to (1,0)?");
  dnp_notes_hint(notes, "1 if the sum 1*1 + 0*1 - 1.5 is above 0, else 0.");
}

denpa_status dnp_lab_gates(dnp_notes *notes, const dnp_lab *lab, denpa_error *err) {
  denpa_data *data;
  say_gates(notes);
  DNP_TRY(xor_data(&data, err));
  denpa_status status = teach_xor(notes, data, err);
  if (status == DENPA_OK) dnp_notes_say(notes, DNP_TEXT_lab_gates_plane);
  if (status == DENPA_OK) status = find_plane(notes, data, (size_t)lab->value, err);
  if (status == DENPA_OK) ask_gate(notes);
  denpa_data_free(data);
  return status;
}

/* ---- apples and oranges -------------------------------------------------------------------------- */

static denpa_status say_node(dnp_notes *notes, const denpa_net *net, const char *name, bool last, denpa_error *err) {
  double value = 0, slope = 1;
  DNP_TRY(denpa_net_value(net, name, &value, 1, err));
  if (!last) DNP_TRY(denpa_net_gradient(net, name, &slope, 1, err));
  dnp_notes_row(notes, DNP_ROW(dnp_s(name), dnp_d(value), dnp_d(slope)));
  return DENPA_OK;
}

/* What goes forwards out of a box, and what comes back to it. */
static denpa_status join_boxes(
    dnp_panel *panel, const denpa_net *net, size_t from, size_t to, const char *name, denpa_error *err) {
  double value = 0, slope = 0;
  DNP_TRY(denpa_net_value(net, name, &value, 1, err));
  DNP_TRY(denpa_net_gradient(net, name, &slope, 1, err));
  dnp_arrow *there = dnp_diagram_arrow(panel, from, to, false), *back = dnp_diagram_arrow(panel, to, from, true);
  dnp_text_copy(there->name, sizeof there->name, name);
  snprintf(back->name, sizeof back->name, "d%s", name);
  dnp_arrow_value(there, 0, value);
  dnp_arrow_value(back, 0, slope);
  return DENPA_OK;
}

/* The graph with its numbers: a box for each of them, the price at the end. */
static denpa_status draw_shop(dnp_notes *notes, const denpa_net *net, const dnp_leaf *leaves, size_t leaf_count,
    const dnp_join *joins, size_t join_count, denpa_error *err) {
  dnp_figure *figure;
  const char *names[DNP_MOST_SCALARS];
  double price = 0;
  DNP_TRY(dnp_lab_figure(notes, &figure, "apples", 1, err));
  dnp_panel *panel = &figure->panel[0];
  panel->key = "graph";
  dnp_figure_say(figure, figure->title, "A graph with its numbers");
  dnp_figure_say(figure, panel->title, "Blue: the value. Orange: by how much the price rises if it grows by 1.");
  denpa_status status = dnp_diagram_boxes(figure, panel, leaf_count + join_count, 4 * join_count, err);
  for (size_t i = 0; i < leaf_count + join_count && status == DENPA_OK; i++) {
    dnp_box *box = dnp_diagram_box(panel);
    names[i] = i < leaf_count ? leaves[i].name : joins[i - leaf_count].name;
    dnp_text_copy(box->title, sizeof box->title, names[i]);
    box->given = i < leaf_count;
    for (int k = 0; k < 2 && i >= leaf_count && status == DENPA_OK; k++) {
      const dnp_join *join = &joins[i - leaf_count];
      status = join_boxes(panel, net, (size_t)join->in[k], i, names[join->in[k]], err);
      snprintf(box->detail, sizeof box->detail, "= %s %s %s", names[join->in[0]], join->op == &dnp_op_add ? "+" : "*",
          k > 0 ? names[join->in[1]] : "");
    }
  }
  if (status == DENPA_OK) status = denpa_net_value(net, names[leaf_count + join_count - 1], &price, 1, err);
  if (status != DENPA_OK) return dnp_figure_free(figure), status;
  dnp_figure_say(figure, figure->note, "The price is {1}.", dnp_d(price));
  dnp_diagram_place(panel);
  dnp_notes_figure(notes, figure);
  return DENPA_OK;
}

static denpa_status shop(dnp_notes *notes, const char *key, bool drawn, const dnp_leaf *leaves, int leaf_count,
    const dnp_join *joins, int join_count, denpa_error *err) {
  denpa_net *net = NULL;
  char line[96];
  for (int i = 0; i < join_count; i++) {
    const char *names[2];
    for (int k = 0; k < 2; k++)
      names[k] = joins[i].in[k] < leaf_count ? leaves[joins[i].in[k]].name : joins[joins[i].in[k] - leaf_count].name;
    snprintf(
        line, sizeof line, "%s = %s %s %s", joins[i].name, names[0], joins[i].op == &dnp_op_add ? "+" : "*", names[1]);
    dnp_notes_formula(notes, line);
  }
  denpa_status status = dnp_scalars_build(&net, leaves, leaf_count, joins, join_count, err);
  dnp_notes_table(
      notes, key, 3, DNP_ROW(dnp_t("name"), dnp_t("value (forwards)"), dnp_t("slope of the price (backwards)")));
  for (int i = 0; i < leaf_count + join_count && status == DENPA_OK; i++)
    status = say_node(notes, net, i < leaf_count ? leaves[i].name : joins[i - leaf_count].name,
        i + 1 == leaf_count + join_count, err);
  if (status == DENPA_OK) /* the slopes */
    dnp_notes_draw(notes, (dnp_note_part){.rows = (size_t)(leaf_count + join_count), .column = 2, .columns = 1});
  if (status == DENPA_OK && drawn)
    status = draw_shop(notes, net, leaves, (size_t)leaf_count, joins, (size_t)join_count, err);
  denpa_net_free(net);
  return status;
}

static denpa_status ask_apples(dnp_notes *notes, denpa_error *err) {
  static const dnp_leaf pear[] = {{"pear", 80}, {"pears", 5}, {"tax", 1.1}};
  static const dnp_join buy[] = {{&dnp_op_multiply, "fruit", {0, 1}}, {&dnp_op_multiply, "price", {3, 2}}};
  denpa_net *net;
  double slope;
  DNP_TRY(dnp_scalars_build(&net, pear, 3, buy, 2, err));
  const denpa_status status = denpa_net_gradient(net, "pear", &slope, 1, err);
  denpa_net_free(net);
  DNP_TRY(status);
  dnp_notes_ask(
      notes, slope, "Five pears at 80 each, and 10 % tax. By how much does the price rise if a pear gets 1 dearer?");
  dnp_notes_hint(notes, "Five of them get 1 dearer, and the tax is taken from that, too.");
  return DENPA_OK;
}

denpa_status dnp_lab_apples(dnp_notes *notes, const dnp_lab *lab, denpa_error *err) {
  const dnp_leaf apple[] = {{"apple", 100}, {"apples", lab->value}, {"tax", 1.1}};
  static const dnp_join buy_apples[] = {{&dnp_op_multiply, "fruit", {0, 1}}, {&dnp_op_multiply, "price", {3, 2}}};
  const dnp_leaf both[] = {{"apple", 100}, {"apples", lab->value}, {"orange", 150}, {"oranges", 3}, {"tax", 1.1}};
  static const dnp_join buy_both[] = {{&dnp_op_multiply, "apple_cost", {0, 1}},
      {&dnp_op_multiply, "orange_cost", {2, 3}}, {&dnp_op_add, "fruit", {5, 6}}, {&dnp_op_multiply, "price", {7, 4}}};
  dnp_notes_say(notes, DNP_TEXT_lab_apples_begin, dnp_d(lab->value));
  DNP_TRY(shop(notes, "apples", false, apple, 3, buy_apples, 2, err));
  dnp_notes_say(notes, DNP_TEXT_lab_apples_slopes);
  dnp_notes_head(notes, "With oranges");
  dnp_notes_say(notes, DNP_TEXT_lab_apples_oranges);
  DNP_TRY(shop(notes, "both", true, both, 5, buy_both, 4, err));
  dnp_notes_say(notes, DNP_TEXT_lab_apples_network);
  return ask_apples(notes, err);
}
