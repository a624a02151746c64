/* layers.c: a network from a list of layers, "input 1x28x28, conv 24 5x5, maxpool 2, relu, dense 10": one table of
 * words, one function each. Values are named after the book: W1 b1 a1 z1 with the number of the layer of weights that
 * they belong to, and pool1, flat1 and the like between. Called by text.c. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "net/text.h"

#define MOST_WORDS 8
#define MOST_LETTERS 95 /* of one layer */
#define MOST_SIZE ((size_t)1 << 31)

typedef struct builder {
  denpa_graph *graph;
  const char *init;
  int value;                   /* the last one; -1 before the input */
  size_t place;                /* of the layer in the list, counted from 1 ... */
  char text[MOST_LETTERS + 1]; /* ... as it was written */
  char store[MOST_LETTERS + 1];
  char *word[MOST_WORDS]; /* cut up */
  int words;
  size_t layer; /* layers of weights so far */
  denpa_error *err;
} builder;

/* ---- words --------------------------------------------------------------------------------------- */

static denpa_status wrong(const builder *b, const char *what) {
  return dnp_fail(
      b->err, DENPA_ERROR_SYNTAX, "layer {1} of the network, '{2}': {3}", dnp_u(b->place), dnp_s(b->text), dnp_t(what));
}

static bool is_size(const char *text, size_t *out) {
  return dnp_parse_size(text, out) && *out > 0 && *out <= MOST_SIZE;
}

/* "5x7" or "5", which stands for 5x5. Changes the text. */
static bool is_area(char *text, size_t *height, size_t *width) {
  char *cross = strchr(text, 'x');
  if (cross != NULL) *cross = '\0';
  return is_size(text, height) && is_size(cross != NULL ? cross + 1 : text, width);
}

static const dnp_tensor *at(const builder *b) { return &b->graph->tensor[b->value].tensor; }

/* "a3", or if that is taken "a3b", "a3c" ... */
static void name_value(const builder *b, const char *letters, char out[DNP_MAX_NAME + 1]) {
  char tail[4] = "";
  for (int i = 0;; i++) {
    size_t k = 0;
    if (i > 0) snprintf(tail, sizeof tail, "%c", 'a' + i % 26);
    snprintf(out, DNP_MAX_NAME + 1, "%s%zu%s", letters, b->layer, tail);
    while (k < b->graph->tensors && strcmp(b->graph->tensor[k].tensor.name, out) != 0) k++;
    if (k == b->graph->tensors || i == 25) return; /* the graph reports a name that is there twice */
  }
}

static denpa_status apply(builder *b, const dnp_op *op, const char *letters, const double *number, int numbers) {
  char name[DNP_MAX_NAME + 1];
  name_value(b, letters, name);
  b->value = dnp_graph_apply(b->graph, op, name, &b->value, 1, number, numbers);
  return b->graph->error.status;
}

static denpa_status flatten(builder *b) {
  char name[DNP_MAX_NAME + 1];
  if (at(b)->axes == 2) return DENPA_OK;
  name_value(b, "flat", name);
  const size_t count = dnp_tensor_row(at(b));
  b->value = denpa_graph_reshape(b->graph, name, b->value, 1, &count);
  return b->graph->error.status;
}

/* Named numbers behind the others: "stride 2 pad 1". */
typedef struct setting {
  const char *name;
  double value;
} setting;

static denpa_status take_settings(builder *b, int from, setting *settings, int count) {
  for (int i = from; i < b->words; i += 2) {
    int k = 0;
    size_t value = 0;
    while (k < count && strcmp(settings[k].name, b->word[i]) != 0) k++;
    if (k == count) return wrong(b, DNP_N("only 'stride N' and 'pad N' may follow, then a comma and the next layer"));
    if (i + 1 == b->words || !dnp_parse_size(b->word[i + 1], &value) || value > 1000)
      return wrong(b, DNP_N("a whole number from 0 to 1000 has to follow 'stride' or 'pad'"));
    settings[k].value = (double)value;
  }
  return DENPA_OK;
}

/* ---- layers -------------------------------------------------------------------------------------- */

static denpa_status add_input(builder *b) {
  size_t shape[3] = {1}, axes = 0;
  if (b->value >= 0) return wrong(b, DNP_N("the input comes first, and once"));
  if (b->words != 2)
    return wrong(
        b, DNP_N("write the numbers of one sample, 'input 784', or channels, height and width, 'input 1x28x28'"));
  for (char *part = b->word[1], *next; part != NULL; part = next) {
    next = strchr(part, 'x');
    if (next != NULL) *next++ = '\0';
    if (axes == 3 || !is_size(part, &shape[axes++]))
      return wrong(
          b, DNP_N("write the numbers of one sample, 'input 784', or channels, height and width, 'input 1x28x28'"));
  }
  if (axes == 2) { /* grey */
    shape[2] = shape[1];
    shape[1] = shape[0];
    shape[0] = 1;
    axes = 3;
  }
  b->value = denpa_graph_input(b->graph, "x", (int)axes, shape);
  return b->graph->error.status;
}

