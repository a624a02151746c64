/* optimizer.c: the optimizers: one table, one function each, called on disjoint pieces of the parameter block from several threads. */
#include <string.h>

#include "learn/learn.h"

/* w := w - rate g */
static bool sgd(void *context, const dnp_kernels *kernels, size_t begin, size_t count, const void *grad, void *value) {
  (void)begin;
  const dnp_descent *descent = context;
  return kernels->descend(count, descent->rate, grad, value);
}

static const dnp_optimizer optimizers[] = {{"sgd", sgd}};

denpa_status dnp_optimizer_find(const char *name, const dnp_optimizer **out, denpa_error *err) {
  for (size_t i = 0; i < sizeof optimizers / sizeof *optimizers; i++)
    if (strcmp(name, optimizers[i].name) == 0) {
      *out = &optimizers[i];
      return DENPA_OK;
    }
  return dnp_fail(err, DENPA_ARGUMENT, "'{1}' is no optimizer; use sgd", dnp_s(name));
}
