/* remedies.c: what can be the cause of a training that goes wrong, as far as a change of its settings would cure it:
 * one table. A row is conceivable where a setting is out of the ordinary or a measurement is; its changes are tried by
 * diagnosis.c, so a row need not be sure. Settings that somebody must have chosen come first, then what most
 * trainings that fail have in common, so that of two changes that help as much the more particular one is the cause.
 * One file because a row and what it conceives are read together. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "learn/learn.h"
#include "doctor/trial.h"

/* ---- changes ------------------------------------------------------------------------------------ */

static void add_text(dnp_change *change, const char *option, const char *value) {
  if (change->parts == DNP_CHANGE_PARTS) return;
  change->part[change->parts].option = option;
  dnp_text_copy(change->part[change->parts++].value, DNP_CHANGE_VALUE, value);
}
static void add_number(dnp_change *change, const char *option, double value) {
  char text[40];
  dnp_format_shortest(text, sizeof text, value);
  add_text(change, option, text);
}
/* A row's only change. */
static size_t one_text(dnp_change *change, const char *option, const char *value) {
  return add_text(&change[0], option, value), 1;
}
static size_t one_number(dnp_change *change, const char *option, double value) {
  return add_number(&change[0], option, value), 1;
}

/* ---- the text of a network ------------------------------------------------------------------------ */

enum { MOST_LAYERS = 48, LAYER_TEXT = 96 };

/* Sizes, 784-50-10, or a list of layers, cut up. */
typedef struct layers {
  bool list;
  size_t count;
  char text[MOST_LAYERS][LAYER_TEXT];
} layers;

/* False: it is longer than what is cut up here. */
static bool cut(const char *net, layers *out) {
  *out = (layers){.list = strspn(net, "0123456789-") != strlen(net)};
  const char *const between = out->list ? "," : "-";
  while (*net != '\0') {
    while (*net == ' ') net++;
    const size_t length = strcspn(net, between);
    if (out->count == MOST_LAYERS || length >= LAYER_TEXT) return false;
    memcpy(out->text[out->count++], net, length);
    net += length + (net[length] != '\0');
  }
  return out->count > 0;
}

static bool put_together(const layers *l, char out[DNP_CHANGE_VALUE]) {
  size_t length = 0;
  for (size_t i = 0; i < l->count && length < DNP_CHANGE_VALUE; i++)
    length += (size_t)snprintf(out + length, DNP_CHANGE_VALUE - length, "%s%s",
        i == 0    ? ""
        : l->list ? ", "
                  : "-",
        l->text[i]);
  return length < DNP_CHANGE_VALUE;
}

static size_t one_net(dnp_change *change, const layers *l) {
  add_text(change, "net", "");
  return put_together(l, change->part[change->parts - 1].value);
}

static void drop(layers *l, size_t at) {
  memmove(l->text[at], l->text[at + 1], (l->count - at - 1) * sizeof *l->text);
  l->count--;
}
static void insert(layers *l, size_t at, const char *text) {
  if (l->count == MOST_LAYERS) return;
  memmove(l->text[at + 1], l->text[at], (l->count - at) * sizeof *l->text);
  dnp_text_copy(l->text[at], LAYER_TEXT, text);
  l->count++;
}

/* The number behind a layer's word, "dense 50"; 0: it is another layer. */
static double number_of(const char *layer, const char *word) {
  const size_t length = strlen(word);
  return strncmp(layer, word, length) == 0 && layer[length] == ' ' ? strtod(layer + length, NULL) : 0;
}
static bool has_weights(const char *layer) {
  return number_of(layer, "dense") > 0 || number_of(layer, dnp_op_conv.name) > 0;
}
/* The place of the last layer of weights of a list. */
static size_t last_weights(const layers *l) {
  size_t at = 0;
  for (size_t i = 0; i < l->count; i++)
    if (has_weights(l->text[i])) at = i;
  return at;
}

