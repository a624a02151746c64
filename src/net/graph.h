/* graph.h: operations on named tensors in the order of computing: what the text of a network, or a program, puts
 * together. Shapes but for the number of rows are known here; nothing has memory yet. */
#ifndef DNP_NET_GRAPH_H
#define DNP_NET_GRAPH_H

#include "op/op.h"

/* STATE: lasting state of an operation, such as running means; KEPT: what an operation computes beside its output
 * (dnp_op_state). */
typedef enum dnp_role {
  DNP_ROLE_INPUT,
  DNP_ROLE_ANSWER,
  DNP_ROLE_PARAMETER,
  DNP_ROLE_CONSTANT,
  DNP_ROLE_VALUE,
  DNP_ROLE_STATE,
  DNP_ROLE_KEPT
} dnp_role;

typedef enum dnp_init { DNP_INIT_ZERO, DNP_INIT_ONE, DNP_INIT_NORMAL, DNP_INIT_UNIFORM, DNP_INIT_ORTHOGONAL } dnp_init;

typedef struct dnp_graph_tensor { /* one tensor of a graph */
  dnp_tensor tensor;
  dnp_role role;
  dnp_init init;    /* parameters */
  double deviation; /* DNP_INIT_NORMAL: its standard deviation; DNP_INIT_UNIFORM: from minus this to this */
} dnp_graph_tensor;

typedef struct dnp_graph_node { /* one operation of a graph, in the order of computing; numbers are of tensors */
  const dnp_op *op;
  int in[DNP_MAX_INPUTS];
  int out;
  int state[DNP_MAX_STATE];
  double number[DNP_OP_NUMBERS];
} dnp_graph_node;

struct denpa_graph {
  dnp_graph_tensor *tensor;
  size_t tensors, tensor_room;
  dnp_graph_node *node;
  size_t nodes, node_room;
  denpa_error error; /* sticky: the first thing that went wrong */
  /* as given to dnp_graph_from_text, for the model file; NULL for graphs made by hand */
  char *text, *activation, *init, *loss;
};

/* denpa_graph_apply_with for an operation that is at hand. */
int dnp_graph_apply(denpa_graph *graph, const dnp_op *op, const char *name, const int *input, int inputs,
    const double *number, int numbers);
/* Batch normalisation number `number` of the value `input`: parameters gamma1 (ones) and beta1 (zeros), running mean1
 * and var1, result n1. As in the book: each element of a picture is a channel, eps is 1e-6, and the running variance
 * takes the batch's as it is. */
int dnp_graph_batch_norm(denpa_graph *graph, size_t number, int input, bool book);

#define DNP_MOST_LAYERS 64

/* The network of a text: a list of layers (layers.c), which does not ask for an activation, or sizes of dense layers
 * such as "784-50-10" (2 or more widths; at most 64 layers and 2^31 parameters). Tensors are named as in the book: x,
 * W1, b1, a1, z1, ... and the loss's output is y. activation and loss: words of the list of operations, perhaps with a
 * number ("leaky-relu:0.02"); init as in denpa_net_options (weights; biases are zero). */
denpa_status dnp_graph_from_text(
    denpa_graph **out, const char *net, const char *activation, const char *init, const char *loss, denpa_error *err);
bool dnp_net_text_listed(const char *net); /* a list of layers, and no sizes */
const char *dnp_layer_word(size_t index);  /* words that begin a layer of a list, besides activations; NULL: no more */
/* A copy of the text, for dnp_free; a list that does not begin with its input gets one of this shape (one row of a data
 * set). */
denpa_status dnp_net_text_complete(char **out, const char *net, int axes, const size_t *shape, denpa_error *err);
/* Widths of a text of sizes. *widths is freed by dnp_free. */
denpa_status dnp_net_text_parse(const char *net, size_t **widths, size_t *count, denpa_error *err);

/* A copy; freed by denpa_graph_free, whole or not. */
denpa_status dnp_graph_copy(denpa_graph **out, const denpa_graph *graph, denpa_error *err);

#endif
