/* findings.c: what can be wrong with a training: one table. A row has a name, a test on the measurements of a checkup
 * that fills in the evidence, a sentence and a remedy. Rows stand in the order in which they are told: causes before
 * what they bring about. A training that goes well must pass every test: tests/campaign/coroner.sh holds both sides. */
#include <math.h>
#include <string.h>

#include "base/math.h"
#include "base/text.h"
#include "doctor/doctor.h"

enum {
  FEW_STEPS = 10, /* nothing is said of the learning before so many updates */
  SOME_STEPS = 50
};

/* ---- what tests ask ---------------------------------------------------------------------------- */

/* The line that tells of the network as it is: the last one, or that of the lowest validation loss, whose weights the
 * network has where a training stops early. NULL: there is none. */
static const denpa_epoch *line_of(const dnp_checkup *c) {
  const denpa_epoch *line = c->log.count > 0 ? &c->log.line[c->log.count - 1] : NULL;
  for (size_t i = 0; c->stops_early && i < c->log.count; i++)
    if (isfinite(c->log.line[i].train_loss) && !(c->log.line[i].validation_loss >= line->validation_loss))
      line = &c->log.line[i];
  return line;
}

/* Whether the log tells of all training samples; else the probe does, of its own. What is compared with guessing has
 * to be compared on the same samples: a few hundred may be more or less mixed than all are. */
static const denpa_epoch *all_rows(const dnp_checkup *c) {
  const denpa_epoch *e = line_of(c);
  return e != NULL && !c->broken && isfinite(e->train_loss) ? e : NULL;
}

static double accuracy_of(const dnp_checkup *c) {
  const denpa_epoch *e = all_rows(c);
  return e != NULL ? e->train_accuracy : c->last.taken ? c->last.accuracy : (double)NAN;
}
static double loss_of(const dnp_checkup *c) {
  const denpa_epoch *e = all_rows(c);
  return e != NULL ? e->train_loss : c->last.taken ? c->last.loss : (double)NAN;
}
static double chance_of(const dnp_checkup *c) {
  return all_rows(c) != NULL ? c->data_check.chance : c->data_check.probe_chance;
}
/* How many samples the loss and what guessing gives are of. */
static size_t rows_of(const dnp_checkup *c) { return all_rows(c) != NULL ? c->data_check.rows : c->last.rows; }
static double share_of(const dnp_checkup *c) {
  return all_rows(c) != NULL ? c->data_check.share : c->data_check.probe_share;
}

/* How much of what can be gained over always giving the same answer is missing: 0 all right, 1 no better. Of numbers it
 * is the share of their variance that is left. */
static double missing(const dnp_checkup *c) {
  const double base = share_of(c), accuracy = accuracy_of(c), left = loss_of(c) / chance_of(c);
  if (c->data_check.classes == 0) return isfinite(left) ? left : 0;
  if (!isfinite(accuracy) || !(base < 1)) return 0;
  return (1 - accuracy) / (1 - base);
}

/* Of noisy numbers, half may be all that can be had. */
static bool hardly_learned(const dnp_checkup *c) {
  return c->steps >= FEW_STEPS && (c->broken || missing(c) > (c->data_check.classes > 0 ? 0.5 : 0.85));
}

static bool learned_little(const dnp_checkup *c) { return c->steps >= FEW_STEPS && (c->broken || missing(c) > 0.5); }

/* Few updates are enough to say something where they went through the data often: of few samples an epoch is a few
 * updates. */
static bool long_enough(const dnp_checkup *c) {
  return c->steps >= SOME_STEPS || (c->steps >= FEW_STEPS && c->epochs >= (double)FEW_STEPS);
}

/* Whether the loss has hardly moved, and much is left to be learned. */
static bool is_slow(const dnp_checkup *c) {
  return c->steps >= SOME_STEPS && !c->broken && c->first.taken && missing(c) > 0.4 &&
         c->last.loss > 0.7 * c->first.loss && c->last.loss < 1.02 * c->first.loss;
}

/* Whether nearly all samples of the last probe get one answer. */
static bool answers_one(const dnp_checkup *c) { return (double)c->last.times > 0.97 * (double)c->last.rows; }

/* Guessing does not know of weights for classes: a network that has them and tells classes apart is not stuck, whatever
 * its loss without the weights is. */