/* Every layer of a list that `fits` gets another text. Returns how many did. */
static size_t replace(layers *l, bool (*fits)(const char *layer), const char *text) {
  size_t count = 0;
  for (size_t i = 0; l->list && i < l->count; i++) {
    if (!fits(l->text[i])) continue;
    dnp_text_copy(l->text[i], LAYER_TEXT, text);
    count++;
  }
  return count;
}

/* ---- settings that somebody chose ----------------------------------------------------------------- */

static size_t sequential(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  (void)arg;
  return c->train.sampling == DENPA_SAMPLING_SEQUENTIAL ? one_text(change, "sampling", "shuffle") : 0;
}

static size_t class_weights(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  const size_t classes = c->checkup->data_check.classes;
  const char *told = c->train.class_weights;
  if (told == NULL || strcmp(told, "balanced") == 0 || classes == 0) return 0;
  arg[0] = dnp_s(told);
  size_t count = one_text(change, "class-weights", "balanced"), length = 0;
  if (2 * classes >= DNP_CHANGE_VALUE) return count;
  add_text(&change[count], "class-weights", "");
  for (size_t k = 0; k < classes; k++)
    length += (size_t)snprintf(
        change[count].part[0].value + length, DNP_CHANGE_VALUE - length, "%s1", k > 0 ? "," : "");
  return count + 1;
}

static size_t label_smoothing(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  const char *number = strchr(c->loss, ':');
  const size_t word = strlen(dnp_op_cross_entropy.word);
  if (number == NULL || strncmp(c->loss, dnp_op_cross_entropy.word, word) != 0 || c->loss[word] != ':') return 0;
  arg[0] = dnp_d(strtod(number + 1, NULL));
  return c->smoothing_given ? one_text(change, "label-smoothing", strtod(number + 1, NULL) > 0.2 ? "0.1" : "0.01")
                            : one_text(change, "loss", dnp_op_cross_entropy.word);
}

/* Which losses learn classes well is settled: the others come from numbers. */
static size_t loss(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  const dnp_data_check *d = &c->checkup->data_check;
  arg[0] = dnp_s(c->loss);
  if (c->checkup->softmax) return 0;
  if (d->classes > 0) return c->outputs == d->classes ? one_text(change, "loss", dnp_op_cross_entropy.word) : 0;
  return strcmp(c->loss, dnp_op_squared_error.word) != 0 ? one_text(change, "loss", dnp_op_squared_error.word) : 0;
}

static const dnp_optimizer *optimizer_of(const dnp_case *c) {
  const dnp_optimizer *found = NULL;
  return dnp_optimizer_find(c->train.optimizer, &found, NULL) == DENPA_OK ? found : dnp_optimizer_at(0);
}
static bool of_book(const dnp_case *c) { return c->train.compat == DENPA_COMPAT_BOOK; }

static size_t epsilon(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  const double own = optimizer_of(c)->epsilon[of_book(c)];
  arg[0] = dnp_d(c->train.epsilon);
  arg[1] = dnp_d(own);
  arg[2] = dnp_s(c->train.optimizer);
  return own > 0 && c->train.epsilon > 100 * own ? one_number(change, "epsilon", own) : 0;
}

static size_t momentum(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  const dnp_optimizer *o = optimizer_of(c);
  const struct {
    const char *option;
    double is, usual;
    bool odd;
  } all[] = {{"momentum", c->train.momentum, 0.9, /* law: an option */
                 o->uses_momentum && c->train.momentum > 0.95},
      {"beta1", c->train.beta1, 0.9, o->uses_beta1 && c->train.beta1 > 0.95},
      {"beta2", c->train.beta2, o->beta2, o->beta2 > 0 && fabs(c->train.beta2 - o->beta2) > 0.0095}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    if (!all[i].odd) continue;
    arg[0] = dnp_s(all[i].option);
    arg[1] = dnp_d(all[i].is);
    return one_number(change, all[i].option, all[i].usual);
  }
  return 0;
}

static size_t clip(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  static const double norm[] = {1, 10, 100};
  size_t count = 0;
  arg[0] = dnp_d(c->train.clip);
  for (size_t i = 0; c->train.clip > 0 && i < sizeof norm / sizeof *norm; i++)
    if (norm[i] > 3 * c->train.clip) add_number(&change[count++], "clip", norm[i]);
  return count;
}

