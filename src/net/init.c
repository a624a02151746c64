/* init.c: initial weights from denpa's own source. (NumPy's walk is src/learn's, since it goes on into the batches.) */
#include "base/random.h"
#include "net/net.h"

void dnp_net_init_denpa(denpa_net *net, uint64_t seed) {
  for (size_t k = 0; k < net->parameters; k++) {
    const dnp_parameter *p = &net->parameter[k];
    for (size_t i = 0; i < p->count; i++) {
      double value = p->init != DNP_INIT_NORMAL ? (double)(p->init == DNP_INIT_ONE) : p->deviation * dnp_draw_normal(seed, DNP_STREAM(DNP_FOR_WEIGHTS, k), i);
      if (net->plan.dtype == DENPA_FLOAT32)
        ((float *)p->tensor->data)[i] = (float)value;
      else
        ((double *)p->tensor->data)[i] = value;
    }
  }
}
