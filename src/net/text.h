/* text.h: what the files that read the text of a network share: text.c and layers.c. */
#ifndef DNP_NET_TEXT_H
#define DNP_NET_TEXT_H

#include "net/graph.h"

#define DNP_MOST_PARAMETERS ((size_t)1 << 31)

/* Adds the layers of a list ("input 1x28x28, conv 24 5x5, maxpool 2, relu, dense 10") to an empty graph; *value is the
 * last one, with two axes. */
denpa_status dnp_graph_add_layers(denpa_graph *graph, const char *text, const char *init, int *value, denpa_error *err);

#endif