static bool may_be_stuck(const dnp_checkup *c) { return !c->weighted || answers_one(c); }

static bool is_stuck(const dnp_checkup *c) {
  return may_be_stuck(c) && long_enough(c) && !c->broken && c->last.taken && loss_of(c) > 0.97 * chance_of(c) &&
         loss_of(c) < 1.1 * chance_of(c);
}

/* Whether the training did harm: the loss is far above that of guessing, and above what it was. */
static bool is_worse(const dnp_checkup *c) {
  return c->steps >= FEW_STEPS && c->first.taken && loss_of(c) > 1.3 * chance_of(c) && loss_of(c) > 1.1 * c->first.loss;
}

/* The layer of which `measure` is largest; an empty one where there is none. */
static const dnp_layer *worst(const dnp_probe *p, double (*measure)(const dnp_layer *)) {
  static const dnp_layer none = {.activation = "", .update = 0};
  const dnp_layer *found = p->layers > 0 ? &p->layer[0] : &none;
  for (size_t i = 1; i < p->layers; i++)
    if (measure(&p->layer[i]) > measure(found)) found = &p->layer[i];
  return found;
}

static double dead_share(const dnp_layer *l) { return l->can_die ? (double)l->dead / (double)l->units : 0; }
static double saturated_share(const dnp_layer *l) { return l->saturated; }
static double alike_share(const dnp_layer *l) {
  return l->values[0] != '\0' && l->units > 1 ? (double)l->alike / (double)l->units : 0;
}
/* about 1 where weights fit their number */
static double spread(const dnp_layer *l) { return l->weight * sqrt((double)l->inputs); }
static double update_share(const dnp_layer *l) { return isnan(l->update) ? 0 : l->update; }

/* Behind the first layer: numbers that shrink from layer to layer on their way forward, so that every sample looks the
 * same at the end. The layer whose first weights were smallest for its inputs, if it had any. */
static double smallness(const dnp_layer *l) { return l->weight > 0 ? 1 / spread(l) : 0; }
static const dnp_layer *small_behind(const dnp_checkup *c) {
  const dnp_layer *found = &c->first.layer[1];
  for (size_t i = 2; i < c->first.layers; i++)
    if (smallness(&c->first.layer[i]) > smallness(found)) found = &c->first.layer[i];
  return found;
}

/* The largest power of ten that is not above x: advice is a round number. */
static double rounded_down(double x) {
  double power = 1;
  while (power > x && power > 1e-300) power /= 10;
  while (10 * power <= x && power < 1e300) power *= 10;
  return power;
}

/* Of an optimizer whose first steps are as long whatever the gradient is: their length beside that of weights that fit
 * their number. (Where many are summed up, a step of each moves the sum far.) */
static double leap(const dnp_checkup *c) {
  size_t inputs = 0;
  for (size_t i = 0; i < c->first.layers; i++)
    if (c->first.layer[i].inputs > inputs) inputs = c->first.layer[i].inputs;
  return c->reach * sqrt((double)inputs);
}
static bool leaps(const dnp_checkup *c) { return c->first.taken && leap(c) > 5; }

/* Whether the very first step along the gradient goes far too far. */
static bool jumped(const dnp_checkup *c) {
  return c->proportional && c->first.taken && c->first.after > 1.5 * c->first.loss &&
         c->first.after > 1.5 * c->data_check.chance;
}

/* A learning rate that is worth a try where this one is too high: a tenth of one that is far too high would be too high
 * as well, so it is one with which the first update does not overshoot. */
static double lower_rate(const dnp_checkup *c) {
  const double tenth = c->lr / 10;
  if (!c->first.taken) return tenth;
  const double fits = c->proportional ? c->first.shorter : leap(c) > 0 ? rounded_down(c->lr / leap(c)) : tenth;
  const double least = c->usual_lr / 100; /* one step may ask for less than many do: from there on nothing is learned */
  return fits < least && least < tenth ? least : fits < tenth ? fits : tenth;
}

/* ---- the tests --------------------------------------------------------------------------------- */

typedef bool test(const dnp_checkup *c, denpa_arg *arg);

static bool not_finite(const dnp_checkup *c, denpa_arg *arg) {
  arg[0] = dnp_u(c->steps + 1);
  arg[1] = dnp_d(c->last.taken ? c->last.loss : (double)NAN);
  arg[2] = dnp_u(c->last.step);
  return c->broken;
}