static size_t warmup(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  const double total = (double)c->base.total, updates = c->train.warmup < 1 ? c->train.warmup * total : c->train.warmup;
  arg[0] = dnp_d(updates);
  arg[1] = dnp_u(c->base.total);
  return c->train.warmup > 0 && updates > 0.3 * total ? one_number(change, "warmup", 0) : 0;
}

/* A fall comes every `every` updates; what is told instead has to go together with what was given. */
static size_t schedule(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  arg[0] = dnp_s(dnp_schedule_word((size_t)c->train.schedule));
  arg[1] = dnp_d(c->train.lr);
  if (c->train.schedule == DENPA_SCHEDULE_CONSTANT) return 0;
  if (!dnp_schedule_falls(c->train.schedule) || !c->decay_given) return one_text(change, "schedule", "constant");
  size_t count = 0;
  const double epochs = c->train.epochs < SIZE_MAX ? (double)c->train.epochs : 30;
  if (c->train.lr_decay_every > 0 && c->train.lr_decay_every < epochs / 4)
    add_number(&change[count++], "lr-decay-every", floor(epochs / 2));
  add_number(&change[count++], "lr-decay", 1);
  return count;
}

static size_t validation(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  arg[0] = dnp_d(100 * c->train.validation);
  arg[1] = dnp_u((size_t)((1 - c->train.validation) * (double)c->rows));
  return c->train.validation > 0.5 ? one_number(change, "validation", 0.1) : 0;
}

static size_t patience(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  size_t count = 0;
  arg[0] = dnp_u(c->train.patience);
  arg[1] = dnp_u(c->checkup->steps);
  arg[2] = dnp_u(c->base.total);
  if (c->train.patience == 0 || c->checkup->steps >= c->base.total) return 0;
  for (size_t n = 20; n <= 100; n *= 5)
    if (n > c->train.patience) add_number(&change[count++], "patience", (double)n);
  return count;
}

static size_t augment(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  arg[0] = dnp_s(c->train.augment != NULL ? c->train.augment : "");
  return c->train.augment != NULL ? one_text(change, "augment", "none") : 0;
}

/* The decay alone is longer than twice the weights. */
static bool overshoots(const dnp_case *c) {
  return (c->checkup->proportional || c->checkup->decoupled) && c->train.lr * c->train.weight_decay > 2;
}

static size_t decay(const dnp_case *c, bool overshooting, dnp_change *change, denpa_arg *arg) {
  arg[0] = dnp_d(c->train.weight_decay);
  if (!(c->train.weight_decay > 1e-3) || overshoots(c) != overshooting) return 0;
  add_number(&change[0], "weight-decay", 1e-4);
  add_number(&change[1], "weight-decay", 0);
  return 2;
}

static size_t weight_decay(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  return decay(c, false, change, arg);
}
static size_t decay_that_grows(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  return decay(c, true, change, arg);
}

static bool is_strong_dropout(const char *layer) { return number_of(layer, dnp_op_dropout.name) > 0.5; }

static size_t dropout(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  layers l;
  double most = 0;
  if (!cut(c->net, &l) || !l.list) return 0;
  for (size_t i = 0; i < l.count; i++)
    if (number_of(l.text[i], dnp_op_dropout.name) > most) most = number_of(l.text[i], dnp_op_dropout.name);
  arg[0] = dnp_d(100 * most);
  return replace(&l, is_strong_dropout, "dropout 0.2") > 0 ? one_net(change, &l) : 0;
}

/* What stands behind the last layer of weights, up to the end. */
static size_t behind_the_last(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  layers l;
  if (!cut(c->net, &l) || !l.list) return 0;
  const size_t last = last_weights(&l), many = l.count;
  while (l.count > last + 1) drop(&l, l.count - 1);
  arg[0] = dnp_s(c->net);
  return many > l.count ? one_net(change, &l) : 0;
}

