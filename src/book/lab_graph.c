/* lab_graph.c: lessons on small graphs: gates of one unit and of two layers, and the shopping of apples and oranges.
 * Called through the table of lab.c. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "book/lab.h"
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

denpa_status dnp_lab_gates(dnp_notes *notes, const denpa_data *none, denpa_error *err) {
  denpa_data *data;
  (void)none;
  say_gates(notes);
  DNP_TRY(xor_data(&data, err));
  denpa_status status = teach_xor(notes, data, err);
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

static denpa_status shop(dnp_notes *notes, const char *key, const dnp_leaf *leaves, int leaf_count,
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
  denpa_net_free(net);
  return status;
}

denpa_status dnp_lab_apples(dnp_notes *notes, const denpa_data *data, denpa_error *err) {
  static const dnp_leaf apple[] = {{"apple", 100}, {"apples", 2}, {"tax", 1.1}};
  static const dnp_join buy_apples[] = {{&dnp_op_multiply, "fruit", {0, 1}}, {&dnp_op_multiply, "price", {3, 2}}};
  static const dnp_leaf both[] = {{"apple", 100}, {"apples", 2}, {"orange", 150}, {"oranges", 3}, {"tax", 1.1}};
  static const dnp_join buy_both[] = {{&dnp_op_multiply, "apple_cost", {0, 1}},
      {&dnp_op_multiply, "orange_cost", {2, 3}}, {&dnp_op_add, "fruit", {5, 6}}, {&dnp_op_multiply, "price", {7, 4}}};
  (void)data;
  dnp_notes_say(notes, DNP_TEXT_lab_apples_begin);
  DNP_TRY(shop(notes, "apples", apple, 3, buy_apples, 2, err));
  dnp_notes_say(notes, DNP_TEXT_lab_apples_slopes);
  dnp_notes_head(notes, "With oranges");
  dnp_notes_say(notes, DNP_TEXT_lab_apples_oranges);
  DNP_TRY(shop(notes, "both", both, 5, buy_both, 4, err));
  dnp_notes_say(notes, DNP_TEXT_lab_apples_network);
  return DENPA_OK;
}
