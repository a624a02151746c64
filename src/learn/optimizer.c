/* optimizer.c: the optimizers: one table, one update each, called on disjoint pieces of the parameter block from
 * several threads. What they remember from one update to the next, weight decay and clipping are optimizer_state.c's.
 * Called by optimizer_state.c and by src/explain. */
#include <math.h>
#include <string.h>

#include "learn/learn.h"

/* Numbers from `begin` on of the state's block number `block`. */
static void *state_at(const dnp_optimizer_state *d, const dnp_kernels *kernels, size_t block, size_t begin) {
  return (unsigned char *)d->state + (block * d->block + begin) * dnp_dtype_size(kernels->dtype);
}

/* ---- updates ------------------------------------------------------------------------------------ */

/* w := w - rate g */
static bool sgd(void *context, const dnp_kernels *kernels, size_t begin, size_t count, void *grad, void *value) {
  (void)begin;
  const dnp_optimizer_state *d = context;
  return kernels->descend(count, d->rate, grad, value);
}

/* v := mu v + g; w := w - rate v, as PyTorch does, and by Nesterov w - rate (g + mu v): I. Sutskever, J. Martens, G.
 * Dahl, G. Hinton, "On the importance of initialization and momentum in deep learning", 2013, with the place where the
 * gradient is taken as the weights that are kept. The book's v is -rate times this one, and the same as long as the
 * rate is. */
static bool by_momentum(
    void *context, const dnp_kernels *kernels, size_t begin, size_t count, void *grad, void *value, bool nesterov) {
  const dnp_optimizer_state *d = context;
  const dnp_momentum scalars = {.momentum = d->settings.momentum, .rate = d->rate, .nesterov = nesterov};
  return (d->settings.book ? kernels->momentum_book : kernels->momentum)(
      count, &scalars, grad, state_at(d, kernels, 0, begin), value);
}

static bool momentum(void *context, const dnp_kernels *kernels, size_t begin, size_t count, void *grad, void *value) {
  return by_momentum(context, kernels, begin, count, grad, value, false);
}
static bool nesterov(void *context, const dnp_kernels *kernels, size_t begin, size_t count, void *grad, void *value) {
  return by_momentum(context, kernels, begin, count, grad, value, true);
}

/* h := h + g^2; w := w - rate g / (sqrt(h) + epsilon): J. Duchi, E. Hazan, Y. Singer, "Adaptive subgradient methods",
 * 2011. */
static bool adagrad(void *context, const dnp_kernels *kernels, size_t begin, size_t count, void *grad, void *value) {
  const dnp_optimizer_state *d = context;
  return kernels->scaled_descend(
      count, 1, 1, d->rate, d->settings.epsilon, grad, state_at(d, kernels, 0, begin), value);
}

/* h := running mean of g^2; w := w - rate g / (sqrt(h) + epsilon): T. Tieleman and G. Hinton, lecture 6.5 of "Neural
 * networks for machine learning", 2012. */
static bool rmsprop(void *context, const dnp_kernels *kernels, size_t begin, size_t count, void *grad, void *value) {
  const dnp_optimizer_state *d = context;
  return kernels->scaled_descend(count, d->settings.beta2, 1 - d->settings.beta2, d->rate, d->settings.epsilon, grad,
      state_at(d, kernels, 0, begin), value);
}

/* m, v := running means of g and g^2; w := w - rate m' / (sqrt(v') + epsilon), where m' and v' make up for the zeros
 * that the means began with. The book makes up for both in the learning rate and leaves v as it is under the root. */
static bool adam(void *context, const dnp_kernels *kernels, size_t begin, size_t count, void *grad, void *value) {
  const dnp_optimizer_state *d = context;
  const double root = sqrt(1 - d->power2), rate = d->rate / (1 - d->power1);
  const dnp_adam scalars = {.beta1 = d->settings.beta1,
      .beta2 = d->settings.beta2,
      .epsilon = d->settings.epsilon,
      .rate = d->settings.book ? rate * root : rate,
      .scale = d->settings.book ? 1 : 1 / root};
  return kernels->adam(count, &scalars, grad, state_at(d, kernels, 0, begin), state_at(d, kernels, 1, begin), value);
}

