/* text.c: a line of text becomes a graph that ends in a loss: "784-50-10" by itself, dense layers named as in the book,
 * or a list of layers (layers.c). */
#include <stdio.h>
#include <string.h>

#include "base/cpu.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/text.h"

denpa_status dnp_net_text_parse(const char *net, size_t **widths, size_t *count, denpa_error *err) {
  size_t width[DNP_MOST_LAYERS + 1], n = 0, parameters = 0;
  *widths = NULL;
  for (const char *p = net;; p++) {
    const char *start = p;
    size_t value = 0;
    for (; *p >= '0' && *p <= '9'; p++)
      if (!dnp_size_mul(value, 10, &value) || !dnp_size_add(value, (size_t)(*p - '0'), &value))
        return dnp_fail(err, DENPA_ERROR_SYNTAX, "the network '{1}': the width at place {2} is too large", dnp_s(net),
            dnp_i(start - net + 1));
    if (*p != '-' && *p != '\0')
      return dnp_fail(err, DENPA_ERROR_SYNTAX,
          "the network '{1}': unexpected character at place {2}; write the widths of the layers with '-' between them, "
          "such as 784-50-10",
          dnp_s(net), dnp_i(p - net + 1));
    if (p == start)
      return dnp_fail(err, DENPA_ERROR_SYNTAX,
          "the network '{1}': a width is missing at place {2}; write the widths of the layers with '-' between them, "
          "such as 784-50-10",
          dnp_s(net), dnp_i(p - net + 1));
    if (value == 0)
      return dnp_fail(err, DENPA_ERROR_SYNTAX,
          "the network '{1}': the layer at place {2} has width 0; every layer needs at least 1", dnp_s(net),
          dnp_i(start - net + 1));
    if (n == DNP_MOST_LAYERS + 1)
      return dnp_fail(
          err, DENPA_ERROR_SYNTAX, "the network '{1}' has more than {2} layers", dnp_s(net), dnp_i(DNP_MOST_LAYERS));
    size_t weights = 0;
    if (n > 0 && (!dnp_size_add(width[n - 1], 1, &weights) || !dnp_size_mul(weights, value, &weights) ||
                     !dnp_size_add(parameters, weights, &parameters) || parameters > DNP_MOST_PARAMETERS))
      return dnp_fail(err, DENPA_ERROR_SYNTAX,
          "the network '{1}' has more than {2} parameters (counted up to the layer at place {3}); make its layers "
          "narrower",
          dnp_s(net), dnp_u(DNP_MOST_PARAMETERS), dnp_i(start - net + 1));
    width[n++] = value;
    if (*p == '\0') break;
  }
  if (n < 2)
    return dnp_fail(err, DENPA_ERROR_SYNTAX,
        "the network '{1}' has one layer only; write at least inputs and outputs, such as 784-10, or with a hidden "
        "layer, 784-50-10",
        dnp_s(net));
  DNP_TRY(DNP_NEW(widths, n, err));
  memcpy(*widths, width, n * sizeof *width);
  *count = n;
  return DENPA_OK;
}

static denpa_status keep(char **to, const char *text, denpa_error *err) {
  return (*to = dnp_strdup(text, err)) != NULL ? DENPA_OK : DENPA_ERROR_MEMORY;
}

/* The same text with its word, up to a colon, as it is listed: what is told of a network, and stands in its model file,
 * does not hang on how it was typed. */
static denpa_status keep_spelled(char **to, const char *word, const char *text, denpa_error *err) {
  const char *rest = text + strcspn(text, ":");
  const size_t size = strlen(word) + strlen(rest) + 1;
  DNP_TRY(DNP_NEW(to, size, err));
  snprintf(*to, size, "%s%s", word, rest);
  return DENPA_OK;
}

static denpa_status keep_init(char **to, const char *text, denpa_error *err) {
  const char *word;
  for (size_t i = 0; (word = denpa_init_name(i)) != NULL; i++)
    if (dnp_text_alike(text, strcspn(text, ":"), word, strlen(word))) return keep_spelled(to, word, text, err);
  return keep(to, text, err); /* the graph says what is wrong with it */
}

/* An activation or a loss as a text names it. */
typedef struct choice {
  const dnp_op *op;
  double number[1];
  int numbers;
} choice;

static denpa_status read_choice(const char *text, bool loss, choice *out, denpa_error *err) {
  return dnp_op_read(text, loss, &out->op, out->number, &out->numbers, err);
}

static void add_layer(denpa_graph *graph, size_t number, size_t inputs, size_t outputs, const char *init,
    const choice *activation, int *value) {
  char name[4][32];
  static const char *const letters[4] = {"W", "b", "a", "z"};
  for (int i = 0; i < 4; i++) snprintf(name[i], sizeof name[i], "%s%zu", letters[i], number);
  int w = denpa_graph_parameter(graph, name[0], 2, (const size_t[]){inputs, outputs}, init);
  int b = denpa_graph_parameter(graph, name[1], 1, &outputs, NULL);
  *value = dnp_graph_apply(graph, &dnp_op_affine, name[2], (const int[]){*value, w, b}, 3, NULL, 0);
  if (activation != NULL)
    *value = dnp_graph_apply(graph, activation->op, name[3], value, 1, activation->number, activation->numbers);
}

