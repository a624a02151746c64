/* graph.c: putting a graph together: tensors and operations in the order of computing. The builder is sticky: the first
 * error is kept, later calls do nothing, and building reports it. Called by programs through denpa.h and by text.c. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/memory.h"
#include "net/graph.h"

denpa_status denpa_graph_create(denpa_graph **out, denpa_error *err) {
  DNP_REQUIRE(out, err);
  return DNP_NEW(out, 1, err);
}

void denpa_graph_free(denpa_graph *graph) {
  if (graph == NULL) return;
  dnp_free(graph->tensor);
  dnp_free(graph->node);
  dnp_free(graph->text);
  dnp_free(graph->activation);
  dnp_free(graph->init);
  dnp_free(graph->loss);
  dnp_free(graph);
}

static int broken(denpa_graph *graph, denpa_status status) {
  graph->error.status = status;
  return -1;
}

/* An argument that is NULL, of whichever function of the builder. */
static int missing(denpa_graph *graph, const char *argument) {
  return broken(graph, dnp_missing(&graph->error, "denpa_graph", argument));
}

/* An entry like `entry`; its number, or -1. */
static int add_tensor(denpa_graph *graph, const dnp_graph_tensor *entry, const char *name) {
  denpa_error *err = &graph->error;
  size_t length = strlen(name), count;
  if (length == 0 || length > DNP_MAX_NAME)
    return broken(
        graph, dnp_fail(err, DENPA_ERROR_ARGUMENT, "the tensor name '{1}' has {2} bytes; between 1 and {3} are allowed",
                   dnp_s(name), dnp_u(length), dnp_u(DNP_MAX_NAME)));
  for (size_t i = 0; i < graph->tensors; i++)
    if (strcmp(graph->tensor[i].tensor.name, name) == 0)
      return broken(graph, dnp_fail(err, DENPA_ERROR_ARGUMENT,
                               "there are two tensors named '{1}'; every tensor needs a name of its own", dnp_s(name)));
  if (!dnp_shape_count(entry->tensor.axes, entry->tensor.shape, &count))
    return broken(graph,
        dnp_fail(err, DENPA_ERROR_SHAPE, "the tensor '{1}' is larger than this machine can address", dnp_s(name)));
  if (graph->tensors == graph->tensor_room) {
    size_t room = graph->tensor_room > 0 ? graph->tensor_room * 2 : 16;
    denpa_status status = dnp_grow((void **)&graph->tensor, graph->tensors, room, sizeof *graph->tensor, err);
    if (status != DENPA_OK) return broken(graph, status);
    graph->tensor_room = room;
  }
  graph->tensor[graph->tensors] = *entry;
  dnp_tensor *added = &graph->tensor[graph->tensors].tensor;
  memcpy(added->name, name, length + 1);
  added->layout = dnp_layout_for(added->batched, added->axes);
  return (int)graph->tensors++;
}

/* A leaf: what is not computed. Batched leaves get an axis 0 for the rows in front of `shape`. */
static int add_leaf(denpa_graph *graph, dnp_role role, denpa_dtype dtype, bool batched, const char *name, int axes,
    const size_t *shape) {
  if (graph == NULL || graph->error.status != DENPA_OK) return -1;
  if (name == NULL) return missing(graph, "name");
  if (axes > 0 && shape == NULL) return missing(graph, "shape");
  dnp_graph_tensor entry = {
      .role = role, .tensor = {.dtype = dtype, .axes = axes + batched, .batched = batched, .shape = {1}}};
  if (axes < 0 || axes + batched > DNP_MAX_AXES)
    return broken(
        graph, dnp_fail(&graph->error, DENPA_ERROR_SHAPE, "the tensor '{1}' has {2} axes; at most {3} are possible",
                   dnp_s(name), dnp_i(axes + batched), dnp_i(DNP_MAX_AXES)));
  for (int i = 0; i < axes; i++) {
    entry.tensor.shape[i + batched] = shape[i];
    if (shape[i] == 0)
      return broken(graph, dnp_fail(&graph->error, DENPA_ERROR_SHAPE, "axis {1} of the tensor '{2}' has the size 0",
                               dnp_i(i), dnp_s(name)));
  }
  return add_tensor(graph, &entry, name);
}