/* The weights shrink by themselves, whatever their gradients: I. Loshchilov and F. Hutter, "Decoupled weight decay
 * regularization", 2019. */
static bool adamw(void *context, const dnp_kernels *kernels, size_t begin, size_t count, void *grad, void *value) {
  const dnp_optimizer_state *d = context;
  if (dnp_optimizer_state_decays(d, begin)) kernels->scale(count, 1 - d->rate * d->settings.decay, value);
  return adam(context, kernels, begin, count, grad, value);
}

/* ---- first steps -------------------------------------------------------------------------------- */

/* How far down the first update takes a weight w with the gradient g, but for the rounding. */
static double plain_first(const dnp_optimizer_settings *settings, double g, double w) {
  return (void)w, settings->lr * g;
}
static double nesterov_first(const dnp_optimizer_settings *settings, double g, double w) {
  return (void)w, settings->lr * (1 + settings->momentum) * g;
}
static double adagrad_first(const dnp_optimizer_settings *settings, double g, double w) {
  return (void)w, settings->lr * g / (fabs(g) + settings->epsilon);
}
static double rmsprop_first(const dnp_optimizer_settings *settings, double g, double w) {
  return (void)w, settings->lr * g / (sqrt(1 - settings->beta2) * fabs(g) + settings->epsilon);
}

/* The two means hold this one gradient alone, so they are g and g^2 once their start from zero is made up for. */
static double adam_first(const dnp_optimizer_settings *settings, double g, double w) {
  const double root = sqrt(1 - settings->beta2);
  return (void)w, settings->book ? settings->lr * root * g / (root * fabs(g) + settings->epsilon)
                                 : settings->lr * g / (fabs(g) + settings->epsilon);
}
static double adamw_first(const dnp_optimizer_settings *settings, double g, double w) {
  return settings->lr * settings->decay * w + adam_first(settings, g, w);
}

/* ---- the table ---------------------------------------------------------------------------------- */

/* Numbers as PyTorch has them, but for the learning rate of sgd and momentum, for which it has none; [1]: the
 * book's. */
static const dnp_optimizer optimizers[] = {
    {.name = "sgd", .lr = {0.1, 0.01}, .update = sgd, .first = plain_first},
    {.name = "momentum",
        .lr = {0.01, 0.01},
        .blocks = 1,
        .uses_momentum = true,
        .update = momentum,
        .first = plain_first},
    {.name = "nesterov",
        .lr = {0.01, 0.01},
        .blocks = 1,
        .uses_momentum = true,
        .update = nesterov,
        .first = nesterov_first},
    {.name = "adagrad",
        .lr = {0.01, 0.01},
        .blocks = 1,
        .epsilon = {1e-10, 1e-7},
        .update = adagrad,
        .first = adagrad_first},
    {.name = "rmsprop",
        .lr = {0.01, 0.01},
        .blocks = 1,
        .beta2 = 0.99,
        .epsilon = {1e-8, 1e-7},
        .update = rmsprop,
        .first = rmsprop_first},
    {.name = "adam",
        .lr = {0.001, 0.001},
        .blocks = 2,
        .uses_beta1 = true,
        .beta2 = 0.999,
        .epsilon = {1e-8, 1e-7},
        .update = adam,
        .first = adam_first},
    {.name = "adamw",
        .lr = {0.001, 0},
        .blocks = 2,
        .uses_beta1 = true,
        .beta2 = 0.999,
        .epsilon = {1e-8, 0},
        .decay = 0.01,
        .decoupled = true,
        .update = adamw,
        .first = adamw_first},
};
#define OPTIMIZERS (sizeof optimizers / sizeof *optimizers)

const dnp_optimizer *dnp_optimizer_at(size_t i) { return i < OPTIMIZERS ? &optimizers[i] : NULL; }

denpa_status dnp_optimizer_find(const char *name, const dnp_optimizer **out, denpa_error *err) {
  for (size_t i = 0; i < OPTIMIZERS; i++)
    if (strcmp(name, optimizers[i].name) == 0) {
      *out = &optimizers[i];
      return DENPA_OK;
    }
  return dnp_fail(err, DENPA_ARGUMENT,
      "'{1}' is not an optimizer; use sgd, momentum, nesterov, adagrad, rmsprop, adam or adamw", dnp_s(name));
}
