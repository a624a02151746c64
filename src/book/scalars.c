/* scalars.c: graphs of single numbers. They are ordinary networks without rows. */
#include "book/scalars.h"

denpa_status dnp_scalars_build(
    denpa_net **out, const dnp_leaf *leaf, int leaves, const dnp_join *join, int joins, denpa_error *err) {
  denpa_net_options options = denpa_net_options_default();
  denpa_graph *graph;
  int node[DNP_MOST_SCALARS], nodes = 0;
  options.dtype = DENPA_DTYPE_FLOAT64;
  options.threads = 1;
  *out = NULL;
  if (leaves + joins > DNP_MOST_SCALARS)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "a graph of {1} numbers; at most {2} are possible here",
        dnp_i(leaves + joins), dnp_i(DNP_MOST_SCALARS));
  DNP_TRY(denpa_graph_create(&graph, err));
  for (int i = 0; i < leaves; i++) node[nodes++] = denpa_graph_parameter(graph, leaf[i].name, 0, NULL, NULL);
  for (int i = 0; i < joins; i++) {
    const int in[2] = {node[join[i].in[0]], node[join[i].in[1]]};
    node[nodes++] = denpa_graph_apply(graph, join[i].op->name, join[i].name, in, 2);
  }
  denpa_status status = denpa_graph_build(out, graph, &options, err);
  denpa_graph_free(graph);
  for (int i = 0; i < leaves && status == DENPA_OK; i++)
    status = denpa_net_set(*out, leaf[i].name, &leaf[i].value, 1, err);
  if (status == DENPA_OK) status = denpa_net_backward(*out, err);
  if (status == DENPA_OK) return DENPA_OK;
  denpa_net_free(*out);
  *out = NULL;
  return status;
}