int denpa_graph_input(denpa_graph *graph, const char *name, int axes, const size_t *shape) {
  return add_leaf(graph, DNP_ROLE_INPUT, DENPA_DTYPE_FLOAT64, true, name, axes, shape);
}

int denpa_graph_targets(denpa_graph *graph, const char *name, int axes, const size_t *shape) {
  const int id = add_leaf(graph, DNP_ROLE_ANSWER, DENPA_DTYPE_FLOAT64, true, name, axes, shape);
  if (id < 0 || !dnp_tensor_grouped(&graph->tensor[id].tensor)) return id;
  return broken(
      graph, dnp_fail(&graph->error, DENPA_ERROR_SHAPE,
                 "the answers '{1}' have the axes of pictures; give them one axis, as losses compare rows of numbers",
                 dnp_s(name)));
}

int denpa_graph_labels(denpa_graph *graph, const char *name) {
  return add_leaf(graph, DNP_ROLE_ANSWER, DENPA_DTYPE_INT32, true, name, 0, NULL);
}
int denpa_graph_constant(denpa_graph *graph, const char *name, int axes, const size_t *shape) {
  return add_leaf(graph, DNP_ROLE_CONSTANT, DENPA_DTYPE_FLOAT64, false, name, axes, shape);
}

/* How many numbers a unit of these weights takes, and how many units take one. Weights are [inputs, outputs] with two
 * axes, and those of a convolution [outputs, channels, height, width]: there a unit sees a window of all channels. */
typedef struct fans {
  double in, out;
} fans;

static fans fans_of(int axes, const size_t *shape) {
  double rest = 1;
  for (int i = 1; i < axes; i++) rest *= (double)shape[i];
  const double first = axes > 0 ? (double)shape[0] : 1;
  if (axes < 4) return (fans){first, rest};
  return (fans){rest, first * (double)shape[2] * (double)shape[3]};
}

/* Ways to choose initial weights: the variance is gain / inputs, or gain / the mean of inputs and outputs. Of a uniform
 * distribution from -a to a it is a^2 / 3. */
static const struct {
  const char *name;
  dnp_init init;
  double gain;
  bool both;
} inits[] = {
    {"zeros", DNP_INIT_ZERO, 0, false},
    {"ones", DNP_INIT_ONE, 0, false},
    {"xavier", DNP_INIT_NORMAL, 1, false},
    {"he", DNP_INIT_NORMAL, 2, false},
    {"lecun", DNP_INIT_NORMAL, 1, false},
    {"glorot", DNP_INIT_NORMAL, 1, true},
    {"he-uniform", DNP_INIT_UNIFORM, 2, false},
    {"lecun-uniform", DNP_INIT_UNIFORM, 1, false},
    {"glorot-uniform", DNP_INIT_UNIFORM, 1, true},
    {"orthogonal", DNP_INIT_ORTHOGONAL, 0, false},
};

/* Those with a number of their own. */
static const struct {
  const char *name;
  dnp_init init;
} spreads[] = {{"normal", DNP_INIT_NORMAL}, {"uniform", DNP_INIT_UNIFORM}};

const char *denpa_init_name(size_t index) {
  const size_t count = sizeof inits / sizeof *inits;
  if (index < count) return inits[index].name;
  return index - count < sizeof spreads / sizeof *spreads ? spreads[index - count].name : NULL;
}