static size_t norm_of_few(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  arg[0] = dnp_u(c->train.batch);
  return strstr(c->net, "batchnorm") != NULL && c->train.batch > 0 && c->train.batch <= 8
             ? one_number(change, "batch", 32)
             : 0;
}

static bool is_coarse_pool(const char *layer) {
  return number_of(layer, "maxpool") >= 4 || number_of(layer, "avgpool") >= 4;
}

static size_t pooling(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  layers l;
  size_t count = 0;
  (void)arg;
  if (!cut(c->net, &l) || !l.list) return 0;
  if (replace(&l, is_coarse_pool, "maxpool 2") > 0) count += one_net(&change[count], &l);
  /* or one less of them: each leaves a quarter */
  if (!cut(c->net, &l)) return count;
  size_t pools = 0, last = 0;
  for (size_t i = 0; i < l.count; i++)
    if (number_of(l.text[i], "maxpool") > 0 || number_of(l.text[i], "avgpool") > 0) pools++, last = i;
  if (pools < 3) return count;
  drop(&l, last);
  return count + one_net(&change[count], &l);
}

/* ---- initial weights -------------------------------------------------------------------------------- */

static double spread(const dnp_layer *l) { return l->weight * sqrt((double)l->inputs); }

/* What fits the activations: most layers decide. */
static const char *fitting_init(const dnp_case *c) {
  size_t die = 0, all = 0;
  for (size_t i = 0; i < c->checkup->first.layers; i++) {
    const dnp_layer *l = &c->checkup->first.layer[i];
    if (l->activation[0] == '\0') continue;
    all++;
    die += !l->has_ends;
  }
  return 2 * die > all ? "he" : "xavier";
}

/* Units that begin alike stay so. */
static size_t equal_weights(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  const dnp_probe *p = &c->checkup->first;
  for (size_t i = 0; p->taken && i < p->layers; i++) {
    const dnp_layer *l = &p->layer[i];
    if (l->values[0] == '\0' || l->units < 2 || 10 * l->alike < 9 * l->units) continue;
    arg[0] = dnp_s(l->weights);
    arg[1] = dnp_u(l->alike);
    arg[2] = dnp_u(l->units);
    return one_text(change, "init", fitting_init(c));
  }
  return 0;
}

static size_t initial(const dnp_case *c, bool large, dnp_change *change, denpa_arg *arg) {
  const dnp_probe *p = &c->checkup->first;
  const dnp_layer *found = NULL;
  for (size_t i = 0; i < p->layers; i++) {
    const double s = spread(&p->layer[i]);
    if (large ? s > 2.5 : s > 0 && s < 0.5)
      if (found == NULL || (large ? s > spread(found) : s < spread(found))) found = &p->layer[i];
  }
  if (!p->taken || found == NULL) return 0;
  arg[0] = dnp_s(found->weights);
  arg[1] = dnp_d(found->weight);
  arg[2] = dnp_d(1 / sqrt((double)found->inputs));
  return one_text(change, "init", fitting_init(c));
}

static size_t large_weights(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  return initial(c, true, change, arg);
}
static size_t small_weights(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  return initial(c, false, change, arg);
}

/* ---- the network -------------------------------------------------------------------------------------- */

enum { FEW_UNITS = 8, MANY_UNITS = 64 };

static size_t unbalanced(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  const dnp_data_check *d = &c->checkup->data_check;
  arg[0] = dnp_class_arg(d, d->common);
  arg[1] = dnp_d(100 * d->share);
  return c->train.class_weights == NULL && d->present > 1 && d->share > (d->present == 2 ? 0.9 : 0.75)
             ? one_text(change, "class-weights", "balanced")
             : 0;
}

static bool is_narrow(const char *layer) {
  const double units = number_of(layer, "dense");
  return units > 0 && units <= FEW_UNITS;
}

