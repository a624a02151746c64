/* published.formats.c: the convolution networks whose weights the book published, and which of them a file's arrays
 * are: padding, pooling and dropout leave no array behind, so the layers cannot be seen, but the shapes tell the
 * network. No file is read here. Called by model.formats.c, and by the book's experiments for the texts. */
#include <string.h>

#include "learn/model.h"

const char *const dnp_published[DNP_PUBLISHED_ALL + 1] = {
    [DNP_PUBLISHED_CONVNET] = "input 1x28x28, conv 30 5x5, relu, maxpool 2, dense 100, relu, dense 10",
    [DNP_PUBLISHED_DEEPNET] = "input 1x28x28, conv 16 3x3 pad 1, relu, conv 16 3x3 pad 1, relu, maxpool 2, "
                              "conv 32 3x3 pad 1, relu, conv 32 3x3 pad 2, relu, maxpool 2, "
                              "conv 64 3x3 pad 1, relu, conv 64 3x3 pad 1, relu, maxpool 2, "
                              "dense 50, relu, dropout 0.5 book, dense 10, dropout 0.5 book",
};

/* Every parameter is among the arrays, in its shape, and nothing is left over. */
static bool holds(const dnp_arrays *arrays, const denpa_graph *graph) {
  size_t found = 0;
  for (size_t i = 0; i < graph->tensors; i++) {
    const dnp_tensor *t = &graph->tensor[i].tensor;
    if (graph->tensor[i].role != DNP_ROLE_PARAMETER) continue;
    const dnp_array *a = dnp_arrays_find(arrays, t->name);
    if (a == NULL || a->axes != t->axes || memcmp(a->shape, t->shape, (size_t)t->axes * sizeof *t->shape) != 0)
      return false;
    found++;
  }
  return found == arrays->count;
}

const char *dnp_published_text(const dnp_arrays *arrays) {
  const denpa_net_options usual = denpa_net_options_default();
  for (size_t i = 0; dnp_published[i] != NULL; i++) {
    denpa_graph *graph;
    if (dnp_graph_from_text(&graph, dnp_published[i], usual.activation, usual.init, usual.loss, NULL) != DENPA_OK)
      return NULL; /* no memory */
    const bool this_one = holds(arrays, graph);
    denpa_graph_free(graph);
    if (this_one) return dnp_published[i];
  }
  return NULL;
}