static denpa_status parse_init(
    const char *text, int axes, const size_t *shape, dnp_graph_tensor *entry, denpa_error *err) {
  const fans f = fans_of(axes, shape);
  for (size_t i = 0; i < sizeof inits / sizeof *inits; i++)
    if (dnp_text_means(text, inits[i].name)) {
      const double variance = inits[i].gain / (inits[i].both ? (f.in + f.out) / 2 : f.in);
      entry->init = inits[i].init;
      entry->deviation = sqrt(inits[i].init == DNP_INIT_UNIFORM ? 3 * variance : variance);
      return DENPA_OK;
    }
  for (size_t i = 0; i < sizeof spreads / sizeof *spreads; i++) {
    const size_t length = strcspn(text, ":");
    if (text[length] != ':' || !dnp_text_alike(text, length, spreads[i].name, strlen(spreads[i].name)) ||
        !dnp_parse_real(text + length + 1, &entry->deviation) || !(entry->deviation >= 0) || !(entry->deviation <= 1e6))
      continue;
    entry->init = spreads[i].init;
    return DENPA_OK;
  }
  return dnp_fail(err, DENPA_ERROR_ARGUMENT,
      "'{1}' is not a way to choose initial weights; use normal:0.01 (any deviation from 0 on), uniform:0.1 (from -0.1 "
      "to 0.1), xavier, he, lecun, glorot, he-uniform, lecun-uniform, glorot-uniform, orthogonal or zeros",
      dnp_s(text));
}

int denpa_graph_parameter(denpa_graph *graph, const char *name, int axes, const size_t *shape, const char *init) {
  int id = add_leaf(graph, DNP_ROLE_PARAMETER, DENPA_DTYPE_FLOAT64, false, name, axes, shape);
  if (id < 0 || init == NULL) return id;
  denpa_status status = parse_init(init, axes, shape, &graph->tensor[id], &graph->error);
  return status == DENPA_OK ? id : broken(graph, status);
}

/* The numbers of a node: those given, else the row's own. */
static denpa_status take_numbers(
    const dnp_op *op, const char *name, const double *number, int numbers, double *out, denpa_error *err) {
  int known = 0;
  for (; known < DNP_OP_NUMBERS && op->number[known].name != NULL; known++) {
    const dnp_op_number *n = &op->number[known];
    const double value = known < numbers ? number[known] : n->fallback;
    if (known >= numbers && isnan(n->fallback))
      return dnp_fail(err, DENPA_ERROR_ARGUMENT, "'{1}': the operation {2} needs the number '{3}'", dnp_s(name),
          dnp_s(op->name), dnp_s(n->name));
    if (!(value >= n->low) || !(value <= n->high) || (n->whole && floor(value) != value))
      return dnp_fail(err, DENPA_ERROR_ARGUMENT,
          "'{1}': the operation {2} is given {3} as its number '{4}'; it has to lie from {5} to {6}{7}", dnp_s(name),
          dnp_s(op->name), dnp_d(value), dnp_s(n->name), dnp_d(n->low), dnp_d(n->high),
          n->whole ? dnp_t(DNP_N(" and to be whole")) : dnp_s(""));
    out[known] = value;
  }
  if (numbers > known)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "'{1}': the operation {2} takes {3} {3|number|numbers}, not {4}",
        dnp_s(name), dnp_s(op->name), dnp_i(known), dnp_i(numbers));
  return DENPA_OK;
}

/* "mean1" for a result "n1", or for one without a digit "mean_result"; also where the short name is taken. */
static void name_state(const denpa_graph *graph, const char *state, const char *result, char out[DNP_MAX_NAME + 1]) {
  const char *digits = result + strcspn(result, "0123456789");
  bool taken = *digits == '\0';
  snprintf(out, DNP_MAX_NAME + 1, "%s%s", state, digits);
  for (size_t i = 0; i < graph->tensors; i++) taken |= strcmp(graph->tensor[i].tensor.name, out) == 0;
  if (taken) snprintf(out, DNP_MAX_NAME + 1, "%s_%s", state, result);
}

/* The tensors that belong to the node. */
static denpa_status add_states(denpa_graph *graph, const dnp_op *op, const char *result, dnp_graph_node *node) {
  char name[DNP_MAX_NAME + 1];
  for (int k = 0; k < DNP_MAX_STATE && op->state[k].name != NULL; k++) {
    const dnp_graph_tensor entry = {.role = op->state[k].lasting ? DNP_ROLE_STATE : DNP_ROLE_KEPT,
        .tensor = graph->tensor[node->in[op->state[k].like]].tensor};
    name_state(graph, op->state[k].name, result, name);
    node->state[k] = add_tensor(graph, &entry, name);
    if (node->state[k] < 0) return graph->error.status;
  }
  return DENPA_OK;
}

