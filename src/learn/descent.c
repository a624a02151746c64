/* descent.c: an optimizer at work: its numbers settled from the options, what it remembers from one update to the next,
 * and what is done to a gradient before it: clipping by the norm of all gradients together, and weight decay. The
 * updates themselves are optimizer.c's. Called by train.c and create.c, and by src/see. */
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

static denpa_status check_numbers(const dnp_how *how, denpa_error *err) {
  if (!isfinite(how->lr) || !(how->lr > 0))
    return dnp_fail(
        err, DENPA_ARGUMENT, "the learning rate is {1}; give a finite number above 0, such as 0.1", dnp_d(how->lr));
  DNP_TRY(check_share("momentum", how->momentum, err));
  DNP_TRY(check_share("beta1", how->beta1, err));
  DNP_TRY(check_share("beta2", how->beta2, err));
  if (how->optimizer->epsilon[0] > 0 && (!isfinite(how->epsilon) || !(how->epsilon > 0)))
    return dnp_fail(
        err, DENPA_ARGUMENT, "epsilon is {1}; give a finite number above 0, such as 1e-8", dnp_d(how->epsilon));
  if (!isfinite(how->decay) || !(how->decay >= 0))
    return dnp_fail(err, DENPA_ARGUMENT, "the weight decay is {1}; give a finite number of at least 0, such as 0.0001",
        dnp_d(how->decay));
  if (!isfinite(how->clip) || !(how->clip >= 0))
    return dnp_fail(err, DENPA_ARGUMENT,
        "gradients are to be clipped to the norm {1}; give a finite number above 0, such as 1, or 0 for none",
        dnp_d(how->clip));
  return DENPA_OK;
}

