/* flows.c: see flows.h. Every shape, name and number is the trace's. */
#include "explain/flows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

/* ---- names that a learner knows ----------------------------------------------------------------- */

static const struct {
  const dnp_op *op;
  const char *title; /* {1}: its number among those of its kind; "" where there is one only */
} titles[] = {{&dnp_op_affine, DNP_N("hidden layer{1}")}, {&dnp_op_conv, DNP_N("convolution{1}")},
    {&dnp_op_max_pool, DNP_N("max pooling{1}")}, {&dnp_op_average_pool, DNP_N("average pooling{1}")},
    {&dnp_op_batch_norm, DNP_N("batch normalisation{1}")}, {&dnp_op_dropout, DNP_N("dropout{1}")},
    {&dnp_op_reshape, DNP_N("put into one row{1}")}, {&dnp_op_softmax, DNP_N("softmax: shares of 1{1}")}};

static void render(denpa_lang lang, char *out, size_t size, const char *message, const char *word) {
  dnp_render(out, size, lang, message, (const denpa_arg[]){dnp_s(word), DNP_END});
}

/* How many nodes before `end` have the operation. */
static size_t count_of(const dnp_exec *exec, const dnp_op *op, size_t end) {
  size_t count = 0;
  for (size_t i = 0; i < end; i++) count += exec->node[i].op == op;
  return count;
}

void dnp_flows_title(const dnp_exec *exec, size_t number, denpa_lang lang, char out[DNP_DIAGRAM_TEXT]) {
  const dnp_op *op = exec->node[number].op;
  const size_t all = count_of(exec, op, exec->nodes), mine = count_of(exec, op, number) + 1;
  const bool dense = op == &dnp_op_affine;
  char count[32] = "";
  if (dense && mine == all) {
    render(lang, out, DNP_DIAGRAM_TEXT, DNP_N("output layer"), "");
    return;
  }
  if (all > (dense ? 2u : 1u)) snprintf(count, sizeof count, " %zu", mine);
  for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
    if (titles[i].op == op) {
      render(lang, out, DNP_DIAGRAM_TEXT, titles[i].title, count);
      return;
    }
  render(lang, out, DNP_DIAGRAM_TEXT,
      op->ends_in_loss           ? DNP_N("loss: {1}")
      : dnp_op_is_activation(op) ? DNP_N("activation: {1}")
                                 : DNP_N("{1}"),
      op->word != NULL ? op->word : op->name);
}

/* ---- arrows -------------------------------------------------------------------------------------- */

static void shape_of(const dnp_seen *seen, char *out, size_t size) {
  size_t length = 0;
  out[0] = '\0';
  for (int i = 0; i < seen->axes && length < size; i++)
    length += (size_t)snprintf(out + length, size - length, "%s%zu", i > 0 ? "," : "", seen->shape[i]);
}

static void name_arrow(dnp_arrow *arrow, const dnp_seen *seen, const char *name) {
  dnp_text_copy(arrow->name, sizeof arrow->name, name);
  shape_of(seen, arrow->shape, sizeof arrow->shape);
}

static const dnp_seen *seen_of(const dnp_trace *trace, const dnp_tensor *t, bool gradient) {
  return dnp_trace_seen(trace, &(dnp_cell){.tensor = t, .gradient = gradient});
}

/* Of a batch, the numbers of the first sample. */
static void put_values(dnp_arrow *arrow, const dnp_trace *trace, const dnp_tensor *t) {
  dnp_cell cell = {.tensor = t, .gradient = true};
  for (cell.element = 0; cell.element < dnp_tensor_row(t); cell.element++)
    dnp_arrow_value(arrow, cell.element, dnp_trace_value(trace, &cell));
}

typedef struct drawing {
  dnp_panel *panel;
  const dnp_trace *trace;
  const dnp_exec *exec;
  denpa_lang lang;
  bool values;
} drawing;

