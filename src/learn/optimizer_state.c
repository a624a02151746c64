/* optimizer_state.c: an optimizer at work: its numbers settled from the options, what it remembers from one update to
 * the next, and what is done to a gradient before it: clipping by the norm of all gradients together, and weight decay.
 * The updates themselves are optimizer.c's. Called by train.c and create.c, and by src/explain. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "learn/learn.h"

/* ---- the numbers -------------------------------------------------------------------------------- */

static double own_or(double asked, double own) { return asked == DENPA_OWN ? own : asked; }

static denpa_status check_share(const char *name, double value, denpa_error *err) {
  if (value >= 0 && value < 1) return DENPA_OK;
  return dnp_fail(
      err, DENPA_ARGUMENT, "{1} is {2}; it has to be at least 0 and below 1, such as 0.9", dnp_s(name), dnp_d(value));
}

static denpa_status check_numbers(const dnp_optimizer_settings *settings, denpa_error *err) {
  if (!isfinite(settings->lr) || !(settings->lr > 0))
    return dnp_fail(err, DENPA_ARGUMENT, "the learning rate is {1}; give a finite number above 0, such as 0.1",
        dnp_d(settings->lr));
  DNP_TRY(check_share("momentum", settings->momentum, err));
  DNP_TRY(check_share("beta1", settings->beta1, err));
  DNP_TRY(check_share("beta2", settings->beta2, err));
  if (settings->optimizer->epsilon[0] > 0 && (!isfinite(settings->epsilon) || !(settings->epsilon > 0)))
    return dnp_fail(
        err, DENPA_ARGUMENT, "epsilon is {1}; give a finite number above 0, such as 1e-8", dnp_d(settings->epsilon));
  if (!isfinite(settings->decay) || !(settings->decay >= 0))
    return dnp_fail(err, DENPA_ARGUMENT, "the weight decay is {1}; give a finite number of at least 0, such as 0.0001",
        dnp_d(settings->decay));
  if (!isfinite(settings->clip) || !(settings->clip >= 0))
    return dnp_fail(err, DENPA_ARGUMENT,
        "gradients are to be clipped to the norm {1}; give a finite number above 0, such as 1, or 0 for none",
        dnp_d(settings->clip));
  return DENPA_OK;
}

denpa_status dnp_optimizer_settings_from(const denpa_train_options *o, dnp_optimizer_settings *out, denpa_error *err) {
  const dnp_optimizer *optimizer = NULL;
  DNP_TRY(dnp_optimizer_find(o->optimizer, &optimizer, err));
  if ((unsigned)o->compat > DENPA_COMPAT_BOOK)
    return dnp_fail(err, DENPA_ARGUMENT, "there is no compatibility number {1}", dnp_i(o->compat));
  const bool book = o->compat == DENPA_COMPAT_BOOK;
  if (book && !(optimizer->lr[1] > 0))
    return dnp_fail(err, DENPA_ARGUMENT,
        "the book has no optimizer {1}; take another one, or leave its formulas (--compat book) out",
        dnp_s(optimizer->name));
  *out = (dnp_optimizer_settings){.optimizer = optimizer,
      .book = book,
      .lr = o->lr != 0 ? o->lr : optimizer->lr[book],
      .momentum = o->momentum,
      .beta1 = o->beta1,
      .beta2 = own_or(o->beta2, optimizer->beta2),
      .epsilon = own_or(o->epsilon, optimizer->epsilon[book]),
      .decay = own_or(o->weight_decay, optimizer->decay),
      .clip = o->clip};
  return check_numbers(out, err);
}

/* ---- what a model file tells -------------------------------------------------------------------- */

/* The numbers that a model file tells, each only if the optimizer uses it and it is not what it would be anyway. */
typedef struct told {
  const char *key;
  size_t member; /* in dnp_optimizer_settings */
} told;