static bool constant_labels(const dnp_checkup *c, denpa_arg *arg) {
  arg[0] = dnp_u(c->data_check.rows);
  arg[1] = dnp_class_arg(&c->data_check, c->data_check.common);
  return c->data_check.classes > 1 && c->data_check.present == 1;
}

static bool constant_inputs(const dnp_checkup *c, denpa_arg *arg) {
  arg[0] = dnp_u(c->last.taken ? c->last.rows : c->first.rows);
  return c->data_check.all_alike;
}

static bool unscaled_inputs(const dnp_checkup *c, denpa_arg *arg) {
  arg[0] = dnp_d(c->data_check.largest);
  arg[1] = dnp_d(c->data_check.rms);
  const bool tiny = c->data_check.largest < 0.1 && c->data_check.rms < 0.03 && c->data_check.rms > 0;
  arg[2] = dnp_t(tiny ? DNP_N("The inputs are small") : DNP_N("The inputs are large"));
  return tiny ? learned_little(c) : c->data_check.largest > 20 && c->data_check.rms > 3;
}

static bool unbalanced_classes(const dnp_checkup *c, denpa_arg *arg) {
  arg[0] = dnp_class_arg(&c->data_check, c->data_check.common);
  arg[1] = dnp_d(100 * c->data_check.share);
  arg[2] = dnp_u(c->data_check.present);
  arg[3] = dnp_s(c->kept != NULL ? c->kept : "FILE.safetensors");
  return c->steps > 0 && !c->weighted && c->data_check.present > 1 &&
         c->data_check.share > (c->data_check.present == 2 ? 0.9 : 0.75) && missing(c) > 0.5;
}

static bool symmetric_weights(const dnp_checkup *c, denpa_arg *arg) {
  const dnp_layer *l = worst(&c->last, alike_share);
  if (alike_share(l) < 0.9) return false;
  /* weights that all went to zero in the training are alike too, but did not begin so */
  if (c->first.taken && alike_share(worst(&c->first, alike_share)) < 0.9) return false;
  arg[0] = dnp_s(l->weights);
  arg[1] = dnp_u(l->alike);
  arg[2] = dnp_u(l->units);
  return true;
}

/* A network that knows nothing yet should be about as wrong as guessing; one that is far worse has outputs that are far
 * too large. */
static bool initial_weights_too_large(const dnp_checkup *c, denpa_arg *arg) {
  const dnp_layer *l = worst(&c->first, spread);
  arg[0] = dnp_d(c->first.loss);
  arg[2] = dnp_s(l->weights);
  arg[3] = dnp_d(l->weight);
  arg[4] = dnp_d(1 / sqrt((double)l->inputs));
  /* of equal shares */
  const double blind = c->softmax && dnp_log((double)c->data_check.classes) > c->data_check.chance
                           ? dnp_log((double)c->data_check.classes)
                           : c->data_check.chance;
  arg[1] = dnp_d(blind);
  return c->first.taken && isfinite(blind) && c->first.loss > 4 * blind && c->data_check.rms < 3 &&
         (hardly_learned(c) || c->broken || loss_of(c) > chance_of(c));
}

static bool exploding_gradients(const dnp_checkup *c, denpa_arg *arg) {
  const dnp_probe *p = update_share(worst(&c->first, update_share)) > update_share(worst(&c->last, update_share))
                           ? &c->first
                           : &c->last;
  const dnp_layer *l = worst(p, update_share);
  arg[0] = dnp_s(l->weights);
  arg[1] = dnp_d(l->gradient);
  arg[2] = dnp_d(l->update);
  arg[3] = dnp_u(p->step);
  return c->plain && c->data_check.rms < 3 && update_share(l) > 5 * c->lr && l->gradient > 1 &&
         (hardly_learned(c) || c->broken);
}

static bool saturated(const dnp_checkup *c, denpa_arg *arg) {
  const dnp_layer *l = worst(&c->last, saturated_share);
  if (saturated_share(l) < 0.7 || !learned_little(c)) return false;
  arg[0] = dnp_s(l->values);
  arg[1] = dnp_d(100 * l->saturated);
  arg[2] = dnp_s(l->activation);
  arg[3] = dnp_d(lower_rate(c));
  return true;
}

