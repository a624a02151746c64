/* schedule.c: how the learning rate goes through a training: one table, one curve each, and a warm-up in front of any.
 * Everything is computed in double. Called by train.c. */
#include "base/math.h"
#include "learn/learn.h"

/* `done` of `total` updates are behind; the result is a factor of the learning rate. Of the schedule, decay and every
 * count. */
typedef double curve(const dnp_schedule *s, size_t done, size_t total);

static double constant(const dnp_schedule *s, size_t done, size_t total) {
  (void)s, (void)done, (void)total;
  return 1;
}

/* A straight line from 1 at the first update to 0 after the last. */
static double linear(const dnp_schedule *s, size_t done, size_t total) {
  return (void)s, 1 - (double)done / (double)total;
}

/* Half a cosine wave from `from` to `to`, `share` (0 .. 1) of the way. */
static double half_wave(double from, double to, double share) {
  return fma((from - to) / 2, 1 + dnp_cos(share * 0x1.921fb54442d18p+1), to);
}

/* L. N. Smith and N. Topin, "Super-convergence: very fast training of neural networks using large learning rates",
 * 2018, in the form that PyTorch's OneCycleLR gives it by default, momentum left alone: up from 1/25 to 1 until update
 * 0.3 total - 1 (counting from 0, not rounded), then down to 1/250000 at the last one, both along half a cosine
 * wave. */
static double one_cycle(const dnp_schedule *s, size_t done, size_t total) {
  (void)s;
  const double start = 1.0 / 25, end = start / 1e4, last = (double)total - 1, top = 0.3 * (double)total - 1,
               at = (double)done;
  return at <= top ? half_wave(start, 1, at / top) : half_wave(1, end, (at - top) / (last - top));
}

/* The product of as many factors as there were falls. */
static double step(const dnp_schedule *s, size_t done, size_t total) {
  (void)total;
  double factor = 1;
  for (double falls = floor((double)done / s->every); falls > 0 && factor > 0; falls--) factor *= s->decay;
  return factor;
}

static double exponential(const dnp_schedule *s, size_t done, size_t total) {
  (void)total;
  return dnp_exp(dnp_log(s->decay) * ((double)done / s->every));
}

/* I. Loshchilov and F. Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017, without the restarts. */
static double cosine(const dnp_schedule *s, size_t done, size_t total) {
  return (void)s, half_wave(1, 0, (double)done / (double)total);
}

static curve *const curves[] = {[DENPA_CONSTANT] = constant,
    [DENPA_LINEAR] = linear,
    [DENPA_ONE_CYCLE] = one_cycle,
    [DENPA_STEP] = step,
    [DENPA_EXPONENTIAL] = exponential,
    [DENPA_COSINE] = cosine};
static const char *const names[] = {[DENPA_CONSTANT] = "constant",
    [DENPA_LINEAR] = "linear",
    [DENPA_ONE_CYCLE] = "one-cycle",
    [DENPA_STEP] = "step",
    [DENPA_EXPONENTIAL] = "exponential",
    [DENPA_COSINE] = "cosine"};

const char *dnp_schedule_name(denpa_schedule schedule) { return names[schedule]; }

static bool falls(const dnp_schedule *s) { return s->kind == DENPA_STEP || s->kind == DENPA_EXPONENTIAL; }

denpa_status dnp_schedule_settle(
    const denpa_train_options *o, double lr, size_t total, size_t per_epoch, dnp_schedule *out, denpa_error *err) {
  if ((unsigned)o->schedule > DENPA_COSINE)
    return dnp_fail(err, DENPA_ARGUMENT, "there is no schedule number {1}", dnp_i(o->schedule));
  *out = (dnp_schedule){
      .kind = o->schedule, .lr = lr, .total = total, .decay = o->lr_decay, .every_epochs = o->lr_decay_every};
  if (falls(out) && !(o->lr_decay > 0 && o->lr_decay <= 1))
    return dnp_fail(err, DENPA_ARGUMENT,
        "the learning rate is to fall to {1} times what it was; the factor has to be above 0 and at most 1, such as "
        "0.1",
        dnp_d(o->lr_decay));
  if (falls(out) && !(isfinite(o->lr_decay_every) && o->lr_decay_every >= 0))
    return dnp_fail(err, DENPA_ARGUMENT, "the learning rate is to fall every {1} epochs; give a number above 0",
        dnp_d(o->lr_decay_every));
  if (!isfinite(o->warmup) || !(o->warmup >= 0) || (o->warmup >= 1 && floor(o->warmup) != o->warmup))
    return dnp_fail(err, DENPA_ARGUMENT,
        "the warm-up is {1}; give a whole number of updates, or a share of all updates below 1, such as 0.1",
        dnp_d(o->warmup));
  const double updates = o->warmup < 1 ? rint(o->warmup * (double)total) : o->warmup;
  out->warmup = updates < (double)total ? (size_t)updates : total;
  out->every = o->lr_decay_every > 0 ? o->lr_decay_every * (double)per_epoch : (double)(total - out->warmup) / 3;
  /* the factors of one update would be multiplied one by one, perhaps for ever */
  if (out->kind == DENPA_STEP && o->lr_decay_every > 0 && !(out->every >= 1))
    return dnp_fail(err, DENPA_ARGUMENT,
        "the learning rate is to fall every {1} epochs, more than once in an update; give at least {2}, or let it fall "
        "steadily (exponential)",
        dnp_d(o->lr_decay_every), dnp_d(1 / (double)per_epoch));
  return DENPA_OK;
}

denpa_status dnp_schedule_record(const dnp_schedule *s, dnp_pairs *metadata, denpa_error *err) {
  DNP_TRY(dnp_metadata_set(metadata, "schedule", names[s->kind], err));
  DNP_TRY(
      falls(s) ? dnp_metadata_set_real(metadata, "lr_decay", s->decay, err) : dnp_metadata_drop(metadata, "lr_decay"));
  DNP_TRY(falls(s) && s->every_epochs > 0 ? dnp_metadata_set_real(metadata, "lr_decay_every", s->every_epochs, err)
                                          : dnp_metadata_drop(metadata, "lr_decay_every"));
  return s->warmup > 0 ? dnp_metadata_set_size(metadata, "warmup", s->warmup, err)
                       : dnp_metadata_drop(metadata, "warmup");
}

double dnp_schedule_rate(const dnp_schedule *s, size_t done) {
  if (done < s->warmup) return s->lr * ((double)(done + 1) / (double)(s->warmup + 1));
  return s->lr * curves[s->kind](s, done - s->warmup, s->total - s->warmup);
}