/* `asked`: the shape that reshape is asked for, else NULL. */
static int add_node(denpa_graph *graph, const dnp_op *op, const char *name, int inputs, const int *in,
    const double *number, int numbers, const dnp_tensor *asked) {
  if (graph == NULL || graph->error.status != DENPA_OK) return -1;
  denpa_error *err = &graph->error;
  if (name == NULL) return missing(graph, "name");
  if (in == NULL) return missing(graph, "input");
  if (numbers > 0 && number == NULL) return missing(graph, "number");
  if (op->inputs != inputs)
    return broken(
        graph, dnp_fail(err, DENPA_ERROR_ARGUMENT, "'{1}': the operation {2} takes {3} {3|input|inputs}, not {4}",
                   dnp_s(name), dnp_s(op->name), dnp_i(op->inputs), dnp_i(inputs)));
  dnp_graph_node node = {.op = op};
  dnp_node bound = {.op = op, .inputs = inputs};
  dnp_graph_tensor entry = {.role = DNP_ROLE_VALUE};
  if (asked != NULL) entry.tensor = *asked;
  entry.tensor.dtype = DENPA_DTYPE_FLOAT64;
  memcpy(entry.tensor.name, name, strlen(name) < DNP_MAX_NAME ? strlen(name) : DNP_MAX_NAME);
  for (int i = 0; i < inputs; i++) {
    if (in[i] < 0 || (size_t)in[i] >= graph->tensors)
      return broken(graph, dnp_fail(err, DENPA_ERROR_ARGUMENT, "'{1}': input {2} is not a tensor of this graph",
                               dnp_s(name), dnp_i(i + 1)));
    node.in[i] = in[i];
    bound.in[i] = &graph->tensor[in[i]].tensor;
    if (bound.in[i]->dtype == DENPA_DTYPE_INT32 && !(op->labels && i + 1 == inputs))
      return broken(graph, dnp_fail(err, DENPA_ERROR_SHAPE,
                               "'{1}': the labels '{2}' are not numbers to compute with; they can only be the answers "
                               "of a loss that takes labels, such as cross_entropy",
                               dnp_s(name), dnp_s(bound.in[i]->name)));
  }
  bound.out = &entry.tensor;
  denpa_status status = take_numbers(op, name, number, numbers, node.number, err);
  if (status != DENPA_OK) return broken(graph, status);
  memcpy(bound.number, node.number, sizeof bound.number);
  status = op->shape(&bound, &entry.tensor, err);
  if (status != DENPA_OK) return broken(graph, status);
  node.out = add_tensor(graph, &entry, name);
  if (node.out < 0) return -1;
  if (add_states(graph, op, name, &node) != DENPA_OK) return -1;
  if (graph->nodes == graph->node_room) {
    size_t room = graph->node_room > 0 ? graph->node_room * 2 : 16;
    status = dnp_grow((void **)&graph->node, graph->nodes, room, sizeof *graph->node, err);
    if (status != DENPA_OK) return broken(graph, status);
    graph->node_room = room;
  }
  graph->node[graph->nodes++] = node;
  return node.out;
}

int denpa_graph_apply(denpa_graph *graph, const char *operation, const char *name, const int *input, int inputs) {
  return denpa_graph_apply_with(graph, operation, name, input, inputs, NULL, 0);
}

int denpa_graph_apply_with(denpa_graph *graph, const char *operation, const char *name, const int *input, int inputs,
    const double *number, int numbers) {
  if (graph == NULL || graph->error.status != DENPA_OK) return -1;
  if (operation == NULL) return missing(graph, "operation");
  const dnp_op *op = dnp_op_find(operation);
  if (op == NULL)
    return broken(graph, dnp_fail(&graph->error, DENPA_ERROR_ARGUMENT, "there is no operation '{1}' (asked for '{2}')",
                             dnp_s(operation), dnp_s(name)));
  return dnp_graph_apply(graph, op, name, input, inputs, number, numbers);
}