bool dnp_net_text_listed(const char *net) {
  net += strspn(net, " \t\r\n");
  return (*net >= 'a' && *net <= 'z') || (*net >= 'A' && *net <= 'Z');
}

/* The word of a layer or an activation that is meant, in whatever case it is typed; NULL: none. */
static const char *layer_word(const char *typed, size_t length) {
  const char *word;
  for (size_t i = 0; (word = dnp_layer_word(i)) != NULL; i++)
    if (dnp_text_alike(typed, length, word, strlen(word))) return word;
  for (const dnp_op *const *op = dnp_ops; *op != NULL; op++)
    if (dnp_op_is_activation(*op) && dnp_text_alike(typed, length, (*op)->word, strlen((*op)->word)))
      return (*op)->word;
  return NULL;
}

/* A list of layers, each with its word as it is listed; `out` has room for twice its bytes. */
static void spell(const char *net, char *out) {
  while (*net != '\0') {
    const size_t blanks = strspn(net, " \t\r\n"), length = strcspn(net + blanks, " \t\r\n,:");
    const char *word = layer_word(net + blanks, length);
    memcpy(out, net, blanks);
    memcpy(out + blanks, word != NULL ? word : net + blanks, word != NULL ? strlen(word) : length);
    out += blanks + (word != NULL ? strlen(word) : length);
    net += blanks + length;
    const size_t rest = strcspn(net, ",") + (net[strcspn(net, ",")] == ',');
    memcpy(out, net, rest);
    out += rest;
    net += rest;
  }
  *out = '\0';
}

denpa_status dnp_net_text_complete(char **out, const char *net, int axes, const size_t *shape, denpa_error *err) {
  char input[96] = "";
  net += strspn(net, " \t\r\n");
  if (dnp_net_text_listed(net) && !dnp_text_alike(net, strcspn(net, " \t\r\n,"), "input", 5)) {
    size_t at = (size_t)snprintf(input, sizeof input, axes == 2 ? "input 1" : "input ");
    for (int i = 0; i < axes; i++)
      at += (size_t)snprintf(input + at, sizeof input - at, i > 0 || axes == 2 ? "x%zu" : "%zu", shape[i]);
    snprintf(input + at, sizeof input - at, ", ");
  }
  const size_t length = strlen(input);
  DNP_TRY(DNP_NEW(out, length + 2 * strlen(net) + 1, err));
  memcpy(*out, input, length);
  if (dnp_net_text_listed(net))
    spell(net, *out + length);
  else
    memcpy(*out + length, net, strlen(net) + 1);
  return DENPA_OK;
}

static denpa_status build_dense(
    denpa_graph *graph, const char *net, const char *activation, const char *init, int *value, denpa_error *err) {
  size_t *widths, count;
  choice activate;
  DNP_TRY(read_choice(activation, false, &activate, err));
  DNP_TRY(keep_spelled(&graph->activation, activate.op->word, activation, err));
  DNP_TRY(dnp_net_text_parse(net, &widths, &count, err));
  *value = denpa_graph_input(graph, "x", 1, widths);
  for (size_t i = 1; i < count; i++)
    add_layer(graph, i, widths[i - 1], widths[i], init, i + 1 < count ? &activate : NULL, value);
  dnp_free(widths);
  return DENPA_OK;
}

static denpa_status build(
    denpa_graph *graph, const char *net, const char *activation, const char *init, const char *loss, denpa_error *err) {
  int value = -1;
  choice end;
  DNP_TRY(read_choice(loss, true, &end, err));
  DNP_TRY(keep(&graph->text, net, err));
  DNP_TRY(keep_init(&graph->init, init, err));
  DNP_TRY(keep_spelled(&graph->loss, end.op->word, loss, err));
  if (dnp_net_text_listed(net)) {
    DNP_TRY(keep(&graph->activation, "", err));
    DNP_TRY(dnp_graph_add_layers(graph, net, init, &value, err));
  } else
    DNP_TRY(build_dense(graph, net, activation, init, &value, err));
  const size_t outputs = value >= 0 ? dnp_tensor_row(&graph->tensor[value].tensor) : 1;
  const int t = end.op->labels ? denpa_graph_labels(graph, "t") : denpa_graph_targets(graph, "t", 1, &outputs);
  dnp_graph_apply(graph, end.op, "y", (const int[]){value, t}, 2, end.number, end.numbers);
  if (graph->error.status != DENPA_OK) {
    if (err != NULL) *err = graph->error;
    return graph->error.status;
  }
  return DENPA_OK;
}

denpa_status dnp_graph_from_text(
    denpa_graph **out, const char *net, const char *activation, const char *init, const char *loss, denpa_error *err) {
  DNP_TRY(denpa_graph_create(out, err));
  const dnp_float_mode before = dnp_float_enter(); /* the deviations are computed here */
  denpa_status status = build(*out, net, activation, init, loss, err);
  dnp_float_leave(before);
  if (status != DENPA_OK) {
    denpa_graph_free(*out);
    *out = NULL;
  }
  return status;
}
