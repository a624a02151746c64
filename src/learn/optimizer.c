/* optimizer.c: the optimizers, and all that is known of each by name: one table, one update each, called on disjoint
 * pieces of the parameter block from several threads; how the first update is told to people, and the same in NumPy.
 * What they remember from one update to the next, weight decay and clipping are optimizer_state.c's. Called by
 * optimizer_state.c and by src/explain. */
#include <math.h>
#include <string.h>

#include "base/text.h"
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
  const dnp_momentum scalars = {.momentum = d->settings.set.momentum, .rate = d->rate, .nesterov = nesterov};
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
      count, 1, 1, d->rate, d->settings.set.epsilon, grad, state_at(d, kernels, 0, begin), value);
}

/* h := running mean of g^2; w := w - rate g / (sqrt(h) + epsilon): T. Tieleman and G. Hinton, lecture 6.5 of "Neural
 * networks for machine learning", 2012. */
static bool rmsprop(void *context, const dnp_kernels *kernels, size_t begin, size_t count, void *grad, void *value) {
  const dnp_optimizer_state *d = context;
  return kernels->scaled_descend(count, d->settings.set.beta2, 1 - d->settings.set.beta2, d->rate,
      d->settings.set.epsilon, grad, state_at(d, kernels, 0, begin), value);
}

/* m, v := running means of g and g^2; w := w - rate m' / (sqrt(v') + epsilon), where m' and v' make up for the zeros
 * that the means began with. The book makes up for both in the learning rate and leaves v as it is under the root. */
static bool adam(void *context, const dnp_kernels *kernels, size_t begin, size_t count, void *grad, void *value) {
  const dnp_optimizer_state *d = context;
  const double root = sqrt(1 - d->power2), rate = d->rate / (1 - d->power1);
  const dnp_adam scalars = {.beta1 = d->settings.set.beta1,
      .beta2 = d->settings.set.beta2,
      .epsilon = d->settings.set.epsilon,
      .rate = d->settings.book ? rate * root : rate,
      .scale = d->settings.book ? 1 : 1 / root};
  return kernels->adam(count, &scalars, grad, state_at(d, kernels, 0, begin), state_at(d, kernels, 1, begin), value);
}

/* The weights shrink by themselves, whatever their gradients: I. Loshchilov and F. Hutter, "Decoupled weight decay
 * regularization", 2019. */
static bool adamw(void *context, const dnp_kernels *kernels, size_t begin, size_t count, void *grad, void *value) {
  const dnp_optimizer_state *d = context;
  if (dnp_optimizer_state_decays(d, begin)) kernels->scale(count, 1 - d->rate * d->settings.set.weight_decay, value);
  return adam(context, kernels, begin, count, grad, value);
}

/* ---- first steps -------------------------------------------------------------------------------- */

/* How far down the first update takes a weight w with the gradient g, but for the rounding. */
static double plain_first(const dnp_optimizer_settings *settings, double g, double w) {
  return (void)w, settings->set.lr * g;
}
static double nesterov_first(const dnp_optimizer_settings *settings, double g, double w) {
  return (void)w, settings->set.lr * (1 + settings->set.momentum) * g;
}
static double adagrad_first(const dnp_optimizer_settings *settings, double g, double w) {
  return (void)w, settings->set.lr * g / (fabs(g) + settings->set.epsilon);
}
static double rmsprop_first(const dnp_optimizer_settings *settings, double g, double w) {
  return (void)w, settings->set.lr * g / (sqrt(1 - settings->set.beta2) * fabs(g) + settings->set.epsilon);
}

/* The two means hold this one gradient alone, so they are g and g^2 once their start from zero is made up for. */
static double adam_first(const dnp_optimizer_settings *settings, double g, double w) {
  const double root = sqrt(1 - settings->set.beta2);
  return (void)w, settings->book ? settings->set.lr * root * g / (root * fabs(g) + settings->set.epsilon)
                                 : settings->set.lr * g / (fabs(g) + settings->set.epsilon);
}
static double adamw_first(const dnp_optimizer_settings *settings, double g, double w) {
  return settings->set.lr * settings->set.weight_decay * w + adam_first(settings, g, w);
}

/* ---- words for people --------------------------------------------------------------------------- */

#define PLAIN_RULE "{1} := {1} - {2} * d{1}"
#define PLAIN_NUMBERS \
  { "    {1}[{2}]: {3} - {4} * {5} = {6}\n", "    {1}[{2}]: {3} - {4} * ({5}) = {6}\n" }