static const told numbers[] = {{"momentum", offsetof(dnp_optimizer_settings, momentum)},
    {"beta1", offsetof(dnp_optimizer_settings, beta1)}, {"beta2", offsetof(dnp_optimizer_settings, beta2)},
    {"epsilon", offsetof(dnp_optimizer_settings, epsilon)}, {"weight_decay", offsetof(dnp_optimizer_settings, decay)},
    {"clip", offsetof(dnp_optimizer_settings, clip)}};
#define NUMBERS (sizeof numbers / sizeof *numbers)

static double *number_of(dnp_optimizer_settings *settings, size_t i) {
  return (double *)(void *)((unsigned char *)settings + numbers[i].member);
}

/* What a training with nothing asked for would use. */
static denpa_status usual(const dnp_optimizer_settings *settings, dnp_optimizer_settings *out, denpa_error *err) {
  denpa_train_options plain = denpa_train_options_default();
  plain.optimizer = settings->optimizer->name;
  plain.compat = settings->book ? DENPA_COMPAT_BOOK : DENPA_COMPAT_NONE;
  return dnp_optimizer_settings_from(&plain, out, err);
}

denpa_status dnp_optimizer_settings_record(
    const dnp_optimizer_settings *settings, dnp_pairs *metadata, denpa_error *err) {
  dnp_optimizer_settings mine = *settings, plain;
  DNP_TRY(usual(settings, &plain, err));
  const bool used[NUMBERS] = {settings->optimizer->uses_momentum, settings->optimizer->uses_beta1,
      settings->optimizer->beta2 > 0, settings->optimizer->epsilon[0] > 0, true, true};
  DNP_TRY(dnp_metadata_set(metadata, "optimizer", settings->optimizer->name, err));
  DNP_TRY(dnp_metadata_set_real(metadata, "lr", settings->lr, err));
  DNP_TRY(settings->book ? dnp_metadata_set(metadata, "compat", "book", err) : dnp_metadata_drop(metadata, "compat"));
  for (size_t i = 0; i < NUMBERS; i++)
    DNP_TRY(used[i] && *number_of(&mine, i) != *number_of(&plain, i)
                ? dnp_metadata_set_real(metadata, numbers[i].key, *number_of(&mine, i), err)
                : dnp_metadata_drop(metadata, numbers[i].key));
  return DENPA_OK;
}

denpa_status dnp_optimizer_settings_recorded(const denpa_net *net, dnp_optimizer_settings *out, denpa_error *err) {
  const char *name = denpa_net_metadata(net, "optimizer"), *lr = denpa_net_metadata(net, "lr"),
             *compat = denpa_net_metadata(net, "compat");
  denpa_train_options o = denpa_train_options_default();
  if (name != NULL) o.optimizer = name;
  if (compat != NULL && strcmp(compat, "book") == 0) o.compat = DENPA_COMPAT_BOOK;
  if (lr != NULL && (!dnp_parse_real(lr, &o.lr) || !(o.lr > 0) || !isfinite(o.lr))) o.lr = 0;
  DNP_TRY(dnp_optimizer_settings_from(&o, out, err));
  for (size_t i = 0; i < NUMBERS; i++) {
    const char *text = denpa_net_metadata(net, numbers[i].key);
    if (text != NULL && !dnp_parse_real(text, number_of(out, i)))
      return dnp_fail(
          err, DENPA_FORMAT, "the model says '{2}' for {1}, which is not a number", dnp_s(numbers[i].key), dnp_s(text));
  }
  return check_numbers(out, err);
}

/* ---- what is remembered ------------------------------------------------------------------------- */

denpa_status dnp_optimizer_state_open(dnp_optimizer_state *optimizer, const dnp_network *network,
    const dnp_optimizer_settings *settings, denpa_error *err) {
  void *state = NULL;
  size_t numbers_in_all;
  /* the allocation says what that is */
  if (!dnp_size_mul(network->block, settings->optimizer->blocks, &numbers_in_all)) numbers_in_all = SIZE_MAX;
  if (settings->optimizer->blocks > 0) DNP_TRY(dnp_alloc(&state, numbers_in_all, dnp_dtype_size(network->dtype), err));
  *optimizer = (dnp_optimizer_state){.settings = *settings,
      .network = network,
      .state = state,
      .block = network->block,
      .power1 = 1,
      .power2 = 1,
      .factor = 1};
  return DENPA_OK;
}

