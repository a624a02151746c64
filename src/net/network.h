/* network.h: a network: a graph and the numbers that it keeps: parameters, constants, lasting state such as running
 * statistics. Only training and whoever sets a number changes it; while it predicts it is constant, and any number of
 * executors (src/exec) may share it. */
#ifndef DNP_NET_NETWORK_H
#define DNP_NET_NETWORK_H

#include "base/memory.h"
#include "net/graph.h"

/* One parameter tensor; all values lie in one block, and so do the gradients of an executor, at the same offset. */
typedef struct dnp_parameter {
  dnp_tensor *tensor;
  size_t count, offset; /* elements, and elements from the start of the block */
  dnp_init init;
  double deviation;
} dnp_parameter;

typedef struct dnp_network {
  denpa_graph *graph; /* its own copy of what it was made from */
  denpa_dtype dtype;
  dnp_tensor *tensor; /* [graph->tensors]; what is computed or comes with the rows has no memory here */
  dnp_parameter *parameter;
  size_t parameters, parameter_count; /* tensors; numbers in all (without the gaps between tensors) */
  void *values;                       /* of the parameters, `block` numbers: every tensor starts at a multiple of 16 */
  size_t block;
  dnp_arena arena;
} dnp_network;

/* Parameters and constants are zeros, lasting state is what its operation starts from. */
denpa_status dnp_network_create(dnp_network **out, const denpa_graph *graph, denpa_dtype dtype, denpa_error *err);
void dnp_network_free(dnp_network *network);
/* Copies all numbers from a network of the same graph, widened or rounded. */
void dnp_network_copy_values(dnp_network *network, const dnp_network *from);

/* Whether the tensor has its numbers here: parameters, constants, lasting state. */
bool dnp_network_keeps(const dnp_network *network, size_t tensor);
/* The `index`th tensor that a model keeps: the parameters, and after those of an operation its lasting state; NULL
 * behind the last. */
dnp_tensor *dnp_network_saved(const dnp_network *network, size_t index);
/* All parameters, as one block of `block` numbers in the network's dtype. */
void dnp_network_read_values(const dnp_network *network, void *out);
void dnp_network_write_values(dnp_network *network, const void *values);
/* Number i of the block, widened; and set, rounded. The gaps between tensors are 0 and stay so. */
double dnp_network_value(const dnp_network *network, size_t i);
void dnp_network_set_value(dnp_network *network, size_t i, double value);

/* Draw number i for parameter tensor `number`: normal (mean 0, deviation 1), or uniform in [0,1). Asked for in order:
 * tensor by tensor, element by element. */
typedef double dnp_draw(void *context, size_t number, size_t i, bool uniform);
/* Initial weights from such a source; fails only without memory. */
denpa_status dnp_network_init(dnp_network *network, dnp_draw *draw, void *context, denpa_error *err);
/* From denpa's own: draw i of parameter tensor k is draw i of stream (DNP_FOR_WEIGHTS, k). */
denpa_status dnp_network_init_denpa(dnp_network *network, uint64_t seed);

#endif