/* The layer whose weights have become the smallest share of what they were before the training, if that is less than a
 * fifth; NULL where there is none, or no weight decay. */
static const dnp_layer *has_shrunk(const dnp_checkup *c) {
  const dnp_layer *found = NULL;
  double least = 0.2;
  for (size_t i = 0; i < c->last.layers && i < c->first.layers && c->weight_decay > 0; i++) {
    const double share = c->last.layer[i].weight / c->first.layer[i].weight;
    if (!(share < least)) continue;
    least = share;
    found = &c->last.layer[i];
  }
  return found;
}

/* A decay that takes away a tenth of the weights in all these updates, so that what else is wrong, if anything, shows
 * next; a tenth of a decay that is far too strong would be too strong as well. Where steps are as long whatever the
 * gradient is, a decay that is added to a small gradient takes all of the step: there it is a tenth of that. */
static double weaker_decay(const dnp_checkup *c) {
  const double tenth = c->weight_decay / 10, part = c->proportional || c->decoupled ? 0.1 : 0.01,
               fits = rounded_down(part / (c->lr * (double)c->steps));
  return fits < tenth ? fits : tenth;
}

/* The decay alone is longer than twice the weights: they change their sign in each update, and grow. */
static bool weight_decay_overshoots(const dnp_checkup *c, denpa_arg *arg) {
  arg[0] = dnp_d(c->weight_decay);
  arg[1] = dnp_d(c->lr);
  arg[2] = dnp_d(c->lr * c->weight_decay);
  arg[3] = dnp_d(weaker_decay(c));
  return (c->proportional || c->decoupled) && c->lr * c->weight_decay > 2 && !jumped(c) && !leaps(c) &&
         (c->broken || learned_little(c));
}

/* Weights that no gradient reaches any more shrink too: where the steps were too long to begin with, that is the cause,
 * and a smaller decay would only lead to a smaller one. */
static bool weight_decay_too_strong(const dnp_checkup *c, denpa_arg *arg) {
  const dnp_layer *l = has_shrunk(c);
  if (l == NULL || !(learned_little(c) || is_slow(c)) || jumped(c) || leaps(c)) return false;
  arg[0] = dnp_d(c->weight_decay);
  arg[1] = dnp_s(l->weights);
  arg[2] = dnp_d(c->first.layer[l - c->last.layer].weight);
  arg[3] = dnp_d(l->weight);
  arg[4] = dnp_d(weaker_decay(c));
  return true;
}

/* A network that has learned can do without such units; they are a fault where it has not. */
static bool dead_relus(const dnp_checkup *c, denpa_arg *arg) {
  const dnp_layer *l = worst(&c->last, dead_share);
  if (l->units < 2 || dead_share(l) < 0.6 || !learned_little(c) || has_shrunk(c) != NULL) return false;
  if (c->first.taken && c->first.layers > 2 && spread(small_behind(c)) < 0.15) return false; /* nothing came in */
  arg[0] = dnp_s(l->values);
  arg[1] = dnp_u(l->dead);
  arg[2] = dnp_u(l->units);
  arg[3] = dnp_u(c->last.rows);
  arg[4] = dnp_d(lower_rate(c));
  return true;
}

/* How often the loss on training data rose by more than a tenth from one epoch to the next, in the latter half: while
 * much is learned it may. */
static size_t rises(const dnp_checkup *c, double *largest) {
  size_t count = 0;
  *largest = 0;
  for (size_t i = c->log.count / 2 + 1; i < c->log.count; i++) {
    const double before = c->log.line[i - 1].train_loss, after = c->log.line[i].train_loss;
    if (!(after > 1.1 * before) || !(after - before > 0.02 * c->data_check.chance)) continue;
    count++;
    if (after - before > *largest) *largest = after - before;
  }
  return count;
}

/* Several kinds of evidence; {2} says which. A network that has the best weights that there were does not suffer from
 * ups and downs, unless even those are poor. */