/* W, b and the operation that uses them. */
static denpa_status add_weights(
    builder *b, const dnp_op *op, int axes, const size_t *shape, size_t outputs, const double *number, int numbers) {
  char w[DNP_MAX_NAME + 1], bias[DNP_MAX_NAME + 1], name[DNP_MAX_NAME + 1];
  size_t count;
  if (b->layer == DNP_MOST_LAYERS) return wrong(b, DNP_N("there are too many layers of weights before it"));
  if (!dnp_shape_count(axes, shape, &count) || count > DNP_MOST_PARAMETERS)
    return wrong(b, DNP_N("it has too many weights; make it or the layer before it narrower"));
  b->layer++;
  snprintf(w, sizeof w, "W%zu", b->layer);
  snprintf(bias, sizeof bias, "b%zu", b->layer);
  name_value(b, "a", name);
  const int in[3] = {b->value, denpa_graph_parameter(b->graph, w, axes, shape, b->init),
      denpa_graph_parameter(b->graph, bias, 1, &outputs, NULL)};
  b->value = dnp_graph_apply(b->graph, op, name, in, 3, number, numbers);
  return b->graph->error.status;
}

static denpa_status add_dense(builder *b) {
  size_t shape[2];
  if (b->words != 2 || !is_size(b->word[1], &shape[1]))
    return wrong(b, DNP_N("write how many numbers come out, 'dense 100'"));
  DNP_TRY(flatten(b));
  shape[0] = dnp_tensor_row(at(b));
  return add_weights(b, &dnp_op_affine, 2, shape, shape[1], NULL, 0);
}

static denpa_status need_pictures(const builder *b) {
  return at(b)->axes == 4 ? DENPA_OK
                          : wrong(b, DNP_N("it needs pictures, but numbers without rows and columns come in; begin "
                                           "with 'input CHANNELSxHEIGHTxWIDTH', and flatten later"));
}

static denpa_status add_conv(builder *b) {
  size_t shape[4];
  setting s[] = {{"stride", 1}, {"pad", 0}};
  if (b->words < 3 || !is_size(b->word[1], &shape[0]) || !is_area(b->word[2], &shape[2], &shape[3]))
    return wrong(b, DNP_N("write how many filters there are and their height and width, 'conv 24 5x5'"));
  DNP_TRY(take_settings(b, 3, s, 2));
  DNP_TRY(need_pictures(b));
  shape[1] = at(b)->shape[1];
  return add_weights(b, &dnp_op_conv, 4, shape, shape[0], (const double[]){s[0].value, s[1].value}, 2);
}

static denpa_status add_pool(builder *b, const dnp_op *op) {
  size_t size;
  if (b->words < 2 || !is_size(b->word[1], &size))
    return wrong(b, DNP_N("write the side of the squares that become one number, 'maxpool 2'"));
  setting s[] = {{"stride", (double)size}, {"pad", 0}};
  DNP_TRY(take_settings(b, 2, s, 2));
  DNP_TRY(need_pictures(b));
  return apply(b, op, "pool", (const double[]){(double)size, s[0].value, s[1].value}, 3);
}

static denpa_status add_max_pool(builder *b) { return add_pool(b, &dnp_op_max_pool); }
static denpa_status add_average_pool(builder *b) { return add_pool(b, &dnp_op_average_pool); }

static denpa_status add_flatten(builder *b) {
  return b->words == 1 ? flatten(b) : wrong(b, DNP_N("nothing may follow but a comma and the next layer"));
}

/* Whether the words from `from` on are "book", the way of the book, or nothing. */
static bool take_book(const builder *b, int from, bool *book) {
  *book = b->words == from + 1 && strcmp(b->word[from], "book") == 0;
  return *book || b->words == from;
}

static denpa_status add_batch_norm(builder *b) {
  char gamma[DNP_MAX_NAME + 1];
  bool book;
  if (!take_book(b, 1, &book)) return wrong(b, DNP_N("nothing may follow but 'book', for the way of the book"));
  snprintf(gamma, sizeof gamma, "gamma%zu", b->layer);
  for (size_t i = 0; i < b->graph->tensors; i++)
    if (strcmp(b->graph->tensor[i].tensor.name, gamma) == 0)
      return wrong(b, DNP_N("there is one already since the last layer of weights"));
  b->value = dnp_graph_batch_norm(b->graph, b->layer, b->value, book);
  return b->graph->error.status;
}