denpa_status dnp_how_settle(const denpa_train_options *o, dnp_how *out, denpa_error *err) {
  const dnp_optimizer *optimizer = NULL;
  DNP_TRY(dnp_optimizer_find(o->optimizer, &optimizer, err));
  if ((unsigned)o->compat > DENPA_COMPAT_BOOK)
    return dnp_fail(err, DENPA_ARGUMENT, "there is no compatibility number {1}", dnp_i(o->compat));
  const bool book = o->compat == DENPA_COMPAT_BOOK;
  if (book && !(optimizer->lr[1] > 0))
    return dnp_fail(err, DENPA_ARGUMENT,
        "the book has no optimizer {1}; take another one, or leave its formulas (--compat book) out",
        dnp_s(optimizer->name));
  *out = (dnp_how){.optimizer = optimizer,
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
  size_t member; /* in dnp_how */
} told;

static const told numbers[] = {{"momentum", offsetof(dnp_how, momentum)}, {"beta1", offsetof(dnp_how, beta1)},
    {"beta2", offsetof(dnp_how, beta2)}, {"epsilon", offsetof(dnp_how, epsilon)},
    {"weight_decay", offsetof(dnp_how, decay)}, {"clip", offsetof(dnp_how, clip)}};
#define NUMBERS (sizeof numbers / sizeof *numbers)

static double *number_of(dnp_how *how, size_t i) {
  return (double *)(void *)((unsigned char *)how + numbers[i].member);
}

/* What a training with nothing asked for would use. */
static denpa_status usual(const dnp_how *how, dnp_how *out, denpa_error *err) {
  denpa_train_options plain = denpa_train_options_default();
  plain.optimizer = how->optimizer->name;
  plain.compat = how->book ? DENPA_COMPAT_BOOK : DENPA_COMPAT_NONE;
  return dnp_how_settle(&plain, out, err);
}

denpa_status dnp_how_note(const dnp_how *how, dnp_history *history, denpa_error *err) {
  dnp_how mine = *how, plain;
  DNP_TRY(usual(how, &plain, err));
  const bool used[NUMBERS] = {how->optimizer->uses_momentum, how->optimizer->uses_beta1, how->optimizer->beta2 > 0,
      how->optimizer->epsilon[0] > 0, true, true};
  DNP_TRY(dnp_history_set(history, "optimizer", how->optimizer->name, err));
  DNP_TRY(dnp_history_set_real(history, "lr", how->lr, err));
  DNP_TRY(how->book ? dnp_history_set(history, "compat", "book", err) : dnp_history_drop(history, "compat"));
  for (size_t i = 0; i < NUMBERS; i++)
    DNP_TRY(used[i] && *number_of(&mine, i) != *number_of(&plain, i)
                ? dnp_history_set_real(history, numbers[i].key, *number_of(&mine, i), err)
                : dnp_history_drop(history, numbers[i].key));
  return DENPA_OK;
}

denpa_status dnp_how_told(const denpa_net *net, dnp_how *out, denpa_error *err) {
  const char *name = denpa_net_metadata(net, "optimizer"), *lr = denpa_net_metadata(net, "lr"),
             *compat = denpa_net_metadata(net, "compat");
  denpa_train_options o = denpa_train_options_default();
  if (name != NULL) o.optimizer = name;
  if (compat != NULL && strcmp(compat, "book") == 0) o.compat = DENPA_COMPAT_BOOK;
  if (lr != NULL && (!dnp_parse_real(lr, &o.lr) || !(o.lr > 0) || !isfinite(o.lr))) o.lr = 0;
  DNP_TRY(dnp_how_settle(&o, out, err));
  for (size_t i = 0; i < NUMBERS; i++) {
    const char *text = denpa_net_metadata(net, numbers[i].key);
    if (text != NULL && !dnp_parse_real(text, number_of(out, i)))
      return dnp_fail(
          err, DENPA_FORMAT, "the model says '{2}' for {1}, which is no number", dnp_s(numbers[i].key), dnp_s(text));
  }
  return check_numbers(out, err);
}

/* ---- what is remembered ------------------------------------------------------------------------- */

denpa_status dnp_descent_open(dnp_descent *descent, const denpa_net *net, const dnp_how *how, denpa_error *err) {
  void *state = NULL;
  size_t numbers_in_all;
  /* the allocation says what that is */
  if (!dnp_size_mul(net->block, how->optimizer->blocks, &numbers_in_all)) numbers_in_all = SIZE_MAX;
  if (how->optimizer->blocks > 0) DNP_TRY(dnp_alloc(&state, numbers_in_all, dnp_dtype_size(net->plan.dtype), err));
  *descent = (dnp_descent){
      .how = *how, .net = net, .state = state, .block = net->block, .power1 = 1, .power2 = 1, .factor = 1};
  return DENPA_OK;
}

void dnp_descent_close(dnp_descent *descent) {
  dnp_free(descent->state);
  *descent = (dnp_descent){0};
}

void dnp_descent_next(dnp_descent *descent, double rate) {
  descent->rate = rate;
  descent->power1 *= descent->how.beta1;
  descent->power2 *= descent->how.beta2;
}

denpa_status dnp_history_optimizer(denpa_net *net, const dnp_how *how, denpa_error *err) {
  dnp_history *history = net->history;
  dnp_descent fresh;
  if (history->descent.how.optimizer == how->optimizer && history->descent.how.book == how->book) {
    history->descent.how = *how;
    return DENPA_OK;
  }
  DNP_TRY(dnp_descent_open(&fresh, net, how, err));
  dnp_descent_close(&history->descent);
  history->descent = fresh;
  return DENPA_OK;
}

/* ---- before the update -------------------------------------------------------------------------- */

bool dnp_descent_decays(const dnp_descent *d, size_t begin) {
  if (!(d->how.decay > 0)) return false;
  size_t k = 0;
  while (k + 1 < d->net->parameters && d->net->parameter[k + 1].offset <= begin) k++;
  return d->net->parameter[k].tensor->axes > 1;
}

#define CLIP_SLACK 1e-6 /* as in PyTorch's clip_grad_norm_ */

void dnp_descent_gather(void *context, const denpa_net *net) {
  dnp_descent *d = context;
  double sum = 0;
  for (size_t k = 0; k < net->parameters; k++)
    sum += net->kernels->square_sum(net->parameter[k].count, net->parameter[k].tensor->grad);
  const double factor = d->how.clip / (sqrt(sum) + CLIP_SLACK);
  d->factor = factor < 1 ? factor : 1;
}

/* The gradient is clipped first, and then gets what the decay of the weights adds to it. */
static bool tempered(void *context, const dnp_kernels *kernels, size_t begin, size_t count, void *grad, void *value) {
  const dnp_descent *d = context;
  if (d->factor < 1) kernels->scale(count, d->factor, grad);
  if (!d->how.optimizer->decoupled && dnp_descent_decays(d, begin))
    kernels->add_scaled(count, d->how.decay, value, grad);
  return d->how.optimizer->update(context, kernels, begin, count, grad, value);
}

dnp_update *dnp_descent_update(const dnp_descent *d) {
  const bool plain = !(d->how.clip > 0) && (!(d->how.decay > 0) || d->how.optimizer->decoupled);
  return plain ? d->how.optimizer->update : tempered;
}

dnp_gradients_ready *dnp_descent_gathers(const dnp_descent *d) { return d->how.clip > 0 ? dnp_descent_gather : NULL; }