static void join(const drawing *d, const dnp_tensor *t, size_t from, size_t to) {
  const dnp_seen *there = seen_of(d->trace, t, false), *back = seen_of(d->trace, t, true);
  if (there != NULL) name_arrow(dnp_diagram_arrow(d->panel, from, to, false), there, there->name);
  if (back == NULL || t == d->exec->input) return;
  dnp_arrow *arrow = dnp_diagram_arrow(d->panel, to, from, true);
  name_arrow(arrow, back, back->name);
  if (d->values) put_values(arrow, d->trace, t);
}

/* ---- boxes --------------------------------------------------------------------------------------- */

static void add_given(const drawing *d, size_t *box_of, const dnp_tensor *t) {
  dnp_box *box = dnp_diagram_box(d->panel);
  const dnp_seen *seen = seen_of(d->trace, t, false);
  char shape[64] = "";
  box->given = true;
  render(
      d->lang, box->title, sizeof box->title, t == d->exec->answer ? DNP_N("the right answers") : DNP_N("input"), "");
  if (seen != NULL) shape_of(seen, shape, sizeof shape);
  snprintf(box->detail, sizeof box->detail, "%s [%s]", t->name, shape);
  box_of[dnp_exec_number(d->exec, t)] = d->panel->diagram->boxes - 1;
}

/* "W1 [784,50]  b1 [50]" */
static void tell_parameters(const drawing *d, const dnp_node *node, dnp_box *box) {
  size_t length = 0;
  for (int k = 0; k < node->inputs; k++) {
    const dnp_seen *seen = seen_of(d->trace, node->in[k], false);
    char shape[64];
    if (d->exec->role[dnp_exec_number(d->exec, node->in[k])] != DNP_ROLE_PARAMETER || seen == NULL) continue;
    shape_of(seen, shape, sizeof shape);
    length += (size_t)snprintf(box->detail + length, sizeof box->detail - length, "%s%s [%s]", length > 0 ? "  " : "",
        node->in[k]->name, shape);
    if (length >= sizeof box->detail) return;
  }
}

static size_t add_box(const drawing *d) {
  dnp_diagram_box(d->panel);
  return d->panel->diagram->boxes - 1;
}

static dnp_box *box_at(const drawing *d, size_t box) { return &d->panel->diagram->box[box]; }

void dnp_flows_handed_back(const dnp_trace *trace, denpa_lang lang, char out[DNP_HANDED_BACK]) {
  static const char *const by_one[] = {" / 1", " / (1 * 1)"}; /* a batch of one; of one output */
  const dnp_node *last = trace->net->exec->last;
  const dnp_seen *back = last != NULL ? seen_of(trace, last->in[0], true) : NULL;
  char formula[1024];
  size_t length = 0;
  out[0] = '\0';
  if (back == NULL) return;
  dnp_step_formula(trace->step, back, lang, formula, sizeof formula);
  const char *from = strstr(formula, " = ");
  for (from += from != NULL ? 3 : 0; from != NULL && *from != '\0' && length + 1 < DNP_HANDED_BACK; from++) {
    if (*from == '[') from = strchr(from, ']'); /* without the shapes */
    if (from == NULL) break;
    if (*from != ']') out[length++] = *from;
  }
  out[length] = '\0';
  for (size_t i = 0; i < sizeof by_one / sizeof *by_one; i++) {
    const size_t end = length - strlen(by_one[i]);
    if (length <= strlen(by_one[i]) || strcmp(out + end, by_one[i]) != 0) continue;
    const size_t round = out[0] == '(' && out[end - 1] == ')';
    memmove(out, out + round, end);
    out[end - 2 * round] = '\0';
    return;
  }
}

/* What is inside of a loss is a step of its own: between it and the loss y goes there, and the difference comes back.
 */