static denpa_status add_dropout(builder *b) {
  double rate;
  bool book;
  if (b->words < 2 || !dnp_parse_real(b->word[1], &rate) || !(rate >= 0) || !(rate <= 0.99))
    return wrong(b, DNP_N("write the share that is left out, from 0 to 0.99: 'dropout 0.5'"));
  if (!take_book(b, 2, &book)) return wrong(b, DNP_N("nothing may follow but 'book', for the way of the book"));
  return apply(b, &dnp_op_dropout, "drop", (const double[]){rate, book}, 2);
}

static const struct {
  const char *word;
  denpa_status (*add)(builder *b);
} layers[] = {
    {"input", add_input}, {"conv", add_conv}, /* law: a word of the list of layers */
    {"maxpool", add_max_pool}, {"avgpool", add_average_pool}, {"dense", add_dense}, {"flatten", add_flatten},
    {"batchnorm", add_batch_norm}, {"dropout", add_dropout}, /* law: a word of the list of layers */
};
#define LAYERS (sizeof layers / sizeof *layers)

const char *dnp_layer_word(size_t index) { return index < LAYERS ? layers[index].word : NULL; }

static denpa_status no_such_layer(const builder *b) {
  char words[128] = "";
  size_t length = 0;
  for (size_t i = 0; i < LAYERS && length < sizeof words; i++)
    length += (size_t)snprintf(words + length, sizeof words - length, i > 0 ? ", %s" : "%s", layers[i].word);
  return dnp_fail(b->err, DENPA_ERROR_SYNTAX,
      "layer {1} of the network, '{2}': there is no such layer; there are {3}, and the activations; a list in a file "
      "is taken by @FILE",
      dnp_u(b->place), dnp_s(b->text), dnp_s(words));
}

static denpa_status add_layer(builder *b) {
  for (size_t i = 0; i < LAYERS; i++) {
    if (strcmp(b->word[0], layers[i].word) != 0) continue;
    if (b->value < 0 && layers[i].add != add_input)
      return wrong(b, DNP_N("the list does not begin with the input; write 'input 784' or 'input 1x28x28' in front"));
    return layers[i].add(b);
  }
  const dnp_op *op;
  double number[1];
  int numbers;
  denpa_status status = dnp_op_read(b->word[0], false, &op, number, &numbers, b->err);
  if (op == NULL) return no_such_layer(b);
  DNP_TRY(status);
  if (b->value < 0)
    return wrong(b, DNP_N("the list does not begin with the input; write 'input 784' or 'input 1x28x28' in front"));
  return b->words == 1 ? apply(b, op, "z", number, numbers)
                       : wrong(b, DNP_N("nothing may follow but a comma and the next layer"));
}

/* ---- the list ------------------------------------------------------------------------------------ */

/* The next layer of the list, cut into words; *text moves behind its comma. */
static denpa_status next_layer(builder *b, const char **text) {
  size_t length = strcspn(*text, ",");
  const char *from = *text;
  *text += length + ((*text)[length] == ',');
  while (length > 0 && isspace((unsigned char)*from)) from++, length--;
  while (length > 0 && isspace((unsigned char)from[length - 1])) length--;
  b->place++;
  b->words = 0;
  snprintf(b->text, sizeof b->text, "%.*s", (int)(length < sizeof b->text ? length : sizeof b->text - 1), from);
  if (length > MOST_LETTERS) return wrong(b, DNP_N("it is too long"));
  memcpy(b->store, from, length);
  b->store[length] = '\0';
  for (char *p = b->store; *p != '\0';) {
    while (isspace((unsigned char)*p)) p++;
    if (b->words == MOST_WORDS) return wrong(b, DNP_N("it is too long"));
    b->word[b->words++] = p;
    while (*p != '\0' && !isspace((unsigned char)*p)) p++;
    if (*p != '\0') *p++ = '\0';
  }
  return b->words > 0 ? DENPA_OK : wrong(b, DNP_N("there is nothing between two commas, or at the end"));
}

denpa_status dnp_graph_add_layers(
    denpa_graph *graph, const char *text, const char *init, int *value, denpa_error *err) {
  builder b = {.graph = graph, .init = init, .value = -1, .err = err};
  const char *rest = text;
  do {
    denpa_status status = next_layer(&b, &rest);
    if (status == DENPA_OK) status = add_layer(&b);
    /* it names the value and the shapes */
    if (status != DENPA_OK && graph->error.status != DENPA_OK && err != NULL) *err = graph->error;
    DNP_TRY(status);
  } while (*rest != '\0');
  if (b.layer == 0)
    return dnp_fail(err, DENPA_ERROR_SYNTAX,
        "the network '{1}' has no layer of weights; it needs at least one, such as 'dense 10' at its end", dnp_s(text));
  DNP_TRY(flatten(&b));
  *value = b.value;
  return DENPA_OK;
}