static size_t bottleneck(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  layers l;
  char wide[24];
  size_t narrow = 0, least = FEW_UNITS;
  if (!cut(c->net, &l)) return 0;
  const size_t last = l.list ? last_weights(&l) : l.count - 1;
  for (size_t i = 1; i < last; i++) {
    const size_t units = l.list ? (is_narrow(l.text[i]) ? (size_t)number_of(l.text[i], "dense") : FEW_UNITS + 1)
                                : (size_t)strtod(l.text[i], NULL);
    if (units > FEW_UNITS) continue;
    narrow++;
    if (units < least) least = units;
    snprintf(wide, sizeof wide, l.list ? "dense %d" : "%d", MANY_UNITS);
    dnp_text_copy(l.text[i], LAYER_TEXT, wide);
  }
  arg[0] = dnp_u(least);
  return narrow > 0 ? one_net(change, &l) : 0;
}

static size_t no_hidden_layer(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  layers l;
  (void)arg;
  if (c->checkup->first.layers != 1 || !cut(c->net, &l)) return 0;
  if (!l.list) {
    insert(&l, 1, "100");
    add_text(change, "act", dnp_op_relu.name);
    add_text(change, "init", "he");
    return one_net(change, &l);
  }
  const size_t last = last_weights(&l);
  insert(&l, last, dnp_op_relu.name);
  insert(&l, last, "dense 100");
  add_text(change, "init", "he");
  return one_net(change, &l);
}

static bool saturates(const char *layer) {
  return strcmp(layer, dnp_op_sigmoid.name) == 0 || strcmp(layer, dnp_op_tanh.name) == 0;
}

/* Where numbers and gradients fade from layer to layer. */
static size_t flat_activations(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  const dnp_probe *p = &c->checkup->first;
  layers l;
  size_t ends = 0;
  for (size_t i = 0; i < p->layers; i++)
    if (p->layer[i].has_ends) arg[1] = dnp_s(p->layer[i].activation), ends++;
  arg[0] = dnp_u(ends);
  if (ends < 2) return 0;
  if (c->activation[0] != '\0')
    add_text(change, "act", dnp_op_relu.name);
  else if (!cut(c->net, &l) || replace(&l, saturates, dnp_op_relu.name) == 0 || one_net(change, &l) == 0)
    return 0;
  add_text(change, "init", "he");
  return 1;
}

/* ---- what trainings that fail have in common ------------------------------------------------------------ */

static size_t overfits(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  const dnp_quality *train = &c->base.train, *test = &c->base.test;
  arg[0] = dnp_d(train->score);
  arg[1] = dnp_d(test->score);
  if (c->base.broken || test->rows == 0 || !(train->gained > test->gained + 0.2) || !(train->gained > 0.5)) return 0;
  static const double decay[] = {0.001, 0.01, 0.1};
  size_t count = 0;
  for (size_t i = 0; i < sizeof decay / sizeof *decay; i++)
    if (decay[i] > 2 * c->train.weight_decay) add_number(&change[count++], "weight-decay", decay[i]);
  if (c->train.patience == 0) {
    add_number(&change[count], "validation", 0.2);
    add_number(&change[count++], "patience", 10);
  }
  if (c->train.epochs >= 8 && c->train.epochs < SIZE_MAX)
    add_number(&change[count++], "epochs", floor((double)c->train.epochs / 8));
  return count;
}

static size_t few_updates_of_many(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  const size_t batch = c->train.batch > 0 && c->train.batch < c->rows ? c->train.batch : c->rows;
  size_t count = 0;
  arg[0] = dnp_u(c->base.total);
  arg[1] = dnp_u(batch);
  const bool slow = c->train.lr < optimizer_of(c)->lr[of_book(c)] / 3; /* that comes first then */
  if (c->base.broken || c->steps_given || batch < 64 || c->base.total > (slow ? 60 : 400)) return 0;
  for (size_t n = 32; n >= 8; n /= 2) add_number(&change[count++], "batch", (double)n);
  return count;
}

static size_t few_updates(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  const size_t limit = c->steps_given ? c->train.steps : c->train.epochs;
  const char *const option = c->steps_given ? "steps" : "epochs";
  size_t count = 0;
  arg[0] = dnp_u(c->base.total);
  if (c->base.broken || c->base.steps < c->base.total || limit == 0 || limit > SIZE_MAX / 1000) return 0;
  for (size_t times = 3; times <= 300; times *= 10) add_number(&change[count++], option, (double)(limit * times));
  return count;
}

