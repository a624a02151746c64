/* optimizer.c: the optimizers: one table, one update each, called on disjoint pieces of the parameter block from several threads; and what they
 * remember from one update to the next. Called by train.c and create.c, and by src/see. */
#include <math.h>
#include <string.h>

#include "learn/learn.h"

/* ---- updates ------------------------------------------------------------------------------------ */

/* w := w - rate g */
static bool sgd(void *context, const dnp_kernels *kernels, size_t begin, size_t count, const void *grad, void *value) {
  (void)begin;
  const dnp_descent *d = context;
  return kernels->descend(count, d->rate, grad, value);
}

/* Numbers from `begin` on of the state's block number `block`. */
static void *state_at(const dnp_descent *d, const dnp_kernels *kernels, size_t block, size_t begin) {
  return (unsigned char *)d->state + (block * d->block + begin) * dnp_dtype_size(kernels->dtype);
}

/* m, v := running means of g and g^2; w := w - rate m' / (sqrt(v') + epsilon), where m' and v' make up for the zeros that the means began with. */
static bool adam(void *context, const dnp_kernels *kernels, size_t begin, size_t count, const void *grad, void *value) {
  const dnp_descent *d = context;
  const dnp_adam scalars = {.beta1 = DNP_ADAM_BETA1, .beta2 = DNP_ADAM_BETA2, .epsilon = DNP_ADAM_EPSILON, .rate = d->rate / (1 - d->power1), .scale = 1 / sqrt(1 - d->power2)};
  return kernels->adam(count, &scalars, grad, state_at(d, kernels, 0, begin), state_at(d, kernels, 1, begin), value);
}

static const dnp_optimizer optimizers[] = {
    {.name = "sgd", .lr = 0.1, .update = sgd},
    {.name = "adam", .lr = 0.001, .blocks = 2, .update = adam},
};
#define OPTIMIZERS (sizeof optimizers / sizeof *optimizers)

denpa_status dnp_optimizer_find(const char *name, const dnp_optimizer **out, denpa_error *err) {
  for (size_t i = 0; i < OPTIMIZERS; i++)
    if (strcmp(name, optimizers[i].name) == 0) {
      *out = &optimizers[i];
      return DENPA_OK;
    }
  return dnp_fail(err, DENPA_ARGUMENT, "'{1}' is no optimizer; use sgd or adam", dnp_s(name));
}

/* ---- what is remembered ------------------------------------------------------------------------- */

denpa_status dnp_descent_open(dnp_descent *descent, const denpa_net *net, const dnp_optimizer *optimizer, denpa_error *err) {
  void *state = NULL;
  size_t numbers;
  if (!dnp_size_mul(net->block, optimizer->blocks, &numbers)) numbers = SIZE_MAX; /* the allocation says what that is */
  if (optimizer->blocks > 0) DNP_TRY(dnp_alloc(&state, numbers, dnp_dtype_size(net->plan.dtype), err));
  *descent = (dnp_descent){.optimizer = optimizer, .state = state, .block = net->block, .power1 = 1, .power2 = 1};
  return DENPA_OK;
}

void dnp_descent_close(dnp_descent *descent) {
  dnp_free(descent->state);
  *descent = (dnp_descent){0};
}

void dnp_descent_next(dnp_descent *descent, double rate) {
  descent->rate = rate;
  descent->power1 *= DNP_ADAM_BETA1;
  descent->power2 *= DNP_ADAM_BETA2;
}

denpa_status dnp_history_optimizer(denpa_net *net, const char *name, denpa_error *err) {
  dnp_history *history = net->history;
  const dnp_optimizer *optimizer = NULL;
  dnp_descent fresh;
  DNP_TRY(dnp_optimizer_find(name, &optimizer, err));
  if (history->descent.optimizer == optimizer) return DENPA_OK;
  DNP_TRY(dnp_descent_open(&fresh, net, optimizer, err));
  dnp_descent_close(&history->descent);
  history->descent = fresh;
  return DENPA_OK;
}