#define SCALED_RULE "{1} := {1} - {2} * d{1} / (|d{1}| + {3})"
#define SCALED_NUMBERS \
  { "    {1}[{2}]: {3} - {4} * {5} / ({8} + {7}) = {6}\n", "    {1}[{2}]: {3} - {4} * ({5}) / ({8} + {7}) = {6}\n" }
#define BY_SQUARES \
  DNP_N("The gradient promised that the loss of the batch would change by {1:.6g} (minus the learning rate times the " \
        "sum of all squared gradients); it changed by {2:.6g}.\n")
#define BY_CHANGES \
  DNP_N("The gradient promised that the loss of the batch would change by {1:.6g} (the sum over all weights of " \
        "gradient times change); it changed by {2:.6g}.\n")

static const dnp_update_words sgd_words = {
    DNP_N("The gradient points uphill, so it is subtracted, times the learning rate {1:.15g}. To check by hand: "
          "the entry with the largest gradient of each matrix.\n"),
    PLAIN_RULE, PLAIN_NUMBERS, BY_SQUARES};
static const dnp_update_words momentum_words = {
    DNP_N("The gradient points uphill, so it is subtracted, times the learning rate {1:.15g}. Momentum would add a "
          "part of the step before, but this is the first one. To check by hand: the entry with the largest "
          "gradient of each matrix.\n"),
    PLAIN_RULE, PLAIN_NUMBERS, BY_SQUARES};
static const dnp_update_words nesterov_words = {
    DNP_N("The gradient points uphill, so it is subtracted, times the learning rate {1:.15g}. Nesterov's momentum "
          "looks ahead: the part of this step that the next one would make again, {2:.15g} of it, is made at once. "
          "To check by hand: the entry "
          "with the largest gradient of each matrix.\n"),
    "{1} := {1} - {2} * (1 + {4}) * d{1}",
    {"    {1}[{2}]: {3} - {4} * (1 + {9}) * {5} = {6}\n", "    {1}[{2}]: {3} - {4} * (1 + {9}) * ({5}) = {6}\n"},
    BY_CHANGES};
static const dnp_update_words adagrad_words = {
    DNP_N("The gradient points uphill, so AdaGrad goes the other way. It divides each gradient by the root of the "
          "sum of all its squares so far (in the first update: by its own size), so every weight moves by nearly "
          "the learning rate {1:.15g} at "
          "first, and by less and less later. To check by hand: the entry with the largest gradient of each "
          "matrix.\n"),
    SCALED_RULE, SCALED_NUMBERS, BY_CHANGES};
static const dnp_update_words rmsprop_words = {
    DNP_N("The gradient points uphill, so RMSprop goes the other way. It divides each gradient by the root of the "
          "mean of its squares. That mean begins at 0 and grows slowly, so in the first update it is only {2:.15g} "
          "times the gradient's size, and the step is "
          "that much longer than the learning rate {1:.15g}. To check by hand: the entry with the largest gradient "
          "of each matrix.\n"),
    "{1} := {1} - {2} * d{1} / ({4} * |d{1}| + {3})",
    {"    {1}[{2}]: {3} - {4} * {5} / ({9} * {8} + {7}) = {6}\n",
        "    {1}[{2}]: {3} - {4} * ({5}) / ({9} * {8} + {7}) = {6}\n"},
    BY_CHANGES};
static const dnp_update_words adam_words = {
    DNP_N("The gradient points uphill, so Adam goes the other way. It divides each gradient by what its size has "
          "been (in the first update: by its own size), so every weight moves by nearly the learning rate "
          "{1:.15g}, however "
          "steep or flat its slope is. To check by hand: the entry with the largest gradient of each matrix.\n"),
    SCALED_RULE, SCALED_NUMBERS, BY_CHANGES};
static const dnp_update_words adamw_words = {
    DNP_N("The gradient points uphill, so AdamW goes the other way, as Adam does: by nearly the learning rate "
          "{1:.15g}, however steep or flat the slope is. Besides, every weight (but no bias) shrinks by {2:.15g} "
          "of itself, times the learning rate. To check by "
          "hand: the entry with the largest gradient of each matrix.\n"),
    "{1} := {1} - {2} * {4} * {1} - {2} * d{1} / (|d{1}| + {3})",
    {"    {1}[{2}]: {3} - {4} * {9} * ({3}) - {4} * {5} / ({8} + {7}) = {6}\n",
        "    {1}[{2}]: {3} - {4} * {9} * ({3}) - {4} * ({5}) / ({8} + {7}) = {6}\n"},
    BY_CHANGES};