int dnp_graph_apply(denpa_graph *graph, const dnp_op *op, const char *name, const int *input, int inputs,
    const double *number, int numbers) {
  return add_node(graph, op, name, inputs, input, number, numbers, NULL);
}

int dnp_graph_batch_norm(denpa_graph *graph, size_t number, int input, bool book) {
  char name[3][32];
  static const char *const words[3] = {"gamma", "beta", "n"};
  if (graph->error.status != DENPA_OK) return -1;
  /* says what is wrong */
  if (input < 0 || (size_t)input >= graph->tensors || graph->tensor[input].tensor.axes < 2)
    return dnp_graph_apply(graph, &dnp_op_batch_norm, "n", (const int[]){input, input, input}, 3, NULL, 0);
  const dnp_tensor *x = &graph->tensor[input].tensor;
  const size_t channels = book ? dnp_tensor_row(x) : x->shape[1];
  for (int i = 0; i < 3; i++) snprintf(name[i], sizeof name[i], "%s%zu", words[i], number);
  const int gamma = denpa_graph_parameter(graph, name[0], 1, &channels, "ones"),
            beta = denpa_graph_parameter(graph, name[1], 1, &channels, NULL);
  return dnp_graph_apply(graph, &dnp_op_batch_norm, name[2], (const int[]){input, gamma, beta}, 3,
      (const double[]){1e-6, 0.9, 1}, book ? 3 : 0);
}

int denpa_graph_reshape(denpa_graph *graph, const char *name, int input, int axes, const size_t *shape) {
  if (graph == NULL || graph->error.status != DENPA_OK) return -1;
  if (name == NULL) return missing(graph, "name");
  if (axes > 0 && shape == NULL) return missing(graph, "shape");
  bool batched = input >= 0 && (size_t)input < graph->tensors && graph->tensor[input].tensor.batched;
  dnp_tensor asked = {.axes = axes + batched, .batched = batched, .shape = {1}};
  if (axes < 0 || asked.axes > DNP_MAX_AXES)
    return broken(
        graph, dnp_fail(&graph->error, DENPA_ERROR_SHAPE, "the tensor '{1}' has {2} axes; at most {3} are possible",
                   dnp_s(name), dnp_i(asked.axes), dnp_i(DNP_MAX_AXES)));
  for (int i = 0; i < axes; i++) asked.shape[i + batched] = shape[i];
  return add_node(graph, &dnp_op_reshape, name, 1, &input, NULL, 0, &asked);
}

/* ---- copies ------------------------------------------------------------------------------------ */

static denpa_status copy_text(char **to, const char *from, denpa_error *err) {
  if (from == NULL) return DENPA_OK;
  return (*to = dnp_strdup(from, err)) != NULL ? DENPA_OK : DENPA_ERROR_MEMORY;
}

denpa_status dnp_graph_copy(denpa_graph **out, const denpa_graph *graph, denpa_error *err) {
  DNP_TRY(DNP_NEW(out, 1, err));
  denpa_graph *copy = *out;
  DNP_TRY(DNP_NEW(&copy->tensor, graph->tensors, err));
  DNP_TRY(DNP_NEW(&copy->node, graph->nodes, err));
  if (graph->tensors > 0) memcpy(copy->tensor, graph->tensor, graph->tensors * sizeof *graph->tensor);
  if (graph->nodes > 0) memcpy(copy->node, graph->node, graph->nodes * sizeof *graph->node);
  copy->tensors = copy->tensor_room = graph->tensors;
  copy->nodes = copy->node_room = graph->nodes;
  DNP_TRY(copy_text(&copy->text, graph->text, err));
  DNP_TRY(copy_text(&copy->activation, graph->activation, err));
  DNP_TRY(copy_text(&copy->init, graph->init, err));
  return copy_text(&copy->loss, graph->loss, err);
}