static bool learning_rate_too_high(const dnp_checkup *c, denpa_arg *arg) {
  double largest;
  const size_t often = rises(c, &largest);
  const bool jumps = c->plain && c->last.taken && c->last.after > 1.3 * c->last.loss &&
                     c->last.after - c->last.loss > 0.1 * c->data_check.chance;
  const bool worse = is_worse(c);
  const bool swings = c->log.count >= 5 && 8 * often >= c->log.count && missing(c) > (c->stops_early ? 0.5 : 0.25);
  const dnp_layer *wide = worst(&c->last, spread);
  const bool far = !c->plain && learned_little(c) &&
                   (c->broken || (c->first.taken && spread(wide) > 10 && spread(worst(&c->first, spread)) < 4));
  const bool large = leaps(c) && learned_little(c), now = jumps && learned_little(c);
  denpa_arg other[DNP_FINDING_ARGS];
  const bool blew = c->broken && !jumped(c) && !weight_decay_overshoots(c, other);
  arg[0] = dnp_d(c->lr);
  arg[1] = dnp_t(now      ? DNP_N("one more update along the probe's gradient would raise the loss")
                 : worse  ? DNP_N("after the training the loss is higher than before it")
                 : swings ? DNP_N("the loss on the training data goes up and down from epoch to epoch")
                 : far    ? DNP_N("the weights have become far too large")
                 : large  ? DNP_N("each update moves a weight by many times its size")
                 : blew   ? DNP_N("the numbers grew from update to update")
                          : DNP_N("the very first update already overshoots"));
  arg[2] = dnp_d(now ? c->last.loss : c->first.loss);
  arg[3] = dnp_d(now                               ? c->last.after
                 : blew                            ? (double)INFINITY
                 : worse || swings || far || large ? loss_of(c)
                                                   : c->first.after);
  arg[4] = dnp_d(lower_rate(c));
  if (c->usual_lr > 0 && c->lr < 1e-3 * c->usual_lr) return false; /* what goes wrong then is something else */
  return now || worse || swings || far || large || blew || (jumped(c) && (learned_little(c) || c->broken));
}

static bool vanishing_gradients(const dnp_checkup *c, denpa_arg *arg) {
  const dnp_probe *p = &c->last;
  if (!p->taken || p->layers < 2 || !(missing(c) > 0.5) || c->steps < SOME_STEPS) return false;
  if (loss_of(c) < 0.8 * chance_of(c)) return false; /* where it has learned what there is, little gradient is left */
  const dnp_layer *front = &p->layer[0], *back = &p->layer[p->layers - 1];
  arg[0] = dnp_s(front->weights);
  arg[1] = dnp_d(front->gradient);
  arg[2] = dnp_s(back->weights);
  arg[3] = dnp_d(back->gradient);
  arg[4] = dnp_d(back->gradient / front->gradient);
  return back->gradient > 0 && front->gradient < 0.01 * back->gradient;
}

/* Whether the latter half of the epochs still brought its part of what was gained. At the end of what can be learned it
 * brings nothing; steps that are too short bring the same in both halves. (Differences of the loss are compared: those
 * of the probe's samples and of all are nearer to each other than the losses.) */
static bool still_falls(const dnp_checkup *c) {
  const denpa_epoch *end = c->log.count > 1 ? &c->log.line[c->log.count - 1] : NULL;
  if (end == NULL || !isfinite(end->train_loss)) return true; /* not known */
  const double middle = c->log.line[c->log.count / 2 - 1].train_loss;
  return !isfinite(middle) || middle - end->train_loss > 0.15 * (c->first.loss - c->last.loss);
}

/* A learning rate that is worth a try where this one is too low. One step may be longer than many can be, so it is not
 * far above the optimizer's own default; what steps of a fixed length need is not seen along the gradient at all. */
static double higher_rate(const dnp_checkup *c) {
  const double ten = 10 * c->lr, most = 10 * c->usual_lr;
  const double fits = !c->proportional ? c->usual_lr : c->last.longer < most ? c->last.longer : most;
  return fits > ten ? fits : ten;
}

/* The loss has hardly moved, and a longer step would have been better. */
static bool learning_rate_too_low(const dnp_checkup *c, denpa_arg *arg) {
  arg[0] = dnp_d(c->lr);
  arg[1] = dnp_d(c->first.loss);
  arg[2] = dnp_d(c->last.loss);
  arg[3] = dnp_u(c->steps);
  arg[4] = dnp_d(c->last.after);
  arg[5] = dnp_d(c->last.after_ten);
  arg[6] = dnp_u(c->last.rows);
  arg[7] = dnp_u(c->data_check.rows);
  arg[8] = dnp_d(higher_rate(c));
  if (!is_slow(c) || has_shrunk(c) != NULL) return false;
  const dnp_layer *alike = worst(&c->last, alike_share);
  if (alike_share(alike) > 0.9) return false; /* no learning rate helps there */
  /* of steps that are far too short, rounding hides all */
  const bool longer = c->last.after_longer < c->last.after && c->last.after_longer < (1 - 1e-4) * c->last.loss &&
                      c->last.after <= (1 + 1e-6) * c->last.loss;
  return longer && still_falls(c) && (c->plain || c->lr < 1e-4); /* a plain step says little of Adam's */
}