/* Powers of ten around the rate and around the optimizer's own. */
static size_t rates(const dnp_case *c, bool higher, dnp_change *change, denpa_arg *arg) {
  const double now = c->train.lr, own = optimizer_of(c)->lr[of_book(c)];
  const double around[] = {own, 10 * own, own / 10, own / 100, higher ? 10 * now : now / 10,
      higher ? 100 * now : now / 100, higher ? 1000 * now : now / 1000};
  size_t count = 0;
  arg[0] = dnp_d(now);
  for (size_t i = 0; i < sizeof around / sizeof *around && count < DNP_MOST_CHANGES; i++) {
    const double rate = around[i];
    bool there = false;
    if (higher ? !(rate > 2 * now) : !(rate < now / 2)) continue;
    if (rate > 100 * own && i >= 4) continue;
    for (size_t k = 0; k < count; k++) there = there || fabs(strtod(change[k].part[0].value, NULL) / rate - 1) < 0.5;
    if (!there) {
      char text[40];
      snprintf(text, sizeof text, "%.3g", rate);
      add_text(&change[count++], "lr", text);
    }
  }
  return count;
}

/* Where the numbers did not stay finite, the usual rate may not be enough: with initial weights that do not fit either,
 * nothing is learned. */
static size_t rate_too_high(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  const char *init = fitting_init(c);
  size_t count = rates(c, false, change, arg);
  if (!c->base.broken || count == 0 || count == DNP_MOST_CHANGES || strcmp(c->init, init) == 0) return count;
  change[count] = change[0];
  add_text(&change[count++], "init", init);
  return count;
}
static size_t rate_too_low(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  return c->base.broken ? 0 : rates(c, true, change, arg);
}

static bool is_identity(const char *layer) { return strcmp(layer, dnp_op_identity.name) == 0; }

/* Layers with nothing between them that bends are one layer. */
static size_t straight(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  layers l;
  (void)arg;
  if (is_identity(c->activation)) {
    add_text(change, "act", dnp_op_relu.name);
    add_text(change, "init", "he");
    return 1;
  }
  return cut(c->net, &l) && replace(&l, is_identity, dnp_op_relu.name) > 0 ? one_net(change, &l) : 0;
}

static bool is_relu(const char *layer) { return strcmp(layer, dnp_op_relu.name) == 0; }

static size_t dead(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  const dnp_probe *p = &c->checkup->last;
  layers l;
  size_t most = 0;
  for (size_t i = 0; i < p->layers; i++)
    if (p->layer[i].can_die && p->layer[i].dead > p->layer[most].dead) most = i;
  if (!p->taken || p->layers == 0 || 2 * p->layer[most].dead < p->layer[most].units || p->layer[most].dead == 0)
    return 0;
  arg[0] = dnp_s(p->layer[most].values);
  arg[1] = dnp_u(p->layer[most].dead);
  arg[2] = dnp_u(p->layer[most].units);
  if (c->activation[0] != '\0') return one_text(change, "act", dnp_op_leaky_relu.word);
  return cut(c->net, &l) && replace(&l, is_relu, dnp_op_leaky_relu.word) > 0 ? one_net(change, &l) : 0;
}

/* Adam's own steps, at two rates: whether what is learned needs another optimizer. */
static size_t with_adam(const dnp_case *c, dnp_change *change) {
  const dnp_optimizer *adam = NULL;
  static const double rate[] = {0.003, 0.03};
  if (optimizer_of(c)->uses_beta1) return 0;
  if (dnp_optimizer_find("adam", &adam, NULL) != DENPA_OK) return 0; /* law: the one that is advised */
  size_t count = 0;
  for (; count < sizeof rate / sizeof *rate; count++) {
    add_text(&change[count], "optimizer", adam->name);
    add_number(&change[count], "lr", rate[count]);
  }
  return count;
}

