/* optimizer_state.c: an optimizer at work: its numbers settled from the options, what it remembers from one update to
 * the next, and what is done to a gradient before it: clipping by the norm of all gradients together, and weight decay.
 * The updates themselves are optimizer.c's. Called by train.c and create.c, and by src/explain. */
#include <math.h>
#include <string.h>

#include "learn/learn.h"

/* ---- the settings ------------------------------------------------------------------------------- */

denpa_status dnp_optimizer_settings_from(const denpa_train_options *o, dnp_optimizer_settings *out, denpa_error *err) {
  const dnp_optimizer *optimizer = NULL;
  DNP_TRY(dnp_optimizer_find(o->optimizer, &optimizer, err));
  const bool book = o->compat == DENPA_COMPAT_BOOK;
  if (book && !(optimizer->lr[1] > 0))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "the book has no optimizer {1}; take another one, or leave its formulas (--compat book) out",
        dnp_s(optimizer->name));
  DNP_TRY(dnp_settings_check(o, err));
  *out = (dnp_optimizer_settings){.optimizer = optimizer, .book = book, .set = *o};
  dnp_settings_resolve(&out->set, optimizer);
  out->set.optimizer = optimizer->name; /* the caller's texts and callbacks may be gone before the optimizer is */
  out->set.augment = out->set.class_weights = NULL;
  out->set.on_epoch = NULL;
  out->set.on_progress = NULL;
  out->set.on_update = NULL;
  out->set.context = NULL;
  return DENPA_OK;
}

denpa_status dnp_optimizer_settings_recorded(const denpa_net *net, dnp_optimizer_settings *out, denpa_error *err) {
  denpa_train_options o;
  DNP_TRY(dnp_settings_recorded(net, &o, err));
  return dnp_optimizer_settings_from(&o, out, err);
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
  optimizer->power1 *= optimizer->settings.set.beta1;
  optimizer->power2 *= optimizer->settings.set.beta2;
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
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "the seed {1} is too large for NumPy's generator; it takes 0 to {2}",
        dnp_u(seed), dnp_u(UINT32_MAX));
  if (!state->numpy_ready || state->numpy_seed != seed) dnp_numpy_seed(&state->numpy, (uint32_t)seed);
  state->numpy_ready = true;
  state->numpy_seed = seed;
  *out = &state->numpy;
  return DENPA_OK;
}

/* ---- before the update -------------------------------------------------------------------------- */

bool dnp_optimizer_state_decays(const dnp_optimizer_state *d, size_t begin) {
  if (!(d->settings.set.weight_decay > 0)) return false;
  size_t k = 0;
  while (k + 1 < d->network->parameters && d->network->parameter[k + 1].offset <= begin) k++;
  return d->network->parameter[k].tensor->axes > 1;
}

#define CLIP_SLACK 1e-6 /* as in PyTorch's clip_grad_norm_ */

void dnp_optimizer_state_clip(void *context, const dnp_exec *exec) {
  dnp_optimizer_state *d = context;
  double sum = 0;
  for (size_t k = 0; k < exec->parameters; k++) sum += dnp_exec_square_sum(exec, DNP_GRAD, k);
  const double factor = d->settings.set.clip / (sqrt(sum) + CLIP_SLACK);
  d->factor = factor < 1 ? factor : 1;
}

/* The gradient is clipped first, and then gets what the decay of the weights adds to it. */
static bool tempered(void *context, const dnp_kernels *kernels, size_t begin, size_t count, void *grad, void *value) {
  const dnp_optimizer_state *d = context;
  if (d->factor < 1) kernels->scale(count, d->factor, grad);
  if (!d->settings.optimizer->decoupled && dnp_optimizer_state_decays(d, begin))
    kernels->add_scaled(count, d->settings.set.weight_decay, value, grad);
  return d->settings.optimizer->update(context, kernels, begin, count, grad, value);
}

dnp_update *dnp_optimizer_state_update(const dnp_optimizer_state *d) {
  const bool plain = !(d->settings.set.clip > 0) &&
                     (!(d->settings.set.weight_decay > 0) || d->settings.optimizer->decoupled);
  return plain ? d->settings.optimizer->update : tempered;
}

dnp_gradients_ready *dnp_optimizer_state_gradients_ready(const dnp_optimizer_state *d) {
  return d->settings.set.clip > 0 ? dnp_optimizer_state_clip : NULL;
}