static bool initial_weights_too_small(const dnp_checkup *c, denpa_arg *arg) {
  if (!c->first.taken || c->first.layers < 2 || !is_stuck(c)) return false;
  const dnp_layer *l = small_behind(c);
  arg[0] = dnp_s(l->weights);
  arg[1] = dnp_d(l->weight);
  arg[2] = dnp_d(1 / sqrt((double)l->inputs));
  return l->weight > 0 && spread(l) < 0.15;
}

static bool one_answer(const dnp_checkup *c, denpa_arg *arg) {
  arg[0] = dnp_class_arg(&c->data_check, c->last.favourite);
  arg[1] = dnp_u(c->last.times);
  arg[2] = dnp_u(c->last.rows);
  return c->steps >= SOME_STEPS && c->last.taken && c->data_check.present > 1 && answers_one(c) &&
         c->data_check.probe_share < 0.75;
}

/* The loss beside that of guessing, and of how many samples both are. */
static void compare_with_guessing(const dnp_checkup *c, denpa_arg *arg) {
  arg[0] = dnp_d(loss_of(c));
  arg[1] = dnp_d(chance_of(c));
  arg[2] = dnp_t(
      c->data_check.classes > 0 ? DNP_N("guessing by the shares of the classes") : DNP_N("always answering the mean"));
  arg[3] = dnp_u(c->steps);
  arg[4] = dnp_u(rows_of(c));
  arg[5] = dnp_u(c->data_check.rows);
}

static bool stuck_at_chance(const dnp_checkup *c, denpa_arg *arg) {
  compare_with_guessing(c, arg);
  return is_stuck(c) && c->data_check.present != 1 && missing(c) > 0.5;
}

static bool diverging(const dnp_checkup *c, denpa_arg *arg) {
  compare_with_guessing(c, arg);
  arg[6] = dnp_d(c->first.loss);
  return !c->broken && is_worse(c);
}

/* Too early to be called stuck, but nothing that was learned either: not the same as a network that is well. */
static bool too_few_updates(const dnp_checkup *c, denpa_arg *arg) {
  compare_with_guessing(c, arg);
  return c->steps > 0 && may_be_stuck(c) && !long_enough(c) && !c->broken && c->last.taken &&
         loss_of(c) > 0.97 * chance_of(c) && c->data_check.present != 1 && missing(c) > 0.5;
}

/* How far two deviations of chance reach in the share of `rows` samples that are answered rightly. */
static double by_chance(double accuracy, size_t rows) {
  return rows > 0 ? 2 * sqrt(accuracy * (1 - accuracy) / (double)rows) : 0;
}

static bool overfitting(const dnp_checkup *c, denpa_arg *arg) {
  const denpa_epoch *e = line_of(c);
  if (e == NULL || c->log.count < 3 || !isfinite(e->train_loss) || !isfinite(e->test_loss)) return false;
  const denpa_epoch *best = e;
  for (size_t i = 0; i < c->log.count; i++)
    if (c->log.line[i].test_loss < best->test_loss) best = &c->log.line[i];
  arg[0] = dnp_d(100 * e->train_accuracy);
  arg[1] = dnp_d(100 * e->test_accuracy);
  arg[2] = dnp_d(best->test_loss);
  arg[3] = dnp_d(best->epoch);
  arg[4] = dnp_d(e->test_loss);
  /* (1 + sum) / (2 + rows): of a few samples that are all answered rightly, not all are for certain */
  const double rows = (double)c->data_check.test_rows, sure = (1 + e->test_accuracy * rows) / (2 + rows);
  const double gap = isfinite(e->train_accuracy)
                         ? e->train_accuracy - e->test_accuracy - by_chance(sure, c->data_check.test_rows)
                         : 0;
  const bool rose = e->test_loss > 1.2 * best->test_loss && e->train_loss < 0.5 * e->test_loss &&
                    e->train_loss < best->train_loss;
  return (rose && gap > 0.03) || (gap > 0.15 && e->train_accuracy > 0.9);
}