void dnp_optimizer_state_close(dnp_optimizer_state *optimizer) {
  dnp_free(optimizer->state);
  *optimizer = (dnp_optimizer_state){0};
}

void dnp_optimizer_state_next(dnp_optimizer_state *optimizer, double rate) {
  optimizer->rate = rate;
  optimizer->power1 *= optimizer->settings.beta1;
  optimizer->power2 *= optimizer->settings.beta2;
}

denpa_status dnp_trainer_state_optimizer(
    dnp_trainer_state *state, const dnp_network *network, const dnp_optimizer_settings *settings, denpa_error *err) {
  dnp_optimizer_state fresh;
  if (state->optimizer.settings.optimizer == settings->optimizer && state->optimizer.settings.book == settings->book) {
    state->optimizer.settings = *settings;
    return DENPA_OK;
  }
  DNP_TRY(dnp_optimizer_state_open(&fresh, network, settings, err));
  dnp_optimizer_state_close(&state->optimizer);
  state->optimizer = fresh;
  return DENPA_OK;
}

denpa_status dnp_trainer_state_numpy(dnp_trainer_state *state, uint64_t seed, dnp_numpy **out, denpa_error *err) {
  if (seed > UINT32_MAX)
    return dnp_fail(err, DENPA_ARGUMENT, "the seed {1} is too large for NumPy's generator; it takes 0 to {2}",
        dnp_u(seed), dnp_u(UINT32_MAX));
  if (!state->numpy_ready || state->numpy_seed != seed) dnp_numpy_seed(&state->numpy, (uint32_t)seed);
  state->numpy_ready = true;
  state->numpy_seed = seed;
  *out = &state->numpy;
  return DENPA_OK;
}

/* ---- before the update -------------------------------------------------------------------------- */

bool dnp_optimizer_state_decays(const dnp_optimizer_state *d, size_t begin) {
  if (!(d->settings.decay > 0)) return false;
  size_t k = 0;
  while (k + 1 < d->network->parameters && d->network->parameter[k + 1].offset <= begin) k++;
  return d->network->parameter[k].tensor->axes > 1;
}

#define CLIP_SLACK 1e-6 /* as in PyTorch's clip_grad_norm_ */

void dnp_optimizer_state_clip(void *context, const dnp_exec *exec) {
  dnp_optimizer_state *d = context;
  double sum = 0;
  for (size_t k = 0; k < exec->parameters; k++) sum += dnp_exec_square_sum(exec, DNP_GRAD, k);
  const double factor = d->settings.clip / (sqrt(sum) + CLIP_SLACK);
  d->factor = factor < 1 ? factor : 1;
}

/* The gradient is clipped first, and then gets what the decay of the weights adds to it. */
static bool tempered(void *context, const dnp_kernels *kernels, size_t begin, size_t count, void *grad, void *value) {
  const dnp_optimizer_state *d = context;
  if (d->factor < 1) kernels->scale(count, d->factor, grad);
  if (!d->settings.optimizer->decoupled && dnp_optimizer_state_decays(d, begin))
    kernels->add_scaled(count, d->settings.decay, value, grad);
  return d->settings.optimizer->update(context, kernels, begin, count, grad, value);
}

dnp_update *dnp_optimizer_state_update(const dnp_optimizer_state *d) {
  const bool plain = !(d->settings.clip > 0) && (!(d->settings.decay > 0) || d->settings.optimizer->decoupled);
  return plain ? d->settings.optimizer->update : tempered;
}

dnp_gradients_ready *dnp_optimizer_state_gradients_ready(const dnp_optimizer_state *d) {
  return d->settings.clip > 0 ? dnp_optimizer_state_clip : NULL;
}