/* Steps that end above where they began were too long, and steps of a twentieth of the usual rate are too short,
 * whatever a better training would need besides: in few updates no rate of plain steps may learn anything, and then the
 * rate is still what is told. */
static bool went_astray(const dnp_case *c) { return !c->base.broken && c->base.train.loss > c->base.before; }
static bool crawls(const dnp_case *c) { return !c->base.broken && c->train.lr < optimizer_of(c)->lr[of_book(c)] / 20; }

static size_t too_high_for_any(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  arg[0] = dnp_d(c->train.lr);
  return went_astray(c) ? with_adam(c, change) : 0;
}
static size_t too_low_for_any(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  arg[0] = dnp_d(c->train.lr);
  return crawls(c) && !went_astray(c) ? with_adam(c, change) : 0;
}

static size_t other_optimizer(const dnp_case *c, dnp_change *change, denpa_arg *arg) {
  arg[0] = dnp_s(c->train.optimizer);
  return c->base.broken || went_astray(c) || crawls(c) ? 0 : with_adam(c, change);
}

/* ---- the table ------------------------------------------------------------------------------------------- */

const dnp_remedy dnp_remedies[] = {
    {"sequential-order", sequential,
        DNP_N("The samples come in the order of the file (--sampling sequential), and this file's order is not one by "
              "chance: what comes last is learned over what came before."),
        DNP_REMEDY_CHOSEN},
    {"class-weights", class_weights,
        DNP_N("The class weights {1} make some classes count for so little, or so much, that the others are not "
              "learned."),
        DNP_REMEDY_CHOSEN},
    {"label-smoothing-too-strong", label_smoothing,
        DNP_N("The labels are smoothed by {1:.3g}: what is learned is hardly more than that all classes are alike."),
        DNP_REMEDY_CHOSEN},
    {"loss-does-not-fit", loss, DNP_N("The loss {1} does not fit what is learned here."), DNP_REMEDY_CHOSEN},
    {"epsilon-too-large", epsilon,
        DNP_N("With --epsilon {1:.3g}, {3} divides every gradient by a number so large that the updates are tiny "
              "({2:.3g} is usual)."),
        DNP_REMEDY_CHOSEN},
    {"momentum-too-strong", momentum,
        DNP_N("With --{1} {2:.5g}, updates follow gradients of long ago instead of those of now."), DNP_REMEDY_CHOSEN},
    {"clip-too-small", clip, DNP_N("Gradients are cut to the length {1:.3g} (--clip): the updates are too short."),
        DNP_REMEDY_CHOSEN},
    {"warm-up-too-long", warmup,
        DNP_N(
            "The warm-up takes {1:.0f} updates, and the training has {2}: most of it goes by with a learning rate that "
            "is far below the one that was asked for."),
        DNP_REMEDY_CHOSEN},
    {"schedule-falls-too-early", schedule,
        DNP_N("The schedule {1} takes the learning rate {2:.3g} away long before the end: what comes then changes "
              "nothing."),
        DNP_REMEDY_CHOSEN},
    {"validation-too-large", validation,
        DNP_N("{1:.3g} % of the training samples are kept back for validation; only {2} are left to learn from."),
        DNP_REMEDY_CHOSEN},
    {"patience-too-short", patience,
        DNP_N("Early stopping (--patience {1}) ended the training after {2} of {3} {3|update|updates}, before it had "
              "learned."),
        DNP_REMEDY_CHOSEN},
    {"augmentation-too-strong", augment,
        DNP_N("The training pictures are changed so much (--augment {1}) that they no longer show what tells the "
              "classes apart."),
        DNP_REMEDY_CHOSEN},
    {"weight-decay-overshoots", decay_that_grows, DNP_N("The weight decay of {1:.3g} takes away what is learned."),
        DNP_REMEDY_CHOSEN},
    {"weight-decay-too-strong", weight_decay, DNP_N("The weight decay of {1:.3g} takes away what is learned."),
        DNP_REMEDY_CHOSEN},
    {"dropout-too-strong", dropout,
        DNP_N("Dropout leaves out {1:.3g} % of the values in each update: what is left says too little."),
        DNP_REMEDY_CHOSEN},
    {"output-activation", behind_the_last,
        DNP_N("Something stands behind the last layer of weights in {1}: it takes away answers that the loss needs."),
        DNP_REMEDY_CHOSEN},
    {"batch-too-small-for-batchnorm", norm_of_few,
        DNP_N("Batch normalization takes mean and deviation from {1} {1|sample|samples} in each update: so few say "
              "little of all."),
        DNP_REMEDY_CHOSEN},
    {"pooling-too-coarse", pooling, DNP_N("Pooling leaves too little of the picture for the layers behind it."),
        DNP_REMEDY_CHOSEN},
    {"symmetric-weights", equal_weights,
        DNP_N("In {1}, {2} of {3} {3|unit|units} {2|has|have} the weights of another unit: such units compute the "
              "same, get the same gradient and stay the same."),
        DNP_REMEDY_OF_ANY},
    {"initial-weights-too-large", large_weights,
        DNP_N("The initial weights of {1} are large (root mean square {2:.3g}; {3:.3g} would fit its inputs)."),
        DNP_REMEDY_OF_ANY},
    {"unbalanced-classes", unbalanced,
        DNP_N("{2:.1f} % of the training samples have the label {1}; a network that always says {1} looks good without "
              "having learned."),
        DNP_REMEDY_OF_ANY},
    {"too-few-hidden-units", bottleneck,
        DNP_N("A hidden layer has only {1} {1|unit|units}: not enough of what comes in gets through."),
        DNP_REMEDY_OF_ANY},
    {"no-hidden-layer", no_hidden_layer,
        DNP_N("The network has no hidden layer, so it draws straight lines only; what is to be learned is curved."),
        DNP_REMEDY_OF_ANY},
    {"no-activation", straight,
        DNP_N(
            "The hidden layers have no activation that bends (identity): together they can do no more than one layer."),
        DNP_REMEDY_OF_ANY},
    {"overfitting", overfits,
        DNP_N("Overfitting: on training data the network is much better ({1:.3g}) than on test data ({2:.3g})."),
        DNP_REMEDY_OF_ANY},
    {"initial-weights-too-small", small_weights,
        DNP_N("The initial weights of {1} are small (root mean square {2:.3g}; {3:.3g} would fit its inputs): what "
              "comes through hardly depends on the sample."),
        DNP_REMEDY_OF_ANY},
    {"learning-rate-too-high", rate_too_high, DNP_N("The learning rate {1:.4g} is too high."), DNP_REMEDY_OF_ANY},
    {"too-few-updates", few_updates_of_many,
        DNP_N("The training has only {1} {1|update|updates}, each on {2} {2|sample|samples}."), DNP_REMEDY_OF_ANY},
    {"learning-rate-too-low", rate_too_low, DNP_N("The learning rate {1:.4g} is too low for a training this long."),
        DNP_REMEDY_OF_ANY},
    {"vanishing-gradients", flat_activations,
        DNP_N("{1} layers of {2} stand one behind the other: gradients fade on their way back through them."),
        DNP_REMEDY_OF_ANY},
    {"dead-relus", dead, DNP_N("{2} of the {3} {3|unit|units} of {1} give 0 for each sample that was looked at."),
        DNP_REMEDY_OF_ANY},
    {"too-few-updates", few_updates,
        DNP_N("The training ended after {1} {1|update|updates}, while it was still getting better."),
        DNP_REMEDY_OF_ANY},
    {"learning-rate-too-high", too_high_for_any, DNP_N("The learning rate {1:.4g} is too high."),
        DNP_REMEDY_LAST_RESORT},
    {"learning-rate-too-low", too_low_for_any, DNP_N("The learning rate {1:.4g} is too low for a training this long."),
        DNP_REMEDY_LAST_RESORT},
    {"optimizer-too-slow", other_optimizer, DNP_N("Plain steps of {1} do not get far on these data."),
        DNP_REMEDY_LAST_RESORT},
    {NULL, NULL, NULL, DNP_REMEDY_OF_ANY},
};