/* ---- the table --------------------------------------------------------------------------------- */

static const struct {
  const char *name;
  test *applies;
  dnp_finding_kind kind;
  const char *what, *remedy;
} table[] = {
    {"constant-labels", constant_labels, DNP_FINDING_OF_DATA,
        DNP_N("All {1} training samples have the same label, {2}: there is nothing to tell apart."),
        DNP_N("Look at the labels file; take samples of every class.")},
    {"constant-inputs", constant_inputs, DNP_FINDING_OF_DATA,
        DNP_N("All {1} training samples that were looked at are the same, number for number."),
        DNP_N("Look at the data (denpa data show DATA 0): the pictures may be empty.")},
    {"unscaled-inputs", unscaled_inputs, DNP_FINDING_OF_DATA,
        DNP_N("{3}: up to {1:.4g}, root mean square {2:.4g}. Weights and learning rate are made for "
              "numbers around 1."),
        DNP_N("Scale the inputs so that they reach from 0 to 1 (pixels from 0 to 255 are divided by 255), or subtract "
              "each column's mean and divide by its deviation.")},
    {"unbalanced-classes", unbalanced_classes, DNP_FINDING_OF_DATA,
        DNP_N("{2:.1f} % of the training samples have the label {1}; a network that always says {1} looks good without "
              "having learned."),
        DNP_N("Look at the confusion matrix (of a network kept with --out: denpa plot {4} --what confusion) instead of "
              "the accuracy; --class-weights balanced makes rare classes count as much.")},
    {"symmetric-weights", symmetric_weights, DNP_FINDING_OF_UNITS,
        DNP_N("In {1}, {2} of {3} {3|unit|units} {2|has|have} the weights of another unit: such units compute the "
              "same, get the same gradient and stay the same."),
        DNP_N("Start from random weights: --init xavier (sigmoid, tanh) or --init he (ReLU).")},
    {"initial-weights-too-large", initial_weights_too_large, DNP_FINDING_GUESSED,
        DNP_N("Before the first update the loss was {1:.4g}, where guessing gives {2:.4g}: the initial weights are too "
              "large (root mean square {4:.3g} in {3}; {5:.3g} would fit its inputs)."),
        DNP_N("Take --init xavier (sigmoid, tanh) or --init he (ReLU).")},
    {"exploding-gradients", exploding_gradients, DNP_FINDING_GUESSED,
        DNP_N("The gradient of {1} is so large (root mean square {2:.3g} at update {4}) that one update is {3:.3g} "
              "times as long as the weights themselves."),
        DNP_N("Take smaller initial weights (--init xavier or he), and a learning rate ten times smaller.")},
    {"weight-decay-overshoots", weight_decay_overshoots, DNP_FINDING_GUESSED,
        DNP_N(
            "The weight decay of {1:.3g} times the learning rate {2:.3g} is {3:.3g}: each update takes away more than "
            "twice the weights, so that they change their sign and grow."),
        DNP_N("Try --weight-decay {4:.3g}.")},
    {"learning-rate-too-high", learning_rate_too_high, DNP_FINDING_GUESSED,
        DNP_N("The learning rate {1:.4g} is too high: {2} (loss {3:.4g}, then {4:.4g})."), DNP_N("Try --lr {5:.3g}.")},
    {"saturated", saturated, DNP_FINDING_OF_UNITS,
        DNP_N("{2:.0f} % of the values {1} lie at an end of {3}, where it is flat: almost no gradient passes."),
        DNP_N("Take smaller initial weights (--init xavier), a smaller learning rate (--lr {4:.3g}), or --act relu "
              "with --init he.")},
    {"weight-decay-too-strong", weight_decay_too_strong, DNP_FINDING_GUESSED,
        DNP_N("The weights of {2} have shrunk from {3:.3g} (root mean square) to {4:.3g}: the weight decay of {1:.3g} "
              "takes away what is learned."),
        DNP_N("Try --weight-decay {5:.3g}.")},
    {"dead-relus", dead_relus, DNP_FINDING_OF_UNITS,
        DNP_N("{2} of the {3} {3|unit|units} of {1} {2|gives|give} 0 for each of {4} {4|sample|samples}: no gradient "
              "reaches the weights any more."),
        DNP_N("Take a smaller learning rate (--lr {5:.3g}) and --init he; units that are dead stay dead, so train "
              "anew.")},
    {"vanishing-gradients", vanishing_gradients, DNP_FINDING_GUESSED,
        DNP_N("The gradient shrinks on its way back: root mean square {4:.2g} in {3}, but {2:.2g} in {1}, {5:.0f} "
              "times less, so {1} hardly learns."),
        DNP_N("Take --act relu with --init he, or --init xavier; fewer layers help too.")},
    {"learning-rate-too-low", learning_rate_too_low, DNP_FINDING_GUESSED,
        DNP_N("In {4} updates the loss on {7} of the {8} training {8|sample|samples} hardly moved: from {2:.4g} to "
              "{3:.4g}. A "
              "plain step with the learning rate "
              "{1:.3g} leads to {5:.5g}, one ten times as long to {6:.5g}."),
        DNP_N("Try --lr {9:.3g}; smaller batches, or training longer, help too.")},
    {"initial-weights-too-small", initial_weights_too_small, DNP_FINDING_GUESSED,
        DNP_N("The initial weights of {1} are small (root mean square {2:.3g}; {3:.3g} would fit its inputs): what "
              "comes through hardly depends on the sample."),
        DNP_N("Take --init xavier (sigmoid, tanh) or --init he (ReLU).")},
    {"not-finite", not_finite, DNP_FINDING_OF_RESULT,
        DNP_N("At update {1} a number was no longer finite; at update {3} the loss of the probe was still {2:.4g}."),
        DNP_N("What is named before this is the likely cause; if nothing is, take a smaller learning rate.")},
    {"diverging", diverging, DNP_FINDING_OF_RESULT,
        DNP_N("The loss rises: before the first update it was {7:.4g}, after {4} {4|update|updates} it is {1:.4g}, and "
              "{3} gives {2:.4g}."),
        DNP_N("Take a smaller learning rate, or smaller initial weights (--init xavier or he).")},
    {"one-answer", one_answer, DNP_FINDING_OF_RESULT,
        DNP_N("The network gives the same answer, {1}, for {2} of {3} {3|sample|samples}."),
        DNP_N("It has not begun to tell the classes apart: see the other findings, or try another learning rate and "
              "--init.")},
    {"stuck-at-chance", stuck_at_chance, DNP_FINDING_OF_RESULT,
        DNP_N("After {4} {4|update|updates} the loss on {5} of the {6} training {6|sample|samples} is {1:.4g}, about "
              "what {3} gives there ({2:.4g})."),
        DNP_N("Try --init xavier or he, another learning rate, --optimizer adam, more updates; if nothing helps, check "
              "that labels and inputs belong together.")},
    {"too-few-updates", too_few_updates, DNP_FINDING_OF_RESULT,
        DNP_N("After {4} {4|update|updates} the network has not learned yet: the loss on {5} of the {6} training "
              "{6|sample|samples} is {1:.4g}, and {3} gives {2:.4g} there."),
        DNP_N("Train longer (--epochs, --steps), or take smaller batches; so early, little else can be said.")},
    {"overfitting", overfitting, DNP_FINDING_OF_RESULT,
        DNP_N("Overfitting: {1:.1f} % of the training data are answered rightly, but {2:.1f} % of the test data, with "
              "a loss of {5:.6g} (the lowest, after epoch {4}: {3:.6g})."),
        DNP_N("Train on more samples, stop earlier, or take fewer hidden units.")},
};
#define FINDINGS (sizeof table / sizeof *table)

const char *dnp_finding_name(size_t index) { return index < FINDINGS ? table[index].name : NULL; }

size_t dnp_find(const dnp_checkup *checkup, dnp_finding found[DNP_MOST_FINDINGS]) {
  size_t count = 0;
  for (size_t i = 0; i < FINDINGS && count < DNP_MOST_FINDINGS; i++) {
    dnp_finding *f = &found[count];
    *f = (dnp_finding){.name = table[i].name, .kind = table[i].kind, .what = table[i].what, .remedy = table[i].remedy};
    if (table[i].applies(checkup, f->arg)) count++;
  }
  return count;
}
