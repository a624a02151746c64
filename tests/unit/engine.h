/* engine.h: for unit tests: a network with a plan of the test's own choice. */
#ifndef DNP_TESTS_ENGINE_H
#define DNP_TESTS_ENGINE_H

#include "learn/learn.h"

static inline denpa_status build_net(
    denpa_net **out, const denpa_graph *graph, denpa_dtype dtype, const dnp_plan_options *plan, denpa_error *err) {
  const denpa_net_options options = {.dtype = dtype, .cpu = plan->cpu, .threads = plan->threads};
  *out = NULL;
  DNP_TRY(dnp_net_make(out, graph, &options, DNP_FIRST_ROWS, err));
  const denpa_status status = dnp_net_replan(*out, plan, err);
  if (status == DENPA_OK) return DENPA_OK;
  denpa_net_free(*out);
  *out = NULL;
  return status;
}

#endif