static size_t add_inside(const drawing *d, const dnp_node *node) {
  const size_t number = add_box(d);
  dnp_box *box = box_at(d, number);
  if (node->op->inside == DNP_INSIDE_SOFTMAX)
    render(d->lang, box->title, sizeof box->title, titles[sizeof titles / sizeof *titles - 1].title, "");
  else
    render(d->lang, box->title, sizeof box->title, DNP_N("activation: {1}"), dnp_op_sigmoid.word);
  return number;
}

static void join_inside(const drawing *d, const dnp_node *node, size_t inside, size_t loss) {
  const dnp_seen *y = seen_of(d->trace, node->out, false);
  if (y == NULL) return;
  name_arrow(dnp_diagram_arrow(d->panel, inside, loss, false), y, y->name);
  char handed[DNP_HANDED_BACK];
  dnp_flows_handed_back(d->trace, d->lang, handed);
  name_arrow(dnp_diagram_arrow(d->panel, loss, inside, true), y, handed);
}

static void add_node(const drawing *d, size_t *box_of, size_t number) {
  const dnp_node *node = &d->exec->node[number];
  const bool apart = node->op->inside != DNP_INSIDE_NOTHING;
  for (int k = 0; k < node->inputs; k++)
    if (node->in[k] == d->exec->input || node->in[k] == d->exec->answer) add_given(d, box_of, node->in[k]);
  const size_t inside = apart ? add_inside(d, node) : 0, own = add_box(d);
  dnp_flows_title(d->exec, number, d->lang, box_at(d, own)->title);
  tell_parameters(d, node, box_at(d, own));
  if (apart) join_inside(d, node, inside, own);
  for (int k = 0; k < node->inputs; k++)
    if (d->exec->role[dnp_exec_number(d->exec, node->in[k])] != DNP_ROLE_PARAMETER)
      join(d, node->in[k], box_of[dnp_exec_number(d->exec, node->in[k])], apart && k == 0 ? inside : own);
  box_of[dnp_exec_number(d->exec, node->out)] = own;
}

#define MOST_NODES 200

denpa_status dnp_flows_panel(
    dnp_figure *figure, dnp_panel *panel, const dnp_trace *trace, bool values, denpa_error *err) {
  const dnp_exec *exec = trace->net->exec;
  const drawing d = {panel, trace, exec, figure->lang, values};
  size_t *box_of;
  if (exec->nodes > MOST_NODES)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED, "the network has {1} steps; a picture of its flows holds at most {2}",
        dnp_u(exec->nodes), dnp_i(MOST_NODES));
  DNP_TRY(dnp_diagram_boxes(figure, panel, 2 * exec->nodes + 2, 6 * exec->nodes + 2, err));
  DNP_TRY(DNP_NEW(&box_of, exec->tensors, err));
  for (size_t i = 0; i < exec->nodes; i++) add_node(&d, box_of, i);
  dnp_free(box_of);
  dnp_diagram_place(panel);
  return DENPA_OK;
}

/* ---- products ------------------------------------------------------------------------------------ */

/* A factor or the product, from its place in a formula: "z1^T[50,1]". Returns what stands behind it. */
static const char *read_matrix(const char *at, char name[64], size_t size[2]) {
  const size_t length = strcspn(at, "[ ");
  char *end;
  if (at[length] != '[' || length >= 64) return NULL;
  size[0] = strtoul(at + length + 1, &end, 10);
  if (*end != ',') return NULL;
  size[1] = strtoul(end + 1, &end, 10);
  if (*end != ']') return NULL;
  snprintf(name, 64, "%.*s", (int)length, at);
  return end + 1;
}