static double nesterov_own(const dnp_optimizer_settings *settings) { return settings->set.momentum; }
static double rmsprop_own(const dnp_optimizer_settings *settings) { return sqrt(1 - settings->set.beta2); }
static double adamw_own(const dnp_optimizer_settings *settings) { return settings->set.weight_decay; }

/* ---- the same in NumPy -------------------------------------------------------------------------- */

static const char sgd_numpy[] = "def update(name, gradient, rate):\n"
                                "    params[name] -= rate * gradient\n";
static const char adam_numpy[] =
    "BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8\n"
    "mean, square = {}, {}\n"
    "\n"
    "def update(name, gradient, rate):\n"
    "    mean[name] = BETA1 * mean.get(name, 0) + (1 - BETA1) * gradient\n"
    "    square[name] = BETA2 * square.get(name, 0) + (1 - BETA2) * gradient * gradient\n"
    "    full_mean, full_square = mean[name] / (1 - BETA1 ** (step + 1)), square[name] / (1 - BETA2 ** (step + 1))\n"
    "    params[name] -= (rate * full_mean / (np.sqrt(full_square) + EPSILON)).astype(DTYPE)\n";

/* ---- the table ---------------------------------------------------------------------------------- */

/* Numbers as PyTorch has them, but for the learning rate of sgd and momentum, for which it has none; [1]: the
 * book's. */
static const dnp_optimizer optimizers[] = {
    {.name = "sgd",
        .lr = {0.1, 0.01},
        .update = sgd,
        .first = plain_first,
        .plain = true,
        .words = &sgd_words,
        .numpy = sgd_numpy},
    {.name = "momentum",
        .lr = {0.01, 0.01},
        .blocks = 1,
        .uses_momentum = true,
        .update = momentum,
        .first = plain_first,
        .words = &momentum_words},
    {.name = "nesterov",
        .lr = {0.01, 0.01},
        .blocks = 1,
        .uses_momentum = true,
        .update = nesterov,
        .first = nesterov_first,
        .words = &nesterov_words,
        .own = nesterov_own},
    {.name = "adagrad",
        .lr = {0.01, 0.01},
        .blocks = 1,
        .epsilon = {1e-10, 1e-7},
        .update = adagrad,
        .first = adagrad_first,
        .words = &adagrad_words},
    {.name = "rmsprop",
        .lr = {0.01, 0.01},
        .blocks = 1,
        .beta2 = 0.99,
        .epsilon = {1e-8, 1e-7},
        .update = rmsprop,
        .first = rmsprop_first,
        .words = &rmsprop_words,
        .own = rmsprop_own},
    {.name = "adam",
        .lr = {0.001, 0.001},
        .blocks = 2,
        .uses_beta1 = true,
        .beta2 = 0.999,
        .epsilon = {1e-8, 1e-7},
        .update = adam,
        .first = adam_first,
        .words = &adam_words,
        .numpy = adam_numpy,
        .numpy_note = DNP_N(
            "Adam keeps two running means for every weight: of its gradient and of the gradient's square.")},
    {.name = "adamw",
        .lr = {0.001, 0},
        .blocks = 2,
        .uses_beta1 = true,
        .beta2 = 0.999,
        .epsilon = {1e-8, 0},
        .decay = 0.01,
        .decoupled = true,
        .update = adamw,
        .first = adamw_first,
        .words = &adamw_words,
        .own = adamw_own,
        .bias_words = &adam_words},
};
#define OPTIMIZERS (sizeof optimizers / sizeof *optimizers)

const dnp_optimizer *dnp_optimizer_at(size_t i) { return i < OPTIMIZERS ? &optimizers[i] : NULL; }
const char *dnp_optimizer_word(size_t index) { return index < OPTIMIZERS ? optimizers[index].name : NULL; }

denpa_status dnp_optimizer_find(const char *name, const dnp_optimizer **out, denpa_error *err) {
  for (size_t i = 0; i < OPTIMIZERS; i++)
    if (dnp_text_means(name, optimizers[i].name)) {
      *out = &optimizers[i];
      return DENPA_OK;
    }
  char words[DNP_WORDS];
  return dnp_fail(err, DENPA_ERROR_ARGUMENT, "'{1}' is not an optimizer; use one of {2}", dnp_s(name),
      dnp_s(dnp_words_joined(NULL, dnp_optimizer_word, words)));
}
