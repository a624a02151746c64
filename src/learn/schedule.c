/* schedule.c: how the learning rate goes through a training: one table, one curve each, and a warm-up in front of any.
 * Everything is computed in double. Called by train.c. */
#include "base/math.h"
#include "base/text.h"
#include "learn/learn.h"

#define MOST_WARMUP 0x1p53 /* updates; exact in double */

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
  if (s->decay == 1) return factor; /* it never falls, however often */
  double falls = floor((double)done / s->every);
  while (falls > 0 && factor > 0) factor *= s->decay, falls -= 1;
  return factor;
}

static double exponential(const dnp_schedule *s, size_t done, size_t total) {
  (void)total;
  if (s->decay == 1) return 1; /* log 1 times an infinity would be no number */
  return dnp_exp(dnp_log(s->decay) * ((double)done / s->every));
}

/* I. Loshchilov and F. Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017, without the restarts. */
static double cosine(const dnp_schedule *s, size_t done, size_t total) {
  return (void)s, half_wave(1, 0, (double)done / (double)total);
}

static const struct {
  const char *word;
  curve *curve;
  bool falls;           /* by lr_decay every lr_decay_every */
  const char *sentence; /* {1} the learning rate, {2} lr_decay */
} schedules[] = {
    [DENPA_SCHEDULE_CONSTANT] = {"constant", constant, false, NULL},
    [DENPA_SCHEDULE_LINEAR] = {"linear", linear, false,
        DNP_N("Schedule: linear. The learning rate falls from {1} in a straight line to 0.\n")},
    [DENPA_SCHEDULE_ONE_CYCLE] = {"one-cycle", one_cycle, false,
        DNP_N("Schedule: one-cycle. The learning rate rises from a 25th of {1} to {1} in the first 30 % of the "
              "updates, then falls to almost 0.\n")},
    [DENPA_SCHEDULE_STEP] = {"step", step, true,
        DNP_N("Schedule: step. The learning rate falls from {1} in steps, each time to {2} times what it was.\n")},
    [DENPA_SCHEDULE_EXPONENTIAL] = {"exponential", exponential, true,
        DNP_N("Schedule: exponential. The learning rate falls from {1} evenly, always by the same factor in the same "
              "time ({2} in the time of one step).\n")},
    [DENPA_SCHEDULE_COSINE] = {"cosine", cosine, false,
        DNP_N("Schedule: cosine. The learning rate falls from {1} along half a cosine wave to 0.\n")},
};
#define SCHEDULES (sizeof schedules / sizeof *schedules)

const char *dnp_schedule_word(size_t index) { return index < SCHEDULES ? schedules[index].word : NULL; }
const char *dnp_schedule_sentence(denpa_schedule schedule) { return schedules[schedule].sentence; }
bool dnp_schedule_falls(denpa_schedule schedule) { return (size_t)schedule < SCHEDULES && schedules[schedule].falls; }

bool dnp_schedule_hangs_on_length(const denpa_train_options *o) {
  const bool share = o->warmup > 0 && o->warmup < 1;
  if (o->schedule == DENPA_SCHEDULE_CONSTANT || share) return share;
  return !dnp_schedule_falls(o->schedule) || !(o->lr_decay_every > 0);
}

denpa_status dnp_schedule_settle(
    const denpa_train_options *o, double lr, size_t total, size_t per_epoch, dnp_schedule *out, denpa_error *err) {
  *out = (dnp_schedule){
      .kind = o->schedule, .lr = lr, .total = total, .decay = o->lr_decay, .every_epochs = o->lr_decay_every};
  if (o->warmup >= 1 && floor(o->warmup) != o->warmup)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "the warm-up is {1}; give a whole number of updates, or a share of all updates below 1, such as 0.1",
        dnp_d(o->warmup));
  if (o->warmup > MOST_WARMUP)
    return dnp_fail(err, DENPA_ERROR_ARGUMENT, "the warm-up is {1} updates; at most {2} are possible", dnp_d(o->warmup),
        dnp_d(MOST_WARMUP));
  const double share = rint(o->warmup * (double)total);
  if (o->warmup >= 1)
    out->warmup = (size_t)o->warmup; /* also where it is longer than the training, which then ends on its way up */
  else
    out->warmup = share < (double)total ? (size_t)share : total;
  const size_t rest = total > out->warmup ? total - out->warmup : 0;
  out->every = o->lr_decay_every > 0 ? o->lr_decay_every * (double)per_epoch : (double)rest / 3;
  /* the factors of one update would be multiplied one by one, perhaps for ever */
  if (out->kind == DENPA_SCHEDULE_STEP && o->lr_decay_every > 0 && !(out->every >= 1))
    return dnp_fail(err, DENPA_ERROR_ARGUMENT,
        "the learning rate is to fall every {1} epochs, more than once in an update; give at least {2}, or let it fall "
        "steadily (exponential)",
        dnp_d(o->lr_decay_every), dnp_d(1 / (double)per_epoch));
  return DENPA_OK;
}

double dnp_schedule_rate(const dnp_schedule *s, size_t done) {
  if (done < s->warmup) return s->lr * ((double)(done + 1) / (double)(s->warmup + 1));
  return s->lr * schedules[s->kind].curve(s, done - s->warmup, s->total - s->warmup);
}