/* Adds "C[n,k] = A[n,m] . B[m,k]", which the formula of a step begins with; false if it is no product. */
static bool add_product(dnp_panel *panel, const char *formula) {
  char name[3][64];
  size_t size[3][2];
  dnp_step_sizes sizes;
  if (!dnp_step_sizes_of(formula, &sizes)) return false;
  const char *at = read_matrix(formula, name[0], size[0]);
  at = at != NULL && strncmp(at, " = ", 3) == 0 ? read_matrix(at + 3, name[1], size[1]) : NULL;
  at = at != NULL && strncmp(at, " . ", 3) == 0 ? read_matrix(at + 3, name[2], size[2]) : NULL;
  if (at == NULL) return false;
  dnp_diagram_line(panel);
  dnp_diagram_matrix(panel, "", name[1], size[1][0], size[1][1]);
  dnp_diagram_times(panel, name[2], size[2][0], size[2][1]);
  dnp_diagram_matrix(panel, "=", name[0], size[0][0], size[0][1]);
  return true;
}

denpa_status dnp_products_panel(
    dnp_figure *figure, dnp_panel *panel, const dnp_trace *trace, bool back, denpa_error *err) {
  const dnp_step *step = trace->step;
  char formula[1024];
  size_t count = 0;
  DNP_TRY(dnp_diagram_lines(figure, panel, step->count, 3 * step->count, err));
  for (size_t i = 0; i < step->count; i++) {
    const bool input = step->seen[i].tensor == dnp_exec_number(trace->net->exec, trace->net->exec->input);
    if ((step->seen[i].as == DNP_SEEN_BACKWARD) != back || (back && input)) continue;
    dnp_step_formula(step, &step->seen[i], figure->lang, formula, sizeof formula);
    count += add_product(panel, formula);
  }
  if (count > 0) return DENPA_OK;
  return dnp_fail(err, DENPA_ERROR_UNSUPPORTED, "this network has no product of matrices");
}

/* ---- the answer beside the right one -------------------------------------------------------------- */

denpa_status dnp_errors_panel(dnp_figure *figure, dnp_panel *panel, const dnp_trace *trace, denpa_error *err) {
  const dnp_exec *exec = trace->net->exec;
  const dnp_node *last = exec->last;
  const size_t outputs = dnp_tensor_row(exec->output);
  double *column[4];
  bool difference = true;
  if (last == NULL)
    return dnp_fail(err, DENPA_ERROR_UNSUPPORTED, "this network does not end in a loss, so nothing is compared");
  const dnp_seen *back = seen_of(trace, last->in[0], true);
  DNP_TRY(dnp_diagram_lines(figure, panel, 1, 4, err));
  for (int i = 0; i < 4; i++) DNP_TRY(dnp_figure_take(figure, &column[i], outputs, err));
  for (size_t k = 0; k < outputs; k++) {
    const double y = dnp_tensor_element(exec->output, DNP_DATA, k);
    column[0][k] = (double)dnp_trace_class_of(trace, k);
    column[1][k] = y;
    column[2][k] = dnp_trace_numbers(trace) ? dnp_tensor_element(exec->answer, DNP_DATA, k)
                                            : column[0][k] == (double)trace->step->label;
    column[3][k] = dnp_tensor_element(last->in[0], DNP_GRAD, k);
    /* in the type of the network */
    difference = difference && (column[3][k] == y - column[2][k] || column[3][k] == (double)(float)(y - column[2][k]));
  }
  char class_text[64];
  render(figure->lang, class_text, sizeof class_text, dnp_trace_numbers(trace) ? DNP_N("output") : DNP_N("class"), "");
  const char *const names[] = {class_text, exec->output->name, exec->answer->name, back != NULL ? back->name : "dy"};
  const char *const signs[] = {"", "", difference ? "-" : "", difference ? "=" : "->"};
  dnp_diagram_line(panel);
  for (int i = 0; i < 4; i++) {
    dnp_matrix *m = dnp_diagram_matrix(panel, signs[i], names[i], outputs, 1);
    m->value = column[i];
    m->plain = true;
    m->tint = i == 0 ? DNP_TINT_NONE : DNP_TINT_SIGNS;
  }
  return DENPA_OK;
}
